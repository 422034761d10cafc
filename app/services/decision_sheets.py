"""A decision as a sheet to fill in: one line for each proposal, area or project that it could touch.

The draft of a decision names only what it touches; the sheet lists everything that it could, with what each has when
the point comes up, so that keying it in means writing amounts beside names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.models.enums import FUNDED_STATES, AllocationRule, DecisionKind, MeetingState, ProposalState
from app.models.errors import AppError
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.money import Cents
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import get_row
from app.services.decision_drafts import (
    AreaAmount,
    DecisionDraft,
    DecisionPreview,
    OutcomeDraft,
    ProjectAmount,
    SplitArea,
    SplitDraft,
    SplitProject,
)
from app.services.decision_effects import effects_of
from app.services.decision_plan import AreaState, Ground, ProjectState, is_reachable
from app.services.decision_records import ground_at_item, read_decision, read_ground
from app.services.decisions import decision_label, decision_preview, save_decision

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

IN_CENTS = frozenset({AllocationRule.RANKING, AllocationRule.BY_HAND})
"""Rules whose weights are amounts."""


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
class ShareLine:
    """A part of a split.

    Attributes:
        key: of the area, or of the proposal.
        taken: whether it takes part; projects that are funded always do.
        weight: for the rules in proportion; `cents` for those by amounts.
        order: place in the order that odd cents are served, and in a ranking; None: after the others, as listed.
        area_id: of a project, the area inside which it shares; `area` its code.
    """

    key: str
    name: str
    area_id: str | None = None
    area: str = ""
    taken: bool = True
    weight: int | None = None
    cents: Cents | None = None
    order: int | None = None


@dataclass(frozen=True)
class DecisionSheet:
    """A decision with all that it could touch.

    Attributes:
        label: «1/2014», empty until its meeting closes; `state` of the meeting; shown only.
        total, rule, equal_share, areas, inner_rule, inner_equal_share, projects: of the sharing of a residue.
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
    total: Cents | None = None
    rule: AllocationRule = AllocationRule.EQUAL
    equal_share: int | None = None
    areas: tuple[ShareLine, ...] = ()
    inner_rule: AllocationRule = AllocationRule.EQUAL
    inner_equal_share: int | None = None
    projects: tuple[ShareLine, ...] = ()
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
        total=split.total,
        rule=split.rule,
        equal_share=split.equal_share or None,
        areas=_split_areas(split, ground),
        inner_rule=split.inner_rule,
        inner_equal_share=split.inner_equal_share or None,
        projects=_split_projects(split, ground),
    )
    if not only_named:
        return sheet
    return replace(
        sheet,
        outcomes=tuple(line for line in sheet.outcomes if line.state is not None),
        area_amounts=tuple(line for line in sheet.area_amounts if line.amount is not None),
        project_amounts=tuple(line for line in sheet.project_amounts if line.amount is not None),
        areas=tuple(line for line in sheet.areas if line.taken),
        projects=tuple(line for line in sheet.projects if any(row.proposal_id == line.key for row in split.projects)),
    )


def project_name(project: ProjectState) -> str:
    """«1 · Legnano · Imprese»: a proposal in a line."""
    return f"{project.number} · {project.alliance} · {project.title}"


def area_name(area: AreaState) -> str:
    """«A.1 Imprese»: an area in a line."""
    return f"{area.code} {area.title}"


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
    return tuple(AreaLine(area.id, area_name(area), area.total, amounts.get(area.id)) for area in _areas(ground))


def _areas(ground: Ground) -> list[AreaState]:
    """Areas by code."""
    return sorted(ground.areas.values(), key=lambda area: (area.code[:1], int(area.code[2:])))


def _project_lines(named: Sequence[ProjectAmount], ground: Ground) -> tuple[ProjectLine, ...]:
    amounts = {row.proposal_id: row.amount for row in named}
    lines = []
    for project in ground.projects.values():
        area = ground.areas.get(project.area_id or "")
        if area is not None and (project.id in amounts or project.state in AWARDABLE):
            amount = amounts.get(project.id)
            name, has, left = project_name(project), project.awarded, area.balance
            lines.append(ProjectLine(project.id, name, area.code, project.requested, has, left, amount))
    return tuple(lines)


def _split_areas(split: SplitDraft, ground: Ground) -> tuple[ShareLine, ...]:
    """Areas that take part as listed, then the others by code."""
    named = {row.area_id: row for row in split.areas if row.area_id in ground.areas}
    order = _kept_order([row.area_id or "" for row in split.areas], split.tie, split.rule)
    listed = dict.fromkeys([*named, *(area.id for area in _areas(ground))])
    lines = []
    for area in (ground.areas[key] for key in listed if key is not None):
        row = named.get(area.id)
        line = ShareLine(area.id, area_name(area), taken=row is not None, order=order.get(area.id))
        lines.append(_weighed(line, None if row is None else row.weight, split.rule))
    return tuple(lines)


