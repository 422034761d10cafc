"""Many rows at once: values as they are stored go to the driver as they are, with no work for each row."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import sqlalchemy as sa


def insert_rows(
    connection: sa.Connection, table: type[Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows whose values are already as the database stores them (text, whole numbers, bytes, None).

    Args:
        columns: names, in the order of the values of each row.
    """
    if not rows:
        return
    compiled = sa.insert(table).compile(dialect=connection.dialect, column_keys=list(columns))
    assert set(compiled.params) == set(columns), "every column is given, also those with a default"
    if compiled.positiontup is None:  # a driver that takes values by name
        connection.exec_driver_sql(str(compiled), [dict(zip(columns, row, strict=True)) for row in rows])
    else:
        in_order = itemgetter(*(columns.index(name) for name in compiled.positiontup))
        connection.exec_driver_sql(str(compiled), [in_order(row) for row in rows])
