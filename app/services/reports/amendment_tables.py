"""Cuts and amendments on paper and on the screen: what each project gets, T07 item by item, what the rule asks for."""

from __future__ import annotations

from dataclasses import replace

from app.models.enums import BudgetSection, LimitBase, RescaleRule
from app.models.errors import NotFound
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.calls.rules_drafts import category_name
from app.services.reports.allocation_tables import exact_text
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.notes import rounding_note, sample_notes
from app.services.reports.spec import Column, Document, Facts, Heading, Kind, Paragraph, Part, Table
from app.services.spending.amendment_drafts import AmendmentComparison, ComparedItem
from app.services.spending.amendment_life import state_after
from app.services.spending.amendments import amendment_comparison, amendment_rows, load_amendment
from app.services.spending.counting import ItemKey, Measure
from app.services.spending.cutting import CutLine
from app.services.spending.rescalings import RescalingResult, load_rescaling, rescaling_result, rescaling_rows
from app.services.wording.formats import format_date, format_percent
from app.services.wording.labels import label
from app.services.wording.texts import Translator

# --- cuts --------------------------------------------------------------------------------


def cut_table(result: RescalingResult, tr: Translator, *, narrow: bool = False) -> Table:
    """What each project asked for, gets and loses, exactly and in whole cents; what is not known is left out.

    Args:
        narrow: only the few columns that stand beside a form.
    """
    assert result.cut is not None
    cut = result.cut
    known = all(line.requested is not None for line in cut.lines)
    columns = [
        Column("name", tr("Project"), Kind.NOTE, lambda row: result.names.get(row.key, ""), width_mm=56),
        field_column("requested", tr("Asked for"), Kind.MONEY, width_mm=30, total=known),
        Column("exact", tr("Exact share"), Kind.TEXT, lambda row: exact_text(row.exact), width_mm=36),
        field_column("amount", tr("Gets"), Kind.MONEY, width_mm=30, total=True),
        field_column("cut", tr("Loses"), Kind.MONEY, width_mm=30, total=known),
        field_column("share", tr("Of what it asked for"), Kind.PERCENT, width_mm=24),
    ]
    if narrow:
        columns = [column for column in columns if column.key not in ("exact", "share")]
    if not any(line.requested is not None for line in cut.lines):
        columns = [column for column in columns if column.key not in ("requested", "cut", "share")]
    return Table(
        "rescaling",
        tr("What each project gets"),
        tuple(columns),
        cut.lines,
        notes=(*_cut_notes(cut.rule, cut.lines, tr), rounding_note(tr)),
        row_id=lambda row: row.key,
        landscape=True,
        total_label=tr("Total"),
    )


def _cut_notes(rule: RescaleRule, lines: tuple[CutLine, ...], tr: Translator) -> tuple[str, ...]:
    notes = [tr("Rule: {rule}.").format(rule=label(rule, tr).lower())]
    if any(line.exact.denominator != 1 for line in lines):
        notes.append(tr("Whole cents by largest remainder; equal remainders go to the project listed first."))
    if all(line.requested is None for line in lines):
        notes.append(tr("What was first asked for is not known."))
    elif any(line.requested is None for line in lines):
        notes.append(tr("Where nothing stands, what was first asked for is not known."))
    return tuple(notes)


def rescaling_document(store: Store, item: str, tr: Translator) -> Document:
    """A rescaling on paper, with its proof.

    Raises:
        NotFound: "record.gone".
        AppError: what keeps it from being computed.
    """
    draft = load_rescaling(store, item)
    row = next(row for row in rescaling_rows(store) if row.id == item)
    result = rescaling_result(store, draft)
    if result.problem is not None:
        raise result.problem
    facts = [
        (tr("Rescaling"), draft.name),
        (tr("Area"), row.area),
        (tr("Total"), format_euro(draft.total or Cents(0))),
        (tr("Rule"), label(draft.rule, tr)),
    ]
    if draft.decision:
        facts.append((tr("Decision"), draft.decision))
    table = cut_table(result, tr)
    table = replace(table, notes=(*table.notes, *sample_notes((row,), tr)))
    parts: list[Part] = [Facts(tuple(facts)), table]
    if draft.note:
        parts.insert(1, Paragraph(draft.note))
    slug = f"riparametrazione-{item[-8:]}"
    return framed(store, tr, "RIPARAMETRAZIONE", tr("Rescaling of requests"), tuple(parts), slug=slug, landscape=True)


# --- amendments --------------------------------------------------------------------------


def item_text(item: ComparedItem, tr: Translator) -> str:
    """What an item is called: its own words, else its category's."""
    return item.label or category_name(item.category, item.category_name, tr)


