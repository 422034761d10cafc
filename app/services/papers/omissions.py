"""OMISSIS by hand: passages that the published copy of minutes leaves out, each with its ground, and the list of them.

What approved minutes were published with stays left out. What is found afterwards is left out of every later print:
the frozen text itself never changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import MeetingState
from app.models.errors import InvalidInput, RuleBroken
from app.models.meetings import Meeting
from app.models.papers import Omission
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_distinct, require_text
from app.services.children import get_row, reconcile
from app.services.wording.texts import LANGUAGES, translator

OMITTED = "OMISSIS"
SHORTEST = 3
"""Letters of a passage, at least: a shorter one would go everywhere."""

_GAP = r"[\s.\-]?"
_DIGIT = "[0-9LMNPQRSTUV]"
TAX_CODE = _GAP.join(
    ("[A-Z]{3}", "[A-Z]{3}", rf"{_DIGIT}{{2}}", "[A-EHLMPRST]", rf"{_DIGIT}{{2}}", "[A-Z]", rf"{_DIGIT}{{3}}", "[A-Z]")
)
IBAN = r"[A-Z]{2}[0-9]{2}(?:[\s\-]?[A-Z0-9]{4}){3,7}(?:[\s\-]?[A-Z0-9]{1,3})?"
IBAN_HERE = _GAP.join(("(?:IT|SM)", *["[0-9]"] * 2, "[A-Z]", *["[0-9]"] * 10, *["[A-Z0-9]"] * 12))
"""Of an Italian account, however it is grouped: by fours, or as check, bank, branch and account."""
BY_RULE = re.compile(rf"(?<!\w)(?:(?i:{TAX_CODE}|{IBAN_HERE})|{IBAN})(?!\w)")
"""Codes that name a person or an account: never published, wherever they stand."""

_STRUCTURE = frozenset(
    {"part", "key", "kind", "id", "role", "code", "slug", "language", "audience", "as_at", "reference", "attachments"}
    | {"fraction", "instant", "day", "origin", "heading"}
)
"""Keys of a document as data whose values are not words of it."""

_REDACTED = ("parts", "title", "subject")
"""Keys of a document as data whose words are looked at."""


@dataclass(frozen=True)
class OmissionDraft:
    """A passage that is left out, with its ground; `kept` when the minutes were approved with it."""

    id: str | None = None
    passage: str = ""
    ground: str = ""
    kept: bool = False
    source_line: int | None = None


@dataclass(frozen=True)
class PublicationDraft:
    """What the published copy of a meeting's minutes leaves out by hand.

    Attributes:
        id: key of the meeting; `label` and `state` are shown only.
    """

    id: str | None = None
    label: str = ""
    state: MeetingState = MeetingState.CONVENED
    omissions: tuple[OmissionDraft, ...] = ()


@dataclass(frozen=True)
class PublicationRow:
    """A meeting in the list of what is published; `omissions` counts what is left out by hand."""

    id: str
    label: str
    date_held: date
    state: MeetingState
    omissions: int
    sample: bool
    source_line: int | None


def publication_rows(store: Store) -> tuple[PublicationRow, ...]:
    """All meetings, the newest first, with how much their published copies leave out by hand."""
    count = sa.select(sa.func.count(Omission.id)).where(Omission.meeting_id == Meeting.id).scalar_subquery()
    query = sa.select(Meeting, count).order_by(Meeting.date_held.desc(), Meeting.year.desc(), Meeting.number.desc())
    with store.read() as session:
        return tuple(
            PublicationRow(
                row.id,
                f"{row.number}/{row.year}",
                row.date_held,
                MeetingState(row.state),
                omissions,
                row.sample,
                row.source_line,
            )
            for row, omissions in session.execute(query).tuples()
        )


def load_publication(store: Store, meeting_id: str) -> PublicationDraft:
    """What the published copy of a meeting's minutes leaves out by hand.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        meeting = get_row(session, Meeting, meeting_id)
        return PublicationDraft(
            meeting.id,
            f"{meeting.number}/{meeting.year}",
            MeetingState(meeting.state),
            tuple(
                OmissionDraft(row.id, row.passage, row.ground, row.kept, row.source_line)
                for row in _omissions(session, meeting_id)
            ),
        )


def _omissions(session: Session, meeting_id: str) -> Sequence[Omission]:
    query = sa.select(Omission).filter_by(meeting_id=meeting_id).order_by(Omission.position)
    return session.scalars(query).all()


