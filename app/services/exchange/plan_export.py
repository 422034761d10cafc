"""The plan of an archive written out as a workbook: taken into an empty archive it is the same plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.models.admissibility import AdmissibilityCheck, IntegrationRequest
from app.models.base import Record
from app.models.calls import CallRules
from app.models.documents import Attachment
from app.models.enums import area_code
from app.models.evaluation import ScoreSheet, ScoringGrid
from app.models.findings import FindingAcceptance
from app.models.households import Household
from app.models.ledger import Transfer
from app.models.meetings import Decision, Meeting
from app.models.proposal_versions import ProposalVersion
from app.models.proposals import Proposal
from app.models.scenarios import Scenario
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import VoucherProgramme, VoucherRequest
from app.services.calls.calls import call_rows, load_call
from app.services.calls.rules import load_rules, rules_rows
from app.services.exchange.plan_sheets import REFERENCE, SHEETS, VERSION, PlanSheet, children_of
from app.services.exchange.plan_workbook import write_blank_plan
from app.services.network.agreements import agreement_rows, load_agreement
from app.services.network.alliances import alliance_rows, load_alliance
from app.services.network.registry import load_organisation, organisation_rows
from app.services.network.territory import (
    MunicipalityDraft,
    district_rows,
    earlier_call_rows,
    load_district,
    load_earlier_call,
    municipality_rows,
)
from app.services.plan.funding import area_rows, load_area, load_source, source_rows
from app.services.plan.plan import act_rows, declaration_rows, find_plan, load_act, load_declaration
from app.services.proposals.proposals import load_proposal
from app.services.wording.folding import fold
from app.services.wording.formats import format_count
from app.services.wording.texts import N_, Translator

Load = Callable[[Store], Sequence[Any]]


def _each(rows: Callable[[Store], Sequence[Any]], load: Callable[[Store, str], Any]) -> Load:
    return lambda store: [load(store, row.id) for row in rows(store)]


def _plan(store: Store) -> Sequence[Any]:
    plan = find_plan(store)
    return [] if plan is None else [plan]


def _rules(store: Store) -> Sequence[Any]:
    """Versions of the calls' rules, the first one of each call first."""
    found = {call.id: rules_rows(store, call.id) for call in call_rows(store)}
    return [load_rules(store, row.id) for rows in found.values() for row in reversed(rows)]


def _received_under(store: Store) -> Mapping[str, int]:
    """Version of the rules that each received proposal was received under, by its key."""
    query = sa.select(Proposal.id, CallRules.version).join(CallRules, CallRules.id == Proposal.rules_id)
    with store.read() as session:
        return dict(session.execute(query).tuples().all())


LEFT_BEHIND: tuple[tuple[type[Record], str], ...] = (
    (Meeting, N_("meetings")),
    (Decision, N_("decisions")),
    (Transfer, N_("movements of money")),
    (Attachment, N_("documents")),
    (ProposalVersion, N_("closed versions of proposals")),
    (FindingAcceptance, N_("accepted findings")),
    (Scenario, N_("scenarios")),
    (AdmissibilityCheck, N_("answers of formal checks")),
    (IntegrationRequest, N_("requests for completion")),
    (ScoringGrid, N_("scoring grids")),
    (ScoreSheet, N_("score sheets")),
    (VoucherProgramme, N_("programmes of vouchers")),
    (Household, N_("households")),
    (VoucherRequest, N_("requests for vouchers")),
    (Voucher, N_("vouchers")),
)
"""What an archive may have and a workbook does not carry, by name."""


def left_behind(store: Store, tr: Translator) -> str:
    """What the archive has and its workbook does not carry, with how many: «sedute: 2; decisioni: 5»."""
    with store.read() as session:
        counts = [(name, session.scalar(sa.select(sa.func.count()).select_from(model))) for model, name in LEFT_BEHIND]
    return "; ".join(f"{tr(name)}: {format_count(count)}" for name, count in counts if count)


def _proposals(store: Store) -> Sequence[Any]:
    with store.read() as session:
        keys = session.scalars(sa.select(Proposal.id).order_by(Proposal.call_id, Proposal.number)).all()
    return [load_proposal(store, key) for key in keys]


