"""What belongs to a meeting beside its agenda and its votes: rules by matter, guests, pauses, goings and comings."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args, time_check
from app.models.enums import Ballot, FollowUpState, Majority, Matter, QuorumRule


class CommitteeRule(Record):
    """How a committee decides on one kind of matter, where that differs from how it decides on all others."""

    __tablename__ = "committee_rule"

    committee_id: Mapped[str] = link("committee.id")
    position: Mapped[int]
    matter: Mapped[str]
    quorum: Mapped[str]
    majority: Mapped[str]
    ballot: Mapped[str] = mapped_column(default=Ballot.OPEN.value)

    __table_args__ = table_args(
        one_of("matter", Matter),
        one_of("quorum", QuorumRule),
        one_of("majority", Majority),
        one_of("ballot", Ballot),
        sa.UniqueConstraint("committee_id", "matter"),
    )


class Guest(Record):
    """Somebody in the room who is not of the committee: heard, never counted."""

    __tablename__ = "guest"

    meeting_id: Mapped[str] = link("meeting.id")
    position: Mapped[int]
    name: Mapped[str]
    office: Mapped[str] = mapped_column(default="")
    time_in: Mapped[str] = mapped_column(default="")
    time_out: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        time_check("time_in"),
        time_check("time_out"),
        sa.CheckConstraint("name <> ''", name="name_given"),
    )


class Absence(Record):
    """A time during which a member who came was not in the room; `time_in` is empty while it lasts."""

    __tablename__ = "absence"

    attendance_id: Mapped[str] = link("attendance.id")
    position: Mapped[int]
    time_out: Mapped[str]
    time_in: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        time_check("time_out"),
        time_check("time_in"),
        sa.CheckConstraint("time_out <> ''", name="time_out_given"),
    )


class Pause(Record):
    """A suspension of a meeting; `time_to` is empty while it lasts."""

    __tablename__ = "meeting_pause"

    meeting_id: Mapped[str] = link("meeting.id")
    position: Mapped[int]
    time_from: Mapped[str]
    time_to: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        time_check("time_from"),
        time_check("time_to"),
        sa.CheckConstraint("time_from <> ''", name="time_from_given"),
    )


class FollowUp(Record):
    """What a decision asks of somebody afterwards: who does it, by when, how far it is."""

    __tablename__ = "follow_up"

    decision_id: Mapped[str] = link("decision.id")
    text: Mapped[str]
    person: Mapped[str] = mapped_column(default="")
    date_due: Mapped[date | None]
    state: Mapped[str] = mapped_column(default=FollowUpState.OPEN.value)
    date_done: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(
        one_of("state", FollowUpState),
        sa.CheckConstraint("text <> ''", name="text_given"),
    )
