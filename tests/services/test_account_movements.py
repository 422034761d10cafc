"""What movements did to an account sums to what stands on it, whatever else they moved."""

from __future__ import annotations

from app.models.store import Store
from app.services.ledger.rows import balances
from app.services.reports.ledger_lists import account_movements
from app.services.wording.texts import translator

EN = translator("en")
RESIDUES = "Residui dell’assegnazione ex D.G.R. n. 4221/2012 sez. II"


def movements(store: Store, name: str) -> list[tuple[str, int]]:
    account = next(row for row in balances(store) if row.name.startswith(name))
    table = account_movements(store, EN, account.id)
    return [(f"{row.day:%d/%m}", row.cents) for row in table.body()]


def test_movements_of_each_account_sum_to_its_balance(sample: Store) -> None:
    for account in balances(sample):
        table = account_movements(sample, EN, account.id)
        total = account.total if account.parent_id is None else account.balance
        assert table.totals() == {"cents": total}, account.name


def test_movement_from_two_sources_tells_each_its_own_part(sample: Store) -> None:
    fixed = [cents for _day, cents in movements(sample, "Contributo di Regione")]
    residues = [cents for _day, cents in movements(sample, RESIDUES)]
    assert fixed == [254_510_00, -150_000_00, -100_000_00, -4_510_00]
    assert residues == [169_672_62, -115_490_00, -18_060_88, -18_060_87, -18_060_87]


def test_account_that_only_holds_others_tells_what_came_from_elsewhere(sample: Store) -> None:
    plan = next(row for row in balances(sample) if row.depth == 0 and row.total > 0)
    table = account_movements(sample, EN, plan.id)
    assert [(row.other, row.cents) for row in table.body()] == [
        ("Outside the plan", 254_510_00),
        ("Outside the plan", 169_672_62),
    ]
    assert table.total_label == "In all"
    area = next(row for row in balances(sample) if row.name.startswith("A.3"))
    table = account_movements(sample, EN, area.id)
    mum = next(row.name for row in balances(sample) if row.name.startswith("MUM"))
    assert [(row.other, row.cents) for row in table.body()][1:] == [
        ("Noi famiglie", -69_803_00),
        (mum, -50_197_00),
        (RESIDUES, 18_060_87),
        ("Noi famiglie", -9_030_44),
        (mum, -9_030_43),
    ]
    assert table.total_label == "Balance"
