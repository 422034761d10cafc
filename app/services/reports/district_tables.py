"""T09: how many projects of each earlier call were funded in each district."""

from __future__ import annotations

from app.models.store import Store
from app.services.network.territory import EarlierCallRow, district_rows, earlier_call_rows, load_earlier_call
from app.services.reports.frame import framed
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Document, Kind, Table
from app.services.wording.texts import Translator


def funded_document(store: Store, _item: str | None, tr: Translator) -> Document:
    """T09: a table for each earlier call."""
    names = {row.id: row.name for row in district_rows(store)}
    tables = tuple(_funded_table(store, call, names, tr) for call in earlier_call_rows(store))
    return framed(store, tr, "T09", tr("Projects funded by district"), tables, slug="t09")


def _funded_table(store: Store, call: EarlierCallRow, names: dict[str, str], tr: Translator) -> Table:
    rows = tuple((names[row.district_id or ""], row.funded) for row in load_earlier_call(store, call.id).results)
    told = tr("Received {received}, admitted {admitted}, funded {funded}.")
    notes = [told.format(received=call.received, admitted=call.admitted, funded=call.funded)]
    if call.funded != call.funded_by_district:
        notes.append(tr("The districts do not add up to the projects funded that the plan declares."))
    return Table(
        code="T09",
        title=f"{call.title} ({call.year})",
        columns=(
            Column("district", tr("District"), Kind.TEXT, lambda row: row[0], width_mm=90),
            Column("funded", tr("Projects funded"), Kind.COUNT, lambda row: row[1], width_mm=40, total=True),
        ),
        rows=rows,
        notes=(*notes, *sample_notes((call,), tr)),
        total_label=tr("Total"),
    )
