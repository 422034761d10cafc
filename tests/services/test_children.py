"""Children of a record: what changes, what stays, in which order, and what may be taken back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.errors import InvalidInput, NotFound
from app.models.plan import Plan, TrainingModule
from app.models.store import Store
from app.services.checks import (
    require_distinct,
    require_in_order,
    require_key,
    require_not_negative,
    require_number,
    require_positive,
    require_text,
)
from app.services.children import delete_children, get_row, new_positions, reconcile, save_row
from app.services.journal.undo import last_undoable, undo
from app.services.plan.plan import TrainingModuleDraft, find_plan, load_plan, save_plan
from tests.services.builders import DAY, a_plan, edits, refusal


def titles(store: Store, plan: str) -> list[str]:
    return [module.title for module in load_plan(store, plan).training]


def modules(*names: str) -> tuple[TrainingModuleDraft, ...]:
    return tuple(TrainingModuleDraft(title=name) for name in names)


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[::-1],
        lambda rows: rows[1:],
        lambda rows: rows[:-1],
        lambda rows: (*rows, *modules("new")),
        lambda rows: (*modules("new"), *rows),
        lambda rows: (rows[2], *modules("one", "two"), rows[0]),
        lambda rows: (replace(rows[1], title="changed"), rows[0], rows[2]),
        lambda _rows: modules("another"),
        lambda _rows: (),
    ],
)
def test_children_become_what_is_wanted(store: Store, change: Any) -> None:
    plan = a_plan(store, training=modules("a", "b", "c"))
    for _ in range(3):
        draft = load_plan(store, plan)
        wanted = change(draft.training) if len(draft.training) == 3 else draft.training[::-1]
        save_plan(store, replace(draft, training=wanted))
        assert titles(store, plan) == [module.title for module in wanted]
        kept = {module.id for module in wanted} - {None}
        assert kept <= {module.id for module in load_plan(store, plan).training}


def test_unchanged_children_write_no_edit(store: Store) -> None:
    plan = a_plan(store, training=modules("a", "b", "c"))
    before = edits(store)
    save_plan(store, load_plan(store, plan))
    assert edits(store) == before


def test_one_removed_child_is_one_edit(store: Store) -> None:
    plan = a_plan(store, training=modules("a", "b", "c"))
    before = edits(store)
    draft = load_plan(store, plan)
    save_plan(store, replace(draft, training=draft.training[1:]))
    assert edits(store) == before + 1


def test_a_row_typed_twice_from_the_same_one_is_a_new_row(store: Store) -> None:
    plan = a_plan(store, training=modules("a"))
    first = load_plan(store, plan).training[0]
    save_plan(store, replace(load_plan(store, plan), training=(first, replace(first, title="b"))))
    rows = load_plan(store, plan).training
    assert [row.title for row in rows] == ["a", "b"]
    assert rows[0].id == first.id != rows[1].id


@given(st.lists(st.integers(1, 30), unique=True, max_size=8), st.data())
def test_new_positions_grow_and_never_meet_an_old_one(taken: list[int], data: st.DataObject) -> None:
    staying = data.draw(st.permutations(taken)) if taken else []
    staying = staying[: data.draw(st.integers(0, len(staying)))]
    kept: list[int | None] = list(staying)
    for _ in range(data.draw(st.integers(0, 4))):
        kept.insert(data.draw(st.integers(0, len(kept))), None)
    found = new_positions(kept, taken)
    assert all(one < other for one, other in pairwise(found))
    assert all(new == old or new not in taken for new, old in zip(found, kept, strict=True))
    assert all(position > 0 for position in found)


@pytest.mark.parametrize(
    ("kept", "taken", "positions"),
    [
        ([], [], []),
        ([None, None], [], [1, 2]),
        ([1, 3, None], [1, 2, 3], [1, 3, 4]),
        ([2, 1], [1, 2], [3, 4]),
        ([4, 3], [3, 4], [1, 2]),
        ([None, 1], [1], [2, 3]),
        ([None], [7], [8]),
        ([], [1], []),
    ],
)
def test_new_positions_change_as_few_as_can_be(kept: list[int | None], taken: list[int], positions: list[int]) -> None:
    assert new_positions(kept, taken) == positions


def test_children_of_another_owner_stay(store: Store) -> None:
    plan = a_plan(store, training=modules("a"))
    with store.write("save_plan") as session:
        assert delete_children(session, TrainingModule, "plan_id", []) == ()
        assert delete_children(session, TrainingModule, "plan_id", ["another"]) == ()
        assert reconcile(session, TrainingModule, {"plan_id": "another"}, []).removed == ()
    assert titles(store, plan) == ["a"]


def test_a_row_that_is_gone_is_named(store: Store) -> None:
    with store.write("save_plan") as session:
        with pytest.raises(NotFound, match=r"record\.gone"):
            get_row(session, Plan, "gone")
        with pytest.raises(NotFound, match=r"record\.gone"):
            save_row(session, Plan, "gone", {})
        with pytest.raises(NotFound, match=r"record\.gone"):
            save_row(session, TrainingModule, None, {"plan_id": "gone", "position": 1, "title": "a"})


def test_require_text_takes_the_spaces_away() -> None:
    assert require_text("  Rho \n", "name") == "Rho"
    assert refusal(require_text, " \n", "name") == ("field.required", "name")


def test_require_key_wants_one() -> None:
    assert require_key("k", "call_id") == "k"
    assert refusal(require_key, None, "call_id") == ("field.required", "call_id")
    assert refusal(require_key, "", "call_id") == ("field.required", "call_id")


def test_require_in_order_needs_both_days() -> None:
    require_in_order(None, DAY, "end")
    require_in_order(DAY, None, "end")
    require_in_order(DAY, DAY, "end")
    assert refusal(require_in_order, DAY, DAY.replace(year=2013), "end") == ("date.end_before_start", "end")


def test_require_numbers() -> None:
    require_positive(1, "number")
    assert refusal(require_positive, 0, "number") == ("number.not_positive", "number")
    require_not_negative(None, "amount")
    require_not_negative(0, "amount")
    assert refusal(require_not_negative, -1, "amount") == ("number.negative", "amount")
    assert refusal(require_not_negative, 10**16, "amount") == ("number.too_large", "amount")
    assert require_number(0, "amount") == 0
    assert refusal(require_number, None, "amount") == ("field.required", "amount")
    assert refusal(require_number, -1, "amount") == ("number.negative", "amount")


def test_require_distinct_names_both_rows() -> None:
    require_distinct(["a", "b"], "rows.{row}.name", "row.repeated")
    with pytest.raises(InvalidInput) as caught:
        require_distinct(["a", "b", "a"], "rows.{row}.name", "row.repeated")
    assert (caught.value.field, caught.value.values) == ("rows.2.name", {"row": 3, "earlier": 1})


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[::-1],
        lambda rows: rows[1:],
        lambda rows: (*rows[:-1], *modules("new")),
        lambda rows: (rows[2], *modules("one", "two"), rows[0]),
        lambda _rows: modules("another"),
    ],
)
def test_any_change_of_children_can_be_taken_back(store: Store, change: Any) -> None:
    draft = load_plan(store, a_plan(store, training=modules("a", "b", "c")))
    save_plan(store, replace(draft, training=change(draft.training)))
    last = last_undoable(store)
    assert last is not None
    undo(store, last.number)
    assert find_plan(store) == draft
