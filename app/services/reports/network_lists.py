"""Lists of the network's room: organisations, agreements and who signed, alliances, partners with their roles."""

from __future__ import annotations

from dataclasses import replace

from app.models.store import Store
from app.services.network.agreements import agreement_rows
from app.services.network.alliances import alliance_rows, partner_rows
from app.services.network.duplicates import DuplicateRow, why_text
from app.services.network.registry import OrganisationRow, organisation_rows
from app.services.reports.lists import field_column, joined, record_list
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator


def organisations_list(store: Store, tr: Translator) -> Table:
    """The registry of organisations, with other spellings, district, part in the network, and what its codes say."""
    columns = (
        field_column("name", tr("Organisation"), Kind.NOTE, width_mm=64),
        field_column("kind", tr("Kind"), Kind.NOTE, width_mm=36),
        Column("role", tr("Part"), Kind.TEXT, lambda row: role_text(row, tr), width_mm=26),
        Column("alliances", tr("Alliances"), Kind.NOTE, lambda row: joined(row.alliances), width_mm=36),
        Column("aliases", tr("Also written"), Kind.NOTE, lambda row: joined(row.aliases), width_mm=40),
        Column("district", tr("District"), Kind.TEXT, lambda row: joined(row.districts), width_mm=24),
        field_column("signed", tr("Signed"), Kind.FLAG, width_mm=18),
        Column("codes", tr("Codes"), Kind.TEXT, lambda row: codes_text(row, tr), width_mm=24),
    )
    return record_list("list.organisations", tr("Organisations"), columns, organisation_rows(store), tr)


def role_text(row: OrganisationRow, tr: Translator) -> str:
    """The part that an organisation has in the alliances; nothing when it has none."""
    if row.leads:
        return tr("Lead and partner") if row.joins else tr("Lead")
    return tr("Partner") if row.joins else ""


def codes_text(row: OrganisationRow, tr: Translator) -> str:
    """What the control characters say of an organisation's codes; nothing when it has none."""
    known = [valid for valid in (row.tax_code_valid, row.vat_number_valid, row.iban_valid) if valid is not None]
    if not known:
        return ""
    return tr("checked") if all(known) else tr("to be checked")


def duplicates_list(rows: tuple[DuplicateRow, ...], tr: Translator) -> Table:
    """Organisations that may be one, with the reason; those judged not to be stand below."""
    columns = (
        field_column("one", tr("Organisation"), Kind.NOTE, width_mm=62),
        field_column("other", tr("May be the same as"), Kind.NOTE, width_mm=62),
        Column("why", tr("Why"), Kind.NOTE, lambda row: why_text(row.likeness, tr), width_mm=74),
        Column(
            "percent",
            tr("Likeness"),
            Kind.COUNT,
            lambda row: None if row.likeness is None else row.likeness.percent,
            width_mm=20,
        ),
        Column("judged", tr("State"), Kind.TEXT, lambda row: judged_text(row, tr), width_mm=34),
        field_column("reason", tr("Reason"), Kind.NOTE, width_mm=40),
    )
    table = record_list("list.duplicates", tr("Possible duplicates"), columns, rows, tr)
    told = tr("Likeness: letters in common, out of 100, of the words that tell; articles and legal forms are left out.")
    never = tr("Two bodies are made one by a person only.")
    return replace(table, notes=(f"{told} {never}", *table.notes))


def judged_text(row: DuplicateRow, tr: Translator) -> str:
    """Whether a pair is still to be looked at."""
    return tr("not the same body") if row.judged else tr("to be looked at")


def agreements_list(store: Store, tr: Translator) -> Table:
    """The agreements: signatories as the paper counts them, and how many are recorded."""
    columns = (
        field_column("title", tr("Agreement"), Kind.NOTE, width_mm=60),
        field_column("date_counted", tr("Counted on"), Kind.DATE, width_mm=28),
        field_column("signatories_counted", tr("Signatories"), Kind.COUNT, width_mm=28),
        field_column("signatures", tr("Recorded"), Kind.COUNT, width_mm=26),
    )
    return record_list("list.agreements", tr("Network agreement"), columns, agreement_rows(store), tr)


def alliances_list(store: Store, tr: Translator) -> Table:
    """The local alliances with lead, partners and proposals."""
    columns = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("name", tr("Local alliance"), Kind.NOTE, width_mm=42),
        field_column("lead", tr("Lead body"), Kind.NOTE, width_mm=56),
        field_column("partners", tr("Partners"), Kind.COUNT, width_mm=22, total=True),
        Column("proposals", tr("Proposals"), Kind.NOTE, lambda row: joined(row.proposals), width_mm=44),
    )
    return record_list("list.alliances", tr("Local alliances"), columns, alliance_rows(store), tr)


def partners_list(store: Store, tr: Translator) -> Table:
    """Partnership and roles: each partner of each alliance, with its part in each phase."""
    columns = (
        field_column("alliance", tr("Alliance"), width_mm=44),
        field_column("name", tr("Organisation"), Kind.NOTE, width_mm=80),
        field_column("is_lead", tr("Lead"), Kind.FLAG, width_mm=20),
        field_column("design", tr("Design"), Kind.FLAG, width_mm=28),
        field_column("coordination", tr("Coordination"), Kind.FLAG, width_mm=34),
        field_column("delivery", tr("Delivery"), Kind.FLAG, width_mm=28),
        field_column("verification", tr("Verification"), Kind.FLAG, width_mm=22),
    )
    return record_list("list.partners", tr("Partners and roles"), columns, partner_rows(store), tr)
