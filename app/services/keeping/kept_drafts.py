"""What is being typed and not saved yet, kept in the archive: neither a crash nor a flat battery loses it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.models.errors import InvalidInput
from app.models.kept import KeptDraft
from app.models.store import Store
from app.services.keeping.packing import pack, unpack


@dataclass(frozen=True)
class OpenForm:
    """A form with changes that are not saved, as it stands.

    Attributes:
        place: list and room of the form, «network.organisations».
        record_id: of the record; empty for a new one.
        title: what it is called, as it stands.
        draft, baseline: what is typed, and what it was changed from.
        typed: what stands in fields and cells and cannot be taken over yet, by path («amount», «items.2.amount»).
        cursor: path of the field or cell that it stands in.
    """

    place: str
    record_id: str
    title: str
    draft: Any
    baseline: Any
    typed: Mapping[str, str] = field(default_factory=dict)
    cursor: str = ""


@dataclass(frozen=True)
class KeptRow:
    """What was kept of a form; `drafts` reads it."""

    place: str
    record_id: str
    title: str
    cursor: str
    content: str
    baseline: str
    typed: Mapping[str, str]
    kept_at: datetime

    @property
    def id(self) -> str:
        """Key among what is kept of one user."""
        return f"{self.place}:{self.record_id}"

    @property
    def about(self) -> str:
        """Key of the record, also when this was set aside; empty for a new one."""
        return self.record_id.partition(AWAY)[0]

    def drafts(self, kind: type) -> tuple[Any, Any]:
        """What was typed, and what it was changed from.

        Args:
            kind: class of the form's drafts.

        Raises:
            InvalidInput: "draft.unreadable" when it is of another release whose form was another one.
        """
        return unpack(kind, self.content), unpack(kind, self.baseline)


AWAY = "@"
"""Stands in the key of what was set aside, after that of its record."""

Change = OpenForm | tuple[str, str]
"""A form to keep, or (place, record) of one that was saved or given up."""


def keep_drafts(store: Store, changes: tuple[Change, ...]) -> None:
    """Keep these forms and forget the others, in one transaction that is no gesture.

    Raises:
        EnvironmentFailed: "archive.opened_for_reading", "archive.busy", "disk.full".
    """
    who = _who(store)
    known = sa.delete(KeptDraft).where(KeptDraft.user_id == who)
    rows = [_row(who, each, store.clock()) for each in changes if isinstance(each, OpenForm)]
    keys = [(each.place, each.record_id) if isinstance(each, OpenForm) else each for each in changes]
    with store.aside() as connection:
        for place, record_id in keys:
            connection.execute(known.where(KeptDraft.place == place, KeptDraft.record_id == record_id))
        if rows:
            connection.execute(sa.insert(KeptDraft), rows)


def set_aside(store: Store, place: str, record_id: str) -> None:
    """Keep what was kept of a form under a key of its own, so that the next typing in that form does not replace it.

    Raises:
        EnvironmentFailed: those of `keep_drafts`.
    """
    mine = sa.update(KeptDraft).where(KeptDraft.user_id == _who(store))
    with store.aside() as connection:
        connection.execute(
            mine.where(KeptDraft.place == place, KeptDraft.record_id == record_id).values(
                record_id=f"{record_id}{AWAY}{store.clock().isoformat()}"
            )
        )


def _row(who: str, form: OpenForm, at: datetime) -> dict[str, Any]:
    return {
        "user_id": who,
        "place": form.place,
        "record_id": form.record_id,
        "title": form.title,
        "cursor": form.cursor,
        "content": pack(form.draft),
        "baseline": pack(form.baseline),
        "typed": json.dumps(dict(form.typed), ensure_ascii=False, sort_keys=True),
        "kept_at": at,
    }


def kept_drafts(store: Store) -> tuple[KeptRow, ...]:
    """What is kept of whoever works, the last typed first."""
    query = sa.select(KeptDraft).where(KeptDraft.user_id == _who(store)).order_by(KeptDraft.kept_at.desc())
    with store.read() as session:
        return tuple(
            KeptRow(
                place=row.place,
                record_id=row.record_id,
                title=row.title,
                cursor=row.cursor,
                content=row.content,
                baseline=row.baseline,
                typed=_texts(row.typed),
                kept_at=row.kept_at,
            )
            for row in session.scalars(query)
        )


def as_new(draft: Any) -> Any:
    """A draft as that of a new record, with new parts."""
    if isinstance(draft, tuple):
        return tuple(as_new(item) for item in draft)
    if not is_dataclass(draft) or isinstance(draft, type):
        return draft
    values = {each.name: as_new(getattr(draft, each.name)) for each in fields(draft) if each.init}
    return replace(draft, **{**values, "id": None} if "id" in values else values)


def plain_fields(content: str) -> list[tuple[str, str]]:
    """What was kept, as keys and texts, when it is of a form that is not known any more."""
    found = json.loads(content)
    return [(str(key), _said(value)) for key, value in found.items()] if isinstance(found, dict) else []


def _said(value: Any) -> str:
    if isinstance(value, dict):
        return " · ".join(_said(item) for item in value.values() if item not in (None, ""))
    if isinstance(value, list):
        return "\n".join(_said(item) for item in value)
    return "" if value is None else str(value)


def _texts(text: str) -> dict[str, str]:
    found = json.loads(text)
    if not isinstance(found, dict):
        raise InvalidInput("draft.unreadable")
    return {str(key): str(value) for key, value in found.items()}


def _who(store: Store) -> str:
    return "" if store.person is None else store.person.id
