"""An archive as a large office has it: thousands of proposals and organisations, written in bulk with their journal."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.models.base import new_id
from app.models.enums import ArrivalChannel, BudgetSection, CostCategory, OrganisationKind, ProposalState
from app.models.network import Alliance, Organisation, OrganisationAlias, Partnership
from app.models.proposals import (
    Action,
    ActionObjective,
    Budget,
    BudgetItem,
    ExpectedResult,
    Indicator,
    Objective,
    Proposal,
    Target,
)
from app.models.records import insert_records
from app.models.store import Store, create_archive
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.plan.funding import AreaDraft, area_rows, save_area
from app.services.plan.plan import PlanDraft, find_plan, save_plan

ITEMS = 20
PARTNERS = 6
PROPOSALS_OF_AN_ALLIANCE = 5

FIRST = ("Associazione", "Cooperativa", "Fondazione", "Comune di", "Istituto", "Consorzio", "Parrocchia", "Circolo")
SECOND = ("Aurora", "Brughiera", "Città", "Domani", "Èlite", "Famiglie", "Girasole", "Hangar", "Insieme", "Lavoro")
THIRD = ("Abbiategrasso", "Bollate", "Cesano", "Desio", "Erba", "Gallarate", "Legnano", "Magenta", "Rho", "Saronno")
FOURTH = ("nord", "sud", "est", "ovest", "di mezzo", "nuova", "antica", "alta", "bassa", "centrale", "unita", "prima")
WORDS = (
    *("conciliazione", "famiglia", "lavoro", "tempo", "sportello", "anziani", "nido", "orario", "flessibile", "rete"),
    *("territorio", "impresa", "genitori", "assistenza", "servizio", "formazione", "progetto", "comunità", "qualità"),
)


@dataclass(frozen=True)
class Many:
    """How much there is."""

    proposals: int = 5_000
    organisations: int = 3_000


def make_archive(path: Path, much: Many) -> None:
    """Write an archive with one call, `much` proposals of `ITEMS` cost items each, and as many organisations."""
    create_archive(path, fill=lambda store: fill(store, much))


def fill(store: Store, much: Many) -> None:
    """Write the records into an empty archive: the plan by its verbs, the rest in bulk."""
    chance = random.Random(2014)
    save_plan(store, PlanDraft(name="Piano di molte proposte", office="Ufficio"))
    for n in range(12):
        save_area(store, AreaDraft(title=f"Ambito {n + 1}"))
    save_call(store, CallDraft(title="Avviso unico", date_opened=date(2024, 1, 8), date_closed=date(2024, 5, 31)))
    [call], areas = call_rows(store), [row.id for row in area_rows(store)]
    plan = find_plan(store)
    assert plan is not None
    with store.write("import_workbook") as session:
        organisations = insert_records(session, Organisation, _organisations(chance, much.organisations))
        insert_records(session, OrganisationAlias, _aliases(organisations))
        count = max(1, much.proposals // PROPOSALS_OF_AN_ALLIANCE)
        names = [f"Alleanza {_words(chance, 2)} {n + 1}" for n in range(count)]
        leads = [organisations[n % len(organisations)] for n in range(count)]
        alliances = insert_records(
            session,
            Alliance,
            (
                {"plan_id": plan.id, "number": n + 1, "name": name, "short_name": f"All. {n + 1}", "lead_id": lead}
                for n, (name, lead) in enumerate(zip(names, leads, strict=True))
            ),
        )
        insert_records(session, Partnership, _partnerships(chance, alliances, organisations))
        terms = {"call_id": call.id, "rules_id": call.rules_id, "state": ProposalState.SUBMITTED.value}
        _proposals(session, chance, terms, areas, alliances, much.proposals)


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(count))


def _organisations(chance: random.Random, count: int) -> Iterator[dict[str, Any]]:
    kinds = list(OrganisationKind)
    for n in range(count):
        parts = (FIRST[n % 8], SECOND[n // 8 % 10], THIRD[n // 80 % 10], FOURTH[n // 800 % 12])
        number = "" if n < 9600 else f" {n}"
        yield {
            "kind": kinds[n % len(kinds)].value,
            "name": " ".join(parts) + number,
            "seat": chance.choice(THIRD),
            "tax_code": f"{80000000000 + n}",
        }


def _aliases(organisations: list[str]) -> Iterator[dict[str, Any]]:
    for n, key in enumerate(organisations):
        if n % 3 == 0:
            yield {"organisation_id": key, "name": f"Ente n. {n}"}


def _partnerships(chance: random.Random, alliances: list[str], organisations: list[str]) -> Iterator[dict[str, Any]]:
    for key in alliances:
        for position, partner in enumerate(chance.sample(organisations, min(PARTNERS, len(organisations))), start=1):
            roles = {phase: chance.random() < 0.5 for phase in ("design", "coordination", "delivery", "verification")}
            yield {"alliance_id": key, "organisation_id": partner, "position": position, **roles}


def _proposals(
    session: Session,
    chance: random.Random,
    terms: dict[str, Any],
    areas: list[str],
    alliances: list[str],
    count: int,
) -> None:
    keys = [new_id() for _ in range(count)]
    budgets, objectives, actions, results = ([new_id() for _ in range(count)] for _ in range(4))
    opened, channels = date(2024, 1, 8), list(ArrivalChannel)
    insert_records(
        session,
        Proposal,
        (
            {
                **terms,
                "id": key,
                "alliance_id": alliances[n % len(alliances)],
                "area_id": areas[n % len(areas)],
                "number": n + 1,
                "title": f"{_words(chance, 4).capitalize()} {n + 1}",
                "context": _words(chance, 120),
                "aims": _words(chance, 60),
                "sustainability": _words(chance, 30),
                "protocol": f"{10000 + n}/2024",
                "date_received": opened + timedelta(days=n % 140),
                "channel": channels[n % len(channels)].value,
                "total_declared": chance.randrange(10**6, 10**8),
            }
            for n, key in enumerate(keys)
        ),
    )
    one = [{"proposal_id": key} for key in keys]
    texts = [_words(chance, 12) for _ in range(97)]
    labelled = list(enumerate(one))
    own = zip(objectives, labelled, strict=True)
    insert_records(session, Objective, ({**row, "id": o, "number": 1, "text": texts[n % 97]} for o, (n, row) in own))
    own = zip(actions, labelled, strict=True)
    insert_records(
        session,
        Action,
        ({**row, "id": a, "position": 1, "label": "Azione", "text": texts[n % 97]} for a, (n, row) in own),
    )
    served = zip(actions, objectives, strict=True)
    insert_records(session, ActionObjective, ({"action_id": action, "objective_id": aim} for action, aim in served))
    insert_records(session, Target, ({**row, "position": 1, "text": texts[n % 97]} for n, row in labelled))
    own = zip(results, labelled, strict=True)
    insert_records(
        session, ExpectedResult, ({**row, "id": r, "position": 1, "text": texts[n % 97]} for r, (n, row) in own)
    )
    insert_records(
        session,
        Indicator,
        ({"result_id": key, "position": 1, "text": texts[n % 97], "target": n % 50} for n, key in enumerate(results)),
    )
    own_budgets = zip(budgets, one, strict=True)
    insert_records(session, Budget, ({**row, "id": budget, "version": 1} for budget, row in own_budgets))
    insert_records(session, BudgetItem, _items(chance, budgets))


def _items(chance: random.Random, budgets: list[str]) -> Iterator[dict[str, Any]]:
    costs = [category.value for category in CostCategory if category is not CostCategory.VOLUNTEERS]
    for budget in budgets:
        for n in range(ITEMS):
            section = BudgetSection.COSTS if n < ITEMS * 3 // 4 else BudgetSection.CONTRIBUTION
            yield {
                "budget_id": budget,
                "section": section.value,
                "category": costs[n % len(costs)],
                "position": n + 1,
                "label": f"Voce {n + 1}",
                "amount": chance.randrange(10_000, 900_000),
            }
