"""How columns share the width of a table, and how high its rows become where long texts wrap."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QHeaderView, QTableView

from app.ui.theme import px

Measured = TypeVar("Measured")

ROWS_WRAPPED = 300
"""Rows whose long texts wrap; in a longer list those that follow keep one line each."""
CELL_PADDING, TITLE_PADDING = 26, 20
"""Room at both sides of a cell's text and of a title that wraps, in pixels of the design."""

WRAP = int(Qt.TextFlag.TextWordWrap)

TEXT_WIDTH_MIN, MODEST_WIDTH, WHOLE_WIDTH_MAX = 90, 160, 320
"""Of a column of texts in a grid (of the design): the least, the most where the grid scrolls, the most for one line."""

LINES_KEPT = 10_000
_LINES: dict[tuple[str, int, int, int, int], int] = {}
"""What was measured, by text, width and font: a form that opens asks for the same texts many times."""


_WORDS: dict[tuple[str, int, int, int], int] = {}
"""Width of the longest word of a text, by text and font."""


_BREAKS = re.compile(r"[ \n]|(?<=-)(?!\d)")
"""Where a line may end: after a hyphen, which stays; not between it and a digit, so numbers with hyphens stay whole."""


def _make_room(measured: dict[Any, int]) -> None:
    if len(measured) >= LINES_KEPT:
        measured.clear()


def shared_widths(
    natural: Mapping[int, int], least: Mapping[int, int], room: int, elastic: Sequence[Sequence[int]]
) -> dict[int, int]:
    """Widths of columns that fill `room`, or overflow it when they cannot be made narrower.

    Args:
        natural: width that each column would like.
        least: width below which a column is not squeezed.
        elastic: groups of columns: the first that is not empty takes what is to spare; each in turn gives what lacks.

    Returns:
        Width by column; their natural ones when even the least do not fit: the table scrolls, so nothing is gained.
    """
    widths = dict(natural)
    spare = room - sum(widths.values())
    groups = [group for group in elastic if group]
    if spare > 0 and groups:
        whole = sum(natural[n] for n in groups[0])
        for n in groups[0]:
            widths[n] += spare * natural[n] // whole
        return widths
    if sum(least[n] if any(n in group for group in groups) else natural[n] for n in natural) > room:
        return widths
    for group in groups:
        lack = sum(widths.values()) - room
        slack = {n: max(widths[n] - least[n], 0) for n in group}
        whole = sum(slack.values())
        if lack <= 0 or not whole:
            continue
        for n in group:
            widths[n] -= min(ceil(slack[n] * lack / whole), slack[n])
    return widths


@dataclass(frozen=True)
class Need:
    """What a column of a grid needs, as widths.

    Attributes:
        natural: what it is given where there is room.
        title: for the whole of its title.
        word: below which a word of its texts would be cut.
        whole: for its longest line.
        title_word: below which a word of its title would be cut.
    """

    natural: int
    title: int
    word: int
    whole: int
    title_word: int = 0


def grid_widths(needs: Mapping[int, Need], room: int, notes: Sequence[int], texts: Sequence[int]) -> dict[int, int]:
    """Widths of the columns of a grid, by what stands in them: empty ones give way to those with long texts.

    Args:
        needs: of each column that is shown.
        room: width of the grid.
        notes: columns of long texts; they take what is to spare.
        texts: other columns whose texts may wrap.
    """
    natural = {n: need.natural for n, need in needs.items()}
    elastic = (*notes, *texts)
    groups = (notes, texts or list(natural))
    least = px(TEXT_WIDTH_MIN)
    if sum(natural.values()) > room or any(needs[n].whole > natural[n] for n in elastic):
        most = px(WHOLE_WIDTH_MAX)
        natural |= {n: max(least, needs[n].title, needs[n].word, min(needs[n].whole, most)) for n in elastic}
    tight = {n: min(natural[n], max(least, needs[n].title_word, needs[n].word)) for n in elastic}
    titled = {n: min(natural[n], max(tight[n], needs[n].title)) for n in elastic}
    if sum({**natural, **titled}.values()) <= room:
        return shared_widths(natural, {**natural, **titled}, room, groups)
    if sum({**natural, **tight}.values()) <= room:  # what is left is for titles, which wrap
        return shared_widths({**natural, **titled}, {**natural, **tight}, room, groups)
    return {**natural, **{n: max(titled[n], min(natural[n], px(MODEST_WIDTH))) for n in elastic}}


def folded_columns(order: Sequence[int], least: Mapping[int, int], kept: Collection[int], room: int) -> set[int]:
    """Columns that give way, from the right, until the others fit into `room`.

    Args:
        order: columns from the left.
        least: width below which a column is not squeezed.
        kept: columns that never give way; when they alone do not fit, the table scrolls.
    """
    folded: set[int] = set()
    lack = sum(least[n] for n in order) - room
    for number in reversed(order):
        if lack <= 0:
            break
        if number not in kept:
            folded.add(number)
            lack -= least[number]
    return folded


