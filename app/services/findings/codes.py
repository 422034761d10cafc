"""Every check by its code: its name, how much it weighs, the words of a finding and of the way out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.models.enums import Severity
from app.services.calls.results import RULES as CALL_RULES
from app.services.wording.texts import N_

_PLAIN = N_("{subject}. {title}: declared {declared}, computed {computed}, difference {difference}.")
_ITEMS = N_("Compare the items with the paper: correct the wrong record, or have the declared figure corrected.")
_COUNT = N_("Compare the list with the paper: complete the records, or have the declared number corrected.")
_SOURCES = N_("Compare the sources with their acts: correct the source, or have the declared figure corrected.")
_EDITOR = N_("Have the text corrected by the office that wrote it; the record keeps both readings.")


@dataclass(frozen=True)
class Check:
    """A comparison, in words marked for translation.

    Attributes:
        title: name of what is compared.
        sentence: says what differs; it may name {title}, {subject}, {declared}, {computed}, {difference}.
        way_out: says what would settle it.
    """

    title: str
    severity: Severity = Severity.ERROR
    sentence: str = _PLAIN
    way_out: str = _ITEMS


_JUDGED = N_("{subject}. {told}")
_KEEP = N_("Ask the lead to put the proposal right where that can be done; else accept the finding with a reason.")

_BY_CALL: Mapping[str, Check] = {
    **{code: Check(title, sentence=_JUDGED, way_out=_KEEP) for code, title in CALL_RULES.items()},
    "call.area_planned": Check(
        N_("Sum of the call in an area"),
        sentence=N_(
            "{subject}: the call offers {declared}, the plan sets {computed} aside; they differ by {difference}."
        ),
        way_out=N_("Correct the sum in the rules of the call, or in the area of the plan."),
    ),
    "call.total": Check(
        N_("Sum available for the call"),
        sentence=N_("{subject}: {declared} is available, its areas sum to {computed} ({difference})."),
        way_out=N_("Correct the sum of the call, or that of one of its areas."),
    ),
}
"""Checks on calls: each rule that a call can fix, and the sums of the call itself."""

CHECKS: Mapping[str, Check] = {
    **_BY_CALL,
    "award.table": Check(
        N_("Award in the table of projects"),
        sentence=N_(
            "{subject}: the table of projects gives {declared}, the economic plan asks for {computed};"
            " they differ by {difference}."
        ),
        way_out=N_("Decide which amount holds: correct the table, or bring the economic plan to the amount awarded."),
    ),
    "award.over_request": Check(
        N_("Award above the request"),
        sentence=N_(
            "{subject}: {declared} was awarded, the economic plan asks for {computed}; {difference} has no item."
        ),
        way_out=N_("Bring the economic plan to the amount awarded, or give the rest back by a decision."),
    ),
    "area.awards": Check(
        N_("Awards within the ceiling of the area"),
        sentence=N_(
            "{subject}: the ceiling is {declared}, the awards in the table of projects sum to {computed}:"
            " {difference} against it."
        ),
        way_out=N_("Cut the awards to fit the ceiling, or raise the ceiling by a decision."),
    ),
    "proposal.total": Check(N_("Total cost of the project")),
    "proposal.grant": Check(N_("Grant asked for")),
    "proposal.cofinancing": Check(N_("Co-financing")),
    "proposal.share": Check(
        N_("Share of co-financing"),
        sentence=N_(
            "{subject}: the co-financing is declared as {declared} of the total;"
            " its amounts give {computed} ({difference})."
        ),
        way_out=N_("Ask the lead for the right percentage, or for the total that it was computed on."),
    ),
    "plan.grants": Check(N_("Sum of the grants asked for")),
    "plan.cofinancing": Check(N_("Sum of the co-financing")),
    "plan.value": Check(N_("Total value of the projects")),
    "plan.value_parts": Check(
        N_("Parts of the total value"),
        sentence=N_(
            "The total value is {declared} and is said to include {part} of residue; grants, co-financing and"
            " residue sum to {computed}, so the residue is not inside the total ({difference})."
        ),
        way_out=N_("Have the text say that the residue comes on top of the total, or correct the total."),
    ),
    "plan.share": Check(
        N_("Share of co-financing of the plan"),
        sentence=N_(
            "The co-financing is declared as {declared} of the total value; the amounts give {computed} ({difference})."
        ),
    ),
    "plan.share_with_residue": Check(
        N_("Share of co-financing, residue included"),
        sentence=N_(
            "The co-financing is declared as {declared} of the total value; if the residue is part of that value,"
            " as the plan says, it is {computed} ({difference})."
        ),
        way_out=N_("Have the text say that the residue comes on top of the total; the declared share then holds."),
    ),
    "plan.awards": Check(
        N_("Grants asked for against awards"),
        sentence=N_(
            "The grants asked for are declared as {declared}, the awards sum to {computed}:"
            " more is awarded than is asked for ({difference})."
        ),
        way_out=N_("Settle the award that differs from its economic plan; the two sums then agree."),
    ),
    "plan.residue": Check(N_("Residue of the low-priority areas"), way_out=_SOURCES),
    "plan.residue_after_grants": Check(
        N_("Residue after the grants asked for"),
        sentence=N_(
            "The residue is declared as {declared}, which is what the awards leave; the grants of the economic plans"
            " would leave {computed} ({difference})."
        ),
        way_out=N_("Settle the award that differs from its economic plan; the residue then follows."),
    ),
    "plan.initial": Check(N_("Initial resources"), way_out=_SOURCES),
    "plan.with_premium": Check(N_("Resources with the premium"), way_out=_SOURCES),
    "plan.regional": Check(N_("New regional funding"), way_out=_SOURCES),
    "source.amount": Check(N_("Amount of the source"), way_out=_SOURCES),
    "area.ceiling": Check(N_("Amount set aside for the area"), way_out=_SOURCES),
    "territory.districts": Check(N_("Number of districts"), Severity.WARNING, way_out=_COUNT),
    "territory.municipalities": Check(N_("Number of municipalities"), Severity.WARNING, way_out=_COUNT),
    "territory.population": Check(
        N_("Population"), Severity.WARNING, way_out=N_("Compare the three figures with the register of residents.")
    ),
    "earlier_call.received": Check(N_("Projects received"), Severity.WARNING, way_out=_COUNT),
    "earlier_call.admitted": Check(N_("Projects admitted"), Severity.WARNING, way_out=_COUNT),
    "earlier_call.funded": Check(N_("Projects funded"), Severity.WARNING, way_out=_COUNT),
    "earlier_call.zone_funded": Check(N_("Projects funded in the zone"), Severity.WARNING, way_out=_COUNT),
    "plan.alliances": Check(N_("Number of alliances"), Severity.WARNING, way_out=_COUNT),
    "plan.months": Check(
        N_("Duration in months"), Severity.WARNING, way_out=N_("Correct the duration of the plan, or the text.")
    ),
    "alliance.municipalities": Check(N_("Municipalities among the partners"), Severity.WARNING, way_out=_COUNT),
    "proposal.objectives": Check(N_("Number of objectives"), Severity.WARNING, way_out=_COUNT),
    "agreement.signatories": Check(N_("Signatories of the agreement"), Severity.WARNING, way_out=_COUNT),
    "alliance.lead": Check(
        N_("Lead of the alliance"),
        Severity.WARNING,
        N_("{subject}: the paper names the lead as «{declared}», the record as «{computed}»."),
        N_("Correct the lead of the alliance, or add the spelling to the organisation."),
    ),
    "alliance.lead_not_partner": Check(
        N_("Lead among the partners"),
        Severity.WARNING,
        N_("{subject}: the lead, «{declared}», is not among its partners ({computed})."),
        N_("Ask the lead whether it is a partner as well, and with which roles; then add it to the list."),
    ),
    "proposal.title": Check(
        N_("Title of the project"),
        Severity.WARNING,
        N_("{subject}: elsewhere the title reads «{declared}»."),
        N_("Ask the lead which title holds; the other is an error of transcription."),
    ),
    "act.number": Check(
        N_("Number of the act"),
        Severity.WARNING,
        N_("The act is printed as «{declared}»; its number is {computed}."),
        N_("Check the number in the official bulletin and have the text corrected."),
    ),
    "committee.name": Check(
        N_("Name of the committee"),
        Severity.WARNING,
        N_("The committee «{computed}» has other names in the text: {declared}."),
        N_("Take the name of the act that appointed it, everywhere."),
    ),
    "zone_plan.years": Check(
        N_("Years of the zone plan"),
        Severity.WARNING,
        N_("{subject}: the zone plan is that of {declared}; the other projects cite {computed}."),
        N_("Check the years with the office of the zone plan."),
    ),
    "proposal.condition": Check(
        N_("Condition against target"),
        Severity.WARNING,
        N_("{subject}: the condition is «{declared}», yet the target is «{computed}»."),
        N_("Ask the lead which families are eligible, before the call to families is published."),
    ),
    "proposal.requested": Check(
        N_("Amount first asked for"),
        Severity.WARNING,
        N_("{subject}: it was funded in part («{declared}»), but the amount first asked for is not on record."),
        N_("Take the amount from the first version of the economic plan and enter it in the proposal."),
    ),
    "area.need": Check(
        N_("Needs against areas"),
        Severity.WARNING,
        N_("The areas described in words ({declared}) are not those listed under the same numbers ({computed})."),
        N_("Have the text say which need belongs to which area; the list of the areas is the one that counts."),
    ),
    "residue.origin": Check(
        N_("Origin of the residue"),
        Severity.WARNING,
        N_("The residue is said to be «{declared}» and also «{computed}»."),
        N_("Have the text give one definition: it follows from the amounts set aside for the areas."),
    ),
    "residue.rule": Check(
        N_("Rule for sharing the residue"),
        Severity.WARNING,
        N_("The text says «{declared}», and no decision in force says by which rule."),
        N_("Put the rule to the vote of the committee, as a decision that shares the residue."),
    ),
    "indicator.repeated": Check(
        N_("Repeated indicator"),
        Severity.WARNING,
        N_("{subject}: the indicator «{declared}» measures more than one result: {computed}."),
        N_("Ask the lead for an indicator of its own for each result."),
    ),
    "actions.ranges": Check(
        N_("Actions for the same objectives"),
        Severity.NOTE,
        N_("{subject}: the headings of the actions ({declared}) overlap; objectives under more than one: {computed}."),
        N_("Ask the lead under which heading each action is to be read."),
    ),
    "text.separators": Check(
        N_("Separators of an amount"),
        Severity.WARNING,
        N_("The amount is printed as «{declared}», with separators that do not agree; it was read as {computed}."),
        _EDITOR,
    ),
    "text.decimal_point": Check(
        N_("Decimal point"),
        Severity.NOTE,
        N_("Printed with a decimal point: {declared}; elsewhere the text has a comma: {computed}."),
        _EDITOR,
    ),
    "text.reference": Check(
        N_("Reference to a point"),
        Severity.NOTE,
        N_("{subject}: the text refers to points {declared}; numbered points of its actions: {computed}."),
        N_("Ask the lead which action is meant."),
    ),
    "text.note_missing": Check(
        N_("Note that is missing"),
        Severity.NOTE,
        N_("«{declared}» calls for a note that is not in the text."),
        N_("Ask who wrote it for the note."),
    ),
    "text.unbalanced": Check(
        N_("Quotes and brackets"),
        Severity.NOTE,
        N_("Quotes or brackets that do not pair ({computed}) in «{declared}»."),
        _EDITOR,
    ),
    "text.heading": Check(
        N_("Repeated heading"), Severity.NOTE, N_("The heading reads «{declared}» instead of «{computed}»."), _EDITOR
    ),
    "text.doubtful": Check(
        N_("Statement in doubt"),
        Severity.NOTE,
        N_("The text says: {declared}. Who recorded it noted: {computed}"),
        N_("Ask the office that wrote it, and record the answer."),
    ),
}

ADDENDS: Mapping[str, str] = {
    "proposal.target": N_("Targets of the project"),
    "territory.population_female": N_("Female population"),
    "territory.population_male": N_("Male population"),
}
"""Names of what is declared for other checks to use, and is compared with nothing by itself."""


FROM_RECORDS = frozenset(
    {
        *("award.over_request", "area.awards", "plan.awards", "plan.residue_after_grants", "plan.share_with_residue"),
        *("alliance.lead_not_partner", "indicator.repeated", "actions.ranges", "text.separators"),
        *_BY_CALL,
    }
)
"""Checks that look at records and at what is declared for others; nothing is declared for them."""


def declarable() -> Mapping[str, str]:
    """Code and name (source text) of everything that can be declared."""
    return {**{code: check.title for code, check in CHECKS.items() if code not in FROM_RECORDS}, **ADDENDS}
