"""The forms of providers' reports and of settlements, each with what follows from it beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import ReportOfUseState, SettlementState, UseOutcome
from app.models.errors import AppError
from app.models.money import format_euro
from app.services.changes import Changes
from app.services.reports.vouchers.ledger_lists import bank_table, differences_table, payees_table
from app.services.vouchers import payments, provider_reports, settlement
from app.services.vouchers.bank_report import BankReport, take_bank_report
from app.services.vouchers.bank_report import read_bank_report as read_report_of_bank
from app.services.vouchers.payments import settlement_payments
from app.services.vouchers.provider_reports import Difference, ReportLineDraft, VoucherReportDraft, report_differences
from app.services.vouchers.report_workbook import read_report
from app.services.vouchers.settlement import RefusalDraft, SettlementDraft
from app.services.wording.labels import label
from app.services.wording.points import read
from app.services.wording.texts import N_
from app.ui import dialogs, errors, i18n
from app.ui.desk import Desk
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.tasks import Lane
from app.ui.views.decision_choices import decision_choices
from app.ui.views.project_parts import in_state, printed
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.views.vouchers.choices import programme_choices
from app.ui.views.vouchers.ledger_forms import provider_choices
from app.ui.widgets import button

# --- reports of providers --------------------------------------------------------------------

REPORT_FORM = FormSpec(
    key="voucher_report",
    title=N_("Report of a provider"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "programme_id", N_("Programme"), FieldKind.REFERENCE, required=True, choices=programme_choices
                ),
                FieldSpec("provider_id", N_("Provider"), FieldKind.REFERENCE, choices=provider_choices),
                FieldSpec("date_received", N_("Came in on"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("protocol", N_("Protocol number"), width=Width.HALF),
                FieldSpec("period_start", N_("Services from"), FieldKind.DATE, width=Width.HALF),
                FieldSpec("period_end", N_("Services until"), FieldKind.DATE, width=Width.HALF),
                FieldSpec("file_name", N_("Workbook"), read_only=True, when=lambda draft: bool(draft.file_name)),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "lines",
            N_("Lines"),
            (
                FieldSpec("code", N_("Number of the voucher"), required=True, width_mm=42),
                FieldSpec("day", N_("Day"), FieldKind.DATE, width_mm=24),
                FieldSpec("units", N_("Quantity"), FieldKind.POINTS, width_mm=20),
                FieldSpec("cents", N_("Amount"), FieldKind.MONEY, width_mm=26),
                FieldSpec("document", N_("Document"), width_mm=34),
                FieldSpec(
                    "outcome",
                    N_("Outcome"),
                    FieldKind.CHOICE,
                    read_only=True,
                    choices=enum_choices(UseOutcome),
                    width_mm=36,
                ),
            ),
            blank=ReportLineDraft,
            totals=("cents",),
            rows_shown=8,
        ),
    ),
    blank=lambda _store: VoucherReportDraft(),
    load=provider_reports.load_voucher_report,
    save=provider_reports.save_voucher_report,
    acts=(
        Act(
            N_("Accept the report"),
            "circle-check",
            provider_reports.accept_voucher_report,
            confirm=N_("Accept «{title}»? Every line that matches becomes a use; the others stay as differences."),
            when=in_state(ReportOfUseState.ENTERED),
            primary=True,
        ),
        replace(removal(provider_reports.delete_voucher_report), when=in_state(ReportOfUseState.ENTERED)),
    ),
    heading=lambda draft: _("Report {protocol}").format(protocol=draft.protocol) if draft.id else "",
    subtitle=lambda draft: label(draft.state, i18n.current()) if draft.id else "",
    locked=lambda draft: (
        N_("This report was accepted, so it stays as it is.") if draft.state is ReportOfUseState.ACCEPTED else ""
    ),
)


class ReportForm(SideForm):
    """A report, with the lines that do not fit and why."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, REPORT_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The differences."""
        return SidePanel(self.desk, _("Differences"))

    def _build_fields(self) -> Iterator[None]:
        yield from super()._build_fields()
        self.from_workbook = button(_("Read the lines from a workbook…"), "file-spreadsheet")
        self.from_workbook.clicked.connect(self._on_workbook_wanted)
        self._sheet.addWidget(self.from_workbook)

    def _on_workbook_wanted(self) -> None:
        path = dialogs.choose_open(self, _("Report of a provider"), _("Workbooks (*.xlsx)"))
        if path is not None:
            self.read_workbook(path)

    def read_workbook(self, path: Path) -> None:
        """Put the lines of a workbook in the place of those that are there; nothing is saved yet."""
        try:
            found = read_report(path)
        except AppError as refusal:
            self.show_error(refusal)
            return
        lines = tuple(
            ReportLineDraft(None, line.code, line.day, read(line.units), line.cents, line.document)
            for line in found.lines
        )
        for key, value in (("lines", lines), ("file_name", found.file_name), ("digest", found.digest)):
            self.model.set_value(key, value, merge=False)

    def refresh_panel(self) -> None:
        """Match the report as it is saved with vouchers as they stand."""
        draft: VoucherReportDraft = self.model.draft
        self.from_workbook.setVisible(draft.state is ReportOfUseState.ENTERED)
        self.panel.heading.setText(_("Lines that do not match"))
        self.panel.banner.hide()
        if self.record_id is None:
            self.panel.say(_("Lines that match no voucher show here as soon as the report is saved."))
            self.panel.show_tables([])
            return
        found = self.desk.read(report_differences, self.record_id)
        self.panel.say("" if found else _("Every line matches its voucher."))
        self.panel.show_tables([differences_table(found, self.desk.texts, _why)] if found else [])


