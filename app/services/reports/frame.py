"""The frame around every printed thing: the office's heading, the instant of the records, the head of the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.models.journal import Edit, head_text
from app.models.schema import ArchiveInfo
from app.models.store import Store
from app.services.papers.letterhead import read_heading
from app.services.reports.spec import Audience, Document, Logo, Origin, Part
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class Frame:
    """What all documents of one archive share at one moment.

    Attributes:
        heading: lines of the office's heading.
        as_at: instant of the last edit: the only date of a printed file.
        head: head of the journal.
        archive: the last eight digits of the archive's own number: a file may be renamed, the number stays.
        file_id: the whole number.
        logo, footer: of the office, as it set them.
    """

    heading: tuple[str, ...]
    as_at: datetime
    head: str
    archive: str
    file_id: str
    logo: Logo | None = None
    footer: str = ""

    def origin(self, item: str | None = None, when: str = "") -> Origin:
        """What a document about a record was made from; see `spec.Origin`."""
        return Origin(self.file_id, self.head, item or "", when)


def read_frame(store: Store) -> Frame:
    """The frame of the archive as it is now."""
    with store.read() as session:
        info = session.execute(sa.select(ArchiveInfo)).scalar_one()
        last = session.execute(sa.select(sa.func.max(Edit.made_at, type_=Edit.made_at.type))).scalar_one()
        top = read_heading(session)
        head = head_text(session)
        return Frame(top.lines, last or info.created_at, head, info.file_id[-8:], info.file_id, top.logo, top.footer)


def framed(
    store: Store,
    tr: Translator,
    code: str,
    title: str,
    parts: tuple[Part, ...],
    *,
    slug: str,
    audience: Audience = Audience.FULL,
    landscape: bool = False,
) -> Document:
    """A document of this archive, with its heading and its line at the foot."""
    frame = read_frame(store)
    reference = tr("{code} · archive {archive} · journal {head}")
    return Document(
        code=code,
        title=title,
        parts=parts,
        heading=frame.heading,
        language=tr.language,
        as_at=frame.as_at,
        reference=reference.format(code=code, archive=frame.archive, head=frame.head),
        slug=slug,
        audience=audience,
        landscape=landscape,
        logo=frame.logo,
        footer=frame.footer,
    )
