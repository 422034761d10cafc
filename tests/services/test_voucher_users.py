"""What programmes of vouchers and households name cannot be deleted, and the refusal says who names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models.errors import RuleBroken
from app.services.network.registry import OrganisationDraft, delete_organisation, save_organisation
from app.services.network.territory import (
    DistrictDraft,
    MunicipalityDraft,
    delete_district,
    delete_municipality,
    municipality_rows,
    save_district,
)
from app.services.vouchers.households import HouseholdDraft, save_household
from app.services.vouchers.rules_drafts import PlaceDraft, ProgrammeRulesDraft, ProviderDraft, ServiceDraft
from app.services.vouchers.users import programmes_of
from tests.services.spending_world import build_running
from tests.services.test_voucher_desk import open_desk, set_today
from tests.services.world import new_store


def users_of(error: pytest.ExceptionInfo[RuleBroken]) -> tuple[str, ...]:
    assert error.value.code == "record.in_use"
    users: tuple[str, ...] = error.value.values["users"]
    return users


def test_places_and_providers_of_a_programme_stay(tmp_path: Path) -> None:
    with new_store(tmp_path) as store:
        set_today(store)
        running = build_running(store)
        towns = (MunicipalityDraft(name="Pero"),)
        district = save_district(store, DistrictDraft(name="Rhodense", municipalities=towns)).id
        town = next(row.id for row in municipality_rows(store) if row.name == "Pero")
        provider = save_organisation(store, OrganisationDraft(name="Cooperativa Sole")).id
        save_household(store, HouseholdDraft(name="Neri", municipality_id=town))
        rules = ProgrammeRulesDraft(
            services=(ServiceDraft(code="camp", name="Campus"),),
            places=(PlaceDraft(district_id=district), PlaceDraft(municipality_id=town)),
            providers=(ProviderDraft(organisation_id=provider),),
        )
        open_desk(store, running, rules)
        with pytest.raises(RuleBroken) as refused:
            delete_municipality(store, town)
        assert users_of(refused) == ("Campus", "Neri")
        with pytest.raises(RuleBroken) as refused:
            save_district(store, DistrictDraft(id=district, name="Rhodense"))
        assert users_of(refused) == ("Campus", "Neri")
        with pytest.raises(RuleBroken) as refused:
            delete_district(store, district)
        assert users_of(refused) == ("Pero", "Campus")
        with pytest.raises(RuleBroken) as refused:
            delete_organisation(store, provider)
        assert users_of(refused) == ("Campus",)
        with store.read() as session:
            assert session.scalars(programmes_of(running.rho)).all() == ["Campus"]
