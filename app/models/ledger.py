"""The ledger: accounts as a tree, transfers and postings that only grow, balances kept by the engine.

The engine itself (guards of the store) holds what is written here: a transfer balances at COMMIT, nothing is changed or
deleted, no account falls below zero, no subtree rises above its ceiling, and no money moves without an effective
decision. Services check the same first, to say it in the user's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.models import journal
from app.models.base import Base, Record, link, new_id, one_of, table_args
from app.models.bulk import insert_rows
from app.models.enums import AccountKind, TransferKind
from app.models.money import CENTS_MAX, Cents


class Zero(Base):
    """One row that holds 0: what must be zero at COMMIT refers to it by a deferred foreign key."""

    __tablename__ = "zero"

    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)

    __table_args__ = table_args(sa.CheckConstraint("value = 0", name="value_zero"))


class Account(Record):
    """An account; neither its parent nor its kind ever changes.

    Attributes:
        subject_id: key of the source, area or proposal whose money it holds.
    """

    __tablename__ = "account"

    plan_id: Mapped[str] = link("plan.id")
    parent_id: Mapped[str | None] = link("account.id")
    kind: Mapped[str]
    subject_id: Mapped[str | None]
    position: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]

    __table_args__ = table_args(
        one_of("kind", AccountKind),
        sa.CheckConstraint("(parent_id is null) = (kind in ('outside', 'plan'))", name="roots_are_plan_and_outside"),
        sa.UniqueConstraint("kind", "subject_id", "plan_id"),
    )


class AccountPath(Base):
    """Every account with each of its ancestors and itself; filled by the engine."""

    __tablename__ = "account_path"

    account_id: Mapped[str] = link("account.id", index=False, primary_key=True)
    ancestor_id: Mapped[str] = link("account.id", primary_key=True)


class AccountState(Base):
    """Balance of an account and of its subtree; kept by the engine, so that it is ready at open.

    Attributes:
        balance: cents on the account itself.
        total: cents on the account and all below it; never above `ceiling`.
    """

    __tablename__ = "account_state"

    account_id: Mapped[str] = link("account.id", index=False, primary_key=True)
    outside: Mapped[bool]
    balance: Mapped[Cents]
    total: Mapped[Cents]
    ceiling: Mapped[Cents | None]

    __table_args__ = table_args(
        sa.CheckConstraint("outside = 1 or balance >= 0", name="balance_not_negative"),
        sa.CheckConstraint("ceiling is null or total <= ceiling", name="total_within_ceiling"),
    )


class Ceiling(Record):
    """A ceiling set on an account by a decision; the newest holds."""

    __tablename__ = "ceiling"

    account_id: Mapped[str] = link("account.id")
    decision_id: Mapped[str] = link("decision.id")
    amount: Mapped[Cents]

    __table_args__ = table_args(sa.CheckConstraint("amount >= 0", name="amount_not_negative"))


class Transfer(Record):
    """One entry of the ledger; never changed. What it moves stands in its postings.

    Attributes:
        day: of the ledger.
        act_id: the act that brought the money in, for funding.
        decision_id: the decision that allows it; effective when the transfer is made.
        reverses_id: the transfer that this one takes back whole.
        reservation_id: the reservation that this one settles or releases.
        imbalance, postings_left: kept by the engine; both zero at COMMIT.
    """

    __tablename__ = "transfer"

    kind: Mapped[str]
    day: Mapped[date]
    reason: Mapped[str]
    act_id: Mapped[str | None] = link("act.id", index=False)
    decision_id: Mapped[str | None] = link("decision.id")
    reverses_id: Mapped[str | None] = link("transfer.id", index=False, unique=True)
    reservation_id: Mapped[str | None] = link("transfer.id")
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    imbalance: Mapped[int] = link("zero.value", index=False, default=0)
    postings_left: Mapped[int] = link("zero.value", index=False)

    __table_args__ = table_args(
        one_of("kind", TransferKind),
        sa.CheckConstraint("day is date(day, '+0 days')", name="day_exists").ddl_if(dialect="sqlite"),
        sa.CheckConstraint("reason <> ''", name="reason_given"),
        sa.CheckConstraint("postings_left >= 0", name="postings_left_not_negative"),
        sa.CheckConstraint(
            "decision_id is not null or (act_id is not null and kind in ('funding', 'reversal'))", name="allowed_by"
        ),
        sa.CheckConstraint("(kind = 'reversal') = (reverses_id is not null)", name="reversal_names_its_transfer"),
        sa.CheckConstraint(
            "kind in ('settlement', 'release') = (reservation_id is not null and kind <> 'reversal')",
            name="settlement_names_its_reservation",
        ),
        sa.Index("ix_transfer_day", "day"),
    )


class Posting(Base):
    """One account's part of a transfer: cents come (> 0) or go (< 0)."""

    __tablename__ = "posting"

    transfer_id: Mapped[str] = link("transfer.id", index=False, primary_key=True)
    account_id: Mapped[str] = link("account.id", index=False, primary_key=True)
    cents: Mapped[Cents]

    __table_args__ = table_args(
        sa.CheckConstraint(f"cents <> 0 and abs(cents) <= {CENTS_MAX}", name="cents_in_range"),
        sa.Index("ix_posting_account_id_cents", "account_id", "cents"),
    )


