"""Templates of calls: the rules of real calls, each figure with its source, from which a new call begins."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.enums import area_code
from app.models.errors import InvalidInput
from app.models.money import parse_cents
from app.models.plan import PriorityArea
from app.models.store import Store
from app.resources import resource
from app.services.calls import rules_drafts as d
from app.services.calls.calls import CallDraft, save_call
from app.services.calls.rules_drafts import RulesDraft
from app.services.changes import Changes

AMOUNTS = frozenset({"amount", "amount_max", "amount_total", "grant_max", "cost_min", "cost_max"})
"""Keys that hold an amount of money."""

_ENUMS: Mapping[str, type[Any]] = {
    "channel": e.ArrivalChannel,
    "vat": e.VatRule,
    "award": e.AwardRule,
    "section": e.BudgetSection,
    "base": e.CapBase,
    "severity": e.RuleSeverity,
    "kind": e.OrganisationKind,
    "counted": e.PartnerGroup,
    "size_max": e.OrganisationSize,
    "held_by": e.SeatHolder,
    "needed": e.SeatNeed,
    "remedy": e.Remedy,
    "criterion": e.TieCriterion,
    "trigger": e.TrancheTrigger,
    "final_rule": e.FinalRule,
    "findings": e.RuleSeverity,
    "limit_base": e.LimitBase,
    "span": e.LimitSpan,
    "duty": e.AmendmentDuty,
}
_PARTS: Mapping[str, type[Any]] = {
    "categories": d.CategoryDraft,
    "caps": d.CapDraft,
    "leads": d.LeadDraft,
    "partners": d.PartnersDraft,
    "seats": d.SeatsDraft,
    "areas": d.FundedAreaDraft,
    "documents": d.DocumentDraft,
    "items": d.ItemDraft,
    "ties": d.TieDraft,
    "tranches": d.TrancheDraft,
    "amendments": d.AmendmentRuleDraft,
}
_RENAMED = {"number": "number_min", "line": "source_line"}


@dataclass(frozen=True)
class CallTemplate:
    """A template.

    Attributes:
        body: who issued the call.
        rules: areas are left out: they are those of an archive.
        areas: what the call offers, by code of the area («A.3»), with the rest of the row.
        sources: names of its sources.
    """

    code: str
    title: str
    year: int
    body: str
    rules: RulesDraft
    areas: tuple[tuple[str, d.FundedAreaDraft], ...]
    sources: tuple[str, ...]


@cache
def templates() -> tuple[CallTemplate, ...]:
    """All templates, the oldest first."""
    found = [_template(tomllib.loads(path.read_text("utf-8"))) for path in sorted(resource("calls").glob("*.toml"))]
    return tuple(sorted(found, key=lambda row: (row.year, row.code)))


def find_template(code: str) -> CallTemplate:
    """The template with this code.

    Raises:
        InvalidInput: "template.unknown".
    """
    for template in templates():
        if template.code == code:
            return template
    raise InvalidInput("template.unknown", field="template", wanted=code)


def _template(doc: Mapping[str, Any]) -> CallTemplate:
    names: Mapping[str, str] = doc["sources"]
    single: dict[str, Any] = {}
    sources = []
    for row in doc.get("rules", ()):
        if "value" in row:
            single[row["rule"]] = _value(row["rule"], row["value"])
        if "text" in row:
            single["award_text"] = row["text"]
        note = d.SourceNoteDraft(
            rule=row["rule"],
            source=_named(row.get("source", ()), names),
            note=row.get("note", ""),
            source_line=row.get("line"),
        )
        sources.append(note)
    parts: dict[str, Any] = {
        key: tuple(_row(draft, row, names) for row in doc[key]) for key, draft in _PARTS.items() if key in doc
    }
    areas = tuple((row["area"], area) for row, area in zip(doc.get("areas", ()), parts.pop("areas", ()), strict=True))
    return CallTemplate(
        code=doc["code"],
        title=doc["title"],
        year=doc["year"],
        body=doc["body"],
        rules=RulesDraft(note=doc.get("note", ""), sources=tuple(sources), **single, **parts),
        areas=areas,
        sources=tuple(names.values()),
    )


def _row(draft: type[Any], row: Mapping[str, Any], names: Mapping[str, str]) -> Any:
    """One row of a part; what its source and its note say stands in one field."""
    known = {field.name for field in fields(draft)}
    values = {_RENAMED.get(key, key): _value(key, value) for key, value in row.items() if key not in ("source", "note")}
    if "source" in row or "note" in row:
        texts = [_named(row.get("source", ()), names), row.get("note", "")]
        values["source"] = " – ".join(text for text in texts if text)
    return draft(**{key: value for key, value in values.items() if key in known})


def _named(keys: Sequence[str], names: Mapping[str, str]) -> str:
    return "; ".join(names[key] for key in keys)


def _value(key: str, value: Any) -> Any:
    if key in AMOUNTS:
        return parse_cents(value)
    return _ENUMS[key](value) if key in _ENUMS else value


# --- a call from a template --------------------------------------------------------------


def template_rules(session: Session, template: CallTemplate) -> RulesDraft:
    """The rules of a template for an archive: of its areas those that the archive has."""
    known = {
        area_code(row.level, row.number): row.id
        for row in session.execute(sa.select(PriorityArea.id, PriorityArea.level, PriorityArea.number))
    }
    areas = tuple(replace(row, area_id=known[code]) for code, row in template.areas if code in known)
    return replace(template.rules, areas=areas)


def call_from_template(
    store: Store, code: str, title: str = "", *, act_id: str | None = None, source_line: int | None = None
) -> Changes:
    """Make a new call with the rules of a template, each with its source.

    Args:
        title: of the call; that of the template when empty.

    Raises:
        InvalidInput: "template.unknown".
        RuleBroken: "plan.missing".
    """
    template = find_template(code)
    with store.read() as session:
        rules = replace(template_rules(session, template), source_line=source_line)
    draft = CallDraft(title=title.strip() or template.title, act_id=act_id, source_line=source_line)
    return save_call(store, draft, rules)
