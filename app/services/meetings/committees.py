"""The committee that decides: its members, their offices, the number that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.enums import Ballot, Majority, Matter, MeetingState, MemberRole, QuorumRule, TieRule
from app.models.errors import InvalidInput, RuleBroken
from app.models.evaluation import ScoreSheet, ScoringGrid
from app.models.interests import InterestDeclaration
from app.models.meetings import AgendaItem, Attendance, Committee, ConflictDeclaration, Meeting, Member, Vote
from app.models.network import Organisation
from app.models.proposals import Call, Proposal
from app.models.sittings import CommitteeRule
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_in_order, require_not_negative, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.meetings.quorum import SEATED
from app.services.plan.plan import present_plan

ONE_OF_A_KIND = (MemberRole.PRESIDENT, MemberRole.SECRETARY)
"""Offices that one member holds at most."""

CLOSED_STATES = (MeetingState.CLOSED.value, MeetingState.APPROVED.value)


@dataclass(frozen=True)
class MemberDraft:
    """A member of a committee.

    Attributes:
        office: what the member is outside the committee («Direttore sociale»).
        organisation_id: the body that may put the member in conflict.
        stands_for_id: of an alternate, the saved member whose seat it takes; None: the first seat that is free.
        act: that appointed the member, when it is not that of the committee.
        date_from, date_to: first and last day in office.
        user_id: the user of the archive that fills in and sees the sheets of the member as its own.
    """

    id: str | None = None
    name: str = ""
    role: MemberRole = MemberRole.MEMBER
    office: str = ""
    organisation_id: str | None = None
    stands_for_id: str | None = None
    act: str = ""
    date_from: date | None = None
    date_to: date | None = None
    user_id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class RuleDraft:
    """How the committee decides on one kind of matter, where that differs from all others."""

    id: str | None = None
    matter: Matter = Matter.SCORING
    quorum: QuorumRule = QuorumRule.ALL
    majority: Majority = Majority.VOTING
    ballot: Ballot = Ballot.OPEN


@dataclass(frozen=True)
class CommitteeDraft:
    """A committee as it is typed.

    Attributes:
        other_names: other names that the papers give it, one each line.
        quorum, majority: how it decides, where no rule of its own says otherwise.
        quorum_opening: who must be there for a meeting to open.
        tie: what follows when as many vote in favour as against.
        proxies_max: members that one who is there may represent; 0: nobody is represented.
        notice_days: days from the convocation to the meeting, at least.
        act: the act that appointed it, as printed.
        members: in the order of the papers.
        rules: for single matters.
        findings_block: whether declared figures that do not agree keep its minutes from being approved.
    """

    id: str | None = None
    name: str = ""
    other_names: str = ""
    quorum: QuorumRule = QuorumRule.MAJORITY
    act: str = ""
    members: tuple[MemberDraft, ...] = ()
    source_line: int | None = None
    quorum_opening: QuorumRule = QuorumRule.MAJORITY
    majority: Majority = Majority.VOTING
    tie: TieRule = TieRule.REJECTED
    proxies_max: int = 0
    notice_days: int = 0
    rules: tuple[RuleDraft, ...] = ()
    findings_block: bool = False


@dataclass(frozen=True)
class CommitteeRow:
    """A committee in a list; `seats` is how many decide."""

    id: str
    name: str
    quorum: QuorumRule
    act: str
    members: int
    seats: int
    meetings: int
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class MemberRow:
    """A member in a list, in the order of the committee; `organisation` is empty without one."""

    id: str
    committee_id: str
    name: str
    role: MemberRole
    office: str
    organisation_id: str | None
    organisation: str
    sample: bool
    stands_for_id: str | None = None
    stands_for: str = ""
    act: str = ""
    date_from: date | None = None
    date_to: date | None = None

    def in_office(self, day: date) -> bool:
        """Whether `day` lies within the term."""
        return (self.date_from is None or self.date_from <= day) and (self.date_to is None or day <= self.date_to)


def save_committee(store: Store, draft: CommitteeDraft) -> Changes:
    """Write a committee with its members.

    Raises:
        InvalidInput: "field.required", "member.repeated", "member.office_taken", "rule.matter_repeated",
            "member.stands_for_wrong", "member.user_repeated", "date.end_before_start", "number.negative".
        RuleBroken: "plan.missing", "committee.quorum_fixed", "member.role_fixed", "committee.past_changes",
            "record.in_use".
        NotFound: "record.gone".
    """
    name, members, rules = require_text(draft.name, "name"), _members(draft), _rules(draft)
    require_not_negative(draft.proxies_max, "proxies_max")
    require_not_negative(draft.notice_days, "notice_days")
    with store.write("save_committee") as session:
        if draft.id is not None:
            _check_past(session, draft.id, draft)
        values = {
            "plan_id": present_plan(session).id,
            "name": name,
            "other_names": draft.other_names.strip(),
            "quorum": draft.quorum.value,
            "quorum_opening": draft.quorum_opening.value,
            "majority": draft.majority.value,
            "tie": draft.tie.value,
            "proxies_max": draft.proxies_max,
            "notice_days": draft.notice_days,
            "findings_block": draft.findings_block,
            "act": draft.act.strip(),
            "source_line": draft.source_line,
        }
        committee = save_row(session, Committee, draft.id, values)
        for member in reconcile(session, Member, {"committee_id": committee.id}, members).removed:
            _refuse_used_member(session, member)
        reconcile(session, CommitteeRule, {"committee_id": committee.id}, rules, key="matter")
    return Changes.of("meetings", ids=(committee.id,))


def _rules(draft: CommitteeDraft) -> list[dict[str, Any]]:
    """Fields of each rule for a matter, checked."""
    require_distinct([rule.matter for rule in draft.rules], "rules.{row}.matter", "rule.matter_repeated")
    keys = ("matter", "quorum", "majority", "ballot")
    return [{key: getattr(rule, key).value for key in keys} for rule in draft.rules]


def _members(draft: CommitteeDraft) -> list[dict[str, Any]]:
    """Fields of each member, checked."""
    rows: list[dict[str, Any]] = []
    for i, member in enumerate(draft.members):
        if member.role in ONE_OF_A_KIND and any(other.role is member.role for other in draft.members[:i]):
            raise InvalidInput("member.office_taken", field=f"members.{i}.role", role=member.role)
        require_in_order(member.date_from, member.date_to, f"members.{i}.date_to")
        if member.stands_for_id and not _may_stand_for(draft, member):
            raise InvalidInput("member.stands_for_wrong", field=f"members.{i}.stands_for_id")
        rows.append(
            {
                "id": member.id,
                "name": require_text(member.name, f"members.{i}.name"),
                "role": member.role.value,
                "office": member.office.strip(),
                "organisation_id": member.organisation_id or None,
                "stands_for_id": member.stands_for_id or None,
                "user_id": member.user_id or None,
                "act": member.act.strip(),
                "date_from": member.date_from,
                "date_to": member.date_to,
                "source_line": member.source_line,
            }
        )
    require_distinct([(row["name"].casefold(), row["role"]) for row in rows], "members.{row}.name", "member.repeated")
    users = [row["user_id"] or f"none {i}" for i, row in enumerate(rows)]
    require_distinct(users, "members.{row}.user_id", "member.user_repeated")
    return rows


def _may_stand_for(draft: CommitteeDraft, member: MemberDraft) -> bool:
    """Whether `member` is an alternate, and the one it stands in for has a seat of the same committee."""
    seated = {other.id for other in draft.members if other.role in SEATED}
    return member.role is MemberRole.ALTERNATE and member.stands_for_id in seated


def _check_past(session: Session, committee_id: str, draft: CommitteeDraft) -> None:
    """What a closed meeting rests on stays: the rule of the number, the offices of who was convened, who decided."""
    from app.services.meetings.past import refuse_other_past  # reads meetings, which are read by their committee

    committee = get_row(session, Committee, committee_id)
    closed = sa.select(Meeting.id).where(Meeting.committee_id == committee_id, Meeting.state.in_(CLOSED_STATES))
    if committee.quorum != draft.quorum and session.scalar(closed.limit(1)) is not None:
        raise RuleBroken("committee.quorum_fixed")
    wanted = {member.id: member.role for member in draft.members}
    convened = sa.select(Attendance.member_id).where(Attendance.meeting_id.in_(closed))
    for member in session.scalars(
        sa.select(Member).where(Member.committee_id == committee_id, Member.id.in_(convened)).order_by(Member.position)
    ):
        if wanted.get(member.id, member.role) != member.role:
            raise RuleBroken("member.role_fixed", name=member.name)
    refuse_other_past(session, committee_id, draft)


def _refuse_used_member(session: Session, member: Member) -> None:
    """A member that a meeting names, or that declared its interests for a call, stays."""
    label = sa.cast(Meeting.number, sa.Text) + "/" + sa.cast(Meeting.year, sa.Text)
    items = sa.select(AgendaItem.meeting_id)
    named = sa.or_(
        Meeting.id.in_(sa.select(Attendance.meeting_id).where(Attendance.member_id == member.id)),
        Meeting.id.in_(items.join(ConflictDeclaration).where(ConflictDeclaration.member_id == member.id)),
        Meeting.id.in_(items.join(Vote).where(Vote.member_id == member.id)),
    )
    declared = sa.select(Call.title).join(InterestDeclaration).where(InterestDeclaration.member_id == member.id)
    scored = sa.select(Proposal.title).join(ScoreSheet).where(ScoreSheet.member_id == member.id)
    refuse_used(session, member.id, member.name, sa.select(label).where(named), declared, scored)


def load_committee(store: Store, committee_id: str) -> CommitteeDraft:
    """A committee as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_committee(session, committee_id)


