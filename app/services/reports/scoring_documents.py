"""Papers of scoring: the sheet of one proposal with its points (T06), and blank sheets to be filled in by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from app.models.enums import CriterionEffect, CriterionKind, MeanRule, ProposalState, RoundingRule, ScoringManner
from app.models.errors import NotFound
from app.models.store import Store
from app.services.evaluation.grid import CriterionNode, Grid, ProposalPoints, Sheet, sheet_total
from app.services.evaluation.grids import grid_rows
from app.services.evaluation.scores import grid_of
from app.services.evaluation.sheet_reading import allowed_text
from app.services.evaluation.spread import ProposalScores, proposal_scores
from app.services.proposals.lists import ProposalRow, proposal_rows
from app.services.reports import spec
from app.services.reports.frame import framed, read_frame
from app.services.reports.notes import sample_notes
from app.services.reports.scoring_lists import asked_text, points_text
from app.services.reports.spec import (
    Audience,
    Column,
    Document,
    Facts,
    Heading,
    Items,
    Kind,
    Line,
    Paragraph,
    Part,
    Role,
    Signatures,
    Table,
)
from app.services.wording.formats import format_number
from app.services.wording.labels import label
from app.services.wording.points import POINT, format_points, read
from app.services.wording.texts import Translator

CODE = "T06"
PUBLISHED = "T06-PUBBLICA"
BLANK = "SCHEDA-PUNTEGGIO"
MEMBERS_UPRIGHT = 3
"""Most columns of members on an upright page."""


def scored_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each proposal of a call that has a grid."""
    graded = {row.call_id for row in grid_rows(store)}
    return tuple((row.id, f"{row.number}. {row.title}") for row in proposal_rows(store) if row.call_id in graded)


def published_document(store: Store, proposal_id: str, tr: Translator) -> Document:
    """The evaluation of a proposal as it is published.

    Raises:
        NotFound: as `scores_document`.
    """
    return scores_document(store, proposal_id, tr, Audience.PUBLISHED)


@dataclass(frozen=True)
class _Line:
    """A criterion on the sheet: what each member gave, and what it comes to."""

    node: CriterionNode
    given: tuple[Fraction | str | None, ...]
    points: Fraction | None


def scores_document(store: Store, proposal_id: str, tr: Translator, audience: Audience = Audience.FULL) -> Document:
    """The evaluation of a proposal: points by criterion and member, reasons, mean, median.

    The published one has no names and no single points of members.

    Raises:
        NotFound: "record.gone"; also where its call has no grid.
    """
    found = proposal_scores(store, proposal_id)
    row = next((row for row in proposal_rows(store) if row.id == proposal_id), None)
    if found is None or row is None:
        raise NotFound("record.gone")
    parts = tuple(_Evaluation(found, row, tr, audience).parts())
    title = tr("Evaluation of proposal no. {number} – {title}").format(number=found.number, title=found.title)
    wide = audience is Audience.FULL and len(found.members) > MEMBERS_UPRIGHT
    code = PUBLISHED if audience is Audience.PUBLISHED else CODE
    document = framed(store, tr, code, title, parts, slug=f"t06-{found.number}", audience=audience, landscape=wide)
    if found.points is None:  # what is shown depends on who reads: nothing that a mark could vouch for
        return document
    return replace(document, origin=read_frame(store).origin(proposal_id))