class AccountDay(Base):
    """What the postings of one day did to an account in all; kept by the engine, so that any day's balance is near."""

    __tablename__ = "account_day"

    account_id: Mapped[str] = link("account.id", index=False, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    cents: Mapped[int]

    __table_args__ = ({"sqlite_strict": True, "sqlite_with_rowid": False},)


@dataclass(frozen=True)
class Entry:
    """A transfer to be written.

    Attributes:
        postings: cents by account key; at least two, sum zero, none zero.
    """

    kind: TransferKind
    day: date
    reason: str
    postings: Mapping[str, int]
    act_id: str | None = None
    decision_id: str | None = None
    reverses_id: str | None = None
    reservation_id: str | None = None
    id: str = field(default_factory=new_id)

    def stored(self) -> dict[str, str | None]:
        """What is said of the transfer, by column, as it is stored and journaled."""
        return {
            "kind": self.kind.value,
            "day": self.day.isoformat(),
            "reason": self.reason,
            "act_id": self.act_id,
            "decision_id": self.decision_id,
            "reverses_id": self.reverses_id,
            "reservation_id": self.reservation_id,
        }


def insert_entries(session: Session, entries: Sequence[Entry]) -> None:
    """Write transfers with their postings and their edits, in order; the engine refuses what must not be.

    Within a transfer the accounts that give come first, so that the engine's checks see no state between.
    """
    gesture = journal.gesture_of(session)
    session.flush()
    made = (gesture.at.isoformat(), gesture.user, 0)
    transfers: list[tuple[object, ...]] = []
    postings: list[tuple[str, str, int]] = []
    edits: list[journal.RowEdit] = []
    for entry in entries:
        assert len(entry.postings) >= 2
        assert all(type(cents) is int for cents in entry.postings.values())
        assert sum(entry.postings.values()) == 0
        fields = entry.stored()
        transfers.append((entry.id, int(gesture.sample), None, *fields.values(), *made, len(entry.postings)))
        ordered = sorted(entry.postings.items(), key=itemgetter(1))
        postings += [(entry.id, account_id, cents) for account_id, cents in ordered]
        edits.append(("transfer", entry.id, None, {**fields, "postings": dict(ordered)}))
    connection = session.connection()
    insert_rows(connection, Transfer, _TRANSFER_COLUMNS, transfers)
    insert_rows(connection, Posting, ("transfer_id", "account_id", "cents"), postings)
    gesture.append_bulk(session, edits)


_TRANSFER_COLUMNS = (
    *("id", "sample", "source_line"),
    *("kind", "day", "reason", "act_id", "decision_id", "reverses_id", "reservation_id"),
    *("made_at", "made_by", "imbalance", "postings_left"),
)
