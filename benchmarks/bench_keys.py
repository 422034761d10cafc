"""What a password costs: opening with one, every act on an encrypted archive, a new key on 100 MB.

    python -m benchmarks.bench_keys [--quick] [--json figures.json]

Limits: opening takes 0.4 s more than without, every act 1.3 times as long, a new key on 100 MB 5 s. The sample archive
plain and encrypted, in turns; held against the least of all turns, so that a busy moment counts for nothing.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from app.models import slots
from app.models.copying import copy_archive
from app.models.plan import Plan
from app.models.slots import RECOVERY
from app.models.store import Store
from app.services.archive import open_archive
from app.services.findings import check
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.keeping.kept_drafts import OpenForm, keep_drafts
from app.services.keeping.packing import pack
from app.services.network.registry import AliasDraft, OrganisationDraft, save_organisation
from app.services.overview import read_overview
from app.services.plan.plan import find_plan, save_plan
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal
from app.services.reports.catalogue import build_document
from app.services.reports.pdf import pdf_bytes
from app.services.sample import write_sample
from app.services.search import search
from app.services.users.facts import list_users
from app.services.users.keys import (
    Credentials,
    UserDraft,
    add_user,
    encrypt_archive,
    new_encrypted_archive,
    open_with,
    remove_user,
    renew_key,
)
from app.services.users.recovery import new_code
from app.services.wording.texts import translator
from benchmarks._figures import Report, cpu_seconds, seconds
from benchmarks._processes import workshop

OPEN_SECONDS, ACT_RATIO, KEY_SECONDS = 0.4, 1.3, 5.0
KEEP_SECONDS, UNDO_SECONDS = 0.005, 1.0
MEGABYTES = 100
ANNA = UserDraft("Anna Bianchi", "anna", "una frase lunga di Anna")
TR = translator("it")


def _open(path: Path) -> Store:
    if slots.is_encrypted(path):
        return open_with(path, Credentials(ANNA.login, ANNA.password))
    return open_archive(path)


def _save_plan(store: Store) -> object:
    plan = find_plan(store)
    assert plan is not None
    return save_plan(store, replace(plan, purpose=os.urandom(40).hex()))


ACTS: dict[str, Callable[[Store], object]] = {
    "plan read and saved": _save_plan,
    "proposal read": lambda store: load_proposal(store, proposal_rows(store)[0].id),
    "search": lambda store: search(store, "famiglie", 20),
    "organisation added": lambda store: save_organisation(store, OrganisationDraft(name=f"Ente {os.urandom(8).hex()}")),
    "overview read": lambda store: read_overview(store, TR),
    "quadratures": lambda store: check(store, TR),
    "verification": lambda store: verify(store, TR),
    "T04 drawn as PDF": lambda store: pdf_bytes(build_document(store, "T04", TR)),
}
"""What is measured on both archives."""


def _copied(store: Store, target: Path) -> None:
    copy_archive(store, target)
    target.unlink()
    target.with_name(target.name + slots.SUFFIX).unlink(missing_ok=True)


def measure_opening(report: Report, plain: Path, guarded: Path, turns: int) -> None:
    """Opening and closing, in turns."""
    taken: dict[Path, list[float]] = {plain: [], guarded: []}
    for _turn in range(turns):
        for path, times in taken.items():
            times.append(seconds(lambda path=path: _open(path).close()))  # type: ignore[misc]
    report.times("opened and closed, plain", taken[plain])
    report.times("opened and closed, with a password", taken[guarded])
    more = min(taken[guarded]) - min(taken[plain])
    report.limit("a password adds (least)", more, OPEN_SECONDS, "s")


def measure_acts(report: Report, plain: Path, guarded: Path, turns: int) -> None:
    """Each act on both archives, in turns."""
    with _open(plain) as first, _open(guarded) as second:
        acts = {**ACTS, "verified copy": lambda store: _copied(store, store.path.with_name("copy.concilia"))}
        for name, act in acts.items():
            act(first), act(second)
            taken: tuple[list[float], list[float]] = ([], [])
            for _turn in range(turns):
                for store, times in zip((first, second), taken, strict=True):
                    times.append(cpu_seconds(lambda act=act, store=store: act(store)))  # type: ignore[misc]
            report.times(f"{name}, plain", taken[0])
            report.times(f"{name}, encrypted", taken[1])
            report.limit(f"{name}: ratio (least)", min(taken[1]) / min(taken[0]), ACT_RATIO, "times")


def measure_keys(report: Report, path: Path, megabytes: int) -> None:
    """A new key, a user added and removed, and the password taken in, on a large archive."""
    code = new_code()
    new_encrypted_archive(path, ANNA, code)
    with _open(path) as store:
        while path.stat().st_size < megabytes * 1_000_000:
            with store.write("save_plan") as session:
                rows = [
                    Plan(name=os.urandom(16).hex(), territory=os.urandom(900).hex(), office="") for _ in range(2000)
                ]
                session.add_all(rows)
        print(f"an archive of {path.stat().st_size / 1_000_000:.0f} MB")
        added = seconds(lambda: add_user(store, UserDraft("Bruno", "bruno", "una frase di Bruno")))
        report.times("user added", [added])
        bruno = next(row.id for row in list_users(store) if row.login == "bruno")
        removed = cpu_seconds(lambda: remove_user(store, bruno))
        report.limit("user removed, by a new key", removed, KEY_SECONDS, "s")
        begun = time.process_time()
        taken = [cpu_seconds(lambda: renew_key(store)) for _turn in range(3)]
        report.limit("new key (least)", min(taken), KEY_SECONDS, "s")
        report.times("new key, processor time", [(time.process_time() - begun) / len(taken)])


def measure_nothing_lost(report: Report, path: Path, turns: int) -> None:
    """What is typed, kept on the disk; a gesture of a thousand rows, taken back: processor time, encrypted."""
    with _open(path) as store:
        drafts = [load_proposal(store, row.id) for row in proposal_rows(store)]
        largest = max(drafts, key=lambda draft: len(pack(draft)))
        form = OpenForm("proposals.proposals", largest.id or "", "", replace(largest, title="x"), largest)
        kept = [_processor(lambda: keep_drafts(store, (form,))) for _turn in range(turns * 10)]
        report.limit(f"a form of {len(pack(largest)):,} letters kept (least)", min(kept), KEEP_SECONDS, "s")
        rows = tuple(AliasDraft(name=f"Nome {number}") for number in range(1000))
        taken = []
        for turn in range(turns):
            save_organisation(store, OrganisationDraft(name=f"Ente di mille nomi {turn}", aliases=rows))
            last = last_undoable(store)
            assert last is not None
            taken.append(_processor(lambda number=last.number: undo(store, number)))  # type: ignore[misc]
        report.limit("1,000 rows taken back (least)", min(taken), UNDO_SECONDS, "s")


def _processor(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="once and small: to see that it runs")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    turns = 1 if options.quick else 9
    with workshop() as folder:
        os.environ["CONCILIA_CONFIG"] = str(folder / "config")
        plain, guarded = folder / "plain.concilia", folder / "guarded.concilia"
        write_sample(plain)
        shutil.copy(plain, guarded)
        with open_archive(guarded) as store:
            encrypt_archive(store, ANNA, new_code())
        file = slots.read_keys(guarded)
        report.times("one guess at a password", [seconds(lambda: _guess(file)) for _turn in range(turns)])
        measure_opening(report, plain, guarded, turns)
        measure_acts(report, plain, guarded, turns)
        measure_nothing_lost(report, guarded, turns)
        measure_keys(report, folder / "large.concilia", 2 if options.quick else MEGABYTES)
    report.write(options.json)
    return 0


def _guess(file: slots.KeyFile) -> object:
    assert file.slot(RECOVERY) is not None
    return slots.open_slot(file, ANNA.login, ANNA.password)


if __name__ == "__main__":
    raise SystemExit(main())
