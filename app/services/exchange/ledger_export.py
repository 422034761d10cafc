"""The ledger for other programs: a journal of hledger, which asserts what the archive holds after each day, and CSV.

Accounts go by their path in the tree («Piano:A.1:Noi famiglie»). The engine makes the lines and gives them in the order
in which transfers were entered; they are put in the order of their days by way of a file, so that a ledger of a million
postings needs no sorting and takes little more memory than a small one.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.bulk import stream_text
from app.models.enums import AccountKind, TransferKind
from app.models.ledger import Transfer
from app.models.store import Store
from app.services.files import atomic_write
from app.services.ledger.ledger import account_name
from app.services.ledger.rows import AccountRow, balances
from app.services.ports import SILENT, Progress
from app.services.reports.frame import read_frame
from app.services.reports.text import csv_safe
from app.services.wording.labels import label
from app.services.wording.texts import Translator

_SPACES = re.compile(r"\s+")
_NO_NAME = re.compile(r"[:;|\"*!()\[\]{}=@]")
"""What has a meaning of its own in a journal, and stands in no name."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

_AT_ONCE = 20_000
"""Transfers whose lines are in memory together."""


def _amount(cents: str, mark: str = ".") -> str:
    """«-1234.50», as the engine writes it."""
    return f"iif({cents} < 0, '-', '') || (abs({cents}) / 100) || '{mark}' || substr('0' || (abs({cents}) % 100), -2)"


def _text(column: str, function: str) -> str:
    """A text; where it has more than the plainest signs, what a function makes of it."""
    is_plain = f"{column} not glob '*[^a-z A-Z,.-9¡-ſ’]*' and instr(' ' || {column} || ' ', '  ') = 0"
    return f"iif({is_plain}, {column}, {function}({column}))"


_NAMES = "with name as materialized (select key as id, value as path from json_each(:paths))"
_USERS = "maker as materialized (select key as name, value as shown from json_each(:users))"
_KINDS = "sort as materialized (select key as name, value as shown from json_each(:kinds))"

_WHOLE = """
from transfer left join decision on decision.id = transfer.decision_id
cross join maker on maker.name = transfer.made_by
cross join posting on posting.transfer_id = transfer.id cross join name on name.id = posting.account_id
group by transfer.id
"""
"""Transfers in the order of their keys, which is that in which they were entered; an index leads to the postings."""


def _lines(line: str) -> str:
    """A line for each posting of a transfer: first those that give."""
    return " || ".join(f"group_concat({line}, '') filter (where posting.cents {sign} 0)" for sign in "<>")


_NUMBER = "decision.number || '/' || decision.year"
_JOURNAL = f"""
{_NAMES}, {_USERS}
select transfer.day, cast(char(10) || transfer.day || coalesce(' (' || {_NUMBER} || ')', '') || ' '
    || {_text("transfer.reason", "journal_name")} || '  ; id:' || transfer.id || ', tipo:' || transfer.kind
    || ', da:' || maker.shown || char(10)
    || {_lines(f"'    ' || name.path || '  ' || {_amount('posting.cents')} || ' EUR' || char(10)")} as blob)
{_WHOLE}
"""

_HELD = f"""
{_NAMES}, held as (
    select account_id, day, sum(cents) over (partition by account_id order by day) as cents from account_day
)
select day, cast(char(10) || day || ' ' || :title || char(10)
    || group_concat('    ' || path || '  0.00 EUR = ' || {_amount("held.cents")} || ' EUR' || char(10), '') as blob)
from held cross join name on name.id = held.account_id group by day
"""
"""What the archive keeps of each account that a day moved; who sums the postings must come to the same."""

_BEFORE = (
    "substr(transfer.day, 9) || '/' || substr(transfer.day, 6, 2) || '/' || substr(transfer.day, 1, 4) || ';'"
    f" || sort.shown || ';' || coalesce({_NUMBER}, '')"
    f" || ';' || {_text('transfer.reason', 'csv_cell')} || ';'"
)
_AFTER = (
    "';' || transfer.id || ';' || maker.shown || ';'"
    " || iif(transfer.made_at like '%+00:00' and length(transfer.made_at) = 25,"
    " substr(transfer.made_at, 1, 19) || 'Z', csv_instant(transfer.made_at)) || char(13, 10)"
)
_CSV = f"""
{_NAMES}, {_USERS}, {_KINDS}
select transfer.day, cast(replace(replace(
    {_lines(f"char(1) || name.path || ';' || {_amount('posting.cents', ',')} || char(2)")},
    char(2), {_AFTER}), char(1), {_BEFORE}) as blob)
{_WHOLE.replace("cross join maker", "cross join sort on sort.name = transfer.kind cross join maker")}
"""
"""What the lines of a transfer have in common is put in where two signs stand that no cell has."""


@dataclass(frozen=True)
class _Ledger:
    """What all lines need.

    Attributes:
        paths: of the accounts in the tree, each its own, by key.
        kinds: of transfers, in words.
        users: who entered transfers.
    """

    paths: Mapping[str, str]
    kinds: Mapping[str, str]
    users: Sequence[str]
    transfers: int


