"""Papers on their way to be signed and back: handed out to the byte, signed outside or here, bound to what they were.

A signed file is taken when it holds a paper of this archive byte for byte and every signature on it is whole. It is
kept as it came and never written anew. The archive says who signed and by whose certificate; it does not say that the
certificate is valid, which only a list of trust can.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.documents import AttachmentContent
from app.models.enums import MeetingState
from app.models.errors import EnvironmentFailed, InvalidInput, NotFound, RuleBroken
from app.models.journal import gesture_of
from app.models.meetings import Meeting
from app.models.signing import Paper, Signature, SignedCopy
from app.models.signing_kinds import SignedForm
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import get_row
from app.services.documents.documents import SIZE_MAX, read_file
from app.services.documents.kinds import clean_name
from app.services.files import atomic_write
from app.services.reports.mark import DATA_FILE, open_data
from app.services.reports.spec import Document
from app.services.signing.reading import SignatureFact, SignedFile, read_signed
from app.services.wording.formats import format_instant
from app.services.wording.texts import Translator, translator

MINUTES = "VERBALE"
ALIKE = 0.9
"""Share of equal bytes from which a file is a changed one of ours rather than another."""


@dataclass(frozen=True)
class SignatureLine:
    """A signature on a paper, as it is shown."""

    id: str
    signer: str
    signer_code: str
    issuer: str
    signed_at: datetime | None
    file: str

    @property
    def signed_text(self) -> str:
        """When, as it is shown; empty when the signature does not say."""
        return "" if self.signed_at is None else format_instant(self.signed_at)


@dataclass(frozen=True)
class PaperDraft:
    """A paper with its entry in the register of the office, which alone can be edited.

    Attributes:
        copies: signed files that came back.
    """

    id: str | None = None
    code: str = ""
    record_id: str = ""
    title: str = ""
    subject: str = ""
    slug: str = ""
    language: str = "it"
    sha256: str = ""
    made_at: datetime | None = None
    protocol_number: str = ""
    protocol_date: date | None = None
    register: str = ""
    copies: int = 0
    signatures: tuple[SignatureLine, ...] = ()

    @property
    def made_text(self) -> str:
        """When it was handed out, as it is shown."""
        return "" if self.made_at is None else format_instant(self.made_at)

    @property
    def signers(self) -> str:
        """Who signed, with commas between."""
        return ", ".join(line.signer for line in self.signatures)


# --- reading -----------------------------------------------------------------------------


def paper_rows(store: Store, record_id: str | None = None) -> tuple[PaperDraft, ...]:
    """The papers, newest first; those about one record when it is named."""
    with store.read() as session:
        query = sa.select(Paper).order_by(Paper.made_at.desc(), Paper.id.desc())
        papers = session.scalars(query if record_id is None else query.filter_by(record_id=record_id)).all()
        copies = session.scalars(sa.select(SignedCopy).order_by(SignedCopy.paper_id, SignedCopy.position)).all()
        newest = {copy.paper_id: copy for copy in copies}
        counts = {paper.id: sum(copy.paper_id == paper.id for copy in copies) for paper in papers}
        lines = _signatures(session)
        return tuple(_draft(paper, counts[paper.id], newest.get(paper.id), lines) for paper in papers)


def load_paper(store: Store, paper_id: str) -> PaperDraft:
    """A paper with the signatures of its newest signed file.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        paper = get_row(session, Paper, paper_id)
        copies = _copies(session, paper_id)
        return _draft(paper, len(copies), copies[-1] if copies else None, _signatures(session, paper_id))


def _copies(session: Session, paper_id: str) -> list[SignedCopy]:
    found = session.scalars(sa.select(SignedCopy).filter_by(paper_id=paper_id).order_by(SignedCopy.position))
    return list(found)


def _signatures(session: Session, paper_id: str | None = None) -> dict[str, list[Signature]]:
    """Signatures by signed file."""
    query = sa.select(Signature).order_by(Signature.signed_copy_id, Signature.position)
    if paper_id is not None:
        query = query.join(SignedCopy, SignedCopy.id == Signature.signed_copy_id).where(SignedCopy.paper_id == paper_id)
    found: dict[str, list[Signature]] = {}
    for row in session.scalars(query):
        found.setdefault(row.signed_copy_id, []).append(row)
    return found


