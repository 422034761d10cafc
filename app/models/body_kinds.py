"""Kinds of organisations, their forms, sizes, seats and offices; the other floors know them as members of `enums`."""

from __future__ import annotations

from enum import StrEnum


class OrganisationKind(StrEnum):
    """Kind of an organisation of the network."""

    PUBLIC_BODY = "public_body"
    SPECIAL_AGENCY = "special_agency"
    TERRITORIAL_AREA = "territorial_area"
    HEALTH_AGENCY = "health_agency"
    PROVINCE = "province"
    COOPERATIVE = "cooperative"
    ASSOCIATION = "association"
    FOUNDATION = "foundation"
    UNION = "union"
    EMPLOYERS_ASSOCIATION = "employers_association"
    COMPANY = "company"
    SCHOOL = "school"
    OTHER = "other"


class LegalForm(StrEnum):
    """Legal form of an organisation, as its name or its statute says."""

    UNKNOWN = "unknown"
    PUBLIC_LAW = "public_law"  # ente pubblico
    SPECIAL_AGENCY = "special_agency"  # azienda speciale
    CONSORTIUM_AGENCY = "consortium_agency"  # azienda speciale consortile
    ASSOCIATION = "association"
    VOLUNTARY = "voluntary"  # organizzazione di volontariato
    PROMOTION = "promotion"  # associazione di promozione sociale
    FOUNDATION = "foundation"
    RELIGIOUS = "religious"  # ente religioso
    SOCIAL_COOPERATIVE = "social_cooperative"
    COOPERATIVE = "cooperative"
    CONSORTIUM = "consortium"
    CONSORTIUM_COMPANY = "consortium_company"  # società consortile
    SOLE_TRADER = "sole_trader"  # impresa individuale
    SNC = "snc"
    SAS = "sas"
    SRL = "srl"
    SPA = "spa"
    FOREIGN = "foreign"
    OTHER = "other"


class OrganisationSize(StrEnum):
    """Size class of a firm, by the people that work there and the turnover of a year; calls draw the lines."""

    UNKNOWN = "unknown"
    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class SeatKind(StrEnum):
    """What an organisation has in a place."""

    LEGAL = "legal"
    OPERATING = "operating"
    OTHER = "other"  # its kind is not said


class OfficeKind(StrEnum):
    """What a person is in an organisation."""

    LEGAL_REPRESENTATIVE = "legal_representative"
    ADMINISTRATOR = "administrator"  # sits on a governing body
    MANAGER = "manager"
    AUDITOR = "auditor"  # collegio sindacale, revisore
    STAFF = "staff"
    ASSOCIATE = "associate"  # socio
    OTHER = "other"
