"""Requests for vouchers: written, judged by their rules, put in order, met while money lasts.

Every request that may be met and cannot be met at once waits; `call_next` takes who waits in the programme's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.enums import AmountLimit, ConditionOutcome, ProgrammeManner, VoucherCondition, VoucherRequestState
from app.models.errors import InvalidInput, RuleBroken
from app.models.households import Household, HouseholdMember
from app.models.store import Store
from app.models.vouchers import (
    FirmBudget,
    ProgrammeRules,
    RequestCondition,
    RequestLimit,
    VoucherProgramme,
    VoucherRequest,
)
from app.services.changes import Changes
from app.services.checks import require_in_order, require_key, require_not_negative, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.vouchers.amount import MONEY_LIMITS, Amount
from app.services.vouchers.days import today_of
from app.services.vouchers.request_drafts import ConditionDraft, RequestDraft
from app.services.vouchers.request_facts import left_for, request_amount, request_conditions
from app.services.vouchers.rules import current_rules, read_rules
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.vouchers.waiting import waiting_requests
from app.services.wording import points
from app.services.wording.parsing import parse_time

MOVES: Mapping[VoucherRequestState, frozenset[VoucherRequestState]] = {
    VoucherRequestState.ASKED: frozenset(
        {
            VoucherRequestState.ADMITTED,
            VoucherRequestState.NOT_ADMITTED,
            VoucherRequestState.WAITING,
            VoucherRequestState.WITHDRAWN,
        }
    ),
    VoucherRequestState.WAITING: frozenset(
        {VoucherRequestState.ADMITTED, VoucherRequestState.NOT_ADMITTED, VoucherRequestState.WITHDRAWN}
    ),
    VoucherRequestState.ADMITTED: frozenset(
        {VoucherRequestState.ASSIGNED, VoucherRequestState.WAITING, VoucherRequestState.WITHDRAWN}
    ),
    VoucherRequestState.ASSIGNED: frozenset({VoucherRequestState.WITHDRAWN}),
    VoucherRequestState.WITHDRAWN: frozenset({VoucherRequestState.ASSIGNED}),  # its voucher is reinstated
}
"""Where a request may go from where it is."""

RANKED = frozenset({ProgrammeManner.ISEE, ProgrammeManner.POINTS})
"""Manners in which nobody is met before all have asked."""

_ENUMS: Mapping[str, Any] = {"isee_kind": e.IseeKind, "isee_outcome": ConditionOutcome}
_TYPED = (
    *("day", "time", "protocol", "household_id", "individual_id", "requester_id", "organisation_id", "firm_budget_id"),
    *("service", "provider_id", "period_start", "period_end", "hours", "expense", "aids", "employer_part"),
    *("isee", "isee_kind", "isee_to", "points", "note", "source_line"),
)
"""Fields that a form types and the record keeps as they are."""


# --- the door of the state ---------------------------------------------------------------


def set_request_state(
    session: Session, request: VoucherRequest, state: VoucherRequestState, day: date, reason: str = ""
) -> None:
    """The one door of a request's state.

    Raises:
        RuleBroken: "request.move" when it cannot go there from where it is.
    """
    present = VoucherRequestState(request.state)
    if state not in MOVES.get(present, frozenset()):
        raise RuleBroken("request.move", number=request.number, state=present, wanted=state)
    request.state = state.value
    request.state_reason = reason
    request.date_settled = day


# --- writing -----------------------------------------------------------------------------


def save_voucher_request(store: Store, draft: RequestDraft) -> Changes:
    """Write a request that is not settled yet: its conditions are judged and its amount is reckoned.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "number.not_positive", "time.format",
            "date.end_before_start", "date.in_future", "points.format", "voucher.hours_of_a_day",
            "request.service_unknown", "request.one_holder", "request.not_of_household", "request.parts_over_price",
            "request.expense_needed", "request.protocol_taken".
        NotFound: "record.gone".
        RuleBroken: "programme.not_open", "programme.no_rules", "request.settled", "request.asked_already".
    """
    today = today_of(store)
    with store.write("save_voucher_request") as session:
        row = add_request(session, draft, today)
    return Changes.of("vouchers", ids=(row.id,))


def add_request(session: Session, draft: RequestDraft, today: date) -> VoucherRequest:
    """As `save_voucher_request`, in a session of the caller's."""
    programme = get_row(session, VoucherProgramme, require_key(draft.programme_id, "programme_id"))
    row = None if draft.id is None else get_row(session, VoucherRequest, draft.id)
    rules = _rules_for(session, programme, row)
    values = request_values(draft, rules, today)
    _check_people(session, draft, rules)
    _refuse_same_protocol(session, draft)
    if row is None:
        day = values["day"]
        values |= {"rules_id": rules.id, "year": day.year, "number": _next_number(session, programme.id, day.year)}
    refuse_again(session, draft, programme)
    row = save_row(session, VoucherRequest, draft.id, {**values, "programme_id": programme.id})
    session.flush()
    _save_conditions(session, row, rules, draft.conditions)
    reckon(session, row)
    return row