def _split_projects(split: SplitDraft, ground: Ground) -> tuple[ShareLine, ...]:
    """Funded projects: those named as listed, then the others by number."""
    named = {row.proposal_id: row for row in split.projects if row.proposal_id in ground.projects}
    order = _kept_order([row.proposal_id or "" for row in split.projects], split.inner_tie, split.inner_rule)
    funded = [project.id for project in ground.projects.values() if project.state in FUNDED_STATES]
    lines = []
    for project in (ground.projects[key] for key in dict.fromkeys([*named, *funded]) if key is not None):
        row = named.get(project.id)
        area = ground.areas.get(project.area_id or "")
        line = ShareLine(project.id, project_name(project), project.area_id, order=order.get(project.id))
        line = replace(line, area="" if area is None else area.code)
        lines.append(_weighed(line, None if row is None else row.weight, split.inner_rule))
    return tuple(lines)


def _weighed(line: ShareLine, weight: int | None, rule: AllocationRule) -> ShareLine:
    """The line with its weight, or its amount where the rule goes by amounts."""
    if weight is None:
        return line
    return replace(line, cents=Cents(weight)) if rule in IN_CENTS else replace(line, weight=weight)


def _kept_order(listed: Sequence[str], tie: Sequence[str], rule: AllocationRule) -> Mapping[str, int]:
    """Places that were given: none when parts are served as listed."""
    given = listed if rule is AllocationRule.RANKING else tie
    if rule is not AllocationRule.RANKING and list(tie) == list(listed):
        return {}
    return {key: place for place, key in enumerate(given, start=1)}


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
        split, more = _split_draft(sheet)
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


def _split_draft(sheet: DecisionSheet) -> tuple[SplitDraft, dict[str, str]]:
    areas = _listed([(n, line) for n, line in enumerate(sheet.areas) if line.taken], sheet.rule)
    taken = {line.key for _, line in areas}
    inside = [(n, line) for n, line in enumerate(sheet.projects) if line.area_id in taken]
    projects = _listed(inside, sheet.inner_rule)
    split = SplitDraft(
        total=sheet.total,
        rule=sheet.rule,
        equal_share=sheet.equal_share or 0,
        areas=tuple(SplitArea(line.key, _weight(line, sheet.rule)) for _, line in areas),
        tie=_tie(areas, sheet.rule),
        inner_rule=sheet.inner_rule,
        inner_equal_share=sheet.inner_equal_share or 0,
        projects=tuple(SplitProject(line.key, _weight(line, sheet.inner_rule)) for _, line in projects),
        inner_tie=_tie(projects, sheet.inner_rule),
    )
    fields = {
        "split.total": "total",
        "split.equal_share": "equal_share",
        "split.areas": "areas",
        "split.tie": "areas",
        "split.inner_equal_share": "inner_equal_share",
        "split.projects": "projects",
        "split.inner_tie": "projects",
    }
    fields |= {f"split.areas.{place}.area_id": f"areas.{number}.name" for place, (number, _) in enumerate(areas)}
    fields |= {
        f"split.projects.{place}.proposal_id": f"projects.{number}.name" for place, (number, _) in enumerate(projects)
    }
    return split, fields


def _listed(lines: list[tuple[int, ShareLine]], rule: AllocationRule) -> list[tuple[int, ShareLine]]:
    """Lines in the order of listing: a ranking goes by its places, all else stays as it stands."""
    if rule is not AllocationRule.RANKING:
        return lines
    return sorted(lines, key=lambda pair: _place(pair[1]))


def _place(line: ShareLine) -> tuple[bool, int]:
    """Sorts lines by the place that was given, those without one last."""
    return (line.order is None, line.order or 0)


def _tie(lines: Sequence[tuple[int, ShareLine]], rule: AllocationRule) -> tuple[str, ...]:
    """Keys that were given a place, in its order; a ranking leaves no odd cent."""
    if rule is AllocationRule.RANKING:
        return ()
    return tuple(line.key for _, line in sorted(lines, key=lambda pair: _place(pair[1])) if line.order is not None)


def _weight(line: ShareLine, rule: AllocationRule) -> int | None:
    if rule is AllocationRule.EQUAL:
        return None
    return line.cents if rule in IN_CENTS else line.weight


def save_sheet(store: Store, sheet: DecisionSheet) -> Changes:
    """Write the decision that a sheet means; no money moves before its meeting closes.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `save_decision`, with the fields of the sheet.
    """
    draft, fields = sheet_draft(sheet)
    try:
        return save_decision(store, draft)
    except AppError as refusal:
        raise _in_sheet(refusal, fields) from None


def preview_sheet(store: Store, sheet: DecisionSheet) -> DecisionPreview:
    """What the decision would do, or what stands in its way, with the fields of the sheet."""
    draft, fields = sheet_draft(sheet)
    preview = decision_preview(store, draft)
    return replace(preview, problems=tuple(_in_sheet(problem, fields) for problem in preview.problems))


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
