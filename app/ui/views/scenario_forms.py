"""Forms of the splitting room: a sum to be shared, and a scenario of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.models.enums import PotKind
from app.services.changes import Changes
from app.services.reports.spec import Document
from app.services.sharing import scenarios
from app.services.sharing.scenario_drafts import PotDraft, ScenarioSheet
from app.services.wording.texts import N_
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.point_choices import point_field, show_decision
from app.ui.views.split_forms import SOURCES_GRID, terms_grids, terms_section


def pot_choices(store: Any) -> Choices:
    """The sums to be shared."""
    return tuple((row.id, row.name) for row in scenarios.pot_rows(store))


def _adopt(store: Any, scenario_id: str, values: Mapping[str, Any]) -> Changes:
    """Make the scenario the draft of a decision on the point that was chosen."""
    return scenarios.adopt_scenario(store, scenario_id, values["agenda_item_id"], i18n.current())


def _copy(store: Any, scenario_id: str, values: Mapping[str, Any]) -> Changes:
    return scenarios.copy_scenario(store, scenario_id, values["name"])


def _comparison(store: Any, pot_id: str) -> Document:
    """The sheet for the room."""
    from app.services.reports.scenario_tables import scenarios_document

    return scenarios_document(store, pot_id, i18n.current())


def _comparison_of(store: Any, scenario_id: str) -> Document:
    """The sheet of the sum that a scenario belongs to."""
    pot_id = scenarios.load_scenario(store, scenario_id).pot_id
    assert pot_id is not None, "a scenario that was saved belongs to a sum"
    return _comparison(store, pot_id)


def _show_document(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _pot_locked(draft: PotDraft) -> str:
    """A sum that was shared stays as it was."""
    return N_("This sum was shared by a decision in force, so it stays as it is.") if draft.decision else ""


def _scenario_locked(sheet: ScenarioSheet) -> str:
    """A scenario that became a decision stays as it was; a copy of it may change."""
    return N_("This scenario was adopted, so it stays as it is. A copy of it can be changed.") if sheet.adopted else ""


def _scenario_subtitle(sheet: ScenarioSheet) -> str:
    if sheet.adopted:
        return _("Adopted by decision no. {number}").format(number=sheet.adopted)
    if sheet.pot_decision:
        return _("The sum was shared by decision no. {number}").format(number=sheet.pot_decision)
    return _("Not adopted: no money moves by it")


POT_FORM = FormSpec(
    key="pot",
    title=N_("Sum to be shared"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec(
                    "kind",
                    N_("What money it is"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(PotKind),
                    width=Width.HALF,
                ),
                FieldSpec("total", N_("Total"), FieldKind.MONEY, required=True, width=Width.HALF),
                FieldSpec("note", N_("Where it comes from"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(SOURCES_GRID,),
    blank=scenarios.blank_pot,
    load=scenarios.load_pot,
    save=scenarios.save_pot,
    acts=(
        Act(N_("Sheet for the room"), "printer", _comparison, done=_show_document, primary=True),
        replace(removal(scenarios.delete_pot), when=lambda draft: not draft.decision),
    ),
    heading=lambda draft: draft.name,
    subtitle=lambda draft: _("Shared by decision no. {number}").format(number=draft.decision) if draft.decision else "",
    locked=_pot_locked,
)

SCENARIO_FORM = FormSpec(
    key="scenario",
    title=N_("Scenario"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "pot_id",
                    N_("Sum to be shared"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=pot_choices,
                ),
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
        terms_section(lambda _sheet: True, N_("Rules")),
    ),
    grids=terms_grids(lambda _sheet: True),
    blank=scenarios.blank_scenario,
    load=scenarios.load_scenario,
    save=scenarios.save_scenario,
    acts=(
        Act(
            N_("Adopt"),
            "gavel",
            _adopt,
            fields=(point_field(),),
            when=lambda sheet: not sheet.pot_decision,
            primary=True,
            done=show_decision,
        ),
        Act(N_("Copy"), "copy", _copy, fields=(FieldSpec("name", N_("Name of the copy"), required=True),)),
        Act(N_("Sheet for the room"), "printer", _comparison_of, done=_show_document),
        replace(removal(scenarios.delete_scenario), when=lambda sheet: not sheet.adopted),
    ),
    heading=lambda sheet: f"{sheet.letter} · {sheet.name}" if sheet.letter else "",
    subtitle=_scenario_subtitle,
    locked=_scenario_locked,
)
