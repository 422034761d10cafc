"""A document page by page, as it will be printed, with the buttons that print and save it."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QImage, QKeySequence, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.errors import Cancelled, EnvironmentFailed
from app.services.ports import Progress
from app.services.reports.preview import PageImage
from app.services.reports.spec import Document
from app.ui import dialogs, output
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tall import resize_to_screen
from app.ui.tasks import Lane, Task
from app.ui.theme import colour, px
from app.ui.widgets import label, tool_button

PAGES_KEPT = 12
PRINT_DPI = 200
SIZING_DPI = 24
ZOOM_MIN, ZOOM_MAX, ZOOM_STEP = 0.4, 3.0, 1.25
POINTS_PER_INCH = 72


def _make_pdf(_store: Any, document: Document, progress: Progress) -> tuple[bytes, list[tuple[float, float]]]:
    """The PDF and the size of each page in points."""
    from app.services.reports.pdf import pdf_bytes
    from app.services.reports.preview import render_pages

    pdf = pdf_bytes(document, progress)
    to_points = POINTS_PER_INCH / SIZING_DPI
    return pdf, [(page.width * to_points, page.height * to_points) for page in render_pages(pdf, SIZING_DPI)]


def _draw_page(_store: Any, pdf: bytes, number: int, dpi: float) -> PageImage:
    """One page as a picture."""
    from app.services.reports.preview import render_pages

    return render_pages(pdf, dpi, [number])[0]


def print_document_pages(
    store: Any, document: Document, item: str, pdf: bytes, pages: range, printer: Any, progress: Progress
) -> None:
    """Draw pages of a document onto a printer, and write down that it was printed.

    Raises:
        EnvironmentFailed, Cancelled: as `print_pages` does.
    """
    from app.services.papers.prints import PRINTER, remember_print

    print_pages(store, pdf, pages, printer, progress)
    remember_print(store, document, PRINTER, item)


def print_pages(store: Any, pdf: bytes, pages: range, printer: Any, progress: Progress) -> None:
    """Draw pages onto a printer; what is stopped is not printed.

    Raises:
        EnvironmentFailed: "printer.failed".
        Cancelled: as `progress` did.
    """
    painter = QPainter()
    if not painter.begin(printer):
        raise EnvironmentFailed("printer.failed", name=printer.printerName())
    try:
        for done, number in enumerate(pages):
            progress.step(done, len(pages))
            if done and not printer.newPage():
                raise EnvironmentFailed("printer.failed", name=printer.printerName())
            image = page_image(_draw_page(store, pdf, number, PRINT_DPI))
            room = painter.viewport()
            size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(QRect(room.topLeft(), size), image)
    except Cancelled:
        printer.abort()
        raise
    finally:
        painter.end()
    progress.step(len(pages), len(pages))


def page_image(page: PageImage) -> QImage:
    """A page's picture for Qt; it keeps its own copy of the pixels."""
    return QImage(page.pixels, page.width, page.height, page.width * 4, QImage.Format.Format_RGBA8888).copy()


class _Sheet(QWidget):
    """One page on the screen; asks for its picture when it comes into sight."""

    wanted = Signal(int)

    def __init__(self, number: int, size: tuple[float, float]) -> None:
        super().__init__()
        self.number = number
        self._size = size
        self.pixmap: QPixmap | None = None
        self.setAccessibleName(_("Page {n}").format(n=number + 1))

    def set_scale(self, scale: float) -> None:
        """Pixels of the screen for a point of the page."""
        self.setFixedSize(QSize(round(self._size[0] * scale), round(self._size[1] * scale)))
        self.pixmap = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        if self.pixmap is None:
            self.wanted.emit(self.number)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(self.rect(), self.pixmap)
        painter.setPen(colour("border"))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))


