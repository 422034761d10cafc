"""The commands on calls: a new call from a template, and findings that are let stand."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.answers import DONE, add_json, print_json
from app.commands.asking import add_credentials, open_asked
from app.services.wording.texts import Translator


def declare_call(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `call`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument(
        "template", metavar="TEMPLATE", nargs="?", help=tr("code of the template; without one they are listed")
    )
    parser.add_argument("--title", default="", help=tr("of the new call; else that of the template"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_call(options: argparse.Namespace, tr: Translator) -> int:
    """List the templates of calls, or make a call with the rules of one."""
    from app.services.calls.templates import call_from_template, templates

    if options.template is None:
        rows = [{"code": row.code, "title": row.title, "year": row.year, "body": row.body} for row in templates()]
        if options.json:
            print_json({"templates": rows})
        else:
            for row in rows:
                print(f"{row['code']:28} {row['title']}")
        return DONE
    with open_asked(options, tr) as store:
        made = call_from_template(store, options.template, options.title)
    if options.json:
        print_json({"call": made.id})
    else:
        print(tr("Call added: {key}").format(key=made.id))
    return DONE


def declare_accept(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `accept`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("key", metavar="KEY", help=tr("of the finding, as «check --json» gives it"))
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--reason", metavar="TEXT", help=tr("why it may stand"))
    what.add_argument("--withdraw", action="store_true", help=tr("open it again"))
    parser.add_argument("--decision", metavar="ID", help=tr("key of the decision that accepts it"))
    add_credentials(parser, tr)


def run_accept(options: argparse.Namespace, tr: Translator) -> int:
    """Let a finding stand with a reason, or open it again."""
    from app.services.findings.acceptance import accept_finding, withdraw_acceptance

    with open_asked(options, tr) as store:
        if options.withdraw:
            withdraw_acceptance(store, options.key)
            print(tr("The finding is open again."))
        else:
            accept_finding(store, options.key, options.reason, options.decision)
            print(tr("The finding is accepted."))
    return DONE
