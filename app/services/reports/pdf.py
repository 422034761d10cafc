"""Documents as PDF on A4 or A5, tagged and archivable (PDF/A-2a, PDF/UA-1; PDF/A-3a with attachments)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.services.files import atomic_write
from app.services.ports import SILENT, Progress
from app.services.reports.mark import DATA_FILE, Seal, seal_of
from app.services.reports.pdf_blocks import (
    OFFICE_LINE,
    Block,
    ContentsBlock,
    FactsBlock,
    HeadingBlock,
    ItemsBlock,
    MarkBlock,
    OfficeBlock,
    ParagraphBlock,
    QrBlock,
    SignaturesBlock,
)
from app.services.reports.pdf_finish import Properties, finish
from app.services.reports.pdf_flow import A3, A4, A5, MARGIN_SIDE, MM, MUTED, Flow, Page, Style
from app.services.reports.pdf_fonts import Weight, printable
from app.services.reports.pdf_form import BlankBlock, GridBlock
from app.services.reports.pdf_pictures import BarsChartBlock, FlowChartBlock
from app.services.reports.pdf_table import TableBlock
from app.services.reports.pdf_timeline import TimeChartBlock
from app.services.reports.spec import (
    BarsChart,
    Blank,
    Contents,
    Document,
    Facts,
    FlowChart,
    Grid,
    Heading,
    Items,
    PageBreak,
    Paragraph,
    Part,
    QrCode,
    Sheet,
    Signatures,
    Table,
    TimeChart,
)
from app.services.reports.tagging import Node, Rule, Run, TaggedCanvas
from app.services.wording.texts import Translator, translator

LOCALES = {"it": "it-IT", "en": "en-GB"}
"""What the file says of its language."""

FOOTER = Style(Weight.REGULAR, 7.5, 9.5, MUTED)
Size = tuple[float, float]
LARGER = 2**0.5
"""From a sheet of one size to the next one."""
FOOTER_TOP = 14 * MM
MOST_BELOW = 0.7
"""Share of a page's height that may be kept free for what must stand below an end."""
FOOTER_LINES = 3
"""Lines of the reference that find room at the foot of the page."""


def write_pdf(document: Document, path: Path, progress: Progress = SILENT) -> None:
    """Write a document as PDF; the same document always gives the same bytes.

    Raises:
        InvalidInput: "text.character_missing".
        EnvironmentFailed: see `atomic_write`.
        Cancelled: by `progress`; nothing is written then.
    """
    data = pdf_bytes(document, progress)
    with atomic_write(path) as file:
        file.write(data)


def pdf_bytes(document: Document, progress: Progress = SILENT) -> bytes:
    """A document as PDF, in memory.

    Raises:
        InvalidInput: "text.character_missing".
        Cancelled: by `progress`.
    """
    tr = translator(document.language)
    rows = sum(len(table.rows) for table in document.tables())
    steps = _Steps(progress, rows)
    root = Node("Document")
    seal = seal_of(document)
    pages = _lay_out(document, tr, root, steps, seal)
    if any(isinstance(part, Contents) for part in document.parts):
        document = _with_page_numbers(document, pages)
        root = Node("Document")
        pages = _lay_out(document, tr, root, steps, seal)
    properties = Properties(
        title=_one_line(document.title),
        author=_one_line(document.heading[0]) if document.heading else "",
        subject=_one_line(document.subject or document.title),
        language=LOCALES[document.language],
        instant=document.as_at,
        attachments=document.attachments if seal is None else {**document.attachments, DATA_FILE: seal.data},
    )
    file = io.BytesIO()
    canvas = TaggedCanvas(file, properties.language)
    canvas.setTitle(properties.title)
    reference = " · ".join(filter(None, (document.footer, document.reference)))
    scale = LARGER if document.sheet is Sheet.LARGE else 1
    total = len(pages)
    pages.reverse()
    for number in range(1, total + 1):
        page = pages.pop()  # what is drawn is let go: a register has a thousand pages
        _draw_page(canvas, page, _footer(page, reference, number, total, tr), scale)
        steps.page_drawn(number, total)
    canvas.save()
    return finish(file.getvalue(), root, canvas.owners, properties)


