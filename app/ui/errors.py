"""The words of every refusal: one sentence for each error code, in the user's words, with the way out.

A sentence names the error's values in braces. What stands after a colon says how a value is written:
`{amount:euro}` cents as «1.234,56 €», `{text:quoted}` in guillemets, `{names:list}` joined by commas,
`{n:count}` «1.234»; without it a date is «31/03/2014», a state its label, and anything else as it is.

Used by the window and by the command line alike, so nothing here knows of Qt.
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.models.errors import AppError
from app.models.money import format_euro
from app.services.formats import format_count, format_date, format_instant
from app.services.labels import label
from app.services.texts import N_, Translator

# One entry a line, in alphabetical order of the codes.
SENTENCES: dict[str, str] = {
    "amount.decimal_point": N_("«{text}» uses a point for the cents. Write the cents after a comma: 1.234,56."),
    "amount.decimal_text": N_("«{text}» is not an amount. Write it with a point and two decimals: 1234.56."),
    "amount.decimals": N_("«{text}» has not exactly two decimals. Write the cents with two digits: 12,50."),
    "amount.empty": N_("The amount is missing. Write it as 1.234,56."),
    "amount.not_a_number": N_("«{text}» is not an amount. Write only digits, with a comma before the cents: 1.234,56."),
    "amount.separators_mixed": N_("«{text}» mixes points and commas. Points stand every three digits, one comma before the cents: 1.234,56."),
    "amount.too_large": N_("«{text}» is larger than any amount the program accepts. Check the digits."),
    "count.not_a_number": N_("«{text}» is not a whole number. Write only digits."),
    "count.too_large": N_("«{text}» is too large. Check the digits."),
    "date.does_not_exist": N_("The day {text} does not exist in the calendar. Check day, month and year."),
    "date.format": N_("«{text}» is not a date. Write day, month and year: 31/03/2014."),
    "date.year_short": N_("The year of «{text}» needs four digits: 31/03/2014."),
    "field.required": N_("This field is needed. Fill it in, then save again."),
    "paste.cell": N_("Row {row} of what was pasted, column {column}: {reason} Nothing was pasted."),
    "paste.empty": N_("There is no table to paste. Copy the cells in the spreadsheet, then paste again."),
    "paste.too_wide": N_("What was pasted has {found} columns, and only {room} fit from here. Copy fewer columns, or start from the first one."),
    "percent.format": N_("«{text}» is not a percentage. Write it as 3,86 %."),
    "reference.unknown": N_("«{text}» is not in the list. Choose one of the proposed entries, or add it in its own room first."),
    "time.format": N_("«{text}» is not a time. Write hours and minutes, from 00:00 to 23:59."),
}  # fmt: skip

UNEXPECTED = N_("Something went wrong that the program did not foresee. What you had saved is safe.")


class _Writer(string.Formatter):
    """Writes the values of a sentence as the user reads them."""

    def __init__(self, tr: Translator) -> None:
        self._tr = tr

    def format_field(self, value: Any, format_spec: str) -> str:
        """One value under the word after its colon."""
        if format_spec == "euro":
            return format_euro(value)
        if format_spec == "count":
            return format_count(value)
        if format_spec == "quoted":
            return f"«{value}»"
        if format_spec == "list":
            return ", ".join(self.format_field(one, "") for one in value)
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        """One value without a word of its own."""
        if isinstance(value, AppError):
            return sentence(value, self._tr)
        if isinstance(value, StrEnum):
            return label(value, self._tr)
        if isinstance(value, datetime):
            return format_instant(value)
        if isinstance(value, date):
            return format_date(value)
        return str(value)


def write(text: str, values: Mapping[str, Any], tr: Translator) -> str:
    """An already translated `text` with its values written as the user reads them."""
    return _Writer(tr).vformat(text, (), values)


def sentence(error: BaseException, tr: Translator) -> str:
    """What is wrong and the way out, in the translator's language; a bug gets the general sentence."""
    if not isinstance(error, AppError):
        return tr(UNEXPECTED)
    return write(tr(SENTENCES[error.code]), error.values, tr)
