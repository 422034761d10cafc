"""A page for what there is only one of: its form over the whole width, with the first step while it is not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout

from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.views.base import RecordKind, RecordPage
from app.ui.widgets import EmptyState, button


@dataclass(frozen=True)
class SingleKind(RecordKind):
    """A kind of which the archive has one record at most.

    Attributes:
        find: `find(store)` gives the key of the record, None while it is not there.
        begin: words on the button that begins it (source text); without them it begins elsewhere.
    """

    find: Callable[[Any], str | None] = lambda _store: None
    begin: str = ""


class SinglePage(RecordPage):
    """The form of the one record; its list is not shown, and is what is printed and exported."""

    kind: SingleKind

    @property
    def can_add(self) -> bool:
        """Only while there is none."""
        return bool(self.kind.begin) and self.desk.read(self.kind.find) is None

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        return super().page_actions() if self._stack.currentWidget() is self.form else []

    def reload(self) -> None:
        """Read the record again; an unsaved draft stays."""
        self.list.set_table(self.desk.read(self.kind.table, self.desk.texts))
        found = self.desk.read(self.kind.find)
        if found is not None and (self.form is None or not self.form.is_dirty):
            self._show(found)
        elif found is None and self.form is not None and self.form.record_id is not None:
            self._close_form()

    def _form(self) -> RecordForm:
        """The form, no higher than the page before it is shown: it would make the window higher."""
        form = super()._form()
        form.fit(self.size())
        return form

    def _settle(self) -> None:
        """There is no list to give way to."""

    def show_first(self) -> None:
        """There is nothing to choose from."""

    def focus_first(self) -> None:
        """Put the cursor into the form, or on the button that begins it."""
        if self.form is not None and self._stack.currentWidget() is self.form:
            self.form.focus_first()
        else:
            super().focus_first()

    def open_record(self, record_id: str) -> bool:
        """Go to the record; False when it is another."""
        return self.desk.read(self.kind.find) == record_id

    def _build(self) -> None:
        begin = None
        if self.kind.begin:
            begin = button(_(self.kind.begin), "plus", name="primary")
            begin.clicked.connect(self.add)
        elif self.kind.first is not None:
            begin = button(_(self.kind.first.words), "arrow-right", name="primary")
            begin.clicked.connect(self._on_first_wanted)
        self._stack = QStackedWidget()
        empty = EmptyState(self.kind.icon, _(self.kind.empty), begin)
        empty.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)  # the form is as high as it likes
        self._stack.addWidget(empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.list.setParent(self)
        self.list.hide()
        self.list.print_action.setEnabled(True)
        for action in (*self.list.actions_of_list(), self.new_action):
            self.addAction(action)
