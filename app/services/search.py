"""One search box over the whole archive: what is typed finds records by their names, without accents and case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.documents import Attachment
from app.models.enums import area_code
from app.models.journal import Edit
from app.models.meetings import Committee, Decision, Meeting
from app.models.network import Alliance, Organisation, OrganisationAlias
from app.models.plan import FundingSource, PriorityArea
from app.models.proposals import Action, Call, ExpectedResult, Indicator, Objective, Proposal, Target
from app.models.store import Store
from app.models.vouchers import VoucherProgramme
from app.services.vouchers.finding import find_households, find_of_provider, find_people, find_vouchers, sees_people
from app.services.wording.folding import spaced, words
from app.services.wording.formats import format_date
from app.services.wording.texts import LANGUAGES, N_, translator

LIMIT = 50
"""Most hits that are given unless said otherwise."""

KINDS: Mapping[str, str] = {
    "proposal": N_("Proposal"),
    "organisation": N_("Organisation"),
    "alliance": N_("Local alliance"),
    "meeting": N_("Meeting"),
    "decision": N_("Decision"),
    "call": N_("Call"),
    "area": N_("Priority area"),
    "source": N_("Funding source"),
    "programme": N_("Programme of vouchers"),
    "voucher": N_("Voucher"),
    "household": N_("Household"),
    "individual": N_("Person of a household"),
}
"""What the kinds of record are called; a hit is found by the word of its kind too («seduta 1/2014»)."""


@dataclass(frozen=True)
class Hit:
    """A record that was found.

    Attributes:
        kind: one of `KINDS`.
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
    another spelling, by their subtitle or by the word of their kind, then those that have it in their texts; within
    these by kind, in the order of its list.

    Args:
        text: as typed; nothing finds nothing.
        limit: most hits wanted.
    """
    wanted = words(text)
    if not wanted:
        return ()
    start, parts = " " + " ".join(wanted), [f" {part}" for part in wanted]
    found = [
        (rank, at, known.hit)
        for at, known in enumerate(_known(store))
        if (rank := _rank(start, parts, known)) is not None
    ]
    found.sort(key=itemgetter(0, 1))
    hits = [hit for _, _, hit in found[:limit]]
    return (*hits, *_of_vouchers(store, text, wanted, limit - len(hits)))


def _of_vouchers(store: Store, text: str, wanted: Sequence[str], limit: int) -> Sequence[Hit]:
    """Vouchers, and households and persons where they may be seen, after all else; none when there is no room left."""
    if limit <= 0:
        return ()
    people = sees_people(store)
    with store.read() as session:
        found = [Hit("voucher", *row) for row in find_vouchers(session, text, limit, names=people)]
        if people and not found:  # who typed the number of a voucher means no name
            found += [Hit("household", *row) for row in find_households(session, wanted, limit)]
            found += [Hit("individual", *row) for row in find_people(session, wanted, limit)]
        if not found:
            found += [Hit("voucher", *row) for row in find_of_provider(session, wanted, limit, names=people)]
    return found[:limit]


def prepare_search(store: Store) -> None:
    """Read what can be found, so that the first letter that is typed does not wait for it."""
    _known(store)


@dataclass(frozen=True, slots=True)
class _Known:
    """A record that can be found; each text is folded, with a space before each word.

    Attributes:
        near: title, subtitle and other words that find it; `far` its texts.
    """

    hit: Hit
    title: str
    near: str
    far: str


_KNOWN: WeakKeyDictionary[sa.Engine, tuple[object, tuple[_Known, ...]]] = WeakKeyDictionary()
"""What can be found in each open archive, and the state of its journal when that was read."""


def _known(store: Store) -> tuple[_Known, ...]:
    """Everything that can be found, read again only when something was written since."""
    with store.read() as session:
        newest = sa.select(sa.func.max(Edit.seq)).where(Edit.replica == store.replica_id)
        state = (session.scalar(newest), store.saved_at)
        kept = _KNOWN.get(store.engine)
        if kept is not None and kept[0] == state:
            return kept[1]
        called = {kind: " ".join(translator(language)(name) for language in LANGUAGES) for kind, name in KINDS.items()}
        texts = _texts(session)
        known = tuple(
            _Known(
                hit,
                spaced(hit.title),
                spaced(f"{hit.title} {hit.subtitle} {more} {called[hit.kind]}"),
                spaced(" ".join(texts[hit.id])) if hit.id in texts else "",
            )
            for hit, more in _everything(session)
        )
    _KNOWN[store.engine] = (state, known)
    return known


def _rank(start: str, parts: Sequence[str], known: _Known) -> int | None:
    """0 for the start of the title, 1 for words of the title, 2 for words near it, 3 for words of its texts."""
    if known.title.startswith(start):
        return 0
    missing = [part for part in parts if part not in known.near]
    if missing:
        return 3 if known.far and all(part in known.far for part in missing) else None
    return 1 if all(part in known.title for part in parts) else 2


def _texts(session: Session) -> Mapping[str, list[str]]:
    """Texts of proposals and bodies, and names of their documents, by the key of the record."""
    own, body = Proposal, Organisation
    queries = (
        sa.select(own.id, own.context, own.aims, own.sustainability, own.signatory),
        sa.select(Objective.proposal_id, Objective.text),
        sa.select(Action.proposal_id, Action.label, Action.text),
        sa.select(Target.proposal_id, Target.text),
        sa.select(ExpectedResult.proposal_id, ExpectedResult.text),
        sa.select(ExpectedResult.proposal_id, Indicator.text).join(Indicator),
        sa.select(Attachment.proposal_id, Attachment.name, Attachment.note).where(Attachment.proposal_id.is_not(None)),
        sa.select(Attachment.alliance_id, Attachment.name, Attachment.note).where(Attachment.alliance_id.is_not(None)),
        sa.select(body.id, body.note).where(body.note != ""),
        sa.select(Alliance.id, Alliance.role_note).where(Alliance.role_note != ""),
        sa.select(Decision.id, Decision.text),
    )
    texts: dict[str, list[str]] = {}
    for query in queries:
        for key, *found in session.execute(query):
            texts.setdefault(key, []).extend(found)
    return texts


def _everything(session: Session) -> Iterator[tuple[Hit, str]]:
    """Every record that can be found, with words that find it besides those shown; by kind, then in its own order."""
    yield from _proposals(session)
    yield from _organisations(session)
    for alliance in session.scalars(sa.select(Alliance).order_by(Alliance.number)):
        yield Hit("alliance", alliance.id, alliance.name, str(alliance.number)), alliance.short_name
    yield from _meetings(session)
    yield from _decisions(session)
    for call_id, title in session.execute(sa.select(Call.id, Call.title).order_by(Call.id)).tuples():
        yield Hit("call", call_id, title, ""), ""
    for area in session.scalars(sa.select(PriorityArea).order_by(PriorityArea.level, PriorityArea.number)):
        yield Hit("area", area.id, f"{area_code(area.level, area.number)} {area.title}", ""), ""
    for source in session.scalars(sa.select(FundingSource).order_by(FundingSource.position)):
        yield Hit("source", source.id, source.name, source.condition), ""
    programmes = sa.select(VoucherProgramme.id, VoucherProgramme.name, VoucherProgramme.code)
    for key, name, code in session.execute(programmes.order_by(VoucherProgramme.code)).tuples():
        yield Hit("programme", key, name, code), ""


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
    body = Organisation
    rows = session.execute(sa.select(body.id, body.name, body.seat, body.tax_code, body.vat_number).order_by(body.name))
    for key, name, seat, tax_code, vat_number in rows:
        yield Hit("organisation", key, name, seat), f"{aliases.get(key, '')} {tax_code} {vat_number}"


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
