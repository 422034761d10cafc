"""A record's form, drawn from its `FormSpec`: errors under their field, undo, save, acts; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QEventLoop, QObject, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.models.errors import AppError, Conflict, InvalidInput
from app.services.changes import Changes
from app.ui import dialogs
from app.ui.acts import ActBar, ask_values
from app.ui.desk import Desk
from app.ui.drafts import DraftModel, UndoActions
from app.ui.errors import sentence
from app.ui.fields import Act, Editor, FieldKind, FormSpec, GridSpec
from app.ui.form_parts import (
    Asides,
    FieldBox,
    FormFoot,
    FormHead,
    Offers,
    SectionBox,
    first_problem,
    mnemonics,
    with_edge,
)
from app.ui.grids import GridView
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.reading_order import stops
from app.ui.tasks import Task
from app.ui.theme import px
from app.ui.widgets import Banner, Tone, label

__all__ = ["FormSpec", "RecordForm"]


class RecordForm(QFrame):
    """One record, open for reading and editing.

    `open_record(id)` or `open_blank()` fill it; `leave()` asks about unsaved changes and tells whether one may go.
    """

    saved = Signal(object)  # Changes
    acted = Signal(object)  # result of an act
    dirty_changed = Signal(bool)
    opened = Signal(object)  # id, or None for a new record
    removed = Signal()
    touched = Signal()  # something was typed into a field or a cell, whether it can be taken or not

    def __init__(
        self,
        desk: Desk,
        spec: FormSpec,
        record_id: str | None = None,
        parent: QWidget | None = None,
        *,
        grown: bool = True,
    ) -> None:
        """Make the form of a record, or of a new one.

        Args:
            grown: False to have it made part by part, by `grow`; it is of no use before that is over.
        """
        super().__init__(parent)
        self.setObjectName("panel")
        self.desk = desk
        self.spec = spec
        self.record_id: str | None = record_id
        self._task: Task | None = None
        self._problems: dict[str, AppError] = {}
        self.model = DraftModel(self._read_draft(record_id), self)
        self._boxes: dict[str, FieldBox] = {}
        self._sections: list[SectionBox] = []
        self._grids: dict[str, GridView] = {}
        self._asides = Asides(desk, self.model, self._boxes)
        self._make_actions()
        self.is_whole = False
        self._offers = Offers(desk, self.model, self._boxes, self._grids)
        self._parts_to_come = self._make_parts()
        if grown:
            self.finish()

    # --- what others call -----------------------------------------------------------------

    def grow(self) -> bool:
        """Make one part more; False when all are made."""
        return next(self._parts_to_come, self) is not self

    def finish(self) -> None:
        """Make what is still to be made."""
        while self.grow():
            pass

    def open_record(self, record_id: str) -> None:
        """Show a saved record; unsaved changes to the present one are dropped (ask `leave` before)."""
        self._open(record_id)

    def open_blank(self, **values: Any) -> None:
        """Begin a new record, with `values` already filled in."""
        self._open(None)
        for key, value in values.items():
            self.model.set_value(key, value)
        self.focus_first()

    def reload(self) -> None:
        """Read the record again, when nothing unsaved stands in the form; the choices in any case."""
        if self.record_id is None or self.is_dirty:
            self._load_choices()
            return
        self._open(self.record_id)

    @property
    def is_dirty(self) -> bool:
        """Whether something would be lost by leaving."""
        return self.model.is_dirty or any(box.problem() for box in self._boxes.values())

    @property
    def is_locked(self) -> bool:
        """Whether the record is only looked at."""
        return self.spec.save is None or bool(self._lock_sentence())

    def title(self) -> str:
        """Title of the record as it stands."""
        if self.record_id is None:
            return _("New: {title}").format(title=_(self.spec.title))
        return (self.spec.heading(self.model.draft) if self.spec.heading else "") or _(self.spec.title)

    def actions_of_form(self) -> list[QAction]:
        """Save, undo and redo, for the bar at the top."""
        return [self.save_action, self.undo_action, self.redo_action]

    def actions_of_record(self) -> list[QAction]:
        """The record's acts, for the command palette."""
        return self._acts.actions_

    def leave(self) -> bool:
        """Whether the form may be left: asks about unsaved changes, and saves them when told to."""
        self._wait()
        self._commit_cell()
        if not self.is_dirty:
            return True
        answer = dialogs.ask_save(self, self.title())
        if answer is dialogs.Answer.STAY:
            return False
        if answer is dialogs.Answer.DISCARD:
            self._drop_changes()
            return True
        self.save()
        self._wait()
        return not self.is_dirty

    def save(self) -> None:
        """Write the draft; a refusal is shown and the draft stays as it is."""
        if self._task is not None or self.spec.save is None or self._lock_sentence():
            return
        problem = self._commit_cell() or first_problem(self._boxes, self.model, self.desk)
        if problem is not None:
            self.show_error(problem)
            return
        self._clear_errors()
        draft = self.model.draft
        self._saving = draft
        self._task = self.desk.run(self.spec.save, draft, done=self._on_saved, failed=self.show_error)
        self._task.finished.connect(self._on_task_finished)
        self._refresh_actions()

    def revert(self) -> None:
        """Go back to the saved state; the step can itself be taken back."""
        self.model.revert()
        for box in self._boxes.values():
            box.show_value(self.model.value(box.spec.key), force=True)
        self._clear_errors()

    def show_error(self, error: AppError) -> None:
        """Put a refusal where it belongs: under its field, in its cell, or above the buttons; and go there."""
        path = (error.field or "").split(".")
        text = sentence(error, self.desk.texts)
        if path[0] in self._boxes and len(path) == 1:
            box = self._boxes[path[0]]
            self._problems[path[0]] = error
            box.show_error(text)
            self._scroll.ensureWidgetVisible(box)
            box.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif path[0] in self._grids:
            self._show_grid_error(self._grids[path[0]], path[1:], text)
        elif isinstance(error, Conflict):
            self._banner.say(text, Tone.BAD, _("Reload"), self._on_reload_wanted)
        else:
            self._banner.say(text, Tone.BAD)

    def focus_first(self) -> None:
        """Put the cursor into the first field that can be edited; in a locked form, where Tab stops first."""
        boxes = (box for box in self._boxes.values() if not box.spec.read_only and not box.isHidden())
        if wanted := next((box.editor for box in boxes if box.editor.isEnabled()), None) or next(stops(self), None):
            wanted.setFocus(Qt.FocusReason.TabFocusReason)

    def field(self, key: str) -> Editor:
        """Editor of a field."""
        return self._boxes[key].editor

    def grid(self, key: str) -> GridView:
        """Grid of child rows."""
        return self._grids[key]

    def aside_text(self, key: str) -> str:
        """Line that follows the draft under a field, or ""."""
        self._asides.catch_up()
        return self._boxes[key].aside_text()

    def error_text(self, key: str) -> str:
        """Sentence that stands under a field, or "" when none does."""
        return self._boxes[key].error_text()

    def banner_text(self) -> str:
        """Sentence that stands above the buttons, or ""."""
        return self._banner.text()

    # --- building -------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.save_action = self._action(_("Save"), "save", "Ctrl+S", self.save)
        self.save_action.setShortcuts([QKeySequence("Ctrl+S"), QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        actions = UndoActions(self.model)
        self.undo_action, self.redo_action = actions.undo, actions.redo
        self.addActions([self.undo_action, self.redo_action])

    def _action(self, text: str, image: str, keys: str, slot: Any) -> QAction:
        action = QAction(icon(image), text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(f"{text} ({QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def _make_parts(self) -> Iterator[None]:
        """All that makes the form, with a rest after each part that takes long."""
        yield from self._build()
        self._connect()
        yield from self._offers.ask()
        self._refresh_all()
        self.is_whole = True

    def _build(self) -> Iterator[None]:
        """Make the parts from the outside in: what changes hands is dressed anew, with all that is in it."""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(8), px(12))
        layout.setSpacing(px(6))
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self._scroll, 1)
        sheet = QWidget()
        sheet.setObjectName("sheet")
        self._scroll.setWidget(sheet)
        self._sheet = QVBoxLayout(sheet)
        self._sheet.setContentsMargins(0, 0, px(8), 0)
        self._sheet.setSpacing(px(12))
        self._title = label("", "h2", wrap=True)
        self._subtitle = label("", "muted", wrap=True)
        self._banner, self._lock, self.notice = Banner(), Banner(calm=True), Banner()
        self._acts = ActBar(self.spec.acts)
        self._acts.wanted.connect(self.run_act)
        self._head = FormHead(layout, self._sheet, (self._title, self._subtitle, self._lock, self.notice, self._acts))
        yield
        yield from self._build_fields()
        self._sheet.addStretch(1)
        layout.addWidget(with_edge(self._banner))
        self._foot = FormFoot(self._acts.removals, self.revert, self.save, self.save_action.toolTip())
        layout.addWidget(self._foot)
        self.setMinimumWidth(px(270))

    def _build_fields(self) -> Iterator[None]:
        accelerators = mnemonics([_(field.title) for field in self.spec.fields if field.kind is not FieldKind.FLAG])
        for section in self.spec.sections:
            box = SectionBox(section, self.model, accelerators, self._sheet.parentWidget())
            self._sections.append(box)
            for field_box in box.boxes:
                self._boxes[field_box.spec.key] = field_box
                field_box.left.connect(self._on_field_left)
                field_box.touched.connect(self._refresh_actions)
                field_box.touched.connect(self.touched)
                field_box.editor.installEventFilter(self)
            self._sheet.addWidget(box)
            yield
            yield from self._build_grids(section.grids)
        yield from self._build_grids(self.spec.grids)

    def _build_grids(self, specs: tuple[GridSpec, ...]) -> Iterator[None]:
        for spec in specs:
            grid = GridView(self.model, spec)
            grid.refused.connect(self.show_error)
            grid.typed.connect(self.touched)
            grid.table.installEventFilter(self)
            self._grids[spec.key] = grid
            self._sheet.addWidget(grid)
            yield

    def _connect(self) -> None:
        self.model.changed.connect(self._on_draft_changed)
        self.model.dirty_changed.connect(self.dirty_changed)
        titles = {key: box.spec.title for key, box in self._boxes.items()}
        titles |= {key: grid.spec.title for key, grid in self._grids.items()}
        self.model.titles = {key: _(title) for key, title in titles.items()}

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low room the heading scrolls away with the fields."""
        super().resizeEvent(event)
        if self.is_whole:
            self.fit(event.size())

    def fit(self, size: QSize) -> None:
        """Arrange the parts for this size."""
        self._head.settle(size.height())

    # --- loading --------------------------------------------------------------------------

    def _read_draft(self, record_id: str | None) -> Any:
        return self.desk.read(self.spec.blank) if record_id is None else self.desk.read(self.spec.load, record_id)

    def _open(self, record_id: str | None) -> None:
        draft = self._read_draft(record_id)
        self.record_id = record_id
        self._clear_errors()
        self.model.reset(draft)
        self._refresh_all()
        self.opened.emit(record_id)

    def _refresh_all(self) -> None:
        self._load_choices()
        self._on_draft_changed("")
        self._refresh_lock()

    def _load_choices(self) -> None:
        """Ask anew what the fields and columns offer."""
        for _part in self._offers.ask():
            pass

    def _refresh_lock(self) -> None:
        reason, locked = self._lock_sentence(), self.is_locked
        if reason:
            self._lock.say(_(reason), Tone.INFO)
        else:
            self._lock.hide()
        for box in self._boxes.values():
            box.set_locked(locked)
        for grid in self._grids.values():
            grid.set_locked(locked)
        self._foot.set_locked(locked)
        self._refresh_actions()

    def _lock_sentence(self) -> str:
        if self.record_id is None or self.spec.locked is None:
            return ""
        return self.spec.locked(self.model.draft)

    # --- edits ----------------------------------------------------------------------------

    def _on_draft_changed(self, key: str) -> None:
        draft = self.model.draft
        for name, box in self._boxes.items():
            if key in ("", name):
                box.show_value(self.model.value(name), force=key == "")
        self._asides.follow(soon=bool(key))
        for section in self._sections:
            section.show_for(draft)
        for grid in self._grids.values():
            grid.setVisible(grid.spec.when is None or grid.spec.when(draft))
        self._title.setText(self.title())
        subtitle = self.spec.subtitle(draft) if self.spec.subtitle and self.record_id else ""
        self._subtitle.setText(subtitle)
        self._subtitle.setVisible(bool(subtitle))
        self._refresh_actions()

    def _on_field_left(self) -> None:
        """Judge a field when the focus goes away, and begin a new step of undo."""
        box = self.sender()
        assert isinstance(box, FieldBox)
        self.model.seal()
        problem = box.problem()
        box.show_error(sentence(problem, self.desk.texts) if problem else "")
        self._refresh_actions()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Undo and redo are those of the form, not of the single field."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            if event.matches(keys.Undo) or event.matches(keys.Redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)

    def _commit_cell(self) -> InvalidInput | None:
        """Take over the cell that is being edited in a grid."""
        return next(filter(None, (grid.finish_editing() for grid in self._grids.values())), None)

    def _drop_changes(self) -> None:
        if self.record_id is None:
            self._open(None)
        else:
            self.revert()
            self.model.reset(self.model.draft)

    # --- saving ---------------------------------------------------------------------------

    def _on_saved(self, changes: Changes) -> None:
        """Show the record as it was saved; what was typed meanwhile stays."""
        self._task = None  # as in `_on_acted`
        untouched = self.model.draft == self._saving
        if changes.ids:
            self.record_id = changes.id
        if untouched and self.record_id is not None:
            self._open(self.record_id)
        else:
            self.model.mark_saved(self._saving)
        self.saved.emit(changes)

    def _on_task_finished(self) -> None:
        if self._task is self.sender():
            self._task = None
        self._refresh_actions()

    def _wait(self) -> None:
        """Let a running save come to its end."""
        while self._task is not None:
            loop = QEventLoop()
            self._task.finished.connect(loop.quit)
            loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)

    def _on_reload_wanted(self) -> None:
        if self.record_id is not None:
            self._open(self.record_id)

    # --- errors ---------------------------------------------------------------------------

    def _clear_errors(self) -> None:
        self._problems.clear()
        self._banner.hide()
        for box in self._boxes.values():
            box.show_error("")
        for grid in self._grids.values():
            grid.model.set_errors({})

    def _show_grid_error(self, grid: GridView, path: list[str], text: str) -> None:
        """Mark a cell, say the sentence above the buttons, and go to the cell."""
        row = int(path[0]) if path and path[0].isdecimal() else -1
        key = path[1] if len(path) > 1 else ""
        where = _("{title}, row {row}: {text}").format(title=_(grid.spec.title), row=row + 1, text=text)
        self._banner.say(where if row >= 0 else text, Tone.BAD)
        if row >= 0:
            grid.model.set_errors({(row, key): text})
        self._scroll.ensureWidgetVisible(grid)
        grid.focus_cell(row, key)

    # --- acts -----------------------------------------------------------------------------

    def run_act(self, act: Act) -> None:
        """Do what an act says, after saving, asking and confirming what it needs."""
        if not self.leave() or self.record_id is None:
            return
        values: Mapping[str, Any] = {}
        if act.fields:
            entered = ask_values(self, self.desk, act)
            if entered is None:
                return
            values = entered
        question = _(act.confirm).format(title=self.title())
        if act.confirm and not dialogs.confirm(self, _(act.title), question, _(act.title)):
            return
        self._clear_errors()
        args = (self.record_id, values) if act.fields else (self.record_id,)
        self._act = act
        self._task = self.desk.run(act.run, *args, done=self._on_acted, failed=self.show_error)
        self._task.finished.connect(self._on_task_finished)
        self._refresh_actions()

    def _on_acted(self, result: Any) -> None:
        self._task = None  # it gave its result: whoever hears of it may leave the form
        if self._act.removes:
            self._open(None)
            self.removed.emit()
        elif self.record_id is not None and isinstance(result, Changes):
            self._open(self.record_id)
        if self._act.done is not None:
            self._act.done(result, self)
        self.acted.emit(result)

    def _refresh_actions(self, *_args: object) -> None:
        free = self._task is None
        dirty = self.is_dirty or self.record_id is None
        self.save_action.setEnabled(free and dirty and not self.is_locked)
        self._foot.set_enabled(save=self.save_action.isEnabled(), revert=free and self.is_dirty)
        self._acts.refresh(self.model.draft, saved=self.record_id is not None, free=free)
