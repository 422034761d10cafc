"""Form of a version of a call's rules; what is empty the call leaves open."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.models.enums import (
    AmendmentDuty,
    ArrivalChannel,
    AwardRule,
    BudgetSection,
    CapBase,
    FinalRule,
    LimitBase,
    LimitSpan,
    OrganisationKind,
    OrganisationSize,
    PartnerGroup,
    Remedy,
    RuleSeverity,
    SeatHolder,
    SeatNeed,
    TieCriterion,
    TrancheTrigger,
    VatRule,
)
from app.services.calls import rules as call_rules
from app.services.calls import rules_drafts as call_rules_drafts
from app.services.calls.checks import RULES
from app.services.calls.lines import TITLES, area_names, stated_text
from app.services.calls.rules_drafts import RulesDraft, category_names, is_usual_name, named_codes
from app.services.changes import Changes
from app.services.reports.call_tables import rules_document
from app.services.wording.texts import N_
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.call_forms import VERSION_FIELDS
from app.ui.views.decision_choices import decision_choices

SIZES = tuple(size for size in OrganisationSize if size is not OrganisationSize.UNKNOWN)


def area_choices(store: Any) -> Choices:
    """Priority areas by code."""
    names = area_names(store)
    return tuple((key, names[key]) for key in sorted(names, key=names.__getitem__))


def rule_choices(_store: Any) -> Choices:
    """Rules by which the archive can answer a point of the formal check."""
    texts = i18n.current()
    return tuple((code, texts(title)) for code, title in RULES.items() if code != "call.item")


def single_choices(_store: Any) -> Choices:
    """Rules that are one value each."""
    texts = i18n.current()
    return tuple((key, texts(title)) for key, title in TITLES.items())


# --- a version of the rules --------------------------------------------------------------


def load_rules(store: Any, rules_id: str) -> RulesDraft:
    """A version as it was typed; categories have their names, also where they name others."""
    draft = call_rules.load_rules(store, rules_id)
    texts = i18n.current()
    caps = tuple(
        replace(
            row,
            categories=named_codes(row.categories, draft.categories, texts),
            base_categories=named_codes(row.base_categories, draft.categories, texts),
        )
        for row in draft.caps
    )
    names = category_names(draft.categories, texts)
    return replace(draft, caps=caps, categories=tuple(replace(row, name=names[row.code]) for row in draft.categories))


def save_rules(store: Any, draft: RulesDraft) -> Changes:
    """Write a version; a usual name is not written, so that each reader has it in the own language."""
    categories = tuple(replace(row, name="") if is_usual_name(row.code, row.name) else row for row in draft.categories)
    return call_rules.save_rules(store, replace(draft, categories=categories))


def _locked(draft: RulesDraft) -> str:
    """Why a version is closed, with the way out."""
    if not draft.received:
        return ""
    return N_(
        "Proposals were received under this version, so it stays as it is. To change the rules begin a new version,"
        " with the decision that makes it."
    )


def _said(draft: RulesDraft) -> str:
    """Number of the version, and what was received under it."""
    received = i18n.current().plural("{n} proposal received", "{n} proposals received", draft.received)
    return _("Version {version}, {received}").format(version=draft.version, received=received.format(n=draft.received))


def _stated(key: str) -> Callable[[Any, RulesDraft], str]:
    """The line under a rule that says where it is stated, and what is in doubt."""

    def aside(_store: Any, draft: RulesDraft) -> str:
        row = draft.source_of(key)
        missing = _("Not fixed by the call.") if getattr(draft, key) in (None, "") else ""
        stated = "" if row is None else _("Source: {text}").format(text=stated_text(row, i18n.current()))
        return " ".join(text for text in (missing, stated) if text)

    return aside


def _rule(key: str, kind: FieldKind, width: Width = Width.HALF, **more: Any) -> FieldSpec:
    """A rule that is one value; empty when the call leaves it open."""
    return FieldSpec(key, TITLES[key], kind, width=width, aside=_stated(key), **more)


SOURCE = FieldSpec("source", N_("Source"), FieldKind.NOTE, width_mm=60)

TERMS = Section(
    N_("Terms"),
    (
        _rule("date_opened", FieldKind.DATE),
        _rule("time_opened", FieldKind.TIME, empty=""),
        _rule("date_closed", FieldKind.DATE),
        _rule("time_closed", FieldKind.TIME, empty="", hint=N_("Without an hour the whole day counts.")),
        _rule("channel", FieldKind.CHOICE, Width.FULL, choices=enum_choices(ArrivalChannel)),
    ),
)
SUM = Section(
    N_("Sum and areas"),
    (_rule("amount_total", FieldKind.MONEY, Width.FULL),),
    (
        GridSpec(
            "areas",
            N_("Areas funded"),
            (
                FieldSpec("area_id", N_("Area"), FieldKind.REFERENCE, required=True, choices=area_choices, width_mm=90),
                FieldSpec("amount", N_("Sum"), FieldKind.MONEY, width_mm=34),
                SOURCE,
            ),
            blank=call_rules_drafts.FundedAreaDraft,
            totals=("amount",),
            rows_shown=3,
        ),
    ),
)
PARTNERSHIP = Section(
    N_("Partnership"),
    (
        _rule("lead_seat", FieldKind.TEXT, Width.FULL),
        _rule("bodies_min", FieldKind.COUNT, Width.FULL),
        _rule("lead_max", FieldKind.COUNT),
        _rule("join_max", FieldKind.COUNT),
    ),
    (
        GridSpec(
            "leads",
            N_("Who may lead"),
            (
                FieldSpec(
                    "kind",
                    N_("Kind"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(OrganisationKind),
                    width_mm=46,
                ),
                FieldSpec("size_max", N_("Of this size or smaller"), FieldKind.CHOICE, choices=enum_choices(SIZES)),
                FieldSpec("condition", N_("On condition that"), FieldKind.NOTE, width_mm=70),
                SOURCE,
            ),
            blank=call_rules_drafts.LeadDraft,
            hint=N_("No row: the call does not say who may lead. A condition in words is judged by a person."),
            rows_shown=3,
        ),
        GridSpec(
            "seats",
            N_("Seats of the bodies"),
            (
                FieldSpec(
                    "held_by",
                    N_("Who has them"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(SeatHolder),
                    width_mm=36,
                ),
                FieldSpec(
                    "counted",
                    N_("Bodies"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(PartnerGroup),
                    width_mm=50,
                ),
                FieldSpec(
                    "needed",
                    N_("Which seats"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(SeatNeed),
                    width_mm=52,
                ),
                FieldSpec("places", N_("Regions or provinces"), width_mm=40),
                SOURCE,
            ),
            blank=call_rules_drafts.SeatsDraft,
            hint=N_(
                "Regions, or letters of provinces, with a semicolon between; empty for the municipalities of the plan."
            ),
            rows_shown=2,
        ),
        GridSpec(
            "partners",
            N_("Least number of bodies of a kind"),
            (
                FieldSpec(
                    "counted",
                    N_("Bodies"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(PartnerGroup),
                    width_mm=56,
                ),
                FieldSpec("size_max", N_("Of this size or smaller"), FieldKind.CHOICE, choices=enum_choices(SIZES)),
                FieldSpec("number_min", N_("At least"), FieldKind.COUNT, required=True, width_mm=18),
                SOURCE,
            ),
            blank=call_rules_drafts.PartnersDraft,
            rows_shown=2,
        ),
    ),
)
MONEY = Section(
    N_("Grant and co-financing"),
    (
        _rule("cofinancing_min", FieldKind.PERCENT_TEXT),
        _rule("grant_share_max", FieldKind.PERCENT_TEXT),
        _rule("grant_max", FieldKind.MONEY),
        _rule("vat", FieldKind.CHOICE, choices=enum_choices(VatRule)),
        _rule("cost_min", FieldKind.MONEY),
        _rule("cost_max", FieldKind.MONEY),
    ),
)
COSTS = Section(
    N_("Categories of cost and caps"),
    (),
    (
        GridSpec(
            "categories",
            N_("Categories of cost"),
            (
                FieldSpec("name", N_("Name"), width_mm=60),
                FieldSpec("code", N_("Code"), width_mm=34),
                FieldSpec("costs", N_("Among the costs"), FieldKind.FLAG, width_mm=24),
                FieldSpec("contribution", N_("Among the contributions"), FieldKind.FLAG, width_mm=24),
                SOURCE,
            ),
            blank=call_rules_drafts.CategoryDraft,
            hint=N_("A code is given by itself when it is empty; items of cost keep it."),
            rows_shown=7,
        ),
        GridSpec(
            "caps",
            N_("Caps on costs"),
            (
                FieldSpec("categories", N_("Categories"), FieldKind.NOTE, width_mm=60),
                FieldSpec("section", N_("Section"), FieldKind.CHOICE, choices=enum_choices(BudgetSection)),
                FieldSpec("share_max", N_("At most"), FieldKind.PERCENT_TEXT, width_mm=22),
                FieldSpec("base", N_("Base"), FieldKind.CHOICE, required=True, choices=enum_choices(CapBase)),
                FieldSpec("base_categories", N_("Categories of the base"), FieldKind.NOTE, width_mm=40),
                FieldSpec("amount_max", N_("Or amount"), FieldKind.MONEY, width_mm=30),
                FieldSpec(
                    "severity", N_("When passed"), FieldKind.CHOICE, required=True, choices=enum_choices(RuleSeverity)
                ),
                SOURCE,
            ),
            blank=call_rules_drafts.CapDraft,
            hint=N_("Several categories with a semicolon between; none for all."),
            rows_shown=2,
        ),
    ),
)
DURATION = Section(
    N_("Duration"),
    (
        _rule("months_min", FieldKind.COUNT),
        _rule("months_max", FieldKind.COUNT),
        _rule("start_first", FieldKind.DATE),
        _rule("start_last", FieldKind.DATE),
        _rule("end_last", FieldKind.DATE),
    ),
)
PAPERS = Section(
    N_("Documents and formal check"),
    (),
    (
        GridSpec(
            "documents",
            N_("Documents asked for"),
            (
                FieldSpec("code", N_("Code"), width_mm=24),
                FieldSpec("name", N_("Document"), FieldKind.NOTE, required=True, width_mm=90),
                FieldSpec("remedy", N_("When missing"), FieldKind.CHOICE, required=True, choices=enum_choices(Remedy)),
                SOURCE,
            ),
            blank=call_rules_drafts.DocumentDraft,
            rows_shown=2,
        ),
        GridSpec(
            "items",
            N_("Points of the formal check"),
            (
                FieldSpec("code", N_("Code"), width_mm=18),
                FieldSpec("text", N_("Point"), FieldKind.NOTE, required=True, width_mm=80),
                FieldSpec("remedy", N_("When missing"), FieldKind.CHOICE, required=True, choices=enum_choices(Remedy)),
                FieldSpec("rule", N_("Answered by"), FieldKind.REFERENCE, choices=rule_choices, empty="", width_mm=44),
                FieldSpec("ground", N_("Ground"), FieldKind.NOTE, width_mm=40),
                SOURCE,
            ),
            blank=call_rules_drafts.ItemDraft,
            hint=N_("Without a rule of the archive a person answers it."),
            rows_shown=3,
        ),
    ),
)
AWARD = Section(
    N_("Evaluation, award, payment"),
    (
        _rule("grid", FieldKind.TEXT, Width.FULL),
        _rule("award", FieldKind.CHOICE, Width.FULL, choices=enum_choices(AwardRule)),
        FieldSpec("award_text", N_("Rule of award in words"), FieldKind.NOTE, lines=2),
        _rule("final_rule", FieldKind.CHOICE, Width.FULL, choices=enum_choices(FinalRule)),
        _rule("findings", FieldKind.CHOICE, Width.FULL, choices=enum_choices(RuleSeverity)),
    ),
    (
        GridSpec(
            "ties",
            N_("With equal points"),
            (
                FieldSpec(
                    "criterion",
                    N_("What decides"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(TieCriterion),
                    width_mm=60,
                ),
                FieldSpec("text", N_("Which"), FieldKind.NOTE, width_mm=70),
                SOURCE,
            ),
            blank=call_rules_drafts.TieDraft,
            hint=N_("In the order that they are asked."),
            rows_shown=2,
        ),
        GridSpec(
            "tranches",
            N_("Tranches"),
            (
                FieldSpec("share", N_("Share"), FieldKind.PERCENT_TEXT, required=True, width_mm=22),
                FieldSpec(
                    "trigger",
                    N_("Paid"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(TrancheTrigger),
                    width_mm=50,
                ),
                FieldSpec("spent_min", N_("Least share spent"), FieldKind.PERCENT_TEXT, width_mm=26),
                FieldSpec("guarantee", N_("Surety"), FieldKind.FLAG, width_mm=18),
                SOURCE,
            ),
            blank=call_rules_drafts.TrancheDraft,
            rows_shown=2,
        ),
        GridSpec(
            "amendments",
            N_("Moves between items of a project"),
            (
                FieldSpec("share_max", N_("Above"), FieldKind.PERCENT_TEXT, required=True, width_mm=20),
                FieldSpec(
                    "limit_base",
                    N_("Of what"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(LimitBase),
                    width_mm=40,
                ),
                FieldSpec(
                    "span",
                    N_("Counted over"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(LimitSpan),
                    width_mm=44,
                ),
                FieldSpec(
                    "duty",
                    N_("What is to be done"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(AmendmentDuty),
                    width_mm=40,
                ),
                FieldSpec("days", N_("Days"), FieldKind.COUNT, width_mm=14),
                SOURCE,
            ),
            blank=call_rules_drafts.AmendmentRuleDraft,
            hint=N_("Shares are of the first economic plan. Without a row, each amendment waits for the committee."),
            rows_shown=2,
        ),
    ),
)
SOURCES = Section(
    N_("Sources and notes"),
    (FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),),
    (
        GridSpec(
            "sources",
            N_("Where each rule is stated"),
            (
                FieldSpec("rule", N_("Rule"), FieldKind.REFERENCE, required=True, choices=single_choices, empty=""),
                FieldSpec("source", N_("Source"), FieldKind.NOTE, width_mm=70),
                FieldSpec("note", N_("In doubt"), FieldKind.NOTE, width_mm=70),
            ),
            blank=call_rules_drafts.SourceNoteDraft,
            rows_shown=3,
        ),
    ),
)
WHY = Section(
    "",
    (
        FieldSpec(
            "reason", N_("Why this version is made"), FieldKind.NOTE, lines=2, when=lambda draft: draft.version > 1
        ),
        FieldSpec(
            "decision_id",
            N_("Decision that makes it"),
            FieldKind.REFERENCE,
            choices=decision_choices,
            when=lambda draft: draft.version > 1,
        ),
    ),
)


def _print(store: Any, rules_id: str) -> Any:
    """The rules as a document."""
    return rules_document(store, i18n.current(), rules_id)


def _show(document: Any, form: Any) -> None:
    output.preview(form, form.desk, document)


def _new_version(store: Any, rules_id: str, values: Mapping[str, Any]) -> Changes:
    """A new version of the call that this version belongs to."""
    draft = call_rules.load_rules(store, rules_id)
    assert draft.call_id is not None
    return call_rules.new_rules_version(store, draft.call_id, values["reason"], values["decision_id"])


RULES_FORM = FormSpec(
    key="rules",
    title=N_("Rules of a call"),
    sections=(WHY, TERMS, SUM, PARTNERSHIP, MONEY, COSTS, DURATION, PAPERS, AWARD, SOURCES),
    blank=lambda _store: RulesDraft(),
    load=load_rules,
    save=save_rules,
    acts=(
        Act(N_("Print the rules"), "printer", _print, done=_show),
        Act(
            N_("New version"),
            "git-branch",
            _new_version,
            fields=VERSION_FIELDS,
            when=lambda draft: draft.received > 0,
            primary=True,
        ),
        replace(removal(call_rules.delete_rules_version), when=lambda draft: draft.version > 1 and not draft.received),
    ),
    heading=lambda _draft: _("Rules of the call"),
    subtitle=_said,
    locked=_locked,
)