def write_hledger(store: Store, path: Path, tr: Translator, progress: Progress = SILENT) -> None:
    """Write the journal.

    Raises:
        EnvironmentFailed: as `atomic_write`.
        Cancelled: by `progress`; nothing is written then.
    """
    frame = read_frame(store)
    with store.read() as session, atomic_write(path) as file:
        ledger = _read(session, store, tr)
        head = [f"; {' · '.join(frame.heading)}", f"; {frame.head}", ""]
        head += ["decimal-mark .", "commodity 1000.00 EUR", ""]
        head += [f"account {name}" for name in ledger.paths.values()]
        file.write("\n".join([*head, ""]).encode())
        paths = json.dumps(ledger.paths)
        values = {"paths": paths, "users": json.dumps({user: plain_name(user) for user in ledger.users})}
        moved = stream_text(session, _JOURNAL, values, {"journal_name": plain_name}, _AT_ONCE)
        title = plain_name(tr("Balances at the end of the day"))
        held = (row for rows in stream_text(session, _HELD, {"paths": paths, "title": title}) for row in rows)
        _write_by_day(_counted(moved, ledger, progress), held, file, path.parent)


def write_csv(store: Store, path: Path, tr: Translator, progress: Progress = SILENT) -> None:
    """Write one line for each posting, as an Italian spreadsheet opens it.

    Raises:
        EnvironmentFailed, Cancelled: as `write_hledger`.
    """
    titles = (
        *(tr("Day"), tr("Kind"), tr("Decision"), tr("Reason"), tr("Account"), tr("Amount")),
        *(tr("Movement"), tr("Entered by"), tr("Entered at")),
    )
    with store.read() as session, atomic_write(path) as file:
        ledger = _read(session, store, tr)
        file.write(("\ufeff" + ";".join(titles) + "\r\n").encode())
        values = {
            "paths": json.dumps({key: _cell(name) for key, name in ledger.paths.items()}),
            "users": json.dumps({user: _cell(user) for user in ledger.users}),
            "kinds": json.dumps(ledger.kinds),
        }
        functions = {"csv_cell": _cell, "csv_instant": _instant}
        moved = stream_text(session, _CSV, values, functions, _AT_ONCE)
        _write_by_day(_counted(moved, ledger, progress), (), file, path.parent)


def _read(session: Session, store: Store, tr: Translator) -> _Ledger:
    return _Ledger(
        paths=_paths(store, tr),
        kinds={kind.value: label(kind, tr) for kind in TransferKind},
        users=session.scalars(sa.select(Transfer.made_by).distinct()).all(),
        transfers=session.scalar(sa.select(sa.func.count()).select_from(Transfer)) or 0,
    )


def _paths(store: Store, tr: Translator) -> Mapping[str, str]:
    """Path of each account; two of one name under the same account are told apart by their keys."""
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for row in balances(store):
        name = plain_name(_short(row, tr)) or label(row.kind, tr)
        above = "" if row.parent_id is None else f"{paths[row.parent_id]}:"
        whole = above + name
        if whole in taken:
            whole = f"{whole} #{row.id[-12:]}"
        taken.add(whole)
        paths[row.id] = whole
    return paths


def _short(row: AccountRow, tr: Translator) -> str:
    """What an account is called in a path: the plan by its kind, an area by its code, others by their names."""
    if row.kind is AccountKind.PLAN:
        return label(row.kind, tr)
    return row.name.partition(" ")[0] if row.kind is AccountKind.AREA else account_name(row.kind, row.name, tr)


def _counted(
    parts: Iterable[Iterable[tuple[str, bytes]]], ledger: _Ledger, progress: Progress
) -> Iterator[Mapping[str, list[bytes]]]:
    """Lines of transfers by their day, some thousands at a time, with a word on how far it is."""
    done = 0
    for rows in parts:
        days: dict[str, list[bytes]] = defaultdict(list)
        for day, lines in rows:
            days[day].append(lines)
            done += 1
        progress.step(min(done, ledger.transfers), ledger.transfers)
        yield days
    progress.step(ledger.transfers, ledger.transfers)


def _write_by_day(
    parts: Iterable[Mapping[str, list[bytes]]], ends: Iterable[tuple[str, bytes]], file: BinaryIO, folder: Path
) -> None:
    """Put lines in the order of their days, and after each day what ends it.

    Args:
        ends: in the order of days.
        folder: where a file without a name holds the lines meanwhile.
    """
    places: dict[str, list[tuple[int, int]]] = defaultdict(list)
    with tempfile.TemporaryFile(dir=folder) as aside:
        at = 0
        for days in parts:
            blocks = [(day, b"".join(lines)) for day, lines in days.items()]
            for day, block in blocks:
                places[day].append((at, len(block)))
                at += len(block)
            aside.write(b"".join(block for _day, block in blocks))
        ending = dict(ends)
        for day in sorted(places):
            for start, length in places[day]:
                aside.seek(start)
                file.write(aside.read(length))
            file.write(ending.get(day, b""))


def plain_name(text: str) -> str:
    """A name as a journal takes it: in one line, single spaces, no sign that means something there."""
    return _SPACES.sub(" ", _NO_NAME.sub(" ", text)).strip()


@lru_cache(maxsize=1_000)
def _instant(made_at: str) -> str:
    """«2014-06-24T10:00:00Z»."""
    return f"{datetime.fromisoformat(made_at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_QUOTED = re.compile(r'[;"\r\n]')


@lru_cache(maxsize=10_000)
def _cell(text: str) -> str:
    """A text that a spreadsheet takes for a text, whatever stands in it; signs that no page shows are left out."""
    safe = csv_safe(_CONTROLS.sub("", text))
    return f'"{safe.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(safe) else safe
