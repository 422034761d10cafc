"""Drafts as JSON and back: by what their fields are declared to hold, so that no text can name a class of its own."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, cast

from app.models.errors import InvalidInput

_SIMPLE = (str, int, bool, type(None))


def pack(draft: Any) -> str:
    """A draft as JSON; the same draft gives the same text."""
    return json.dumps(_plain(draft), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def unpack(kind: type, text: str) -> Any:
    """The draft of class `kind` that `pack` made the text of.

    A field that is not in the text has its default.

    Raises:
        InvalidInput: "draft.unreadable" when the text is none of such a draft.
    """
    try:
        return _value(kind, json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as failure:
        raise InvalidInput("draft.unreadable") from failure


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, _SIMPLE):
        return value
    if isinstance(value, date):  # of which an instant is one
        return value.isoformat()
    if isinstance(value, Fraction | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return [[_plain(key), _plain(item)] for key, item in value.items()]
    if isinstance(value, frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    assert dataclasses.is_dataclass(value), f"{type(value).__name__} cannot be packed"
    return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value) if field.init}


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """What the fields of a dataclass are declared to hold, by name."""
    hints = typing.get_type_hints(kind)
    return {field.name: hints[field.name] for field in dataclasses.fields(kind) if field.init}


def _value(hint: Any, plain: Any) -> Any:
    """The value of a declared type."""
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _one_of(typing.get_args(hint), plain)
    if origin is not None:
        return _several(origin, typing.get_args(hint), plain)
    hint = getattr(hint, "__supertype__", hint)  # of a NewType
    if dataclasses.is_dataclass(hint):
        return _draft(cast(type, hint), plain)
    if not isinstance(hint, type):
        raise TypeError(f"{hint} cannot be unpacked")
    if hint in (datetime, date):
        return hint.fromisoformat(plain)
    if issubclass(hint, StrEnum | Fraction | Decimal):
        return hint(plain)
    if hint is object or type(plain) is hint or (issubclass(hint, int) and hint is not bool and type(plain) is int):
        return plain
    raise TypeError(f"{plain!r} is no {hint.__name__}")


def _draft(kind: type, plain: Any) -> Any:
    if not isinstance(plain, dict):
        raise TypeError("a draft is a mapping")
    if not plain.keys() <= _hints(kind).keys():
        raise TypeError("the draft has fields that are not known any more")
    return kind(**{name: _value(hint, plain[name]) for name, hint in _hints(kind).items() if name in plain})


def _several(origin: Any, arguments: tuple[Any, ...], plain: Any) -> Any:
    """The value of a type that holds others."""
    if not isinstance(plain, list):
        raise TypeError("many values are a list")
    if origin is tuple and not (len(arguments) == 2 and arguments[1] is Ellipsis):
        return tuple(_value(hint, item) for hint, item in zip(arguments, plain, strict=True))
    if origin in (tuple, frozenset, list):
        return origin(_value(arguments[0], item) for item in plain)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_value(arguments[0], key): _value(arguments[1], item) for key, item in plain}
    return tuple(_value(arguments[0], item) for item in plain)


def _one_of(hints: tuple[Any, ...], plain: Any) -> Any:
    """The value of the first of several types that takes it."""
    if plain is None and type(None) in hints:
        return None
    for hint in hints:
        if hint is type(None):
            continue
        try:
            return _value(hint, plain)
        except (ValueError, TypeError, KeyError):
            continue
    raise TypeError("none of the types fits")
