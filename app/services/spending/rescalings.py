"""Cutting the requests of an area to what it has: kept, compared, adopted as an award, asked back as economic plans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import DecisionKind, PriorityLevel, RescaleRule, area_code
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.meetings import Decision
from app.models.money import Cents, format_euro
from app.models.plan import PriorityArea
from app.models.proposals import Proposal
from app.models.spending import Rescaling, RescalingLine
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_distinct, require_key, require_not_negative, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.decisions.decisions import decision_label, write_decision
from app.services.decisions.drafts import DecisionDraft, ProjectAmount
from app.services.decisions.ground import Ground, ProjectState
from app.services.decisions.records import kept_amounts, read_ground
from app.services.decisions.sheets import AWARDABLE
from app.services.evaluation.rankings import points_of
from app.services.sharing.premium import parse_number
from app.services.spending.budget_requests import RequestDraft, write_request
from app.services.spending.cutting import Cut, Request, cut_requests
from app.services.wording.labels import label
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class RescalingLineDraft:
    """A project that is cut.

    Attributes:
        requested: None for what the archive knows of it.
        points: as typed; empty for those of the ranking.
        amount: given by hand.
    """

    id: str | None = None
    proposal_id: str | None = None
    requested: Cents | None = None
    points: str = ""
    amount: Cents | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class RescalingDraft:
    """The cutting of an area's requests.

    Attributes:
        total: None for what is left on the area.
        decision, in_force: number of the decision made from it, and whether it is in force; shown only.
    """

    id: str | None = None
    area_id: str | None = None
    name: str = ""
    total: Cents | None = None
    rule: RescaleRule = RescaleRule.REQUESTS
    note: str = ""
    lines: tuple[RescalingLineDraft, ...] = ()
    decision_id: str | None = None
    decision: str = ""
    in_force: bool = False
    source_line: int | None = None


@dataclass(frozen=True)
class RescalingRow:
    """A rescaling in a list; `decision` is the number of the one made from it, or empty."""

    id: str
    area: str
    name: str
    rule: RescaleRule
    total: Cents
    projects: int
    decision: str
    adopted: bool
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class RescalingResult:
    """What comes of a rescaling.

    Attributes:
        cut: None while it cannot be computed, for the reason in `problem`.
        names: of the projects, by key.
    """

    cut: Cut | None
    names: Mapping[str, str]
    problem: AppError | None = None


# --- reading -----------------------------------------------------------------------------


def rescaling_rows(store: Store) -> tuple[RescalingRow, ...]:
    """All rescalings, in the order that they were made."""
    counted = sa.select(sa.func.count()).where(RescalingLine.rescaling_id == Rescaling.id).scalar_subquery()
    query = (
        sa.select(Rescaling, PriorityArea, Decision, counted)
        .join(PriorityArea, PriorityArea.id == Rescaling.area_id)
        .outerjoin(Decision, Decision.id == Rescaling.decision_id)
        .order_by(Rescaling.id)
    )
    with store.read() as session:
        return tuple(
            RescalingRow(
                id=row.id,
                area=area_code(PriorityLevel(area.level), area.number),
                name=row.name,
                rule=RescaleRule(row.rule),
                total=row.total,
                projects=count,
                decision="" if decision is None else decision_label(decision),
                adopted=decision is not None,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, area, decision, count in session.execute(query)
        )


def blank_rescaling(store: Store) -> RescalingDraft:
    """A rescaling of the first area whose requests are more than what is left on it, with its projects."""
    with store.read() as session:
        ground = read_ground(session)
    for area in sorted(ground.areas.values(), key=lambda area: area.code):
        here = _open_projects(ground, area.id)
        if len(here) > 1 and sum(project.requested or 0 for project in here) > area.balance > 0:
            lines = tuple(RescalingLineDraft(proposal_id=project.id, requested=project.requested) for project in here)
            return RescalingDraft(area_id=area.id, total=area.balance, lines=lines)
    return RescalingDraft()


def _open_projects(ground: Ground, area_id: str) -> list[ProjectState]:
    """Projects of an area that wait for money."""
    return [
        row for row in ground.projects.values() if row.area_id == area_id and row.state in AWARDABLE and not row.awarded
    ]


def laid_rescaling(store: Store, draft: RescalingDraft) -> RescalingDraft:
    """The draft with the projects of its area that wait for money, and with what is left on the area."""
    if not draft.area_id:
        return draft
    with store.read() as session:
        ground = read_ground(session)
    here = _open_projects(ground, draft.area_id)
    lines = tuple(RescalingLineDraft(proposal_id=project.id, requested=project.requested) for project in here)
    area = ground.areas.get(draft.area_id)
    return replace(draft, total=area.balance if area and area.balance else draft.total, lines=lines)


def load_rescaling(store: Store, rescaling_id: str) -> RescalingDraft:
    """A rescaling as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return _read(session, get_row(session, Rescaling, rescaling_id))


