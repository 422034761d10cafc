"""What waits for a meeting: the agenda of the next one is proposed from it.

Each kind of thing that waits has a function in `SOURCES`, in the order of an agenda; whoever keeps a new kind adds one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ItemState, Matter, MeetingState, ProposalState, RankingState
from app.models.meetings import AgendaItem, Decision, Meeting
from app.models.money import Cents, format_euro
from app.models.proposals import Call, Proposal
from app.models.rankings import Ranking, RankingPlace
from app.models.scenarios import Pot, Scenario
from app.models.spending import Amendment, DecisionTake, ExpenseReport
from app.models.spending_kinds import AMENDMENTS_TO_DECIDE, ReportState
from app.models.store import Store
from app.models.voucher_kinds import SettlementState
from app.models.voucher_ledger import VoucherSettlement
from app.models.vouchers import VoucherProgramme
from app.services.meetings.committees import CLOSED_STATES
from app.services.wording.formats import format_date
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class WaitingItem:
    """Something that a meeting is to take up.

    Attributes:
        origin_id: key of the record that waits.
        title: of the point, in the language that was asked for.
    """

    matter: Matter
    origin_id: str
    title: str


Source = Callable[[Session, Translator], Iterator[WaitingItem]]


def waiting_items(store: Store, tr: Translator, committee_id: str | None = None) -> tuple[WaitingItem, ...]:
    """What waits and stands on no agenda that is still open; minutes to be approved come first.

    Args:
        committee_id: the minutes and the postponed points of this committee alone.
    """
    with store.read() as session:
        still_open = sa.select(Meeting.id).where(Meeting.state.not_in(CLOSED_STATES))
        listed = set(
            session.scalars(
                sa.select(AgendaItem.origin_id).where(
                    AgendaItem.meeting_id.in_(still_open),
                    AgendaItem.origin_id.is_not(None),
                    AgendaItem.state.in_((ItemState.OPEN.value, ItemState.TREATED.value)),
                )
            )
        )
        elsewhere = _of_other_committees(session, committee_id)
        return tuple(
            item
            for source in SOURCES
            for item in source(session, tr)
            if item.origin_id not in listed and item.origin_id not in elsewhere
        )


def _of_other_committees(session: Session, committee_id: str | None) -> set[str]:
    """Meetings of other committees and their points."""
    if committee_id is None:
        return set()
    other = sa.select(Meeting.id).where(Meeting.committee_id != committee_id)
    points = sa.select(AgendaItem.id).where(AgendaItem.meeting_id.in_(other))
    return set(session.scalars(other)) | set(session.scalars(points))


def _minutes(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Minutes of closed meetings that are not approved."""
    rows = sa.select(Meeting).where(Meeting.state == MeetingState.CLOSED.value)
    for row in session.scalars(rows.order_by(Meeting.date_held, Meeting.number)):
        title = tr("Reading and approval of the minutes of meeting {label} of {day}")
        label = f"{row.number}/{row.year}"
        yield WaitingItem(Matter.MINUTES, row.id, title.format(label=label, day=format_date(row.date_held)))


def _postponed(session: Session, _tr: Translator) -> Iterator[WaitingItem]:
    """Points that a closed meeting put off and none has taken up since."""
    taken = sa.select(AgendaItem.origin_id).where(AgendaItem.origin_id.is_not(None))
    rows = (
        sa.select(AgendaItem)
        .join(Meeting, Meeting.id == AgendaItem.meeting_id)
        .where(
            AgendaItem.state == ItemState.POSTPONED.value,
            Meeting.state.in_(CLOSED_STATES),
            AgendaItem.id.not_in(taken),
        )
        .order_by(Meeting.date_held, Meeting.number, AgendaItem.position)
    )
    for row in session.scalars(rows):
        yield WaitingItem(Matter(row.matter), row.id, row.title)


