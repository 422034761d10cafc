"""Processes that are started, watched and measured; standard library only, so that the starter weighs nothing."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

PATIENCE_SECONDS = 300.0
"""After that a process that reports an instant is taken for stuck."""

REPORT = """
import time as _time
from pathlib import Path as _Path
def report(held=0.0):
    "Tell the instant, the most memory of this process (kilobytes, 0 where unknown), and how long its window was held."
    status = _Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else ["VmHWM: 0 kB"]
    peak = next(line.split()[1] for line in lines if line.startswith("VmHWM:"))
    print("report", _time.monotonic(), peak, held, flush=True)
"""
"""Source of `report()`, for processes that say themselves when they are ready."""


@dataclass(frozen=True)
class Run:
    """What one process took: seconds; megabytes, and the longest time that its window was held, where it says them."""

    seconds: float
    megabytes: float = 0.0
    held: float = 0.0


def environment(folder: Path) -> dict[str, str]:
    """For a process that stands for a user's: settings of its own, no display, compiled modules kept."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {
        **kept,
        "CONCILIA_CONFIG": str(folder),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "DISPLAY": "offscreen",
    }


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder for what is measured, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="concilia-bench-") as folder:
        yield Path(folder)


def run_whole(words: Sequence[str | Path], folder: Path) -> Run:
    """From the start of the process to its end.

    Raises:
        RuntimeError: when it fails, with what it said.
    """
    started = time.monotonic()
    done = subprocess.run([sys.executable, *map(str, words)], env=environment(folder), capture_output=True, check=False)
    ended = time.monotonic()
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    return Run(ended - started)


def run_reporting(source: str, folder: Path, *words: str | Path) -> Run:
    """From the start of the process to its `report()`.

    Args:
        source: of the program; `report()` is there for it.

    Raises:
        RuntimeError: when it fails, with what it said.
        subprocess.TimeoutExpired: when it does not come to its end.
    """
    command = [sys.executable, "-c", REPORT + source, *map(str, words)]
    started = time.monotonic()
    done = subprocess.run(
        command,
        env=environment(folder),
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("report ")]
    if done.returncode or len(lines) != 1:
        raise RuntimeError(done.stderr)
    return Run(float(lines[0][1]) - started, int(lines[0][2]) / 1024, float(lines[0][3]))


def spread(values: Sequence[float], unit: str = "s", digits: int = 2) -> str:
    """Median, with least and greatest where there are several."""
    text = f"{statistics.median(values):.{digits}f} {unit}"
    if len(values) > 1:
        text += f" ({min(values):.{digits}f} to {max(values):.{digits}f})"
    return text


def judged(name: str, value: float, limit: float, unit: str) -> str:
    """A line that holds a figure against its limit."""
    return f"  {name:<58} {value:8.2f} {unit:<3} of {limit:g}  {'ok' if value <= limit else 'ABOVE'}"
