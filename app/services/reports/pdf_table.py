"""Tables on paper: widths of columns, rows that stay together, headers repeated, the look of an official table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.services.reports.pdf_flow import INK, MUTED, Align, Cell, Flow, Style
from app.services.reports.pdf_fonts import Weight, longest_word, printable
from app.services.reports.spec import RIGHT_ALIGNED, Column, Kind, Role, Table
from app.services.reports.tagging import Colour, Node
from app.services.wording.formats import display
from app.services.wording.texts import Translator

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
"""Sizes of type to try until the words of all columns fit."""
LEADING = 1.24
PADDING = 3.6
"""Free space left and right in a cell, in points."""
GUTTER = 7.0
"""More of it left of words that follow a column of amounts."""
ABOVE, BELOW = 2.4, 2.8
WORD_SHARE = 0.3
"""A single word claims at most this share of the table's width; a longer one is broken."""
ROWS_TOGETHER = 2
"""Rows that follow the header before the table may break, and rows kept for its end."""

BAND: Colour = (0.925, 0.94, 0.955)
HAIR: Colour = (0.76, 0.79, 0.83)
LINE: Colour = (0.32, 0.37, 0.44)

CAPTION = Style(Weight.SEMIBOLD, 10, 13, before=7)
SUBTITLE = Style(Weight.REGULAR, 9, 12, MUTED, before=1)
NOTE = Style(Weight.REGULAR, 8, 10.4, MUTED)
AFTER, AFTER_NOTES = 11.0, 8.0
"""Free space after a table, and the part of it that comes after its notes."""
NOTES_TOGETHER = 6
"""Lines of notes that stay with the end of their table."""

_WEIGHTS = {
    Role.BODY: Weight.REGULAR,
    Role.HEADING: Weight.SEMIBOLD,
    Role.SUBTOTAL: Weight.SEMIBOLD,
    Role.TOTAL: Weight.BOLD,
}


@dataclass(frozen=True)
class Rules:
    """Thickness in points of the lines above (0 for none) and below a row."""

    above: float
    below: float
    colour: Colour = LINE


_RULES = {
    Role.BODY: Rules(0, 0.35, HAIR),
    Role.HEADING: Rules(0, 0.35, HAIR),
    Role.SUBTOTAL: Rules(0.5, 0.5),
    Role.TOTAL: Rules(0.9, 0.9),
}
_NO_WRAP = RIGHT_ALIGNED | {Kind.DATE, Kind.TIME, Kind.INSTANT, Kind.FLAG}


@dataclass(frozen=True, slots=True)
class Entry:
    """The text of a cell; it covers `span` columns from `column` on."""

    text: str
    column: int
    span: int
    align: Align


@dataclass(frozen=True, slots=True)
class Row:
    """A row as drawn."""

    role: Role
    entries: tuple[Entry, ...]


def table_rows(table: Table, tr: Translator) -> list[Row]:
    """The rows of a table, total included, with their texts ready to print.

    In a heading every text covers the empty cells that follow it, and a heading with one text the whole
    row; in a subtotal or total a text of a left-aligned column does.

    Raises:
        InvalidInput: "text.character_missing".
    """
    return [_row(table, row, tr) for row in table.drawn_rows()]


def _row(table: Table, row: Any, tr: Translator) -> Row:
    """One row of `table_rows`."""
    role = table.role(row)
    values = [table.cell(row, column) for column in table.columns]
    texts = [printable(display(column.kind, value, tr)) for column, value in zip(table.columns, values, strict=True)]
    if role is Role.BODY:
        entries = [Entry(text, n, 1, _align(column)) for n, (text, column) in _numbered(texts, table.columns)]
        return Row(role, tuple(entries))
    filled = [n for n, text in enumerate(texts) if text]
    if role is Role.HEADING and len(filled) == 1:
        return Row(role, (Entry(texts[filled[0]], 0, len(texts), Align.LEFT),))
    merged: list[Entry] = []
    open_text = False
    for n, (text, column) in _numbered(texts, table.columns):
        if not text and open_text:
            merged[-1] = replace(merged[-1], span=merged[-1].span + 1)
            continue
        is_title = role is Role.HEADING and isinstance(values[n], str)
        align = Align.LEFT if is_title else _align(column)
        open_text = bool(text) and align is Align.LEFT and isinstance(values[n], str)
        merged.append(Entry(text, n, 1, align))
    return Row(role, tuple(merged))


