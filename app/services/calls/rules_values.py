"""What the rules of a call are written from: the fields of a version and of all that belongs to it, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any

from app.models import calls as m
from app.models import enums as e
from app.models.errors import InvalidInput
from app.services.calls import rules_drafts as d
from app.services.calls.rules_drafts import RulesDraft, category_name, codes_of
from app.services.checks import (
    require_distinct,
    require_in_order,
    require_key,
    require_not_negative,
    require_positive,
    require_text,
)
from app.services.network.provinces import parse_places
from app.services.wording.formats import format_percent
from app.services.wording.parsing import parse_time
from app.services.wording.shares import parse_share, share_exact
from app.services.wording.texts import LANGUAGES, translator

PERCENTS = frozenset({"cofinancing_min", "grant_share_max", "share", "share_max", "spent_min"})
"""Fields that hold a percentage: typed «30 %», kept "30"."""

SHOWN_ONLY = frozenset({"id", "version", "received"})
"""Fields of the draft that saving does not write."""


@dataclass(frozen=True)
class Part:
    """Rows that belong to a version: where the draft has them, and how they are read."""

    key: str
    model: type[m.RulesPart]
    draft: type[Any]
    enums: Mapping[str, type[StrEnum]]

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of what a row holds; the same in the draft and in the record."""
        return tuple(field.name for field in fields(self.draft) if field.name != "id")


PARTS: tuple[Part, ...] = (
    Part("categories", m.RulesCategory, d.CategoryDraft, {}),
    Part(
        "caps",
        m.RulesCap,
        d.CapDraft,
        {"section": e.BudgetSection, "base": e.CapBase, "severity": e.RuleSeverity},
    ),
    Part("leads", m.RulesLead, d.LeadDraft, {"kind": e.OrganisationKind, "size_max": e.OrganisationSize}),
    Part("partners", m.RulesPartners, d.PartnersDraft, {"counted": e.PartnerGroup, "size_max": e.OrganisationSize}),
    Part(
        "seats",
        m.RulesSeat,
        d.SeatsDraft,
        {"held_by": e.SeatHolder, "counted": e.PartnerGroup, "needed": e.SeatNeed},
    ),
    Part("areas", m.RulesArea, d.FundedAreaDraft, {}),
    Part("documents", m.RulesDocument, d.DocumentDraft, {"remedy": e.Remedy}),
    Part("items", m.RulesItem, d.ItemDraft, {"remedy": e.Remedy}),
    Part("ties", m.RulesTie, d.TieDraft, {"criterion": e.TieCriterion}),
    Part("tranches", m.RulesTranche, d.TrancheDraft, {"trigger": e.TrancheTrigger}),
    Part(
        "amendments",
        m.RulesAmendment,
        d.AmendmentRuleDraft,
        {"limit_base": e.LimitBase, "span": e.LimitSpan, "duty": e.AmendmentDuty},
    ),
    Part("sources", m.RulesSource, d.SourceNoteDraft, {}),
)
ENUMS: Mapping[str, type[StrEnum]] = {
    "channel": e.ArrivalChannel,
    "vat": e.VatRule,
    "award": e.AwardRule,
    "final_rule": e.FinalRule,
    "findings": e.RuleSeverity,
}
OWN = tuple(
    field.name
    for field in fields(RulesDraft)
    if field.name not in SHOWN_ONLY and field.name not in {part.key for part in PARTS}
)

SINGLE_RULES = tuple(
    name for name in OWN if name not in ("call_id", "reason", "decision_id", "note", "award_text", "source_line")
)
"""Names of the rules that are one value each: what a source can be given for."""


def rules_values(draft: RulesDraft) -> dict[str, Any]:
    """Fields of a version itself, checked; all but which call and number."""
    values = {name: getattr(draft, name) for name in OWN if name != "call_id"}
    for name in ("amount_total", "grant_max", "cost_min", "cost_max"):
        require_not_negative(values[name], name)
    for name in ("bodies_min", "lead_max", "join_max", "months_min", "months_max"):
        if values[name] is not None:
            require_positive(values[name], name)
    for name in ("time_opened", "time_closed"):
        values[name] = parse_time(values[name], field=name) if values[name].strip() else ""
    for name in ("cofinancing_min", "grant_share_max"):
        values[name] = _percent(values[name], name) or None
    for name in ("reason", "lead_seat", "grid", "award_text", "note"):
        values[name] = values[name].strip()
    for name in ("channel", "vat", "award", "final_rule", "findings"):
        values[name] = None if values[name] is None else values[name].value
    require_in_order(draft.date_opened, draft.date_closed, "date_closed")
    if draft.date_opened is not None and draft.date_opened == draft.date_closed:
        opened, closed = values["time_opened"] or "00:00", values["time_closed"] or "24:00"
        if closed <= opened:
            raise InvalidInput("rules.max_below_min", field="time_closed")
    require_in_order(draft.start_first, draft.start_last, "start_last")
    require_in_order(draft.start_first, draft.end_last, "end_last")
    for least, most in (("cost_min", "cost_max"), ("months_min", "months_max")):
        if values[least] is not None and values[most] is not None and values[most] < values[least]:
            raise InvalidInput("rules.max_below_min", field=most)
    return values


def _percent(text: str, field: str) -> str:
    """Decimal text of a percentage between 0 and 100."""
    kept = parse_share(text, field=field)
    exact = share_exact(kept)
    if exact is not None and exact > 100:
        raise InvalidInput("percent.over_hundred", field=field, text=text.strip())
    return kept


