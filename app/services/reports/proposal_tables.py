"""Tables of the proposals: T03 projects and amounts, T04 the economic value in the plan's own layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.models.enums import FUNDED_STATES, BudgetSection
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.rules_drafts import category_name
from app.services.proposals.budgets import BudgetItemRow, budget_items
from app.services.proposals.lists import ProposalRow, proposal_rows
from app.services.reports.narrowing import Part, titled
from app.services.reports.notes import rounding_note, sample_notes
from app.services.reports.spec import Column, Kind, Line, Role, Table
from app.services.wording.texts import Translator


def _proposals(store: Store, part: Part | None) -> tuple[ProposalRow, ...]:
    return tuple(row for row in proposal_rows(store) if part is None or part.holds(row))


def projects_table(store: Store, tr: Translator, part: Part | None = None) -> Table:
    """T03: each project that was admitted to funding, with its alliance, lead, area and the amount awarded so far.

    Of the whole plan, or of one area or district; so are the tables below.
    """
    rows = tuple(row for row in _proposals(store, part) if row.state in FUNDED_STATES or row.awarded)
    table = Table(
        code="T03",
        title=tr("Admitted projects and amounts"),
        columns=(
            Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=10),
            Column("alliance", tr("Local alliance"), Kind.NOTE, lambda row: row.alliance, width_mm=36),
            Column("lead", tr("Lead body"), Kind.NOTE, lambda row: row.lead, width_mm=48),
            Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=48),
            Column("area", tr("Priority area"), Kind.TEXT, lambda row: row.area, width_mm=18),
            Column("awarded", tr("Amount awarded"), Kind.MONEY, lambda row: row.awarded, width_mm=32, total=True),
        ),
        rows=rows,
        notes=(
            tr("The amount awarded is what stands on the project's account in the ledger."),
            *sample_notes(rows, tr),
        ),
        row_id=lambda row: row.id,
        total_label=tr("Total"),
    )
    return titled(table, part, tr)


@dataclass(frozen=True)
class EconomicLine:
    """A cost and a contribution of one alliance that stand side by side on the paper; either may be missing."""

    proposal_id: str
    alliance: str
    cost: str
    cost_amount: Cents | None
    contribution: str
    contribution_amount: Cents | None


def economic_value_table(store: Store, tr: Translator, part: Part | None = None) -> Table:
    """T04: costs on the left, contributions on the right, alliance by alliance, with the totals of each and of all."""
    proposals = _proposals(store, part)
    items = budget_items(store)
    rows: list[EconomicLine | Line] = []
    for proposal in proposals:
        rows.extend(_economic_lines(proposal, items.get(proposal.id, ()), tr))
        rows.append(
            Line(
                Role.SUBTOTAL,
                {
                    "alliance": proposal.alliance,
                    "cost": tr("Total funding asked"),
                    "cost_amount": proposal.grant,
                    "contribution": tr("Total co-financing of the alliance"),
                    "contribution_amount": proposal.cofinancing,
                    "total": proposal.total,
                },
            )
        )
    rows.extend(_closing_lines(proposals, tr))
    table = Table(
        code="T04",
        title=tr("Economic value of the territorial plan"),
        columns=(
            Column("alliance", tr("Local alliance"), Kind.TEXT, lambda row: row.alliance, width_mm=28),
            Column("cost", tr("Costs"), Kind.NOTE, lambda row: row.cost, width_mm=58),
            Column("cost_amount", tr("Costs: amount"), Kind.MONEY, lambda row: row.cost_amount, width_mm=32),
            Column("contribution", tr("Contribution in kind"), Kind.NOTE, lambda row: row.contribution, width_mm=58),
            Column(
                "contribution_amount",
                tr("Contribution: amount"),
                Kind.MONEY,
                lambda row: row.contribution_amount,
                width_mm=32,
            ),
            Column("total", tr("Total"), Kind.MONEY, lambda _row: None, width_mm=34),
        ),
        rows=tuple(rows),
        notes=(tr("Sums of the newest economic plan of each proposal."), *sample_notes(proposals, tr)),
        landscape=True,
    )
    return titled(table, part, tr)


def _economic_lines(proposal: ProposalRow, items: Sequence[BudgetItemRow], tr: Translator) -> list[EconomicLine]:
    costs = [item for item in items if item.section is BudgetSection.COSTS]
    contributions = [item for item in items if item.section is BudgetSection.CONTRIBUTION]
    return [
        EconomicLine(
            proposal_id=proposal.id,
            alliance=proposal.alliance,
            cost=item_name(cost, tr) if cost else "",
            cost_amount=cost.amount if cost else None,
            contribution=item_name(contribution, tr) if contribution else "",
            contribution_amount=contribution.amount if contribution else None,
        )
        for cost, contribution in zip_longest(costs, contributions)
    ]


def item_name(item: BudgetItemRow, tr: Translator) -> str:
    """What an item is called on paper: its own words, else its category's."""
    return item.label or category_name(item.category, item.category_name, tr)


def _closing_lines(proposals: Sequence[ProposalRow], tr: Translator) -> list[Line]:
    grant = sum(proposal.grant for proposal in proposals)
    cofinancing = sum(proposal.cofinancing for proposal in proposals)
    closing: Mapping[str, int] = {
        tr("Total of the project actions"): grant + cofinancing,
        tr("of which total funding asked"): grant,
        tr("of which total co-financing of the local alliances"): cofinancing,
    }
    return [Line(Role.TOTAL, {"cost": text, "total": Cents(cents)}) for text, cents in closing.items()]


def cofinancing_table(store: Store, tr: Translator, part: Part | None = None) -> Table:
    """Share of co-financing of each project, computed beside declared, before and after the awards."""
    rows = _proposals(store, part)
    table = Table(
        code="COFINANZIAMENTO",
        title=tr("Co-financing of the projects"),
        columns=(
            Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=10),
            Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=60),
            Column("grant", tr("Funding asked"), Kind.MONEY, lambda row: row.grant, width_mm=32, total=True),
            Column("cofinancing", tr("Co-financing"), Kind.MONEY, lambda row: row.cofinancing, width_mm=32, total=True),
            Column("total", tr("Total"), Kind.MONEY, lambda row: row.total, width_mm=32, total=True),
            Column("share_declared", tr("Declared share"), Kind.PERCENT, lambda row: row.share_declared, width_mm=22),
            Column("share", tr("Computed share"), Kind.PERCENT, lambda row: row.share, width_mm=24),
        ),
        rows=rows,
        notes=(rounding_note(tr), *sample_notes(rows, tr)),
        row_id=lambda row: row.id,
        total_label=tr("Total"),
        landscape=True,
    )
    return titled(table, part, tr)
