"""The form of a ranking: how it is made, settled, adopted, decided on and told to the proponents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.models.enums import AwardManner, DrawKind, RankingState, RescaleRule
from app.services.calls.calls import call_rows
from app.services.changes import Changes
from app.services.evaluation import draws, rankings
from app.services.evaluation.award_decisions import award_by_ranking
from app.services.evaluation.ranking_drafts import ByHandDraft, DrawnDraft, RankingDraft
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_
from app.ui import dialogs, i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.interest_forms import proposal_choices, show_document
from app.ui.views.point_choices import point_field, show_decision

ADOPTED = N_("This ranking is adopted: it stays as it is, and can be made again from what it followed from.")


def call_choices(store: Any) -> Choices:
    """Calls by title."""
    return tuple((row.id, row.title) for row in call_rows(store))


def _is_draft(draft: RankingDraft) -> bool:
    return draft.state is RankingState.DRAFT


def _is_adopted(draft: RankingDraft) -> bool:
    return draft.state is RankingState.ADOPTED


def _cut_by_hand(draft: RankingDraft) -> bool:
    return draft.manner is AwardManner.RESCALED and draft.rescale is RescaleRule.BY_HAND


def _news(store: Any, draft: RankingDraft) -> str:
    """What keeps a draft from being adopted, or speaks against what was: ties, points, conflicts, something new."""
    if draft.id is None:
        return ""
    view = rankings.ranking_view(store, draft.id)
    told = []
    if view.late:
        text = _("Conflicts came to light since on proposals no. {numbers}: their points count somebody who is out.")
        told.append(text.format(numbers=_numbers(view.late)))
    if view.tied:
        told.append(_("Ties still open: proposals no. {numbers}.").format(numbers=_numbers(view.tied)))
    if view.unjudged:
        told.append(_("Points are still missing: proposals no. {numbers}.").format(numbers=_numbers(view.unjudged)))
    if view.is_outdated:
        told.append(_("Points, conflicts or money changed since: save it again to compute it anew."))
    return "\n".join(told)


def _numbers(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))


def _heading(draft: RankingDraft) -> str:
    return _("Ranking no. {number}").format(number=draft.number) if draft.number else ""


def _subtitle(draft: RankingDraft) -> str:
    parts = [draft.call, label(draft.state, i18n.current())]
    if draft.day is not None:
        parts.append(format_date(draft.day))
    return "  ·  ".join(parts)


# --- acts ----------------------------------------------------------------------------------


def _paper(store: Any, ranking_id: str) -> Any:
    from app.services.reports.ranking_tables import ranking_document

    return ranking_document(store, ranking_id, i18n.current())


def _published(store: Any, ranking_id: str) -> Any:
    from app.services.reports.ranking_tables import ranking_document
    from app.services.reports.spec import Audience

    return ranking_document(store, ranking_id, i18n.current(), Audience.PUBLISHED)


def _propose(store: Any, ranking_id: str, values: Mapping[str, Any]) -> Changes:
    return award_by_ranking(store, ranking_id, values["agenda_item_id"], i18n.current())


def _next(store: Any, ranking_id: str) -> Any:
    from app.services.reports.ranking_tables import next_table

    return next_table(store, ranking_id, i18n.current())


def _show_table(table: Any, form: Any) -> None:
    output.print_table(form, form.desk, table)


def _call_of(store: Any, ranking_id: str) -> Any:
    return rankings.load_ranking(store, ranking_id).call_id


def _letters(call_id: Any, form: Any) -> None:
    """Ask for a folder, and write a letter to each proponent beside the window."""
    from app.services.reports.outcome_letters import write_letters

    folder = dialogs.choose_folder(form.window(), _("Folder for the letters"), Path.home())
    if folder is None:
        return

    def tell(paths: tuple[Path, ...]) -> None:
        text = i18n.plural(
            "{n} letter was written into “{folder}”.", "{n} letters were written into “{folder}”.", len(paths)
        )
        dialogs.tell(form.window(), _("Letters of outcome"), text.format(n=len(paths), folder=folder.name))

    form.desk.run(write_letters, call_id, folder, i18n.current(), done=tell, title=_("Letters of outcome"))


def _hold_draw(draw: Any, form: Any) -> None:
    """Hold the draw, where something is left to be drawn."""
    from app.ui.views.draw_dialog import DrawDialog

    if draw.ties:
        dialogs.run_dialog(DrawDialog(form.desk, draw, form))
    else:
        dialogs.tell(
            form.window(), _("Draw"), _("Nothing is left to be drawn: points and the rules of the call settle it.")
        )


RANKING_ACTS = (
    Act(
        N_("Adopt"),
        "gavel",
        rankings.adopt_ranking,
        confirm=N_("«{title}» then stays as it is for good. Adopt it?"),
        when=_is_draft,
        primary=True,
    ),
    Act(N_("Hold the draw…"), "list-ordered", draws.load_draw, when=_is_draft, done=_hold_draw),
    Act(
        N_("Propose the decision…"),
        "gavel",
        _propose,
        fields=(point_field(),),
        when=_is_adopted,
        primary=True,
        done=show_decision,
    ),
    Act(N_("Who is next"), "arrow-right", _next, when=_is_adopted, done=_show_table),
    Act(N_("Print"), "printer", _paper, done=show_document),
    Act(N_("Version to be published"), "file-text", _published, done=show_document),
    Act(N_("Letters of outcome…"), "mail", _call_of, when=_is_adopted, done=_letters),
    replace(removal(rankings.delete_ranking), when=_is_draft),
)

RANKING_FORM = FormSpec(
    key="ranking",
    title=N_("Ranking"),
    sections=(
        Section(
            "",
            (
                FieldSpec("call_id", N_("Call"), FieldKind.CHOICE, required=True, choices=call_choices, aside=_news),
                FieldSpec("day", N_("Day"), FieldKind.DATE, required=True, width=Width.THIRD),
                FieldSpec("accept_days", N_("Days to accept"), FieldKind.COUNT, required=True, width=Width.THIRD),
                FieldSpec(
                    "share_max",
                    N_("Largest share of the request"),
                    FieldKind.PERCENT_TEXT,
                    width=Width.THIRD,
                    hint=N_("Empty: all of it."),
                ),
                FieldSpec("by_area", N_("A ranking for each area"), FieldKind.FLAG),
            ),
        ),
        Section(
            N_("Money"),
            (
                FieldSpec(
                    "manner",
                    N_("How grants are given"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(AwardManner),
                    hint=N_("Within what stands on each area."),
                ),
                FieldSpec(
                    "rescale",
                    N_("How requests are cut"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(RescaleRule),
                    when=lambda draft: draft.manner is AwardManner.RESCALED,
                ),
            ),
            grids=(
                GridSpec(
                    "amounts",
                    N_("Amounts by hand"),
                    (
                        FieldSpec(
                            "proposal_id",
                            N_("Proposal"),
                            FieldKind.REFERENCE,
                            required=True,
                            choices=proposal_choices,
                            width_mm=90,
                        ),
                        FieldSpec("amount", N_("Amount"), FieldKind.MONEY, required=True, width_mm=34),
                    ),
                    blank=ByHandDraft,
                    totals=("amount",),
                    when=_cut_by_hand,
                    rows_shown=4,
                ),
            ),
        ),
        Section(
            N_("Draw"),
            (
                FieldSpec(
                    "draw",
                    N_("How ties are drawn"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(DrawKind),
                    hint=N_("Only for ties that the rules of the call leave open."),
                ),
                FieldSpec(
                    "seed",
                    N_("Seed said aloud"),
                    when=lambda draft: draft.draw is DrawKind.SEED,
                    hint=N_("Any words or digits; with them anybody can repeat the draw, as the printed ranking says."),
                ),
            ),
            grids=(
                GridSpec(
                    "numbers",
                    N_("Numbers drawn"),
                    (
                        FieldSpec(
                            "proposal_id",
                            N_("Proposal"),
                            FieldKind.REFERENCE,
                            required=True,
                            choices=proposal_choices,
                            width_mm=90,
                        ),
                        FieldSpec("number", N_("Number drawn"), FieldKind.COUNT, required=True, width_mm=30),
                    ),
                    blank=DrawnDraft,
                    hint=N_("The lowest number comes first."),
                    when=lambda draft: draft.draw is DrawKind.NUMBERS,
                    rows_shown=4,
                ),
            ),
        ),
        Section("", (FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),)),
    ),
    blank=rankings.blank_ranking,
    load=rankings.load_ranking,
    save=rankings.save_ranking,
    acts=RANKING_ACTS,
    heading=_heading,
    subtitle=_subtitle,
    locked=lambda draft: ADOPTED if _is_adopted(draft) else "",
)
