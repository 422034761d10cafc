"""T11, the list of what a settlement pays; and the letter that tells a payee of its part."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import SettlementLineState, SettlementState
from app.models.errors import NotFound
from app.models.households import Household
from app.models.meetings import Decision
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.models.territory import Municipality
from app.models.voucher_ledger import Voucher, VoucherSettlement, VoucherSettlementLine, VoucherUse
from app.models.vouchers import VoucherProgramme
from app.services.children import get_row
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Document, Facts, Kind, Line, Paragraph, Part, Role, Signatures, Table
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import Translator

LIST = "T11"
LETTER = "LETTERA-LIQUIDAZIONE"
BETWEEN = "|"


@dataclass(frozen=True)
class PaidUse:
    """A use that a settlement pays.

    Attributes:
        payee_key: of the family or the provider.
        code: number of the voucher.
        paid: cents that were paid, or are to be; none when the bank refused them.
    """

    id: str
    payee_key: str
    payee: str
    iban: str
    code: str
    day: date
    document: str
    cents: Cents
    state: SettlementLineState
    reason: str
    sample: bool

    @property
    def paid(self) -> Cents:
        """What counts: nothing of what the bank refused."""
        return Cents(0) if self.state is SettlementLineState.REFUSED else self.cents


@dataclass(frozen=True)
class SettlementView:
    """A settlement on paper.

    Attributes:
        act: what fixed it, in words; empty while nothing did.
    """

    id: str
    programme: str
    code: str
    number: str
    day: date
    state: SettlementState
    act: str
    date_paid: date | None
    note: str
    uses: tuple[PaidUse, ...]
    sample: bool


def settlement_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each settlement."""
    query = (
        sa.select(VoucherSettlement.id, VoucherProgramme.code, VoucherSettlement.number, VoucherSettlement.year)
        .join(VoucherProgramme, VoucherProgramme.id == VoucherSettlement.programme_id)
        .order_by(VoucherProgramme.code, VoucherSettlement.year, VoucherSettlement.number)
    )
    text = tr("{programme}: settlement {number}")
    with store.read() as session:
        return tuple(
            (key, text.format(programme=code, number=f"{number}/{year}"))
            for key, code, number, year in session.execute(query).tuples()
        )


def settlement_view(store: Store, settlement_id: str, tr: Translator) -> SettlementView:
    """A settlement with the uses that it pays, by payee and voucher.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, VoucherSettlement, settlement_id)
        programme = get_row(session, VoucherProgramme, row.programme_id)
        return SettlementView(
            id=row.id,
            programme=programme.name,
            code=programme.code,
            number=f"{row.number}/{row.year}",
            day=row.day,
            state=SettlementState(row.state),
            act=_act(session, row, tr),
            date_paid=row.date_paid,
            note=row.note,
            uses=tuple(_uses(session, settlement_id)),
            sample=row.sample,
        )


def _act(session: Session, row: VoucherSettlement, tr: Translator) -> str:
    told = []
    decision = session.get(Decision, row.decision_id) if row.decision_id else None
    if decision is not None:
        told.append(tr("decision {number}").format(number=f"{decision.number}/{decision.year}"))
    if row.act and row.act_day:
        told.append(tr("{act} of {day}").format(act=row.act, day=format_date(row.act_day)))
    elif row.act:
        told.append(row.act)
    return ", ".join(told)


def _uses(session: Session, settlement_id: str) -> Iterator[PaidUse]:
    line = VoucherSettlementLine
    query = (
        sa.select(line, Voucher.code, VoucherUse.day, VoucherUse.document)
        .join(Voucher, Voucher.id == line.voucher_id)
        .join(VoucherUse, VoucherUse.id == line.use_id)
        .where(line.settlement_id == settlement_id)
        .order_by(line.payee_name, line.organisation_id, line.household_id, Voucher.code, VoucherUse.number)
    )
    for row, code, day, document in session.execute(query).tuples():
        yield PaidUse(
            id=row.id,
            payee_key=row.organisation_id or row.household_id or "",
            payee=row.payee_name,
            iban=row.payee_iban,
            code=code,
            day=day,
            document=document,
            cents=row.cents,
            state=SettlementLineState(row.state),
            reason=row.reason,
            sample=row.sample,
        )


# --- T11 -------------------------------------------------------------------------------------


def settlement_document(store: Store, item: str | None, tr: Translator) -> Document:
    """The list of what a settlement pays, with the sums of each payee.

    Raises:
        NotFound: "record.gone".
    """
    if item is None:
        raise NotFound("record.gone")
    view = settlement_view(store, item, tr)
    parts = (Facts(tuple(_facts(view, tr))), settlement_table(view.uses, tr), _signatures(tr))
    title = tr("List for payment {number}").format(number=f"{view.code} {view.number}")
    slug = f"t11-{view.code.lower()}-{view.number.replace('/', '-')}"
    return framed(store, tr, LIST, title, parts, slug=slug, landscape=True)


def _facts(view: SettlementView, tr: Translator) -> Iterator[tuple[str, str]]:
    yield tr("Programme"), view.programme
    yield tr("Of the day"), format_date(view.day)
    yield tr("State"), label(view.state, tr)
    if view.act:
        yield tr("Fixed by"), view.act
    if view.date_paid:
        yield tr("Paid on"), format_date(view.date_paid)
    yield tr("To be paid in all"), format_euro(sum(use.paid for use in view.uses))
    if view.note:
        yield tr("Note"), view.note


def _signatures(tr: Translator) -> Signatures:
    return Signatures(((tr("Entered by"), ""), (tr("Checked by"), "")))


def settlement_table(uses: Sequence[PaidUse], tr: Translator) -> Table:
    """Uses by payee; what the bank refused counts nothing."""
    columns = [
        field_column("code", tr("Voucher"), width_mm=38),
        field_column("day", tr("Used on"), Kind.DATE, width_mm=22),
        field_column("document", tr("Document"), Kind.NOTE, width_mm=54),
        field_column("iban", tr("IBAN"), width_mm=56),
        field_column("state", tr("State"), Kind.STATE, width_mm=26),
        field_column("paid", tr("Amount"), Kind.MONEY, width_mm=30, total=True),
    ]
    if any(use.reason for use in uses):
        columns.insert(5, field_column("reason", tr("Reason"), Kind.NOTE, width_mm=44))
    rows: list[PaidUse | Line] = []
    for (payee, _key), found in groupby(uses, key=lambda use: (use.payee, use.payee_key)):
        own = tuple(found)
        rows += [Line(Role.HEADING, {"code": payee}), *own]
        text = tr("Total of {payee}").format(payee=payee)
        rows.append(Line(Role.SUBTOTAL, {"code": text, "paid": Cents(sum(use.paid for use in own))}))
    return Table(
        code=LIST,
        title=tr("List for payment"),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=sample_notes(uses, tr),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


# --- the letter ------------------------------------------------------------------------------


def letter_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each payee of each settlement that was fixed."""
    line = VoucherSettlementLine
    query = (
        sa.select(line.settlement_id, line.organisation_id, line.household_id, line.payee_name)
        .join(VoucherSettlement, VoucherSettlement.id == line.settlement_id)
        .where(VoucherSettlement.state == SettlementState.RELEASED.value)
        .distinct()
        .order_by(line.settlement_id, line.payee_name)
    )
    with store.read() as session:
        found = session.execute(query).tuples().all()
    names = dict(settlement_items(store, tr))
    return tuple((f"{key}{BETWEEN}{body or family}", f"{names[key]}, {payee}") for key, body, family, payee in found)


