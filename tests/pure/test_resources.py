"""The resources are found wherever the program lies."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import resources


@pytest.fixture(autouse=True)
def forgotten_folder() -> Iterator[None]:
    """The folder is looked for anew, before and after."""
    resources.resources_folder.cache_clear()
    yield
    resources.resources_folder.cache_clear()


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's package in a folder of its own."""
    folder = tmp_path / "app"
    folder.mkdir()
    monkeypatch.setattr(resources, "_PACKAGE", folder)
    return folder


def test_checkout_has_resources_beside_the_package(package: Path) -> None:
    assert resources.resource("icons", "map.svg") == package.parent / "resources" / "icons" / "map.svg"


def test_wheel_has_resources_inside_the_package(package: Path) -> None:
    inside = package / "_resources"
    inside.mkdir()
    assert resources.resource("fonts") == inside / "fonts"


def test_frozen_program_has_resources_where_it_is_unpacked(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path / "bundle"), raising=False)
    assert resources.resource() == tmp_path / "bundle" / "resources"


def test_resources_of_this_program_are_there() -> None:
    assert resources.resource("icons", "map.svg").is_file()
    assert resources.resource("i18n", "it", "LC_MESSAGES", "concilia.mo").is_file()
