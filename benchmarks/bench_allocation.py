"""What sharing costs: the engine alone, within limits, and a scenario of many projects from the archive to the screen.

    python -m benchmarks.bench_allocation [--quick] [--json FILE]

Times are those of the processor, so that what else runs does not count; nothing here waits. Ratios are to the bare
splitting of the same cents (`split_cents`: amounts, and no proof), in turns with it.
"""

from __future__ import annotations

import argparse
import gc
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from app.models.enums import (
    AllocationRule,
    BudgetSection,
    CapBasis,
    PotKind,
    ProposalState,
    SplitLevel,
    TransferKind,
    WeightBasis,
)
from app.models.ledger import Entry, insert_entries
from app.models.money import Cents, split_cents
from app.models.network import Alliance
from app.models.plan import Act, FundingSource, Plan, PriorityArea
from app.models.proposals import Budget, BudgetItem, Call, Proposal
from app.models.store import Store, create_archive, open_archive
from app.services.ledger.ledger import ensure_area_account, ensure_source_account, root_accounts
from app.services.sharing.allocation import allocate
from app.services.sharing.scenarios import (
    blank_pot,
    blank_scenario,
    load_scenario,
    save_pot,
    save_scenario,
    scenario_result,
)
from benchmarks._figures import Report

PARTS, PROJECTS, AREAS = 10_000, 500, 20
LIMIT_PARTS, LIMIT_SCENARIO = 20.0, 100.0
SEED = 20_140_709
TODAY = date(2014, 7, 9)


def cpu_seconds(action: Callable[[], object]) -> float:
    """Seconds of the processor that an action takes; no garbage is looked for meanwhile."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        action()
        return time.process_time() - started
    finally:
        gc.enable()


def in_turns(report: Report, times: int, **actions: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of each action, the least of so many turns."""
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _turn in range(times):
        for name, action in actions.items():
            taken[name].append(cpu_seconds(action))
    for name, values in taken.items():
        report.times(name, values)
    return {name: min(values) * 1000 for name, values in taken.items()}


def bench_engine(report: Report, parts: int, times: int) -> None:
    """10,000 parts by each rule, against the bare splitting."""
    chance = random.Random(SEED)
    keys = [f"p{n}" for n in range(parts)]
    weights = [chance.randrange(1, 10**6) for _ in keys]
    total = Cents(10**10 + 7)
    found = in_turns(
        report,
        times,
        bare=lambda: split_cents(total, weights),
        equal=lambda: allocate(total, keys, AllocationRule.EQUAL),
        weights=lambda: allocate(total, keys, AllocationRule.WEIGHTS, weights=weights),
        mixed=lambda: allocate(total, keys, AllocationRule.MIXED, weights=weights, equal_share=30),
    )
    for rule in ("equal", "weights", "mixed"):
        report.limit(f"{parts} parts, {rule}", found[rule], LIMIT_PARTS, "ms")
    report.limit("weights against the bare splitting", found["weights"] / found["bare"], 3, "x")


def bench_limits(report: Report, parts: int, times: int) -> None:
    """500 parts within minimums and caps, and such as leave one after the other."""
    chance = random.Random(SEED)
    keys = [f"p{n}" for n in range(parts)]
    weights = [chance.randrange(1, 10**6) for _ in keys]
    caps = {key: Cents(chance.randrange(100, 10**6)) for key in keys}
    minimums = {key: Cents(caps[key] // 5) for key in keys[::3]}
    pot = Cents(sum(caps.values()) * 4 // 5)
    slow = [max(1, int(10**9 * 0.97**n)) for n in range(parts)]
    falling = {key: Cents(max(1, int(10**7 * 0.975**n))) for n, key in enumerate(keys)}
    most = Cents(sum(falling.values()) - 5)
    rule = AllocationRule.WEIGHTS
    found = in_turns(
        report,
        times,
        bare=lambda: split_cents(pot, weights),
        limits=lambda: allocate(pot, keys, rule, weights=weights, caps=caps, minimums=minimums),
        rounds=lambda: allocate(most, keys, rule, weights=slow, caps=falling),
    )
    report.limit(f"{parts} parts within limits", found["limits"], LIMIT_SCENARIO, "ms")
    report.limit(f"{parts} parts within limits, many rounds", found["rounds"], LIMIT_SCENARIO, "ms")


def write_projects(store: Store, projects: int) -> None:
    """A plan with so many funded projects in twenty areas, each with an economic plan and an award."""
    chance = random.Random(SEED)
    with store.write("save_plan") as session:
        plan = Plan(name="Piano", territory="Territorio", office="Ufficio")
        act = Act(plan_id=plan.id, kind="decree", number="1")
        source = FundingSource(
            plan_id=plan.id, act_id=act.id, position=1, kind="fixed", name="Fonte", amount=Cents(10**12), due=True
        )
        call = Call(plan_id=plan.id, title="Avviso")
        areas = [PriorityArea(plan_id=plan.id, level="high", number=n + 1, title=f"Ambito {n}") for n in range(AREAS)]
        session.add_all([plan, act, source, call, *areas])
        outside, account = root_accounts(session, plan).outside, ensure_source_account(session, source)
        for area in areas:
            ensure_area_account(session, area)
        for n in range(projects):
            alliance = Alliance(plan_id=plan.id, number=n + 1, name=f"Alleanza {n}", short_name=f"Rete {n}")
            proposal = Proposal(
                call_id=call.id,
                alliance_id=alliance.id,
                area_id=areas[n % AREAS].id,
                number=n + 1,
                title=f"Progetto {n}",
                state=ProposalState.FUNDED.value,
            )
            budget = Budget(proposal_id=proposal.id, version=1)
            session.add_all([alliance, proposal, budget])
            for place, section in enumerate(BudgetSection, start=1):
                item = BudgetItem(budget_id=budget.id, section=section.value, category="other", position=place)
                item.amount = Cents(chance.randrange(10**6, 10**7))
                session.add(item)
        postings = {outside.id: -source.amount, account.id: source.amount}
        insert_entries(session, [Entry(TransferKind.FUNDING, TODAY, "Incasso", postings, act_id=act.id)])


def bench_scenario(report: Report, projects: int, times: int) -> None:
    """A scenario of 500 projects with caps: read from the archive, weighed, shared within limits, judged."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "piano.concilia"
        create_archive(path)
        with open_archive(path) as store:
            write_projects(store, projects)
            pot = replace(blank_pot(store), name="Somma", total=Cents(10**9), kind=PotKind.NEW_MONEY)
            sheet = blank_scenario(store, save_pot(store, pot).id)
            sheet = replace(
                sheet,
                name="Scenario",
                level=SplitLevel.PROJECTS,
                inner_rule=AllocationRule.WEIGHTS,
                inner_basis=WeightBasis.REQUESTS,
                cap_basis=CapBasis.REQUEST,
            )
            kept = load_scenario(store, save_scenario(store, sheet).id)
            assert len(scenario_result(store, kept).projects) == projects
            found = in_turns(report, times, scenario=lambda: scenario_result(store, kept))
    report.limit(f"scenario of {projects} projects with caps", found["scenario"], LIMIT_SCENARIO, "ms")


def main() -> None:
    """Run all, and judge the least of the turns."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="once and small, to see that it runs; judges no time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    options = parser.parse_args()
    report = Report(judges=not options.quick)
    times = 1 if options.quick else 15
    bench_engine(report, 200 if options.quick else PARTS, times)
    bench_limits(report, 50 if options.quick else PROJECTS, times)
    bench_scenario(report, 10 if options.quick else PROJECTS, times)
    report.write(options.json)


if __name__ == "__main__":
    main()