class _Evaluation:
    """Writes the parts of the sheet."""

    def __init__(self, found: ProposalScores, row: ProposalRow, tr: Translator, audience: Audience) -> None:
        self.found, self.row, self.tr, self.audience = found, row, tr, audience
        self.is_collegial = found.grid.manner is ScoringManner.COLLEGIAL
        self.names = () if audience is Audience.PUBLISHED or self.is_collegial else found.members

    def parts(self) -> Iterator[Part]:
        """The sheet, in order."""
        tr, found = self.tr, self.found
        yield self._head()
        if found.points is None and self.row.state is ProposalState.NOT_ADMISSIBLE:
            yield Paragraph(tr("The proposal was not admitted to evaluation: it has no points."), strong=True)
            return
        if found.points is None:
            said = tr("No points to be shown yet: no sheet was handed over, or the sheets are not open.")
            yield Paragraph(said, strong=True)
            yield from self._about_members()
            return
        yield self._table(found.points)
        yield self._figures(found.points)
        yield from self._thresholds(found.points)
        yield from self._reasons()
        yield from self._about_members()
        notes = sample_notes((self.row,), tr)
        if notes:
            yield Paragraph(" ".join(notes))

    def _head(self) -> Facts:
        tr = self.tr
        pairs = (
            (tr("Local alliance"), self.row.alliance),
            (tr("Lead body"), self.row.lead),
            (tr("State"), label(self.row.state, tr)),
            (tr("Grid"), self.found.grid_name),
            (tr("Manner"), label(self.found.grid.manner, tr)),
        )
        return Facts(tuple(pair for pair in pairs if pair[1]))

    def _table(self, points: ProposalPoints) -> Table:
        tr, grid = self.tr, self.found.grid
        shown = 16 if len(self.names) > MEMBERS_UPRIGHT else 22
        members = tuple(
            Column(f"member_{n}", name, Kind.POINTS, _given(n), width_mm=shown) for n, name in enumerate(self.names)
        )
        title = tr("Points") if self.is_collegial else tr("Mean")
        columns = (
            Column("code", tr("Code"), Kind.TEXT, lambda line: line.node.code, width_mm=14),
            Column("name", tr("Criterion"), Kind.NOTE, lambda line: _name(line.node, tr), width_mm=70),
            Column("max", tr("Range"), Kind.TEXT, lambda line: _range(line.node), width_mm=22),
            *members,
            Column("points", title, Kind.POINTS, lambda line: line.points, width_mm=20),
        )
        rows = tuple(self._line(node, points) for node in grid.nodes)
        total = {"name": tr("Total"), "max": points_text(grid.total_max), "points": points.total}
        total |= {f"member_{n}": each for n, each in enumerate(points.totals) if n < len(self.names)}
        return Table(
            code=CODE,
            title=tr("Points by criterion"),
            columns=columns,
            rows=(*rows, Line(Role.TOTAL, total)),
            notes=tuple(_rules(grid, tr)),
            landscape=len(self.names) > MEMBERS_UPRIGHT,
        )

    def _line(self, node: CriterionNode, points: ProposalPoints) -> _Line | Line:
        value = points.by_criterion[node.key]
        if node.kind is CriterionKind.GROUP:
            totals = [sheet_total(self.found.grid, sheet).by_criterion[node.key] for sheet in self.found.sheets]
            cells = {"code": node.code, "name": node.name, "max": _range(node), "points": value}
            cells |= {f"member_{n}": each for n, each in enumerate(totals) if n < len(self.names)}
            return Line(Role.SUBTOTAL, cells)
        given = tuple(self._given(node, sheet) for sheet in self.found.sheets)
        return _Line(node, given[: len(self.names)], value)

    def _given(self, node: CriterionNode, sheet: Sheet) -> Fraction | str | None:
        given = sheet.scores.get(node.key)
        if given is None:
            return None
        return "\u2013" if given.gate_closed else read(given.points)

    def _figures(self, points: ProposalPoints) -> Facts:
        tr, grid = self.tr, self.found.grid
        pairs = [(tr("Points of the proposal"), _of(points.total, grid))]
        if points.total != points.exact:
            pairs.append((tr("before rounding"), f"{points.exact.numerator}/{points.exact.denominator}"))
        if not self.is_collegial:
            pairs += [
                (tr("Mean of the sheets"), _shown(points.mean, grid)),
                (tr("Median of the sheets"), _shown(points.median, grid)),
                (tr("From the lowest to the highest"), _shown(points.spread, grid)),
            ]
        return Facts(tuple(pairs))

    def _thresholds(self, points: ProposalPoints) -> Iterator[Part]:
        tr, grid = self.tr, self.found.grid
        held = grid.threshold is not None or any(node.threshold is not None for node in grid.nodes)
        if not held:
            return
        if points.suitable:
            yield Paragraph(tr("Every threshold of the call is reached."), strong=True)
            return
        yield Paragraph(tr("These thresholds are not reached:"), strong=True)
        sentence = tr("{what}: {found}, and {wanted} are asked for")
        yield Items(
            tuple(
                sentence.format(
                    what=f"{why.code} {why.name}" if why.key else tr("Total"),
                    found=format_points(why.found),
                    wanted=format_points(why.wanted),
                )
                for why in points.why
            )
        )

    def _reasons(self) -> Iterator[Part]:
        if self.audience is Audience.PUBLISHED and not self.is_collegial:
            return
        rows = []
        for node in self.found.grid.leaves:
            for n, sheet in enumerate(self.found.sheets):
                given = sheet.scores.get(node.key)
                if given is not None and given.reason:
                    name = self.names[n] if self.names else ""
                    rows.append((f"{node.code} {node.name}", name, given.reason))
        if not rows:
            return
        tr = self.tr
        named = (Column("member", tr("Member"), Kind.TEXT, lambda row: row[1], width_mm=36),) if self.names else ()
        yield Table(
            code="T06.reasons",
            title=tr("Reasons"),
            columns=(
                Column("criterion", tr("Criterion"), Kind.NOTE, lambda row: row[0], width_mm=52),
                *named,
                Column("reason", tr("Reason"), Kind.NOTE, lambda row: row[2], width_mm=92),
            ),
            rows=tuple(rows),
        )

    def _about_members(self) -> Iterator[Part]:
        tr, found = self.tr, self.found
        if self.audience is Audience.PUBLISHED:
            return
        lines = []
        if found.barred:
            lines.append(tr("Did not score, being in conflict: {names}.").format(names=", ".join(found.barred)))
        instead = tr("{alternate}, an alternate, scores in the place of {name}, who is incompatible.")
        lines += [instead.format(alternate=alternate, name=name) for name, alternate in found.stand_ins]
        if found.waiting:
            lines.append(tr("Sheets still to come: {names}.").format(names=", ".join(found.waiting)))
        sentence = tr("Sheet of {name} set aside: {reason}")
        collegial = tr("the committee")
        lines += [sentence.format(name=name or collegial, reason=reason) for name, reason in found.aside]
        if lines:
            yield Paragraph(tr("Who scored, and who did not:"), strong=True)
            yield Items(tuple(lines))


