"""Requests as they are listed and loaded, with who waits and at what place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import AmountLimit, ConditionOutcome, IseeKind, VoucherCondition, VoucherRequestState, VoucherUnit
from app.models.households import Household, Individual
from app.models.money import Cents
from app.models.network import Organisation
from app.models.store import Store
from app.models.vouchers import (
    FirmBudget,
    ProgrammeRules,
    ProgrammeService,
    RequestCondition,
    RequestLimit,
    VoucherProgramme,
    VoucherRequest,
)
from app.services.children import get_row
from app.services.vouchers.amount import Shares, shares_of
from app.services.vouchers.request_drafts import ConditionDraft, LimitRow, RequestDraft, RequestRow
from app.services.vouchers.request_facts import request_amount, request_conditions
from app.services.vouchers.rules import current_rules, read_rules
from app.services.vouchers.waiting import waiting_requests
from app.services.wording import points


@cache
def _rows_query() -> sa.Select[Any]:
    """All requests with the names of whom and what they are about."""
    firm, body, provider = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    return (
        sa.select(
            VoucherRequest,
            VoucherProgramme.code,
            VoucherProgramme.name,
            ProgrammeRules.unit,
            Individual.surname,
            Individual.given_name,
            Household.name,
            body.name,
            firm.name,
            provider.name,
            ProgrammeService.name,
        )
        .join(VoucherProgramme, VoucherProgramme.id == VoucherRequest.programme_id)
        .join(ProgrammeRules, ProgrammeRules.id == VoucherRequest.rules_id)
        .outerjoin(
            ProgrammeService,
            sa.and_(
                ProgrammeService.rules_id == VoucherRequest.rules_id, ProgrammeService.code == VoucherRequest.service
            ),
        )
        .outerjoin(Individual, Individual.id == VoucherRequest.individual_id)
        .outerjoin(Household, Household.id == VoucherRequest.household_id)
        .outerjoin(body, body.id == VoucherRequest.organisation_id)
        .outerjoin(FirmBudget, FirmBudget.id == VoucherRequest.firm_budget_id)
        .outerjoin(firm, firm.id == FirmBudget.organisation_id)
        .outerjoin(provider, provider.id == VoucherRequest.provider_id)
        .order_by(VoucherProgramme.code, VoucherRequest.year, VoucherRequest.number)
    )


def request_rows(store: Store, programme_id: str | None = None) -> tuple[RequestRow, ...]:
    """All requests, or those of a programme, in the order of their numbers; a fixed number of queries."""
    query = _rows_query()
    if programme_id is not None:
        query = query.where(VoucherRequest.programme_id == programme_id)
    with store.read() as session:
        places = waiting_places(session, programme_id)
        return tuple(_row(row, tuple(rest), places.get(row.id)) for row, *rest in session.execute(query))


def _row(row: VoucherRequest, joined: tuple[str | None, ...], place: int | None) -> RequestRow:
    code, name, unit, surname, given, household, body, firm, provider, service = joined
    parts = price_parts(row)
    return RequestRow(
        id=row.id,
        programme_id=row.programme_id,
        programme=f"{code} · {name}",
        year=row.year,
        number=row.number,
        state=VoucherRequestState(row.state),
        place=place,
        day=row.day,
        time=row.time,
        protocol=row.protocol,
        holder=body or f"{surname} {given}",
        household=household or "",
        firm=firm or "",
        service=service or row.service,
        provider=provider or "",
        period_start=row.period_start,
        period_end=row.period_end,
        units=points.read(row.units) or points.parse_points("0"),
        unit=VoucherUnit(unit or VoucherUnit.ONCE),
        expense=row.expense,
        aids=row.aids,
        amount=row.amount,
        bound=None if row.bound is None else AmountLimit(row.bound),
        employer_part=row.employer_part,
        family_part=None if parts is None else parts.family,
        isee=row.isee,
        sample=row.sample,
        source_line=row.source_line,
    )


def price_parts(row: VoucherRequest) -> Shares | None:
    """Who pays the price of a service; None while it is not known."""
    if row.expense is None:
        return None
    return shares_of(row.expense, row.aids, row.amount or Cents(0), row.employer_part)


def waiting_places(session: Session, programme_id: str | None = None) -> Mapping[str, int]:
    """Places of who waits, from 1 in each programme."""
    programmes = (
        [programme_id]
        if programme_id is not None
        else list(
            session.scalars(
                sa.select(VoucherRequest.programme_id)
                .where(VoucherRequest.state == VoucherRequestState.WAITING.value)
                .distinct()
            )
        )
    )
    return {row.id: place for key in programmes for place, row in enumerate(waiting_requests(session, key), start=1)}


def load_request(store: Store, request_id: str) -> RequestDraft:
    """A request as it stands, with its conditions and limits.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, VoucherRequest, request_id)
        rules = read_rules(session, get_row(session, ProgrammeRules, row.rules_id))
        found = dict(request_conditions(session, row, rules))
        conditions = session.scalars(
            sa.select(RequestCondition).filter_by(request_id=row.id).order_by(RequestCondition.position)
        )
        limits = session.scalars(sa.select(RequestLimit).filter_by(request_id=row.id).order_by(RequestLimit.position))
        return RequestDraft(
            id=row.id,
            programme_id=row.programme_id,
            year=row.year,
            number=row.number,
            state=VoucherRequestState(row.state),
            state_reason=row.state_reason,
            date_settled=row.date_settled,
            day=row.day,
            time=row.time,
            protocol=row.protocol,
            household_id=row.household_id,
            individual_id=row.individual_id,
            requester_id=row.requester_id,
            organisation_id=row.organisation_id,
            firm_budget_id=row.firm_budget_id,
            service=row.service,
            provider_id=row.provider_id,
            period_start=row.period_start,
            period_end=row.period_end,
            units=points.read(row.units),
            hours=row.hours,
            expense=row.expense,
            aids=row.aids,
            employer_part=row.employer_part,
            isee=row.isee,
            isee_kind=None if row.isee_kind is None else IseeKind(row.isee_kind),
            isee_to=row.isee_to,
            points=row.points,
            amount=row.amount,
            bound=None if row.bound is None else AmountLimit(row.bound),
            note=row.note,
            conditions=tuple(_condition(each, found) for each in conditions),
            limits=tuple(LimitRow(AmountLimit(each.bound), each.cents, each.bound == row.bound) for each in limits),
            source_line=row.source_line,
        )


