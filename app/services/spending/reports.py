"""Reports of expenses: what was spent, checked whole or by a sample drawn on the record, and what the grant comes to.

A report is open while expenses are entered, then being checked, then approved; from there it stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.documents import Attachment
from app.models.enums import CheckMode, ExpenseKind, GrantBound, PaymentWay, ReportState
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.spending import Expense, ExpenseReport
from app.models.store import Store
from app.services.calls.rules import categories_of, rules_of
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.proposals.budgets import budget_totals, load_items
from app.services.spending.granting import FinalGrant, draw, final_grant
from app.services.spending.projects import call_rules, grant_terms, read_project, require_running
from app.services.spending.report_drafts import ExpenseDraft, ReportDraft, ReportRow
from app.services.spending.twice import refuse_twice
from app.services.wording.shares import parse_share, share_exact, share_text

# --- reading -----------------------------------------------------------------------------


def report_rows(store: Store, proposal_id: str | None = None) -> tuple[ReportRow, ...]:
    """All reports, or those of a project: project by project, in the order of their numbers."""
    charged = sa.func.coalesce(sa.func.sum(Expense.on_grant + Expense.on_cofinancing), 0)
    admitted = sa.func.sum(Expense.admitted_grant + Expense.admitted_cofinancing)
    query = (
        sa.select(ExpenseReport, Proposal, sa.func.count(Expense.id), charged, admitted)
        .join(Proposal, Proposal.id == ExpenseReport.proposal_id)
        .outerjoin(Expense, Expense.report_id == ExpenseReport.id)
        .group_by(ExpenseReport.id)
        .order_by(Proposal.number, Proposal.id, ExpenseReport.number)
    )
    if proposal_id is not None:
        query = query.where(ExpenseReport.proposal_id == proposal_id)
    with store.read() as session:
        return tuple(
            ReportRow(
                id=row.id,
                proposal_id=proposal.id,
                project=f"{proposal.number} · {proposal.title}",
                number=row.number,
                final=row.final,
                state=ReportState(row.state),
                date_received=row.date_received,
                expenses=count,
                charged=Cents(cents),
                admitted=None if found is None else Cents(found),
                final_grant=row.final_grant,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, proposal, count, cents, found in session.execute(query)
        )


def load_report(store: Store, report_id: str) -> ReportDraft:
    """A report as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_report(session, get_row(session, ExpenseReport, report_id))


def read_report(session: Session, row: ExpenseReport) -> ReportDraft:
    """As `load_report`, in a session of the caller's."""
    return ReportDraft(
        id=row.id,
        proposal_id=row.proposal_id,
        number=row.number,
        state=ReportState(row.state),
        final=row.final,
        date_received=row.date_received,
        protocol=row.protocol,
        note=row.note,
        mode=CheckMode(row.mode),
        sample_share=share_text(row.sample_share),
        seed=row.seed,
        date_approved=row.date_approved,
        granted=row.granted,
        final_grant=row.final_grant,
        bound=None if row.bound is None else GrantBound(row.bound),
        expenses=tuple(
            ExpenseDraft(
                id=expense.id,
                number=expense.number,
                kind=ExpenseKind(expense.kind),
                document=expense.document,
                document_day=expense.document_day,
                supplier=expense.supplier,
                supplier_code=expense.supplier_code,
                category=expense.category,
                label=expense.label,
                date_paid=expense.date_paid,
                paid_by=PaymentWay(expense.paid_by),
                amount=expense.amount,
                on_grant=expense.on_grant,
                on_cofinancing=expense.on_cofinancing,
                attachment_id=expense.attachment_id,
                drawn=expense.drawn,
                admitted_grant=expense.admitted_grant,
                admitted_cofinancing=expense.admitted_cofinancing,
                finding=expense.finding,
                source_line=expense.source_line,
            )
            for expense in _expenses(session, row.id)
        ),
        source_line=row.source_line,
    )


def _expenses(session: Session, report_id: str) -> Sequence[Expense]:
    return session.scalars(sa.select(Expense).filter_by(report_id=report_id).order_by(Expense.number)).all()


# --- writing -----------------------------------------------------------------------------


