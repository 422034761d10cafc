"""The columns of a list: their widths, order and visibility, and which of them give way where there is no room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHeaderView, QMenu, QStyledItemDelegate
from shiboken6 import isValid

from app.services.reports.table_spec import Kind, Line, Role
from app.services.settings import Settings
from app.ui.fitting import folded_columns, shared_widths, title_width, word_width, wrap_rows
from app.ui.i18n import _
from app.ui.table_model import TableModel
from app.ui.table_parts import ROW_HEIGHT, BadgeDelegate, ListTable
from app.ui.theme import px

MM = 3.6
"""Pixels of the design for a millimetre of a column's width on paper."""
TEXT_WIDTH_MIN = 110
"""Below this width (of the design) a column of text is not squeezed: the table scrolls instead."""
SQUEEZE = 0.65
"""Part of its natural width that a column of text keeps at least."""
TEXT_WIDTH_MAX = 320
"""Above this width (of the design) the longest value of a column of text does not count."""
LINES_MAX = 8
"""Lines of a long text that a list shows; the tool tip has the whole of it."""
FRAME = 4
"""Frame of a list with the cursor in it, in pixels of the design."""
WHOLE = -2
"""What stands for the entry of the menu that lets no column give way."""
NOTE_WIDTH = 220
"""Width (of the design) that a column of long texts would like at least, however narrow it is on paper."""
ELASTIC = frozenset((Kind.NOTE, Kind.TEXT))
"""Columns whose texts may wrap."""
ROWS_MEASURED = 60
"""Rows whose values count for the width of a column."""


