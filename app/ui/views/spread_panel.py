"""The points of one proposal side by side, member by member; and who is far from the others over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.evaluation.sheets import open_scores
from app.services.evaluation.spread import SpreadRow, member_distances
from app.services.reports.scoring_documents import scores_document
from app.services.reports.scoring_lists import distances_table
from app.services.reports.spec import Document, Facts, Items, Paragraph, Table
from app.services.wording.texts import N_, Translator
from app.ui import output
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import _
from app.ui.latest import Latest
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
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


@dataclass(frozen=True)
class Compared:
    """What the panel shows of a proposal: its sheet, and how far the members are from each other over all of them."""

    document: Document
    distances: Table


def compared(store: Any, proposal_id: str, tr: Translator, distances: Table | None) -> Compared:
    """The sheet of a proposal; the distances, which are of all proposals, are read where they are not known."""
    if distances is None:
        distances = distances_table(member_distances(store), tr)
    return Compared(scores_document(store, proposal_id, tr), distances)


class SpreadPanel(RowPanel):
    """What the members gave to a proposal; the same as on paper."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.print_button = button(_("Print"), "printer")
        self.open_button = button(_("Open the sheets…"), "eye", name="primary")
        super().__init__(_("Points side by side"), self.print_button, self.open_button, parent=parent)
        self._desk = desk
        self._latest = Latest(desk, self)
        self._row: SpreadRow | None = None
        self._is_old = True
        self._document: Document | None = None
        self._distances: Table | None = None
        self.tables: list[FactTable] = []
        self.print_button.clicked.connect(self._on_print)
        self.open_button.clicked.connect(self._on_open)

    def show_row(self, row: SpreadRow) -> None:
        """Show the points of a proposal, as soon as they are read."""
        if row == self._row and not self._is_old:
            return
        is_same = self._row is not None and row.id == self._row.id
        self._row, self._is_old = row, False
        self.open_button.setVisible(not row.opened and row.given > 0)
        if not is_same:
            self.print_button.setEnabled(False)
            self._show_parts(f"{row.number}. {row.title}", ())
        self._latest.read(compared, row.id, self._desk.texts, self._distances, done=self._on_read)

    def forget(self) -> None:
        """What was read is old: the next row is read anew, with the distances."""
        self._is_old, self._distances = True, None

    def _on_read(self, told: Compared) -> None:
        self._document, self._distances = told.document, told.distances
        self.print_button.setEnabled(True)
        distances = (told.distances,) if told.distances.rows else ()
        self._show_parts(told.document.title, (*told.document.parts, *distances))

    def _show_parts(self, title: str, parts: Sequence[Any]) -> None:
        sheet = self.new_sheet()
        sheet.addWidget(label(title, "h2", wrap=True))
        self.tables = []
        for part in parts:
            self._show_part(sheet, part)
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
            made = FactTable(self._desk.texts, part)
            self.tables.append(made)
            sheet.addWidget(made)

    def _on_print(self) -> None:
        if self._document is not None:
            output.preview(self, self._desk, self._document)

    def _on_open(self) -> None:
        values = ask_values(self, self._desk, OPENING)
        if values is not None and self._row is not None:
            self._desk.run(open_scores, self._row.id, values["reason"], failed=self._desk.refused.emit)


class SpreadPage(LanePage):
    """Proposals by how far apart their members are; the panel follows what is handed over and opened."""

    def make_panel(self) -> QWidget:
        return SpreadPanel(self.desk)

    def reload(self) -> None:
        """Read the list again, and then the proposal that is shown."""
        if self.panel is not None:
            self.panel.forget()
        super().reload()

    def _on_read(self, table: Table) -> None:
        super()._on_read(table)
        self._offer_begin()
