"""T05, the ranking by area, full and published; the declarations of interests; what would change a ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from app.models.enums import AwardManner, ConflictKind, RankingState, RoundingRule
from app.models.errors import NotFound
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.evaluation.award_decisions import next_awards
from app.services.evaluation.declarations import InterestsRow, interests_rows
from app.services.evaluation.grid import POINT, Grid
from app.services.evaluation.ranking_drafts import GroupView, PlaceRow, RankingView
from app.services.evaluation.ranking_words import draw_rule, settled_text, tie_text, why
from app.services.evaluation.rankings import ranking_rows, ranking_view
from app.services.evaluation.stability import Effect, Shift, VariationKind, stability
from app.services.ports import SILENT, Progress
from app.services.reports.frame import framed
from app.services.reports.lists import joined
from app.services.reports.notes import sample_notes
from app.services.reports.spec import (
    Audience,
    BarsChart,
    ChartBar,
    Column,
    Document,
    Heading,
    Kind,
    Line,
    Paragraph,
    Part,
    Role,
    Table,
)
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.points import format_points
from app.services.wording.texts import N_, Translator

RANKING = "T05"
PUBLISHED = "T05-PUBBLICA"
DECLARATIONS = "DICHIARAZIONI"
STABILITY = "STABILITA"

ROUNDINGS = {
    RoundingRule.NONE: N_("Points are not rounded."),
    RoundingRule.HALF_UP: N_("Points are rounded once, to {digits} decimals, half up."),
    RoundingRule.HALF_EVEN: N_("Points are rounded once, to {digits} decimals, half to the even digit."),
    RoundingRule.DOWN: N_("Points are cut off once, to {digits} decimals."),
}
"""How points are rounded, as it stands under the table."""


# --- T05 -----------------------------------------------------------------------------------


def ranking_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each ranking."""
    text = tr("{call}: ranking no. {number}")
    return tuple((row.id, text.format(call=row.call, number=row.number)) for row in ranking_rows(store))


def chosen_ranking(store: Store, item: str | None) -> str | None:
    """The ranking that is asked for; else the newest that is adopted, or the newest."""
    rows = ranking_rows(store)
    if item is not None:
        if item not in {row.id for row in rows}:
            raise NotFound("record.gone")
        return item
    adopted = [row for row in rows if row.state is RankingState.ADOPTED]
    return next((row.id for row in (*adopted, *rows)), None)


def ranking_document(store: Store, item: str | None, tr: Translator, audience: Audience = Audience.FULL) -> Document:
    """A ranking by area: in full with the arithmetic of each place, or as it is published.

    Args:
        item: key of the ranking; None for the one that holds.

    Raises:
        NotFound: "record.gone".
    """
    code = RANKING if audience is Audience.FULL else PUBLISHED
    key = chosen_ranking(store, item)
    title = tr("Ranking by priority area")
    if key is None:
        empty = ranking_table(None, tr, audience)
        return framed(store, tr, code, title, (empty,), slug=code.lower(), audience=audience, landscape=True)
    view = ranking_view(store, key)
    if audience is Audience.PUBLISHED:
        view = replace(view, late=())
    if not view.draft.by_area:
        title = tr("Overall ranking")
    title = tr("{title}: {call}").format(title=title, call=view.draft.call)
    parts = (*_head(view, tr), ranking_table(view, tr, audience), *_reasons(view, tr, audience))
    slug = f"{code.lower()}-{key[-8:]}"
    return framed(store, tr, code, title, parts, slug=slug, audience=audience, landscape=True)


def _head(view: RankingView, tr: Translator) -> Iterator[Part]:
    draft = view.draft
    assert draft.day is not None
    text = tr("Ranking no. {number} of {day}.").format(number=draft.number, day=format_date(draft.day))
    yield Paragraph(text)
    if draft.state is RankingState.DRAFT:
        yield Paragraph(tr("Draft: this ranking has not been adopted yet."), strong=True)
    if view.tied:
        numbers = joined(tuple(str(number) for number in view.tied))
        yield Paragraph(tr("Ties still open: proposals no. {numbers}.").format(numbers=numbers), strong=True)
    if view.late:
        numbers = joined(tuple(str(number) for number in view.late))
        text = tr("Conflicts came to light since on proposals no. {numbers}: their points count somebody who is out.")
        yield Paragraph(text.format(numbers=numbers), strong=True)
    if draft.note:
        yield Paragraph(draft.note)


