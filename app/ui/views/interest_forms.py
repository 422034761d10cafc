"""The form of a declaration of interests: what a member declares once it is known who applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.models.enums import ConflictKind
from app.services.evaluation import declarations
from app.services.evaluation.declarations import InterestDraft, InterestsDraft
from app.services.proposals.lists import proposal_rows
from app.services.reports.ranking_lists import proposed_text
from app.services.wording.texts import N_
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _


def proposal_choices(store: Any) -> Choices:
    """Proposals by number."""
    return tuple((row.id, f"{row.number} · {row.alliance} · {row.title}") for row in proposal_rows(store))


def _proposed(store: Any, draft: InterestsDraft) -> str:
    """What the archive gives reason to ask."""
    if draft.id is None:
        return ""
    found = proposed_text(store, draft.id, i18n.current())
    return _("The archive gives reason to ask about:") + "\n" + found if found else ""


def _table(store: Any, key: str) -> Any:
    """The table of declarations of the call."""
    from app.services.reports.ranking_tables import declarations_document

    return declarations_document(store, key.partition(":")[0], i18n.current())


def show_document(document: Any, form: Any) -> None:
    """Show what an act made as it will be printed."""
    output.preview(form, form.desk, document)


INTERESTS_FORM = FormSpec(
    key="interests",
    title=N_("Declaration of interests"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "day",
                    N_("Declared on"),
                    FieldKind.DATE,
                    required=True,
                    width=Width.THIRD,
                    hint=N_("With no conflict below, the member declares that there is none."),
                ),
                FieldSpec(
                    "note",
                    N_("How it was given"),
                    hint=N_("In the room, by a signed sheet with its number."),
                    aside=_proposed,
                ),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "conflicts",
            N_("Conflicts"),
            (
                FieldSpec(
                    "proposal_id",
                    N_("Proposal"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=proposal_choices,
                    width_mm=60,
                ),
                FieldSpec(
                    "kind", N_("Kind"), FieldKind.CHOICE, required=True, choices=enum_choices(ConflictKind), width_mm=46
                ),
                FieldSpec("ground", N_("Ground"), FieldKind.NOTE, required=True, width_mm=60),
                FieldSpec("day", N_("Came to light on"), FieldKind.DATE, width_mm=26),
            ),
            blank=InterestDraft,
            hint=N_(
                "On these proposals the member gives no points and does not vote; points given before are set aside."
                " For an incompatible member an alternate steps in."
            ),
            rows_shown=5,
        ),
    ),
    blank=lambda _store: InterestsDraft(),
    load=declarations.load_interests,
    save=declarations.save_interests,
    acts=(
        Act(N_("Print the declarations"), "printer", _table, done=show_document),
        replace(removal(declarations.delete_interests), when=lambda draft: draft.day is not None),
    ),
    heading=lambda draft: draft.member,
    subtitle=lambda draft: draft.call,
)
