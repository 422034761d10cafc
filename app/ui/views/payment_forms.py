"""The forms of payments and of reports of expenses, each with what follows from it beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import CheckMode, ExpenseKind, PaymentState, PaymentWay, ReportState
from app.services.changes import Changes
from app.services.documents.documents import DocumentOwner
from app.services.reports.payment_tables import (
    categories_table,
    check_text,
    outcome_table,
    report_names,
    tranches_table,
)
from app.services.spending import payments, reports
from app.services.spending.payments import PaymentDraft, RecoveryDraft, tranche_states
from app.services.spending.report_drafts import ExpenseDraft, ReportDraft
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.documents_panel import DocumentsPanel
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.project_parts import categories, in_state, printed, running_projects, show_document
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.widgets import Tone

# --- payments ----------------------------------------------------------------------------


def _release(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return payments.release_payment(store, key, values["day"])


def _recover(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    draft = payments.load_payment(store, key)
    recovery = RecoveryDraft(draft.proposal_id, values["amount"], values["day"], values["reason"])
    return payments.receive_recovery(store, recovery)


def _statement(store: Any, key: str) -> Any:
    """The statement of the project that a payment is of."""
    from app.services.reports.catalogue import build_document

    return build_document(store, "PAGAMENTI", i18n.current(), payments.load_payment(store, key).proposal_id)


def _payment_subtitle(draft: PaymentDraft) -> str:
    if draft.id is None:
        return ""
    said = label(draft.state, i18n.current())
    if draft.reversed:
        said = _("{state} · taken back").format(state=said)
    return _("{state} · on decision no. {number}").format(state=said, number=draft.decision)


PAYMENT_FORM = FormSpec(
    key="payment",
    title=N_("Payment"),
    sections=(
        Section(
            "",
            (
                FieldSpec("proposal_id", N_("Project"), FieldKind.REFERENCE, required=True, choices=running_projects),
                FieldSpec(
                    "tranche",
                    N_("Tranche"),
                    FieldKind.NUMBER,
                    width=Width.HALF,
                    hint=N_("Its number, where the call pays in tranches."),
                ),
                FieldSpec(
                    "amount",
                    N_("Amount"),
                    FieldKind.MONEY,
                    width=Width.HALF,
                    hint=N_("Left empty: what the tranche comes to."),
                ),
                FieldSpec("act", N_("Act"), required=True, width=Width.HALF),
                FieldSpec("act_day", N_("Of the day"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("guarantee", N_("Surety"), hint=N_("For a tranche that is paid upon one.")),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    blank=lambda store: PaymentDraft(),
    load=payments.load_payment,
    save=payments.save_payment,
    acts=(
        Act(
            N_("Release"),
            "check",
            _release,
            fields=(
                FieldSpec(
                    "day",
                    N_("Paid on"),
                    FieldKind.DATE,
                    required=True,
                    hint=N_("The money leaves the project. Who entered the payment does not release it."),
                ),
            ),
            when=in_state(PaymentState.ENTERED),
            primary=True,
        ),
        Act(
            N_("Money that came back…"),
            "undo-2",
            _recover,
            fields=(
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True),
                FieldSpec("amount", N_("Amount"), FieldKind.MONEY, hint=N_("Left empty: all that must come back.")),
                FieldSpec("reason", N_("Reason"), required=True),
            ),
            when=in_state(PaymentState.RELEASED),
        ),
        Act(N_("Statement of payments"), "printer", _statement, done=show_document),
        replace(removal(payments.delete_payment), when=in_state(PaymentState.ENTERED)),
    ),
    heading=lambda draft: _("Payment no. {n}").format(n=draft.number) if draft.number else "",
    subtitle=_payment_subtitle,
    locked=lambda draft: (
        N_("This payment was released, so it stays as it is.") if draft.state is PaymentState.RELEASED else ""
    ),
)


class PaymentForm(SideForm):
    """A payment, and the tranches of its project."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, PAYMENT_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The tranches."""
        return SidePanel(self.desk, _("Tranches of the project"))

    def refresh_panel(self) -> None:
        """Read the tranches of the project that is chosen."""
        draft: PaymentDraft = self.model.draft
        states = self.desk.read(tranche_states, draft.proposal_id) if draft.proposal_id else ()
        self.panel.heading.setText(_("Tranches of the project"))
        self.panel.banner.hide()
        none = _("The call sets no tranches: the amount is typed.") if draft.proposal_id else ""
        self.panel.say("" if states else none)
        self.panel.show_tables([tranches_table(states, self.desk.texts, narrow=True)] if states else [])


