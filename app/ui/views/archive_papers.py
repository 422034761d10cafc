"""Papers in the archive's room: their heading, the office's own texts, and what was printed when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.enums import SignedPaper
from app.models.errors import NotFound
from app.services.changes import Changes
from app.services.papers import letterhead, prints, templates
from app.services.papers.letterhead import LetterheadDraft, SignatoryDraft
from app.services.papers.prints import PrintRow
from app.services.papers.templates import TemplateDraft
from app.services.reports.paper_lists import letterheads_list, printed_list, templates_list
from app.services.wording.formats import format_instant
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import dialogs, i18n, output
from app.ui.desk import Desk
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.tasks import Lane
from app.ui.views.base import RecordKind, RecordPage, elsewhere
from app.ui.views.single import SingleKind, SinglePage


def _nothing(_store: Any, record_id: str) -> str:
    """What only the form itself can do."""
    return record_id


def _take_logo(store: Any, _record_id: str, values: Mapping[str, Any]) -> Changes:
    return letterhead.with_logo(store, Path(values["path"]), values["text"])


def _drop_logo(store: Any, _record_id: str) -> Changes:
    return letterhead.without_logo(store)


CHOOSE_LOGO = Act(
    N_("Choose the logo"),
    "file-plus",
    _take_logo,
    fields=(
        FieldSpec("path", N_("File of the picture"), required=True),
        FieldSpec(
            "text", N_("What the logo shows"), required=True, hint=N_("In a few words, for who cannot see the paper.")
        ),
    ),
)
PREVIEW = Act(N_("See the page"), "eye", _nothing)
"""Shows a page with the heading as it is being written; the form itself makes it."""

LETTERHEAD_FORM = FormSpec(
    key="letterhead",
    title=N_("Heading of the papers"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "lines",
                    N_("Lines of the heading"),
                    FieldKind.NOTE,
                    lines=3,
                    hint=N_("The first one stands out. Empty: the office and the plan."),
                ),
                FieldSpec("footer", N_("Foot of every page"), hint=N_("Address, certified mail: one line.")),
                FieldSpec(
                    "logo_text",
                    N_("What the logo shows"),
                    hint=N_("In a few words, for who cannot see the paper."),
                    when=lambda draft: draft.has_logo,
                ),
            ),
            grids=(
                GridSpec(
                    "signatories",
                    N_("Who signs for the office"),
                    (
                        FieldSpec(
                            "paper",
                            N_("Paper"),
                            FieldKind.CHOICE,
                            required=True,
                            choices=enum_choices(SignedPaper),
                            width_mm=34,
                        ),
                        FieldSpec("title", N_("Office held"), required=True, width_mm=44),
                        FieldSpec("name", N_("Name"), required=True, width_mm=44),
                        FieldSpec("date_from", N_("From"), FieldKind.DATE, width_mm=24),
                        FieldSpec("date_to", N_("To"), FieldKind.DATE, width_mm=24),
                    ),
                    blank=SignatoryDraft,
                    hint=N_("Where nobody is named, the president of the committee signs convocations and letters."),
                    rows_shown=4,
                ),
            ),
        ),
    ),
    blank=lambda _store: LetterheadDraft(),
    load=letterhead.load_letterhead,
    save=letterhead.save_letterhead,
    acts=(
        PREVIEW,
        CHOOSE_LOGO,
        Act(N_("Take the logo away"), "trash-2", _drop_logo, when=lambda draft: draft.has_logo),
    ),
    heading=lambda _draft: _("Heading of the papers"),
    subtitle=lambda draft: _("With a logo") if draft.has_logo else _("Without a logo"),
)

NO_PLAN = N_("The papers take their heading from the plan. First add the plan.")

LETTERHEAD = SingleKind(
    "letterhead",
    N_("Heading"),
    "stamp",
    letterheads_list,
    LETTERHEAD_FORM,
    can_add=False,
    empty=NO_PLAN,
    first=elsewhere(NO_PLAN, N_("Create the plan"), "plan"),
    find=letterhead.letterhead_key,
)


class LetterheadForm(RecordForm):
    """The heading; its preview shows what is being written."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, LETTERHEAD_FORM, parent=parent, grown=grown)

    def run_act(self, act: Act) -> None:
        if act is PREVIEW:
            self._commit_cell()
            draft = self.model.draft
            document = self.desk.read(letterhead.letterhead_preview, draft, self.desk.texts)
            output.preview(self, self.desk, document)
        elif act is CHOOSE_LOGO:
            patterns = _("Pictures (*.png *.jpg *.jpeg *.gif *.tif *.tiff)")
            path = dialogs.choose_open(self, _("Choose the logo"), patterns)
            if path is not None and self.leave():
                self._run_with(replace(act, fields=act.fields[1:]), path)
        else:
            super().run_act(act)

    def _run_with(self, act: Act, path: Path) -> None:
        """Ask what the picture shows, and take it."""

        def run(store: Any, _record_id: str, values: Mapping[str, Any]) -> Changes:
            return letterhead.with_logo(store, path, values["text"])

        super().run_act(replace(act, run=run))


