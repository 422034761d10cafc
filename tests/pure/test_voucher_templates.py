"""Templates of programmes of vouchers: each figure has its source, and a programme's rules say which still stand."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.enums import AidRule
from app.models.money import Cents
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.vouchers.templates import (
    FIGURES,
    Origin,
    ProgrammeTemplate,
    find_programme_template,
    origin_of,
    programme_templates,
)

FILES = sorted((Path(__file__).parents[2] / "resources/vouchers").glob("*.toml"))
NUMBERS = FIGURES | {"isee_max", "age_below_disabled", "service_from", "service_to"}


def origin(draft: ProgrammeRulesDraft, rule: str) -> Origin | None:
    found = origin_of(draft, rule)
    return None if found is None else found[0]


@pytest.mark.parametrize("template", programme_templates(), ids=lambda template: template.code)
def test_every_figure_of_a_template_names_its_source(template: ProgrammeTemplate) -> None:
    for rule in NUMBERS:
        if getattr(template.rules, rule) not in (None, ""):
            assert template.sources[rule].source, rule
    assert any(row.source for row in template.sources.values())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_source_is_named_once_and_used(path: Path) -> None:
    doc = tomllib.loads(path.read_text("utf-8"))
    used = {key for row in doc["rules"] for key in row.get("source", ())}
    assert used == set(doc["sources"])
    assert set(doc.get("addresses", ())) in (set(), used)
    rules = [row["rule"] for row in doc["rules"]]
    assert len(rules) == len(set(rules))
    assert ("line" in str(doc["rules"])) == path.stem.startswith("piano-")


def test_a_rule_says_whether_it_stands_as_its_source_has_it() -> None:
    template = find_programme_template("desio-brianza-2025")
    draft = replace(template.rules, share_max="50\u00a0%")  # as it is read back
    found = origin_of(draft, "share_max")
    assert found is not None
    assert (found[0], found[1] and found[1].source) == (Origin.STATED, "quindicinews.it, 2/4/2025")
    assert origin(draft, "unit") is Origin.CHOSEN
    assert origin(draft, "cap_family") is Origin.OPEN
    assert origin(draft, "policy_counts") is None
    assert origin(replace(draft, cap_child=Cents(300_00)), "cap_child") is Origin.CHANGED
    assert origin(replace(draft, cap_child=None), "cap_child") is Origin.CHANGED
    assert origin(replace(draft, cap_family=Cents(1_00)), "cap_family") is None
    assert origin(replace(draft, aids=AidRule.REFUSED), "aids") is None


def test_a_figure_of_bands_is_not_said_to_be_open() -> None:
    draft = find_programme_template("liguria-2020").rules
    assert origin(draft, "unit_amount") is None
    assert origin(replace(draft, bands=()), "unit_amount") is Origin.OPEN


def test_without_a_template_nothing_is_said() -> None:
    assert origin_of(ProgrammeRulesDraft(), "share_max") is None
    assert origin_of(ProgrammeRulesDraft(template="gone"), "share_max") is None


def test_a_rule_of_the_plan_has_its_line() -> None:
    found = origin_of(find_programme_template("piano-campus").rules, "work")
    assert found is not None
    assert found[1] is not None
    assert found[1].source_line == 878