def _draft(paper: Paper, copies: int, newest: SignedCopy | None, lines: dict[str, list[Signature]]) -> PaperDraft:
    signed = () if newest is None else lines.get(newest.id, ())
    return PaperDraft(
        id=paper.id,
        code=paper.code,
        record_id=paper.record_id,
        title=paper.title,
        subject=paper.subject,
        slug=paper.slug,
        language=paper.language,
        sha256=paper.sha256,
        made_at=paper.made_at,
        protocol_number=paper.protocol_number,
        protocol_date=paper.protocol_date,
        register=paper.register,
        copies=copies,
        signatures=tuple(
            SignatureLine(row.id, row.signer, row.signer_code, row.issuer, row.signed_at, newest.name if newest else "")
            for row in signed
        ),
    )


def paper_content(store: Store, paper_id: str, *, signed: bool = False) -> tuple[str, bytes]:
    """Name and bytes of a paper as it was handed out, or of its newest signed file.

    Raises:
        NotFound: "record.gone"; "signature.none_yet" when no signed file came.
        EnvironmentFailed: "document.damaged".
    """
    with store.read() as session:
        paper = get_row(session, Paper, paper_id)
        if not signed:
            return f"{paper.slug}.pdf", _bytes(session, paper.sha256, paper.title)
        copies = _copies(session, paper_id)
        if not copies:
            raise NotFound("signature.none_yet", title=paper.title)
        return copies[-1].name, _bytes(session, copies[-1].sha256, copies[-1].name)


def _bytes(session: Session, digest: str, name: str) -> bytes:
    content = session.scalar(sa.select(AttachmentContent.content).filter_by(sha256=digest))
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise EnvironmentFailed("document.damaged", name=name)
    return content


def save_paper_as(store: Store, paper_id: str, path: Path, *, signed: bool = False) -> Path:
    """Write a paper, or its newest signed file, to a file of its own.

    Raises:
        NotFound, EnvironmentFailed: those of `paper_content` and `atomic_write`.
    """
    _name, content = paper_content(store, paper_id, signed=signed)
    with atomic_write(path) as file:
        file.write(content)
    return path


# --- handing out -------------------------------------------------------------------------


def prepare_minutes(store: Store, meeting_id: str, tr: Translator) -> Changes:
    """Keep the approved minutes of a meeting as a paper to be signed; see `prepare_paper`.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "paper.not_approved".
    """
    from app.services.reports.minutes import minutes_document

    with store.read() as session:
        if get_row(session, Meeting, meeting_id).state != MeetingState.APPROVED.value:
            raise RuleBroken("paper.not_approved")
    return prepare_paper(store, minutes_document(store, meeting_id, tr, as_approved=True), meeting_id)


def prepare_entry(store: Store, code: str, record_id: str, tr: Translator) -> Changes:
    """Keep a document of the catalogue about one record as a paper to be signed; see `prepare_paper`.

    Raises:
        NotFound: "record.gone".
        InvalidInput, RuleBroken: those of the document.
    """
    from app.services.reports.catalogue import build_document

    return prepare_paper(store, build_document(store, code, tr, record_id), record_id)


def prepare_paper(store: Store, document: Document, record_id: str) -> Changes:
    """Keep a document to the byte, so that what comes back can be told from what did not go out.

    The same document twice is one paper.

    Raises:
        InvalidInput: "text.character_missing".
    """
    from app.services.reports.pdf import pdf_bytes

    content = pdf_bytes(document)
    digest = hashlib.sha256(content).hexdigest()
    with store.read() as session:
        present = session.scalar(sa.select(Paper.id).filter_by(sha256=digest))
    if present is not None:
        return Changes.of("meetings", ids=(present, record_id))
    with store.write("prepare_paper") as session:
        paper = _keep_paper(session, document, record_id, content)
    return Changes.of("meetings", ids=(paper.id, record_id))


