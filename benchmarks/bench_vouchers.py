"""What an office with 100,000 vouchers waits for: its list, giving one, paying 5,000, reading 10,000 requests.

    python -m benchmarks.bench_vouchers [--quick] [--json FILE]

The archive: the sample with 100,000 more vouchers of one programme, each with a reservation and four paid uses, which
are 1,000,000 postings, written by the bare driver. Limits: a list open in 150 ms, sorted in 1 s, its end in 50 ms, a
voucher given in 50 ms (durable), 5,000 uses settled in 5 s, a workbook of 10,000 requests in 20 s, a register of
10,000 rows as PDF in 20 s and as XLSX in 10 s, 300 MB of memory. Times are of the processor, the least of all turns.
"""

from __future__ import annotations

import argparse
import resource
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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
from app.services.reports.vouchers.ledger_lists import vouchers_list
from app.services.reports.vouchers.register import register_table
from app.services.reports.writer import Format, export_document
from app.services.search import search
from app.services.texts import translator
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.register import register_rows
from app.services.vouchers.requests import admit
from app.services.vouchers.settlement import SettlementDraft, check_settlement, release_settlement, save_settlement
from benchmarks._figures import Report, cpu_seconds
from benchmarks._processes import workshop
from benchmarks._vouchers import campus, make_many

IT = translator("it")
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
    """The list of vouchers."""
    least = _least(report, "list of the vouchers", lambda: vouchers_list(store, IT), turns)
    bare = _least(report, "the same rows by bare SQL", lambda: _bare(store), turns)
    report.limit("list of the vouchers, least", least * 1000, 150, "ms")
    report.limit("list / bare SQL", least / bare, 3, "")
    table = vouchers_list(store, IT)
    ordered = _least(report, "sorted by name", lambda: sorted(table.rows, key=lambda row: row.holder), turns)
    report.limit("sorted by name, least", ordered, 1, "s")
    tail = _least(report, "cells of the last page", lambda: _cells(table, 40), turns)
    report.limit("cells of the last page, least", tail * 1000, 50, "ms")


def searches(store: Store, report: Report, turns: int) -> None:
    """The search of the whole archive: by a number, by a name that many have, by one that nobody has."""
    for typed in ("campus-2016-0001", "bruni", "nessuno"):
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
    rows = register_rows(store)[:count]
    report.times("register read", [cpu_seconds(lambda: register_rows(store))])
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
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    count = 200 if options.quick else options.vouchers
    unpaid = 50 if options.quick else 5_000
    turns = 1 if options.quick else 5
    with workshop() as folder:
        path = folder / "buoni.concilia"
        report.times("the archive made", [cpu_seconds(lambda: make_many(path, count, unpaid))])
        with open_archive(path) as store:
            lists(store, report, turns)
            searches(store, report, turns)
            register(store, report, folder, min(count, 10_000))
            requests(store, report, folder, 100 if options.quick else 10_000, turns)
            ledger(store, report, unpaid, turns)
        report.limit("memory, at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 300, "MB")
    report.write(options.json)


if __name__ == "__main__":
    sys.exit(main())
