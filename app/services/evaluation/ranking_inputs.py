"""What a ranking is computed from, read from the archive: grid, sheets that count, ties of the rules, money."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import RulesArea, RulesTie
from app.models.enums import BudgetSection, DrawKind, PriorityLevel, ProposalState, TieCriterion
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.plan import PriorityArea
from app.models.proposals import Budget, BudgetItem, Call, Proposal
from app.services.calls.rules import current_rules
from app.services.checks import require_distinct, require_key, require_positive, require_text
from app.services.children import get_row
from app.services.decisions.records import read_ground
from app.services.evaluation.awards import AwardRules
from app.services.evaluation.bulk import marks_of
from app.services.evaluation.conflicts import barred_of_call
from app.services.evaluation.grid import Grid
from app.services.evaluation.inputs import Inputs, Judged
from app.services.evaluation.ranking import Candidate, TieStep, drawn_by_seed
from app.services.evaluation.ranking_drafts import RankingDraft
from app.services.evaluation.scorers import scoring_of
from app.services.evaluation.scores import given_sheets, grid_of
from app.services.proposals.budgets import newest_version
from app.services.wording.shares import parse_share, share_exact

NOT_JUDGED = frozenset(
    {
        ProposalState.DRAFT,
        ProposalState.SUBMITTED,
        ProposalState.TO_INTEGRATE,
        ProposalState.NOT_ADMISSIBLE,
    }
)
"""States of proposals that no ranking looks at."""

OUT = frozenset({ProposalState.RENOUNCED, ProposalState.REVOKED, ProposalState.CONCLUDED})
"""States of proposals that get no more money."""

_APART = re.compile(r"[\s,;+]+")


def read_inputs(session: Session, draft: RankingDraft) -> tuple[Inputs, tuple[int, ...]]:
    """All that a ranking follows from, as things stand, and numbers of the proposals that still lack points.

    Raises:
        InvalidInput: "field.required", "ranking.share_range", "percent.format", "ranking.number_repeated",
            "ranking.proposal_repeated", "number.not_positive".
        RuleBroken: "ranking.no_grid", "ranking.none_judged", "ranking.tie_unknown".
        NotFound: "record.gone".
    """
    call = get_row(session, Call, require_key(draft.call_id, "call_id"))
    grid = grid_of(session, call.id)
    if grid is None:
        raise RuleBroken("ranking.no_grid", title=call.title)
    judged, unjudged = _judged(session, call.id, grid)
    if not judged:
        raise RuleBroken("ranking.none_judged")
    areas = _areas(session)
    inputs = Inputs(
        grid=grid,
        judged=judged,
        ties=_ties(session, call.id, grid),
        areas=tuple(areas) if draft.by_area else None,
        money=_money(session, call.id, {row.area for row in judged}),
        rules=_award_rules(draft),
    )
    return replace(inputs, drawn=_drawn(draft, inputs)), unjudged


def _judged(session: Session, call_id: str, grid: Grid) -> tuple[tuple[Judged, ...], tuple[int, ...]]:
    """The proposals with what counts of their sheets, by number; numbers of those whose sheets are not all there."""
    sheets, out = given_sheets(session, call_id), barred_of_call(session, call_id)
    scoring = scoring_of(session, call_id, None)
    due = {} if scoring is None else scoring.due
    ground, shares = read_ground(session), _cofinancing(session, call_id)
    judged, unjudged = [], []
    rows = session.execute(
        sa.select(
            Proposal.id,
            Proposal.number,
            Proposal.area_id,
            Proposal.state,
            Proposal.date_received,
            Proposal.time_received,
        )
        .where(Proposal.call_id == call_id, Proposal.state.not_in([state.value for state in NOT_JUDGED]))
        .order_by(Proposal.number)
    )
    for key, number, area_id, _state, day, time in rows.tuples():
        counted = [sheet for sheet in sheets.get(key, ()) if sheet.member_id not in out.get(key, ())]
        if not counted or not set(due.get(key, ())) <= {sheet.member_id or "" for sheet in counted}:
            unjudged.append(number)
        if not counted:
            continue
        project = ground.projects[key]
        judged.append(
            Judged(
                key=key,
                number=number,
                area=area_id or "",
                requested=project.requested or Cents(0),
                marks=marks_of(grid, sorted(counted, key=lambda sheet: sheet.member_id or "")),
                cofinancing=shares.get(key, Fraction(0)),
                arrival="" if day is None else f"{day}T{time}" if time else f"{day}",
                given=project.awarded,
            )
        )
    return tuple(judged), tuple(unjudged)


def _cofinancing(session: Session, call_id: str) -> Mapping[str, Fraction]:
    """Share of the total cost that each proposal brings itself."""
    sums: dict[str, dict[str, int]] = {}
    rows = session.execute(
        sa.select(Budget.proposal_id, BudgetItem.section, sa.func.sum(BudgetItem.amount))
        .join(BudgetItem, BudgetItem.budget_id == Budget.id)
        .join(Proposal, Proposal.id == Budget.proposal_id)
        .where(newest_version(), Proposal.call_id == call_id)
        .group_by(Budget.proposal_id, BudgetItem.section)
    )
    for key, section, cents in rows.tuples():
        sums.setdefault(key, {})[section] = cents
    return {
        key: Fraction(own.get(BudgetSection.CONTRIBUTION.value, 0), sum(own.values()))
        for key, own in sums.items()
        if sum(own.values())
    }


def _areas(session: Session) -> list[str]:
    rows = session.scalars(sa.select(PriorityArea)).all()
    return [row.id for row in sorted(rows, key=lambda row: (row.level != PriorityLevel.HIGH, row.number))]


def _money(session: Session, call_id: str, areas: set[str]) -> Mapping[str, Cents]:
    """What is left on each area; of one that never had money, what the call offers there."""
    ground, rules = read_ground(session), current_rules(session, call_id)
    offered: dict[str, int] = {}
    if rules is not None:
        rows = session.execute(sa.select(RulesArea.area_id, RulesArea.amount).filter_by(rules_id=rules.id))
        offered = {key: amount for key, amount in rows.tuples() if amount}
        offered[""] = rules.amount_total or 0
    money: dict[str, Cents] = {}
    for key in areas:
        area = ground.areas.get(key)
        has_money = area is not None and area.total > 0
        money[key] = area.balance if area is not None and has_money else Cents(offered.get(key, 0))
    return money


def _ties(session: Session, call_id: str, grid: Grid) -> tuple[TieStep, ...]:
    """The chain of ties of the call's rules; criteria are named by code or by name."""
    rules = current_rules(session, call_id)
    if rules is None:
        return ()
    steps = []
    for row in session.scalars(sa.select(RulesTie).filter_by(rules_id=rules.id).order_by(RulesTie.position)):
        criterion = TieCriterion(row.criterion)
        codes = named_criteria(grid, row.text) if criterion is TieCriterion.POINTS else ()
        if criterion is TieCriterion.POINTS and not codes:
            raise RuleBroken("ranking.tie_unknown", text=row.text)
        steps.append(TieStep(criterion, codes, row.text))
    return tuple(steps)


