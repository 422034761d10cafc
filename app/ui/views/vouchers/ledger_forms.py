"""The forms of vouchers that are given and used: a voucher with its uses, and a use as it is scanned or typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models.money import format_euro
from app.services.changes import Changes
from app.services.vouchers import given
from app.services.vouchers.ending import EndDraft, reinstate_voucher, renounce_voucher, revoke_voucher
from app.services.vouchers.given import GivenVoucher, UseSheet
from app.services.vouchers.use_rules import LIVING
from app.services.vouchers.using import CorrectionDraft, UseDraft, correct_use, record_use
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width
from app.ui.i18n import _
from app.ui.views.project_parts import printed

PAPER = "BUONO"
"""Code of the paper of a voucher."""


def request_choices(store: Any) -> Choices:
    """Requests that wait for their voucher."""
    return given.admitted_requests(store)


def provider_choices(store: Any) -> Choices:
    """Providers that programmes admit."""
    return given.admitted_providers(store)


def _is_new(draft: Any) -> bool:
    return draft.id is None


def _is_saved(draft: Any) -> bool:
    return draft.id is not None


def _use(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    draft = given.load_voucher(store, key)
    use = UseDraft(
        draft.code,
        values["day"],
        values["units"],
        values["provider_id"],
        values["document"],
        values["amount"],
        values["note"],
    )
    return record_use(store, use)


def _revoke(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return revoke_voucher(store, EndDraft(key, values["day"], values["reason"]))


def _renounce(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return renounce_voucher(store, EndDraft(key, values["day"], values["reason"]))


def _reinstate(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return reinstate_voucher(store, EndDraft(key, None, values["reason"]))


_USE_FIELDS = (
    FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, width=Width.HALF),
    FieldSpec("units", N_("Quantity"), FieldKind.POINTS, required=True, width=Width.HALF),
    FieldSpec(
        "provider_id",
        N_("Provider"),
        FieldKind.REFERENCE,
        choices=provider_choices,
        hint=N_("Left empty: the one that the request names."),
    ),
    FieldSpec("document", N_("Document"), hint=N_("Invoice, receipt or sheet of attendance.")),
    FieldSpec("amount", N_("Amount"), FieldKind.MONEY, hint=N_("Left empty: what the quantity comes to.")),
    FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
)
_END_FIELDS = (
    FieldSpec("day", N_("Day"), FieldKind.DATE, hint=N_("Left empty: today.")),
    FieldSpec("reason", N_("Reason"), required=True),
)


def _is_living(draft: GivenVoucher) -> bool:
    return draft.living


def _voucher_subtitle(draft: GivenVoucher) -> str:
    if draft.id is None:
        return ""
    return " · ".join((label(draft.state, i18n.current()), draft.holder, draft.service))


def _voucher_locked(draft: GivenVoucher) -> str:
    return "" if draft.id is None else N_("A voucher that was given stays as it is; what is done with it is below.")


VOUCHER_FORM = FormSpec(
    key="voucher",
    title=N_("Voucher"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "request_id",
                    N_("Request for a voucher"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=request_choices,
                    when=_is_new,
                    hint=N_(
                        "Admitted, without a voucher yet. Days left empty follow today and the rules of the programme."
                    ),
                ),
                FieldSpec("programme", N_("Programme"), read_only=True, when=_is_saved),
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, read_only=True, when=_is_saved, width=Width.HALF),
                FieldSpec("left", N_("Left"), FieldKind.MONEY, read_only=True, when=_is_saved, width=Width.HALF),
                FieldSpec("used", N_("Used"), FieldKind.MONEY, read_only=True, when=_is_saved, width=Width.HALF),
                FieldSpec("settled", N_("Settled"), FieldKind.MONEY, read_only=True, when=_is_saved, width=Width.HALF),
                FieldSpec("day_issued", N_("Given on"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec("valid_from", N_("Valid from"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec("valid_to", N_("Valid until"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec("date_ended", N_("Ended on"), FieldKind.DATE, read_only=True, when=lambda draft: draft.ended),
                FieldSpec("end_reason", N_("Reason"), read_only=True, when=lambda draft: bool(draft.end_reason)),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "uses",
            N_("Uses"),
            (
                FieldSpec("number", N_("No."), FieldKind.NUMBER, read_only=True, width_mm=12),
                FieldSpec("day", N_("Day"), FieldKind.DATE, read_only=True, width_mm=24),
                FieldSpec("units", N_("Quantity"), FieldKind.POINTS, read_only=True, width_mm=20),
                FieldSpec("cents", N_("Amount"), FieldKind.MONEY, read_only=True, width_mm=26),
                FieldSpec("provider", N_("Provider"), read_only=True, width_mm=44),
                FieldSpec("document", N_("Document"), read_only=True, width_mm=34),
                FieldSpec("note", N_("Note"), read_only=True, width_mm=40),
            ),
            fixed=True,
            totals=("cents",),
            when=lambda draft: bool(draft.uses),
        ),
    ),
    blank=lambda _store: GivenVoucher(),
    load=given.load_voucher,
    save=given.give_voucher,
    acts=(
        Act(N_("Record a use…"), "check", _use, fields=_USE_FIELDS, when=_is_living, primary=True),
        printed(N_("Print the voucher"), PAPER, when=_is_saved),
        Act(N_("Renounced…"), "undo-2", _renounce, fields=_END_FIELDS, when=_is_living),
        Act(N_("Revoke…"), "x", _revoke, fields=_END_FIELDS, when=_is_living),
        Act(
            N_("Reinstate…"),
            "archive-restore",
            _reinstate,
            fields=(FieldSpec("reason", N_("Reason"), required=True),),
            when=lambda draft: draft.ended,
        ),
    ),
    heading=lambda draft: draft.code,
    subtitle=_voucher_subtitle,
    locked=_voucher_locked,
)


# --- uses ------------------------------------------------------------------------------------


def _said_of(store: Any, draft: UseSheet) -> str:
    """What the voucher of a number is, while it is typed or as soon as it is scanned."""
    found = given.scanned(store, draft.number) if draft.id is None and draft.number.strip() else None
    if found is None:
        return ""
    if found.state not in LIVING:
        return _("{holder}: {state}").format(holder=found.holder, state=label(found.state, i18n.current()))
    assert found.valid_from is not None
    assert found.valid_to is not None
    return _("{holder}: {left} left, valid from {start} to {end}").format(
        holder=found.holder,
        left=format_euro(found.left or 0),
        start=format_date(found.valid_from),
        end=format_date(found.valid_to),
    )


def _correct(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return correct_use(store, CorrectionDraft(key, values["reason"]))


def _use_locked(draft: UseSheet) -> str:
    return "" if draft.id is None else N_("A use stays as it was recorded; it is corrected by its mirror.")


def _use_subtitle(draft: UseSheet) -> str:
    if draft.corrected:
        return _("Corrected")
    return "" if draft.settlement is None else label(draft.settlement, i18n.current())


USE_FORM = FormSpec(
    key="voucher_use",
    title=N_("Use of a voucher"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "number",
                    N_("Number of the voucher"),
                    required=True,
                    hint=N_("Scan the square code or type the number, as CRE-2026-00012-K."),
                    aside=_said_of,
                ),
                *_USE_FIELDS,
            ),
        ),
    ),
    blank=lambda _store: UseSheet(),
    load=given.load_use,
    save=given.save_use,
    acts=(
        Act(
            N_("Correct…"),
            "undo-2",
            _correct,
            fields=(
                FieldSpec(
                    "reason",
                    N_("Reason"),
                    required=True,
                    hint=N_("The use is taken back whole; record the right one then."),
                ),
            ),
            when=lambda draft: draft.id is not None and not draft.corrected and draft.settlement is None,
        ),
    ),
    heading=lambda draft: draft.number if draft.id is not None else "",
    subtitle=_use_subtitle,
    locked=_use_locked,
)
