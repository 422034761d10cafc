"""Parts of a form: a field with its label and error, and a section that lays its fields out by the room there is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.models.errors import InvalidInput
from app.ui.desk import Desk
from app.ui.drafts import DraftModel
from app.ui.editors import ChoiceEdit, Choices, FlagEdit, ReferenceEdit, column_of
from app.ui.errors import sentence
from app.ui.fields import Editor, FieldKind, FieldSpec, Section, Width, is_missing, make_editor
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.widgets import button, label, restyle

if TYPE_CHECKING:
    from app.ui.grids import GridView

LOW = 400
"""Height (of the design) of a form under which its heading scrolls with its fields."""
EDGE = 8
"""Room that a form keeps at the right of its fields, beside that of its scroll bar."""
NARROW = 420
"""Below this width (of the design) every field has a line of its own."""

REST_MILLISECONDS = 150
"""Rest after a key before what follows from the draft is computed again."""

COLUMN_GAP = 10
"""Space between two fields of a line, in pixels of the design."""
WIDGET_SIZE_MAX = 16_777_215
"""What Qt takes for no limit."""
RESERVED = frozenset("0123456789")


def mnemonics(titles: Iterable[str]) -> dict[str, str]:
    """Each title with the mark of its own Alt key: the first letter of a word if free, else any letter."""
    taken: set[str] = set()
    marked = {}
    for title in titles:
        plain = title.replace("&", "&&")
        letters = [at for at, letter in enumerate(plain) if letter.isalnum()]
        starts = [at for at in letters if at == 0 or not plain[at - 1].isalnum()]
        place = next((at for at in (*starts, *letters) if _is_free(plain[at], taken)), None)
        if place is None:
            marked[title] = plain
            continue
        taken.add(plain[place].casefold())
        marked[title] = f"{plain[:place]}&{plain[place:]}"
    return marked


def _is_free(letter: str, taken: set[str]) -> bool:
    return letter.isascii() and letter.casefold() not in taken and letter not in RESERVED


class ErrorLine(QWidget):
    """A sentence in red with its icon; no room is taken while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        image = QLabel()
        image.setPixmap(icon("circle-alert", "bad").pixmap(QSize(px(14), px(14))))
        self._text = label("", "fieldError", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(5))
        row.addWidget(image, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`, or nothing."""
        self._text.setText(text)
        self.setVisible(bool(text))

    def text(self) -> str:
        """What it says."""
        return self._text.text()


class FieldBox(QWidget):
    """A field: label with its Alt key, editor, hint, error."""

    left = Signal()
    touched = Signal()  # something was typed, whether it can be taken or not

    def __init__(self, spec: FieldSpec, model: DraftModel, accelerators: Mapping[str, str]) -> None:
        super().__init__()
        self.spec = spec
        self._model = model
        self.editor: Editor = make_editor(spec)
        title = _(spec.title)
        self.editor.setObjectName(f"field_{spec.key}")
        spoken = _("{title}, required").format(title=title) if spec.required else title
        self.editor.setAccessibleName(spoken)
        self.editor.setAccessibleDescription(_(spec.hint))
        self._error = ErrorLine()
        self._part = (1, 1)
        self._aside = label("", "muted", wrap=True)
        self._aside.hide()
        layout = column_of(spacing=3)
        if isinstance(self.editor, FlagEdit):
            self.editor.setText(title)
        else:
            layout.addWidget(self._make_label(accelerators.get(title, title)))
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.editor, 1)
        line.addStretch(0)
        layout.addLayout(line)
        if spec.hint:
            layout.addWidget(label(_(spec.hint), "muted", wrap=True))
        layout.addWidget(self._aside)
        layout.addWidget(self._error)
        if spec.kind is not FieldKind.NOTE:
            layout.addStretch(1)
        self.setLayout(layout)
        self.set_locked(False)
        self.editor.edited.connect(self._on_edited)
        self.editor.left.connect(self.left)
        if isinstance(self.editor, QLineEdit):
            self.editor.textEdited.connect(self.touched)

    def take_part(self, columns: int, of: int) -> None:
        """Let the editor take so many columns of those that the field has: its hint may be as wide as them all."""
        self._part = (columns, of)
        self._fit_editor()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the editor as wide as its columns."""
        super().resizeEvent(event)
        self._fit_editor()

    def _fit_editor(self) -> None:
        columns, of = self._part
        gap = px(COLUMN_GAP)
        whole = columns == of
        width = WIDGET_SIZE_MAX if whole else (self.width() - gap * (of - 1)) * columns // of + gap * (columns - 1)
        self.editor.setMaximumWidth(max(width, 0))

    def show_value(self, value: Any, *, force: bool = False) -> None:
        """Show a value of the draft; what is typed and cannot be taken stays, unless forced away."""
        if force or self.editor.problem() is None:
            self.editor.set_value(value)
            if force:
                self.show_error("")

    def set_choices(self, choices: Choices) -> None:
        """Offer these."""
        if isinstance(self.editor, ChoiceEdit | ReferenceEdit):
            self.editor.set_choices(choices)

    def set_locked(self, locked: bool) -> None:
        """Forbid or allow edits; what stands there can still be selected and copied."""
        locked = locked or self.spec.read_only
        if isinstance(self.editor, QLineEdit | QPlainTextEdit):
            self.editor.setReadOnly(locked)
            for action in self.editor.actions():
                action.setEnabled(not locked)
        else:
            self.editor.setEnabled(not locked)

    def problem(self) -> InvalidInput | None:
        """Why what is typed cannot be taken, named after the field; None for a field that is not shown."""
        found = self.editor.problem()
        if found is None or self.isHidden():
            return None
        return InvalidInput(found.code, field=self.spec.key, **found.values)

    def missing_or_wrong(self, value: Any) -> InvalidInput | None:
        """Why the field cannot be saved as it stands."""
        if self.isHidden():
            return None
        if self.editor.problem() is None and is_missing(self.spec, value):
            return InvalidInput("field.required", field=self.spec.key)
        return self.problem()

    def show_error(self, text: str) -> None:
        """Say what is wrong under the field, or take it away."""
        if text == self._error.text():
            return
        self._error.say(text)
        self.editor.setProperty("wrong", "true" if text else "false")
        self.editor.setAccessibleDescription(text or _(self.spec.hint))
        restyle(self.editor)

    def show_aside(self, text: str) -> None:
        """Say beside the field what follows from the draft, or take it away."""
        self._aside.setText(text)
        self._aside.setVisible(bool(text))

    def aside_text(self) -> str:
        """What is said beside the field."""
        return self._aside.text()

    def error_text(self) -> str:
        """What is said under the field."""
        return self._error.text()

    def _make_label(self, marked: str) -> QLabel:
        made = QLabel(f"{marked} *" if self.spec.required else marked)
        made.setBuddy(self.editor)
        return made

    def _on_edited(self, value: Any) -> None:
        self._model.set_value(self.spec.key, value)
        if self._error.text() and self.editor.problem() is None:
            self.show_error("")


def first_problem(boxes: Mapping[str, FieldBox], model: DraftModel, desk: Desk) -> InvalidInput | None:
    """The first field that cannot be saved as it stands; all such fields are marked."""
    first: InvalidInput | None = None
    for key, box in boxes.items():
        problem = box.missing_or_wrong(model.value(key))
        if problem is not None:
            box.show_error(sentence(problem, desk.texts))
            first = first or problem
    return first


class Asides(QObject):
    """What is said under fields of what follows from the draft; while somebody types, only when the keys rest."""

    def __init__(self, desk: Desk, model: DraftModel, boxes: Mapping[str, FieldBox]) -> None:
        super().__init__(model)
        self._desk, self._model, self._boxes = desk, model, boxes
        self._rest = QTimer(self, singleShot=True, interval=REST_MILLISECONDS)
        self._rest.timeout.connect(self._show)

    def follow(self, *, soon: bool) -> None:
        """The draft is another one: say what follows from it, soon or at once."""
        if soon:
            self._rest.start()
        else:
            self._show()

    def catch_up(self) -> None:
        """Say at once what waits for the keys to rest."""
        if self._rest.isActive():
            self._show()

    def _show(self) -> None:
        self._rest.stop()
        for box in self._boxes.values():
            if box.spec.aside is not None and self._desk.is_open:
                box.show_aside(self._desk.read(box.spec.aside, self._model.draft))


class Offers:
    """What the fields and columns of a form offer, asked of the archive when something was written since."""

    def __init__(
        self, desk: Desk, model: DraftModel, boxes: Mapping[str, FieldBox], grids: Mapping[str, GridView]
    ) -> None:
        self._desk, self._model, self._boxes, self._grids = desk, model, boxes, grids
        self._asked_at: tuple[Any, int] | None = None

    def ask(self) -> Iterator[None]:
        """Ask and offer, with a rest after each."""
        store = self._desk.store
        assert store is not None, "no archive on the desk"
        asked_at = (store, store.writes)
        if asked_at == self._asked_at:
            return
        for box in self._boxes.values():
            if box.spec.choices is not None:
                box.set_choices(self._desk.read(box.spec.choices))
                box.show_value(self._model.value(box.spec.key))
                yield
        for grid in self._grids.values():
            asked = {column.key: self._desk.read(column.choices) for column in grid.spec.columns if column.choices}
            grid.model.set_choices(asked)
            yield
        self._asked_at = asked_at


def with_edge(part: QWidget) -> QWidget:
    """A part of a form that ends where its fields do; nothing is there while it is hidden."""
    made = QWidget()
    layout = column_of(part)
    layout.setContentsMargins(0, 0, px(EDGE), 0)
    made.setLayout(layout)
    return made


class FormHead(QWidget):
    """What stands above the fields of a form; where the form is low it moves in among them, and scrolls away."""

    def __init__(self, above: QVBoxLayout, sheet: QVBoxLayout, parts: Iterable[QWidget]) -> None:
        super().__init__()
        self._above, self._sheet = above, sheet
        self._low = False
        self._soon = QTimer(self, singleShot=True, interval=0)  # not while the form is being laid out
        self._soon.timeout.connect(self._move)
        self._column = column_of(*parts, spacing=6)
        self._column.setContentsMargins(0, 0, px(EDGE), 0)
        self.setLayout(self._column)
        above.insertWidget(0, self)

    def settle(self, height: int) -> None:
        """Take the place that a form of this height has for it."""
        low = height < px(LOW)
        if low != self._low:
            self._low = low
            if self.isVisible():
                self._soon.start()
            else:  # nobody sees it move, and at its first place it could make the window higher
                self._move()

    def _move(self) -> None:
        focused = cast("QWidget | None", self.window().focusWidget())
        there = self._sheet if self._low else self._above
        if there.indexOf(self) >= 0:
            return
        self._column.setContentsMargins(0, 0, 0 if self._low else px(EDGE), 0)
        there.insertWidget(0, self)
        self.show()
        if focused is not None and self.isAncestorOf(focused):
            focused.setFocus()


class FormFoot(QWidget):
    """The buttons under a form: those that remove the record at the left, those of the draft at the right."""

    def __init__(
        self, removals: Iterable[QWidget], revert: Callable[[], None], save: Callable[[], None], save_tip: str
    ) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, px(4), px(EDGE), 0)
        self._revert = button(_("Cancel changes"))
        self._revert.clicked.connect(revert)
        self.save_button = button(_("Save"), name="primary")
        self.save_button.setToolTip(save_tip)
        self.save_button.clicked.connect(save)
        for removal in removals:
            row.addWidget(removal)
        row.addStretch(1)
        row.addWidget(self._revert)
        row.addWidget(self.save_button)

    def set_locked(self, locked: bool) -> None:
        """Take the buttons of the draft away, or bring them back."""
        self._revert.setVisible(not locked)
        self.save_button.setVisible(not locked)

    def set_enabled(self, *, save: bool, revert: bool) -> None:
        """What can be done with the draft now."""
        self.save_button.setEnabled(save)
        self._revert.setEnabled(revert)


class SectionBox(QWidget):
    """Fields under a title, several in a line where there is room."""

    def __init__(
        self, spec: Section, model: DraftModel, accelerators: Mapping[str, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.boxes = tuple(FieldBox(field, model, accelerators) for field in spec.fields)
        self._hidden: set[str] = set()
        self._narrow: bool | None = None
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(COLUMN_GAP))
        self._grid.setVerticalSpacing(px(8))
        for column in range(Width.FULL.value):
            self._grid.setColumnStretch(column, 1)
        layout = column_of(spacing=6)
        if spec.title:
            layout.addWidget(label(_(spec.title), "h3"))
        layout.addLayout(self._grid)
        self.setLayout(layout)
        self._arrange()

    def show_for(self, draft: Any) -> None:
        """Show the fields that this draft asks for."""
        hidden = {box.spec.key for box in self.boxes if box.spec.when is not None and not box.spec.when(draft)}
        if hidden != self._hidden:
            self._hidden = hidden
            self._arrange()
            self.setVisible(len(hidden) < len(self.boxes))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay the fields out anew when the room changes much."""
        super().resizeEvent(event)
        narrow = event.size().width() < px(NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        row, column = 0, 0
        shown = [box for box in self.boxes if box.spec.key not in self._hidden]
        spans = [Width.FULL.value if self._narrow is not False else box.spec.width.value for box in shown]
        for box in self.boxes:
            self._grid.removeWidget(box)
            if box not in shown:
                box.hide()
        for box, span, following in zip(shown, spans, [*spans[1:], Width.FULL.value], strict=False):
            if column + span > Width.FULL.value:
                row, column = row + 1, 0
            spare = Width.FULL.value - column - span
            room = span + (spare if box.spec.hint and following > spare else 0)
            self._grid.addWidget(box, row, column, 1, room)
            box.take_part(span, room)
            box.show()  # not before it stands in the grid: until then it would be a window
            column += room
