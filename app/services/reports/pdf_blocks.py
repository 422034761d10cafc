"""The parts of a document that are not tables, on their way to the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.services.reports.pdf_flow import MARGIN_SIDE, MM, MUTED, Align, Cell, Flow, Style
from app.services.reports.pdf_fonts import Weight, printable
from app.services.reports.spec import Contents, Facts, Items, Logo, Paragraph, QrCode, Signatures
from app.services.reports.tagging import Band, Colour, Figure, Picture, SignaturePlace

OFFICE_FIRST = Style(Weight.SEMIBOLD, 12, 15, align=Align.CENTRE)
OFFICE = Style(Weight.REGULAR, 9.5, 12.5, MUTED, align=Align.CENTRE)
TITLE = Style(Weight.SEMIBOLD, 15, 19, before=13, after=6)
HEADINGS = (
    Style(Weight.SEMIBOLD, 12, 15.5, before=13, after=4),
    Style(Weight.SEMIBOLD, 10.5, 14, before=9, after=3),
    Style(Weight.SEMIBOLD, 10, 13.5, before=7, after=2),
)
BODY = Style(after=5)
STRONG = Style(Weight.SEMIBOLD, after=5)
PLAIN = Style()
LABEL = Style(colour=MUTED)
SIGNER = Style(align=Align.CENTRE)
OFFICE_OF_SIGNER = Style(colour=MUTED, align=Align.CENTRE)

ITEM_INDENT = 16
PAGE_ROOM = 36
SHORT = 6
"""Lines of facts or items that stay together on a page."""
WHOLE = 3
"""Lines of a paragraph that are not parted when they stand before what they must stand with."""
ITEMS_AFTER, FACTS_AFTER = 3, 5
LABEL_SHARE = 0.36
"""Largest share of the width for the labels of facts."""
LOGO_WIDTH, LOGO_HEIGHT, LOGO_GAP = 60 * MM, 18 * MM, 6
SIGN_GAP = 14
SIGN_HEIGHT = 30
"""Free height in which to sign, in points."""
SIGN_SHARE = 0.44
"""Share of the width for one place to sign."""
SIGN_LINE: Colour = (0.45, 0.49, 0.55)
QR_SIZE = 42 * MM
QR_GAP = 8
MARK_SIZE = 25 * MM
MARK_FIRST = Style(Weight.SEMIBOLD, 8, 10.5, after=1)
MARK = Style(Weight.REGULAR, 7.5, 9.5, MUTED, after=1)
BESIDE_FIRST = Style(Weight.SEMIBOLD, 15, 19, after=4)
INK: Colour = (0, 0, 0)
OFFICE_LINE: Colour = (0.32, 0.37, 0.44)


class Block(Protocol):
    """A part on its way to the page.

    Attributes:
        tail: height of what must stand on the page on which it ends, below it.
    """

    tail: float

    def lead(self) -> float:
        """Height of what must stand together at its start, in points."""
        ...

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page; `on_row` is called after each row of a table."""
        ...


@dataclass
class OfficeBlock:
    """The office's heading, over a rule."""

    lines: tuple[str, ...]
    logo: Logo | None = None

    def place(self, flow: Flow) -> None:
        """Put it on the page, the first of the document."""
        if self.logo is not None:
            self._draw(self.logo, flow)
        for n, line in enumerate(self.lines):
            flow.text(printable(line), OFFICE if n else OFFICE_FIRST, flow.root.child("P"))
        flow.y -= 6
        flow.rule(flow.y, 0.9, OFFICE_LINE)

    def _draw(self, logo: Logo, flow: Flow) -> None:
        """The logo in the middle, as large as its room lets it be."""
        wide, high = png_size(logo.data)
        scale = min(LOGO_WIDTH / wide, LOGO_HEIGHT / high)
        width, height = wide * scale, high * scale
        node = flow.root.child("Figure", O="/Layout", Placement="/Block")
        node.alternative = printable(logo.text)
        x = MARGIN_SIDE + (flow.width - width) / 2
        flow.page.figures.append(Picture(logo.data, x, flow.y - height, width, height, node))
        flow.y -= height + LOGO_GAP


