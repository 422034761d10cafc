"""What a large office waits for: lists, search and quadratures of 5,000 proposals, and the workbooks that come in.

    python -m benchmarks.bench_proposals [--quick] [--json FILE]

The archive: 5,000 proposals of 20 cost items each, 3,000 organisations, 1,000 alliances, all under one call. Limits: a
list open in 100 ms, a search as one types in 50 ms, the quadratures of the call in 2 s, 100 filled workbooks in 10 s, a
sheet of 100,000 rows in twice the bare reader and the bare insert together, 300 MB of memory. Times are of the
processor, and the least ones are held against the limits: what else the machine does meanwhile weighs least on them.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from app.models.base import new_id
from app.models.bulk import insert_rows
from app.models.enums import ArrivalChannel, BudgetSection, CostCategory
from app.models.journal import EDIT_COLUMNS, Edit, EditPayload, fields_of, payload_text
from app.models.proposals import BudgetItem
from app.models.store import Store, create_archive, open_archive
from app.services.calls.calls import call_rows
from app.services.exchange.blank import write_form
from app.services.exchange.call_form import read_call_form
from app.services.exchange.forms import Mark
from app.services.exchange.guard import check_workbook
from app.services.exchange.plan_workbook import PLAN_WORKBOOK
from app.services.exchange.reader import read_sheets
from app.services.exchange.workbook import import_workbooks
from app.services.findings import check
from app.services.network.registry import organisation_rows
from app.services.reports.network_lists import organisations_list
from app.services.reports.proposal_lists import proposals_list
from app.services.search import prepare_search, search
from app.services.wording.texts import translator
from benchmarks._figures import Report
from benchmarks._figures import cpu_seconds as seconds
from benchmarks._many import ITEMS, Many, make_archive
from benchmarks._processes import run_reporting, workshop

LIST_MILLISECONDS, SEARCH_MILLISECONDS, FINDINGS_SECONDS = 100.0, 50.0, 2.0
FORMS_SECONDS, SHEET_RATIO, MEGABYTES = 10.0, 2.0, 300.0
TYPED = ("f", "fam", "famiglia", "famiglia lav", "aurora rho", "12345", "sportello anziani nido")
IT = translator("it")


def reading(store: Store, report: Report, turns: int) -> None:
    """Lists, search and quadratures."""
    least = min(
        _said(report, "list of the proposals", [seconds(lambda: proposals_list(store, IT)) for _ in range(turns)])
    )
    report.limit("list of the proposals, least", least * 1000, LIST_MILLISECONDS, "ms")
    _said(report, "list of the organisations", [seconds(lambda: organisations_list(store, IT)) for _ in range(turns)])
    _said(report, "search, made ready once", [seconds(lambda: prepare_search(store))])
    slowest = 0.0
    for text in TYPED:
        taken = [seconds(lambda: search(store, text)) for _ in range(turns)]  # noqa: B023 - called at once
        slowest = max(slowest, min(_said(report, f"search «{text}»", taken)))
    report.limit("search, the slowest text, least", slowest * 1000, SEARCH_MILLISECONDS, "ms")
    taken = [seconds(lambda: check(store, IT)) for _ in range(max(2, turns // 2))]
    report.limit("quadratures, least", min(_said(report, "quadratures", taken)), FINDINGS_SECONDS, "s")


def _said(report: Report, name: str, taken: list[float]) -> list[float]:
    report.times(name, taken)
    return taken


def write_forms(store: Store, folder: Path, count: int) -> list[Path]:
    """Filled forms of new proposals, each with an alliance of six bodies of the registry."""
    chance = random.Random(7)
    call = read_call_form(store, call_rows(store)[0].id)
    bodies = organisation_rows(store)
    paths = []
    for n in range(count):
        lead, *partners = chance.sample(bodies, 6)
        own = {
            "title": f"Nuovo progetto {n}",
            "area": call.areas[n % len(call.areas)],
            "protocol": f"{50000 + n}/2024",
            "channel": ArrivalChannel.PEC,
            "alliance": f"Nuova alleanza {n}",
            "lead": lead.name,
            "context": "Perché serve. " * 60,
        }
        category = next(iter(call.category_names(IT).values()))
        costs = [{"section": BudgetSection.COSTS, "category": category, "amount": 100_000 + i} for i in range(ITEMS)]
        answers = {
            "proposal": [own],
            "partners": [{"name": one.name, "delivery": True} for one in partners],
            "objectives": [{"number": i, "text": f"Obiettivo {i}"} for i in (1, 2, 3)],
            "actions": [{"text": f"Azione {i}", "objectives": "1-3"} for i in (1, 2, 3)],
            "costs": costs,
            "results": [{"number": 1, "text": "Risultato", "indicator": "Indicatore", "target": 10}],
        }
        paths.append(folder / f"{n}.xlsx")
        write_form(call.mark("it"), paths[-1], {}, answers)
    return paths


def forms(store: Store, folder: Path, report: Report, count: int) -> None:
    """Many filled workbooks, one after the other."""
    paths = write_forms(store, folder, count)
    outcomes: list[Any] = []
    taken = seconds(lambda: outcomes.extend(import_workbooks(store, paths)))
    refused = [outcome.error for outcome in outcomes if outcome.error is not None]
    assert not refused, refused[:1]
    report.limit(f"{count} filled workbooks", taken, FORMS_SECONDS, "s")


def write_sheet(path: Path, rows: int) -> None:
    """A plan workbook with `rows` cost items, `ITEMS` to a proposal."""
    count = rows // ITEMS
    category = CostCategory.EQUIPMENT.value
    answer = {"call": "Avviso", "alliance": "Alleanza"}
    answers: dict[str, Sequence[dict[str, Any]]] = {
        "plan": [{"name": "Piano"}],
        "calls": [{"title": "Avviso"}],
        "alliances": [{"number": 1, "name": "Alleanza"}],
        "proposals": [
            {**answer, "number": n + 1, "title": f"Progetto {n + 1}", "reference": f"P{n}"} for n in range(count)
        ],
        "proposals.items": [
            {"proposal": f"P{n // ITEMS}", "section": BudgetSection.COSTS, "category": category, "amount": 1000 + n}
            for n in range(rows)
        ],
    }
    write_form(Mark(PLAN_WORKBOOK, "it"), path, {}, answers)


def bare_reader(path: Path) -> None:
    """The cells of every sheet, by the parser alone."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
    for title in book.sheet_names:
        book.get_sheet_by_name(title).to_python(skip_empty_area=False)


