"""What a declaration can be about: every record that the plan says something of, by a name that tells it apart."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from app.models.enums import area_code
from app.models.meetings import Committee
from app.models.network import Alliance, NetworkAgreement
from app.models.plan import Act, FundingSource, Plan, PriorityArea
from app.models.proposals import Proposal
from app.models.store import Store
from app.models.territory import District, EarlierCall
from app.services.wording.texts import Translator


def subject_names(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(key, name) of the plan and of all that belongs to it, kind by kind."""
    with store.read() as session:
        return tuple(
            (row["id"], text.format(code=_code(row), **row))
            for text, query in _kinds(tr)
            for row in session.execute(query).mappings()
        )


def _kinds(tr: Translator) -> tuple[tuple[str, sa.Select[Any]], ...]:
    """How the records of each kind are called, and the query that finds them."""
    area, alliance, proposal = PriorityArea, Alliance, Proposal
    return (
        (tr("The plan"), sa.select(Plan.id)),
        (
            tr("Proposal {number}: {name}"),
            sa.select(proposal.id, proposal.number, proposal.title.label("name")).order_by(
                proposal.number, proposal.id
            ),
        ),
        (
            tr("Alliance {number}: {name}"),
            sa.select(alliance.id, alliance.number, alliance.short_name.label("name")).order_by(alliance.number),
        ),
        (tr("Area {code}"), sa.select(area.id, area.level, area.number).order_by(area.level, area.number)),
        (
            tr("Source: {name}"),
            sa.select(FundingSource.id, FundingSource.name).order_by(FundingSource.position),
        ),
        (tr("Act: {name}"), sa.select(Act.id, Act.number.label("name")).order_by(Act.number)),
        (tr("District: {name}"), sa.select(District.id, District.name).order_by(District.number)),
        (
            tr("Earlier call: {name}"),
            sa.select(EarlierCall.id, EarlierCall.title.label("name")).order_by(EarlierCall.year),
        ),
        (tr("Agreement: {name}"), sa.select(NetworkAgreement.id, NetworkAgreement.title.label("name"))),
        (tr("Committee: {name}"), sa.select(Committee.id, Committee.name).order_by(Committee.name)),
    )


def _code(row: sa.RowMapping) -> str:
    """Code of an area; nothing for any other record."""
    return area_code(row["level"], row["number"]) if "level" in row else ""
