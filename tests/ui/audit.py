"""What a screen reader is told of a window."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QTabBar, QWidget

ROLE = QAccessible.Role
INTERACTIVE = {
    ROLE.Button,
    ROLE.ButtonMenu,
    ROLE.EditableText,
    ROLE.ComboBox,
    ROLE.CheckBox,
    ROLE.RadioButton,
    ROLE.Table,
    ROLE.List,
    ROLE.Tree,
    ROLE.SpinBox,
    ROLE.PageTab,
    ROLE.Chart,
}
NOT_ENTERED = {ROLE.Table, ROLE.Tree, ROLE.List}


def nodes(window: QWidget) -> Iterator[QAccessibleInterface]:
    """Everything that is visible, from the outside in; cells are left out."""
    waiting = [QAccessible.queryAccessibleInterface(window)]
    while waiting:
        node = waiting.pop()
        if node is None or not node.isValid() or node.state().invisible:
            continue
        yield node
        if node.role() not in NOT_ENTERED:
            waiting += [node.child(number) for number in range(node.childCount())]


def unnamed(window: QWidget) -> list[str]:
    """Interactive parts without a name."""
    found = []
    for node in nodes(window):
        if node.role() in INTERACTIVE and not node.text(QAccessible.Text.Name).strip():
            thing = node.object()
            parent = thing.parent() if thing else None
            found.append(f"{node.role().name} {type(thing).__name__} in {type(parent).__name__}")
    return found


def elided(window: QWidget) -> list[str]:
    """Labels, buttons and tabs whose text does not fit."""
    QApplication.processEvents()
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible():
            continue
        if isinstance(widget, QLabel) and not widget.wordWrap() and widget.text() and not widget.hasScaledContents():
            wanted = widget.fontMetrics().horizontalAdvance(widget.text().replace("&", ""))
            if widget.pixmap().isNull() and wanted > widget.contentsRect().width() + 2:
                found.append(f"label «{widget.text()}»")
        elif isinstance(widget, QAbstractButton) and widget.text() and not isinstance(widget.parent(), QLineEdit):
            if widget.width() < widget.minimumSizeHint().width():
                found.append(f"button «{widget.text()}»")
        elif isinstance(widget, QTabBar):
            wanted = sum(widget.tabSizeHint(number).width() for number in range(widget.count()))
            if wanted > widget.width() + 2:
                found.append("tabs")
    return found
