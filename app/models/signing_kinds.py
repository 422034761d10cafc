"""How a file was signed."""

from __future__ import annotations

from enum import StrEnum


class SignedForm(StrEnum):
    """Where the signatures stand."""

    PADES = "pades"  # inside the PDF
    CADES = "cades"  # in an envelope around the PDF, *.p7m
