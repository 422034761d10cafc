"""The timeline of a proposal by month: what a chart on screen and on paper is drawn from. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from app.services.proposals.drafts import ActionDraft
from app.services.wording.texts import Translator
from app.services.wording.words import month_in_words

MONTHS_LEAST = 12
"""Fewest months that are drawn where nothing says how long the project lasts."""

NAME_LENGTH = 60


@dataclass(frozen=True)
class TimelineBar:
    """An action in time.

    Attributes:
        key: of the action's row in its list, from 0.
        first, last: months from 1; None when nothing is said.
    """

    key: str
    name: str
    first: int | None
    last: int | None
    note: str

    @property
    def is_timed(self) -> bool:
        """Whether it has months."""
        return self.first is not None and self.last is not None


@dataclass(frozen=True)
class Timeline:
    """Actions over months.

    Attributes:
        months: how many are drawn.
        start: first day of the project, when it is known: then months have names.
    """

    months: int
    start: date | None
    bars: tuple[TimelineBar, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no action has months."""
        return not any(bar.is_timed for bar in self.bars)


def timeline(actions: Sequence[ActionDraft], start: date | None, duration: int | None) -> Timeline:
    """The timeline of these actions; a month alone stands for both, as when it is saved."""
    bars = []
    for number, row in enumerate(actions):
        first = row.month_from if row.month_from is not None else row.month_to
        last = row.month_to if row.month_to is not None else row.month_from
        if first is None or last is None or not 1 <= first <= last:
            first = last = None
        name = shorten(row.label or row.text, NAME_LENGTH, placeholder="…")
        bars.append(TimelineBar(str(number), name, first, last, row.months_note))
    reach = max((bar.last or 0 for bar in bars), default=0)
    return Timeline(max(reach, duration or 0) or MONTHS_LEAST, start, tuple(bars))


def month_of(start: date, number: int) -> date:
    """First day of the calendar month that month `number` of a project begins in."""
    year, month = divmod(start.year * 12 + start.month - 1 + number - 1, 12)
    return date(year, month + 1, 1)


def month_label(line: Timeline, number: int, tr: Translator) -> str:
    """What stands over a month: its number, or the first letters of its name («giu»)."""
    if line.start is None:
        return str(number)
    return month_in_words(month_of(line.start, number), tr.language)[:3]


def year_spans(line: Timeline, tr: Translator) -> tuple[tuple[str, int, int], ...]:
    """(words, first month, last month) of what stands over the months: calendar years, else years of the project."""
    spans: list[tuple[str, int, int]] = []
    for number in range(1, line.months + 1):
        if line.start is not None:
            words = str(month_of(line.start, number).year)
        else:
            words = tr("Year {n}").format(n=(number - 1) // 12 + 1)
        if spans and spans[-1][0] == words:
            spans[-1] = (words, spans[-1][1], number)
        else:
            spans.append((words, number, number))
    return tuple(spans)


def months_in_words(line: Timeline, bar: TimelineBar, tr: Translator) -> str:
    """When an action takes place: «mesi 1–12 (giugno 2014 – maggio 2015)»."""
    if bar.first is None or bar.last is None:
        return tr("months not given")
    if bar.first == bar.last:
        said = tr("month {n}").format(n=bar.first)
    else:
        said = tr("months {first}–{last}").format(first=bar.first, last=bar.last)
    if line.start is None:
        return said
    names = [
        f"{month_in_words(day, tr.language)} {day.year}"
        for day in dict.fromkeys(month_of(line.start, number) for number in (bar.first, bar.last))
    ]
    return f"{said} ({' – '.join(names)})"


def bar_in_words(line: Timeline, bar: TimelineBar, tr: Translator) -> str:
    """A bar for who does not see it: «Azione 1: mesi 1–12. Fase di avvio»."""
    said = f"{bar.name}: {months_in_words(line, bar, tr)}"
    return f"{said}. {bar.note}" if bar.note else said
