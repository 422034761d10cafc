"""How long things are kept in the bin: classes as data of the archive, what is due, and emptying it by hand.

Nothing is emptied by itself. Acts and public money are kept for ever: no class can say otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.documents import AttachmentContent
from app.models.enums import ErasureKind
from app.models.erasure import RetentionClass
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.guards import NEVER_ERASED
from app.models.journal import Edit, EditPayload
from app.models.signing import CONTENT_HOLDERS
from app.models.store import Store
from app.services.changes import Changes
from app.services.journal.journal import gesture_contents
from app.services.journal.labels import TABLES
from app.services.keeping.bin import KEPT, BinRow, bin_rows
from app.services.keeping.erasing import Removal, burn, erase
from app.services.wording.texts import N_, Translator

ACTS = frozenset({*NEVER_ERASED, "act", "meeting", "committee", "call", "call_rules"})
"""Tables of acts: what was removed of them stays in the bin for ever."""

YEARS_MAX = 100

USUAL: tuple[tuple[str, int | None, tuple[str, ...]], ...] = (
    (N_("Acts and public money"), None, tuple(table for table in KEPT if table in ACTS)),
    (N_("Proposals and their documents"), 10, ("proposal", "attachment")),
    (N_("Network"), 5, ("organisation", "alliance", "network_agreement")),
    (N_("Territory and declared figures"), 2, ("district", "municipality", "earlier_call", "declaration")),
)
"""Classes to begin with: name, years (None for ever), tables."""


@dataclass(frozen=True)
class TableDraft:
    """One kind of things in a class."""

    table: str = ""
    id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class RetentionDraft:
    """A class while it is edited.

    Attributes:
        years: None for ever.
    """

    name: str = ""
    years: int | None = None
    tables: tuple[TableDraft, ...] = ()
    note: str = ""
    id: str | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class RetentionRow:
    """A class as it is listed; `tables` are their words, to be translated."""

    id: str
    name: str
    years: int | None
    tables: tuple[str, ...]
    note: str
    sample: bool = False
    source_line: int | None = None


@dataclass(frozen=True)
class DueRow:
    """A record in the bin whose time is over.

    Attributes:
        due: instant from which it may be erased.
    """

    row: BinRow
    name: str
    years: int
    due: datetime

    @property
    def id(self) -> str:
        """That of the bin."""
        return self.row.id


def retention_rows(store: Store) -> tuple[RetentionRow, ...]:
    """The classes, by name."""
    with store.read() as session:
        found = session.scalars(sa.select(RetentionClass).order_by(RetentionClass.name))
        return tuple(
            RetentionRow(
                id=each.id,
                name=each.name,
                years=each.years,
                tables=tuple(TABLES[table][1] for table in each.tables.split()),
                note=each.note,
                sample=each.sample,
                source_line=each.source_line,
            )
            for each in found
        )


def load_retention(store: Store, retention_id: str) -> RetentionDraft:
    """A class, to be edited.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        found = _class(session, retention_id)
        tables = tuple(TableDraft(table, id=table) for table in found.tables.split())
        return RetentionDraft(found.name, found.years, tables, found.note, found.id, found.source_line)


def save_retention(store: Store, draft: RetentionDraft) -> Changes:
    """Write a class.

    Raises:
        InvalidInput: "field.required", "retention.name_taken", "retention.years", "retention.acts_for_ever",
            "retention.table_taken".
    """
    _check(draft)
    with store.write("save_retention") as session:
        tables = [each.table for each in draft.tables]
        others = [each for each in session.scalars(sa.select(RetentionClass)) if each.id != draft.id]
        if any(each.name == draft.name.strip() for each in others):
            raise InvalidInput("retention.name_taken", field="name", name=draft.name.strip())
        taken = {table for each in others for table in each.tables.split()}
        for number, table in enumerate(tables):
            if table in taken or table in tables[:number]:
                raise InvalidInput("retention.table_taken", field=f"tables.{number}.table")
        values = {"name": draft.name.strip(), "years": draft.years, "tables": " ".join(tables), "note": draft.note}
        found = RetentionClass(**values) if draft.id is None else _class(session, draft.id)
        session.add(found)
        for key, value in values.items():
            if getattr(found, key) != value:
                setattr(found, key, value)
    return Changes.of("archive", ids=(found.id,))


def _check(draft: RetentionDraft) -> None:
    if not draft.name.strip():
        raise InvalidInput("field.required", field="name")
    if draft.years is not None and not 1 <= draft.years <= YEARS_MAX:
        raise InvalidInput("retention.years", field="years", most=YEARS_MAX)
    for number, each in enumerate(draft.tables):
        if each.table not in KEPT:
            raise InvalidInput("field.required", field=f"tables.{number}.table")
        if draft.years is not None and each.table in ACTS:
            raise InvalidInput("retention.acts_for_ever", field=f"tables.{number}.table")


