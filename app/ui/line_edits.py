"""Editors that are one line of text, read strictly: amounts, days, times, counts.

What all editors have in common is said in `app.ui.editors`, which offers these as well.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from PySide6.QtCore import QDate, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QTextCharFormat, QValidator
from PySide6.QtWidgets import QCalendarWidget, QMenu, QWidget, QWidgetAction

from app.models.errors import InvalidInput
from app.models.money import format_cents, parse_cents
from app.services.wording.formats import format_count, format_date
from app.services.wording.parsing import parse_count, parse_date, parse_percent_text, parse_time
from app.services.wording.points import format_points, parse_points
from app.ui.i18n import _
from app.ui.line import LineEdit as LineEdit
from app.ui.theme import colour, px


class _StrictValidator(QValidator):
    """Tells what can be taken from what cannot, and forbids no key: the reason is said in words."""

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Acceptable when `text` reads as a value or is empty, intermediate otherwise."""
        edit = self.parent()
        good = not isinstance(edit, ParsedEdit) or edit.reading(text)[1] is None
        return (QValidator.State.Acceptable if good else QValidator.State.Intermediate), text, position


class ParsedEdit(LineEdit):
    """A line whose text is read strictly; `empty` is its value when nothing stands in it."""

    edited = Signal(object)
    left = Signal()

    # Of the class too: a line that is being taken away loses its own before it loses the focus.
    _value: Any = None
    _problem: InvalidInput | None = None

    def __init__(self, parent: QWidget | None = None, empty: Any = None) -> None:
        super().__init__(parent)
        self._empty = empty
        self._value = empty
        self.setValidator(_StrictValidator(self))
        self.textEdited.connect(self._on_text_edited)

    def parse(self, text: str) -> Any:
        """The value that `text` means.

        Raises:
            InvalidInput: when it means none.
        """
        return text.strip()

    def write(self, value: Any) -> str:
        """`value` as it is shown when the field is left."""
        return str(value)

    def reading(self, text: str) -> tuple[Any, InvalidInput | None]:
        """What `text` means, and why it means nothing."""
        if not text.strip():
            return self._empty, None
        try:
            return self.parse(text), None
        except InvalidInput as error:
            return None, error

    def value(self) -> Any:
        """The last value that could be taken."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show `value`; a text that already means it stays as it is."""
        if self.hasFocus() and self.reading(self.text()) == (value, None):
            self._value, self._problem = value, None
            return
        self._value, self._problem = value, None
        self.setText("" if value == self._empty or value is None else self.write(value))
        self.setCursorPosition(0)

    def retype(self, text: str) -> None:
        """Put `text` in as if it were typed."""
        self.setText(text)
        self._on_text_edited(text)

    def problem(self) -> InvalidInput | None:
        """Why the present text cannot be taken, or None."""
        return self._problem

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Write the value in its usual form when it could be taken."""
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if self._problem is None and self._value is not None and self.text().strip():
            self.setText(self.write(self._value))
        self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select everything when the field is reached by the keyboard."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.selectAll()

    def _on_text_edited(self, text: str) -> None:
        value, self._problem = self.reading(text)
        if self._problem is None:
            self._value = value
            self.edited.emit(value)


class TextEdit(ParsedEdit):
    """A line of text; its value is a str."""

    def __init__(self, parent: QWidget | None = None, empty: Any = "") -> None:
        super().__init__(parent, empty)


class PercentTextEdit(ParsedEdit):
    """A percentage that somebody declared, kept as it was written («3,86 %»)."""

    def __init__(self, parent: QWidget | None = None, empty: Any = "") -> None:
        super().__init__(parent, empty)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> str:
        """Read a percentage strictly."""
        return parse_percent_text(text)


class MoneyEdit(ParsedEdit):
    """An amount; its value is in whole cents, or `empty` when nothing is typed."""

    def __init__(self, parent: QWidget | None = None, empty: Any = None) -> None:
        super().__init__(parent, empty)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> int:
        """Read an amount strictly."""
        return parse_cents(text)

    def write(self, value: int) -> str:
        """«1.234,56 €»; without the sign of the currency while it is being typed in."""
        return format_cents(value) if self.hasFocus() else f"{format_cents(value)}\u00a0€"

    def set_value(self, value: Any) -> None:
        """Show `value`, zero too."""
        super().set_value(value)
        if value is not None and value == self._empty and not self.hasFocus():
            self.setText(self.write(value))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the sign of the currency away for typing."""
        if self._problem is None and isinstance(self._value, int) and self.text().strip():
            was_selected = self.hasSelectedText()
            self.setText(format_cents(self._value))
            if was_selected:
                self.selectAll()
        super().focusInEvent(event)


