"""A disk that fills at any write of any act: the act is refused, nothing is half done, and it works on with room.

    python -m tests.services.test_full_disk

fills it at each write of each act, and says at how many.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from app.models import lock, slots
from app.models.base import new_id
from app.models.errors import EnvironmentFailed
from app.models.store import Store, create_archive, translated
from app.services.journal import undo
from app.services.network import registry as network
from app.services.network.registry import ContactDraft, OrganisationDraft
from app.services.plan import plan
from app.services.plan.plan import PlanDraft
from tests.services.acting import Act, cheap
from tests.services.acts import ACTS, QUICK
from tests.services.builders import refusal
from tests.services.every_write import Met, Outside, Tried, every_write
from tests.services.filled_acts import fill_at_writes
from tests.services.simulated_disk import simulated
from tests.services.world import reopen

PLACES = 2


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folders of the acts are made, once for all that begin alike."""
    return tmp_path_factory.mktemp("disk")


@pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")
@pytest.mark.parametrize("act", QUICK, ids=lambda act: act.name)
def test_full_disk_refuses_and_leaves_everything_whole(act: Act, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "COST", slots.COST)
    cheap()
    assert fill_at_writes(act, place, PLACES) >= PLACES


@pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")
def test_full_disk_at_every_write_of_a_verb_changes_nothing(tmp_path: Path) -> None:
    create_archive(tmp_path / "a.concilia")
    with every_write() as met, reopen(tmp_path / "a.concilia") as store:
        plan.save_plan(store, PlanDraft(name="Piano", territory="ASL", office="Ufficio"))
        made = network.save_organisation(store, OrganisationDraft(name="Ente", contacts=(ContactDraft(name="Ada"),))).id
        network.delete_organisation(store, made)
        last = undo.last_undoable(store)
        assert last is not None
        undo.undo(store, last.number)
    assert met.all_faults() == []
    assert set(met.disks) >= {"save_plan", "save_organisation", "delete_organisation", "undo"}
    assert sum(met.disks.values()) > 3 * len(met.functions)


@pytest.mark.skipif(sys.platform != "linux", reason="stands between the engine and this system's files")
def test_act_that_is_done_by_halves_is_found_out(tmp_path: Path) -> None:
    """The proof can fail."""

    def two_gestures(store: Store) -> None:
        for _half in range(2):
            network.save_organisation(store, OrganisationDraft(name=new_id()))

    create_archive(tmp_path / "a.concilia")
    with simulated() as disk, reopen(tmp_path / "a.concilia") as store:
        met = Met()
        watch = Outside()
        watch.way = Tried(disk, watch, met)
        watch.wrap(two_gestures)(store)
    assert any("something is changed" in fault for fault in met.faults)


def test_lock_without_room_for_a_name_is_a_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    create_archive(tmp_path / "a.concilia")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        opened = reopen(tmp_path / "a.concilia")
    with opened:
        assert refusal(reopen, tmp_path / "a.concilia") == ("archive.locked", None)
    with monkeypatch.context() as patch:
        patch.setattr(lock.os, "open", full)
        assert refusal(lock.LockFile.acquire, tmp_path / "a.concilia") == ("disk.full", None)


@pytest.mark.parametrize(("free", "code"), [(4096, "disk.full"), (10_000_000, "disk.failed")])
def test_disk_that_fails_without_room_is_a_full_one(
    free: int, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    with pytest.raises(EnvironmentFailed) as refused, translated(tmp_path / "a.concilia"):
        raise sqlcipher.OperationalError("disk I/O error")
    assert refused.value.code == code


if __name__ == "__main__":
    cheap()
    begun = time.process_time()
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        for each in ACTS:
            folder = Path(temporary) / each.name
            folder.mkdir()
            filled = fill_at_writes(each, folder, wanted)
            print(f"{each.name}: filled at {filled} writes, refused or done wholly", flush=True)
    print(f"{time.process_time() - begun:.0f} s")
