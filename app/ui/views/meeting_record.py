"""The form of a meeting, with what it does beside saving: propose an agenda, close, approve, lead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.enums import Matter
from app.models.errors import AppError
from app.models.money import format_euro
from app.services.decisions.decisions import decision_rows
from app.services.meetings.closing import closing_problems
from app.services.meetings.committees import member_rows
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, MeetingDraft
from app.services.meetings.meetings import meeting_rows
from app.services.meetings.minutes_gaps import minutes_gaps
from app.services.meetings.waiting import waiting_items
from app.ui import dialogs
from app.ui.acts import ask_values
from app.ui.desk import Desk
from app.ui.editors import Choices
from app.ui.errors import sentence
from app.ui.fields import Act
from app.ui.forms import RecordForm
from app.ui.grids import GridView
from app.ui.i18n import _
from app.ui.views.meeting_forms import (
    APPROVE,
    CLOSE,
    FROZEN,
    LEAD,
    MEETING_FORM,
    MISSING,
    PAPERS,
    gaps_text,
    gaps_tone,
    member_choices,
)
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
        elif act is PAPERS:
            if self.leave() and self.record_id is not None:
                from app.ui.views.queue_dialog import print_meeting  # only who prints needs it

                print_meeting(self, self.desk, self.record_id, self._title_of())
        elif act is LEAD:
            if self.leave() and self.record_id is not None:
                self.sitting_wanted.emit(self.record_id)
        else:
            super().run_act(act)

    def _title_of(self) -> str:
        draft: MeetingDraft = self.model.draft
        return "" if draft.date_held is None else f"{draft.number}/{draft.date_held.year}"

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

    def _make_actions(self) -> None:
        super()._make_actions()
        self.propose_action = self._action(_("Propose the agenda"), "list-ordered", "Ctrl+Shift+O", self.propose_agenda)

    def _build_fields(self) -> Iterator[None]:
        yield from super()._build_fields()
        self._propose = button(self.propose_action.text(), "list-ordered")
        self._propose.setToolTip(self.propose_action.toolTip())
        self._propose.clicked.connect(self.propose_action.trigger)
        row = QHBoxLayout()
        row.addWidget(self._propose)
        row.addStretch(1)
        self._sheet.insertLayout(self._sheet.indexOf(self._grids["items"]) + 1, row)

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
