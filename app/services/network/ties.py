"""Where an organisation appears: the alliances it leads or joins, the agreement it signed, who of it sits where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import OfficeKind
from app.models.meetings import Committee, Member
from app.models.network import (
    AgreementSignature,
    Alliance,
    NetworkAgreement,
    OrganisationOffice,
    Partnership,
)
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.wording.folding import words
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import N_, Translator


class TieKind(StrEnum):
    """What ties an organisation to a record."""

    LEADS = "leads"
    JOINS = "joins"
    PROPOSES = "proposes"
    SIGNED = "signed"
    SITS = "sits"  # a member of a committee comes from it
    MAY_SIT = "may_sit"  # a member of a committee has the name of somebody who holds an office in it


KINDS = {
    TieKind.LEADS: N_("Leads"),
    TieKind.JOINS: N_("Partner of"),
    TieKind.PROPOSES: N_("Proposal"),
    TieKind.SIGNED: N_("Signed"),
    TieKind.SITS: N_("In the committee"),
    TieKind.MAY_SIT: N_("Perhaps in the committee"),
}
"""Each kind as it is shown, marked for translation."""

PHASES = (
    ("design", N_("design")),
    ("coordination", N_("coordination")),
    ("delivery", N_("delivery")),
    ("verification", N_("verification")),
)
"""Phases of a partnership, each with its word within a sentence."""


@dataclass(frozen=True)
class Tie:
    """A record that an organisation is tied to.

    Attributes:
        room: of the window, where the record is shown.
        detail: roles, day and act, office; in the reader's language.
    """

    kind: TieKind
    room: str
    record_id: str
    title: str
    detail: str


def organisation_ties(store: Store, organisation_id: str, tr: Translator) -> tuple[Tie, ...]:
    """Everything that an organisation is tied to, kind by kind."""
    with store.read() as session:
        return (
            *_alliances(session, organisation_id, tr),
            *_proposals(session, organisation_id),
            *_signatures(session, organisation_id, tr),
            *_members(session, organisation_id),
            *_namesakes(session, organisation_id, tr),
        )


def _alliances(session: Session, key: str, tr: Translator) -> list[Tie]:
    led = session.scalars(sa.select(Alliance).where(Alliance.lead_id == key).order_by(Alliance.number))
    ties = [Tie(TieKind.LEADS, "network", row.id, row.name, "") for row in led]
    joined = session.execute(
        sa.select(Alliance, Partnership)
        .join(Partnership, Partnership.alliance_id == Alliance.id)
        .where(Partnership.organisation_id == key)
        .order_by(Alliance.number)
    )
    for alliance, partnership in joined:
        roles = [tr(word) for phase, word in PHASES if getattr(partnership, phase)]
        detail = ", ".join(roles) or tr("no role in any phase")
        ties.append(Tie(TieKind.JOINS, "network", alliance.id, alliance.name, detail))
    return ties


def _proposals(session: Session, key: str) -> list[Tie]:
    member = sa.select(Partnership.alliance_id).where(Partnership.organisation_id == key)
    found = session.execute(
        sa.select(Proposal.id, Proposal.title, Alliance.short_name)
        .join(Alliance, Alliance.id == Proposal.alliance_id)
        .where(sa.or_(Alliance.lead_id == key, Alliance.id.in_(member)))
        .order_by(Proposal.number, Proposal.id)
    )
    return [Tie(TieKind.PROPOSES, "proposals", row.id, row.title, row.short_name) for row in found]


def _signatures(session: Session, key: str, tr: Translator) -> list[Tie]:
    found = session.execute(
        sa.select(NetworkAgreement, AgreementSignature)
        .join(AgreementSignature, AgreementSignature.agreement_id == NetworkAgreement.id)
        .where(AgreementSignature.organisation_id == key)
        .order_by(NetworkAgreement.id)
    )
    ties = []
    for agreement, signature in found:
        day = tr("on {day}").format(day=format_date(signature.date_signed)) if signature.date_signed else ""
        detail = ", ".join(filter(None, (day, signature.act)))
        ties.append(Tie(TieKind.SIGNED, "network", agreement.id, agreement.title, detail))
    return ties


def _members(session: Session, key: str) -> list[Tie]:
    found = session.execute(
        sa.select(Committee.id, Committee.name, Member.name, Member.office)
        .join(Member, Member.committee_id == Committee.id)
        .where(Member.organisation_id == key)
        .order_by(Committee.name, Member.position)
    )
    return [
        Tie(TieKind.SITS, "meetings", committee_id, member, ", ".join(filter(None, (office, committee))))
        for committee_id, committee, member, office in found
    ]


def _namesakes(session: Session, key: str, tr: Translator) -> list[Tie]:
    """Members of committees who may be somebody who holds an office here: a name alone proves nothing, so it is said.

    From these a conflict of interest can be proposed to the member, who declares it or not.
    """
    offices = session.scalars(sa.select(OrganisationOffice).filter_by(organisation_id=key)).all()
    holders = {frozenset(words(office.name)): office for office in offices}
    members = session.execute(
        sa.select(Committee.id, Committee.name, Member.name, Member.organisation_id)
        .join(Member, Member.committee_id == Committee.id)
        .order_by(Committee.name, Member.position)
    )
    ties = []
    for committee_id, committee, member, body in members if holders else ():
        office = holders.get(frozenset(words(member)))
        if office is not None and body != key:
            told = tr("{committee}; the same name as {office} of this body: ask whether it is the same person")
            held = (office.title or label(OfficeKind(office.kind), tr)).casefold()
            detail = told.format(committee=committee, office=held)
            ties.append(Tie(TieKind.MAY_SIT, "meetings", committee_id, member, detail))
    return ties
