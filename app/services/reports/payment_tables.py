"""Payments and reports of expenses on paper and on the screen: statement of payments, T18 with its draw and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import BudgetSection, CheckMode
from app.models.errors import NotFound
from app.models.money import Cents, format_euro, percentage
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.calls.rules import categories_of, current_rules, rules_of
from app.services.calls.rules_drafts import CategoryDraft, category_name
from app.services.children import get_row
from app.services.proposals.budgets import load_items
from app.services.reports.allocation_tables import exact_text
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.notes import rounding_note, sample_notes
from app.services.reports.spec import Column, Document, Facts, Heading, Kind, Paragraph, Part, Table
from app.services.spending.granting import FinalGrant
from app.services.spending.payments import PaymentRow, TrancheState, payment_rows, tranche_states
from app.services.spending.projects import ProjectRow, project_rows
from app.services.spending.report_drafts import ExpenseDraft, ReportDraft
from app.services.spending.reports import admitted_sums, final_outcome, load_report, report_rows
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import Translator

# --- payments ----------------------------------------------------------------------------


def tranches_table(states: tuple[TrancheState, ...], tr: Translator, *, narrow: bool = False) -> Table:
    """The tranches of a project: what each pays and waits for, and the payment that it was paid by.

    Args:
        narrow: only the few columns that stand beside a list or a form.
    """
    columns: tuple[Column, ...] = (
        Column("tranche", tr("Tranche"), Kind.COUNT, lambda row: row.tranche.place, width_mm=18),
        Column("share", tr("Share"), Kind.PERCENT, lambda row: row.tranche.share, width_mm=20),
        Column("trigger", tr("Paid"), Kind.STATE, lambda row: row.tranche.trigger, width_mm=40),
        Column("spent", tr("Least share spent"), Kind.PERCENT, lambda row: row.tranche.spent_min, width_mm=24),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=30),
        field_column("due", tr("May be paid"), Kind.FLAG, width_mm=16),
        field_column("payment", tr("Payment no."), Kind.COUNT, width_mm=22),
        field_column("released", tr("Released"), Kind.FLAG, width_mm=20),
    )
    if narrow:
        columns = tuple(column for column in columns if column.key not in ("share", "spent", "released"))
    note = tr("The last tranche pays what is left of the grant, never a share computed again.")
    return Table("tranches", tr("Tranches"), columns, states, notes=(note,), landscape=True)


def payments_table(rows: tuple[PaymentRow, ...], tr: Translator, *, narrow: bool = False) -> Table:
    """Payments with their act, in the order of their numbers; those that were taken back count nothing.

    Args:
        narrow: only the few columns that stand beside a list.
    """
    columns: tuple[Column, ...] = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("tranche", tr("Tranche"), Kind.COUNT, width_mm=18),
        field_column("act", tr("Act"), Kind.NOTE, width_mm=56),
        field_column("act_day", tr("Of the day"), Kind.DATE, width_mm=24),
        field_column("decision", tr("Decision"), width_mm=24),
        field_column("state", tr("State"), Kind.STATE, width_mm=28),
        field_column("date_paid", tr("Paid on"), Kind.DATE, width_mm=24),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=30),
        Column("paid", tr("Paid so far"), Kind.MONEY, _paid, width_mm=30, total=True),
    )
    if narrow:
        columns = tuple(column for column in columns if column.key in ("number", "act", "state", "paid"))
    return Table(
        "payments",
        tr("Payments"),
        columns,
        rows,
        notes=sample_notes(rows, tr),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


def _paid(row: PaymentRow) -> Cents:
    return Cents(0) if row.date_paid is None or row.reversed else row.amount


def payments_document(store: Store, item: str | None, tr: Translator) -> Document:
    """The statement of payments of one project, or of all.

    Raises:
        NotFound: "record.gone".
    """
    projects = [row for row in project_rows(store) if item in (None, row.id)]
    if item is not None and not projects:
        raise NotFound("record.gone")
    parts: list[Part] = []
    rows = payment_rows(store)
    for project in projects:
        own = tuple(row for row in rows if row.proposal_id == project.id)
        parts += [Heading(f"{project.number}. {project.title}"), Facts(_project_facts(project, tr))]
        tranches = tranche_states(store, project.id)
        if tranches:
            parts.append(tranches_table(tranches, tr))
        parts.append(payments_table(own, tr) if own else Paragraph(tr("No payment yet.")))
    slug = "pagamenti" if item is None else f"pagamenti-{item[-8:]}"
    title = tr("Statement of payments")
    return framed(store, tr, "PAGAMENTI", title, tuple(parts), slug=slug, landscape=True)


def _project_facts(row: ProjectRow, tr: Translator) -> tuple[tuple[str, str], ...]:
    facts = [
        (tr("Local alliance"), row.alliance),
        (tr("Granted"), format_euro(row.granted)),
        (tr("Paid so far"), format_euro(row.paid)),
        (tr("To be paid"), format_euro(row.left)),
    ]
    if row.vouchers:
        facts.append((tr("In voucher programmes"), format_euro(row.vouchers)))
    if row.owed:
        facts.append((tr("To be recovered"), format_euro(row.owed)))
    if row.final is not None:
        facts.append((tr("Final grant"), format_euro(row.final)))
    return tuple(facts)


def project_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of each project with money."""
    return tuple((row.id, row.name) for row in project_rows(store))


