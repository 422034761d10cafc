"""A list and the record that is chosen in it: beside each other, or one at a time where there is no room for both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from app.ui.i18n import _
from app.ui.theme import px

PAGE_WIDTH = 1110
"""Width of a room's page in the window's first size, in pixels of the design."""
LIST_LEAST = 430
"""Width (of the design) that a list keeps beside its record."""
RECORD_LEAST = 410
"""Width (of the design) that a record keeps beside its list."""
RECORD_SHARE = 0.4
"""Part of the room beyond `PAGE_WIDTH` that goes to the record."""
HANDLE = 12


class Beside(QSplitter):
    """A list at the left and its record at the right; in a narrow room one of them, whichever was turned to.

    `single` tells which of the two arrangements it is; it follows the width, so a larger window or a smaller scale
    brings both back. `shows_record` tells which of the two is in front, and means something in both arrangements:
    it is what remains when the room becomes narrow.
    """

    turned = Signal()  # another arrangement, or the other one of the two in front
    left = Signal()  # the user asks for the list, where one stands alone

    def __init__(
        self,
        listed: QWidget,
        record: QWidget,
        record_width: int,
        sizes: Sequence[int] = (),
        record_least: int = RECORD_LEAST,
        parent: QWidget | None = None,
    ) -> None:
        """Put them beside each other.

        Args:
            record_width: of the record while the page is `PAGE_WIDTH` wide, in pixels of the design.
            sizes: of the two as the user left them, in pixels of the design; empty while nobody moved the border.
            record_least: width that the record keeps beside its list, in pixels of the design.
        """
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.list, self.record = listed, record
        self.single = False
        self.shows_record = False
        self._record_width = record_width
        self._record_least = record_least
        self._sizes = list(sizes)
        self._is_offered = True
        self.setChildrenCollapsible(False)
        self.setHandleWidth(px(HANDLE))
        self.addWidget(listed)
        self.addWidget(record)
        self.splitterMoved.connect(self._on_moved)
        self.back_action = QAction(_("Back to the list"), self)
        self.back_action.setShortcut(QKeySequence("Alt+Left"))
        self.back_action.triggered.connect(self.left)
        escape = QAction(self)
        escape.setShortcut(QKeySequence("Esc"))
        escape.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.triggered.connect(self.back_action.trigger)
        record.addAction(escape)
        self.addAction(self.back_action)
        self._escape = escape
        self._tell = QTimer(self, singleShot=True, interval=0)  # not while the room is being laid out
        self._tell.timeout.connect(self.turned)
        self._arrange()

    def offer_record(self, offered: bool) -> None:
        """Whether there is a record to stand beside the list; without one the list has the whole width."""
        if offered != self._is_offered:
            self._is_offered = offered
            self._arrange()

    def turn(self, *, to_record: bool) -> None:
        """Put the record, or the list, in front."""
        if to_record != self.shows_record:
            self.shows_record = to_record
            self._arrange()
            self.turned.emit()

    def moved_sizes(self) -> list[int]:
        """Sizes as the user left them, in pixels of the design; empty while nobody moved the border."""
        return self._sizes

    def minimumSizeHint(self) -> QSize:
        """That of one of them: two are shown only where there is room."""
        hints = [each.minimumSizeHint().expandedTo(each.minimumSize()) for each in (self.list, self.record)]
        return QSize(min(max(hint.width() for hint in hints), px(LIST_LEAST)), max(hint.height() for hint in hints))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Go from one arrangement to the other."""
        super().resizeEvent(event)
        single = event.size().width() < px(LIST_LEAST + HANDLE + self._record_least)
        if single != self.single:
            self.single = single
            if single and self._has_focus(self.record):
                self.shows_record = True
            self._arrange()
            self._tell.start()
        if not self.single:
            self._share_out(event.size().width())

    def _arrange(self) -> None:
        """Show what is to be seen; the cursor goes along."""
        alone = self.single and self._is_offered
        front, behind = (self.record, self.list) if self.shows_record else (self.list, self.record)
        had_focus = self._has_focus(behind)
        if alone and had_focus:
            self.setFocus()  # Qt would look through the whole window for who is next
        behind.setVisible(not alone and (behind is self.list or self._is_offered))
        front.setVisible(front is self.list or self._is_offered)  # after the other: laid out once, in the whole room
        self.back_action.setEnabled(alone and self.shows_record)
        self._escape.setEnabled(self.back_action.isEnabled())
        if alone and had_focus:
            front.setFocus()

    def _has_focus(self, part: QWidget) -> bool:
        focused = cast("QWidget | None", part.window().focusWidget())
        return focused is not None and part.isAncestorOf(focused)

    def _share_out(self, width: int) -> None:
        """Give each its part of the width: as the user wanted it, or as the design says."""
        room = width - self.handleWidth()
        if self._sizes:
            record = round(room * self._sizes[1] / max(sum(self._sizes), 1))
        else:
            spare = room - px(PAGE_WIDTH)
            record = px(self._record_width) + round(max(spare, 0) * RECORD_SHARE)
        record = max(min(record, room - px(LIST_LEAST)), px(self._record_least))
        self.setSizes([room - record, record])

    def _on_moved(self, *_moved: int) -> None:
        scale = px(1000) / 1000
        self._sizes = [round(size / scale) for size in self.sizes()]


def announce(widget: QWidget, text: str) -> None:
    """Have a screen reader say `text`."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))