def png_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels, as its first block says them."""
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


class HeadingBlock:
    """A heading, which stays with what follows it; `level` is 0 for the document's title."""

    tail = 0.0

    def __init__(self, text: str, level: int, width: float, follower: Block | None) -> None:
        self.text = printable(text)
        self.level = level
        self.style = HEADINGS[min(level, len(HEADINGS)) - 1] if level else TITLE
        self.lines = self.style.balance(self.text, width)
        self.follower = follower

    def lead(self) -> float:
        """Its own height and the start of what follows."""
        own = self.style.before + len(self.lines) * self.style.leading + self.style.after
        return own + (self.follower.lead() if self.follower else 0)

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page, with a bookmark."""
        flow.need(self.lead() + self.tail)
        flow.gap(self.style.before)
        flow.page.bookmarks.append((self.text.replace("\n", " "), self.level, flow.y))
        node = flow.root.child(f"H{self.level + 1}")
        flow.row([Cell(self.lines, 0, flow.width, self.style, node)], self.style.leading)
        flow.y -= self.style.after


class ParagraphBlock:
    """A paragraph; an empty line in its text starts a new one."""

    tail = 0.0

    def __init__(self, part: Paragraph, width: float, follower: Block | None) -> None:
        self.style = STRONG if part.strong else BODY
        texts = [text.strip("\n") for text in printable(part.text).split("\n\n")]
        self.paragraphs = [self.style.wrap(text, width) for text in texts if text]
        self.lines = sum(map(len, self.paragraphs))
        self.follower = follower

    @property
    def short(self) -> bool:
        """Whether it goes whole on the page of what stands below."""
        return self.lines <= WHOLE

    def lead(self) -> float:
        """Two lines; all of it, and what stands below, when it is short or announces what follows."""
        own = self.lines * self.style.leading + len(self.paragraphs) * self.style.after
        if self.style is STRONG and self.lines == 1 and self.follower is not None:
            return own + self.follower.lead()
        if self.tail and self.short:
            return own + self.tail
        return _start(self.paragraphs, self.lines) * self.style.leading

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.lead())
        for n, lines in enumerate(self.paragraphs, start=1):
            cell = Cell(lines, 0, flow.width, self.style, flow.root.child("P"))
            flow.row([cell], self.style.leading, tail=_below(self.tail, self.style.after, n == len(self.paragraphs)))
            flow.y -= self.style.after


def _below(tail: float, gap: float, last: bool) -> float:
    """Height that must be free below a row: only the last one of a block has the block's tail under it, and the gap."""
    return gap + tail if last and tail else 0


def _start(texts: list[list[str]], lines: int) -> int:
    """Lines that stand together at the start of texts of `lines` lines; three are not parted: none stands alone."""
    return 3 if texts and len(texts[0]) == 3 else min(2, lines)


class ItemsBlock:
    """A list."""

    tail = 0.0

    def __init__(self, part: Items, width: float) -> None:
        self.numbered = part.numbered
        self.items = [PLAIN.wrap(printable(text), width - ITEM_INDENT) for text in part.texts]

    def lead(self) -> float:
        """All of it when it is short, else the first lines."""
        lines = sum(map(len, self.items))
        if lines <= SHORT:
            return lines * PLAIN.leading + len(self.items) * 2 + _below(self.tail, ITEMS_AFTER, True)
        return _start(self.items, lines) * PLAIN.leading

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.lead())
        element = flow.root.child("L", O="/List", ListNumbering="/Decimal" if self.numbered else "/Disc")
        for n, lines in enumerate(self.items, start=1):
            item = element.child("LI")
            mark = Cell([f"{n}." if self.numbered else "\u2022"], 0, ITEM_INDENT, PLAIN, item.child("Lbl"))
            text = Cell(lines, ITEM_INDENT, flow.width - ITEM_INDENT, PLAIN, item.child("LBody"))
            flow.row([mark, text], PLAIN.leading, tail=_below(self.tail, 2 + ITEMS_AFTER, n == len(self.items)))
            flow.y -= 2
        flow.y -= ITEMS_AFTER


