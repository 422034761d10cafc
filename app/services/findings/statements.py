"""Rules on words: names, titles, acts and statements that should be one, and slips of the print."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from textwrap import shorten

from app.services.findings.amounts import area_name, project_name
from app.services.findings.facts import AllianceFacts, Declared, Facts
from app.services.findings.finding import Finding, at_lines, found, places
from app.services.wording.texts import Translator

_WORD = re.compile(r"\w+|[+&]")
_YEAR = re.compile(r"\d{4}")
_DECIMAL_POINT = re.compile(r"(?<![\d.,])([-+]?\d+)\.(\d{1,2})(?![\d.,])")
_POINT_LABEL = re.compile(r"\s*(?:punto\s+)?(\d+)\s*[.)]", re.IGNORECASE)
_OBJECTIVES_NAMED = re.compile(r"\bob", re.IGNORECASE)
_PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
QUOTED_MAX = 120


def words_of(text: str) -> list[str]:
    """The words of a text, without case, punctuation and spacing."""
    return _WORD.findall(text.casefold())


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in case, punctuation and spacing at most."""
    return words_of(one) == words_of(other)


def short_form(one: str, other: str) -> bool:
    """Whether two names are the same, or one is the beginning of the other («MUM ATTACK»)."""
    first, second = words_of(one), words_of(other)
    length = min(len(first), len(second))
    return length > 0 and first[:length] == second[:length]


def quoted(rows: Iterable[Declared]) -> str:
    """The declared texts, each once, shortened to be read in a sentence."""
    texts = dict.fromkeys(shorten(row.printed, QUOTED_MAX, placeholder=" …") for row in rows)
    return "; ".join(texts)


# --- names and titles --------------------------------------------------------------------


