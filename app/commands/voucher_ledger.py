"""Sub-verbs of `concilia vouchers` for what was given: issue, use, end, report, settle, pay."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.answers import DONE, FINDINGS, add_json, print_json, print_list
from app.commands.asking import open_asked
from app.commands.voucher_verbs import SubVerb, programme_key
from app.models.money import decimal_text, format_euro
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

if TYPE_CHECKING:
    from app.models.store import Store

DAY = "15/06/2015"


def _read_day(options: argparse.Namespace) -> date | None:
    from app.services.wording.parsing import parse_date

    return parse_date(options.day, field="day") if options.day else None


def _add_day(parser: argparse.ArgumentParser, tr: Translator, *, required: bool = False) -> None:
    parser.add_argument("--day", default="", required=required, metavar=DAY, help=tr("the day; today when left out"))


def _add_number(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("number", metavar="CRE-2026-00012-K", help=tr("number of the voucher, as printed"))


def _voucher_key(store: Store, number: str) -> str:
    from app.services.vouchers.facts import find_voucher

    with store.read() as session:
        return find_voucher(session, number).id


def _told(store: Store, key: str, tr: Translator) -> str:
    """A voucher in a line."""
    from app.services.vouchers.given import load_voucher

    found = load_voucher(store, key)
    left = tr("{left} left of {amount}").format(
        left=format_euro(found.left or 0), amount=format_euro(found.amount or 0)
    )
    return f"{found.code}  {found.holder}  {label(found.state, tr)}  {left}"


# --- vouchers ----------------------------------------------------------------------------------


def _declare_list(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--programme", metavar="GAR", default="", help=tr("code of one programme"))
    add_json(parser, tr)


def _run_list(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.given import voucher_rows

    with open_asked(options, tr, writing=False) as store:
        programme = programme_key(store, options.programme) if options.programme else None
        rows = voucher_rows(store, programme)
    if options.json:
        told = [
            {
                "number": row.code,
                "programme": row.programme,
                "state": row.state.value,
                "issued": row.day_issued.isoformat(),
                "valid_from": row.valid_from.isoformat(),
                "valid_to": row.valid_to.isoformat(),
                **{key: decimal_text(getattr(row, key)) for key in ("amount", "used", "settled", "left")},
            }
            for row in rows
        ]
        print_json({"vouchers": told})
        return DONE
    lines = (
        f"{row.code}  {row.holder}  {label(row.state, tr)}  {format_euro(row.left)} / {format_euro(row.amount)}"
        for row in rows
    )
    print_list(lines, tr("No voucher yet."))
    return DONE


def _declare_issue(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument(
        "requests", metavar="ID", nargs="+", help=tr("keys of requests, as «vouchers requests» gives them")
    )
    _add_day(parser, tr)


def _run_issue(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.issuing import IssueDraft, issue_vouchers

    with open_asked(options, tr) as store:
        made = issue_vouchers(store, IssueDraft(tuple(options.requests), _read_day(options))).ids
        for key in made:
            print(_told(store, key, tr))
    return DONE


def _declare_use(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_number(parser, tr)
    parser.add_argument("--day", required=True, metavar=DAY, help=tr("day of the service"))
    parser.add_argument("--units", required=True, metavar="8", help=tr("units of the service"))
    parser.add_argument("--provider", default="", metavar="NAME", help=tr("name of the provider, as in the registry"))
    parser.add_argument("--document", default="", metavar="TEXT", help=tr("invoice, receipt or sheet of attendance"))
    parser.add_argument("--amount", default="", metavar="20.00", help=tr("what it takes; else what the units come to"))


def _run_use(options: argparse.Namespace, tr: Translator) -> int:
    from app.models.money import parse_decimal_text
    from app.services.vouchers.using import UseDraft, record_use
    from app.services.wording.points import parse_points

    amount = parse_decimal_text(options.amount, field="amount") if options.amount else None
    units, day = parse_points(options.units, field="units"), _read_day(options)
    with open_asked(options, tr) as store:
        provider = _provider_key(store, options.provider)
        draft = UseDraft(options.number, day, units, provider, options.document, amount)
        print(_told(store, record_use(store, draft).ids[1], tr))
    return DONE


def _provider_key(store: Store, name: str) -> str | None:
    """Key of a provider by its name.

    Raises:
        InvalidInput: "use.provider_unknown".
    """
    from app.models.errors import InvalidInput
    from app.services.vouchers.given import admitted_providers
    from app.services.wording.folding import fold

    if not name:
        return None
    for key, known in admitted_providers(store):
        if fold(known) == fold(name):
            return key
    raise InvalidInput("use.provider_unknown", field="provider_id", text=name)


def _declare_end(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _add_number(parser, tr)
    parser.add_argument("--reason", required=True, metavar="TEXT", help=tr("why"))
    _add_day(parser, tr)


def _ended_by(name: str) -> Callable[[argparse.Namespace, Translator], int]:
    """The work of a sub-verb that ends a voucher by the service of this name."""

    def run(options: argparse.Namespace, tr: Translator) -> int:
        from app.services.vouchers import ending

        with open_asked(options, tr) as store:
            draft = ending.EndDraft(_voucher_key(store, options.number), _read_day(options), options.reason)
            print(_told(store, getattr(ending, name)(store, draft).id, tr))
        return DONE

    return run


def _declare_expire(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("--programme", metavar="GAR", default="", help=tr("code of one programme"))
    _add_day(parser, tr)


def _run_expire(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.ending import expirable, expire_vouchers

    with open_asked(options, tr) as store:
        programme = programme_key(store, options.programme) if options.programme else None
        keys = expirable(store, programme, _read_day(options))
        expire_vouchers(store, programme, _read_day(options))
        for key in keys:
            print(_told(store, key, tr))
    return DONE


# --- reports and settlements -----------------------------------------------------------------------


def _declare_report(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("sheet", metavar="SHEET.xlsx", type=Path, help=tr("the report of the provider"))
    parser.add_argument("--programme", metavar="GAR", required=True, help=tr("code of the programme"))
    parser.add_argument("--provider", default="", metavar="NAME", help=tr("name of the provider, as in the registry"))
    parser.add_argument("--protocol", default="", metavar="TEXT", help=tr("protocol number"))
    parser.add_argument("--accept", action="store_true", help=tr("record the lines that match as uses"))
    parser.add_argument("--day", required=True, metavar=DAY, help=tr("day that it came in on"))


def _run_report(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers import provider_reports as reports

    day = _read_day(options)
    with open_asked(options, tr) as store:
        draft = reports.VoucherReportDraft(
            programme_id=programme_key(store, options.programme),
            provider_id=_provider_key(store, options.provider),
            protocol=options.protocol,
            date_received=day,
        )
        key = reports.import_voucher_report(store, options.sheet, draft).id
        differences = reports.report_differences(store, key)
        lines = len(reports.load_voucher_report(store, key).lines)
        if options.accept:
            reports.accept_voucher_report(store, key)
    print(tr("{matched} of {lines} lines match").format(matched=lines - len(differences), lines=lines))
    for each in differences:
        print(f"    {each.number}  {each.typed}  {label(each.outcome, tr)}")
    return FINDINGS if differences else DONE


def _run_settlements(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.payments import settlement_rows

    with open_asked(options, tr, writing=False) as store:
        rows = settlement_rows(store)
    if options.json:
        told = [
            {
                "id": row.id,
                "programme": row.programme,
                "year": row.year,
                "number": row.number,
                "state": row.state.value,
                "payments": row.payments,
                "uses": row.uses,
                "amount": decimal_text(row.cents),
                "refused": decimal_text(row.refused),
                "file": row.file,
            }
            for row in rows
        ]
        print_json({"settlements": told})
        return DONE
    lines = (
        f"{row.id}  {row.number}/{row.year}  {row.programme}  {label(row.state, tr)}  {format_euro(row.cents)}"
        for row in rows
    )
    print_list(lines, tr("No settlement yet."))
    return DONE


def _declare_settle(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument("programme", metavar="GAR", help=tr("code of the programme"))
    parser.add_argument("--day", required=True, metavar=DAY, help=tr("uses up to this day are paid"))
    parser.add_argument("--act", default="", metavar="TEXT", help=tr("act that fixes the settlement"))
    parser.add_argument("--act-day", default="", metavar=DAY, help=tr("day of the act"))


def _run_settle(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.vouchers.settlement import SettlementDraft, save_settlement
    from app.services.wording.parsing import parse_date

    act_day = parse_date(options.act_day, field="act_day") if options.act_day else None
    day = _read_day(options)
    with open_asked(options, tr) as store:
        programme = programme_key(store, options.programme)
        key = save_settlement(store, SettlementDraft(None, programme, day=day, act=options.act, act_day=act_day)).id
        _print_settlement(store, key, tr)
    return DONE


def _print_settlement(store: Store, key: str, tr: Translator) -> None:
    from app.services.vouchers.payments import load_settlement, settlement_payments

    found = load_settlement(store, key)
    print(f"{key}  {found.number}/{found.year}  {label(found.state, tr)}  {format_euro(found.cents or 0)}")
    for each in settlement_payments(store, key):
        print(f"    {each.number}  {each.name}  {format_euro(each.cents)}  {label(each.state, tr)}")


def _declare_settlement(parser: argparse.ArgumentParser, tr: Translator) -> None:
    parser.add_argument(
        "settlement", metavar="ID", help=tr("key of the settlement, as «vouchers settlements» gives it")
    )


def _declare_release(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _declare_settlement(parser, tr)
    _add_day(parser, tr, required=True)


def _declare_file(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _declare_settlement(parser, tr)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.xml", help=tr("file to write"))
    parser.add_argument("--day", default="", metavar=DAY, help=tr("day that the bank is to pay on; to make the file"))


def _declare_refuse(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _declare_settlement(parser, tr)
    parser.add_argument("payment", metavar="N", help=tr("number of the payment in the settlement"))
    parser.add_argument("--reason", required=True, metavar="TEXT", help=tr("what the bank says"))
    _add_day(parser, tr, required=True)


def _settled_by(work: Callable[[Store, argparse.Namespace], Any]) -> Callable[[argparse.Namespace, Translator], int]:
    """A sub-verb that does something to a settlement and shows what became of it."""

    def run(options: argparse.Namespace, tr: Translator) -> int:
        with open_asked(options, tr) as store:
            work(store, options)
            _print_settlement(store, options.settlement, tr)
        return DONE

    return run


def _check(store: Store, options: argparse.Namespace) -> None:
    from app.services.vouchers.settlement import check_settlement

    check_settlement(store, options.settlement)


def _release(store: Store, options: argparse.Namespace) -> None:
    from app.services.vouchers.settlement import release_settlement

    release_settlement(store, options.settlement, _read_day(options))


def _file(store: Store, options: argparse.Namespace) -> None:
    from app.services.vouchers.payments import make_payment_file, save_payment_file

    if options.day:
        make_payment_file(store, options.settlement, _read_day(options))
    save_payment_file(store, options.settlement, options.output)


def _refuse(store: Store, options: argparse.Namespace) -> None:
    from app.services.vouchers.settlement import RefusalDraft, refuse_payment
    from app.services.wording.parsing import parse_count

    number = parse_count(options.payment, field="payment")
    refuse_payment(store, RefusalDraft(options.settlement, number, _read_day(options), options.reason))


def _declare_bank(parser: argparse.ArgumentParser, tr: Translator) -> None:
    _declare_settlement(parser, tr)
    parser.add_argument("report", metavar=tr("REPORT.xml"), type=Path, help=tr("payment status report (pain.002)"))


def _run_bank(options: argparse.Namespace, tr: Translator) -> int:
    from app.services.reports.vouchers.ledger_lists import bank_table
    from app.services.vouchers.bank_report import read_bank_report, take_bank_report
    from app.services.wording.formats import display

    with open_asked(options, tr) as store:
        found = read_bank_report(store, options.settlement, options.report)
        table = bank_table(found.lines, tr)
        for row in found.lines:
            cells = (display(column.kind, column.value(row), tr) for column in table.columns)
            print("  ".join(cell for cell in cells if cell))
        if found.differences:
            return FINDINGS
        take_bank_report(store, options.settlement, options.report)
        _print_settlement(store, options.settlement, tr)
    return DONE


LEDGER_VERBS = (
    SubVerb("list", N_("List the vouchers, with what is left of each."), _declare_list, _run_list),
    SubVerb("issue", N_("Give vouchers for requests that were admitted."), _declare_issue, _run_issue),
    SubVerb("use", N_("Record that a part of a voucher was used."), _declare_use, _run_use),
    SubVerb("revoke", N_("Revoke a voucher: its rest goes back."), _declare_end, _ended_by("revoke_voucher")),
    SubVerb("renounce", N_("Record that a voucher was renounced."), _declare_end, _ended_by("renounce_voucher")),
    SubVerb("reinstate", N_("Take the end of a voucher back."), _declare_end, _ended_by("reinstate_voucher")),
    SubVerb("expire", N_("Let the vouchers expire whose validity is over."), _declare_expire, _run_expire),
    SubVerb("report", N_("Match a provider's report with vouchers, line by line."), _declare_report, _run_report),
    SubVerb("settlements", N_("List the settlements of vouchers."), add_json, _run_settlements),
    SubVerb("settle", N_("Enter a settlement of the uses that wait."), _declare_settle, _run_settle),
    SubVerb("check", N_("Say that a settlement was checked."), _declare_settlement, _settled_by(_check)),
    SubVerb("release", N_("Pay a settlement that was checked."), _declare_release, _settled_by(_release)),
    SubVerb("file", N_("Make and save the file of a settlement for the bank."), _declare_file, _settled_by(_file)),
    SubVerb("refuse", N_("Record a payment that the bank sent back."), _declare_refuse, _settled_by(_refuse)),
    SubVerb("bank", N_("Record what the bank refuses by its report, all of it or nothing."), _declare_bank, _run_bank),
)
"""What `concilia vouchers` does with vouchers that were given."""
