"""Who waits for a voucher, in the order in which they are called."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.enums import ProgrammeManner, VoucherRequestState
from app.models.vouchers import ProgrammeRules, VoucherRequest
from app.services.children import get_row
from app.services.vouchers.amount import band_of
from app.services.vouchers.rules import amount_rules, read_rules
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.wording import points


def waiting_requests(session: Session, programme_id: str) -> list[VoucherRequest]:
    """Who waits in a programme, in the order in which they are called.

    Where a later version of the rules orders otherwise, who asked under an earlier one comes first, in its order.
    """
    rows = list(
        session.scalars(
            sa.select(VoucherRequest).where(
                VoucherRequest.programme_id == programme_id,
                VoucherRequest.state == VoucherRequestState.WAITING.value,
            )
        )
    )
    rules = {key: read_rules(session, get_row(session, ProgrammeRules, key)) for key in {row.rules_id for row in rows}}
    turns = _turns(rules)
    return sorted(rows, key=lambda row: (turns[row.rules_id], *turn(row, rules[row.rules_id])))


def _turns(rules: Mapping[str, ProgrammeRulesDraft]) -> dict[str, int]:
    """Place of each version among those that order otherwise than the one before."""
    keys = sorted(rules, key=lambda key: rules[key].version)
    turns = dict.fromkeys(keys, 0)
    for earlier, later in pairwise(keys):
        turns[later] = turns[earlier] + (_order(rules[earlier]) is not _order(rules[later]))
    return turns


def _order(rules: ProgrammeRulesDraft) -> ProgrammeManner:
    """What a version puts requests in order by."""
    if rules.manner is not ProgrammeManner.POINTS and rules.isee_use is e.IseeUse.PRIORITY:
        return ProgrammeManner.ISEE
    return rules.manner


def turn(row: VoucherRequest, rules: ProgrammeRulesDraft) -> tuple[Any, ...]:
    """What requests of one version are put in order by: the lowest is called first; equals by their arrival."""
    arrival = (row.day, row.time or "24:00", row.number)
    isee = row.isee if row.isee is not None and (row.isee_to is None or row.isee_to >= row.day) else None
    order = _order(rules)
    if order is ProgrammeManner.POINTS:
        band = band_of(amount_rules(rules, row.service).bands, isee)
        own = points.parse_points(row.points) if row.points else Fraction(0)
        return (-(own + (band.points if band else 0)), *arrival)
    if order is ProgrammeManner.ISEE:
        return (isee is None, isee or 0, *arrival)
    if order is ProgrammeManner.LIST:
        return (row.year, row.number)
    return arrival
