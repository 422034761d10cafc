"""The packet of a meeting: all that is needed at the table as one document, with its contents.

First the convocation, then point by point what is to be decided; minutes to be approved in full. Documents that were
bound to the points travel inside the file as they came.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePath

from app.models.enums import Matter
from app.models.meetings import Meeting
from app.models.store import Store
from app.services.documents.documents import DocumentOwner, DocumentRow, documents_of, read_document
from app.services.meetings.committees import read_committee
from app.services.meetings.drafts import AgendaItemDraft
from app.services.meetings.records import read_meeting
from app.services.reports.convocation import convocation_document
from app.services.reports.frame import framed
from app.services.reports.minutes import minutes_document
from app.services.reports.minutes_data import DecisionRecord, Names, read_minutes_data
from app.services.reports.minutes_decisions import decision_parts
from app.services.reports.spec import (
    Audience,
    Contents,
    Document,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Part,
    Signatures,
)
from app.services.votings.places import blocks_of
from app.services.wording.texts import Translator

CODE = "FASCICOLO"


def packet_document(store: Store, meeting_id: str, tr: Translator) -> Document:
    """The packet of a meeting.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = read_meeting(session, meeting_id)
        assert meeting.committee_id is not None
        assert meeting.date_held is not None
        names = Names(read_committee(session, meeting.committee_id).members, Audience.FULL)
        decisions = read_minutes_data(session, meeting_id).decisions
        bound = {item.id: documents_of(session, DocumentOwner(agenda_item_id=item.id)) for item in meeting.items}
        earlier = {
            item.origin_id
            for item in meeting.items
            if item.matter is Matter.MINUTES and item.origin_id and session.get(Meeting, item.origin_id) is not None
        }
    files = _file_names([row for rows in bound.values() for row in rows])
    label, number = f"{meeting.number}/{meeting.date_held.year}", f"{meeting.number}-{meeting.date_held.year}"
    chapters: list[tuple[str, list[Part]]] = [
        (tr("Convocation"), list(_inside(convocation_document(store, meeting_id, tr).parts)))
    ]
    for n, block in enumerate(blocks_of(meeting.items), start=1):
        item = block[0]
        parts = list(_point(item, decisions.get(item.id or ""), [files[row.id] for row in bound[item.id]], names, tr))
        for each in block[1:]:
            parts += _voting(each, decisions.get(each.id or ""), [files[row.id] for row in bound[each.id]], names, tr)
        if item.origin_id in earlier and item.origin_id is not None:
            parts += _inside(minutes_document(store, item.origin_id, tr).parts)
        chapters.append((tr("Point {n}: {title}").format(n=n, title=item.title), parts))
    document = framed(
        store,
        tr,
        CODE,
        tr("PACKET OF MEETING NO. {number}").format(number=label),
        tuple(_bound(chapters, tr)),
        slug=f"fascicolo-{number}",
    )
    return replace(document, attachments={name: read_document(store, key)[1] for key, name in files.items()})


def _bound(chapters: Iterable[tuple[str, list[Part]]], tr: Translator) -> Iterator[Part]:
    """The contents, then the chapters, each on a page of its own."""
    listed = list(chapters)
    yield Heading(tr("Contents"), 1)
    yield Contents(tuple(title for title, _parts in listed))
    for title, parts in listed:
        yield PageBreak()
        yield Heading(title, 1)
        yield from parts


def _point(
    item: AgendaItemDraft, decision: DecisionRecord | None, files: list[str], names: Names, tr: Translator
) -> Iterator[Part]:
    """What is there to decide on a point."""
    if item.discussion:
        yield Paragraph(item.discussion)
    if files:
        yield Heading(tr("Documents in this file"), 2)
        yield Items(tuple(files))
    if decision is not None:
        yield from decision_parts(decision, names, tr)
    if not (item.discussion or files or decision or item.matter is Matter.MINUTES):
        yield Paragraph(tr("No document is bound to this point."))


def _voting(
    item: AgendaItemDraft, decision: DecisionRecord | None, files: list[str], names: Names, tr: Translator
) -> Iterator[Part]:
    """What is there to decide on one more vote on a point."""
    yield Heading(item.title, 2)
    if item.motion:
        yield Paragraph(item.motion)
    if files:
        yield Items(tuple(files))
    if decision is not None:
        yield from decision_parts(decision, names, tr, 3)


def _inside(parts: Iterable[Part]) -> Iterator[Part]:
    """Parts of a document as a chapter: headings a level lower, nothing to sign."""
    for part in parts:
        if isinstance(part, Heading):
            yield replace(part, level=part.level + 1)
        elif not isinstance(part, Signatures):
            yield part


def _file_names(rows: Iterable[DocumentRow]) -> Mapping[str, str]:
    """A name for each document inside the file, by key; one that comes twice gets a number."""
    seen: Counter[str] = Counter()
    names = {}
    for row in rows:
        name = PurePath(row.name)
        seen[row.name.casefold()] += 1
        count = seen[row.name.casefold()]
        names[row.id] = row.name if count == 1 else f"{name.stem} ({count}){name.suffix}"
    return names
