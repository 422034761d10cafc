"""Documents of proposals, alliances and points of agendas: kept inside the archive, looked at, never changed."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.admissibility import AdmissibilityCheck, IntegrationPoint
from app.models.calls import RulesItem
from app.models.documents import Attachment, AttachmentContent
from app.models.enums import MeetingState, ProposalState, ReportState
from app.models.errors import EnvironmentFailed, InvalidInput, RuleBroken
from app.models.journal import gesture_of
from app.models.meetings import AgendaItem, Meeting
from app.models.network import Alliance
from app.models.proposals import Proposal
from app.models.spending import Expense, ExpenseReport
from app.models.store import Store
from app.services.calls.rules import rules_draft, rules_of
from app.services.changes import Changes
from app.services.checks import refuse_used
from app.services.children import get_row
from app.services.documents.kinds import clean_name, kind_of_bytes, name_says
from app.services.files import atomic_write
from app.services.wording.formats import format_size

SIZE_MAX = 25_000_000
"""Largest document that is taken, in bytes, where the settings say nothing else."""


@dataclass(frozen=True)
class DocumentOwner:
    """What a document is attached to: one of the four."""

    proposal_id: str | None = None
    alliance_id: str | None = None
    agenda_item_id: str | None = None
    report_id: str | None = None

    @property
    def key(self) -> str:
        """Key of the record."""
        return self.proposal_id or self.alliance_id or self.agenda_item_id or self.report_id or ""

    @property
    def topic(self) -> str:
        """Room that shows the record."""
        if self.agenda_item_id:
            return "meetings"
        return "network" if self.alliance_id else "proposals"


@dataclass(frozen=True)
class DocumentRow:
    """A document in a list.

    Attributes:
        kind: what its bytes are, a key of `documents.kinds.KINDS`.
        size: bytes.
        requirement: code of the document of the call's rules that it answers; empty for none.
        disguised: whether its name promises another kind than it is.
    """

    id: str
    owner: DocumentOwner
    name: str
    kind: str
    size: int
    sha256: str
    requirement: str
    note: str
    added_at: datetime
    disguised: bool
    sample: bool


@dataclass(frozen=True)
class DocumentDraft:
    """What may be said of a document after it came in."""

    id: str
    requirement: str = ""
    note: str = ""


# --- reading -----------------------------------------------------------------------------


def document_rows(store: Store, owner: DocumentOwner) -> tuple[DocumentRow, ...]:
    """The documents of a record, in the order that they came."""
    with store.read() as session:
        return documents_of(session, owner)


def documents_of(session: Session, owner: DocumentOwner) -> tuple[DocumentRow, ...]:
    """As `document_rows`, for a caller that reads more."""
    rows = session.scalars(_of(owner).order_by(Attachment.position, Attachment.id))
    return tuple(_row(row) for row in rows)


def _of(owner: DocumentOwner) -> sa.Select[tuple[Attachment]]:
    return sa.select(Attachment).filter_by(**asdict(owner))


def _owner(row: Attachment) -> DocumentOwner:
    return DocumentOwner(row.proposal_id, row.alliance_id, row.agenda_item_id, row.report_id)


def _row(row: Attachment) -> DocumentRow:
    return DocumentRow(
        id=row.id,
        owner=_owner(row),
        name=row.name,
        kind=row.kind,
        size=row.size,
        sha256=row.sha256,
        requirement=row.requirement,
        note=row.note,
        added_at=row.added_at,
        disguised=name_says(row.name) not in (None, row.kind),
        sample=row.sample,
    )


def required_documents(store: Store, owner: DocumentOwner) -> tuple[tuple[str, str], ...]:
    """Code and name of each document that the rules ask for: of the proposal's call, or of an alliance's calls."""
    if owner.agenda_item_id is not None or owner.report_id is not None:
        return ()
    with store.read() as session:
        proposals = session.scalars(
            sa.select(Proposal).where(
                Proposal.id == owner.proposal_id if owner.proposal_id else Proposal.alliance_id == owner.alliance_id
            )
        ).all()
        found = [rules_of(session, proposal) for proposal in proposals]
        drafts = [rules_draft(session, rules) for rules in found if rules is not None]
    return tuple(dict.fromkeys((row.code, row.name) for draft in drafts for row in draft.documents))


def read_document(store: Store, document_id: str) -> tuple[DocumentRow, bytes]:
    """A document with its bytes, proved by their hash.

    Raises:
        NotFound: "record.gone".
        EnvironmentFailed: "document.damaged" when the bytes are missing or are not those that came in.
    """
    with store.read() as session:
        row = get_row(session, Attachment, document_id)
        content = session.scalar(sa.select(AttachmentContent.content).filter_by(sha256=row.sha256))
        if content is None or hashlib.sha256(content).hexdigest() != row.sha256:
            raise EnvironmentFailed("document.damaged", name=row.name)
        return _row(row), content


def save_document_as(store: Store, document_id: str, path: Path) -> Path:
    """Write a document to a file of its own.

    Raises:
        NotFound, EnvironmentFailed: those of `read_document` and `atomic_write`.
    """
    _document, content = read_document(store, document_id)
    with atomic_write(path) as file:
        file.write(content)
    return path


# --- writing -----------------------------------------------------------------------------


def add_document(
    store: Store,
    owner: DocumentOwner,
    path: Path,
    *,
    requirement: str = "",
    note: str = "",
    size_max: int = SIZE_MAX,
) -> Changes:
    """Take a file into the archive; the file itself stays as it is and where it is.

    Args:
        requirement: code of the document of the call's rules that it answers.
        size_max: largest size in bytes.

    Raises:
        InvalidInput: "document.missing", "document.not_a_file", "document.empty", "document.too_large",
            "document.kind_refused", "document.unreadable".
        RuleBroken: "document.present" when the record has the same bytes already; "version.closed", "meeting.closed".
        NotFound: "record.gone".
    """
    content = read_file(path, size_max)
    kind = kind_of_bytes(content)
    if kind is None:
        raise InvalidInput("document.kind_refused", name=path.name)
    digest = hashlib.sha256(content).hexdigest()
    with store.write("add_document") as session:
        _require_open(session, owner)
        present = session.scalars(_of(owner)).all()
        for other in present:
            if other.sha256 == digest:
                raise RuleBroken("document.present", name=path.name, present=other.name)
        if session.get(AttachmentContent, digest) is None:
            session.add(AttachmentContent(sha256=digest, content=content))
            session.flush()
        row = Attachment(
            **asdict(owner),
            position=max((other.position for other in present), default=0) + 1,
            name=clean_name(path.name),
            kind=kind,
            size=len(content),
            sha256=digest,
            requirement=requirement.strip(),
            note=note.strip(),
            added_at=gesture_of(session).at,
        )
        session.add(row)
    return Changes.of(owner.topic, ids=(row.id, owner.key))


def read_file(path: Path, size_max: int) -> bytes:
    """The bytes of a file, never more than `size_max`; its size is asked before anything is read."""
    try:
        if not path.exists():
            raise InvalidInput("document.missing", name=path.name)
        if not path.is_file():
            raise InvalidInput("document.not_a_file", name=path.name)
        size = path.stat().st_size
        if size == 0:
            raise InvalidInput("document.empty", name=path.name)
        if size <= size_max:
            with path.open("rb") as file:
                content = file.read(size_max + 1)
            size = len(content)
    except OSError as failure:
        raise InvalidInput("document.unreadable", name=path.name) from failure
    if size > size_max:
        raise InvalidInput("document.too_large", name=path.name, size=format_size(size), limit=format_size(size_max))
    if not content:
        raise InvalidInput("document.empty", name=path.name)
    return content


def save_document(store: Store, draft: DocumentDraft) -> Changes:
    """Say which required document it answers, and what else there is to say; its bytes and name stay.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "version.closed".
    """
    with store.write("save_document") as session:
        row = get_row(session, Attachment, draft.id)
        owner = _owner(row)
        _require_open(session, owner)
        row.requirement = draft.requirement.strip()
        row.note = draft.note.strip()
    return Changes.of(owner.topic, ids=(draft.id, owner.key))


def delete_document(store: Store, document_id: str) -> Changes:
    """Put a document into the bin: it leaves its record, its bytes stay in the archive.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "version.closed", "record.in_use" when the formal check rests on it.
    """
    with store.write("delete_document") as session:
        row = get_row(session, Attachment, document_id)
        owner = _owner(row)
        _require_open(session, owner)
        shown = sa.select(RulesItem.text).join(AdmissibilityCheck).where(AdmissibilityCheck.attachment_id == row.id)
        came = sa.select(IntegrationPoint.asked).where(IntegrationPoint.attachment_id == row.id)
        proves = sa.select(Expense.supplier).where(Expense.attachment_id == row.id)
        refuse_used(session, row.id, row.name, shown, came, proves)
        session.delete(row)
    return Changes.of(owner.topic, ids=(document_id, owner.key))


def _require_open(session: Session, owner: DocumentOwner) -> None:
    """The documents of a proposal change while a version is open, those of a point while its meeting is not closed."""
    if owner.agenda_item_id is not None:
        meeting = get_row(session, Meeting, get_row(session, AgendaItem, owner.agenda_item_id).meeting_id)
        if meeting.state in (MeetingState.CLOSED.value, MeetingState.APPROVED.value):
            raise RuleBroken("meeting.closed")
        return
    if owner.report_id is not None:
        if get_row(session, ExpenseReport, owner.report_id).state == ReportState.APPROVED.value:
            raise RuleBroken("report.approved")
        return
    if owner.proposal_id is None:
        get_row(session, Alliance, owner.key)
        return
    require_open(get_row(session, Proposal, owner.proposal_id))


def require_open(proposal: Proposal) -> None:
    """What was handed in changes in a draft, or in a version that was opened for a reason.

    Raises:
        RuleBroken: "version.closed".
    """
    if proposal.state != ProposalState.DRAFT.value and not proposal.reopened:
        raise RuleBroken("version.closed", title=proposal.title)


def documents_by_proposal(session: Session) -> dict[str, frozenset[str]]:
    """Codes of the required documents that each proposal has brought, by its key."""
    found: dict[str, set[str]] = {}
    rows = session.execute(
        sa.select(Attachment.proposal_id, Attachment.requirement).where(
            Attachment.proposal_id.is_not(None), Attachment.requirement != ""
        )
    )
    for proposal_id, requirement in rows:
        found.setdefault(proposal_id, set()).add(requirement)
    return {key: frozenset(codes) for key, codes in found.items()}
