"""The commands on organisations: which may be one, and making two of them one."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.answers import DONE, FINDINGS, add_json, print_json
from app.commands.asking import add_credentials, open_asked
from app.models.errors import InvalidInput
from app.services.wording.texts import Translator


def declare_duplicates(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `duplicates`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_duplicates(options: argparse.Namespace, tr: Translator) -> int:
    """List the organisations that may be one; what was judged not to be comes last."""
    from app.services.network.duplicates import duplicate_rows, why_text

    with open_asked(options, tr, writing=False) as store:
        rows = duplicate_rows(store)
    open_ = sum(not row.judged for row in rows)
    if options.json:
        pairs = [
            {
                "one": {"id": row.one_id, "name": row.one},
                "other": {"id": row.other_id, "name": row.other},
                "why": None if row.likeness is None else row.likeness.why.value,
                "likeness": None if row.likeness is None else row.likeness.percent,
                "judged_distinct": row.judged,
            }
            for row in rows
        ]
        print_json({"duplicates": pairs})
        return FINDINGS if open_ else DONE
    for row in rows:
        mark = tr(" (judged not to be the same body)") if row.judged else ""
        print(f"{row.one} · {row.other}{mark}")
        print(f"    {row.one_id} {row.other_id}  {why_text(row.likeness, tr)}")
    print(tr.plural("{n} pair to be looked at", "{n} pairs to be looked at", open_).format(n=open_))
    return FINDINGS if open_ else DONE


def declare_merge(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `merge`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("keep", metavar="KEEP", help=tr("key of the organisation that stays, as «duplicates» lists it"))
    parser.add_argument("gone", metavar="GONE", help=tr("key of the one that becomes part of it"))
    parser.add_argument(
        "--take", default="", metavar="name,tax_code", help=tr("fields whose value is taken from the one that goes")
    )
    parser.add_argument("--dry-run", action="store_true", help=tr("only say what would change"))
    add_credentials(parser, tr)


def run_merge(options: argparse.Namespace, tr: Translator) -> int:
    """Make two organisations one, or say what that would change."""
    from app.services.network.merging import CHOSEN_FIELDS, merge_organisations, merge_preview

    taken = [field.strip() for field in options.take.split(",") if field.strip()]
    if unknown := sorted(set(taken) - set(CHOSEN_FIELDS)):
        raise InvalidInput("merge.field_unknown", text=unknown[0], known=", ".join(CHOSEN_FIELDS))
    with open_asked(options, tr, writing=not options.dry_run) as store:
        preview = merge_preview(store, options.keep, options.gone)
        told = tr("«{gone}» becomes part of «{keep}». Both names stay, one of them as another spelling.")
        print(told.format(gone=preview.gone, keep=preview.keep))
        for pair in preview.pairs:
            chosen = pair.gone if pair.key in taken else pair.kept
            print(f"  {tr(pair.label)} ({pair.key}): {pair.kept} | {pair.gone} → {chosen}")
        for moved in preview.moved:
            print(f"  {tr(moved.kind)}: {moved.count} ({', '.join(moved.names)})")
        if not options.dry_run:
            merge_organisations(store, options.keep, options.gone, taken)
            print(tr("Merged. The gesture can be taken back whole, from the window's history."))
    return DONE
