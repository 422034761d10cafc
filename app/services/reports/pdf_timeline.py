"""A timeline by month on paper: a table of actions and months, with a bar drawn between the two."""

from __future__ import annotations

from collections.abc import Callable

from app.services.reports.pdf_flow import INK, MARGIN_SIDE, MUTED, Align, Cell, Flow, Style
from app.services.reports.pdf_fonts import Weight, printable
from app.services.reports.pdf_table import ABOVE, BAND, BELOW, HAIR, LINE
from app.services.reports.spec import TimeBar, TimeChart
from app.services.reports.tagging import Band, Colour, Node, Run

NAME_SHARE, WORDS_SHARE = 0.3, 0.22
"""Parts of the width for the names and for the months in words; the bars have what is left."""
GAP = 6.0
BAR: Colour = (0.043, 0.341, 0.643)
TEXT = Style(Weight.REGULAR, 8.5, 10.6)
HEAD = Style(Weight.SEMIBOLD, 8.5, 10.6)
SMALL = Style(Weight.REGULAR, 6.2, 8, MUTED)
YEARS = Style(Weight.SEMIBOLD, 7.2, 9, INK)
HEAD_HEIGHT = 23.0
ROW_LEAST = 15.0
AFTER = 8.0


class TimeChartBlock:
    """A timeline on its way to the page."""

    tail = 0.0

    def __init__(self, part: TimeChart, width: float) -> None:
        self.part = part
        self.names = width * NAME_SHARE
        self.words = width * WORDS_SHARE
        self.left = self.names + GAP
        self.month = (width - self.names - self.words - 2 * GAP) / max(len(part.months), 1)
        self.rows = [
            (
                TEXT.wrap(printable(bar.name), self.names - 2),
                TEXT.wrap(printable(bar.months), self.words - 2),
                bar,
            )
            for bar in part.bars
        ]

    def lead(self) -> float:
        """Its head and two rows."""
        return HEAD_HEIGHT + sum(self._height(name, words) for name, words, _bar in self.rows[:2])

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page; the head is repeated on further pages."""
        flow.need(self.lead())
        element = flow.root.child("Table", O="/Table", Summary=printable(self.part.title))
        self._place_head(flow, element.child("THead").child("TR"))
        body = element.child("TBody")
        for n, (name, words, bar) in enumerate(self.rows, start=1):
            tail = self.tail + AFTER if self.tail and n == len(self.rows) else 0
            self._place_row(flow, body.child("TR"), name, words, bar, tail)
            on_row()
        flow.y -= AFTER

    def _height(self, name: list[str], words: list[str]) -> float:
        return max(len(name), len(words)) * TEXT.leading + ABOVE + BELOW

    def _words_at(self, flow: Flow) -> float:
        return flow.width - self.words

    def _place_head(self, flow: Flow, element: Node | None) -> None:
        """Titles of the two columns, years and months over the bars; an artifact when no element is given."""
        top = flow.y
        flow.band(top, top - HEAD_HEIGHT, BAND)
        for number, (words, first, last) in enumerate(self.part.spans):
            x = self.left + (first - 1) * self.month
            width = (last - first + 1) * self.month
            self._artifact(flow, words, YEARS, x, width, top - 9)
            if number:
                self._upright(flow, x, top, HEAD_HEIGHT, LINE)
        every = self._label_every()
        for number, words in enumerate(self.part.months):
            if number % every == 0:
                x = self.left + number * self.month
                room = self.month if every == 1 else SMALL.width(printable(words)) + 2
                self._artifact(flow, words, SMALL, x, room, top - 18.5)
        nodes = [element and element.child("TH", O="/Table", Scope="/Column") for _title in self.part.heads]
        places = ((0.0, self.names), (self._words_at(flow), self.words))
        cells = [
            Cell([printable(title)], x, width, HEAD, node)
            for title, (x, width), node in zip(self.part.heads, places, nodes, strict=True)
        ]
        flow.row(cells, HEAD.leading, above=HEAD_HEIGHT - HEAD.leading - BELOW, below=BELOW)
        flow.rule(top, 0.9, LINE)
        flow.rule(flow.y, 0.6, LINE)

    def _label_every(self) -> int:
        """Each how many months one is named, so that names do not touch."""
        widest = max((SMALL.width(printable(label)) for label in self.part.months), default=0) + 1.5
        return next((every for every in (1, 2, 3, 4, 6, 12) if every * self.month >= widest), 12)

    def _place_row(
        self, flow: Flow, element: Node, name: list[str], words: list[str], bar: TimeBar, tail: float
    ) -> None:
        spare = max(ROW_LEAST - self._height(name, words), 0) / 2

        def draw(top: float, bottom: float) -> None:
            for number in range(len(self.part.months) + 1):
                self._upright(flow, self.left + number * self.month, top, top - bottom, HAIR)
            if bar.first is not None and bar.last is not None:
                thick = min(8.0, (top - bottom) * 0.6)
                x = MARGIN_SIDE + self.left + (bar.first - 1) * self.month
                width = (bar.last - bar.first + 1) * self.month
                flow.page.shapes.append(Band(x, (top + bottom - thick) / 2, width, thick, BAR))
            flow.rule(bottom, 0.35, HAIR)

        cells = [
            Cell(name, 0, self.names, TEXT, element.child("TH", O="/Table", Scope="/Row")),
            Cell(words, self._words_at(flow), self.words, TEXT, element.child("TD")),
        ]
        flow.row(
            cells,
            TEXT.leading,
            above=ABOVE + spare,
            below=BELOW + spare,
            whole=True,
            tail=tail,
            on_piece=draw,
            on_page=lambda: self._place_head(flow, None),
        )

    def _artifact(self, flow: Flow, text: str, style: Style, x: float, width: float, y: float) -> None:
        """Words in the middle of a place over the bars; the table says the same."""
        shown = printable(text)
        start = MARGIN_SIDE + x + max(width - style.width(shown), 0) * Align.CENTRE.value
        flow.page.runs.append(Run(start, y, shown, style.face, style.size, style.colour, None))

    @staticmethod
    def _upright(flow: Flow, x: float, top: float, height: float, colour: Colour) -> None:
        flow.page.shapes.append(Band(MARGIN_SIDE + x, top - height, 0.35, height, colour))
