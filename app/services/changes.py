"""What a verb touched: the one thing that the window hears after every gesture."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.errors import AppError


@dataclass(frozen=True)
class Changes:
    """Rooms and rows touched by one verb.

    Attributes:
        topics: names of rooms ("plan", "network", "proposals", "ledger", "meetings", "vouchers",
            "archive").
        ids: keys of the rows touched; the first is the record that the verb is about.
        warning: what the verb could not do after it was done, and whoever called it is told.
    """

    topics: frozenset[str]
    ids: tuple[str, ...] = ()
    warning: AppError | None = None

    @classmethod
    def of(cls, *topics: str, ids: tuple[str, ...] = ()) -> Changes:
        """Changes in `topics`, about the rows `ids`."""
        return cls(frozenset(topics), ids)

    def __or__(self, other: Changes) -> Changes:
        return Changes(self.topics | other.topics, self.ids + other.ids, self.warning or other.warning)

    @property
    def id(self) -> str:
        """Key of the record that the verb is about."""
        return self.ids[0]
