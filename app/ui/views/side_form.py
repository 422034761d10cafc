"""A form with what follows from it beside its fields, or under them where there is no room; it follows every key."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.reports.spec import Table
from app.ui.desk import Desk
from app.ui.editors import column_of
from app.ui.fact_table import FactTable
from app.ui.forms import FormSpec, RecordForm
from app.ui.theme import px
from app.ui.widgets import Banner, label

PAUSE_MILLISECONDS = 120
"""Rest after a key before what follows is computed again."""
SIDE_BY_SIDE = 1000
"""From this width (of the design) the panel stands beside the form, below it it stands under it."""


class SidePanel(QWidget):
    """A heading, a warning, a sentence, and as many tables as are needed; as high as all of them."""

    def __init__(self, desk: Desk, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sheet")
        self.desk = desk
        self._tables: list[FactTable] = []
        self.heading = label("", "h2", wrap=True)
        self.said = label("", "muted", wrap=True)
        self.banner = Banner()
        self.column = column_of(self.heading, self.banner, self.said, spacing=10)
        self.column.addStretch(1)
        self.setLayout(self.column)
        self.setAccessibleName(name)

    def shown_tables(self) -> list[FactTable]:
        """Tables that are shown now."""
        return [table for table in self._tables if not table.isHidden()]

    def say(self, text: str) -> None:
        """Show a sentence, or nothing."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def show_tables(self, tables: list[Table]) -> None:
        """Show these tables under each other."""
        while len(self._tables) < len(tables):
            made = FactTable(self.desk.texts)
            self._tables.append(made)
            self.column.insertWidget(self.column.count() - 1, made)
        for made in self._tables[len(tables) :]:
            made.hide()
        for made, table in zip(self._tables, tables, strict=False):
            made.set_table(table)
            made.show()


class SideForm(RecordForm):
    """The form, and a panel that follows what is typed; a form of its own says which panel and what it shows."""

    def __init__(self, desk: Desk, spec: FormSpec, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, spec, parent=parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The panel."""
        raise NotImplementedError

    def refresh_panel(self) -> None:
        """Compute anew what the panel shows."""
        raise NotImplementedError

    def _build(self) -> Iterator[None]:
        yield from super()._build()
        self.panel = self.make_panel()
        self._sheet.insertWidget(self._sheet.count() - 1, self.panel)
        self._side = QScrollArea()
        self._side.setWidgetResizable(True)
        self._side.setFrameShape(QFrame.Shape.NoFrame)
        self._side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._side.setAccessibleName(self.panel.accessibleName())
        self._side.hide()
        halves = QHBoxLayout()
        halves.setSpacing(px(16))
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        place = layout.indexOf(self._scroll)
        layout.removeWidget(self._scroll)
        halves.addWidget(self._scroll, 1)
        halves.addWidget(self._side, 1)
        layout.insertLayout(place, halves, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.timeout.connect(self._on_paused)

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        self._pause.start(PAUSE_MILLISECONDS if key else 0)

    def _on_paused(self) -> None:
        self._pause.stop()
        if self.desk.is_open:
            self.refresh_panel()

    def fit(self, size: QSize) -> None:
        """Put the panel beside the form where there is room, else under its fields."""
        super().fit(size)
        wide = size.width() >= px(SIDE_BY_SIDE)
        if wide == (self._side.widget() is self.panel):
            return
        if wide:
            self._sheet.removeWidget(self.panel)
            self._side.setWidget(self.panel)
        else:
            self._side.takeWidget()
            self._sheet.insertWidget(self._sheet.count() - 1, self.panel)
        self.panel.show()
        self._side.setVisible(wide)
