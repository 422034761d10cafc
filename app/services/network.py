"""The network: one registry of organisations, each once, with its other spellings and what is near to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from stdnum.it import codicefiscale, iva

from app.models.enums import OrganisationKind
from app.models.errors import InvalidInput
from app.models.meetings import Member
from app.models.network import (
    AgreementSignature,
    Alliance,
    NetworkAgreement,
    Organisation,
    OrganisationAlias,
    Partnership,
)
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.folding import fold, words

NEAR = 0.85
"""How alike two names must be to be shown as near, from 0 to 1."""

SMALL_WORDS = frozenset(
    (
        *(
            "a",
            "con",
            "d",
            "da",
            "dei",
            "del",
            "della",
            "delle",
            "di",
            "e",
            "ed",
            "gli",
            "i",
            "il",
            "in",
            "l",
            "la",
            "le",
        ),
        *("lo", "o", "per", "aps", "ass", "associazione", "coop", "cooperativa", "fondazione", "impresa", "odv", "ol"),
        *(
            "onlus",
            "p",
            "r",
            "s",
            "sc",
            "scs",
            "scsrl",
            "snc",
            "soc",
            "sociale",
            "societa",
            "spa",
            "srl",
            "volontariato",
        ),
    )
)
"""Words that tell no body from another: articles and legal forms."""


@dataclass(frozen=True)
class AliasDraft:
    """Another spelling of an organisation's name."""

    id: str | None = None
    name: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class OrganisationDraft:
    """An organisation as it is typed."""

    id: str | None = None
    kind: OrganisationKind = OrganisationKind.OTHER
    name: str = ""
    seat: str = ""
    tax_code: str = ""
    vat_number: str = ""
    note: str = ""
    aliases: tuple[AliasDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation in a list.

    Attributes:
        tax_code_valid, vat_number_valid: what the control characters say; None when there is no code.
        alliances: short names of the alliances that it leads or is partner of, by number.
        leads: whether it leads one.
        signed: whether it signed the agreement of the network.
    """

    id: str
    kind: OrganisationKind
    name: str
    seat: str
    tax_code: str
    tax_code_valid: bool | None
    vat_number: str
    vat_number_valid: bool | None
    aliases: tuple[str, ...]
    alliances: tuple[str, ...]
    leads: bool
    signed: bool
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class SimilarOrganisation:
    """An organisation whose name, or one of whose other spellings, is near to what was typed.

    Attributes:
        matched: the spelling that is near.
        same: the two differ at most in case, accents, punctuation and legal form.
    """

    id: str
    name: str
    matched: str
    same: bool


def tax_code_valid(text: str) -> bool | None:
    """Whether a codice fiscale has the right length and control characters; None for an empty one."""
    return codicefiscale.is_valid(text) if text.strip() else None


def vat_number_valid(text: str) -> bool | None:
    """Whether a partita IVA has the right length and control digit; None for an empty one."""
    return iva.is_valid(text) if text.strip() else None


def organisation_rows(store: Store) -> tuple[OrganisationRow, ...]:
    """All organisations by name."""
    with store.read() as session:
        organisations = session.scalars(sa.select(Organisation)).all()
        aliases = _grouped(
            session.execute(
                sa.select(OrganisationAlias.organisation_id, OrganisationAlias.name).order_by(OrganisationAlias.name)
            )
        )
        leads = sa.select(Alliance.lead_id, Alliance.number, Alliance.short_name, sa.literal(True)).where(
            Alliance.lead_id.is_not(None)
        )
        partners = sa.select(Partnership.organisation_id, Alliance.number, Alliance.short_name, sa.literal(False))
        both: sa.CompoundSelect[Any] = sa.union_all(
            leads, partners.join(Alliance, Alliance.id == Partnership.alliance_id)
        )
        places: Sequence[tuple[str, int, str, bool]] = [tuple(row) for row in session.execute(both)]
        signed = frozenset(session.scalars(sa.select(AgreementSignature.organisation_id)))
    alliances: dict[str, set[tuple[int, str]]] = {}
    for organisation_id, number, short_name, _leads in places:
        alliances.setdefault(organisation_id, set()).add((number, short_name))
    leading = {organisation_id for organisation_id, _number, _name, leads in places if leads}
    return tuple(
        OrganisationRow(
            id=row.id,
            kind=OrganisationKind(row.kind),
            name=row.name,
            seat=row.seat,
            tax_code=row.tax_code,
            tax_code_valid=tax_code_valid(row.tax_code),
            vat_number=row.vat_number,
            vat_number_valid=vat_number_valid(row.vat_number),
            aliases=tuple(aliases.get(row.id, ())),
            alliances=tuple(name for _number, name in sorted(alliances.get(row.id, ()))),
            leads=row.id in leading,
            signed=row.id in signed,
            sample=row.sample,
            source_line=row.source_line,
        )
        for row in sorted(organisations, key=lambda row: fold(row.name))
    )


def _grouped(pairs: Iterable[sa.Row[tuple[str, str]]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups


def load_organisation(store: Store, organisation_id: str) -> OrganisationDraft:
    """An organisation as it was typed, its other spellings in alphabetical order.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Organisation, organisation_id)
        aliases = session.scalars(
            sa.select(OrganisationAlias).filter_by(organisation_id=row.id).order_by(OrganisationAlias.name)
        )
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
        )


