"""Score sheets: filled in, handed over, set aside; and the act that opens them to those who have given theirs."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.evaluation import Score, ScoreOpening, ScoreSheet, ScoringGrid
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import require_text
from app.services.children import get_row, reconcile
from app.services.evaluation.grid import CriterionNode, Given, Grid, Sheet, allowed_points, sheet_total
from app.services.evaluation.scorers import Scoring, given_by, require_scorer
from app.services.evaluation.sheet_reading import (
    SCORED_STATES,
    ScoreDraft,
    SheetDraft,
    SheetGround,
    allowed_text,
    find_sheet,
    ground_of,
    is_aside,
    require_scoring,
    values_of,
)
from app.services.proposals.states import move_proposal
from app.services.wording.points import POINT, format_points, kept


def save_sheet(store: Store, draft: SheetDraft, packet: str = "") -> Changes:
    """Write down what stands on a sheet; it may still be incomplete. Who scores it does not see the others' by that.

    Args:
        packet: code of the packet that it came in by.

    Raises:
        InvalidInput: "score.out_of_range", "score.not_a_step", "score.too_fine", "score.by_archive", with the
            criterion and what is `allowed`.
        NotFound: "record.gone".
        RuleBroken: "grid.missing", "grid.not_locked", "sheet.given", "score.not_admissible"; those of
            `require_scorer`.
    """
    with store.write("save_sheet") as session:
        _write(session, store, draft, packet)
    return Changes.of("evaluation", ids=(draft.id,))


def _write(session: Session, store: Store, draft: SheetDraft, packet: str) -> ScoreSheet:
    proposal, member_id, sheet = find_sheet(session, draft.id)
    ground = ground_of(session, proposal)
    _require_open(session, proposal, sheet)
    require_scorer(require_scoring(session, store, proposal), proposal.id, member_id)
    wanted = score_values(draft, ground)
    if sheet is None:
        sheet = ScoreSheet(proposal_id=proposal.id, member_id=member_id or None, packet=packet)
        session.add(sheet)
    sheet.note = draft.note.strip()
    if packet:
        sheet.packet = packet
    session.flush()
    reconcile(session, Score, {"sheet_id": sheet.id}, wanted, key="criterion_id")
    return sheet


def _require_open(session: Session, proposal: Proposal, sheet: ScoreSheet | None) -> None:
    locked = session.scalar(sa.select(ScoringGrid.locked_at).filter_by(call_id=proposal.call_id))
    if locked is None:
        raise RuleBroken("grid.not_locked")
    if e.ProposalState(proposal.state) not in SCORED_STATES:
        raise RuleBroken("score.not_admissible", title=proposal.title, state=e.ProposalState(proposal.state))
    if sheet is not None and sheet.state != e.SheetState.OPEN.value:
        raise RuleBroken("sheet.given")


def score_values(draft: SheetDraft, ground: SheetGround) -> list[dict[str, object]]:
    """Rows of a sheet, checked each against its criterion; what the archive says is taken from it.

    Raises:
        InvalidInput: as `save_sheet`.
        NotFound: "record.gone" when it names a criterion that the grid has not.
    """
    rows: list[dict[str, object]] = []
    for i, row in enumerate(draft.scores):
        leaf = ground.grid.by_key.get(row.id)
        if leaf is None:
            raise NotFound("record.gone")
        told = ground.told.get(row.id)
        if told is not None or leaf.measure is not None:
            given = Given() if told is None else told
            if row.points is not None and not given.gate_closed and kept(row.points) != given.points:
                raise InvalidInput("score.by_archive", field=f"scores.{i}.points", criterion=row.criterion)
        else:
            if row.gate_closed and not leaf.gated_in_words:
                raise InvalidInput("score.no_condition", field=f"scores.{i}.gate_closed", criterion=row.criterion)
            given = Given(_allowed(leaf, row, i, ground.grid.decimals), row.gate_closed)
        reason = row.reason.strip()
        if given.points is None and not given.gate_closed and not reason:
            continue
        values: dict[str, object] = {
            "criterion_id": leaf.key,
            "points": given.points,
            "gate_closed": given.gate_closed,
            "measured": given.measured,
            "reason": reason,
        }
        rows.append(values)
    return rows


def _allowed(leaf: CriterionNode, row: ScoreDraft, i: int, decimals: int) -> int | None:
    points = kept(row.points)
    if points is None or allowed_points(leaf, points, decimals):
        return points
    outside = not leaf.points_min <= points <= leaf.points_max
    stepped = leaf.kind in (e.CriterionKind.LADDER, e.CriterionKind.YES_NO)
    code = "score.not_a_step" if stepped else "score.out_of_range" if outside else "score.too_fine"
    step = leaf.step if leaf.step is not None else POINT // 10**decimals
    raise InvalidInput(
        code,
        field=f"scores.{i}.points",
        criterion=f"{leaf.code} {leaf.name}",
        allowed=allowed_text(leaf),
        step=format_points(Fraction(step, POINT)),
        text=format_points(row.points or 0),
    )


def give_sheet(store: Store, key: str) -> Changes:
    """Hand a sheet over: from now on it counts and never changes. When all are there, the proposal is evaluated.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "sheet.points_missing", "sheet.reasons_missing" with the criteria; those of `save_sheet`.
    """
    with store.write("give_sheet") as session:
        proposal, member_id, sheet = find_sheet(session, key)
        if sheet is None:
            raise RuleBroken("sheet.empty")
        _give(session, store, proposal, member_id, sheet)
    return Changes.of("evaluation", "proposals", ids=(key,))


def _give(session: Session, store: Store, proposal: Proposal, member_id: str, sheet: ScoreSheet) -> None:
    _require_open(session, proposal, sheet)
    scoring = require_scoring(session, store, proposal)
    require_scorer(scoring, proposal.id, member_id)
    ground = ground_of(session, proposal)
    values = values_of(session, sheet)
    found = sheet_total(ground.grid, Sheet({**values, **_told_again(values, ground)}))
    _require_complete(ground.grid, found.missing, "sheet.points_missing")
    _require_complete(ground.grid, found.unexplained, "sheet.reasons_missing")
    _write_told(session, sheet, ground)
    sheet.state, sheet.given_at = e.SheetState.GIVEN.value, store.clock()
    session.flush()
    settle_evaluated(session, scoring, proposal)


def _write_told(session: Session, sheet: ScoreSheet, ground: SheetGround) -> None:
    """What the archive says by now, also where it said nothing yet when the sheet was saved."""
    rows = {row.criterion_id: row for row in session.scalars(sa.select(Score).filter_by(sheet_id=sheet.id))}
    for key, told in ground.told.items():
        row = rows.get(key)
        if row is None:
            row = Score(sheet_id=sheet.id, criterion_id=key, reason="")
            session.add(row)
        row.points, row.gate_closed, row.measured = told.points, told.gate_closed, told.measured
    session.flush()


def settle_evaluated(session: Session, scoring: Scoring, proposal: Proposal) -> None:
    """A proposal is evaluated once everybody who is due has handed over."""
    due = set(scoring.due[proposal.id])
    done = set(given_by(session, proposal.call_id).get(proposal.id, ()))
    if due and done >= due and e.ProposalState(proposal.state) is e.ProposalState.ADMISSIBLE:
        move_proposal(session, proposal, e.ProposalState.EVALUATED)


def _told_again(values: Mapping[str, Given], ground: SheetGround) -> Mapping[str, Given]:
    """What the archive says by now, with the reasons that stand on the sheet."""
    return {
        key: Given(said.points, said.gate_closed, values.get(key, Given()).reason, said.measured)
        for key, said in ground.told.items()
    }


def _require_complete(grid: Grid, keys: tuple[str, ...], code: str) -> None:
    if keys:
        names = tuple(grid.by_key[key].code for key in keys)
        if code == "sheet.points_missing":
            raise RuleBroken("sheet.points_missing", names=names)
        raise RuleBroken("sheet.reasons_missing", names=names)


def set_sheet_aside(store: Store, key: str, reason: str) -> Changes:
    """Set a sheet aside that does not count any more, as when a conflict came to light; it stays on the record.

    Raises:
        InvalidInput: "field.required" without a reason.
        NotFound: "record.gone" when no such sheet was begun.
        RuleBroken: "sheet.aside".
    """
    why = require_text(reason, "reason")
    with store.write("set_sheet_aside") as session:
        _proposal, _member, sheet = find_sheet(session, key)
        if sheet is None:
            raise NotFound("record.gone")
        set_aside(session, store, sheet, why)
    return Changes.of("evaluation", ids=(key,))


def set_aside(session: Session, store: Store, sheet: ScoreSheet, reason: str) -> None:
    """The same within a gesture of another service."""
    if is_aside(sheet):
        raise RuleBroken("sheet.aside")
    sheet.state, sheet.set_aside_at, sheet.set_aside_reason = e.SheetState.SET_ASIDE.value, store.clock(), reason


def open_scores(store: Store, proposal_id: str, reason: str = "") -> Changes:
    """Open the sheets of a proposal to those who have handed over theirs; it is on the record who did so, and when.

    Args:
        reason: why before every sheet is there; not needed when all are.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "scores.own_first", "scores.opened", "scores.sheets_missing" with the names, "scores.none".
    """
    with store.write("open_scores") as session:
        proposal = get_row(session, Proposal, proposal_id)
        scoring = require_scoring(session, store, proposal)
        given = given_by(session, proposal.call_id).get(proposal_id, ())
        missing = [key for key in scoring.due.get(proposal_id, ()) if key not in given]
        if proposal_id in scoring.opened:
            raise RuleBroken("scores.opened", title=proposal.title)
        if not given:
            raise RuleBroken("scores.none", title=proposal.title)
        if scoring.own & set(missing):
            raise RuleBroken("scores.own_first", title=proposal.title)
        if missing and not reason.strip():
            names = tuple(scoring.names.get(key, "") for key in missing)
            raise RuleBroken("scores.sheets_missing", title=proposal.title, names=names)
        who = store.person.name if store.person is not None else store.user
        opening = ScoreOpening(proposal_id=proposal_id, opened_at=store.clock(), opened_by=who, reason=reason.strip())
        session.add(opening)
    return Changes.of("evaluation", ids=(proposal_id,))
