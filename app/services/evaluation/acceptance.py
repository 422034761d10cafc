"""Until when an award in part may be accepted: one way to count, for the letter and for the start page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.models import glance
from app.models.glance import Ask


@dataclass(frozen=True)
class AcceptanceTerm:
    """The term of one proposal.

    Attributes:
        decided: day of the meeting that gave the money, from which it runs.
        days: of the ranking, more than none.
    """

    decided: date
    days: int

    @property
    def until(self) -> date:
        """Last day on which it may be accepted."""
        return self.decided + timedelta(days=self.days)


def acceptance_terms(ask: Ask) -> Mapping[str, AcceptanceTerm]:
    """The term of each proposal that is funded in part, where its ranking sets one; by key."""
    return {key: AcceptanceTerm(date.fromisoformat(day), days) for key, day, days in ask(glance.ACCEPTANCES)}
