"""The ledger for other programs: a journal of hledger, whose every posting asserts the balance after it, and CSV.

Accounts go by their path in the tree («Piano:A.1:Noi famiglie»). Read and written as one stream, so that a ledger of a
million postings takes no more memory than a small one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.bulk import stream_rows
from app.models.enums import AccountKind, TransferKind
from app.models.ledger import Posting, Transfer
from app.models.meetings import Decision
from app.models.store import Store
from app.services.files import atomic_write
from app.services.labels import label
from app.services.ledger import account_name
from app.services.ledger_rows import AccountRow, balances
from app.services.ports import SILENT, Progress
from app.services.reports.frame import read_frame
from app.services.reports.text import csv_safe
from app.services.texts import Translator

_SPACES = re.compile(r"\s+")
_NO_NAME = re.compile(r"[:;|\"*!()\[\]{}=@]")
"""What has a meaning of its own in a journal, and stands in no name."""


@dataclass(frozen=True)
class _Ledger:
    """What all postings need.

    Attributes:
        paths: of the accounts in the tree, each its own, by key.
        kinds: of transfers, in words.
        decisions: numbers, «3/2014», by key.
    """

    paths: Mapping[str, str]
    kinds: Mapping[str, str]
    decisions: Mapping[str | None, str]
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
        for lines in _journal(session, ledger, progress):
            file.write("".join(lines).encode())


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
        accounts = {key: _cell(path) for key, path in ledger.paths.items()}
        file.write(("\ufeff" + ";".join(titles) + "\r\n").encode())
        for rows in _rows(session, ledger, progress):
            file.write("".join(_csv_lines(rows, ledger, accounts)).encode())


def _read(session: Session, store: Store, tr: Translator) -> _Ledger:
    rows = session.execute(sa.select(Decision.id, Decision.number, Decision.year).where(Decision.number.is_not(None)))
    return _Ledger(
        paths=_paths(store, tr),
        kinds={kind.value: label(kind, tr) for kind in TransferKind},
        decisions={key: f"{number}/{year}" for key, number, year in rows},
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


def plain_name(text: str) -> str:
    """A name as a journal takes it: in one line, single spaces, no sign that means something there."""
    return _SPACES.sub(" ", _NO_NAME.sub(" ", text)).strip()


def _statement() -> sa.Select[Any]:
    return (
        sa.select(Transfer.day, Transfer.id, Transfer.kind, Transfer.decision_id, Transfer.reason)
        .add_columns(Transfer.made_by, Transfer.made_at, Posting.account_id, Posting.cents)
        .join(Posting, Posting.transfer_id == Transfer.id)
        .order_by(Transfer.day, Transfer.id, Posting.cents)
    )


def _rows(session: Session, ledger: _Ledger, progress: Progress) -> Iterator[list[tuple[Any, ...]]]:
    """Postings in order of day, some thousands at a time; those of a transfer stay together."""
    done, pending = 0, list[tuple[Any, ...]]()
    for rows in stream_rows(session, _statement()):
        done += len(rows)
        progress.step(min(done // 2, ledger.transfers), ledger.transfers)
        pending += rows
        last, cut = pending[-1][1], len(pending)
        while cut and pending[cut - 1][1] == last:  # more of it may come
            cut -= 1
        yield pending[:cut]
        pending = pending[cut:]
    yield pending
    progress.step(ledger.transfers, ledger.transfers)


def _journal(session: Session, ledger: _Ledger, progress: Progress) -> Iterator[list[str]]:
    """Lines of the journal; each posting says what its account holds after it."""
    held = dict.fromkeys(ledger.paths, 0)
    paths = {key: f"    {path}  " for key, path in ledger.paths.items()}
    codes = {key: f" ({number})" for key, number in ledger.decisions.items()}
    plain = lru_cache(maxsize=10_000)(plain_name)  # the same few reasons and names come again and again
    begun = ""
    for rows in _rows(session, ledger, progress):
        lines: list[str] = []
        write = lines.append
        for day, key, kind, decision_id, reason, made_by, _made_at, account_id, cents in rows:
            if key != begun:
                begun = key
                write(
                    f"\n{day}{codes.get(decision_id, '')} {plain(reason)}"
                    f"  ; id:{key}, tipo:{kind}, da:{plain(made_by)}\n"
                )
            balance = held[account_id] = held[account_id] + cents
            write(f"{paths[account_id]}{_amount(cents)} EUR = {_amount(balance)} EUR\n")
        yield lines


def _amount(cents: int, mark: str = ".") -> str:
    """«-1234.50»."""
    if -100 < cents < 100:
        return f"{'-' if cents < 0 else ''}0{mark}{abs(cents):02d}"
    digits = str(cents)
    return f"{digits[:-2]}{mark}{digits[-2:]}"


def _csv_lines(rows: list[tuple[Any, ...]], ledger: _Ledger, accounts: Mapping[str, str]) -> Iterator[str]:
    """A line for each posting; what the postings of a transfer have in common is written down once."""
    begun = head = tail = ""
    for day, key, kind, decision_id, reason, made_by, made_at, account_id, cents in rows:
        if key != begun:
            begun = key
            number = ledger.decisions.get(decision_id, "")
            head = f"{day[8:]}/{day[5:7]}/{day[:4]};{ledger.kinds[kind]};{number};{_cell(reason)};"
            tail = f";{key};{_cell(made_by)};{_instant(made_at)}\r\n"
        yield f"{head}{accounts[account_id]};{_amount(cents, ',')}{tail}"


@lru_cache(maxsize=1_000)
def _instant(made_at: str) -> str:
    """«2014-06-24T10:00:00Z»."""
    return f"{datetime.fromisoformat(made_at).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


_QUOTED = re.compile(r'[;"\r\n]')


@lru_cache(maxsize=10_000)
def _cell(text: str) -> str:
    """A text that a spreadsheet takes for a text, whatever stands in it."""
    safe = csv_safe(text)
    return f'"{safe.replace(chr(34), chr(34) * 2)}"' if _QUOTED.search(safe) else safe
