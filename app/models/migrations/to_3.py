"""From schema 2 to schema 3."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.models.migrations.rebuild import bring_to

FILLS: Mapping[str, str] = {}
"""What a column of schema 3 holds in rows of schema 2, as SQL over the row; by "table.column"."""


def step(connection: sa.Connection) -> None:
    """Bring the tables of schema 2 to those of schema 3."""
    bring_to(connection, 3, FILLS)
    connection.exec_driver_sql(
        "insert into account_day (account_id, day, cents) select posting.account_id, transfer.day, sum(posting.cents)"
        " from posting join transfer on transfer.id = posting.transfer_id group by 1, 2"
    )
