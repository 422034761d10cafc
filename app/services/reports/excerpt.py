"""The excerpt of one decision from the minutes of its meeting: what the minutes say of it, word by word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import sqlalchemy as sa

from app.models.enums import MemberRole
from app.models.errors import NotFound, RuleBroken
from app.models.meetings import AgendaItem, Decision, Meeting, Member, Minutes
from app.models.store import Store
from app.services.children import get_row
from app.services.decisions.decisions import decision_label
from app.services.reports.frame import framed, read_frame
from app.services.reports.minutes import VOTING_LEVEL, minutes_document
from app.services.reports.spec import Audience, Document, Facts, Heading, Paragraph, Part, Signatures
from app.services.votings.acts import agenda_rows
from app.services.votings.places import Place, places_of
from app.services.wording.formats import format_date
from app.services.wording.texts import Translator

CODE = "ESTRATTO"


def excerpt_document(store: Store, decision_id: str, tr: Translator, audience: Audience = Audience.FULL) -> Document:
    """The excerpt of a decision in force; it has the number of the decision.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "decision.pending" before its meeting closes.
    """
    with store.read() as session:
        decision = get_row(session, Decision, decision_id)
        item = get_row(session, AgendaItem, decision.agenda_item_id)
        meeting = get_row(session, Meeting, item.meeting_id)
        if decision.number is None:
            raise RuleBroken("decision.pending")
        approved = session.scalar(sa.select(Minutes.date_approved).filter_by(meeting_id=meeting.id))
        listed = agenda_rows(session, meeting.id)
        place = next(place for place, row in zip(places_of(listed), listed, strict=True) if row.id == item.id)
        secretary = session.scalar(
            sa.select(Member.name).filter_by(committee_id=meeting.committee_id, role=MemberRole.SECRETARY.value)
        )
        label, minutes = decision_label(decision), f"{meeting.number}/{meeting.year}"
        number = f"{decision.number}-{decision.year}"
    whole = minutes_document(store, meeting.id, tr, audience)
    told = tr("approved on {day}").format(day=format_date(approved)) if approved else tr("not approved yet")
    facts = (
        (tr("Minutes"), tr("no. {number} of {day}").format(number=minutes, day=format_date(meeting.date_held))),
        (tr("State"), told),
    )
    parts = (
        Paragraph(whole.subject, strong=True),
        Facts(facts),
        *_voting(_point(whole.parts, place), place),
        Paragraph(tr("Excerpt that conforms to the minutes.")),
        Signatures(((tr("The Secretary"), secretary or ""),), fields=audience is Audience.FULL),
    )
    title = tr("EXCERPT OF DECISION NO. {number}").format(number=label)
    slug = f"estratto-{number}" if audience is Audience.FULL else f"estratto-{number}-omissis"
    document = framed(store, tr, CODE, title, parts, slug=slug, audience=audience)
    return replace(document, origin=read_frame(store).origin(decision_id))


def _voting(parts: Iterable[Part], place: Place) -> Iterator[Part]:
    """Of what minutes say of a point: what they say of all of it, then of one of the votes on it."""
    seen = 0
    for part in parts:
        if place.votings > 1 and isinstance(part, Heading) and part.level == VOTING_LEVEL:
            seen += 1
        if seen in (0, place.voting):
            yield part


def _point(parts: Sequence[Part], place: Place) -> Iterator[Part]:
    """What minutes say of a point: after their agenda, the headings of the first level are its points, in order."""
    agenda = next((n for n, part in enumerate(parts) if getattr(part, "numbered", False)), None)
    if agenda is None:
        raise NotFound("record.gone")
    seen = 0
    for part in parts[agenda + 1 :]:
        if isinstance(part, Heading) and part.level == 1:
            seen += 1
        if seen == place.point:
            yield part
