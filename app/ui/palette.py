"""The command palette (Ctrl+K): one box that finds any record and any command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.services.wording.folding import fold
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.line import SearchEdit
from app.ui.tall import resize_to_screen
from app.ui.theme import px
from app.ui.widgets import plain_tip

RECORDS_MAX = 12
COMMANDS_MAX = 8
PAUSE_MILLISECONDS = 60
"""Rest after a key before the archive is searched."""


@dataclass(frozen=True)
class Entry:
    """Something that the palette offers: a command, or a record found."""

    title: str
    detail: str
    icon: str
    run: Callable[[], object]


class CommandPalette(QDialog):
    """A box and the list of what fits; Enter takes the first."""

    def __init__(
        self,
        commands: Sequence[Entry],
        find: Callable[[str, int], Sequence[Entry]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setWindowTitle(_("Search everywhere"))
        self._commands = commands
        self._find = find
        self._entries: list[Entry] = []
        self.box = SearchEdit(_("Find a record or a command"))
        self.box.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(_("What was found"))
        self.list.setUniformItemSizes(True)
        self.list.setIconSize(QSize(px(18), px(18)))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MILLISECONDS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(10), px(10), px(10))
        layout.addWidget(self.box)
        layout.addWidget(self.list)
        resize_to_screen(self, 560, 420)
        self._pause.timeout.connect(self.refresh)
        self.box.textChanged.connect(self._on_typed)
        self.list.itemActivated.connect(self._on_activated)
        self.list.itemClicked.connect(self._on_activated)
        self.refresh()

    def show_under(self, anchor: QWidget, text: str = "") -> None:
        """Open below the search box of the window, with what stands in it."""
        corner = anchor.mapToGlobal(QPoint(anchor.width() - self.width(), anchor.height() + px(4)))
        self.move(corner)
        self.box.setText(text)
        self.refresh()
        self.show()
        self.box.setFocus()

    def done(self, result: int) -> None:
        self._pause.stop()
        super().done(result)

    def entries(self) -> list[Entry]:
        """What is offered now."""
        return self._entries

    def refresh(self) -> None:
        """Offer what fits the text."""
        text = self.box.text().strip()
        words = fold(text).split()
        fitting = [entry for entry in self._commands if all(word in fold(entry.title) for word in words)]
        found = list(self._find(text, RECORDS_MAX)) if text else []
        self._entries = [*found, *fitting[:COMMANDS_MAX]]
        self.list.clear()
        for entry in self._entries:
            item = QListWidgetItem(icon(entry.icon, "muted"), entry.title)
            if entry.detail:
                item.setText(f"{entry.title}   ·   {entry.detail}")
            item.setToolTip(plain_tip(item.text()))
            self.list.addItem(item)
        self.list.setCurrentRow(0 if self._entries else -1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter work while the cursor stays in the box."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key, row = event.key(), self.list.currentRow()
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(min(max(row + step, 0), self.list.count() - 1))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.refresh()
                self._run(max(row, 0))
                return True
            if key == Qt.Key.Key_Escape:
                self.reject()
                return True
        return super().eventFilter(watched, event)

    def _on_typed(self, _text: str) -> None:
        self._pause.start()

    def _on_activated(self, item: QListWidgetItem) -> None:
        self._run(self.list.row(item))

    def _run(self, row: int) -> None:
        if 0 <= row < len(self._entries):
            entry = self._entries[row]
            self.accept()
            entry.run()
