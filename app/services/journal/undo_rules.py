"""What a taking back must leave whole: the rules that services watch over and the engine does not.

Values that nobody changed since may still have come to count since: a meeting was closed under them, a proposal was
judged by them, money came in by them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ProposalState, VoucherRequestState
from app.models.errors import RuleBroken
from app.models.ledger import Account
from app.models.meetings import AgendaItem, Attendance, ConflictDeclaration, Meeting, Member, Vote
from app.models.plan import Declaration, FundingSource
from app.models.proposals import Budget, BudgetItem, Proposal
from app.models.spending import Amendment
from app.models.voucher_ledger import VoucherSettlement
from app.models.vouchers import ProgrammeRules, VoucherRequest
from app.services.journal.journal import EditContent
from app.services.ledger.ledger import _account_of, _came_in, ensure_project_account
from app.services.meetings.committees import CLOSED_STATES, ONE_OF_A_KIND
from app.services.proposals.budgets import newest_version
from app.services.proposals.proposals import JUDGED_ON, OPEN_STATES, refuse_same_protocol
from app.services.proposals.versions import changed_since_closing, touched_proposals
from app.services.spending.amendments import plan_by_category, read_amendment, spent_by_category
from app.services.votings.acts import agenda_rows
from app.services.votings.places import is_together
from app.services.vouchers.request_facts import cap_passed, left_for
from app.services.vouchers.rules import read_rules


def keep_rules(session: Session, contents: Sequence[EditContent]) -> None:
    """Refuse a taking back that breaks what has come to rest on the gesture since; its rows are as before it by now.

    Raises:
        RuleBroken: "undo.changed_since", "committee.quorum_fixed", "member.role_fixed", "account.fixed",
            "version.closed".
        InvalidInput: "proposal.protocol_taken".
    """
    _keep_committees(session, contents)
    _keep_numbers(session, contents)
    _keep_conflicts(session, contents)
    _keep_votings(session, contents)
    _keep_proposals(session, contents)
    _keep_versions(session, contents)
    _keep_protocols(session, contents)
    _keep_received(session, contents)
    _keep_spent(session, contents)
    _keep_promised(session, contents)
    gone = [content.edit.row_id for content in contents if content.before is None]
    if gone and session.scalar(sa.select(Declaration.id).where(Declaration.subject_id.in_(gone)).limit(1)):
        raise RuleBroken("undo.changed_since")


def _changed(contents: Sequence[EditContent], table: str, fields: Collection[str]) -> list[str]:
    """Keys of the rows of `table` that were there before and after, of which one of `fields` is taken back."""
    return [
        content.edit.row_id
        for content in contents
        if content.edit.table_name == table
        and content.before is not None
        and content.after is not None
        and content.before.keys() & set(fields)
    ]


def _owners(contents: Sequence[EditContent], table: str, column: str) -> set[str]:
    """Keys that the rows of `table` had in `column`, before or after, where the edits say it."""
    return {
        values[column]
        for content in contents
        if content.edit.table_name == table
        for values in (content.before or {}, content.after or {})
        if column in values
    }


def _keep_committees(session: Session, contents: Sequence[EditContent]) -> None:
    """What closed meetings rest on stays, and offices that one member holds are held by one."""
    closed = sa.select(Meeting).where(Meeting.state.in_(CLOSED_STATES))
    for key in _changed(contents, "committee", ("quorum", "quorum_opening", "proxies_max")):
        if session.scalar(closed.where(Meeting.committee_id == key).limit(1)) is not None:
            raise RuleBroken("committee.quorum_fixed")
    convened = closed.join(Attendance, Attendance.meeting_id == Meeting.id)
    changed = _changed(contents, "member", ("role",))
    for member in session.scalars(sa.select(Member).where(Member.id.in_(changed))):
        if session.scalar(convened.where(Attendance.member_id == member.id).limit(1)) is not None:
            raise RuleBroken("member.role_fixed", name=member.name)
    seats = _changed(contents, "member", ("stands_for_id",))
    _refuse_any(session, convened.with_only_columns(Meeting.id).where(Attendance.member_id.in_(seats)))
    terms = _changed(contents, "member", ("date_from", "date_to"))
    for content in contents:
        if content.edit.row_id in terms:
            days = convened.with_only_columns(Meeting.date_held).where(Attendance.member_id == content.edit.row_id)
            _keep_term(session.get_one(Member, content.edit.row_id), content.after or {}, session.scalars(days))
    committees = _owners(contents, "member", "committee_id")
    committees.update(session.scalars(sa.select(Member.committee_id).where(Member.id.in_(changed))))
    doubled = (
        sa.select(Member.committee_id)
        .where(Member.committee_id.in_(committees), Member.role.in_([role.value for role in ONE_OF_A_KIND]))
        .group_by(Member.committee_id, Member.role)
        .having(sa.func.count() > 1)
    )
    _refuse_any(session, doubled)


def _keep_term(member: Member, undone: Mapping[str, Any], days: Iterable[date]) -> None:
    """Who was in office at a closed meeting stays so, who was not does not come to be."""
    first, last = (
        date.fromisoformat(undone[key]) if undone.get(key) else None if key in undone else getattr(member, key)
        for key in ("date_from", "date_to")
    )
    for day in days:
        was = (first is None or first <= day) and (last is None or day <= last)
        now = (member.date_from is None or member.date_from <= day) and (
            member.date_to is None or day <= member.date_to
        )
        if was != now:
            raise RuleBroken("undo.changed_since")


def _keep_numbers(session: Session, contents: Sequence[EditContent]) -> None:
    """Meetings of a committee and year are numbered without gaps; requests and settlements of a programme and year."""
    _keep_voucher_numbers(session, contents)
    touched = any(
        content.edit.table_name == "meeting"
        and (content.before is None or content.after is None or "number" in content.before or "year" in content.before)
        for content in contents
    )
    if touched:
        last = sa.func.max(Meeting.number)
        numbered = sa.select(Meeting.committee_id).group_by(Meeting.committee_id, Meeting.year)
        _refuse_any(session, numbered.having(last != sa.func.count()))


def _keep_voucher_numbers(session: Session, contents: Sequence[EditContent]) -> None:
    """Requests for vouchers and settlements of a programme and year are numbered without gaps."""
    for model in (VoucherRequest, VoucherSettlement):
        if any(each.edit.table_name == model.__tablename__ and each.before is None for each in contents):
            numbered = sa.select(model.programme_id).group_by(model.programme_id, model.year)
            _refuse_any(session, numbered.having(sa.func.max(model.number) != sa.func.count()))


def _keep_promised(session: Session, contents: Sequence[EditContent]) -> None:
    """What is promised of vouchers is there: it may have been promised to others since, or gone back to the project."""
    changed = _changed(contents, "voucher_request", ("state",))
    for row in session.scalars(sa.select(VoucherRequest).where(VoucherRequest.id.in_(changed))):
        if row.state == VoucherRequestState.ADMITTED:
            free = left_for(session, row.programme_id, row.firm_budget_id, row.id)
            rules = read_rules(session, session.get_one(ProgrammeRules, row.rules_id))
            if (row.amount or 0) > free or cap_passed(session, row, rules) is not None:
                raise RuleBroken("undo.changed_since")


def _keep_conflicts(session: Session, contents: Sequence[EditContent]) -> None:
    """Who declared a conflict on a point does not vote on it."""
    members = _owners(contents, "vote", "member_id") | _owners(contents, "conflict_declaration", "member_id")
    if members:
        both = sa.and_(
            Vote.agenda_item_id == ConflictDeclaration.agenda_item_id, Vote.member_id == ConflictDeclaration.member_id
        )
        _refuse_any(session, sa.select(Vote.id).join(ConflictDeclaration, both).where(Vote.member_id.in_(members)))


def _keep_votings(session: Session, contents: Sequence[EditContent]) -> None:
    """Each further vote stands right below its point."""
    if any(content.edit.table_name == "agenda_item" for content in contents):
        below = sa.select(AgendaItem.meeting_id).where(AgendaItem.voting_of_id.is_not(None)).distinct()
        for meeting_id in session.scalars(below).all():
            if not is_together(agenda_rows(session, meeting_id)):
                raise RuleBroken("undo.changed_since")


def _keep_proposals(session: Session, contents: Sequence[EditContent]) -> None:
    """What a proposal was judged on stays; its account stands under its area and has its name."""
    judged = set(_changed(contents, "proposal", JUDGED_ON))
    for key in _changed(contents, "proposal", (*JUDGED_ON, "title", "number")):
        proposal = session.get_one(Proposal, key)
        if key in judged and ProposalState(proposal.state) not in OPEN_STATES:
            raise RuleBroken("undo.changed_since")
        if session.scalar(sa.select(Account.id).where(Account.subject_id == key)) is not None:
            ensure_project_account(session, proposal)


def _keep_versions(session: Session, contents: Sequence[EditContent]) -> None:
    """A proposal that is closed is what its last closed version says; economic plans before the newest stay."""
    items = {content.edit.row_id for content in contents if content.edit.table_name == BudgetItem.__tablename__}
    for key in touched_proposals(session, contents):
        if session.get(Proposal, key) is None:
            continue
        if changed_since_closing(session, key):
            raise RuleBroken("version.closed")
        older = sa.select(BudgetItem.id).join(Budget).where(Budget.proposal_id == key, ~newest_version())
        if items and not items.isdisjoint(session.scalars(older)):
            raise RuleBroken("version.closed")


def _keep_protocols(session: Session, contents: Sequence[EditContent]) -> None:
    """One number of the protocol stands for one proposal."""
    for content in contents:
        proposal = session.get(Proposal, content.edit.row_id) if content.edit.table_name == "proposal" else None
        if proposal is not None and {"protocol", "date_received"} & (content.before or {}).keys():
            refuse_same_protocol(session, proposal.id, proposal.protocol, proposal.date_received)


def _keep_received(session: Session, contents: Sequence[EditContent]) -> None:
    """The amount of money that came in stays."""
    for key in _changed(contents, "funding_source", ("amount",)):
        source = session.get_one(FundingSource, key)
        if _came_in(session, _account_of(session, source.id).id):
            raise RuleBroken("undo.changed_since")


def _keep_spent(session: Session, contents: Sequence[EditContent]) -> None:
    """What an amendment had given an item stays while it is spent."""
    for key in _changed(contents, "amendment", ("state",)):
        row = session.get_one(Amendment, key)
        spent = spent_by_category(session, row.proposal_id)
        present = plan_by_category(session, row.proposal_id)
        for line in read_amendment(session, row).lines:
            where = (line.section, str(line.category))
            if (line.after or 0) > line.before and spent.get(where, 0) > present.get(where, 0):
                raise RuleBroken("undo.changed_since")


def _refuse_any(session: Session, found: sa.Select[tuple[str]]) -> None:
    if session.scalar(found.limit(1)) is not None:
        raise RuleBroken("undo.changed_since")
