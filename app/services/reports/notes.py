"""Sentences that stand under tables, written once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.services.wording.texts import Translator


class _Marked(Protocol):
    @property
    def sample(self) -> bool: ...


def rounding_note(tr: Translator) -> str:
    """How percentages are shown."""
    return tr("Percentages are computed exactly and shown with two decimals, rounded half up.")


def sample_notes(rows: Iterable[_Marked], tr: Translator) -> tuple[str, ...]:
    """«Dato di esempio», when a row was invented for the sample; nothing otherwise."""
    if any(row.sample for row in rows):
        return (tr("Sample data: what the plan does not say was invented for the sample archive."),)
    return ()
