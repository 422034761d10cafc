"""One search box over the whole archive: what is typed finds records by their names, without accents and case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import area_code
from app.models.meetings import Committee, Decision, Meeting
from app.models.network import Alliance, Organisation, OrganisationAlias
from app.models.plan import FundingSource, PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.folding import words
from app.services.formats import format_date
from app.services.texts import LANGUAGES, N_, translator

LIMIT = 50
"""Most hits that are given unless said otherwise."""

KINDS: Mapping[str, str] = {
    "proposal": N_("Proposal"),
    "organisation": N_("Organisation"),
    "alliance": N_("Local alliance"),
    "meeting": N_("Meeting"),
    "decision": N_("Decision"),
    "area": N_("Priority area"),
    "source": N_("Funding source"),
}
"""What the kinds of record are called; a hit is found by the word of its kind too («seduta 1/2014»)."""


@dataclass(frozen=True)
class Hit:
    """A record that was found.

    Attributes:
        kind: "proposal", "organisation", "alliance", "meeting", "decision", "area" or "source".
        title: its name, or its number («3/2014»).
        subtitle: what tells it from another of the same name; may be empty.
    """

    kind: str
    id: str
    title: str
    subtitle: str


def search(store: Store, text: str, limit: int = LIMIT) -> tuple[Hit, ...]:
    """Records that have every word of `text` at the start of a word of theirs, the best first.

    First those whose title starts with what was typed, then those whose title has all its words, then those found by
    another spelling, by their subtitle or by the word of their kind; within these by kind, in the order of its list.

    Args:
        text: as typed; nothing finds nothing.
        limit: most hits wanted.
    """
    wanted = words(text)
    if not wanted:
        return ()
    called = {kind: " ".join(translator(language)(name) for language in LANGUAGES) for kind, name in KINDS.items()}
    with store.read() as session:
        found = [
            (rank, at, hit)
            for at, (hit, more) in enumerate(_everything(session))
            if (rank := _rank(wanted, hit, f"{more} {called[hit.kind]}")) is not None
        ]
    found.sort(key=itemgetter(0, 1))
    return tuple(hit for _, _, hit in found[:limit])


def _rank(wanted: tuple[str, ...], hit: Hit, more: str) -> int | None:
    """0 for the start of the title, 1 for words of the title, 2 for words elsewhere, None when a word is missing."""
    title = words(hit.title)
    if " ".join(title).startswith(" ".join(wanted)):
        return 0
    if _has_all(wanted, title):
        return 1
    return 2 if _has_all(wanted, (*title, *words(hit.subtitle), *words(more))) else None


def _has_all(wanted: tuple[str, ...], there: tuple[str, ...]) -> bool:
    return all(any(word.startswith(part) for word in there) for part in wanted)


def _everything(session: Session) -> Iterator[tuple[Hit, str]]:
    """Every record that can be found, with words that find it besides those shown; by kind, then in its own order."""
    yield from _proposals(session)
    yield from _organisations(session)
    for alliance in session.scalars(sa.select(Alliance).order_by(Alliance.number)):
        yield Hit("alliance", alliance.id, alliance.name, str(alliance.number)), alliance.short_name
    yield from _meetings(session)
    yield from _decisions(session)
    for area in session.scalars(sa.select(PriorityArea).order_by(PriorityArea.level, PriorityArea.number)):
        yield Hit("area", area.id, f"{area_code(area.level, area.number)} {area.title}", ""), ""
    for source in session.scalars(sa.select(FundingSource).order_by(FundingSource.position)):
        yield Hit("source", source.id, source.name, source.condition), ""


def _proposals(session: Session) -> Iterator[tuple[Hit, str]]:
    rows = session.execute(
        sa.select(Proposal.id, Proposal.title, Proposal.protocol, Alliance.short_name)
        .join(Alliance, Alliance.id == Proposal.alliance_id)
        .order_by(Proposal.number, Proposal.id)
    )
    for row in rows:
        yield Hit("proposal", row.id, row.title, row.short_name), row.protocol


def _organisations(session: Session) -> Iterator[tuple[Hit, str]]:
    aliases: dict[str, str] = {}
    for organisation_id, name in session.execute(sa.select(OrganisationAlias.organisation_id, OrganisationAlias.name)):
        aliases[organisation_id] = f"{aliases.get(organisation_id, '')} {name}"
    for row in session.scalars(sa.select(Organisation).order_by(Organisation.name)):
        more = f"{aliases.get(row.id, '')} {row.tax_code} {row.vat_number}"
        yield Hit("organisation", row.id, row.name, row.seat), more


def _meetings(session: Session) -> Iterator[tuple[Hit, str]]:
    rows = session.execute(
        sa.select(Meeting, Committee.name)
        .join(Committee, Committee.id == Meeting.committee_id)
        .order_by(Meeting.year.desc(), Meeting.number.desc())
    )
    for meeting, committee in rows:
        subtitle = f"{format_date(meeting.date_held)} · {committee}"
        yield Hit("meeting", meeting.id, f"{meeting.number}/{meeting.year}", subtitle), meeting.place


def _decisions(session: Session) -> Iterator[tuple[Hit, str]]:
    rows = session.scalars(sa.select(Decision).order_by(Decision.year.desc(), Decision.number.desc(), Decision.id))
    for row in rows:
        yield Hit("decision", row.id, row.subject, "" if row.number is None else f"{row.number}/{row.year}"), ""
