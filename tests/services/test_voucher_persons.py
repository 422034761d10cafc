"""The right of a person in the register of vouchers; numbers of requests after a taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from app.models.enums import ConsentKind, KeepGround
from app.services.persons import Sought, erase_person, find_person
from app.services.vouchers import individuals, requests
from app.services.vouchers.individuals import ConsentDraft, IndividualDraft
from tests.services.test_voucher_desk import Desk, desk, made_desk  # noqa: F401


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
