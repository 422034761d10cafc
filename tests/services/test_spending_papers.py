"""Papers of grants after they were given: what they say, what they sum to, and that the pages are sound."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import page as validator
import pytest

from app.models.enums import CheckMode, RescaleRule
from app.models.errors import NotFound
from app.models.money import Cents
from app.models.store import Store
from app.services.exchange.blank_forms import PAPER, SHEET, find_form
from app.services.reports import spending_lists as lists
from app.services.reports.amendment_tables import comparison_table, cut_table, verdict_text
from app.services.reports.catalogue import build_document, listing
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Document
from app.services.reports.text import plain_text
from app.services.spending.amendment_life import submit_amendment
from app.services.spending.amendments import amendment_comparison, load_amendment, save_amendment
from app.services.spending.budget_requests import RequestDraft, save_request
from app.services.spending.payments import PaymentDraft, release_payment, save_payment
from app.services.spending.reports import approve_report, begin_check, load_report, save_report
from app.services.spending.rescalings import RescalingDraft, RescalingLineDraft, rescaling_result, save_rescaling
from app.services.wording.texts import translator
from tests.pure.documents import faults, standard_of
from tests.services.spending_world import LATER, Running
from tests.services.test_amendments import OTHER, STAFF, draft
from tests.services.test_expense_reports import expense, report

EN, IT = translator("en"), translator("it")


def amended(store: Store, running: Running) -> str:
    key = save_amendment(store, replace(draft(store, running, {STAFF: -4_000_00, OTHER: 4_000_00}), opinion="Sì")).id
    submit_amendment(store, key)
    return key


def reported(store: Store, running: Running) -> str:
    """A final report, checked by a sample and approved."""
    expenses = (expense(n, 20_000_00, 5_000_00) for n in (1, 2, 3, 4))
    key = save_report(store, report(running, *expenses, final=True, note="Conclusivo")).id
    begin_check(store, key, CheckMode.SAMPLE, "50 %", "01/08/2015")
    found = load_report(store, key)
    rows = tuple(
        replace(row, admitted_grant=Cents(19_000_00), admitted_cofinancing=Cents(5_000_00), finding="IVA")
        if row.drawn
        else row
        for row in found.expenses
    )
    save_report(store, replace(found, expenses=rows))
    approve_report(store, key, LATER)
    return key


def rescaled(store: Store, running: Running) -> str:
    lines = tuple(
        RescalingLineDraft(proposal_id=running.sitting.proposals[name], requested=Cents(cents))
        for name, cents in (("Garbagnate", 80_000_00), ("Castano", 60_000_01))
    )
    wanted = RescalingDraft(
        area_id=running.sitting.areas["A.3"], name="Taglio", total=Cents(120_000_00), lines=lines, note="Prova"
    )
    return save_rescaling(store, wanted).id


def paper(store: Store, code: str, item: str | None) -> Document:
    return build_document(store, code, IT, item)


def sound(document: Document) -> str:
    """The text of a document whose pages keep the standards."""
    pages = pdf_bytes(document)
    assert faults(pages, standard_of(document)) == set()
    assert faults(pages, validator.ValidationProfile.PDF_UA_1) == set()
    return plain_text(document, IT)


def test_an_amendment(store: Store, running: Running) -> None:
    key = amended(store, running)
    found = amendment_comparison(store, load_amendment(store, key))
    assert found is not None
    table = comparison_table(found, EN)
    assert table.totals() == {"first": 125_000_00, "before": 125_000_00, "after": 125_000_00, "difference": 0}
    assert verdict_text(found, EN) == "By the rules of the call: to be told, within 30 days."
    text = sound(paper(store, "T07", key))
    assert "26.000,00" in text
    assert "13,33\u00a0%" in text


def test_a_report_with_its_draw_and_its_end(store: Store, running: Running) -> None:
    key = reported(store, running)
    document = paper(store, "T18", key)
    expenses, by_category, outcome = document.tables()
    assert expenses.totals() == {
        "on_grant": 80_000_00,
        "on_cofinancing": 20_000_00,
        "admitted_grant": 78_000_00,
        "admitted_cofinancing": 20_000_00,
    }
    assert by_category.totals()["admitted"] == 98_000_00
    assert [(row.bound.value, row.amount) for row in outcome.rows] == [
        ("granted", 100_000_00),
        ("spent", 78_000_00),
        ("cap", 88_200_00),
        ("cofinancing", 88_200_00),
    ]
    text = sound(document)
    assert "01/08/2015" in text
    assert "SHA-256" in text


def test_payments_of_one_project_and_of_all(store: Store, running: Running) -> None:
    wanted = PaymentDraft(proposal_id=running.rho, tranche=1, act="Determina", act_day=LATER, guarantee="Polizza")
    release_payment(store, save_payment(store, wanted).id, LATER)
    one, every = paper(store, "PAGAMENTI", running.rho), paper(store, "PAGAMENTI", None)
    assert [table.totals() for table in one.tables()] == [{}, {"paid": 50_000_00}]
    assert len(list(every.tables())) == 5
    assert "Determina" in sound(every)
    with pytest.raises(NotFound):
        paper(store, "PAGAMENTI", "x")


def test_a_rescaling(store: Store, running: Running) -> None:
    key = rescaled(store, running)
    assert "68.571,42" in sound(paper(store, "RIPARAMETRAZIONE", key))
    unknown = RescalingDraft(
        area_id=running.sitting.areas["A.3"],
        name="Taglio",
        total=Cents(3),
        rule=RescaleRule.BY_HAND,
        lines=tuple(
            RescalingLineDraft(proposal_id=running.sitting.proposals[name], amount=Cents(cents))
            for name, cents in (("Garbagnate", 1), ("Castano", 2))
        ),
    )
    table = cut_table(rescaling_result(store, unknown), EN)
    assert [column.key for column in table.columns] == ["name", "exact", "amount"]


def test_a_request_as_a_letter_and_as_a_file(store: Store, running: Running, tmp_path: Path) -> None:
    wanted = RequestDraft(proposal_id=running.rho, amount=Cents(90_000_00), day=LATER, date_due=LATER, note="Urgente")
    key = save_request(store, wanted).id
    text = sound(paper(store, "RICHIESTA-PIANO", key))
    assert "90.000,00" in text
    assert "Urgente" in text
    form = find_form("piano-economico")
    assert form is not None
    for kind in (SHEET, PAPER):
        form.write(store, tmp_path / f"modulo.{kind}", IT, form.item(store, key), kind)
        assert (tmp_path / f"modulo.{kind}").stat().st_size > 1000


def test_all_of_it_is_listed(store: Store, running: Running) -> None:
    amended(store, running)
    save_request(store, RequestDraft(proposal_id=running.rho, amount=Cents(1), day=LATER))
    reported(store, running)
    rescaled(store, running)
    found = {row.code: len(row.items) for row in listing(store, EN)}
    assert {code: found[code] for code in ("T07", "T18", "PAGAMENTI", "RIPARAMETRAZIONE", "RICHIESTA-PIANO")} == {
        "T07": 1,
        "T18": 1,
        "PAGAMENTI": 4,
        "RIPARAMETRAZIONE": 1,
        "RICHIESTA-PIANO": 1,
    }
    made = (
        lists.projects_list,
        lists.rescalings_list,
        lists.requests_list,
        lists.amendments_list,
        lists.payments_list,
        lists.reports_list,
    )
    tables = [make(store, IT) for make in made]
    assert [len(table.rows) for table in tables] == [4, 1, 1, 1, 0, 1]
    assert tables[0].totals() == {"granted": 370_000_00, "paid": 0, "left": 370_000_00, "owed": 0, "spent": 98_000_00}
