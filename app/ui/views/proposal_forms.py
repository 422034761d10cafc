"""Form of the proposals' room: a proposal as the plan's own sheet has it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from app.models.enums import ArrivalChannel, BudgetSection, CostCategory, ProposalState
from app.models.errors import InvalidInput
from app.models.money import Cents, format_euro, round_half_up
from app.services.calls import calls
from app.services.changes import Changes
from app.services.network.alliances import alliance_rows
from app.services.plan.funding import area_rows
from app.services.proposals import drafts as proposal_drafts
from app.services.proposals import proposals
from app.services.proposals.budgets import BudgetItemDraft, BudgetTotals, budget_totals
from app.services.wording.formats import format_percent
from app.services.wording.shares import parse_share, share_exact
from app.services.wording.texts import N_
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.proposal_acts import STATE_ACTS, VERSION_ACTS, closed_sentence, state_line


def call_choices(store: Any) -> Choices:
    """Calls by opening day."""
    return tuple((row.id, row.title) for row in calls.call_rows(store))


def alliance_choices(store: Any) -> Choices:
    """Alliances by number."""
    return tuple((row.id, f"{row.number}. {row.name}") for row in alliance_rows(store))


def area_choices(store: Any) -> Choices:
    """Priority areas by code."""
    return tuple((row.id, f"{row.code} {row.title}") for row in area_rows(store))


# --- the sheet of a proposal ---------------------------------------------------------------


@dataclass(frozen=True)
class ProposalSheet(proposal_drafts.ProposalDraft):
    """A proposal as it is drawn: its economic plan in the two sections of the paper."""

    costs: tuple[BudgetItemDraft, ...] = ()
    contributions: tuple[BudgetItemDraft, ...] = ()

    def totals(self) -> BudgetTotals:
        """What the economic plan sums to, as it is typed."""
        return budget_totals((*self.costs, *self.contributions))


def blank_sheet(store: Any) -> ProposalSheet:
    """A new proposal, in the only call when there is one."""
    known = calls.call_rows(store)
    return ProposalSheet(call_id=known[0].id if len(known) == 1 else None)


def load_sheet(store: Any, proposal_id: str) -> ProposalSheet:
    """A proposal as it was typed."""
    draft = proposals.load_proposal(store, proposal_id)
    values = {field.name: getattr(draft, field.name) for field in fields(draft) if field.name != "items"}
    by_section = {section: tuple(row for row in draft.items if row.section is section) for section in BudgetSection}
    return ProposalSheet(
        **values, costs=by_section[BudgetSection.COSTS], contributions=by_section[BudgetSection.CONTRIBUTION]
    )


def save_sheet(store: Any, sheet: ProposalSheet) -> Changes:
    """Write a proposal; a refusal names the row as it stands in its own section."""
    try:
        return proposals.save_proposal(store, replace(sheet, items=(*sheet.costs, *sheet.contributions)))
    except InvalidInput as error:
        path = (error.field or "").split(".")
        if path[0] != "items":
            raise
        row, ahead = int(path[1]), len(sheet.costs)
        place = ("costs", row) if row < ahead else ("contributions", row - ahead)
        error.field = f"{place[0]}.{place[1]}.{path[2]}"
        raise


# --- declared beside computed --------------------------------------------------------------


def _comparison(computed: str, difference: str, *, is_declared: bool, agrees: bool) -> str:
    """The line under a declared figure."""
    if not is_declared:
        return _("Computed: {computed}").format(computed=computed)
    if agrees:
        return _("Computed: {computed}, they agree").format(computed=computed)
    return _("Computed: {computed}, difference {difference}").format(computed=computed, difference=difference)


def _beside_amount(key: str, total: Callable[[BudgetTotals], Cents]) -> Callable[[Any, ProposalSheet], str]:
    """What the economic plan gives beside a declared amount, with the difference."""

    def aside(_store: Any, sheet: ProposalSheet) -> str:
        declared, computed = getattr(sheet, key), total(sheet.totals())
        gap = (declared or 0) - computed
        sign = "+" if gap > 0 else ""
        return _comparison(
            format_euro(computed), f"{sign}{format_euro(gap)}", is_declared=declared is not None, agrees=gap == 0
        )

    return aside


def _beside_share(_store: Any, sheet: ProposalSheet) -> str:
    """The share that the economic plan gives beside the declared one, compared in as many decimals as were written."""
    computed = sheet.totals().share
    if computed is None:
        return ""
    written = parse_share(sheet.share_declared)
    declared = share_exact(written)
    decimals = len(written.partition(".")[2])
    gap = (declared or Fraction(0)) - Fraction(round_half_up(computed, decimals))
    sign = "+" if gap > 0 else ""
    return _comparison(
        format_percent(computed), f"{sign}{format_percent(gap)}", is_declared=declared is not None, agrees=gap == 0
    )


def section_total(title: str) -> Callable[[tuple[BudgetItemDraft, ...]], tuple[tuple[str, str], ...]]:
    """The total of one section of the economic plan under the words of the paper."""
    return lambda rows: ((_(title), format_euro(sum(row.amount or 0 for row in rows))),)


def _items_grid(key: str, title: str, section: BudgetSection, total: str, hint: str) -> GridSpec:
    left_out = {CostCategory.VOLUNTEERS} if section is BudgetSection.COSTS else set()
    categories = tuple(category for category in CostCategory if category not in left_out)
    return GridSpec(
        key,
        title,
        (
            FieldSpec(
                "category",
                N_("Category"),
                FieldKind.CHOICE,
                required=True,
                choices=enum_choices(categories),
                width_mm=50,
            ),
            FieldSpec("label", N_("Wording"), width_mm=60),
            FieldSpec("amount", N_("Amount"), FieldKind.MONEY, required=True, width_mm=27),
        ),
        blank=lambda: BudgetItemDraft(section=section),
        summary=section_total(total),
        hint=hint,
        rows_shown=3,
    )


# --- its parts -----------------------------------------------------------------------------

HEADING = Section(
    "",
    (
        FieldSpec("title", N_("Title"), required=True),
        FieldSpec("call_id", N_("Call"), FieldKind.REFERENCE, required=True, choices=call_choices),
        FieldSpec("alliance_id", N_("Local alliance"), FieldKind.REFERENCE, required=True, choices=alliance_choices),
        FieldSpec("area_id", N_("Priority area"), FieldKind.REFERENCE, choices=area_choices),
        FieldSpec("number", N_("No."), FieldKind.NUMBER, width=Width.THIRD),
    ),
)
ARRIVAL = Section(
    N_("Arrival"),
    (
        FieldSpec("date_received", N_("Received on"), FieldKind.DATE, width=Width.HALF),
        FieldSpec("time_received", N_("Received at"), FieldKind.TIME, width=Width.HALF, empty=""),
        FieldSpec("protocol", N_("Protocol")),
        FieldSpec("channel", N_("Channel"), FieldKind.CHOICE, choices=enum_choices(ArrivalChannel), width=Width.HALF),
        FieldSpec("signatory", N_("Signatory"), width=Width.HALF),
    ),
)
CONTEXT = Section(
    N_("Context and aims"),
    (
        FieldSpec("context", N_("Description of the context"), FieldKind.NOTE, lines=4),
        FieldSpec("aims", N_("Aims"), FieldKind.NOTE, lines=3),
    ),
    grids=(
        GridSpec(
            "objectives",
            N_("Objectives"),
            (
                FieldSpec("number", N_("No."), FieldKind.NUMBER, width_mm=12),
                FieldSpec("text", N_("Objective"), FieldKind.NOTE, required=True, width_mm=120),
            ),
            blank=proposal_drafts.ObjectiveDraft,
            rows_shown=3,
        ),
        GridSpec(
            "actions",
            N_("Actions"),
            (
                FieldSpec("label", N_("As printed"), width_mm=28),
                FieldSpec("objectives", N_("Objectives"), width_mm=24, hint=N_("Numbers: 5-7, or 2, 4-6.")),
                FieldSpec("text", N_("Action"), FieldKind.NOTE, required=True, width_mm=100),
            ),
            blank=proposal_drafts.ActionDraft,
            hint=N_("Objectives by number: 5-7, or 2, 4-6."),
            rows_shown=3,
        ),
    ),
)
TIMES = Section(
    N_("Timeline"),
    (
        FieldSpec("date_start", N_("Start of the project"), FieldKind.DATE, width=Width.HALF),
        FieldSpec("duration_months", N_("Duration in months"), FieldKind.NUMBER, width=Width.HALF),
    ),
)
MONTHS = GridSpec(
    "actions",
    N_("Months of the actions"),
    (
        FieldSpec("label", N_("Action"), read_only=True, width_mm=60),
        FieldSpec("month_from", N_("From month"), FieldKind.NUMBER, width_mm=22),
        FieldSpec("month_to", N_("To month"), FieldKind.NUMBER, width_mm=22),
        FieldSpec("months_note", N_("Note"), width_mm=50),
    ),
    hint=N_("Months count from the start of the project, from 1. One alone stands for both."),
    fixed=True,
    rows_shown=1,
)
"""The same rows as the grid of the actions, with their months."""
PROMISES = Section(
    N_("Targets and expected results"),
    grids=(
        GridSpec(
            "targets",
            N_("Targets"),
            (
                FieldSpec("text", N_("Whom it is for"), FieldKind.NOTE, required=True, width_mm=110),
                FieldSpec("number_min", N_("At least"), FieldKind.COUNT, width_mm=20),
            ),
            blank=proposal_drafts.TargetDraft,
            rows_shown=3,
        ),
        GridSpec(
            "results",
            N_("Expected results"),
            (
                FieldSpec("number", N_("No."), FieldKind.NUMBER, width_mm=12),
                FieldSpec("text", N_("Result"), FieldKind.NOTE, required=True, width_mm=120),
            ),
            blank=proposal_drafts.ResultDraft,
            rows_shown=3,
        ),
        GridSpec(
            "indicators",
            N_("Indicators"),
            (
                FieldSpec("result", N_("Result no."), FieldKind.NUMBER, required=True, width_mm=22),
                FieldSpec("text", N_("Indicator"), FieldKind.NOTE, required=True, width_mm=100),
                FieldSpec("target", N_("Target value"), FieldKind.COUNT, width_mm=20),
            ),
            blank=proposal_drafts.IndicatorDraft,
            rows_shown=3,
        ),
    ),
)
COSTS = Section(
    N_("Economic plan"),
    grids=(
        _items_grid("costs", N_("Costs"), BudgetSection.COSTS, N_("Total funding asked"), ""),
        _items_grid(
            "contributions",
            N_("Contribution in kind"),
            BudgetSection.CONTRIBUTION,
            N_("Total co-financing of the alliance"),
            N_("What the alliance adds: its own staff, volunteers, premises."),
        ),
    ),
)
DECLARED = Section(
    N_("Figures as declared, beside those computed"),
    (
        FieldSpec(
            "grant_declared",
            N_("Funding asked"),
            FieldKind.MONEY,
            width=Width.HALF,
            aside=_beside_amount("grant_declared", lambda totals: totals.grant),
        ),
        FieldSpec(
            "cofinancing_declared",
            N_("Co-financing"),
            FieldKind.MONEY,
            width=Width.HALF,
            aside=_beside_amount("cofinancing_declared", lambda totals: totals.cofinancing),
        ),
        FieldSpec(
            "total_declared",
            N_("Total cost"),
            FieldKind.MONEY,
            width=Width.HALF,
            aside=_beside_amount("total_declared", lambda totals: totals.total),
        ),
        FieldSpec(
            "share_declared",
            N_("Share of co-financing"),
            FieldKind.PERCENT_TEXT,
            width=Width.HALF,
            aside=_beside_share,
        ),
        FieldSpec(
            "grant_requested",
            N_("Funding first asked for"),
            FieldKind.MONEY,
            width=Width.HALF,
            hint=N_("When it was more, before a rescaling."),
        ),
    ),
)
AFTERWARDS = Section("", (FieldSpec("sustainability", N_("Sustainability"), FieldKind.NOTE, lines=3),))

PROPOSAL_FORM = FormSpec(
    key="proposal",
    title=N_("Proposal"),
    sections=(HEADING, ARRIVAL, CONTEXT, TIMES, PROMISES, COSTS, DECLARED, AFTERWARDS),
    blank=blank_sheet,
    load=load_sheet,
    save=save_sheet,
    acts=(
        *STATE_ACTS,
        *VERSION_ACTS,
        replace(removal(proposals.delete_proposal), when=lambda sheet: sheet.state is ProposalState.DRAFT),
    ),
    heading=lambda sheet: f"{sheet.number}. {sheet.title}" if sheet.number else sheet.title,
    subtitle=state_line,
    locked=closed_sentence,
)
