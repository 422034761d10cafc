"""Ricevute: the workbooks that came in, each with its receipt, which can be printed again."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QWidget

from app.services.exchange.receipts import ReceiptRow, load_receipt, receipt_document
from app.services.rooms import place_of
from app.ui import output
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.widgets import button, label

WHOLE = 40
"""Texts up to this length are not broken."""


class ReceiptPanel(RowPanel):
    """One receipt: what came, what it was matched to and why, what it said otherwise."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.print_button = button(_("Print the receipt"), "printer")
        self.go_button = button(_("Go to the record"), "arrow-right", name="primary")
        super().__init__(_("Receipt"), self.print_button, self.go_button, parent=parent)
        self._desk = desk
        self._row: ReceiptRow | None = None
        self.print_action = QAction(icon("printer"), self.print_button.text(), self)
        self.go_action = QAction(icon("arrow-right"), self.go_button.text(), self)
        self.print_action.triggered.connect(self.print_receipt)
        self.go_action.triggered.connect(self.go)
        self.print_button.clicked.connect(self.print_action.trigger)
        self.go_button.clicked.connect(self.go_action.trigger)

    def show_row(self, row: ReceiptRow) -> None:
        """Show this receipt."""
        self._row = row
        texts = self._desk.texts
        receipt = self._desk.read(load_receipt, row.id)
        sheet = self.new_sheet()
        sheet.addWidget(label(receipt.taken.title, "h2", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(1, 1)
        for place, (caption, value) in enumerate(receipt.facts(texts)[1:]):
            grid.addWidget(label(caption, "muted", wrap=True), place, 0)
            grid.addWidget(paragraph(_broken(value)), place, 1)
        sheet.addLayout(grid)
        remarks = receipt.remarks(texts)
        if remarks:
            sheet.addSpacing(px(6))
            sheet.addWidget(label(_("Matched, added, different"), "muted", wrap=True))
        for remark in remarks:
            sheet.addWidget(paragraph(remark))
        sheet.addStretch(1)
        self.end_sheet()
        found = self._desk.read(place_of, row.subject_id) is not None
        self.go_button.setVisible(found)
        self.go_action.setEnabled(found)

    def go(self) -> None:
        """Go to what the workbook became."""
        place = self._desk.read(place_of, self._row.subject_id) if self._row is not None else None
        if place is not None and self._row is not None:
            self._desk.wanted.emit(place.room, self._row.subject_id)

    def print_receipt(self) -> None:
        """Show the receipt as it will be printed."""
        if self._row is not None:
            output.preview(self, self._desk, self._desk.read(receipt_document, self._desk.texts, self._row.id))


def _broken(text: str) -> str:
    """A text that may break anywhere, when it has no spaces: a fingerprint."""
    whole = " " in text or len(text) < WHOLE
    return text if whole else "\u200b".join(text[n : n + 8] for n in range(0, len(text), 8))


class ReceiptsPage(LanePage):
    """The receipts; Enter goes to the record."""

    def make_panel(self) -> QWidget:
        return ReceiptPanel(self.desk)

    def record_actions(self) -> list[QAction]:
        if self.panel is None or self.chosen() is None:
            return []
        return [self.panel.go_action, self.panel.print_action]

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.panel is not None:
            self.panel.go()