def part_values(draft: RulesDraft) -> dict[str, list[dict[str, Any]]]:
    """Fields of all rows that belong to a version, checked, by key of the part."""
    values = {part.key: [_row_values(row, part, i) for i, row in enumerate(getattr(draft, part.key))] for part in PARTS}
    _give_codes(values["categories"], "", "category")
    _give_codes(values["documents"], "D")
    _give_codes(values["items"], "A")
    for key in ("categories", "documents", "items"):
        require_distinct([row["code"] for row in values[key]], f"{key}.{{row}}.code", "rules.code_repeated")
    for key, of in (("leads", "kind"), ("areas", "area_id"), ("sources", "rule")):
        require_distinct([row[of] for row in values[key]], f"{key}.{{row}}.{of}", "rules.row_repeated")
    if not values["categories"]:
        raise InvalidInput("rules.no_category")
    _check_caps(values)
    _check_tranches(values["tranches"])
    return values


def _row_values(row: Any, part: Part, i: int) -> dict[str, Any]:
    """Fields of one row, checked each by itself."""
    values = {name: getattr(row, name) for name in part.fields}
    for name, value in values.items():
        field = f"{part.key}.{i}.{name}"
        if name in PERCENTS:
            values[name] = _percent(value, field) or None
        elif isinstance(value, StrEnum):
            values[name] = value.value
        elif isinstance(value, str):
            values[name] = value.strip()
    check = _CHECKS.get(part.key)
    if check is not None:
        check(values, f"{part.key}.{i}")
    return {"id": row.id, **values}


def _check_category(values: dict[str, Any], field: str) -> None:
    if not values["code"]:
        require_text(values["name"], f"{field}.name")
    if not values["costs"] and not values["contribution"]:
        raise InvalidInput("rules.no_section", field=f"{field}.costs")


def _check_cap(values: dict[str, Any], field: str) -> None:
    require_not_negative(values["amount_max"], f"{field}.amount_max")
    if (values["share_max"] is None) == (values["amount_max"] is None):
        raise InvalidInput("rules.cap_limit", field=f"{field}.share_max")
    if values["share_max"] is not None and values["base"] == e.CapBase.SECTION and values["section"] is None:
        raise InvalidInput("field.required", field=f"{field}.section")
    if values["base"] == e.CapBase.CATEGORIES and values["share_max"] is not None:
        require_text(values["base_categories"], f"{field}.base_categories")


def _check_partners(values: dict[str, Any], field: str) -> None:
    if values["number_min"] is None:
        raise InvalidInput("field.required", field=f"{field}.number_min")
    require_positive(values["number_min"], f"{field}.number_min")


def _check_seats(values: dict[str, Any], field: str) -> None:
    values["places"] = "; ".join(parse_places(values["places"], f"{field}.places"))


def _check_area(values: dict[str, Any], field: str) -> None:
    require_key(values["area_id"], f"{field}.area_id")
    require_not_negative(values["amount"], f"{field}.amount")


def _check_tranche(values: dict[str, Any], field: str) -> None:
    require_text(values["share"] or "", f"{field}.share")
    if values["trigger"] == e.TrancheTrigger.SPENT:
        require_text(values["spent_min"] or "", f"{field}.spent_min")


def _check_amendment(values: dict[str, Any], field: str) -> None:
    require_text(values["share_max"] or "", f"{field}.share_max")
    if values["days"] is not None:
        require_positive(values["days"], f"{field}.days")


_CHECKS: Mapping[str, Callable[[dict[str, Any], str], None]] = {
    "categories": _check_category,
    "caps": _check_cap,
    "partners": _check_partners,
    "seats": _check_seats,
    "areas": _check_area,
    "documents": lambda values, field: values.update(name=require_text(values["name"], f"{field}.name")),
    "items": lambda values, field: values.update(text=require_text(values["text"], f"{field}.text")),
    "tranches": _check_tranche,
    "amendments": _check_amendment,
    "sources": lambda values, field: values.update(rule=require_key(values["rule"], f"{field}.rule")),
}


def _give_codes(rows: list[dict[str, Any]], prefix: str, fallback: str = "") -> None:
    """Rows without a code get one: from their name, or the next number after a letter."""
    taken = {row["code"] for row in rows if row["code"]}
    for row in rows:
        if row["code"]:
            continue
        base = prefix or _slug(row["name"]) or fallback
        candidates = (f"{base}{n}" for n in range(1, len(rows) + len(taken) + 2))
        row["code"] = base if not prefix and base not in taken else next(c for c in candidates if c not in taken)
        taken.add(row["code"])


def _slug(name: str) -> str:
    """«Spese di viaggio» as a code: "spese_di_viaggio"."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _check_caps(values: Mapping[str, list[dict[str, Any]]]) -> None:
    """Caps name categories that the version has, by code or by name; their codes are kept."""
    spellings = _spellings(values["categories"])
    for i, row in enumerate(values["caps"]):
        for name in ("categories", "base_categories"):
            codes = []
            for text in codes_of(row[name]):
                if text.casefold() not in spellings:
                    raise InvalidInput("rules.category_unknown", field=f"caps.{i}.{name}", text=text)
                codes.append(spellings[text.casefold()])
            row[name] = ", ".join(dict.fromkeys(codes))


def _spellings(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Codes of categories by what they may be called: their code, their name, in either language; in small letters."""
    spellings = {}
    for row in rows:
        names = [category_name(row["code"], row["name"], translator(language)) for language in LANGUAGES]
        for text in (*names, row["code"]):
            spellings[text.casefold()] = row["code"]
    return spellings


def _check_tranches(rows: Sequence[Mapping[str, Any]]) -> None:
    """Tranches make up the whole grant."""
    total = sum(share_exact(row["share"]) or 0 for row in rows)
    if rows and total != 100:
        shown = format_percent(Fraction(total))
        raise InvalidInput("rules.tranches_sum", field=f"tranches.{len(rows) - 1}.share", found=shown)
