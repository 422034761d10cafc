"""A look into the parts of a workbook that costs no more than their size: formulas, extent, expanded text.

A spreadsheet parser keeps a sheet as a full rectangle and copies a shared text into each cell that names it, so that a
few bytes can ask for all the memory there is. Here cells are only counted, by the same rules.
"""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass, field
from xml.parsers import expat

from app.models.errors import InvalidInput

ROWS_MAX = 120_000
COLUMNS_MAX = 64
NUMBER_MAX = 99_999_999_999
"""Largest number of a cell; beyond it parsers stumble over days and hours. Larger amounts can be written as text."""
TEXT_MAX = 20_000_000
"""Characters in all cells together, shared texts counted as often as they are named."""
CELLS_NAMED = 10
"""How many cells a refusal names."""

Parts = dict[str, str]
"""Text of each XML part by its name in lower case."""
Attributes = dict[str, str]

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?\Z")
_WHOLE = re.compile(r"[0-9]{1,9}\Z")

_LETTERS = r"(?:[^<&\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&(?:amp|lt|gt|quot|apos|#[1-9][0-9]{2,3});)"  # or by number
_PLAIN_PLACE = r"(?:[A-Z]|A[A-Z]|B[A-L])(?:[1-9][0-9]{0,4}|1[01][0-9]{4})"  # within `COLUMNS_MAX` and `ROWS_MAX`
_PLAIN_CELL = (
    rf'<c r="{_PLAIN_PLACE}"(?: s="[0-9]{{1,6}}")?'
    r'(?:(?: t="(?:n|s|b|str|inlineStr)")?(?:/>|></c>)'
    r'|(?: t="n")?><v>-?[0-9]{1,10}(?:\.[0-9]{1,17})?</v></c>'
    r'| t="s"><v>[0-9]{1,9}</v></c>'
    r'| t="b"><v>[01]</v></c>'
    rf'| t="str"><v>{_LETTERS}*</v></c>'
    rf'| t="inlineStr"><is><t(?: xml:space="preserve")?>{_LETTERS}*</t></is></c>)'
)
_PLAIN_TERM = r' (?:r="[1-9][0-9]{0,5}"|(?!r=)[A-Za-z0-9:]+="[^"<&]*+")'
_PLAIN_ROW = re.compile(rf"\s*<row(?:{_PLAIN_TERM})*(?:/>|>\s*(?:{_PLAIN_CELL}\s*)*</row>)")
"""A row as every program writes it in a sheet of plain values: no formula, no error, no number too large, nothing too
far. Matched row by row, without possessive groups: Python before 3.11.5 takes half of one for a whole one."""
_ROWS_END = re.compile(r"\s*(?=</sheetData>)")
_ROWS_START = "<sheetData>"
_PLAIN_SHARED = re.compile(r't="s"><v>([0-9]+)<')


class Damaged(Exception):
    """A part is not what the format says; the caller names the file."""


class _TooFar(Exception):
    """A sheet reaches farther than is accepted: no more of it is looked at."""


@dataclass(frozen=True)
class Relation:
    """A line of a part's table of relations."""

    id: str
    kind: str
    target: str
    external: bool


