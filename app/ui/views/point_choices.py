"""The point of an agenda that something is proposed on: a scenario, a cut, a ranking, the outcomes of checks."""

from __future__ import annotations

from typing import Any

from app.models.enums import MeetingState
from app.services.meetings.agenda import point_rows
from app.services.wording.texts import N_
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec

CHANGEABLE = (MeetingState.CONVENED, MeetingState.OPEN, MeetingState.SUSPENDED)
"""States of a meeting in which a point may still be decided on."""


def open_points(store: Any) -> Choices:
    """Points without a decision, of meetings that can still be changed."""
    rows = point_rows(store)
    return tuple((row.id, row.name) for row in rows if row.decision_id is None and row.state in CHANGEABLE)


def point_field(hint: str = N_("Of a meeting that is not closed; the money moves when it closes.")) -> FieldSpec:
    """The field of an act that asks on which point; its value is the key of the point."""
    return FieldSpec(
        "agenda_item_id",
        N_("Point of the agenda"),
        FieldKind.REFERENCE,
        required=True,
        choices=open_points,
        hint=hint,
    )


def show_decision(result: Any, form: Any) -> None:
    """Go to the decision that was made on the point."""
    form.desk.wanted.emit("meetings", result.id)
