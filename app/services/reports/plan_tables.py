"""Tables of the plan's money: T01 resources, T02 resources by priority area."""

from __future__ import annotations

from app.models.enums import SourceKind
from app.models.store import Store
from app.services.plan.funding import AreaRow, SourceRow, area_rows, source_rows
from app.services.plan.totals import is_initial, plan_totals
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Kind, Line, Role, Table
from app.services.wording.texts import Translator

_PREMIUMS = frozenset({SourceKind.VARIABLE, SourceKind.PREMIUM})


def resources_table(store: Store, tr: Translator) -> Table:
    """T01: every source, what the plan began with, what comes with the premium."""
    sources = source_rows(store)
    totals = plan_totals(sources, ())
    later = tuple(source for source in sources if not is_initial(source))
    rows: list[SourceRow | Line] = [source for source in sources if is_initial(source)]
    rows.append(Line(Role.SUBTOTAL, {"name": tr("Total of initial resources"), "amount": totals.initial}))
    if later:
        rows.extend(later)
        only_premium = all(source.kind in _PREMIUMS for source in later)
        total = tr("Total with the premium") if only_premium else tr("Total of the resources")
        rows.append(Line(Role.TOTAL, {"name": total, "amount": totals.in_all}))
    return Table(
        code="T01",
        title=tr("Resources of the plan"),
        columns=(
            Column("name", tr("Source"), Kind.NOTE, lambda row: row.name, width_mm=80),
            Column("act", tr("Act"), Kind.NOTE, lambda row: row.act, width_mm=50),
            Column("amount", tr("Amount"), Kind.MONEY, lambda row: row.amount, width_mm=35, total=True),
        ),
        rows=tuple(rows),
        notes=(*_condition_notes(later, tr), *sample_notes(sources, tr)),
        row_id=lambda row: row.id,
    )


def _condition_notes(later: tuple[SourceRow, ...], tr: Translator) -> tuple[str, ...]:
    """Why a source may not be used yet."""
    sentence = tr("{name}: not yet due. {condition}")
    waiting = (source for source in later if not source.due)
    return tuple(sentence.format(name=source.name, condition=source.condition).strip() for source in waiting)


def area_resources_table(store: Store, tr: Translator) -> Table:
    """T02: what the plan sets aside for each area, the ceiling in force, what was awarded, what is left."""
    areas = area_rows(store)
    totals = plan_totals(source_rows(store), areas)
    rows: list[AreaRow | Line] = list(areas)
    planned = {"title": tr("Total set aside for the areas"), "amount_planned": totals.planned}
    rows.append(Line(Role.SUBTOTAL, {**planned, **_sums(areas)}))
    residue = {"title": tr("Residue: initial resources not set aside"), "amount_planned": totals.residue}
    rows.append(Line(Role.SUBTOTAL, residue))
    initial = {"title": tr("Total of initial resources"), "amount_planned": totals.initial}
    rows.append(Line(Role.TOTAL, initial))
    return Table(
        code="T02",
        title=tr("Resources by priority area"),
        columns=(
            Column("code", tr("Area"), Kind.TEXT, lambda row: row.code, width_mm=16),
            Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=90),
            _money("amount_planned", tr("Set aside by the plan"), total=True),
            _money("ceiling", tr("Ceiling in force")),
            _money("allocated", tr("Assigned"), total=True),
            _money("awarded", tr("Awarded"), total=True),
            _money("left", tr("To be awarded"), total=True),
        ),
        rows=tuple(rows),
        notes=(
            tr(
                "Ceilings are those set by the decisions in force; assigned and awarded sums are balances of"
                " the ledger."
            ),
            *sample_notes(areas, tr),
        ),
        row_id=lambda row: row.id,
        landscape=True,
    )


def _money(key: str, title: str, *, total: bool = False) -> Column:
    return Column(key, title, Kind.MONEY, lambda row: getattr(row, key), width_mm=31, total=total)


def _sums(areas: tuple[AreaRow, ...]) -> dict[str, int]:
    return {key: sum(getattr(area, key) for area in areas) for key in ("allocated", "awarded", "left")}
