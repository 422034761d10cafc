"""The commands on papers: those of a meeting in one job, what was printed, errata, heading and texts of the office."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE, add_json, print_json, print_list
from app.commands.asking import add_credentials, open_asked
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.services.wording.formats import format_instant
from app.services.wording.texts import LANGUAGES, Translator

if TYPE_CHECKING:
    from app.models.store import Store
    from app.services.papers.prints import PrintRow


def declare_papers(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `papers`."""
    from app.services.reports.spec import Sheet

    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("meeting", metavar="N/YEAR", help=tr("the meeting: its number and year, or its key"))
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help=tr("folder of the papers"))
    parser.add_argument("--only", metavar="CODES", help=tr("codes with commas between; else what suits the meeting"))
    sheets = [sheet.value for sheet in Sheet]
    parser.add_argument("--sheet", choices=sheets, default=Sheet.USUAL.value, help=tr("large letters, or A3"))
    add_credentials(parser, tr)


def run_papers(options: argparse.Namespace, tr: Translator) -> int:
    """Write the papers of a meeting into a folder.

    Raises:
        NotFound: "record.gone". InvalidInput: "queue.empty", "export.code_unknown".
    """
    from app.services.papers.queue import queue_papers, write_queue
    from app.services.reports.spec import Sheet

    with open_asked(options, tr, writing=True) as store:
        papers = queue_papers(store, _meeting(store, options.meeting), tr)
        if options.only is None:
            chosen = tuple(paper for paper in papers if paper.chosen)
        else:
            wanted = {code.strip().upper() for code in options.only.split(",")}
            known = {paper.code for paper in papers}
            if not wanted <= known:
                raise InvalidInput(
                    "export.code_unknown", wanted=", ".join(sorted(wanted - known)), known=", ".join(sorted(known))
                )
            chosen = tuple(paper for paper in papers if paper.code in wanted)
        for path in write_queue(store, chosen, options.output, tr, Sheet(options.sheet)):
            print(tr("Written: {file}").format(file=path))
    return DONE


def _meeting(store: Store, name: str) -> str:
    from app.services.meetings.meetings import meeting_rows

    for row in meeting_rows(store):
        if name in (row.label, row.id):
            return row.id
    raise NotFound("record.gone")


def declare_prints(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `prints`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("--again", metavar="N", help=tr("number of a print, to be written as it was"))
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, help=tr("the file to be written"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_prints(options: argparse.Namespace, tr: Translator) -> int:
    """Say what was printed when, or write one of it again as it was.

    Raises:
        NotFound: "record.gone", "print.erased". InvalidInput: "option.required".
    """
    from app.services.files import atomic_write
    from app.services.papers.prints import print_rows, printed_pdf

    with open_asked(options, tr, writing=False) as store:
        if options.again is not None:
            if options.output is None:
                raise InvalidInput("option.required", option="--output", given="--again")
            with atomic_write(options.output) as file:
                file.write(printed_pdf(store, options.again))
            print(tr("Written: {file}").format(file=options.output))
            return DONE
        rows = print_rows(store)
    if options.json:
        told = [
            {
                "number": row.id,
                "made_at": row.made_at.isoformat() if row.made_at else "",
                "made_by": row.made_by,
                "code": row.code,
                "title": row.title,
                "language": row.language,
                "audience": row.audience,
                "form": row.form,
                "journal_head": row.journal_head,
                "there": row.there,
            }
            for row in rows
        ]
        print_json({"prints": told})
        return DONE
    print_list(map(_print_line, rows), tr("Nothing was printed yet."))
    return DONE


def _print_line(row: PrintRow) -> str:
    assert row.made_at is not None
    made = format_instant(row.made_at)
    return f"{row.id:>6}  {made}  {row.form:<6} {row.code:<16} {row.title}  ({row.made_by})"


def declare_erratum(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `erratum`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("meeting", metavar="N/YEAR", help=tr("the meeting whose approved minutes are mended"))
    parser.add_argument("--wrong", metavar="TEXT", required=True, help=tr("the passage as the minutes have it"))
    parser.add_argument("--right", metavar="TEXT", default="", help=tr("how it reads from now on; nothing: it goes"))
    parser.add_argument("--reason", metavar="TEXT", required=True, help=tr("why"))
    parser.add_argument("--approve", metavar="YYYY-MM-DD", help=tr("approve it on that day: it never changes again"))
    add_credentials(parser, tr)


def run_erratum(options: argparse.Namespace, tr: Translator) -> int:
    """Write an erratum to approved minutes, and approve it when that is asked.

    Raises:
        NotFound: "record.gone"; as `save_erratum` and `approve_erratum`.
    """
    from app.commands.export import day_of
    from app.services.papers.errata import (
        ErratumDraft,
        ErratumLineDraft,
        approve_erratum,
        approved_minutes,
        load_erratum,
        save_erratum,
    )

    day = day_of(options.approve, "approve") if options.approve else None
    with open_asked(options, tr, writing=True) as store:
        minutes = next((row for row in approved_minutes(store) if options.meeting in (row.label, row.meeting_id)), None)
        if minutes is None:
            raise NotFound("record.gone")
        line = ErratumLineDraft(wrong=options.wrong, right=options.right)
        key = save_erratum(store, ErratumDraft(minutes_id=minutes.id, reason=options.reason, lines=(line,))).id
        if day is not None:
            approve_erratum(store, key, day)
        label = load_erratum(store, key).label
    print(tr("Erratum {label}").format(label=label or tr.context("erratum", "draft")))
    return DONE


def declare_heading(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `heading`."""
    from app.models.enums import TemplatePlace

    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("--lines", metavar="TEXT", help=tr("lines of the heading, with | between"))
    parser.add_argument("--footer", metavar="TEXT", help=tr("foot of every page"))
    parser.add_argument("--logo", metavar="PICTURE", type=Path, help=tr("the picture of the logo"))
    parser.add_argument("--logo-text", metavar="TEXT", default="", help=tr("what the logo shows"))
    places = [place.value for place in TemplatePlace]
    parser.add_argument("--text", choices=places, help=tr("a text of the papers, read from standard input"))
    parser.add_argument("--text-lang", choices=LANGUAGES, default=LANGUAGES[0], help=tr("language of that text"))
    add_credentials(parser, tr)


def run_heading(options: argparse.Namespace, tr: Translator) -> int:
    """Set what papers begin and end with, and the office's own texts.

    Raises:
        RuleBroken: "plan.missing"; as `save_letterhead`, `with_logo` and `save_template`.
    """
    from dataclasses import replace

    from app.models.enums import TemplatePlace
    from app.services.papers.letterhead import letterhead_key, load_letterhead, save_letterhead, with_logo
    from app.services.papers.templates import TemplateDraft, save_template

    with open_asked(options, tr, writing=True) as store:
        key = letterhead_key(store)
        if key is None:
            raise RuleBroken("plan.missing")
        draft = load_letterhead(store, key)
        changed = replace(
            draft,
            lines=draft.lines if options.lines is None else options.lines.replace("|", "\n"),
            footer=draft.footer if options.footer is None else options.footer,
        )
        if changed != draft:
            save_letterhead(store, changed)
        if options.logo is not None:
            with_logo(store, options.logo, options.logo_text)
        if options.text is not None:
            place = TemplatePlace(options.text)
            save_template(store, TemplateDraft(None, place, options.text_lang, sys.stdin.read()))
        key = letterhead_key(store)
        assert key is not None
        now = load_letterhead(store, key)
    print("\n".join(filter(None, (now.lines, now.footer, now.logo_text))))
    return DONE
