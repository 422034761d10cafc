"""The program's own QApplication."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.ui.application import make_qt_application
from tests.ui.driving import put_away


@pytest.fixture(scope="session")
def qapp_cls() -> Any:
    return lambda _arguments: make_qt_application()


@pytest.fixture(autouse=True)
def nothing_left(qapp: QApplication) -> Iterator[None]:
    """No window outlives its test."""
    yield
    put_away(qapp)
