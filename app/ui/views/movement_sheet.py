"""One movement: what it moved, and where it comes from: the act, or the decision, its point and its meeting."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.models.money import format_euro
from app.services.ledger.statement import MovementOrigin, movement_origin
from app.services.reports.ledger_lists import movement_parts, sibling_table
from app.services.wording.formats import format_date
from app.services.wording.labels import label as label_of
from app.ui.desk import Desk
from app.ui.fact_table import FactTable
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.ways import Way
from app.ui.widgets import label


class Sheet(QScrollArea):
    """A white sheet that scrolls; its parts stand one under the other."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        page = QFrame()
        page.setObjectName("panel")
        self.body = QVBoxLayout(page)
        self.body.setContentsMargins(px(16), px(12), px(16), px(12))
        self.body.setSpacing(px(10))
        self.setWidget(page)


class MovementSheet(Sheet):
    """A movement with its ground; every name is a way to its record."""

    shown = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(_("Where it comes from"))
        self.desk = desk
        self.heading = label("", "h2", wrap=True)
        self.said = label("", "muted", wrap=True)
        self.grounds = QWidget()
        self._grounds = QVBoxLayout(self.grounds)
        self._grounds.setContentsMargins(0, 0, 0, 0)
        self._grounds.setSpacing(px(4))
        self.parts, self.siblings = FactTable(desk.texts), FactTable(desk.texts)
        self.parts.activated.connect(self._on_account)
        self.siblings.activated.connect(self.open_record)
        for part in (self.heading, self.said, label(_("Where it comes from"), "h3"), self.grounds, self.parts):
            self.body.addWidget(part)
        self.body.addWidget(self.siblings)
        self.body.addStretch(1)

    def open_record(self, record_id: str) -> None:
        """Show a movement.

        Raises:
            NotFound: "record.gone".
        """
        origin = self.desk.read(movement_origin, record_id)
        row = origin.row
        self.heading.setText(row.reason)
        self.said.setText(
            _("{kind}, {day}: {amount}. Entered by {user}.").format(
                kind=label_of(row.kind, self.desk.texts),
                day=format_date(row.day),
                amount=format_euro(row.cents),
                user=row.made_by,
            )
        )
        self._show_grounds(origin)
        self.parts.set_table(movement_parts(row, self.desk.texts))
        self.siblings.set_table(sibling_table(origin.siblings, self.desk.texts))
        self.siblings.setVisible(bool(origin.siblings))
        self.verticalScrollBar().setValue(0)
        self.shown.emit()

    def ways(self) -> list[Way]:
        """The records that it leads to."""
        return self.grounds.findChildren(Way)

    def _show_grounds(self, origin: MovementOrigin) -> None:
        while (item := self._grounds.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for made in self._ground_parts(origin):
            self._grounds.addWidget(made)

    def _ground_parts(self, origin: MovementOrigin) -> list[QWidget]:
        made: list[QWidget] = []
        if origin.act:
            made.append(label(_("Act: {act}").format(act=origin.act), wrap=True))
        ground = origin.ground
        if ground is not None:
            text = _("Decision no. {number}: {subject}").format(number=ground.number, subject=ground.subject)
            made.append(Way(self.desk, text, "meetings", ground.id))
            text = _("Meeting {number} of {day} ({state}), point «{point}»").format(
                number=ground.meeting,
                day=format_date(ground.meeting_day),
                state=label_of(ground.meeting_state, self.desk.texts),
                point=ground.point,
            )
            made.append(Way(self.desk, text, "meetings", ground.meeting_id))
            if ground.scenario_id is not None:
                text = _("Scenario that it adopted: {name}").format(name=ground.scenario)
                made.append(Way(self.desk, text, "resources", ground.scenario_id))
        if origin.row.reverses_id is not None:
            made.append(Way(self.desk, _("It takes back an earlier movement"), "resources", origin.row.reverses_id))
        if origin.reversed_by is not None:
            made.append(Way(self.desk, _("A later movement took it back"), "resources", origin.reversed_by))
        return made

    def _on_account(self, account_id: str) -> None:
        self.desk.wanted.emit("resources", account_id)
