"""The desk of vouchers: programmes and rules, households and persons, requests, budgets of firms, workbooks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import (
    AmountLimit,
    CodeState,
    ConditionOutcome,
    ConsentKind,
    FirmBudgetState,
    Kinship,
    LeftoverRule,
    OrganisationSize,
    ProgrammeManner,
    ProgrammeState,
    ResidenceNeed,
    VoucherAsker,
    VoucherCondition,
    VoucherRequestState,
    WorkNeed,
    WorkState,
)
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.journal import Edit, broken_links
from app.models.money import Cents
from app.models.store import Store
from app.models.vouchers import VoucherRequest
from app.services.exchange import request_import
from app.services.exchange.blank import write_form
from app.services.exchange.forms import Mark
from app.services.exchange.request_form import REQUESTS_FORM, request_lists, write_requests_form
from app.services.exchange.workbook import import_workbook
from app.services.journal.undo import last_undoable, undo
from app.services.vouchers import firms, households, individuals, programmes, requests, rules
from app.services.vouchers.accounts import give_back, left_of
from app.services.vouchers.ending import EndDraft, reinstate_voucher, revoke_voucher
from app.services.vouchers.firms import FirmBudgetDraft
from app.services.vouchers.households import HouseholdDraft, MemberDraft
from app.services.vouchers.individuals import ConsentDraft, IndividualDraft
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.programmes import ProgrammeDraft
from app.services.vouchers.request_drafts import RequestDraft
from app.services.vouchers.request_rows import load_request, preview_request, request_rows
from app.services.vouchers.rules_drafts import (
    DocumentDraft,
    PlaceDraft,
    ProgrammeRulesDraft,
    ServiceDraft,
    WindowDraft,
)
from app.services.vouchers.templates import find_programme_template, save_programme_from
from app.services.wording.texts import translator
from tests.services.builders import an_organisation
from tests.services.spending_world import Running, build_running
from tests.services.world import new_store, reopen

TODAY = date(2015, 5, 20)
STATE = VoucherRequestState
CAMP = ProgrammeRulesDraft(
    unit_amount=Cents(10_00),
    cap_child=Cents(350_00),
    work=WorkNeed.EVERY_PARENT,
    services=(ServiceDraft(code="camp", name="Campus"), ServiceDraft(code="nido", name="Nido")),
)


@dataclass
class Desk:
    """A programme of 500.00 that is open, and two families."""

    store: Store
    running: Running
    programme: str
    rules: str
    families: dict[str, tuple[str, str, tuple[str, ...]]]

    def draft(self, family: str, child: int = 0, **more: Any) -> RequestDraft:
        """Twenty units of June for a child of a family."""
        household, parent, children = self.families[family]
        values = {
            "programme_id": self.programme,
            "day": date(2015, 5, 10),
            "household_id": household,
            "individual_id": children[child],
            "requester_id": parent,
            "service": "camp",
            "period_start": date(2015, 6, 8),
            "period_end": date(2015, 6, 30),
            "units": Fraction(20),
            "expense": Cents(400_00),
        }
        return RequestDraft(**{**values, **more})

    def ask(self, family: str, child: int = 0, **more: Any) -> str:
        """Key of a request that was saved."""
        return requests.save_voucher_request(self.store, self.draft(family, child, **more)).id

    def state(self, key: str) -> VoucherRequestState:
        """State of a request."""
        return load_request(self.store, key).state


def a_family(store: Store, surname: str, *children: str, works: bool = True) -> tuple[str, str, tuple[str, ...]]:
    """Household, parent and children."""
    consent = ConsentDraft(version="1", day=date(2015, 5, 1))
    parent = individuals.save_individual(
        store, IndividualDraft(surname=surname, given_name="Ugo", birth_date=date(1980, 1, 1), consents=(consent,))
    ).id
    born = date(2008, 3, 4)
    keys = tuple(
        individuals.save_individual(
            store, IndividualDraft(surname=surname, given_name=name, birth_date=born.replace(month=3 + at))
        ).id
        for at, name in enumerate(children)
    )
    work = WorkState.EMPLOYED if works else WorkState.NOT_WORKING
    members = (
        MemberDraft(individual_id=parent, kinship=Kinship.PARENT, work=work),
        *(MemberDraft(individual_id=key) for key in keys),
    )
    home = households.save_household(store, HouseholdDraft(name=surname, place="Rho", members=members)).id
    return home, parent, keys


def open_desk(store: Store, running: Running, made: ProgrammeRulesDraft = CAMP, cents: int = 500_00) -> tuple[str, str]:
    """Keys of a programme that is open, and of its rules."""
    known = len(programmes.programme_rows(store))
    draft = ProgrammeDraft(
        proposal_id=running.rho,
        code="GAR" + "ABCDE"[known],
        name="Campus",
        ceiling=Cents(cents),
        decision_id=running.award,
    )
    key = programmes.save_programme(store, draft).id
    version = rules.save_programme_rules(store, replace(made, programme_id=key)).id
    programmes.open_programme(store, key, date(2015, 5, 1))
    return key, version


@pytest.fixture(scope="module")
def made_desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Desk]:
    """The archive of these tests, made once."""
    with new_store(tmp_path_factory.mktemp("desk")) as store:
        set_today(store)
        running = build_running(store)
        programme, version = open_desk(store, running)
        families = {"Neri": a_family(store, "Neri", "Ada", "Ivo"), "Verdi": a_family(store, "Verdi", "Leo")}
        return store.path, Desk(store, running, programme, version, families)


def set_today(store: Store) -> None:
    """Let the archive's clock say `TODAY`."""
    store.clock = lambda: datetime(TODAY.year, TODAY.month, TODAY.day, 10, 0, tzinfo=UTC)