# --- reports of expenses -----------------------------------------------------------------


def expenses_table(draft: ReportDraft, names: dict[str, str], sample: bool, tr: Translator) -> Table:
    """The expenses of a report, what is charged and what was admitted."""
    columns = [
        field_column("number", tr("No."), Kind.COUNT, width_mm=10),
        Column("document", tr("Document"), Kind.NOTE, lambda row: _document_text(row, tr), width_mm=44),
        Column("supplier", tr("Supplier"), Kind.NOTE, _supplier_text, width_mm=40),
        Column("category", tr("Category"), Kind.NOTE, lambda row: names.get(row.category, row.category), width_mm=32),
        field_column("date_paid", tr("Paid on"), Kind.DATE, width_mm=21),
        field_column("amount", tr("Document"), Kind.MONEY, width_mm=27),
        field_column("on_grant", tr("On the grant"), Kind.MONEY, width_mm=27, total=True),
        field_column("on_cofinancing", tr("On the co-financing"), Kind.MONEY, width_mm=27, total=True),
        field_column("drawn", tr("Checked"), Kind.FLAG, width_mm=17),
        field_column("admitted_grant", tr("Admitted, grant"), Kind.MONEY, width_mm=27, total=True),
        field_column("admitted_cofinancing", tr("Admitted, co-financing"), Kind.MONEY, width_mm=27, total=True),
    ]
    if any(row.finding for row in draft.expenses):
        columns.append(field_column("finding", tr("Finding"), Kind.NOTE, width_mm=34))
    marks = (_Mark(sample),)
    return Table(
        "expenses",
        tr("Expenses"),
        tuple(columns),
        draft.expenses,
        notes=sample_notes(marks, tr),
        landscape=True,
        total_label=tr("Total"),
    )


@dataclass(frozen=True)
class _Mark:
    sample: bool


def _document_text(row: ExpenseDraft, tr: Translator) -> str:
    text = f"{label(row.kind, tr)} {row.document}"
    if row.document_day is None:
        return text
    return tr("{document} of {day}").format(document=text, day=format_date(row.document_day))


def _supplier_text(row: ExpenseDraft) -> str:
    name, code = row.supplier, row.supplier_code
    return f"{name} ({code})" if code else name


@dataclass(frozen=True)
class CategorySum:
    """A category of one section: planned, reported, admitted; `used` what is admitted or reported of the plan."""

    section: BudgetSection
    name: str
    planned: Cents
    reported: Cents
    admitted: Cents

    @property
    def left(self) -> Cents:
        """What the plan has left."""
        return Cents(self.planned - self.admitted)

    @property
    def used(self) -> Fraction | None:
        """Percentage of the plan; None of a category that it has not."""
        return percentage(self.admitted, self.planned) if self.planned else None


def _with_section(row: CategorySum, tr: Translator) -> str:
    """A category with its section, where that is not the costs."""
    return row.name if row.section is BudgetSection.COSTS else f"{row.name} ({label(row.section, tr).lower()})"


def categories_table(
    store: Store, proposal_id: str, names: dict[str, str], tr: Translator, *, narrow: bool = False
) -> Table:
    """All reports of a project against its economic plan in force, category by category.

    Args:
        narrow: only the few columns that stand beside a list or a form.
    """
    drafts = [load_report(store, row.id) for row in report_rows(store, proposal_id)]
    with store.read() as session:
        items = load_items(session, proposal_id)
    rows = []
    for section in BudgetSection:
        charged = "on_grant" if section is BudgetSection.COSTS else "on_cofinancing"
        kept = "admitted_grant" if section is BudgetSection.COSTS else "admitted_cofinancing"
        for code, name in names.items():
            planned = sum(item.amount or 0 for item in items if (item.section, str(item.category)) == (section, code))
            of_it = [row for draft in drafts for row in draft.expenses if row.category == code]
            reported = sum(getattr(row, charged) or 0 for row in of_it)
            admitted = sum(
                (getattr(row, charged) if getattr(row, kept) is None else getattr(row, kept)) or 0 for row in of_it
            )
            if planned or reported:
                rows.append(CategorySum(section, name, Cents(planned), Cents(reported), Cents(admitted)))
    columns: tuple[Column, ...] = (
        Column("section", tr("Section"), Kind.TEXT, lambda row: label(row.section, tr), width_mm=30),
        field_column("name", tr("Category"), Kind.NOTE, width_mm=60),
        field_column("planned", tr("Planned"), Kind.MONEY, width_mm=32, total=True),
        field_column("reported", tr("Reported"), Kind.MONEY, width_mm=32, total=True),
        field_column("admitted", tr("Admitted so far"), Kind.MONEY, width_mm=32, total=True),
        field_column("left", tr("Left"), Kind.MONEY, width_mm=32, total=True),
        field_column("used", tr("Spent"), Kind.PERCENT, width_mm=22),
    )
    if narrow:
        named = Column("name", tr("Category"), Kind.NOTE, lambda row: _with_section(row, tr), width_mm=60)
        columns = (named, *(column for column in columns if column.key in ("planned", "admitted", "left")))
    notes = (tr("All reports of the project; what was not checked yet counts as reported."), rounding_note(tr))
    return Table(
        "expenses.categories",
        tr("Against the economic plan in force"),
        columns,
        tuple(rows),
        notes=notes,
        landscape=True,
        total_label=tr("Total"),
    )


