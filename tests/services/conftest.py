"""Archives for the tests of services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.store import Store
from tests.services.world import World, build_world, new_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty open archive."""
    with new_store(tmp_path) as opened:
        yield opened


@pytest.fixture
def world(store: Store) -> World:
    """The small world of `tests.services.world`, in `store`."""
    return build_world(store)
