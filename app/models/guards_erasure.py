"""What SQLite itself refuses of what was erased: the list of it stays, and what went does not come back."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

_KEYS = {
    "erasure": "id = new.id",
    "erased_edit": "replica = new.replica and seq = new.seq",
    "erased_field": "table_name = new.table_name and row_id = new.row_id and field_name = new.field_name",
    "erased_content": "sha256 = new.sha256",
}


def rules() -> Iterator[str]:
    """Lists of what was erased are only added to; the content of an erased edit is not written again."""
    refused = refuse("journal.append_only")
    for table, key in _KEYS.items():
        yield trigger(f"{table}_no_update", f"before update on {table}", "", refused)
        yield trigger(f"{table}_no_delete", f"before delete on {table}", "", refused)
        yield trigger(
            f"{table}_no_replace", f"before insert on {table}", f"exists (select 1 from {table} where {key})", refused
        )
    yield trigger(
        "edit_payload_stays_erased",
        "before insert on edit_payload",
        "exists (select 1 from erased_edit where replica = new.replica and seq = new.seq)",
        refused,
    )
