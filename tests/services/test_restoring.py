"""Copies and the way back: made whole, told what is in them, compared, put in the place of the archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models import slots
from app.models.appearing import PATIENCE, patient
from app.models.copying import copy_archive
from app.models.enums import UserRole, UserState
from app.models.errors import AppError
from app.models.journal import broken_links
from app.models.keeping import hold, settle
from app.models.plan import Plan
from app.models.restoration import Restoration
from app.models.restoring import Source, _bring_over
from app.models.slots import Cost, keys_path, write_keys
from app.models.store import Store, archive_engine, file_faults
from app.services.archive import clock_refusal, open_archive
from app.services.integrity import verify
from app.services.journal.journal import recent
from app.services.keeping.copies import (
    Occasion,
    RegularCopies,
    copies_folder,
    copy_files,
    copy_rows,
    make_copy,
    newest_good,
)
from app.services.keeping.copy_facts import read_facts
from app.services.keeping.restoring import compare_copy, copy_key, examine, restore_copy, restore_over
from app.services.plan.plan import find_plan, save_plan
from app.services.users import attempts
from app.services.users.facts import list_users
from app.services.users.key_files import wipe_unfinished
from app.services.users.keys import (
    Credentials,
    UserDraft,
    add_user,
    change_password,
    encrypt_archive,
    remove_user,
    renew_key,
)
from app.services.users.recovery import new_code
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_source, an_area
from tests.services.flipping import flip_copies

EN = translator("en")
PASSWORD = "una frase di anna"
ANNA = UserDraft("Anna", "anna", PASSWORD)
AS_ANNA = Credentials("anna", PASSWORD)
BRUNO = UserDraft("Bruno", "bruno", "una frase di bruno", UserRole.SECRETARY)


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()


@pytest.fixture(scope="module")
def small(empty_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a plan, an area and some money, closed."""
    path = Path(shutil.copy(empty_archive, tmp_path_factory.mktemp("small") / "piano.concilia"))
    with open_archive(path) as store:
        a_plan(store)
        an_area(store)
        a_source(store)
    return path


@pytest.fixture
def plain(small: Path, tmp_path: Path) -> Path:
    """The small archive, closed, in a folder of its own."""
    folder = tmp_path / "office"
    folder.mkdir()
    return Path(shutil.copy(small, folder / "piano.concilia"))


@pytest.fixture
def opened(plain: Path) -> Iterator[Store]:
    with open_archive(plain) as store:
        yield store


@pytest.fixture
def guarded(plain: Path) -> Iterator[Store]:
    with open_archive(plain) as store:
        encrypt_archive(store, ANNA, new_code())
        yield store


