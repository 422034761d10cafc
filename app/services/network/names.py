"""Names of all organisations at hand, for as long as one session lasts: read once however many are written in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import InvalidInput
from app.models.journal import Edit, JournaledSession
from app.models.network import Organisation, OrganisationAlias
from app.models.schema import ArchiveInfo
from app.services.network.likeness import Body, NameIndex
from app.services.wording.folding import fold

_KEY = "names of organisations"


class Names:
    """Every organisation by its name and other spellings."""

    def __init__(self, bodies: Sequence[Body]) -> None:
        self._bodies = {body.id: body for body in bodies}
        self._holders: dict[str, list[str]] | None = None
        self._index: NameIndex | None = None

    @property
    def bodies(self) -> Mapping[str, Body]:
        """All of them, by key."""
        return self._bodies

    @property
    def index(self) -> NameIndex:
        """The same, to find what is near; made when it is first asked for."""
        if self._index is None:
            self._index = NameIndex.of(self._bodies.values())
        return self._index

    def put(self, body: Body) -> None:
        """Note an organisation that was written."""
        self._bodies[body.id] = body
        if self._holders is not None:
            _hold(self._holders, body)
        if self._index is not None:
            self._index.put(body)

    def refuse_taken(self, name: str, spellings: Sequence[str], own: str) -> None:
        """No other organisation has one of these names, as its own or as another spelling.

        Raises:
            InvalidInput: "organisation.name_taken", "organisation.alias_taken".
        """
        if self._holders is None:
            self._holders = defaultdict(list)
            for body in self._bodies.values():
                _hold(self._holders, body)
        for i, text in enumerate((name, *spellings)):
            folded = fold(text)
            for holder in self._holders.get(folded, ()):
                body = self._bodies[holder]
                if holder == own or folded not in map(fold, body.names):
                    continue
                field = f"aliases.{i - 1}.name" if i else "name"
                if not i and folded == fold(body.names[0]):
                    raise InvalidInput("organisation.name_taken", field=field, name=body.names[0])
                raise InvalidInput("organisation.alias_taken", field=field, text=text, name=body.names[0])


def _hold(holders: dict[str, list[str]], body: Body) -> None:
    for folded in dict.fromkeys(map(fold, body.names)):
        if body.id not in holders[folded]:
            holders[folded].append(body.id)


def names_of(session: Session) -> Names:
    """The names as this session sees them.

    A session that writes reads them when it first asks, and keeps them up to date. For reading they are kept as long as
    the archive stays as it is: whatever is written puts an edit at the end of this copy's journal.
    """
    if _KEY in session.info:
        return cast(Names, session.info[_KEY])
    if isinstance(session, JournaledSession):
        session.info[_KEY] = Names(_read(session))
        return cast(Names, session.info[_KEY])
    engine, head = session.get_bind(), _head(session)
    known = _known.get(engine)
    if known is None or known[0] != head:
        known = _known[engine] = (head, Names(_read(session)))
    return known[1]


_Head = tuple[int, bytes]

_known: WeakKeyDictionary[sa.Engine | sa.Connection, tuple[_Head | None, Names]] = WeakKeyDictionary()
"""Head of the journal and the names that it had then, by open archive."""


def _head(session: Session) -> _Head | None:
    """The last edit of this copy of the archive: its number and its hash."""
    own = sa.select(ArchiveInfo.replica_id).scalar_subquery()
    last = sa.select(Edit.seq, Edit.hash).where(Edit.replica == own).order_by(Edit.seq.desc()).limit(1)
    row = session.execute(last).first()
    return None if row is None else (row.seq, row.hash)


def forget_names(session: Session) -> None:
    """Read them anew when they are next asked for: rows were changed otherwise than by saving an organisation."""
    session.info.pop(_KEY, None)


def _read(session: Session) -> list[Body]:
    aliases: dict[str, list[str]] = defaultdict(list)
    found = sa.select(OrganisationAlias.organisation_id, OrganisationAlias.name).order_by(OrganisationAlias.name)
    for owner, name in session.execute(found):
        aliases[owner].append(name)
    one = Organisation
    rows = session.execute(sa.select(one.id, one.name, one.tax_code, one.vat_number).order_by(one.id))
    return [Body(row.id, (row.name, *aliases.get(row.id, ())), row.tax_code, row.vat_number) for row in rows]
