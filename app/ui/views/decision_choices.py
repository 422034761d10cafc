"""Decisions that have their effect, where a record names the one that it rests on."""

from __future__ import annotations

from textwrap import shorten
from typing import Any

from app.services.decisions import decision_rows
from app.ui.editors import Choices

CHOICE_LENGTH = 70
"""Letters of a long subject where one of many is chosen."""


def decision_choices(store: Any) -> Choices:
    """Decisions of closed meetings, the newest first: «1/2014 Riparto del residuo»."""
    return tuple(
        (row.id, shorten(f"{row.label} {row.subject}", CHOICE_LENGTH, placeholder="…"))
        for row in decision_rows(store)
        if row.effective_at is not None
    )