class CountEdit(ParsedEdit):
    """A whole number, not negative; `plain` for one that names something, as a year does: no points in it."""

    def __init__(self, parent: QWidget | None = None, empty: Any = None, *, plain: bool = False) -> None:
        super().__init__(parent, empty)
        self._plain = plain
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> int:
        """Read a count strictly."""
        return parse_count(text)

    def write(self, value: int) -> str:
        """«1.234», or «1234»."""
        return str(value) if self._plain else format_count(value)

    def set_value(self, value: Any) -> None:
        """Show `value`, zero too."""
        super().set_value(value)
        if value is not None and value == self._empty:
            self.setText(self.write(value))


class PointsEdit(ParsedEdit):
    """Points, or a weight: an exact fraction of three decimals at most."""

    def __init__(self, parent: QWidget | None = None, empty: Any = None) -> None:
        super().__init__(parent, empty)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def parse(self, text: str) -> Fraction:
        """Read points strictly; comma and point are both taken before decimals."""
        return parse_points(text)

    def write(self, value: Fraction) -> str:
        """«12,5»."""
        return format_points(value)


class TimeEdit(ParsedEdit):
    """A time of day; its value is "HH:MM"."""

    def parse(self, text: str) -> str:
        """Read a time strictly."""
        return parse_time(text)


class DateEdit(ParsedEdit):
    """A day typed as 31/03/2014, or chosen from a calendar (Alt+Down)."""

    def __init__(self, parent: QWidget | None = None, empty: Any = None) -> None:
        super().__init__(parent, empty)
        self.setPlaceholderText(_("dd/mm/yyyy"))
        self._calendar = self.add_button("calendar-days", _("Choose from the calendar"))
        self._calendar.setToolTip(_("Choose from the calendar (Alt+Down)"))
        self._calendar.triggered.connect(self.show_calendar)

    def parse(self, text: str) -> date:
        """Read a day strictly."""
        return parse_date(text)

    def write(self, value: date) -> str:
        """«31/03/2014»."""
        return format_date(value)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Down opens the calendar."""
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.show_calendar()
            return
        super().keyPressEvent(event)

    def show_calendar(self) -> None:
        """Open the calendar below the field, on its day."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        calendar = QCalendarWidget(menu)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        calendar.setMinimumSize(px(300), px(240))
        weekend = QTextCharFormat()
        weekend.setForeground(colour("bad"))
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            calendar.setWeekdayTextFormat(day, weekend)
        if isinstance(self._value, date):
            calendar.setSelectedDate(QDate(self._value.year, self._value.month, self._value.day))
        calendar.activated.connect(self._on_day_chosen)
        calendar.clicked.connect(self._on_day_chosen)
        holder = QWidgetAction(menu)
        holder.setDefaultWidget(calendar)
        menu.addAction(holder)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))
        calendar.setFocus()

    def _on_day_chosen(self, day: QDate) -> None:
        for menu in self.findChildren(QMenu):
            menu.close()
        self._value, self._problem = date(day.year(), day.month(), day.day()), None
        self.setText(self.write(self._value))
        self.edited.emit(self._value)
        self.left.emit()
