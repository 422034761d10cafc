"""The formal check of a proposal, and what is asked to be completed: forms with the documents that show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import CheckOutcome, ProposalState, Remedy
from app.services.changes import Changes
from app.services.documents.documents import DocumentOwner, document_rows
from app.services.evaluation import admissibility, requests
from app.services.evaluation.admissibility import CHECKED_STATES, CheckDraft, ChecklistDraft
from app.services.evaluation.admission import admit_by_checks
from app.services.evaluation.requests import PointDraft, RequestDraft, is_late
from app.services.proposals.proposals import load_proposal
from app.services.proposals.states import set_proposal_state
from app.services.reports.admissibility_documents import answer_text
from app.services.reports.table_spec import Column, Kind, Table
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.documents_panel import DocumentsPanel, show_file
from app.ui.editors import column_of
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.tasks import Lane
from app.ui.views.grid_forms import show_document
from app.ui.views.page import RecordPage
from app.ui.views.point_choices import point_field, show_decision
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.widgets import button


def _nothing(_store: Any) -> tuple[tuple[Any, str], ...]:
    """What a column offers until the form knows its record."""
    return ()


# --- the formal check --------------------------------------------------------------------


def load_checklist(store: Any, proposal_id: str) -> ChecklistDraft:
    """The formal check of a proposal, in the window's language."""
    return admissibility.load_checklist(store, proposal_id, i18n.current())


def _is_open(draft: ChecklistDraft) -> bool:
    return draft.state in CHECKED_STATES


def _locked(draft: ChecklistDraft) -> str:
    if not _is_open(draft):
        return N_("The proposal has its outcome: its formal check is closed.")
    if not draft.checks:
        return N_(
            "The rules of the call have no points of a formal check. They are written in the room Calls, under Rules."
        )
    return ""


def _subtitle(draft: ChecklistDraft) -> str:
    said = [label(draft.state, i18n.current())]
    if draft.requests:
        text = i18n.current().plural(
            "{n} request for completion open", "{n} requests for completion open", draft.requests
        )
        said.append(text.format(n=draft.requests))
    waiting = sum(row.answer is None for row in draft.checks)
    if waiting:
        text = i18n.current().plural("{n} point without an answer", "{n} points without an answer", waiting)
        said.append(text.format(n=waiting))
    return " · ".join(said)


def _can_ask(draft: ChecklistDraft) -> bool:
    return _is_open(draft) and any(
        row.remedy is Remedy.CURABLE and row.answer is CheckOutcome.NO for row in draft.checks
    )


def _ask(store: Any, proposal_id: str, values: Mapping[str, Any]) -> Any:
    return requests.ask_completion(store, proposal_id, **values)


def _propose(store: Any, proposal_id: str, values: Mapping[str, Any]) -> Changes:
    return admit_by_checks(store, proposal_id, values["agenda_item_id"], i18n.current())


def _sheet(store: Any, proposal_id: str) -> Any:
    """The check as it is annexed."""
    from app.services.reports.admissibility_documents import checklist_document

    return checklist_document(store, proposal_id, i18n.current())


CHECKS = GridSpec(
    "checks",
    N_("Points of the formal check"),
    (
        FieldSpec("name", N_("Point"), FieldKind.NOTE, read_only=True, width_mm=110),
        FieldSpec(
            "said", N_("The archive"), FieldKind.CHOICE, choices=enum_choices(CheckOutcome), read_only=True, width_mm=22
        ),
        FieldSpec("outcome", N_("Answer"), FieldKind.CHOICE, choices=enum_choices(CheckOutcome), width_mm=22),
        FieldSpec(
            "reason", N_("Reason"), FieldKind.NOTE, width_mm=28, hint=N_("Needed where the archive is overruled.")
        ),
        FieldSpec("attachment_id", N_("Evidence"), FieldKind.REFERENCE, choices=_nothing, width_mm=24),
        FieldSpec("note", N_("Note"), FieldKind.NOTE, width_mm=24),
    ),
    fixed=True,
    hint=N_("Without an answer of yours that of the archive stands."),
    rows_shown=3,
)

ASKED = (
    FieldSpec("date_due", N_("Term"), FieldKind.DATE, required=True, width=Width.HALF),
    FieldSpec(
        "time_due",
        N_("at"),
        FieldKind.TIME,
        empty="",
        width=Width.HALF,
        hint=N_("Without an hour the whole day counts."),
    ),
    FieldSpec("protocol", N_("Protocol number"), width=Width.HALF),
    FieldSpec("signatory", N_("Who signs"), width=Width.HALF),
    FieldSpec("text", N_("What else the letter says"), FieldKind.NOTE, lines=3),
)