@pytest.fixture
def desk(made_desk: tuple[Path, Desk], tmp_path: Path) -> Iterator[Desk]:
    """The desk, in an archive of the test's own."""
    with reopen(Path(shutil.copy(made_desk[0], tmp_path))) as store:
        set_today(store)
        yield replace(made_desk[1], store=store)


def code_of(error: pytest.ExceptionInfo[AppError]) -> tuple[str, str | None]:
    """Code and field of a refusal."""
    return error.value.code, error.value.field


def edits(store: Store) -> int:
    """How many edits the journal has."""
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0


def take_back(store: Store) -> None:
    """Take the last gesture back."""
    last = last_undoable(store)
    assert last is not None
    undo(store, last.number)


# --- programmes and rules ----------------------------------------------------------------


def test_opening_moves_money_and_closing_gives_it_back(desk: Desk) -> None:
    with desk.store.read() as session:
        before = left_of(session, desk.running.rho)
    (row,) = programmes.programme_rows(desk.store)
    assert (row.state, row.left, row.title) == (ProgrammeState.OPEN, 500_00, "GARA · Campus")
    programmes.raise_programme(desk.store, desk.programme, Cents(100_00), TODAY)
    key = desk.ask("Neri")
    programmes.close_programme(desk.store, desk.programme, TODAY, "Fine del progetto")
    assert desk.state(key) is STATE.NOT_ADMITTED
    with desk.store.read() as session:
        assert left_of(session, desk.running.rho) == before + 500_00
        assert left_of(session, desk.programme) == 0
    with pytest.raises(RuleBroken) as refused:
        desk.ask("Verdi")
    assert refused.value.code == "programme.not_open"


def test_a_programme_with_a_promise_is_not_closed(desk: Desk) -> None:
    key = desk.ask("Neri")
    requests.admit_request(desk.store, key, TODAY)
    with pytest.raises(RuleBroken) as refused:
        programmes.close_programme(desk.store, desk.programme, TODAY, "Fine")
    assert refused.value.values == {"name": "Campus", "numbers": (1,)}


def test_a_suspended_programme_takes_no_request_until_it_goes_on(desk: Desk) -> None:
    programmes.suspend_programme(desk.store, desk.programme)
    with pytest.raises(RuleBroken) as refused:
        desk.ask("Neri")
    assert refused.value.code == "programme.not_open"
    programmes.resume_programme(desk.store, desk.programme)
    assert desk.state(desk.ask("Neri")) is STATE.ASKED
    with pytest.raises(RuleBroken) as again:
        programmes.resume_programme(desk.store, desk.programme)
    assert again.value.code == "programme.move"


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"code": "g1"}, "programme.code_form", "code"),
        ({"code": "gara"}, "programme.code_taken", "code"),
        ({"ceiling": Cents(0)}, "number.not_positive", "ceiling"),
        ({"payer_iban": "IT60X0542811101000000123457"}, "programme.iban_wrong", "payer_iban"),
        ({"name": " "}, "field.required", "name"),
    ],
)
def test_programmes_refuse(desk: Desk, more: dict[str, Any], code: str, field: str) -> None:
    draft = ProgrammeDraft(proposal_id=desk.running.rho, code="NEW", name="Nuovo", ceiling=Cents(1))
    with pytest.raises(InvalidInput) as refused:
        programmes.save_programme(desk.store, replace(draft, **more))
    assert code_of(refused) == (code, field)


def test_more_than_the_project_has_is_refused_with_what_is_left(desk: Desk) -> None:
    draft = ProgrammeDraft(
        proposal_id=desk.running.rho,
        code="BIG",
        name="Grande",
        ceiling=Cents(10**9),
        decision_id=desk.running.award,
    )
    key = programmes.save_programme(desk.store, draft).id
    with pytest.raises(RuleBroken) as early:
        programmes.open_programme(desk.store, key, TODAY)
    assert early.value.code == "programme.no_rules"
    rules.save_programme_rules(desk.store, replace(CAMP, programme_id=key))
    with pytest.raises(RuleBroken) as refused:
        programmes.open_programme(desk.store, key, TODAY)
    assert refused.value.code == "voucher.too_little"
    assert programmes.load_programme(desk.store, key).state is ProgrammeState.DRAFT
    programmes.delete_programme(desk.store, key)


