"""Where Tab goes: through the window as it is read, and never to a place that is not to be seen.

Qt goes from part to part as they were made. Rooms, forms and bars come and go, so that is not the order in which they
stand; here it is taken from their places at each press of the key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import cast

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QMainWindow, QScrollArea, QWidget


def stops(part: QWidget) -> Iterator[QWidget]:
    """What Tab stops at in a part of the window, in the order of reading; what is hidden or locked is left out.

    A part whose order is another one, as a grid that is entered before its buttons, says so by a method `parts_read`.
    """
    is_stop = part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.focusProxy() is None
    if is_stop and part.isEnabled():
        yield part
    if isinstance(part, QAbstractItemView):
        return  # in a list one goes by the arrows
    said = getattr(part, "parts_read", None)
    parts = part.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly) if said is None else ()
    for child in as_read(parts) if said is None else said():
        if child.isVisible():
            yield from stops(child)


def as_read(children: Iterable[object]) -> list[QWidget]:
    """Those of the children that are to be seen, line by line, and in a line from the left."""
    shown = [each for each in children if isinstance(each, QWidget) and each.isVisible() and not each.isWindow()]
    return _cut(shown, across=True) if len(shown) > 1 else shown


def _cut(parts: list[QWidget], *, across: bool, again: bool = True) -> list[QWidget]:
    """Parts in the order of reading: in lines that nothing crosses, each of them in columns that nothing crosses.

    Args:
        across: whether to look for lines, or for columns.
        again: whether the other way was not tried yet on the same parts.
    """
    ordered = sorted(parts, key=lambda part: (part.y(), part.x()) if across else (part.x(), part.y()))
    groups: list[list[QWidget]] = []
    reached = 0
    for part in ordered:
        begin, size = (part.y(), part.height()) if across else (part.x(), part.width())
        if not groups or begin >= reached:
            groups.append([])
        groups[-1].append(part)
        reached = max(reached, begin + size)
    if len(groups) == 1:
        return _cut(parts, across=not across, again=False) if again else sorted(parts, key=lambda p: (p.y(), p.x()))
    return [part for group in groups for part in (_cut(group, across=not across) if len(group) > 1 else group)]


def next_stop(window: QWidget, *, forward: bool) -> QWidget | None:
    """What comes after that which has the focus, or before it; after the last one comes the first."""
    order = list(stops(window))
    if not order:
        return None
    present = cast("QWidget | None", window.focusWidget())
    while present is not None and present not in order:  # the editor of a cell, or a part whose content went away
        inside = [each for each in order if present.isAncestorOf(each)]
        if inside:
            return inside[0 if forward else -1]
        present = present.parentWidget()
    if present is None:
        return order[0 if forward else -1]
    return order[(order.index(present) + (1 if forward else -1)) % len(order)]


class ReadingWindow(QMainWindow):
    """A window through which Tab goes as it is read."""

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab, or Tab with Shift."""
        wanted = next_stop(self, forward=forward)
        if wanted is not None:
            reasons = Qt.FocusReason
            wanted.setFocus(reasons.TabFocusReason if forward else reasons.BacktabFocusReason)
        return wanted is not None


def bring_into_view(part: QWidget) -> None:
    """Scroll what a part stands in until it is to be seen: of a grid its cell, of a text its cursor."""
    within = part.parentWidget()
    while within is not None:
        if isinstance(within, QScrollArea):
            within.ensureWidgetVisible(part)
        within = within.parentWidget()


class FocusFollower(QObject):
    """What gets the focus by the keyboard is brought into view, wherever the focus came from.

    Qt does so for Tab within one scrolled part alone: not when Tab enters it, for an Alt key, or for a field that a
    program goes to.
    """

    def __init__(self, app: QApplication, parent: QObject) -> None:
        super().__init__(parent)
        self._soon = QTimer(self, singleShot=True, interval=0)  # when what is new on the screen has its place
        self._soon.timeout.connect(self._follow)
        app.focusChanged.connect(self._on_focus_changed)

    def _on_focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if now is not None and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton:
            bring_into_view(now)
            self._soon.start()

    def _follow(self) -> None:
        now = QApplication.focusWidget()
        if now is not None:
            bring_into_view(now)
