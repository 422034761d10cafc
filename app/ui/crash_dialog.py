"""What is logged of a bug, without anybody's data, and the dialog that says it."""

from __future__ import annotations

import contextlib
import logging
import platform

from PySide6 import __version__ as qt_version
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from app import __version__
from app.services.bugs import places_of
from app.services.settings import settings_folder
from app.ui.clipboard import put_text
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.widgets import button, label

LOG_BYTES = 500_000

_log = logging.getLogger("concilia.crash")


def report(error: BaseException) -> str:
    """What to send to whoever mends the program: versions, kind of error, places in the code; no values."""
    head = f"Concilia {__version__}, Python {platform.python_version()}, Qt {qt_version}, {platform.system()}"
    return "\n".join([head, *places_of(error)])


def log(error: BaseException) -> str:
    """Log a bug; gives its report."""
    text = report(error)
    _log.error("%s", text)
    return text


def log_to_file() -> None:
    """Keep the program's log in the user's folder: one file, and the one before it once it is half a megabyte."""
    file = settings_folder() / "concilia.log"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists() and file.stat().st_size > LOG_BYTES:
            file.replace(file.with_suffix(".old.log"))
        handler = _LogFile(file, encoding="utf-8", delay=True)
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger("concilia").addHandler(handler)


class _LogFile(logging.FileHandler):
    """The log's file, without which the program goes on where the disk is full."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, where there is room for it."""
        with contextlib.suppress(OSError):
            super().emit(record)

    def handleError(self, _record: logging.LogRecord) -> None:
        """Say nothing of a line that was not written."""


class CrashDialog(QDialog):
    """Says that something went wrong, and gives the report to be copied."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Unexpected error"))
        self.setMinimumWidth(px(560))
        sentence = _(
            "Something went wrong that the program did not foresee. What you had saved is safe, and what you were "
            "typing is still in its form. Copy the report and send it to whoever looks after the program."
        )
        self._text = QPlainTextEdit(text)
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        self._text.setAccessibleName(_("Report of the error"))
        self._copy = button(_("Copy the report"), "copy")
        self._copy.clicked.connect(self._on_copy)
        close = button(_("Go on"), name="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addWidget(self._copy)
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(sentence, wrap=True))
        layout.addWidget(self._text)
        layout.addLayout(row)

    def _on_copy(self) -> None:
        put_text(self._text.toPlainText())
        self._copy.setText(_("Copied"))
