"""The line under a rule of a programme that says where it is stated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from app.services.calls.lines import stated_text
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.vouchers.templates import Origin, origin_of
from app.ui import i18n
from app.ui.fields import FieldSpec, Section
from app.ui.i18n import _


def with_sources(section: Section) -> Section:
    """A section of rules with what the template says of each."""
    return replace(section, fields=tuple(replace(field, aside=_aside(field)) for field in section.fields))


def _aside(field: FieldSpec) -> Callable[[Any, ProgrammeRulesDraft], str]:
    return lambda _store, draft: said_of(draft, field.key)


def said_of(draft: ProgrammeRulesDraft, rule: str) -> str:
    """Where a rule comes from, in words; empty for a version that was begun without a template."""
    found = None if rule == "programme_id" else origin_of(draft, rule)
    if found is None:
        return ""
    origin, note = found
    stated = "" if note is None else stated_text(note, i18n.current())
    match origin:
        case Origin.STATED:
            return _("Source: {text}").format(text=stated)
        case Origin.CHOSEN:
            return _("Not stated by the source: the template chose it.")
        case Origin.OPEN:
            return _("Not fixed by the source.")
        case Origin.CHANGED:
            return _("No longer as in the template.")
