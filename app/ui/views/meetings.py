"""The meetings' room: meetings, the points of their agendas, decisions, the committee."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.decisions.decisions import decision_rows
from app.services.documents.documents import DocumentOwner
from app.services.meetings.agenda import PointDraft, point_rows, unanimous_votes
from app.services.meetings.committees import committee_rows
from app.services.meetings.drafts import MeetingRow
from app.services.meetings.meetings import load_meeting, meeting_rows
from app.services.papers.errata import approved_minutes
from app.services.reports import meeting_lists as lists
from app.services.reports import paper_lists as papers
from app.services.reports.signing_lists import papers_list
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.documents_panel import DocumentsPanel
from app.ui.fields import Act
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.month_grid import DayEntry, MonthGrid
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView, elsewhere
from app.ui.views.committee_form import COMMITTEE_FORM
from app.ui.views.decision_forms import DECISION_FORM
from app.ui.views.decision_view import DecisionForm
from app.ui.views.follow_up_form import FOLLOW_UP_FORM
from app.ui.views.led_meeting import LedMeeting
from app.ui.views.meeting_forms import (
    FROZEN,
    MEETING_FORM,
    member_choices,
)
from app.ui.views.meeting_record import MeetingForm, offer_members
from app.ui.views.paper_forms import ERRATUM_FORM, PUBLICATION_FORM, point_choices
from app.ui.views.point_forms import DECIDE, POINT_FORM
from app.ui.views.signing_forms import PAPER_FORM
from app.ui.widgets import Tone, button, tool_button


class PointForm(RecordForm):
    """A point of the agenda; one button gives everybody who may vote a vote in favour."""

    decision_wanted = Signal(str, object)  # key of the point, key of its decision or None

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, POINT_FORM, parent=parent, grown=grown)

    def run_act(self, act: Act) -> None:
        if act is not DECIDE:
            super().run_act(act)
        elif self.leave() and self.record_id is not None:
            self.decision_wanted.emit(self.record_id, self.desk.read(DECIDE.run, self.record_id))

    def fill_votes(self) -> None:
        """Write a vote in favour for each of those who may vote; one step of undo."""
        self._commit_cell()
        self._clear_errors()
        try:
            votes = self.desk.read(unanimous_votes, self.model.draft)
        except AppError as error:
            self.show_error(error)
            return
        self.model.set_value("votes", votes, merge=False)
        self._grids["votes"].focus_cell(0, "choice")

    def actions_of_form(self) -> list[QAction]:
        return [*super().actions_of_form(), self.favour_action]

    def _make_actions(self) -> None:
        super()._make_actions()
        self.favour_action = self._action(_("All in favour"), "vote", "Ctrl+Shift+F", self.fill_votes)

    def _build_fields(self) -> Iterator[None]:
        yield from super()._build_fields()
        self._favour = button(self.favour_action.text(), "vote")
        self._favour.setToolTip(self.favour_action.toolTip())
        self._favour.clicked.connect(self.favour_action.trigger)
        row = QHBoxLayout()
        row.addWidget(self._favour)
        row.addStretch(1)
        self._sheet.insertLayout(self._sheet.indexOf(self._grids["votes"]), row)
        self.documents = DocumentsPanel(self.desk)
        self.documents.refused.connect(self._on_documents_refused)
        self._sheet.addWidget(self.documents)

    def _on_documents_refused(self, text: str) -> None:
        self._banner.say(text, Tone.BAD)

    def _refresh_all(self) -> None:
        super()._refresh_all()
        owner = None if self.record_id is None else DocumentOwner(agenda_item_id=self.record_id)
        self.documents.show_owner(owner, locked=self.model.draft.state in FROZEN)

    def _refresh_lock(self) -> None:
        super()._refresh_lock()
        free = self.model.draft.state not in FROZEN
        self.favour_action.setEnabled(free)
        self._favour.setVisible(free)

    def _load_choices(self) -> None:
        super()._load_choices()
        self._offer_members()

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        if key == "meeting_id":
            self._offer_members()

    def _offer_members(self) -> None:
        """Offer the members of the committee that meets."""
        draft: PointDraft = self.model.draft
        committee = self.desk.read(load_meeting, draft.meeting_id).committee_id if draft.meeting_id else None
        members = self.desk.read(member_choices, committee)
        for key in ("conflicts", "votes"):
            offer_members(self._grids[key], members)


def _day_entry(row: MeetingRow) -> DayEntry:
    """A meeting on its day of the calendar."""
    hour = row.time_opened or row.time_convened
    state = label(row.state, i18n.current())
    words = _("meeting {label}, {state}").format(label=row.label, state=state.lower())
    if hour:
        words = _("meeting {label} at {time}, {state}").format(label=row.label, time=hour, state=state.lower())
    brief = _("no. {number}").format(number=row.number)
    return DayEntry(row.id, row.date_held, f"{row.label} {hour}".strip(), words, brief)


class MeetingPage(RecordPage):
    """The meetings."""

    sitting_wanted = Signal(str)

    def make_form(self, *, grown: bool = True) -> RecordForm:
        form = MeetingForm(self.desk, self._stack, grown=grown)
        form.sitting_wanted.connect(self.sitting_wanted)
        return form

    def _build(self) -> None:
        super()._build()
        self.calendar: MonthGrid | None = None
        self.calendar_button = tool_button(_("Calendar"), "calendar-days", words=False)
        self.calendar_button.setCheckable(True)
        self.calendar_button.setToolTip(_("The meetings by month, in the place of the list (Ctrl+Shift+M)"))
        keys = QAction(self)
        keys.setShortcut(QKeySequence("Ctrl+Shift+M"))
        keys.triggered.connect(self.calendar_button.toggle)
        self.addAction(keys)
        self._picture = QWidget()
        QVBoxLayout(self._picture).setContentsMargins(0, 0, 0, 0)
        self.calendar_button.toggled.connect(self._on_calendar_wanted)
        self.list.offer_picture(self._picture, self.calendar_button)
        self.list.model.narrowed.connect(self._fill_calendar)

    def _on_calendar_wanted(self, wanted: bool) -> None:
        """Make the calendar when it is first wanted."""
        if wanted and self.calendar is None:
            self.calendar = MonthGrid(_("Calendar of the meetings"), self._picture)
            self.calendar.chosen.connect(self.list.select)
            self.calendar.activated.connect(self.list.activated)
            self.calendar.free_day.connect(self._on_free_day)
            layout = self._picture.layout()
            assert layout is not None
            layout.addWidget(self.calendar)
            self._picture.setFocusProxy(self.calendar.days)
        self._fill_calendar()

    def _fill_calendar(self) -> None:
        """The meetings that the list shows, be it searched or filtered."""
        if self.calendar is not None and self.calendar_button.isChecked():
            shown = {self.list.model.row_id(n) for n in range(self.list.model.rowCount())}
            rows = self.desk.read(meeting_rows)
            self.calendar.set_entries([_day_entry(row) for row in reversed(rows) if row.id in shown])

    def _on_free_day(self, day: date) -> None:
        """Convene a meeting on a day on which there is none."""
        self.add()
        if self.form is not None and self.form.record_id is None:
            self.form.model.set_value("date_held", day)


class PointPage(RecordPage):
    """The points of the agendas, those of one meeting when it was being looked at."""

    decision_wanted = Signal(str, object)

    def make_form(self, *, grown: bool = True) -> RecordForm:
        form = PointForm(self.desk, self._stack, grown=grown)
        form.decision_wanted.connect(self.decision_wanted)
        return form

    def follow(self, meeting_id: str) -> None:
        """Show the points of this meeting only."""
        number = next((row.label for row in self.desk.read(meeting_rows) if row.id == meeting_id), None)
        if number is None or not self.can_leave():
            return
        self._meeting_id = meeting_id
        self.list.search.clear()
        self.list.model.set_filter("meeting", {number})
        present = self.form.record_id if self.form is not None else None
        if present is None or self.list.model.row_of(present) < 0:
            self.show_first()

    def add(self) -> None:
        super().add()
        meeting_id = getattr(self, "_meeting_id", None)
        if meeting_id is not None and self.form is not None and self.form.record_id is None:
            state = self.desk.read(load_meeting, meeting_id).state
            if state not in FROZEN:
                self.form.model.set_value("meeting_id", meeting_id)


class DecisionPage(RecordPage):
    """The decisions."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return DecisionForm(self.desk, self._stack, grown=grown)

    def begin(self, item_id: str) -> None:
        """Begin the decision on a point."""
        self.add()
        if self.form is not None and self.form.record_id is None:
            self.form.model.set_value("agenda_item_id", item_id)
            self.form.field("kind").setFocus()


