"""The store: archives appear whole, open only when they are whole, have one writer, and say what is wrong."""

from __future__ import annotations

import errno
import json
import os
import platform
import subprocess
import sys
import threading
import types
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

import pytest
import sqlalchemy as sa
from sqlcipher3 import dbapi2 as sqlcipher

from app.models import lock as lock_module
from app.models import schema, watching
from app.models import store as store_module
from app.models.copying import COPY_PARTS, copy_archive, stamp
from app.models.errors import AppError, Cancelled, EnvironmentFailed, InvalidInput, RuleBroken
from app.models.journal import broken_links
from app.models.lock import LockFile, user_name
from app.models.meetings import Decision
from app.models.plan import Act, FundingSource, Plan
from app.models.store import (
    Store,
    archive_uri,
    create_archive,
    file_faults,
    open_archive,
    translated,
)
from tests.services.world import World, build_world, driver, new_store, write_dangling_act

ROOT = Path(__file__).resolve().parents[2]
DISK_BYTES = 8_388_608
"""Of the small disk, on which an archive has to fit three times: itself, its log, and a copy that does not."""


def save_plan(opened: Store, name: str = "Piano") -> None:
    with opened.write("save_plan") as session:
        session.add(Plan(name=name, territory="ASL", office="Ufficio"))


def plan_names(opened: Store) -> list[str]:
    with opened.read() as session:
        return list(session.scalars(sa.select(Plan.name).order_by(Plan.name)))


def refusal(action: Callable[[], object]) -> AppError:
    with pytest.raises(AppError) as caught:
        action()
    return caught.value


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "config")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A closed archive with one plan."""
    path = tmp_path / "piano.concilia"
    create_archive(path, fill=save_plan)
    return path


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk with room for a few empty archives."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = (
        sys.platform == "linux"
        and os.geteuid() == 0
        and mount("-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", folder)
    )
    if not mounted:
        pytest.skip("a small disk can be mounted by root on Linux only")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def read_only_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder, holding one closed archive `piano.concilia`, where nothing can be written."""
    folder = tmp_path / "fixed"
    folder.mkdir()
    if sys.platform == "win32":
        pytest.skip("a folder cannot be made read-only by its mode on Windows")
    if os.geteuid() != 0:
        create_archive(folder / "piano.concilia", fill=save_plan)
        folder.chmod(0o555)
        yield folder
        folder.chmod(0o755)
        return
    if not mount("-t", "tmpfs", "none", folder):
        pytest.skip("root here may not mount a file system")
    create_archive(folder / "piano.concilia", fill=save_plan)
    assert mount("-o", "remount,ro", folder)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def mount(*words: str | Path) -> bool:
    return subprocess.run(["mount", *map(str, words)], check=False, capture_output=True).returncode == 0


# --- a new archive ------------------------------------------------------------------------


def test_new_archive_is_one_file_and_opens(archive: Path) -> None:
    assert names(archive.parent) == ["piano.concilia"]
    with open_archive(archive) as opened:
        assert plan_names(opened) == ["Piano"]
        save_plan(opened, "Altro")
        assert opened.saved_at is not None
    assert names(archive.parent) == ["piano.concilia"]
    with open_archive(archive) as opened:
        assert plan_names(opened) == ["Altro", "Piano"]
        assert opened.saved_at is None
        assert file_faults(opened) == []


def test_new_archive_is_marked_as_ours_with_its_schema(archive: Path) -> None:
    header = archive.read_bytes()[:100]
    assert header[68:72] == b"CONC"
    assert int.from_bytes(header[60:64], "big") == schema.SCHEMA_VERSION


def test_create_refuses_a_name_that_is_taken(archive: Path) -> None:
    before = archive.read_bytes()
    assert refusal(lambda: create_archive(archive)).code == "archive.exists"
    assert archive.read_bytes() == before


def test_create_refuses_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert refusal(lambda: create_archive(tmp_path / "no" / "a.concilia")).code == "archive.folder_missing"
    assert names(tmp_path) == []


