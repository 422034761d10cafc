"""What every test stands on: no display, no settings of the person, no silent warnings."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = os.environ.get("CONCILIA_TEST_PLATFORM", "offscreen")  # before Qt is imported
os.environ["LC_ALL"] = os.environ["LANGUAGE"] = "C.UTF-8"

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli import GARBAGE_THRESHOLD


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that hold a slow test come first, so that no process is left alone with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Look for garbage as seldom as the program does, and never among the thousands of tests that wait."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


@pytest.fixture(scope="session")
def sample_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive, closed; tests that write take a copy."""
    from app.services.sample import write_sample

    path = tmp_path_factory.mktemp("sample") / "piano.concilia"
    write_sample(path)
    return path


@pytest.fixture(autouse=True)
def config_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the person's settings."""
    folder = tmp_path / "config"
    folder.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA", "CONCILIA_CONFIG"):
        monkeypatch.setenv(name, str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_logged_warning(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log fails the test, unless it is marked `expects_log`."""
    yield
    if request.node.get_closest_marker("expects_log"):
        return
    lines = [
        f"{record.name}: {record.getMessage()}"
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        if record.levelno >= logging.WARNING
    ]
    assert not lines, "\n".join(["logged:", *lines])