CHECKLIST_FORM = FormSpec(
    key="checklist",
    title=N_("Formal check"),
    sections=(),
    grids=(CHECKS,),
    blank=lambda _store: ChecklistDraft(""),
    load=load_checklist,
    save=admissibility.save_checklist,
    acts=(
        Act(
            N_("Ask for completion…"),
            "mail",
            _ask,
            fields=ASKED,
            when=_can_ask,
        ),
        Act(
            N_("Admit"),
            "circle-check",
            lambda store, key: set_proposal_state(store, key, ProposalState.ADMISSIBLE),
            when=_is_open,
            primary=True,
        ),
        Act(
            N_("Do not admit"),
            "circle-x",
            lambda store, key: set_proposal_state(store, key, ProposalState.NOT_ADMISSIBLE),
            confirm=N_("«{title}» will be out of the call. Go on?"),
            when=_is_open,
        ),
        Act(
            N_("Propose the decision…"),
            "gavel",
            _propose,
            fields=(
                point_field(
                    N_("Of a meeting that is not closed; all finished checks of the call get their outcome there.")
                ),
            ),
            when=_is_open,
            done=show_decision,
        ),
        Act(N_("Print the check"), "printer", _sheet, done=show_document),
    ),
    heading=lambda draft: f"{draft.number}. {draft.title}",
    subtitle=_subtitle,
    locked=_locked,
)


class EvidenceForm(SideForm):
    """A form whose rows name a document; all of them stand in the panel, and that of the row is opened from there."""

    grid_key = ""

    def make_panel(self) -> SidePanel:
        panel = SidePanel(self.desk, _("Documents and answers"))
        self.open_button = button(_("Open the document of the row"), "eye")
        self.open_button.clicked.connect(self.open_evidence)
        self.documents = DocumentsPanel(self.desk)
        below = QWidget()
        below.setLayout(column_of(self.open_button, self.documents, spacing=10))
        panel.column.takeAt(panel.column.count() - 1)  # its stretch: the documents come last
        panel.column.addWidget(below)
        panel.heading.hide()
        return panel

    def owners(self) -> tuple[DocumentOwner, ...]:
        """Whose documents may be named: the proposal's and its alliance's."""
        raise NotImplementedError

    def open_evidence(self) -> None:
        """Open a read-only copy of the document that the row names."""
        key = getattr(self.current_row(), "attachment_id", None)
        if key:
            self.desk.run(self.desk.copies.open, key, lane=Lane.FILES, done=show_file)

    def current_row(self) -> Any:
        """The row where the cursor is; the first one before it was anywhere; None without rows."""
        rows = getattr(self.model.draft, self.grid_key)
        at = max(self.grid(self.grid_key).table.currentIndex().row(), 0)
        return rows[at] if at < len(rows) else None

    def row_table(self, row: Any) -> Table:
        """What the panel says of a row."""
        raise NotImplementedError

    def refresh_panel(self) -> None:
        row = self.current_row()
        self.open_button.setEnabled(bool(getattr(row, "attachment_id", None)))
        self.panel.say("" if row is not None else _("Nothing here yet."))
        self.panel.show_tables([] if row is None else [self.row_table(row)])

    def _connect(self) -> None:
        super()._connect()
        self.grid(self.grid_key).table.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def _load_choices(self) -> None:
        super()._load_choices()
        if self.record_id is None:
            return
        owners = self.owners()
        found = tuple((row.id, row.name) for owner in owners for row in self.desk.read(document_rows, owner))
        grid = self.grid(self.grid_key)
        offered = {
            column.key: grid.model.choices(number)
            for number, column in enumerate(grid.spec.columns)
            if column.choices is not None
        }
        grid.model.set_choices({**offered, **self.own_choices(), "attachment_id": found})
        self.documents.show_owner(owners[0], locked=True)

    def own_choices(self) -> dict[str, Any]:
        """What other columns offer that depends on the record."""
        return {}

    def _on_row_changed(self, *_args: object) -> None:
        self._pause.start(0)


class ChecklistForm(EvidenceForm):
    """The formal check of a proposal."""

    grid_key = "checks"

    def owners(self) -> tuple[DocumentOwner, ...]:
        draft = self.model.draft
        return DocumentOwner(proposal_id=draft.id), DocumentOwner(alliance_id=draft.alliance_id)

    def row_table(self, row: CheckDraft) -> Table:
        texts = i18n.current()
        facts = [
            (_("Answer"), answer_text(row, texts)),
            (_("When missing"), label(row.remedy, texts)),
            (_("Legal ground"), row.ground),
            (_("The archive"), row.told),
        ]
        if row.checked_at is not None:
            facts.append((_("Answered by"), f"{row.checked_by}, {format_date(row.checked_at.date())}"))
        return facts_table(f"{row.code} {row.text}", facts)