def test_create_leaves_nothing_when_filling_fails(tmp_path: Path) -> None:
    def fill(opened: Store) -> None:
        save_plan(opened)
        raise RuleBroken("some.rule")

    assert refusal(lambda: create_archive(tmp_path / "a.concilia", fill=fill)).code == "some.rule"
    assert names(tmp_path) == []


def test_create_does_not_replace_a_file_that_came_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.concilia"
    error = refusal(lambda: create_archive(path, fill=lambda _opened: path.write_text("altro") and None))
    assert error.code == "archive.exists"
    assert path.read_text() == "altro"
    assert names(tmp_path) == ["a.concilia"]


def test_create_refuses_when_another_process_writes_the_same_archive(tmp_path: Path) -> None:
    lock = LockFile.acquire(tmp_path / "a.concilia")
    assert refusal(lambda: create_archive(tmp_path / "a.concilia")).code == "archive.locked"
    lock.release()
    create_archive(tmp_path / "a.concilia")


def test_create_takes_away_what_a_killed_process_left(tmp_path: Path) -> None:
    for suffix in (".part", ".part-wal", ".part-shm", ".part-journal"):
        (tmp_path / f".a.concilia{suffix}").write_bytes(b"left")
    create_archive(tmp_path / "a.concilia", fill=save_plan)
    assert names(tmp_path) == ["a.concilia"]


def test_archive_name_may_hold_what_addresses_use(tmp_path: Path) -> None:
    path = tmp_path / f"però{'' if sys.platform == 'win32' else '?'} #1 100% & co.concilia"
    create_archive(path, fill=save_plan)
    with open_archive(path) as opened:
        assert plan_names(opened) == ["Piano"]


# --- what cannot be opened ----------------------------------------------------------------


def other_database(path: Path) -> None:
    connection = sqlcipher.connect(str(path))
    connection.execute("create table t (a)")
    connection.close()


NOT_ARCHIVES: dict[str, Callable[[Path], object]] = {
    "text": lambda path: path.write_text("Gentile signora, in allegato l'archivio." * 50),
    "empty": lambda path: path.touch(),
    "folder": lambda path: path.mkdir(),
    "other database": other_database,
    "zip": lambda path: path.write_bytes(b"PK\x03\x04" + bytes(5000)),
}


@pytest.mark.parametrize("kind", NOT_ARCHIVES)
def test_open_refuses_what_is_no_archive_and_leaves_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "lettera.concilia"
    NOT_ARCHIVES[kind](path)
    before = path.read_bytes() if path.is_file() else None
    for writing in (True, False):
        error = refusal(lambda writing=writing: open_archive(path, writing=writing))
        assert (error.code, error.values["name"]) == ("archive.not_an_archive", "lettera.concilia")
    assert before is None or path.read_bytes() == before
    assert names(tmp_path) == ["lettera.concilia"]


def test_open_refuses_an_archive_that_is_not_there(tmp_path: Path) -> None:
    error = refusal(lambda: open_archive(tmp_path / "no.concilia"))
    assert error.code == "archive.missing"
    assert names(tmp_path) == []


def set_version(path: Path, version: int) -> None:
    connection = sqlcipher.connect(str(path), isolation_level=None)
    connection.execute(f"pragma user_version = {version}")
    connection.close()


def test_open_refuses_a_newer_archive_untouched(archive: Path) -> None:
    set_version(archive, 99)
    before = archive.read_bytes()
    error = refusal(lambda: open_archive(archive))
    assert error.code == "archive.newer"
    assert (error.values["found"], error.values["known"]) == (99, schema.SCHEMA_VERSION)
    assert archive.read_bytes() == before


def test_open_for_reading_does_not_upgrade(archive: Path) -> None:
    set_version(archive, 0)
    assert refusal(lambda: open_archive(archive, writing=False)).code == "archive.older_read_only"
    assert names(archive.parent) == ["piano.concilia"]


@pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.95])
def test_open_refuses_a_file_that_was_cut(part: float, archive: Path) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * part)])
    assert refusal(lambda: open_archive(archive)).code == "archive.damaged"
    assert names(archive.parent) == ["piano.concilia"]


