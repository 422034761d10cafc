"""`concilia allocate`: the engine of sharing on its own, with its proof."""

from __future__ import annotations

import argparse
import math
from fractions import Fraction
from typing import Any

from app.commands.answers import DONE, add_json, print_json
from app.models.enums import AllocationRule, Leftover
from app.models.errors import InvalidInput
from app.models.money import Cents, decimal_text, format_euro, parse_decimal_text
from app.services.sharing.allocation import Allocation, Round, Share, allocate
from app.services.wording.labels import label
from app.services.wording.texts import Translator

RULES = (AllocationRule.EQUAL, AllocationRule.WEIGHTS, AllocationRule.MIXED)


def declare_allocate(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """What the command takes."""
    parser.add_argument("--total", required=True, metavar="54182.62", help=tr("amount to be shared, in euro"))
    parser.add_argument("--rule", required=True, choices=[rule.value for rule in RULES], help=tr("how it is shared"))
    parser.add_argument("--weights", required=True, metavar="a=1,b=1", help=tr("the parts, each with its weight"))
    parser.add_argument("--equal-share", type=int, metavar="30", help=tr("for «mixed»: percentage in equal parts"))
    parser.add_argument("--tie", metavar="b,a", help=tr("who comes first when remainders are equal; else as listed"))
    parser.add_argument("--minimums", metavar="a=100.00", help=tr("least that parts get, in euro"))
    parser.add_argument("--caps", metavar="b=500.00", help=tr("most that parts get, in euro"))
    parser.add_argument(
        "--leftover",
        choices=[member.value for member in Leftover],
        default=Leftover.AGAIN.value,
        help=tr("what caps keep out goes round again, or stays"),
    )
    add_json(parser, tr)


def parse_weights(text: str) -> dict[str, int]:
    """Read «a=1,b=2.5» as whole weights in the same proportion.

    Raises:
        InvalidInput: "allocation.no_parts", "weights.format", "weights.repeated".
    """
    exact: dict[str, Fraction] = {}
    for key, number in _pairs(text, "weights"):
        if not number.isascii() or not number.replace(".", "", 1).isdigit():
            raise InvalidInput("weights.format", field="weights", text=f"{key}={number}")
        exact[key] = Fraction(number)
    scale = math.lcm(*(weight.denominator for weight in exact.values()))
    return {key: int(weight * scale) for key, weight in exact.items()}


def _pairs(text: str, field: str) -> list[tuple[str, str]]:
    """Read «a=1,b=2»: each key once."""
    if not text.strip():
        raise InvalidInput("allocation.no_parts", field=field)
    found: dict[str, str] = {}
    for part in text.split(","):
        key, equals, number = (piece.strip() for piece in part.partition("="))
        if not key or not equals:
            raise InvalidInput("weights.format", field=field, text=part.strip())
        if key in found:
            raise InvalidInput("weights.repeated", field=field, key=key)
        found[key] = number
    return list(found.items())


def _limits(text: str | None, parts: dict[str, int], field: str) -> dict[str, Cents]:
    """Read «a=100.00,b=50.00»: amounts of some of the parts."""
    if not text:
        return {}
    limits = {key: parse_decimal_text(number, field=field) for key, number in _pairs(text, field)}
    if not limits.keys() <= parts.keys():
        raise InvalidInput("limits.other_parts", field=field, text=text, keys=", ".join(parts))
    return limits


def run_allocate(options: argparse.Namespace, tr: Translator) -> int:
    """Share, and print the proof.

    Raises:
        InvalidInput: "option.required", "option.not_wanted", "allocation.no_parts", "tie.other_parts"; as `allocate`.
    """
    rule = AllocationRule(options.rule)
    if rule is AllocationRule.MIXED and options.equal_share is None:
        raise InvalidInput("option.required", option="--equal-share", given="--rule mixed")
    if rule is not AllocationRule.MIXED and options.equal_share is not None:
        raise InvalidInput("option.not_wanted", option="--equal-share", given=f"--rule {rule.value}")
    weights = parse_weights(options.weights)
    keys = tuple(weights)
    tie = tuple(key.strip() for key in options.tie.split(",")) if options.tie else keys
    if sorted(tie) != sorted(keys):
        raise InvalidInput("tie.other_parts", field="tie", text=options.tie)
    result = allocate(
        parse_decimal_text(options.total, field="total"),
        keys,
        rule,
        weights=tuple(weights.values()),
        equal_share=options.equal_share or 0,
        tie=tie,
        minimums=_limits(options.minimums, weights, "minimums"),
        caps=_limits(options.caps, weights, "caps"),
        leftover=Leftover(options.leftover),
    )
    if options.json:
        tie_name = ",".join(tie) if options.tie else "listed"
        print_json(_as_json(result, tie_name))
    else:
        _print_shares(result, tr)
    return DONE


def _print_shares(result: Allocation, tr: Translator) -> None:
    for share in result.shares:
        why = tr("  + odd cent") if share.odd_cent else ""
        if share.bound is not None:
            why = f"  {label(share.bound, tr).lower()}"
        exact = tr("exactly {fraction} of a cent").format(fraction=_fraction_text(share.exact))
        print(f"{share.key:20} {format_euro(share.amount):>20}  {exact}{why}")
    if len(result.rounds) > 1:
        for row in result.rounds:
            met = ", ".join(f"{key} {label(bound, tr).lower()}" for key, bound in row.settled)
            text = tr("Round {number}: {pot}").format(number=row.number, pot=format_euro(row.pot))
            print(f"{text}{'; ' if met else ''}{met}")
    if result.left:
        print(tr("Left: {amount}").format(amount=format_euro(result.left)))


def _as_json(result: Allocation, tie: str) -> dict[str, Any]:
    """The stable form: keys may follow, these stay."""
    return {
        "total": decimal_text(result.total),
        "rule": result.rule.value,
        "tie": tie,
        "shares": [_share_json(share) for share in result.shares],
        "left": decimal_text(result.left),
        "leftover": result.leftover.value,
        "rounds": [_round_json(row, result) for row in result.rounds],
    }


def _share_json(share: Share) -> dict[str, Any]:
    return {
        "key": share.key,
        "amount": decimal_text(share.amount),
        "exact": _fraction_text(share.exact),
        "floor": decimal_text(share.floor),
        "remainder": _fraction_text(share.remainder),
        "odd_cent": share.odd_cent,
        "minimum": None if share.minimum is None else decimal_text(share.minimum),
        "cap": None if share.cap is None else decimal_text(share.cap),
        "bound": None if share.bound is None else share.bound.value,
        "round": share.round,
    }


def _round_json(row: Round, result: Allocation) -> dict[str, Any]:
    parts = {share.key: share for share in result.shares}
    return {
        "number": row.number,
        "pot": decimal_text(row.pot),
        "parts": row.parts,
        "settled": [
            {"key": key, "bound": bound.value, "exact": _fraction_text(row.share_of(parts[key]))}
            for key, bound in row.settled
        ],
    }


def _fraction_text(value: Fraction) -> str:
    """«a/b» of a cent."""
    return f"{value.numerator}/{value.denominator}"
