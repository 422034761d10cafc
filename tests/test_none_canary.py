"""PySide6 6.12.0 loses a reference to None in every call that returns nothing; ours must not."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("PySide6")

VOID_CALLS = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range(20_000):
    thing.setObjectName("x")
lost = before - sys.getrefcount(None)
print("lost", lost if lost > 1_000 else 0)
"""


def test_void_calls_keep_none_alive() -> None:
    done = subprocess.run([sys.executable, "-c", VOID_CALLS], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "lost 0\n", "")