def _proposals(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Calls with proposals that no meeting has admitted or excluded."""
    states = (ProposalState.SUBMITTED.value, ProposalState.TO_INTEGRATE.value)
    rows = session.execute(
        sa.select(Call.id, Call.title, sa.func.count(Proposal.id))
        .join(Proposal, Proposal.call_id == Call.id)
        .where(Proposal.state.in_(states))
        .group_by(Call.id, Call.title)
        .order_by(Call.title)
    )
    for call_id, title, count in rows:
        text = tr.plural(
            "Admission of the proposal received for “{call}”",
            "Admission of the {n} proposals received for “{call}”",
            count,
        )
        yield WaitingItem(Matter.ADMISSION, call_id, text.format(n=count, call=title))


def _pots(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Sums with scenarios of which no decision has adopted one."""
    adopted = sa.select(Scenario.pot_id).join(Decision, Decision.scenario_id == Scenario.id)
    shared = sa.exists().where(Scenario.pot_id == Pot.id)
    for row in session.scalars(sa.select(Pot).where(shared, Pot.id.not_in(adopted)).order_by(Pot.position)):
        title = tr("Sharing of {amount}: {name}").format(amount=format_euro(row.total), name=row.name)
        yield WaitingItem(Matter.SHARING, row.id, title)


def _rankings(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Adopted rankings of which some proposal has no outcome yet."""
    undecided = (ProposalState.ADMISSIBLE.value, ProposalState.EVALUATED.value)
    waits = (
        sa.select(RankingPlace.ranking_id)
        .join(Proposal, Proposal.id == RankingPlace.proposal_id)
        .where(Proposal.state.in_(undecided))
    )
    rows = (
        sa.select(Ranking.id, Ranking.number, Call.title)
        .join(Call, Call.id == Ranking.call_id)
        .where(Ranking.state == RankingState.ADOPTED.value, Ranking.id.in_(waits))
        .order_by(Call.title, Ranking.number)
    )
    for key, number, call in session.execute(rows).tuples():
        title = tr("Ranking no. {number} of “{call}”: outcomes and grants")
        yield WaitingItem(Matter.AWARD, key, title.format(number=number, call=call))


def _amendments(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Amendments of economic plans that the committee is to authorise."""
    states = [state.value for state in AMENDMENTS_TO_DECIDE]
    rows = session.execute(
        sa.select(Amendment.id, Amendment.number, Proposal.number, Proposal.title)
        .join(Proposal, Proposal.id == Amendment.proposal_id)
        .where(Amendment.state.in_(states), Amendment.decision_id.is_(None))
        .order_by(Proposal.number, Amendment.number)
    )
    for key, number, project, name in rows:
        title = tr("Amendment no. {n} of project no. {project} “{title}”")
        yield WaitingItem(Matter.AMENDMENT, key, title.format(n=number, project=project, title=name))


def _savings(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Final settlements of projects that leave money over, which no decision has taken back."""
    taken = sa.exists().where(DecisionTake.proposal_id == ExpenseReport.proposal_id)
    left = ExpenseReport.granted - ExpenseReport.final_grant
    rows = session.execute(
        sa.select(ExpenseReport.id, Proposal.number, Proposal.title, left)
        .join(Proposal, Proposal.id == ExpenseReport.proposal_id)
        .where(ExpenseReport.final, ExpenseReport.state == ReportState.APPROVED.value, left > 0, ~taken)
        .order_by(Proposal.number)
    ).tuples()
    for key, number, name, cents in rows:
        title = tr("Settlement of project no. {project} “{title}”: {amount} left over")
        amount = format_euro(Cents(cents or 0))
        yield WaitingItem(Matter.SETTLEMENT, key, title.format(project=number, title=name, amount=amount))


def _voucher_settlements(session: Session, tr: Translator) -> Iterator[WaitingItem]:
    """Settlements of vouchers that neither an act nor a decision fixes yet."""
    rows = session.execute(
        sa.select(VoucherSettlement.id, VoucherSettlement.number, VoucherSettlement.year, VoucherProgramme.name)
        .join(VoucherProgramme, VoucherProgramme.id == VoucherSettlement.programme_id)
        .where(
            VoucherSettlement.state != SettlementState.RELEASED.value,
            VoucherSettlement.act == "",
            VoucherSettlement.decision_id.is_(None),
        )
        .order_by(VoucherSettlement.year, VoucherSettlement.number)
    ).tuples()
    for key, number, year, name in rows:
        title = tr("Settlement no. {number} of the vouchers “{programme}”")
        yield WaitingItem(Matter.SETTLEMENT, key, title.format(number=f"{number}/{year}", programme=name))


SOURCES: tuple[Source, ...] = (
    _minutes,
    _postponed,
    _proposals,
    _rankings,
    _pots,
    _amendments,
    _savings,
    _voucher_settlements,
)
"""What can wait, in the order of an agenda."""
