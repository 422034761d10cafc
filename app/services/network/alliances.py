"""Local alliances: the lead, the partners, and the role of each in each phase."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.models.documents import Attachment
from app.models.enums import OrganisationKind, OrganisationSize
from app.models.errors import InvalidInput
from app.models.network import Alliance, Organisation, Partnership
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_key, require_positive, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.plan.plan import present_plan


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
        agreement_reference: the document by which the partners agreed: kind, protocol number.
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
    agreement_reference: str = ""
    agreement_date: date | None = None


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
    agreement_reference: str
    agreement_date: date | None
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
    size: OrganisationSize
    as_printed: str
    is_lead: bool
    design: bool
    coordination: bool
    delivery: bool
    verification: bool
    sample: bool
    source_line: int | None


def alliance_rows(store: Store) -> tuple[AllianceRow, ...]:
    """All alliances by number."""
    with store.read() as session:
        found = session.execute(
            sa.select(Alliance, Organisation.name)
            .outerjoin(Organisation, Organisation.id == Alliance.lead_id)
            .order_by(Alliance.number)
        ).all()
        partners: dict[str, set[str]] = {}
        for alliance_id, organisation_id in session.execute(
            sa.select(Partnership.alliance_id, Partnership.organisation_id)
        ):
            partners.setdefault(alliance_id, set()).add(organisation_id)
        proposals: dict[str, list[str]] = {}
        for alliance_id, title in session.execute(
            sa.select(Proposal.alliance_id, Proposal.title).order_by(Proposal.number, Proposal.id)
        ):
            proposals.setdefault(alliance_id, []).append(title)
    return tuple(
        AllianceRow(
            id=row.id,
            number=row.number,
            name=row.name,
            short_name=row.short_name,
            lead_id=row.lead_id,
            lead=lead or "",
            lead_as_printed=row.lead_as_printed,
            lead_is_partner=row.lead_id in partners.get(row.id, ()),
            role_note=row.role_note,
            partners=len(partners.get(row.id, ())),
            proposals=tuple(proposals.get(row.id, ())),
            agreement_reference=row.agreement_reference,
            agreement_date=row.agreement_date,
            sample=row.sample,
            source_line=row.source_line,
        )
        for row, lead in found
    )


def partner_rows(store: Store) -> tuple[PartnerRow, ...]:
    """All partners, by number of the alliance and order within it."""
    with store.read() as session:
        found = session.execute(
            sa.select(Partnership, Alliance, Organisation)
            .join(Alliance, Alliance.id == Partnership.alliance_id)
            .join(Organisation, Organisation.id == Partnership.organisation_id)
            .order_by(Alliance.number, Partnership.position)
        )
        return tuple(
            PartnerRow(
                id=row.id,
                alliance_id=alliance.id,
                alliance_number=alliance.number,
                alliance=alliance.short_name,
                organisation_id=organisation.id,
                name=organisation.name,
                kind=OrganisationKind(organisation.kind),
                size=OrganisationSize(organisation.size),
                as_printed=row.as_printed,
                is_lead=alliance.lead_id == organisation.id,
                design=row.design,
                coordination=row.coordination,
                delivery=row.delivery,
                verification=row.verification,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, alliance, organisation in found
        )


def load_alliance(store: Store, alliance_id: str) -> AllianceDraft:
    """An alliance as it was typed, its partners in their order.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Alliance, alliance_id)
        partners = session.scalars(sa.select(Partnership).filter_by(alliance_id=row.id).order_by(Partnership.position))
        return AllianceDraft(
            id=row.id,
            number=row.number,
            name=row.name,
            short_name=row.short_name,
            lead_id=row.lead_id,
            lead_as_printed=row.lead_as_printed,
            role_note=row.role_note,
            partners=tuple(
                PartnerDraft(
                    id=partner.id,
                    organisation_id=partner.organisation_id,
                    as_printed=partner.as_printed,
                    design=partner.design,
                    coordination=partner.coordination,
                    delivery=partner.delivery,
                    verification=partner.verification,
                    source_line=partner.source_line,
                )
                for partner in partners
            ),
            source_line=row.source_line,
            agreement_reference=row.agreement_reference,
            agreement_date=row.agreement_date,
        )


def save_alliance(store: Store, draft: AllianceDraft) -> Changes:
    """Write an alliance with its partners.

    Raises:
        InvalidInput: "field.required", "number.not_positive", "alliance.number_taken", "alliance.partner_repeated".
        RuleBroken: "plan.missing".
    """
    name = require_text(draft.name, "name")
    if draft.number is not None:
        require_positive(draft.number, "number")
    partners = [_partner_values(row, i) for i, row in enumerate(draft.partners)]
    keys = [row.organisation_id for row in draft.partners]
    require_distinct(keys, "partners.{row}.organisation_id", "alliance.partner_repeated")
    with store.write("save_alliance") as session:
        plan = present_plan(session)
        others = Alliance.id != (draft.id or "")
        number = draft.number or (session.scalar(sa.select(sa.func.max(Alliance.number)).where(others)) or 0) + 1
        taken = session.scalar(sa.select(Alliance.name).where(others, Alliance.number == number))
        if taken is not None:
            raise InvalidInput("alliance.number_taken", field="number", number=number, name=taken)
        values = {
            "plan_id": plan.id,
            "number": number,
            "name": name,
            "short_name": draft.short_name.strip() or name,
            "lead_id": draft.lead_id,
            "lead_as_printed": draft.lead_as_printed.strip(),
            "role_note": draft.role_note.strip(),
            "agreement_reference": draft.agreement_reference.strip(),
            "agreement_date": draft.agreement_date,
            "source_line": draft.source_line,
        }
        row = save_row(session, Alliance, draft.id, values)
        reconcile(session, Partnership, {"alliance_id": row.id}, partners, key="organisation_id")
    return Changes.of("network", "proposals", ids=(row.id,))


def _partner_values(row: PartnerDraft, i: int) -> dict[str, object]:
    return {
        "organisation_id": require_key(row.organisation_id, f"partners.{i}.organisation_id"),
        "as_printed": row.as_printed.strip(),
        "design": row.design,
        "coordination": row.coordination,
        "delivery": row.delivery,
        "verification": row.verification,
        "source_line": row.source_line,
    }


def delete_alliance(store: Store, alliance_id: str) -> Changes:
    """Delete an alliance, with its partnerships, that made no proposal and has no document.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_alliance") as session:
        row = get_row(session, Alliance, alliance_id)
        proposals = sa.select(Proposal.title).where(Proposal.alliance_id == row.id)
        documents = sa.select(Attachment.name).where(Attachment.alliance_id == row.id)
        refuse_used(session, row.id, row.name, proposals, documents)
        delete_children(session, Partnership, "alliance_id", [row.id])
        session.delete(row)
    return Changes.of("network", ids=(alliance_id,))
