"""The right of a person: everything that the archive says of somebody, and erasing what need not be kept.

What stands in acts stays: who sat and voted, who signed, what was handed in, who wrote what. Everything else is erased
from the records and from the journal, whose chain stays whole.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ErasureKind, KeepGround, MeetingState, ProposalState
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.guards import NEVER_ERASED
from app.models.journal import Edit, EditPayload, fields_of, record_classes, stored_values
from app.models.kept import KeptDraft
from app.models.meetings import Attendance, Meeting, Vote
from app.models.proposal_versions import ProposalVersion
from app.models.proposals import Proposal
from app.models.store import Store
from app.models.vouchers import VoucherRequest
from app.services.changes import Changes
from app.services.journal.fields import FIELDS
from app.services.journal.labels import TABLES, row_name
from app.services.keeping.erasing import ERASED_TEXT, FieldKey, Removal, burn, emptied, erase
from app.services.papers.prints import speaking_prints
from app.services.vouchers.of_person import LinkedField, linked_fields
from app.services.wording.folding import fold
from app.services.wording.formats import format_date
from app.services.wording.texts import N_

PERSON_ROWS: Mapping[str, tuple[str, ...]] = {
    "individual": (
        *("surname", "given_name", "tax_code", "birth_date", "birth_place", "sex", "disabled", "phone", "mail"),
    ),
    "member": ("name", "office"),
    "organisation_contact": ("name", "title", "mail", "phone", "certified_mail"),
    "organisation_office": ("name", "tax_code", "title"),
}
"""Tables whose rows are about one person each, with the fields that say something of them; the first is their name."""

FREE_TEXTS: Mapping[str, tuple[str, ...]] = {
    "alliance": ("role_note",),
    "declaration": ("note",),
    "follow_up": ("text", "person", "note"),
    "household": ("name", "address", "iban_holder", "note"),
    "organisation": ("note", "iban_holder"),
    "pot": ("name", "note"),
    "proposal": ("title", "context", "aims", "sustainability", "signatory"),
    "scenario": ("name", "note"),
}
"""Fields of other tables in which a name may be erased out of the text."""

SNIPPET = 200
WHOLE_TEXT = N_("Text")
"""What a field is called that a history does not tell of."""
_WORD = re.compile(r"\w+")


_GROUNDS: Mapping[str, KeepGround] = {
    "agreement_signature": KeepGround.SIGNED,
    "archive_user": KeepGround.USER,
    "attachment": KeepGround.HANDED_IN,
    "expense": KeepGround.HANDED_IN,
    "import_receipt": KeepGround.HANDED_IN,
    "integration_point": KeepGround.HANDED_IN,
    "member": KeepGround.SAT,
    "partnership": KeepGround.SIGNED,
    "proposal": KeepGround.HANDED_IN,
    "proposal_version": KeepGround.HANDED_IN,
}
_ACTS = frozenset(
    {*NEVER_ERASED, "act", "agenda_item", "attendance", "guest", "meeting", "vote", "score", "score_sheet"}
    | {"erratum_line", "omission", "paper", "signature", "signed_copy"}
)


@dataclass(frozen=True)
class Sought:
    """Who is looked for: all words of the name beside each other, in any order; or the tax code."""

    name: str
    tax_code: str = ""


@dataclass(frozen=True)
class Trace:
    """One field that speaks of a person.

    Attributes:
        table, row_id, column: which; `kind` and `label` are their words, to be translated.
        name: of the record.
        text: what stands there, cut where it is long.
        stays: why it cannot be erased; None when it can.
    """

    table: str
    row_id: str
    column: str
    kind: str
    label: str
    name: str
    text: str
    stays: KeepGround | None


@dataclass(frozen=True)
class PastTrace:
    """One edit of the journal that speaks of a person."""

    replica: str
    seq: int
    table: str
    row_id: str
    kind: str
    verb: str
    made_by: str
    made_at: datetime
    stays: KeepGround | None


@dataclass(frozen=True)
class PersonFile:
    """Everything on one person.

    Attributes:
        written: edits that a user of this name made, which stay with their acts.
        drafts: forms that were not saved and name the person.
        linked: what is kept of the person in the register of vouchers without a name.
    """

    sought: Sought
    traces: tuple[Trace, ...]
    past: tuple[PastTrace, ...]
    written: int
    drafts: int
    linked: tuple[LinkedField, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether the archive does not know the person."""
        return not (self.traces or self.past or self.written or self.drafts)

    @property
    def can_erase(self) -> bool:
        """Whether anything may be erased."""
        return bool(self.drafts) or None in self._stays()

    def grounds(self) -> tuple[KeepGround, ...]:
        """Why things of the person stay, each once."""
        kept = self._stays() | ({KeepGround.USER} if self.written else set())
        return tuple(ground for ground in KeepGround if ground in kept)

    def _stays(self) -> set[KeepGround | None]:
        return {each.stays for each in self.traces} | {each.stays for each in self.past}


