"""Forms of cuts and of the economic plans that are asked for after them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import RescaleRule
from app.services.changes import Changes
from app.services.plan.funding import area_rows
from app.services.proposals.lists import proposal_rows
from app.services.reports.amendment_tables import cut_table
from app.services.spending import budget_requests, rescalings
from app.services.spending.rescalings import RescalingDraft, RescalingLineDraft
from app.services.wording.texts import N_
from app.ui import dialogs, i18n
from app.ui.desk import Desk
from app.ui.editors import Choices
from app.ui.errors import sentence
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.tasks import Lane
from app.ui.views.decision_choices import decision_choices
from app.ui.views.point_choices import point_field, show_decision
from app.ui.views.project_parts import printed, running_projects
from app.ui.views.side_form import SideForm, SidePanel
from app.ui.widgets import Tone

UNFINISHED = frozenset({"field.required", "rescaling.too_few"})
"""Refusals that only say that the sheet is not filled in yet."""


def _areas(store: Any) -> Choices:
    return tuple((row.id, f"{row.code} {row.title}") for row in area_rows(store))


def _proposals(store: Any) -> Choices:
    return tuple((row.id, f"{row.number} · {row.title}") for row in proposal_rows(store))


def _adopt(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return rescalings.adopt_rescaling(store, key, values["agenda_item_id"], i18n.current())


def _ask(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return rescalings.ask_rescaled_budgets(store, key, values["day"], values["due"])


def _show_requests(result: Any, form: Any) -> None:
    form.desk.wanted.emit("projects", result.id)


RESCALING_FORM = FormSpec(
    key="rescaling",
    title=N_("Rescaling"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec("area_id", N_("Priority area"), FieldKind.REFERENCE, required=True, choices=_areas),
                FieldSpec(
                    "rule",
                    N_("How requests are cut"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(RescaleRule),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "total",
                    N_("Total"),
                    FieldKind.MONEY,
                    width=Width.HALF,
                    hint=N_("Left empty: what is on the area."),
                ),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "lines",
            N_("Projects that are cut"),
            (
                FieldSpec(
                    "proposal_id",
                    N_("Project"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=_proposals,
                    width_mm=70,
                ),
                FieldSpec("requested", N_("Asked for"), FieldKind.MONEY, width_mm=30),
                FieldSpec("points", N_("Points"), width_mm=18),
                FieldSpec("amount", N_("By hand"), FieldKind.MONEY, width_mm=30),
            ),
            blank=RescalingLineDraft,
            totals=("requested", "amount"),
            hint=N_("Requests and points that are not typed are those of the archive, where it knows them."),
            rows_shown=4,
        ),
    ),
    blank=rescalings.blank_rescaling,
    load=rescalings.load_rescaling,
    save=rescalings.save_rescaling,
    acts=(
        Act(
            N_("Adopt"),
            "gavel",
            _adopt,
            fields=(point_field(),),
            when=lambda draft: draft.decision_id is None,
            primary=True,
            done=show_decision,
        ),
        Act(
            N_("Ask for rescaled plans"),
            "mail",
            _ask,
            fields=(
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True),
                FieldSpec("due", N_("To be sent back by"), FieldKind.DATE),
            ),
            when=lambda draft: draft.in_force,
            primary=True,
            done=_show_requests,
        ),
        printed(N_("Print the rescaling"), "RIPARAMETRAZIONE"),
        replace(removal(rescalings.delete_rescaling), when=lambda draft: draft.decision_id is None),
    ),
    heading=lambda draft: draft.name,
    subtitle=lambda draft: (
        _("Adopted by decision no. {number}").format(number=draft.decision)
        if draft.decision
        else _("Not adopted: no money moves by it")
    ),
    locked=lambda draft: (
        N_("A decision was made from this rescaling, so it stays as it is.") if draft.decision_id else ""
    ),
)


class CutPanel(SidePanel):
    """What each project gets, or what stands in the way."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, _("What comes of the rescaling"))