class ErratumForm(RecordForm):
    """An erratum; its passages stand under the points of the meeting whose minutes it mends."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, ERRATUM_FORM, parent=parent, grown=grown)

    def _load_choices(self) -> None:
        super()._load_choices()
        self._offer_points()

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        if key == "minutes_id":
            self._offer_points()

    def _offer_points(self) -> None:
        points = self.desk.read(point_choices, self.model.draft.minutes_id)
        self._grids["lines"].model.set_choices({"agenda_item_id": points})


class ErratumPage(RecordPage):
    """The errata."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return ErratumForm(self.desk, self._stack, grown=grown)


class MeetingsView(LedMeeting, RecordsView):
    """The meetings' room; a meeting that is led takes the place of its tabs."""

    key = "meetings"
    title = N_("Meetings")
    topics = frozenset({"meetings", "ledger", "proposals", "plan", "network"})
    kinds = (
        RecordKind(
            "meetings",
            N_("Meetings"),
            "calendar-days",
            lists.meetings_list,
            MEETING_FORM,
            empty=N_("No meeting yet. Convene the first one, with its day and its agenda."),
            form_width=480,
            first=First(
                lambda store: bool(committee_rows(store)),
                N_("A meeting is that of a committee. First add the committee, with its members."),
                N_("Go to the committee"),
                "meetings",
                "committee",
            ),
        ),
        RecordKind(
            "points",
            N_("Agenda items"),
            "list-ordered",
            lists.points_list,
            POINT_FORM,
            filters=("meeting", "decision_kind"),
            empty=N_("No point yet. Convene a meeting with its agenda, then write here what is said and voted."),
            form_width=500,
            first=First(
                lambda store: bool(meeting_rows(store)),
                N_("A point stands on the agenda of a meeting. First convene the meeting."),
                N_("Go to the meetings"),
                "meetings",
                "meetings",
            ),
        ),
        RecordKind(
            "decisions",
            N_("Decisions"),
            "gavel",
            lists.decisions_list,
            DECISION_FORM,
            filters=("meeting", "kind"),
            empty=N_(
                "No decision yet. A decision belongs to a point of the agenda, and moves money when its meeting closes."
            ),
            form_width=490,
            first=First(
                lambda store: bool(point_rows(store)),
                N_("A decision is taken on a point of the agenda. First convene a meeting with its agenda."),
                N_("Go to the meetings"),
                "meetings",
                "meetings",
            ),
        ),
        RecordKind(
            "committee",
            N_("Committee"),
            "users",
            lists.committees_list,
            COMMITTEE_FORM,
            empty=N_("No committee yet. Add it with its president, its members and its secretary."),
            form_width=580,
        ),
        RecordKind(
            "follow_ups",
            N_("Follow-up"),
            "list-checks",
            lists.follow_ups_list,
            FOLLOW_UP_FORM,
            filters=("state", "person"),
            empty=N_("Nothing to follow up. Write here what a decision asks of somebody: who does it, and by when."),
            form_width=460,
            first=First(
                lambda store: bool(decision_rows(store)),
                N_("A follow-up belongs to a decision. First take one at a meeting."),
                N_("Go to the decisions"),
                "meetings",
                "decisions",
            ),
        ),
        RecordKind(
            "errata",
            N_("Errata"),
            "pencil",
            papers.errata_list,
            ERRATUM_FORM,
            empty=N_(
                "No erratum. Approved minutes never change: what is wrong in them is mended by an act of its own."
            ),
            form_width=500,
            first=First(
                lambda store: bool(approved_minutes(store)),
                N_("An erratum mends minutes that are approved. First approve the minutes of a closed meeting."),
                N_("Go to the meetings"),
                "meetings",
                "meetings",
            ),
        ),
        RecordKind(
            "publications",
            N_("Published"),
            "eye",
            papers.publications_list,
            PUBLICATION_FORM,
            can_add=False,
            form_width=500,
            first=elsewhere(
                N_("No meeting yet, so nothing to publish."), N_("Go to the meetings"), "meetings", "meetings"
            ),
        ),
        RecordKind(
            "papers",
            N_("Signatures"),
            "signature",
            papers_list,
            PAPER_FORM,
            can_add=False,
            form_width=500,
            first=elsewhere(
                N_("No paper was handed out to be signed yet. Do that at a meeting with approved minutes."),
                N_("Go to the meetings"),
                "meetings",
                "meetings",
            ),
        ),
        RecordKind(
            "members",
            N_("Members"),
            "user",
            lists.members_list,
            filters=("role", "committee"),
            can_add=False,
            empty=N_("No member yet. Members are added in the form of their committee."),
            first=First(
                lambda store: bool(committee_rows(store)),
                N_("No member yet. Members are added in the form of their committee."),
                N_("Go to the committee"),
                "meetings",
                "committee",
            ),
        ),
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        if kind.key == "points":
            page = PointPage(self.desk, kind, key, self._stack)
            page.decision_wanted.connect(self._on_decision_wanted)
            return page
        pages = {"meetings": MeetingPage, "decisions": DecisionPage, "errata": ErratumPage}
        made = pages.get(kind.key, RecordPage)
        page_made = made(self.desk, kind, key, self._stack)
        if isinstance(page_made, MeetingPage):
            page_made.sitting_wanted.connect(self.lead)
        return page_made

    def _on_tab_changed(self, index: int) -> None:
        """From the meetings to the points: to those of the meeting that was looked at."""
        before = self._stack.currentWidget()
        super()._on_tab_changed(index)
        page = self._stack.currentWidget()
        shown = before.form if isinstance(before, MeetingPage) else None
        if isinstance(page, PointPage) and shown is not None and shown.record_id is not None:
            page.follow(shown.record_id)

    def _on_decision_wanted(self, item_id: str, decision_id: str | None) -> None:
        """To the decision on a point, or to a new one."""
        self.show_records()
        if decision_id is not None:
            self.open_record(decision_id, "decisions")
            return
        self._tabs.setCurrentIndex([kind.key for kind in self.kinds].index("decisions"))
        page = self.page("decisions")
        assert isinstance(page, DecisionPage)
        page.begin(item_id)
