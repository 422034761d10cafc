"""What was printed or written to a file: when, by whom, from which state; and printing it again as it was then.

To print changes nothing in the archive, so this is no part of its record: it stands beside the journal.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import AppError, NotFound
from app.models.journal import head_text
from app.models.papers import PrintContent, PrintMade
from app.models.store import Store
from app.services.reports import freeze
from app.services.reports.spec import Document

PRINTER = "print"
"""The form of what went to a printer; else it is the suffix of the file."""

_PDF = b"%PDF-"


@dataclass(frozen=True)
class PrintRow:
    """Something that was printed.

    Attributes:
        item: key of the record it was about, empty for the whole archive.
        moment: the earlier moment that it showed, in words; empty for then.
        there: whether it can be printed again as it was.
    """

    id: str | None = None
    made_at: datetime | None = None
    made_by: str = ""
    code: str = ""
    title: str = ""
    item: str = ""
    language: str = ""
    audience: str = ""
    form: str = ""
    moment: str = ""
    journal_head: str = ""
    there: bool = False


def remember_print(store: Store, document: Document, form: str, item: str = "") -> None:
    """Write down that a document was printed, or written to a file; nothing in an archive that is only read.

    A paper that was printed is not unprinted because the archive could not note it: its refusal is not the print's.
    """
    if not store.writing:
        return
    content = _kept(document)
    digest = hashlib.sha256(content).hexdigest()
    with store.read() as session:
        head = head_text(session)
        known = session.get(PrintContent, digest) is not None
    user = store.user if store.person is None else store.person.name
    made = {
        "made_at": store.clock(),
        "made_by": user,
        "code": document.code,
        "title": document.title,
        "item": item or (document.origin.item if document.origin else ""),
        "language": document.language,
        "audience": document.audience.value,
        "form": form,
        "moment": document.subject if document.origin and document.origin.when else "",
        "journal_head": head,
        "sha256": digest,
    }
    try:
        with store.aside() as connection:
            if not known:
                connection.execute(sa.insert(PrintContent), [{"sha256": digest, "content": content}])
            connection.execute(sa.insert(PrintMade), [made])
    except AppError:
        return


def _kept(document: Document) -> bytes:
    """A document packed so that it prints the same: its parts, or its pages where parts are drawn by hand."""
    if freeze.can_freeze(document):
        return zlib.compress(freeze.dump(document).encode(), 9)
    from app.services.reports.pdf import pdf_bytes

    return pdf_bytes(document)


def print_rows(store: Store) -> tuple[PrintRow, ...]:
    """All that was printed, the newest first."""
    query = (
        sa.select(PrintMade, PrintContent.sha256.is_not(None))
        .outerjoin(PrintContent, PrintContent.sha256 == PrintMade.sha256)
        .order_by(PrintMade.id.desc())
    )
    with store.read() as session:
        return tuple(
            PrintRow(
                id=str(row.id),
                made_at=row.made_at,
                made_by=row.made_by,
                code=row.code,
                title=row.title,
                item=row.item,
                language=row.language,
                audience=row.audience,
                form=row.form,
                moment=row.moment,
                journal_head=row.journal_head,
                there=bool(there),
            )
            for row, there in session.execute(query).tuples()
        )


def printed_pdf(store: Store, print_id: str) -> bytes:
    """What was printed then, byte by byte.

    Raises:
        NotFound: "record.gone"; "print.erased" when a person's right took it away.
    """
    content = _content(store, print_id)
    if content.startswith(_PDF):
        return content
    from app.services.reports.pdf import pdf_bytes

    return pdf_bytes(freeze.from_data(json.loads(zlib.decompress(content))))


def printed_document(store: Store, print_id: str) -> Document | None:
    """What was printed then as a document, to be exported in any form; None where only its pages were kept.

    Raises:
        NotFound: "record.gone", "print.erased".
    """
    content = _content(store, print_id)
    return None if content.startswith(_PDF) else freeze.from_data(json.loads(zlib.decompress(content)))


def _content(store: Store, print_id: str) -> bytes:
    with store.read() as session:
        row = session.get(PrintMade, int(print_id)) if print_id.isdecimal() else None
        if row is None:
            raise NotFound("record.gone")
        content = session.scalar(sa.select(PrintContent.content).filter_by(sha256=row.sha256))
    if content is None:
        raise NotFound("print.erased")
    return content


def speaking_prints(session: Session, speaks: Callable[[str], bool]) -> frozenset[str]:
    """Hashes of what was kept of prints that speak of somebody.

    Args:
        speaks: whether a text does.
    """
    rows = session.execute(sa.select(PrintContent.sha256, PrintContent.content)).tuples()
    return frozenset(digest for digest, content in rows if speaks(_text(content)))


def _text(content: bytes) -> str:
    """Every word of what was kept."""
    if not content.startswith(_PDF):
        return zlib.decompress(content).decode()
    from app.services.reports.preview import page_texts

    return "\n".join(page_texts(content))