class ColumnKeeper(QObject):
    """Widths, order and visibility of a table's columns: shared out by the room, or as the user left them.

    Where a record stands beside its list, or in its place, columns that have no room give way to the others (`folds`):
    the record shows what they hold, and print, export and copies of rows still have them. Who wants them all in sight
    says so in the menu of the columns, or gives a column a width by hand; then the list scrolls sideways. `keeps` names
    columns that go last; of a list that names none it is the first text and the first amount of money.
    """

    folded_changed = Signal(int)  # how many columns gave way

    def __init__(
        self,
        table: ListTable,
        model: TableModel,
        settings: Settings,
        key: str,
        *,
        folds: bool,
        keeps: Sequence[str] = (),
    ) -> None:
        super().__init__(table)
        self._table, self._model, self._settings, self._key = table, model, settings, key
        self._header: QHeaderView = table.horizontalHeader()
        self._badges = BadgeDelegate(table)
        self._plain = QStyledItemDelegate(table)
        self._folds = folds
        self._keeps = tuple(keeps)
        self._is_whole = False
        self._folded: set[int] = set()
        self._set_by_hand = False
        self._is_placing = False
        self._is_held = False
        self._measured: tuple[dict[int, int], dict[int, int]] | None = None
        self._words: dict[int, int] = {}
        self._wrapped: dict[int, int] = {}
        for changed in (model.modelReset, model.layoutChanged, model.dataChanged):
            changed.connect(self._on_rows_changed)
        self._set_up()
        self._header.viewport().installEventFilter(self)
        table.resized.connect(self.fit)
        self._header.sectionResized.connect(self._on_section_resized)
        self._header.sectionMoved.connect(self.remember)

    def order(self) -> list[int]:
        """Columns that the user wants, as they stand from the left; also those that gave way for the moment."""
        header = self._header
        places = (header.logicalIndex(place) for place in range(header.count()))
        return [column for column in places if not header.isSectionHidden(column) or column in self._folded]

    def _shown(self) -> list[int]:
        """Columns that are to be seen, as they stand from the left."""
        return [column for column in self.order() if column not in self._folded]

    def start(self) -> None:
        """Give new columns their delegates, and the widths, order and visibility that are remembered."""
        header, columns = self._header, self._model.columns
        keys = [column.key for column in columns]
        book = self._settings.get("columns").get(self._key, {})
        widths = book.get("widths", {})
        order = [key for key in book.get("order", ()) if key in keys]
        self._fold(set())
        self._is_placing = True
        self._is_whole = bool(book.get("whole"))
        for number, column in enumerate(columns):
            self._table.setItemDelegateForColumn(number, self._badges if column.kind is Kind.STATE else self._plain)
            header.setSectionHidden(number, column.key in book.get("hidden", ()))
            if isinstance(widths.get(column.key), int):
                header.resizeSection(number, px(widths[column.key]))
        if len(order) == len(keys):
            for place, key in enumerate(order):
                header.moveSection(header.visualIndex(keys.index(key)), place)
        self._is_placing = False
        self._set_by_hand = bool(widths)
        self.fit()

    def fit(self) -> None:
        """Share the room among the columns, until somebody sets a width by hand; long texts wrap.

        A table that is not shown has no room yet: it is fitted when it is.
        """
        columns = self._model.columns
        if not columns or not isValid(self._header) or not self._table.isVisible():
            return
        if self._set_by_hand:
            self._fold(set())
        else:
            self._share_out()
        texts = {n: self._table.columnWidth(n) for n in self._shown() if columns[n].kind in ELASTIC}
        if texts != self._wrapped:
            wrap_rows(self._table, self._model, list(texts), px(ROW_HEIGHT), LINES_MAX)
            self._wrapped = texts
        self._place_total()

    def _place_total(self) -> None:
        """Hide the line of totals while no column of it is seen: the line under the list says them."""
        last = self._model.rowCount() - 1
        row = self._model.row(last) if last >= 0 else None
        if isinstance(row, Line) and row.role is Role.TOTAL and self._model.table.total_label:
            bare = not any(self._model.columns[n].total for n in self._shown())
            if self._table.isRowHidden(last) != bare:
                self._table.setRowHidden(last, bare)

    def _on_rows_changed(self, *_what: object) -> None:
        """Other rows: measure them, and wrap them, when the columns are fitted the next time."""
        self._measured = None
        self._words = {}
        self._wrapped = {}

    def _measure(self, shown: list[int]) -> tuple[dict[int, int], dict[int, int]]:
        """What each visible column would like, and the least that it can do with."""
        natural = {n: self._natural_width(n) for n in shown}
        kept = {n: max(px(TEXT_WIDTH_MIN), round(natural[n] * SQUEEZE), self._word_width(n)) for n in shown}
        titles = {n: title_width(self._header, self._model.columns[n].title) for n in shown}
        return natural, {n: min(natural[n], max(kept[n], titles[n])) for n in shown}

    def _share_out(self) -> None:
        columns, order = self._model.columns, self.order()
        if self._measured is None or set(self._measured[0]) != set(order):
            self._measured = self._measure(order)
        self._fold(self._without_room(order, *self._measured))
        shown = self._shown()
        natural, least = ({n: widths[n] for n in shown} for widths in self._measured)
        texts = [n for n in shown if columns[n].kind in ELASTIC]
        if self._folded and sum(least[n] if n in texts else natural[n] for n in shown) > self._room():
            # what never gives way may become narrower than well
            least |= {n: min(least[n], max(px(TEXT_WIDTH_MIN), self._word_width(n))) for n in texts}
        notes = [n for n in shown if columns[n].kind is Kind.NOTE]
        plain = [n for n in shown if columns[n].kind is Kind.TEXT]
        widths = shared_widths(natural, least, self._table.viewport().width(), (notes, plain or shown))
        self._is_placing = True
        for n, width in widths.items():
            self._header.resizeSection(n, width)
        self._is_placing = False

    def _without_room(self, order: list[int], natural: dict[int, int], least: dict[int, int]) -> set[int]:
        """Columns that have no room, beside those that tell what a row is and how it stands."""
        if not self._folds or self._is_whole:
            return set()
        columns, model = self._model.columns, self._model
        name = next((n for n in order if columns[n].kind in ELASTIC), order[0])
        kept = {n for n in order if columns[n].kind is Kind.STATE or columns[n].key in model.filters()}
        sorting = model.sorting()
        kept |= {n for n in order if sorting is not None and columns[n].key == sorting[0]}
        if not self._keeps:
            kept.add(name)
        needed = {n: least[n] if columns[n].kind in ELASTIC else natural[n] for n in order}
        for n in self._kept_last(order):
            if sum(needed[each] for each in kept | {n}) <= self._room():
                kept.add(n)
        return folded_columns(order, needed, kept, self._room())

    def _kept_last(self, order: list[int]) -> list[int]:
        """Columns that give way after the others."""
        columns = self._model.columns
        if self._keeps:
            return [n for n in order if columns[n].key in self._keeps]
        return [n for n in order if columns[n].kind is Kind.MONEY][:1]

    def _room(self) -> int:
        """Width for columns beside the bar that many rows need: whether there is one depends on what is shown."""
        return self._table.width() - self._table.verticalScrollBar().sizeHint().width() - px(FRAME)

    def _fold(self, folded: set[int]) -> None:
        """Let these columns give way, and no others."""
        if folded == self._folded:
            return
        self._is_placing = True
        for number in (n for n in folded ^ self._folded if n < self._header.count()):
            self._header.setSectionHidden(number, number in folded)
        self._is_placing = False
        self._folded = folded
        self.folded_changed.emit(len(folded))

    def _natural_width(self, number: int) -> int:
        """Width of a long text as on paper, of a short one as its title and first values need."""
        column = self._model.columns[number]
        title = title_width(self._header, column.title)
        longest = max(map(self._table.fontMetrics().horizontalAdvance, self._texts(number)), default=0)
        if column.kind is Kind.NOTE:
            return max(px(column.width_mm * MM), title, self._word_width(number), min(longest, px(NOTE_WIDTH)))
        wanted = max(title, longest + px(52 if column.kind is Kind.STATE else 26))
        return min(wanted, px(TEXT_WIDTH_MAX)) if column.kind is Kind.TEXT else wanted

    def _word_width(self, number: int) -> int:
        """Width below which a word of a column would be cut, within reason."""
        if self._model.columns[number].kind not in ELASTIC:
            return 0
        if number not in self._words:
            self._words[number] = min(word_width(self._table, self._texts(number)), px(TEXT_WIDTH_MAX))
        return self._words[number]

    def _texts(self, number: int) -> list[str]:
        """The first values of a column."""
        return [self._model.text(row, number) for row in range(min(self._model.rowCount(), ROWS_MEASURED))]

    def remember(self, *_moved: int) -> None:
        """Keep order, widths and visibility for the next time."""
        if not self._is_placing and self._model.columns:
            self._settings.set("columns", {**self._settings.get("columns"), self._key: self.entry()})

    def entry(self) -> dict[str, Any]:
        """Order, widths and visibility, as they are remembered."""
        header, keys = self._header, [column.key for column in self._model.columns]
        entry: dict[str, Any] = {
            "order": [keys[header.logicalIndex(place)] for place in range(len(keys))],
            "hidden": [key for n, key in enumerate(keys) if header.isSectionHidden(n) and n not in self._folded],
        }
        if self._is_whole:
            entry["whole"] = True
        if self._set_by_hand:
            scale = px(1000) / 1000
            entry["widths"] = {keys[n]: round(header.sectionSize(n) / scale) for n in self._shown()}
        return entry

    def keep_widths(self) -> None:
        """Remember widths that were set by hand."""
        if self._set_by_hand:
            self.remember()

    def show_menu(self, at: QPoint) -> None:
        """Choose which columns are shown; `at` is a place on the screen."""
        menu = QMenu(self._table)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for number, column in enumerate(self._model.columns):
            action = menu.addAction(column.title.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(number in self._folded or not self._header.isSectionHidden(number))
            action.setData(number)
        menu.addSeparator()
        if self._folds and (self._folded or self._is_whole):
            whole = menu.addAction(_("All of them, scrolling sideways"))
            whole.setCheckable(True)
            whole.setChecked(self._is_whole)
            whole.setData(WHOLE)
        menu.addAction(_("As at the start")).setData(-1)
        menu.triggered.connect(self._on_column_chosen)
        menu.popup(at)

    def _set_up(self) -> None:
        header = self._header
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setSortIndicatorClearable(True)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(px(36))
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self._table.setSortingEnabled(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Know while somebody holds the header with the mouse: only then a new width is theirs."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            self._is_held = True
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._is_held = False
        return super().eventFilter(watched, event)

    def _on_section_resized(self, _section: int, _old: int, _new: int) -> None:
        if self._is_held and not self._is_placing:
            self._set_by_hand = True

    def _on_column_chosen(self, action: QAction) -> None:
        number = action.data()
        if number == WHOLE:
            self._is_whole = action.isChecked()
        elif number < 0:
            self._forget()
        elif action.isChecked() or len(self.order()) > 1:
            self._folded.discard(number)
            self._header.setSectionHidden(number, not action.isChecked())
        self.fit()
        self.remember()

    def _forget(self) -> None:
        self._is_placing = True
        for number in range(self._header.count()):
            self._header.setSectionHidden(number, False)
            self._header.moveSection(self._header.visualIndex(number), number)
        self._is_placing = False
        self._fold(set())
        self._is_whole = False
        self._set_by_hand = False
