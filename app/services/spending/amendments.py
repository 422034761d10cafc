"""Amendments of a project's economic plan: entered, judged by the rule of the call, told, authorised or refused.

One that is in force is a version of the economic plan; what was moved is counted over all of them, against the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import (
    AMENDMENTS_IN_FORCE,
    AMENDMENTS_TO_DECIDE,
    AmendmentState,
    BudgetSection,
)
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.proposals import Budget, Proposal
from app.models.spending import Amendment, AmendmentLine, Expense, ExpenseReport
from app.models.store import Store
from app.services.calls.rules import categories_of, rules_of
from app.services.changes import Changes
from app.services.checks import require_distinct, require_key, require_number, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.decisions.decisions import decision_label
from app.services.proposals.budgets import load_items, newest_budget
from app.services.spending.amendment_drafts import (
    AmendmentComparison,
    AmendmentDraft,
    AmendmentLineDraft,
    AmendmentRow,
    ComparedItem,
)
from app.services.spending.counting import ItemKey, Moves, cumulated, judge_moves
from app.services.spending.plans import items_of, sums_of
from app.services.spending.projects import call_rules, limits_of, require_plannable

# --- reading -----------------------------------------------------------------------------


def amendment_rows(store: Store, proposal_id: str | None = None) -> tuple[AmendmentRow, ...]:
    """All amendments, or those of a project: project by project, the newest first."""
    query = (
        sa.select(Amendment, Proposal, Decision)
        .join(Proposal, Proposal.id == Amendment.proposal_id)
        .outerjoin(Decision, Decision.id == Amendment.decision_id)
        .order_by(Proposal.number, Proposal.id, Amendment.number.desc())
    )
    if proposal_id is not None:
        query = query.where(Amendment.proposal_id == proposal_id)
    gain = sa.case((AmendmentLine.after > AmendmentLine.before, AmendmentLine.after - AmendmentLine.before), else_=0)
    summed = sa.select(AmendmentLine.amendment_id, sa.func.sum(gain)).group_by(AmendmentLine.amendment_id)
    with store.read() as session:
        moved = dict(session.execute(summed).tuples().all())
        rules = {}
        rows = []
        for row, proposal, decision in session.execute(query):
            if proposal.rules_id not in rules:
                rules[proposal.rules_id] = call_rules(session, proposal)
            days = [limit.days for limit in rules[proposal.rules_id].amendments if limit.days is not None]
            waits = row.state in AMENDMENTS_TO_DECIDE or row.state == AmendmentState.TO_TELL
            rows.append(
                AmendmentRow(
                    id=row.id,
                    proposal_id=proposal.id,
                    project=f"{proposal.number} · {proposal.title}",
                    number=row.number,
                    day=row.day,
                    state=AmendmentState(row.state),
                    moved=Cents(moved.get(row.id, 0)),
                    reason=row.reason,
                    term=row.day + timedelta(days=min(days)) if waits and days else None,
                    date_settled=row.date_settled,
                    decision="" if decision is None else decision_label(decision),
                    sample=row.sample,
                    source_line=row.source_line,
                )
            )
    return tuple(rows)


def blank_amendment(store: Store) -> AmendmentDraft:
    """An empty amendment."""
    return AmendmentDraft()


def laid_amendment(store: Store, draft: AmendmentDraft) -> AmendmentDraft:
    """The draft with a line for each item of its project's economic plan; what was typed stays."""
    if not draft.proposal_id:
        return replace(draft, lines=())
    with store.read() as session:
        present = sums_of(load_items(session, draft.proposal_id))
    typed = {key_of(line): line for line in draft.lines}
    lines = [
        replace(typed.pop(key, AmendmentLineDraft(None, *key, after=cents)), before=cents)
        for key, cents in present.items()
    ]
    new = (replace(line, before=Cents(0)) for line in typed.values() if not line.before)
    return replace(draft, lines=(*lines, *new))