def _read(session: Session, row: Rescaling) -> RescalingDraft:
    lines = session.scalars(sa.select(RescalingLine).filter_by(rescaling_id=row.id).order_by(RescalingLine.position))
    decision = session.get(Decision, row.decision_id) if row.decision_id else None
    return RescalingDraft(
        id=row.id,
        area_id=row.area_id,
        name=row.name,
        total=row.total,
        rule=RescaleRule(row.rule),
        note=row.note,
        lines=tuple(
            RescalingLineDraft(line.id, line.proposal_id, line.requested, line.points, line.amount, line.source_line)
            for line in lines
        ),
        decision_id=row.decision_id,
        decision="" if decision is None else decision_label(decision),
        in_force=decision is not None and decision.effective_at is not None,
        source_line=row.source_line,
    )


# --- computing ---------------------------------------------------------------------------


def rescaling_result(store: Store, draft: RescalingDraft) -> RescalingResult:
    """What comes of a rescaling as it is typed."""
    with store.read() as session:
        ground = read_ground(session)
        points = points_of(session)
    names = {key: f"{project.number} · {project.title}" for key, project in ground.projects.items()}
    try:
        return RescalingResult(_cut(draft, ground, points), names)
    except AppError as problem:
        return RescalingResult(None, names, problem)


def _cut(draft: RescalingDraft, ground: Ground, points: Mapping[str, Fraction]) -> Cut:
    requests = []
    for i, line in enumerate(draft.lines):
        key = require_key(line.proposal_id, f"lines.{i}.proposal_id")
        project = ground.projects.get(key)
        name = "" if project is None else project.title
        known = None if project is None else project.requested
        requested = known if line.requested is None and draft.rule is not RescaleRule.BY_HAND else line.requested
        typed = parse_number(line.points, field=f"lines.{i}.points")
        requests.append(Request(key, name, requested, points.get(key) if typed is None else typed, line.amount))
    require_distinct([row.key for row in requests], "lines.{row}.proposal_id", "rescaling.project_repeated")
    area = ground.areas.get(draft.area_id or "")
    total = draft.total if draft.total is not None or area is None else area.balance
    return cut_requests(total, requests, draft.rule)


# --- writing -----------------------------------------------------------------------------


def save_rescaling(store: Store, draft: RescalingDraft) -> Changes:
    """Write a rescaling; what does not add up yet is kept all the same, as it is being thought over.

    Raises:
        InvalidInput: "field.required", "allocation.total_not_positive", "number.negative", "number.too_large",
            "number.decimal", "rescaling.project_repeated".
        RuleBroken: "rescaling.adopted".
        NotFound: "record.gone".
    """
    name, area_id = require_text(draft.name, "name"), require_key(draft.area_id, "area_id")
    for i, line in enumerate(draft.lines):
        require_key(line.proposal_id, f"lines.{i}.proposal_id")
        require_not_negative(line.requested, f"lines.{i}.requested")
        require_not_negative(line.amount, f"lines.{i}.amount")
        parse_number(line.points, field=f"lines.{i}.points")
    keys = [line.proposal_id for line in draft.lines]
    require_distinct(keys, "lines.{row}.proposal_id", "rescaling.project_repeated")
    with store.write("save_rescaling") as session:
        _refuse_adopted(session, draft.id)
        total = read_ground(session).areas[area_id].balance if draft.total is None else draft.total
        if total <= 0:
            raise InvalidInput("allocation.total_not_positive", field="total", total=total)
        values = {
            "area_id": area_id,
            "name": name,
            "total": total,
            "rule": draft.rule.value,
            "note": draft.note.strip(),
            "source_line": draft.source_line,
        }
        row = save_row(session, Rescaling, draft.id, values)
        lines = [
            {
                "id": line.id,
                "proposal_id": line.proposal_id,
                "requested": line.requested,
                "points": line.points.strip(),
                "amount": line.amount if draft.rule is RescaleRule.BY_HAND else None,
                "source_line": line.source_line,
            }
            for line in draft.lines
        ]
        reconcile(session, RescalingLine, {"rescaling_id": row.id}, lines)
    return Changes.of("ledger", ids=(row.id,))