def _rules_for(session: Session, programme: VoucherProgramme, row: VoucherRequest | None) -> ProgrammeRulesDraft:
    """The version that a request is judged by: the one it came in under, of a new one the newest."""
    if row is not None:
        if row.state != VoucherRequestState.ASKED:
            raise RuleBroken("request.settled", number=row.number, state=VoucherRequestState(row.state))
        return read_rules(session, get_row(session, ProgrammeRules, row.rules_id))
    if programme.state != e.ProgrammeState.OPEN:
        raise RuleBroken("programme.not_open", name=programme.name, state=e.ProgrammeState(programme.state))
    found = current_rules(session, programme.id)
    if found is None:
        raise RuleBroken("programme.no_rules", name=programme.name)
    return read_rules(session, found)


def request_values(draft: RequestDraft, rules: ProgrammeRulesDraft, today: date) -> dict[str, Any]:
    """Fields of a request, checked.

    Raises:
        InvalidInput: those of `save_voucher_request` about fields.
    """
    values = {name: getattr(draft, name) for name in _TYPED}
    for name in ("day", "period_start", "period_end"):
        if values[name] is None:
            raise InvalidInput("field.required", field=name)
    if values["day"] > today:
        raise InvalidInput("date.in_future", field="day", day=values["day"], today=today)
    for name in ("protocol", "note"):
        values[name] = values[name].strip()
    values["time"] = parse_time(draft.time, field="time") if draft.time.strip() else ""
    require_in_order(draft.period_start, draft.period_end, "period_end")
    for name in ("expense", "aids", "employer_part", "isee", "hours"):
        require_not_negative(values[name], name)
    values["aids"] = values["aids"] or 0
    values["employer_part"] = values["employer_part"] or 0
    if draft.units is None or draft.units <= 0:
        raise InvalidInput("number.not_positive", field="units")
    values["units"] = points.kept(draft.units)
    if draft.hours is not None and not 1 <= draft.hours <= 24:
        raise InvalidInput("voucher.hours_of_a_day", field="hours")
    if draft.points:
        values["points"] = points.format_points(points.parse_points(draft.points, field="points"))
    if not any(row.code == draft.service for row in rules.services):
        raise InvalidInput("request.service_unknown", field="service")
    priced = bool(rules.share_max) or any(row.share_max for row in rules.bands)
    if draft.expense is None and (priced or values["aids"] or values["employer_part"]):
        raise InvalidInput("request.expense_needed", field="expense")
    if draft.expense is not None and values["aids"] + values["employer_part"] > draft.expense:
        raise InvalidInput("request.parts_over_price", field="employer_part", price=draft.expense)
    return {name: value.value if name == "isee_kind" and value else value for name, value in values.items()}