def titles(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Titles of a project that are neither its title nor a short form of it."""
    for proposal in facts.proposals:
        other = [row for row in facts.of("proposal.title", proposal.id) if not short_form(row.printed, proposal.title)]
        for text, rows in _by_words(other).items():
            origin = at_lines(tr("record of the project"), [proposal.line], tr)
            yield found(
                "proposal.title",
                tr,
                declared=text,
                computed=proposal.title,
                where=[*places(rows, tr), origin],
                subject=project_name(proposal, tr),
                subject_id=proposal.id,
            )


def _by_words(rows: Iterable[Declared]) -> dict[str, list[Declared]]:
    """Rows by what they say, under the spelling that comes first."""
    grouped: dict[tuple[str, ...], list[Declared]] = {}
    for row in rows:
        grouped.setdefault(tuple(words_of(row.printed)), []).append(row)
    return {same[0].printed: same for same in grouped.values()}


def leads(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Leads that the text names otherwise, and leads that are not among their own partners."""
    for alliance in facts.alliances:
        named = facts.of("alliance.lead", alliance.id)
        other = [row for row in named if not any(short_form(row.printed, name) for name in alliance.lead_names)]
        for text, rows in _by_words(other).items():
            yield found(
                "alliance.lead",
                tr,
                declared=text,
                computed=_lead(alliance),
                where=places(rows, tr),
                subject=alliance.short_name,
                subject_id=alliance.id,
            )
        if alliance.lead_id is not None and alliance.partner_ids and alliance.lead_id not in alliance.partner_ids:
            yield found(
                "alliance.lead_not_partner",
                tr,
                declared=_lead(alliance),
                computed=tr.plural("{n} partner", "{n} partners", len(alliance.partner_ids)).format(
                    n=len(alliance.partner_ids)
                ),
                where=[*places(named, tr), at_lines(tr("partners of the alliance"), alliance.partner_lines, tr)],
                subject=alliance.short_name,
                subject_id=alliance.id,
            )


def _lead(alliance: AllianceFacts) -> str:
    return alliance.lead_names[0] if alliance.lead_names else ""


def act_numbers(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Numbers of acts that are printed otherwise; spaces, strokes and points between their parts do not count."""
    for act_id, number in facts.acts.items():
        for row in facts.of("act.number", act_id):
            if words_of(row.printed) != words_of(number):
                yield found(
                    "act.number", tr, declared=row.printed, computed=number, where=places([row], tr), subject_id=act_id
                )


def committee_names(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Names of the committee that are not its own."""
    for committee_id, name in facts.committees.items():
        other = [row for row in facts.of("committee.name", committee_id) if not same_words(row.printed, name)]
        if other:
            yield found(
                "committee.name",
                tr,
                declared=quoted(other),
                computed=name,
                where=places(facts.of("committee.name", committee_id), tr),
                subject_id=committee_id,
            )


# --- statements that do not go together --------------------------------------------------


def zone_plans(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Zone plans of other years than those that most projects cite."""
    cited = [(row, "-".join(_YEAR.findall(row.printed))) for row in facts.of("zone_plan.years")]
    if not cited:
        return
    usual, _count = Counter(years for _row, years in cited).most_common(1)[0]
    names = {proposal.id: project_name(proposal, tr) for proposal in facts.proposals}
    for row, years in cited:
        if years != usual:
            others = [other for other, same in cited if same == usual]
            yield found(
                "zone_plan.years",
                tr,
                declared=years,
                computed=usual,
                where=places([row, *others], tr),
                subject=names.get(row.subject_id or "", ""),
                subject_id=row.subject_id,
            )


def conditions(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """A condition of a project that shuts out one of its own targets, as whoever recorded the two saw."""
    for proposal in facts.proposals:
        asked = facts.of("proposal.condition", proposal.id)
        aimed = [
            row
            for row in facts.of("proposal.target", proposal.id)
            if not any(same_words(row.printed, condition.printed) for condition in asked)
        ]
        if asked and aimed:
            yield found(
                "proposal.condition",
                tr,
                declared=quoted(asked[:1]),
                computed=quoted(aimed),
                where=places([*asked, *aimed], tr),
                subject=project_name(proposal, tr),
                subject_id=proposal.id,
            )


def requests(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Projects that were funded in part, while no larger request is on record."""
    said = facts.of("proposal.requested")
    for proposal in facts.proposals:
        asked = max(proposal.grant, proposal.grant_declared or 0, proposal.grant_requested or 0)
        if proposal.cut and asked <= proposal.awarded:
            yield found(
                "proposal.requested",
                tr,
                declared=quoted(said) or tr("funded in part"),
                computed=tr("not on record"),
                where=[*places(said, tr), at_lines(tr("record of the project"), [proposal.line], tr)],
                subject=project_name(proposal, tr),
                subject_id=proposal.id,
            )


def needs(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Areas that the text describes in words and that are not those of its list with the same number."""
    other = [
        (row, area)
        for area in facts.areas
        for row in facts.of("area.need", area.id)
        if not short_form(row.printed, area.name)
    ]
    if other:
        yield found(
            "area.need",
            tr,
            declared=quoted(row for row, _area in other),
            computed="; ".join(f"{area.code} {area.name}" for _row, area in other),
            where=[
                *places((row for row, _area in other), tr),
                *(at_lines(area_name(area.code, tr), [area.line], tr) for _row, area in other),
            ],
            subject_id=facts.plan_id,
        )


def residue(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Two origins of the residue; a sharing of it that nobody gave a rule."""
    origins = _by_words(facts.of("residue.origin"))
    first, *others = origins or [""]
    for text in others:
        yield found(
            "residue.origin",
            tr,
            declared=first,
            computed=text,
            where=places([*origins[first], *origins[text]], tr),
            subject_id=facts.plan_id,
        )
    rules = facts.of("residue.rule")
    if rules and not facts.residue_decided:
        yield found(
            "residue.rule",
            tr,
            declared=quoted(rules),
            computed=tr("no decision in force"),
            where=places(rules, tr),
            subject_id=facts.plan_id,
        )


def doubts(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Statements that whoever recorded them doubts, with the reason; one finding for each reason."""
    grouped: dict[str, list[Declared]] = {}
    for row in facts.of("text.doubtful"):
        grouped.setdefault(row.note, []).append(row)
    for note, rows in grouped.items():
        yield found(
            "text.doubtful",
            tr,
            declared=quoted(rows),
            computed=note or tr("no reason given"),
            where=places(rows, tr),
            subject_id=rows[0].subject_id,
        )


# --- lists -------------------------------------------------------------------------------


def indicators(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """An indicator that measures more than one result of the same project."""
    for proposal in facts.proposals:
        for first in proposal.indicators:
            same = [row for row in proposal.indicators if same_words(row.text, first.text)]
            if same[0] is first and len(same) > 1:
                yield found(
                    "indicator.repeated",
                    tr,
                    declared=first.text,
                    computed="; ".join(dict.fromkeys(row.result for row in same)),
                    where=[at_lines(tr("indicators"), [row.line for row in same], tr)],
                    subject=project_name(proposal, tr),
                    subject_id=proposal.id,
                )


def ranges(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Headings of actions that name objectives and overlap («Ob. 5-7», «Ob. 6»)."""
    for proposal in facts.proposals:
        named = [action for action in proposal.actions if _OBJECTIVES_NAMED.search(action.label)]
        served = Counter(number for action in named for number in action.objectives)
        repeated = sorted(number for number, count in served.items() if count > 1)
        if repeated:
            overlapping = [action for action in named if set(action.objectives) & set(repeated)]
            yield found(
                "actions.ranges",
                tr,
                declared="; ".join(action.label for action in overlapping),
                computed=", ".join(map(str, repeated)),
                where=[at_lines(tr("actions"), [action.line for action in overlapping], tr)],
                subject=project_name(proposal, tr),
                subject_id=proposal.id,
            )


def references(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """References to points that the actions of the project do not have."""
    for proposal in facts.proposals:
        labels = [_POINT_LABEL.match(action.label) for action in proposal.actions]
        points = [match[1] for match in labels if match is not None]
        missing = [row for row in facts.of("text.reference", proposal.id) if row.number not in points]
        if missing:
            yield found(
                "text.reference",
                tr,
                declared=", ".join(sorted({row.number or row.printed for row in missing})),
                computed=", ".join(points) or tr.context("points", "none"),
                where=places(missing, tr),
                subject=project_name(proposal, tr),
                subject_id=proposal.id,
            )


# --- the print ---------------------------------------------------------------------------


def unbalanced(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Quotes and brackets that are opened and not closed, or closed and not opened."""
    for row in facts.of("text.unbalanced"):
        signs = [
            f"{sign} ×{row.printed.count(sign)}"
            for pair in _PAIRS
            for sign in pair
            if row.printed.count(pair[0]) != row.printed.count(pair[1])
        ]
        if signs:
            yield found(
                "text.unbalanced",
                tr,
                declared=quoted([row]),
                computed=", ".join(signs),
                where=places([row], tr),
                subject_id=row.subject_id,
            )


def decimal_points(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Numbers with a decimal point where the text has commas."""
    rows = [row for row in facts.of("text.decimal_point") if _DECIMAL_POINT.search(row.printed)]
    if rows:
        yield found(
            "text.decimal_point",
            tr,
            declared=quoted(rows),
            computed="; ".join(_DECIMAL_POINT.sub(r"\1,\2", row.printed) for row in rows),
            where=places(rows, tr),
            subject_id=facts.plan_id,
        )


def headings(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Headings whose number or word is printed more than once."""
    for row in facts.of("text.heading"):
        parts = row.printed.split()
        if len(parts) > 1 and len(set(parts)) == 1:
            yield found(
                "text.heading",
                tr,
                declared=row.printed,
                computed=parts[0],
                where=places([row], tr),
                subject_id=row.subject_id,
            )


def notes_missing(facts: Facts, tr: Translator) -> Iterator[Finding]:
    """Marks of a note without the note."""
    for row in facts.of("text.note_missing"):
        yield found(
            "text.note_missing",
            tr,
            declared=row.printed,
            computed=tr("no note"),
            where=places([row], tr),
            subject_id=row.subject_id,
        )
