"""What was handed in: closed versions of proposals, and documents with their bytes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import sqlalchemy as sa

from app.models.documents import Attachment, AttachmentContent
from app.models.journal import Edit, EditPayload
from app.models.proposal_versions import ProposalVersion
from app.models.proposals import Proposal
from app.models.signing import Paper, SignedCopy
from app.services.integrity.context import Context
from app.services.proposals.snapshot import text_hash
from app.services.proposals.versions import changed_since_closing

Sentences = Iterator[str]


def changed_versions(context: Context) -> Sentences:
    """Closed versions that are not what their hash says, and numbers that leave a gap."""
    rows = context.session.execute(
        sa.select(ProposalVersion, Proposal.title)
        .join(Proposal, Proposal.id == ProposalVersion.proposal_id)
        .order_by(ProposalVersion.proposal_id, ProposalVersion.number)
    )
    expected = 1
    last = ""
    for version, title in rows:
        expected = expected + 1 if version.proposal_id == last else 1
        last = version.proposal_id
        if version.number != expected:
            yield context.tr("Version {expected} of «{title}» is missing.").format(expected=expected, title=title)
            expected = version.number
        if text_hash(version.content) != version.content_hash:
            yield context.tr("Version {number} of «{title}» is not what was closed.").format(
                number=version.number, title=title
            )


def changed_proposals(context: Context) -> Sentences:
    """Closed proposals that have come to differ from their last closed version."""
    for key, title in context.session.execute(sa.select(Proposal.id, Proposal.title).order_by(Proposal.id)):
        if changed_since_closing(context.session, key):
            yield context.tr("«{title}» is closed, and differs from its last closed version.").format(title=title)


def changed_documents(context: Context) -> Sentences:
    """Documents whose bytes are missing or are others than came in; also of those in the bin."""
    tr, session = context.tr, context.session
    known: dict[str, bool] = {}
    for row in session.scalars(sa.select(Attachment).order_by(Attachment.id)):
        whole = known.setdefault(row.sha256, _is_whole(context, row.sha256, row.size))
        if not whole:
            yield tr("The document «{name}» is missing, or is not the one that came in.").format(name=row.name)
    for kind in (Paper, SignedCopy):
        for digest in session.scalars(sa.select(kind.sha256).order_by(kind.sha256)):
            if not known.setdefault(digest, _is_whole(context, digest, None)):
                yield tr("A paper to be signed, or a signed file, is not what it was: {hash}.").format(hash=digest)
    named = sa.select(EditPayload.payload).join(
        Edit, sa.and_(Edit.replica == EditPayload.replica, Edit.seq == EditPayload.seq)
    )
    payloads = session.scalars(named.where(Edit.table_name.in_(("attachment", "paper", "signed_copy"))))
    hashes = {digest for payload in payloads for digest in _hashes(payload)}
    for digest in sorted(hashes - known.keys()):
        if not _is_whole(context, digest, None):
            yield tr("A document of the bin is missing, or is not the one that came in: {hash}.").format(hash=digest)
    for digest in session.scalars(sa.select(AttachmentContent.sha256).order_by(AttachmentContent.sha256)):
        if digest not in hashes:
            yield tr("There is a document that no edit of the journal brought: {hash}.").format(hash=digest)


def _is_whole(context: Context, digest: str, size: int | None) -> bool:
    """Whether the bytes with this hash are there and have it; one document at a time is in memory."""
    content = context.session.scalar(sa.select(AttachmentContent.content).filter_by(sha256=digest))
    return content is not None and hashlib.sha256(content).hexdigest() == digest and size in (None, len(content))


def _hashes(payload: str) -> Iterator[str]:
    """Hashes that an edit of a document names."""
    both = json.loads(payload)
    for values in (both["before"], both["after"]):
        if values and "sha256" in values:
            yield values["sha256"]
