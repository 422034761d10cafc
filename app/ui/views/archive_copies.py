"""Copie: what copies there are of the archive, what is in each, and the way back to one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from app.models.errors import AppError, RuleBroken
from app.models.money import format_euro
from app.services.changes import Changes
from app.services.keeping.copies import OCCASIONS, CopyRow, Occasion, copy_files, make_copy, read_copy
from app.services.keeping.restoring import compare_copy, copy_key, restore_copy
from app.services.ports import Progress
from app.services.reports.copy_lists import CopyLine, count_texts
from app.services.users.keys import Credentials
from app.services.wording.formats import format_count, format_instant, format_size
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.latest import Latest
from app.ui.restore_dialog import RestoreDialog
from app.ui.theme import px
from app.ui.unlock import UnlockDialog, WorkDialog
from app.ui.views.archive_pages import LanePage, LongText, RowPanel, paragraph
from app.ui.widgets import Badge, Banner, Tone, button, label


def copy_of(store: Any, name: str) -> CopyRow | None:
    """A copy by the name of its file, with what is in it."""
    found = next((file for file in copy_files(store.path) if file.path.name == name), None)
    return None if found is None else read_copy(found, store.key)


def make_now(store: Any, progress: Progress) -> Changes:
    """Make a copy on request."""
    make_copy(store, Occasion.REQUEST, progress)
    return Changes.of("archive")


def compare(store: Any, copy: Path, key: bytes | None) -> Any:
    """The comparison of a copy, with the key that opened it."""
    return compare_copy(store, copy, key), key


def compare_own(store: Any, copy: Path) -> Any:
    """The comparison of a copy that the archive's own key opens."""
    return compare(store, copy, copy_key(store, copy))


def restore(store: Any, copy: Path, key: bytes | None, progress: Progress) -> Path | None:
    """Put a copy in the archive's place; where what was there is kept."""
    return restore_copy(store, copy, key, progress).kept


