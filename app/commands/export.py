"""The command that writes one table or document, as things stand now or as they stood."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE
from app.commands.asking import add_credentials, open_asked
from app.models.errors import InvalidInput
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store
    from app.services.journal.as_at import AsAt


def declare_export(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """The arguments of `export`."""
    from app.services.exchange.blank_forms import FORMS
    from app.services.reports.writer import Format

    known = dict.fromkeys([member.value for member in Format] + [each for form in FORMS for each in form.formats])
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    add_credentials(parser, tr)
    parser.add_argument("code", metavar="CODE", help=tr("code of the table or document, as listed by «tables»"))
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, required=True, help=tr("the file to be written"))
    parser.add_argument("--format", choices=list(known), help=tr("else the suffix of OUT decides"))
    parser.add_argument("--item", metavar="ID", help=tr("of which record, where the document is about one"))
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--area", metavar="CODE", help=tr("the rows of one priority area, where a table can be so"))
    part.add_argument("--district", metavar="NAME", help=tr("the rows of one district, where a table can be so"))
    parser.add_argument("--from", dest="first", metavar="YYYY-MM-DD", help=tr("first day of a statement of account"))
    parser.add_argument("--to", dest="last", metavar="YYYY-MM-DD", help=tr("last day of a statement of account"))
    parser.add_argument("--remember", action="store_true", help=tr("add it to the history of prints of the archive"))
    moment = parser.add_mutually_exclusive_group()
    moment.add_argument("--as-at", metavar="YYYY-MM-DD", help=tr("as things stood at the end of that day"))
    moment.add_argument(
        "--at-meeting",
        metavar="N/YEAR",
        help=tr("as things stood when that meeting was closed: its number and year, or its key"),
    )


def run_export(options: argparse.Namespace, tr: Translator) -> int:
    """Write it.

    Raises:
        InvalidInput: "export.format_unknown", "export.over_archive", "export.form_format", "export.no_as_at",
            "export.days_not_wanted", "export.part_not_wanted", "export.part_unknown".
    """
    from app.services.archive import SUFFIX
    from app.services.exchange.blank_forms import find_form
    from app.services.reports.catalogue import build_document, codes_as_at
    from app.services.reports.writer import Format, export_document

    wanted = options.format or options.output.suffix.removeprefix(".").lower()
    form = find_form(options.code)
    known = [member.value for member in Format] if form is None else form.formats
    if wanted not in known:
        if form is not None and wanted:
            raise InvalidInput("export.form_format", wanted=form.code, formats=form.formats)
        raise InvalidInput("export.format_unknown", format=wanted or "?")
    with open_asked(options, tr, writing=options.remember) as store:
        if options.output.suffix == SUFFIX or (options.output.exists() and options.output.samefile(store.path)):
            raise InvalidInput("export.over_archive", name=options.output.name)
        moment = _moment(store, options)
        if form is None:
            item = _part(store, options) or _item(options)
            document = build_document(store, options.code, tr, item, moment)
            export_document(document, Format(wanted), options.output, tr)
            if options.remember:
                from app.services.papers.prints import remember_print

                remember_print(store, document, wanted, item or "")
        elif not moment.is_now:
            raise InvalidInput("export.no_as_at", wanted=form.code, known=codes_as_at())
        else:
            form.write(store, options.output, tr, form.item(store, options.item), wanted)
    print(tr("Written: {file}").format(file=options.output))
    return DONE


def _moment(store: Store, options: argparse.Namespace) -> AsAt:
    """From when the archive is to be seen."""
    from app.services.journal.as_at import NOW, AsAt, meeting_named

    if options.at_meeting is not None:
        return meeting_named(store, options.at_meeting)
    return NOW if options.as_at is None else AsAt(day_of(options.as_at, "as-at"))


def _part(store: Store, options: argparse.Namespace) -> str | None:
    """Key of the area or district that is wanted; None for the whole."""
    from app.services.reports.catalogue import codes_by_part
    from app.services.reports.narrowing import part_named

    if options.area is None and options.district is None:
        return None
    if options.code.upper() not in codes_by_part() or options.item is not None:
        raise InvalidInput("export.part_not_wanted", wanted=options.code.upper(), known=codes_by_part())
    if options.area is not None:
        return part_named(store, "area", options.area).id
    return part_named(store, "district", options.district).id


def _item(options: argparse.Namespace) -> str | None:
    """The record that is wanted; of a statement, with its days."""
    from app.services.reports.statement_tables import statement_key

    first = day_of(options.first, "from") if options.first else None
    last = day_of(options.last, "to") if options.last else None
    item: str | None = options.item
    if first is None and last is None:
        return item
    if options.code.upper() != "ESTRATTO-CONTO" or item is None:
        raise InvalidInput("export.days_not_wanted", wanted=options.code.upper())
    return statement_key(item, first, last)


def day_of(text: str, field: str) -> date:
    """A day as programs write it, or as people do."""
    from app.services.wording.parsing import parse_date

    try:
        return date.fromisoformat(text)
    except ValueError:
        return parse_date(text, field=field)
