"""Tagged drawing: a ReportLab canvas that remembers which structure element owns each piece of text.

What is drawn is either content of a `Node` (inside BDC … EMC with a marked-content number) or an artifact
(rules, bands, page numbers, repeated headers), which readers aloud leave out. `pdf_finish` makes the
structure tree of the file from the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from itertools import groupby
from typing import BinaryIO

from reportlab import rl_config
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from app.services.reports.pdf_fonts import Face, Weight, face

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A piece of marked content: its page and its number there, both from 0."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class SignaturePlace:
    """An empty field in which a program signs.

    Attributes:
        page: from 0.
        box: left, lower, right and upper edge, in points.
        label: who signs there, in words.
    """

    page: int
    box: tuple[float, float, float, float]
    label: str


@dataclass(eq=False, slots=True)
class Node:
    """An element of the structure tree.

    Attributes:
        tag: standard structure type ("H1", "P", "Table", "TD", …).
        attributes: of its attribute object, without the leading slash; a value with a slash is a name.
        kids: elements and pieces of content, in reading order.
        alternative: what a figure shows, in words.
    """

    tag: str
    attributes: dict[str, str | int] = field(default_factory=dict)
    kids: list[Node | Mark | SignaturePlace] = field(default_factory=list)
    alternative: str = ""

    def child(self, tag: str, **attributes: str | int) -> Node:
        """A new element under this one, last."""
        node = Node(tag, attributes)
        self.kids.append(node)
        return node


@dataclass(frozen=True, slots=True)
class Run:
    """One line of text of one cut and size.

    Attributes:
        x, y: start of its base line, in points from the lower left corner of the page.
        text: printable; closing spaces are drawn.
        node: the element that it belongs to; None for an artifact.
    """

    x: float
    y: float
    text: str
    face: Face
    size: float
    colour: Colour
    node: Node | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight horizontal line."""

    x: float
    y: float
    width: float
    thickness: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Band:
    """A filled rectangle, `x` and `y` of its lower left corner."""

    x: float
    y: float
    width: float
    height: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Ribbon:
    """A filled band that swings from one height to another one; `thickness` downwards from its tops."""

    x: float
    top: float
    end_x: float
    end_top: float
    thickness: float
    colour: Colour


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing made of filled shapes that belongs to the content."""

    bands: tuple[Band | Ribbon, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of pixels that belongs to the content, `x` and `y` of its lower left corner."""

    data: bytes
    x: float
    y: float
    width: float
    height: float
    node: Node


@dataclass
class _Pen:
    """Where drawing goes on, in hundredths of a point, and what was said last."""

    x: int = 0
    y: int = 0
    colour: Colour | None = None
    font: str = ""

    def move(self, x: float, y: float) -> str:
        """The way to a place, as the file writes it."""
        right, up = round(x * 100), round(y * 100)
        way = f"{(right - self.x) / 100:g} {(up - self.y) / 100:g}"
        self.x, self.y = right, up
        return way


