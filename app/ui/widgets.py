"""Small parts that every room uses: headings, cards, banners, empty pages, badges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from math import ceil

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.icons import icon
from app.ui.theme import colour, px


class Tone(StrEnum):
    """What a badge or a banner means; a colour and an icon go with each."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    INFO = "info"
    NEUTRAL = "neutral"


TONE_ICONS = {
    Tone.OK: "check",
    Tone.WARN: "clock",
    Tone.BAD: "x",
    Tone.INFO: "info",
    Tone.NEUTRAL: "circle",
}

# Tone of each state, by its value; a state that is not here is neutral.
TONES: dict[str, Tone] = {
    "accepted": Tone.OK,
    "active": Tone.OK,
    "admissible": Tone.OK,
    "approved": Tone.OK,
    "closed": Tone.OK,
    "concluded": Tone.OK,
    "convened": Tone.INFO,
    "disabled": Tone.WARN,
    "error": Tone.BAD,
    "evaluated": Tone.INFO,
    "excused": Tone.WARN,
    "absent": Tone.BAD,
    "funded": Tone.OK,
    "funded_in_part": Tone.WARN,
    "not_admissible": Tone.BAD,
    "not_suitable": Tone.BAD,
    "open": Tone.WARN,
    "present": Tone.OK,
    "renounced": Tone.BAD,
    "revoked": Tone.BAD,
    "started": Tone.INFO,
    "submitted": Tone.INFO,
    "suitable": Tone.OK,
    "suitable_unfunded": Tone.WARN,
    "suspended": Tone.WARN,
    "to_integrate": Tone.WARN,
    "warning": Tone.WARN,
}


ICON_BESIDE = (22, 16)
"""Width and height (of the design) of an icon beside words: drawn in the middle, it keeps its distance."""

_WITH_LETTERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
"""Modifiers that make a shortcut of a key."""


def tone_of(state: StrEnum) -> Tone:
    """Tone of a state's badge."""
    return TONES.get(state.value, Tone.NEUTRAL)


def label(text: str, name: str = "", *, wrap: bool = False) -> QLabel:
    """A label dressed by its object name (`h1`, `h2`, `h3`, `muted`, …); plain text, never markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(name)
    made.setWordWrap(wrap)
    return made


class _Button(QPushButton):
    """A push button that Enter presses as the space bar does, in a dialog or not."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses it."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _WITH_LETTERS:
            self.click()
        else:
            super().keyPressEvent(event)


def plain_tip(text: str) -> str:
    """A tool tip that shows `text` as it is: a tip that looks like markup would be drawn as such."""
    marked = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<qt>{marked}</qt>".replace("\n", "<br>") if text else ""


def button(text: str, image: str = "", *, name: str = "") -> QPushButton:
    """A push button; `name` "primary" for the main thing to do, "danger" for what cannot be taken back."""
    made = _Button(text)
    if image:
        made.setIcon(icon(image, {"primary": "on_accent", "danger": "bad"}.get(name, "text")))
        made.setIconSize(QSize(px(ICON_BESIDE[0]), px(ICON_BESIDE[1])))
    made.setObjectName(name)
    made.setAutoDefault(False)
    return made


def tool_button(text: str, image: str, *, name: str = "", words: bool = True) -> QToolButton:
    """A flat button with an icon, with its words beside it or only in the tool tip."""
    made = QToolButton()
    made.setIcon(icon(image))
    made.setText(text)
    made.setToolTip(text)
    made.setAccessibleName(text.replace("&", ""))
    style = Qt.ToolButtonStyle
    made.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
    made.setIconSize(QSize(px(ICON_BESIDE[0]) if words else px(ICON_BESIDE[1]), px(ICON_BESIDE[1])))
    made.setObjectName(name)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


class Card(QFrame):
    """A caption and a figure under it."""

    def __init__(self, caption: str, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self._caption = label(caption, "cardCaption")
        self._value = label(value, "cardValue")
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(10))
        layout.setSpacing(px(2))
        layout.addWidget(self._caption)
        layout.addWidget(self._value)
        self.setAccessibleName(f"{caption}: {value}")

    def set_value(self, value: str) -> None:
        """Show another figure."""
        self._value.setText(value)
        self.setAccessibleName(f"{self._caption.text()}: {value}")


