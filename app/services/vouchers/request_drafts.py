"""Requests for vouchers as they are typed and listed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models.enums import (
    AmountLimit,
    ConditionOutcome,
    IseeKind,
    VoucherCondition,
    VoucherRequestState,
    VoucherUnit,
)
from app.models.money import Cents


@dataclass(frozen=True)
class ConditionDraft:
    """A condition of a request.

    Attributes:
        outcome: as it stands; shown only.
        said: what a person says of it, over what the archive knows; None to leave it to the archive.
    """

    id: str | None = None
    condition: VoucherCondition = VoucherCondition.WINDOW
    outcome: ConditionOutcome = ConditionOutcome.NOT_KNOWN
    said: ConditionOutcome | None = None
    note: str = ""


@dataclass(frozen=True)
class LimitRow:
    """A limit of a request's amount, and whether it is the one that decided."""

    bound: AmountLimit
    cents: Cents
    decided: bool


@dataclass(frozen=True)
class RequestDraft:
    """A request; fields are those of the record.

    Attributes:
        number, year, state, state_reason, amount, bound, limits: shown only.
        units: units, not thousandths.
    """

    id: str | None = None
    programme_id: str | None = None
    year: int = 0
    number: int = 0
    state: VoucherRequestState = VoucherRequestState.ASKED
    state_reason: str = ""
    date_settled: date | None = None
    day: date | None = None
    time: str = ""
    protocol: str = ""
    household_id: str | None = None
    individual_id: str | None = None
    requester_id: str | None = None
    organisation_id: str | None = None
    firm_budget_id: str | None = None
    service: str = ""
    provider_id: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    units: Fraction | None = None
    hours: int | None = None
    expense: Cents | None = None
    aids: Cents | None = None
    employer_part: Cents | None = None
    isee: Cents | None = None
    isee_kind: IseeKind | None = None
    isee_to: date | None = None
    points: str = ""
    amount: Cents | None = None
    bound: AmountLimit | None = None
    note: str = ""
    conditions: tuple[ConditionDraft, ...] = ()
    limits: tuple[LimitRow, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class RequestRow:
    """A request in a list.

    Attributes:
        holder: child or relative that the service is for, or firm or body that asks for itself.
        place: in the waiting list, from 1; None for who does not wait.
        family_part: what the family pays of the price; None while the price is not known.
    """

    id: str
    programme_id: str
    programme: str
    year: int
    number: int
    state: VoucherRequestState
    place: int | None
    day: date
    time: str
    protocol: str
    holder: str
    household: str
    firm: str
    service: str
    provider: str
    period_start: date
    period_end: date
    units: Fraction
    unit: VoucherUnit
    expense: Cents | None
    aids: Cents
    amount: Cents | None
    bound: AmountLimit | None
    employer_part: Cents
    family_part: Cents | None
    isee: Cents | None
    sample: bool
    source_line: int | None

    @property
    def programme_code(self) -> str:
        """«GAR»: its programme, in short."""
        return self.programme.partition(" · ")[0]

    @property
    def label(self) -> str:
        """«GAR 12/2015»: its programme, number and year."""
        return f"{self.programme_code} {self.number}/{self.year}"
