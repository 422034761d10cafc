"""People and keys: opening, users, passwords, encryption; a process killed while the key changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models import keyed, slots
from app.models import store as engine
from app.models.copying import copy_archive
from app.models.enums import UserRole, UserState
from app.models.errors import AppError, Cancelled, EnvironmentFailed, RuleBroken
from app.models.journal import Edit, broken_links
from app.models.plan import Plan
from app.models.slots import Cost, bridged, keys_path, new_key, read_keys, write_keys
from app.models.store import Store, file_faults
from app.models.users import ArchiveUser, KeyAct
from app.services.archive import new_archive, open_archive
from app.services.integrity import verify
from app.services.journal.undo import last_undoable
from app.services.users import attempts
from app.services.users.facts import key_facts, list_users
from app.services.users.key_files import is_encrypted
from app.services.users.keys import (
    Credentials,
    UserDraft,
    add_user,
    archive_number,
    change_password,
    check_user,
    encrypt_archive,
    new_encrypted_archive,
    open_with,
    remove_encryption,
    remove_user,
    renew_key,
    renew_sheet,
    save_user,
    verify_present,
)
from app.services.users.recovery import new_code
from app.services.wording.texts import translator

ANNA = UserDraft("Anna Bianchi", "anna", "una frase di anna")
BRUNO = UserDraft("Bruno Verdi", "Bruno", "una frase di bruno", UserRole.SECRETARY)
CARLA = UserDraft("Carla Neri", "carla", "una frase di carla", UserRole.READER)
CODE = new_code()


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses that cost next to nothing, and no memory of wrong ones from another test."""
    monkeypatch.setattr(slots, "COST", Cost(1, 16, 2))
    attempts._in_memory.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An encrypted archive of Anna's, with a plan; closed."""
    folder = tmp_path / "office"
    folder.mkdir()
    made = folder / "piano.concilia"
    new_encrypted_archive(made, ANNA, CODE)
    with enter(made) as store:
        save_plan(store)
    return made


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with enter(path) as opened:
        yield opened


def enter(path: Path, user: UserDraft = ANNA, **options: Any) -> Store:
    return open_with(path, Credentials(user.login, user.password), **options)


def save_plan(store: Store, name: str = "Piano") -> None:
    with store.write("save_plan") as session:
        session.add(Plan(name=name, territory="", office=""))


def plans(store: Store) -> list[str]:
    with store.read() as session:
        return list(session.scalars(sa.select(Plan.name).order_by(Plan.name)))


def code(action: Callable[[], object]) -> str:
    with pytest.raises(AppError) as caught:
        action()
    return caught.value.code


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def user_id(store: Store, draft: UserDraft) -> str:
    return next(row.id for row in list_users(store) if row.name == draft.name)


def whole(store: Store) -> bool:
    with store.read() as session:
        chain = list(broken_links(session))
    return not file_faults(store) and not chain and verify(store, translator("en")).ok


# --- opening ------------------------------------------------------------------------------------


def test_encrypted_archive_opens_by_its_users_alone(path: Path) -> None:
    assert is_encrypted(path)
    assert names(path.parent) == ["piano.concilia", "piano.concilia.keys"]
    assert code(lambda: open_archive(path)) == "keys.needed"
    assert code(lambda: enter(path, BRUNO)) == "keys.wrong"
    with enter(path) as store:
        assert plans(store) == ["Piano"]
        assert store.person is not None
        assert (store.person.name, store.person.role, store.user) == ("Anna Bianchi", "keeper", "Anna Bianchi")
        assert whole(store)
    with open_archive(path, writing=False, credentials=Credentials("", CODE)) as store:
        assert store.person is not None
        assert (store.person.id, store.person.role) == (slots.RECOVERY, UserRole.KEEPER)
        assert not store.writing


def test_each_edit_says_which_user_made_it(store: Store) -> None:
    save_plan(store, "Altro")
    with store.read() as session:
        made = set(session.execute(sa.select(Edit.user_id, Edit.made_by)))
    assert made == {(user_id(store, ANNA), "Anna Bianchi")}


def test_new_user_is_checked_before_anything_is_made(tmp_path: Path) -> None:
    for draft, expected in (
        (UserDraft(" ", "a", "una frase lunga"), "field.required"),
        (UserDraft("A", " ", "una frase lunga"), "field.required"),
        (UserDraft("A", "a", "corta"), "password.short"),
    ):
        assert code(lambda draft=draft: check_user(draft)) == expected
        assert code(lambda draft=draft: new_encrypted_archive(tmp_path / "a.concilia", draft, CODE)) == expected
    assert not (tmp_path / "a.concilia").exists()
    assert not (tmp_path / "a.concilia.keys").exists()


