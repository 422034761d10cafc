"""From schema 4 to schema 5."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.models.migrations.rebuild import bring_to

FILLS: Mapping[str, str] = {
    "agenda_item.motion": "''",
}
"""What a column of schema 5 holds in rows of schema 4, as SQL over the row; by "table.column"."""


def step(connection: sa.Connection) -> None:
    """Bring the tables of schema 4 to those of schema 5."""
    bring_to(connection, 5, FILLS)
