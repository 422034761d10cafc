"""A filled proposal form written into the archive: organisations and alliance where they are new, then the proposal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.models.enums import OrganisationKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.network import Alliance
from app.models.proposals import Call, Proposal
from app.services.exchange.call_form import CallForm, read_call_form
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.forms import Mark
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.proposal_form import ROLE_KEYS
from app.services.exchange.proposal_rows import read_proposal
from app.services.exchange.receipt import Note, Taken
from app.services.exchange.registry import Choices, Registry
from app.services.network.alliances import AllianceDraft, PartnerDraft, load_alliance, save_alliance
from app.services.network.registry import OrganisationDraft
from app.services.plan.funding import area_rows
from app.services.proposals.budgets import budget_totals
from app.services.proposals.proposals import save_proposal
from app.services.wording.folding import fold


def import_proposal(gesture: Gesture, filled: Filled, mark: Mark, choices: Choices) -> Taken:
    """Write the proposal of a form; what is refused is gathered in the gesture's faults."""
    row = filled["proposal"][0]
    registry = Registry(gesture, choices)
    call, is_sure = _call(gesture, row, mark)
    alliance_id = _alliance(gesture, registry, filled)
    keys = {
        "call_id": call.id if call else None,
        "number": row["number"] if is_sure else None,
        "alliance_id": alliance_id,
        "area_id": _area(gesture, row),
    }
    _refuse_present(gesture, row, keys["call_id"], alliance_id)
    draft, places = read_proposal(gesture, row, filled, call, keys)
    saved = gesture.save(save_proposal, draft, places)
    totals = budget_totals(draft.items)
    return Taken(
        title=draft.title,
        subject_id=saved or "",
        totals={"grant": totals.grant, "cofinancing": totals.cofinancing, "total": totals.total},
        matched=tuple(registry.matched),
        added=tuple(registry.added),
        differences=tuple(registry.differences),
        notes=(*_rules_notes(mark, call), *_document_notes(filled)),
    )


def _rules_notes(mark: Mark, call: CallForm | None) -> tuple[Note, ...]:
    """What is to be said of the version of the rules that the form was made for."""
    if call is None or not call.rules or mark.rules == str(call.rules):
        return ()
    if not mark.rules:
        return (Note("rules_unknown"),)
    return (Note("rules_changed", {"found": mark.rules, "known": str(call.rules)}),)


def _document_notes(filled: Filled) -> tuple[Note, ...]:
    """What the form says of the documents that come with it: they are attached in the archive by hand."""
    said: dict[bool, list[str]] = {True: [], False: []}
    for row in filled["documents"]:
        said[row["attached"]].append(row["name"])
    codes = {True: "documents_attached", False: "documents_missing"}
    return tuple(Note(codes[yes], {"names": "; ".join(names)}) for yes, names in said.items() if names)


def _call(gesture: Gesture, row: FilledRow, mark: Mark) -> tuple[CallForm | None, bool]:
    """The call that the form answers: the one it was made for, else the one it names.

    Returns:
        The call, and whether it is that: where it is not found another one stands in, so that the rest can still be
        looked at.
    """
    found = gesture.store.session.execute(sa.select(Call.id, Call.title).order_by(Call.id)).all()
    titles = {fold(title): key for key, title in found}
    named = titles.get(fold(row["call"]))
    key, is_sure = named, True
    if mark.call_id in titles.values():
        key = mark.call_id
        if named not in (None, key):
            _refuse(gesture, row, "call", "workbook.call_other", text=row["call"])
    elif named is None:
        if not row["call"] and len(titles) == 1:
            key = found[0].id
        else:
            _refuse_call(gesture, row, [title for _key, title in found])
            key, is_sure = next(iter(titles.values()), None), False
    return (None if key is None else read_call_form(gesture.store, key)), is_sure


def _refuse_call(gesture: Gesture, row: FilledRow, titles: list[str]) -> None:
    if row["call"]:
        _refuse(gesture, row, "call", "reference.unknown", text=row["call"])
    elif titles:
        _refuse(gesture, row, "call", "workbook.call_needed", calls=tuple(titles))
    else:
        _refuse(gesture, row, "call", "workbook.no_call")


def _area(gesture: Gesture, row: FilledRow) -> str | None:
    """The priority area, by its code alone or followed by its title."""
    text = fold(row["area"])
    for area in area_rows(gesture.store):
        if text in (fold(area.code), fold(area.title)) or text.startswith(f"{fold(area.code)} "):
            return area.id
    if text:
        _refuse(gesture, row, "area", "reference.unknown", text=row["area"])
    return None


