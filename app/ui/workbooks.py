"""Workbooks in and out: blank forms to be filled elsewhere, and filled ones taken into the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.services.exchange.blank_forms import FORMS, FormEntry
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tasks import Lane

SUFFIX = ".xlsx"


class WorkbookActions(QObject):
    """The actions of the archive's menu; they work while an archive is open."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.import_action = QAction(icon("upload"), _("Import a workbook…"), self)
        self.import_action.setShortcut(QKeySequence("Ctrl+I"))
        self.import_action.triggered.connect(self.choose_import)
        self.blank_actions = [self._blank_action(form) for form in FORMS]
        desk.archive_opened.connect(self._refresh)
        desk.archive_closed.connect(self._refresh)
        self._refresh()

    @property
    def actions_(self) -> list[QAction]:
        """All of them, as the menu lists them."""
        return [self.import_action, *self.blank_actions]

    def choose_import(self) -> None:
        """Ask for a filled workbook and take it in; say what came in, or every cell that is wrong."""
        path = dialogs.choose_open(self._window, _("Import a workbook"), _("Workbooks (*.xlsx)"), self._folder())
        if path is None:
            return
        from app.services.exchange.workbook import import_workbook

        title = _("Importing {name}").format(name=path.name)
        self._desk.run(import_workbook, path, done=self._on_imported, title=title)

    def _blank_action(self, form: FormEntry) -> QAction:
        action = QAction(icon("file-text"), _("Blank form: {title}…").format(title=_(form.title)), self)
        action.setData(form.code)
        action.triggered.connect(self._on_blank)
        return action

    def _on_blank(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        form = next(form for form in FORMS if form.code == action.data())
        suggested = self._folder() / f"{form.code.lower()}{SUFFIX}"
        path = dialogs.choose_save(self._window, _("Blank form"), _("Workbooks (*.xlsx)"), suggested)
        if path is None:
            return
        place = path if path.suffix.casefold() == SUFFIX else path.with_name(path.name + SUFFIX)
        texts = self._desk.texts

        def write(store: Any) -> Path:
            form.write(store, place, texts, form.item(store, None), SUFFIX[1:])
            return place

        title = _("Writing {name}").format(name=place.name)
        self._desk.run(write, lane=Lane.FILES, title=title, done=self._desk.written.emit)

    def _on_imported(self, receipt: Any) -> None:
        self._desk.announce(receipt.changes)
        dialogs.tell(self._window, _("Imported"), "\n".join(receipt.lines(self._desk.texts)))

    def _refresh(self) -> None:
        for action in self.actions_:
            action.setEnabled(self._desk.is_open)

    def _folder(self) -> Path:
        return self._desk.path.parent if self._desk.path is not None else Path.home()
