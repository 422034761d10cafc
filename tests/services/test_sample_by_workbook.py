"""The plan of the sample, carried over by workbooks: the second archive says what the first one says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.models.money import Cents
from app.models.store import Store
from app.services.alliances import alliance_rows, load_alliance
from app.services.calls import call_rows
from app.services.exchange.plan_workbook import PLAN_WORKBOOK, write_blank_plan
from app.services.exchange.proposal_form import PROPOSAL_FORM, ROLE_KEYS, write_blank_form
from app.services.exchange.workbook import import_workbook
from app.services.funding import area_rows, load_area, load_source, source_rows
from app.services.network import load_organisation, organisation_rows
from app.services.plan import act_rows, find_plan, load_act
from app.services.proposal_drafts import ProposalDraft
from app.services.proposal_lists import proposal_rows
from app.services.proposals import load_proposal
from app.services.territory import district_rows, municipality_rows
from tests.services.filling import IT, fill


def euro(cents: Cents | None) -> Any:
    """An amount as a spreadsheet holds it."""
    return None if cents is None else cents / 100


def plan_answers(store: Store) -> dict[str, Any]:
    """Everything that a plan workbook holds, from the records."""
    plan = find_plan(store)
    assert plan is not None
    acts = [load_act(store, row.id) for row in act_rows(store)]
    act_names = {act.id: act.number or act.as_printed for act in acts}
    names = {row.id: row.name for row in organisation_rows(store)}
    sources = [load_source(store, row.id) for row in source_rows(store)]
    areas = [load_area(store, row.id) for row in area_rows(store)]
    organisations = [load_organisation(store, key) for key in names]
    alliances = [load_alliance(store, row.id) for row in alliance_rows(store)]
    return {
        "plan": {column.key: getattr(plan, column.key) for column in PLAN_WORKBOOK.sheet("plan").columns},
        "acts": [
            {"kind": act.kind.value, "number": act.number, "date_issued": act.date_issued, "subject": act.subject}
            | {"as_printed": act.as_printed}
            for act in acts
        ],
        "sources": [
            {"kind": source.kind.value, "name": source.name, "amount": euro(source.amount)}
            | {"not_due": not source.due, "condition": source.condition}
            | {"act": act_names.get(source.act_id)}
            for source in sources
        ],
        "areas": [
            {"level": area.level.value, "number": area.number, "title": area.title}
            | {"amount_planned": euro(area.amount_planned)}
            for area in areas
        ],
        "districts": [{"number": row.number, "name": row.name, "zone": row.zone} for row in district_rows(store)],
        "municipalities": [{"name": row.name, "district": row.district} for row in municipality_rows(store)],
        "calls": [
            {"title": row.title, "act": act_names.get(row.act_id)}
            | {"date_opened": row.date_opened, "date_closed": row.date_closed}
            for row in call_rows(store)
        ],
        "organisations": [
            {"name": one.name, "kind": one.kind.value, "seat": one.seat, "note": one.note}
            | {"tax_code": one.tax_code, "vat_number": one.vat_number}
            | {"aliases": "; ".join(alias.name for alias in one.aliases)}
            for one in organisations
        ],
        "alliances": [
            {"number": one.number, "name": one.name, "short_name": one.short_name, "role_note": one.role_note}
            | {"lead": names.get(one.lead_id or ""), "lead_as_printed": one.lead_as_printed}
            for one in alliances
        ],
        "partners": [
            {"alliance": one.name, "organisation": names[partner.organisation_id or ""]}
            | {"as_printed": partner.as_printed}
            | {key: getattr(partner, key) for key in ROLE_KEYS}
            for one in alliances
            for partner in one.partners
        ],
    }


def proposal_answers(store: Store, draft: ProposalDraft) -> dict[str, Any]:
    """Everything that a proposal form holds, from the records."""
    [alliance] = [row for row in alliance_rows(store) if row.id == draft.alliance_id]
    [area] = [row for row in area_rows(store) if row.id == draft.area_id]
    amounts = ("total_declared", "grant_declared", "cofinancing_declared", "grant_requested")
    texts = ("title", "number", "protocol", "date_received", "context", "aims", "sustainability", "share_declared")
    return {
        "proposal": {"area": area.code, "alliance": alliance.name, "lead": alliance.lead}
        | {key: getattr(draft, key) for key in texts}
        | {key: euro(getattr(draft, key)) for key in amounts},
        "objectives": [{"number": one.number, "text": one.text} for one in draft.objectives],
        "actions": [{"label": one.label, "text": one.text, "objectives": one.objectives} for one in draft.actions],
        "targets": [{"text": one.text, "number_min": one.number_min} for one in draft.targets],
        "costs": [
            {"section": one.section.value, "category": one.category.value, "label": one.label}
            | {"amount": euro(one.amount)}
            for one in draft.items
        ],
        "results": [{"number": one.number, "text": one.text} for one in draft.results]
        + [{"number": one.result, "indicator": one.text, "target": one.target} for one in draft.indicators],
    }


def test_sample_comes_over_whole(sample: Store, store: Store, tmp_path: Path) -> None:
    write_blank_plan(tmp_path / "piano.xlsx", IT)
    import_workbook(store, fill(tmp_path / "piano.xlsx", PLAN_WORKBOOK, IT, plan_answers(sample)))
    assert plan_answers(store) == plan_answers(sample)
    drafts = [load_proposal(sample, row.id) for row in proposal_rows(sample)]
    for draft in drafts:
        write_blank_form(store, tmp_path / "modulo.xlsx", IT)
        answers = proposal_answers(sample, draft)
        import_workbook(store, fill(tmp_path / "modulo.xlsx", PROPOSAL_FORM, IT, answers))
    assert [(row.title, row.grant, row.cofinancing) for row in proposal_rows(store)] == [
        (row.title, row.grant, row.cofinancing) for row in proposal_rows(sample)
    ]
    brought = [load_proposal(store, row.id) for row in proposal_rows(store)]
    assert [proposal_answers(store, draft) for draft in brought] == [
        proposal_answers(sample, draft) for draft in drafts
    ]
