"""The formal check of a proposal: each point of its call's rules, answered by the archive or by a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.admissibility import AdmissibilityCheck, IntegrationRequest
from app.models.documents import Attachment
from app.models.errors import InvalidInput, RuleBroken
from app.models.plan import PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls.checks import Outcome, RuleResult
from app.services.calls.facts import Judged, judge_received
from app.services.calls.rules_drafts import ItemDraft, RulesDraft
from app.services.changes import Changes
from app.services.children import get_row
from app.services.wording.texts import Translator, translator

CHECKED_STATES = (e.ProposalState.SUBMITTED, e.ProposalState.TO_INTEGRATE)
"""States of a proposal in which its formal check is open."""

Said = tuple[e.CheckOutcome | None, str]
"""What the archive answers to a point, and the sentence; no answer while something is not recorded."""


@dataclass(frozen=True)
class CheckDraft:
    """A point as it is typed.

    Attributes:
        id: of the point in the rules of the call.
        said: what the archive answers, with its sentence `told`; None where a person answers.
        outcome: what a person answered; None: the archive's answer stands.
        reason: why the archive is overruled.
        checked: who answered, and when; shown only.
    """

    id: str
    code: str = ""
    text: str = ""
    ground: str = ""
    remedy: e.Remedy = e.Remedy.BLOCKING
    said: e.CheckOutcome | None = None
    told: str = ""
    outcome: e.CheckOutcome | None = None
    reason: str = ""
    attachment_id: str | None = None
    note: str = ""
    checked_by: str = ""
    checked_at: datetime | None = None

    @property
    def name(self) -> str:
        """Code and text in a line."""
        return f"{self.code} {self.text}".strip()

    @property
    def answer(self) -> e.CheckOutcome | None:
        """The answer that stands: a person's, else the archive's."""
        return self.outcome or self.said


@dataclass(frozen=True)
class ChecklistDraft:
    """The formal check of a proposal as it is typed; `requests` is how many requests for completion are open."""

    id: str
    number: int = 0
    title: str = ""
    state: e.ProposalState = e.ProposalState.SUBMITTED
    alliance_id: str = ""
    requests: int = 0
    checks: tuple[CheckDraft, ...] = ()


@dataclass(frozen=True)
class ChecklistRow:
    """A proposal's formal check in a list: how many points hold, do not hold and can be completed, or not, or wait."""

    id: str
    number: int
    title: str
    area: str
    state: e.ProposalState
    points: int
    kept: int
    curable: int
    blocking: int
    waiting: int
    requests: int
    sample: bool
    source_line: int | None


# --- what the archive answers ------------------------------------------------------------


def archive_answers(rules: RulesDraft, results: Sequence[RuleResult]) -> Mapping[str, Said]:
    """What the archive answers to the points that name one of its rules, by key of the point."""
    return {item.id or "": _answer(item, results) for item in rules.items if item.rule}


def _answer(item: ItemDraft, results: Sequence[RuleResult]) -> Said:
    mine = [result for result in results if result.code == item.rule]
    failed = [result.sentence for result in mine if result.outcome is Outcome.FAILED]
    if failed:
        return e.CheckOutcome.NO, " ".join(failed)
    unknown = [result.sentence for result in mine if result.outcome is Outcome.UNKNOWN]
    if unknown or not mine:
        return None, " ".join(unknown)
    return e.CheckOutcome.YES, " ".join(result.sentence for result in mine)


@dataclass(frozen=True)
class _Ground:
    """Everything that the checks of some proposals are read from."""

    judged: Mapping[str, Judged]
    checks: Mapping[str, Mapping[str, AdmissibilityCheck]]
    requests: Mapping[str, int]


def _ground(session: Session, judged: Mapping[str, Judged]) -> _Ground:
    """A fixed number of queries."""
    keys = list(judged)
    checks: defaultdict[str, dict[str, AdmissibilityCheck]] = defaultdict(dict)
    for check in session.scalars(sa.select(AdmissibilityCheck).where(AdmissibilityCheck.proposal_id.in_(keys))):
        checks[check.proposal_id][check.item_id] = check
    counted = (
        sa.select(IntegrationRequest.proposal_id, sa.func.count())
        .where(IntegrationRequest.proposal_id.in_(keys), IntegrationRequest.date_closed.is_(None))
        .group_by(IntegrationRequest.proposal_id)
    )
    return _Ground(judged, checks, dict(session.execute(counted).tuples().all()))


