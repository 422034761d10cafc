"""The voucher on paper, on A5 with its square; and the receipt of a request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import IseeKind, PayTo, VoucherRequestState
from app.models.errors import NotFound
from app.models.households import Household, Individual
from app.models.money import format_euro
from app.models.network import Organisation
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import (
    ProgrammeDocument,
    ProgrammeRules,
    ProgrammeService,
    VoucherProgramme,
    VoucherRequest,
)
from app.services.children import get_row
from app.services.reports.frame import framed
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Document, Facts, Heading, Items, Paragraph, Part, QrCode, Signatures
from app.services.vouchers.register import RegisterRow, public_code, register_rows
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.points import POINT, format_points
from app.services.wording.texts import Translator

VOUCHER = "BUONO"
RECEIPT = "RICEVUTA-DOMANDA"

LISTED_MAX = 500
"""Vouchers or requests up to which each is offered by name; of more, each is printed from its own record."""


# --- the voucher -----------------------------------------------------------------------------


def voucher_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and number of each voucher; none when there are too many to choose from."""
    query = sa.select(Voucher.id, Voucher.code).order_by(Voucher.code).limit(LISTED_MAX + 1)
    with store.read() as session:
        found = tuple((key, code) for key, code in session.execute(query).tuples())
    return found if len(found) <= LISTED_MAX else ()


def voucher_document(store: Store, item: str | None, tr: Translator) -> Document:
    """A voucher to be handed out.

    Raises:
        NotFound: "record.gone".
    """
    rows = register_rows(store, voucher_id=item)
    if item is None or not rows:
        raise NotFound("record.gone")
    row = rows[0]
    with store.read() as session:
        request = get_row(session, VoucherRequest, get_row(session, Voucher, row.id).request_id)
        pay_to = PayTo(get_row(session, ProgrammeRules, request.rules_id).pay_to)
        name = get_row(session, VoucherProgramme, row.programme_id).name
    title = tr("Voucher {number}").format(number=row.code)
    parts = tuple(_voucher_parts(row, name, pay_to, tr))
    return replace(framed(store, tr, VOUCHER, title, parts, slug=f"buono-{row.code.lower()}"), small=True)


def _voucher_parts(row: RegisterRow, programme: str, pay_to: PayTo, tr: Translator) -> Iterator[Part]:
    days = tr("valid from {first} to {last}").format(first=format_date(row.valid_from), last=format_date(row.valid_to))
    caption = tr("Square with the number of the voucher, {number}").format(number=row.code)
    yield QrCode(row.code, caption, (format_euro(row.amount), row.code, days, tr("for {name}").format(name=row.holder)))
    yield Facts(tuple(_voucher_facts(row, programme, tr)))
    yield Heading(tr("How it is used"))
    yield Items(tuple(_conditions(row, pay_to, tr)))
    notes = sample_notes((row,), tr)
    if notes:
        yield Paragraph(" ".join(notes))


def _voucher_facts(row: RegisterRow, programme: str, tr: Translator) -> Iterator[tuple[str, str]]:
    yield tr("Programme"), programme
    yield tr("Service"), row.service
    if row.units is not None:
        yield tr("Quantity"), f"{format_points(Fraction(row.units, POINT))} ({label(row.unit, tr)})"
    if row.provider:
        yield tr("Provider"), row.provider
    if row.firm:
        yield tr("From the budget of"), row.firm
    if row.expense is not None:
        yield tr("Price of the service"), format_euro(row.expense)
        if row.employer_part:
            yield tr("Paid by the firm"), format_euro(row.employer_part)
        if row.family_part:
            asker = tr("Paid by who asked") if row.organisation_id else tr("Paid by the family")
            yield asker, format_euro(row.family_part)


def _conditions(row: RegisterRow, pay_to: PayTo, tr: Translator) -> Iterator[str]:
    """The conditions in plain words, a sentence each."""
    yield tr("It pays up to {amount} of the price; the rest is yours to pay.").format(amount=format_euro(row.amount))
    if pay_to is PayTo.PROVIDER:
        yield tr("Show this sheet, or its number, to the provider: the office pays.")
    else:
        yield tr("Pay the service, bring the invoice to the office, and you are paid back.")
    yield tr("It can be used in parts until {day}, and not after it.").format(day=format_date(row.valid_to))
    yield tr("It is yours alone: it is not money, nor to be given to others.")
    yield tr("You do not need it? Tell the office: the next on the list gets it.")
    yield tr("In published lists it stands without your name, as {code}.").format(code=public_code(row.id))


