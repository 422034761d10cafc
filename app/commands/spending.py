"""The commands on grants after the award: projects with what was paid and spent, and the release of a payment."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.commands.answers import DONE, add_json, print_json
from app.commands.asking import add_credentials, open_asked
from app.models.money import decimal_text, format_euro
from app.services.wording.labels import label
from app.services.wording.texts import Translator


def declare_projects(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `projects`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    add_json(parser, tr)
    add_credentials(parser, tr)


def run_projects(options: argparse.Namespace, tr: Translator) -> int:
    """List the projects with money, and their payments."""
    from app.services.spending.payments import payment_rows
    from app.services.spending.projects import project_rows

    with open_asked(options, tr, writing=False) as store:
        projects, payments = project_rows(store), payment_rows(store)
    if options.json:
        told = [
            {
                "id": row.id,
                "number": row.number,
                "title": row.title,
                "state": row.state.value,
                **{key: decimal_text(getattr(row, key)) for key in ("granted", "paid", "left", "owed", "spent")},
                "final": None if row.final is None else decimal_text(row.final),
                "payments": [_payment(each) for each in payments if each.proposal_id == row.id],
            }
            for row in projects
        ]
        print_json({"projects": told})
        return DONE
    line = tr("granted {granted}, paid {paid}, to be paid {left}, reported {spent}")
    if not projects:
        print(tr("No project with money yet."))
    for row in projects:
        amounts = {key: format_euro(getattr(row, key)) for key in ("granted", "paid", "left", "spent")}
        print(f"{row.name} ({label(row.state, tr)}): {line.format(**amounts)}")
        for each in (each for each in payments if each.proposal_id == row.id):
            number = tr("no. {number}").format(number=each.number)
            print(f"    {each.id}  {number}  {format_euro(each.amount)}  {label(each.state, tr)}  {each.act}")
    return DONE


def _payment(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "number": row.number,
        "tranche": row.tranche,
        "state": row.state.value,
        "amount": decimal_text(row.amount),
        "act": row.act,
        "act_day": row.act_day.isoformat(),
        "date_paid": None if row.date_paid is None else row.date_paid.isoformat(),
    }


def declare_pay(parser: argparse.ArgumentParser, tr: Translator) -> None:
    """Arguments of `pay`."""
    parser.add_argument("file", metavar="FILE", type=Path, help=tr("the archive"))
    parser.add_argument("payment", metavar="ID", help=tr("key of the payment, as «projects» gives it"))
    parser.add_argument("--day", required=True, metavar="15/06/2015", help=tr("day that it is paid on"))
    add_credentials(parser, tr)


def run_pay(options: argparse.Namespace, tr: Translator) -> int:
    """Release a payment that was entered, by another person than who entered it where there are users."""
    from app.services.spending.payments import load_payment, release_payment
    from app.services.wording.parsing import parse_date

    day = parse_date(options.day, field="day")
    with open_asked(options, tr) as store:
        release_payment(store, options.payment, day)
        paid = load_payment(store, options.payment)
    assert paid.amount is not None, "a kept payment has an amount"
    print(tr("Paid: {amount}, {act}").format(amount=format_euro(paid.amount), act=paid.act))
    return DONE
