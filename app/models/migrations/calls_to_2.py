"""The rules that a call of schema 1 gets: version 1, with its days, the seven categories of cost, nothing else asked.

Proposals that were received already are received under it. Plain SQL: the tables are those of schema 2, whatever the
models are by now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import schema
from app.models.base import new_id
from app.models.journal import Gesture, RowEdit
from app.models.lock import user_name
from app.models.migrations.rebuild import VERB

CATEGORIES = ("paid_staff", "volunteers", "equipment", "management", "recipients", "communication", "other")
"""Codes that schema 1 knew, in the order of the paper."""

ONLY_CONTRIBUTION = "volunteers"
"""The category that schema 1 refused among the costs."""

OldCall = tuple[str, int, str | None, str | None]
"""(key, whether it is sample data, first day, last day) as schema 1 keeps a call."""


def old_calls(connection: sa.Connection) -> Sequence[OldCall]:
    """The calls as they stand before their table is made anew."""
    rows = connection.exec_driver_sql("select id, sample, date_opened, date_closed from call order by id")
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def give_rules(connection: sa.Connection, calls: Sequence[OldCall]) -> None:
    """Write the rules of each call, and which proposals were received under them; it is all on the record."""
    gesture = Gesture(schema.replica_of(connection), VERB, user_name(), datetime.now(UTC).replace(microsecond=0))
    edits: list[RowEdit] = []
    for call_id, sample, opened, closed in calls:
        days = {"date_opened": opened, "date_closed": closed}
        rules = _insert(connection, "call_rules", {"sample": sample, "call_id": call_id, "version": 1, **days})
        edits.append(("call_rules", rules["id"], None, rules))
        for position, code in enumerate(CATEGORIES, start=1):
            given = {"rules_id": rules["id"], "position": position, "code": code, "sample": sample}
            flags = {"costs": int(code != ONLY_CONTRIBUTION), "contribution": 1}
            category = _insert(connection, "rules_category", {**given, **flags})
            edits.append(("rules_category", category["id"], None, category))
        edits += _received(connection, call_id, rules["id"])
    with Session(connection) as session:
        gesture.start(session)
        gesture.append_bulk(session, edits)


def _insert(connection: sa.Connection, table: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """A new row, whole: what is not given is empty."""
    columns = connection.exec_driver_sql(f'pragma table_info("{table}")').all()
    empty = {column[1]: "" if column[3] else None for column in columns}
    row = {**empty, "id": new_id(), **given}
    places = ", ".join("?" for _value in row)
    connection.exec_driver_sql(f'insert into "{table}" ({", ".join(row)}) values ({places})', tuple(row.values()))
    return row


def _received(connection: sa.Connection, call_id: str, rules_id: str) -> list[RowEdit]:
    """Receive the proposals of a call that are no drafts any more under its rules."""
    found = connection.exec_driver_sql(
        "select id from proposal where call_id = ? and state <> 'draft' order by id", (call_id,)
    )
    keys = [row[0] for row in found.all()]
    for key in keys:
        connection.exec_driver_sql("update proposal set rules_id = ? where id = ?", (rules_id, key))
    return [("proposal", key, {"rules_id": None}, {"rules_id": rules_id}) for key in keys]
