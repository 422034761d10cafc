"""Documents of a record: added by button, by drag and drop or by key; opened read only, saved, removed to the bin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.documents.documents import (
    DocumentDraft,
    DocumentOwner,
    DocumentRow,
    add_document,
    delete_document,
    document_rows,
    required_documents,
    save_document,
    save_document_as,
)
from app.services.documents.kinds import BY_KEY
from app.services.wording.formats import format_instant, format_size
from app.ui import dialogs
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import N_, _
from app.ui.icons import icon
from app.ui.tasks import Lane
from app.ui.theme import px
from app.ui.widgets import FlowLayout, label, tool_button

KEY = Qt.ItemDataRole.UserRole
ROWS_SHOWN = 4


class DocumentsPanel(QWidget):
    """The documents of one record, with what can be done to them."""

    changed = Signal()
    refused = Signal(str)  # sentences, one a line

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.owner: DocumentOwner | None = None
        self.rows: tuple[DocumentRow, ...] = ()
        self._locked = False
        self._queue: list[Path] = []
        self._said: list[str] = []
        self.setAcceptDrops(True)
        self.list = _DocumentList()
        self.list.setAccessibleName(_("Documents"))
        self.list.setAccessibleDescription(
            _("Enter opens a document read only, Insert adds one, F2 says what it is, Delete removes it.")
        )
        self._note = label("", "muted", wrap=True)
        self.add_action = self._action(_("Add documents…"), "plus", self.choose)
        self.open_action = self._action(_("Open the document"), "eye", self.open_chosen)
        self.save_action = self._action(_("Save as…"), "download", self.save_chosen)
        self.edit_action = self._action(_("What it is…"), "pencil", self.edit_chosen)
        self.remove_action = self._action(_("Remove"), "trash-2", self.remove_chosen)
        self._lay_out()
        self.list.wanted.connect(self._on_key)
        self.list.itemActivated.connect(self.open_action.trigger)
        self.list.currentRowChanged.connect(self._refresh)
        self._refresh()

    # --- what others call -----------------------------------------------------------------

    def show_owner(self, owner: DocumentOwner | None, *, locked: bool) -> None:
        """Show the documents of a record; None for one that was not saved yet."""
        self.owner, self._locked = owner, locked
        self.reload()

    def reload(self) -> None:
        """Read the list again; the chosen document stays chosen."""
        chosen = self.chosen_id()
        self.rows = self.desk.read(document_rows, self.owner) if self.owner is not None else ()
        asked = dict(self.desk.read(required_documents, self.owner)) if self.owner is not None else {}
        self.list.clear()
        for row in self.rows:
            self.list.addItem(self._item(row, asked))
        for place, row in enumerate(self.rows):
            if row.id == chosen:
                self.list.setCurrentRow(place)
        height = self.list.fontMetrics().height() * 2 + px(14)
        self.list.setFixedHeight(height * min(max(len(self.rows), 1), ROWS_SHOWN) + px(8))
        self.list.setVisible(bool(self.rows))
        self._refresh()

    def chosen_id(self) -> str | None:
        """Key of the document that is chosen."""
        item = cast("QListWidgetItem | None", self.list.currentItem())
        return None if item is None else str(item.data(KEY))

    def texts(self) -> list[str]:
        """What the list says, line by line."""
        return [self.list.item(place).text() for place in range(self.list.count())]

    def note_text(self) -> str:
        """What is said under the list."""
        return self._note.text()

    def stops(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        return [self.list, *self._buttons.values()]

    # --- gestures ---------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for files and attach them."""
        if self.add_action.isEnabled():
            paths = dialogs.choose_files(self, _("Add documents"))
            self.add(paths)

    def add(self, paths: Iterable[Path]) -> None:
        """Attach files, one gesture each; what is refused is told together at the end."""
        idle = not self._queue
        self._queue += list(paths)
        if idle and self._queue:
            self._said.clear()
            self._add_next()

    def open_chosen(self) -> None:
        """Open a read-only copy in the program that the system has for it."""
        key = self.chosen_id()
        if key is not None:
            self.desk.run(self.desk.copies.open, key, lane=Lane.FILES, done=show_file)

    def save_chosen(self) -> None:
        """Write the document to a file of its own."""
        row = self._chosen()
        if row is None:
            return
        suggested = (self.desk.path.parent if self.desk.path else Path.home()) / row.name
        path = dialogs.choose_save(self, _("Save a document"), _("All files (*)"), suggested)
        if path is not None:
            self.desk.run(save_document_as, row.id, path, lane=Lane.FILES, done=self.desk.written.emit)

    def edit_chosen(self) -> None:
        """Say which required document it is, and what else there is to say."""
        row = self._chosen()
        if row is None or self._locked:
            return
        asked = self.desk.read(required_documents, self.owner)
        answers = FieldSpec(
            "requirement", N_("Required document that it answers"), FieldKind.CHOICE, choices=lambda _store: asked
        )
        note = FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=3)
        act = Act(N_("What the document is"), "pencil", save_document, fields=(answers, note) if asked else (note,))
        values = ask_values(self, self.desk, act, {"requirement": row.requirement or None, "note": row.note})
        if values is not None:
            draft = DocumentDraft(row.id, values["requirement"] or "", values["note"])
            self.desk.run(save_document, draft, done=self._on_done)

    def remove_chosen(self) -> None:
        """Put the document into the bin, after asking."""
        row = self._chosen()
        if row is None or self._locked:
            return
        question = _("Remove «{name}»? It goes to the bin of the archive and can be restored from there.")
        if dialogs.confirm(self, _("Remove"), question.format(name=row.name), _("Remove")):
            self.desk.run(delete_document, row.id, done=self._on_done)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files."""
        if dropped_files(event) and self.add_action.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach the files that were dropped."""
        self.add(dropped_files(event))
        event.acceptProposedAction()

    # --- parts ------------------------------------------------------------------------------

    def _action(self, text: str, image: str, slot: Callable[[], None]) -> QAction:
        action = QAction(icon(image), text, self)
        action.triggered.connect(slot)
        return action

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(label(_("Documents"), "h3"), 1)
        buttons = QWidget()
        flow = FlowLayout(buttons, spacing=4)
        self._buttons = {}
        for action, image, words in (
            (self.add_action, "plus", True),
            (self.open_action, "eye", True),
            (self.save_action, "download", False),
            (self.edit_action, "pencil", False),
            (self.remove_action, "trash-2", False),
        ):
            made = tool_button(action.text(), image, words=words)
            made.clicked.connect(action.trigger)
            self._buttons[action] = made
            flow.addWidget(made)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        layout.addLayout(head)
        layout.addWidget(self.list)
        layout.addWidget(self._note)
        layout.addWidget(buttons)

    def _item(self, row: DocumentRow, asked: dict[str, str]) -> QListWidgetItem:
        tr = self.desk.texts
        kind = tr(BY_KEY[row.kind].title)
        facts = [kind, format_size(row.size), format_instant(row.added_at)]
        if row.requirement:
            facts.insert(0, _("answers «{name}»").format(name=asked.get(row.requirement, row.requirement)))
        if row.disguised:
            facts.append(_("its name promises another kind"))
        if row.note:
            facts.append(row.note)
        item = QListWidgetItem(
            icon("triangle-alert" if row.disguised else "paperclip"), f"{row.name}\n{' · '.join(facts)}"
        )
        item.setData(KEY, row.id)
        item.setToolTip(_("SHA-256: {hash}").format(hash=row.sha256))
        return item

    def _chosen(self) -> DocumentRow | None:
        key = self.chosen_id()
        return next((row for row in self.rows if row.id == key), None)

    def _refresh(self, *_args: object) -> None:
        chosen = self._chosen() is not None
        may_add = self.owner is not None and not self._locked
        for action, enabled in (
            (self.add_action, may_add),
            (self.open_action, chosen),
            (self.save_action, chosen),
            (self.edit_action, chosen and not self._locked),
            (self.remove_action, chosen and not self._locked),
        ):
            action.setEnabled(enabled)
            self._buttons[action].setEnabled(enabled)
        if self.owner is None:
            self._note.setText(_("Documents are added once the record is saved."))
        elif self._locked:
            self._note.setText("" if self.rows else _("No document came with it."))
        else:
            self._note.setText(_("Drop files here, or add them: they are kept inside the archive."))
        self._note.setVisible(bool(self._note.text()))

    def _add_next(self) -> None:
        if not self._queue or self.owner is None:
            self._finish_adding()
            return
        limit = self.desk.settings.get("document_megabytes") * 1_000_000
        path = self._queue[0]
        title = _("Adding {name}").format(name=path.name)
        self.desk.run(
            add_document,
            self.owner,
            path,
            size_max=limit,
            title=title,
            done=self._on_added,
            failed=self._on_refused,
        )

    def _on_added(self, _changes: Any) -> None:
        self._queue.pop(0)
        self._add_next()

    def _on_refused(self, error: AppError) -> None:
        self._said.append(sentence(error, self.desk.texts))
        self._queue.pop(0)
        self._add_next()

    def _finish_adding(self) -> None:
        self._queue.clear()
        self._on_done(None)
        if self._said:
            self.refused.emit("\n".join(self._said))

    def _on_done(self, _changes: Any) -> None:
        self.reload()
        self.changed.emit()

    def _on_key(self, key: str) -> None:
        {"add": self.choose, "edit": self.edit_chosen, "remove": self.remove_chosen}[key]()


class _DocumentList(QListWidget):
    """The list, with the keys of a document."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("documents")
        self.setWordWrap(True)
        self.setIconSize(QSize(px(18), px(18)))
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Insert adds, F2 says what it is, Delete removes."""
        keys = {Qt.Key.Key_Insert: "add", Qt.Key.Key_F2: "edit", Qt.Key.Key_Delete: "remove"}
        wanted = keys.get(Qt.Key(event.key()))
        if wanted is not None:
            self.wanted.emit(wanted)
        else:
            super().keyPressEvent(event)


def dropped_files(event: QDropEvent) -> list[Path]:
    """Files of this computer that are dropped."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def show_file(path: Path) -> None:
    """Have the system open a file in the program that it has for it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
