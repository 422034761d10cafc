"""The list of papers that were handed out to be signed, for the screen."""

from __future__ import annotations

from app.models.store import Store
from app.services.reports.lists import field_column
from app.services.reports.spec import Kind, Table
from app.services.signing.papers import paper_rows
from app.services.wording.texts import Translator


def papers_list(store: Store, tr: Translator) -> Table:
    """Papers with who signed them and their number in the register, newest first."""
    columns = (
        field_column("title", tr("Paper"), width_mm=56),
        field_column("signers", tr("Signatures"), Kind.NOTE, width_mm=50),
        field_column("protocol_number", tr("Number in the register"), width_mm=28),
        field_column("made_at", tr("Handed out"), Kind.INSTANT, width_mm=32),
        field_column("copies", tr("Signed files"), Kind.COUNT, width_mm=20),
        field_column("subject", tr("Subject"), Kind.NOTE, width_mm=50),
    )
    return Table("list.papers", tr("Papers to be signed"), columns, paper_rows(store), row_id=lambda row: row.id)
