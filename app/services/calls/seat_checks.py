"""Rules of a call on who leads and where the bodies have their seats, as far as the archive can tell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.models.enums import OrganisationSize, SeatHolder, SeatKind, SeatNeed
from app.services.calls.results import Body, BodySeat, Judge, RuleResult, told
from app.services.calls.rules_drafts import SeatsDraft, kinds_of
from app.services.network.provinces import provinces_of
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

NOT_VERIFIABLE = N_("{rule}: not verifiable from the records, a person has to look; by the call: {wanted}.")

UNSEEN = N_("{body}: not verifiable from the seats on record ({found}); by the call: {wanted}.")


def needed_text(row: SeatsDraft, tr: Translator) -> str:
    """«the legal and an operating seat in: Lombardia»."""
    places = row.places or tr("the municipalities of the plan")
    return tr("{seats} in: {places}").format(seats=label(row.needed, tr), places=places)


def lead_terms(judge: Judge) -> Iterator[RuleResult]:
    """What the call asks of a lead of its kind: its size, and conditions in words, which only a person judges."""
    rules, lead, tr = judge.rules, judge.facts.lead, judge.tr
    row = next((row for row in rules.leads if lead is not None and row.kind is lead.kind), None)
    if lead is not None and row is not None and row.size_max is not None:
        known = None if lead.size is OrganisationSize.UNKNOWN else is_within(lead.size, row.size_max)
        yield judge.result(
            "call.lead_condition",
            told(known),
            tr("of size «{size}» or smaller").format(size=label(row.size_max, tr)),
            f"{lead.name} ({label(lead.size, tr)})",
            N_("The lead is {found}; by the call who leads must be {wanted}."),
            field="alliance_id",
            part="size",
            source=row.source,
        )
    if row is not None and row.condition:
        yield _by_hand(judge, row.condition, "condition", row.source)
    if rules.lead_seat and not any(seat.held_by is not SeatHolder.PARTNER for seat in rules.seats):
        yield _by_hand(judge, rules.lead_seat, "seat", "")


def _by_hand(judge: Judge, wanted: str, part: str, source: str) -> RuleResult:
    """A condition in words: never kept, never broken."""
    return judge.result(
        "call.lead_condition",
        told(None),
        wanted,
        None,
        "",
        field="alliance_id",
        part=part,
        source=source,
        untold=NOT_VERIFIABLE,
    )


def is_within(size: OrganisationSize, most: OrganisationSize) -> bool:
    """Whether a known size is `most` or smaller."""
    sizes = list(OrganisationSize)
    return sizes.index(size) <= sizes.index(most)


def bodies_seats(judge: Judge) -> Iterator[RuleResult]:
    """Where the bodies must have their seats: each body that has not, or of whom it cannot be told, by itself."""
    for number, row in enumerate(judge.rules.seats, start=1):
        held = [(body, _has_seats(body.seats, row)) for body in _asked(judge, row)]
        short = [(body, has) for body, has in held if not has]
        for body, has in short:
            yield _seat_result(judge, row, has, f"{number}.{body.id}", body)
        if not short:
            kept = True if judge.facts.bodies else None
            yield _seat_result(judge, row, kept, str(number), held[0][0] if len(held) == 1 else None)


def _asked(judge: Judge, row: SeatsDraft) -> list[Body]:
    """Bodies that a rule on seats is about."""
    lead = judge.facts.lead
    kinds = kinds_of(row.counted)
    return [
        body
        for body in judge.facts.bodies
        if body.kind in kinds
        and (
            row.held_by is SeatHolder.EVERY
            or (row.held_by is SeatHolder.LEAD) == (lead is not None and body.id == lead.id)
        )
    ]


def _seat_result(judge: Judge, row: SeatsDraft, kept: bool | None, part: str, body: Body | None) -> RuleResult:
    tr = judge.tr
    found = "" if body is None else _seats_text(body.seats, tr)
    return judge.result(
        "call.seat",
        told(kept),
        needed_text(row, tr),
        found or tr("all whom it is about"),
        N_("{body} has not the seats that the call asks for: {found}; by the call: {wanted}."),
        field="alliance_id",
        part=part,
        source=row.source,
        untold=NOT_VERIFIABLE if body is None else UNSEEN,
        body=body.name if body else "",
    )


def _seats_text(seats: Sequence[BodySeat], tr: Translator) -> str:
    told_seats = [
        f"{label(seat.kind, tr)}: {seat.place}{f' ({seat.province})' if seat.province else ''}" for seat in seats
    ]
    return "; ".join(told_seats) or tr("no seat on record")


def _has_seats(seats: Sequence[BodySeat], row: SeatsDraft) -> bool | None:
    """Whether a body has the seats that a rule asks for; None when the records do not tell."""
    provinces = provinces_of(row.places)
    legal = _has(seats, SeatKind.LEGAL, provinces)
    operating = _has(seats, SeatKind.OPERATING, provinces)
    if row.needed is SeatNeed.BOTH:
        return _all(legal, operating)
    if row.needed is SeatNeed.EITHER:
        neither = _all(_not(legal), _not(operating))
        return _not(neither)
    return legal if row.needed is SeatNeed.LEGAL else operating


def _has(seats: Sequence[BodySeat], kind: SeatKind, provinces: frozenset[str]) -> bool | None:
    """Whether one seat of this kind lies there; what is not on record, or not said of a seat, may be."""
    own = [_lies_in(seat, provinces) for seat in seats if seat.kind is kind]
    if True in own:
        return True
    unsaid = any(seat.kind is SeatKind.OTHER and _lies_in(seat, provinces) is not False for seat in seats)
    return None if unsaid or not own or None in own else False


def _lies_in(seat: BodySeat, provinces: frozenset[str]) -> bool | None:
    if not provinces:
        return seat.in_plan
    return seat.province in provinces if seat.province else None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
