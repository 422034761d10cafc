"""Workbooks taken into the archive: each whole, with a receipt, or not at all, with every error and its cell."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import Record
from app.models.errors import AppError, Cancelled, InvalidInput, RuleBroken
from app.models.evaluation import ScoringGrid
from app.models.journal import gesture_of
from app.models.plan import Plan
from app.models.proposals import Proposal
from app.models.receipts import ImportReceipt
from app.models.store import Store
from app.models.vouchers import VoucherProgramme
from app.services.changes import Changes
from app.services.exchange.budget_form import BUDGET_FORM, import_budget
from app.services.exchange.filled import Faults, Filled, read_form
from app.services.exchange.forms import Mark, recognise
from app.services.exchange.gesture import Gesture, JoinedStore
from app.services.exchange.guard import CheckedWorkbook, check_workbook
from app.services.exchange.plan_import import import_plan
from app.services.exchange.plan_workbook import PLAN_WORKBOOK
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.exchange.proposal_import import import_proposal
from app.services.exchange.reader import read_sheets
from app.services.exchange.receipt import Note, Receipt, SheetCount, Taken
from app.services.exchange.registry import NO_CHOICES, Choices
from app.services.exchange.request_form import REQUESTS_FORM
from app.services.exchange.request_import import import_requests
from app.services.exchange.score_packet import SCORES_FORM, import_scores
from app.services.ports import SILENT, Progress
from app.services.wording.formats import format_instant
from app.services.wording.texts import translator

FORMS = (PROPOSAL_FORM, PLAN_WORKBOOK, BUDGET_FORM, SCORES_FORM, REQUESTS_FORM)
_IMPORTS: Mapping[str, Callable[[Gesture, Filled, Mark, Choices], Taken]] = {
    "proposal": import_proposal,
    "plan": import_plan,
    "budget": import_budget,
    "scores": import_scores,
    "requests": import_requests,
}


def import_workbook(store: Store, path: Path, choices: Choices = NO_CHOICES, progress: Progress = SILENT) -> Receipt:
    """Take a filled proposal form or plan workbook into the archive, in one gesture, with its receipt.

    Raises:
        EnvironmentFailed: those of `check_workbook` and of `Store.write`.
        InvalidInput: those of `check_workbook`; "workbook.unknown_form", "workbook.form_version"; "workbook.refused"
            with `errors`, every fault with its sheet and cell ("workbook.refused_much" with the first of very many).
            Nothing is written then.
        RuleBroken: "plan.exists" for a second plan; "workbook.came_before" with `instant` and `title` for a file that
            came before, unless what it became is gone and `choices.again` says that it may come anew.
    """
    checked = check_workbook(path)
    sheets = read_sheets(checked)
    mark = recognise(sheets, FORMS, checked.name)
    faults = Faults()
    filled = read_form(mark.form, sheets, translator(mark.language), faults)
    with store.write("import_workbook") as session:
        joined = JoinedStore.of(store, session)
        notes = _came_before(joined, checked, choices)
        gesture = Gesture(joined, faults, translator(mark.language), progress)
        taken = _IMPORTS[mark.form.key](gesture, filled, mark, choices)
        faults.refuse(checked.name)
        taken = replace(taken, notes=(*notes, *taken.notes))
        receipt = _receipt(store, checked, mark, filled, taken, gesture.changes)
        receipt = replace(receipt, id=_keep(session, receipt))
        session.flush()
        last = gesture_of(session).seq
    if gesture.known_names is not None:
        gesture.known_names.keep_for_next(store, last)
    return receipt


def _came_before(store: JoinedStore, checked: CheckedWorkbook, choices: Choices) -> tuple[Note, ...]:
    """Recognise a file that came before, by its bytes."""
    receipts = sa.select(ImportReceipt).filter_by(sha256=checked.sha256).order_by(ImportReceipt.arrived_at.desc())
    before = store.session.scalars(receipts).first()
    if before is None:
        return ()
    kinds: dict[str, type[Record]] = {"proposal": Proposal, "plan": Plan, "budget": Proposal, "scores": ScoringGrid}
    kinds["requests"] = VoucherProgramme
    is_there = store.session.get(kinds[before.form], before.subject_id) is not None
    instant = format_instant(before.arrived_at)
    if is_there or not choices.again:
        code = "workbook.came_before" if is_there else "workbook.came_and_went"
        raise RuleBroken(code, name=checked.name, instant=instant, title=before.title)
    return (Note("came_before", {"instant": instant, "title": before.title}),)


def _receipt(
    store: Store, checked: CheckedWorkbook, mark: Mark, filled: Filled, taken: Taken, changes: Changes
) -> Receipt:
    return Receipt(
        file=checked.name,
        sha256=checked.sha256,
        at=store.clock(),
        form=mark.form.key,
        version=mark.form.version,
        sheets=tuple(SheetCount(sheet.key, sheet.title, len(filled[sheet.key])) for sheet in mark.form.sheets),
        taken=taken,
        changes=changes,
    )


def _keep(session: Session, receipt: Receipt) -> str:
    """Write the receipt into the archive; gives its key."""
    row = ImportReceipt(
        file_name=receipt.file,
        sha256=receipt.sha256,
        arrived_at=receipt.at,
        form=receipt.form,
        version=receipt.version,
        title=receipt.taken.title,
        subject_id=receipt.taken.subject_id,
        content=json.dumps(receipt.as_json(), ensure_ascii=False),
    )
    session.add(row)
    return row.id


@dataclass(frozen=True)
class Outcome:
    """What became of one of many files: a receipt, or why it was refused; neither when it was left after a stop."""

    path: Path
    receipt: Receipt | None = None
    error: AppError | None = None


def import_workbooks(
    store: Store, paths: Sequence[Path], choices: Choices = NO_CHOICES, progress: Progress = SILENT
) -> tuple[Outcome, ...]:
    """Take many workbooks in, one after the other: each is a gesture of its own, whole or not at all.

    Returns:
        One outcome for each path, in their order. When `progress` cancels, what came in stays and the rest is left.
    """
    outcomes: list[Outcome] = []
    for path in paths:
        try:
            progress.step(len(outcomes), len(paths))
            within = progress if len(paths) == 1 else SILENT
            outcomes.append(Outcome(path, import_workbook(store, path, choices, within)))
        except AppError as error:
            outcomes.append(Outcome(path, error=error))
        except Cancelled:
            break
    return (*outcomes, *map(Outcome, paths[len(outcomes) :]))


def changes_of(outcomes: Sequence[Outcome]) -> Changes:
    """What all of them touched."""
    changes = Changes.of()
    for outcome in outcomes:
        if outcome.receipt is not None:
            changes |= outcome.receipt.changes
    return changes


def questions_of(error: AppError) -> tuple[AppError, ...]:
    """Names that are near to one of the registry, when nothing else stands against a workbook; else nothing."""
    found: Sequence[AppError] = error.values.get("errors", ())  # type: ignore[assignment]
    reasons = [fault.values["reason"] for fault in found]
    near = tuple(one for one in reasons if isinstance(one, InvalidInput) and one.code == "workbook.organisation_near")
    return near if len(near) == len(reasons) else ()
