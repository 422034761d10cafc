"""What SQLite itself refuses, as triggers: the rules of the ledger, of decisions and of frozen records.

Only the schema uses this module. A refusal is raised as «concilia:<code>», which the store turns into the error with
that code. On another engine the same rules are that engine's own triggers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from app.models import (
    guards_calls,
    guards_erasure,
    guards_evaluation,
    guards_papers,
    guards_proposals,
    guards_rankings,
    guards_signing,
    guards_spending,
    guards_voucher_money,
    guards_vouchers,
)
from app.models.enums import AccountKind, TransferKind
from app.models.guard_words import PREFIX
from app.models.guard_words import refuse as _refuse
from app.models.guard_words import trigger as _trigger

__all__ = ["CHECKS", "ORDINARY_ACCOUNTS", "ORDINARY_TRANSFERS", "POSTINGS_MAX", "PREFIX", "statements"]

POSTINGS_MAX = 1000
"""Most postings of one transfer."""


def _append_only(table: str, key: str) -> Iterator[str]:
    """No update, no delete, no replace."""
    refuse = _refuse("ledger.append_only")
    yield _trigger(f"{table}_no_update", f"before update on {table}", "", refuse)
    yield _trigger(f"{table}_no_delete", f"before delete on {table}", "", refuse)
    yield _no_replace(table, key)


def _no_replace(table: str, key: str) -> str:
    condition = f"exists (select 1 from {table} where {key})"
    return _trigger(f"{table}_no_replace", f"before insert on {table}", condition, _refuse("ledger.append_only"))


def _accounts() -> Iterator[str]:
    yield _trigger(
        "account_below_its_parent",
        "before insert on account",
        "new.parent_id is not null and not exists (select 1 from account where id = new.parent_id)",
        _refuse("account.fixed"),
    )
    yield _trigger(
        "account_enters_tree",
        "after insert on account",
        "",
        "insert into account_path (account_id, ancestor_id)"
        " select new.id, ancestor_id from account_path where account_id = new.parent_id"
        " union all select new.id, new.id;"
        " insert into account_state (account_id, outside, balance, total, ceiling)"
        " values (new.id, new.kind = 'outside', 0, 0, null);",
    )
    yield _trigger(
        "account_keeps_place",
        "before update of id, plan_id, parent_id, kind, subject_id on account",
        "",
        _refuse("account.fixed"),
    )
    yield _trigger(
        "account_in_use",
        "before delete on account",
        "exists (select 1 from posting where account_id = old.id)",
        _refuse("account.in_use"),
    )
    yield _trigger(
        "account_leaves_tree",
        "after delete on account",
        "",
        "delete from account_path where account_id = old.id; delete from account_state where account_id = old.id;",
    )


def _transfers() -> Iterator[str]:
    columns = (
        "id, sample, source_line, kind, day, reason, act_id, decision_id, reverses_id, reservation_id, made_at, made_by"
    )
    refuse = _refuse("ledger.append_only")
    yield _trigger("transfer_no_update", f"before update of {columns} on transfer", "", refuse)
    yield _trigger(
        "transfer_counts_by_postings",
        "before update of imbalance, postings_left on transfer",
        "new.postings_left <> old.postings_left - 1",
        refuse,
    )
    yield _trigger("transfer_no_delete", "before delete on transfer", "", refuse)
    yield _no_replace("transfer", "id = new.id")
    yield _trigger(
        "transfer_starts_empty",
        "before insert on transfer",
        f"new.imbalance <> 0 or new.postings_left not between 2 and {POSTINGS_MAX}",
        refuse,
    )
    yield _trigger(
        "transfer_needs_decision",
        "before insert on transfer",
        "new.decision_id is not null and (select effective_at from decision where id = new.decision_id) is null",
        _refuse("decision.not_effective"),
    )
    yield _trigger(
        "transfer_settles_reservation",
        "before insert on transfer",
        "new.reservation_id is not null"
        " and (select kind from transfer where id = new.reservation_id) is not 'reservation'",
        _refuse("transfer.no_reservation"),
    )
    yield from _reversals()


def _reversals() -> Iterator[str]:
    """A reversal takes back the whole of one finished transfer, posting by posting."""
    original = "from transfer where id = new.reverses_id"
    yield _trigger(
        "transfer_reverses_whole",
        "before insert on transfer",
        "new.reverses_id is not null and ("
        f"(select postings_left {original}) is not 0"
        " or new.postings_left <> (select count(*) from posting where transfer_id = new.reverses_id)"
        f" or (select kind {original}) = 'reversal'"
        f" or (new.decision_id is null and (select kind {original}) <> 'funding')"
        f" or new.reservation_id is not (select iif(kind = 'reservation', id, reservation_id) {original}))",
        _refuse("transfer.reversal_differs"),
    )


_KIND = "(select kind from account where id = new.account_id)"
_REASON = "(select kind from transfer where id = new.transfer_id)"
_RESERVATION = "(select reservation_id from transfer where id = new.transfer_id)"


def _postings() -> Iterator[str]:
    yield from _append_only("posting", "transfer_id = new.transfer_id and account_id = new.account_id")
    yield _trigger(
        "posting_of_special_money",
        "before insert on posting",
        f"coalesce({_REASON}, '') not in ({_listed(ORDINARY_TRANSFERS)})"
        f" or coalesce({_KIND}, '') not in ({_listed(ORDINARY_ACCOUNTS)})",
        "".join(_refuse(code, condition) for code, condition in _special_postings()),
    )
    yield _trigger(
        "posting_within_reservation",
        "after insert on posting",
        f"new.cents < 0 and {_KIND} = 'held' and (select sum(cents) from posting where account_id = new.account_id"
        f" and transfer_id in (select {_RESERVATION} union select id from transfer"
        f" where reservation_id = {_RESERVATION})) < 0",
        _refuse("transfer.over_reservation"),
    )
    yield _trigger(
        "posting_counts",
        "after insert on posting",
        "",
        "update transfer set imbalance = imbalance + new.cents, postings_left = postings_left - 1"
        " where id = new.transfer_id;"
        " update account_state set total = total + new.cents,"
        " balance = iif(account_id = new.account_id, balance + new.cents, balance)"
        " where account_id in (select ancestor_id from account_path where account_id = new.account_id);"
        " insert into account_day (account_id, day, cents)"
        " values (new.account_id, (select day from transfer where id = new.transfer_id), new.cents)"
        " on conflict (account_id, day) do update set cents = cents + excluded.cents;",
    )


ORDINARY_TRANSFERS = (
    TransferKind.ALLOCATION,
    TransferKind.AWARD,
    TransferKind.RESIDUE,
    TransferKind.PREMIUM,
    TransferKind.SAVINGS,
    TransferKind.REVOCATION,
    TransferKind.RESCALE,
    TransferKind.AMENDMENT,
)
ORDINARY_ACCOUNTS = (
    AccountKind.PLAN,
    AccountKind.SOURCE,
    AccountKind.AREA,
    AccountKind.PROJECT,
    AccountKind.PROGRAMME,
)
"""Between these accounts an ordinary transfer moves money as its decision says, with no rule of its own."""


def _listed(members: Iterable[StrEnum]) -> str:
    return ", ".join(f"'{member.value}'" for member in members)


def _special_postings() -> Iterator[tuple[str, str]]:
    """(code, condition of the refusal) for postings that are not ordinary."""
    yield "ledger.append_only", f"{_REASON} is null or {_KIND} is null"  # else they would count nowhere
    yield (
        "transfer.only_funding_from_outside",
        f"({_KIND} = 'outside' and {_REASON} not in ('funding', 'reversal')) or ({_REASON} = 'funding'"
        f" and ({_KIND} not in ('outside', 'source') or ({_KIND} = 'outside') = (new.cents > 0)))",
    )
    # Held money comes by a reservation alone, and leaves within it: used, or given back to where it came from.
    yield (
        "transfer.only_reservations_hold",
        f"{_REASON} <> 'reversal' and ({_KIND} = 'held') <> (({_REASON} = 'reservation' and new.cents > 0)"
        f" or ({_REASON} in ('settlement', 'release') and new.cents < 0))",
    )
    yield (
        "transfer.only_reservations_hold",
        f"{_REASON} = 'release' and new.cents > 0 and not exists (select 1 from posting as taken"
        f" where taken.transfer_id = {_RESERVATION} and taken.account_id = new.account_id and taken.cents < 0)",
    )
    yield (
        "transfer.reversal_differs",
        f"{_REASON} = 'reversal' and not exists (select 1 from posting as mirror where mirror.transfer_id ="
        " (select reverses_id from transfer where id = new.transfer_id)"
        " and mirror.account_id = new.account_id and mirror.cents = -new.cents)",
    )
    yield from guards_spending.special_postings(_KIND, _REASON)
    yield from guards_voucher_money.special_postings(_KIND, _REASON)


def _ceilings() -> Iterator[str]:
    yield from _append_only("ceiling", "id = new.id")
    yield _trigger(
        "ceiling_needs_decision",
        "before insert on ceiling",
        "(select effective_at from decision where id = new.decision_id) is null",
        _refuse("decision.not_effective"),
    )
    yield _trigger(
        "ceiling_of_an_account",
        "before insert on ceiling",
        "not exists (select 1 from account_state where account_id = new.account_id)",
        _refuse("ledger.append_only"),
    )
    yield _trigger(
        "ceiling_holds",
        "after insert on ceiling",
        "",
        "update account_state set ceiling = new.amount where account_id = new.account_id;",
    )


def _decisions() -> Iterator[str]:
    state = (
        "(select state from meeting where id = (select meeting_id from agenda_item where id = {row}.agenda_item_id))"
    )
    yield _trigger(
        "decision_born_without_effect",
        "before insert on decision",
        "new.effective_at is not null",
        _refuse("decision.meeting_not_closed"),
    )
    yield _trigger(
        "decision_effective_when_closed",
        "before update of effective_at on decision",
        f"old.effective_at is not null or {state.format(row='new')} is not 'closed'",
        _refuse("decision.meeting_not_closed"),
    )
    yield _trigger(
        "decision_keeps_number",
        "before update of year, number, committee_id on decision",
        "old.number is not null",
        _refuse("meeting.closed"),
    )


def _frozen_with_meeting() -> Iterator[str]:
    """Nothing that belongs to a closed meeting is added, changed or taken away."""
    by_item = "(select meeting_id from agenda_item where id = {row}.agenda_item_id)"
    by_decision = (
        "(select meeting_id from agenda_item where id ="
        " (select agenda_item_id from decision where id = {row}.decision_id))"
    )
    owners = {
        "agenda_item": ("{row}.meeting_id", ""),
        "attendance": ("{row}.meeting_id", ""),
        "absence": ("(select meeting_id from attendance where id = {row}.attendance_id)", ""),
        "guest": ("{row}.meeting_id", ""),
        "meeting_pause": ("{row}.meeting_id", ""),
        "conflict_declaration": (by_item, ""),
        "vote": (by_item, ""),
        "decision": (by_item, " of id, agenda_item_id, kind, subject, text, scenario_id, split_terms"),
        "decision_outcome": (by_decision, ""),
        "decision_ceiling": (by_decision, ""),
        "decision_move": (by_decision, ""),
        "decision_take": (by_decision, ""),
        "allocation": (by_decision, ""),
    }
    for table, (owner, columns) in owners.items():
        for what, rows, scope in (
            ("insert", ("new",), ""),
            ("update", ("old", "new"), columns),
            ("delete", ("old",), ""),
        ):
            meetings = ", ".join(owner.format(row=row) for row in rows)
            yield _trigger(
                f"{table}_{what}_while_open",
                f"before {what}{scope} on {table}",
                f"exists (select 1 from meeting where id in ({meetings}) and state in ('closed', 'approved'))",
                _refuse("meeting.closed"),
            )


def _meetings() -> Iterator[str]:
    kept = [
        "committee_id",
        "year",
        "number",
        "date_held",
        "date_convened",
        "time_convened",
        "letter",
        "time_opened",
        "time_closed",
        "date_closed",
        "place",
        "premises",
        "closing_text",
    ]
    changed = " or ".join(f"new.{column} is not old.{column}" for column in kept)
    yield _trigger(
        "meeting_stays_closed",
        "before update on meeting",
        f"old.state = 'approved' or (old.state = 'closed' and (new.state not in ('closed', 'approved') or {changed}))",
        _refuse("meeting.closed"),
    )
    yield _trigger(
        "meeting_closes_when_open",
        "before update of state on meeting",
        "(new.state = 'closed' and old.state not in ('open', 'closed'))"
        " or (new.state = 'approved' and old.state <> 'closed')",
        _refuse("meeting.not_open"),
    )
    yield _trigger(
        "meeting_not_born_closed",
        "before insert on meeting",
        "new.state in ('closed', 'approved')",
        _refuse("meeting.not_open"),
    )
    yield _trigger(
        "meeting_not_deleted",
        "before delete on meeting",
        "old.state <> 'convened'",
        _refuse("meeting.closed"),
    )
    refuse = _refuse("minutes.frozen")
    yield _trigger("minutes_no_update", "before update on minutes", "", refuse)
    yield _trigger("minutes_no_delete", "before delete on minutes", "", refuse)
    yield _no_replace("minutes", "id = new.id or meeting_id = new.meeting_id")


NEVER_ERASED = (
    "account",
    "allocation",
    "budget",
    "budget_item",
    "decision",
    "decision_ceiling",
    "decision_move",
    "decision_outcome",
    "decision_take",
    "erratum",
    "funding_source",
    "minutes",
    "payment",
    "payment_file",
    "priority_area",
    "transfer",
    "voucher",
    "voucher_settlement",
    "voucher_settlement_line",
    "voucher_use",
)
"""Tables of public money and of acts: no right of a person reaches what their edits say."""


def _journal() -> Iterator[str]:
    refuse = _refuse("journal.append_only")
    for table in ("edit", "edit_payload"):
        yield _trigger(f"{table}_no_update", f"before update on {table}", "", refuse)
        yield _trigger(
            f"{table}_no_replace",
            f"before insert on {table}",
            f"exists (select 1 from {table} where replica = new.replica and seq = new.seq)",
            refuse,
        )
    yield _trigger("edit_no_delete", "before delete on edit", "", refuse)
    edited = "(select table_name from edit where replica = old.replica and seq = old.seq)"
    yield _trigger(
        "edit_payload_kept",
        "before delete on edit_payload",
        f"{edited} in ({', '.join(repr(table) for table in NEVER_ERASED)})",
        refuse,
    )


def statements() -> tuple[str, ...]:
    """All triggers, in the order that they are made."""
    families = (
        _accounts,
        _transfers,
        _postings,
        _ceilings,
        _decisions,
        _frozen_with_meeting,
        _meetings,
        guards_calls.rules,
        guards_proposals.versions,
        guards_proposals.documents,
        guards_evaluation.grids,
        guards_evaluation.sheets,
        guards_rankings.rankings,
        guards_rankings.places,
        guards_papers.errata,
        guards_papers.omissions,
        guards_papers.prints,
        guards_signing.papers,
        guards_erasure.rules,
        guards_spending.spending,
        guards_vouchers.programmes,
        guards_voucher_money.vouchers,
        _journal,
    )
    return tuple(statement for family in families for statement in family())


CHECKS = {
    "ck_account_state_balance_not_negative": "account.too_little",
    "ck_account_state_total_within_ceiling": "account.over_ceiling",
}
"""Error code for each named constraint that a user can meet."""
