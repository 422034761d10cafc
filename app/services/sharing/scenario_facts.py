"""What scenarios are computed from, read from the archive; and which decision shared a pot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.calls import CallRules
from app.models.enums import BudgetSection
from app.models.errors import RuleBroken
from app.models.ledger import Transfer
from app.models.meetings import Decision
from app.models.money import Cents
from app.models.network import Alliance, OrganisationSeat, Partnership
from app.models.plan import PriorityArea
from app.models.proposals import Budget, BudgetItem, Proposal, Target
from app.models.scenarios import Pot, Scenario
from app.models.territory import Municipality
from app.services.calls.rules import newest_rules
from app.services.decisions.effects import ground_before
from app.services.decisions.ground import Ground
from app.services.decisions.records import read_ground
from app.services.evaluation.rankings import points_of
from app.services.proposals.budgets import newest_version
from app.services.sharing.scenario_compute import Facts, ProjectFacts
from app.services.wording.shares import share_exact


def read_facts(session: Session, pot_id: str | None) -> Facts:
    """All that a scenario of a pot is computed from: as things stand, or as they stood before the pot was shared."""
    ground = read_ground(session)
    shared = None if pot_id is None else sharing_decisions(session).get(pot_id)
    if shared is not None:
        ground = ground_before(session, shared, ground)
    return facts_on(session, ground)


def facts_on(session: Session, ground: Ground) -> Facts:
    """The same, where the money stands as it is said."""
    planned = dict(session.execute(sa.select(PriorityArea.id, PriorityArea.amount_planned)).tuples().all())
    return Facts(ground, _project_facts(session), planned)


def _project_facts(session: Session) -> Mapping[str, ProjectFacts]:
    cofinancing = dict(
        session.execute(
            sa.select(Budget.proposal_id, sa.func.sum(BudgetItem.amount))
            .join(BudgetItem, BudgetItem.budget_id == Budget.id)
            .where(newest_version(), BudgetItem.section == BudgetSection.CONTRIBUTION.value)
            .group_by(Budget.proposal_id)
        )
        .tuples()
        .all()
    )
    recipients = dict(
        session.execute(sa.select(Target.proposal_id, sa.func.sum(Target.number_min)).group_by(Target.proposal_id))
        .tuples()
        .all()
    )
    points, population = points_of(session), _populations(session)
    newest = {row.call_id: row for row in session.scalars(sa.select(CallRules).where(newest_rules()))}
    received = {row.id: row for row in session.scalars(sa.select(CallRules))}
    facts = {}
    named = sa.select(Proposal.id, Proposal.call_id, Proposal.rules_id, Proposal.alliance_id)
    for key, call_id, rules_id, alliance_id in session.execute(named):
        rules = received.get(rules_id) or newest.get(call_id)
        facts[key] = ProjectFacts(
            cofinancing=Cents(cofinancing.get(key) or 0),
            recipients=recipients.get(key),
            points=points.get(key),
            population=population.get(alliance_id),
            grant_max=None if rules is None else rules.grant_max,
            share_max=None if rules is None else share_exact(rules.grant_share_max or ""),
            cofinancing_min=None if rules is None else share_exact(rules.cofinancing_min or ""),
        )
    return facts


@cache
def _populations_query() -> sa.Select[tuple[str, str, int | None]]:
    """Alliances with each municipality where a body of theirs has a seat, and its residents."""
    bodies = sa.union(
        sa.select(Partnership.alliance_id.label("alliance"), Partnership.organisation_id.label("body")),
        sa.select(Alliance.id, Alliance.lead_id).where(Alliance.lead_id.is_not(None)),
    ).subquery()
    return (
        sa.select(bodies.c.alliance, Municipality.id, Municipality.population)
        .join(OrganisationSeat, OrganisationSeat.organisation_id == bodies.c.body)
        .join(Municipality, Municipality.id == OrganisationSeat.municipality_id)
        .distinct()
    )


def _populations(session: Session) -> Mapping[str, int]:
    """Residents of the municipalities where bodies of an alliance have a seat, each counted once; by alliance.

    None is given for an alliance of which one such municipality has no figure: a part of a weight is no weight.
    """
    found: dict[str, int | None] = {}
    for alliance, _key, residents in session.execute(_populations_query()):
        before = found.get(alliance, 0)
        found[alliance] = None if before is None or residents is None else before + residents
    return {alliance: residents for alliance, residents in found.items() if residents is not None}


@cache
def _sharing_query() -> sa.Select[tuple[str, Decision]]:
    """Pots with the decisions in force that shared them, the first that was made last."""
    taken_back = aliased(Transfer)
    standing = (
        sa.select(Transfer.id)
        .outerjoin(taken_back, taken_back.reverses_id == Transfer.id)
        .where(Transfer.decision_id == Decision.id, Transfer.reverses_id.is_(None), taken_back.id.is_(None))
    )
    return (
        sa.select(Scenario.pot_id, Decision)
        .join(Decision, Decision.scenario_id == Scenario.id)
        .where(Decision.effective_at.is_not(None), standing.exists())
        .order_by(Decision.effective_at.desc(), Decision.id.desc())
    )


def sharing_decisions(session: Session) -> dict[str, Decision]:
    """The decision in force that shared each pot, by key of the pot; one that was wholly taken back counts no more."""
    return dict(session.execute(_sharing_query()).tuples().all())


def refuse_shared_twice(session: Session, decisions: Sequence[Decision]) -> None:
    """No pot is shared by two decisions, whether the other is in force or stands on the same agenda.

    Raises:
        RuleBroken: "pot.already_shared".
    """
    shared = {pot_id: f"{row.number}/{row.year}" for pot_id, row in sharing_decisions(session).items()}
    for decision in decisions:
        scenario = session.get(Scenario, decision.scenario_id) if decision.scenario_id else None
        if scenario is None:
            continue
        if scenario.pot_id in shared:
            name = session.get_one(Pot, scenario.pot_id).name
            raise RuleBroken("pot.already_shared", name=name, decision=shared[scenario.pot_id])
        shared[scenario.pot_id] = f"«{decision.subject}»"
