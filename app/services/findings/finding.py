"""What a finding is: two values that should be one, where they come from, and what would settle it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.models.enums import Severity
from app.models.money import decimal_text, format_euro, parse_decimal_text, round_half_up
from app.services.findings.codes import CHECKS
from app.services.findings.facts import Declared, Facts
from app.services.wording.formats import format_count
from app.services.wording.texts import Translator

LISTED_MAX = 6
"""More lines than these are said as a range."""

OPEN, ACCEPTED = "open", "accepted"
"""Status of a finding: it is there as long as the two values differ; somebody may let it stand."""


@dataclass(frozen=True)
class Acceptance:
    """Who lets a finding stand, when and why; `decision` as «3/2014», empty for none."""

    id: str
    reason: str
    accepted_by: str
    accepted_at: datetime
    decision: str


class Unit(StrEnum):
    """What the two values of a finding are."""

    EURO = "euro"
    PERCENT = "percent"
    COUNT = "count"
    TEXT = "text"


@dataclass(frozen=True)
class Finding:
    """A declared value that is not what the records give.

    Attributes:
        code: stable, of `CHECKS`.
        title: name of the check, in the reader's language.
        declared, computed, difference: stable forms: "69803.00", "3.86", "73", or the text itself; the difference is
            declared less computed, empty between texts.
        where: places that the values come from, declared ones first.
        sentence: what differs, in words.
        way_out: what would settle it.
        subject_id: key of the record it is about.
    """

    code: str
    title: str
    severity: Severity
    status: str
    declared: str
    computed: str
    difference: str
    where: tuple[str, ...]
    sentence: str
    way_out: str
    unit: Unit
    subject_id: str | None
    accepted: Acceptance | None = None

    @property
    def key(self) -> str:
        """Which finding it is, in any language: check, record, and the two values that differ."""
        return "|".join((self.code, self.subject_id or "", self.declared, self.computed))

    def as_json(self) -> dict[str, Any]:
        """The stable form of the command line."""
        accepted = self.accepted
        let_stand = (
            {}
            if accepted is None
            else {
                "accepted": {
                    "by": accepted.accepted_by,
                    "at": accepted.accepted_at.isoformat(),
                    "reason": accepted.reason,
                    "decision": accepted.decision,
                }
            }
        )
        return {
            "code": self.code,
            "severity": self.severity.value,
            "status": self.status,
            "declared": self.declared,
            "computed": self.computed,
            "difference": self.difference,
            "where": list(self.where),
            "sentence": self.sentence,
            "way_out": self.way_out,
            "key": self.key,
            **let_stand,
        }


Rule = Callable[[Facts, Translator], Iterable[Finding]]
"""Looks at the facts and gives what does not agree."""


def shown(text: str, unit: Unit) -> str:
    """A stable form as a person reads it: «69.803,00 €», «3,86 %», «926.011»; a text stays as it is."""
    if not text or unit is Unit.TEXT:
        return text
    if unit is Unit.EURO:
        return format_euro(parse_decimal_text(text))
    if unit is Unit.COUNT:
        return format_count(int(text))
    return text.replace(".", ",").replace("-", "\u2212") + "\u00a0%"


def stable(value: int | Fraction | str, unit: Unit) -> str:
    """The stable form of a value: cents for EURO, a percentage exact or as declared for PERCENT."""
    if unit is Unit.EURO:
        return decimal_text(int(value))
    if unit is Unit.PERCENT and isinstance(value, Fraction):
        return format(round_half_up(value), "f")
    return str(value)


def found(
    code: str,
    tr: Translator,
    *,
    declared: int | Fraction | str,
    computed: int | Fraction | str,
    where: Iterable[str],
    subject: str = "",
    subject_id: str | None = None,
    unit: Unit = Unit.TEXT,
    **named: str,
) -> Finding:
    """The finding `code` about two values; its words come from `CHECKS`.

    Args:
        declared, computed: cents, counts, exact percentages or texts, as `unit` says.
        subject: name of the record it is about.
        named: what else the sentence names.
    """
    check = CHECKS[code]
    before, after = stable(declared, unit), stable(computed, unit)
    gap = _difference(before, after, unit)
    words = {
        "title": tr(check.title),
        "subject": subject,
        "declared": shown(before, unit),
        "computed": shown(after, unit),
        "difference": shown(gap, unit),
        **named,
    }
    return Finding(
        code=code,
        title=tr(check.title),
        severity=check.severity,
        status=OPEN,
        declared=before,
        computed=after,
        difference=gap,
        where=tuple(dict.fromkeys(where)),
        sentence=tr(check.sentence).format(**words),
        way_out=tr(check.way_out),
        unit=unit,
        subject_id=subject_id,
    )


def _difference(declared: str, computed: str, unit: Unit) -> str:
    """Declared less computed, both in their stable form; empty between texts."""
    if unit is Unit.TEXT:
        return ""
    if unit is Unit.COUNT:
        return str(int(declared) - int(computed))
    return format(Decimal(declared) - Decimal(computed), ".2f")


def places(rows: Iterable[Declared], tr: Translator) -> list[str]:
    """Where declared values stand, each place once: «lines 612, 645: chapter 4, table of projects»."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        listed = lines.setdefault(row.place or tr("declared in the record"), [])
        if row.line is not None:
            listed.append(row.line)
    return [_placed(place, listed, tr) for place, listed in lines.items()]


def _placed(place: str, lines: Iterable[int], tr: Translator) -> str:
    known = sorted(set(lines))
    if not known:
        return place
    text = tr.plural("line {lines}: {place}", "lines {lines}: {place}", len(known))
    return text.format(lines=_listed(known), place=place)


def _listed(lines: Sequence[int]) -> str:
    """Lines one by one, or as a range when they are many."""
    return ", ".join(map(str, lines)) if len(lines) <= LISTED_MAX else f"{lines[0]}–{lines[-1]}"


def at_lines(name: str, lines: Iterable[int | None], tr: Translator) -> str:
    """Where recorded values come from: «economic plan of project 1: lines 2014, 2021»; the name alone without lines."""
    known = sorted({line for line in lines if line is not None})
    if not known:
        return name
    text = tr.plural("{name}: line {lines}", "{name}: lines {lines}", len(known))
    return text.format(name=name, lines=_listed(known))
