"""What was left of a form beside what its record is now, field by field; a person decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.models.errors import InvalidInput
from app.services.keeping.kept_drafts import KeptRow, plain_fields
from app.services.reports.table_spec import Column, Kind, Table
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.fields import FieldSpec, FormSpec, GridSpec, shown_text
from app.ui.i18n import _
from app.ui.secrets import AskingDialog
from app.ui.theme import px
from app.ui.widgets import button, label


@dataclass(frozen=True)
class Difference:
    """One field of which two states are known, as they are shown."""

    title: str
    now: str
    typed: str


class KeptDialog(AskingDialog):
    """Offers to put what was typed into the record as it is now, to throw it away, or to leave it for later.

    Attributes:
        draft, baseline: what was typed, and what it was changed from; None when it cannot be read any more.
        given_up: whether it is to be thrown away.
    """

    def __init__(self, spec: FormSpec, row: KeptRow, present: Any, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(_("Not saved: {title}").format(title=row.title), _("Put it in"), "check", parent)
        self.given_up = False
        self.draft: Any = None
        self.baseline: Any = None
        self.setMinimumWidth(px(760))
        try:
            self.draft, self.baseline = row.drafts(type(present))
            found = differences(desk, spec, present, self.draft)
        except InvalidInput:
            found = tuple(Difference(key, "", text) for key, text in plain_fields(row.content))
        found += tuple(Difference(path, "", text) for path, text in row.typed.items())
        self.rows = found
        if self.draft is None:
            self.go_button.hide()
            said = _("It was typed into a form of another release and cannot be put in by itself. Copy what you need.")
        else:
            said = _("Fields that were changed are put in, the others stay as they are; it can be taken back.")
        self.body.addWidget(label(said, "muted", wrap=True))
        columns = (
            Column("field", _("Field"), Kind.TEXT, lambda each: each.title, width_mm=40),
            Column("now", _("There now"), Kind.NOTE, lambda each: each.now, width_mm=70),
            Column("typed", _("Typed and not saved"), Kind.NOTE, lambda each: each.typed, width_mm=70),
        )
        table = FactTable(desk.texts, Table("list.kept", _("Differences"), columns, found))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(table)
        area.setMinimumHeight(px(280))
        area.setAccessibleName(_("Differences"))
        self.body.addWidget(area)
        self.stay_button.setText(_("Later"))
        self.throw_button = button(_("Throw it away"), "trash-2", name="danger")
        self.throw_button.clicked.connect(self._on_thrown)
        self.foot.insertWidget(0, self.throw_button)

    def _on_thrown(self) -> None:
        self.given_up = True
        self.reject()


def differences(desk: Desk, spec: FormSpec, present: Any, draft: Any) -> tuple[Difference, ...]:
    """The fields and grids in which two drafts differ, in the order of the form."""
    found = []
    for field in spec.fields:
        values = [getattr(each, field.key) for each in (present, draft)]
        if values[0] != values[1]:
            labels = dict(desk.read(field.choices)) if field.choices is not None else {}
            found.append(Difference(_(field.title), *(shown_text(field, value, labels) for value in values)))
    for grid in spec.all_grids:
        rows = [getattr(each, grid.key) for each in (present, draft)]
        if rows[0] != rows[1]:
            found.append(Difference(_(grid.title), *(_grid_text(desk, grid, value) for value in rows)))
    return tuple(found)


def _grid_text(desk: Desk, grid: GridSpec, rows: tuple[Any, ...]) -> str:
    """A line for each row of a grid."""
    labels = {column.key: dict(desk.read(column.choices)) for column in grid.columns if column.choices is not None}

    def cell(row: Any, column: FieldSpec) -> str:
        return shown_text(column, getattr(row, column.key), labels.get(column.key, {}))

    lines = ([cell(row, column) for column in grid.columns] for row in rows)
    return "\n".join(" · ".join(text for text in line if text) for line in lines)
