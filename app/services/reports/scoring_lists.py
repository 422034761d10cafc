"""Lists of scoring: grids, sheets that are due, how the members' points agree."""

from __future__ import annotations

from fractions import Fraction

from app.models.enums import CriterionEffect, CriterionKind
from app.models.store import Store
from app.services.evaluation.grid import CriterionNode, Grid
from app.services.evaluation.grids import grid_rows
from app.services.evaluation.sheet_reading import sheet_rows
from app.services.evaluation.spread import MemberDistance, spread_rows
from app.services.reports.lists import field_column, record_list
from app.services.reports.table_spec import Column, Kind, Line, Role, Table
from app.services.wording.labels import label
from app.services.wording.points import POINT, format_points
from app.services.wording.texts import Translator


def grids_list(store: Store, tr: Translator) -> Table:
    """The grid of each call."""
    columns = (
        field_column("call", tr("Call"), Kind.NOTE, width_mm=80),
        field_column("name", tr("Grid"), Kind.NOTE, width_mm=60),
        field_column("manner", tr("Manner"), Kind.STATE, width_mm=50),
        field_column("criteria", tr("Criteria"), Kind.COUNT, width_mm=18),
        field_column("total_max", tr("Largest total"), Kind.POINTS, width_mm=22),
        field_column("threshold", tr("Threshold"), Kind.POINTS, width_mm=20),
        field_column("locked", tr("Locked"), Kind.FLAG, width_mm=18),
        field_column("sheets", tr("Sheets begun"), Kind.COUNT, width_mm=20),
    )
    return record_list("list.grids", tr("Scoring grids"), columns, grid_rows(store), tr)


def sheets_list(store: Store, tr: Translator) -> Table:
    """The sheets that are due and that the user may fill in, and those that were set aside."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("title", tr("Proposal"), Kind.NOTE, width_mm=70),
        field_column("area", tr("Area"), width_mm=16),
        field_column("member", tr("Member"), width_mm=40),
        field_column("stage", tr("State"), Kind.STATE, width_mm=34),
        field_column("missing", tr("Missing"), Kind.COUNT, width_mm=18),
        field_column("total", tr("Total"), Kind.POINTS, width_mm=18),
        field_column("given_at", tr("Handed over at"), Kind.INSTANT, width_mm=30),
        field_column("reason", tr("Why set aside"), Kind.NOTE, width_mm=40),
    )
    return record_list("list.sheets", tr("Score sheets"), columns, sheet_rows(store), tr)


def spread_list(store: Store, tr: Translator) -> Table:
    """Proposals by how far apart their members are."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("title", tr("Proposal"), Kind.NOTE, width_mm=66),
        field_column("area", tr("Area"), width_mm=16),
        Column("sheets", tr("Sheets"), Kind.TEXT, lambda row: f"{row.given}/{row.due}", width_mm=16),
        field_column("opened", tr("Open"), Kind.FLAG, width_mm=16),
        field_column("total", tr("Points"), Kind.POINTS, width_mm=20),
        field_column("mean", tr("Mean"), Kind.POINTS, width_mm=20),
        field_column("median", tr("Median"), Kind.POINTS, width_mm=20),
        field_column("spread", tr("Spread"), Kind.POINTS, width_mm=20),
        field_column("suitable", tr("Thresholds reached"), Kind.FLAG, width_mm=20),
        field_column("far", tr("Farthest from the median"), width_mm=36),
        field_column("distance", tr("by"), Kind.POINTS, width_mm=18),
    )
    return record_list("list.spread", tr("Points side by side"), columns, spread_rows(store), tr)


