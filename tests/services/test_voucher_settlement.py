"""Reports of providers and settlements: lines matched, differences, checks, payments, refusals, the file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook

from app.models.enums import SettlementLineState, UseOutcome, UserRole, VoucherState
from app.models.money import Cents
from app.models.network import Organisation
from app.models.store import Store
from app.models.users import Person
from app.models.voucher_ledger import Voucher, VoucherUse
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.ledger.ledger import ReversalDraft, reverse_transfer
from app.services.ledger.rows import balances, transfer_rows
from app.services.spending.payments import PaymentDraft, save_payment
from app.services.spending.projects import project_rows
from app.services.vouchers.accounts import provide_programme
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.payments import (
    load_settlement,
    make_payment_file,
    payment_file,
    settlement_payments,
    settlement_rows,
)
from app.services.vouchers.provider_reports import (
    ReportLineDraft,
    VoucherReportDraft,
    accept_voucher_report,
    delete_voucher_report,
    import_voucher_report,
    load_voucher_report,
    report_differences,
    save_voucher_report,
    voucher_report_rows,
)
from app.services.vouchers.settlement import (
    RefusalDraft,
    SettlementDraft,
    check_settlement,
    delete_settlement,
    refuse_payment,
    release_settlement,
    return_settlement,
    save_settlement,
)
from app.services.vouchers.using import CorrectionDraft, UseDraft, correct_use, record_use
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.voucher_world import DAY, IBAN, VoucherWorld, build_vouchers, give, give_firm, set_today
from tests.services.world import new_store, reopen

EN = translator("en")
PAY_DAY = date(2015, 7, 1)
CODES = tuple(VoucherNumber("CRE", 2015, n).text() for n in range(1, 6))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VoucherWorld, tuple[str, ...]]:
    """Three vouchers of 100.00, the first of which was used for 20.00 at the desk on 1 June."""
    store = new_store(tmp_path_factory.mktemp("settled"))
    world = build_vouchers(store)
    keys = give(store, world, 100_00, 100_00, 100_00)
    record_use(store, UseDraft(CODES[0], DAY, Fraction(8), world.provider, "R1"))
    store.close()
    return store.path, world, tuple(keys)


@pytest.fixture
def store(built: tuple[Path, VoucherWorld, tuple[str, ...]], tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / built[0].name
    shutil.copy(built[0], path)
    opened = reopen(path)
    set_today(opened, PAY_DAY)
    yield opened
    opened.close()


@pytest.fixture
def world(built: tuple[Path, VoucherWorld, tuple[str, ...]]) -> VoucherWorld:
    return replace(built[1])


def row(store: Store, code: str) -> Voucher:
    with store.read() as session:
        return session.query(Voucher).filter_by(code=code).one()


def line(code: str, day: date | None = date(2015, 6, 3), hours: int | None = 8, **more: Any) -> ReportLineDraft:
    return ReportLineDraft(None, code, day, None if hours is None else Fraction(hours), **{"document": "R9", **more})


def report(world: VoucherWorld, *lines: ReportLineDraft) -> VoucherReportDraft:
    return VoucherReportDraft(
        programme_id=world.programme, provider_id=world.provider, protocol="12", date_received=PAY_DAY, lines=lines
    )


def settlement(world: VoucherWorld, **more: Any) -> SettlementDraft:
    return replace(
        SettlementDraft(programme_id=world.programme, day=PAY_DAY, act="Determina 7", act_day=PAY_DAY), **more
    )


def paid(store: Store, world: VoucherWorld) -> str:
    key = save_settlement(store, settlement(world)).id
    check_settlement(store, key)
    release_settlement(store, key, PAY_DAY)
    return key


def broken(store: Store) -> list[str]:
    return [sentence for each in verify(store, EN).invariants for sentence in each.broken]


def test_each_line_of_a_report_is_matched_or_says_why_not(store: Store, world: VoucherWorld) -> None:
    lines = (
        line(CODES[0], DAY, 8, cents=Cents(20_00), document=""),  # recorded at the desk
        line(CODES[1]),
        line(CODES[1]),  # again
        line(CODES[2], cents=Cents(100_01)),
        line(CODES[2], date(2015, 8, 1)),
        line(CODES[2], date(2015, 7, 2)),
        line(CODES[2], hours=0),
        line(CODES[2], hours=25),
        line(CODES[3]),
        line(CODES[2][:-1] + "?"),
        line(CODES[2][:9] + "1" + CODES[2][10:]),
        line(CODES[0], DAY, 8, document=""),  # the same use a second time
    )
    key = save_voucher_report(store, report(world, *lines)).id
    outcomes = [each.outcome for each in load_voucher_report(store, key).lines]
    assert outcomes == [
        UseOutcome.MATCHED,
        UseOutcome.MATCHED,
        UseOutcome.USED_ALREADY,
        UseOutcome.ABOVE_AMOUNT,
        UseOutcome.OUT_OF_VALIDITY,
        UseOutcome.OUT_OF_VALIDITY,
        UseOutcome.WRONG_UNITS,
        UseOutcome.WRONG_UNITS,
        UseOutcome.UNKNOWN,
        UseOutcome.MISTYPED,
        UseOutcome.MISTYPED,
        UseOutcome.USED_ALREADY,
    ]
    found = report_differences(store, key)
    assert [each.number for each in found][:3] == [3, 4, 5]
    assert found[1].code == "voucher.above_amount"
    assert row(store, CODES[1]).used == 0
    accept_voucher_report(store, key)
    assert (row(store, CODES[0]).used, row(store, CODES[1]).used, row(store, CODES[2]).used) == (20_00, 20_00, 0)
    assert len(report_differences(store, key)) == len(found)
    (shown,) = voucher_report_rows(store)
    assert (shown.lines, shown.differing, shown.cents) == (12, len(found), 40_00)
    assert refusal(accept_voucher_report, store, key)[0] == "voucher_report.accepted_already"
    assert refusal(delete_voucher_report, store, key)[0] == "voucher_report.accepted_already"
    assert broken(store) == []


def test_a_report_that_says_nothing_right_is_not_accepted(store: Store, world: VoucherWorld) -> None:
    assert refusal(save_voucher_report, store, report(world)) == ("field.required", "lines")
    key = save_voucher_report(store, report(world, line(CODES[4]), line(CODES[1]))).id
    draft = load_voucher_report(store, key)
    save_voucher_report(store, replace(draft, lines=(draft.lines[0], line(CODES[3]))))
    assert [each.code for each in load_voucher_report(store, key).lines] == [CODES[4], CODES[3]]
    assert refusal(accept_voucher_report, store, key)[0] == "voucher_report.nothing_fits"
    delete_voucher_report(store, key)
    assert voucher_report_rows(store) == ()


def book(path: Path, *rows: tuple[Any, ...], merged: str = "") -> Path:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.append(["Cooperativa Il Grillo", "giugno 2015"])
    for each in (("Numero buono", "Data", "Ore", "Importo", "Documento"), *rows):
        sheet.append(list(each))
    if merged:
        sheet.merge_cells(merged)
    made.save(path)
    return path


def test_a_workbook_is_read_whole_and_known_when_it_comes_again(
    store: Store, world: VoucherWorld, tmp_path: Path
) -> None:
    path = book(
        tmp_path / "giugno.xlsx",
        (CODES[1].lower(), date(2015, 6, 3), 8, None, "R9"),
        (CODES[2], "04/06/2015", "7,5", 18.75, None),
        (None, None, None, None, None),
        ("Totale", None, 15.5, None, None),
    )
    key = import_voucher_report(store, path, report(world)).id
    found = load_voucher_report(store, key)
    assert [(each.units, each.cents, each.outcome) for each in found.lines] == [
        (8, 20_00, UseOutcome.MATCHED),
        (Fraction(15, 2), 18_75, UseOutcome.MATCHED),
    ]
    assert found.file_name == "giugno.xlsx"
    assert refusal(import_voucher_report, store, path, report(world))[0] == "voucher_report.came_before"
    accept_voucher_report(store, key)
    again = book(tmp_path / "ancora.xlsx", (CODES[1], date(2015, 6, 3), 8, 20, "R9"))
    second = import_voucher_report(store, again, report(world)).id
    assert [each.outcome for each in report_differences(store, second)] == [UseOutcome.USED_ALREADY]
    for name, merged, rows, code in (
        ("m", "A3:A4", ((CODES[1], DAY, 1), (CODES[1], DAY, 1)), "voucher_report.merged_cells"),
        ("e", "", (), "voucher_report.empty"),
        ("d", "", ((CODES[1], "31/06/2015", "otto"),), "workbook.refused"),
    ):
        path = book(tmp_path / f"{name}.xlsx", *rows, merged=merged)
        assert refusal(import_voucher_report, store, path, report(world))[0] == code
    plain = Workbook()
    plain.save(tmp_path / "p.xlsx")
    assert refusal(import_voucher_report, store, tmp_path / "p.xlsx", report(world))[0] == "voucher_report.no_table"


def test_a_settlement_goes_from_entered_to_the_file_for_the_bank(store: Store, world: VoucherWorld) -> None:
    budget = give_firm(store, world, 300_00)
    give(store, world, 80_00, firm_budget_id=budget, period_start=DAY)
    code = VoucherNumber("CRE", 2015, 4).text()
    assert refusal(save_settlement, store, settlement(world, day=date(2015, 5, 31)))[0] == "settlement.nothing_to_pay"
    record_use(store, UseDraft(code, PAY_DAY, Fraction(4), world.provider, "R2"))
    key = save_settlement(store, settlement(world, act="")).id
    assert refusal(save_settlement, store, settlement(world))[0] == "settlement.nothing_to_pay"
    (payment,) = settlement_payments(store, key)
    assert (payment.name, payment.cents, payment.iban_right, len(payment.uses)) == (
        "Cooperativa Il Grillo",
        28_00,
        True,
        2,
    )
    assert refusal(release_settlement, store, key, PAY_DAY)[0] == "settlement.not_checked"
    assert refusal(make_payment_file, store, key, PAY_DAY)[0] == "settlement.not_released"
    check_settlement(store, key)
    assert refusal(release_settlement, store, key, PAY_DAY)[0] == "settlement.no_act"
    assert refusal(delete_settlement, store, key)[0] == "settlement.not_entered"
    return_settlement(store, key)
    save_settlement(store, replace(load_settlement(store, key), act="Determina 7", act_day=PAY_DAY))
    check_settlement(store, key)
    set_today(store, date(2015, 7, 2))
    assert refusal(release_settlement, store, key, date(2015, 6, 30)) == ("settlement.before_act", "day")
    save_settlement(store, replace(load_settlement(store, key), act_day=None))
    assert refusal(release_settlement, store, key, date(2015, 6, 30)) == ("settlement.before_use", "day")
    release_settlement(store, key, PAY_DAY)
    assert (row(store, CODES[0]).settled, row(store, code).settled) == (20_00, 8_00)
    assert sum(each.balance for each in balances(store) if each.kind.value == "paid") == 28_00
    assert refusal(make_payment_file, store, key, PAY_DAY) == ("payment_file.day", "day")
    make_payment_file(store, key, date(2015, 7, 3))
    made = payment_file(store, key)
    assert b"<MsgId>CRE-2015-0001</MsgId>" in made.content
    assert made.content.count(b"<CtrlSum>28.00</CtrlSum>") == 2
    assert refusal(make_payment_file, store, key, date(2015, 7, 3))[0] == "payment_file.made_already"
    (shown,) = settlement_rows(store)
    assert (shown.payments, shown.uses, shown.cents, shown.file, shown.ground) == (1, 2, 28_00, True, "Determina 7")
    assert broken(store) == []


def test_what_the_bank_refuses_is_unpaid_and_paid_again(store: Store, world: VoucherWorld) -> None:
    key = paid(store, world)
    assert refusal(refuse_payment, store, RefusalDraft(key, 2, PAY_DAY, "AC01")) == (
        "settlement.payment_unknown",
        "payment",
    )
    assert refusal(refuse_payment, store, RefusalDraft(key, 1, DAY, "AC01")) == ("settlement.before_payment", "day")
    refuse_payment(store, RefusalDraft(key, 1, PAY_DAY, "Conto chiuso (AC04)"))
    (payment,) = settlement_payments(store, key)
    assert (payment.state, payment.reason) == (SettlementLineState.REFUSED, "Conto chiuso (AC04)")
    assert (row(store, CODES[0]).settled, row(store, CODES[0]).state) == (0, VoucherState.PART_USED)
    assert refusal(refuse_payment, store, RefusalDraft(key, 1, PAY_DAY, "x"))[0] == "settlement.refused_already"
    assert refusal(make_payment_file, store, key, PAY_DAY)[0] == "settlement.nothing_to_pay"
    assert broken(store) == []
    again = paid(store, world)
    assert load_settlement(store, again).number == 2
    assert row(store, CODES[0]).settled == 20_00
    assert broken(store) == []


def test_a_use_in_a_settlement_is_not_corrected(store: Store, world: VoucherWorld) -> None:
    key = save_settlement(store, settlement(world)).id
    use = settlement_payments(store, key)[0].uses[0]
    with store.read() as session:
        use_id = session.query(VoucherUse.id).filter_by(voucher_id=use.voucher_id).scalar()
    assert refusal(correct_use, store, CorrectionDraft(use_id, "x"))[0] == "use.in_settlement"
    delete_settlement(store, key)
    correct_use(store, CorrectionDraft(use_id, "x"))
    assert refusal(save_settlement, store, settlement(world))[0] == "settlement.nothing_to_pay"


def test_no_settlement_before_another_is_taken_back(store: Store, world: VoucherWorld) -> None:
    save_settlement(store, settlement(world))
    first = last_undoable(store)
    record_use(store, UseDraft(CODES[1], DAY, Fraction(8), world.provider, "R1"))
    second = save_settlement(store, settlement(world)).id
    assert first is not None
    assert refusal(undo, store, first.number)[0] == "undo.changed_since"
    delete_settlement(store, second)
    undo(store, first.number)
    assert settlement_rows(store) == ()


def test_who_entered_a_settlement_neither_checks_nor_releases_it(store: Store, world: VoucherWorld) -> None:
    store.person = Person("one", "Anna", UserRole.CASHIER)
    store.user = "Anna"
    key = save_settlement(store, settlement(world)).id
    assert refusal(check_settlement, store, key)[0] == "right.same_person"
    store.person = Person("two", "Bice", UserRole.CASHIER)
    store.user = "Bice"
    check_settlement(store, key)
    store.person = Person("one", "Anna", UserRole.CASHIER)
    store.user = "Anna"
    assert refusal(release_settlement, store, key, PAY_DAY)[0] == "right.same_person"


def test_an_account_that_no_bank_takes_stops_the_file_and_nothing_else(store: Store, world: VoucherWorld) -> None:
    with store.write("save_organisation") as session:
        session.get_one(Organisation, world.provider).iban = IBAN.replace("X", "Y", 1)
    key = paid(store, world)
    (payment,) = settlement_payments(store, key)
    assert not payment.iban_right
    assert refusal(make_payment_file, store, key, PAY_DAY)[0] == "payee.iban_wrong"


def test_what_a_programme_of_vouchers_has_is_not_paid_to_its_project(store: Store, world: VoucherWorld) -> None:
    with store.write("raise_programme") as session:
        provide_programme(session, world.programme, world.project, "CRE", Cents(60_000_00), DAY, world.decision)
    row = next(each for each in project_rows(store) if each.id == world.project)
    assert (row.granted, row.paid, row.vouchers, row.left) == (100_000_00, 0, 70_000_00, 30_000_00)
    paid = PaymentDraft(proposal_id=row.id, tranche=1, act="Determina 8", act_day=PAY_DAY, guarantee="Polizza 3")
    over = replace(paid, amount=Cents(30_000_01))  # half of the grant would be 50,000.00
    assert refusal(save_payment, store, over) == ("payment.over_tranche", "amount")
    save_payment(store, replace(paid, amount=Cents(30_000_00)))


def test_a_transfer_is_found_from_every_row_that_rests_on_it(store: Store) -> None:
    with store.read() as session:
        inspector = sa.inspect(session.connection())
        searched = {
            (table, column)
            for table in inspector.get_table_names()
            for column in (
                *(each["column_names"][0] for each in inspector.get_indexes(table)),
                *(each["column_names"][0] for each in inspector.get_unique_constraints(table)),
                *inspector.get_pk_constraint(table)["constrained_columns"][:1],
            )
        }
        resting = {
            (table, each["constrained_columns"][0])
            for table in inspector.get_table_names()
            for each in inspector.get_foreign_keys(table)
            if each["referred_table"] == "transfer"
        }
    assert len(resting) > 5
    assert resting <= searched, "while a transfer lacks postings, the engine looks for the rows of each new one"


def test_money_of_vouchers_does_not_move_by_other_doors(store: Store, world: VoucherWorld) -> None:
    paid(store, world)
    for transfer in transfer_rows(store):
        if transfer.kind.value in ("provision", "reservation", "settlement"):
            draft = ReversalDraft(transfer.id, PAY_DAY, "x", world.decision)
            assert refusal(reverse_transfer, store, draft)[0] == "transfer.only_vouchers_move"
