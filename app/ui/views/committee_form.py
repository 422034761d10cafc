"""The form of a committee: its members, and the rules that it decides by."""

from __future__ import annotations

from typing import Any

from app.models.enums import Ballot, Majority, Matter, MemberRole, QuorumRule, TieRule, UserState
from app.services.meetings import committees
from app.services.meetings.committees import CommitteeDraft, RuleDraft
from app.services.meetings.quorum import SEATED, voters_needed
from app.services.wording.texts import N_
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import plural
from app.ui.views.meeting_forms import member_choices
from app.ui.views.network_merging import organisation_choices


def _needed(_store: Any, draft: CommitteeDraft) -> str:
    """How many decide, and how many must be there."""
    seats = sum(member.role in SEATED for member in draft.members)
    needed = voters_needed(seats, draft.quorum)
    text = plural(
        "{seats} seat with a vote: {needed} must be there.", "{seats} seats with a vote: {needed} must be there.", seats
    )
    return text.format(seats=seats, needed=needed) if seats else ""


def user_choices(store: Any) -> tuple[tuple[str, str], ...]:
    """Users who may open the archive, by name; none where it has no users."""
    from app.services.users.facts import list_users  # what keys need takes long to import

    return tuple((row.id, row.name) for row in list_users(store) if row.state is not UserState.REMOVED)


COMMITTEE_FORM = FormSpec(
    key="committee",
    title=N_("Committee"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec("act", N_("Appointed by"), hint=N_("The act that appoints it, as minutes quote it.")),
                FieldSpec(
                    "quorum",
                    N_("Quorum"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(QuorumRule),
                    aside=_needed,
                ),
                FieldSpec(
                    "quorum_opening",
                    N_("Quorum of the opening"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(QuorumRule),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "majority",
                    N_("Majority"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(Majority),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "tie",
                    N_("When votes are equal"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(TieRule),
                    width=Width.THIRD,
                ),
                FieldSpec(
                    "proxies_max",
                    N_("Members one may represent"),
                    FieldKind.COUNT,
                    required=True,
                    empty=0,
                    width=Width.THIRD,
                    hint=N_("0: nobody is represented."),
                ),
                FieldSpec(
                    "notice_days",
                    N_("Days of notice"),
                    FieldKind.COUNT,
                    required=True,
                    empty=0,
                    width=Width.THIRD,
                    hint=N_("From the convocation to the meeting, at least."),
                ),
                FieldSpec(
                    "findings_block",
                    N_("Minutes wait for open findings"),
                    FieldKind.FLAG,
                    hint=N_("While declared figures do not agree with the records, minutes are not approved."),
                ),
                FieldSpec("other_names", N_("Other names"), FieldKind.NOTE, lines=2, hint=N_("One each line.")),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "members",
            N_("Members"),
            (
                FieldSpec("name", N_("Member"), required=True, width_mm=42),
                FieldSpec(
                    "role", N_("Role"), FieldKind.CHOICE, required=True, choices=enum_choices(MemberRole), width_mm=26
                ),
                FieldSpec("office", N_("Office held"), width_mm=42),
                FieldSpec(
                    "organisation_id",
                    N_("Organisation"),
                    FieldKind.REFERENCE,
                    choices=organisation_choices,
                    width_mm=50,
                ),
                FieldSpec(
                    "stands_for_id",
                    N_("Stands in for"),
                    FieldKind.REFERENCE,
                    choices=member_choices,
                    hint=N_("Of an alternate: whose seat it takes. Empty: the first one that is free."),
                    width_mm=42,
                ),
                FieldSpec(
                    "user_id",
                    N_("User of the archive"),
                    FieldKind.REFERENCE,
                    choices=user_choices,
                    hint=N_("Who fills in the sheets of this member as their own. Empty: the user of the same name."),
                    width_mm=42,
                ),
                FieldSpec("act", N_("Act of appointment"), width_mm=42),
                FieldSpec("date_from", N_("From"), FieldKind.DATE, width_mm=24),
                FieldSpec("date_to", N_("To"), FieldKind.DATE, width_mm=24),
            ),
            blank=committees.MemberDraft,
            hint=N_(
                "In the order of the papers. The secretary does not vote; an alternate takes the seat of who is away."
            ),
            rows_shown=8,
        ),
        GridSpec(
            "rules",
            N_("Rules for single matters"),
            (
                FieldSpec(
                    "matter", N_("Matter"), FieldKind.CHOICE, required=True, choices=enum_choices(Matter), width_mm=46
                ),
                FieldSpec(
                    "quorum",
                    N_("Quorum"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(QuorumRule),
                    width_mm=42,
                ),
                FieldSpec(
                    "majority",
                    N_("Majority"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(Majority),
                    width_mm=52,
                ),
                FieldSpec(
                    "ballot", N_("Ballot"), FieldKind.CHOICE, required=True, choices=enum_choices(Ballot), width_mm=46
                ),
            ),
            blank=RuleDraft,
            hint=N_("Where a matter is decided otherwise: scoring with all members, an appointment by secret ballot."),
            rows_shown=2,
        ),
    ),
    blank=lambda _store: CommitteeDraft(),
    load=committees.load_committee,
    save=committees.save_committee,
    acts=(removal(committees.delete_committee),),
    heading=lambda draft: draft.name,
)
