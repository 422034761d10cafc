"""The rail at the left: whose plan it is, the rooms, the version."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app import __version__
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views import Room
from app.ui.widgets import label, plain_tip

KEY = int(Qt.ItemDataRole.UserRole)
WIDTH, WIDTH_SMALL = 226, 60
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
ROW, ROW_LEAST = 38, 27


def room_keys(number: int) -> tuple[str, ...]:
    """Keys that lead to a room, by its number from 1; Ctrl+0 is the preview's."""
    if number <= 9:
        return f"Alt+{number}", f"Ctrl+{number}"
    return ("Alt+0",) if number == 10 else (f"Alt+Shift+{number - 10}",)


class Rail(QFrame):
    """The rooms, one under the other; Alt and a number go there as well."""

    room_wanted = Signal(str)

    def __init__(self, rooms: Sequence[Room]) -> None:
        super().__init__()
        self.setObjectName("side")
        self._small = False
        self.setFixedWidth(px(WIDTH))
        self._brand = label("", "brand", wrap=True)
        self._sub = label("", "brandSub", wrap=True)
        self.rooms = QListWidget()
        self.rooms.setAccessibleName(_("Rooms"))
        self.rooms.setIconSize(QSize(px(18), px(18)))
        self.rooms.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for number, room in enumerate(rooms, 1):
            item = QListWidgetItem(icon(room.icon, "side_text"), _(room.title))
            item.setSizeHint(QSize(0, px(ROW)))
            item.setData(KEY, room.key)
            item.setData(SPOKEN, _(room.title))
            item.setToolTip(f"{_(room.title)} ({room_keys(number)[0]})")
            self.rooms.addItem(item)
        self.rooms.currentItemChanged.connect(self._on_current_changed)
        self.setFocusProxy(self.rooms)
        self._heading = QWidget()
        heading = QVBoxLayout(self._heading)
        heading.setContentsMargins(px(20), 0, px(12), px(10))
        heading.setSpacing(px(2))
        heading.addWidget(self._brand)
        heading.addWidget(self._sub)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(16), 0, px(12))
        self._version = label(_("Version {version}").format(version=__version__), "brandSub")
        self._version.setContentsMargins(px(20), 0, px(12), 0)
        layout.addWidget(self._heading)
        layout.addWidget(self.rooms, 1)
        layout.addStretch(0)
        layout.addWidget(self._version)

    def set_heading(self, office: str, plan: str) -> None:
        """Say whose plan it is."""
        self._brand.setText(office)
        self._sub.setText(plan)
        self._sub.setVisible(bool(plan))
        self._sub.setToolTip(plain_tip(plan))

    def set_working(self, working: bool) -> None:
        """Show the rooms only while an archive is open."""
        self.rooms.setVisible(working)

    def set_small(self, *, small: bool) -> None:
        """Show the icons of the rooms alone, or their names as well."""
        if small == self._small:
            return
        self._small = small
        self.setFixedWidth(px(WIDTH_SMALL if small else WIDTH))
        self._heading.setVisible(not small)
        self._version.setVisible(not small)
        for row in range(self.rooms.count()):
            item = self.rooms.item(row)
            item.setText("" if small else item.data(SPOKEN))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rows are as high as the rooms have place for: in a low window they move together before they scroll."""
        super().resizeEvent(event)
        self._fit_rows()

    def _fit_rows(self) -> None:
        wanted = max(min(self.rooms.viewport().height() // max(self.rooms.count(), 1), px(ROW)), px(ROW_LEAST))
        for row in range(self.rooms.count()):
            item = self.rooms.item(row)
            if item.sizeHint().height() != wanted:
                item.setSizeHint(QSize(0, wanted))

    def mark(self, key: str | None) -> None:
        """Show in which room one is."""
        for row in range(self.rooms.count()):
            if self.rooms.item(row).data(KEY) == key:
                self.rooms.setCurrentRow(row)

    def _on_current_changed(self, item: QListWidgetItem | None, _previous: QListWidgetItem | None) -> None:
        if item is not None:
            self.room_wanted.emit(item.data(KEY))
