"""The form of what a decision asks of somebody afterwards."""

from __future__ import annotations

from typing import Any

from app.models.enums import FollowUpState
from app.services.decisions.decisions import decision_rows
from app.services.meetings import follow_ups
from app.services.meetings.follow_ups import FollowUpDraft
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, Section, Width, enum_choices, removal


def decision_choices(store: Any) -> Choices:
    """Decisions by number and subject."""
    return tuple((row.id, f"{row.label} · {row.subject}" if row.label else row.subject) for row in decision_rows(store))


FOLLOW_UP_FORM = FormSpec(
    key="follow_up",
    title=N_("Follow-up"),
    sections=(
        Section(
            "",
            (
                FieldSpec("decision_id", N_("Decision"), FieldKind.REFERENCE, required=True, choices=decision_choices),
                FieldSpec("text", N_("What is to be done"), FieldKind.NOTE, required=True, lines=2),
                FieldSpec("person", N_("Who does it"), width=Width.HALF),
                FieldSpec("date_due", N_("To be done by"), FieldKind.DATE, width=Width.HALF),
                FieldSpec(
                    "state",
                    N_("State"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(FollowUpState),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "date_done",
                    N_("Done on"),
                    FieldKind.DATE,
                    width=Width.HALF,
                    when=lambda draft: draft.state is FollowUpState.DONE,
                ),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    blank=lambda _store: FollowUpDraft(),
    load=follow_ups.load_follow_up,
    save=follow_ups.save_follow_up,
    acts=(removal(follow_ups.delete_follow_up),),
    heading=lambda draft: draft.text,
    subtitle=lambda draft: label(draft.state, i18n.current()),
)
