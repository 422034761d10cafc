"""Lists of the rooms of meetings and resources: every cell is the row's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.models.enums import (
    AccountKind,
    AllocationRule,
    DecisionKind,
    MeetingState,
    MemberRole,
    TransferKind,
    VoteChoice,
)
from app.models.money import Cents
from app.models.store import Store
from app.services.decisions.decisions import allocation_views, decision_rows, save_decision
from app.services.decisions.sheets import load_sheet, sheet_effects
from app.services.ledger.ledger import ReversalDraft, reverse_transfer
from app.services.ledger.rows import balances, transfer_rows
from app.services.meetings.agenda import load_point, point_rows, save_point
from app.services.meetings.committees import CommitteeDraft, MemberDraft, committee_rows, save_committee
from app.services.meetings.meetings import convene_meeting, meeting_rows
from app.services.reports import ledger_lists, meeting_lists
from app.services.reports.spec import Table
from app.services.wording.formats import display
from app.services.wording.texts import Translator, translator
from tests.services.builders import queries
from tests.services.sitting import RESIDUE, allocation_draft, award_draft, build_sitting, meeting_draft, open_sitting

EN, IT = translator("en"), translator("it")
Make = Callable[[Store, Translator], Table]

LISTS: dict[str, tuple[Make, Callable[[Store], tuple[Any, ...]]]] = {
    "list.committees": (meeting_lists.committees_list, committee_rows),
    "list.members": (meeting_lists.members_list, meeting_lists.seat_rows),
    "list.meetings": (meeting_lists.meetings_list, meeting_rows),
    "list.points": (meeting_lists.points_list, point_rows),
    "list.decisions": (meeting_lists.decisions_list, decision_rows),
    "list.accounts": (ledger_lists.accounts_list, lambda store: ledger_lists.account_lines(store, EN)),
    "list.movements": (ledger_lists.movements_list, lambda store: ledger_lists.movement_lines(store, EN)),
    "list.splits": (ledger_lists.splits_list, lambda store: ledger_lists.split_lines(store, EN)),
}
DERIVED: dict[tuple[str, str], Callable[[Any], Any]] = {
    ("list.points", "votes"): lambda row: (
        f"{row.favour}\u00a0in\u00a0favour" if row.favour and not row.against and not row.abstain else None
    ),
    ("list.decisions", "label"): lambda row: row.label or "to be numbered",
    ("list.decisions", "cents"): lambda row: row.cents or None,
}


@pytest.mark.parametrize("code", LISTS)
def test_cells_of_a_list_are_those_of_its_rows(code: str, sample: Store) -> None:
    make, rows = LISTS[code]
    table = make(sample, EN)
    assert table.code == code
    assert table.body() == rows(sample)
    assert table.body(), "the sample archive has rows for every list"
    assert table.row_id is not None
    assert [table.row_id(row) for row in table.body()] == [row.id for row in rows(sample)]
    for row in table.body():
        for column in table.columns:
            derived = DERIVED.get((code, column.key))
            wanted = getattr(row, column.key) if derived is None else derived(row)
            if column.key != "sample" and (derived is None or wanted is not None):
                assert table.cell(row, column) == wanted, (column.key, row)


@pytest.mark.parametrize("code", LISTS)
def test_list_titles_differ_and_every_cell_is_drawn(code: str, sample: Store) -> None:
    table = LISTS[code][0](sample, IT)
    assert len({column.title for column in table.columns}) == len(table.columns)
    for row in table.drawn_rows():
        for column in table.columns:
            assert isinstance(display(column.kind, table.cell(row, column), IT), str)


@pytest.mark.parametrize("code", LISTS)
def test_empty_archive_gives_empty_lists(code: str, store: Store) -> None:
    assert LISTS[code][0](store, EN).body() == ()


@pytest.mark.parametrize("code", LISTS)
def test_lists_ask_a_fixed_number_of_times(code: str, sample: Store) -> None:
    with queries(sample) as sent:
        LISTS[code][0](sample, EN)
    assert len([statement for statement in sent if statement.startswith("SELECT")]) <= 12


# --- meetings ------------------------------------------------------------------------------


def test_the_committee_is_named_only_beside_another(store: Store) -> None:
    sitting = build_sitting(store)
    open_sitting(store, sitting, "Varie")
    assert "committee" not in [column.key for column in meeting_lists.meetings_list(store, EN).columns]
    members = (MemberDraft(name="Ada Blu", role=MemberRole.PRESIDENT),)
    other = save_committee(store, CommitteeDraft(name="Tavolo tecnico", members=members)).id
    draft = replace(meeting_draft(sitting, day=date(2014, 7, 2)), committee_id=other, attendances=())
    convene_meeting(store, draft)
    table = meeting_lists.meetings_list(store, EN)
    column = table.columns[-1]
    assert column.key == "committee"
    assert [table.cell(row, column) for row in table.body()] == [
        "Tavolo tecnico",
        "Comitato di valutazione e monitoraggio",
    ]


def test_votes_are_told_in_words(store: Store) -> None:
    sitting = build_sitting(store)
    meeting = open_sitting(store, sitting, "Riparto", "Varie")
    choices = (VoteChoice.AGAINST, VoteChoice.ABSTAIN, VoteChoice.ABSTAIN, VoteChoice.FAVOUR, VoteChoice.FAVOUR)
    point = load_point(store, meeting.items[0].id or "")
    votes = tuple(replace(vote, choice=choice) for vote, choice in zip(point.votes, choices, strict=True))
    save_point(store, replace(point, votes=votes))
    second = load_point(store, meeting.items[1].id or "")
    save_point(store, replace(second, votes=()))
    table = meeting_lists.points_list(store, IT)
    column = next(column for column in table.columns if column.key == "votes")
    assert [table.cell(row, column) for row in table.body()] == [
        "2\u00a0favorevoli, 1\u00a0contrario, 2\u00a0astenuti",
        "",
    ]


# --- what a decision does --------------------------------------------------------------------


def residue(store: Store) -> str:
    return next(row.id for row in decision_rows(store) if row.kind is DecisionKind.RESIDUE)


def test_shares_are_those_of_the_split(sample: Store) -> None:
    effects = sheet_effects(sample, load_sheet(sample, residue(sample)))
    among, inside = (meeting_lists.shares_table(view, EN) for view in effects.allocations)
    assert (among.title, inside.title) == ("Among the areas", "Inside the area A.3")
    assert [row.name for row in among.body()] == ["A.1", "A.2", "A.3"]
    assert [row.amount for row in among.body()] == [share.amount for share in effects.allocations[0].allocation.shares]
    assert among.totals() == {"amount": RESIDUE}
    assert [row.exact for row in among.body()] == ["18.060,873333…"] * 3
    assert inside.body()[0].name.startswith("1 ")
    assert among.notes


def test_accounts_before_and_after_have_ceilings_where_some_are_set(store: Store) -> None:
    sitting = build_sitting(store)
    meeting = open_sitting(store, sitting, "Risorse", "Progetti")
    keys = [
        save_decision(store, make(sitting, item.id)).id
        for make, item in zip((allocation_draft, award_draft), meeting.items, strict=True)
    ]
    effects = sheet_effects(store, load_sheet(store, keys[0]))
    table = meeting_lists.changes_table(effects, EN)
    assert [column.key for column in table.columns] == ["name", "before", "after", "ceiling_after"]
    assert table.body() == effects.changes
    assert [table.row_id(row) for row in table.body()] == [row.subject_id for row in effects.changes]  # type: ignore[misc]
    bare = replace(effects, changes=tuple(replace(row, ceiling_after=None) for row in effects.changes))
    assert [column.key for column in meeting_lists.changes_table(bare, EN).columns] == ["name", "before", "after"]
    moves = meeting_lists.moves_table(effects, EN)
    assert [tuple(moves.cell(row, column) for column in moves.columns) for row in moves.body()] == [
        (row.from_name, row.to_name, row.amount) for row in effects.moves
    ]


# --- resources -------------------------------------------------------------------------------


def test_accounts_are_indented_below_their_parents(sample: Store) -> None:
    rows = balances(sample)
    lines = ledger_lists.account_lines(sample, IT)
    assert [line.depth for line in lines] == [row.depth for row in rows]
    for line, row in zip(lines, rows, strict=True):
        assert line.name == ledger_lists.INDENT * row.depth + line.plain
        assert line.plain == (row.name or line.plain)
        assert line.under == (None if row.ceiling is None else row.ceiling - row.total)
    outside = next(line for line in lines if line.kind is AccountKind.OUTSIDE)
    assert outside.plain == "Esterno al piano"


NAMELESS = {"Reserved sums", "Paid out"}
"""Accounts of vouchers that are called by their kind."""


def test_movements_name_who_gives_and_who_gets(sample: Store) -> None:
    lines = ledger_lists.movement_lines(sample, EN)
    rows = transfer_rows(sample)
    assert [line.cents for line in lines] == [row.cents for row in rows]
    funding = next(line for line in lines if line.kind is TransferKind.FUNDING)
    assert funding.gives == "Outside the plan"
    for line, row in zip(lines, rows, strict=True):
        named = [part.name for part in row.lines if part.cents > 0]
        assert line.gets == ", ".join(dict.fromkeys(named)) or (named == [""] and line.gets in NAMELESS)


def test_movements_of_an_account_are_those_below_it_too(sample: Store) -> None:
    area = next(line for line in ledger_lists.account_lines(sample, EN) if line.plain.startswith("A.3"))
    table = ledger_lists.movements_list(sample, EN, area.id)
    assert [row.id for row in table.body()] == [row.id for row in transfer_rows(sample, area.id)]
    assert 0 < len(table.body()) < len(transfer_rows(sample))


def test_what_was_taken_back_is_told_only_when_something_was(store: Store) -> None:
    build_sitting(store)
    assert "reversed" not in [column.key for column in ledger_lists.movements_list(store, EN).columns]
    first = transfer_rows(store)[0]
    reverse_transfer(store, ReversalDraft(first.id, date(2014, 7, 1), "Incasso annullato"))
    table = ledger_lists.movements_list(store, EN)
    column = next(column for column in table.columns if column.key == "reversed")
    told = {row.id: table.cell(row, column) for row in table.body()}
    assert told[first.id] is True
    assert sum(told.values()) == 1


def test_splits_say_their_rule_and_their_odd_cents(sample: Store) -> None:
    lines = ledger_lists.split_lines(sample, EN)
    assert [line.view for line in lines] == list(allocation_views(sample, EN))
    among, inside = lines
    assert (among.rule, among.total, among.parts, among.odd_cents) == (AllocationRule.EQUAL, Cents(RESIDUE), 3, 1)
    assert (inside.parent, inside.parts) == ("A.3", 2)


def test_meetings_of_the_sample_are_closed(sample: Store) -> None:
    assert {row.state for row in meeting_rows(sample)} == {MeetingState.CLOSED, MeetingState.APPROVED}
