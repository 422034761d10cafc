"""What is asked of an archive as a whole: import, its tables, its findings, its invariants."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE, FINDINGS, WRONG_USE, add_json, print_json
from app.commands.asking import add_credentials, open_asked
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.services.exchange.workbook import Outcome


def _add_archive(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    add_credentials(parser, tr)


def declare_import(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_archive(parser, tr)
    parser.add_argument(
        "sheets", metavar="SHEET.xlsx", type=Path, nargs="+", help=tr("filled proposal forms, or a plan workbook")
    )
    parser.add_argument(
        "--same",
        metavar=("NAME", "REGISTRY"),
        nargs=2,
        action="append",
        default=[],
        help=tr("an organisation named NAME in the workbook is the one named REGISTRY in the registry"),
    )
    parser.add_argument(
        "--new",
        metavar="NAME",
        action="append",
        default=[],
        help=tr("an organisation named NAME in the workbook is a new one, however near its name is to another"),
    )
    parser.add_argument(
        "--again", action="store_true", help=tr("take in a file that came before, when what it became is gone")
    )
    add_json(parser, tr)


def run_import(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.exchange.registry import choose
    from app.services.exchange.workbook import import_workbook, import_workbooks

    with open_asked(options, tr) as store:
        choices = choose(store, options.same, options.new, again=options.again)
        if len(options.sheets) > 1:
            return _report_imports(import_workbooks(store, options.sheets, choices), options, tr)
        receipt = import_workbook(store, options.sheets[0], choices)
    if options.json:
        print_json(receipt.as_json())
    else:
        print("\n".join(receipt.lines(tr)))
    return DONE


def _report_imports(outcomes: Sequence[Outcome], options: argparse.Namespace, tr: Translator) -> int:
    """Say what became of many workbooks: receipts on standard output, refusals on standard error."""
    from app.ui.errors import sentence

    receipts = [outcome.receipt for outcome in outcomes if outcome.receipt is not None]
    for outcome in outcomes:
        if outcome.error is not None:
            print(sentence(outcome.error, tr), file=sys.stderr)
    if options.json:
        print_json({"imported": [receipt.as_json() for receipt in receipts]})
    else:
        for receipt in receipts:
            print("\n".join(receipt.lines(tr)), end="\n\n")
        print(tr("Imported: {n} of {all}").format(n=len(receipts), all=len(outcomes)))
    return DONE if len(receipts) == len(outcomes) else WRONG_USE


def declare_tables(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_archive(parser, tr)
    add_json(parser, tr)


def run_tables(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.exchange.blank_forms import FORMS, find_form
    from app.services.reports.catalogue import Listed, listing

    with open_asked(options, tr, writing=False) as store:
        forms = [Listed(form.code, tr(form.title), "form", form.items(store) if form.items else ()) for form in FORMS]
        documents = [entry for entry in listing(store, tr) if find_form(entry.code) is None]
        entries = [*documents, *forms]
    if options.json:
        print_json({"tables": [entry.as_json() for entry in entries]})
        return DONE
    for entry in entries:
        print(f"{entry.code:10} {entry.title}")
        for item_id, name in entry.items:
            print(f"{'':10}   --item {item_id}  {name}")
    return DONE


def run_check(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.findings import check, open_findings

    with open_asked(options, tr, writing=False) as store:
        findings = check(store, tr)
    still_open = open_findings(findings)
    if options.json:
        print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        for finding in still_open:
            print(f"{finding.code}: {finding.sentence}")
        print(tr.plural("{n} open finding", "{n} open findings", len(still_open)).format(n=len(still_open)))
    return FINDINGS if still_open else DONE


def run_verify(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.integrity import verify

    with open_asked(options, tr, writing=False) as store:
        result = verify(store, tr)
    if options.json:
        invariants = [{"code": found.code, "ok": found.ok, "broken": list(found.broken)} for found in result.invariants]
        print_json({"ok": result.ok, "invariants": invariants, "journal_head": result.journal_head})
    else:
        words = {True: tr("in order"), False: tr("BROKEN")}
        for found in result.invariants:
            print(f"{found.code:4} {words[found.ok]:10} {tr(found.title)}")
            for sentence in found.broken:
                print(f"     {sentence}")
        print(tr("Head of the journal: {head}").format(head=result.journal_head))
    return DONE if result.ok else FINDINGS