def _why(row: Difference) -> str:
    """The sentence of a refusal, in the words of the window."""
    if not row.code:
        return ""
    return errors.write(_(errors.SENTENCES[row.code]), dict(row.values), i18n.current())


# --- settlements -------------------------------------------------------------------------------


def _release(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return settlement.release_settlement(store, key, values["day"])


def _make_file(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return payments.make_payment_file(store, key, values["day"])


def _refuse(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return settlement.refuse_payment(store, RefusalDraft(key, values["payment"] or 0, values["day"], values["reason"]))


def _made_file(store: Any, key: str) -> Any:
    return payments.payment_file(store, key)


def _save_file(made: Any, form: Any) -> None:
    """Ask where the file for the bank goes, and write it there."""
    path = dialogs.choose_save(form, _("File for the bank"), _("Credit transfers (*.xml)"), Path.home() / made.name)
    if path is not None:
        key = form.record_id

        def write(store: Any) -> Path:
            payments.save_payment_file(store, key, path)
            return path

        form.desk.run(
            write, lane=Lane.FILES, title=_("Writing {name}").format(name=path.name), done=form.desk.written.emit
        )


def _choose_bank_report(_made: Any, form: Any) -> None:
    """Ask for the report of the bank, and read it."""
    path = dialogs.choose_open(form, _("Report of the bank"), _("Payment status reports (*.xml)"))
    if path is not None:
        form.read_bank_report(path)


def _settlement_subtitle(draft: SettlementDraft) -> str:
    if draft.id is None:
        return ""
    return f"{label(draft.state, i18n.current())} · {format_euro(draft.cents or 0)}"


SETTLEMENT_FORM = FormSpec(
    key="voucher_settlement",
    title=N_("Settlement"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "programme_id",
                    N_("Programme"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=programme_choices,
                    hint=N_("Every use that waits to be paid goes in, up to the day below."),
                ),
                FieldSpec("day", N_("Uses until"), FieldKind.DATE, required=True, width=Width.THIRD),
                FieldSpec("act", N_("Act"), width=Width.THIRD),
                FieldSpec("act_day", N_("Of the day"), FieldKind.DATE, width=Width.THIRD),
                FieldSpec(
                    "decision_id",
                    N_("Decision"),
                    FieldKind.REFERENCE,
                    choices=decision_choices,
                    hint=N_("Where a decision fixes the settlement, and no act of the office."),
                ),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    blank=lambda _store: SettlementDraft(),
    load=payments.load_settlement,
    save=settlement.save_settlement,
    acts=(
        Act(
            N_("Checked"),
            "list-checks",
            settlement.check_settlement,
            confirm=N_("Say that «{title}» was checked? Who entered it does not check it."),
            when=in_state(SettlementState.ENTERED),
            primary=True,
        ),
        Act(
            N_("Release…"),
            "check",
            _release,
            fields=(
                FieldSpec(
                    "day",
                    N_("Paid on"),
                    FieldKind.DATE,
                    required=True,
                    hint=N_("The money leaves the vouchers. Who entered the settlement does not release it."),
                ),
            ),
            when=in_state(SettlementState.CHECKED),
            primary=True,
        ),
        Act(N_("Give back"), "undo-2", settlement.return_settlement, when=in_state(SettlementState.CHECKED)),
        Act(
            N_("Make the file for the bank…"),
            "banknote",
            _make_file,
            fields=(FieldSpec("day", N_("To be paid by the bank on"), FieldKind.DATE, required=True),),
            when=lambda draft: draft.state is SettlementState.RELEASED and not draft.file,
            primary=True,
        ),
        Act(
            N_("Save the file for the bank…"),
            "save",
            _made_file,
            when=lambda draft: draft.file,
            done=_save_file,
        ),
        Act(
            N_("Read the report of the bank…"),
            "file-check",
            _made_file,
            when=lambda draft: draft.file,
            done=_choose_bank_report,
        ),
        Act(
            N_("Refused by the bank…"),
            "x",
            _refuse,
            fields=(
                FieldSpec("payment", N_("Number of the payment"), FieldKind.NUMBER, required=True),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True),
                FieldSpec("reason", N_("Reason that the bank gives"), required=True),
            ),
            when=in_state(SettlementState.RELEASED),
        ),
        printed(N_("Print the list of payments"), "T11", when=lambda draft: draft.id is not None),
        replace(removal(settlement.delete_settlement), when=in_state(SettlementState.ENTERED)),
    ),
    heading=lambda draft: (
        _("Settlement {number}/{year}").format(number=draft.number, year=draft.year) if draft.id else ""
    ),
    subtitle=_settlement_subtitle,
    locked=lambda draft: (
        N_("This settlement was released, so it stays as it is.") if draft.state is SettlementState.RELEASED else ""
    ),
)


class SettlementForm(SideForm):
    """A settlement, whom it pays, and what the bank says of that."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        self._said: tuple[str, Path, BankReport] | None = None  # of which settlement, by which file
        super().__init__(desk, SETTLEMENT_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The payments."""
        return SidePanel(self.desk, _("Payments of the settlement"))

    def refresh_panel(self) -> None:
        """Read the payments of the settlement as it is saved."""
        self.panel.heading.setText(_("Whom the settlement pays"))
        self.panel.banner.hide()
        if self.record_id is None:
            self.panel.say(_("Whom it pays shows here as soon as the settlement is saved."))
            self.panel.show_tables([])
            return
        found = self.desk.read(settlement_payments, self.record_id)
        wrong = sum(not row.iban_right for row in found)
        texts = self.desk.texts
        missing = texts.plural("One account is missing or wrong.", "{n} accounts are missing or wrong.", wrong)
        self.panel.say(missing.format(n=wrong) if wrong else "")
        tables = [payees_table(found, texts)]
        if self._said is not None and self._said[0] == self.record_id:
            tables.insert(0, bank_table(self._said[2].lines, texts))
        self.panel.show_tables(tables)

    def read_bank_report(self, path: Path) -> None:
        """Match a report of the bank with the payments; nothing is recorded before somebody says so."""
        key = self.record_id
        assert key is not None

        def arrive(found: BankReport) -> None:
            if self.record_id == key:
                self._said = key, path, found
                self.refresh_panel()
                self._ask_to_take(key, path, found)

        self._clear_errors()
        self.desk.run(read_report_of_bank, key, path, done=arrive, failed=self.show_error)

    def _ask_to_take(self, key: str, path: Path, found: BankReport) -> None:
        """Offer to record what is refused; the service says why where that cannot be."""
        count = len(found.refused)
        question = self.desk.texts.plural(
            "The bank refuses one payment, of {amount}. Its uses wait to be paid again. Record it?",
            "The bank refuses {n} payments, of {amount} in all. Their uses wait to be paid again. Record them?",
            count,
        ).format(n=count, amount=format_euro(found.cents))
        can = bool(count) and not found.differences
        if can and not dialogs.confirm(self, _("Report of the bank"), question, _("Record what is refused")):
            return
        self.desk.run(take_bank_report, key, path, failed=self.show_error)
