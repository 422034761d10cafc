"""A proposal written out: as its own form, blank for a call or filled in with a proposal that is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.models.store import Store
from app.services.calls.calls import call_rows
from app.services.exchange.blank import NOTHING, Answers, write_form
from app.services.exchange.call_form import CallForm, form_code, read_call_form
from app.services.exchange.forms import Mark
from app.services.exchange.proposal_form import PROPOSAL_FORM, ROLE_KEYS
from app.services.exchange.proposal_rows import own_answers, part_answers
from app.services.network.alliances import load_alliance
from app.services.network.registry import load_organisation
from app.services.plan.funding import area_rows
from app.services.proposals.proposals import load_proposal
from app.services.wording.folding import fold
from app.services.wording.labels import label
from app.services.wording.texts import Translator


def write_blank_form(store: Store, path: Path, tr: Translator, call_id: str | None = None) -> None:
    """Write the blank proposal form of a call, with what that gives to it; of any call when none is named.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        NotFound: "record.gone".
    """
    if call_id is None:
        _write_for_any_call(store, path, tr)
        return
    call = read_call_form(store, call_id)
    answers = {"proposal": [{"call": call.title}], "documents": _documents(call, tr)}
    _write(call, path, tr, answers)


def write_filled_form(store: Store, path: Path, tr: Translator, proposal_id: str) -> None:
    """Write the form of a proposal, filled in: imported again it gives the same proposal.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        InvalidInput: "export.text_too_long".
        NotFound: "record.gone".
    """
    call, answers = proposal_answers(store, tr, proposal_id)
    _write(call, path, tr, answers)


def proposal_answers(store: Store, tr: Translator, proposal_id: str) -> tuple[CallForm, Answers]:
    """The call of a proposal, and everything that its form holds.

    Raises:
        NotFound: "record.gone".
    """
    draft = load_proposal(store, proposal_id)
    assert draft.call_id is not None, "a kept proposal has a call"
    assert draft.alliance_id is not None, "a kept proposal has an alliance"
    call = read_call_form(store, draft.call_id)
    alliance = load_alliance(store, draft.alliance_id)
    areas = {row.id: f"{row.code} {row.title}" for row in area_rows(store)}
    lead = load_organisation(store, alliance.lead_id) if alliance.lead_id else None
    own = {
        **own_answers(draft),
        "call": call.title,
        "area": areas.get(draft.area_id or ""),
        "alliance": alliance.name,
        "alliance_short": alliance.short_name,
        "lead": lead.name if lead else None,
        "lead_kind": lead.kind if lead else None,
    }
    partners = [
        {
            **_partner(store, partner.organisation_id or ""),
            **{key: getattr(partner, key) for key in ROLE_KEYS},
        }
        for partner in alliance.partners
    ]
    parts = part_answers(draft, tr, call.category_names(tr))
    return call, {"proposal": [own], "partners": partners, **parts, "documents": _documents(call, tr)}


def _partner(store: Store, organisation_id: str) -> Mapping[str, Any]:
    draft = load_organisation(store, organisation_id)
    return {key: getattr(draft, key) for key in ("name", "kind", "seat", "tax_code", "vat_number")}


def _documents(call: CallForm, tr: Translator) -> list[dict[str, Any]]:
    return [{"name": name, "remedy": label(remedy, tr)} for name, remedy in call.documents]


def _write(call: CallForm, path: Path, tr: Translator, answers: Answers) -> None:
    mark = call.mark(tr.language)
    names = {
        "calls": (call.title,),
        "areas": call.areas,
        "categories": tuple(call.category_names(tr).values()),
    }
    write_form(mark, path, names, answers, about_lines(call, tr))


def about_lines(call: CallForm, tr: Translator) -> tuple[str, ...]:
    """What the form says of the call it is for, and its code."""
    code = form_code(call.mark(tr.language))
    return (
        tr("Call: {title}").format(title=call.title),
        tr("Version of the call's rules: {n}").format(n=call.rules) if call.rules else tr("The call has no rules yet."),
        tr("Code of this form: {code}").format(code=code),
    )


def _write_for_any_call(store: Store, path: Path, tr: Translator) -> None:
    """The form with the categories of every call in its list."""
    calls = [read_call_form(store, row.id) for row in call_rows(store)]
    categories: dict[str, str] = {}
    for call in calls:
        for name in call.category_names(tr).values():
            categories.setdefault(fold(name), name)
    areas = [f"{row.code} {row.title}" for row in area_rows(store)]
    names: Mapping[str, Sequence[str]] = {
        "calls": [call.title for call in calls],
        "areas": areas,
        "categories": tuple(categories.values()),
    }
    write_form(Mark(PROPOSAL_FORM, tr.language), path, names, NOTHING)
