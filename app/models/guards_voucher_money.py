"""What SQLite itself refuses of the money of vouchers: how it comes to a programme and to a firm, and how it is paid.

A voucher is one reservation of its programme's money, or of its firm's. What is settled of it goes to what was paid out
of the same programme or firm, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator

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
        f"{reason} = 'provision' and new.cents > 0 and {giver} is not {parent} and {giver_parent} is not new.account_id",
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
