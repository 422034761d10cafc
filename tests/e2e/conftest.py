"""The program's own QApplication."""

from __future__ import annotations

from typing import Any

import pytest

from app.ui.application import make_qt_application


@pytest.fixture(scope="session")
def qapp_cls() -> Any:
    return lambda _arguments: make_qt_application()
