"""A programme of vouchers that is open, with families that were admitted: for tests of vouchers that are given."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from app.models.enums import (
    FirmBudgetState,
    Kinship,
    PayTo,
    ProgrammeState,
    VoucherRequestState,
    VoucherUnit,
)
from app.models.households import Household, HouseholdMember, Individual
from app.models.money import Cents
from app.models.store import Store
from app.models.vouchers import (
    FirmBudget,
    ProgrammeProvider,
    ProgrammeRules,
    ProgrammeService,
    VoucherProgramme,
    VoucherRequest,
)
from app.services.vouchers.accounts import provide_firm, provide_programme
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from tests.services.builders import an_organisation
from tests.services.spending_world import build_running

DAY = date(2015, 6, 1)
IBAN = "IT60X0542811101000000123456"
OTHER_IBAN = "IT28W8000000292100645211151"


@dataclass
class VoucherWorld:
    """Keys of what was made; `decision` gave the money of the project, of which the programme has 10,000.00."""

    programme: str
    rules: str
    decision: str
    project: str
    provider: str
    stranger: str
    families: int = field(default=0)


def set_today(store: Store, day: date) -> None:
    """Let the archive's clock say that it is noon of a day."""
    store.clock = lambda: datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)


def build_vouchers(store: Store, *, cents: int = 10_000_00, **rules: Any) -> VoucherWorld:
    """The programme «CRE» of the project of Rho, opened on `DAY`, with one provider admitted."""
    running = build_running(store)
    set_today(store, DAY)
    provider = an_organisation(store, "Cooperativa Il Grillo", iban=IBAN)
    stranger = an_organisation(store, "Cooperativa Altrove", iban=OTHER_IBAN)
    with store.write("save_programme") as session:
        programme = VoucherProgramme(
            proposal_id=running.rho,
            code="CRE",
            name="Buoni per i centri estivi",
            state=ProgrammeState.OPEN.value,
            ceiling=cents,
            decision_id=running.award,
            date_opened=DAY,
            payer_name="Azienda Speciale Sercop",
            payer_iban=IBAN,
        )
        values: dict[str, Any] = {"unit": VoucherUnit.HOUR.value, "pay_to": PayTo.PROVIDER.value, **rules}
        version = ProgrammeRules(programme_id=programme.id, version=1, **values)
        session.add_all(
            [
                programme,
                version,
                ProgrammeService(rules_id=version.id, position=1, code="camp", name="Centro estivo"),
                ProgrammeProvider(rules_id=version.id, position=1, organisation_id=provider),
            ]
        )
        session.flush()
        provide_programme(session, programme.id, running.rho, programme.name, Cents(cents), DAY, running.award)
    return VoucherWorld(programme.id, version.id, running.award, running.rho, provider, stranger)


def admit(store: Store, world: VoucherWorld, *amounts: int, **more: Any) -> list[str]:
    """Requests of as many new families, admitted with these amounts; 40 hours each, in June and July."""
    made = []
    with store.write("save_voucher_request") as session:
        for cents in amounts:
            world.families += 1
            n = world.families
            household = Household(name=f"Famiglia {n}", iban=IBAN if n % 2 else OTHER_IBAN)
            child = Individual(surname=f"Rossi {n}", given_name="Ada")
            values: dict[str, Any] = {
                "state": VoucherRequestState.ADMITTED.value,
                "household_id": household.id,
                "individual_id": child.id,
                "period_start": date(2015, 6, 1),
                "period_end": date(2015, 7, 31),
                "units": 40_000,
                "amount": cents,
                **more,
            }
            member = HouseholdMember(
                household_id=household.id, individual_id=child.id, position=1, kinship=Kinship.CHILD.value
            )
            request = VoucherRequest(
                programme_id=world.programme,
                rules_id=world.rules,
                year=2015,
                number=n,
                day=DAY,
                service="camp",
                **values,
            )
            session.add_all([household, child, member, request])
            made.append(request.id)
    return made


def give(store: Store, world: VoucherWorld, *amounts: int, **more: Any) -> list[str]:
    """Keys of vouchers of these amounts, given today to as many new families."""
    return list(issue_vouchers(store, IssueDraft(tuple(admit(store, world, *amounts, **more)))).ids)


def give_firm(store: Store, world: VoucherWorld, cents: int) -> str:
    """Key of the budget of a firm in the programme, given with these cents."""
    firm = an_organisation(store, f"Ditta {cents}")
    with store.write("save_programme") as session:
        budget = FirmBudget(
            programme_id=world.programme,
            organisation_id=firm,
            state=FirmBudgetState.GIVEN.value,
            day=DAY,
            amount=cents,
            decision_id=world.decision,
        )
        session.add(budget)
        session.flush()
        provide_firm(session, budget.id, world.programme, "Ditta", Cents(cents), DAY, world.decision)
    return budget.id


def reopened_today(store: Store, day: date) -> Store:
    """The same archive on another day."""
    return replace(store, clock=lambda: datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC))
