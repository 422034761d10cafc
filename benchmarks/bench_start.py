"""How long until the window can be used, against an empty window of PySide6.

    python -m benchmarks.bench_start [--quick]

All are processes of their own without a display, in turns, so that a busy moment meets all of them. Three instants
count from the start of the process: the window is painted; the first room of the sample archive is painted with its
figures, and a key moves the cursor in it; the store stands behind it, so that every gesture answers at once. Limits of
the first two: 3 times the empty window; of the room: 1.0 s; of memory, with the store: 160 MB.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence

from benchmarks._processes import Run, judged, run_reporting, run_whole, spread, workshop

RATIO, SECONDS, MEGABYTES, HELD_MILLISECONDS = 3.0, 1.0, 160.0, 50.0

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

def turn(app):
    "One turn of the event loop, then a rest, as an event loop that waits: the interpreter is the lane's."
    app.processEvents()
    time.sleep(0.001)

def first_room(app, window):
    "Until the first room is painted with figures of the archive, and a key moves the cursor in it."
    from PySide6.QtCore import QEvent, QObject, Qt
    from PySide6.QtGui import QKeyEvent
    from app.ui.widgets import Card
    while window.current_room() is None:
        turn(app)
    class Watch(QObject):
        painted = False
        def eventFilter(self, watched, event):
            self.painted = self.painted or event.type() == QEvent.Type.Paint
            return False
    watch, view = Watch(), window.current_view()
    view.areas.table.viewport().installEventFilter(watch)
    while not watch.painted:
        app.processEvents()
    view.areas.table.viewport().removeEventFilter(watch)
    figures = [text for row in view.areas.texts() + view.sources.texts() for text in row if "€" in text]
    cards = [card.accessibleName() for card in view.cards.findChildren(Card)]
    assert len(figures) > 10 and sum("€" in text for text in cards) == 3, (figures, cards)
    before = app.focusWidget()
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        app.sendEvent(before, QKeyEvent(kind, Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier))
    assert app.focusWidget() is not before

def store(app, window):
    "Until every gesture answers at once; the longest turn meanwhile is what the window was held."
    longest = 0.0
    while not window.desk.is_open:
        began = time.monotonic()
        app.processEvents()
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.001)
    app.processEvents()
    return longest

def settle(app):
    "Stands in for the event loop: ends when what is wanted is there."
    from app.ui.main_window import MainWindow
    [window] = [widget for widget in app.topLevelWidgets() if isinstance(widget, MainWindow)]
    assert window.isVisible()
    if wanted != "window":
        first_room(app, window)
    report(store(app, window) if wanted == "store" else 0.0)
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

INSTANTS = {
    "window": "our window",
    "room": "first room of the sample",
    "store": "the store behind it",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one turn of each: to see that it runs")
    turns = 1 if parser.parse_args(arguments).quick else 11
    with workshop() as folder:
        archive = folder / "sample.concilia"
        run_whole(("-m", "app", "demo", archive), folder)
        run_reporting(PROGRAM, folder, "store", archive)  # modules are compiled, settings and disk caches are there
        empty: list[Run] = []
        runs: dict[str, list[Run]] = {instant: [] for instant in INSTANTS}
        for _turn in range(turns):
            empty.append(run_reporting(EMPTY, folder))
            for instant, measured in runs.items():
                measured.append(run_reporting(PROGRAM, folder, instant, archive))
    named = [("empty window of PySide6", empty), *((INSTANTS[instant], measured) for instant, measured in runs.items())]
    for name, measured in named:
        memory = statistics.median(run.megabytes for run in measured)
        print(f"{name:<26} {spread([run.seconds for run in measured]):<28} {memory:6.0f} MB at most")
    bare, room = min(run.seconds for run in empty), runs["room"]
    for instant in ("window", "room"):
        name = f"{INSTANTS[instant]}, times an empty one (least)"
        print(judged(name, min(run.seconds for run in runs[instant]) / bare, RATIO, "x"))
    print(judged("first room of the sample, seconds (least)", min(run.seconds for run in room), SECONDS, "s"))
    held = min(run.held for run in runs["store"])
    print(judged("window held while the store comes, ms (least)", held * 1000, HELD_MILLISECONDS, "ms"))
    print(judged("first room and store, memory (most)", max(run.megabytes for run in runs["store"]), MEGABYTES, "MB"))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
