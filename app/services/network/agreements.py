"""The agreement of the network, and who signed it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.models.enums import OrganisationKind
from app.models.network import AgreementSignature, NetworkAgreement, Organisation
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_distinct, require_key, require_not_negative, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.plan.plan import present_plan
from app.services.wording.folding import fold


@dataclass(frozen=True)
class SignatureDraft:
    """An organisation that signed, and when."""

    id: str | None = None
    organisation_id: str | None = None
    date_signed: date | None = None
    source_line: int | None = None
    act: str = ""
    signatory: str = ""
    signatory_title: str = ""


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
    act: str
    signatory: str
    signatory_title: str
    sample: bool
    source_line: int | None


def agreement_rows(store: Store) -> tuple[AgreementRow, ...]:
    """All agreements, as they were made."""
    with store.read() as session:
        rows = session.execute(
            sa.select(NetworkAgreement, sa.func.count(AgreementSignature.id))
            .outerjoin(AgreementSignature, AgreementSignature.agreement_id == NetworkAgreement.id)
            .group_by(NetworkAgreement.id)
            .order_by(NetworkAgreement.id)
        )
        return tuple(
            AgreementRow(
                id=row.id,
                title=row.title,
                date_counted=row.date_counted,
                signatories_counted=row.signatories_counted,
                signatures=signatures,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, signatures in rows
        )


def signature_rows(store: Store, agreement_id: str) -> tuple[SignatureRow, ...]:
    """Who signed an agreement, by name."""
    with store.read() as session:
        rows = [
            SignatureRow(
                organisation_id=organisation.id,
                name=organisation.name,
                kind=OrganisationKind(organisation.kind),
                date_signed=signature.date_signed,
                act=signature.act,
                signatory=signature.signatory,
                signatory_title=signature.signatory_title,
                sample=signature.sample,
                source_line=signature.source_line,
            )
            for signature, organisation in session.execute(
                sa.select(AgreementSignature, Organisation)
                .join(Organisation, Organisation.id == AgreementSignature.organisation_id)
                .where(AgreementSignature.agreement_id == agreement_id)
            )
        ]
    return tuple(sorted(rows, key=lambda row: fold(row.name)))


def load_agreement(store: Store, agreement_id: str) -> AgreementDraft:
    """An agreement as it was typed, who signed it by name.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, NetworkAgreement, agreement_id)
        signatures = session.scalars(
            sa.select(AgreementSignature)
            .join(Organisation, Organisation.id == AgreementSignature.organisation_id)
            .where(AgreementSignature.agreement_id == row.id)
            .order_by(Organisation.name)
        )
        return AgreementDraft(
            id=row.id,
            title=row.title,
            date_counted=row.date_counted,
            signatories_counted=row.signatories_counted,
            signatures=tuple(
                SignatureDraft(
                    found.id,
                    found.organisation_id,
                    found.date_signed,
                    found.source_line,
                    found.act,
                    found.signatory,
                    found.signatory_title,
                )
                for found in signatures
            ),
            source_line=row.source_line,
        )


def save_agreement(store: Store, draft: AgreementDraft) -> Changes:
    """Write an agreement with its signatures.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "agreement.signature_repeated".
        RuleBroken: "plan.missing".
    """
    title = require_text(draft.title, "title")
    require_not_negative(draft.signatories_counted, "signatories_counted")
    signatures = [
        {
            "organisation_id": require_key(row.organisation_id, f"signatures.{i}.organisation_id"),
            "date_signed": row.date_signed,
            "act": row.act.strip(),
            "signatory": row.signatory.strip(),
            "signatory_title": row.signatory_title.strip(),
            "source_line": row.source_line,
        }
        for i, row in enumerate(draft.signatures)
    ]
    keys = [row.organisation_id for row in draft.signatures]
    require_distinct(keys, "signatures.{row}.organisation_id", "agreement.signature_repeated")
    with store.write("save_agreement") as session:
        values = {
            "plan_id": present_plan(session).id,
            "title": title,
            "date_counted": draft.date_counted,
            "signatories_counted": draft.signatories_counted,
            "source_line": draft.source_line,
        }
        row = save_row(session, NetworkAgreement, draft.id, values)
        reconcile(session, AgreementSignature, {"agreement_id": row.id}, signatures, key="organisation_id")
    return Changes.of("network", ids=(row.id,))


def delete_agreement(store: Store, agreement_id: str) -> Changes:
    """Delete an agreement with its signatures.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_agreement") as session:
        row = get_row(session, NetworkAgreement, agreement_id)
        refuse_used(session, row.id, row.title)
        delete_children(session, AgreementSignature, "agreement_id", [row.id])
        session.delete(row)
    return Changes.of("network", ids=(agreement_id,))
