"""Tables of shared money: T08 a split with its proof, ceilings of areas, awards to projects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.models.enums import AllocationRule, Bound, Leftover, WeightBasis
from app.models.money import Cents, format_euro
from app.services.decisions.drafts import AllocationView, AwardRow, CeilingRow, TakeRow
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Kind, Table
from app.services.sharing.allocation import Allocation, Share, Weight
from app.services.wording.labels import label
from app.services.wording.texts import Translator

DECIMALS = 6
"""Decimals of an exact share as shown; the fraction beside it is exact."""

WEIGHED = (AllocationRule.WEIGHTS, AllocationRule.MIXED)


@dataclass(frozen=True)
class ProofRow:
    """What one part gets, and why."""

    key: str
    short: str
    name: str
    weight: Weight
    minimum: Cents | None
    cap: Cents | None
    round: int
    exact: str
    floor: Cents
    remainder: str
    odd: Cents
    why: str
    amount: Cents


def allocation_proof_table(view: AllocationView, tr: Translator) -> Table:
    """T08: the exact share of each part, its whole cents, what is left over, who got the odd cents and why."""
    allocation = view.allocation
    tied = allocation.tied
    rows = tuple(
        ProofRow(
            share.key,
            *view.labels.get(share.key, (share.key, "")),
            share.weight,
            share.minimum,
            share.cap,
            share.round,
            exact_text(share.exact),
            share.floor,
            str(share.remainder),
            Cents(int(share.odd_cent)),
            _why(share, allocation.rule, tied, tr),
            share.amount,
        )
        for share in allocation.shares
    )
    return Table(
        code="T08",
        title=view.title or tr("Split, with its proof"),
        columns=tuple(_proof_columns(view, tr)),
        rows=rows,
        notes=(*_proof_notes(view, tr), *sample_notes((view,), tr)),
        row_id=lambda row: row.key,
        total_label=tr("Total"),
    )


def _proof_columns(view: AllocationView, tr: Translator) -> list[Column]:
    allocation = view.allocation
    columns = [
        Column("part", tr.context("split", "Part"), Kind.TEXT, lambda row: row.short, width_mm=18),
        Column("name", tr.context("split", "Name"), Kind.NOTE, lambda row: row.name, width_mm=58),
    ]
    if allocation.rule in WEIGHED:
        columns.append(_weight_column(view, tr))
    if allocation.rule is AllocationRule.RANKING:
        columns.append(Column("weight", tr("Request"), Kind.MONEY, lambda row: Cents(int(row.weight)), width_mm=28))
    if any(share.minimum is not None for share in allocation.shares):
        columns.append(_money("minimum", tr("Minimum"), total=False))
    if any(share.cap is not None for share in allocation.shares):
        columns.append(_money("cap", tr("Cap"), total=False))
    if len(allocation.rounds) > 1:
        columns.append(Column("round", tr("Round"), Kind.COUNT, lambda row: row.round, width_mm=14))
    return [
        *columns,
        Column("exact", tr("Exact share (euro)"), Kind.TEXT, lambda row: row.exact, width_mm=36),
        _money("floor", tr("Whole cents")),
        Column("remainder", tr("Remainder (cents)"), Kind.TEXT, lambda row: row.remainder, width_mm=26),
        _money("odd", tr("Odd cent"), width_mm=20),
        Column("why", tr("Reason"), Kind.NOTE, lambda row: row.why, width_mm=52),
        _money("amount", tr("Amount")),
    ]


IN_MONEY = (WeightBasis.REQUESTS, WeightBasis.AWARDS, WeightBasis.CEILINGS)
"""Where weights come from that are amounts."""


def _weight_column(view: AllocationView, tr: Translator) -> Column:
    """The weights as what they are: amounts, points, or numbers of whatever the committee weighs."""
    if view.basis in IN_MONEY:
        return Column("weight", tr("Weight"), Kind.MONEY, lambda row: Cents(int(row.weight)), width_mm=28)
    if all(isinstance(share.weight, int) for share in view.allocation.shares):
        return Column("weight", tr("Weight"), Kind.COUNT, lambda row: row.weight, width_mm=24)
    return Column("weight", tr("Weight"), Kind.MEASURE, lambda row: Fraction(row.weight), width_mm=24)


def _money(key: str, title: str, *, width_mm: float = 30, total: bool = True) -> Column:
    return Column(key, title, Kind.MONEY, lambda row: getattr(row, key), width_mm=width_mm, total=total)


def exact_text(cents: Fraction) -> str:
    """An exact share in euro: «18.060,873333…»; the dots say that decimals go on."""
    scaled = cents * 10 ** (DECIMALS - 2)
    units, rest = divmod(scaled.numerator, scaled.denominator)
    whole, decimals = divmod(units, 10**DECIMALS)
    digits = f"{decimals:0{DECIMALS}d}"
    if not rest:
        digits = digits[:2] + digits[2:].rstrip("0")
    return f"{whole:,}".replace(",", ".") + f",{digits}" + ("…" if rest else "")


def _why(share: Share, rule: AllocationRule, tied: frozenset[Fraction], tr: Translator) -> str:
    """Why the part got the cent or not, or which limit it met."""
    if rule is AllocationRule.BY_HAND:
        return tr("Amount set by hand.")
    if share.bound is Bound.CAP:
        return tr("At its cap: its share would be more.")
    if share.bound is Bound.MINIMUM:
        return tr("At its minimum: its share would be less.")
    if rule is AllocationRule.RANKING:
        if share.amount == share.weight:
            return tr("Request met in full.")
        return tr("The money ends here: request met in part.") if share.amount else tr("No money left.")
    if not share.remainder:
        return tr("The share is exact.")
    if share.odd_cent:
        if share.remainder in tied:
            return tr("Gets the cent: equal remainder, but earlier in the order of ties.")
        return tr("Gets the cent: larger remainder.")
    if share.remainder in tied:
        return tr("No cent: equal remainder, but later in the order of ties.")
    return tr("No cent: smaller remainder.")


def rule_text(allocation: Allocation, tr: Translator) -> str:
    """The rule with its name: «Regola: parti uguali.»."""
    if allocation.rule is AllocationRule.MIXED:
        return tr("Rule: {share} % in equal parts, the rest in proportion to the weights.").format(
            share=allocation.equal_share
        )
    return tr("Rule: {rule}.").format(rule=label(allocation.rule, tr).lower())


def _proof_notes(view: AllocationView, tr: Translator) -> tuple[str, ...]:
    allocation = view.allocation
    notes = [rule_text(allocation, tr)]
    if allocation.rule in WEIGHED and view.basis is not WeightBasis.OWN:
        notes.append(tr("Weights: {basis}.").format(basis=label(view.basis, tr).lower()))
    if allocation.rule is AllocationRule.RANKING:
        notes.append(tr("Each part gets what it asks for, in the order of the ranking, until the money ends."))
    elif allocation.rule is not AllocationRule.BY_HAND:
        order = ", ".join(view.labels.get(key, (key, ""))[0] for key in allocation.tie)
        notes.append(
            tr(
                "Each part gets the whole cents of its exact share; cents left over go, one each,"
                " to the largest remainders."
            )
        )
        if allocation.had_tie:
            text = tr("Equal remainders are served in this order: {order}. The order decided.")
        else:
            text = tr("Equal remainders are served in this order: {order}. The order did not matter.")
        notes.append(text.format(order=order))
    notes += _round_notes(view, tr)
    if allocation.left and allocation.rule is not AllocationRule.RANKING:
        notes.append(tr("Left over, as no cap lets it in: {amount}.").format(amount=format_euro(allocation.left)))
    elif allocation.left:
        notes.append(tr("Left over, as no part asks for it: {amount}.").format(amount=format_euro(allocation.left)))
    return tuple(notes)


def _round_notes(view: AllocationView, tr: Translator) -> list[str]:
    """What was shared in each round, and who met a limit in it."""
    allocation = view.allocation
    if not allocation.has_limits or not allocation.rounds:
        return []
    words = {
        Bound.CAP: tr("{part} meets its cap ({amount}; its share would be {exact} euro)"),
        Bound.MINIMUM: tr("{part} meets its minimum ({amount}; its share would be {exact} euro)"),
    }
    shares = {share.key: share for share in allocation.shares}
    notes = []
    for row in allocation.rounds:
        met = [
            words[bound].format(
                part=view.labels.get(key, (key, ""))[0],
                amount=format_euro(shares[key].amount),
                exact=exact_text(row.share_of(shares[key])),
            )
            for key, bound in row.settled
        ]
        if len(allocation.rounds) > 1:
            text = tr("Round {number}: {pot} among {parts}.").format(
                number=row.number,
                pot=format_euro(row.pot),
                parts=tr.plural("{n} part", "{n} parts", row.parts).format(n=row.parts),
            )
            notes.append(" ".join([text, *([f"{'; '.join(met)}."] if met else [])]))
    if allocation.leftover is Leftover.STAYS:
        notes.append(tr("What caps keep out is given to nobody."))
    else:
        notes.append(tr("What caps keep out goes round again among the others, in the same proportions."))
    return notes


def ceilings_table(rows: Sequence[CeilingRow], tr: Translator) -> Table:
    """Ceilings that a decision sets on areas; with those before, when there were any."""
    columns = [
        Column("code", tr("Area"), Kind.TEXT, lambda row: row.code, width_mm=18),
        Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=80),
    ]
    if any(row.before is not None for row in rows):
        columns.append(_money("before", tr("Ceiling before")))
    columns.append(_money("amount", tr("Ceiling"), width_mm=34))
    return _closed_table("ceilings", tr("Ceilings of the priority areas"), columns, rows, tr)


def awards_table(rows: Sequence[AwardRow], tr: Translator) -> Table:
    """Money that a decision gives projects; with what they had and have, when they had any."""
    columns = [
        Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=10),
        Column("alliance", tr("Local alliance"), Kind.NOTE, lambda row: row.alliance, width_mm=34),
        Column("lead", tr("Lead body"), Kind.NOTE, lambda row: row.lead, width_mm=40),
        Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=44),
        Column("area", tr("Priority area"), Kind.TEXT, lambda row: row.area, width_mm=18),
    ]
    if any(row.before for row in rows):
        columns += [
            _money("before", tr("Awarded before")),
            _money("amount", tr("Amount now awarded")),
            _money("after", tr("Awarded in all")),
        ]
    else:
        columns.append(_money("amount", tr("Amount awarded")))
    return _closed_table("awards", tr("Sums awarded to the projects"), columns, rows, tr)


def _closed_table(code: str, title: str, columns: Sequence[Column], rows: Sequence[Any], tr: Translator) -> Table:
    return Table(code, title, tuple(columns), tuple(rows), total_label=tr("Total"))


def takes_table(rows: Sequence[TakeRow], tr: Translator) -> Table:
    """What projects give back: at once, and what was paid out and must be recovered."""
    columns = (
        Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=10),
        Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=54),
        Column("area", tr("Priority area"), Kind.TEXT, lambda row: row.area, width_mm=18),
        Column("amount", tr("Taken back"), Kind.MONEY, lambda row: row.amount, width_mm=30, total=True),
        Column("at_once", tr("At once"), Kind.MONEY, lambda row: row.at_once, width_mm=30, total=True),
        Column("to_recover", tr("To be recovered"), Kind.MONEY, lambda row: row.to_recover, width_mm=30, total=True),
    )
    return Table(
        code="takes",
        title=tr("Money that goes back to the areas"),
        columns=columns,
        rows=tuple(rows),
        row_id=lambda row: row.proposal_id,
        total_label=tr("Total"),
    )
