"""Hears when the system locks its screen, changes the user or goes to sleep, so that the session locks with it.

Linux and other free systems tell it on D-Bus, Windows by a message to the window. Where nobody tells it (macOS keeps it
to its own libraries), the idle minutes and the key are what locks.
"""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes
from typing import Any, cast

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QByteArray, QCoreApplication, QObject, Signal, Slot

HEARD: tuple[tuple[bool, str, str, str], ...] = (
    (False, "org.freedesktop.ScreenSaver", "ActiveChanged", "on_active(bool)"),
    (False, "org.gnome.ScreenSaver", "ActiveChanged", "on_active(bool)"),
    (False, "org.cinnamon.ScreenSaver", "ActiveChanged", "on_active(bool)"),
    (False, "org.mate.ScreenSaver", "ActiveChanged", "on_active(bool)"),
    (True, "org.freedesktop.login1.Session", "Lock", "on_lock()"),
    (True, "org.freedesktop.login1.Manager", "PrepareForSleep", "on_active(bool)"),
)
"""On the bus of the system or of the session: interface, signal, and what takes it."""

SESSION_CHANGED, POWER_CHANGED = 0x02B1, 0x0218
LOCKED, DISCONNECTED, LOGGED_OFF, SUSPENDED = 0x7, 0x4, 0x6, 0x4


def says_locked(message: int, parameter: int) -> bool:
    """Whether a message of Windows says that the screen is locked, the user changes, or the computer goes to sleep."""
    if message == SESSION_CHANGED:
        return parameter in (LOCKED, DISCONNECTED, LOGGED_OFF)
    return message == POWER_CHANGED and parameter == SUSPENDED


class _WindowsMessages(QAbstractNativeEventFilter):
    """Looks at the messages of Windows."""

    def __init__(self, owner: SystemLock) -> None:
        super().__init__()
        self._owner = owner

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        """Tell of a lock; every message goes on its way."""
        if kind == b"windows_generic_MSG":
            found = wintypes.MSG.from_address(int(message))
            if says_locked(found.message, found.wParam):
                self._owner.locked.emit()
        return False, 0


class SystemLock(QObject):
    """Tells when the system locks."""

    locked = Signal()

    def __init__(self, window_number: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filter: _WindowsMessages | None = None
        self._buses: list[Any] = []
        if sys.platform == "win32":
            self._listen_to_windows(window_number)
        elif sys.platform != "darwin":
            self._listen_to_buses()

    @Slot(bool)
    def on_active(self, active: bool) -> None:
        """The screen is hidden, or shown again; the computer goes to sleep, or wakes."""
        if active:
            self.locked.emit()

    @Slot()
    def on_lock(self) -> None:
        """The session is locked."""
        self.locked.emit()

    def _listen_to_buses(self) -> None:
        try:
            from PySide6.QtDBus import QDBusConnection
        except ImportError:  # a Qt that was made without it
            return
        for of_system, interface, name, slot in HEARD:
            bus = QDBusConnection.systemBus() if of_system else QDBusConnection.sessionBus()
            if bus.isConnected():
                bus.connect("", "", interface, name, self, cast(bytes, SLOT(slot)))
                self._buses.append(bus)

    def _listen_to_windows(self, window_number: int) -> None:
        self._filter = _WindowsMessages(self)
        application = QCoreApplication.instance()
        assert application is not None
        application.installNativeEventFilter(self._filter)
        library = getattr(ctypes, "windll").wtsapi32  # noqa: B009 (other systems know no such name)
        library.WTSRegisterSessionNotification(window_number, 0)
