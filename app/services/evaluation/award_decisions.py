"""From an adopted ranking to the draft of a decision: who gets what now, and who is next when somebody renounces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AwardKind, DecisionKind, ProposalState, RankingState
from app.models.errors import RuleBroken
from app.models.money import Cents, format_euro
from app.models.rankings import Ranking, RankingPlace
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key
from app.services.children import get_row
from app.services.decisions.decisions import write_decision
from app.services.decisions.drafts import DecisionDraft, OutcomeDraft, ProjectAmount
from app.services.decisions.ground import Ground, ProjectState, is_reachable
from app.services.decisions.records import read_ground
from app.services.evaluation.awards import Asked, Award, Pot, give
from app.services.evaluation.inputs import Inputs, compute, load
from app.services.evaluation.ranking_inputs import OUT
from app.services.evaluation.ranking_words import unsuitable_reason
from app.services.wording.texts import Translator

DONE = frozenset({ProposalState.STARTED, ProposalState.CONCLUDED})
"""States of proposals that are under way: scrolling gives them no more."""


@dataclass(frozen=True)
class NextAward:
    """What a proposal gets now, along an adopted ranking."""

    proposal_id: str
    number: int
    title: str
    area: str
    place: int
    given: Cents
    due: Cents
    amount: Cents
    kind: AwardKind


@dataclass(frozen=True)
class _Standing:
    """An adopted ranking and how things stand: pots by area, places of the suitable, keys of those that are not."""

    row: Ranking
    inputs: Inputs
    ground: Ground
    pots: Mapping[str, Pot]
    places: Mapping[str, int]
    unsuitable: tuple[str, ...]

    @property
    def awards(self) -> Iterator[Award]:
        """All awards, in the order of the ranking."""
        found = {award.key: award for pot in self.pots.values() for award in pot.awards}
        return (found[key] for key in self.places if key in found)


def next_awards(store: Store, ranking_id: str) -> tuple[NextAward, ...]:
    """Who gets what now by an adopted ranking: at first its awards; after a renunciation, those who are next.

    Money is what stands on the areas now. Who renounced or was revoked is passed over; what somebody has counts.

    Raises:
        RuleBroken: "ranking.not_adopted".
        NotFound: "record.gone".
    """
    with store.read() as session:
        standing = _standing(session, ranking_id)
    return tuple(_told(standing, award) for award in standing.awards)


def _told(standing: _Standing, award: Award) -> NextAward:
    project = standing.ground.projects[award.key]
    area = standing.ground.areas.get(project.area_id or "")
    return NextAward(
        proposal_id=award.key,
        number=project.number,
        title=project.title,
        area="" if area is None else area.code,
        place=standing.places[award.key],
        given=project.awarded,
        due=award.due,
        amount=award.amount,
        kind=award.kind,
    )


def _standing(session: Session, ranking_id: str) -> _Standing:
    row = get_row(session, Ranking, ranking_id)
    if row.state != RankingState.ADOPTED.value:
        raise RuleBroken("ranking.not_adopted")
    inputs, ground = load(row.inputs), read_ground(session)
    places: dict[str, int] = {}
    unsuitable = []
    query = sa.select(RankingPlace.proposal_id, RankingPlace.place).filter_by(ranking_id=row.id)
    for key, place in session.execute(query.order_by(RankingPlace.position)).tuples():
        if place is None:
            unsuitable.append(key)
        else:
            places[key] = place
    ranked: dict[str, list[Asked]] = {}
    points = compute(inputs).points
    for key in places:
        project = ground.projects[key]
        if project.state in OUT | DONE:
            continue
        asked = Asked(key, inputs.by_key[key].requested, points[key].total, project.awarded)
        ranked.setdefault(project.area_id or "", []).append(asked)
    rules = replace(inputs.rules, by_hand=_still_by_hand(inputs, ground, places))
    pots = {area: give(_left(ground, area), rows, rules) for area, rows in ranked.items()}
    return _Standing(row, inputs, ground, pots, places, tuple(unsuitable))


def _still_by_hand(inputs: Inputs, ground: Ground, keys: Iterable[str]) -> dict[str, Cents]:
    """What was given by hand and is not awarded yet; money that comes back is given by hand to nobody."""
    still = {}
    for key in keys:
        since = max(0, ground.projects[key].awarded - inputs.by_key[key].given)
        still[key] = Cents(max(0, inputs.rules.by_hand.get(key, 0) - since))
    return still


def _left(ground: Ground, area_id: str) -> Cents:
    area = ground.areas.get(area_id)
    return Cents(0) if area is None else area.balance


def award_by_ranking(store: Store, ranking_id: str, item_id: str | None, tr: Translator) -> Changes:
    """Make the awards of an adopted ranking the draft of a decision on a point of an agenda.

    The money moves when the meeting closes. The first key of the result is the decision's.

    Args:
        tr: of the language that the text of the decision is written in.

    Raises:
        InvalidInput, RuleBroken, NotFound: as `save_decision`; "ranking.not_adopted", "ranking.no_area_money".
    """
    point = require_key(item_id, "agenda_item_id")
    with store.read() as session:
        standing = _standing(session, ranking_id)
    draft = _decision(standing, point, tr)
    with store.write("award_by_ranking") as session:
        return write_decision(session, draft) | Changes.of("evaluation", ids=(ranking_id,))


def _decision(standing: _Standing, point: str, tr: Translator) -> DecisionDraft:
    awards = [award for award in standing.awards if award.amount]
    outcomes = (*_outcomes(standing), *_refused(standing, tr))
    if not awards and not outcomes:
        raise RuleBroken("ranking.no_area_money")
    number, total = standing.row.number, Cents(sum(award.amount for award in awards))
    if awards:
        text = tr("to approve ranking no. {number} and to give {total} along it, as in the table.")
    else:
        text = tr("to approve ranking no. {number}; no money is left to be given.")
    return DecisionDraft(
        agenda_item_id=point,
        kind=DecisionKind.AWARD if awards else DecisionKind.ADMISSION,
        subject=tr("Ranking no. {number}: outcomes and grants").format(number=number),
        text=text.format(number=number, total=format_euro(total)),
        outcomes=outcomes,
        project_amounts=tuple(ProjectAmount(award.key, award.amount) for award in awards),
    )


def _outcomes(standing: _Standing) -> Iterator[OutcomeDraft]:
    """States of those that are suitable, where they change."""
    wanted = {
        AwardKind.FULL: ProposalState.FUNDED,
        AwardKind.PART: ProposalState.FUNDED_IN_PART,
        AwardKind.NONE: ProposalState.SUITABLE_UNFUNDED,
    }
    for award in standing.awards:
        project = standing.ground.projects[award.key]
        state = wanted[award.kind]
        if award.due and _changes(project, state):
            yield OutcomeDraft(award.key, state)


def _refused(standing: _Standing, tr: Translator) -> Iterator[OutcomeDraft]:
    """Those that are not suitable, with the reason."""
    for key in standing.unsuitable:
        if _changes(standing.ground.projects[key], ProposalState.NOT_SUITABLE):
            reason = unsuitable_reason(standing.inputs, key, tr)
            yield OutcomeDraft(key, ProposalState.NOT_SUITABLE, reason)


def _changes(project: ProjectState, wanted: ProposalState) -> bool:
    return project.state is not wanted and is_reachable(project.state, wanted)
