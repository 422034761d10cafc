"""Papers and tables of vouchers over the sample: sums that agree, pages that keep the standards, no name published."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import page as validator
import pikepdf
import pytest
import sqlalchemy as sa

from app.models.enums import SettlementLineState, VoucherMeasure, VoucherState
from app.models.errors import InvalidInput, NotFound
from app.models.households import Household, Individual
from app.models.money import format_euro
from app.models.plan import Plan
from app.models.store import Store, open_archive
from app.models.voucher_ledger import PaymentFile, Voucher, VoucherSettlementLine, VoucherUse
from app.services.plan.plan import find_plan, save_plan
from app.services.reports.catalogue import build_document, listing
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Document, QrCode, Role, Table
from app.services.reports.text import plain_text
from app.services.reports.vouchers import register_lists as lists
from app.services.reports.vouchers.papers import LISTED_MAX, voucher_items
from app.services.reports.vouchers.register import codes_table
from app.services.reports.writer import Format, export_document
from app.services.vouchers.figures import Dimension, by_part, count_floor, expiring, idle, published, summed
from app.services.vouchers.measures import (
    MeasureDraft,
    MeasuresDraft,
    indicator_choices,
    indicator_rows,
    load_measures,
    save_measures,
)
from app.services.vouchers.numbers import parse_number
from app.services.vouchers.register import programme_names, public_code, register_rows
from app.services.wording.texts import translator
from tests.pure.documents import faults, standard_of

IT, EN = translator("it"), translator("en")
CODES = ("T10", "T10-PUBBLICA", "T11", "T12", "ANDAMENTO-BUONI", "SCADENZE-BUONI", "BUONO", "RICEVUTA-DOMANDA")
DAY = date(2016, 3, 2)


@pytest.fixture(scope="module")
def kept(sample_archive: Path) -> Iterator[Store]:
    with open_archive(sample_archive, writing=False) as opened:
        yield opened


def first_item(store: Store, code: str) -> str | None:
    entry = next(row for row in listing(store, IT) if row.code == code)
    return entry.items[0][0] if entry.items and code in ("T11", "BUONO", "RICEVUTA-DOMANDA") else None


@pytest.mark.parametrize("code", CODES)
def test_every_paper_keeps_the_standards(kept: Store, code: str) -> None:
    document = build_document(kept, code, EN if code == "T12" else IT, first_item(kept, code))
    pages = pdf_bytes(document)
    assert faults(pages, standard_of(document)) == set()
    assert faults(pages, validator.ValidationProfile.PDF_UA_1) == set()


# --- the register --------------------------------------------------------------------------


def test_register_agrees_with_vouchers_uses_and_payments(kept: Store) -> None:
    document = build_document(kept, "T10", IT)
    tables = [table for table in document.tables() if table.code == "T10"]
    with kept.read() as session:
        given = session.scalar(sa.select(sa.func.sum(Voucher.amount)))
        used = session.scalar(sa.select(sa.func.sum(VoucherUse.cents)))
        paid = session.scalar(
            sa.select(sa.func.sum(VoucherSettlementLine.cents)).where(
                VoucherSettlementLine.state == SettlementLineState.PAID.value
            )
        )
    sums = [table.totals() for table in tables]
    assert {key: sum(each[key] for each in sums) for key in sums[0]} == {"amount": given, "used": used, "settled": paid}
    (summary,) = (table for table in document.tables() if table.code == "register.programmes")
    assert summary.totals() | {"ceiling": 0, "vouchers": 0, "returned": 0} == {
        "amount": given,
        "used": used,
        "settled": paid,
        "ceiling": 0,
        "vouchers": 0,
        "returned": 0,
    }
    for table in tables:
        for key in ("amount", "used", "settled"):
            of_months = [row.cells[key] for row in table.rows if table.role(row) is Role.SUBTOTAL]
            assert sum(of_months) == table.totals()[key]


def test_register_of_one_programme(kept: Store) -> None:
    campus = next(row for row in programme_names(kept) if row.code == "CAMPUS")
    text = plain_text(build_document(kept, "T10", IT, campus.id), IT)
    assert "CAMPUS-2015-00001" in text
    assert "RHO-2015" not in text
    assert "dicembre 2015: 15 buoni" in text
    with pytest.raises(NotFound):
        build_document(kept, "T10", IT, "gone")


def test_parts_add_up(kept: Store) -> None:
    rows = register_rows(kept)
    whole = summed(rows)
    assert whole.vouchers == 74
    for dimension in Dimension:
        parts = by_part(rows, dimension).values()
        assert sum(part.vouchers for part in parts) == whole.vouchers
        assert sum(part.amount for part in parts) == whole.amount
        assert sum((part.hours or 0 for part in parts), Fraction(0)) == whole.hours


def test_what_waits(kept: Store) -> None:
    rows = register_rows(kept)
    assert expiring(rows, DAY) == ()
    assert {row.programme for row in expiring(rows, date(2016, 6, 10))} == {"RHO", "VICINI"}
    waiting = idle(rows, DAY)
    assert waiting
    assert all(row.left and (DAY - (row.last_use or row.day_issued)).days >= 60 for row in waiting)
    ended = replace(rows[0], state=VoucherState.REVOKED, used=type(rows[0].amount)(0))
    assert (ended.left, ended.returned) == (0, ended.amount)


# --- papers --------------------------------------------------------------------------------


def test_a_voucher_shows_its_number_as_a_square(kept: Store) -> None:
    key, code = voucher_items(kept, IT)[0]
    document = build_document(kept, "BUONO", IT, key)
    (square,) = (part for part in document.parts if isinstance(part, QrCode))
    assert parse_number(square.content).text() == code
    (row,) = register_rows(kept, voucher_id=key)
    text = plain_text(document, IT)
    assert document.small
    for told in (format_euro(row.amount), row.holder, row.service, public_code(key), "valido dal"):
        assert told in text
    with pikepdf.open(io.BytesIO(pdf_bytes(document))) as file:
        assert len(file.pages) == 1
        width, height = (float(file.pages[0].MediaBox[n]) / 72 * 25.4 for n in (2, 3))
    assert (round(width), round(height)) == (148, 210)


def test_a_letter_tells_each_payee_its_part(kept: Store) -> None:
    letters = next(row for row in listing(kept, IT) if row.code == "LETTERA-LIQUIDAZIONE")
    told = 0
    for key, _name in letters.items:
        (table,) = build_document(kept, "LETTERA-LIQUIDAZIONE", IT, key).tables()
        told += table.totals()["paid"]
    with kept.read() as session:
        state = VoucherSettlementLine.state == SettlementLineState.PAID.value
        assert told == session.scalar(sa.select(sa.func.sum(VoucherSettlementLine.cents)).where(state))
    with pytest.raises(NotFound):
        build_document(kept, "LETTERA-LIQUIDAZIONE", IT, letters.items[0][0].split("|")[0] + "|gone")


def test_lists_for_payment_are_what_the_files_for_the_bank_pay(kept: Store) -> None:
    from sepaxml.validation import try_valid_xml

    with kept.read() as session:
        files = {row.settlement_id: row.content for row in session.scalars(sa.select(PaymentFile))}
    assert len(files) == 4
    for key, content in files.items():
        (table,) = build_document(kept, "T11", IT, key).tables()
        assert f"<CtrlSum>{table.totals()['paid'] / 100:.2f}</CtrlSum>" in content
    try_valid_xml(content.encode(), "pain.001.001.09")


def test_many_vouchers_are_not_offered_one_by_one(kept: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 0 < len(voucher_items(kept, IT)) <= LISTED_MAX
    monkeypatch.setattr("app.services.reports.vouchers.papers.LISTED_MAX", 3)
    assert voucher_items(kept, IT) == ()


# --- what is published ---------------------------------------------------------------------


def every_text(document: Document, folder: Path) -> Iterator[tuple[str, str]]:
    """All that stands in each of the five forms of a document, data inside of them too."""
    yield "screen", plain_text(document, IT)
    for fmt in Format:
        path = folder / f"pubblicato.{fmt.value}"
        export_document(document, fmt, path, IT)
        data = path.read_bytes()
        if fmt is Format.XLSX:
            with zipfile.ZipFile(path) as book:
                yield fmt.value, "".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
        elif fmt is Format.PDF:
            yield fmt.value, "".join(_texts_of_pdf(data))
        else:
            yield fmt.value, data.decode("utf-8")


def _texts_of_pdf(data: bytes) -> Iterator[str]:
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    for n in range(len(document)):
        yield document[n].get_textpage().get_text_range()
    document.close()
    with pikepdf.open(io.BytesIO(data)) as file:
        yield str(file.docinfo)
        for name in file.attachments:
            yield file.attachments[name].get_file().read_bytes().decode("utf-8", "ignore")


def planted(store: Store) -> set[str]:
    """Everything that tells who somebody is."""
    with store.read() as session:
        people = session.scalars(sa.select(Individual)).all()
        families = session.scalars(sa.select(Household.name)).all()
        vouchers = session.execute(sa.select(Voucher.id, Voucher.code)).all()
    names = {person.surname for person in people} | set(families)
    return names | {key for key, _code in vouchers} | {code for _key, code in vouchers}


def test_no_name_is_published_in_any_form(kept: Store, tmp_path: Path) -> None:
    secrets = planted(kept)
    full = plain_text(build_document(kept, "T10", IT), IT)
    assert sum(name in full for name in secrets) > 100
    rho = next(row.id for row in programme_names(kept) if row.code == "RHO")
    for item in (None, rho):
        found = dict(every_text(build_document(kept, "T10-PUBBLICA", IT, item), tmp_path))
        assert set(found) == {"screen", "pdf", "xlsx", "csv", "json"}
        for form, text in found.items():
            assert [name for name in secrets if name in text] == [], form
            assert "disab" not in text.casefold()


def test_what_is_masked_of_all_is_masked_of_each(kept: Store) -> None:
    rows = register_rows(kept)
    whole = published(rows, 5, None)
    shown = {part.key: part.vouchers for part in whole.programmes}
    for programme in programme_names(kept):
        own = published(rows, 5, programme.id)
        assert own.total.vouchers == shown[programme.id]
        people = {row.person_key for row in rows if row.programme_id == programme.id}
        assert own.total.vouchers is None or len(people) >= 5
        if own.total.vouchers is None:
            text = plain_text(build_document(kept, "T10-PUBBLICA", IT, programme.id), IT)
            assert "L’elenco non si pubblica" in text
    masked = [part for part in whole.programmes if part.vouchers is None]
    assert len(masked) >= 2
    listed = codes_table([row for row in rows if shown[row.programme_id] is not None], IT)
    assert listed.totals()["amount"] == whole.total.amount - sum(
        row.amount for row in rows if shown[row.programme_id] is None
    )


def test_the_office_sets_the_floor(sample_archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "piano.concilia"
    path.write_bytes(sample_archive.read_bytes())
    with open_archive(path) as store:
        assert count_floor(store) == 5
        plan = find_plan(store)
        assert plan is not None
        save_plan(store, replace(plan, count_floor=3))
        assert count_floor(store) == 3
        for wrong in (None, 2):
            with pytest.raises(InvalidInput, match=r"plan\.count_floor"):
                save_plan(store, replace(plan, count_floor=wrong))
        with store.read() as session:
            assert session.scalar(sa.select(Plan.count_floor)) == 3
        _check_measures(store)


def _check_measures(store: Store) -> None:
    programme = programme_names(store)[0].id
    kept = load_measures(store, programme)
    (row,) = kept.measures
    twice = replace(kept, measures=(row, MeasureDraft(indicator_id=row.indicator_id)))
    with pytest.raises(InvalidInput, match=r"indicator\.repeated"):
        save_measures(store, twice)
    with pytest.raises(InvalidInput, match=r"field\.required"):
        save_measures(store, MeasuresDraft(programme, measures=(MeasureDraft(),)))
    other = indicator_choices(store)[0].id
    more = (replace(row, measure=VoucherMeasure.HOURS), MeasureDraft(indicator_id=other, per_year=False))
    save_measures(store, replace(kept, measures=more))
    assert [one.measure for one in load_measures(store, programme).measures] == [
        VoucherMeasure.HOURS,
        VoucherMeasure.VOUCHERS,
    ]


# --- indicators ----------------------------------------------------------------------------


def test_indicators_are_computed(kept: Store) -> None:
    found = {row.indicator: row for row in indicator_rows(kept) if row.measure is not None}
    assert {name: dict(row.counts) for name, row in found.items()} == {
        "Numero bambini per ogni anno di attività": {2015: 15},
        "Numero buoni erogati per ogni anno di attività": {2015: 4},
        "Numero piccole imprese coinvolte": {2015: 15},
        "Numero voucher erogati per percorsi consulenziali o di certificazione delle aziende": {2015: 5},
    }
    assert len(indicator_rows(kept)) == 21
    (table,) = build_document(kept, "T12", IT).tables()
    assert [column.key for column in table.columns][-1] == "year_2015"


def test_lists_of_the_room(kept: Store) -> None:
    register, trend = lists.register_list(kept, IT), lists.trend_list(kept, IT)
    assert len(register.rows) == 74
    assert trend.totals()["issued"] == register.totals()["amount"]
    assert isinstance(trend, Table)
    assert [row.code for row in trend.rows] == ["BOLLINO", "CAMPUS", "RHO", "VICINI"]
