"""Copia e dati: the archive as a file, and a verified copy of it in another place."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.archive import SUFFIX, ArchiveFacts, archive_facts, copy_archive
from app.services.formats import format_count, format_instant, format_size, rome
from app.services.ports import Progress
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views.archive_pages import FoldingRow, Latest, LongText, SheetPage, paragraph
from app.ui.views.base import RecordKind
from app.ui.widgets import Banner, Panel, Tone, button, label


def write_copy(store: Any, target: Path, progress: Progress) -> Path:
    """Write a verified copy; gives its path."""
    copy_archive(store, target, progress)
    return target


class CopyPage(SheetPage):
    """What there is to say of the file, and the button that copies it."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self._facts: dict[str, Any] = {}
        super().__init__(desk, kind, key, parent)

    def page_actions(self) -> list[QAction]:
        return [self.copy_action]

    def reload(self) -> None:
        self._latest.read(archive_facts, done=self._show_facts)

    def copy(self) -> None:
        """Ask for a place and write a verified copy there, on the lane."""
        path = self.desk.path
        assert path is not None
        suggested = path.with_name(f"{path.stem} {datetime.now(rome()):%Y-%m-%d %H.%M}{SUFFIX}")
        patterns = _("Archives (*{suffix})").format(suffix=SUFFIX)
        target = dialogs.choose_save(self, _("Verified copy"), patterns, suggested)
        if target is None:
            return
        self.banner.hide()
        self.copy_action.setEnabled(False)
        self.copy_button.setEnabled(False)
        task = self.desk.run(
            write_copy, target, done=self._on_copied, failed=self._on_failed, title=_("Copying the archive")
        )
        task.cancelled.connect(self._on_cancelled)
        task.finished.connect(self._on_finished)

    # --- parts ------------------------------------------------------------------------------

    def build_sheet(self, sheet: QVBoxLayout) -> None:
        self._latest = Latest(self.desk, self)
        self.copy_action = QAction(icon("copy"), _("Verified copy…"), self)
        self.copy_action.triggered.connect(self.copy)
        sheet.addWidget(self._build_copy())
        sheet.addWidget(self._build_facts())

    def _build_copy(self) -> QWidget:
        self.copy_button = button(self.copy_action.text(), "copy", name="primary")
        self.copy_button.clicked.connect(self.copy_action.trigger)
        self.banner = Banner()
        panel = Panel(_("Verified copy"))
        said = paragraph(
            _(
                "The copy is a whole archive, checked page by page before it gets its name."
                " Keep it in another place: a shared folder, or a USB stick."
            )
        )
        panel.body.addWidget(FoldingRow(said, self.copy_button, stretched=said))
        panel.body.addWidget(self.banner)
        return panel

    def _build_facts(self) -> QWidget:
        panel = Panel(_("The file"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(20))
        grid.setVerticalSpacing(px(8))
        grid.setColumnStretch(1, 1)
        captions = (
            ("name", _("Name of the file")),
            ("folder", _("Folder")),
            ("size", _("Size")),
            ("created", _("Created")),
            ("changed", _("Last written")),
            ("edits", _("Edits in the history")),
            ("head", _("Head of the journal")),
            ("number", _("Number of the archive")),
            ("replica", _("Number of this copy")),
        )
        for place, (key, caption) in enumerate(captions):
            grid.addWidget(label(caption, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            self._facts[key] = LongText(caption)
            grid.addWidget(self._facts[key], place, 1)
        panel.body.addLayout(grid)
        return panel

    def _show_facts(self, facts: ArchiveFacts) -> None:
        never = _("never")
        texts = {
            "name": facts.name,
            "folder": facts.folder,
            "size": format_size(facts.size),
            "created": format_instant(facts.created_at),
            "changed": never if facts.changed_at is None else format_instant(facts.changed_at),
            "edits": format_count(facts.edits),
            "head": facts.journal_head,
            "number": facts.number,
            "replica": facts.replica,
        }
        for key, text in texts.items():
            self._facts[key].setText(text)

    # --- the task ---------------------------------------------------------------------------

    def _on_copied(self, target: Path) -> None:
        said = _("The copy {name} was written and verified on {when}.").format(
            name=target.name, when=format_instant(datetime.now(UTC))
        )
        self.banner.say(said, Tone.OK)
        self.desk.written.emit(target)

    def _on_failed(self, error: AppError) -> None:
        self.banner.say(sentence(error, self.desk.texts), Tone.BAD)

    def _on_cancelled(self) -> None:
        self.banner.say(_("The copy was stopped; nothing was written."), Tone.INFO)

    def _on_finished(self) -> None:
        self.copy_action.setEnabled(True)
        self.copy_button.setEnabled(True)
