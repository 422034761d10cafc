"""Names of persons of households in what minutes would publish: that they are there tells of care, need or illness.

Minutes name them only where somebody typed them. They are proposed for OMISSIS and told before approval, never left
out in silence: a namesake may be meant, and what is left out has its ground.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.households import Individual
from app.models.meetings import Meeting, Member
from app.models.store import Store
from app.services.children import get_row
from app.services.papers.omissions import OmissionDraft
from app.services.wording.texts import LANGUAGES, Translator, translator

_WORD = re.compile(r"[^\W\d_]+")


def proposed_omissions(store: Store, meeting_id: str, tr: Translator) -> tuple[OmissionDraft, ...]:
    """A passage for each name of a person of a household that the published copy of minutes would show.

    Raises:
        NotFound: "record.gone".
    """
    names = published_names(store, meeting_id)
    ground = tr("Person of a household of the archive: health or need could be inferred")
    return tuple(OmissionDraft(passage=name, ground=ground) for name in names)


def published_names(store: Store, meeting_id: str) -> tuple[str, ...]:
    """Those names as the published copy has them, in alphabetical order; members of the committee are none of them.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        if session.scalar(sa.select(Individual.id).limit(1)) is None:
            return ()
        meeting = get_row(session, Meeting, meeting_id)
        members = session.scalars(sa.select(Member.name).filter_by(committee_id=meeting.committee_id)).all()
    text = _published(store, meeting_id)
    with store.read() as session:
        return _found(session, text, {_folded(name) for name in members})


def _published(store: Store, meeting_id: str) -> str:
    """What the published copy says; what was typed by hand is the same in every language."""
    from app.services.reports.minutes import minutes_document  # what prints is not needed by lists
    from app.services.reports.spec import Audience
    from app.services.reports.text import plain_text

    tr = translator(LANGUAGES[0])
    return " ".join(plain_text(minutes_document(store, meeting_id, tr, Audience.PUBLISHED), tr).split())


def _found(session: Session, text: str, members: Collection[str]) -> tuple[str, ...]:
    words = {word.casefold() for word in _WORD.findall(text)}
    found: set[str] = set()
    people = sa.select(Individual.given_name, Individual.surname).distinct()
    for given, surname in session.execute(people).tuples():
        named = {word.casefold() for word in _WORD.findall(f"{given} {surname}")}
        if not (given and surname) or not named <= words:
            continue
        for name in (f"{given} {surname}", f"{surname} {given}"):
            pattern = r"\s+".join(map(re.escape, name.split()))
            found.update(each for each in re.findall(rf"(?i)(?<!\w){pattern}(?!\w)", text))
    return tuple(sorted(name for name in found if not {_folded(name)} & set(members)))


def _folded(name: str) -> str:
    """A name whichever way round it stands."""
    return " ".join(sorted(word.casefold() for word in _WORD.findall(name)))
