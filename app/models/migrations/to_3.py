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
