"""Diritti di una persona: everything on one person in one file, and erasing what need not be kept."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.keeping.persons import PersonFile, Sought, erase_person, find_person
from app.services.reports.person_papers import (
    linked_table,
    past_table,
    person_document,
    summary,
    traces_table,
    write_person_data,
)
from app.ui import dialogs, output
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fact_table import FactTable
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.latest import Latest
from app.ui.line_edits import LineEdit
from app.ui.secrets import ReasonDialog, add_field, form_layout
from app.ui.views.archive_pages import SheetPage, button_foot, paragraph
from app.ui.views.base import RecordKind
from app.ui.widgets import Banner, Panel, Tone, button


def write_person(store: Any, sought: Sought, target: Path) -> Path:
    """Write everything on one person as data."""
    write_person_data(find_person(store, sought), target)
    return target


class PersonPage(SheetPage):
    """Asks for a person, shows what is found, prints it, and erases what may go."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self._found: PersonFile | None = None
        super().__init__(desk, kind, key, parent)

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        return [self.find_action, self.print_action, self.data_action, self.erase_action]

    def reload(self) -> None:
        """Look again, when somebody is looked for."""
        if self._found is not None:
            self._look(self._found.sought)

    def look(self) -> None:
        """Look for the person who is named."""
        self.banner.hide()
        self._look(Sought(self.name.text(), self.code.text()))

    def focus_first(self) -> None:
        """Put the cursor where a name is typed."""
        self.name.setFocus()

    # --- parts ------------------------------------------------------------------------------

    def build_sheet(self, sheet: QVBoxLayout) -> None:
        """Who, what was found, and what can be done with it."""
        self._latest = Latest(self.desk, self)
        self._make_actions()
        sheet.addWidget(self._build_question())
        sheet.addWidget(self._build_answer())
        self._refresh()

    def _make_actions(self) -> None:
        acts = (
            ("search", _("Look for this person"), self.look),
            ("printer", _("Print everything…"), self._on_print),
            ("download", _("Save as data…"), self._on_data),
            ("trash-2", _("Erase what may go…"), self._on_erase),
        )
        made = []
        for image, text, slot in acts:
            action = QAction(icon(image), text, self)
            action.triggered.connect(slot)
            made.append(action)
        self.find_action, self.print_action, self.data_action, self.erase_action = made

    def _build_question(self) -> QWidget:
        panel = Panel(_("Right of a person"))
        said = _(
            "Everything that this archive says of one person: in its records, in the history of its edits, in the names"
            " of its documents, in approved minutes. A mistake is corrected in its record; what need not be kept can be"
            " erased. Nothing that is typed here is kept."
        )
        panel.body.addWidget(paragraph(said, "muted"))
        self.name, self.code = LineEdit(), LineEdit()
        form = form_layout()
        add_field(form, _("Name and surname"), self.name)
        add_field(form, _("Tax code (where it is known)"), self.code)
        panel.body.addLayout(form)
        for editor in (self.name, self.code):
            editor.returnPressed.connect(self.look)
        go = button(self.find_action.text(), "search", name="primary")
        go.clicked.connect(self.look)
        panel.body.addLayout(button_foot(go))
        self.banner = Banner()
        panel.body.addWidget(self.banner)
        return panel

    def _build_answer(self) -> QWidget:
        self.answer = Panel(_("What was found"))
        self._said = paragraph("")
        self.records, self.linked, self.past = (FactTable(self.desk.texts) for _table in range(3))
        buttons = []
        for action, name in ((self.erase_action, "danger"), (self.data_action, ""), (self.print_action, "primary")):
            made = button(action.text(), name=name)
            made.clicked.connect(action.trigger)
            buttons.append(made)
        self.erase_button = buttons[0]
        for part in (self._said, self.records, self.linked, self.past):
            self.answer.body.addWidget(part)
        self.answer.body.addLayout(button_foot(*buttons))
        return self.answer

    # --- what is found ------------------------------------------------------------------------

    def _look(self, sought: Sought) -> None:
        task = self.desk.run(find_person, sought, done=self._on_found, failed=self._on_failed, title=_("Looking"))
        task.cancelled.connect(self._refresh)

    def _on_found(self, found: PersonFile) -> None:
        self._found = found
        self._refresh()

    def _on_failed(self, error: AppError) -> None:
        self._found = None
        self._refresh()
        self._say(sentence(error, self.desk.texts), Tone.BAD)

    def _say(self, text: str, tone: Tone) -> None:
        """Say something under what was asked, and scroll there as soon as it is laid out."""
        self.banner.say(text, tone)
        for area in self.findChildren(QScrollArea):
            if area.isAncestorOf(self.banner):
                QTimer.singleShot(0, partial(area.ensureWidgetVisible, self.banner))

    def _refresh(self) -> None:
        found = self._found
        known = found is not None and not found.is_empty
        for action in (self.print_action, self.data_action):
            action.setEnabled(known)
        self.erase_action.setEnabled(known and found is not None and found.can_erase)
        self.erase_button.setVisible(self.erase_action.isEnabled())
        self.answer.setVisible(known)
        if found is None:
            return
        if not known:
            self._say(_("The archive says nothing of this person."), Tone.INFO)
            return
        tr = self.desk.texts
        self._said.setText("\n".join(f"{caption}: {value}" for caption, value in summary(found, tr)))
        tables = (traces_table(found, tr), linked_table(found, tr), past_table(found, tr))
        for view, table in zip((self.records, self.linked, self.past), tables, strict=True):
            view.set_table(table)
            view.setVisible(bool(table.rows))

    # --- what is done with it ------------------------------------------------------------------

    def _on_print(self) -> None:
        if self._found is not None:
            output.preview(self, self.desk, self.desk.read(person_document, self.desk.texts, self._found.sought))

    def _on_data(self) -> None:
        if self._found is None or self.desk.path is None:
            return
        suggested = self.desk.path.with_name(_("data-of-a-person") + ".json")
        target = dialogs.choose_save(self, self.data_action.text(), _("Data (*.json)"), suggested)
        if target is not None:
            self.desk.run(write_person, self._found.sought, target, done=self.desk.written.emit)

    def _on_erase(self) -> None:
        if self._found is None:
            return
        text = _(
            "Names and particulars of this person go from the records and from their history, for good, and also from a"
            " copy that is opened later. What must be kept stays, and is named in the list. Write the request and the"
            " rule that this rests on, without the person's name."
        )
        dialog = ReasonDialog(self.erase_action.text(), text, _("Erase for good"), "trash-2", self)
        told = dialogs.run_dialog(dialog)
        reason = dialog.reason
        dialog.deleteLater()
        if told:
            self.desk.run(erase_person, self._found.sought, reason, failed=self._on_refused, title=_("Erasing"))

    def _on_refused(self, error: AppError) -> None:
        self._say(sentence(error, self.desk.texts), Tone.BAD)
