"""What official papers cost: long minutes, tables of every size, the first page of a preview, the judgement of a file.

    python -m benchmarks.bench_papers [--quick] [--install | --peers FOLDER]

Processor time of this process, in which nothing else runs; memory is what the process reached at most. Other programs
that draw pages are called on the same table in the same run, where they are installed; where one is not, that is said.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import resource
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.services.reports.pdf import pdf_bytes
from app.services.reports.preview import page_count, render_pages
from app.services.reports.spec import Document, Facts, Heading, Items, Paragraph, Part, Signatures
from app.services.reports.writer import Format, export_document
from app.services.wording.formats import display
from app.services.wording.texts import translator
from benchmarks._figures import Report, cpu_seconds
from benchmarks._processes import workshop
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


def time_papers(report: Report, peers: Path | None, *, quick: bool) -> None:
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
    _compare(report, 200 if quick else 2_000, turns, peers)
    _grow(report, 1_000 if quick else 10_000)
    _judge(report, pdf_bytes(make_document(20, 5)), turns)


def _compare(report: Report, rows: int, turns: int, peers: Path | None) -> None:
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
    _beside(report, document, peers, mine)


def _beside(report: Report, document: Document, peers: Path | None, mine: float) -> None:
    """The same table in other programs, in this run; each with the file it makes."""
    table = next(iter(document.tables()))
    tr = translator("it")
    titles = [column.title for column in table.columns]
    cells = [[display(column.kind, table.cell(row, column), tr) for column in table.columns] for row in table.rows]
    with workshop() as folder:
        (folder / "table.html").write_text(_as_html(titles, cells), "utf-8")
        (folder / "table.typ").write_text(_as_typst(titles, cells), "utf-8")
        export_document(document, Format.XLSX, folder / "table.xlsx", tr)
        office = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to"]
        tagged = '{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
        programs: dict[str, list[str]] = {
            "LibreOffice, from HTML, tagged": [*office, f"pdf:writer_web_pdf_Export:{tagged}", "table.html"],
            "LibreOffice, from XLSX, tagged": [*office, f"pdf:calc_pdf_Export:{tagged}", "table.xlsx"],
            "WeasyPrint, PDF/UA-1": ["weasyprint", "--pdf-variant", "pdf/ua-1", "table.html", "table.pdf"],
            "typst, tagged": ["typst", "table.typ"],
        }
        for name, words in programs.items():
            place = _found(words[0], peers)
            if place is None:
                print(f"{name:<60} not installed: skipped")
                continue
            if words[0] == "typst":
                draw = "import sys, typst; typst.compile(sys.argv[1], output='table.pdf')"
                words = [str(place), "-c", draw, *words[1:]]
            taken = _elsewhere([str(place), *words[1:]], folder)
            size = (folder / "table.pdf").stat().st_size
            report.times(f"{len(cells)} rows, {name} ({size // 1024} KB)", [taken])
            report.limit(f"ours against {name}, times", mine / 1000 / taken, 1.0, "x")
            (folder / "table.pdf").unlink()


def _found(name: str, peers: Path | None) -> Path | None:
    """A program of the system, or of the environment that was named; of a library its interpreter."""
    folder = None if peers is None else str(peers / ("Scripts" if os.name == "nt" else "bin"))
    if name != "typst":
        place = shutil.which(name, path=folder) or shutil.which(name)
        return None if place is None else Path(place)
    python = Path(shutil.which("python", path=folder) or sys.executable)
    asked = subprocess.run([python, "-c", "import typst"], check=False, capture_output=True)
    return python if asked.returncode == 0 else None


def _as_html(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """The table as a page, its titles repeated on each sheet, which lies."""
    head = "".join(f"<th>{html.escape(title)}</th>" for title in titles)
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>" for row in cells)
    style = "@page {size: A4 landscape} table {border-collapse: collapse; font: 9pt sans-serif; width: 100%}"
    top = f'<html lang="it"><head><meta charset="utf-8"><title>Tabella</title><style>{style}</style></head>'
    return f"{top}<body><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></body></html>"


def _as_typst(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """The table in typst's own language."""

    def quoted(row: Sequence[str]) -> str:
        return ", ".join(json.dumps(text, ensure_ascii=False) for text in row)

    body = "\n".join(f"{quoted(row)}," for row in cells)
    page = '#set page(paper: "a4", flipped: true)\n#set text(size: 9pt, lang: "it")\n#set document(title: "Tabella")'
    return f"{page}\n#table(columns: {len(titles)}, table.header({quoted(titles)}),\n{body}\n)\n"


def _elsewhere(words: Sequence[str], folder: Path) -> float:
    """Processor seconds that another program takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, capture_output=True, cwd=folder)
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


def _installed(folder: Path) -> Path:
    """Ask the system for LibreOffice (apt, as root), and put the libraries into an environment of their own."""
    if shutil.which("apt-get"):
        wanted = ("libreoffice-calc-nogui", "libreoffice-writer-nogui")
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", *wanted], check=False)
    place = folder / "peers"
    venv.create(place, with_pip=True)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "weasyprint", "typst"], check=False)
    return place


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few turns and short papers: to see that it runs")
    parser.add_argument("--install", action="store_true", help="put the other programs there first, where that can be")
    parser.add_argument("--peers", type=Path, help="environment of Python in which WeasyPrint and typst are")
    options = parser.parse_args(arguments)
    report = Report(judges=not options.quick)
    with workshop() as folder:
        peers = _installed(folder) if options.install else options.peers
        time_papers(report, peers, quick=options.quick)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
