"""The network: one registry of organisations, the agreement that they signed, the local alliances."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import OrganisationKind


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


@dataclass(frozen=True)
class SignatureDraft:
    """An organisation that signed, and when."""

    id: str | None = None
    organisation_id: str | None = None
    date_signed: date | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class AgreementDraft:
    """The agreement of the network; `signatories_counted` is the number that the paper gives."""

    id: str | None = None
    title: str = ""
    date_counted: date | None = None
    signatories_counted: int | None = None
    signatures: tuple[SignatureDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class AgreementRow:
    """An agreement in a list; `signatures` is how many are recorded."""

    id: str
    title: str
    date_counted: date | None
    signatories_counted: int | None
    signatures: int
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class SignatureRow:
    """A signatory in the list of signatories, by name."""

    organisation_id: str
    name: str
    kind: OrganisationKind
    date_signed: date | None
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class PartnerDraft:
    """A partner of an alliance, with its role in each phase; `as_printed` is its name on the paper."""

    id: str | None = None
    organisation_id: str | None = None
    as_printed: str = ""
    design: bool = False
    coordination: bool = False
    delivery: bool = False
    verification: bool = False
    source_line: int | None = None


@dataclass(frozen=True)
class AllianceDraft:
    """A local alliance as it is typed; its lead need not be among the partners.

    Attributes:
        number: None for the next free one.
        short_name: empty for the same as `name`.
        role_note: the sentence that the roles were read from.
    """

    id: str | None = None
    number: int | None = None
    name: str = ""
    short_name: str = ""
    lead_id: str | None = None
    lead_as_printed: str = ""
    role_note: str = ""
    partners: tuple[PartnerDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class AllianceRow:
    """An alliance in a list.

    Attributes:
        lead: name of the lead, empty while there is none.
        lead_is_partner: whether the lead stands among the partners.
        partners: how many there are.
        proposals: titles of its proposals, by number.
    """

    id: str
    number: int
    name: str
    short_name: str
    lead_id: str | None
    lead: str
    lead_as_printed: str
    lead_is_partner: bool
    role_note: str
    partners: int
    proposals: tuple[str, ...]
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class PartnerRow:
    """A partner in the table of partnership and roles, in order of alliance and position."""

    id: str
    alliance_id: str
    alliance_number: int
    alliance: str
    organisation_id: str
    name: str
    kind: OrganisationKind
    as_printed: str
    is_lead: bool
    design: bool
    coordination: bool
    delivery: bool
    verification: bool
    sample: bool
    source_line: int | None
