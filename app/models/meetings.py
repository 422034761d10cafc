"""Committee and meetings: attendance in time, conflicts, votes, numbered decisions, minutes."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args, time_check
from app.models.enums import (
    AllocationRule,
    AttendanceKind,
    Ballot,
    ConflictKind,
    DecisionKind,
    ItemState,
    Leftover,
    Majority,
    Matter,
    MeetingState,
    MemberRole,
    ProposalState,
    QuorumRule,
    TieRule,
    TransferKind,
    VoteChoice,
    WeightBasis,
)
from app.models.money import Cents


class Committee(Record):
    """The body that decides.

    Attributes:
        quorum, majority: without whom nothing is decided, and how many votes carry; `CommitteeRule` may say otherwise.
        quorum_opening: who must be there for a meeting to open.
        proxies_max: members that one who is there may represent; 0: nobody is represented.
        notice_days: days from the convocation to the meeting, at least.
        findings_block: whether declared figures that do not agree keep minutes from being approved.
    """

    __tablename__ = "committee"

    plan_id: Mapped[str] = link("plan.id")
    name: Mapped[str]
    other_names: Mapped[str] = mapped_column(default="")
    quorum: Mapped[str] = mapped_column(default=QuorumRule.MAJORITY.value)
    quorum_opening: Mapped[str] = mapped_column(default=QuorumRule.MAJORITY.value)
    majority: Mapped[str] = mapped_column(default=Majority.VOTING.value)
    tie: Mapped[str] = mapped_column(default=TieRule.REJECTED.value)
    proxies_max: Mapped[int] = mapped_column(default=0)
    notice_days: Mapped[int] = mapped_column(default=0)
    findings_block: Mapped[bool] = mapped_column(default=False)
    act: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("quorum", QuorumRule),
        one_of("quorum_opening", QuorumRule),
        one_of("majority", Majority),
        one_of("tie", TieRule),
        sa.CheckConstraint("proxies_max >= 0", name="proxies_max_not_negative"),
        sa.CheckConstraint("notice_days >= 0", name="notice_days_not_negative"),
    )


class Member(Record):
    """A member of a committee.

    Attributes:
        organisation_id: the body that may put it in conflict.
        stands_for_id: of an alternate, the one whose seat it takes; None: the first that is free.
        act: that appointed it, when it is not that of the committee.
        date_from, date_to: first and last day in office, where they are known.
        user_id: the user of the archive that the member is, where that was said.
    """

    __tablename__ = "member"

    committee_id: Mapped[str] = link("committee.id")
    organisation_id: Mapped[str | None] = link("organisation.id")
    stands_for_id: Mapped[str | None] = link("member.id")
    user_id: Mapped[str | None] = link("archive_user.id")
    position: Mapped[int]
    name: Mapped[str]
    role: Mapped[str]
    office: Mapped[str] = mapped_column(default="")
    act: Mapped[str] = mapped_column(default="")
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]

    __table_args__ = table_args(
        one_of("role", MemberRole),
        sa.CheckConstraint("name <> ''", name="name_given"),
        sa.CheckConstraint("date_from <= date_to", name="dates_in_order"),
    )


class Meeting(Record):
    """A sitting of a committee.

    Attributes:
        number: progressive within committee and year, without gaps.
        date_convened, time_convened: day on which it was convened, and the hour that it was convened for.
        letter: what the convocation says beside day, place and agenda.
        time_opened, time_closed: «HH:MM», empty until then.
        date_closed: the day after, when it ended after midnight.
    """

    __tablename__ = "meeting"

    committee_id: Mapped[str] = link("committee.id")
    year: Mapped[int]
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=MeetingState.CONVENED.value)
    date_held: Mapped[date]
    date_convened: Mapped[date | None]
    time_convened: Mapped[str] = mapped_column(default="")
    letter: Mapped[str] = mapped_column(default="")
    time_opened: Mapped[str] = mapped_column(default="")
    time_closed: Mapped[str] = mapped_column(default="")
    date_closed: Mapped[date | None]
    place: Mapped[str] = mapped_column(default="")
    premises: Mapped[str] = mapped_column(default="")
    closing_text: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", MeetingState),
        time_check("time_convened"),
        time_check("time_opened"),
        time_check("time_closed"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.UniqueConstraint("committee_id", "year", "number"),
    )


class Attendance(Record):
    """A member at a meeting; came at `time_in` and left at `time_out` (empty: from the opening, to the closing).

    `proxy_id` is the member who acts for one who is not there, where the committee lets members be represented.
    """

    __tablename__ = "attendance"

    meeting_id: Mapped[str] = link("meeting.id")
    member_id: Mapped[str] = link("member.id")
    kind: Mapped[str]
    time_in: Mapped[str] = mapped_column(default="")
    time_out: Mapped[str] = mapped_column(default="")
    proxy_id: Mapped[str | None] = link("member.id")

    __table_args__ = table_args(
        one_of("kind", AttendanceKind),
        sa.CheckConstraint("proxy_id <> member_id", name="proxy_of_another"),
        time_check("time_in"),
        time_check("time_out"),
        sa.UniqueConstraint("meeting_id", "member_id"),
    )


class AgendaItem(Record):
    """A point of the agenda; or one more vote on the point before it, which has all that a point has.

    Attributes:
        voting_of_id: the point that this is one more vote on; it stands right after it. None: a point of its own.
        motion: what is put to the vote, in words; empty where the title says it.
        time_begun, time_voted: «HH:MM»; when it came up, and when the quorum must hold.
        discussion, addition: free text of the minutes before what is written of the vote, and after.
        late_ground: why it was added after the convocation.
        origin_id: the record that it was proposed for: a proposal, a scenario, a meeting, a point that was postponed.
        favour, against, abstain, invalid: of a secret ballot, its papers counted.
        quorum, majority, tie: the rules it was decided by, kept when the meeting closes; None: the committee's.
    """

    __tablename__ = "agenda_item"

    meeting_id: Mapped[str] = link("meeting.id")
    position: Mapped[int]
    title: Mapped[str]
    matter: Mapped[str] = mapped_column(default=Matter.ORDINARY.value)
    state: Mapped[str] = mapped_column(default=ItemState.OPEN.value)
    late: Mapped[bool] = mapped_column(default=False)
    late_ground: Mapped[str] = mapped_column(default="")
    origin_id: Mapped[str | None]
    discussion: Mapped[str] = mapped_column(default="")
    addition: Mapped[str] = mapped_column(default="")
    time_begun: Mapped[str] = mapped_column(default="")
    time_voted: Mapped[str] = mapped_column(default="")
    ballot: Mapped[str] = mapped_column(default=Ballot.OPEN.value)
    favour: Mapped[int] = mapped_column(default=0)
    against: Mapped[int] = mapped_column(default=0)
    abstain: Mapped[int] = mapped_column(default=0)
    invalid: Mapped[int] = mapped_column(default=0)
    quorum: Mapped[str | None]
    majority: Mapped[str | None]
    tie: Mapped[str | None]
    voting_of_id: Mapped[str | None] = link("agenda_item.id")
    motion: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("matter", Matter),
        one_of("state", ItemState),
        one_of("ballot", Ballot),
        one_of("quorum", QuorumRule),
        one_of("majority", Majority),
        one_of("tie", TieRule),
        sa.CheckConstraint("min(favour, against, abstain, invalid) >= 0", name="counts_not_negative"),
        time_check("time_begun"),
        time_check("time_voted"),
        sa.CheckConstraint("title <> ''", name="title_given"),
        sa.CheckConstraint("voting_of_id <> id", name="voting_of_another"),
        sa.UniqueConstraint("meeting_id", "position"),
    )


class ConflictDeclaration(Record):
    """A member declared a conflict on a point of the agenda, for a proposal when it is about one."""

    __tablename__ = "conflict_declaration"

    agenda_item_id: Mapped[str] = link("agenda_item.id")
    member_id: Mapped[str] = link("member.id")
    proposal_id: Mapped[str | None] = link("proposal.id")
    kind: Mapped[str]
    ground: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("kind", ConflictKind), sa.UniqueConstraint("agenda_item_id", "member_id"))


class Vote(Record):
    """A vote given by name on a point of the agenda."""

    __tablename__ = "vote"

    agenda_item_id: Mapped[str] = link("agenda_item.id")
    member_id: Mapped[str] = link("member.id")
    choice: Mapped[str]

    __table_args__ = table_args(one_of("choice", VoteChoice), sa.UniqueConstraint("agenda_item_id", "member_id"))


class Decision(Record):
    """A numbered decision: the only door for money.

    Attributes:
        number: progressive within committee and year, given when the meeting closes; None until then.
        effective_at: instant from which it allows transfers; the engine lets it be set once, its meeting being closed.
        scenario_id: the scenario that it was made from, if it was.
        split_terms: of a sharing, all that it was asked to do, as JSON; see `services/sharing/split_terms.py`.
    """

    __tablename__ = "decision"

    agenda_item_id: Mapped[str] = link("agenda_item.id")
    committee_id: Mapped[str] = link("committee.id")
    kind: Mapped[str]
    year: Mapped[int | None]
    number: Mapped[int | None]
    subject: Mapped[str]
    text: Mapped[str] = mapped_column(default="")
    effective_at: Mapped[datetime | None]
    scenario_id: Mapped[str | None] = link("scenario.id")
    split_terms: Mapped[str | None]

    __table_args__ = table_args(
        one_of("kind", DecisionKind),
        sa.CheckConstraint("(number is null) = (effective_at is null)", name="numbered_when_effective"),
        sa.UniqueConstraint("committee_id", "year", "number"),
        sa.UniqueConstraint("agenda_item_id"),
    )


class DecisionOutcome(Record):
    """The state that a decision gives a proposal when it takes effect."""

    __tablename__ = "decision_outcome"

    decision_id: Mapped[str] = link("decision.id")
    proposal_id: Mapped[str] = link("proposal.id")
    position: Mapped[int]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("state", ProposalState), sa.UniqueConstraint("decision_id", "proposal_id"))


class DecisionCeiling(Record):
    """A ceiling that a decision sets on an area when it takes effect."""

    __tablename__ = "decision_ceiling"

    decision_id: Mapped[str] = link("decision.id")
    area_id: Mapped[str] = link("priority_area.id")
    position: Mapped[int]
    amount: Mapped[Cents]

    __table_args__ = table_args(sa.CheckConstraint("amount >= 0", name="amount_not_negative"))


class DecisionMove(Record):
    """A movement that a decision orders; it becomes part of a transfer when the decision takes effect.

    Attributes:
        bundle: moves of one decision with the same bundle are one transfer.
        allocation_id: the split that gave the amount, when one did.
    """

    __tablename__ = "decision_move"

    decision_id: Mapped[str] = link("decision.id")
    allocation_id: Mapped[str | None] = link("allocation.id")
    position: Mapped[int]
    bundle: Mapped[int]
    kind: Mapped[str]
    from_account_id: Mapped[str] = link("account.id")
    to_account_id: Mapped[str] = link("account.id")
    amount: Mapped[Cents]
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("kind", TransferKind),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("from_account_id <> to_account_id", name="two_accounts"),
    )


class Allocation(Record):
    """A split of a total that a decision adopts, with everything that is needed to prove it again.

    Attributes:
        parts: JSON list of {"key", "name", "weight", "minimum", "cap", "account_id", "area_id", "parent"}, in order of
            listing; a weight is a whole number or "a/b", limits are there when the part has them.
        tie_order: JSON list of part keys, in the order that equal remainders are served.
        equal_share: percentage in equal parts, for the mixed rule.
        leftover: what becomes of what caps do not let in.
        basis: where the weights come from.
    """

    __tablename__ = "allocation"

    decision_id: Mapped[str] = link("decision.id")
    position: Mapped[int]
    title: Mapped[str]
    rule: Mapped[str]
    total: Mapped[Cents]
    equal_share: Mapped[int] = mapped_column(default=0)
    leftover: Mapped[str] = mapped_column(default=Leftover.AGAIN.value)
    basis: Mapped[str] = mapped_column(default=WeightBasis.OWN.value)
    parts: Mapped[str]
    tie_order: Mapped[str]

    __table_args__ = table_args(
        one_of("rule", AllocationRule),
        one_of("leftover", Leftover),
        one_of("basis", WeightBasis),
        sa.CheckConstraint("total > 0", name="total_positive"),
        sa.CheckConstraint("equal_share between 0 and 100", name="equal_share_percentage"),
    )


class Minutes(Record):
    """The minutes of a meeting, frozen when approved; the engine refuses any later change.

    Attributes:
        content: the frozen document, as JSON.
        content_hash: SHA-256 of `content`, hexadecimal.
        journal_head: head of the journal when they were frozen.
    """

    __tablename__ = "minutes"

    meeting_id: Mapped[str] = link("meeting.id")
    date_approved: Mapped[date]
    approved_at: Mapped[datetime]
    content: Mapped[str]
    content_hash: Mapped[str]
    journal_head: Mapped[str]

    __table_args__ = table_args(sa.UniqueConstraint("meeting_id"))
