"""Rules on money and percentages: what is declared against what items, sources and awards sum to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction

from app.models.errors import InvalidInput
from app.models.money import Cents, format_cents, format_euro, parse_cents, percentage, round_half_up
from app.services.findings.facts import BudgetSums, Declared, Facts, ProposalFacts, percent_text
from app.services.findings.finding import Finding, Unit, at_lines, found, places
from app.services.wording.texts import Translator

_SUMS: tuple[tuple[str, str, Callable[[BudgetSums], Cents]], ...] = (
    ("award.table", "", lambda sums: sums.grant),
    ("proposal.total", "total_declared", lambda sums: sums.total),
    ("proposal.grant", "grant_declared", lambda sums: sums.grant),
    ("proposal.cofinancing", "cofinancing_declared", lambda sums: sums.cofinancing),
)
"""Check, field of the proposal that declares the same, what the economic plan gives."""


def project_name(proposal: ProposalFacts, tr: Translator) -> str:
    """A project as the subject of a sentence."""
    return tr("Project no. {number} “{title}”").format(number=proposal.number, title=proposal.title)


def by_cents(rows: Iterable[Declared]) -> dict[Cents, list[Declared]]:
    """Declared amounts, each with the rows that declare it."""
    grouped: dict[Cents, list[Declared]] = defaultdict(list)
    for row in rows:
        if row.cents is not None:
            grouped[row.cents].append(row)
    return grouped


def by_number(rows: Iterable[Declared]) -> dict[str, list[Declared]]:
    """Declared numbers (decimal text), each with the rows that declare it."""
    grouped: dict[str, list[Declared]] = defaultdict(list)
    for row in rows:
        if row.number is not None:
            grouped[row.number].append(row)
    return grouped


def rounds_to(computed: Fraction, number: str) -> bool:
    """Whether a declared percentage is the exact one, rounded to the decimals that it was declared with."""
    return Fraction(round_half_up(computed, len(number.partition(".")[2]))) == Fraction(number)


# --- projects ----------------------------------------------------------------------------


def economic_plans(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Award, total, grant and co-financing of each project against the sums of its economic plan.

    A declared amount that agrees with any version of the economic plan is in order; else the first version is shown.
    """
    for proposal in facts.proposals:
        for check, column, of in _SUMS if proposal.budgets else ():
            rows = facts.of(check, proposal.id)
            amount = getattr(proposal, column) if column else None
            if amount is not None and amount not in by_cents(rows):
                rows = (*rows, Declared(check, proposal.id, format_cents(amount), amount, line=proposal.line))
            for cents, same in by_cents(rows).items():
                if cents not in [of(sums) for sums in proposal.budgets]:
                    yield found(
                        check,
                        tr,
                        declared=cents,
                        computed=of(proposal.budgets[0]),
                        where=[*places(same, tr), _budget_place(proposal, tr)],
                        subject=project_name(proposal, tr),
                        subject_id=proposal.id,
                        unit=Unit.EURO,
                    )


