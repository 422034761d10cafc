"""Where things go on pages: lines of text from top to bottom, page after page, before anything is drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from app.services.reports.pdf_fonts import Face, Weight, face, wrap
from app.services.reports.tagging import Band, Colour, Figure, Node, Picture, Rule, Run

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A3 = (297 * MM, 420 * MM)
A5 = (148 * MM, 210 * MM)
MARGIN_SIDE = 20 * MM
MARGIN_TOP = 15 * MM
MARGIN_BOTTOM = 19 * MM

INK: Colour = (0.09, 0.11, 0.14)
MUTED: Colour = (0.33, 0.37, 0.43)

_SLACK = 0.01
"""Points by which sums of lengths may differ."""


class Align(Enum):
    """Where lines stand in their column."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True)
class Style:
    """How a text looks; lengths in points.

    Attributes:
        leading: from base line to base line.
        before: free space above, except at the top of a page; after: below.
    """

    weight: Weight = Weight.REGULAR
    size: float = 10
    leading: float = 13.5
    colour: Colour = INK
    align: Align = Align.LEFT
    before: float = 0
    after: float = 0

    @property
    def face(self) -> Face:
        """The cut's face."""
        return face(self.weight)

    def wrap(self, text: str, width: float) -> list[str]:
        """Lines of printable `text` in a column of `width` points."""
        return wrap(text, self.face, self.size, width)

    def balance(self, text: str, width: float) -> list[str]:
        """Lines of a title: as few as `wrap` makes, of similar length."""
        lines = self.wrap(text, width)
        for share in range(98, 50, -2):
            narrower = self.wrap(text, width * share / 100)
            if len(narrower) > len(lines):
                break
            lines = narrower
        return lines

    def width(self, text: str) -> float:
        """Width of printable `text` on one line."""
        return self.face.width(text, self.size)


@dataclass(frozen=True)
class Cell:
    """Lines of one text, to be placed in a column.

    Attributes:
        x: left edge of the column, from the left edge of the body; `width` of it.
        node: the element the lines belong to; None for an artifact.
    """

    lines: Sequence[str]
    x: float
    width: float
    style: Style
    node: Node | None
    align: Align | None = None


@dataclass
class Page:
    """What stands on one page.

    Attributes:
        size: width and height in points.
        bookmarks: headings that start here: text, level from 0, height on the page.
    """

    size: tuple[float, float]
    shapes: list[Rule | Band] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    figures: list[Figure | Picture] = field(default_factory=list)
    bookmarks: list[tuple[str, int, float]] = field(default_factory=list)


Piece = Callable[[float, float], None]
"""Told of the top and bottom of a row, or of each part of one that goes over to the next page."""


