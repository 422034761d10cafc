"""The first page: a new archive, one that exists, one of the recent ones, or the sample."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QVBoxLayout, QWidget

from app.services.settings import Settings
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.widgets import Banner, FlowLayout, Panel, button, label, plain_tip

CARD_WIDTH, WIDTH_MOST = 180, 780


class StartPage(QWidget):
    """What to do first."""

    new_wanted = Signal()
    open_wanted = Signal()
    sample_wanted = Signal()
    recent_wanted = Signal(object)  # Path

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.banner = Banner()
        self.recent = QListWidget()
        self.recent.setAccessibleName(_("Recent archives"))
        self.recent.setIconSize(QSize(px(18), px(18)))
        self.recent.itemActivated.connect(self._on_recent)
        self.recent.itemClicked.connect(self._on_recent)
        self._none = label(_("No archive was opened on this computer yet."), "muted", wrap=True)
        column = QVBoxLayout()
        column.setSpacing(px(14))
        column.addStretch(1)
        column.addWidget(label("Concilia", "h1"))
        column.addWidget(label(_("The desk of a committee that awards and follows public grants."), "muted", wrap=True))
        column.addWidget(self.banner)
        column.addWidget(self._cards())
        column.addWidget(self._recent_panel())
        column.addStretch(2)
        inside = QWidget()
        inside.setObjectName("sheet")
        row = QHBoxLayout(inside)
        row.setContentsMargins(px(16), px(16), px(16), px(16))
        row.addStretch(1)
        page = QWidget()
        page.setLayout(column)
        page.setMaximumWidth(px(WIDTH_MOST))
        row.addWidget(page, 8)
        row.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)
        self.refresh()

    def refresh(self) -> None:
        """List the recent archives that are still there."""
        self.recent.clear()
        for name in self._settings.get("recent"):
            path = Path(name)
            item = QListWidgetItem(icon("archive", "muted"), f"{path.stem}   ·   {path.parent}")
            item.setData(int(Qt.ItemDataRole.UserRole), name)
            item.setToolTip(plain_tip(name))
            item.setSizeHint(QSize(0, px(34)))
            self.recent.addItem(item)
        some = self.recent.count() > 0
        self.recent.setVisible(some)
        self.recent.setFixedHeight(px(34) * min(self.recent.count(), 6) + px(6))
        self._none.setVisible(not some)

    def focus_first(self) -> None:
        """Put the cursor on the archive that was open last, or on the button that makes the first one."""
        if self.recent.count():
            self.recent.setCurrentRow(0)
            self.recent.setFocus()
        else:
            self._first.setFocus()

    def _cards(self) -> QWidget:
        row = QWidget()
        flow = FlowLayout(row, spacing=12, stretch=True)
        cards = (
            (_("New archive"), _("An empty file for a new plan."), "file-plus", self.new_wanted, "primary"),
            (_("Open an archive"), _("A file with the suffix .concilia."), "folder-open", self.open_wanted, ""),
            (_("Sample archive"), _("A whole plan to look around in."), "book-open", self.sample_wanted, ""),
        )
        for title, sentence, image, signal, name in cards:
            panel = Panel()
            go = button(title, image, name=name)
            go.setAccessibleDescription(sentence)
            go.clicked.connect(signal)
            if name == "primary":
                self._first = go
            panel.body.addWidget(go)
            panel.body.addWidget(label(sentence, "muted", wrap=True))
            panel.setMinimumWidth(px(CARD_WIDTH))
            flow.addWidget(panel)
        return row

    def _recent_panel(self) -> Panel:
        panel = Panel(_("Recent archives"))
        panel.body.addWidget(self.recent)
        panel.body.addWidget(self._none)
        return panel

    def _on_recent(self, item: QListWidgetItem) -> None:
        self.recent_wanted.emit(Path(item.data(int(Qt.ItemDataRole.UserRole))))
