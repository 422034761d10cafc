"""Forms of the plan's room, one for each kind of record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from app.models.enums import ActKind, PriorityLevel, SourceKind, area_code
from app.models.money import format_euro
from app.services.changes import Changes
from app.services.findings.codes import declarable
from app.services.ledger.ledger import receive_source
from app.services.plan import funding, plan
from app.services.plan.subjects import subject_names
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _

LINE = FieldSpec(
    "source_line", N_("Line"), FieldKind.NUMBER, width_mm=16, hint=N_("Line of the paper that it comes from.")
)
"""Column that says where in the plan's text a row stands."""


# --- choices -----------------------------------------------------------------------------


def act_choices(store: Any) -> Choices:
    """Acts of the plan, as printed or by number."""
    return tuple((row.id, row.as_printed or row.number) for row in plan.act_rows(store))


def area_choices(store: Any) -> Choices:
    """The priority areas by code."""
    rows = funding.area_rows(store)
    return tuple((row.id, f"{row.code} {row.title}") for row in rows)


def check_choices(_store: Any) -> Choices:
    """What a declared figure is compared with."""
    texts = i18n.current()
    return tuple((code, texts(title)) for code, title in declarable().items())


def subject_choices(store: Any) -> Choices:
    """What a declaration can be about."""
    return subject_names(store, i18n.current())


# --- the plan itself -----------------------------------------------------------------------


def _save_part(key: str) -> Callable[[Any, plan.PlanDraft], Changes]:
    """A way to save the plan that writes one list of its draft, whatever was changed elsewhere meanwhile."""

    def save(store: Any, draft: plan.PlanDraft) -> Changes:
        assert draft.id is not None, "lists of the plan are shown of a saved plan only"
        return plan.save_plan(store, replace(plan.load_plan(store, draft.id), **{key: getattr(draft, key)}))

    return save


PLAN_FORM = FormSpec(
    key="plan",
    title=N_("Plan"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name of the plan"), required=True),
                FieldSpec("territory", N_("Territory"), hint=N_("The body or the area that the plan is for.")),
                FieldSpec("date_start", N_("Starts on"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec("date_end", N_("Ends on"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec("duration_months", N_("Months"), FieldKind.COUNT, width=Width.THIRD),
                FieldSpec(
                    "office",
                    N_("Heading of the documents"),
                    FieldKind.NOTE,
                    lines=3,
                    hint=N_("What stands on every printed page, one line each."),
                ),
                FieldSpec("purpose", N_("Purpose"), FieldKind.NOTE, lines=6),
                FieldSpec(
                    "count_floor",
                    N_("Least count of people that is published"),
                    FieldKind.COUNT,
                    width=Width.THIRD,
                    hint=N_("Smaller counts are masked in what is published, and others with them."),
                ),
            ),
        ),
    ),
    blank=lambda _store: plan.PlanDraft(),
    load=plan.load_plan,
    save=plan.save_plan,
    heading=lambda draft: draft.name,
    subtitle=lambda draft: draft.territory,
)

TRAINING_FORM = FormSpec(
    key="training",
    title=N_("Training plan"),
    sections=(),
    grids=(
        GridSpec(
            "training",
            N_("Training modules"),
            (FieldSpec("title", N_("Module"), required=True, width_mm=180), LINE),
            blank=plan.TrainingModuleDraft,
            hint=N_("One row for each module, in the order of the plan."),
            rows_shown=12,
        ),
    ),
    blank=lambda _store: plan.PlanDraft(),
    load=plan.load_plan,
    save=_save_part("training"),
)

FIGURES_FORM = FormSpec(
    key="figures",
    title=N_("Context figures"),
    sections=(),
    grids=(
        GridSpec(
            "figures",
            N_("Figures"),
            (
                FieldSpec("label", N_("Figure"), required=True, width_mm=100),
                FieldSpec("value", N_("Value"), required=True, width_mm=26),
                FieldSpec("unit", N_("Unit"), width_mm=36),
                FieldSpec("period", N_("Period"), width_mm=40),
                FieldSpec("place", N_("Place"), width_mm=40),
                LINE,
            ),
            blank=plan.ContextFigureDraft,
            hint=N_("Figures that the plan quotes, as they are written there."),
            rows_shown=15,
        ),
    ),
    blank=lambda _store: plan.PlanDraft(),
    load=plan.load_plan,
    save=_save_part("figures"),
)

# --- acts, sources, areas ------------------------------------------------------------------

ACT_FORM = FormSpec(
    key="act",
    title=N_("Act"),
    sections=(
        Section(
            "",
            (
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, required=True, choices=enum_choices(ActKind)),
                FieldSpec("number", N_("Number"), width=Width.HALF),
                FieldSpec("date_issued", N_("Day"), FieldKind.DATE, width=Width.HALF),
                FieldSpec("subject", N_("Subject"), FieldKind.NOTE),
                FieldSpec("as_printed", N_("As printed"), hint=N_("How tables and minutes quote it.")),
            ),
        ),
    ),
    blank=lambda _store: plan.ActDraft(),
    load=plan.load_act,
    save=plan.save_act,
    acts=(removal(plan.delete_act),),
    heading=lambda draft: draft.as_printed or draft.number,
)


@dataclass(frozen=True)
class SourceSheet(funding.SourceDraft):
    """A source as it is drawn: with what came in of it, in cents."""

    received: int = 0


def _load_source(store: Any, source_id: str) -> SourceSheet:
    draft = funding.load_source(store, source_id)
    received = {row.id: row.received for row in funding.source_rows(store)}
    return SourceSheet(
        **{field.name: getattr(draft, field.name) for field in fields(draft)}, received=received[source_id]
    )


def _came_in(sheet: SourceSheet) -> str:
    """What came in of a source, in words."""
    return _("Came in: {amount}").format(amount=format_euro(sheet.received)) if sheet.received else _("Not come in yet")


def _receive(store: Any, source_id: str, values: Mapping[str, Any]) -> Changes:
    """Record that a source's money came in on a day."""
    return receive_source(store, source_id, values["day"])


SOURCE_FORM = FormSpec(
    key="source",
    title=N_("Funding source"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Source"), required=True),
                FieldSpec(
                    "kind",
                    N_("Kind"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(SourceKind),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "position", N_("No."), FieldKind.NUMBER, width=Width.HALF, hint=N_("Empty: the next free one.")
                ),
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, required=True),
                FieldSpec(
                    "act_id",
                    N_("Act"),
                    FieldKind.REFERENCE,
                    choices=act_choices,
                    hint=N_("The act that assigns the money; without it the receipt cannot be recorded."),
                ),
                FieldSpec("due", N_("May be used now"), FieldKind.FLAG),
                FieldSpec("condition", N_("Condition"), FieldKind.NOTE, lines=2, when=lambda draft: not draft.due),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "reserved",
            N_("Reserved to the areas"),
            (FieldSpec("area_id", N_("Area"), FieldKind.REFERENCE, choices=area_choices, width_mm=120),),
            blank=funding.ReservedArea,
            hint=N_("Empty: its money may go to any area."),
            rows_shown=2,
        ),
    ),
    blank=lambda _store: SourceSheet(),
    load=_load_source,
    save=funding.save_source,
    acts=(
        Act(
            N_("Record the receipt"),
            "banknote",
            _receive,
            fields=(FieldSpec("day", N_("Day of the receipt"), FieldKind.DATE, required=True),),
            when=lambda sheet: sheet.due and not sheet.received,
            primary=True,
        ),
        removal(funding.delete_source),
    ),
    heading=lambda sheet: sheet.name,
    subtitle=_came_in,
)

