"""The proposal form on paper, to be filled in by hand: the same fields as the workbook, from the same declaration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.models.store import Store
from app.services.exchange.blank_forms import PROPOSAL_TITLE
from app.services.exchange.call_form import CallForm, form_address, form_code, read_call_form
from app.services.exchange.forms import Entry, FormColumn, FormSheet, heading
from app.services.reports.frame import framed
from app.services.reports.spec import Blank, Document, Facts, Grid, Heading, Items, Part, QrCode, Signatures
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator

LONG_LINES: Mapping[str, int] = {"context": 16, "aims": 12, "sustainability": 9}
"""Lines to write on, for fields that take many; others take two."""

ROWS: Mapping[str, int] = {"partners": 15, "objectives": 7, "actions": 8, "targets": 5, "costs": 22, "results": 8}
"""Blank rows of each table on paper."""

BODY_MM = 170
LONG_MM = 42
WIDTHS: Mapping[Entry, float] = {
    Entry.TEXT: 36,
    Entry.NAME: 42,
    Entry.CHOICE: 30,
    Entry.MONEY: 28,
    Entry.COUNT: 14,
    Entry.FLAG: 20,
}
"""Widths of columns in millimetres; those for long texts share what is left."""

COLUMNS_STANDING = 6
"""A table with more columns lies on the long side of the page."""

CHOICES_MAX = 8
"""More choices than these are written, not ticked."""

PAPER_STEPS = (
    N_("Write in capitals or by machine, one letter beside the other; leave empty what does not apply."),
    N_("Amounts are in euro with two decimals. Days are written 31/03/2014."),
    N_("Where there are boxes, put a cross in the one that holds."),
    N_("Where the rows are not enough, go on on a further sheet that has the code of this form on it."),
)


def paper_form(store: Store, tr: Translator, call_id: str) -> Document:
    """The blank form of a call, as a document.

    Raises:
        NotFound: "record.gone".
    """
    call = read_call_form(store, call_id)
    mark = call.mark(tr.language)
    code = form_code(mark)
    caption = tr("Square that says which call and which rules this form is for: {code}")
    parts: list[Part] = [
        Facts(
            (
                (tr("Call"), call.title),
                (tr("Version of the rules"), str(call.rules) if call.rules else tr("none yet")),
                (tr("Code of the form"), code),
            )
        ),
        QrCode(form_address(mark), caption.format(code=code)),
        Items(tuple(map(tr, PAPER_STEPS)), numbered=True),
    ]
    for number, sheet in enumerate(mark.form.sheets, start=1):
        if sheet.key == "documents" and not call.documents:
            continue
        parts.append(Heading(f"{number}. {tr(sheet.title)}"))
        parts += _fields(sheet, call, tr) if sheet.single else _table(sheet, call, tr)
    parts.append(Signatures(((tr("Place and date"), ""), (tr("For the lead organisation"), ""))))
    slug = f"modulo-proposta-{call_id[-8:]}"
    document = framed(store, tr, "MODULO-PROPOSTA", tr(PROPOSAL_TITLE), tuple(parts), slug=slug)
    return replace(document, reference=f"{code} · {document.reference}")


def _fields(sheet: FormSheet, call: CallForm, tr: Translator) -> list[Part]:
    return [
        Blank(
            label=heading(column, tr),
            hint=_hint(column, tr),
            lines=LONG_LINES.get(column.key, 2) if column.entry is Entry.LONG else 1,
            choices=_choices(column, call, tr),
            filled=call.title if column.key == "call" else "",
        )
        for column in sheet.columns
    ]


def _hint(column: FormColumn, tr: Translator) -> str:
    """What is said of a field: its hint, and what can be written where that is too much to be ticked."""
    if column.key == "call":
        return ""
    if column.choices is None or len(column.choices) <= CHOICES_MAX:
        return tr(column.hint)
    names = ", ".join(label(member, tr) for member in column.choices)
    return " ".join(filter(None, (tr(column.hint), tr("One of: {choices}.").format(choices=names))))


def _choices(column: FormColumn, call: CallForm, tr: Translator) -> tuple[str, ...]:
    """What can be ticked; nothing where there is too much of it."""
    if column.key == "area":
        return tuple(area.partition(" ")[0] for area in call.areas)
    if column.choices is None:
        return ()
    names = tuple(label(member, tr) for member in column.choices)
    return names if len(names) <= CHOICES_MAX else ()


def _table(sheet: FormSheet, call: CallForm, tr: Translator) -> list[Part]:
    long = sum(column.entry is Entry.LONG for column in sheet.columns)
    left = BODY_MM - sum(WIDTHS.get(column.entry, 24) for column in sheet.columns if column.entry is not Entry.LONG)
    wide = max(LONG_MM, left / long) if long else LONG_MM
    columns = tuple((heading(column, tr), WIDTHS.get(column.entry, wide)) for column in sheet.columns)
    filled: tuple[tuple[str, ...], ...] = ()
    if sheet.key == "documents":
        filled = tuple((name, label(remedy, tr), "\u2610") for name, remedy in call.documents)
    rows, lines = ROWS.get(sheet.key, 0), 2 if long else 1
    hints = tuple(_remarks(sheet, call, tr))
    return [Grid(tr(sheet.title), columns, rows, lines, filled, hints, landscape=len(columns) > COLUMNS_STANDING)]


def _remarks(sheet: FormSheet, call: CallForm, tr: Translator) -> Sequence[str]:
    """What can be written in a column, and hints, one line each, over the table."""
    lines = []
    for column in sheet.columns:
        choices: Sequence[str] = ()
        if column.choices is not None:
            choices = [label(member, tr) for member in column.choices]
        elif column.names == "categories":
            choices = list(call.category_names(tr).values())
        if choices:
            lines.append(tr("{field}: one of {choices}.").format(field=tr(column.title), choices=", ".join(choices)))
        elif column.hint:
            lines.append(tr("{field}: {hint}").format(field=tr(column.title), hint=tr(column.hint)))
    return lines