def _keep_paper(session: Session, document: Document, record_id: str, content: bytes) -> Paper:
    paper = Paper(
        code=document.code,
        record_id=record_id,
        title=document.title,
        subject=document.subject,
        slug=document.slug,
        language=document.language,
        sha256=_keep(session, content),
        made_at=gesture_of(session).at,
    )
    session.add(paper)
    session.flush()
    return paper


def _keep(session: Session, content: bytes) -> str:
    """Put bytes into the archive, once; gives their hash."""
    digest = hashlib.sha256(content).hexdigest()
    if session.get(AttachmentContent, digest) is None:
        session.add(AttachmentContent(sha256=digest, content=content))
        session.flush()
    return digest


def save_paper(store: Store, draft: PaperDraft) -> Changes:
    """Write the entry of a paper in the register of the office: number, day, register; or take it off again.

    Raises:
        NotFound: "record.gone".
        InvalidInput: "field.required" when number and day are not both there.
    """
    assert draft.id is not None
    number = draft.protocol_number.strip()
    for present, field in ((number, "protocol_number"), (draft.protocol_date, "protocol_date")):
        if not present and (number or draft.protocol_date or draft.register.strip()):
            raise InvalidInput("field.required", field=field)
    with store.write("save_paper") as session:
        paper = get_row(session, Paper, draft.id)
        paper.protocol_number, paper.protocol_date = number, draft.protocol_date
        paper.register = draft.register.strip()
    return Changes.of("meetings", ids=(draft.id, draft.record_id))


# --- coming back -------------------------------------------------------------------------


def bind_signed(store: Store, path: Path, paper_id: str | None = None) -> Changes:
    """Take a signed file in: the paper that it is of is found by its bytes.

    Args:
        paper_id: the paper that it must be of, when the user chose one.

    Raises:
        InvalidInput: those of a document that is read; "signature.unreadable", "signature.missing".
        RuleBroken: "signature.present", "signature.broken", "signature.twice", "signature.changed",
            "signature.another", "signature.other_paper".
    """
    return bind_content(store, read_file(path, SIZE_MAX), path.name, paper_id)


def bind_content(store: Store, content: bytes, name: str, paper_id: str | None = None) -> Changes:
    """As `bind_signed`, of bytes that are at hand."""
    signed = read_signed(content, name)
    digest = hashlib.sha256(content).hexdigest()
    with store.read() as session:
        present = session.scalar(sa.select(Paper.title).join(SignedCopy).where(SignedCopy.sha256 == digest))
        if present is not None:
            raise RuleBroken("signature.present", name=name, title=present)
        paper = paper_of(session, signed.document)
        known = {row.id: row for row in session.scalars(sa.select(Paper))}
        changed = None if paper else _changed_one(session, list(known.values()), signed.document)
    rebuilt = None
    if paper is None and changed is None:
        rebuilt = _rebuilt(store, signed.document)
    _check(signed, name, changed, found=paper is not None or rebuilt is not None)
    wanted = known.get(paper_id) if paper_id else None
    if wanted is not None and (paper is None or paper.id != wanted.id):
        raise RuleBroken("signature.other_paper", name=name, title=wanted.title)
    with store.write("bind_signed") as session:
        if rebuilt is not None:
            document, record_id, plain = rebuilt
            paper = _keep_paper(session, document, record_id, plain)
        assert paper is not None
        copy = _keep_copy(session, paper.id, clean_name(name), signed, content)
        ids = (paper.id, paper.record_id, copy.id)
    return Changes.of("meetings", ids=ids)


def _check(signed: SignedFile, name: str, changed: Paper | None, *, found: bool) -> None:
    """What keeps a signed file out, the nearest cause first."""
    if changed is not None:
        raise RuleBroken("signature.changed", name=name, title=changed.title)
    if not found:
        raise RuleBroken("signature.another", name=name)
    broken = [fact.signer for fact in signed.signatures if not fact.whole]
    if broken:
        raise RuleBroken("signature.broken", name=name, signer=broken[0])
    seen: set[str] = set()
    for fact in signed.signatures:
        if fact.certificate in seen:
            raise RuleBroken("signature.twice", name=name, signer=fact.signer)
        seen.add(fact.certificate)


