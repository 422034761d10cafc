"""The form of a request for a voucher, with its price, limits and conditions beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models import enums as e
from app.models.money import format_euro
from app.services.changes import Changes
from app.services.reports.request_tables import conditions_table, limits_table, parts_table
from app.services.vouchers import requests
from app.services.vouchers.request_drafts import ConditionDraft, RequestDraft
from app.services.vouchers.request_rows import load_request, preview_request
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.project_parts import in_state
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.views.vouchers.choices import (
    firm_budget_choices,
    household_choices,
    individual_choices,
    organisation_choices,
    programme_choices,
    service_choices,
)
from app.ui.views.vouchers.programme_forms import DAY, REASON

_STATE = e.VoucherRequestState


def _admit(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return requests.admit_request(store, key, values["day"])


def _refuse(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return requests.refuse_request(store, key, values["day"], values["reason"])


def _withdraw(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return requests.withdraw_request(store, key, values["day"], values["reason"])


def _of_a_family(draft: RequestDraft) -> bool:
    return draft.organisation_id is None


def _of_a_body(draft: RequestDraft) -> bool:
    return draft.household_id is None and draft.individual_id is None


def _subtitle(draft: RequestDraft) -> str:
    if draft.id is None:
        return ""
    said = label(draft.state, i18n.current())
    return f"{said} · {draft.state_reason}" if draft.state_reason else said


def _locked(draft: RequestDraft) -> str:
    if draft.id is None or draft.state is _STATE.ASKED:
        return ""
    return N_("This request is settled, so it stays as it was typed. Its steps can be taken back in its history.")


REQUEST_FORM = FormSpec(
    key="voucher_request",
    title=N_("Request for a voucher"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "programme_id", N_("Programme"), FieldKind.REFERENCE, required=True, choices=programme_choices
                ),
                FieldSpec("day", N_("Came in on"), FieldKind.DATE, required=True, width=Width.THIRD),
                FieldSpec("time", N_("Hour"), FieldKind.TIME, width=Width.THIRD),
                FieldSpec("protocol", N_("Protocol number"), width=Width.THIRD),
            ),
        ),
        Section(
            N_("Who asks, and for whom"),
            (
                FieldSpec(
                    "household_id", N_("Household"), FieldKind.REFERENCE, choices=household_choices, when=_of_a_family
                ),
                FieldSpec(
                    "individual_id",
                    N_("Who it is for"),
                    FieldKind.REFERENCE,
                    choices=individual_choices,
                    width=Width.HALF,
                    when=_of_a_family,
                ),
                FieldSpec(
                    "requester_id",
                    N_("Who asks"),
                    FieldKind.REFERENCE,
                    choices=individual_choices,
                    width=Width.HALF,
                    when=_of_a_family,
                ),
                FieldSpec(
                    "firm_budget_id",
                    N_("Budget of the firm"),
                    FieldKind.REFERENCE,
                    choices=firm_budget_choices,
                    hint=N_("For employees through their firm."),
                    when=_of_a_family,
                ),
                FieldSpec(
                    "organisation_id",
                    N_("Firm or body that asks for itself"),
                    FieldKind.REFERENCE,
                    choices=organisation_choices,
                    when=_of_a_body,
                ),
            ),
        ),
        Section(
            N_("Service"),
            (
                FieldSpec(
                    "service",
                    N_("Service"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=service_choices,
                    empty="",
                    width=Width.HALF,
                ),
                FieldSpec(
                    "provider_id", N_("Provider"), FieldKind.REFERENCE, choices=organisation_choices, width=Width.HALF
                ),
                FieldSpec("period_start", N_("First day"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("period_end", N_("Last day"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("units", N_("Units"), FieldKind.POINTS, required=True, width=Width.HALF),
                FieldSpec("hours", N_("Hours a day"), FieldKind.COUNT, width=Width.HALF),
                FieldSpec("expense", N_("Price of the service"), FieldKind.MONEY, width=Width.THIRD),
                FieldSpec("aids", N_("Other aids"), FieldKind.MONEY, width=Width.THIRD),
                FieldSpec("employer_part", N_("Employer's own part"), FieldKind.MONEY, width=Width.THIRD),
            ),
        ),
        Section(
            N_("ISEE and points"),
            (
                FieldSpec("isee", N_("ISEE"), FieldKind.MONEY, width=Width.THIRD),
                FieldSpec(
                    "isee_kind",
                    N_("Kind of ISEE"),
                    FieldKind.CHOICE,
                    choices=enum_choices(e.IseeKind),
                    width=Width.THIRD,
                ),
                FieldSpec("isee_to", N_("Valid up to"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec("points", N_("Points"), width=Width.THIRD),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "conditions",
            N_("Conditions of the programme"),
            (
                FieldSpec(
                    "condition",
                    N_("Condition"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(e.VoucherCondition),
                    read_only=True,
                    width_mm=50,
                ),
                FieldSpec(
                    "outcome",
                    N_("In the archive"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(e.ConditionOutcome),
                    read_only=True,
                    width_mm=34,
                ),
                FieldSpec(
                    "said",
                    N_("As checked by the desk"),
                    FieldKind.CHOICE,
                    choices=enum_choices(e.ConditionOutcome),
                    width_mm=34,
                ),
                FieldSpec("note", N_("Note"), width_mm=50),
            ),
            blank=ConditionDraft,
            fixed=True,
            hint=N_("Of papers only the outcome is kept. Save, and the archive looks again."),
            when=lambda draft: bool(draft.conditions),
            rows_shown=8,
        ),
    ),
    blank=lambda _store: RequestDraft(),
    load=load_request,
    save=requests.save_voucher_request,
    acts=(
        Act(N_("Admit"), "check", _admit, fields=(DAY,), when=in_state(_STATE.ASKED), primary=True),
        Act(
            N_("Do not admit…"),
            "x",
            _refuse,
            fields=(DAY, REASON),
            when=in_state(_STATE.ASKED, _STATE.WAITING),
        ),
        Act(
            N_("Withdraw…"),
            "undo-2",
            _withdraw,
            fields=(DAY, FieldSpec("reason", N_("Reason"))),
            when=in_state(_STATE.ASKED, _STATE.WAITING, _STATE.ADMITTED),
        ),
        replace(removal(requests.delete_voucher_request), when=in_state(_STATE.ASKED)),
    ),
    heading=lambda draft: (
        _("Request no. {n} of {year}").format(n=draft.number, year=draft.year) if draft.number else ""
    ),
    subtitle=_subtitle,
    locked=_locked,
)


class RequestForm(SideForm):
    """A request, and what it comes to as it is typed."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, REQUEST_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """Price, limits and conditions."""
        return SidePanel(self.desk, _("What the request comes to"))

    def refresh_panel(self) -> None:
        """Reckon what is typed; of a settled request, what was reckoned then."""
        draft: RequestDraft = self.model.draft
        texts = self.desk.texts
        self.panel.heading.setText(_("What the request comes to"))
        self.panel.banner.hide()
        found = self.desk.read(preview_request, draft)
        if found is None:
            self.panel.say(_("It shows here once programme, service, days and units are written."))
            self.panel.show_tables([])
            return
        settled = draft.id is not None and draft.state is not _STATE.ASKED
        amount = draft.amount if settled and draft.amount is not None else found.amount
        bound = draft.bound if settled and draft.bound is not None else found.bound
        said = _("{amount}: the limit is «{bound}».").format(amount=format_euro(amount), bound=label(bound, texts))
        if found.place is not None:
            said += " " + _("Place {place} in the waiting list.").format(place=found.place)
        self.panel.say(said)
        firm = draft.organisation_id is not None
        tables = [] if found.parts is None else [parts_table(found.parts, texts, firm=firm)]
        tables.append(limits_table(draft.limits if settled else found.limits, texts))
        if not draft.conditions:
            tables.append(conditions_table(found.conditions, texts))
        self.panel.show_tables(tables)
