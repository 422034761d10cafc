"""A line of text with buttons inside, and the box that narrows a list; apart from the editors, which come later."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QStyle, QStyleOptionFrame, QToolButton, QWidget

from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import colour, px

WIDTH_BESIDE_WORDS = 56
"""What stands beside the words of the search box, in pixels of the design."""
TEXT_MARGIN = 2
"""What Qt keeps beside the text of a line, in pixels."""
INNER_ICON, INNER_ROOM = 16, 30
"""Size of an icon inside a line, and the width that is kept for it, in pixels of the design."""


class InnerButton(QToolButton):
    """A button inside a line, as large as the scale asks for: Qt's own keep the size of 100 %."""

    def __init__(self, edit: QLineEdit, action: QAction, *, leading: bool) -> None:
        super().__init__(edit)
        self.leading = leading
        self.setObjectName("inner")
        self.setDefaultAction(action)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setIconSize(QSize(px(INNER_ICON), px(INNER_ICON)))
        self.setAccessibleName(action.text())
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        action.visibleChanged.connect(self._on_visible_changed)

    def _on_visible_changed(self) -> None:
        self.setVisible(self.defaultAction().isVisible())

    def take_place(self, room: QSize) -> None:
        """Stand at the end of a line of this size."""
        width = px(INNER_ROOM)
        self.setGeometry(0 if self.leading else room.width() - width, 0, width, room.height())


class LineEdit(QLineEdit):
    """A line that may have buttons inside."""

    _buttons: tuple[InnerButton, ...] = ()

    def add_button(self, image: str, text: str, *, leading: bool = False) -> QAction:
        """A button at the end of the line, or at its start."""
        action = QAction(icon(image, "muted"), text, self)
        made = InnerButton(self, action, leading=leading)
        self.addAction(action)
        self._buttons = (*self._buttons, made)
        margins = self.textMargins()
        if leading:
            margins.setLeft(px(INNER_ROOM - 8))
        else:
            margins.setRight(px(INNER_ROOM - 8))
        self.setTextMargins(margins)
        made.take_place(self.size())
        return action

    def paintEvent(self, event: QPaintEvent) -> None:
        """While nobody types here, a text without room ends in «…» and not in half a letter."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self._text_room(option)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        is_masked = self.echoMode() is not QLineEdit.EchoMode.Normal
        if self.hasFocus() or is_masked or not self.text() or shown == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.setPen(colour("text"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
        painter.end()

    def _text_room(self, option: QStyleOptionFrame) -> QRect:
        """Where the text stands."""
        contents = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        return contents.marginsRemoved(self.textMargins()).adjusted(TEXT_MARGIN, 0, -TEXT_MARGIN, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The buttons keep their places."""
        super().resizeEvent(event)
        for each in self._buttons:
            each.take_place(event.size())


class SearchEdit(LineEdit):
    """The box that narrows a list; Escape empties it, Down goes to the list."""

    went_down = Signal()

    def __init__(self, placeholder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.add_button("search", placeholder, leading=True)
        self._empty_action = self.add_button("x", _("Empty the search"))
        self._empty_action.setVisible(False)
        self._empty_action.triggered.connect(self.clear)
        self.textChanged.connect(self._on_text_changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape empties, Down leaves for the list."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.went_down.emit()
        else:
            super().keyPressEvent(event)

    def _on_text_changed(self, text: str) -> None:
        self._empty_action.setVisible(bool(text))


class PaletteBox(SearchEdit):
    """The search box at the top right; typing in it opens the palette."""

    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Search everywhere (Ctrl+K)"), parent)
        self.textEdited.connect(self._on_edited)
        self.returnPressed.connect(self._on_return)

    def set_width(self, width: int) -> None:
        """Be so wide, and say what fits."""
        self.setFixedWidth(width)
        room, metrics = width - px(WIDTH_BESIDE_WORDS), self.fontMetrics()
        texts = (_("Search everywhere (Ctrl+K)"), _("Search (Ctrl+K)"), "")
        self.setPlaceholderText(next(text for text in texts if metrics.horizontalAdvance(text) <= max(room, 0)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.wanted.emit("")

    def _on_edited(self, text: str) -> None:
        if text:
            self.clear()
            self.wanted.emit(text)

    def _on_return(self) -> None:
        self.wanted.emit("")
