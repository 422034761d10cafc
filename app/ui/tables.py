"""A list with everything around it: search box, filter chips, table, line of totals, print and export as seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QGridLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from app.services.reports.spec import Kind, Table
from app.ui import i18n, output
from app.ui.clipboard import put_text
from app.ui.columns import ColumnKeeper
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.line import SearchEdit
from app.ui.saved_views import SavedViews
from app.ui.table_model import TableModel, count_text
from app.ui.table_parts import ROW_HEIGHT, Chip, FoldedChips, ListTable
from app.ui.theme import px
from app.ui.widgets import EmptyState, FlowLayout, button, label, tool_button

__all__ = ["TableModel", "TableView"]

SEARCH_WIDTH, SEARCH_WIDTH_MAX, BESIDE_SEARCH = 210, 420, 76
"""Width (of the design) of the search box, that of a long search, and what stands beside its words."""
LOW = 340
"""Height (of the design) of a list under which its chips take no line of their own."""


class TableView(QWidget):
    """A list of records.

    `set_table` shows a `Table` (as often as wanted: selection, search, filters and order stay). `key` names what is
    remembered of its columns. With `main` its shortcuts (search, print, export) work wherever the focus is in the
    window; a second list beside it takes them only while it has the focus. Without `printable` it leaves Ctrl+P and
    Ctrl+E to whatever stands beside it. With `folds` columns without room give way: a record shows what they hold;
    those that `keeps` names do last.
    """

    activated = Signal(object)  # row id: double click or Enter
    selected = Signal(object)  # row id, or None: the current row changed

    def __init__(
        self,
        desk: Desk,
        key: str,
        *,
        filters: Sequence[str] = (),
        main: bool = True,
        searchable: bool = True,
        printable: bool = True,
        folds: bool = False,
        keeps: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.desk = desk
        self.key = key
        self._filter_keys = tuple(filters)
        self._main = main
        self._chips: dict[str, Chip] = {}
        self._is_loading = False
        self._selected: str | None = None
        self.model = TableModel(Table(key, "", (), ()), desk.texts, self)
        self.table = ListTable()
        self._make_actions()
        if not printable:
            for action in (self.print_action, self.export_action):
                self.removeAction(action)
        self._build(searchable)
        self._columns = ColumnKeeper(self.table, self.model, desk.settings, key, folds=folds, keeps=keeps)
        self._columns.folded_changed.connect(self._on_folded)
        self._connect()

    # --- what others call -------------------------------------------------------------------

    def set_table(self, table: Table) -> None:
        """Show these rows, be it the first ones of a long list (`Table.whole`) of which the others follow."""
        new_columns = [c.key for c in table.columns] != [c.key for c in self.model.columns]
        self._is_loading = True
        self.model.set_table(table)
        self._is_loading = False
        self.table.setAccessibleName(table.title)
        if new_columns:
            self._columns.start()
        self._columns.fit()
        self._refresh_chips()
        self._restore_selection()

    def set_empty(self, image: str, sentence: str, action: QPushButton | None = None) -> None:
        """What stands in the place of an empty list."""
        old = self._stack.widget(1)
        assert old is not None
        self._stack.removeWidget(old)
        old.deleteLater()
        self._stack.insertWidget(1, EmptyState(image, sentence, action))
        self._show_right_page()

    def selected_id(self) -> str | None:
        """Key of the current row's record."""
        return self.model.row_id(self.table.currentIndex().row())

    def first_id(self) -> str | None:
        """Key of the first record that is visible."""
        ids = (self.model.row_id(row) for row in range(self.model.rowCount()))
        return next((row_id for row_id in ids if row_id is not None), None)

    def selected_ids(self) -> list[str]:
        """Keys of all selected records, from above."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [row_id for row_id in map(self.model.row_id, rows) if row_id is not None]

    def select(self, row_id: str | None) -> bool:
        """Go to a record; whether it is visible."""
        row = self.model.row_of(row_id) if row_id else -1
        self._selected = row_id
        if row < 0:
            self.table.clearSelection()
            self.table.setCurrentIndex(QModelIndex())
            return False
        column = max(self.table.currentIndex().column(), self.table.horizontalHeader().logicalIndex(0))
        index = self.model.index(row, column)
        self.table.setCurrentIndex(index)
        only = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.table.selectionModel().select(index, only)  # a key that led here may still be held, which adds a row
        return True

    def show_all(self) -> None:
        """Take search and filters away."""
        self.search.clear()
        self.model.clear_narrowing()

    def columns_entry(self) -> dict[str, Any]:
        """Order, visibility and widths of the columns, as they are remembered."""
        return self._columns.entry()

    def restore_columns(self, entry: dict[str, Any]) -> None:
        """Give the columns the order, visibility and widths of an entry."""
        settings = self.desk.settings
        settings.set("columns", {**settings.get("columns"), self.key: dict(entry)})
        self._columns.start()

    def actions_of_list(self) -> list[QAction]:
        """Print, export, for the bar at the top."""
        return [self.print_action, self.export_action]

    def visible_table(self) -> Table:
        """The list as it is seen: visible columns in their order, visible rows in theirs."""
        keys = [self.model.columns[n].key for n in self._columns.order()]
        return self.model.visible_table(keys, self._narrowing_text())

    def offer_picture(self, picture: QWidget, toggle: QAbstractButton) -> None:
        """Another picture of the same rows stands in the place of the table while `toggle` is down."""

        def show(on: bool) -> None:
            self._stack.setHidden(on)
            picture.setVisible(on)
            (picture if on else self.table).setFocus()

        picture.hide()
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(2, picture, 1)
        self._tools.addWidget(toggle, 0, 4)
        toggle.toggled.connect(show)

    def focus_search(self) -> None:
        """Put the cursor into the search box."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def print_table(self) -> None:
        """Show the list as it will be printed."""
        output.print_table(self, self.desk, self.visible_table())

    def export_table(self) -> None:
        """Write the list to a file."""
        output.export_table(self, self.desk, self.visible_table())

    def copy(self) -> None:
        """Put the selected rows on the clipboard, as a spreadsheet takes them."""
        shown = self._columns.order()
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        lines = ["\t".join(str(self.model.index(row, column).data() or "") for column in shown) for row in rows]
        put_text("\n".join(lines))

    # --- building ---------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.print_action = self._action(_("Print"), "printer", "Ctrl+P", self.print_table)
        self.export_action = self._action(_("Export"), "download", "Ctrl+E", self.export_table)
        self.search_action = self._action(_("Search the list"), "search", "Ctrl+F", self.focus_search)
        self.copy_action = self._action(_("Copy"), "copy", "Ctrl+C", self.copy)
        self.copy_action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        self.removeAction(self.copy_action)
        self.table.addAction(self.copy_action)

    def _action(self, text: str, image: str, keys: str, slot: Any) -> QAction:
        action = QAction(icon(image), text, self)
        action.setShortcut(QKeySequence(keys))
        context = Qt.ShortcutContext
        action.setShortcutContext(context.WindowShortcut if self._main else context.WidgetWithChildrenShortcut)
        action.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    def _build(self, searchable: bool) -> None:
        self._set_up_table()
        self.search = SearchEdit(_("Search this list"))
        self.search.setFixedWidth(px(SEARCH_WIDTH))
        self._searchable = searchable
        if not searchable:
            self.search.hide()  # never shown on its own: it has no parent yet
        self._chip_bar = QWidget()
        self._chip_bar.setMinimumWidth(1)  # it is folded where it is too narrow, and keeps no window wide until then
        self._chip_row = FlowLayout(self._chip_bar, spacing=6)
        self.columns_button = tool_button(_("Columns"), "columns-3", words=False)
        self.columns_button.clicked.connect(self._on_columns_wanted)
        self._tools = QGridLayout()
        self._tools.setHorizontalSpacing(px(10))
        self._tools.setVerticalSpacing(px(8))
        self._tools.setColumnStretch(1, 1)
        self._tools.addWidget(self.search, 0, 0)
        self._tools.addWidget(self._chip_bar, 0, 1, Qt.AlignmentFlag.AlignVCenter)
        self._folded = FoldedChips()
        self._folded.hide()
        self._tools.addWidget(self._folded, 0, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._tools.addWidget(self.columns_button, 0, 2)
        self.views = SavedViews(self)
        self._tools.addWidget(self.views.button, 0, 3)
        if not (searchable and self._main):
            self.views.button.hide()  # never shown on its own: it has no parent yet
        self._stack = QStackedWidget()
        self._stack.addWidget(self.table)
        self._stack.addWidget(EmptyState("list", _("Nothing here yet.")))
        self._show_all = button(_("Show all rows"), "list-filter")
        self._stack.addWidget(EmptyState("search", _("No row fits the search and the filters."), self._show_all))
        self.footer = label("", "muted", wrap=True)
        self.footer.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addLayout(self._tools)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self.footer)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAlternatingRowColors(True)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = table.verticalHeader()
        rows.setDefaultSectionSize(px(ROW_HEIGHT))
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.hide()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._on_search)
        self.search.went_down.connect(self._on_went_down)
        self._show_all.clicked.connect(self._on_show_all)
        self.model.narrowed.connect(self._on_narrowed)
        self.table.entered_row.connect(self._on_entered_row)
        self.table.doubleClicked.connect(self._on_entered_row)
        self.table.selectionModel().currentRowChanged.connect(self._on_current_changed)
        self.table.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.table.horizontalHeader().customContextMenuRequested.connect(self._on_columns_wanted)

    # --- narrowing --------------------------------------------------------------------------

    def _on_search(self, text: str) -> None:
        self.model.set_search(text)
        self._place_chips()

    def _on_went_down(self) -> None:
        self.table.setFocus()
        if not self.table.currentIndex().isValid() and self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _on_show_all(self) -> None:
        self.show_all()
        self.table.setFocus()

    def _on_chip_chosen(self, key: str, values: frozenset[Any]) -> None:
        self.model.set_filter(key, values)

    def _on_narrowed(self) -> None:
        self._columns.fit()
        self.footer.setText(count_text(self.desk.texts, self.model))
        self._show_right_page()
        if not self._is_loading:
            self._refresh_chips()
            self._restore_selection()

    def _show_right_page(self) -> None:
        if self.model.rowCount() and self.model.table.rows:
            self._stack.setCurrentIndex(0)
        else:
            self._stack.setCurrentIndex(2 if self.model.is_narrowed and self.model.table.rows else 1)
        full = bool(self.model.table.rows)
        self._place_chips()
        is_read = bool(self.model.columns)
        self.search.setVisible(self._searchable and (full or not is_read))
        self.columns_button.setVisible(full or not is_read)
        self.views.button.setVisible(self._searchable and self._main and (full or not is_read))
        self.footer.setVisible(full)
        for action in (self.print_action, self.export_action):
            action.setEnabled(full and self.model.is_whole)

    def _refresh_chips(self) -> None:
        wanted = [
            column
            for column in self.model.columns
            if column.key in self._filter_keys or column.kind in (Kind.STATE, Kind.FLAG)
        ]
        if [column.key for column in wanted] != list(self._chips):
            self._chip_row.clear()
            self._chips = {}
            for column in wanted:
                chip = Chip(column)
                chip.chosen.connect(self._on_chip_chosen)
                self._chip_row.addWidget(chip)
                self._chips[column.key] = chip
        filters = self.model.filters()
        for key, chip in self._chips.items():
            chip.setEnabled(self.model.is_whole)
            if self.model.is_whole:
                chip.offer(self.model.values_of(key), filters.get(key, frozenset()))
        self._folded.offer(list(self._chips.values()))
        self._place_chips()

    def _narrowing_text(self) -> str:
        """What the search and the filters leave, in words, for the printed list."""
        parts = [chip.text() for chip in self._chips.values() if chip.wanted]
        if self.search.text().strip():
            parts.append(_("search: {text}").format(text=self.search.text().strip()))
        return "  ·  ".join(parts)

    # --- selection --------------------------------------------------------------------------

    def _restore_selection(self) -> None:
        if self._selected is not None:
            self.select(self._selected)

    def _on_current_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row_id = self.model.row_id(current.row())
        if row_id is not None and row_id != self._selected:
            self._selected = row_id
            self.selected.emit(row_id)

    def _on_selection_changed(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        chosen = len(self.table.selectionModel().selectedRows())
        text = count_text(self.desk.texts, self.model)
        if chosen > 1:
            text += "  ·  " + _("selected: {n}").format(n=chosen)
        self.footer.setText(text)

    def _on_entered_row(self) -> None:
        row_id = self.selected_id()
        if row_id is not None:
            self.activated.emit(row_id)

    def _on_columns_wanted(self, _at: object = None) -> None:
        self._columns.show_menu(self.columns_button.mapToGlobal(QPoint(0, self.columns_button.height())))

    def _on_folded(self, count: int) -> None:
        """Say on the button of the columns how many gave way."""
        style = Qt.ToolButtonStyle
        text, tip = _("Columns"), _("Columns")
        if count:
            text = f"+{count}"
            tip = i18n.current().plural("{n} column has no room here", "{n} columns have no room here", count)
            tip = tip.format(n=count)
        self.columns_button.setText(text)
        self.columns_button.setToolTip(tip)
        self.columns_button.setAccessibleDescription(tip if count else "")
        self.columns_button.setToolButtonStyle(style.ToolButtonTextBesideIcon if count else style.ToolButtonIconOnly)
        self._place_chips()  # the button is wider or narrower now

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The chips follow the room."""
        super().resizeEvent(event)
        self._place_chips()

    def _place_chips(self) -> None:
        """Chips beside the search box; without room there below it, or in a low list in one menu."""
        some = bool(self._chips) and bool(self.model.table.rows)
        tools = [self._tools.itemAtPosition(0, column) for column in (2, 3, 4)]  # the buttons beside the search box
        beside = sum(tool.sizeHint().width() + px(10) for tool in tools if tool is not None and not tool.isEmpty())
        typed = self.search.fontMetrics().horizontalAdvance(self.search.text()) + px(BESIDE_SEARCH)
        room = min(px(SEARCH_WIDTH_MAX), self.width() - beside)
        self.search.setFixedWidth(max(min(typed, room), px(SEARCH_WIDTH)))
        below = self.width() < self.search.width() + self._chip_row.sizeHint().width() + px(20) + beside
        fold = below and self.height() < px(LOW)
        self._chip_bar.setVisible(some and not fold)
        self._folded.setVisible(some and fold)
        self._chip_bar.setMinimumHeight(self._chip_row.heightForWidth(self.width()) if below else 0)
        place = (1, 0, 1, 5) if below else (0, 1, 1, 1)
        if self._tools.getItemPosition(self._tools.indexOf(self._chip_bar)) != place:
            self._tools.removeWidget(self._chip_bar)
            self._tools.addWidget(self._chip_bar, *place, Qt.AlignmentFlag.AlignVCenter)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if isValid(self.table):  # a hidden list may be on its way out, its parts before it
            self._columns.keep_widths()
