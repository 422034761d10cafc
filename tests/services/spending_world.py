"""Projects under way, for tests of what becomes of grants: the plan's own case after its meeting, with rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from app.models.enums import (
    AmendmentDuty,
    BudgetSection,
    DecisionKind,
    LimitBase,
    LimitSpan,
    ProposalState,
    TrancheTrigger,
)
from app.models.money import Cents
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.store import Store
from app.services.calls.calls import call_rows
from app.services.calls.rules import ensure_rules, load_current_rules, rules_rows, save_rules
from app.services.calls.rules_drafts import AmendmentRuleDraft, RulesDraft, TrancheDraft
from app.services.decisions.decisions import save_decision
from app.services.decisions.drafts import DecisionDraft, ProjectAmount
from app.services.meetings.closing import close_meeting
from app.services.proposals.states import set_proposal_state
from app.services.proposals.versions import keep_version
from tests.services.sitting import Sitting, build_sitting, first_meeting, open_sitting

LATER = date(2015, 6, 1)

RULES = RulesDraft(
    tranches=(
        TrancheDraft(share="50 %", guarantee=True),
        TrancheDraft(share="30 %", trigger=TrancheTrigger.SPENT, spent_min="40 %"),
        TrancheDraft(share="20 %", trigger=TrancheTrigger.REPORT),
    ),
    amendments=(
        AmendmentRuleDraft(
            share_max="10 %", limit_base=LimitBase.GIVEN, span=LimitSpan.LIFE, duty=AmendmentDuty.TELL, days=30
        ),
        AmendmentRuleDraft(
            share_max="20 %", limit_base=LimitBase.GIVEN, span=LimitSpan.LIFE, duty=AmendmentDuty.AUTHORISE, days=60
        ),
    ),
    grant_share_max="90 %",
    cofinancing_min="10 %",
)
"""What the call of these tests says."""

PLAN = (
    (BudgetSection.COSTS, "paid_staff", "", 30_000_00),
    (BudgetSection.COSTS, "recipients", "", 60_000_00),
    (BudgetSection.COSTS, "other", "", 10_000_00),
    (BudgetSection.CONTRIBUTION, "paid_staff", "", 15_000_00),
    (BudgetSection.CONTRIBUTION, "volunteers", "", 10_000_00),
)
"""Economic plan of Rho, which was awarded 100,000.00: 125,000.00 in all."""


@dataclass(frozen=True)
class Running:
    """The case, and its project of Rho, which was started."""

    sitting: Sitting
    rho: str
    award: str


def build_running(store: Store, **rules: Any) -> Running:
    """Meeting 1/2014 closed, the project of Rho under way by `RULES`; further rules replace those."""
    sitting = build_sitting(store)
    give_plans(store, sitting, **rules)
    meeting = first_meeting(store, sitting)
    assert meeting.id is not None
    closed = close_meeting(store, meeting.id, "12:30")
    rho = sitting.proposals["Rho"]
    set_proposal_state(store, rho, ProposalState.ACCEPTED)
    set_proposal_state(store, rho, ProposalState.STARTED)
    return Running(sitting, rho, closed.ids[2])


def give_plans(store: Store, sitting: Sitting, **rules: Any) -> None:
    """Rules for the call, `RULES` but for those that are named, and an economic plan for each proposal."""
    (call,) = call_rows(store)
    with store.write("save_rules") as session:
        ensure_rules(session, call.id)
    wanted = replace(RULES, **rules)
    known = load_current_rules(store, call.id)
    names = ("tranches", "amendments", "grant_share_max", "cofinancing_min", "final_rule", "caps")
    save_rules(store, replace(known, **{name: getattr(wanted, name) for name in names}))
    rules_id = rules_rows(store)[0].id
    with store.write("save_proposal") as session:
        for name, key in sitting.proposals.items():
            proposal = session.get_one(Proposal, key)
            proposal.rules_id = rules_id
            budget = Budget(proposal_id=key, version=1)
            session.add(budget)
            grant = proposal.grant_declared or 0
            others = (
                (BudgetSection.COSTS, "other", "", grant),
                (BudgetSection.CONTRIBUTION, "other", "", grant // 4),
            )
            rows = PLAN if name == "Rho" else others
            for n, (section, category, label, cents) in enumerate(rows, start=1):
                session.add(
                    BudgetItem(
                        budget_id=budget.id,
                        section=section.value,
                        category=category,
                        label=label,
                        position=n,
                        amount=cents,
                    )
                )
            keep_version(session, proposal)


def decide(store: Store, running: Running, kind: DecisionKind, amounts: dict[str, int], day: date = LATER) -> str:
    """A decision in force of a further meeting, that takes these amounts from projects or does nothing."""
    meeting = open_sitting(store, running.sitting, "Punto", day=day)
    draft = DecisionDraft(
        agenda_item_id=meeting.items[0].id,
        kind=kind,
        subject="Decisione",
        text="di decidere.",
        project_amounts=tuple(ProjectAmount(key, Cents(cents)) for key, cents in amounts.items()),
    )
    made = save_decision(store, draft).id
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:30")
    return made
