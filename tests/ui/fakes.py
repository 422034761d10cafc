"""An example record with its services, for trying the toolkit before and beside the real rooms."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from app.models.enums import OrganisationKind, ProposalState
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.money import Cents
from app.services.changes import Changes
from app.services.reports.spec import Column, Kind, Table
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width, enum_choices


class Pace(StrEnum):
    """Choices without labels in the catalogue."""

    SLOW = "slow"
    FAST = "fast"


@dataclass(frozen=True)
class ItemDraft:
    id: str | None
    title: str
    kind: Pace
    amount: Cents | None
    heads: int | None = None
    done: bool = False


@dataclass(frozen=True)
class ProjectDraft:
    id: str | None
    title: str
    kind: OrganisationKind = OrganisationKind.ASSOCIATION
    lead_id: str | None = None
    received: date | None = None
    hour: str | None = None
    amount: Cents | None = None
    declared: str = ""
    heads: int | None = None
    note: str = ""
    is_public: bool = False
    state: ProposalState = ProposalState.DRAFT
    items: tuple[ItemDraft, ...] = ()


@dataclass
class FakeStore:
    """Keeps records in memory; stands where the opaque store stands."""

    records: dict[str, ProjectDraft] = field(default_factory=dict)
    saves: int = 0
    writes: int = 0

    def close(self) -> None:
        """Nothing to put away."""


LEADS = (("o1", "Comune di Abbiategrasso"), ("o2", "Azienda speciale Sole"), ("o3", "Università Èlite"))


def blank_project(_store: FakeStore) -> ProjectDraft:
    return ProjectDraft(id=None, title="")


def load_project(store: FakeStore, record_id: str) -> ProjectDraft:
    if record_id not in store.records:
        raise NotFound("record.gone")
    return store.records[record_id]


def save_project(store: FakeStore, draft: ProjectDraft) -> Changes:
    if draft.title == "refuse":
        raise InvalidInput("date.does_not_exist", field="received", text="30/02/2014")
    if draft.title == "rule":
        raise RuleBroken("field.required")
    for number, item in enumerate(draft.items):
        if item.amount is not None and item.amount < 0:
            raise InvalidInput("amount.empty", field=f"items.{number}.amount")
    store.saves += 1
    record_id = draft.id or f"p{len(store.records) + 1}"
    store.records[record_id] = replace(draft, id=record_id)
    return Changes.of("proposals", ids=(record_id,))


def submit_project(store: FakeStore, record_id: str) -> Changes:
    store.records[record_id] = replace(store.records[record_id], state=ProposalState.SUBMITTED)
    return Changes.of("proposals", ids=(record_id,))


def rename_project(store: FakeStore, record_id: str, values: dict[str, Any]) -> Changes:
    store.records[record_id] = replace(store.records[record_id], title=values["new_title"])
    return Changes.of("proposals", ids=(record_id,))


def pace_choices(_store: FakeStore) -> tuple[tuple[Pace, str], ...]:
    return ((Pace.SLOW, "lento"), (Pace.FAST, "veloce"))


PROJECT_FORM = FormSpec(
    key="project",
    title="Progetto",
    sections=(
        Section(
            "Dati",
            (
                FieldSpec("title", "Titolo", required=True),
                FieldSpec("kind", "Natura", FieldKind.CHOICE, choices=enum_choices(OrganisationKind), required=True),
                FieldSpec("lead_id", "Capofila", FieldKind.REFERENCE, choices=lambda _store: LEADS),
                FieldSpec("received", "Ricevuto il", FieldKind.DATE, width=Width.HALF),
                FieldSpec("hour", "Ora", FieldKind.TIME, width=Width.HALF),
                FieldSpec("amount", "Importo", FieldKind.MONEY, width=Width.HALF),
                FieldSpec("declared", "Quota dichiarata", FieldKind.PERCENT_TEXT, width=Width.HALF),
                FieldSpec("heads", "Destinatari", FieldKind.COUNT, hint="Persone, non nuclei familiari."),
                FieldSpec("is_public", "Pubblicato", FieldKind.FLAG),
                FieldSpec("note", "Note", FieldKind.NOTE),
            ),
        ),
    ),
    grids=(
        GridSpec(
            "items",
            "Piano economico",
            (
                FieldSpec("title", "Voce", required=True, width_mm=40),
                FieldSpec("kind", "Passo", FieldKind.CHOICE, choices=pace_choices, required=True, width_mm=24),
                FieldSpec("amount", "Importo", FieldKind.MONEY, width_mm=28),
                FieldSpec("heads", "Teste", FieldKind.COUNT, width_mm=16),
                FieldSpec("done", "Fatto", FieldKind.FLAG, width_mm=14),
            ),
            blank=lambda: ItemDraft(None, "", Pace.SLOW, None),
            totals=("amount", "heads"),
        ),
    ),
    blank=blank_project,
    load=load_project,
    save=save_project,
    acts=(
        Act("Presenta", "check", submit_project, primary=True, when=lambda draft: draft.state is ProposalState.DRAFT),
        Act("Rinomina", "pencil", rename_project, fields=(FieldSpec("new_title", "Nuovo titolo", required=True),)),
    ),
    heading=lambda draft: draft.title,
    subtitle=lambda draft: f"Stato: {draft.state.value}",
    locked=lambda draft: "Field locked." if draft.state is ProposalState.CONCLUDED else "",
)

STATES = (ProposalState.FUNDED, ProposalState.SUBMITTED, ProposalState.NOT_ADMISSIBLE, ProposalState.TO_INTEGRATE)
NAMES = ("Èra il domani", "Àncora insieme", "Casa e lavoro", "Spazio giovani", "Rete solidale")


def sample_store(count: int = 40) -> FakeStore:
    """A store with `count` projects, the same every time."""
    records = {}
    for number in range(1, count + 1):
        items = (
            ItemDraft(f"i{number}a", "Personale retribuito", Pace.SLOW, Cents(1000000 + number), 3, True),
            ItemDraft(f"i{number}b", "Attrezzature", Pace.FAST, Cents(250000)),
        )
        records[f"p{number}"] = ProjectDraft(
            id=f"p{number}",
            title=f"{NAMES[number % 5]} {number}",
            kind=OrganisationKind.ASSOCIATION,
            lead_id=LEADS[number % 3][0],
            received=date(2014, 3, 1 + number % 28),
            hour="09:30",
            amount=Cents(1234567 * number),
            declared="3,86\u00a0%",
            heads=number * 7,
            note="Prima riga.\nSeconda riga.",
            is_public=number % 2 == 0,
            state=STATES[number % 4],
            items=items,
        )
    return FakeStore(records)


def project_table(store: FakeStore) -> Table:
    """The list of the projects."""
    return Table(
        code="projects",
        title="Progetti",
        columns=(
            Column("title", "Titolo", Kind.TEXT, lambda row: row.title, width_mm=60),
            Column("lead", "Capofila", Kind.TEXT, lambda row: dict(LEADS)[row.lead_id], width_mm=50),
            Column("received", "Ricevuto", Kind.DATE, lambda row: row.received, width_mm=24),
            Column("heads", "Destinatari", Kind.COUNT, lambda row: row.heads, width_mm=22, total=True),
            Column("amount", "Importo", Kind.MONEY, lambda row: row.amount, width_mm=32, total=True),
            Column("state", "Stato", Kind.STATE, lambda row: row.state, width_mm=36),
        ),
        rows=tuple(store.records.values()),
        row_id=lambda row: row.id,
    )
