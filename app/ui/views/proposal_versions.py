"""Two versions of a proposal beside each other, chosen from all that it has."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.proposals.versions import compare_versions, version_rows
from app.services.reports.version_tables import comparison_document, comparison_table, version_name
from app.ui import dialogs, output
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit
from app.ui.fact_table import FactTable
from app.ui.i18n import _
from app.ui.tall import resize_to_screen
from app.ui.theme import px
from app.ui.widgets import button, label


class VersionsDialog(QDialog):
    """What differs between two versions."""

    def __init__(self, desk: Desk, proposal_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.proposal_id = desk, proposal_id
        self.setWindowTitle(_("Comparison of versions"))
        self.rows = {row.number: row for row in desk.read(version_rows, proposal_id)}
        names = tuple((number, version_name(row, desk.texts)) for number, row in self.rows.items())
        self.before, self.after = ChoiceEdit(choices=names), ChoiceEdit(choices=names)
        numbers = list(self.rows)
        for editor, title, number in (
            (self.before, _("Before"), numbers[-2]),
            (self.after, _("After"), numbers[-1]),
        ):
            editor.setAccessibleName(title)
            editor.set_value(number)
            editor.edited.connect(self._refresh)
        self.table = FactTable(desk.texts)
        self._same = label(_("The two versions are the same."), "muted")
        self._lay_out()
        self._refresh()

    def show_versions(self) -> None:
        """Show the dialog until it is closed."""
        try:
            dialogs.run_dialog(self)
        finally:
            self.deleteLater()

    def _lay_out(self) -> None:
        choices = QHBoxLayout()
        for title, editor in ((_("Before"), self.before), (_("After"), self.after)):
            caption = label(title, "muted")
            caption.setBuddy(editor)
            column = QVBoxLayout()
            column.setSpacing(px(3))
            column.addWidget(caption)
            column.addWidget(editor)
            choices.addLayout(column, 1)
        inside = QWidget()
        sheet = QVBoxLayout(inside)
        sheet.setContentsMargins(0, 0, px(8), 0)
        sheet.addWidget(self.table)
        sheet.addWidget(self._same)
        sheet.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        printing = button(_("Print"), "printer")
        printing.clicked.connect(self.print)
        close = button(_("Close"), name="primary")
        close.clicked.connect(self.accept)
        buttons.addWidget(printing)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(_("Comparison of versions"), "h2"))
        layout.addLayout(choices)
        layout.addWidget(scroll, 1)
        layout.addLayout(buttons)
        resize_to_screen(self, 900, 600)

    def print(self) -> None:
        """Show the comparison as it will be printed."""
        item = f"{self.proposal_id}:{self.before.value()}:{self.after.value()}"
        output.preview(self, self.desk, self.desk.read(comparison_document, item, self.desk.texts))

    def _refresh(self, *_args: object) -> None:
        first, second = self.before.value(), self.after.value()
        found = self.desk.read(compare_versions, self.proposal_id, first, second)
        table = comparison_table(found, self.rows[first], self.rows[second], self.desk.texts)
        self.table.set_table(table, titled=False)
        self.table.setVisible(bool(found))
        self._same.setVisible(not found)
