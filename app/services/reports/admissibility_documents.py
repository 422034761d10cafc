"""Papers and lists of the formal check: its sheet, to be annexed, and the letter that asks to complete."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.enums import CheckOutcome
from app.models.errors import NotFound
from app.models.network import Alliance, Organisation
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls.calls import load_call
from app.services.children import get_row
from app.services.documents.documents import DocumentOwner, documents_of
from app.services.evaluation.admissibility import CheckDraft, ChecklistRow, checklist_rows, load_checklist
from app.services.evaluation.requests import PointDraft, RequestDraft, is_late, load_request, request_rows
from app.services.proposals.lists import proposal_rows
from app.services.reports.frame import framed
from app.services.reports.lists import field_column, record_list
from app.services.reports.notes import sample_notes
from app.services.reports.outcome_letters import address_lines
from app.services.reports.spec import Column, Document, Facts, Heading, Kind, Paragraph, Part, Signatures, Table
from app.services.wording.formats import format_date, format_instant
from app.services.wording.labels import label
from app.services.wording.texts import Translator

SHEET = "ISTRUTTORIA"
LETTER = "INTEGRAZIONE"


# --- lists -------------------------------------------------------------------------------


def checklists_list(store: Store, tr: Translator) -> Table:
    """The formal check of every proposal that was received."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("title", tr("Proposal"), Kind.NOTE, width_mm=76),
        field_column("area", tr("Area"), width_mm=16),
        field_column("state", tr("State"), Kind.STATE, width_mm=36),
        field_column("kept", tr("Hold"), Kind.COUNT, width_mm=18),
        field_column("curable", tr("To be completed"), Kind.COUNT, width_mm=24),
        field_column("blocking", tr("Do not hold"), Kind.COUNT, width_mm=22),
        field_column("waiting", tr("Without an answer"), Kind.COUNT, width_mm=24),
        field_column("requests", tr("Requests open"), Kind.COUNT, width_mm=22),
    )
    return record_list("list.checklists", tr("Formal checks"), columns, checklist_rows(store, tr), tr)


def requests_list(store: Store, tr: Translator) -> Table:
    """The requests for completion, open ones first."""
    columns = (
        field_column("number", tr("No."), width_mm=14),
        field_column("title", tr("Proposal"), Kind.NOTE, width_mm=70),
        field_column("date_sent", tr("Sent on"), Kind.DATE, width_mm=24),
        field_column("date_due", tr("Term"), Kind.DATE, width_mm=24),
        field_column("time_due", tr("at"), Kind.TIME, width_mm=14),
        field_column("points", tr("Asked for"), Kind.COUNT, width_mm=18),
        field_column("came", tr("Came"), Kind.COUNT, width_mm=18),
        field_column("late", tr("of these late"), Kind.COUNT, width_mm=18),
        field_column("overdue", tr("Term over"), Kind.FLAG, width_mm=20),
        field_column("closed", tr("Closed"), Kind.FLAG, width_mm=18),
    )
    return record_list("list.requests", tr("Requests for completion"), columns, request_rows(store), tr)


# --- the sheet ---------------------------------------------------------------------------


