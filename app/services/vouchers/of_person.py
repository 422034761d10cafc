"""What the register of vouchers keeps of a person without a name: households, consents, requests, vouchers, uses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import Record
from app.models.households import Consent, Household, HouseholdMember, Individual
from app.models.journal import fields_of, record_classes, stored_values
from app.models.voucher_ledger import Voucher, VoucherSettlementLine, VoucherUse
from app.models.vouchers import ProgrammeService, VoucherProgramme, VoucherRequest
from app.services.journal.fields import FIELDS
from app.services.journal.labels import TABLES, UNTOLD, kind_of, row_name, told_value
from app.services.reports.spec import Kind

LEFT_OUT = frozenset(
    {"letter", "report_line_id", "request_id", "rules_id", "settlement_id", "transfer_id", "use_id", "voucher_id"}
)
"""Columns that tell a person nothing that does not stand beside them."""


@dataclass(frozen=True)
class LinkedField:
    """A field of a record that concerns a person.

    Attributes:
        kind, label: words for the record and the field, to be translated.
        name: of the record; empty for one that has none.
        value: as `formats.display` takes it for `shown`.
    """

    table: str
    row_id: str
    column: str
    kind: str
    label: str
    name: str
    shown: Kind
    value: Any


def linked_fields(session: Session, individuals: Collection[str]) -> tuple[LinkedField, ...]:
    """All that is kept of these persons in the register of vouchers, beside their own records."""
    return tuple(field for record in _records(session, individuals) for field in _fields(session, record))


def _records(session: Session, individuals: Collection[str]) -> Iterator[Record]:
    if not individuals:
        return
    members = session.scalars(_sorted(HouseholdMember, HouseholdMember.individual_id.in_(individuals))).all()
    yield from session.scalars(_sorted(Household, Household.id.in_([row.household_id for row in members])))
    yield from members
    yield from session.scalars(_sorted(Consent, Consent.individual_id.in_(individuals)))
    asked = sa.or_(VoucherRequest.individual_id.in_(individuals), VoucherRequest.requester_id.in_(individuals))
    requests = session.scalars(_sorted(VoucherRequest, asked)).all()
    yield from requests
    vouchers = session.scalars(_sorted(Voucher, Voucher.request_id.in_([row.id for row in requests]))).all()
    yield from vouchers
    for part in (VoucherUse, VoucherSettlementLine):
        yield from session.scalars(_sorted(part, part.voucher_id.in_([row.id for row in vouchers])))


def _sorted(mapped: Any, condition: Any) -> sa.Select[tuple[Any]]:
    return sa.select(mapped).where(condition).order_by(mapped.id)


def _fields(session: Session, record: Record) -> Iterator[LinkedField]:
    """The fields that say something; a record that is referred to stands there by its name."""
    table, values = record.__tablename__, stored_values(record)
    name = _called(session, record)
    for field in fields_of(type(record)):
        column, stored = field.column.name, values[field.column.name]
        if column in UNTOLD | LEFT_OUT or stored in (None, ""):
            continue
        value = told_value(table, field, stored)
        for key in field.column.foreign_keys:
            referred = session.get(record_classes()[key.column.table.name], stored)
            value = "" if referred is None else _called(session, referred)
        if column == "service":
            value = _service(session, record) or value
        if value not in (None, ""):
            yield LinkedField(
                table, record.id, column, TABLES[table][1], FIELDS[column], name, kind_of(table, field), value
            )


def _called(session: Session, record: Record) -> str:
    """What a reader knows a record by."""
    if isinstance(record, Individual):
        return f"{record.given_name} {record.surname}".strip()
    if isinstance(record, Voucher):
        return record.code
    if isinstance(record, VoucherRequest):
        return f"{session.get_one(VoucherProgramme, record.programme_id).code} {record.number}/{record.year}"
    if isinstance(record, HouseholdMember):
        return session.get_one(Household, record.household_id).name
    if isinstance(record, VoucherUse | VoucherSettlementLine):
        return session.get_one(Voucher, record.voucher_id).code
    return row_name(record.__tablename__, stored_values(record))


def _service(session: Session, request: Any) -> str:
    """What the rules call the service that a request is for."""
    named = sa.select(ProgrammeService.name).filter_by(rules_id=request.rules_id, code=request.service)
    return session.scalar(named) or ""
