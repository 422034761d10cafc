"""Reads the facts that the rules look at, in one session and a fixed number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from app.models.calls import CallRules
from app.models.enums import (
    AccountKind,
    BudgetSection,
    OrganisationKind,
    ProposalState,
    TransferKind,
    area_code,
)
from app.models.ledger import Account, AccountState, Posting, Transfer
from app.models.meetings import Committee, Decision, DecisionMove, DecisionOutcome
from app.models.money import Cents
from app.models.network import (
    AgreementSignature,
    Alliance,
    NetworkAgreement,
    Organisation,
    OrganisationAlias,
    Partnership,
)
from app.models.plan import Act, Declaration, FundingSource, Plan, PriorityArea
from app.models.proposals import (
    Action,
    ActionObjective,
    Budget,
    BudgetItem,
    Call,
    ExpectedResult,
    Indicator,
    Objective,
    Proposal,
)
from app.models.territory import District, EarlierCall, EarlierCallResult, Municipality
from app.services.calls.facts import judged_proposals
from app.services.calls.rules import rules_drafts
from app.services.calls.rules_drafts import RulesDraft
from app.services.findings.facts import (
    ActionFact,
    AgreementFacts,
    AllianceFacts,
    BudgetSums,
    CallFacts,
    Declared,
    EarlierCallFacts,
    Facts,
    IndicatorFact,
    JudgedFacts,
    NamedAmount,
    ProposalFacts,
)


def read_facts(session: Session) -> Facts | None:
    """The facts of the archive's plan; None while there is no plan. A fixed number of queries."""
    plan = session.scalar(sa.select(Plan))
    if plan is None:
        return None
    organisations, spellings = _organisations(session)
    rules = rules_drafts(session, session.scalars(sa.select(CallRules)).all())
    decided = (
        sa.select(DecisionMove.id)
        .join(Decision, Decision.id == DecisionMove.decision_id)
        .where(DecisionMove.kind == TransferKind.RESIDUE.value, Decision.effective_at.is_not(None))
    )
    sources = session.scalars(sa.select(FundingSource).order_by(FundingSource.position))
    return Facts(
        plan_id=plan.id,
        months=plan.duration_months,
        declared=_declared(session),
        proposals=_proposals(session),
        alliances=_alliances(session, organisations, spellings),
        sources=tuple(NamedAmount(row.id, row.name, row.amount, row.source_line, kind=row.kind) for row in sources),
        areas=_areas(session),
        acts=_by_key(session, Act.id, Act.number),
        zones=_by_key(session, District.id, District.zone),
        municipalities=session.scalar(sa.select(sa.func.count(Municipality.id))) or 0,
        earlier_calls=_earlier_calls(session),
        agreements=_agreements(session),
        committees=_by_key(session, Committee.id, Committee.name),
        residue_decided=session.scalar(decided.limit(1)) is not None,
        calls=_calls(session, rules),
        judged={
            key: JudgedFacts(version, candidate)
            for key, (version, candidate) in judged_proposals(session, rules).items()
        },
    )


def _calls(session: Session, rules: Mapping[str, RulesDraft]) -> tuple[CallFacts, ...]:
    """Each call with its newest rules."""
    newest: dict[str | None, RulesDraft] = {}
    for draft in sorted(rules.values(), key=lambda row: row.version):
        newest[draft.call_id] = draft
    titles = session.execute(sa.select(Call.id, Call.title).order_by(Call.id)).tuples()
    return tuple(CallFacts(key, title, newest[key]) for key, title in titles if key in newest)


def _areas(session: Session) -> tuple[NamedAmount, ...]:
    held = (
        sa.select(Account.subject_id, AccountState.ceiling)
        .join(AccountState, AccountState.account_id == Account.id)
        .where(Account.kind == AccountKind.AREA.value)
    )
    ceilings = dict(session.execute(held).tuples().all())
    return tuple(
        NamedAmount(
            id=row.id,
            name=row.title,
            amount=row.amount_planned,
            line=row.source_line,
            code=area_code(row.level, row.number),
            ceiling=ceilings.get(row.id),
        )
        for row in session.scalars(sa.select(PriorityArea).order_by(PriorityArea.level, PriorityArea.number))
    )


