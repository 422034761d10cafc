"""A month as a grid of days, with what is on each: by mouse, by keyboard, and said whole to a screen reader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from PySide6.QtCore import QLocale, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.ui import i18n
from app.ui.i18n import _
from app.ui.theme import colour, px
from app.ui.widgets import button, label, tool_button

WEEKS, DAYS = 6, 7
DAY = int(Qt.ItemDataRole.UserRole)
SATURDAY = 5


@dataclass(frozen=True)
class DayEntry:
    """Something on a day.

    Attributes:
        text: short, in the cell.
        words: the same in a sentence.
        brief: the same where the cell is low.
    """

    key: str
    day: date
    text: str
    words: str
    brief: str


class MonthGrid(QWidget):
    """A month; arrows go from day to day, Page up and Page down from month to month, Enter to what is on the day."""

    chosen = Signal(str)  # key of what is on the day that was gone to
    activated = Signal(object)
    free_day = Signal(object)  # a day on which nothing is, by Enter

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on: dict[date, list[DayEntry]] = {}
        self._first = date.today().replace(day=1)
        self.title = label("", "h3")
        self.days = _Days(WEEKS, DAYS)
        self.days.setAccessibleName(name)
        self.days.setAccessibleDescription(
            _("Arrows: day. Page up and Page down: month. Home: today. Enter: the meeting of the day.")
        )
        self.before = tool_button(_("Month before"), "chevron-left", words=False)
        self.after = tool_button(_("Month after"), "chevron-right", words=False)
        self.today = button(_("Today"), "calendar-days")
        self._build()
        self.before.clicked.connect(lambda: self.turn(-1))
        self.after.clicked.connect(lambda: self.turn(1))
        self.today.clicked.connect(lambda: self.go_to(date.today()))
        self.days.turned.connect(self.turn)
        self.days.home_wanted.connect(lambda: self.go_to(date.today()))
        self.days.activated.connect(self._on_activated)
        self.days.currentItemChanged.connect(self._on_current)
        self.days.height_changed.connect(lambda: self._fill(self.day()))

    def _build(self) -> None:
        head = QHBoxLayout()
        for each in (self.before, self.after, self.title):
            head.addWidget(each)
        head.addStretch(1)
        head.addWidget(self.today)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(6))
        layout.addLayout(head)
        layout.addWidget(self.days, 1)

    # --- what others call -----------------------------------------------------------------

    def set_entries(self, entries: Sequence[DayEntry]) -> None:
        """Show these; the month stays, or is that of the last of them when it is shown first."""
        first_time = not self._on
        found: defaultdict[date, list[DayEntry]] = defaultdict(list)
        for entry in entries:
            found[entry.day].append(entry)
        self._on = dict(found)
        here = self.day()
        if first_time and entries:
            here = max(found)
            self._first = here.replace(day=1)
        self._fill(here)

    def day(self) -> date:
        """The day that the cursor is on."""
        item = self.days.item(max(self.days.currentRow(), 0), max(self.days.currentColumn(), 0))
        return self._first if item is None else date.fromordinal(item.data(DAY))

    def go_to(self, day: date) -> None:
        """Show a day, with its month."""
        self._first = day.replace(day=1)
        self._fill(day)

    def turn(self, months: int) -> None:
        """Go some months on, to the same day or the last of that month."""
        count = self._first.year * 12 + self._first.month - 1 + months
        first = date(count // 12, count % 12 + 1, 1)
        last = (date((count + 1) // 12, (count + 1) % 12 + 1, 1) - timedelta(days=1)).day
        self.go_to(first.replace(day=min(self.day().day, last)))

    # --- what is shown --------------------------------------------------------------------

    def _fill(self, current: date) -> None:
        locale = QLocale(i18n.current().language)
        month = locale.standaloneMonthName(self._first.month)
        self.title.setText(f"{month} {self._first.year}")
        self.days.setHorizontalHeaderLabels(
            [locale.standaloneDayName(n, QLocale.FormatType.ShortFormat) for n in range(1, DAYS + 1)]
        )
        start = self._first - timedelta(days=self._first.weekday())
        self.days.blockSignals(True)
        for n in range(WEEKS * DAYS):
            day = start + timedelta(days=n)
            self.days.setItem(n // DAYS, n % DAYS, self._cell(day, locale))
            if day == current:
                self.days.setCurrentCell(n // DAYS, n % DAYS)
        self.days.blockSignals(False)
        self._on_current(self.days.currentItem())

    def _cell(self, day: date, locale: QLocale) -> QTableWidgetItem:
        entries = self._on.get(day, ())
        beside, texts = "\n", [entry.text for entry in entries]
        if not self.days.is_high:
            beside, texts = " · ", [entry.brief for entry in entries]
        item = QTableWidgetItem(beside.join([str(day.day), *texts]))
        item.setData(DAY, day.toordinal())
        item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        said = f"{locale.standaloneDayName(day.isoweekday())} {day.day} {locale.monthName(day.month)} {day.year}"
        words = "; ".join(entry.words for entry in entries) or _("nothing on this day")
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{said}: {words}")
        if entries:
            item.setToolTip("\n".join(entry.words for entry in entries))
            item.setForeground(colour("accent"))
            item.setBackground(colour("alt"))
        elif day.weekday() >= SATURDAY or day.month != self._first.month:
            item.setForeground(colour("muted"))
        if day == date.today() or entries:
            font = QFont(self.days.font())
            font.setBold(True)
            item.setFont(font)
        return item

    def _on_current(self, item: QTableWidgetItem | None, _before: object = None) -> None:
        entries = self._on.get(date.fromordinal(item.data(DAY)), ()) if item is not None else ()
        if entries and self.days.hasFocus():
            self.chosen.emit(entries[0].key)

    def _on_activated(self, index: QModelIndex) -> None:
        day = date.fromordinal(index.data(DAY))
        entries = self._on.get(day, ())
        if entries:
            self.activated.emit(entries[0].key)
        else:
            self.free_day.emit(day)


class _Days(QTableWidget):
    """The cells."""

    turned = Signal(int)
    home_wanted = Signal()
    height_changed = Signal()  # two lines have room now, or no longer

    def __init__(self, rows: int, columns: int) -> None:
        super().__init__(rows, columns)
        self.setObjectName("month")
        self.is_high = True
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.verticalHeader().hide()
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setMinimumSectionSize(1)
        self.horizontalHeader().setSectionsClickable(False)
        self.horizontalHeader().setHighlightSections(False)

    def minimumSizeHint(self) -> QSize:
        """Room for a number and a word in each day."""
        return QSize(px(38) * DAYS, px(30) * (WEEKS + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low row has its number and its meeting in one line."""
        super().resizeEvent(event)
        is_high = event.size().height() // WEEKS >= 2 * self.fontMetrics().lineSpacing() + px(4)
        if is_high != self.is_high:
            self.is_high = is_high
            self.height_changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Page up and down turn the month; Home goes to today."""
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.turned.emit(-1 if key is Qt.Key.Key_PageUp else 1)
        elif key is Qt.Key.Key_Home:
            self.home_wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)
