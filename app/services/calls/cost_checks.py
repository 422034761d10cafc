"""The economic plan of a proposal against the rules of its call: shares, amounts, categories, caps. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from app.models.enums import BudgetSection, CapBase
from app.models.money import format_euro, percentage
from app.services.calls.results import CandidateFacts, Judge, Outcome, RuleResult, RuleUnit, told
from app.services.calls.rules_drafts import CapDraft, codes_of, percent
from app.services.wording.formats import format_percent
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator


def shares(judge: Judge) -> Iterator[RuleResult]:
    """Least share of co-financing, largest share of the grant, with the amount that is missing or too much."""
    facts = judge.facts
    grant, whole = facts.sum_of(BudgetSection.COSTS), facts.sum_of()
    own = whole - grant
    least, most = percent(judge.rules.cofinancing_min), percent(judge.rules.grant_share_max)
    if least is not None:
        missing = -((-least * grant) // (100 - least)) - own if least < 100 else grant
        yield judge.result(
            "call.cofinancing_min",
            told(None if not whole else own * 100 >= least * whole),
            least,
            percentage(own, whole),
            N_(
                "Co-financing is {found} of the total cost; the call asks for {wanted} at least."
                " With this grant {amount} of co-financing is missing."
            ),
            unit=RuleUnit.PERCENT,
            field="items",
            amount=format_euro(int(missing)),
        )
    if most is not None:
        over = grant - (most * own) // (100 - most) if most < 100 else 0
        yield judge.result(
            "call.grant_share_max",
            told(None if not whole else grant * 100 <= most * whole),
            most,
            percentage(grant, whole),
            N_(
                "The grant asked for is {found} of the total cost; the call gives {wanted} at most."
                " With this co-financing {amount} is too much."
            ),
            unit=RuleUnit.PERCENT,
            field="items",
            amount=format_euro(int(over)),
        )


def amounts(judge: Judge) -> Iterator[RuleResult]:
    """Largest grant, least and largest cost."""
    rules, facts = judge.rules, judge.facts
    grant, whole = facts.sum_of(BudgetSection.COSTS), facts.sum_of()
    too_much = N_("{rule}: {found}; the call allows {wanted} at most: {gap} too much.")
    too_little = N_("{rule}: {found}; the call asks for {wanted} at least: {gap} missing.")
    for code, limit, found, kept, failed in (
        ("call.grant_max", rules.grant_max, grant, grant <= (rules.grant_max or 0), too_much),
        ("call.cost_min", rules.cost_min, whole, whole >= (rules.cost_min or 0), too_little),
        ("call.cost_max", rules.cost_max, whole, whole <= (rules.cost_max or 0), too_much),
    ):
        if limit is not None:
            known = kept if facts.costs else None
            yield judge.result(code, told(known), limit, found, failed, unit=RuleUnit.EURO, field="items")


def categories(judge: Judge) -> Iterator[RuleResult]:
    """Items of categories that the call knows, in the sections where it allows them."""
    names = judge.rules.names(judge.tr)
    failed = N_("«{found}» is not among the categories that the call allows in the section «{section}»: {wanted}.")
    breaches = 0
    for section in BudgetSection:
        allowed = [row.code for row in judge.rules.categories if row.allowed(section)]
        used = dict.fromkeys(cost.category for cost in judge.facts.costs if cost.section is section)
        for code in used:
            if code not in allowed:
                breaches += 1
                yield judge.result(
                    "call.category",
                    Outcome.FAILED,
                    ", ".join(names[known] for known in allowed),
                    names.get(code, code),
                    failed,
                    field="items",
                    part=f"{section.value}.{code}",
                    section=label(section, judge.tr),
                )
    if not breaches:
        used_names = dict.fromkeys(names[cost.category] for cost in judge.facts.costs)
        kept = True if judge.facts.costs else None
        wanted, found = ", ".join(names.values()), ", ".join(used_names)
        yield judge.result("call.category", told(kept), wanted, found, failed, field="items", section="")


def caps(judge: Judge) -> Iterator[RuleResult]:
    """Each cap on what categories sum to."""
    names = judge.rules.names(judge.tr)
    for number, cap in enumerate(judge.rules.caps, start=1):
        codes = codes_of(cap.categories)
        measured = judge.facts.sum_of(cap.section, codes)
        allowed = allowed_by(cap, judge.facts)
        what = ", ".join(names.get(code, code) for code in codes) or judge.tr("all categories")
        yield judge.result(
            "call.cap",
            told(measured <= allowed if judge.facts.costs else None),
            allowed,
            measured,
            N_("{what}: {found}; the call allows {wanted} at most ({limit}): {gap} too much."),
            unit=RuleUnit.EURO,
            field="items",
            part=str(number),
            severity=cap.severity,
            source=cap.source,
            what=what,
            limit=cap_text(cap, names, judge.tr),
        )


def allowed_by(cap: CapDraft, facts: CandidateFacts) -> int:
    """The most cents that a cap allows; a share is cut to whole cents, so that more than that is above the share."""
    if cap.amount_max is not None:
        return cap.amount_max
    share = percent(cap.share_max) or Fraction(0)
    base = {
        CapBase.TOTAL: facts.sum_of(),
        CapBase.GRANT: facts.sum_of(BudgetSection.COSTS),
        CapBase.SECTION: facts.sum_of(cap.section),
        CapBase.CATEGORIES: facts.sum_of(cap.section, codes_of(cap.base_categories) or ("",)),
    }[cap.base]
    return int(share * base // 100)


def cap_text(cap: CapDraft, names: Mapping[str, str], tr: Translator) -> str:
    """The limit of a cap in words: «20,00 % of the grant asked»."""
    if cap.amount_max is not None:
        return format_euro(cap.amount_max)
    share = format_percent(percent(cap.share_max) or Fraction(0))
    if cap.base is CapBase.CATEGORIES:
        of = ", ".join(names.get(code, code) for code in codes_of(cap.base_categories))
        return tr("{share} of: {categories}").format(share=share, categories=of)
    return f"{share} {label(cap.base, tr)}"