def _drafts(proposal: Proposal, ground: _Ground) -> tuple[CheckDraft, ...]:
    judged = ground.judged.get(proposal.id)
    if judged is None:
        return ()
    answers = archive_answers(judged.rules, judged.results)
    checks = ground.checks.get(proposal.id, {})
    return tuple(_draft(item, answers, checks) for item in judged.rules.items)


def _draft(item: ItemDraft, answers: Mapping[str, Said], checks: Mapping[str, AdmissibilityCheck]) -> CheckDraft:
    key = item.id or ""
    said, told = answers.get(key, (None, ""))
    check = checks.get(key)
    draft = CheckDraft(key, item.code, item.text, item.ground or item.source, item.remedy, said, told)
    if check is None:
        return draft
    return CheckDraft(
        id=key,
        code=item.code,
        text=item.text,
        ground=item.ground or item.source,
        remedy=item.remedy,
        said=said,
        told=told,
        outcome=None if check.outcome is None else e.CheckOutcome(check.outcome),
        reason=check.reason,
        attachment_id=check.attachment_id,
        note=check.note,
        checked_by=check.checked_by,
        checked_at=check.checked_at,
    )


# --- reading -----------------------------------------------------------------------------


def checklist_rows(store: Store, tr: Translator) -> tuple[ChecklistRow, ...]:
    """The formal check of every proposal that was received, by number; a fixed number of queries."""
    with store.read() as session:
        query = (
            sa.select(Proposal, PriorityArea.level, PriorityArea.number)
            .outerjoin(PriorityArea, PriorityArea.id == Proposal.area_id)
            .where(Proposal.rules_id.is_not(None))
            .order_by(Proposal.call_id, Proposal.number)
        )
        found = session.execute(query).all()
        ground = _ground(session, judge_received(session, [row.Proposal for row in found], tr, _names_rules))
        return tuple(
            _row(proposal, "" if level is None else e.area_code(level, number), ground)
            for proposal, level, number in found
        )


def _row(proposal: Proposal, area: str, ground: _Ground) -> ChecklistRow:
    checks = _drafts(proposal, ground)
    failing = [check for check in checks if check.answer is e.CheckOutcome.NO]
    waiting = sum(check.answer is None for check in checks)
    return ChecklistRow(
        id=proposal.id,
        number=proposal.number,
        title=proposal.title,
        area=area,
        state=e.ProposalState(proposal.state),
        points=len(checks),
        kept=len(checks) - len(failing) - waiting,
        curable=sum(check.remedy is e.Remedy.CURABLE for check in failing),
        blocking=sum(check.remedy is e.Remedy.BLOCKING for check in failing),
        waiting=waiting,
        requests=ground.requests.get(proposal.id, 0),
        sample=any(check.sample for check in ground.checks.get(proposal.id, {}).values()),
        source_line=None,
    )


