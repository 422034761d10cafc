"""After a crash the window opens where one was: at the form that was being typed into, and at its field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.ui.desk import Desk
from app.ui.i18n import plural
from app.ui.views import ROOMS

if TYPE_CHECKING:
    from app.services.keeping.kept_drafts import KeptRow
    from app.ui.main_window import MainWindow


class Reopening(QObject):
    """Asks each archive that is opened what was left in it."""

    def __init__(self, desk: Desk, window: MainWindow) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        desk.archive_opened.connect(self._on_opened)

    def reopen(self, row: KeptRow) -> bool:
        """Go to the form of what was left; a record that is gone begins anew with it."""
        from app.ui.views.base import RecordsView

        room, _dot, kind = row.place.partition(".")
        known = any(each.key == room for each in ROOMS)
        if not known or not self._window.go(room):
            return False
        view = self._window.current_view()
        if not isinstance(view, RecordsView) or not any(each.key == kind for each in view.kinds):
            return False
        view.show_kind(kind)
        page = view.page(kind)
        shown = page.form is not None and row.about and page.form.record_id == row.about
        if shown or (row.about and view.open_record(row.about, kind)):
            keeping = page.keeping
            if keeping is not None and not keeping.holds(row):
                keeping.offer(row)
        else:
            page.add()
            keeping = page.keeping
            if keeping is not None and row.record_id:
                keeping.begin_anew(row)
        if keeping is not None:
            keeping.go_to(row.cursor)
        return keeping is not None

    def _on_opened(self) -> None:
        if not self._desk.keeper.can_keep:
            return
        from app.services.keeping.kept_drafts import kept_drafts

        self._desk.run(kept_drafts, done=self._on_read)

    def _on_read(self, rows: tuple[KeptRow, ...]) -> None:
        if not rows or not self._desk.is_open or not self._window.can_leave():
            return
        self.reopen(rows[0])
        more = len(rows) - 1
        if more:
            text = plural(
                "{n} more form was not saved: it is in «Archive», «Not saved».",
                "{n} more forms were not saved: they are in «Archive», «Not saved».",
                more,
            )
            self._window.status.showMessage(text.format(n=more))
