"""An encrypted archive is copied as it lies: one instant of it, whatever is written meanwhile, and no lock is lost."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import as_it_lies, copying, slots
from app.models.as_it_lies import copy_as_it_lies
from app.models.copying import copy_archive
from app.models.errors import EnvironmentFailed
from app.models.slots import Cost
from app.models.store import Store
from app.services.archive import open_archive
from app.services.network.registry import OrganisationDraft, organisation_rows, save_organisation
from app.services.users.keys import new_encrypted_archive
from tests.services.acting import ANNA, AS_ANNA

CODE = "0" * 32
SHARED = (1 << 30) + 2
"""Where the engine locks a file that it reads."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted archive of one organisation."""
    path = tmp_path_factory.mktemp("guarded") / "piano.concilia"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "COST", Cost(1, 16, 2))
        new_encrypted_archive(path, ANNA, CODE)
    with open_archive(path, credentials=AS_ANNA) as store:
        save_organisation(store, OrganisationDraft(name="Prima"))
    return path


@pytest.fixture
def guarded(made: Path, tmp_path: Path) -> Iterator[Store]:
    for name in (made.name, f"{made.name}.keys"):
        shutil.copy(made.with_name(name), tmp_path)
    with open_archive(tmp_path / made.name, credentials=AS_ANNA) as store:
        yield store


def names(path: Path) -> list[str]:
    with open_archive(path, writing=False, credentials=AS_ANNA) as store:
        return sorted(row.name for row in organisation_rows(store))


def test_what_is_written_while_bytes_are_copied_is_not_in_the_copy(
    guarded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_organisation(guarded, OrganisationDraft(name="Prima della copia"))
    written = 0

    def step(_done: int, _total: int) -> None:
        nonlocal written
        if written < 3:
            written += 1
            writing = threading.Thread(
                target=save_organisation, args=(guarded, OrganisationDraft(name=f"Durante {written}"))
            )
            writing.start()
            writing.join()
            with guarded.engine.connect() as connection:
                connection.exec_driver_sql("pragma wal_checkpoint(passive)")

    monkeypatch.setattr(as_it_lies, "BLOCK", 4096)
    monkeypatch.setattr(copying, "_write_anew", None)  # it is not the way
    target = guarded.path.with_name("copia.concilia")
    copy_archive(guarded, target, step)
    assert written == 3
    assert names(target) == ["Prima", "Prima della copia"]
    assert not list(guarded.path.parent.glob(".*"))
    assert len(organisation_rows(guarded)) == 5


def test_an_older_state_that_somebody_reads_is_not_copied_as_it_lies(guarded: Store) -> None:
    assert guarded.key is not None
    target = guarded.path.with_name("copia.concilia")
    with guarded.engine.connect() as reader:
        reader.exec_driver_sql("select count(*) from organisation")
        save_organisation(guarded, OrganisationDraft(name="Seconda"))
        assert not copy_as_it_lies(guarded.engine, guarded.path, target, guarded.key)
        assert not target.exists()
        copy_archive(guarded, target)
    assert names(target) == ["Prima", "Seconda"]


def test_an_archive_open_for_reading_is_copied_all_the_same(guarded: Store) -> None:
    guarded.close()
    target = guarded.path.with_name("copia.concilia")
    with open_archive(guarded.path, writing=False, credentials=AS_ANNA) as store:
        copy_archive(store, target)
    assert names(target) == ["Prima"]


def test_a_file_that_ends_too_early_is_refused(guarded: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_it_lies, "_read", lambda _descriptor, size, _at: bytes(size - 1))
    with pytest.raises(EnvironmentFailed) as refused:
        copy_archive(guarded, guarded.path.with_name("copia.concilia"))
    assert refused.value.code == "archive.damaged"
    assert not list(guarded.path.parent.glob("*copia*"))


@pytest.mark.skipif(sys.platform == "win32", reason="locks belong to handles there")
def test_locks_of_the_engine_outlive_a_copy(guarded: Store) -> None:
    assert not _free_for_another_process(guarded.path)
    copy_archive(guarded, guarded.path.with_name("copia.concilia"))
    assert not _free_for_another_process(guarded.path)
    with guarded.path.open("rb"):  # the proof can fail: this is what a copy must not do
        pass
    assert _free_for_another_process(guarded.path)


def _free_for_another_process(path: Path) -> bool:
    """Whether another process could take the lock under which the engine moves a file."""
    import fcntl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads do not matter to who only locks
        child = os.fork()
    if child == 0:
        try:
            with path.open("r+b") as file:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, SHARED)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