def test_open_refuses_a_file_with_broken_pages(archive: Path) -> None:
    whole = archive.read_bytes()
    codes = set()
    for page in range(4096, len(whole), 4096 * 4):
        archive.write_bytes(whole[:page] + bytes(byte ^ 0x55 for byte in whole[page : page + 12]) + whole[page + 12 :])
        codes.add(refusal(lambda: open_archive(archive)).code)
    assert codes == {"archive.damaged"}


def test_open_refuses_a_guard_that_is_no_text_any_more(archive: Path) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole.replace(b"'concilia:", b"'\xff\xffncilia:"))
    assert refusal(lambda: open_archive(archive)).code == "archive.damaged"


def test_open_refuses_a_file_with_a_broken_header(archive: Path) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(b"X" + whole[1:])
    assert refusal(lambda: open_archive(archive)).code == "archive.not_an_archive"


SCHEMA_ATTACKS = {
    "dropped trigger": "drop trigger posting_no_update",
    "weakened trigger": "drop trigger posting_no_update; create trigger posting_no_update before update on posting"
    " begin select 1; end",
    "dropped index": "drop index ix_edit_row",
    "added table": "create table other (a)",
    "added trigger": "create trigger thief after insert on posting begin select 1; end",
}


@pytest.mark.parametrize("attack", SCHEMA_ATTACKS)
def test_open_refuses_an_archive_whose_guards_were_changed(attack: str, archive: Path) -> None:
    connection = sqlcipher.connect(str(archive), isolation_level=None)
    connection.executescript(SCHEMA_ATTACKS[attack])
    connection.close()
    assert refusal(lambda: open_archive(archive)).code == "archive.damaged"