def _condition(row: RequestCondition, found: Mapping[VoucherCondition, ConditionOutcome]) -> ConditionDraft:
    condition, outcome = VoucherCondition(row.condition), ConditionOutcome(row.outcome)
    return ConditionDraft(
        id=row.id,
        condition=condition,
        outcome=found.get(condition, outcome) if row.by_hand else outcome,
        said=outcome if row.by_hand else None,
        note=row.note,
    )


@dataclass(frozen=True)
class Preview:
    """What a request that is being typed would come to.

    Attributes:
        parts: who pays the price; None while it is not known.
        place: in the waiting list, of who waits.
    """

    limits: tuple[LimitRow, ...]
    amount: Cents
    bound: AmountLimit
    parts: Shares | None
    conditions: tuple[tuple[VoucherCondition, ConditionOutcome], ...]
    place: int | None


def preview_request(store: Store, draft: RequestDraft) -> Preview | None:
    """What a request would come to as it is typed now; None while too little of it is known."""
    needed = (draft.programme_id, draft.day, draft.service, draft.period_start, draft.period_end, draft.units)
    if not all(needed) or draft.units is None or draft.units <= 0:
        return None
    if draft.period_start is None or draft.period_end is None or draft.period_end < draft.period_start:
        return None
    with store.read() as session:
        kept = None if draft.id is None else session.get(VoucherRequest, draft.id)
        assert draft.programme_id is not None, "it is among what is needed"
        rules = current_rules(session, draft.programme_id)
        if kept is not None:
            rules = session.get(ProgrammeRules, kept.rules_id)
        if rules is None:
            return None
        typed = read_rules(session, rules)
        row = _transient(draft, rules.id)
        if session.get(Household, row.household_id or "") is None:
            row.household_id = None
        amount = request_amount(session, row, typed)
        conditions = request_conditions(session, row, typed)
        place = None if draft.id is None else waiting_places(session, draft.programme_id).get(draft.id)
    limits = tuple(LimitRow(bound, cents, bound is amount.bound) for bound, cents in amount.limits)
    row.amount = amount.cents
    return Preview(limits, amount.cents, amount.bound, price_parts(row), conditions, place)


def _transient(draft: RequestDraft, rules_id: str) -> VoucherRequest:
    """A request as it is typed, in no session."""
    return VoucherRequest(
        id=draft.id or "",
        programme_id=draft.programme_id,
        rules_id=rules_id,
        day=draft.day,
        time=draft.time if len(draft.time) == len("00:00") else "",
        household_id=draft.household_id,
        individual_id=draft.individual_id,
        requester_id=draft.requester_id,
        organisation_id=draft.organisation_id,
        firm_budget_id=draft.firm_budget_id,
        service=draft.service,
        provider_id=draft.provider_id,
        period_start=draft.period_start,
        period_end=draft.period_end,
        units=points.kept(draft.units),
        hours=draft.hours,
        expense=draft.expense,
        aids=draft.aids or 0,
        employer_part=draft.employer_part or 0,
        isee=draft.isee,
        isee_kind=draft.isee_kind,
        isee_to=draft.isee_to,
    )
