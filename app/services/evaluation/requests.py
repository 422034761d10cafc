"""Requests for completion: what is asked of a proponent, by when, what came, late or not, and whether it will do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.admissibility import IntegrationPoint, IntegrationRequest
from app.models.calls import RulesItem
from app.models.documents import Attachment
from app.models.errors import InvalidInput, RuleBroken
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_in_order, require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.evaluation.admissibility import (
    CheckDraft,
    checklist_of,
    require_check_open,
    write_check,
)
from app.services.proposals.states import move_proposal
from app.services.wording.formats import format_date, rome
from app.services.wording.parsing import parse_time
from app.services.wording.texts import translator


@dataclass(frozen=True)
class PointDraft:
    """A point that is asked to be completed.

    Attributes:
        item_id: point of the formal check.
        asked: what is asked for, in words.
        accepted: whether what came will do; None while nobody said.
    """

    id: str | None = None
    item_id: str | None = None
    asked: str = ""
    date_received: date | None = None
    time_received: str = ""
    protocol: str = ""
    attachment_id: str | None = None
    accepted: e.CheckOutcome | None = None
    note: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class RequestDraft:
    """A request for completion as it is typed.

    Attributes:
        number: shown only; it is given when the request is saved.
        date_closed: shown only: when what came was judged.
    """

    id: str | None = None
    proposal_id: str | None = None
    number: int = 0
    title: str = ""
    protocol: str = ""
    date_sent: date | None = None
    date_due: date | None = None
    time_due: str = ""
    text: str = ""
    signatory: str = ""
    date_closed: date | None = None
    note: str = ""
    points: tuple[PointDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class RequestRow:
    """A request in a list.

    Attributes:
        came: points for which something came; `late` how many of them after the term.
        overdue: open, its term is over, and something is still to come.
    """

    id: str
    proposal_id: str
    number: str
    title: str
    date_sent: date
    date_due: date
    time_due: str
    points: int
    came: int
    late: int
    overdue: bool
    closed: bool
    date_closed: date | None
    sample: bool
    source_line: int | None


def is_late(draft: RequestDraft | IntegrationRequest, day: date | None, time: str) -> bool:
    """Whether something came after the term; the minute of the term is in time, as is its whole day without an hour."""
    if day is None or draft.date_due is None:
        return False
    if day != draft.date_due:
        return day > draft.date_due
    return bool(draft.time_due and time and time > draft.time_due)


# --- reading -----------------------------------------------------------------------------


def request_rows(store: Store) -> tuple[RequestRow, ...]:
    """All requests, open ones first, then the newest first; a fixed number of queries."""
    today = store.clock().astimezone(rome()).date()
    query = (
        sa.select(IntegrationRequest, Proposal.number, Proposal.title)
        .join(Proposal, Proposal.id == IntegrationRequest.proposal_id)
        .order_by(IntegrationRequest.date_closed.is_not(None), IntegrationRequest.date_sent.desc(), Proposal.number)
    )
    with store.read() as session:
        points: dict[str, list[IntegrationPoint]] = {}
        for point in session.scalars(sa.select(IntegrationPoint)):
            points.setdefault(point.request_id, []).append(point)
        return tuple(
            _row(request, number, title, points.get(request.id, []), today)
            for request, number, title in session.execute(query)
        )


def _row(
    request: IntegrationRequest, number: int, title: str, points: list[IntegrationPoint], today: date
) -> RequestRow:
    came = [point for point in points if point.date_received is not None]
    is_open = request.date_closed is None
    return RequestRow(
        id=request.id,
        proposal_id=request.proposal_id,
        number=f"{number}.{request.number}",
        title=title,
        date_sent=request.date_sent,
        date_due=request.date_due,
        time_due=request.time_due,
        points=len(points),
        came=len(came),
        late=sum(is_late(request, point.date_received, point.time_received) for point in came),
        overdue=is_open and today > request.date_due and len(came) < len(points),
        closed=not is_open,
        date_closed=request.date_closed,
        sample=request.sample,
        source_line=request.source_line,
    )


def load_request(store: Store, request_id: str) -> RequestDraft:
    """A request as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, IntegrationRequest, request_id)
        points = session.scalars(
            sa.select(IntegrationPoint).filter_by(request_id=row.id).order_by(IntegrationPoint.position)
        )
        return RequestDraft(
            id=row.id,
            proposal_id=row.proposal_id,
            number=row.number,
            title=get_row(session, Proposal, row.proposal_id).title,
            protocol=row.protocol,
            date_sent=row.date_sent,
            date_due=row.date_due,
            time_due=row.time_due,
            text=row.text,
            signatory=row.signatory,
            date_closed=row.date_closed,
            note=row.note,
            points=tuple(_point_draft(point) for point in points),
            source_line=row.source_line,
        )


