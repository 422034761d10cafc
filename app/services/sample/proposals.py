"""The call of the sample and its proposals, each up to the formal check by the office."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from app.models.enums import ArrivalChannel, BudgetSection, CheckOutcome, CostCategory, ProposalState, Remedy
from app.models.money import parse_cents
from app.services.calls.rules import load_current_rules, save_rules
from app.services.calls.rules_drafts import ItemDraft
from app.services.calls.templates import call_from_template
from app.services.evaluation.admissibility import load_checklist, save_checklist
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposals.proposals import save_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.sample.writer import Data, SampleWriter
from app.services.wording.texts import translator


def write_proposals(writer: SampleWriter) -> None:
    """The call, and each proposal on the day of its receipt."""
    call = writer.data["plan"]["call"]
    act_id = writer.keys[f"act:{call['act']}"]
    call_id = call_from_template(writer.store, call["rules"], call["title"], act_id=act_id, source_line=call["line"]).id
    _write_points(writer, call_id)
    docs = [doc for name, doc in writer.data.items() if name.startswith("proposals/")]
    for doc in docs:
        number = doc["proposal"]["number"]
        writer.at(doc["receipt"]["date_received"], time(12))
        proposal_id = save_proposal(writer.store, _proposal(writer, doc, call_id)).id
        writer.keys[f"proposal:{number}"] = proposal_id
        submit_proposal(writer.store, proposal_id)
        _answer_points(writer, number, proposal_id)
        set_proposal_state(writer.store, proposal_id, ProposalState.ADMISSIBLE)


def _write_points(writer: SampleWriter, call_id: str) -> None:
    """Points of the formal check, which the text of the plan does not name."""
    with writer.invented():
        rules = load_current_rules(writer.store, call_id)
        points = tuple(
            ItemDraft(
                code=row["code"],
                text=row["text"],
                ground=row["ground"],
                remedy=Remedy(row["remedy"]),
                rule=row.get("rule", ""),
            )
            for row in writer.data["checks"]["points"]
        )
        save_rules(writer.store, replace(rules, items=points))


def _answer_points(writer: SampleWriter, number: int, proposal_id: str) -> None:
    """What the office answered to the points that the archive does not answer."""
    answers = {row["point"]: row for row in writer.data["checks"]["answers"] if row["proposal"] == number}
    with writer.invented():
        draft = load_checklist(writer.store, proposal_id, translator("it"))
        checks = tuple(
            replace(row, outcome=CheckOutcome(answers[row.code]["outcome"]), note=answers[row.code].get("note", ""))
            if row.code in answers
            else row
            for row in draft.checks
        )
        save_checklist(writer.store, replace(draft, checks=checks))


def _proposal(writer: SampleWriter, doc: Data, call_id: str) -> ProposalDraft:
    own, resources = doc["proposal"], doc["resources"]
    results = [row for row in writer.data["results"]["results"] if row["proposal"] == own["number"]]
    return ProposalDraft(
        call_id=call_id,
        alliance_id=writer.keys[f"alliance:{own['alliance']}"],
        area_id=writer.keys[f"area:{own['area']}"],
        number=own["number"],
        title=own["title"],
        protocol=doc["receipt"]["protocol"],
        date_received=doc["receipt"]["date_received"],
        time_received=doc["receipt"]["time_received"],
        channel=ArrivalChannel(doc["receipt"]["channel"]),
        signatory=doc["receipt"]["signatory"],
        context=doc["context"]["text"],
        aims=doc["aims"]["text"],
        sustainability=doc["sustainability"]["text"],
        objectives=tuple(
            ObjectiveDraft(number=row["number"], text=row["text"], source_line=row["line"]) for row in doc["objectives"]
        ),
        actions=tuple(_action(row) for row in doc["actions"]),
        targets=tuple(
            TargetDraft(text=row["text"], number_min=row.get("number_min"), source_line=row["line"])
            for row in doc["targets"]
        ),
        results=tuple(ResultDraft(number=row["number"], text=row["text"], source_line=row["line"]) for row in results),
        indicators=tuple(
            IndicatorDraft(
                result=row["number"],
                text=indicator["text"],
                target=indicator.get("target"),
                source_line=indicator["line"],
            )
            for row in results
            for indicator in row["indicators"]
        ),
        items=tuple(_budget_item(row) for row in doc["costs"]),
        total_declared=parse_cents(resources["total"]["amount"]),
        grant_declared=parse_cents(resources["grant"]["amount"]),
        cofinancing_declared=parse_cents(resources["cofinancing"]["amount"]),
        share_declared=resources["cofinancing"]["share"],
        source_line=own["line"],
    )


def _action(row: Data) -> ActionDraft:
    return ActionDraft(
        label=f"{row['label']} {row['title']}" if "title" in row else row["label"],
        text=row["text"],
        objectives=", ".join(map(str, row["objectives"])),
        source_line=row["line"],
        month_from=row.get("month_from"),
        month_to=row.get("month_to"),
        months_note=row.get("months_note", ""),
    )


def _budget_item(row: Data) -> BudgetItemDraft:
    return BudgetItemDraft(
        section=BudgetSection(row["section"]),
        category=CostCategory(row["category"]),
        label=row["label"],
        amount=parse_cents(row["amount"]),
        source_line=row["line"],
    )
