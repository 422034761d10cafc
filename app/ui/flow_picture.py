"""The ways of money as ribbons between columns of boxes; a table of the same figures always stands beside it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.services.ledger.flow_layout import FlowBox, FlowLayout, PlacedRibbon, lay_out
from app.services.reports.spec import FlowChart
from app.ui.theme import colour, px

BOX, BESIDE, GAP, EDGE = 12, 6, 8, 4
LEAST = 230
"""Height (of the design) of a picture with few boxes."""
INKS = ("side_mark", "ok", "warn", "accent")
"""Ribbons by the box that they leave, pale, so that neighbours can be told apart."""
PALE, LIT = 0.2, 0.5


class FlowPicture(QWidget):
    """Boxes and ribbons; the arrow keys go from box to box, Enter opens the account that it stands for."""

    activated = Signal(str)  # key of the box

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = title
        self.chart = FlowChart(title, (), (), (), "")
        self._current = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setAccessibleName(title)

    def set_chart(self, chart: FlowChart) -> None:
        """Draw this."""
        self.chart = chart
        self._current = -1
        self.setAccessibleName(self._title)
        self.setAccessibleDescription(chart.alternative)
        self.setVisible(bool(chart.boxes))
        self.updateGeometry()
        self.update()

    def current(self) -> FlowBox | None:
        """The box on which the keyboard stands."""
        return self.chart.boxes[self._current] if 0 <= self._current < len(self.chart.boxes) else None

    def sizeHint(self) -> QSize:
        columns = {box.column for box in self.chart.boxes}
        most = max((sum(box.column == column for box in self.chart.boxes) for column in columns), default=0)
        return QSize(px(560), max(px(LEAST), round(most * (self._slot() + px(GAP)))) + self._head())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(280), self.sizeHint().height())

    # --- where things are -----------------------------------------------------------------

    def _bold(self) -> QFontMetrics:
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font)

    def _slot(self) -> float:
        return 3.0 * self.fontMetrics().height()

    def _head(self) -> int:
        return self.fontMetrics().height() + px(8)

    def _layout_now(self) -> FlowLayout:
        height = self.height() - self._head() - px(EDGE)
        return lay_out(self.chart.boxes, self.chart.ribbons, max(height, 1), self._slot(), px(GAP))

    def _step(self) -> float:
        return (self.width() - 2 * px(EDGE)) / max(len(self.chart.heads), 1)

    def _x(self, column: int) -> float:
        return px(EDGE) + column * self._step()

    def _words_width(self) -> int:
        return max(round(self._step()) - px(BOX) - 2 * px(BESIDE), 10)

    def _area(self, box: FlowBox, placed: FlowLayout) -> QRectF:
        """Where a box and its words are."""
        place = placed.boxes[box.key]
        top = self._head() + place.top
        return QRectF(self._x(box.column), top, self._step() - px(BESIDE), max(place.height, self._slot()))

    # --- drawing ----------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        placed = self._layout_now()
        painter.setPen(colour("muted"))
        for column, head in enumerate(self.chart.heads):
            room = QRect(round(self._x(column)), 0, round(self._step()), self._head())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), head)
        columns = {box.key: box.column for box in self.chart.boxes}
        order = {box.key: number for number, box in enumerate(self.chart.boxes)}
        now = self.current()
        for each in sorted(placed.ribbons, key=lambda each: -each.thickness):
            ink = QColor(colour(INKS[order[each.ribbon.origin] % len(INKS)]))
            lit = now is not None and now.key in (each.ribbon.origin, each.ribbon.target)
            ink.setAlphaF(LIT if lit else PALE)
            painter.fillPath(self._path(each, columns), ink)
        for box in self.chart.boxes:
            self._paint_box(painter, box, placed)
        if self.hasFocus():
            rect = self._area(now, placed) if now else QRectF(self.rect())
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour("accent"))
            painter.drawRoundedRect(rect.adjusted(-2, 1, -1, -1), px(4), px(4))

    def _path(self, each: PlacedRibbon, columns: dict[str, int]) -> QPainterPath:
        left = self._x(columns[each.ribbon.origin]) + px(BOX)
        right = self._x(columns[each.ribbon.target])
        middle, thick = (left + right) / 2, max(each.thickness, 1.0)
        start, end = self._head() + each.origin_top, self._head() + each.target_top
        path = QPainterPath(QPointF(left, start))
        path.cubicTo(middle, start, middle, end, right, end)
        path.lineTo(right, end + thick)
        path.cubicTo(middle, end + thick, middle, start + thick, left, start + thick)
        path.closeSubpath()
        return path

    def _paint_box(self, painter: QPainter, box: FlowBox, placed: FlowLayout) -> None:
        place = placed.boxes[box.key]
        top, tall = self._head() + place.top, max(place.height, 2.0)
        painter.fillRect(QRectF(self._x(box.column), top, px(BOX), tall), colour("accent"))
        plain, bold = QFont(self.font()), QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        lines = [(box.name, bold), (box.text, plain)] + ([(box.more, plain)] if box.more else [])
        line = self.fontMetrics().height()
        y = top + max(tall - len(lines) * line, 0) / 2
        x = self._x(box.column) + px(BOX) + px(BESIDE)
        painter.setPen(colour("text"))
        for text, font in lines:
            painter.setFont(font)
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, self._words_width())
            painter.drawText(QPointF(x, y + self.fontMetrics().ascent()), shown)
            y += line
        painter.setFont(plain)

    # --- hand and keyboard --------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.chart.boxes:
            self._go(min(max(self._current + (1 if key == Qt.Key.Key_Down else -1), 0), len(self.chart.boxes) - 1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and self.chart.boxes:
            self._go_aside(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current() is not None:
            self._activate(self.current())
        else:
            super().keyPressEvent(event)

    def _go_aside(self, step: int) -> None:
        """To the box of the next column that the most money leads to, or comes from."""
        now = self.current()
        if now is None:
            self._go(0)
            return
        ways = [
            (ribbon.value, ribbon.target if step > 0 else ribbon.origin)
            for ribbon in self.chart.ribbons
            if now.key == (ribbon.origin if step > 0 else ribbon.target)
        ]
        if ways:
            keys = [box.key for box in self.chart.boxes]
            self._go(keys.index(max(ways)[1]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        found = self._box_at(event.position().toPoint())
        if found is not None:
            self._go(self.chart.boxes.index(found))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._activate(self._box_at(event.position().toPoint()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._told_at(event.pos()), self)
            return True
        return super().event(event)

    def _told_at(self, place: QPoint) -> str:
        """The box or the ribbon under the pointer, in words."""
        box = self._box_at(place)
        if box is not None:
            return box.spoken
        columns = {each.key: each.column for each in self.chart.boxes}
        names = {each.key: each.name for each in self.chart.boxes}
        for each in self._layout_now().ribbons:
            if self._path(each, columns).contains(QPointF(place)):
                return f"{names[each.ribbon.origin]} → {names[each.ribbon.target]}: {each.ribbon.text}"
        return ""

    def _box_at(self, place: QPoint) -> FlowBox | None:
        placed = self._layout_now()
        reach = px(BOX) + px(BESIDE)
        for box in self.chart.boxes:
            area = self._area(box, placed)
            words = self.fontMetrics().horizontalAdvance(box.name)
            area.setWidth(min(reach + words, area.width()))
            if area.contains(QPointF(place)):
                return box
        return None

    def _go(self, number: int) -> None:
        self._current = number
        self.setAccessibleName(f"{self._title}. {self.chart.boxes[number].spoken}")
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.NameChanged))
        self.update()

    def _activate(self, box: FlowBox | None) -> None:
        if box is not None:
            self.activated.emit(box.key)
