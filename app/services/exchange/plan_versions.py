"""Versions of the rules of calls in a plan workbook: a row each, made in the order in which they came to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.models.store import Store
from app.services.calls.rules import load_rules, new_rules_version, save_rules
from app.services.calls.rules_drafts import RulesDraft
from app.services.changes import Changes
from app.services.checks import require_key
from app.services.exchange.filled import FilledRow
from app.services.exchange.plan_sheets import VERSION
from app.services.wording.folding import fold

Stage = tuple[list[FilledRow], list[FilledRow]]
"""Rules that are made, and then proposals that are received."""


class Versions:
    """The rows of the sheet of rules, by call and version.

    Attributes:
        first: the lowest version of each call: it takes the place of the rules that the call was made with.
    """

    def __init__(self, rows: Sequence[FilledRow]) -> None:
        self._numbers: dict[str, list[int]] = {}
        for row in rows:
            self._numbers.setdefault(_call_of(row), []).append(row[VERSION] or 0)
        self.first = [row for row in rows if (row[VERSION] or 0) == min(self._numbers[_call_of(row)])]
        self._later = [row for row in rows if row not in self.first]

    def name_of(self, row: FilledRow) -> str:
        """What a version is called by the rows that belong to it: call and number, the newest where none is said."""
        call = _call_of(row)
        number = row[VERSION]
        if number is None:
            number = max(self._numbers.get(call, [0]))
        return f"{call}\0{number}" if call else ""

    def has(self, call: object, number: int | None) -> bool:
        """Whether a call has a version; one that says nothing of its rules has the first."""
        known = self._numbers.get(fold(str(call or "")).strip(), [1])
        return number is None or number in known or known == [0]

    def stages(self, proposals: Sequence[FilledRow]) -> Iterator[Stage]:
        """Later versions, each after the proposals that were received before it."""
        numbers = sorted({row[VERSION] or 0 for row in self._later})
        left = list(proposals)
        for number in numbers:
            before = [row for row in left if row["rules_version"] is not None and row["rules_version"] < number]
            left = [row for row in left if row not in before]
            yield [], before
            yield [row for row in self._later if (row[VERSION] or 0) == number], []
        yield [], left


def _call_of(row: FilledRow) -> str:
    return fold(str(row["call"] or "")).strip()


def add_version(store: Store, draft: RulesDraft) -> Changes:
    """Make the next version of a call's rules as a draft says it.

    Raises:
        InvalidInput, NotFound, RuleBroken: those of `new_rules_version` and of `save_rules`.
    """
    made = new_rules_version(store, require_key(draft.call_id, "call_id"), draft.reason)
    fresh = load_rules(store, made.ids[0])
    known = {category.code: category.id for category in fresh.categories}
    categories = tuple(replace(one, id=known.get(one.code)) for one in draft.categories)
    return save_rules(store, replace(draft, id=fresh.id, version=fresh.version, categories=categories))