class CopyPanel(RowPanel):
    """One copy: when and why it was made, and what is in it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.restore_button = button(_("Compare and restore…"), "archive-restore", name="primary")
        super().__init__(_("Copy"), self.restore_button, parent=parent)
        self._desk = desk
        self._latest = Latest(desk, self)
        self.row: CopyRow | None = None
        self.restore_action = QAction(icon("archive-restore"), self.restore_button.text(), self)
        self.restore_button.clicked.connect(self.restore_action.trigger)

    def show_row(self, line: CopyLine) -> None:
        """Show this copy."""
        self._latest.read(copy_of, line.id, done=self._show)

    def shows(self, row_id: str) -> bool:
        """Whether it is this copy that is shown, read and all."""
        return self.row is not None and self.row.id == row_id

    def _show(self, row: CopyRow | None) -> None:
        self.row = row
        sheet = self.new_sheet()
        if row is not None:
            self._fill(sheet, row)
        sheet.addStretch(1)
        self.end_sheet()
        self.restore_action.setEnabled(row is not None and row.refusal in ("", "copy.other_key"))
        self.restore_button.setEnabled(self.restore_action.isEnabled())

    def _fill(self, sheet: QVBoxLayout, row: CopyRow) -> None:
        texts = self._desk.texts
        sheet.addWidget(label(format_instant(row.file.made_at), "h2", wrap=True))
        sheet.addWidget(paragraph(texts(OCCASIONS[row.file.occasion])))
        good = row.file.good and row.facts is not None
        sheet.addWidget(Badge(_("in order") if good else _("to be looked at"), Tone.OK if good else Tone.WARN))
        sheet.addSpacing(px(6))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(1, 1)
        for place, (caption, value) in enumerate(self._facts(row)):
            grid.addWidget(label(caption, "muted", wrap=True), place, 0)
            told = LongText(caption)
            told.setText(value)
            grid.addWidget(told, place, 1)
        sheet.addLayout(grid)
        if row.facts is None:
            said = _("Made under an earlier key: it opens by the user and the password of then.")
            sheet.addWidget(paragraph(said if row.refusal == "copy.other_key" else _("The copy cannot be read.")))

    def _facts(self, row: CopyRow) -> list[tuple[str, str]]:
        facts = row.facts
        told = [(_("Size"), format_size(row.file.size)), (_("File"), row.file.path.name)]
        if facts is None:
            return told
        changed = _("never") if facts.changed_at is None else format_instant(facts.changed_at)
        return [
            (_("Last written"), changed),
            (_("Money in the plan"), format_euro(facts.money)),
            *count_texts(row, self._desk.texts),
            (_("Edits in the history"), format_count(facts.edits)),
            (_("Head of the journal"), facts.head),
            *told,
        ]


class CopiesPage(LanePage):
    """The copies; Enter compares the chosen one with the archive."""

    def make_panel(self) -> QWidget:
        panel = CopyPanel(self.desk)
        panel.restore_action.triggered.connect(self.restore)
        return panel

    def page_actions(self) -> list[QAction]:
        return [self.make_action]

    def record_actions(self) -> list[QAction]:
        return [] if self.panel is None or self.chosen() is None else [self.panel.restore_action]

    def make(self) -> None:
        """Make a copy now, on the lane."""
        self.banner.hide()
        self.make_action.setEnabled(False)
        task = self.desk.run(make_now, failed=self._on_failed, title=_("Copying the archive"))
        task.finished.connect(self._on_made)

    def restore(self) -> None:
        """Compare the chosen copy with the archive, ask, and put it in its place."""
        row = self.panel.row
        if row is None:
            return
        self.banner.hide()
        if row.refusal == "copy.other_key":
            self._compare_by_password(row.file.path)
        else:
            self._read(compare_own, row.file.path)

    # --- parts ------------------------------------------------------------------------------

    def _build(self) -> None:
        super()._build()
        self.make_action = QAction(icon("copy"), _("Copy now"), self)
        self.make_action.triggered.connect(self.make)
        self.banner = Banner()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(0, self.banner)
        layout.setStretch(1, 1)
        begin = button(_("Copy now"), "copy", name="primary")
        begin.clicked.connect(self.make_action.trigger)
        self.list.set_empty(self.kind.icon, _(self.kind.empty), begin)

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.panel is not None and self.panel.shows(record_id):
            self.restore()

    # --- the way to a comparison ----------------------------------------------------------------

    def _compare_by_password(self, copy: Path) -> None:
        """Ask for what opened the copy when it was made."""
        store = self.desk.store

        def trying(path: Path, login: str, password: str) -> Callable[[], Any]:
            return partial(copy_key, store, path, Credentials(login, password))

        dialog = UnlockDialog(self.desk, copy, self.window(), way=trying)
        known = dialogs.run_dialog(dialog)
        dialog.deleteLater()
        if known:
            self._read(compare, copy, dialog.result_)

    def _read(self, verb: Callable[..., Any], copy: Path, *args: Any) -> None:
        done = partial(self._on_compared, copy)
        self.desk.run(verb, copy, *args, done=done, failed=self._on_failed, title=_("Comparing the copy"))

    def _on_compared(self, copy: Path, result: Any) -> None:
        found, key = result
        dialog = RestoreDialog(found, self.desk.texts, self.window())
        wanted = dialogs.run_dialog(dialog)
        dialog.deleteLater()
        if wanted:
            self._put_in_place(copy, key)

    def _put_in_place(self, copy: Path, key: bytes | None) -> None:
        title = _("Restoring the copy")
        task = self.desk.run(restore, copy, key, done=self._on_restored, failed=self._on_failed, title=title)
        dialog = WorkDialog(title, task, self.window())
        dialogs.run_dialog(dialog)
        dialog.deleteLater()

    def _on_restored(self, kept: Path | None) -> None:
        """Show the archive anew, when this page is out of the way: it goes with all others."""
        desk = self.desk
        QTimer.singleShot(0, desk.show_anew)
        if kept is not None:
            said = _("The copy is in its place. What was there is kept as {name}.").format(name=kept.name)
            QTimer.singleShot(0, partial(dialogs.tell, self.window(), _("Restored"), said))

    def _on_made(self) -> None:
        self.make_action.setEnabled(True)

    def _on_failed(self, error: AppError) -> None:
        refusal = error
        if error.code == "keys.needed":
            refusal = RuleBroken("copy.other_key", name=error.values["name"])
        self.banner.say(sentence(refusal, self.desk.texts), Tone.BAD)
