"""T10, the register of vouchers by programme, district and month; and what of it is published, without any name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.models.errors import NotFound
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.notes import sample_notes
from app.services.reports.spec import (
    Audience,
    Column,
    Document,
    Heading,
    Kind,
    Line,
    Paragraph,
    Part,
    Role,
    Table,
)
from app.services.vouchers.burn_down import Month
from app.services.vouchers.figures import Dimension, Published, PublishedPart, count_floor, published, summed
from app.services.vouchers.register import ProgrammeName, RegisterRow, programme_names, public_code, register_rows
from app.services.wording.texts import N_, Translator
from app.services.wording.words import month_in_words

REGISTER = "T10"
PUBLISHED = "T10-PUBBLICA"

DIMENSIONS = {
    Dimension.SERVICE: N_("By service"),
    Dimension.DISTRICT: N_("By district"),
    Dimension.BAND: N_("By ISEE band"),
    Dimension.MONTH: N_("By month of issue"),
}
"""Titles of tables by what vouchers are counted by."""


def programme_items(store: Store, _tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each programme."""
    return tuple((row.id, f"{row.code} – {row.name}") for row in programme_names(store))


def chosen_programmes(store: Store, item: str | None) -> tuple[ProgrammeName, ...]:
    """The programme that is asked for, or all.

    Raises:
        NotFound: "record.gone".
    """
    found = tuple(row for row in programme_names(store) if item in (None, row.id))
    if item is not None and not found:
        raise NotFound("record.gone")
    return found


def month_name(month: Month, tr: Translator) -> str:
    """«giugno 2015», “June 2015”."""
    return f"{month_in_words(date(*month, 1), tr.language)} {month[0]}"


def part_name(dimension: Dimension, key: str, tr: Translator) -> str:
    """What a part is called in a table."""
    if dimension is Dimension.MONTH:
        year, month = key.split("-")
        return month_name((int(year), int(month)), tr)
    if key == "-":
        return tr("No ISEE asked") if dimension is Dimension.BAND else tr("Not known")
    if dimension is not Dimension.BAND:
        return key
    return tr("up to {amount}").format(amount=format_euro(int(key))) if int(key) else tr("above all bands")


# --- in full -------------------------------------------------------------------------------


def register_document(store: Store, item: str | None, tr: Translator) -> Document:
    """The register of one programme, or of all with a page of sums.

    Raises:
        NotFound: "record.gone".
    """
    programmes = chosen_programmes(store, item)
    rows = register_rows(store, item)
    parts: list[Part] = []
    if item is None:
        parts.append(summary_table(programmes, rows, tr))
    for programme in programmes:
        own = tuple(row for row in rows if row.programme_id == programme.id)
        table = register_table(own, tr)
        parts += [Heading(f"{programme.code} – {programme.name}"), table if own else Paragraph(tr("No voucher yet."))]
    slug = "t10" if item is None else f"t10-{programmes[0].code.lower()}"
    return framed(store, tr, REGISTER, tr("Register of vouchers"), tuple(parts), slug=slug, landscape=True)


@dataclass(frozen=True)
class _ProgrammeSum:
    """What the vouchers of a programme come to."""

    id: str
    name: str
    ceiling: Cents
    vouchers: int
    people: int
    amount: Cents
    used: Cents
    settled: Cents
    returned: Cents
    sample: bool


def summary_table(programmes: Sequence[ProgrammeName], rows: Sequence[RegisterRow], tr: Translator) -> Table:
    """Programmes with what their vouchers come to."""
    lines = []
    for programme in programmes:
        sums = summed(row for row in rows if row.programme_id == programme.id)
        lines.append(
            _ProgrammeSum(
                id=programme.id,
                name=f"{programme.code} – {programme.name}",
                ceiling=programme.ceiling,
                vouchers=sums.vouchers,
                people=len(sums.people),
                amount=Cents(sums.amount),
                used=Cents(sums.used),
                settled=Cents(sums.settled),
                returned=Cents(sums.returned),
                sample=programme.sample,
            )
        )
    columns = (
        field_column("name", tr("Programme"), Kind.NOTE, width_mm=70),
        field_column("ceiling", tr("Ceiling"), Kind.MONEY, width_mm=28, total=True),
        field_column("vouchers", tr("Vouchers"), Kind.COUNT, width_mm=18, total=True),
        field_column("people", tr("Persons or firms"), Kind.COUNT, width_mm=20),
        field_column("amount", tr("Issued"), Kind.MONEY, width_mm=28, total=True),
        field_column("used", tr("Used"), Kind.MONEY, width_mm=28, total=True),
        field_column("settled", tr("Settled"), Kind.MONEY, width_mm=28, total=True),
        field_column("returned", tr("Given back"), Kind.MONEY, width_mm=28, total=True),
    )
    return Table(
        code="register.programmes",
        title=tr("Programmes"),
        columns=columns,
        rows=tuple(lines),
        notes=sample_notes(lines, tr),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


def register_table(rows: Sequence[RegisterRow], tr: Translator) -> Table:
    """Vouchers of a programme by district and month, with the sums of each month."""
    columns = (
        field_column("code", tr("No."), width_mm=36),
        field_column("day_issued", tr("Issued on"), Kind.DATE, width_mm=21),
        field_column("holder", tr("For"), Kind.NOTE, width_mm=44),
        field_column("service", tr("Service"), Kind.NOTE, width_mm=40),
        Column("provider", tr("Provider"), Kind.NOTE, lambda row: row.provider or row.firm, width_mm=40),
        field_column("valid_to", tr("Valid to"), Kind.DATE, width_mm=21),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=26, total=True),
        field_column("used", tr("Used"), Kind.MONEY, width_mm=26, total=True),
        field_column("settled", tr("Settled"), Kind.MONEY, width_mm=26, total=True),
        field_column("state", tr("State"), Kind.STATE, width_mm=26),
    )
    return Table(
        code=REGISTER,
        title=tr("Register of vouchers"),
        columns=columns,
        rows=tuple(_grouped(rows, tr)),
        notes=sample_notes(rows, tr),
        row_id=lambda row: row.id,
        landscape=True,
        total_label=tr("Total"),
    )


