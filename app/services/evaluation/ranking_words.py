"""Why a proposal stands where it stands: the arithmetic of its points, its ties and its money, in words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from app.models.enums import AwardKind, AwardManner, DrawKind, MeanRule, TieCriterion
from app.models.money import format_euro
from app.services.evaluation.bulk import Reached, Reckoner, Sums
from app.services.evaluation.grid import POINT, CriterionNode
from app.services.evaluation.inputs import Inputs
from app.services.evaluation.ranking import Candidate, TieStep, draw_text, step_points
from app.services.evaluation.ranking_drafts import PlaceRow, RankingView
from app.services.wording.formats import format_percent
from app.services.wording.points import format_points
from app.services.wording.texts import N_, Translator

TIES = {
    TieCriterion.POINTS: N_("more points on {text}"),
    TieCriterion.COFINANCING: N_("the larger share of co-financing"),
    TieCriterion.ARRIVAL: N_("who came first"),
    TieCriterion.DRAW: N_("the draw"),
    TieCriterion.COMMITTEE: N_("the committee’s own judgement"),
    TieCriterion.OTHER: N_("{text}"),
}
"""What settled a tie, within a sentence."""


def tie_text(step: TieStep, tr: Translator) -> str:
    """What a step of the chain looks at, within a sentence."""
    return tr(TIES[step.criterion]).format(text=step.text)


def chain(view: RankingView) -> tuple[TieStep, ...]:
    """The chain of ties that was gone through: that of the rules, and the draw that closes it."""
    return (*view.inputs.ties, TieStep(TieCriterion.DRAW))


def settled_text(view: RankingView, row: PlaceRow, tr: Translator) -> str:
    """What put a proposal behind the one before it, when points did not; or that nothing has yet."""
    if row.tied:
        return tr("tie still open")
    if row.settled_by is None:
        return ""
    return tie_text(chain(view)[row.settled_by], tr)


def why(view: RankingView, proposal_id: str, tr: Translator) -> tuple[str, ...]:
    """«Perché è terza?»: sentences that lead from the points to the place, and from the place to the money."""
    row = next(row for row in view.rows if row.id == proposal_id)
    return (*_points(view, row, tr), *_place(view, row, tr), *_money(view, row, tr))


# --- points --------------------------------------------------------------------------------


def _points(view: RankingView, row: PlaceRow, tr: Translator) -> Iterator[str]:
    inputs = view.inputs
    reckoner = Reckoner(inputs.grid)
    sums = reckoner.sums(inputs.by_key[row.id].marks)
    reached = Reached(reckoner, sums)
    parts = " + ".join(f"{node.code} {format_points(reached[node.key])}" for node in inputs.grid.criteria)
    exact, total = view.computed.points[row.id].exact, row.points
    yield tr("Proposal no. {number}: {parts} = {total} points.").format(
        number=row.number, parts=parts, total=format_points(exact)
    )
    count = len(inputs.by_key[row.id].marks.members)
    if count > 1:
        text = tr("They are the mean of {count} sheets.")
        if inputs.grid.mean is MeanRule.TRIMMED:
            text = tr("They are the mean of {count} sheets, without the highest and the lowest of each criterion.")
        yield text.format(count=count)
    if total != exact:
        yield tr("Rounded once, at the end: {total}.").format(total=format_points(total))
    yield from shortfalls(inputs, reckoner, sums, total, tr)


def shortfalls(inputs: Inputs, reckoner: Reckoner, sums: Sums, total: Fraction, tr: Translator) -> Iterator[str]:
    """A sentence for each threshold that was not reached."""
    grid = inputs.grid
    if grid.threshold is not None and total * POINT < grid.threshold:
        yield tr("The total of {found} is below the threshold of {wanted}: it is not suitable.").format(
            found=format_points(total), wanted=format_points(Fraction(grid.threshold, POINT))
        )
    reached = Reached(reckoner, sums)
    for node in grid.nodes:
        found = _own_scale(node, reached[node.key])
        if node.threshold is not None and found * POINT < node.threshold:
            yield tr("{code} «{name}» has {found}, below its threshold of {wanted}: it is not suitable.").format(
                code=node.code,
                name=node.name,
                found=format_points(found),
                wanted=format_points(Fraction(node.threshold, POINT)),
            )


def _own_scale(node: CriterionNode, reached: Fraction) -> Fraction:
    return reached * POINT / node.weight


def unsuitable_reason(inputs: Inputs, proposal_id: str, tr: Translator) -> str:
    """Why a proposal is not suitable, for its decision and its letter."""
    reckoner = Reckoner(inputs.grid)
    sums = reckoner.sums(inputs.by_key[proposal_id].marks)
    return " ".join(shortfalls(inputs, reckoner, sums, reckoner.points(sums).total, tr))


# --- the place -----------------------------------------------------------------------------


def _place(view: RankingView, row: PlaceRow, tr: Translator) -> Iterator[str]:
    group = next(group for group in view.groups if row in group.rows)
    if row.place is None:
        return
    suitable = [other for other in group.rows if other.place is not None]
    at = suitable.index(row)
    text = tr.plural(
        "It is no. {place} of {count} suitable proposal.",
        "It is no. {place} of {count} suitable proposals.",
        len(suitable),
    )
    yield text.format(place=row.place, count=len(suitable))
    if at and suitable[at - 1].points > row.points:
        ahead = suitable[at - 1]
        yield tr("Ahead of it no. {number} has {points}: {more} more.").format(
            number=ahead.number, points=format_points(ahead.points), more=format_points(ahead.points - row.points)
        )
    elif row.tied:
        yield tr("It has the same points as no. {numbers}, and nothing settles it yet: a draw is needed.").format(
            numbers=", ".join(map(str, row.tied))
        )
    elif at and row.settled_by is not None:
        yield _settled(view, suitable[at - 1], row, tr)
    if at + 1 < len(suitable) and suitable[at + 1].points < row.points:
        behind = suitable[at + 1]
        yield tr("Behind it no. {number} has {points}: {less} less.").format(
            number=behind.number, points=format_points(behind.points), less=format_points(row.points - behind.points)
        )


def _settled(view: RankingView, ahead: PlaceRow, row: PlaceRow, tr: Translator) -> str:
    assert row.settled_by is not None
    step = chain(view)[row.settled_by]
    theirs, own = (_seen(view, step, view.computed.candidates[one.id]) for one in (ahead, row))
    return tr("No. {number} has the same points and goes first by {step}: {theirs} against {own}.").format(
        number=ahead.number, step=tie_text(step, tr), theirs=theirs, own=own
    )


def _seen(view: RankingView, step: TieStep, candidate: Candidate) -> str:
    """What a step saw of a proposal."""
    if step.criterion is TieCriterion.POINTS:
        return format_points(step_points(candidate, step))
    if step.criterion is TieCriterion.COFINANCING:
        return format_percent(candidate.cofinancing * 100)
    if step.criterion is TieCriterion.ARRIVAL:
        return candidate.arrival.replace("T", " ")
    if view.draft.draw is DrawKind.SEED:
        return draw_text(view.draft.seed, candidate.number)[:8]
    return str(view.inputs.drawn.get(candidate.key, ""))


# --- the money -----------------------------------------------------------------------------


def _money(view: RankingView, row: PlaceRow, tr: Translator) -> Iterator[str]:
    if row.place is None:
        return
    pot = next((pot for pot in view.pots if pot.area_id == row.area_id), None)
    if pot is None:
        return
    values = {
        "requested": format_euro(row.requested),
        "due": format_euro(row.due),
        "amount": format_euro(row.amount),
        "money": format_euro(pot.money),
        "area": pot.area,
    }
    if row.due != row.requested and not view.inputs.by_key[row.id].given:
        yield tr("Of the {requested} asked for, at most {due} can be given.").format(**values)
    if row.kind is AwardKind.FULL:
        yield tr("It gets {amount}: all that is due.").format(**values)
    elif view.draft.manner is AwardManner.RESCALED and row.amount:
        yield tr("All suitable proposals ask for more than the {money} of the area: it gets {amount} of {due}.").format(
            **values
        )
    elif row.kind is AwardKind.PART:
        yield tr("The {money} of the area end with it: it gets {amount} of {due}.").format(**values)
    else:
        yield tr("The {money} of the area are used up before it.").format(**values)


def draw_rule(view: RankingView, tr: Translator) -> str:
    """How the draw was held, so that anybody can repeat it; nothing without one."""
    if view.draft.draw is DrawKind.SEED:
        return tr(
            "Draw: the seed «{seed}» was said aloud. Of each proposal the SHA-256 of «{seed}/number», in hexadecimal,"
            " is made; the lowest comes first."
        ).format(seed=view.draft.seed)
    if view.draft.draw is DrawKind.NUMBERS:
        return tr("Draw: numbers drawn in public; the lowest comes first.")
    return ""