class LetterheadPage(SinglePage):
    """The heading."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return LetterheadForm(self.desk, self._stack, grown=grown)


# --- texts -------------------------------------------------------------------------------------


def _usual(store: Any, template_id: str) -> Changes:
    return templates.delete_template(store, template_id)


TEMPLATE_FORM = FormSpec(
    key="template",
    title=N_("Text of the papers"),
    sections=(
        Section(
            "",
            (
                FieldSpec("text", N_("Text"), FieldKind.NOTE, required=True, lines=8),
                FieldSpec(
                    "fields",
                    N_("Fields it may have"),
                    read_only=True,
                    hint=N_("Write them in braces: each is filled in when the paper is made."),
                ),
            ),
        ),
    ),
    blank=lambda _store: TemplateDraft(),
    load=templates.load_template,
    save=templates.save_template,
    acts=(Act(N_("Back to the usual text"), "undo-2", _usual, when=lambda draft: draft.own),),
    heading=lambda draft: label(draft.place, i18n.current()),
    subtitle=lambda draft: (
        _("Text of the office, in {language}") if draft.own else _("The usual text, in {language}")
    ).format(language=_("Italian") if draft.language == "it" else _("English")),
)

TEMPLATES = RecordKind(
    "templates",
    N_("Texts"),
    "pencil",
    templates_list,
    TEMPLATE_FORM,
    filters=("language",),
    can_add=False,
    form_width=480,
)


# --- what was printed ----------------------------------------------------------------------------


def _load_print(store: Any, print_id: str) -> PrintRow:
    row = next((row for row in prints.print_rows(store) if row.id == print_id), None)
    if row is None:
        raise NotFound("record.gone")
    return replace(row, form=_("Printer") if row.form == prints.PRINTER else row.form.upper())


def _again(store: Any, print_id: str) -> Any:
    """What was printed, as a document; as its pages where only those were kept."""
    return prints.printed_document(store, print_id) or prints.printed_pdf(store, print_id)


def _show_again(made: Any, form: Any) -> None:
    """Show the paper as it was, or write its pages into a file."""
    if not isinstance(made, bytes):
        output.preview(form, form.desk, made)
        return
    path = dialogs.choose_save(form, _("Export"), _("PDF document (*.pdf)"), Path.home() / "stampa.pdf")
    if path is not None:
        form.desk.run(output.write_bytes, path, made, lane=Lane.FILES, done=form.desk.written.emit)


PRINT_FORM = FormSpec(
    key="printed",
    title=N_("Print"),
    sections=(
        Section(
            "",
            (
                FieldSpec("title", N_("Title"), FieldKind.NOTE, read_only=True, lines=2),
                FieldSpec("code", N_("Code"), read_only=True, width=Width.HALF),
                FieldSpec("form", N_("Form"), read_only=True, width=Width.HALF),
                FieldSpec("made_by", N_("Printed by"), read_only=True, width=Width.HALF),
                FieldSpec("moment", N_("Situation"), read_only=True, width=Width.HALF),
                FieldSpec("journal_head", N_("Head of the journal"), read_only=True),
            ),
        ),
    ),
    blank=lambda _store: PrintRow(),
    load=_load_print,
    save=None,
    acts=(
        Act(
            N_("As it was printed"),
            "history",
            _again,
            when=lambda draft: draft.there,
            primary=True,
            done=_show_again,
        ),
    ),
    heading=lambda draft: draft.title,
    subtitle=lambda draft: (
        format_instant(draft.made_at)
        if draft.there and draft.made_at is not None
        else _("What was printed has been erased since.")
    ),
)

PRINTED = RecordKind(
    "printed",
    N_("Printed"),
    "printer",
    printed_list,
    PRINT_FORM,
    filters=("code", "made_by"),
    can_add=False,
    empty=N_("Nothing was printed yet. What goes to a printer or into a file stands here, and prints again as it was."),
    form_width=440,
)

KINDS: tuple[RecordKind, ...] = (LETTERHEAD, TEMPLATES, PRINTED)
PAPER_PAGES: dict[str, type[RecordPage]] = {
    "letterhead": LetterheadPage,
    "templates": RecordPage,
    "printed": RecordPage,
}
