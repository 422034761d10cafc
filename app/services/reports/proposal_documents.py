"""Papers about one proposal: its sheet in the order of the plan's own (4.1–4.4), and what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from app.models.enums import BudgetSection
from app.models.errors import NotFound
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.calls.calls import load_call
from app.services.calls.rules import call_categories
from app.services.calls.rules_drafts import category_names
from app.services.documents.documents import DocumentOwner, DocumentRow, document_rows
from app.services.documents.kinds import BY_KEY
from app.services.network.alliances import PartnerRow, partner_rows
from app.services.plan.funding import area_rows
from app.services.proposals.budgets import BudgetItemDraft, BudgetTotals, budget_totals
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.gaps import Gap, proposal_gaps
from app.services.proposals.lists import ProposalRow, proposal_rows
from app.services.proposals.proposals import load_proposal
from app.services.proposals.timeline import month_label, months_in_words, timeline, year_spans
from app.services.reports.frame import framed
from app.services.reports.notes import sample_notes
from app.services.reports.spec import (
    Column,
    Document,
    Facts,
    Heading,
    Items,
    Kind,
    Line,
    Paragraph,
    Part,
    Role,
    Table,
    TimeBar,
    TimeChart,
)
from app.services.wording.formats import format_date, format_percent, format_size
from app.services.wording.labels import label
from app.services.wording.texts import Translator

SHEET = "SCHEDA"
GAPS = "COSA-MANCA"


def proposal_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each proposal."""
    return tuple((row.id, f"{row.number}. {row.title}") for row in proposal_rows(store))


def _row(store: Store, proposal_id: str) -> ProposalRow:
    found = next((row for row in proposal_rows(store) if row.id == proposal_id), None)
    if found is None:
        raise NotFound("record.gone")
    return found


# --- the sheet ---------------------------------------------------------------------------


def sheet_document(store: Store, proposal_id: str, tr: Translator) -> Document:
    """The sheet of a proposal, as the plan prints its projects.

    Raises:
        NotFound: "record.gone".
    """
    row = _row(store, proposal_id)
    writer = _Sheet(store, row, load_proposal(store, proposal_id), tr)
    title = tr("Project no. {number} – {title}").format(number=row.number, title=row.title)
    return framed(store, tr, SHEET, title, tuple(writer.parts()), slug=f"scheda-{row.number}")


