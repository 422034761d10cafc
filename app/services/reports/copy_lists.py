"""Copies as lists: what there is, and what one of them would change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.journal.journal import verb_text
from app.services.journal.labels import TABLES
from app.services.keeping.copies import OCCASIONS, CopyRow, copy_rows
from app.services.keeping.copy_facts import TOLD
from app.services.keeping.restoring import Comparison
from app.services.ledger.ledger import account_name
from app.services.reports.archive_lists import record_text
from app.services.reports.lists import field_column
from app.services.reports.spec import Kind, Table
from app.services.wording.formats import format_count, format_instant, format_size
from app.services.wording.texts import N_, Translator

COUNTED = {
    "alliance": N_("Alliances"),
    "attachment": N_("Documents"),
    "decision": N_("Decisions"),
    "meeting": N_("Meetings"),
    "organisation": N_("Bodies"),
    "proposal": N_("Proposals"),
    "transfer": N_("Movements"),
}
"""What the records of a table are called beside how many a copy has, for those of `TOLD`."""

REFUSALS = {
    "copy.other_key": N_("made under an earlier key"),
    "archive.damaged": N_("damaged"),
    "archive.newer": N_("of a newer version"),
}


UNREADABLE = N_("cannot be read")


@dataclass(frozen=True)
class CopyLine:
    """A copy as it is listed."""

    id: str
    made_at: datetime
    occasion: str
    state: str
    edits: int | None
    money: Cents | None
    head: str
    size: str


def copy_line(row: CopyRow, tr: Translator) -> CopyLine:
    """A copy in words."""
    facts = row.facts
    state = tr("in order") if row.file.good else tr("not in order")
    return CopyLine(
        id=row.id,
        made_at=row.file.made_at,
        occasion=tr(OCCASIONS[row.file.occasion]),
        state=state if facts is not None else tr(REFUSALS.get(row.refusal, UNREADABLE)),
        edits=None if facts is None else facts.edits,
        money=None if facts is None else facts.money,
        head="" if facts is None else facts.head,
        size=format_size(row.file.size),
    )


def copies_table(rows: Sequence[CopyRow], tr: Translator) -> Table:
    """Copies with what is in them, the newest first."""
    return Table(
        "list.copies",
        tr("Copies"),
        (
            field_column("made_at", tr("Made at"), Kind.INSTANT, width_mm=34),
            field_column("occasion", tr("Occasion"), Kind.NOTE, width_mm=52),
            field_column("state", tr("State"), width_mm=34),
            field_column("money", tr("Money in the plan"), Kind.MONEY, width_mm=32),
            field_column("edits", tr("Edits"), Kind.COUNT, width_mm=20),
            field_column("size", tr("Size"), width_mm=22),
        ),
        tuple(copy_line(row, tr) for row in rows),
        row_id=lambda row: row.id,
        landscape=True,
    )


def copies_list(store: Store, tr: Translator) -> Table:
    """The copies of the open archive."""
    return copies_table(copy_rows(store), tr)


def count_texts(row: CopyRow, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(kind of record, how many) of what is told of a copy."""
    if row.facts is None:
        return ()
    return tuple((tr(COUNTED[table]), format_count(row.facts.count(table))) for table in TOLD)


# --- what a copy would change ---------------------------------------------------------------------


@dataclass(frozen=True)
class DifferenceLine:
    """A count or an amount, now and in the copy."""

    id: str
    what: str
    present: int | None
    copied: int | None

    @property
    def difference(self) -> int | None:
        """What restoring would add, or take away."""
        if self.present is None and self.copied is None:
            return None
        return (self.copied or 0) - (self.present or 0)


def records_table(found: Comparison, tr: Translator, *, changed_only: bool = True) -> Table:
    """Records by kind, now and in the copy; where the archive cannot be read, all that the copy has."""
    all_lines = (
        DifferenceLine(kind.table, tr(TABLES[kind.table][1]), kind.present, kind.copied) for kind in found.kinds
    )
    lines = tuple(line for line in all_lines if line.present != line.copied or not changed_only)
    return _difference_table("list.copy.records", tr("Records"), tr("Kind of record"), lines, Kind.COUNT, tr)


