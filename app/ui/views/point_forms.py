"""The form of a point of the agenda: what was said, conflicts, votes, and the way to its decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.models.enums import Ballot, ConflictKind, Matter, VoteChoice
from app.services.evaluation.conflicts import undeclared_text
from app.services.meetings import agenda, meetings
from app.services.meetings.agenda import PointDraft
from app.services.meetings.drafts import ConflictDraft, VoteDraft
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.meeting_forms import (
    FROZEN,
    frozen_reason,
    is_free,
    meeting_choices,
    member_choices,
    proposal_choices,
    standing_text,
)
from app.ui.views.sitting_acts import VOTING


def blank_point(store: Any) -> PointDraft:
    """A new point of the newest meeting that can still be changed."""
    rows = meetings.meeting_rows(store)
    return PointDraft(meeting_id=next((row.id for row in rows if row.state not in FROZEN), None))


def _voting(store: Any, draft: PointDraft) -> str:
    return standing_text(agenda.point_standing(store, draft), draft.time_voted)


def point_title(draft: PointDraft) -> str:
    """«1/2014, point 2»; with the number of the vote, where there are several on the point."""
    if draft.voting:
        told = _("{meeting}, point {position}, vote {n}")
        return told.format(meeting=draft.meeting, position=draft.position, n=draft.voting)
    return _("{meeting}, point {position}").format(meeting=draft.meeting, position=draft.position)


def votes_summary(votes: tuple[VoteDraft, ...]) -> tuple[tuple[str, str], ...]:
    """Votes counted, for the line under the grid."""
    return tuple(
        (label(choice, i18n.current()), str(count))
        for choice in VoteChoice
        if (count := sum(vote.choice is choice for vote in votes))
    )


def _decision_of(store: Any, item_id: str) -> str | None:
    """The decision on a point, when it has one."""
    return next((row.decision_id for row in agenda.point_rows(store) if row.id == item_id), None)


PAPERS = (
    ("favour", N_("Papers in favour")),
    ("against", N_("Papers against")),
    ("abstain", N_("Blank papers")),
    ("invalid", N_("Invalid papers")),
)


def _to_ask(store: Any, draft: PointDraft) -> str:
    """Conflicts that the registry gives reason to ask about, and nobody declared."""
    return undeclared_text(store, draft.id, i18n.current()) if draft.id and draft.state not in FROZEN else ""


def _is_secret(draft: PointDraft) -> bool:
    return draft.ballot is Ballot.SECRET


def _to_the_vote(changes: Any, form: Any) -> None:
    """Go to the vote that was added."""
    form.desk.wanted.emit("meetings", changes.id)


DECIDE = Act(N_("Decision"), "gavel", _decision_of)
"""Goes to the decision on the point, or begins it; the form itself leads there."""

POINT_FORM = FormSpec(
    key="point",
    title=N_("Point of the agenda"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "meeting_id",
                    N_("Meeting"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=meeting_choices,
                    width=Width.HALF,
                ),
                FieldSpec("time_voted", N_("Voted at"), FieldKind.TIME, width=Width.HALF, empty="", aside=_voting),
                FieldSpec("title", N_("Title"), FieldKind.NOTE, required=True, lines=1, aside=_to_ask),
                FieldSpec(
                    "matter",
                    N_("Matter"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(Matter),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "ballot",
                    N_("Ballot"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(Ballot),
                    width=Width.HALF,
                ),
                *(
                    FieldSpec(key, title, FieldKind.COUNT, empty=0, width=Width.HALF, when=_is_secret)
                    for key, title in PAPERS
                ),
                FieldSpec(
                    "late_ground",
                    N_("Ground of the addition"),
                    FieldKind.NOTE,
                    lines=1,
                    when=lambda draft: draft.late,
                ),
                FieldSpec("discussion", N_("What was said"), FieldKind.NOTE, lines=4),
                FieldSpec(
                    "motion",
                    N_("Text put to the vote"),
                    FieldKind.NOTE,
                    lines=2,
                    when=lambda draft: bool(draft.voting or draft.motion),
                ),
                FieldSpec("addition", N_("After the vote"), FieldKind.NOTE, lines=1),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "conflicts",
            N_("Conflicts"),
            (
                FieldSpec(
                    "member_id", N_("Member"), FieldKind.REFERENCE, required=True, choices=member_choices, width_mm=48
                ),
                FieldSpec(
                    "kind",
                    N_("Declares"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(ConflictKind),
                    width_mm=44,
                ),
                FieldSpec("proposal_id", N_("Proposal"), FieldKind.REFERENCE, choices=proposal_choices, width_mm=40),
                FieldSpec("ground", N_("Ground"), width_mm=50),
            ),
            blank=ConflictDraft,
            hint=N_("Who is in conflict neither votes nor counts in the number of this point."),
            rows_shown=2,
        ),
        GridSpec(
            "votes",
            N_("Votes"),
            (
                FieldSpec(
                    "member_id", N_("Member"), FieldKind.REFERENCE, required=True, choices=member_choices, width_mm=70
                ),
                FieldSpec(
                    "choice", N_("Vote"), FieldKind.CHOICE, required=True, choices=enum_choices(VoteChoice), width_mm=40
                ),
            ),
            blank=VoteDraft,
            summary=votes_summary,
            rows_shown=5,
        ),
    ),
    blank=blank_point,
    load=agenda.load_point,
    save=agenda.save_point,
    acts=(
        DECIDE,
        replace(VOTING, when=is_free, done=_to_the_vote),
        replace(removal(agenda.delete_point), when=is_free),
    ),
    heading=point_title,
    subtitle=lambda draft: draft.title,
    locked=lambda draft: frozen_reason(draft.state),
)
