"""The packet of a member's score sheets: out as a workbook, to be filled in anywhere, and back in by the same gate.

It says which call, which member and which grid it was made for; one of another call, another grid, or one that came
before is refused. A proposal without any points is passed over; the others are handed over, whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import ProposalState
from app.models.errors import InvalidInput, RuleBroken
from app.models.evaluation import ScoringGrid
from app.models.meetings import Member
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.evaluation.grid import CriterionNode, Grid
from app.services.evaluation.grids import grid_rows
from app.services.evaluation.measures import measures_of, told_by_archive
from app.services.evaluation.scorers import Scoring, given_by, scoring_of
from app.services.evaluation.scores import grid_of
from app.services.evaluation.sheet_reading import (
    SCORED_STATES,
    ScoreDraft,
    SheetDraft,
    allowed_text,
    load_sheet,
    sheet_key,
)
from app.services.evaluation.sheets import give_sheet, save_sheet
from app.services.exchange.blank import write_form
from app.services.exchange.blank_forms import SCORES_TITLE
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.forms import HOW_TO_FILL, Entry, Form, FormColumn, FormSheet, Mark
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.receipt import Note, Taken
from app.services.exchange.registry import Choices
from app.services.reports.scoring_lists import asked_text
from app.services.wording.points import format_points, parse_points, read
from app.services.wording.texts import N_, Translator

PACKET = FormSheet(
    "packet",
    N_("Who scores"),
    (
        FormColumn("call", N_("Call"), locked=True),
        FormColumn("grid", N_("Grid"), locked=True),
        FormColumn("member", N_("Member"), locked=True),
    ),
    single=True,
)
SCORES = FormSheet(
    "scores",
    N_("Points"),
    (
        FormColumn("number", N_("Proposal no."), Entry.COUNT, locked=True),
        FormColumn("title", N_("Proposal"), locked=True),
        FormColumn("code", N_("Code"), locked=True),
        FormColumn("criterion", N_("Criterion"), Entry.LONG, locked=True),
        FormColumn("allowed", N_("Points allowed"), locked=True),
        FormColumn("points", N_("Points"), hint=N_("A comma or a point before decimals.")),
        FormColumn("closed", N_("Condition not met"), Entry.FLAG),
        FormColumn("reason", N_("Reason"), Entry.LONG),
    ),
    rows=1,
)
SCORES_FORM = Form(
    "scores",
    1,
    SCORES_TITLE,
    (
        *HOW_TO_FILL,
        N_("One row for each proposal and criterion. A proposal without any points is passed over."),
        N_("Of the others every criterion must have its points, and a reason where the grid wants one."),
        N_("Points that the archive computes are given already: leave them as they are."),
    ),
    (PACKET, SCORES),
)


def packet_items(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, name) of each packet that can be written: of the committee as one, or of each member that scores."""
    found = []
    for row in grid_rows(store):
        with store.read() as session:
            scoring = scoring_of(session, row.call_id, store.person)
        if scoring is None or not row.locked:
            continue
        due = dict.fromkeys(key for keys in scoring.due.values() for key in keys)
        names = [(key, scoring.names.get(key, "")) for key in due if scoring.may_fill(key)]
        found += [(sheet_key(row.call_id, key), f"{name} – {row.name}" if name else row.name) for key, name in names]
    return tuple(found)


def write_packet(store: Store, path: Path, tr: Translator, item: str) -> None:
    """Write the packet of a member: every proposal that waits for the member's sheet, criterion by criterion.

    Args:
        item: «call:member», or «call:» for the committee as one.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        InvalidInput: "export.text_too_long".
        RuleBroken: "grid.missing", "grid.not_locked", "packet.nothing" when no sheet is waited for.
    """
    call_id, _colon, member_id = item.partition(":")
    with store.read() as session:
        grid, scoring = _ground(session, store, call_id)
        waiting = _waiting(session, call_id, scoring, member_id)
        if not waiting:
            raise RuleBroken("packet.nothing", name=scoring.names.get(member_id, "\u2013"))
        measures = measures_of(session, [proposal.id for proposal in waiting])
        rows = [
            _row(proposal, leaf, told_by_archive(grid, measures[proposal.id]).get(leaf.key), tr)
            for proposal in waiting
            for leaf in grid.leaves
        ]
        own = {
            "call": session.get_one(Call, call_id).title,
            "grid": session.get_one(ScoringGrid, scoring.grid_id).name,
            "member": scoring.names.get(member_id, ""),
        }
    mark = Mark(SCORES_FORM, tr.language, call_id, f"{member_id or '-'}/{fingerprint(grid)}")
    write_form(mark, path, {}, {"packet": [own], "scores": rows})


def _ground(session: Session, store: Store, call_id: str) -> tuple[Grid, Scoring]:
    grid, scoring = grid_of(session, call_id), scoring_of(session, call_id, store.person)
    if grid is None or scoring is None:
        raise RuleBroken("grid.missing")
    if session.scalar(sa.select(ScoringGrid.locked_at).filter_by(call_id=call_id)) is None:
        raise RuleBroken("grid.not_locked")
    return grid, scoring


def _waiting(session: Session, call_id: str, scoring: Scoring, member_id: str) -> list[Proposal]:
    """Proposals that wait for a member's sheet, by number."""
    given = given_by(session, call_id)
    proposals = session.scalars(sa.select(Proposal).filter_by(call_id=call_id).order_by(Proposal.number))
    return [
        proposal
        for proposal in proposals
        if ProposalState(proposal.state) in SCORED_STATES
        and member_id in scoring.due.get(proposal.id, ())
        and member_id not in given.get(proposal.id, ())
    ]


