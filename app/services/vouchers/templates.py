"""Templates of programmes: the rules of real measures and of the plan's own, each with its source."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from app.models.errors import InvalidInput
from app.models.money import parse_cents
from app.models.store import Store
from app.resources import resource
from app.services.changes import Changes
from app.services.vouchers import rules_drafts as d
from app.services.vouchers.programmes import ProgrammeDraft, add_programme
from app.services.vouchers.rules import AMOUNTS, ENUMS, add_rules
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.wording.points import parse_points

_PARTS: Mapping[str, type[Any]] = {
    "services": d.ServiceDraft,
    "bands": d.BandDraft,
    "windows": d.WindowDraft,
    "documents": d.DocumentDraft,
}


@dataclass(frozen=True)
class ProgrammeTemplate:
    """A template; `rules` carry its code, source and note."""

    code: str
    title: str
    year: int
    rules: ProgrammeRulesDraft


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
    own: dict[str, Any] = {name: _value(name, value) for name, value in doc["rules"].items()}
    rules = ProgrammeRulesDraft(template=doc["code"], source="; ".join(doc["source"]), note=doc["note"], **own, **parts)
    return ProgrammeTemplate(doc["code"], doc["title"], doc["year"], rules)


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
