"""What a call gives to its form: its title, the version of its rules, its categories of cost, areas and documents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.calls import CallRules, RulesArea, RulesCategory, RulesDocument
from app.models.enums import CostCategory, Remedy, area_code
from app.models.errors import NotFound
from app.models.plan import PriorityArea
from app.models.proposals import Call
from app.models.store import Store
from app.services.calls.rules_drafts import category_name
from app.services.exchange.forms import Form, Mark
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.wording.folding import fold
from app.services.wording.texts import LANGUAGES, Translator, translator

CODE_DIGITS = 8


@dataclass(frozen=True)
class CallForm:
    """A call as its form shows it.

    Attributes:
        rules: number of the version in force; 0 while the call has no rules.
        categories: name as the call has it, empty for the plan's own, by code.
        areas: «A.3 Conciliazione», those that the call funds; all of them when it does not say.
        documents: (name, remedy) of what must come with the proposal.
    """

    id: str
    title: str
    rules: int
    categories: Mapping[str, str]
    areas: tuple[str, ...]
    documents: tuple[tuple[str, Remedy], ...]

    def category_names(self, tr: Translator) -> Mapping[str, str]:
        """Name of each category by its code, in the language."""
        return {code: category_name(code, name, tr) for code, name in self.categories.items()}

    @cached_property
    def _codes(self) -> Mapping[str, str]:
        """Code of each category by its folded names in every language, and by itself."""
        names = {
            fold(name): code
            for language in LANGUAGES
            for code, name in self.category_names(translator(language)).items()
        }
        return names | {fold(code): code for code in self.categories}

    def category_of(self, text: str) -> str | None:
        """Code of the category that a text names, in any language or by its code; None when the call has no such."""
        return self._codes.get(fold(text))

    def form(self) -> Form:
        """The form with the fields that the call fixes locked."""
        fixed = [
            replace(sheet, columns=tuple(replace(one, locked=one.key == "call") for one in sheet.columns))
            if sheet.single
            else replace(sheet, rows=max(1, len(self.documents)))
            if sheet.key == "documents"
            else sheet
            for sheet in PROPOSAL_FORM.sheets
        ]
        return replace(PROPOSAL_FORM, sheets=tuple(fixed))

    def mark(self, language: str) -> Mark:
        """What the form says of itself."""
        return Mark(self.form(), language, self.id, str(self.rules))


def form_code(mark: Mark) -> str:
    """Code of a form as paper shows it: form with its version, call, version of the rules."""
    return f"MP{mark.form.version}-{mark.call_id[-CODE_DIGITS:].upper()}-R{mark.rules}"


def form_address(mark: Mark) -> str:
    """The same for machines: whole key of the call."""
    return f"concilia:modulo-proposta?v={mark.form.version}&avviso={mark.call_id}&regole={mark.rules}"


def read_call_form(store: Store, call_id: str) -> CallForm:
    """What a call gives to its form.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        call = session.get(Call, call_id)
        if call is None:
            raise NotFound("record.gone")
        rules = session.scalar(
            sa.select(CallRules).filter_by(call_id=call_id).order_by(CallRules.version.desc()).limit(1)
        )
        areas = _areas(session, rules.id if rules else None)
        if rules is None:
            return CallForm(call.id, call.title, 0, _PLAN_CATEGORIES, areas, ())
        categories = session.scalars(
            sa.select(RulesCategory).filter_by(rules_id=rules.id).order_by(RulesCategory.position)
        )
        documents = session.scalars(
            sa.select(RulesDocument).filter_by(rules_id=rules.id).order_by(RulesDocument.position)
        )
        return CallForm(
            id=call.id,
            title=call.title,
            rules=rules.version,
            categories={row.code: row.name for row in categories} or _PLAN_CATEGORIES,
            areas=areas,
            documents=tuple((row.name, Remedy(row.remedy)) for row in documents),
        )


_PLAN_CATEGORIES: Mapping[str, str] = dict.fromkeys((member.value for member in CostCategory), "")


def _areas(session: Session, rules_id: str | None) -> tuple[str, ...]:
    every = sa.select(PriorityArea).order_by(PriorityArea.level, PriorityArea.number)
    chosen = every.join(RulesArea, RulesArea.area_id == PriorityArea.id).where(RulesArea.rules_id == rules_id)
    rows = session.scalars(chosen).all() or session.scalars(every).all()
    return tuple(f"{area_code(row.level, row.number)} {row.title}" for row in rows)
