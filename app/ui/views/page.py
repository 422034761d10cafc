"""One kind of record in a room: its list, and the form of the record that is chosen."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.models.errors import NotFound
from app.services.changes import Changes
from app.services.reports.spec import Table
from app.services.wording.texts import Translator
from app.ui.desk import Desk
from app.ui.forms import FormSpec, RecordForm
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.keeping import Keeping
from app.ui.latest import Latest
from app.ui.table_model import prepare
from app.ui.tables import TableView
from app.ui.theme import px
from app.ui.views.beside import RECORD_LEAST, Beside, announce
from app.ui.views.layout import focus_list
from app.ui.widgets import EmptyState, button


@dataclass(frozen=True)
class First:
    """What must stand before a record of a kind can begin.

    Attributes:
        there: `there(store)` tells whether it stands.
        sentence: what is missing, and why (source text).
        words: on the button that leads to where it is added (source text).
        room: where it is added.
        kind: tab of that room, when it is the same room.
    """

    there: Callable[[Any], bool]
    sentence: str
    words: str
    room: str
    kind: str = ""


def elsewhere(sentence: str, words: str, room: str, kind: str = "") -> First:
    """For a list whose records never begin in it: while it is empty, `words` on a button lead to where they do."""
    return First(lambda _store: False, sentence, words, room, kind)


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
        record_least: width that the form keeps beside its list; a form that needs much stands alone in most rooms.
        first: what must stand before a record can begin.
        first_rows: of a list that may be long: as `table`, with its first rows alone where many (`Table.whole`).
        keeps: table of the archive that holds these records, for a room whose lists may be long.
        stays: columns that give way last where there is no room; without them the first text and the first amount.
        folds: whether columns give way at all.
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
    record_least: int = RECORD_LEAST
    first: First | None = None
    first_rows: Callable[[Any, Any], Table] | None = None
    keeps: str = ""
    stays: tuple[str, ...] = ()
    folds: bool = True


class RecordPage(QWidget):
    """One kind of record: the list, and the form of the record that is chosen.

    Where there is no room for both (`beside.single`), choosing a row by Enter or a click opens its record in the place
    of the list, and the way back leads to that row.
    """

    actions_changed = Signal()
    place_wanted = Signal(str, str)  # room and tab where something else must begin first

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.kind = kind
        self._key = key
        self._is_reverting = False
        self._lacks_first: bool | None = None
        self._growing: RecordForm | None = None
        self._just_read: str | None = None
        self._latest = Latest(desk, self)
        self.beside: Beside | None = None
        self.form: RecordForm | None = None
        self.keeping: Keeping | None = None
        self.detail: QWidget | None = None
        self.new_action = QAction(icon("plus"), _("New"), self)
        self.new_action.setShortcut(QKeySequence("Ctrl+N"))
        self.new_action.setToolTip(_("New: {title} (Ctrl+N)").format(title=_(kind.title)))
        self.new_action.triggered.connect(self.add)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_list_painted)
        self.list = TableView(desk, key, filters=kind.filters, folds=kind.folds, keeps=kind.stays)
        self._build()
        self.list.selected.connect(self._on_selected)
        self.list.activated.connect(self._on_entered)
        self.list.table.clicked.connect(self._on_clicked)

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
        self._read_list()
        if self.form is not None:
            try:
                self.form.reload()
            except NotFound:
                self._close_form()
        self._offer_begin()
        self._settle()

    def _read_list(self) -> None:
        """Read the list: whole, or its first rows at once and all of them on the lane."""
        table = self.desk.read(self.kind.first_rows or self.kind.table, self.desk.texts)
        model = self.list.model
        stays = model.is_whole and model.table.rows and (model.is_narrowed or model.sorting() is not None)
        if table.whole is None or not stays:  # what was looked for stands until it was looked for anew
            self.list.set_table(table)
        self._latest.drop()
        if table.whole is not None:
            reading = partial(_read_whole, self.kind)
            self._latest.read(reading, self.desk.texts, done=self.list.set_table, title=_("Reading all rows"))

    def has(self, record_id: str) -> bool:
        """Whether a record is of this list, visible or not, read or not."""
        model = self.list.model
        if model.row_of(record_id) >= 0:
            return True
        if not model.is_whole:
            return self._is_kept(record_id)
        table = model.table
        return table.row_id is not None and any(table.row_id(row) == record_id for row in table.body())

    def _is_kept(self, record_id: str) -> bool:
        """Whether the archive has a record of this kind that the list may not have yet."""
        form = self.kind.form
        if self.list.model.is_whole or form is None:
            return False
        try:
            self.desk.read(form.load, record_id)
        except NotFound:
            return False
        return True

    def show_first_soon(self) -> None:
        """Show the first record when the list is painted: a form may take longer to be made than the list."""
        self._soon.start()

    def show_first(self) -> None:
        """Show the first record beside the list, so that the page is not half empty; or choose its row."""
        first = self.list.first_id()
        if self.is_single:
            self.list.select(self.list.selected_id() or first)
            return
        if first is not None and (self.kind.form is not None or self.kind.detail is not None):
            self._find(first)

    @property
    def is_settling(self) -> bool:
        """Whether the first record is still on its way into its form."""
        return self._soon.isActive()

    @property
    def is_single(self) -> bool:
        """Whether list and record are shown one at a time."""
        return self.beside is not None and self.beside.single

    @property
    def way_back(self) -> QAction | None:
        """What leads from the record back to the list, while the list is not to be seen."""
        back = self.beside.back_action if self.beside is not None else None
        return back if back is not None and back.isEnabled() else None

    def open_record(self, record_id: str) -> bool:
        """Go to a record; False when it is not of this kind or the present one may not be left."""
        if not self._find(record_id):
            return False
        self._turn(to_record=True)
        return True

    def show_list(self) -> None:
        """Go back to the list, unless the record may not be left."""
        if self.beside is None or not self.can_leave():
            return
        if self.form is not None and self.form.record_id is None:
            self._close_form()
        self._turn(to_record=False)
        self.focus_first()

    def _find(self, record_id: str) -> bool:
        """Choose a record in the list and show it, whichever of the two is in front."""
        if not self.can_leave():
            return False
        if not self.list.select(record_id):
            self.list.search.clear()
            self.list.model.clear_narrowing()
            if not self.list.select(record_id) and not self._is_kept(record_id):
                return False
        return self._show(record_id)

    def add(self) -> None:
        """Begin a new record."""
        if not self.can_add or self._lacks_first or not self.can_leave():
            return
        self.list.select(None)
        form = self._form()
        form.open_blank()
        self._stack.setCurrentWidget(form)
        self._settle()
        self._turn(to_record=True)
        form.focus_first()
        self.actions_changed.emit()

    def focus_first(self) -> None:
        """Put the cursor on the list, or on the button that begins; on the record where it stands alone."""
        if self.way_back is not None and self.form is not None:
            self.form.focus_first()
        else:
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
        if self.can_add:
            self.addAction(self.new_action)
        self._offer_begin()
        self._stack = QStackedWidget()
        self._stack.addWidget(EmptyState(self.kind.icon, _("Choose a row to see it here.")))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        if self.kind.form is None and self.kind.detail is None:
            layout.addWidget(self.list)
            return
        self._stack.setMinimumWidth(px(RECORD_LEAST))
        sizes = self.desk.settings.get("splitters").get(self._key, ())
        self.beside = Beside(self.list, self._stack, self.kind.form_width, sizes, self.kind.record_least, self)
        self.beside.left.connect(self.show_list)
        self.beside.turned.connect(self._on_turned)
        self.beside.splitterMoved.connect(self._on_splitter_moved)
        layout.addWidget(self.beside)

    def _offer_begin(self) -> None:
        """Offer to begin a record where none is yet, or to go where something else must begin first."""
        first = self.kind.first
        lacks = first is not None and not self.list.model.table.rows and not self.desk.read(first.there)
        if lacks == self._lacks_first:
            return
        self._lacks_first = lacks
        self.new_action.setEnabled(not lacks)
        begin = None
        sentence = _(self.kind.empty) if self.kind.empty else _("Nothing here yet.")
        if first is not None and lacks:
            sentence, begin = _(first.sentence), button(_(first.words), "arrow-right", name="primary")
            begin.clicked.connect(self._on_first_wanted)
        elif self.can_add:
            begin = button(_("New"), "plus", name="primary")
            begin.clicked.connect(self.add)
        self.list.set_empty(self.kind.icon, sentence, begin)

    def _on_first_wanted(self) -> None:
        assert self.kind.first is not None
        self.place_wanted.emit(self.kind.first.room, self.kind.first.kind)

    def make_form(self, *, grown: bool = True) -> RecordForm:
        """The form of a record, all of it or to be grown; a page with a form of its own makes it here."""
        assert self.kind.form is not None
        return RecordForm(self.desk, self.kind.form, parent=self._stack, grown=grown)

    def _form(self) -> RecordForm:
        """The form, made when the first record is shown."""
        if self.form is None:
            self.form = self._growing or self.make_form()
            self._growing = None
            self.form.finish()
            self.keeping = Keeping(self.form, self._key)
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
                if self._just_read != record_id and (form.record_id != record_id or not form.is_dirty):
                    form.open_record(record_id)
                self._just_read = None
                self._stack.setCurrentWidget(form)
        except NotFound as error:
            self.desk.refused.emit(error)
            return False
        self._settle()
        self.actions_changed.emit()
        return True

    def _read_ahead(self, record_id: str | None) -> None:
        """Fill the form before it is shown; a record that is gone is missed when it is to be shown."""
        form = self._form()
        if record_id is not None:
            with suppress(NotFound):
                form.open_record(record_id)
                self._just_read = record_id

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
        self._turn(to_record=False)

    def _settle(self) -> None:
        """Give an empty list the whole width, until a record is begun."""
        if self.beside is not None:
            self.beside.offer_record(bool(self.list.model.table.rows) or self._stack.currentIndex() > 0)

    def _turn(self, *, to_record: bool) -> None:
        """Put the record or the list in front, and say so where the other one is not to be seen."""
        if self.beside is None or self.beside.shows_record == to_record:
            return
        self.beside.turn(to_record=to_record)
        if self.beside.single:
            said = _("Record; Esc leads back to the list") if to_record else _("List; Enter opens the record")
            announce(self, said)

    # --- gestures ---------------------------------------------------------------------------

    def _on_list_painted(self) -> None:
        """The list is painted: make the form part by part, then show the first record in it, where there is room."""
        if self._is_form_awaited():
            if self.is_single:
                self.show_first()  # a row to begin from, before the form is made
            self._growing = self._growing or self.make_form(grown=False)
            if not self._growing.grow() and self._is_first_to_show():
                self._read_ahead(self.list.selected_id() or self.list.first_id())
            self._soon.start()
            return
        is_at_record = self.beside is not None and self.beside.shows_record and self._stack.currentIndex() > 0
        if not self.desk.is_open or is_at_record:
            return
        if self.is_single:
            self.show_first()
        else:
            self._show_chosen()

    def _is_form_awaited(self) -> bool:
        """Whether a form is not made yet in which a record is to be shown, or may be opened or begun soon."""
        if self.form is not None or self.kind.form is None or not self.desk.is_open:
            return False
        if self._is_first_to_show():
            return True
        may_come = self.list.first_id() is not None or (self.can_add and not self._lacks_first)
        return may_come and (self._growing is None or not self._growing.is_whole)

    def _is_first_to_show(self) -> bool:
        """Whether the first record is shown without being asked for."""
        return not self.is_single and self.list.first_id() is not None

    def _on_selected(self, record_id: str) -> None:
        if self._is_reverting or self.is_single or self._is_shown(record_id):
            return
        self._turn(to_record=False)
        if self.can_leave():
            self._show(record_id)
            return
        self._is_reverting = True
        self.list.select(self.form.record_id if self.form else None)
        self._is_reverting = False

    def _is_shown(self, record_id: str) -> bool:
        return self.form is not None and self.form.record_id == record_id and self._stack.currentWidget() is self.form

    def _on_entered(self, record_id: str) -> None:
        """Enter or a double click on a row: its record, where it is not to be seen yet."""
        if self.beside is None or not self.is_single:
            self._on_activated(record_id)
        elif self.can_leave() and self._show(record_id):
            self._turn(to_record=True)
            if self.form is not None:
                self.form.focus_first()
            else:
                focus_list(self._stack)

    def _on_clicked(self, index: QModelIndex) -> None:
        """A click on a row shows its record, as it does where both are to be seen."""
        row_id = self.list.model.row_id(index.row())
        if row_id is not None and self.is_single and not QApplication.keyboardModifiers():
            self._on_entered(row_id)

    def _on_turned(self) -> None:
        """Another arrangement: with room for both, the chosen row has its record beside it."""
        if self.beside is not None and not self.beside.single:
            self.show_first_soon()
        self.actions_changed.emit()

    def _show_chosen(self) -> None:
        """Show the record of the row that is chosen, unless it is shown."""
        chosen = self.list.selected_id()
        if chosen is None:
            self.show_first()
        elif not self._is_shown(chosen):
            self._show(chosen)

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.form is not None:
            self.form.focus_first()

    def _on_saved(self, changes: Changes) -> None:
        """Go to the record that was saved; the list was reloaded by the news of the change."""
        if changes.ids:
            self.list.select(changes.id)

    def _on_splitter_moved(self, *_moved: int) -> None:
        assert self.beside is not None
        settings = self.desk.settings
        settings.set("splitters", {**settings.get("splitters"), self._key: self.beside.moved_sizes()})


def _read_whole(kind: RecordKind, store: Any, tr: Translator) -> Table:
    """Every row of a long list, with what the list will ask for counted."""
    return prepare(kind.table(store, tr), tr, kind.filters)


def _separator(owner: QWidget) -> QAction:
    action = QAction(owner)
    action.setSeparator(True)
    return action
