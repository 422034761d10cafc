"""The committee of the sample and its two meetings: invented, and marked so, on what the plan says was decided."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from app.models.enums import (
    AllocationRule,
    AttendanceKind,
    ConflictKind,
    DecisionKind,
    Matter,
    MemberRole,
    ProposalState,
    QuorumRule,
    VoteChoice,
)
from app.models.money import parse_cents
from app.services.decisions.decisions import save_decision
from app.services.decisions.drafts import (
    AreaAmount,
    DecisionDraft,
    OutcomeDraft,
    ProjectAmount,
    SplitArea,
    SplitDraft,
    SplitProject,
)
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.meetings.committees import CommitteeDraft, MemberDraft, load_committee, save_committee
from app.services.meetings.convocation import send_convocation
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, ConflictDraft, MeetingDraft, VoteDraft
from app.services.meetings.follow_ups import FollowUpDraft, save_follow_up
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting, save_meeting
from app.services.papers.errata import (
    ErratumDraft,
    ErratumLineDraft,
    approve_erratum,
    approved_minutes,
    save_erratum,
)
from app.services.sample.scenarios import write_scenarios
from app.services.sample.writer import Data, SampleWriter


def write_meetings(writer: SampleWriter) -> None:
    """Write the committee, then each meeting from its convocation to its closing.

    The minutes of a meeting are approved where the next one says so; those of the last one wait for it.
    """
    with writer.invented():
        _write_committee(writer)
        for row in writer.data["meetings"]["meetings"]:
            _write_meeting(writer, row)


def _write_committee(writer: SampleWriter) -> None:
    doc = writer.data["committee"]
    committee, rules = doc["committee"], doc["committee"]["rules"]
    draft = CommitteeDraft(
        name=committee["name"],
        other_names="\n".join(alias["name"] for alias in committee["aliases"]),
        quorum=QuorumRule(rules["quorum"]),
        quorum_opening=QuorumRule(rules["quorum"]),
        notice_days=rules["notice_days"],
        act=rules["act"],
        members=tuple(_member(writer, row) for row in doc["members"]),
        source_line=committee["line"],
    )
    committee_id = save_committee(writer.store, draft).id
    writer.keys["committee"] = committee_id
    saved = load_committee(writer.store, committee_id).members
    for row, member in zip(doc["members"], saved, strict=True):
        assert member.id is not None
        writer.keys[f"member:{row['key']}"] = member.id


def _member(writer: SampleWriter, row: Data) -> MemberDraft:
    body = row.get("organisation")
    return MemberDraft(
        name=row["name"],
        role=MemberRole(row["role"]),
        office=row["office"],
        organisation_id=writer.keys[f"organisation:{body}"] if body else None,
    )


def _write_meeting(writer: SampleWriter, row: Data) -> None:
    store = writer.store
    writer.at(row["date_convened"], time(10))
    meeting_id = convene_meeting(store, _convocation(writer, row)).id
    writer.keys[f"meeting:{row['number']}"] = meeting_id
    send_convocation(store, meeting_id, row["date_convened"], row["time_opened"])
    write_scenarios(writer, row["number"])
    writer.at(row["date_held"], time.fromisoformat(row["time_opened"]))
    open_meeting(store, meeting_id, row["time_opened"])
    convened = load_meeting(store, meeting_id)
    items = tuple(_item(writer, item, kept) for item, kept in zip(row["items"], convened.items, strict=True))
    attendances = tuple(_attendance(writer, entry) for entry in row["attendance"])
    save_meeting(store, replace(convened, attendances=attendances, items=items, closing_text=row["closing_text"]))
    for item, kept in zip(row["items"], items, strict=True):
        if "decision" in item:
            writer.at(row["date_held"], time.fromisoformat(item["time_voted"]))
            decision = save_decision(store, _decision(writer, item["decision"], kept)).id
            for follow_up in item["decision"].get("follow_ups", ()):
                save_follow_up(store, _follow_up(decision, follow_up))
            if "approves_minutes" in item["decision"]:
                approve_minutes(store, writer.keys[f"meeting:{item['decision']['approves_minutes']}"], row["date_held"])
    writer.at(row["date_held"], time.fromisoformat(row["time_closed"]))
    close_meeting(store, meeting_id, row["time_closed"])
    for erratum in row.get("errata", ()):
        _write_erratum(writer, erratum, meeting_id, row["date_held"])


def _write_erratum(writer: SampleWriter, row: Data, meeting_id: str, day: date) -> None:
    """An erratum to the minutes of an earlier meeting, approved at this one."""
    mended = writer.keys[f"meeting:{row['mends']}"]
    minutes = next(each.id for each in approved_minutes(writer.store) if each.meeting_id == mended)
    line = ErratumLineDraft(wrong=row["wrong"], right=row["right"])
    draft = ErratumDraft(minutes_id=minutes, meeting_id=meeting_id, reason=row["reason"], lines=(line,))
    approve_erratum(writer.store, save_erratum(writer.store, draft).id, day)


def _convocation(writer: SampleWriter, row: Data) -> MeetingDraft:
    """The meeting as it is convened: place, day, everybody, the agenda."""
    return MeetingDraft(
        committee_id=writer.keys["committee"],
        number=row["number"],
        date_held=row["date_held"],
        place=row["place"],
        premises=row["premises"],
        attendances=tuple(
            AttendanceDraft(member_id=writer.keys[f"member:{entry['member']}"]) for entry in row["attendance"]
        ),
        items=tuple(
            AgendaItemDraft(title=item["title"], matter=_matter(item), origin_id=_origin(writer, item))
            for item in row["items"]
        ),
    )


def _matter(row: Data) -> Matter:
    """What a point is about, by its decision."""
    decision = row.get("decision", {})
    if "approves_minutes" in decision:
        return Matter.MINUTES
    kinds = {"allocation": Matter.ALLOCATION, "award": Matter.AWARD, "residue": Matter.SHARING}
    return kinds.get(decision.get("kind", ""), Matter.ORDINARY)


def _origin(writer: SampleWriter, row: Data) -> str | None:
    """The meeting whose minutes a point approves."""
    number = row.get("decision", {}).get("approves_minutes")
    return None if number is None else writer.keys[f"meeting:{number}"]


def _attendance(writer: SampleWriter, row: Data) -> AttendanceDraft:
    return AttendanceDraft(
        member_id=writer.keys[f"member:{row['member']}"],
        kind=AttendanceKind(row["kind"]),
        time_in=row.get("time_in", ""),
        time_out=row.get("time_out", ""),
    )


def _item(writer: SampleWriter, row: Data, kept: AgendaItemDraft) -> AgendaItemDraft:
    return replace(
        kept,
        discussion=row["discussion"],
        time_begun=row.get("time_start", ""),
        time_voted=row.get("time_voted", ""),
        conflicts=tuple(
            ConflictDraft(
                member_id=writer.keys[f"member:{entry['member']}"],
                proposal_id=writer.keys[f"proposal:{entry['proposal']}"],
                kind=ConflictKind(entry["kind"]),
                ground=entry["ground"],
            )
            for entry in row.get("conflicts", ())
        ),
        votes=tuple(
            VoteDraft(member_id=writer.keys[f"member:{entry['member']}"], choice=VoteChoice(entry["choice"]))
            for entry in row.get("votes", ())
        ),
    )


def _follow_up(decision_id: str, row: Data) -> FollowUpDraft:
    return FollowUpDraft(decision_id=decision_id, text=row["text"], person=row["person"], date_due=row.get("date_due"))


def _decision(writer: SampleWriter, row: Data, item: AgendaItemDraft) -> DecisionDraft:
    awards = [move for move in row.get("moves", ()) if move["kind"] == "award"]
    return DecisionDraft(
        agenda_item_id=item.id,
        kind=DecisionKind(row["kind"]),
        subject=row["subject"],
        text=row["text"],
        outcomes=tuple(
            OutcomeDraft(proposal_id=writer.keys[f"proposal:{entry['proposal']}"], state=ProposalState(entry["state"]))
            for entry in row.get("outcomes", ())
        ),
        area_amounts=tuple(
            AreaAmount(area_id=writer.keys[f"area:{entry['area']}"], amount=parse_cents(entry["amount"]))
            for entry in row.get("ceilings", ())
        ),
        project_amounts=tuple(
            ProjectAmount(proposal_id=writer.keys[move["to"]], amount=parse_cents(move["amount"])) for move in awards
        ),
        split=_split(writer, row["allocation"]) if "allocation" in row else None,
        scenario_id=writer.keys[f"scenario:{row['scenario']}"] if "scenario" in row else None,
    )


def _split(writer: SampleWriter, row: Data) -> SplitDraft:
    """The sharing of a residue; parts and projects stand in the order that serves odd cents."""
    return SplitDraft(
        total=parse_cents(row["amount"]),
        rule=AllocationRule(row["rule"]),
        areas=tuple(SplitArea(area_id=writer.keys[f"area:{key}"]) for key in row["parts"]),
        inner_rule=AllocationRule(row["within"][0]["rule"]),
        projects=tuple(
            SplitProject(proposal_id=writer.keys[f"proposal:{number}"])
            for part in row["within"]
            for number in part["proposals"]
        ),
    )
