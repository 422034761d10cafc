"""What official papers cost: long minutes, tables of every size, the first page of a preview, the judgement of a file.

    python -m benchmarks.bench_papers [--quick]

Processor time of this process, in which nothing else runs; memory is what the process reached at most. The other
programs that draw pages are called where they are installed, on the same table as HTML; where one is not, that is said.
"""

from __future__ import annotations

import argparse
import html
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.services.reports.pdf import pdf_bytes
from app.services.reports.preview import page_count, render_pages
from app.services.reports.spec import Document, Facts, Heading, Items, Paragraph, Part, Signatures
from benchmarks._figures import Report, cpu_seconds
from benchmarks.bench_pdf import make_document, plain_bytes

MINUTES_LIMIT, TABLE_LIMIT, LONG_LIMIT, PREVIEW_LIMIT, JUDGE_LIMIT = 3.0, 1.0, 10.0, 0.5, 1.0
RATIO_LIMIT, SIZE_LIMIT, MEMORY_LIMIT = 1.3, 2.0, 300
SAID = (
    "Il Presidente illustra la proposta, ne richiama gli obiettivi, il partenariato e il piano economico, e dà conto"
    " dell’istruttoria formale. Segue la discussione, nella quale i componenti chiedono chiarimenti sulle voci di"
    " costo, sui destinatari e sulla durata; il Segretario risponde con i dati dell’archivio. "
)


def make_minutes(points: int) -> Document:
    """Minutes of a meeting with many points, each with words, votes and a table."""
    table = next(iter(make_document(12, 5).tables()))
    parts: list[Part] = [Paragraph("Comitato di valutazione", strong=True)]
    for n in range(1, points + 1):
        parts += [
            Heading(f"Punto {n}: esame della proposta n. {n}", 1),
            *(Paragraph(SAID * 3) for _paragraph in range(4)),
            Facts((("Voti favorevoli", "5"), ("Voti contrari", "0"), ("Astenuti", "1"))),
            Items(tuple(f"condizione {k} dell’ammissione" for k in range(1, 4)), numbered=True),
            replace(table, title=f"Importi del punto {n}"),
        ]
    parts.append(Signatures((("Il Presidente", "Maria Rossi"), ("Il Segretario", "Carlo Neri"))))
    instant = datetime(2014, 10, 6, tzinfo=UTC)
    return Document("VERBALE", "VERBALE N. 1/2014", tuple(parts), ("Ufficio",), "it", instant)


def time_papers(report: Report, *, quick: bool) -> None:
    """Minutes, tables, preview, judgement."""
    turns = 1 if quick else 3
    minutes = make_minutes(6 if quick else 36)
    pdf = pdf_bytes(minutes)
    print(f"minutes of {page_count(pdf)} pages")
    taken = report.times("minutes", [cpu_seconds(lambda: pdf_bytes(minutes)) for _turn in range(turns)])
    report.limit("minutes, seconds", taken / 1000, MINUTES_LIMIT, "s")
    small = make_document(300, 8)
    taken = report.times("table of 300 rows", [cpu_seconds(lambda: pdf_bytes(small)) for _turn in range(turns)])
    report.limit("table of 300 rows, seconds", taken / 1000, TABLE_LIMIT, "s")
    first = [cpu_seconds(lambda: render_pages(pdf, 96, [0])) for _turn in range(turns)]
    report.limit("first page of a preview, seconds", report.times("first page", first) / 1000, PREVIEW_LIMIT, "s")
    _compare(report, 200 if quick else 2_000, turns)
    _grow(report, 1_000 if quick else 10_000)
    _judge(report, pdf_bytes(make_document(20, 5)), turns)


def _compare(report: Report, rows: int, turns: int) -> None:
    """The tagged table against the same without tags, in turns; and against other programs."""
    document = make_document(rows, 8)
    ours: list[float] = []
    plain: list[float] = []
    for _turn in range(turns + 1):
        ours.append(cpu_seconds(lambda: pdf_bytes(document)))
        plain.append(cpu_seconds(lambda: plain_bytes(document)))
    mine, other = report.times(f"{rows} rows, tagged", ours[1:]), report.times(f"{rows} rows, plain", plain[1:])
    report.limit("tagged against plain, times", mine / other, RATIO_LIMIT, "x")
    report.limit("size against plain, times", len(pdf_bytes(document)) / len(plain_bytes(document)), SIZE_LIMIT, "x")
    for name, command in (
        ("LibreOffice", ("soffice", "--headless", "--convert-to", "pdf", "--outdir")),
        ("WeasyPrint", ("weasyprint",)),
    ):
        if shutil.which(command[0]) is None:
            print(f"{name}: not installed here, not compared")
            continue
        report.times(f"{rows} rows, {name}", [_elsewhere(document, command)])


def _elsewhere(document: Document, command: Sequence[str]) -> float:
    """Processor seconds that another program takes for the same table, as HTML."""
    table = next(iter(document.tables()))
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(table.cell(row, column)))}</td>" for column in table.columns) + "</tr>"
        for row in table.rows
    )
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "table.html"
        page.write_text(f"<html><body><table>{rows}</table></body></html>", "utf-8")
        out = [folder, str(page)] if command[0] == "soffice" else [str(page), f"{folder}/table.pdf"]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([*command, *out], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _grow(report: Report, rows: int) -> None:
    """A long table, against one of half its rows."""
    half = cpu_seconds(lambda: pdf_bytes(make_document(rows // 2, 8)))
    whole = cpu_seconds(lambda: pdf_bytes(make_document(rows, 8)))
    report.times(f"{rows} rows", [whole])
    report.limit(f"{rows} rows, seconds", whole, LONG_LIMIT, "s")
    report.limit("twice the rows, times", whole / half, 2.4, "x")
    reached = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report.limit("memory reached", reached, MEMORY_LIMIT, "MB")


def _judge(report: Report, pdf: bytes, turns: int) -> None:
    """The judgement of a file by the validator, where it is installed."""
    try:
        import page as validator
    except ImportError:
        print("the validator is not installed here, not measured")
        return

    def judge() -> object:
        return validator.validate_pdf_bytes(pdf, profile=validator.ValidationProfile.PDF_UA_1)

    taken = report.times("judgement of a page", [cpu_seconds(judge) for _turn in range(turns)])
    report.limit("judgement, seconds", taken / 1000, JUDGE_LIMIT, "s")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few turns and short papers: to see that it runs")
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    time_papers(report, quick=options.quick)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
