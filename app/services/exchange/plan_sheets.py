"""The sheets of a plan workbook, made from the drafts: a field that a draft gains is there by itself.

Every kind of record has a sheet, and so has every kind of child; a child's row names the record that it belongs to.
What a cell leaves empty is what the draft says by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import Field, dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_type_hints

from app.models.enums import ProposalState, TrancheTrigger
from app.models.money import Cents
from app.services.calls.calls import CallDraft
from app.services.calls.rules_drafts import RulesDraft
from app.services.exchange.forms import Entry, FormColumn, FormSheet
from app.services.journal.fields import FIELDS
from app.services.network.agreements import AgreementDraft
from app.services.network.alliances import AllianceDraft
from app.services.network.registry import OrganisationDraft
from app.services.network.territory import DistrictDraft, EarlierCallDraft
from app.services.plan.funding import AreaDraft, SourceDraft
from app.services.plan.plan import ActDraft, DeclarationDraft, PlanDraft
from app.services.proposals.drafts import ProposalDraft
from app.services.wording.texts import N_

REFERENCE = "reference"
"""Column for a short name of one's own, where two records have the same name."""

MUNICIPALITIES = "municipalities"
"""Whose names are those of the sheet of municipalities, whichever district they are in."""

REFERS_TO: Mapping[str, str] = {
    "act_id": "acts",
    "alliance_id": "alliances",
    "area_id": "areas",
    "call_id": "calls",
    "district_id": "districts",
    "lead_id": "organisations",
    "municipality_id": MUNICIPALITIES,
    "organisation_id": "organisations",
}
"""Sheet of the record that a field of a draft names."""

LEFT_OUT = frozenset(
    {
        *("id", "source_line", "seen"),  # of this archive alone
        *("proposals.version", "proposals.reopened", "rules.received"),  # given by acts of the office
        "sources.position",  # the order of the rows says it
    }
)
"""Fields of drafts that a workbook does not carry."""

REQUIRED = frozenset({"acts.kind", "sources.kind", "areas.level", "organisations.kind"})
"""Choices that nobody makes by leaving them out."""

LONG = frozenset(
    {
        *("aims", "award_text", "condition", "context", "ground", "note", "purpose", "role_note", "subject"),
        *("sustainability", "text"),
    }
)
"""Fields that hold more than a line."""


@dataclass(frozen=True)
class Place:
    """Where a kind of record stands among the sheets.

    Attributes:
        title: source text, at most 31 characters in each language.
        owner: key of the sheet of the record that its rows belong to; empty for none.
        field: of the owner's draft that holds them.
        rows: how many rows the blank sheet offers.
    """

    key: str
    title: str
    draft: type[Any]
    owner: str = ""
    field: str = ""
    rows: int = 60
    single: bool = False


ROOTS = (
    Place("plan", N_("Plan"), PlanDraft, single=True),
    Place("acts", N_("Acts"), ActDraft),
    Place("areas", N_("Priority areas"), AreaDraft),
    Place("sources", N_("Funding sources"), SourceDraft),
    Place("districts", N_("Districts"), DistrictDraft),
    Place("earlier_calls", N_("Earlier calls"), EarlierCallDraft, rows=10),
    Place("organisations", N_("Organisations"), OrganisationDraft, rows=200),
    Place("agreements", N_("Network agreements"), AgreementDraft, rows=5),
    Place("calls", N_("Calls"), CallDraft, rows=20),
    Place("rules", N_("Rules of the calls"), RulesDraft, rows=20),
    Place("alliances", N_("Local alliances"), AllianceDraft),
    Place("proposals", N_("Proposals"), ProposalDraft),
    Place("declarations", N_("Declared figures"), DeclarationDraft, rows=30),
)
"""Records that stand by themselves, in the order that one needs the other."""

VERSION = "version"
"""Column with the number of a version of a call's rules."""

