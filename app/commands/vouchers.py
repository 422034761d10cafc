"""`concilia vouchers`: programmes, requests and who waits; further sub-verbs stand in files of their own.

concilia vouchers programmes FILE
concilia vouchers requests FILE --programme GAR
"""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.answers import DONE, add_json, add_language, print_json
from app.commands.asking import add_credentials, open_asked
from app.commands.voucher_ledger import LEDGER_VERBS
from app.commands.voucher_verbs import SubVerb, programme_key
from app.models.money import decimal_text, format_euro
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator


def declare_vouchers(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `vouchers`: one parser for each sub-verb."""
    groups = parser.add_subparsers(dest="verb", metavar=tr("VERB"), required=True)
    for verb in SUB_VERBS:
        sub = groups.add_parser(verb.name, help=tr(verb.help), description=tr(verb.help))
        sub.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
        add_language(sub, tr)
        verb.declare(sub, tr)
        add_credentials(sub, tr)


def run_vouchers(options: argparse.Namespace, tr: Translator) -> int:
    """Do the sub-verb that was given."""
    verb = next(each for each in SUB_VERBS if each.name == options.verb)
    return verb.run(options, tr)


# --- programmes --------------------------------------------------------------------------


def _run_programmes(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.programmes import programme_rows

    with open_asked(options, tr, writing=False) as store:
        rows = programme_rows(store)
    if options.json:
        told = [
            {
                "id": row.id,
                "code": row.code,
                "name": row.name,
                "state": row.state.value,
                "ceiling": decimal_text(row.ceiling),
                "left": decimal_text(row.left),
                "requests": row.asked,
                "waiting": row.waiting,
                "vouchers": row.given,
            }
            for row in rows
        ]
        print_json({"programmes": told})
        return DONE
    line = tr("{left} left of {ceiling}; requests {asked}, waiting {waiting}, vouchers {given}")
    if not rows:
        print(tr("No programme of vouchers yet."))
    for row in rows:
        counts = {"asked": row.asked, "waiting": row.waiting, "given": row.given}
        amounts = {"left": format_euro(row.left), "ceiling": format_euro(row.ceiling)}
        print(f"{row.title} ({label(row.state, tr)}): {line.format(**counts, **amounts)}")
    return DONE


# --- requests ----------------------------------------------------------------------------


def _declare_requests(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--programme", metavar="GAR", default="", help=tr("code of one programme"))
    add_json(parser, tr)


def _run_requests(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.request_rows import request_rows

    with open_asked(options, tr, writing=False) as store:
        programme = programme_key(store, options.programme) if options.programme else None
        rows = request_rows(store, programme)
    if options.json:
        told = [
            {
                "id": row.id,
                "programme": row.programme_code,
                "year": row.year,
                "number": row.number,
                "state": row.state.value,
                "place": row.place,
                "day": row.day.isoformat(),
                "service": row.service,
                "price": None if row.expense is None else decimal_text(row.expense),
                "amount": None if row.amount is None else decimal_text(row.amount),
                "limit": None if row.bound is None else row.bound.value,
                "employer": decimal_text(row.employer_part),
                "family": None if row.family_part is None else decimal_text(row.family_part),
            }
            for row in rows
        ]
        print_json({"requests": told})
        return DONE
    if not rows:
        print(tr("No request yet."))
    for row in rows:
        amount = "" if row.amount is None else format_euro(row.amount)
        bound = "" if row.bound is None else f" ({label(row.bound, tr)})"
        place = "" if row.place is None else f" {row.place}"
        print(f"{row.id}  {row.label}  {row.holder}  {label(row.state, tr)}{place}  {amount}{bound}")
    return DONE


def _declare_admit(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("request", metavar="ID", help=tr("key of the request, as «vouchers requests» gives it"))
    parser.add_argument("--day", required=True, metavar="15/06/2015", help=tr("day that it is settled on"))


def _run_admit(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.request_rows import load_request
    from app.services.vouchers.requests import admit_request
    from app.services.wording.parsing import parse_date

    day = parse_date(options.day, field="day")
    with open_asked(options, tr) as store:
        admit_request(store, options.request, day)
        draft = load_request(store, options.request)
    amount = "" if draft.amount is None else format_euro(draft.amount)
    print(
        tr("Request no. {n} of {year}").format(n=draft.number, year=draft.year) + f": {label(draft.state, tr)} {amount}"
    )
    return DONE


def _declare_call(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("programme", metavar="GAR", help=tr("code of the programme"))
    parser.add_argument("--day", required=True, metavar="15/06/2015", help=tr("day that it is settled on"))


def _run_call(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.requests import call_waiting
    from app.services.wording.parsing import parse_date

    day = parse_date(options.day, field="day")
    with open_asked(options, tr) as store:
        called = call_waiting(store, programme_key(store, options.programme), day).ids[1:]
    print(tr.plural("{n} request admitted", "{n} requests admitted", len(called)).format(n=len(called)))
    return DONE


DESK_VERBS = (
    SubVerb("programmes", N_("List the programmes of vouchers, with their money."), add_json, _run_programmes),
    SubVerb(
        "requests",
        N_("List the requests: what each comes to, by which limit, and who waits."),
        _declare_requests,
        _run_requests,
    ),
    SubVerb("admit", N_("Admit a request; without money it waits for its turn."), _declare_admit, _run_admit),
    SubVerb("call", N_("Admit who waits in a programme, in its order, while money lasts."), _declare_call, _run_call),
)

SUB_VERBS: tuple[SubVerb, ...] = (*DESK_VERBS, *LEDGER_VERBS)
"""Everything that `concilia vouchers` does."""
