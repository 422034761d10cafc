"""What a committee wants to see first: the plan's money, what is open, the steps that a new archive still needs.

It is read by plain statements, so that it can be shown before the store stands; see `app.models.glance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from app.models import glance
from app.models.enums import MeetingState, ProposalState, SettlementState, SourceKind, area_code
from app.models.glance import Ask
from app.models.money import Cents, format_euro
from app.services.evaluation.acceptance import AcceptanceTerm, acceptance_terms
from app.services.plan.totals import PlanTotals, plan_totals
from app.services.wording.formats import format_date
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store

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
class SourceMoney:
    """A source: what it assigns, what came in by the ledger, what is still on it."""

    id: str
    kind: SourceKind
    name: str
    amount: Cents
    due: bool
    left: Cents
    received: Cents


@dataclass(frozen=True)
class AreaMoney:
    """A priority area: what the plan sets aside, its ceiling in force, what is on it and on its projects."""

    id: str
    code: str
    title: str
    amount_planned: Cents | None
    ceiling: Cents | None
    left: Cents
    awarded: Cents


@dataclass(frozen=True)
class ProposalLine:
    """A proposal, and how far it is."""

    id: str
    number: int
    title: str
    state: ProposalState


@dataclass(frozen=True)
class MeetingLine:
    """A meeting, and how far it is."""

    id: str
    year: int
    number: int
    state: MeetingState
    date_held: date
    sample: bool

    @property
    def label(self) -> str:
        """Number and year, «1/2014»."""
        return f"{self.number}/{self.year}"


@dataclass(frozen=True)
class Overview:
    """The state of an archive at a glance.

    Attributes:
        office, plan: whose plan it is; empty while there is none.
        steps: what a new archive still needs, in the order that it is done; empty when all is there.
        meetings: the newest, newest first.
    """

    office: str
    plan: str
    totals: PlanTotals
    sources: tuple[SourceMoney, ...]
    areas: tuple[AreaMoney, ...]
    open_items: tuple[OpenItem, ...]
    steps: tuple[OpenItem, ...]
    meetings: tuple[MeetingLine, ...]


def read_overview(store: Store, tr: Translator) -> Overview:
    """The overview of an archive now."""
    with store.look() as ask:
        return overview(ask, tr)


def overview(ask: Ask, tr: Translator) -> Overview:
    """The overview of the archive that is asked."""
    office, plan = next(iter(ask(glance.PLAN)), ("", ""))
    sources = tuple(
        SourceMoney(key, SourceKind(kind), name, amount, bool(due), left, received)
        for key, kind, name, amount, due, left, received in ask(glance.SOURCES)
    )
    areas = tuple(
        AreaMoney(key, area_code(level, number), title, planned, ceiling, left, awarded)
        for key, level, number, title, planned, ceiling, left, awarded in ask(glance.AREAS)
    )
    proposals = tuple(
        ProposalLine(key, number, title, ProposalState(state)) for key, number, title, state in ask(glance.PROPOSALS)
    )
    meetings = tuple(
        MeetingLine(key, year, number, MeetingState(state), date.fromisoformat(day), bool(sample))
        for key, year, number, state, day, sample in ask(glance.MEETINGS)
    )
    newest = sorted(meetings, key=lambda row: (row.year, row.number), reverse=True)
    [(has_alliance, has_call, has_committee)] = ask(glance.PRESENT)
    there = (plan, sources, areas, has_alliance, has_call, proposals, has_committee, meetings)
    return Overview(
        office=next(iter(office.splitlines()), ""),
        plan=plan,
        totals=plan_totals(sources, areas),
        sources=sources,
        areas=areas,
        open_items=(
            *_sources(sources, tr),
            *_proposals(proposals, acceptance_terms(ask), tr),
            *_meetings(meetings, tr),
            *_completions(ask(glance.COMPLETIONS), tr),
            *_follow_ups(ask(glance.FOLLOW_UPS), tr),
            *_vouchers(ask(glance.VOUCHERS), tr),
            *_settlements(ask(glance.SETTLEMENTS), tr),
        ),
        steps=_steps(there, tr),
        meetings=tuple(newest[:MEETINGS_SHOWN]),
    )


def _sources(sources: Iterable[SourceMoney], tr: Translator) -> list[OpenItem]:
    text = tr("The money of a source is still to come in")
    return [
        OpenItem("plan", source.id, text, f"{source.name}, {format_euro(source.amount)}")
        for source in sources
        if source.due and not source.received
    ]


def _proposals(
    proposals: Iterable[ProposalLine], terms: Mapping[str, AcceptanceTerm], tr: Translator
) -> list[OpenItem]:
    words = {
        ProposalState.DRAFT: tr("A proposal is still a draft"),
        ProposalState.SUBMITTED: tr("A proposal waits for its formal check"),
        ProposalState.TO_INTEGRATE: tr("A proposal is to be completed"),
        ProposalState.FUNDED: tr("A funded project has not accepted yet"),
        ProposalState.FUNDED_IN_PART: tr("A funded project has not accepted yet"),
    }
    items = []
    for proposal in (proposal for proposal in proposals if proposal.state in words):
        text, told = words[proposal.state], f"{proposal.number}. {proposal.title}"
        if proposal.id in terms:
            text = tr("A part award waits for its acceptance")
            told = tr("{proposal}, by {term}").format(proposal=told, term=format_date(terms[proposal.id].until))
        items.append(OpenItem("proposals", proposal.id, text, told))
    return items


def _meetings(meetings: Iterable[MeetingLine], tr: Translator) -> list[OpenItem]:
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


def _completions(rows: Iterable[tuple[str, int, str, str, str, int]], tr: Translator) -> list[OpenItem]:
    """Requests for completion that are open: what is still to come and by when, or that what came is to be judged."""
    waits, came = tr("What was asked to be completed is still to come"), tr("What was asked to be completed has come")
    detail = tr("{proposal}, by {term}")
    items = []
    for key, number, title, due, time, missing in rows:
        term = f"{format_date(date.fromisoformat(due))} {time}".strip()
        told = detail.format(proposal=f"{number}. {title}", term=term)
        items.append(OpenItem("evaluation", key, waits if missing else came, told))
    return items


def _follow_ups(rows: Iterable[tuple[str, str, str, str | None]], tr: Translator) -> list[OpenItem]:
    """What decisions asked of somebody and is not done: who does it, and by when."""
    items = []
    for key, text, person, due in rows:
        told = [text, person]
        if due is not None:
            told.append(tr("by {day}").format(day=format_date(date.fromisoformat(due))))
        items.append(OpenItem("meetings", key, tr("A decision is to be carried out"), ", ".join(filter(None, told))))
    return items


def _vouchers(rows: Iterable[tuple[str, str, int, int]], tr: Translator) -> list[OpenItem]:
    """Vouchers with something left that are over, and those that end within a month, programme by programme."""
    items = []
    for key, code, over, ending in rows:
        if over:
            told = tr.plural("{code}: {n} voucher", "{code}: {n} vouchers", over).format(code=code, n=over)
            items.append(OpenItem("vouchers", key, tr("Vouchers are over and hold money still"), told))
        if ending:
            told = tr.plural("{code}: {n} voucher", "{code}: {n} vouchers", ending).format(code=code, n=ending)
            items.append(OpenItem("vouchers", key, tr("Vouchers end within a month"), told))
    return items


def _settlements(rows: Iterable[tuple[str, str, int, int, str]], tr: Translator) -> list[OpenItem]:
    """Settlements that somebody else is to check, or to release."""
    words = {
        SettlementState.ENTERED: tr("A settlement is to be checked"),
        SettlementState.CHECKED: tr("A settlement is to be paid"),
    }
    return [
        OpenItem("vouchers", key, words[SettlementState(state)], f"{code} {number}/{year}")
        for key, code, number, year, state in rows
    ]


def _steps(there: Sequence[object], tr: Translator) -> tuple[OpenItem, ...]:
    """What is not there yet, from the plan to the first meeting."""
    wanted = (
        ("plan", tr("Write the plan"), tr("its name, its office, its period")),
        ("plan", tr("Enter the sources of money"), tr("each with the act that assigns it")),
        ("plan", tr("Enter the priority areas"), tr("level, number, title")),
        ("network", tr("Enter organisations and alliances"), tr("with lead, partners, roles")),
        ("calls", tr("Enter the call"), tr("with its rules, from a template or its own")),
        ("proposals", tr("Enter the proposals"), tr("with their costs and results")),
        ("meetings", tr("Enter the committee"), tr("with its members and its quorum")),
        ("meetings", tr("Convene the first meeting"), tr("with its agenda")),
    )
    return tuple(
        OpenItem(room, "", text, detail)
        for present, (room, text, detail) in zip(there, wanted, strict=True)
        if not present
    )
