"""What decisions ask of somebody afterwards: who does it, by when, how far it is; it goes on after the meeting."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.models.enums import FollowUpState
from app.models.errors import InvalidInput
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.sittings import FollowUp
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_key, require_text
from app.services.children import get_row, save_row
from app.services.decisions.decisions import decision_label


@dataclass(frozen=True)
class FollowUpDraft:
    """Something that a decision asks of somebody.

    Attributes:
        person: who does it.
        date_due, date_done: by when; and when it was.
    """

    id: str | None = None
    decision_id: str | None = None
    text: str = ""
    person: str = ""
    date_due: date | None = None
    state: FollowUpState = FollowUpState.OPEN
    date_done: date | None = None
    note: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class FollowUpRow:
    """A follow-up in a list; `decision` is «1/2014» or the subject of one that has no number yet."""

    id: str
    decision_id: str
    decision: str
    text: str
    person: str
    date_due: date | None
    state: FollowUpState
    date_done: date | None
    sample: bool
    source_line: int | None

    def is_late(self, day: date) -> bool:
        """Whether it should have been done before `day`."""
        return self.state is FollowUpState.OPEN and self.date_due is not None and self.date_due < day


def save_follow_up(store: Store, draft: FollowUpDraft) -> Changes:
    """Write a follow-up; one that is done keeps its day.

    Raises:
        InvalidInput: "field.required", "follow_up.done_before_decision".
        NotFound: "record.gone".
    """
    text, decision_id = require_text(draft.text, "text"), require_key(draft.decision_id, "decision_id")
    if draft.state is FollowUpState.DONE and draft.date_done is None:
        raise InvalidInput("field.required", field="date_done")
    with store.write("save_follow_up") as session:
        decision = get_row(session, Decision, decision_id)
        held = get_row(session, Meeting, get_row(session, AgendaItem, decision.agenda_item_id).meeting_id).date_held
        if draft.date_done is not None and draft.date_done < held:
            raise InvalidInput("follow_up.done_before_decision", field="date_done", day=draft.date_done, held=held)
        values = {
            "decision_id": decision_id,
            "text": text,
            "person": draft.person.strip(),
            "date_due": draft.date_due,
            "state": draft.state.value,
            "date_done": draft.date_done if draft.state is FollowUpState.DONE else None,
            "note": draft.note.strip(),
            "source_line": draft.source_line,
        }
        row = save_row(session, FollowUp, draft.id, values)
    return Changes.of("meetings", ids=(row.id, decision_id))


def load_follow_up(store: Store, follow_up_id: str) -> FollowUpDraft:
    """A follow-up as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, FollowUp, follow_up_id)
        return FollowUpDraft(
            row.id,
            row.decision_id,
            row.text,
            row.person,
            row.date_due,
            FollowUpState(row.state),
            row.date_done,
            row.note,
            row.source_line,
        )


def follow_up_rows(store: Store) -> tuple[FollowUpRow, ...]:
    """All follow-ups: those to be done first, by the day that they are due."""
    query = (
        sa.select(FollowUp, Decision)
        .join(Decision, Decision.id == FollowUp.decision_id)
        .order_by(
            FollowUp.state != FollowUpState.OPEN.value, FollowUp.date_due.is_(None), FollowUp.date_due, FollowUp.id
        )
    )
    with store.read() as session:
        return tuple(
            FollowUpRow(
                row.id,
                row.decision_id,
                decision_label(decision) or decision.subject,
                row.text,
                row.person,
                row.date_due,
                FollowUpState(row.state),
                row.date_done,
                row.sample,
                row.source_line,
            )
            for row, decision in session.execute(query)
        )


def delete_follow_up(store: Store, follow_up_id: str) -> Changes:
    """Take away a follow-up.

    Raises:
        NotFound: "record.gone".
    """
    with store.write("delete_follow_up") as session:
        session.delete(get_row(session, FollowUp, follow_up_id))
    return Changes.of("meetings", ids=(follow_up_id,))
