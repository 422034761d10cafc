"""Bars drawn by hand; a chart always stands beside the table of its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.theme import colour, px

LABEL_SHARE = 0.38
"""Most of the width that the labels may take, unless the bars keep `BARS_LEAST` beside them."""
BARS_LEAST = 110
"""Width (of the design) that bars need to be compared."""


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        value: length, >= 0, in the unit of all the bars (cents, points, people).
        text: the value as it is written.
        part: the share of `value` that is drawn full, for example what was spent; the rest is drawn pale.
        part_text: that share in words, for the tool tip and the screen reader.
        id: record that the bar stands for, given by `activated`.
    """

    label: str
    value: int
    text: str
    part: int | None = None
    part_text: str = ""
    id: str | None = None

    @property
    def spoken(self) -> str:
        """The bar in words."""
        return f"{self.label}: {self.text}" + (f" ({self.part_text})" if self.part_text else "")


class BarChart(QWidget):
    """Horizontal bars with label and value; the arrow keys go from bar to bar, Enter opens what it stands for."""

    activated = Signal(str)  # id of the bar

    def __init__(self, title: str, bars: Sequence[Bar] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: tuple[Bar, ...] = ()
        self._current = -1
        self._title = title
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self.set_bars(bars)

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Draw these."""
        assert all(bar.value >= 0 and (bar.part is None or 0 <= bar.part <= bar.value) for bar in bars)
        self._bars = tuple(bars)
        self._current = -1
        self.setAccessibleDescription(". ".join(bar.spoken for bar in self._bars))
        self.updateGeometry()
        self.update()

    def current(self) -> Bar | None:
        """The bar on which the keyboard stands."""
        return self._bars[self._current] if 0 <= self._current < len(self._bars) else None

    def current_id(self) -> str | None:
        """Key of the record of the bar on which the keyboard stands."""
        bar = self.current()
        return None if bar is None else bar.id

    def sizeHint(self) -> QSize:
        return QSize(px(420), max(self._row_height() * len(self._bars), px(30)) + px(6))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(240), self.sizeHint().height())

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label_width, value_width = self._widths()
        longest = max((bar.value for bar in self._bars), default=0)
        for number, bar in enumerate(self._bars):
            self._paint_bar(painter, self._row_rect(number), bar, (label_width, value_width), longest)
        if self.hasFocus():
            rect = self._row_rect(self._current) if self.current() else self.rect()
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour("accent"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), px(4), px(4))

    def _paint_bar(self, painter: QPainter, row: QRect, bar: Bar, widths: tuple[int, int], longest: int) -> None:
        """Label at the left, bar in the middle, value at the right."""
        label_width, value_width = widths
        middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        right = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
        metrics = self.fontMetrics()
        painter.setPen(colour("text"))
        shown = metrics.elidedText(bar.label, Qt.TextElideMode.ElideRight, label_width)
        painter.drawText(QRect(row.x() + px(6), row.y(), label_width, row.height()), middle, shown)
        painter.drawText(row.adjusted(0, 0, -px(6), 0), right, bar.text)
        left = row.x() + label_width + px(16)
        room = max(row.right() - value_width - px(16) - left, 0)
        thick = round(row.height() * 0.5)
        track = QRectF(left, row.center().y() - thick / 2 + 1, room, thick)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("neutral_back"))
        painter.drawRoundedRect(track, px(3), px(3))
        for amount, ink in ((bar.value, "accent" if bar.part is None else "side_mark"), (bar.part or 0, "accent")):
            if amount and longest:
                painter.setBrush(colour(ink))
                length = max(room * amount / longest, 2)
                painter.setOpacity(0.45 if bar.part is not None and ink == "side_mark" else 1.0)
                painter.drawRoundedRect(QRectF(track.x(), track.y(), length, thick), px(3), px(3))
        painter.setOpacity(1.0)

    def _widths(self) -> tuple[int, int]:
        """Width of the labels and of the values."""
        metrics = self.fontMetrics()
        labels = max((metrics.horizontalAdvance(bar.label) for bar in self._bars), default=0)
        values = max((metrics.horizontalAdvance(bar.text) for bar in self._bars), default=0)
        spare = self.width() - values - px(BARS_LEAST + 32)
        return min(labels + px(2), max(round(self.width() * LABEL_SHARE), spare)), values

    def _row_height(self) -> int:
        return self.fontMetrics().height() + px(12)

    def _row_rect(self, number: int) -> QRect:
        return QRect(0, px(3) + number * self._row_height(), self.width(), self._row_height())

    # --- hand and keyboard --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}
        step = keys.get(Qt.Key(event.key()))
        if step is not None and self._bars:
            self._go(min(max(self._current + step, 0), len(self._bars) - 1))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._activate(self.current())
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._activate(self._bar_at(event.position().toPoint()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            bar = self._bar_at(event.pos())
            QToolTip.showText(event.globalPos(), bar.spoken if bar else "", self)
            return True
        return super().event(event)

    def _bar_at(self, place: QPoint) -> Bar | None:
        number = (place.y() - px(3)) // self._row_height()
        return self._bars[number] if 0 <= number < len(self._bars) else None

    def _go(self, number: int) -> None:
        self._current = number
        self.setAccessibleName(f"{self._title}. {self._bars[number].spoken}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()

    def _activate(self, bar: Bar | None) -> None:
        if bar is not None and bar.id is not None:
            self.activated.emit(bar.id)
