"""The sample archive: the plan that `resources/sample` holds as data, through the verbs that the window uses.

What the text of the plan says keeps the line it comes from; what it does not say is marked as sample data.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from datetime import time
from pathlib import Path
from typing import Any

from app.models.store import Store, create_archive
from app.resources import resource
from app.services.ports import SILENT, Progress
from app.services.sample import meetings, network, plan, proposals, retention, spending, vouchers
from app.services.sample.writer import SampleWriter

STEPS: tuple[Callable[[SampleWriter], None], ...] = (
    plan.write_plan,
    plan.write_money,
    retention.write_retention,
    network.write_territory,
    network.write_network,
    proposals.write_proposals,
    plan.receive_money,
    meetings.write_meetings,
    plan.write_declarations,
    spending.write_spending,
    vouchers.write_vouchers,
)
"""In the order that a secretary would key it in; declarations name the records that they are about."""


def read_sample() -> dict[str, Any]:
    """Every file of the sample by its name («plan», «proposals/1»)."""
    folder = resource("sample")
    return {
        path.relative_to(folder).with_suffix("").as_posix(): tomllib.loads(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.toml"))
    }


def write_sample(path: Path, progress: Progress = SILENT) -> None:
    """Write the sample archive; the file appears whole or not at all.

    Args:
        path: where; must not exist.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.read_only", "disk.full".
        Cancelled: at a step of `progress`.
    """
    data = read_sample()

    def fill(store: Store) -> None:
        writer = SampleWriter(store, data)
        store.user = next(row["name"] for row in data["committee"]["members"] if row["role"] == "secretary")
        writer.at(data["plan"]["keyed"]["day"], time(9))
        for done, step in enumerate(STEPS):
            progress.step(done, len(STEPS))
            step(writer)
        progress.step(len(STEPS), len(STEPS))

    create_archive(path, fill=fill)
