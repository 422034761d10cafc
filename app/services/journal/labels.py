"""Words of the journal: what each table and field is called, what its values are, and what belongs to what."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from app.models import enums as e
from app.models.base import CentsColumn, DayColumn, FlagColumn, InstantColumn
from app.models.journal import Field
from app.services.reports.spec import Kind
from app.services.vouchers.journal_words import VOUCHER_ENUMS, VOUCHER_OWNED, VOUCHER_TABLES
from app.services.wording.texts import N_

# One entry for each table whose edits are kept: its topic (see `Changes`) and what one of its rows is called.
TABLES: dict[str, tuple[str, str]] = {
    "absence": ("meetings", N_("Time out of the room")),
    "account": ("ledger", N_("Account")),
    "act": ("plan", N_("Act")),
    "action": ("proposals", N_("Action")),
    "action_objective": ("proposals", N_("Objective of an action")),
    "admissibility_check": ("evaluation", N_("Answer of the formal check")),
    "agenda_item": ("meetings", N_("Item of the agenda")),
    "agreement_signature": ("network", N_("Signature of the agreement")),
    "alliance": ("network", N_("Alliance")),
    "allocation": ("meetings", N_("Split of a total")),
    "amendment": ("proposals", N_("Amendment of an economic plan")),
    "amendment_line": ("proposals", N_("Item of an amendment")),
    "archive_user": ("archive", N_("User of the archive")),
    "attachment": ("proposals", N_("Document")),
    "attendance": ("meetings", N_("Attendance")),
    "budget": ("proposals", N_("Version of the economic plan")),
    "budget_item": ("proposals", N_("Item of the economic plan")),
    "budget_request": ("proposals", N_("Request for another economic plan")),
    "call": ("calls", N_("Call")),
    "call_act": ("calls", N_("Further act of a call")),
    "call_rules": ("calls", N_("Rules of a call")),
    "ceiling": ("ledger", N_("Ceiling")),
    "committee": ("meetings", N_("Committee")),
    "committee_rule": ("meetings", N_("Rule of a committee")),
    "conflict_declaration": ("meetings", N_("Declaration of conflict")),
    "context_figure": ("plan", N_("Context figure")),
    "criterion": ("evaluation", N_("Criterion")),
    "criterion_step": ("evaluation", N_("Step of a criterion")),
    "decision": ("meetings", N_("Decision")),
    "decision_ceiling": ("meetings", N_("Ceiling set by a decision")),
    "decision_move": ("meetings", N_("Movement ordered by a decision")),
    "decision_outcome": ("meetings", N_("Outcome of a proposal")),
    "decision_take": ("meetings", N_("Money taken from a project")),
    "declaration": ("plan", N_("Declared figure")),
    "distinct_organisations": ("network", N_("Two bodies, not one")),
    "district": ("plan", N_("District")),
    "earlier_call": ("plan", N_("Earlier call")),
    "earlier_call_result": ("plan", N_("Projects funded in a district")),
    "erasure": ("archive", N_("Erasing")),
    "erratum": ("meetings", N_("Erratum")),
    "erratum_line": ("meetings", N_("Passage that is mended")),
    "expected_result": ("proposals", N_("Expected result")),
    "expense": ("proposals", N_("Expense")),
    "expense_report": ("proposals", N_("Report of expenses")),
    "finding_acceptance": ("findings", N_("Accepted finding")),
    "follow_up": ("meetings", N_("Follow-up of a decision")),
    "funding_source": ("plan", N_("Funding source")),
    "guest": ("meetings", N_("Guest")),
    "import_receipt": ("proposals", N_("Receipt of a workbook")),
    "indicator": ("proposals", N_("Indicator")),
    "integration_point": ("evaluation", N_("Point to be completed")),
    "integration_request": ("evaluation", N_("Request for completion")),
    "interest_conflict": ("meetings", N_("Conflict of interest")),
    "interest_declaration": ("meetings", N_("Declaration of interests")),
    "key_act": ("archive", N_("Act on the keys")),
    "letterhead": ("archive", N_("Heading of the papers")),
    "meeting": ("meetings", N_("Meeting")),
    "meeting_pause": ("meetings", N_("Suspension of a meeting")),
    "member": ("meetings", N_("Member")),
    "minutes": ("meetings", N_("Minutes")),
    "municipality": ("plan", N_("Municipality")),
    "network_agreement": ("network", N_("Network agreement")),
    "objective": ("proposals", N_("Objective")),
    "omission": ("meetings", N_("Passage left out")),
    "organisation": ("network", N_("Organisation")),
    "organisation_alias": ("network", N_("Other name")),
    "organisation_contact": ("network", N_("Contact")),
    "organisation_office": ("network", N_("Office held")),
    "organisation_register": ("network", N_("Register entry")),
    "organisation_seat": ("network", N_("Seat")),
    "paper": ("meetings", N_("Paper to be signed")),
    "partnership": ("network", N_("Partner")),
    "payment": ("ledger", N_("Payment")),
    "plan": ("plan", N_("Plan")),
    "pot": ("ledger", N_("Sum to be shared")),
    "pot_source": ("ledger", N_("Source of a sum to be shared")),
    "priority_area": ("plan", N_("Priority area")),
    "programme_indicator": ("vouchers", N_("Indicator that a programme counts for")),
    "proposal": ("proposals", N_("Proposal")),
    "proposal_version": ("proposals", N_("Closed version")),
    "ranking": ("evaluation", N_("Ranking")),
    "ranking_place": ("evaluation", N_("Place in a ranking")),
    "rescaling": ("ledger", N_("Rescaling")),
    "rescaling_line": ("ledger", N_("Project of a rescaling")),
    "restoration": ("archive", N_("Restoring of a copy")),
    "retention_class": ("archive", N_("Retention class")),
    "rules_amendment": ("calls", N_("Rule on moves between items")),
    "rules_area": ("calls", N_("Area that a call funds")),
    "rules_cap": ("calls", N_("Cap on costs")),
    "rules_category": ("calls", N_("Category of cost")),
    "rules_document": ("calls", N_("Document asked for")),
    "rules_item": ("calls", N_("Point of the formal check")),
    "rules_lead": ("calls", N_("Who may lead")),
    "rules_partners": ("calls", N_("Least number of bodies")),
    "rules_seat": ("calls", N_("Seats asked for")),
    "rules_source": ("calls", N_("Source of a rule")),
    "rules_tie": ("calls", N_("Step of the tie chain")),
    "rules_tranche": ("calls", N_("Tranche of the grant")),
    "scenario": ("ledger", N_("Scenario")),
    "score": ("evaluation", N_("Points of a criterion")),
    "score_opening": ("evaluation", N_("Opening of the sheets")),
    "score_sheet": ("evaluation", N_("Score sheet")),
    "scoring_grid": ("evaluation", N_("Scoring grid")),
    "signatory": ("archive", N_("Signatory")),
    "signature": ("meetings", N_("Digital signature")),
    "signed_copy": ("meetings", N_("Signed file")),
    "source_reservation": ("plan", N_("Reservation of a source")),
    "target": ("proposals", N_("Recipients")),
    "text_template": ("archive", N_("Text of the papers")),
    "training_module": ("plan", N_("Training module")),
    "transfer": ("ledger", N_("Transfer")),
    "vote": ("meetings", N_("Vote")),
    **VOUCHER_TABLES,
}


UNTOLD = frozenset(
    {
        *("id", "plan_id", "subject_id", "sample", "source_line", "position", "bundle"),
        *("imbalance", "postings_left", "logo", "content", "content_hash", "journal_head", "parts", "tie_order"),
        *("terms", "split_terms", "inputs", "inputs_hash"),
    }
)
"""Columns that a history leaves out: they say nothing to a reader, or all of a document."""

ENUMS: dict[tuple[str, str], type[StrEnum]] = {
    ("admissibility_check", "archive_said"): e.CheckOutcome,
    ("admissibility_check", "outcome"): e.CheckOutcome,
    ("criterion", "effect"): e.CriterionEffect,
    ("criterion", "gate_measure"): e.Measure,
    ("criterion", "kind"): e.CriterionKind,
    ("criterion", "measure"): e.Measure,
    ("ranking", "draw"): e.DrawKind,
    ("ranking", "manner"): e.AwardManner,
    ("ranking", "rescale"): e.RescaleRule,
    ("ranking", "state"): e.RankingState,
    ("ranking_place", "kind"): e.AwardKind,
    ("score_sheet", "state"): e.SheetState,
    ("scoring_grid", "manner"): e.ScoringManner,
    ("scoring_grid", "mean"): e.MeanRule,
    ("scoring_grid", "rounding"): e.RoundingRule,
    ("scoring_grid", "rounding_place"): e.RoundingPlace,
    ("account", "kind"): e.AccountKind,
    ("act", "kind"): e.ActKind,
    ("agenda_item", "ballot"): e.Ballot,
    ("agenda_item", "majority"): e.Majority,
    ("agenda_item", "matter"): e.Matter,
    ("agenda_item", "quorum"): e.QuorumRule,
    ("agenda_item", "state"): e.ItemState,
    ("agenda_item", "tie"): e.TieRule,
    ("allocation", "basis"): e.WeightBasis,
    ("allocation", "leftover"): e.Leftover,
    ("allocation", "rule"): e.AllocationRule,
    ("amendment", "state"): e.AmendmentState,
    ("amendment_line", "section"): e.BudgetSection,
    ("archive_user", "role"): e.UserRole,
    ("archive_user", "state"): e.UserState,
    ("attendance", "kind"): e.AttendanceKind,
    ("budget_item", "section"): e.BudgetSection,
    ("budget_request", "state"): e.RequestState,
    ("call_rules", "award"): e.AwardRule,
    ("call_rules", "channel"): e.ArrivalChannel,
    ("call_rules", "final_rule"): e.FinalRule,
    ("call_rules", "findings"): e.RuleSeverity,
    ("call_rules", "vat"): e.VatRule,
    ("committee", "majority"): e.Majority,
    ("committee", "quorum"): e.QuorumRule,
    ("committee", "quorum_opening"): e.QuorumRule,
    ("committee", "tie"): e.TieRule,
    ("committee_rule", "ballot"): e.Ballot,
    ("committee_rule", "majority"): e.Majority,
    ("committee_rule", "matter"): e.Matter,
    ("committee_rule", "quorum"): e.QuorumRule,
    ("conflict_declaration", "kind"): e.ConflictKind,
    ("decision", "kind"): e.DecisionKind,
    ("decision_move", "kind"): e.TransferKind,
    ("decision_outcome", "state"): e.ProposalState,
    ("expense", "kind"): e.ExpenseKind,
    ("expense", "paid_by"): e.PaymentWay,
    ("expense_report", "bound"): e.GrantBound,
    ("expense_report", "mode"): e.CheckMode,
    ("expense_report", "state"): e.ReportState,
    ("follow_up", "state"): e.FollowUpState,
    ("funding_source", "kind"): e.SourceKind,
    ("interest_conflict", "kind"): e.ConflictKind,
    ("erasure", "kind"): e.ErasureKind,
    ("key_act", "kind"): e.KeyActKind,
    ("meeting", "state"): e.MeetingState,
    ("member", "role"): e.MemberRole,
    ("organisation", "kind"): e.OrganisationKind,
    ("organisation", "legal_form"): e.LegalForm,
    ("organisation", "size"): e.OrganisationSize,
    ("organisation_office", "kind"): e.OfficeKind,
    ("organisation_seat", "kind"): e.SeatKind,
    ("payment", "state"): e.PaymentState,
    ("pot", "kind"): e.PotKind,
    ("priority_area", "level"): e.PriorityLevel,
    ("programme_indicator", "measure"): e.VoucherMeasure,
    ("proposal", "channel"): e.ArrivalChannel,
    ("proposal", "state"): e.ProposalState,
    ("rescaling", "rule"): e.RescaleRule,
    ("rules_amendment", "limit_base"): e.LimitBase,
    ("rules_amendment", "duty"): e.AmendmentDuty,
    ("rules_amendment", "span"): e.LimitSpan,
    ("rules_cap", "base"): e.CapBase,
    ("rules_cap", "section"): e.BudgetSection,
    ("rules_cap", "severity"): e.RuleSeverity,
    ("rules_document", "remedy"): e.Remedy,
    ("rules_item", "remedy"): e.Remedy,
    ("rules_lead", "kind"): e.OrganisationKind,
    ("rules_lead", "size_max"): e.OrganisationSize,
    ("rules_partners", "counted"): e.PartnerGroup,
    ("rules_partners", "size_max"): e.OrganisationSize,
    ("rules_seat", "counted"): e.PartnerGroup,
    ("rules_seat", "held_by"): e.SeatHolder,
    ("rules_seat", "needed"): e.SeatNeed,
    ("rules_tie", "criterion"): e.TieCriterion,
    ("rules_tranche", "paid_when"): e.TrancheTrigger,
    ("signatory", "paper"): e.SignedPaper,
    ("signed_copy", "form"): e.SignedForm,
    ("text_template", "place"): e.TemplatePlace,
    ("transfer", "kind"): e.TransferKind,
    ("vote", "choice"): e.VoteChoice,
    **VOUCHER_ENUMS,
}
"""What the words of a column mean, by table and column."""

_CATEGORIES = {
    ("amendment_line", "category"),
    ("expense", "category"),
    ("budget_item", "category"),
    ("rules_category", "code"),
}
"""Columns with the code of a category of cost: one of the plan's seven has a word of its own."""

