"""Declarations of interests, who is out by them, and what the registry gives reason to ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa

from app.models.enums import ConflictKind, DecisionKind, MemberRole
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.meetings import AgendaItem, ConflictDeclaration
from app.models.network import OrganisationOffice, Partnership
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.decisions.decisions import save_decision
from app.services.decisions.drafts import DecisionDraft, OutcomeDraft
from app.services.evaluation.conflicts import (
    Ground,
    barred,
    ground_text,
    proposed_conflicts,
    undeclared_at,
    undeclared_text,
)
from app.services.evaluation.declarations import (
    InterestDraft,
    InterestsDraft,
    delete_interests,
    interests_rows,
    load_interests,
    save_interests,
)
from app.services.journal.undo import last_undoable, undo
from app.services.meetings.committees import load_committee, member_rows, save_committee
from app.services.meetings.meetings import convene_meeting
from app.services.wording.texts import translator
from tests.services.sitting import Sitting, build_sitting, meeting_draft, open_sitting, voted_item

TODAY = date(2014, 6, 20)


@pytest.fixture
def sitting(store: Store) -> Sitting:
    """The plan's own case."""
    return build_sitting(store)


def call_of(store: Store, sitting: Sitting) -> str:
    """The only call."""
    with store.read() as session:
        return session.get_one(Proposal, sitting.proposals["Rho"]).call_id


def declared(store: Store, sitting: Sitting, member: str, *names: str, ground: str = "socio") -> InterestsDraft:
    """A declaration of a member on proposals, by name."""
    conflicts = tuple(InterestDraft(proposal_id=sitting.proposals[name], ground=ground) for name in names)
    return InterestsDraft(
        call_id=call_of(store, sitting), member_id=sitting.members[member], day=TODAY, conflicts=conflicts
    )


def out(store: Store, sitting: Sitting, name: str) -> set[str]:
    """Family names of who is out of a proposal."""
    with store.read() as session:
        keys = barred(session, sitting.proposals[name])
    return {family for family, key in sitting.members.items() if key in keys}


def test_a_declaration_bars_its_member_and_only_there(store: Store, sitting: Sitting) -> None:
    key = save_interests(store, declared(store, sitting, "Verdi", "Rho", "Castano")).id
    save_interests(store, declared(store, sitting, "Neri"))
    assert [out(store, sitting, name) for name in ("Rho", "Castano", "Legnano")] == [{"Verdi"}, {"Verdi"}, set()]
    kept = load_interests(store, key)
    assert (kept.member, kept.day, [conflict.ground for conflict in kept.conflicts]) == (
        "Anna Verdi",
        TODAY,
        ["socio"] * 2,
    )
    save_interests(store, replace(kept, conflicts=kept.conflicts[1:]))
    assert out(store, sitting, "Rho") == set()
    rows = {row.member: row for row in interests_rows(store)}
    assert rows["Anna Verdi"].conflicts == ((4, ConflictKind.ABSTENTION, "socio"),)
    assert (rows["Paolo Neri"].day, rows["Paolo Neri"].conflicts) == (TODAY, ())
    assert rows["Sara Gialli"].day is None
    blank = load_interests(store, rows["Sara Gialli"].id)
    assert (blank.member, blank.day, blank.conflicts) == ("Sara Gialli", None, ())
    delete_interests(store, key)
    assert out(store, sitting, "Castano") == set()


def test_a_conflict_declared_at_a_meeting_bars_too(store: Store, sitting: Sitting) -> None:
    convene_meeting(store, meeting_draft(sitting, voted_item(sitting, "Ammissione")))
    with store.write("save_meeting") as session:
        item = session.scalar(sa.select(AgendaItem.id))
        session.add(
            ConflictDeclaration(
                agenda_item_id=item,
                member_id=sitting.members["Bianchi"],
                proposal_id=sitting.proposals["Legnano"],
                kind="abstention",
            )
        )
    assert out(store, sitting, "Legnano") == {"Bianchi"}


def test_a_point_warns_of_conflicts_that_nobody_declared(store: Store, sitting: Sitting) -> None:
    meeting = open_sitting(store, sitting, "Ammissione")
    item = meeting.items[0].id
    assert item is not None
    assert undeclared_at(store, item) == ()
    draft = DecisionDraft(
        agenda_item_id=item,
        kind=DecisionKind.ADMISSION,
        subject="Ammissione",
        outcomes=tuple(OutcomeDraft(sitting.proposals[name]) for name in ("Rho", "Legnano")),
    )
    save_decision(store, draft)
    assert undeclared_text(store, item, translator("en")) == (
        "Ask Luca Bianchi: on no. 3 comes from Comune di Legnano, which leads the alliance."
    )
    save_interests(store, declared(store, sitting, "Bianchi", "Legnano"))
    assert undeclared_text(store, item, translator("en")) == ""


