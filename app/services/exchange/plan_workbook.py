"""A whole plan as a workbook: one declaration for the blank and for the filled one."""

from __future__ import annotations

from pathlib import Path

from app.services.exchange.blank import NOTHING, Answers, write_form
from app.services.exchange.blank_forms import PLAN_TITLE
from app.services.exchange.forms import HOW_TO_FILL, Form, Mark
from app.services.exchange.plan_sheets import SHEETS
from app.services.wording.texts import N_, Translator

PLAN_WORKBOOK = Form(
    "plan",
    3,
    PLAN_TITLE,
    (
        *HOW_TO_FILL,
        N_("Only «Plan» has to be filled in; a sheet that is not needed stays empty."),
        N_("What stands in another sheet is named as it is written there, or by its reference."),
        N_("An act is named by its number, or as it is printed when it has none; an area by its code: A.3."),
        N_("The workbook is taken into an archive that has no plan yet: an archive holds one plan."),
    ),
    tuple(sheet.form for sheet in SHEETS.values()),
)


def write_blank_plan(path: Path, tr: Translator, answers: Answers = NOTHING) -> None:
    """Write the plan workbook, blank or with what is filled in already.

    Raises:
        EnvironmentFailed: see `atomic_write`.
    """
    write_form(Mark(PLAN_WORKBOOK, tr.language), path, {}, answers)