def save_report(store: Store, draft: ReportDraft) -> Changes:
    """Write a report: while it is open its expenses, while it is being checked what the check admits.

    Raises:
        InvalidInput: "field.required", "amount.not_positive", "number.negative", "expense.over_document",
            "expense.nothing_charged", "budget.category_unknown", "expense.over_charged", "percent.format".
        RuleBroken: "project.not_running", "project.no_money", "report.final_taken", "expense.twice",
            "report.approved".
        NotFound: "record.gone".
    """
    with store.write("save_report") as session:
        present = get_row(session, ExpenseReport, draft.id) if draft.id else None
        state = ReportState.OPEN if present is None else ReportState(present.state)
        if state is ReportState.APPROVED:
            raise RuleBroken("report.approved")
        if present is not None and state is ReportState.CHECKING:
            _save_findings(session, present, draft)
            return _changed(present)
        proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
        require_running(proposal)
        read_project(session, proposal.id)
        if draft.date_received is None:
            raise InvalidInput("field.required", field="date_received")
        _refuse_after_final(session, proposal.id, draft)
        expenses = _expense_values(session, proposal, draft)
        own_number = present.number if present and present.proposal_id == proposal.id else None
        values = {
            "proposal_id": proposal.id,
            "number": own_number or _next_number(session, proposal.id),
            "final": draft.final,
            "date_received": draft.date_received,
            "protocol": draft.protocol.strip(),
            "note": draft.note.strip(),
            "source_line": draft.source_line,
        }
        row = save_row(session, ExpenseReport, draft.id, values)
        _write_expenses(session, row, expenses)
        refuse_twice(session, row.id)
        return _changed(row)


def _refuse_after_final(session: Session, proposal_id: str, draft: ReportDraft) -> None:
    """One report is the final one, and once it is approved none comes after it."""
    others = sa.select(ExpenseReport).where(
        ExpenseReport.proposal_id == proposal_id, ExpenseReport.final, ExpenseReport.id != (draft.id or "")
    )
    taken = session.scalar(others)
    if taken is not None and (draft.final or taken.state == ReportState.APPROVED.value):
        raise RuleBroken("report.final_taken", field="final", number=taken.number)


def _write_expenses(session: Session, row: ExpenseReport, expenses: Sequence[dict[str, object]]) -> None:
    """Numbers follow the rows; those that change place are written twice, as no two may have one number at a time."""
    present = {expense.id: expense for expense in _expenses(session, row.id)}
    if any(present[str(each["id"])].number != each["number"] for each in expenses if each["id"] in present):
        first = 1 + max((expense.number for expense in present.values()), default=0) + len(expenses)
        for place, expense in enumerate(present.values()):
            expense.number = first + place
        session.flush()
    reconcile(session, Expense, {"report_id": row.id}, expenses)
    session.flush()


def _changed(row: ExpenseReport) -> Changes:
    return Changes.of("proposals", "ledger", ids=(row.id, row.proposal_id))


def _next_number(session: Session, proposal_id: str) -> int:
    return 1 + (session.scalar(sa.select(sa.func.max(ExpenseReport.number)).filter_by(proposal_id=proposal_id)) or 0)


def _expense_values(session: Session, proposal: Proposal, draft: ReportDraft) -> list[dict[str, object]]:
    rules = rules_of(session, proposal)
    known = {row.code for row in categories_of(session, rules.id if rules else None)}
    return [_one_expense(expense, i, known) for i, expense in enumerate(draft.expenses)]


