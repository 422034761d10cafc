"""Rules on calls: each proposal against the rules that it was received under, each call against its plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from app.models.enums import RuleSeverity, Severity
from app.services.calls.checks import Outcome, RuleResult, RuleUnit, check_against_rules
from app.services.calls.results import Value
from app.services.findings.amounts import area_name, project_name
from app.services.findings.facts import Facts, JudgedFacts
from app.services.findings.finding import Finding, Unit, at_lines, found, stable
from app.services.wording.texts import Translator

_UNITS = {
    RuleUnit.EURO: Unit.EURO,
    RuleUnit.PERCENT: Unit.PERCENT,
    RuleUnit.COUNT: Unit.COUNT,
    RuleUnit.TEXT: Unit.TEXT,
}


def broken(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """One finding for each rule of its call that a received proposal does not keep."""
    for proposal in facts.proposals:
        judged = facts.judged.get(proposal.id)
        if judged is None:
            continue
        for result in check_against_rules(judged.rules, judged.candidate, tr):
            if result.outcome is Outcome.FAILED:
                name = project_name(proposal, tr)
                made = found(
                    result.code,
                    tr,
                    declared=_value(result.wanted),
                    computed=_value(result.found),
                    where=[_rules_place(judged, result, tr), at_lines(tr("proposal"), [proposal.line], tr)],
                    subject=name,
                    subject_id=proposal.id,
                    unit=_UNITS[result.unit],
                    told=result.sentence,
                )
                blocking = result.severity is RuleSeverity.BLOCKING
                yield replace(made, severity=Severity.ERROR if blocking else Severity.WARNING)


def _value(value: Value) -> int | Fraction | str:
    """A value of a result as a finding takes it."""
    return "" if value is None else value


def values_of(result: RuleResult) -> tuple[str, str]:
    """Both values of a result in the stable form that its finding has."""
    unit = _UNITS[result.unit]
    return stable(_value(result.wanted), unit), stable(_value(result.found), unit)


def _rules_place(judged: JudgedFacts, result: RuleResult, tr: Translator) -> str:
    place = tr("rules of the call, version {version}").format(version=judged.rules.version)
    return f"{place}: {result.source}" if result.source else place


def call_areas(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """What a call offers in an area against what the plan sets aside for it; its total against the sum of its areas."""
    areas = {area.id: area for area in facts.areas}
    for call in facts.calls:
        for row in call.rules.areas:
            area = areas.get(row.area_id or "")
            if area is not None and None not in (row.amount, area.amount) and row.amount != area.amount:
                yield found(
                    "call.area_planned",
                    tr,
                    declared=row.amount or 0,
                    computed=area.amount or 0,
                    where=[call.title, at_lines(area_name(area.code, tr), [area.line], tr)],
                    subject=area_name(area.code, tr),
                    subject_id=call.id,
                    unit=Unit.EURO,
                )
        amounts = [row.amount for row in call.rules.areas]
        total = sum(amount for amount in amounts if amount is not None)
        if call.rules.amount_total is not None and amounts and None not in amounts and total != call.rules.amount_total:
            yield found(
                "call.total",
                tr,
                declared=call.rules.amount_total,
                computed=total,
                where=[call.title],
                subject=call.title,
                subject_id=call.id,
                unit=Unit.EURO,
            )