def _refuse(gesture: Gesture, row: FilledRow, key: str, code: str, **values: Any) -> None:
    gesture.faults.add(row.sheet, row.cell(key), InvalidInput(code, **values))


def _refuse_present(gesture: Gesture, row: FilledRow, call_id: str | None, alliance_id: str | None) -> None:
    """A proposal comes in once: the same number, protocol, or title of the same alliance is there already."""
    same_alliance = Proposal.alliance_id == alliance_id
    found = gesture.store.session.execute(
        sa.select(Proposal.number, Proposal.protocol, Proposal.title, same_alliance.label("is_its_own")).where(
            Proposal.call_id == call_id,
            sa.or_(Proposal.number == row["number"], Proposal.protocol == (row["protocol"] or None), same_alliance),
        )
    )
    for number, protocol, title, is_its_own in found:
        same = {
            "number": row["number"] == number,
            "protocol": row["protocol"] and row["protocol"] == protocol,
            "title": is_its_own and fold(row["title"]) == fold(title),
        }
        for key in (key for key, equal in same.items() if equal):
            reason = RuleBroken("workbook.proposal_present", number=number, title=title)
            gesture.faults.add(row.sheet, row.cell(key), reason)


# --- the alliance --------------------------------------------------------------------------


def _alliance(gesture: Gesture, registry: Registry, filled: Filled) -> str | None:
    """The alliance of the form: that of the archive when it has the name, else a new one with its partners.

    An alliance that is there already is the office's record: where the form says something else, the form is refused.
    """
    row = filled["proposal"][0]
    name = fold(row["alliance"])
    known = gesture.store.session.execute(
        sa.select(Alliance.id, Alliance.name, Alliance.short_name).order_by(Alliance.number)
    )
    present: str | None = next((key for key, *names in known if name in map(fold, names)), None)
    if present is not None:
        _compare(gesture, registry, load_alliance(gesture.store, present), filled)
        return present
    partners, rows = [], []
    for partner in filled["partners"]:
        organisation_id = _partner(registry, partner)
        if organisation_id is not None:
            roles = {key: partner[key] for key in ROLE_KEYS}
            partners.append(PartnerDraft(organisation_id=organisation_id, as_printed=partner["name"], **roles))
            rows.append(partner)
    lead = OrganisationDraft(name=row["lead"], kind=row["lead_kind"] or OrganisationKind.OTHER)
    draft = AllianceDraft(
        name=row["alliance"],
        short_name=row["alliance_short"],
        lead_id=registry.take(row, lead, row["lead_kind"], "lead"),
        lead_as_printed=row["lead"],
        partners=tuple(partners),
    )
    keys = {"name": "alliance", "short_name": "alliance_short", "lead_id": "lead", "organisation_id": "name"}
    return gesture.save(save_alliance, draft, Places(row, {"partners": rows}, keys))


def _partner(registry: Registry, row: FilledRow) -> str | None:
    draft = OrganisationDraft(
        name=row["name"],
        kind=row["kind"] or OrganisationKind.OTHER,
        seat=row["seat"],
        tax_code=row["tax_code"],
        vat_number=row["vat_number"],
    )
    return registry.take(row, draft, row["kind"], "name")


def _compare(gesture: Gesture, registry: Registry, present: AllianceDraft, filled: Filled) -> None:
    """Refuse what the form says of an alliance of the archive and the archive does not."""
    row = filled["proposal"][0]
    lead = registry.find(row["lead"])
    if "lead" not in row.faulty and (lead is None or lead.id != present.lead_id):
        known = registry.name_of(present.lead_id)
        _refuse(gesture, row, "lead", "workbook.lead_differs", text=row["lead"], alliance=present.name, lead=known)
    partners = {one.organisation_id: one for one in present.partners}
    for one in filled["partners"]:
        found = registry.find(one["name"], (one["tax_code"], one["vat_number"]))
        partner = partners.get(found.id) if found is not None else None
        if partner is None and "name" not in one.faulty:
            _refuse(gesture, one, "name", "workbook.partner_differs", text=one["name"], alliance=present.name)
        elif partner is not None:
            for key in ROLE_KEYS:
                if key not in one.faulty and one[key] != getattr(partner, key):
                    _refuse(gesture, one, key, "workbook.role_differs", text=one["name"], alliance=present.name)
