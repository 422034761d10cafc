"""The form of a decision: one for all kinds; `decision_view` puts beside it what the decision would do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.models.enums import DecisionKind, PotKind, ProposalState
from app.services.changes import Changes
from app.services.decisions import sheets as decision_sheets
from app.services.decisions.decisions import delete_decision, recompute_decision
from app.services.decisions.ground import GRANTED
from app.services.decisions.sheets import OUTCOMES, DecisionSheet
from app.services.ledger.statement import decision_movements
from app.services.meetings import agenda
from app.services.wording.texts import N_
from app.ui import dialogs, i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.meeting_forms import FROZEN, frozen_reason, is_free
from app.ui.views.split_forms import SOURCES_GRID, shown_when, terms_grids, terms_section


def point_choices(store: Any) -> Choices:
    """Points of all agendas: of the meetings that can still be changed first."""
    rows = sorted(agenda.point_rows(store), key=lambda row: row.state in FROZEN)
    return tuple((row.id, row.name) for row in rows)


def _of_kind(*kinds: DecisionKind) -> Callable[[Any], bool]:
    """Whether a sheet is of one of these kinds."""
    return lambda sheet: sheet.kind in kinds


def _is_residue(sheet: DecisionSheet) -> bool:
    return sheet.kind is DecisionKind.RESIDUE


def _is_recomputable(sheet: DecisionSheet) -> bool:
    """The amounts of the other kinds are typed."""
    return is_free(sheet) and _is_residue(sheet)


def _decision_title(sheet: DecisionSheet) -> str:
    return _("Decision {label}").format(label=sheet.label) if sheet.label else _("Decision being prepared")


AMOUNT_GRIDS = (
    GridSpec(
        "outcomes",
        N_("Outcome of the proposals"),
        (
            FieldSpec("name", N_("Proposal"), read_only=True, width_mm=70),
            FieldSpec(
                "present",
                N_("Is now"),
                FieldKind.CHOICE,
                choices=enum_choices(ProposalState),
                read_only=True,
                width_mm=30,
            ),
            FieldSpec(
                "state", N_("Becomes"), FieldKind.CHOICE, choices=enum_choices((*OUTCOMES, *GRANTED)), width_mm=34
            ),
            FieldSpec("reason", N_("Reason"), width_mm=40),
        ),
        fixed=True,
        hint=N_("Only the proposals that get an outcome here; funding comes with the award."),
        when=_of_kind(DecisionKind.ADMISSION, DecisionKind.AWARD),
        rows_shown=4,
    ),
    GridSpec(
        "area_amounts",
        N_("Amounts by area"),
        (
            FieldSpec("name", N_("Area"), read_only=True, width_mm=84),
            FieldSpec("has", N_("Has"), FieldKind.MONEY, read_only=True, width_mm=28),
            FieldSpec("amount", N_("Gets"), FieldKind.MONEY, width_mm=30),
        ),
        totals=("amount",),
        fixed=True,
        hint=N_("The ceiling of each area becomes what it has and what it gets."),
        when=_of_kind(DecisionKind.ALLOCATION),
        rows_shown=7,
    ),
    GridSpec(
        "project_amounts",
        N_("Amounts by project"),
        (
            FieldSpec("name", N_("Project"), read_only=True, width_mm=62),
            FieldSpec("area", N_("Area"), read_only=True, width_mm=14),
            FieldSpec("requested", N_("Asked"), FieldKind.MONEY, read_only=True, width_mm=26),
            FieldSpec("has", N_("Has"), FieldKind.MONEY, read_only=True, width_mm=26),
            FieldSpec("left", N_("Left on the area"), FieldKind.MONEY, read_only=True, width_mm=30),
            FieldSpec("amount", N_("Amount"), FieldKind.MONEY, width_mm=28),
        ),
        totals=("amount",),
        fixed=True,
        hint=N_("An award gives it to the project; savings and a revocation give it back to the area."),
        when=_of_kind(DecisionKind.AWARD, DecisionKind.SAVINGS, DecisionKind.REVOCATION),
        rows_shown=5,
    ),
    shown_when(SOURCES_GRID, _is_residue),
    *terms_grids(_is_residue),
)


def _excerpt(store: Any, decision_id: str) -> Any:
    """What the minutes say of the decision, as a document of its own."""
    from app.services.reports.excerpt import excerpt_document

    return excerpt_document(store, decision_id, i18n.current())


def _prepare_excerpt(store: Any, decision_id: str) -> Changes:
    """Hand the excerpt out to be signed."""
    from app.services.signing.papers import prepare_entry

    return prepare_entry(store, "ESTRATTO", decision_id, i18n.current())


def _show_excerpt(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _go_to_movements(movements: Any, form: Any) -> None:
    """To the first movement of the decision, in the room of the money; its sheet lists the others."""
    if movements:
        form.desk.wanted.emit("resources", movements[0].id)
    else:
        dialogs.tell(form.window(), _("Movements"), _("This decision has moved no money."))


DECISION_FORM = FormSpec(
    key="decision",
    title=N_("Decision"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "agenda_item_id",
                    N_("Point of the agenda"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=point_choices,
                ),
                FieldSpec("subject", N_("Subject"), required=True),
                FieldSpec("text", N_("The committee decides"), FieldKind.NOTE, lines=2),
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, required=True, choices=enum_choices(DecisionKind)),
                FieldSpec("total", N_("Total to share"), FieldKind.MONEY, when=_is_residue, width=Width.HALF),
                FieldSpec(
                    "pot",
                    N_("What money it is"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(PotKind),
                    when=_is_residue,
                    width=Width.HALF,
                ),
            ),
        ),
        terms_section(_is_residue),
    ),
    grids=AMOUNT_GRIDS,
    blank=decision_sheets.blank_sheet,
    load=decision_sheets.load_sheet,
    save=decision_sheets.save_sheet,
    acts=(
        Act(N_("Recompute"), "refresh-cw", recompute_decision, when=_is_recomputable),
        Act(
            N_("Movements"),
            "arrow-left-right",
            decision_movements,
            when=lambda sheet: bool(sheet.label),
            done=_go_to_movements,
        ),
        Act(N_("Excerpt"), "file-text", _excerpt, when=lambda sheet: bool(sheet.label), done=_show_excerpt),
        Act(
            N_("Have the excerpt signed"),
            "stamp",
            _prepare_excerpt,
            confirm=N_(
                "The excerpt of «{title}» is kept to the byte as it goes out to be signed. Save the paper and take the"
                " signed file in under «Signatures»."
            ),
            when=lambda sheet: bool(sheet.label),
        ),
        replace(removal(delete_decision), when=is_free),
    ),
    heading=_decision_title,
    subtitle=lambda sheet: sheet.subject,
    locked=lambda sheet: frozen_reason(sheet.state),
)
