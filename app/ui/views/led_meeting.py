"""The way from the records of meetings to the screen that one is led from, and back."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QPushButton

from app.models.enums import MeetingState
from app.models.errors import AppError
from app.services.changes import Changes
from app.services.meetings.closing import approve_minutes
from app.services.meetings.minutes_gaps import minutes_gaps
from app.ui import dialogs
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.views.base import RecordsView
from app.ui.views.meeting_forms import CLOSE, gaps_text, gaps_tone
from app.ui.views.meeting_record import MeetingForm
from app.ui.views.sitting import SittingView
from app.ui.widgets import Tone, button


class LedMeeting(RecordsView):
    """A room of records in whose place a meeting that is led may stand."""

    _sitting: SittingView | None = None
    _way: QPushButton | None = None

    # --- the way in and out --------------------------------------------------------------

    def lead(self, meeting_id: str) -> None:
        """Lead a meeting from one screen."""
        if not self.can_leave():
            return
        if self._sitting is None:
            self._sitting = SittingView(self.desk)
            self._sitting.left.connect(self._on_left)
            self._sitting.decision_wanted.connect(self._on_decision_wanted)
            self._sitting.close_wanted.connect(self._on_close_wanted)
            self._sitting.minutes_wanted.connect(self._on_minutes_wanted)
            self._stack.addWidget(self._sitting)
            self._way = button(_("Back to the meeting that is led"), "layout-dashboard")
            self._way.clicked.connect(self.show_sitting)
            self.head.addWidget(self._way)
        self._sitting.show_meeting(meeting_id)
        self.show_sitting()

    @property
    def sitting_view(self) -> SittingView:
        """The screen that a meeting is led from; only after one was led."""
        assert self._sitting is not None
        return self._sitting

    @property
    def is_leading(self) -> bool:
        """Whether the meeting that is led is what is shown."""
        return self._sitting is not None and self._stack.currentWidget() is self._sitting

    def show_sitting(self) -> None:
        """To the meeting that is led, from its records."""
        assert self._sitting is not None
        assert self._way is not None
        self._sitting.reload()
        self._stack.setCurrentWidget(self._sitting)
        self._way.hide()
        self._back.hide()
        self.offer_tabs(False)
        self._sitting.focus_first()
        self.actions_changed.emit()

    def show_records(self) -> None:
        """To the records; a meeting that is led waits."""
        if self._sitting is None or self._way is None or not self.is_leading:
            return
        self._way.setVisible(self._sitting.meeting_id is not None)
        self.offer_tabs(True)
        self._show_page(self.kinds[self._tabs.currentIndex()].key)

    def _on_left(self) -> None:
        """The meeting is no longer led; its record is shown."""
        assert self._sitting is not None
        meeting_id = self._sitting.meeting_id
        self._sitting.put_away()
        self.show_records()
        if meeting_id is not None:
            self.open_record(meeting_id, "meetings")
        self.focus_first()

    def _on_decision_wanted(self, item_id: str, decision_id: str | None) -> None:
        raise NotImplementedError

    def _on_close_wanted(self, meeting_id: str) -> None:
        """The meeting is closed from its record, which asks the hour and says what will move."""
        self.show_records()
        self.open_record(meeting_id, "meetings")
        form = self.page("meetings").form
        assert isinstance(form, MeetingForm)
        form.run_act(CLOSE)

    def _on_minutes_wanted(self, meeting_id: str) -> None:
        """The minutes of an earlier meeting were approved by a vote: freeze them, when nothing is missing."""
        assert self._sitting is not None
        day = self._sitting.sitting.meeting.date_held if self._sitting.sitting is not None else None
        try:
            gaps = self.desk.read(minutes_gaps, meeting_id, self.desk.texts)
        except AppError as refusal:
            self._sitting.banner.say(sentence(refusal, self.desk.texts), Tone.BAD)
            return
        if gaps:
            self._sitting.banner.say(gaps_text(gaps, self.desk.texts), gaps_tone(gaps))
        if any(gap.is_blocking for gap in gaps):
            return
        question = _("The minutes are frozen as they are: afterwards only an erratum corrects them.")
        if dialogs.confirm(self, _("Approve the minutes"), question, _("Approve")):
            self.desk.run(approve_minutes, meeting_id, day, done=self._on_minutes_approved, failed=self._on_refused)

    def _on_minutes_approved(self, _changes: Changes) -> None:
        if self._sitting is not None:
            self._sitting.banner.say(_("The minutes are approved and frozen."), Tone.OK)

    def _on_refused(self, refusal: AppError) -> None:
        if self._sitting is not None:
            self._sitting.banner.say(sentence(refusal, self.desk.texts), Tone.BAD)

    # --- the room, while a meeting is led -------------------------------------------------

    def room_actions(self) -> list[QAction]:
        """Those of the meeting that is led, while it is shown."""
        return [] if self.is_leading else super().room_actions()

    def record_actions(self) -> list[QAction]:
        """Those of the meeting that is led, while it is shown."""
        if self._sitting is not None and self.is_leading:
            return [action for action in self._sitting.actions_ if action.isVisible()]
        return super().record_actions()

    def reload(self, changes: Changes | None = None) -> None:
        """Read what is shown again; the tabs on their next visit."""
        if self._sitting is None or not self.is_leading:
            super().reload(changes)
            return
        self._stale.update(self._pages)
        self._sitting.reload()
        led = self._sitting.sitting
        if led is not None and led.meeting.state in (MeetingState.CLOSED, MeetingState.APPROVED):
            self._on_left()

    def can_leave(self) -> bool:
        """A meeting that is led writes what was typed."""
        if self._sitting is not None and self.is_leading:
            self._sitting.save_words()
            return True
        return super().can_leave()

    def open_record(self, record_id: str, kind: str = "") -> bool:
        """To a record, from the meeting that is led as well."""
        self.show_records()
        return super().open_record(record_id, kind)

    def focus_first(self) -> None:
        """To the agenda of the meeting that is led, or to the list."""
        if self._sitting is not None and self.is_leading:
            self._sitting.focus_first()
        else:
            super().focus_first()