def test_rules_are_closed_by_a_request_and_made_anew(desk: Desk) -> None:
    key = desk.ask("Neri")
    draft = rules.load_programme_rules(desk.store, desk.rules)
    assert draft.asked == 1
    with pytest.raises(RuleBroken) as refused:
        rules.save_programme_rules(desk.store, replace(draft, unit_amount=Cents(1)))
    assert refused.value.code == "programme.closed_version"
    newer = rules.new_programme_rules(desk.store, desk.rules, "Importi dell'anno").id
    found = rules.load_programme_rules(desk.store, newer)
    assert (found.version, found.unit_amount, len(found.services)) == (2, 10_00, 2)
    rules.save_programme_rules(desk.store, replace(found, unit_amount=Cents(5_00)))
    assert desk.ask("Verdi") != key
    amounts = {row.number: row.amount for row in request_rows(desk.store)}
    assert amounts == {1: 200_00, 2: 100_00}  # each by the version that it came in under


def test_only_the_newest_rules_that_nobody_asked_under_are_deleted(desk: Desk) -> None:
    desk.ask("Neri")
    newer = rules.new_programme_rules(desk.store, desk.rules, "Importi dell'anno").id
    rules.delete_programme_rules(desk.store, newer)
    assert [row.id for row in rules.programme_rules_rows(desk.store)] == [desk.rules]
    with pytest.raises(RuleBroken) as refused:
        rules.delete_programme_rules(desk.store, desk.rules)
    assert refused.value.code == "programme.closed_version"


