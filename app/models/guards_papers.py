"""What SQLite itself refuses of papers: an erratum that was approved never changes, nor what was left out with it."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger


def errata() -> Iterator[str]:
    """An approved erratum stays as it is, with its lines; one is approved for minutes that are."""
    fixed = refuse("erratum.frozen")
    for event in ("update", "delete"):
        yield trigger(f"erratum_no_{event}", f"before {event} on erratum", "old.number is not null", fixed)
    yield trigger(
        "erratum_no_replace",
        "before insert on erratum",
        "exists (select 1 from erratum where number is not null and (id = new.id or (committee_id = new.committee_id"
        " and year = new.year and number = new.number)))",
        fixed,
    )
    approved = "exists (select 1 from erratum where number is not null and id in ({keys}))"
    for event, keys in (
        ("insert", "new.erratum_id"),
        ("update", "old.erratum_id, new.erratum_id"),
        ("delete", "old.erratum_id"),
    ):
        yield trigger(f"erratum_line_no_{event}", f"before {event} on erratum_line", approved.format(keys=keys), fixed)


def omissions() -> Iterator[str]:
    """What minutes were approved with stays left out, with its ground."""
    fixed = refuse("omission.frozen")
    for event in ("update", "delete"):
        yield trigger(f"omission_no_{event}", f"before {event} on omission", "old.kept = 1", fixed)
    yield trigger(
        "omission_no_replace",
        "before insert on omission",
        "exists (select 1 from omission where id = new.id and kept = 1)",
        fixed,
    )


def prints() -> Iterator[str]:
    """The history of prints only grows; a content may be erased, never changed."""
    fixed = refuse("print.append_only")
    for event in ("update", "delete"):
        yield trigger(f"print_made_no_{event}", f"before {event} on print_made", "", fixed)
    yield trigger(
        "print_made_no_replace", "before insert on print_made", "new.id in (select id from print_made)", fixed
    )
    yield trigger("print_content_no_update", "before update on print_content", "", fixed)