class _Sheet:
    """Writes the parts of a sheet."""

    def __init__(self, store: Store, row: ProposalRow, draft: ProposalDraft, tr: Translator) -> None:
        self.store, self.row, self.draft, self.tr = store, row, draft, tr
        self.totals = budget_totals(draft.items)

    def parts(self) -> Iterator[Part]:
        """The sheet, in order."""
        tr, draft = self.tr, self.draft
        yield self._head()
        yield from self._text(tr("Description of the context"), draft.context)
        yield from self._partnership()
        yield from self._aims()
        yield from self._actions()
        yield from self._timeline()
        if draft.targets:
            yield Heading(tr("Targets"), 1)
            yield Items(tuple(self._target(text.text, text.number_min) for text in draft.targets))
        yield from self._results()
        yield from self._resources()
        yield from self._text(tr("Sustainability"), draft.sustainability)
        yield from self._documents()
        notes = sample_notes((self.row,), tr)
        if notes:
            yield Paragraph(" ".join(notes))

    def _head(self) -> Facts:
        tr, draft, row = self.tr, self.draft, self.row
        area = next((area for area in area_rows(self.store) if area.id == draft.area_id), None)
        day = format_date(draft.date_received) if draft.date_received else ""
        arrival = f"{day} {draft.time_received}".strip()
        period = [tr("from {day}").format(day=format_date(draft.date_start))] if draft.date_start else []
        if draft.duration_months:
            period.append(tr.plural("{n} month", "{n} months", draft.duration_months).format(n=draft.duration_months))
        pairs = (
            (tr("Call"), load_call(self.store, row.call_id).title),
            (tr("Local alliance"), row.alliance),
            (tr("Lead body"), row.lead),
            (tr("Priority area"), f"{area.code} {area.title}" if area else ""),
            (tr("State"), label(row.state, tr)),
            (tr("Protocol"), draft.protocol),
            (tr("Arrival"), arrival),
            (tr("Channel"), label(draft.channel, tr) if draft.channel else ""),
            (tr("Signatory"), draft.signatory),
            (tr("Period"), ", ".join(period)),
        )
        return Facts(tuple(pair for pair in pairs if pair[1]))

    @staticmethod
    def _text(title: str, text: str) -> Iterator[Part]:
        if text:
            yield Heading(title, 1)
            yield Paragraph(text)

    def _partnership(self) -> Iterator[Part]:
        partners = tuple(row for row in partner_rows(self.store) if row.alliance_id == self.row.alliance_id)
        if partners:
            yield Heading(self.tr("Partnership"), 1)
            yield _partners_table(partners, self.tr)

    def _aims(self) -> Iterator[Part]:
        tr, draft = self.tr, self.draft
        if not draft.aims and not draft.objectives:
            return
        yield Heading(tr("Aims and objectives"), 1)
        if draft.aims:
            yield Paragraph(draft.aims)
        if draft.objectives:
            objective = tr("Objective {number}: {text}")
            yield Items(tuple(objective.format(number=row.number, text=row.text) for row in draft.objectives))

    def _actions(self) -> Iterator[Part]:
        tr = self.tr
        if not self.draft.actions:
            return
        yield Heading(tr("Description"), 1)
        for place, row in enumerate(self.draft.actions, start=1):
            yield Heading(row.label or tr("Action {n}").format(n=place), 2)
            if row.objectives:
                yield Paragraph(tr("Objectives: {numbers}").format(numbers=row.objectives), strong=True)
            yield Paragraph(row.text)

    def _timeline(self) -> Iterator[Part]:
        tr, draft = self.tr, self.draft
        line = timeline(draft.actions, draft.date_start, draft.duration_months)
        if line.is_empty:
            return
        yield Heading(tr("Timeline"), 1)
        yield TimeChart(
            title=tr("Timeline"),
            months=tuple(month_label(line, number, tr) for number in range(1, line.months + 1)),
            spans=year_spans(line, tr),
            bars=tuple(TimeBar(bar.name, bar.first, bar.last, months_in_words(line, bar, tr)) for bar in line.bars),
            heads=(tr("Action"), tr("Months")),
        )
        notes = tuple(f"{bar.name}: {bar.note}" for bar in line.bars if bar.note)
        if notes:
            yield Items(notes)

    def _target(self, text: str, least: int | None) -> str:
        if least is None:
            return text
        return self.tr("{text} (at least {n})").format(text=text, n=least)

    def _results(self) -> Iterator[Part]:
        if not self.draft.results:
            return
        yield Heading(self.tr("Expected results"), 1)
        yield _results_table(self.draft, self.tr)

    def _resources(self) -> Iterator[Part]:
        tr, draft, totals = self.tr, self.draft, self.totals
        yield Heading(tr("Resources"), 1)
        share = "" if totals.share is None else f" ({format_percent(totals.share)})"
        declared = tr("{computed}; declared: {declared}")
        pairs = []
        for title, computed, said in (
            (tr("Total cost of the project"), format_euro(totals.total), draft.total_declared),
            (tr("Contribution asked for"), format_euro(totals.grant), draft.grant_declared),
            (tr("Co-financing"), f"{format_euro(totals.cofinancing)}{share}", draft.cofinancing_declared),
        ):
            text = computed if said is None else declared.format(computed=computed, declared=format_euro(said))
            pairs.append((title, text))
        if draft.share_declared:
            pairs.append((tr("Share of co-financing declared"), draft.share_declared))
        yield Facts(tuple(pairs))
        if draft.items:
            yield self._costs(totals)

    def _costs(self, totals: BudgetTotals) -> Table:
        names = category_names(call_categories(self.store, self.row.call_id, self.row.id), self.tr)
        return _costs_table(self.draft.items, totals, names, self.tr)

    def _documents(self) -> Iterator[Part]:
        rows = document_rows(self.store, DocumentOwner(proposal_id=self.row.id))
        if rows:
            yield Heading(self.tr("Documents"), 1)
            yield _documents_table(rows, self.tr)


def _mark(key: str, mark: str) -> Callable[[PartnerRow], str]:
    """Reads whether a partner has the role `key`: `mark`, or nothing."""
    return lambda row: mark if getattr(row, key) else ""


def _partners_table(partners: Sequence[PartnerRow], tr: Translator) -> Table:
    phases = (
        ("design", tr("Design")),
        ("coordination", tr("Coordination")),
        ("delivery", tr("Delivery")),
        ("verification", tr("Verification")),
    )
    mark = tr.context("flag", "yes")
    return Table(
        code="SCHEDA.partners",
        title=tr("Partners and roles"),
        columns=(
            Column("name", tr("Organisation"), Kind.NOTE, lambda row: row.as_printed or row.name, width_mm=82),
            *(Column(key, title, Kind.TEXT, _mark(key, mark), width_mm=22) for key, title in phases),
        ),
        rows=tuple(partners),
        row_id=lambda row: row.id,
    )


@dataclass(frozen=True)
class ResultLine:
    """An expected result with one of its indicators; the result stands with the first of them."""

    id: str
    result: str
    indicator: str
    target: int | None


