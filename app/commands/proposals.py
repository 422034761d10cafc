"""The commands on what proposals bring and on what was removed: attaching documents, the bin."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE, add_json, print_json
from app.commands.asking import add_credentials, open_asked
from app.models.errors import NotFound
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store


def declare_attach(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `attach`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument(
        "proposal", metavar="PROPOSAL", help=tr("number or key of the proposal, as «tables» lists it under SCHEDA")
    )
    parser.add_argument("documents", metavar="DOCUMENT", type=Path, nargs="+", help=tr("the files to be attached"))
    code = tr("code of the document of the call's rules that they answer")
    parser.add_argument("--requirement", default="", metavar="CODE", help=code)
    reason = tr("open a new version for this reason, and close it with the documents; a draft needs none")
    parser.add_argument("--reason", default="", metavar="TEXT", help=reason)
    add_credentials(parser, tr)


def run_attach(options: argparse.Namespace, tr: Translator) -> int:
    """Take files into the archive; each is a gesture of its own, and the first that is refused ends it."""
    from app.services.documents.documents import DocumentOwner, add_document
    from app.services.proposals.versions import close_version, reopen_proposal

    with open_asked(options, tr, writing=True) as store:
        key = _proposal(store, options.proposal)
        if options.reason:
            reopen_proposal(store, key, options.reason)
        for path in options.documents:
            add_document(store, DocumentOwner(proposal_id=key), path, requirement=options.requirement)
            print(tr("Attached: {file}").format(file=path))
        if options.reason:
            close_version(store, key)
    return DONE


def _proposal(store: Store, wanted: str) -> str:
    """Key of the proposal that is named by its key, or by a number that only one has."""
    from app.services.proposals.lists import proposal_rows

    found = [row.id for row in proposal_rows(store) if wanted in (row.id, str(row.number))]
    if len(found) != 1:
        raise NotFound("record.gone")
    return found[0]


def declare_bin(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `bin`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    number = tr("bring back the record with this number, whole")
    parser.add_argument("--restore", metavar="NUMBER", type=int, help=number)
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_bin(options: argparse.Namespace, tr: Translator) -> int:
    """List what was removed, or bring one of it back."""
    from app.services.keeping.bin import bin_rows, restore
    from app.services.wording.formats import format_instant

    with open_asked(options, tr, writing=options.restore is not None) as store:
        if options.restore is not None:
            restore(store, options.restore)
        rows = bin_rows(store)
    if options.json:
        listed = [
            {
                "number": row.number,
                "table": row.table,
                "name": row.name,
                "parts": row.parts,
                "removed_by": row.made_by,
                "removed_at": row.made_at.isoformat(),
            }
            for row in rows
        ]
        print_json({"bin": listed})
        return DONE
    for row in rows:
        print(f"{row.number:>8}  {format_instant(row.made_at)}  {tr(row.kind)}: {row.name}  ({row.made_by})")
    if not rows:
        print(tr("The bin is empty."))
    return DONE