def _grouped(rows: Sequence[RegisterRow], tr: Translator) -> Iterator[RegisterRow | Line]:
    """Rows under the names of their districts, each month closed by its sums."""
    ordered = sorted(rows, key=lambda row: (row.district == "", row.district, row.month, row.year, row.number))
    for name, of_district in groupby(ordered, key=lambda row: row.district):
        yield Line(Role.HEADING, {"code": name or tr("District not known")})
        for month, of_month in groupby(of_district, key=lambda row: row.month):
            found = tuple(of_month)
            yield from found
            sums = summed(found)
            text = tr.plural("{month}: {n} voucher", "{month}: {n} vouchers", len(found))
            yield Line(
                Role.SUBTOTAL,
                {
                    "code": text.format(month=month_name(month, tr), n=len(found)),
                    "amount": Cents(sums.amount),
                    "used": Cents(sums.used),
                    "settled": Cents(sums.settled),
                },
            )


# --- published -----------------------------------------------------------------------------


def published_document(store: Store, item: str | None, tr: Translator) -> Document:
    """Codes and amounts, and counts of which the small ones are masked; never a name, never what tells of health.

    Raises:
        NotFound: "record.gone".
    """
    programmes = chosen_programmes(store, item)
    floor = count_floor(store)
    rows = register_rows(store)
    found = published(rows, floor, item)
    shown = {part.key for part in found.programmes if part.vouchers is not None}
    parts: list[Part] = []
    listed = [row for row in rows if row.programme_id in shown and item in (None, row.programme_id)]
    parts.append(codes_table(listed, tr) if listed else Paragraph(_hidden(floor, tr)))
    if listed and len(shown) < len(found.programmes):
        parts.append(Paragraph(tr("Vouchers of programmes that are masked below are left out of the list.")))
    if item is None:
        names = {row.id: f"{row.code} – {row.name}" for row in programmes}
        parts.append(
            _parts_table("programme", tr("By programme"), found.programmes, found, names.__getitem__, floor, tr)
        )
    for dimension, title in DIMENSIONS.items():
        parts.append(_dimension_table(dimension, tr(title), found, floor, tr))
    slug = "t10-pubblica" if item is None else f"t10-pubblica-{programmes[0].code.lower()}"
    title = tr("Vouchers, as published")
    if item is not None:
        title = tr("{title}: {name}").format(title=title, name=programmes[0].name)
    return framed(store, tr, PUBLISHED, title, tuple(parts), slug=slug, audience=Audience.PUBLISHED)


@dataclass(frozen=True)
class _Code:
    """A voucher in what is published."""

    code: str
    amount: Cents
    sample: bool


def codes_table(rows: Sequence[RegisterRow], tr: Translator) -> Table:
    """Codes with amounts, in the order of the codes, which is nobody's."""
    lines = sorted((_Code(public_code(row.id), row.amount, row.sample) for row in rows), key=lambda line: line.code)
    return Table(
        code=PUBLISHED,
        title=tr("Vouchers given"),
        columns=(
            field_column("code", tr("Code"), width_mm=60),
            field_column("amount", tr("Amount"), Kind.MONEY, width_mm=40, total=True),
        ),
        rows=tuple(lines),
        notes=(
            tr("The code stands on the voucher of each: whoever has it finds its line, and nobody else's."),
            *sample_notes(lines, tr),
        ),
        total_label=tr("Total"),
    )


def _dimension_table(dimension: Dimension, title: str, found: Published, floor: int, tr: Translator) -> Table:
    return _parts_table(
        dimension.value,
        title,
        found.parts[dimension],
        found,
        lambda key: part_name(dimension, key, tr),
        floor,
        tr,
    )


def _parts_table(
    key: str,
    title: str,
    parts: Sequence[PublishedPart],
    found: Published,
    name: Callable[[str], str],
    floor: int,
    tr: Translator,
) -> Table:
    """Counts of parts; the total is that of all, not of what is shown."""
    mark = tr("masked")
    columns = (
        Column("part", title, Kind.NOTE, lambda part: name(part.key), width_mm=80),
        field_column("vouchers", tr("Vouchers"), Kind.COUNT, width_mm=24),
        field_column("amount", tr("Amount"), Kind.MONEY, width_mm=34),
        Column("mark", tr("Shown"), Kind.TEXT, lambda part: mark if part.vouchers is None else "", width_mm=26),
    )
    total = found.total
    closing = Line(
        Role.TOTAL,
        {
            "part": tr("Total"),
            "vouchers": total.vouchers,
            "amount": total.amount,
            "mark": mark if total.vouchers is None else "",
        },
    )
    is_masked = total.vouchers is None or any(part.vouchers is None for part in parts)
    return Table(
        code=f"{PUBLISHED}.{key}",
        title=title,
        columns=columns,
        rows=(*parts, closing),
        notes=(_masked_note(floor, tr),) if is_masked else (),
    )


def _masked_note(floor: int, tr: Translator) -> str:
    text = tr(
        "Masked: fewer than {floor} persons, or so much else as is needed for that number not to be reckoned from the"
        " rest."
    )
    return text.format(floor=floor)


def _hidden(floor: int, tr: Translator) -> str:
    text = tr("The list is not published: it has fewer than {floor} persons, or would tell of another that has.")
    return text.format(floor=floor)
