"""The one text of a content, that its hash is made from; and the same by a shorter way, for rows by the thousand."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
"""JSON with its keys in order, without spaces, letters as they are."""


def made_text(columns: Sequence[str]) -> Callable[[Sequence[Any]], str]:
    """What gives the content of the edit that makes a row, from its values in the order of `columns`.

    Args:
        columns: names, at least two.
    """
    order = sorted(range(len(columns)), key=columns.__getitem__)
    frame = '{"after":{' + ",".join(f"{canonical(columns[i])}:%s" for i in order) + '},"before":null}'
    in_order = itemgetter(*order)
    return lambda row: frame % tuple(map(_value_text, in_order(row)))


def link_text(seq: int, table: str, row_id: str, seen: str) -> str:
    """What an edit has of its own, as it goes into its hash: `canonical` of the four."""
    return f"[{seq},{encode_basestring(table)},{encode_basestring(row_id)},{encode_basestring(seen)}]"


def _value_text(value: Any) -> str:
    if type(value) is str:
        return encode_basestring(value)
    if type(value) is int:
        return str(value)
    return "null" if value is None else canonical(value)
