"""Papers to be signed, in the window: handed out, taken in, signed here, entered, packed; a document compared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.reports.catalogue import build_document
from app.services.reports.mark import seal_of
from app.services.reports.pdf import pdf_bytes
from app.services.signing.papers import load_paper, paper_content, paper_rows
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.views.meetings import MeetingsView
from app.ui.views.signing_forms import KeyDialog
from app.ui.views.verify_dialog import VerifyDialog
from tests.services.signing_keys import PASSWORD, cades, pades, signer
from tests.services.sitting import build_sitting, first_meeting
from tests.services.world import new_store
from tests.ui.driving import KEY, Clerk, opened_desk
from tests.ui.hands import Answers, answers

__all__ = ["answers"]

PRESIDENT = signer("Mario Rossi", "TINIT-RSSMRA70A01F205X")


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The plan's own case with the minutes of its first meeting approved."""
    with new_store(tmp_path_factory.mktemp("approved")) as store:
        meeting = first_meeting(store, build_sitting(store)).id
        assert meeting is not None
        close_meeting(store, meeting, "12:30")
        approve_minutes(store, meeting, date(2014, 7, 2))
    return store.path.read_bytes()


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path, approved: bytes) -> Iterator[Desk]:
    (tmp_path / "ufficio.concilia").write_bytes(approved)
    yield from opened_desk(qtbot, tmp_path)


def test_minutes_go_out_come_back_and_are_packed(
    qtbot: QtBot, desk: Desk, tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = Clerk(qtbot, desk, MeetingsView)
    clerk.act("Have the minutes signed")
    assert "kept to the byte" in answers.asked[-1]
    clerk.go("papers")
    [row] = paper_rows(desk.store)
    assert clerk.form.record_id == row.id
    assert clerk.form.spec.subtitle(clerk.form.model.draft) == "No signed file has come back yet."
    paper = tmp_path / "verbale.pdf"
    monkeypatch.setattr(dialogs, "choose_save", lambda *_args: paper)
    with qtbot.waitSignal(desk.written):
        clerk.act("Save the paper…")
    ours = paper.read_bytes()
    assert ours == paper_content(desk.store, row.id or "")[1]
    _take_in_another(clerk, tmp_path, ours, monkeypatch)
    _sign_here(clerk, tmp_path, monkeypatch)
    clerk.fill(protocol_number="0041877", protocol_date="16/10/2014", register="AOO")
    clerk.save()
    kept = load_paper(desk.store, row.id or "")
    assert (kept.protocol_number, kept.protocol_date, kept.register) == ("0041877", date(2014, 10, 16), "AOO")
    folder = tmp_path / "pacchetto"
    monkeypatch.setattr(dialogs, "choose_folder", lambda *_args: folder)
    with qtbot.waitSignal(desk.written):
        clerk.act("Preservation package…")
    assert (folder / "indice.xml").exists()


def _take_in_another(clerk: Clerk, folder: Path, ours: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A changed file is refused with a sentence on the form; the right one is taken."""
    changed = bytearray(ours)
    changed[len(ours) // 2] ^= 1
    path = folder / "tornato.p7m"
    path.write_bytes(cades(bytes(changed), PRESIDENT))
    monkeypatch.setattr(dialogs, "choose_open", lambda *_args: path)
    clerk.act("Take in the signed file…")
    clerk.qtbot.waitUntil(lambda: "changed before it was signed" in clerk.form.banner_text())
    path.write_bytes(pades(ours, PRESIDENT, "Firma1"))
    with clerk.qtbot.waitSignal(clerk.desk.changed):
        clerk.act("Take in the signed file…")
    clerk.qtbot.waitUntil(lambda: clerk.form.model.draft.signers == "Mario Rossi")


def _sign_here(clerk: Clerk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second person signs by a key file; the password is asked for, and a missing one is said."""
    key = folder / "segreteria.p12"
    key.write_bytes(signer("Anna Verdi").key_file)
    monkeypatch.setattr(dialogs, "choose_open", lambda *_args: key)

    def type_password(dialog: QDialog) -> bool:
        assert isinstance(dialog, KeyDialog)
        dialog.accept()
        assert dialog.result() == QDialog.DialogCode.Rejected
        dialog.password.setText(PASSWORD)
        dialog.accept()
        return dialog.result() == QDialog.DialogCode.Accepted

    monkeypatch.setattr(dialogs, "run_dialog", type_password)
    with clerk.qtbot.waitSignal(clerk.desk.changed):
        clerk.act("Sign with a key file…")
    clerk.qtbot.waitUntil(lambda: clerk.form.model.draft.signers == "Mario Rossi, Anna Verdi")


def drop(dialog: VerifyDialog, path: Path) -> None:
    """Let a file fall onto the dialog."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    dialog.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))


def test_a_document_is_dropped_or_its_mark_is_typed(qtbot: QtBot, desk: Desk, tmp_path: Path) -> None:
    document = build_document(desk.store, "T01", desk.texts)
    path = tmp_path / "t01.pdf"
    path.write_bytes(pdf_bytes(document))
    dialog = VerifyDialog(desk)
    qtbot.addWidget(dialog)
    dialog.show()

    def said(text: str) -> Any:
        return lambda: text in dialog.banner.text()

    drop(dialog, path)
    qtbot.waitUntil(said("the archive gives every figure in it"))
    assert "Document: T01" in dialog.lines.toPlainText()
    seal = seal_of(document)
    assert seal is not None
    dialog.mark.setFocus()
    dialog.mark.setText(seal.square.content)
    qtbot.keyClick(dialog.mark, KEY.Key_Return)
    qtbot.waitUntil(lambda: "to the byte" not in dialog.lines.toPlainText() and said("every figure")())
    dialog.mark.setText("CONCILIA:1")
    qtbot.keyClick(dialog.mark, KEY.Key_Return)
    qtbot.waitUntil(said("is not the mark of a paper"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    drop(dialog, path)
    qtbot.waitUntil(lambda: dialog.lines.toPlainText() != "" or not said("compared")())
