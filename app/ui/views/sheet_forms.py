"""The form of a score sheet, with what it comes to beside it: running total, what is missing, the criterion at hand."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from app.models.enums import CriterionKind, SheetStage
from app.services.evaluation import sheets
from app.services.evaluation.grid import CriterionNode, Given, Sheet, sheet_total
from app.services.evaluation.sheet_reading import SheetDraft, SheetGround, load_sheet, sheet_ground
from app.services.reports.scoring_lists import effect_text, gate_text, points_text
from app.services.reports.table_spec import Column, Kind, Table
from app.services.wording.formats import format_instant
from app.services.wording.labels import label
from app.services.wording.points import POINT, format_points, kept
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.views.grid_forms import show_document
from app.ui.views.page import RecordPage
from app.ui.views.side_form import SideForm, SidePanel


def _is_open(draft: SheetDraft) -> bool:
    return draft.stage in (SheetStage.DUE, SheetStage.OPEN)


def _locked(draft: SheetDraft) -> str:
    if draft.hidden:
        return N_("This sheet was handed over. Its points are seen when the sheets of the proposal are opened.")
    if draft.stage is SheetStage.GIVEN:
        return N_("This sheet was handed over and stays as it is.")
    if draft.stage is SheetStage.SET_ASIDE:
        return N_("This sheet was set aside: it stays on the record and does not count.")
    return ""


def _heading(draft: SheetDraft) -> str:
    return f"{draft.number}. {draft.title}"


def _subtitle(draft: SheetDraft) -> str:
    who = draft.member or _("the committee")
    said = f"{who} · {label(draft.stage, i18n.current())}"
    return said if draft.given_at is None else f"{said} {format_instant(draft.given_at)}"


def _open_scores(store: Any, key: str, values: Mapping[str, Any]) -> Any:
    return sheets.open_scores(store, key.partition(":")[0], values["reason"])


def _set_aside(store: Any, key: str, values: Mapping[str, Any]) -> Any:
    return sheets.set_sheet_aside(store, key, values["reason"])


def _evaluation(store: Any, key: str) -> Any:
    """The evaluation of the proposal, as it may be seen now."""
    from app.services.reports.scoring_documents import scores_document

    return scores_document(store, load_sheet(store, key).proposal_id, i18n.current())


SCORES = GridSpec(
    "scores",
    N_("Points"),
    (
        FieldSpec("criterion", N_("Criterion"), FieldKind.NOTE, read_only=True, width_mm=64),
        FieldSpec("allowed", N_("Points allowed"), read_only=True, width_mm=26),
        FieldSpec("points", N_("Points"), FieldKind.POINTS, width_mm=18),
        FieldSpec(
            "gate_closed",
            N_("Not met"),
            FieldKind.FLAG,
            width_mm=20,
            hint=N_("The condition of the criterion does not hold."),
        ),
        FieldSpec("reason", N_("Reason"), FieldKind.NOTE, width_mm=60),
    ),
    fixed=True,
    hint=N_("Enter goes down, Tab to the right. A comma or a point before decimals."),
    rows_shown=4,
)

SHEET_FORM = FormSpec(
    key="sheet",
    title=N_("Score sheet"),
    sections=(),
    grids=(SCORES,),
    blank=lambda _store: SheetDraft(""),
    load=load_sheet,
    save=sheets.save_sheet,
    acts=(
        Act(
            N_("Hand over"),
            "signature",
            sheets.give_sheet,
            confirm=N_("The sheet of «{title}» then counts and stays as it is. Hand it over?"),
            when=_is_open,
            primary=True,
        ),
        Act(
            N_("Open the sheets…"),
            "eye",
            _open_scores,
            fields=(
                FieldSpec(
                    "reason",
                    N_("Why, if sheets are missing"),
                    FieldKind.NOTE,
                    lines=2,
                    hint=N_("Whoever has handed over the own sheet then sees all points. It stays on the record."),
                ),
            ),
            when=lambda draft: bool(draft.member) and draft.stage is SheetStage.GIVEN and not draft.opened,
        ),
        Act(N_("Print the evaluation"), "printer", _evaluation, done=show_document),
        Act(
            N_("Set aside…"),
            "file-x",
            _set_aside,
            fields=(FieldSpec("reason", N_("Why"), FieldKind.NOTE, required=True, lines=2),),
            when=lambda draft: draft.stage in (SheetStage.OPEN, SheetStage.GIVEN),
        ),
    ),
    heading=_heading,
    subtitle=_subtitle,
    locked=_locked,
)


class SheetForm(SideForm):
    """A score sheet; beside it the total as it grows, what is missing, and the criterion of the row."""

    _ground: SheetGround | None = None
    _ground_of = ""

    def make_panel(self) -> SidePanel:
        return SidePanel(self.desk, _("What the sheet comes to"))

    def _connect(self) -> None:
        super()._connect()
        self.grid("scores").table.selectionModel().currentRowChanged.connect(self._on_row_changed)

    def _open(self, record_id: str | None) -> None:
        if record_id is not None and record_id != self._ground_of:
            self._ground = None
        super()._open(record_id)
        self._show_gates()

    def focus_first(self) -> None:
        """To the first criterion without points."""
        rows = self.model.draft.scores
        empty = next((n for n, row in enumerate(rows) if row.points is None and not row.gate_closed), 0)
        self.grid("scores").focus_cell(empty, "points")

    def ground(self) -> SheetGround | None:
        """Grid and figures of the proposal, read once for each sheet."""
        if self._ground is None and self.record_id is not None:
            draft = self.model.draft
            self._ground = self.desk.read(sheet_ground, f"{draft.proposal_id}:{draft.member_id}")
            self._ground_of = self.record_id
        return self._ground

    def _show_gates(self) -> None:
        """The column of conditions stands there where some are judged by who scores."""
        ground = self.ground()
        gated = ground is not None and any(leaf.gated_in_words for leaf in ground.grid.leaves)
        keys = {column.key for column in SCORES.columns}
        self.grid("scores").show_columns(keys if gated else keys - {"gate_closed"})

    def refresh_panel(self) -> None:
        ground, draft = self.ground(), self.model.draft
        if ground is None:
            return
        panel = self.panel
        if draft.hidden:
            panel.heading.setText(_("Points not open yet"))
            panel.say("")
            panel.show_tables([])
            return
        scores = {
            row.id: Given(kept(row.points), row.gate_closed, row.reason)
            for row in draft.scores
            if row.points is not None or row.gate_closed or row.reason
        }
        found = sheet_total(ground.grid, Sheet(scores))
        most = points_text(ground.grid.total_max)
        panel.heading.setText(_("Total {points} of {most}").format(points=format_points(found.total), most=most))
        said = []
        if found.missing:
            said.append(_("Points missing: {names}.").format(names=self._codes(found.missing)))
        if found.unexplained:
            said.append(_("Reasons missing: {names}.").format(names=self._codes(found.unexplained)))
        below = [key for key in found.below_threshold if key not in found.missing]
        if below and not found.missing:
            named = [ground.grid.by_key[key].code if key else _("total") for key in below]
            said.append(_("Below the threshold: {names}.").format(names=", ".join(named)))
        panel.say(" ".join(said) or _("Nothing is missing."))
        self._subtitle.setText("\n".join((_subtitle(draft), f"{panel.heading.text()}. {panel.said.text()}")))
        tables = [self._criterion_table(ground)]
        groups = [node for node in ground.grid.nodes if node.kind is CriterionKind.GROUP]
        if groups:
            tables.append(_groups_table(groups, found.by_criterion))
        panel.show_tables(tables)

    def _codes(self, keys: tuple[str, ...]) -> str:
        assert self._ground is not None
        return ", ".join(self._ground.grid.by_key[key].code for key in keys)

    def _criterion_table(self, ground: SheetGround) -> Table:
        """The criterion of the row where the cursor is: its text, steps, condition, figures of the archive."""
        rows = self.model.draft.scores
        at = self.grid("scores").table.currentIndex().row()
        leaf = ground.grid.by_key[rows[max(at, 0)].id]
        return criterion_table(leaf, ground)

    def _on_row_changed(self, *_args: object) -> None:
        self._pause.start(0)


def criterion_table(leaf: CriterionNode, ground: SheetGround) -> Table:
    """A criterion as who scores wants it at hand."""
    texts = i18n.current()
    rows = [(step.name, Fraction(step.points, POINT)) for step in leaf.steps]
    if not rows:
        rows = [(_("at least"), Fraction(leaf.points_min, POINT)), (_("at most"), Fraction(leaf.points_max, POINT))]
    notes = [leaf.text, effect_text(leaf, texts), gate_text(leaf, texts)]
    if leaf.threshold is not None:
        notes.append(_("Threshold: {points}.").format(points=points_text(leaf.threshold)))
    for measure in dict.fromkeys((leaf.measure, leaf.gate_measure)):
        if measure is not None:
            found = ground.measures.get(measure)
            shown = _("not recorded") if found is None else points_text(found)
            notes.append(_("{what}: {value}.").format(what=label(measure, texts), value=shown))
    return Table(
        code="panel.criterion",
        title=f"{leaf.code} {leaf.name}",
        columns=(
            Column("step", _("What is found"), Kind.NOTE, lambda row: row[0], width_mm=60),
            Column("points", _("Points"), Kind.TEXT, lambda row: format_points(row[1]), width_mm=20),
        ),
        rows=tuple(rows),
        notes=tuple(note for note in notes if note),
    )


def _groups_table(groups: list[CriterionNode], reached: Mapping[str, Fraction]) -> Table:
    return Table(
        code="panel.groups",
        title=_("Groups"),
        columns=(
            Column("name", _("Group"), Kind.NOTE, lambda node: f"{node.code} {node.name}", width_mm=60),
            Column("points", _("Points"), Kind.TEXT, lambda node: format_points(reached[node.key]), width_mm=20),
            Column("most", _("of"), Kind.TEXT, lambda node: format_points(node.weighted_max), width_mm=20),
        ),
        rows=tuple(groups),
    )


class SheetPage(RecordPage):
    """Score sheets with their form."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        assert self.kind.form is not None
        return SheetForm(self.desk, self.kind.form, self._stack, grown=grown)
