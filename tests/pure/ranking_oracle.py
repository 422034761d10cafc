"""A second way to rank and to give money: slow, plain, by comparing each with each; shares no code with the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from app.models.enums import TieCriterion
from app.services.evaluation.ranking import Candidate, TieStep


def is_ahead(
    one: Candidate, other: Candidate, ties: Sequence[TieStep], drawn: Mapping[str, int], all_: Sequence[Candidate]
) -> bool:
    """Whether `one` is ahead of `other` by what is known of their equals."""
    if one.points != other.points:
        return one.points > other.points
    equals = [row for row in all_ if row.points == one.points and row.suitable]
    for step in (*ties, TieStep(TieCriterion.DRAW)):
        a, b = _look(one, step, drawn), _look(other, step, drawn)
        known = all(_look(row, step, drawn) is not None for row in equals)
        if known and a != b:
            return a < b
        if known:
            equals = [row for row in equals if _look(row, step, drawn) == a]
    return False


def _look(row: Candidate, step: TieStep, drawn: Mapping[str, int]) -> object:
    if step.criterion is TieCriterion.POINTS:
        total = Fraction(0)
        for code in step.codes:
            total += row.by_criterion.get(code, 0)
        return -total
    if step.criterion is TieCriterion.COFINANCING:
        return -row.cofinancing
    if step.criterion is TieCriterion.ARRIVAL:
        return row.arrival or None
    return drawn.get(row.key)


def places(candidates: Sequence[Candidate], ties: Sequence[TieStep], drawn: Mapping[str, int]) -> dict[str, int | None]:
    """Place of each: one more than how many are ahead of it; None for those that are not suitable."""
    suitable = [row for row in candidates if row.suitable]
    found: dict[str, int | None] = {row.key: None for row in candidates}
    for row in suitable:
        found[row.key] = 1 + sum(is_ahead(other, row, ties, drawn, suitable) for other in suitable)
    return found


def greedy(money: int, costs: Sequence[tuple[str, int]]) -> list[str]:
    """The greedy rule of participatory budgeting over projects in order: take what still fits, pass over the rest.

    Source: Rey, Maly, «The (Computational) Social Choice Take on Indivisible Participatory Budgeting» (2023), 3.1.
    """
    taken = []
    for key, cost in costs:
        if cost <= money:
            taken.append(key)
            money -= cost
    return taken
