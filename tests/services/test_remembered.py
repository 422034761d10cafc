"""Passwords in the system's keyring: what is kept, what is dropped, what is refused."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app.models import slots
from app.models.enums import UserRole, UserState
from app.models.errors import Cancelled, EnvironmentFailed, InvalidInput, RuleBroken
from app.models.slots import Cost
from app.services.settings import Settings
from app.services.users import attempts, remembered
from app.services.users.facts import find_user
from app.services.users.keys import Credentials, UserDraft, add_user, new_encrypted_archive, open_with, save_user
from tests.keyrings import MemoryRing

ANNA = UserDraft("Anna Bianchi", "anna", "una frase di anna")
BRUNO = UserDraft("Bruno Verdi", "bruno", "una frase di bruno", UserRole.SECRETARY)
MARK = remembered.mark_of("7")


@pytest.fixture(autouse=True)
def ring(monkeypatch: pytest.MonkeyPatch) -> MemoryRing:
    made = MemoryRing()
    monkeypatch.setattr(remembered, "system_ring", lambda: made)
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()
    return made


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of Anna's and Bruno's."""
    path = tmp_path_factory.mktemp("kept") / "piano.concilia"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "COST", Cost(1, 16, 2))
        new_encrypted_archive(path, ANNA, "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        with open_with(path, Credentials("anna", ANNA.password)) as store:
            add_user(store, BRUNO)
    return path


@pytest.fixture
def archive(made: Path, tmp_path: Path) -> Path:
    for file in made.parent.iterdir():
        shutil.copy(file, tmp_path)
    return tmp_path / made.name


def kept(archive: Path, user: UserDraft, password: str = "") -> Credentials:
    """What the keyring gives after the user's password, or this one, was kept."""
    mark = remembered.mark_at(archive)
    remembered.keep(mark, Credentials(user.login, password or user.password))
    found = remembered.find(mark)
    assert found is not None
    return found


# --- the keyring ----------------------------------------------------------------------------------


def test_one_password_is_kept_for_an_archive_and_its_entry_names_nobody(ring: MemoryRing) -> None:
    assert remembered.find(MARK) is None
    remembered.keep(MARK, Credentials("Anna", "una frase «è» lunga"))
    remembered.keep(remembered.mark_of("8"), Credentials("anna", "un'altra"))
    found = remembered.find(MARK)
    assert found == Credentials("anna", "una frase «è» lunga", kept=True)
    assert "frase" not in repr(found)
    assert len(ring.entries) == 2
    assert all("anna" not in name and "frase" not in name for entry in ring.entries for name in entry)
    remembered.keep(MARK, Credentials("bruno", "la sua"))
    assert remembered.find(MARK) == Credentials("bruno", "la sua", kept=True)
    assert not remembered.forget(MARK, "anna")
    assert remembered.find(MARK) is not None
    assert remembered.forget(MARK, "BRUNO")
    assert remembered.find(MARK) is None
    assert remembered.forget(MARK)  # nothing is there any more
    assert len(ring.entries) == 1


@pytest.mark.parametrize(
    "secret", ["", "not json", "[]", '["anna"]', "7", '["anna", 7]', '{"login": 1, "password": 2}']
)
def test_what_somebody_else_put_there_is_nothing_kept(ring: MemoryRing, secret: str) -> None:
    ring.entries[f"Concilia {MARK}", remembered.NAME] = secret
    assert remembered.find(MARK) is None
    assert remembered.forget(MARK, "anna")
    assert ring.entries == {}


def test_keyring_that_refuses_is_absent_or_silent_is_told_apart(
    ring: MemoryRing, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring.refuses = True
    for act in (lambda: remembered.find(MARK), lambda: remembered.keep(MARK, Credentials("anna", "segretissima"))):
        with pytest.raises(EnvironmentFailed, match=r"^keyring.refused$") as refused:
            act()
        assert "segretissima" not in f"{refused.value!r} {refused.value.__cause__!r}"
    ring.refuses = False

    class Impatient:
        def step(self, _done: int, _total: int) -> None:
            raise Cancelled

    with pytest.raises(Cancelled):
        remembered.find(MARK, Impatient())
    ring.answers.clear()
    monkeypatch.setattr(remembered, "WAIT_SECONDS", 0)
    with pytest.raises(EnvironmentFailed) as silent:
        remembered.find(MARK)
    assert (silent.value.code, silent.value.values) == ("keyring.silent", {"seconds": 0})
    ring.answers.set()
    monkeypatch.setattr(remembered, "WAIT_SECONDS", 10)

    def absent() -> MemoryRing:
        raise RuntimeError("no daemon")

    monkeypatch.setattr(remembered, "system_ring", absent)
    with pytest.raises(EnvironmentFailed, match=r"^keyring.missing$"):
        remembered.check_there()


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("linux", "keyring.backends.SecretService.Keyring"),
        ("win32", "keyring.backends.Windows.WinVaultKeyring"),
        ("darwin", "keyring.backends.macOS.Keyring"),
    ],
)
def test_each_system_has_one_keyring_and_windows_keeps_it_on_this_computer(
    monkeypatch: pytest.MonkeyPatch, system: str, name: str
) -> None:
    monkeypatch.undo()

    class Found:
        viable = True

    class Windows(Found):
        persist = "enterprise"

    kind = Windows if system == "win32" else Found
    asked: list[str] = []

    def load(module: str) -> Any:
        asked.append(module)
        return SimpleNamespace(**{name.rpartition(".")[2]: kind})

    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(importlib, "import_module", load)
    found = remembered.system_ring()
    assert asked == [name.rpartition(".")[0]]
    assert getattr(found, "persist", "") == ("local machine" if system == "win32" else "")
    kind.viable = False
    with pytest.raises(RuntimeError):
        remembered.system_ring()


