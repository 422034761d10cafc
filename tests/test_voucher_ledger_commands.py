"""The sub-verbs of `concilia vouchers` that give, use, report, settle and pay, from the request to the bank's file."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from app.cli import main
from app.services.wording.formats import rome
from tests.services.voucher_world import admit, build_vouchers
from tests.services.world import new_store


def test_a_voucher_goes_from_its_request_to_the_file_for_the_bank(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = new_store(tmp_path)
    world = build_vouchers(store)
    requests = admit(store, world, 100_00, 60_00)
    path = str(store.path)
    store.close()

    def say(*words: str, code: int = 0) -> str:
        assert main(["vouchers", words[0], path, *words[1:]]) == code
        told = capsys.readouterr()
        return told.err if code == 2 else told.out

    told = say("issue", *requests, "--day", "01/06/2015")
    first, second = (line.split()[0] for line in told.splitlines())
    assert first.startswith("CRE-2015-00001-")
    use = ("--day", "03/06/2015", "--units", "8", "--provider", "cooperativa il grillo")
    assert "80,00" in say("use", first.lower(), *use, "--document", "R1")
    assert say("use", first, *use, "--document", "R1", code=2).count("\n") == 1
    assert say("use", first, "--day", "03/06/2015", "--units", "8", "--provider", "Ignota", code=2)

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("Numero buono", "Data", "Ore"), (second, date(2015, 6, 4), 4), (second[:-1] + "*", "04/06/2015", 4)):
        sheet.append(list(row))
    book.save(tmp_path / "giugno.xlsx")
    report = ("--programme", "cre", "--provider", "Cooperativa Il Grillo", "--day", "01/07/2015", "--accept")
    assert say("report", str(tmp_path / "giugno.xlsx"), *report, code=1).count("\n") == 2

    settled = say("settle", "CRE", "--day", "30/06/2015", "--act", "Determina 7", "--act-day", "30/06/2015")
    key = settled.split()[0]
    assert "26,00" in settled
    say("check", key)
    say("release", key, "--day", "01/07/2015")
    out = tmp_path / "banca.xml"
    day = datetime.now(rome()).strftime("%d/%m/%Y")
    say("file", key, "--day", day, "-o", str(out))
    assert b"<CtrlSum>26.00</CtrlSum>" in out.read_bytes()
    bank = tmp_path / "esito.xml"
    sent = out.read_text().split("<MsgId>")[1].split("<")[0]
    named = f"<TxInfAndSts><OrgnlEndToEndId>{sent}/7</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>"
    head = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>B</MsgId>'
    made = "<CreDtTm>2015-07-02T09:00:00</CreDtTm></GrpHdr>"
    about = f"<OrgnlGrpInfAndSts><OrgnlMsgId>{sent}</OrgnlMsgId></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts>"
    foot = "</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    bank.write_text(head + made + about + named + foot)
    assert "Nessun pagamento" in say("bank", key, str(bank), code=1)
    bank.write_text(head + made + about + named.replace("/7<", "/1<") + foot)
    assert "Respinto dalla banca" in say("bank", key, str(bank))
    assert say("refuse", key, "1", "--reason", "AC04", "--day", "02/07/2015", code=2)
    (row,) = json.loads(say("settlements", "--json"))["settlements"]
    assert (row["refused"], row["file"], row["state"]) == ("26.00", True, "released")

    say("renounce", second, "--reason", "Trasferiti", "--day", "02/07/2015")
    say("reinstate", second, "--reason", "Per errore")
    say("revoke", second, "--reason", "Requisiti", "--day", "03/07/2015")
    assert first in say("expire", "--programme", "CRE")
    found = json.loads(say("list", "--json"))["vouchers"]
    assert {each["number"]: each["state"] for each in found} == {first: "expired", second: "revoked"}
    assert say("list", "--programme", "CRE").count("\n") == 2
    assert main(["verify", path]) == 0