def _results_table(draft: ProposalDraft, tr: Translator) -> Table:
    lines = []
    for row in draft.results:
        found = [each for each in draft.indicators if each.result == row.number]
        text = f"{row.number}. {row.text}"
        if not found:
            lines.append(ResultLine(str(row.number), text, "", None))
        for place, each in enumerate(found):
            lines.append(ResultLine(f"{row.number}.{place}", text if not place else "", each.text, each.target))
    return Table(
        code="SCHEDA.results",
        title=tr("Results and their indicators"),
        columns=(
            Column("result", tr("Expected result"), Kind.NOTE, lambda row: row.result, width_mm=72),
            Column("indicator", tr("Indicator"), Kind.NOTE, lambda row: row.indicator, width_mm=72),
            Column("target", tr("Target value"), Kind.COUNT, lambda row: row.target, width_mm=26),
        ),
        rows=tuple(lines),
        row_id=lambda row: row.id,
    )


@dataclass(frozen=True)
class CostLine:
    """A cost and a contribution that stand side by side on the paper; either may be missing."""

    id: str
    cost: str
    cost_amount: Cents | None
    contribution: str
    contribution_amount: Cents | None


def _costs_table(
    items: Sequence[BudgetItemDraft], totals: BudgetTotals, names: dict[str, str], tr: Translator
) -> Table:
    """Costs on the left, contributions on the right, with the totals of the paper."""
    costs = [item for item in items if item.section is BudgetSection.COSTS]
    contributions = [item for item in items if item.section is BudgetSection.CONTRIBUTION]

    def name(item: BudgetItemDraft | None) -> str:
        return "" if item is None else item.label or names.get(item.category, item.category)

    lines: list[CostLine | Line] = [
        CostLine(
            str(place),
            name(cost),
            cost.amount if cost else None,
            name(contribution),
            contribution.amount if contribution else None,
        )
        for place, (cost, contribution) in enumerate(zip_longest(costs, contributions))
    ]
    lines.append(
        Line(
            Role.SUBTOTAL,
            {
                "cost": tr("Total funding asked"),
                "cost_amount": totals.grant,
                "contribution": tr("Total co-financing of the alliance"),
                "contribution_amount": totals.cofinancing,
            },
        )
    )
    lines.append(Line(Role.TOTAL, {"cost": tr("Total"), "cost_amount": totals.total}))
    return Table(
        code="SCHEDA.costs",
        title=tr("Economic plan"),
        columns=(
            Column("cost", tr("Costs"), Kind.NOTE, lambda row: row.cost, width_mm=52),
            Column("cost_amount", tr("Costs: amount"), Kind.MONEY, lambda row: row.cost_amount, width_mm=32),
            Column("contribution", tr("Contribution in kind"), Kind.NOTE, lambda row: row.contribution, width_mm=54),
            Column(
                "contribution_amount",
                tr("Contribution: amount"),
                Kind.MONEY,
                lambda row: row.contribution_amount,
                width_mm=32,
            ),
        ),
        rows=tuple(lines),
    )


def _documents_table(rows: Sequence[DocumentRow], tr: Translator) -> Table:
    return Table(
        code="SCHEDA.documents",
        title=tr("Documents"),
        columns=(
            Column("name", tr("Document"), Kind.NOTE, lambda row: row.name, width_mm=60),
            Column("kind", tr("Kind"), Kind.NOTE, lambda row: tr(BY_KEY[row.kind].title), width_mm=34),
            Column("size", tr("Size"), Kind.TEXT, lambda row: format_size(row.size), width_mm=20),
            Column("sha256", tr("Fingerprint (SHA-256)"), Kind.NOTE, lambda row: row.sha256, width_mm=56),
        ),
        rows=tuple(rows),
        row_id=lambda row: row.id,
    )


# --- what is missing ---------------------------------------------------------------------


def gaps_document(store: Store, proposal_id: str, tr: Translator) -> Document:
    """What a proposal lacks or has against a rule, on paper.

    Raises:
        NotFound: "record.gone".
    """
    row = _row(store, proposal_id)
    found = proposal_gaps(store, proposal_id, tr)
    facts = Facts(
        (
            (tr("Proposal"), f"{row.number}. {row.title}"),
            (tr("Lead body"), row.lead or "–"),
            (tr("State"), label(row.state, tr)),
        )
    )
    parts: tuple[Part, ...] = (facts, gaps_table(found, tr))
    if not found:
        parts = (facts, Paragraph(tr("Nothing is missing, and no rule of the call is broken."), strong=True))
    return framed(store, tr, GAPS, tr("What is missing"), parts, slug=f"cosa-manca-{row.number}")


def gaps_table(gaps: Sequence[Gap], tr: Translator) -> Table:
    """The list «Cosa manca»."""
    return Table(
        code=GAPS,
        title=tr("What is missing"),
        columns=(
            Column("severity", tr("Weight"), Kind.STATE, lambda row: row.severity, width_mm=26),
            Column("title", tr("What"), Kind.NOTE, lambda row: row.title, width_mm=42),
            Column("sentence", tr("What is said of it"), Kind.NOTE, lambda row: row.sentence, width_mm=72),
            Column("source", tr("Rule"), Kind.NOTE, lambda row: row.source, width_mm=30),
        ),
        rows=tuple(gaps),
        row_id=lambda row: row.id,
    )