class Cards(QWidget):
    """A row of cards; they go to a second row where there is no room."""

    def __init__(self, pairs: Sequence[tuple[str, str]] = (), parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = FlowLayout(self, spacing=12, stretch=True)
        self.set_pairs(pairs)

    def set_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Show these captions and figures."""
        self._layout.clear()
        for caption, value in pairs:
            card = Card(caption, value)
            card.setMinimumWidth(px(150))
            self._layout.addWidget(card)


class _Scrolled(QScrollArea):
    """Several lines, as high as they are, or as a part of the window: then they scroll, by the arrows too."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bannerList")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.text = label("", wrap=True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setWidget(self.text)
        for part in (self.viewport(), self.text):
            part.setAutoFillBackground(False)
        self.hide()

    def say(self, text: str) -> None:
        """Show these lines; nothing hides them."""
        self.text.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self.text.text():
            return
        most = max(px(56), self.window().height() // 4)
        wanted = self.text.heightForWidth(self.viewport().width())
        if wanted < 0:  # it has no width yet
            wanted = self.text.sizeHint().height()
        self.setFixedHeight(min(wanted, most))


class Banner(QFrame):
    """A sentence that cannot be overlooked; hidden while it has nothing to say.

    Args:
        calm: without a frame, for what is so for long and needs no alarm.
    """

    def __init__(self, parent: QWidget | None = None, *, calm: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("calmBanner" if calm else "banner")
        self._image = QLabel()
        self._text = label("", wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._action = button("")
        self._run: Callable[[], None] | None = None
        self._action.clicked.connect(self._on_clicked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(*([0] * 4 if calm else [px(10), px(8), px(10), px(8)]))
        layout.addWidget(self._image)
        layout.addWidget(self._text, 1)
        self._list = _Scrolled()
        layout.addWidget(self._list, 1)
        layout.addWidget(self._action)
        self.hide()

    def say(self, text: str, tone: Tone, action: str = "", run: Callable[[], None] | None = None) -> None:
        """Show `text`, with a button called `action` when something can be done about it."""
        images = {Tone.BAD: "circle-alert", Tone.WARN: "triangle-alert"}
        self._image.setPixmap(icon(images.get(tone, "info"), tone.value).pixmap(QSize(px(18), px(18))))
        is_list = "\n" in text
        self._text.setText("" if is_list else text)
        self._text.setVisible(not is_list)
        self._list.say(text if is_list else "")
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self._run = run
        self.setProperty("tone", tone.value)
        restyle(self)
        self.setAccessibleName(text)
        self.show()

    def text(self) -> str:
        """What it says, or "" while it is hidden."""
        return "" if self.isHidden() else self._text.text() or self._list.text.text()

    def _on_clicked(self) -> None:
        if self._run is not None:
            self._run()


class EmptyState(QWidget):
    """What stands where nothing is yet: an icon, a sentence, and the button that begins."""

    def __init__(self, image: str, sentence: str, action: QPushButton | None = None) -> None:
        super().__init__()
        self._image = QLabel()
        self._image.setPixmap(icon(image, "mid").pixmap(QSize(px(40), px(40))))
        self._image.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sentence = label(sentence, "muted", wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.addStretch(1)
        layout.addWidget(self._image)
        layout.addWidget(self._sentence)
        if action is not None:
            layout.addWidget(action, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(2)

    def set_sentence(self, sentence: str) -> None:
        """Say something else."""
        self._sentence.setText(sentence)


class Panel(QFrame):
    """A white surface with a title, for what belongs together."""

    def __init__(self, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(px(16), px(12), px(16), px(12))
        self.body.setSpacing(px(8))
        if title:
            self.body.addWidget(label(title, "h2"))


class FlowLayout(QLayout):
    """Widgets in lines, as words in a text; a line is shared out with `stretch`, and ends at the right with `right`."""

    def __init__(
        self, parent: QWidget | None = None, spacing: int = 6, *, stretch: bool = False, right: bool = False
    ) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._stretch, self._right = stretch, right
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(px(spacing))

    def clear(self) -> None:
        """Delete all widgets in it."""
        for item in self._items:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._items.clear()
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more."""
        self._items.append(item)

    def count(self) -> int:
        """Number of widgets."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Give one away."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more height than its lines."""
        return Qt.Orientation.Horizontal

    def hasHeightForWidth(self) -> bool:
        """Narrower means higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the lines at `width`."""
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        """Place the widgets."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        """All in one line."""
        hints = [item.sizeHint() for item in self._visible()]
        width = sum(hint.width() for hint in hints) + self.spacing() * max(len(hints) - 1, 0)
        return QSize(width, max((hint.height() for hint in hints), default=0))

    def minimumSize(self) -> QSize:
        """The largest of them."""
        size = QSize()
        for item in self._visible():
            size = size.expandedTo(item.minimumSize())
        return size

    def _visible(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Lay the lines into `rect`; gives their height together."""
        top = rect.y()
        for line in self._lines(rect.width()):
            height = max(item.sizeHint().height() for item in line)
            share = (rect.width() - self.spacing() * (len(line) - 1)) // len(line)
            left = rect.x()
            if self._right:
                left += rect.width() - sum(item.sizeHint().width() for item in line) - self.spacing() * (len(line) - 1)
            for item in line:
                width = share if self._stretch else item.sizeHint().width()
                if move:
                    item.setGeometry(QRect(QPoint(left, top), QSize(min(width, rect.width()), height)))
                left += width + self.spacing()
            top += height + self.spacing()
        return max(top - rect.y() - self.spacing(), 0)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """The widgets by line; those that share the width of a line are spread evenly over the lines."""
        if self._stretch:
            return self._even_lines(width)
        lines: list[list[QLayoutItem]] = []
        used = 0
        for item in self._visible():
            wanted = item.sizeHint().width()
            if not lines or used + self.spacing() + wanted > width:
                lines.append([item])
                used = wanted
            else:
                lines[-1].append(item)
                used += self.spacing() + wanted
        return lines

    def _even_lines(self, width: int) -> list[list[QLayoutItem]]:
        """As few lines as there is room for, with as many in each."""
        items = self._visible()
        widest = max((item.sizeHint().width() for item in items), default=1)
        most = max((width + self.spacing()) // (widest + self.spacing()), 1)
        each = ceil(len(items) / ceil(len(items) / most)) if items else 1
        return [items[start : start + each] for start in range(0, len(items), each)]


class FlowBox(QWidget):
    """Widgets in lines, all of them whole: a squeezed room takes from what stands around it."""

    def __init__(self, spacing: int = 6, *, right: bool = False) -> None:
        super().__init__()
        self.flow = FlowLayout(self, spacing=spacing, right=right)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the height that the lines need at this width."""
        super().resizeEvent(event)
        self._hold()

    def event(self, event: QEvent) -> bool:
        """The same when widgets come and go."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._hold()
        return done

    def _hold(self) -> None:
        self.setMinimumHeight(self.flow.heightForWidth(self.width()))


def paint_badge(painter: QPainter, rect: QRect, text: str, tone: Tone) -> None:
    """Draw a state's badge at the left of `rect`."""
    metrics = painter.fontMetrics()
    height = min(metrics.height() + px(4), rect.height())
    size = round(metrics.height() * 0.8)
    width = min(metrics.horizontalAdvance(text) + size + px(22), rect.width())
    badge = QRect(rect.x(), rect.center().y() - height // 2 + 1, width, height)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour(f"{tone.value}_back"))
    painter.drawRoundedRect(badge, height / 2, height / 2)
    image = QRect(badge.x() + px(7), badge.center().y() - size // 2 + 1, size, size)
    icon(TONE_ICONS[tone], tone.value).paint(painter, image)
    painter.setPen(colour(tone.value))
    room = badge.adjusted(size + px(12), 0, -px(6), 0)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
    painter.restore()


class Badge(QWidget):
    """A state outside a table."""

    def __init__(self, text: str = "", tone: Tone = Tone.NEUTRAL, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = text, tone
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.set_state(text, tone)

    def set_state(self, text: str, tone: Tone) -> None:
        """Show another state."""
        self._text, self._tone = text, tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """As large as the badge."""
        metrics = self.fontMetrics()
        width = metrics.horizontalAdvance(self._text) + round(metrics.height() * 0.8) + px(22)
        return QSize(width, metrics.height() + px(6))

    def paintEvent(self, _event: object) -> None:
        """Draw the badge."""
        paint_badge(QPainter(self), self.rect(), self._text, self._tone)


def restyle(widget: QWidget) -> None:
    """Dress a widget anew after a property that the style sheet looks at has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    for child in widget.findChildren(QLabel):
        child.style().unpolish(child)
        child.style().polish(child)
