"""Grids of calls as records: saved, read back, locked; what is refused, by the service and by the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
import sqlalchemy as sa

from app.models.enums import CriterionEffect, CriterionKind, Measure
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.evaluation import Criterion, CriterionStep, ScoringGrid
from app.models.journal import Edit
from app.models.store import Store
from app.services.evaluation.drafts import (
    CriterionDraft,
    GateDraft,
    GridDraft,
    MeasureDraft,
    StepDraft,
    grid_value,
)
from app.services.evaluation.grid_templates import grid_templates
from app.services.evaluation.grids import (
    blank_grid,
    delete_grid,
    grid_rows,
    load_grid,
    lock_grid,
    save_grid,
    unlock_grid,
)
from app.services.evaluation.scores import grid_of
from app.services.journal.undo import last_undoable, undo
from app.services.keeping.bin import bin_rows, restore
from tests.services.sitting import Sitting, build_sitting

F = Fraction


@pytest.fixture
def sitting(store: Store) -> Sitting:
    return build_sitting(store)


def whole(store: Store) -> GridDraft:
    """A grid with every kind of criterion, below groups and not."""
    return replace(
        blank_grid(store),
        name="Griglia",
        decimals=1,
        threshold=F(60),
        criteria=(
            CriterionDraft(name="Qualità", kind=CriterionKind.GROUP, threshold=F(30)),
            CriterionDraft(under="1", name="Coerenza", points_max=F(40), step=F(1, 2), reason_required=True),
            CriterionDraft(under="1", name="Innovazione", kind=CriterionKind.LADDER),
            CriterionDraft(code="C", name="Cofinanziamento", kind=CriterionKind.COMPUTED, points_max=F(10)),
            CriterionDraft(code="P", name="Privati", points_max=F(15), weight=F(2)),
            CriterionDraft(
                code="B", name="Rete", kind=CriterionKind.YES_NO, effect=CriterionEffect.BONUS, points_max=F(3)
            ),
            CriterionDraft(code="N", name="Non concluso", effect=CriterionEffect.PENALTY, points_min=F(-10)),
        ),
        steps=(
            StepDraft(None, "1.2", "bassa", F(0)),
            StepDraft(None, "1.2", "media", F(10)),
            StepDraft(None, "1.2", "alta", F(20)),
        ),
        measures=(MeasureDraft("C", Measure.COFINANCING_SHARE, F(10), F(40)),),
        gates=(GateDraft("P", Measure.COMPANIES, F(1)), GateDraft("B", text="accordo firmato")),
    )


def refusal(verb: Callable[..., object], *args: object) -> AppError:
    with pytest.raises(AppError) as refused:
        verb(*args)
    return refused.value


def test_a_grid_is_read_back_as_it_was_saved(store: Store, sitting: Sitting) -> None:
    key = save_grid(store, whole(store)).id
    draft = load_grid(store, key)
    assert draft.total_max == 100
    assert [row.code for row in draft.criteria] == ["1", "1.1", "1.2", "C", "P", "B", "N"]
    assert [(row.points_min, row.points_max) for row in draft.criteria] == [
        (0, 60),
        (0, 40),
        (0, 20),
        (0, 10),
        (0, 15),
        (0, 3),
        (-10, 0),
    ]
    with store.read() as session:
        grid = grid_of(session, draft.call_id or "")
    assert grid is not None
    assert replace(grid, criteria=()) == replace(grid_value(draft), criteria=())
    assert [(node.code, node.points_max, node.weight) for node in grid.nodes] == [
        (node.code, node.points_max, node.weight) for node in grid_value(draft).nodes
    ]
    (row,) = grid_rows(store)
    assert (row.name, row.criteria, row.total_max, row.locked, row.sheets) == ("Griglia", 6, 100, False, 0)


def test_saving_what_is_unchanged_writes_nothing(store: Store, sitting: Sitting) -> None:
    draft = load_grid(store, save_grid(store, whole(store)).id)
    edits = count(store)
    save_grid(store, draft)
    assert count(store) == edits


def count(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Edit)) or 0


def test_codes_may_change_places_and_rows_may_go(store: Store, sitting: Sitting) -> None:
    draft = load_grid(store, save_grid(store, whole(store)).id)
    rows = {row.code: row for row in draft.criteria}
    swapped = tuple(replace(row, code={"B": "N", "N": "B"}.get(row.code, row.code)) for row in draft.criteria)
    save_grid(store, replace(draft, criteria=swapped, gates=(GateDraft("N", text="accordo firmato"),)))
    assert [row.code for row in load_grid(store, draft.id or "").criteria][-2:] == ["N", "B"]
    rest = tuple(row for row in draft.criteria if row.code not in ("1.2", "1"))
    save_grid(store, replace(draft, total_max=None, criteria=(replace(rows["1.1"], under=""), *rest[1:]), steps=()))
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(CriterionStep)) == 0
    undo(store, last_undoable(store).number)  # type: ignore[union-attr]
    assert [row.name for row in load_grid(store, draft.id or "").steps] == ["bassa", "media", "alta"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        (lambda d: replace(d, name=" "), "field.required", "name"),
        (lambda d: replace(d, criteria=()), "grid.no_criterion", "criteria"),
        (lambda d: with_row(d, 1, under="9"), "grid.criterion_unknown", "criteria.1.under"),
        (lambda d: with_row(d, 1, under="C"), "grid.not_a_group", "criteria.1.under"),
        (lambda d: with_row(d, 0, code="1", under="1"), "grid.below_itself", "criteria.0.under"),
        (lambda d: with_row(d, 3, kind=CriterionKind.GROUP), "grid.group_empty", "criteria.3.kind"),
        (lambda d: with_row(d, 4, code="c"), "grid.code_repeated", "criteria.4.code"),
        (lambda d: with_row(d, 4, weight=None), "number.not_positive", "criteria.4.weight"),
        (lambda d: with_row(d, 4, points_max=None), "field.required", "criteria.4.points_max"),
        (lambda d: with_row(d, 4, points_max=F(0)), "grid.range_wrong", "criteria.4.points_max"),
        (lambda d: with_row(d, 4, threshold=F(16)), "grid.threshold_outside", "criteria.4.threshold"),
        (lambda d: with_row(d, 6, points_min=F(10)), "grid.penalty_sign", "criteria.6.points_min"),
        (lambda d: with_row(d, 0, points_max=F(61)), "grid.sum_differs", "criteria.0.points_max"),
        (lambda d: replace(d, total_max=F(99)), "grid.sum_differs", "total_max"),
        (lambda d: replace(d, threshold=F(101)), "grid.threshold_outside", "threshold"),
        (lambda d: replace(d, decimals=4), "number.too_large", "decimals"),
        (lambda d: replace(d, steps=()), "grid.steps_missing", "criteria.2.kind"),
        (lambda d: replace(d, steps=(*d.steps, StepDraft(None, "P", "x", F(1)))), "grid.steps_idle", "steps.3.code"),
        (
            lambda d: replace(d, steps=(*d.steps, StepDraft(None, "C", "x", F(1)))),
            "field.required",
            "steps.3.from_value",
        ),
        (lambda d: with_row(d, 2, points_max=F(15)), "grid.step_outside", "steps.2.points"),
        (lambda d: replace(d, measures=()), "grid.measure_missing", "criteria.3.kind"),
        (
            lambda d: replace(d, measures=(MeasureDraft("P", low=F(0), high=F(1)),)),
            "grid.measure_idle",
            "measures.0.code",
        ),
        (lambda d: replace(d, measures=(MeasureDraft("C"),)), "grid.measure_limits", "measures.0.high"),
        (lambda d: replace(d, gates=(GateDraft("P"),)), "grid.gate_empty", "gates.0.least"),
        (lambda d: replace(d, gates=(GateDraft("1", text="x"),)), "grid.gate_of_group", "gates.0.code"),
        (lambda d: replace(d, call_id=None), "field.required", "call_id"),
    ],
)
def test_what_is_wrong_is_named(
    store: Store, sitting: Sitting, change: Callable[[GridDraft], GridDraft], code: str, field: str
) -> None:
    error = refusal(save_grid, store, change(whole(store)))
    assert isinstance(error, InvalidInput)
    assert (error.code, error.field) == (code, field)
    assert grid_rows(store) == ()


def with_row(draft: GridDraft, at: int, **values: object) -> GridDraft:
    rows = list(draft.criteria)
    rows[at] = replace(rows[at], **values)  # type: ignore[arg-type]
    return replace(draft, criteria=tuple(rows))


def test_one_grid_a_call(store: Store, sitting: Sitting) -> None:
    draft = load_grid(store, save_grid(store, whole(store)).id)
    again = replace(whole(store), call_id=draft.call_id)
    error = refusal(save_grid, store, again)
    assert (error.code, error.field, error.values["name"]) == ("grid.call_taken", "call_id", "Griglia")


def test_a_locked_grid_changes_no_more(store: Store, sitting: Sitting) -> None:
    key = save_grid(store, whole(store)).id
    lock_grid(store, key)
    draft = load_grid(store, key)
    assert draft.locked
    for verb, argument in ((save_grid, draft), (lock_grid, key), (delete_grid, key)):
        assert refusal(verb, store, argument).code == "grid.locked"
    unlock_grid(store, key)
    save_grid(store, replace(draft, note="aperta di nuovo"))
    delete_grid(store, key)
    assert grid_rows(store) == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda session: session.scalars(sa.select(ScoringGrid)).one().__setattr__("threshold", 1),
        lambda session: session.scalars(sa.select(Criterion)).first().__setattr__("points_max", 1),
        lambda session: session.delete(session.scalars(sa.select(CriterionStep)).first()),
        lambda session: session.add(
            CriterionStep(criterion_id=session.scalars(sa.select(Criterion.id)).first(), position=9, name="x", points=1)
        ),
    ],
)
def test_the_engine_keeps_a_locked_grid(store: Store, sitting: Sitting, spoil: Callable[..., object]) -> None:
    lock_grid(store, save_grid(store, whole(store)).id)
    with pytest.raises(RuleBroken) as refused, store.write("save_grid") as session:
        spoil(session)
    assert refused.value.code == "grid.locked"


def test_a_grid_without_a_committee_is_not_locked(store: Store, sitting: Sitting) -> None:
    key = save_grid(store, replace(whole(store), committee_id=None)).id
    assert refusal(lock_grid, store, key).code == "grid.committee_missing"


@pytest.mark.parametrize("template", grid_templates(), ids=lambda row: row.code)
def test_every_template_makes_a_grid(store: Store, sitting: Sitting, template: object) -> None:
    key = save_grid(store, replace(blank_grid(store), name="Nostra", template=template.code)).id  # type: ignore[attr-defined]
    draft = load_grid(store, key)
    assert draft.name == "Nostra"
    assert len(draft.criteria) == len(template.grid.criteria)  # type: ignore[attr-defined]
    assert draft.source
    lock_grid(store, key)


def test_a_removed_grid_comes_back_whole(store: Store, sitting: Sitting) -> None:
    key = save_grid(store, whole(store)).id
    before = load_grid(store, key)
    delete_grid(store, key)
    (row,) = bin_rows(store)
    assert (row.table, row.name) == ("scoring_grid", "Griglia")
    restore(store, row.number)
    assert load_grid(store, key) == before
