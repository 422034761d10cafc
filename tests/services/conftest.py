"""Archives for the tests of services; each is a copy of one that was made once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.enums import OrganisationKind
from app.models.store import Store, open_archive
from app.services.calls.calls import CallDraft, save_call
from app.services.network.registry import AliasDraft
from tests.services.builders import a_plan, an_area, an_organisation
from tests.services.spending_world import Running, build_running
from tests.services.world import World, build_world, new_store, reopen


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with nothing in it, closed."""
    with new_store(tmp_path_factory.mktemp("empty")) as opened:
        return opened.path


@pytest.fixture(scope="session")
def world_archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """The archive of the small world of `tests.services.world`, closed, and its keys."""
    with new_store(tmp_path_factory.mktemp("world")) as opened:
        return opened.path, build_world(opened)


@pytest.fixture
def sample(sample_archive: Path) -> Iterator[Store]:
    """The sample archive, open for reading."""
    with open_archive(sample_archive, writing=False) as opened:
        yield opened


@pytest.fixture(scope="session")
def running_archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Running]:
    """The archive of a project under way, closed, and its keys."""
    with new_store(tmp_path_factory.mktemp("running")) as opened:
        return opened.path, build_running(opened)


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An open archive: with the small world when the test asks for `world`, a project under way for `running`."""
    if "world" in request.fixturenames:
        made = request.getfixturevalue("world_archive")[0]
    elif "running" in request.fixturenames:
        made = request.getfixturevalue("running_archive")[0]
    else:
        made = request.getfixturevalue("empty_archive")
    with reopen(Path(shutil.copy(made, tmp_path))) as opened:
        yield opened


@pytest.fixture
def world(world_archive: tuple[Path, World]) -> World:
    """Keys of the small world that is in `store`."""
    return world_archive[1]


@pytest.fixture
def running(running_archive: tuple[Path, Running]) -> Running:
    """Keys of the project under way that is in `store`."""
    return running_archive[1]


@pytest.fixture
def office(store: Store) -> Store:
    """An archive with a plan, an area, a call, and one organisation."""
    a_plan(store)
    an_area(store, title="Nuove modalità di lavoro")
    save_call(store, CallDraft(title="Avviso 2014"))
    aliases = (AliasDraft(name="Associazione La Rotonda"),)
    an_organisation(store, "La Rotonda", kind=OrganisationKind.ASSOCIATION, aliases=aliases)
    return store