def shares(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """The share of co-financing of each project against its amounts; rounding to fewer decimals is no difference."""
    for proposal in facts.proposals:
        rows = facts.of("proposal.share", proposal.id)
        number = percent_text(proposal.share_declared)
        if number is not None and Fraction(number) not in [Fraction(known) for known in by_number(rows)]:
            rows = (*rows, Declared("proposal.share", proposal.id, number, number=number, line=proposal.line))
        exact = [sums.share for sums in proposal.budgets if sums.share is not None]
        for declared, same in by_number(rows).items():
            if exact and not any(rounds_to(share, declared) for share in exact):
                yield found(
                    "proposal.share",
                    tr,
                    declared=declared,
                    computed=exact[0],
                    where=[*places(same, tr), _budget_place(proposal, tr)],
                    subject=project_name(proposal, tr),
                    subject_id=proposal.id,
                    unit=Unit.PERCENT,
                )


def awards_over_requests(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """More was awarded than any version of the economic plan asks for; said once when the text declares that award."""
    for proposal in facts.proposals:
        asked = max((sums.grant for sums in proposal.budgets), default=None)
        if asked is None or proposal.awarded <= asked:
            continue
        if proposal.awarded not in by_cents(facts.of("award.table", proposal.id)):
            yield found(
                "award.over_request",
                tr,
                declared=proposal.awarded,
                computed=asked,
                where=[_ledger_place(tr), _budget_place(proposal, tr)],
                subject=project_name(proposal, tr),
                subject_id=proposal.id,
                unit=Unit.EURO,
            )


def awards_over_areas(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Awards in the table of projects that together pass what the area has."""
    for area in facts.areas:
        rows, given = _table_of_projects(facts, [row for row in facts.proposals if row.area_id == area.id])
        most = max((amount for amount in (area.amount, area.ceiling) if amount is not None), default=None)
        if most is not None and given > most:
            yield found(
                "area.awards",
                tr,
                declared=most,
                computed=given,
                where=[at_lines(area_name(area.code, tr), [area.line], tr), *places(rows, tr)],
                subject=area_name(area.code, tr),
                subject_id=area.id,
                unit=Unit.EURO,
            )


def _table_of_projects(facts: Facts, proposals: Iterable[ProposalFacts]) -> tuple[list[Declared], int]:
    """What the table of projects declares for these, and the sum: each project once, by its highest award."""
    rows = {proposal.id: facts.of("award.table", proposal.id) for proposal in proposals}
    total = sum(max(by_cents(own), default=0) for own in rows.values())
    return [row for own in rows.values() for row in own], total


def area_name(code: str, tr: Translator) -> str:
    """An area as the subject of a sentence."""
    return tr("Area {code}").format(code=code)


def _budget_place(proposal: ProposalFacts, tr: Translator) -> str:
    name = tr("economic plan of project no. {number}").format(number=proposal.number)
    return at_lines(name, proposal.budgets[0].lines, tr)


def _budgets_place(facts: Facts, tr: Translator) -> str:
    lines = [line for proposal in facts.proposals for sums in proposal.budgets[:1] for line in sums.lines]
    return at_lines(tr("economic plans of the projects"), lines, tr)


def _ledger_place(tr: Translator) -> str:
    return tr("awards in the ledger")


# --- the plan ----------------------------------------------------------------------------


def plan_sums(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Totals that the plan declares against the sums of its projects and of its sources, once these are recorded."""
    planned = any(proposal.budgets for proposal in facts.proposals)
    projects = _budgets_place(facts, tr)
    sources = at_lines(tr("sources of the plan"), [source.line for source in facts.sources], tr)
    left = tr("sources less the amounts set aside for the areas")
    sums = (
        ("plan.grants", facts.grants, projects, planned),
        ("plan.cofinancing", facts.cofinancing, projects, planned),
        ("plan.value", facts.value, projects, planned),
        ("plan.initial", facts.initial, sources, bool(facts.sources)),
        ("plan.with_premium", facts.with_premium, sources, bool(facts.sources)),
        ("plan.regional", facts.regional, sources, bool(facts.sources)),
        ("plan.residue", facts.initial - facts.planned, left, bool(facts.sources and facts.planned)),
    )
    for check, computed, origin, known in sums:
        if known:
            yield from _differing(check, facts, facts.plan_id, computed, [origin], tr("Plan"), tr)


def sources_and_areas(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Amounts of sources and areas wherever the text repeats them."""
    for source in facts.sources:
        origin = at_lines(tr("record of the source"), [source.line], tr)
        yield from _differing("source.amount", facts, source.id, source.amount or 0, [origin], source.name, tr)
    for area in facts.areas:
        origin = at_lines(tr("record of the area"), [area.line], tr)
        name = area_name(area.code, tr)
        yield from _differing("area.ceiling", facts, area.id, area.amount or 0, [origin], name, tr)


def _differing(
    check: str,
    facts: Facts,
    subject_id: str,
    computed: int,
    origin: Sequence[str],
    subject: str,
    tr: Translator,
) -> Iterator[Finding]:
    """One finding for each declared amount that is not the computed one."""
    for cents, rows in by_cents(facts.of(check, subject_id)).items():
        if cents != computed:
            yield found(
                check,
                tr,
                declared=cents,
                computed=computed,
                where=[*places(rows, tr), *origin],
                subject=subject,
                subject_id=subject_id,
                unit=Unit.EURO,
            )


def plan_share(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """The plan's share of co-financing against its amounts, and with the residue where that is said to be inside."""
    exact = percentage(facts.cofinancing, facts.value)
    parts = by_cents(facts.of("plan.value_parts", facts.plan_id))
    for declared, rows in by_number(facts.of("plan.share", facts.plan_id)).items():
        if exact is None:
            continue
        where = [*places(rows, tr), _budgets_place(facts, tr)]
        if not rounds_to(exact, declared):
            yield found(
                "plan.share",
                tr,
                declared=declared,
                computed=exact,
                where=where,
                subject_id=facts.plan_id,
                unit=Unit.PERCENT,
            )
            continue
        for part, said in parts.items():
            within = Fraction(facts.cofinancing * 100, facts.value + part)
            if not rounds_to(within, declared):
                yield found(
                    "plan.share_with_residue",
                    tr,
                    declared=declared,
                    computed=within,
                    where=[*where, *places(said, tr)],
                    subject_id=facts.plan_id,
                    unit=Unit.PERCENT,
                )


def value_parts(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """A residue that is said to be inside the total value, when grants and co-financing make up the total alone."""
    totals = by_cents(facts.of("plan.value", facts.plan_id))
    for part, said in by_cents(facts.of("plan.value_parts", facts.plan_id)).items():
        for total, rows in totals.items():
            if total == facts.value:
                yield found(
                    "plan.value_parts",
                    tr,
                    declared=total,
                    computed=facts.value + part,
                    where=[*places(rows, tr), *places(said, tr)],
                    subject_id=facts.plan_id,
                    unit=Unit.EURO,
                    part=format_euro(part),
                )


def awards_and_grants(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """More awarded than asked for in all, and the residue that follows from one sum or the other."""
    table, declared = _table_of_projects(facts, facts.proposals)
    awarded = facts.awarded or declared
    origin = [*places(table, tr), *([_ledger_place(tr)] if facts.awarded else [])]
    if awarded <= facts.grants:
        return
    for cents, rows in by_cents(facts.of("plan.grants", facts.plan_id)).items():
        if cents == facts.grants:
            yield found(
                "plan.awards",
                tr,
                declared=cents,
                computed=awarded,
                where=[*places(rows, tr), *origin],
                subject_id=facts.plan_id,
                unit=Unit.EURO,
            )
    for cents, rows in by_cents(facts.of("plan.residue", facts.plan_id)).items():
        if cents == facts.initial - awarded:
            yield found(
                "plan.residue_after_grants",
                tr,
                declared=cents,
                computed=facts.initial - facts.grants,
                where=[*places(rows, tr), _budgets_place(facts, tr)],
                subject_id=facts.plan_id,
                unit=Unit.EURO,
            )


def separators(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Amounts whose print mixes two ways of separating thousands and decimals."""
    for row in facts.declared:
        if row.cents is None:
            continue
        try:
            parse_cents(row.printed)
        except InvalidInput as refusal:
            if refusal.code == "amount.separators_mixed":
                yield found(
                    "text.separators",
                    tr,
                    declared=row.printed,
                    computed=format_cents(row.cents),
                    where=places([row], tr),
                    subject_id=row.subject_id,
                )