def code(act: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        act()
    return caught.value.code


def rename(store: Store, office: str) -> None:
    plan = find_plan(store)
    assert plan is not None
    save_plan(store, replace(plan, office=office))


def office(store: Store) -> str:
    plan = find_plan(store)
    assert plan is not None
    return plan.office


def whole(store: Store) -> bool:
    broken = [sentence for each in verify(store, EN).invariants for sentence in each.broken]
    assert (file_faults(store), broken) == ([], [])
    return True


# --- making -------------------------------------------------------------------------------------------


def test_copy_is_told_by_what_is_in_it(sample_archive: Path, tmp_path: Path) -> None:
    with open_archive(Path(shutil.copy(sample_archive, tmp_path))) as opened:
        made = make_copy(opened, Occasion.REQUEST)
        (row,) = copy_rows(opened)
    assert row.file == made
    assert row.file.good
    assert row.facts is not None
    assert row.facts.count("proposal") == 4
    assert row.facts.money == sum(each.total for each in row.facts.accounts if each.kind == "plan") > 0
    assert row.facts.edits > 100
    assert made.path.parent == copies_folder(tmp_path / sample_archive.name)
    with open_archive(made.path, writing=False) as copy:
        assert whole(copy)


def test_copies_of_one_second_have_names_of_their_own(opened: Store) -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    opened.clock = lambda: now
    names = {make_copy(opened, Occasion.REQUEST).path.name for _turn in range(3)}
    assert len(names) == 3
    assert [copy.made_at for copy in copy_files(opened.path)] == [now + timedelta(seconds=n) for n in (2, 1, 0)]


def test_a_copy_with_a_broken_invariant_is_kept_and_not_called_good(opened: Store) -> None:
    good = make_copy(opened, Occasion.REQUEST)
    with opened.engine.execution_options(writing=True).begin() as connection:
        connection.exec_driver_sql("drop trigger if exists edit_unchanged")
        connection.exec_driver_sql("update plan set office = 'di nascosto'")
    made = make_copy(opened, Occasion.REQUEST)
    assert not made.good
    assert newest_good(opened.path) == good


def test_closing_and_keys_make_a_copy_unless_the_last_one_has_everything(opened: Store) -> None:
    assert opened.safeguard is not None
    opened.safeguard(opened, "closing")
    opened.safeguard(opened, "closing")
    assert [copy.occasion for copy in copy_files(opened.path)] == [Occasion.CLOSING]
    rename(opened, "Altro ufficio")
    opened.safeguard(opened, "closing")
    assert len(copy_files(opened.path)) == 2


def test_closing_asks_for_its_copy_first(opened: Store) -> None:
    asked: list[str] = []
    opened.safeguard = lambda _store, occasion: asked.append(occasion)
    with opened.write("close_meeting"):
        pass
    assert asked == ["closing"]


def test_regular_copies_come_after_a_quarter_of_an_hour_and_a_change(opened: Store) -> None:
    now, passed = [datetime(2026, 11, 22, 12, tzinfo=UTC)], [0.0]
    opened.clock = lambda: now[0]
    regular = RegularCopies(opened, lambda: passed[0])

    def later(minutes: int) -> None:
        now[0] += timedelta(minutes=minutes)
        passed[0] += minutes * 60

    assert regular.make() is not None  # there was none at all
    rename(opened, "Primo")
    assert regular.make() is None
    later(16)
    assert regular.make() is not None
    later(16)
    assert regular.make() is None, "nothing was written since"
    rename(opened, "Secondo")
    now[0] -= timedelta(days=3)  # the clock is set back: copies of the future are in the way of none
    assert regular.make() is not None
    rename(opened, "Terzo")
    assert not regular.due()
    assert not RegularCopies(opened).due() or copy_files(opened.path)[0].made_at > now[0]


def test_encryption_leaves_no_copy_that_anybody_reads(opened: Store) -> None:
    make_copy(opened, Occasion.REQUEST)
    encrypt_archive(opened, ANNA, new_code())
    copies = copy_files(opened.path)
    assert copies
    assert all(slots.is_encrypted(copy.path) for copy in copies)
    found = {entry.name for entry in copies_folder(opened.path).iterdir()}
    expected = {copy.path.name + suffix for copy in copies for suffix in ("", ".keys", ".proof")}
    assert found == expected


# --- comparing ----------------------------------------------------------------------------------------


def test_comparison_tells_records_money_and_gestures_that_would_go(opened: Store) -> None:
    made = make_copy(opened, Occasion.REQUEST)
    rename(opened, "Altro ufficio")
    with opened.write("save_plan") as session:
        session.add(Plan(name="Secondo piano", territory="", office=""))
    found = compare_copy(opened, made.path, None)
    changed = {kind.table: (kind.present, kind.copied) for kind in found.kinds if kind.present != kind.copied}
    assert changed == {"plan": (2, 1)}
    assert [row.verb for row in found.lost] == ["save_plan", "save_plan"]
    assert found.lost_count == 2
    assert not found.ahead
    assert all(account.present == account.copied for account in found.accounts)


def test_copy_of_another_archive_is_refused(opened: Store, world_archive: tuple[Path, object]) -> None:
    other = world_archive[0]
    assert code(lambda: compare_copy(opened, other, None)) == "copy.other_archive"
    assert code(lambda: restore_copy(opened, other, None)) == "copy.other_archive"
    assert whole(opened)


# --- restoring ----------------------------------------------------------------------------------------


def test_restored_copy_takes_the_place_under_a_new_replica(opened: Store) -> None:
    first, replica = office(opened), opened.replica_id
    made = make_copy(opened, Occasion.REQUEST)
    rename(opened, "Altro ufficio")
    done = restore_copy(opened, made.path, None)
    assert office(opened) == first
    assert opened.replica_id != replica
    assert whole(opened)
    rename(opened, "Da capo")
    with opened.read() as session:
        record = session.scalars(sa.select(Restoration)).one()
    assert done.kept is not None
    assert (record.copy_name, record.kept_name) == (made.path.name, done.kept.name)
    with open_archive(done.kept, writing=False) as kept:
        assert office(kept) == "Altro ufficio"
    path = opened.path
    opened.close()
    with open_archive(path) as again:
        assert office(again) == "Da capo"
        assert whole(again)


def test_people_and_keys_stay_as_they_are_now(guarded: Store) -> None:
    add_user(guarded, BRUNO)
    made = make_copy(guarded, Occasion.REQUEST)
    bruno = next(row.id for row in list_users(guarded) if row.name == "Bruno")
    add_user(guarded, UserDraft("Carla", "carla", "una frase di carla", UserRole.READER))
    remove_user(guarded, bruno)
    change_password(guarded, guarded.person.id, "tutta un'altra frase", PASSWORD)  # type: ignore[union-attr]
    key = copy_key(guarded, made.path, AS_ANNA)  # the key is another one since: the password of then
    assert code(lambda: copy_key(guarded, made.path)) == "keys.needed"
    restore_copy(guarded, made.path, key)
    states = {row.name: row.state for row in list_users(guarded)}
    assert states == {"Anna": UserState.ACTIVE, "Bruno": UserState.REMOVED, "Carla": UserState.ACTIVE}
    assert whole(guarded)
    path = guarded.path
    guarded.close()
    assert code(lambda: open_archive(path, credentials=Credentials("bruno", BRUNO.password))) == "keys.wrong"
    attempts._in_memory.clear()
    for login, password in (("carla", "una frase di carla"), ("anna", "tutta un'altra frase")):
        with open_archive(path, credentials=Credentials(login, password)) as again:
            assert whole(again)


def test_only_the_keeper_restores(guarded: Store) -> None:
    add_user(guarded, BRUNO)
    made = make_copy(guarded, Occasion.REQUEST)
    path = guarded.path
    guarded.close()
    with open_archive(path, credentials=Credentials("bruno", BRUNO.password)) as secretary:
        assert code(lambda: restore_copy(secretary, made.path, copy_key(secretary, made.path))) == "right.missing"


def test_older_schema_is_brought_up_while_it_is_restored(tmp_path: Path) -> None:
    archives = Path(__file__).resolve().parents[1] / "archives"
    for version in (1, 2):
        path, copy = tmp_path / f"piano{version}.concilia", tmp_path / f"copia{version}.concilia"
        for target in (path, copy):
            shutil.copy(archives / f"schema-{version}.concilia", target)
        with open_archive(path) as store:
            assert compare_copy(store, copy, None).copied.schema == version
            restore_copy(store, copy, None)
            assert file_faults(store) == []
            with store.read() as session:
                assert list(broken_links(session)) == []
            rename(store, "Ufficio di oggi")
            assert recent(store)[0].verb == "save_plan"
            assert {row.replica for row in recent(store)} > {store.replica_id}


def test_refused_restoring_changes_nothing(opened: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = make_copy(opened, Occasion.REQUEST)
    data = bytearray(made.path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 4096] = bytes(4096)
    made.path.write_bytes(data)
    rename(opened, "Altro ufficio")
    assert code(lambda: restore_copy(opened, made.path, None)) == "archive.damaged"
    assert office(opened) == "Altro ufficio"
    names = {entry.name for entry in opened.path.parent.iterdir() if entry.is_file()}
    assert names <= {"piano.concilia", "piano.concilia-wal", "piano.concilia-shm", "piano.concilia.lock"}
    assert whole(opened)


# --- a damaged archive ----------------------------------------------------------------------------------


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[8192:12288] = b"\xff" * 4096
    path.write_bytes(data)


def test_damaged_archive_says_what_and_the_copy_takes_its_place(plain: Path) -> None:
    with open_archive(plain) as store:
        made, first = make_copy(store, Occasion.REQUEST), office(store)
    assert examine(plain) is None
    spoil(plain)
    assert code(lambda: open_archive(plain)) == "archive.damaged"
    damage = examine(plain)
    assert damage is not None
    assert damage.readable > 50
    spoiled = plain.read_bytes()
    done = restore_over(plain, made.path)
    assert done.kept is not None
    assert done.kept.read_bytes() == spoiled
    with open_archive(plain) as store:
        assert office(store) == first
        assert whole(store)


def test_archive_that_is_gone_comes_back(plain: Path) -> None:
    with open_archive(plain) as store:
        made = make_copy(store, Occasion.REQUEST)
    plain.unlink()
    plain.with_name(plain.name + "-wal").write_bytes(b"of another file")
    assert restore_over(plain, made.path).kept is None
    with open_archive(plain) as store:
        assert whole(store)


@pytest.mark.parametrize("keys", ["there", "damaged", "missing"])
def test_damaged_encrypted_archive_keeps_its_keys_or_takes_the_copys(guarded: Store, keys: str) -> None:
    made = make_copy(guarded, Occasion.REQUEST)
    path = guarded.path
    if keys == "there":  # then the present password opens it, even one that is younger than the copy
        change_password(guarded, guarded.person.id, "tutta un'altra frase", PASSWORD)  # type: ignore[union-attr]
        renew_key(guarded)
    guarded.close()
    spoil(path)
    now = AS_ANNA
    if keys == "there":
        now = Credentials("anna", "tutta un'altra frase")
        assert code(lambda: restore_over(path, made.path, now)) == "keys.wrong"
        attempts._in_memory.clear()
    elif keys == "damaged":
        keys_path(path).write_bytes(b"nothing\n" * 2)
    else:
        keys_path(path).unlink()
    assert code(lambda: restore_over(path, made.path)) == "keys.needed"
    restore_over(path, made.path, now, AS_ANNA)
    with open_archive(path, credentials=now) as store:
        assert whole(store)


def test_plain_copy_of_an_archive_with_a_password_is_restored_without_one(guarded: Store, tmp_path: Path) -> None:
    path = guarded.path
    guarded.close()
    plain_copy = tmp_path / "vecchia.concilia"
    with open_archive(path, credentials=AS_ANNA) as store:
        from app.services.users.keys import remove_encryption

        remove_encryption(store, "prova")
        made = make_copy(store, Occasion.REQUEST)
        shutil.move(made.path, plain_copy)
        encrypt_archive(store, replace(ANNA, login="anna2"), new_code())
    spoil(path)
    restore_over(path, plain_copy)
    with open_archive(path) as store:
        assert store.key is None
        assert whole(store)


# --- what a killed process leaves ----------------------------------------------------------------------------


def test_second_name_is_taken_away_when_nothing_was_replaced(plain: Path) -> None:
    before = plain.read_bytes()
    hold(plain, plain.with_name("tenuto.concilia"))
    with open_archive(plain) as store:
        rename(store, "Altro ufficio")
    assert {entry.name for entry in plain.parent.iterdir()} == {plain.name}
    assert plain.read_bytes() != before


def test_replaced_file_gets_its_name_at_the_next_opening(plain: Path) -> None:
    before = plain.read_bytes()
    keys_path(plain).write_bytes(b"keys")
    plain.with_name(plain.name + "-wal").write_bytes(b"log")
    hold(plain, plain.with_name("tenuto.concilia"))
    shutil.copy(plain, plain.with_name("other"))
    plain.with_name("other").write_bytes(before + b"\0")
    plain.with_name("other").replace(plain)
    assert settle(plain) == plain.with_name("tenuto.concilia")
    found = {entry.name: entry.read_bytes() for entry in plain.parent.iterdir()}
    assert found["tenuto.concilia"] == before
    assert found["tenuto.concilia.keys"] == b"keys"
    assert found["tenuto.concilia-wal"] == b"log"
    assert set(found) == {
        "piano.concilia",
        "piano.concilia.keys",
        "tenuto.concilia",
        "tenuto.concilia.keys",
        "tenuto.concilia-wal",
    }
    assert settle(plain) is None


def test_copies_without_second_names_are_known_again(plain: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: object) -> None:
        raise OSError("no second names here")

    monkeypatch.setattr("os.link", refused)
    with open_archive(plain) as store:
        made = make_copy(store, Occasion.REQUEST)
        rename(store, "Altro ufficio")
        done = restore_copy(store, made.path, None)
    assert done.kept is not None
    with open_archive(done.kept, writing=False) as kept:
        assert office(kept) == "Altro ufficio"
    hold(plain, plain.with_name("tenuto.concilia"))
    assert settle(plain) is None
    assert not plain.with_name("tenuto.concilia").exists()


def test_keys_of_a_copy_fit_it(guarded: Store) -> None:
    made = make_copy(guarded, Occasion.REQUEST)
    file = slots.read_keys(guarded.path)
    write_keys(guarded.path, slots.new_key_file(file.file_id, slots.new_key(), [("x", "x", "x" * 12)]))
    assert code(lambda: make_copy(guarded, Occasion.REQUEST)) == "archive.busy"
    write_keys(guarded.path, file)
    with open_archive(made.path, credentials=AS_ANNA, writing=False) as copy:
        assert whole(copy)


# --- flipped bits ---------------------------------------------------------------------------------------------


def test_flipped_bits_of_copies_and_their_keys_are_found_before_a_figure_is_shown(
    guarded: Store, tmp_path: Path
) -> None:
    assert flip_copies(guarded, tmp_path / "plain", 30, seed=8) == {"archive.damaged": 20, "keys": 10}


# --- where it lies, and what holds it -------------------------------------------------------------------------


def test_file_that_was_moved_is_not_written_and_loses_nothing(opened: Store) -> None:
    path = opened.path
    rename(opened, "Prima di spostare")
    moved = path.rename(path.with_name("altrove.concilia"))
    assert code(lambda: rename(opened, "Mai scritto")) == "archive.moved"
    assert not path.with_name(path.name + "-wal").exists() or path.with_name(path.name + "-wal").stat().st_size == 0
    moved.rename(path)
    rename(opened, "Dopo il ritorno")
    path.rename(moved)
    opened.close()
    with open_archive(moved) as again:
        assert office(again) == "Dopo il ritorno"
        assert whole(again)


def test_deleted_file_can_still_be_copied(opened: Store, tmp_path: Path) -> None:
    rename(opened, "Prima di cancellare")
    opened.path.unlink()
    assert code(lambda: rename(opened, "Mai scritto")) == "archive.moved"
    copy_archive(opened, tmp_path / "salvato.concilia")
    with open_archive(tmp_path / "salvato.concilia") as again:
        assert office(again) == "Prima di cancellare"


def test_another_file_under_the_name_is_not_written(opened: Store, small: Path) -> None:
    shutil.copy(small, opened.path.with_name("altro"))
    opened.path.with_name("altro").replace(opened.path)
    assert code(lambda: rename(opened, "Mai scritto")) == "archive.moved"


def test_file_that_a_scanner_holds_is_waited_for() -> None:
    held = PermissionError("used by another process")
    held.winerror = 32  # type: ignore[attr-defined]
    attempts, waited = [], []

    def act() -> str:
        attempts.append(1)
        if len(attempts) < 5:
            raise held
        return "done"

    assert patient(act, waited.append) == "done"
    assert waited == list(PATIENCE[:4])
    attempts.clear()
    with pytest.raises(PermissionError):
        patient(lambda: (_ for _ in ()).throw(PermissionError("not ours")), waited.append)
    assert len(waited) == 4
    with pytest.raises(PermissionError):
        patient(lambda: (_ for _ in ()).throw(held), waited.append)
    assert len(waited) == 4 + len(PATIENCE)


def test_clock_that_was_set_back_is_told_and_the_order_stays(opened: Store) -> None:
    rename(opened, "Oggi")
    now = opened.clock()
    opened.clock = lambda: now - timedelta(days=400)
    refusal = clock_refusal(opened)
    assert refusal is not None
    assert refusal.code == "clock.behind"
    rename(opened, "Ieri")
    made = make_copy(opened, Occasion.REQUEST)
    assert newest_good(opened.path) == made
    assert recent(opened)[0].verb == "save_plan"
    assert whole(opened)


def test_what_a_killed_decryption_left_is_wiped(plain: Path) -> None:
    part = plain.with_name(f".{plain.name}.part")
    part.write_bytes(b"readable")
    with open_archive(plain):
        part.write_bytes(b"of somebody who is at work")
        assert wipe_unfinished([plain]) == 0
    part.write_bytes(b"readable")
    assert wipe_unfinished([plain, plain.with_name("none.concilia")]) == 1
    assert not part.exists()


def test_encrypted_archive_of_an_older_schema_is_brought_up(tmp_path: Path) -> None:
    archives = Path(__file__).resolve().parents[1] / "archives"
    for version in (1, 2):
        path = tmp_path / f"vecchio{version}.concilia"
        key = slots.new_key()
        source = archive_engine(archives / f"schema-{version}.concilia", None, writing=False)
        with source.connect() as connection:
            number = connection.exec_driver_sql("select file_id from archive_info").scalar_one()
        source.dispose()
        path.touch()
        _bring_over(Source(archives / f"schema-{version}.concilia", None), path, key, lambda _done, _total: None)
        write_keys(path, slots.new_key_file(number, key, [(slots.RECOVERY, "", "0" * 32)]))
        with open_archive(path, credentials=Credentials("", "0" * 32)) as store:
            assert file_faults(store) == []
            with store.read() as session:
                assert list(broken_links(session)) == []
        (copy,) = tmp_path.glob(f"vecchio{version}.before-v*.concilia")
        assert slots.is_encrypted(copy)
        assert read_facts(copy, key, whole=True).schema == version
