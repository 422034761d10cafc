"""Where the sheets of a workbook are while it is written: in memory, large ones in a file that has no name.

The library would write each sheet into a temporary file of its own, speak of a full disk in words that nobody knows,
and leave the file there, with what the archive says in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

IN_MEMORY_BYTES = 8_000_000
"""Sheets with more text than this go to the disk until the workbook is put together."""


class SheetWriter(WorksheetWriter):
    """Writes one sheet into a file that nobody sees."""

    def __init__(self, sheet: Any) -> None:
        super().__init__(sheet, out=SpooledTemporaryFile(IN_MEMORY_BYTES))  # noqa: SIM115 - until `cleanup`

    def read(self) -> bytes:
        """Everything that was written."""
        self.close()
        self.out.seek(0)
        return bytes(self.out.read())

    def cleanup(self) -> None:
        """Let the file go, be it half written: then the library says so once more."""
        with suppress(Exception):
            self.close()
        with suppress(OSError):
            self.out.close()


class BookWriter(ExcelWriter):
    """Puts a workbook together, of sheets in such files."""

    def write_worksheet(self, sheet: Any) -> None:
        """Add a sheet; one that grew row by row has been written."""
        sheet._drawing = SpreadsheetDrawing()
        sheet._drawing.charts, sheet._drawing.images = sheet._charts, sheet._images
        if self.workbook.write_only:
            if not sheet.closed:
                sheet.close()
            writer = sheet._writer
        else:
            writer = SheetWriter(sheet)
        try:
            if not self.workbook.write_only:
                writer.write()
            sheet._rels = writer._rels
            self._archive.writestr(sheet.path[1:], writer.read())
        finally:
            writer.cleanup()
        self.manifest.append(sheet)


@contextmanager
def growing_book() -> Iterator[Workbook]:
    """A workbook whose sheets are written as they grow; nothing stays of them when the block fails."""
    book = Workbook(write_only=True)
    try:
        yield book
    finally:
        for sheet in book.worksheets:
            if sheet._writer is not None:
                with suppress(Exception):
                    if not sheet.closed:
                        sheet.close()
                sheet._writer.cleanup()


def growing_sheet(book: Workbook, name: str) -> Any:
    """Another sheet of a workbook that grows."""
    sheet = book.create_sheet(name)
    sheet._get_writer = partial(_begin, sheet)
    return sheet


def _begin(sheet: Any) -> None:
    """Begin to write a sheet, when its columns are known."""
    if sheet._writer is None:
        sheet._writer = SheetWriter(sheet)
        sheet._writer.write_top()
