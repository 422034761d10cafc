"""The rules of a programme as they are typed: values, with no archive behind them.

A percentage is text as an Italian office writes it («30 %»). What is None or empty is open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models import enums as e
from app.models.money import Cents


@dataclass(frozen=True)
class ServiceDraft:
    """A service that vouchers pay for; `code` is the same in all programmes."""

    id: str | None = None
    code: str = ""
    name: str = ""
    unit_amount: Cents | None = None
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True)
class ProviderDraft:
    """A provider that is admitted."""

    id: str | None = None
    organisation_id: str | None = None
    date_from: date | None = None
    date_to: date | None = None


@dataclass(frozen=True)
class PlaceDraft:
    """A municipality or a district where one must live."""

    id: str | None = None
    municipality_id: str | None = None
    district_id: str | None = None


@dataclass(frozen=True)
class BandDraft:
    """A band of ISEE; `isee_to` None for the last."""

    id: str | None = None
    isee_to: Cents | None = None
    share_max: str = ""
    unit_amount: Cents | None = None
    cap_request: Cents | None = None
    points: str = ""


@dataclass(frozen=True)
class WindowDraft:
    """A time in which requests come in."""

    id: str | None = None
    date_opened: date | None = None
    time_opened: str = ""
    date_closed: date | None = None
    time_closed: str = ""


@dataclass(frozen=True)
class DocumentDraft:
    """A paper that a request must bring."""

    id: str | None = None
    code: str = ""
    name: str = ""
    remedy: e.Remedy = e.Remedy.CURABLE


@dataclass(frozen=True)
class ProgrammeRulesDraft:
    """A version of a programme's rules; fields are those of the record.

    Attributes:
        version, asked: shown only; requests that came in under it.
        units_max: units, not thousandths.
    """

    id: str | None = None
    programme_id: str | None = None
    version: int = 1
    asked: int = 0
    reason: str = ""
    decision_id: str | None = None
    template: str = ""
    source: str = ""
    asker: e.VoucherAsker = e.VoucherAsker.FAMILY
    manner: e.ProgrammeManner = e.ProgrammeManner.ARRIVAL
    pay_to: e.PayTo = e.PayTo.PROVIDER
    residence: e.ResidenceNeed = e.ResidenceNeed.NONE
    work: e.WorkNeed = e.WorkNeed.NONE
    policy_counts: bool = False
    age_min: int | None = None
    age_below: int | None = None
    age_below_disabled: int | None = None
    age_day: e.AgeDay = e.AgeDay.REQUEST
    age_date: date | None = None
    disabled_only: bool = False
    isee_use: e.IseeUse = e.IseeUse.NONE
    isee_kind: e.IseeKind | None = None
    isee_max: Cents | None = None
    isee_needed: bool = False
    firm_size_max: e.OrganisationSize | None = None
    firm_in_plan: bool = False
    unit: e.VoucherUnit = e.VoucherUnit.ONCE
    unit_amount: Cents | None = None
    units_max: Fraction | None = None
    share_max: str = ""
    cap_request: Cents | None = None
    cap_month: Cents | None = None
    cap_child: Cents | None = None
    cap_family: Cents | None = None
    expense_min: Cents | None = None
    hours_min: int | None = None
    aids: e.AidRule = e.AidRule.NETTED
    service_from: date | None = None
    service_to: date | None = None
    validity_days: int | None = None
    valid_to: date | None = None
    call_days: int | None = None
    date_return: date | None = None
    leftover: e.LeftoverRule = e.LeftoverRule.PROGRAMME
    note: str = ""
    services: tuple[ServiceDraft, ...] = ()
    providers: tuple[ProviderDraft, ...] = ()
    places: tuple[PlaceDraft, ...] = ()
    bands: tuple[BandDraft, ...] = ()
    windows: tuple[WindowDraft, ...] = ()
    documents: tuple[DocumentDraft, ...] = ()
    source_line: int | None = None
