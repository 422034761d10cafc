"""Reports of expenses: what they declare, the check, the draw, the end; the same document twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from app.models.enums import (
    CheckMode,
    ExpenseKind,
    GrantBound,
    PaymentWay,
    ProposalState,
    ReportState,
)
from app.models.money import Cents
from app.models.store import Store
from app.services.documents.documents import (
    DocumentOwner,
    add_document,
    delete_document,
    document_rows,
    required_documents,
)
from app.services.integrity import verify
from app.services.proposals.states import set_proposal_state
from app.services.spending.amendment_drafts import AmendmentDraft
from app.services.spending.amendment_life import submit_amendment
from app.services.spending.amendments import laid_amendment, save_amendment
from app.services.spending.granting import draw
from app.services.spending.payments import PaymentDraft, release_payment, save_payment, tranche_states
from app.services.spending.projects import project_rows
from app.services.spending.report_drafts import ExpenseDraft, ReportDraft
from app.services.spending.reports import (
    approve_report,
    begin_check,
    delete_report,
    final_outcome,
    load_report,
    report_rows,
    save_report,
)
from app.services.spending.twice import document_number
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.spending_world import LATER, Running
from tests.services.world import past_the_guards

CHECKED = date(2015, 8, 1)


def expense(n: int, on_grant: int, on_cofinancing: int = 0, **more: Any) -> ExpenseDraft:
    draft = ExpenseDraft(
        document=f"{n}/2015",
        document_day=LATER,
        supplier="Coop Arcobaleno",
        supplier_code="01234567897",
        category="recipients",
        date_paid=LATER,
        amount=Cents(on_grant + on_cofinancing),
        on_grant=Cents(on_grant),
        on_cofinancing=Cents(on_cofinancing),
    )
    return replace(draft, **more)


def report(running: Running, *expenses: ExpenseDraft, **more: Any) -> ReportDraft:
    return replace(ReportDraft(proposal_id=running.rho, date_received=LATER, expenses=expenses), **more)


def checked(store: Store, key: str, *admitted: tuple[int, int]) -> None:
    """Check every expense, and admit these amounts of them."""
    begin_check(store, key, CheckMode.WHOLE)
    draft = load_report(store, key)
    rows = tuple(
        replace(row, admitted_grant=Cents(grant), admitted_cofinancing=Cents(rest))
        for row, (grant, rest) in zip(draft.expenses, admitted, strict=True)
    )
    save_report(store, replace(draft, expenses=rows))


def test_a_report_comes_back_as_it_was_typed(store: Store, running: Running) -> None:
    wanted = report(
        running,
        expense(1, 10_000_00, 2_000_00, label="Buoni", kind=ExpenseKind.FEE_NOTE, paid_by=PaymentWay.MANDATE),
        expense(2, 0, 1_000_00, kind=ExpenseKind.IN_KIND, paid_by=PaymentWay.NONE, date_paid=None),
        protocol="812",
        note="Primo semestre",
    )
    key = save_report(store, wanted).id
    found = load_report(store, key)
    assert [replace(row, id=None, number=None) for row in found.expenses] == list(wanted.expenses)
    assert [row.number for row in found.expenses] == [1, 2]
    assert replace(found, id=None, number=0, expenses=()) == replace(wanted, expenses=())
    (row,) = report_rows(store)
    assert (row.expenses, row.charged, row.admitted, row.number) == (2, 13_000_00, None, 1)
    assert project_rows(store)[1].spent == 13_000_00


def test_rows_may_change_their_order(store: Store, running: Running) -> None:
    key = save_report(store, report(running, expense(1, 1_00), expense(2, 2_00), expense(3, 3_00))).id
    draft = load_report(store, key)
    save_report(store, replace(draft, expenses=(draft.expenses[2], draft.expenses[0])))
    assert [(row.number, row.document) for row in load_report(store, key).expenses] == [(1, "3/2015"), (2, "1/2015")]


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"document": ""}, "field.required", "document"),
    ({"document_day": None}, "field.required", "document_day"),
    ({"supplier": " "}, "field.required", "supplier"),
    ({"date_paid": None}, "field.required", "date_paid"),
    ({"category": "viaggi"}, "budget.category_unknown", "category"),
    ({"amount": None}, "field.required", "amount"),
    ({"amount": Cents(0)}, "amount.not_positive", "amount"),
    ({"amount": Cents(9_99)}, "expense.over_document", "on_grant"),
    ({"on_grant": Cents(-1)}, "number.negative", "on_grant"),
    ({"on_grant": None}, "expense.nothing_charged", "on_grant"),
]


def test_an_expense_that_is_refused(store: Store, running: Running) -> None:
    for more, code, field in WRONG:
        wrong = report(running, replace(expense(1, 10_00), **more))
        assert refusal(save_report, store, wrong) == (code, f"expenses.0.{field}")


def test_the_same_document_twice(store: Store, running: Running) -> None:
    save_report(store, report(running, expense(12, 10_00, document="Fatt. n. 0012/A")))
    again = expense(12, 5_00, document="12/a", supplier="Cooperativa sociale Arcobaleno")
    assert refusal(save_report, store, report(running, again)) == ("expense.twice", "expenses.0.document")
    other_day = replace(again, document_day=date(2015, 6, 2))
    save_report(store, report(running, other_day))
    save_report(store, report(running, replace(again, supplier_code="", supplier="Un altro")))
    assert refusal(save_report, store, report(running, expense(7, 1), expense(7, 1)))[1] == "expenses.0.document"


def test_two_projects_may_share_a_document_and_not_more_than_it(store: Store, running: Running) -> None:
    save_report(store, report(running, expense(1, 60_00, amount=Cents(100_00))))
    legnano = running.sitting.proposals["Legnano"]
    theirs = replace(report(running, expense(1, 40_00, amount=Cents(100_00))), proposal_id=legnano)
    over = replace(theirs, expenses=(expense(1, 40_01, amount=Cents(100_00)),))
    assert refusal(save_report, store, over)[0] == "expense.twice"
    save_report(store, theirs)


def test_numbers_of_documents_are_read_as_people_write_them() -> None:
    assert document_number("Fattura n. 0012/A del") == "12/a/del"
    assert document_number("12/a") == document_number("FT 12-A") == "12/a"
    assert document_number("000") == "0"


def test_a_sample_is_drawn_on_the_record(store: Store, running: Running) -> None:
    key = save_report(store, report(running, *(expense(n, 100_00) for n in range(1, 11)))).id
    assert refusal(begin_check, store, key, CheckMode.SAMPLE, "", "x") == ("field.required", "share")
    assert refusal(begin_check, store, key, CheckMode.SAMPLE, "101 %", "x") == ("percent.over_hundred", "share")
    assert refusal(begin_check, store, key, CheckMode.SAMPLE, "20 %", " ") == ("field.required", "seed")
    begin_check(store, key, CheckMode.SAMPLE, "25 %", "estrazione del 01/08/2015")
    found = load_report(store, key)
    drawn = tuple(row.number for row in found.expenses if row.drawn)
    assert drawn == draw("estrazione del 01/08/2015", range(1, 11), 25)
    assert (len(drawn), found.sample_share, found.state) == (3, "25\u00a0%", ReportState.CHECKING)
    assert refusal(approve_report, store, key, CHECKED)[0] == "report.unchecked"
    rows = tuple(
        replace(row, admitted_grant=Cents(40_00), finding="Manca la quietanza") if row.drawn else row
        for row in found.expenses
    )
    save_report(store, replace(found, expenses=rows))
    approve_report(store, key, CHECKED)
    assert report_rows(store)[0].admitted == 7 * 100_00 + 3 * 40_00
    assert refusal(save_report, store, load_report(store, key))[0] == "report.approved"
    assert refusal(delete_report, store, key)[0] == "report.not_open"
    assert refusal(begin_check, store, key, CheckMode.WHOLE)[0] == "report.not_open"


def test_the_check_admits_no_more_than_was_charged(store: Store, running: Running) -> None:
    key = save_report(store, report(running, expense(1, 100_00))).id
    assert refusal(approve_report, store, key, CHECKED)[0] == "report.not_checked"
    assert refusal(checked, store, key, (100_01, 0)) == ("expense.over_charged", "expenses.0.admitted_grant")


def test_the_final_report_settles_the_grant_and_the_last_tranche(store: Store, running: Running) -> None:
    advance = PaymentDraft(proposal_id=running.rho, tranche=1, act="n. 1", act_day=LATER, guarantee="Polizza")
    release_payment(store, save_payment(store, advance).id, LATER)
    first = save_report(store, report(running, expense(1, 50_000_00, 10_000_00))).id
    assert tranche_states(store, running.rho)[1].due
    last = save_report(store, report(running, expense(2, 45_000_00, 2_000_00), final=True)).id
    assert refusal(save_report, store, report(running, final=True)) == ("report.final_taken", "final")
    checked(store, last, (40_000_00, 2_000_00))
    assert refusal(approve_report, store, last, CHECKED)[0] == "report.others_open"
    checked(store, first, (50_000_00, 10_000_00))
    approve_report(store, first, CHECKED)
    assert refusal(approve_report, store, last, None) == ("field.required", "day")
    assert refusal(approve_report, store, last, date(2015, 1, 1)) == ("report.approved_before", "day")
    approve_report(store, last, CHECKED)
    done = load_report(store, last)
    assert (done.granted, done.final_grant, done.bound) == (100_000_00, 90_000_00, GrantBound.SPENT)
    assert final_outcome(store, last).amount == 90_000_00
    second = replace(advance, tranche=2, guarantee="")
    release_payment(store, save_payment(store, second).id, CHECKED)
    closing = replace(advance, tranche=3, act_day=CHECKED, guarantee="")
    assert refusal(save_payment, store, replace(closing, amount=Cents(9_999_99)))[0] == "payment.not_the_difference"
    release_payment(store, save_payment(store, closing).id, CHECKED)
    laid = laid_amendment(store, AmendmentDraft(proposal_id=running.rho, day=CHECKED, reason="x"))
    assert refusal(save_amendment, store, laid)[0] == "project.settled"
    assert refusal(save_report, store, report(running, expense(9, 1_00)))[0] == "report.final_taken"
    found = next(row for row in project_rows(store) if row.id == running.rho)
    assert (found.paid, found.left, found.final) == (90_000_00, 10_000_00, 90_000_00)  # 10,000.00 are savings now
    assert verify(store, translator("en")).ok


def test_an_amendment_leaves_what_is_spent(store: Store, running: Running) -> None:
    save_report(store, report(running, expense(1, 9_000_00, category="other")))
    laid = laid_amendment(store, AmendmentDraft(proposal_id=running.rho, day=LATER, reason="x"))

    def moved(cents: int) -> AmendmentDraft:
        rows = list(laid.lines)
        rows[2] = replace(rows[2], after=Cents(10_000_00 - cents))
        rows[0] = replace(rows[0], after=Cents(30_000_00 + cents))
        return replace(laid, lines=tuple(rows))

    assert refusal(save_amendment, store, moved(1_000_01)) == ("amendment.below_spent", "lines.2.after")
    save_amendment(store, moved(1_000_00))


def test_a_project_that_is_over_reports_nothing(store: Store, running: Running) -> None:
    key = save_report(store, report(running, expense(1, 1_00))).id
    assert refusal(begin_check, store, save_report(store, report(running)).id, CheckMode.WHOLE)[0] == "report.empty"
    delete_report(store, key)
    set_proposal_state(store, running.rho, ProposalState.CONCLUDED)
    assert refusal(save_report, store, report(running, expense(1, 1_00)))[0] == "project.not_running"


# --- planted faults --------------------------------------------------------------------------


def broken(store: Store, *statements: str) -> list[str]:
    with past_the_guards(store) as raw:
        for statement in statements:
            raw.execute(statement)
    found = verify(store, translator("en"))
    return [sentence for row in found.invariants for sentence in row.broken if row.code in ("I4", "I7")]


def test_verify_finds_a_final_grant_that_was_changed(store: Store, running: Running) -> None:
    key = save_report(store, report(running, expense(1, 10_000_00, 5_000_00), final=True)).id
    checked(store, key, (10_000_00, 5_000_00))
    approve_report(store, key, CHECKED)
    assert broken(store) == []
    (told,) = broken(store, "update expense_report set final_grant = final_grant + 1")
    assert "10.000,01" in told


def test_verify_finds_payments_and_amendments_that_were_changed(store: Store, running: Running) -> None:
    advance = PaymentDraft(proposal_id=running.rho, tranche=1, act="n. 1", act_day=LATER, guarantee="Polizza")
    release_payment(store, save_payment(store, advance).id, LATER)
    laid = laid_amendment(store, AmendmentDraft(proposal_id=running.rho, day=LATER, reason="x"))
    rows = list(laid.lines)
    rows[0], rows[2] = replace(rows[0], after=Cents(29_000_00)), replace(rows[2], after=Cents(11_000_00))
    submit_amendment(store, save_amendment(store, replace(laid, lines=tuple(rows))).id)
    assert broken(store) == []
    told = broken(
        store,
        "update payment set amount = amount - 1",
        "update amendment_line set after = after - 1 where after = 2900000",
    )
    assert [sentence.split(" ")[0] for sentence in told] == ["Payment", "Amendment"]
    told = broken(store, "update payment set state = 'entered', transfer_id = null")
    assert told[0] == "The payment «n. 1» of 01/06/2015 stands in the ledger and among no payments."


def test_documents_prove_expenses(store: Store, running: Running, tmp_path: Path) -> None:
    key = save_report(store, report(running, expense(1, 1_00))).id
    proof = tmp_path / "fattura.txt"
    proof.write_text("Fattura n. 1", "utf-8")
    owner = DocumentOwner(report_id=key)
    document = add_document(store, owner, proof).id
    draft = load_report(store, key)
    save_report(store, replace(draft, expenses=(replace(draft.expenses[0], attachment_id=document),)))
    assert load_report(store, key).expenses[0].attachment_id == document
    assert refusal(delete_document, store, document)[0] == "record.in_use"
    assert required_documents(store, owner) == ()
    checked(store, key, (1_00, 0))
    approve_report(store, key, CHECKED)
    assert refusal(delete_document, store, document)[0] == "report.approved"
    other = save_report(store, report(running, expense(2, 1_00))).id
    add_document(store, DocumentOwner(report_id=other), proof)
    delete_report(store, other)
    assert [row.name for row in document_rows(store, owner)] == ["fattura.txt"]
    assert document_rows(store, DocumentOwner(report_id=other)) == ()