# --- the receipt of a request ----------------------------------------------------------------


def request_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and number of each request; none when there are too many to choose from."""
    query = (
        sa.select(VoucherRequest.id, VoucherProgramme.code, VoucherRequest.year, VoucherRequest.number)
        .join(VoucherProgramme, VoucherProgramme.id == VoucherRequest.programme_id)
        .order_by(VoucherProgramme.code, VoucherRequest.year, VoucherRequest.number)
        .limit(LISTED_MAX + 1)
    )
    with store.read() as session:
        rows = session.execute(query).tuples()
        found = tuple((key, f"{code} {number}/{year}") for key, code, year, number in rows)
    return found if len(found) <= LISTED_MAX else ()


def receipt_document(store: Store, item: str | None, tr: Translator) -> Document:
    """The receipt of a request for a voucher.

    Raises:
        NotFound: "record.gone".
    """
    if item is None:
        raise NotFound("record.gone")
    with store.read() as session:
        request = get_row(session, VoucherRequest, item)
        programme = get_row(session, VoucherProgramme, request.programme_id)
        papers = session.scalars(
            sa.select(ProgrammeDocument.name).filter_by(rules_id=request.rules_id).order_by(ProgrammeDocument.position)
        ).all()
        facts = Facts(tuple(_receipt_facts(session, request, programme.name, tr)))
    parts: list[Part] = [facts]
    if papers:
        parts += [Heading(tr("Papers that are asked for")), Items(tuple(papers))]
    parts.append(
        Paragraph(
            tr(
                "The office checks the conditions and writes to you. This sheet shows that the request came in, not"
                " that a voucher was given."
            )
        )
    )
    notes = sample_notes((request,), tr)
    if notes:
        parts.append(Paragraph(" ".join(notes)))
    parts.append(Signatures(((tr("For the office"), ""),)))
    title = tr("Receipt of request {number}").format(number=f"{programme.code} {request.number}/{request.year}")
    slug = f"ricevuta-domanda-{programme.code.lower()}-{request.number}-{request.year}"
    return replace(framed(store, tr, RECEIPT, title, tuple(parts), slug=slug), small=True)


def _receipt_facts(
    session: Session, request: VoucherRequest, programme: str, tr: Translator
) -> Iterator[tuple[str, str]]:
    services = sa.select(ProgrammeService.name).filter_by(rules_id=request.rules_id, code=request.service)
    body = _organisation(session, request.organisation_id)
    family = session.get(Household, request.household_id) if request.household_id else None
    told = (
        (tr("Programme"), programme),
        (tr("Came in on"), " ".join(filter(None, (format_date(request.day), request.time)))),
        (tr("Protocol"), request.protocol),
        (tr("Asked by"), _person(session, request.requester_id) or body),
        (tr("Family"), family.name if family else ""),
        (tr("For"), _person(session, request.individual_id)),
        (tr("Service"), session.scalar(services) or request.service),
        (tr("Provider"), _organisation(session, request.provider_id)),
    )
    yield from ((name, text) for name, text in told if text)
    days = {"first": format_date(request.period_start), "last": format_date(request.period_end)}
    yield tr("Period"), tr("from {first} to {last}").format(**days)
    if request.expense is not None:
        yield tr("Price of the service"), format_euro(request.expense)
    if request.isee_kind is not None and request.isee_to is not None:
        kind = label(IseeKind(request.isee_kind), tr)
        yield tr("ISEE"), tr("{kind}, valid to {day}").format(kind=kind, day=format_date(request.isee_to))
    yield tr("State"), label(VoucherRequestState(request.state), tr)


def _organisation(session: Session, key: str | None) -> str:
    return (key and session.scalar(sa.select(Organisation.name).filter_by(id=key))) or ""


def _person(session: Session, key: str | None) -> str:
    person = session.get(Individual, key) if key else None
    return f"{person.surname} {person.given_name}" if person else ""
