"""Forms of the meetings' room: the committee, a meeting, a point of its agenda."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.models.enums import AttendanceKind, Matter, MeetingState
from app.services.changes import Changes
from app.services.meetings import agenda, committees, meetings
from app.services.meetings.agenda import Standing
from app.services.meetings.convocation import meeting_notice
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, GuestDraft, MeetingDraft
from app.services.meetings.minutes_gaps import MinutesGap
from app.services.proposals.lists import proposal_rows
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.errors import sentence
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _, plural
from app.ui.widgets import Tone

FROZEN = frozenset({MeetingState.CLOSED, MeetingState.APPROVED})
LOCKED = N_("The meeting is closed: what it did stays as it is. Its minutes can be read and printed.")
APPROVED_LOCKED = N_("The minutes are approved and frozen: they print the same for ever.")


def is_free(draft: Any) -> bool:
    """Whether what belongs to a meeting can still be changed."""
    return draft.state not in FROZEN


def frozen_reason(state: MeetingState) -> str:
    """Why what belongs to a meeting can no longer be edited, or nothing."""
    if state is MeetingState.APPROVED:
        return APPROVED_LOCKED
    return LOCKED if state is MeetingState.CLOSED else ""


# --- choices -----------------------------------------------------------------------------


def committee_choices(store: Any) -> Choices:
    """Committees by name."""
    return tuple((row.id, row.name) for row in committees.committee_rows(store))


def member_choices(store: Any, committee_id: str | None = None) -> Choices:
    """Members of one committee or of all, with their role."""
    return tuple(
        (row.id, f"{row.name} ({label(row.role, i18n.current())})")
        for row in committees.member_rows(store, committee_id)
    )


def proposal_choices(store: Any) -> Choices:
    """Proposals by number."""
    return tuple((row.id, f"{row.number} · {row.alliance} · {row.title}") for row in proposal_rows(store))


def meeting_choices(store: Any) -> Choices:
    """Meetings that can still be changed first, then the others."""
    rows = sorted(meetings.meeting_rows(store), key=lambda row: row.state in FROZEN)
    return tuple((row.id, f"{row.label} · {format_date(row.date_held)}") for row in rows)


# --- what is missing -----------------------------------------------------------------------


def gaps_text(gaps: Sequence[MinutesGap], tr: Translator) -> str:
    """What is missing in minutes, a line each."""
    told = (gap.text if gap.problem is None else sentence(gap.problem, tr) for gap in gaps)
    return "\n".join([_("What is missing:"), *(f"• {text}" for text in told)]) if gaps else _("Nothing is missing.")


def gaps_tone(gaps: Sequence[MinutesGap]) -> Tone:
    """How much it weighs."""
    if any(gap.is_blocking for gap in gaps):
        return Tone.BAD
    return Tone.WARN if gaps else Tone.OK


# --- a meeting ---------------------------------------------------------------------------


def standing_text(standing: Standing | None, time: str) -> str:
    """Who decides, in one line; nothing while it is not known."""
    if standing is None:
        return ""
    count = len(standing.voters)
    if standing.is_legal:
        text = plural(
            "At {time} {n} of {body} votes: there is a quorum ({needed} needed).",
            "At {time} {n} of {body} vote: there is a quorum ({needed} needed).",
            count,
        )
    else:
        text = plural(
            "At {time} {n} of {body} votes: there is no quorum ({needed} needed).",
            "At {time} {n} of {body} vote: there is no quorum ({needed} needed).",
            count,
        )
    said = [text.format(time=time, n=count, body=standing.body, needed=standing.needed)]
    for alternate, place in standing.substitutes:
        said.append(_("{alternate} sits for {place}.").format(alternate=alternate, place=place))
    return " ".join(said)


def _opening(store: Any, draft: MeetingDraft) -> str:
    return standing_text(agenda.opening_standing(store, draft), draft.time_opened)


def _notice(store: Any, draft: MeetingDraft) -> str:
    """That the convocation went out too late, where it did."""
    if draft.id is None or draft.date_convened is None:
        return ""
    notice = meeting_notice(store, draft.id, draft.date_convened)
    if not notice.is_late:
        return ""
    text = plural("{n} day of notice; {needed} are needed.", "{n} days of notice; {needed} are needed.", notice.days)
    return text.format(n=notice.days, needed=notice.needed)


def meeting_title(draft: MeetingDraft) -> str:
    """«Meeting 1/2014»."""
    if draft.number is None or draft.date_held is None:
        return ""
    return _("Meeting {label}").format(label=f"{draft.number}/{draft.date_held.year}")


def _meeting_subtitle(draft: MeetingDraft) -> str:
    parts = [label(draft.state, i18n.current())]
    if draft.date_held is not None:
        parts.append(format_date(draft.date_held))
    if draft.time_opened:
        parts.append(_("from {opened}").format(opened=draft.time_opened))
    if draft.time_closed:
        parts.append(_("to {closed}").format(closed=draft.time_closed))
    return "  ·  ".join(parts)


def _open(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    return meetings.open_meeting(store, meeting_id, values["time"])


def _close(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    from app.services.meetings.closing import close_meeting

    return close_meeting(store, meeting_id, values["time"], next_day=values["next_day"])


def _suspend(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    return meetings.suspend_meeting(store, meeting_id, values["time"])


def _resume(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    return meetings.resume_meeting(store, meeting_id, values["time"])


def _convoke(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    from app.services.meetings.convocation import send_convocation

    return send_convocation(store, meeting_id, values["day"], values["time"])


def _convocation(store: Any, meeting_id: str) -> Any:
    """The letter as it would be printed now."""
    from app.services.reports.convocation import convocation_document

    return convocation_document(store, meeting_id, i18n.current())


def _packet(store: Any, meeting_id: str) -> Any:
    """All that is needed at the table, as one document."""
    from app.services.reports.packet import packet_document

    return packet_document(store, meeting_id, i18n.current())


def _approve(store: Any, meeting_id: str, values: Mapping[str, Any]) -> Changes:
    from app.services.meetings.closing import approve_minutes

    return approve_minutes(store, meeting_id, values["day"])


def _prepare_paper(store: Any, meeting_id: str) -> Changes:
    """Hand the approved minutes out to be signed."""
    from app.services.signing.papers import prepare_minutes

    return prepare_minutes(store, meeting_id, i18n.current())


def _prepare_convocation(store: Any, meeting_id: str) -> Changes:
    """Hand the convocation out to be signed."""
    from app.services.signing.papers import prepare_entry

    return prepare_entry(store, "CONVOCAZIONE", meeting_id, i18n.current())


def _minutes(store: Any, meeting_id: str) -> Any:
    """The minutes as they would be printed now."""
    from app.services.reports.minutes import minutes_document

    return minutes_document(store, meeting_id, i18n.current())


def _show_minutes(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _in_state(*states: MeetingState) -> Callable[[Any], bool]:
    """Whether a draft's meeting is in one of these states."""
    return lambda draft: draft.state in states


