"""Statements of accounts, and where a movement comes from."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.cli import main
from app.models.enums import AccountKind, MeetingState
from app.models.errors import InvalidInput, NotFound
from app.models.store import Store
from app.services.ledger.rows import balances, transfer_rows
from app.services.ledger.statement import decision_movements, movement_origin, read_statement
from app.services.reports.catalogue import build_document
from app.services.reports.statement_tables import statement_items, statement_key, statement_table
from app.services.reports.text import plain_text
from app.services.wording.texts import translator
from tests.services.world import DAY, World, move

IT = translator("it")


def test_every_statement_ends_with_the_balance_of_its_account(sample: Store) -> None:
    for account in balances(sample):
        own = read_statement(sample, account.id, whole=False)
        assert own.closing == account.balance
        whole = read_statement(sample, account.id, whole=True)
        assert whole.closing == account.total
        assert whole.opening + whole.came - whole.went == whole.closing


def test_periods_follow_each_other(sample: Store) -> None:
    for account in balances(sample):
        until = read_statement(sample, account.id, None, date(2014, 6, 18))
        after = read_statement(sample, account.id, date(2014, 6, 19), None)
        always = read_statement(sample, account.id)
        assert until.closing == after.opening
        assert (*until.lines, *after.lines) == always.lines


def test_an_account_that_only_holds_others_is_read_with_them(sample: Store) -> None:
    rows = {row.kind: row for row in balances(sample)}
    plan = read_statement(sample, rows[AccountKind.PLAN].id)
    assert plan.whole
    assert [line.came for line in plan.lines] == [25_451_000, 16_967_262]
    assert not read_statement(sample, rows[AccountKind.PROJECT].id).whole
    never = next(row for row in balances(sample) if row.kind is AccountKind.AREA and not row.total)
    assert not read_statement(sample, never.id).whole


def test_a_line_names_its_decision_and_meeting_or_its_act(sample: Store) -> None:
    rows = balances(sample)
    source = next(row for row in rows if row.kind is AccountKind.SOURCE)
    first, *rest = read_statement(sample, source.id).lines
    assert (first.act != "", first.decision, first.meeting) == (True, "", "")
    assert {(line.act, line.decision, line.meeting) for line in rest} == {("", "1/2014", "1/2014")}
    assert [line.balance for line in rest][-1] == source.balance


def test_where_money_of_a_project_comes_from(sample: Store) -> None:
    project = next(row for row in balances(sample) if row.kind is AccountKind.PROJECT)
    line = read_statement(sample, project.id).lines[-1]
    origin = movement_origin(sample, line.id)
    assert origin.ground is not None
    assert (origin.ground.number, origin.ground.meeting) == (line.decision, "2/2014")
    assert origin.ground.meeting_state is MeetingState.CLOSED
    back = decision_movements(sample, origin.ground.id)
    assert {row.id for row in back} == {line.id, *(row.id for row in origin.siblings)}
    assert len(back) == 7
    funding = next(row for row in transfer_rows(sample) if row.kind == "funding")
    assert movement_origin(sample, funding.id).act
    assert movement_origin(sample, funding.id).siblings == ()


def test_refusals(store: Store, world: World) -> None:
    with pytest.raises(InvalidInput, match=r"period\.backwards"):
        read_statement(store, world.source, DAY, date(2014, 1, 1))
    with pytest.raises(NotFound):
        read_statement(store, "nobody")
    with pytest.raises(NotFound):
        movement_origin(store, "nobody")
    with pytest.raises(InvalidInput, match=r"date\.format"):
        build_document(store, "ESTRATTO-CONTO", IT, f"{world.source}:31-12-14")


def test_transfers_are_picked_by_account_days_and_decision(store: Store, world: World) -> None:
    made = move(store, {world.source: -5, world.area: 5}, world.in_force)
    assert [row.id for row in transfer_rows(store, decision_id=world.in_force)] == [made]
    assert [row.id for row in transfer_rows(store, only=made)] == [made]
    assert transfer_rows(store, world.area, date(2014, 4, 1)) == ()
    assert len(transfer_rows(store, world.source, DAY, DAY)) == 2


def test_the_statement_on_paper(sample: Store) -> None:
    area = next(key for key, name in statement_items(sample, IT) if name.startswith("A.3"))
    text = plain_text(build_document(sample, "ESTRATTO-CONTO", IT, statement_key(area, date(2014, 6, 1), None)), IT)
    assert "Dal 01/06/2014" in text
    assert "Deliberazione n. 1/2014, seduta 1/2014" in text
    table = statement_table(read_statement(sample, area), IT)
    assert [table.cell(row, table.columns[-1]) for row in (table.rows[0], table.rows[-1])] == [0, 0]


def test_the_command_line_writes_a_statement(
    sample_archive: Path, sample: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, out = statement_items(sample, IT)[1][0], tmp_path / "estratto.json"
    given = ["export", str(sample_archive), "ESTRATTO-CONTO", "-o", str(out), "--item", key]
    assert main([*given, "--from", "2014-06-01", "--to", "31/12/2014"]) == 0
    rows = json.loads(out.read_text("utf-8"))["rows"]
    assert rows[0][-1] == "254510.00"
    assert main([*given, "--from", "2015-01-01", "--to", "2014-01-01"]) == 2
    assert main(["export", str(sample_archive), "T01", "-o", str(out), "--from", "2014-06-01"]) == 2
    assert "ESTRATTO-CONTO" in capsys.readouterr().err