def facts_table(title: str, facts: list[tuple[str, str]]) -> Table:
    """Pairs of a name and what it is."""
    return Table(
        code="panel.facts",
        title=title,
        columns=(
            Column("name", _("What"), Kind.TEXT, lambda pair: pair[0], width_mm=30),
            Column("value", _("Details"), Kind.NOTE, lambda pair: pair[1], width_mm=80),
        ),
        rows=tuple(pair for pair in facts if pair[1]),
    )


# --- requests for completion -------------------------------------------------------------


def _letter(store: Any, request_id: str) -> Any:
    """The letter of a request."""
    from app.services.reports.admissibility_documents import request_document

    return request_document(store, request_id, i18n.current())


def _request_locked(draft: RequestDraft) -> str:
    return N_("The request is closed: what came was judged.") if draft.date_closed is not None else ""


def _request_subtitle(draft: RequestDraft) -> str:
    if draft.date_closed is not None:
        return _("Closed on {day}").format(day=format_date(draft.date_closed))
    if draft.date_due is None:
        return ""
    return _("Term: {term}").format(term=f"{format_date(draft.date_due)} {draft.time_due}".strip())


POINTS = GridSpec(
    "points",
    N_("What is asked, and what came"),
    (
        FieldSpec("item_id", N_("Point"), FieldKind.REFERENCE, required=True, choices=_nothing, width_mm=20),
        FieldSpec("asked", N_("What is asked"), FieldKind.NOTE, required=True, width_mm=56),
        FieldSpec("date_received", N_("Came on"), FieldKind.DATE, width_mm=26),
        FieldSpec("time_received", N_("at"), FieldKind.TIME, empty="", width_mm=16),
        FieldSpec("protocol", N_("Protocol"), width_mm=24),
        FieldSpec("attachment_id", N_("Document"), FieldKind.REFERENCE, choices=_nothing, width_mm=36),
        FieldSpec(
            "accepted", N_("Will it do"), FieldKind.CHOICE, choices=enum_choices((CheckOutcome.YES, CheckOutcome.NO))
        ),
        FieldSpec("note", N_("Note"), FieldKind.NOTE, width_mm=40),
    ),
    blank=PointDraft,
    rows_shown=3,
)

REQUEST_FORM = FormSpec(
    key="request",
    title=N_("Request for completion"),
    sections=(
        Section(
            "",
            (
                FieldSpec("date_sent", N_("Sent on"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("protocol", N_("Protocol number"), width=Width.HALF),
                FieldSpec("date_due", N_("Term"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("time_due", N_("at"), FieldKind.TIME, empty="", width=Width.HALF),
                FieldSpec("signatory", N_("Who signs")),
                FieldSpec("text", N_("What else the letter says"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(POINTS,),
    blank=lambda _store: RequestDraft(),
    load=requests.load_request,
    save=requests.save_request,
    acts=(
        Act(N_("Print the letter"), "printer", _letter, done=show_document),
        Act(
            N_("Close the request"),
            "check",
            requests.close_request,
            confirm=N_("What came is then judged, and stands in the formal check. Close «{title}»?"),
            when=lambda draft: draft.date_closed is None,
            primary=True,
        ),
        replace(removal(requests.delete_request), when=lambda draft: draft.date_closed is None),
    ),
    heading=lambda draft: draft.title,
    subtitle=_request_subtitle,
    locked=_request_locked,
)


class RequestForm(EvidenceForm):
    """A request for completion, with the documents of the proposal."""

    grid_key = "points"

    def owners(self) -> tuple[DocumentOwner, ...]:
        draft = self.model.draft
        proposal = self.desk.read(load_proposal, draft.proposal_id)
        return DocumentOwner(proposal_id=draft.proposal_id), DocumentOwner(alliance_id=proposal.alliance_id)

    def own_choices(self) -> dict[str, Any]:
        checks = self.desk.read(load_checklist, self.model.draft.proposal_id).checks
        return {"item_id": tuple((row.id, row.code) for row in checks if row.remedy is Remedy.CURABLE)}

    def row_table(self, row: PointDraft) -> Table:
        draft = self.model.draft
        came = _("nothing yet")
        if row.date_received is not None:
            when = f"{format_date(row.date_received)} {row.time_received}".strip()
            late = is_late(draft, row.date_received, row.time_received)
            came = f"{when} – {_('after the term') if late else _('in time')}"
        return facts_table(row.asked, [(_("Came"), came), (_("Protocol"), row.protocol), (_("Note"), row.note)])


class ChecklistPage(RecordPage):
    """Formal checks with their form."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return ChecklistForm(self.desk, CHECKLIST_FORM, self._stack, grown=grown)


class RequestPage(RecordPage):
    """Requests for completion with their form."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return RequestForm(self.desk, REQUEST_FORM, self._stack, grown=grown)