def _one_expense(row: ExpenseDraft, i: int, known: set[str]) -> dict[str, object]:
    """Fields of an expense, checked by itself; it counts from 1 in its report."""
    at = f"expenses.{i}"
    document, supplier = require_text(row.document, f"{at}.document"), require_text(row.supplier, f"{at}.supplier")
    if row.document_day is None:
        raise InvalidInput("field.required", field=f"{at}.document_day")
    if row.date_paid is None and row.paid_by is not PaymentWay.NONE:
        raise InvalidInput("field.required", field=f"{at}.date_paid")
    if row.category not in known:
        raise InvalidInput("budget.category_unknown", field=f"{at}.category", text=row.category)
    if row.amount is None:
        raise InvalidInput("field.required", field=f"{at}.amount")
    if row.amount <= 0:
        raise InvalidInput("amount.not_positive", field=f"{at}.amount")
    on_grant, on_cofinancing = row.on_grant or Cents(0), row.on_cofinancing or Cents(0)
    for key, cents in (("on_grant", on_grant), ("on_cofinancing", on_cofinancing)):
        if cents < 0:
            raise InvalidInput("number.negative", field=f"{at}.{key}")
    charged = Cents(on_grant + on_cofinancing)
    if not charged:
        raise InvalidInput("expense.nothing_charged", field=f"{at}.on_grant")
    if charged > row.amount:
        raise InvalidInput("expense.over_document", field=f"{at}.on_grant", charged=charged, amount=row.amount)
    return {
        "id": row.id,
        "number": i + 1,
        "kind": row.kind.value,
        "document": document,
        "document_day": row.document_day,
        "supplier": supplier,
        "supplier_code": row.supplier_code.strip(),
        "category": str(row.category),
        "label": row.label.strip(),
        "date_paid": row.date_paid,
        "paid_by": row.paid_by.value,
        "amount": row.amount,
        "on_grant": on_grant,
        "on_cofinancing": on_cofinancing,
        "attachment_id": row.attachment_id,
        "source_line": row.source_line,
    }


def _save_findings(session: Session, row: ExpenseReport, draft: ReportDraft) -> None:
    """What the check admits of the drawn expenses; the others stay as they were declared."""
    typed = {expense.id: (i, expense) for i, expense in enumerate(draft.expenses)}
    present = _expenses(session, row.id)
    if typed.keys() != {expense.id for expense in present}:
        raise RuleBroken("report.not_open", number=row.number, state=ReportState(row.state))
    for expense in present:
        if not expense.drawn or expense.id not in typed:
            continue
        i, found = typed[expense.id]
        for key, most in (("admitted_grant", expense.on_grant), ("admitted_cofinancing", expense.on_cofinancing)):
            cents = getattr(found, key)
            if cents is not None and not 0 <= cents <= most:
                raise InvalidInput("expense.over_charged", field=f"expenses.{i}.{key}", most=most)
        given = (found.admitted_grant, found.admitted_cofinancing)
        known = (None, None) if given == (None, None) else tuple(cents or Cents(0) for cents in given)
        expense.admitted_grant, expense.admitted_cofinancing = known
        expense.finding = found.finding.strip()
    row.note = draft.note.strip()


def delete_report(store: Store, report_id: str) -> Changes:
    """Delete a report that is open.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "report.not_open".
    """
    with store.write("delete_report") as session:
        row = _open_report(session, report_id)
        for part in (Expense, Attachment):
            delete_children(session, part, "report_id", (row.id,))
        session.delete(row)
        return _changed(row)


def _open_report(session: Session, report_id: str) -> ExpenseReport:
    row = get_row(session, ExpenseReport, report_id)
    if row.state != ReportState.OPEN.value:
        raise RuleBroken("report.not_open", number=row.number, state=ReportState(row.state))
    return row


# --- the check ---------------------------------------------------------------------------


def begin_check(store: Store, report_id: str, mode: CheckMode, share: str = "", seed: str = "") -> Changes:
    """Begin to check a report: every expense, or a sample that is drawn here and can be drawn again from its seed.

    Args:
        share: percentage of the expenses, for a sample; at least one is drawn.
        seed: what is drawn from, for a sample: a text that is agreed on, or that nobody could choose.

    Raises:
        InvalidInput: "field.required", "percent.format", "percent.over_hundred".
        NotFound: "record.gone".
        RuleBroken: "report.not_open", "report.empty".
    """
    kept = parse_share(share, field="share") if mode is CheckMode.SAMPLE else ""
    exact = share_exact(kept)
    if mode is CheckMode.SAMPLE and not exact:
        raise InvalidInput("field.required", field="share")
    if exact is not None and exact > 100:
        raise InvalidInput("percent.over_hundred", field="share", text=share)
    if mode is CheckMode.SAMPLE:
        seed = require_text(seed, "seed")
    with store.write("begin_check") as session:
        row = _open_report(session, report_id)
        expenses = _expenses(session, row.id)
        if not expenses:
            raise RuleBroken("report.empty", number=row.number)
        numbers = [expense.number for expense in expenses]
        drawn = numbers if exact is None else draw(seed, numbers, exact)
        for expense in expenses:
            expense.drawn = expense.number in drawn
        row.state, row.mode = ReportState.CHECKING.value, mode.value
        row.sample_share, row.seed = kept, seed if mode is CheckMode.SAMPLE else ""
        return _changed(row)