def save_organisation(store: Store, draft: OrganisationDraft) -> Changes:
    """Write an organisation with its other spellings; codes are kept as typed, lists mark the wrong ones.

    Raises:
        InvalidInput: "field.required", "organisation.name_taken", "organisation.alias_repeated",
            "organisation.alias_taken" (another organisation has that name or spelling).
    """
    name = require_text(draft.name, "name")
    aliases = [
        {"name": require_text(row.name, f"aliases.{i}.name"), "source_line": row.source_line}
        for i, row in enumerate(draft.aliases)
    ]
    spellings = [str(row["name"]) for row in aliases]
    require_distinct(spellings, "aliases.{row}.name", "organisation.alias_repeated")
    values = {
        "kind": draft.kind.value,
        "name": name,
        "seat": draft.seat.strip(),
        "tax_code": draft.tax_code.strip(),
        "vat_number": draft.vat_number.strip(),
        "note": draft.note.strip(),
        "source_line": draft.source_line,
    }
    with store.write("save_organisation") as session:
        _refuse_taken(session, name, spellings, draft.id or "")
        row = save_row(session, Organisation, draft.id, values)
        reconcile(session, OrganisationAlias, {"organisation_id": row.id}, aliases, key="name")
    return Changes.of("network", ids=(row.id,))


def _refuse_taken(session: Session, name: str, spellings: Sequence[str], own: str) -> None:
    """No other organisation has one of these names, as its own or as another spelling."""
    names = session.scalars(sa.select(Organisation.name).where(Organisation.id != own))
    taken = {fold(other): other for other in names}
    if fold(name) in taken:
        raise InvalidInput("organisation.name_taken", field="name", name=taken[fold(name)])
    others = session.execute(
        sa.select(OrganisationAlias.name, Organisation.name)
        .join(Organisation, Organisation.id == OrganisationAlias.organisation_id)
        .where(Organisation.id != own)
    )
    taken |= {fold(alias): other for alias, other in others}
    for i, spelling in enumerate((name, *spellings)):
        if fold(spelling) in taken:
            field = f"aliases.{i - 1}.name" if i else "name"
            raise InvalidInput("organisation.alias_taken", field=field, text=spelling, name=taken[fold(spelling)])


def delete_organisation(store: Store, organisation_id: str) -> Changes:
    """Delete an organisation, with its other spellings, that is in no alliance, agreement or committee.

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
        )
        delete_children(session, OrganisationAlias, "organisation_id", [row.id])
        session.delete(row)
    return Changes.of("network", ids=(organisation_id,))


def similar_organisations(
    store: Store, name: str, *, but: str | None = None, limit: int = 5
) -> tuple[SimilarOrganisation, ...]:
    """Organisations that may be the one that is being typed, the nearest first.

    Args:
        name: as typed so far.
        but: key of the organisation that is being edited.
    """
    wanted = _significant(name)
    if not wanted:
        return ()
    with store.read() as session:
        own = sa.select(Organisation.id, Organisation.name, Organisation.name)
        other = sa.select(Organisation.id, Organisation.name, OrganisationAlias.name)
        spellings = session.execute(sa.union_all(own, other.join(OrganisationAlias))).all()
    best: dict[str, tuple[float, SimilarOrganisation]] = {}
    for organisation_id, full, spelling in spellings:
        likeness = _likeness(wanted, _significant(spelling))
        if likeness >= NEAR and organisation_id != but and likeness > best.get(organisation_id, (0.0,))[0]:
            best[organisation_id] = (
                likeness,
                SimilarOrganisation(organisation_id, full, spelling, same=likeness == 1),
            )
    ordered = sorted(best.values(), key=lambda pair: (-pair[0], fold(pair[1].name)))
    return tuple(found for _likeness, found in ordered[:limit])


def _significant(name: str) -> tuple[str, ...]:
    """Words of a name that tell it from others; all of them when none does."""
    every = words(name)
    return tuple(word for word in every if word not in SMALL_WORDS) or every


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two names are, by their words.

    Returns:
        1 for the same words in any order, 0.9 when one has all words (two at least) of the other, else by the letters
        of the words that differ: «Ambito di Legnano» and «Ambito di Magenta» are not near.
    """
    if set(one) == set(other):
        return 1.0
    shorter, longer = sorted((set(one), set(other)), key=len)
    if len(shorter) > 1 and shorter < longer:
        return 0.9
    apart = [" ".join(word for word in name if word not in shorter & longer) for name in (one, other)]
    return SequenceMatcher(None, apart[0], apart[1]).ratio()
