"""What a screen reader is told of a window, and what in it does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QTabBar,
    QWidget,
)

from app.ui.fact_table import FactTable
from app.ui.fitting import title_width
from app.ui.grids import GridView
from app.ui.reading_order import stops
from app.ui.table_parts import ListTable

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


def shown(window: QWidget) -> Iterator[QWidget]:
    """The window and all that is to be seen in it; what is hidden is not entered."""
    yield window
    for part in window.children():
        if isinstance(part, QWidget) and part.isVisible() and not part.isWindow():
            yield from shown(part)


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


def unread(window: QWidget) -> list[str]:
    """What Tab leaves out, comes to out of the order in which the window is read, or comes to without a name."""
    order = list(stops(window))
    reached = set(order)
    found = [f"«{spoken(each)}» has no name" for each in order if not spoken(each)]
    for each in shown(window):
        takes = each.isEnabled() and each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.focusProxy() is None
        if takes and each not in reached:
            found.append(f"{type(each).__name__} «{spoken(each)}» is never reached")
    for before, after in pairwise(order):
        if _is_back(before, after):
            found.append(f"«{spoken(before)}» comes before «{spoken(after)}»")
    return found


def spoken(widget: QWidget) -> str:
    """The name that a screen reader says."""
    node = QAccessible.queryAccessibleInterface(widget)
    return node.text(QAccessible.Text.Name).strip() if node is not None else ""


def same_letters(window: QWidget) -> list[str]:
    """Alt keys that stand twice: Qt would only go from the one to the other."""
    letters: Counter[str] = Counter()
    for widget in shown(window):
        texts = [widget.text()] if isinstance(widget, QAbstractButton) else []
        if isinstance(widget, QLabel) and widget.buddy() is not None and widget.buddy().isEnabled():
            texts = [widget.text()]
        elif isinstance(widget, QTabBar):
            texts = [widget.tabText(number) for number in range(widget.count())]
        for text in texts:
            letters.update(part[0].casefold() for part in text.replace("&&", "").split("&")[1:])
    return [letter for letter, times in letters.items() if times > 1]


def _is_back(before: QWidget, after: QWidget) -> bool:
    """Whether the second stands above the first, or at its left in the same line, where they part ways."""
    if before.isAncestorOf(after):
        return False
    one, common = before, before.parentWidget()
    while not common.isAncestorOf(after):
        one, common = common, common.parentWidget()
    other = after
    while other.parentWidget() is not common:
        other = other.parentWidget()
    if isinstance(common, GridView):  # its rows come before its buttons
        return False
    first, second = one.geometry(), other.geometry()
    if second.bottom() <= first.top() and second.left() < first.right():
        return True
    shared = min(first.bottom(), second.bottom()) - max(first.top(), second.top())
    return shared > min(first.height(), second.height()) / 2 and second.left() < first.left()


def elided(window: QWidget) -> list[str]:
    """Labels, buttons and tabs whose text does not fit."""
    QApplication.processEvents()
    found = []
    for widget in shown(window):
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


def cut(window: QWidget) -> list[str]:
    """Parts that are not whole: lines of a text, controls beyond the edge of what they stand in, titles of columns."""
    found = elided(window)
    for widget in shown(window):
        if widget.isHidden():  # Qt leaves one half hidden
            continue
        if isinstance(widget, QLabel) and widget.wordWrap() and widget.text():
            needed = widget.heightForWidth(widget.width())
            if needed > widget.height() + 2:
                found.append(f"lines of «{widget.text()}»: {widget.height()} of {needed}")
        if isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox) and _is_beyond(widget):
            name = widget.objectName()
            found.append(f"{type(widget).__name__} {name} «{_words(widget)}» beyond its edge")
        if isinstance(widget, ListTable) and not isinstance(widget.parent(), FactTable):
            found += [f"title «{title}»" for title in _cut_titles(widget)]
    return found


def _words(widget: QWidget) -> str:
    return widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else widget.accessibleName()


def _is_beyond(widget: QWidget) -> bool:
    """Whether a part of it lies outside the widget it stands in; what scrolls may."""
    parent = widget.parentWidget()
    if parent is None or isinstance(parent.parent(), QAbstractScrollArea):
        return False
    return not parent.rect().adjusted(-2, -2, 2, 2).contains(widget.geometry())


def _cut_titles(table: ListTable) -> list[str]:
    header, model = table.horizontalHeader(), table.model()
    shown = [n for n in range(header.count()) if not header.isSectionHidden(n)]
    titles = {n: str(model.headerData(n, header.orientation()) or "") for n in shown}
    return [title for n, title in titles.items() if title_width(header, title) > header.sectionSize(n) + 2]


def ambiguous_keys(window: QWidget) -> list[str]:
    """Key sequences that two visible things would take wherever the focus is."""
    actions: dict[int, QAction] = {}
    for widget in shown(window):
        actions |= {id(action): action for action in widget.actions()}
    counted: Counter[str] = Counter()
    for action in actions.values():
        if action.isEnabled() and action.shortcutContext() == Qt.ShortcutContext.WindowShortcut:
            counted.update(keys.toString() for keys in action.shortcuts())
    return [keys for keys, times in counted.items() if times > 1]