class _Matcher:
    """Finds one person in texts."""

    def __init__(self, sought: Sought) -> None:
        self.words = tuple(fold(word) for word in _WORD.findall(sought.name))
        self.code = fold("".join(_WORD.findall(sought.tax_code)))
        if len(self.words) < 2 and not self.code:
            raise InvalidInput("person.name_short", field="name")

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the person stands in a text."""
        found = [(each.start(), each.end(), fold(each.group())) for each in _WORD.finditer(text)]
        spans = [(start, end) for start, end, word in found if self.code and word == self.code]
        count = len(self.words)
        at = 0
        while count > 1 and at + count <= len(found):
            window = found[at : at + count]
            if sorted(word for _start, _end, word in window) == sorted(self.words):
                spans.append((window[0][0], window[-1][1]))
                at += count
            else:
                at += 1
        return sorted(spans)

    def without(self, text: str) -> str:
        """The text with the person taken out of it."""
        for start, end in reversed(self.spans(text)):
            text = text[:start] + ERASED_TEXT + text[end:]
        return text

    def speaks(self, text: str) -> bool:
        """Whether a text speaks of the person; quick where it does not."""
        folded = fold(text)
        likely = (len(self.words) > 1 and all(word in folded for word in self.words)) or (
            self.code and self.code in folded
        )
        return bool(likely) and bool(self.spans(text))


def text_without(sought: Sought, text: str) -> str:
    """A text with a person taken out of it.

    Raises:
        InvalidInput: "person.name_short".
    """
    return _Matcher(sought).without(text)


def find_person(store: Store, sought: Sought) -> PersonFile:
    """Everything that the archive says of a person: records, journal, names of documents, minutes, unsaved forms.

    Raises:
        InvalidInput: "person.name_short" without two words of a name or a tax code.
    """
    matcher = _Matcher(sought)
    with store.read() as session:
        traces = tuple(_traces(session, matcher))
        rows = {(each.table, each.row_id): each.stays for each in traces}
        past = tuple(_past(session, matcher, rows))
        authors = session.execute(sa.select(Edit.made_by, sa.func.count()).group_by(Edit.made_by))
        written = sum(count for name, count in authors if matcher.spans(name))
        drafts = sum(
            matcher.speaks(row.content + row.typed + row.title) for row in session.scalars(sa.select(KeptDraft))
        )
        linked = linked_fields(session, {each.row_id for each in traces if each.table == "individual"})
    return PersonFile(sought, traces, past, written, drafts, linked)


def _traces(session: Session, matcher: _Matcher) -> Iterator[Trace]:
    for table, mapped in sorted(record_classes().items()):
        texts = [each for each in fields_of(mapped) if isinstance(each.column.type, sa.Text | sa.String)]
        texts = [each for each in texts if not each.column.foreign_keys and not each.column.primary_key]
        columns = [mapped.__table__.c[each.column.name] for each in texts]
        if not columns:
            continue
        for row in session.execute(sa.select(mapped.id, *columns)):
            named = {each.column.name: text for each, text in zip(texts, row[1:], strict=True)}
            speaking = [
                (column, text) for column, text in named.items() if isinstance(text, str) and matcher.speaks(text)
            ]
            if not speaking and matcher.speaks(whole_name(named)):
                speaking = [("surname", named["surname"])]
            if speaking:
                yield from _row_traces(session, matcher, table, row[0], speaking)


def whole_name(values: Mapping[str, Any]) -> str:
    """Surname and name of a person that has both, as one text; else nothing."""
    surname, given = values.get("surname"), values.get("given_name")
    return f"{surname} {given}" if isinstance(surname, str) and isinstance(given, str) else ""


def _row_traces(
    session: Session, matcher: _Matcher, table: str, row_id: str, speaking: list[tuple[str, str]]
) -> Iterator[Trace]:
    """The fields of a row that speak of the person; of a person's own row, all that are filled."""
    record = session.get_one(record_classes()[table], row_id)
    values = stored_values(record)
    if table in PERSON_ROWS and any(column in PERSON_ROWS[table] for column, _text in speaking):
        speaking = [(column, _told(column, values[column])) for column in PERSON_ROWS[table] if values.get(column)]
    for column, text in speaking:
        yield Trace(
            table=table,
            row_id=row_id,
            column=column,
            kind=TABLES[table][1],
            label=FIELDS.get(column, WHOLE_TEXT),
            name=row_name(table, values),
            text=_snippet(matcher, text),
            stays=_stays(session, table, row_id, column),
        )