def add_usual_classes(store: Store, tr: Translator) -> Changes:
    """Write the classes to begin with, of the tables that no class has yet."""
    usual = [(tr(name), years, tables) for name, years, tables in USUAL]
    with store.write("save_retention") as session:
        present = tuple(session.scalars(sa.select(RetentionClass)))
        taken = {table for each in present for table in each.tables.split()}
        made = []
        for name, years, tables in usual:
            free = [table for table in tables if table not in taken]
            if free and all(each.name != name for each in present):
                made.append(RetentionClass(name=name, years=years, tables=" ".join(free)))
        session.add_all(made)
    return Changes.of("archive", ids=tuple(each.id for each in made))


def delete_retention(store: Store, retention_id: str) -> Changes:
    """Remove a class: things of it are kept for ever from then on.

    Raises:
        NotFound: "record.gone".
    """
    with store.write("delete_retention") as session:
        session.delete(_class(session, retention_id))
    return Changes.of("archive", ids=(retention_id,))


def _class(session: Session, retention_id: str) -> RetentionClass:
    found = session.get(RetentionClass, retention_id)
    if found is None:
        raise NotFound("record.gone")
    return found


# --- what is due -----------------------------------------------------------------------------


def due_rows(store: Store) -> tuple[DueRow, ...]:
    """What in the bin may be erased by now: all that went with one gesture is due, and none of it is an act."""
    classes: dict[str, tuple[str, int]] = {}
    with store.read() as session:
        for each in session.scalars(sa.select(RetentionClass)):
            if each.years is not None:
                classes |= dict.fromkeys(each.tables.split(), (each.name, each.years))
        due = []
        for row in bin_rows(store):
            tables = {content.edit.table_name for content in gesture_contents(session, store.replica_id, row.number)}
            ages = [classes[table] for table in tables & set(KEPT) if table in classes]
            if row.table not in classes or len(ages) < len(tables & set(KEPT)):
                continue
            name, years = max(ages, key=lambda each: each[1])
            ends = _after(row.made_at, years)
            if ends <= store.clock():
                due.append(DueRow(row, name, years, ends))
    return tuple(due)


def _after(at: datetime, years: int) -> datetime:
    day = 28 if (at.month, at.day) == (2, 29) else at.day
    return at.replace(year=at.year + years, day=day)


def empty_bin(store: Store, numbers: Collection[int], reason: str) -> Changes:
    """Erase records of the bin for good; it cannot be taken back.

    Args:
        numbers: of gestures that removed something, each of which must be due.
        reason: why, for the record.

    Raises:
        InvalidInput: "reason.missing", "retention.nothing".
        RuleBroken: "right.missing"; "retention.not_due" where the time of one is not over.
    """
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    if not numbers:
        raise InvalidInput("retention.nothing")
    due = {each.row.number for each in due_rows(store)}
    if set(numbers) - due:
        raise RuleBroken("retention.not_due")
    with store.read() as session:
        rows = {
            (content.edit.table_name, content.edit.row_id)
            for number in numbers
            for content in gesture_contents(session, store.replica_id, number)
            if content.after is None
        }
        edits, contents = _edits_of(session, rows)
    with store.write("empty_bin") as session:
        erase(session, ErasureKind.RETENTION, reason.strip(), Removal(edits, {}, contents))
    return burn(store)


def _edits_of(session: Session, rows: Iterable[tuple[str, str]]) -> tuple[frozenset[tuple[str, int]], frozenset[str]]:
    """All edits of removed rows, but for those of public money, and the documents that nothing else has."""
    edits: set[tuple[str, int]] = set()
    digests: set[str] = set()
    gone = {key for table, key in rows if table == "attachment"}
    for table, key in rows:
        if table in NEVER_ERASED:
            continue
        asked = sa.select(Edit.replica, Edit.seq).where(Edit.table_name == table, Edit.row_id == key)
        edits.update((row.replica, row.seq) for row in session.execute(asked))
    for digest in session.scalars(sa.select(AttachmentContent.sha256)):
        if gone and _only_of(session, digest, gone):
            digests.add(digest)
    return frozenset(edits), frozenset(digests)


def _only_of(session: Session, digest: str, gone: Collection[str]) -> bool:
    """Whether a document is of the removed rows alone."""
    if any(session.scalar(sa.select(kind.id).filter_by(sha256=digest)) for kind in CONTENT_HOLDERS):
        return False
    named = (
        sa.select(Edit.row_id)
        .join(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .where(Edit.table_name == "attachment", EditPayload.payload.contains(digest, autoescape=True))
    )
    owners = set(session.scalars(named))
    return bool(owners) and owners <= set(gone)
