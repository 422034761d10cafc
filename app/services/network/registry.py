"""The network: one registry of organisations, each once, with its other spellings and all that is known of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.base import Record
from app.models.enums import LegalForm, OfficeKind, OrganisationKind, OrganisationSize, SeatKind
from app.models.errors import Conflict, InvalidInput
from app.models.journal import stored_values
from app.models.meetings import Member
from app.models.network import (
    AgreementSignature,
    Alliance,
    DistinctOrganisations,
    NetworkAgreement,
    Organisation,
    OrganisationAlias,
    OrganisationContact,
    OrganisationOffice,
    OrganisationRegister,
    OrganisationSeat,
    Partnership,
)
from app.models.store import Store
from app.models.territory import District, Municipality
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_in_order, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.network.codes import WRONG as WRONG_CODES
from app.services.network.codes import CodeNote, grouped_iban, iban_note, tax_code_valid, vat_number_valid
from app.services.network.likeness import Body, spelling
from app.services.network.names import forget_names, names_of
from app.services.network.organisation_drafts import (
    AliasDraft,
    ContactDraft,
    OfficeDraft,
    OrganisationDraft,
    OrganisationRow,
    RegisterDraft,
    SeatDraft,
    SimilarOrganisation,
)
from app.services.network.provinces import parse_province
from app.services.vouchers.users import of_organisation
from app.services.wording.folding import fold

__all__ = [
    "AliasDraft",
    "OrganisationDraft",
    "OrganisationRow",
    "SimilarOrganisation",
    "delete_organisation",
    "load_organisation",
    "organisation_names",
    "organisation_rows",
    "save_organisation",
    "similar_organisations",
    "tax_code_valid",
    "vat_number_valid",
]

OWN_TABLES: tuple[type[Record], ...] = (
    OrganisationAlias,
    OrganisationSeat,
    OrganisationOffice,
    OrganisationContact,
    OrganisationRegister,
)
"""What is part of an organisation and goes with it."""

_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


# --- the list ------------------------------------------------------------------------------


def organisation_rows(store: Store) -> tuple[OrganisationRow, ...]:
    """All organisations by name."""
    with store.read() as session:
        organisations = session.execute(sa.select(Organisation.__table__)).all()
        aliases = _grouped(
            session.execute(
                sa.select(OrganisationAlias.organisation_id, OrganisationAlias.name).order_by(OrganisationAlias.name)
            )
        )
        seats, districts = _places(session)
        leads, joins, signed = _ties(session)
        alliances = {row.id: (row.number, row.short_name) for row in session.scalars(sa.select(Alliance))}
    rows = []
    for row in sorted(organisations, key=lambda row: fold(row.name)):
        own = sorted({alliances[key] for key in (*leads.get(row.id, ()), *joins.get(row.id, ()))})
        iban = iban_note(row.iban)
        rows.append(
            OrganisationRow(
                id=row.id,
                kind=OrganisationKind(row.kind),
                legal_form=LegalForm(row.legal_form),
                size=OrganisationSize(row.size),
                name=row.name,
                seat=row.seat or seats.get(row.id, ""),
                districts=tuple(sorted(set(districts.get(row.id, ())))),
                tax_code=row.tax_code,
                tax_code_valid=tax_code_valid(row.tax_code),
                vat_number=row.vat_number,
                vat_number_valid=vat_number_valid(row.vat_number),
                iban_valid=None if iban is CodeNote.EMPTY else iban not in WRONG_CODES,
                aliases=tuple(aliases.get(row.id, ())),
                alliances=tuple(name for _number, name in own),
                leads=row.id in leads,
                joins=row.id in joins,
                signed=row.id in signed,
                sample=row.sample,
                source_line=row.source_line,
            )
        )
    return tuple(rows)


def organisation_names(store: Store) -> tuple[tuple[str, str], ...]:
    """Key and name of all organisations, by name."""
    with store.read() as session:
        bodies = names_of(session).bodies.values()
    return tuple(sorted(((body.id, body.names[0]) for body in bodies), key=lambda pair: fold(pair[1])))


def _places(session: Session) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Place of the legal seat, or of the first other one; and the districts of all seats; by organisation."""
    found = session.execute(
        sa.select(OrganisationSeat.organisation_id, OrganisationSeat.place, Municipality.name, District.name)
        .outerjoin(Municipality, Municipality.id == OrganisationSeat.municipality_id)
        .outerjoin(District, District.id == Municipality.district_id)
        .order_by(OrganisationSeat.kind != SeatKind.LEGAL.value, OrganisationSeat.position)
    )
    seats: dict[str, str] = {}
    districts: dict[str, list[str]] = {}
    for owner, place, municipality, district in found:
        seats.setdefault(owner, municipality or place)
        if district:
            districts.setdefault(owner, []).append(district)
    return seats, districts


