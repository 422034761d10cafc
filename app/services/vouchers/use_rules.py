"""Whether a voucher may be used so: the rules of one use, and of a provider's report line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from app.models.enums import UseOutcome, VoucherState, VoucherUnit
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.money import CENTS_MAX, Cents
from app.services.vouchers.numbers import parse_number
from app.services.wording.points import POINT, format_points

LIVING = frozenset({VoucherState.ASSIGNED, VoucherState.PART_USED})
"""States of a voucher that can be used."""
ENDED = frozenset({VoucherState.EXPIRED, VoucherState.REVOKED, VoucherState.RENOUNCED})
"""States of a voucher whose rest went back."""
_HOURS_OF_A_DAY = 24 * POINT


@dataclass(frozen=True)
class KnownUse:
    """A use that stands.

    Attributes:
        units: thousandths of the unit.
        reported: whether a line of a report confirmed it.
    """

    id: str
    day: date
    units: int
    cents: Cents
    provider_id: str | None
    document: str
    reported: bool


@dataclass(frozen=True)
class Admitted:
    """A provider that a programme admits, and when."""

    organisation_id: str
    date_from: date | None = None
    date_to: date | None = None

    def on(self, day: date) -> bool:
        """Whether it is admitted on a day."""
        return (self.date_from is None or self.date_from <= day) and (self.date_to is None or day <= self.date_to)


@dataclass(frozen=True)
class VoucherFacts:
    """What is known of a voucher that is to be used.

    Attributes:
        units: thousandths that it was given for; None when it is a sum of money alone.
        provider_needed: whether the money goes to the provider, who must be known then.
        providers: that its programme admits; none: any.
        named: provider that its request names.
        uses: that stand, those that were corrected left out.
    """

    id: str
    code: str
    programme_id: str
    state: VoucherState
    valid_from: date
    valid_to: date
    amount: Cents
    unit: VoucherUnit
    units: int | None = None
    provider_needed: bool = False
    providers: tuple[Admitted, ...] = ()
    named: str | None = None
    uses: tuple[KnownUse, ...] = field(default=())

    @property
    def used(self) -> Cents:
        """Cents used so far."""
        return Cents(sum(use.cents for use in self.uses))

    @property
    def left(self) -> Cents:
        """Cents that can still be used."""
        return Cents(self.amount - self.used) if self.state in LIVING else Cents(0)


@dataclass(frozen=True)
class WantedUse:
    """A use that somebody wants to record.

    Attributes:
        cents: None for what the units come to.
    """

    day: date | None
    units: int | None
    cents: Cents | None = None
    provider_id: str | None = None
    document: str = ""


def check_use(facts: VoucherFacts, wanted: WantedUse, today: date) -> Cents:
    """What a use takes from its voucher.

    Raises:
        InvalidInput: "field.required", "use.units_not_positive", "use.hours_of_a_day" with `hours` in all,
            "use.in_future", "voucher.out_of_validity", "use.provider_missing", "use.provider_not_admitted",
            "amount.not_positive", "voucher.above_amount" with what is left.
        RuleBroken: "voucher.ended" with its state, "voucher.used_up", "use.recorded_already".
    """
    day, units = _checked_units(facts, wanted)
    if day > today:
        raise InvalidInput("use.in_future", field="day", day=day, today=today)
    if not facts.valid_from <= day <= facts.valid_to:
        raise InvalidInput(
            "voucher.out_of_validity", field="day", number=facts.code, start=facts.valid_from, end=facts.valid_to
        )
    for use in facts.uses:
        if (use.day, use.provider_id) == (day, wanted.provider_id) and same_document(use.document, wanted.document):
            raise RuleBroken("use.recorded_already", field="number", number=facts.code, day=day)
    if facts.state not in LIVING:
        code = "voucher.ended" if facts.state in ENDED else "voucher.used_up"
        raise RuleBroken(code, field="number", number=facts.code, state=facts.state)
    if facts.providers and wanted.provider_id is None:
        raise InvalidInput("use.provider_missing", field="provider_id", number=facts.code)
    if facts.providers and not any(
        each.organisation_id == wanted.provider_id and each.on(day) for each in facts.providers
    ):
        raise InvalidInput("use.provider_not_admitted", field="provider_id", number=facts.code, day=day)
    if facts.provider_needed and wanted.provider_id is None:
        raise InvalidInput("field.required", field="provider_id")
    cents = amount_of(facts, units) if wanted.cents is None else wanted.cents
    if cents <= 0 and wanted.cents is not None:
        raise InvalidInput("amount.not_positive", field="amount")
    if cents <= 0:
        raise InvalidInput("field.required", field="amount")
    if cents > facts.left:
        raise InvalidInput("voucher.above_amount", field="amount", number=facts.code, amount=cents, left=facts.left)
    return Cents(cents)


def _checked_units(facts: VoucherFacts, wanted: WantedUse) -> tuple[date, int]:
    if wanted.day is None:
        raise InvalidInput("field.required", field="day")
    if wanted.units is None:
        raise InvalidInput("field.required", field="units")
    if wanted.units <= 0:
        raise InvalidInput("use.units_not_positive", field="units")
    if wanted.cents is not None and wanted.cents > CENTS_MAX:
        raise InvalidInput(
            "voucher.above_amount", field="amount", number=facts.code, amount=wanted.cents, left=facts.left
        )
    if facts.unit is VoucherUnit.HOUR:
        hours = wanted.units + sum(use.units for use in facts.uses if use.day == wanted.day)
        if hours > _HOURS_OF_A_DAY:
            raise InvalidInput(
                "use.hours_of_a_day", field="units", day=wanted.day, hours=format_points(Fraction(hours, POINT))
            )
    return wanted.day, wanted.units


def same_document(one: str, other: str) -> bool:
    """Whether two papers may be the same: one that is not named may be any."""
    return not one or not other or one == other


def amount_of(facts: VoucherFacts, units: int) -> Cents:
    """What units of a voucher come to: its amount by its units, so that all units together make the amount.

    A voucher that is a sum of money alone gives none: 0.
    """
    if facts.units is None:
        return Cents(0)
    so_far = sum(use.units for use in facts.uses)
    through = min(facts.amount, facts.amount * (so_far + units) // facts.units)
    return Cents(max(0, min(through - facts.used, facts.left)))


def state_after(amount: Cents, used: Cents, settled: Cents) -> VoucherState:
    """State of a voucher that has not ended, by what was used and settled of it."""
    if used == 0:
        return VoucherState.ASSIGNED
    if used < amount:
        return VoucherState.PART_USED
    return VoucherState.SETTLED if settled == amount else VoucherState.USED


# --- reports of providers ------------------------------------------------------------------


@dataclass(frozen=True)
class ReportedUse:
    """A line of a provider's report, as it was written."""

    number: int
    code: str
    day: date | None
    units: int | None
    cents: Cents | None
    document: str = ""


