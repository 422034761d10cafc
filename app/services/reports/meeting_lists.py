"""Lists of the meetings' room: the committee, meetings, points of the agenda, decisions and what they do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.models.enums import MemberRole
from app.models.money import Cents
from app.models.store import Store
from app.services.decisions.decisions import decision_rows
from app.services.decisions.drafts import AllocationView, DecisionPreview
from app.services.meetings.agenda import PointRow, point_rows
from app.services.meetings.committees import committee_rows, member_rows
from app.services.meetings.follow_ups import follow_up_rows
from app.services.meetings.meetings import meeting_rows
from app.services.reports.allocation_tables import allocation_proof_table
from app.services.reports.lists import field_column, joined, record_list
from app.services.reports.notes import sample_notes
from app.services.reports.spec import Column, Kind, Table
from app.services.wording.texts import Translator
from app.services.wording.words import month_in_words


def committees_list(store: Store, tr: Translator) -> Table:
    """The committees, with how many decide in them."""
    columns = (
        field_column("name", tr("Committee"), Kind.NOTE, width_mm=60),
        field_column("quorum", tr("Quorum"), Kind.NOTE, width_mm=34),
        field_column("members", tr("Members"), Kind.COUNT, width_mm=24),
        field_column("meetings", tr("Meetings"), Kind.COUNT, width_mm=24),
    )
    return record_list("list.committees", tr("Committees"), columns, committee_rows(store), tr)


@dataclass(frozen=True)
class SeatRow:
    """A member with the name of the committee."""

    id: str
    committee: str
    name: str
    role: MemberRole
    office: str
    organisation: str
    stands_for: str
    date_from: date | None
    date_to: date | None
    sample: bool


def seat_rows(store: Store) -> tuple[SeatRow, ...]:
    """Members of all committees, each in its order."""
    names = {row.id: row.name for row in committee_rows(store)}
    return tuple(
        SeatRow(
            id=row.id,
            committee=names[row.committee_id],
            name=row.name,
            role=row.role,
            office=row.office,
            organisation=row.organisation,
            stands_for=row.stands_for,
            date_from=row.date_from,
            date_to=row.date_to,
            sample=row.sample,
        )
        for row in member_rows(store)
    )


def members_list(store: Store, tr: Translator) -> Table:
    """Who sits in the committees; for whom an alternate stands in and the terms, where one is known."""
    rows = seat_rows(store)
    columns: tuple[Column, ...] = (
        field_column("name", tr("Member"), width_mm=50),
        field_column("role", tr("Role"), width_mm=30),
        field_column("office", tr("Office held"), Kind.NOTE, width_mm=60),
        field_column("organisation", tr("Organisation"), Kind.NOTE, width_mm=60),
        field_column("committee", tr("Committee"), Kind.NOTE, width_mm=60),
    )
    if any(row.stands_for for row in rows):
        columns = (*columns, field_column("stands_for", tr("Stands in for"), width_mm=44))
    if any(row.date_from or row.date_to for row in rows):
        term = (("date_from", tr("From")), ("date_to", tr("To")))
        columns = (*columns, *(field_column(key, title, Kind.DATE, width_mm=24) for key, title in term))
    return record_list("list.members", tr("Members of the committees"), columns, rows, tr)


def meetings_list(store: Store, tr: Translator) -> Table:
    """The meetings, the newest first; with their committee when there are several."""
    rows = meeting_rows(store)
    columns: tuple[Column, ...] = (
        field_column("label", tr("No."), width_mm=16),
        field_column("date_held", tr("Day"), Kind.DATE, width_mm=24),
        field_column("state", tr("State"), Kind.STATE, width_mm=40),
        field_column("place", tr("Place"), Kind.NOTE, width_mm=46),
        field_column("decisions", tr.context("column", "Decisions"), Kind.COUNT, width_mm=18),
    )
    if len({row.committee_id for row in rows}) > 1:
        columns = (*columns, field_column("committee", tr("Committee"), Kind.NOTE, width_mm=46))
    return record_list("list.meetings", tr("Meetings"), columns, rows, tr)


def calendar_table(store: Store, tr: Translator) -> Table:
    """All meetings by month, the next to come last: day, hour, place, how far each is."""
    rows = tuple(reversed(meeting_rows(store)))
    columns = (
        Column("month", tr("Month"), Kind.TEXT, lambda row: month_of(row.date_held, tr), width_mm=34),
        field_column("date_held", tr("Day"), Kind.DATE, width_mm=24),
        Column("time", tr("Hour"), Kind.TIME, lambda row: row.time_opened or row.time_convened, width_mm=16),
        field_column("label", tr("No."), width_mm=16),
        field_column("state", tr("State"), Kind.STATE, width_mm=36),
        field_column("place", tr("Place"), Kind.NOTE, width_mm=48),
    )
    title, notes = tr("Calendar of the meetings"), sample_notes(rows, tr)
    return Table("CALENDARIO", title, columns, rows, notes=notes, row_id=lambda row: row.id)


def month_of(day: date, tr: Translator) -> str:
    """«ottobre 2014»."""
    return f"{month_in_words(day, tr.language)} {day.year}"


def points_list(store: Store, tr: Translator) -> Table:
    """The points of all agendas, with how the vote went."""
    columns = (
        field_column("meeting", tr("Meeting"), width_mm=20),
        field_column("position", tr("Point"), Kind.COUNT, width_mm=14),
        field_column("title", tr("Title"), Kind.NOTE, width_mm=60),
        Column("votes", tr("Votes"), Kind.NOTE, lambda row: _votes_text(row, tr), width_mm=26),
        field_column("decision_kind", tr("Decision"), Kind.NOTE, width_mm=46),
    )
    return record_list("list.points", tr("Points of the agenda"), columns, point_rows(store), tr)


def _votes_text(row: PointRow, tr: Translator) -> str:
    """«4 in favour, 1 abstains»; nothing before the vote."""
    counted = (
        (row.favour, tr.plural("{n} in favour", "{n} in favour", row.favour)),
        (row.against, tr.plural("{n} against", "{n} against", row.against)),
        (row.abstain, tr.plural("{n} abstains", "{n} abstain", row.abstain)),
    )
    return joined(tuple(text.format(n=count).replace(" ", "\u00a0") for count, text in counted if count))


def decisions_list(store: Store, tr: Translator) -> Table:
    """The decisions, with the money that they move."""
    unnumbered = tr("to be numbered")
    columns = (
        Column("label", tr("No."), Kind.NOTE, lambda row: row.label or unnumbered, width_mm=20),
        field_column("subject", tr("Subject"), Kind.NOTE, width_mm=48),
        field_column("kind", tr("Kind"), Kind.NOTE, width_mm=46),
        field_column("meeting", tr("Meeting"), width_mm=20),
        Column("cents", tr("Amount"), Kind.MONEY, lambda row: row.cents or None, width_mm=32),
    )
    return record_list("list.decisions", tr("Decisions"), columns, decision_rows(store), tr)


def follow_ups_list(store: Store, tr: Translator) -> Table:
    """What decisions asked of somebody: those to be done first."""
    columns = (
        field_column("text", tr("What is to be done"), Kind.NOTE, width_mm=70),
        field_column("person", tr("Who does it"), width_mm=40),
        field_column("date_due", tr("To be done by"), Kind.DATE, width_mm=26),
        field_column("state", tr("State"), Kind.STATE, width_mm=36),
        field_column("decision", tr("Decision"), Kind.NOTE, width_mm=24),
    )
    return record_list("list.follow_ups", tr("Follow-up of decisions"), columns, follow_up_rows(store), tr)


# --- what a decision does, beside its form --------------------------------------------------


@dataclass(frozen=True)
class ShareRow:
    """What a part of a split gets, and why."""

    key: str
    name: str
    exact: str
    why: str
    amount: Cents


def shares_table(view: AllocationView, tr: Translator) -> Table:
    """A split in short: the exact share of each part, why it gets the odd cent or not; T08 has the whole proof."""
    proof = allocation_proof_table(view, tr)
    rows = tuple(
        ShareRow(row.key, f"{row.short} {row.name}" if view.by_project else row.short, row.exact, row.why, row.amount)
        for row in proof.body()
    )
    title = tr("Among the projects") if view.by_project else tr("Among the areas")
    return Table(
        "list.shares",
        tr("Inside the area {area}").format(area=view.parent) if view.parent else title,
        (
            field_column("name", tr.context("split", "Part"), Kind.NOTE, width_mm=44 if view.by_project else 24),
            field_column("exact", tr("Exact share (euro)"), width_mm=36),
            field_column("why", tr("Reason"), Kind.NOTE, width_mm=70),
            field_column("amount", tr("Amount"), Kind.MONEY, width_mm=30, total=True),
        ),
        rows,
        notes=proof.notes,
        row_id=lambda row: row.key,
        total_label=tr("Total"),
    )


def changes_table(preview: DecisionPreview, tr: Translator) -> Table:
    """Every account that a decision touches, before and after; with ceilings when it sets some."""
    columns = [
        field_column("name", tr("Account"), Kind.NOTE, width_mm=60),
        field_column("before", tr("Before"), Kind.MONEY, width_mm=30),
        field_column("after", tr("After"), Kind.MONEY, width_mm=30),
    ]
    if any(row.ceiling_after is not None for row in preview.changes):
        columns.append(field_column("ceiling_after", tr("Ceiling"), Kind.MONEY, width_mm=30))
    return Table(
        "list.changes",
        tr("Accounts before and after"),
        tuple(columns),
        preview.changes,
        row_id=lambda row: row.subject_id,
    )


def moves_table(preview: DecisionPreview, tr: Translator) -> Table:
    """The movements that a decision orders."""
    return Table(
        "list.moves",
        tr("Movements"),
        (
            field_column("from_name", tr.context("ledger", "From"), Kind.NOTE, width_mm=52),
            field_column("to_name", tr.context("ledger", "To"), Kind.NOTE, width_mm=52),
            field_column("amount", tr("Amount"), Kind.MONEY, width_mm=32),
        ),
        preview.moves,
    )
