"""What the past costs: balances as at any day and as at a meeting, over many postings; and the ledger written out.

    python -m benchmarks.bench_past [--quick] [--postings N] [--json FILE]

Limits: any day in 300 ms over a million postings; a tree of 5,000 accounts read in 100 ms; the journal of hledger, and
CSV, in 1.5 times what a plain loop over the bare driver takes to write the same lines, with nothing asserted, no name
of an account looked up and nothing made safe. Beside it stands the least that can be written of a posting: day, account
and amount. Times are those of the processor: what else a shared machine does meanwhile weighs less on them.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app.models.ledger import Account
from app.models.past import Cut, past_store
from app.models.store import Store, create_archive, open_archive
from app.services.exchange.ledger_export import write_csv, write_hledger
from app.services.ledger.flow import money_flow
from app.services.ledger.ledger import post_entries
from app.services.ledger.rows import balances
from app.services.ledger.statement import read_statement
from app.services.reports.ledger_lists import account_lines, accounts_list
from app.services.wording.texts import translator
from benchmarks._figures import Report, cpu_seconds
from benchmarks.bench_ledger import batches, entries, make_ground
from tests.services.world import World, build_world

POSTINGS, TREE = 1_000_000, 5_000
DAY_MILLISECONDS, TREE_MILLISECONDS, EXPORT_RATIO = 300.0, 100.0, 1.5
DAYS = (date(2013, 12, 31), date(2014, 3, 31), date(2014, 7, 1), date(2014, 12, 31), date(2020, 1, 1))
IT = translator("it")

FROM = """
from transfer join posting on posting.transfer_id = transfer.id order by transfer.day, transfer.id, posting.cents
"""
BARE = f"select transfer.day, posting.account_id, posting.cents {FROM}"
WHOLE = f"""
select transfer.day, transfer.id, transfer.kind, transfer.decision_id, transfer.reason, transfer.made_by,
    transfer.made_at, posting.account_id, posting.cents {FROM}