def comparison_table(found: AmendmentComparison, tr: Translator, *, narrow: bool = False) -> Table:
    """T07: each item in the first plan, in the one in force and in the variant, and what moved of it in all.

    Args:
        narrow: only the few columns that stand beside a form.
    """
    columns: tuple[Column, ...] = (
        Column("section", tr("Section"), Kind.TEXT, lambda row: label(row.section, tr), width_mm=28),
        Column("item", tr("Item"), Kind.NOTE, lambda row: item_text(row, tr), width_mm=56),
        field_column("first", tr("First plan approved"), Kind.MONEY, width_mm=31, total=True),
        field_column("before", tr("Plan in force"), Kind.MONEY, width_mm=31, total=True),
        field_column("after", tr("Variant"), Kind.MONEY, width_mm=31, total=True),
        field_column("difference", tr("Difference"), Kind.MONEY, width_mm=31, total=True),
        field_column("cumulated", tr("Moved in all"), Kind.PERCENT, width_mm=24),
    )
    if narrow:
        columns = (
            Column("item", tr("Item"), Kind.NOTE, lambda row: _with_section(row, tr), width_mm=40),
            *(column for column in columns if column.key in ("after", "difference", "cumulated")),
        )
    notes = [
        tr("«Moved in all»: what the item gave and received in all amendments, this one included, of the first plan."),
        rounding_note(tr),
        *sample_notes((found,), tr),
    ]
    if any(item.cumulated is None for item in found.items):
        notes.insert(1, tr("An item that the first plan has not has no percentage."))
    return Table(
        "T07",
        tr("Comparison of the amendment"),
        columns,
        found.items,
        notes=tuple(notes),
        landscape=True,
        total_label=tr("Total"),
    )


def _with_section(item: ComparedItem, tr: Translator) -> str:
    """An item with its section, where that is not the costs."""
    text = item_text(item, tr)
    return text if item.section is BudgetSection.COSTS else f"{text} ({label(item.section, tr).lower()})"


def measures_table(found: AmendmentComparison, tr: Translator, *, narrow: bool = False) -> Table:
    """Each limit of the call, how far the moves go by it, and what that asks for.

    Args:
        narrow: only the few columns that stand beside a form.
    """
    names = {(item.section, item.category, item.label.strip()): item_text(item, tr) for item in found.items}
    columns: tuple[Column, ...] = (
        Column("limit", tr("Limit"), Kind.NOTE, lambda row: _limit_text(row, tr), width_mm=66),
        Column("item", tr("Item that goes furthest"), Kind.NOTE, lambda row: _at(row, names, tr), width_mm=44),
        field_column("moved", tr("Moved"), Kind.MONEY, width_mm=28),
        field_column("whole", tr("First plan"), Kind.MONEY, width_mm=28),
        field_column("used", tr("Share"), Kind.PERCENT, width_mm=20),
        Column("asks", tr("What it asks for"), Kind.NOTE, lambda row: _asks(row, tr), width_mm=36),
    )
    if narrow:
        columns = tuple(column for column in columns if column.key in ("limit", "used", "asks"))
    return Table("amendment.limits", tr("Limits of the call"), columns, found.verdict.measures, landscape=True)


def _limit_text(row: Measure, tr: Translator) -> str:
    text = tr("{share} {base}, {span}")
    return text.format(
        share=format_percent(row.limit.share),
        base=label(row.limit.base, tr),
        span=label(row.limit.span, tr),
    )


def _at(row: Measure, names: dict[ItemKey, str], tr: Translator) -> str:
    if row.limit.base is LimitBase.TOTAL:
        return tr("whole plan")
    return "" if row.item is None else names.get(row.item, "")


def _asks(row: Measure, tr: Translator) -> str:
    return label(row.limit.duty, tr) if row.over else tr("nothing: it is within the limit")


def verdict_text(found: AmendmentComparison, tr: Translator) -> str:
    """What the rule of the call makes of an amendment, in a sentence."""
    state = label(state_after(found.verdict), tr)
    if found.verdict.silent:
        return tr("The call says nothing of such moves: the committee decides on it.")
    if found.verdict.days is None:
        return tr("By the rules of the call: {state}.").format(state=state.lower())
    return tr("By the rules of the call: {state}, within {n} days.").format(state=state.lower(), n=found.verdict.days)


def amendment_document(store: Store, item: str, tr: Translator) -> Document:
    """T07 of one amendment, on paper.

    Raises:
        NotFound: "record.gone".
    """
    draft = load_amendment(store, item)
    found = amendment_comparison(store, draft)
    if found is None or draft.day is None:
        raise NotFound("record.gone")
    facts = [
        (tr("Project"), found.project),
        (tr("Amendment no."), str(draft.number)),
        (tr("Came in on"), " · ".join(part for part in (format_date(draft.day), draft.protocol) if part)),
        (tr("State"), label(draft.state, tr)),
        (tr("Moved"), format_euro(found.moved)),
    ]
    if draft.date_settled is not None:
        facts.append((tr("Settled on"), format_date(draft.date_settled)))
    if draft.decision:
        facts.append((tr("Decision"), draft.decision))
    parts: list[Part] = [Facts(tuple(facts)), Paragraph(verdict_text(found, tr), strong=True)]
    parts.append(comparison_table(found, tr))
    if found.verdict.measures:
        parts.append(measures_table(found, tr))
    for title, text in (
        (tr("Reason"), draft.reason),
        (tr("Activities that change"), draft.activities),
        (tr("Opinion"), draft.opinion),
        (tr("Outcome"), draft.outcome),
    ):
        if text:
            parts += [Heading(title, 2), Paragraph(text)]
    slug = f"t07-{item[-8:]}"
    return framed(store, tr, "T07", tr("Comparison of the amendment"), tuple(parts), slug=slug, landscape=True)


def amendment_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of each amendment."""
    words = tr("{project}: amendment no. {n}")
    return tuple((row.id, words.format(project=row.project, n=row.number)) for row in amendment_rows(store))


def rescaling_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of each rescaling."""
    return tuple((row.id, row.name) for row in rescaling_rows(store))
