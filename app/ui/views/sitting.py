"""«Modo seduta»: a meeting led from one screen: agenda at the left, the point in the middle, the room at the right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.enums import AttendanceKind, Ballot, ConflictKind, ItemState, Matter, MeetingState, VoteChoice
from app.models.errors import AppError, NotFound
from app.services.meetings import sitting_acts, sitting_people
from app.services.meetings.meetings import open_meeting, resume_meeting, suspend_meeting
from app.services.meetings.sitting import Sitting, Where, people, read_sitting
from app.services.wording.formats import format_date
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fields import Act
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.line_edits import TimeEdit
from app.ui.theme import px
from app.ui.views.sitting_acts import CONFLICT, GUEST, PAPERS, POINT, VOTING, absent_act
from app.ui.views.sitting_lists import AgendaList, PeopleList
from app.ui.views.sitting_point import PointPanel
from app.ui.views.sitting_screen import RoomScreen
from app.ui.widgets import Banner, FlowBox, Tone, button, label, tool_button

WIDE = 900
"""Width (of the design) from which the three parts stand beside each other."""
TICK_MILLISECONDS = 15_000
Clock = Callable[[], datetime]


class SittingView(QWidget):
    """A meeting that is being led; every gesture is written at once."""

    left = Signal()
    decision_wanted = Signal(str, object)  # key of the point, key of its decision or None
    close_wanted = Signal(str)
    minutes_wanted = Signal(str)  # key of an earlier meeting whose minutes are to be approved

    def __init__(self, desk: Desk, parent: QWidget | None = None, clock: Clock = datetime.now) -> None:
        super().__init__(parent)
        self.desk = desk
        self._clock, self._is_typed = clock, False
        self.sitting: Sitting | None = None
        self.screen_: RoomScreen | None = None
        self.banner = Banner()
        self.hour = TimeEdit(self, "")
        self.hour.setAccessibleName(_("Hour of what is written now"))
        self.hour.setToolTip(_("The hour of what is written now; it follows the clock until another is typed"))
        self.hour.setFixedWidth(px(76))
        self.agenda, self.room = AgendaList(), PeopleList()
        self.point = PointPanel(desk)
        self._make_actions()
        self._build()
        self._connect()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MILLISECONDS)
        self._timer.timeout.connect(self._tick)

    # --- what others call -----------------------------------------------------------------

    @property
    def meeting_id(self) -> str | None:
        """Key of the meeting that is led."""
        return None if self.sitting is None else self.sitting.meeting.id

    def show_meeting(self, meeting_id: str) -> None:
        """Lead this meeting."""
        self._is_typed = False
        self.banner.hide()
        self.sitting = self.desk.read(read_sitting, meeting_id)
        self._tick()
        self._timer.start()
        first = next((item.id for item in self.sitting.meeting.items if item.state is ItemState.OPEN), None)
        self._refresh()
        self.agenda.choose(first)
        self._refresh()

    def reload(self) -> None:
        """Read the meeting again; one that is gone is led no longer."""
        if self.meeting_id is None:
            return
        try:
            self.sitting = self.desk.read(read_sitting, self.meeting_id)
        except NotFound:
            self.left.emit()
            return
        self._refresh()

    def put_away(self) -> None:
        """Write what was typed, and end."""
        self.save_words()
        self._timer.stop()
        if self.screen_ is not None:
            self.screen_.close()
        self.sitting = None

    def time(self) -> str:
        """The hour that stands at the top."""
        return str(self.hour.value() or "")

    def focus_first(self) -> None:
        """To the agenda."""
        self.agenda.setFocus()

    # --- how it is made ------------------------------------------------------------------

    def _make_actions(self) -> None:
        self.actions_: list[QAction] = []
        self._images: dict[QAction, str] = {}
        self.open_action = self._action(_("Open the meeting"), "lock-open", "", self._open)
        self.suspend_action = self._action(_("Suspend"), "clock", "", self._suspend)
        self.resume_action = self._action(_("Resume"), "chevron-right", "", self._resume)
        self.take_action = self._action(_("Take the point up"), "chevron-right", "Ctrl+T", self._take_up)
        self.favour_action = self._action(_("All in favour"), "vote", "Ctrl+Shift+F", self._all_in_favour)
        self.papers_action = self._action(_("Secret ballot…"), "eye-off", "Ctrl+B", self._papers)
        self.clear_action = self._action(_("Take the vote back"), "undo-2", "", self._clear_vote)
        self.postpone_action = self._action(_("Postpone"), "arrow-right", "Ctrl+Shift+R", self._postpone)
        self.withdraw_action = self._action(_("Withdraw"), "x", "", self._withdraw)
        self.decision_action = self._action(_("Decision"), "gavel", "Ctrl+D", self._decide)
        self.approve_action = self._action(_("Approve those minutes"), "stamp", "", self._approve_minutes)
        self.point_action = self._action(_("Add a point"), "plus", "Ctrl+Shift+P", self._add_point)
        self.voting_action = self._action(_("Another vote…"), "plus", "Ctrl+Shift+V", self._add_voting)
        self.guest_action = self._action(_("A guest comes in"), "user-plus", "Ctrl+G", self._add_guest)
        self.absent_action = self._action(_("Absent…"), "user", "Ctrl+Shift+A", self._mark_absent)
        self.conflict_action = self._action(_("Conflict…"), "shield-alert", "Ctrl+Shift+C", self._conflict_of_chosen)
        self.screen_action = self._action(_("Screen of the room"), "maximize", "Ctrl+Shift+S", self.show_screen)
        self.close_action = self._action(_("Close the meeting"), "lock", "Ctrl+Shift+Q", self._close_meeting)
        self.back_action = self._action(_("Back to the list"), "arrow-left", "Alt+Left", self.left.emit)

    def _action(self, text: str, image: str, keys: str, run: Callable[[], object]) -> QAction:
        action = QAction(icon(image), text, self)
        if keys:
            action.setShortcut(QKeySequence(keys))
            action.setToolTip(f"{text} ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        action.triggered.connect(lambda: run())
        self.addAction(action)
        self.actions_.append(action)
        self._images[action] = image
        return action

    def _build(self) -> None:
        self.title, self.subtitle = label("", "h2", wrap=True), label("", "muted", wrap=True)
        back = tool_button(self.back_action.text(), "arrow-left", words=False)
        back.clicked.connect(self.back_action.trigger)
        head = QHBoxLayout()
        head.setSpacing(px(10))
        words = QVBoxLayout()
        words.addWidget(self.title)
        words.addWidget(self.subtitle)
        head.addWidget(back)
        head.addLayout(words, 1)
        caption = label(_("&Hour"), "muted")
        caption.setBuddy(self.hour)
        head.addWidget(caption)
        head.addWidget(self.hour)
        self._bar = FlowBox(spacing=6)
        for action in (self.open_action, self.resume_action, self.suspend_action, self.point_action):
            self._bar.flow.addWidget(self._button(action))
        for action in (self.guest_action, self.absent_action, self.conflict_action):
            self._bar.flow.addWidget(self._button(action))
        for action in (self.screen_action, self.close_action):
            self._bar.flow.addWidget(self._button(action))
        for action in (
            self.take_action,
            self.favour_action,
            self.papers_action,
            self.clear_action,
            self.voting_action,
            self.decision_action,
            self.approve_action,
            self.postpone_action,
            self.withdraw_action,
        ):
            self.point.acts.flow.addWidget(self._button(action))
        inside = QWidget()
        inside.setObjectName("sheet")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        column.addWidget(self._bar)
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        column.addLayout(self._parts, 1)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(px(14))
        self._parts.addWidget(self.agenda, 3)
        self._parts.addWidget(self.point, 5)
        self._parts.addWidget(self.room, 3)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("sheetScroll")
        self._scroll.setAccessibleName(_("Point of the agenda and who is in the room"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        layout.addLayout(head)
        layout.addWidget(self.banner)
        layout.addWidget(self._scroll, 1)

    def _button(self, action: QAction) -> QWidget:
        """A button for an action, hidden and disabled with it."""
        image = self._images[action]
        made = button(action.text(), image, name="primary" if action in (self.open_action, self.resume_action) else "")
        made.setToolTip(action.toolTip())
        made.clicked.connect(action.trigger)

        def follow() -> None:
            made.setEnabled(action.isEnabled())
            made.setVisible(action.isVisible())

        action.changed.connect(follow)
        return made

    def _connect(self) -> None:
        self.hour.edited.connect(self._on_hour_typed)
        self.agenda.chosen.connect(self._on_point_chosen)
        self.agenda.taken_up.connect(self._on_taken_up)
        self.agenda.moved.connect(self._on_moved)
        self.room.toggled.connect(self._on_toggled)
        self.room.voted.connect(self._on_voted)
        self.room.conflict_wanted.connect(self._on_conflict_wanted)
        self.point.words_left.connect(self.save_words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Three parts beside each other, or one under the other where there is no room."""
        super().resizeEvent(event)
        is_wide = event.size().width() >= px(WIDE)
        directions = QBoxLayout.Direction
        self._parts.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)
        for each, lines in ((self.agenda, 150), (self.room, 240)):
            each.setMinimumHeight(px(120) if is_wide else px(lines))

    # --- what is shown -------------------------------------------------------------------

    def _refresh(self) -> None:
        sitting = self.sitting
        if sitting is None:
            return
        meeting = sitting.meeting
        assert meeting.date_held is not None
        self.title.setText(_("Meeting {label}").format(label=f"{meeting.number}/{meeting.date_held.year}"))
        said = [sitting.committee.name, format_date(meeting.date_held)]
        if meeting.time_opened:
            said.append(_("from {opened}").format(opened=meeting.time_opened))
        self.subtitle.setText("  ·  ".join(said))
        self.agenda.show_agenda(sitting)
        item_id = self.agenda.key()
        self.room.show_people(people(sitting, item_id, self.time()), meeting.guests)
        self.point.show_point(sitting, item_id, self.time())
        self._refresh_actions()
        if self.screen_ is not None and self.screen_.isVisible():
            self.screen_.show_point(sitting, item_id, self.time())

    def _refresh_actions(self) -> None:
        assert self.sitting is not None
        state, item = self.sitting.meeting.state, self.sitting.item(self.agenda.key())
        free = state not in (MeetingState.CLOSED, MeetingState.APPROVED)
        running = state is MeetingState.OPEN
        self.open_action.setVisible(state is MeetingState.CONVENED)
        self.suspend_action.setVisible(running)
        self.resume_action.setVisible(state is MeetingState.SUSPENDED)
        self.close_action.setEnabled(running)
        for action in (self.point_action, self.guest_action, self.absent_action):
            action.setEnabled(free)
        treated = item is not None and item.state not in (ItemState.POSTPONED, ItemState.WITHDRAWN)
        voted = item is not None and item.is_voted
        self.take_action.setVisible(item is not None and (not item.time_begun or not treated))
        self.take_action.setEnabled(running)
        self.conflict_action.setEnabled(free and item is not None)
        self.favour_action.setEnabled(running and treated and item is not None and item.ballot is Ballot.OPEN)
        self.papers_action.setEnabled(running and treated)
        self.clear_action.setVisible(voted)
        self.clear_action.setEnabled(free)
        self.voting_action.setEnabled(free and treated)
        for action in (self.postpone_action, self.withdraw_action):
            action.setVisible(treated and not voted)
            action.setEnabled(free)
        self.decision_action.setEnabled(item is not None)
        minutes = item is not None and item.matter is Matter.MINUTES and item.origin_id is not None
        self.approve_action.setVisible(minutes)
        self.approve_action.setEnabled(voted)

    def _tick(self) -> None:
        """The hour follows the clock on the day of the meeting, until another is typed."""
        now = self._clock()
        if self.sitting is not None and not self._is_typed and now.date() == self.sitting.meeting.date_held:
            self.hour.set_value(f"{now:%H:%M}")

    # --- gestures ------------------------------------------------------------------------

    def _do(self, verb: Callable[..., Any], *args: Any) -> Any:
        """Do a gesture; what it changed, or None: a refusal is said at the top."""
        self.save_words()
        try:
            changes = self.desk.do(verb, *args)
        except AppError as refusal:
            self._say(refusal)
            return None
        self.banner.hide()
        self.reload()
        return changes

    def _say(self, refusal: AppError) -> None:
        self.banner.say(sentence(refusal, self.desk.texts), Tone.BAD)

    def _ask(self, act: Act, **first: Any) -> dict[str, Any] | None:
        """What is entered in the dialog of an act, its hour being that at the top."""
        first.setdefault("time", self.time())
        known = {field.key for field in act.fields}
        return ask_values(self, self.desk, act, {key: value for key, value in first.items() if key in known})

    def _on_hour_typed(self, _value: object) -> None:
        self._is_typed = True
        self._refresh()

    def _on_point_chosen(self, _item_id: str) -> None:
        self.save_words()
        self._refresh()

    def _on_taken_up(self, item_id: str) -> None:
        self._do(sitting_acts.take_up, item_id, self.time())

    def _on_moved(self, item_id: str, steps: int) -> None:
        if not self._do(sitting_acts.move_point, item_id, steps):
            self.reload()
        self.agenda.choose(item_id)

    def _on_toggled(self, person_id: str) -> None:
        assert self.sitting is not None
        if any(guest.id == person_id for guest in self.sitting.meeting.guests):
            self._do(sitting_people.guest_leaves, person_id, self.time())
            return
        row = next(row for row in people(self.sitting, self.agenda.key(), self.time()) if row.id == person_id)
        is_there = row.where in (Where.IN, Where.OUT_OF_POINT)
        verb = sitting_people.leave_room if is_there else sitting_people.enter_room
        self._do(verb, self.meeting_id, person_id, self.time())

    def _on_voted(self, person_id: str, choice: VoteChoice | None) -> None:
        item_id = self.agenda.key()
        if item_id is not None:
            self._do(sitting_acts.record_votes, item_id, {person_id: choice}, self.time())

    def _on_conflict_wanted(self, person_id: str) -> None:
        item_id = self.agenda.key()
        if item_id is None or self.sitting is None:
            return
        item = self.sitting.item(item_id)
        if item is not None and any(row.member_id == person_id for row in item.conflicts):
            self._do(sitting_people.withdraw_conflict, item_id, person_id)
            return
        values = self._ask(CONFLICT, kind=ConflictKind.ABSTENTION)
        if values is not None:
            self._do(CONFLICT.run, item_id, {**values, "member_id": person_id})

    def _conflict_of_chosen(self) -> None:
        key = self.room.key()
        if key is not None:
            self._on_conflict_wanted(key)

    def _mark_absent(self) -> None:
        key = self.room.key()
        if self.sitting is None or key is None:
            return
        others = tuple((row.id, row.name) for row in people(self.sitting, None, self.time()) if row.id != key)
        act = absent_act(others, with_proxy=self.sitting.committee.proxies_max > 0)
        values = self._ask(act, kind=AttendanceKind.EXCUSED)
        if values is not None:
            self._do(act.run, self.meeting_id, {"proxy_id": None, **values, "member_id": key})

    def _add_guest(self) -> None:
        values = self._ask(GUEST)
        if values is not None:
            self._do(GUEST.run, self.meeting_id, values)

    def _add_point(self) -> None:
        values = self._ask(POINT, matter=Matter.ORDINARY)
        if values is not None:
            self._do(POINT.run, self.meeting_id, values)

    def _add_voting(self) -> None:
        item = None if self.sitting is None else self.sitting.item(self.agenda.key())
        if item is None:
            return
        values = self._ask(VOTING, matter=item.matter)
        if values is not None and (made := self._do(VOTING.run, item.id, values)):
            self.agenda.choose(made.id)

    def _papers(self) -> None:
        item_id = self.agenda.key()
        item = None if self.sitting is None else self.sitting.item(item_id)
        if item is None:
            return
        counts = item.papers
        first = (
            {key: getattr(counts, key) for key in ("favour", "against", "abstain", "invalid")} if item.is_voted else {}
        )
        values = self._ask(PAPERS, **first)
        if values is not None:
            self._do(PAPERS.run, item_id, values)

    def _on_point(self, verb: Callable[..., Any], *args: Any) -> None:
        item_id = self.agenda.key()
        if item_id is not None:
            self._do(verb, item_id, *args)

    def _take_up(self) -> None:
        self._on_point(sitting_acts.take_up, self.time())

    def _all_in_favour(self) -> None:
        self._on_point(sitting_acts.vote_together, VoteChoice.FAVOUR, self.time())

    def _clear_vote(self) -> None:
        self._on_point(sitting_acts.clear_vote)

    def _postpone(self) -> None:
        self._on_point(sitting_acts.settle_point, ItemState.POSTPONED)

    def _withdraw(self) -> None:
        self._on_point(sitting_acts.settle_point, ItemState.WITHDRAWN)

    def _open(self) -> None:
        self._do(open_meeting, self.meeting_id, self.time())

    def _suspend(self) -> None:
        self._do(suspend_meeting, self.meeting_id, self.time())

    def _resume(self) -> None:
        self._do(resume_meeting, self.meeting_id, self.time())

    def _close_meeting(self) -> None:
        self.save_words()
        if self.meeting_id is not None:
            self.close_wanted.emit(self.meeting_id)

    def _decide(self) -> None:
        item_id = self.agenda.key()
        if item_id is not None and self.sitting is not None:
            self.save_words()
            decision = self.sitting.decisions.get(item_id)
            self.decision_wanted.emit(item_id, None if decision is None else decision.id)

    def _approve_minutes(self) -> None:
        item = None if self.sitting is None else self.sitting.item(self.agenda.key())
        if item is not None and item.origin_id is not None:
            self.minutes_wanted.emit(item.origin_id)

    def save_words(self) -> None:
        """Write the free text of the point, when it was changed."""
        item_id, words = self.point.changed_words()
        if item_id is None:
            return
        try:
            self.desk.do(sitting_acts.write_words, item_id, *words)
        except AppError as refusal:
            self._say(refusal)
            return
        self.point.words_saved()

    def show_screen(self) -> None:
        """The screen of the room, in a window of its own."""
        if self.screen_ is None:
            self.screen_ = RoomScreen(self)
        if self.sitting is not None:
            self.screen_.show_point(self.sitting, self.agenda.key(), self.time())
        self.screen_.show()
