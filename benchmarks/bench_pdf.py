"""What tagged, archivable PDF costs: our renderer against plain ReportLab drawing the same words.

    python -m benchmarks.bench_pdf [--quick]

Both draw in this one process, in turns, so that the ratio holds where the milliseconds do not. The page is like T04
(20 rows, 5 columns); the list has 2,000 rows of 8 columns. Plain ReportLab makes neither tags nor an archivable file.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from reportlab.lib.pagesizes import A4, landscape
from reportlab.platypus import LongTable, SimpleDocTemplate, TableStyle

from app.models.money import Cents
from app.services.reports.pdf import pdf_bytes
from app.services.reports.pdf_fonts import Weight, face
from app.services.reports.spec import Column, Document, Kind, Table
from app.services.wording.formats import display
from app.services.wording.texts import translator

TR = translator("it")
KINDS = (Kind.COUNT, Kind.TEXT, Kind.MONEY, Kind.TEXT, Kind.MONEY, Kind.PERCENT, Kind.DATE, Kind.FLAG)


def make_row(n: int) -> tuple[Any, ...]:
    """A row with values of all kinds."""
    return (
        n,
        f"Ente numero {n} della rete territoriale",
        Cents(1_806_088 + n),
        "Spese dirette ai destinatari",
        Cents(n * 100),
        Fraction(n, 7),
        date(2014, 1 + n % 12, 1 + n % 28),
        n % 2 == 0,
    )


def make_document(rows: int, columns: int) -> Document:
    """A document with one table."""
    declared = tuple(
        Column(f"c{n}", f"Colonna {n}", kind, lambda row, n=n: row[n], 40 if kind is Kind.TEXT else 24)
        for n, kind in enumerate(KINDS[:columns])
    )
    table = Table("T", "Tabella", declared, tuple(make_row(n) for n in range(rows)), landscape=columns > 5)
    return Document("T", "Tabella", (table,), ("Ufficio",), "it", datetime(2014, 10, 6, tzinfo=UTC))


def plain_bytes(document: Document) -> bytes:
    """The same words as a plain table of ReportLab: no tags, no profile, no metadata."""
    table = next(iter(document.tables()))
    cells = [[column.title for column in table.columns]]
    cells += [[display(column.kind, table.cell(row, column), TR) for column in table.columns] for row in table.rows]
    look = TableStyle(
        [("FONT", (0, 0), (-1, -1), face(Weight.REGULAR).name, 9), ("LINEBELOW", (0, 0), (-1, -1), 0.35, "grey")]
    )
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=landscape(A4)).build([LongTable(cells, repeatRows=1, style=look)])
    return file.getvalue()


@dataclass(frozen=True)
class Result:
    """Medians of CPU seconds, and sizes in bytes."""

    name: str
    ours: float
    plain: float
    size: int
    size_plain: int

    def __str__(self) -> str:
        return (
            f"{self.name:<18} tagged {self.ours * 1000:8.1f} ms {self.size / 1024:6.0f} KB"
            f"   plain {self.plain * 1000:8.1f} ms {self.size_plain / 1024:6.0f} KB"
            f"   ratio {self.ours / self.plain:5.2f}"
        )


def measure(name: str, rows: int, columns: int, turns: int) -> Result:
    """Draw in turns; the first of each is not counted."""
    document = make_document(rows, columns)
    size, size_plain = len(pdf_bytes(document)), len(plain_bytes(document))
    taken: dict[Callable[[Document], bytes], list[float]] = {pdf_bytes: [], plain_bytes: []}
    for _turn in range(turns):
        for draw, times in taken.items():
            start = time.process_time()
            draw(document)
            times.append(time.process_time() - start)
    ours, plain = (statistics.median(times) for times in taken.values())
    return Result(name, ours, plain, size, size_plain)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few turns and a short list: to see that it runs")
    quick = parser.parse_args(arguments).quick
    print(measure("page like T04", 20, 5, turns=3 if quick else 25))
    rows = 200 if quick else 2000
    print(measure(f"list of {rows:,} x 8", rows, 8, turns=1 if quick else 5))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