def column_name(column: int) -> str:
    """Letters of a column, counted from 1: 1 is «A», 28 is «AB»."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def content_types(text: str) -> frozenset[str]:
    """Every content type that a package declares."""
    found = [attributes.get("ContentType", "") for _name, attributes in _elements(text)]
    return frozenset(found)


def relations(text: str) -> tuple[Relation, ...]:
    """The relations of a part.

    Raises:
        Damaged: not XML, or two relations have the same key.
    """
    found = tuple(
        Relation(
            attributes.get("Id", ""),
            attributes.get("Type", ""),
            attributes.get("Target", ""),
            attributes.get("TargetMode", "").lower() == "external",
        )
        for name, attributes in _elements(text)
        if name == "Relationship"
    )
    if len({relation.id for relation in found}) < len(found):
        raise Damaged
    return found


def scan_sheets(parts: Parts, name: str) -> None:
    """Look through every sheet of a workbook.

    Args:
        parts: of the package; none holds a DOCTYPE.
        name: of the file.

    Raises:
        Damaged: a part is missing, is not XML, or names what does not exist.
        InvalidInput: "workbook.formulas", "workbook.error_values" and "workbook.number_too_large" with `cells`,
            "workbook.too_many_rows" and "workbook.too_many_columns" with `sheet`, "workbook.too_much_text".
    """
    shared = _SharedTexts()
    if shared.PART in parts:
        shared.read(parts[shared.PART])
    scans = []
    for title, part in _sheet_parts(parts).items():
        scan = _look_at(title, parts[part], shared.lengths)
        if scan.rows > ROWS_MAX:
            raise InvalidInput("workbook.too_many_rows", name=name, sheet=title, most=ROWS_MAX)
        if scan.columns > COLUMNS_MAX:
            raise InvalidInput("workbook.too_many_columns", name=name, sheet=title, most=column_name(COLUMNS_MAX))
        scans.append(scan)
    _refuse("workbook.formulas", name, [cell for scan in scans for cell in scan.formulas])
    _refuse("workbook.error_values", name, [cell for scan in scans for cell in scan.faults])
    _refuse("workbook.number_too_large", name, [cell for scan in scans for cell in scan.large])
    if sum(scan.characters for scan in scans) > TEXT_MAX:
        raise InvalidInput("workbook.too_much_text", name=name)


def _refuse(code: str, name: str, cells: list[str]) -> None:
    """Name the first of the cells that are not accepted, and how many they are."""
    if cells:
        raise InvalidInput(code, name=name, count=len(cells), cells=tuple(cells[:CELLS_NAMED]))


def _sheet_parts(parts: Parts) -> dict[str, str]:
    """Part of each sheet by its title, in the order of the workbook."""
    table = {relation.id: relation for relation in relations(parts.get("xl/_rels/workbook.xml.rels", ""))}
    for relation in table.values():
        if relation.kind.endswith("/sharedStrings") and _resolved(relation.target) != _SharedTexts.PART:
            raise Damaged
    found: dict[str, str] = {}
    for element, attributes in _elements(parts["xl/workbook.xml"]):
        if element != "sheet":
            continue
        keys = [value for key, value in attributes.items() if key.endswith(":id")]
        title = attributes.get("name", "")
        sheet = table.get(keys[0]) if len(keys) == 1 else None
        if sheet is None or not sheet.kind.endswith("/worksheet") or title in found:
            raise Damaged
        part = _resolved(sheet.target)
        if part not in parts:
            raise Damaged
        found[title] = part
    return found


def _resolved(target: str) -> str:
    """Name of a part from how the workbook's relations name it."""
    return posixpath.normpath(posixpath.join("/xl", target)).removeprefix("/").lower()


