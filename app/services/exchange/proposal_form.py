"""The proposal form: one declaration for the blank workbook, the filled one, and the form on paper.

A column that has the name of a field of the draft needs nothing else: it is written, printed and read by that name.
"""

from __future__ import annotations

from app.models.enums import ArrivalChannel, BudgetSection, OrganisationKind
from app.services.exchange.blank_forms import PROPOSAL_TITLE
from app.services.exchange.forms import HOW_TO_FILL, Entry, Form, FormColumn, FormSheet
from app.services.wording.texts import N_

PROPOSAL = (
    FormColumn("title", N_("Title of the project"), required=True),
    FormColumn("call", N_("Call"), Entry.NAME, names="calls", hint=N_("May stay empty while there is one call only.")),
    FormColumn("area", N_("Priority area"), Entry.NAME, names="areas", hint=N_("What counts is its code: A.3.")),
    FormColumn("number", N_("Number within the call"), Entry.COUNT, hint=N_("Given by the office; else the next one.")),
    FormColumn("protocol", N_("Protocol number"), hint=N_("Given by the office.")),
    FormColumn("date_received", N_("Day of arrival"), Entry.DATE, hint=N_("Given by the office.")),
    FormColumn("time_received", N_("Hour of arrival"), Entry.TIME, hint=N_("Given by the office: 11:59.")),
    FormColumn("channel", N_("How it came"), Entry.CHOICE, choices=ArrivalChannel, hint=N_("Given by the office.")),
    FormColumn("alliance", N_("Local alliance"), required=True, hint=N_("As in the alliance's agreement.")),
    FormColumn("alliance_short", N_("Short name of the alliance"), hint=N_("For tables; may stay empty.")),
    FormColumn("lead", N_("Lead organisation"), required=True, hint=N_("Full name, as in its statute.")),
    FormColumn("lead_kind", N_("Kind of the lead organisation"), Entry.CHOICE, choices=OrganisationKind),
    FormColumn("signatory", N_("Signed by"), hint=N_("Who signs for the lead organisation, and in which office.")),
    FormColumn("date_start", N_("Start of the project"), Entry.DATE),
    FormColumn("duration_months", N_("Duration in months"), Entry.COUNT),
    FormColumn("context", N_("Context"), Entry.LONG, hint=N_("Why the project is needed where it takes place.")),
    FormColumn("aims", N_("General aims"), Entry.LONG),
    FormColumn("sustainability", N_("Sustainability"), Entry.LONG, hint=N_("What stays when the grant ends.")),
    FormColumn("total_declared", N_("Total cost declared"), Entry.MONEY),
    FormColumn("grant_declared", N_("Grant declared"), Entry.MONEY),
    FormColumn("cofinancing_declared", N_("Co-financing declared"), Entry.MONEY),
    FormColumn(
        "share_declared", N_("Share of co-financing declared"), Entry.PERCENT, hint=N_("With its sign: 3,86 %.")
    ),
    FormColumn("grant_requested", N_("Grant first asked for"), Entry.MONEY, hint=N_("When it was another one.")),
)

ROLES = (
    FormColumn("design", N_("Design"), Entry.FLAG),
    FormColumn("coordination", N_("Coordination"), Entry.FLAG),
    FormColumn("delivery", N_("Delivery"), Entry.FLAG),
    FormColumn("verification", N_("Verification"), Entry.FLAG),
)

ROLE_KEYS = tuple(column.key for column in ROLES)

_PARTNERS = (
    FormColumn("name", N_("Organisation"), required=True, hint=N_("Full name, as in its statute.")),
    FormColumn("kind", N_("Kind of organisation"), Entry.CHOICE, choices=OrganisationKind),
    FormColumn("seat", N_("Seat")),
    FormColumn("tax_code", N_("Tax code")),
    FormColumn("vat_number", N_("VAT number")),
    *ROLES,
)

_COSTS = (
    FormColumn("section", N_("Section"), Entry.CHOICE, required=True, choices=BudgetSection),
    FormColumn("category", N_("Category of cost"), Entry.NAME, required=True, names="categories", closed=True),
    FormColumn("label", N_("Description"), hint=N_("When the category's name does not say it.")),
    FormColumn("amount", N_("Amount"), Entry.MONEY, required=True),
)

_RESULTS = (
    FormColumn(
        "number", N_("Result no."), Entry.COUNT, hint=N_("An indicator without it belongs to the result above.")
    ),
    FormColumn("text", N_("Expected result"), Entry.LONG),
    FormColumn("indicator", N_("Indicator"), Entry.LONG),
    FormColumn("target", N_("Value to be reached"), Entry.COUNT),
)

OBJECTIVES = FormSheet(
    "objectives",
    N_("Objectives"),
    (
        FormColumn("number", N_("No."), Entry.COUNT, hint=N_("Else the next one.")),
        FormColumn("text", N_("Objective"), Entry.LONG, required=True),
    ),
)

ACTIONS = FormSheet(
    "actions",
    N_("Actions"),
    (
        FormColumn("label", N_("Action"), hint=N_("How the paper heads it.")),
        FormColumn("text", N_("What is done"), Entry.LONG, required=True),
        FormColumn("objectives", N_("For objectives"), hint=N_("Their numbers: 5-7, or 2, 4-6.")),
        FormColumn("month_from", N_("From month"), Entry.COUNT, hint=N_("1 is the first month of the project.")),
        FormColumn("month_to", N_("To month"), Entry.COUNT),
        FormColumn("months_note", N_("Note on the time")),
    ),
)

TARGETS = FormSheet(
    "targets",
    N_("Recipients"),
    (
        FormColumn("text", N_("Recipients"), Entry.LONG, required=True),
        FormColumn("number_min", N_("At least"), Entry.COUNT, hint=N_("When a number is promised.")),
    ),
)

COSTS = FormSheet("costs", N_("Costs"), _COSTS, rows=120)

RESULTS = FormSheet("results", N_("Results"), _RESULTS)

DOCUMENTS = FormSheet(
    "documents",
    N_("Documents"),
    (
        FormColumn("name", N_("Document"), Entry.LONG, locked=True),
        FormColumn("remedy", N_("When it is missing"), locked=True),
        FormColumn("attached", N_("Attached"), Entry.FLAG, hint=N_("Yes when it comes with the form.")),
    ),
    rows=1,
)

PROPOSAL_FORM = Form(
    "proposal",
    2,
    PROPOSAL_TITLE,
    (
        *HOW_TO_FILL,
        N_("Each row of «Partners» is an organisation; mark with yes the phases in which it has a role."),
        N_("In «Actions» write the numbers of the objectives that each action serves: 5-7, or 2, 4-6."),
        N_("In «Costs» the section «Costs» is the grant asked for; the other section is the co-financing."),
        N_("A result and its indicators: write the result once, and one indicator a row from there on."),
    ),
    (
        FormSheet("proposal", N_("Proposal"), PROPOSAL, single=True),
        FormSheet("partners", N_("Partners"), _PARTNERS),
        OBJECTIVES,
        ACTIONS,
        TARGETS,
        COSTS,
        RESULTS,
        DOCUMENTS,
    ),
)