def distances_table(rows: tuple[MemberDistance, ...], tr: Translator) -> Table:
    """Who is far from the others, over all proposals whose sheets are open."""
    return Table(
        code="list.distances",
        title=tr("Members and the others"),
        columns=(
            field_column("name", tr("Member"), width_mm=50),
            field_column("sheets", tr("Sheets"), Kind.COUNT, width_mm=18),
            field_column("mean", tr("Mean distance from the median"), Kind.POINTS, width_mm=30),
            field_column("farthest", tr("Largest distance"), Kind.POINTS, width_mm=26),
            field_column("number", tr("on proposal no."), Kind.COUNT, width_mm=24),
        ),
        rows=rows,
        notes=(tr("Above zero: gives more points than the others. Over the proposals whose sheets are open."),),
    )


def criteria_table(grid: Grid, tr: Translator, title: str = "") -> Table:
    """The criteria of a grid, with what may be given and what must be reached."""
    rows = [node for node in grid.nodes if node.kind is not CriterionKind.GROUP or node.children]
    return Table(
        code="list.criteria",
        title=title or tr("Criteria"),
        columns=(
            field_column("code", tr("Code"), width_mm=16),
            Column("name", tr("Criterion"), Kind.NOTE, lambda node: criterion_text(node, tr), width_mm=92),
            Column("max", tr("Most points"), Kind.TEXT, lambda node: points_text(node.points_max), width_mm=20),
            Column("weight", tr("Weight"), Kind.TEXT, lambda node: points_text(node.weight), width_mm=16),
            Column("threshold", tr("Threshold"), Kind.TEXT, lambda node: points_text(node.threshold), width_mm=18),
        ),
        rows=tuple(_lines(rows)),
    )


def _lines(rows: list[CriterionNode]) -> list[CriterionNode | Line]:
    found: list[CriterionNode | Line] = []
    for node in rows:
        if node.kind is CriterionKind.GROUP:
            cells = {
                "code": node.code,
                "name": node.name,
                "max": points_text(node.points_max),
                "weight": points_text(node.weight),
                "threshold": points_text(node.threshold),
            }
            found.append(Line(Role.HEADING, cells))
        else:
            found.append(node)
    return found


def criterion_text(node: CriterionNode, tr: Translator) -> str:
    """What a criterion asks, with its steps and its condition."""
    parts = [node.name]
    if node.text:
        parts.append(node.text)
    parts += [f"{step.name}: {points_text(step.points)}" for step in node.steps]
    condition = gate_text(node, tr)
    if condition:
        parts.append(condition)
    return "\n".join(parts)


def asked_text(leaf: CriterionNode, tr: Translator) -> str:
    """All that a criterion asks in one line, for who gives points away from the screen."""
    parts = [leaf.name, *(f"{step.name}: {points_text(step.points)}" for step in leaf.steps)]
    parts += filter(None, (effect_text(leaf, tr), gate_text(leaf, tr)))
    if leaf.threshold is not None:
        parts.append(tr("Threshold: {points}.").format(points=points_text(leaf.threshold)))
    if leaf.measure is not None:
        parts.append(tr("Computed from the data: {what}.").format(what=label(leaf.measure, tr)))
    return "; ".join(part.rstrip(".") for part in parts)


def effect_text(node: CriterionNode, tr: Translator) -> str:
    """That a criterion is a bonus or a penalty; nothing of those that count as usual."""
    if node.effect is CriterionEffect.COUNTS:
        return ""
    is_bonus = node.effect is CriterionEffect.BONUS
    return tr("Bonus: outside the largest total.") if is_bonus else tr("Penalty: outside the largest total.")


def gate_text(node: CriterionNode, tr: Translator) -> str:
    """The condition of a criterion, in words; nothing for none."""
    if node.gate_measure is not None:
        found = tr("Only where {measure} is at least {least}.")
        return found.format(measure=label(node.gate_measure, tr), least=points_text(node.gate_min))
    return tr("Only on condition: {text}.").format(text=node.gate_text) if node.gate_text else ""


def points_text(thousandths: int | None) -> str:
    """«12,5»; nothing for none."""
    return "" if thousandths is None else format_points(Fraction(thousandths, POINT))
