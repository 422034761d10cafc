"""A grid of child rows in a form, used as a spreadsheet.

Arrows move, typing edits, Enter goes down, Tab right, Insert adds a row, Delete removes it, Alt+Up and Alt+Down
move it, Ctrl+C and Ctrl+V exchange cells with a spreadsheet. Ctrl+Tab leaves the grid from any cell.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QLocale,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QToolButton,
    QWidget,
)

from app.models.errors import InvalidInput
from app.ui.clipboard import put_text
from app.ui.drafts import DraftModel
from app.ui.editors import ChoiceEdit, NoteEdit, ParsedEdit, column_of
from app.ui.fields import FieldKind, GridSpec, make_editor
from app.ui.fitting import Measures, Need, grid_widths, header_height, line_width, title_width, word_width, wrap_rows
from app.ui.grid_model import GridModel
from app.ui.i18n import _, plural
from app.ui.icons import icon
from app.ui.reading_order import bring_into_view
from app.ui.theme import px
from app.ui.widgets import label

Index = QModelIndex | QPersistentModelIndex

ROW_HEIGHT = 30
HEIGHT_MAX = 540
"""Height of a grid's rows, in pixels of the design, above which it scrolls."""
WORD_WIDTH_MAX = 200
"""Above this width (of the design) a word does not count for its column."""
ROWS_MEASURED = 40
"""Rows whose words count for the width of a column."""
LINES_MAX = 40
_HINTS = QAbstractItemDelegate.EndEditHint
_LEAVING = {
    Qt.Key.Key_Return: _HINTS.SubmitModelCache,
    Qt.Key.Key_Enter: _HINTS.SubmitModelCache,
    Qt.Key.Key_Tab: _HINTS.EditNextItem,
    Qt.Key.Key_Backtab: _HINTS.EditPreviousItem,
}
"""Keys that leave a note in a cell, and where to."""
_ELASTIC = frozenset({FieldKind.TEXT, FieldKind.REFERENCE, FieldKind.CHOICE})


class _CellDelegate(QStyledItemDelegate):
    """Edits a cell with the editor of its column; what cannot be taken keeps the editor open."""

    refused = Signal(object)  # InvalidInput
    typed = Signal()
    left = Signal(bool)  # Ctrl+Tab was pressed (forward) or Ctrl+Shift+Tab

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        """The editor of the column's kind."""
        model = index.model()
        assert isinstance(model, GridModel)
        field = model.spec.columns[index.column()]
        editor = make_editor(field, model.choices(index.column()))
        editor.setParent(parent)
        editor.setAccessibleName(_(field.title))
        editor.setAutoFillBackground(True)
        if isinstance(editor, ChoiceEdit):
            editor.activated.connect(self._on_chosen)
        if isinstance(editor, ParsedEdit | NoteEdit):
            editor.textChanged.connect(self.typed)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Show the raw value of the cell."""
        model = index.model()
        assert isinstance(model, GridModel)
        editor.set_value(model.value(index.row(), index.column()))  # type: ignore[attr-defined]

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Take the value over, unless what is typed cannot be taken."""
        if editor.problem() is None:  # type: ignore[attr-defined]
            model.setData(index, editor.value())  # type: ignore[attr-defined]

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Do not close an editor whose text cannot be taken: say why instead."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and isinstance(editor, QWidget):
            key = event.key()
            is_tab = key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            leaves = is_tab and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            if isinstance(editor, NoteEdit) and key in _LEAVING and not leaves:
                return self._on_key_in_note(editor, event)
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
                problem = editor.problem() if hasattr(editor, "problem") else None
                if problem is not None:
                    self.refused.emit(problem)
                    return True
            if leaves:
                self.commitData.emit(editor)
                self.closeEditor.emit(editor, _HINTS.NoHint)
                self.left.emit(key == Qt.Key.Key_Tab)
                return True
        return super().eventFilter(editor, event)

    def _on_key_in_note(self, editor: NoteEdit, event: QKeyEvent) -> bool:
        """Enter and Tab take the text over, as in a spreadsheet; Enter with Shift or Alt begins a new line."""
        hint = _LEAVING[Qt.Key(event.key())]
        modifiers = Qt.KeyboardModifier
        if hint is _HINTS.SubmitModelCache and event.modifiers() & (modifiers.ShiftModifier | modifiers.AltModifier):
            editor.insertPlainText("\n")
        else:
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, hint)
        return True

    def _on_chosen(self, _row: int) -> None:
        editor = self.sender()
        assert isinstance(editor, QWidget)
        self.commitData.emit(editor)

    def displayText(self, value: Any, locale: QLocale | QLocale.Language) -> str:
        """Texts come from the model as they are."""
        return value or ""