def accounts_table(found: Comparison, tr: Translator, *, changed_only: bool = True) -> Table:
    """What is on each account and below it, now and in the copy."""
    all_lines = (
        DifferenceLine(account.id, account_name(account.kind, account.name, tr), account.present, account.copied)
        for account in found.accounts
    )
    lines = tuple(line for line in all_lines if line.present != line.copied or not changed_only)
    return _difference_table("list.copy.accounts", tr("Money"), tr("Account"), lines, Kind.MONEY, tr)


def _difference_table(
    code: str, title: str, what: str, lines: tuple[DifferenceLine, ...], kind: Kind, tr: Translator
) -> Table:
    return Table(
        code,
        title,
        (
            field_column("what", what, Kind.NOTE, width_mm=70),
            field_column("present", tr("Now"), kind, width_mm=32),
            field_column("copied", tr("In the copy"), kind, width_mm=32),
            field_column("difference", tr("Difference"), kind, width_mm=32),
        ),
        lines,
        row_id=lambda line: line.id,
    )


@dataclass(frozen=True)
class LostLine:
    """A gesture that is not in the copy."""

    id: str
    made_at: datetime
    made_by: str
    verb: str
    what: str


def lost_table(found: Comparison, tr: Translator) -> Table:
    """What was done since the copy, and would be lost."""
    lines = tuple(
        LostLine(
            f"{row.replica}.{row.number}",
            row.made_at,
            row.made_by,
            verb_text(row, tr),
            record_text(row.table, row.name, tr),
        )
        for row in found.lost
    )
    return Table(
        "list.copy.lost",
        tr("Done since the copy"),
        (
            field_column("made_at", tr("When"), Kind.INSTANT, width_mm=34),
            field_column("made_by", tr("Who"), width_mm=34),
            field_column("verb", tr("Gesture"), Kind.NOTE, width_mm=46),
            field_column("what", tr("What"), Kind.NOTE, width_mm=60),
        ),
        lines,
        row_id=lambda line: line.id,
        landscape=True,
    )


def summary(found: Comparison, tr: Translator) -> str:
    """What a copy is, beside the archive, in a sentence or two."""
    when = tr("never") if found.copied.changed_at is None else format_instant(found.copied.changed_at)
    if found.present is None:
        said = tr("The archive cannot be read. The copy was last written on {when}, and has {money}.")
        return said.format(when=when, money=format_euro(found.copied.money))
    if not found.lost_count and not found.ahead:
        return tr("The copy, last written on {when}, has everything that the archive has.").format(when=when)
    text = tr.plural(
        "The copy was last written on {when}. {n} gesture was made since, and would be lost.",
        "The copy was last written on {when}. {n} gestures were made since, and would be lost.",
        found.lost_count,
    ).format(when=when, n=format_count(found.lost_count))
    if found.ahead:
        text += " " + tr("The copy also has work that is not in the archive.")
    return text


def comparison_lines(found: Comparison, tr: Translator) -> list[str]:
    """A comparison for the terminal."""
    lines = [summary(found, tr)]
    known = found.present is not None
    for line in records_table(found, tr, changed_only=known).body():
        lines.append(f"  {line.what}: {_pair(line, format_count)}")
    for line in accounts_table(found, tr, changed_only=known).body():
        lines.append(f"  {line.what}: {_pair(line, format_euro)}")
    for row in lost_table(found, tr).body():
        lines.append(f"  − {format_instant(row.made_at)}  {row.made_by}  {row.verb}: {row.what}")
    return lines


def _pair(line: DifferenceLine, write: Callable[[Any], str]) -> str:
    present, copied = ("–" if value is None else write(value) for value in (line.present, line.copied))
    return f"{present} → {copied}"
