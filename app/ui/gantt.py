"""A timeline by month drawn by hand: names at the left, a bar for each action; a table of the months stands beside."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.services.proposals.timeline import Timeline, bar_in_words, month_label, year_spans
from app.ui import i18n
from app.ui.i18n import _
from app.ui.theme import colour, px
from app.ui.widgets import plain_tip

NAME_SHARE = 0.34
"""Most of the width that the names may take."""
HEAD_LINES = 2


class GanttChart(QWidget):
    """Bars over months; the arrow keys go from bar to bar, Enter goes to the row of its action."""

    activated = Signal(str)  # key of the bar

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self._line = Timeline(12, None, ())
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)

    def set_timeline(self, line: Timeline) -> None:
        """Draw this one."""
        if line == self._line:
            return
        self._line = line
        self._current = min(self._current, len(line.bars) - 1)
        self.setAccessibleDescription(". ".join(bar_in_words(line, bar, i18n.current()) for bar in line.bars))
        self.updateGeometry()
        self.update()

    def timeline(self) -> Timeline:
        """What is drawn."""
        return self._line

    def current_key(self) -> str | None:
        """Key of the bar on which the keyboard stands."""
        return self._line.bars[self._current].key if 0 <= self._current < len(self._line.bars) else None

    def sizeHint(self) -> QSize:
        """Two lines of months, and one for each action."""
        rows = HEAD_LINES * self._head_height() + max(len(self._line.bars), 1) * self._row_height()
        return QSize(px(420), rows + 1)

    def minimumSizeHint(self) -> QSize:
        """As high as all its rows."""
        return QSize(px(240), self.sizeHint().height())

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw head, months and bars."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), colour("base"))
        self._paint_months(painter)
        for number in range(len(self._line.bars)):
            self._paint_row(painter, number)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(colour("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        if self.hasFocus():
            rect = self._row_rect(self._current) if self.current_key() is not None else self.rect()
            painter.setPen(colour("accent"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(4), px(4))

    def _paint_months(self, painter: QPainter) -> None:
        """Years, numbers or names of months, and the lines between them."""
        line, height = self._line, self._head_height()
        tr = i18n.current()
        middle = int(Qt.AlignmentFlag.AlignCenter)
        bottom = self.height() - 1
        for place, (words, first, last) in enumerate(year_spans(line, tr)):
            left, right = self._x(first), self._x(last + 1)
            if place % 2:
                painter.fillRect(QRectF(left, 0, right - left, bottom), colour("alt"))
            painter.setPen(colour("text"))
            painter.drawText(QRectF(left, 0, right - left, height), middle, words)
        every = self._label_every(painter)
        for number in range(1, line.months + 1):
            left = self._x(number)
            painter.setPen(colour("border"))
            painter.drawLine(round(left), height if (number - 1) % 12 else 0, round(left), bottom)
            if (number - 1) % every == 0:
                painter.setPen(colour("muted"))
                room = QRectF(left + px(2), height, self._x(number + every) - left, height)
                aside = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
                painter.drawText(room, middle if every == 1 else aside, month_label(line, number, tr))
        painter.setPen(colour("border"))
        painter.drawLine(0, HEAD_LINES * height, self.width(), HEAD_LINES * height)

    def _label_every(self, painter: QPainter) -> int:
        """Each how many months one is named, so that names do not touch."""
        labels = [month_label(self._line, number, i18n.current()) for number in range(1, self._line.months + 1)]
        widest = max(painter.fontMetrics().horizontalAdvance(label) for label in labels) + px(4)
        month = self._x(2) - self._x(1)
        return next((every for every in (1, 2, 3, 4, 6, 12) if every * month >= widest), 12)

    def _paint_row(self, painter: QPainter, number: int) -> None:
        bar, row = self._line.bars[number], self._row_rect(number)
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        painter.setPen(colour("border"))
        painter.drawLine(row.left(), row.bottom(), row.right(), row.bottom())
        painter.setPen(colour("text"))
        room = QRect(px(8), row.y(), self._name_width() - px(14), row.height())
        shown = painter.fontMetrics().elidedText(bar.name, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, left, shown)
        if bar.first is None or bar.last is None:
            painter.setPen(colour("muted"))
            place = QRect(self._name_width() + px(8), row.y(), self.width() - self._name_width() - px(8), row.height())
            painter.drawText(place, left, _("months not given"))
            return
        thick = round(row.height() * 0.55)
        box = QRectF(self._x(bar.first), row.center().y() - thick / 2 + 1, 0, thick)
        box.setRight(self._x(bar.last + 1) - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent"))
        painter.drawRoundedRect(box, px(3), px(3))

    def _name_width(self) -> int:
        names = max((self.fontMetrics().horizontalAdvance(bar.name) for bar in self._line.bars), default=0)
        return min(names + px(20), round(self.width() * NAME_SHARE))

    def _x(self, month: int) -> float:
        """Left edge of a month, from 1."""
        room = self.width() - self._name_width() - 1
        return self._name_width() + room * (month - 1) / self._line.months

    def _head_height(self) -> int:
        return self.fontMetrics().height() + px(6)

    def _row_height(self) -> int:
        return self.fontMetrics().height() + px(12)

    def _row_rect(self, number: int) -> QRect:
        return QRect(
            0, HEAD_LINES * self._head_height() + number * self._row_height(), self.width(), self._row_height()
        )

    # --- hand and keyboard --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from bar to bar, Enter to the row of the action."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is not None and self._line.bars:
            self._go(min(max(self._current + step, 0), len(self._line.bars) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_key() is not None:
            self.activated.emit(self.current_key())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to the row of the action."""
        number = self._number_at(event.position().toPoint())
        if number is not None:
            self.activated.emit(self._line.bars[number].key)

    def event(self, event: QEvent) -> bool:
        """Say a bar in words under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._number_at(event.pos())
            words = "" if number is None else bar_in_words(self._line, self._line.bars[number], i18n.current())
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)

    def _number_at(self, place: QPoint) -> int | None:
        number = (place.y() - HEAD_LINES * self._head_height()) // self._row_height()
        return number if 0 <= number < len(self._line.bars) else None

    def _go(self, number: int) -> None:
        self._current = number
        words = bar_in_words(self._line, self._line.bars[number], i18n.current())
        self.setAccessibleName(f"{self._title}. {words}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()
