"""The tables of docs/workbooks.md, made from the declarations of the forms.

    python -m tools.workbook_docs [--check]

What stands between the two marks of the file is written anew; with `--check` it is only compared.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.services.exchange.forms import Entry, FormColumn, FormSheet, heading
from app.services.exchange.plan_workbook import PLAN_WORKBOOK
from app.services.exchange.proposal_form import PROPOSAL_FORM
from app.services.wording.labels import label
from app.services.wording.texts import translator

PATH = Path(__file__).resolve().parent.parent / "docs" / "workbooks.md"
START, END = "<!-- tables: start -->", "<!-- tables: end -->"
CHOICES_SHOWN = 12
KINDS = {
    Entry.TEXT: "text",
    Entry.LONG: "text, may wrap",
    Entry.MONEY: "euro",
    Entry.COUNT: "whole number",
    Entry.PERCENT: "percentage, as text",
    Entry.DATE: "day",
    Entry.TIME: "hour",
    Entry.FLAG: "sì / no",
    Entry.CHOICE: "one of a list",
    Entry.NAME: "name of another record",
}


def tables() -> str:
    """The sheets of both forms, column by column."""
    lines: list[str] = []
    for form in (PROPOSAL_FORM, PLAN_WORKBOOK):
        lines.append(f"## The sheets of «{translator('it')(form.title)}» (form `{form.key}`, version {form.version})\n")
        for sheet in form.sheets:
            lines += _sheet(sheet)
    return "\n".join(lines)


def _sheet(sheet: FormSheet) -> Iterator[str]:
    it, en = translator("it"), translator("en")
    shape = "one record, a field a row" if sheet.single else "a record a row"
    yield f"### {it(sheet.title)} / {en(sheet.title)} (`{sheet.key}`; {shape})\n"
    yield "| heading | field | what it takes |"
    yield "|---|---|---|"
    for column in sheet.columns:
        yield f"| {heading(column, it)} / {en(column.title)} | `{column.key}` | {_takes(column)} |"
    yield ""


def _takes(column: FormColumn) -> str:
    it = translator("it")
    text = KINDS[column.entry]
    if column.choices is not None and len(column.choices) <= CHOICES_SHOWN:
        text = "one of: " + ", ".join(label(member, it) for member in column.choices)
    if "." in column.names:
        text += f" (`{column.names}`)"
    if column.usual:
        text += "; empty is sì"
    return text + ("; given by the form" if column.locked else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or compare; 1 when the file is not up to date."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    text = PATH.read_text("utf-8")
    before, _start, rest = text.partition(START)
    after = rest.partition(END)[2]
    wanted = f"{before}{START}\n\n{tables()}\n{END}{after}"
    if options.check:
        return int(wanted != text)
    PATH.write_text(wanted, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
