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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QSplitter, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.models.errors import NotFound
from app.services.changes import Changes
from app.services.reports.spec import Table
from app.ui.desk import Desk
from app.ui.forms import FormSpec, RecordForm
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tables import TableView
from app.ui.theme import px
from app.ui.views.layout import focus_list, page_layout
from app.ui.widgets import EmptyState, button

PAGE_WIDTH = 1110
"""Width of a room's page in the window's first size, in pixels of the design."""


@dataclass(frozen=True)
class RecordKind:
    """One kind of record in a room.

    Attributes:
        key: stable name; with the room's it names what is remembered of the list.
        title: of the tab (source text).
        icon: of the tab and of an empty list.
        table: `table(store, tr)` gives the list, with `row_id`.
        form: of one record; None when rows are only looked at.
        filters: columns with a filter chip, beside those that hold states and flags.
        can_add: whether a new record can begin in this list.
        empty: source sentence shown while there is no record.
        detail: `detail(desk)` makes a widget with `open_record(id)` that stands in the place of a form.
        form_width: of the form beside its list, in pixels of the design, until the user moves the border.
    """

    key: str
    title: str
    icon: str
    table: Callable[[Any, Any], Table]
    form: FormSpec | None = None
    filters: tuple[str, ...] = ()
    can_add: bool = True
    empty: str = ""
    detail: Callable[[Desk], QWidget] | None = None
    form_width: int = 470


class RoomView(QWidget):
    """A room of the window; when it is made it shows what the archive holds.

    Attributes:
        topics: changes that make it reload; "*" for any.
    """

    topics: ClassVar[frozenset[str]] = frozenset()

    actions_changed = Signal()
    title_changed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    def room_actions(self) -> list[QAction]:
        """What can be done here, for the bar at the top; a separator stands where an action says so."""
        return []

    def record_actions(self) -> list[QAction]:
        """What can be done to the record that is shown, for the command palette."""
        return []

    def reload(self, changes: Changes | None = None) -> None:
        """Show what the archive holds now; `changes` says what was touched, None that anything may have been."""

    def open_record(self, record_id: str, kind: str = "") -> bool:
        """Go to a record; whether it was found here."""
        return False

    def can_leave(self) -> bool:
        """Whether the room may be left; asks about unsaved changes."""
        return True

    def focus_first(self) -> None:
        """Put the cursor where the work of the room begins: on its list, or on the first thing that can be done."""
        focus_list(self)

    def focus_record(self) -> None:
        """Put the cursor on the record that is shown."""
        self.focus_first()

    def concerns(self, changes: Changes) -> bool:
        """Whether a change makes this room reload."""
        return "*" in self.topics or bool(self.topics & changes.topics)