def read_committee(session: Session, committee_id: str) -> CommitteeDraft:
    """A committee as it stands, within a session."""
    row = get_row(session, Committee, committee_id)
    members = session.scalars(sa.select(Member).filter_by(committee_id=committee_id).order_by(Member.position))
    rules = session.scalars(
        sa.select(CommitteeRule).filter_by(committee_id=committee_id).order_by(CommitteeRule.position)
    )
    return CommitteeDraft(
        id=row.id,
        name=row.name,
        other_names=row.other_names,
        quorum=QuorumRule(row.quorum),
        act=row.act,
        members=tuple(
            MemberDraft(
                id=member.id,
                name=member.name,
                role=MemberRole(member.role),
                office=member.office,
                organisation_id=member.organisation_id,
                stands_for_id=member.stands_for_id,
                user_id=member.user_id,
                act=member.act,
                date_from=member.date_from,
                date_to=member.date_to,
                source_line=member.source_line,
            )
            for member in members
        ),
        source_line=row.source_line,
        quorum_opening=QuorumRule(row.quorum_opening),
        majority=Majority(row.majority),
        tie=TieRule(row.tie),
        proxies_max=row.proxies_max,
        notice_days=row.notice_days,
        rules=tuple(
            RuleDraft(
                rule.id, Matter(rule.matter), QuorumRule(rule.quorum), Majority(rule.majority), Ballot(rule.ballot)
            )
            for rule in rules
        ),
        findings_block=row.findings_block,
    )


