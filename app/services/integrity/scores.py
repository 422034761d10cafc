"""Grids and score sheets proved again: sums that hold, points that their criterion takes, nothing missing."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from app.models.enums import SheetState
from app.models.evaluation import Score, ScoreSheet, ScoringGrid
from app.models.meetings import Member
from app.models.proposals import Call, Proposal
from app.services.evaluation.drafts import sums_hold
from app.services.evaluation.grid import Given, Grid, Sheet, allowed_points, sheet_total
from app.services.evaluation.scores import grid_of
from app.services.integrity.context import Context


def scores_outside(context: Context) -> Iterator[str]:
    """Grids whose groups are not what is below them; sheets with points that a criterion does not take, or without."""
    rows = context.session.execute(sa.select(ScoringGrid, Call.title).join(Call, Call.id == ScoringGrid.call_id))
    for row, call in rows.tuples():
        grid = grid_of(context.session, row.call_id)
        if grid is None:
            continue
        if not sums_hold(grid):
            yield context.tr("The criteria of the grid of «{call}» do not add up to their groups.").format(call=call)
        yield from _of_call(context, row.call_id, grid)


def _of_call(context: Context, call_id: str, grid: Grid) -> Iterator[str]:
    given = sa.and_(Proposal.call_id == call_id, ScoreSheet.state == SheetState.GIVEN.value)
    sheets = context.session.execute(
        sa.select(ScoreSheet.id, Proposal.number, Member.name)
        .join(Proposal, Proposal.id == ScoreSheet.proposal_id)
        .outerjoin(Member, Member.id == ScoreSheet.member_id)
        .where(given)
        .order_by(Proposal.number, Member.position)
    ).all()
    scores: dict[str, dict[str, Given]] = {}
    query = sa.select(Score.sheet_id, Score.criterion_id, Score.points, Score.gate_closed, Score.reason)
    listed = query.join(ScoreSheet, ScoreSheet.id == Score.sheet_id).join(
        Proposal, Proposal.id == ScoreSheet.proposal_id
    )
    for sheet_id, criterion_id, points, closed, reason in context.session.execute(listed.where(given)).tuples():
        scores.setdefault(sheet_id, {})[criterion_id] = Given(points, closed, reason)
    for sheet_id, number, name in sheets:
        values = scores.get(sheet_id, {})
        named = {"number": number, "name": name or context.tr("the committee")}
        for leaf in grid.leaves:
            points = values.get(leaf.key, Given()).points
            if points is not None and not allowed_points(leaf, points, 3):
                text = context.tr("Sheet of {name} on proposal no. {number}: «{code}» does not take the points it has.")
                yield text.format(code=leaf.code, **named)
        if sheet_total(grid, Sheet(values)).missing:
            yield context.tr("Sheet of {name} on proposal no. {number}: points are missing.").format(**named)
