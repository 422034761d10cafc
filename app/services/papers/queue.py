"""The papers of a meeting in one job: what there is to print, and writing or drawing all that was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy as sa

from app.models.enums import MeetingState
from app.models.errors import InvalidInput
from app.models.evaluation import ScoringGrid
from app.models.meetings import AgendaItem, Decision, DecisionOutcome, Meeting
from app.models.store import Store
from app.services.children import get_row
from app.services.files import write_together
from app.services.journal.as_at import NOW, AsAt
from app.services.papers.prints import PRINTER, remember_print
from app.services.ports import SILENT, Progress
from app.services.reports.catalogue import CATALOGUE, build_document
from app.services.reports.spec import Document, Sheet
from app.services.wording.texts import Translator

BEFORE = ("CONVOCAZIONE", "PRESENZE", "FASCICOLO")
AFTER = ("VERBALE", "VERBALE-OMISSIS")
TABLES = ("T02", "T03", "T04")
"""Tables that a meeting has at hand, as things stood when it closed, or stand."""


@dataclass(frozen=True)
class QueuePaper:
    """A paper that can be printed for a meeting.

    Attributes:
        key: tells it from the others.
        when: from when it shows the archive.
        chosen: whether it is ticked at first.
    """

    key: str
    code: str
    item: str | None
    title: str
    when: AsAt = NOW
    chosen: bool = True


def queue_papers(store: Store, meeting_id: str, tr: Translator) -> tuple[QueuePaper, ...]:
    """All papers of a meeting, in the order that they are needed.

    Before it opens: convocation, attendance sheet, packet, blank score sheets. Once it is closed: minutes, tables as at
    its closing, splits, excerpts, letters of outcome.

    Raises:
        NotFound: "record.gone".
    """
    titles = {entry.code: tr(entry.title) for entry in CATALOGUE}
    with store.read() as session:
        meeting = get_row(session, Meeting, meeting_id)
        closed = meeting.state in (MeetingState.CLOSED.value, MeetingState.APPROVED.value)
        own = sa.select(AgendaItem.id).where(AgendaItem.meeting_id == meeting_id)
        decisions = session.scalars(
            sa.select(Decision).where(Decision.agenda_item_id.in_(own)).order_by(Decision.number, Decision.id)
        ).all()
        told = session.scalars(
            sa.select(DecisionOutcome.proposal_id).where(DecisionOutcome.decision_id.in_([row.id for row in decisions]))
        ).all()
        grids = session.scalars(sa.select(ScoringGrid.call_id).distinct().order_by(ScoringGrid.call_id)).all()
    papers = [
        QueuePaper(code, code, meeting_id, titles[code], chosen=(code in AFTER) == closed) for code in (*BEFORE, *AFTER)
    ]
    papers += [
        QueuePaper(f"SCHEDA-PUNTEGGIO|{key}", "SCHEDA-PUNTEGGIO", key, titles["SCHEDA-PUNTEGGIO"], chosen=False)
        for key in grids
    ]
    when = AsAt(meeting_id=meeting_id) if closed else NOW
    papers += [QueuePaper(code, code, None, titles[code], when, chosen=closed) for code in TABLES]
    papers += _decided(store, decisions, titles, tr)
    papers += _letters(store, frozenset(told), titles)
    return tuple(papers)


def _decided(
    store: Store, decisions: Iterable[Decision], titles: dict[str, str], tr: Translator
) -> Iterator[QueuePaper]:
    """The splits that decisions adopted, and an excerpt of each that is in force."""
    from app.services.decisions.decisions import allocation_views, decision_label

    keys = {row.id: row for row in decisions}
    if not keys:
        return
    for view in allocation_views(store, tr):
        if view.decision_id in keys:
            yield QueuePaper(f"T08|{view.id}", "T08", view.id, view.title)
    for row in keys.values():
        if row.number is not None:
            title = f"{titles['ESTRATTO']}: {decision_label(row)}"
            yield QueuePaper(f"ESTRATTO|{row.id}", "ESTRATTO", row.id, title, chosen=False)


def _letters(store: Store, told: frozenset[str], titles: dict[str, str]) -> Iterator[QueuePaper]:
    """A letter to each proponent whose outcome the meeting decided."""
    from app.services.reports.outcome_letters import letter_items

    for row in letter_items(store) if told else ():
        if row.id in told:
            yield QueuePaper(f"ESITO|{row.id}", "ESITO", row.id, f"{titles['ESITO']}: {row.number}. {row.title}")


def queue_documents(
    store: Store, papers: Iterable[QueuePaper], tr: Translator, sheet: Sheet = Sheet.USUAL
) -> Iterator[Document]:
    """The papers that were chosen, one after the other, each made when it is asked for."""
    for paper in papers:
        yield replace(build_document(store, paper.code, tr, paper.item, paper.when), sheet=sheet)


def write_queue(
    store: Store,
    papers: tuple[QueuePaper, ...],
    folder: Path,
    tr: Translator,
    sheet: Sheet = Sheet.USUAL,
    progress: Progress = SILENT,
) -> tuple[Path, ...]:
    """Write the papers that were chosen, one PDF each; cancelled or failed, none of this job is left.

    Raises:
        InvalidInput: "queue.empty"; what the papers raise.
        EnvironmentFailed: see `write_together`.
        Cancelled: by `progress`.
    """
    from app.services.reports.pdf import pdf_bytes

    if not papers:
        raise InvalidInput("queue.empty")
    made: list[tuple[Document, str]] = []

    def files() -> Iterator[tuple[str, bytes]]:
        for n, document in enumerate(queue_documents(store, papers, tr, sheet)):
            progress.step(n, len(papers))
            yield f"{n + 1:02d}-{document.slug or document.code.lower()}.pdf", pdf_bytes(document)
            made.append((document, papers[n].item or ""))
        progress.step(len(papers), len(papers))

    written = write_together(folder, files())
    for document, item in made:
        remember_print(store, document, "pdf", item)
    return written


def remember_printed(store: Store, papers: Iterable[tuple[Document, str]]) -> None:
    """Write down that papers of a queue went to a printer."""
    for document, item in papers:
        remember_print(store, document, PRINTER, item)
