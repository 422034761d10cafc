"""The blank forms that can be asked for, each with the code that the command line and the window know it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.texts import N_, Translator

if TYPE_CHECKING:
    from app.models.store import Store

PROPOSAL_TITLE = N_("Proposal form")
PLAN_TITLE = N_("Plan workbook")


@dataclass(frozen=True)
class BlankForm:
    """A form that can be written blank, as XLSX.

    Attributes:
        title: source text.
        write: puts it into a file, in one language; the archive gives what its lists hold.
    """

    code: str
    title: str
    write: Callable[[Store, Path, Translator], None]


def _write_proposal(store: Store, path: Path, tr: Translator) -> None:
    from app.services.exchange.proposal_form import write_blank_form  # loads a writer of workbooks: when asked

    write_blank_form(store, path, tr)


def _write_plan(_store: Store, path: Path, tr: Translator) -> None:
    from app.services.exchange.plan_workbook import write_blank_plan  # as above

    write_blank_plan(path, tr)


BLANK_FORMS = (
    BlankForm("MODULO", PROPOSAL_TITLE, _write_proposal),
    BlankForm("MODULO-PIANO", PLAN_TITLE, _write_plan),
)


def find_blank_form(code: str) -> BlankForm | None:
    """The blank form with this code, whatever its case; None when the code is of something else."""
    return next((form for form in BLANK_FORMS if form.code == code.upper()), None)
