"""When the program meets a bug: it is logged without anybody's data, and said in a dialog that can be copied."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.errors import Cancelled


class CrashHook(QObject):
    """Takes every exception that nobody foresaw, from whichever thread, to the log and to one dialog."""

    _met = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_telling = False
        self._is_kept = False
        self._met.connect(self.tell)

    def install(self) -> None:
        """From now on hear of every unforeseen exception, and keep them in the log of the user's folder."""
        self._is_kept = True
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception

    def tell(self, error: BaseException) -> None:
        """Log a bug and say it; while one is being said, others are only logged."""
        from app.ui import crash_dialog, dialogs  # with what logs: no start waits for them

        if self._is_kept:
            self._is_kept = False
            crash_dialog.log_to_file()
        text = crash_dialog.log(error)
        if self._is_telling:
            return
        self._is_telling = True
        try:
            owner = self.parent()
            dialog = crash_dialog.CrashDialog(text, owner if isinstance(owner, QWidget) else None)
            dialogs.run_dialog(dialog)
            dialog.deleteLater()
        finally:
            self._is_telling = False

    def _on_exception(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        elif not issubclass(kind, Cancelled):
            self._met.emit(error)

    def _on_thread_exception(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._met.emit(args.exc_value)