def ranking_table(view: RankingView | None, tr: Translator, audience: Audience = Audience.FULL) -> Table:
    """Places, points and money, area by area."""
    is_full = audience is Audience.FULL
    columns: tuple[Column, ...] = (
        Column("place", tr.context("ranking", "Place"), Kind.COUNT, lambda row: row.place, width_mm=15),
        Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=12),
        Column("title", tr("Project"), Kind.NOTE, lambda row: row.title, width_mm=62),
        Column("alliance", tr("Alliance"), Kind.NOTE, lambda row: row.alliance, width_mm=40),
        Column("points", tr("Points"), Kind.POINTS, lambda row: row.points, width_mm=18),
    )
    if view and not view.draft.by_area:
        columns = (*columns[:-1], Column("area", tr("Area"), Kind.TEXT, lambda row: row.area, width_mm=14), columns[-1])
    if is_full:
        columns += (
            Column("settled", tr("Tie settled by"), Kind.NOTE, lambda row: _settled(view, row, tr), width_mm=36),
        )
    columns += (
        Column("requested", tr("Asked for"), Kind.MONEY, lambda row: row.requested, width_mm=30, total=True),
        Column("amount", tr("Grant"), Kind.MONEY, lambda row: row.amount, width_mm=30, total=True),
        Column("outcome", tr("Outcome"), Kind.NOTE, lambda row: outcome_text(row, tr), width_mm=34),
    )
    rows: list[PlaceRow | Line] = []
    for group in view.groups if view else ():
        if view and view.draft.by_area:
            rows.append(Line(Role.HEADING, {"title": _group_title(view, group, tr)}))
        shown = [row for row in group.rows if is_full or row.suitable]
        rows += shown
        if view and view.draft.by_area and shown:
            rows.append(Line(Role.SUBTOTAL, _sums(view, group, shown, tr)))
    return Table(
        code=RANKING if is_full else PUBLISHED,
        title=tr("Ranking"),
        columns=columns,
        rows=tuple(rows),
        notes=tuple(_notes(view, tr, audience)) if view else (),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total") if rows else "",
    )


def _sums(view: RankingView, group: GroupView, shown: Sequence[PlaceRow], tr: Translator) -> dict[str, Any]:
    """What the proposals of an area ask for and get, with the money that it had."""
    pot = next((pot for pot in view.pots if pot.area_id == group.area_id), None)
    money = format_euro(pot.money if pot is not None else Cents(0))
    return {
        "title": tr("The area has {money}").format(money=money),
        "requested": Cents(sum(row.requested for row in shown)),
        "amount": Cents(sum(row.amount for row in shown)),
    }


def _settled(view: RankingView | None, row: PlaceRow, tr: Translator) -> str:
    return "" if view is None else settled_text(view, row, tr)


def _group_title(view: RankingView, group: GroupView, tr: Translator) -> str:
    return group.area or tr("Without an area")


def outcome_text(row: PlaceRow, tr: Translator) -> str:
    """What becomes of a proposal by its place."""
    if not row.suitable:
        return tr("Not suitable")
    if row.due == 0:
        return tr("Suitable")
    return {
        "full": tr("Funded in full"),
        "part": tr("Funded in part"),
        "none": tr("Suitable, not funded"),
    }[row.kind.value]


