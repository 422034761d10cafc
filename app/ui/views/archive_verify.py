"""Verifica: everything that must always hold, verified over all records at the push of a button."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.integrity import INVARIANTS, InvariantResult, Verification, verify
from app.services.wording.formats import format_instant
from app.ui.desk import Desk
from app.ui.editors import column_of
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tasks import Task
from app.ui.theme import px
from app.ui.views.archive_pages import FoldingRow, SheetPage, paragraph
from app.ui.views.base import RecordKind
from app.ui.widgets import Badge, Panel, Tone, button, label


class Result(QWidget):
    """One invariant: its badge, what must hold, and what breaks it."""

    def __init__(self, code: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = Badge(_("Not verified yet"), Tone.NEUTRAL)
        self._broken = paragraph("")
        self._broken.hide()
        words = QVBoxLayout()
        words.setSpacing(px(4))
        said, number = paragraph(title), label(code, "h3")
        for part in (said, number):  # one line stands beside the badge, more begin there
            part.setMinimumHeight(self._badge.sizeHint().height())
        words.addWidget(said)
        words.addWidget(self._broken)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(5), 0, px(5))
        row.setSpacing(px(14))
        number.setFixedWidth(px(30))
        row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)

    def show_result(self, result: InvariantResult | None) -> None:
        """What became of it; None while it is not known."""
        if result is None:
            self._badge.set_state(_("Not verified yet"), Tone.NEUTRAL)
        elif result.ok:
            self._badge.set_state(_("In order"), Tone.OK)
        else:
            self._badge.set_state(_("Broken"), Tone.BAD)
        broken = result.broken if result is not None else ()
        self._broken.setText("\n".join(f"• {each}" for each in broken))
        self._broken.setVisible(bool(broken))


class VerifyPage(SheetPage):
    """The verification: the button, its progress, and what became of each invariant."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self._task: Task | None = None
        self._at: datetime | None = None
        self.found: Verification | None = None
        self.is_old = False
        super().__init__(desk, kind, key, parent)

    def page_actions(self) -> list[QAction]:
        return [self.verify_action]

    def reload(self) -> None:
        """Something may have been written since the last verification."""
        self.is_old = self.found is not None
        self._refresh()

    def verify(self) -> None:
        """Verify all invariants, on the lane of the database."""
        if self._task is not None:
            return
        self._told = ""
        self._at = datetime.now(UTC)
        self._bar.setRange(0, 0)
        task = self.desk.run(
            verify, self.desk.texts, done=self._on_verified, failed=self._on_failed, title=_("Verifying the archive")
        )
        self._task = task
        task.progressed.connect(self._on_progressed)
        task.cancelled.connect(self._on_cancelled)
        task.finished.connect(self._on_finished)
        self._refresh()

    def cancel(self) -> None:
        """Ask the verification to stop."""
        if self._task is not None:
            self._task.cancel()

    # --- parts ------------------------------------------------------------------------------

    def build_sheet(self, sheet: QVBoxLayout) -> None:
        self.verify_action = QAction(icon("shield-check"), _("Verify the archive"), self)
        self.verify_action.triggered.connect(self.verify)
        self._told = ""
        self._results = {row.code: Result(row.code, _(row.title)) for row in INVARIANTS}
        rows = Panel()
        rows.body.setSpacing(0)
        for result in self._results.values():
            rows.body.addWidget(result)
        sheet.addWidget(self._build_head())
        sheet.addWidget(rows)
        self._refresh()

    def _build_head(self) -> Panel:
        self.verify_button = button(self.verify_action.text(), "shield-check", name="primary")
        self.verify_button.clicked.connect(self.verify_action.trigger)
        self.stop_button = button(_("Stop"), "x")
        self.stop_button.clicked.connect(self.cancel)
        self._badge = Badge()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(px(8))
        self._bar.setAccessibleName(_("Progress"))
        self.sentence = paragraph("", "h3")
        self.note = paragraph("", "muted")
        words = QWidget()
        words.setLayout(column_of(self.sentence, self.note, self._bar, spacing=4))
        head = Panel()
        head.body.addWidget(FoldingRow(self._badge, words, self.stop_button, self.verify_button, stretched=words))
        return head

    def _refresh(self) -> None:
        """Say how things stand."""
        is_running = self._task is not None
        self._bar.setVisible(is_running)
        self.stop_button.setVisible(is_running)
        self.verify_button.setEnabled(not is_running)
        self.verify_action.setEnabled(not is_running)
        found = None if is_running else self.found
        known = {result.code: result for result in found.invariants} if found else {}
        for code, result in self._results.items():
            result.show_result(known.get(code))
        state, tone, said, note = self._texts(is_running=is_running)
        self._badge.set_state(state, tone)
        self.sentence.setText(said)
        self.note.setText(note)

    def _texts(self, *, is_running: bool) -> tuple[str, Tone, str, str]:
        """Word, tone, sentence and note of the head."""
        if is_running:
            return (
                _("Under way"),
                Tone.INFO,
                _("Every record is looked at again."),
                _("The window can be used meanwhile; what is saved now waits until the end."),
            )
        if self.found is None or self._at is None:
            return (
                _("Not verified yet"),
                Tone.NEUTRAL,
                self._told or _("Sums, splits, quorums, minutes and history are made again from the records."),
                _("Nothing is changed. On a large archive it can take a minute, and can be stopped."),
            )
        note = _("Verified on {when}; head of the journal {head}").format(
            when=format_instant(self._at), head=self.found.journal_head or "—"
        )
        if self.is_old:
            note += "\n" + _("Something was written since: verify again.")
        broken = sum(not result.ok for result in self.found.invariants)
        if not broken:
            return _("In order"), Tone.OK, _("The archive is in order."), note
        said = self.desk.texts.plural("{n} check is broken.", "{n} checks are broken.", broken).format(n=broken)
        way_out = _("Work on the last copy that is in order, and keep this file for whoever looks into it.")
        return _("Broken"), Tone.BAD, f"{said} {way_out}", note

    # --- the task ---------------------------------------------------------------------------

    def _on_progressed(self, done: int, total: int) -> None:
        self._bar.setRange(0, max(total, 1))
        self._bar.setValue(done)

    def _on_verified(self, found: Verification) -> None:
        self.found, self.is_old = found, False

    def _on_failed(self, error: AppError) -> None:
        self.found, self._told = None, sentence(error, self.desk.texts)

    def _on_cancelled(self) -> None:
        self.found, self._told = None, _("The verification was stopped before its end.")

    def _on_finished(self) -> None:
        self._task = None
        self._refresh()
