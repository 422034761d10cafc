"""What SQLite itself refuses of proposals: a closed version stays, and the bytes of a document stay its bytes."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

_HOLDERS = ("attachment", "paper", "signed_copy")
"""Tables whose rows have bytes in the archive."""


def versions() -> Iterator[str]:
    """A closed version never changes; it goes by a taking back alone, last first, its proposal being open again."""
    closed = refuse("version.closed")
    yield trigger("proposal_version_no_update", "before update on proposal_version", "", closed)
    yield trigger(
        "proposal_version_no_replace",
        "before insert on proposal_version",
        "exists (select 1 from proposal_version"
        " where id = new.id or (proposal_id = new.proposal_id and number = new.number))",
        closed,
    )
    yield trigger(
        "proposal_version_counts_on",
        "before insert on proposal_version",
        "new.number <> 1 + (select count(*) from proposal_version where proposal_id = new.proposal_id)",
        closed,
    )
    yield trigger(
        "proposal_version_no_delete",
        "before delete on proposal_version",
        "exists (select 1 from proposal where id = old.proposal_id and state <> 'draft' and reopened = '')"
        " or old.number <> (select count(*) from proposal_version where proposal_id = old.proposal_id)",
        closed,
    )


def documents() -> Iterator[str]:
    """Bytes never change, and stay while a record has them; a document keeps what it is."""
    refused = refuse("document.fixed")
    yield trigger("attachment_content_no_update", "before update on attachment_content", "", refused)
    yield trigger(
        "attachment_content_no_replace",
        "before insert on attachment_content",
        "exists (select 1 from attachment_content where sha256 = new.sha256)",
        refused,
    )
    yield trigger(
        "attachment_content_no_delete",
        "before delete on attachment_content",
        " or ".join(f"exists (select 1 from {table} where sha256 = old.sha256)" for table in _HOLDERS),
        refused,
    )
    yield trigger(
        "attachment_stays_what_it_is",
        "before update of proposal_id, alliance_id, report_id, kind, size, sha256, added_at on attachment",
        "",
        refused,
    )