def test_large_archives_are_not_read_whole_when_opened(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(_connection: object, *, thorough: bool) -> list[str]:
        raise AssertionError("every page was read")

    monkeypatch.setattr(schema, "page_faults", forbidden)
    monkeypatch.setattr(store_module, "CHECKED_AT_OPEN_BYTES", 1000)
    with open_archive(archive) as opened:
        assert plan_names(opened) == ["Piano"]


def test_file_faults_names_what_is_wrong(archive: Path) -> None:
    with open_archive(archive) as opened:
        write_dangling_act(opened)
        with driver(opened) as raw:
            raw.execute("drop trigger posting_no_update")
        assert file_faults(opened) == ["act 1 → plan", "posting_no_update"]


# --- one writer ---------------------------------------------------------------------------


def test_second_opening_is_refused_with_machine_and_user(archive: Path) -> None:
    with open_archive(archive):
        assert names(archive.parent)[:2] == ["piano.concilia", "piano.concilia-shm"]
        error = refusal(lambda: open_archive(archive))
        assert error.code == "archive.locked"
        assert error.values == {"name": archive.name, "machine": platform.node(), "user": user_name()}
    open_archive(archive).close()


def test_the_same_archive_under_another_name_is_refused_too(archive: Path) -> None:
    link = archive.with_name("link.concilia")
    link.symlink_to(archive)
    with open_archive(link):
        assert refusal(lambda: open_archive(archive)).code == "archive.locked"


def test_reading_beside_a_writer_sees_what_was_saved(archive: Path) -> None:
    with open_archive(archive) as writer, open_archive(archive, writing=False) as reader:
        save_plan(writer, "Altro")
        assert plan_names(reader) == ["Altro", "Piano"]
        with pytest.raises(EnvironmentFailed) as caught, reader.write("save_plan"):
            pytest.fail("wrote")
        assert caught.value.code == "archive.opened_for_reading"


def test_writer_closed_before_its_reader_leaves_a_whole_archive(archive: Path) -> None:
    with open_archive(archive, writing=False) as reader:
        with open_archive(archive) as writer, reader.read() as session:
            assert list(session.scalars(sa.select(Plan.name))) == ["Piano"]
            save_plan(writer, "Altro")
            writer.engine.dispose()
        assert plan_names(reader) == ["Altro", "Piano"]
    with open_archive(archive) as opened:
        assert file_faults(opened) == []
    assert names(archive.parent) == ["piano.concilia"]


LOCKING_CHILD = """
import sys
from pathlib import Path
from app.models.store import open_archive
opened = open_archive(Path(sys.argv[1]))
with opened.write("save_plan") as session:
    from app.models.plan import Plan
    session.add(Plan(name="Figlio", territory="", office=""))
print("open", flush=True)
sys.stdin.read()
"""


def test_lock_is_free_after_its_process_was_killed(archive: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", LOCKING_CHILD, str(archive)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"open"
    assert refusal(lambda: open_archive(archive)).code == "archive.locked"
    child.kill()
    child.wait()
    child.stdin.close()
    child.stdout.close()
    assert "piano.concilia.lock" in names(archive.parent)
    with open_archive(archive, writing=False) as reader:
        assert plan_names(reader) == ["Figlio", "Piano"]
    with open_archive(archive) as opened:
        assert plan_names(opened) == ["Figlio", "Piano"]
    assert names(archive.parent) == ["piano.concilia"]


def test_lock_whose_file_is_taken_away_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.concilia"
    asked: list[int] = []
    real = lock_module._lock

    def lock_then_lose(descriptor: int) -> None:
        real(descriptor)
        asked.append(descriptor)
        if len(asked) == 1:  # the holder before us removes its file between our open and our lock
            (tmp_path / "a.concilia.lock").unlink()

    monkeypatch.setattr(lock_module, "_lock", lock_then_lose)
    lock = LockFile.acquire(path)
    assert len(asked) == 2
    assert names(tmp_path) == ["a.concilia.lock"]
    lock.release()
    assert names(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"machine": 1}'])
def test_holder_that_cannot_be_read_is_a_question_mark(text: str, tmp_path: Path) -> None:
    lock = LockFile.acquire(tmp_path / "a.concilia")
    lock.path.write_text(text)
    error = refusal(lambda: LockFile.acquire(tmp_path / "a.concilia"))
    assert (error.values["machine"], error.values["user"]) == ("?", "?")
    lock.release()


def test_place_without_locks_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none_here(_descriptor: int) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(lock_module, "_lock", none_here)
    assert refusal(lambda: LockFile.acquire(tmp_path / "a.concilia")).code == "archive.read_only"


def test_user_without_a_name_is_a_question_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(lock_module.getpass, "getuser", unknown)
    assert user_name() == "?"


@pytest.mark.skipif(sys.platform == "win32", reason="stands in for what Windows does itself")
def test_lock_on_windows_is_one_byte_beyond_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    offsets: list[int] = []

    def locking(descriptor: int, mode: int, count: int) -> None:
        offsets.append(os.lseek(descriptor, 0, os.SEEK_CUR))
        assert (mode, count) == (2, 1)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    fake = types.SimpleNamespace(locking=locking, LK_NBLCK=2)
    monkeypatch.setitem(sys.modules, "msvcrt", fake)
    monkeypatch.setattr(lock_module.sys, "platform", "win32")
    lock = LockFile.acquire(tmp_path / "a.concilia")
    assert refusal(lambda: LockFile.acquire(tmp_path / "a.concilia")).code == "archive.locked"
    assert json.loads(lock.path.read_text())["user"] == user_name()
    lock.release()
    assert offsets == [1 << 30, 1 << 30]
    assert names(tmp_path) == []


# --- places and disks ---------------------------------------------------------------------


def test_read_only_place_is_refused_for_writing_and_read(read_only_folder: Path) -> None:
    path = read_only_folder / "piano.concilia"
    assert refusal(lambda: open_archive(path)).code == "archive.read_only"
    assert refusal(lambda: create_archive(read_only_folder / "b.concilia")).code == "archive.read_only"
    with open_archive(path, writing=False) as reader:
        assert plan_names(reader) == ["Piano"]
        assert refusal(lambda: copy_archive(reader, read_only_folder / "c.concilia")).code == "archive.read_only"
    assert names(read_only_folder) == ["piano.concilia"]


def test_archive_that_cannot_be_written_is_refused_at_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = store_module.archive_uri
    monkeypatch.setattr(store_module, "archive_uri", lambda path, *, writing: real(path, writing=False))
    assert refusal(lambda: open_archive(archive)).code == "archive.read_only"
    assert names(archive.parent) == ["piano.concilia"]


def test_create_on_a_full_disk_leaves_nothing(small_disk: Path) -> None:
    def fill(opened: Store) -> None:
        save_plan(opened, "x" * DISK_BYTES)

    assert refusal(lambda: create_archive(small_disk / "a.concilia", fill=fill)).code == "disk.full"
    assert names(small_disk) == []
    (small_disk / "ballast").write_bytes(bytes(DISK_BYTES - 200_000))
    assert refusal(lambda: create_archive(small_disk / "a.concilia")).code == "disk.full"
    assert names(small_disk) == ["ballast"]


def test_write_on_a_full_disk_is_refused_and_the_rest_is_safe(small_disk: Path) -> None:
    path = small_disk / "a.concilia"
    create_archive(path, fill=save_plan)
    with open_archive(path) as opened:
        assert refusal(lambda: save_plan(opened, "x" * DISK_BYTES)).code == "disk.full"
        assert opened.saved_at is None
        assert plan_names(opened) == ["Piano"]
        save_plan(opened, "Altro")
    with open_archive(path) as opened:
        assert plan_names(opened) == ["Altro", "Piano"]
        assert file_faults(opened) == []
        (small_disk / "ballast").write_bytes(bytes(DISK_BYTES - 2 * path.stat().st_size))
        assert refusal(lambda: copy_archive(opened, small_disk / "b.concilia")).code == "disk.full"
    assert names(small_disk) == ["a.concilia", "ballast"]


def test_open_disk_errors_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.concilia"
    for number, code in ((errno.ENOSPC, "disk.full"), (errno.EFBIG, "disk.full"), (errno.EACCES, "archive.read_only")):

        def fail(_opened: Store, number: int = number) -> None:
            raise OSError(number, "no")

        assert refusal(lambda fail=fail: create_archive(path, fill=fail)).code == code


def test_folder_that_cannot_be_synced_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse_folders(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if Path(path).is_dir():
            raise PermissionError("folders cannot be opened")
        return real(path, flags, *more, **named)

    monkeypatch.setattr(os, "open", refuse_folders)
    create_archive(tmp_path / "a.concilia")
    assert (tmp_path / "a.concilia").is_file()


# --- sessions -----------------------------------------------------------------------------


def test_failed_write_writes_nothing(store: Store) -> None:
    def write_then_fail() -> None:
        with store.write("save_plan") as session:
            session.add(Plan(name="Piano", territory="", office=""))
            session.flush()
            raise RuleBroken("some.rule")

    assert refusal(write_then_fail).code == "some.rule"
    assert plan_names(store) == []
    assert store.saved_at is None


def test_read_session_sees_one_state(store: Store) -> None:
    with store.read() as session:
        before = session.scalar(sa.select(sa.func.count()).select_from(Plan))
        save_plan(store)
        assert session.scalar(sa.select(sa.func.count()).select_from(Plan)) == before == 0
    assert plan_names(store) == ["Piano"]


def test_read_session_never_writes(store: Store) -> None:
    with store.read() as session:
        session.add(Plan(name="Piano", territory="", office=""))
        session.flush()
    assert plan_names(store) == []


def test_writers_in_two_threads_take_turns(store: Store) -> None:
    failures: list[BaseException] = []

    def work(letter: str) -> None:
        try:
            for n in range(10):
                save_plan(store, f"{letter}{n}")
        except BaseException as failure:  # a thread's failure must fail the test
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(letter,)) for letter in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(plan_names(store)) == 20
    with store.read() as session:
        assert broken_links(session) == []


def test_records_are_marked_as_sample_when_the_store_says_so(store: Store) -> None:
    store.sample = True
    save_plan(store)
    with store.read() as session:
        assert session.scalar(sa.select(Plan.sample)) is True


def test_second_writer_meets_a_busy_archive(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with driver(store) as raw:
        raw.execute("begin immediate")
        store.engine.pool.connect().close()
        monkeypatch.setattr(store_module, "BUSY_MILLISECONDS", 1)
        with open_second(store.path) as second:
            assert refusal(lambda: save_plan(second)).code == "archive.busy"


def open_second(path: Path) -> Store:
    """A writing store that went past the lock, as another program might."""
    return Store(path, store_module.archive_engine(path, None, writing=True), "other", writing=True)


TOLD = {
    "concilia:ledger.append_only": (RuleBroken, "ledger.append_only"),
    "CHECK constraint failed: ck_account_state_balance_not_negative": (RuleBroken, "account.too_little"),
    "CHECK constraint failed: ck_account_state_total_within_ceiling": (RuleBroken, "account.over_ceiling"),
    "database or disk is full": (EnvironmentFailed, "disk.full"),
    "disk I/O error": (EnvironmentFailed, "disk.failed"),
    "attempt to write a readonly database": (EnvironmentFailed, "archive.read_only"),
    "unable to open database file": (EnvironmentFailed, "archive.read_only"),
    "database is locked": (EnvironmentFailed, "archive.busy"),
    "database disk image is malformed": (EnvironmentFailed, "archive.damaged"),
    "file is not a database": (EnvironmentFailed, "archive.not_an_archive"),
}


@pytest.mark.parametrize("message", TOLD)
def test_what_the_engine_says_is_translated(message: str) -> None:
    with pytest.raises(AppError) as caught, translated(Path("a.concilia")):
        raise sqlcipher.OperationalError(message)
    assert (type(caught.value), caught.value.code) == TOLD[message]


@pytest.mark.parametrize("message", ["CHECK constraint failed: ck_is full_x", "no such table: t"])
def test_what_is_a_bug_stays_one(message: str) -> None:
    with pytest.raises(sqlcipher.OperationalError), translated(Path("a.concilia")):
        raise sqlcipher.OperationalError(message)


def test_refusal_inside_a_session_is_translated(store: Store) -> None:
    world_keys = build_world(store)

    def delete_meeting() -> None:
        with store.write("delete_meeting") as session:
            session.delete(session.get_one(Act, world_keys.act))
            session.flush()
            session.connection().exec_driver_sql("delete from meeting")

    assert refusal(delete_meeting).code == "meeting.closed"


@pytest.mark.parametrize("values", [{"amount": 5.0}, {"amount": True}, {"amount": "5"}])
def test_amounts_are_whole_numbers(values: dict[str, Any], store: Store) -> None:
    def write() -> None:
        with store.write("save_source") as session:
            plan = Plan(name="Piano", territory="", office="")
            session.add_all([plan, FundingSource(plan_id=plan.id, position=1, kind="fixed", name="S", **values)])

    with pytest.raises(sa.exc.StatementError, match="cents must be int"):
        write()


def test_instants_have_a_time_zone(store: Store, world: World) -> None:
    def write() -> None:
        with store.write("save_decision") as session:
            session.get_one(Decision, world.pending).effective_at = datetime(2014, 3, 31, 12, 0)

    with pytest.raises(sa.exc.StatementError, match="instants must be aware"):
        write()


def test_text_that_no_file_can_hold_is_refused(store: Store, world: World) -> None:
    with pytest.raises(InvalidInput) as refusal, store.write("save_plan") as session:
        session.get_one(Plan, world.plan).name = "Piano \ud83d di Rho"
    assert refusal.value.code == "text.character_missing"
    assert refusal.value.values == {"character": "U+D83D", "place": "Piano ? di Rho"}
    with store.read() as session:
        assert session.get_one(Plan, world.plan).name == "Piano"


def test_error_says_its_code_and_values() -> None:
    assert str(RuleBroken("account.too_little")) == "account.too_little"
    assert str(RuleBroken("archive.newer", name="a", found=2)) == "archive.newer (name='a', found=2)"


# --- copies and keys ----------------------------------------------------------------------


def test_copy_is_a_whole_archive_of_its_own(archive: Path, tmp_path: Path) -> None:
    target = tmp_path / "copia.concilia"
    with open_archive(archive) as opened:
        copy_archive(opened, target)
        save_plan(opened, "Dopo")
        assert refusal(lambda: copy_archive(opened, target)).code == "archive.exists"
        assert refusal(lambda: copy_archive(opened, tmp_path / "no" / "b")).code == "archive.folder_missing"
        replica = opened.replica_id
    assert names(tmp_path) == ["copia.concilia", "piano.concilia"]
    with open_archive(target) as copy:
        assert plan_names(copy) == ["Piano"]
        assert copy.replica_id == replica


@pytest.mark.parametrize("part", [0, COPY_PARTS // 2])
def test_copy_that_is_stopped_leaves_nothing(
    part: int, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def step(done: int, _total: int) -> None:
        if done >= part:
            raise Cancelled

    monkeypatch.setattr(watching, "STEPS_BETWEEN", 10)
    with open_archive(archive) as opened:
        with pytest.raises(Cancelled):
            copy_archive(opened, tmp_path / "copia.concilia", step)
        save_plan(opened, "Dopo")
        assert plan_names(opened) == ["Dopo", "Piano"]
    assert names(tmp_path) == ["piano.concilia"]


def test_copy_tells_how_far_it_is(archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(watching, "STEPS_BETWEEN", 10)
    with open_archive(archive) as opened:
        copy_archive(opened, tmp_path / "copia.concilia", lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert {total for _done, total in told} == {COPY_PARTS}
    assert told[-1][0] == COPY_PARTS // 2, "the first half is the copy, the second has no measure"


LONG = "with recursive n(v) as (select 1 union all select v + 1 from n limit 999) select sum(v) from n"


def test_what_stops_a_measure_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    assert watching.size_of(tmp_path / "none") == 0  # a file that cannot be measured stops nothing
    monkeypatch.setattr(watching, "STEPS_BETWEEN", 10)
    connection = sqlcipher.connect(":memory:")
    with pytest.raises(ZeroDivisionError), watching.watched(connection, fail):
        connection.execute(LONG)
    connection.close()


def test_copy_of_a_damaged_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    with open_archive(archive) as opened:
        write_dangling_act(opened)
        assert refusal(lambda: copy_archive(opened, tmp_path / "b.concilia")).code == "archive.damaged"
    assert names(tmp_path) == ["piano.concilia"]


def test_encrypted_archive_opens_with_its_key_alone(tmp_path: Path) -> None:
    path, key = tmp_path / "chiuso.concilia", bytes(range(32))
    create_archive(path, fill=save_plan, key=key)
    assert b"SQLite" not in path.read_bytes()
    assert b"Piano" not in path.read_bytes()
    for wrong in (None, bytes(32)):
        assert refusal(lambda wrong=wrong: open_archive(path, key=wrong)).code == "archive.not_an_archive"
    with open_archive(path, key=key) as opened:
        assert plan_names(opened) == ["Piano"]
        copy_archive(opened, tmp_path / "copia.concilia")
    with open_archive(tmp_path / "copia.concilia", key=key) as copy:
        assert plan_names(copy) == ["Piano"]


def test_addresses_for_the_engine() -> None:
    assert archive_uri(PurePosixPath("/a/b c.concilia"), writing=True) == "file:///a/b%20c.concilia?mode=rw"
    assert archive_uri(PureWindowsPath("C:/a.concilia"), writing=False) == "file:///C:/a.concilia?mode=ro"
    assert archive_uri(PureWindowsPath("//host/share/a.concilia"), writing=True) == (
        "file:////host/share/a.concilia?mode=rw"
    )


def test_stamp_sorts_by_time() -> None:
    first = stamp()
    assert len(first) == len("20140331-104207")
    assert first <= stamp()


def test_new_store_of_the_tests_stands(tmp_path: Path) -> None:
    with new_store(tmp_path, "altro.concilia") as opened:
        build_world(opened)
        assert file_faults(opened) == []
