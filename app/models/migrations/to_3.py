"""From schema 2 to schema 3."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.models.migrations.rebuild import bring_to

_WHEN_CLOSED = (
    "select case when meeting.state in ('closed', 'approved') then {} else {} end from meeting"
    " join committee on committee.id = meeting.committee_id where meeting.id = agenda_item.meeting_id"
)
"""Of a point: one value when its meeting is closed, which keeps what it was decided by; another while it is not."""

FILLS: Mapping[str, str] = {
    "agenda_item.abstain": "0",
    "agenda_item.addition": "''",
    "agenda_item.against": "0",
    "agenda_item.ballot": "'open'",
    "agenda_item.favour": "0",
    "agenda_item.invalid": "0",
    "agenda_item.late": "0",
    "agenda_item.late_ground": "''",
    "agenda_item.majority": _WHEN_CLOSED.format("'voting'", "null"),
    "agenda_item.matter": "'ordinary'",
    "agenda_item.quorum": _WHEN_CLOSED.format("committee.quorum", "null"),
    "agenda_item.state": _WHEN_CLOSED.format("'treated'", "'open'"),
    "agenda_item.tie": _WHEN_CLOSED.format("'rejected'", "null"),
    "agenda_item.time_begun": "''",
    "committee.majority": "'voting'",
    "committee.notice_days": "0",
    "committee.proxies_max": "0",
    "committee.quorum_opening": "quorum",
    "committee.tie": "'rejected'",
    "meeting.letter": "''",
    "meeting.time_convened": "''",
    "member.act": "''",
    "organisation_seat.province": "''",
    "rules_tranche.guarantee": "0",
}
"""What a column of schema 3 holds in rows of schema 2, as SQL over the row; by "table.column"."""


def step(connection: sa.Connection) -> None:
    """Bring the tables of schema 2 to those of schema 3."""
    bring_to(connection, 3, FILLS)
    connection.exec_driver_sql(
        "insert into account_day (account_id, day, cents) select posting.account_id, transfer.day, sum(posting.cents)"
        " from posting join transfer on transfer.id = posting.transfer_id group by 1, 2"
    )