class _GridTable(QTableView):
    """The table of a grid, with the keys of a spreadsheet."""

    row_wanted = Signal(int)  # before this row
    rows_unwanted = Signal()
    pasted = Signal()
    copied = Signal()
    moved = Signal(int)  # the current row, up (-1) or down (+1)
    resized = Signal()
    _width = -1

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell that the table became wider or narrower; its height and its scroll bars follow from that."""
        super().resizeEvent(event)
        if self.width() != self._width:
            self._width = self.width()
            self.resized.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Gestures on rows; Tab leaves the grid after its last cell."""
        key, modifiers = event.key(), event.modifiers()
        model = self._grid()
        if self.state() == QAbstractItemView.State.EditingState:
            super().keyPressEvent(event)
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copied.emit()
        elif key == Qt.Key.Key_Insert:
            self.row_wanted.emit(self.currentIndex().row() + 1)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not modifiers:
            self.rows_unwanted.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and modifiers == Qt.KeyboardModifier.AltModifier:
            self.moved.emit(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._on_enter()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab) and (
            modifiers & Qt.KeyboardModifier.ControlModifier or self._is_at_end(model, forward=key == Qt.Key.Key_Tab)
        ):
            self.leave(forward=key == Qt.Key.Key_Tab)
        else:
            super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Keep the cell in view where the form scrolls and not the grid."""
        super().currentChanged(current, previous)
        if self.hasFocus():
            bring_into_view(self)

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """After Enter go down, after the last cell's Tab leave the grid."""
        hints = QAbstractItemDelegate.EndEditHint
        leaves = hint == hints.EditNextItem and self._is_at_end(self._grid(), forward=True)
        super().closeEditor(editor, hints.NoHint if leaves or hint == hints.SubmitModelCache else hint)
        if leaves:
            self.leave(forward=True)
        elif hint == hints.SubmitModelCache:
            self._go_down()

    def leave(self, forward: bool) -> None:
        """Give the focus to the neighbour; while Tab moves between cells Qt would send it back here."""
        self.setTabKeyNavigation(False)
        self.focusNextPrevChild(forward)
        self.setTabKeyNavigation(True)

    def _grid(self) -> GridModel:
        model = self.model()
        assert isinstance(model, GridModel)
        return model

    def _is_at_end(self, model: GridModel, *, forward: bool) -> bool:
        """Whether no cell follows (or comes before) the current one."""
        index = self.currentIndex()
        if not index.isValid():
            return True
        if forward:
            return index.row() == model.rowCount() - 1 and index.column() == model.columnCount() - 1
        return index.row() == 0 and index.column() == 0

    def _on_enter(self) -> None:
        """Begin to edit the cell; where it cannot be edited go down."""
        index = self.currentIndex()
        if index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)
        elif index.isValid() and index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            ticked = index.data(int(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if ticked else Qt.CheckState.Checked
            self._grid().setData(index, state, int(Qt.ItemDataRole.CheckStateRole))
            self._go_down()
        else:
            self._go_down()

    def _go_down(self) -> None:
        """To the cell below; from the last row to the start of a new one."""
        index, model = self.currentIndex(), self._grid()
        if index.row() + 1 < model.rowCount():
            self.setCurrentIndex(index.siblingAtRow(index.row() + 1))
        elif model.can_add:
            self.row_wanted.emit(model.rowCount())


class GridView(QWidget):
    """A grid with its title, buttons and totals."""

    refused = Signal(object)  # InvalidInput, of a paste or a cell
    typed = Signal()  # something was typed into a cell that is not taken over yet

    def __init__(self, draft: DraftModel, spec: GridSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.model = GridModel(draft, spec, self)
        self.table = _GridTable(self)
        self._delegate = _CellDelegate(self.table)
        self._caption = label(_(spec.title), "h3", wrap=True)
        self._totals = label("", "muted", wrap=True)
        self._totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._add = self._button("plus", _("Add row"), "Ins", words=True)
        self._remove = self._button("trash-2", _("Remove row"), "Del", words=False)
        self._needs = Measures(self.table, self._need)
        self._fit_soon = QTimer(self, singleShot=True, interval=0)  # once for all that one gesture changes
        self._fit_soon.timeout.connect(self._fit)
        self._set_up_table()
        self._lay_out()
        self._connect()
        self._on_rows_changed()

    def set_locked(self, locked: bool) -> None:
        """Forbid or allow edits."""
        self.model.set_locked(locked)
        self._on_rows_changed()

    def show_columns(self, keys: Container[str]) -> None:
        """Show only these columns."""
        for number, field in enumerate(self.spec.columns):
            self.table.setColumnHidden(number, field.key not in keys)
        self._fit()

    def focus_cell(self, row: int, key: str) -> None:
        """Put the cursor on a cell."""
        columns = [column.key for column in self.spec.columns]
        if 0 <= row < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(row, columns.index(key) if key in columns else 0))
        self.table.setFocus()

    @property
    def is_editing(self) -> bool:
        """Whether a cell is being edited."""
        return self._open_editor() is not None

    def open_cell(self) -> tuple[int, str, str] | None:
        """Row, column and text of the cell that is being edited."""
        editor, index = self._open_editor(), self.table.currentIndex()
        if not isinstance(editor, ParsedEdit | NoteEdit) or not index.isValid():
            return None
        text = editor.toPlainText() if isinstance(editor, NoteEdit) else editor.text()
        return index.row(), self.spec.columns[index.column()].key, text

    def edit_cell(self, row: int, key: str, text: str) -> None:
        """Begin to edit a cell, with this text typed into it."""
        self.focus_cell(row, key)
        self.table.edit(self.table.currentIndex())
        editor = self._open_editor()
        if isinstance(editor, NoteEdit):
            editor.setPlainText(text)
        elif isinstance(editor, ParsedEdit):
            editor.retype(text)

    def parts_read(self) -> list[QWidget]:
        """The rows come before the buttons above them: rows are added by their keys."""
        return [self.table, self._add, self._remove]

    def finish_editing(self) -> InvalidInput | None:
        """Take over the cell that is being edited, drop rows left blank at the end; gives the reason of a refusal."""
        editor = self.table.indexWidget(self.table.currentIndex()) or self._open_editor()
        if editor is None:
            self.model.drop_blank_tail()
            return None
        problem: InvalidInput | None = editor.problem()  # type: ignore[attr-defined]
        if problem is not None:
            index = self.table.currentIndex()
            key = self.spec.columns[index.column()].key
            return InvalidInput(problem.code, field=f"{self.spec.key}.{index.row()}.{key}", **problem.values)
        self.table.commitData(editor)
        self.table.closeEditor(editor, QAbstractItemDelegate.EndEditHint.NoHint)
        self.model.drop_blank_tail()
        return None

    def _open_editor(self) -> QWidget | None:
        """The editor of the cell that is being edited."""
        if self.table.state() != QAbstractItemView.State.EditingState:
            return None
        for child in self.table.viewport().children():
            if isinstance(child, QWidget) and child.isVisible() and hasattr(child, "problem"):
                return child
        return None

    def _button(self, image: str, text: str, key: str, *, words: bool) -> QToolButton:
        button = QToolButton()
        button.setIcon(icon(image))
        button.setText(text)
        button.setToolTip(f"{text} ({key})")
        button.setAccessibleName(f"{text}: {_(self.spec.title)}")
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _set_up_table(self) -> None:
        table = self.table
        table.setObjectName("grid")
        table.setModel(self.model)
        table.setItemDelegate(self._delegate)
        table.setAccessibleName(_(self.spec.title))
        keys = _("Typing edits the cell, Insert adds a row, Delete removes it, Ctrl+Tab leaves the grid.")
        table.setAccessibleDescription(keys)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = table.verticalHeader()
        rows.setDefaultSectionSize(px(ROW_HEIGHT))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.hide()
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setMinimumSectionSize(px(40))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self._caption, 1)
        head.addWidget(self._add)
        head.addWidget(self._remove)
        layout = column_of(spacing=4)
        layout.addLayout(head)
        if self.spec.hint:
            layout.addWidget(label(_(self.spec.hint), "muted", wrap=True))
        layout.addWidget(self.table)
        layout.addWidget(self._totals)
        self.setLayout(layout)
        self.setTabOrder(self.table, self._add)
        self.setTabOrder(self._add, self._remove)

    def _connect(self) -> None:
        self._add.clicked.connect(self._on_add_clicked)
        self._remove.clicked.connect(self.remove_rows)
        self.table.row_wanted.connect(self.add_row)
        self.table.rows_unwanted.connect(self.remove_rows)
        self.table.pasted.connect(self.paste)
        self.table.copied.connect(self.copy)
        self.table.moved.connect(self._on_moved)
        self.table.resized.connect(self._fit)
        self._delegate.refused.connect(self.refused)
        self._delegate.typed.connect(self.typed)
        self._delegate.left.connect(self.table.leave)
        self.model.rowsInserted.connect(self._on_rows_changed)
        self.model.rowsRemoved.connect(self._on_rows_changed)
        self.model.dataChanged.connect(self._on_rows_changed)

    # --- gestures -----------------------------------------------------------------------------

    def add_row(self, at: int) -> None:
        """Add a blank row there and go to its first cell that can be edited."""
        if not self.model.can_add:
            return
        self.model.add_row(at)
        first = next((n for n, field in enumerate(self.spec.columns) if not field.read_only), 0)
        self.table.setCurrentIndex(self.model.index(at, first))
        self.table.setFocus()

    def remove_rows(self) -> None:
        """Remove the rows in which a cell is selected."""
        rows = sorted({index.row() for index in self.table.selectionModel().selectedIndexes()})
        if rows and self.model.can_add:
            self.model.remove_rows(rows)
            column = max(self.table.currentIndex().column(), 0)
            self.table.setCurrentIndex(self.model.index(min(rows[0], self.model.rowCount() - 1), column))

    def copy(self) -> None:
        """Put the selected cells on the clipboard, as a spreadsheet takes them."""
        indexes = self.table.selectionModel().selectedIndexes()
        rows = sorted({index.row() for index in indexes})
        columns = sorted({index.column() for index in indexes})
        put_text(self.model.text_of(rows, columns))

    def paste(self) -> None:
        """Read the clipboard into the grid, from the current cell on."""
        index = self.table.currentIndex()
        row, column = (index.row(), index.column()) if index.isValid() else (self.model.rowCount(), 0)
        try:
            self.model.paste(QGuiApplication.clipboard().text(), row, column)
        except InvalidInput as error:
            self.refused.emit(error)

    def _on_add_clicked(self) -> None:
        row = self.table.currentIndex().row()
        self.add_row(row + 1 if row >= 0 else self.model.rowCount())

    def _on_moved(self, step: int) -> None:
        index = self.table.currentIndex()
        to = index.row() + step
        if self.model.can_add and index.isValid() and 0 <= to < self.model.rowCount():
            self.model.move_row(index.row(), to)
            self.table.setCurrentIndex(self.model.index(to, index.column()))

    def _need(self, number: int) -> Need:
        """What a column needs for its title and its first rows."""
        field = self.spec.columns[number]
        header = self.table.horizontalHeader()
        title = title_width(header, _(field.title))
        longest = max(title_width(header, each) for each in (_(field.title) or " ").split(" "))
        rows = range(min(self.model.rowCount(), ROWS_MEASURED) if field.kind is not FieldKind.FLAG else 0)
        texts = [self.model.text(row, number) for row in rows]
        word = min(word_width(self.table, texts), px(WORD_WIDTH_MAX)) if texts else 0
        return Need(max(px(field.width_mm * 4), title, word), title, word, line_width(self.table, texts), longest)

    def _fit(self) -> None:
        """Share the width among the columns, wrap long texts, and be as high as the rows within reason."""
        columns, header = self.spec.columns, self.table.horizontalHeader()
        needs = self._needs.of(n for n in range(len(columns)) if not self.table.isColumnHidden(n))
        notes = [n for n in needs if columns[n].kind is FieldKind.NOTE]
        texts = [n for n in needs if columns[n].kind in _ELASTIC]
        room = self.table.width() - 2 * self.table.frameWidth()
        for spare in (0, self.table.verticalScrollBar().sizeHint().width()):  # narrower, when the rows need a bar
            widths = grid_widths(needs, room - spare, notes, texts)
            for n, width in widths.items():
                header.resizeSection(n, width)
            wrap_rows(self.table, self.model, (*notes, *texts), px(ROW_HEIGHT), LINES_MAX)
            rows = max(self.table.verticalHeader().length(), px(ROW_HEIGHT * self.spec.rows_shown))
            if rows <= px(HEIGHT_MAX):
                break
        bar = self.table.horizontalScrollBar().sizeHint().height() if header.length() > room - spare else 0
        header.setFixedHeight(header_height(header, {n: _(columns[n].title) for n in widths}, widths))
        wanted = header.height() + min(rows, px(HEIGHT_MAX)) + px(4) + bar
        if wanted != self.table.height():
            self.table.setFixedHeight(wanted)

    def _on_rows_changed(self) -> None:
        self._needs.forget()
        self._fit_soon.start()
        count = self.model.rowCount()
        said = [plural("{n} row", "{n} rows", count).format(n=count)]
        said += [f"{caption} {text}" for caption, text in self.model.totals()]
        self._totals.setText("  ·  ".join(said))
        self._add.setVisible(self.model.can_add)
        self._remove.setVisible(self.model.can_add)
        self._remove.setEnabled(count > 0)
