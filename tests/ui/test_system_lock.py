"""The session locks when the system does, and what was copied leaves the clipboard."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from ctypes import wintypes
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.clipboard import clear_clipboard
from app.ui.system_lock import HEARD, SystemLock, says_locked

ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import os, sys
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from app.ui.system_lock import SystemLock

application = QCoreApplication([])
heard = []
lock = SystemLock(0)
lock.locked.connect(lambda: (heard.append(1), application.quit()))
other = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, "other")
message = QDBusMessage.createSignal("/org/freedesktop/ScreenSaver", sys.argv[1], "ActiveChanged")
message.setArguments([sys.argv[2] == "yes"])
assert other.send(message)
QTimer.singleShot(int(sys.argv[3]), application.quit)
application.exec()
print(len(heard))
"""


@pytest.mark.skipif(shutil.which("dbus-run-session") is None, reason="no bus here")
@pytest.mark.parametrize(("active", "heard", "wait"), [("yes", "1", "9000"), ("no", "0", "300")])
def test_a_locked_screen_is_heard_on_the_bus(active: str, heard: str, wait: str) -> None:
    done = subprocess.run(
        ["dbus-run-session", "--", sys.executable, "-c", CHILD, "org.freedesktop.ScreenSaver", active, wait],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stdout.strip() == heard, done.stderr


def test_every_slot_that_is_named_is_there(qtbot: QtBot) -> None:
    lock = SystemLock(0)
    names = {slot for _system, _interface, _name, slot in HEARD}
    methods = {bytes(lock.metaObject().method(n).methodSignature().data()).decode() for n in range(20)}
    assert names <= methods
    with qtbot.waitSignal(lock.locked):
        lock.on_lock()
    with qtbot.waitSignal(lock.locked):
        lock.on_active(True)
    with qtbot.assertNotEmitted(lock.locked):
        lock.on_active(False)


@pytest.mark.parametrize(
    ("message", "parameter", "locked"),
    [(0x2B1, 7, True), (0x2B1, 8, False), (0x2B1, 4, True), (0x218, 4, True), (0x218, 7, False), (0x100, 7, False)],
)
def test_messages_of_windows(message: int, parameter: int, locked: bool) -> None:
    assert says_locked(message, parameter) is locked


def test_messages_are_heard_until_the_window_is_gone(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[Any] = []
    monkeypatch.setattr(QApplication, "installNativeEventFilter", lambda _app, one: inside.append(one))
    monkeypatch.setattr(QApplication, "removeNativeEventFilter", lambda _app, one: inside.remove(one))
    lock, registered, heard = SystemLock(0), [], []
    lock.locked.connect(lambda: heard.append(1))
    lock.listen_to_windows(77, registered.append)
    message = wintypes.MSG(message=0x2B1, wParam=7)
    assert inside[0].nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(message)) == (False, 0)
    assert (registered, heard) == ([77], [1])
    shiboken6.delete(lock)
    assert not inside  # a second window hears for itself; this one would speak for what is not there any more


@pytest.mark.parametrize(("ours", "left"), [(True, ""), (False, "Ersilia Quaranta")])
def test_what_was_copied_leaves_the_clipboard(
    qapp: Any, monkeypatch: pytest.MonkeyPatch, ours: bool, left: str
) -> None:
    monkeypatch.setattr(QClipboard, "ownsClipboard", lambda _clipboard: ours)
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("Ersilia Quaranta")
    clear_clipboard()
    assert clipboard.text() == left
    clipboard.clear()
