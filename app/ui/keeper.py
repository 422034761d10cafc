"""Writes what is being typed into the archive, beside the work of the window, and knows what was left by a crash."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.models.errors import AppError
from app.services.keeping.kept_drafts import Change, KeptRow, OpenForm, keep_drafts, kept_drafts, set_aside
from app.ui.desk import Desk
from app.ui.tasks import Lane, Task


class Keeper(QObject):
    """One for a desk: gathers the changes of all forms, and has one transaction under way at a time."""

    refused = Signal(object)  # AppError: what is typed cannot be kept
    kept = Signal()
    flushing = Signal()  # the archive is being put away

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._pending: dict[tuple[str, str], Change] = {}
        self._writing: dict[tuple[str, str], Change] = {}
        self._task: Task | None = None
        self._rows: dict[tuple[str, str], KeptRow] | None = None
        self._failed = False
        desk.archive_closed.connect(self._on_closed)

    @property
    def can_keep(self) -> bool:
        """Whether there is an archive that takes what is typed."""
        store = self._desk.store
        return store is not None and getattr(store, "writing", False) and hasattr(store, "aside")

    def rows(self) -> tuple[KeptRow, ...]:
        """What was left by earlier sessions, the last typed first."""
        if self._rows is None:
            found = self._desk.read(kept_drafts) if self.can_keep else ()
            self._rows = {(row.place, row.record_id): row for row in found}
        return tuple(self._rows.values())

    def row(self, place: str, record_id: str) -> KeptRow | None:
        """What was left of one form."""
        self.rows()
        assert self._rows is not None
        return self._rows.get((place, record_id))

    def keep(self, form: OpenForm) -> None:
        """Keep a form as it stands, soon."""
        self._put((form.place, form.record_id), form)

    def forget(self, place: str, record_id: str) -> None:
        """Forget a form: it was saved, or given up."""
        self._put((place, record_id), (place, record_id))

    def taken_up(self, row: KeptRow) -> None:
        """What was left of a form stands in it again: from now on it is kept as the form is."""
        if self._rows is not None:
            self._rows.pop((row.place, row.record_id), None)

    def move_away(self, row: KeptRow) -> None:
        """Something else is being typed into the form: what was left of it is kept beside that.

        Raises:
            EnvironmentFailed: as `keep_drafts`.
        """
        self._desk.read(set_aside, row.place, row.record_id)
        self._rows = None

    def flush(self) -> None:
        """Write what waits, at once: the archive is being put away."""
        self.flushing.emit()
        pending, self._pending = self._pending, {}
        if pending and self.can_keep:
            try:
                self._desk.read(keep_drafts, tuple(pending.values()))
            except AppError as error:  # the archive is put away all the same
                self.refused.emit(error)

    def _put(self, key: tuple[str, str], change: Change) -> None:
        if not self.can_keep:
            return
        if self._rows is not None:
            self._rows.pop(key, None)
        self._pending[key] = change
        self._start()

    def _start(self) -> None:
        """Write what waits, unless something is being written: that comes back here."""
        if self._task is not None or not self._pending or not self.can_keep:
            return
        self._writing = dict(self._pending)
        drafts = tuple(self._writing.values())
        self._task = self._desk.run(keep_drafts, drafts, failed=self._on_refused, lane=Lane.FILES)
        self._task.succeeded.connect(self._on_kept)  # by its name: a window that is gone meanwhile hears nothing
        self._task.finished.connect(self._on_finished)

    def _on_kept(self) -> None:
        """What was written waits no more; what was typed meanwhile does."""
        for key, change in self._writing.items():
            if self._pending.get(key) is change:
                del self._pending[key]
        self.kept.emit()

    def _on_refused(self, error: AppError) -> None:
        """The next typing tries again, with all that waits."""
        self._failed = True
        self.refused.emit(error)

    def _on_finished(self) -> None:
        failed, self._failed = self._failed, False
        self._task = None
        if not failed:
            self._start()

    def _on_closed(self) -> None:
        self._pending.clear()
        self._rows = None
