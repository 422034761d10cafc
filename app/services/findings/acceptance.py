"""Findings that somebody lets stand, with a reason: accepted, and open again when the acceptance is withdrawn."""

from __future__ import annotations

from app.models.errors import RuleBroken
from app.models.findings import FindingAcceptance
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_in_force, require_text
from app.services.children import get_row
from app.services.findings import Finding, check
from app.services.wording.texts import translator


def accept_finding(store: Store, key: str, reason: str, decision_id: str | None = None) -> Changes:
    """Let a finding stand; when one of its two values changes, it is open again.

    Args:
        key: of the finding (`Finding.key`), which is there now.
        decision_id: the decision that accepts it, when one does.

    Raises:
        InvalidInput: "field.required" without a reason.
        NotFound: "record.gone".
        RuleBroken: "finding.not_found", "finding.accepted", "decision.pending".
    """
    given = require_text(reason, "reason")
    wanted = _finding(store, key)
    if wanted.accepted is not None:
        raise RuleBroken("finding.accepted", title=wanted.title)
    with store.write("accept_finding") as session:
        require_in_force(session, decision_id)
        row = FindingAcceptance(
            code=wanted.code,
            subject_id=wanted.subject_id or "",
            declared=wanted.declared,
            computed=wanted.computed,
            reason=given,
            decision_id=decision_id,
            accepted_by=store.user,
            accepted_at=store.clock(),
        )
        session.add(row)
    return Changes.of("findings", ids=(row.id,))


def _finding(store: Store, key: str) -> Finding:
    """The finding with this key; in whatever language, the key is the same."""
    wanted = next((row for row in check(store, translator("en")) if row.key == key), None)
    if wanted is None:
        raise RuleBroken("finding.not_found")
    return wanted


def withdraw_acceptance(store: Store, key: str) -> Changes:
    """Open a finding again that was accepted.

    Raises:
        RuleBroken: "finding.not_found", "finding.not_accepted".
        NotFound: "record.gone".
    """
    wanted = _finding(store, key)
    if wanted.accepted is None:
        raise RuleBroken("finding.not_accepted", title=wanted.title)
    with store.write("withdraw_acceptance") as session:
        row = get_row(session, FindingAcceptance, wanted.accepted.id)
        session.delete(row)
    return Changes.of("findings", ids=(row.id,))
