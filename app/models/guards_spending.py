"""What SQLite itself refuses of grants after they were given: paid money, and reports that were approved."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger


def special_postings(kind: str, reason: str) -> Iterator[tuple[str, str]]:
    """(code, condition of the refusal): paid money comes by a payment of its project, and goes back to its area.

    Args:
        kind, reason: SQL that gives the kind of the posting's account and of its transfer.
    """
    yield (
        "transfer.only_payments_pay",
        f"{reason} not in ('reversal', 'settlement') and ({kind} = 'paid') <> (({reason} = 'payment' and new.cents > 0)"
        f" or ({reason} = 'recovery' and new.cents < 0))",
    )
    giver = "select account_id from posting where transfer_id = new.transfer_id and cents < 0"
    yield (
        "transfer.only_payments_pay",
        f"{reason} = 'payment' and new.cents > 0"
        f" and (select parent_id from account where id = new.account_id) not in ({giver})",
    )
    yield (
        "transfer.only_payments_pay",
        f"{reason} = 'payment' and new.cents < 0 and {kind} <> 'project'",
    )
    yield (
        "transfer.only_payments_pay",
        f"{reason} = 'recovery' and new.cents > 0 and ({kind} <> 'area' or not exists (select 1 from account_path"
        f" where ancestor_id = new.account_id and account_id in ({giver})))",
    )


def spending() -> Iterator[str]:
    """A released payment and an approved report stay as they are."""
    released = refuse("payment.released")
    yield trigger("payment_not_born_released", "before insert on payment", "new.state <> 'entered'", released)
    yield trigger("payment_stays_released", "before update on payment", "old.state = 'released'", released)
    yield trigger("payment_kept", "before delete on payment", "old.state = 'released'", released)
    approved = refuse("report.approved")
    yield trigger("expense_report_stays", "before update on expense_report", "old.state = 'approved'", approved)
    yield trigger("expense_report_kept", "before delete on expense_report", "old.state = 'approved'", approved)
    for what, rows in (("insert", ("new",)), ("update", ("old", "new")), ("delete", ("old",))):
        keys = ", ".join(f"{row}.report_id" for row in rows)
        yield trigger(
            f"expense_{what}_while_open",
            f"before {what} on expense",
            f"exists (select 1 from expense_report where id in ({keys}) and state = 'approved')",
            approved,
        )