def _declared(session: Session) -> tuple[Declared, ...]:
    rows = session.scalars(sa.select(Declaration).order_by(Declaration.id))
    return tuple(
        Declared(row.check, row.subject_id, row.as_printed, row.cents, row.number, row.place, row.note, row.source_line)
        for row in rows
    )


def _organisations(session: Session) -> tuple[Mapping[str, Organisation], Mapping[str, tuple[str, ...]]]:
    """Every organisation, and all spellings of its name."""
    organisations = {row.id: row for row in session.scalars(sa.select(Organisation))}
    names = {key: [row.name] for key, row in organisations.items()}
    for alias in session.scalars(sa.select(OrganisationAlias).order_by(OrganisationAlias.id)):
        names[alias.organisation_id].append(alias.name)
    return organisations, {key: tuple(spelled) for key, spelled in names.items()}


def _alliances(
    session: Session, organisations: Mapping[str, Organisation], spellings: Mapping[str, tuple[str, ...]]
) -> tuple[AllianceFacts, ...]:
    municipalities = {name.casefold() for name in session.scalars(sa.select(Municipality.name))}
    partners: dict[str, dict[str, int | None]] = defaultdict(dict)
    for row in session.scalars(sa.select(Partnership)):
        partners[row.alliance_id][row.organisation_id] = row.source_line
    return tuple(
        AllianceFacts(
            id=row.id,
            number=row.number,
            short_name=row.short_name,
            line=row.source_line,
            lead_id=row.lead_id,
            lead_names=(*spellings.get(row.lead_id or "", ()), *filter(None, [row.lead_as_printed])),
            partner_ids=frozenset(partners[row.id]),
            partner_lines=tuple(partners[row.id].values()),
            municipalities=sum(_is_municipality(organisations[key], municipalities) for key in partners[row.id]),
        )
        for row in session.scalars(sa.select(Alliance).order_by(Alliance.number))
    )


def _is_municipality(organisation: Organisation, municipalities: Iterable[str]) -> bool:
    """Whether it is the body of a municipality on record: «Comune di Solaro»."""
    name = organisation.name.casefold()
    return organisation.kind == OrganisationKind.PUBLIC_BODY.value and any(
        name == place or name.endswith(f" {place}") for place in municipalities
    )


def _proposals(session: Session) -> tuple[ProposalFacts, ...]:
    budgets, awarded, cut = _budgets(session), _awarded(session), _cut(session)
    objectives = _counts(session, Objective.proposal_id)
    actions, indicators = _actions(session), _indicators(session)
    own = Proposal
    rows = session.execute(
        sa.select(
            *(own.id, own.number, own.title, own.area_id, own.source_line, own.total_declared, own.grant_declared),
            *(own.cofinancing_declared, own.share_declared, own.grant_requested),
        ).order_by(own.number, own.id)
    )
    return tuple(
        ProposalFacts(
            id=row.id,
            number=row.number,
            title=row.title,
            area_id=row.area_id,
            line=row.source_line,
            total_declared=row.total_declared,
            grant_declared=row.grant_declared,
            cofinancing_declared=row.cofinancing_declared,
            share_declared=row.share_declared,
            grant_requested=row.grant_requested,
            budgets=budgets.get(row.id, ()),
            objectives=objectives[row.id],
            actions=tuple(actions[row.id]),
            indicators=tuple(indicators[row.id]),
            awarded=Cents(awarded[row.id]),
            cut=row.id in cut,
        )
        for row in rows
    )


def _budgets(session: Session) -> Mapping[str, tuple[BudgetSums, ...]]:
    """Sums of each version that has items, by proposal, oldest first; the engine sums, item by item it is slow."""
    costs = sa.case((BudgetItem.section == BudgetSection.COSTS.value, BudgetItem.amount), else_=0)
    sums = sa.select(BudgetItem.budget_id, sa.func.sum(costs), sa.func.sum(BudgetItem.amount))
    found = {key: (grant, whole) for key, grant, whole in session.execute(sums.group_by(BudgetItem.budget_id))}
    lines: dict[str, list[int]] = defaultdict(list)
    printed = sa.select(BudgetItem.budget_id, BudgetItem.source_line).where(BudgetItem.source_line.is_not(None))
    for budget_id, line in session.execute(printed):
        lines[budget_id].append(line)
    versions: dict[str, list[BudgetSums]] = defaultdict(list)
    for proposal_id, budget_id in session.execute(sa.select(Budget.proposal_id, Budget.id).order_by(Budget.version)):
        if budget_id in found:
            grant, whole = found[budget_id]
            versions[proposal_id].append(BudgetSums(Cents(grant), Cents(whole - grant), tuple(lines[budget_id])))
    return {key: tuple(rows) for key, rows in versions.items()}


