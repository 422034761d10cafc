"""The same invoice twice: found by who wrote it, its number and its day, however they are written.

A document may be charged to two projects in parts, as long as the parts do not make more than the document; within a
project it stands once.
"""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.errors import RuleBroken
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.spending import Expense, ExpenseReport
from app.services.network.codes import bare_code
from app.services.wording.folding import fold


def document_number(text: str) -> str:
    """A number of a document without what people write differently: «Fatt. n. 0012/A» and «12/a» are one."""
    parts = re.findall(r"\d+|[a-z]+", fold(text))
    plain = [part.lstrip("0") or "0" if part.isdecimal() else part for part in parts]
    return "/".join(part for part in plain if part not in _WORDS)


_WORDS = frozenset({"n", "nr", "num", "numero", "no", "fatt", "fattura", "ft", "doc", "documento", "invoice"})


def same_supplier(one: Expense, other: Expense) -> bool:
    """Whether two expenses were paid to one body: by their codes where both have one, else by name."""
    codes = [bare_code(row.supplier_code).removeprefix("IT") for row in (one, other)]
    if all(codes):
        return codes[0] == codes[1]
    return fold(one.supplier) == fold(other.supplier)


def refuse_twice(session: Session, report_id: str) -> None:
    """Refuse a report that charges a document that was charged before.

    Raises:
        RuleBroken: "expense.twice" with the document, and where it stands already.
    """
    own = session.scalars(sa.select(Expense).filter_by(report_id=report_id).order_by(Expense.number)).all()
    days = {row.document_day for row in own}
    rows = session.execute(
        sa.select(Expense, ExpenseReport, Proposal)
        .join(ExpenseReport, ExpenseReport.id == Expense.report_id)
        .join(Proposal, Proposal.id == ExpenseReport.proposal_id)
        .where(Expense.document_day.in_(days))
        .order_by(Proposal.number, ExpenseReport.number, Expense.number)
    ).tuples()
    known = [(document_number(row.document), row, report, proposal) for row, report, proposal in rows]
    mine = {row.id: proposal.id for _key, row, _report, proposal in known if row.report_id == report_id}
    for i, expense in enumerate(own):
        key = document_number(expense.document)
        same = [
            each
            for each in known
            if each[0] == key
            and each[1].document_day == expense.document_day
            and each[1].id != expense.id
            and same_supplier(expense, each[1])
        ]
        here = next((each for each in same if each[3].id == mine[expense.id]), None)
        charged = sum(row.on_grant + row.on_cofinancing for _key, row, _report, _proposal in same)
        over = charged + expense.on_grant + expense.on_cofinancing > expense.amount
        found = here or (same[0] if same and over else None)
        if found is not None:
            raise RuleBroken(
                "expense.twice",
                field=f"expenses.{i}.document",
                document=expense.document,
                supplier=expense.supplier,
                project=f"{found[3].number} · {found[3].title}",
                report=found[2].number,
                row=found[1].number,
                charged=Cents(charged),
                amount=expense.amount,
            )
