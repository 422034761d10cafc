"""Workbooks in and out: forms to be filled elsewhere, and filled ones taken into the archive, many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from app.models.errors import AppError
from app.services.exchange.blank_forms import FORMS, JOURNAL, PAPER, SHEET, TEXT, FormEntry
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _, plural
from app.ui.icons import icon
from app.ui.tasks import Lane

if TYPE_CHECKING:
    from app.services.exchange.registry import Choices
    from app.services.exchange.workbook import Outcome

SUFFIX = ".xlsx"
TAKEN = (SUFFIX, ".xls", ".xlsm", ".ods", ".csv")
"""Files that are meant as workbooks when they are dropped; what is none says so by a sentence."""


class WorkbookActions(QObject):
    """The actions of the archive's menu, and what is dropped on the window; they work while an archive is open."""

    def __init__(self, desk: Desk, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self._known: list[Outcome] = []
        self.import_action = QAction(icon("upload"), _("Import workbooks…"), self)
        self.import_action.setShortcut(QKeySequence("Ctrl+I"))
        self.import_action.triggered.connect(self.choose_import)
        self.form_actions = [self._form_action(form) for form in FORMS]
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        desk.archive_opened.connect(self._refresh)
        desk.archive_closed.connect(self._refresh)
        self._refresh()

    @property
    def actions_(self) -> list[QAction]:
        """All of them, as the menu lists them."""
        return [self.import_action, *self.form_actions]

    # --- in --------------------------------------------------------------------------------

    def choose_import(self) -> None:
        """Ask for filled workbooks and take them in."""
        paths = dialogs.choose_open_many(self._window, _("Import workbooks"), _("Workbooks (*.xlsx)"), self._folder())
        if paths:
            self.take(paths)

    def take(self, paths: Sequence[Path], choices: Choices | None = None) -> None:
        """Take workbooks in; say what came in, or every cell that is wrong."""
        from app.services.exchange.registry import NO_CHOICES
        from app.services.exchange.workbook import import_workbooks

        self._choices = choices or NO_CHOICES
        title = plural("Importing {n} workbook", "Importing {n} workbooks", len(paths)).format(n=len(paths))
        self._desk.run(import_workbooks, tuple(paths), self._choices, done=self._on_imported, title=title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the workbooks that are dropped on the window."""
        if isinstance(event, QDropEvent) and self._desk.is_open:
            paths = dropped(event.mimeData())
            if paths and event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop):
                event.acceptProposedAction()
                if not isinstance(event, QDragEnterEvent):
                    self.take(paths)
                return True
        return super().eventFilter(watched, event)

    def _on_imported(self, outcomes: Sequence[Outcome]) -> None:
        """Announce what came in, ask what has to be asked, and say the rest."""
        from app.services.exchange.workbook import changes_of, questions_of
        from app.ui.import_dialog import ImportDialog, MatchDialog

        changes = changes_of(outcomes)
        if changes.topics:
            self._desk.announce(changes)
        asked = [outcome for outcome in outcomes if outcome.error is not None and questions_of(outcome.error)]
        gone = [outcome for outcome in outcomes if _is_gone(outcome.error)]
        if asked:
            questions = [one for outcome in asked if outcome.error for one in questions_of(outcome.error)]
            dialog = MatchDialog(questions, self._window)
            if dialogs.run_dialog(dialog):
                chosen = {**self._choices.organisations, **dialog.choices()}
                self._once_more(outcomes, asked, replace(self._choices, organisations=chosen))
                return
        elif gone and not self._choices.again:
            texts = [sentence(outcome.error, self._desk.texts) for outcome in gone if outcome.error]
            if dialogs.confirm(self._window, _("Came before"), "\n".join(texts), _("Import again")):
                self._once_more(outcomes, gone, replace(self._choices, again=True))
                return
        shown, self._known = [*self._known, *outcomes], []
        dialogs.run_dialog(ImportDialog(self._desk, shown, self._window))

    def _once_more(self, outcomes: Sequence[Outcome], some: Sequence[Outcome], choices: Choices) -> None:
        """Try some files again, with what was said since; the others keep their outcome."""
        again = {outcome.path for outcome in some}
        self._known += [outcome for outcome in outcomes if outcome.path not in again]
        self.take([outcome.path for outcome in some], choices)

    # --- out -------------------------------------------------------------------------------

    def _form_action(self, form: FormEntry) -> QAction:
        text = _("{title}…") if form.filled else _("Blank form: {title}…")
        action = QAction(icon("file-text"), text.format(title=_(form.title)), self)
        action.setData(form.code)
        action.triggered.connect(self._on_form)
        return action

    def _on_form(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.write_form(next(form for form in FORMS if form.code == action.data()))

    def write_form(self, form: FormEntry, item: str | None = None) -> None:
        """Ask where a form is to be written, and of which record where there are several; then write it."""
        items = self._desk.read(form.items) if form.items and item is None else ()
        if len(items) > 1:
            from app.ui.import_dialog import ItemDialog

            dialog = ItemDialog(_(form.title), items, self._window)
            if not dialogs.run_dialog(dialog):
                return
            item = dialog.chosen()
        elif items:
            item = items[0][0]
        elif item is None and form.item_needed:
            dialogs.warn(self._window, _(form.title), _("There is nothing yet that this form could be written of."))
            return
        words = {
            SHEET: _("Workbooks (*.xlsx)"),
            PAPER: _("PDF document (*.pdf)"),
            JOURNAL: _("Journal of hledger (*.hledger)"),
            TEXT: _("Text with separators (*.csv)"),
        }
        patterns = [words[each] for each in form.formats if each != PAPER or item is not None]
        suggested = self._folder() / f"{form.code.lower()}.{form.formats[0]}"
        path = dialogs.choose_save(self._window, _(form.title), ";;".join(patterns), suggested)
        if path is not None:
            self._write(form, path, item)

    def _write(self, form: FormEntry, path: Path, item: str | None) -> None:
        kind = path.suffix.casefold().removeprefix(".")
        known = kind in form.formats
        wanted = kind if known else form.formats[0]
        place = path if known else path.with_name(f"{path.name}.{wanted}")
        texts = self._desk.texts

        def write(store: Any) -> Path:
            form.write(store, place, texts, item, wanted)
            return place

        title = _("Writing {name}").format(name=place.name)
        self._desk.run(write, lane=Lane.FILES, title=title, done=self._desk.written.emit)

    def _refresh(self) -> None:
        for action in self.actions_:
            action.setEnabled(self._desk.is_open)

    def _folder(self) -> Path:
        return self._desk.path.parent if self._desk.path is not None else Path.home()


def dropped(data: QMimeData) -> list[Path]:
    """The files of a drop that are meant as workbooks."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.casefold() in TAKEN]


def _is_gone(error: AppError | None) -> bool:
    """Whether a file was refused only because what it became before is gone."""
    return error is not None and error.code == "workbook.came_and_went"
