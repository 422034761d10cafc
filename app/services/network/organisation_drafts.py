"""An organisation as it is typed, and as lists show it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from app.models.enums import LegalForm, OfficeKind, OrganisationKind, OrganisationSize, SeatKind
from app.services.network.likeness import Likeness


@dataclass(frozen=True)
class AliasDraft:
    """Another spelling of an organisation's name."""

    id: str | None = None
    name: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class SeatDraft:
    """A place where an organisation is; `place` where that lies outside the municipalities of the plan."""

    id: str | None = None
    kind: SeatKind = SeatKind.LEGAL
    municipality_id: str | None = None
    place: str = ""
    address: str = ""
    postcode: str = ""
    province: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class OfficeDraft:
    """An office that a person holds, or held, in an organisation."""

    id: str | None = None
    kind: OfficeKind = OfficeKind.LEGAL_REPRESENTATIVE
    name: str = ""
    tax_code: str = ""
    title: str = ""
    date_from: date | None = None
    date_to: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class ContactDraft:
    """Whom to write to or call."""

    id: str | None = None
    name: str = ""
    title: str = ""
    mail: str = ""
    phone: str = ""
    certified_mail: str = ""
    source_line: int | None = None


@dataclass(frozen=True)
class RegisterDraft:
    """A register that an organisation is in."""

    id: str | None = None
    register: str = ""
    number: str = ""
    date_entered: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class OrganisationDraft:
    """An organisation as it is typed.

    Attributes:
        seen: mark of the record as it was loaded; when it is another by the time of saving, saving is refused. Empty
            for no such check.
    """

    id: str | None = None
    kind: OrganisationKind = OrganisationKind.OTHER
    name: str = ""
    seat: str = ""
    tax_code: str = ""
    vat_number: str = ""
    note: str = ""
    aliases: tuple[AliasDraft, ...] = ()
    source_line: int | None = None
    legal_form: LegalForm = LegalForm.UNKNOWN
    size: OrganisationSize = OrganisationSize.UNKNOWN
    iban: str = ""
    iban_holder: str = ""
    seats: tuple[SeatDraft, ...] = ()
    offices: tuple[OfficeDraft, ...] = ()
    contacts: tuple[ContactDraft, ...] = ()
    registers: tuple[RegisterDraft, ...] = ()
    seen: str = field(default="", compare=False)


@dataclass(frozen=True)
class OrganisationRow:
    """An organisation in a list.

    Attributes:
        seat: in brief, else the place of its legal seat.
        districts: of the municipalities that it has a seat in.
        tax_code_valid, vat_number_valid, iban_valid: what the control characters say; None when there is no code.
        alliances: short names of the alliances that it leads or is partner of, by number.
        leads, joins: whether it leads one, and whether it is partner of one.
        signed: whether it signed the agreement of the network.
    """

    id: str
    kind: OrganisationKind
    legal_form: LegalForm
    size: OrganisationSize
    name: str
    seat: str
    districts: tuple[str, ...]
    tax_code: str
    tax_code_valid: bool | None
    vat_number: str
    vat_number_valid: bool | None
    iban_valid: bool | None
    aliases: tuple[str, ...]
    alliances: tuple[str, ...]
    leads: bool
    joins: bool
    signed: bool
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class SimilarOrganisation:
    """An organisation that may be the one that is typed.

    Attributes:
        matched: its spelling, or code, that is near.
        same: the two have a code in common, or differ at most in case, accents, punctuation and legal form.
        why: the reason, and how alike the two spellings are.
    """

    id: str
    name: str
    matched: str
    same: bool
    why: Likeness
