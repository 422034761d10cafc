"""Decisions that have their effect, where a record names the one that it rests on."""

from __future__ import annotations

from typing import Any

from app.services.decisions.decisions import decision_rows
from app.ui.editors import Choices


def decision_choices(store: Any) -> Choices:
    """Decisions of closed meetings, the newest first: «1/2014 Riparto del residuo»."""
    return tuple((row.id, f"{row.label} {row.subject}") for row in decision_rows(store) if row.effective_at is not None)
