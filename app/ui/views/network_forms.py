"""Forms of the network's room: organisations, alliances with their partners, the agreement with who signed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.models.enums import LegalForm, OfficeKind, OrganisationKind, OrganisationSize, SeatKind
from app.services.network import agreements, alliances, codes
from app.services.network import registry as network
from app.services.network.organisation_drafts import (
    AliasDraft,
    ContactDraft,
    OfficeDraft,
    OrganisationDraft,
    RegisterDraft,
    SeatDraft,
)
from app.services.network.territory import municipality_rows
from app.services.wording.texts import N_
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _
from app.ui.views.network_merging import MERGE, organisation_choices

# --- organisations -------------------------------------------------------------------------


def municipality_choices(store: Any) -> Choices:
    """Municipalities of the plan by name."""
    return tuple((row.id, row.name) for row in municipality_rows(store))


def near_names(store: Any, draft: OrganisationDraft) -> str:
    """Which organisations of the registry may be the one that is typed, so that none is entered twice."""
    if len(draft.name.strip()) < 3:
        return ""
    found = network.similar_organisations(store, draft.name, but=draft.id)
    if not found:
        return ""
    names = "; ".join(row.name if row.matched == row.name else f"{row.name} ({row.matched})" for row in found)
    if any(row.same for row in found):
        return _("Already in the registry: {names}. If it is the same body, add this spelling to it.").format(
            names=names
        )
    return _("Near to: {names}.").format(names=names)


def code_note(key: str) -> Callable[[Any, OrganisationDraft], str]:
    """What is known of a code, and who else in the registry has it."""

    def note(store: Any, draft: OrganisationDraft) -> str:
        told = [_(codes.SENTENCES[judge(getattr(draft, key))])] if getattr(draft, key).strip() else []
        if told and key != "iban":
            others = network.similar_organisations(store, "", but=draft.id, **{key: getattr(draft, key)})
            if others:
                told.append(_("It is the code of {names} too.").format(names="; ".join(row.name for row in others)))
        return " ".join(told)

    judge = _CODE_NOTES[key]
    return note


_CODE_NOTES: Mapping[str, Callable[[str], codes.CodeNote]] = {
    "tax_code": codes.tax_code_note,
    "vat_number": codes.vat_number_note,
    "iban": codes.iban_note,
}

ORGANISATION_FORM = FormSpec(
    key="organisation",
    title=N_("Organisation"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True, aside=near_names),
                FieldSpec(
                    "kind",
                    N_("Kind"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(OrganisationKind),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "legal_form",
                    N_("Legal form"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(LegalForm),
                    width=Width.HALF,
                ),
                FieldSpec(
                    "seat",
                    N_("Seat, in brief"),
                    width=Width.HALF,
                    hint=N_("As lists show it; empty: the place of the legal seat."),
                ),
                FieldSpec(
                    "size",
                    N_("Size"),
                    FieldKind.CHOICE,
                    required=True,
                    choices=enum_choices(OrganisationSize),
                    width=Width.HALF,
                    hint=N_(
                        "People and turnover of a year: micro below 10 and up to 2 million €, small below 50 and 10,"
                        " medium below 250 and 50."
                    ),
                ),
            ),
        ),
        Section(
            N_("Codes and account"),
            (
                FieldSpec("tax_code", N_("Tax code"), width=Width.HALF, aside=code_note("tax_code")),
                FieldSpec("vat_number", N_("VAT number"), width=Width.HALF, aside=code_note("vat_number")),
                FieldSpec("iban", N_("IBAN"), aside=code_note("iban")),
                FieldSpec("iban_holder", N_("Holder of the account"), hint=N_("Empty: the organisation.")),
            ),
            grids=(
                GridSpec(
                    "aliases",
                    N_("Also written"),
                    (FieldSpec("name", N_("Other spelling"), required=True, width_mm=80),),
                    blank=AliasDraft,
                    rows_shown=3,
                ),
                GridSpec(
                    "seats",
                    N_("Seats"),
                    (
                        FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, choices=enum_choices(SeatKind), width_mm=26),
                        FieldSpec(
                            "municipality_id",
                            N_("Municipality"),
                            FieldKind.REFERENCE,
                            choices=municipality_choices,
                            width_mm=34,
                        ),
                        FieldSpec("place", N_("Elsewhere"), width_mm=30),
                        FieldSpec("address", N_("Address"), width_mm=40),
                        FieldSpec("postcode", N_("Postcode"), width_mm=18),
                        FieldSpec("province", N_("Province"), width_mm=18),
                    ),
                    blank=SeatDraft,
                    rows_shown=2,
                    hint=N_("A municipality of the plan, or the place that lies elsewhere."),
                ),
                GridSpec(
                    "offices",
                    N_("Legal representative and offices"),
                    (
                        FieldSpec(
                            "kind", N_("Office"), FieldKind.CHOICE, choices=enum_choices(OfficeKind), width_mm=34
                        ),
                        FieldSpec("name", N_("Name and surname"), required=True, width_mm=40),
                        FieldSpec("title", N_("Title"), width_mm=30),
                        FieldSpec("tax_code", N_("Tax code"), width_mm=38),
                        FieldSpec("date_from", N_("From"), FieldKind.DATE, width_mm=25),
                        FieldSpec("date_to", N_("To"), FieldKind.DATE, width_mm=25),
                    ),
                    blank=OfficeDraft,
                    rows_shown=2,
                    summary=lambda rows: wrong_codes(rows),
                ),
                GridSpec(
                    "contacts",
                    N_("Contacts"),
                    (
                        FieldSpec("name", N_("Person or office"), width_mm=38),
                        FieldSpec("title", N_("Role"), width_mm=26),
                        FieldSpec("mail", N_("Mail"), width_mm=40),
                        FieldSpec("phone", N_("Telephone"), width_mm=26),
                        FieldSpec("certified_mail", N_("Certified mail"), width_mm=40),
                    ),
                    blank=ContactDraft,
                    rows_shown=2,
                ),
                GridSpec(
                    "registers",
                    N_("Registers"),
                    (
                        FieldSpec("register", N_("Register"), required=True, width_mm=50),
                        FieldSpec("number", N_("Number"), width_mm=40),
                        FieldSpec("date_entered", N_("In it since"), FieldKind.DATE, width_mm=28),
                    ),
                    blank=RegisterDraft,
                    rows_shown=2,
                    hint=N_("RUNTS, register of firms, regional lists …"),
                ),
            ),
        ),
        Section("", (FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),)),
    ),
    blank=lambda _store: OrganisationDraft(),
    load=network.load_organisation,
    save=network.save_organisation,
    acts=(MERGE, removal(network.delete_organisation)),
    heading=lambda draft: draft.name,
)


def wrong_codes(rows: tuple[OfficeDraft, ...]) -> tuple[tuple[str, str], ...]:
    """Tax codes of persons that are to be looked at again, or are temporary; nothing while all are right."""
    told = []
    for row in rows:
        note = codes.tax_code_note(row.tax_code, of_person=True)
        if note in codes.WRONG or note in (codes.CodeNote.TEMPORARY, codes.CodeNote.UNCHECKED):
            told.append((f"{row.name or row.tax_code}:", _(codes.SENTENCES[note])))
    return tuple(told)


# --- alliances -----------------------------------------------------------------------------

PHASES = (
    FieldSpec("design", N_("Des."), FieldKind.FLAG, width_mm=14, hint=N_("Design")),
    FieldSpec("coordination", N_("Coord."), FieldKind.FLAG, width_mm=14, hint=N_("Coordination")),
    FieldSpec("delivery", N_("Del."), FieldKind.FLAG, width_mm=14, hint=N_("Delivery")),
    FieldSpec("verification", N_("Ver."), FieldKind.FLAG, width_mm=14, hint=N_("Verification")),
)
"""The phases in which a partner can have a role."""


def lead_and_partners(_store: Any, draft: alliances.AllianceDraft) -> str:
    """Whether the lead stands among the partners that are typed."""
    if draft.lead_id is None or any(row.organisation_id == draft.lead_id for row in draft.partners):
        return ""
    return _("The lead body is not among the partners.")


ALLIANCE_FORM = FormSpec(
    key="alliance",
    title=N_("Local alliance"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True),
                FieldSpec("short_name", N_("Short name"), width=Width.HALF, hint=N_("For tables; empty: the name.")),
                FieldSpec(
                    "number", N_("No."), FieldKind.NUMBER, width=Width.HALF, hint=N_("Empty: the next free one.")
                ),
                FieldSpec(
                    "lead_id",
                    N_("Lead body"),
                    FieldKind.REFERENCE,
                    choices=organisation_choices,
                    aside=lead_and_partners,
                ),
                FieldSpec("lead_as_printed", N_("Lead body, as printed")),
                FieldSpec(
                    "agreement_reference",
                    N_("Agreement of the partners"),
                    width=Width.HALF,
                    hint=N_("Kind and protocol number of the document."),
                ),
                FieldSpec("agreement_date", N_("Date of the agreement"), FieldKind.DATE, width=Width.HALF),
            ),
            grids=(
                GridSpec(
                    "partners",
                    N_("Partners and roles"),
                    (
                        FieldSpec(
                            "organisation_id",
                            N_("Organisation"),
                            FieldKind.REFERENCE,
                            required=True,
                            choices=organisation_choices,
                            width_mm=60,
                        ),
                        *PHASES,
                        FieldSpec("as_printed", N_("As printed"), width_mm=36),
                    ),
                    blank=alliances.PartnerDraft,
                    summary=lambda rows: role_counts(rows),
                    hint=N_("The space bar ticks the phases in which a partner has a role."),
                ),
            ),
        ),
        Section("", (FieldSpec("role_note", N_("Sentence that the roles were read from"), FieldKind.NOTE, lines=3),)),
    ),
    blank=lambda _store: alliances.AllianceDraft(),
    load=alliances.load_alliance,
    save=alliances.save_alliance,
    acts=(removal(alliances.delete_alliance),),
    heading=lambda draft: draft.name,
)


def role_counts(rows: tuple[alliances.PartnerDraft, ...]) -> tuple[tuple[str, str], ...]:
    """How many partners have a role in each phase."""
    return tuple((_(phase.hint), str(sum(getattr(row, phase.key) for row in rows))) for phase in PHASES)


# --- the agreement -------------------------------------------------------------------------


def signatories_missing(_store: Any, draft: agreements.AgreementDraft) -> str:
    """How many signatories are recorded, beside those that the paper counts."""
    if draft.signatories_counted is None:
        return ""
    recorded = len(draft.signatures)
    if recorded == draft.signatories_counted:
        return _("All are recorded.")
    return _("Recorded: {recorded}. Difference: {difference}.").format(
        recorded=recorded, difference=f"{recorded - draft.signatories_counted:+d}".replace("-", "\u2212")
    )


AGREEMENT_FORM = FormSpec(
    key="agreement",
    title=N_("Network agreement"),
    sections=(
        Section(
            "",
            (
                FieldSpec("title", N_("Title"), FieldKind.NOTE, required=True, lines=2),
                FieldSpec("date_counted", N_("Counted on"), FieldKind.DATE, width=Width.HALF),
                FieldSpec(
                    "signatories_counted",
                    N_("Signatories on paper"),
                    FieldKind.COUNT,
                    width=Width.HALF,
                    aside=signatories_missing,
                ),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "signatures",
            N_("Signatures"),
            (
                FieldSpec(
                    "organisation_id",
                    N_("Organisation"),
                    FieldKind.REFERENCE,
                    required=True,
                    choices=organisation_choices,
                    width_mm=60,
                ),
                FieldSpec("date_signed", N_("Signed on"), FieldKind.DATE, width_mm=27),
                FieldSpec("act", N_("Act"), width_mm=40, hint=N_("Of the body, that joins it: number and day.")),
                FieldSpec("signatory", N_("Signatory"), width_mm=36),
                FieldSpec("signatory_title", N_("Signed as"), width_mm=30),
            ),
            blank=agreements.SignatureDraft,
            rows_shown=8,
        ),
    ),
    blank=lambda _store: agreements.AgreementDraft(),
    load=agreements.load_agreement,
    save=agreements.save_agreement,
    acts=(removal(agreements.delete_agreement),),
    heading=lambda draft: draft.title,
)
