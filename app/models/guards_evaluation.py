"""What SQLite itself refuses of scoring: a locked grid changes no more, a given sheet neither, points stay in range."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

_LOCKED = "exists (select 1 from scoring_grid where id in ({keys}) and locked_at is not null)"
_GRID_OF = "(select grid_id from criterion where id = {row}.criterion_id)"
_EVENTS = (("insert", ("new",)), ("update", ("old", "new")), ("delete", ("old",)))


def grids() -> Iterator[str]:
    """A locked grid stays as it is; it is unlocked while no sheet began, and only by the field that locked it."""
    locked = refuse("grid.locked")
    columns = (
        "id, call_id, committee_id, name, manner, mean, decimals, rounding, rounding_place, digits, total_max,"
        " total_capped, threshold, source"
    )
    yield trigger(
        "scoring_grid_while_open", f"before update of {columns} on scoring_grid", "old.locked_at is not null", locked
    )
    yield trigger("scoring_grid_stays", "before delete on scoring_grid", "old.locked_at is not null", locked)
    yield trigger(
        "scoring_grid_stays_locked",
        "before update of locked_at on scoring_grid",
        "old.locked_at is not null and new.locked_at is not old.locked_at and exists"
        " (select 1 from score_sheet join proposal on proposal.id = score_sheet.proposal_id"
        " where proposal.call_id = old.call_id)",
        locked,
    )
    for what, rows in _EVENTS:
        keys = ", ".join(f"{row}.grid_id" for row in rows)
        yield trigger(f"criterion_{what}_while_open", f"before {what} on criterion", _LOCKED.format(keys=keys), locked)
        keys = ", ".join(_GRID_OF.format(row=row) for row in rows)
        yield trigger(
            f"criterion_step_{what}_while_open", f"before {what} on criterion_step", _LOCKED.format(keys=keys), locked
        )


def sheets() -> Iterator[str]:
    """A sheet begins under a locked grid; once given it may be set aside alone; scores lie within their criterion."""
    yield trigger(
        "score_sheet_under_locked_grid",
        "before insert on score_sheet",
        "not exists (select 1 from scoring_grid join proposal on proposal.call_id = scoring_grid.call_id"
        " where proposal.id = new.proposal_id and scoring_grid.locked_at is not null)",
        refuse("grid.not_locked"),
    )
    given = refuse("sheet.given")
    yield trigger(
        "score_sheet_given_stays",
        "before update of id, proposal_id, member_id, given_at, note, packet on score_sheet",
        "old.state <> 'open'",
        given,
    )
    yield trigger(
        "score_sheet_never_back",
        "before update of state on score_sheet",
        "(old.state = 'given' and new.state = 'open') or (old.state = 'set_aside' and new.state <> 'set_aside')",
        given,
    )
    yield trigger("score_sheet_never_gone", "before delete on score_sheet", "old.state <> 'open'", given)
    for what, rows in _EVENTS:
        keys = ", ".join(f"{row}.sheet_id" for row in rows)
        closed = f"exists (select 1 from score_sheet where id in ({keys}) and state <> 'open')"
        yield trigger(f"score_{what}_while_open", f"before {what} on score", closed, given)
        if what != "delete":
            outside = (
                "new.points is not null and exists (select 1 from criterion where id = new.criterion_id"
                " and (new.points < points_min or new.points > points_max or kind = 'group') and new.points <> 0)"
            )
            yield trigger(f"score_{what}_in_range", f"before {what} on score", outside, refuse("score.outside"))
