"""Reports of providers: the evidence that services were given, matched to vouchers line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ReportOfUseState, UseOutcome
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.network import Organisation
from app.models.store import Store
from app.models.voucher_ledger import Voucher, VoucherReport, VoucherReportLine, VoucherUse
from app.models.vouchers import VoucherProgramme
from app.services.changes import Changes
from app.services.checks import require_in_order, require_key
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.vouchers.days import past_day, today_of
from app.services.vouchers.facts import read_facts
from app.services.vouchers.numbers import parse_number
from app.services.vouchers.report_workbook import read_report
from app.services.vouchers.use_rules import MatchedLine, ReportedUse, WantedUse, match_report
from app.services.vouchers.using import NewUse, write_uses
from app.services.wording.points import kept, read


@dataclass(frozen=True)
class ReportLineDraft:
    """A line of a report.

    `outcome`, how it was found, is shown only.
    """

    id: str | None = None
    code: str = ""
    day: date | None = None
    units: Fraction | None = None
    cents: Cents | None = None
    document: str = ""
    outcome: UseOutcome = UseOutcome.UNCHECKED


@dataclass(frozen=True)
class VoucherReportDraft:
    """A report as it is typed, or as it came by a workbook; `state` is shown only."""

    id: str | None = None
    programme_id: str | None = None
    provider_id: str | None = None
    protocol: str = ""
    date_received: date | None = None
    period_start: date | None = None
    period_end: date | None = None
    file_name: str = ""
    digest: str = ""
    note: str = ""
    state: ReportOfUseState = ReportOfUseState.ENTERED
    lines: tuple[ReportLineDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class VoucherReportRow:
    """A report in a list.

    Attributes:
        lines, differing: how many lines it has, and how many do not fit.
        cents: of the lines that fit.
    """

    id: str
    programme_id: str
    programme: str
    provider: str
    protocol: str
    date_received: date
    state: ReportOfUseState
    lines: int
    differing: int
    cents: Cents
    file_name: str
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class Difference:
    """A line that does not fit its voucher.

    Attributes:
        number: of the line; in a workbook, of the row.
        code: of the refusal that its use would meet, with its values; empty when the outcome says all.
    """

    number: int
    typed: str
    day: date | None
    cents: Cents | None
    document: str
    outcome: UseOutcome
    code: str
    values: tuple[tuple[str, object], ...]


# --- reading -------------------------------------------------------------------------------


def voucher_report_rows(store: Store, programme_id: str | None = None) -> tuple[VoucherReportRow, ...]:
    """All reports, or those of a programme, the newest first."""
    fits = VoucherReportLine.outcome == UseOutcome.MATCHED.value
    sums = (
        sa.select(
            VoucherReportLine.report_id,
            sa.func.count().label("lines"),
            sa.func.sum(sa.case((fits, 0), else_=1)).label("differing"),
            sa.func.sum(sa.case((fits, sa.func.coalesce(VoucherReportLine.cents, 0)), else_=0)).label("cents"),
        )
        .group_by(VoucherReportLine.report_id)
        .subquery()
    )
    query = (
        sa.select(VoucherReport, VoucherProgramme.name, Organisation.name, sums.c.lines, sums.c.differing, sums.c.cents)
        .join(VoucherProgramme, VoucherProgramme.id == VoucherReport.programme_id)
        .outerjoin(Organisation, Organisation.id == VoucherReport.provider_id)
        .outerjoin(sums, sums.c.report_id == VoucherReport.id)
        .order_by(VoucherReport.date_received.desc(), VoucherReport.id.desc())
    )
    if programme_id is not None:
        query = query.where(VoucherReport.programme_id == programme_id)
    with store.read() as session:
        return tuple(
            VoucherReportRow(
                id=row.id,
                programme_id=row.programme_id,
                programme=programme,
                provider=provider or "",
                protocol=row.protocol,
                date_received=row.date_received,
                state=ReportOfUseState(row.state),
                lines=lines or 0,
                differing=differing or 0,
                cents=Cents(cents or 0),
                file_name=row.file_name,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, programme, provider, lines, differing, cents in session.execute(query)
        )


def load_voucher_report(store: Store, report_id: str) -> VoucherReportDraft:
    """A report as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return _draft(session, get_row(session, VoucherReport, report_id))