def _point_draft(row: IntegrationPoint) -> PointDraft:
    judged = {True: e.CheckOutcome.YES, False: e.CheckOutcome.NO}
    return PointDraft(
        id=row.id,
        item_id=row.item_id,
        asked=row.asked,
        date_received=row.date_received,
        time_received=row.time_received,
        protocol=row.protocol,
        attachment_id=row.attachment_id,
        accepted=None if row.accepted is None else judged[row.accepted],
        note=row.note,
        source_line=row.source_line,
    )


def curable_points(checks: tuple[CheckDraft, ...]) -> tuple[CheckDraft, ...]:
    """Points of a formal check that do not hold and can be completed."""
    return tuple(row for row in checks if row.remedy is e.Remedy.CURABLE and row.answer is e.CheckOutcome.NO)


def blank_request(store: Store, proposal_id: str, days: int | None = None) -> RequestDraft:
    """A new request, sent today, for every point that does not hold and can be completed.

    Args:
        days: until the term, when the office has a usual one.

    Raises:
        NotFound: "record.gone".
    """
    today = store.clock().astimezone(rome()).date()
    with store.read() as session:
        proposal = get_row(session, Proposal, proposal_id)
        points = curable_points(checklist_of(session, proposal, translator("it")).checks)
    return RequestDraft(
        proposal_id=proposal_id,
        title=proposal.title,
        date_sent=today,
        date_due=None if days is None else today + timedelta(days=days),
        points=tuple(PointDraft(item_id=row.id, asked=row.text) for row in points),
    )


# --- writing -----------------------------------------------------------------------------


def ask_completion(
    store: Store,
    proposal_id: str,
    *,
    date_due: date | None,
    time_due: str = "",
    protocol: str = "",
    signatory: str = "",
    text: str = "",
) -> Changes:
    """Ask a proponent to complete every point that does not hold and can be completed; in one gesture.

    Raises:
        InvalidInput, NotFound, RuleBroken: those of `save_request`.
    """
    draft = blank_request(store, proposal_id)
    return save_request(
        store,
        replace(draft, date_due=date_due, time_due=time_due, protocol=protocol, signatory=signatory, text=text.strip()),
    )


def save_request(store: Store, draft: RequestDraft) -> Changes:
    """Write a request; with a new one the proposal is to be completed.

    Raises:
        InvalidInput: "field.required", "date.end_before_start", "request.no_point", "request.point_twice",
            "request.not_curable", "request.before_sent", "time.format".
        NotFound: "record.gone".
        RuleBroken: "check.closed", "request.closed".
    """
    values, points = _values(draft), _points(draft)
    with store.write("save_completion") as session:
        proposal = get_row(session, Proposal, require_key(draft.proposal_id, "proposal_id"))
        require_check_open(proposal)
        _require_curable(session, proposal, draft)
        if draft.id is None:
            last = session.scalar(sa.select(sa.func.max(IntegrationRequest.number)).filter_by(proposal_id=proposal.id))
            values |= {"proposal_id": proposal.id, "number": (last or 0) + 1}
        else:
            _require_request_open(get_row(session, IntegrationRequest, draft.id))
        row = save_row(session, IntegrationRequest, draft.id, values)
        reconcile(session, IntegrationPoint, {"request_id": row.id}, points)
        if e.ProposalState(proposal.state) is e.ProposalState.SUBMITTED:
            move_proposal(session, proposal, e.ProposalState.TO_INTEGRATE)
    return Changes.of("evaluation", "proposals", ids=(row.id,))


def _values(draft: RequestDraft) -> dict[str, object]:
    if draft.date_sent is None:
        raise InvalidInput("field.required", field="date_sent")
    if draft.date_due is None:
        raise InvalidInput("field.required", field="date_due")
    require_in_order(draft.date_sent, draft.date_due, "date_due")
    return {
        "protocol": draft.protocol.strip(),
        "date_sent": draft.date_sent,
        "date_due": draft.date_due,
        "time_due": parse_time(draft.time_due, field="time_due") if draft.time_due.strip() else "",
        "text": draft.text.strip(),
        "signatory": draft.signatory.strip(),
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }


def _points(draft: RequestDraft) -> list[dict[str, object]]:
    if not draft.points:
        raise InvalidInput("request.no_point", field="points")
    rows: list[dict[str, object]] = []
    for i, point in enumerate(draft.points):
        key = require_key(point.item_id, f"points.{i}.item_id")
        if any(row["item_id"] == key for row in rows):
            raise InvalidInput("request.point_twice", field=f"points.{i}.item_id", row=i + 1)
        if point.date_received is None and (point.time_received.strip() or point.attachment_id):
            raise InvalidInput("field.required", field=f"points.{i}.date_received")
        if point.date_received is not None and draft.date_sent and point.date_received < draft.date_sent:
            raise InvalidInput("request.before_sent", field=f"points.{i}.date_received", sent=draft.date_sent)
        time = point.time_received.strip()
        row: dict[str, object] = {
            "id": point.id,
            "item_id": key,
            "asked": require_text(point.asked, f"points.{i}.asked"),
            "date_received": point.date_received,
            "time_received": parse_time(time, field=f"points.{i}.time_received") if time else "",
            "protocol": point.protocol.strip(),
            "attachment_id": point.attachment_id or None,
            "accepted": _ACCEPTED[point.accepted],
            "note": point.note.strip(),
            "source_line": point.source_line,
        }
        rows.append(row)
    return rows


