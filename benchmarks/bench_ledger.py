"""What the ledger costs: balances when an archive is opened, all of them summed again, and many transfers written.

    python -m benchmarks.bench_ledger [--quick] [--json FILE]

Limits: balances in 50 ms, summing again in twice the time of the bare SQL, writing 100,000 postings with their journal
in six times the time of the bare driver, which writes the same rows into the same tables under the same guards.
Ratios are of the least times: what else the machine does meanwhile weighs least on them.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from app.models.base import new_id
from app.models.enums import TransferKind
from app.models.ledger import Account, Entry, insert_entries
from app.models.schema import drop_guards
from app.models.store import Store, create_archive, open_archive
from app.services.ledger.ledger import post_entries
from app.services.ledger.rows import balances, recompute
from benchmarks._figures import Report, seconds
from benchmarks._processes import workshop
from tests.services.world import World, build_world

ACCOUNTS = 500
BATCH = 50_000
BALANCES_MILLISECONDS, RECOMPUTE_RATIO, INSERT_RATIO = 50.0, 2.0, 6.0
SUMS = "select account_id, sum(cents) from posting group by account_id"


def make_ground(path: Path) -> tuple[World, list[str]]:
    """An archive with `ACCOUNTS` accounts that have money, and their keys."""
    made: list[tuple[World, list[str]]] = []

    def fill(store: Store) -> None:
        world = build_world(store)
        with store.write("save_plan") as session:
            accounts = [
                Account(
                    plan_id=world.plan, parent_id=world.root, kind="programme", subject_id=str(n), name=f"Conto {n}"
                )
                for n in range(ACCOUNTS)
            ]
            session.add_all(accounts)
            keys = [account.id for account in accounts]
            share = 10**10
            day = date(2014, 1, 1)
            funding = {world.outside: -share * ACCOUNTS, world.source: share * ACCOUNTS}
            spread = {world.source: -share * ACCOUNTS, **dict.fromkeys(keys, share)}
            insert_entries(session, [Entry(TransferKind.FUNDING, day, "Incasso", funding, act_id=world.act)])
            kind = TransferKind.ALLOCATION
            insert_entries(session, [Entry(kind, day, "Riparto", spread, decision_id=world.in_force)])
        made.append((world, keys))

    create_archive(path, fill=fill)
    return made[0]


def entries(world: World, accounts: Sequence[str], postings: int, seed: int) -> list[Entry]:
    """Transfers with two postings each, between accounts chosen at random."""
    rng = random.Random(seed)
    start = date(2014, 1, 1)
    made = []
    for n in range(postings // 2):
        giver, taker = rng.sample(accounts, 2)
        cents = rng.randrange(1, 100_000)
        day = start + timedelta(days=n % 365)
        moved = {giver: -cents, taker: cents}
        made.append(Entry(TransferKind.AMENDMENT, day, f"Movimento {n}", moved, decision_id=world.in_force))
    return made


def write_raw(store: Store, made: Sequence[Entry], left: int = 2) -> None:
    """The same rows by the bare driver, in one transaction: no journal, no service.

    Args:
        left: postings still to come of a transfer, as the guards count them; 0 where there are no guards.
    """
    raw = store.engine.raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    driver.execute("begin immediate")
    driver.executemany(
        "insert into transfer (id, sample, kind, day, reason, decision_id, made_at, made_by, imbalance, postings_left)"
        " values (?, 0, 'amendment', ?, ?, ?, '2014-03-31T12:00:00+00:00', 'anna', 0, ?)",
        [(entry.id, entry.day.isoformat(), entry.reason, entry.decision_id, left) for entry in made],
    )
    driver.executemany(
        "insert into posting (transfer_id, account_id, cents) values (?, ?, ?)",
        [(entry.id, account, cents) for entry in made for account, cents in entry.postings.items()],
    )
    driver.execute("commit")
    raw.close()


def renewed(made: Sequence[Entry]) -> list[Entry]:
    """The same transfers under other keys."""
    return [
        Entry(entry.kind, entry.day, entry.reason, entry.postings, decision_id=entry.decision_id, id=new_id())
        for entry in made
    ]


def measure_insert(report: Report, folder: Path, postings: int, turns: int) -> None:
    """Write in turns through the service and by the bare driver, each into an archive of its own."""
    stores = []
    for name in ("service", "driver", "unguarded"):
        path = folder / f"{name}.concilia"
        world, accounts = make_ground(path)
        stores.append((open_archive(path), entries(world, accounts, postings, seed=1)))
    (ours, our_entries), (bare, bare_entries), (open_, open_entries) = stores
    with open_.engine.connect() as connection:
        drop_guards(connection)
        connection.commit()
    service, driver, unguarded = [], [], []
    for _turn in range(turns):
        made, same, again = renewed(our_entries), renewed(bare_entries), renewed(open_entries)
        service.append(seconds(lambda made=made: post_entries(ours, made)))  # type: ignore[misc]
        driver.append(seconds(lambda same=same: write_raw(bare, same)))  # type: ignore[misc]
        unguarded.append(seconds(lambda again=again: write_raw(open_, again, left=0)))  # type: ignore[misc]
    for store, _entries in stores:
        store.close()
    name = f"{postings:,} postings written"
    report.times(f"{name} through the service, with journal", service)
    report.times(f"{name} by the bare driver", driver)
    report.times(f"{name} by the bare driver, no guards", unguarded)
    report.limit(f"{name}: service to driver", min(service) / min(driver), INSERT_RATIO, "x")


def batches(made: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """In parts that are one gesture each."""
    for start in range(0, len(made), BATCH):
        yield made[start : start + BATCH]


def measure_reading(report: Report, folder: Path, postings: int, turns: int) -> None:
    """Balances after opening, and all of them summed again, over an archive with as many postings."""
    path = folder / f"{postings}.concilia"
    world, accounts = make_ground(path)
    with open_archive(path) as store:
        for part in batches(entries(world, accounts, postings, seed=2)):
            post_entries(store, part)
    opened, shown, summed, bare = [], [], [], []
    for _turn in range(turns):
        opening: list[Store] = []
        opened.append(seconds(lambda opening=opening: opening.append(open_archive(path))))  # type: ignore[misc]
        with opening[0] as store:
            shown.append(seconds(lambda store=store: balances(store)))  # type: ignore[misc]
            summed.append(seconds(lambda store=store: recompute(store)))  # type: ignore[misc]
            raw = store.engine.raw_connection()
            driver = raw.driver_connection
            assert driver is not None
            bare.append(seconds(lambda driver=driver: driver.execute(SUMS).fetchall()))  # type: ignore[misc]
            raw.close()
            assert recompute(store) == ()
    name = f"{postings:,} postings"
    report.times(f"{name}: archive opened", opened)
    report.limit(f"{name}: all balances", report.times(f"{name}: all balances", shown), BALANCES_MILLISECONDS, "ms")
    report.times(f"{name}: summed again", summed)
    report.times(f"{name}: bare SQL", bare)
    report.limit(f"{name}: summed again to bare SQL", min(summed) / min(bare), RECOMPUTE_RATIO, "x")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few postings, one turn: to see that it runs")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    with workshop() as folder:
        measure_insert(report, folder, 2_000 if options.quick else 100_000, turns=1 if options.quick else 5)
        for postings in (2_000,) if options.quick else (100_000, 1_000_000):
            measure_reading(report, folder, postings, turns=1 if options.quick else 7)
    report.write(options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
