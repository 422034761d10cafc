"""Many verbs as one gesture: what an import writes is one transaction, and is taken back as one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.journal import gesture_of
from app.models.rights import check_right
from app.models.store import Store
from app.services.changes import Changes
from app.services.exchange.filled import Faults, FilledRow
from app.services.ports import SILENT, Progress
from app.services.wording.texts import Translator

Draft = TypeVar("Draft", bound=Any)


class JoinedStore(Store):
    """The store as the verbs of one import see it: all that they read and write is the import's own session."""

    session: Session

    @classmethod
    def of(cls, store: Store, session: Session) -> JoinedStore:
        """`store` with every verb joined to `session`, which writes."""
        joined = cls(**{name: getattr(store, name) for name in cls.__dataclass_fields__})
        joined.session = session
        return joined

    @contextmanager
    def read(self) -> Iterator[Session]:
        """The import's session, with what was written so far."""
        self.session.flush()
        yield self.session

    @contextmanager
    def write(self, verb: str, *, undoes: int | None = None) -> Iterator[Session]:
        """The import's session; the gesture keeps the import's name, and takes the right to each of its verbs."""
        check_right(self.person, [verb])
        yield self.session
        self.session.flush()


@dataclass
class Places:
    """Where the fields of a draft stand in the workbook.

    Attributes:
        row: the record of the draft itself.
        children: records of each field that holds children, in the order of the draft.
        keys: column of a field where the two have different names, «children.field» for that of a child.
    """

    row: FilledRow
    children: Mapping[str, list[FilledRow]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)

    def cell(self, row: FilledRow, attribute: str, child: str = "") -> str:
        """Cell of an attribute of the draft, or of one of its children."""
        return row.cell(self.keys.get(f"{child}.{attribute}", self.keys.get(attribute, attribute)))


@dataclass
class Gesture:
    """An import that is being written: the verbs' refusals are gathered, not raised.

    Attributes:
        tr: language of the workbook.
        progress: of a long import, which may be stopped.
        known_names: the registry of organisations, once it was read.
    """

    store: JoinedStore
    faults: Faults
    tr: Translator
    progress: Progress = SILENT
    known_names: Any = None
    changes: Changes = field(default_factory=Changes.of)

    def save(self, verb: Callable[[Store, Draft], Changes], draft: Draft, places: Places) -> str | None:
        """Write a draft by its verb; each refusal is noted with its cell.

        A child or value that is refused is left out and the rest tried again, so that one look finds all that is wrong.

        Returns:
            Key of the record; None when nothing of it could be written.
        """
        while True:
            self._mark("savepoint attempt")
            try:
                changes = verb(self.store, draft)
            except (InvalidInput, RuleBroken) as reason:
                self._forget()
                smaller = self._without_refused(draft, places, reason)
                if smaller is None or self.faults.full:
                    return None
                draft = smaller
            else:
                self._mark("release attempt")
                self.changes |= changes
                return changes.id

    def attempt(self, act: Callable[[Store], Changes], places: Places, attribute: str) -> bool:
        """Do what a record asks for beside being saved; a refusal is noted with the cell that asks for it."""
        reason = self._refusal(act)
        if reason is not None:
            cell = places.cell(places.row, reason.field or attribute)
            self.faults.add(places.row.sheet, cell, reason)
        return reason is None

    def goes(self, act: Callable[[Store], Changes]) -> bool:
        """Do something if it is allowed; when it is refused nothing of it stays, and nothing is said."""
        return self._refusal(act) is None

    def _refusal(self, act: Callable[[Store], Changes]) -> AppError | None:
        """Why something was refused, and is not there; None when it is done."""
        gesture = gesture_of(self.store.session)
        self.store.session.flush()
        seq, head = gesture.seq, gesture.head
        self._mark("savepoint attempt")
        try:
            self.changes |= Changes(act(self.store).topics)
        except (InvalidInput, RuleBroken) as reason:
            self._forget()
            gesture.seq, gesture.head = seq, head
            return reason
        self._mark("release attempt")
        return None

    def save_many(
        self, verb: Callable[[Store, Sequence[Draft]], Changes], batches: Iterable[Sequence[Draft]]
    ) -> tuple[str, ...]:
        """Write many drafts by one verb, a batch at a time.

        Returns:
            Their keys; nothing when one was refused, or a fault was found while they were made: nothing of them stays.
        """
        gesture = gesture_of(self.store.session)
        seq, head = gesture.seq, gesture.head
        keys: list[str] = []
        self._mark("savepoint attempt")
        try:
            for drafts in batches:
                keys += verb(self.store, drafts).ids
            refused = bool(self.faults.found)
        except (InvalidInput, RuleBroken, NotFound):
            refused = True
        if refused:
            self._forget()
            gesture.seq, gesture.head = seq, head
            return ()
        self._mark("release attempt")
        return tuple(keys)

    def _without_refused(self, draft: Draft, places: Places, reason: AppError) -> Draft | None:
        """The draft without the child or the value that was refused; None when nothing is left to try."""
        name, _, rest = (reason.field or "").partition(".")
        index, _, attribute = rest.partition(".")
        smaller: Draft
        if name in places.children and index:
            row = places.children[name].pop(int(index))
            self.faults.add(row.sheet, places.cell(row, attribute, name), reason)
            kept = tuple(child for i, child in enumerate(getattr(draft, name)) if i != int(index))
            smaller = replace(draft, **{name: kept})
            return smaller
        self.faults.add(places.row.sheet, places.cell(places.row, name), reason)
        empty = {known.name: known.default for known in fields(draft)}
        if name not in empty or getattr(draft, name) == empty[name]:
            return None
        smaller = replace(draft, **{name: empty[name]})
        return smaller

    def _mark(self, statement: str) -> None:
        self.store.session.connection().exec_driver_sql(statement)

    def _forget(self) -> None:
        """Drop what a refused verb had begun, so that what follows is judged without it.

        The journal's chain is torn by this, but nothing of it stays: with a fault the whole import is taken back.
        """
        self._mark("rollback to attempt")
        self._mark("release attempt")
        self.store.session.expunge_all()