def checklist_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each proposal that was received."""
    return tuple((row.id, f"{row.number}. {row.title}") for row in checklist_rows(store, tr))


def checklist_document(store: Store, proposal_id: str, tr: Translator) -> Document:
    """The formal check of a proposal, to be annexed.

    Raises:
        NotFound: "record.gone".
    """
    row = next((row for row in checklist_rows(store, tr) if row.id == proposal_id), None)
    if row is None:
        raise NotFound("record.gone")
    title = tr("Formal check of proposal no. {number} – {title}").format(number=row.number, title=row.title)
    parts = tuple(_sheet_parts(store, row, tr))
    return framed(store, tr, SHEET, title, parts, slug=f"istruttoria-{row.number}", landscape=True)


def _sheet_parts(store: Store, row: ChecklistRow, tr: Translator) -> Iterator[Part]:
    draft = load_checklist(store, row.id, tr)
    proposal = next(each for each in proposal_rows(store) if each.id == row.id)
    with store.read() as session:
        own = documents_of(session, DocumentOwner(proposal_id=row.id))
        shared = documents_of(session, DocumentOwner(alliance_id=draft.alliance_id))
    documents = {document.id: document.name for document in (*own, *shared)}
    pairs = (
        (tr("Call"), load_call(store, proposal.call_id).title),
        (tr("Local alliance"), proposal.alliance),
        (tr("Lead body"), proposal.lead),
        (tr("Priority area"), row.area),
        (tr("State"), label(row.state, tr)),
    )
    yield Facts(tuple(pair for pair in pairs if pair[1]))
    if not draft.checks:
        yield Paragraph(tr("The rules of the call have no points of a formal check."), strong=True)
        return
    yield _checks_table(draft.checks, documents, tr)
    yield Paragraph(_summary(row, tr), strong=True)
    requests = [each for each in request_rows(store) if each.proposal_id == row.id]
    for request in sorted(requests, key=lambda each: each.number):
        yield from _request_parts(load_request(store, request.id), tr)
    yield Signatures(((tr("The officer in charge"), ""),))
    notes = sample_notes((row, *requests), tr)
    if notes:
        yield Paragraph(" ".join(notes))


def _checks_table(checks: tuple[CheckDraft, ...], documents: dict[str, str], tr: Translator) -> Table:
    return Table(
        code=SHEET,
        title=tr("Points of the formal check"),
        columns=(
            Column("code", tr("Code"), Kind.TEXT, lambda row: row.code, width_mm=14),
            Column("text", tr("Point"), Kind.NOTE, lambda row: row.text, width_mm=62),
            Column("ground", tr("Legal ground"), Kind.NOTE, lambda row: row.ground, width_mm=34),
            Column("answer", tr("Answer"), Kind.TEXT, lambda row: answer_text(row, tr), width_mm=26),
            Column("why", tr("By whom, and why"), Kind.NOTE, lambda row: _why(row, tr), width_mm=76),
            Column(
                "document",
                tr("Document"),
                Kind.NOTE,
                lambda row: documents.get(row.attachment_id or "", ""),
                width_mm=34,
            ),
        ),
        rows=checks,
        landscape=True,
    )


def answer_text(row: CheckDraft, tr: Translator) -> str:
    """The answer that stands; of what does not hold, whether it can be completed."""
    if row.answer is None:
        return tr("no answer yet")
    said = label(row.answer, tr)
    return f"{said} ({label(row.remedy, tr).lower()})" if row.answer is CheckOutcome.NO else said


def _why(row: CheckDraft, tr: Translator) -> str:
    parts = []
    if row.outcome is None:
        parts.append(tr("The archive: {sentence}").format(sentence=row.told) if row.told else "")
    else:
        when = format_instant(row.checked_at) if row.checked_at else ""
        parts.append(f"{row.checked_by}, {when}".strip(", "))
        if row.said is not None and row.said is not row.outcome:
            found = tr("the archive answers «{answer}»: {sentence}")
            parts.append(found.format(answer=label(row.said, tr), sentence=row.told))
    parts += [row.reason, row.note]
    return "\n".join(part for part in parts if part)


def _summary(row: ChecklistRow, tr: Translator) -> str:
    if row.waiting:
        return tr.plural("{n} point has no answer yet.", "{n} points have no answer yet.", row.waiting).format(
            n=row.waiting
        )
    failing = row.blocking + row.curable
    if not failing:
        return tr("Every point holds.")
    return tr.plural("{n} point does not hold.", "{n} points do not hold.", failing).format(n=failing)


def _request_parts(request: RequestDraft, tr: Translator) -> Iterator[Part]:
    assert request.date_sent is not None
    assert request.date_due is not None, "a kept request has its term"
    yield Heading(
        tr("Request for completion no. {number} of {day}").format(
            number=request.number, day=format_date(request.date_sent)
        ),
        2,
    )
    pairs = ((tr("Protocol"), request.protocol), (tr("Term"), _term(request)))
    yield Facts(tuple(pair for pair in pairs if pair[1]))
    yield Table(
        code="INTEGRAZIONE.points",
        title=tr("What was asked for, and what came"),
        columns=(
            Column("asked", tr("What is asked"), Kind.NOTE, lambda row: row.asked, width_mm=90),
            Column("came", tr("Came"), Kind.TEXT, lambda row: _came(request, row, tr), width_mm=50),
            Column("accepted", tr("Put right"), Kind.STATE, lambda row: row.accepted, width_mm=24),
            Column("note", tr("Note"), Kind.NOTE, lambda row: row.note, width_mm=70),
        ),
        rows=request.points,
        landscape=True,
    )


def _came(request: RequestDraft, point: PointDraft, tr: Translator) -> str:
    day, time = point.date_received, point.time_received
    if day is None:
        return tr("nothing") if request.date_closed else ""
    when = f"{format_date(day)} {time}".strip()
    return tr("{when} (late)").format(when=when) if is_late(request, day, time) else when


def _term(request: RequestDraft) -> str:
    assert request.date_due is not None
    return f"{format_date(request.date_due)} {request.time_due}".strip()


# --- the letter --------------------------------------------------------------------------


def request_items(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """Key and name of each request for completion."""
    name = tr("request {number}: {title}")
    return tuple((row.id, name.format(number=row.number, title=row.title)) for row in request_rows(store))


def request_document(store: Store, request_id: str, tr: Translator) -> Document:
    """The letter that asks a proponent to complete its proposal.

    Raises:
        NotFound: "record.gone".
    """
    request = load_request(store, request_id)
    with store.read() as session:
        proposal = get_row(session, Proposal, request.proposal_id or "")
        alliance = get_row(session, Alliance, proposal.alliance_id)
        lead = session.get(Organisation, alliance.lead_id) if alliance.lead_id else None
        to = (lead.name, *address_lines(session, lead)) if lead is not None else (alliance.name,)
    call = load_call(store, proposal.call_id).title
    parts = tuple(_letter_parts(request, f"{proposal.number}. {proposal.title}", call, to, tr))
    title = tr("Request for completion")
    return framed(store, tr, LETTER, title, parts, slug=f"integrazione-{proposal.number}-{request.number}")


def _letter_parts(
    request: RequestDraft, proposal: str, call: str, to: tuple[str, ...], tr: Translator
) -> Iterator[Part]:
    assert request.date_sent is not None
    assert request.date_due is not None, "a kept request has its term"
    yield Paragraph("\n".join((tr.context("letter", "To"), *to)))
    pairs = (
        (tr("Date"), format_date(request.date_sent)),
        (tr("Protocol"), request.protocol),
        (tr("Call"), call),
        (tr("Proposal"), proposal),
    )
    yield Facts(tuple(pair for pair in pairs if pair[1]))
    yield Paragraph(
        tr(
            "Upon the formal check of the proposal the points below turned out to be missing or incomplete. They can be"
            " completed: please send what is listed here."
        )
    )
    yield Table(
        code=LETTER,
        title=tr("What is to be completed"),
        columns=(
            Column("number", tr("No."), Kind.COUNT, lambda pair: pair[0], width_mm=12),
            Column("asked", tr("What is asked"), Kind.NOTE, lambda pair: pair[1], width_mm=150),
        ),
        rows=tuple(enumerate((point.asked for point in request.points), start=1)),
    )
    if request.text:
        yield Paragraph(request.text)
    by = tr("What is asked must arrive by {day}. What arrives later may not be taken into account.")
    if request.time_due:
        by = tr("What is asked must arrive by {time} of {day}. What arrives later may not be taken into account.")
    yield Paragraph(by.format(day=format_date(request.date_due), time=request.time_due), strong=True)
    yield Signatures(((tr("The officer in charge"), request.signatory),))
