"""The whole of a proposal as plain data: what a closed version keeps, and what two versions are compared by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import BudgetSection, area_code
from app.models.money import Cents
from app.models.network import Alliance, Organisation, Partnership
from app.models.plan import PriorityArea
from app.models.proposals import Call, Proposal
from app.services.calls.rules import categories_of, rules_of
from app.services.documents.documents import DocumentOwner, documents_of
from app.services.proposals.drafts import ActionDraft, ProposalDraft
from app.services.proposals.reading import read_proposal
from app.services.reports.spec import Kind
from app.services.wording.texts import N_

SHAPE = 1
"""Of the data; a later shape is read beside this one."""

Rows = Sequence[Mapping[str, Any]]
Snapshot = Mapping[str, Any]
"""{"shape", "fields": {…}, and a list of rows for each part of `PARTS`}; amounts in cents, days as ISO text."""


@dataclass(frozen=True)
class Part:
    """Rows of one kind in a snapshot.

    Attributes:
        key: of the list in the snapshot.
        title: of a single row («Action»), to be translated.
        names: fields that say which row it is, for a reader.
        fields: (key, what it is called, kind), in the order of the sheet.
    """

    key: str
    title: str
    names: tuple[str, ...]
    fields: tuple[tuple[str, str, Kind], ...]


FIELDS: tuple[tuple[str, str, Kind], ...] = (
    ("title", N_("Title"), Kind.NOTE),
    ("number", N_("Number"), Kind.TEXT),
    ("call", N_("Call"), Kind.NOTE),
    ("alliance", N_("Local alliance"), Kind.TEXT),
    ("lead", N_("Lead body"), Kind.TEXT),
    ("area", N_("Priority area"), Kind.NOTE),
    ("protocol", N_("Protocol"), Kind.TEXT),
    ("date_received", N_("Received on"), Kind.DATE),
    ("time_received", N_("Received at"), Kind.TIME),
    ("channel", N_("Channel"), Kind.STATE),
    ("signatory", N_("Signatory"), Kind.TEXT),
    ("date_start", N_("Start of the project"), Kind.DATE),
    ("duration_months", N_("Duration in months"), Kind.COUNT),
    ("context", N_("Description of the context"), Kind.NOTE),
    ("aims", N_("Aims"), Kind.NOTE),
    ("sustainability", N_("Sustainability"), Kind.NOTE),
    ("grant_declared", N_("Grant declared"), Kind.MONEY),
    ("cofinancing_declared", N_("Co-financing declared"), Kind.MONEY),
    ("total_declared", N_("Total declared"), Kind.MONEY),
    ("share_declared", N_("Share declared"), Kind.TEXT),
    ("grant_requested", N_("Funding first asked for"), Kind.MONEY),
)
"""Fields of the proposal itself, in the order of the sheet."""

PARTS: tuple[Part, ...] = (
    Part(
        "partners",
        N_("Partner"),
        ("name",),
        (
            ("design", N_("Design"), Kind.FLAG),
            ("coordination", N_("Coordination"), Kind.FLAG),
            ("delivery", N_("Delivery"), Kind.FLAG),
            ("verification", N_("Verification"), Kind.FLAG),
        ),
    ),
    Part("objectives", N_("Objective"), ("number",), (("text", N_("Text"), Kind.NOTE),)),
    Part(
        "actions",
        N_("Action"),
        ("label", "text"),
        (
            ("label", N_("As printed"), Kind.TEXT),
            ("objectives", N_("Objectives"), Kind.TEXT),
            ("text", N_("Text"), Kind.NOTE),
            ("months", N_("Months"), Kind.TEXT),
            ("months_note", N_("Note on the months"), Kind.NOTE),
        ),
    ),
    Part(
        "targets",
        N_("Recipients"),
        ("text",),
        (("text", N_("Text"), Kind.NOTE), ("number_min", N_("Least number"), Kind.COUNT)),
    ),
    Part("results", N_("Expected result"), ("number",), (("text", N_("Text"), Kind.NOTE),)),
    Part(
        "indicators",
        N_("Indicator"),
        ("text",),
        (
            ("result", N_("Result no."), Kind.TEXT),
            ("text", N_("Text"), Kind.NOTE),
            ("target", N_("Target value"), Kind.COUNT),
        ),
    ),
    Part("costs", N_("Item of cost"), ("category", "label"), (("amount", N_("Amount"), Kind.MONEY),)),
    Part("contributions", N_("Item of contribution"), ("category", "label"), (("amount", N_("Amount"), Kind.MONEY),)),
    Part(
        "documents",
        N_("Document"),
        ("name",),
        (("requirement", N_("Required document"), Kind.TEXT), ("note", N_("Note"), Kind.NOTE)),
    ),
)
"""Lists of a snapshot, in the order of the sheet."""


# --- taking ------------------------------------------------------------------------------


def take_snapshot(session: Session, proposal_id: str) -> Snapshot:
    """A proposal as it stands, with the partnership and the names of what it refers to.

    Raises:
        NotFound: "record.gone".
    """
    draft = read_proposal(session, proposal_id)
    alliance = session.get_one(Alliance, draft.alliance_id)
    lead = session.get(Organisation, alliance.lead_id) if alliance.lead_id else None
    area = session.get(PriorityArea, draft.area_id) if draft.area_id else None
    fields = {
        **{name: _plain(getattr(draft, name)) for name, _title, _kind in FIELDS if hasattr(draft, name)},
        "call": session.get_one(Call, draft.call_id).title,
        "alliance": alliance.name,
        "lead": lead.name if lead else "",
        "area": f"{area_code(area.level, area.number)} {area.title}" if area else "",
    }
    rules = rules_of(session, session.get_one(Proposal, proposal_id))
    names = {row.code: row.name for row in categories_of(session, rules.id if rules else None)}
    documents = documents_of(session, DocumentOwner(proposal_id=proposal_id))
    return {
        "shape": SHAPE,
        "fields": fields,
        "partners": _partners(session, alliance),
        "objectives": [{"key": str(row.number), "number": row.number, "text": row.text} for row in draft.objectives],
        "actions": [_action(row) for row in draft.actions],
        "targets": [{"key": row.id, "text": row.text, "number_min": row.number_min} for row in draft.targets],
        "results": [{"key": str(row.number), "number": row.number, "text": row.text} for row in draft.results],
        "indicators": [
            {"key": row.id, "result": row.result, "text": row.text, "target": row.target} for row in draft.indicators
        ],
        "costs": _items(draft, BudgetSection.COSTS, names),
        "contributions": _items(draft, BudgetSection.CONTRIBUTION, names),
        "documents": [
            {
                "key": row.sha256,
                "name": row.name,
                "kind": row.kind,
                "size": row.size,
                "sha256": row.sha256,
                "requirement": row.requirement,
                "note": row.note,
            }
            for row in documents
        ],
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    return value.isoformat() if isinstance(value, date) else value


def _partners(session: Session, alliance: Alliance) -> list[dict[str, Any]]:
    rows = session.execute(
        sa.select(Partnership, Organisation.name)
        .join(Organisation, Organisation.id == Partnership.organisation_id)
        .where(Partnership.alliance_id == alliance.id)
        .order_by(Partnership.position)
    )
    return [
        {
            "key": row.organisation_id,
            "name": row.as_printed or name,
            "design": row.design,
            "coordination": row.coordination,
            "delivery": row.delivery,
            "verification": row.verification,
        }
        for row, name in rows
    ]


def _action(row: ActionDraft) -> dict[str, Any]:
    return {
        "key": row.id,
        "label": row.label,
        "text": row.text,
        "objectives": row.objectives,
        "months": months_text(row.month_from, row.month_to),
        "months_note": row.months_note,
    }


def months_text(first: int | None, last: int | None) -> str:
    """Months of an action as they are read: «1-12», «4», nothing."""
    if first is None or last is None:
        return ""
    return str(first) if first == last else f"{first}-{last}"


def _items(draft: ProposalDraft, section: BudgetSection, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Items of one section; the same category and words again are told apart by their count.

    Args:
        names: what the call calls its categories, by code; empty for one under its usual name.
    """
    rows: list[dict[str, Any]] = []
    seen: dict[tuple[str, str], int] = {}
    for item in draft.items:
        if item.section is not section:
            continue
        words = (str(item.category), item.label)
        seen[words] = seen.get(words, 0) + 1
        key = "|".join((*words, str(seen[words])))
        category = {"category": str(item.category), "category_name": names.get(str(item.category), "")}
        rows.append({"key": key, **category, "label": item.label, "amount": item.amount})
    return rows


