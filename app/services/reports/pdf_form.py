"""Fields and tables that are filled in by hand, on their way to the page.

Words are tagged; lines and boxes are decoration, for there is nothing in them to be read.
"""

from __future__ import annotations

from collections.abc import Callable

from app.services.reports.pdf_flow import INK, MM, MUTED, Cell, Flow, Style
from app.services.reports.pdf_fonts import Weight, longest_word, printable
from app.services.reports.pdf_table import fit_widths
from app.services.reports.spec import Blank, Grid
from app.services.reports.tagging import Colour, Node

LABEL = Style(Weight.SEMIBOLD, 9.5, 12.5)
HINT = Style(Weight.REGULAR, 8, 10.5, MUTED)
FILLED = Style(Weight.REGULAR, 10, 13.5, INK)
TITLE = Style(Weight.SEMIBOLD, 9, 11.5)

LINE_HEIGHT = 8 * MM
"""Room for a line of handwriting."""
LABEL_SHARE = 0.34
"""Share of the width for the label beside a single line."""
PADDING = 4.0
GAP = 5.0
BOX: Colour = (0.45, 0.49, 0.55)
FAINT: Colour = (0.72, 0.75, 0.79)
BAND: Colour = (0.925, 0.941, 0.957)
TICK = "\u2610\u00a0"


class BlankBlock:
    """A field: label and hint, then the place to write; beside each other when a line is enough."""

    tail = 0.0

    def __init__(self, part: Blank, width: float) -> None:
        self.beside = part.lines == 1
        self.indent = width * LABEL_SHARE if self.beside else 0.0
        own = (self.indent or width) - PADDING
        self.label = LABEL.wrap(printable(part.label), own)
        self.hint = HINT.wrap(printable(part.hint), own) if part.hint else []
        room = width - self.indent - 2 * PADDING
        text = "   ".join(TICK + choice.replace(" ", "\u00a0") for choice in part.choices) or part.filled
        self.text = FILLED.wrap(printable(text), room) if text else []
        self.lines = part.lines

    def lead(self) -> float:
        """All of it."""
        return (max(self._words(), self._box()) if self.beside else self._words() + self._box()) + GAP

    def _words(self) -> float:
        return len(self.label) * LABEL.leading + len(self.hint) * HINT.leading

    def _box(self) -> float:
        return max(self.lines * LINE_HEIGHT, len(self.text) * FILLED.leading + 2 * PADDING)

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.lead() + self.tail)
        top = flow.y
        node = flow.root.child("P")
        own = (self.indent or flow.width) - PADDING
        flow.row([Cell(self.label, 0, own, LABEL, node)], LABEL.leading)
        if self.hint:
            flow.row([Cell(self.hint, 0, own, HINT, node)], HINT.leading)
        below = flow.y
        start = top if self.beside else below
        if self.text:
            flow.y = start - PADDING
            cell = Cell(self.text, self.indent + PADDING, flow.width - self.indent - 2 * PADDING, FILLED, node)
            flow.row([cell], FILLED.leading)
        bottom = start - self._box()
        self._draw(flow, start, bottom)
        flow.y = min(bottom, below) - GAP

    def _draw(self, flow: Flow, top: float, bottom: float) -> None:
        """A box, with a faint line for each line of writing."""
        width = flow.width - self.indent
        for y in (top, bottom):
            flow.rule(y, 0.6, BOX, self.indent, width)
        for x in (self.indent, flow.width):
            flow.bar(x, top, bottom, 0.6, BOX)
        for n in range(1, self.lines):
            flow.rule(top - n * LINE_HEIGHT, 0.3, FAINT, self.indent + PADDING, width - 2 * PADDING)


class GridBlock:
    """A table of boxes under titles, which stand again on each page."""

    tail = 0.0

    def __init__(self, part: Grid, width: float) -> None:
        titles = [printable(title) for title, _width in part.columns]
        least = [longest_word(title, TITLE.face, TITLE.size) + 2 * PADDING + 0.1 for title in titles]
        self.widths = fit_widths([share for _title, share in part.columns], least, width)
        self.edges = [sum(self.widths[:n]) for n in range(len(self.widths) + 1)]
        self.summary = printable(part.title)
        self.titles = [TITLE.wrap(title, self._room(n)) for n, title in enumerate(titles)]
        self.hints = [HINT.wrap(printable(hint), width) for hint in part.hints]
        self.lines = part.lines
        blank = [[""] * len(self.widths)] * part.rows
        texts = [*part.filled, *blank]
        self.rows = [[FILLED.wrap(printable(text), self._room(n)) for n, text in enumerate(row)] for row in texts]

    def _room(self, n: int) -> float:
        return self.widths[n] - 2 * PADDING

    def lead(self) -> float:
        """Hints, titles and the first two rows."""
        hints = sum(map(len, self.hints)) * HINT.leading + (GAP if self.hints else 0)
        return hints + self._head() + sum(map(self._height, self.rows[:2])) + GAP

    def _head(self) -> float:
        return max(map(len, self.titles)) * TITLE.leading + 2 * PADDING

    def _height(self, row: list[list[str]]) -> float:
        least = LINE_HEIGHT if any(map(any, row)) else self.lines * LINE_HEIGHT
        return max(least, max(map(len, row)) * FILLED.leading + 2 * PADDING)

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page, over as many as it takes."""
        flow.need(self.lead())
        for lines in self.hints:
            flow.row([Cell(lines, 0, flow.width, HINT, flow.root.child("P"))], HINT.leading)
        flow.y -= GAP if self.hints else 0
        element = flow.root.child("Table", O="/Table", Summary=self.summary)
        head = element.child("THead").child("TR")
        self._place_titles(flow, head)
        body = element.child("TBody")
        for n, row in enumerate(self.rows, start=1):
            if self._height(row) + (self.tail + GAP if self.tail and n == len(self.rows) else 0) > flow.room:
                flow.new_page()
                self._place_titles(flow, None)
                flow.top = flow.y
            self._place_row(flow, row, body.child("TR"))
            on_row()
        flow.y -= GAP

    def _place_titles(self, flow: Flow, row: Node | None) -> None:
        top, bottom = flow.y, flow.y - self._head()
        flow.band(top, bottom, BAND)
        nodes = [row and row.child("TH", O="/Table", Scope="/Column") for _title in self.titles]
        flow.y -= PADDING
        flow.row(self._cells(self.titles, TITLE, nodes), TITLE.leading)
        self._box(flow, top, bottom)

    def _place_row(self, flow: Flow, row: list[list[str]], element: Node) -> None:
        top, bottom = flow.y, flow.y - self._height(row)
        nodes = [element.child("TD") for _cell in row]
        flow.y -= PADDING
        flow.row(self._cells(row, FILLED, nodes), FILLED.leading)
        self._box(flow, top, bottom)

    def _cells(self, texts: list[list[str]], style: Style, nodes: list[Node | None] | list[Node]) -> list[Cell]:
        return [
            Cell(lines, self.edges[n] + PADDING, self._room(n), style, node)
            for n, (lines, node) in enumerate(zip(texts, nodes, strict=True))
        ]

    def _box(self, flow: Flow, top: float, bottom: float) -> None:
        for y in (top, bottom):
            flow.rule(y, 0.5, BOX)
        for x in self.edges:
            flow.bar(x, top, bottom, 0.5, BOX)
        flow.y = bottom
