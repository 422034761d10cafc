"""Hears when the system locks its screen, changes the user or goes to sleep, so that the session locks with it.

Linux and other free systems tell it on D-Bus, Windows by a message to the window. Where nobody tells it (macOS keeps it
to its own libraries), the idle minutes and the key are what locks.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes
from functools import partial
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
    """Looks at the messages of Windows, until it is taken out: who is told of them goes before the application does."""

    def __init__(self, tell: Callable[[], object]) -> None:
        super().__init__()
        self._tell = tell

    def nativeEventFilter(self, kind: QByteArray | bytes | bytearray | memoryview, message: int) -> object:
        """Tell of a lock; every message goes on its way."""
        if kind == b"windows_generic_MSG":
            found = wintypes.MSG.from_address(int(message))
            if says_locked(found.message, found.wParam):
                self._tell()
        return False, 0


class SystemLock(QObject):
    """Tells when the system locks."""

    locked = Signal()

    def __init__(self, window_number: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._filter: _WindowsMessages | None = None
        self._buses: list[Any] = []
        if sys.platform == "win32":
            self.listen_to_windows(window_number, _tell_of_sessions)
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

    def listen_to_windows(self, window_number: int, register: Callable[[int], object]) -> None:
        """Hear of the messages that come to a window.

        Args:
            register: asks Windows to tell that window of locks.
        """
        application = QCoreApplication.instance()
        assert application is not None
        self._filter = _WindowsMessages(self.locked.emit)
        application.installNativeEventFilter(self._filter)
        self.destroyed.connect(partial(_take_out, self._filter))
        register(window_number)


def _tell_of_sessions(window_number: int) -> None:
    """Have Windows tell a window of this session's locks, until the window is gone."""
    register = getattr(ctypes, "windll").wtsapi32.WTSRegisterSessionNotification  # noqa: B009 (only Windows has it)
    register.argtypes = (wintypes.HWND, wintypes.DWORD)
    register(window_number, 0)


def _take_out(messages: QAbstractNativeEventFilter, _gone: QObject | None = None) -> None:
    """A window that was made anew leaves no ear behind that would speak for what is not there any more."""
    application = QCoreApplication.instance()
    if application is not None:
        application.removeNativeEventFilter(messages)
