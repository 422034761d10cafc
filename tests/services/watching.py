"""An eye of its own on the ledger: it sums what was written since it last looked, and holds the invariants against it.

Nothing of the program is asked but the rows themselves: plain statements, plain sums, the plain oracle of sharing.
"""

from __future__ import annotations

import json
from collections import defaultdict
from fractions import Fraction
from typing import Any

from app.models.store import Store
from tests.pure.allocation_oracle import exact_shares, hand_out, mixed_weights
from tests.services.world import driver


class Broken(AssertionError):
    """An invariant does not hold."""


def need(holds: bool, *what: object) -> None:
    """Say what does not hold."""
    if not holds:
        raise Broken(*what)


class Watch:
    """What the ledger should be, kept by an own book.

    Attributes:
        balances: cents on each account, by key.
        transfers, allocations: how many were looked at.
    """

    def __init__(self) -> None:
        self.balances: defaultdict[str, int] = defaultdict(int)
        self.days: defaultdict[tuple[str, str], int] = defaultdict(int)
        self.brought = 0
        self.transfers = self.allocations = 0
        self._last = {"transfer": 0, "allocation": 0}

    def look(self, store: Store) -> None:
        """Hold I1 to I4 over what is there, summing only what is new.

        Raises:
            Broken: what does not hold.
        """
        with driver(store) as raw:
            raw.execute("begin")
            self._take_transfers(raw)
            self._compare(raw)
            self._take_allocations(raw)

    def _take_transfers(self, raw: Any) -> None:
        """I1 and I4 of each new transfer; its postings into the own book."""
        rows = raw.execute(
            "select t.rowid, t.id, t.kind, t.day, t.act_id, t.decision_id, t.reverses_id, d.effective_at, d.number,"
            " m.state, (select count(*) from vote v where v.agenda_item_id = i.id and v.choice = 'favour'),"
            " (select count(*) from vote v where v.agenda_item_id = i.id), (select count(*) from member c"
            " where c.committee_id = d.committee_id and c.role in ('president', 'member'))"
            " from transfer t left join decision d on d.id = t.decision_id"
            " left join agenda_item i on i.id = d.agenda_item_id left join meeting m on m.id = i.meeting_id"
            " where t.rowid > ? order by t.rowid",
            (self._last["transfer"],),
        ).fetchall()
        for rowid, key, kind, day, act, decision, reverses, effective, number, state, favour, votes, seats in rows:
            postings = raw.execute("select account_id, cents from posting where transfer_id = ?", (key,)).fetchall()
            need(len(postings) >= 2 and sum(cents for _account, cents in postings) == 0, "I1", key, postings)
            if decision is None:
                need(act is not None and kind in ("funding", "reversal"), "I4", key)
            else:
                need(effective is not None and number is not None and state in ("closed", "approved"), "I4", key)
                need(votes * 2 > seats and favour * 2 > votes, "I4: quorum and majority", key, favour, votes, seats)
            original = raw.execute("select kind from transfer where id = ?", (reverses,)).fetchone()
            for account, cents in postings:
                self.balances[account] += cents
                self.days[account, day] += cents
                if "funding" in (kind, original and original[0]) and cents:
                    outside = raw.execute("select kind from account where id = ?", (account,)).fetchone()[0]
                    self.brought += 0 if outside == "outside" else cents
            self._last["transfer"] = rowid
            self.transfers += 1

    def _compare(self, raw: Any) -> None:
        """I1 and I2: what the engine keeps is what the own book says, and lies within its bounds."""
        accounts = raw.execute("select id, parent_id, kind from account").fetchall()
        totals: defaultdict[str, int] = defaultdict(int)
        above = {key: parent for key, parent, _kind in accounts}
        for key, cents in self.balances.items():
            at: str | None = key
            while at is not None:
                totals[at] += cents
                at = above[at]
        ceilings = dict(raw.execute("select account_id, amount from ceiling order by rowid"))
        kept = {row[0]: row[1:] for row in raw.execute("select account_id, balance, total, ceiling from account_state")}
        outside = 0
        for key, _parent, kind in accounts:
            expected = (self.balances[key], totals[key], ceilings.get(key))
            need(kept.get(key) == expected, "I1: kept", key, kept.get(key), expected)
            outside += self.balances[key] if kind == "outside" else 0
            need(kind == "outside" or self.balances[key] >= 0, "I2: below zero", key)
            need(key not in ceilings or totals[key] <= ceilings[key], "I2: ceiling", key)
        need(sum(self.balances.values()) == 0 and -outside == self.brought, "I1: brought in", outside, self.brought)
        days = {(key, day): cents for key, day, cents in raw.execute("select * from account_day")}
        need(days == dict(self.days), "I1: days")

    def _take_allocations(self, raw: Any) -> None:
        """I3 of each new split of a decision that is in force: its parts sum to its total, within a cent of exact."""
        rows = raw.execute(
            "select a.rowid, a.id, a.rule, a.total, a.equal_share, a.parts, a.tie_order, d.effective_at"
            " from allocation a join decision d on d.id = a.decision_id where d.effective_at is not null"
            " and a.rowid > ? order by a.rowid",
            (self._last["allocation"],),
        ).fetchall()
        for rowid, key, rule, total, equal_share, parts_text, tie_text, _effective in rows:
            parts, tie = json.loads(parts_text), json.loads(tie_text)
            moved: defaultdict[str, int] = defaultdict(int)
            for account, amount in raw.execute(
                "select a.subject_id, m.amount from decision_move m join account a on a.id = m.to_account_id"
                " where m.allocation_id = ?",
                (key,),
            ):
                if any(part["key"] == account for part in parts):  # what an area gets goes on to its only project
                    moved[account] += amount
            need(sum(moved.values()) == total, "I3: sum", key, total, dict(moved))
            exact = _exact(rule, total, equal_share, parts)
            keys = [part["key"] for part in parts]
            amounts = hand_out(exact, [keys.index(each) for each in tie])
            found = [moved.get(each, 0) for each in keys]
            need(found == amounts, "I3: parts", key, found, amounts)
            need(all(abs(share - cents) < 1 for share, cents in zip(exact, found, strict=True)), "I3: a cent", key)
            self._last["allocation"] = rowid
            self.allocations += 1


def _exact(rule: str, total: int, equal_share: int, parts: list[dict[str, Any]]) -> list[Fraction]:
    """The exact shares, by the oracle."""
    weights = [Fraction(1 if rule == "equal" else str(part["weight"])) for part in parts]
    if rule == "mixed":
        weights = mixed_weights(weights, equal_share)
    minimums, caps = ([part.get(limit) for part in parts] for limit in ("minimum", "cap"))
    return exact_shares(total, weights, minimums, caps)