def _refuse_adopted(session: Session, rescaling_id: str | None) -> None:
    row = None if rescaling_id is None else get_row(session, Rescaling, rescaling_id)
    decision = session.get(Decision, row.decision_id) if row is not None and row.decision_id else None
    if row is not None and decision is not None:
        raise RuleBroken("rescaling.adopted", name=row.name, decision=decision_label(decision) or decision.subject)


def delete_rescaling(store: Store, rescaling_id: str) -> Changes:
    """Delete a rescaling that no decision was made from.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "rescaling.adopted".
    """
    with store.write("delete_rescaling") as session:
        row = get_row(session, Rescaling, rescaling_id)
        _refuse_adopted(session, row.id)
        delete_children(session, RescalingLine, "rescaling_id", (row.id,))
        session.delete(row)
    return Changes.of("ledger", ids=(rescaling_id,))


def adopt_rescaling(store: Store, rescaling_id: str, item_id: str | None, tr: Translator) -> Changes:
    """Make a rescaling the draft of an award on a point of an agenda; the first key of the result is the decision's.

    Args:
        tr: of the language that the text of the decision is written in.

    Raises:
        InvalidInput: those of `cut_requests`.
        NotFound, RuleBroken: those of `write_decision`; "rescaling.adopted".
    """
    point = require_key(item_id, "agenda_item_id")
    with store.write("adopt_rescaling") as session:
        _refuse_adopted(session, rescaling_id)
        row = get_row(session, Rescaling, rescaling_id)
        ground = read_ground(session)
        cut = _cut(_read(session, row), ground, points_of(session))
        area = ground.areas[row.area_id]
        subject = tr("Rescaling of the requests of area {area}").format(area=area.code)
        text = tr("The requests of area {area} are rescaled to {total}. Rule: {rule}.").format(
            area=area.code, total=format_euro(cut.total), rule=label(cut.rule, tr).lower()
        )
        amounts = tuple(ProjectAmount(line.key, line.amount) for line in cut.lines if line.amount)
        draft = DecisionDraft(
            agenda_item_id=point, kind=DecisionKind.AWARD, subject=subject, text=text, project_amounts=amounts
        )
        changes = write_decision(session, draft)
        row.decision_id = changes.id
        return changes | Changes.of("ledger", ids=(row.id,))


def record_rescaling(session: Session, rescaling_id: str, decision_id: str) -> None:
    """Say by which decision a rescaling was carried out that stands in it already.

    Raises:
        NotFound: "record.gone".
    """
    get_row(session, Decision, decision_id)
    get_row(session, Rescaling, rescaling_id).decision_id = decision_id


def ask_rescaled_budgets(store: Store, rescaling_id: str, day: date | None, due: date | None) -> Changes:
    """Ask each project that was cut for an economic plan that fits what the decision gives it, once in force.

    Raises:
        InvalidInput: "field.required", "date.end_before_start".
        NotFound: "record.gone".
        RuleBroken: "rescaling.not_adopted", "decision.pending", "request.standing".
    """
    with store.write("ask_rescaled_budgets") as session:
        row = get_row(session, Rescaling, rescaling_id)
        if row.decision_id is None:
            raise RuleBroken("rescaling.not_adopted", name=row.name)
        given = dict(kept_amounts(session, row.decision_id))  # what it was cut to may have been changed in the draft
        lines = sa.select(RescalingLine.proposal_id).filter_by(rescaling_id=row.id).order_by(RescalingLine.position)
        made = []
        for key in session.scalars(lines):
            if given.get(key) and get_row(session, Proposal, key).area_id == row.area_id:
                draft = RequestDraft(
                    proposal_id=key, decision_id=row.decision_id, amount=given[key], day=day, date_due=due
                )
                made.append(write_request(session, draft).id)
    return Changes.of("ledger", "proposals", ids=(*made, rescaling_id))
