"""From schema 3 to schema 4."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.models.migrations.rebuild import bring_to

FILLS: Mapping[str, str] = {
    "committee.findings_block": "0",
    "plan.count_floor": "5",
}
"""What a column of schema 4 holds in rows of schema 3, as SQL over the row; by "table.column"."""


def step(connection: sa.Connection) -> None:
    """Bring the tables of schema 3 to those of schema 4."""
    bring_to(connection, 4, FILLS)
