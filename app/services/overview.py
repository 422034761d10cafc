"""What a committee wants to see first: the plan's money, what is open, the steps that a new archive still needs."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.enums import MeetingState, ProposalState
from app.models.money import format_euro
from app.models.store import Store
from app.services.alliances import alliance_rows
from app.services.committees import committee_rows
from app.services.formats import format_date
from app.services.funding import AreaRow, PlanTotals, SourceRow, area_rows, plan_totals, source_rows
from app.services.meeting_drafts import MeetingRow
from app.services.meetings import meeting_rows
from app.services.plan import find_plan
from app.services.proposal_lists import ProposalRow, proposal_rows
from app.services.texts import Translator

MEETINGS_SHOWN = 5


@dataclass(frozen=True)
class OpenItem:
    """Something that waits for somebody.

    Attributes:
        room, record_id: where it is done; an empty key for the room alone.
    """

    room: str
    record_id: str
    text: str
    detail: str

    @property
    def id(self) -> str:
        """Key of the line."""
        return f"{self.room}|{self.record_id}|{self.text}"


@dataclass(frozen=True)
class Overview:
    """The state of an archive at a glance.

    Attributes:
        steps: what a new archive still needs, in the order that it is done; empty when all is there.
        meetings: the newest, newest first.
    """

    totals: PlanTotals
    sources: tuple[SourceRow, ...]
    areas: tuple[AreaRow, ...]
    open_items: tuple[OpenItem, ...]
    steps: tuple[OpenItem, ...]
    meetings: tuple[MeetingRow, ...]


def read_overview(store: Store, tr: Translator) -> Overview:
    """The overview of an archive now."""
    sources, areas = source_rows(store), area_rows(store)
    meetings, proposals = meeting_rows(store), proposal_rows(store)
    newest = sorted(meetings, key=lambda row: (row.year, row.number), reverse=True)
    return Overview(
        totals=plan_totals(sources, areas),
        sources=sources,
        areas=areas,
        open_items=(*_sources(sources, tr), *_proposals(proposals, tr), *_meetings(meetings, tr)),
        steps=_steps(store, sources, areas, proposals, meetings, tr),
        meetings=tuple(newest[:MEETINGS_SHOWN]),
    )


def _sources(sources: tuple[SourceRow, ...], tr: Translator) -> list[OpenItem]:
    text = tr("The money of a source is still to come in")
    return [
        OpenItem("plan", source.id, text, f"{source.name}, {format_euro(source.amount)}")
        for source in sources
        if source.due and not source.received
    ]


def _proposals(proposals: tuple[ProposalRow, ...], tr: Translator) -> list[OpenItem]:
    words = {
        ProposalState.DRAFT: tr("A proposal is still a draft"),
        ProposalState.SUBMITTED: tr("A proposal waits for its formal check"),
        ProposalState.TO_INTEGRATE: tr("A proposal is to be completed"),
        ProposalState.FUNDED: tr("A funded project has not accepted yet"),
        ProposalState.FUNDED_IN_PART: tr("A funded project has not accepted yet"),
    }
    return [
        OpenItem("proposals", proposal.id, words[proposal.state], f"{proposal.number}. {proposal.title}")
        for proposal in proposals
        if proposal.state in words
    ]


def _meetings(meetings: tuple[MeetingRow, ...], tr: Translator) -> list[OpenItem]:
    words = {
        MeetingState.CONVENED: tr("A meeting is convened"),
        MeetingState.OPEN: tr("A meeting is open"),
        MeetingState.SUSPENDED: tr("A meeting is suspended"),
        MeetingState.CLOSED: tr("Minutes are to be approved"),
    }
    detail = tr("meeting {number} of {day}")
    return [
        OpenItem(
            "meetings",
            meeting.id,
            words[meeting.state],
            detail.format(number=meeting.label, day=format_date(meeting.date_held)),
        )
        for meeting in meetings
        if meeting.state in words
    ]


def _steps(
    store: Store,
    sources: tuple[SourceRow, ...],
    areas: tuple[AreaRow, ...],
    proposals: tuple[ProposalRow, ...],
    meetings: tuple[MeetingRow, ...],
    tr: Translator,
) -> tuple[OpenItem, ...]:
    """What is not there yet, from the plan to the first meeting."""
    wanted = (
        (find_plan(store), "plan", tr("Write the plan"), tr("its name, its office, its period")),
        (sources, "plan", tr("Enter the sources of money"), tr("each with the act that assigns it")),
        (areas, "plan", tr("Enter the priority areas"), tr("level, number, title")),
        (alliance_rows(store), "network", tr("Enter organisations and alliances"), tr("with lead, partners, roles")),
        (proposals, "proposals", tr("Enter call and proposals"), tr("with their costs and results")),
        (committee_rows(store), "meetings", tr("Enter the committee"), tr("with its members and its quorum")),
        (meetings, "meetings", tr("Convene the first meeting"), tr("with its agenda")),
    )
    return tuple(OpenItem(room, "", text, detail) for there, room, text, detail in wanted if not there)
