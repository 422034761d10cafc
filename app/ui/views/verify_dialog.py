"""A paper against the archive: a file that is chosen or dropped, or what a camera read from the mark of a paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.errors import AppError
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.documents_panel import dropped_files
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.line_edits import LineEdit
from app.ui.tasks import Lane
from app.ui.theme import px
from app.ui.widgets import Banner, Tone, button, label


def compare_file(store: Any, path: Path) -> Any:
    """What becomes of comparing a file."""
    from app.services.documents.documents import SIZE_MAX, read_file
    from app.services.signing.verifying import check_file

    return check_file(store, read_file(path, SIZE_MAX), path.name)


def compare_mark(store: Any, text: str) -> Any:
    """What becomes of comparing a printed paper by its mark."""
    from app.services.signing.verifying import check_mark

    return check_mark(store, text)


def verify_action(parent: QWidget, desk: Desk) -> QAction:
    """The action that opens the dialog."""
    action = QAction(icon("file-check"), _("Verify a document"), parent)
    action.setShortcut("Ctrl+Shift+D")
    action.triggered.connect(lambda: show_dialog(parent, desk))
    return action


def show_dialog(parent: QWidget, desk: Desk, path: Path | None = None) -> None:
    """Open the dialog, with a file that was dropped."""
    dialog = VerifyDialog(desk, parent)
    if path is not None:
        dialog.check_file(path)
    dialogs.run_dialog(dialog)
    dialog.deleteLater()


class VerifyDialog(QDialog):
    """Takes one paper after the other and says what was found."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._asked: object | None = None
        self.setWindowTitle(_("Verify a document"))
        self.setAcceptDrops(True)
        self.setMinimumSize(px(640), px(410))
        self.file_button = button(_("Choose a file…"), "folder-open", name="primary")
        self.file_button.setAutoDefault(False)  # Enter in the field beside it is the field's
        self.file_button.clicked.connect(self._on_choose)
        self.mark = LineEdit()
        self.mark.setAccessibleName(_("Mark read from a paper"))
        self.mark.setPlaceholderText(_("or the mark of a paper: CONCILIA:…"))
        self.mark.returnPressed.connect(self._on_mark)
        self.banner = Banner()
        self.lines = QPlainTextEdit()
        self.lines.setReadOnly(True)
        self.lines.setTabChangesFocus(True)
        self.lines.setAccessibleName(_("What was found"))
        self._lay_out()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_("Verify a document"), "h2"))
        text = _(
            "Choose or drop a PDF or a signed file. It is compared with the archive as it stood when it was printed,"
            " figure by figure."
        )
        layout.addWidget(label(text, "muted", wrap=True))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.file_button)
        row.addWidget(self.mark, 1)
        layout.addLayout(row)
        layout.addWidget(self.banner)
        layout.addWidget(self.lines, 1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    def check_file(self, path: Path) -> None:
        """Compare a file."""
        self._run(compare_file, path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.check_file(dropped_files(event)[0])

    def _on_choose(self) -> None:
        path = dialogs.choose_open(self, _("Verify a document"), _("PDF and signed files (*.pdf *.p7m)"))
        if path is not None:
            self.check_file(path)

    def _on_mark(self) -> None:
        if self.mark.text().strip():
            self._run(compare_mark, self.mark.text())

    def _run(self, verb: Any, given: Any) -> None:
        asked = self._asked = object()
        self.banner.say(_("It is being compared…"), Tone.INFO)
        self.lines.clear()

        def take(found: Any) -> None:
            if isValid(self) and self._asked is asked:
                self.show_found(found)

        def refuse(error: AppError) -> None:
            if isValid(self) and self._asked is asked:
                self.banner.say(sentence(error, self._desk.texts), Tone.BAD)

        self._desk.run(verb, given, lane=Lane.DATABASE, done=take, failed=refuse)

    def show_found(self, found: Any) -> None:
        """Say what was found."""
        from app.services.signing.report import check_lines, verdict_text

        tone = Tone.OK if found.is_ours else Tone.BAD
        self.banner.say(verdict_text(found, self._desk.texts), tone)
        self.lines.setPlainText("\n".join(list(check_lines(found, self._desk.texts))[1:]))
