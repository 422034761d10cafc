"""T17: quadratures, what is declared against what the records give."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.findings import Finding, shown
from app.services.reports.spec import Column, Kind, Table
from app.services.texts import Translator


def findings_table(findings: Sequence[Finding], tr: Translator) -> Table:
    """The open findings, the heaviest first, each with both values, their places and the way out."""
    return Table(
        code="T17",
        title=tr("Quadratures: declared against computed"),
        columns=(
            Column("check", tr("Check"), Kind.NOTE, lambda row: row.title, width_mm=28),
            Column("severity", tr("Severity"), Kind.STATE, lambda row: row.severity, width_mm=18),
            Column("declared", tr("Declared"), Kind.NOTE, lambda row: shown(row.declared, row.unit), width_mm=34),
            Column("computed", tr("Computed"), Kind.NOTE, lambda row: shown(row.computed, row.unit), width_mm=34),
            Column("difference", tr("Difference"), Kind.TEXT, lambda row: shown(row.difference, row.unit), width_mm=25),
            Column("where", tr("Where"), Kind.NOTE, lambda row: "; ".join(row.where), width_mm=42),
            Column("sentence", tr("What differs"), Kind.NOTE, lambda row: row.sentence, width_mm=50),
            Column("way_out", tr("What would settle it"), Kind.NOTE, lambda row: row.way_out, width_mm=36),
        ),
        rows=tuple(findings),
        subtitle=tr.plural("{n} open finding", "{n} open findings", len(findings)).format(n=len(findings)),
        notes=(
            tr("The difference is declared less computed."),
            tr("A percentage declared with fewer decimals that rounds right is no finding."),
        ),
        landscape=True,
    )
