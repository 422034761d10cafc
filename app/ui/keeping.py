"""Keeps what is typed into one form, within two seconds of a key, and offers again what was left of it.

What fits the record as it is now is put into the form, as a step that can be taken back, and said. What does not fit
any more, because the record was changed since, is shown beside what is there, and a person decides.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from app.models.errors import AppError, InvalidInput
from app.services.keeping.kept_drafts import KeptRow, OpenForm, as_new
from app.services.wording.formats import rome
from app.ui import dialogs
from app.ui.editors import ParsedEdit
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.widgets import Tone

if TYPE_CHECKING:
    from app.ui.forms import RecordForm

REST_MS = 1000
"""From the first key on; with the writing it is on the disk within two seconds."""


def kept_time(at: datetime) -> str:
    """«10:42:07», or with its day when it was another one."""
    local = at.astimezone(rome())
    today = datetime.now(local.tzinfo).date()
    return f"{local:%H:%M:%S}" if local.date() == today else f"{local:%d/%m/%Y, %H:%M:%S}"


class Keeping(QObject):
    """Watches one form."""

    def __init__(self, form: RecordForm, place: str) -> None:
        super().__init__(form)
        self._form, self._place = form, place
        self._keeper = form.desk.keeper
        self._under: str | None = None  # key of the record that something is kept of
        self._cursor = ""
        self._left: KeptRow | None = None  # what does not fit, and nobody decided about
        self._timer = QTimer(self, singleShot=True, interval=REST_MS)
        self._timer.timeout.connect(self.keep)
        form.model.changed.connect(self._on_touched)
        form.touched.connect(self._on_touched)
        form.model.dirty_changed.connect(self._on_dirty)
        form.opened.connect(self._on_opened)
        self._keeper.refused.connect(self._on_refused)
        self._keeper.flushing.connect(self._on_flushing)

    def keep(self) -> None:
        """Keep the form as it stands, or forget it when nothing of it would be lost."""
        self._timer.stop()
        form = self._form
        if not form.desk.is_open or form.spec.save is None:
            return
        typed = self._typed()
        if not form.model.is_dirty and not typed:
            self._forget()
            return
        key = form.record_id or ""
        if self._under not in (None, key):
            self._forget()
        if self._left is not None and not self._move_away():
            return
        self._under = key
        self._keeper.keep(
            OpenForm(
                place=self._place,
                record_id=key,
                title=form.title(),
                draft=form.model.draft,
                baseline=form.model.baseline,
                typed=typed,
                cursor=self._find_cursor(),
            )
        )

    def holds(self, row: KeptRow) -> bool:
        """Whether what was left stands in the form by now, or is offered by it."""
        return self._left is row or (self._under == row.record_id and self._form.is_dirty)

    # --- what is typed ----------------------------------------------------------------------

    def _typed(self) -> dict[str, str]:
        """What stands in fields and cells and is in no draft yet, by path."""
        found = {}
        for spec in self._form.spec.fields:
            editor = self._form.field(spec.key)
            if isinstance(editor, ParsedEdit) and editor.problem() is not None:
                found[spec.key] = editor.text()
        for grid in self._form.spec.all_grids:
            cell = self._form.grid(grid.key).open_cell()
            if cell is not None:
                found[f"{grid.key}.{cell[0]}.{cell[1]}"] = cell[2]
        return found

    def _find_cursor(self) -> str:
        """Path of the field or cell with the cursor; the last one while the cursor is elsewhere."""
        focus = QApplication.focusWidget()
        if focus is None or not self._form.isAncestorOf(focus):
            return self._cursor
        for spec in self._form.spec.fields:
            editor = self._form.field(spec.key)
            if editor is focus or editor.isAncestorOf(focus):
                self._cursor = spec.key
        for grid in self._form.spec.all_grids:
            view = self._form.grid(grid.key)
            index = view.table.currentIndex()
            if view.isAncestorOf(focus) and index.isValid():
                self._cursor = f"{grid.key}.{index.row()}.{grid.columns[index.column()].key}"
        return self._cursor

    def _on_touched(self, *_key: object) -> None:
        if not self._timer.isActive():
            self._timer.start()

    def _on_flushing(self) -> None:
        """The archive is being put away: what was typed in the last second too."""
        if self._timer.isActive():
            self.keep()

    def _on_dirty(self, dirty: bool) -> None:
        if not dirty and not self._typed():
            self._timer.stop()
            self._forget()

    def _forget(self) -> None:
        if self._under is not None:
            self._keeper.forget(self._place, self._under)
            self._under = None

    def _move_away(self) -> bool:
        """Keep what was left beside what is being typed now; False when that could not be done."""
        assert self._left is not None
        try:
            self._keeper.move_away(self._left)
        except AppError as error:
            self._on_refused(error)
            return False
        self._left = None
        self._form.notice.hide()
        return True

    def _on_refused(self, error: AppError) -> None:
        """Say that what is typed is not kept, where it is being typed."""
        if self._form.isVisible() and self._form.is_dirty and error.code != "archive.busy":
            text = _("What you type is not kept on the disk: {why}")
            self._form.notice.say(text.format(why=sentence(error, self._form.desk.texts)), Tone.WARN)

    # --- what was left ----------------------------------------------------------------------

    def _on_opened(self, record_id: str | None) -> None:
        """Another record is shown: offer what was left of it."""
        self._timer.stop()
        self._left = None
        self._form.notice.hide()
        self._forget()
        row = self._keeper.row(self._place, record_id or "")
        if row is not None and self._form.spec.save is not None:
            self.offer(row)

    def offer(self, row: KeptRow) -> None:
        """Put what was left into the form when it fits the record as it is; else say that there is something."""
        present = self._form.model.draft
        try:
            draft, baseline = row.drafts(type(present))
        except InvalidInput:
            self._ask_later(row)
            return
        if draft == present and not row.typed:
            self._keeper.forget(row.place, row.record_id)  # it was saved after all
        elif (baseline == present or not row.about) and not self._form.is_locked:
            self.take_up(row, draft)
        else:
            self._ask_later(row)

    def take_up(self, row: KeptRow, draft: Any) -> None:
        """Put what was left into the form, with the cursor where it was, and say so."""
        form = self._form
        self._left = None
        self._keeper.taken_up(row)
        self._under = row.record_id
        form.model.put(draft)
        said = _("This was not saved when the program ended. Last entry kept at {time}.")
        form.notice.say(said.format(time=kept_time(row.kept_at)), Tone.INFO, _("Cancel changes"), self._give_up)
        self._cursor = row.cursor
        QTimer.singleShot(0, lambda: self._retype(row))

    def begin_anew(self, row: KeptRow) -> None:
        """The record is gone: put what was typed into it into a new one, which is open and empty."""
        try:
            draft, _baseline = row.drafts(type(self._form.model.draft))
        except InvalidInput:
            self._ask_later(row)
            return
        self._keeper.forget(row.place, row.record_id)
        self._form.model.put(as_new(draft))
        said = _("The record that this was typed into at {time} was removed since: saved, it becomes a new one.")
        self._form.notice.say(said.format(time=kept_time(row.kept_at)), Tone.WARN, _("Cancel changes"), self._give_up)
        self.keep()

    def _retype(self, row: KeptRow) -> None:
        """What could not be taken over stands where it stood, and the cursor too, when the form is laid out."""
        cells = []
        for path, text in row.typed.items():
            parts = path.split(".")
            if len(parts) == 1:
                editor = self._editor(path)
                if isinstance(editor, ParsedEdit):
                    editor.retype(text)
            else:
                cells.append((parts, text))
        self.go_to(row.cursor)
        for (key, number, column), text in cells:
            if any(grid.key == key for grid in self._form.spec.all_grids):
                self._form.grid(key).edit_cell(int(number), column, text)

    def go_to(self, path: str) -> None:
        """Put the cursor on a field or a cell."""
        key, _dot, cell = path.partition(".")
        editor = self._editor(key)
        if editor is not None:
            self._show(editor)
            editor.setFocus()
        elif any(grid.key == key for grid in self._form.spec.all_grids):
            number, _dot, column = cell.partition(".")
            self._show(self._form.grid(key))
            self._form.grid(key).focus_cell(int(number) if number.isdecimal() else 0, column)

    def _editor(self, key: str) -> QWidget | None:
        known = any(spec.key == key for spec in self._form.spec.fields)
        return self._form.field(key) if known else None

    def _show(self, widget: QWidget) -> None:
        for area in self._form.findChildren(QScrollArea):
            if area.isAncestorOf(widget):
                area.ensureWidgetVisible(widget)

    def _give_up(self) -> None:
        self._form.revert()
        self._form.notice.hide()

    # --- what does not fit any more -----------------------------------------------------------

    def _ask_later(self, row: KeptRow) -> None:
        """Say that something was left which does not fit; a person decides, now or later."""
        self._left = row
        said = _(
            "Changes of {time} were not saved, and the record is another one since: they were not put in by themselves."
        )
        text = said.format(time=kept_time(row.kept_at))
        self._form.notice.say(text, Tone.WARN, _("Compare…"), self.compare)

    def compare(self) -> None:
        """Show what was left beside what is there, and do what is decided."""
        from app.ui.kept_dialog import KeptDialog  # rarely wanted

        row = self._left
        if row is None or not self._form.leave():
            return
        dialog = KeptDialog(self._form.spec, row, self._form.model.draft, self._form.desk, self._form)
        taken = dialogs.run_dialog(dialog)
        given_up, draft = dialog.given_up, dialog.draft
        dialog.deleteLater()
        if given_up:
            self._left = None
            self._keeper.forget(row.place, row.record_id)
            self._form.notice.hide()
        elif taken and draft is not None:
            self.take_up(row, merged(draft, dialog.baseline, self._form.model.draft))


def merged(draft: Any, baseline: Any, present: Any) -> Any:
    """The present draft with every field in it that was changed in `draft`."""
    changed = {
        field.name: getattr(draft, field.name)
        for field in fields(draft)
        if field.init and getattr(draft, field.name) != getattr(baseline, field.name)
    }
    return replace(present, **changed)
