"""The keys that do something, as a table to be read (F1)."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.services.wording.texts import N_
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.widgets import button, label

SHORTCUTS = (
    ("Alt+1 … Alt+9, Alt+0, Alt+Shift+1, Alt+Shift+2", N_("go to a room (Ctrl and the number do the same)")),
    (N_("Ctrl+PgUp, Ctrl+PgDown"), N_("go to the tab before or after")),
    ("Ctrl+K", N_("search everywhere: any record, any command")),
    ("Ctrl+N", N_("new record")),
    ("Ctrl+F", N_("search the list; Down goes to its rows")),
    (N_("Enter"), N_("open the chosen row")),
    (N_("Esc, Alt+Left"), N_("back to the list, where the record stands in its place")),
    (N_("Ctrl+S, Ctrl+Enter"), N_("save the record")),
    ("Ctrl+Z, Ctrl+Shift+Z", N_("undo and redo in the form")),
    ("Ctrl+Alt+Z", N_("take back the last gesture of the archive")),
    ("Ctrl+Shift+H", N_("history of a record, in the room of the archive")),
    ("Ctrl+Shift+F", N_("all in favour, on a point of the agenda")),
    ("Ctrl+Shift+V", N_("another vote on a point of the agenda, in the meeting that is led")),
    ("Ctrl+Shift+M", N_("meetings by month, in the place of their list")),
    ("Ctrl+D", N_("where an amount comes from: statement, decision, meeting")),
    ("F8", N_("what is missing in a proposal; Enter goes to its field")),
    (N_("Alt+Down"), N_("open the calendar or the list of a field")),
    (N_("Ins, Del"), N_("add or remove a row of a grid")),
    (N_("Alt+Up, Alt+Down"), N_("move a row of a grid")),
    ("Ctrl+Tab, Ctrl+Shift+Tab", N_("leave a grid, from any cell")),
    ("Ctrl+C, Ctrl+V", N_("exchange cells with a spreadsheet")),
    ("Ctrl+P", N_("print the list or the document as it is seen")),
    ("Ctrl+E", N_("export the list or the document")),
    ("Ctrl+O, Ctrl+Shift+N, Ctrl+W", N_("open, make, close an archive")),
    ("F5", N_("read the archive again")),
    ("F1", N_("this page")),
)

BESIDE_TABLE, BESIDE_WIDTH = 190, 60
"""What stands above and below the table, and beside it, with the frame of the window, in pixels of the design."""


class ShortcutsDialog(QDialog):
    """Two columns: keys, and what they do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Keyboard shortcuts"))
        inside = QWidget()
        inside.setObjectName("sheet")
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, px(14), 0)
        grid.setHorizontalSpacing(px(24))
        grid.setVerticalSpacing(px(6))
        for row, (keys, text) in enumerate(SHORTCUTS):
            grid.addWidget(label(_(keys), "h3"), row, 0)
            grid.addWidget(label(_(text)), row, 1)
        close = button(_("Close"), name="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_("Keyboard shortcuts"), "h2"))
        layout.addWidget(self._scrolled(inside), 1)
        layout.addLayout(foot)

    def _scrolled(self, inside: QWidget) -> QScrollArea:
        """The table as high as it is, or as the screen has room for."""
        made = QScrollArea()
        made.setWidgetResizable(True)
        made.setFrameShape(QFrame.Shape.NoFrame)
        made.setAccessibleName(_("Keyboard shortcuts"))
        made.setWidget(inside)
        screen = self.screen().availableSize()
        if inside.sizeHint().width() > screen.width() - px(BESIDE_WIDTH):
            for each in inside.findChildren(QLabel):
                each.setWordWrap(True)
        wanted = inside.sizeHint()
        width = min(wanted.width() + px(14), screen.width() - px(BESIDE_WIDTH))
        made.setMinimumSize(width, min(wanted.height(), max(screen.height() - px(BESIDE_TABLE), px(200))))
        return made
