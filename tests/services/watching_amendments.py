"""An eye of its own on amendments: each plan is the first one with what is in force, each duty is reckoned anew.

Nothing of the program is asked but the rows: plain statements, plain sums.
"""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import Any

from app.models.store import Store
from tests.services.watching import need
from tests.services.world import driver

IN_FORCE = ("free", "to_tell", "told", "authorised")
AT_ONCE = {None: "free", "tell": "to_tell", "authorise": "to_authorise"}
LATER = {"to_tell": "told", "to_authorise": "authorised", "submitted": "authorised"}
"""Where an amendment goes on to."""

Item = tuple[str, str, str]
Plan = dict[Item, int]


class AmendmentWatch:
    """What the economic plans should be.

    Attributes:
        seen: amendments that were in force at the last look.
    """

    def __init__(self) -> None:
        self.seen = 0

    def look(self, store: Store) -> None:
        """Hold every plan and every amendment against an own reckoning.

        Raises:
            Broken: what does not hold.
        """
        with driver(store) as raw:
            raw.execute("begin")
            self.seen = 0
            for key, rules_id in raw.execute("select id, rules_id from proposal").fetchall():
                first, newest = _plan(raw, key, "min"), _plan(raw, key, "max")
                self.seen += _live_through(raw, key, first, newest, _limits(raw, rules_id))


def _live_through(raw: Any, key: str, first: Plan, newest: Plan, limits: list[tuple[Any, ...]]) -> int:
    """The first plan, amendment by amendment as each came into force, up to the newest; gives how many did."""
    held, earlier = dict(first), list[tuple[int, Plan]]()
    amendments = raw.execute(
        "select a.id, a.number, a.state, a.day, d.effective_at from amendment a join budget b on b.id = a.budget_id"
        f" left join decision d on d.id = a.decision_id where a.proposal_id = ? and a.state in {IN_FORCE}"
        " order by b.version",
        (key,),
    ).fetchall()
    for amendment, number, state, day, effective in amendments:
        changes = _changes(raw, amendment)
        for section in ("costs", "contribution"):
            need(sum(cents for item, cents in changes.items() if item[0] == section) == 0, "amendment: sum", number)
        for item, cents in changes.items():
            held[item] = held.get(item, 0) + cents
            need(held[item] >= 0, "amendment: below zero", number, item)
        year = int(day[:4])
        wanted = AT_ONCE[_duty(limits, first, earlier, year, changes)] if limits else "submitted"
        need(state in (wanted, LATER.get(wanted)), "amendment: duty", number, state, wanted)
        need(state != "authorised" or effective is not None, "amendment: decision", number)
        earlier.append((year, changes))
    held = {item: cents for item, cents in held.items() if cents}
    need(held == newest, "amendment: plan", key, held, newest)
    return len(amendments)


def _plan(raw: Any, proposal: str, which: str) -> Plan:
    rows = raw.execute(
        "select section, category, trim(label), sum(amount) from budget_item where budget_id = (select id from budget"
        f" where proposal_id = :key and version = (select {which}(version) from budget where proposal_id = :key))"
        " group by 1, 2, 3",
        {"key": proposal},
    )
    return {(section, category, label): cents for section, category, label, cents in rows if cents}


def _changes(raw: Any, amendment: str) -> Plan:
    rows = raw.execute(
        "select section, category, trim(label), after - before from amendment_line where amendment_id = ?", (amendment,)
    )
    return {(section, category, label): cents for section, category, label, cents in rows if cents}


def _limits(raw: Any, rules_id: str | None) -> list[tuple[Any, ...]]:
    return list(
        raw.execute("select share_max, limit_base, span, duty from rules_amendment where rules_id = ?", (rules_id,))
    )


def _duty(
    limits: list[tuple[Any, ...]], first: Plan, earlier: list[tuple[int, Plan]], year: int, changes: Plan
) -> str | None:
    """The strictest duty among the limits that an item, or the whole, is above."""
    found: set[str] = set()
    for share, base, span, duty in limits:
        counted = [moves for of, moves in earlier if span == "life" or (span == "year" and of == year)]
        sums: defaultdict[Item, int] = defaultdict(int)
        for moves in (*counted, changes):
            for item, cents in moves.items():
                if (cents > 0) == (base != "given"):
                    sums[item] += abs(cents)
        touched = [item for item, cents in changes.items() if (cents > 0) == (base != "given")]
        pairs = [(sums[item], first.get(item, 0)) for item in touched]
        if base == "total":
            pairs = [(sum(sums.values()), sum(first.values()))]
        if any(not whole or Fraction(100 * moved, whole) > Fraction(share) for moved, whole in pairs):
            found.add(duty)
    return next((each for each in ("authorise", "tell") if each in found), None)
