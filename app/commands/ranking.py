"""The commands on rankings: computing one, and writing the letters of outcome."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE, add_json
from app.commands.asking import add_credentials, open_asked
from app.models.enums import AwardManner, DrawKind
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store
    from app.services.evaluation.ranking_drafts import RankingView


def declare_rank(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `rank`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("--call", metavar="ID", help=tr("key of the call; needed when several have a scoring grid"))
    parser.add_argument("--overall", action="store_true", help=tr("one ranking, not one for each area"))
    ways = [manner.value for manner in AwardManner]
    parser.add_argument(
        "--manner", choices=ways, default=AwardManner.PART.value, help=tr("how the money goes along the ranking")
    )
    parser.add_argument("--seed", default="", metavar="TEXT", help=tr("settle open ties by this seed, said aloud"))
    parser.add_argument("--adopt", action="store_true", help=tr("adopt it: it never changes again"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_rank(options: argparse.Namespace, tr: Translator) -> int:
    """Compute a ranking, keep it, and say its places.

    Raises:
        RuleBroken: "call.none". InvalidInput: "call.not_chosen"; as `save_ranking` and `adopt_ranking`.
    """
    from app.services.evaluation.rankings import adopt_ranking, blank_ranking, ranking_view, save_ranking

    with open_asked(options, tr, writing=True) as store:
        blank = blank_ranking(store)
        draft = replace(
            blank,
            call_id=_call(store, options.call or blank.call_id),
            by_area=not options.overall,
            manner=AwardManner(options.manner),
            draw=DrawKind.SEED if options.seed else DrawKind.NONE,
            seed=options.seed,
        )
        key = save_ranking(store, draft).id
        if options.adopt:
            adopt_ranking(store, key)
        view = ranking_view(store, key)
        print(json.dumps(_as_json(view), ensure_ascii=False, indent=1) if options.json else _as_text(view, tr))
    return DONE


def _call(store: Store, chosen: str | None) -> str:
    """Key of the call that is ranked: the one that was chosen, else the only one."""
    from app.services.calls.calls import call_rows

    calls = call_rows(store)
    if not calls:
        raise RuleBroken("call.none")
    if not chosen and len(calls) > 1:
        raise InvalidInput("call.not_chosen", known=tuple(f"{row.id} ({row.title})" for row in calls))
    return chosen or calls[0].id


def _as_json(view: RankingView) -> dict[str, object]:
    """The stable form: points as fractions, amounts with a point and two decimals."""
    from app.models.money import decimal_text

    return {
        "number": view.draft.number,
        "state": view.draft.state.value,
        "open_ties": list(view.tied),
        "unjudged": list(view.unjudged),
        "places": [
            {
                "area": row.area,
                "place": row.place,
                "proposal": row.number,
                "title": row.title,
                "points": str(row.points),
                "suitable": row.suitable,
                "requested": decimal_text(row.requested),
                "amount": decimal_text(row.amount),
                "outcome": row.kind.value,
            }
            for row in view.rows
        ],
    }


def _as_text(view: RankingView, tr: Translator) -> str:
    from app.models.money import format_euro
    from app.services.reports.ranking_tables import outcome_text
    from app.services.wording.points import format_points

    lines = []
    for row in view.rows:
        place = "-" if row.place is None else str(row.place)
        number = tr("no. {number}").format(number=row.number)
        told = (row.area, place, number, format_points(row.points), format_euro(row.amount))
        lines.append("  ".join((*told, outcome_text(row, tr), row.title)))
    if view.tied:
        numbers = ", ".join(map(str, view.tied))
        lines.append(tr("Ties still open: proposals no. {numbers}.").format(numbers=numbers))
    return "\n".join(lines)


def declare_letters(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `letters`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("folder", metavar="FOLDER", type=Path, help=tr("where the letters are written"))
    parser.add_argument("--call", metavar="ID", help=tr("key of the call; else all calls"))
    add_credentials(parser, tr)


def run_letters(options: argparse.Namespace, tr: Translator) -> int:
    """Write a letter of outcome to each proponent.

    Raises:
        RuleBroken: "letter.none".
        NotFound: "record.gone" when there is no such call.
    """
    from app.services.reports.outcome_letters import write_letters

    with open_asked(options, tr, writing=False) as store:
        if options.call is not None:
            _require_call(store, options.call)
        paths = write_letters(store, options.call, options.folder, tr)
    for path in paths:
        print(tr("Written: {file}").format(file=path))
    return DONE


def _require_call(store: Store, call_id: str) -> None:
    from app.services.calls.calls import call_rows

    if call_id not in {row.id for row in call_rows(store)}:
        raise NotFound("record.gone")
