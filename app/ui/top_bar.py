"""The bar at the top: the menu of the archive, what can be done here, the search box; words where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolBar, QToolButton

from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.line import PaletteBox
from app.ui.theme import px
from app.ui.widgets import tool_button

SEARCH_WIDTH, SEARCH_LEAST, SEARCH_ICON = 250, 150, 38
HEIGHT, ICON = 54, 18
BEFORE, BETWEEN, BEHIND = 8, 6, 14


class TopBar(QFrame):
    """What can be done here; without room for the words the buttons show their icons alone."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__()
        self.setObjectName("top")
        self.setMinimumHeight(px(HEIGHT))
        self._words_width = 0
        self.bar = QToolBar(_("What can be done here"))
        self.bar.setMovable(False)
        self.bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        more = self.bar.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:
            more.setAccessibleName(_("More commands"))
            more.setToolTip(_("More commands"))
            more.setIcon(icon("ellipsis"))
        self.menu_button = tool_button(_("Archive"), "archive")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setMenu(menu)
        self.search = PaletteBox()
        row = QHBoxLayout(self)
        row.setContentsMargins(px(BEFORE), 0, px(BEHIND), 0)
        row.setSpacing(px(BETWEEN))
        row.addWidget(self.menu_button)
        row.addWidget(self.bar, 1)
        row.addWidget(self.search)
        self._set_words(words=False)
        self.show_actions(())

    def show_actions(self, actions: Sequence[QAction]) -> None:
        """Offer these; a separator stands where an action says so."""
        self.bar.clear()
        self._set_words(words=True)
        for action in actions:
            self.bar.addAction(action)
            if not action.isSeparator():
                made = self.bar.widgetForAction(action)
                made.setAccessibleName(action.text().replace("&", ""))
                made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._words_width = self.menu_button.sizeHint().width() + self.bar.sizeHint().width()
        self._settle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words come and go with the room."""
        super().resizeEvent(event)
        self._settle()

    def _settle(self) -> None:
        """Words on the buttons before a long search box, icons alone before commands that are not to be seen."""
        room = self.width() - px(BEFORE) - px(BEHIND) - 3 * px(BETWEEN)
        words = self._words_width + px(SEARCH_LEAST) <= room
        self._set_words(words=words)
        used = self._words_width if words else self.menu_button.sizeHint().width() + self.bar.sizeHint().width()
        left = min(room - used, px(SEARCH_WIDTH))
        self.search.set_width(left if left >= px(SEARCH_LEAST) else px(SEARCH_ICON))

    def _set_words(self, *, words: bool) -> None:
        style = Qt.ToolButtonStyle
        wanted = style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
        if self.bar.toolButtonStyle() != wanted:
            self.bar.setToolButtonStyle(wanted)
            self.menu_button.setToolButtonStyle(wanted)
            for each in (self.bar, self.menu_button):
                each.setIconSize(QSize(px(ICON + 6 if words else ICON), px(ICON)))
