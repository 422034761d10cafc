"""«Da dove viene?»: the statement of an account, each movement with its decision and meeting; from any balance."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.models.money import format_euro
from app.services.ledger.ledger import account_name
from app.services.ledger.statement import Statement, read_statement
from app.services.reports.statement_tables import statement_document, statement_key, statement_table
from app.ui import output
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.line_edits import DateEdit
from app.ui.tables import TableView
from app.ui.theme import px
from app.ui.views.movement_sheet import MovementSheet
from app.ui.widgets import Banner, Cards, Tone, button, label

WIDTH, HEIGHT = 1040, 800
LOW = 520
"""Height (of the design) under which the cards give their room to the rows."""


class OriginDialog(QDialog):
    """An account between two days: what came, what went, by which decision; the chosen movement below."""

    def __init__(self, desk: Desk, account_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Where does it come from?"))
        self.desk, self.account_id = desk, account_id
        self.heading, self.cards, self.banner = label("", "h2", wrap=True), Cards(), Banner()
        self.first, self.last = DateEdit(), DateEdit()
        self.list = TableView(desk, "statement", folds=True, keeps=("came", "went", "balance"))
        self.list.set_empty("wallet", _("No movement in these days."))
        self.movement = MovementSheet(desk)
        self._build()
        for field in (self.first, self.last):
            field.edited.connect(self.reload)
        self.list.selected.connect(self._on_selected)
        desk.wanted.connect(self.close)
        desk.archive_closed.connect(self.close)
        self.reload()
        room = parent.size() if parent is not None else self.screen().availableSize()
        self.resize(min(px(WIDTH), room.width()), min(px(HEIGHT), room.height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a low room the rows come first: they begin and end with the balances that the cards show."""
        super().resizeEvent(event)
        self.cards.setVisible(event.size().height() >= px(LOW))

    def reload(self) -> None:
        """Read the statement of the days that are named."""
        if self.first.problem() is not None or self.last.problem() is not None:
            return
        try:
            found = self.desk.read(read_statement, self.account_id, self.first.value(), self.last.value())
        except AppError as error:
            self.banner.say(sentence(error, self.desk.texts), Tone.WARN)
            return
        self.banner.hide()
        self._show(found)

    def print_statement(self) -> None:
        """Show the statement as it is printed."""
        key = statement_key(self.account_id, self.first.value(), self.last.value())
        try:
            document = self.desk.read(statement_document, self.desk.texts, key)
        except AppError as error:
            self.banner.say(sentence(error, self.desk.texts), Tone.WARN)
            return
        output.preview(self, self.desk, document)

    def _build(self) -> None:
        days = QHBoxLayout()
        days.setSpacing(px(8))
        for text, name, field in (
            (_("From day"), _("First day"), self.first),
            (_("to day"), _("Last day"), self.last),
        ):
            field.setAccessibleName(name)
            field.setFixedWidth(px(140))
            days.addWidget(label(text, "muted"))
            days.addWidget(field)
        days.addStretch(1)
        paper = button(_("Print the statement"), "printer")
        paper.clicked.connect(self.print_statement)
        days.addWidget(paper)
        halves = QSplitter(Qt.Orientation.Vertical)
        halves.setChildrenCollapsible(False)
        halves.addWidget(self.list)
        halves.addWidget(self.movement)
        halves.setSizes([px(380), px(300)])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(14), px(16), px(14))
        layout.setSpacing(px(10))
        for part in (self.heading, self.banner, self.cards):
            layout.addWidget(part)
        layout.addLayout(days)
        layout.addWidget(halves, 1)

    def _show(self, found: Statement) -> None:
        texts = self.desk.texts
        self.heading.setText(account_name(found.kind, found.name, texts))
        self.cards.set_pairs(
            (
                (_("Balance before"), format_euro(found.opening)),
                (_("Came in"), format_euro(found.came)),
                (_("Went out"), format_euro(found.went)),
                (_("Balance after"), format_euro(found.closing)),
            )
        )
        self.list.set_table(statement_table(found, texts))
        self.movement.setVisible(bool(found.lines))
        if found.lines and self.list.selected_id() is None:
            self.list.select(found.lines[-1].id)
            self._on_selected(found.lines[-1].id)

    def _on_selected(self, transfer_id: object) -> None:
        if isinstance(transfer_id, str):
            self.movement.open_record(transfer_id)
