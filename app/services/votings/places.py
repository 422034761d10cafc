"""Where a vote stands on the agenda: the number of its point, and which vote on it this is; the same as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import sqlalchemy as sa

from app.models.errors import InvalidInput
from app.models.meetings import AgendaItem


class Voted(Protocol):
    """A point, or one more vote on the point before it."""

    @property
    def id(self) -> str | None:
        """Its key; None until it is written."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def voting_of_id(self) -> str | None:
        """The point that it is one more vote on."""


V = TypeVar("V", bound=Voted)


@dataclass(frozen=True)
class Place:
    """Where a vote stands.

    Attributes:
        point: number of the point, from 1.
        voting: which vote on it this is, from 1.
        votings: how many votes there are on it.
    """

    point: int
    voting: int
    votings: int

    @property
    def text(self) -> str:
        """«2» for the point itself, «2.3» for the third vote on it."""
        return place_text(self.point, self.voting)


def place_text(point: int, voting: int) -> str:
    """«2» for a point itself, «2.3» for the third vote on it."""
    return str(point) if voting == 1 else f"{point}.{voting}"


def places_of(items: Sequence[Voted]) -> tuple[Place, ...]:
    """The place of each, in their order."""
    return tuple(
        Place(point, voting, len(block))
        for point, block in enumerate(blocks_of(items), start=1)
        for voting, _item in enumerate(block, start=1)
    )


def blocks_of(items: Iterable[V]) -> tuple[tuple[V, ...], ...]:
    """The points, each with the further votes on it."""
    blocks: list[list[V]] = []
    for item in items:
        if item.voting_of_id is None or not blocks:
            blocks.append([item])
        else:
            blocks[-1].append(item)
    return tuple(tuple(block) for block in blocks)


def apart(items: Iterable[Voted]) -> Iterator[int]:
    """Places in the list, from 0, of further votes that do not stand below their own point."""
    point: str | None = None
    for n, item in enumerate(items):
        if item.voting_of_id is None:
            point = item.id
        elif item.voting_of_id != point:
            yield n


def is_together(items: Iterable[Voted]) -> bool:
    """Whether each further vote stands below its own point."""
    return next(apart(items), None) is None


def require_together(items: Sequence[Voted]) -> None:
    """Refuse an agenda on which a further vote does not stand below its own point.

    Raises:
        InvalidInput: "voting.apart".
    """
    for n in apart(items):
        raise InvalidInput("voting.apart", field=f"items.{n}.title", title=items[n].title)


def point_number() -> sa.ColumnElement[Any]:
    """The number of the point of a row of the agenda, as SQL."""
    is_point = sa.case((AgendaItem.voting_of_id.is_(None), 1), else_=0)
    return sa.func.sum(is_point).over(partition_by=AgendaItem.meeting_id, order_by=AgendaItem.position)


def voting_number() -> sa.ColumnElement[Any]:
    """Which vote on its point a row of the agenda is, as SQL."""
    point = sa.func.coalesce(AgendaItem.voting_of_id, AgendaItem.id)
    return sa.func.row_number().over(partition_by=point, order_by=AgendaItem.position)
