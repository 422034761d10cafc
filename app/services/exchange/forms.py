"""What a form is: one declaration, from which the blank workbook is written and the filled one is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.models.errors import InvalidInput
from app.services.exchange.reader import Sheet
from app.services.wording.texts import LANGUAGES, N_, Translator

MARKER = "concilia"
"""Hidden sheet that says which form a workbook is: name of the program, key, version, language, key of the call and
version of its rules, one under the other; the last two only where the form is made for one call."""
LISTS = "concilia-lists"
"""Hidden sheet with the entries of the lists."""
INSTRUCTIONS = N_("Instructions")
"""First sheet; it is not read."""

HOW_TO_FILL = (
    N_("Fill in the coloured cells of each sheet; fields with a star are needed. The rest is locked."),
    N_("Amounts are in euro with at most two decimals. Days are written 31/03/2014."),
    N_("Write values, not formulas: a workbook with formulas is not accepted."),
)
"""What holds for every form."""

FIELD, ANSWER, HINT = N_("Field"), N_("To be filled in"), N_("How")
"""Header of a sheet with one field a row."""


class Entry(StrEnum):
    """What a cell takes: decides its format, what a spreadsheet lets in, and how it is read."""

    TEXT = "text"
    LONG = "long"  # text that wraps
    MONEY = "money"
    COUNT = "count"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    FLAG = "flag"
    CHOICE = "choice"  # a member of an enumeration, by its name
    NAME = "name"  # something that stands elsewhere, by its name


@dataclass(frozen=True)
class FormColumn:
    """A field of a form.

    Attributes:
        key: stable English name: the draft's attribute, where there is one.
        title: source text.
        choices: of a CHOICE.
        names: of a NAME: «sheet.column» of the same workbook, or the key of a list that the archive gives.
        closed: of a NAME: whether nothing but the list's entries is right.
        usual: of a FLAG: whether an empty cell is no «no».
        locked: whether it is given by the form, and only shown.
        hint: what to write, shown beside the field or when its cell is chosen; source text.
    """

    key: str
    title: str
    entry: Entry = Entry.TEXT
    required: bool = False
    choices: type[StrEnum] | None = None
    names: str = ""
    hint: str = ""
    closed: bool = False
    usual: bool = False
    locked: bool = False


@dataclass(frozen=True)
class FormSheet:
    """A sheet of a form.

    Attributes:
        title: source text, at most 31 characters in each language.
        single: one record, a field a row; otherwise a table, a field a column.
        rows: how many rows a blank table offers.
    """

    key: str
    title: str
    columns: tuple[FormColumn, ...]
    single: bool = False
    rows: int = 60

    def column_of(self, key: str) -> int:
        """Place of a field, counted from 1."""
        return [column.key for column in self.columns].index(key) + 1


@dataclass(frozen=True)
class Form:
    """A form.

    Attributes:
        version: raised when a workbook of the former kind would be read wrongly.
        instructions: source texts, one paragraph each.
    """

    key: str
    version: int
    title: str
    instructions: tuple[str, ...]
    sheets: tuple[FormSheet, ...]

    def sheet(self, key: str) -> FormSheet:
        """The sheet with that key."""
        return {sheet.key: sheet for sheet in self.sheets}[key]


def heading(column: FormColumn, tr: Translator) -> str:
    """Title of a field as the sheet shows it; what must be filled in has a star."""
    return f"{tr(column.title)} *" if column.required else tr(column.title)


@dataclass(frozen=True)
class Mark:
    """What a workbook says of itself.

    Attributes:
        language: that it was made in.
        call_id: key of the call that it was made for; empty for none.
        rules: number of the version of that call's rules; empty for none.
    """

    form: Form
    language: str
    call_id: str = ""
    rules: str = ""

    def texts(self) -> tuple[str, ...]:
        """The cells of the hidden sheet, from above."""
        return (MARKER, self.form.key, str(self.form.version), self.language, self.call_id, self.rules)


def recognise(sheets: Mapping[str, Sheet], forms: tuple[Form, ...], name: str) -> Mark:
    """Which form a workbook is, in which language, and for which call.

    Args:
        name: of the file.

    Raises:
        InvalidInput: "workbook.unknown_form"; "workbook.form_version" when the form was another one then.
    """
    marker = sheets.get(MARKER)
    marks = [str(marker.value(row, 1) or "") for row in range(1, 7)] if marker is not None else []
    known = {form.key: form for form in forms}
    if not marks or marks[0] != MARKER or marks[1] not in known or marks[3] not in LANGUAGES:
        raise InvalidInput("workbook.unknown_form", name=name)
    form = known[marks[1]]
    if marks[2] != str(form.version):
        raise InvalidInput("workbook.form_version", name=name, found=marks[2], known=str(form.version))
    return Mark(form, *marks[3:])
