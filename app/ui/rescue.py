"""An archive that does not open: what is damaged in it, its copies, and putting one of them in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.journal.labels import TABLES
from app.services.keeping.restoring import Rescue, look_for_rescue, needs_password, restore_over
from app.services.ports import Progress
from app.services.reports.copy_lists import copies_table, count_texts
from app.services.users.keys import Credentials
from app.services.wording.texts import Translator
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fact_table import FactTable
from app.ui.i18n import _
from app.ui.tall import resize_to_screen
from app.ui.tasks import Lane, Task
from app.ui.theme import px
from app.ui.unlock import UnlockDialog, WorkDialog
from app.ui.views.archive_pages import button_foot, paragraph, scrolled
from app.ui.widgets import Banner, Tone, button, label


def rescue(desk: Desk, path: Path, parent: QWidget) -> bool:
    """Lead through the restoring of an archive that does not open; whether it was restored."""
    credentials = None
    if needs_password(path):
        asking = UnlockDialog(desk, path, parent, way=_trying)
        known = dialogs.run_dialog(asking)
        asking.deleteLater()
        if not known:
            return False
        credentials, found = asking.result_
    else:
        found = look_for_rescue(path)
    dialog = RescueDialog(desk, path, found, credentials, parent)
    restored = dialogs.run_dialog(dialog)
    dialog.deleteLater()
    return restored


def _trying(path: Path, login: str, password: str) -> Callable[[], Any]:
    """Reads the copies by what was typed; for a lane."""
    credentials = Credentials(login, password)
    return lambda: (credentials, look_for_rescue(path, credentials))


def damage_text(found: Rescue, tr: Translator) -> str:
    """What is damaged, in a sentence or two."""
    damage = found.damage
    if damage is None:
        return tr("The archive is not there any more.")
    if damage.code != "archive.damaged":
        return tr("The file cannot be read at all: its beginning, or its keys, are damaged.")
    if not damage.readable:
        return tr("No record can be read: what says where they stand in the file is damaged.")
    if not damage.tables:
        return tr("All records can be read, but what holds the file together is damaged: it may not be worked in.")
    names = [tr(TABLES[table][1]) if table in TABLES else table for table in damage.tables]
    said = tr("These records cannot be read wholly: {names}. {n} other tables can.")
    return said.format(names=", ".join(sorted(set(names))), n=damage.readable)


class RescueDialog(QDialog):
    """The copies of an archive that does not open; the newest good one is chosen."""

    def __init__(
        self, desk: Desk, path: Path, found: Rescue, credentials: Credentials | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Copies of the archive"))
        self._desk, self._path, self._credentials = desk, path, credentials
        self._rows = {row.id: row for row in found.copies}
        tr = desk.texts
        self.banner = Banner()
        self.said = paragraph(damage_text(found, tr))
        self.copies = FactTable(tr, copies_table(found.copies, tr))
        self.copies.activated.connect(self.restore)
        self.copies.table.selectionModel().currentRowChanged.connect(self._on_row)
        self.inside = paragraph("", "muted")
        self.stay_button = button(_("Cancel"))
        self.stay_button.clicked.connect(self.reject)
        self.go_button = button(_("Put the copy in its place"), "archive-restore", name="primary")
        self.go_button.clicked.connect(self.restore)
        sheet = QWidget()
        sheet.setObjectName("sheet")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(0, 0, px(8), 0)
        column.setSpacing(px(10))
        column.addWidget(self.said)
        column.addWidget(self.copies)
        column.addWidget(self.inside)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_("«{name}» does not open").format(name=path.stem), "h2", wrap=True))
        layout.addWidget(self.banner)
        layout.addWidget(scrolled(sheet, _("Copies of the archive")), 1)
        kept = _("The file that is there now is kept beside it, under another name.")
        layout.addWidget(label(kept, "muted", wrap=True))
        layout.addLayout(button_foot(self.stay_button, self.go_button))
        resize_to_screen(self, 760, 500)
        good = next((place for place, row in enumerate(found.copies) if row.file.good and row.facts is not None), 0)
        self.copies.table.selectRow(good)
        self.copies.table.setFocus()
        self._on_row()

    def restore(self, _row: object = None) -> None:
        """Put the chosen copy in the place of the archive, on a lane."""
        row = self._rows.get(self.copies.current_id() or "")
        if row is None or row.facts is None:
            return
        self.banner.hide()
        work = partial(_restore, self._path, row.file.path, self._credentials)
        task = Task(work, _("Restoring the copy"))
        task.succeeded.connect(self._on_restored)
        task.failed.connect(self._on_failed)
        self._desk.lanes.start(task, Lane.FILES)
        dialog = WorkDialog(_("Restoring the copy"), task, self)
        dialogs.run_dialog(dialog)
        dialog.deleteLater()

    def _on_row(self, *_rows: object) -> None:
        row = self._rows.get(self.copies.current_id() or "")
        readable = row is not None and row.facts is not None
        self.go_button.setEnabled(readable)
        texts = count_texts(row, self._desk.texts) if row is not None and readable else ()
        self.inside.setText("  ·  ".join(f"{what}: {count}" for what, count in texts))

    def _on_restored(self, _kept: object) -> None:
        self.accept()

    def _on_failed(self, error: Exception) -> None:
        if isinstance(error, AppError):
            self.banner.say(sentence(error, self._desk.texts), Tone.BAD)
        else:
            self.reject()
            self._desk.failed(error)


def _restore(path: Path, copy: Path, credentials: Credentials | None, progress: Progress) -> Path | None:
    return restore_over(path, copy, credentials, progress=progress).kept
