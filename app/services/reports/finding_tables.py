"""T17: findings, what is declared against what the records give; the open ones, then those that were accepted."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.findings import Finding, open_findings, shown
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.formats import format_instant
from app.services.wording.texts import Translator


def status_text(finding: Finding, tr: Translator) -> str:
    """«open», or who accepted it, when, why and by which decision."""
    accepted = finding.accepted
    if accepted is None:
        return tr.context("finding", "open")
    text = tr("accepted by {name} on {instant}: {reason}").format(
        name=accepted.accepted_by, instant=format_instant(accepted.accepted_at), reason=accepted.reason
    )
    if not accepted.decision:
        return text
    return f"{text} " + tr("(decision {number})").format(number=accepted.decision)


def findings_table(findings: Sequence[Finding], tr: Translator) -> Table:
    """The findings, each with both values, their places, the way out, and whether somebody let it stand."""
    still_open = len(open_findings(findings))
    let_stand = len(findings) - still_open
    subtitle = tr.plural("{n} open finding", "{n} open findings", still_open).format(n=still_open)
    if let_stand:
        more = tr.plural("{n} accepted", "{n} accepted", let_stand).format(n=let_stand)
        subtitle = f"{subtitle}, {more}"
    return Table(
        code="T17",
        title=tr("Findings: declared against computed"),
        columns=(
            Column("check", tr("Check"), Kind.NOTE, lambda row: row.title, width_mm=28),
            Column("severity", tr("Severity"), Kind.STATE, lambda row: row.severity, width_mm=18),
            Column("declared", tr("Declared"), Kind.NOTE, lambda row: shown(row.declared, row.unit), width_mm=34),
            Column("computed", tr("Computed"), Kind.NOTE, lambda row: shown(row.computed, row.unit), width_mm=34),
            Column("difference", tr("Difference"), Kind.TEXT, lambda row: shown(row.difference, row.unit), width_mm=25),
            Column("where", tr("Where"), Kind.NOTE, lambda row: "; ".join(row.where), width_mm=36),
            Column("sentence", tr("What differs"), Kind.NOTE, lambda row: row.sentence, width_mm=42),
            Column("way_out", tr("What would settle it"), Kind.NOTE, lambda row: row.way_out, width_mm=34),
            Column("status", tr("Status"), Kind.NOTE, lambda row: status_text(row, tr), width_mm=26),
        ),
        rows=tuple(findings),
        subtitle=subtitle,
        notes=(
            tr("The difference is declared less computed."),
            tr("A percentage declared with fewer decimals that rounds right is no finding."),
        ),
        landscape=True,
    )