def _awarded(session: Session) -> Counter[str]:
    """Cents that awards, rescalings and their reversals put on each project."""
    original = aliased(Transfer)
    kinds = (TransferKind.AWARD.value, TransferKind.RESCALE.value)
    query = (
        sa.select(Account.subject_id, sa.func.sum(Posting.cents))
        .join(Posting, Posting.account_id == Account.id)
        .join(Transfer, Transfer.id == Posting.transfer_id)
        .outerjoin(original, original.id == Transfer.reverses_id)
        .where(Account.kind == AccountKind.PROJECT.value, sa.func.coalesce(original.kind, Transfer.kind).in_(kinds))
        .group_by(Account.subject_id)
    )
    return Counter({str(subject): int(cents) for subject, cents in session.execute(query)})


def _cut(session: Session) -> frozenset[str]:
    """Proposals that a decision in force funds in part."""
    query = (
        sa.select(DecisionOutcome.proposal_id)
        .join(Decision, Decision.id == DecisionOutcome.decision_id)
        .where(DecisionOutcome.state == ProposalState.FUNDED_IN_PART.value, Decision.effective_at.is_not(None))
    )
    return frozenset(session.scalars(query))


def _actions(session: Session) -> Mapping[str, list[ActionFact]]:
    served: dict[str, list[int]] = defaultdict(list)
    links = sa.select(ActionObjective.action_id, Objective.number).join(
        Objective, Objective.id == ActionObjective.objective_id
    )
    for action_id, number in session.execute(links):
        served[action_id].append(number)
    actions: dict[str, list[ActionFact]] = defaultdict(list)
    for row in session.scalars(sa.select(Action).order_by(Action.position)):
        actions[row.proposal_id].append(ActionFact(row.label, tuple(sorted(served[row.id])), row.source_line))
    return actions


def _indicators(session: Session) -> Mapping[str, list[IndicatorFact]]:
    indicators: dict[str, list[IndicatorFact]] = defaultdict(list)
    query = (
        sa.select(ExpectedResult.proposal_id, Indicator.text, ExpectedResult.text, Indicator.source_line)
        .join(ExpectedResult, ExpectedResult.id == Indicator.result_id)
        .order_by(ExpectedResult.position, Indicator.position)
    )
    for proposal_id, text, result, line in session.execute(query):
        indicators[proposal_id].append(IndicatorFact(text, result, line))
    return indicators


def _earlier_calls(session: Session) -> tuple[EarlierCallFacts, ...]:
    by_district: dict[str, dict[str, int]] = defaultdict(dict)
    for row in session.scalars(sa.select(EarlierCallResult)):
        by_district[row.earlier_call_id][row.district_id] = row.funded
    return tuple(
        EarlierCallFacts(
            row.id, row.title, row.received, row.admitted, row.funded, row.source_line, by_district[row.id]
        )
        for row in session.scalars(sa.select(EarlierCall).order_by(EarlierCall.year, EarlierCall.id))
    )


def _agreements(session: Session) -> tuple[AgreementFacts, ...]:
    recorded = _counts(session, AgreementSignature.agreement_id)
    return tuple(
        AgreementFacts(row.id, row.title, row.signatories_counted, recorded[row.id], row.source_line)
        for row in session.scalars(sa.select(NetworkAgreement).order_by(NetworkAgreement.id))
    )


def _counts(session: Session, column: InstrumentedAttribute[str]) -> Counter[str]:
    """How many rows name each key in `column`."""
    query = sa.select(column, sa.func.count()).group_by(column)
    return Counter(dict(session.execute(query).tuples().all()))


def _by_key(session: Session, key: InstrumentedAttribute[str], value: InstrumentedAttribute[str]) -> Mapping[str, str]:
    """A column of a table by its key."""
    return dict(session.execute(sa.select(key, value).order_by(key)).tuples().all())
