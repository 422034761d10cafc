"""The public draw that settles what the rules of the call leave equal: numbers drawn, or a seed said aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.models.enums import DrawKind
from app.models.store import Store
from app.services.changes import Changes
from app.services.evaluation.inputs import compute
from app.services.evaluation.ranking import draw_text
from app.services.evaluation.ranking_drafts import DrawnDraft
from app.services.evaluation.rankings import load_ranking, ranking_view, save_ranking

SHOWN_DIGITS = 12
"""Digits of what a seed gives that are shown: enough to tell any two proposals apart."""


@dataclass(frozen=True)
class Equal:
    """A proposal that nothing but the draw tells from others; `drawn` is the number that was drawn for it by hand."""

    id: str
    number: int
    title: str
    drawn: int | None


@dataclass(frozen=True)
class Draw:
    """A draw as it is held, or as it stands.

    Attributes:
        ties: proposals that are equal, each tie by itself.
    """

    ranking_id: str
    kind: DrawKind
    seed: str
    ties: tuple[tuple[Equal, ...], ...]


def load_draw(store: Store, ranking_id: str) -> Draw:
    """What is to be drawn in a ranking, whether it was drawn already or not.

    Raises:
        NotFound: "record.gone".
    """
    view = ranking_view(store, ranking_id)
    titles = {row.id: row.title for row in view.rows}
    by_hand = {row.proposal_id: row.number for row in view.draft.numbers}
    ties = []
    for keys in compute(replace(view.inputs, drawn={})).open_ties:
        rows = [Equal(key, view.inputs.by_key[key].number, titles[key], by_hand.get(key)) for key in keys]
        ties.append(tuple(sorted(rows, key=lambda row: row.number)))
    return Draw(ranking_id, view.draft.draw, view.draft.seed, tuple(sorted(ties, key=lambda rows: rows[0].number)))


def drawn_order(
    rows: Sequence[Equal], kind: DrawKind, seed: str, numbers: Mapping[str, int]
) -> tuple[tuple[Equal, str], ...]:
    """A tie in the order that a draw gives it, each with what was drawn; nothing while the draw is not whole.

    Args:
        numbers: drawn by hand, by key of the proposal; the lowest comes first.
    """
    if kind is DrawKind.SEED and seed.strip():
        drawn = [(draw_text(seed.strip(), row.number), row) for row in rows]
        return tuple((row, text[:SHOWN_DIGITS]) for text, row in sorted(drawn, key=lambda pair: pair[0]))
    if kind is DrawKind.NUMBERS and len({numbers.get(row.id) for row in rows} - {None}) == len(rows):
        return tuple((row, str(numbers[row.id])) for row in sorted(rows, key=lambda row: numbers[row.id]))
    return ()


def hold_draw(store: Store, ranking_id: str, kind: DrawKind, seed: str, numbers: Mapping[str, int]) -> Changes:
    """Write a draw down: the ranking is computed anew with it.

    Raises:
        InvalidInput, RuleBroken: as `save_ranking`.
    """
    drawn = tuple(DrawnDraft(None, key, number) for key, number in numbers.items()) if kind is DrawKind.NUMBERS else ()
    draft = load_ranking(store, ranking_id)
    return save_ranking(store, replace(draft, draw=kind, seed=seed if kind is DrawKind.SEED else "", numbers=drawn))
