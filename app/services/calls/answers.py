"""What persons answered in the formal check of proposals, for what is judged by the rules of their call."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.admissibility import AdmissibilityCheck
from app.models.calls import RulesItem
from app.models.enums import CheckOutcome


def person_answers(session: Session, keys: Collection[str] | None) -> Mapping[str, Mapping[str, bool]]:
    """What persons answered to the points that the archive does not answer, by code, by proposal.

    Those alone whose formal check was begun: of the others nobody has looked at a point yet.
    """
    query = sa.select(AdmissibilityCheck.proposal_id, RulesItem.code, RulesItem.rule, AdmissibilityCheck.outcome).join(
        RulesItem, RulesItem.id == AdmissibilityCheck.item_id
    )
    if keys is not None:
        query = query.where(AdmissibilityCheck.proposal_id.in_(keys))
    found: defaultdict[str, dict[str, bool]] = defaultdict(dict)
    for proposal_id, code, rule, outcome in session.execute(query).tuples():
        answers = found[proposal_id]
        if not rule and outcome is not None:
            answers[code] = outcome != CheckOutcome.NO.value
    return found


def overruled(session: Session, proposal_id: str) -> frozenset[str]:
    """Codes of the rules that the archive finds broken and a person, with a reason, does not."""
    query = (
        sa.select(RulesItem.rule)
        .join(AdmissibilityCheck, AdmissibilityCheck.item_id == RulesItem.id)
        .where(
            AdmissibilityCheck.proposal_id == proposal_id,
            AdmissibilityCheck.archive_said == CheckOutcome.NO.value,
            RulesItem.rule != "",
        )
    )
    return frozenset(session.scalars(query))
