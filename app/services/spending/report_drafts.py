"""Reports of expenses as they are typed and listed: values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import CheckMode, CostCategory, ExpenseKind, GrantBound, PaymentWay, ReportState
from app.models.money import Cents


@dataclass(frozen=True)
class ExpenseDraft:
    """An expense.

    Attributes:
        number, drawn: shown only.
        document: number of the invoice, payslip, act.
        supplier_code: tax code or VAT number of who was paid.
        amount: of the whole document; `on_grant` and `on_cofinancing` what of it is charged to the project.
        admitted_grant, admitted_cofinancing: by the check; None before it.
    """

    id: str | None = None
    number: int | None = None
    kind: ExpenseKind = ExpenseKind.INVOICE
    document: str = ""
    document_day: date | None = None
    supplier: str = ""
    supplier_code: str = ""
    category: str = CostCategory.OTHER.value
    label: str = ""
    date_paid: date | None = None
    paid_by: PaymentWay = PaymentWay.TRANSFER
    amount: Cents | None = None
    on_grant: Cents | None = None
    on_cofinancing: Cents | None = None
    attachment_id: str | None = None
    drawn: bool = False
    admitted_grant: Cents | None = None
    admitted_cofinancing: Cents | None = None
    finding: str = ""
    source_line: int | None = None

    @property
    def told(self) -> str:
        """Document and supplier in a line."""
        return " · ".join(part for part in (self.document, self.supplier) if part)

    @property
    def charged_grant(self) -> Cents | None:
        """What is charged to the grant, to be looked at."""
        return self.on_grant

    @property
    def charged_cofinancing(self) -> Cents | None:
        """What is charged to the co-financing, to be looked at."""
        return self.on_cofinancing


@dataclass(frozen=True)
class ReportDraft:
    """A report of expenses.

    Attributes:
        number, state, mode, sample_share, seed, date_approved, granted, final_grant, bound: shown only.
        final: whether it closes the project.
    """

    id: str | None = None
    proposal_id: str | None = None
    number: int = 0
    state: ReportState = ReportState.OPEN
    final: bool = False
    date_received: date | None = None
    protocol: str = ""
    note: str = ""
    mode: CheckMode = CheckMode.WHOLE
    sample_share: str = ""
    seed: str = ""
    date_approved: date | None = None
    granted: Cents | None = None
    final_grant: Cents | None = None
    bound: GrantBound | None = None
    expenses: tuple[ExpenseDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class ReportRow:
    """A report in a list.

    Attributes:
        charged: cents that it declares; `admitted` those that the check admitted, None while nothing was checked.
    """

    id: str
    proposal_id: str
    project: str
    number: int
    final: bool
    state: ReportState
    date_received: date
    expenses: int
    charged: Cents
    admitted: Cents | None
    final_grant: Cents | None
    sample: bool
    source_line: int | None