LOADERS: Mapping[str, Load] = {
    "plan": _plan,
    "acts": _each(act_rows, load_act),
    "sources": _each(source_rows, load_source),
    "areas": _each(area_rows, load_area),
    "districts": _each(district_rows, load_district),
    "earlier_calls": _each(earlier_call_rows, load_earlier_call),
    "organisations": _each(organisation_rows, load_organisation),
    "agreements": _each(agreement_rows, load_agreement),
    "calls": _each(call_rows, load_call),
    "rules": _rules,
    "alliances": _each(alliance_rows, load_alliance),
    "proposals": _proposals,
    "declarations": _each(declaration_rows, load_declaration),
}
"""The records of each kind, in the order that they are listed."""


def write_plan(store: Store, path: Path, tr: Translator) -> None:
    """Write the plan of the archive as a workbook.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        InvalidInput: "export.text_too_long".
    """
    answers = plan_answers(store)
    for row in answers["plan"]:
        row["left_behind"] = left_behind(store, tr)
    write_blank_plan(path, tr, answers)


def plan_answers(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Everything that the plan workbook carries, by sheet."""
    received = _received_under(store)
    names = {row.id: row.name for row in municipality_rows(store)}
    subjects: dict[str, str] = {}
    answers: dict[str, list[dict[str, Any]]] = {key: [] for key in SHEETS}
    for key, load in LOADERS.items():
        sheet, drafts = SHEETS[key], load(store)
        own = _names(sheet, drafts)
        for draft, name in zip(drafts, own, strict=True):
            names[draft.id] = name if key != "rules" else names[draft.call_id]
            subjects[draft.id] = f"{key}: {name}" if name else key
            row = _row(sheet, draft, subjects if key == "declarations" else names, name)
            if key == "proposals":
                row["rules_version"] = received.get(draft.id)
            answers[key].append(row)
            for child in children_of(key):
                rows = [_row(child, one, names, "") for one in getattr(draft, child.place.field)]
                if child.owner_column:
                    rows = [{**row, child.owner_column: names[draft.id]} for row in rows]
                if key == "rules":
                    rows = [{**row, VERSION: draft.version} for row in rows]
                answers[child.key] += rows
    loose = SHEETS["districts.municipalities"]
    for town in municipality_rows(store):
        if town.district_id is None:
            answers[loose.key].append(_row(loose, MunicipalityDraft(name=town.name), names, ""))
    return answers


def name_of(key: str, draft: Any) -> str:
    """What others call a record of a sheet; empty for one that has no name."""
    match key:
        case "acts":
            return str(draft.number or draft.as_printed)
        case "areas":
            return area_code(draft.level, draft.number)
        case "calls" | "agreements" | "earlier_calls" | "proposals":
            return str(draft.title)
        case "plan" | "rules" | "declarations":
            return ""
    return str(draft.name)


def _names(sheet: PlanSheet, drafts: Sequence[Any]) -> list[str]:
    """Name of each record, no two the same: a reference where the name does not tell it from the others."""
    names = [name_of(sheet.key, draft) for draft in drafts]
    if REFERENCE not in {column.key for column in sheet.form.columns}:
        return names
    known = [fold(name).strip() for name in names]
    taken = set(known)
    chosen = []
    for n, (name, folded) in enumerate(zip(names, known, strict=True), start=1):
        if sheet.key != "proposals" and folded and known.count(folded) == 1:
            chosen.append(name)
            continue
        reference = f"{sheet.key[0].upper()}{n}"
        while fold(reference) in taken:
            reference += "'"
        taken.add(fold(reference))
        chosen.append(reference)
    return chosen


def _row(sheet: PlanSheet, draft: Any, names: Mapping[str, str], name: str) -> dict[str, Any]:
    """Cells of a record by column."""
    row: dict[str, Any] = {}
    for column in sheet.form.columns:
        attribute = sheet.attributes.get(column.key, column.key)
        if column.key in sheet.added:
            row[column.key] = None
        elif column.key == REFERENCE:
            row[column.key] = name if name != name_of(sheet.key, draft) else None
        elif column.key == sheet.owner_column:
            row[column.key] = None
        elif column.key in sheet.refers:
            row[column.key] = names.get(getattr(draft, attribute) or "")
        elif attribute == "subject_id":
            row[column.key] = names.get(draft.subject_id or "")
        else:
            row[column.key] = getattr(draft, attribute)
    return row
