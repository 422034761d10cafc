"""Households: who lives together, who works, where they live; once, used by all programmes."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import Kinship, WorkState
from app.models.errors import InvalidInput
from app.models.households import Household, HouseholdMember, Individual
from app.models.store import Store
from app.models.territory import Municipality
from app.models.vouchers import VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.network.codes import WRONG, grouped_iban, iban_note


@dataclass(frozen=True)
class MemberDraft:
    """Somebody of a household.

    Attributes:
        present: lives there.
        employer_id: firm, where it is in the registry.
    """

    id: str | None = None
    individual_id: str | None = None
    kinship: Kinship = Kinship.CHILD
    present: bool = True
    work: WorkState = WorkState.UNKNOWN
    employer_id: str | None = None


@dataclass(frozen=True)
class HouseholdDraft:
    """A household; fields are those of the record."""

    id: str | None = None
    name: str = ""
    municipality_id: str | None = None
    place: str = ""
    address: str = ""
    iban: str = ""
    iban_holder: str = ""
    note: str = ""
    members: tuple[MemberDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class HouseholdRow:
    """A household in a list; counts of its members, of the children among them, of its requests."""

    id: str
    name: str
    municipality: str
    members: int
    children: int
    asked: int
    has_iban: bool
    sample: bool
    source_line: int | None


def household_rows(store: Store) -> tuple[HouseholdRow, ...]:
    """All households, by name; one query."""
    of_it = HouseholdMember.household_id == Household.id
    members = sa.select(sa.func.count()).where(of_it).scalar_subquery()
    children = sa.select(sa.func.count()).where(of_it, HouseholdMember.kinship == Kinship.CHILD.value).scalar_subquery()
    asked = sa.select(sa.func.count()).where(VoucherRequest.household_id == Household.id).scalar_subquery()
    query = (
        sa.select(Household, Municipality.name, members, children, asked)
        .outerjoin(Municipality, Municipality.id == Household.municipality_id)
        .order_by(Household.name, Household.id)
    )
    with store.read() as session:
        return tuple(
            HouseholdRow(
                id=row.id,
                name=row.name,
                municipality=town or row.place,
                members=count,
                children=young,
                asked=requests,
                has_iban=row.iban != "",
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, town, count, young, requests in session.execute(query)
        )


def household_names(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, name and place) of every household."""
    return tuple(
        (row.id, f"{row.name} · {row.municipality}" if row.municipality else row.name) for row in household_rows(store)
    )


def load_household(store: Store, household_id: str) -> HouseholdDraft:
    """A household as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Household, household_id)
        members = session.scalars(
            sa.select(HouseholdMember).filter_by(household_id=row.id).order_by(HouseholdMember.position)
        )
        return HouseholdDraft(
            id=row.id,
            name=row.name,
            municipality_id=row.municipality_id,
            place=row.place,
            address=row.address,
            iban=row.iban,
            iban_holder=row.iban_holder,
            note=row.note,
            members=tuple(
                MemberDraft(
                    each.id,
                    each.individual_id,
                    Kinship(each.kinship),
                    each.present,
                    WorkState(each.work),
                    each.employer_id,
                )
                for each in members
            ),
            source_line=row.source_line,
        )


def save_household(store: Store, draft: HouseholdDraft) -> Changes:
    """Write a household with who belongs to it.

    Raises:
        InvalidInput: "field.required", "household.member_repeated", "household.iban_wrong", "household.two_places",
            "household.member_asked".
        NotFound: "record.gone".
    """
    with store.write("save_household") as session:
        row = write_household(session, draft)
    return Changes.of("vouchers", ids=(row.id,))


def write_household(session: Session, draft: HouseholdDraft) -> Household:
    """As `save_household`, in a session of the caller's."""
    note = iban_note(draft.iban)
    if note in WRONG:
        raise InvalidInput("household.iban_wrong", field="iban")
    if draft.municipality_id is not None and draft.place.strip():
        raise InvalidInput("household.two_places", field="place")
    for at, member in enumerate(draft.members):
        require_key(member.individual_id, f"members.{at}.individual_id")
    keys = [member.individual_id for member in draft.members]
    require_distinct(keys, "members.{row}.individual_id", "household.member_repeated")
    values = {
        "name": require_text(draft.name, "name"),
        "municipality_id": draft.municipality_id,
        "place": draft.place.strip(),
        "address": draft.address.strip(),
        "iban": grouped_iban(draft.iban),
        "iban_holder": draft.iban_holder.strip(),
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }
    if draft.id is not None:
        _keep_who_asked(session, draft.id, {key for key in keys if key})
    row = save_row(session, Household, draft.id, values)
    members = [
        {
            "id": member.id,
            "individual_id": member.individual_id,
            "kinship": member.kinship.value,
            "present": member.present,
            "work": member.work.value,
            "employer_id": member.employer_id,
        }
        for member in draft.members
    ]
    reconcile(session, HouseholdMember, {"household_id": row.id}, members)
    return row


def _keep_who_asked(session: Session, household_id: str, staying: set[str]) -> None:
    """Who a request of the household is for, or by, stays in it."""
    asked = session.execute(
        sa.select(Individual.surname, Individual.given_name, VoucherRequest.number)
        .join(
            VoucherRequest,
            sa.or_(VoucherRequest.individual_id == Individual.id, VoucherRequest.requester_id == Individual.id),
        )
        .where(VoucherRequest.household_id == household_id, Individual.id.not_in(staying))
        .limit(1)
    ).first()
    if asked is not None:
        surname, given, number = asked
        raise InvalidInput("household.member_asked", field="members", name=f"{surname} {given}", number=number)


def delete_household(store: Store, household_id: str) -> Changes:
    """Delete a household that asked for nothing; its persons stay.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_household") as session:
        row = get_row(session, Household, household_id)
        requests = (
            sa.select(VoucherProgramme.name)
            .join(VoucherRequest, VoucherRequest.programme_id == VoucherProgramme.id)
            .where(VoucherRequest.household_id == row.id)
        )
        refuse_used(session, row.id, row.name, requests)
        delete_children(session, HouseholdMember, "household_id", (row.id,))
        session.delete(row)
    return Changes.of("vouchers", ids=(household_id,))
