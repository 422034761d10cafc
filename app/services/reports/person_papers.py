"""Everything on one person, as a table of the window, a paper and data for other programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.models.enums import KeepGround
from app.models.store import Store
from app.services.files import atomic_write
from app.services.journal.journal import VERBS
from app.services.keeping.persons import PastTrace, PersonFile, Sought, Trace, find_person
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.spec import Column, Document, Facts, Heading, Items, Kind, Paragraph, Part, Table
from app.services.vouchers.of_person import LinkedField
from app.services.wording.formats import display
from app.services.wording.labels import label
from app.services.wording.texts import Translator

PERSON = "PERSONA"


def ground_text(stays: KeepGround | None, tr: Translator) -> str:
    """Why something stays, or that it can be erased."""
    return tr("can be erased") if stays is None else label(stays, tr)


def traces_table(found: PersonFile, tr: Translator) -> Table:
    """The fields of records that speak of a person."""
    columns = (
        Column("kind", tr("Record"), Kind.TEXT, lambda each: tr(each.kind), width_mm=34),
        field_column("name", tr("Name"), Kind.NOTE, width_mm=44),
        Column("field", tr("Field"), Kind.TEXT, lambda each: tr(each.label), width_mm=30),
        field_column("text", tr("What it says"), Kind.NOTE, width_mm=70),
        Column("stays", tr("May it be erased?"), Kind.NOTE, lambda each: ground_text(each.stays, tr), width_mm=60),
    )
    return Table("person.records", tr("In the records"), columns, found.traces, row_id=_trace_id, landscape=True)


def _trace_id(each: Trace | LinkedField) -> str:
    return f"{each.table}.{each.row_id}.{each.column}"


def past_table(found: PersonFile, tr: Translator) -> Table:
    """The edits of the journal that speak of a person."""
    columns = (
        field_column("made_at", tr("When"), Kind.INSTANT, width_mm=32),
        field_column("made_by", tr("Who"), width_mm=40),
        Column("verb", tr("Gesture"), Kind.NOTE, lambda each: tr(VERBS.get(each.verb, each.verb)), width_mm=60),
        Column("kind", tr("Record"), Kind.TEXT, lambda each: tr(each.kind), width_mm=40),
        Column("stays", tr("May it be erased?"), Kind.NOTE, lambda each: ground_text(each.stays, tr), width_mm=60),
    )
    return Table("person.journal", tr("In the history"), columns, found.past, row_id=_past_id, landscape=True)


def _past_id(each: PastTrace) -> str:
    return f"{each.replica}:{each.seq}"


def linked_table(found: PersonFile, tr: Translator) -> Table:
    """What the register of vouchers keeps of a person in records that do not name them."""
    columns = (
        Column("kind", tr("Record"), Kind.TEXT, lambda each: tr(each.kind), width_mm=48),
        field_column("name", tr("Name"), Kind.NOTE, width_mm=50),
        Column("field", tr("Field"), Kind.TEXT, lambda each: tr(each.label), width_mm=56),
        Column("text", tr("What it says"), Kind.NOTE, lambda each: display(each.shown, each.value, tr), width_mm=84),
    )
    title = tr("In the register of vouchers")
    return Table("person.vouchers", title, columns, found.linked, row_id=_trace_id, landscape=True)


def summary(found: PersonFile, tr: Translator) -> tuple[tuple[str, str], ...]:
    """How much there is of a person, and how much of it stays."""
    free, kept = _counts(found.traces), _counts(found.past)
    return (
        (tr("Fields of records"), f"{sum(free.values())}"),
        (tr("of these to be kept"), f"{sum(free.values()) - free[None]}"),
        (tr("Fields in the register of vouchers, kept with it"), f"{len(found.linked)}"),
        (tr("Contents of the history"), f"{sum(kept.values())}"),
        (tr("of these to be kept"), f"{sum(kept.values()) - kept[None]}"),
        (tr("Edits made by this person as a user"), f"{found.written}"),
        (tr("Forms not saved"), f"{found.drafts}"),
    )


def _counts(found: Iterable[Trace | PastTrace]) -> Counter[KeepGround | None]:
    return Counter(each.stays for each in found)


def person_document(store: Store, tr: Translator, sought: Sought) -> Document:
    """Everything on one person, to be handed to that person.

    Raises:
        InvalidInput: "person.name_short".
    """
    found = find_person(store, sought)
    said = tr(
        "What this archive says of the person named here: in its records, in the history of its edits, in the names of"
        " its documents and in approved minutes; and what the register of vouchers keeps. Documents themselves are not"
        " read."
    )
    parts: list[Part] = [
        Paragraph(said),
        Facts(((tr("Name and surname"), sought.name), (tr("Tax code"), sought.tax_code), *summary(found, tr))),
    ]
    if found.is_empty:
        parts.append(Paragraph(tr("The archive says nothing of this person.")))
    parts += [
        table for table in (traces_table(found, tr), linked_table(found, tr), past_table(found, tr)) if table.rows
    ]
    if found.grounds():
        parts.append(Heading(tr("Why some of it is kept")))
        parts.append(Items(tuple(label(ground, tr) for ground in found.grounds())))
    return framed(store, tr, PERSON, tr("Data on a person"), tuple(parts), slug="dati-persona", landscape=True)


def person_text(found: PersonFile) -> str:
    """Everything on one person as the text of a file of data."""
    return json.dumps(person_data(found), ensure_ascii=False, indent=2)


def write_person_data(found: PersonFile, path: Path) -> None:
    """Write everything on one person as data.

    Raises:
        EnvironmentFailed: see `atomic_write`.
    """
    with atomic_write(path) as file:
        file.write(f"{person_text(found)}\n".encode())


def person_data(found: PersonFile) -> dict[str, Any]:
    """Everything on one person, for other programs."""
    return {
        "name": found.sought.name,
        "tax_code": found.sought.tax_code,
        "records": [
            {
                "table": each.table,
                "id": each.row_id,
                "field": each.column,
                "record": each.name,
                "text": each.text,
                "kept": each.stays,
            }
            for each in found.traces
        ],
        "vouchers": [
            {
                "table": each.table,
                "id": each.row_id,
                "field": each.column,
                "record": each.name,
                "value": f"{each.value}",
            }
            for each in found.linked
        ],
        "history": [
            {
                "edit": f"{each.replica}:{each.seq}",
                "table": each.table,
                "id": each.row_id,
                "verb": each.verb,
                "made_by": each.made_by,
                "made_at": each.made_at.isoformat(),
                "kept": each.stays,
            }
            for each in found.past
        ],
        "edits_made": found.written,
        "unsaved_forms": found.drafts,
    }