def _time(title: str) -> FieldSpec:
    return FieldSpec("time", title, FieldKind.TIME, required=True, empty="")


CLOSE = Act(
    N_("Close"),
    "lock",
    _close,
    fields=(
        _time(N_("Hour of the closing")),
        FieldSpec("next_day", N_("It ended after midnight"), FieldKind.FLAG),
    ),
    when=_in_state(MeetingState.OPEN),
)

LEAD = Act(
    N_("Lead the meeting"),
    "layout-dashboard",
    lambda _store, meeting_id: meeting_id,
    when=lambda draft: draft.state in (MeetingState.CONVENED, MeetingState.OPEN, MeetingState.SUSPENDED),
)
"""Goes to the one screen that a meeting is led from; the form itself leads there."""

CONVOKE = Act(
    N_("Convoke"),
    "mail",
    _convoke,
    fields=(
        FieldSpec("day", N_("Day of the convocation"), FieldKind.DATE, required=True),
        _time(N_("Convened for")),
    ),
    when=_in_state(MeetingState.CONVENED),
)

APPROVE = Act(
    N_("Approve the minutes"),
    "stamp",
    _approve,
    fields=(FieldSpec("day", N_("Day of the approval"), FieldKind.DATE, required=True),),
    confirm=N_(
        "Approving the minutes of «{title}» freezes them as they are: afterwards only an erratum, an act of its"
        " own, corrects them. This cannot be taken back."
    ),
    when=_in_state(MeetingState.CLOSED),
    primary=True,
)

MISSING = Act(
    N_("What is missing"),
    "list-checks",
    lambda _store, meeting_id: meeting_id,
    when=_in_state(MeetingState.OPEN, MeetingState.SUSPENDED, MeetingState.CLOSED),
)
"""Says what stands in the way of the minutes; the form itself says it."""

PAPERS = Act(N_("Print the papers"), "printer", lambda _store, meeting_id: meeting_id)
"""All papers of the meeting in one job; the form itself asks which."""

MEETING_ACTS = (
    LEAD,
    Act(
        N_("Open the meeting"),
        "lock-open",
        _open,
        fields=(_time(N_("Hour of the opening")),),
        when=_in_state(MeetingState.CONVENED),
        primary=True,
    ),
    Act(
        N_("Suspend"),
        "clock",
        _suspend,
        fields=(_time(N_("Hour of the suspension")),),
        when=_in_state(MeetingState.OPEN),
    ),
    Act(
        N_("Resume"),
        "chevron-right",
        _resume,
        fields=(_time(N_("Hour of the resumption")),),
        when=_in_state(MeetingState.SUSPENDED),
        primary=True,
    ),
    CLOSE,
    APPROVE,
    Act(
        N_("Have the minutes signed"),
        "stamp",
        _prepare_paper,
        confirm=N_(
            "The minutes of «{title}» are kept to the byte as they go out to be signed. Save the paper, take the signed"
            " file in and enter the register number under «Signatures»."
        ),
        when=_in_state(MeetingState.APPROVED),
    ),
    MISSING,
    CONVOKE,
    Act(
        N_("Have the convocation signed"),
        "stamp",
        _prepare_convocation,
        confirm=N_(
            "The convocation of «{title}» is kept to the byte as it goes out to be signed. Save the paper and take the"
            " signed file in under «Signatures»."
        ),
        when=lambda draft: draft.date_convened is not None,
    ),
    Act(N_("Convocation"), "file-text", _convocation, done=_show_minutes),
    Act(N_("Packet"), "files", _packet, done=_show_minutes),
    Act(N_("Minutes"), "file-text", _minutes, done=_show_minutes),
    PAPERS,
    replace(removal(meetings.delete_meeting), when=_in_state(MeetingState.CONVENED)),
)

