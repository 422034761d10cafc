"""A decision as a sheet to fill in: one line for each proposal, area or project that it could touch.

The draft of a decision names only what it touches; the sheet lists everything that it could, with what each has when
the point comes up, so that keying it in means writing amounts beside names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.models.enums import FUNDED_STATES, DecisionKind, MeetingState, ProposalState
from app.models.errors import AppError
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.money import Cents
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import get_row
from app.services.decisions.decisions import decision_label, decision_preview, save_decision
from app.services.decisions.drafts import (
    AreaAmount,
    DecisionDraft,
    DecisionPreview,
    OutcomeDraft,
    ProjectAmount,
    SplitDraft,
)
from app.services.decisions.effects import effects_of
from app.services.decisions.ground import Ground, is_reachable
from app.services.decisions.records import ground_at_item, read_decision, read_ground
from app.services.sharing.scenario_compute import resolve
from app.services.sharing.scenario_facts import facts_on
from app.services.sharing.split_sheets import (
    SplitSheet,
    area_name,
    areas_by_code,
    project_name,
    split_draft,
    split_lines,
)

OUTCOMES = (
    ProposalState.ADMISSIBLE,
    ProposalState.NOT_ADMISSIBLE,
    ProposalState.SUITABLE,
    ProposalState.NOT_SUITABLE,
    ProposalState.SUITABLE_UNFUNDED,
)
"""States that a decision may give without money, in the order of a proposal's life."""

AWARDABLE = FUNDED_STATES | {
    ProposalState.SUBMITTED,
    ProposalState.TO_INTEGRATE,
    ProposalState.ADMISSIBLE,
    ProposalState.EVALUATED,
    ProposalState.SUITABLE,
    ProposalState.SUITABLE_UNFUNDED,
}
"""States in which a proposal may be given money, some of them only with an outcome stated in the same decision."""


@dataclass(frozen=True)
class OutcomeLine:
    """A proposal and the state that it gets; None: the decision says nothing of it."""

    proposal_id: str
    name: str
    present: ProposalState
    state: ProposalState | None = None
    reason: str = ""
    id: str | None = None


@dataclass(frozen=True)
class AreaLine:
    """An area, what it has with its projects, and what it gets; None: nothing."""

    area_id: str
    name: str
    has: Cents
    amount: Cents | None = None


@dataclass(frozen=True)
class ProjectLine:
    """A project, what it asked for, what it has, what is left on its area, and what it gets; None: nothing."""

    proposal_id: str
    name: str
    area: str
    requested: Cents | None
    has: Cents
    left: Cents
    amount: Cents | None = None


@dataclass(frozen=True)
class DecisionSheet(SplitSheet):
    """A decision with all that it could touch.

    Attributes:
        label: «1/2014», empty until its meeting closes; `state` of the meeting; shown only.
        scenario_id: that it was made from, if it was.
    """

    id: str | None = None
    agenda_item_id: str | None = None
    label: str = ""
    state: MeetingState = MeetingState.CONVENED
    kind: DecisionKind = DecisionKind.PLAIN
    subject: str = ""
    text: str = ""
    outcomes: tuple[OutcomeLine, ...] = ()
    area_amounts: tuple[AreaLine, ...] = ()
    project_amounts: tuple[ProjectLine, ...] = ()
    scenario_id: str | None = None
    source_line: int | None = None


# --- from the records to the sheet -------------------------------------------------------


def blank_sheet(store: Store) -> DecisionSheet:
    """An empty sheet, with how things stand now."""
    with store.read() as session:
        return _laid_out(DecisionSheet(), DecisionDraft(), read_ground(session))