_ACCEPTED = {None: None, e.CheckOutcome.YES: True, e.CheckOutcome.NO: False, e.CheckOutcome.NOT_APPLICABLE: None}


def _require_curable(session: Session, proposal: Proposal, draft: RequestDraft) -> None:
    """Only points of the proposal's own rules that can be completed are asked for."""
    query = sa.select(RulesItem.id, RulesItem.remedy, RulesItem.code).where(RulesItem.rules_id == proposal.rules_id)
    known = {key: (remedy, code) for key, remedy, code in session.execute(query).tuples()}
    for i, point in enumerate(draft.points):
        remedy, code = known.get(point.item_id or "", ("", ""))
        if remedy != e.Remedy.CURABLE.value:
            raise InvalidInput("request.not_curable", field=f"points.{i}.item_id", point=code or "\u2013")
        if point.attachment_id:
            get_row(session, Attachment, point.attachment_id)


def _require_request_open(row: IntegrationRequest) -> None:
    if row.date_closed is not None:
        raise RuleBroken("request.closed", day=row.date_closed)


def close_request(store: Store, request_id: str) -> Changes:
    """Judge what came: each point that will do holds from now on, with the request as its reason; the others do not.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "request.not_judged" with the points for which something came and nobody said whether it will
            do; "request.late_unexplained" where something late is accepted without a note; "request.closed",
            "check.closed".
    """
    with store.write("close_completion") as session:
        row = get_row(session, IntegrationRequest, request_id)
        _require_request_open(row)
        proposal = get_row(session, Proposal, row.proposal_id)
        require_check_open(proposal)
        points = session.scalars(
            sa.select(IntegrationPoint).filter_by(request_id=row.id).order_by(IntegrationPoint.position)
        ).all()
        codes = dict(session.execute(sa.select(RulesItem.id, RulesItem.code)).tuples().all())
        _require_judged(row, points, codes)
        checks = {check.id: check for check in checklist_of(session, proposal, translator("it")).checks}
        for point in points:
            point.accepted = bool(point.accepted)
            check = checks.get(point.item_id)
            if check is not None:
                _settle(session, store, row, point, check)
        row.date_closed = store.clock().astimezone(rome()).date()
    return Changes.of("evaluation", "proposals", ids=(request_id,))


def _require_judged(row: IntegrationRequest, points: Sequence[IntegrationPoint], codes: Mapping[str, str]) -> None:
    unsaid = tuple(codes[point.item_id] for point in points if point.date_received and point.accepted is None)
    if unsaid:
        raise RuleBroken("request.not_judged", names=unsaid)
    for point in points:
        late = is_late(row, point.date_received, point.time_received)
        if late and point.accepted and not point.note:
            raise RuleBroken("request.late_unexplained", point=codes[point.item_id])


def _settle(
    session: Session, store: Store, row: IntegrationRequest, point: IntegrationPoint, check: CheckDraft
) -> None:
    """Write the answer that follows from what came into the formal check."""
    outcome = e.CheckOutcome.YES if point.accepted else e.CheckOutcome.NO
    tr = translator("it")  # it stays in the archive, whatever language the window has
    said = [
        tr("Request for completion no. {number} of {day}").format(number=row.number, day=format_date(row.date_sent))
    ]
    if point.date_received is None:
        said.append(tr("nothing came by {day}").format(day=format_date(row.date_due)))
    else:
        came = f"{format_date(point.date_received)} {point.time_received}".strip()
        said.append(tr("came on {when}").format(when=came))
        if is_late(row, point.date_received, point.time_received):
            said.append(tr("after the term"))
    overrules = check.said is not None and check.said is not outcome
    values = {
        "outcome": outcome.value,
        "archive_said": check.said.value if overrules and check.said is not None else None,
        "reason": "; ".join(said),
        "attachment_id": point.attachment_id or check.attachment_id,
        "note": point.note or check.note,
    }
    write_check(session, store, row.proposal_id, point.item_id, values)


def delete_request(store: Store, request_id: str) -> Changes:
    """Take away the last request to a proponent, while it was not judged.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "request.closed", "request.not_last".
    """
    with store.write("delete_completion") as session:
        row = get_row(session, IntegrationRequest, request_id)
        _require_request_open(row)
        last = session.scalar(sa.select(sa.func.max(IntegrationRequest.number)).filter_by(proposal_id=row.proposal_id))
        if row.number != last:
            raise RuleBroken("request.not_last")
        delete_children(session, IntegrationPoint, "request_id", [row.id])
        session.delete(row)
    return Changes.of("evaluation", "proposals", ids=(request_id,))