def _length(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _rgb(colour: Colour) -> str:
    return "{:.3g} {:.3g} {:.3g}".format(*colour)


class TaggedCanvas(Canvas):
    """A canvas on which everything is either content of a node or an artifact.

    Attributes:
        owners: for each page that is done, the node of marked content 0, 1, …
    """

    def __init__(self, file: BinaryIO, language: str) -> None:
        rl_config.useA85 = 0
        super().__init__(
            file,
            pdfVersion=(1, 7),
            pageCompression=1,
            invariant=1,
            lang=language,
            initialFontName=face(Weight.REGULAR).name,
        )
        self.owners: list[list[Node]] = []
        self._page_owners: list[Node] = []
        self._marked = False
        self._bookmarks = 0

    @contextmanager
    def content(self, node: Node) -> Iterator[None]:
        """What is drawn within belongs to `node`."""
        mark = Mark(len(self.owners), len(self._page_owners))
        self._page_owners.append(node)
        node.kids.append(mark)
        with self._marked_content(f"/{node.tag} <</MCID {mark.number}>> BDC"):
            yield

    @contextmanager
    def artifact(self, kind: str = "/Type /Layout") -> Iterator[None]:
        """What is drawn within is decoration: "/Type /Layout", or of the page: "/Type /Pagination"."""
        with self._marked_content(f"/Artifact <<{kind}>> BDC"):
            yield

    @contextmanager
    def _marked_content(self, opening: str) -> Iterator[None]:
        assert not self._marked, "marked content does not nest"
        self._marked = True
        self._code.append(opening)
        yield
        self._code.append("EMC")
        self._marked = False

    def draw_shapes(self, shapes: Sequence[Rule | Band]) -> None:
        """Draw bands and rules, in their order, as artifacts."""
        with self.artifact():
            self._draw(shapes)

    def _draw(self, shapes: Iterable[Rule | Band]) -> None:
        """Draw shapes, each from the place of the one before.

        What is drawn again and again at the same distance is the same text again, which packs to nearly nothing.
        """
        code, pen = self._code, _Pen()
        code.append("q")
        said = ""
        for shape in shapes:
            if isinstance(shape, Band):
                told = f"{_rgb(shape.colour)} rg"
                drawn = f"0 0 {_length(shape.width)} {_length(shape.height)} re f"
            else:
                told = f"{_rgb(shape.colour)} RG {_length(shape.thickness)} w"
                drawn = f"0 0 m {_length(shape.width)} 0 l S"
            if told != said:
                said = told
                code.append(told)
            code.append(f"1 0 0 1 {pen.move(shape.x, shape.y)} cm {drawn}")
        code.append("Q")

    def draw_figure(self, figure: Figure | Picture) -> None:
        """Draw a figure as content of its node."""
        with self.content(figure.node):
            if isinstance(figure, Picture):
                picture = ImageReader(BytesIO(figure.data))
                self.drawImage(picture, figure.x, figure.y, figure.width, figure.height)
                return
            for is_band, group in groupby(figure.bands, key=lambda band: isinstance(band, Band)):
                if is_band:
                    self._draw(band for band in group if isinstance(band, Band))
                else:
                    for ribbon in group:
                        assert isinstance(ribbon, Ribbon)
                        self._swing(ribbon)

    def _swing(self, ribbon: Ribbon) -> None:
        middle = (ribbon.x + ribbon.end_x) / 2
        self.setFillColorRGB(*ribbon.colour)
        path = self.beginPath()
        path.moveTo(ribbon.x, ribbon.top)
        path.curveTo(middle, ribbon.top, middle, ribbon.end_top, ribbon.end_x, ribbon.end_top)
        path.lineTo(ribbon.end_x, ribbon.end_top - ribbon.thickness)
        low, end_low = ribbon.top - ribbon.thickness, ribbon.end_top - ribbon.thickness
        path.curveTo(middle, end_low, middle, low, ribbon.x, low)
        path.close()
        self.drawPath(path, stroke=0, fill=1)

    def draw_runs(self, runs: Sequence[Run], artifact_kind: str = "/Type /Pagination") -> None:
        """Write text in one text object; neighbours of the same node become one piece of content."""
        if not runs:
            return
        pen = _Pen()
        self._code.append("BT")
        for _key, group in groupby(runs, key=lambda run: id(run.node)):
            same = list(group)
            node = same[0].node
            with self.artifact(artifact_kind) if node is None else self.content(node):
                self._write(same, pen)
        self._code.append("ET")

    def _write(self, runs: Sequence[Run], pen: _Pen) -> None:
        """Runs, each from the place of the one before."""
        code = self._code
        for run in runs:
            if run.colour != pen.colour:
                pen.colour = run.colour
                code.append(f"{_rgb(run.colour)} rg")
            code.append(f"{pen.move(run.x, run.y)} Td")
            font = pdfmetrics.getFont(run.face.name)
            for subset, data in font.splitString(run.text, self._doc):
                name = f"{font.getSubsetInternalName(subset, self._doc)} {run.size:g} Tf"
                if name != pen.font:
                    pen.font = name
                    code.append(name)
                code.append(f"({self._escape(data)}) Tj")

    def add_bookmark(self, text: str, level: int, height: float) -> None:
        """Lead from the outline to `height` on this page; `level` from 0, at most one deeper than the last."""
        self._bookmarks += 1
        key = f"h{self._bookmarks}"
        self.bookmarkHorizontal(key, 0, height)
        self.addOutlineEntry(text, key, level)

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """End the page."""
        assert not self._marked, "marked content is open at the end of the page"
        super().showPage()
        self.owners.append(self._page_owners)
        self._page_owners = []
