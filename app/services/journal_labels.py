"""Words of the journal: what each table and field is called, what its values are, and what belongs to what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from app.models import enums as e
from app.models.base import CentsColumn, DayColumn, FlagColumn, InstantColumn
from app.models.journal import Field
from app.services.reports.spec import Kind
from app.services.texts import N_

# One entry for each table whose edits are kept: its topic (see `Changes`) and what one of its rows is called.
TABLES: dict[str, tuple[str, str]] = {
    "account": ("ledger", N_("Account")),
    "act": ("plan", N_("Act")),
    "action": ("proposals", N_("Action")),
    "action_objective": ("proposals", N_("Objective of an action")),
    "agenda_item": ("meetings", N_("Item of the agenda")),
    "agreement_signature": ("network", N_("Signature of the agreement")),
    "alliance": ("network", N_("Alliance")),
    "allocation": ("meetings", N_("Split of a total")),
    "attendance": ("meetings", N_("Attendance")),
    "budget": ("proposals", N_("Version of the economic plan")),
    "budget_item": ("proposals", N_("Item of the economic plan")),
    "call": ("proposals", N_("Call")),
    "ceiling": ("ledger", N_("Ceiling")),
    "committee": ("meetings", N_("Committee")),
    "conflict_declaration": ("meetings", N_("Declaration of conflict")),
    "context_figure": ("plan", N_("Context figure")),
    "decision": ("meetings", N_("Decision")),
    "decision_ceiling": ("meetings", N_("Ceiling set by a decision")),
    "decision_move": ("meetings", N_("Movement ordered by a decision")),
    "decision_outcome": ("meetings", N_("Outcome of a proposal")),
    "declaration": ("plan", N_("Declared figure")),
    "district": ("plan", N_("District")),
    "earlier_call": ("plan", N_("Earlier call")),
    "earlier_call_result": ("plan", N_("Projects funded in a district")),
    "expected_result": ("proposals", N_("Expected result")),
    "funding_source": ("plan", N_("Funding source")),
    "import_receipt": ("proposals", N_("Receipt of a workbook")),
    "indicator": ("proposals", N_("Indicator")),
    "meeting": ("meetings", N_("Meeting")),
    "member": ("meetings", N_("Member")),
    "minutes": ("meetings", N_("Minutes")),
    "municipality": ("plan", N_("Municipality")),
    "network_agreement": ("network", N_("Network agreement")),
    "objective": ("proposals", N_("Objective")),
    "organisation": ("network", N_("Organisation")),
    "organisation_alias": ("network", N_("Other name")),
    "partnership": ("network", N_("Partner")),
    "plan": ("plan", N_("Plan")),
    "priority_area": ("plan", N_("Priority area")),
    "proposal": ("proposals", N_("Proposal")),
    "target": ("proposals", N_("Recipients")),
    "training_module": ("plan", N_("Training module")),
    "transfer": ("ledger", N_("Transfer")),
    "vote": ("meetings", N_("Vote")),
}

# One entry for each column of those tables that a history tells of.
FIELDS: dict[str, str] = {
    "account_id": N_("Account"),
    "act": N_("Act of appointment"),
    "act_id": N_("Act"),
    "action_id": N_("Action"),
    "admitted": N_("Admitted"),
    "agenda_item_id": N_("Item of the agenda"),
    "agreement_id": N_("Network agreement"),
    "aims": N_("Aims"),
    "alliance_id": N_("Alliance"),
    "allocation_id": N_("Split of a total"),
    "amount": N_("Amount"),
    "amount_planned": N_("Amount set aside"),
    "approved_at": N_("Approved at"),
    "area_id": N_("Priority area"),
    "arrived_at": N_("Arrived at"),
    "as_printed": N_("As printed"),
    "budget_id": N_("Version of the economic plan"),
    "call_id": N_("Call"),
    "category": N_("Category"),
    "cents": N_("Amount"),
    "check_code": N_("Check"),
    "choice": N_("Vote"),
    "closing_text": N_("Closing words"),
    "cofinancing_declared": N_("Co-financing declared"),
    "committee_id": N_("Committee"),
    "condition": N_("Condition"),
    "context": N_("Context"),
    "coordination": N_("Coordination"),
    "date_approved": N_("Date of approval"),
    "date_closed": N_("Closing date"),
    "date_counted": N_("Date of the count"),
    "date_end": N_("End"),
    "date_held": N_("Date"),
    "date_issued": N_("Date of the act"),
    "date_opened": N_("Opening date"),
    "date_received": N_("Date received"),
    "date_signed": N_("Date of signature"),
    "date_start": N_("Start"),
    "day": N_("Day"),
    "decision_id": N_("Decision"),
    "delivery": N_("Delivery"),
    "design": N_("Design"),
    "discussion": N_("Discussion"),
    "district_id": N_("District"),
    "due": N_("May be used now"),
    "duration_months": N_("Duration in months"),
    "earlier_call_id": N_("Earlier call"),
    "effective_at": N_("In force from"),
    "equal_share": N_("Percentage in equal parts"),
    "file_name": N_("File"),
    "form": N_("Form"),
    "from_account_id": N_("From account"),
    "funded": N_("Funded"),
    "grant_declared": N_("Grant declared"),
    "grant_requested": N_("Grant requested"),
    "ground": N_("Ground"),
    "kind": N_("Kind"),
    "label": N_("Label"),
    "lead_as_printed": N_("Lead as printed"),
    "lead_id": N_("Lead"),
    "level": N_("Level"),
    "made_at": N_("Made at"),
    "made_by": N_("Made by"),
    "meeting_id": N_("Meeting"),
    "member_id": N_("Member"),
    "name": N_("Name"),
    "note": N_("Note"),
    "number": N_("Number"),
    "number_min": N_("Least number"),
    "objective_id": N_("Objective"),
    "office": N_("Office"),
    "organisation_id": N_("Organisation"),
    "other_names": N_("Other names"),
    "parent_id": N_("Account above"),
    "period": N_("Period"),
    "place": N_("Place"),
    "premises": N_("Premises"),
    "proposal_id": N_("Proposal"),
    "protocol": N_("Protocol number"),
    "purpose": N_("Purpose"),
    "quorum": N_("Quorum"),
    "reason": N_("Reason"),
    "received": N_("Received"),
    "reservation_id": N_("Reservation"),
    "result_id": N_("Expected result"),
    "reverses_id": N_("Transfer taken back"),
    "role": N_("Role"),
    "role_note": N_("Note on the roles"),
    "rule": N_("Rule"),
    "seat": N_("Seat"),
    "section": N_("Section"),
    "sha256": N_("Fingerprint (SHA-256)"),
    "share_declared": N_("Share declared"),
    "short_name": N_("Short name"),
    "signatories_counted": N_("Signatories counted"),
    "state": N_("State"),
    "subject": N_("Subject"),
    "sustainability": N_("Sustainability"),
    "target": N_("Target value"),
    "tax_code": N_("Tax code"),
    "territory": N_("Territory"),
    "text": N_("Text"),
    "time_closed": N_("Closed at"),
    "time_in": N_("Came at"),
    "time_opened": N_("Opened at"),
    "time_out": N_("Left at"),
    "time_voted": N_("Voted at"),
    "title": N_("Title"),
    "to_account_id": N_("To account"),
    "total": N_("Total"),
    "total_declared": N_("Total declared"),
    "unit": N_("Unit"),
    "value": N_("Value"),
    "vat_number": N_("VAT number"),
    "verification": N_("Verification"),
    "version": N_("Version"),
    "year": N_("Year"),
    "zone": N_("Zone"),
}

UNTOLD = frozenset(
    {
        *("id", "plan_id", "subject_id", "sample", "source_line", "position", "bundle"),
        *("imbalance", "postings_left", "content", "content_hash", "journal_head", "parts", "tie_order"),
    }
)
"""Columns that a history leaves out: they say nothing to a reader, or all of a document."""

ENUMS: dict[tuple[str, str], type[StrEnum]] = {
    ("account", "kind"): e.AccountKind,
    ("act", "kind"): e.ActKind,
    ("allocation", "rule"): e.AllocationRule,
    ("attendance", "kind"): e.AttendanceKind,
    ("budget_item", "category"): e.CostCategory,
    ("budget_item", "section"): e.BudgetSection,
    ("committee", "quorum"): e.QuorumRule,
    ("conflict_declaration", "kind"): e.ConflictKind,
    ("decision", "kind"): e.DecisionKind,
    ("decision_move", "kind"): e.TransferKind,
    ("decision_outcome", "state"): e.ProposalState,
    ("funding_source", "kind"): e.SourceKind,
    ("meeting", "state"): e.MeetingState,
    ("member", "role"): e.MemberRole,
    ("organisation", "kind"): e.OrganisationKind,
    ("priority_area", "level"): e.PriorityLevel,
    ("proposal", "state"): e.ProposalState,
    ("transfer", "kind"): e.TransferKind,
    ("vote", "choice"): e.VoteChoice,
}
"""What the words of a column mean, by table and column."""

OWNED: dict[str, tuple[tuple[str, str], ...]] = {
    "action": (("action_objective", "action_id"),),
    "agenda_item": (("conflict_declaration", "agenda_item_id"), ("vote", "agenda_item_id")),
    "alliance": (("partnership", "alliance_id"),),
    "budget": (("budget_item", "budget_id"),),
    "committee": (("member", "committee_id"),),
    "decision": (
        ("allocation", "decision_id"),
        ("decision_ceiling", "decision_id"),
        ("decision_move", "decision_id"),
        ("decision_outcome", "decision_id"),
    ),
    "earlier_call": (("earlier_call_result", "earlier_call_id"),),
    "expected_result": (("indicator", "result_id"),),
    "meeting": (("agenda_item", "meeting_id"), ("attendance", "meeting_id"), ("minutes", "meeting_id")),
    "network_agreement": (("agreement_signature", "agreement_id"),),
    "organisation": (("organisation_alias", "organisation_id"),),
    "plan": (("context_figure", "plan_id"), ("training_module", "plan_id")),
    "proposal": (
        ("action", "proposal_id"),
        ("budget", "proposal_id"),
        ("expected_result", "proposal_id"),
        ("objective", "proposal_id"),
        ("target", "proposal_id"),
    ),
}
"""Tables whose rows are parts of a record, with the column that names it: they are in its history."""


def kind_of(table: str, field: Field) -> Kind:
    """How the values of a field are shown."""
    column = field.column
    if (table, column.name) in ENUMS:
        return Kind.STATE
    for of_type, kind in (
        (CentsColumn, Kind.MONEY),
        (DayColumn, Kind.DATE),
        (InstantColumn, Kind.INSTANT),
        (FlagColumn, Kind.FLAG),
        (sa.Integer, Kind.COUNT),
    ):
        if isinstance(column.type, of_type):
            return Kind.TEXT if column.name in ("number", "year") else kind
    return Kind.TEXT


def told_value(table: str, field: Field, stored: Any) -> Any:
    """A value of the journal as `formats.display` takes it: Cents, date, aware datetime, bool, enumeration, text."""
    value: Any = field.restored(stored)
    meaning = ENUMS.get((table, field.column.name))
    if value is None:
        return None
    if meaning is not None:
        return meaning(value)
    return str(value) if kind_of(table, field) is Kind.TEXT else value


def row_name(table: str, values: Mapping[str, Any]) -> str:
    """What a row is called, from its fields by column as stored; empty for one that has no name of its own."""
    if table == "priority_area":
        return f"{e.area_code(values['level'], values['number'])} {values['title']}"
    if table == "meeting":
        return f"{values['number']}/{values['year']}"
    for column in ("name", "title", "subject", "label", "text", "as_printed", "reason", "number", "version"):
        if values.get(column):
            return str(values[column])
    return ""
