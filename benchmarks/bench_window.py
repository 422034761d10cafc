"""Every room and tab of the sample archive visited, records opened, sought and saved: how long the window holds still.

    python -m benchmarks.bench_window [--quick] [--all]

Each gesture is cut into the call itself and the rounds of events that follow it until nothing is at work; the longest
of these is what the gesture costs. The whole is repeated in fresh processes and the least is taken for each gesture,
so that a busy moment of the computer counts for nothing. Listed are those above 50 ms; with --all, every one.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks._processes import environment, run_whole, workshop

if TYPE_CHECKING:
    from app.ui.application import Application
    from app.ui.main_window import MainWindow
    from app.ui.views.base import RecordPage

LIMIT_MS = 50.0
EDITED = (("plan", "areas", "title"), ("network", "organisations", "note"), ("meetings", "committee", "act"))
"""(room, kind, field of text) of the records that are changed and saved."""

Gesture = tuple[str, Callable[[], object]]


# --- in a process of its own -----------------------------------------------------------------


class Watch:
    """Does gestures and keeps the longest hold of each, in milliseconds."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.longest: dict[str, float] = {}

    def measure(self, gesture: Gesture, until: Callable[[], bool] = lambda: True) -> None:
        """Do one gesture and everything that follows from it, at least `until` something is true."""
        name, act = gesture
        holds = [_milliseconds(act)]
        while True:
            holds.append(_milliseconds(self.application.app.processEvents))
            if until() and not self._is_at_work():
                break
            time.sleep(0.002)  # the workers' turn: a window that waits for events does not run either
        holds.append(_milliseconds(self.application.app.processEvents))
        self.longest[name] = max(holds)

    def _is_at_work(self) -> bool:
        """Whether a lane works, or a form is still being made part by part."""
        page = getattr(self.application.window.current_view(), "current_page", lambda: None)()
        return self.application.desk.lanes.busy() or bool(getattr(page, "is_settling", False))


def _milliseconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def gestures(window: MainWindow) -> Iterator[Gesture]:
    """What a person does, in order; each is made when the one before it has been done."""
    from app.services.integrity import verify
    from app.ui.views import ROOMS
    from app.ui.views.base import RecordsView

    for room in ROOMS:
        yield f"{room.key}: first visit", lambda key=room.key: window.go(key)  # type: ignore[misc]
        view = window.current_view()
        if isinstance(view, RecordsView):
            for kind in view.kinds:
                name = f"{room.key}.{kind.key}"
                yield f"{name}: first visit", lambda key=kind.key, view=view: view.show_kind(key)  # type: ignore[misc]
                yield from _on_page(name, view.current_page())
        elif getattr(view, "list", None) is not None:
            yield from _on_list(room.key, view)
    for room in ROOMS:
        yield f"{room.key}: again", lambda key=room.key: window.go(key)  # type: ignore[misc]
    for room_key, kind_key, field in EDITED:
        yield from _saving(window, room_key, kind_key, field)
    yield "search everywhere: open", window.show_palette
    yield "search everywhere: one letter", lambda: window.show_palette("f")
    yield "search everywhere: a word", lambda: window.show_palette("famiglie")
    yield "read again", window.reload
    desk = window.desk
    yield "while the archive is verified", lambda: desk.run(verify, desk.texts, done=lambda _result: None)
    yield "close the archive", window.close_archive


def _on_page(name: str, page: RecordPage) -> Iterator[Gesture]:
    yield from _on_list(name, page)
    if page.can_add and page.new_action.isEnabled():
        yield f"{name}: new record", page.add
        assert page.form is not None
        page.form.revert()


def _on_list(name: str, page: Any) -> Iterator[Gesture]:
    listed = page.list
    rows = [row_id for row_id in map(listed.model.row_id, range(listed.model.rowCount())) if row_id is not None]
    if len(rows) > 1:
        yield f"{name}: another row", lambda: page.open_record(rows[1])
        yield (
            f"{name}: sort",
            lambda: listed.table.sortByColumn(0, listed.table.horizontalHeader().sortIndicatorOrder()),
        )
        yield f"{name}: search", lambda: listed.search.setText("a")
        yield f"{name}: search cleared", listed.search.clear


def _saving(window: MainWindow, room_key: str, kind_key: str, field: str) -> Iterator[Gesture]:
    from app.ui.views.base import RecordsView

    window.go(room_key)
    view = window.current_view()
    assert isinstance(view, RecordsView)
    view.show_kind(kind_key)
    page = view.current_page()
    first = page.list.first_id()
    assert first is not None
    page.open_record(first)
    form = page.form
    assert form is not None
    changed = f"{form.model.value(field)} bis".strip()
    name = f"{room_key}.{kind_key}"
    yield f"{name}: type into a field", lambda: form.model.set_value(field, changed)
    yield f"{name}: save", form.save
    assert not form.is_dirty, f"{name} was not saved: {form.banner_text() or form.error_text(field)}"


def watch(archive: Path) -> dict[str, float]:
    """Do everything once, in a process that starts as `concilia` does; the longest hold of each gesture."""
    from app.cli import GARBAGE_THRESHOLD, import_qt

    gc.set_threshold(GARBAGE_THRESHOLD)
    import_qt()
    from app.services.settings import Settings, settings_path
    from app.ui.application import Application, make_qt_application
    from app.ui.preload import REST

    application = Application(make_qt_application(), Settings(settings_path()))
    application.window.resize(1400, 860)  # without a display there is room for less
    watched = Watch(application)
    watched.measure(("start", partial(application.start, archive)), until=lambda: REST[-1] in sys.modules)
    for gesture in gestures(application.window):
        watched.measure(gesture)
    application.window.close()
    application.desk.lanes.wait()
    return watched.longest


# --- the processes, and what they found -------------------------------------------------------


def measured(folder: Path, turns: int) -> dict[str, float]:
    """The least of each gesture over fresh processes, each with an archive of its own."""
    best: dict[str, float] = {}
    for turn in range(turns):
        archive = folder / f"{turn}.concilia"
        run_whole(("-m", "app", "demo", archive), folder)
        words = [sys.executable, "-m", "benchmarks.bench_window", "--child", str(archive)]
        done = subprocess.run(words, env=environment(folder), capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            raise RuntimeError(done.stderr)
        for name, value in json.loads(done.stdout.splitlines()[-1]).items():
            best[name] = min(value, best.get(name, value))
    return best


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="one turn: to see that it runs")
    parser.add_argument("--all", action="store_true", help="list every gesture, not only those above the limit")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child is not None:
        print(json.dumps(watch(options.child)))
        return 0
    with workshop() as folder:
        best = measured(folder, 1 if options.quick else 4)
    above = {name: value for name, value in best.items() if value > LIMIT_MS}
    for name, value in sorted((best if options.all else above).items(), key=lambda entry: -entry[1]):
        print(f"  {name:<52} {value:7.1f} ms{'  ABOVE' if value > LIMIT_MS else ''}")
    print(f"{len(best)} gestures, {len(above)} above {LIMIT_MS:.0f} ms; longest {max(best.values()):.1f} ms")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