class RescalingForm(SideForm):
    """A rescaling, and what comes of it; choosing an area lays its projects."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, RESCALING_FORM, parent, grown=grown)

    def make_panel(self) -> SidePanel:
        """The amounts."""
        return CutPanel(self.desk)

    def refresh_panel(self) -> None:
        """Compute the cut anew."""
        texts = self.desk.texts
        result = self.desk.read(rescalings.rescaling_result, self.model.draft)
        self.panel.heading.setText(_("What comes of it"))
        if result.problem is not None and result.problem.code not in UNFINISHED:
            self.panel.banner.say(sentence(result.problem, texts), Tone.WARN)
        else:
            self.panel.banner.hide()
        unfinished = result.problem is not None and result.problem.code in UNFINISHED
        self.panel.say(_("It shows here as soon as area, total and projects are filled in.") if unfinished else "")
        self.panel.show_tables([] if result.cut is None else [cut_table(result, texts, narrow=True)])

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        draft: RescalingDraft = self.model.draft
        columns = {"proposal_id", "requested"}
        columns |= {"points"} if draft.rule is RescaleRule.POINTS else set()
        columns |= {"amount"} if draft.rule is RescaleRule.BY_HAND else set()
        self._grids["lines"].show_columns(columns)
        if key == "area_id" and draft.area_id:
            laid = self.desk.read(rescalings.laid_rescaling, draft)
            for name in ("lines", "total"):
                if getattr(laid, name) != getattr(draft, name):
                    self.model.apply(name, getattr(laid, name))


# --- requests for economic plans ---------------------------------------------------------


def _accept(store: Any, key: str, values: Mapping[str, Any]) -> Changes:
    return budget_requests.accept_request(store, key, values["day"], i18n.current())


def _save_workbook(key: Any, form: Any) -> None:
    """Ask where the workbook of a request is to be written, and write it."""
    desk: Desk = form.desk
    folder = desk.path.parent if desk.path is not None else Path.home()
    place = dialogs.choose_save(
        form, _("Form of a rescaled economic plan"), _("Workbooks (*.xlsx)"), folder / "piano-economico.xlsx"
    )
    if place is None:
        return
    path = place if place.suffix.casefold() == ".xlsx" else place.with_name(f"{place.name}.xlsx")
    texts = desk.texts

    def write(store: Any) -> Path:
        from app.services.exchange.budget_form import write_budget_form  # loads a writer of workbooks: when asked

        write_budget_form(store, path, texts, key)
        return path

    title = _("Writing {name}").format(name=path.name)
    desk.run(write, lane=Lane.FILES, title=title, done=desk.written.emit)


def _is_asked(draft: Any) -> bool:
    return draft.state.value == "asked"


REQUEST_FORM = FormSpec(
    key="budget_request",
    title=N_("Request for an economic plan"),
    sections=(
        Section(
            "",
            (
                FieldSpec("proposal_id", N_("Project"), FieldKind.REFERENCE, required=True, choices=running_projects),
                FieldSpec("amount", N_("Grant to be planned"), FieldKind.MONEY, required=True, width=Width.HALF),
                FieldSpec(
                    "decision_id",
                    N_("Decision"),
                    FieldKind.REFERENCE,
                    choices=decision_choices,
                    width=Width.HALF,
                    hint=N_("Left empty: the last one that gave the project money."),
                ),
                FieldSpec("day", N_("Asked on"), FieldKind.DATE, required=True, width=Width.HALF),
                FieldSpec("date_due", N_("To be sent back by"), FieldKind.DATE, width=Width.HALF),
                FieldSpec("note", N_("Further words of the letter"), FieldKind.NOTE, lines=3),
            ),
        ),
    ),
    blank=lambda store: budget_requests.RequestDraft(),
    load=budget_requests.load_request,
    save=budget_requests.save_request,
    acts=(
        printed(N_("Letter and form"), "RICHIESTA-PIANO", primary=True),
        Act(N_("Workbook…"), "file-spreadsheet", lambda _store, key: key, when=_is_asked, done=_save_workbook),
        Act(
            N_("Accept the plan typed in «Proposals»"),
            "check",
            _accept,
            fields=(FieldSpec("day", N_("Came back on"), FieldKind.DATE, required=True),),
            when=_is_asked,
        ),
        replace(removal(budget_requests.delete_request), when=_is_asked),
    ),
    heading=lambda draft: _("Request for an economic plan"),
    subtitle=lambda draft: (
        _("The plan that came back fits, and is the newest version.")
        if not _is_asked(draft)
        else _("A filled workbook is imported as any other: «Import» at the top, or dropped on the window.")
    ),
    locked=lambda draft: "" if _is_asked(draft) else N_("A plan was accepted for this request, so it stays as it is."),
)
