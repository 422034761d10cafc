"""The commands on what is kept and what is erased: the right of a person, the time of keeping."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.answers import DONE, FINDINGS, add_json, print_json, tell_warning
from app.commands.asking import add_credentials, open_asked
from app.services.wording.texts import Translator


def declare_person(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `person`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("name", metavar="NAME", help=tr("name and surname of the person, in any order"))
    parser.add_argument("--tax-code", default="", metavar="CODE", help=tr("tax code of the person, looked for as well"))
    out = tr("where to write everything on the person: a name that ends in .pdf or .json")
    parser.add_argument("-o", "--output", metavar="OUT", type=Path, help=out)
    add_json(parser, tr)
    parser.add_argument("--erase", action="store_true", help=tr("erase what need not be kept, for good"))
    reason = tr("the request and the rule that erasing rests on, without the person's name")
    parser.add_argument("--reason", default="", metavar="TEXT", help=reason)
    add_credentials(parser, tr)


def run_person(options: argparse.Namespace, tr: Translator) -> int:
    """Say everything on a person, write it into a file, or erase what need not be kept; 1 when nothing is known."""
    from app.services.keeping.persons import Sought, erase_person, find_person
    from app.services.reports.archive_lists import record_text
    from app.services.reports.pdf import write_pdf
    from app.services.reports.person_papers import (
        ground_text,
        person_document,
        person_text,
        summary,
        write_person_data,
    )

    sought = Sought(options.name, options.tax_code)
    with open_asked(options, tr, writing=options.erase) as store:
        if options.erase:
            tell_warning(erase_person(store, sought, options.reason), tr)
        found = find_person(store, sought)
        if options.output is not None and options.output.suffix.casefold() == ".pdf":
            write_pdf(person_document(store, tr, sought), options.output)
        elif options.output is not None:
            write_person_data(found, options.output)
    if options.json:
        print(person_text(found))
    elif options.output is not None:
        print(tr("Written: {name}").format(name=options.output))
    elif found.is_empty and not options.erase:
        print(tr("The archive says nothing of this person."))
    else:
        for each in found.traces:
            record = record_text(each.table, each.name, tr)
            print(f"{record}, {tr(each.label)}: {each.text}  [{ground_text(each.stays, tr)}]")
        for caption, value in summary(found, tr):
            print(f"{caption}: {value}")
    return DONE if options.erase or not found.is_empty else FINDINGS


def declare_retention(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `retention`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("--usual", action="store_true", help=tr("write the usual classes, where there are none"))
    number = tr("erase the due record with this number for good; may be given several times")
    parser.add_argument("--erase", metavar="NUMBER", type=int, action="append", default=[], help=number)
    parser.add_argument("--reason", default="", metavar="TEXT", help=tr("why it is erased, for the history"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_retention(options: argparse.Namespace, tr: Translator) -> int:
    """Say how long things are kept and what in the bin is due, or erase some of that."""
    from app.services.keeping.retention import add_usual_classes, due_rows, empty_bin, retention_rows
    from app.services.wording.formats import format_instant

    with open_asked(options, tr, writing=options.usual or bool(options.erase)) as store:
        if options.usual:
            add_usual_classes(store, tr)
        if options.erase:
            tell_warning(empty_bin(store, options.erase, options.reason), tr)
        classes, due = retention_rows(store), due_rows(store)
    if options.json:
        listed = {
            "classes": [
                {"name": row.name, "years": row.years, "tables": [tr(each) for each in row.tables]} for row in classes
            ],
            "due": [{"number": row.row.number, "name": row.row.name, "since": row.due.isoformat()} for row in due],
        }
        print_json(listed)
        return DONE
    for row in classes:
        kept = (
            tr("for ever") if row.years is None else tr.plural("{n} year", "{n} years", row.years).format(n=row.years)
        )
        print(f"{row.name}: {kept} ({', '.join(tr(each) for each in row.tables)})")
    for each in due:
        print(f"{each.row.number:>8}  {format_instant(each.due)}  {tr(each.row.kind)}: {each.row.name}")
    if not due:
        print(tr("Nothing in the bin is due."))
    return DONE
