"""Templates of programmes: the rules of real measures and of the plan's own, each figure with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from app.models.errors import InvalidInput
from app.models.money import parse_cents
from app.models.store import Store
from app.resources import resource
from app.services.calls.rules_drafts import SourceNoteDraft
from app.services.changes import Changes
from app.services.vouchers import rules_drafts as d
from app.services.vouchers.programmes import ProgrammeDraft, add_programme
from app.services.vouchers.rules import AMOUNTS, ENUMS, add_rules
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.wording.points import parse_points
from app.services.wording.shares import parse_share

_PARTS: Mapping[str, type[Any]] = {
    "services": d.ServiceDraft,
    "bands": d.BandDraft,
    "windows": d.WindowDraft,
    "documents": d.DocumentDraft,
}


@dataclass(frozen=True)
class ProgrammeTemplate:
    """A template; `rules` carry its code, sources and note.

    Attributes:
        sources: where each rule that the template says is stated; without a source it is a choice of the template.
    """

    code: str
    title: str
    year: int
    rules: ProgrammeRulesDraft
    sources: Mapping[str, SourceNoteDraft]


FIGURES = frozenset(
    {
        *("unit_amount", "units_max", "share_max", "cap_request", "cap_month", "cap_child", "cap_family"),
        *("expense_min", "hours_min", "age_min", "age_below"),
    }
)
"""Rules that are said to be open where a template's source does not fix them."""
_IN_PARTS = ("unit_amount", "share_max", "cap_request")
"""Figures that a service or a band may say in their place."""


class Origin(StrEnum):
    """Where a rule of a version comes from that was begun with a template."""

    STATED = "stated"  # by the source
    CHOSEN = "chosen"  # by the template
    OPEN = "open"
    CHANGED = "changed"  # since


def origin_of(draft: ProgrammeRulesDraft, rule: str) -> tuple[Origin, SourceNoteDraft | None] | None:
    """Where a rule of a version comes from, and what the template says of it; None where there is nothing to say."""
    template = next((each for each in programme_templates() if each.code == draft.template), None)
    if template is None:
        return None
    given, now = getattr(template.rules, rule), getattr(draft, rule)
    if rule == "share_max":
        given, now = parse_share(given), parse_share(now)
    note = template.sources.get(rule)
    if given != now:
        return None if note is None else (Origin.CHANGED, note)
    if note is not None:
        return (Origin.STATED if note.source else Origin.CHOSEN), note
    is_elsewhere = rule in _IN_PARTS and any(getattr(row, rule, None) for row in (*draft.services, *draft.bands))
    return (Origin.OPEN, None) if rule in FIGURES and not is_elsewhere else None


@cache
def programme_templates() -> tuple[ProgrammeTemplate, ...]:
    """All templates, the newest last."""
    found = [_template(tomllib.loads(path.read_text("utf-8"))) for path in resource("vouchers").glob("*.toml")]
    return tuple(sorted(found, key=lambda each: (each.year, each.code)))


def find_programme_template(code: str) -> ProgrammeTemplate:
    """The template with this code.

    Raises:
        InvalidInput: "template.unknown".
    """
    for template in programme_templates():
        if template.code == code:
            return template
    raise InvalidInput("template.unknown", field="template", wanted=code)


def _template(doc: Mapping[str, Any]) -> ProgrammeTemplate:
    parts: dict[str, Any] = {
        key: tuple(part(**{name: _value(name, value) for name, value in row.items()}) for row in doc.get(key, ()))
        for key, part in _PARTS.items()
    }
    names: Mapping[str, str] = doc["sources"]
    own = {row["rule"]: _value(row["rule"], row["value"]) for row in doc["rules"]}
    stated = {
        row["rule"]: SourceNoteDraft(
            rule=row["rule"],
            source="; ".join(names[key] for key in row.get("source", ())),
            note=row.get("note", ""),
            source_line=row.get("line"),
        )
        for row in doc["rules"]
    }
    whole = "; ".join((names | doc.get("addresses", {})).values())
    rules = ProgrammeRulesDraft(template=doc["code"], source=whole, note=doc["note"], **own, **parts)
    return ProgrammeTemplate(doc["code"], doc["title"], doc["year"], rules, stated)


def _value(name: str, value: Any) -> Any:
    if name in (*AMOUNTS, "isee_to"):
        return parse_cents(value)
    if name == "units_max":
        return parse_points(value)
    return ENUMS[name](value) if name in ENUMS else value


def save_programme_from(store: Store, draft: ProgrammeDraft, template: str | None) -> Changes:
    """Write a programme; a new one that names a template begins with its rules.

    Raises:
        InvalidInput: those of `save_programme`, "template.unknown".
        NotFound, RuleBroken: those of `save_programme`.
    """
    found = None if template is None or draft.id is not None else find_programme_template(template)
    with store.write("save_programme") as session:
        row = add_programme(session, draft)
        if found is not None:
            session.flush()
            add_rules(session, row.id, 1, replace(found.rules, programme_id=row.id))
    return Changes.of("vouchers", ids=(row.id,))
