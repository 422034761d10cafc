"""The screen of the room: the point under discussion in large type, in a window of its own for a second screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.models.enums import MeetingState
from app.services.meetings.records import item_result
from app.services.meetings.sitting import Sitting, quorum_now, who_leaves_next
from app.services.meetings.sitting_time import minutes_between
from app.services.meetings.vote_words import outcome_sentence
from app.ui import i18n
from app.ui.i18n import _, plural
from app.ui.theme import px
from app.ui.views.sitting_lists import word_of
from app.ui.widgets import label


class RoomScreen(QWidget):
    """What everybody in the room may see; Esc closes it, F11 fills the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("roomScreen")
        self.setWindowTitle(_("Screen of the room"))
        self.head = label("", "roomHead", wrap=True)
        self.title = label("", "roomTitle", wrap=True)
        self.motion = label("", "roomLine", wrap=True)
        self.people = label("", "roomLine", wrap=True)
        self.outcome = label("", "roomOutcome", wrap=True)
        self.leaving = label("", "roomLine", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(48), px(36), px(48), px(36))
        layout.setSpacing(px(28))
        layout.addWidget(self.head)
        layout.addWidget(self.title, 1)
        layout.addWidget(self.motion)
        layout.addWidget(self.outcome)
        layout.addWidget(self.people)
        layout.addWidget(self.leaving)
        self.resize(px(960), px(600))

    def show_point(self, sitting: Sitting, item_id: str | None, time: str) -> None:
        """Show a point of a meeting as it stands at an hour."""
        meeting = sitting.meeting
        assert meeting.date_held is not None
        head = [sitting.committee.name, f"{meeting.number}/{meeting.date_held.year}", word_of(meeting.state)]
        if meeting.state is MeetingState.OPEN and time:
            minutes = max(minutes_between(meeting.date_held, meeting.time_opened, meeting.time_opened, time), 0)
            head.append(_("for {hours}:{minutes}").format(hours=minutes // 60, minutes=f"{minutes % 60:02d}"))
        self.head.setText("  ·  ".join(head))
        item = sitting.item(item_id)
        title = _("{n}. {title}").format(n=sitting.number(item_id), title=item.title) if item else ""
        self.title.setText(title)
        self.motion.setText(item.motion if item else "")
        self.motion.setVisible(bool(self.motion.text()))
        quorum = quorum_now(sitting, item_id, time)
        text = plural("{n} of {body} votes; {needed} needed", "{n} of {body} vote; {needed} needed", len(quorum.voters))
        said = text.format(n=len(quorum.voters), body=quorum.body, needed=quorum.needed)
        self.people.setText(said if quorum.is_legal else _("{said}: there is no quorum").format(said=said))
        voted = item is not None and item.is_voted
        result = item_result(meeting, item, sitting.committee) if item is not None and voted else None
        self.outcome.setText(outcome_sentence(result, item.ballot, i18n.current()) if item and result else "")
        self.outcome.setVisible(voted)
        names = who_leaves_next(sitting, item_id)
        self.leaving.setText(_("For the next point these leave the room: {names}").format(names=", ".join(names)))
        self.leaving.setVisible(bool(names))
        told = (self.head, self.title, self.motion, self.people)
        self.setAccessibleDescription(". ".join(each.text() for each in told if each.text()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, F11 fills the screen or gives it back."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() == Qt.Key.Key_F11:
            self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        else:
            super().keyPressEvent(event)
