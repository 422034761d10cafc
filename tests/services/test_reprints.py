"""What was frozen under an older release prints to the byte after a migration, and after later entries."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.meetings import Meeting, Minutes
from app.models.plan import Plan
from app.services.archive import open_archive
from app.services.meetings.meetings import convene_meeting, load_meeting
from app.services.papers.letterhead import LetterheadDraft, save_letterhead
from app.services.papers.templates import TemplateDraft, save_template
from app.services.plan.plan import load_plan, save_plan
from app.services.reports.freeze import canonical, content_hash, from_data
from app.services.reports.minutes import frozen_minutes, minutes_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Audience
from app.services.wording.texts import LANGUAGES, translator

ARCHIVES = Path(__file__).resolve().parents[1] / "archives"
NEWER = frozenset({"origin", "footer", "logo", "sheet", "small"})
"""What documents of the first releases did not have."""


@pytest.mark.parametrize("schema", [1, 2, 3, 4])
def test_frozen_minutes_print_the_same_after_a_migration_and_a_year(schema: int, tmp_path: Path) -> None:
    path = Path(shutil.copy(ARCHIVES / f"schema-{schema}.concilia", tmp_path / "a.concilia"))
    kept = _approved_then(path, Path(shutil.copy(path, tmp_path / "b.concilia")))
    wanted = {key: pdf_bytes(from_data(kept[key[0]][key[1].value])) for key in _renderings()}
    with open_archive(path) as store:
        with store.read() as session:
            meeting = session.scalars(sa.select(Minutes.meeting_id)).one()
            plan = session.scalars(sa.select(Plan.id)).one()
        for turn in range(2):
            for language, audience in _renderings():
                document = minutes_document(store, meeting, translator(language), audience)
                assert pdf_bytes(document) == wanted[language, audience], f"{language}, {audience}, turn {turn}"
            if not turn:  # a year of other entries
                save_plan(store, replace(load_plan(store, plan), office="Altro ufficio"))
                save_letterhead(store, LetterheadDraft(lines="Nuova\nintestazione", footer="Nuovo piede"))
                text = TemplateDraft(None, text="Nuove parole.", language="it")
                save_template(store, text)
                past = load_meeting(store, meeting)
                draft = replace(past, id=None, number=None, date_held=date(2027, 3, 1), items=(), date_convened=None)
                convene_meeting(
                    store, replace(draft, attendances=(), pauses=(), guests=(), time_closed="", time_opened="")
                )
        with store.read() as session:
            row = session.scalars(sa.select(Minutes)).one()
            assert content_hash(row.content) == row.content_hash


def _renderings() -> list[tuple[str, Audience]]:
    return [(language, audience) for language in LANGUAGES for audience in Audience]


def _approved_then(path: Path, copy: Path) -> Any:
    """Put minutes into an old archive as its release would have frozen them; their content."""
    with open_archive(copy) as store, store.read() as session:
        meeting = session.scalars(sa.select(Meeting.id).where(Meeting.state == "closed")).first()
        assert meeting is not None
        content = json.loads(frozen_minutes(store, meeting, date(2014, 12, 1))[0])
    for each in content.values():
        for document in each.values():
            for key in NEWER & document.keys():
                del document[key]
            for part in document["parts"]:
                part.pop("fields", None)
    text = canonical(content)
    raw = sqlite3.connect(path)
    with raw:
        raw.execute(
            "insert into minutes (id, sample, meeting_id, date_approved, approved_at, content, content_hash,"
            " journal_head)"
            " values ('minutes-1', 0, ?, '2014-12-01', '2014-12-01T10:00:00+00:00', ?, ?, '00')",
            (meeting, text, content_hash(text)),
        )
        raw.execute("update meeting set state = 'approved' where id = ?", (meeting,))
    raw.close()
    return content