def test_a_declaration_can_be_taken_back(store: Store, sitting: Sitting) -> None:
    save_interests(store, declared(store, sitting, "Verdi", "Rho"))
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert out(store, sitting, "Rho") == set()


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"day": None}, "field.required", "day"),
        ({"member_id": None}, "field.required", "member_id"),
        ({"call_id": ""}, "field.required", "call_id"),
        ({"conflicts": (InterestDraft(ground="socio"),)}, "field.required", "conflicts.0.proposal_id"),
    ],
)
def test_what_is_missing_is_named(
    store: Store, sitting: Sitting, wrong: dict[str, object], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        save_interests(store, replace(declared(store, sitting, "Verdi"), **wrong))  # type: ignore[arg-type]
    assert (refused.value.code, refused.value.field) == (code, field)


def test_repeated_foreign_and_groundless_conflicts_are_refused(store: Store, sitting: Sitting) -> None:
    for draft, code in (
        (declared(store, sitting, "Verdi", "Rho", "Rho"), "interest.proposal_repeated"),
        (declared(store, sitting, "Verdi", "Rho", ground=" "), "field.required"),
    ):
        with pytest.raises(InvalidInput) as refused:
            save_interests(store, draft)
        assert refused.value.code == code


def test_a_second_declaration_takes_the_place_of_the_first(store: Store, sitting: Sitting) -> None:
    first = save_interests(store, declared(store, sitting, "Verdi")).id
    assert save_interests(store, declared(store, sitting, "Verdi", "Rho")).id == first
    assert out(store, sitting, "Rho") == {"Verdi"}
    delete_interests(store, first)
    with pytest.raises(NotFound):
        delete_interests(store, first)


def test_a_member_that_declared_stays(store: Store, sitting: Sitting) -> None:
    save_interests(store, declared(store, sitting, "Verdi"))
    committee = load_committee(store, sitting.committee)
    without = tuple(member for member in committee.members if member.name != "Anna Verdi")
    with pytest.raises(RuleBroken) as refused:
        save_committee(store, replace(committee, members=without))
    assert (refused.value.code, refused.value.values["users"]) == ("record.in_use", ("Avviso",))


def test_the_registry_proposes_by_body_office_name_and_words(store: Store, sitting: Sitting) -> None:
    with store.write("save_organisation") as session:
        rho = session.get_one(Proposal, sitting.proposals["Rho"])
        session.add(Partnership(alliance_id=rho.alliance_id, organisation_id=sitting.organisation, position=1))
        session.add(
            OrganisationOffice(
                organisation_id=sitting.organisation,
                position=1,
                kind="administrator",
                name="VERDI Anna",
                date_to=date(2013, 1, 1),
            )
        )
    committee = load_committee(store, sitting.committee)
    told = tuple(
        replace(member, office="dirigente del comune di Legnano") if member.name == "Paolo Neri" else member
        for member in committee.members
    )
    save_committee(store, replace(committee, members=told))
    call = call_of(store, sitting)
    found = [(row.member, row.number, row.ground) for row in proposed_conflicts(store, call)]
    assert found == [
        ("Luca Bianchi", 2, Ground.BODY_JOINS),
        ("Luca Bianchi", 3, Ground.BODY_LEADS),
        ("Anna Verdi", 2, Ground.HOLDS_OFFICE),
        ("Anna Verdi", 3, Ground.HOLDS_OFFICE),
        ("Paolo Neri", 2, Ground.IN_OFFICE),
        ("Paolo Neri", 3, Ground.IN_OFFICE),
    ]
    assert "Anna Verdi" not in {row.member for row in proposed_conflicts(store, call, TODAY)}
    first, *_others, last = proposed_conflicts(store, call)
    assert ground_text(first, translator("en")) == (
        "comes from Comune di Legnano, partner of the alliance (also in the alliances of: 3)"
    )
    assert "dirigente del comune di Legnano" in ground_text(last, translator("it"))
    save_interests(store, declared(store, sitting, "Bianchi", "Legnano"))
    assert [row.declared for row in proposed_conflicts(store, call)][:2] == [False, True]


def test_an_alternate_stands_in_for_a_member_of_its_committee(store: Store, sitting: Sitting) -> None:
    committee = load_committee(store, sitting.committee)

    def with_alternate(**values: object) -> None:
        members = tuple(
            replace(member, **values) if member.role is MemberRole.ALTERNATE else member  # type: ignore[arg-type]
            for member in committee.members
        )
        save_committee(store, replace(committee, members=members))

    for wrong in (sitting.members["Grigi"], sitting.members["Viola"], "nobody"):
        with pytest.raises(InvalidInput) as refused:
            with_alternate(stands_for_id=wrong)
        assert (refused.value.code, refused.value.field) == ("member.stands_for_wrong", "members.5.stands_for_id")
    with pytest.raises(InvalidInput) as backwards:
        with_alternate(date_from=date(2014, 2, 1), date_to=date(2014, 1, 1))
    assert backwards.value.code == "date.end_before_start"
    with_alternate(stands_for_id=sitting.members["Neri"], act="decreto n. 6", date_from=date(2014, 1, 1))
    row = next(row for row in member_rows(store) if row.role is MemberRole.ALTERNATE)
    assert (row.stands_for, row.act, row.in_office(date(2013, 12, 31)), row.in_office(TODAY)) == (
        "Paolo Neri",
        "decreto n. 6",
        False,
        True,
    )
