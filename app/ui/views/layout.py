"""The frame of every room, and where its work begins."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.ui.table_parts import ListTable
from app.ui.theme import px
from app.ui.widgets import label


def page_layout(view: QWidget, title: str) -> tuple[QVBoxLayout, QHBoxLayout]:
    """The frame of a room: its heading, with room for more beside it, and what comes below."""
    head = QHBoxLayout()
    head.setContentsMargins(0, 0, 0, 0)
    head.addWidget(label(title, "h1"))
    head.addStretch(1)
    layout = QVBoxLayout(view)
    layout.setContentsMargins(px(18), px(14), px(18), px(12))
    layout.setSpacing(px(12))
    layout.addLayout(head)
    return layout, head


def focus_list(part: QWidget) -> None:
    """Put the cursor on the list of a part of the window, on the button that begins it, or where Tab comes first."""
    tables = [table for table in part.findChildren(ListTable) if table.isVisible()]
    begins = [each for each in part.findChildren(QPushButton, "primary") if each.isVisible() and each.isEnabled()]
    wanted: QWidget | None = next(iter([*tables, *begins]), None) or part.nextInFocusChain()
    while wanted is not None and wanted is not part:
        tabbed = wanted.focusPolicy() & Qt.FocusPolicy.TabFocus
        if tabbed and part.isAncestorOf(wanted) and wanted.isVisible() and wanted.isEnabled():
            wanted.setFocus(Qt.FocusReason.TabFocusReason)
            return
        wanted = wanted.nextInFocusChain()
