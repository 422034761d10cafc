"""Small records for tests, written by the services themselves; each builder gives the key of what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.models.enums import BudgetSection, CostCategory, DecisionKind, TransferKind
from app.models.errors import AppError
from app.models.journal import Edit
from app.models.ledger import Entry, insert_entries
from app.models.meetings import AgendaItem, Committee, Decision, Meeting
from app.models.money import Cents
from app.models.plan import Act
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.ledger.ledger import _account_of, root_accounts
from app.services.network.alliances import AllianceDraft, alliance_rows, save_alliance
from app.services.network.registry import OrganisationDraft, save_organisation
from app.services.plan.funding import AreaDraft, SourceDraft, save_area, save_source
from app.services.plan.plan import PlanDraft, find_plan, present_plan, save_plan
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.proposals import save_proposal

DAY = date(2014, 3, 31)


def a_plan(store: Store, **fields: Any) -> str:
    """A plan called «Piano»."""
    return save_plan(store, PlanDraft(**{"name": "Piano", "office": "Ufficio", **fields})).id


def a_source(store: Store, **fields: Any) -> str:
    """A source of 1,000.00."""
    return save_source(store, SourceDraft(**{"name": "Quota fissa", "amount": Cents(100_000), **fields})).id


def an_area(store: Store, **fields: Any) -> str:
    """The next area of high priority."""
    return save_area(store, AreaDraft(**{"title": "Imprese", **fields})).id


def an_organisation(store: Store, name: str, **fields: Any) -> str:
    """An organisation with that name."""
    return save_organisation(store, OrganisationDraft(name=name, **fields)).id


def an_alliance(store: Store, name: str = "Ambito di Rho", **fields: Any) -> str:
    """The next alliance."""
    return save_alliance(store, AllianceDraft(name=name, **fields)).id


def a_proposal_draft(store: Store, **fields: Any) -> ProposalDraft:
    """A proposal of 80.00 and 20.00 of co-financing, of the first call and alliance there are (made when none is)."""
    if find_plan(store) is None:
        a_plan(store)
    if "call_id" not in fields:
        calls = call_rows(store)
        fields["call_id"] = calls[0].id if calls else save_call(store, CallDraft(title="Avviso")).id
    if "alliance_id" not in fields:
        alliances = alliance_rows(store)
        fields["alliance_id"] = alliances[0].id if alliances else an_alliance(store)
    items = (
        BudgetItemDraft(amount=Cents(8_000)),
        BudgetItemDraft(section=BudgetSection.CONTRIBUTION, category=CostCategory.VOLUNTEERS, amount=Cents(2_000)),
    )
    return replace(ProposalDraft(title="Noi famiglie", items=items), **fields)


def a_proposal(store: Store, **fields: Any) -> str:
    """The proposal of `a_proposal_draft`, written."""
    return save_proposal(store, a_proposal_draft(store, **fields)).id


def a_decision(store: Store, subject: str = "Riparto") -> str:
    """A decision in a new meeting that is still convened."""
    with store.write("save_decision") as session:
        plan = present_plan(session)
        committee = Committee(plan_id=plan.id, name="Comitato")
        meeting = Meeting(committee_id=committee.id, year=2014, number=1, date_held=DAY, place="Legnano")
        item = AgendaItem(meeting_id=meeting.id, position=1, title="Punto")
        decision = Decision(
            agenda_item_id=item.id, committee_id=committee.id, kind=DecisionKind.ALLOCATION.value, subject=subject
        )
        session.add_all([committee, meeting, item, decision])
    return decision.id


def fund(store: Store, source_id: str, cents: int) -> None:
    """Bring money from outside to a source, by a new act."""
    with store.write("receive_source") as session:
        plan = present_plan(session)
        act = Act(plan_id=plan.id, kind="decree", number=f"incasso {source_id}")
        session.add(act)
        outside = root_accounts(session, plan).outside
        postings = {outside.id: -cents, _account_of(session, source_id).id: cents}
        insert_entries(session, [Entry(TransferKind.FUNDING, DAY, "Incasso", postings, act_id=act.id)])


def refusal(call: Any, *args: Any) -> tuple[str, str | None]:
    """Code and field of what `call` refuses with."""
    with pytest.raises(AppError) as caught:
        call(*args)
    return caught.value.code, caught.value.field


def edits(store: Store) -> int:
    """How many edits the journal has."""
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0


@contextmanager
def queries(store: Store) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
