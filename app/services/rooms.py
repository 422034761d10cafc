"""Where a record is shown: the room of the window that keeps records of its kind."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.models.base import Record
from app.models.calls import CallRules
from app.models.households import Household, Individual
from app.models.ledger import Account, Transfer
from app.models.meetings import AgendaItem, Allocation, Committee, Decision, Meeting
from app.models.network import Alliance, NetworkAgreement, Organisation
from app.models.plan import Act, Declaration, FundingSource, Plan, PriorityArea
from app.models.proposals import Call, Proposal
from app.models.spending import Amendment, BudgetRequest, ExpenseReport, Payment, Rescaling
from app.models.store import Store
from app.models.territory import District, EarlierCall, Municipality
from app.models.voucher_ledger import Voucher, VoucherReport, VoucherSettlement, VoucherUse
from app.models.vouchers import FirmBudget, ProgrammeRules, VoucherProgramme, VoucherRequest

_ROOMS: tuple[tuple[str, tuple[type[Record], ...]], ...] = (
    ("plan", (Plan, Act, FundingSource, PriorityArea, District, Municipality, EarlierCall, Declaration)),
    ("network", (Organisation, Alliance, NetworkAgreement)),
    ("calls", (Call, CallRules)),
    ("proposals", (Proposal,)),
    ("resources", (Account, Transfer, Allocation)),
    ("projects", (Rescaling, BudgetRequest, Amendment, Payment, ExpenseReport)),
    ("vouchers", (VoucherProgramme, ProgrammeRules, Household, Individual, VoucherRequest, FirmBudget)),
    ("vouchers", (Voucher, VoucherUse, VoucherReport, VoucherSettlement)),
    ("meetings", (Meeting, AgendaItem, Decision, Committee)),
)
"""Kinds of records that are listed, by the room that lists them."""


@dataclass(frozen=True)
class Place:
    """Room in which a record is shown, and the table that it is kept in, as the journal names it."""

    room: str
    table: str


def place_of(store: Store, record_id: str) -> Place | None:
    """Where a record can be opened; None when it is gone, or is a part of another record."""
    with store.read() as session:
        for room, kinds in _ROOMS:
            for kind in kinds:
                if session.scalar(sa.select(sa.exists().where(kind.id == record_id))):
                    return Place(room, kind.__tablename__)
    return None
