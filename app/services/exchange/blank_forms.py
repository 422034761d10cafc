"""The forms that can be asked for, each with the code that the command line and the window know it by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.models.errors import InvalidInput, NotFound
from app.services.wording.texts import N_, Translator

if TYPE_CHECKING:
    from app.models.store import Store

PROPOSAL_TITLE = N_("Proposal form")
PLAN_TITLE = N_("Plan workbook")
SCORES_TITLE = N_("Packet of score sheets")
REQUESTS_TITLE = N_("Form of requests for vouchers")

SHEET, PAPER, TEXT, JOURNAL = "xlsx", "pdf", "csv", "hledger"

Items = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FormEntry:
    """A form that can be written.

    Attributes:
        title: source text.
        formats: suffixes of the files that it can be written to.
        items: (key, name) of the records that it can be about; None when it is about the whole archive.
        item_needed: whether one has to be named, when there is more than one.
        aliases: other codes that it has.
        filled: whether it comes with what the archive has, not blank.
        write: puts it into a file, in one language and format; of a record, when it is about one.
    """

    code: str
    title: str
    formats: tuple[str, ...]
    write: Callable[[Store, Path, Translator, str | None, str], None]
    items: Callable[[Store], Items] | None = None
    item_needed: bool = False
    aliases: tuple[str, ...] = ()
    filled: bool = False

    def item(self, store: Store, wanted: str | None) -> str | None:
        """Key of the record that is meant by a key or a name; the only one there is when nothing is said.

        Raises:
            InvalidInput: "export.item_missing", "export.item_not_wanted".
            NotFound: "record.gone".
        """
        if self.items is None:
            if wanted is not None:
                raise InvalidInput("export.item_not_wanted", wanted=self.code)
            return None
        items = self.items(store)
        if wanted is None:
            if len(items) != 1 and self.item_needed:
                raise InvalidInput("export.item_missing", wanted=self.code)
            return items[0][0] if len(items) == 1 else None
        found = next((key for key, name in items if wanted in (key, name)), None)
        if found is None:
            raise NotFound("record.gone")
        return found


def _write_proposal(store: Store, path: Path, tr: Translator, item: str | None, form: str) -> None:
    if form == PAPER:
        from app.services.exchange.paper_form import paper_form  # loads a writer of pages: when asked
        from app.services.reports.pdf import write_pdf

        if item is None:
            raise InvalidInput("export.item_missing", wanted="MODULO-PROPOSTA")
        write_pdf(paper_form(store, tr, item), path)
        return
    from app.services.exchange.proposal_export import write_blank_form  # loads a writer of workbooks: when asked

    write_blank_form(store, path, tr, item)


def _write_filled(store: Store, path: Path, tr: Translator, item: str | None, _form: str) -> None:
    from app.services.exchange.proposal_export import write_filled_form  # as above

    assert item is not None
    write_filled_form(store, path, tr, item)


def _write_blank_plan(_store: Store, path: Path, tr: Translator, _item: str | None, _form: str) -> None:
    from app.services.exchange.plan_workbook import write_blank_plan  # as above

    write_blank_plan(path, tr)


def _write_plan(store: Store, path: Path, tr: Translator, _item: str | None, _form: str) -> None:
    from app.services.exchange.plan_export import write_plan  # as above

    write_plan(store, path, tr)


def _write_ledger(store: Store, path: Path, tr: Translator, _item: str | None, form: str) -> None:
    from app.services.exchange.ledger_export import write_csv, write_hledger

    (write_csv if form == TEXT else write_hledger)(store, path, tr)


def _calls(store: Store) -> Items:
    from app.services.calls.calls import call_rows

    return tuple((row.id, row.title) for row in call_rows(store))


def _proposals(store: Store) -> Items:
    from app.services.proposals.lists import proposal_rows

    return tuple((row.id, f"{row.number}. {row.title}") for row in proposal_rows(store))


def _write_budget(store: Store, path: Path, tr: Translator, item: str | None, form: str) -> None:
    from app.services.exchange.budget_form import request_document, write_budget_form  # as above

    assert item is not None
    if form == PAPER:
        from app.services.reports.pdf import write_pdf

        write_pdf(request_document(store, item, tr), path)
        return
    write_budget_form(store, path, tr, item)


def _requests(store: Store) -> Items:
    from app.services.exchange.budget_form import request_items
    from app.services.wording.texts import LANGUAGES, translator

    return request_items(store, translator(LANGUAGES[0]))


def _write_scores(store: Store, path: Path, tr: Translator, item: str | None, _form: str) -> None:
    from app.services.exchange.score_packet import write_packet  # as above

    assert item is not None
    write_packet(store, path, tr, item)


def _packets(store: Store) -> Items:
    from app.services.exchange.score_packet import packet_items

    return packet_items(store)


def _write_requests(store: Store, path: Path, tr: Translator, item: str | None, _form: str) -> None:
    from app.services.exchange.request_form import write_requests_form  # as above

    assert item is not None
    write_requests_form(store, path, tr, item)


def _programmes(store: Store) -> Items:
    from app.services.exchange.request_form import programme_items

    return programme_items(store)


FORMS = (
    FormEntry("MODULO-PROPOSTA", PROPOSAL_TITLE, (SHEET, PAPER), _write_proposal, _calls, aliases=("MODULO",)),
    FormEntry(
        "PIANO-ECONOMICO",
        N_("Form of a rescaled economic plan"),
        (SHEET, PAPER),
        _write_budget,
        _requests,
        item_needed=True,
        filled=True,
    ),
    FormEntry("PUNTEGGI", SCORES_TITLE, (SHEET,), _write_scores, _packets, item_needed=True, filled=True),
    FormEntry("MODULO-DOMANDE", REQUESTS_TITLE, (SHEET,), _write_requests, _programmes, item_needed=True),
    FormEntry("MODULO-PIANO", PLAN_TITLE, (SHEET,), _write_blank_plan),
    FormEntry(
        "PROPOSTA", N_("Proposal, as its form"), (SHEET,), _write_filled, _proposals, item_needed=True, filled=True
    ),
    FormEntry("PIANO", N_("The whole plan, as a workbook"), (SHEET,), _write_plan, filled=True),
    FormEntry("LIBRO-MASTRO", N_("Ledger, for accounting programs"), (JOURNAL, TEXT), _write_ledger, filled=True),
)


def find_form(code: str) -> FormEntry | None:
    """The form with this code, whatever its case; None when the code is of something else."""
    wanted = code.upper()
    return next((form for form in FORMS if wanted in (form.code, *form.aliases)), None)
