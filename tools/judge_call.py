"""Judges a call with 61 proposals through the window by keyboard, and compares the archive with that of the services.

    python -m tools.judge_call

Takes some minutes: nearly three hundred score sheets are keyed in. A quick part, four proposals, is among the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run the whole walk; the exit code is that of the test."""
    begun = time.monotonic()
    wanted = {**os.environ, "CONCILIA_JUDGE_ALL": "1", "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "pytest", "-q", "tests/e2e/test_judged_call.py", "-k", "all_proposals"]
    code = subprocess.run(command, cwd=ROOT, env=wanted, check=False).returncode
    print(f"{time.monotonic() - begun:.0f} s")
    return code


if __name__ == "__main__":
    sys.exit(main())