def _row(proposal: Proposal, leaf: CriterionNode, told: Any, tr: Translator) -> Mapping[str, Any]:
    points = "" if told is None or told.points is None else format_points(read(told.points) or 0)
    return {
        "number": proposal.number,
        "title": proposal.title,
        "code": leaf.code,
        "criterion": asked_text(leaf, tr),
        "allowed": allowed_text(leaf),
        "points": points,
        "closed": True if told is not None and told.gate_closed else None,
    }


def fingerprint(grid: Grid) -> str:
    """What a grid asks, in sixteen digits: another range, step or criterion gives others."""
    parts = [
        (leaf.key, leaf.code, leaf.kind.value, leaf.points_min, leaf.points_max, leaf.step, leaf.weight, leaf.steps)
        for leaf in grid.leaves
    ]
    return hashlib.sha256(repr((grid.decimals, parts)).encode()).hexdigest()[:16]


# --- back in -----------------------------------------------------------------------------


def import_scores(gesture: Gesture, filled: Filled, mark: Mark, _choices: Choices) -> Taken:
    """Hand over the sheets of a packet; what is refused is gathered in the gesture's faults."""
    session = gesture.store.session
    member_id, _slash, known = mark.rules.partition("/")
    member_id = "" if member_id == "-" else member_id
    nothing = Taken(title="", subject_id="", totals={})
    row = session.scalar(sa.select(ScoringGrid).filter_by(call_id=mark.call_id))
    grid = grid_of(session, mark.call_id)
    member = session.get(Member, member_id) if member_id else None
    if row is None or grid is None or (member_id and member is None):
        gesture.faults.add(gesture.tr(PACKET.title), "", InvalidInput("packet.other_call"))
        return nothing
    if known != fingerprint(grid):
        gesture.faults.add(gesture.tr(PACKET.title), "", InvalidInput("packet.grid_changed", name=row.name))
        return nothing
    skipped = []
    groups = _groups(gesture, filled["scores"], mark.call_id, grid)
    measures = measures_of(session, [proposal.id for proposal, _rows in groups])
    for proposal, rows in groups:
        told = told_by_archive(grid, measures[proposal.id])
        if not any(_is_filled(each) for key, each in rows.items() if key not in told):
            skipped.append(str(proposal.number))
        else:
            _hand_over(gesture, sheet_key(proposal.id, member_id), rows, mark.rules)
    if groups and len(skipped) == len(groups):
        gesture.faults.add(gesture.tr(SCORES.title), "", InvalidInput("packet.empty"))
    notes = (Note("proposals_without_points", {"numbers": ", ".join(skipped)}),) if skipped else ()
    name = member.name if member is not None else row.name
    return Taken(title=gesture.tr("Score sheets: {name}").format(name=name), subject_id=row.id, totals={}, notes=notes)


def _is_filled(row: FilledRow) -> bool:
    return bool(row["points"] or row["closed"] or row["reason"])


def _groups(
    gesture: Gesture, rows: Sequence[FilledRow], call_id: str, grid: Grid
) -> list[tuple[Proposal, dict[str, FilledRow]]]:
    """Rows of each proposal by key of the criterion; a row that is of neither is noted, as is one that comes twice."""
    session = gesture.store.session
    proposals = {each.number: each for each in session.scalars(sa.select(Proposal).filter_by(call_id=call_id))}
    leaves = {leaf.code: leaf.key for leaf in grid.leaves}
    found: dict[int, dict[str, FilledRow]] = {}
    for row in rows:
        number, code = row["number"], row["code"]
        if number not in proposals or code not in leaves:
            gesture.faults.add(row.sheet, row.cell("code"), InvalidInput("packet.row_unknown", text=code))
        elif leaves[code] in found.setdefault(number, {}):
            gesture.faults.add(row.sheet, row.cell("code"), InvalidInput("packet.row_twice", text=code))
        else:
            found[number][leaves[code]] = row
    return [(proposals[number], found[number]) for number in sorted(found)]


def _hand_over(gesture: Gesture, key: str, rows: Mapping[str, FilledRow], packet: str) -> None:
    """Write one sheet and hand it over; each refusal with its cell."""
    first = next(iter(rows.values()))
    drafts, placed = [], []
    for criterion_id, row in rows.items():
        drafts.append(
            ScoreDraft(criterion_id, row["criterion"], "", _points(gesture, row), row["closed"], row["reason"])
        )
        placed.append(row)
    places = Places(first, {"scores": placed}, {"gate_closed": "closed", "id": "code"})
    draft = SheetDraft(key, scores=tuple(_settled(gesture, key, drafts)))
    before = len(gesture.faults.found)
    gesture.save(partial(save_sheet, packet=packet), draft, places)
    if len(gesture.faults.found) == before:
        gesture.attempt(lambda store: give_sheet(store, key), places, "points")


def _points(gesture: Gesture, row: FilledRow) -> Any:
    if not row["points"]:
        return None
    try:
        return parse_points(row["points"])
    except InvalidInput as reason:
        gesture.faults.add(row.sheet, row.cell("points"), reason)
        return None


def _settled(gesture: Gesture, key: str, drafts: Sequence[ScoreDraft]) -> Sequence[ScoreDraft]:
    """What the archive says stays the archive's: a packet repeats it, for the reader."""
    try:
        told = {row.id: row for row in load_sheet(gesture.store, key).scores if row.told}
    except RuleBroken:
        return drafts  # refused when it is saved, with its reason
    return [
        ScoreDraft(each.id, each.criterion, "", each.points, False, each.reason) if each.id in told else each
        for each in drafts
    ]
