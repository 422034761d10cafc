"""How the members' points agree: mean, median and spread of each proposal, and who is far from the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.evaluation import ScoreSheet, ScoringGrid
from app.models.plan import PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.children import get_row
from app.services.evaluation.grid import Grid, ProposalPoints, Sheet, median, proposal_points, sheet_total
from app.services.evaluation.scorers import Scoring, scoring_of
from app.services.evaluation.scores import given_sheets, grid_of


@dataclass(frozen=True)
class SpreadRow:
    """What a proposal's sheets come to; the figures are empty where they are not for the user to see yet.

    Attributes:
        given, due: sheets that count, and members whose sheet is waited for.
        far: name of the member whose total is farthest from the median, with `distance`, signed; from three sheets up.
    """

    id: str
    number: int
    title: str
    area: str
    given: int
    due: int
    opened: bool
    total: Fraction | None
    mean: Fraction | None
    median: Fraction | None
    spread: Fraction | None
    suitable: bool | None
    far: str
    distance: Fraction | None
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class MemberDistance:
    """How a member's totals lie to the medians of the proposals scored, over those whose sheets are open.

    Attributes:
        mean: of the signed distances: more than nothing for who gives more than the others.
        farthest: the largest distance, signed, on the proposal of that `number`.
    """

    name: str
    sheets: int
    mean: Fraction
    farthest: Fraction
    number: int


def spread_rows(store: Store) -> tuple[SpreadRow, ...]:
    """Proposals that are scored or were, those that the members disagree on most first."""
    with store.read() as session:
        calls = session.scalars(sa.select(ScoringGrid.call_id).order_by(ScoringGrid.call_id)).all()
        return tuple(row for call_id in calls for row in _of_call(session, store, call_id))


def _of_call(session: Session, store: Store, call_id: str) -> list[SpreadRow]:
    grid, scoring = grid_of(session, call_id), scoring_of(session, call_id, store.person)
    if grid is None or scoring is None:
        return []
    counting = counting_sheets(session, call_id, scoring)
    begun = set(session.scalars(sa.select(ScoreSheet.proposal_id).distinct()))
    query = (
        sa.select(Proposal, PriorityArea.level, PriorityArea.number)
        .outerjoin(PriorityArea, PriorityArea.id == Proposal.area_id)
        .where(Proposal.call_id == call_id)
        .order_by(Proposal.number)
    )
    scored = (e.ProposalState.ADMISSIBLE.value, e.ProposalState.EVALUATED.value)
    rows = [
        _row(grid, scoring, proposal, "" if level is None else e.area_code(level, number), counting)
        for proposal, level, number in session.execute(query)
        if proposal.state in scored or proposal.id in begun
    ]
    return sorted(rows, key=lambda row: (row.spread is None, -(row.spread or 0), row.number))


def counting_sheets(
    session: Session, call_id: str, scoring: Scoring, proposal_id: str | None = None
) -> Mapping[str, tuple[Sheet, ...]]:
    """The sheets that count, by proposal: given, not set aside, of members without a conflict; of one alone or all."""
    found = {}
    for key, sheets in given_sheets(session, call_id, proposal_id).items():
        barred = scoring.barred.get(key, frozenset())
        kept = tuple(sheet for sheet in sheets if sheet.member_id not in barred)
        if kept:
            found[key] = kept
    return found


def is_seen(scoring: Scoring, proposal_id: str, sheets: Sequence[Sheet]) -> bool:
    """Whether the user may see what the sheets of a proposal come to: each of them, that is."""
    given = [sheet.member_id or "" for sheet in sheets]
    return all(scoring.may_see(proposal_id, member, given) for member in given)


def _row(
    grid: Grid, scoring: Scoring, proposal: Proposal, area: str, counting: Mapping[str, tuple[Sheet, ...]]
) -> SpreadRow:
    sheets = counting.get(proposal.id, ())
    found = proposal_points(grid, sheets) if sheets and is_seen(scoring, proposal.id, sheets) else None
    far, distance = _farthest(found, scoring) if found is not None else ("", None)
    return SpreadRow(
        id=proposal.id,
        number=proposal.number,
        title=proposal.title,
        area=area,
        given=len(sheets),
        due=len(scoring.due.get(proposal.id, ())),
        opened=proposal.id in scoring.opened or scoring.manner is e.ScoringManner.COLLEGIAL,
        total=None if found is None else found.total,
        mean=None if found is None else found.mean,
        median=None if found is None else found.median,
        spread=None if found is None else found.spread,
        suitable=None if found is None else found.suitable,
        far=far,
        distance=distance,
        sample=proposal.sample,
        source_line=None,
    )


def _farthest(found: ProposalPoints, scoring: Scoring) -> tuple[str, Fraction | None]:
    if len(found.totals) < 3 or not found.spread:
        return "", None
    distances = [total - found.median for total in found.totals]
    at = max(range(len(distances)), key=lambda i: abs(distances[i]))
    return scoring.names.get(found.members[at] or "", ""), distances[at]


def member_distances(store: Store) -> tuple[MemberDistance, ...]:
    """How each member's points lie to the others', the farthest first; over proposals whose sheets are open."""
    with store.read() as session:
        calls = session.scalars(sa.select(ScoringGrid.call_id).order_by(ScoringGrid.call_id)).all()
        distances: dict[str, list[tuple[Fraction, int]]] = defaultdict(list)
        names: dict[str, str] = {}
        for call_id in calls:
            grid, scoring = grid_of(session, call_id), scoring_of(session, call_id, store.person)
            if grid is None or scoring is None or scoring.manner is e.ScoringManner.COLLEGIAL:
                continue
            names.update(scoring.names)
            numbers = dict(
                session.execute(sa.select(Proposal.id, Proposal.number).filter_by(call_id=call_id)).tuples().all()
            )
            for key, sheets in counting_sheets(session, call_id, scoring).items():
                if len(sheets) > 1 and is_seen(scoring, key, sheets):
                    totals = [sheet_total(grid, sheet).total for sheet in sheets]
                    for sheet, total in zip(sheets, totals, strict=True):
                        distances[sheet.member_id or ""].append((total - median(totals), numbers[key]))
        rows = [_distance(names.get(key, ""), found) for key, found in distances.items()]
        return tuple(sorted(rows, key=lambda row: (-abs(row.mean), row.name)))


def _distance(name: str, found: Sequence[tuple[Fraction, int]]) -> MemberDistance:
    farthest, number = max(found, key=lambda pair: abs(pair[0]))
    mean = sum((distance for distance, _number in found), Fraction(0)) / len(found)
    return MemberDistance(name, len(found), mean, farthest, number)


# --- one proposal ------------------------------------------------------------------------


@dataclass(frozen=True)
class ProposalScores:
    """Everything that was scored on a proposal, for its sheet on paper and on screen.

    Attributes:
        members: names of who gave each of `sheets`; empty for the committee as one.
        points: what they come to; None while they are not for the user to see, or none was given.
        waiting: names of members whose sheet is still missing.
        barred: names of members in conflict, who do not score it.
        stand_ins: names of who is incompatible, and of the alternate who scores instead.
        aside: (name, reason) of sheets that were set aside.
        opened_by: who opened the sheets, when somebody did, and why before all were there.
    """

    proposal_id: str
    call_id: str
    number: int
    title: str
    alliance_id: str
    grid: Grid
    grid_name: str
    sheets: tuple[Sheet, ...]
    members: tuple[str, ...]
    points: ProposalPoints | None
    waiting: tuple[str, ...]
    barred: tuple[str, ...]
    stand_ins: tuple[tuple[str, str], ...]
    aside: tuple[tuple[str, str], ...]
    sample: bool


def proposal_scores(store: Store, proposal_id: str) -> ProposalScores | None:
    """What was scored on a proposal; None when its call has no grid with a committee.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        proposal = get_row(session, Proposal, proposal_id)
        grid, scoring = grid_of(session, proposal.call_id), scoring_of(session, proposal.call_id, store.person)
        if grid is None or scoring is None:
            return None
        order = list(scoring.names)
        sheets = counting_sheets(session, proposal.call_id, scoring, proposal_id).get(proposal_id, ())
        sheets = tuple(sorted(sheets, key=lambda sheet: order.index(sheet.member_id) if sheet.member_id else -1))
        seen = bool(sheets) and is_seen(scoring, proposal_id, sheets)
        given = {sheet.member_id or "" for sheet in sheets}
        waiting = [key for key in scoring.due.get(proposal_id, ()) if key and key not in given]
        rows = session.execute(
            sa.select(ScoreSheet.member_id, ScoreSheet.set_aside_reason)
            .where(ScoreSheet.proposal_id == proposal_id, ScoreSheet.state == e.SheetState.SET_ASIDE.value)
            .order_by(ScoreSheet.id)
        ).tuples()
        name = session.scalar(sa.select(ScoringGrid.name).filter_by(id=scoring.grid_id))
        barred = scoring.barred.get(proposal_id, frozenset())
        return ProposalScores(
            proposal_id=proposal_id,
            call_id=proposal.call_id,
            number=proposal.number,
            title=proposal.title,
            alliance_id=proposal.alliance_id,
            grid=grid,
            grid_name=name or "",
            sheets=sheets if seen else (),
            members=tuple(scoring.names.get(sheet.member_id or "", "") for sheet in sheets) if seen else (),
            points=proposal_points(grid, sheets) if seen else None,
            waiting=tuple(scoring.names.get(key, "") for key in waiting),
            barred=tuple(scoring.names[key] for key in order if key in barred),
            stand_ins=tuple(
                (scoring.names[member], scoring.names[alternate])
                for member, alternate in scoring.stand_ins.get(proposal_id, ())
            ),
            aside=tuple((scoring.names.get(member or "", ""), reason) for member, reason in rows),
            sample=proposal.sample,
        )