class ContentsBlock(ItemsBlock):
    """The chapters, with the page of each at the right."""

    def __init__(self, part: Contents, width: float) -> None:
        super().__init__(Items(part.texts, numbered=True), width - PAGE_ROOM)
        self.pages = part.pages or (0,) * len(part.texts)

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.lead())
        element = flow.root.child("L", O="/List", ListNumbering="/Decimal")
        for n, (lines, page) in enumerate(zip(self.items, self.pages, strict=True), start=1):
            item = element.child("LI")
            mark = Cell([f"{n}."], 0, ITEM_INDENT, PLAIN, item.child("Lbl"))
            body = item.child("LBody")
            text = Cell(lines, ITEM_INDENT, flow.width - ITEM_INDENT - PAGE_ROOM, PLAIN, body)
            blank = [""] * (len(lines) - 1)
            number = Cell([*blank, str(page)], flow.width - PAGE_ROOM, PAGE_ROOM, PLAIN, body, Align.RIGHT)
            flow.row([mark, text, number], PLAIN.leading)
            flow.y -= 2
        flow.y -= ITEMS_AFTER


class FactsBlock:
    """Pairs of label and value, in two columns."""

    tail = 0.0

    def __init__(self, part: Facts, width: float) -> None:
        pairs = [(printable(label), printable(value)) for label, value in part.pairs]
        widest = max((LABEL.width(label.replace("\n", " ")) for label, _value in pairs), default=0)
        self.indent = min(width * LABEL_SHARE, widest + 14)
        self.pairs = [
            (LABEL.wrap(label, self.indent - 10), PLAIN.wrap(value, width - self.indent)) for label, value in pairs
        ]

    def lead(self) -> float:
        """All of it when it is short, else the first lines."""
        lines = sum(max(map(len, pair)) for pair in self.pairs)
        if lines <= SHORT:
            return lines * LABEL.leading + len(self.pairs) * 1.5 + _below(self.tail, FACTS_AFTER, True)
        return 2 * LABEL.leading

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.lead())
        element = flow.root.child("L", O="/List", ListNumbering="/None")
        for n, (label, value) in enumerate(self.pairs, start=1):
            item = element.child("LI")
            left = Cell(label, 0, self.indent - 10, LABEL, item.child("Lbl"))
            right = Cell(value, self.indent, flow.width - self.indent, PLAIN, item.child("LBody"))
            flow.row([left, right], LABEL.leading, tail=_below(self.tail, 1.5 + FACTS_AFTER, n == len(self.pairs)))
            flow.y -= 1.5
        flow.y -= FACTS_AFTER