def _titles(columns: Sequence[Column]) -> Row:
    """The row of column titles."""
    return Row(
        Role.HEADING, tuple(Entry(printable(column.title), n, 1, _align(column)) for n, column in enumerate(columns))
    )


def _numbered(texts: Sequence[str], columns: Sequence[Column]) -> enumerate[tuple[str, Column]]:
    return enumerate(zip(texts, columns, strict=True))


def _align(column: Column) -> Align:
    """Side on which a column's texts stand."""
    return Align.RIGHT if column.kind in RIGHT_ALIGNED else Align.LEFT


def fit_widths(preferred: Sequence[float], least: Sequence[float], total: float) -> list[float]:
    """Share a table's width among its columns.

    Args:
        preferred: n widths > 0, any unit; the shares follow them.
        least: n widths that the words need, in the unit of `total`.
        total: width to share.

    Returns:
        n widths whose sum is `total`; each at least its least when the sum of these allows it.
    """
    if sum(least) >= total:
        return [width * total / sum(least) for width in least]
    widths = [0.0] * len(preferred)
    free = list(range(len(preferred)))
    left = total
    while True:
        scale = left / sum(preferred[n] for n in free)
        tight = [n for n in free if preferred[n] * scale < least[n]]
        for n in tight or free:
            widths[n] = least[n] if tight else preferred[n] * scale
        if not tight:
            return widths
        free = [n for n in free if n not in tight]
        left -= sum(least[n] for n in tight)


def pass_on(widths: Sequence[float], natural: Sequence[float]) -> list[float]:
    """Give what columns have beyond their longest line to those whose lines would break.

    Args:
        widths: n widths.
        natural: n widths in which no line breaks, same unit.

    Returns:
        n widths with the same sum; none falls below its natural width that was not below it before.
    """
    spare = [max(0.0, width - need) for width, need in zip(widths, natural, strict=True)]
    wanted = [max(0.0, need - width) for width, need in zip(widths, natural, strict=True)]
    moved = min(sum(spare), sum(wanted))
    if not moved:
        return list(widths)
    give, take = moved / sum(spare), moved / sum(wanted)
    return [width - give * s + take * w for width, s, w in zip(widths, spare, wanted, strict=True)]


def _needs(
    columns: Sequence[Column], rows: Sequence[Row], size: float, total: float
) -> tuple[list[float], list[float]]:
    """For each column the width under which amounts, dates or words break, and that in which no line breaks."""
    cap = total * WORD_SHARE
    titles = _titles(columns)
    least = [0.0] * len(columns)
    natural = [0.0] * len(columns)
    for row in (titles, *rows):
        face = Style(_WEIGHTS[row.role], size).face
        for entry in row.entries:
            if entry.span > 1 or not entry.text:
                continue
            n = entry.column
            longest = max(face.width(line, size) for line in entry.text.split("\n"))
            amount = columns[n].kind in _NO_WRAP and row is not titles
            word = longest if amount else min(cap, longest_word(entry.text, face, size))
            least[n] = max(least[n], word)
            natural[n] = max(natural[n], word if row is titles else longest)
    padding = [2 * PADDING + _gutter(columns, n) + 0.1 for n in range(len(columns))]
    return [a + b for a, b in zip(least, padding, strict=True)], [a + b for a, b in zip(natural, padding, strict=True)]


def _gutter(columns: Sequence[Column], n: int) -> float:
    """Additional space left of column `n`."""
    parted = n > 0 and _align(columns[n]) is Align.LEFT and _align(columns[n - 1]) is Align.RIGHT
    return GUTTER if parted else 0.0


def choose_widths(columns: Sequence[Column], rows: Sequence[Row], total: float) -> tuple[float, list[float]]:
    """The largest size of type in which all words fit, and the widths of the columns in it.

    Returns:
        Size in points; widths in points whose sum is `total`.
    """
    preferred = [column.width_mm for column in columns]
    for size in SIZES:
        least, natural = _needs(columns, rows, size, total)
        if sum(least) <= total:
            break
    return size, pass_on(fit_widths(preferred, least, total), natural)


