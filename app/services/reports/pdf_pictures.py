"""Pictures on paper: ways of money as ribbons, and bars. Each is a figure with its words; a table stands beside it."""

from __future__ import annotations

from collections.abc import Callable

from app.services.ledger.flow_layout import FlowBox, lay_out
from app.services.reports.pdf_flow import INK, MARGIN_SIDE, MUTED, Flow, Style
from app.services.reports.pdf_fonts import Weight, printable
from app.services.reports.spec import BarsChart, FlowChart
from app.services.reports.tagging import Band, Colour, Figure, Node, Ribbon, Run

HEAD = Style(Weight.SEMIBOLD, 8.5, 11, MUTED)
NAME = Style(Weight.SEMIBOLD, 7.8, 9.6, INK)
TEXT = Style(Weight.REGULAR, 7.8, 9.6, INK)
HEAD_HEIGHT = 16.0
BOX = 9.0
BESIDE = 4.0
"""Between a box, or a bar, and its words."""
GAP = 7.0
GAP_LEAST = 2.0
"""Between boxes where a page has no room for more."""
SLOT = 3 * NAME.leading
LEAST = 210.0
"""Height that a picture of ways has at least, where the page has room."""
BAR_ROW, BAR_THICK = 13.0, 7.0
BAR_NAMES, BAR_VALUES = 0.34, 82.0

FULL: Colour = (0.043, 0.341, 0.643)
PALE: Colour = (0.83, 0.9, 0.965)
TINTS: tuple[Colour, ...] = ((0.83, 0.9, 0.965), (0.86, 0.93, 0.87), (0.97, 0.92, 0.81), (0.92, 0.88, 0.96))
"""Ribbons by the box that they leave, so that neighbours can be told apart; every word beside them is dark."""