def load_amendment(store: Store, amendment_id: str) -> AmendmentDraft:
    """An amendment as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_amendment(session, get_row(session, Amendment, amendment_id))


def read_amendment(session: Session, row: Amendment) -> AmendmentDraft:
    """As `load_amendment`, in a session of the caller's."""
    lines = session.scalars(sa.select(AmendmentLine).filter_by(amendment_id=row.id).order_by(AmendmentLine.position))
    decision = session.get(Decision, row.decision_id) if row.decision_id else None
    return AmendmentDraft(
        id=row.id,
        proposal_id=row.proposal_id,
        number=row.number,
        state=AmendmentState(row.state),
        day=row.day,
        protocol=row.protocol,
        reason=row.reason,
        activities=row.activities,
        opinion=row.opinion,
        lines=tuple(
            AmendmentLineDraft(
                line.id,
                BudgetSection(line.section),
                line.category,
                line.label,
                line.before,
                line.after,
                line.source_line,
            )
            for line in lines
        ),
        outcome=row.outcome,
        date_settled=row.date_settled,
        decision="" if decision is None else decision_label(decision),
        source_line=row.source_line,
    )


# --- what it does ------------------------------------------------------------------------


def amendment_comparison(store: Store, draft: AmendmentDraft) -> AmendmentComparison | None:
    """What an amendment does as it is typed, and what it asks for; None while no project is chosen."""
    if not draft.proposal_id:
        return None
    with store.read() as session:
        return compare_amendment(session, draft)


def compare_amendment(session: Session, draft: AmendmentDraft) -> AmendmentComparison:
    """As `amendment_comparison`, in a session of the caller's."""
    proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
    first, earlier = _history(session, proposal, draft)
    own = _moves(draft)
    verdict = judge_moves(limits_of(call_rules(session, proposal)), first, earlier, own)
    rules = rules_of(session, proposal)
    names = {row.code: row.name for row in categories_of(session, rules.id if rules else None)}
    items = tuple(
        ComparedItem(
            line.section,
            str(line.category),
            names.get(str(line.category), ""),
            line.label,
            Cents(first.get(key_of(line), 0)),
            line.before,
            line.before if line.after is None else line.after,
            cumulated(first, [*earlier, own], key_of(line)),
        )
        for line in draft.lines
    )
    row = session.get(Amendment, draft.id) if draft.id else None
    return AmendmentComparison(
        project=f"{proposal.number}. {proposal.title}",
        number=draft.number,
        items=items,
        moved=own.moved,
        verdict=verdict,
        draft=draft,
        sample=row is not None and row.sample,
    )


def key_of(line: AmendmentLineDraft) -> ItemKey:
    """What the item of a line is across versions."""
    return line.section, str(line.category), line.label.strip()


def _moves(draft: AmendmentDraft) -> Moves:
    changes = {key_of(line): (line.before if line.after is None else line.after) - line.before for line in draft.lines}
    return Moves(draft.day.year if draft.day else 0, changes)


def _history(session: Session, proposal: Proposal, draft: AmendmentDraft) -> tuple[Mapping[ItemKey, int], list[Moves]]:
    """The first economic plan, and the amendments that were in force when this one came to be judged.

    They came into force in the order of the versions that they made; one with a lower number may have waited longer.
    """
    row = get_row(session, Amendment, draft.id) if draft.id else None
    settled = row is not None and row.state != AmendmentState.DRAFT.value
    base_id = row.base_id if row is not None and settled else None
    from_version = sa.select(sa.func.max(Budget.version)).where(
        Budget.proposal_id == proposal.id if base_id is None else Budget.id == base_id
    )
    in_force = session.scalars(
        sa.select(Amendment)
        .join(Budget, Budget.id == Amendment.budget_id)
        .where(
            Amendment.proposal_id == proposal.id,
            Amendment.state.in_(AMENDMENTS_IN_FORCE),
            Budget.version <= from_version.scalar_subquery(),
        )
        .order_by(Budget.version)
    ).all()
    first_id = in_force[0].base_id if in_force else base_id
    first = items_of(session, first_id) if first_id else load_items(session, proposal.id)
    return sums_of(first), [_moves(read_amendment(session, each)) for each in in_force]


# --- writing -----------------------------------------------------------------------------