class TableBlock:
    """A table on its way to the page.

    Args:
        table: what is drawn.
        tr: language of the document.
        titled: whether the table's title is printed above it.
        width: of the body of the pages it goes on, in points.
    """

    tail = 0.0

    def __init__(self, table: Table, tr: Translator, width: float, titled: bool = True) -> None:
        self.table = table
        self.width = width
        self.title = printable(table.title) if titled else ""
        self.subtitle = printable(table.subtitle)
        self.notes = [printable(note) for note in table.notes]
        self.rows = table_rows(table, tr) or [_nothing(table, tr)]
        self.size, self.widths = choose_widths(table.columns, self.rows, width)
        self.leading = round(self.size * LEADING, 2)
        self.edges = [sum(self.widths[:n]) for n in range(len(self.widths) + 1)]
        self.lines = [self._wrap(row) for row in self.rows]
        self.header = _titles(table.columns)
        self.header_lines = _at_the_bottom(self._wrap(self.header))

    # --- sizes -------------------------------------------------------------------------

    def lead(self) -> float:
        """Height of what must stand together at the table's start, in points."""
        return self._caption_height() + self._header_height() + self._height(0, self._chunk_end(0))

    def _caption_height(self) -> float:
        """Height of title and subtitle."""
        height = 0.0
        for text, style in ((self.title, CAPTION), (self.subtitle, SUBTITLE)):
            if text:
                height += style.before + len(style.wrap(text, self.width)) * style.leading
        return height + 3 if height else 0

    def _header_height(self) -> float:
        """Height of the column titles."""
        return len(self.header_lines[0]) * self.leading + ABOVE + BELOW + 1

    def _height(self, start: int, end: int) -> float:
        """Height of the rows from `start` to before `end`; with the last the notes and what stands below the table."""
        lines = sum(max(map(len, row)) for row in self.lines[start:end])
        height = lines * self.leading + (end - start) * (ABOVE + BELOW)
        if end < len(self.rows):
            return height
        return height + self._notes_height() + (self.tail + AFTER if self.tail else 0)

    def _notes_height(self) -> float:
        """What the notes take with the space above them; of many, the first lines."""
        lines = sum(len(NOTE.wrap(note, self.width)) for note in self.notes)
        return 3 + min(lines, NOTES_TOGETHER) * (NOTE.leading + 1.5) if lines else 0

    # --- what stays together -----------------------------------------------------------

    def _chunk_end(self, start: int) -> int:
        """End of the run of rows from `start` on that no page break should part."""
        end = start + 1
        while end < len(self.rows) and not self._may_break(end):
            end += 1
        return end

    def _may_break(self, n: int) -> bool:
        """Whether a page may end before row `n`."""
        if n < ROWS_TOGETHER or n > len(self.rows) - ROWS_TOGETHER:
            return False
        before, after = self.rows[n - 1].role, self.rows[n].role
        return before is not Role.HEADING and after not in (Role.SUBTOTAL, Role.TOTAL)

    # --- on the page -------------------------------------------------------------------

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put the table on the page, over as many as it takes; `on_row` is called after each row."""
        flow.need(self.lead())
        element = flow.root.child("Table", O="/Table")
        if not self.title:
            element.attributes["Summary"] = printable(self.table.title)
        self._place_caption(flow, element)
        head = element.child("THead").child("TR")
        self._place_header(flow, head)
        body = element.child("TBody")
        start = 0
        while start < len(self.rows):
            end = self._chunk_end(start)
            height = self._height(start, end)
            if start and height > flow.room and height <= flow.height and not flow.fresh:
                flow.new_page()
                self._repeat_header(flow)
            for n in range(start, end):
                self._place_row(flow, n, body.child("TR"))
                on_row()
            start = end
        self._place_notes(flow)

    def _place_caption(self, flow: Flow, element: Node) -> None:
        """Title and subtitle, as the table's caption."""
        if not self.title and not self.subtitle:
            return
        caption = element.child("Caption")
        for text, style in ((self.title, CAPTION), (self.subtitle, SUBTITLE)):
            if text:
                flow.text(text, style, caption.child("P"))
        flow.y -= 3

    def _place_header(self, flow: Flow, element: Node | None) -> None:
        """Column titles; as an artifact when no element is given."""
        nodes = [element and element.child("TH", O="/Table", Scope="/Column") for _entry in self.header.entries]
        top = flow.y
        bottom = top - self._header_height()
        flow.band(top, bottom, BAND)
        cells = self._cells(self.header, self.header_lines, nodes)
        flow.row(cells, self.leading, above=ABOVE, below=BELOW + 1)
        flow.rule(top, 0.9, LINE)
        flow.rule(bottom, 0.6, LINE)

    def _repeat_header(self, flow: Flow) -> None:
        """The header once more, on a further page."""
        self._place_header(flow, None)
        flow.top = flow.y

    def _place_row(self, flow: Flow, n: int, element: Node) -> None:
        """Row `n`, over a page's end if it must."""
        row = self.rows[n]
        label = next((entry for entry in row.entries if entry.text and entry.align is Align.LEFT), None)
        nodes = [_cell_element(element, row.role, entry, is_label=entry is label) for entry in row.entries]

        def rules(top: float, bottom: float) -> None:
            look = _RULES[row.role]
            if look.above:
                flow.rule(top, look.above, LINE)
            flow.rule(bottom, look.below, look.colour)

        flow.row(
            self._cells(row, self.lines[n], nodes),
            self.leading,
            above=ABOVE,
            below=BELOW,
            whole=True,
            on_piece=rules,
            on_page=lambda: self._place_header(flow, None),
        )

    def _column(self, entry: Entry) -> tuple[float, float]:
        """Left edge and width of the text of a cell."""
        left = self.edges[entry.column] + PADDING + _gutter(self.table.columns, entry.column)
        return left, self.edges[entry.column + entry.span] - PADDING - left

    def _wrap(self, row: Row) -> list[list[str]]:
        """Lines of each cell of a row."""
        style = Style(_WEIGHTS[row.role], self.size)
        return [style.wrap(entry.text, self._column(entry)[1]) for entry in row.entries]

    def _cells(self, row: Row, lines: Sequence[list[str]], nodes: Sequence[Node | None]) -> list[Cell]:
        """The cells of a row, ready to place."""
        style = Style(_WEIGHTS[row.role], self.size, self.leading, INK)
        return [
            Cell(text, *self._column(entry), style, node, entry.align)
            for entry, text, node in zip(row.entries, lines, nodes, strict=True)
        ]

    def _place_notes(self, flow: Flow) -> None:
        """Notes under the table."""
        flow.y -= AFTER - AFTER_NOTES
        for n, note in enumerate(self.notes, start=1):
            flow.text(note, NOTE, flow.root.child("P"), tail=self._below(n))
            flow.y -= 1.5
        flow.y -= AFTER_NOTES

    def _below(self, note: int) -> float:
        """Height that must be free below a note."""
        return self.tail + AFTER if self.tail and note == len(self.notes) else 0


def _cell_element(row: Node, role: Role, entry: Entry, *, is_label: bool) -> Node:
    """The structure element of a cell: headings head columns, the label of a total heads its row."""
    attributes: dict[str, str | int] = {"O": "/Table"}
    if entry.span > 1:
        attributes["ColSpan"] = entry.span
    if role is Role.HEADING and entry.text:
        return row.child("TH", Scope="/Column", **attributes)
    if role in (Role.SUBTOTAL, Role.TOTAL) and is_label:
        return row.child("TH", Scope="/Row", **attributes)
    return row.child("TD", **(attributes if entry.span > 1 else {}))


def _at_the_bottom(cells: Sequence[list[str]]) -> list[list[str]]:
    """Lines of cells with empty ones before them, so that all end on the last line of the row."""
    height = max(map(len, cells))
    return [[""] * (height - len(lines)) + lines for lines in cells]


def _nothing(table: Table, tr: Translator) -> Row:
    """The row of a table without rows."""
    text = printable(tr("No rows."))
    return Row(Role.BODY, (Entry(text, 0, len(table.columns), Align.LEFT),))
