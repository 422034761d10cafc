"""Lists of the archive's room: the journal, the history of a record, the findings, the invariants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models.enums import Severity
from app.models.store import Store
from app.services.findings import CHECKS, Finding, shown
from app.services.journal.journal import FieldChange, GestureRow, HistoryRow, history, recent, verb_text
from app.services.journal.labels import TABLES
from app.services.reports.finding_tables import status_text
from app.services.reports.lists import field_column
from app.services.reports.spec import Kind, Table
from app.services.wording.formats import display
from app.services.wording.texts import Translator

JOURNAL_LIMIT = 500
"""Gestures that the journal shows at once; older ones are found by their record."""


@dataclass(frozen=True)
class JournalLine:
    """A gesture as it is shown; `what` names the first record that it wrote.

    Attributes:
        replica, number: which gesture it is.
    """

    id: str
    replica: str
    number: int
    made_at: datetime
    made_by: str
    verb: str
    what: str
    edits: int
    table: str
    row_id: str


def journal_lines(store: Store, tr: Translator, limit: int = JOURNAL_LIMIT) -> tuple[JournalLine, ...]:
    """The last gestures, the newest first."""
    return tuple(_journal_line(row, tr) for row in recent(store, limit))


def _journal_line(row: GestureRow, tr: Translator) -> JournalLine:
    return JournalLine(
        id=f"{row.replica}.{row.number}",
        replica=row.replica,
        number=row.number,
        made_at=row.made_at,
        made_by=row.made_by,
        verb=verb_text(row, tr),
        what=record_text(row.table, row.name, tr),
        edits=row.edits,
        table=row.table,
        row_id=row.row_id,
    )


def record_text(table: str, name: str, tr: Translator) -> str:
    """«Progetto «Noi famiglie»»: kind and name of a record; the kind alone when it has no name."""
    kind = tr(TABLES[table][1]) if table in TABLES else table
    return tr("{kind} «{name}»").format(kind=kind, name=name) if name else kind


def journal_list(store: Store, tr: Translator) -> Table:
    """Who did what, and when."""
    return Table(
        "list.journal",
        tr("Journal"),
        (
            field_column("made_at", tr("When"), Kind.INSTANT, width_mm=34),
            field_column("made_by", tr("Who"), width_mm=36),
            field_column("verb", tr("Gesture"), Kind.NOTE, width_mm=46),
            field_column("what", tr("What"), Kind.NOTE, width_mm=60),
        ),
        journal_lines(store, tr),
        row_id=lambda row: row.id,
        landscape=True,
    )


@dataclass(frozen=True)
class HistoryLine:
    """A field of a record before and after a gesture, as texts."""

    id: str
    made_at: datetime
    made_by: str
    verb: str
    what: str
    field: str
    before: str
    after: str


def history_lines(store: Store, tr: Translator, table: str, row_id: str) -> tuple[HistoryLine, ...]:
    """What happened to a record and to its parts, the newest first; a line for each field."""
    return _lines_of(history(store, table, row_id), tr)


def _lines_of(rows: Sequence[HistoryRow], tr: Translator) -> tuple[HistoryLine, ...]:
    return tuple(line for place, row in enumerate(rows) for line in _history_lines(place, row, tr))


def change_texts(change: FieldChange, tr: Translator) -> tuple[str, str]:
    """A field before and after, as texts; a check by its title."""
    before, after = change.before, change.after
    if change.field == "check_code":
        before, after = (tr(CHECKS[code].title) if code in CHECKS else code for code in (before, after))
    return display(change.kind, before, tr), display(change.kind, after, tr)


def _history_lines(place: int, row: HistoryRow, tr: Translator) -> list[HistoryLine]:
    pairs = [(tr(change.label), *change_texts(change, tr)) for change in row.fields]
    if row.erased:
        pairs = [(tr("(erased)"), "", "")]
    elif not pairs:
        words = {"added": tr("(added)"), "removed": tr("(removed)")}
        pairs = [(words.get(row.change, tr("(changed)")), "", "")]
    what, verb = record_text(row.table, row.name, tr), verb_text(row, tr)
    return [HistoryLine(f"{place}.{n}", row.made_at, row.made_by, verb, what, *pair) for n, pair in enumerate(pairs)]


def history_list(store: Store, tr: Translator, table: str, row_id: str) -> Table:
    """The history of a record, field by field, before and after; its subtitle says which record it is."""
    rows = history(store, table, row_id)
    name = next((row.name for row in rows if row.row_id == row_id and row.name), "")
    return Table(
        "list.history",
        tr("History"),
        (
            field_column("made_at", tr("When"), Kind.INSTANT, width_mm=34),
            field_column("made_by", tr("Who"), width_mm=34),
            field_column("what", tr("What"), Kind.NOTE, width_mm=60),
            field_column("field", tr("Field"), width_mm=40),
            field_column("before", tr("Before"), Kind.NOTE, width_mm=50),
            field_column("after", tr("After"), Kind.NOTE, width_mm=50),
            field_column("verb", tr("Gesture"), Kind.NOTE, width_mm=46),
        ),
        _lines_of(rows, tr),
        subtitle=record_text(table, name, tr),
        row_id=lambda row: row.id,
        landscape=True,
    )


# --- findings -------------------------------------------------------------------------------


@dataclass(frozen=True)
class FindingLine:
    """A finding as it is listed: both values as a person reads them.

    Attributes:
        id: of the finding (`Finding.key`); stays the same while other findings come and go.
        status: «open», or who accepted it, when and why; `is_open` whether nobody did.
    """

    id: str
    severity: Severity
    is_open: bool
    status: str
    title: str
    declared: str
    computed: str
    difference: str
    sentence: str
    where: str
    way_out: str
    subject_id: str | None


def finding_lines(findings: Sequence[Finding], tr: Translator) -> tuple[FindingLine, ...]:
    """The findings in their order."""
    seen: Counter[str] = Counter()
    lines = []
    for row in findings:
        seen[row.key] += 1
        again = f"#{seen[row.key]}" if seen[row.key] > 1 else ""
        lines.append(_finding_line(f"{row.key}{again}", row, tr))
    return tuple(lines)


def _finding_line(line_id: str, row: Finding, tr: Translator) -> FindingLine:
    return FindingLine(
        id=line_id,
        severity=row.severity,
        is_open=row.accepted is None,
        status=status_text(row, tr),
        title=row.title,
        declared=shown(row.declared, row.unit),
        computed=shown(row.computed, row.unit),
        difference=shown(row.difference, row.unit),
        sentence=row.sentence,
        where="; ".join(row.where),
        way_out=row.way_out,
        subject_id=row.subject_id,
    )


def findings_list(findings: Sequence[Finding], tr: Translator) -> Table:
    """The findings: the open ones, the heaviest first, then those that somebody let stand."""
    return Table(
        "list.findings",
        tr("Findings"),
        (
            field_column("severity", tr("Severity"), Kind.STATE, width_mm=30),
            field_column("title", tr("Check"), Kind.NOTE, width_mm=50),
            field_column("declared", tr("Declared"), Kind.NOTE, width_mm=42),
            field_column("computed", tr("Computed"), Kind.NOTE, width_mm=42),
            field_column("difference", tr("Difference"), width_mm=32),
            field_column("is_open", tr.context("finding", "Open"), Kind.FLAG, width_mm=18),
            field_column("status", tr("Status"), Kind.NOTE, width_mm=50),
        ),
        finding_lines(findings, tr),
        row_id=lambda row: row.id,
        landscape=True,
    )
