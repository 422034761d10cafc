"""Writes the archive of the present schema that later releases must be able to open; run once for each release.

    python -m tests.archives.make

Beside the archive stands what it holds, as JSON.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.models.journal import record_classes
from app.models.schema import SCHEMA_VERSION
from app.models.store import Store, create_archive, open_archive
from app.services.ledger.rows import balances
from tests.services.world import build_world, move, settle_clock

HERE = Path(__file__).resolve().parent


def fill(store: Store) -> None:
    settle_clock(store)
    world = build_world(store)
    move(store, {world.source: -30_000, world.area: 10_000, world.project: 20_000}, world.in_force)


def held(store: Store) -> dict[str, Any]:
    tables = {}
    with store.read() as session:
        for table, mapped in sorted(record_classes().items()):
            columns = [column.name for column in mapped.__table__.columns]
            columns.sort(key=lambda name: name != "id")
            query = f"select {', '.join(columns)} from {table} order by 1"
            rows = [list(row) for row in session.connection().exec_driver_sql(query)]
            if rows:
                tables[table] = {"columns": columns, "rows": rows}
    tree = [[row.kind.value, row.name, row.depth, row.balance, row.total, row.ceiling] for row in balances(store)]
    return {"balances": tree, "tables": tables}


def main() -> None:
    path = HERE / f"schema-{SCHEMA_VERSION}.concilia"
    path.unlink(missing_ok=True)
    create_archive(path, fill=fill)
    with open_archive(path) as store:
        text = json.dumps(held(store), ensure_ascii=False, indent=1)
    path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
