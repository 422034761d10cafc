"""Lists of papers for the screen: errata, published copies, heading and texts of the office, what was printed."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.store import Store
from app.services.papers.errata import erratum_rows
from app.services.papers.letterhead import LetterheadDraft, letterhead_key, load_letterhead
from app.services.papers.omissions import publication_rows
from app.services.papers.prints import PRINTER, print_rows
from app.services.papers.templates import template_rows
from app.services.reports.lists import field_column, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.labels import label
from app.services.wording.texts import Translator


def errata_list(store: Store, tr: Translator) -> Table:
    """Errata: those that wait for their approval first."""
    draft = tr("To be approved")
    columns = (
        Column("label", tr("No."), Kind.TEXT, lambda row: row.label or draft, width_mm=28),
        field_column("minutes", tr("Minutes"), width_mm=22),
        field_column("reason", tr("Ground"), Kind.NOTE, width_mm=70),
        field_column("lines", tr("Passages"), Kind.COUNT, width_mm=22),
        field_column("date_approved", tr("Approved on"), Kind.DATE, width_mm=26),
    )
    return record_list("list.errata", tr("Errata"), columns, erratum_rows(store), tr)


def publications_list(store: Store, tr: Translator) -> Table:
    """Meetings, with how many passages their published minutes leave out by hand."""
    columns = (
        field_column("label", tr("Meeting"), width_mm=22),
        field_column("date_held", tr("Day"), Kind.DATE, width_mm=26),
        field_column("state", tr("State"), Kind.STATE, width_mm=36),
        field_column("omissions", tr("Left out by hand"), Kind.COUNT, width_mm=30),
    )
    return record_list("list.publications", tr("Published minutes"), columns, publication_rows(store), tr)


def letterheads_list(store: Store, tr: Translator) -> Table:
    """The heading of the papers, of which there is one."""
    key = letterhead_key(store)
    rows = () if key is None else (_HeadingRow(key, load_letterhead(store, key)),)
    columns = (
        Column("lines", tr("Lines of the heading"), Kind.NOTE, lambda row: row.draft.lines, width_mm=80),
        Column("footer", tr("Foot of every page"), Kind.NOTE, lambda row: row.draft.footer, width_mm=60),
        Column("logo_text", tr("What the logo shows"), Kind.NOTE, lambda row: row.draft.logo_text, width_mm=40),
    )
    return Table("list.letterhead", tr("Heading of the papers"), columns, rows, row_id=lambda row: row.id)


@dataclass(frozen=True)
class _HeadingRow:
    """The heading in its list."""

    id: str
    draft: LetterheadDraft


def templates_list(store: Store, tr: Translator) -> Table:
    """The texts of the papers, the office's own and the usual ones."""
    languages = {"it": tr("Italian"), "en": tr("English")}
    columns = (
        Column("place", tr("Where it stands"), Kind.NOTE, lambda row: label(row.place, tr), width_mm=56),
        Column("language", tr("Language"), Kind.TEXT, lambda row: languages[row.language], width_mm=24),
        Column("own", tr("Of the office"), Kind.FLAG, lambda row: row.own, width_mm=24),
        Column("text", tr("Text"), Kind.NOTE, lambda row: row.text, width_mm=90),
    )
    return Table("list.templates", tr("Texts of the papers"), columns, template_rows(store), row_id=lambda row: row.id)


def printed_list(store: Store, tr: Translator) -> Table:
    """What was printed, the newest first."""
    forms = {PRINTER: tr("Printer")}
    columns = (
        Column("made_at", tr("When"), Kind.INSTANT, lambda row: row.made_at, width_mm=34),
        Column("title", tr("Title"), Kind.NOTE, lambda row: row.title, width_mm=80),
        Column("code", tr("Code"), Kind.TEXT, lambda row: row.code, width_mm=34),
        Column("form", tr("Form"), Kind.TEXT, lambda row: forms.get(row.form, row.form.upper()), width_mm=24),
        Column("made_by", tr("Printed by"), Kind.TEXT, lambda row: row.made_by, width_mm=34),
        Column("moment", tr("Situation"), Kind.NOTE, lambda row: row.moment, width_mm=40),
        Column("journal_head", tr("Head of the journal"), Kind.TEXT, lambda row: row.journal_head, width_mm=60),
    )
    return Table(
        "list.printed", tr("What was printed"), columns, print_rows(store), row_id=lambda row: row.id, landscape=True
    )