def test_rules_read_back_as_they_were_written(desk: Desk) -> None:
    template = find_programme_template("desio-brianza-2025").rules
    draft = ProgrammeDraft(proposal_id=desk.running.rho, code="DES", name="Desio", ceiling=Cents(1_00))
    key = save_programme_from(desk.store, draft, "desio-brianza-2025").id
    (row,) = [each for each in rules.programme_rules_rows(desk.store) if each.programme_id == key]
    found = rules.load_programme_rules(desk.store, row.id)
    stripped = [replace(each, id=None) for each in found.documents]
    assert stripped == [replace(each, code=each.code) for each in template.documents]
    wanted = replace(template, id=row.id, programme_id=key, share_max="50\u00a0%")
    parts = {name: getattr(found, name) for name in ("services", "bands", "windows", "documents")}
    assert found == replace(wanted, **parts)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"services": ()}, "programme.no_service", "services"),
        ({"residence": ResidenceNeed.LISTED}, "programme.no_place", "residence"),
        ({"places": (PlaceDraft(),)}, "programme.one_place", "places.0.municipality_id"),
        ({"share_max": "120 %"}, "percent.over_hundred", "share_max"),
        ({"hours_min": 25}, "voucher.hours_of_a_day", "hours_min"),
        ({"age_min": 36, "age_below": 36}, "rules.max_below_min", "age_below"),
        ({"windows": (WindowDraft(),)}, "field.required", "windows.0.date_opened"),
        ({"documents": (DocumentDraft(),)}, "field.required", "documents.0.name"),
        ({"services": (ServiceDraft(code="a", name="A"),) * 2}, "rules.code_repeated", "services.1.code"),
    ],
)
def test_rules_refuse(desk: Desk, more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        rules.save_programme_rules(desk.store, replace(CAMP, programme_id=desk.programme, **more))
    assert code_of(refused) == (code, field)


# --- persons and households --------------------------------------------------------------


def test_tax_codes_are_compared_and_kept_only_when_said(desk: Desk) -> None:
    mario = IndividualDraft(surname="Rossi", given_name="Mario", tax_code="rssmra80a01f205x")
    key = individuals.save_individual(desk.store, mario).id
    found = individuals.load_individual(desk.store, key)
    assert (found.code_state, found.birth_date, found.tax_code) == (
        CodeState.AGREES,
        date(1980, 1, 1),
        "RSSMRA80A01F205X",
    )
    with pytest.raises(InvalidInput) as taken:
        individuals.save_individual(desk.store, mario)
    assert taken.value.code == "individual.code_taken"
    other = replace(mario, surname="Bianchi", tax_code="BNCMRA80A01F205P")
    with pytest.raises(InvalidInput) as wrong:
        individuals.save_individual(desk.store, other)
    assert wrong.value.code == "individual.code_wrong"
    moved = replace(found, given_name="Luigi")
    with pytest.raises(InvalidInput) as differs:
        individuals.save_individual(desk.store, moved)
    assert differs.value.code == "individual.code_differs"
    individuals.save_individual(desk.store, replace(moved, keep_code=True))
    assert individuals.load_individual(desk.store, key).code_state is CodeState.DIFFERS


def test_twins_are_told_never_matched(desk: Desk) -> None:
    born = date(2008, 7, 7)
    one = individuals.save_individual(
        desk.store, IndividualDraft(surname="Bruni", given_name="Marco", birth_date=born)
    ).id
    twin = IndividualDraft(surname="Bruni", given_name="Marcos", birth_date=born)
    (alike,) = individuals.similar_individuals(desk.store, twin)
    assert (alike.other.id, alike.why) == (one, individuals.WhyAlike.LETTERS)
    other = individuals.save_individual(desk.store, twin).id
    names = {row.id: row.alike for row in individuals.individual_rows(desk.store)}
    assert (names[one], names[other]) == ("Bruni Marcos", "Bruni Marco")
    individuals.tell_apart(desk.store, one, other, "Gemelli")
    assert not any(row.alike for row in individuals.individual_rows(desk.store) if row.id in (one, other))
    with pytest.raises(RuleBroken):
        individuals.tell_apart(desk.store, other, one)
    take_back(desk.store)


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"birth_date": date(2015, 5, 21)}, "date.in_future", "birth_date"),
        ({"birth_date": date(1850, 1, 1)}, "individual.too_old", "birth_date"),
        ({"disabled": True}, "individual.health_consent", "disabled"),
        ({"surname": ""}, "field.required", "surname"),
    ],
)
def test_persons_refuse(desk: Desk, more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        individuals.save_individual(desk.store, replace(IndividualDraft(surname="Blu", given_name="Zoe"), **more))
    assert code_of(refused) == (code, field)


def test_a_disability_is_noted_with_consent(desk: Desk) -> None:
    consent = ConsentDraft(kind=ConsentKind.HEALTH, version="2", day=TODAY)
    draft = IndividualDraft(surname="Blu", given_name="Zoe", disabled=True, consents=(consent,))
    key = individuals.save_individual(desk.store, draft).id
    assert individuals.load_individual(desk.store, key).consents[0].kind is ConsentKind.HEALTH
    individuals.delete_individual(desk.store, key)


def test_who_is_removed_and_typed_again_is_the_same(desk: Desk) -> None:
    key, parent, (ada, ivo) = desk.families["Neri"]
    home = households.load_household(desk.store, key)
    first, second, third = home.members
    swapped = (replace(third, id=None), replace(first, individual_id=ada), replace(second, individual_id=parent))
    households.save_household(desk.store, replace(home, members=swapped))
    found = households.load_household(desk.store, key).members
    assert [(row.id, row.individual_id, row.kinship) for row in found] == [
        (third.id, ivo, Kinship.CHILD),
        (second.id, ada, Kinship.PARENT),
        (first.id, parent, Kinship.CHILD),
    ]


def test_who_asked_stays_in_the_household(desk: Desk) -> None:
    desk.ask("Neri")
    home = households.load_household(desk.store, desk.families["Neri"][0])
    assert len(home.members) == 3
    with pytest.raises(InvalidInput) as refused:
        households.save_household(desk.store, replace(home, members=home.members[:1]))
    assert refused.value.code == "household.member_asked"
    with pytest.raises(RuleBroken) as used:
        households.delete_household(desk.store, home.id or "")
    assert used.value.code == "record.in_use"
    other, parent, _children = desk.families["Verdi"]  # asked for nothing: the persons stay
    households.delete_household(desk.store, other)
    assert [row.id for row in households.household_rows(desk.store)] == [home.id]
    assert individuals.load_individual(desk.store, parent).surname == "Verdi"


# --- requests ----------------------------------------------------------------------------


def test_a_request_comes_to_the_least_of_its_limits(desk: Desk) -> None:
    draft = desk.draft("Neri", aids=Cents(50_00), employer_part=Cents(30_00))
    preview = preview_request(desk.store, draft)
    assert preview is not None
    key = requests.save_voucher_request(desk.store, draft).id
    found = load_request(desk.store, key)
    assert (found.amount, found.bound) == (200_00, AmountLimit.UNITS) == (preview.amount, preview.bound)
    assert {each.bound: each.cents for each in found.limits} == {
        AmountLimit.EXPENSE: 350_00,
        AmountLimit.UNITS: 200_00,
        AmountLimit.CHILD: 350_00,
        AmountLimit.BUDGET: 500_00,
    }
    (row,) = request_rows(desk.store)
    assert (row.label, row.holder, row.employer_part, row.family_part) == ("GARA 1/2015", "Neri Ada", 30_00, 120_00)
    assert all(each.outcome is ConditionOutcome.MET for each in found.conditions)


def test_the_same_child_service_and_days_are_asked_for_once_across_programmes(desk: Desk) -> None:
    desk.ask("Neri")
    other, _rules = open_desk(desk.store, desk.running, cents=100_00)
    with pytest.raises(RuleBroken) as refused:
        desk.ask("Neri", programme_id=other, period_start=date(2015, 6, 30), period_end=date(2015, 7, 5))
    assert refused.value.values == {"number": 1, "year": 2015, "programme": "Campus"}
    desk.ask("Neri", programme_id=other, period_start=date(2015, 7, 1), period_end=date(2015, 7, 5))
    desk.ask("Neri", programme_id=other, service="nido")
    with pytest.raises(RuleBroken) as twice:
        ask_past_the_service(desk.store)
    assert twice.value.code == "request.twice"


def ask_past_the_service(store: Store) -> None:
    """Add a copy of the first request, as two parents that ask at two desks at once."""
    with store.write("save_voucher_request") as session:
        first = session.scalars(sa.select(VoucherRequest)).first()
        assert first is not None
        kept = {column.key for column in sa.inspect(VoucherRequest).columns} - {"id", "number"}
        session.add(VoucherRequest(**{key: getattr(first, key) for key in kept}, number=99))


def test_requests_wait_in_order_and_are_called_with_what_comes_back(desk: Desk) -> None:
    first = desk.ask("Neri", 0, units=Fraction(35), expense=Cents(900_00))
    second = desk.ask("Neri", 1, units=Fraction(35), expense=Cents(900_00))
    third = desk.ask("Verdi")
    for key in (first, second, third):
        requests.admit_request(desk.store, key, TODAY)
    # 350.00, then the 150.00 that are left, then nothing
    assert [(row.state, row.amount, row.place) for row in request_rows(desk.store)] == [
        (STATE.ADMITTED, 350_00, None),
        (STATE.ADMITTED, 150_00, None),
        (STATE.WAITING, 0, 1),
    ]
    with pytest.raises(RuleBroken) as nobody:
        requests.call_waiting(desk.store, desk.programme, TODAY)
    assert nobody.value.code == "request.nobody_called"
    changes = requests.withdraw_request(desk.store, first, TODAY, "Trasloco")
    assert changes.ids == (first, third)
    assert [row.state for row in request_rows(desk.store)] == [STATE.WITHDRAWN, STATE.ADMITTED, STATE.ADMITTED]
    assert load_request(desk.store, third).amount == 200_00
    take_back(desk.store)
    assert [desk.state(key) for key in (first, third)] == [STATE.ADMITTED, STATE.WAITING]
    programmes.suspend_programme(desk.store, desk.programme)
    assert requests.withdraw_request(desk.store, first, TODAY, "Trasloco").ids == (first,)
    withdrawal = last_undoable(desk.store)
    programmes.resume_programme(desk.store, desk.programme)
    assert requests.call_waiting(desk.store, desk.programme, TODAY).ids == (desk.programme, third)
    assert withdrawal is not None
    with pytest.raises(RuleBroken) as promised:  # 500.00 do not meet 350.00, 150.00 and 200.00
        undo(desk.store, withdrawal.number)
    assert promised.value.code == "undo.changed_since"


def test_rules_that_order_otherwise_come_after_who_waits_already(desk: Desk) -> None:
    first = desk.ask("Neri", 0, units=Fraction(35), expense=Cents(900_00))
    second = desk.ask("Neri", 1, units=Fraction(35), expense=Cents(900_00))
    rich = desk.ask("Verdi", isee=Cents(30_000_00))
    key = rules.new_programme_rules(desk.store, desk.rules, "Per ISEE").id
    made = rules.load_programme_rules(desk.store, key)
    rules.save_programme_rules(desk.store, replace(made, manner=ProgrammeManner.ISEE))
    none = desk.ask("Verdi", service="nido")
    poor = desk.ask("Neri", 1, service="nido", isee=Cents(1_00))
    for each in (first, second, rich, none, poor):
        requests.admit_request(desk.store, each, TODAY)
    assert {row.id: row.place for row in request_rows(desk.store) if row.place} == {rich: 1, poor: 2, none: 3}


def test_a_voucher_comes_back_only_with_money_that_nobody_was_promised(desk: Desk) -> None:
    first = desk.ask("Neri", 0, units=Fraction(35), expense=Cents(900_00))
    second = desk.ask("Neri", 1, units=Fraction(35), expense=Cents(900_00))
    third = desk.ask("Verdi")
    for key in (first, second, third):
        requests.admit_request(desk.store, key, TODAY)
    voucher = issue_vouchers(desk.store, IssueDraft((first,))).id
    assert revoke_voucher(desk.store, EndDraft(voucher, reason="Trasloco")).ids == (voucher, third)
    with pytest.raises(RuleBroken) as refused:
        reinstate_voucher(desk.store, EndDraft(voucher, reason="Per errore"))
    assert (refused.value.code, refused.value.values["left"]) == ("voucher.too_little", 150_00)


def test_a_voucher_comes_back_only_within_what_its_child_may_have(desk: Desk) -> None:
    first, second = desk.ask("Neri", 0), desk.ask("Neri", 0, service="nido")
    requests.admit_request(desk.store, first, TODAY)
    voucher = issue_vouchers(desk.store, IssueDraft((first,))).id
    revoke_voucher(desk.store, EndDraft(voucher, reason="Trasloco"))
    requests.admit_request(desk.store, second, TODAY)
    with pytest.raises(RuleBroken) as refused:  # 350.00 for a child: 200.00 of them went to the other request
        reinstate_voucher(desk.store, EndDraft(voucher, reason="Per errore"))
    assert (refused.value.code, refused.value.values["left"]) == ("voucher.over_cap", 150_00)
    requests.withdraw_request(desk.store, second, TODAY, "Ripensato")
    withdrawal = last_undoable(desk.store)
    assert withdrawal is not None
    reinstate_voucher(desk.store, EndDraft(voucher, reason="Per errore"))
    with pytest.raises(RuleBroken) as again:
        undo(desk.store, withdrawal.number)
    assert again.value.code == "undo.changed_since"


def test_a_ranking_calls_the_lowest_isee_first_once_its_time_is_over(desk: Desk) -> None:
    made = replace(
        CAMP,
        manner=ProgrammeManner.ISEE,
        windows=(WindowDraft(date_opened=date(2015, 5, 1), date_closed=date(2015, 5, 15)),),
    )
    key, _rules = open_desk(desk.store, desk.running, made, cents=450_00)
    poor = desk.ask("Verdi", programme_id=key, isee=Cents(9_000_00), day=date(2015, 5, 12))
    rich = desk.ask("Neri", 0, programme_id=key, isee=Cents(20_000_00), day=date(2015, 5, 2))
    none = desk.ask("Neri", 1, programme_id=key, day=date(2015, 5, 1))
    for each in (rich, none, poor):
        requests.admit_request(desk.store, each, TODAY)
    assert {row.id: row.place for row in request_rows(desk.store, key)} == {poor: 1, rich: 2, none: 3}
    gone = desk.ask("Verdi", programme_id=key, service="nido")
    assert requests.withdraw_request(desk.store, gone, TODAY).ids == (gone,)  # who had nothing sets nothing free
    with pytest.raises(RuleBroken) as early:
        requests.call_waiting(desk.store, key, date(2015, 5, 15))
    assert early.value.code == "request.window_open"
    assert requests.call_waiting(desk.store, key, TODAY).ids == (key, poor, rich, none)
    assert {each: load_request(desk.store, each).amount for each in (poor, rich, none)} == {
        poor: 200_00,
        rich: 200_00,
        none: 50_00,
    }


def test_conditions_stop_an_admission_until_the_desk_says_what_it_found(desk: Desk) -> None:
    made = replace(CAMP, documents=(DocumentDraft(name="Fattura"),))
    key, _rules = open_desk(desk.store, desk.running, made, cents=100_00)
    asked = desk.ask("Neri", programme_id=key)
    with pytest.raises(RuleBroken) as open_:
        requests.admit_request(desk.store, asked, TODAY)
    assert open_.value.code == "request.not_known"
    assert open_.value.values == {"conditions": (VoucherCondition.DOCUMENTS,)}
    draft = load_request(desk.store, asked)
    said = tuple(
        replace(each, said=ConditionOutcome.MET, note="fattura 12")
        if each.condition is VoucherCondition.DOCUMENTS
        else each
        for each in draft.conditions
    )
    requests.save_voucher_request(desk.store, replace(draft, conditions=said))
    requests.admit_request(desk.store, asked, TODAY)
    assert desk.state(asked) is STATE.ADMITTED
    idle = a_family(desk.store, "Gialli", "Eva", works=False)
    desk.families["Gialli"] = idle
    refused_one = desk.ask("Gialli")
    with pytest.raises(RuleBroken) as unmet:
        requests.admit_request(desk.store, refused_one, TODAY)
    assert (unmet.value.code, unmet.value.values) == ("request.not_met", {"conditions": (VoucherCondition.WORK,)})
    requests.refuse_request(desk.store, refused_one, TODAY, "Un genitore non lavora")
    with pytest.raises(RuleBroken) as moved:
        requests.admit_request(desk.store, refused_one, TODAY)
    assert moved.value.code in ("request.not_met", "request.move")


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"day": date(2015, 5, 21)}, "date.in_future", "day"),
        ({"units": Fraction(0)}, "number.not_positive", "units"),
        ({"units": Fraction(-1)}, "number.not_positive", "units"),
        ({"hours": 25}, "voucher.hours_of_a_day", "hours"),
        ({"hours": 0}, "voucher.hours_of_a_day", "hours"),
        ({"service": "sport"}, "request.service_unknown", "service"),
        ({"period_end": date(2015, 6, 1)}, "date.end_before_start", "period_end"),
        ({"expense": None, "aids": Cents(1)}, "request.expense_needed", "expense"),
        ({"employer_part": Cents(400_01)}, "request.parts_over_price", "employer_part"),
        ({"household_id": None}, "field.required", "household_id"),
        ({"time": "25:00"}, "time.format", "time"),
    ],
)
def test_requests_refuse(desk: Desk, more: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.ask("Neri", **more)
    assert code_of(refused) == (code, field)


def test_somebody_of_another_household_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidInput) as refused:
        desk.ask("Neri", individual_id=desk.families["Verdi"][2][0])
    assert code_of(refused) == ("request.not_of_household", "individual_id")


