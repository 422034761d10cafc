"""How long until the window can be used: the sample archive's start page against an empty window of PySide6.

    python -m benchmarks.bench_start [--quick]

Both are processes of their own without a display, in turns, so that a busy moment meets both: from the start of the
process until everything is painted and nothing is at work. Limits: 3 times the empty window, 1.0 s, 160 MB.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence

from benchmarks._processes import judged, run_reporting, run_whole, spread, workshop

RATIO, SECONDS, MEGABYTES = 3.0, 1.0, 160.0

EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication(["empty"])
window = QMainWindow()
window.resize(1400, 860)
window.show()
app.processEvents()
report()
"""

PROGRAM = """
import sys
from app.cli import main

def settle(app):
    "Stands in for the event loop: ends when the window is painted and its lanes are idle."
    from app.ui.main_window import MainWindow
    [window] = [widget for widget in app.topLevelWidgets() if isinstance(widget, MainWindow)]
    app.processEvents()
    while window.desk.lanes.busy():
        app.processEvents()
    app.processEvents()
    assert len(sys.argv) == 1 or window.desk.is_open
    report()
    window.close()
    return 0

from PySide6.QtWidgets import QApplication
QApplication.exec = settle
sys.exit(main(sys.argv[1:]))
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one turn of each: to see that it runs")
    turns = 1 if parser.parse_args(arguments).quick else 11
    with workshop() as folder:
        archive = folder / "sample.concilia"
        run_whole(("-m", "app", "demo", archive), folder)
        run_reporting(PROGRAM, folder, archive)  # modules are compiled, settings and disk caches are there
        empty, start, full = [], [], []
        for _turn in range(turns):
            empty.append(run_reporting(EMPTY, folder))
            start.append(run_reporting(PROGRAM, folder))
            full.append(run_reporting(PROGRAM, folder, archive))
    for name, runs in (("empty window of PySide6", empty), ("start page", start), ("sample archive", full)):
        memory = statistics.median(run.megabytes for run in runs)
        print(f"{name:<24} {spread([run.seconds for run in runs]):<28} {memory:6.0f} MB at most")
    ratio = statistics.median(ours.seconds / bare.seconds for ours, bare in zip(full, empty, strict=True))
    print(judged("sample archive, times an empty window (median of turns)", ratio, RATIO, "x"))
    print(judged("sample archive, seconds (least)", min(run.seconds for run in full), SECONDS, "s"))
    print(judged("sample archive, memory (most)", max(run.megabytes for run in full), MEGABYTES, "MB"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
