"""Times of actions in this process, lines to read and figures to keep."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks._processes import judged, spread


def seconds(action: Callable[[], object]) -> float:
    """Seconds that an action takes; no garbage of what came before is looked for meanwhile."""
    gc.collect()
    gc.disable()
    try:
        started = time.perf_counter()
        action()
        return time.perf_counter() - started
    finally:
        gc.enable()


def cpu_seconds(action: Callable[[], object]) -> float:
    """Seconds of the processor that an action takes: what else a shared machine does meanwhile weighs less on them."""
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        action()
        return time.process_time() - started
    finally:
        gc.enable()


@dataclass
class Report:
    """Prints each figure as it comes, and keeps it for a file.

    Attributes:
        judges: whether figures are held against their limits; not after few and small runs.
    """

    judges: bool = True
    figures: dict[str, float] = field(default_factory=dict)

    def times(self, name: str, taken: list[float]) -> float:
        """Say what several runs took, in milliseconds; the median."""
        milliseconds = [value * 1000 for value in taken]
        self.figures[name] = statistics.median(milliseconds)
        print(f"{name:<60} {spread(milliseconds, 'ms', 1)}")
        return self.figures[name]

    def limit(self, name: str, value: float, limit: float, unit: str) -> None:
        """Hold a figure against its limit."""
        self.figures[name] = value
        print(judged(name, value, limit, unit) if self.judges else f"  {name:<58} {value:8.2f} {unit}")

    def write(self, path: Path | None) -> None:
        """Write the figures as JSON, when there is somewhere to write them."""
        if path is not None:
            path.write_text(json.dumps(self.figures, indent=1) + "\n", encoding="utf-8")
