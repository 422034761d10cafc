"""A sample of `tools.prove_splits`: the whole of it takes minutes."""

from __future__ import annotations

import pytest

from app.services.sharing import allocation
from tools.prove_splits import CENTS, PARTS, prove


@pytest.mark.parametrize("parts", range(1, PARTS + 1))
def test_some_totals_agree_with_the_oracle(parts: int) -> None:
    totals = [1, 2, parts, parts + 1, 99, 100, 101, *range(parts, CENTS, 397), CENTS]
    assert prove(totals, [parts]) > 50


def test_a_wrong_cent_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = allocation.split_cents
    monkeypatch.setattr(allocation, "split_cents", lambda total, weights, order: right(total, weights, order[::-1]))
    with pytest.raises(AssertionError):
        prove([100], [3])
