"""Rankings of a call: computed, settled by a draw, adopted; then its awards become the draft of a decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import (
    AwardKind,
    AwardManner,
    DrawKind,
    RankingState,
    RescaleRule,
)
from app.models.errors import InvalidInput, RuleBroken
from app.models.evaluation import ScoringGrid
from app.models.journal import gesture_of
from app.models.meetings import Member
from app.models.money import Cents
from app.models.proposals import Call
from app.models.rankings import Ranking, RankingPlace
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_not_negative
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.decisions.ground import Ground
from app.services.decisions.records import read_ground
from app.services.evaluation.conflicts import barred_of_call
from app.services.evaluation.inputs import Computed, Inputs, compute, dump, fingerprint, load
from app.services.evaluation.ranking import Group
from app.services.evaluation.ranking_drafts import (
    ByHandDraft,
    DrawnDraft,
    GroupView,
    PlaceRow,
    PotView,
    RankingDraft,
    RankingRow,
    RankingView,
)
from app.services.evaluation.ranking_inputs import read_inputs
from app.services.wording.shares import parse_share, share_text

NOTHING = Cents(0)


# --- writing -------------------------------------------------------------------------------


def save_ranking(store: Store, draft: RankingDraft) -> Changes:
    """Compute a ranking from the points, conflicts and money as they stand, and keep it as a draft.

    Raises:
        InvalidInput: as `read_inputs`; "ranking.draw_short", "award.by_hand_missing", "award.by_hand_outside".
        RuleBroken: as `read_inputs`; "ranking.adopted".
        NotFound: "record.gone".
    """
    if draft.day is None:
        raise InvalidInput("field.required", field="day")
    require_not_negative(draft.accept_days, "accept_days")
    with store.write("save_ranking") as session:
        if draft.id is not None:
            _refuse_adopted(get_row(session, Ranking, draft.id))
        inputs, _unjudged = read_inputs(session, draft)
        computed = compute(inputs)
        if draft.draw is DrawKind.NUMBERS and computed.open_ties:
            raise InvalidInput("ranking.draw_short", field="numbers", numbers=_open_numbers(inputs, computed))
        content = dump(inputs)
        values = {
            "call_id": draft.call_id,
            "day": draft.day,
            "by_area": draft.by_area,
            "manner": draft.manner.value,
            "rescale": draft.rescale.value,
            "share_max": parse_share(draft.share_max),
            "accept_days": draft.accept_days or 0,
            "draw": draft.draw.value,
            "seed": draft.seed.strip() if draft.draw is DrawKind.SEED else "",
            "note": draft.note.strip(),
            "inputs": content,
            "inputs_hash": fingerprint(content),
            "source_line": draft.source_line,
        }
        if draft.id is None:
            last = sa.select(sa.func.max(Ranking.number)).filter_by(call_id=draft.call_id)
            values["number"] = (session.scalar(last) or 0) + 1
        row = save_row(session, Ranking, draft.id, values)
        places = list(place_values(inputs, computed))
        reconcile(session, RankingPlace, {"ranking_id": row.id}, places, key="proposal_id")
    return Changes.of("evaluation", ids=(row.id,))


def _open_numbers(inputs: Inputs, computed: Computed) -> tuple[str, ...]:
    keys = {key for tied in computed.open_ties for key in tied}
    return tuple(str(number) for number in sorted(inputs.by_key[key].number for key in keys))


def place_values(inputs: Inputs, computed: Computed) -> Iterator[dict[str, Any]]:
    """Fields of each place, in the printed order: those of the record, but for its position."""
    awards = {award.key: award for pot in computed.pots.values() for award in pot.awards}
    for group in computed.groups:
        for place in group.places:
            award = awards.get(place.key)
            yield {
                "proposal_id": place.key,
                "area_id": inputs.by_key[place.key].area or None,
                "place": place.place,
                "tied": bool(place.tied),
                "settled_by": place.settled_by,
                "total": str(computed.points[place.key].total),
                "amount_due": award.due if award else NOTHING,
                "amount": award.amount if award else NOTHING,
                "kind": (award.kind if award else AwardKind.NONE).value,
            }


def _refuse_adopted(row: Ranking) -> None:
    if row.state == RankingState.ADOPTED.value:
        raise RuleBroken("ranking.adopted")


def adopt_ranking(store: Store, ranking_id: str) -> Changes:
    """Make a ranking the one of its call: it never changes again.

    Raises:
        RuleBroken: "ranking.adopted", "ranking.outdated", "ranking.unjudged", "ranking.ties_open"; as `read_inputs`.
        NotFound: "record.gone".
    """
    with store.write("adopt_ranking") as session:
        row = get_row(session, Ranking, ranking_id)
        _refuse_adopted(row)
        inputs, unjudged = read_inputs(session, _draft(session, row))
        if fingerprint(dump(inputs)) != row.inputs_hash:
            raise RuleBroken("ranking.outdated")
        if unjudged:
            raise RuleBroken("ranking.unjudged", numbers=tuple(map(str, unjudged)))
        computed = compute(inputs)
        if computed.open_ties:
            raise RuleBroken("ranking.ties_open", numbers=_open_numbers(inputs, computed))
        row.state, row.adopted_at = RankingState.ADOPTED.value, gesture_of(session).at
    return Changes.of("evaluation", ids=(ranking_id,))


def delete_ranking(store: Store, ranking_id: str) -> Changes:
    """Take a ranking away that is not adopted.

    Raises:
        RuleBroken: "ranking.adopted".
        NotFound: "record.gone".
    """
    with store.write("delete_ranking") as session:
        row = get_row(session, Ranking, ranking_id)
        _refuse_adopted(row)
        delete_children(session, RankingPlace, "ranking_id", (row.id,))
        session.delete(row)
    return Changes.of("evaluation", ids=(ranking_id,))


# --- reading -------------------------------------------------------------------------------


def blank_ranking(store: Store) -> RankingDraft:
    """A new ranking of the only call that has a grid, when there is one alone."""
    with store.read() as session:
        calls = session.execute(
            sa.select(Call.id, Call.title).where(Call.id.in_(sa.select(ScoringGrid.call_id))).order_by(Call.title)
        ).all()
    day = store.clock().date()
    return RankingDraft(call_id=calls[0].id, call=calls[0].title, day=day) if len(calls) == 1 else RankingDraft(day=day)


def load_ranking(store: Store, ranking_id: str) -> RankingDraft:
    """A ranking as it was asked for.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return _draft(session, get_row(session, Ranking, ranking_id))