ADDED: Mapping[str, FormColumn] = {
    "plan": FormColumn(
        "left_behind",
        N_("Not in this workbook"),
        Entry.LONG,
        hint=N_("What the archive had and a workbook does not carry; it goes onto the receipt."),
    ),
    "proposals": FormColumn(
        "rules_version",
        N_("Received under version"),
        Entry.COUNT,
        hint=N_("Of the call's rules; the newest one when it is empty."),
    ),
}
"""Columns beside those of the draft, by sheet."""

CHILD_TITLES: Mapping[str, str] = {
    "plan.training": N_("Training modules"),
    "plan.figures": N_("Context figures"),
    "sources.reserved": N_("Areas of reserved sources"),
    "districts.municipalities": N_("Municipalities"),
    "earlier_calls.results": N_("Earlier calls by district"),
    "organisations.aliases": N_("Other spellings"),
    "organisations.contacts": N_("Contacts"),
    "organisations.offices": N_("Offices and persons"),
    "organisations.registers": N_("Registers"),
    "organisations.seats": N_("Seats"),
    "agreements.signatures": N_("Signatures"),
    "calls.acts": N_("Further acts of calls"),
    "rules.categories": N_("Categories of cost"),
    "rules.caps": N_("Caps on costs"),
    "rules.leads": N_("Who may lead"),
    "rules.partners": N_("Least partners"),
    "rules.seats": N_("Seats asked for"),
    "rules.areas": N_("Areas of calls"),
    "rules.documents": N_("Documents of calls"),
    "rules.items": N_("Formal check"),
    "rules.ties": N_("Equal points"),
    "rules.tranches": N_("Tranches"),
    "rules.amendments": N_("Moves between items"),
    "rules.sources": N_("Sources of the rules"),
    "alliances.partners": N_("Partners"),
    "proposals.objectives": N_("Objectives"),
    "proposals.actions": N_("Actions"),
    "proposals.targets": N_("Recipients"),
    "proposals.results": N_("Expected results"),
    "proposals.indicators": N_("Indicators"),
    "proposals.items": N_("Costs"),
}
"""Title of the sheet of each kind of child, by sheet of the owner and field of its draft."""

MANY = {"districts.municipalities": 150, "alliances.partners": 300, "proposals.items": 300}

NAME_COLUMNS: Mapping[str, str] = {
    "acts": "number",
    "agreements": "title",
    "alliances": "name",
    "calls": "title",
    "districts": "name",
    "earlier_calls": "title",
    "organisations": "name",
    "proposals": "title",
    "rules": "call",
    "sources": "name",
}
"""Column that a record is named by; areas are named by their code."""

REFERENCED = frozenset(
    {"acts", "agreements", "alliances", "areas", "calls", "districts", "earlier_calls", "organisations"}
    | {"proposals", "sources"}
)
"""Sheets whose records others name."""

OWNER_TITLES: Mapping[str, tuple[str, str]] = {
    "agreements": ("agreement", N_("Network agreement")),
    "alliances": ("alliance", N_("Local alliance")),
    "calls": ("call", N_("Call")),
    "districts": ("district", N_("District")),
    "earlier_calls": ("earlier_call", N_("Earlier call")),
    "organisations": ("body", N_("Organisation")),
    "proposals": ("proposal", N_("Proposal")),
    "rules": ("call", N_("Call")),
    "sources": ("source", N_("Funding source")),
}
"""Column in which a child names its owner: key and title."""

