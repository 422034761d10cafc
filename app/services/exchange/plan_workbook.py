"""A whole plan as a workbook: one declaration for the blank and for the filled one."""

from __future__ import annotations

from pathlib import Path

from app.models.enums import ActKind, OrganisationKind, PriorityLevel, SourceKind
from app.services.exchange.blank import write_blank
from app.services.exchange.blank_forms import PLAN_TITLE
from app.services.exchange.forms import HOW_TO_FILL, Entry, Form, FormColumn, FormSheet
from app.services.exchange.proposal_form import ROLES
from app.services.texts import N_, Translator

_PLAN = (
    FormColumn("name", N_("Name of the plan"), required=True),
    FormColumn("territory", N_("Territory")),
    FormColumn(
        "office", N_("Heading of the documents"), Entry.LONG, hint=N_("The office's name, one line below the other.")
    ),
    FormColumn("date_start", N_("First day"), Entry.DATE),
    FormColumn("date_end", N_("Last day"), Entry.DATE),
    FormColumn("duration_months", N_("Duration in months"), Entry.COUNT),
    FormColumn("purpose", N_("Purpose"), Entry.LONG),
)

_ACTS = (
    FormColumn("kind", N_("Kind of act"), Entry.CHOICE, required=True, choices=ActKind),
    FormColumn("number", N_("Number"), hint=N_("With the year when it is printed so: 1081/2013.")),
    FormColumn("date_issued", N_("Day"), Entry.DATE),
    FormColumn("subject", N_("Subject"), Entry.LONG),
    FormColumn("as_printed", N_("As printed"), hint=N_("How the plan names the act; needed when it has no number.")),
)

_SOURCES = (
    FormColumn("kind", N_("Kind of source"), Entry.CHOICE, required=True, choices=SourceKind),
    FormColumn("name", N_("Source"), required=True),
    FormColumn("amount", N_("Amount"), Entry.MONEY, required=True),
    FormColumn("not_due", N_("Not available yet"), Entry.FLAG, hint=N_("Yes while its condition does not hold.")),
    FormColumn("condition", N_("Condition"), Entry.LONG),
    FormColumn("act", N_("Act"), Entry.NAME, names="acts.number", hint=N_("Number of an act of the sheet of acts.")),
)

_AREAS = (
    FormColumn("level", N_("Priority"), Entry.CHOICE, required=True, choices=PriorityLevel),
    FormColumn("number", N_("Number"), Entry.COUNT, hint=N_("Else the next one of its priority.")),
    FormColumn("title", N_("Priority area"), Entry.LONG, required=True),
    FormColumn("amount_planned", N_("Amount set aside"), Entry.MONEY),
)

_DISTRICTS = (
    FormColumn("number", N_("No."), Entry.COUNT, hint=N_("Else the next one.")),
    FormColumn("name", N_("District"), required=True),
    FormColumn("zone", N_("Zone")),
)

_MUNICIPALITIES = (
    FormColumn("name", N_("Municipality"), required=True),
    FormColumn("district", N_("District"), Entry.NAME, names="districts.name"),
)

_CALLS = (
    FormColumn("title", N_("Call"), Entry.LONG, required=True),
    FormColumn("act", N_("Act"), Entry.NAME, names="acts.number", hint=N_("Number of an act of the sheet of acts.")),
    FormColumn("date_opened", N_("Open from"), Entry.DATE),
    FormColumn("date_closed", N_("Open until"), Entry.DATE),
)

_ORGANISATIONS = (
    FormColumn("name", N_("Organisation"), required=True, hint=N_("Each body once, by its full name.")),
    FormColumn("kind", N_("Kind of organisation"), Entry.CHOICE, required=True, choices=OrganisationKind),
    FormColumn("seat", N_("Seat")),
    FormColumn("tax_code", N_("Tax code")),
    FormColumn("vat_number", N_("VAT number")),
    FormColumn("aliases", N_("Other spellings"), Entry.LONG, hint=N_("With a semicolon between them.")),
    FormColumn("note", N_("Note"), Entry.LONG),
)

_ALLIANCES = (
    FormColumn("number", N_("No."), Entry.COUNT, hint=N_("Else the next one.")),
    FormColumn("name", N_("Local alliance"), required=True),
    FormColumn("short_name", N_("Short name"), hint=N_("For tables; may stay empty.")),
    FormColumn("lead", N_("Lead organisation"), Entry.NAME, names="organisations.name"),
    FormColumn("lead_as_printed", N_("Lead as printed")),
    FormColumn("role_note", N_("Sentence on the roles"), Entry.LONG),
)

_PARTNERS = (
    FormColumn("alliance", N_("Local alliance"), Entry.NAME, required=True, names="alliances.name"),
    FormColumn("organisation", N_("Organisation"), Entry.NAME, required=True, names="organisations.name"),
    FormColumn("as_printed", N_("As printed")),
    *ROLES,
)

PLAN_WORKBOOK = Form(
    "plan",
    1,
    PLAN_TITLE,
    (
        *HOW_TO_FILL,
        N_("What stands in another sheet is named as it is written there."),
        N_("An act is named by its number, or as it is printed when it has none; everything else by its name."),
        N_("The workbook is taken into an archive that has no plan yet: an archive holds one plan."),
    ),
    (
        FormSheet("plan", N_("Plan"), _PLAN, single=True),
        FormSheet("acts", N_("Acts"), _ACTS),
        FormSheet("sources", N_("Funding sources"), _SOURCES),
        FormSheet("areas", N_("Priority areas"), _AREAS),
        FormSheet("districts", N_("Districts"), _DISTRICTS),
        FormSheet("municipalities", N_("Municipalities"), _MUNICIPALITIES, rows=150),
        FormSheet("calls", N_("Calls"), _CALLS, rows=20),
        FormSheet("organisations", N_("Organisations"), _ORGANISATIONS, rows=200),
        FormSheet("alliances", N_("Local alliances"), _ALLIANCES),
        FormSheet("partners", N_("Partners"), _PARTNERS, rows=300),
    ),
)


def write_blank_plan(path: Path, tr: Translator) -> None:
    """Write the blank plan workbook.

    Raises:
        EnvironmentFailed: see `atomic_write`.
    """
    write_blank(PLAN_WORKBOOK, path, tr, {})
