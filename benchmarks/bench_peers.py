"""The same journal in hledger, ledger, beancount and here: all balances of 100,000 transactions over 500 accounts.

    python -m benchmarks.bench_peers [--quick] [--install] [--json FILE]

The others read a text each time that they are asked; here the balances are kept with the archive, and are also summed
again from all postings. What is not installed is skipped; `--install` asks the system for hledger and ledger (apt, as
root) and puts beancount into an environment of its own, gone afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

from app.models.ledger import Entry
from app.models.store import open_archive
from app.services.ledger.ledger import post_entries
from app.services.ledger.rows import balances, recompute
from benchmarks._figures import Report, seconds
from benchmarks._processes import workshop
from benchmarks.bench_ledger import batches, entries, make_ground


def amount(cents: int) -> str:
    """Cents as the others read them."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d} EUR"


def write_journals(folder: Path, made: Sequence[Entry], accounts: Sequence[str]) -> None:
    """The transactions as a journal for ledger and hledger, and as one for beancount."""
    names = {key: f"Assets:K{place:03d}" for place, key in enumerate(accounts)}
    with (folder / "j.journal").open("w") as plain, (folder / "j.beancount").open("w") as strict:
        strict.writelines(f"2000-01-01 open {name} EUR\n" for name in names.values())
        for entry in sorted(made, key=lambda entry: entry.day):
            lines = "".join(f"    {names[key]}  {amount(cents)}\n" for key, cents in entry.postings.items())
            plain.write(f"{entry.day} {entry.reason}\n{lines}\n")
            strict.write(f'{entry.day} * "{entry.reason}"\n{lines}')


def installed(folder: Path) -> str | None:
    """Ask for the others; the beancount that was put into `folder`."""
    if shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "hledger", "ledger"], check=False)
    place = folder / "beancount"
    venv.create(place, with_pip=True)
    scripts = place / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run([scripts / "python", "-m", "pip", "install", "--quiet", "beancount"], check=False)
    return shutil.which("bean-check", path=str(scripts))


def run(words: Sequence[str | Path]) -> Callable[[], object]:
    """Start a program and wait for its end; what it prints is read and thrown away."""
    settings = {**os.environ, "LC_ALL": "C.UTF-8"}
    return lambda: subprocess.run(words, check=True, capture_output=True, env=settings)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few transactions, one turn: to see that it runs")
    parser.add_argument("--install", action="store_true", help="install the others first, where that can be done")
    parser.add_argument("--json", type=Path, help="file for the figures")
    options = parser.parse_args(arguments)
    transactions, turns = (1_000, 1) if options.quick else (100_000, 3)
    report = Report(judges=not options.quick)
    with workshop() as folder:
        check = installed(folder) if options.install else shutil.which("bean-check")
        world, accounts = make_ground(folder / "ours.concilia")
        made = entries(world, accounts, transactions * 2, seed=3)
        write_journals(folder, made, accounts)
        plain, strict = folder / "j.journal", folder / "j.beancount"
        peers: dict[str, list[str | Path] | None] = {
            "hledger, balances": [which, "-f", plain, "balance", "-N", "--flat"]
            if (which := shutil.which("hledger"))
            else None,
            "ledger, balances": [which, "-f", plain, "balance", "--flat"]
            if (which := shutil.which("ledger"))
            else None,
            "beancount, read and checked": [check, "--no-cache", strict] if check else None,
        }
        for name, words in peers.items():
            if words is None:
                print(f"{name:<60} not installed: skipped")
            else:
                report.times(f"{transactions:,} transactions: {name}", [seconds(run(words)) for _turn in range(turns)])
        with open_archive(folder / "ours.concilia") as store:
            started = time.perf_counter()
            for part in batches(made):
                post_entries(store, part)
            print(f"(written here once, with journal and guards, in {time.perf_counter() - started:.1f} s)")
        shown, summed = [], []
        for _turn in range(turns):
            with open_archive(folder / "ours.concilia", writing=False) as store:
                shown.append(seconds(lambda store=store: balances(store)))  # type: ignore[misc]
                summed.append(seconds(lambda store=store: recompute(store)))  # type: ignore[misc]
        report.times(f"{transactions:,} transactions: here, balances as kept", shown)
        report.times(f"{transactions:,} transactions: here, all summed again", summed)
    report.write(options.json)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
