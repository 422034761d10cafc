"""Receipts of workbooks as the archive keeps them: listed, read again, printed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.models.receipts import ImportReceipt
from app.models.store import Store
from app.services.children import get_row
from app.services.exchange.receipt import FORM_TITLES, Receipt, read_receipt
from app.services.exchange.workbook import FORMS
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.spec import Column, Document, Facts, Heading, Items, Kind, Part, Table
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class ReceiptRow:
    """A workbook that came in; `title` of what it became, `subject_id` its key."""

    id: str
    arrived_at: datetime
    file_name: str
    form: str
    version: int
    title: str
    subject_id: str
    sha256: str


def receipt_rows(store: Store) -> tuple[ReceiptRow, ...]:
    """All receipts, the newest first."""
    columns = (getattr(ImportReceipt, name) for name in ReceiptRow.__dataclass_fields__)
    with store.read() as session:
        rows = session.execute(sa.select(*columns).order_by(ImportReceipt.arrived_at.desc(), ImportReceipt.id.desc()))
        return tuple(ReceiptRow(*row) for row in rows)


def load_receipt(store: Store, receipt_id: str) -> Receipt:
    """A receipt as it was given.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, ImportReceipt, receipt_id)
        titles = {sheet.key: sheet.title for form in FORMS if form.key == row.form for sheet in form.sheets}
        return read_receipt(json.loads(row.content), titles)


def receipts_list(store: Store, tr: Translator) -> Table:
    """What came in by workbooks, and what it became."""
    return Table(
        "list.receipts",
        tr("Receipts"),
        (
            field_column("arrived_at", tr("When"), Kind.INSTANT, width_mm=34),
            field_column("title", tr("What came in"), Kind.NOTE, width_mm=70),
            field_column("file_name", tr("File"), Kind.NOTE, width_mm=46),
            Column("form", tr("Form"), Kind.TEXT, lambda row: tr(FORM_TITLES[row.form]), width_mm=36),
        ),
        receipt_rows(store),
        row_id=lambda row: row.id,
        landscape=True,
    )


def receipt_document(store: Store, tr: Translator, receipt_id: str) -> Document:
    """A receipt to be printed.

    Raises:
        NotFound: "record.gone".
    """
    receipt = load_receipt(store, receipt_id)
    parts: list[Part] = [Facts(receipt.facts(tr)), _sheets(receipt, tr)]
    remarks = receipt.remarks(tr)
    if remarks:
        parts += [Heading(tr("Matched, added, different")), Items(remarks)]
    slug = f"ricevuta-{receipt.sha256[:8]}"
    return framed(store, tr, "RICEVUTA", tr("Receipt of a workbook"), tuple(parts), slug=slug)


def _sheets(receipt: Receipt, tr: Translator) -> Table:
    """How many records each sheet held; those that held none are left out."""
    return Table(
        "receipt.sheets",
        tr("What the workbook held"),
        (
            Column("sheet", tr("Sheet"), Kind.TEXT, lambda row: tr(row.title), width_mm=90),
            Column("rows", tr("Records"), Kind.COUNT, lambda row: row.rows, width_mm=30),
        ),
        tuple(sheet for sheet in receipt.sheets if sheet.rows),
    )