def _draft(session: Session, row: Ranking) -> RankingDraft:
    inputs = load(row.inputs)
    drawn = inputs.drawn if row.draw == DrawKind.NUMBERS.value else {}
    return RankingDraft(
        id=row.id,
        call_id=row.call_id,
        day=row.day,
        by_area=row.by_area,
        manner=AwardManner(row.manner),
        rescale=RescaleRule(row.rescale),
        share_max=share_text(row.share_max),
        accept_days=row.accept_days,
        draw=DrawKind(row.draw),
        seed=row.seed,
        numbers=tuple(DrawnDraft(key, key, number) for key, number in drawn.items()),
        amounts=tuple(ByHandDraft(key, key, cents) for key, cents in inputs.rules.by_hand.items()),
        note=row.note,
        number=row.number,
        state=RankingState(row.state),
        call=get_row(session, Call, row.call_id).title,
        source_line=row.source_line,
    )


def ranking_rows(store: Store, call_id: str | None = None) -> tuple[RankingRow, ...]:
    """All rankings, by call, the newest first."""
    own = RankingPlace.ranking_id == Ranking.id
    count = sa.select(sa.func.count()).where(own)
    query = (
        sa.select(
            Ranking,
            Call.title,
            count.scalar_subquery(),
            count.where(RankingPlace.place.is_not(None)).scalar_subquery(),
            count.where(RankingPlace.tied.is_(True)).scalar_subquery(),
            sa.select(sa.func.coalesce(sa.func.sum(RankingPlace.amount), 0)).where(own).scalar_subquery(),
        )
        .join(Call, Call.id == Ranking.call_id)
        .order_by(Call.title, Call.id, Ranking.number.desc())
    )
    if call_id is not None:
        query = query.where(Ranking.call_id == call_id)
    with store.read() as session:
        return tuple(
            RankingRow(
                id=row.id,
                call_id=row.call_id,
                call=title,
                number=row.number,
                day=row.day,
                state=RankingState(row.state),
                ranked=ranked,
                suitable=suitable,
                open_ties=tied,
                cents=Cents(cents),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, title, ranked, suitable, tied, cents in session.execute(query)
        )


def ranking_view(store: Store, ranking_id: str) -> RankingView:
    """A ranking with everything that is shown of it.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Ranking, ranking_id)
        inputs = load(row.inputs)
        draft = _draft(session, row)
        unjudged, is_outdated = _news(session, row, draft)
        ground = read_ground(session)
        computed = compute(inputs)
        members = session.execute(sa.select(Member.id, Member.name).order_by(Member.position)).tuples().all()
        return RankingView(
            draft=draft,
            inputs=inputs,
            computed=computed,
            groups=_groups(inputs, computed, ground),
            pots=tuple(
                PotView(area or None, _area_name(ground, area), pot.money, Cents(pot.money - pot.left))
                for area, pot in sorted(computed.pots.items(), key=lambda pot: _area_name(ground, pot[0]))
            ),
            unjudged=unjudged,
            is_outdated=is_outdated,
            late=_late(session, row.call_id, inputs),
            members=tuple(members),
            sample=row.sample,
        )


def _news(session: Session, row: Ranking, draft: RankingDraft) -> tuple[tuple[int, ...], bool]:
    """Of a draft: numbers of the proposals without points, and whether it would be another one now."""
    if row.state == RankingState.ADOPTED.value:
        return (), False
    try:
        inputs, unjudged = read_inputs(session, draft)
    except (InvalidInput, RuleBroken):
        return (), True
    return unjudged, fingerprint(dump(inputs)) != row.inputs_hash


def _late(session: Session, call_id: str, inputs: Inputs) -> tuple[int, ...]:
    """Numbers of the proposals with points of somebody who is in conflict by now."""
    out = barred_of_call(session, call_id)
    return tuple(row.number for row in inputs.judged if out.get(row.key, frozenset()) & set(row.marks.members))


def _area_name(ground: Ground, area_id: str) -> str:
    area = ground.areas.get(area_id)
    return "" if area is None else f"{area.code} {area.title}"


def _groups(inputs: Inputs, computed: Computed, ground: Ground) -> tuple[GroupView, ...]:
    kept = {values["proposal_id"]: values for values in place_values(inputs, computed)}
    return tuple(
        GroupView(
            group.area or None,
            _area_name(ground, group.area or ""),
            tuple(_rows(group, inputs, kept, computed, ground)),
        )
        for group in computed.groups
    )


def _rows(
    group: Group, inputs: Inputs, kept: Mapping[str, Mapping[str, Any]], computed: Computed, ground: Ground
) -> Iterator[PlaceRow]:
    for place in group.places:
        judged, values, project = inputs.by_key[place.key], kept[place.key], ground.projects[place.key]
        area = ground.areas.get(judged.area)
        yield PlaceRow(
            id=place.key,
            number=judged.number,
            title=project.title,
            alliance=project.alliance,
            lead=project.lead,
            area_id=judged.area or None,
            area="" if area is None else area.code,
            place=place.place,
            tied=tuple(sorted(inputs.by_key[key].number for key in place.tied)),
            settled_by=place.settled_by,
            points=computed.points[place.key].total,
            suitable=computed.points[place.key].suitable,
            requested=judged.requested,
            due=values["amount_due"],
            amount=values["amount"],
            kind=AwardKind(values["kind"]),
            state=project.state,
        )


def adopted_ranking(session: Session, call_id: str) -> Ranking | None:
    """The ranking of a call that was adopted last."""
    query = sa.select(Ranking).filter_by(call_id=call_id, state=RankingState.ADOPTED.value)
    return session.scalar(query.order_by(Ranking.number.desc()).limit(1))


def points_of(session: Session) -> Mapping[str, Fraction]:
    """Points of the proposals that stand in the adopted ranking of their call, by key."""
    newest: dict[str, str] = {}
    adopted = sa.select(Ranking.call_id, Ranking.id).filter_by(state=RankingState.ADOPTED.value)
    for call_id, ranking_id in session.execute(adopted.order_by(Ranking.number)).tuples():
        newest[call_id] = ranking_id
    places = sa.select(RankingPlace.proposal_id, RankingPlace.total).where(RankingPlace.ranking_id.in_(newest.values()))
    return {key: Fraction(total) for key, total in session.execute(places).tuples()}