def load_checklist(store: Store, proposal_id: str, tr: Translator) -> ChecklistDraft:
    """The formal check of a proposal.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return checklist_of(session, get_row(session, Proposal, proposal_id), tr)


def checklist_of(session: Session, proposal: Proposal, tr: Translator) -> ChecklistDraft:
    """The same within a session."""
    (draft,) = checklists_of(session, (proposal,), tr)
    return draft


def checklists_of(session: Session, proposals: Sequence[Proposal], tr: Translator) -> tuple[ChecklistDraft, ...]:
    """The formal checks of some proposals; a fixed number of queries."""
    return _checklists(session, proposals, judge_received(session, proposals, tr, _names_rules))


def _names_rules(rules: RulesDraft) -> bool:
    """Whether the archive answers any point of a version."""
    return any(item.rule for item in rules.items)


def _checklists(
    session: Session, proposals: Sequence[Proposal], judged: Mapping[str, Judged]
) -> tuple[ChecklistDraft, ...]:
    ground = _ground(session, judged)
    return tuple(
        ChecklistDraft(
            id=proposal.id,
            number=proposal.number,
            title=proposal.title,
            state=e.ProposalState(proposal.state),
            alliance_id=proposal.alliance_id,
            requests=ground.requests.get(proposal.id, 0),
            checks=_drafts(proposal, ground),
        )
        for proposal in proposals
    )


# --- writing -----------------------------------------------------------------------------


def save_checklist(store: Store, draft: ChecklistDraft) -> Changes:
    """Write the answers of a formal check; each that changed has who gave it, and when.

    Raises:
        InvalidInput: "check.reason_missing" where the archive says otherwise, "check.reason_idle".
        NotFound: "record.gone".
        RuleBroken: "check.closed" when the proposal has its outcome.
    """
    with store.write("save_checklist") as session:
        proposal = get_row(session, Proposal, draft.id)
        require_check_open(proposal)
        present = {check.id: check for check in checklist_of(session, proposal, translator("en")).checks}
        for i, row in enumerate(draft.checks):
            if row.id in present:
                _save(session, store, proposal, row, present[row.id].said, i)
    return Changes.of("evaluation", ids=(draft.id,))


def require_check_open(proposal: Proposal) -> None:
    """The formal check of a proposal can still be written.

    Raises:
        RuleBroken: "check.closed".
    """
    state = e.ProposalState(proposal.state)
    if state not in CHECKED_STATES:
        raise RuleBroken("check.closed", title=proposal.title, state=state)


def _save(
    session: Session, store: Store, proposal: Proposal, row: CheckDraft, said: e.CheckOutcome | None, i: int
) -> None:
    overrules = said is not None and row.outcome is not None and row.outcome is not said
    reason, note = row.reason.strip(), row.note.strip()
    if overrules and not reason:
        raise InvalidInput("check.reason_missing", field=f"checks.{i}.reason", point=row.code)
    if reason and row.outcome is None:
        raise InvalidInput("check.reason_idle", field=f"checks.{i}.outcome", point=row.code)
    if row.attachment_id is not None:
        get_row(session, Attachment, row.attachment_id)
    values = {
        "outcome": None if row.outcome is None else row.outcome.value,
        "archive_said": said.value if overrules and said is not None else None,
        "reason": reason,
        "attachment_id": row.attachment_id,
        "note": note,
    }
    write_check(session, store, proposal.id, row.id, values)


def write_check(
    session: Session, store: Store, proposal_id: str, item_id: str, values: Mapping[str, str | None]
) -> None:
    """Write the answer to one point, when it differs from what stands; without content it is taken away."""
    query = sa.select(AdmissibilityCheck).filter_by(proposal_id=proposal_id, item_id=item_id)
    check = session.scalar(query)
    if check is None and not any(values.values()):
        return
    if check is not None and not any(values.values()):
        session.delete(check)
        return
    if check is not None and all(getattr(check, name) == value for name, value in values.items()):
        return
    if check is None:
        check = AdmissibilityCheck(proposal_id=proposal_id, item_id=item_id)
        session.add(check)
    for name, value in values.items():
        setattr(check, name, value)
    check.checked_by = store.person.name if store.person is not None else store.user
    check.checked_at = store.clock()


# --- what admission asks -----------------------------------------------------------------


def require_settled(session: Session, proposal: Proposal, judged: Judged) -> None:
    """A formal check that was begun has an answer to every point, and none that does not hold.

    Args:
        judged: the proposal beside the rules of its call, with sentences in any language: none of them is shown.

    Raises:
        RuleBroken: "check.unanswered", "check.failing" with the codes of the points.
    """
    begun = session.scalar(sa.select(AdmissibilityCheck.id).filter_by(proposal_id=proposal.id).limit(1))
    if begun is None:
        return
    (checklist,) = _checklists(session, (proposal,), {proposal.id: judged})
    checks = checklist.checks
    waiting = _codes(check for check in checks if check.answer is None)
    if waiting:
        raise RuleBroken("check.unanswered", title=proposal.title, names=waiting)
    failing = _codes(check for check in checks if check.answer is e.CheckOutcome.NO)
    if failing:
        raise RuleBroken("check.failing", title=proposal.title, names=failing)


def _codes(checks: Iterable[CheckDraft]) -> tuple[str, ...]:
    return tuple(check.code for check in checks)
