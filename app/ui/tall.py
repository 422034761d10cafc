"""Dialogs that find room on a small screen, also with large letters: what has none scrolls, its buttons stay."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from app.ui.theme import px

TALL_LEAST, BESIDE_DIALOG = 90, 40
"""Height (of the design) that scrolling parts of a dialog keep, and that its window leaves of the screen."""


class Tall(QScrollArea):
    """What stands over the buttons of a dialog: as high as it is, and scrolling where the screen is lower."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self._inside = inside
        inside.setObjectName("sheet")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the field that has it
        self.setWidget(inside)

    def sizeHint(self) -> QSize:
        """All of it."""
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """All its width, and of its height what a field needs."""
        least = self._inside.minimumSizeHint()
        return QSize(least.width(), min(least.height(), px(TALL_LEAST)))

    def fit(self, dialog: QWidget) -> None:
        """Make its dialog as high as all in it, or as the screen."""
        whole, inside = dialog.layout(), self._inside.layout()
        assert whole is not None
        assert inside is not None
        for part in reversed(self._inside.findChildren(QWidget)):  # what came to show tells so later
            own = part.layout()
            if own is not None:
                own.activate()
        inside.activate()
        self.updateGeometry()  # how high it was is kept beside it
        whole.activate()
        width = dialog.width() - whole.contentsMargins().left() - whole.contentsMargins().right()
        needed = inside.totalHeightForWidth(width) if inside.hasHeightForWidth() else self.sizeHint().height()
        beside = whole.totalHeightForWidth(dialog.width()) if whole.hasHeightForWidth() else whole.sizeHint().height()
        room = dialog.screen().availableSize().height() - px(BESIDE_DIALOG)
        dialog.resize(dialog.width(), max(min(beside - self.sizeHint().height() + needed, room), dialog.height()))


def resize_to_screen(dialog: QWidget, width: int, height: int) -> None:
    """Give a window this size (of the design), or as much of it as the screen has."""
    dialog.resize(QSize(px(width), px(height)).boundedTo(dialog.screen().availableSize()))
