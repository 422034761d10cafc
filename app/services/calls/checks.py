"""What a proposal is, against the rules of its call: each rule that the call fixes, kept, broken or not to be told yet.

Pure: the rules and the facts of one proposal in, results out. Amounts are cents, percentages exact.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from app.models.enums import BudgetSection, OrganisationSize, Remedy, RuleSeverity
from app.services.calls import cost_checks as costs
from app.services.calls import seat_checks as seats
from app.services.calls.results import (
    RULES,
    Body,
    CandidateFacts,
    Cost,
    Judge,
    Outcome,
    RuleResult,
    RuleUnit,
    broken_rules,
    shown_value,
    told,
)
from app.services.calls.rules_drafts import PartnersDraft, RulesDraft, kinds_of
from app.services.reports.spec import Kind
from app.services.wording.formats import display, format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

__all__ = [
    "RULES",
    "Body",
    "CandidateFacts",
    "Cost",
    "Outcome",
    "RuleResult",
    "RuleUnit",
    "broken_rules",
    "check_against_rules",
    "shown_value",
]


def check_against_rules(rules: RulesDraft, facts: CandidateFacts, tr: Translator) -> tuple[RuleResult, ...]:
    """Every rule that the call fixes, judged; what the call leaves open is not asked.

    Args:
        tr: language of the sentences.

    Returns:
        One result for each rule and row of a rule, in the order of `RULES`; of categories and of how often a body takes
        part one for each breach, or one that says it is kept.
    """
    judge = Judge(rules, facts, tr)
    return tuple(result for check in _CHECKS for result in check(judge))


# --- arrival and area --------------------------------------------------------------------


def _moment(day: date, time: str) -> datetime:
    return datetime.combine(day, datetime.strptime(time, "%H:%M").time())


def _when(day: date, time: str) -> str:
    return f"{format_date(day)} {time}".strip()


def _arrival(judge: Judge) -> Iterator[RuleResult]:
    rules, facts = judge.rules, judge.facts
    arrived = None if facts.date_received is None else _when(facts.date_received, facts.time_received)
    for code, day, time, sign, failed in (
        (
            "call.opening",
            rules.date_opened,
            rules.time_opened,
            1,
            N_("The proposal arrived on {found}, before the call opened ({wanted}): {late} too early."),
        ),
        (
            "call.closing",
            rules.date_closed,
            rules.time_closed,
            -1,
            N_("The proposal arrived on {found}, after the closing of the call ({wanted}): {late} late."),
        ),
    ):
        if day is None:
            continue
        minutes = _minutes_past(facts, day, time, sign)
        late = _late_text(minutes, judge.tr) if minutes is not None and minutes > 0 else ""
        kept = None if minutes is None else minutes <= 0
        field = "date_received" if facts.date_received is None or minutes is not None else "time_received"
        yield judge.result(code, told(kept), _when(day, time), arrived, failed, field=field, late=late)


def _minutes_past(facts: CandidateFacts, day: date, time: str, sign: int) -> int | None:
    """Minutes by which the arrival lies on the wrong side of a term; <= 0 in time, None when it cannot be told.

    Args:
        sign: 1 for a term that opens, -1 for one that closes; the minute of the term itself is in time.
    """
    if facts.date_received is None:
        return None
    if not time or facts.date_received != day:
        days = sign * (day - facts.date_received).days
        if not time or not facts.time_received:
            return days * 24 * 60
    if not facts.time_received:
        return None
    gap = _moment(day, time) - _moment(facts.date_received, facts.time_received)
    return sign * int(gap.total_seconds() // 60)


def _late_text(minutes: int, tr: Translator) -> str:
    days, rest = divmod(max(minutes, 0), 24 * 60)
    hours, left = divmod(rest, 60)
    parts = (
        (days, tr.plural("{n} day", "{n} days", days)),
        (hours, tr.plural("{n} hour", "{n} hours", hours)),
        (left, tr.plural("{n} minute", "{n} minutes", left)),
    )
    return ", ".join(text.format(n=number) for number, text in parts if number)


def _channel(judge: Judge) -> Iterator[RuleResult]:
    wanted, found = judge.rules.channel, judge.facts.channel
    if wanted is not None:
        yield judge.result(
            "call.channel",
            told(None if found is None else found is wanted),
            label(wanted, judge.tr),
            None if found is None else label(found, judge.tr),
            N_("The proposal came by «{found}»; the call takes it by «{wanted}» only."),
            field="channel",
        )


def _area(judge: Judge) -> Iterator[RuleResult]:
    rules, area_id = judge.rules, judge.facts.area_id
    if not rules.areas:
        return
    row = next((row for row in rules.areas if row.area_id == area_id), None)
    yield judge.result(
        "call.area",
        told(None if area_id is None else row is not None),
        judge.tr.plural("{n} area", "{n} areas", len(rules.areas)).format(n=len(rules.areas)),
        None if row is None else judge.tr("one of them"),
        N_("The area of the proposal is not among those that the call funds."),
        field="area_id",
    )
    if row is not None and row.amount is not None:
        yield judge.result(
            "call.area_amount",
            told(judge.facts.sum_of(BudgetSection.COSTS) <= row.amount),
            row.amount,
            judge.facts.sum_of(BudgetSection.COSTS),
            N_("The grant asked for is {found}; the call offers {wanted} in this area: {gap} too much."),
            unit=RuleUnit.EURO,
            field="items",
            source=row.source,
        )


# --- the partnership ---------------------------------------------------------------------


def _lead(judge: Judge) -> Iterator[RuleResult]:
    rules, lead, tr = judge.rules, judge.facts.lead, judge.tr
    if rules.leads:
        kinds = [row.kind for row in rules.leads]
        yield judge.result(
            "call.lead_kind",
            told(None if lead is None else lead.kind in kinds),
            ", ".join(label(kind, tr) for kind in kinds),
            None if lead is None else f"{lead.name} ({label(lead.kind, tr)})",
            N_("The lead is {found}; by the call these may lead: {wanted}."),
            field="alliance_id",
            source="; ".join(dict.fromkeys(row.source for row in rules.leads if row.source)),
        )
    if rules.lead_max is not None:
        yield judge.result(
            "call.lead_max",
            told(None if lead is None else judge.facts.led.get(lead.id, 1) <= rules.lead_max),
            rules.lead_max,
            None if lead is None else judge.facts.led.get(lead.id, 1),
            N_("{body} leads {found} proposals of the call; {wanted} at most."),
            unit=RuleUnit.COUNT,
            field="alliance_id",
            body=lead.name if lead else "",
        )


def _joined(judge: Judge) -> Iterator[RuleResult]:
    most = judge.rules.join_max
    if most is None:
        return
    counts = [(body, judge.facts.joined.get(body.id, 1)) for body in judge.facts.bodies]
    failed = N_("{body} takes part in {found} proposals of the call; {wanted} at most.")
    over = [(body, count) for body, count in counts if count > most]
    for body, count in over:
        yield judge.result(
            "call.join_max",
            Outcome.FAILED,
            most,
            count,
            failed,
            unit=RuleUnit.COUNT,
            field="alliance_id",
            part=body.id,
            body=body.name,
        )
    if not over:
        found = max((count for _body, count in counts), default=None)
        kept = None if found is None else True
        yield judge.result(
            "call.join_max", told(kept), most, found, failed, unit=RuleUnit.COUNT, field="alliance_id", body=""
        )


def _bodies(judge: Judge) -> Iterator[RuleResult]:
    least, bodies = judge.rules.bodies_min, judge.facts.bodies
    if least is not None:
        yield judge.result(
            "call.bodies_min",
            told(len(bodies) >= least if bodies else None),
            least,
            len(bodies) if bodies else None,
            N_(
                "The partnership has {found} bodies, lead included; the call asks for {wanted} at least: {gap} missing."
            ),
            unit=RuleUnit.COUNT,
            field="alliance_id",
        )
    for number, row in enumerate(judge.rules.partners, start=1):
        if row.number_min is not None:
            yield _group(judge, row, number)


def _group(judge: Judge, row: PartnersDraft, number: int) -> RuleResult:
    """A least number of bodies of a group; bodies whose size is not known might count."""
    sizes: list[OrganisationSize] = [size for size in OrganisationSize if size is not OrganisationSize.UNKNOWN]
    small = None if row.size_max is None else sizes[: sizes.index(row.size_max) + 1]
    of_kind = [body for body in judge.facts.bodies if body.kind in kinds_of(row.counted)]
    sure = sum(small is None or body.size in small for body in of_kind)
    doubtful = 0 if small is None else sum(body.size is OrganisationSize.UNKNOWN for body in of_kind)
    least = row.number_min or 0
    kept = None if not judge.facts.bodies or sure < least <= sure + doubtful else sure >= least
    group = label(row.counted, judge.tr)
    if row.size_max is not None:
        size = label(row.size_max, judge.tr)
        group = judge.tr("{group}, of size «{size}» or smaller").format(group=group, size=size)
    return judge.result(
        "call.partners_min",
        told(kept),
        least,
        sure,
        N_("{group}: {found} in the partnership; the call asks for {wanted} at least, {gap} missing."),
        unit=RuleUnit.COUNT,
        field="alliance_id",
        part=str(number),
        source=row.source,
        group=group,
    )


# --- time --------------------------------------------------------------------------------


def end_of(start: date, months: int) -> date:
    """Last day of a project that lasts whole months: from 01/06/2014, 24 months, to 31/05/2016."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    day = min(start.day, calendar.monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=1)