class RecordPage(QWidget):
    """One kind of record: the list, and the form of the record that is chosen."""

    actions_changed = Signal()

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.kind = kind
        self._key = key
        self._is_reverting = False
        self.form: RecordForm | None = None
        self.detail: QWidget | None = None
        self.new_action = QAction(icon("plus"), _("New"), self)
        self.new_action.setShortcut(QKeySequence("Ctrl+N"))
        self.new_action.setToolTip(_("New: {title} (Ctrl+N)").format(title=_(kind.title)))
        self.new_action.triggered.connect(self.add)
        self.list = TableView(desk, key, filters=kind.filters)
        self._build()
        self.list.selected.connect(self._on_selected)
        self.list.activated.connect(self._on_activated)

    @property
    def can_add(self) -> bool:
        """Whether a new record can begin here."""
        return self.kind.can_add and self.kind.form is not None and self.kind.form.save is not None

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        actions = [self.new_action] if self.can_add else []
        if self.form is not None:
            actions += [_separator(self), *self.form.actions_of_form()]
        return [*actions, _separator(self), *self.list.actions_of_list()]

    def record_actions(self) -> list[QAction]:
        """What can be done to the record that is shown."""
        return self.form.actions_of_record() if self.form is not None else []

    def reload(self) -> None:
        """Read the list and the form again; an unsaved draft stays."""
        self.list.set_table(self.desk.read(self.kind.table, self.desk.texts))
        if self.form is not None:
            try:
                self.form.reload()
            except NotFound:
                self._close_form()
        self._settle()

    def show_first_soon(self) -> None:
        """Show the first record when the list is painted: a form may take longer to be made than the list."""
        soon = QTimer(self)
        soon.setSingleShot(True)
        soon.timeout.connect(self._on_list_painted)
        soon.start(0)

    def show_first(self) -> None:
        """Show the first record beside the list, so that the page is not half empty."""
        first = self.list.first_id()
        if first is not None and (self.kind.form is not None or self.kind.detail is not None):
            self.open_record(first)

    def open_record(self, record_id: str) -> bool:
        """Go to a record; False when it is not of this kind or the present one may not be left."""
        if not self.can_leave():
            return False
        if not self.list.select(record_id):
            self.list.search.clear()
            self.list.model.clear_narrowing()
            if not self.list.select(record_id):
                return False
        return self._show(record_id)

    def add(self) -> None:
        """Begin a new record."""
        if not self.can_add or not self.can_leave():
            return
        self.list.select(None)
        form = self._form()
        form.open_blank()
        self._stack.setCurrentWidget(form)
        self._settle()
        form.focus_first()
        self.actions_changed.emit()

    def focus_first(self) -> None:
        """Put the cursor on the list, or on the button that begins the first record."""
        focus_list(self)

    def focus_record(self) -> None:
        """Put the cursor into the form of the record, or on the list where there is none."""
        if self.form is not None and self._stack.currentWidget() is self.form:
            self.form.focus_first()
        else:
            self.focus_first()

    def can_leave(self) -> bool:
        """Whether the record may be left."""
        return self.form is None or self.form.leave()

    # --- parts ------------------------------------------------------------------------------

    def _build(self) -> None:
        begin = None
        if self.can_add:
            begin = button(_("New"), "plus", name="primary")
            begin.clicked.connect(self.add)
            self.addAction(self.new_action)
        self.list.set_empty(self.kind.icon, _(self.kind.empty) if self.kind.empty else _("Nothing here yet."), begin)
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState(self.kind.icon, _("Choose a row to see it here.")))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(px(12))
        self._splitter.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        if self.kind.form is None and self.kind.detail is None:
            return
        self._stack.setMinimumWidth(px(350))
        self._splitter.addWidget(self._stack)
        self._splitter.setStretchFactor(0, 3)
        self._splitter.setStretchFactor(1, 2)
        sizes = self.desk.settings.get("splitters").get(self._key)
        share = [PAGE_WIDTH - self.kind.form_width, self.kind.form_width]
        self._splitter.setSizes([px(size) for size in sizes or share])
        self._splitter.splitterMoved.connect(self._on_splitter_moved)

    def make_form(self) -> RecordForm:
        """The form of a record; a page with a form of its own makes it here."""
        assert self.kind.form is not None
        return RecordForm(self.desk, self.kind.form)

    def _form(self) -> RecordForm:
        """The form, made when the first record is shown."""
        if self.form is None:
            self.form = self.make_form()
            self.form.saved.connect(self._on_saved)
            self.form.removed.connect(self._close_form)
            self._stack.addWidget(self.form)
        return self.form

    def _show(self, record_id: str) -> bool:
        """Show a record at the right; False when it is gone."""
        try:
            if self.kind.detail is not None:
                self._show_detail(record_id)
            elif self.kind.form is not None:
                form = self._form()
                if form.record_id != record_id or not form.is_dirty:
                    form.open_record(record_id)
                self._stack.setCurrentWidget(form)
        except NotFound as error:
            self.desk.refused.emit(error)
            return False
        self._settle()
        self.actions_changed.emit()
        return True

    def _show_detail(self, record_id: str) -> None:
        if self.detail is None:
            assert self.kind.detail is not None
            self.detail = self.kind.detail(self.desk)
            self._stack.addWidget(self.detail)
        self.detail.open_record(record_id)  # type: ignore[attr-defined]
        self._stack.setCurrentWidget(self.detail)

    def _close_form(self) -> None:
        self._stack.setCurrentIndex(0)
        self.list.select(None)
        self._settle()

    def _settle(self) -> None:
        """Give an empty list the whole width, until a record is begun."""
        if self._stack.parent() is self._splitter:
            self._stack.setVisible(bool(self.list.model.table.rows) or self._stack.currentIndex() > 0)

    # --- gestures ---------------------------------------------------------------------------

    def _on_list_painted(self) -> None:
        if self.desk.is_open and self.form is None and self.detail is None:
            self.show_first()

    def _on_selected(self, record_id: str) -> None:
        if self._is_reverting or self._is_shown(record_id):
            return
        if self.can_leave():
            self._show(record_id)
            return
        self._is_reverting = True
        self.list.select(self.form.record_id if self.form else None)
        self._is_reverting = False

    def _is_shown(self, record_id: str) -> bool:
        return self.form is not None and self.form.record_id == record_id and self._stack.currentWidget() is self.form

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.form is not None:
            self.form.focus_first()

    def _on_saved(self, changes: Changes) -> None:
        """Go to the record that was saved; the list was reloaded by the news of the change."""
        if changes.ids:
            self.list.select(changes.id)

    def _on_splitter_moved(self, *_moved: int) -> None:
        scale = px(1000) / 1000
        sizes = [round(size / scale) for size in self._splitter.sizes()]
        settings = self.desk.settings
        settings.set("splitters", {**settings.get("splitters"), self._key: sizes})


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
        self._tabs = QTabBar()
        self._tabs.setObjectName("tabs")
        self._tabs.setAccessibleName(_("Kinds of records"))
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        for kind in self.kinds:
            self._tabs.addTab(icon(kind.icon, "muted"), _(kind.title))
        if len(self.kinds) == 1:
            self._tabs.hide()  # never shown on its own: it has no parent yet
        self._stack = QStackedWidget()
        self.body.addWidget(self._tabs)
        self.body.addWidget(self._stack, 1)
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
            page.actions_changed.connect(self.actions_changed)
            page.reload()
            page.show_first_soon()
        return self._pages[key]

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        """The page of a kind; a room with pages of its own makes them here."""
        return RecordPage(self.desk, kind, key)

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
        candidates = [each.key for each in self.kinds if kind in ("", each.key)]
        for key in candidates:
            if self.page(key).list.model.row_of(record_id) >= 0 or self._is_hidden(key, record_id):
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
        if self._tabs.isVisible():
            self._tabs.setCurrentIndex(number)
            self.focus_first()

    def _is_hidden(self, key: str, record_id: str) -> bool:
        """Whether a record of this kind is only hidden by the search or the filters."""
        table = self.page(key).list.model.table
        return table.row_id is not None and any(table.row_id(row) == record_id for row in table.body())

    def _show_page(self, key: str) -> None:
        self._stack.setCurrentWidget(self.page(key))
        self.actions_changed.emit()

    def _on_tab_changed(self, index: int) -> None:
        """Show another kind, unless the present record may not be left."""
        wanted = self.kinds[index].key
        shown = self._stack.currentWidget()
        if isinstance(shown, RecordPage) and shown.kind.key != wanted and not shown.can_leave():
            self._tabs.blockSignals(True)
            self._tabs.setCurrentIndex([kind.key for kind in self.kinds].index(shown.kind.key))
            self._tabs.blockSignals(False)
            return
        self._show_page(wanted)


def _separator(owner: QWidget) -> QAction:
    action = QAction(owner)
    action.setSeparator(True)
    return action