def test_numbers_have_no_gaps(desk: Desk) -> None:
    first, second = desk.ask("Neri"), desk.ask("Verdi")
    with pytest.raises(RuleBroken) as refused:
        requests.delete_voucher_request(desk.store, first)
    assert refused.value.code == "request.not_newest"
    requests.delete_voucher_request(desk.store, second)
    assert desk.ask("Verdi")
    assert [row.number for row in request_rows(desk.store)] == [1, 2]


# --- firms -------------------------------------------------------------------------------


@pytest.fixture
def firm_desk(desk: Desk) -> tuple[Desk, str]:
    """A programme of 300.00 for employees through their firm."""
    made = replace(
        CAMP,
        asker=VoucherAsker.EMPLOYEE,
        work=WorkNeed.REQUESTER,
        firm_size_max=OrganisationSize.SMALL,
        leftover=LeftoverRule.FIRMS,
        date_return=date(2015, 5, 15),
    )
    key, _rules = open_desk(desk.store, desk.running, made, cents=300_00)
    return desk, key


def a_budget(desk: Desk, programme: str, name: str, cents: int) -> str:
    """Key of the budget that a small firm was given."""
    firm = an_organisation(desk.store, name, size=OrganisationSize.SMALL)
    draft = FirmBudgetDraft(programme_id=programme, organisation_id=firm, day=date(2015, 5, 2))
    key = firms.save_firm_budget(desk.store, draft).id
    firms.admit_firm(desk.store, key)
    firms.give_firm_budget(desk.store, key, Cents(cents), desk.running.award, date(2015, 5, 3))
    return key


