"""The plan itself: what it is called, the acts it rests on, its training, what it says of its territory and declares."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import ActKind
from app.models.money import Cents


@dataclass(frozen=True)
class TrainingModuleDraft:
    """A module of the training plan."""

    id: str | None = None
    title: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ContextFigureDraft:
    """A figure that the plan quotes, as it is written."""

    id: str | None = None
    label: str = ""
    value: str = ""
    unit: str = ""
    period: str = ""
    place: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class PlanDraft:
    """The plan as it is typed.

    Attributes:
        office: heading of the documents, one line each.
    """

    id: str | None = None
    name: str = ""
    territory: str = ""
    office: str = ""
    date_start: date | None = None
    date_end: date | None = None
    duration_months: int | None = None
    purpose: str = ""
    training: tuple[TrainingModuleDraft, ...] = ()
    figures: tuple[ContextFigureDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class ActDraft:
    """An act; number and date are free data."""

    id: str | None = None
    kind: ActKind = ActKind.DECREE
    number: str = ""
    date_issued: date | None = None
    subject: str = ""
    as_printed: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class ActRow:
    """An act in a list."""

    id: str
    kind: ActKind
    number: str
    date_issued: date | None
    subject: str
    as_printed: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class DeclarationDraft:
    """A figure or text that somebody declared.

    Attributes:
        check: code of the check that compares it ("award.table").
        subject_id: key of the record it is about.
        cents: the amount, when it is one.
        number: the number as decimal text with a point, when it is one ("3.86").
    """

    id: str | None = None
    check: str = ""
    subject_id: str | None = None
    as_printed: str = ""
    cents: Cents | None = None
    number: str | None = None
    place: str = ""
    note: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class DeclarationRow:
    """A declaration as findings read it; fields as in `DeclarationDraft`."""

    id: str
    check: str
    subject_id: str | None
    as_printed: str
    cents: Cents | None
    number: str | None
    place: str
    note: str
    sample: bool
    source_line: int | None
