"""Many new proposals at once: the checks of `save_proposal`, and rows that go to the database by the thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import new_id
from app.models.enums import BudgetSection
from app.models.errors import InvalidInput
from app.models.proposals import (
    Action,
    ActionObjective,
    Budget,
    BudgetItem,
    ExpectedResult,
    Indicator,
    Objective,
    Proposal,
    Target,
)
from app.models.records import insert_records
from app.models.store import Store
from app.services.calls.rules import categories_of, current_rules
from app.services.changes import Changes
from app.services.children import check_references
from app.services.proposals.arrival import protocol_key
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.proposals import CheckedParts, checked_proposal

Values = dict[str, Any]


def add_proposals(store: Store, drafts: Sequence[ProposalDraft]) -> Changes:
    """Write new proposals with all that belongs to them, all or none.

    Raises:
        InvalidInput, NotFound: as `save_proposal`, of the first proposal that is refused.
    """
    checked = [checked_proposal(draft) for draft in drafts]
    with store.write("save_proposal") as session:
        check_references(session, Proposal, [values for values, _parts in checked])
        _give_numbers(session, [values for values, _parts in checked])
        _check_protocols(session, drafts)
        _check_categories(session, checked)
        keys = insert_records(session, Proposal, (values for values, _parts in checked))
        _add_parts(session, keys, [parts for _values, parts in checked])
    return Changes.of("proposals", "ledger", ids=tuple(keys))


def _give_numbers(session: Session, rows: Sequence[Values]) -> None:
    """Numbers within each call, those that are given first."""
    given = {values["number"] for values in rows} - {None}
    columns = (Proposal.call_id, Proposal.number, Proposal.title)
    taken = {
        (call_id, number): title
        for call_id, number, title in session.execute(sa.select(*columns).where(Proposal.number.in_(given)))
    }
    newest = sa.select(Proposal.call_id, sa.func.max(Proposal.number)).group_by(Proposal.call_id)
    last: dict[str, int] = dict(session.execute(newest).tuples().all())
    for values in sorted(rows, key=lambda values: values["number"] is None):
        call_id = values["call_id"]
        number = values["number"] or last.get(call_id, 0) + 1
        if (call_id, number) in taken:
            raise InvalidInput("proposal.number_taken", field="number", number=number, title=taken[call_id, number])
        taken[call_id, number] = values["title"]
        last[call_id] = max(last.get(call_id, 0), number)
        values["number"] = number


def _check_protocols(session: Session, drafts: Sequence[ProposalDraft]) -> None:
    if not any(draft.protocol for draft in drafts):
        return
    columns = (Proposal.protocol, Proposal.date_received, Proposal.number, Proposal.title)
    taken: dict[Any, tuple[Any, ...]] = {}
    for row in session.execute(sa.select(*columns).where(Proposal.protocol != "")):
        taken[protocol_key(row.protocol, row.date_received)] = tuple(row)
    for draft in drafts:
        key = protocol_key(draft.protocol, draft.date_received)
        if key is not None and key in taken:
            protocol, received, number, title = taken[key]
            known = {"protocol": protocol, "received": received, "number": number, "title": title}
            raise InvalidInput("proposal.protocol_taken", field="protocol", **known)
        taken[key] = (draft.protocol, draft.date_received, draft.number, draft.title)


def _check_categories(session: Session, checked: Sequence[tuple[Values, CheckedParts]]) -> None:
    known: dict[str, frozenset[tuple[str, str]]] = {}
    for values, parts in checked:
        call_id = values["call_id"]
        if call_id not in known:
            rules = current_rules(session, call_id)
            known[call_id] = frozenset(
                (section.value, row.code)
                for row in categories_of(session, rules.id if rules else None)
                for section in BudgetSection
                if row.allowed(section)
            )
        for i, item in enumerate(parts.items):
            if (item["section"], item["category"]) not in known[call_id]:
                raise InvalidInput("budget.category_section", field=f"items.{i}.category")


def _add_parts(session: Session, keys: Sequence[str], every: Sequence[CheckedParts]) -> None:
    """Rows of every kind of part, kind by kind."""
    pairs = list(zip(keys, every, strict=True))
    objectives = [{**row, "id": new_id(), "proposal_id": key} for key, parts in pairs for row in parts.objectives]
    insert_records(session, Objective, objectives)
    by_number = {(row["proposal_id"], row["number"]): row["id"] for row in objectives}
    actions = [
        ({**row, "id": new_id(), "proposal_id": key, "position": n}, [by_number[key, number] for number in served])
        for key, parts in pairs
        for n, (row, served) in enumerate(zip(parts.actions, parts.served, strict=True), start=1)
    ]
    insert_records(session, Action, (row for row, _served in actions))
    links = ({"action_id": row["id"], "objective_id": aim} for row, served in actions for aim in served)
    insert_records(session, ActionObjective, links)
    insert_records(session, Target, _placed("proposal_id", ((key, parts.targets) for key, parts in pairs)))
    results = [
        ({**row, "id": new_id(), "proposal_id": key, "position": n}, parts.indicators[row["number"]])
        for key, parts in pairs
        for n, row in enumerate(parts.results, start=1)
    ]
    columns = ("id", "proposal_id", "position", "text", "source_line")
    insert_records(session, ExpectedResult, ({name: row[name] for name in columns} for row, _measures in results))
    insert_records(session, Indicator, _placed("result_id", ((row["id"], measures) for row, measures in results)))
    budgets = insert_records(session, Budget, ({"proposal_id": key, "version": 1} for key in keys))
    items = zip(budgets, every, strict=True)
    insert_records(session, BudgetItem, _placed("budget_id", ((key, parts.items) for key, parts in items)))


def _placed(owner: str, groups: Iterator[tuple[str, list[Values]]]) -> Iterator[Values]:
    """Rows of each owner with their place among each other; keys are new."""
    for key, rows in groups:
        for position, row in enumerate(rows, start=1):
            yield {**row, "id": None, owner: key, "position": position}
