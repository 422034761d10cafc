"""Saved views of a list: its search, filters, order and columns under a name, on this computer.

What somebody looked for, and what they call it, may be a person's name: views are kept sealed, each for its archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from app.ui import dialogs
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.widgets import tool_button

if TYPE_CHECKING:
    from app.ui.tables import TableView

NAME_MAX = 40
VIEWS_MAX = 20
"""Most views of one list; a longer menu is no help."""

KEPT_MAX = 5 * VIEWS_MAX
"""Most views of one list in all archives."""


def token(value: Any) -> str:
    """A value of a column as it is remembered."""
    return str(value.value if isinstance(value, StrEnum) else value)


class SavedViews(QObject):
    """The button of a list that saves, applies and removes its views."""

    def __init__(self, view: TableView) -> None:
        super().__init__(view)
        self._view = view
        self.button = tool_button(_("Views"), "table-properties", words=False)
        self.button.setToolTip(_("Saved views of this list"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self.button)
        self._menu.aboutToShow.connect(self.fill)
        self._menu.triggered.connect(self._on_triggered)
        self.button.setMenu(self._menu)
        if view.desk.is_open and view.key in view.desk.settings.get("views"):
            self._saved()

    # --- what others call -----------------------------------------------------------------

    def names(self) -> list[str]:
        """Names of the views of this list."""
        return [str(view["name"]) for view in self._saved()]

    def save(self, name: str) -> None:
        """Remember the list as it is seen; a view of the same name is replaced."""
        view = {"name": name.strip()[:NAME_MAX], **self._present()}
        others = [known for known in self._saved() if known["name"] != view["name"]]
        self._remember([*others, view][-VIEWS_MAX:])

    def remove(self, name: str) -> None:
        """Forget a view."""
        self._remember([known for known in self._saved() if known["name"] != name])

    def apply(self, name: str) -> None:
        """Show the list as a view has it; what the list has no more is passed over."""
        view = next((known for known in self._saved() if known["name"] == name), None)
        if view is None:
            return
        self._view.show_all()
        self._view.restore_columns(view.get("columns", {}))
        model = self._view.model
        keys = {column.key for column in model.columns}
        for key, wanted in _mapping(view.get("filters")).items():
            if key in keys:
                model.set_filter(
                    key, [value for value, _text, _count in model.values_of(key) if token(value) in wanted]
                )
        self._view.search.setText(str(view.get("search", "")))
        sort = view.get("sort")
        places = [column.key for column in model.columns]
        if isinstance(sort, list) and len(sort) == 2 and sort[0] in places:
            order = Qt.SortOrder.AscendingOrder if sort[1] else Qt.SortOrder.DescendingOrder
            self._view.table.sortByColumn(places.index(sort[0]), order)

    def fill(self) -> None:
        """Offer the views, and what can be done with them."""
        self._menu.clear()
        names = self.names()
        for name in names:
            self._add(self._menu, name.replace("&", "&&"), ("apply", name))
        if names:
            self._menu.addSeparator()
        self._add(self._menu, _("Save this view…"), ("save", ""))
        self._add(self._menu, _("All rows"), ("all", ""))
        if names:
            gone = self._menu.addMenu(_("Remove a view"))
            for name in names:
                self._add(gone, name.replace("&", "&&"), ("remove", name))

    # --- parts ------------------------------------------------------------------------------

    @staticmethod
    def _add(menu: QMenu, text: str, what: tuple[str, str]) -> None:
        action = menu.addAction(text)
        action.setData(what)
        if what[0] == "save":
            action.setIcon(icon("plus"))

    def _present(self) -> dict[str, Any]:
        """Search, filters, order and columns as they are now."""
        model = self._view.model
        sort = model.sorting()
        return {
            "search": self._view.search.text(),
            "filters": {key: sorted(map(token, values)) for key, values in model.filters().items() if values},
            "sort": None if sort is None else [sort[0], sort[1]],
            "columns": self._view.columns_entry(),
        }

    def _saved(self) -> list[dict[str, Any]]:
        """The views of this archive; those that an earlier release kept for anybody to read become its own."""
        from app.services.keeping.sealed import unsealed

        desk, key = self._view.desk, self._view.key
        sealed = desk.settings.get("sealed_views").get(key, [])
        views = [view for _text, view in desk.read(unsealed, sealed)]
        book = desk.settings.get("views")
        if key in book:
            views += book.pop(key)
            self._remember(views)
            desk.settings.set("views", book)
        return views

    def _remember(self, views: list[dict[str, Any]]) -> None:
        from app.services.keeping.sealed import seal, unsealed

        desk, key = self._view.desk, self._view.key
        book = desk.settings.get("sealed_views")
        ours = {text for text, _view in desk.read(unsealed, book.get(key, []))}
        others = [text for text in book.get(key, []) if text not in ours]
        sealed = [desk.read(seal, view) for view in views]
        desk.settings.set("sealed_views", {**book, key: [*others, *sealed][-KEPT_MAX:]})

    def _on_triggered(self, action: QAction) -> None:
        what, name = action.data()
        if what == "apply":
            self.apply(name)
        elif what == "remove":
            self.remove(name)
        elif what == "all":
            self._view.show_all()
        else:
            typed = dialogs.ask_text(self._view, _("Save this view"), _("Name of the view"))
            if typed:
                self.save(typed)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
