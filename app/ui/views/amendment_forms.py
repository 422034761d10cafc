"""The form of an amendment, with its comparison and what the rule of the call makes of it beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import AMENDMENTS_TO_DECIDE, AmendmentState, BudgetSection
from app.services.changes import Changes
from app.services.reports.amendment_tables import comparison_table, measures_table, verdict_text
from app.services.spending import amendment_life, amendments
from app.services.spending.amendment_drafts import AmendmentDraft, AmendmentLineDraft
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.decision_choices import decision_choices
from app.ui.views.project_parts import categories, in_state, printed, running_projects
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.widgets import Tone

_DAY = FieldSpec("day", N_("Day"), FieldKind.DATE, required=True)
_DECISION = FieldSpec("decision_id", N_("Decision"), FieldKind.REFERENCE, required=True, choices=decision_choices)
_TO_DECIDE = in_state(*AMENDMENTS_TO_DECIDE)


def _tell(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return amendment_life.tell_amendment(store, key, values["day"], values["words"])


def _authorise(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return amendment_life.authorise_amendment(store, key, values["day"], values["decision_id"], values["words"])


def _refuse(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return amendment_life.refuse_amendment(store, key, values["day"], values["decision_id"], values["words"])


def _opinion(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    draft = amendments.load_amendment(store, key)
    return amendments.save_amendment(store, replace(draft, opinion=values["opinion"]))


def _subtitle(draft: AmendmentDraft) -> str:
    said = label(draft.state, i18n.current())
    if draft.decision:
        return _("{state} · decision no. {number}").format(state=said, number=draft.decision)
    return said if draft.id is not None else ""


AMENDMENT_FORM = FormSpec(
    key="amendment",
    title=N_("Amendment"),
    sections=(
        Section(
            "",
            (
                FieldSpec("proposal_id", N_("Project"), FieldKind.REFERENCE, required=True, choices=running_projects),
                FieldSpec("day", N_("Came in on"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("protocol", N_("Protocol number"), width=Width.HALF),
                FieldSpec("reason", N_("Reason"), FieldKind.NOTE, required=True, lines=2),
                FieldSpec(
                    "activities",
                    N_("Activities that change"),
                    FieldKind.NOTE,
                    lines=2,
                    hint=N_("Which activity takes the place of which, and that the aims stay."),
                ),
                FieldSpec("opinion", N_("Opinion"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "lines",
            N_("Items"),
            (
                FieldSpec(
                    "section",
                    N_("Section"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(BudgetSection),
                    width_mm=30,
                ),
                FieldSpec(
                    "category", N_("Category"), FieldKind.REFERENCE, required=True, choices=categories, width_mm=44
                ),
                FieldSpec("label", N_("Description"), width_mm=34),
                FieldSpec("before", N_("In force"), FieldKind.MONEY, read_only=True, width_mm=28),
                FieldSpec("after", N_("Variant"), FieldKind.MONEY, required=True, width_mm=28),
            ),
            blank=AmendmentLineDraft,
            totals=("before", "after"),
            hint=N_("In each section, what items gain others must give."),
            rows_shown=7,
        ),
    ),
    blank=amendments.blank_amendment,
    load=amendments.load_amendment,
    save=amendments.save_amendment,
    acts=(
        Act(
            N_("Hand in"),
            "upload",
            amendment_life.submit_amendment,
            when=in_state(AmendmentState.DRAFT),
            primary=True,
        ),
        Act(
            N_("Record that it was told"),
            "mail",
            _tell,
            fields=(_DAY, FieldSpec("words", N_("How"), hint=N_("For example: PEC, protocol 812."))),
            when=in_state(AmendmentState.TO_TELL),
            primary=True,
        ),
        Act(
            N_("Authorise"),
            "circle-check",
            _authorise,
            fields=(_DAY, _DECISION, FieldSpec("words", N_("Note"), FieldKind.NOTE, lines=2)),
            when=_TO_DECIDE,
            primary=True,
        ),
        Act(
            N_("Refuse"),
            "circle-x",
            _refuse,
            fields=(_DAY, _DECISION, FieldSpec("words", N_("Why"), FieldKind.NOTE, required=True, lines=2)),
            when=_TO_DECIDE,
        ),
        Act(
            N_("Opinion…"),
            "pencil",
            _opinion,
            fields=(FieldSpec("opinion", N_("Opinion"), FieldKind.NOTE, required=True, lines=3),),
            when=_TO_DECIDE,
        ),
        printed(N_("Print the comparison"), "T07"),
        replace(removal(amendments.delete_amendment), when=in_state(AmendmentState.DRAFT)),
    ),
    heading=lambda draft: _("Amendment no. {n}").format(n=draft.number) if draft.number else "",
    subtitle=_subtitle,
    locked=lambda draft: (
        "" if draft.state is AmendmentState.DRAFT else N_("This amendment was handed in, so it stays as it is.")
    ),
)


class AmendmentForm(SideForm):
    """An amendment, and what it does; choosing a project lays its items."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, AMENDMENT_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The comparison."""
        return SidePanel(self.desk, _("What the amendment does"))

    def refresh_panel(self) -> None:
        """Compare anew."""
        draft: AmendmentDraft = self.model.draft
        found = self.desk.read(amendments.amendment_comparison, draft)
        self.panel.heading.setText(_("What the amendment does"))
        if found is None:
            self.panel.banner.hide()
            self.panel.say(_("It shows here as soon as a project is chosen."))
            self.panel.show_tables([])
            return
        texts = self.desk.texts
        problem = self.desk.read(amendments.amendment_problem, draft)
        unfinished = problem is not None and problem.code in ("field.required", "amendment.nothing_moves")
        if problem is not None and not unfinished:
            self.panel.banner.say(sentence(problem, texts), Tone.WARN)
        else:
            self.panel.banner.hide()
        self.panel.say(verdict_text(found, texts) if found.moved else _("Nothing moves yet."))
        measures = [measures_table(found, texts, narrow=True)] if found.verdict.measures and found.moved else []
        self.panel.show_tables([comparison_table(found, texts, narrow=True), *measures])

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        draft: AmendmentDraft = self.model.draft
        if key == "proposal_id" and draft.proposal_id:
            laid = self.desk.read(amendments.laid_amendment, replace(draft, lines=()))
            if laid.lines != draft.lines:
                self.model.apply("lines", laid.lines)
