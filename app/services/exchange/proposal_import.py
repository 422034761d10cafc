"""A filled proposal form written into the archive: organisations and alliance where they are new, then the proposal."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.models.enums import OrganisationKind
from app.models.errors import InvalidInput, RuleBroken
from app.models.proposals import Proposal
from app.services.alliances import AllianceDraft, AllianceRow, PartnerDraft, alliance_rows, load_alliance, save_alliance
from app.services.budgets import BudgetItemDraft, budget_totals
from app.services.calls import call_rows
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.proposal_form import ROLE_KEYS
from app.services.exchange.receipt import Taken
from app.services.exchange.registry import Registry
from app.services.folding import fold
from app.services.funding import area_rows
from app.services.network import OrganisationDraft
from app.services.proposal_drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposals import save_proposal
from app.services.texts import N_

OWN_KEYS = (
    "title",
    "protocol",
    "date_received",
    "context",
    "aims",
    "sustainability",
    "total_declared",
    "grant_declared",
    "cofinancing_declared",
    "share_declared",
    "grant_requested",
)
"""Fields that are the same in the form and in the draft."""


def import_proposal(gesture: Gesture, filled: Filled) -> Taken:
    """Write the proposal of a form; what is refused is gathered in the gesture's faults."""
    row = filled["proposal"][0]
    registry = Registry(gesture)
    call_id, number = _call(gesture, row)
    alliance_id = _alliance(gesture, registry, filled)
    _refuse_present(gesture, row, call_id, alliance_id)
    results = _Results(gesture, filled["results"])
    objectives = [one for one in filled["objectives"] if "number" not in one.faulty]
    costs = [one for one in filled["costs"] if not one.faulty]
    numbers_known = len(objectives) == len(filled["objectives"])
    draft = ProposalDraft(
        call_id=call_id,
        alliance_id=alliance_id,
        area_id=_area(gesture, row),
        number=number,
        **{key: row[key] for key in OWN_KEYS},
        objectives=tuple(ObjectiveDraft(number=one["number"], text=one["text"]) for one in objectives),
        actions=tuple(
            ActionDraft(label=one["label"], text=one["text"], objectives=one["objectives"] if numbers_known else "")
            for one in filled["actions"]
        ),
        targets=tuple(TargetDraft(text=one["text"], number_min=one["number_min"]) for one in filled["targets"]),
        results=tuple(results.results),
        indicators=tuple(results.indicators),
        items=tuple(
            BudgetItemDraft(section=one["section"], category=one["category"], label=one["label"], amount=one["amount"])
            for one in costs
        ),
    )
    children = {
        "objectives": objectives,
        "actions": list(filled["actions"]),
        "targets": list(filled["targets"]),
        "results": results.result_rows,
        "indicators": results.indicator_rows,
        "items": costs,
    }
    keys = {"call_id": "call", "alliance_id": "alliance", "area_id": "area", "result": "number"}
    gesture.save(save_proposal, draft, Places(row, children, keys))
    totals = budget_totals(draft.items)
    return Taken(
        title=draft.title,
        totals=(
            ("grant", N_("Grant"), totals.grant),
            ("cofinancing", N_("Co-financing"), totals.cofinancing),
            ("total", N_("Total cost"), totals.total),
        ),
        matched=tuple(registry.matched),
        added=tuple(registry.added),
    )