_THOUSANDTHS = frozenset(
    {
        *("points", "points_max", "points_min", "total_max", "threshold", "weight", "step"),
        *("from_value", "measured", "measure_high", "measure_low", "gate_min"),
    }
)
"""Columns of grids and sheets that hold thousandths."""

OWNED: dict[str, tuple[tuple[str, str], ...]] = {
    "action": (("action_objective", "action_id"),),
    "agenda_item": (
        ("attachment", "agenda_item_id"),
        ("conflict_declaration", "agenda_item_id"),
        ("vote", "agenda_item_id"),
    ),
    "alliance": (("attachment", "alliance_id"), ("partnership", "alliance_id")),
    "attendance": (("absence", "attendance_id"),),
    "budget": (("budget_item", "budget_id"),),
    "call": (("call_act", "call_id"), ("call_rules", "call_id")),
    "call_rules": (
        ("rules_amendment", "rules_id"),
        ("rules_area", "rules_id"),
        ("rules_cap", "rules_id"),
        ("rules_category", "rules_id"),
        ("rules_document", "rules_id"),
        ("rules_item", "rules_id"),
        ("rules_lead", "rules_id"),
        ("rules_partners", "rules_id"),
        ("rules_seat", "rules_id"),
        ("rules_source", "rules_id"),
        ("rules_tie", "rules_id"),
        ("rules_tranche", "rules_id"),
    ),
    "amendment": (("amendment_line", "amendment_id"),),
    "erratum": (("erratum_line", "erratum_id"),),
    "expense_report": (("attachment", "report_id"), ("expense", "report_id")),
    "ranking": (("ranking_place", "ranking_id"),),
    "rescaling": (("rescaling_line", "rescaling_id"),),
    "committee": (("committee_rule", "committee_id"), ("member", "committee_id")),
    "decision": (
        ("allocation", "decision_id"),
        ("decision_ceiling", "decision_id"),
        ("decision_move", "decision_id"),
        ("decision_outcome", "decision_id"),
        ("follow_up", "decision_id"),
    ),
    "earlier_call": (("earlier_call_result", "earlier_call_id"),),
    "expected_result": (("indicator", "result_id"),),
    "interest_declaration": (("interest_conflict", "declaration_id"),),
    "meeting": (
        ("agenda_item", "meeting_id"),
        ("attendance", "meeting_id"),
        ("guest", "meeting_id"),
        ("meeting_pause", "meeting_id"),
        ("minutes", "meeting_id"),
        ("omission", "meeting_id"),
    ),
    "letterhead": (("signatory", "letterhead_id"),),
    "network_agreement": (("agreement_signature", "agreement_id"),),
    "organisation": (
        ("organisation_alias", "organisation_id"),
        ("organisation_contact", "organisation_id"),
        ("organisation_office", "organisation_id"),
        ("organisation_register", "organisation_id"),
        ("organisation_seat", "organisation_id"),
    ),
    "criterion": (("criterion_step", "criterion_id"),),
    "funding_source": (("source_reservation", "source_id"),),
    "integration_request": (("integration_point", "request_id"),),
    "score_sheet": (("score", "sheet_id"),),
    "scoring_grid": (("criterion", "grid_id"),),
    "paper": (("signed_copy", "paper_id"),),
    "signed_copy": (("signature", "signed_copy_id"),),
    "plan": (("context_figure", "plan_id"), ("training_module", "plan_id")),
    "pot": (("pot_source", "pot_id"),),
    "proposal": (
        ("amendment", "proposal_id"),
        ("budget_request", "proposal_id"),
        ("expense_report", "proposal_id"),
        ("payment", "proposal_id"),
        ("action", "proposal_id"),
        ("attachment", "proposal_id"),
        ("budget", "proposal_id"),
        ("expected_result", "proposal_id"),
        ("objective", "proposal_id"),
        ("proposal_version", "proposal_id"),
        ("target", "proposal_id"),
    ),
    **VOUCHER_OWNED,
}
"""Tables whose rows are parts of a record, with the column that names it: they are in its history."""


def kind_of(table: str, field: Field) -> Kind:
    """How the values of a field are shown."""
    column = field.column
    if (table, column.name) in ENUMS:
        return Kind.STATE
    if _is_thousandths(table, column.name):
        return Kind.POINTS
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


def _is_thousandths(table: str, column: str) -> bool:
    if TABLES[table][0] == "vouchers":
        return column in ("units", "units_max")
    return TABLES[table][0] == "evaluation" and column in _THOUSANDTHS


def told_value(table: str, field: Field, stored: Any) -> Any:
    """A value of the journal as `formats.display` takes it: Cents, date, aware datetime, bool, enumeration, text."""
    value: Any = field.restored(stored)
    meaning = ENUMS.get((table, field.column.name))
    if value is None:
        return None
    if meaning is not None:
        return meaning(value)
    if _is_thousandths(table, field.column.name):
        return Fraction(value, 1000)
    if (table, field.column.name) in _CATEGORIES and value in {member.value for member in e.CostCategory}:
        return e.CostCategory(value)
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
