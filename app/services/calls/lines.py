"""The rules of a call line by line, in words: what stands in a form, on paper, and side by side in a comparison."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

import sqlalchemy as sa

from app.models.calls import CallRules
from app.models.enums import BudgetSection, area_code
from app.models.money import format_euro
from app.models.plan import PriorityArea
from app.models.proposals import Call
from app.models.store import Store
from app.services.calls.checks import RULES
from app.services.calls.cost_checks import cap_text
from app.services.calls.rules import rules_draft
from app.services.calls.rules_drafts import RulesDraft, SourceNoteDraft, category_names, codes_of
from app.services.calls.seat_checks import needed_text
from app.services.children import get_row
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

TITLES: Mapping[str, str] = {
    "date_opened": N_("Opening day"),
    "time_opened": N_("Opening hour"),
    "date_closed": N_("Closing day"),
    "time_closed": N_("Closing hour"),
    "channel": N_("Channel"),
    "amount_total": N_("Sum available"),
    "lead_seat": N_("Seat of the lead"),
    "bodies_min": N_("Least number of bodies, lead included"),
    "lead_max": N_("A body leads at most"),
    "join_max": N_("A body takes part at most in"),
    "cofinancing_min": N_("Least co-financing, of the total cost"),
    "grant_share_max": N_("Largest grant, of the total cost"),
    "grant_max": N_("Largest grant"),
    "cost_min": N_("Least total cost"),
    "cost_max": N_("Largest total cost"),
    "vat": N_("VAT in the costs"),
    "months_min": N_("Least duration, in months"),
    "months_max": N_("Longest duration, in months"),
    "start_first": N_("Starts at the earliest on"),
    "start_last": N_("Starts at the latest on"),
    "end_last": N_("Ends at the latest on"),
    "grid": N_("Scoring grid"),
    "award": N_("Rule of award"),
    "final_rule": N_("When less is spent than was planned"),
    "findings": N_("Minutes while findings of its proposals are open"),
}
"""Names of the rules that are one value each, in the order of the paper; marked for translation."""

_SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("Terms"), ("date_opened", "time_opened", "date_closed", "time_closed", "channel")),
    (N_("Sum and areas"), ("amount_total", "areas")),
    (N_("Partnership"), ("leads", "lead_seat", "seats", "lead_max", "join_max", "bodies_min", "partners")),
    (N_("Grant and co-financing"), ("cofinancing_min", "grant_share_max", "grant_max", "cost_min", "cost_max", "vat")),
    (N_("Categories of cost and caps"), ("categories", "caps")),
    (N_("Duration"), ("months_min", "months_max", "start_first", "start_last", "end_last")),
    (N_("Documents and formal check"), ("documents", "items")),
    (N_("Evaluation, award, payment"), ("grid", "ties", "award", "tranches", "final_rule", "amendments", "findings")),
)

_PART_TITLES: Mapping[str, str] = {
    "areas": N_("Areas funded"),
    "leads": N_("Who may lead"),
    "partners": N_("Least number of bodies of a kind"),
    "seats": N_("Seats of the bodies"),
    "categories": N_("Categories of cost"),
    "caps": N_("Caps on costs"),
    "documents": N_("Documents asked for"),
    "items": N_("Points of the formal check"),
    "ties": N_("With equal points"),
    "tranches": N_("Tranches"),
    "amendments": N_("Moves between items of a project"),
}


@dataclass(frozen=True)
class RuleLine:
    """One rule of a version, in words.

    Attributes:
        key: the same in every version and language: "grant_max", "documents.D1".
        value: «not fixed» when the call leaves it open.
        is_open: whether it does.
        source: where it is stated, with what is in doubt.
    """

    key: str
    section: str
    rule: str
    value: str
    is_open: bool
    source: str


@dataclass(frozen=True)
class RuleChange:
    """A rule in two versions, in words; empty where the version has no such line."""

    key: str
    section: str
    rule: str
    before: str
    after: str

    @property
    def is_changed(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def area_names(store: Store) -> Mapping[str, str]:
    """Areas of the plan by key: «A.3 Incentivi diretti»."""
    with store.read() as session:
        rows = session.execute(
            sa.select(PriorityArea.id, PriorityArea.level, PriorityArea.number, PriorityArea.title)
        ).all()
    return {row.id: f"{area_code(row.level, row.number)} {row.title}" for row in rows}


def rule_lines(rules: RulesDraft, names: Mapping[str, str], tr: Translator) -> tuple[RuleLine, ...]:
    """Every rule of a version, those left open too, in the order of the paper.

    Args:
        names: of the areas, by key.
    """
    return tuple(line for title, keys in _SECTIONS for key in keys for line in _lines(rules, tr(title), key, names, tr))


def compare_rules(
    before: RulesDraft, after: RulesDraft, names: Mapping[str, str], tr: Translator
) -> tuple[RuleChange, ...]:
    """Two versions side by side, rule by rule, in the order of the paper; what is the same in both too."""
    old = {line.key: line for line in rule_lines(before, names, tr)}
    new = {line.key: line for line in rule_lines(after, names, tr)}
    ranks = {key: rank for rank, key in enumerate(key for _title, keys in _SECTIONS for key in keys)}
    told = {key.partition(".")[0] for key in (*old, *new) if "." in key}
    keys = [key for key in {**old, **new} if key not in told]  # «not fixed» says nothing beside the rows of the other
    keys.sort(key=lambda key: ranks[key.partition(".")[0]])
    return tuple(
        RuleChange(
            key=key,
            section=(new.get(key) or old[key]).section,
            rule=(new.get(key) or old[key]).rule,
            before=old[key].value if key in old else "",
            after=new[key].value if key in new else "",
        )
        for key in keys
    )


def stated_text(row: SourceNoteDraft, tr: Translator) -> str:
    """Where a rule is stated, with the line of the paper and what is in doubt."""
    return " – ".join(text for text in (_at_line(row, tr), row.note) if text)


def _at_line(row: _Stated, tr: Translator) -> str:
    if not row.source or row.source_line is None:
        return row.source
    return tr("{text}, line {line}").format(text=row.source, line=row.source_line)


class _Stated(Protocol):
    @property
    def source(self) -> str: ...
    @property
    def source_line(self) -> int | None: ...


def _lines(rules: RulesDraft, section: str, key: str, names: Mapping[str, str], tr: Translator) -> Iterator[RuleLine]:
    if key in TITLES:
        value = _single(rules, key, tr)
        stated = rules.source_of(key)
        source = stated_text(stated, tr) if stated else ""
        yield RuleLine(key, section, tr(TITLES[key]), value or tr("not fixed"), not value, source)
        return
    title = tr(_PART_TITLES[key])
    found = list(_PARTS[key](rules, names, tr))
    for identity, rule, value, source in found:
        yield RuleLine(f"{key}.{identity}", section, f"{title}: {rule}" if rule else title, value, False, source)
    if not found:
        yield RuleLine(key, section, title, tr("not fixed"), True, "")


def _single(rules: RulesDraft, key: str, tr: Translator) -> str:
    """A rule that is one value, in words; empty when it is open."""
    value: Any = getattr(rules, key)
    if value is None or value == "":
        return ""
    if key == "award" and rules.award_text:
        return f"{label(rules.award, tr)}. {rules.award_text}" if rules.award else rules.award_text
    if key in ("amount_total", "grant_max", "cost_min", "cost_max"):
        return format_euro(value)
    if key in ("lead_max", "join_max"):
        return tr.plural("{n} proposal", "{n} proposals", value).format(n=value)
    if isinstance(value, date):
        return format_date(value)
    return label(value, tr) if isinstance(value, StrEnum) else str(value)


Found = Iterator[tuple[str, str, str, str]]
"""(identity, what stands beside the title, value, source) of each row of a part."""


def _areas(rules: RulesDraft, names: Mapping[str, str], tr: Translator) -> Found:
    for row in rules.areas:
        amount = tr("no sum of its own") if row.amount is None else format_euro(row.amount)
        yield row.area_id or "", names.get(row.area_id or "", ""), amount, _at_line(row, tr)


def _leads(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for row in rules.leads:
        size = "" if row.size_max is None else tr("of size «{size}» or smaller").format(size=label(row.size_max, tr))
        terms = "; ".join(text for text in (size, row.condition) if text)
        yield row.kind.value, label(row.kind, tr), terms or tr("without further conditions"), _at_line(row, tr)


def _partners(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for row in rules.partners:
        group = label(row.counted, tr)
        if row.size_max is not None:
            size = label(row.size_max, tr)
            group = tr("{group}, of size «{size}» or smaller").format(group=group, size=size)
        identity = f"{row.counted.value}.{row.size_max.value if row.size_max else ''}"
        yield identity, group, tr("at least {n}").format(n=row.number_min), _at_line(row, tr)


def _seats(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for row in rules.seats:
        who = f"{label(row.held_by, tr)}, {label(row.counted, tr)}"
        identity = f"{row.held_by.value}.{row.counted.value}.{row.needed.value}"
        yield identity, who, needed_text(row, tr), _at_line(row, tr)


def _categories(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for row, name in zip(rules.categories, category_names(rules.categories, tr).values(), strict=True):
        sections = [label(section, tr) for section in BudgetSection if row.allowed(section)]
        yield row.code, name, ", ".join(sections), _at_line(row, tr)


def _caps(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    names = category_names(rules.categories, tr)
    for row in rules.caps:
        what = ", ".join(names.get(code, code) for code in codes_of(row.categories)) or tr("all categories")
        where = f" ({label(row.section, tr)})" if row.section else ""
        limit = tr("at most {limit}").format(limit=cap_text(row, names, tr))
        identity = f"{row.categories}.{row.section or ''}.{row.base.value}"
        yield identity, f"{what}{where}", f"{limit}, {label(row.severity, tr).lower()}", _at_line(row, tr)


def _documents(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for row in rules.documents:
        yield row.code, f"{row.code} {row.name}", label(row.remedy, tr), _at_line(row, tr)


def _items(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for row in rules.items:
        known = tr("answered by the archive: {rule}").format(rule=tr(RULES[row.rule])) if row.rule in RULES else ""
        by = known or tr("answered by hand")
        ground = f", {row.ground}" if row.ground else ""
        yield row.code, f"{row.code} {row.text}", f"{label(row.remedy, tr)}, {by}{ground}", _at_line(row, tr)


def _ties(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for place, row in enumerate(rules.ties, start=1):
        text = f"{label(row.criterion, tr)}: {row.text}" if row.text else label(row.criterion, tr)
        yield str(place), tr("step {n}").format(n=place), text, _at_line(row, tr)


def _tranches(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for place, row in enumerate(rules.tranches, start=1):
        when = label(row.trigger, tr)
        if row.spent_min:
            when = tr("{when}: at least {share} of the cost").format(when=when, share=row.spent_min)
        if row.guarantee:
            when = tr("{when}, upon a surety").format(when=when)
        yield str(place), tr("tranche {n}").format(n=place), f"{row.share}, {when}", _at_line(row, tr)


def _amendments(rules: RulesDraft, _names: Mapping[str, str], tr: Translator) -> Found:
    for place, row in enumerate(rules.amendments, start=1):
        above = tr("above {share} {base}").format(share=row.share_max, base=label(row.limit_base, tr))
        text = tr("{duty} ({counted})").format(duty=label(row.duty, tr), counted=label(row.span, tr))
        if row.days is not None:
            text = tr("{text}, within {n} days").format(text=text, n=row.days)
        yield str(place), above, text, _at_line(row, tr)


_PARTS = {
    "areas": _areas,
    "leads": _leads,
    "partners": _partners,
    "seats": _seats,
    "categories": _categories,
    "caps": _caps,
    "documents": _documents,
    "items": _items,
    "ties": _ties,
    "tranches": _tranches,
    "amendments": _amendments,
}


# --- of an archive -----------------------------------------------------------------------


@dataclass(frozen=True)
class NamedRules:
    """A version with the title of its call."""

    call: str
    rules: RulesDraft

    def name(self, tr: Translator) -> str:
        """«Avviso 2014, version 2»."""
        return tr("{call}, version {version}").format(call=self.call, version=self.rules.version)


def named_rules(store: Store, rules_id: str) -> NamedRules:
    """A version and the title of its call.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, CallRules, rules_id)
        return NamedRules(get_row(session, Call, row.call_id).title, rules_draft(session, row))
