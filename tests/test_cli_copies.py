"""`backup`, `copies`, `restore`: what they answer, and what they do to an archive that opens or does not."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.models import slots
from app.models.slots import Cost
from app.services.archive import new_archive, open_archive
from app.services.plan.plan import PlanDraft, find_plan, save_plan
from app.services.users import attempts
from app.services.users.keys import Credentials, UserDraft, encrypt_archive, renew_key
from app.services.users.recovery import new_code

PASSWORD = "una frase di anna"
DONE, FINDINGS, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command; gives (exit code, output, errors)."""
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()

    def call(*words: object, secrets: tuple[str, ...] = ()) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{secret}\n" for secret in secrets)))
        code = main(["--lang", "en", *map(str, words)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return call


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with a plan, closed."""
    path = tmp_path / "ufficio" / "piano.concilia"
    path.parent.mkdir()
    new_archive(path)
    with open_archive(path) as store:
        save_plan(store, PlanDraft(name="Piano", office="Prima"))
    return path


def rename(path: Path, office: str) -> None:
    with open_archive(path) as store:
        plan = find_plan(store)
        assert plan is not None
        save_plan(store, PlanDraft(id=plan.id, name="Piano", office=office))


def office(path: Path, credentials: Credentials | None = None) -> str:
    with open_archive(path, writing=False, credentials=credentials) as store:
        plan = find_plan(store)
        assert plan is not None
        return plan.office


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)


def test_backup_is_listed_looked_at_and_restored(run: Any, archive: Path) -> None:
    code, out, _err = run("backup", archive)
    assert code == DONE
    assert "Written and verified" in out
    rename(archive, "Dopo")
    code, out, _err = run("copies", archive, "--json")
    (copy,) = json.loads(out)["copies"]
    assert (copy["good"], copy["occasion"], copy["counts"]["plan"]) == (True, "request", 1)
    before = archive.read_bytes()
    code, out, _err = run("restore", archive, "--look")
    assert (code, archive.read_bytes()) == (DONE, before)
    assert "1 gesture was made since" in out
    code, out, _err = run("restore", archive, copy["name"])
    assert code == DONE
    assert "What was there is kept as" in out
    assert office(archive) == "Prima"
    (kept,) = archive.parent.glob("piano.replaced-*.concilia")
    assert office(kept) == "Dopo"
    _code, out, _err = run("copies", archive)
    assert "On request" in out


def test_backup_elsewhere_and_by_its_file(run: Any, archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "chiavetta.concilia"
    assert run("backup", archive, target)[0] == DONE
    assert run("backup", archive, target)[0] == WRONG_USE
    rename(archive, "Dopo")
    code, out, _err = run("restore", archive, target, "--json")
    assert code == DONE
    assert json.loads(out)["gestures_lost"] == 1
    assert office(archive) == "Prima"


def test_damaged_archive_is_restored_from_its_last_good_copy(run: Any, archive: Path) -> None:
    run("backup", archive)
    spoil(archive)
    spoiled = archive.read_bytes()
    code, _out, err = run("verify", archive)
    assert code == ENVIRONMENT
    assert "Restore the last copy" in err
    assert run("copies", archive)[0] == DONE
    assert run("restore", archive)[0] == DONE
    assert office(archive) == "Prima"
    (kept,) = archive.parent.glob("piano.replaced-*.concilia")
    assert kept.read_bytes() == spoiled


def test_archive_with_a_password_and_a_copy_under_an_earlier_key(run: Any, archive: Path) -> None:
    anna = Credentials("anna", PASSWORD)
    with open_archive(archive) as store:
        encrypt_archive(store, UserDraft("Anna", "anna", PASSWORD), new_code())
    asks = ("--user", "anna", "--password-stdin")
    assert run("backup", archive, *asks, secrets=(PASSWORD,))[0] == DONE
    with open_archive(archive, credentials=anna) as store:
        renew_key(store)
        name = next(iter(archive.with_name(archive.name + ".copies").glob("*-request.concilia"))).name
    code, _out, err = run("restore", archive, name, *asks, secrets=(PASSWORD,))
    assert code == WRONG_USE
    assert "under an earlier key" in err
    assert run("restore", archive, name, *asks, "--then", secrets=(PASSWORD, PASSWORD))[0] == DONE
    assert office(archive, anna) == "Prima"
    spoil(archive)
    assert run("restore", archive, name, *asks, "--then", secrets=(PASSWORD, PASSWORD))[0] == DONE
    assert office(archive, anna) == "Prima"
    shutil.move(archive, archive.with_name("via"))
    slots.keys_path(archive).unlink()
    assert run("restore", archive, name, *asks, secrets=(PASSWORD,))[0] == DONE
    assert office(archive, anna) == "Prima"


def test_copies_that_are_not_there_are_refused(run: Any, archive: Path) -> None:
    assert run("copies", archive)[1] == "No copy yet.\n"
    code, out, err = run("restore", archive)
    assert (code, out) == (WRONG_USE, "")
    assert "There is no copy of «piano.concilia»" in err
    assert run("restore", archive, "nessuna")[0] == WRONG_USE
    assert office(archive) == "Prima"
