"""Organisations of the registry that may be one: which, why, and which of them were judged not to be."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import NotFound
from app.models.network import DistinctOrganisations
from app.models.store import Store
from app.services.changes import Changes
from app.services.children import check_references
from app.services.network.likeness import REASONS, Likeness, Why, alike_pairs
from app.services.network.names import names_of
from app.services.ports import SILENT, Progress
from app.services.wording.folding import fold
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class DuplicateRow:
    """Two organisations that may be one.

    Attributes:
        id: of the pair.
        one, other: names in the registry.
        likeness: why; None for a pair that was judged and is not alike any more.
        judged: whether somebody judged that they are not the same body; `reason` says why, where it was said.
    """

    id: str
    one_id: str
    one: str
    other_id: str
    other: str
    likeness: Likeness | None
    judged: bool
    reason: str
    sample: bool


def why_text(likeness: Likeness | None, tr: Translator) -> str:
    """The reason in words, with the spellings that it rests on."""
    if likeness is None:
        return ""
    told = tr(REASONS[likeness.why]).format(code=likeness.one)
    if likeness.why in (Why.TAX_CODE, Why.VAT_NUMBER, Why.CODES):
        return told
    return tr("{reason}: «{one}» and «{other}»").format(reason=told, one=likeness.one, other=likeness.other)


def duplicate_rows(store: Store, progress: Progress = SILENT) -> tuple[DuplicateRow, ...]:
    """Every two organisations that may be one, the likeliest first; then those that were judged not to be.

    Raises:
        Cancelled: when `progress` says so.
    """
    with store.read() as session:
        bodies = names_of(session).bodies
        judged = {_pair(row.one_id, row.other_id): row for row in session.scalars(sa.select(DistinctOrganisations))}
    alike = alike_pairs(tuple(bodies.values()), progress)
    rows = []
    for one, other in alike.keys() | judged.keys():
        told = judged.get((one, other))
        rows.append(
            DuplicateRow(
                id=f"{one}:{other}",
                one_id=one,
                one=bodies[one].names[0],
                other_id=other,
                other=bodies[other].names[0],
                likeness=alike.get((one, other)),
                judged=told is not None,
                reason="" if told is None else told.reason,
                sample=told is not None and told.sample,
            )
        )
    return tuple(sorted(rows, key=_order))


def _order(row: DuplicateRow) -> tuple[object, ...]:
    strength = (9, 0, 0.0, "", "") if row.likeness is None else row.likeness.order
    return (row.judged, *strength, fold(row.one), row.id)


def _pair(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def judge_distinct(store: Store, one_id: str, other_id: str, reason: str = "") -> Changes:
    """Keep in mind that two organisations are not the same body: they are not proposed as one any more.

    Raises:
        NotFound: "record.gone".
    """
    one, other = _pair(one_id, other_id)
    with store.write("judge_distinct") as session:
        check_references(session, DistinctOrganisations, ({"one_id": one, "other_id": other},))
        row = _judgement(session, one, other)
        if row is None:
            session.add(DistinctOrganisations(one_id=one, other_id=other, reason=reason.strip()))
        else:
            row.reason = reason.strip()
    return Changes.of("network", ids=(one_id, other_id))


def withdraw_distinct(store: Store, one_id: str, other_id: str) -> Changes:
    """Take such a judgement back: the two are looked at again.

    Raises:
        NotFound: "record.gone" when there is none.
    """
    with store.write("withdraw_distinct") as session:
        row = _judgement(session, one_id, other_id)
        if row is None:
            raise NotFound("record.gone")
        session.delete(row)
    return Changes.of("network", ids=(one_id, other_id))


def _judgement(session: Session, one: str, other: str) -> DistinctOrganisations | None:
    pair = DistinctOrganisations
    either = sa.and_(pair.one_id.in_((one, other)), pair.other_id.in_((one, other)))
    return session.scalars(sa.select(pair).where(either)).first()
