"""What each command of `concilia` takes and does; the parsing is in `app.parser`, the errors in `app.cli`.

Services are imported by the command that calls them: the archive and paper take longer to import than to run.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.allocate_command import declare_allocate, run_allocate
from app.asking import add_credentials, open_asked
from app.call_commands import declare_accept, declare_call, run_accept, run_call
from app.copy_commands import declare_backup, declare_copies, declare_restore, run_backup, run_copies, run_restore
from app.export_command import declare_export, run_export
from app.keeping_commands import declare_person, declare_retention, run_person, run_retention
from app.models.errors import InvalidInput
from app.network_commands import declare_duplicates, declare_merge, run_duplicates, run_merge
from app.paper_commands import (
    declare_erratum,
    declare_heading,
    declare_papers,
    declare_prints,
    run_erratum,
    run_heading,
    run_papers,
    run_prints,
)
from app.proposal_commands import declare_attach, declare_bin, run_attach, run_bin
from app.ranking_commands import declare_letters, declare_rank, run_letters, run_rank
from app.services.wording.texts import LANGUAGES, N_, Translator
from app.signing_commands import (
    declare_package,
    declare_sign,
    declare_verify_document,
    run_package,
    run_sign,
    run_verify_document,
)
from app.spending_commands import declare_pay, declare_projects, run_pay, run_projects
from app.user_commands import declare_new, declare_users, run_new, run_users
from app.voucher_commands import declare_vouchers, run_vouchers

if TYPE_CHECKING:
    from app.services.exchange.workbook import Outcome

DONE, FINDINGS, WRONG_USE = 0, 1, 2


@dataclass(frozen=True)
class Command:
    """A command: its help, its arguments, what it does.

    Attributes:
        help: one sentence in the user's words, marked for translation.
        declare: adds the arguments to the command's parser.
        run: does it and gives the exit code.
        answers_in_language: whether `--lang` is the language of the answer (else the command's own).
    """

    help: str
    declare: Callable[[argparse.ArgumentParser, Translator], None]
    run: Callable[[argparse.Namespace, Translator], int]
    answers_in_language: bool = True


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _add_file(parser: argparse.ArgumentParser, text: str) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=text)


def _add_archive(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_file(parser, tr("the archive"))
    add_credentials(parser, tr)


def _add_json(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--json", action="store_true", help=tr("answer as JSON, for other programs"))


def _declare_demo(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_file(parser, tr("the archive to be written; it must not exist yet"))
    parser.add_argument(
        "--scenario",
        choices=("valutazione",),
        help=tr("another archive: «valutazione» is an invented call, judged from end to end"),
    )


def _run_demo(options: argparse.Namespace, tr: Translator) -> int:
    if options.scenario is None:
        from app.services.sample import write_sample

        write_sample(options.file)
    else:
        from app.services.sample.evaluation import write_evaluation

        write_evaluation(options.file)
    print(tr("Written: {file}").format(file=options.file))
    return DONE


def _declare_import(parser: argparse.ArgumentParser, tr: Translator) -> None:
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
    _add_json(parser, tr)


def _run_import(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.exchange.registry import choose
    from app.services.exchange.workbook import import_workbook, import_workbooks

    with open_asked(options, tr) as store:
        choices = choose(store, options.same, options.new, again=options.again)
        if len(options.sheets) > 1:
            return _report_imports(import_workbooks(store, options.sheets, choices), options, tr)
        receipt = import_workbook(store, options.sheets[0], choices)
    if options.json:
        _print_json(receipt.as_json())
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
        _print_json({"imported": [receipt.as_json() for receipt in receipts]})
    else:
        for receipt in receipts:
            print("\n".join(receipt.lines(tr)), end="\n\n")
        print(tr("Imported: {n} of {all}").format(n=len(receipts), all=len(outcomes)))
    return DONE if len(receipts) == len(outcomes) else WRONG_USE


def _declare_tables(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_archive(parser, tr)
    _add_json(parser, tr)


def _run_tables(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.exchange.blank_forms import FORMS, find_form
    from app.services.reports.catalogue import Listed, listing

    with open_asked(options, tr, writing=False) as store:
        forms = [Listed(form.code, tr(form.title), "form", form.items(store) if form.items else ()) for form in FORMS]
        documents = [entry for entry in listing(store, tr) if find_form(entry.code) is None]
        entries = [*documents, *forms]
    if options.json:
        _print_json({"tables": [entry.as_json() for entry in entries]})
        return DONE
    for entry in entries:
        print(f"{entry.code:10} {entry.title}")
        for item_id, name in entry.items:
            print(f"{'':10}   --item {item_id}  {name}")
    return DONE


def _run_check(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.findings import check, open_findings

    with open_asked(options, tr, writing=False) as store:
        findings = check(store, tr)
    still_open = open_findings(findings)
    if options.json:
        _print_json({"findings": [finding.as_json() for finding in findings]})
    else:
        for finding in still_open:
            print(f"{finding.code}: {finding.sentence}")
        print(tr.plural("{n} open finding", "{n} open findings", len(still_open)).format(n=len(still_open)))
    return FINDINGS if still_open else DONE


def _run_verify(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.integrity import verify

    with open_asked(options, tr, writing=False) as store:
        result = verify(store, tr)
    if options.json:
        invariants = [{"code": found.code, "ok": found.ok, "broken": list(found.broken)} for found in result.invariants]
        _print_json({"ok": result.ok, "invariants": invariants, "journal_head": result.journal_head})
    else:
        words = {True: tr("in order"), False: tr("BROKEN")}
        for found in result.invariants:
            print(f"{found.code:4} {words[found.ok]:10} {tr(found.title)}")
            for sentence in found.broken:
                print(f"     {sentence}")
        print(tr("Head of the journal: {head}").format(head=result.journal_head))
    return DONE if result.ok else FINDINGS


def _declare_screenshots(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help=tr("folder for the pictures; made when missing"))
    parser.add_argument("--lang", default="it", metavar="it,en", help=tr("languages, with a comma between"))
    parser.add_argument("--theme", default="light,dark", metavar="light,dark", help=tr("themes, with a comma between"))


def _run_screenshots(options: argparse.Namespace, tr: Translator) -> int:
    from app.ui.screenshots import write_screenshots

    themes, languages = tuple(options.theme.split(",")), tuple(options.lang.split(","))
    if not set(themes) <= {"light", "dark"}:
        raise InvalidInput("theme.unknown", field="theme", text=options.theme)
    if not set(languages) <= set(LANGUAGES):
        raise InvalidInput("language.unknown", field="lang", text=options.lang)
    written = write_screenshots(options.folder, languages, themes)
    text = tr.plural("{n} picture in {folder}", "{n} pictures in {folder}", written)
    print(text.format(n=written, folder=options.folder))
    return DONE


DEMO_DOCUMENTS = ("VERBALE", "T01", "T02", "T03", "T04", "T08", "T17")
"""What the main job prints of the sample archive, as PDF and XLSX."""


def headless_demo(folder: Path, tr: Translator) -> int:
    """The main job without a display: the sample archive and its documents, in `folder`.

    An archive that is already there is kept, and its documents are printed anew.
    """
    from app.services.files import make_folder
    from app.services.sample import write_sample

    make_folder(folder)
    file = folder / "piano-asl-milano-1.concilia"
    if file.exists():
        print(tr("Sample archive: {file} (kept)").format(file=file))
    else:
        write_sample(file)
        print(tr("Sample archive: {file}").format(file=file))
    written = _print_documents(file, folder, tr)
    print(tr("Documents: {codes}").format(codes=", ".join(DEMO_DOCUMENTS)))
    text = tr.plural("{n} file, PDF and XLSX, in {folder}", "{n} files, PDF and XLSX, in {folder}", written)
    print(text.format(n=written, folder=folder))
    print(tr("There is no display here; with one, the same command opens the window."))
    print(tr("What else can be done: concilia --help"))
    return DONE


def _print_documents(file: Path, folder: Path, tr: Translator) -> int:
    """Write every demo document in both formats; gives the number of files."""
    from app.services.archive import open_archive
    from app.services.reports.catalogue import build_document, listing
    from app.services.reports.writer import Format, export_document

    written = 0
    with open_archive(file, writing=False) as store:
        entries = {entry.code: entry for entry in listing(store, tr)}
        for code in DEMO_DOCUMENTS:
            items: list[str | None] = [key for key, _name in entries[code].items]
            for item in items or [None]:
                document = build_document(store, code, tr, item=item)
                for fmt in (Format.PDF, Format.XLSX):
                    export_document(document, fmt, folder / f"{document.slug}.{fmt.value}", tr)
                    written += 1
    return written


COMMANDS = {
    "demo": Command(N_("Write the sample archive: the plan of ASL Milano 1, complete."), _declare_demo, _run_demo),
    "new": Command(N_("Write an empty archive, with a password unless told otherwise."), declare_new, run_new),
    "users": Command(
        N_("List the users of an archive, or change them, their passwords and its keys."), declare_users, run_users
    ),
    "import": Command(
        N_("Import a proposal form or a plan workbook, whole or not at all, and print a receipt."),
        _declare_import,
        _run_import,
    ),
    "call": Command(N_("List the templates of calls, or add a call with the rules of one."), declare_call, run_call),
    "tables": Command(N_("List the official tables and documents, with their codes."), _declare_tables, _run_tables),
    "export": Command(
        N_("Write one table or document as PDF, XLSX, CSV or JSON."),
        declare_export,
        run_export,
    ),
    "check": Command(
        N_("Compare what was declared with what the records give; exit code 1 when findings are open."),
        _declare_tables,
        _run_check,
    ),
    "accept": Command(N_("Let a finding stand with a reason, or open it again."), declare_accept, run_accept),
    "attach": Command(
        N_("Attach documents to a proposal: they are kept inside the archive."), declare_attach, run_attach
    ),
    "bin": Command(N_("List what was removed from an archive, or bring one of it back."), declare_bin, run_bin),
    "person": Command(
        N_("Say everything on one person, write it into a file, or erase what need not be kept."),
        declare_person,
        run_person,
    ),
    "retention": Command(
        N_("Say how long things are kept and what in the bin is due, or erase that."), declare_retention, run_retention
    ),
    "rank": Command(N_("Compute the ranking of a call, and say its places."), declare_rank, run_rank),
    "letters": Command(N_("Write a letter of outcome to each proponent of a call."), declare_letters, run_letters),
    "papers": Command(N_("Write the papers of a meeting into a folder, in one job."), declare_papers, run_papers),
    "prints": Command(N_("Say what was printed when, or write one of it again as it was."), declare_prints, run_prints),
    "erratum": Command(N_("Mend approved minutes by an erratum."), declare_erratum, run_erratum),
    "heading": Command(
        N_("Set heading, logo, foot and texts of the papers, and say them."), declare_heading, run_heading
    ),
    "projects": Command(
        N_("List the projects with money: granted, paid, reported, and their payments."), declare_projects, run_projects
    ),
    "pay": Command(N_("Release a payment that was entered."), declare_pay, run_pay),
    "vouchers": Command(
        N_("Programmes of vouchers, requests and who waits; what it does is listed by its --help."),
        declare_vouchers,
        run_vouchers,
    ),
    "verify": Command(
        N_("Verify the invariants of an archive; exit code 1 when one is broken."), _declare_tables, _run_verify
    ),
    "sign": Command(
        N_("Hand out approved minutes to be signed, sign them here, or take their signed file in."),
        declare_sign,
        run_sign,
    ),
    "verify-document": Command(
        N_("Compare a PDF, a signed file or a paper with the archive; exit code 1 when something is wrong with it."),
        declare_verify_document,
        run_verify_document,
    ),
    "package": Command(N_("Write the package for the preservation system."), declare_package, run_package),
    "backup": Command(N_("Write a verified copy of an archive."), declare_backup, run_backup),
    "copies": Command(N_("List the copies of an archive and what is in them."), declare_copies, run_copies),
    "restore": Command(
        N_("Put a copy in the place of its archive; what was there is kept."), declare_restore, run_restore
    ),
    "duplicates": Command(
        N_("List the organisations that may be one, and why; exit code 1 when some are to be looked at."),
        declare_duplicates,
        run_duplicates,
    ),
    "merge": Command(N_("Make two organisations of the registry one."), declare_merge, run_merge),
    "allocate": Command(N_("Share an amount to the cent, with its proof."), declare_allocate, run_allocate),
    "screenshots": Command(
        N_("Write a picture of every screen of the sample archive, without a display."),
        _declare_screenshots,
        _run_screenshots,
        answers_in_language=False,
    ),
}
"""Every command, in the order that the help lists them."""
