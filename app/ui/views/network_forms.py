"""Forms of the network's room: organisations, alliances with their partners, the agreement with who signed it."""

from __future__ import annotations

from typing import Any

from app.models.enums import OrganisationKind
from app.services import agreements, alliances, network
from app.services.texts import N_
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices, removal
from app.ui.i18n import _


def organisation_choices(store: Any) -> Choices:
    """Organisations by name."""
    return tuple((row.id, row.name) for row in network.organisation_rows(store))


# --- organisations -------------------------------------------------------------------------


def near_names(store: Any, draft: network.OrganisationDraft) -> str:
    """Which organisations of the registry may be the one that is typed, so that none is entered twice."""
    found = network.similar_organisations(store, draft.name, but=draft.id) if len(draft.name.strip()) > 2 else ()
    if not found:
        return ""
    names = "; ".join(row.name if row.matched == row.name else f"{row.name} ({row.matched})" for row in found)
    if any(row.same for row in found):
        return _("Already in the registry: {names}. If it is the same body, add this spelling to it.").format(
            names=names
        )
    return _("Near to: {names}.").format(names=names)


def _said_of(valid: bool | None) -> str:
    """What the control characters say of a code."""
    if valid is None:
        return ""
    return _("The control characters are right.") if valid else _("The control characters are wrong: check the code.")


ORGANISATION_FORM = FormSpec(
    key="organisation",
    title=N_("Organisation"),
    sections=(
        Section(
            "",
            (
                FieldSpec("name", N_("Name"), required=True, aside=near_names),
                FieldSpec("kind", N_("Kind"), FieldKind.CHOICE, required=True, choices=enum_choices(OrganisationKind)),
                FieldSpec("seat", N_("Seat")),
                FieldSpec(
                    "tax_code",
                    N_("Tax code"),
                    width=Width.HALF,
                    aside=lambda _store, draft: _said_of(network.tax_code_valid(draft.tax_code)),
                ),
                FieldSpec(
                    "vat_number",
                    N_("VAT number"),
                    width=Width.HALF,
                    aside=lambda _store, draft: _said_of(network.vat_number_valid(draft.vat_number)),
                ),
                FieldSpec("note", N_("Note"), FieldKind.NOTE, lines=2),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "aliases",
            N_("Also written"),
            (FieldSpec("name", N_("Other spelling"), required=True, width_mm=80),),
            blank=network.AliasDraft,
            rows_shown=3,
        ),
    ),
    blank=lambda _store: network.OrganisationDraft(),
    load=network.load_organisation,
    save=network.save_organisation,
    acts=(removal(network.delete_organisation),),
    heading=lambda draft: draft.name,
)

# --- alliances -----------------------------------------------------------------------------

PHASES = (
    FieldSpec("design", N_("Des."), FieldKind.FLAG, width_mm=14, hint=N_("Design")),
    FieldSpec("coordination", N_("Coord."), FieldKind.FLAG, width_mm=14, hint=N_("Coordination")),
    FieldSpec("delivery", N_("Del."), FieldKind.FLAG, width_mm=14, hint=N_("Delivery")),
    FieldSpec("verification", N_("Ver."), FieldKind.FLAG, width_mm=14, hint=N_("Verification")),
)
"""The phases in which a partner can have a role."""


def lead_and_partners(store: Any, draft: alliances.AllianceDraft) -> str:
    """Whether the lead stands among the partners."""
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
                    width_mm=80,
                ),
                FieldSpec("date_signed", N_("Signed on"), FieldKind.DATE, width_mm=30),
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