@dataclass(frozen=True)
class MatchedLine:
    """How a line was found.

    Attributes:
        cents: that it takes from the voucher; of a line that does not fit, what it asks for.
        use_id: the use that was recorded already, where the line confirms one.
        code, values: of the refusal, for the sentence; an empty code when it fits.
    """

    number: int
    outcome: UseOutcome
    voucher_id: str | None = None
    cents: Cents | None = None
    use_id: str | None = None
    code: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


OUTCOMES: Mapping[str, UseOutcome] = {
    "field.required": UseOutcome.WRONG_UNITS,
    "voucher.number_form": UseOutcome.MISTYPED,
    "voucher.number_mistyped": UseOutcome.MISTYPED,
    "use.units_not_positive": UseOutcome.WRONG_UNITS,
    "use.hours_of_a_day": UseOutcome.WRONG_UNITS,
    "amount.not_positive": UseOutcome.WRONG_UNITS,
    "use.in_future": UseOutcome.OUT_OF_VALIDITY,
    "voucher.out_of_validity": UseOutcome.OUT_OF_VALIDITY,
    "use.provider_missing": UseOutcome.OTHER_PROVIDER,
    "use.provider_not_admitted": UseOutcome.OTHER_PROVIDER,
    "use.recorded_already": UseOutcome.USED_ALREADY,
    "voucher.ended": UseOutcome.ENDED,
    "voucher.used_up": UseOutcome.ABOVE_AMOUNT,
    "voucher.above_amount": UseOutcome.ABOVE_AMOUNT,
}
"""What a line is found to be, by the code of the refusal that its use would meet."""


def match_report(
    lines: Sequence[ReportedUse],
    vouchers: Iterable[VoucherFacts],
    *,
    programme_id: str,
    provider_id: str | None,
    today: date,
) -> tuple[MatchedLine, ...]:
    """How each line of a report is found, in their order; a line that fits takes its part before the next is looked at.

    Args:
        vouchers: at least all that the lines name.
    """
    known = {facts.code: facts for facts in vouchers}
    confirmed: set[str] = set()
    found = []
    for line in lines:
        code = ""
        try:
            code = parse_number(line.code, field="number").text()
            facts = known.get(code)
            if facts is None or facts.programme_id != programme_id:
                outcome = UseOutcome.UNKNOWN if facts is None else UseOutcome.OTHER_PROGRAMME
                found.append(MatchedLine(line.number, outcome, cents=line.cents))
                continue
            wanted = WantedUse(line.day, line.units, line.cents, provider_id, line.document)
            recorded = _recorded(facts, wanted, confirmed)
            if recorded is not None:
                confirmed.add(recorded.id)
                found.append(MatchedLine(line.number, UseOutcome.MATCHED, facts.id, recorded.cents, use_id=recorded.id))
                continue
            cents = check_use(facts, wanted, today)
        except AppError as refusal:
            mine = known.get(code)
            found.append(
                MatchedLine(
                    line.number,
                    OUTCOMES[refusal.code],
                    None if mine is None else mine.id,
                    line.cents,
                    code=refusal.code,
                    values=refusal.values,
                )
            )
            continue
        assert line.day is not None
        assert line.units is not None
        use = KnownUse(f"line {line.number}", line.day, line.units, cents, provider_id, line.document, reported=True)
        uses = (*facts.uses, use)
        used = Cents(facts.used + cents)
        known[code] = replace(facts, uses=uses, state=state_after(facts.amount, used, Cents(0)))
        found.append(MatchedLine(line.number, UseOutcome.MATCHED, facts.id, cents))
    return tuple(found)


def _recorded(facts: VoucherFacts, wanted: WantedUse, confirmed: set[str]) -> KnownUse | None:
    """The use that the office recorded itself and that a line now confirms."""
    for use in facts.uses:
        same = use.day == wanted.day and use.units == wanted.units and use.cents == (wanted.cents or use.cents)
        by_whom = use.provider_id is None or use.provider_id == wanted.provider_id
        of_what = same_document(use.document, wanted.document)
        if same and by_whom and of_what and not use.reported and use.id not in confirmed:
            return use
    return None