def _told(column: str, value: str | int) -> str:
    """A stored value of a person's own row, in either language: «03/05/1980», «F» or «M», a mark for a flag."""
    if isinstance(value, int):
        return "✓"
    if column == "birth_date":
        return format_date(date.fromisoformat(value))
    return value[0].upper() if column == "sex" else value


def _snippet(matcher: _Matcher, text: str) -> str:
    """A text, or of a long one what stands around the person."""
    if text.startswith("{"):  # a frozen document: the texts in it that name the person
        named = dict.fromkeys(each for each in _texts(json.loads(text)) if matcher.speaks(each))
        text = " · ".join(named)
    if len(text) <= SNIPPET:
        return text
    spans = matcher.spans(text)
    start = max(0, spans[0][0] - SNIPPET // 2) if spans else 0
    end = min(len(text), start + SNIPPET)
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"


def _stays(session: Session, table: str, row_id: str, column: str) -> KeepGround | None:
    """Why a field cannot be erased; None when it can."""
    if table == "member":
        sat = sa.select(Attendance.id).join(Meeting).where(Attendance.member_id == row_id)
        closed = sat.where(Meeting.state.in_([MeetingState.CLOSED.value, MeetingState.APPROVED.value]))
        voted = sa.select(Vote.id).where(Vote.member_id == row_id)
        return KeepGround.SAT if session.scalar(closed.limit(1)) or session.scalar(voted.limit(1)) else None
    if table == "proposal" and column in FREE_TEXTS[table]:
        handed_in = session.scalar(sa.select(ProposalVersion.id).where(ProposalVersion.proposal_id == row_id).limit(1))
        is_draft = session.get_one(Proposal, row_id).state == ProposalState.DRAFT
        return None if is_draft and handed_in is None else KeepGround.HANDED_IN
    if table == "individual":
        asked = sa.or_(VoucherRequest.individual_id == row_id, VoucherRequest.requester_id == row_id)
        return KeepGround.HANDED_IN if session.scalar(sa.select(VoucherRequest.id).where(asked).limit(1)) else None
    if column in PERSON_ROWS.get(table, ()) or column in FREE_TEXTS.get(table, ()):
        return None
    return KeepGround.ACT if table in _ACTS else _GROUNDS.get(table, KeepGround.OTHER)


def _past(
    session: Session, matcher: _Matcher, rows: Mapping[tuple[str, str], KeepGround | None]
) -> Iterator[PastTrace]:
    """Edits that speak of the person, and all edits of a person's own rows."""
    asked = (
        sa.select(Edit, EditPayload.payload)
        .join(EditPayload, sa.and_(EditPayload.replica == Edit.replica, EditPayload.seq == Edit.seq))
        .order_by(Edit.replica, Edit.seq)
        .execution_options(yield_per=2000)
    )
    own = {key for key, stays in rows.items() if key[0] in PERSON_ROWS and stays is None}
    for edit, payload in session.execute(asked):
        key = (edit.table_name, edit.row_id)
        if key not in own and not _payload_speaks(matcher, payload):
            continue
        yield PastTrace(
            replica=edit.replica,
            seq=edit.seq,
            table=edit.table_name,
            row_id=edit.row_id,
            kind=TABLES[edit.table_name][1],
            verb=edit.verb,
            made_by=edit.made_by,
            made_at=edit.made_at,
            stays=_past_stays(session, edit, rows),
        )


def _payload_speaks(matcher: _Matcher, payload: str) -> bool:
    folded = fold(payload)
    likely = (len(matcher.words) > 1 and all(word in folded for word in matcher.words)) or (
        bool(matcher.code) and matcher.code in folded
    )
    return likely and any(matcher.speaks(text) for text in _texts(json.loads(payload)))


def _texts(value: Any) -> Iterator[str]:
    """All texts in what JSON held."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        if isinstance(value, dict) and (name := whole_name(value)):
            yield name
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _past_stays(session: Session, edit: Edit, rows: Mapping[tuple[str, str], KeepGround | None]) -> KeepGround | None:
    table = edit.table_name
    if table not in PERSON_ROWS and table not in FREE_TEXTS:
        return KeepGround.ACT if table in _ACTS else _GROUNDS.get(table, KeepGround.OTHER)
    if (table, edit.row_id) in rows:
        return rows[table, edit.row_id]
    present = session.get(record_classes()[table], edit.row_id)
    if present is None and table != "proposal":
        return None
    if present is None:
        handed_in = sa.select(Edit.seq).where(
            Edit.row_id == edit.row_id, Edit.verb.in_(("submit_proposal", "close_version", "set_proposal_state"))
        )
        return KeepGround.HANDED_IN if session.scalar(handed_in.limit(1)) else None
    return _stays(session, table, edit.row_id, (*PERSON_ROWS.get(table, ()), *FREE_TEXTS.get(table, ()))[0])


def erase_person(store: Store, sought: Sought, reason: str) -> Changes:
    """Erase a person from everything that need not be kept; it cannot be taken back.

    Args:
        reason: the request and the rule that it rests on, without the person's name.

    Raises:
        InvalidInput: "person.name_short", "reason.missing", "person.in_reason".
        NotFound: "person.unknown".
        RuleBroken: "right.missing"; "person.in_acts" with `grounds`, when all that is known must be kept.
    """
    if not reason.strip():
        raise InvalidInput("reason.missing", field="reason")
    matcher = _Matcher(sought)
    if matcher.speaks(reason):
        raise InvalidInput("person.in_reason", field="reason")
    found = find_person(store, sought)
    if found.is_empty:
        raise NotFound("person.unknown")
    if not found.can_erase:
        raise RuleBroken("person.in_acts", grounds=found.grounds())
    with store.read() as session:
        fields = _new_texts(session, matcher, found.traces)
        prints = speaking_prints(session, matcher.speaks)
    edits = frozenset((each.replica, each.seq) for each in found.past if each.stays is None)
    removal = Removal(edits, fields, contents=prints)
    with store.write("erase_person") as session:
        erase(session, ErasureKind.PERSON, reason.strip(), removal)
        _forget_drafts(session.connection(), matcher)
    return burn(store)


def _new_texts(session: Session, matcher: _Matcher, traces: Iterable[Trace]) -> dict[FieldKey, str | bool | None]:
    """What stands in each field afterwards: a person's own row is emptied, a text loses the name."""
    texts: dict[FieldKey, str | bool | None] = {}
    for each in traces:
        if each.stays is not None:
            continue
        mapped = record_classes()[each.table]
        own = PERSON_ROWS.get(each.table, ())
        if own:
            text = emptied(mapped, each.column, ERASED_TEXT if each.column == own[0] else "")
        else:
            present = sa.select(mapped.__table__.c[each.column]).where(mapped.id == each.row_id)
            text = matcher.without(session.execute(present).scalar_one())
        texts[each.table, each.row_id, each.column] = text
    return texts


def _forget_drafts(connection: sa.Connection, matcher: _Matcher) -> None:
    for row in connection.execute(sa.select(KeptDraft.__table__)).mappings().all():
        if matcher.speaks(row["content"] + row["baseline"] + row["typed"] + row["title"]):
            connection.execute(
                sa.delete(KeptDraft).where(
                    KeptDraft.user_id == row["user_id"],
                    KeptDraft.place == row["place"],
                    KeptDraft.record_id == row["record_id"],
                )
            )