def _check_people(session: Session, draft: RequestDraft, rules: ProgrammeRulesDraft) -> None:
    """Who asks is who may ask: somebody of a household, or a firm or body for itself."""
    if rules.asker in (e.VoucherAsker.FIRM, e.VoucherAsker.BODY):
        require_key(draft.organisation_id, "organisation_id")
        if draft.individual_id is not None:
            raise InvalidInput("request.one_holder", field="individual_id")
        return
    if draft.organisation_id is not None:
        raise InvalidInput("request.one_holder", field="organisation_id")
    household = get_row(session, Household, require_key(draft.household_id, "household_id"))
    require_key(draft.individual_id, "individual_id")
    members = set(
        session.scalars(sa.select(HouseholdMember.individual_id).where(HouseholdMember.household_id == household.id))
    )
    for field in ("individual_id", "requester_id"):
        key = getattr(draft, field)
        if key is not None and key not in members:
            raise InvalidInput("request.not_of_household", field=field, household=household.name)
    if rules.asker is e.VoucherAsker.EMPLOYEE:
        budget = get_row(session, FirmBudget, require_key(draft.firm_budget_id, "firm_budget_id"))
        if budget.programme_id != draft.programme_id:
            raise InvalidInput("request.other_budget", field="firm_budget_id")


def _refuse_same_protocol(session: Session, draft: RequestDraft) -> None:
    """A number of the protocol belongs to one request of a year."""
    if not draft.protocol.strip() or draft.day is None:
        return
    found = session.scalar(
        sa.select(VoucherRequest.number).where(
            VoucherRequest.protocol == draft.protocol.strip(),
            VoucherRequest.year == draft.day.year,
            VoucherRequest.id != (draft.id or ""),
        )
    )
    if found is not None:
        raise InvalidInput("request.protocol_taken", field="protocol", number=found)


def refuse_again(session: Session, draft: RequestDraft, programme: VoucherProgramme) -> None:
    """The same person, or firm, service and days are asked for once, in all programmes and years.

    Raises:
        RuleBroken: "request.asked_already" with the programme and number of the other request.
    """
    same = VoucherRequest.individual_id == draft.individual_id
    if draft.individual_id is None:
        same = sa.and_(
            VoucherRequest.organisation_id == draft.organisation_id, VoucherRequest.programme_id == programme.id
        )
    found = session.execute(
        sa.select(VoucherRequest.number, VoucherRequest.year, VoucherProgramme.name)
        .join(VoucherProgramme, VoucherProgramme.id == VoucherRequest.programme_id)
        .where(
            same,
            VoucherRequest.service == draft.service,
            VoucherRequest.id != (draft.id or ""),
            VoucherRequest.state.in_([state.value for state in e.REQUESTS_ALIVE]),
            VoucherRequest.period_start <= draft.period_end,
            VoucherRequest.period_end >= draft.period_start,
        )
        .limit(1)
    ).first()
    if found is not None:
        number, year, name = found
        raise RuleBroken("request.asked_already", field="period_start", number=number, year=year, programme=name)


def _next_number(session: Session, programme_id: str, year: int) -> int:
    highest = session.scalar(
        sa.select(sa.func.max(VoucherRequest.number)).where(
            VoucherRequest.programme_id == programme_id, VoucherRequest.year == year
        )
    )
    return (highest or 0) + 1


def _save_conditions(
    session: Session, row: VoucherRequest, rules: ProgrammeRulesDraft, typed: tuple[ConditionDraft, ...]
) -> None:
    """Judge the conditions; what a person said of one stands over what the archive knows."""
    said = {each.condition: each for each in typed if each.said is not None}
    wanted = []
    for condition, outcome in request_conditions(session, row, rules):
        mine = said.get(condition)
        wanted.append(
            {
                "condition": condition.value,
                "outcome": (mine.said if mine is not None and mine.said is not None else outcome).value,
                "by_hand": mine is not None,
                "note": mine.note.strip() if mine is not None else "",
            }
        )
    reconcile(session, RequestCondition, {"request_id": row.id}, wanted, key="condition")
    isee = next((each for each in wanted if each["condition"] == VoucherCondition.ISEE), None)
    row.isee_outcome = str(isee["outcome"]) if isee else ConditionOutcome.NOT_KNOWN.value


