"""The right of a person in the register of vouchers; numbers of requests after a taking back."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.models.enums import ConsentKind, KeepGround
from app.services.archive import open_archive
from app.services.integrity import verify
from app.services.keeping.copies import Occasion, make_copy
from app.services.keeping.erasing import apply_erasures, erasure_list
from app.services.keeping.persons import Sought, erase_person, find_person
from app.services.keeping.restoring import restore_copy
from app.services.papers.prints import print_rows, remember_print
from app.services.reports.person_papers import person_document
from app.services.reports.text import plain_text
from app.services.vouchers import households, individuals, requests
from app.services.vouchers.households import MemberDraft, household_rows
from app.services.vouchers.individuals import ConsentDraft, IndividualDraft
from app.services.vouchers.request_rows import request_rows
from app.services.wording.formats import display
from app.services.wording.texts import translator
from tests.services.test_voucher_desk import Desk, desk, made_desk  # noqa: F401

EN = translator("en")


def test_a_person_of_a_household_is_found_by_name_and_erased(desk: Desk, tmp_path: Path) -> None:  # noqa: F811
    agreed = ConsentDraft(kind=ConsentKind.HEALTH, version="1", day=date(2015, 5, 4))
    draft = IndividualDraft(surname="Rossi", given_name="Mario", tax_code="RSSMRA80A01F205X", mail="mario@example.it")
    draft = replace(draft, disabled=True, consents=(agreed,))
    key = individuals.save_individual(desk.store, draft).id
    found = find_person(desk.store, Sought("Mario Rossi"))
    told = {trace.column: trace.text for trace in found.traces}
    assert told == {
        "surname": "Rossi",
        "given_name": "Mario",
        "tax_code": "RSSMRA80A01F205X",
        "birth_date": "01/01/1980",
        "sex": "M",
        "disabled": "✓",
        "mail": "mario@example.it",
    }
    assert found.can_erase
    erase_person(desk.store, Sought("Mario Rossi"), "Richiesta dell'interessato")
    left = individuals.load_individual(desk.store, key)
    assert (left.given_name, left.tax_code, left.mail) == ("", "", "")
    assert (left.birth_date, left.sex, left.disabled) == (None, None, False)
    assert find_person(desk.store, Sought("Mario Rossi", "RSSMRA80A01F205X")).is_empty


def test_who_asked_for_a_voucher_stays_in_what_was_handed_in(desk: Desk) -> None:  # noqa: F811
    requests.save_voucher_request(desk.store, desk.draft("Neri"))
    found = find_person(desk.store, Sought("Ada Neri"))
    assert {trace.stays for trace in found.traces} == {KeepGround.HANDED_IN}
    assert not found.can_erase
    assert {each.table for each in found.linked} == {"household", "household_member", "voucher_request"}
    told = {(each.table, each.column): display(each.shown, each.value, EN) for each in found.linked}
    assert told["household_member", "kinship"] == "Child"
    assert told["voucher_request", "service"] == "Campus"
    assert told["voucher_request", "requester_id"] == "Ugo Neri"
    assert told["voucher_request", "expense"] == "400,00\u00a0€"
    paper = plain_text(person_document(desk.store, EN, found.sought), EN)
    for said in ("In the register of vouchers", "Campus", "Ugo Neri", "08/06/2015"):
        assert said in paper
    parent = {each.table for each in find_person(desk.store, Sought("Ugo Neri")).linked}
    assert parent == {"household", "household_member", "consent", "voucher_request"}


def test_who_was_erased_from_a_household_stays_erased_in_copies_and_prints(desk: Desk) -> None:  # noqa: F811
    store = desk.store
    child = individuals.save_individual(store, IndividualDraft(surname="Neri", given_name="Zaira")).id
    household = desk.families["Neri"][0]
    draft = households.load_household(store, household)
    households.save_household(
        store, replace(draft, name="Neri Zaira", members=(*draft.members, MemberDraft(individual_id=child)))
    )
    desk.ask("Neri")
    paper = person_document(store, EN, Sought("Zaira Neri"))
    remember_print(store, paper, "pdf")
    old = Path(shutil.copytree(store.path.parent, store.path.parent.with_name("old"))) / store.path.name
    copy = make_copy(store, Occasion.REQUEST)
    before, asked = household_rows(store), tuple(replace(row, household="[…]") for row in request_rows(store))
    erase_person(store, Sought("Zaira Neri"), "Istanza n. 4")
    for _turn in ("here", "restored"):
        assert find_person(store, Sought("Zaira Neri")).is_empty
        assert not print_rows(store)[0].there
        assert verify(store, EN).ok
        assert request_rows(store) == asked
        (row,) = (row for row in household_rows(store) if row.id == household)
        assert row == replace(next(row for row in before if row.id == household), name="[…]")
        restore_copy(store, copy.path, None)
    lists = [erasure_list(store)]
    with open_archive(old) as other:
        apply_erasures(other, lists)
        assert find_person(other, Sought("Zaira Neri")).is_empty
        assert not print_rows(other)[0].there
