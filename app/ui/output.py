"""What leaves the window: preview, print and files, of lists as they are seen and of documents."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from app.services.reports.spec import Document, Table
from app.ui import dialogs
from app.ui.i18n import _
from app.ui.tasks import Lane

if TYPE_CHECKING:
    from app.ui.desk import Desk

_UNSAFE = re.compile(r"[^\w.-]+")


def list_document(store: Any, table: Table, language: str) -> Document:
    """A list as a document of its own, under the office's heading."""
    from app.services.reports.frame import framed
    from app.services.wording.texts import translator

    slug = _UNSAFE.sub("-", table.title.casefold()).strip("-") or table.code
    tr = translator(language)
    return framed(store, tr, table.code, table.title, (table,), slug=slug, landscape=table.landscape)


def print_table(parent: QWidget, desk: Desk, table: Table) -> None:
    """Show a list as it will be printed."""
    preview(parent, desk, desk.read(list_document, table, desk.texts.language))


def export_table(parent: QWidget, desk: Desk, table: Table) -> None:
    """Write a list to a file of the form that the user chooses."""
    export(parent, desk, desk.read(list_document, table, desk.texts.language), has_sheet=True)


def preview(parent: QWidget, desk: Desk, document: Document) -> None:
    """Show a document page by page, with the buttons that print and save it."""
    from app.ui.preview import PreviewDialog

    dialog = PreviewDialog(desk, document, parent.window())
    dialog.open_preview()


def write_bytes(_store: Any, path: Path, data: bytes) -> Path:
    """Write a file as it is."""
    from app.services.files import atomic_write

    with atomic_write(path) as file:
        file.write(data)
    return path


def export(parent: QWidget, desk: Desk, document: Document, *, has_sheet: bool | None = None, item: str = "") -> None:
    """Write a document to a file; the form follows from the suffix that the user chooses.

    Args:
        item: key of the record that it is about, for the history of prints.
    """
    from app.services.reports.writer import Format, export_document

    sheets = any(True for _table in document.tables()) if has_sheet is None else has_sheet
    patterns = [_("PDF document (*.pdf)")]
    if sheets:
        patterns = [_("Spreadsheet (*.xlsx)"), *patterns, _("Text with separators (*.csv)"), _("Data (*.json)")]
    suffix = ".xlsx" if sheets else ".pdf"
    suggested = _folder(desk) / f"{document.slug or document.code}{suffix}"
    path = dialogs.choose_save(parent, _("Export"), ";;".join(patterns), suggested)
    if path is None:
        return
    known = {f".{fmt.value}": fmt for fmt in Format}
    fmt = known.get(path.suffix.casefold())
    if fmt is None:
        sentence = _("«{name}» has a suffix that the program does not write. Choose .pdf, .xlsx, .csv or .json.")
        dialogs.warn(parent, _("Export"), sentence.format(name=path.name))
        return
    texts = desk.texts

    def write(store: Any, progress: Any) -> Path:
        from app.services.papers.prints import remember_print

        export_document(document, fmt, path, texts, progress)
        remember_print(store, document, fmt.value, item)
        return path

    desk.run(write, lane=Lane.FILES, title=_("Writing {name}").format(name=path.name), done=desk.written.emit)


def _folder(desk: Desk) -> Path:
    """Folder that is offered: the archive's, when it can be written."""
    folder = desk.path.parent if desk.path is not None else Path.home()
    return folder if os.access(folder, os.W_OK) else Path.home()
