"""Packets of score sheets: out as a workbook, filled in elsewhere, back in once; others are refused, cell by cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from app.models.enums import CriterionEffect, ProposalState, SheetStage, UserRole
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.store import Store
from app.services.evaluation.drafts import CriterionDraft, GateDraft
from app.services.evaluation.grids import load_grid, lock_grid, save_grid, unlock_grid
from app.services.evaluation.sheet_reading import sheet_key, sheet_rows
from app.services.exchange.blank_forms import find_form
from app.services.exchange.receipts import receipt_document, receipt_rows
from app.services.exchange.score_packet import packet_items, write_packet
from app.services.exchange.workbook import import_workbook
from app.services.proposals.proposals import load_proposal
from app.services.wording.texts import translator
from tests.services.sitting import Sitting, build_sitting
from tests.services.test_sheets import a_grid, act_as, give, recipients

IT = translator("it")
POINTS, CLOSED, REASON = 6, 7, 8


@pytest.fixture
def sitting(store: Store) -> Sitting:
    made = build_sitting(store)
    recipients(store, made)
    return made


def packet(store: Store, sitting: Sitting, path: Path, member: str = "Rossi") -> Path:
    """The packet of a member, written."""
    call_id = load_proposal(store, sitting.proposals["Rho"]).call_id
    write_packet(store, path, IT, f"{call_id}:{sitting.members[member]}")
    return path


def fill(path: Path, change: Callable[[Any], None], name: str = "compilato.xlsx") -> Path:
    """The same workbook with something filled in on the sheet of points."""
    book = load_workbook(path)
    change(book[IT("Points")])
    book.save(path.with_name(name))
    return path.with_name(name)


def points(sheet: Any, number: int, quality: object, ladder: object, reason: str = "Chiara") -> None:
    """Give a proposal its points."""
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == number:
            value = {"A": quality, "L": ladder}.get(row[2].value)
            if value is not None:
                row[POINTS - 1].value = value
            if row[2].value == "A":
                row[REASON - 1].value = reason


def refused(verb: Callable[..., object], *args: object) -> AppError:
    with pytest.raises(AppError) as found:
        verb(*args)
    return found.value


def reasons(error: AppError) -> list[tuple[str, str]]:
    """(cell, code) of every fault."""
    faults: Any = error.values["errors"]
    return [(str(fault.values.get("cell", "")), fault.values["reason"].code) for fault in faults]


def stages(store: Store, member: str = "Maria Rossi") -> dict[int, SheetStage]:
    return {row.number: row.stage for row in sheet_rows(store) if row.member == member}


def test_out_and_back(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)
    written = packet(store, sitting, tmp_path / "rossi.xlsx")
    rows = list(load_workbook(written)[IT("Points")].iter_rows(min_row=2, values_only=True))
    assert len(rows) == 4 * 3
    assert rows[2][:6] == (
        1,
        "Progetto Garbagnate",
        "R",
        "Destinatari; Calcolato dai dati: Destinatari previsti",
        "0–4",
        "2",
    )

    def both(sheet: Any) -> None:
        points(sheet, 1, "7,5", 6)
        points(sheet, 2, 9.5, "0")

    receipt = import_workbook(store, fill(written, both))
    assert receipt.taken.title == "Schede di punteggio: Maria Rossi"
    assert [note.values["numbers"] for note in receipt.taken.notes] == ["3, 4"]
    given = {row.number: row.stage for row in sheet_rows(store) if row.member == "Maria Rossi"}
    assert given == {1: SheetStage.GIVEN, 2: SheetStage.GIVEN, 3: SheetStage.DUE, 4: SheetStage.DUE}
    assert receipt_rows(store)[0].title == receipt.taken.title
    assert receipt_document(store, IT, receipt_rows(store)[0].id).parts


def test_the_same_packet_twice(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)
    filled = fill(packet(store, sitting, tmp_path / "rossi.xlsx"), lambda sheet: points(sheet, 1, 7, 6))
    import_workbook(store, filled)
    assert refused(import_workbook, store, filled).code == "workbook.came_before"
    again = fill(tmp_path / "rossi.xlsx", lambda sheet: points(sheet, 1, 8, 6), "ancora.xlsx")
    error = refused(import_workbook, store, again)
    assert [code for _cell, code in reasons(error)] == ["sheet.given"]


def test_every_wrong_cell_is_named_and_nothing_comes_in(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)

    def spoil(sheet: Any) -> None:
        points(sheet, 1, "undici", 6)
        points(sheet, 2, 11, 3)
        points(sheet, 3, 7, 6, reason="")
        points(sheet, 4, 7, 6)
        sheet.cell(13, POINTS).value = "4"

    error = refused(import_workbook, store, fill(packet(store, sitting, tmp_path / "rossi.xlsx"), spoil))
    assert error.code == "workbook.refused"
    assert sorted(reasons(error)) == [
        ("F13", "score.by_archive"),
        ("F2", "points.format"),
        ("F5", "score.out_of_range"),
        ("F6", "score.not_a_step"),
        ("F8", "sheet.reasons_missing"),
    ]
    assert set(stages(store).values()) == {SheetStage.DUE}


def test_a_packet_of_another_call_or_grid(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    grid = a_grid(store)
    written = packet(store, sitting, tmp_path / "rossi.xlsx")
    filled = fill(written, lambda sheet: points(sheet, 1, 7, 6))
    unlock_grid(store, grid)
    draft = load_grid(store, grid)
    wider = (replace(draft.criteria[0], points_max=draft.criteria[0].points_max + 1), *draft.criteria[1:])
    save_grid(store, replace(draft, total_max=None, criteria=wider))
    lock_grid(store, grid)
    assert [code for _cell, code in reasons(refused(import_workbook, store, filled))] == ["packet.grid_changed"]
    book = load_workbook(written)
    book["concilia"].cell(5, 1).value = "01a20489-0000-7000-8000-000000000000"
    book.save(tmp_path / "altrove.xlsx")
    error = refused(import_workbook, store, tmp_path / "altrove.xlsx")
    assert [code for _cell, code in reasons(error)] == ["packet.other_call"]


def test_rows_that_were_changed(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)

    def spoil(sheet: Any) -> None:
        points(sheet, 1, 7, 6)
        sheet.cell(2, 3).value = "Z"
        sheet.cell(4, 3).value = "L"

    error = refused(import_workbook, store, fill(packet(store, sitting, tmp_path / "rossi.xlsx"), spoil))
    codes = [code for _cell, code in reasons(error)]
    assert codes[:2] == ["packet.row_unknown", "packet.row_twice"]


def test_a_packet_says_what_each_criterion_asks(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    bonus = CriterionDraft(code="B", name="Montani", effect=CriterionEffect.BONUS, points_max=Fraction(3))
    grid = load_grid(store, a_grid(store))
    unlock_grid(store, grid.id or "")
    gates = (GateDraft("B", text="il comune è montano"),)
    save_grid(store, replace(grid, locked=False, criteria=(*grid.criteria, bonus), gates=gates))
    lock_grid(store, grid.id or "")
    sheet = load_workbook(packet(store, sitting, tmp_path / "rossi.xlsx"))[IT("Points")]
    assert [sheet.cell(row, 4).value for row in range(2, 6)] == [
        "Qualità",
        "Rete; no: 0; sì: 6",
        "Destinatari; Calcolato dai dati: Destinatari previsti",
        "Montani; Premialità: fuori dal totale massimo; Soltanto a condizione che: il comune è montano",
    ]


def test_a_blank_packet(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)
    written = packet(store, sitting, tmp_path / "rossi.xlsx")
    assert [code for _cell, code in reasons(refused(import_workbook, store, written))] == ["packet.empty"]


def test_packets_that_can_be_written(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    assert packet_items(store) == ()
    a_grid(store)
    assert [name for _key, name in packet_items(store)] == [
        f"{name} – Griglia" for name in ("Maria Rossi", "Luca Bianchi", "Anna Verdi", "Paolo Neri", "Sara Gialli")
    ]
    act_as(store, "Anna Verdi", UserRole.MEMBER)
    assert [name for _key, name in packet_items(store)] == ["Anna Verdi – Griglia"]
    form = find_form("punteggi")
    assert form is not None
    assert form.item(store, "Anna Verdi – Griglia") == packet_items(store)[0][0]


def test_nothing_to_score(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)
    for key in sitting.proposals.values():
        give(store, key, sitting.members["Rossi"])
    error = refused(packet, store, sitting, tmp_path / "rossi.xlsx")
    assert isinstance(error, RuleBroken)
    assert (error.code, error.values["name"]) == ("packet.nothing", "Maria Rossi")
    assert not (tmp_path / "rossi.xlsx").exists()


def test_a_packet_completes_the_evaluation(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)
    rho = sitting.proposals["Rho"]
    for member in ("Bianchi", "Verdi", "Neri", "Gialli"):
        give(store, rho, sitting.members[member])
    import_workbook(store, fill(packet(store, sitting, tmp_path / "r.xlsx"), lambda sheet: points(sheet, 2, 7, 6)))
    assert load_proposal(store, rho).state is ProposalState.EVALUATED
    assert sheet_key(rho, sitting.members["Rossi"]) in {row.id for row in sheet_rows(store)}


def test_a_workbook_with_a_formula_stays_outside(store: Store, sitting: Sitting, tmp_path: Path) -> None:
    a_grid(store)

    def formula(sheet: Any) -> None:
        sheet.cell(2, POINTS).value = "=5+5"

    error = refused(import_workbook, store, fill(packet(store, sitting, tmp_path / "rossi.xlsx"), formula))
    assert isinstance(error, InvalidInput)
    assert error.code.startswith("workbook.")
    assert receipt_rows(store) == ()
