"""Score sheets as they are read: those that are due, what stands on each, and what of it is for the user to see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.errors import RuleBroken
from app.models.evaluation import Score, ScoreSheet, ScoringGrid
from app.models.plan import PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.children import get_row
from app.services.evaluation.grid import CriterionNode, Given, Grid, Sheet, sheet_total
from app.services.evaluation.measures import Measures, measures_of, told_by_archive
from app.services.evaluation.scorers import Scoring, given_by, require_scorer, scoring_of
from app.services.evaluation.scores import grid_of
from app.services.wording.points import POINT, format_points, read

SCORED_STATES = (e.ProposalState.ADMISSIBLE, e.ProposalState.EVALUATED)
"""States of a proposal in which sheets are filled in."""


@dataclass(frozen=True)
class ScoreDraft:
    """The points of one criterion as they are typed.

    Attributes:
        id: of the criterion.
        criterion: code and name; `allowed` what may be given, in short.
        told: whether the archive gives the points.
        gate_closed: its condition does not hold.
    """

    id: str
    criterion: str = ""
    allowed: str = ""
    points: Fraction | None = None
    gate_closed: bool = False
    reason: str = ""
    told: bool = False


@dataclass(frozen=True)
class SheetDraft:
    """A sheet as it is typed.

    Attributes:
        id: «proposal:member», or «proposal:» for the committee as one.
        hidden: it was handed over and its points are not for the user to see yet.
        opened: the sheets of the proposal are open; shown only.
    """

    id: str
    proposal_id: str = ""
    member_id: str = ""
    number: int = 0
    title: str = ""
    alliance: str = ""
    member: str = ""
    stage: e.SheetStage = e.SheetStage.DUE
    given_at: datetime | None = None
    hidden: bool = False
    opened: bool = False
    note: str = ""
    scores: tuple[ScoreDraft, ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """A sheet that is due, or that was set aside, in a list; `total` is empty where it is not for the user to see."""

    id: str
    proposal_id: str
    number: int
    title: str
    area: str
    member: str
    stage: e.SheetStage
    missing: int | None
    total: Fraction | None
    given_at: datetime | None
    reason: str
    sample: bool
    source_line: int | None


def sheet_key(proposal_id: str, member_id: str | None) -> str:
    """Key of a sheet, begun or not."""
    return f"{proposal_id}:{member_id or ''}"


def split_key(key: str) -> tuple[str, str]:
    proposal_id, _colon, member_id = key.partition(":")
    return proposal_id, member_id


# --- reading -----------------------------------------------------------------------------


def sheet_rows(store: Store) -> tuple[SheetRow, ...]:
    """Every sheet that is due and that the user may fill in, and those set aside; by proposal and member.

    A fixed number of queries for each call that has a grid.
    """
    with store.read() as session:
        calls = session.scalars(sa.select(ScoringGrid.call_id).order_by(ScoringGrid.call_id)).all()
        return tuple(row for call_id in calls for row in _rows_of_call(session, store, call_id))


def _rows_of_call(session: Session, store: Store, call_id: str) -> list[SheetRow]:
    scoring, grid = scoring_of(session, call_id, store.person), grid_of(session, call_id)
    if scoring is None or grid is None:
        return []
    given = given_by(session, call_id)
    sheets, scores = _sheets_of_call(session, call_id)
    query = (
        sa.select(Proposal, PriorityArea.level, PriorityArea.number)
        .outerjoin(PriorityArea, PriorityArea.id == Proposal.area_id)
        .where(Proposal.call_id == call_id)
        .order_by(Proposal.number)
    )
    rows = []
    for proposal, level, number in session.execute(query):
        area = "" if level is None else e.area_code(level, number)
        own = {sheet.member_id or "": sheet for sheet in sheets.get(proposal.id, ()) if not is_aside(sheet)}
        due = scoring.due.get(proposal.id, ()) if e.ProposalState(proposal.state) in SCORED_STATES else ()
        for member_id in dict.fromkeys((*due, *own)):
            if scoring.may_fill(member_id):
                sheet = own.get(member_id)
                seen = sheet is None or _is_seen(scoring, sheet, given.get(proposal.id, ()))
                values = {} if sheet is None else scores.get(sheet.id, {})
                rows.append(_row(grid, scoring, proposal, area, member_id, sheet, values, seen=seen))
        for sheet in sheets.get(proposal.id, ()):
            if is_aside(sheet) and scoring.may_fill(sheet.member_id or ""):
                values = scores.get(sheet.id, {})
                rows.append(_row(grid, scoring, proposal, area, sheet.member_id or "", sheet, values, seen=True))
    return rows


def is_aside(sheet: ScoreSheet) -> bool:
    return sheet.state == e.SheetState.SET_ASIDE.value


def _is_seen(scoring: Scoring, sheet: ScoreSheet, given: tuple[str, ...]) -> bool:
    """Whether the user may see the points: of an open sheet who fills it in, of another one when it was opened."""
    if sheet.state == e.SheetState.GIVEN.value:
        return scoring.may_see(sheet.proposal_id, sheet.member_id or "", given)
    return scoring.may_fill(sheet.member_id or "")


def _row(
    grid: Grid,
    scoring: Scoring,
    proposal: Proposal,
    area: str,
    member_id: str,
    sheet: ScoreSheet | None,
    values: Mapping[str, Given],
    *,
    seen: bool,
) -> SheetRow:
    found = sheet_total(grid, Sheet(values, member_id or None)) if sheet is not None else None
    stage = e.SheetStage.DUE if sheet is None else e.SheetStage(sheet.state)
    key = sheet_key(proposal.id, member_id)
    return SheetRow(
        id=sheet.id if stage is e.SheetStage.SET_ASIDE and sheet is not None else key,
        proposal_id=proposal.id,
        number=proposal.number,
        title=proposal.title,
        area=area,
        member=scoring.names.get(member_id, ""),
        stage=stage,
        missing=len(found.missing) if found is not None and stage is e.SheetStage.OPEN else None,
        total=found.total if found is not None and seen else None,
        given_at=sheet.given_at if sheet is not None else None,
        reason=sheet.set_aside_reason if sheet is not None else "",
        sample=sheet.sample if sheet is not None else False,
        source_line=None,
    )


def _sheets_of_call(
    session: Session, call_id: str
) -> tuple[Mapping[str, list[ScoreSheet]], Mapping[str, Mapping[str, Given]]]:
    """All sheets by proposal, and what stands on each by key of the sheet."""
    mine = sa.select(Proposal.id).where(Proposal.call_id == call_id)
    by_proposal: dict[str, list[ScoreSheet]] = {}
    for sheet in session.scalars(sa.select(ScoreSheet).where(ScoreSheet.proposal_id.in_(mine)).order_by(ScoreSheet.id)):
        by_proposal.setdefault(sheet.proposal_id, []).append(sheet)
    scores: dict[str, dict[str, Given]] = {}
    listed = sa.select(Score).join(ScoreSheet, ScoreSheet.id == Score.sheet_id)
    for score in session.scalars(listed.where(ScoreSheet.proposal_id.in_(mine))):
        scores.setdefault(score.sheet_id, {})[score.criterion_id] = _given(score)
    return by_proposal, scores


def _given(score: Score) -> Given:
    return Given(score.points, score.gate_closed, score.reason, score.measured)


@dataclass(frozen=True)
class SheetGround:
    """What a sheet is filled in on: its grid, and what the archive itself says of the proposal."""

    grid: Grid
    measures: Measures
    told: Mapping[str, Given]


def sheet_ground(store: Store, key: str) -> SheetGround:
    """The ground of a sheet, for the form to reckon on as it is typed.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "grid.missing".
    """
    with store.read() as session:
        proposal = get_row(session, Proposal, split_key(key)[0])
        return ground_of(session, proposal)


def ground_of(session: Session, proposal: Proposal) -> SheetGround:
    grid = grid_of(session, proposal.call_id)
    if grid is None:
        raise RuleBroken("grid.missing")
    looked_at = any(leaf.measure or leaf.gate_measure for leaf in grid.leaves)
    measures = measures_of(session, [proposal.id])[proposal.id] if looked_at else {}
    return SheetGround(grid, measures, told_by_archive(grid, measures))


def load_sheet(store: Store, key: str) -> SheetDraft:
    """A sheet as it was typed, begun or not; one that was set aside by its own key.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "grid.missing"; those of `require_scorer` while it can still be filled in.
    """
    with store.read() as session:
        proposal, member_id, sheet = find_sheet(session, key)
        ground = ground_of(session, proposal)
        scoring = require_scoring(session, store, proposal)
        if sheet is None or sheet.state == e.SheetState.OPEN.value:
            require_scorer(scoring, proposal.id, member_id)
        given = given_by(session, proposal.call_id).get(proposal.id, ())
        hidden = sheet is not None and not is_aside(sheet) and not _is_seen(scoring, sheet, given)
        values = {} if sheet is None or hidden else values_of(session, sheet)
        return _draft(proposal, member_id, sheet, scoring, ground, values, hidden=hidden)


def find_sheet(session: Session, key: str) -> tuple[Proposal, str, ScoreSheet | None]:
    """Proposal and member of a sheet, and the sheet when it was begun."""
    if ":" not in key:
        sheet = get_row(session, ScoreSheet, key)
        return get_row(session, Proposal, sheet.proposal_id), sheet.member_id or "", sheet
    proposal_id, member_id = split_key(key)
    query = sa.select(ScoreSheet).where(
        ScoreSheet.proposal_id == proposal_id,
        ScoreSheet.member_id == member_id if member_id else ScoreSheet.member_id.is_(None),
        ScoreSheet.state != e.SheetState.SET_ASIDE.value,
    )
    return get_row(session, Proposal, proposal_id), member_id, session.scalar(query)


def require_scoring(session: Session, store: Store, proposal: Proposal) -> Scoring:
    scoring = scoring_of(session, proposal.call_id, store.person)
    if scoring is None:
        raise RuleBroken("grid.missing")
    return scoring


def values_of(session: Session, sheet: ScoreSheet) -> Mapping[str, Given]:
    return {row.criterion_id: _given(row) for row in session.scalars(sa.select(Score).filter_by(sheet_id=sheet.id))}


def _draft(
    proposal: Proposal,
    member_id: str,
    sheet: ScoreSheet | None,
    scoring: Scoring,
    ground: SheetGround,
    values: Mapping[str, Given],
    *,
    hidden: bool,
) -> SheetDraft:
    is_final = sheet is not None and sheet.state != e.SheetState.OPEN.value
    rows = []
    for leaf in ground.grid.leaves:
        told = leaf.key in ground.told or leaf.measure is not None
        given = values.get(leaf.key, Given())
        if not is_final and leaf.key in ground.told:
            said = ground.told[leaf.key]
            given = Given(said.points, said.gate_closed, given.reason, said.measured)
        row = ScoreDraft(
            id=leaf.key,
            criterion=f"{leaf.code} {leaf.name}",
            allowed=allowed_text(leaf),
            points=read(given.points),
            gate_closed=given.gate_closed,
            reason=given.reason,
            told=told,
        )
        rows.append(row)
    return SheetDraft(
        id=sheet_key(proposal.id, member_id) if sheet is None or not is_aside(sheet) else sheet.id,
        proposal_id=proposal.id,
        member_id=member_id,
        number=proposal.number,
        title=proposal.title,
        member=scoring.names.get(member_id, ""),
        stage=e.SheetStage.DUE if sheet is None else e.SheetStage(sheet.state),
        given_at=sheet.given_at if sheet is not None else None,
        hidden=hidden,
        opened=proposal.id in scoring.opened,
        note=sheet.note if sheet is not None and not hidden else "",
        scores=tuple(rows),
    )


def allowed_text(leaf: CriterionNode) -> str:
    """What may be given on a criterion, in short: «0–25», «0 / 3 / 6»."""
    if leaf.kind is e.CriterionKind.LADDER or (leaf.kind is e.CriterionKind.COMPUTED and leaf.steps):
        return " / ".join(format_points(Fraction(step.points, POINT)) for step in leaf.steps)
    low, high = (format_points(Fraction(points, POINT)) for points in (leaf.points_min, leaf.points_max))
    return f"{low} / {high}" if leaf.kind is e.CriterionKind.YES_NO else f"{low}\u2013{high}"
