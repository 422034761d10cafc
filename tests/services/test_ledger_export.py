"""The ledger for other programs: what is read back by a strict reader of its own is the ledger, to the cent."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from app.cli import main
from app.models.enums import TransferKind
from app.models.errors import Cancelled
from app.models.store import Store
from app.services.exchange.ledger_export import plain_name, write_csv, write_hledger
from app.services.ledger.rows import balances, transfer_rows
from app.services.wording.texts import translator
from tests.services.world import DAY, World, move

IT = translator("it")
HEAD = re.compile(r"(\d{4}-\d\d-\d\d)(?: \((\d+/\d{4})\))? (\S.*?)  ; id:([0-9a-f-]{36}), tipo:(\w+), da:(.+)\Z")
ENDING = re.compile(r"(\d{4}-\d\d-\d\d) Saldi a fine giornata\Z")
POSTING = re.compile(r"    (\S(?:.*\S)?)  (-?\d+\.\d\d) EUR(?: = (-?\d+\.\d\d) EUR)?\Z")


def cents(text: str) -> int:
    """«-12.50» as cents, exactly."""
    return int(Decimal(text) * 100)


def read_journal(text: str) -> tuple[list[str], list[tuple[str, str, str, dict[str, int]]], dict[str, int]]:
    """Accounts, transactions (day, decision, id, cents by account) and balances; every line is accounted for."""
    head, _blank, body = text.partition("\n\n2")
    accounts = [line.removeprefix("account ") for line in head.splitlines() if line.startswith("account ")]
    assert all(
        re.match(r"(; |decimal-mark \.$|commodity 1000\.00 EUR$|account \S|$)", line) for line in head.split("\n")
    )
    found: list[tuple[str, str, str, dict[str, int]]] = []
    held: dict[str, int] = defaultdict(int)
    today: set[str] = set()
    for block in ("2" + body).rstrip("\n").split("\n\n") if body else []:
        first, *postings = block.split("\n")
        parts = [match for match in map(POSTING.match, postings) if match]
        assert len(parts) == len(postings) == len({part[1] for part in parts}), "every line, each account once"
        assert {part[1] for part in parts} <= set(accounts)
        if ending := ENDING.match(first):
            assert ending[1] == found[-1][0]
            assert {part[1]: cents(part[3]) for part in parts} == {name: held[name] for name in today}
            assert {part[2] for part in parts} == {"0.00"}
            today = set()
            continue
        match = HEAD.match(first)
        assert match, first
        assert not today or match[1] == found[-1][0], "a day ends before the next one begins"
        moved = {part[1]: cents(part[2]) for part in parts}
        assert list(moved.values()) == sorted(moved.values(), key=lambda amount: amount > 0), "who gives comes first"
        assert {part[3] for part in parts} == {None}
        assert sum(moved.values()) == 0
        assert len(moved) >= 2
        for name, amount in moved.items():
            held[name] += amount
        today |= set(moved)
        found.append((match[1], match[2] or "", match[4], moved))
    assert not today, "what the last day left is asserted too"
    assert [row[0] for row in found] == sorted(row[0] for row in found)
    return accounts, found, held


def written(store: Store, folder: Path) -> str:
    """The journal of an archive."""
    path = folder / "libro.hledger"
    write_hledger(store, path, IT)
    return path.read_text("utf-8")


def test_the_journal_read_back_is_the_ledger(sample: Store, tmp_path: Path) -> None:
    accounts, found, held = read_journal(written(sample, tmp_path))
    rows = balances(sample)
    assert len(accounts) == len(set(accounts)) == len(rows)
    assert sorted(held[name] for name in accounts) == sorted(row.balance for row in rows)
    transfers = {row.id: row for row in transfer_rows(sample)}
    assert [key for _day, _number, key, _moved in found] == list(transfers)
    for day, number, key, moved in found:
        row = transfers[key]
        assert (day, number) == (row.day.isoformat(), row.decision)
        assert sorted(moved.values()) == sorted(line.cents for line in row.lines)
    assert "Piano:A.1:La conciliazione innova la piccola impresa un modello da promuovere" in accounts


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_accepts_it_and_finds_a_cent_that_is_wrong(sample: Store, tmp_path: Path) -> None:
    path = tmp_path / "libro.hledger"
    text = written(sample, tmp_path)
    check = ["hledger", "-f", str(path), "check", "--strict", "ordereddates"]
    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    broken = text.replace("= 150000.00 EUR", "= 150000.01 EUR", 1)
    assert broken != text
    path.write_text(broken, "utf-8")
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0


def test_names_that_mean_something_in_a_journal_are_made_plain(store: Store, world: World, tmp_path: Path) -> None:
    with store.write("save_proposal") as session:
        from app.models.ledger import Account

        for key, name in ((world.project, "(A):  B ; =C\n!"), (world.project_2, "A B C")):
            session.get_one(Account, key).name = name
    move(store, {world.source: -7, world.area: 7}, world.in_force)
    move(store, {world.area: -3, world.project: 1, world.project_2: 2}, world.in_force, TransferKind.AWARD)
    accounts, found, held = read_journal(written(store, tmp_path))
    assert len(set(accounts)) == len(balances(store))
    assert sum("A B C" in name for name in accounts) == 2
    assert len(found) == 3
    assert sorted(filter(None, held.values())) == sorted(row.balance for row in balances(store) if row.balance)


def test_plain_names() -> None:
    assert plain_name(" a:b;  c|d \n e ") == "a b c d e"
    assert plain_name("!*()") == ""


def test_an_empty_ledger_is_a_journal_too(store: Store, tmp_path: Path) -> None:
    text = written(store, tmp_path)
    assert text.count("\n") >= 5
    assert "EUR =" not in text


def test_csv_has_every_posting(sample: Store, tmp_path: Path) -> None:
    path = tmp_path / "libro.csv"
    write_csv(sample, path, IT)
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    assert head[:6] == ["Giorno", "Tipo", "Deliberazione", "Motivo", "Conto", "Importo"]
    lines = [line.cents for row in transfer_rows(sample) for line in row.lines]
    assert sorted(cents(row[5].replace(",", ".")) for row in rows) == sorted(lines)
    assert {row[2] for row in rows} >= {"", "1/2014"}


def test_a_formula_in_a_reason_stays_text(store: Store, world: World, tmp_path: Path) -> None:
    from app.models.ledger import Entry
    from app.services.ledger.ledger import post_entries

    moved = {world.source: -7, world.area: 7}
    post_entries(store, [Entry(TransferKind.ALLOCATION, DAY, '=1+1;"x"', moved, decision_id=world.in_force)])
    path = tmp_path / "libro.csv"
    write_csv(store, path, IT)
    assert '"\'=1+1;""x"""' in path.read_text("utf-8-sig")


def test_what_is_called_off_leaves_nothing(sample: Store, tmp_path: Path) -> None:
    class Stop:
        def step(self, done: int, total: int) -> None:
            raise Cancelled

    for write in (write_hledger, write_csv):
        with pytest.raises(Cancelled):
            write(sample, tmp_path / "libro", IT, Stop())
    assert list(tmp_path.glob("libro*")) == []


def test_the_command_line_writes_both(sample_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("libro.hledger", "libro.csv"):
        assert main(["export", str(sample_archive), "LIBRO-MASTRO", "-o", str(tmp_path / name)]) == 0
    assert read_journal((tmp_path / "libro.hledger").read_text("utf-8"))[1]
    assert main(["export", str(sample_archive), "LIBRO-MASTRO", "-o", str(tmp_path / "x.pdf")]) == 2
    assert "hledger" in capsys.readouterr().err
    assert main(["export", str(sample_archive), "T01", "-o", str(tmp_path / "x.hledger")]) == 2
