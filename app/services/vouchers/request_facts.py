"""What is known of a request when it is judged: its household, its firm, what others got, what money is left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.enums import AmountLimit, ConditionOutcome, ConsentKind, FirmBudgetState, Kinship, VoucherCondition
from app.models.households import Consent, Household, HouseholdMember, Individual
from app.models.money import Cents
from app.models.network import Organisation, OrganisationSeat
from app.models.voucher_ledger import Voucher
from app.models.vouchers import FirmBudget, VoucherRequest
from app.services.vouchers.accounts import left_of
from app.services.vouchers.amount import Amount, AmountFacts, Given, amount_of
from app.services.vouchers.conditions import ConditionFacts, Member, judge
from app.services.vouchers.rules import amount_rules, condition_rules
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft

_GRANTED = (e.VoucherRequestState.ADMITTED.value, e.VoucherRequestState.ASSIGNED.value)
_ENDED = tuple(state.value for state in (e.VoucherState.EXPIRED, e.VoucherState.REVOKED, e.VoucherState.RENOUNCED))

CAPS = frozenset({AmountLimit.CHILD, AmountLimit.FAMILY})
"""Limits on all that one child or family has; those of months depend on who came first."""


def request_conditions(
    session: Session, row: VoucherRequest, rules: ProgrammeRulesDraft
) -> tuple[tuple[VoucherCondition, ConditionOutcome], ...]:
    """Each condition that the rules set, as the archive finds it for a request."""
    return judge(condition_rules(session, rules), _facts(session, row))


def _facts(session: Session, row: VoucherRequest) -> ConditionFacts:
    known: dict[str, Any] = {}
    if row.household_id is not None:
        known |= _household_facts(session, row.household_id)
    if row.individual_id is not None:
        person = session.get_one(Individual, row.individual_id)
        known |= {"birth": person.birth_date, "disabled": person.disabled}
        known["informed"] = _is_informed(session, row.requester_id or row.individual_id)
    if row.organisation_id is not None:
        known |= firm_facts(session, row.organisation_id)
    if row.firm_budget_id is not None:
        known["has_budget"] = has_budget(session, row.firm_budget_id)
    return ConditionFacts(
        day=row.day,
        time=row.time,
        start=row.period_start,
        end=row.period_end,
        requester=row.requester_id,
        isee=row.isee,
        isee_kind=e.IseeKind(row.isee_kind) if row.isee_kind else None,
        isee_to=row.isee_to,
        service=row.service,
        provider=row.provider_id,
        expense=row.expense,
        hours=row.hours,
        aids=row.aids,
        **known,
    )


def _household_facts(session: Session, household_id: str) -> Mapping[str, Any]:
    household = session.get_one(Household, household_id)
    members = session.scalars(
        sa.select(HouseholdMember).filter_by(household_id=household_id).order_by(HouseholdMember.position)
    )
    return {
        "municipality": household.municipality_id,
        "elsewhere": household.municipality_id is None and household.place != "",
        "members": tuple(
            Member(each.individual_id, each.kinship == Kinship.PARENT, each.present, e.WorkState(each.work))
            for each in members
        ),
    }


def _is_informed(session: Session, individual_id: str) -> bool:
    given = sa.select(Consent.id).where(
        Consent.individual_id == individual_id,
        Consent.kind == ConsentKind.INFORMATION.value,
        Consent.date_withdrawn.is_(None),
    )
    return session.scalar(given.limit(1)) is not None


def firm_facts(session: Session, organisation_id: str) -> Mapping[str, Any]:
    """Size of a firm, and whether it has a seat in a municipality of the plan; None while no seat is known."""
    firm = session.get_one(Organisation, organisation_id)
    seats = session.scalars(
        sa.select(OrganisationSeat.municipality_id).where(OrganisationSeat.organisation_id == organisation_id)
    ).all()
    return {
        "firm_size": e.OrganisationSize(firm.size),
        "firm_in_plan": any(seat is not None for seat in seats) if seats else None,
    }


def has_budget(session: Session, firm_budget_id: str) -> bool:
    """Whether a firm was given its budget, and it is not closed."""
    return session.get_one(FirmBudget, firm_budget_id).state == FirmBudgetState.GIVEN


# --- money -------------------------------------------------------------------------------


def left_for(session: Session, programme_id: str, firm_budget_id: str | None, own: str = "") -> Cents:
    """What may still be promised: what the ledger has, less what was promised to others and is not a voucher yet.

    Args:
        firm_budget_id: to be given of a firm's budget; None for the programme's own money.
        own: key of the request that asks.
    """
    promised = sa.select(sa.func.sum(VoucherRequest.amount)).where(
        VoucherRequest.programme_id == programme_id,
        VoucherRequest.state == e.VoucherRequestState.ADMITTED.value,
        VoucherRequest.id != own,
    )
    if firm_budget_id is None:
        promised = promised.where(VoucherRequest.firm_budget_id.is_(None))
    else:
        promised = promised.where(VoucherRequest.firm_budget_id == firm_budget_id)
    left = left_of(session, firm_budget_id or programme_id)
    return Cents(max(0, left - (session.scalar(promised) or 0)))


def request_amount(session: Session, row: VoucherRequest, rules: ProgrammeRulesDraft) -> Amount:
    """What a request comes to now."""

    def given(of_whom: sa.ColumnElement[bool]) -> tuple[Given, ...]:
        return given_to(session, row.programme_id, row.id, of_whom)

    to_child = given(VoucherRequest.individual_id == row.individual_id) if row.individual_id else ()
    to_family = given(VoucherRequest.household_id == row.household_id) if row.household_id else ()
    left = left_for(session, row.programme_id, row.firm_budget_id, row.id)
    isee = row.isee if row.isee is not None and (row.isee_to is None or row.isee_to >= row.day) else None
    facts = AmountFacts(
        units=row.units,
        start=row.period_start,
        end=row.period_end,
        expense=row.expense,
        aids=Cents(row.aids),
        isee=isee,
        to_child=to_child,
        to_family=to_family,
        left=left if row.firm_budget_id is None else None,
        firm_left=None if row.firm_budget_id is None else left,
    )
    return amount_of(amount_rules(rules, row.service), facts)


def given_to(session: Session, programme_id: str, own: str, of_whom: sa.ColumnElement[bool]) -> tuple[Given, ...]:
    """What other requests of a child or family got in a programme: of a voucher that ended, what was used of it.

    Args:
        own: key of the request that is reckoned.
    """
    cents = sa.case((Voucher.state.in_(_ENDED), Voucher.used), else_=Voucher.amount)
    found = session.execute(
        sa.select(
            VoucherRequest.period_start, VoucherRequest.period_end, sa.func.coalesce(cents, VoucherRequest.amount, 0)
        )
        .outerjoin(Voucher, Voucher.request_id == VoucherRequest.id)
        .where(
            of_whom,
            VoucherRequest.programme_id == programme_id,
            VoucherRequest.id != own,
            VoucherRequest.state.in_(_GRANTED),
        )
    )
    return tuple(Given(Cents(cents), start, end) for start, end, cents in found)


def cap_passed(session: Session, row: VoucherRequest, rules: ProgrammeRulesDraft) -> tuple[AmountLimit, Cents] | None:
    """What a request came to against what its child and family may still have, now that others got more since.

    Returns:
        The limit that it would pass, with what is left of it; None when it passes none.
    """
    limits = request_amount(session, row, rules).limits
    passed = ((bound, left) for bound, left in limits if bound in CAPS and (row.amount or 0) > left)
    return next(passed, None)
