"""The line at the foot: what is under way, when something was last saved, which archive it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QWidget

from app.services.wording.formats import rome
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.tasks import Task
from app.ui.theme import px
from app.ui.widgets import label, plain_tip, tool_button

MESSAGE_MILLISECONDS = 8000


class _Doing(QLabel):
    """What is under way, in the room there is: a long title must not make the window wider."""

    def __init__(self) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._whole = ""

    def say(self, text: str) -> None:
        """Show as much of `text` as there is room for; the whole is in the tool tip."""
        self._whole = text
        self.setToolTip(plain_tip(text))
        self.setAccessibleName(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another room shows more or less of it."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.contentsRect().width(), 0)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))


class StatusLine(QStatusBar):
    """Follows the desk."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._task: Task | None = None
        self.setSizeGripEnabled(False)
        self._doing = _Doing()
        self._bar = QProgressBar()
        self._bar.setFixedWidth(px(110))
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(_("Progress"))
        self._stop = tool_button(_("Stop"), "x")
        self._stop.clicked.connect(self._on_stop)
        self.saved = label("")
        self.archive = label("")
        for widget in (self._doing, self._bar, self._stop):
            self.addWidget(widget, int(widget is self._doing))
            widget.hide()
        self.addPermanentWidget(self.saved)
        self.addPermanentWidget(self.archive)
        desk.started.connect(self._on_started)
        desk.saved.connect(self._on_saved)
        desk.written.connect(self._on_written)

    def show_archive(self) -> None:
        """Say which archive is on the desk, and in which state."""
        path = self._desk.path
        self.saved.setText("")
        if path is None:
            self.clearMessage()  # what it says is of the archive that was here
            self.archive.setText("")
            return
        writing = getattr(self._desk.store, "writing", True)
        text = _("Archive {name}") if writing else _("Archive {name}, open for reading only")
        person = getattr(self._desk.store, "person", None)
        said = text.format(name=path.name)
        self.archive.setText(said if person is None else f"{person.name} · {said}")
        self.archive.setToolTip(plain_tip(str(path)))

    def _on_saved(self) -> None:
        at = getattr(self._desk.store, "saved_at", None) or datetime.now(UTC)
        self.saved.setText(_("saved at {time}").format(time=f"{at.astimezone(rome()):%H:%M:%S}"))

    def _on_written(self, path: Path) -> None:
        self.showMessage(_("Written: {name}").format(name=path), MESSAGE_MILLISECONDS)

    def _on_started(self, task: Task) -> None:
        """Show a task that has a title, until it ends."""
        if not task.title:
            return
        self._task = task
        task.progressed.connect(self._on_progressed)
        task.finished.connect(self._on_finished)
        self._doing.say(task.title)
        self._bar.setRange(0, 0)
        for widget in (self._doing, self._bar, self._stop):
            widget.show()

    def _on_progressed(self, done: int, total: int) -> None:
        if self.sender() is self._task:
            self._bar.setRange(0, max(total, 1))
            self._bar.setValue(done)

    def _on_finished(self) -> None:
        if self.sender() is self._task:
            self._task = None
            for widget in (self._doing, self._bar, self._stop):
                widget.hide()

    def _on_stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
