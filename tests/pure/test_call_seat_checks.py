"""Seats and conditions of the lead: judged where the records tell, said to be unverifiable where they do not."""

from __future__ import annotations

import pytest

from app.models.enums import OrganisationKind, OrganisationSize, PartnerGroup, SeatHolder, SeatKind, SeatNeed
from app.models.errors import InvalidInput
from app.services.calls import rules_drafts as d
from app.services.calls.checks import Body, CandidateFacts, Outcome, check_against_rules
from app.services.calls.results import BodySeat
from app.services.calls.rules_drafts import RulesDraft
from app.services.calls.templates import find_template
from app.services.network.provinces import parse_places, parse_province, provinces_of
from app.services.wording.texts import translator

EN, IT = translator("en"), translator("it")
LEGAL, OPERATING, OTHER = SeatKind.LEGAL, SeatKind.OPERATING, SeatKind.OTHER
COMPANY = OrganisationKind.COMPANY


def seat(kind: SeatKind, province: str = "", *, in_plan: bool = False) -> BodySeat:
    return BodySeat(kind, "Dove", province, in_plan)


def outcome(needed: SeatNeed, *seats: BodySeat, places: str = "Lombardia") -> Outcome:
    """What is said of a lead with these seats."""
    rules = RulesDraft(seats=(d.SeatsDraft(needed=needed, places=places),))
    facts = CandidateFacts(lead=Body("a", "Ditta", COMPANY, seats=seats))
    [found] = [row for row in check_against_rules(rules, facts, EN) if row.code == "call.seat"]
    return found.outcome


@pytest.mark.parametrize(
    ("needed", "seats", "expected"),
    [
        (SeatNeed.LEGAL, (), Outcome.UNKNOWN),
        (SeatNeed.LEGAL, (seat(LEGAL, "MI"),), Outcome.PASSED),
        (SeatNeed.LEGAL, (seat(LEGAL, "TO"),), Outcome.FAILED),
        (SeatNeed.LEGAL, (seat(LEGAL),), Outcome.UNKNOWN),
        (SeatNeed.LEGAL, (seat(OPERATING, "MI"),), Outcome.UNKNOWN),
        (SeatNeed.LEGAL, (seat(OTHER, "MI"),), Outcome.UNKNOWN),
        (SeatNeed.LEGAL, (seat(LEGAL, "TO"), seat(OTHER, "TO")), Outcome.FAILED),
        (SeatNeed.LEGAL, (seat(LEGAL, "EE"),), Outcome.FAILED),
        (SeatNeed.OPERATING, (seat(OPERATING, "TO"), seat(OPERATING, "BG")), Outcome.PASSED),
        (SeatNeed.OPERATING, (seat(OPERATING, "TO"), seat(OPERATING)), Outcome.UNKNOWN),
        (SeatNeed.BOTH, (seat(LEGAL, "MI"), seat(OPERATING, "MI")), Outcome.PASSED),
        (SeatNeed.BOTH, (seat(LEGAL, "MI"),), Outcome.UNKNOWN),
        (SeatNeed.BOTH, (seat(LEGAL, "TO"),), Outcome.FAILED),
        (SeatNeed.BOTH, (seat(OPERATING, "TO"), seat(LEGAL, "MI")), Outcome.FAILED),
        (SeatNeed.EITHER, (seat(LEGAL, "TO"), seat(OPERATING, "MI")), Outcome.PASSED),
        (SeatNeed.EITHER, (seat(LEGAL, "TO"),), Outcome.UNKNOWN),
        (SeatNeed.EITHER, (seat(LEGAL, "TO"), seat(OPERATING, "RM")), Outcome.FAILED),
    ],
)
def test_seats_are_judged_by_what_is_on_record(
    needed: SeatNeed, seats: tuple[BodySeat, ...], expected: Outcome
) -> None:
    assert outcome(needed, *seats) is expected


def test_without_places_the_municipalities_of_the_plan_count() -> None:
    assert outcome(SeatNeed.LEGAL, seat(LEGAL, in_plan=True), places="") is Outcome.PASSED
    assert outcome(SeatNeed.LEGAL, seat(LEGAL, "MI"), places="") is Outcome.FAILED