def bare_insert(path: Path, rows: int) -> tuple[float, float]:
    """Seconds to write the same items by the driver alone, with constraints and triggers; and with their journal."""
    create_archive(path)
    names = [field.column.name for field in fields_of(BudgetItem)]
    budget = {"section": "costs", "category": "equipment", "label": "", "sample": 0, "source_line": None}
    items = [
        {**budget, "id": new_id(), "budget_id": f"b{n // ITEMS}", "position": n % ITEMS + 1, "amount": 1000 + n}
        for n in range(rows)
    ]
    values = [tuple(row[name] for name in names) for row in items]
    replica, link = new_id(), bytes(32)
    gesture = (1, None, "budget_item")
    made = ("import_workbook", "Ufficio", None, "2026-01-01T00:00:00+00:00", "{}", link, link, link)
    edits = [(replica, n, *gesture, row["id"], *made) for n, row in enumerate(items, start=1)]
    payloads = [(replica, n, link[:16], payload_text(None, row)) for n, row in enumerate(items, start=1)]

    def write(*batches: tuple[Any, Sequence[str], list[tuple[Any, ...]]]) -> None:
        with engine.connect() as connection, connection.begin() as transaction:
            connection.exec_driver_sql("pragma defer_foreign_keys = 1")
            for model, columns, batch in batches:
                insert_rows(connection, model, columns, batch)
            transaction.rollback()  # the rows name budgets that are not there

    own = (BudgetItem, names, values)
    journal = ((Edit, EDIT_COLUMNS, edits), (EditPayload, ("replica", "seq", "salt", "payload"), payloads))
    with open_archive(path) as store:
        engine = store.engine.execution_options(writing=True)
        return seconds(lambda: write(own)), seconds(lambda: write(own, *journal))


ALONE = """
import gc, sys, time
from app.cli import GARBAGE_THRESHOLD
from app.models.store import create_archive, open_archive
from app.services.exchange.workbook import import_workbook
sheet, archive = map(_Path, sys.argv[1:])
gc.set_threshold(GARBAGE_THRESHOLD)  # as `concilia import` does
create_archive(archive)
with open_archive(archive) as store:
    started = time.process_time()
    import_workbook(store, sheet)
    report(time.process_time() - started)
"""
"""An import in a process of its own, whose memory is nobody else's; says what it held the processor for."""


def sheet(folder: Path, report: Report, rows: int) -> None:
    """One sheet with very many rows, against what no program can do without."""
    path = folder / "grande.xlsx"
    write_sheet(path, rows)
    read = report.times("the bare reader", [seconds(lambda: bare_reader(path))]) / 1000
    written, journaled = bare_insert(folder / "nuda.concilia", rows)
    report.times("the bare insert of the items", [written])
    report.times("the bare insert of the items and of their journal", [journaled])
    checked: list[Any] = []
    report.times("the guard", [seconds(lambda: checked.append(check_workbook(path)))])
    report.times("reading what the guard let pass", [seconds(lambda: dict(read_sheets(checked[0])))])
    run = run_reporting(ALONE, folder, path, folder / "piena.concilia")
    taken, megabytes = run.held, run.megabytes
    report.times("the import as a whole", [taken])
    report.limit(f"{rows:,} rows: import / (reader + insert)", taken / (read + written), SHEET_RATIO, "")
    print(f"  against reader and insert with the journal: {taken / (read + journaled):.2f}")
    report.limit("memory of the import, at most", megabytes, MEGABYTES, "MB")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="once and small, to see that it runs")
    parser.add_argument("--json", type=Path, default=None)
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    much = Many(60, 80) if options.quick else Many()
    with workshop() as folder:
        report.times("the archive made", [seconds(lambda: make_archive(folder / "molte.concilia", much))])
        with open_archive(folder / "molte.concilia") as store:
            reading(store, report, 1 if options.quick else 9)
            forms(store, folder, report, 3 if options.quick else 100)
        megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        report.limit("memory of all this, at most", megabytes, MEGABYTES, "MB")
        sheet(folder, report, 200 if options.quick else 100_000)
    report.write(options.json)


if __name__ == "__main__":
    sys.exit(main())
