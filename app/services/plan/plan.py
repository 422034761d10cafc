"""The plan itself: its name, the acts it rests on, its training, the figures that it quotes and declares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallAct
from app.models.enums import ActKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.ledger import Transfer
from app.models.money import Cents
from app.models.plan import Act, ContextFigure, Declaration, FundingSource, Plan, TrainingModule
from app.models.proposals import Call
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_in_order, require_not_negative, require_positive, require_text
from app.services.children import get_row, reconcile, save_row, save_rows
from app.services.ledger.ledger import root_accounts
from app.services.vouchers.masking import FLOOR_MIN

_DECIMAL = re.compile(r"-?\d+(\.\d+)?\Z", re.ASCII)


@dataclass(frozen=True)
class TrainingModuleDraft:
    """A module of the training plan."""

    id: str | None = None
    title: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ContextFigureDraft:
    """A figure that the plan quotes, as it is written."""

    id: str | None = None
    label: str = ""
    value: str = ""
    unit: str = ""
    period: str = ""
    place: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class PlanDraft:
    """The plan as it is typed.

    Attributes:
        office: heading of the documents, one line each.
        count_floor: least count of people that is published.
    """

    id: str | None = None
    name: str = ""
    territory: str = ""
    office: str = ""
    date_start: date | None = None
    date_end: date | None = None
    duration_months: int | None = None
    purpose: str = ""
    count_floor: int | None = 5
    training: tuple[TrainingModuleDraft, ...] = ()
    figures: tuple[ContextFigureDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class ActDraft:
    """An act; number and date are free data."""

    id: str | None = None
    kind: ActKind = ActKind.DECREE
    number: str = ""
    date_issued: date | None = None
    subject: str = ""
    as_printed: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ActRow:
    """An act in a list."""

    id: str
    kind: ActKind
    number: str
    date_issued: date | None
    subject: str
    as_printed: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class DeclarationDraft:
    """A figure or text that somebody declared.

    Attributes:
        check: code of the check that compares it ("award.table").
        subject_id: key of the record it is about.
        cents: the amount, when it is one.
        number: the number as decimal text with a point, when it is one ("3.86").
    """

    id: str | None = None
    check: str = ""
    subject_id: str | None = None
    as_printed: str = ""
    cents: Cents | None = None
    number: str | None = None
    place: str = ""
    note: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class DeclarationRow:
    """A declaration as findings read it; fields as in `DeclarationDraft`."""

    id: str
    check: str
    subject_id: str | None
    as_printed: str
    cents: Cents | None
    number: str | None
    place: str
    note: str
    sample: bool
    source_line: int | None


# --- the plan ----------------------------------------------------------------------------


def find_plan(store: Store) -> PlanDraft | None:
    """The plan of the archive; None while the archive is empty."""
    with store.read() as session:
        plan = session.scalar(sa.select(Plan))
        return None if plan is None else _plan_draft(session, plan)


def load_plan(store: Store, plan_id: str) -> PlanDraft:
    """The plan as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return _plan_draft(session, get_row(session, Plan, plan_id))


def _plan_draft(session: Session, plan: Plan) -> PlanDraft:
    modules = session.scalars(sa.select(TrainingModule).filter_by(plan_id=plan.id).order_by(TrainingModule.position))
    figures = session.scalars(sa.select(ContextFigure).filter_by(plan_id=plan.id).order_by(ContextFigure.position))
    return PlanDraft(
        id=plan.id,
        name=plan.name,
        territory=plan.territory,
        office=plan.office,
        date_start=plan.date_start,
        date_end=plan.date_end,
        duration_months=plan.duration_months,
        purpose=plan.purpose,
        count_floor=plan.count_floor,
        training=tuple(TrainingModuleDraft(row.id, row.title, row.source_line) for row in modules),
        figures=tuple(
            ContextFigureDraft(row.id, row.label, row.value, row.unit, row.period, row.place, row.source_line)
            for row in figures
        ),
        source_line=plan.source_line,
    )


