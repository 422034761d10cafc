"""The bank's report on a credit transfer file: read with care, matched line by line, taken whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.enums import PayTo, SettlementLineState
from app.models.errors import AppError
from app.models.households import Household
from app.models.store import Store
from app.services.vouchers.bank_message import FILE_MAX, read_bank_message
from app.services.vouchers.bank_report import BankLineState, read_bank_report, take_bank_report
from app.services.vouchers.given import voucher_rows
from app.services.vouchers.payments import load_settlement, make_payment_file, settlement_payments
from app.services.vouchers.settlement import SettlementDraft, check_settlement, release_settlement, save_settlement
from app.services.vouchers.using import UseDraft, record_use
from tests.services.voucher_world import IBAN, build_vouchers, give, set_today
from tests.services.world import new_store, reopen

PAID, TODAY = date(2015, 7, 1), date(2015, 7, 8)
SENT = "CRE-2015-0001"
HEAD = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
WHOLE = "<TxSts>RJCT</TxSts>"
Refused = tuple[Store, str]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Three families that were paid back, and the file for the bank of it."""
    with new_store(tmp_path_factory.mktemp("bank"), "paid.concilia") as store:
        world = build_vouchers(store, pay_to=PayTo.FAMILY.value)
        give(store, world, 100_00, 80_00, 60_00)
        set_today(store, PAID)
        with store.write("save_household") as session:
            for family in session.scalars(sa.select(Household)):
                family.iban = IBAN
        for row in voucher_rows(store):
            record_use(store, UseDraft(row.code, PAID, Fraction(8), world.provider, "R"))
        key = save_settlement(store, SettlementDraft(programme_id=world.programme, day=PAID, act="Determina 7")).id
        check_settlement(store, key)
        release_settlement(store, key, PAID)
        make_payment_file(store, key, date(2015, 7, 3), validated=False)
        return store.path, key


def opened(path: Path) -> Store:
    store = reopen(path)
    set_today(store, TODAY)
    return store


@pytest.fixture
def paid(made: tuple[Path, str], tmp_path: Path) -> Iterator[Refused]:
    with opened(Path(shutil.copy(made[0], tmp_path / "a.concilia"))) as store:
        yield store, made[1]


@pytest.fixture(scope="module")
def kept(made: tuple[Path, str]) -> Iterator[Refused]:
    """For what writes nothing: the same archive for all."""
    with opened(made[0]) as store:
        yield store, made[1]


def payment(number: int | str, status: str = "RJCT", reason: str = "AC04", more: str = "") -> str:
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>Conto  chiuso</AddtlInf></StsRsnInf>" if reason else ""
    named = f"<OrgnlEndToEndId>{SENT}/{number}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
    return f"<TxInfAndSts>{named}{why}{more}</TxInfAndSts>"


