"""The right of a person and the time of keeping: what is erased is gone from every byte, and stays gone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models import store as engine
from app.models.enums import ErasureKind, KeepGround, UserRole
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.journal import Edit, EditPayload, broken_links
from app.models.store import Store
from app.models.users import Person
from app.services.archive import open_archive
from app.services.integrity import verify
from app.services.journal.undo import undo
from app.services.keeping import erasing
from app.services.keeping.bin import bin_rows, restore
from app.services.keeping.copies import Occasion, make_copy
from app.services.keeping.erasing import apply_erasures, beside_paths, erasure_list
from app.services.keeping.kept_drafts import OpenForm, keep_drafts, kept_drafts
from app.services.keeping.persons import Sought, erase_person, find_person, text_without
from app.services.keeping.restoring import restore_copy, restore_over
from app.services.keeping.retention import (
    RetentionDraft,
    TableDraft,
    add_usual_classes,
    delete_retention,
    due_rows,
    empty_bin,
    load_retention,
    retention_rows,
    save_retention,
)
from app.services.ledger.rows import balances
from app.services.network.registry import (
    ContactDraft,
    OrganisationDraft,
    delete_organisation,
    load_organisation,
    save_organisation,
)
from app.services.wording.texts import translator
from tests.services.simulated_disk import simulated

TR = translator("it")
NAME = "Ersilia Quaranta"
WHO = Sought(NAME)
REASON = "Istanza prot. 12/2026, art. 17 del regolamento"


@pytest.fixture
def archive(empty_archive: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(empty_archive, tmp_path / "piano.concilia"))


@pytest.fixture
def office(archive: Path) -> Iterator[Store]:
    with open_archive(archive) as store:
        yield store


def add_contact(store: Store) -> str:
    """A body with a contact, of whom a note and an unsaved form speak too; its key."""
    contact = ContactDraft(name=NAME, mail="ersilia@esempio.it", phone="02 1234567")
    draft = OrganisationDraft(
        name="Ente di prova", note=f"Parlato con la dott.ssa {NAME} il 3 marzo.", contacts=(contact,)
    )
    key = save_organisation(store, draft).id
    loaded = load_organisation(store, key)
    keep_drafts(store, (OpenForm("network.organisations", key, loaded.name, loaded, loaded),))
    save_organisation(store, replace(loaded, contacts=(replace(loaded.contacts[0], phone="02 7654321"),)))
    return key


def speaking(folder: Path) -> list[str]:
    """Files in which the person stands in plain bytes."""
    return [each.name for each in folder.rglob("*") if each.is_file() and b"Ersilia" in each.read_bytes()]


def test_everything_on_a_person_is_found(office: Store) -> None:
    add_contact(office)
    found = find_person(office, Sought("quaranta ERSILIA"))
    assert {(each.table, each.column) for each in found.traces} == {
        ("organisation", "note"),
        *(("organisation_contact", column) for column in ("name", "mail", "phone")),
    }
    assert {each.verb for each in found.past} == {"save_organisation"}
    assert (len(found.past), found.drafts, found.written) == (3, 1, 0)
    assert found.can_erase
    assert not found.grounds()
    assert find_person(office, Sought("Nessuno Mai")).is_empty


def test_what_is_erased_is_in_no_byte_and_the_archive_is_whole(office: Store, archive: Path) -> None:
    key = add_contact(office)
    before = [(row.name, row.balance, row.total) for row in balances(office)]
    with office.read() as session:
        edits = session.scalar(sa.select(sa.func.count()).select_from(Edit))
    erase_person(office, WHO, REASON)
    assert find_person(office, WHO).is_empty
    now = load_organisation(office, key)
    assert now.note == "Parlato con la dott.ssa […] il 3 marzo."
    assert (now.contacts[0].name, now.contacts[0].mail) == ("[…]", "")
    assert not kept_drafts(office)
    with office.read() as session:
        assert not broken_links(session)
        assert session.scalar(sa.select(sa.func.count()).select_from(Edit)) > edits
    assert verify(office, TR).ok
    assert [(row.name, row.balance, row.total) for row in balances(office)] == before
    assert erasure_list(office)["erasures"][0][1:3] == [ErasureKind.PERSON, REASON]
    office.close()
    assert not speaking(archive.parent)


def test_what_is_erased_cannot_be_taken_back(office: Store) -> None:
    add_contact(office)
    gestures = sorted({each.seq for each in find_person(office, WHO).past})
    erase_person(office, WHO, REASON)
    with office.read() as session:
        last = session.scalar(sa.select(sa.func.max(Edit.gesture)))
        first = session.scalar(sa.select(Edit.gesture).where(Edit.seq == gestures[0]))
        payload = sa.insert(EditPayload).values(replica=office.replica_id, seq=gestures[0], salt=b"x", payload="{}")
    for number in (last, first):
        with pytest.raises(RuleBroken, match=r"undo.not_possible"):
            undo(office, number)
    with pytest.raises(RuleBroken, match=r"journal.append_only"), office.aside() as connection:
        connection.execute(payload)


# --- what could not be cleaned at once -----------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")
@pytest.mark.parametrize("opened_again", [False, True])
def test_full_disk_right_after_an_erasure_is_told_and_cleaned_with_room(archive: Path, *, opened_again: bool) -> None:
    clear = Store.clear_free_room

    def without_room(store: Store) -> bool:
        disk.room = disk.writes + 3
        return clear(store)

    with simulated() as disk, pytest.MonkeyPatch.context() as patch:
        with open_archive(archive) as store:
            add_contact(store)
            patch.setattr(Store, "clear_free_room", without_room)
            warning = erase_person(store, WHO, REASON).warning
            assert warning is not None
            assert (warning.code, warning.values) == ("erasure.not_cleaned", {"name": archive.name})
            assert find_person(store, WHO).is_empty
            assert not kept_drafts(store), "the mark is nobody's form"
            if not opened_again:
                patch.undo()
                disk.room = None
                assert erasing.is_unclean(store)
                assert erasing.clean(store) is None
        disk.room = None
        assert bool(speaking(archive.parent)) == opened_again, "the eyes can see"
        with open_archive(archive, writing=False) as store:
            assert erasing.is_unclean(store) == opened_again
        patch.setattr(Store, "clear_free_room", without_room)
        with open_archive(archive) as store:
            assert (erasing.cleaning_refusal(store) is None) != opened_again
        patch.undo()
        disk.room = None
        with open_archive(archive) as store:
            assert not erasing.is_unclean(store)
        assert not speaking(archive.parent)


def test_what_a_kill_left_after_an_erasure_is_cleaned_when_it_is_opened(
    office: Store, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = tmp_path / "left"
    left.mkdir()
    clear = Store.clear_free_room

    def killed(store: Store) -> bool:
        for path in archive.parent.glob(f"{archive.name}*"):
            shutil.copy(path, left)  # as it lies on the disk at this moment
        return clear(store)

    add_contact(office)
    monkeypatch.setattr(Store, "clear_free_room", killed)
    assert erase_person(office, WHO, REASON).warning is None
    for path in beside_paths(office):
        path.unlink()
    office.close()
    monkeypatch.undo()
    (left / (archive.name + erasing.SUFFIX)).write_text("{")  # cut short
    assert speaking(left)
    with open_archive(left / archive.name) as store:
        assert find_person(store, WHO).is_empty
        for path in beside_paths(store):
            assert erasing._read_list(path, beside_paths(store)[1].stem) is not None, "written again"
            path.unlink()
    assert not speaking(left)
    with open_archive(left / archive.name) as store:
        assert all(path.exists() for path in beside_paths(store)), "a list that is not there is written"


def test_a_reader_keeps_an_erasure_from_being_cleaned(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 1)
    with open_archive(archive) as store, open_archive(archive, writing=False) as other:
        add_contact(store)
        with other.read() as session:
            session.execute(sa.select(Edit.seq)).first()
            assert erase_person(store, WHO, REASON).warning is not None
        assert erasing.clean(store) is None
    assert not speaking(archive.parent)


@pytest.mark.parametrize("where", ["beside", "settings", "list"])
def test_an_old_copy_that_comes_back_is_erased_again(office: Store, archive: Path, where: str) -> None:
    key = add_contact(office)
    office.close()
    old = Path(shutil.copy(archive, archive.with_name("vecchia.concilia")))
    with open_archive(archive) as store:
        erase_person(store, WHO, REASON)
        lists = [erasure_list(store)]
        beside, mine = beside_paths(store)
        assert NAME not in beside.read_text() + mine.read_text()
        assert "Istanza" not in beside.read_text(), "a reason may say more than it should"
        again = old.with_name(old.name + erasing.SUFFIX)
        if where == "beside":
            shutil.copy(beside, again)
        if where != "settings":
            mine.unlink()
    with open_archive(old) as store:
        if where == "list":
            assert not find_person(store, WHO).is_empty
            assert apply_erasures(store, lists) == 1
        assert find_person(store, WHO).is_empty
        assert load_organisation(store, key).contacts[0].name == "[…]"
        assert verify(store, TR).ok
        assert apply_erasures(store, lists) == 0, "what was done again is known"
        with store.read() as session:
            assert not broken_links(session)
    assert not speaking(archive.parent)


def test_a_copy_that_is_restored_is_erased_again(office: Store, archive: Path) -> None:
    key = add_contact(office)
    copy = make_copy(office, Occasion.REQUEST)
    erase_person(office, WHO, REASON)
    for path in beside_paths(office):
        path.unlink()
    restore_copy(office, copy.path, None)
    assert find_person(office, WHO).is_empty
    assert load_organisation(office, key).contacts[0].name == "[…]"
    assert erasure_list(office)["erasures"][0][2] == REASON
    assert verify(office, TR).ok


def test_a_copy_that_is_restored_over_a_damaged_archive_is_erased_before_it_has_its_name(
    office: Store, archive: Path
) -> None:
    key = add_contact(office)
    copy = make_copy(office, Occasion.REQUEST)
    erase_person(office, WHO, REASON)
    office.close()
    with archive.open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 4096)
    restore_over(archive, copy.path)
    with engine.open_archive(archive) as store:  # by the engine alone, which erases nothing when it opens
        assert find_person(store, WHO).is_empty
        assert load_organisation(store, key).contacts[0].name == "[…]"
        assert verify(store, TR).ok
    assert archive.name not in speaking(archive.parent)


def test_what_was_written_since_is_let_alone(office: Store, archive: Path) -> None:
    key = add_contact(office)
    erase_person(office, WHO, REASON)
    now = load_organisation(office, key)
    save_organisation(office, replace(now, contacts=(replace(now.contacts[0], name="Ugo Neri"),)))
    office.close()
    with open_archive(archive) as store:
        assert load_organisation(store, key).contacts[0].name == "Ugo Neri"


BROKEN = (
    "",
    "{",
    "[]",
    '{"archive":"x"}',
    '{"archive":1,"erasures":7}',
    '{"archive":"NUMBER","erasures":[7],"edits":[],"fields":[],"contents":[]}',
    '{"archive":"NUMBER","erasures":[["a","nothing","",0,0,0]],"edits":[],"fields":[],"contents":[]}',
)


def test_a_list_that_is_none_erases_nothing(office: Store, archive: Path) -> None:
    add_contact(office)
    office.close()
    for broken in BROKEN:
        for path in beside_paths(office):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(broken.replace("NUMBER", beside_paths(office)[1].stem))
        with open_archive(archive) as store:
            assert not find_person(store, WHO).is_empty, broken


def test_a_list_that_names_what_is_not_there_erases_nothing(office: Store) -> None:
    key = add_contact(office)
    row = load_organisation(office, key).contacts[0]
    forged = {
        "archive": beside_paths(office)[1].stem,
        "erasures": [["a" * 36, "person", "", 1, 1, 0]],
        "edits": [[office.replica_id, 3, "00" * 32, "a" * 36], ["nobody", 1, "00" * 32, "a" * 36]],
        "fields": [
            ["organisation_contact", row.id, "name", "a" * 36],
            ["nothing", "x", "name", "a" * 36],
            ["organisation", key, "nothing", "a" * 36],
        ],
        "contents": [["0" * 64, "a" * 36]],
    }
    assert apply_erasures(office, [forged]) == 1
    assert load_organisation(office, key).contacts[0].name == NAME, "only who has the content can name it"
    assert len(find_person(office, WHO).past) == 3


def test_who_sat_and_voted_stays_with_the_reason(sample: Store) -> None:
    found = find_person(sample, Sought("Ornella Vismaroli"))
    assert found.grounds() == (KeepGround.SAT, KeepGround.ACT, KeepGround.USER)  # who entered the vouchers
    with pytest.raises(RuleBroken, match=r"person.in_acts") as caught:
        erase_person(sample, found.sought, REASON)
    assert caught.value.values["grounds"] == found.grounds()
    assert find_person(sample, found.sought) == found


@pytest.mark.parametrize(
    ("sought", "reason", "code"),
    [
        (WHO, " ", "reason.missing"),
        (WHO, f"Chiesto da {NAME}", "person.in_reason"),
        (Sought("Ersilia"), REASON, "person.name_short"),
        (Sought("", " "), REASON, "person.name_short"),
        (Sought("Nessuno Mai"), REASON, "person.unknown"),
        (Sought("", "QRNRSL80A41F205X"), REASON, "person.unknown"),
    ],
)
def test_erasing_is_refused_with_its_reason(office: Store, sought: Sought, reason: str, code: str) -> None:
    with pytest.raises((InvalidInput, NotFound), match=code):
        erase_person(office, sought, reason)


def test_only_the_keeper_erases(office: Store) -> None:
    add_contact(office)
    office.person = Person("u", "Anna", UserRole.SECRETARY)
    for act in (lambda: erase_person(office, WHO, REASON), lambda: add_usual_classes(office, TR)):
        with pytest.raises(RuleBroken, match=r"right.missing"):
            act()


@given(st.text(max_size=40), st.sampled_from(["Anna Bo", "ANNA  BO", "Bò, Ànna", "bo anna"]), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_a_name_is_taken_out_of_any_text(before: str, name: str, after: str) -> None:
    text = f"{before} {name}. {after}"
    left = text_without(Sought("Anna Bo"), text)
    assert name not in left
    assert left == text_without(Sought("Anna Bo"), left)


# --- the time of keeping -----------------------------------------------------------------------


def at(store: Store, year: int) -> None:
    store.clock = lambda: datetime.fromisoformat(f"{year}-06-01T10:00:00+00:00")


def test_what_is_due_is_proposed_and_emptied_by_hand(office: Store, archive: Path) -> None:
    at(office, 2020)
    key = add_contact(office)
    delete_organisation(office, key)
    number = bin_rows(office)[0].number
    assert not due_rows(office), "without classes nothing is ever due"
    add_usual_classes(office, TR)
    assert not due_rows(office)
    with pytest.raises(RuleBroken, match=r"retention.not_due"):
        empty_bin(office, [number], REASON)
    at(office, 2026)
    assert [(row.row.number, row.name, row.years) for row in due_rows(office)] == [(number, "Rete", 5)]
    with pytest.raises(InvalidInput, match=r"reason.missing"):
        empty_bin(office, [number], "")
    with pytest.raises(InvalidInput, match=r"retention.nothing"):
        empty_bin(office, [], REASON)
    empty_bin(office, [number], REASON)
    assert number not in {row.number for row in bin_rows(office)}
    with pytest.raises(NotFound):
        restore(office, number)
    assert verify(office, TR).ok
    erase_person(office, WHO, REASON)  # the unsaved form is left
    office.close()
    assert not speaking(archive.parent)


def test_acts_are_never_due(office: Store) -> None:
    at(office, 1990)
    add_usual_classes(office, TR)
    with pytest.raises(InvalidInput, match=r"retention.table_taken"):
        save_retention(office, RetentionDraft("Altro", 3, (TableDraft("organisation"),)))
    acts = next(row for row in retention_rows(office) if row.years is None)
    draft = load_retention(office, acts.id)
    with pytest.raises(InvalidInput, match=r"retention.acts_for_ever"):
        save_retention(office, replace(draft, years=1))
    delete_retention(office, acts.id)
    assert acts.id not in {row.id for row in retention_rows(office)}
    assert len(add_usual_classes(office, TR).ids) == 1


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (RetentionDraft(" ", 3), "field.required"),
        (RetentionDraft("A", 0), "retention.years"),
        (RetentionDraft("A", 101), "retention.years"),
        (RetentionDraft("A", 1, (TableDraft("edit"),)), "field.required"),
        (RetentionDraft("A", 1, (TableDraft("district"), TableDraft("district"))), "retention.table_taken"),
    ],
)
def test_a_class_is_checked(office: Store, draft: RetentionDraft, code: str) -> None:
    with pytest.raises(InvalidInput, match=code):
        save_retention(office, draft)


def test_a_class_is_saved_and_changed(office: Store) -> None:
    key = save_retention(office, RetentionDraft("Enti", 4, (TableDraft("organisation"),), "nota")).id
    draft = load_retention(office, key)
    assert (draft.years, [each.table for each in draft.tables]) == (4, ["organisation"])
    save_retention(office, replace(draft, years=6))
    assert retention_rows(office)[0].years == 6
    with pytest.raises(InvalidInput, match=r"retention.name_taken"):
        save_retention(office, RetentionDraft("Enti"))
    with pytest.raises(NotFound):
        load_retention(office, "nothing")