def letter_document(store: Store, item: str | None, tr: Translator) -> Document:
    """The letter that tells a payee what is paid, and for which vouchers.

    Args:
        item: key of the settlement and of the payee, with a stroke between.

    Raises:
        NotFound: "record.gone".
    """
    settlement_id, _between, payee_key = (item or "").partition(BETWEEN)
    view = settlement_view(store, settlement_id, tr)
    uses = tuple(use for use in view.uses if use.payee_key == payee_key)
    if not uses:
        raise NotFound("record.gone")
    parts = tuple(_letter_parts(view, uses, _address(store, payee_key), tr))
    title = tr("Settlement of vouchers: {programme}").format(programme=view.programme)
    slug = f"liquidazione-{view.code.lower()}-{view.number.replace('/', '-')}-{payee_key[-8:]}"
    return framed(store, tr, LETTER, title, parts, slug=slug)


def _address(store: Store, payee_key: str) -> tuple[str, ...]:
    """Where a family lives; bodies have theirs in the registry, and get letters by certified mail."""
    with store.read() as session:
        family = session.get(Household, payee_key)
        if family is None:
            return ()
        place = session.get(Municipality, family.municipality_id) if family.municipality_id else None
        return tuple(filter(None, (family.address, place.name if place else family.place)))


def _letter_parts(
    view: SettlementView, uses: Sequence[PaidUse], address: Sequence[str], tr: Translator
) -> Iterator[Part]:
    paid = sum(use.paid for use in uses)
    yield Paragraph("\n".join((tr.context("letter", "To"), uses[0].payee, *address)))
    facts = [
        (tr("Subject"), tr("settlement {number}, {programme}").format(number=view.number, programme=view.programme))
    ]
    if view.act:
        facts.append((tr("Fixed by"), view.act))
    yield Facts(tuple(facts))
    text = tr("We inform you that {amount} are paid to you for the vouchers below, by transfer to the account {iban}.")
    yield Paragraph(text.format(amount=format_euro(paid), iban=uses[0].iban or "–"))
    columns = (
        field_column("code", tr("Voucher"), width_mm=44),
        field_column("day", tr("Used on"), Kind.DATE, width_mm=26),
        field_column("document", tr("Document"), Kind.NOTE, width_mm=60),
        Column("paid", tr("Amount"), Kind.MONEY, lambda use: use.paid, width_mm=34, total=True),
    )
    yield Table("letter", tr("Vouchers"), columns, tuple(uses), total_label=tr("Total"))
    if any(use.state is SettlementLineState.REFUSED for use in uses):
        yield Paragraph(tr("The bank refused a part of it: please tell the office the right account."))
    yield Paragraph(tr("If something does not agree with your own records, write to this office within 30 days."))
    notes = sample_notes(uses, tr)
    if notes:
        yield Paragraph(" ".join(notes))
    yield Signatures(((tr("For the office"), ""),))