def paper_of(session: Session, document: bytes) -> Paper | None:
    """The paper that a PDF begins with, byte for byte: signing adds to a file and changes nothing before."""
    size = sa.func.length(AttachmentContent.content)
    rows = session.execute(sa.select(Paper, size).join(AttachmentContent, AttachmentContent.sha256 == Paper.sha256))
    for paper, length in rows:
        if hashlib.sha256(document[:length]).hexdigest() == paper.sha256:
            found: Paper = paper
            return found
    return None


def _changed_one(session: Session, papers: list[Paper], document: bytes) -> Paper | None:
    """The paper that a PDF was, before something in it was changed."""
    for paper in papers:
        ours = session.scalar(sa.select(AttachmentContent.content).filter_by(sha256=paper.sha256)) or b""
        same = sum(one == other for one, other in zip(ours, document, strict=False))
        if ours and same >= ALIKE * len(ours):
            return paper
    return None


def _rebuilt(store: Store, document: bytes) -> tuple[Document, str, bytes] | None:
    """The minutes that a PDF begins with though they were not handed out to be signed, with their bytes."""
    from app.services.reports.minutes import minutes_document
    from app.services.reports.pdf import pdf_bytes

    data = data_inside(document)
    origin = (data or {}).get("origin", {})
    if data is None or data["code"] != MINUTES:
        return None
    with store.read() as session:
        meeting = session.get(Meeting, origin.get("item", ""))
        if meeting is None or meeting.state != MeetingState.APPROVED.value:
            return None
    for as_approved in (True, False):  # without the errata that mend them, and with them
        made = minutes_document(store, origin["item"], translator(data["language"]), as_approved=as_approved)
        plain = pdf_bytes(made)
        if document.startswith(plain):
            return made, origin["item"], plain
    return None


def data_inside(document: bytes) -> dict[str, Any] | None:
    """The data that travel inside a PDF of ours; None where there are none."""
    import io

    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(document)) as file:
            if DATA_FILE not in file.attachments:
                return None
            return open_data(file.attachments[DATA_FILE].get_file().read_bytes())
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _keep_copy(session: Session, paper_id: str, name: str, signed: SignedFile, content: bytes) -> SignedCopy:
    copies = _copies(session, paper_id)
    copy = SignedCopy(
        paper_id=paper_id,
        position=len(copies) + 1,
        name=name,
        form=signed.form.value,
        sha256=_keep(session, content),
        added_at=gesture_of(session).at,
    )
    session.add(copy)
    for place, fact in enumerate(signed.signatures, start=1):
        session.add(_signature(copy.id, place, fact))
    return copy


def _signature(copy_id: str, place: int, fact: SignatureFact) -> Signature:
    return Signature(
        signed_copy_id=copy_id,
        position=place,
        signer=fact.signer,
        signer_code=fact.signer_code,
        issuer=fact.issuer,
        certificate=fact.certificate,
        signed_at=fact.signed_at,
    )


# --- signing here ------------------------------------------------------------------------


def sign_paper(store: Store, paper_id: str, key_file: Path, password: str) -> Changes:
    """Sign a paper here with a .p12 file; what others signed inside the PDF stays. Nothing of the key is kept.

    Raises:
        NotFound: "record.gone".
        InvalidInput: those of a document that is read; "key_file.unreadable" for a wrong password or another file.
        RuleBroken: "signature.no_place", "signature.envelope" when others signed it in an envelope, and as
            `bind_signed`.
    """
    from app.services.signing.stamping import sign_pdf

    with store.read() as session:
        paper = get_row(session, Paper, paper_id)
        copies = _copies(session, paper_id)
        if copies and copies[-1].form != SignedForm.PADES.value:
            raise RuleBroken("signature.envelope", title=paper.title)
        content = _bytes(session, copies[-1].sha256 if copies else paper.sha256, paper.title)
        tr, slug = translator(paper.language), paper.slug
    key = read_file(key_file, SIZE_MAX)
    signed = sign_pdf(content, key, password, key_file.name, store.clock(), tr)
    return bind_content(store, signed, f"{slug}-firmato.pdf", paper_id)
