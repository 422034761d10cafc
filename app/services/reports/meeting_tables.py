"""Tables of a meeting: attendance, outcomes of proposals, movements that its decisions order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.models.enums import AttendanceKind
from app.models.money import Cents
from app.services.decisions.drafts import OutcomeRow
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class AttendanceRow:
    """One of the committee at a meeting; `name` and `role` as this document's reader may see them."""

    member_id: str
    name: str
    role: str
    kind: AttendanceKind
    time_in: str
    time_out: str
    sample: bool = False


@dataclass(frozen=True)
class MovementRow:
    """A movement that a decision orders; `decision` is its number or its subject."""

    decision: str
    from_name: str
    to_name: str
    amount: Cents


def attendance_table(rows: Sequence[AttendanceRow], tr: Translator) -> Table:
    """Who was convened, who came, from when to when."""
    return Table(
        code="attendance",
        title=tr("Attendance"),
        columns=(
            Column("name", tr("Member"), Kind.NOTE, lambda row: row.name, width_mm=52),
            Column("role", tr("Office"), Kind.NOTE, lambda row: row.role, width_mm=52),
            Column("kind", tr.context("meeting", "Attendance"), Kind.STATE, lambda row: row.kind, width_mm=34),
            Column("time_in", tr("In"), Kind.TIME, lambda row: row.time_in, width_mm=16),
            Column("time_out", tr("Out"), Kind.TIME, lambda row: row.time_out, width_mm=16),
        ),
        rows=tuple(rows),
        notes=(
            tr("Where no hour is given: present from the opening, or to the end."),
            *sample_notes(rows, tr),
        ),
        row_id=lambda row: row.member_id,
    )


def outcomes_table(rows: Sequence[OutcomeRow], tr: Translator) -> Table:
    """The state that a decision gives each proposal, and why, where a reason was given."""
    columns = [
        Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=10),
        Column("alliance", tr("Local alliance"), Kind.NOTE, lambda row: row.alliance, width_mm=36),
        Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=54),
        Column("state", tr("Outcome"), Kind.STATE, lambda row: row.state, width_mm=34),
    ]
    if any(row.reason for row in rows):
        columns.append(Column("reason", tr("Reason"), Kind.NOTE, lambda row: row.reason, width_mm=40))
    return Table(
        code="outcomes",
        title=tr("Outcome of the proposals"),
        columns=tuple(columns),
        rows=tuple(rows),
        row_id=lambda row: row.proposal_id,
    )


def movements_table(rows: Sequence[MovementRow], tr: Translator) -> Table:
    """From which account to which, by which decision."""
    return Table(
        code="movements",
        title=tr("Movements"),
        columns=(
            Column("decision", tr("Decision"), Kind.NOTE, lambda row: row.decision, width_mm=26),
            Column("from", tr.context("ledger", "From"), Kind.NOTE, lambda row: row.from_name, width_mm=52),
            Column("to", tr.context("ledger", "To"), Kind.NOTE, lambda row: row.to_name, width_mm=52),
            Column("amount", tr("Amount"), Kind.MONEY, lambda row: row.amount, width_mm=32),
        ),
        rows=tuple(rows),
    )
