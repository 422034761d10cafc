"""The commands on copies: making one, listing what is in them, putting one in the archive's place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.answers import DONE, FINDINGS, add_json, print_json
from app.commands.asking import Asker, add_credentials, credentials_for, open_asked
from app.models.errors import AppError, EnvironmentFailed, NotFound, RuleBroken
from app.models.money import format_euro
from app.services.keeping.places import DAMAGED
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store
    from app.services.keeping.copies import CopyRow
    from app.services.keeping.restoring import Comparison
    from app.services.users.keys import Credentials


def declare_backup(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `backup`."""
    _add_file(parser, tr)
    where = tr("where the copy is written, best on another disk; without it, into the folder of the copies")
    parser.add_argument("target", metavar="COPY.concilia", type=Path, nargs="?", help=where)
    add_credentials(parser, tr)


def _add_file(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))


def run_backup(options: argparse.Namespace, tr: Translator) -> int:
    """Write a verified copy; exit code 1 when something in it is not in order."""
    from app.services.keeping.copies import Occasion, make_copy
    from app.services.keeping.outside_copies import copy_outside

    with open_asked(options, tr, writing=options.target is None) as store:
        if options.target is None:
            made = make_copy(store, Occasion.REQUEST)
            path, good = made.path, made.good
        else:
            path, good = options.target, copy_outside(store, options.target).good
    print(tr("Written and verified: {file}").format(file=path))
    if not good:
        print(tr("Not everything in it is in order: see «verify»."))
    return DONE if good else FINDINGS


def declare_copies(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `copies`."""
    _add_file(parser, tr)
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_copies(options: argparse.Namespace, tr: Translator) -> int:
    """List the copies of an archive with what is in them, also of one that does not open."""
    from app.services.keeping.copies import OCCASIONS, copy_files, copy_rows, read_copy
    from app.services.wording.formats import format_count, format_instant, format_size

    try:
        with open_asked(options, tr, writing=False) as store:
            rows = copy_rows(store)
    except EnvironmentFailed as failure:
        if failure.code not in DAMAGED:
            raise
        rows = tuple(read_copy(file, None) for file in copy_files(options.file.resolve()))
    if options.json:
        print_json({"copies": [_as_json(row) for row in rows]})
        return DONE
    for row in rows:
        said = (
            tr("not readable without its password")
            if row.facts is None
            else tr("{edits} edits, {money}, head {head}").format(
                edits=format_count(row.facts.edits), money=format_euro(row.facts.money), head=row.facts.head
            )
        )
        mark = "" if row.file.good else "  " + tr("NOT IN ORDER")
        when, why = format_instant(row.file.made_at), tr(OCCASIONS[row.file.occasion])
        print(f"{row.id}  {when}  {format_size(row.file.size)}  {why}: {said}{mark}")
    if not rows:
        print(tr("No copy yet."))
    return DONE


def _as_json(row: CopyRow) -> dict[str, Any]:
    facts = row.facts
    return {
        "name": row.id,
        "path": str(row.file.path),
        "occasion": row.file.occasion.value,
        "made_at": row.file.made_at.isoformat(),
        "size": row.file.size,
        "good": row.file.good,
        "refusal": row.refusal or None,
        "head": None if facts is None else facts.head,
        "edits": None if facts is None else facts.edits,
        "schema": None if facts is None else facts.schema,
        "cents": None if facts is None else facts.money,
        "counts": None if facts is None else dict(facts.counts),
    }


def declare_restore(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `restore`."""
    _add_file(parser, tr)
    name = tr("the copy: a file, or a name that «copies» lists; without it, the last one in order")
    parser.add_argument("copy", metavar="COPY", nargs="?", help=name)
    look = tr("only show what would change; the archive is not touched")
    parser.add_argument("--look", action="store_true", help=look)
    then = tr("the copy has an earlier key: ask for the user and the password of then too")
    parser.add_argument("--then", action="store_true", help=then)
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_restore(options: argparse.Namespace, tr: Translator) -> int:
    """Show what a copy would change, and put it in the archive's place; what was there is kept beside."""
    from app.services.archive import open_archive

    options.file = options.file.resolve()
    asker = Asker(options, tr)
    copy = _copy(options)
    credentials = credentials_for(options.file, options, asker, tr) or credentials_for(copy, options, asker, tr)
    then = credentials_for(copy, options, asker, tr) if options.then else None
    try:
        store = open_archive(options.file, credentials=credentials, writing=not options.look)
    except AppError as failure:
        if failure.code not in DAMAGED:
            raise
        return _restore_over(options, copy, credentials, then, tr)
    with store:
        return _restore_into(store, options, copy, then, tr)


def _copy(options: argparse.Namespace) -> Path:
    """The copy that was named, or the last one in order.

    Raises:
        NotFound: "copy.none", "copy.unknown".
    """
    from app.services.keeping.copies import copies_folder, copy_files, newest_good

    if options.copy is None:
        last = newest_good(options.file)
        if last is None:
            raise NotFound("copy.none", name=options.file.name, folder=copies_folder(options.file).name)
        return last.path
    listed = {copy.path.name: copy.path for copy in copy_files(options.file)}
    named = listed.get(options.copy, Path(options.copy))
    if not named.is_file():
        raise NotFound("copy.unknown", name=options.copy)
    return named


def _restore_into(
    store: Store, options: argparse.Namespace, copy: Path, then: Credentials | None, tr: Translator
) -> int:
    from app.services.keeping.restoring import compare_copy, copy_key, restore_copy

    try:
        key = copy_key(store, copy, then)
    except RuleBroken as refusal:
        if refusal.code == "keys.needed":
            raise RuleBroken("copy.other_key", name=copy.name) from refusal
        raise
    _tell(compare_copy(store, copy, key), options, tr)
    if not options.look:
        _say_done(restore_copy(store, copy, key).kept, options, tr)
    return DONE


def _restore_over(
    options: argparse.Namespace, copy: Path, credentials: Credentials | None, then: Credentials | None, tr: Translator
) -> int:
    from app.services.keeping.restoring import fitting_key, look_at_copy, restore_over

    _tell(look_at_copy(copy, fitting_key(options.file, copy, credentials, then)), options, tr)
    if not options.look:
        _say_done(restore_over(options.file, copy, credentials, then).kept, options, tr)
    return DONE


def _tell(found: Comparison, options: argparse.Namespace, tr: Translator) -> None:
    from app.services.reports.copy_lists import comparison_lines

    if options.json:
        print_json(found.as_json())
    else:
        print("\n".join(comparison_lines(found, tr)))


def _say_done(kept: Path | None, options: argparse.Namespace, tr: Translator) -> None:
    if options.json:
        return
    print(tr("Restored: {file}").format(file=options.file))
    if kept is not None:
        print(tr("What was there is kept as {file}").format(file=kept))
