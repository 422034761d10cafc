"""What the bank says of a credit transfer file: a payment status report, read from outside with care.

Source: ISO 20022, CustomerPaymentStatusReport (pain.002.001); EPC132-08, which names the codes of refusals. Banks leave
out what is accepted, so a payment that is not named is none that they refuse, unless the whole file is.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.parsers import expat

from app.models.errors import EnvironmentFailed, InvalidInput
from app.models.money import Cents
from app.services.wording.formats import rome

FILE_MAX = 8 << 20
"""Bytes of a report: some 10,000 payments."""
DEPTH_MAX = 40
REFUSED = "RJCT"
TAKEN = frozenset({"ACCP", "ACSP", "ACSC", "ACTC", "ACWC", "ACCC", "ACFC", "ACWP", "PDNG", "RCVD", "PATC"})
"""Statuses of what the bank pays, has paid, or still looks at."""
PARTLY = "PART"
_NAMESPACE = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.\d\d\}Document\Z")
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,2})?\Z")


@dataclass(frozen=True)
class BankStatus:
    """What is said of one payment.

    Attributes:
        reference: the payment's own, from end to end; empty where the report names none.
        status: as the bank writes it.
        cents, currency, iban: of the payment, where the report repeats them; None or empty where it does not.
    """

    reference: str
    status: str
    reason: str
    cents: Cents | None = None
    currency: str = ""
    iban: str = ""


@dataclass(frozen=True)
class BankMessage:
    """A payment status report.

    Attributes:
        message: its own name; `original` that of the file that it answers.
        day: that it was made on.
        status, reason: of the whole file; empty where only payments have one.
    """

    message: str
    original: str
    day: date
    status: str
    reason: str
    payments: tuple[BankStatus, ...]


def read_bank_message(path: Path) -> BankMessage:
    """A payment status report as it lies on disk; whether it fits any payment is not judged here.

    Raises:
        EnvironmentFailed: "file.unreadable".
        InvalidInput: "bank_report.too_large", "bank_report.not_xml", "bank_report.declares",
            "bank_report.not_a_status", "bank_report.lacks" with the `part`, all with `name`.
    """
    try:
        with path.open("rb") as file:
            data = file.read(FILE_MAX + 1)
    except OSError as error:
        raise EnvironmentFailed("file.unreadable", name=path.name) from error
    if len(data) > FILE_MAX:
        raise InvalidInput("bank_report.too_large", name=path.name, megabytes=FILE_MAX >> 20)
    try:
        _look_at(data)
        root = ET.fromstring(data)
    except (_DeclaresError, _DeepError) as error:
        raise InvalidInput("bank_report.declares", name=path.name) from error
    except (ET.ParseError, expat.ExpatError, ValueError, LookupError) as error:
        raise InvalidInput("bank_report.not_xml", name=path.name) from error
    return _message(root, path.name)


class _DeclaresError(Exception):
    """A document type: what entities it would bring in is not looked at."""


class _DeepError(Exception):
    """More parts within parts than any report has."""


def _look_at(data: bytes) -> None:
    """Go through a document without building it; stop at a document type, or too deep within."""
    depth = 0

    def begin(_name: str, _attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_MAX:
            raise _DeepError

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def declare(*_what: object) -> None:
        raise _DeclaresError

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = declare
    parser.Parse(data, True)


def _message(root: ET.Element, name: str) -> BankMessage:
    report = root.find("{*}CstmrPmtStsRpt")
    if _NAMESPACE.match(root.tag) is None or report is None:
        raise InvalidInput("bank_report.not_a_status", name=name)
    group = _found(report, "OrgnlGrpInfAndSts", name)
    try:
        made = datetime.fromisoformat(_needed(report, "GrpHdr/CreDtTm", name))
    except ValueError as error:
        raise InvalidInput("bank_report.lacks", name=name, part="GrpHdr/CreDtTm") from error
    return BankMessage(
        message=_needed(report, "GrpHdr/MsgId", name),
        original=_needed(group, "OrgnlMsgId", name),
        day=(made if made.tzinfo is None else made.astimezone(rome())).date(),
        status=_text(group, "GrpSts"),
        reason=_reason(group),
        payments=tuple(_payments(report, name)),
    )


def _payments(report: ET.Element, name: str) -> Iterator[BankStatus]:
    """Payments one by one; a group that is refused whole names none, and stands for the file then."""
    for part in report.findall("{*}OrgnlPmtInfAndSts"):
        status, said = _text(part, "PmtInfSts"), part.findall("{*}TxInfAndSts")
        if not said and status and status != PARTLY:
            yield BankStatus("", status, _reason(part))
        for each in said:
            amount = each.find("/".join(f"{{*}}{step}" for step in ("OrgnlTxRef", "Amt", "InstdAmt")))
            yield BankStatus(
                reference=_needed(each, "OrgnlEndToEndId", name),
                status=_text(each, "TxSts") or status,
                reason=_reason(each) or _reason(part),
                cents=None if amount is None else _cents(amount, name),
                currency="" if amount is None else amount.get("Ccy", ""),
                iban=_text(each, "OrgnlTxRef/CdtrAcct/Id/IBAN"),
            )


def _cents(amount: ET.Element, name: str) -> Cents:
    text = (amount.text or "").strip()
    if _AMOUNT.match(text) is None:
        raise InvalidInput("bank_report.lacks", name=name, part="OrgnlTxRef/Amt/InstdAmt")
    return Cents(int(Decimal(text) * 100))


def _reason(element: ET.Element) -> str:
    """Code and words of why something is refused."""
    found: list[str] = []
    for why in element.findall("{*}StsRsnInf"):
        found += (_text(why, "Rsn/Cd"), _text(why, "Rsn/Prtry"))
        found += (" ".join((each.text or "").split()) for each in why.findall("{*}AddtlInf"))
    return " ".join(dict.fromkeys(word for word in found if word))[:200]


def _found(element: ET.Element, tag: str, name: str) -> ET.Element:
    found = element.find("{*}" + tag)
    if found is None:
        raise InvalidInput("bank_report.lacks", name=name, part=tag)
    return found


def _text(element: ET.Element, way: str) -> str:
    return " ".join((element.findtext("/".join("{*}" + step for step in way.split("/"))) or "").split())


def _needed(element: ET.Element, way: str, name: str) -> str:
    text = _text(element, way)
    if not text:
        raise InvalidInput("bank_report.lacks", name=name, part=way)
    return text
