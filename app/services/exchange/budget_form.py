"""The form of a rescaled economic plan: what is asked of a project, on paper and as a workbook, and what came back.

The sheet of costs is that of the proposal form; the workbook says which request it answers, and its return is checked
by it: the costs sum to the grant, the rules of the call on costs and co-financing are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.models.enums import BudgetSection
from app.models.errors import AppError, InvalidInput
from app.models.money import Cents, format_euro
from app.models.network import Alliance, Organisation
from app.models.proposals import Proposal
from app.models.spending import BudgetRequest
from app.models.store import Store
from app.services.children import get_row
from app.services.exchange.blank import write_form
from app.services.exchange.call_form import CallForm, read_call_form
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.forms import HOW_TO_FILL, Entry, Form, FormColumn, FormSheet, Mark
from app.services.exchange.gesture import Gesture
from app.services.exchange.proposal_form import COSTS
from app.services.exchange.receipt import Taken
from app.services.exchange.registry import Choices
from app.services.proposals.budgets import BudgetItemDraft, budget_totals, load_items
from app.services.reports.frame import framed
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Document, Facts, Grid, Paragraph, Part, Signatures
from app.services.spending.budget_requests import load_request, request_rows, take_budget
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

BUDGET_TITLE = N_("Form of a rescaled economic plan")

REQUEST = FormSheet(
    "request",
    N_("Request"),
    (
        FormColumn("project", N_("Title of the project"), locked=True),
        FormColumn("amount", N_("Grant to be planned"), Entry.MONEY, locked=True),
        FormColumn("due", N_("To be sent back by"), Entry.DATE, locked=True),
    ),
    single=True,
)

BUDGET_FORM = Form(
    "budget",
    1,
    BUDGET_TITLE,
    (
        *HOW_TO_FILL,
        N_("In «Costs» the section «Costs» is the grant: its rows must sum to the grant to be planned."),
        N_(
            "The other section is the co-financing. The rows are those of the present plan: change, add and clear them."
        ),
    ),
    (REQUEST, COSTS),
)

BLANK_ROWS = 8


def _read(store: Store, request_id: str) -> tuple[str, CallForm, tuple[BudgetItemDraft, ...]]:
    """Title of the project, its call, and the items of its present plan."""
    draft = load_request(store, request_id)
    assert draft.proposal_id is not None, "a kept request is about a project"
    with store.read() as session:
        proposal = get_row(session, Proposal, draft.proposal_id)
        title, call_id, items = proposal.title, proposal.call_id, load_items(session, proposal.id)
        items = tuple(sorted(items, key=lambda item: item.section is not BudgetSection.COSTS))
    return title, read_call_form(store, call_id), items


def write_budget_form(store: Store, path: Path, tr: Translator, request_id: str) -> None:
    """Write the workbook of a request, with the items of the present economic plan.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        NotFound: "record.gone".
    """
    draft = load_request(store, request_id)
    title, call, items = _read(store, request_id)
    names = call.category_names(tr)
    answers: dict[str, list[Mapping[str, Any]]] = {
        "request": [{"project": title, "amount": draft.amount, "due": draft.date_due}],
        "costs": [
            {
                "section": item.section,
                "category": names.get(str(item.category), str(item.category)),
                "label": item.label,
                "amount": item.amount,
            }
            for item in items
        ],
    }
    mark = Mark(BUDGET_FORM, tr.language, request_id, "")
    write_form(mark, path, {"categories": tuple(names.values())}, answers)


def request_document(store: Store, item: str, tr: Translator) -> Document:
    """The letter that asks for a rescaled economic plan, with the form to be filled in by hand.

    Raises:
        NotFound: "record.gone".
    """
    draft = load_request(store, item)
    row = next(row for row in request_rows(store) if row.id == item)
    title, call, items = _read(store, item)
    names = call.category_names(tr)
    amount, present = draft.amount or Cents(0), budget_totals(items)
    facts = [
        (tr("Project"), row.project),
        (tr("Lead body"), _lead(store, draft.proposal_id) or "–"),
        (tr("Call"), call.title),
        (tr("Decision"), draft.decision),
        (tr("Grant to be planned"), format_euro(amount)),
        (tr("In the present economic plan"), format_euro(present.grant)),
        (tr("Difference"), format_euro(amount - present.grant)),
    ]
    if draft.date_due is not None:
        facts.append((tr("To be sent back by"), format_date(draft.date_due)))
    text = tr(
        "The committee gave the project «{title}» a grant of {amount}. The alliance is asked for an economic plan whose"
        " costs sum to this amount, with its co-financing, and for the activities that it will carry out with it."
    )
    parts: list[Part] = [Facts(tuple(facts)), Paragraph(text.format(title=title, amount=format_euro(amount)))]
    if draft.note:
        parts.append(Paragraph(draft.note))
    parts.append(_grid(items, names, tr))
    parts.append(Signatures(((tr("Place and date"), ""), (tr("For the lead organisation"), ""))))
    parts += [Paragraph(note) for note in sample_notes((row,), tr)]
    slug = f"richiesta-piano-{item[-8:]}"
    return framed(store, tr, "RICHIESTA-PIANO", tr("Request for a rescaled economic plan"), tuple(parts), slug=slug)


def _lead(store: Store, proposal_id: str | None) -> str | None:
    """Name of the body that leads a project, whom the letter is for."""
    led = sa.select(Organisation.name).join(Alliance, Alliance.lead_id == Organisation.id)
    with store.read() as session:
        return session.scalar(led.join(Proposal, Proposal.alliance_id == Alliance.id).where(Proposal.id == proposal_id))


def _grid(items: tuple[BudgetItemDraft, ...], names: Mapping[str, str], tr: Translator) -> Grid:
    """The present items, each with room for its new amount, and rows for further ones."""
    columns = (
        (tr("Section"), 28.0),
        (tr("Category of cost"), 44.0),
        (tr("Description"), 42.0),
        (tr("Present amount"), 28.0),
        (tr("New amount"), 28.0),
    )
    filled = tuple(
        (
            label(item.section, tr),
            names.get(str(item.category), str(item.category)),
            item.label,
            format_euro(item.amount or Cents(0)),
            "",
        )
        for item in items
    )
    return Grid(tr("Costs"), columns, BLANK_ROWS, 1, filled)


def import_budget(gesture: Gesture, filled: Filled, mark: Mark, _choices: Choices) -> Taken:
    """Make what a filled form holds the next version of its project's economic plan."""
    store = gesture.store
    row = store.session.get(BudgetRequest, mark.call_id)
    if row is None:
        gesture.faults.add(gesture.tr(REQUEST.title), "", InvalidInput("request.unknown"))
        return Taken(title="", subject_id="", totals={})
    proposal = get_row(store.session, Proposal, row.proposal_id)
    call = read_call_form(store, proposal.call_id)
    items = tuple(_item(gesture, each, call) for each in filled["costs"])
    if not gesture.faults.found:
        try:
            take_budget(store.session, row.id, items, max(row.day, store.clock().date()), gesture.tr)
        except AppError as reason:
            _place(gesture, filled, reason)
    totals = budget_totals(items)
    return Taken(
        title=proposal.title,
        subject_id=proposal.id,
        totals={"grant": totals.grant, "cofinancing": totals.cofinancing, "total": totals.total},
    )


def _item(gesture: Gesture, row: FilledRow, call: CallForm) -> BudgetItemDraft:
    code = call.category_of(row["category"])
    if code is None and "category" not in row.faulty:
        reason = InvalidInput("budget.category_unknown", text=row["category"])
        gesture.faults.add(row.sheet, row.cell("category"), reason)
    return BudgetItemDraft(None, row["section"], code or "", row["label"], row["amount"])


def _place(gesture: Gesture, filled: Filled, reason: AppError) -> None:
    """Note a refusal at its cell, or at the sheet of costs as a whole."""
    _name, _dot, rest = (reason.field or "").partition(".")
    index, _dot, key = rest.partition(".")
    if index.isdecimal() and int(index) < len(filled["costs"]):
        row = filled["costs"][int(index)]
        gesture.faults.add(row.sheet, row.cell(key), reason)
    else:
        gesture.faults.add(gesture.tr(COSTS.title), "", reason)


def request_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of each request."""
    words = tr("{project}: {amount}, asked on {day}")
    return tuple(
        (row.id, words.format(project=row.project, amount=format_euro(row.amount), day=format_date(row.day)))
        for row in request_rows(store)
    )