def _elements(text: str) -> list[tuple[str, Attributes]]:
    """Every element of a small part, without the prefix of its name."""
    found: list[tuple[str, Attributes]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((_local(name), attributes))
    _parse(parser, text)
    return found


def _parse(parser: expat.XMLParserType, text: str) -> None:
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError as failure:
        raise Damaged from failure


def _local(name: str) -> str:
    return name.rpartition(":")[2]


@dataclass
class _SharedTexts:
    """Length of each text that cells name by its number."""

    PART = "xl/sharedstrings.xml"

    lengths: list[int] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Look through the part."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.CharacterDataHandler = self._characters
        _parse(parser, text)

    def _start(self, name: str, _attributes: Attributes) -> None:
        if _local(name) == "si":
            self.lengths.append(0)

    def _characters(self, text: str) -> None:
        if self.lengths:
            self.lengths[-1] += len(text)


def _plain_end(text: str, start: int) -> int | None:
    """Where the rows from `start` end; None when one of them is not plain."""
    at = start
    while (row := _PLAIN_ROW.match(text, at)) is not None:
        at = row.end()
    end = _ROWS_END.match(text, at)
    return None if end is None else end.end()


def _look_at(title: str, text: str, lengths: list[int]) -> _SheetScan:
    """A sheet looked through: quickly where its rows are plain, as most are."""
    start = text.find(_ROWS_START) + len(_ROWS_START)
    end = _plain_end(text, start) if start >= len(_ROWS_START) else None
    if end is not None:
        scan = _SheetScan(title, lengths)
        if scan.read_plain(text, start, end):
            return scan
    scan = _SheetScan(title, lengths)
    scan.read(text)
    return scan


class _SheetScan:
    """One sheet, looked through: how far it reaches, what its cells hold that they must not, how much text they show.

    Attributes:
        rows, columns: number of the last row and column with content.
        formulas: cells with a formula, «Costi!C5».
        faults: cells whose value is an error of the spreadsheet («#N/A»).
        large: cells with too large a number.
        characters: of shared texts, counted in each cell that shows one.
    """

    def __init__(self, title: str, lengths: list[int]) -> None:
        self.title = title
        self.rows = 0
        self.columns = 0
        self.formulas: list[str] = []
        self.faults: list[str] = []
        self.large: list[str] = []
        self.characters = 0
        self._lengths = lengths
        self._inside = False  # formulas of lists and colours stand outside the data, and are nobody's content
        self._row, self._column = 1, 1
        self._cell = (1, 1)
        self._type = ""
        self._written: list[str] | None = None
        self._tables = 0  # how many elements hold rows

    def read_plain(self, text: str, start: int, end: int) -> bool:
        """Look at rows that are plain at once, and at the rest element by element.

        Returns:
            False when that does not tell all that is asked.
        """
        self.read(text[:start] + text[end:])
        if self._tables != 1 or self.formulas or self.rows:
            return False
        try:
            self.characters = sum(map(self._lengths.__getitem__, map(int, _PLAIN_SHARED.findall(text, start, end))))
        except IndexError as failure:
            raise Damaged from failure
        return True

    def read(self, text: str) -> None:
        """Look through the sheet's part, element by element."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        with suppress(_TooFar):
            _parse(parser, text)

    def _start(self, name: str, attributes: Attributes) -> None:
        element = _local(name)
        if element == "sheetData":
            self._inside = True
            self._tables += 1
        elif self._inside and element == "row":
            self._row = _whole(attributes.get("r", str(self._row)))
        elif self._inside and element == "c":
            self._cell = _position(attributes["r"]) if "r" in attributes else (self._row, self._column)
            self._column = self._cell[1]
            self._type = attributes.get("t", "")
        elif self._inside and element == "f":
            self.formulas.append(self._cell_name())
        elif self._inside and element in ("v", "is"):
            self._content()

    def _content(self) -> None:
        self.rows = max(self.rows, self._cell[0])
        self.columns = max(self.columns, self._cell[1])
        if self.rows > ROWS_MAX:
            raise _TooFar
        if self._type == "e":
            self.faults.append(self._cell_name())
        self._written = [] if self._type in ("", "n", "s") else None

    def _cell_name(self) -> str:
        return f"{self.title}!{column_name(self._cell[1])}{self._cell[0]}"

    def _text(self, text: str) -> None:
        if self._written is not None:
            self._written.append(text)

    def _end(self, name: str) -> None:
        match _local(name):
            case "sheetData":
                self._inside = False
            case "row":
                self._row, self._column = self._row + 1, 1
            case "c":
                self._column += 1
            case "v" if self._written is not None:
                self._number("".join(self._written))
                self._written = None

    def _number(self, text: str) -> None:
        """Look at a number: that of a shared text, or one of its own."""
        if self._type == "s":
            position = _whole(text.strip())
            if position >= len(self._lengths):
                raise Damaged
            self.characters += self._lengths[position]
        elif text and not _NUMBER.match(text):
            raise Damaged
        elif text and abs(float(text)) > NUMBER_MAX:
            self.large.append(self._cell_name())


def _whole(text: str) -> int:
    if not _WHOLE.match(text):
        raise Damaged
    return int(text)


def _position(name: str) -> tuple[int, int]:
    """(row, column), counted from 1, of «C5»."""
    match = _CELL.match(name)
    if match is None:
        raise Damaged
    return int(match[2]), _column_number(match[1])
