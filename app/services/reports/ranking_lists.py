"""Lists of the ranking: what members declared, rankings, places with their money, what would change them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.models.enums import MemberRole, ProposalState
from app.models.money import Cents
from app.models.store import Store
from app.services.evaluation.conflicts import ground_text, proposed_conflicts
from app.services.evaluation.declarations import interests_rows
from app.services.evaluation.ranking_words import settled_text
from app.services.evaluation.rankings import ranking_rows, ranking_view
from app.services.evaluation.stability import Effect, stability
from app.services.ports import SILENT, Progress
from app.services.reports.lists import field_column, joined, record_list
from app.services.reports.ranking_tables import EffectRow, declared_briefly, effect_rows, outcome_text
from app.services.reports.table_spec import Column, Kind, Table
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class DeclaredRow:
    """What a member declared, and numbers of the proposals on which the archive gives reason to ask."""

    id: str
    member: str
    role: MemberRole
    day: date | None
    declared: str
    to_ask: str
    call: str
    sample: bool


def declarations_list(store: Store, tr: Translator) -> Table:
    """Every member for every call, with what the archive proposes to ask."""
    rows = interests_rows(store)
    asked: dict[tuple[str, str], list[str]] = {}
    for call_id in dict.fromkeys(row.call_id for row in rows):
        for found in proposed_conflicts(store, call_id):
            if not found.declared:
                asked.setdefault((call_id, found.member_id), []).append(str(found.number))
    shown = tuple(
        DeclaredRow(
            id=row.id,
            member=row.member,
            role=row.role,
            day=row.day,
            declared=declared_briefly(row, tr),
            to_ask=joined(tuple(asked.get((row.call_id, row.member_id), ()))),
            call=row.call,
            sample=row.sample,
        )
        for row in rows
    )
    columns: tuple[Column, ...] = (
        field_column("member", tr("Member"), Kind.NOTE, width_mm=40),
        field_column("role", tr("Role"), Kind.STATE, width_mm=28),
        field_column("day", tr("Declared on"), Kind.DATE, width_mm=24),
        field_column("to_ask", tr("To ask: proposals"), Kind.NOTE, width_mm=24),
        field_column("declared", tr("Declaration"), Kind.NOTE, width_mm=70),
    )
    if len({row.call for row in shown}) > 1:
        columns = (*columns, field_column("call", tr("Call"), Kind.NOTE, width_mm=40))
    return record_list("list.interests", tr("Declarations of interests"), columns, shown, tr)


def proposed_text(store: Store, key: str, tr: Translator) -> str:
    """What the archive gives reason to ask a member about, a line for each proposal."""
    call_id, _colon, member_id = key.partition(":")
    text = tr("no. {number} «{title}»: {ground}")
    return "\n".join(
        text.format(number=found.number, title=found.title, ground=ground_text(found, tr))
        for found in proposed_conflicts(store, call_id)
        if found.member_id == member_id
    )


def rankings_list(store: Store, tr: Translator) -> Table:
    """The rankings of each call, the newest first."""
    rows = ranking_rows(store)
    columns: tuple[Column, ...] = (
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("day", tr("Day"), Kind.DATE, width_mm=24),
        field_column("state", tr("State"), Kind.STATE, width_mm=30),
        field_column("ranked", tr("Judged"), Kind.COUNT, width_mm=20),
        field_column("suitable", tr("Suitable"), Kind.COUNT, width_mm=20),
        field_column("open_ties", tr("In open ties"), Kind.COUNT, width_mm=22),
        field_column("cents", tr("Grants"), Kind.MONEY, width_mm=34),
    )
    if len({row.call_id for row in rows}) > 1:
        columns = (field_column("call", tr("Call"), Kind.NOTE, width_mm=50), *columns)
    return record_list("list.rankings", tr("Rankings"), columns, rows, tr)


@dataclass(frozen=True)
class ListedPlace:
    """A place of the newest ranking of a call; `id` is «ranking:proposal»."""

    id: str
    call: str
    area: str
    place: int | None
    number: int
    title: str
    alliance: str
    points: Fraction
    settled: str
    requested: Cents
    amount: Cents
    outcome: str
    state: ProposalState
    sample: bool


def places_list(store: Store, tr: Translator) -> Table:
    """The places of the newest ranking of each call."""
    newest: dict[str, str] = {}
    calls: dict[str, str] = {}
    for row in ranking_rows(store):
        newest.setdefault(row.call_id, row.id)
        calls[row.id] = row.call
    rows: list[ListedPlace] = []
    for ranking_id in newest.values():
        view = ranking_view(store, ranking_id)
        rows += [
            ListedPlace(
                id=f"{ranking_id}:{row.id}",
                call=calls[ranking_id],
                area=row.area,
                place=row.place,
                number=row.number,
                title=row.title,
                alliance=row.alliance,
                points=row.points,
                settled=settled_text(view, row, tr),
                requested=row.requested,
                amount=row.amount,
                outcome=outcome_text(row, tr),
                state=row.state,
                sample=view.sample,
            )
            for row in view.rows
        ]
    columns: tuple[Column, ...] = (
        field_column("area", tr("Area"), width_mm=16),
        field_column("place", tr.context("ranking", "Place"), Kind.COUNT, width_mm=16),
        field_column("number", tr("No."), Kind.COUNT, width_mm=12),
        field_column("title", tr("Project"), Kind.NOTE, width_mm=60),
        field_column("points", tr("Points"), Kind.POINTS, width_mm=20),
        field_column("amount", tr("Grant"), Kind.MONEY, width_mm=32, total=True),
        field_column("outcome", tr("Outcome"), Kind.NOTE, width_mm=34),
        field_column("requested", tr("Asked for"), Kind.MONEY, width_mm=32, total=True),
        field_column("settled", tr("Tie settled by"), Kind.NOTE, width_mm=32),
    )
    if len(newest) > 1:
        columns = (field_column("call", tr("Call"), Kind.NOTE, width_mm=50), *columns)
    return record_list("list.places", tr("Places"), columns, tuple(rows), tr, has_totals=bool(rows))


def newest_ranking(store: Store) -> str | None:
    """The ranking that was made last, whatever its call."""
    rows = ranking_rows(store)
    return max(rows, key=lambda row: (row.day, row.id)).id if rows else None


def stability_list(store: Store, tr: Translator, progress: Progress = SILENT) -> Table:
    """What each variation changes in the ranking that was made last; empty without one. May take seconds."""
    key = newest_ranking(store)
    rows: tuple[EffectRow, ...] = ()
    if key is not None:
        view = ranking_view(store, key)
        effects: tuple[Effect, ...] = stability(view.inputs, progress=progress)
        rows = effect_rows(view, effects, tr)
    columns = (
        field_column("variation", tr("What if"), Kind.NOTE, width_mm=76),
        field_column("moved", tr("Change place"), Kind.COUNT, width_mm=26),
        field_column("funding", tr("Get other money"), Kind.COUNT, width_mm=30),
        Column("shifts", tr("Who"), Kind.NOTE, lambda row: row.shifts or tr("nobody"), width_mm=90),
    )
    title = tr("Stability of the ranking")
    return Table("list.stability", title, columns, rows, row_id=lambda row: row.id, landscape=True)
