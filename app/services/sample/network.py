"""The territory and the network of the sample."""

from __future__ import annotations

from app.models.enums import LegalForm, OrganisationKind, SeatKind
from app.services.network.agreements import AgreementDraft, save_agreement
from app.services.network.alliances import AllianceDraft, PartnerDraft, save_alliance
from app.services.network.organisation_drafts import SeatDraft
from app.services.network.registry import AliasDraft, OrganisationDraft, save_organisation
from app.services.network.territory import (
    DistrictDraft,
    EarlierCallDraft,
    EarlierCallResultDraft,
    MunicipalityDraft,
    municipality_rows,
    save_district,
    save_earlier_call,
    save_municipality,
)
from app.services.sample.writer import Data, SampleWriter


def write_territory(writer: SampleWriter) -> None:
    """Districts, municipalities, and how the earlier call ended; a zone goes by the key of its first district."""
    doc = writer.data["territory"]
    zones = {row["key"]: row["name"] for row in doc["zones"]}
    towns = doc["municipalities"]
    for row in doc["districts"]:
        own = [town for town in towns if town.get("district") == row["key"]]
        draft = DistrictDraft(
            number=row["number"],
            name=row["name"],
            zone=zones[row["zone"]],
            municipalities=tuple(MunicipalityDraft(name=town["name"], source_line=town["line"]) for town in own),
            source_line=row["line"],
        )
        key = save_district(writer.store, draft).id
        writer.keys[f"district:{row['key']}"] = key
        writer.keys.setdefault(f"zone:{row['zone']}", key)
    for town in towns:
        if "district" not in town:
            save_municipality(writer.store, MunicipalityDraft(name=town["name"], source_line=town["line"]))
    call = doc["call_2013"]
    earlier = EarlierCallDraft(
        title=call["name"],
        year=call["year"],
        received=call["received"],
        admitted=call["admitted"],
        funded=call["funded"],
        results=tuple(
            EarlierCallResultDraft(
                district_id=writer.keys[f"district:{row['key']}"], funded=row["funded"], source_line=row["line"]
            )
            for row in doc["districts"]
        ),
        source_line=call["line"],
    )
    writer.keys["call_2013"] = save_earlier_call(writer.store, earlier).id


def write_network(writer: SampleWriter) -> None:
    """The registry of organisations, the agreement, the alliances."""
    names = {town["key"]: town["name"] for town in writer.data["territory"]["municipalities"]}
    ids = {row.name: row.id for row in municipality_rows(writer.store)}
    for row in writer.data["organisations"]["organisations"]:
        seat = ids[names[row["municipality"]]] if "municipality" in row else None
        writer.keys[f"organisation:{row['key']}"] = save_organisation(writer.store, _organisation(row, seat)).id
    agreement = writer.data["plan"]["agreement"]
    draft = AgreementDraft(
        title=agreement["full_name"],
        date_counted=agreement["date_counted"],
        signatories_counted=agreement["signatories"],
        source_line=agreement["signatories_line"],
    )
    writer.keys["agreement"] = save_agreement(writer.store, draft).id
    for row in writer.data["alliances"]["alliances"]:
        writer.keys[f"alliance:{row['number']}"] = save_alliance(writer.store, _alliance(writer, row)).id


def _alliance(writer: SampleWriter, row: Data) -> AllianceDraft:
    return AllianceDraft(
        number=row["number"],
        name=row["name"],
        short_name=row["short_name"],
        lead_id=writer.keys[f"organisation:{row['lead']}"],
        lead_as_printed=row["lead_printed"],
        role_note=row["roles_text"],
        partners=tuple(
            PartnerDraft(
                organisation_id=writer.keys[f"organisation:{partner['organisation']}"],
                as_printed=partner["printed"],
                source_line=partner["line"],
                design="design" in partner["roles"],
                coordination="coordination" in partner["roles"],
                delivery="delivery" in partner["roles"],
                verification="verification" in partner["roles"],
            )
            for partner in row["partners"]
        ),
        source_line=row["line"],
    )


def _organisation(row: Data, municipality_id: str | None) -> OrganisationDraft:
    seats: tuple[SeatDraft, ...] = ()
    if municipality_id is not None:
        seats = (SeatDraft(kind=SeatKind.OTHER, municipality_id=municipality_id, source_line=row["line"]),)
    return OrganisationDraft(
        kind=OrganisationKind(row["kind"]),
        legal_form=LegalForm(row.get("legal_form", LegalForm.UNKNOWN)),
        name=row["name"],
        seat=row.get("seat", ""),
        note=row.get("note", ""),
        aliases=tuple(AliasDraft(name=alias["name"], source_line=alias["line"]) for alias in row.get("aliases", ())),
        seats=seats,
        source_line=row["line"],
    )
