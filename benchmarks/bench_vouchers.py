"""What an office with 100,000 vouchers waits for: its list, giving one, paying 5,000, reading 10,000 requests.

    python -m benchmarks.bench_vouchers [--quick] [--json FILE]

The archive: the sample with 100,000 more vouchers of one programme, each with a reservation and four paid uses, which
are 1,000,000 postings, written by the bare driver. Limits: a list open in 150 ms, sorted in 1 s, its end in 50 ms, a
search in 100 ms, a voucher given in 50 ms (durable), 5,000 uses settled in 5 s, a workbook of 10,000 requests in 20 s,
a register of 10,000 rows as PDF in 20 s and as XLSX in 10 s, 300 MB of memory. Times are of the processor, the least
of all turns. Each part has a process of its own, as an office does one of them at a time; «window» is the list in Qt.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from stdnum.it.codicefiscale import calc_check_digit

from app.models.enums import IseeKind, WorkState
from app.models.store import Store, open_archive
from app.models.vouchers import VoucherRequest
from app.services.exchange.blank import write_form
from app.services.exchange.forms import Mark
from app.services.exchange.request_form import REQUESTS_FORM, request_lists
from app.services.exchange.workbook import import_workbook
from app.services.reports.frame import framed
from app.services.reports.vouchers.ledger_lists import first_vouchers_list, vouchers_list
from app.services.reports.vouchers.register import register_table
from app.services.reports.writer import Format, export_document
from app.services.search import search
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.register import register_rows
from app.services.vouchers.requests import admit
from app.services.vouchers.settlement import SettlementDraft, check_settlement, release_settlement, save_settlement
from app.services.wording.texts import translator
from benchmarks._figures import Report, cpu_seconds
from benchmarks._processes import environment, workshop
from benchmarks._vouchers import campus, make_many

IT = translator("it")
PARTS = ("lists", "window", "searches", "register", "whole-register", "requests", "ledger")
"""What is measured, each in a process of its own, in this order: the last two change the archive."""

BARE = (
    "select voucher.code, individual.surname, individual.given_name, voucher.state, voucher.amount, voucher.used,"
    " voucher.settled, voucher.valid_to from voucher join voucher_request on voucher_request.id = voucher.request_id"
    " left join individual on individual.id = voucher_request.individual_id order by voucher.code desc"
)
"""What no list can do without."""


def at(store: Store, day: date) -> None:
    """What is done from here on is done on this day."""
    instant = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    store.clock = lambda: instant


def lists(store: Store, report: Report, turns: int) -> None:
    """The list of vouchers: its first rows with the totals of all, and all rows, which are read behind them."""
    begun = _least(
        report, "list of the vouchers, its first rows and all totals", partial(first_vouchers_list, store, IT), turns
    )
    bare = _least(report, "all rows by bare SQL", lambda: _bare(store), turns)
    report.limit("list of the vouchers, least", begun * 1000, 150, "ms")
    whole = _least(report, "all rows of the list", lambda: vouchers_list(store, IT), turns)
    report.limit("all rows / bare SQL", whole / bare, 3, "")
    first, table = first_vouchers_list(store, IT), vouchers_list(store, IT)
    assert first.totals() == table.totals()
    assert first.rows == table.rows[: len(first.rows)]
    tail = _least(report, "cells of the last page", lambda: _cells(table, 40), turns)
    report.limit("cells of the last page, least", tail * 1000, 50, "ms")


def window(store: Store, report: Report, turns: int) -> None:
    """The same list in the window: put in order, searched."""
    from PySide6.QtWidgets import QApplication

    from app.ui.table_model import TableModel, prepare

    application = QApplication.instance() or QApplication([])
    table = prepare(vouchers_list(store, IT), IT, ("programme", "service"))
    model = TableModel(table, IT)
    shown = _least(report, "all rows put in the place of the first", partial(model.set_table, table), turns)
    report.limit("all rows put in the place of the first, least", shown * 1000, 50, "ms")
    for number, column in enumerate(table.columns):
        if column.key in ("code", "holder", "left"):
            taken = []
            for _turn in range(turns):
                model.sort(-1)
                taken.append(cpu_seconds(partial(model.sort, number)))
            report.times(f"sorted by {column.key}", taken)
            report.limit(f"sorted by {column.key}, least", min(taken), 1, "s")
    model.sort(-1)
    for typed in ("campus-2016-0001", "bruni", "il grafo", "nessuno"):
        taken = []
        for _turn in range(turns):
            model.set_search("")
            taken.append(cpu_seconds(partial(model.set_search, typed)))
        report.times(f"list searched for «{typed}»", taken)
        report.limit(f"list searched for «{typed}», least", min(taken) * 1000, 100, "ms")
    assert model.rowCount()
    application.processEvents()


def searches(store: Store, report: Report, turns: int) -> None:
    """The search of the whole archive: by a number, by a name that many have, by a provider, by no name."""
    for typed in ("campus-2016-0001", "bruni", "il grafo", "nessuno"):
        least = _least(report, f"search for «{typed}»", lambda: search(store, typed), turns)  # noqa: B023 - called at once
        report.limit(f"search for «{typed}», least", least * 1000, 100, "ms")


def _cells(table: Any, rows: int) -> list[Any]:
    return [[table.cell(row, column) for column in table.columns] for row in table.rows[-rows:]]


def _bare(store: Store) -> int:
    with store.read() as session:
        return len(session.execute(sa.text(BARE)).all())


def _least(report: Report, name: str, action: Callable[[], object], turns: int) -> float:
    taken = [cpu_seconds(action) for _turn in range(turns)]
    report.times(name, taken)
    return min(taken)


def register(store: Store, report: Report, folder: Path, count: int) -> None:
    """A register of many rows on paper and as a workbook."""
    rows = register_rows(store, limit=count)
    table = register_table(rows, IT)
    document = framed(store, IT, "T10", "Registro", (table,), slug="t10", landscape=True)
    for fmt, limit in ((Format.PDF, 20), (Format.XLSX, 10)):
        path = folder / f"registro.{fmt.value}"
        taken = cpu_seconds(lambda: export_document(document, fmt, path, IT))  # noqa: B023 - called at once
        report.limit(f"register of {len(rows):,} rows as {fmt.value.upper()}", taken, limit, "s")


def tax_code(n: int) -> str:
    """A code of «Bruni Maria», another one for each day of birth."""
    born = date(1950, 1, 1) + timedelta(days=n)
    bare = f"BRNMRA{born:%y}{'ABCDEHLMPRST'[born.month - 1]}{born.day + 40:02d}H501"
    return bare + calc_check_digit(bare)


def requests(store: Store, report: Report, folder: Path, count: int, turns: int) -> None:
    """A workbook of requests, read and written; `turns` of them are admitted then."""
    at(store, date(2015, 11, 25))
    programme = campus(store)
    path = folder / "domande.xlsx"
    names = {key: tuple(found) for key, found in request_lists(store, programme).items()}
    day = date(2015, 11, 24)
    rows = [
        {
            "day": day,
            "surname": "Bruni",
            "given_name": f"Figlio {n}",
            "birth_date": date(2008, 3, 3),
            "asker_surname": "Bruni",
            "asker_name": "Maria",
            "asker_code": tax_code(n),
            "asker_work": WorkState.EMPLOYED,
            "municipality": names["municipalities"][0],
            "information": "1",
            "service": names["services"][0],
            "provider": names["providers"][0],
            "period_start": date(2015, 12, 23),
            "period_end": date(2016, 1, 6),
            "units": "5",
            "hours": 8,
            "expense": 10_000,
            "isee": 900_000,
            "isee_kind": IseeKind.ORDINARY,
            "isee_to": date(2015, 12, 31),
        }
        for n in range(count)
    ]
    write_form(Mark(REQUESTS_FORM, "it", programme), path, names, {"requests": rows})
    taken = cpu_seconds(lambda: import_workbook(store, path))
    report.limit(f"workbook of {count:,} requests", taken, 20, "s")
    with store.write("admit_request") as session:
        asked = session.scalars(sa.select(VoucherRequest).filter_by(programme_id=programme, state="asked").limit(turns))
        for row in asked.all():
            admit(session, row, day)


def ledger(store: Store, report: Report, unpaid: int, turns: int) -> None:
    """One voucher given, with everything on the disk; and a settlement of many uses."""
    at(store, date(2016, 8, 1))
    with store.read() as session:
        admitted = session.execute(
            sa.text("select id from voucher_request where state = 'admitted' limit :turns"), {"turns": turns}
        ).scalars()
        keys = list(admitted)
    day = date(2016, 8, 1)
    if keys:
        draft = IssueDraft(day=day, valid_from=day, valid_to=date(2016, 9, 30))
        taken = [cpu_seconds(lambda: issue_vouchers(store, replace(draft, request_ids=(key,)))) for key in keys]  # noqa: B023
        report.times("a voucher given", taken)
        report.limit("a voucher given, least", min(taken) * 1000, 50, "ms")
    settlement = SettlementDraft(programme_id=campus(store), day=date(2016, 7, 31), act="Determina", act_day=None)
    made: list[str] = []
    entered = cpu_seconds(lambda: made.append(save_settlement(store, settlement).id))
    store.user = "Un altro"
    paid = cpu_seconds(lambda: (check_settlement(store, made[0]), release_settlement(store, made[0], day)))
    report.times("settlement entered", [entered])
    report.times("settlement checked and paid", [paid])
    report.limit(f"settlement of {unpaid:,} uses", entered + paid, 5, "s")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="once and small, to see that it runs")
    parser.add_argument("--vouchers", type=int, default=100_000)
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--archive", type=Path, default=None, help="an archive that this made, which parts change")
    parser.add_argument("--part", choices=PARTS, default=None, help="one part, of the archive that is named")
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    count = 200 if options.quick else options.vouchers
    unpaid = 50 if options.quick else 5_000
    if options.part is not None:
        measure(report, options.part, options.archive, quick=options.quick, unpaid=unpaid)
        report.write(options.json)
        return
    with workshop() as folder:
        path = options.archive or folder / "buoni.concilia"
        if not path.exists():
            report.times("the archive made", [cpu_seconds(lambda: make_many(path, count, unpaid))])
        for part in PARTS:
            kept = folder / f"{part}.json"
            words = ["--part", part, "--archive", str(path), "--json", str(kept), *(["--quick"] * options.quick)]
            subprocess.run(
                [sys.executable, "-m", "benchmarks.bench_vouchers", *words], env=environment(folder), check=True
            )
            report.figures |= json.loads(kept.read_text("utf-8"))
    report.write(options.json)


def measure(report: Report, part: str, path: Path, *, quick: bool, unpaid: int) -> None:
    """Measure one part, and the memory that its process took."""
    turns = 1 if quick else 5
    print(f"-- {part}", flush=True)
    with workshop() as folder, open_archive(path) as store:
        if part == "lists":
            lists(store, report, turns)
        elif part == "window":
            window(store, report, turns)
        elif part == "searches":
            searches(store, report, turns)
        elif part == "register":
            register(store, report, folder, 200 if quick else 10_000)
        elif part == "whole-register":
            report.times("register of all, read", [cpu_seconds(lambda: register_rows(store))])
        elif part == "requests":
            requests(store, report, folder, 100 if quick else 10_000, turns)
        else:
            ledger(store, report, unpaid, turns)
    report.limit(f"memory, at most: {part}", _megabytes(), 300, "MB")


def _megabytes() -> float:
    """The most memory that this process had, not its starter; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text("utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), 0.0)


if __name__ == "__main__":
    sys.exit(main())
