"""The commands on signed papers: handing out, taking in, comparing, and the package for preservation."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.answers import DONE, FINDINGS, add_json, print_json
from app.commands.asking import Asker, add_credentials, open_asked
from app.models.errors import InvalidInput, NotFound
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store
    from app.services.signing.papers import PaperDraft
    from app.services.signing.verifying import PaperCheck


def _add_file(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    add_credentials(parser, tr)


# --- papers ----------------------------------------------------------------------------------


def declare_sign(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `sign`."""
    _add_file(parser, tr)
    parser.add_argument("meeting", metavar="N/YEAR", help=tr("the meeting with the approved minutes"))
    parser.add_argument("-o", "--output", metavar="OUT.pdf", type=Path, help=tr("where the paper is written"))
    key = tr("sign here with this key file; its password is asked for, never kept")
    parser.add_argument("--p12", metavar="KEY.p12", type=Path, help=key)
    signed = tr("take in this signed file of the paper, a PDF or a .p7m")
    parser.add_argument("--take-in", metavar="SIGNED", type=Path, help=signed)
    parser.add_argument("--protocol", metavar="NUMBER", help=tr("number of the paper in the register of the office"))
    parser.add_argument("--protocol-day", metavar="YYYY-MM-DD", type=_day, help=tr("day of that entry"))
    parser.add_argument("--register", default="", metavar="NAME", help=tr("name or code of the register"))
    add_json(parser, tr)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def run_sign(options: argparse.Namespace, tr: Translator) -> int:
    """Hand out the minutes of a meeting, sign them here, or take their signed file in; say how they stand."""
    from dataclasses import replace

    from app.services.signing import papers

    with open_asked(options, tr) as store:
        meeting = _meeting(store, options.meeting)
        if options.take_in is not None:
            paper_id = papers.bind_signed(store, options.take_in).ids[0]
        else:
            paper_id = papers.prepare_minutes(store, meeting, tr).ids[0]
        if options.p12 is not None:
            papers.sign_paper(store, paper_id, options.p12, Asker(options, tr).secret(tr("Password of the key file")))
        if options.protocol is not None:
            draft = papers.load_paper(store, paper_id)
            draft = replace(draft, protocol_number=options.protocol, protocol_date=options.protocol_day)
            papers.save_paper(store, replace(draft, register=options.register))
        draft = papers.load_paper(store, paper_id)
        if options.output is not None:
            papers.save_paper_as(store, paper_id, options.output, signed=options.p12 is not None)
    if options.json:
        print_json(_paper_json(draft))
        return DONE
    if options.output is not None:
        print(tr("Written: {file}").format(file=options.output))
    print("\n".join(_paper_lines(draft, tr)))
    return DONE


def _meeting(store: Store, label: str) -> str:
    """Key of a meeting by its number and year.

    Raises:
        NotFound: "record.gone".
    """
    from app.services.meetings.meetings import meeting_rows

    found = [row.id for row in meeting_rows(store) if label in (row.label, row.id)]
    if not found:
        raise NotFound("record.gone")
    return found[0]


def _paper_json(draft: PaperDraft) -> dict[str, object]:
    return {
        "code": draft.code,
        "title": draft.title,
        "sha256": draft.sha256,
        "signatures": [
            {
                "signer": line.signer,
                "issuer": line.issuer,
                "signed_at": line.signed_at.isoformat() if line.signed_at else None,
            }
            for line in draft.signatures
        ],
        "protocol": draft.protocol_number,
    }


def _paper_lines(draft: PaperDraft, tr: Translator) -> Iterator[str]:
    yield f"{draft.title}  SHA-256 {draft.sha256}"
    if not draft.signatures:
        yield tr("No signed file has come back yet.")
    for line in draft.signatures:
        yield tr("Signature of {signer}, certificate by {issuer}").format(signer=line.signer, issuer=line.issuer)
    if draft.signatures:
        yield tr("Verified without a network: whether the certificates were valid is not said by this.")


# --- a document against the archive --------------------------------------------------------------


def declare_verify_document(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `verify-document`."""
    _add_file(parser, tr)
    given = tr("the PDF or .p7m, or what a camera read from the square at the end of a paper")
    parser.add_argument("document", metavar="PDF", help=given)
    add_json(parser, tr)


def run_verify_document(options: argparse.Namespace, tr: Translator) -> int:
    """Say whether a paper or file is ours, of which state, unchanged; 1 when something is wrong with it."""
    from app.services.documents.documents import SIZE_MAX, read_file
    from app.services.signing.report import check_lines
    from app.services.signing.verifying import check_file, check_mark

    given: str = options.document
    with open_asked(options, tr, writing=False) as store:
        if given.upper().startswith("CONCILIA:"):
            found = check_mark(store, given)
        else:
            found = check_file(store, read_file(Path(given), SIZE_MAX), Path(given).name)
    if options.json:
        print_json(_check_json(found))
    else:
        print("\n".join(check_lines(found, tr)))
    return DONE if found.is_ours else FINDINGS


def _check_json(found: PaperCheck) -> dict[str, object]:
    lists = {"wrong_sums": found.wrong_sums, "differences": found.differences, "changed_since": found.since}
    return {
        "verdict": found.verdict.value,
        "ok": found.is_ours,
        "code": found.code,
        "title": found.title,
        "sha256": found.digest,
        "state": found.state.isoformat() if found.state else None,
        "redrawn": found.redrawn,
        "figures": found.figures,
        "sums": found.sums,
        "signatures": [
            {"signer": fact.signer, "issuer": fact.issuer, "whole": fact.whole} for fact in found.signatures
        ],
        **{
            key: [{"where": each.where, "paper": each.paper, "archive": each.archive} for each in rows]
            for key, rows in lists.items()
        },
    }


# --- preservation --------------------------------------------------------------------------------


def declare_package(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `package`."""
    _add_file(parser, tr)
    parser.add_argument("folder", metavar="FOLDER", type=Path, help=tr("a new or empty folder"))
    parser.add_argument("--meeting", metavar="N/YEAR", help=tr("only the papers of that meeting"))


def run_package(options: argparse.Namespace, tr: Translator) -> int:
    """Write the package for the preservation system."""
    from app.services.signing.package import write_package
    from app.services.signing.papers import paper_rows

    with open_asked(options, tr, writing=False) as store:
        if options.folder.is_file():
            raise InvalidInput("package.folder_full", name=options.folder.name)
        meeting = _meeting(store, options.meeting) if options.meeting else None
        ids = [row.id for row in paper_rows(store, meeting) if row.id is not None]
        written = write_package(store, options.folder, ids)
    for path in written:
        print(path)
    return DONE