def _given(n: int) -> Callable[[_Line], Fraction | str | None]:
    return lambda line: line.given[n]


def _name(node: CriterionNode, tr: Translator) -> str:
    """Name of a criterion; of a bonus or a penalty, that it is one."""
    return node.name if node.effect is CriterionEffect.COUNTS else f"{node.name} ({label(node.effect, tr)})"


def _range(node: CriterionNode) -> str:
    text = f"{points_text(node.points_min)}\u2013{points_text(node.points_max)}"
    return text if node.weight == POINT else f"{text} \u00d7 {points_text(node.weight)}"


def _of(points: Fraction, grid: Grid) -> str:
    return f"{_shown(points, grid)} / {points_text(grid.total_max)}"


def _shown(points: Fraction, grid: Grid) -> str:
    """Points as the table shows them, with more decimals where the grid keeps more."""
    return format_number(points, max(2, grid.digits))


def _rules(grid: Grid, tr: Translator) -> Iterator[str]:
    """How the points are reckoned, under the table."""
    if grid.manner is ScoringManner.INDIVIDUAL:
        if grid.mean is MeanRule.TRIMMED:
            yield tr("Of each criterion the highest and the lowest points are left out, from three sheets up.")
        else:
            yield tr("The points of a criterion are the mean of all sheets.")
    if grid.rounding is not RoundingRule.NONE:
        place, rule = label(grid.rounding_place, tr), label(grid.rounding, tr)
        sentence = tr("Rounded once: {place}, {rule}, to {digits} decimals.")
        yield sentence.format(place=place, rule=rule, digits=grid.digits)
    if any(node.effect is not CriterionEffect.COUNTS for node in grid.nodes):
        yield tr("Bonus and penalties lie outside the largest total.")