MEETING_FORM = FormSpec(
    key="meeting",
    title=N_("Meeting"),
    sections=(
        Section(
            "",
            (
                FieldSpec("committee_id", N_("Committee"), FieldKind.CHOICE, required=True, choices=committee_choices),
                FieldSpec("date_held", N_("Day"), FieldKind.DATE, required=True, width=Width.THIRD),
                FieldSpec("time_convened", N_("Convened for"), FieldKind.TIME, width=Width.THIRD, empty=""),
                FieldSpec(
                    "date_convened",
                    N_("Convened on"),
                    FieldKind.DATE,
                    width=Width.THIRD,
                    read_only=True,
                    when=lambda draft: draft.date_convened is not None,
                    aside=_notice,
                ),
                FieldSpec(
                    "time_opened",
                    N_("Opened at"),
                    FieldKind.TIME,
                    width=Width.THIRD,
                    empty="",
                    when=lambda draft: draft.state is not MeetingState.CONVENED,
                ),
                FieldSpec(
                    "time_closed",
                    N_("Closed at"),
                    FieldKind.TIME,
                    width=Width.THIRD,
                    empty="",
                    read_only=True,
                    when=lambda draft: draft.state in FROZEN,
                ),
                FieldSpec("place", N_("Place"), aside=_opening),
                FieldSpec("premises", N_("Premises"), FieldKind.NOTE, lines=3, hint=N_("What the minutes begin with.")),
            ),
            grids=(
                GridSpec(
                    "items",
                    N_("Agenda"),
                    (
                        FieldSpec("title", N_("Point"), required=True, width_mm=90),
                        FieldSpec(
                            "matter",
                            N_("Matter"),
                            FieldKind.CHOICE,
                            required=True,
                            choices=enum_choices(Matter),
                            width_mm=36,
                        ),
                        FieldSpec("time_voted", N_("Voted at"), FieldKind.TIME, empty="", width_mm=20),
                        FieldSpec("late_ground", N_("Ground of the addition"), width_mm=40),
                    ),
                    blank=AgendaItemDraft,
                    hint=N_(
                        "What was said, conflicts, votes and decision of each point are in the tab «Agenda items»."
                    ),
                    rows_shown=4,
                ),
                GridSpec(
                    "attendances",
                    N_("Attendance"),
                    (
                        FieldSpec(
                            "member_id",
                            N_("Member"),
                            FieldKind.REFERENCE,
                            required=True,
                            choices=member_choices,
                            width_mm=60,
                        ),
                        FieldSpec(
                            "kind",
                            N_("Present or absent"),
                            FieldKind.CHOICE,
                            required=True,
                            choices=enum_choices(AttendanceKind),
                            width_mm=34,
                        ),
                        FieldSpec("time_in", N_("In"), FieldKind.TIME, empty="", width_mm=15),
                        FieldSpec("time_out", N_("Out"), FieldKind.TIME, empty="", width_mm=15),
                        FieldSpec(
                            "proxy_id",
                            N_("Represented by"),
                            FieldKind.REFERENCE,
                            choices=member_choices,
                            width_mm=40,
                        ),
                    ),
                    blank=AttendanceDraft,
                    hint=N_("Hours only for who came late or left early."),
                    rows_shown=7,
                ),
                GridSpec(
                    "guests",
                    N_("Guests"),
                    (
                        FieldSpec("name", N_("Name"), required=True, width_mm=60),
                        FieldSpec("office", N_("Office held"), width_mm=60),
                        FieldSpec("time_in", N_("In"), FieldKind.TIME, empty="", width_mm=15),
                        FieldSpec("time_out", N_("Out"), FieldKind.TIME, empty="", width_mm=15),
                    ),
                    blank=GuestDraft,
                    hint=N_("Who is heard and is not of the committee; guests are never counted."),
                    rows_shown=1,
                ),
            ),
        ),
        Section(
            "",
            (
                FieldSpec(
                    "letter",
                    N_("Text of the convocation"),
                    FieldKind.NOTE,
                    lines=2,
                    hint=N_("What the letter says beside day, place and agenda."),
                ),
                FieldSpec("closing_text", N_("Closing words"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    blank=meetings.blank_meeting,
    load=meetings.load_meeting,
    save=meetings.save_meeting,
    acts=MEETING_ACTS,
    heading=meeting_title,
    subtitle=_meeting_subtitle,
    locked=lambda draft: frozen_reason(draft.state),
)
