"""Copia e dati: the archive as a file, and a verified copy of it in another place."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.archive import SUFFIX, ArchiveFacts, archive_facts
from app.services.keeping.outside_copies import OutsideCopy, Reminder, copy_outside, outside_reminder
from app.services.wording.formats import format_count, format_instant, format_size, rome
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.latest import Latest
from app.ui.theme import px
from app.ui.views.archive_pages import FoldingRow, LongText, SheetPage, paragraph
from app.ui.views.base import RecordKind
from app.ui.widgets import Banner, Panel, Tone, button, label


def read_file(store: Any) -> tuple[ArchiveFacts, Reminder]:
    """The archive as a file, and what there is to say of its last copy outside."""
    return archive_facts(store), outside_reminder(store)


def reminder_text(reminder: Reminder) -> str:
    """When the last copy outside was made, and whether it is time for another one."""
    if reminder.at is None:
        return _("No copy on another disk is known of. Make one: a thief or a broken drive takes this one along.")
    return _("The last copy on another disk is of {when}. Make a new one.").format(when=format_instant(reminder.at))


class CopyPage(SheetPage):
    """What there is to say of the file, and the button that copies it."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self._facts: dict[str, Any] = {}
        super().__init__(desk, kind, key, parent)

    def page_actions(self) -> list[QAction]:
        return [self.copy_action]

    def reload(self) -> None:
        self._latest.read(read_file, done=self._show_file)

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
            copy_outside, target, done=self._on_copied, failed=self._on_failed, title=_("Copying the archive")
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

    def _show_file(self, read: tuple[ArchiveFacts, Reminder]) -> None:
        self._show_facts(read[0])
        if read[1].due and not self.banner.text():
            self.banner.say(reminder_text(read[1]), Tone.WARN)

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

    def _on_copied(self, made: OutsideCopy) -> None:
        said = _("The copy {name} was written and verified on {when}.").format(
            name=made.path.name, when=format_instant(datetime.now(UTC))
        )
        tone = Tone.OK
        if not made.elsewhere:
            said += " " + _("It is on the same disk as the archive: keep another one elsewhere.")
            tone = Tone.WARN
        if not made.good:
            said += " " + _("Not everything in it is in order: look at «Verify».")
            tone = Tone.BAD
        self.banner.say(said, tone)
        self.desk.written.emit(made.path)
        self.reload()

    def _on_failed(self, error: AppError) -> None:
        self.banner.say(sentence(error, self.desk.texts), Tone.BAD)

    def _on_cancelled(self) -> None:
        self.banner.say(_("The copy was stopped; nothing was written."), Tone.INFO)

    def _on_finished(self) -> None:
        self.copy_action.setEnabled(True)
        self.copy_button.setEnabled(True)