def save_amendment(store: Store, draft: AmendmentDraft) -> Changes:
    """Write an amendment that was not handed in yet; of one that waits for the committee, its opinion alone.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "amendment.item_repeated",
            "amendment.nothing_moves", "amendment.unbalanced", "budget.category_unknown", "budget.category_section".
        RuleBroken: "project.not_running", "amendment.below_spent", "amendment.settled".
        NotFound: "record.gone".
    """
    with store.write("save_amendment") as session:
        row = get_row(session, Amendment, draft.id) if draft.id else None
        if row is not None and row.state in AMENDMENTS_TO_DECIDE:
            row.opinion = draft.opinion.strip()
            return changed(row)
        if row is not None and row.state != AmendmentState.DRAFT.value:
            raise RuleBroken("amendment.settled", number=row.number, state=AmendmentState(row.state))
        proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
        fresh = checked(session, proposal, draft)
        values = {
            "proposal_id": proposal.id,
            "number": row.number if row and row.proposal_id == proposal.id else _next_number(session, proposal.id),
            "day": fresh.day,
            "protocol": draft.protocol.strip(),
            "reason": require_text(draft.reason, "reason"),
            "activities": draft.activities.strip(),
            "opinion": draft.opinion.strip(),
            "base_id": newest_budget(session, proposal.id).id,
            "source_line": draft.source_line,
        }
        row = save_row(session, Amendment, draft.id, values)
        kept = {} if draft.id is None else _kept_lines(session, row.id)
        lines = [_line_values(line, kept.get(key_of(line))) for line in fresh.lines]
        reconcile(session, AmendmentLine, {"amendment_id": row.id}, lines)
        return changed(row)


def _kept_lines(session: Session, amendment_id: str) -> Mapping[ItemKey, str]:
    """Keys of the lines that stand, by item: one that was removed and typed again is the same."""
    rows = session.scalars(sa.select(AmendmentLine).filter_by(amendment_id=amendment_id))
    return {(BudgetSection(row.section), row.category, row.label): row.id for row in rows}


def _line_values(line: AmendmentLineDraft, line_id: str | None) -> dict[str, object]:
    return {
        "id": line_id,
        "section": line.section.value,
        "category": str(line.category),
        "label": line.label.strip(),
        "before": line.before,
        "after": line.after,
        "source_line": line.source_line,
    }


def changed(row: Amendment) -> Changes:
    """That an amendment changed."""
    return Changes.of("proposals", ids=(row.id, row.proposal_id))


def _next_number(session: Session, proposal_id: str) -> int:
    return 1 + (session.scalar(sa.select(sa.func.max(Amendment.number)).filter_by(proposal_id=proposal_id)) or 0)


def checked(session: Session, proposal: Proposal, draft: AmendmentDraft) -> AmendmentDraft:
    """The draft on the economic plan in force, with every check that it must pass."""
    require_plannable(session, proposal)
    if draft.day is None:
        raise InvalidInput("field.required", field="day")
    present = sums_of(load_items(session, proposal.id))
    lines = tuple(
        replace(
            line,
            before=present.get(key_of(line), Cents(0)),
            after=Cents(require_number(line.after, f"lines.{i}.after")),
        )
        for i, line in enumerate(draft.lines)
    )
    require_distinct([key_of(line) for line in lines], "lines.{row}.label", "amendment.item_repeated")
    named = {key_of(line) for line in lines}
    lines += tuple(
        AmendmentLineDraft(None, *key, before=cents, after=cents) for key, cents in present.items() if key not in named
    )
    _check_categories(session, proposal, lines)
    _check_balanced(lines)
    _check_spent(session, proposal, lines)
    return replace(draft, lines=lines)


def _check_categories(session: Session, proposal: Proposal, lines: Sequence[AmendmentLineDraft]) -> None:
    rules = rules_of(session, proposal)
    known = {row.code: row for row in categories_of(session, rules.id if rules else None)}
    for i, line in enumerate(lines):
        category = known.get(str(line.category))
        if category is None:
            raise InvalidInput("budget.category_unknown", field=f"lines.{i}.category", text=str(line.category))
        if not category.allowed(line.section):
            raise InvalidInput("budget.category_section", field=f"lines.{i}.category")


