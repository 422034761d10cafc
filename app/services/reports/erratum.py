"""The paper of an erratum, and what it prints on the minutes that it mends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MemberRole
from app.models.meetings import Meeting, Minutes
from app.models.papers import Erratum
from app.models.store import Store
from app.services.children import get_row
from app.services.meetings.committees import CommitteeDraft, in_office, read_committee
from app.services.papers.errata import ErratumDraft, read_erratum
from app.services.papers.omissions import passages_of, redacted
from app.services.reports import freeze
from app.services.reports.characters import require_all_printable
from app.services.reports.frame import framed, read_frame
from app.services.reports.minutes_data import Names
from app.services.reports.notes import sample_notes
from app.services.reports.spec import (
    Audience,
    Column,
    Document,
    Facts,
    Heading,
    Kind,
    Paragraph,
    Part,
    Signatures,
    Table,
)
from app.services.votings.acts import agenda_rows
from app.services.votings.places import places_of
from app.services.wording.formats import format_date
from app.services.wording.texts import LANGUAGES, Translator, translator

CODE = "ERRATA"


@dataclass(frozen=True)
class _Passage:
    """A row of the table of what is mended."""

    id: str
    place: str
    wrong: str
    right: str
    sample: bool


@dataclass(frozen=True)
class _Facts:
    """What an erratum is written from."""

    draft: ErratumDraft
    mended: Meeting
    minutes: Minutes
    approved_at: Meeting | None
    committee: CommitteeDraft
    points: dict[str, str]
    passages: tuple[str, ...]


def erratum_document(store: Store, erratum_id: str, tr: Translator, audience: Audience = Audience.FULL) -> Document:
    """An erratum: a draft from its record, or what was frozen when it was approved.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        content = get_row(session, Erratum, erratum_id).content
        facts = _read(session, erratum_id)
    if not content:
        return _written(store, facts, tr, audience)
    frozen = json.loads(content)
    data = frozen.get(tr.language, frozen[LANGUAGES[0]])[audience.value]
    passages = Names(facts.committee.members, audience).as_published(facts.passages)
    return freeze.from_data(data if audience is Audience.FULL else redacted(data, passages))


def frozen_erratum(store: Store, erratum_id: str, label: str, day: date) -> tuple[str, str]:
    """The content to be frozen, in every language, full and published; and the head of the journal.

    Raises:
        NotFound: "record.gone".
        InvalidInput: "text.character_missing".
    """
    with store.read() as session:
        facts = _read(session, erratum_id)
    facts = replace(facts, draft=replace(facts.draft, label=label, date_approved=day))
    content = {
        language: {
            audience.value: freeze.to_data(_written(store, facts, translator(language), audience))
            for audience in Audience
        }
        for language in LANGUAGES
    }
    require_all_printable(content)
    return freeze.canonical(content), read_frame(store).head


def _read(session: Session, erratum_id: str) -> _Facts:
    draft = read_erratum(session, erratum_id)
    assert draft.minutes_id is not None
    minutes = get_row(session, Minutes, draft.minutes_id)
    mended = get_row(session, Meeting, minutes.meeting_id)
    listed = agenda_rows(session, mended.id)
    return _Facts(
        draft=draft,
        mended=mended,
        minutes=minutes,
        approved_at=session.get(Meeting, draft.meeting_id) if draft.meeting_id else None,
        committee=read_committee(session, mended.committee_id),
        points={row.id: place.text for place, row in zip(places_of(listed), listed, strict=True)},
        passages=passages_of(session, mended.id),
    )


def _written(store: Store, facts: _Facts, tr: Translator, audience: Audience) -> Document:
    draft, names = facts.draft, Names(facts.committee.members, audience, facts.passages)
    number = f"{facts.mended.number}/{facts.mended.year}"
    label = draft.label or "________"
    slug = f"errata-{(draft.label or 'bozza').replace('/', '-')}"
    document = framed(
        store,
        tr,
        CODE,
        tr("ERRATUM NO. {number}").format(number=label),
        tuple(_parts(facts, names, tr)),
        slug=slug if names.is_full else f"{slug}-omissis",
        audience=audience,
    )
    document = replace(document, subject=tr("Erratum to minutes no. {number}").format(number=number))
    return document if names.is_full else freeze.from_data(redacted(freeze.to_data(document), facts.passages))


