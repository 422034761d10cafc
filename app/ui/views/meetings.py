"""The meetings' room: meetings, the points of their agendas, decisions, the committee."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from app.models.enums import Matter
from app.models.errors import AppError
from app.models.money import format_euro
from app.services.agenda import PointDraft, point_rows, unanimous_votes
from app.services.closing import closing_problems
from app.services.committees import committee_rows, member_rows
from app.services.decisions import decision_rows
from app.services.documents import DocumentOwner
from app.services.meeting_drafts import AgendaItemDraft, AttendanceDraft, MeetingDraft
from app.services.meetings import load_meeting, meeting_rows
from app.services.minutes_gaps import minutes_gaps
from app.services.reports import meeting_lists as lists
from app.services.texts import N_
from app.services.waiting import waiting_items
from app.ui import dialogs
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.documents_panel import DocumentsPanel
from app.ui.editors import Choices
from app.ui.errors import sentence
from app.ui.fields import Act
from app.ui.forms import RecordForm
from app.ui.grids import GridView
from app.ui.i18n import _
from app.ui.views.base import First, RecordKind, RecordPage, RecordsView
from app.ui.views.committee_form import COMMITTEE_FORM
from app.ui.views.decision_forms import DECISION_FORM
from app.ui.views.decision_view import DecisionForm
from app.ui.views.follow_up_form import FOLLOW_UP_FORM
from app.ui.views.led_meeting import LedMeeting
from app.ui.views.meeting_forms import (
    APPROVE,
    CLOSE,
    FROZEN,
    LEAD,
    MEETING_FORM,
    MISSING,
    gaps_text,
    gaps_tone,
    member_choices,
)
from app.ui.views.point_forms import DECIDE, POINT_FORM
from app.ui.widgets import Tone, button


class MeetingForm(RecordForm):
    """A meeting; convening fills in the members of the committee, closing asks with what it will do."""

    sitting_wanted = Signal(str)  # key of the meeting that is to be led

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, MEETING_FORM, parent=parent, grown=grown)

    def run_act(self, act: Act) -> None:
        if act is CLOSE:
            self._close_meeting()
        elif act in (APPROVE, MISSING):
            if not self._say_gaps() and act is APPROVE:
                super().run_act(act)
        elif act is LEAD:
            if self.leave() and self.record_id is not None:
                self.sitting_wanted.emit(self.record_id)
        else:
            super().run_act(act)

    def propose_agenda(self) -> None:
        """Add what waits to the agenda that is being written, the minutes to be approved first; one step of undo."""
        self._commit_cell()
        draft: MeetingDraft = self.model.draft
        present = {item.origin_id for item in draft.items}
        waiting = self.desk.read(waiting_items, self.desk.texts, draft.committee_id)
        found = tuple(
            AgendaItemDraft(title=item.title, matter=item.matter, origin_id=item.origin_id)
            for item in waiting
            if item.origin_id not in present
        )
        minutes = tuple(item for item in found if item.matter is Matter.MINUTES)
        others = tuple(item for item in found if item.matter is not Matter.MINUTES)
        if not found:
            self._banner.say(_("Nothing waits for a meeting."), Tone.INFO)
            return
        self.model.set_value("items", (*minutes, *draft.items, *others), merge=False)
        self._grids["items"].focus_cell(0, "title")

    def actions_of_form(self) -> list[QAction]:
        return [*super().actions_of_form(), self.propose_action]

    def _make_actions(self) -> None:
        super()._make_actions()
        self.propose_action = self._action(_("Propose the agenda"), "list-ordered", "Ctrl+Shift+O", self.propose_agenda)

    def _build_fields(self) -> Iterator[None]:
        yield from super()._build_fields()
        self._propose = button(self.propose_action.text(), "list-ordered")
        self._propose.setToolTip(self.propose_action.toolTip())
        self._propose.clicked.connect(self.propose_action.trigger)
        grid = self._grids["items"]
        owner = grid.parentWidget()
        layout = None if owner is None else owner.layout()
        assert isinstance(layout, QBoxLayout)
        row = QHBoxLayout()
        row.addWidget(self._propose)
        row.addStretch(1)
        layout.insertLayout(layout.indexOf(grid), row)

    def _refresh_lock(self) -> None:
        super()._refresh_lock()
        free = self.model.draft.state not in FROZEN
        self.propose_action.setEnabled(free)
        self._propose.setVisible(free)

    def _say_gaps(self) -> bool:
        """Say what is missing in the minutes; whether it stands in the way of their approval."""
        if not self.leave() or self.record_id is None:
            return True
        gaps = self.desk.read(minutes_gaps, self.record_id, self.desk.texts)
        self._banner.say(gaps_text(gaps, self.desk.texts), gaps_tone(gaps))
        return any(gap.is_blocking for gap in gaps)

    def _close_meeting(self) -> None:
        """Ask the hour; say everything that stands in the way, or what will move, and close."""
        if not self.leave() or self.record_id is None:
            return
        values = ask_values(self, self.desk, CLOSE)
        if values is None:
            return
        self._clear_errors()
        problems = self.desk.read(closing_problems, self.record_id, values["time"], next_day=values["next_day"])
        if problems:
            self._say_problems(problems)
            return
        question = self.desk.read(closing_question, self.record_id, values["time"])
        if not dialogs.confirm(self, _("Close the meeting"), question, _("Close")):
            return
        self._act = CLOSE
        self._task = self.desk.run(CLOSE.run, self.record_id, values, done=self._on_acted, failed=self.show_error)
        self._task.finished.connect(self._on_task_finished)
        self._refresh_actions()

    def _say_problems(self, problems: tuple[AppError, ...]) -> None:
        """Mark the first and list them all."""
        self.show_error(problems[0])
        said = [sentence(problem, self.desk.texts) for problem in problems]
        self._banner.say("\n".join([_("The meeting cannot be closed yet:"), *said]), Tone.BAD)

    def _load_choices(self) -> None:
        super()._load_choices()
        self._offer_members()

    def _offer_members(self) -> None:
        """Offer the members of the chosen committee."""
        draft: MeetingDraft = self.model.draft
        offer_members(self._grids["attendances"], self.desk.read(member_choices, draft.committee_id))

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        draft: MeetingDraft = self.model.draft
        if key == "committee_id" and draft.committee_id:
            self._offer_members()
            if not draft.attendances:
                members = self.desk.read(member_rows, draft.committee_id)
                self.model.set_value("attendances", tuple(AttendanceDraft(member_id=row.id) for row in members))

    def _refresh_actions(self, *args: object) -> None:
        super()._refresh_actions(*args)
        word = _("Convene") if self.record_id is None else _("Save")
        self._foot.save_button.setText(word)
        self.save_action.setText(word)


def offer_members(grid: GridView, members: Choices) -> None:
    """Offer these members in a grid; its other columns offer what they did."""
    columns = {column.key: grid.model.choices(n) for n, column in enumerate(grid.spec.columns) if column.choices}
    grid.model.set_choices({**columns, "member_id": members})


def closing_question(store: Any, meeting_id: str, time: str) -> str:
    """What closing a meeting does, in words."""
    label = next(row.label for row in meeting_rows(store) if row.id == meeting_id)
    decisions = [row for row in decision_rows(store) if row.meeting_id == meeting_id]
    if not decisions:
        return _("Meeting {label} closes at {time}, with no decision. This cannot be taken back.").format(
            label=label, time=time
        )
    lines = [
        _("Meeting {label} closes at {time}. Its decisions get their numbers and are in force:").format(
            label=label, time=time
        )
    ]
    for row in decisions:
        if row.cents:
            lines.append(_("• {subject}: {amount} move").format(subject=row.subject, amount=format_euro(row.cents)))
        else:
            lines.append(_("• {subject}: no money moves").format(subject=row.subject))
    return "\n".join([*lines, _("This cannot be taken back.")])


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


class MeetingPage(RecordPage):
    """The meetings."""

    sitting_wanted = Signal(str)

    def make_form(self, *, grown: bool = True) -> RecordForm:
        form = MeetingForm(self.desk, self._stack, grown=grown)
        form.sitting_wanted.connect(self.sitting_wanted)
        return form


class PointPage(RecordPage):
    """The points of the agendas, those of one meeting when it was being looked at."""

    decision_wanted = Signal(str, object)

    def make_form(self, *, grown: bool = True) -> RecordForm:
        form = PointForm(self.desk, self._stack, grown=grown)
        form.decision_wanted.connect(self.decision_wanted)
        return form

    def follow(self, meeting_id: str) -> None:
        """Show the points of this meeting only."""
        label = next((row.label for row in self.desk.read(meeting_rows) if row.id == meeting_id), None)
        if label is None or not self.can_leave():
            return
        self._meeting_id = meeting_id
        self.list.search.clear()
        self.list.model.set_filter("meeting", {label})
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
            page = PointPage(self.desk, kind, key)
            page.decision_wanted.connect(self._on_decision_wanted)
            return page
        made = {"meetings": MeetingPage, "decisions": DecisionPage}.get(kind.key, RecordPage)
        page_made = made(self.desk, kind, key)
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