def reckon(session: Session, row: VoucherRequest) -> Amount:
    """Reckon what a request comes to now, and keep every limit with the one that decided."""
    found = request_amount(session, row, read_rules(session, get_row(session, ProgrammeRules, row.rules_id)))
    row.amount, row.bound = found.cents, found.bound.value
    wanted = [{"bound": bound.value, "cents": cents} for bound, cents in found.limits]
    reconcile(session, RequestLimit, {"request_id": row.id}, wanted, key="bound")
    return found


# --- settling ----------------------------------------------------------------------------


def admit_request(store: Store, request_id: str, day: date) -> Changes:
    """Admit a request whose conditions are all met; without money, or in a ranking, it waits for its turn.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "request.not_met", "request.not_known" with the conditions; "request.move", "programme.not_open",
            "request.settled_before", "request.nothing_due".
    """
    with store.write("admit_request") as session:
        row = get_row(session, VoucherRequest, request_id)
        _check_day(row, day)
        _check_conditions(session, row)
        admit(session, row, day)
    return Changes.of("vouchers", ids=(request_id,))


def _check_day(row: VoucherRequest, day: date) -> None:
    if day < row.day:
        raise RuleBroken("request.settled_before", received=row.day, field="day")


def _check_conditions(session: Session, row: VoucherRequest) -> None:
    unmet = [
        (VoucherCondition(each.condition), ConditionOutcome(each.outcome))
        for each in session.scalars(
            sa.select(RequestCondition).filter_by(request_id=row.id).order_by(RequestCondition.position)
        )
        if each.outcome != ConditionOutcome.MET
    ]
    for outcome, code in (
        (ConditionOutcome.NOT_MET, "request.not_met"),
        (ConditionOutcome.NOT_KNOWN, "request.not_known"),
    ):
        found = tuple(condition for condition, each in unmet if each is outcome)
        if found:
            raise RuleBroken(code, conditions=found)


def admit(session: Session, row: VoucherRequest, day: date) -> None:
    """Admit a request, or let it wait: who waits already goes first."""
    programme = get_row(session, VoucherProgramme, row.programme_id)
    if programme.state != e.ProgrammeState.OPEN:
        raise RuleBroken("programme.not_open", name=programme.name, state=e.ProgrammeState(programme.state))
    rules = get_row(session, ProgrammeRules, row.rules_id)
    found = reckon(session, row)
    if found.by_right == 0:
        raise RuleBroken("request.nothing_due", number=row.number, bound=_own_bound(found))
    waits = session.scalar(
        sa.select(VoucherRequest.id)
        .where(
            VoucherRequest.programme_id == programme.id,
            VoucherRequest.state == VoucherRequestState.WAITING.value,
            VoucherRequest.firm_budget_id.is_not_distinct_from(row.firm_budget_id),
        )
        .limit(1)
    )
    ranked = rules.manner in RANKED
    state = VoucherRequestState.WAITING if ranked or waits or found.cents == 0 else VoucherRequestState.ADMITTED
    set_request_state(session, row, state, day)


def _own_bound(found: Amount) -> AmountLimit:
    return next(bound for bound, cents in found.limits if bound not in MONEY_LIMITS and cents == 0)


def refuse_request(store: Store, request_id: str, day: date, reason: str) -> Changes:
    """Do not admit a request, and say why.

    Raises:
        InvalidInput: "field.required" without a reason.
        NotFound: "record.gone".
        RuleBroken: "request.move", "request.settled_before".
    """
    why = require_text(reason, "reason")
    with store.write("refuse_request") as session:
        row = get_row(session, VoucherRequest, request_id)
        _check_day(row, day)
        set_request_state(session, row, VoucherRequestState.NOT_ADMITTED, day, why)
    return Changes.of("vouchers", ids=(request_id,))