def _notes(view: RankingView, tr: Translator, audience: Audience) -> Iterator[str]:
    grid = view.inputs.grid
    yield tr(ROUNDINGS[grid.rounding]).format(digits=grid.digits)
    yield from _thresholds(grid, tr)
    if view.inputs.ties:
        steps = "; ".join(tie_text(step, tr) for step in view.inputs.ties)
        yield tr("Equal points are settled by, in this order: {steps}.").format(steps=steps)
    if draw_rule(view, tr):
        yield draw_rule(view, tr)
    yield _award_note(view, tr)
    if any(row.kind.value == "part" for row in view.rows) and view.draft.manner is AwardManner.PART:
        yield from _days_to_accept(view, tr)
    if audience is Audience.PUBLISHED:
        out = sum(not row.suitable for row in view.rows)
        if out:
            yield tr.plural(
                "{n} proposal is not suitable and is not named here.",
                "{n} proposals are not suitable and are not named here.",
                out,
            ).format(n=out)
    yield from sample_notes((view,), tr)


def _days_to_accept(view: RankingView, tr: Translator) -> Iterator[str]:
    days = view.draft.accept_days
    if days:
        yield tr.plural(
            "Who is funded in part has {n} day to accept, counted from the meeting that gives the money.",
            "Who is funded in part has {n} days to accept, counted from the meeting that gives the money.",
            days,
        ).format(n=days)


def _thresholds(grid: Grid, tr: Translator) -> Iterator[str]:
    bars = [
        f"{node.code} {format_points(Fraction(node.threshold, POINT))}"
        for node in grid.nodes
        if node.threshold is not None
    ]
    if grid.threshold is not None:
        bars.insert(0, tr("total {points}").format(points=format_points(Fraction(grid.threshold, POINT))))
    if bars:
        yield tr("Thresholds: {bars}.").format(bars=", ".join(bars))


def _award_note(view: RankingView, tr: Translator) -> str:
    rule = label(view.draft.manner, tr)
    if view.draft.manner is AwardManner.RESCALED:
        rule = f"{rule} ({label(view.draft.rescale, tr)})"
    text = tr("Grants within what stands on each area, in the order of the ranking: {rule}.")
    return text.format(rule=rule[0].lower() + rule[1:])


def _reasons(view: RankingView, tr: Translator, audience: Audience) -> Iterator[Part]:
    """The arithmetic of each place, for who may read it."""
    if audience is Audience.PUBLISHED:
        return
    yield Heading(tr("Why each stands where it stands"), 1)
    for row in view.rows:
        yield Heading(tr("No. {number} – {title}").format(number=row.number, title=row.title), 2)
        yield Paragraph(" ".join(why(view, row.id, tr)))


# --- declarations --------------------------------------------------------------------------