def save_plan(store: Store, draft: PlanDraft) -> Changes:
    """Write the plan with its training modules and figures; its two root accounts stand from then on.

    Raises:
        InvalidInput: "field.required", "date.end_before_start", "number.not_positive", "plan.count_floor".
        RuleBroken: "plan.exists" when the archive has another plan.
    """
    values = {
        "name": require_text(draft.name, "name"),
        "territory": draft.territory.strip(),
        "office": draft.office.strip(),
        "date_start": draft.date_start,
        "date_end": draft.date_end,
        "duration_months": draft.duration_months,
        "purpose": draft.purpose.strip(),
        "count_floor": _count_floor(draft.count_floor),
        "source_line": draft.source_line,
    }
    require_in_order(draft.date_start, draft.date_end, "date_end")
    if draft.duration_months is not None:
        require_positive(draft.duration_months, "duration_months")
    modules = [
        {"id": row.id, "title": require_text(row.title, f"training.{i}.title"), "source_line": row.source_line}
        for i, row in enumerate(draft.training)
    ]
    figures = [_figure_values(row, i) for i, row in enumerate(draft.figures)]
    with store.write("save_plan") as session:
        other = session.scalar(sa.select(Plan.name).where(Plan.id != (draft.id or "")))
        if other is not None:
            raise RuleBroken("plan.exists", name=other)
        plan = save_row(session, Plan, draft.id, values)
        reconcile(session, TrainingModule, {"plan_id": plan.id}, modules)
        reconcile(session, ContextFigure, {"plan_id": plan.id}, figures)
        root_accounts(session, plan)
    return Changes.of("plan", "ledger", ids=(plan.id,))


def _count_floor(given: int | None) -> int:
    if given is None or given < FLOOR_MIN:
        raise InvalidInput("plan.count_floor", field="count_floor", lowest=FLOOR_MIN)
    return given


def _figure_values(row: ContextFigureDraft, i: int) -> dict[str, object]:
    return {
        "id": row.id,
        "label": require_text(row.label, f"figures.{i}.label"),
        "value": require_text(row.value, f"figures.{i}.value"),
        "unit": row.unit.strip(),
        "period": row.period.strip(),
        "place": row.place.strip(),
        "source_line": row.source_line,
    }


def present_plan(session: Session) -> Plan:
    """The plan of the archive, for what belongs to it.

    Raises:
        RuleBroken: "plan.missing".
    """
    plan = session.scalar(sa.select(Plan))
    if plan is None:
        raise RuleBroken("plan.missing")
    return plan


# --- acts --------------------------------------------------------------------------------


def act_rows(store: Store) -> tuple[ActRow, ...]:
    """All acts, by day (those without one last), then number."""
    order = (Act.date_issued.is_(None), Act.date_issued, Act.number, Act.id)
    with store.read() as session:
        return tuple(
            ActRow(
                id=act.id,
                kind=ActKind(act.kind),
                number=act.number,
                date_issued=act.date_issued,
                subject=act.subject,
                as_printed=act.as_printed,
                sample=act.sample,
                source_line=act.source_line,
            )
            for act in session.scalars(sa.select(Act).order_by(*order))
        )


