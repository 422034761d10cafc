"""Which archives have a password, asked without the database: a window asks before anything else is loaded."""

from __future__ import annotations

from pathlib import Path

from app.models import slots


def is_encrypted(path: Path) -> bool:
    """Whether the archive at `path` opens by a user and a password."""
    return slots.is_encrypted(path)