def named_criteria(grid: Grid, text: str) -> tuple[str, ...]:
    """Keys of the criteria that a text names: one by its name, or several by their codes, «A, B»."""
    told = text.strip().casefold()
    by_name = [node.key for node in grid.nodes if node.name.casefold() == told]
    if by_name:
        return tuple(by_name)
    codes = {part.strip(".)").casefold() for part in _APART.split(text)}
    return tuple(node.key for node in grid.nodes if node.code.casefold().strip(".)") in codes)


def _award_rules(draft: RankingDraft) -> AwardRules:
    share = share_exact(parse_share(draft.share_max, field="share_max"))
    if share is not None and not 0 < share <= 100:
        raise InvalidInput("ranking.share_range", field="share_max")
    keys = [require_key(row.proposal_id, f"amounts.{i}.proposal_id") for i, row in enumerate(draft.amounts)]
    require_distinct(keys, "amounts.{row}.proposal_id", "ranking.proposal_repeated")
    by_hand = {key: row.amount or Cents(0) for key, row in zip(keys, draft.amounts, strict=True)}
    return AwardRules(draft.manner, None if share is None else share / 100, draft.rescale, by_hand)


def _drawn(draft: RankingDraft, inputs: Inputs) -> Mapping[str, int]:
    """The number drawn of each proposal, by the kind of the draw."""
    if draft.draw is DrawKind.SEED:
        seed = require_text(draft.seed, "seed")
        return drawn_by_seed(seed, (Candidate(row.key, row.number, Fraction(0)) for row in inputs.judged))
    if draft.draw is DrawKind.NONE:
        return {}
    keys, numbers = [], []
    for i, row in enumerate(draft.numbers):
        keys.append(require_key(row.proposal_id, f"numbers.{i}.proposal_id"))
        if row.number is None:
            raise InvalidInput("field.required", field=f"numbers.{i}.number")
        require_positive(row.number, f"numbers.{i}.number")
        numbers.append(row.number)
    require_distinct(keys, "numbers.{row}.proposal_id", "ranking.proposal_repeated")
    require_distinct(numbers, "numbers.{row}.number", "ranking.number_repeated")
    return dict(zip(keys, numbers, strict=True))
