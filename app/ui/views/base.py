"""What every room of the window is made from. A typical room is a list of `RecordKind` and no code of its own.

    class NetworkView(RecordsView):
        kinds = (
            RecordKind("organisations", N_("Organisations"), "building-2", organisations_table, ORGANISATION_FORM),
            RecordKind("agreements", N_("Agreement"), "handshake", agreement_table, AGREEMENT_FORM),
        )
        topics = frozenset({"network"})

and in `views/__init__.py`: `Room("network", N_("Network"), "network", "app.ui.views.network:NetworkView")`.
"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.services.changes import Changes
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views.layout import LOW, RoomTabs, TabChooser, add_way_back, focus_list, page_layout
from app.ui.views.page import First, RecordKind, RecordPage, elsewhere
from app.ui.views.room import RoomView

__all__ = ["First", "RecordKind", "RecordPage", "RecordsView", "RoomView", "elsewhere"]


class RecordsView(RoomView):
    """A room of records: a tab for each kind, with its list and form.

    Attributes:
        key: name of the room, for what is remembered.
        title: heading of the room (source text).
        kinds: what is kept here.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    kinds: ClassVar[tuple[RecordKind, ...]] = ()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._pages: dict[str, RecordPage] = {}
        self._stale: set[str] = set()
        self.body, self.head = page_layout(self, _(self.title))
        self._back = add_way_back(self.head)
        self._back.clicked.connect(self._on_back)
        self._tabs = RoomTabs([(kind.icon, _(kind.title)) for kind in self.kinds])
        self._chooser = TabChooser(self._tabs)
        self.head.addWidget(self._chooser)
        self._has_tabs = len(self.kinds) > 1
        self._stack = QStackedWidget(self)
        self.body.addWidget(self._tabs)
        self.body.addWidget(self._stack, 1)
        self._place_tabs()  # a tab bar that is shown before it has its place would be a window
        self._tabs.currentChanged.connect(self._on_tab_changed)
        self._make_ways()
        self._show_page(self.kinds[0].key)

    def page(self, key: str) -> RecordPage:
        """The list and form of one kind, made on its first visit, and up to date."""
        if key in self._stale:
            self._stale.discard(key)
            self._pages[key].reload()
        if key not in self._pages:
            kind = next(kind for kind in self.kinds if kind.key == key)
            page = self.make_page(kind, f"{self.key}.{kind.key}")
            self._pages[key] = page
            self._stack.addWidget(page)
            page.actions_changed.connect(self._on_page_changed)
            page.place_wanted.connect(self._on_place_wanted)
            page.reload()
            page.show_first_soon()
        return self._pages[key]

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        """The page of a kind; a room with pages of its own makes them here."""
        return RecordPage(self.desk, kind, key, self._stack)

    def show_kind(self, key: str) -> None:
        """Go to the tab of one kind."""
        self._tabs.setCurrentIndex([kind.key for kind in self.kinds].index(key))

    def current_page(self) -> RecordPage:
        """The kind that is shown."""
        return self.page(self.kinds[self._tabs.currentIndex()].key)

    def room_actions(self) -> list[QAction]:
        return self.current_page().page_actions()

    def record_actions(self) -> list[QAction]:
        return [*self.current_page().record_actions(), *self._ways]

    def focus_first(self) -> None:
        shown = self._stack.currentWidget()
        if isinstance(shown, RecordPage):
            shown.focus_first()
        else:
            focus_list(shown or self)

    def focus_record(self) -> None:
        self.current_page().focus_record()

    def reload(self, changes: Changes | None = None) -> None:
        """Read the tab that is shown again, the others on their next visit."""
        self._stale.update(self._pages)
        self.current_page()
        self.actions_changed.emit()

    def open_record(self, record_id: str, kind: str = "") -> bool:
        if not self.can_leave():
            return False
        for key in self._candidates(record_id, kind):
            if self.page(key).has(record_id):
                self._tabs.setCurrentIndex([each.key for each in self.kinds].index(key))
                return self.page(key).open_record(record_id)
        return False

    def can_leave(self) -> bool:
        return self.current_page().can_leave()

    def _make_ways(self) -> None:
        """The keys that turn to the tabs beside, and an entry of the command palette for each tab."""
        self._ways: list[QAction] = []
        for step, keys in ((1, "Ctrl+PgDown"), (-1, "Ctrl+PgUp")):
            action = QAction(self)
            action.setShortcut(QKeySequence(keys))
            action.setData(step)
            action.triggered.connect(self._on_turned)
            self.addAction(action)
        for number, kind in enumerate(self.kinds):
            action = QAction(icon(kind.icon), f"{_(self.title)}: {_(kind.title)}", self)
            action.setData(number)
            action.triggered.connect(self._on_way_chosen)
            self._ways.append(action)

    def _on_turned(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._turn_to((self._tabs.currentIndex() + action.data()) % len(self.kinds))

    def _on_way_chosen(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self._turn_to(action.data())

    def _turn_to(self, number: int) -> None:
        """Go to a tab by the keyboard, with the cursor."""
        if self._has_tabs:
            self._tabs.setCurrentIndex(number)
            self.focus_first()

    def _candidates(self, record_id: str, kind: str) -> list[str]:
        """Kinds that a record may be of; where lists may be long none is read in vain."""
        if kind or not any(each.keeps for each in self.kinds):
            return [each.key for each in self.kinds if kind in ("", each.key)]
        from app.services.rooms import place_of

        place = self.desk.read(place_of, record_id)
        return [each.key for each in self.kinds if place is not None and each.keeps == place.table]

    def offer_tabs(self, offered: bool) -> None:
        """Whether one can go from tab to tab."""
        self._has_tabs = offered
        self._place_tabs()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tabs that have no room for all their words become a list to choose from."""
        super().resizeEvent(event)
        self._place_tabs()

    def _place_tabs(self) -> None:
        """Tabs in a line of their own, or, in a small room, chosen from a list beside the heading."""
        fits = self._tabs.fit(self.width() - self.body.contentsMargins().left() * 2)
        small = self.height() < px(LOW) or not fits
        self._tabs.setVisible(self._has_tabs and not small)
        self._chooser.setVisible(self._has_tabs and small)

    def _on_place_wanted(self, room: str, kind: str) -> None:
        """To the tab or the room where something else must begin first."""
        if room == self.key:
            self._turn_to([each.key for each in self.kinds].index(kind))
        else:
            self.desk.wanted.emit(room, "")

    def _on_back(self) -> None:
        self.current_page().show_list()

    def _on_page_changed(self) -> None:
        shown = self._stack.currentWidget()
        self._back.setVisible(isinstance(shown, RecordPage) and shown.way_back is not None)
        self.actions_changed.emit()

    def _show_page(self, key: str) -> None:
        self._stack.setCurrentWidget(self.page(key))
        self._on_page_changed()

    def _on_tab_changed(self, index: int) -> None:
        """Show another kind, unless the present record may not be left."""
        wanted = self.kinds[index].key
        shown = self._stack.currentWidget()
        if isinstance(shown, RecordPage) and shown.kind.key != wanted and not shown.can_leave():
            self._tabs.blockSignals(True)
            self._tabs.setCurrentIndex([kind.key for kind in self.kinds].index(shown.kind.key))
            self._tabs.blockSignals(False)
            self._chooser.setCurrentIndex(self._tabs.currentIndex())
            return
        self._show_page(wanted)
