"""Scenarios of a sum on paper and on the screen: each project in each scenario, rules, what they go against, proofs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from app.models.enums import Normalisation
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.reports.allocation_tables import allocation_proof_table
from app.services.reports.frame import framed
from app.services.reports.lists import field_column, record_list
from app.services.reports.notes import rounding_note, sample_notes
from app.services.reports.spec import (
    BarsChart,
    ChartBar,
    Column,
    Document,
    Heading,
    Kind,
    PageBreak,
    Paragraph,
    Part,
    Table,
)
from app.services.sharing.premium import PremiumSheet
from app.services.sharing.scenario_drafts import BreakKind, Comparison, ScenarioProject, ScenarioResult
from app.services.sharing.scenario_texts import break_text, rules_text
from app.services.sharing.scenarios import compare_scenarios, pot_rows, scenario_rows
from app.services.wording.formats import format_percent
from app.services.wording.labels import label
from app.services.wording.texts import Translator

ON_A_SHEET = 4
"""Most scenarios beside each other on a sheet."""


# --- lists of the window ---------------------------------------------------------------------


def pots_list(store: Store, tr: Translator) -> Table:
    """The sums to be shared, with the decision that shared each."""
    columns = (
        field_column("name", tr("Sum to be shared"), Kind.NOTE, width_mm=70),
        field_column("kind", tr("Kind"), width_mm=32),
        field_column("total", tr("Total"), Kind.MONEY, width_mm=32),
        field_column("scenarios", tr("Scenarios"), Kind.COUNT, width_mm=22),
        field_column("decision", tr("Shared by decision"), width_mm=30),
    )
    return record_list("list.pots", tr("Sums to be shared"), columns, pot_rows(store), tr)


def scenarios_list(store: Store, tr: Translator) -> Table:
    """All scenarios, by sum and letter."""
    columns = (
        field_column("letter", tr("Scenario"), width_mm=20),
        field_column("name", tr("Name"), Kind.NOTE, width_mm=60),
        field_column("pot", tr("Sum to be shared"), Kind.NOTE, width_mm=50),
        field_column("rule", tr("Rules"), Kind.NOTE, width_mm=70),
        field_column("adopted", tr("Adopted by"), width_mm=24),
    )
    return record_list("list.scenarios", tr("Scenarios"), columns, scenario_rows(store, tr), tr)


# --- one scenario ----------------------------------------------------------------------------


@dataclass(frozen=True)
class ProjectRow:
    """A project in one scenario, with what it goes against in words; `moved` against the scenario as it was saved."""

    id: str
    name: str
    area: str
    before: Cents
    amount: Cents
    moved: Cents
    after: Cents
    requested: Cents | None
    share_before: Fraction | None
    share_after: Fraction | None
    breaks: str


def projects_table(result: ScenarioResult, tr: Translator) -> Table:
    """What each project has before, gets and ends with, its co-financing, and what it goes against."""
    rows = tuple(_project_row(row, None, tr) for row in result.projects)
    columns = [
        field_column("name", tr("Project"), Kind.NOTE, width_mm=46),
        field_column("area", tr("Area"), width_mm=13),
        field_column("before", tr("Has"), Kind.MONEY, width_mm=27, total=True),
        field_column("amount", tr("Gets"), Kind.MONEY, width_mm=27, total=True),
        field_column("after", tr("Ends with"), Kind.MONEY, width_mm=28, total=True),
        field_column("share_before", tr("Co-financing before"), Kind.PERCENT, width_mm=22),
        field_column("share_after", tr("Co-financing after"), Kind.PERCENT, width_mm=22),
    ]
    if any(row.breaks for row in rows):
        columns.append(field_column("breaks", tr("Goes against"), Kind.NOTE, width_mm=44))
    return _projects(rows, columns, _result_notes(result, tr), tr)


def gains_table(result: ScenarioResult, saved: ScenarioResult | None, tr: Translator) -> Table:
    """The same in the few columns that stand beside the form.

    Args:
        saved: the scenario as it was saved; what a change moves is shown where it moves something.
    """
    rows = tuple(_project_row(row, saved, tr) for row in result.projects)
    columns = [
        field_column("name", tr("Project"), Kind.NOTE, width_mm=40),
        field_column("amount", tr("Gets"), Kind.MONEY, width_mm=27, total=True),
    ]
    if any(row.moved for row in rows):
        columns.append(field_column("moved", tr("Against the saved one"), Kind.MONEY, width_mm=27, total=True))
    columns += [
        field_column("after", tr("Ends with"), Kind.MONEY, width_mm=28, total=True),
        field_column("share_after", tr("Co-financing after"), Kind.PERCENT, width_mm=22),
    ]
    breaks = [
        tr("Goes against: {what}.").format(what="; ".join(told)) for told in (_breaks_in_short(result, tr),) if told
    ]
    return _projects(rows, columns, (*breaks, *_result_notes(result, tr)), tr)


def _projects(rows: tuple[ProjectRow, ...], columns: Sequence[Column], notes: tuple[str, ...], tr: Translator) -> Table:
    return Table(
        "scenario.projects",
        tr("What the projects get"),
        tuple(columns),
        rows,
        notes=notes,
        row_id=lambda row: row.id,
        total_label=tr("Total"),
    )


def _project_row(row: ScenarioProject, saved: ScenarioResult | None, tr: Translator) -> ProjectRow:
    return ProjectRow(
        id=row.id,
        name=project_text(row),
        area=row.area,
        before=row.before,
        amount=row.amount,
        moved=Cents(0 if saved is None else row.amount - saved.amount_of(row.id)),
        after=row.after,
        requested=row.requested,
        share_before=row.share_before,
        share_after=row.share_after,
        breaks="; ".join(break_text(found, tr) for found in row.breaks),
    )


def project_text(row: ScenarioProject) -> str:
    """«1 · Garbagnate»: a project in a line."""
    return f"{row.number} · {row.alliance}"


def _result_notes(result: ScenarioResult, tr: Translator) -> tuple[str, ...]:
    notes = []
    if result.share_before is not None and result.share_after is not None:
        text = tr("If the co-financing stays what it is, that of all projects goes from {before} to {after}.")
        shares = {"before": format_percent(result.share_before), "after": format_percent(result.share_after)}
        notes.append(text.format(**shares))
    if result.left:
        notes.append(tr("Nobody gets {amount}: it stays on the sources.").format(amount=format_euro(result.left)))
    if result.on_areas:
        text = tr("{amount} stays on the areas, with no project to take it.")
        notes.append(text.format(amount=format_euro(result.on_areas)))
    return (*notes, rounding_note(tr))


def steps_table(sheet: PremiumSheet, normalisation: Normalisation, names: dict[str, str], tr: Translator) -> Table:
    """Every step of a formula: what was counted, its points, those that the cap leaves, those that the weight gives."""
    columns = (
        field_column("indicator", tr("Indicator"), Kind.NOTE, width_mm=44),
        Column("project", tr("Project"), Kind.NOTE, lambda row: names[row.key], width_mm=34),
        field_column("target", tr("Target"), Kind.MEASURE, width_mm=20),
        field_column("actual", tr("Reached"), Kind.MEASURE, width_mm=20),
        field_column("document", tr("Document"), Kind.NOTE, width_mm=34),
        field_column("found", tr("Points found"), Kind.POINTS, width_mm=22),
        field_column("kept", tr("Within the cap"), Kind.POINTS, width_mm=22),
        field_column("weight", tr("Weight"), Kind.COUNT, width_mm=16),
        field_column("points", tr("Points given"), Kind.POINTS, width_mm=22),
    )
    how = tr("Points: {how}.").format(how=label(normalisation, tr).lower())
    weighs = tr("Points given: those within the cap, in the measure of the weight among all weights.")
    return Table("scenario.steps", tr("Steps of the formula"), columns, sheet.steps, notes=(how, weighs))


def scores_table(sheet: PremiumSheet, names: dict[str, str], tr: Translator) -> Table:
    """The points of each project, which are the weights of the sharing."""
    columns = (
        Column("project", tr("Project"), Kind.NOTE, lambda row: names[row[0]], width_mm=60),
        Column("points", tr("Points"), Kind.POINTS, lambda row: row[1], width_mm=30),
        Column("exact", tr("Exactly"), Kind.TEXT, lambda row: str(row[1]), width_mm=40),
    )
    return Table("scenario.scores", tr("Points of the projects"), columns, tuple(sheet.scores.items()))


def formula_tables(result: ScenarioResult, tr: Translator) -> list[Table]:
    """Points and steps of the formula that gave the weights, where one did."""
    if result.sheet is None or result.split is None or result.split.formula is None:
        return []
    names = {key: key for key in result.sheet.scores} | {row.id: project_text(row) for row in result.projects}
    normalisation = result.split.formula.normalisation
    return [scores_table(result.sheet, names, tr), steps_table(result.sheet, normalisation, names, tr)]


# --- scenarios side by side ------------------------------------------------------------------


@dataclass(frozen=True)
class ComparedRow:
    """A project in all scenarios, in their order; None where a scenario does not add up."""

    id: str
    name: str
    area: str
    before: Cents
    requested: Cents | None
    share_before: Fraction | None
    amounts: tuple[Cents | None, ...]
    after: tuple[Cents | None, ...]
    shares: tuple[Fraction | None, ...]


def compared_rows(results: Sequence[ScenarioResult]) -> tuple[ComparedRow, ...]:
    """Every project that some scenario names, by number."""
    found: dict[str, ScenarioProject] = {row.id: row for result in results for row in result.projects}
    by_result = [{row.id: row for row in result.projects} for result in results]

    def across(key: str, attribute: str) -> tuple[Any, ...]:
        return tuple(getattr(rows[key], attribute) if key in rows else None for rows in by_result)

    return tuple(
        ComparedRow(
            id=row.id,
            name=project_text(row),
            area=row.area,
            before=row.before,
            requested=row.requested,
            share_before=row.share_before,
            amounts=across(row.id, "amount"),
            after=across(row.id, "after"),
            shares=across(row.id, "share_after"),
        )
        for row in sorted(found.values(), key=lambda row: row.number)
    )


def comparison_tables(comparison: Comparison, tr: Translator) -> list[Table]:
    """Shares, what projects end with and their co-financing then, and rules: a scenario in its columns or row."""
    tables: list[Table] = []
    whole = comparison.results
    for start in range(0, len(whole), ON_A_SHEET):
        results = whole[start : start + ON_A_SHEET]
        rows = compared_rows(results)
        tables += [_amounts_table(rows, results, tr), _after_table(rows, results, tr)]
    if whole:
        tables.append(rules_table(comparison, tr))
    return tables


def _amounts_table(rows: tuple[ComparedRow, ...], results: Sequence[ScenarioResult], tr: Translator) -> Table:
    columns = (
        field_column("name", tr("Project"), Kind.NOTE, width_mm=46),
        field_column("area", tr("Area"), width_mm=14),
        field_column("before", tr("Has"), Kind.MONEY, width_mm=30, total=True),
        *(
            Column(result.letter, result.letter, Kind.MONEY, _nth("amounts", place), width_mm=30, total=True)
            for place, result in enumerate(results)
        ),
    )
    title = tr("What each project gets")
    return Table("scenarios.amounts", title, columns, rows, row_id=lambda row: row.id, total_label=tr("Total"))


def _after_table(rows: tuple[ComparedRow, ...], results: Sequence[ScenarioResult], tr: Translator) -> Table:
    """What each project ends with, and its co-financing then, as long as that stays what it is."""
    columns = [
        field_column("name", tr("Project"), Kind.NOTE, width_mm=34),
        field_column("requested", tr("Asked"), Kind.MONEY, width_mm=27, total=True),
        field_column("share_before", tr("Before %"), Kind.PERCENT, width_mm=21),
    ]
    for place, result in enumerate(results):
        columns += [
            Column(result.letter, result.letter, Kind.MONEY, _nth("after", place), width_mm=27, total=True),
            Column(f"{result.letter}.share", f"{result.letter} %", Kind.PERCENT, _nth("shares", place), width_mm=18),
        ]
    return Table(
        "scenarios.after",
        tr("What each project ends with, and its co-financing share if the co-financing stays what it is"),
        tuple(columns),
        rows,
        notes=(rounding_note(tr),),
        row_id=lambda row: row.id,
        total_label=tr("Total"),
    )


def _nth(attribute: str, place: int) -> Callable[[Any], Any]:
    return lambda row: getattr(row, attribute)[place]


@dataclass(frozen=True)
class RulesRow:
    """A scenario with its rules, in words."""

    id: str
    letter: str
    name: str
    rules: str
    given: Cents
    left: Cents
    share: Fraction | None


def rules_table(comparison: Comparison, tr: Translator) -> Table:
    """Each scenario with its rules, what it gives and leaves; under it what some of them go against."""
    rows = tuple(_rules_row(result, tr) for result in comparison.results)
    columns = (
        field_column("letter", tr("Scenario"), width_mm=18),
        field_column("name", tr("Name"), Kind.NOTE, width_mm=78),
        field_column("rules", tr("Rules"), Kind.NOTE, width_mm=100),
        field_column("given", tr("Given"), Kind.MONEY, width_mm=30),
        field_column("left", tr("Left"), Kind.MONEY, width_mm=26),
        field_column("share", tr("Co-financing"), Kind.PERCENT, width_mm=27),
    )
    return Table(
        "scenarios.rules",
        tr("Rules of the scenarios"),
        columns,
        rows,
        notes=(*_break_notes(comparison.results, tr), *sample_notes(comparison.results, tr)),
        row_id=lambda row: row.id,
    )


def _break_notes(results: Sequence[ScenarioResult], tr: Translator) -> list[str]:
    """What is gone against, each thing once, with the scenarios that do: «A, B: above what was asked for, no. 1, 2»."""
    letters: dict[str, list[str]] = {}
    for result in results:
        for text in _breaks_in_short(result, tr):
            letters.setdefault(text, []).append(result.letter)
    return [tr("{letters}: {text}.").format(letters=", ".join(found), text=text) for text, found in letters.items()]


def _rules_row(result: ScenarioResult, tr: Translator) -> RulesRow:
    if result.split is None:
        told = tr("It does not add up yet.")
        return RulesRow(result.scenario_id, result.letter, result.name, told, Cents(0), Cents(0), None)
    kept = result.left + result.on_areas
    name = result.name
    if result.adopted:
        name = tr("{name} (adopted by decision no. {number})").format(name=name, number=result.adopted)
    return RulesRow(
        id=result.scenario_id,
        letter=result.letter,
        name=name,
        rules=rules_text(result.split, tr),
        given=Cents(result.total - kept),
        left=Cents(kept),
        share=result.share_after,
    )


def _breaks_in_short(result: ScenarioResult, tr: Translator) -> list[str]:
    """What a scenario goes against, each thing once, with the numbers of the projects."""
    words = {
        BreakKind.OVER_REQUEST: tr("above what was asked for: no. {numbers}"),
        BreakKind.OVER_GRANT: tr("above what the call allows: no. {numbers}"),
        BreakKind.OVER_SHARE: tr("a larger part of the cost than the call pays: no. {numbers}"),
        BreakKind.COFINANCING: tr("less co-financing than the call wants: no. {numbers}"),
    }
    told = [tr("does not fit what is on the sources")] if result.problems else []
    for kind, text in words.items():
        numbers = [str(row.number) for row in result.projects if any(found.kind is kind for found in row.breaks)]
        if numbers:
            told.append(text.format(numbers=", ".join(numbers)))
    return told


def scenarios_document(store: Store, pot_id: str, tr: Translator) -> Document:
    """A sum with its scenarios on one sheet for the room; the proof of each follows, from the next sheet on.

    Raises:
        NotFound: "record.gone".
    """
    comparison = compare_scenarios(store, pot_id)
    pot = comparison.pot
    sources = ", ".join(line.name for line in pot.sources if line.taken) or tr("all that are due")
    told = [
        tr("{name}, {amount}. Sources: {sources}.").format(
            name=pot.name, amount=format_euro(pot.total or 0), sources=sources
        )
    ]
    if pot.decision:
        told.append(tr("Shared by decision no. {number}").format(number=pot.decision) + ".")
    parts: list[Part] = [Paragraph(" ".join(told), strong=True)]
    if pot.note:
        parts.append(Paragraph(pot.note))
    tables = comparison_tables(comparison, tr)
    parts += _picture(comparison.results, tr)
    parts += tables or [Paragraph(tr("There is no scenario yet."))]
    for result in comparison.results:
        parts += _proof_parts(result, tr)
    title = tr("Scenarios of a sum to be shared")
    slug = f"scenari-{pot_id[-8:]}"
    return framed(store, tr, "SCENARI", title, tuple(parts), slug=slug, landscape=True)


BARS_MAX = 40
"""Most bars of a picture; of more parts the table alone tells."""


def _picture(results: Sequence[ScenarioResult], tr: Translator) -> list[Part]:
    """What each project gets in each scenario, as bars; none where there are too many."""
    projects = {row.id: row for result in results for row in result.projects}
    bars = tuple(
        ChartBar(f"{project_text(row)} · {result.letter}", amount, format_euro(amount))
        for row in sorted(projects.values(), key=lambda row: row.number)
        for result in results
        if result.projects
        for amount in (result.amount_of(row.id),)
    )
    return [BarsChart(tr("What each project gets in each scenario"), bars)] if 0 < len(bars) <= BARS_MAX else []


def _proof_parts(result: ScenarioResult, tr: Translator) -> list[Part]:
    """A scenario from a new sheet on: its figures, the steps of its formula, the proof of every cent."""
    if not result.views:
        return []
    head = Heading(tr("Scenario {letter}: {name}").format(letter=result.letter, name=result.name), 2)
    proofs = [
        replace(allocation_proof_table(view, tr), title=_view_title(view.parent, view.by_project, tr))
        for view in result.views
    ]
    return [PageBreak(), head, projects_table(result, tr), *formula_tables(result, tr), *proofs]


def _view_title(parent: str, by_project: bool, tr: Translator) -> str:
    if parent:
        return tr("Inside the area {area}").format(area=parent)
    return tr("Among the projects") if by_project else tr("Among the areas")