def _parts(facts: _Facts, names: Names, tr: Translator) -> Iterator[Part]:
    draft, mended = facts.draft, facts.mended
    yield Paragraph(facts.committee.name, strong=True)
    if not draft.is_approved:
        yield Paragraph(tr("Draft: this erratum is not approved yet."), strong=True)
    if not names.is_full:
        yield Paragraph(tr("Copy for publication."), strong=True)
    told = tr("no. {number} of {day}")
    pairs = [
        (
            tr("Minutes that it mends"),
            told.format(number=f"{mended.number}/{mended.year}", day=format_date(mended.date_held)),
        ),
        (tr("Approved on"), format_date(facts.minutes.date_approved)),
        (tr("Hash of the minutes (SHA-256)"), facts.minutes.content_hash),
    ]
    if facts.approved_at is not None:
        at = facts.approved_at
        label = told.format(number=f"{at.number}/{at.year}", day=format_date(at.date_held))
        pairs.append((tr("Approved at meeting"), label))
    yield Facts(tuple(pairs))
    yield Heading(tr("Ground"), 1)
    yield Paragraph(names.in_text(draft.reason))
    yield Heading(tr("What is mended"), 1)
    yield passages_table(draft, facts.points, names, tr)
    yield Paragraph(
        tr("The minutes stay as they were approved. From now on they are read with this erratum, printed on them.")
    )
    if draft.date_approved is not None:
        yield Paragraph(tr("Erratum approved on {day}.").format(day=format_date(draft.date_approved)))
    yield Signatures(tuple(_signers(facts, names, tr)))


def _signers(facts: _Facts, names: Names, tr: Translator) -> Iterator[tuple[str, str]]:
    """Who holds the offices on the day of the approval."""
    day = facts.draft.date_approved
    for role, title in ((MemberRole.PRESIDENT, tr("The President")), (MemberRole.SECRETARY, tr("The Secretary"))):
        held = [row.id for row in facts.committee.members if row.role is role and in_office(row, day)]
        yield title, names.of(held[0]) if held else ""


def passages_table(draft: ErratumDraft, points: dict[str, str], names: Names, tr: Translator) -> Table:
    """What the minutes say, and how that reads from now on."""
    rows = tuple(
        _Passage(
            line.id or str(n),
            tr("Point {n}").format(n=points[line.agenda_item_id]) if line.agenda_item_id in points else "",
            names.in_text(line.wrong),
            names.in_text(line.right) or tr("(taken out)"),
            draft.sample,
        )
        for n, line in enumerate(draft.lines)
    )
    return Table(
        code="errata",
        title=tr("Passages that are mended"),
        columns=(
            Column("place", tr.context("erratum", "Place"), Kind.NOTE, lambda row: row.place, width_mm=20),
            Column("wrong", tr("As the minutes have it"), Kind.NOTE, lambda row: row.wrong, width_mm=75),
            Column("right", tr("As it reads from now on"), Kind.NOTE, lambda row: row.right, width_mm=75),
        ),
        rows=rows,
        notes=sample_notes(rows, tr),
        row_id=lambda row: row.id,
    )


# --- on the minutes ------------------------------------------------------------------------


def with_errata(store: Store, meeting_id: str, document: Document, tr: Translator) -> Document:
    """Approved minutes with the errata that mend them: a notice before the text, which stays, and they after it."""
    with store.read() as session:
        found = (
            session.execute(
                sa.select(Erratum.id, Erratum.approved_at)
                .join(Minutes, Minutes.id == Erratum.minutes_id)
                .where(Minutes.meeting_id == meeting_id, Erratum.number.is_not(None))
                .order_by(Erratum.approved_at, Erratum.id)
            )
            .tuples()
            .all()
        )
        facts = [_read(session, key) for key, _at in found]
    if not facts:
        return document
    names = Names(facts[0].committee.members, document.audience, facts[0].passages)
    after: list[Part] = [Heading(tr("Errata"), 1)]
    for each in facts:
        after += _after(each, names, tr)
    cross = replace(document, parts=tuple(after))
    if not names.is_full:
        cross = freeze.from_data(redacted(freeze.to_data(cross), facts[0].passages))
    labels = ", ".join(each.draft.label for each in facts)
    instants: list[datetime] = [at for _key, at in found if at is not None]
    return replace(
        document,
        parts=(_notice(facts, tr), *document.parts, *cross.parts),
        as_at=max(document.as_at, *instants),
        reference=tr("{reference} · erratum {labels}").format(reference=document.reference, labels=labels),
    )


def _notice(facts: Sequence[_Facts], tr: Translator) -> Paragraph:
    told = "; ".join(
        tr("no. {number} of {day}").format(number=each.draft.label, day=_day(each.draft)) for each in facts
    )
    text = tr.plural(
        "Mended by erratum {numbers}, printed at the end. What follows is the text as it was approved.",
        "Mended by errata {numbers}, printed at the end. What follows is the text as it was approved.",
        len(facts),
    )
    return Paragraph(text.format(numbers=told), strong=True)


def _after(facts: _Facts, names: Names, tr: Translator) -> Iterator[Part]:
    title = tr("Erratum no. {number} of {day}")
    yield Heading(title.format(number=facts.draft.label, day=_day(facts.draft)), 2)
    yield Paragraph(names.in_text(facts.draft.reason))
    yield passages_table(facts.draft, facts.points, names, tr)


def _day(draft: ErratumDraft) -> str:
    assert draft.date_approved is not None
    return format_date(draft.date_approved)
