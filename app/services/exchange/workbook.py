"""Workbooks taken into the archive: whole, with a receipt, or not at all, with every error and its cell."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from app.models.store import Store
from app.services.exchange.filled import Faults, Filled, read_form
from app.services.exchange.forms import recognise
from app.services.exchange.gesture import Gesture, JoinedStore
from app.services.exchange.guard import check_workbook
from app.services.exchange.plan_import import import_plan
from app.services.exchange.plan_workbook import PLAN_WORKBOOK
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.exchange.proposal_import import import_proposal
from app.services.exchange.reader import read_sheets
from app.services.exchange.receipt import Receipt, SheetCount, Taken
from app.services.texts import translator

FORMS = (PROPOSAL_FORM, PLAN_WORKBOOK)
_IMPORTS: Mapping[str, Callable[[Gesture, Filled], Taken]] = {"proposal": import_proposal, "plan": import_plan}


def import_workbook(store: Store, path: Path) -> Receipt:
    """Take a filled proposal form or plan workbook into the archive, in one gesture.

    Raises:
        EnvironmentFailed: those of `check_workbook` and of `Store.write`.
        InvalidInput: those of `check_workbook`; "workbook.unknown_form", "workbook.form_version"; "workbook.refused"
            with `errors`, every fault with its sheet and cell. Nothing is written then.
        RuleBroken: "plan.exists" for a second plan.
    """
    checked = check_workbook(path)
    sheets = read_sheets(checked)
    form, language = recognise(sheets, FORMS, checked.name)
    faults = Faults()
    filled = read_form(form, sheets, translator(language), faults)
    with store.write("import_workbook") as session:
        gesture = Gesture(JoinedStore.of(store, session), faults)
        taken = _IMPORTS[form.key](gesture, filled)
        faults.refuse(checked.name)
    assert store.saved_at is not None, "a write that ended has an instant"
    return Receipt(
        file=checked.name,
        sha256=checked.sha256,
        at=store.saved_at,
        form=form.key,
        form_title=form.title,
        sheets=tuple(SheetCount(sheet.key, sheet.title, len(filled[sheet.key])) for sheet in form.sheets),
        taken=taken,
        changes=gesture.changes,
    )
