"""Forms of households and of their persons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.models import enums as e
from app.services.changes import Changes
from app.services.network.codes import SENTENCES, iban_note
from app.services.vouchers import households, individuals
from app.services.vouchers.households import HouseholdDraft, MemberDraft
from app.services.vouchers.individuals import WHY_WORDS, ConsentDraft, IndividualDraft
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.network_forms import municipality_choices
from app.ui.views.vouchers.choices import individual_choices, organisation_choices


def _iban_said(_store: Any, draft: HouseholdDraft) -> str:
    sentence = SENTENCES[iban_note(draft.iban)]
    return _(sentence) if sentence else ""


HOUSEHOLD_FORM = FormSpec(
    key="household",
    title=N_("Household"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True, hint=N_("By which the desk knows it: a surname.")),
                FieldSpec(
                    "municipality_id",
                    N_("Municipality"),
                    FieldKind.REFERENCE,
                    choices=municipality_choices,
                    width=Width.HALF,
                ),
                FieldSpec("place", N_("Or another place"), width=Width.HALF),
                FieldSpec("address", N_("Address")),
                FieldSpec("iban", N_("IBAN"), aside=_iban_said),
                FieldSpec("iban_holder", N_("In the name of")),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "members",
            N_("Members"),
            (
                FieldSpec(
                    "individual_id",
                    N_("Person"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=individual_choices,
                    width_mm=60,
                ),
                FieldSpec(
                    "kinship",
                    N_("Place in the household"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(e.Kinship),
                    width_mm=42,
                ),
                FieldSpec("present", N_("Lives here"), FieldKind.FLAG, width_mm=18),
                FieldSpec(
                    "work",
                    N_("Work"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(e.WorkState),
                    width_mm=36,
                ),
                FieldSpec(
                    "employer_id", N_("Employer"), FieldKind.REFERENCE, choices=organisation_choices, width_mm=50
                ),
            ),
            blank=MemberDraft,
            hint=N_("Only who lives here is asked to work. Of work the outcome is kept, not the papers."),
            rows_shown=5,
        ),
    ),
    blank=lambda _store: HouseholdDraft(),
    load=households.load_household,
    save=households.save_household,
    acts=(removal(households.delete_household),),
    heading=lambda draft: draft.name,
)


def _alike_said(store: Any, draft: IndividualDraft) -> str:
    """Who may be the same person, and why: it is told, never decided."""
    found = individuals.similar_individuals(store, draft)
    if not found:
        return ""
    lines = [f"{each.other.name}: {_(WHY_WORDS[each.why])}" for each in found]
    return _("In the archive already, perhaps:") + "\n" + "\n".join(lines)


def _code_said(_store: Any, draft: IndividualDraft) -> str:
    """How the tax code stands beside name, birth and sex."""
    return individuals.code_text(draft, i18n.current())


def _tell_apart(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return individuals.tell_apart(store, key, values["other_id"] or "", values["reason"])


INDIVIDUAL_FORM = FormSpec(
    key="individual",
    title=N_("Person"),
    sections=(
        Section(
            "",
            (
                FieldSpec("surname", N_("Surname"), required=True, width=Width.HALF),
                FieldSpec("given_name", N_("Given name"), required=True, width=Width.HALF, aside=_alike_said),
                FieldSpec(
                    "tax_code",
                    N_("Tax code"),
                    width=Width.HALF,
                    hint=N_("Empty for who has none yet; eleven digits for a temporary one."),
                    aside=_code_said,
                ),
                FieldSpec(
                    "sex",
                    N_("Sex"),
                    FieldKind.CHOICE,
                    choices=enum_choices(e.Sex),
                    width=Width.HALF,
                ),
                FieldSpec("keep_code", N_("The code was looked at on paper and is kept"), FieldKind.FLAG),
                FieldSpec("birth_date", N_("Day of birth"), FieldKind.DATE, width=Width.HALF),
                FieldSpec("birth_place", N_("Place of birth"), width=Width.HALF),
                FieldSpec(
                    "disabled",
                    N_("A disability was seen"),
                    FieldKind.FLAG,
                    hint=N_("Nothing else of it is kept; the consent stands below."),
                ),
                FieldSpec("phone", N_("Telephone"), width=Width.HALF),
                FieldSpec("mail", N_("E-mail"), width=Width.HALF),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "consents",
            N_("Information and consents"),
            (
                FieldSpec(
                    "kind",
                    N_("What"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(e.ConsentKind),
                    width_mm=60,
                ),
                FieldSpec("version", N_("Version"), required=True, width_mm=26),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, width_mm=26),
                FieldSpec("date_withdrawn", N_("Withdrawn on"), FieldKind.DATE, width_mm=26),
            ),
            blank=ConsentDraft,
            rows_shown=3,
        ),
    ),
    blank=lambda _store: IndividualDraft(),
    load=individuals.load_individual,
    save=individuals.save_individual,
    acts=(
        Act(
            N_("Not the same as…"),
            "users",
            _tell_apart,
            fields=(
                FieldSpec(
                    "other_id", N_("Other person"), FieldKind.REFERENCE, required=True, choices=individual_choices
                ),
                FieldSpec("reason", N_("Reason"), hint=N_("Twins, homonyms.")),
            ),
        ),
        removal(individuals.delete_individual),
    ),
    heading=lambda draft: f"{draft.surname} {draft.given_name}" if draft.id else "",
    subtitle=lambda draft: label(draft.code_state, i18n.current()) if draft.id else "",
)