# --- keeping -----------------------------------------------------------------------------


def canonical(snapshot: Snapshot) -> str:
    """The one text of a snapshot: keys in order, no spaces."""
    return json.dumps(snapshot, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_hash(text: str) -> str:
    """SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- comparing ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """What is not the same in two versions.

    Attributes:
        id: of the row in a table.
        part: key of `PARTS`; empty for a field of the proposal itself.
        row: name of the row that it is about: (field, value) pairs; empty for a field of the proposal itself.
        field: key of the field; empty for a row that one of the two has not.
        before, after: values as the snapshot has them, None for nothing.
    """

    id: str
    part: str
    row: Mapping[str, Any]
    field: str
    title: str
    kind: Kind
    before: Any
    after: Any

    @property
    def gap(self) -> Cents | None:
        """How much more the later one has, in cents; None for what is not money."""
        return Cents((self.after or 0) - (self.before or 0)) if self.kind is Kind.MONEY else None


def compare(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """What differs between two snapshots, field by field and row by row, in the order of the sheet."""
    found: list[Difference] = []
    for key, title, kind in FIELDS:
        old, new = (_bare(snapshot["fields"].get(key)) for snapshot in (before, after))
        if old != new:
            found.append(Difference(f"fields.{key}", "", {}, key, title, kind, old, new))
    for part in PARTS:
        found += _compare_rows(part, before.get(part.key, ()), after.get(part.key, ()))
    return tuple(found)


def _bare(value: Any) -> Any:
    """Nothing and an empty text are the same."""
    return None if value == "" else value


def _compare_rows(part: Part, before: Rows, after: Rows) -> list[Difference]:
    old, new = ({row["key"]: row for row in rows} for rows in (before, after))
    found = []
    for key in dict.fromkeys((*old, *new)):
        one, other = old.get(key), new.get(key)
        row = other or one or {}
        for name, title, kind in part.fields:
            first, second = (_bare((each or {}).get(name)) for each in (one, other))
            if one is not None and other is not None and first != second:
                found.append(Difference(f"{part.key}.{key}.{name}", part.key, row, name, title, kind, first, second))
        if one is None or other is None:
            found.append(_whole_row(part, key, row, present_before=one is not None))
    return found


def _whole_row(part: Part, key: str, row: Mapping[str, Any], *, present_before: bool) -> Difference:
    """A row that only one of the two has, by its amount or by its words."""
    name, _title, kind = next(
        (field for field in part.fields if field[0] in ("amount", "text")), ("name", "", Kind.TEXT)
    )
    value = row.get(name)
    before, after = (value, None) if present_before else (None, value)
    return Difference(f"{part.key}.{key}", part.key, row, "", "", kind, before, after)