DECLARED: Mapping[str, FormColumn] = {
    "plan.name": FormColumn("name", N_("Name of the plan"), required=True),
    "plan.office": FormColumn(
        "office", N_("Heading of the documents"), Entry.LONG, hint=N_("The office's name, one line below the other.")
    ),
    "plan.purpose": FormColumn("purpose", N_("Purpose"), Entry.LONG),
    "acts.number": FormColumn("number", N_("Number"), hint=N_("With the year when it is printed so: 1081/2013.")),
    "acts.as_printed": FormColumn(
        "as_printed", N_("As printed"), hint=N_("How the plan names the act; needed when it has no number.")
    ),
    "sources.name": FormColumn("name", N_("Source"), required=True),
    "sources.amount": FormColumn("amount", N_("Amount"), Entry.MONEY, required=True),
    "sources.due": FormColumn(
        "due", N_("May be used now"), Entry.FLAG, usual=True, hint=N_("No while its condition fails.")
    ),
    "areas.number": FormColumn("number", N_("Number"), Entry.COUNT, hint=N_("Else the next one of its priority.")),
    "areas.title": FormColumn("title", N_("Priority area"), Entry.LONG, required=True),
    "districts.number": FormColumn("number", N_("No."), Entry.COUNT, hint=N_("Else the next one.")),
    "districts.name": FormColumn("name", N_("District"), required=True),
    "municipalities.name": FormColumn("name", N_("Municipality"), required=True),
    "organisations.name": FormColumn(
        "name", N_("Organisation"), required=True, hint=N_("Each body once, by its full name.")
    ),
    "calls.title": FormColumn("title", N_("Call"), Entry.LONG, required=True),
    "alliances.number": FormColumn("number", N_("No."), Entry.COUNT, hint=N_("Else the next one.")),
    "alliances.name": FormColumn("name", N_("Local alliance"), required=True),
    "alliances.short_name": FormColumn("short_name", N_("Short name"), hint=N_("For tables; may stay empty.")),
    "proposals.number": FormColumn("number", N_("Number within the call"), Entry.COUNT, hint=N_("Else the next one.")),
    "proposals.state": FormColumn(
        "state",
        N_("State"),
        Entry.CHOICE,
        choices=ProposalState,
        hint=N_("Draft when it is empty; states that a committee gives come in as «admissible»."),
    ),
    "rules.version": FormColumn(
        VERSION, N_("Version"), Entry.COUNT, hint=N_("Where a call has several, one a row, the first one first.")
    ),
    "proposals.title": FormColumn("title", N_("Title of the project"), required=True),
    "proposals.share_declared": FormColumn("share_declared", N_("Share of co-financing declared"), Entry.PERCENT),
    "proposals.actions.objectives": FormColumn(
        "objectives", N_("For objectives"), hint=N_("Their numbers: 5-7, or 2, 4-6.")
    ),
    "proposals.indicators.result": FormColumn("result", N_("Result no."), Entry.COUNT, required=True),
    "proposals.items.category": FormColumn(
        "category", N_("Category of cost"), required=True, hint=N_("Its name or its code, as the call has it.")
    ),
    "rules.tranches.trigger": FormColumn(
        "trigger", N_("When it is paid"), Entry.CHOICE, required=True, choices=TrancheTrigger
    ),
    "declarations.check": FormColumn("check", N_("Check"), required=True, hint=N_("Its code.")),
    "declarations.subject": FormColumn(
        "subject", N_("About"), hint=N_("Sheet and name of a record, with a colon between: calls: Avviso 2014.")
    ),
}
"""Columns that say more than the draft does, by sheet and field."""


@dataclass(frozen=True)
class PlanSheet:
    """A sheet of the plan workbook.

    Attributes:
        refers: sheet of the record that a column names, by the column's key.
        attributes: field of the draft by the column's key, where the two differ.
    """

    place: Place
    form: FormSheet
    refers: Mapping[str, str]
    attributes: Mapping[str, str]

    @property
    def key(self) -> str:
        """Key of the sheet."""
        return self.place.key

    @property
    def added(self) -> tuple[str, ...]:
        """Columns that are no field of the draft."""
        own = (ADDED[self.key].key,) if self.key in ADDED else ()
        return (*own, VERSION) if self.place.owner == "rules" else own

    @property
    def owner_column(self) -> str:
        """Column that names the owner; empty when there is none to be named."""
        return OWNER_TITLES[self.place.owner][0] if self.place.owner not in ("", "plan") else ""


