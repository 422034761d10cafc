"""Forms of the territory, in the plan's room: districts with their municipalities, earlier calls by district."""

from __future__ import annotations

from typing import Any

from app.services.network import territory
from app.services.wording.texts import N_
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, removal
from app.ui.views.plan_forms import LINE


def district_choices(store: Any) -> Choices:
    """Districts by number."""
    return tuple((row.id, f"{row.number} · {row.name}") for row in territory.district_rows(store))


DISTRICT_FORM = FormSpec(
    key="district",
    title=N_("District"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("District"), required=True),
                FieldSpec("zone", N_("Zone"), width=Width.HALF),
                FieldSpec(
                    "number", N_("No."), FieldKind.NUMBER, width=Width.HALF, hint=N_("Empty: the next free one.")
                ),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "municipalities",
            N_("Municipalities"),
            (
                FieldSpec("name", N_("Municipality"), required=True, width_mm=70),
                FieldSpec("population", N_("Residents"), FieldKind.NUMBER, width_mm=26),
                LINE,
            ),
            blank=territory.MunicipalityDraft,
            rows_shown=8,
        ),
    ),
    blank=lambda _store: territory.DistrictDraft(),
    load=territory.load_district,
    save=territory.save_district,
    acts=(removal(territory.delete_district),),
    heading=lambda draft: draft.name,
    subtitle=lambda draft: draft.zone,
)

MUNICIPALITY_FORM = FormSpec(
    key="municipality",
    title=N_("Municipality"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Municipality"), required=True),
                FieldSpec(
                    "district_id",
                    N_("District"),
                    FieldKind.REFERENCE,
                    choices=district_choices,
                    hint=N_("Empty when it is not known."),
                ),
                FieldSpec(
                    "population",
                    N_("Residents"),
                    FieldKind.NUMBER,
                    width=Width.HALF,
                    hint=N_("Weighs a split by population."),
                ),
            ),
        ),
    ),
    blank=lambda _store: territory.MunicipalityDraft(),
    load=territory.load_municipality,
    save=territory.save_municipality,
    acts=(removal(territory.delete_municipality),),
    heading=lambda draft: draft.name,
)

EARLIER_CALL_FORM = FormSpec(
    key="earlier_call",
    title=N_("Earlier call"),
    sections=(
        Section(
            "",
            (
                FieldSpec("title", N_("Title"), required=True),
                FieldSpec("year", N_("Year"), FieldKind.NUMBER, required=True, width=Width.HALF),
                FieldSpec("received", N_("Projects received"), FieldKind.COUNT, required=True, width=Width.HALF),
                FieldSpec("admitted", N_("Projects admitted"), FieldKind.COUNT, required=True, width=Width.HALF),
                FieldSpec("funded", N_("Projects funded"), FieldKind.COUNT, required=True, width=Width.HALF),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "results",
            N_("Funded by district"),
            (
                FieldSpec(
                    "district_id",
                    N_("District"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=district_choices,
                    width_mm=56,
                ),
                FieldSpec("funded", N_("Projects funded"), FieldKind.COUNT, required=True, width_mm=24),
            ),
            blank=territory.EarlierCallResultDraft,
            totals=("funded",),
            rows_shown=8,
        ),
    ),
    blank=lambda _store: territory.EarlierCallDraft(),
    load=territory.load_earlier_call,
    save=territory.save_earlier_call,
    acts=(removal(territory.delete_earlier_call),),
    heading=lambda draft: draft.title,
)