def save_omissions(store: Store, draft: PublicationDraft) -> Changes:
    """Write what is left out by hand of the published copy of a meeting's minutes.

    Raises:
        InvalidInput: "field.required", "omission.short", "omission.repeated", "omission.not_said",
            "omission.in_parts".
        RuleBroken: "omission.frozen".
        NotFound: "record.gone".
    """
    assert draft.id is not None
    rows = []
    for i, row in enumerate(draft.omissions):
        passage = require_text(row.passage, f"omissions.{i}.passage")
        if len(passage) < SHORTEST:
            raise InvalidInput("omission.short", field=f"omissions.{i}.passage", text=passage)
        ground = require_text(row.ground, f"omissions.{i}.ground")
        rows.append({"id": row.id, "passage": passage, "ground": ground, "source_line": row.source_line})
    keys = [_even(str(row["passage"])) for row in rows]
    require_distinct(keys, "omissions.{row}.passage", "omission.repeated")
    _require_said(store, draft)
    with store.write("save_omissions") as session:
        get_row(session, Meeting, draft.id)
        wanted = {row["id"]: (row["passage"], row["ground"]) for row in rows}
        for present in _omissions(session, draft.id):
            if present.kept and wanted.get(present.id) != (present.passage, present.ground):
                raise RuleBroken("omission.frozen")
        reconcile(session, Omission, {"meeting_id": draft.id}, rows)
    return Changes.of("meetings", ids=(draft.id,))


def _require_said(store: Store, draft: PublicationDraft) -> None:
    """Each new passage stands in the minutes, whole and in one place: any other would hide nothing."""
    fresh = [(i, row) for i, row in enumerate(draft.omissions) if row.id is None]
    if not fresh:
        return
    from app.services.reports.freeze import to_data  # what prints is not needed by lists
    from app.services.reports.minutes import minutes_document

    assert draft.id is not None
    documents = (to_data(minutes_document(store, draft.id, translator(language))) for language in LANGUAGES)
    texts = [text for data in documents for key in _REDACTED for text in _words(data[key])]
    told = _even(" ".join(texts))
    for i, row in fresh:
        (pattern,) = _patterns([row.passage])
        if not any(pattern.search(text) for text in texts):
            code = "omission.in_parts" if _even(row.passage) in told else "omission.not_said"
            raise InvalidInput(code, field=f"omissions.{i}.passage", text=row.passage)


def _even(text: str) -> str:
    """A text without regard to capitals and to the kind of its spaces."""
    return " ".join(text.split()).casefold()


# --- leaving out ---------------------------------------------------------------------------


def passages_of(session: Session, meeting_id: str, *, later: bool = False) -> tuple[str, ...]:
    """The passages of a meeting that are left out by hand; only those that came after the approval, when `later`."""
    return tuple(row.passage for row in _omissions(session, meeting_id) if not (later and row.kept))


def grounds_of(session: Session, meeting_id: str) -> tuple[tuple[str, str], ...]:
    """(passage, ground) of each, in order."""
    return tuple((row.passage, row.ground) for row in _omissions(session, meeting_id))


def keep_omissions(session: Session, meeting_id: str) -> None:
    """The minutes are approved with what is left out: from now on it stays."""
    for row in _omissions(session, meeting_id):
        row.kept = True


def without_passages(text: str, passages: Sequence[str]) -> str:
    """A text without passages, in any case and with whatever spaces between their words."""
    for pattern in _patterns(passages):
        text = pattern.sub(OMITTED, text)
    return text


def _patterns(passages: Sequence[str]) -> list[re.Pattern[str]]:
    """What finds each passage; the longest first, so that none hides in another."""
    ordered = sorted({" ".join(passage.split()) for passage in passages}, key=lambda text: (-len(text), text))
    return [
        re.compile(rf"(?<!\w){words}(?!\w)" if passage[0].isalnum() and passage[-1].isalnum() else words, re.IGNORECASE)
        for passage in ordered
        for words in [r"\s+".join(map(re.escape, passage.split()))]
    ]


def redacted(data: dict[str, Any], passages: Sequence[str]) -> dict[str, Any]:
    """A document as data (see `freeze.to_data`) without passages, wherever its words have them."""
    patterns = _patterns(passages)

    def clean(value: Any) -> Any:
        if isinstance(value, str):
            for pattern in patterns:
                value = pattern.sub(OMITTED, value)
            return value
        if isinstance(value, list):
            return [clean(each) for each in value]
        if isinstance(value, dict):
            return {key: each if key in _STRUCTURE else clean(each) for key, each in value.items()}
        return value

    return {**data, **{key: clean(data[key]) for key in _REDACTED}} if patterns else data


def _words(value: Any) -> Iterator[str]:
    """The texts that `redacted` looks at, one by one."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in _STRUCTURE:
                yield from _words(each)
