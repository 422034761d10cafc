"""What SQLite itself refuses of signed papers: what was handed out and what came back stays as it was."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

_SETTLED = ("id", "code", "record_id", "title", "subject", "slug", "language", "sha256", "made_at")
"""Columns of a paper that never change: all but its entry in the register."""


def papers() -> Iterator[str]:
    """Papers keep their bytes; signed files and their signatures only grow."""
    fixed = refuse("signature.append_only")
    changed = " or ".join(f"old.{column} is not new.{column}" for column in _SETTLED)
    yield trigger("paper_no_update", "before update on paper", changed, fixed)
    yield trigger("paper_no_delete", "before delete on paper", "", fixed)
    twice = "exists (select 1 from paper where id = new.id or sha256 = new.sha256)"
    yield trigger("paper_no_replace", "before insert on paper", twice, fixed)
    for table in ("signed_copy", "signature"):
        for event in ("update", "delete"):
            yield trigger(f"{table}_no_{event}", f"before {event} on {table}", "", fixed)
        twice = f"new.id in (select id from {table})"
        yield trigger(f"{table}_no_replace", f"before insert on {table}", twice, fixed)