"""

Rows = Sequence[tuple[Any, ...]]


def write_bare(store: Store, path: Path, statement: str, lines: Callable[[Rows], Iterable[str]]) -> None:
    """What a plain loop makes of the rows of a statement."""
    raw = store.engine.raw_connection()
    assert raw.driver_connection is not None
    with path.open("w", encoding="utf-8") as file:
        cursor = raw.driver_connection.cursor()
        cursor.execute(statement)
        while rows := cursor.fetchmany(20_000):
            file.write("".join(lines(rows)))
    raw.close()


def least_lines(rows: Rows) -> Iterable[str]:
    """Day, account and amount of each posting: the least that can be written."""
    return [f"{day} {key} {cents / 100:.2f}\n" for day, key, cents in rows]


def journal_lines(rows: Rows) -> Iterable[str]:
    """The lines of the journal, as they come: no balance, no name."""
    lines, begun = [], ""
    for day, key, kind, decision, reason, made_by, _made_at, account, cents in rows:
        if key != begun:
            begun = key
            lines.append(f"\n{day} ({decision}) {reason}  ; id:{key}, tipo:{kind}, da:{made_by}\n")
        lines.append(f"    {account}  {cents / 100:.2f} EUR\n")
    return lines


def csv_lines(rows: Rows) -> Iterable[str]:
    """The lines of CSV, as they come."""
    return [
        f"{day};{kind};{decision};{reason};{account};{cents / 100:.2f};{key};{made_by};{made_at}\r\n"
        for day, key, kind, decision, reason, made_by, made_at, account, cents in rows
    ]


def measure_days(report: Report, store: Store, world: World, turns: int) -> None:
    """The whole tree as at each of some days, and as at the closing of the meeting."""
    for day in DAYS:
        ends = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)

        def read(cut: Cut) -> None:
            with past_store(store, cut) as then:
                balances(then)

        taken = [cpu_seconds(lambda day=day, ends=ends: read(Cut(day, ends))) for _turn in range(turns)]  # type: ignore[misc]
        report.times(f"the tree as at {day:%d/%m/%Y}", taken)
        report.limit(f"the tree as at {day:%d/%m/%Y}", min(taken) * 1000, DAY_MILLISECONDS, "ms")
    meeting = Cut(date(2014, 12, 31), datetime(2015, 1, 1, tzinfo=UTC), world.meeting)

    def at_meeting() -> None:
        with past_store(store, meeting) as then:
            balances(then)

    taken = [cpu_seconds(at_meeting) for _turn in range(turns)]
    report.times("the tree as at a meeting before all of it", taken)
    report.limit("the tree as at a meeting before all of it", min(taken) * 1000, DAY_MILLISECONDS, "ms")


def measure_export(report: Report, store: Store, folder: Path, turns: int) -> None:
    """The ledger written out, in turns with the bare lines."""
    bare = folder / "bare.txt"
    actions: dict[str, Callable[[], object]] = {
        "least lines": lambda: write_bare(store, bare, BARE, least_lines),
        "bare lines of the journal": lambda: write_bare(store, bare, WHOLE, journal_lines),
        "journal of hledger": lambda: write_hledger(store, folder / "libro.hledger", IT),
        "bare lines of CSV": lambda: write_bare(store, bare, WHOLE, csv_lines),
        "CSV": lambda: write_csv(store, folder / "libro.csv", IT),
    }
    taken: dict[str, list[float]] = {name: [] for name in actions}
    for _turn in range(turns):
        for name, action in actions.items():
            taken[name].append(cpu_seconds(action))
    for name, times in taken.items():
        report.times(f"all postings as {name}", times)
    for name, lines in (("journal of hledger", "bare lines of the journal"), ("CSV", "bare lines of CSV")):
        report.limit(f"{name} to {lines}", min(taken[name]) / min(taken[lines]), EXPORT_RATIO, "x")


def measure_following(report: Report, store: Store, accounts: list[str], turns: int) -> None:
    """What has no limit: the statement of one account, the ways of all money."""
    report.times(
        "statement of an account, a month",
        [
            cpu_seconds(lambda: read_statement(store, accounts[0], date(2014, 5, 1), date(2014, 5, 31)))
            for _turn in range(turns)
        ],
    )
    report.times("ways of all the money", [cpu_seconds(lambda: money_flow(store)) for _turn in range(min(turns, 2))])


def measure_tree(report: Report, folder: Path, count: int, turns: int) -> None:
    """A tree of as many accounts, read and made a list."""

    def fill(store: Store) -> None:
        world = build_world(store)
        with store.write("save_plan") as session:
            parents = [world.area]
            for number in range(count):
                parent = parents[number % len(parents)]
                made = Account(plan_id=world.plan, parent_id=parent, kind="programme", subject_id=str(number), name="C")
                session.add(made)
                session.flush()
                if number < count // 10:
                    parents.append(made.id)

    path = folder / "tree.concilia"
    create_archive(path, fill=fill)
    with open_archive(path, writing=False) as store:
        assert len(account_lines(store, IT)) > count
        taken = [cpu_seconds(lambda: accounts_list(store, IT)) for _turn in range(turns)]
    report.times(f"tree of {count:,} accounts", taken)
    report.limit(f"tree of {count:,} accounts", min(taken) * 1000, TREE_MILLISECONDS, "ms")


def main() -> None:
    """Measure and judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--quick", action="store_true", help="few postings, one turn: to see that it runs")
    parser.add_argument("--postings", type=int, default=POSTINGS, help="how many there are")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args()
    postings, turns, count = (2_000, 1, 200) if options.quick else (options.postings, 5, TREE)
    report = Report(judges=not options.quick)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        measure_tree(report, folder, count, turns)
        world, accounts = make_ground(folder / "ledger.concilia")
        with open_archive(folder / "ledger.concilia") as store:
            for part in batches(entries(world, accounts, postings, seed=3)):
                post_entries(store, part)
        with open_archive(folder / "ledger.concilia", writing=False) as store:
            measure_days(report, store, world, turns)
            measure_following(report, store, accounts, turns)
            measure_export(report, store, folder, min(turns, 3))
    report.write(options.json)


if __name__ == "__main__":
    main()
