"""Form of a call; the rules of its versions have one of their own, in `rules_form`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from app.services.calls import calls
from app.services.calls import rules as call_rules
from app.services.calls.templates import call_from_template, find_template, templates
from app.services.changes import Changes
from app.services.reports.spec import Document
from app.services.wording.texts import N_
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, removal
from app.ui.i18n import _
from app.ui.views.decision_choices import decision_choices
from app.ui.views.plan_forms import act_choices


def template_choices(_store: Any) -> Choices:
    """Calls whose rules a new one may begin with, the oldest first."""
    return tuple((row.code, row.title) for row in templates())


VERSION_FIELDS = (
    FieldSpec("reason", N_("Why it is made"), FieldKind.NOTE, required=True, lines=2),
    FieldSpec(
        "decision_id",
        N_("Decision that makes it"),
        FieldKind.REFERENCE,
        choices=decision_choices,
        hint=N_("Of a closed meeting."),
    ),
)
"""What is asked when a new version of the rules begins."""


# --- a call ------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallSheet(calls.CallDraft):
    """A call as it is drawn; a new one may begin with the rules of a template."""

    template: str | None = None


def load_call(store: Any, call_id: str) -> CallSheet:
    """A call as it was typed."""
    draft = calls.load_call(store, call_id)
    return CallSheet(**{field.name: getattr(draft, field.name) for field in fields(draft)})


def save_call(store: Any, sheet: CallSheet) -> Changes:
    """Write a call; a new one from a template has that one's rules and terms."""
    if sheet.id is None and sheet.template:
        return call_from_template(store, sheet.template, sheet.title, act_id=sheet.act_id)
    return calls.save_call(store, sheet)


def _template_said(_store: Any, sheet: CallSheet) -> str:
    """What a template brings along."""
    if not sheet.template:
        return _("The seven categories of cost of the plan's form, and nothing else asked.")
    template = find_template(sheet.template)
    return _("Issued by {body}, {year}. What its sources do not say stays open.").format(
        body=template.body, year=template.year
    )


def _paper_form(store: Any, call_id: str) -> Document:
    """The blank form of the call, to be filled by hand."""
    from app.services.exchange.paper_form import paper_form  # loads a writer of squares: when asked

    return paper_form(store, i18n.current(), call_id)


def _show_document(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _is_new(sheet: CallSheet) -> bool:
    return sheet.id is None


def _without_template(sheet: CallSheet) -> bool:
    return sheet.id is not None or not sheet.template


CALL_FORM = FormSpec(
    key="call",
    title=N_("Call"),
    sections=(
        Section(
            "",
            (
                FieldSpec(
                    "template",
                    N_("Rules from a template"),
                    FieldKind.REFERENCE,
                    choices=template_choices,
                    when=_is_new,
                    aside=_template_said,
                ),
                FieldSpec(
                    "title",
                    N_("Title"),
                    FieldKind.NOTE,
                    lines=3,
                    hint=N_("A new call from a template may leave it empty: it then has the title of the template."),
                ),
                FieldSpec("act_id", N_("Act"), FieldKind.REFERENCE, choices=act_choices),
                FieldSpec("date_opened", N_("Opens on"), FieldKind.DATE, width=Width.HALF, when=_without_template),
                FieldSpec(
                    "date_closed",
                    N_("Closes on"),
                    FieldKind.DATE,
                    width=Width.HALF,
                    when=_without_template,
                    hint=N_("Hours and everything else stand in its rules."),
                ),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "acts",
            N_("Further acts that it rests on"),
            (FieldSpec("act_id", N_("Act"), FieldKind.REFERENCE, required=True, choices=act_choices, width_mm=120),),
            blank=calls.CallActDraft,
            rows_shown=2,
            when=lambda sheet: sheet.id is not None,
        ),
    ),
    blank=lambda _store: CallSheet(),
    load=load_call,
    save=save_call,
    acts=(
        Act(
            N_("New version of the rules"),
            "git-branch",
            lambda store, call_id, values: call_rules.new_rules_version(
                store, call_id, values["reason"], values["decision_id"]
            ),
            fields=VERSION_FIELDS,
        ),
        Act(
            N_("New call with the same rules"),
            "copy",
            lambda store, call_id, values: calls.copy_call(store, call_id, values["title"]),
            fields=(FieldSpec("title", N_("Title of the new call"), FieldKind.NOTE, required=True, lines=2),),
        ),
        Act(N_("Proposal form"), "printer", _paper_form, done=_show_document),
        removal(calls.delete_call),
    ),
    heading=lambda draft: draft.title,
)