def withdraw_request(store: Store, request_id: str, day: date, reason: str = "") -> Changes:
    """Withdraw a request before its voucher was given; who waits is called with what it sets free.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "request.move", "request.settled_before", "request.has_voucher".
    """
    with store.write("withdraw_request") as session:
        row = get_row(session, VoucherRequest, request_id)
        _check_day(row, day)
        if row.state == VoucherRequestState.ASSIGNED:
            raise RuleBroken("request.has_voucher", number=row.number)
        sets_free = row.state == VoucherRequestState.ADMITTED
        set_request_state(session, row, VoucherRequestState.WITHDRAWN, day, reason.strip())
        session.flush()
        called = call_next(session, row.programme_id, day) if sets_free else ()
    return Changes.of("vouchers", ids=(request_id, *called))


def delete_voucher_request(store: Store, request_id: str) -> Changes:
    """Delete the newest request of a programme while it is not settled: numbers stay without gaps.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "request.settled", "request.not_newest".
    """
    with store.write("delete_voucher_request") as session:
        row = get_row(session, VoucherRequest, request_id)
        if row.state != VoucherRequestState.ASKED:
            raise RuleBroken("request.settled", number=row.number, state=VoucherRequestState(row.state))
        if _next_number(session, row.programme_id, row.year) != row.number + 1:
            raise RuleBroken("request.not_newest", number=row.number)
        for model in (RequestCondition, RequestLimit):
            delete_children(session, model, "request_id", (row.id,))
        session.delete(row)
    return Changes.of("vouchers", ids=(request_id,))


# --- who waits ---------------------------------------------------------------------------


def call_waiting(store: Store, programme_id: str, day: date) -> Changes:
    """Admit who waits, in the order of the programme, while money lasts.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "programme.not_open"; "request.window_open" while requests may still come in to a ranking;
            "request.nobody_called" when nobody waits, or nothing is left.
    """
    with store.write("call_waiting") as session:
        programme = get_row(session, VoucherProgramme, programme_id)
        if programme.state != e.ProgrammeState.OPEN:
            raise RuleBroken("programme.not_open", name=programme.name, state=e.ProgrammeState(programme.state))
        rules = current_rules(session, programme_id)
        if rules is not None and (closed := _open_until(session, rules, day)) is not None:
            raise RuleBroken("request.window_open", closed=closed)
        called = call_next(session, programme_id, day)
        if not called:
            raise RuleBroken("request.nobody_called", name=programme.name, left=left_for(session, programme_id, None))
    return Changes.of("vouchers", ids=(programme_id, *called))


def _open_until(session: Session, rules: ProgrammeRules, day: date) -> date | None:
    """The last day on which requests may still come in to a ranking; None when it may be called, or is none."""
    if rules.manner not in RANKED:
        return None
    closed = (window.date_closed for window in read_rules(session, rules).windows)
    return next((each for each in closed if each is not None and day <= each), None)


def call_next(session: Session, programme_id: str, day: date) -> tuple[str, ...]:
    """Admit who waits, in the order of the programme, while money lasts.

    Returns:
        Keys of the requests that were admitted; none while the programme is not open, or a ranking still takes
        requests in.
    """
    rules = current_rules(session, programme_id)
    if get_row(session, VoucherProgramme, programme_id).state != e.ProgrammeState.OPEN:
        return ()
    if rules is not None and _open_until(session, rules, day) is not None:
        return ()
    called = []
    for row in waiting_requests(session, programme_id):
        if left_for(session, programme_id, row.firm_budget_id) == 0:
            if row.firm_budget_id is None:
                break
            continue
        found = reckon(session, row)
        if found.cents > 0:
            set_request_state(session, row, VoucherRequestState.ADMITTED, day)
            session.flush()
            called.append(row.id)
    return tuple(called)