def admitted_sums(expenses: Sequence[ExpenseDraft]) -> tuple[Cents, Cents]:
    """Cents admitted on the grant and on the co-financing; what was not checked counts as declared."""
    on_grant = sum((row.on_grant if row.admitted_grant is None else row.admitted_grant) or 0 for row in expenses)
    rest = sum(
        (row.on_cofinancing if row.admitted_cofinancing is None else row.admitted_cofinancing) or 0 for row in expenses
    )
    return Cents(on_grant), Cents(rest)


def final_outcome(store: Store, report_id: str) -> FinalGrant:
    """What the grant comes to by all reports of the project as they stand, with each bound that was looked at.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "project.no_money".
    """
    with store.read() as session:
        return report_outcome(session, get_row(session, ExpenseReport, report_id))


def report_outcome(session: Session, row: ExpenseReport) -> FinalGrant:
    """As `final_outcome`, in a session of the caller's."""
    proposal = get_row(session, Proposal, row.proposal_id)
    reports = session.scalars(sa.select(ExpenseReport).filter_by(proposal_id=proposal.id)).all()
    sums = [admitted_sums(read_report(session, report).expenses) for report in reports]
    planned = budget_totals(load_items(session, proposal.id)).total
    granted = row.granted if row.granted is not None else read_project(session, proposal.id).granted
    terms = grant_terms(call_rules(session, proposal))
    return final_grant(
        granted, Cents(sum(grant for grant, _ in sums)), Cents(sum(rest for _, rest in sums)), planned, terms
    )


def approve_report(store: Store, report_id: str, day: date | None) -> Changes:
    """Approve a report that was checked; the final one settles what the grant comes to.

    Raises:
        InvalidInput: "field.required", "report.approved_before".
        NotFound: "record.gone".
        RuleBroken: "report.not_checked", "report.unchecked", "report.others_open".
    """
    if day is None:
        raise InvalidInput("field.required", field="day")
    with store.write("approve_report") as session:
        row = get_row(session, ExpenseReport, report_id)
        if row.state != ReportState.CHECKING.value:
            raise RuleBroken("report.not_checked", number=row.number, state=ReportState(row.state))
        if day < row.date_received:
            raise InvalidInput("report.approved_before", field="day", received=row.date_received)
        expenses = _expenses(session, row.id)
        missing = [str(expense.number) for expense in expenses if expense.drawn and expense.admitted_grant is None]
        if missing:
            raise RuleBroken("report.unchecked", number=row.number, missing=tuple(missing))
        for expense in expenses:
            if expense.admitted_grant is None:
                expense.admitted_grant, expense.admitted_cofinancing = expense.on_grant, expense.on_cofinancing
        session.flush()
        if row.final:
            _settle(session, row)
        row.state, row.date_approved = ReportState.APPROVED.value, day
        return _changed(row)


def _settle(session: Session, row: ExpenseReport) -> None:
    others: Mapping[str, str] = dict(
        session.execute(
            sa.select(ExpenseReport.id, ExpenseReport.state).where(
                ExpenseReport.proposal_id == row.proposal_id, ExpenseReport.id != row.id
            )
        )
        .tuples()
        .all()
    )
    if any(state != ReportState.APPROVED.value for state in others.values()):
        raise RuleBroken("report.others_open", number=row.number)
    granted = read_project(session, row.proposal_id).granted
    outcome = report_outcome(session, row)
    row.granted, row.final_grant, row.bound = granted, outcome.amount, outcome.bound.value
