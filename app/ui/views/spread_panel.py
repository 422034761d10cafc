"""The points of one proposal side by side, member by member; and who is far from the others over all of them."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.evaluation.sheets import open_scores
from app.services.evaluation.spread import member_distances, spread_rows
from app.services.reports.scoring_documents import scores_document
from app.services.reports.scoring_lists import distances_table
from app.services.reports.spec import Document, Facts, Items, Paragraph
from app.services.wording.texts import N_
from app.ui import output
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import _
from app.ui.views.archive_pages import RowPanel, paragraph
from app.ui.views.page import RecordPage
from app.ui.widgets import button, label

OPENING = Act(
    N_("Open the sheets…"),
    "eye",
    open_scores,
    fields=(
        FieldSpec(
            "reason",
            N_("Why, if sheets are missing"),
            FieldKind.NOTE,
            lines=2,
            hint=N_("Whoever has handed over the own sheet then sees all points. It stays on the record."),
        ),
    ),
)


class SpreadPanel(RowPanel):
    """What the members gave to a proposal; the same as on paper."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.print_button = button(_("Print"), "printer")
        self.open_button = button(_("Open the sheets…"), "eye", name="primary")
        super().__init__(_("Points side by side"), self.print_button, self.open_button, parent=parent)
        self._desk = desk
        self._proposal_id = ""
        self._document: Document | None = None
        self.tables: list[FactTable] = []
        self.print_button.clicked.connect(self._on_print)
        self.open_button.clicked.connect(self._on_open)

    def open_record(self, proposal_id: str) -> None:
        """Show the points of a proposal."""
        self._proposal_id = proposal_id
        self._document = self._desk.read(scores_document, proposal_id, self._desk.texts)
        row = next((row for row in self._desk.read(spread_rows) if row.id == proposal_id), None)
        self.open_button.setVisible(row is not None and not row.opened and row.given > 0)
        sheet = self.new_sheet()
        sheet.addWidget(label(self._document.title, "h2", wrap=True))
        self.tables = []
        for part in self._document.parts:
            self._show_part(sheet, part)
        distances = self._desk.read(member_distances)
        if distances:
            self._add_table(sheet, distances_table(distances, self._desk.texts))
        sheet.addStretch(1)
        self.end_sheet()

    def _show_part(self, sheet: QVBoxLayout, part: Any) -> None:
        if isinstance(part, Facts):
            sheet.addWidget(paragraph("\n".join(f"{name}: {value}" for name, value in part.pairs), "muted"))
        elif isinstance(part, Paragraph):
            sheet.addWidget(paragraph(part.text, "" if part.strong else "muted"))
        elif isinstance(part, Items):
            sheet.addWidget(paragraph("\n".join(f"– {text}" for text in part.texts)))
        else:
            self._add_table(sheet, part)

    def _add_table(self, sheet: QVBoxLayout, table: Any) -> None:
        made = FactTable(self._desk.texts, table)
        self.tables.append(made)
        sheet.addWidget(made)

    def _on_print(self) -> None:
        if self._document is not None:
            output.preview(self, self._desk, self._document)

    def read_again(self) -> None:
        """Show what became of the proposal since."""
        if self._proposal_id:
            self.open_record(self._proposal_id)

    def _on_open(self) -> None:
        values = ask_values(self, self._desk, OPENING)
        if values is not None:
            self._desk.run(open_scores, self._proposal_id, values["reason"], failed=self._desk.refused.emit)


class SpreadPage(RecordPage):
    """Proposals by how far apart their members are; the panel follows what is handed over and opened."""

    def reload(self) -> None:
        super().reload()
        if isinstance(self.detail, SpreadPanel):
            self.detail.read_again()
