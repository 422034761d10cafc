"""Forms of what follows minutes: an erratum, and what the published copy leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.models.enums import MeetingState
from app.services.changes import Changes
from app.services.meetings.meetings import meeting_rows
from app.services.papers import errata, omissions
from app.services.papers.errata import ErratumDraft, ErratumLineDraft
from app.services.papers.omissions import OmissionDraft, PublicationDraft
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import dialogs, i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, removal
from app.ui.i18n import _
from app.ui.views.meeting_forms import FROZEN

MENDED = N_("The erratum is approved and frozen: it prints the same for ever, on the minutes as well.")


def _minutes_choices(store: Any) -> Choices:
    """Approved minutes, the newest first."""
    return tuple((row.id, f"{row.label} · {format_date(row.date_held)}") for row in errata.approved_minutes(store))


def _closed_meetings(store: Any) -> Choices:
    """Meetings at which an erratum may be approved."""
    return tuple(
        (row.id, f"{row.label} · {format_date(row.date_held)}")
        for row in meeting_rows(store)
        if row.state in (MeetingState.OPEN, *FROZEN)
    )


def point_choices(store: Any, minutes_id: str | None = None) -> Choices:
    """Points of the meeting whose minutes are mended."""
    return errata.points_of(store, minutes_id) if minutes_id else ()


def _approve(store: Any, erratum_id: str, values: Mapping[str, Any]) -> Changes:
    return errata.approve_erratum(store, erratum_id, values["day"])


def _paper(store: Any, erratum_id: str) -> Any:
    from app.services.reports.erratum import erratum_document

    return erratum_document(store, erratum_id, i18n.current())


def _mended(store: Any, erratum_id: str) -> Any:
    """The minutes, with their errata."""
    from app.services.reports.minutes import minutes_document

    row = next(row for row in errata.erratum_rows(store) if row.id == erratum_id)
    return minutes_document(store, row.mended_id, i18n.current())


def _show(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _erratum_title(draft: ErratumDraft) -> str:
    return _("Erratum {label}").format(label=draft.label) if draft.label else ""


def _erratum_subtitle(draft: ErratumDraft) -> str:
    if draft.date_approved is None:
        return _("To be approved")
    return _("Approved on {day}").format(day=format_date(draft.date_approved))


ERRATUM_FORM = FormSpec(
    key="erratum",
    title=N_("Erratum"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "minutes_id",
                    N_("Minutes that it mends"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=_minutes_choices,
                    width=Width.HALF,
                ),
                FieldSpec(
                    "meeting_id",
                    N_("Approved at meeting"),
                    FieldKind.REFERENCE,
                    choices=_closed_meetings,
                    width=Width.HALF,
                ),
                FieldSpec("reason", N_("Ground"), FieldKind.NOTE, required=True, lines=2),
            ),
            grids=(
                GridSpec(
                    "lines",
                    N_("Passages that are mended"),
                    (
                        FieldSpec(
                            "agenda_item_id", N_("Point"), FieldKind.REFERENCE, choices=point_choices, width_mm=34
                        ),
                        FieldSpec("wrong", N_("As the minutes have it"), required=True, width_mm=70),
                        FieldSpec("right", N_("As it reads from now on"), width_mm=70),
                    ),
                    blank=ErratumLineDraft,
                    hint=N_("Copy the passage as it stands in the minutes; leave the second one empty to take it out."),
                    rows_shown=4,
                ),
            ),
        ),
    ),
    blank=lambda _store: ErratumDraft(),
    load=errata.load_erratum,
    save=errata.save_erratum,
    acts=(
        Act(
            N_("Approve the erratum"),
            "stamp",
            _approve,
            fields=(FieldSpec("day", N_("Day of the approval"), FieldKind.DATE, required=True),),
            confirm=N_("An approved erratum gets its number, is frozen and printed on the minutes. This is for ever."),
            when=lambda draft: not draft.is_approved,
            primary=True,
        ),
        Act(N_("Erratum on paper"), "file-text", _paper, done=_show),
        Act(N_("Minutes with their errata"), "file-text", _mended, done=_show),
        replace(removal(errata.delete_erratum), when=lambda draft: not draft.is_approved),
    ),
    heading=_erratum_title,
    subtitle=_erratum_subtitle,
    locked=lambda draft: MENDED if draft.is_approved else "",
)


def _published(store: Any, meeting_id: str) -> Any:
    from app.services.reports.paper_entries import published_minutes

    return published_minutes(store, meeting_id, i18n.current())


def _left_out(store: Any, meeting_id: str) -> Any:
    from app.services.reports.paper_entries import omissions_document

    return omissions_document(store, meeting_id, i18n.current())


def _proposed(store: Any, meeting_id: str) -> Any:
    from app.services.papers.household_names import proposed_omissions

    return proposed_omissions(store, meeting_id, i18n.current())


def _add_proposed(found: tuple[OmissionDraft, ...], form: Any) -> None:
    """Add what is not there yet to the rows that are being written; nothing is left out before they are saved."""
    draft: PublicationDraft = form.model.draft
    there = {row.passage for row in draft.omissions}
    fresh = tuple(row for row in found if row.passage not in there)
    if fresh:
        form.model.set_value("omissions", (*draft.omissions, *fresh), merge=False)
    else:
        text = _("The published copy names no person of a household of the archive.")
        dialogs.tell(form.window(), _("Propose OMISSIS"), text)


PUBLICATION_FORM = FormSpec(
    key="publication",
    title=N_("Published minutes"),
    sections=(
        Section(
            "",
            grids=(
                GridSpec(
                    "omissions",
                    N_("Left out by hand"),
                    (
                        FieldSpec("passage", N_("Passage or name"), required=True, width_mm=70),
                        FieldSpec("ground", N_("Ground"), required=True, width_mm=70),
                        FieldSpec("kept", N_("Approved with it"), FieldKind.FLAG, read_only=True, width_mm=24),
                    ),
                    blank=OmissionDraft,
                    hint=N_(
                        "Copy the passage as it stands in the minutes: OMISSIS takes its place everywhere. Names"
                        " of members who do not sign, of guests, tax codes and accounts are left out by rule."
                    ),
                    rows_shown=6,
                ),
            ),
        ),
    ),
    blank=lambda _store: PublicationDraft(),
    load=omissions.load_publication,
    save=omissions.save_omissions,
    acts=(
        Act(N_("Propose OMISSIS"), "eye-off", _proposed, done=_add_proposed),
        Act(N_("Copy for publication"), "file-text", _published, done=_show),
        Act(N_("List of what is left out"), "list-checks", _left_out, done=_show),
    ),
    heading=lambda draft: _("Minutes of meeting {label}").format(label=draft.label),
    subtitle=lambda draft: label(draft.state, i18n.current()),
)