def _period(judge: Judge) -> Iterator[RuleResult]:
    rules, months = judge.rules, judge.facts.months
    for code, limit, sign, failed in (
        (
            "call.months_min",
            rules.months_min,
            1,
            N_("The project lasts {found} months; the call asks for {wanted} at least."),
        ),
        (
            "call.months_max",
            rules.months_max,
            -1,
            N_("The project lasts {found} months; the call allows {wanted} at most."),
        ),
    ):
        if limit is not None:
            kept = None if months is None else sign * months >= sign * limit
            yield judge.result(code, told(kept), limit, months, failed, unit=RuleUnit.COUNT, field="duration_months")
    yield from _days(judge)


def _days(judge: Judge) -> Iterator[RuleResult]:
    rules, start, months = judge.rules, judge.facts.date_start, judge.facts.months
    end = None if start is None or months is None else end_of(start, months)
    early = N_("The project starts on {found}, before {wanted}, the first day that the call allows.")
    late = N_("The project starts on {found}, after {wanted}, the last day that the call allows.")
    over = N_("The project ends on {found}, after {wanted}, the last day that the call allows.")
    for code, limit, day, sign, failed in (
        ("call.start_first", rules.start_first, start, 1, early),
        ("call.start_last", rules.start_last, start, -1, late),
        ("call.end_last", rules.end_last, end, -1, over),
    ):
        if limit is not None:
            kept = None if day is None else sign * (day - limit).days >= 0
            found = None if day is None else format_date(day)
            field = "date_start" if start is None or code != "call.end_last" else "duration_months"
            yield judge.result(code, told(kept), format_date(limit), found, failed, field=field)