def _draft(session: Session, row: VoucherReport) -> VoucherReportDraft:
    return VoucherReportDraft(
        id=row.id,
        programme_id=row.programme_id,
        provider_id=row.provider_id,
        protocol=row.protocol,
        date_received=row.date_received,
        period_start=row.period_start,
        period_end=row.period_end,
        file_name=row.file_name,
        digest=row.digest,
        note=row.note,
        state=ReportOfUseState(row.state),
        lines=tuple(
            ReportLineDraft(
                line.id, line.code, line.day, read(line.units), line.cents, line.document, UseOutcome(line.outcome)
            )
            for line in _lines(session, row.id)
        ),
        source_line=row.source_line,
    )


def _lines(session: Session, report_id: str) -> Sequence[VoucherReportLine]:
    query = sa.select(VoucherReportLine).filter_by(report_id=report_id).order_by(VoucherReportLine.number)
    return session.scalars(query).all()


def report_differences(store: Store, report_id: str) -> tuple[Difference, ...]:
    """The lines of a report that do not fit, in their order: as vouchers stand now, or as it was accepted.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, VoucherReport, report_id)
        lines = _lines(session, row.id)
        if row.state == ReportOfUseState.ACCEPTED.value:
            found = [MatchedLine(line.number, UseOutcome(line.outcome)) for line in lines]
        else:
            found = list(_match(session, row, lines, today_of(store)))
    return tuple(
        Difference(
            line.number,
            line.code,
            line.day,
            line.cents,
            line.document,
            match.outcome,
            match.code,
            tuple(match.values.items()),
        )
        for line, match in zip(lines, found, strict=True)
        if match.outcome is not UseOutcome.MATCHED
    )


def _match(
    session: Session, row: VoucherReport, lines: Sequence[VoucherReportLine], today: date
) -> tuple[MatchedLine, ...]:
    codes = []
    for line in lines:
        try:
            codes.append(parse_number(line.code).text())
        except InvalidInput:
            continue
    written = [ReportedUse(line.number, line.code, line.day, line.units, line.cents, line.document) for line in lines]
    facts = read_facts(session, codes)
    return match_report(written, facts, programme_id=row.programme_id, provider_id=row.provider_id, today=today)


# --- writing -------------------------------------------------------------------------------


def save_voucher_report(store: Store, draft: VoucherReportDraft) -> Changes:
    """Write a report and how each of its lines is found; nothing is used yet.

    Raises:
        InvalidInput: "field.required", "date.in_future", "date.end_before_start".
        NotFound: "record.gone".
        RuleBroken: "voucher_report.accepted_already", "voucher_report.came_before" with protocol and day of the first.
    """
    return _save(store, "save_voucher_report", draft)


def _save(store: Store, verb: str, draft: VoucherReportDraft) -> Changes:
    programme_id = require_key(draft.programme_id, "programme_id")
    received = past_day(store, draft.date_received, "date_received")
    require_in_order(draft.period_start, draft.period_end, "period_end")
    if not draft.lines:
        raise InvalidInput("field.required", field="lines")
    today = today_of(store)
    with store.write(verb) as session:
        if draft.id is not None:
            _require_open(get_row(session, VoucherReport, draft.id))
        _refuse_same(session, draft)
        values = {
            "programme_id": programme_id,
            "provider_id": draft.provider_id,
            "protocol": draft.protocol.strip(),
            "date_received": received,
            "period_start": draft.period_start,
            "period_end": draft.period_end,
            "file_name": draft.file_name,
            "digest": draft.digest,
            "note": draft.note.strip(),
            "source_line": draft.source_line,
        }
        row = save_row(session, VoucherReport, draft.id, values)
        session.flush()
        numbers = {line.id: line.number for line in _lines(session, row.id)}
        after = max(numbers.values(), default=0)
        wanted = [
            {
                "id": line.id,
                "number": numbers.get(line.id or "", after + place),
                "code": line.code.strip(),
                "day": line.day,
                "units": kept(line.units),
                "cents": line.cents,
                "document": line.document.strip(),
            }
            for place, line in enumerate(draft.lines, start=1)
        ]
        reconcile(session, VoucherReportLine, {"report_id": row.id}, wanted)
        session.flush()
        _note(_lines(session, row.id), _match(session, row, _lines(session, row.id), today))
    return Changes.of("vouchers", ids=(row.id,))


def _note(lines: Sequence[VoucherReportLine], found: Sequence[MatchedLine]) -> None:
    for line, match in zip(lines, found, strict=True):
        line.outcome, line.voucher_id = match.outcome.value, match.voucher_id
        if line.cents is None:
            line.cents = match.cents


def _require_open(row: VoucherReport) -> None:
    if row.state != ReportOfUseState.ENTERED.value:
        raise RuleBroken("voucher_report.accepted_already", protocol=row.protocol, day=row.date_received)


def _refuse_same(session: Session, draft: VoucherReportDraft) -> None:
    """A workbook that is sent again is recognised by its bytes."""
    if not draft.digest:
        return
    same = session.scalar(
        sa.select(VoucherReport).where(VoucherReport.digest == draft.digest, VoucherReport.id != (draft.id or ""))
    )
    if same is not None:
        raise RuleBroken(
            "voucher_report.came_before", protocol=same.protocol, day=same.date_received, name=same.file_name
        )


def import_voucher_report(store: Store, path: Path, draft: VoucherReportDraft) -> Changes:
    """Take a report in from a workbook; `draft` says the programme, the provider and the day.

    Raises:
        EnvironmentFailed, InvalidInput: those of `read_report`; as `save_voucher_report`.
        NotFound, RuleBroken: as `save_voucher_report`.
    """
    found = read_report(path)
    lines = tuple(
        ReportLineDraft(None, line.code, line.day, read(line.units), line.cents, line.document) for line in found.lines
    )
    whole = replace(draft, file_name=found.file_name, digest=found.digest, lines=lines)
    return _save(store, "import_voucher_report", whole)


def delete_voucher_report(store: Store, report_id: str) -> Changes:
    """Delete a report that was not accepted.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "voucher_report.accepted_already".
    """
    with store.write("delete_voucher_report") as session:
        row = get_row(session, VoucherReport, report_id)
        _require_open(row)
        delete_children(session, VoucherReportLine, "report_id", (row.id,))
        session.delete(row)
    return Changes.of("vouchers", ids=(report_id,))


def accept_voucher_report(store: Store, report_id: str) -> Changes:
    """Record what a report says: every line that fits becomes a use, or confirms one; the others stay as differences.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "voucher_report.accepted_already", "voucher_report.nothing_fits".
    """
    today = today_of(store)
    with store.write("accept_voucher_report") as session:
        row = get_row(session, VoucherReport, report_id)
        _require_open(row)
        lines = _lines(session, row.id)
        found = _match(session, row, lines, today)
        if all(match.outcome is not UseOutcome.MATCHED for match in found):
            raise RuleBroken("voucher_report.nothing_fits", lines=len(lines))
        _note(lines, found)
        session.flush()
        new = []
        for line, match in zip(lines, found, strict=True):
            if match.use_id is not None:
                session.get_one(VoucherUse, match.use_id).report_line_id = line.id
            elif match.outcome is UseOutcome.MATCHED:
                assert match.voucher_id is not None
                assert match.cents is not None
                voucher = session.get_one(Voucher, match.voucher_id)
                wanted = WantedUse(line.day, line.units, match.cents, row.provider_id, line.document)
                new.append(NewUse(voucher, wanted, match.cents, line.id))
        write_uses(session, new)
        row.state = ReportOfUseState.ACCEPTED.value
    return Changes.of("vouchers", ids=(row.id,))
