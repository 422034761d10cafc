"""What is asked while a meeting is led: hours, grounds, papers, points more; each a small dialog."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models.enums import AttendanceKind, ConflictKind, Matter
from app.services.changes import Changes
from app.services.meetings import sitting_acts, sitting_people
from app.services.meetings.majority import Counts
from app.services.votings.acts import add_voting
from app.services.wording.texts import N_
from app.ui.fields import Act, FieldKind, FieldSpec, Width, enum_choices
from app.ui.views.meeting_forms import proposal_choices


def hour_field(title: str = N_("Hour")) -> FieldSpec:
    """The hour of a gesture."""
    return FieldSpec("time", title, FieldKind.TIME, required=True, empty="")


def _guest(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    return sitting_people.add_guest(store, meeting_id, values["name"], values["office"], values["time"])


def _conflict(store: Any, item_id: str, values: Mapping[str, Any]) -> Changes:
    return sitting_people.declare_conflict(
        store, item_id, values["member_id"], values["kind"], values["ground"], values["proposal_id"]
    )


def _absent(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    kind = values["kind"]
    return sitting_people.mark_absent(store, meeting_id, values["member_id"], kind, values["proxy_id"])


def _papers(store: Any, item_id: str, values: Mapping[str, Any]) -> Changes:
    papers = Counts(*(values[key] or 0 for key in ("favour", "against", "abstain", "invalid")))
    return sitting_acts.count_papers(store, item_id, papers, values["time"])


def _point(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    return sitting_acts.add_point(store, meeting_id, values["title"], values["matter"], values["late_ground"])


def _voting(store: Any, item_id: str, values: Mapping[str, Any]) -> Changes:
    return add_voting(store, item_id, values["title"], values["motion"], values["matter"])


GUEST = Act(
    N_("A guest comes in"),
    "user-plus",
    _guest,
    fields=(
        FieldSpec("name", N_("Name"), required=True),
        FieldSpec("office", N_("Office held")),
        hour_field(),
    ),
)

CONFLICT = Act(
    N_("Declare a conflict"),
    "shield-alert",
    _conflict,
    fields=(
        FieldSpec("kind", N_("Declares"), FieldKind.CHOICE, required=True, choices=enum_choices(ConflictKind)),
        FieldSpec("proposal_id", N_("Proposal"), FieldKind.REFERENCE, choices=proposal_choices),
        FieldSpec("ground", N_("Ground")),
    ),
)

ABSENT_KINDS = tuple(kind for kind in AttendanceKind if kind is not AttendanceKind.PRESENT)


def absent_act(members: tuple[tuple[str, str], ...], *, with_proxy: bool) -> Act:
    """A member does not come; represented by one of `members` where the committee allows it."""
    kinds = FieldSpec(
        "kind",
        N_("Present or absent"),
        FieldKind.CHOICE,
        required=True,
        choices=lambda store: tuple(each for each in enum_choices(AttendanceKind)(store) if each[0] in ABSENT_KINDS),
    )
    proxy = FieldSpec("proxy_id", N_("Represented by"), FieldKind.REFERENCE, choices=lambda _store: members)
    return Act(N_("Absent"), "user", _absent, fields=(kinds, proxy) if with_proxy else (kinds,))


PAPERS = Act(
    N_("Count the papers"),
    "vote",
    _papers,
    fields=(
        FieldSpec("favour", N_("Papers in favour"), FieldKind.COUNT, width=Width.HALF),
        FieldSpec("against", N_("Papers against"), FieldKind.COUNT, width=Width.HALF),
        FieldSpec("abstain", N_("Blank papers"), FieldKind.COUNT, width=Width.HALF),
        FieldSpec("invalid", N_("Invalid papers"), FieldKind.COUNT, width=Width.HALF),
        hour_field(N_("Voted at")),
    ),
)

VOTING = Act(
    N_("Another vote on this point"),
    "vote",
    _voting,
    fields=(
        FieldSpec("title", N_("What is voted on"), required=True),
        FieldSpec("motion", N_("Text put to the vote"), FieldKind.NOTE, lines=3),
        FieldSpec("matter", N_("Matter"), FieldKind.CHOICE, choices=enum_choices(Matter)),
    ),
)
"""One more proposal put to the vote on a point; the matter says by what majority."""

POINT = Act(
    N_("Add a point"),
    "plus",
    _point,
    fields=(
        FieldSpec("title", N_("Title"), required=True),
        FieldSpec("matter", N_("Matter"), FieldKind.CHOICE, required=True, choices=enum_choices(Matter)),
        FieldSpec("late_ground", N_("Ground of the addition")),
    ),
)
