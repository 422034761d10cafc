"""The form of a scoring grid: its terms, its criteria as a tree, their steps, measures and conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.models.enums import (
    CriterionEffect,
    CriterionKind,
    MeanRule,
    Measure,
    RoundingPlace,
    RoundingRule,
    ScoringManner,
)
from app.services.calls.calls import call_rows
from app.services.evaluation import grids
from app.services.evaluation.drafts import CriterionDraft, GateDraft, GridDraft, MeasureDraft, StepDraft
from app.services.evaluation.grid_templates import find_grid_template, grid_templates
from app.services.meetings.committees import committee_rows
from app.services.wording.points import format_points
from app.services.wording.texts import N_
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _


def template_choices(_store: Any) -> Choices:
    """Grids that a new one may begin with; those that are not whole say so."""
    unfinished = _("{title} (outline, to be completed)")
    return tuple(
        (row.code, row.title if row.complete else unfinished.format(title=row.title)) for row in grid_templates()
    )


def call_choices(store: Any) -> Choices:
    """The calls, by title."""
    return tuple((row.id, row.title) for row in call_rows(store))


def committee_choices(store: Any) -> Choices:
    """The committees, by name."""
    return tuple((row.id, row.name) for row in committee_rows(store))


def _template_said(_store: Any, draft: GridDraft) -> str:
    """What a template brings along, and what its sources leave open."""
    if not draft.template:
        return ""
    template = find_grid_template(draft.template)
    issued = _("Issued by {body}, {year}.").format(body=template.body, year=template.year)
    return f"{issued} {template.note}".strip()


def _total_said(_store: Any, draft: GridDraft) -> str:
    """What the criteria add up to as they are typed."""
    roots = [row for row in draft.criteria if not row.under.strip() and row.effect is CriterionEffect.COUNTS]
    below: dict[str, Any] = {}
    for row in draft.criteria:
        if row.under.strip() and row.effect is CriterionEffect.COUNTS:
            below[row.under] = below.get(row.under, 0) + (row.points_max or 0) * (row.weight or 0)
    total = sum(
        (below.get(row.code, row.points_max or 0) if row.kind is CriterionKind.GROUP else row.points_max or 0)
        * (row.weight or 0)
        for row in roots
    )
    return _("The criteria add up to {points}.").format(points=format_points(total))


def _locked(draft: GridDraft) -> str:
    if not draft.locked:
        return ""
    if draft.sheets:
        return N_("The grid is locked: score sheets rest on it, and nothing of it changes any more.")
    return N_("The grid is locked. As long as no score sheet was begun, it can be unlocked.")


def _subtitle(draft: GridDraft) -> str:
    state = _("Locked") if draft.locked else _("Open: lock it before the first score sheet")
    sheets = i18n.current().plural("{n} sheet begun", "{n} sheets begun", draft.sheets).format(n=draft.sheets)
    return f"{state} · {sheets}" if draft.sheets else state


def _is_new(draft: GridDraft) -> bool:
    return draft.id is None


def _is_individual(draft: GridDraft) -> bool:
    return draft.manner is ScoringManner.INDIVIDUAL


def _is_whole(draft: GridDraft) -> bool:
    """Criteria are typed; a new grid from a template has them as soon as it is saved."""
    return draft.id is not None or not draft.template


def _blank_sheet(store: Any, grid_id: str) -> Any:
    """A blank sheet, to be filled in by hand."""
    from app.services.reports.scoring_documents import blank_document

    return blank_document(store, grids.load_grid(store, grid_id).call_id or "", i18n.current())


def _blank_sheets(store: Any, grid_id: str) -> Any:
    """A blank sheet for every proposal that is scored now."""
    from app.services.reports.scoring_documents import blank_job

    return blank_job(store, grids.load_grid(store, grid_id).call_id or "", i18n.current())


def show_document(document: Any, form: Any) -> None:
    """Show what an act gave as it will be printed."""
    output.preview(form, form.desk, document)


TERMS = Section(
    "",
    (
        FieldSpec(
            "template",
            N_("Criteria from a template"),
            FieldKind.REFERENCE,
            choices=template_choices,
            when=_is_new,
            aside=_template_said,
        ),
        FieldSpec("call_id", N_("Call"), FieldKind.REFERENCE, required=True, choices=call_choices),
        FieldSpec("name", N_("Name"), hint=N_("From a template it may stay empty.")),
        FieldSpec("committee_id", N_("Committee that scores"), FieldKind.REFERENCE, choices=committee_choices),
        FieldSpec("manner", N_("Manner"), FieldKind.CHOICE, required=True, choices=enum_choices(ScoringManner)),
        FieldSpec(
            "mean",
            N_("Points of a proposal"),
            FieldKind.CHOICE,
            required=True,
            choices=enum_choices(MeanRule),
            when=_is_individual,
            hint=N_("The median always stands beside it."),
        ),
        FieldSpec("decimals", N_("Decimals that may be given"), FieldKind.COUNT, required=True, width=Width.HALF),
        FieldSpec(
            "rounding",
            N_("Rounding"),
            FieldKind.CHOICE,
            required=True,
            choices=enum_choices(RoundingRule),
            width=Width.HALF,
        ),
        FieldSpec(
            "rounding_place",
            N_("What is rounded"),
            FieldKind.CHOICE,
            required=True,
            choices=enum_choices(RoundingPlace),
            width=Width.HALF,
        ),
        FieldSpec("digits", N_("Decimals kept"), FieldKind.COUNT, required=True, width=Width.HALF),
        FieldSpec(
            "total_max",
            N_("Largest total"),
            FieldKind.POINTS,
            width=Width.HALF,
            hint=N_("Empty: what the criteria add up to."),
            aside=_total_said,
            when=_is_whole,
        ),
        FieldSpec("threshold", N_("Threshold of the total"), FieldKind.POINTS, width=Width.HALF, when=_is_whole),
        FieldSpec("total_capped", N_("Bonus points never carry the total above the largest"), FieldKind.FLAG),
    ),
)
KINDS, EFFECTS = enum_choices(CriterionKind), enum_choices(CriterionEffect)

CRITERIA = GridSpec(
    "criteria",
    N_("Criteria"),
    (
        FieldSpec("code", N_("Code"), width_mm=14),
        FieldSpec("under", N_("Under"), width_mm=14, hint=N_("Code of the group that it belongs to.")),
        FieldSpec("name", N_("Criterion"), FieldKind.NOTE, required=True, width_mm=70),
        FieldSpec(
            "kind", N_("Kind"), FieldKind.CHOICE, required=True, choices=enum_choices(CriterionKind), width_mm=30
        ),
        FieldSpec("points_max", N_("Most points"), FieldKind.POINTS, width_mm=18),
        FieldSpec("points_min", N_("Least points"), FieldKind.POINTS, width_mm=18),
        FieldSpec("step", N_("Points differ by"), FieldKind.POINTS, width_mm=18),
        FieldSpec("weight", N_("Weight"), FieldKind.POINTS, width_mm=16),
        FieldSpec("threshold", N_("Threshold"), FieldKind.POINTS, width_mm=18),
        FieldSpec("reason_required", N_("Reason required"), FieldKind.FLAG, width_mm=20),
        FieldSpec(
            "effect",
            N_("How it counts"),
            FieldKind.CHOICE,
            required=True,
            choices=enum_choices(CriterionEffect),
            width_mm=30,
        ),
        FieldSpec("text", N_("What is judged"), FieldKind.NOTE, width_mm=60),
        FieldSpec("source", N_("Source"), FieldKind.NOTE, width_mm=40),
    ),
    blank=CriterionDraft,
    hint=N_("A group adds up what stands under it. A code is given by itself when it is empty."),
    when=_is_whole,
    rows_shown=6,
)
STEPS = GridSpec(
    "steps",
    N_("Steps"),
    (
        FieldSpec("code", N_("Criterion"), required=True, width_mm=18),
        FieldSpec("name", N_("Step"), FieldKind.NOTE, required=True, width_mm=90),
        FieldSpec("points", N_("Points"), FieldKind.POINTS, required=True, width_mm=18),
        FieldSpec("from_value", N_("From the value"), FieldKind.POINTS, width_mm=24),
    ),
    blank=StepDraft,
    hint=N_("Of a criterion that is computed, a step is given from its value on."),
    when=_is_whole,
    rows_shown=2,
)
MEASURES = GridSpec(
    "measures",
    N_("Computed from the data"),
    (
        FieldSpec("code", N_("Criterion"), required=True, width_mm=18),
        FieldSpec("measure", N_("From"), FieldKind.CHOICE, required=True, choices=enum_choices(Measure), width_mm=60),
        FieldSpec("low", N_("No points up to"), FieldKind.POINTS, width_mm=26),
        FieldSpec("high", N_("All points from"), FieldKind.POINTS, width_mm=26),
    ),
    blank=MeasureDraft,
    hint=N_("Between the two values points grow in proportion; with steps they stay empty."),
    when=_is_whole,
    rows_shown=1,
)
GATES = GridSpec(
    "gates",
    N_("Conditions"),
    (
        FieldSpec("code", N_("Criterion"), required=True, width_mm=18),
        FieldSpec("measure", N_("Points only where"), FieldKind.CHOICE, choices=enum_choices(Measure), width_mm=50),
        FieldSpec("least", N_("is at least"), FieldKind.POINTS, width_mm=22),
        FieldSpec("text", N_("or, in words"), FieldKind.NOTE, width_mm=70),
    ),
    blank=GateDraft,
    hint=N_("A condition in words is judged by who scores."),
    when=_is_whole,
    rows_shown=1,
)

GRID_FORM = FormSpec(
    key="grid",
    title=N_("Scoring grid"),
    sections=(
        TERMS,
        Section(
            N_("Source and notes"),
            (
                FieldSpec("source", N_("Source"), FieldKind.NOTE, lines=2),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(CRITERIA, STEPS, MEASURES, GATES),
    blank=grids.blank_grid,
    load=grids.load_grid,
    save=grids.save_grid,
    acts=(
        Act(
            N_("Lock the grid"),
            "lock",
            grids.lock_grid,
            confirm=N_("From the first score sheet on, nothing of «{title}» can be changed. Lock it?"),
            when=lambda draft: not draft.locked,
            primary=True,
        ),
        Act(N_("Unlock"), "lock-open", grids.unlock_grid, when=lambda draft: draft.locked and not draft.sheets),
        Act(N_("Print a blank sheet"), "printer", _blank_sheet, done=show_document),
        Act(
            N_("Print a sheet for each proposal"),
            "files",
            _blank_sheets,
            done=show_document,
            when=lambda draft: draft.locked,
        ),
        replace(removal(grids.delete_grid), when=lambda draft: not draft.locked),
    ),
    heading=lambda draft: draft.name,
    subtitle=_subtitle,
    locked=_locked,
)