def child_field(field: Field[Any], hints: Mapping[str, Any]) -> type[Any] | None:
    """What the field of a draft holds many of; None when it holds a value."""
    arguments = get_args(hints[field.name])
    if len(arguments) == 2 and arguments[1] is Ellipsis and isinstance(arguments[0], type):
        return arguments[0]
    return None


def _places(root: Place) -> Iterator[Place]:
    """A kind of record, and its kinds of children."""
    yield root
    hints = get_type_hints(root.draft)
    for field in fields(root.draft):
        child = child_field(field, hints)
        if child is not None:
            key = f"{root.key}.{field.name}"
            yield Place(key, CHILD_TITLES.get(key, key), child, root.key, field.name, MANY.get(key, 60))


def _sheet(place: Place) -> PlanSheet:
    hints = get_type_hints(place.draft)
    columns: list[FormColumn] = []
    refers: dict[str, str] = {}
    attributes: dict[str, str] = {}
    if place.owner in OWNER_TITLES:
        key, title = OWNER_TITLES[place.owner]
        target = "calls" if place.owner == "rules" else place.owner
        optional = place.key == "districts.municipalities"
        names = f"{target}.{NAME_COLUMNS[target]}"
        columns.append(FormColumn(key, title, Entry.NAME, required=not optional, names=names))
        refers[key] = target
    if place.owner == "rules":
        hint = N_("Of the rules; may stay empty where the call has one.")
        columns.append(FormColumn(VERSION, N_("Version"), Entry.COUNT, hint=hint))
    for field in fields(place.draft):
        if {field.name, f"{place.key}.{field.name}"} & LEFT_OUT or child_field(field, hints) is not None:
            continue
        column = _column(place, field, hints[field.name])
        if column is None or any(column.key == known.key for known in columns):
            continue
        if column.key != field.name:
            attributes[column.key] = field.name
        if field.name in REFERS_TO:
            refers[column.key] = REFERS_TO[field.name]
        columns.append(column)
    if place.key in ADDED:
        columns.append(ADDED[place.key])
    if place.key in REFERENCED:
        hint = N_("A short name of your own, where two have the same name.")
        columns.append(FormColumn(REFERENCE, N_("Reference"), hint=hint))
    form = FormSheet(place.key, place.title, tuple(columns), place.single, place.rows)
    return PlanSheet(place, form, refers, attributes)


def _column(place: Place, field: Field[Any], hint: Any) -> FormColumn | None:
    """The column of a field; None for one that names what no workbook carries."""
    key = field.name.removesuffix("_id")
    declared = DECLARED.get(f"{place.key}.{key}") or DECLARED.get(f"{place.key.rpartition('.')[2]}.{key}")
    if declared is not None:
        return declared
    title = FIELDS.get(field.name) or FIELDS.get(key) or key
    if field.name.endswith("_id"):
        target = REFERS_TO.get(field.name)
        if target is None:
            return None
        names = f"{target}.{NAME_COLUMNS[target]}" if target in NAME_COLUMNS else ""
        return FormColumn(key, title, Entry.NAME, names=names)
    kinds = [one for one in (get_args(hint) or (hint,)) if one is not type(None)]
    kind = kinds[0]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return FormColumn(key, title, Entry.CHOICE, required=f"{place.key}.{key}" in REQUIRED, choices=kind)
    entries = {Cents: Entry.MONEY, int: Entry.COUNT, bool: Entry.FLAG, date: Entry.DATE}
    entry = entries.get(kind, Entry.LONG if key in LONG else Entry.TEXT)
    return FormColumn(key, title, entry, usual=field.default is True)


SHEETS: Mapping[str, PlanSheet] = {place.key: _sheet(place) for root in ROOTS for place in _places(root)}
"""Every sheet by its key, in the order of the workbook."""


@cache
def children_of(key: str) -> tuple[PlanSheet, ...]:
    """The sheets whose rows belong to those of a sheet."""
    return tuple(sheet for sheet in SHEETS.values() if sheet.place.owner == key)
