"""How long until the window can be used, against an empty window of PySide6.

    python -m benchmarks.bench_start [--quick]

All are processes of their own without a display, in turns, so that a busy moment meets all of them. Two instants count
from the start of the process: the window is painted and answers to keys and clicks; the sample archive is open and its
first room is painted. Limits: 3 times the empty window, 1.0 s, 160 MB.
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
import sys, time
from app.cli import main
wanted = sys.argv.pop(1)

def settle(app):
    "Stands in for the event loop: ends when what is wanted is painted."
    from app.ui.main_window import MainWindow
    [window] = [widget for widget in app.topLevelWidgets() if isinstance(widget, MainWindow)]
    assert window.isVisible()
    while wanted == "room" and window.current_room() is None:
        app.processEvents()
        time.sleep(0.003)  # as an event loop that waits: the interpreter is the lane's
    app.processEvents()
    report()
    window.close()
    return 0

import app.cli, builtins
plain = app.cli.import_qt
def patched():
    plain()
    from PySide6.QtWidgets import QApplication
    QApplication.exec = settle
app.cli.import_qt = patched
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
        run_reporting(PROGRAM, folder, "room", archive)  # modules are compiled, settings and disk caches are there
        empty, window, room = [], [], []
        for _turn in range(turns):
            empty.append(run_reporting(EMPTY, folder))
            window.append(run_reporting(PROGRAM, folder, "window", archive))
            room.append(run_reporting(PROGRAM, folder, "room", archive))
    for name, runs in (("empty window of PySide6", empty), ("our window", window), ("first room of the sample", room)):
        memory = statistics.median(run.megabytes for run in runs)
        print(f"{name:<26} {spread([run.seconds for run in runs]):<28} {memory:6.0f} MB at most")
    bare = min(run.seconds for run in empty)
    print(
        judged("window that can be used, times an empty one (least)", min(w.seconds for w in window) / bare, RATIO, "x")
    )
    print(
        judged("first room of the sample, times an empty one (least)", min(r.seconds for r in room) / bare, RATIO, "x")
    )
    print(judged("first room of the sample, seconds (least)", min(run.seconds for run in room), SECONDS, "s"))
    print(judged("first room of the sample, memory (most)", max(run.megabytes for run in room), MEGABYTES, "MB"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
