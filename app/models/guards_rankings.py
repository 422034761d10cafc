"""What SQLite itself refuses of rankings: one that is adopted never changes, nor do its places."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

_FIXED = refuse("ranking.adopted")


def rankings() -> Iterator[str]:
    """An adopted ranking stays as it is."""
    for event in ("update", "delete"):
        yield trigger(f"ranking_no_{event}", f"before {event} on ranking", "old.state = 'adopted'", _FIXED)
    yield trigger(
        "ranking_no_replace",
        "before insert on ranking",
        "exists (select 1 from ranking where state = 'adopted'"
        " and (id = new.id or (call_id = new.call_id and number = new.number)))",
        _FIXED,
    )


def places() -> Iterator[str]:
    """Nor do the places of an adopted ranking change; none is added to it, or taken away."""
    adopted = "exists (select 1 from ranking where state = 'adopted' and id in ({keys}))"
    for event, keys in (
        ("insert", "new.ranking_id"),
        ("update", "old.ranking_id, new.ranking_id"),
        ("delete", "old.ranking_id"),
    ):
        condition = adopted.format(keys=keys)
        yield trigger(f"ranking_place_no_{event}", f"before {event} on ranking_place", condition, _FIXED)
