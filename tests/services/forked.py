"""Work done in a process of its own, which is a copy of this one and is killed with -9 whenever a test wants it."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator

Say = Callable[[str], None]


class Worker:
    """A process that works and says lines; `heard` are those that were listened to."""

    def __init__(self, work: Callable[[Say], object]) -> None:
        reading, writing = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads do not matter to who is killed
            self.process = os.fork()
        if self.process == 0:
            _labour(work, writing)
        os.close(writing)
        self._said = os.fdopen(reading, "rb")
        self.heard: list[str] = []

    def hear(self, lines: int) -> None:
        """Wait until it has said as many lines in all."""
        while len(self.heard) < lines:
            line = self._said.readline().decode().rstrip("\n")
            assert line, "the worker failed by itself"
            self.heard.append(line)

    def kill(self, seconds: float = 0.0) -> list[str]:
        """Kill it after a while, wherever it is then; all that it said."""
        if seconds:
            select.select([], [], [], seconds)
        os.kill(self.process, signal.SIGKILL)
        self.ended()
        return self.heard

    def ended(self) -> int:
        """Wait until it ends; the signal that ended it, 0 for none."""
        _process, status = os.waitpid(self.process, 0)
        self.heard += self._said.read().decode().splitlines()
        self._said.close()
        return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def _labour(work: Callable[[Say], object], writing: int) -> None:
    """What the process does; it ends by being killed, or without a word more when the work fails."""
    gc.disable()  # looking through what it has from us would copy all of it
    try:
        work(lambda line: os.write(writing, f"{line}\n".encode()) and None)
        signal.pause()  # there to be killed
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


@contextlib.contextmanager
def frozen() -> Iterator[None]:
    """What this process has stays where it is meanwhile, so that a copy of it costs little."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