class SignaturesBlock:
    """Places to sign, two beside each other, all on one page that holds them; a single one stands on the right."""

    tail = 0.0

    def __init__(self, part: Signatures, width: float) -> None:
        self.fields = part.fields
        self.column = width * SIGN_SHARE
        self.edges = (0.0, width - self.column)
        places = [
            (OFFICE_OF_SIGNER.wrap(printable(office), self.column), SIGNER.wrap(printable(name), self.column))
            for office, name in part.places
        ]
        self.rows = [places[n : n + 2] for n in range(0, len(places), 2)]

    def lead(self) -> float:
        """All of it, and what stands below."""
        return sum(map(self._height, self.rows)) + self.tail

    @staticmethod
    def _height(row: list[tuple[list[str], list[str]]]) -> float:
        lines = max(len(office) for office, _ in row) + max(len(name) for _, name in row)
        return lines * SIGNER.leading + SIGN_GAP + SIGN_HEIGHT

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.lead())
        for n, row in enumerate(self.rows, start=1):
            flow.need(self._height(row) + (self.tail if n == len(self.rows) else 0))
            edges = self.edges[1:] if len(row) == 1 == len(self.rows) else self.edges[: len(row)]
            offices, names = [], []
            for x, (office, name) in zip(edges, row, strict=True):
                offices.append(Cell(office, x, self.column, OFFICE_OF_SIGNER, flow.root.child("P")))
                names.append(Cell(name, x, self.column, SIGNER, flow.root.child("P")))
            flow.y -= SIGN_GAP
            flow.row(offices, SIGNER.leading)
            flow.row(names, SIGNER.leading)
            flow.y -= SIGN_HEIGHT
            for x, place in zip(edges, row, strict=True):
                flow.rule(flow.y, 0.5, SIGN_LINE, x, self.column)
                if self.fields:
                    self._open_field(flow, x, place)

    def _open_field(self, flow: Flow, x: float, place: tuple[list[str], list[str]]) -> None:
        """An empty field over the line to sign on."""
        left, label = MARGIN_SIDE + x, ", ".join(" ".join(lines) for lines in place if any(lines))
        box = (left, flow.y + 1, left + self.column, flow.y + SIGN_HEIGHT - 1)
        flow.root.child("Form").kids.append(SignaturePlace(len(flow.pages) - 1, box, label))


class QrBlock:
    """A square that a camera reads, with a free margin around it, and the words beside it."""

    tail = 0.0
    size: float = QR_SIZE
    first, others = BESIDE_FIRST, PLAIN

    def __init__(self, part: QrCode, width: float) -> None:
        self.part = part
        room = width - self.size - 2 * QR_GAP
        styles = (self.first, *(self.others for _line in part.beside[1:]))
        self.beside = [
            (style, style.wrap(printable(text), room)) for style, text in zip(styles, part.beside, strict=False)
        ]

    def lead(self) -> float:
        """All of it."""
        words = sum(len(lines) * style.leading + style.after for style, lines in self.beside)
        return max(self.size + 2 * QR_GAP, QR_GAP + words)

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page, as a figure with its words."""
        flow.need(self.lead())
        modules = _qr_modules(self.part.content)
        step = self.size / len(modules)
        top = flow.y - QR_GAP
        bands = tuple(
            Band(MARGIN_SIDE + start * step, top - (row + 1) * step, (end - start) * step, step, INK)
            for row, line in enumerate(modules)
            for start, end in _dark_runs(line)
        )
        node = flow.root.child("Figure", O="/Layout", Placement="/Block")
        node.alternative = printable(self.part.caption)
        flow.page.figures.append(Figure(bands, node))
        bottom = flow.y - self.lead()
        flow.y, x = top, self.size + 2 * QR_GAP
        for style, lines in self.beside:
            flow.row([Cell(lines, x, flow.width - x, style, flow.root.child("P"))], style.leading)
            flow.y -= style.after
        flow.y = bottom


class MarkBlock(QrBlock):
    """The mark at the end of a document, in small, under a rule."""

    size = MARK_SIZE
    first, others = MARK_FIRST, MARK

    def height(self) -> float:
        """All of it, with the space above."""
        return self.lead() + 2 * QR_GAP

    def place(self, flow: Flow, on_row: Callable[[], None]) -> None:
        """Put it on the page."""
        flow.need(self.height())
        flow.gap(2 * QR_GAP)
        flow.rule(flow.y, 0.4, OFFICE_LINE)
        super().place(flow, on_row)


def _qr_modules(content: str) -> list[list[bool]]:
    """Rows of dark and light squares."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(content)
    code.make()
    return [[bool(dark) for dark in line] for line in code.modules]


def _dark_runs(line: list[bool]) -> list[tuple[int, int]]:
    """(start, end) of each stretch of dark squares."""
    edges = [n for n in range(len(line) + 1) if (line[n - 1] if n else False) != (line[n] if n < len(line) else False)]
    return list(zip(edges[::2], edges[1::2], strict=True))
