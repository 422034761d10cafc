"""A process killed with -9 in the middle of approving minutes: they are approved and frozen, or they are not."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from app.models.enums import MeetingState
from app.models.journal import broken_links
from app.models.meetings import Meeting, Minutes
from app.models.store import file_faults, open_archive
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.reports.freeze import content_hash
from tests.services.conftest import new_store
from tests.services.forked import Say, Worker
from tests.services.sitting import DAY, build_sitting, first_meeting

MOMENTS = ("after_flush", "before_commit", "after_commit")


def approve_until(moment: str, path: Path, meeting: str, say: Say) -> None:
    """Approve the minutes, and be killed at that moment."""

    def die(*_anything: object) -> None:
        say(moment)
        os.kill(os.getpid(), signal.SIGKILL)

    with open_archive(path) as store:
        event.listen(Session, moment, die)
        approve_minutes(store, meeting, DAY)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the engine of the test forks and kills")
def test_minutes_are_approved_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "first"
    folder.mkdir()
    with new_store(folder) as store:
        meeting = first_meeting(store, build_sitting(store)).id or ""
        close_meeting(store, meeting, "12:30")
        path = store.path
    copies = {}
    for moment in MOMENTS:
        (tmp_path / moment).mkdir()
        copies[moment] = Path(shutil.copy(path, tmp_path / moment))
        worker = Worker(lambda say, at=moment: approve_until(at, copies[at], meeting, say))  # type: ignore[misc]
        worker.hear(1)
        assert worker.ended() == signal.SIGKILL
        assert worker.heard == [moment]
    for moment, copy in copies.items():
        assert _approved(copy, meeting) is (moment == "after_commit"), moment
    with open_archive(copies["after_flush"]) as again:
        approve_minutes(again, meeting, DAY)


def _approved(path: Path, meeting: str) -> bool:
    """Whether the minutes are approved, the archive being whole and all that must hold holding."""
    with open_archive(path) as store:
        assert file_faults(store) == []
        with store.read() as session:
            assert list(broken_links(session)) == []
            state = session.get_one(Meeting, meeting).state
            minutes = session.scalar(sa.select(Minutes).filter_by(meeting_id=meeting))
            assert (minutes is not None) == (state == MeetingState.APPROVED)
            if minutes is not None:
                assert content_hash(minutes.content) == minutes.content_hash
    return minutes is not None
