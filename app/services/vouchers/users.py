"""Programmes of vouchers and households that name a record: it cannot be deleted then."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from app.models.households import Household, HouseholdMember
from app.models.voucher_ledger import Voucher, VoucherReport, VoucherSettlement, VoucherSettlementLine, VoucherUse
from app.models.voucher_measures import ProgrammeIndicator
from app.models.vouchers import (
    FirmBudget,
    ProgrammePlace,
    ProgrammeProvider,
    ProgrammeRules,
    VoucherProgramme,
    VoucherRequest,
)

Names = sa.Select[tuple[str]]


def in_places(column: InstrumentedAttribute[str | None], place_id: str) -> Names:
    """Programmes for whoever lives in a municipality or district, by their names."""
    return _programmes().join(ProgrammeRules).join(ProgrammePlace).where(column == place_id)


def households_in(municipality_id: str) -> Names:
    """Households that live in a municipality, by their names."""
    return sa.select(Household.name).where(Household.municipality_id == municipality_id)


def programmes_of(proposal_id: str) -> Names:
    """Programmes that draw on a project, by their names."""
    return _programmes().where(VoucherProgramme.proposal_id == proposal_id)


def programmes_of_action(action_id: str) -> Names:
    """Programmes that carry out an action of a project, by their names."""
    return _programmes().where(VoucherProgramme.action_id == action_id)


def programmes_counting(indicator_id: str) -> Names:
    """Programmes whose vouchers an indicator counts, by their names."""
    return _programmes().join(ProgrammeIndicator).where(ProgrammeIndicator.indicator_id == indicator_id)


def of_organisation(organisation_id: str) -> Iterator[Names]:
    """What names an organisation: programmes where it provides, asks or is paid, households whose member it employs."""
    yield (
        _programmes()
        .join(ProgrammeRules)
        .join(ProgrammeProvider)
        .where(ProgrammeProvider.organisation_id == organisation_id)
    )
    yield _programmes().join(FirmBudget).where(FirmBudget.organisation_id == organisation_id)
    yield _programmes().join(VoucherReport).where(VoucherReport.provider_id == organisation_id)
    asked = sa.or_(VoucherRequest.provider_id == organisation_id, VoucherRequest.organisation_id == organisation_id)
    yield _programmes().join(VoucherRequest).where(asked)
    yield _programmes().join(Voucher).join(VoucherUse).where(VoucherUse.provider_id == organisation_id)
    paid = VoucherSettlementLine.organisation_id == organisation_id
    yield _programmes().join(VoucherSettlement).join(VoucherSettlementLine).where(paid)
    yield sa.select(Household.name).join(HouseholdMember).where(HouseholdMember.employer_id == organisation_id)


def _programmes() -> Names:
    return sa.select(VoucherProgramme.name)