def test_a_firm_gives_vouchers_of_its_own_budget_alone(firm_desk: tuple[Desk, str]) -> None:
    desk, programme = firm_desk
    small = a_budget(desk, programme, "Piccola srl", 120_00)
    key = desk.ask("Neri", programme_id=programme, firm_budget_id=small)
    requests.admit_request(desk.store, key, TODAY)
    found = load_request(desk.store, key)
    assert (found.state, found.amount, found.bound) == (STATE.ADMITTED, 120_00, AmountLimit.FIRM)
    other = desk.ask("Verdi", programme_id=programme, firm_budget_id=small)
    requests.admit_request(desk.store, other, TODAY)
    assert desk.state(other) is STATE.WAITING
    with pytest.raises(RuleBroken) as refused:
        firms.give_firm_budget(desk.store, small, Cents(1), desk.running.award, TODAY)
    assert refused.value.code == "firm.move"
    with pytest.raises(RuleBroken) as promised:
        firms.close_firm_budget(desk.store, small, TODAY)
    assert promised.value.code == "firm.promised"


def test_what_a_firm_does_not_use_is_given_again(firm_desk: tuple[Desk, str]) -> None:
    desk, programme = firm_desk
    used_up = a_budget(desk, programme, "Tutto srl", 100_00)
    idle = a_budget(desk, programme, "Nulla srl", 150_00)
    with desk.store.write("give_firm_budget") as session:  # as if vouchers had taken all of it
        give_back(session, used_up, None, date(2015, 5, 4))
    with pytest.raises(RuleBroken) as early:
        firms.close_firm_budget(desk.store, idle, date(2015, 5, 15))
    assert early.value.code == "firm.not_yet"
    firms.close_firm_budget(desk.store, idle, TODAY)
    rows = {row.id: row for row in firms.firm_budget_rows(desk.store)}
    assert (rows[idle].state, rows[idle].given_back, rows[idle].left) == (FirmBudgetState.CLOSED, 150_00, 0)
    assert (rows[used_up].amount, rows[used_up].left) == (250_00, 150_00)