class Flow:
    """A pen that goes down the body of the pages and starts new ones.

    Attributes:
        root: the structure tree, into which blocks hang their elements.
        paper: width and height of a page that stands.
        wide: the same of a page that lies, as if it stood.
        y: height of the pen on the page.
        top: height at which the page's own content starts, below repeated headers.
    """

    def __init__(
        self,
        root: Node,
        landscape: bool,
        paper: tuple[float, float] = A4,
        wide: tuple[float, float] | None = None,
    ) -> None:
        self.root = root
        self.paper = paper
        self.wide = wide or paper
        self.pages: list[Page] = []
        self.new_page(landscape)

    def new_page(self, landscape: bool | None = None) -> None:
        """Start a page; as the one before unless said otherwise."""
        if landscape is None:
            landscape = self.landscape
        self.pages.append(Page(self.wide[::-1] if landscape else self.paper))
        self.y = self.top = self.page.size[1] - MARGIN_TOP

    def turn(self, landscape: bool) -> None:
        """Go on, on a page that lies or stands as said."""
        if landscape == self.landscape:
            return
        if not self.page.runs and not self.page.shapes:
            self.pages.pop()
        self.new_page(landscape)

    @property
    def page(self) -> Page:
        """The present page."""
        return self.pages[-1]

    @property
    def landscape(self) -> bool:
        """Whether the present page lies on its long side."""
        return self.page.size[0] > self.page.size[1]

    @property
    def width(self) -> float:
        """Width of the body."""
        return self.page.size[0] - 2 * MARGIN_SIDE

    @property
    def room(self) -> float:
        """Height left on the page."""
        return self.y - MARGIN_BOTTOM

    @property
    def height(self) -> float:
        """Height of an empty page's body, below repeated headers."""
        return self.top - MARGIN_BOTTOM

    @property
    def fresh(self) -> bool:
        """Whether nothing stands yet on the page but repeated headers."""
        return self.y >= self.top - _SLACK

    def need(self, height: float) -> None:
        """Start a new page unless `height` fits on this one, or would fit on none."""
        if height > self.room + _SLACK and height <= self.height + _SLACK and not self.fresh:
            self.new_page()

    def gap(self, height: float) -> None:
        """Leave free space, except at the top of a page."""
        if not self.fresh:
            self.y -= height

    def band(self, top: float, bottom: float, colour: Colour) -> None:
        """Fill the width of the body."""
        self.page.shapes.append(Band(MARGIN_SIDE, bottom, self.width, top - bottom, colour))

    def rule(self, y: float, thickness: float, colour: Colour, x: float = 0, width: float | None = None) -> None:
        """Draw a line across the body, or across a column of it."""
        self.page.shapes.append(Rule(MARGIN_SIDE + x, y, self.width if width is None else width, thickness, colour))

    def bar(self, x: float, top: float, bottom: float, thickness: float, colour: Colour) -> None:
        """Draw an upright line at `x` from the left edge of the body."""
        self.page.shapes.append(Band(MARGIN_SIDE + x - thickness / 2, bottom, thickness, top - bottom, colour))

    def text(
        self,
        text: str,
        style: Style,
        node: Node | None,
        x: float = 0,
        width: float | None = None,
        tail: float = 0,
    ) -> None:
        """Place a paragraph of printable text, over as many pages as it takes; `tail` as for a row."""
        width = self.width - x if width is None else width
        self.gap(style.before)
        self.row([Cell(style.wrap(text, width), x, width, style, node)], style.leading, tail=tail)
        self.y -= style.after

    def row(
        self,
        cells: Sequence[Cell],
        leading: float,
        *,
        above: float = 0,
        below: float = 0,
        whole: bool = False,
        tail: float = 0,
        on_piece: Piece | None = None,
        on_page: Callable[[], None] | None = None,
    ) -> None:
        """Place texts side by side.

        Args:
            cells: one for each column.
            leading: from line to line, in points, for all cells.
            above: free space above the lines, and `below` them.
            whole: keep the lines on one page, when they fit on one.
            tail: height of what must stand below the last line, on its page.
            on_piece: called for each part placed.
            on_page: called after a page was started, to repeat headers.
        """
        total = max(len(cell.lines) for cell in cells)
        if whole:
            fitting = total * leading + above + below <= self.room + _SLACK
            if not fitting and not self.fresh and total * leading + above + below <= self.height + _SLACK:
                self._go_on(on_page)
        start = 0
        while True:
            count = self._lines_that_fit(total - start, leading, above + below, tail)
            if count:
                self._place(cells, start, count, leading, above, below, on_piece)
                start += count
            if start >= total:
                return
            self._go_on(on_page)

    def _go_on(self, on_page: Callable[[], None] | None) -> None:
        """Start a page and repeat what is repeated on it."""
        self.new_page()
        if on_page is not None:
            on_page()
            self.top = self.y

    def _lines_that_fit(self, left: int, leading: float, padding: float, tail: float) -> int:
        """How many of `left` lines go on this page; no line stands alone, above or below a break."""
        fitting = int((self.room - padding + _SLACK) // leading)
        if left <= fitting:
            if left * leading + padding + tail <= self.room + _SLACK or (self.fresh and left < 4):
                return left
            return left - 2 if left >= 4 else 0
        if left - fitting == 1:
            fitting -= 1
        if fitting >= 2:
            return fitting
        return 1 if self.fresh else 0

    def _place(
        self,
        cells: Sequence[Cell],
        start: int,
        count: int,
        leading: float,
        above: float,
        below: float,
        on_piece: Piece | None,
    ) -> None:
        """Place `count` lines of each cell from `start` on, and move the pen below them."""
        top = self.y
        for cell in cells:
            style = cell.style
            share = (cell.align or style.align).value
            base = top - above - _base_line(style, leading)
            for n, line in enumerate(cell.lines[start : start + count]):
                if not line:
                    continue
                x = MARGIN_SIDE + cell.x
                if share:
                    x += share * (cell.width - style.width(line.rstrip(" ")))
                run = Run(x, base - n * leading, line, style.face, style.size, style.colour, cell.node)
                self.page.runs.append(run)
        self.y = top - above - count * leading - below
        if on_piece is not None:
            on_piece(top, self.y)


def _base_line(style: Style, leading: float) -> float:
    """From the top of a line of `leading` points down to its base line; the letters stand in its middle."""
    body = style.face.ascent - style.face.descent
    return (leading - body * style.size / 1000) / 2 + style.face.ascent * style.size / 1000