class PreviewPane(QWidget):
    """Pages of a document under a bar of actions; `show_document` fills it, as often as wanted.

    In a room (`embedded`) print and export are left to the bar of the window: `document_actions` gives them.
    """

    ready = Signal()

    def __init__(self, desk: Desk, *, embedded: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.document: Document | None = None
        self.item = ""
        self._pdf = b""
        self._sheets: list[_Sheet] = []
        self._asked: set[int] = set()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._zoom: float | None = None  # None: as wide as the room
        self._task: Task | None = None
        self._build(embedded)

    def document_actions(self) -> list[QAction]:
        """Print and export."""
        return self.actions_[:2]

    def show_document(self, document: Document, item: str = "") -> None:
        """Make the pages of `document` and show them; `item` is the key of the record that it is about."""
        self.document, self.item = document, item
        self._clear()
        self._says.setText(_("Preparing the pages…"))
        if self._task is not None:
            self._task.cancel()
        title = _("Preparing «{title}»").format(title=document.title)
        self._task = self.desk.run(_make_pdf, document, lane=Lane.FILES, title=title, done=self._on_made)
        self._task.failed.connect(self._on_failed)

    def clear(self, sentence: str = "") -> None:
        """Show no document, only a sentence."""
        self.document = None
        self._clear()
        self._says.setText(sentence)

    def page_count(self) -> int:
        """Pages that are shown."""
        return len(self._sheets)

    def print_document(self) -> None:
        """Print by the system's dialog."""
        if not self._pdf or self.document is None:
            return
        printer = dialogs.choose_printer(self, self.document.title, len(self._sheets))
        if printer is not None:
            self._print_on(printer)

    def export_document(self) -> None:
        """Write the document to a file."""
        if self.document is not None:
            output.export(self, self.desk, self.document, item=self.item)

    def zoom_in(self) -> None:
        """Larger."""
        self._set_zoom(self._scale() * ZOOM_STEP)

    def zoom_out(self) -> None:
        """Smaller."""
        self._set_zoom(self._scale() / ZOOM_STEP)

    def zoom_fit(self) -> None:
        """As wide as the room."""
        self._zoom = None
        self._rescale()

    # --- building ---------------------------------------------------------------------------

    def _build(self, embedded: bool) -> None:
        self.actions_ = [
            self._action(_("Print"), "printer", "Ctrl+P", self.print_document),
            self._action(_("Export"), "download", "Ctrl+E", self.export_document),
            self._action(_("Larger"), "zoom-in", "Ctrl++", self.zoom_in),
            self._action(_("Smaller"), "zoom-out", "Ctrl+-", self.zoom_out),
            self._action(_("Whole width"), "maximize", "Ctrl+0", self.zoom_fit),
        ]
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        for number, action in enumerate(self.actions_):
            if embedded and number < 2:
                continue
            made = tool_button(action.text(), "printer", words=number < 2)
            made.setIcon(action.icon())
            made.setToolTip(action.toolTip())
            made.clicked.connect(action.trigger)
            bar.addWidget(made)
        bar.addStretch(1)
        self._says = label("", "muted")
        bar.addWidget(self._says)
        self._pages = QWidget()
        self._pages.setObjectName("sheet")
        self._column = QVBoxLayout(self._pages)
        self._column.setContentsMargins(px(12), px(12), px(12), px(12))
        self._column.setSpacing(px(12))
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setAccessibleName(_("Pages"))
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # so that the width stays
        self._scroll.setWidget(self._pages)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(bar)
        layout.addWidget(self._scroll, 1)

    def _action(self, text: str, image: str, keys: str, slot: Any) -> QAction:
        action = QAction(icon(image), text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    # --- pages ------------------------------------------------------------------------------

    def _clear(self) -> None:
        self._pdf = b""
        self._asked.clear()
        self._seen.clear()
        for sheet in self._sheets:
            self._column.removeWidget(sheet)
            sheet.hide()
            sheet.deleteLater()
        self._sheets = []

    def _on_made(self, made: tuple[bytes, list[tuple[float, float]]]) -> None:
        if not isValid(self):  # the window was closed, or made anew, meanwhile
            return
        self._clear()
        self._pdf, sizes = made
        for number, size in enumerate(sizes):
            sheet = _Sheet(number, size)
            sheet.wanted.connect(self._on_page_wanted)
            self._sheets.append(sheet)
            self._column.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        count = len(sizes)
        self._says.setText(self.desk.texts.plural("{n} page", "{n} pages", count).format(n=count))
        self._task = None
        self._rescale()
        self._scroll.verticalScrollBar().setValue(0)
        self.ready.emit()

    def _on_failed(self, _error: Exception) -> None:
        if not isValid(self):
            return
        self._task = None
        self._says.setText("")

    def _scale(self) -> float:
        """Pixels of the screen for a point of the page."""
        if self._zoom is not None:
            return self._zoom
        widest = max((sheet._size[0] for sheet in self._sheets), default=595.0)
        room = self._scroll.viewport().width() - 2 * px(12)
        return min(max(room / widest, ZOOM_MIN), ZOOM_MAX)

    def _set_zoom(self, zoom: float) -> None:
        self._zoom = min(max(zoom, ZOOM_MIN), ZOOM_MAX)
        self._rescale()

    def _rescale(self) -> None:
        self._asked.clear()
        self._seen.clear()
        for sheet in self._sheets:
            sheet.set_scale(self._scale())

    def _on_page_wanted(self, number: int) -> None:
        if number in self._asked or not self._pdf:
            return
        self._asked.add(number)
        dpi = self._scale() * POINTS_PER_INCH * self.devicePixelRatioF()
        drawn = _Drawn(self, number, self._pdf)
        self.desk.run(_draw_page, self._pdf, number, dpi, lane=Lane.FILES, done=drawn.take)

    def take_page(self, number: int, pdf: bytes, page: PageImage) -> None:
        """Show a page's picture, unless another document is shown by now."""
        if pdf is not self._pdf:
            return
        sheet = self._sheets[number]
        sheet.pixmap = QPixmap.fromImage(page_image(page))
        sheet.update()
        self._seen[number] = None
        self._seen.move_to_end(number)
        if len(self._seen) > PAGES_KEPT:
            old, _nothing = self._seen.popitem(last=False)
            self._asked.discard(old)
            self._sheets[old].pixmap = None

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._zoom is None and event.size().width() != event.oldSize().width():
            self._rescale()

    def _print_on(self, printer: Any) -> Task:
        """Draw the pages that were asked for onto the printer, beside the window."""
        assert self.document is not None
        first = max(printer.fromPage(), 1) - 1
        last = min(printer.toPage() or len(self._sheets), len(self._sheets))
        title = _("Printing «{title}»").format(title=self.document.title)
        asked = (self.document, self.item, self._pdf, range(first, last), printer)
        return self.desk.run(print_document_pages, *asked, lane=Lane.FILES, title=title)


class _Drawn:
    """Where a drawn page goes."""

    def __init__(self, pane: PreviewPane, number: int, pdf: bytes) -> None:
        self._pane, self._number, self._pdf = pane, number, pdf

    def take(self, page: PageImage) -> None:
        """Hand the picture over, if its pane still stands."""
        if isValid(self._pane):
            self._pane.take_page(self._number, self._pdf, page)


class PreviewDialog(QDialog):
    """The preview in a window of its own."""

    def __init__(self, desk: Desk, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Preview: {title}").format(title=document.title))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        resize_to_screen(self, 860, 900)
        self.pane = PreviewPane(desk)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(10), px(12), px(12))
        layout.addWidget(self.pane)
        self.pane.show_document(document)

    def open_preview(self) -> None:
        """Show the dialog beside the window, which stays usable."""
        self.show()