AREA_FORM = FormSpec(
    key="area",
    title=N_("Priority area"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "level",
                    N_("Priority"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(PriorityLevel),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "number", N_("No."), FieldKind.NUMBER, width=Width.HALF, hint=N_("Empty: the next free one.")
                ),
                FieldSpec("title", N_("Title"), FieldKind.NOTE, required=True, lines=3),
                FieldSpec(
                    "amount_planned",
                    N_("Set aside by the plan"),
                    FieldKind.MONEY,
                    hint=N_("Empty when the plan names no amount."),
                ),
            ),
        ),
    ),
    blank=lambda _store: funding.AreaDraft(),
    load=funding.load_area,
    save=funding.save_area,
    acts=(removal(funding.delete_area),),
    heading=lambda draft: f"{area_code(draft.level, draft.number)} {draft.title}" if draft.number else draft.title,
)

# --- what was declared ---------------------------------------------------------------------

DECLARATION_FORM = FormSpec(
    key="declaration",
    title=N_("Declared figure"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "check", N_("Compared as"), FieldKind.REFERENCE, required=True, choices=check_choices, empty=""
                ),
                FieldSpec("subject_id", N_("About"), FieldKind.REFERENCE, choices=subject_choices),
                FieldSpec("as_printed", N_("As printed"), FieldKind.NOTE, required=True, lines=2),
                FieldSpec(
                    "cents", N_("Amount"), FieldKind.MONEY, hint=N_("When an amount was declared."), width=Width.HALF
                ),
                FieldSpec("number", N_("Number"), empty=None, hint=N_("With a point: 3.86."), width=Width.HALF),
                FieldSpec("place", N_("Place on the paper"), width=Width.HALF),
                FieldSpec("source_line", N_("Line"), FieldKind.NUMBER, width=Width.HALF),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    blank=lambda _store: plan.DeclarationDraft(),
    load=plan.load_declaration,
    save=plan.save_declaration,
    acts=(removal(plan.delete_declaration),),
    heading=lambda draft: draft.as_printed,
)
