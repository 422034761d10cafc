"""Weights of a split that the archive knows: residents of the municipalities, points of the ranking."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from app.models.enums import AllocationRule, SplitLevel, WeightBasis
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.models.network import Alliance, OrganisationSeat, Partnership
from app.models.proposals import Proposal
from app.models.rankings import Ranking, RankingPlace
from app.models.store import Store
from app.models.territory import Municipality
from app.services.decisions.drafts import SplitArea, SplitDraft
from app.services.meetings.closing import close_meeting
from app.services.network.territory import load_municipality, municipality_rows, save_municipality
from app.services.sharing.scenario_compute import resolve
from app.services.sharing.scenario_facts import read_facts
from tests.services.builders import an_organisation, refusal
from tests.services.sitting import DAY, Sitting, build_sitting, first_meeting


@pytest.fixture
def sitting(store: Store) -> Sitting:
    """The plan's case, its four projects funded."""
    made = build_sitting(store)
    meeting = first_meeting(store, made)
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")
    return made


def weights(store: Store, sitting: Sitting, basis: WeightBasis, *codes: str) -> tuple[list[object], list[object]]:
    """What the areas and their projects weigh, as the terms of a split are filled in."""
    split = SplitDraft(
        total=Cents(100),
        level=SplitLevel.AREAS,
        rule=AllocationRule.WEIGHTS,
        basis=basis,
        inner_rule=AllocationRule.WEIGHTS,
        inner_basis=basis,
        areas=tuple(SplitArea(sitting.areas[code]) for code in codes),
    )
    with store.read() as session:
        resolved, _sheet = resolve(split, read_facts(session, None))
    return [row.weight for row in resolved.areas], [row.weight for row in resolved.projects]


def seats(store: Store, sitting: Sitting, residents: int | None = 50_000) -> None:
    """Legnano's lead sits in Legnano; its partner, who is Rho's partner too, in Legnano and in Rho."""
    partner = an_organisation(store, "Cooperativa")
    with store.write("save_alliance") as session:
        alliances = {row.short_name: row.id for row in session.query(Alliance)}
        for name, count in (("Legnano", 60_000), ("Rho", residents)):
            town = Municipality(plan_id=sitting.plan, name=name, population=count)
            session.add(town)
            bodies = (sitting.organisation, partner) if name == "Legnano" else (partner,)
            session.add_all(
                OrganisationSeat(organisation_id=body, municipality_id=town.id, kind="legal", position=1)
                for body in bodies
            )
        session.add_all(
            Partnership(alliance_id=alliances[name], organisation_id=partner, position=1) for name in ("Legnano", "Rho")
        )


def test_population_counts_each_municipality_of_the_partnership_once(store: Store, sitting: Sitting) -> None:
    seats(store, sitting)
    assert weights(store, sitting, WeightBasis.POPULATION, "A.1", "A.2") == ([110_000, 110_000], [110_000, 110_000])


def test_population_that_is_not_known_of_all_is_no_weight(store: Store, sitting: Sitting) -> None:
    seats(store, sitting, residents=None)
    with pytest.raises(InvalidInput, match=r"split\.weight_unknown") as caught:
        weights(store, sitting, WeightBasis.POPULATION, "A.1")
    assert caught.value.values["basis"] is WeightBasis.POPULATION
    with pytest.raises(InvalidInput, match=r"split\.weight_unknown"):
        weights(store, sitting, WeightBasis.POPULATION, "A.3")  # nobody has a seat there


def test_points_are_those_of_the_adopted_ranking(store: Store, sitting: Sitting) -> None:
    with pytest.raises(InvalidInput, match=r"split\.weight_unknown"):
        weights(store, sitting, WeightBasis.POINTS, "A.3")
    with store.write("adopt_ranking") as session:
        call = session.get_one(Proposal, sitting.proposals["Rho"]).call_id
        ranking = Ranking(
            call_id=call,
            number=1,
            day=DAY,
            inputs="{}",
            inputs_hash="",
        )
        session.add(ranking)
        for place, (name, total) in enumerate((("Garbagnate", "145/2"), ("Castano", "60")), start=1):
            row = {
                "proposal_id": sitting.proposals[name],
                "position": place,
                "place": place,
                "total": total,
                "kind": "full",
            }
            session.add(RankingPlace(ranking_id=ranking.id, amount_due=Cents(0), amount=Cents(0), **row))
        session.flush()
        ranking.state, ranking.adopted_at = "adopted", datetime(2014, 6, 24, tzinfo=UTC)
    areas, projects = weights(store, sitting, WeightBasis.POINTS, "A.3")
    assert projects == [Fraction(145, 2), 60]
    assert areas == [Fraction(265, 2)]


def test_residents_are_kept_and_checked(store: Store, sitting: Sitting) -> None:
    seats(store, sitting)
    [legnano, _rho] = municipality_rows(store)
    assert legnano.population == 60_000
    draft = load_municipality(store, legnano.id)
    assert draft.population == 60_000
    wrong = type(draft)(draft.id, draft.name, draft.district_id, draft.source_line, -1)
    assert refusal(save_municipality, store, wrong) == ("number.negative", "population")
