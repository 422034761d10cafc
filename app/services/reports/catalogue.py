"""Everything that can be printed, with its code; the window, the command line and the tests read this one list.

What only some entries need is imported when one of them is asked for: a table is to be out before it was waited for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.models.errors import InvalidInput, NotFound
from app.models.store import Store
from app.services.reports import meeting_entries as meetings
from app.services.reports import plan_tables, proposal_tables
from app.services.reports.entry import Entry, Items, about, items_of, of_item
from app.services.reports.frame import framed, read_frame
from app.services.reports.freeze import can_freeze
from app.services.reports.spec import Document, Table
from app.services.reports.vouchers.entries import VOUCHERS
from app.services.wording.texts import N_, Translator

if TYPE_CHECKING:
    from app.services.journal.as_at import AsAt


@dataclass(frozen=True)
class Listed:
    """An entry as it is listed for one archive, in one language."""

    code: str
    title: str
    kind: str
    items: Items
    by_part: bool = False

    def as_json(self) -> dict[str, Any]:
        """The stable form of the command line."""
        value: dict[str, Any] = {"code": self.code, "title": self.title, "kind": self.kind}
        if self.by_part:
            value["by_part"] = True
        if self.items:
            value["items"] = [{"id": key, "name": name} for key, name in self.items]
        return value


def _one_table(make: Callable[[Store, Translator], Table]) -> Callable[[Store, Translator, str | None], Document]:
    """A document that holds one table and nothing else."""

    def build(store: Store, tr: Translator, _item: str | None) -> Document:
        table = make(store, tr)
        return framed(store, tr, table.code, table.title, (table,), slug=table.code.lower(), landscape=table.landscape)

    return build


def _by_part(make: Callable[..., Table]) -> Callable[[Store, Translator, str | None], Document]:
    """A document that holds one table, of the whole plan or of a part of it, and nothing else."""

    def build(store: Store, tr: Translator, item: str | None) -> Document:
        from app.services.reports.narrowing import part_of_plan

        table = make(store, tr, part_of_plan(store, item))
        slug = table.code.lower() if item is None else f"{table.code.lower()}-{item[-8:]}"
        return framed(store, tr, table.code, table.title, (table,), slug=slug, landscape=table.landscape)

    return build


def _splits(store: Store, tr: Translator) -> Items:
    from app.services.decisions.decisions import allocation_views

    return tuple((view.id, view.title) for view in allocation_views(store, tr))


def _split_document(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.decisions.decisions import allocation_views
    from app.services.reports.allocation_tables import allocation_proof_table

    views = [view for view in allocation_views(store, tr) if item in (None, view.id)]
    if item is not None and not views:
        raise NotFound("record.gone")
    tables = tuple(replace(allocation_proof_table(view, tr), title=view.title) for view in views)
    slug = "t08" if item is None else f"t08-{item[-8:]}"
    return framed(store, tr, "T08", tr("Splits, with their proof"), tables, slug=slug, landscape=True)


def _findings(store: Store, tr: Translator) -> Table:
    from app.services.findings import check
    from app.services.reports.finding_tables import findings_table

    return findings_table(check(store, tr), tr)


def _alliances(store: Store, _tr: Translator) -> Items:
    from app.services.network.alliances import alliance_rows

    return tuple((row.id, row.name) for row in alliance_rows(store))


def _partnership(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.narrowing import parts_of_plan
    from app.services.reports.network_tables import partnership_table

    part = next((part for part in parts_of_plan(store) if part.id == item), None)
    table = partnership_table(store, tr, item if part is None else None, part)
    if item is not None and part is None and not table.rows:
        raise NotFound("record.gone")
    slug = "t14" if item is None else f"t14-{item[-8:]}"
    return framed(store, tr, table.code, table.title, (table,), slug=slug, landscape=True)


def _agreements(store: Store, _tr: Translator) -> Items:
    from app.services.network.agreements import agreement_rows

    return tuple((row.id, row.title) for row in agreement_rows(store))


def _signatories(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.network.agreements import agreement_rows
    from app.services.reports.network_tables import signatories_table

    agreements = [row for row in agreement_rows(store) if item in (None, row.id)]
    if item is not None and not agreements:
        raise NotFound("record.gone")
    tables = tuple(signatories_table(store, tr, row) for row in agreements)
    slug = "t15" if item is None else f"t15-{item[-8:]}"
    return framed(store, tr, "T15", tr("List of the signatories"), tables, slug=slug, landscape=True)


def _rules(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.call_tables import rules_document

    return rules_document(store, tr, item)


def _versions(store: Store, tr: Translator) -> Items:
    from app.services.reports.call_tables import version_items

    return version_items(store, tr)


def _comparison(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.call_tables import comparison_document

    return comparison_document(store, tr, item)


def _compared(store: Store, tr: Translator) -> Items:
    from app.services.reports.call_tables import compared_items

    return compared_items(store, tr)


def _calls(store: Store, _tr: Translator) -> Items:
    from app.services.calls.calls import call_rows

    return tuple((row.id, row.title) for row in call_rows(store))


def _paper_form(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.exchange.paper_form import paper_form

    assert item is not None
    return paper_form(store, tr, item)


def _receipts(store: Store, _tr: Translator) -> Items:
    from app.services.exchange.receipts import receipt_rows

    return tuple((row.id, row.title) for row in receipt_rows(store))


def _receipt(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.exchange.receipts import receipt_document

    assert item is not None
    return receipt_document(store, tr, item)


def _pots(store: Store, _tr: Translator) -> Items:
    from app.services.sharing.scenarios import pot_rows

    return tuple((row.id, row.name) for row in pot_rows(store))


def _scenarios(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.scenario_tables import scenarios_document

    assert item is not None
    return scenarios_document(store, item, tr)


def _flow(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.flow_tables import flow_document

    return flow_document(store, tr, item)


def _accounts(store: Store, tr: Translator) -> Items:
    from app.services.reports.statement_tables import statement_items

    return statement_items(store, tr)


def _statement(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.statement_tables import statement_document

    return statement_document(store, tr, item)


def _proposals(store: Store, tr: Translator) -> Items:
    from app.services.reports.proposal_documents import proposal_items

    return proposal_items(store, tr)


def _sheet(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.proposal_documents import sheet_document

    assert item is not None
    return sheet_document(store, item, tr)


def _gaps(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.proposal_documents import gaps_document

    assert item is not None
    return gaps_document(store, item, tr)


def _proposal_versions(store: Store, tr: Translator) -> Items:
    from app.services.reports.version_tables import comparison_pairs

    return comparison_pairs(store, tr)


def _proposal_comparison(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.version_tables import comparison_document

    assert item is not None
    return comparison_document(store, item, tr)


def _rankings(store: Store, tr: Translator) -> Items:
    from app.services.reports.ranking_tables import ranking_items

    return ranking_items(store, tr)


def _ranking(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.ranking_tables import ranking_document

    return ranking_document(store, item, tr)


def _published_ranking(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.ranking_tables import ranking_document
    from app.services.reports.spec import Audience

    return ranking_document(store, item, tr, Audience.PUBLISHED)


def _stability(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.ranking_tables import stability_document

    return stability_document(store, item, tr)


def _declared(store: Store, tr: Translator) -> Items:
    from app.services.reports.ranking_tables import declared_items

    return declared_items(store, tr)


def _declarations(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.ranking_tables import declarations_document

    return declarations_document(store, item, tr)


def _letters(store: Store, _tr: Translator) -> Items:
    from app.services.reports.outcome_letters import letter_items

    return tuple((row.id, f"{row.number}. {row.title}") for row in letter_items(store))


def _letter(store: Store, tr: Translator, item: str | None) -> Document:
    from app.services.reports.outcome_letters import letter_document

    assert item is not None
    return letter_document(store, item, tr)


_AMENDMENTS = "app.services.reports.amendment_tables"
_PAYMENTS = "app.services.reports.payment_tables"
_MEETINGS = "app.services.reports.meeting_register"
_PAPERS = "app.services.reports.paper_entries"
_BUDGETS = "app.services.exchange.budget_form"

_SCORES = "app.services.reports.scoring_documents"
_CHECKS = "app.services.reports.admissibility_documents"


CATALOGUE = (
    Entry("T01", N_("Resources of the plan"), "table", _one_table(plan_tables.resources_table), as_at=True),
    Entry("T02", N_("Resources by priority area"), "table", _one_table(plan_tables.area_resources_table), as_at=True),
    Entry(
        "T03",
        N_("Admitted projects and amounts"),
        "table",
        _by_part(proposal_tables.projects_table),
        as_at=True,
        by_part=True,
    ),
    Entry(
        "T04",
        N_("Economic value of the territorial plan"),
        "table",
        _by_part(proposal_tables.economic_value_table),
        as_at=True,
        by_part=True,
    ),
    Entry("T05", N_("Ranking by priority area"), "table", _ranking, _rankings),
    Entry("T05-PUBBLICA", N_("Ranking, as published"), "table", _published_ranking, _rankings),
    Entry(
        "T07",
        N_("Comparison of the amendment"),
        "table",
        of_item(_AMENDMENTS, "amendment_document"),
        items_of(_AMENDMENTS, "amendment_items"),
        item_needed=True,
    ),
    about("T06", N_("Evaluation of a proposal"), _SCORES, "scores_document", "scored_items"),
    about("T06-PUBBLICA", N_("Evaluation, as published"), _SCORES, "published_document", "scored_items"),
    Entry("T08", N_("Splits, with their proof"), "table", _split_document, _splits, as_at=True),
    Entry(
        "T09",
        N_("Projects funded by district"),
        "table",
        of_item("app.services.reports.district_tables", "funded_document"),
        as_at=True,
    ),
    Entry("T14", N_("Partnership and roles"), "table", _partnership, _alliances, as_at=True, by_part=True),
    Entry("T15", N_("List of the signatories"), "table", _signatories, _agreements, as_at=True),
    Entry(
        "T16",
        N_("Register of attendance and votes"),
        "table",
        of_item(_MEETINGS, "register_document"),
        items_of(_MEETINGS, "register_items"),
        as_at=True,
    ),
    Entry("T17", N_("Findings: declared against computed"), "table", _one_table(_findings), as_at=True),
    Entry(
        "T18",
        N_("Report of expenses of a project"),
        "table",
        of_item(_PAYMENTS, "report_document"),
        items_of(_PAYMENTS, "report_items"),
        item_needed=True,
    ),
    Entry(
        "PAGAMENTI",
        N_("Statement of payments"),
        "table",
        of_item(_PAYMENTS, "payments_document"),
        items_of(_PAYMENTS, "project_items"),
    ),
    Entry(
        "RIPARAMETRAZIONE",
        N_("Rescaling of requests"),
        "table",
        of_item(_AMENDMENTS, "rescaling_document"),
        items_of(_AMENDMENTS, "rescaling_items"),
        item_needed=True,
    ),
    Entry(
        "RICHIESTA-PIANO",
        N_("Request for a rescaled economic plan"),
        "document",
        of_item(_BUDGETS, "request_document"),
        items_of(_BUDGETS, "request_items"),
        item_needed=True,
    ),
    Entry(
        "COFINANZIAMENTO",
        N_("Co-financing of the projects"),
        "table",
        _by_part(proposal_tables.cofinancing_table),
        as_at=True,
        by_part=True,
    ),
    about("ISTRUTTORIA", N_("Formal check of a proposal"), _CHECKS, "checklist_document", "checklist_items"),
    about("INTEGRAZIONE", N_("Request for completion"), _CHECKS, "request_document", "request_items"),
    about("SCHEDA-PUNTEGGIO", N_("Blank score sheet"), _SCORES, "blank_document", "blank_items"),
    Entry("DICHIARAZIONI", N_("Declarations of interests"), "table", _declarations, _declared),
    Entry("STABILITA", N_("Stability of the ranking"), "table", _stability, _rankings, item_needed=True),
    Entry("ESITO", N_("Letter of outcome"), "document", _letter, _letters, item_needed=True),
    Entry("FLUSSO", N_("Ways of the money"), "table", _flow, as_at=True),
    Entry("ESTRATTO-CONTO", N_("Statement of account"), "table", _statement, _accounts, item_needed=True, as_at=True),
    Entry("SCENARI", N_("Scenarios of a sum to be shared"), "table", _scenarios, _pots, item_needed=True),
    Entry("REGOLE", N_("Rules of the call"), "table", _rules, _versions),
    Entry(
        "CONFRONTO", N_("Comparison of two versions of the rules"), "table", _comparison, _compared, item_needed=True
    ),
    Entry("SCHEDA", N_("Sheet of a project"), "document", _sheet, _proposals, item_needed=True),
    Entry("COSA-MANCA", N_("What is missing"), "table", _gaps, _proposals, item_needed=True),
    Entry(
        "CONFRONTO-PROPOSTA",
        N_("Comparison of two versions of a proposal"),
        "table",
        _proposal_comparison,
        _proposal_versions,
        item_needed=True,
    ),
    *VOUCHERS,
    Entry("CALENDARIO", N_("Calendar of the meetings"), "table", _one_table(meetings.calendar)),
    Entry(
        "CONVOCAZIONE",
        N_("Convocation of a meeting"),
        "document",
        meetings.convocation,
        meetings.listed,
        item_needed=True,
    ),
    Entry("FASCICOLO", N_("Packet of a meeting"), "document", meetings.packet, meetings.listed, item_needed=True),
    Entry("VERBALE", N_("Minutes of a meeting"), "document", meetings.minutes, meetings.listed, item_needed=True),
    about("PRESENZE", N_("Attendance sheet"), _PAPERS, "attendance_sheet", "meeting_items"),
    about("VERBALE-OMISSIS", N_("Minutes, as published"), _PAPERS, "published_minutes", "meeting_items"),
    about("OMISSIS", N_("What published minutes leave out"), _PAPERS, "omissions_document", "meeting_items"),
    about("ERRATA", N_("Erratum to minutes"), _PAPERS, "erratum_paper", "errata_items"),
    Entry("ESTRATTO", N_("Excerpt of a decision"), "document", meetings.excerpt, meetings.decided, item_needed=True),
    Entry("MODULO-PROPOSTA", N_("Proposal form"), "document", _paper_form, _calls, item_needed=True),
    Entry("RICEVUTA", N_("Receipt of a workbook"), "document", _receipt, _receipts, item_needed=True),
)
"""In the order that they are listed."""


def listing(store: Store, tr: Translator) -> tuple[Listed, ...]:
    """What can be printed of this archive."""
    return tuple(
        Listed(entry.code, tr(entry.title), entry.kind, entry.items(store, tr) if entry.items else (), entry.by_part)
        for entry in CATALOGUE
    )


def codes_as_at() -> tuple[str, ...]:
    """Codes of what can be printed as at an earlier day."""
    return tuple(entry.code for entry in CATALOGUE if entry.as_at)


def codes_by_part() -> tuple[str, ...]:
    """Codes of what can be about one area or district."""
    return tuple(entry.code for entry in CATALOGUE if entry.by_part)


def build_document(
    store: Store, code: str, tr: Translator, item: str | None = None, when: AsAt | None = None
) -> Document:
    """The document with this code.

    Args:
        code: as listed; case does not matter.
        item: key of the record it is about, where it is about one.
        when: from when the archive is seen; now, when it is not said.

    Raises:
        InvalidInput: "export.code_unknown", "export.item_missing", "export.item_not_wanted", "export.no_as_at".
        NotFound: "record.gone" when there is no such record.
        RuleBroken: "as_at.meeting_not_closed".
    """
    entry = next((entry for entry in CATALOGUE if entry.code == code.upper()), None)
    if entry is None:
        raise InvalidInput("export.code_unknown", wanted=code, known=", ".join(entry.code for entry in CATALOGUE))
    if item is None and entry.item_needed:
        raise InvalidInput("export.item_missing", wanted=entry.code)
    if item is not None and entry.items is None and not entry.by_part:
        raise InvalidInput("export.item_not_wanted", wanted=entry.code)
    if when is None or when.is_now:
        return _marked(entry, store, entry.build(store, tr, item), item)
    if not entry.as_at:
        raise InvalidInput("export.no_as_at", wanted=entry.code, known=codes_as_at())
    from app.services.journal.as_at import dated, store_as_at

    with store_as_at(store, when) as then:
        document = dated(entry.build(then, tr, item), store, when, tr)
        return _marked(entry, then, document, item, f"D{when.day}" if when.day else f"M{when.meeting_id}")


def _marked(entry: Entry, store: Store, document: Document, item: str | None, when: str = "") -> Document:
    """An official table says what it was made from, so that a mark is printed on it; minutes say so themselves."""
    if entry.kind != "table" or document.attachments or not can_freeze(document):
        return document
    return replace(document, origin=read_frame(store).origin(item, when))
