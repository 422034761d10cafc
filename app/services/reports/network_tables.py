"""Tables of the network: T14 partnership and roles, T15 who signed the agreement. No person is named in them."""

from __future__ import annotations

from app.models.store import Store
from app.services.network.agreements import AgreementRow, signature_rows
from app.services.network.alliances import AllianceRow, PartnerRow, alliance_rows, partner_rows
from app.services.network.organisation_drafts import OrganisationRow
from app.services.network.registry import organisation_rows
from app.services.proposals.lists import proposal_rows
from app.services.reports.narrowing import Part, titled
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Kind, Line, Role, Table
from app.services.wording.formats import format_date
from app.services.wording.texts import Translator


def partnership_table(store: Store, tr: Translator, alliance_id: str | None = None, part: Part | None = None) -> Table:
    """T14: the partners of each alliance, of one, or of those of a part; with their role in each phase as a matrix."""
    alliances = tuple(row for row in alliance_rows(store) if alliance_id in (None, row.id))
    if part is not None:
        meant = {row.alliance_id for row in proposal_rows(store) if part.holds(row)}
        alliances = tuple(row for row in alliances if row.id in meant)
    partners = partner_rows(store)
    rows: list[PartnerRow | Line] = []
    notes: list[str] = []
    for alliance in alliances:
        own = [row for row in partners if row.alliance_id == alliance.id]
        rows.append(Line(Role.HEADING, {"name": _alliance_title(alliance, tr)}))
        rows.extend(own)
        notes += _alliance_notes(alliance, tr)
    places = {row.id: place for place, row in _places(rows)}
    table = Table(
        code="T14",
        title=tr("Partnership and roles"),
        columns=(
            Column("place", tr("No."), Kind.COUNT, lambda row: places[row.id], width_mm=11),
            Column("name", tr("Organisation"), Kind.NOTE, lambda row: row.name, width_mm=100),
            Column("kind", tr("Kind"), Kind.STATE, lambda row: row.kind, width_mm=42),
            _mark("is_lead", tr("Lead")),
            _mark("design", tr("Design")),
            _mark("coordination", tr("Coordination")),
            _mark("delivery", tr("Delivery")),
            _mark("verification", tr("Verification")),
        ),
        rows=tuple(rows),
        notes=(*notes, *sample_notes([row for row in rows if not isinstance(row, Line)], tr)),
        row_id=lambda row: row.id,
        landscape=True,
    )
    return titled(table, part, tr)


def _mark(key: str, title: str) -> Column:
    """A column of the matrix: a cross where the partner has the part, nothing where it has not."""
    return Column(key, title, Kind.TEXT, lambda row: "X" if getattr(row, key) else "", width_mm=24)


def _alliance_title(row: AllianceRow, tr: Translator) -> str:
    if not row.lead:
        return f"{row.number}. {row.name}"
    return tr("{number}. {name} – lead: {lead}").format(number=row.number, name=row.name, lead=row.lead)


def _alliance_notes(row: AllianceRow, tr: Translator) -> list[str]:
    """What must be known to read the matrix: the sentence it was read from, a lead that is no partner, the document."""
    notes = []
    if row.lead and not row.lead_is_partner:
        told = tr("{alliance}: the lead is not in the list of the partners, so no role is recorded for it.")
        notes.append(told.format(alliance=row.short_name))
    if row.role_note:
        told = tr("{alliance}: the roles were read from «{sentence}»")
        notes.append(told.format(alliance=row.short_name, sentence=row.role_note))
    if row.agreement_reference:
        told = tr("{alliance}: agreement of the partners: {document}.")
        day = tr("of {day}").format(day=format_date(row.agreement_date)) if row.agreement_date else ""
        document = " ".join(filter(None, (row.agreement_reference, day)))
        notes.append(told.format(alliance=row.short_name, document=document))
    return notes


def _places(rows: list[PartnerRow | Line]) -> list[tuple[int, PartnerRow]]:
    """Each partner with its number within its alliance."""
    numbered: list[tuple[int, PartnerRow]] = []
    place = 0
    for row in rows:
        if isinstance(row, Line):
            place = 0
        else:
            place += 1
            numbered.append((place, row))
    return numbered


def signatories_table(store: Store, tr: Translator, agreement: AgreementRow) -> Table:
    """T15: who signed an agreement, when, by which act and in which office; the name of the person is left out."""
    rows = signature_rows(store, agreement.id)
    known: dict[str, OrganisationRow] = {row.id: row for row in organisation_rows(store)}
    places = {row.organisation_id: place for place, row in enumerate(rows, start=1)}
    return Table(
        code="T15",
        title=tr("List of the signatories"),
        columns=(
            Column("place", tr("No."), Kind.COUNT, lambda row: places[row.organisation_id], width_mm=12),
            Column("name", tr("Organisation"), Kind.NOTE, lambda row: row.name, width_mm=86),
            Column("kind", tr("Kind"), Kind.STATE, lambda row: row.kind, width_mm=40),
            Column("seat", tr("Seat"), Kind.NOTE, lambda row: known[row.organisation_id].seat, width_mm=36),
            Column("date_signed", tr("Signed on"), Kind.DATE, lambda row: row.date_signed, width_mm=26),
            Column("act", tr("Act"), Kind.NOTE, lambda row: row.act, width_mm=44),
            Column("title", tr("Signed as"), Kind.NOTE, lambda row: row.signatory_title, width_mm=36),
        ),
        rows=rows,
        subtitle=agreement.title,
        notes=(_count_note(agreement, tr), *sample_notes(rows, tr)),
        row_id=lambda row: row.organisation_id,
        landscape=True,
    )


def _count_note(agreement: AgreementRow, tr: Translator) -> str:
    """How many signatures are recorded, beside those that the paper counts."""
    recorded = tr.plural("{n} signature is recorded.", "{n} signatures are recorded.", agreement.signatures)
    told = recorded.format(n=agreement.signatures)
    if agreement.signatories_counted is None:
        return told
    counted = tr("The paper counts {n} signatories.").format(n=agreement.signatories_counted)
    if agreement.date_counted is not None:
        counted = tr("The paper counts {n} signatories on {day}.").format(
            n=agreement.signatories_counted, day=format_date(agreement.date_counted)
        )
    return f"{told} {counted}"