def test_lombardia_2022_asks_firms_that_lead_for_both_seats_and_partners_for_one() -> None:
    rules = find_template("lombardia-2022").rules

    def judged(lead: Body, *partners: Body) -> list[tuple[str, Outcome]]:
        results = check_against_rules(rules, CandidateFacts(lead=lead, partners=partners), EN)
        return [(row.part, row.outcome) for row in results if row.code == "call.seat"]

    local = (seat(LEGAL, "TO"), seat(OPERATING, "MI"))
    firm = Body("f", "Ditta", COMPANY, OrganisationSize.SMALL, local)
    town = Body("t", "Comune", OrganisationKind.PUBLIC_BODY)
    assert judged(firm, town) == [("1.f", Outcome.FAILED), ("2", Outcome.PASSED)]
    assert judged(town, firm) == [("1", Outcome.PASSED), ("2", Outcome.PASSED)]
    away = Body("b", "Bottega", COMPANY, seats=(seat(OPERATING, "TO"),))
    silent = Body("c", "Cava", COMPANY)
    assert judged(town, away, silent) == [("1", Outcome.PASSED), ("2.b", Outcome.FAILED), ("2.c", Outcome.UNKNOWN)]
    assert judged(Body("f", "Ditta", COMPANY, OrganisationSize.SMALL, (seat(LEGAL, "MI"), seat(OPERATING, "MI")))) == [
        ("1", Outcome.PASSED),
        ("2", Outcome.PASSED),
    ]


def lead_terms(rules: RulesDraft, lead: Body) -> list[tuple[str, Outcome, str]]:
    results = check_against_rules(rules, CandidateFacts(lead=lead), IT)
    return [(row.part, row.outcome, row.sentence) for row in results if row.code == "call.lead_condition"]


def test_a_condition_in_words_is_never_passed_in_silence() -> None:
    rules = RulesDraft(leads=(d.LeadDraft(kind=COMPANY, condition="Iscritta al RUNTS"),), lead_seat="In Lombardia")
    found = lead_terms(rules, Body("a", "Ditta", COMPANY))
    assert [row[:2] for row in found] == [("condition", Outcome.UNKNOWN), ("seat", Outcome.UNKNOWN)]
    assert all("non verificabile" in sentence for _part, _outcome, sentence in found)
    assert not lead_terms(RulesDraft(leads=rules.leads), Body("b", "Comune", OrganisationKind.PUBLIC_BODY))


def test_a_seat_in_words_is_judged_by_its_rows() -> None:
    rows = (d.SeatsDraft(places="Lombardia"),)
    assert not lead_terms(RulesDraft(lead_seat="In Lombardia", seats=rows), Body("a", "Ditta", COMPANY))
    partners = (d.SeatsDraft(held_by=SeatHolder.PARTNER, places="Lombardia"),)
    assert len(lead_terms(RulesDraft(lead_seat="In Lombardia", seats=partners), Body("a", "Ditta", COMPANY))) == 1


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (OrganisationSize.MICRO, Outcome.PASSED),
        (OrganisationSize.SMALL, Outcome.PASSED),
        (OrganisationSize.MEDIUM, Outcome.FAILED),
        (OrganisationSize.UNKNOWN, Outcome.UNKNOWN),
    ],
)
def test_size_of_the_lead(size: OrganisationSize, expected: Outcome) -> None:
    rules = RulesDraft(leads=(d.LeadDraft(kind=COMPANY, size_max=OrganisationSize.SMALL),))
    assert [row[:2] for row in lead_terms(rules, Body("a", "Ditta", COMPANY, size))] == [("size", expected)]


def test_every_body_is_asked_when_the_rule_is_about_all_of_a_group() -> None:
    rules = RulesDraft(
        seats=(d.SeatsDraft(held_by=SeatHolder.EVERY, counted=PartnerGroup.NON_PROFIT, places="MI; BG"),)
    )
    bodies = [Body(key, key, OrganisationKind.COOPERATIVE, seats=(seat(LEGAL, "TO"),)) for key in "ab"]
    facts = CandidateFacts(lead=bodies[0], partners=(bodies[1], Body("c", "c", COMPANY)))
    found = [row for row in check_against_rules(rules, facts, EN) if row.code == "call.seat"]
    assert [(row.part, row.outcome) for row in found] == [("1.a", Outcome.FAILED), ("1.b", Outcome.FAILED)]
    assert "Legal seat: Dove (TO)" in found[0].sentence


def test_places_are_regions_and_provinces() -> None:
    assert parse_places(" lombardia, mi;Valle d'aosta ; MI") == ("Lombardia", "MI", "Valle d’Aosta")
    assert {"MI", "MN", "TO"} <= provinces_of("Lombardia; TO")
    assert provinces_of("") == frozenset()
    with pytest.raises(InvalidInput) as refused:
        parse_places("Lombardia; Padania", "seats.0.places")
    assert (refused.value.code, refused.value.field) == ("places.unknown", "seats.0.places")
    assert [parse_province(text) for text in ("mi", " Ee ", "")] == ["MI", "EE", ""]
    with pytest.raises(InvalidInput, match=r"province\.unknown"):
        parse_province("XX")
