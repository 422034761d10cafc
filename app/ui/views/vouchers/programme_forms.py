"""Forms of programmes of vouchers and of the versions of their rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from app.models import enums as e
from app.services.changes import Changes
from app.services.vouchers import programmes, rules
from app.services.vouchers.programmes import ProgrammeDraft
from app.services.vouchers.requests import call_waiting
from app.services.vouchers.rules_drafts import (
    BandDraft,
    DocumentDraft,
    PlaceDraft,
    ProgrammeRulesDraft,
    ProviderDraft,
    ServiceDraft,
    WindowDraft,
)
from app.services.vouchers.templates import save_programme_from
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.decision_choices import decision_choices
from app.ui.views.network_forms import municipality_choices
from app.ui.views.project_parts import in_state
from app.ui.views.territory_forms import district_choices
from app.ui.views.vouchers.choices import (
    organisation_choices,
    programme_choices,
    project_choices,
    template_choices,
)
from app.ui.views.vouchers.rule_sources import with_sources

DAY = FieldSpec("day", N_("Day"), FieldKind.DATE, required=True)
REASON = FieldSpec("reason", N_("Reason"), required=True)


# --- programmes --------------------------------------------------------------------------


@dataclass(frozen=True)
class ProgrammeSheet(ProgrammeDraft):
    """A programme as it is drawn; a new one may begin with the rules of a template."""

    template: str | None = None


def load_programme(store: Any, programme_id: str) -> ProgrammeSheet:
    """A programme as it stands."""
    draft = programmes.load_programme(store, programme_id)
    return ProgrammeSheet(**{field.name: getattr(draft, field.name) for field in fields(draft)})


def save_programme(store: Any, sheet: ProgrammeSheet) -> Changes:
    """Write a programme."""
    return save_programme_from(store, sheet, sheet.template)


def _open(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return programmes.open_programme(store, key, values["day"])


def _raise(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return programmes.raise_programme(store, key, values["amount"], values["day"], values["decision_id"])


def _close(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return programmes.close_programme(store, key, values["day"], values["reason"])


def _call(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return call_waiting(store, key, values["day"])


def _has_money(draft: ProgrammeSheet) -> bool:
    return draft.state is not e.ProgrammeState.DRAFT


PROGRAMME_FORM = FormSpec(
    key="voucher_programme",
    title=N_("Programme of vouchers"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec(
                    "code",
                    N_("Code"),
                    required=True,
                    width=Width.HALF,
                    hint=N_("Two to eight letters; it stands in the number of each voucher."),
                ),
                FieldSpec("ceiling", N_("Money of the programme"), FieldKind.MONEY, required=True, width=Width.HALF),
                FieldSpec("proposal_id", N_("Project"), FieldKind.REFERENCE, required=True, choices=project_choices),
                FieldSpec(
                    "decision_id",
                    N_("Decision that it draws on"),
                    FieldKind.REFERENCE,
                    choices=decision_choices,
                    hint=N_("Of a closed meeting; every movement of its vouchers names it."),
                ),
                FieldSpec(
                    "template",
                    N_("Begin with the rules of"),
                    FieldKind.REFERENCE,
                    choices=template_choices,
                    when=lambda draft: draft.id is None,
                    hint=N_("A real measure or a programme of the plan; every figure can be changed."),
                ),
                FieldSpec("left", N_("Money left"), FieldKind.MONEY, read_only=True, when=_has_money),
            ),
        ),
        Section(
            N_("Account that vouchers are paid from"),
            (
                FieldSpec("payer_name", N_("Payer")),
                FieldSpec("payer_iban", N_("IBAN")),
                FieldSpec("payer_bic", N_("BIC"), width=Width.HALF),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    blank=lambda _store: ProgrammeSheet(),
    load=load_programme,
    save=save_programme,
    acts=(
        Act(
            N_("Open the programme"),
            "lock-open",
            _open,
            fields=(DAY,),
            when=in_state(e.ProgrammeState.DRAFT),
            primary=True,
        ),
        Act(
            N_("Call who waits…"),
            "list-ordered",
            _call,
            fields=(DAY,),
            when=in_state(e.ProgrammeState.OPEN),
        ),
        Act(
            N_("More money…"),
            "plus",
            _raise,
            fields=(
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, required=True),
                DAY,
                FieldSpec("decision_id", N_("Decision"), FieldKind.REFERENCE, choices=decision_choices),
            ),
            when=in_state(e.ProgrammeState.OPEN),
        ),
        Act(N_("Suspend"), "lock", programmes.suspend_programme, when=in_state(e.ProgrammeState.OPEN)),
        Act(N_("Resume"), "lock-open", programmes.resume_programme, when=in_state(e.ProgrammeState.SUSPENDED)),
        Act(
            N_("Close…"),
            "circle-x",
            _close,
            fields=(DAY, REASON),
            when=in_state(e.ProgrammeState.OPEN, e.ProgrammeState.SUSPENDED, e.ProgrammeState.CLOSED),
        ),
        replace(removal(programmes.delete_programme), when=in_state(e.ProgrammeState.DRAFT)),
    ),
    heading=lambda draft: f"{draft.code} · {draft.name}" if draft.id else "",
    subtitle=lambda draft: label(draft.state, i18n.current()) if draft.id else "",
)


# --- rules -------------------------------------------------------------------------------


def _new_version(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return rules.new_programme_rules(store, key, values["reason"], values["decision_id"])


def _for_firms(draft: ProgrammeRulesDraft) -> bool:
    return draft.asker in (e.VoucherAsker.FIRM, e.VoucherAsker.BODY, e.VoucherAsker.EMPLOYEE)


def _for_families(draft: ProgrammeRulesDraft) -> bool:
    return draft.asker in (e.VoucherAsker.FAMILY, e.VoucherAsker.FAMILIES, e.VoucherAsker.EMPLOYEE)


def _choice(key: str, title: str, members: Any, **more: Any) -> FieldSpec:
    return FieldSpec(key, title, FieldKind.CHOICE, choices=enum_choices(members), **more)


def _months(key: str, title: str, **more: Any) -> FieldSpec:
    return FieldSpec(key, title, FieldKind.NUMBER, width=Width.THIRD, when=_for_families, **more)


def _money(key: str, title: str, width: Width = Width.THIRD, **more: Any) -> FieldSpec:
    return FieldSpec(key, title, FieldKind.MONEY, width=width, **more)


WHO = Section(
    N_("Who may ask"),
    (
        FieldSpec("programme_id", N_("Programme"), FieldKind.REFERENCE, required=True, choices=programme_choices),
        _choice("asker", N_("Who may ask"), e.VoucherAsker, required=True, width=Width.HALF),
        _choice("manner", N_("Order"), e.ProgrammeManner, required=True, width=Width.HALF),
        _choice("residence", N_("Residence"), e.ResidenceNeed, required=True, width=Width.HALF, when=_for_families),
        _choice("work", N_("Work"), e.WorkNeed, required=True, width=Width.HALF, when=_for_families),
        FieldSpec("policy_counts", N_("Active policy counts as work"), FieldKind.FLAG, when=_for_families),
        _months("age_min", N_("Age from, months")),
        _months("age_below", N_("Age below, months"), hint=N_("12 months a year: up to 11 years is below 144.")),
        _months("age_below_disabled", N_("Age below with a disability, months")),
        _choice(
            "age_day",
            N_("When the age is looked at"),
            e.AgeDay,
            required=True,
            width=Width.HALF,
            when=_for_families,
        ),
        FieldSpec(
            "age_date",
            N_("Day for the age"),
            FieldKind.DATE,
            width=Width.HALF,
            when=lambda draft: _for_families(draft) and draft.age_day is e.AgeDay.DATE,
        ),
        FieldSpec("disabled_only", N_("Only with a disability"), FieldKind.FLAG, when=_for_families),
        _choice("isee_use", N_("What the ISEE is for"), e.IseeUse, required=True, width=Width.HALF, when=_for_families),
        _choice("isee_kind", N_("Kind of ISEE"), e.IseeKind, width=Width.HALF, when=_for_families),
        FieldSpec("isee_max", N_("Highest ISEE"), FieldKind.MONEY, width=Width.HALF, when=_for_families),
        FieldSpec("isee_needed", N_("ISEE needed"), FieldKind.FLAG, width=Width.HALF, when=_for_families),
        _choice("firm_size_max", N_("Largest size of the firm"), e.OrganisationSize, width=Width.HALF, when=_for_firms),
        FieldSpec("firm_in_plan", N_("Seat in the territory"), FieldKind.FLAG, width=Width.HALF, when=_for_firms),
        FieldSpec("date_return", N_("To be used by"), FieldKind.DATE, width=Width.HALF, when=_for_firms),
        _choice(
            "leftover",
            N_("What becomes of the rest"),
            e.LeftoverRule,
            required=True,
            width=Width.HALF,
            when=_for_firms,
        ),
    ),
    grids=(
        GridSpec(
            "places",
            N_("Places of residence"),
            (
                FieldSpec("municipality_id", N_("Municipality"), FieldKind.REFERENCE, choices=municipality_choices),
                FieldSpec("district_id", N_("District"), FieldKind.REFERENCE, choices=district_choices),
            ),
            blank=PlaceDraft,
            when=lambda draft: draft.residence is e.ResidenceNeed.LISTED,
            rows_shown=3,
        ),
        GridSpec(
            "windows",
            N_("Times for requests"),
            (
                FieldSpec("date_opened", N_("From"), FieldKind.DATE, required=True),
                FieldSpec("time_opened", N_("Hour"), FieldKind.TIME, width_mm=18),
                FieldSpec("date_closed", N_("Up to"), FieldKind.DATE),
                FieldSpec("time_closed", N_("Hour"), FieldKind.TIME, width_mm=18),
            ),
            blank=WindowDraft,
            hint=N_("Without a row, requests come in at any time."),
            rows_shown=3,
        ),
    ),
)

WHAT = Section(
    N_("What is paid for"),
    (
        _choice("unit", N_("Unit"), e.VoucherUnit, required=True, width=Width.THIRD),
        _money("unit_amount", N_("Unit amount")),
        FieldSpec("units_max", N_("Most units"), FieldKind.POINTS, width=Width.THIRD),
        FieldSpec("share_max", N_("Share of the expense"), FieldKind.PERCENT_TEXT, width=Width.THIRD),
        _money("cap_request", N_("Most for a request")),
        _money("cap_month", N_("Most for a month")),
        _money("cap_child", N_("Most for a child"), Width.HALF),
        _money("cap_family", N_("Most for a family"), Width.HALF),
        _money("expense_min", N_("Least expense"), Width.HALF),
        FieldSpec("hours_min", N_("Least hours a day"), FieldKind.COUNT, width=Width.HALF),
        _choice("aids", N_("Other aids"), e.AidRule, required=True, width=Width.HALF),
        _choice("pay_to", N_("Paid to"), e.PayTo, required=True, width=Width.HALF),
        FieldSpec("service_from", N_("Services from"), FieldKind.DATE, width=Width.HALF),
        FieldSpec("service_to", N_("Services up to"), FieldKind.DATE, width=Width.HALF),
        FieldSpec("validity_days", N_("Days of validity"), FieldKind.COUNT, width=Width.THIRD),
        FieldSpec("valid_to", N_("Valid up to"), FieldKind.DATE, width=Width.THIRD),
        FieldSpec("call_days", N_("Days to answer a call"), FieldKind.COUNT, width=Width.THIRD),
    ),
    grids=(
        GridSpec(
            "services",
            N_("Services admitted"),
            (
                FieldSpec("code", N_("Code"), width_mm=24),
                FieldSpec("name", N_("Service"), required=True, width_mm=60),
                FieldSpec("unit_amount", N_("Unit amount"), FieldKind.MONEY, width_mm=26),
                FieldSpec("date_from", N_("From"), FieldKind.DATE, width_mm=24),
                FieldSpec("date_to", N_("Up to"), FieldKind.DATE, width_mm=24),
            ),
            blank=ServiceDraft,
            hint=N_("The same code in all programmes: by it a service is never paid twice."),
            rows_shown=4,
        ),
        GridSpec(
            "providers",
            N_("Providers admitted"),
            (
                FieldSpec(
                    "organisation_id",
                    N_("Provider"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=organisation_choices,
                    width_mm=70,
                ),
                FieldSpec("date_from", N_("From"), FieldKind.DATE, width_mm=24),
                FieldSpec("date_to", N_("Up to"), FieldKind.DATE, width_mm=24),
            ),
            blank=ProviderDraft,
            hint=N_("Without a row, any provider is."),
            rows_shown=4,
        ),
        GridSpec(
            "bands",
            N_("Bands of ISEE"),
            (
                FieldSpec("isee_to", N_("ISEE up to"), FieldKind.MONEY, width_mm=28),
                FieldSpec("share_max", N_("Share"), FieldKind.PERCENT_TEXT, width_mm=20),
                FieldSpec("unit_amount", N_("Unit amount"), FieldKind.MONEY, width_mm=26),
                FieldSpec("cap_request", N_("Most for a request"), FieldKind.MONEY, width_mm=28),
                FieldSpec("points", N_("Points"), width_mm=18),
            ),
            blank=BandDraft,
            hint=N_("What a band leaves empty is as above; the last one has no end."),
            when=_for_families,
            rows_shown=3,
        ),
        GridSpec(
            "documents",
            N_("Papers to be brought"),
            (
                FieldSpec("code", N_("Code"), width_mm=24),
                FieldSpec("name", N_("Paper"), required=True, width_mm=80),
                FieldSpec("remedy", N_("Remedy"), FieldKind.CHOICE, choices=enum_choices(e.Remedy), required=True),
            ),
            blank=DocumentDraft,
            rows_shown=3,
        ),
    ),
)

PROGRAMME_RULES_FORM = FormSpec(
    key="programme_rules",
    title=N_("Rules of a programme"),
    sections=(
        with_sources(WHO),
        with_sources(WHAT),
        Section(
            N_("Where they come from"),
            (
                FieldSpec("source", N_("Source of the figures"), FieldKind.NOTE, lines=2),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=3),
            ),
        ),
    ),
    blank=lambda _store: ProgrammeRulesDraft(),
    load=rules.load_programme_rules,
    save=rules.save_programme_rules,
    acts=(
        Act(
            N_("New version…"),
            "copy",
            _new_version,
            fields=(
                REASON,
                FieldSpec("decision_id", N_("Decision that makes it"), FieldKind.REFERENCE, choices=decision_choices),
            ),
        ),
        removal(rules.delete_programme_rules),
    ),
    heading=lambda draft: _("Rules, version {n}").format(n=draft.version) if draft.id else "",
    locked=lambda draft: (
        N_("Somebody asked under this version of the rules, so it stays as it is. Make a new version.")
        if draft.asked
        else ""
    ),
)
