"""The frame of every room, and where its work begins."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QTabBar, QToolButton, QVBoxLayout, QWidget

from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.reading_order import stops
from app.ui.table_parts import ListTable
from app.ui.theme import px
from app.ui.widgets import ICON_BESIDE, label, restyle, tool_button

HEAD = 32
"""Height (of the design) of a room's heading, whatever stands beside it."""
CHOOSER_BESIDE_WORDS = 70
"""What stands beside the words of a chooser of tabs, in pixels of the design."""
DISTANCES = ("", "close", "tight")
"""How far the tabs of a room stand from each other, as the style sheet knows it: the first that fits."""
LOW = 420
"""Height (of the design) under which a room saves lines: what can stand beside its heading does."""


def page_layout(view: QWidget, title: str) -> tuple[QVBoxLayout, QHBoxLayout]:
    """The frame of a room: its heading, with room for more beside it, and what comes below."""
    head = QHBoxLayout()
    head.setContentsMargins(0, 0, 0, 0)
    heading = label(title, "h1")
    heading.setMinimumHeight(px(HEAD))
    head.addWidget(heading)
    head.addStretch(1)
    layout = QVBoxLayout(view)
    layout.setContentsMargins(px(18), px(14), px(18), px(12))
    layout.setSpacing(px(12))
    layout.addLayout(head)
    return layout, head


def add_way_back(head: QHBoxLayout) -> QToolButton:
    """A button in front of a room's heading that leads from a record back to its list; hidden until it is wanted."""
    made = tool_button(_("Back to the list"), "arrow-left", words=False)
    made.setToolTip(_("Back to the list (Esc, Alt+Left)"))
    head.insertWidget(0, made)
    made.hide()
    return made


class RoomTabs(QTabBar):
    """The tabs of a room; where the room is narrow they stand closer, without their pictures."""

    def __init__(self, tabs: Sequence[tuple[str, str]]) -> None:
        """Make a tab for each (picture, title)."""
        super().__init__()
        self.setObjectName("tabs")
        self.setAccessibleName(_("Kinds of records"))
        self.setExpanding(False)
        self.setDrawBase(False)
        self._images = [image for image, _title in tabs]
        for image, title in tabs:
            self.addTab(icon(image, "muted"), title)
        self._widths: dict[str, int] = {}

    def fit(self, width: int) -> bool:
        """Stand as wide as `width` allows; whether there is room at all."""
        self.ensurePolished()
        if not self._distance():
            self._widths = {"": self._width()}
        for distance in DISTANCES:
            if distance not in self._widths:
                self._set_distance(distance)
                self._widths[distance] = self._width()
            if self._widths[distance] <= width:
                break
        self._set_distance(distance)
        return self._widths[distance] <= width

    def _distance(self) -> str:
        return self.property("distance") or ""

    def _set_distance(self, distance: str) -> None:
        if distance == self._distance():
            return
        self.setProperty("distance", distance)
        for number, image in enumerate(self._images):
            self.setTabIcon(number, QIcon() if distance else icon(image, "muted"))
        restyle(self)

    def _width(self) -> int:
        return sum(self.tabSizeHint(number).width() for number in range(self.count()))


class TabChooser(QComboBox):
    """The tabs of a bar as a list to choose from, for where the bar has no room."""

    def __init__(self, tabs: RoomTabs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs = tabs
        self.setAccessibleName(tabs.accessibleName())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setIconSize(QSize(px(ICON_BESIDE[0]), px(ICON_BESIDE[1])))
        for number in range(tabs.count()):
            self.addItem(tabs.tabIcon(number), tabs.tabText(number))
        self.setMaxVisibleItems(max(tabs.count(), 1))
        longest = max((self.fontMetrics().horizontalAdvance(self.itemText(n)) for n in range(self.count())), default=0)
        self.setMinimumWidth(longest + px(CHOOSER_BESIDE_WORDS))
        self.setCurrentIndex(tabs.currentIndex())
        self.activated.connect(self._on_activated)
        tabs.currentChanged.connect(self.setCurrentIndex)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn to no other tab by chance."""
        event.ignore()

    def _on_activated(self, number: int) -> None:
        self._tabs.setCurrentIndex(number)
        self.setCurrentIndex(self._tabs.currentIndex())  # where the present record was not left


def focus_list(part: QWidget) -> None:
    """Put the cursor on the list of a part of the window, on the button that begins it, or where Tab comes first."""
    tables = [table for table in part.findChildren(ListTable) if table.isVisible()]
    begins = [each for each in part.findChildren(QPushButton, "primary") if each.isVisible() and each.isEnabled()]
    wanted = next(iter([*tables, *begins, *stops(part)]), None)
    if wanted is not None:
        wanted.setFocus(Qt.FocusReason.TabFocusReason)
