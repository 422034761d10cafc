"""Non salvati: what was typed into forms that were not saved, with the way back to them."""

from __future__ import annotations

from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QWidget

from app.services.keeping.kept_drafts import KeptRow, keep_drafts, plain_fields
from app.services.wording.formats import format_instant
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.reopening import Reopening
from app.ui.views.archive_pages import LanePage, RowPanel, paragraph
from app.ui.widgets import button, label


class KeptPanel(RowPanel):
    """One form that was not saved: what stands in it, and the way to it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        self.go_button = button(_("Go on with it"), "arrow-right", name="primary")
        self.throw_button = button(_("Throw it away"), "trash-2", name="danger")
        super().__init__(_("Not saved"), self.throw_button, self.go_button, parent=parent)
        self._desk = desk
        self._row: KeptRow | None = None
        self.go_action = QAction(icon("arrow-right"), self.go_button.text(), self)
        self.throw_action = QAction(icon("trash-2"), self.throw_button.text(), self)
        self.go_action.triggered.connect(self.go)
        self.throw_action.triggered.connect(self.throw)
        self.go_button.clicked.connect(self.go_action.trigger)
        self.throw_button.clicked.connect(self.throw_action.trigger)

    def show_row(self, row: KeptRow) -> None:
        """Show what stands in this form."""
        self._row = row
        sheet = self.new_sheet()
        sheet.addWidget(label(row.title, "h2", wrap=True))
        sheet.addWidget(paragraph(_("Last entry kept on {when}.").format(when=format_instant(row.kept_at)), "muted"))
        before = dict(plain_fields(row.baseline))
        for key, text in plain_fields(row.content):
            if text and text != before.get(key):
                sheet.addWidget(paragraph(text))
        for text in row.typed.values():
            sheet.addWidget(paragraph(text))
        sheet.addStretch(1)
        self.end_sheet()

    def go(self) -> None:
        """Open the form with it."""
        reopening = self.window().findChild(Reopening)
        if self._row is not None and isinstance(reopening, Reopening):
            reopening.reopen(self._row)

    def throw(self) -> None:
        """Forget it, after asking."""
        row = self._row
        sentence = _("What was typed and not saved is lost for good.")
        if row is not None and dialogs.confirm(self, _("Throw it away"), sentence, _("Throw it away")):
            self._desk.keeper.taken_up(row)
            self._desk.run(keep_drafts, ((row.place, row.record_id),), done=self._on_thrown)

    def _on_thrown(self, _nothing: object) -> None:
        page = self.parent()
        while page is not None and not isinstance(page, KeptPage):
            page = page.parent()
        if page is not None:
            page.reload()


class KeptPage(LanePage):
    """Forms that were not saved; Enter goes on with one."""

    def showEvent(self, event: QShowEvent) -> None:
        """Nothing tells when a form is kept: look whenever the page is turned to."""
        super().showEvent(event)
        self.reload()

    def make_panel(self) -> QWidget:
        return KeptPanel(self.desk)

    def record_actions(self) -> list[QAction]:
        if self.panel is None or self.chosen() is None:
            return []
        return [self.panel.go_action, self.panel.throw_action]

    def _on_activated(self, record_id: str) -> None:
        if self._show(record_id) and self.panel is not None:
            self.panel.go()
