"""Kinds of papers and of places in them; the other floors know these as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class SignedPaper(StrEnum):
    """A kind of paper that somebody signs for the office."""

    CONVOCATION = "convocation"
    LETTER = "letter"
    MINUTES = "minutes"  # beside president and secretary


class TemplatePlace(StrEnum):
    """A place in a paper where the office may have words of its own."""

    CONVOCATION_OPENING = "convocation_opening"
    CONVOCATION_CLOSING = "convocation_closing"
    MINUTES_OPENING = "minutes_opening"
    MINUTES_CLOSING = "minutes_closing"
    OUTCOME_OPENING = "outcome_opening"
    OUTCOME_CLOSING = "outcome_closing"
