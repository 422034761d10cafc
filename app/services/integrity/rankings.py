"""Rankings and conflicts proved again: places from their inputs, and no points of who is in conflict."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from app.models.enums import SheetState
from app.models.evaluation import ScoreSheet
from app.models.meetings import Member
from app.models.proposals import Call, Proposal
from app.models.rankings import Ranking, RankingPlace
from app.services.evaluation.conflicts import barred_by_proposal
from app.services.evaluation.inputs import compute, fingerprint, load
from app.services.evaluation.rankings import place_values
from app.services.integrity.context import Context

FIELDS = ("proposal_id", "area_id", "place", "tied", "settled_by", "total", "amount_due", "amount", "kind")


def rankings_beside_inputs(context: Context) -> Iterator[str]:
    """Rankings whose inputs are not what they were, and those whose places do not follow from them."""
    rows = context.session.execute(sa.select(Ranking, Call.title).join(Call, Call.id == Ranking.call_id))
    for row, call in rows.tuples():
        named = {"number": row.number, "call": call}
        if fingerprint(row.inputs) != row.inputs_hash:
            yield context.tr("The inputs of ranking no. {number} of «{call}» are not what it was made from.").format(
                **named
            )
            continue
        inputs = load(row.inputs)
        wanted = [tuple(values[name] for name in FIELDS) for values in place_values(inputs, compute(inputs))]
        kept = context.session.scalars(
            sa.select(RankingPlace).filter_by(ranking_id=row.id).order_by(RankingPlace.position)
        )
        found = [tuple(getattr(place, name) for name in FIELDS) for place in kept]
        if found != wanted:
            yield context.tr("Ranking no. {number} of «{call}» does not follow from its inputs.").format(**named)


def scores_in_conflict(context: Context) -> Iterator[str]:
    """Sheets that count, of members who are in conflict on the proposal."""
    given = sa.and_(ScoreSheet.state == SheetState.GIVEN.value, ScoreSheet.member_id.is_not(None))
    out = barred_by_proposal(context.session, sa.select(ScoreSheet.proposal_id).where(given))
    rows = context.session.execute(
        sa.select(ScoreSheet.proposal_id, ScoreSheet.member_id, Member.name, Proposal.number)
        .join(Member, Member.id == ScoreSheet.member_id)
        .join(Proposal, Proposal.id == ScoreSheet.proposal_id)
        .where(given)
        .order_by(Proposal.number, Member.position)
    )
    for proposal_id, member_id, name, number in rows.tuples():
        if member_id in out.get(proposal_id, ()):
            text = context.tr("{name} is in conflict on proposal no. {number}, and the points given still count.")
            yield text.format(name=name, number=number)