def _call(gesture: Gesture, row: FilledRow) -> tuple[str | None, int | None]:
    """The call that the form answers, and the proposal's number within it.

    When the call is not found another one stands in, without a number, so that the rest can still be looked at.
    """
    calls = call_rows(gesture.store)
    titles = {fold(call.title): call.id for call in calls}
    if fold(row["call"]) in titles:
        return titles[fold(row["call"])], row["number"]
    if row["call"]:
        _refuse(gesture, row, "call", "reference.unknown", text=row["call"])
    elif len(calls) == 1:
        return calls[0].id, row["number"]
    elif calls:
        _refuse(gesture, row, "call", "workbook.call_needed", calls=tuple(call.title for call in calls))
    else:
        _refuse(gesture, row, "call", "workbook.no_call")
    return next(iter(titles.values()), None), None


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
    found = gesture.store.session.scalars(sa.select(Proposal).where(Proposal.call_id == call_id))
    for proposal in found:
        same = {
            "number": row["number"] == proposal.number,
            "protocol": row["protocol"] and row["protocol"] == proposal.protocol,
            "title": alliance_id == proposal.alliance_id and fold(row["title"]) == fold(proposal.title),
        }
        for key in (key for key, equal in same.items() if equal):
            reason = RuleBroken("workbook.proposal_present", number=proposal.number, title=proposal.title)
            gesture.faults.add(row.sheet, row.cell(key), reason)


# --- the alliance --------------------------------------------------------------------------


def _alliance(gesture: Gesture, registry: Registry, filled: Filled) -> str | None:
    """The alliance of the form: that of the archive when it has the name, else a new one with its partners.

    An alliance that is there already is the office's record: where the form says something else, the form is refused.
    """
    row = filled["proposal"][0]
    name = fold(row["alliance"])
    present = [one for one in alliance_rows(gesture.store) if name in (fold(one.name), fold(one.short_name))]
    if present:
        _compare(gesture, registry, present[0], filled)
        return present[0].id
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


def _compare(gesture: Gesture, registry: Registry, present: AllianceRow, filled: Filled) -> None:
    """Refuse what the form says of an alliance of the archive and the archive does not."""
    row = filled["proposal"][0]
    lead = registry.find(row["lead"])
    if "lead" not in row.faulty and (lead is None or lead.id != present.lead_id):
        _refuse(
            gesture, row, "lead", "workbook.lead_differs", text=row["lead"], alliance=present.name, lead=present.lead
        )
    partners = {one.organisation_id: one for one in load_alliance(gesture.store, present.id).partners}
    for one in filled["partners"]:
        found = registry.find(one["name"], (one["tax_code"], one["vat_number"]))
        partner = partners.get(found.id) if found is not None else None
        if partner is None and "name" not in one.faulty:
            _refuse(gesture, one, "name", "workbook.partner_differs", text=one["name"], alliance=present.name)
        elif partner is not None:
            for key in ROLE_KEYS:
                if key not in one.faulty and one[key] != getattr(partner, key):
                    _refuse(gesture, one, key, "workbook.role_differs", text=one["name"], alliance=present.name)


# --- results -------------------------------------------------------------------------------


class _Results:
    """The sheet of results, read as two lists: a result once, its indicators one a row from there on."""

    def __init__(self, gesture: Gesture, rows: tuple[FilledRow, ...]) -> None:
        self.results: list[ResultDraft] = []
        self.result_rows: list[FilledRow] = []
        self.indicators: list[IndicatorDraft] = []
        self.indicator_rows: list[FilledRow] = []
        self._gesture = gesture
        self._number: int | None = None
        for row in rows:
            if "number" not in row.faulty:
                self._take(row)

    def _take(self, row: FilledRow) -> None:
        number, text = row["number"], row["text"]
        if text and not self._repeats(number, text):
            self._number = number or max((known.number or 0 for known in self.results), default=0) + 1
            self.results.append(ResultDraft(number=self._number, text=text))
            self.result_rows.append(row)
        elif number is not None:
            self._number = number
        if row["indicator"] and self._number is not None:
            target = row["target"]
            self.indicators.append(IndicatorDraft(result=self._number, text=row["indicator"], target=target))
            self.indicator_rows.append(row)
        elif row["indicator"]:
            _refuse(self._gesture, row, "text", "workbook.result_needed")
        elif row["target"] is not None or not text:
            _refuse(self._gesture, row, "indicator", "workbook.indicator_needed")

    def _repeats(self, number: int | None, text: str) -> bool:
        """Whether the result is written again beside another of its indicators."""
        last = self.results[-1] if self.results else None
        return last is not None and fold(last.text) == fold(text) and number in (None, last.number)