def declared_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and title of each call that has proposals."""
    return tuple(dict.fromkeys((row.call_id, row.call) for row in interests_rows(store)))


def declared_text(row: InterestsRow, tr: Translator) -> str:
    """What a member declared, in words."""
    if row.day is None:
        return tr("not declared yet")
    if not row.conflicts:
        return tr("no conflict of interest")
    told = {
        ConflictKind.ABSTENTION: tr("abstains on no. {number}: {ground}"),
        ConflictKind.INCOMPATIBLE: tr("incompatible on no. {number}: {ground}"),
    }
    return "; ".join(told[kind].format(number=number, ground=ground) for number, kind, ground in row.conflicts)


def declared_briefly(row: InterestsRow, tr: Translator) -> str:
    """The same without the grounds: «si astiene: n. 12, 27»."""
    if row.day is None or not row.conflicts:
        return declared_text(row, tr)
    told = {
        ConflictKind.ABSTENTION: tr("abstains: no. {numbers}"),
        ConflictKind.INCOMPATIBLE: tr("incompatible: no. {numbers}"),
    }
    by_kind = {kind: [str(number) for number, found, _ground in row.conflicts if found is kind] for kind in told}
    return "; ".join(told[kind].format(numbers=joined(numbers)) for kind, numbers in by_kind.items() if numbers)


def declarations_table(rows: Sequence[InterestsRow], tr: Translator) -> Table:
    """Who declared what, once it was known who applied."""
    return Table(
        code=DECLARATIONS,
        title=tr("Declarations of interests"),
        columns=(
            Column("member", tr("Member"), Kind.NOTE, lambda row: row.member, width_mm=46),
            Column("role", tr("Role"), Kind.STATE, lambda row: row.role, width_mm=28),
            Column("day", tr("Day"), Kind.DATE, lambda row: row.day, width_mm=22),
            Column("declared", tr("Declaration"), Kind.NOTE, lambda row: declared_text(row, tr), width_mm=90),
            Column("note", tr("Note"), Kind.NOTE, lambda row: row.note, width_mm=46),
            Column("call", tr("Call"), Kind.NOTE, lambda row: row.call, width_mm=40),
        ),
        rows=tuple(rows),
        notes=(
            tr("Who abstains or is incompatible gives no points, does not vote and is not counted on that proposal."),
            *sample_notes(rows, tr),
        ),
        row_id=lambda row: row.id,
        landscape=True,
    )


def declarations_document(store: Store, item: str | None, tr: Translator) -> Document:
    """The declarations of one call, or of all.

    Raises:
        NotFound: "record.gone".
    """
    rows = interests_rows(store, item)
    if item is not None and not rows:
        raise NotFound("record.gone")
    table = declarations_table(rows, tr)
    slug = DECLARATIONS.lower() if item is None else f"{DECLARATIONS.lower()}-{item[-8:]}"
    return framed(store, tr, DECLARATIONS, table.title, (table,), slug=slug, landscape=True)


# --- stability -----------------------------------------------------------------------------


@dataclass(frozen=True)
class EffectRow:
    """What a variation changes, in words.

    Attributes:
        short: the variation in few words, for a picture.
        moved: proposals that change place; `funding`: those that are given other money.
        shifts: who moves, from where to where.
    """

    id: str
    kind: VariationKind
    variation: str
    short: str
    moved: int
    funding: int
    shifts: str


def effect_rows(view: RankingView, effects: Sequence[Effect], tr: Translator) -> tuple[EffectRow, ...]:
    """Each variation as it is told."""
    numbers = {row.id: row.number for row in view.rows}
    return tuple(
        EffectRow(
            id=f"{effect.variation.kind}:{effect.variation.subject}:{effect.variation.percent}:{effect.variation.digits}",
            kind=effect.variation.kind,
            variation=_variation_text(view, effect, tr),
            short=_short_text(view, effect, tr),
            moved=effect.moved,
            funding=effect.funding,
            shifts="; ".join(_shift_text(shift, numbers, tr) for shift in effect.shifts),
        )
        for effect in effects
    )


def _variation_text(view: RankingView, effect: Effect, tr: Translator) -> str:
    variation = effect.variation
    if variation.kind is VariationKind.WEIGHT:
        node = view.inputs.grid.by_key[variation.subject]
        sign = "+" if variation.percent > 0 else "\u2212"
        text = tr("weight of {code} «{name}» {sign}{percent} %")
        return text.format(code=node.code, name=node.name, sign=sign, percent=abs(variation.percent))
    if variation.kind is VariationKind.ABSENCE:
        return tr("without {name}").format(name=dict(view.members).get(variation.subject, "?"))
    if variation.subject == RoundingRule.NONE.value:
        return tr("points not rounded")
    rule = label(RoundingRule(variation.subject), tr)
    text = tr.plural("rounding: {rule}, {digits} decimal", "rounding: {rule}, {digits} decimals", variation.digits)
    return text.format(rule=rule[0].lower() + rule[1:], digits=variation.digits)


def _short_text(view: RankingView, effect: Effect, tr: Translator) -> str:
    """«A −10 %»: the code of the criterion alone; else as it is told."""
    variation = effect.variation
    if variation.kind is not VariationKind.WEIGHT:
        return _variation_text(view, effect, tr)
    sign = "+" if variation.percent > 0 else "\u2212"
    return f"{view.inputs.grid.by_key[variation.subject].code} {sign}{abs(variation.percent)}\u00a0%"


def _shift_text(shift: Shift, numbers: Mapping[str, int], tr: Translator) -> str:
    """«n. 3 da 2 a 1»; what only gets other money says so."""
    number = numbers[shift.key]
    if shift.before == shift.after:
        return tr("no. {number}: other money").format(number=number)
    out = tr("not suitable")
    before, after = (str(place) if place else out for place in (shift.before, shift.after))
    return tr("no. {number} from {before} to {after}").format(number=number, before=before, after=after)


def stability_table(view: RankingView, effects: Sequence[Effect], tr: Translator) -> Table:
    """What each variation changes."""
    rows = effect_rows(view, effects, tr)
    firm = sum(not row.moved and not row.funding for row in rows)
    return Table(
        code=STABILITY,
        title=tr("Stability of the ranking"),
        columns=(
            Column("variation", tr("What if"), Kind.NOTE, lambda row: row.variation, width_mm=80),
            Column("moved", tr("Change place"), Kind.COUNT, lambda row: row.moved, width_mm=24),
            Column("funding", tr("Get other money"), Kind.COUNT, lambda row: row.funding, width_mm=28),
            Column("shifts", tr("Who"), Kind.NOTE, lambda row: row.shifts or tr("nobody"), width_mm=110),
        ),
        rows=rows,
        notes=(
            tr("{firm} of {count} variations change nothing.").format(firm=firm, count=len(rows)),
            tr("For the committee alone: it says how firm each place is, and changes nothing of the ranking."),
        ),
        row_id=lambda row: row.id,
        landscape=True,
    )


def stability_picture(view: RankingView, effects: Sequence[Effect], tr: Translator) -> BarsChart:
    """How many proposals each variation moves, as bars; those that change nothing are left out."""
    bars = tuple(
        ChartBar(row.short, row.moved, tr.plural("{n} proposal", "{n} proposals", row.moved).format(n=row.moved))
        for row in effect_rows(view, effects, tr)
        if row.moved
    )
    return BarsChart(tr("How many proposals change place"), bars)


def stability_document(store: Store, item: str | None, tr: Translator, progress: Progress = SILENT) -> Document:
    """What would change a ranking; for the committee's eyes.

    Raises:
        NotFound: "record.gone".
    """
    key = chosen_ranking(store, item)
    if key is None:
        raise NotFound("record.gone")
    view = ranking_view(store, key)
    effects = stability(view.inputs, progress=progress)
    table, picture = stability_table(view, effects, tr), stability_picture(view, effects, tr)
    parts: tuple[Part, ...] = (*_head(view, tr), *((picture,) if picture.bars else ()), table)
    slug = f"{STABILITY.lower()}-{key[-8:]}"
    return framed(store, tr, STABILITY, table.title, parts, slug=slug, landscape=True)


# --- who is next ---------------------------------------------------------------------------


def next_table(store: Store, ranking_id: str, tr: Translator) -> Table:
    """Who gets what now along an adopted ranking, by the money that stands on the areas.

    Raises:
        RuleBroken: "ranking.not_adopted".
        NotFound: "record.gone".
    """
    return Table(
        code="SCORRIMENTO",
        title=tr("Who gets what now, along the ranking"),
        columns=(
            Column("area", tr("Area"), Kind.TEXT, lambda row: row.area, width_mm=18),
            Column("place", tr.context("ranking", "Place"), Kind.COUNT, lambda row: row.place, width_mm=16),
            Column("number", tr("No."), Kind.COUNT, lambda row: row.number, width_mm=14),
            Column("title", tr("Project"), Kind.NOTE, lambda row: row.title, width_mm=80),
            Column("given", tr("Has already"), Kind.MONEY, lambda row: row.given, width_mm=34, total=True),
            Column("due", tr("Still due"), Kind.MONEY, lambda row: row.due, width_mm=34, total=True),
            Column("amount", tr("Gets now"), Kind.MONEY, lambda row: row.amount, width_mm=34, total=True),
        ),
        rows=next_awards(store, ranking_id),
        notes=(tr("Who renounced, was revoked or has begun is passed over. A decision of a meeting gives the money."),),
        row_id=lambda row: row.proposal_id,
        landscape=True,
        total_label=tr("Total"),
    )
