"""Papers about minutes, for the catalogue: errata, copies for publication, the list of what those leave out."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.meetings import Meeting
from app.models.store import Store
from app.services.children import get_row
from app.services.meetings.committees import read_committee
from app.services.papers.errata import erratum_rows
from app.services.papers.omissions import grounds_of
from app.services.reports.attendance_sheet import attendance_sheet as attendance_sheet
from app.services.reports.erratum import erratum_document
from app.services.reports.frame import framed
from app.services.reports.minutes import minutes_document
from app.services.reports.minutes_data import NAMED
from app.services.reports.spec import Audience, Column, Document, Kind, Table
from app.services.wording.labels import label
from app.services.wording.texts import Translator

Items = tuple[tuple[str, str], ...]


def errata_items(store: Store, tr: Translator) -> Items:
    """Errata, with the minutes that they mend."""
    text = tr("{number} (minutes no. {minutes})")
    draft = tr.context("erratum", "draft")
    return tuple((row.id, text.format(number=row.label or draft, minutes=row.minutes)) for row in erratum_rows(store))


def erratum_paper(store: Store, item: str, tr: Translator) -> Document:
    """An erratum."""
    return erratum_document(store, item, tr)


def published_minutes(store: Store, item: str, tr: Translator) -> Document:
    """Minutes as they are published."""
    return minutes_document(store, item, tr, Audience.PUBLISHED)


def meeting_items(store: Store, _tr: Translator) -> Items:
    """Meetings whose minutes may be published."""
    from app.services.meetings.meetings import meeting_rows

    return tuple((row.id, row.label) for row in meeting_rows(store))


@dataclass(frozen=True)
class _LeftOut:
    """A row of the list of what is left out."""

    id: str
    passage: str
    how: str
    ground: str


def omissions_document(store: Store, item: str, tr: Translator) -> Document:
    """What the published copy of some minutes leaves out, in full and with its ground: for the office alone.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = get_row(session, Meeting, item)
        committee = read_committee(session, meeting.committee_id)
        by_hand = grounds_of(session, item)
    rule, hand = tr("By rule"), tr("By hand")
    named = tr("{role}: does not sign, so is not named")
    rows = [
        _LeftOut(member.id or "", member.name, rule, named.format(role=label(member.role, tr)))
        for member in committee.members
        if member.role not in NAMED
    ]
    for key, what, ground in (
        ("grounds", tr("Grounds of declared conflicts"), tr("Personal reasons are not published")),
        ("votes", tr("Votes by name"), tr("Given as counts")),
        ("guests", tr("Names of guests"), tr("Told as a number")),
        ("codes", tr("Tax codes and bank accounts"), tr("Codes of persons and accounts are not published")),
    ):
        rows.append(_LeftOut(key, what, rule, ground))
    rows += [_LeftOut(str(n), passage, hand, ground) for n, (passage, ground) in enumerate(by_hand, start=1)]
    number = f"{meeting.number}/{meeting.year}"
    title = tr("What the published minutes no. {number} leave out").format(number=number)
    table = Table(
        code="OMISSIS",
        title=title,
        columns=(
            Column("passage", tr("What is left out"), Kind.NOTE, lambda row: row.passage, width_mm=80),
            Column("how", tr.context("omission", "How"), Kind.NOTE, lambda row: row.how, width_mm=20),
            Column("ground", tr("Ground"), Kind.NOTE, lambda row: row.ground, width_mm=70),
        ),
        rows=tuple(rows),
        notes=(tr("This list stays in the office: it says what the published copy must not."),),
        row_id=lambda row: row.id,
    )
    return framed(store, tr, "OMISSIS", title, (table,), slug=f"omissis-{number.replace('/', '-')}")