def outcome_table(outcome: FinalGrant, tr: Translator) -> Table:
    """Every bound of the final grant; the least of them is the grant."""
    columns = (
        Column("bound", tr("Bound"), Kind.NOTE, lambda row: label(row.bound, tr), width_mm=90),
        Column("exact", tr("Exactly"), Kind.TEXT, lambda row: exact_text(row.exact), width_mm=44),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=34),
        Column("least", tr("Settles the grant"), Kind.FLAG, lambda row: row.bound is outcome.bound, width_mm=28),
    )
    note = tr("The final grant is the least of these: {amount}.").format(amount=format_euro(outcome.amount))
    return Table("final.grant", tr("Final grant"), columns, outcome.candidates, notes=(note,), landscape=True)


def report_names(store: Store, proposal_id: str, tr: Translator) -> dict[str, str]:
    """Names of the categories of a project's call by code, in their order."""
    with store.read() as session:
        rules = rules_of(session, get_row(session, Proposal, proposal_id))
        rows = categories_of(session, rules.id if rules else None)
        return {row.code: category_name(row.code, row.name, tr) for row in rows}


def category_choices(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(code, name) of the categories of cost of all calls, each code once."""
    with store.read() as session:
        calls = session.scalars(sa.select(Call).order_by(Call.id)).all()
        rows = [row for call in calls for row in _call_categories(session, call.id)]
    return tuple(({row.code: (row.code, category_name(row.code, row.name, tr)) for row in rows}).values())


def _call_categories(session: Session, call_id: str) -> Sequence[CategoryDraft]:
    rules = current_rules(session, call_id)
    return categories_of(session, rules.id if rules else None)


def check_text(draft: ReportDraft, tr: Translator) -> str:
    """How a report is checked, so that the draw can be made again."""
    if draft.mode is CheckMode.WHOLE:
        return tr("Every expense is checked.")
    drawn = ", ".join(str(row.number) for row in draft.expenses if row.drawn)
    text = tr(
        "A sample of {share} of the expenses is checked, drawn from the seed «{seed}»: numbers {drawn}. The draw can"
        " be made again: each number stands behind the SHA-256 of «seed|number», and the smallest ones are drawn."
    )
    return text.format(share=draft.sample_share, seed=draft.seed, drawn=drawn)


def report_document(store: Store, item: str, tr: Translator) -> Document:
    """T18: a report of expenses on paper, with its check and, for the final one, what the grant comes to.

    Raises:
        NotFound: "record.gone".
    """
    draft = load_report(store, item)
    row = next(row for row in report_rows(store) if row.id == item)
    names = report_names(store, row.proposal_id, tr)
    on_grant, rest = admitted_sums(draft.expenses)
    facts = [
        (tr("Project"), row.project),
        (tr("Report no."), tr("{n} (final)").format(n=row.number) if row.final else str(row.number)),
        (tr("Came in on"), " · ".join(part for part in (format_date(row.date_received), draft.protocol) if part)),
        (tr("State"), label(row.state, tr)),
        (tr("Admitted on the grant"), format_euro(on_grant)),
        (tr("Admitted on the co-financing"), format_euro(rest)),
    ]
    if draft.date_approved is not None:
        facts.append((tr("Approved on"), format_date(draft.date_approved)))
    parts: list[Part] = [Facts(tuple(facts)), Paragraph(check_text(draft, tr))]
    parts.append(expenses_table(draft, names, row.sample, tr))
    parts.append(categories_table(store, row.proposal_id, names, tr))
    if row.final:
        parts.append(outcome_table(final_outcome(store, item), tr))
    if draft.note:
        parts += [Heading(tr("Note"), 2), Paragraph(draft.note)]
    title = tr("Report of expenses of a project")
    return framed(store, tr, "T18", title, tuple(parts), slug=f"t18-{item[-8:]}", landscape=True)


def report_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of each report of expenses."""
    words = tr("{project}: report no. {n}")
    return tuple((row.id, words.format(project=row.project, n=row.number)) for row in report_rows(store))
