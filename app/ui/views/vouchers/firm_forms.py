"""The form of a firm's budget: manifestation of interest, requirements, what was given and what went back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.models import enums as e
from app.services.changes import Changes
from app.services.vouchers import firms
from app.services.vouchers.firms import FirmBudgetDraft
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, Section, Width, enum_choices, removal
from app.ui.views.decision_choices import decision_choices
from app.ui.views.project_parts import in_state
from app.ui.views.vouchers.choices import organisation_choices, programme_choices
from app.ui.views.vouchers.programme_forms import DAY, REASON

_STATE = e.FirmBudgetState


def _refuse(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return firms.refuse_firm(store, key, values["reason"])


def _give(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return firms.give_firm_budget(store, key, values["amount"], values["decision_id"], values["day"])


def _close(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return firms.close_firm_budget(store, key, values["day"])


def _is_given(draft: FirmBudgetDraft) -> bool:
    return draft.amount is not None


def _outcome(key: str, title: str) -> FieldSpec:
    return FieldSpec(
        key,
        title,
        FieldKind.CHOICE,
        choices=enum_choices(e.ConditionOutcome),
        width=Width.HALF,
        read_only=True,
    )


def _said(key: str, title: str) -> FieldSpec:
    return FieldSpec(
        key,
        title,
        FieldKind.CHOICE,
        choices=enum_choices(e.ConditionOutcome),
        width=Width.HALF,
        hint=N_("Left empty: as the registry says."),
        when=lambda draft: draft.state is _STATE.ASKED,
    )


FIRM_FORM = FormSpec(
    key="firm_budget",
    title=N_("Budget of a firm"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "programme_id", N_("Programme"), FieldKind.REFERENCE, required=True, choices=programme_choices
                ),
                FieldSpec(
                    "organisation_id", N_("Firm"), FieldKind.REFERENCE, required=True, choices=organisation_choices
                ),
                FieldSpec("day", N_("Interest shown on"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("protocol", N_("Protocol number"), width=Width.HALF),
                FieldSpec("own_amount", N_("Firm's own money"), FieldKind.MONEY, hint=N_("Outside the ledger.")),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
        Section(
            N_("Requirements"),
            (
                _outcome("size_outcome", N_("Size of the firm")),
                _said("size_said", N_("Size, as checked by the desk")),
                _outcome("seat_outcome", N_("Seat in the territory")),
                _said("seat_said", N_("Seat, as checked by the desk")),
            ),
        ),
        Section(
            N_("Budget"),
            (
                FieldSpec("amount", N_("Given"), FieldKind.MONEY, read_only=True, width=Width.HALF, when=_is_given),
                FieldSpec("left", N_("Money left"), FieldKind.MONEY, read_only=True, width=Width.HALF, when=_is_given),
                FieldSpec(
                    "date_return", N_("To be used by"), FieldKind.DATE, read_only=True, width=Width.HALF, when=_is_given
                ),
                FieldSpec(
                    "given_back", N_("Given back"), FieldKind.MONEY, read_only=True, width=Width.HALF, when=_is_given
                ),
            ),
        ),
    ),
    blank=lambda _store: FirmBudgetDraft(),
    load=firms.load_firm_budget,
    save=firms.save_firm_budget,
    acts=(
        Act(N_("Admit"), "check", firms.admit_firm, when=in_state(_STATE.ASKED), primary=True),
        Act(N_("Do not admit…"), "x", _refuse, fields=(REASON,), when=in_state(_STATE.ASKED)),
        Act(
            N_("Give the budget…"),
            "coins",
            _give,
            fields=(
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, required=True),
                FieldSpec("decision_id", N_("Decision"), FieldKind.REFERENCE, required=True, choices=decision_choices),
                DAY,
            ),
            when=in_state(_STATE.ADMITTED),
            primary=True,
        ),
        Act(N_("Take back the rest…"), "undo-2", _close, fields=(DAY,), when=in_state(_STATE.GIVEN)),
        replace(removal(firms.delete_firm_budget), when=in_state(_STATE.ASKED, _STATE.ADMITTED, _STATE.NOT_ADMITTED)),
    ),
    subtitle=lambda draft: label(draft.state, i18n.current()) if draft.id else "",
)
