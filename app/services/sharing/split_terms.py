"""The terms of a split as text: how decisions and scenarios keep them."""

from __future__ import annotations

import json
from dataclasses import fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.models.enums import (
    AllocationRule,
    CapBasis,
    Direction,
    Leftover,
    Normalisation,
    PotKind,
    SplitLevel,
    WeightBasis,
)
from app.services.decisions.drafts import SplitArea, SplitDraft, SplitProject
from app.services.sharing.allocation import Weight
from app.services.sharing.premium import Formula, FormulaIndicator, Reading

_ENUMS: dict[str, type[StrEnum]] = {
    "rule": AllocationRule,
    "inner_rule": AllocationRule,
    "pot": PotKind,
    "level": SplitLevel,
    "leftover": Leftover,
    "inner_leftover": Leftover,
    "basis": WeightBasis,
    "inner_basis": WeightBasis,
    "cap_basis": CapBasis,
    "normalisation": Normalisation,
    "direction": Direction,
}
_PARTS: dict[str, type] = {
    "areas": SplitArea,
    "projects": SplitProject,
    "indicators": FormulaIndicator,
    "readings": Reading,
}


def dump_terms(split: SplitDraft) -> str:
    """The terms as JSON; what has its usual value is left out, so that equal terms are equal texts."""
    return json.dumps(_plain(split), ensure_ascii=False, separators=(",", ":"))


def load_terms(text: str) -> SplitDraft:
    """The terms that `dump_terms` wrote."""
    split: SplitDraft = _made(SplitDraft, json.loads(text))
    return split


def weight_text(weight: Weight | None) -> int | str | None:
    """A weight for JSON: a whole number, or "a/b"."""
    if isinstance(weight, Fraction):
        return int(weight) if weight.denominator == 1 else str(weight)
    return weight


def weight_value(kept: int | str | None) -> Weight | None:
    """A weight as `weight_text` wrote it."""
    return Fraction(kept) if isinstance(kept, str) else kept


def _plain(record: Any) -> dict[str, Any]:
    values = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if value == field.default:
            continue
        if field.name == "weight":
            value = weight_text(value)
        elif field.name == "formula":
            value = _plain(value)
        elif field.name in _PARTS:
            value = [_plain(part) for part in value]
        values[field.name] = value
    return values


def _made(kind: type, values: dict[str, Any]) -> Any:
    made: dict[str, Any] = {}
    for name, value in values.items():
        if name in _ENUMS:
            made[name] = _ENUMS[name](value)
        elif name == "formula":
            made[name] = _made(Formula, value)
        elif name in _PARTS:
            made[name] = tuple(_made(_PARTS[name], part) for part in value)
        elif name == "weight":
            made[name] = weight_value(value)
        else:
            made[name] = tuple(value) if isinstance(value, list) else value
    return kind(**made)
