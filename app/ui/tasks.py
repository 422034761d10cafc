"""Work off the interface thread: two lanes, and a task that can be watched and cancelled."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from app.models.errors import Cancelled
from app.ui.garbage import Garbage

STEP_SECONDS = 0.05
"""Progress is told at most this often: the window cannot show more."""


class Lane(StrEnum):
    """Where a task runs."""

    DATABASE = "database"  # one at a time, in order
    FILES = "files"  # reading and writing of documents, beside the database


class Task(QObject):
    """One piece of work; it is also the `Progress` that the service receives.

    Signals are given on the thread of the window. Exactly one of `succeeded`, `failed`, `cancelled` comes, then
    `finished`. Connect first, start after.
    """

    progressed = Signal(object, object)  # done, total
    succeeded = Signal(object)
    failed = Signal(object)  # the exception
    cancelled = Signal()
    finished = Signal()
    _ended = Signal(object, object)

    def __init__(self, work: Callable[[Task], Any], title: str = "") -> None:
        super().__init__()
        self.title = title
        self._work = work
        self._stop = threading.Event()
        self._told = 0.0
        self._ended.connect(self._on_ended)

    def step(self, done: int, total: int) -> None:
        """`done` of `total` steps are finished.

        Raises:
            Cancelled: when the user asked to stop.
        """
        if self._stop.is_set():
            raise Cancelled
        now = time.monotonic()
        if done == total or now - self._told >= STEP_SECONDS:
            self._told = now
            self.progressed.emit(done, total)

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._stop.set()

    def run(self) -> None:
        """Do the work on the present thread and tell its end to the thread of the window."""
        try:
            if self._stop.is_set():
                raise Cancelled
            result = self._work(self)
        except Exception as error:  # each kind of failure is told apart on the window's thread
            self._ended.emit(None, error)
        else:
            self._ended.emit(result, None)

    @Slot(object, object)
    def _on_ended(self, result: object, error: Exception | None) -> None:
        if error is None:
            self.succeeded.emit(result)
        elif isinstance(error, Cancelled):
            self.cancelled.emit()
        else:
            self.failed.emit(error)
        self.finished.emit()


class _Lane:
    """Threads that run tasks in the order that they came; they end when nothing is left to do.

    A task belongs to the window's thread and must end there: a thread gives its task back under the lock, and only
    `collect`, called by the window, lets go of it.
    """

    def __init__(self, threads_max: int) -> None:
        self._threads_max = threads_max
        self._threads = 0
        self._waiting: deque[Task] = deque()
        self._given_back: list[Task] = []
        self._changed = threading.Condition()

    def put(self, task: Task) -> None:
        """Queue a task."""
        with self._changed:
            self._waiting.append(task)
            if self._threads < self._threads_max:
                self._threads += 1
                threading.Thread(target=self._work, daemon=True).start()

    @property
    def is_free(self) -> bool:
        """Whether no thread works."""
        return not self._threads

    def wait(self) -> None:
        """Block until all is done."""
        with self._changed:
            self._changed.wait_for(lambda: not self._threads)

    def collect(self) -> None:
        """Let go of tasks that are done; on the window's thread."""
        with self._changed:
            done, self._given_back = self._given_back, []
        done.clear()

    def _work(self) -> None:
        while True:
            with self._changed:
                if not self._waiting:
                    self._threads -= 1
                    self._changed.notify_all()
                    return
                task = self._waiting.popleft()
            task.run()
            with self._changed:
                self._given_back.append(task)
                del task


class Lanes(QObject):
    """The two lanes; keeps each task alive until it has told its end."""

    idle = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lanes = {Lane.DATABASE: _Lane(1), Lane.FILES: _Lane(2)}
        self._running: dict[int, Task] = {}
        self._garbage = Garbage(self._are_free, self)

    def start(self, task: Task, lane: Lane = Lane.DATABASE) -> Task:
        """Queue `task`; everything that listens to it must be connected by now."""
        self._running[id(task)] = task
        task.finished.connect(self._on_finished)
        self._garbage.hold()
        self._lanes[lane].put(task)
        return task

    def busy(self) -> bool:
        """Whether any task has not told its end."""
        return bool(self._running)

    def wait(self) -> None:
        """Block until the threads are free; what they tell still waits in the window's queue."""
        for lane in self._lanes.values():
            lane.wait()
        self._garbage.look()

    def _are_free(self) -> bool:
        return all(lane.is_free for lane in self._lanes.values())

    def cancel_all(self) -> None:
        """Ask every task to stop."""
        for task in tuple(self._running.values()):
            task.cancel()

    @Slot()
    def _on_finished(self) -> None:
        self._running.pop(id(self.sender()), None)
        for lane in self._lanes.values():
            lane.collect()
        if not self._running:
            self.idle.emit()
