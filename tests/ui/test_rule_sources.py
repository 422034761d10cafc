"""The lines under the rules of a programme of vouchers that say where they are stated."""

from __future__ import annotations

from dataclasses import replace

from app.models.money import Cents
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.vouchers.templates import find_programme_template
from app.services.wording.texts import translator
from app.ui import i18n
from app.ui.views.vouchers.programme_forms import PROGRAMME_RULES_FORM
from app.ui.views.vouchers.rule_sources import said_of


def under(draft: ProgrammeRulesDraft) -> dict[str, str]:
    """What stands under the fields of the form, without those that say nothing."""
    fields = [field for section in PROGRAMME_RULES_FORM.sections for field in section.fields]
    said = {field.key: field.aside(None, draft) for field in fields if field.aside is not None}
    return {key: text for key, text in said.items() if text}


def test_each_rule_says_where_its_template_has_it_from() -> None:
    tr = translator(i18n.current().language)
    draft = replace(find_programme_template("piano-prossimita").rules, unit_amount=Cents(8_00))
    said = under(draft)
    assert "902" in said["pay_to"]
    assert said["unit"] == tr("Not stated by the source: the template chose it.")
    assert said["cap_month"] == tr("Not fixed by the source.")
    assert "unit_amount" not in said  # the office's own figure
    assert said_of(replace(draft, pay_to=None), "pay_to") == tr("No longer as in the template.")  # type: ignore[arg-type]


def test_rules_without_a_template_say_nothing() -> None:
    assert under(ProgrammeRulesDraft()) == {}