def test_archive_has_the_number_that_the_sheet_names(tmp_path: Path) -> None:
    number = archive_number()
    new_encrypted_archive(tmp_path / "a.concilia", ANNA, CODE, number)
    with enter(tmp_path / "a.concilia") as store:
        facts = key_facts(store)
    assert (facts.number, facts.encrypted, facts.generation, facts.user) == (number, True, 1, "Anna Bianchi")
    assert facts.sheet_at is not None


def test_keys_that_are_gone_or_of_another_archive_are_told_apart(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "altro.concilia"
    new_encrypted_archive(other, ANNA, CODE)
    kept = keys_path(path).read_bytes()
    keys_path(path).unlink()
    assert code(lambda: open_archive(path)) == "keys.missing"
    assert code(lambda: enter(path)) == "keys.missing"
    shutil.copy(keys_path(other), keys_path(path))
    assert code(lambda: enter(path)) == "keys.other_archive"
    assert code(lambda: enter(path, writing=False)) == "keys.other_archive"
    keys_path(path).write_bytes(b"x")
    assert code(lambda: enter(path)) == "keys.damaged"
    keys_path(path).write_bytes(kept)
    with enter(path) as store:
        assert plans(store) == ["Piano"]


def test_archive_under_the_same_key_with_another_number_is_refused(path: Path) -> None:
    file = read_keys(path)
    with enter(path) as store:
        key = store.key
    assert key is not None
    write_keys(path, slots.new_key_file("another number", key, [(file.slots[0].user_id, "anna", ANNA.password)]))
    assert code(lambda: enter(path)) == "keys.other_archive"


def test_damaged_writing_of_the_keys_is_mended_at_the_next_opening(path: Path) -> None:
    data = bytearray(keys_path(path).read_bytes())
    data[80] ^= 1
    keys_path(path).write_bytes(data)
    with enter(path, writing=False):
        pass
    assert not read_keys(path).whole
    with enter(path):
        pass
    assert read_keys(path).whole


def test_forged_slots_are_refused_with_the_name_of_the_file(path: Path) -> None:
    file = read_keys(path)
    forged = slots.only(file, file.slots[:1])
    keys_path(path).write_bytes(slots.key_file_bytes(forged))
    with pytest.raises(EnvironmentFailed) as caught:
        enter(path)
    assert (caught.value.code, caught.value.values) == ("keys.damaged", {"name": "piano.concilia.keys"})


def test_wrong_passwords_slow_down_also_after_a_restart(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(attempts.seconds_to_wait, "__defaults__", (lambda: clock[0],))
    monkeypatch.setattr(attempts.note_wrong, "__defaults__", (lambda: clock[0],))
    waits = []
    for _ in range(12):
        assert code(lambda: enter(path, BRUNO)) == "keys.wrong"
        attempts._in_memory.clear()  # as a new process would start
        wait = attempts.seconds_to_wait(read_keys(path).file_id)
        waits.append(wait)
        if wait:
            with pytest.raises(RuleBroken) as caught:
                enter(path)
            assert (caught.value.code, caught.value.values) == ("keys.wait", {"seconds": wait})
        clock[0] += wait
    assert waits == [0, 0, 2, 4, 8, 15, 30, 60, 60, 60, 60, 60]
    clock[0] -= 5000  # set back: no longer than the longest wait
    assert attempts.seconds_to_wait(read_keys(path).file_id) == 60
    clock[0] += 5000
    enter(path).close()
    assert attempts.seconds_to_wait(read_keys(path).file_id) == 0


def test_attempts_are_counted_where_nothing_can_be_written(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCILIA_CONFIG", "/dev/null/nowhere")
    for _ in range(3):
        assert code(lambda: enter(path, BRUNO)) == "keys.wrong"
    assert code(lambda: enter(path)) == "keys.wait"


def test_session_is_verified_by_the_password_of_who_opened_it(path: Path) -> None:
    with enter(path) as store:
        add_user(store, BRUNO)
        verify_present(store, ANNA.password)
        assert code(lambda: verify_present(store, BRUNO.password)) == "keys.wrong"
    with open_with(path, Credentials("", CODE)) as store:
        verify_present(store, CODE)


# --- users --------------------------------------------------------------------------------------


def test_user_is_added_with_one_slot(store: Store) -> None:
    before = read_keys(store.path)
    add_user(store, BRUNO)
    assert read_keys(store.path).slots[:2] == before.slots
    rows = [(row.name, row.login, row.role, row.state, row.has_key, row.present) for row in list_users(store)]
    assert rows == [
        ("Anna Bianchi", "anna", UserRole.KEEPER, UserState.ACTIVE, True, True),
        ("Bruno Verdi", "bruno", UserRole.SECRETARY, UserState.ACTIVE, True, False),
    ]
    assert code(lambda: add_user(store, UserDraft("Altro", " BRUNO ", "una frase lunga"))) == "user.login_taken"
    assert len(list_users(store)) == 2
    assert last_undoable(store) is None
    store.close()
    with enter(store.path, BRUNO) as again:
        assert again.user == "Bruno Verdi"


def test_own_password_takes_the_present_one(path: Path) -> None:
    with enter(path) as store:
        own = user_id(store, ANNA)
        assert code(lambda: change_password(store, own, "corta", ANNA.password)) == "password.short"
        assert code(lambda: change_password(store, own, "una frase nuova", "sbagliata")) == "keys.wrong"
        change_password(store, own, "una frase nuova", ANNA.password)
    assert code(lambda: enter(path)) == "keys.wrong"
    with open_with(path, Credentials("anna", "una frase nuova")) as store:
        assert plans(store) == ["Piano"]


def test_keeper_gives_others_a_new_password_and_others_do_not(path: Path) -> None:
    with enter(path) as store:
        add_user(store, BRUNO)
        bruno = user_id(store, BRUNO)
        change_password(store, bruno, "un'altra di bruno")
        assert code(lambda: change_password(store, "nobody", "una frase nuova")) == "record.gone"
    with open_with(path, Credentials("bruno", "un'altra di bruno")) as store:
        assert code(lambda: change_password(store, user_id(store, ANNA), "una frase nuova")) == "right.missing"
        change_password(store, bruno, "ancora di bruno", "un'altra di bruno")


def test_who_forgot_everything_comes_back_by_the_sheet(path: Path) -> None:
    with open_with(path, Credentials("", CODE)) as store:
        change_password(store, user_id(store, ANNA), "una frase nuova")
    with open_with(path, Credentials("anna", "una frase nuova")) as store:
        with store.read() as session:
            last = session.scalars(sa.select(Edit).order_by(Edit.seq.desc())).first()
        assert last is not None
        assert (last.verb, last.user_id, last.made_by) == ("change_password", "recovery", "Foglio di recupero")


def test_suspended_user_stays_out_until_let_in_again(path: Path) -> None:
    with enter(path) as store:
        add_user(store, BRUNO)
        bruno = user_id(store, BRUNO)
        save_user(store, bruno, "Bruno Verdi", UserRole.SECRETARY, UserState.DISABLED)
    assert code(lambda: enter(path, BRUNO)) == "user.disabled"
    with enter(path) as store:
        save_user(store, bruno, "Bruno V.", UserRole.CASHIER, UserState.ACTIVE)
    with enter(path, BRUNO) as store:
        assert store.person is not None
        assert (store.person.name, store.person.role) == ("Bruno V.", UserRole.CASHIER)


def test_there_is_always_a_keeper(store: Store) -> None:
    own = user_id(store, ANNA)
    assert code(lambda: save_user(store, own, "Anna", UserRole.READER, UserState.ACTIVE)) == "user.last_keeper"
    assert code(lambda: save_user(store, own, "Anna", UserRole.KEEPER, UserState.DISABLED)) == "user.not_oneself"
    assert code(lambda: remove_user(store, own)) == "user.not_oneself"
    store.close()
    with open_with(store.path, Credentials("", CODE)) as sheet:
        assert code(lambda: remove_user(sheet, own)) == "user.last_keeper"
        assert whole(sheet)


def test_removed_user_has_no_way_back(path: Path) -> None:
    with enter(path) as store:
        add_user(store, BRUNO)
        add_user(store, CARLA)
    with enter(path, BRUNO) as store:
        old_key = store.key
    old_keys = keys_path(path).read_bytes()
    with enter(path) as store:
        steps: list[tuple[int, int]] = []

        class Steps:
            def step(self, done: int, total: int) -> None:
                steps.append((done, total))

        remove_user(store, user_id(store, BRUNO), Steps())
        assert steps
        save_plan(store, "Dopo")
        removed = [(row.login, row.has_key) for row in list_users(store) if row.state == UserState.REMOVED]
        assert removed == [("", False)]
        assert key_facts(store).generation == 2
        add_user(store, BRUNO)  # the name is free again
        assert code(lambda: change_password(store, list_users(store)[-1].id, "una frase nuova")) == "record.gone"
        remove_user(store, user_id(store, BRUNO))
        assert whole(store)
    assert code(lambda: enter(path, BRUNO)) == "keys.wrong"
    kept = keys_path(path).read_bytes()
    keys_path(path).write_bytes(old_keys)
    assert code(lambda: enter(path, BRUNO)) == "keys.other_archive"
    keys_path(path).write_bytes(kept)
    assert code(lambda: engine.open_archive(path, key=old_key)) == "archive.not_an_archive"
    for user in (CARLA, ANNA):
        with enter(path, user) as store:
            assert plans(store) == ["Dopo", "Piano"]
    with open_with(path, Credentials("", CODE)) as store:
        assert plans(store) == ["Dopo", "Piano"]
    assert names(path.parent) == ["piano.concilia", "piano.concilia.keys"]


def test_new_sheet_replaces_the_old_one(path: Path) -> None:
    fresh = new_code()
    with enter(path) as store:
        renew_sheet(store, fresh)
    assert code(lambda: open_with(path, Credentials("", CODE))) == "keys.wrong"
    with open_with(path, Credentials("", fresh)) as store:
        assert plans(store) == ["Piano"]


def test_slot_of_a_user_whom_the_archive_does_not_know_opens_nothing_and_is_swept(path: Path) -> None:
    with enter(path) as store:
        file, key = read_keys(path), store.key
        assert key is not None
        stray = slots.new_slot(file, "stray", "bruno", BRUNO.password, {1: key})
        write_keys(path, slots.with_slot(file, stray, key))
    assert code(lambda: enter(path, BRUNO)) == "keys.wrong"
    with enter(path) as store:
        add_user(store, BRUNO)
    assert read_keys(path).slot("stray") is None
    with enter(path, BRUNO):
        pass


# --- with a password, or without ------------------------------------------------------------------


def test_plain_archive_is_encrypted_and_opened_again(tmp_path: Path) -> None:
    path = tmp_path / "piano.concilia"
    new_archive(path)
    with open_archive(path) as store:
        assert store.person is None
        assert list_users(store) == ()
        assert not key_facts(store).encrypted
        save_plan(store, "Segreto")
        for act in (
            lambda: add_user(store, BRUNO),
            lambda: renew_key(store),
            lambda: renew_sheet(store, CODE),
            lambda: remove_encryption(store, "perché"),
        ):
            assert code(act) == "archive.plain"
        encrypt_archive(store, ANNA, CODE)
        assert code(lambda: encrypt_archive(store, ANNA, CODE)) == "archive.encrypted"
        assert store.user == "Anna Bianchi"
        save_plan(store, "Dopo")
    assert b"Segreto" not in path.read_bytes()
    with enter(path) as store:
        assert plans(store) == ["Dopo", "Segreto"]
        assert code(lambda: remove_encryption(store, " ")) == "reason.missing"
        remove_encryption(store, "Consegna all'archivio storico")
        assert store.person is None
        save_plan(store, "Infine")
    assert not keys_path(path).exists()
    with open_archive(path) as store:
        assert plans(store) == ["Dopo", "Infine", "Segreto"]
        with store.read() as session:
            acts = list(session.execute(sa.select(KeyAct.kind, KeyAct.reason).order_by(KeyAct.id)))
            assert set(session.scalars(sa.select(ArchiveUser.state))) == {"removed"}
        assert [tuple(act) for act in acts] == [
            ("encrypted", ""),
            ("sheet", ""),
            ("opened", "Consegna all'archivio storico"),
        ]
        assert whole(store)
        encrypt_archive(store, ANNA, CODE)  # and once more, under the same name


def test_sample_archive_stays_open_and_is_known(sample: Store, tmp_path: Path) -> None:
    facts = key_facts(sample)
    assert (facts.encrypted, facts.sample, facts.generation) == (False, True, 0)
    new_archive(tmp_path / "a.concilia")
    with open_archive(tmp_path / "a.concilia") as store:
        assert not key_facts(store).sample


def test_nothing_is_done_to_the_keys_of_an_archive_open_for_reading(path: Path) -> None:
    with enter(path, writing=False) as store:
        for act in (
            lambda: add_user(store, BRUNO),
            lambda: renew_key(store),
            lambda: encrypt_archive(store, BRUNO, CODE),
        ):
            assert code(act) == "archive.opened_for_reading"


def test_cancelled_change_of_key_changes_nothing(store: Store) -> None:
    class Stop:
        def step(self, done: int, total: int) -> None:
            raise Cancelled

    before = keys_path(store.path).read_bytes(), store.key
    with pytest.raises(Cancelled):
        renew_key(store, Stop())
    assert (keys_path(store.path).read_bytes(), store.key) == before
    assert "piano.concilia.keys" in names(store.path.parent)
    assert not [name for name in names(store.path.parent) if "part" in name]
    save_plan(store, "Dopo")
    assert whole(store)


def test_nobody_writes_while_the_key_changes(store: Store) -> None:
    met: list[str] = []

    class Busy:
        def step(self, done: int, total: int) -> None:
            met.append(code(lambda: save_plan(store, "Durante")))

    renew_key(store, Busy())
    assert set(met) == {"archive.busy"}
    assert plans(store) == ["Piano"]


def test_reader_in_the_way_leaves_the_archive_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 1)
    save_plan(store, "Prima")
    with enter(store.path, writing=False) as other, other.read() as session:
        session.scalars(sa.select(Plan.name)).all()
        assert code(lambda: renew_key(store)) == "archive.busy"
    save_plan(store, "Zeta")
    assert plans(store) == ["Piano", "Prima", "Zeta"]
    store.close()
    with enter(store.path) as again:
        assert plans(again) == ["Piano", "Prima", "Zeta"]
        assert whole(again)


def test_damage_found_in_the_new_file_leaves_the_old_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyed.schema, "page_faults", lambda *_args, **_options: ["broken"])
    assert code(lambda: renew_key(store)) == "archive.damaged"
    monkeypatch.undo()
    assert whole(store)


def test_disk_that_fills_at_any_write_leaves_an_archive_that_opens(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever step of the passage fails, the archive and the keys beside it fit."""
    for step in ("_export", "_finish_part", "write_keys", "take_place"):
        with enter(path) as store:
            with monkeypatch.context() as patch:

                def full(*_args: object) -> None:
                    raise EnvironmentFailed("disk.full", name="x")

                patch.setattr(keyed, step, full)
                assert code(lambda: renew_key(store)) == "disk.full"
            save_plan(store, step)
        with enter(path) as store:
            assert step in plans(store)
    with enter(path) as store:
        renew_key(store)
        assert len(plans(store)) == 5


def test_keys_that_serve_two_files_are_settled_by_the_next_opening(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process killed just before, or just after, the new file takes its place."""
    with enter(path) as store:
        add_user(store, BRUNO)
        file, key, fresh = read_keys(path), store.key, new_key()
        assert key is not None
        between, _after = bridged(file, key, fresh, without=[user_id(store, BRUNO)])
    write_keys(path, between)
    with enter(path, BRUNO, writing=False):
        pass
    with enter(path) as store:
        assert store.key == key
    assert read_keys(path).generation == 1
    written: list[slots.KeyFile] = []

    def once(where: Path, file: slots.KeyFile) -> None:
        if written:
            raise EnvironmentFailed("disk.full", name=where.name)
        written.append(file)
        write_keys(where, file)

    with enter(path) as store, monkeypatch.context() as patch:
        patch.setattr(keyed, "write_keys", once)
        remove_user(store, user_id(store, BRUNO))
    assert len(read_keys(path).proofs) == 2
    assert code(lambda: enter(path, BRUNO)) == "keys.other_archive"
    with enter(path) as store:
        assert plans(store) == ["Piano"]
    assert len(read_keys(path).proofs) == 1
    assert code(lambda: enter(path, BRUNO)) == "keys.wrong"


def test_copy_carries_its_keys(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "copia.concilia"
    copy_archive(store, target)
    with enter(target) as copy:
        assert plans(copy) == ["Piano"]
        remove = copy.key
    assert remove == store.key
    assert keys_path(target).read_bytes() == keys_path(store.path).read_bytes()