class FlowChartBlock:
    """Ways of money on their way to the page."""

    tail = 0.0

    def __init__(self, part: FlowChart, width: float) -> None:
        self.part = part
        columns = len(part.heads)
        self.step = (width - BOX) / max(columns, 1)
        self.words = self.step - BOX - 2 * BESIDE
        self.most = max((sum(box.column == column for box in part.boxes) for column in range(columns)), default=0)
        self.height = max(LEAST, self.most * (SLOT + GAP))
        self.pressed = max(LEAST, self.most * (SLOT + GAP_LEAST))

    def lead(self) -> float:
        """All of it, with its boxes as near each other as their words allow."""
        return HEAD_HEIGHT + self.pressed + GAP

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page; a column that no page holds is pressed together."""
        flow.need(self.lead() + self.tail)
        height = min(self.height, flow.room - HEAD_HEIGHT - GAP)
        top = flow.y - HEAD_HEIGHT
        for column, head in enumerate(self.part.heads):
            self._write(flow, printable(head), HEAD, self._x(column), flow.y - HEAD.leading)
        gap = max(GAP_LEAST, GAP - (self.height - height) / max(self.most, 1))
        layout = lay_out(self.part.boxes, self.part.ribbons, height, SLOT, gap)
        places = {box.key: box for box in self.part.boxes}
        order = {box.key: place for place, box in enumerate(self.part.boxes)}
        shapes: list[Band | Ribbon] = [
            Ribbon(
                self._x(places[each.ribbon.origin].column) + BOX,
                top - each.origin_top,
                self._x(places[each.ribbon.target].column),
                top - each.target_top,
                max(each.thickness, 0.4),
                TINTS[order[each.ribbon.origin] % len(TINTS)],
            )
            for each in sorted(layout.ribbons, key=lambda each: -each.thickness)
        ]
        for key, placed in layout.boxes.items():
            tall = max(placed.height, 0.8)
            shapes.append(Band(self._x(places[key].column), top - placed.top - tall, BOX, tall, FULL))
            self._name(flow, places[key], top - placed.top, max(placed.height, SLOT))
        node = flow.root.child("Figure", O="/Layout", Placement="/Block")
        node.alternative = printable(f"{self.part.title}. {self.part.alternative}")
        flow.page.figures.append(Figure(tuple(shapes), node))
        flow.y = top - height - GAP

    def _x(self, column: int) -> float:
        return MARGIN_SIDE + column * self.step

    def _name(self, flow: Flow, box: FlowBox, top: float, room: float) -> None:
        """Name, amount, and what is still there, in the middle of the height of the box."""
        lines = [(_cut(box.name, NAME, self.words), NAME), (printable(box.text), TEXT)]
        if box.more:
            lines.append((_cut(box.more, TEXT, self.words), TEXT))
        y = top - max(room - len(lines) * NAME.leading, 0) / 2 - NAME.size
        for text, style in lines:
            self._write(flow, text, style, self._x(box.column) + BOX + BESIDE, y)
            y -= style.leading

    @staticmethod
    def _write(flow: Flow, text: str, style: Style, x: float, y: float) -> None:
        """Words of the picture; its alternative says the same."""
        flow.page.runs.append(Run(x, y, text, style.face, style.size, style.colour, None))


def _cut(text: str, style: Style, width: float) -> str:
    """As much of a name as there is room for."""
    shown = printable(text)
    while style.width(shown) > width and len(shown) > 2:
        shown = shown[:-2].rstrip() + "…"
    return shown


class BarsChartBlock:
    """Bars on their way to the page; those of many go on on the next one."""

    tail = 0.0

    def __init__(self, part: BarsChart, width: float) -> None:
        self.part = part
        widest = max((TEXT.width(printable(bar.name)) for bar in part.bars), default=0.0)
        self.names = min(widest + 2 * BESIDE, width * BAR_NAMES)
        self.room = width - self.names - BAR_VALUES - 2 * BESIDE
        self.longest = max((bar.value for bar in part.bars), default=0)

    def lead(self) -> float:
        """Its title and two bars."""
        return HEAD_HEIGHT + 2 * BAR_ROW

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(HEAD_HEIGHT + min(len(self.part.bars), 12) * BAR_ROW + self.tail)
        node = flow.root.child("Figure", O="/Layout", Placement="/Block")
        node.alternative = printable(self.part.alternative)
        self._write(flow, self.part.title, HEAD, MARGIN_SIDE, flow.y - HEAD.leading)
        flow.y -= HEAD_HEIGHT
        first = 0
        while first < len(self.part.bars):
            fitting = max(int((flow.room - GAP) // BAR_ROW), 1)
            self._draw(flow, first, min(first + fitting, len(self.part.bars)), node)
            first += fitting
            if first < len(self.part.bars):
                flow.new_page()
        flow.y -= GAP

    def _draw(self, flow: Flow, first: int, last: int, node: Node) -> None:
        shapes: list[Band] = []
        for bar in self.part.bars[first:last]:
            base = flow.y - (BAR_ROW + NAME.size) / 2 + 1
            self._write(flow, _cut(bar.name, TEXT, self.names - BESIDE), TEXT, MARGIN_SIDE, base)
            shown = printable(bar.text)
            right = MARGIN_SIDE + self.names + self.room + BAR_VALUES + 2 * BESIDE
            self._write(flow, shown, TEXT, right - TEXT.width(shown), base)
            y = flow.y - (BAR_ROW + BAR_THICK) / 2
            x = MARGIN_SIDE + self.names
            for value, ink in ((bar.value, FULL if bar.part is None else PALE), (bar.part or 0, FULL)):
                if value and self.longest:
                    shapes.append(Band(x, y, max(self.room * value / self.longest, 0.8), BAR_THICK, ink))
            flow.y -= BAR_ROW
        flow.page.figures.append(Figure(tuple(shapes), node))

    @staticmethod
    def _write(flow: Flow, text: str, style: Style, x: float, y: float) -> None:
        flow.page.runs.append(Run(x, y, printable(text), style.face, style.size, style.colour, None))
