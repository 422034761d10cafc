"""Conservazione: how long things are kept in the bin, as classes of the archive; and emptying it by hand."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QWidget

from app.models.errors import InvalidInput
from app.services.journal.labels import TABLES
from app.services.keeping.bin import KEPT
from app.services.keeping.retention import (
    DueRow,
    RetentionDraft,
    TableDraft,
    add_usual_classes,
    delete_retention,
    due_rows,
    empty_bin,
    load_retention,
    save_retention,
)
from app.services.wording.formats import format_instant
from app.services.wording.texts import N_
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, removal
from app.ui.i18n import _, plural
from app.ui.icons import icon
from app.ui.line_edits import LineEdit
from app.ui.secrets import AskingDialog, add_field, form_layout
from app.ui.theme import px
from app.ui.views.base import RecordKind
from app.ui.views.page import RecordPage
from app.ui.widgets import button, label


def table_choices(_store: Any) -> Choices:
    """What can be in the bin."""
    return tuple(sorted(((table, _(TABLES[table][1])) for table in KEPT), key=lambda each: each[1].casefold()))


RETENTION_FORM = FormSpec(
    key="retention",
    title=N_("Retention class"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec(
                    "years",
                    N_("Years kept"),
                    FieldKind.COUNT,
                    width=Width.HALF,
                    hint=N_("From the day of removal on. Empty: for ever, as acts and public money always are."),
                ),
                FieldSpec("note", N_("Note"), FieldKind.NOTE),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "tables",
            N_("What is in it"),
            (FieldSpec("table", N_("What"), FieldKind.CHOICE, choices=table_choices, required=True, width_mm=80),),
            blank=TableDraft,
        ),
    ),
    blank=lambda _store: RetentionDraft(),
    load=load_retention,
    save=save_retention,
    heading=lambda draft: draft.name,
    acts=(removal(delete_retention),),
)


class RetentionPage(RecordPage):
    """The classes, with a button that writes the usual ones."""

    def __init__(self, desk: Desk, kind: RecordKind, key: str, parent: QWidget | None = None) -> None:
        self.usual_action = QAction(icon("list-checks"), _("Take the usual classes"))
        super().__init__(desk, kind, key, parent)
        self.usual_action.setParent(self)
        self.usual_action.triggered.connect(self._on_usual_wanted)

    def page_actions(self) -> list[QAction]:
        """What can be done here."""
        return [self.usual_action, *super().page_actions()]

    def _on_usual_wanted(self) -> None:
        if self.can_leave():
            self.desk.run(add_usual_classes, self.desk.texts)


class EmptyBinDialog(AskingDialog):
    """Which of what is due is erased for good, and why.

    Attributes:
        numbers, reason: what was chosen and written.
    """

    def __init__(self, rows: tuple[DueRow, ...], parent: QWidget | None = None) -> None:
        super().__init__(_("Empty the bin"), _("Erase for good"), "trash-2", parent, final=True)
        self.numbers: tuple[int, ...] = ()
        self.reason = ""
        self.setMinimumWidth(px(640))
        said = _("These are no longer to be kept, by the classes of the archive. What is ticked is erased for good.")
        self.body.addWidget(label(said, wrap=True))
        self.list = QListWidget()
        self.list.setFrameShape(QFrame.Shape.StyledPanel)
        self.list.setAccessibleName(_("What is due"))
        self.list.setMinimumHeight(px(200))
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for each in rows:
            text = _("{kind}: {name} — removed on {when}, kept for {n} years ({rule})").format(
                kind=_(each.row.kind),
                name=each.row.name,
                when=format_instant(each.row.made_at),
                n=each.years,
                rule=each.name,
            )
            item = QListWidgetItem(text, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setData(Qt.ItemDataRole.UserRole, each.row.number)
        self.body.addWidget(self.list)
        everything = button(_("Tick all"))
        everything.clicked.connect(self._on_all)
        self.body.addWidget(everything, 0, Qt.AlignmentFlag.AlignLeft)
        self._reason = LineEdit()
        form = form_layout()
        add_field(form, _("Reason, for the history"), self._reason)
        self.body.addLayout(form)
        self.list.setFocus()

    def take(self) -> None:
        """Take what was ticked.

        Raises:
            InvalidInput: "retention.nothing", "reason.missing".
        """
        items = [self.list.item(row) for row in range(self.list.count())]
        ticked = [item for item in items if item.checkState() == Qt.CheckState.Checked]
        self.numbers = tuple(item.data(Qt.ItemDataRole.UserRole) for item in ticked)
        self.reason = self._reason.text().strip()
        if not self.numbers:
            raise InvalidInput("retention.nothing")
        if not self.reason:
            raise InvalidInput("reason.missing", field="reason")

    def _on_all(self) -> None:
        for row in range(self.list.count()):
            self.list.item(row).setCheckState(Qt.CheckState.Checked)


def ask_and_empty(parent: QWidget, desk: Desk) -> None:
    """Show what is due, and erase what is chosen of it."""
    rows: tuple[DueRow, ...] = desk.read(due_rows)
    if not rows:
        text = _(
            "Nothing in the bin is due. How long things are kept is said in «How long»; without a class they are"
            " kept for ever."
        )
        dialogs.tell(parent, _("Empty the bin"), text)
        return
    dialog = EmptyBinDialog(rows, parent)
    chosen = dialogs.run_dialog(dialog)
    numbers, reason = dialog.numbers, dialog.reason
    dialog.deleteLater()
    if not chosen:
        return
    question = plural(
        "{n} record is erased for good, with its history. It cannot be brought back.",
        "{n} records are erased for good, with their history. They cannot be brought back.",
        len(numbers),
    )
    if dialogs.confirm(parent, _("Empty the bin"), question.format(n=len(numbers)), _("Erase for good")):
        desk.run(empty_bin, numbers, reason, title=_("Erasing"))
