"""Calls for proposals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CallDraft:
    """A call as it is typed."""

    id: str | None = None
    title: str = ""
    act_id: str | None = None
    date_opened: date | None = None
    date_closed: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class CallRow:
    """A call in a list; `proposals` is how many were received."""

    id: str
    title: str
    act_id: str | None
    date_opened: date | None
    date_closed: date | None
    proposals: int
    sample: bool
    source_line: int | None