def _with_page_numbers(document: Document, pages: Sequence[Page]) -> Document:
    """The document with the page on which each chapter of its contents begins; their numbers take the same room."""
    begun: dict[str, list[int]] = {}
    for number, page in enumerate(pages, start=1):
        for text, level, _height in page.bookmarks:
            if level == 1:
                begun.setdefault(text, []).append(number)
    parts: list[Part] = []
    for part in document.parts:
        if isinstance(part, Contents):
            found = {text: list(numbers) for text, numbers in begun.items()}
            part = replace(part, pages=tuple(found[_one_line(text)].pop(0) for text in part.texts))
        parts.append(part)
    return replace(document, parts=tuple(parts))


def _one_line(text: str) -> str:
    """Text for a property of the file."""
    return printable(text).replace("\n", " ")


class _Steps:
    """Shares the progress between laying out rows and drawing pages, half each."""

    def __init__(self, progress: Progress, rows: int) -> None:
        self.progress = progress
        self.half = rows + 1
        self.rows = 0

    def row_placed(self) -> None:
        """One more row of a table is on its page."""
        self.rows = min(self.rows + 1, self.half)
        if self.rows % 50 == 0:
            self.progress.step(self.rows, 2 * self.half)

    def page_drawn(self, number: int, pages: int) -> None:
        """Page `number` of `pages` is drawn."""
        self.progress.step(self.half + self.half * number // pages, 2 * self.half)


def _lay_out(document: Document, tr: Translator, root: Node, steps: _Steps, seal: Seal | None) -> list[Page]:
    """The pages of a document, and its elements under `root`."""
    if not document.parts:
        document = replace(document, parts=(Paragraph(tr("No rows.")),))
    sides = _sides(document)
    paper, wide = _papers(document)
    blocks = _blocks(document, tr, sides, (paper, wide))
    flow = Flow(root, sides[0], paper, wide)
    mark = MarkBlock(seal.square, _width(sides[-1], (paper, wide))) if seal is not None else None
    _keep_ends(blocks, sides, mark.height() if mark is not None else 0, paper[1] * MOST_BELOW)
    if document.heading:
        OfficeBlock(document.heading, document.logo).place(flow)
    HeadingBlock(document.title, 0, flow.width, blocks[0] if blocks else None).place(flow, steps.row_placed)
    for block, lies in zip(blocks, sides[1:], strict=True):
        if block is None:
            flow.new_page(lies)
            continue
        flow.turn(lies)
        block.place(flow, steps.row_placed)
    if mark is not None:
        mark.place(flow, steps.row_placed)
    return flow.pages


def _keep_ends(blocks: Sequence[Block | None], sides: Sequence[bool], below: float, most: float) -> None:
    """Tell each block what must stand below its end, so that neither the mark nor the places to sign stand alone.

    Short paragraphs before the places to sign («conforms to the minutes») go with them, and the end of what is
    before these.

    Args:
        blocks: those of the document; None for a page break.
        sides: of its title, then of each block.
        below: height of what stands below the last one.
        most: height that may be asked for; more would leave pages nearly empty.
    """
    signed = False
    for n in range(len(blocks) - 1, -1, -1):
        block = blocks[n]
        last = n == len(blocks) - 1
        if block is not None and (last or not isinstance(block, HeadingBlock)):
            block.tail = below
        signed = isinstance(block, SignaturesBlock) or (signed and isinstance(block, ParagraphBlock) and block.short)
        together = block is not None and signed and sides[n] == sides[n + 1]
        below = block.lead() if block is not None and together else 0
        if below > most:
            signed, below = False, 0


def _sides(document: Document) -> list[bool]:
    """Whether the title lies on its long side, and each of the parts.

    A document lies when it says so, or when all its tables lie and only words stand around them. In another one a
    table that lies gets pages of its own, together with the headings just before it.
    """
    tables = tuple(document.tables())
    only_lying = bool(tables) and all(table.landscape for table in tables)
    lies = document.landscape or (
        only_lying and not any(isinstance(part, Heading | Signatures) for part in document.parts)
    )
    sides: list[bool] = []
    for part in reversed(document.parts):
        if isinstance(part, Heading) and sides:
            sides.append(sides[-1])
        else:
            sides.append(lies or (isinstance(part, Table | Grid) and part.landscape))
    return [lies, *reversed(sides)]


def _papers(document: Document) -> tuple[Size, Size]:
    """Width and height of pages that stand, and of those that lie, as if they stood.

    In large letters a page is laid out on half of its sheet, and drawn on all of it.
    """
    if document.sheet is Sheet.LARGE:
        half = (A4[0] / LARGER, A4[1] / LARGER)
        return half, half
    if document.small:
        return A5, A5
    return A4, A3 if document.sheet is Sheet.A3 else A4


def _blocks(document: Document, tr: Translator, sides: Sequence[bool], papers: tuple[Size, Size]) -> list[Block | None]:
    """The parts of a document with what follows them in mind; None for a page break."""
    blocks: list[Block | None] = []
    for n in range(len(document.parts) - 1, -1, -1):
        side = sides[n + 1]
        together = bool(blocks) and sides[n + 2] == side
        blocks.append(_block(document, n, tr, _width(side, papers), blocks[-1] if together else None))
    return blocks[::-1]


def _width(lies: bool, papers: tuple[Size, Size]) -> float:
    """Width of the body of a page."""
    standing, lying = papers
    return (lying[1] if lies else standing[0]) - 2 * MARGIN_SIDE


def _block(document: Document, n: int, tr: Translator, width: float, follows: Block | None) -> Block | None:
    """The block of part `n` of a document."""
    part = document.parts[n]
    match part:
        case PageBreak():
            return None
        case Heading():
            return HeadingBlock(part.text, _level(document.parts[: n + 1]), width, follows)
        case Paragraph():
            return ParagraphBlock(part, width, follows)
        case Items():
            return ItemsBlock(part, width)
        case Contents():
            return ContentsBlock(part, width)
        case Facts():
            return FactsBlock(part, width)
        case Signatures():
            fields = (
                part.fields and document.sheet is not Sheet.LARGE
            )  # a copy for reading is not the one that is signed
            return SignaturesBlock(replace(part, fields=fields), width)
        case Blank():
            return BlankBlock(part, width)
        case Grid():
            return GridBlock(part, width)
        case QrCode():
            return QrBlock(part, width)
        case TimeChart():
            return TimeChartBlock(part, width)
        case FlowChart():
            return FlowChartBlock(part, width)
        case BarsChart():
            return BarsChartBlock(part, width)
        case _:
            return TableBlock(part, tr, width, titled=part.title != document.title)


def _level(parts: Sequence[Part]) -> int:
    """Level of the last of `parts`, a heading; levels are not skipped, which readers aloud rely on."""
    level = 0
    for part in parts:
        if isinstance(part, Heading):
            level = min(part.level, level + 1)
    return level


def _footer(page: Page, reference: str, number: int, total: int, tr: Translator) -> list[Run]:
    """Reference on the left, number of the page on the right."""
    label = printable(tr("Page {page} of {pages}").format(page=number, pages=total))
    right = page.size[0] - MARGIN_SIDE
    base = FOOTER_TOP - FOOTER.leading
    runs = []
    lines = FOOTER.wrap(printable(reference), right - MARGIN_SIDE - FOOTER.width(label) - 16)
    for n, line in enumerate(lines[:FOOTER_LINES] if reference else []):
        runs.append(Run(MARGIN_SIDE, base - n * FOOTER.leading, line, FOOTER.face, FOOTER.size, FOOTER.colour, None))
    x = right - FOOTER.width(label)
    return [*runs, Run(x, base, label, FOOTER.face, FOOTER.size, FOOTER.colour, None)]


def _draw_page(canvas: TaggedCanvas, page: Page, footer: Sequence[Run], scale: float) -> None:
    """Draw one page and end it."""
    canvas.setPageSize((page.size[0] * scale, page.size[1] * scale))
    if scale != 1:
        canvas.scale(scale, scale)
    for text, level, height in page.bookmarks:
        canvas.add_bookmark(text, level, height)
    line = Rule(MARGIN_SIDE, FOOTER_TOP, page.size[0] - 2 * MARGIN_SIDE, 0.4, OFFICE_LINE)
    canvas.draw_shapes([*page.shapes, line])
    for figure in page.figures:
        canvas.draw_figure(figure)
    canvas.draw_runs(page.runs)
    canvas.draw_runs(footer, "/Type /Pagination /Subtype /Footer")
    canvas.showPage()
