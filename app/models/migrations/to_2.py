"""From schema 1 to schema 2."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from app.models.migrations.calls_to_2 import give_rules, old_calls
from app.models.migrations.rebuild import bring_to

FILLS: Mapping[str, str] = {
    "action.months_note": "''",
    "agreement_signature.act": "''",
    "agreement_signature.signatory": "''",
    "agreement_signature.signatory_title": "''",
    "alliance.agreement_reference": "''",
    "allocation.basis": "'own'",
    "allocation.leftover": "'again'",
    "organisation.iban": "''",
    "organisation.iban_holder": "''",
    "organisation.legal_form": "'unknown'",
    "organisation.size": "'unknown'",
    "proposal.reopened": "''",
    "proposal.signatory": "''",
    "proposal.time_received": "''",
}
"""What a column of schema 2 holds in rows of schema 1, as SQL over the row; by "table.column"."""


def step(connection: sa.Connection) -> None:
    """Bring the tables of schema 1 to those of schema 2."""
    calls = old_calls(connection)
    bring_to(connection, 2, FILLS)
    give_rules(connection, calls)
