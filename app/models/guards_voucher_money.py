"""What SQLite itself refuses of vouchers that were given: how money comes to a programme, is promised, used and paid.

A voucher is one reservation of its programme's money, or of its firm's. What is settled of it goes to what was paid out
of the same programme or firm, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

_OF_VOUCHERS = "('programme', 'firm')"


def special_postings(kind: str, reason: str) -> Iterator[tuple[str, str]]:
    """(code, condition of the refusal).

    Args:
        kind, reason: SQL that gives the kind of the posting's account and of its transfer.
    """
    parent = "(select parent_id from account where id = new.account_id)"
    giver = "(select account_id from posting where transfer_id = new.transfer_id and cents < 0)"
    giver_parent = f"(select parent_id from account where id = {giver})"
    yield (
        "transfer.only_provisions_provide",
        f"{reason} = 'provision' and {kind} not in ('project', 'programme', 'firm')",
    )
    yield (
        "transfer.only_provisions_provide",
        f"{reason} = 'provision' and new.cents > 0 and {giver} is not {parent}"
        f" and {giver_parent} is not new.account_id",
    )
    yield (
        "transfer.only_provisions_provide",
        f"{kind} = 'firm' and {reason} not in ('provision', 'reservation', 'release', 'reversal')",
    )
    # money that is settled comes to a purse from what is held beside it, below a programme or a firm
    settled = f"{reason} = 'settlement' and new.cents > 0"
    yield (
        "transfer.only_payments_pay",
        f"{settled} and {kind} = 'paid' and ({giver_parent} is not {parent}"
        f" or (select kind from account where id = {parent}) not in {_OF_VOUCHERS})",
    )
    yield (
        "transfer.only_payments_pay",
        f"{settled} and {kind} <> 'paid' and (select kind from account where id = {giver_parent}) in {_OF_VOUCHERS}",
    )


def vouchers() -> Iterator[str]:
    """A voucher is numbered without gaps, rests on its reservation, and keeps what was promised."""
    yield trigger(
        "voucher_number_follows",
        "before insert on voucher",
        "new.number <> 1 + (select coalesce(max(number), 0) from voucher"
        " where programme_id = new.programme_id and year = new.year)",
        refuse("voucher.not_given"),
    )
    yield trigger(
        "voucher_of_open_programme",
        "before insert on voucher",
        "(select state from voucher_programme where id = new.programme_id) is not 'open'",
        refuse("voucher.not_given"),
    )
    owner = "coalesce(new.firm_budget_id, new.programme_id)"
    yield trigger(
        "voucher_rests_on_reservation",
        "before insert on voucher",
        "new.state <> 'assigned' or new.used <> 0 or new.settled <> 0 or not exists (select 1 from transfer"
        " join posting on posting.transfer_id = transfer.id join account on account.id = posting.account_id"
        " where transfer.id = new.transfer_id and transfer.kind = 'reservation' and posting.cents = -new.amount"
        f" and account.subject_id = {owner} and transfer.postings_left = 0)",
        refuse("voucher.not_given"),
    )
    yield trigger(
        "voucher_keeps_promise",
        "before update of programme_id, request_id, firm_budget_id, year, number, letter, code, day_issued, valid_from,"
        " valid_to, amount, units, transfer_id, decision_id on voucher",
        "",
        refuse("voucher.fixed"),
    )
    yield trigger("voucher_kept", "before delete on voucher", "", refuse("voucher.fixed"))
    yield trigger(
        "voucher_used_as_its_uses",
        "before update of used on voucher",
        "new.used <> (select coalesce(sum(cents), 0) from voucher_use where voucher_id = new.id)",
        refuse("voucher.sums_differ"),
    )
    yield trigger(
        "voucher_settled_as_its_lines",
        "before update of settled on voucher",
        "new.settled <> (select coalesce(sum(cents), 0) from voucher_settlement_line"
        " where voucher_id = new.id and state = 'paid')",
        refuse("voucher.sums_differ"),
    )
    released = (
        "exists (select 1 from transfer as back where back.reservation_id = new.transfer_id and back.kind = 'release'"
        " and not exists (select 1 from transfer where reverses_id = back.id))"
    )
    by_sums = (
        "case when new.used = 0 then 'assigned' when new.used < new.amount then 'part_used'"
        " when new.settled = new.amount then 'settled' else 'used' end"
    )
    yield trigger(
        "voucher_state_as_its_sums",
        "before update of state, used, settled on voucher",
        f"(new.state in ('expired', 'revoked', 'renounced')) <> {released}"
        f" or (new.state not in ('expired', 'revoked', 'renounced') and new.state <> {by_sums})",
        refuse("voucher.sums_differ"),
    )
    yield from _uses()
    yield from _settlements()


def _uses() -> Iterator[str]:
    """A use lies in the validity of a voucher that lives, within its amount; it is corrected by another one."""
    of_it = "from voucher where id = new.voucher_id"
    yield trigger(
        "voucher_use_in_validity",
        "before insert on voucher_use",
        f"new.day not between (select valid_from {of_it}) and (select valid_to {of_it})",
        refuse("voucher.use_refused"),
    )
    yield trigger(
        "voucher_use_of_living",
        "before insert on voucher_use",
        f"new.cents > 0 and (select state {of_it}) not in ('assigned', 'part_used')",
        refuse("voucher.use_refused"),
    )
    yield trigger(
        "voucher_use_within_amount",
        "before insert on voucher_use",
        f"new.cents > (select amount {of_it})"
        " - (select coalesce(sum(cents), 0) from voucher_use where voucher_id = new.voucher_id)",
        refuse("voucher.use_refused"),
    )
    yield trigger(
        "voucher_use_corrected_whole",
        "before insert on voucher_use",
        "new.reverses_id is not null and (not exists (select 1 from voucher_use as first where first.id ="
        " new.reverses_id and first.voucher_id = new.voucher_id and first.cents = -new.cents)"
        " or exists (select 1 from voucher_settlement_line where use_id = new.reverses_id and state <> 'refused'))",
        refuse("use.correction_differs"),
    )
    yield trigger(
        "voucher_use_fixed",
        "before update of voucher_id, number, day, units, provider_id, document, cents, reverses_id on voucher_use",
        "",
        refuse("use.fixed"),
    )
    yield trigger("voucher_use_kept", "before delete on voucher_use", "", refuse("use.fixed"))


def _settlements() -> Iterator[str]:
    """A settlement that was checked keeps its lines; one that was released stays."""
    fixed = refuse("settlement.fixed")
    yield trigger("voucher_settlement_begins", "before insert on voucher_settlement", "new.state <> 'entered'", fixed)
    yield trigger(
        "voucher_settlement_in_order",
        "before update of state on voucher_settlement",
        "(old.state = 'released' and new.state <> 'released') or (new.state = 'released' and old.state = 'entered')",
        fixed,
    )
    yield trigger(
        "voucher_settlement_stays",
        "before update of programme_id, year, number, day, act, act_day, decision_id, date_paid on voucher_settlement",
        "old.state = 'released'",
        fixed,
    )
    yield trigger("voucher_settlement_kept", "before delete on voucher_settlement", "old.state <> 'entered'", fixed)
    state = "(select state from voucher_settlement where id = {row}.settlement_id)"
    yield trigger(
        "voucher_settlement_line_while_entered",
        "before insert on voucher_settlement_line",
        f"{state.format(row='new')} is not 'entered' or new.state <> 'to_pay' or new.transfer_id is not null",
        fixed,
    )
    yield trigger(
        "voucher_settlement_line_of_its_use",
        "before insert on voucher_settlement_line",
        "not exists (select 1 from voucher_use where id = new.use_id and voucher_id = new.voucher_id"
        " and cents = new.cents) or exists (select 1 from voucher_use where reverses_id = new.use_id)",
        refuse("settlement.line_differs"),
    )
    yield trigger(
        "voucher_settlement_line_fixed",
        "before update of settlement_id, use_id, voucher_id, household_id, organisation_id, payee_name, payee_iban,"
        " cents on voucher_settlement_line",
        "",
        fixed,
    )
    yield trigger(
        "voucher_settlement_line_kept",
        "before delete on voucher_settlement_line",
        f"{state.format(row='old')} is not 'entered' or old.state <> 'to_pay'",
        fixed,
    )
    yield trigger(
        "voucher_settlement_line_paid_by_transfer",
        "before update of state on voucher_settlement_line",
        "(new.state = 'paid' and (old.state <> 'to_pay' or not exists (select 1 from transfer join posting"
        " on posting.transfer_id = transfer.id where transfer.id = new.transfer_id and transfer.kind = 'settlement'"
        " and posting.cents = new.cents and transfer.reservation_id ="
        " (select transfer_id from voucher where id = new.voucher_id))))"
        " or (new.state = 'refused' and (old.state <> 'paid' or not exists"
        " (select 1 from transfer where reverses_id = old.transfer_id)))"
        " or (new.state = 'to_pay' and old.state <> 'to_pay')",
        refuse("settlement.line_differs"),
    )
    yield trigger("payment_file_kept", "before update on payment_file", "", fixed)
    yield trigger("payment_file_stays", "before delete on payment_file", "", fixed)