def report(
    *payments: str, group: str = "<GrpSts>PART</GrpSts>", part: str = "", sent: str = SENT, made: str = ""
) -> str:
    return (
        f"{HEAD}<GrpHdr><MsgId>B1</MsgId><CreDtTm>{made or '2015-07-06T08:00:00'}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{sent}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{sent}</OrgnlPmtInfId>{part}{''.join(payments)}"
        "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    )


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "esito.xml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def of_amount(euro: str, currency: str = "EUR", iban: str = "") -> str:
    account = f"<CdtrAcct><Id><IBAN>{iban}</IBAN></Id></CdtrAcct>" if iban else ""
    return f'<OrgnlTxRef><Amt><InstdAmt Ccy="{currency}">{euro}</InstdAmt></Amt>{account}</OrgnlTxRef>'


def states(store: Store, key: str) -> list[tuple[SettlementLineState, str]]:
    return [(each.state, each.reason) for each in settlement_payments(store, key)]


def settled(store: Store) -> int:
    return sum(row.settled for row in voucher_rows(store))


def test_what_the_report_refuses_is_unpaid_and_the_rest_stays_paid(paid: Refused, tmp_path: Path) -> None:
    store, key = paid
    first, second, third = settlement_payments(store, key)
    whole = settled(store)
    path = written(
        tmp_path,
        report(
            payment(2, more=of_amount(f"{second.cents // 100}.{second.cents % 100:02d}", iban=second.iban)),
            payment(3, status="ACSC", reason=""),
        ),
    )
    found = read_bank_report(store, key, path)
    assert [(line.number, line.name, line.state) for line in found.lines] == [
        (2, second.name, BankLineState.REFUSED),
        (3, third.name, BankLineState.TAKEN),
    ]
    assert (found.differences, found.cents) == (0, second.cents)
    assert settled(store) == whole, "reading writes nothing"
    take_bank_report(store, key, path)
    paid_still = (SettlementLineState.PAID, "")
    assert states(store, key) == [paid_still, (SettlementLineState.REFUSED, "AC04 Conto chiuso"), paid_still]
    assert settled(store) == whole - second.cents == first.cents + third.cents
    assert settlement_payments(store, key)[1].date_refused == date(2015, 7, 6)
    assert read_bank_report(store, key, path).lines[0].state is BankLineState.REFUSED_ALREADY
    assert refusal(paid, path)[0] == "bank_report.differs"


@pytest.mark.parametrize(
    "text",
    [
        report(group="<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DT01</Cd></Rsn></StsRsnInf>"),
        report(group="", part="<StsRsnInf><Rsn><Prtry>DT01</Prtry></Rsn></StsRsnInf><PmtInfSts>RJCT</PmtInfSts>"),
    ],
)
def test_a_file_that_is_refused_whole_is_unpaid_whole(paid: Refused, tmp_path: Path, text: str) -> None:
    store, key = paid
    take_bank_report(store, key, written(tmp_path, text))
    assert states(store, key) == [(SettlementLineState.REFUSED, "DT01")] * 3
    assert settled(store) == 0


def refusal(paid: Refused, path: Path) -> tuple[str, dict[str, object]]:
    """Code and values of the refusal; nothing was written."""
    store, key = paid
    before = states(store, key)
    with pytest.raises(AppError) as refused:
        take_bank_report(store, key, path)
    assert states(store, key) == before
    return refused.value.code, dict(refused.value.values)


@pytest.mark.parametrize(
    ("wrong", "state"),
    [
        (payment(9), BankLineState.UNKNOWN),
        (payment("x"), BankLineState.UNKNOWN),
        (payment(2), BankLineState.TWICE),
        (payment(1, more=of_amount("1.00")), BankLineState.OTHER_AMOUNT),
        (payment(1, more=of_amount("20.00", "CHF")), BankLineState.OTHER_AMOUNT),
        (payment(1, more=of_amount("12.00", iban="DE89370400440532013000")), BankLineState.OTHER_ACCOUNT),
        (payment(1, status="HUHU"), BankLineState.OTHER_STATUS),
    ],
)
def test_one_line_that_differs_stops_the_whole_report(
    kept: Refused, tmp_path: Path, wrong: str, state: BankLineState
) -> None:
    store, key = kept
    cents = settlement_payments(store, key)[0].cents
    wrong = wrong.replace(">12.00<", f">{cents // 100}.{cents % 100:02d}<")
    path = written(tmp_path, report(payment(2), wrong))
    found = read_bank_report(store, key, path)
    assert [line.state for line in found.lines] == [BankLineState.REFUSED, state]
    code, values = refusal(kept, path)
    assert (code, values["lines"], values["reference"]) == ("bank_report.differs", 1, found.lines[1].reference)


BOMB = '<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (report(payment(1), sent="CRE-2014-0001"), "bank_report.other_file"),
        (report(payment(1, status="ACCP", reason="")), "bank_report.none_refused"),
        (report(payment(1), made="2015-07-09T08:00:00+02:00"), "date.in_future"),
        (report(payment(1), made="2015-06-30T23:00:00"), "settlement.before_payment"),
        (report(payment(1), made="ieri"), "bank_report.lacks"),
        (report(payment(1), made=" "), "bank_report.lacks"),
        (report(payment(1, more=of_amount("1,00"))), "bank_report.lacks"),
        (report(payment(1, more=of_amount("1e9"))), "bank_report.lacks"),
        (report("<TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts>"), "bank_report.lacks"),
        (report(payment(1)).replace("OrgnlGrpInfAndSts", "Altro"), "bank_report.lacks"),
        (report(payment(1)).replace("pain.002.001.10", "pain.001.001.09"), "bank_report.not_a_status"),
        (report(payment(1)).replace("CstmrPmtStsRpt", "Altro"), "bank_report.not_a_status"),
        (BOMB + report(payment(1)).replace("B1", "&b;"), "bank_report.declares"),
        ((BOMB + report(payment(1))).encode("utf-16"), "bank_report.declares"),
        ('<!DOCTYPE d SYSTEM "file:///etc/passwd">' + report(payment(1)), "bank_report.declares"),
        ("<a>" * 100 + "</a>" * 100, "bank_report.declares"),
        (report(payment(1))[:-20], "bank_report.not_xml"),
        (report(payment(1)).replace("B1", "&b;"), "bank_report.not_xml"),
        (b'<?xml version="1.0" encoding="ignota"?><a/>', "bank_report.not_xml"),
        (b"\xff\xfe\x00\x01", "bank_report.not_xml"),
        (b"", "bank_report.not_xml"),
        (b"PK\x03\x04 a workbook", "bank_report.not_xml"),
        (b"<a>" + b" " * FILE_MAX + b"</a>", "bank_report.too_large"),
    ],
)
def test_a_file_that_is_none_of_this_settlement_is_refused(
    kept: Refused, tmp_path: Path, text: str | bytes, code: str
) -> None:
    assert refusal(kept, written(tmp_path, text))[0] == code


def test_a_report_for_a_settlement_that_no_file_was_made_of(paid: Refused, tmp_path: Path) -> None:
    store, key = paid
    assert refusal(paid, tmp_path / "nessuno.xml")[0] == "file.unreadable"
    path = written(tmp_path, report(group="<GrpSts>RJCT</GrpSts>"))
    take_bank_report(store, key, path)
    assert states(store, key) == [(SettlementLineState.REFUSED, "RJCT")] * 3, "no reason is given: its status says it"
    again = replace(load_settlement(store, key), id=None, day=TODAY)
    other = save_settlement(store, again).id
    assert refusal((store, other), path)[0] == "settlement.not_released"
    check_settlement(store, other)
    release_settlement(store, other, TODAY)
    assert refusal((store, other), path)[0] == "payment_file.not_made"
    assert settled(store) == sum(each.cents for each in settlement_payments(store, other))


def test_a_report_keeps_its_words_and_not_its_spaces(tmp_path: Path) -> None:
    read = read_bank_message(written(tmp_path, report(payment(1), made="2015-07-06T23:30:00Z")))
    assert (read.message, read.original, read.status, read.day) == ("B1", SENT, "PART", date(2015, 7, 7))
    (said,) = read.payments
    assert replace(said, reason="") == replace(said, reference=f"{SENT}/1", status="RJCT", reason="")
    assert said.reason == "AC04 Conto chiuso"
