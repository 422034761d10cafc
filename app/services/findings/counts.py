"""Rules on counts: how many the text says there are against how many the records hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.services.findings.amounts import by_number, project_name
from app.services.findings.facts import Declared, EarlierCallFacts, Facts
from app.services.findings.finding import Finding, Unit, at_lines, found, places
from app.services.wording.texts import Translator


def same_number(declared: int, computed: int) -> bool:
    """The two counts are one."""
    return declared == computed


def at_least(declared: int, computed: int) -> bool:
    """The records hold no more than is declared: a text that names only some of them is in order."""
    return computed <= declared


def same_or_none(declared: int, computed: int) -> bool:
    """The two counts are one, or the list was never begun."""
    return computed in (0, declared)


def round_number(declared: int, computed: int) -> bool:
    """The declared count is the computed one, or that one in round thousands (926.000 for 926.011)."""
    unit = 1
    while declared % (unit * 10) == 0 and unit < 10**6:
        unit *= 10
    return declared == computed or (unit >= 1000 and (computed + unit // 2) // unit * unit == declared)


def _counted(
    check: str,
    facts: Facts,
    subject_id: str,
    computed: int,
    origin: Sequence[str],
    subject: str,
    tr: Translator,
    agrees: Callable[[int, int], bool] = same_number,
) -> Iterator[Finding]:
    """One finding for each declared count that does not agree with the records."""
    yield from _differing(facts.of(check, subject_id), check, subject_id, computed, origin, subject, tr, agrees)


def _differing(
    rows: Sequence[Declared],
    check: str,
    subject_id: str,
    computed: int,
    origin: Sequence[str],
    subject: str,
    tr: Translator,
    agrees: Callable[[int, int], bool] = same_number,
) -> Iterator[Finding]:
    for number, same in by_number(rows).items():
        whole = number.lstrip("-").isdigit()
        if not whole or not agrees(int(number), computed):
            yield found(
                check,
                tr,
                declared=int(number) if whole else number,
                computed=computed,
                where=[*places(same, tr), *origin],
                subject=subject,
                subject_id=subject_id,
                unit=Unit.COUNT if whole else Unit.TEXT,
            )


def plan_counts(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Districts, municipalities, alliances and months of the plan."""
    plan = tr("Plan")
    registry = [tr("list of the records")]
    yield from _counted("territory.districts", facts, facts.plan_id, len(facts.zones), registry, plan, tr, same_or_none)
    yield from _counted(
        "territory.municipalities", facts, facts.plan_id, facts.municipalities, registry, plan, tr, at_least
    )
    yield from _counted("plan.alliances", facts, facts.plan_id, len(facts.alliances), registry, plan, tr, same_or_none)
    if facts.months is not None:
        yield from _counted("plan.months", facts, facts.plan_id, facts.months, [tr("record of the plan")], plan, tr)


def population(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """The population against the sum of men and women, where the text gives both."""
    men = facts.of("territory.population_male", facts.plan_id)
    women = facts.of("territory.population_female", facts.plan_id)
    parts = [*by_number(men), *by_number(women)]
    if len(men) == len(women) == 1 and len(parts) == 2:
        total = sum(map(int, parts))
        origin = places([*men, *women], tr)
        yield from _counted("territory.population", facts, facts.plan_id, total, origin, tr("Plan"), tr, round_number)


def earlier_calls(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Counts of an earlier call, its sum over districts, its sums over zones."""
    for call in facts.earlier_calls:
        origin = [at_lines(tr("record of the earlier call"), [call.line], tr)]
        for check, computed in (("earlier_call.received", call.received), ("earlier_call.admitted", call.admitted)):
            yield from _counted(check, facts, call.id, computed, origin, call.title, tr)
        yield from _funded(call, facts, tr)
    for district_id, zone in facts.zones.items():
        for call in facts.earlier_calls:
            funded = sum(number for key, number in call.by_district.items() if facts.zones.get(key) == zone)
            origin = [tr("results by district")]
            yield from _counted("earlier_call.zone_funded", facts, district_id, funded, origin, zone, tr)


def _funded(call: EarlierCallFacts, facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Declared and recorded number of funded projects against the sum over the districts, when those are recorded."""
    rows = facts.of("earlier_call.funded", call.id)
    computed, origin = call.funded, at_lines(tr("record of the earlier call"), [call.line], tr)
    if call.by_district:
        computed, origin = sum(call.by_district.values()), tr("results by district")
        if str(call.funded) not in by_number(rows):
            number = str(call.funded)
            rows = (*rows, Declared("earlier_call.funded", call.id, number, number=number, line=call.line))
    yield from _differing(rows, "earlier_call.funded", call.id, computed, [origin], call.title, tr)


def members_of_lists(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Municipalities among the partners, objectives of projects, signatories of the agreement."""
    registry = [tr("list of the records")]
    for alliance in facts.alliances:
        yield from _counted(
            "alliance.municipalities",
            facts,
            alliance.id,
            alliance.municipalities,
            registry,
            alliance.short_name,
            tr,
            same_or_none,
        )
    for proposal in facts.proposals:
        name = project_name(proposal, tr)
        yield from _counted(
            "proposal.objectives", facts, proposal.id, proposal.objectives, registry, name, tr, same_or_none
        )
    for agreement in facts.agreements:
        rows = facts.of("agreement.signatories", agreement.id)
        number = str(agreement.counted)
        if agreement.counted is not None and number not in by_number(rows):
            rows = (*rows, Declared("agreement.signatories", agreement.id, number, number=number, line=agreement.line))
        yield from _differing(
            rows, "agreement.signatories", agreement.id, agreement.recorded, registry, agreement.title, tr, same_or_none
        )
