"""Every split of few cents among few parts, held against an exact oracle that knows no rounds.

    python -m tools.prove_splits [--cents 2000] [--parts 7]

Totals from 0 cents on (0 is refused), one part to seven; equal parts under each order of ties that begins elsewhere,
and by weights: all of 0 to 3 up to four parts, then rising, falling, one heavy and seeded ones. Tests take a sample.
"""

from __future__ import annotations

import argparse
import itertools
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction

from app.models.enums import AllocationRule
from app.models.errors import InvalidInput
from app.models.money import Cents
from app.services.sharing.allocation import allocate

CENTS, PARTS = 2000, 7
SEED = 20_140_709


def weight_rows(parts: int, seed: int = SEED) -> Iterator[tuple[int, ...]]:
    """Weights worth trying for so many parts."""
    if parts <= 4:
        yield from (row for row in itertools.product(range(4), repeat=parts) if any(row))
    rng = random.Random(seed + parts)
    yield tuple(range(1, parts + 1))
    yield tuple(range(parts, 0, -1))
    yield (10**9, *([1] * (parts - 1)))
    yield from (tuple(rng.randrange(1, 10 ** rng.randrange(1, 8)) for _part in range(parts)) for _row in range(6))


def shares(total: int, weights: Sequence[int], order: Sequence[int]) -> list[int]:
    """Largest remainder, one cent at a time: the oracle."""
    exact = [Fraction(total * weight, sum(weights)) for weight in weights]
    amounts = [int(share) for share in exact]
    while sum(amounts) < total:
        missing = [share - amount for share, amount in zip(exact, amounts, strict=True)]
        amounts[next(place for place in order if missing[place] == max(missing))] += 1
    return amounts


def check(total: int, weights: Sequence[int] | None, parts: int, first: int) -> None:
    """Share once, and compare.

    Args:
        first: place of the part that ties are served from, the others following in turn.

    Raises:
        AssertionError: the engine and the oracle differ.
    """
    keys = [str(place) for place in range(parts)]
    order = [(first + step) % parts for step in range(parts)]
    rule = AllocationRule.EQUAL if weights is None else AllocationRule.WEIGHTS
    found = allocate(Cents(total), keys, rule, weights=weights, tie=[keys[place] for place in order])
    expected = shares(total, [1] * parts if weights is None else weights, order)
    amounts = [share.amount for share in found.shares]
    assert amounts == expected, (total, weights, order, amounts, expected)
    assert sum(amounts) == total
    assert all(abs(share.exact - share.amount) < 1 for share in found.shares)


def refuse_nothing(parts: int) -> None:
    """A pot of 0 cents is refused, whatever the parts."""
    try:
        allocate(Cents(0), [str(place) for place in range(parts)], AllocationRule.EQUAL)
    except InvalidInput:
        return
    raise AssertionError("nothing was shared")


def prove(totals: Sequence[int], parts: Sequence[int]) -> int:
    """Check every split of these totals among these numbers of parts; how many there were."""
    count = 0
    for number in parts:
        refuse_nothing(number)
        rows = list(weight_rows(number))
        for total in totals:
            for first in range(number):
                check(total, None, number, first)
            for row in rows:
                check(total, row, number, total % number)
            count += number + len(rows)
    return count


def main() -> None:
    """Prove all of them, and say how many."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--cents", type=int, default=CENTS, help="the largest total")
    parser.add_argument("--parts", type=int, default=PARTS, help="the most parts")
    options = parser.parse_args()
    for number in range(1, options.parts + 1):
        count = prove(range(1, options.cents + 1), [number])
        print(f"{number} parts: {count:,} splits agree", flush=True)


if __name__ == "__main__":
    main()