def _ties(session: Session) -> tuple[dict[str, list[str]], dict[str, list[str]], frozenset[str]]:
    """Alliances that each organisation leads, those that it is partner of, and who signed the agreement."""
    led = session.execute(sa.select(Alliance.lead_id, Alliance.id).where(Alliance.lead_id.is_not(None)))
    leads = _grouped((str(lead), alliance) for lead, alliance in led)
    joined = session.execute(sa.select(Partnership.organisation_id, Partnership.alliance_id))
    return leads, _grouped(joined), frozenset(session.scalars(sa.select(AgreementSignature.organisation_id)))


def _grouped(pairs: Iterable[Any]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


# --- one organisation ----------------------------------------------------------------------


def load_organisation(store: Store, organisation_id: str) -> OrganisationDraft:
    """An organisation as it was typed, its other spellings in alphabetical order.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Organisation, organisation_id)
        aliases = sorted(_parts(session, OrganisationAlias, row.id), key=lambda alias: alias.name)
        return OrganisationDraft(
            id=row.id,
            kind=OrganisationKind(row.kind),
            name=row.name,
            seat=row.seat,
            tax_code=row.tax_code,
            vat_number=row.vat_number,
            note=row.note,
            aliases=tuple(AliasDraft(alias.id, alias.name, alias.source_line) for alias in aliases),
            source_line=row.source_line,
            legal_form=LegalForm(row.legal_form),
            size=OrganisationSize(row.size),
            iban=row.iban,
            iban_holder=row.iban_holder,
            seats=tuple(_draft(SeatDraft, part, SeatKind) for part in _parts(session, OrganisationSeat, row.id)),
            offices=tuple(
                _draft(OfficeDraft, part, OfficeKind) for part in _parts(session, OrganisationOffice, row.id)
            ),
            contacts=tuple(_draft(ContactDraft, part) for part in _parts(session, OrganisationContact, row.id)),
            registers=tuple(_draft(RegisterDraft, part) for part in _parts(session, OrganisationRegister, row.id)),
            seen=_mark(session, row),
        )


def _parts(session: Session, model: type[Any], owner: str) -> Sequence[Any]:
    order = model.position if hasattr(model, "position") else model.id
    return session.scalars(sa.select(model).filter_by(organisation_id=owner).order_by(order, model.id)).all()


def _draft(draft: type[Any], row: Any, kind: type[Any] | None = None) -> Any:
    """A part as it was typed."""
    values = {name: getattr(row, name) for name in draft.__dataclass_fields__}
    return draft(**values if kind is None else {**values, "kind": kind(row.kind)})


def _mark(session: Session, row: Organisation) -> str:
    """What tells one state of an organisation, with its parts, from any other."""
    parts = [stored_values(row)]
    for model in OWN_TABLES:
        parts += sorted((stored_values(part) for part in _parts(session, model, row.id)), key=lambda one: one["id"])
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def save_organisation(store: Store, draft: OrganisationDraft) -> Changes:
    """Write an organisation with its parts; codes are kept as typed, lists and form mark the wrong ones.

    Raises:
        InvalidInput: "field.required", "organisation.name_taken", "organisation.alias_repeated",
            "organisation.alias_taken" (another organisation has that name or spelling),
            "organisation.legal_seat_repeated", "date.end_before_start", "mail.format",
            "province.unknown".
        NotFound: "record.gone".
        Conflict: "record.changed" when it was changed since it was loaded.
    """
    parts = _part_values(draft)
    values = {
        "kind": draft.kind.value,
        "legal_form": draft.legal_form.value,
        "size": draft.size.value,
        "name": require_text(draft.name, "name"),
        "seat": draft.seat.strip(),
        "tax_code": draft.tax_code.strip(),
        "vat_number": draft.vat_number.strip(),
        "iban": _iban(draft.iban),
        "iban_holder": draft.iban_holder.strip(),
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }
    spellings = [str(row["name"]) for row in parts[OrganisationAlias]]
    with store.write("save_organisation") as session:
        if (
            draft.id is not None
            and draft.seen
            and _mark(session, get_row(session, Organisation, draft.id)) != draft.seen
        ):
            raise Conflict("record.changed")
        names = names_of(session)
        names.refuse_taken(str(values["name"]), spellings, draft.id or "")
        row = save_row(session, Organisation, draft.id, values)
        for model, rows in parts.items():
            if draft.id is None and not rows:
                continue
            key = "name" if model is OrganisationAlias else "id"
            reconcile(session, model, {"organisation_id": row.id}, rows, key=key)
        names.put(Body(row.id, (row.name, *spellings), row.tax_code, row.vat_number))
    return Changes.of("network", ids=(row.id,))


def _iban(text: str) -> str:
    """An account as banks print it when it is one; as typed when it is not."""
    return text.strip() if iban_note(text) in WRONG_CODES else grouped_iban(text)


def _part_values(draft: OrganisationDraft) -> dict[type[Any], list[dict[str, Any]]]:
    """The parts of an organisation, checked."""
    aliases = [
        {"name": require_text(row.name, f"aliases.{i}.name"), "source_line": row.source_line}
        for i, row in enumerate(draft.aliases)
    ]
    require_distinct([row["name"] for row in aliases], "aliases.{row}.name", "organisation.alias_repeated")
    legal = [SeatKind.LEGAL if row.kind is SeatKind.LEGAL else i for i, row in enumerate(draft.seats)]
    require_distinct(legal, "seats.{row}.kind", "organisation.legal_seat_repeated")
    for i, seat in enumerate(draft.seats):
        if seat.municipality_id is None:
            require_text(seat.place or seat.address, f"seats.{i}.municipality_id")
    provinces = [parse_province(seat.province, f"seats.{i}.province") for i, seat in enumerate(draft.seats)]
    for i, office in enumerate(draft.offices):
        require_text(office.name, f"offices.{i}.name")
        require_in_order(office.date_from, office.date_to, f"offices.{i}.date_to")
    for i, contact in enumerate(draft.contacts):
        require_text(
            "".join((contact.name, contact.title, contact.mail, contact.phone, contact.certified_mail)),
            f"contacts.{i}.name",
        )
        for key in ("mail", "certified_mail"):
            _require_mail(getattr(contact, key), f"contacts.{i}.{key}")
    for i, register in enumerate(draft.registers):
        require_text(register.register, f"registers.{i}.register")
    return {
        OrganisationAlias: aliases,
        OrganisationSeat: [
            {**_values(row), "province": province} for row, province in zip(draft.seats, provinces, strict=True)
        ],
        OrganisationOffice: [_values(row) for row in draft.offices],
        OrganisationContact: [_values(row) for row in draft.contacts],
        OrganisationRegister: [_values(row) for row in draft.registers],
    }


def _values(row: Any) -> dict[str, Any]:
    """Fields of a part as they are kept."""
    found = {name: getattr(row, name) for name in row.__dataclass_fields__}
    return {name: value.strip() if type(value) is str else value for name, value in found.items()} | (
        {"kind": row.kind.value} if hasattr(row, "kind") else {}
    )


def _require_mail(text: str, field: str) -> None:
    if text.strip() and not _MAIL.fullmatch(text.strip()):
        raise InvalidInput("mail.format", field=field, text=text.strip())


def delete_organisation(store: Store, organisation_id: str) -> Changes:
    """Delete an organisation, with its parts, that is in no alliance, agreement, committee or programme of vouchers.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_organisation") as session:
        row = get_row(session, Organisation, organisation_id)
        refuse_used(
            session,
            row.id,
            row.name,
            sa.select(Alliance.name).where(Alliance.lead_id == row.id),
            sa.select(Alliance.name).join(Partnership).where(Partnership.organisation_id == row.id),
            sa.select(NetworkAgreement.title)
            .join(AgreementSignature)
            .where(AgreementSignature.organisation_id == row.id),
            sa.select(Member.name).where(Member.organisation_id == row.id),
            *of_organisation(row.id),
        )
        for model in OWN_TABLES:
            delete_children(session, model, "organisation_id", [row.id])
        for column in ("one_id", "other_id"):
            delete_children(session, DistinctOrganisations, column, [row.id])
        session.delete(row)
        forget_names(session)
    return Changes.of("network", ids=(organisation_id,))


# --- what is near --------------------------------------------------------------------------


def similar_organisations(
    store: Store, name: str, *, but: str | None = None, limit: int = 5, tax_code: str = "", vat_number: str = ""
) -> tuple[SimilarOrganisation, ...]:
    """Organisations that may be the one that is being typed, the likeliest first.

    Args:
        name: as typed so far.
        but: key of the organisation that is being edited; those judged not to be the same body are left out.
        tax_code, vat_number: as typed so far.
    """
    wanted = Body(but or "", (name,) if spelling(name).telling else (), tax_code, vat_number)
    with store.read() as session:
        found = names_of(session).index.near(wanted)
        judged = _judged(session, but) if but and found else frozenset()
    return tuple(
        SimilarOrganisation(body.id, body.names[0], why.one, same=why.is_same, why=why)
        for body, why in found
        if body.id not in judged
    )[:limit]


def _judged(session: Session, key: str) -> frozenset[str]:
    """Organisations that were judged not to be this one."""
    pair = DistinctOrganisations
    found = session.execute(
        sa.select(pair.one_id, pair.other_id).where(sa.or_(pair.one_id == key, pair.other_id == key))
    )
    return frozenset(one if other == key else other for one, other in found)
