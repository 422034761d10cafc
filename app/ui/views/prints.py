"""Stampe: every official table and document of the archive, with its pages beside the list."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QWidget

from app.models.errors import AppError
from app.services.changes import Changes
from app.services.reports.print_lists import prints_list, split_print_id
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.preview import PreviewPane
from app.ui.tables import TableView
from app.ui.theme import px
from app.ui.views.base import RoomView
from app.ui.views.layout import page_layout


class PrintsView(RoomView):
    """The list of what can be printed, and the preview of what is chosen."""

    topics = frozenset({"*"})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.list = TableView(desk, "prints", filters=("kind",), printable=False)
        self.list.set_empty("printer", _("Nothing can be printed yet."))
        self.pane = PreviewPane(desk, embedded=True)
        self.pane.clear(_("Choose a document to see its pages."))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(px(12))
        splitter.addWidget(self.list)
        splitter.addWidget(self.pane)
        splitter.setSizes([px(470), px(640)])
        body, _head = page_layout(self, _("Prints"))
        body.addWidget(splitter, 1)
        self.list.selected.connect(self._on_selected)
        self.reload()

    def room_actions(self) -> list[QAction]:
        return self.pane.document_actions()

    def reload(self, changes: Changes | None = None) -> None:
        self.list.set_table(self.desk.read(prints_list, self.desk.texts))
        if self.list.selected_id() is None:
            self.list.select(self.list.first_id())
            self._on_selected(self.list.selected_id())
        elif self.pane.document is not None and self.isVisible():
            self._on_selected(self.list.selected_id())

    def open_record(self, record_id: str, kind: str = "") -> bool:
        if not self.list.select(record_id):
            return False
        self._on_selected(record_id)
        return True

    def _on_selected(self, print_id: str | None) -> None:
        """Show what is chosen; a refusal stands where the pages would."""
        if print_id is None:
            self.pane.clear(_("Choose a document to see its pages."))
            return
        from app.services.reports.catalogue import build_document

        code, item = split_print_id(print_id)
        try:
            self.pane.show_document(self.desk.read(build_document, code, self.desk.texts, item))
        except AppError as error:
            self.pane.clear(sentence(error, self.desk.texts))
