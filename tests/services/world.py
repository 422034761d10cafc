"""A small archive for tests of the floors: a plan with accounts, a decision in force and one that is not yet."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.models.enums import TransferKind
from app.models.ledger import Ceiling, Entry, insert_entries
from app.models.meetings import AgendaItem, Committee, Decision, Meeting, Member
from app.models.network import Alliance
from app.models.plan import Act, FundingSource, Plan, PriorityArea
from app.models.proposals import Call, Proposal
from app.models.store import Store, create_archive, open_archive
from app.services.ledger.ledger import ensure_area_account, ensure_project_account, ensure_source_account, root_accounts

DAY = date(2014, 3, 31)
NOON = datetime(2014, 3, 31, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class World:
    """Keys of what was written; `in_force` is effective, `pending` belongs to an open meeting."""

    plan: str
    act: str
    source_record: str
    area_record: str
    proposal: str
    outside: str
    root: str
    source: str
    area: str
    project: str
    project_2: str
    meeting: str
    meeting_open: str
    item_closed: str
    item_open: str
    in_force: str
    pending: str


def new_store(folder: Path, name: str = "prova.concilia") -> Store:
    """An empty archive, open for writing, with a clock that stands still."""
    create_archive(folder / name)
    return reopen(folder / name)


def reopen(path: Path) -> Store:
    """An archive open for writing, with a clock that stands still."""
    store = open_archive(path)
    settle_clock(store)
    return store


def settle_clock(store: Store) -> None:
    """Have the store write as «anna», at noon of one day."""
    store.clock = lambda: NOON
    store.user = "anna"


def build_world(store: Store) -> World:
    """Write the plan of the tests: 1,000.00 received, an area with a ceiling of 500.00, two projects in it."""
    with store.write("save_plan") as session:
        keys = _plan(session)
        keys |= _meetings(session, keys["plan"])
    with store.write("receive_source") as session:
        _money(session, keys)
    return World(**keys)


def _plan(session: Session) -> dict[str, str]:
    plan = Plan(name="Piano", territory="ASL", office="Ufficio")
    act = Act(plan_id=plan.id, kind="decree", number="1")
    source = FundingSource(plan_id=plan.id, act_id=act.id, position=1, kind="fixed", name="Quota fissa", amount=100_000)
    area = PriorityArea(plan_id=plan.id, level="high", number=1, title="Imprese")
    call = Call(plan_id=plan.id, title="Avviso")
    alliance = Alliance(plan_id=plan.id, number=1, name="Rho", short_name="Rho")
    session.add_all([plan, act, source, area, call, alliance])
    proposals = [
        Proposal(call_id=call.id, alliance_id=alliance.id, area_id=area.id, number=n, title=f"Progetto {n}")
        for n in (1, 2)
    ]
    session.add_all(proposals)
    roots = root_accounts(session, plan)
    return {
        "plan": plan.id,
        "act": act.id,
        "source_record": source.id,
        "area_record": area.id,
        "proposal": proposals[0].id,
        "outside": roots.outside.id,
        "root": roots.plan.id,
        "source": ensure_source_account(session, source).id,
        "area": ensure_area_account(session, area).id,
        "project": ensure_project_account(session, proposals[0]).id,
        "project_2": ensure_project_account(session, proposals[1]).id,
    }


def _meetings(session: Session, plan_id: str) -> dict[str, str]:
    committee = Committee(plan_id=plan_id, name="Comitato")
    member = Member(committee_id=committee.id, position=1, name="Anna Neri", role="president")
    closed, still_open = (Meeting(committee_id=committee.id, year=2014, number=n, date_held=DAY) for n in (1, 2))
    items = [AgendaItem(meeting_id=meeting.id, position=1, title="Riparto") for meeting in (closed, still_open)]
    decisions = [
        Decision(agenda_item_id=item.id, committee_id=committee.id, kind="allocation", subject="Riparto")
        for item in items
    ]
    session.add_all([committee, member, closed, still_open, *items, *decisions])
    session.flush()
    for state in ("open", "closed"):
        closed.state = state
        session.flush()
    still_open.state = "open"
    decisions[0].year, decisions[0].number, decisions[0].effective_at = 2014, 1, NOON
    session.flush()
    return {
        "meeting": closed.id,
        "meeting_open": still_open.id,
        "item_closed": items[0].id,
        "item_open": items[1].id,
        "in_force": decisions[0].id,
        "pending": decisions[1].id,
    }


def _money(session: Session, keys: Mapping[str, str]) -> None:
    funding = {keys["outside"]: -100_000, keys["source"]: 100_000}
    insert_entries(session, [Entry(TransferKind.FUNDING, DAY, "Incasso", funding, act_id=keys["act"])])
    session.add(Ceiling(account_id=keys["area"], decision_id=keys["in_force"], amount=50_000))


def move(
    store: Store,
    postings: Mapping[str, int],
    decision: str,
    kind: TransferKind = TransferKind.ALLOCATION,
    **more: Any,
) -> str:
    """Write one transfer through the models' floor; its key."""
    entry = Entry(kind, DAY, "Movimento", postings, decision_id=decision, **more)
    with store.write("post_entries") as session:
        insert_entries(session, [entry])
    return entry.id


@contextmanager
def driver(store: Store) -> Iterator[Any]:
    """The raw connection of the driver, with the settings of the store, outside any journal or session."""
    connection = store.engine.raw_connection()
    try:
        yield connection.driver_connection
    finally:
        connection.rollback()
        connection.close()


@contextmanager
def past_the_guards(store: Store, *, but: Collection[str] = ()) -> Iterator[Any]:
    """The raw connection with no trigger and nothing checked; the triggers are put back in the end, except `but`."""
    with driver(store) as raw:
        triggers = raw.execute("select name, sql from sqlite_master where type = 'trigger'").fetchall()
        raw.execute("pragma foreign_keys = 0")
        raw.execute("pragma ignore_check_constraints = 1")
        raw.execute("begin")
        for name, _text in triggers:
            raw.execute(f"drop trigger {name}")
        try:
            yield raw
        finally:
            for name, text in triggers:
                if name not in but:
                    raw.execute(text)
            raw.execute("commit")
            raw.execute("pragma ignore_check_constraints = 0")
            raw.execute("pragma foreign_keys = 1")


def write_dangling_act(store: Store) -> None:
    """An act of a plan that is not there, written past the check of references."""
    with driver(store) as raw:
        raw.execute("pragma foreign_keys = 0")
        raw.execute(
            "insert into act (id, sample, plan_id, kind, number, subject, as_printed)"
            " values ('act-1', 0, 'gone', 'decree', '1', '', '')"
        )
        raw.execute("pragma foreign_keys = 1")
