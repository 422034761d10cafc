"""What the sample archive and a page of it cost: written, and T04 as PDF, inside a process and as a whole command.

    python -m benchmarks.bench_sample [--quick]

Limits: the sample in 2 s, T04 as PDF in 0.5 s; held against the least of all turns, so that a busy moment counts for
nothing. Beside the whole commands stands a process that imports their libraries and does nothing: what no program that
uses them can be faster than.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks._processes import judged, run_whole, spread, workshop

SAMPLE_SECONDS, PAGE_SECONDS = 2.0, 0.5

LIBRARIES = "import sqlalchemy.orm, sqlalchemy.dialects.sqlite, sqlcipher3.dbapi2"
PAPER = "import pikepdf, reportlab.pdfgen.canvas, reportlab.pdfbase.ttfonts, PIL.ImageCms"


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def write_samples(folder: Path, turns: int) -> list[float]:
    """The sample archive, written in this process; the first is not counted."""
    from app.services.sample import write_sample

    write_sample(folder / "first.concilia")
    return [timed(lambda n=turn: write_sample(folder / f"{n}.concilia")) for turn in range(turns)]  # type: ignore[misc]


def print_page(archive: Path, out: Path) -> None:
    """Open an archive, draw T04, close it."""
    from app.services.archive import open_archive
    from app.services.reports.catalogue import build_document
    from app.services.reports.writer import Format, export_document
    from app.services.wording.texts import translator

    tr = translator("it")
    with open_archive(archive, writing=False) as store:
        document = build_document(store, "T04", tr)
    export_document(document, Format.PDF, out, tr)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one turn of each: to see that it runs")
    turns = 1 if parser.parse_args(arguments).quick else 9
    with workshop() as folder:
        archive, page = folder / "sample.concilia", folder / "t04.pdf"
        demo = ("-m", "app", "demo", archive)
        export = ("-m", "app", "export", archive, "T04", "-o", page)
        whole_demo = []
        for _turn in range(turns):
            archive.unlink(missing_ok=True)
            whole_demo.append(run_whole(demo, folder).seconds)
        whole_export, floor = [], []
        for _turn in range(turns):  # in turns, so that a busy moment meets both
            whole_export.append(run_whole(export, folder).seconds)
            floor.append(run_whole(("-c", f"{LIBRARIES}\n{PAPER}"), folder).seconds)
        inside = write_samples(folder, turns)
        print_page(archive, page)
        pages = [timed(lambda: print_page(archive, page)) for _turn in range(turns)]
    print(f"sample archive, whole command   {spread(whole_demo)}")
    print(f"sample archive, in a process    {spread(inside)}")
    print(f"T04 as PDF, whole command       {spread(whole_export, digits=3)}")
    print(f"  libraries alone, imported     {spread(floor, digits=3)}")
    print(f"T04 as PDF, in a process        {spread(pages, digits=3)}")
    print(judged("sample archive written (whole command, least)", min(whole_demo), SAMPLE_SECONDS, "s"))
    print(judged("sample archive written (in a process, least)", min(inside), SAMPLE_SECONDS, "s"))
    print(judged("T04 as PDF (whole command, least)", min(whole_export), PAGE_SECONDS, "s"))
    print(judged("T04 as PDF (in a process, least)", min(pages), PAGE_SECONDS, "s"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
