"""The command line on archives with a password: what is asked, what is read from standard input, what is refused."""

from __future__ import annotations

import gettext
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.commands import asking
from app.models import slots
from app.models.slots import Cost
from app.services.settings import Settings, settings_path
from app.services.users import attempts, recovery, remembered
from app.services.users.key_files import is_encrypted
from app.services.users.keys import Credentials
from tests.keyrings import MemoryRing

FIRST, SECOND = "una frase di anna", "una frase di bruno"
CODE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Terminal(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """`call("users", file, lines=…)`: a command with these lines on standard input; its code, output and error."""
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    monkeypatch.setenv("LANGUAGE", "it")
    attempts._in_memory.clear()
    domain = gettext.textdomain()

    def run(*words: str | Path, lines: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(str(end.code))
        out, err = capsys.readouterr()
        return code, out, err

    yield run
    gettext.textdomain(domain)


@pytest.fixture
def archive(call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive of Anna's, made by the command."""
    monkeypatch.setattr(recovery, "new_code", lambda: CODE)
    file, sheet = tmp_path / "piano.concilia", tmp_path / "foglio.pdf"
    words = ("new", file, "--user", "Anna", "--name", "Anna Bianchi", "--sheet", sheet, "--password-stdin")
    code, out, err = call(*words, lines=(FIRST,))
    assert (code, err) == (0, "")
    assert str(sheet) in out
    assert sheet.read_bytes().startswith(b"%PDF")
    assert is_encrypted(file)
    return file


def anna(*words: str | Path) -> tuple[str | Path, ...]:
    return (*words, "--user", "anna", "--password-stdin")


def test_new_archive_needs_a_password_unless_it_is_to_be_open(call: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.concilia"
    for words, lines, said in (
        ((), (), "--open"),
        (("--user", "a", "--password-stdin"), (), "standard input"),
        (("--user", "a", "--password-stdin"), ("corta",), "meno di 10"),
        (("--user", "a", "--password-stdin"), (FIRST,), "--sheet"),
        (("--password-stdin", "--sheet", tmp_path / "s.pdf"), (FIRST,), "campo"),
    ):
        code, out, err = call("new", file, *words, lines=lines)
        assert (code, out) == (2, "")
        assert said in err
        assert err.count("\n") == 1
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["config"]
    assert call("new", file, "--open")[0] == 0
    assert not is_encrypted(file)


@pytest.mark.parametrize("command", [("tables",), ("check",), ("verify",), ("users",)])
def test_commands_open_an_archive_by_user_and_password(call: Any, archive: Path, command: tuple[str, ...]) -> None:
    code, out, err = call(*anna(*command, archive), lines=(FIRST,))
    assert (code, err) == (0, "")
    code, out, err = call(*command, archive)
    assert (code, out) == (2, "")
    assert "--password-stdin" in err
    code, out, err = call(*anna(*command, archive), lines=(SECOND,))
    assert (code, out) == (2, "")
    assert "Utente o password" in err


def test_export_and_import_take_the_password_too(call: Any, archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "t03.json"
    assert call(*anna("export", archive, "T03", "-o", target), lines=(FIRST,))[0] == 0
    assert json.loads(target.read_text("utf-8"))["code"] == "T03"
    code, _out, err = call(*anna("import", archive, tmp_path / "none.xlsx"), lines=(FIRST,))
    assert code == 2
    assert "none.xlsx" in err


def test_users_are_listed_added_changed_and_removed(call: Any, archive: Path) -> None:
    add = ("users", archive, "add", "bruno", "--name", "Bruno Verdi", "--role", "secretary")
    assert call(*anna(*add), lines=(FIRST, SECOND)) == (0, "Fatto.\n", "")
    _code, out, _err = call(*anna("users", archive), lines=(FIRST,))
    assert "Bruno Verdi" in out
    assert "Segretario" in out
    assert call(*anna("users", archive, "role", "bruno", "--role", "cashier"), lines=(FIRST,))[0] == 0
    assert call(*anna("users", archive, "suspend", "BRUNO"), lines=(FIRST,))[0] == 0
    _code, out, _err = call(*anna("users", archive, "--json"), lines=(FIRST,))
    assert json.loads(out)["users"][1] == {
        "login": "bruno",
        "name": "Bruno Verdi",
        "role": "cashier",
        "state": "disabled",
        "has_key": True,
    }
    bruno = ("users", archive, "--user", "bruno", "--password-stdin")
    assert "sospeso" in call(*bruno, lines=(SECOND,))[2]
    assert call(*anna("users", archive, "resume", "bruno"), lines=(FIRST,))[0] == 0
    assert call(*anna("users", archive, "password", "bruno"), lines=(FIRST, "ancora una frase"))[0] == 0
    assert call(*bruno, lines=("ancora una frase",))[0] == 0
    assert call(*anna("users", archive, "password"), lines=(FIRST, "frase nuova di anna"))[0] == 0
    code, _out, err = call(*bruno[:2], "key", *bruno[2:], lines=("ancora una frase",))
    assert (code, "Custode" in err) == (2, True)
    assert call(*anna("users", archive, "key"), lines=("frase nuova di anna",))[0] == 0
    assert call(*anna("users", archive, "remove", "bruno"), lines=("frase nuova di anna",))[0] == 0
    assert call(*bruno, lines=("ancora una frase",))[0] == 2
    code, _out, err = call(*anna("users", archive, "remove", "bruno"), lines=("frase nuova di anna",))
    assert (code, "«bruno»" in err) == (2, True)


def test_sheet_opens_the_archive_and_is_renewed(
    call: Any, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "new_code", lambda: CODE[::-1])
    letters = " ".join(recovery.groups(CODE))
    by_sheet = ("users", archive, "--recovery", "--password-stdin")
    assert call(*by_sheet, lines=(letters,))[0] == 0
    assert "gruppo 1" in call(*by_sheet, lines=("9" + letters[1:],))[2]
    fresh = tmp_path / "nuovo.pdf"
    assert call("users", archive, "sheet", *by_sheet[2:], "--sheet", fresh, lines=(letters,))[0] == 0
    assert fresh.exists()
    assert call(*by_sheet, lines=(letters,))[0] == 2


def test_password_is_taken_away_with_a_reason_and_set_again(call: Any, archive: Path, tmp_path: Path) -> None:
    code, _out, err = call(*anna("users", archive, "decrypt"), lines=(FIRST,))
    assert (code, "motivo" in err) == (2, True)
    assert call(*anna("users", archive, "decrypt", "--reason", "Consegna"), lines=(FIRST,))[0] == 0
    assert call("tables", archive)[0] == 0
    code, out, _err = call("users", archive)
    assert (code, "nessun utente" in out) == (0, True)
    encrypt = ("users", archive, "encrypt", "carla", "--name", "Carla", "--sheet", tmp_path / "s.pdf")
    assert call(*encrypt, "--password-stdin", lines=(FIRST,))[0] == 0
    assert call("tables", archive)[0] == 2


def test_terminal_is_asked_without_echo_and_twice(
    call: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recovery, "new_code", lambda: CODE)
    printed = dict(enumerate(recovery.groups(CODE), start=1))
    answers = {"custode: ": "anna", "Foglio": "", "foglio di recupero": str(tmp_path / "s.pdf")}
    secrets = [FIRST, FIRST]

    def typed(question: str) -> str:
        for number, letters in printed.items():
            if f"ruppo {number} " in question:
                return letters
        return next(answer for words, answer in answers.items() if words in question)

    monkeypatch.setattr("builtins.input", typed)
    monkeypatch.setattr(asking.getpass, "getpass", lambda _question: secrets.pop(0))
    monkeypatch.setattr(sys, "stdin", Terminal())
    assert main(["new", str(tmp_path / "a.concilia")]) == 0
    assert FIRST not in capsys.readouterr().out
    secrets += [FIRST, "un'altra cosa"]
    assert main(["new", str(tmp_path / "b.concilia")]) == 2
    assert "diverse" in capsys.readouterr().err
    printed[1] = printed[2] = "00000"
    printed.update(dict.fromkeys(printed, "AAAAA"))
    secrets += [FIRST, FIRST]
    assert main(["new", str(tmp_path / "b.concilia")]) == 2
    assert not (tmp_path / "b.concilia").exists()
    assert is_encrypted(tmp_path / "a.concilia")


# --- the system's keyring -------------------------------------------------------------------------


def test_kept_password_opens_where_it_is_asked_for_and_is_forgotten(
    call: Any, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = MemoryRing()
    monkeypatch.setattr(remembered, "system_ring", lambda: ring)
    mark = remembered.mark_at(archive)
    code, out, err = call("users", archive, "--keyring")
    assert (code, out) == (2, "")
    assert "impostazioni" in err
    Settings(settings_path()).set("keyring", True)
    code, _out, err = call("users", archive, "--keyring")
    assert (code, ring.asked) == (2, 0)
    assert "piano.concilia" in err

    def keep(password: str = FIRST) -> None:
        remembered.keep(mark, Credentials("anna", password))
        remembered.note(Settings(settings_path()), mark)

    keep()
    code, out, err = call("users", archive, "--keyring")
    assert (code, err) == (0, "Con la password conservata dal portachiavi per anna.\n")
    assert "Anna Bianchi" in out
    assert call("users", archive, "--keyring", "--user", "bruno")[0] == 2
    code, _out, err = call("users", archive)  # without the word it is not asked
    assert (code, "--password-stdin" in err) == (2, True)

    change = ("users", archive, "password", "anna", "--keyring", "--password-stdin")
    code, _out, err = call(*change, lines=("non quella", SECOND))
    assert (code, "Utente o password" in err) == (2, True)
    assert ring.entries
    assert call(*change, lines=(FIRST, SECOND))[0] == 0
    assert ring.entries == {}
    assert not remembered.is_noted(Settings(settings_path()), mark)

    keep()
    code, _out, err = call("users", archive, "--keyring")
    assert (code, "non lo apre più" in err) == (2, True)
    assert ring.entries == {}
    keep(SECOND)
    assert call("users", archive, "forget-password") == (0, "Fatto.\n", "")
    assert ring.entries == {}
    assert (
        call("users", archive, "forget-password")[1]
        == "Questo computer non conserva la password di «piano.concilia».\n"
    )
    assert call("users", archive.with_name("none.concilia"), "forget-password")[0] == 2

    keep(SECOND)
    ring.refuses = True
    code, out, err = call(*anna("users", archive, "decrypt", "--reason", "Prova"), lines=(SECOND,))
    assert (code, out) == (0, "Fatto.\n")
    assert "portachiavi" in err
    code, _out, err = call("users", archive, "forget-password")
    assert (code, "non ha una password" in err) == (2, True)
