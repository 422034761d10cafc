"""Whether a paper or file is ours, of which state, unchanged; and every figure of it against the archive.

The data that travel inside a file are drawn again: the pages must come out to the byte. Then the document is made
again from the archive as it stood when the paper was printed, and compared cell by cell; and from the archive as it is
now, to say what has changed since.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.journal import Edit, digest
from app.models.meetings import Minutes
from app.models.past import Cut, past_store
from app.models.schema import file_id_of
from app.models.signing import Paper
from app.models.store import Store
from app.services.evaluation.scorers import OFFICE
from app.services.evaluation.spread import proposal_scores
from app.services.journal.as_at import AsAt
from app.services.reports import freeze
from app.services.reports.mark import Mark, read_mark, sealed_data
from app.services.reports.spec import Document, Kind, Role, Sheet, Table
from app.services.signing.papers import MINUTES, data_inside, paper_of
from app.services.signing.reading import SignatureFact, read_signed
from app.services.wording.formats import display
from app.services.wording.texts import Translator, translator

FIGURES = frozenset({Kind.COUNT, Kind.MONEY, Kind.PERCENT, Kind.POINTS, Kind.MEASURE})
"""Columns that hold figures."""

EVALUATIONS = frozenset({"T06", "T06-PUBBLICA"})
"""Papers whose points are not for everybody to see at once."""


class Verdict(StrEnum):
    """What a paper is found to be."""

    OURS = "ours"  # of this archive, unchanged, and the archive gives what it says
    DIFFERENT = "different"  # of this archive and unchanged, but the archive gives other figures
    CHANGED = "changed"  # it has data of this archive, and is not what they give
    ELSEWHERE = "elsewhere"  # of another archive
    STRANGE = "strange"  # nothing in it is of this program


@dataclass(frozen=True)
class Difference:
    """A cell or text of the paper that the archive does not give.

    Attributes:
        where: table, row and column, or the text itself.
        paper, archive: what each says; empty where it says nothing.
    """

    where: str
    paper: str
    archive: str


@dataclass(frozen=True)
class PaperCheck:
    """What became of comparing a paper.

    Attributes:
        digest: SHA-256 of its data, hexadecimal.
        state: the instant of the records that it was made from; None when the archive does not know that state.
        redrawn: whether its data, drawn again, give the file to the byte; None for a paper of which only the mark is
            there.
        figures: how many figures were compared, and `sums`: how many totals were added up from its own rows.
        wrong_sums: totals that its own rows do not give.
        differences: against the archive as it stood; `since`: against the archive as it is.
        signatures: of a signed file.
    """

    verdict: Verdict
    code: str = ""
    title: str = ""
    digest: str = ""
    state: datetime | None = None
    redrawn: bool | None = None
    figures: int = 0
    sums: int = 0
    wrong_sums: tuple[Difference, ...] = ()
    differences: tuple[Difference, ...] = ()
    since: tuple[Difference, ...] = ()
    signatures: tuple[SignatureFact, ...] = field(default=())

    @property
    def is_ours(self) -> bool:
        """Whether nothing is wrong with it: it is ours and unchanged, and its signatures hold."""
        return self.verdict is Verdict.OURS and all(fact.whole for fact in self.signatures)


# --- a file, a paper -----------------------------------------------------------------------


def check_file(store: Store, content: bytes, name: str) -> PaperCheck:
    """Compare a file, signed or not, with the archive.

    Raises:
        InvalidInput: "signature.unreadable" when it is neither a PDF nor a signed envelope.
        RuleBroken: "scores.own_first" of points that are not for the user to see yet.
    """
    document = content
    signatures: tuple[SignatureFact, ...] = ()
    try:
        signed = read_signed(content, name)
        document, signatures = signed.document, signed.signatures
    except InvalidInput as refusal:
        if refusal.code != "signature.missing" and not content.startswith(b"%PDF-"):
            raise
    data = data_inside(document)
    if data is None:
        return _without_data(store, document, signatures)
    return _compared(store, data, document, signatures)


def _without_data(store: Store, document: bytes, signatures: tuple[SignatureFact, ...]) -> PaperCheck:
    """A file without data of ours: known by its bytes alone, when it was handed out to be signed."""
    with store.read() as session:
        paper = paper_of(session, document)
        if paper is None:
            return PaperCheck(Verdict.STRANGE, signatures=signatures)
        return PaperCheck(
            Verdict.OURS, paper.code, paper.title, paper.sha256, paper.made_at, True, signatures=signatures
        )


def check_mark(store: Store, text: str) -> PaperCheck:
    """Compare a printed paper with the archive, by what a camera read from the square at its end.

    Raises:
        InvalidInput: "mark.unknown".
        RuleBroken: "scores.own_first" of points that are not for the user to see yet.
    """
    mark = read_mark(text)
    if mark is None:
        raise InvalidInput("mark.unknown", text=text[:60])
    if mark.origin.archive != _file_id(store):
        return PaperCheck(Verdict.ELSEWHERE, mark.code, digest=mark.digest)
    _require_seen(store, mark)
    place = _place_of(store, mark.origin.head)
    again = [replace(made, sheet=sheet) for made in _made_again(store, mark, place) for sheet in Sheet]
    if not again:
        return PaperCheck(Verdict.CHANGED, mark.code, digest=mark.digest, state=_instant(store, place))
    hits = [made for made in again if hashlib.sha256(sealed_data(made)).hexdigest() == mark.digest]
    made, same = (*hits, *again)[0], bool(hits)
    verdict = Verdict.OURS if same else Verdict.DIFFERENT
    now = _differences(freeze.to_data(made), _now(store, mark), translator(mark.language))
    return PaperCheck(
        verdict,
        mark.code,
        made.title,
        mark.digest,
        _instant(store, place),
        figures=_figures(freeze.to_data(made)),
        since=now if same else (),
    )


def _compared(store: Store, data: dict[str, Any], document: bytes, signatures: tuple[SignatureFact, ...]) -> PaperCheck:
    """A file with data of ours against the archive."""
    try:
        paper = freeze.from_data(data)
        sealed = sealed_data(paper)
        redrawn = _is_drawn_so(store, paper, document)
    except (KeyError, TypeError, ValueError, AssertionError, AppError):  # data that somebody wrote into it
        return PaperCheck(Verdict.CHANGED, signatures=signatures)
    found = PaperCheck(
        Verdict.CHANGED,
        paper.code,
        paper.title,
        hashlib.sha256(sealed).hexdigest(),
        redrawn=redrawn,
        figures=_figures(data),
        sums=sum(len(table.totals()) for table in paper.tables()) if redrawn else 0,
        signatures=signatures,
    )
    origin = paper.origin
    if origin is None or origin.archive != _file_id(store):
        return replace(found, verdict=Verdict.ELSEWHERE)
    place = _place_of(store, origin.head)
    mark = Mark(paper.code, origin, paper.language, paper.audience, found.digest)
    _require_seen(store, mark)
    tr = translator(paper.language)
    again = [_differences(data, freeze.to_data(made), tr) for made in _made_again(store, mark, place)]
    then = min(again, key=len) if again else None
    if then is not None and mark.code == MINUTES and place is not None:
        then += _against_records(store, mark, place, data, tr)
    found = replace(
        found,
        state=_instant(store, place),
        wrong_sums=tuple(wrong_sums(paper, tr)),
        differences=then or (),
        since=_differences(data, _now(store, mark), tr),
    )
    if not redrawn or then is None:
        return found
    return replace(found, verdict=Verdict.DIFFERENT if then or found.wrong_sums else Verdict.OURS)


def _is_drawn_so(store: Store, paper: Document, document: bytes) -> bool:
    """Whether the pages are those that the data give, or those that were kept when the paper was handed out."""
    from app.services.reports.pdf import pdf_bytes

    with store.read() as session:
        kept = paper_of(session, document) if session.scalar(sa.select(Paper.id).limit(1)) else None
    return kept is not None or document.startswith(pdf_bytes(paper))


# --- the archive as it stood -----------------------------------------------------------------


def _file_id(store: Store) -> str:
    with store.read() as session:
        return file_id_of(session.connection())


def _place_of(store: Store, head: str) -> int | None:
    """The edit after which the journal had this head; None when it never had."""
    with store.read() as session:
        order: sa.ColumnElement[int] = sa.literal_column("edit.rowid", sa.Integer)
        query = sa.select(order, Edit.replica, Edit.seq, Edit.hash).order_by(order)
        heads: dict[str, bytes] = {}
        for place, replica, seq, own in session.execute(query).tuples():
            heads[replica] = f"{replica}:{seq}".encode() + own
            if digest(*(heads[name] for name in sorted(heads))).hex()[:32] == head:
                return int(place)
    return None


def _instant(store: Store, place: int | None) -> datetime | None:
    if place is None:
        return None
    with store.read() as session:
        found: datetime | None = session.scalar(
            sa.select(Edit.made_at).where(sa.text("edit.rowid = :at")), {"at": place}
        )
        return found


@contextlib.contextmanager
def _store_at(store: Store, place: int) -> Iterator[Store]:
    """The archive as it stood after an edit."""
    with past_store(store, Cut(date.max, datetime.max.replace(tzinfo=UTC), edit=place)) as then:
        yield then


def _made_again(store: Store, mark: Mark, place: int | None) -> tuple[Document, ...]:
    """The document as the archive gave it when it was printed; of minutes both, as approved and with their errata.

    Nothing when it cannot have been printed here.
    """
    from app.services.reports.minutes import minutes_document

    tr = translator(mark.language)
    try:
        if mark.code == MINUTES:
            ways = (True, False) if _approval(store, mark) is not None else ()
            return tuple(minutes_document(store, mark.origin.item, tr, mark.audience, as_approved=way) for way in ways)
        if mark.origin.when:  # a past day prints the same whenever it is printed
            return (_built(store, mark, tr),)
        if place is None:
            return ()
        with _store_at(store, place) as then:
            # who may see the points now may not have been allowed to when they were printed
            reader = replace(then, person=None) if mark.code in EVALUATIONS else then
            return (_built(reader, mark, tr),)
    except AppError:
        return ()


def _require_seen(store: Store, mark: Mark) -> None:
    """Points are compared for who may see them: nobody learns those of others from a paper that was made up.

    Raises:
        RuleBroken: "scores.own_first".
    """
    if mark.code not in EVALUATIONS or store.person is None or store.person.role in OFFICE:
        return
    with contextlib.suppress(NotFound):
        found = proposal_scores(store, mark.origin.item)
        if found is not None and found.points is None:
            raise RuleBroken("scores.own_first", title=found.title)


def _approval(store: Store, mark: Mark) -> date | None:
    """The day on which minutes were approved."""
    with store.read() as session:
        found: date | None = session.scalar(sa.select(Minutes.date_approved).filter_by(meeting_id=mark.origin.item))
        return found


def _against_records(
    store: Store, mark: Mark, place: int, data: Mapping[str, Any], tr: Translator
) -> tuple[Difference, ...]:
    """Cells of minutes that the records of the moment of their approval do not give: nothing frozen is asked here.

    Tables that follow those of the minutes are of their errata.
    """
    from app.services.reports.minutes import minutes_as_written

    approved = _approval(store, mark)
    assert approved is not None
    try:
        with _store_at(store, place) as then:
            written = freeze.to_data(minutes_as_written(then, mark.origin.item, tr, mark.audience, approved))
    except AppError:
        return (Difference(tr("Records of the meeting"), tr("present"), ""),)
    pairs = zip(_tables(data), _tables(written), strict=False)
    return tuple(each for ours, theirs in pairs for each in _table_differences(ours, theirs, tr))


def _built(store: Store, mark: Mark, tr: Translator) -> Document:
    from app.services.reports.catalogue import build_document
    from app.services.reports.excerpt import CODE, excerpt_document

    if mark.code == CODE:
        return excerpt_document(store, mark.origin.item, tr, mark.audience)
    return build_document(store, mark.code, tr, mark.origin.item or None, _moment(mark.origin.when))


def _moment(when: str) -> AsAt:
    if when.startswith("D"):
        return AsAt(day=date.fromisoformat(when[1:]))
    return AsAt(meeting_id=when[1:] or None)


def _now(store: Store, mark: Mark) -> dict[str, Any] | None:
    """The same document as the archive gives it now; None when it gives none."""
    from app.services.reports.minutes import minutes_document

    tr = translator(mark.language)
    try:
        if mark.code == MINUTES:
            return freeze.to_data(minutes_document(store, mark.origin.item, tr, mark.audience))
        return freeze.to_data(_built(store, mark, tr))
    except AppError:
        return None


# --- cell by cell ----------------------------------------------------------------------------


def _tables(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [part for part in data["parts"] if part["part"] == "table"]


def _figures(data: Mapping[str, Any]) -> int:
    """How many figures stand in the tables of a document."""
    return sum(
        row["cells"].get(column["key"]) is not None
        for table in _tables(data)
        for row in table["rows"]
        for column in table["columns"]
        if Kind(column["kind"]) in FIGURES
    )


def _differences(paper: Mapping[str, Any], archive: Mapping[str, Any] | None, tr: Translator) -> tuple[Difference, ...]:
    """What a paper says and the archive does not, text by text and cell by cell."""
    if archive is None:
        return ()
    found = []
    if paper["title"] != archive["title"]:
        found.append(Difference(tr("Title"), paper["title"], archive["title"]))
    ours, theirs = _tables(paper), _tables(archive)
    for n in range(max(len(ours), len(theirs))):
        found += _table_differences(ours[n] if n < len(ours) else None, theirs[n] if n < len(theirs) else None, tr)
    texts, others = list(_texts(paper)), list(_texts(archive))
    found += [Difference(tr("Text"), text, "") for text in texts if text not in others]
    found += [Difference(tr("Text"), "", text) for text in others if text not in texts]
    return tuple(found)


def _texts(data: Mapping[str, Any]) -> Iterator[str]:
    """Every text outside tables."""
    for part in data["parts"]:
        match part["part"]:
            case "heading" | "paragraph":
                yield part["text"]
            case "items":
                yield from part["texts"]
            case "facts" | "signatures":
                yield from (": ".join(pair) for pair in part.get("pairs", part.get("places")))


def _table_differences(
    ours: Mapping[str, Any] | None, theirs: Mapping[str, Any] | None, tr: Translator
) -> Iterator[Difference]:
    title = (ours or theirs or {})["title"]
    if ours is None or theirs is None:
        where, there = tr("Table «{title}»").format(title=title), tr("present")
        yield Difference(where, "" if ours is None else there, "" if theirs is None else there)
        return
    kinds = {
        column["key"]: (column["title"], Kind(column["kind"])) for column in (*theirs["columns"], *ours["columns"])
    }
    for n in range(max(len(ours["rows"]), len(theirs["rows"]))):
        mine = ours["rows"][n]["cells"] if n < len(ours["rows"]) else {}
        other = theirs["rows"][n]["cells"] if n < len(theirs["rows"]) else {}
        for key, (heading, kind) in kinds.items():
            one, two = mine.get(key), other.get(key)
            if one != two:
                where = tr("«{title}», row {n}, «{column}»").format(title=title, n=n + 1, column=heading)
                yield Difference(where, _shown(kind, one, tr), _shown(kind, two, tr))


def _shown(kind: Kind, value: Any, tr: Translator) -> str:
    raw = freeze.restored(value)
    return "" if raw is None else raw if isinstance(raw, str) else display(kind, raw, tr)


def wrong_sums(paper: Document, tr: Translator) -> Iterator[Difference]:
    """Totals printed among the rows that the rows above them do not give."""
    for table in paper.tables():
        yield from _wrong_totals(table, tr)


def _wrong_totals(table: Table, tr: Translator) -> Iterator[Difference]:
    for column in table.columns:
        if not column.total:
            continue
        running = group = 0
        for row in table.rows:
            value = table.cell(row, column) or 0
            match table.role(row):
                case Role.BODY:
                    running, group = running + value, group + value
                case Role.HEADING:
                    group = 0
                case role:
                    given = group if role is Role.SUBTOTAL else running
                    if value and value != given:
                        where = tr("Total of «{column}» in «{title}»").format(column=column.title, title=table.title)
                        yield Difference(where, display(column.kind, value, tr), display(column.kind, given, tr))
