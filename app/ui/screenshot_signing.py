"""Screens of papers that went out to be signed, and of a document that is compared with the archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.models.enums import MeetingState
from app.models.errors import RuleBroken
from app.services.archive import open_archive
from app.services.meetings.meetings import meeting_rows
from app.services.reports.catalogue import build_document
from app.services.reports.pdf import pdf_bytes
from app.services.signing.papers import load_paper, paper_rows, prepare_minutes, save_paper
from app.services.signing.verifying import check_file
from app.services.wording.texts import translator
from app.ui.application import Application
from app.ui.errors import sentence
from app.ui.views.base import RecordsView
from app.ui.views.signing_forms import KeyDialog
from app.ui.views.verify_dialog import VerifyDialog
from app.ui.widgets import Tone


def signing_screens(
    application: Application, archive: Path, settle: Callable[[], None]
) -> Iterator[tuple[str, QWidget]]:
    """A paper with its register entry, a refused signed file, the password of a key; a document that was compared."""
    path = archive.with_name("piano-firme.concilia")
    if not path.exists():
        shutil.copy(archive, path)
        with open_archive(path) as store:
            meetings = [row.id for row in meeting_rows(store) if row.state is MeetingState.APPROVED]
            papers = [prepare_minutes(store, meeting, translator("it")).ids[0] for meeting in meetings]
            draft = replace(load_paper(store, papers[0]), protocol_number="0041877", protocol_date=date(2014, 10, 16))
            save_paper(store, replace(draft, register="AOO Direzione Sociale"))
    window = application.window
    window.open_path(path)
    window.go("meetings")
    view = window.current_view()
    assert isinstance(view, RecordsView)
    paper = next(row for row in paper_rows(application.desk.store) if row.protocol_number)
    view.open_record(paper.id or "", "papers")
    settle()
    yield "meetings-papers", window
    refusal = RuleBroken("signature.changed", name="verbale-2-2014-firmato.pdf", title=paper.title)
    form = view.page("papers").form
    assert form is not None
    form.show_error(refusal)
    settle()
    yield "meetings-papers-refused", window
    key = KeyDialog("segreteria.p12", window)
    key.show()
    settle()
    yield "meetings-papers-key", key
    key.deleteLater()
    yield from _compared(application, settle)


def _compared(application: Application, settle: Callable[[], None]) -> Iterator[tuple[str, QWidget]]:
    dialog = VerifyDialog(application.desk, application.window)
    dialog.show()
    settle()
    yield "prints-verify-empty", dialog
    store, tr = application.desk.store, application.desk.texts
    dialog.show_found(check_file(store, pdf_bytes(build_document(store, "T03", tr)), "t03.pdf"))
    settle()
    yield "prints-verify", dialog
    dialog.banner.say(sentence(RuleBroken("mark.unknown", text="CONCILIA:1:T03"), tr), Tone.BAD)
    dialog.lines.clear()
    settle()
    yield "prints-verify-refused", dialog
    dialog.deleteLater()