def in_office(member: MemberDraft, day: date | None) -> bool:
    """Whether `day` lies within the member's term, where both are known."""
    if day is None:
        return True
    return (member.date_from is None or member.date_from <= day) and (member.date_to is None or day <= member.date_to)


def committee_rows(store: Store) -> tuple[CommitteeRow, ...]:
    """All committees, by name."""
    members = sa.select(sa.func.count()).where(Member.committee_id == Committee.id).correlate(Committee)
    seats = members.where(Member.role.in_((MemberRole.PRESIDENT.value, MemberRole.MEMBER.value)))
    meetings = sa.select(sa.func.count()).where(Meeting.committee_id == Committee.id).correlate(Committee)
    query = sa.select(
        Committee, members.scalar_subquery(), seats.scalar_subquery(), meetings.scalar_subquery()
    ).order_by(Committee.name)
    with store.read() as session:
        return tuple(
            CommitteeRow(
                row.id,
                row.name,
                QuorumRule(row.quorum),
                row.act,
                member_count,
                seat_count,
                meeting_count,
                row.sample,
                row.source_line,
            )
            for row, member_count, seat_count, meeting_count in session.execute(query)
        )


def member_rows(store: Store, committee_id: str | None = None) -> tuple[MemberRow, ...]:
    """Members of one committee or of all, in order."""
    other = aliased(Member)
    query = (
        sa.select(Member, Organisation.name, other.name)
        .outerjoin(Organisation, Organisation.id == Member.organisation_id)
        .outerjoin(other, other.id == Member.stands_for_id)
        .order_by(Member.committee_id, Member.position)
    )
    if committee_id is not None:
        query = query.where(Member.committee_id == committee_id)
    with store.read() as session:
        return tuple(
            MemberRow(
                row.id,
                row.committee_id,
                row.name,
                MemberRole(row.role),
                row.office,
                row.organisation_id,
                organisation or "",
                row.sample,
                row.stands_for_id,
                stands_for or "",
                row.act,
                row.date_from,
                row.date_to,
            )
            for row, organisation, stands_for in session.execute(query)
        )


def delete_committee(store: Store, committee_id: str) -> Changes:
    """Take away a committee that never met.

    Raises:
        RuleBroken: "record.in_use".
        NotFound: "record.gone".
    """
    with store.write("delete_committee") as session:
        committee = get_row(session, Committee, committee_id)
        label = sa.cast(Meeting.number, sa.Text) + "/" + sa.cast(Meeting.year, sa.Text)
        met = sa.select(label).where(Meeting.committee_id == committee.id)
        scores = sa.select(ScoringGrid.name).where(ScoringGrid.committee_id == committee.id)
        refuse_used(session, committee.id, committee.name, met, scores)
        delete_children(session, Member, "committee_id", (committee_id,))
        delete_children(session, CommitteeRule, "committee_id", (committee_id,))
        session.delete(committee)
    return Changes.of("meetings", ids=(committee_id,))