def load_act(store: Store, act_id: str) -> ActDraft:
    """An act as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        act = get_row(session, Act, act_id)
        return ActDraft(
            id=act.id,
            kind=ActKind(act.kind),
            number=act.number,
            date_issued=act.date_issued,
            subject=act.subject,
            as_printed=act.as_printed,
            source_line=act.source_line,
        )


def save_act(store: Store, draft: ActDraft) -> Changes:
    """Write an act.

    Raises:
        InvalidInput: "field.required", "act.duplicate" (same kind, number and day).
        RuleBroken: "plan.missing".
    """
    values = {
        "kind": draft.kind.value,
        "number": draft.number.strip() if draft.as_printed.strip() else require_text(draft.number, "number"),
        "date_issued": draft.date_issued,
        "subject": draft.subject.strip(),
        "as_printed": draft.as_printed.strip(),
        "source_line": draft.source_line,
    }
    with store.write("save_act") as session:
        plan = present_plan(session)
        same = session.scalar(
            sa.select(Act.id).where(
                Act.id != (draft.id or ""),
                Act.kind == draft.kind.value,
                Act.number == values["number"],
                Act.number != "",
                Act.date_issued == draft.date_issued,
            )
        )
        if same is not None:
            raise InvalidInput("act.duplicate", field="number", number=values["number"])
        act = save_row(session, Act, draft.id, {"plan_id": plan.id, **values})
    return Changes.of("plan", ids=(act.id,))


def delete_act(store: Store, act_id: str) -> Changes:
    """Delete an act that nothing rests on.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_act") as session:
        act = get_row(session, Act, act_id)
        refuse_used(
            session,
            act.id,
            act.number,
            sa.select(FundingSource.name).where(FundingSource.act_id == act.id),
            sa.select(Call.title).where(Call.act_id == act.id),
            sa.select(Call.title).join(CallAct, CallAct.call_id == Call.id).where(CallAct.act_id == act.id),
            sa.select(Transfer.reason).where(Transfer.act_id == act.id),
        )
        session.delete(act)
    return Changes.of("plan", ids=(act_id,))


def act_text(act: Act | None) -> str:
    """An act in one line as the paper prints it, else by its number; nothing for none."""
    return "" if act is None else act.as_printed or act.number


# --- declarations ------------------------------------------------------------------------


def declaration_rows(store: Store) -> tuple[DeclarationRow, ...]:
    """All declarations, in the order that they were made."""
    with store.read() as session:
        return tuple(
            DeclarationRow(
                id=row.id,
                check=row.check,
                subject_id=row.subject_id,
                as_printed=row.as_printed,
                cents=row.cents,
                number=row.number,
                place=row.place,
                note=row.note,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row in session.scalars(sa.select(Declaration).order_by(Declaration.id))
        )


def load_declaration(store: Store, declaration_id: str) -> DeclarationDraft:
    """A declaration as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Declaration, declaration_id)
        return DeclarationDraft(
            id=row.id,
            check=row.check,
            subject_id=row.subject_id,
            as_printed=row.as_printed,
            cents=row.cents,
            number=row.number,
            place=row.place,
            note=row.note,
            source_line=row.source_line,
        )


def save_declaration(store: Store, draft: DeclarationDraft) -> Changes:
    """Write a declaration.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "declaration.number".
        RuleBroken: "plan.missing".
    """
    return save_declarations(store, (draft,))


def save_declarations(store: Store, drafts: Sequence[DeclarationDraft]) -> Changes:
    """Write the declarations of a paper, all or none.

    Raises:
        InvalidInput, RuleBroken: as `save_declaration`.
    """
    values = [_declaration_values(draft) for draft in drafts]
    with store.write("save_declaration") as session:
        plan_id = present_plan(session).id
        wanted = [(draft.id, {"plan_id": plan_id, **fields}) for draft, fields in zip(drafts, values, strict=True)]
        rows = save_rows(session, Declaration, wanted)
    return Changes.of("plan", ids=tuple(row.id for row in rows))


def _declaration_values(draft: DeclarationDraft) -> dict[str, object]:
    """Fields of a declaration, checked."""
    require_not_negative(draft.cents, "cents")
    if draft.number is not None and not _DECIMAL.match(draft.number):
        raise InvalidInput("declaration.number", field="number", text=draft.number)
    return {
        "check": require_text(draft.check, "check"),
        "subject_id": draft.subject_id,
        "as_printed": require_text(draft.as_printed, "as_printed"),
        "cents": draft.cents,
        "number": draft.number,
        "place": draft.place.strip(),
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }


def delete_declaration(store: Store, declaration_id: str) -> Changes:
    """Delete a declaration.

    Raises:
        NotFound: "record.gone".
    """
    with store.write("delete_declaration") as session:
        session.delete(get_row(session, Declaration, declaration_id))
    return Changes.of("plan", ids=(declaration_id,))