# --- blank sheets ------------------------------------------------------------------------


def blank_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each call that has a grid."""
    return tuple((row.call_id, row.name) for row in grid_rows(store))


def blank_document(store: Store, call_id: str, tr: Translator) -> Document:
    """A blank sheet to be filled in by hand, for one member and one proposal of a call.

    Raises:
        NotFound: "record.gone" when the call has no grid.
    """
    row = next((row for row in grid_rows(store) if row.call_id == call_id), None)
    with store.read() as session:
        grid = grid_of(session, call_id)
    if row is None or grid is None:
        raise NotFound("record.gone")
    return framed(store, tr, BLANK, tr("Score sheet"), tuple(_blank_parts(row.call, grid, tr)), slug="scheda-punteggio")


def blank_job(store: Store, call_id: str, tr: Translator) -> Document:
    """A blank sheet for every proposal of a call that is scored now, one after the other.

    Raises:
        NotFound: "record.gone" when the call has no grid.
    """
    row = next((row for row in grid_rows(store) if row.call_id == call_id), None)
    with store.read() as session:
        grid = grid_of(session, call_id)
    if row is None or grid is None:
        raise NotFound("record.gone")
    parts: list[Part] = []
    scored = (ProposalState.ADMISSIBLE, ProposalState.EVALUATED)
    for proposal in proposal_rows(store):
        if proposal.call_id == call_id and proposal.state in scored:
            if parts:
                parts.append(spec.PageBreak())
            parts += _blank_parts(row.call, grid, tr, f"{proposal.number}. {proposal.title}")
    return framed(store, tr, BLANK, tr("Score sheets"), tuple(parts), slug="schede-punteggio")


def _blank_parts(call: str, grid: Grid, tr: Translator, proposal: str = "") -> Iterator[Part]:
    if proposal:
        yield Heading(proposal, 1)
    yield Facts(((tr("Call"), call),))
    yield spec.Blank(tr("Proposal"), filled=proposal)
    if grid.manner is ScoringManner.INDIVIDUAL:
        yield spec.Blank(tr("Member"))
    for group, leaves in _groups(grid):
        if group:
            yield Heading(group, 2 if proposal else 1)
        rows = tuple((leaf.code, asked_text(leaf, tr), allowed_text(leaf), "", "") for leaf in leaves)
        yield spec.Grid(
            title=group,
            columns=(
                (tr("Code"), 12),
                (tr("Criterion"), 76),
                (tr("Points allowed"), 26),
                (tr("Points"), 18),
                (tr("Reason"), 38),
            ),
            rows=0,
            lines=2,
            filled=rows,
        )
    if grid.threshold is not None:
        yield Paragraph(tr("Threshold of the total: {points}.").format(points=points_text(grid.threshold)))
    yield spec.Blank(tr("Total of {most}").format(most=points_text(grid.total_max)))
    yield Signatures(((tr("Day and signature"), ""),))


def _groups(grid: Grid) -> Iterator[tuple[str, tuple[CriterionNode, ...]]]:
    """Criteria under the group that they stand below, in the order of the paper."""
    loose: list[CriterionNode] = []
    for root in grid.criteria:
        if root.kind is CriterionKind.GROUP:
            leaves = tuple(node for node in root.nodes() if node.kind is not CriterionKind.GROUP)
            yield f"{root.code} {root.name} ({points_text(root.points_max)})", leaves
        else:
            loose.append(root)
    if loose:
        yield "", tuple(loose)
