"""What can be printed of meetings, for the catalogue; each imports what it needs when it is asked for."""

from __future__ import annotations

from app.models.store import Store
from app.services.reports.spec import Document, Table
from app.services.wording.texts import Translator

Items = tuple[tuple[str, str], ...]


def listed(store: Store, _tr: Translator) -> Items:
    """Meetings that can be printed."""
    from app.services.meetings.meetings import meeting_rows

    return tuple((row.id, row.label) for row in meeting_rows(store))


def minutes(store: Store, tr: Translator, item: str | None) -> Document:
    """The minutes of a meeting."""
    from app.services.reports.minutes import minutes_document

    assert item is not None
    return minutes_document(store, item, tr)


def convocation(store: Store, tr: Translator, item: str | None) -> Document:
    """The convocation of a meeting."""
    from app.services.reports.convocation import convocation_document

    assert item is not None
    return convocation_document(store, item, tr)


def packet(store: Store, tr: Translator, item: str | None) -> Document:
    """The packet of a meeting."""
    from app.services.reports.packet import packet_document

    assert item is not None
    return packet_document(store, item, tr)


def decided(store: Store, _tr: Translator) -> Items:
    """Decisions in force."""
    from app.services.decisions.decisions import decision_rows

    return tuple((row.id, f"{row.label} {row.subject}") for row in decision_rows(store) if row.label)


def excerpt(store: Store, tr: Translator, item: str | None) -> Document:
    """The excerpt of a decision."""
    from app.services.reports.excerpt import excerpt_document

    assert item is not None
    return excerpt_document(store, item, tr)


def calendar(store: Store, tr: Translator) -> Table:
    """The calendar of the meetings."""
    from app.services.reports.meeting_lists import calendar_table

    return calendar_table(store, tr)