def test_a_firm_gives_back_to_a_programme_that_is_closed(firm_desk: tuple[Desk, str]) -> None:
    desk, programme = firm_desk
    full = a_budget(desk, programme, "Tutto srl", 100_00)
    idle = a_budget(desk, programme, "Nulla srl", 150_00)
    with desk.store.write("give_firm_budget") as session:  # as if vouchers had taken all of it
        give_back(session, full, None, date(2015, 5, 4))
    programmes.close_programme(desk.store, programme, TODAY, "Fine")
    assert firms.close_firm_budget(desk.store, idle, TODAY).ids == (idle,)
    programmes.close_programme(desk.store, programme, TODAY, "Fine")
    with desk.store.read() as session:
        assert left_of(session, programme) == 0


def test_requirements_of_a_firm_are_checked(firm_desk: tuple[Desk, str]) -> None:
    desk, programme = firm_desk
    large = an_organisation(desk.store, "Grande spa", size=OrganisationSize.LARGE)
    draft = FirmBudgetDraft(programme_id=programme, organisation_id=large, day=date(2015, 5, 2))
    key = firms.save_firm_budget(desk.store, draft).id
    with pytest.raises(RuleBroken) as refused:
        firms.admit_firm(desk.store, key)
    assert code_of(refused) == ("firm.requirements", "size_said")
    firms.refuse_firm(desk.store, key, "È una grande impresa")
    assert firms.load_firm_budget(desk.store, key).reason == "È una grande impresa"
    with pytest.raises(InvalidInput) as again:
        firms.save_firm_budget(desk.store, draft)
    assert again.value.code == "firm.asked_already"
    with pytest.raises(RuleBroken) as families:
        firms.save_firm_budget(desk.store, replace(draft, programme_id=desk.programme))
    assert families.value.code == "firm.not_for_firms"
    firms.delete_firm_budget(desk.store, key)


