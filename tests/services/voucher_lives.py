"""Random lives of vouchers beside a plain account of them: what the archive keeps must be what was done.

A life is a list of steps (name, first number, second number); what the numbers mean depends on what there is. A step
that a rule forbids is refused and must change nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

import sqlalchemy as sa

from app.models.enums import AccountKind, VoucherState
from app.models.errors import AppError
from app.models.ledger import Account, AccountState
from app.models.money import Cents
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherSettlementLine, VoucherUse
from app.services.integrity import INVARIANTS
from app.services.integrity.context import Context
from app.services.vouchers.ending import EndDraft, expire_vouchers, reinstate_voucher, renounce_voucher, revoke_voucher
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.payments import settlement_payments
from app.services.vouchers.provider_reports import (
    ReportLineDraft,
    VoucherReportDraft,
    accept_voucher_report,
    save_voucher_report,
)
from app.services.vouchers.settlement import (
    RefusalDraft,
    SettlementDraft,
    check_settlement,
    refuse_payment,
    release_settlement,
    save_settlement,
)
from app.services.vouchers.using import CorrectionDraft, UseDraft, correct_use, record_use
from app.services.wording.texts import translator
from tests.services.voucher_world import DAY, VoucherWorld, admit, set_today

Step = tuple[str, int, int]
STEPS = (
    "issue",
    "use",
    "report",
    "correct",
    "renounce",
    "revoke",
    "expire",
    "reinstate",
    "settle",
    "refuse",
    "tomorrow",
)
WATCHED = ("I1", "I2", "I3", "I4", "I9")
"""Invariants that are proved after each step; the end of a life proves all."""


@dataclass
class Kept:
    """A voucher as the plain account has it; `uses` by key, settled ones by key of the settlement."""

    key: str
    code: str
    amount: int
    last: date
    ended: bool = False
    uses: dict[str, int] = field(default_factory=dict)
    paid: set[str] = field(default_factory=set)

    @property
    def used(self) -> int:
        return sum(self.uses.values())


@dataclass
class Lives:
    """Many vouchers of one programme, living together."""

    store: Store
    world: VoucherWorld
    money: int
    today: date = DAY
    kept: list[Kept] = field(default_factory=list)
    settled: dict[str, list[tuple[Kept, str]]] = field(default_factory=dict)
    refused: int = 0

    def live(self, steps: Sequence[Step], *, compared: bool = True) -> None:
        """Do the steps; then hold the archive against the plain account."""
        for name, one, two in steps:
            try:
                getattr(self, f"_{name}")(one, two)
            except AppError:
                self.refused += 1
        if compared:
            self.compare()

    def compare(self) -> None:
        """The archive says what was done, and its invariants hold."""
        with self.store.read() as session:
            rows = {row.id: row for row in session.scalars(sa.select(Voucher))}
            balances = dict(
                session.execute(
                    sa.select(Account.kind, sa.func.sum(AccountState.balance))
                    .join(AccountState, AccountState.account_id == Account.id)
                    .where(Account.kind.in_([AccountKind.PROGRAMME, AccountKind.HELD, AccountKind.PAID]))
                    .group_by(Account.kind)
                )
                .tuples()
                .all()
            )
            context = Context(session, translator("en"))
            for invariant in INVARIANTS:
                if invariant.code in WATCHED:
                    assert [line for check in invariant.checks for line in check(context)] == []
        assert {(row.used, row.settled, row.code) for row in rows.values()} == {
            (kept.used, sum(kept.uses[use] for use in kept.paid), kept.code) for kept in self.kept
        }
        assert sorted(row.number for row in rows.values()) == list(range(1, len(rows) + 1))
        held = sum((k.used if k.ended else k.amount) - sum(k.uses[use] for use in k.paid) for k in self.kept)
        paid = sum(k.uses[use] for k in self.kept for use in k.paid)
        assert balances.get("held", 0) == held
        assert balances.get("paid", 0) == paid
        assert balances["programme"] == self.money - held - paid
        for kept in self.kept:
            ended = VoucherState(rows[kept.key].state) in (
                VoucherState.EXPIRED,
                VoucherState.REVOKED,
                VoucherState.RENOUNCED,
            )
            assert ended == kept.ended

    def _one(self, number: int) -> Kept:
        return self.kept[number % len(self.kept)]

    def _issue(self, one: int, _two: int) -> None:
        (request,) = admit(self.store, self.world, 1 + one * 37 % 900_00)
        key = issue_vouchers(self.store, IssueDraft((request,))).id
        with self.store.read() as session:
            row = session.get_one(Voucher, key)
            self.kept.append(Kept(key, row.code, row.amount, row.valid_to))

    def _use(self, one: int, two: int) -> None:
        kept = self._one(one) if self.kept else None
        if kept is None:
            return
        draft = UseDraft(
            kept.code,
            self.today - timedelta(days=two % 4 - 1),
            Fraction(two % 27 - 1),
            self.world.provider,
            f"R{two % 6}",
            Cents(two * 11) if two % 3 else None,
        )
        use = record_use(self.store, draft).id
        kept.uses[use] = self._cents(use)

    def _cents(self, use: str) -> int:
        with self.store.read() as session:
            return session.get_one(VoucherUse, use).cents

    def _report(self, one: int, two: int) -> None:
        if not self.kept:
            return
        lines = tuple(
            ReportLineDraft(
                None,
                self._one(one + n).code,
                self.today,
                Fraction(1 + (two + n) % 25),
                Cents(1 + two * 7),
                f"F{two % 5}",
            )
            for n in range(1 + two % 3)
        )
        draft = VoucherReportDraft(
            programme_id=self.world.programme, provider_id=self.world.provider, date_received=self.today, lines=lines
        )
        key = save_voucher_report(self.store, draft).id
        accept_voucher_report(self.store, key)
        self._take_over()

    def _take_over(self) -> None:
        """Uses that came by a report, as they were written."""
        by_key = {kept.key: kept for kept in self.kept}
        with self.store.read() as session:
            query = sa.select(VoucherUse).where(VoucherUse.report_line_id.is_not(None))
            corrected = set(session.scalars(sa.select(VoucherUse.reverses_id)))
            for use in session.scalars(query):
                if use.id not in corrected:
                    by_key[use.voucher_id].uses.setdefault(use.id, use.cents)

    def _correct(self, one: int, two: int) -> None:
        kept = self._one(one) if self.kept else None
        if kept is None or not kept.uses:
            return
        use = list(kept.uses)[two % len(kept.uses)]
        correct_use(self.store, CorrectionDraft(use, "Errore"))
        del kept.uses[use]

    def _renounce(self, one: int, _two: int) -> None:
        if self.kept:
            renounce_voucher(self.store, EndDraft(self._one(one).key, reason="Rinuncia"))
            self._one(one).ended = True

    def _revoke(self, one: int, _two: int) -> None:
        if self.kept:
            revoke_voucher(self.store, EndDraft(self._one(one).key, reason="Revoca"))
            self._one(one).ended = True

    def _expire(self, _one: int, _two: int) -> None:
        expire_vouchers(self.store, self.world.programme)
        for kept in self.kept:
            if kept.last < self.today and kept.used < kept.amount:
                kept.ended = True

    def _reinstate(self, one: int, _two: int) -> None:
        if self.kept:
            reinstate_voucher(self.store, EndDraft(self._one(one).key, reason="Per errore"))
            self._one(one).ended = False

    def _settle(self, one: int, _two: int) -> None:
        draft = SettlementDraft(
            programme_id=self.world.programme, day=self.today - timedelta(days=one % 3), act="Determina"
        )
        key = save_settlement(self.store, draft).id
        check_settlement(self.store, key)
        release_settlement(self.store, key, self.today)
        by_key = {kept.key: kept for kept in self.kept}
        with self.store.read() as session:
            lines = session.scalars(sa.select(VoucherSettlementLine).filter_by(settlement_id=key)).all()
        self.settled[key] = [(by_key[line.voucher_id], line.use_id) for line in lines]
        for kept, use in self.settled[key]:
            assert use not in kept.paid, "a use is paid once"
            kept.paid.add(use)

    def _refuse(self, one: int, two: int) -> None:
        if not self.settled:
            return
        key = list(self.settled)[one % len(self.settled)]
        payments = settlement_payments(self.store, key)
        refuse_payment(self.store, RefusalDraft(key, 1 + two % (len(payments) + 1), self.today, "AC04"))
        for kept, use in self.settled[key]:
            kept.paid.discard(use)

    def _tomorrow(self, one: int, _two: int) -> None:
        self.today += timedelta(days=(1, 7, 30)[one % 3])
        set_today(self.store, self.today)
