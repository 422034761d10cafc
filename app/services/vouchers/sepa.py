"""The file for the bank: credit transfers in euro as an ISO 20022 message, checked against the schema it names.

The same payments give the same bytes: message, instant and references are the caller's. Texts hold the characters that
every bank takes, and no others.

Source: EPC132-08, SEPA credit transfer, customer-to-bank implementation guidelines: pain.001.001.09, the Latin
character set, 70 characters of a name, 140 of a remittance, 35 of a reference, at most 999,999,999.99 euro.
"""

from __future__ import annotations

import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.services.network.codes import WRONG, CodeNote, bare_code, iban_note

SCHEMA = "pain.001.001.09"
AMOUNT_MAX = Cents(99_999_999_999)
_NAMESPACE = f"{{urn:iso:std:iso:20022:tech:xsd:{SCHEMA}}}"
_NAME_MAX, _TEXT_MAX, _REFERENCE_MAX = 70, 140, 35
_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_LETTERS = str.maketrans({"ß": "ss", "Ø": "O", "ø": "o", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Æ": "AE", "æ": "ae"})


@dataclass(frozen=True)
class Payer:
    """Who pays, and from which account; `bic` may be empty."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True)
class CreditTransfer:
    """One payment.

    Attributes:
        reference: that comes back with a refusal; differs from every other one.
        amount: cents > 0.
    """

    reference: str
    name: str
    iban: str
    amount: Cents
    text: str


def bank_text(text: str, length: int) -> str:
    """A text in the characters that every bank takes: accents go, what has no Latin letter becomes a point."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(character for character in plain if not unicodedata.combining(character))
    bare = re.sub(r"[\u2018\u2019`´]", "'", re.sub(r"[\u2010-\u2015\u2212]", "-", bare)).replace("€", "EUR")
    return " ".join(_OUTSIDE.sub(".", re.sub(r"[\s«»“”\"]+", " ", bare)).split())[:length].strip()


def payment_message(
    payer: Payer,
    transfers: Sequence[CreditTransfer],
    *,
    message: str,
    made_at: datetime,
    day: date,
    validated: bool = True,
) -> bytes:
    """The message of a batch, valid by its schema.

    Args:
        message: its name, one of its own for each message that is ever sent; at most 35 characters.
        day: that the bank is asked to pay on.
        validated: whether it is held to the schema here, which takes a while to load; never False for what is sent.

    Raises:
        InvalidInput: "payer.name_missing", "payer.iban_wrong".
        RuleBroken: "payee.name_missing", "payee.iban_wrong" with `name` and `iban`, "payee.amount" with `name` and
            `amount`, "settlement.nothing_to_pay".
    """
    from sepaxml import SepaTransfer

    _check(payer, transfers)
    assert 0 < len(message) <= _REFERENCE_MAX
    config = {"name": bank_text(payer.name, _NAME_MAX), "IBAN": bare_code(payer.iban), "currency": "EUR", "batch": True}
    if payer.bic:
        config["BIC"] = bare_code(payer.bic)
    sepa = SepaTransfer(config, schema=SCHEMA, clean=False)
    for transfer in transfers:
        assert 0 < len(transfer.reference) <= _REFERENCE_MAX
        sepa.add_payment(
            {
                "name": bank_text(transfer.name, _NAME_MAX),
                "IBAN": bare_code(transfer.iban),
                "amount": int(transfer.amount),
                "description": bank_text(transfer.text, _TEXT_MAX) or transfer.reference,
                "execution_date": day,
                "endtoend_id": transfer.reference,
            }
        )
    made = _named(sepa.export(validate=False), message, made_at)
    if validated:
        from sepaxml.validation import try_valid_xml

        try_valid_xml(made, SCHEMA)
    return made


def _check(payer: Payer, transfers: Sequence[CreditTransfer]) -> None:
    if not transfers:
        raise RuleBroken("settlement.nothing_to_pay")
    if not bank_text(payer.name, _NAME_MAX):
        raise InvalidInput("payer.name_missing", field="payer_name")
    if not iban_right(payer.iban):
        raise InvalidInput("payer.iban_wrong", field="payer_iban", iban=payer.iban)
    assert len({transfer.reference for transfer in transfers}) == len(transfers)
    for transfer in transfers:
        if not bank_text(transfer.name, _NAME_MAX):
            raise RuleBroken("payee.name_missing", iban=transfer.iban)
        if not iban_right(transfer.iban):
            raise RuleBroken("payee.iban_wrong", name=transfer.name, iban=transfer.iban)
        if not 0 < transfer.amount <= AMOUNT_MAX:
            raise RuleBroken("payee.amount", name=transfer.name, amount=transfer.amount)


def iban_right(text: str) -> bool:
    """Whether money can be sent to an account: an IBAN is there, and nothing of it is wrong."""
    return iban_note(text) not in WRONG | {CodeNote.EMPTY}


def _named(exported: bytes, message: str, made_at: datetime) -> bytes:
    """The message with the caller's name and instant in the place of the library's own."""
    root = ET.fromstring(exported)
    for tag, text in (
        ("MsgId", message),
        ("CreDtTm", f"{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
        ("PmtInfId", message),
    ):
        for element in root.iter(_NAMESPACE + tag):
            element.text = text
    for bank in root.iter(_NAMESPACE + "FinInstnId"):
        if not len(bank):
            other = ET.SubElement(bank, _NAMESPACE + "Othr")
            ET.SubElement(other, _NAMESPACE + "Id").text = "NOTPROVIDED"
    ET.register_namespace("", _NAMESPACE.strip("{}"))
    ET.indent(root)
    made: bytes = ET.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + made + b"\n"