def _check_balanced(lines: Sequence[AmendmentLineDraft]) -> None:
    """In each section increases equal decreases: grant and co-financing stay what they are."""
    changes = [(line.section, (line.after or 0) - line.before) for line in lines]
    if not any(cents for _section, cents in changes):
        raise InvalidInput("amendment.nothing_moves", field="lines")
    for section in BudgetSection:
        more = sum(cents for of, cents in changes if of is section and cents > 0)
        less = -sum(cents for of, cents in changes if of is section and cents < 0)
        if more != less:
            values = {"section": section, "more": Cents(more), "less": Cents(less), "difference": Cents(more - less)}
            raise InvalidInput("amendment.unbalanced", field="lines", **values)


def _check_spent(session: Session, proposal: Proposal, lines: Sequence[AmendmentLineDraft]) -> None:
    """No category falls below what is reported on it."""
    after: dict[tuple[BudgetSection, str], int] = {}
    for line in lines:
        key = (line.section, str(line.category))
        after[key] = after.get(key, 0) + (line.after or 0)
    for (section, category), spent in spent_by_category(session, proposal.id).items():
        left = after.get((section, category), 0)
        at = next((i for i, line in enumerate(lines) if (line.section, str(line.category)) == (section, category)), 0)
        lessened = any(
            (line.after or 0) < line.before
            for line in lines
            if (line.section, str(line.category)) == (section, category)
        )
        if lessened and left < spent:
            values = {"after": Cents(left), "spent": spent, "missing": Cents(spent - left)}
            raise RuleBroken("amendment.below_spent", field=f"lines.{at}.after", **values)


def spent_by_category(session: Session, proposal_id: str) -> Mapping[tuple[BudgetSection, str], Cents]:
    """Cents reported on each category: those on the grant against the costs, the others against the contributions."""
    grant = sa.func.sum(sa.func.coalesce(Expense.admitted_grant, Expense.on_grant))
    cofinancing = sa.func.sum(sa.func.coalesce(Expense.admitted_cofinancing, Expense.on_cofinancing))
    rows = session.execute(
        sa.select(Expense.category, grant, cofinancing)
        .join(ExpenseReport, ExpenseReport.id == Expense.report_id)
        .where(ExpenseReport.proposal_id == proposal_id)
        .group_by(Expense.category)
    )
    found: dict[tuple[BudgetSection, str], Cents] = {}
    for category, on_grant, on_cofinancing in rows:
        found[BudgetSection.COSTS, category] = Cents(on_grant)
        found[BudgetSection.CONTRIBUTION, category] = Cents(on_cofinancing)
    return found


def plan_by_category(session: Session, proposal_id: str) -> Mapping[tuple[BudgetSection, str], Cents]:
    """Cents of each category of the newest economic plan."""
    sums: dict[tuple[BudgetSection, str], int] = {}
    for item in load_items(session, proposal_id):
        where = (item.section, str(item.category))
        sums[where] = sums.get(where, 0) + (item.amount or 0)
    return {where: Cents(cents) for where, cents in sums.items()}


def delete_amendment(store: Store, amendment_id: str) -> Changes:
    """Delete an amendment that was not handed in.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "amendment.settled".
    """
    with store.write("delete_amendment") as session:
        row = in_state(session, amendment_id, frozenset({AmendmentState.DRAFT}))
        delete_children(session, AmendmentLine, "amendment_id", (row.id,))
        session.delete(row)
        return changed(row)


def in_state(session: Session, amendment_id: str, states: frozenset[AmendmentState]) -> Amendment:
    """An amendment that is in one of `states`.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "amendment.settled".
    """
    row = get_row(session, Amendment, amendment_id)
    if row.state not in states:
        raise RuleBroken("amendment.settled", number=row.number, state=AmendmentState(row.state))
    return row


def amendment_problem(store: Store, draft: AmendmentDraft) -> AppError | None:
    """What keeps a draft from being saved, for the screen; nothing where nothing does."""
    if not draft.proposal_id or draft.state is not AmendmentState.DRAFT:
        return None
    with store.read() as session:
        try:
            checked(session, get_row(session, Proposal, draft.proposal_id), draft)
        except AppError as problem:
            return problem
    return None
