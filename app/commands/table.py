"""The list of the commands: what each is called, takes and does.

Services are imported by the command that calls them: the archive and paper take longer to import than to run.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from app.commands.allocate import declare_allocate, run_allocate
from app.commands.archive import declare_import, declare_tables, run_check, run_import, run_tables, run_verify
from app.commands.calls import declare_accept, declare_call, run_accept, run_call
from app.commands.copies import declare_backup, declare_copies, declare_restore, run_backup, run_copies, run_restore
from app.commands.demo import declare_demo, declare_screenshots, run_demo, run_screenshots
from app.commands.export import declare_export, run_export
from app.commands.keeping import declare_person, declare_retention, run_person, run_retention
from app.commands.network import declare_duplicates, declare_merge, run_duplicates, run_merge
from app.commands.papers import (
    declare_erratum,
    declare_heading,
    declare_papers,
    declare_prints,
    run_erratum,
    run_heading,
    run_papers,
    run_prints,
)
from app.commands.proposals import declare_attach, declare_bin, run_attach, run_bin
from app.commands.ranking import declare_letters, declare_rank, run_letters, run_rank
from app.commands.signing import (
    declare_package,
    declare_sign,
    declare_verify_document,
    run_package,
    run_sign,
    run_verify_document,
)
from app.commands.spending import declare_pay, declare_projects, run_pay, run_projects
from app.commands.users import declare_new, declare_users, run_new, run_users
from app.commands.vouchers import declare_vouchers, run_vouchers
from app.services.wording.texts import N_, Translator


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


COMMANDS = {
    "demo": Command(N_("Write the sample archive: the plan of ASL Milano 1, complete."), declare_demo, run_demo),
    "new": Command(N_("Write an empty archive, with a password unless told otherwise."), declare_new, run_new),
    "users": Command(
        N_("List the users of an archive, or change them, their passwords and its keys."), declare_users, run_users
    ),
    "import": Command(
        N_("Import a proposal form or a plan workbook, whole or not at all, and print a receipt."),
        declare_import,
        run_import,
    ),
    "call": Command(N_("List the templates of calls, or add a call with the rules of one."), declare_call, run_call),
    "tables": Command(N_("List the official tables and documents, with their codes."), declare_tables, run_tables),
    "export": Command(
        N_("Write one table or document as PDF, XLSX, CSV or JSON."),
        declare_export,
        run_export,
    ),
    "check": Command(
        N_("Compare what was declared with what the records give; exit code 1 when findings are open."),
        declare_tables,
        run_check,
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
        N_("Verify the invariants of an archive; exit code 1 when one is broken."), declare_tables, run_verify
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
        declare_screenshots,
        run_screenshots,
        answers_in_language=False,
    ),
}
"""Every command, in the order that the help lists them."""