# --- reports of expenses -----------------------------------------------------------------


def _check_whole(store: Any, key: str) -> Changes:
    return reports.begin_check(store, key, CheckMode.WHOLE)


def _check_sample(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return reports.begin_check(store, key, CheckMode.SAMPLE, values["share"], values["seed"])


def _approve(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return reports.approve_report(store, key, values["day"])


def _categories(store: Any, project_id: str, names: dict[str, str], texts: Any) -> Any:
    return categories_table(store, project_id, names, texts, narrow=True)


def _no_documents(_store: Any) -> Choices:
    """None until a report is shown: they are those of each."""
    return ()


def _report_locked(draft: ReportDraft) -> str:
    return N_("This report was approved, so it stays as it is.") if draft.state is ReportState.APPROVED else ""


TYPED = frozenset(
    {
        *("kind", "document", "document_day", "supplier", "supplier_code", "category", "date_paid", "paid_by"),
        *("amount", "on_grant", "on_cofinancing", "attachment_id"),
    }
)
"""Columns of the expenses while they are entered."""
JUDGED = frozenset(
    {
        *("number", "drawn", "told", "charged_grant", "charged_cofinancing"),
        *("admitted_grant", "admitted_cofinancing", "finding"),
    }
)
"""Columns of the expenses while they are checked, and afterwards."""


REPORT_FORM = FormSpec(
    key="expense_report",
    title=N_("Report of expenses"),
    sections=(
        Section(
            "",
            (
                FieldSpec("proposal_id", N_("Project"), FieldKind.REFERENCE, required=True, choices=running_projects),
                FieldSpec("date_received", N_("Came in on"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("protocol", N_("Protocol number"), width=Width.HALF),
                FieldSpec("final", N_("Final report: it closes the project"), FieldKind.FLAG),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "expenses",
            N_("Expenses"),
            (
                FieldSpec("number", N_("No."), FieldKind.NUMBER, read_only=True, width_mm=12),
                FieldSpec("drawn", N_("To be checked"), FieldKind.FLAG, read_only=True, width_mm=20),
                FieldSpec("told", N_("Document"), read_only=True, width_mm=60),
                FieldSpec(
                    "kind",
                    N_("Kind"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(ExpenseKind),
                    width_mm=26,
                ),
                FieldSpec("document", N_("Number"), required=True, width_mm=22),
                FieldSpec("document_day", N_("Of the day"), FieldKind.DATE, required=True, width_mm=24),
                FieldSpec("supplier", N_("Supplier"), required=True, width_mm=40),
                FieldSpec("supplier_code", N_("Tax code or VAT number"), width_mm=30),
                FieldSpec(
                    "category", N_("Category"), FieldKind.REFERENCE, required=True, choices=categories, width_mm=36
                ),
                FieldSpec("date_paid", N_("Paid on"), FieldKind.DATE, width_mm=24),
                FieldSpec(
                    "paid_by",
                    N_("How"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(PaymentWay),
                    width_mm=26,
                ),
                FieldSpec("amount", N_("Document"), FieldKind.MONEY, required=True, width_mm=26),
                FieldSpec(
                    "attachment_id", N_("Document attached"), FieldKind.REFERENCE, choices=_no_documents, width_mm=36
                ),
                FieldSpec("on_grant", N_("On the grant"), FieldKind.MONEY, width_mm=26),
                FieldSpec("on_cofinancing", N_("On the co-financing"), FieldKind.MONEY, width_mm=26),
                FieldSpec("charged_grant", N_("On the grant"), FieldKind.MONEY, read_only=True, width_mm=26),
                FieldSpec(
                    "charged_cofinancing", N_("On the co-financing"), FieldKind.MONEY, read_only=True, width_mm=26
                ),
                FieldSpec("admitted_grant", N_("Admitted, grant"), FieldKind.MONEY, width_mm=26),
                FieldSpec("admitted_cofinancing", N_("Admitted, co-financing"), FieldKind.MONEY, width_mm=26),
                FieldSpec("finding", N_("Finding"), width_mm=40),
            ),
            blank=ExpenseDraft,
            totals=("on_grant", "on_cofinancing", "admitted_grant", "admitted_cofinancing"),
            rows_shown=8,
        ),
    ),
    blank=lambda store: ReportDraft(),
    load=reports.load_report,
    save=reports.save_report,
    acts=(
        Act(N_("Check every expense"), "list-checks", _check_whole, when=in_state(ReportState.OPEN), primary=True),
        Act(
            N_("Check a sample…"),
            "target",
            _check_sample,
            fields=(
                FieldSpec("share", N_("Share of the expenses"), FieldKind.PERCENT_TEXT, required=True),
                FieldSpec(
                    "seed",
                    N_("Seed of the draw"),
                    required=True,
                    hint=N_("A text that nobody could choose to favour somebody; it is printed with the report."),
                ),
            ),
            when=in_state(ReportState.OPEN),
        ),
        Act(
            N_("Approve"),
            "circle-check",
            _approve,
            fields=(FieldSpec("day", N_("Day"), FieldKind.DATE, required=True),),
            when=in_state(ReportState.CHECKING),
            primary=True,
        ),
        printed(N_("Print the report"), "T18"),
        replace(removal(reports.delete_report), when=in_state(ReportState.OPEN)),
    ),
    heading=lambda draft: _("Report no. {n}").format(n=draft.number) if draft.number else "",
    subtitle=lambda draft: label(draft.state, i18n.current()) if draft.id is not None else "",
    locked=_report_locked,
)


class ReportForm(SideForm):
    """A report, with what it leaves of the economic plan and what the grant comes to."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, REPORT_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The sums."""
        return SidePanel(self.desk, _("What the report comes to"))

    def _build_fields(self) -> Iterator[None]:
        yield from super()._build_fields()
        self.documents = DocumentsPanel(self.desk)
        self.documents.refused.connect(self._on_documents_refused)
        self.documents.changed.connect(self._offer_documents)
        self._sheet.addWidget(self.documents)

    def _on_documents_refused(self, text: str) -> None:
        self._banner.say(text, Tone.BAD)

    def _refresh_all(self) -> None:
        super()._refresh_all()
        owner = DocumentOwner(report_id=self.record_id) if self.record_id else None
        self.documents.show_owner(owner, locked=self.model.draft.state is ReportState.APPROVED)
        self._offer_documents()

    def _offer_documents(self) -> None:
        """Offer the documents of the report as proof of its expenses."""
        named = tuple((row.id, row.name) for row in self.documents.rows)
        model = self._grids["expenses"].model
        columns = {column.key: model.choices(n) for n, column in enumerate(REPORT_FORM.all_grids[0].columns)}
        chosen = {key: choices for key, choices in columns.items() if choices}
        model.set_choices({**chosen, "attachment_id": named})

    def refresh_panel(self) -> None:
        """Sum the reports of the project, as they are saved."""
        draft: ReportDraft = self.model.draft
        texts = self.desk.texts
        self.panel.heading.setText(_("What the report comes to"))
        self.panel.banner.hide()
        if not draft.proposal_id or self.record_id is None:
            self.panel.say(_("It shows here as soon as the report is saved."))
            self.panel.show_tables([])
            return
        names = self.desk.read(report_names, draft.proposal_id, texts)
        tables = [self.desk.read(_categories, draft.proposal_id, names, texts)]
        if draft.final:
            tables.append(outcome_table(self.desk.read(reports.final_outcome, self.record_id), texts))
        self.panel.say("" if draft.state is ReportState.OPEN else check_text(draft, texts))
        self.panel.show_tables(tables)

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        draft: ReportDraft = self.model.draft
        self._grids["expenses"].show_columns(TYPED if draft.state is ReportState.OPEN else JUDGED)
