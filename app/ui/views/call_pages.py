"""Panels of the calls' room: two versions side by side, and a template with the call that begins from it."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.services.calls.rules import rules_rows
from app.services.calls.templates import call_from_template, find_template
from app.services.changes import Changes
from app.services.reports.call_lists import template_table
from app.services.reports.call_tables import comparison_document
from app.services.reports.spec import Document
from app.services.wording.texts import Translator
from app.ui import output
from app.ui.desk import Desk
from app.ui.editors import ReferenceEdit
from app.ui.fact_table import FactTable
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.views.archive_pages import RowPanel, button_foot, paragraph, scrolled
from app.ui.views.base import RecordPage
from app.ui.widgets import button, label


def _compare(store: Any, before: str, after: str, tr: Translator) -> Document:
    """Two versions side by side, to be shown and printed."""
    return comparison_document(store, tr, f"{after}:{before}")


class ComparisonPanel(QFrame):
    """The version that is chosen beside another one, rule by rule."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self._desk = desk
        self._rules_id = ""
        self._has_others = False
        self._document: Document | None = None
        self._title = label("", "h2", wrap=True)
        self.other = ReferenceEdit()
        self.other.setAccessibleName(_("Compare with"))
        self._alone = paragraph(_("There is no other version to compare it with."), "muted")
        self._caption = label(_("Compare with"), "muted")
        self._caption.setBuddy(self.other)
        self.table = FactTable(desk.texts)
        self._print_button = button(_("Print"), "printer")
        self._export_button = button(_("Export"), "file-down")
        self.other.edited.connect(self._on_other_chosen)
        self._print_button.clicked.connect(self._on_print)
        self._export_button.clicked.connect(self._on_export)
        self._build()

    def open_record(self, rules_id: str) -> None:
        """Show a version beside the one before it; the first of a call beside another one, when there is any."""
        self._rules_id = rules_id
        rows = self._desk.read(rules_rows)
        chosen = next(row for row in rows if row.id == rules_id)
        text = _("{call}, version {version}")
        named = _("Version {version} – {call}")  # the number first: titles of calls are long
        others = tuple((row.id, named.format(call=row.call, version=row.version)) for row in rows if row.id != rules_id)
        before = [row for row in rows if row.call_id == chosen.call_id and row.version == chosen.version - 1]
        wanted = before[0].id if before else next((key for key, _name in others), None)
        self._title.setText(text.format(call=chosen.call, version=chosen.version))
        self._has_others = bool(others)
        self.other.set_choices(others)
        self.other.set_value(wanted)
        self._show(wanted)

    def _build(self) -> None:
        inside = QWidget()
        inside.setObjectName("sheet")
        sheet = QVBoxLayout(inside)
        sheet.setContentsMargins(0, 0, px(8), 0)
        for part in (self._title, self._alone, self._caption, self.other, self.table):
            sheet.addWidget(part)
        sheet.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(12), px(16), px(12))
        layout.setSpacing(px(10))
        layout.addWidget(scrolled(inside, _("Comparison")), 1)
        layout.addLayout(button_foot(self._export_button, self._print_button))

    def _on_other_chosen(self, other: object) -> None:
        self._show(other if isinstance(other, str) and other else None)

    def _show(self, other: str | None) -> None:
        self._document = None
        if other is not None:
            self._document = self._desk.read(_compare, other, self._rules_id, self._desk.texts)
            (table,) = self._document.tables()
            self.table.set_table(table, titled=False)
        has_others = self._has_others
        self._alone.setVisible(not has_others)
        self._caption.setVisible(has_others)
        self.other.setVisible(has_others)
        for part in (self.table, self._print_button, self._export_button):
            part.setVisible(other is not None)

    def _on_print(self) -> None:
        if self._document is not None:
            output.preview(self, self._desk, self._document)

    def _on_export(self) -> None:
        if self._document is not None:
            output.export(self, self._desk, self._document, has_sheet=True)


class TemplatePanel(RowPanel):
    """A template: its rules with their sources, and the button that begins a call from it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.begin_button = button(_("New call from this template"), "plus", name="primary")
        super().__init__(_("Template"), self.begin_button, parent=parent)
        self._desk = desk
        self._code = ""
        self.begin_action = QAction(icon("plus"), self.begin_button.text(), self)
        self.begin_action.triggered.connect(self.begin)
        self.begin_button.clicked.connect(self.begin_action.trigger)

    def open_record(self, code: str) -> None:
        """Show a template."""
        self._code = code
        template = find_template(code)
        sheet = self.new_sheet()
        sheet.addWidget(label(template.title, "h2", wrap=True))
        issued = _("Issued by {body}, {year}").format(body=template.body, year=template.year)
        sheet.addWidget(paragraph(issued, "muted"))
        sheet.addWidget(FactTable(self._desk.texts, template_table(template, self._desk.texts)))
        sheet.addWidget(label(_("Sources"), "h3"))
        sheet.addWidget(paragraph("\n".join(template.sources)))
        sheet.addStretch(1)
        self.end_sheet()

    def begin(self) -> None:
        """Make a call with these rules and go to it; a second click makes no second one."""
        self.begin_action.setEnabled(False)
        task = self._desk.run(call_from_template, self._code, done=self._on_made, failed=self._desk.refused.emit)
        task.finished.connect(self._on_ended)

    def _on_ended(self) -> None:
        self.begin_action.setEnabled(True)

    def _on_made(self, changes: Changes) -> None:
        self._desk.wanted.emit("calls", changes.id)


class PanelPage(RecordPage):
    """A list with a panel of its own; the act of the panel is in the command palette too."""

    def record_actions(self) -> list[QAction]:
        panel = self.detail
        return [panel.begin_action] if isinstance(panel, TemplatePanel) else []