def test_library_has_these_keyrings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    with pytest.raises(EnvironmentFailed, match=r"^keyring.missing$"):
        remembered.check_there()
    for module, name in (*remembered.RINGS.values(), ("SecretService", "Keyring")):
        assert hasattr(importlib.import_module(f"keyring.backends.{module}"), name)


def test_settings_note_for_which_archives_the_keyring_is_asked(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json")
    with pytest.raises(InvalidInput, match=r"^keyring.off$"):
        remembered.check_allowed(settings)
    settings.set("keyring", True)
    remembered.check_allowed(settings)
    remembered.note(settings, MARK)
    remembered.note(settings, MARK)
    assert remembered.is_noted(Settings(settings.path), MARK)
    assert json.loads(settings.path.read_text())["passwords_kept"] == [MARK]
    remembered.strike(settings, MARK)
    assert not remembered.is_noted(settings, MARK)


# --- opening by it --------------------------------------------------------------------------------


def test_kept_password_opens_and_one_that_opens_no_more_is_dropped(archive: Path, ring: MemoryRing) -> None:
    with open_with(archive, kept(archive, ANNA)) as store:
        assert store.user == "Anna Bianchi"
    for _ in range(2):
        wrong = kept(archive, ANNA, "quella di prima")
        with pytest.raises(RuleBroken, match=r"^keyring.outdated "):
            open_with(archive, wrong)
        assert ring.entries == {}
    assert attempts._in_memory == {}  # it was nobody's guess
    wrong = kept(archive, ANNA, "quella di prima")
    ring.refuses = True
    with pytest.raises(RuleBroken, match=r"^keyring.outdated "):
        open_with(archive, wrong)
    assert ring.entries  # it is asked for again, and dropped next time


def test_kept_password_waits_as_others_and_makes_up_for_no_guess(archive: Path, ring: MemoryRing) -> None:
    right = kept(archive, BRUNO)
    for _ in range(3):
        with pytest.raises(RuleBroken, match=r"^keys.wrong$"):
            open_with(archive, Credentials("anna", "indovinata"))
    with pytest.raises(RuleBroken, match=r"^keys.wait "):
        open_with(archive, right)
    assert ring.entries
    ((name, (count, _at)),) = attempts._in_memory.items()
    attempts._write({name: (count, 0.0)})  # long ago
    open_with(archive, right).close()
    assert attempts._in_memory[name][0] == 3


def test_kept_password_of_a_suspended_user_is_dropped(archive: Path, ring: MemoryRing) -> None:
    with open_with(archive, Credentials("anna", ANNA.password)) as store:
        bruno = find_user(store, "bruno")
        save_user(store, bruno.id, bruno.name, bruno.role, UserState.DISABLED)
    with pytest.raises(RuleBroken, match=r"^user.disabled$"):
        open_with(archive, kept(archive, BRUNO))
    assert ring.entries == {}