# --- papers ------------------------------------------------------------------------------


def _papers(judge: Judge) -> Iterator[RuleResult]:
    has = judge.facts.documents
    for row in judge.rules.documents:
        yield judge.result(
            "call.document",
            told(None if has is None else row.code in has),
            row.name,
            row.name if has is not None and row.code in has else None,
            N_("«{wanted}» is missing among the documents."),
            field="documents",
            part=row.code,
            severity=_weight(row.remedy),
            source=row.source,
        )
    for point in judge.rules.items:
        if judge.facts.answers is not None and not point.rule:
            answer = judge.facts.answers.get(point.code)
            yield judge.result(
                "call.item",
                told(answer),
                point.text,
                display(Kind.FLAG, answer, judge.tr) or None,
                N_("Formal check, point {point}: «{wanted}» does not hold."),
                field="checks",
                part=point.code,
                severity=_weight(point.remedy),
                source=point.source,
                point=point.code,
            )


def _weight(remedy: Remedy) -> RuleSeverity:
    return RuleSeverity.WARNING if remedy is Remedy.CURABLE else RuleSeverity.BLOCKING


_CHECKS: tuple[Callable[[Judge], Iterator[RuleResult]], ...] = (
    _arrival,
    _channel,
    _area,
    _lead,
    _joined,
    seats.lead_terms,
    seats.bodies_seats,
    _bodies,
    costs.shares,
    costs.amounts,
    costs.categories,
    costs.caps,
    _period,
    _papers,
)
