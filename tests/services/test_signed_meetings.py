"""Three meetings of the plan: approved, signed with test certificates, bound, entered, verified and packed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.meetings import Meeting
from app.models.store import Store
from app.services.integrity import verify
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.meetings.committees import member_rows
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft
from app.services.meetings.meetings import blank_meeting, convene_meeting, open_meeting
from app.services.signing.package import write_package
from app.services.signing.papers import bind_signed, load_paper, paper_content, prepare_minutes, save_paper
from app.services.signing.verifying import check_file
from app.services.wording.texts import translator
from tests.services.signing_keys import cades, pades, signer
from tests.services.world import reopen

IT = translator("it")


@pytest.fixture
def store(sample_archive: Path, tmp_path: Path) -> Iterator[Store]:
    with reopen(Path(shutil.copy(sample_archive, tmp_path))) as opened:
        yield opened


def three_approved(store: Store) -> list[str]:
    """The two meetings of the plan and a third one, all with approved minutes."""
    draft = replace(blank_meeting(store), date_held=date(2016, 3, 16), place="Legnano")
    came = tuple(AttendanceDraft(member_id=row.id) for row in member_rows(store, draft.committee_id))
    points = (AgendaItemDraft(title="Comunicazioni"),)
    third = convene_meeting(store, replace(draft, items=points, attendances=came)).id
    open_meeting(store, third, "10:00")
    close_meeting(store, third, "11:00")
    with store.read() as session:
        query = sa.select(Meeting.id, Meeting.state).order_by(Meeting.date_held, Meeting.number)
        meetings = [(row.id, row.state) for row in session.execute(query) if row.state in ("closed", "approved")]
    for key, state in meetings:
        if state == "closed":
            approve_minutes(store, key, date(2016, 3, 16))
    return [key for key, _state in meetings][-3:]


def test_three_meetings_are_signed_and_verified(store: Store, tmp_path: Path) -> None:
    president, secretary = signer("Ornella Vismaroli"), signer("Noemi Bazzarelli")
    papers = []
    for n, meeting in enumerate(three_approved(store), start=1):
        paper = prepare_minutes(store, meeting, IT).ids[0]
        name, ours = paper_content(store, paper)
        signed = pades(pades(ours, president, "Firma1"), secretary, "Firma2") if n < 3 else cades(ours, president)
        back = tmp_path / (name if n < 3 else f"{name}.p7m")
        back.write_bytes(signed)
        bind_signed(store, back)
        entry = replace(load_paper(store, paper), protocol_number=f"004187{n}", protocol_date=date(2016, 3, 17))
        save_paper(store, entry)
        papers.append(paper)
        assert check_file(store, signed, back.name).is_ours
    assert [load_paper(store, paper).signers for paper in papers] == [
        "Ornella Vismaroli, Noemi Bazzarelli",
        "Ornella Vismaroli, Noemi Bazzarelli",
        "Ornella Vismaroli",
    ]
    assert len(write_package(store, tmp_path / "pacchetto", papers)) == 7
    assert verify(store, IT).ok