def title_metrics(header: QHeaderView) -> QFontMetrics:
    """Measures of the titles of columns, which are drawn bolder than the header's own font."""
    font = QFont(header.font())
    font.setWeight(QFont.Weight.DemiBold)
    return QFontMetrics(font)


def title_width(header: QHeaderView, title: str) -> int:
    """Width that a column's title needs."""
    return title_metrics(header).horizontalAdvance(title) + px(CELL_PADDING)


class Measures(Generic[Measured]):
    """What was measured of the columns of a table, for as long as its fonts and its texts stay."""

    def __init__(self, table: QTableView, measure: Callable[[int], Measured]) -> None:
        self._table, self._measure = table, measure
        self._fonts: tuple[object, ...] = ()
        self._known: dict[int, Measured] = {}

    def forget(self) -> None:
        """The texts are others."""
        self._known.clear()

    def of(self, columns: Iterable[int]) -> dict[int, Measured]:
        """What these columns need."""
        metrics = (self._table.fontMetrics(), title_metrics(self._table.horizontalHeader()))
        fonts = tuple(map(font_measures, metrics))
        if fonts != self._fonts:
            self._fonts = fonts
            self._known.clear()
        found = {}
        for n in columns:
            if n not in self._known:
                self._known[n] = self._measure(n)
            found[n] = self._known[n]
        return found


def header_height(header: QHeaderView, titles: Mapping[int, str], widths: Mapping[int, int]) -> int:
    """Height in which every title stands, on as many lines as it needs."""
    bold, lines = title_metrics(header), 1
    for n, width in widths.items():
        room = QRect(0, 0, max(width - px(TITLE_PADDING), 1), 0)
        needed = bold.boundingRect(room, WRAP, titles[n]).height()
        lines = max(lines, round(needed / bold.lineSpacing()))
    return lines * bold.lineSpacing() + px(14)


def word_width(table: QTableView, texts: Iterable[str]) -> int:
    """Width of a column below which a word of these texts would be cut."""
    metrics = table.fontMetrics()
    font = font_measures(metrics)
    longest = 0
    for text in texts:
        key = (text, *font)
        if key not in _WORDS:
            _make_room(_WORDS)
            _WORDS[key] = max(map(metrics.horizontalAdvance, set(_BREAKS.split(text))))
        longest = max(longest, _WORDS[key])
    return longest + px(CELL_PADDING)


def line_width(table: QTableView, texts: Iterable[str]) -> int:
    """Width of a column that shows the longest line of these texts whole."""
    advance = table.fontMetrics().horizontalAdvance
    return max((advance(line) for text in texts for line in text.split("\n")), default=0) + px(CELL_PADDING)


def lines_of(text: str, metrics: QFontMetrics, room: int) -> int:
    """How many lines a text takes in a width, with its own line breaks."""
    return _lines(text, metrics, room, font_measures(metrics))


def font_measures(metrics: QFontMetrics) -> tuple[int, int, int]:
    """What tells the measures of a font from those of others."""
    return metrics.height(), metrics.averageCharWidth(), metrics.maxWidth()


def _lines(text: str, metrics: QFontMetrics, room: int, font: tuple[int, int, int]) -> int:
    if not text:
        return 1
    key = (text, room, *font)
    if key not in _LINES:
        _make_room(_LINES)
        _LINES[key] = _measured_lines(text, metrics, room)
    return _LINES[key]


def _measured_lines(text: str, metrics: QFontMetrics, room: int) -> int:
    if "\n" not in text and metrics.horizontalAdvance(text) <= room:
        return 1
    height = metrics.boundingRect(QRect(0, 0, room, 0), int(Qt.TextFlag.TextWordWrap), text).height()
    return max(round(height / metrics.lineSpacing()), 1)


class Texts(Protocol):
    """A model of a table that tells what its cells say."""

    def rowCount(self) -> int:
        """Number of rows."""

    def text(self, row: int, column: int) -> str:
        """What a cell says."""


def wrap_rows(table: QTableView, model: Texts, columns: Sequence[int], height: int, lines_max: int) -> None:
    """Make each row as high as the texts in `columns` need, within `lines_max` lines; `height` is that of one line."""
    rows, metrics = table.verticalHeader(), table.fontMetrics()
    font, spacing = font_measures(metrics), metrics.lineSpacing()
    rooms = [(n, max(table.columnWidth(n) - px(CELL_PADDING), 1)) for n in columns if not table.isColumnHidden(n)]
    for row in range(min(model.rowCount(), ROWS_WRAPPED)):
        needed = (_lines(model.text(row, column), metrics, room, font) for column, room in rooms)
        wanted = height + (min(max(needed, default=1), lines_max) - 1) * spacing
        if rows.sectionSize(row) != wanted:
            rows.resizeSection(row, wanted)