# --- workbooks ---------------------------------------------------------------------------

ROW = {
    "day": date(2015, 5, 12),
    "surname": "Viola",
    "given_name": "Ada",
    "birth_date": date(2008, 2, 29),
    "asker_surname": "Rossi",
    "asker_name": "Mario",
    "asker_code": "RSSMRA80A01F205X",
    "asker_work": WorkState.EMPLOYED,
    "information": "1",
    "service": "Campus",
    "period_start": date(2015, 6, 8),
    "period_end": date(2015, 6, 30),
    "units": "12,5",
    "expense": Cents(400_00),
}


def a_workbook(desk: Desk, folder: Path, *rows: dict[str, Any]) -> Path:
    """A filled form of requests."""
    path = folder / f"domande-{len(list(folder.iterdir()))}.xlsx"
    lists = {key: tuple(names) for key, names in request_lists(desk.store, desk.programme).items()}
    write_form(Mark(REQUESTS_FORM, "it", desk.programme), path, lists, {"requests": list(rows)})
    return path


def test_requests_come_in_from_a_workbook_as_at_the_desk(desk: Desk, tmp_path: Path) -> None:
    write_requests_form(desk.store, tmp_path / "vuoto.xlsx", translator("it"), desk.programme)
    twin = {**ROW, "given_name": "Ivo", "birth_date": date(2010, 1, 1), "units": "1"}
    receipt = import_workbook(desk.store, a_workbook(desk, tmp_path, ROW, twin))
    assert receipt.taken.totals == {"requests": 135_00}
    first, second = request_rows(desk.store)
    assert (first.label, first.holder, first.household, first.amount) == ("GARA 1/2015", "Viola Ada", "Rossi", 125_00)
    assert second.household == "Rossi"
    found = load_request(desk.store, first.id)
    again = requests.save_voucher_request(desk.store, found).id  # the desk finds the same
    assert load_request(desk.store, again) == found
    requests.admit_request(desk.store, first.id, TODAY)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"given_name": "Ada", "surname": "Neri", "birth_date": date(2008, 3, 4)}, "individual.perhaps_known"),
        ({"asker_code": "RSSMRA80A01F205Y"}, "individual.code_wrong"),
        ({"asker_name": "Luigi"}, "individual.code_differs"),
        ({"day": date(2016, 1, 1)}, "date.in_future"),
        ({"units": "molte"}, "points.format"),
        ({"hours": 30}, "voucher.hours_of_a_day"),
    ],
)
def test_a_workbook_is_refused_whole_with_the_cell(desk: Desk, tmp_path: Path, more: dict[str, Any], code: str) -> None:
    good = {**ROW, "surname": "Azzurri", "birth_date": date(2009, 9, 9)}
    with pytest.raises(InvalidInput) as refused:
        import_workbook(desk.store, a_workbook(desk, tmp_path, {**ROW, **more}, good))
    (fault,) = refused.value.values["errors"]  # type: ignore[misc]
    assert fault.values["reason"].code == code
    assert not request_rows(desk.store)


def test_rows_written_before_the_wrong_one_do_not_stay(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_import, "STEP", 1)
    rows = [{**ROW, "given_name": name, "birth_date": date(2008, 3, n)} for n, name in enumerate(("A", "B", "C"), 1)]
    before = edits(desk.store)
    with pytest.raises(InvalidInput) as refused:
        import_workbook(desk.store, a_workbook(desk, tmp_path, *rows, {**ROW, "hours": 30}, {**ROW, "units": "x"}))
    assert len(refused.value.values["errors"]) == 2  # type: ignore[arg-type]
    assert not request_rows(desk.store)
    assert edits(desk.store) == before
    import_workbook(desk.store, a_workbook(desk, tmp_path, *rows))
    assert [row.number for row in request_rows(desk.store)] == [1, 2, 3]
    with desk.store.read() as session:
        assert not broken_links(session)
    again = {**ROW, "given_name": "B", "birth_date": date(2008, 3, 2)}
    with pytest.raises(InvalidInput) as known:
        import_workbook(desk.store, a_workbook(desk, tmp_path, again))
    assert known.value.values["errors"][0].values["reason"].code == "individual.perhaps_known"  # type: ignore[index]


def test_a_row_that_comes_twice_is_refused(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as refused:
        import_workbook(desk.store, a_workbook(desk, tmp_path, ROW, ROW))
    (fault,) = refused.value.values["errors"]  # type: ignore[misc]
    assert fault.values["reason"].code in ("request.asked_in_sheet", "individual.perhaps_known")
