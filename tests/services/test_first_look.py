"""The look at an archive before its store: the same figures as the records give, or nothing at all."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2 as sqlcipher

from app.models.enums import FollowUpState, MeetingState, ProposalState, SettlementState, VoucherState
from app.models.errors import EnvironmentFailed
from app.models.lock import LockFile
from app.services.archive import new_archive, open_archive
from app.services.first_look import first_look
from app.services.meetings.follow_ups import follow_up_rows
from app.services.meetings.meetings import meeting_rows
from app.services.overview import read_overview
from app.services.plan.funding import area_rows, find_totals, source_rows
from app.services.plan.plan import find_plan
from app.services.proposals.lists import proposal_rows
from app.services.vouchers.payments import settlement_rows
from app.services.vouchers.register import register_rows
from app.services.wording.texts import translator

TR = translator("it")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    """The sample archive, once."""
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("look") / "campione.concilia"))


@pytest.fixture
def sample(tmp_path: Path, written: Path) -> Path:
    """A copy of the sample archive."""
    return Path(shutil.copy(written, tmp_path / "piano.concilia"))


def beside(path: Path) -> list[str]:
    """Files that stand beside an archive."""
    return sorted(other.name for other in path.parent.iterdir() if other.name.startswith(path.name) and other != path)


def test_look_gives_what_the_store_gives_and_what_the_lists_give(sample: Path) -> None:
    seen = first_look(sample, TR)
    assert seen is not None
    with open_archive(sample, lock=seen.lock) as store:
        found = read_overview(store, TR)
        assert seen.overview == found
        assert found.totals == find_totals(store)
        assert [(row.id, row.name, row.amount, row.received, row.left, row.due, row.kind) for row in found.sources] == [
            (row.id, row.name, row.amount, row.received, row.left, row.due, row.kind) for row in source_rows(store)
        ]
        assert [(row.id, row.code, row.title, row.ceiling, row.awarded, row.left) for row in found.areas] == [
            (row.id, row.code, row.title, row.ceiling, row.awarded, row.left) for row in area_rows(store)
        ]
        assert {row.id for row in found.meetings} == {row.id for row in meeting_rows(store)}
        plan = find_plan(store)
        assert plan is not None
        assert (found.office, found.plan) == (plan.office.splitlines()[0], plan.name)
        waiting = {ProposalState.FUNDED, ProposalState.FUNDED_IN_PART}
        expected = {row.id for row in proposal_rows(store) if row.state in waiting}
        expected |= {row.id for row in meeting_rows(store) if row.state is not MeetingState.APPROVED}
        expected |= {row.id for row in follow_up_rows(store) if row.state is FollowUpState.OPEN}
        month = date.today() + timedelta(days=30)
        living = {VoucherState.ASSIGNED, VoucherState.PART_USED}
        expected |= {row.programme_id for row in register_rows(store) if row.state in living and row.valid_to <= month}
        expected |= {row.id for row in settlement_rows(store) if row.state is not SettlementState.RELEASED}
        assert {item.record_id for item in found.open_items} == expected
    assert beside(sample) == []


def test_new_archive_needs_every_step(tmp_path: Path) -> None:
    path = tmp_path / "nuovo.concilia"
    new_archive(path)
    seen = first_look(path, TR)
    assert seen is not None
    seen.lock.release()
    assert len(seen.overview.steps) == 8
    assert (seen.overview.office, seen.overview.plan, seen.overview.totals.initial) == ("", "", 0)


def _sql(*statements: str) -> Callable[[Path], None]:
    def apply(path: Path) -> None:
        with closing(sqlcipher.connect(str(path))) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return apply


def _broken_page(path: Path) -> None:
    with closing(sqlcipher.connect(str(path))) as connection:
        [(page,)] = connection.execute("select rootpage from sqlite_master where name = 'meeting'")
        [(size,)] = connection.execute("pragma page_size")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def _encrypted(path: Path) -> None:
    plain = path.rename(path.with_suffix(".plain"))
    with closing(sqlcipher.connect(str(plain))) as connection:
        connection.execute(f"attach database '{path}' as other key \"x'{'ab' * 32}'\"")
        connection.execute("select sqlcipher_export('other')")
    plain.unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        _sql("pragma user_version = 1"),
        _sql("pragma user_version = 99"),
        _sql("pragma application_id = 7"),
        _sql("drop table ceiling", "drop table priority_area"),
        _broken_page,
        _encrypted,
        lambda path: path.write_bytes(b"testo"),
        lambda path: path.write_bytes(b""),
        lambda path: path.with_name(path.name + "-wal").write_bytes(b"left by a crash"),
    ],
    ids=["older", "newer", "foreign", "without a table", "broken page", "encrypted", "text", "empty", "cut short"],
)
def test_of_any_other_file_only_the_store_speaks(sample: Path, spoil: Callable[[Path], None]) -> None:
    spoil(sample)
    before = beside(sample)
    assert first_look(sample, TR) is None
    assert beside(sample) == before, "the lock was not given back"


def test_missing_file_is_left_to_the_store(tmp_path: Path) -> None:
    assert first_look(tmp_path / "nessuno.concilia", TR) is None
    assert beside(tmp_path / "nessuno.concilia") == []


def test_archive_that_another_holds_is_refused_at_once(sample: Path) -> None:
    lock = LockFile.acquire(sample)
    with pytest.raises(EnvironmentFailed, match=r"archive\.locked"):
        first_look(sample, TR)
    lock.release()
    lock.release()  # once is enough


def test_look_changes_no_byte(sample: Path) -> None:
    before = sample.read_bytes()
    seen = first_look(sample, TR)
    assert seen is not None
    seen.lock.release()
    assert sample.read_bytes() == before