def load_sheet(store: Store, decision_id: str) -> DecisionSheet:
    """A decision as it stands; of one in force only what it touches.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Decision, decision_id)
        draft = read_decision(session, decision_id)
        item = get_row(session, AgendaItem, row.agenda_item_id)
        state = MeetingState(get_row(session, Meeting, item.meeting_id).state)
        ground = read_ground(session) if row.effective_at else ground_at_item(session, item, row.id)
        head = DecisionSheet(
            id=row.id,
            agenda_item_id=row.agenda_item_id,
            label=decision_label(row),
            state=state,
            kind=draft.kind,
            subject=draft.subject,
            text=draft.text,
            scenario_id=draft.scenario_id,
            source_line=draft.source_line,
        )
        return _laid_out(head, draft, ground, only_named=row.effective_at is not None)


def at_point(store: Store, sheet: DecisionSheet, item_id: str | None) -> DecisionSheet:
    """The sheet with its lines as things stand when a point comes up; what was filled in stays."""
    draft = sheet_draft(sheet)[0]
    with store.read() as session:
        item = session.get(AgendaItem, item_id) if item_id else None
        ground = read_ground(session) if item is None else ground_at_item(session, item, sheet.id)
    return _laid_out(replace(sheet, agenda_item_id=item_id), draft, ground)


def _laid_out(head: DecisionSheet, draft: DecisionDraft, ground: Ground, *, only_named: bool = False) -> DecisionSheet:
    """The sheet of a draft: a line for all that it names, and for all else that it could."""
    split = draft.split or SplitDraft()
    sheet = replace(
        head,
        outcomes=_outcome_lines(draft.outcomes, ground),
        area_amounts=_area_lines(draft.area_amounts, ground),
        project_amounts=_project_lines(draft.project_amounts, ground),
        **split_lines(split, ground),
    )
    if not only_named:
        return sheet
    return replace(
        sheet,
        outcomes=tuple(line for line in sheet.outcomes if line.state is not None),
        area_amounts=tuple(line for line in sheet.area_amounts if line.amount is not None),
        project_amounts=tuple(line for line in sheet.project_amounts if line.amount is not None),
        sources=tuple(line for line in sheet.sources if line.taken),
        areas=tuple(line for line in sheet.areas if line.taken),
        projects=tuple(line for line in sheet.projects if any(row.proposal_id == line.key for row in split.projects)),
    )


def _outcome_lines(named: Sequence[OutcomeDraft], ground: Ground) -> tuple[OutcomeLine, ...]:
    wanted = {row.proposal_id: row for row in named}
    return tuple(
        OutcomeLine(
            project.id,
            project_name(project),
            project.state,
            None if row is None else row.state,
            "" if row is None else row.reason,
            None if row is None else row.id,
        )
        for project in ground.projects.values()
        for row in (wanted.get(project.id),)
        if row is not None or any(is_reachable(project.state, state) for state in OUTCOMES)
    )


def _area_lines(named: Sequence[AreaAmount], ground: Ground) -> tuple[AreaLine, ...]:
    amounts = {row.area_id: row.amount for row in named}
    return tuple(AreaLine(area.id, area_name(area), area.total, amounts.get(area.id)) for area in areas_by_code(ground))


def _project_lines(named: Sequence[ProjectAmount], ground: Ground) -> tuple[ProjectLine, ...]:
    amounts = {row.proposal_id: row.amount for row in named}
    lines = []
    for project in ground.projects.values():
        area = ground.areas.get(project.area_id or "")
        if area is not None and (project.id in amounts or project.state in AWARDABLE or project.awarded):
            amount = amounts.get(project.id)
            name, has, left = project_name(project), project.awarded, area.balance
            lines.append(ProjectLine(project.id, name, area.code, project.requested, has, left, amount))
    return tuple(lines)


# --- from the sheet to the records -------------------------------------------------------


def sheet_draft(sheet: DecisionSheet) -> tuple[DecisionDraft, Mapping[str, str]]:
    """The draft that a sheet means, and the field of the sheet for each of its fields that is named otherwise."""
    outcomes = [(n, line) for n, line in enumerate(sheet.outcomes) if line.state is not None]
    areas = [(n, line) for n, line in enumerate(sheet.area_amounts) if line.amount is not None]
    projects = [(n, line) for n, line in enumerate(sheet.project_amounts) if line.amount is not None]
    fields = {
        **_renamed("outcomes", outcomes, {"proposal_id": "name", "state": "state"}),
        **_renamed("area_amounts", areas, {"area_id": "name", "amount": "amount"}),
        **_renamed("project_amounts", projects, {"proposal_id": "name", "amount": "amount"}),
    }
    split = None
    if sheet.kind is DecisionKind.RESIDUE:
        split, more = split_draft(sheet)
        fields |= more
    draft = DecisionDraft(
        id=sheet.id,
        agenda_item_id=sheet.agenda_item_id,
        kind=sheet.kind,
        subject=sheet.subject,
        text=sheet.text,
        outcomes=tuple(
            OutcomeDraft(line.proposal_id, line.state or line.present, line.reason, line.id) for _, line in outcomes
        ),
        area_amounts=tuple(AreaAmount(line.area_id, line.amount) for _, line in areas),
        project_amounts=tuple(ProjectAmount(line.proposal_id, line.amount) for _, line in projects),
        split=split,
        scenario_id=sheet.scenario_id,
        source_line=sheet.source_line,
    )
    return draft, fields


Line = TypeVar("Line")


def _renamed(grid: str, lines: Iterable[tuple[int, Line]], keys: Mapping[str, str]) -> dict[str, str]:
    """Field of the sheet for each field of the draft's rows."""
    return {
        f"{grid}.{place}.{key}": f"{grid}.{number}.{column}"
        for place, (number, _line) in enumerate(lines)
        for key, column in keys.items()
    }


def save_sheet(store: Store, sheet: DecisionSheet) -> Changes:
    """Write the decision that a sheet means; no money moves before its meeting closes.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `save_decision`, with the fields of the sheet.
    """
    draft, fields = sheet_draft(sheet)
    try:
        return save_decision(store, _resolved(store, draft))
    except AppError as refusal:
        raise _in_sheet(refusal, fields) from None


def preview_sheet(store: Store, sheet: DecisionSheet) -> DecisionPreview:
    """What the decision would do, or what stands in its way, with the fields of the sheet."""
    draft, fields = sheet_draft(sheet)
    try:
        preview = decision_preview(store, _resolved(store, draft))
    except AppError as problem:
        preview = DecisionPreview(problems=(problem,))
    return replace(preview, problems=tuple(_in_sheet(problem, fields) for problem in preview.problems))


def _resolved(store: Store, draft: DecisionDraft) -> DecisionDraft:
    """The draft with the weights and caps of its split filled in, as far as the archive knows them."""
    if draft.split is None:
        return draft
    with store.read() as session:
        item = session.get(AgendaItem, draft.agenda_item_id) if draft.agenda_item_id else None
        ground = read_ground(session) if item is None else ground_at_item(session, item, draft.id)
        facts = facts_on(session, ground)
    return replace(draft, split=resolve(draft.split, facts)[0])


def sheet_effects(store: Store, sheet: DecisionSheet) -> DecisionPreview:
    """What a decision would do; of one in force what it did, without the accounts, which have moved since."""
    if not sheet.label or sheet.id is None:
        return preview_sheet(store, sheet)
    with store.read() as session:
        done, _ground = effects_of(session, get_row(session, Decision, sheet.id), read_ground(session))
    return replace(done, changes=())


def _in_sheet(refusal: AppError, fields: Mapping[str, str]) -> AppError:
    """The same refusal, with the field as the sheet calls it."""
    field = fields.get(refusal.field or "", refusal.field)
    return type(refusal)(refusal.code, field=field, **refusal.values)
