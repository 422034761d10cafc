"""The papers of a meeting in one job: which, how large, into a folder or onto a printer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QListWidget, QListWidgetItem, QWidget

from app.models.errors import InvalidInput
from app.services.papers.queue import QueuePaper, queue_documents, queue_papers, remember_printed, write_queue
from app.services.ports import Progress
from app.services.reports.spec import Document, Sheet
from app.services.wording.texts import N_, Translator
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.i18n import _, plural
from app.ui.secrets import AskingDialog, add_field, form_layout
from app.ui.tasks import Lane
from app.ui.theme import px
from app.ui.widgets import button, label

SHEETS = (
    (Sheet.USUAL, N_("A4")),
    (Sheet.LARGE, N_("A4 in large letters")),
    (Sheet.A3, N_("A3 for wide tables")),
)
"""How papers can be put on paper."""


def sheet_box() -> QComboBox:
    """A choice of how papers are put on paper."""
    box = QComboBox()
    box.setAccessibleName(_("Sheets of paper"))
    box.setToolTip(_("Size of the sheets and of the letters"))
    for sheet, name in SHEETS:
        box.addItem(_(name), sheet)
    return box


class QueueDialog(AskingDialog):
    """Ticks papers.

    Attributes:
        chosen, sheet: what was ticked, and how it is put on paper.
        to_printer: whether it goes onto a printer, not into a folder.
    """

    def __init__(self, title: str, papers: tuple[QueuePaper, ...], parent: QWidget | None = None) -> None:
        super().__init__(
            _("Papers of meeting {title}").format(title=title), _("Write into a folder"), "folder-open", parent
        )
        self._papers = papers
        self.chosen: tuple[QueuePaper, ...] = ()
        self.sheet = Sheet.USUAL
        self.to_printer = False
        self.setMinimumWidth(px(560))
        self.body.addWidget(label(_("What is ticked is made in one job, in this order; it can be stopped."), wrap=True))
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.StyledPanel)
        self.list.setAccessibleName(_("Papers"))
        self.list.setMinimumHeight(px(260))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for paper in papers:
            item = QListWidgetItem(paper.title, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if paper.chosen else Qt.CheckState.Unchecked)
        self.list.setCurrentRow(0)
        self.body.addWidget(self.list)
        self._sheet = sheet_box()
        form = form_layout()
        add_field(form, _("Sheets of paper"), self._sheet)
        self.body.addLayout(form)
        self.print_button = button(_("Print"), "printer")
        self.print_button.clicked.connect(self._on_print)
        self.body.addWidget(self.print_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.list.setFocus()

    def take(self) -> None:
        """Take what was ticked.

        Raises:
            InvalidInput: "queue.empty".
        """
        ticked = [self.list.item(n).checkState() == Qt.CheckState.Checked for n in range(self.list.count())]
        self.chosen = tuple(paper for paper, is_ticked in zip(self._papers, ticked, strict=True) if is_ticked)
        self.sheet = Sheet(self._sheet.currentData())  # Qt gives back a bare text
        if not self.chosen:
            raise InvalidInput("queue.empty")

    def _on_print(self) -> None:
        self.to_printer = True
        self.accept()
        self.to_printer = bool(self.chosen)


def print_meeting(parent: QWidget, desk: Desk, meeting_id: str, title: str) -> None:
    """Ask which papers of a meeting, and make them in one job."""
    dialog = QueueDialog(title, desk.read(queue_papers, meeting_id, desk.texts), parent)
    taken = dialogs.run_dialog(dialog)
    papers, sheet, to_printer = dialog.chosen, dialog.sheet, dialog.to_printer
    dialog.deleteLater()
    if not taken:
        return
    count = plural("{n} paper", "{n} papers", len(papers)).format(n=len(papers))
    if to_printer:
        printer = dialogs.choose_printer(parent, title, 1)
        if printer is not None:
            what = _("Printing {count}").format(count=count)
            desk.run(print_queue, papers, desk.texts, sheet, printer, lane=Lane.FILES, title=what)
        return
    start = desk.path.parent if desk.path is not None else Path.home()
    folder = dialogs.choose_folder(parent, _("Write into a folder"), start)
    if folder is not None:
        what = _("Writing {count}").format(count=count)
        done = _Told(desk, folder)
        desk.run(write_queue, papers, folder, desk.texts, sheet, lane=Lane.FILES, title=what, done=done.tell)


class _Told:
    """Says where the papers lie when they are written."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self._desk, self._folder = desk, folder

    def tell(self, _written: Any) -> None:
        """Say it in the window."""
        self._desk.written.emit(self._folder)


def print_queue(
    store: Any, papers: tuple[QueuePaper, ...], tr: Translator, sheet: Sheet, printer: Any, progress: Progress
) -> None:
    """Draw papers onto a printer, one after the other, as one job each.

    Raises:
        AppError: what the papers raise; "printer.failed".
        Cancelled: as `progress` did.
    """
    from app.services.ports import SILENT
    from app.services.reports.pdf import pdf_bytes
    from app.services.reports.preview import page_count
    from app.ui.preview import print_pages

    made: list[tuple[Document, str]] = []
    for n, document in enumerate(queue_documents(store, papers, tr, sheet)):
        progress.step(n, len(papers))
        pdf = pdf_bytes(document)
        print_pages(store, pdf, range(page_count(pdf)), printer, SILENT)
        made.append((document, papers[n].item or ""))
    remember_printed(store, made)
    progress.step(len(papers), len(papers))
