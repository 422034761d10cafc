"""Scenarios in words: their rules in a line, what they go against, and the text of the decision that adopts one."""

from __future__ import annotations

from collections.abc import Mapping

from app.models.enums import AllocationRule, CapBasis, Leftover, SplitLevel, WeightBasis
from app.models.money import Cents, format_euro
from app.services.decisions.drafts import SplitDraft
from app.services.sharing.scenario_drafts import Break, BreakKind, PotDraft
from app.services.wording.formats import format_percent
from app.services.wording.labels import label
from app.services.wording.texts import Translator


def rule_words(rule: AllocationRule, equal_share: int, basis: WeightBasis, tr: Translator) -> str:
    """A rule in words: «in equal parts», «in proportion: ceilings of the areas»."""
    if rule is AllocationRule.EQUAL:
        return tr("in equal parts")
    if rule is AllocationRule.RANKING:
        return tr("along the ranking")
    if rule is AllocationRule.BY_HAND:
        return tr("by hand")
    weights = label(basis, tr).lower()
    if rule is AllocationRule.MIXED:
        text = tr("{equal} % in equal parts, {rest} % in proportion ({weights})")
        return text.format(equal=equal_share, rest=100 - equal_share, weights=weights)
    return tr("in proportion ({weights})").format(weights=weights)


def rules_text(split: SplitDraft, tr: Translator) -> str:
    """The terms in a line."""
    inner = rule_words(split.inner_rule, split.inner_equal_share, split.inner_basis, tr)
    if split.level is SplitLevel.PROJECTS:
        text = tr("Projects at once, {rule}").format(rule=inner)
    else:
        outer = rule_words(split.rule, split.equal_share, split.basis, tr)
        text = tr("Areas {outer}, then projects {inner}").format(outer=outer, inner=inner)
    if split.cap_basis is CapBasis.NONE:
        return text
    return tr("{rules}; cap: {cap}").format(rules=text, cap=label(split.cap_basis, tr).lower())


def break_text(found: Break, tr: Translator) -> str:
    """What a scenario goes against, with the numbers."""
    if found.kind is BreakKind.OVER_REQUEST:
        over = format_euro(Cents(int(found.found - found.limit)))
        return tr("{amount} above what was asked for").format(amount=over)
    if found.kind is BreakKind.OVER_GRANT:
        over = format_euro(Cents(int(found.found - found.limit)))
        return tr("{amount} above what the call allows").format(amount=over)
    shares = {"found": format_percent(found.found), "limit": format_percent(found.limit)}
    if found.kind is BreakKind.COFINANCING:
        return tr("co-financing {found}, the call wants {limit}").format(**shares)
    return tr("grant {found} of the cost, the call pays {limit}").format(**shares)


# --- the decision ---------------------------------------------------------------------------


def decision_subject(pot: PotDraft, split: SplitDraft, tr: Translator) -> str:
    """Subject of the decision that adopts a scenario."""
    amount = format_euro(pot.total or 0)
    if split.level is SplitLevel.PROJECTS:
        return tr("Sharing of {amount} among the projects: {name}").format(amount=amount, name=pot.name)
    return tr("Sharing of {amount} among the priority areas: {name}").format(amount=amount, name=pot.name)


def decision_text(pot: PotDraft, scenario: str, split: SplitDraft, names: Mapping[str, str], tr: Translator) -> str:
    """Text of the decision, point by point; its amounts are in the tables that follow it.

    Args:
        scenario: «A «Equal parts»», as the committee saw it.
        names: short names of areas and projects by key.
    """
    opening = tr("seen the scenario {scenario} for the sum «{pot}»:").format(scenario=scenario, pot=pot.name)
    points = [*_rule_points(pot, split, names, tr), *_limit_points(split, tr), *_tie_points(split, names, tr)]
    points.append(tr("to raise the ceiling of each area by what it and its projects get."))
    return "\n".join([opening, "", *(f"{number}. {point}" for number, point in enumerate(points, start=1))])


def _rule_points(pot: PotDraft, split: SplitDraft, names: Mapping[str, str], tr: Translator) -> list[str]:
    inner = rule_words(split.inner_rule, split.inner_equal_share, split.inner_basis, tr)
    amount = format_euro(pot.total or 0)
    if split.level is SplitLevel.PROJECTS:
        keys = [row.proposal_id or "" for row in split.projects if row.taken]
        text = tr("to share {amount} among the projects no. {names}, {rule};")
        points = [text.format(amount=amount, names=_listed(keys, names), rule=inner)]
    else:
        outer = rule_words(split.rule, split.equal_share, split.basis, tr)
        areas = _listed([row.area_id or "" for row in split.areas], names)
        text = tr("to share {amount} among the areas {names}, {rule};")
        points = [text.format(amount=amount, names=areas, rule=outer)]
        points.append(tr("to share what each area gets among its projects, {rule};").format(rule=inner))
    sources = [line.name for line in pot.sources if line.taken]
    if sources:
        points.append(tr("to draw the sum from: {names};").format(names=", ".join(sources)))
    return points


def _limit_points(split: SplitDraft, tr: Translator) -> list[str]:
    if split.cap_basis is CapBasis.NONE:
        return []
    capped = tr("to give no part more than its cap ({cap}) nor less than its minimum, where it has one;")
    points = [capped.format(cap=label(split.cap_basis, tr).lower())]
    if split.level is SplitLevel.AREAS:
        among = {
            Leftover.AGAIN: tr("to share once more among the other areas what caps keep out of one;"),
            Leftover.STAYS: tr("to leave on the sources, as residue, what caps keep out of an area;"),
        }
        points.append(among[split.leftover])
    inside = {
        Leftover.AGAIN: tr("to share once more among the other projects what the cap of one keeps out;"),
        Leftover.STAYS: tr("to leave as residue what the cap of a project keeps out;"),
    }
    return [*points, inside[split.inner_leftover]]


def _tie_points(split: SplitDraft, names: Mapping[str, str], tr: Translator) -> list[str]:
    """Who is served first with the odd cents, where some may be left."""
    rounded = (AllocationRule.EQUAL, AllocationRule.WEIGHTS, AllocationRule.MIXED)
    points = []
    text = tr("to give the cents left over to the largest remainders, and where these are equal in the order {names};")
    if split.level is SplitLevel.AREAS and split.rule in rounded:
        order = dict.fromkeys([*split.tie, *(row.area_id or "" for row in split.areas)])
        points.append(text.format(names=_listed(list(order), names)))
    if split.inner_rule in rounded:
        taken = [row.proposal_id or "" for row in split.projects if row.taken]
        order = dict.fromkeys([*split.inner_tie, *taken])
        listed = tr("projects no. {names}").format(names=_listed(list(order), names))
        points.append(text.format(names=listed))
    return points


def _listed(keys: list[str], names: Mapping[str, str]) -> str:
    return ", ".join(names.get(key, key) for key in keys)
