"""Letters of outcome: one to each proponent of a call, by what became of its proposal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MemberRole, ProposalState, RankingState, SignedPaper, TemplatePlace
from app.models.errors import NotFound, RuleBroken
from app.models.ledger import Account
from app.models.meetings import AgendaItem, Decision, DecisionMove, DecisionOutcome, Meeting, Member
from app.models.money import Cents, format_euro
from app.models.network import Alliance, Organisation, OrganisationContact, OrganisationSeat
from app.models.proposals import Call, Proposal
from app.models.rankings import Ranking
from app.models.store import Store
from app.models.territory import Municipality
from app.services.children import get_row
from app.services.decisions.records import read_ground
from app.services.evaluation.acceptance import AcceptanceTerm, acceptance_terms
from app.services.evaluation.admissibility import checklist_of
from app.services.evaluation.admission import failed_points
from app.services.evaluation.bulk import Reached, Reckoner
from app.services.evaluation.ranking_drafts import PlaceRow, RankingView
from app.services.evaluation.ranking_words import unsuitable_reason
from app.services.evaluation.rankings import ranking_view
from app.services.files import write_together
from app.services.papers.letterhead import signers
from app.services.papers.templates import OfficeTexts, own_texts
from app.services.ports import SILENT, Progress
from app.services.reports.frame import framed
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Blank, Column, Document, Facts, Kind, Paragraph, Part, Signatures, Table
from app.services.wording.formats import format_date
from app.services.wording.points import POINT, format_points
from app.services.wording.texts import N_, Translator

CODE = "ESITO"

TOLD = frozenset(
    {
        ProposalState.NOT_ADMISSIBLE,
        ProposalState.NOT_SUITABLE,
        ProposalState.SUITABLE_UNFUNDED,
        ProposalState.FUNDED,
        ProposalState.FUNDED_IN_PART,
    }
)
"""States that an outcome is told of."""

ACCEPT = N_(
    "The lead body is asked to say in writing whether it accepts to carry out the whole project with this grant."
)
ACCEPT_BY = N_(
    "By {term} the lead body is asked to say in writing whether it accepts to carry out the whole project with this"
    " grant (days to accept, from the meeting of {day}: {days}); after that term the ranking is scrolled."
)
"""What is asked of a project funded in part; with a term where a ranking sets one."""

BODIES: Mapping[ProposalState, str] = {
    ProposalState.FUNDED: N_(
        "We inform you that the proposal was admitted to funding, with a grant of {amount} out of the {requested}"
        " asked for."
    ),
    ProposalState.FUNDED_IN_PART: N_(
        "We inform you that the proposal was admitted to funding in part, as far as the money of the area goes, with a"
        " grant of {amount} out of the {requested} asked for."
    ),
    ProposalState.SUITABLE_UNFUNDED: N_(
        "We inform you that the proposal was found suitable, and that it is not funded because the money of the area is"
        " used up by those ahead of it in the ranking. It may be funded later, when the ranking is scrolled."
    ),
    ProposalState.NOT_SUITABLE: N_("We inform you that the proposal was found not suitable for funding."),
    ProposalState.NOT_ADMISSIBLE: N_(
        "We inform you that the proposal was not admitted to evaluation, upon the formal check."
    ),
}
"""What a letter says, by state."""

RAISED = N_(
    "We inform you that the proposal was admitted to funding, with a grant that later decisions brought to {amount};"
    " {requested} had been asked for."
)
"""What it says of a project that was funded in part first and has by now what it asked for, or more."""


@dataclass(frozen=True)
class _Decided:
    """A decision: number with its year, subject, day of its meeting."""

    number: str
    subject: str
    day: date


@dataclass(frozen=True)
class _Facts:
    """What a letter needs beside the ranking.

    Attributes:
        decision: the one that gave the state; reason: beside it.
        raised: each other decision that gave the project money.
        term: until when an award in part may be accepted; None where no ranking sets one.
        signers: title and name; opening, closing: words of the office, the first may be empty.
    """

    proposal: Proposal
    call: str
    lead: str
    address: tuple[str, ...]
    amount: Cents
    requested: Cents
    area: str
    decision: _Decided | None
    raised: tuple[_Decided, ...]
    term: AcceptanceTerm | None
    reason: str
    signers: tuple[tuple[str, str], ...]
    opening: str
    closing: str

    @property
    def day(self) -> date | None:
        """Day of the letter: that of the last meeting it tells of; None while no meeting decided."""
        return max((each.day for each in (self.decision, *self.raised) if each is not None), default=None)


@dataclass(frozen=True)
class LetterItem:
    """A proposal whose proponent can be told the outcome."""

    id: str
    call_id: str
    number: int
    title: str
    lead: str
    state: ProposalState


def letter_items(store: Store, call_id: str | None = None) -> tuple[LetterItem, ...]:
    """Proposals whose outcome stands, by call and number."""
    query = (
        sa.select(Proposal, Organisation.name)
        .join(Alliance, Alliance.id == Proposal.alliance_id)
        .outerjoin(Organisation, Organisation.id == Alliance.lead_id)
        .where(Proposal.state.in_([state.value for state in TOLD]))
        .order_by(Proposal.call_id, Proposal.number)
    )
    if call_id is not None:
        query = query.where(Proposal.call_id == call_id)
    with store.read() as session:
        return tuple(
            LetterItem(row.id, row.call_id, row.number, row.title, lead or "", ProposalState(row.state))
            for row, lead in session.execute(query).tuples()
        )


def letter_document(store: Store, proposal_id: str, tr: Translator) -> Document:
    """The letter that tells a proponent what became of its proposal.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "letter.no_outcome" while nothing is decided on it.
    """
    with store.look() as ask:
        terms = acceptance_terms(ask)
    with store.read() as session:
        proposal = get_row(session, Proposal, proposal_id)
        if ProposalState(proposal.state) not in TOLD:
            raise RuleBroken("letter.no_outcome", title=proposal.title)
        facts = _facts(session, proposal, terms.get(proposal_id), tr)
        ranking = _ranking_of(session, proposal)
    view = ranking_view(store, ranking) if ranking else None
    return _letter(store, facts, view, tr)


def _letter(store: Store, facts: _Facts, view: RankingView | None, tr: Translator) -> Document:
    number = facts.proposal.number
    title = tr("Outcome of proposal no. {number}").format(number=number)
    return framed(store, tr, CODE, title, tuple(_parts(facts, view, tr)), slug=f"esito-{number}")


def _ranking_of(session: Session, proposal: Proposal) -> str | None:
    """The adopted ranking that a proposal stands in."""
    query = sa.select(Ranking.id).filter_by(call_id=proposal.call_id, state=RankingState.ADOPTED.value)
    return session.scalar(query.order_by(Ranking.number.desc()).limit(1))


def _facts(session: Session, proposal: Proposal, term: AcceptanceTerm | None, tr: Translator) -> _Facts:
    alliance = get_row(session, Alliance, proposal.alliance_id)
    lead = session.get(Organisation, alliance.lead_id) if alliance.lead_id else None
    ground = read_ground(session)
    project = ground.projects[proposal.id]
    area = ground.areas.get(proposal.area_id or "")
    decision, reason, committee = _decision(session, proposal)
    president = sa.select(Member.name).filter_by(committee_id=committee, role=MemberRole.PRESIDENT.value)
    office, call = OfficeTexts(own_texts(session), tr), get_row(session, Call, proposal.call_id).title
    told = {
        "number": str(proposal.number),
        "title": proposal.title,
        "call": call,
        "lead": lead.name if lead else alliance.name,
        "amount": format_euro(project.awarded),
    }
    named = ((tr("The President"), (session.scalar(president) or "") if committee else ""),)
    return _Facts(
        proposal=proposal,
        call=call,
        lead=told["lead"],
        address=tuple(address_lines(session, lead)) if lead else (),
        amount=project.awarded,
        requested=project.requested or Cents(0),
        area="" if area is None else f"{area.code} {area.title}",
        decision=decision,
        raised=_raised(session, proposal, decision),
        term=term,
        reason=reason or _failed_checks(session, proposal, tr),
        signers=signers(session, SignedPaper.LETTER, None) or named,
        opening=office(TemplatePlace.OUTCOME_OPENING, **told),
        closing=office(TemplatePlace.OUTCOME_CLOSING, **told),
    )


def address_lines(session: Session, lead: Organisation) -> Iterator[str]:
    """Where a letter to a body goes, line by line: its seat, and its certified mail."""
    seats = sa.select(OrganisationSeat, Municipality.name).outerjoin(
        Municipality, Municipality.id == OrganisationSeat.municipality_id
    )
    found = session.execute(
        seats.where(OrganisationSeat.organisation_id == lead.id).order_by(OrganisationSeat.position)
    ).first()
    if found is not None:
        seat, municipality = found
        yield from filter(None, (seat.address, " ".join(filter(None, (seat.postcode, municipality or seat.place)))))
    elif lead.seat:
        yield lead.seat
    mails = sa.select(OrganisationContact.certified_mail).filter_by(organisation_id=lead.id)
    mail = session.scalar(mails.where(OrganisationContact.certified_mail != "").limit(1))
    if mail:
        yield f"PEC {mail}"


def _failed_checks(session: Session, proposal: Proposal, tr: Translator) -> str:
    """Points of the formal check that do not hold, of a proposal that was not admitted."""
    if proposal.state != ProposalState.NOT_ADMISSIBLE.value:
        return ""
    return failed_points(checklist_of(session, proposal, tr), tr)


def _decision(session: Session, proposal: Proposal) -> tuple[_Decided | None, str, str | None]:
    """The decision that gave the state, the reason beside it, and the committee that took it."""
    query = (
        sa.select(Decision, DecisionOutcome.reason, Meeting.date_held)
        .join(DecisionOutcome, DecisionOutcome.decision_id == Decision.id)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(DecisionOutcome.proposal_id == proposal.id, Decision.effective_at.is_not(None))
        .order_by(Decision.effective_at.desc())
    )
    found = session.execute(query).first()
    if found is None:
        return None, "", session.scalar(sa.select(Member.committee_id).limit(1))
    row, reason, day = found
    return _Decided(f"{row.number}/{row.year}", row.subject, day), reason, row.committee_id


def _raised(session: Session, proposal: Proposal, decision: _Decided | None) -> tuple[_Decided, ...]:
    """The decisions in force that gave the project money, but for the one that gave the state; in their order."""
    gives = (
        sa.select(DecisionMove.decision_id)
        .join(Account, Account.id == DecisionMove.to_account_id)
        .where(Account.subject_id == proposal.id)
    )
    query = (
        sa.select(Decision, Meeting.date_held)
        .join(AgendaItem, AgendaItem.id == Decision.agenda_item_id)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(Decision.id.in_(gives), Decision.effective_at.is_not(None))
        .order_by(Decision.effective_at, Decision.number)
    )
    found = tuple(
        _Decided(f"{row.number}/{row.year}", row.subject, day) for row, day in session.execute(query).tuples()
    )
    return tuple(each for each in found if each != decision)


def _named(decision: _Decided, tr: Translator) -> str:
    """«n. 1/2014 del 24/06/2014, “…”»."""
    text = tr("no. {number} of {day}, “{subject}”")
    return text.format(number=decision.number, day=format_date(decision.day), subject=decision.subject)


def _parts(facts: _Facts, view: RankingView | None, tr: Translator) -> Iterator[Part]:
    proposal, state = facts.proposal, ProposalState(facts.proposal.state)
    row = next((row for row in view.rows if row.id == proposal.id), None) if view else None
    if facts.day is not None:
        yield Facts(((tr("Date"), format_date(facts.day)),))
    else:
        yield Blank(tr("Date"))
    yield Blank(tr("Protocol"), hint=tr("number and day"))
    yield Paragraph("\n".join((tr.context("letter", "To"), facts.lead, *facts.address)))
    subject = tr("{call} – outcome of proposal no. {number} “{title}”")
    pairs = [(tr("Subject"), subject.format(call=facts.call, number=proposal.number, title=proposal.title))]
    if proposal.protocol:
        pairs.append((tr("Protocol of the proposal"), proposal.protocol))
    if facts.area:
        pairs.append((tr("Priority area"), facts.area))
    if facts.decision:
        pairs.append((tr("Decision"), _named(facts.decision, tr)))
        pairs += [(tr("Raised by decision"), _named(each, tr)) for each in facts.raised]
    yield Facts(tuple(pairs))
    if facts.opening:
        yield Paragraph(facts.opening)
    is_less = state is ProposalState.FUNDED_IN_PART and facts.amount < facts.requested
    said = RAISED if state is ProposalState.FUNDED_IN_PART and not is_less else BODIES[state]
    body = tr(said).format(amount=format_euro(facts.amount), requested=format_euro(facts.requested))
    if is_less:
        body = f"{body} {_accept(facts.term, tr)}"
    yield Paragraph(body)
    reason = facts.reason or _reason(view, row, tr)
    if reason and state in (ProposalState.NOT_SUITABLE, ProposalState.NOT_ADMISSIBLE):
        yield Paragraph(tr("Grounds: {reason}").format(reason=reason))
    if view is not None and row is not None:
        yield from _points(view, row, tr)
    yield Paragraph(facts.closing)
    notes = sample_notes((proposal,), tr)
    if notes:
        yield Paragraph(" ".join(notes))
    yield Signatures(facts.signers)


def _accept(term: AcceptanceTerm | None, tr: Translator) -> str:
    if term is None:
        return tr(ACCEPT)
    until, day = format_date(term.until), format_date(term.decided)
    return tr(ACCEPT_BY).format(term=until, day=day, days=term.days)


def _reason(view: RankingView | None, row: PlaceRow | None, tr: Translator) -> str:
    return "" if view is None or row is None else unsuitable_reason(view.inputs, row.id, tr)


@dataclass(frozen=True)
class _Criterion:
    """A line of the table of points."""

    name: str
    points: Fraction
    most: Fraction


def _points(view: RankingView, row: PlaceRow, tr: Translator) -> Iterator[Part]:
    """The place, and the points by criterion."""
    if row.place is not None:
        group = next(group for group in view.groups if row in group.rows)
        count = sum(other.place is not None for other in group.rows)
        text = tr("In the ranking it has place no. {place} of {count}, with {points} points.")
        yield Paragraph(text.format(place=row.place, count=count, points=format_points(row.points)))
    grid = view.inputs.grid
    reckoner = Reckoner(grid)
    reached = Reached(reckoner, reckoner.sums(view.inputs.by_key[row.id].marks))
    lines = tuple(
        _Criterion(
            f"{node.code} {node.name}", reached[node.key], Fraction(node.points_max * node.weight, POINT * POINT)
        )
        for node in grid.criteria
    )
    yield Table(
        code="points",
        title=tr("Points by criterion"),
        columns=(
            Column("name", tr("Criterion"), Kind.NOTE, lambda line: line.name, width_mm=110),
            Column("points", tr("Points"), Kind.POINTS, lambda line: line.points, width_mm=25),
            Column("most", tr("Out of"), Kind.POINTS, lambda line: line.most, width_mm=25),
        ),
        rows=lines,
        notes=(tr("Total: {points} points.").format(points=format_points(row.points)),),
    )


# --- all of a call -------------------------------------------------------------------------


def write_letters(
    store: Store, call_id: str | None, folder: Path, tr: Translator, progress: Progress = SILENT
) -> tuple[Path, ...]:
    """Write a letter to each proponent of a call (or of all), one PDF each; all of them, or none.

    Raises:
        RuleBroken: "letter.none" when no outcome stands.
        EnvironmentFailed: see `write_together`.
        Cancelled: by `progress`.
    """
    from app.services.reports.pdf import pdf_bytes  # its libraries are slow to import

    items = letter_items(store, call_id)
    if not items:
        raise RuleBroken("letter.none")
    views: dict[str, RankingView | None] = {}
    with store.look() as ask:
        terms = acceptance_terms(ask)

    def letters() -> Iterator[tuple[str, bytes]]:
        for done, item in enumerate(items):
            progress.step(done, len(items))
            yield f"esito-{item.number:03d}.pdf", pdf_bytes(_letter_of(store, item, views, terms, tr))
        progress.step(len(items), len(items))

    return write_together(folder, letters())


def _letter_of(
    store: Store,
    item: LetterItem,
    views: dict[str, RankingView | None],
    terms: Mapping[str, AcceptanceTerm],
    tr: Translator,
) -> Document:
    """The letter of one of many: the ranking of a call is read once, and the terms are."""
    with store.read() as session:
        proposal = session.get(Proposal, item.id)
        if proposal is None:
            raise NotFound("record.gone")
        facts = _facts(session, proposal, terms.get(item.id), tr)
        key = None if item.call_id in views else _ranking_of(session, proposal)
    if item.call_id not in views:
        views[item.call_id] = ranking_view(store, key) if key else None
    return _letter(store, facts, views[item.call_id], tr)
