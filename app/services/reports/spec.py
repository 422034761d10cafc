"""The one declaration of a table and of a document; renderers and screens read it and decide nothing.

Values stay raw (Cents, Fraction, date, str, bool, int) until drawn. Texts are already in the language of the
document: builders receive its `Translator`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from app.services.ledger.flow_layout import FlowBox, FlowRibbon
from app.services.reports.table_spec import RIGHT_ALIGNED as RIGHT_ALIGNED
from app.services.reports.table_spec import Column as Column
from app.services.reports.table_spec import Kind as Kind
from app.services.reports.table_spec import Line as Line
from app.services.reports.table_spec import Role as Role
from app.services.reports.table_spec import Table as Table


class Sheet(StrEnum):
    """How a document is put on paper."""

    USUAL = "usual"
    LARGE = "large"  # letters half as large again, for who reads with difficulty
    A3 = "a3"  # what lies on its long side has pages twice as large


class Audience(StrEnum):
    """Who reads the document: builders leave out what is not for them."""

    FULL = "full"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Heading:
    """A heading of a document; level 1 to 3."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Plain text; line breaks start new lines. `strong` for a sentence to be found at a glance."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Items:
    """A list, numbered or not."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Contents:
    """The headings of a document that begin its chapters, in order, with the pages that they stand on.

    Attributes:
        pages: from 1; who lays the document out fills them in.
    """

    texts: tuple[str, ...]
    pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Facts:
    """Pairs of label and value, one under the other."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Signatures:
    """Places to sign: pairs of office («Il Presidente») and name; with `fields`, programs can sign there too."""

    places: tuple[tuple[str, str], ...]
    fields: bool = False


@dataclass(frozen=True)
class Logo:
    """A picture at the top of a paper: a PNG without transparency, and what it shows, for who cannot see it."""

    data: bytes
    text: str


@dataclass(frozen=True)
class QrCode:
    """A square that a camera reads.

    Attributes:
        content: what is read; capitals and digits make the squares larger.
        caption: what it is, for who cannot see it.
        beside: lines that stand beside it; the first is to be found at a glance.
    """

    content: str
    caption: str
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class TimeBar:
    """A bar of a timeline.

    Attributes:
        first, last: months from 1; None when nothing is said.
        months: the same in words.
    """

    name: str
    first: int | None
    last: int | None
    months: str


@dataclass(frozen=True)
class TimeChart:
    """Actions over months: a table of names and months, with a bar for each.

    Attributes:
        months: what stands over each month.
        spans: (words, first month, last month) of the line above them: years.
        heads: titles of the two columns: what the names are, what the months are.
    """

    title: str
    months: tuple[str, ...]
    spans: tuple[tuple[str, int, int], ...]
    bars: tuple[TimeBar, ...]
    heads: tuple[str, str]


@dataclass(frozen=True)
class FlowChart:
    """Ways of money from column to column, as ribbons between boxes; its table stands beside it.

    Attributes:
        heads: what stands over each column.
        boxes: column by column, from above.
        alternative: all that it shows, in words.
    """

    title: str
    heads: tuple[str, ...]
    boxes: tuple[FlowBox, ...]
    ribbons: tuple[FlowRibbon, ...]
    alternative: str


@dataclass(frozen=True)
class ChartBar:
    """A bar of a picture.

    Attributes:
        value: its length, >= 0; `part` of it is drawn full, the rest pale.
        text: the value as it is written.
    """

    name: str
    value: int
    text: str
    part: int | None = None


@dataclass(frozen=True)
class BarsChart:
    """Bars under each other, whose figures a table has too."""

    title: str
    bars: tuple[ChartBar, ...]

    @property
    def alternative(self) -> str:
        """All that it shows, in words."""
        return ". ".join([self.title, *(f"{bar.name}: {bar.text}" for bar in self.bars)])


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page."""


@dataclass(frozen=True)
class Blank:
    """A field to be filled in by hand.

    Attributes:
        hint: what to write, in small beside the label.
        lines: how many lines there are to write on.
        choices: words to be ticked, in the place of lines.
        filled: what is printed in it already.
    """

    label: str
    hint: str = ""
    lines: int = 1
    choices: tuple[str, ...] = ()
    filled: str = ""


@dataclass(frozen=True)
class Grid:
    """A table to be filled in by hand.

    Attributes:
        columns: title and width in millimetres of each.
        rows: blank rows, after those that are filled; `lines` of writing in each.
        filled: rows that are printed already, a text for each column.
        hints: what to write, in small over the table.
        landscape: whether it is printed on the long side.
    """

    title: str
    columns: tuple[tuple[str, float], ...]
    rows: int
    lines: int = 1
    filled: tuple[tuple[str, ...], ...] = ()
    hints: tuple[str, ...] = ()
    landscape: bool = False


Picture = FlowChart | BarsChart
Part = (
    Heading
    | Paragraph
    | Items
    | Contents
    | Facts
    | Signatures
    | QrCode
    | Blank
    | Grid
    | TimeChart
    | Picture
    | PageBreak
    | Table
)


@dataclass(frozen=True)
class Origin:
    """What a document was made from, so that it can be made again and compared; it is printed as a mark.

    Attributes:
        archive: the archive's own number.
        head: head of the journal.
        item: key of the record that it is about, where it is about one.
        when: the earlier moment that it shows: "D" and a day, "M" and the key of a meeting; empty for none.
    """

    archive: str
    head: str
    item: str = ""
    when: str = ""


@dataclass(frozen=True)
class Document:
    """Something to print.

    Attributes:
        code: "T04", "verbale".
        heading: lines of the office's heading, top of the first page.
        language: "it" or "en": of the document, not of the window.
        as_at: instant of the records it was made from; the only date of the file, so that repeats are the same bytes.
        reference: line at the foot of each page: file reference and head of the journal.
        slug: short file name without suffix.
        small: whether it is printed on A5.
        origin: what it was made from; its data then travel inside the file, and a mark is printed at its end.
        logo: over the heading.
        footer: of every page, before the reference.
        sheet: how it is put on paper.
    """

    code: str
    title: str
    parts: tuple[Part, ...]
    heading: tuple[str, ...]
    language: str
    as_at: datetime
    reference: str = ""
    subject: str = ""
    slug: str = ""
    audience: Audience = Audience.FULL
    landscape: bool = False
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    small: bool = False
    origin: Origin | None = None
    logo: Logo | None = None
    footer: str = ""
    sheet: Sheet = Sheet.USUAL

    def tables(self) -> Iterable[Table]:
        """The tables among its parts, in order."""
        return (part for part in self.parts if isinstance(part, Table))
