"""The ways of the money: every cent of the ledger, in a picture and in its table."""

from __future__ import annotations

import itertools
import random
from collections import defaultdict

import page as validator
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.enums import AccountKind, TransferKind
from app.models.store import Store
from app.services.ledger.flow import money_flow, paired
from app.services.ledger.flow_layout import FlowBox, FlowRibbon, lay_out
from app.services.ledger.ledger import ReservationDraft, ReversalDraft, reserve, reverse_transfer
from app.services.ledger.rows import balances
from app.services.reports.catalogue import build_document
from app.services.reports.flow_tables import SHOWN, flow_chart, flow_table
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import FlowChart
from app.services.reports.text import plain_text
from app.services.wording.texts import translator
from tests.pure.documents import faults
from tests.services.world import DAY, World, move

IT = translator("it")


def left(store: Store) -> dict[str, int]:
    """Cents that the flow leaves on each account."""
    return {node.id: node.left for node in money_flow(store).nodes if node.left}


def standing(store: Store) -> dict[str, int]:
    """Cents that stand on each account, what is held within it counted in, and what its vouchers have."""
    rows = {row.id: row for row in balances(store)}
    sums: dict[str, int] = defaultdict(int)
    for row in rows.values():
        home = row
        while home.kind in (AccountKind.HELD, AccountKind.PROGRAMME, AccountKind.FIRM):
            home = rows[str(home.parent_id)]
        if row.kind is not AccountKind.OUTSIDE:
            sums[home.id] += row.balance
    return {key: cents for key, cents in sums.items() if cents}


def test_the_sample_flows_from_its_sources_to_its_projects(sample: Store) -> None:
    flow = money_flow(sample)
    sources, areas, projects, paid = flow.stages
    assert [node.came for node in sources] == [25_451_000, 16_967_262]
    assert [node.came for node in areas] == [16_806_088, 11_806_087, 13_806_087]
    assert sum(node.left for node in projects) + sum(node.came for node in paid) == 42_418_262
    assert left(sample) == standing(sample)


def test_what_goes_back_lessens_the_way_that_it_had_come(store: Store, world: World) -> None:
    move(store, {world.source: -40_000, world.area: 40_000}, world.in_force)
    award = move(store, {world.area: -30_000, world.project: 30_000}, world.in_force, TransferKind.AWARD)
    move(store, {world.project: -5_000, world.area: 5_000}, world.in_force, TransferKind.SAVINGS)
    reserve(store, ReservationDraft(world.project, 1_000, DAY, "Riserva", world.in_force))
    assert left(store) == standing(store)
    ways = {(link.origin, link.target): link.cents for link in money_flow(store).links}
    assert ways == {(world.source, world.area): 40_000, (world.area, world.project): 25_000}
    move(store, {world.source: -1_000, world.project_2: 1_000}, world.in_force, TransferKind.PREMIUM)
    ways = {(link.origin, link.target): link.cents for link in money_flow(store).links}
    assert ways[world.source, world.area] == 41_000  # on its way through the area
    assert ways[world.area, world.project_2] == 1_000
    assert left(store) == standing(store)
    assert award


def test_a_way_that_was_wholly_taken_back_is_none(store: Store, world: World) -> None:
    made = move(store, {world.source: -40_000, world.area: 40_000}, world.in_force)
    reverse_transfer(store, ReversalDraft(made, DAY, "Storno", world.in_force))
    assert money_flow(store).links == ()
    assert left(store) == standing(store) == {world.source: 100_000}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-50, 50).filter(bool), min_size=1, max_size=8))
def test_pairs_of_a_transfer_keep_every_cent(cents: list[int]) -> None:
    rest = -sum(cents)
    ends = {str(n): amount for n, amount in enumerate([*cents, rest]) if amount}
    sums: dict[str, int] = defaultdict(int)
    for giver, getter, amount in paired(ends):
        assert amount > 0
        sums[giver] -= amount
        sums[getter] += amount
    assert dict(sums) == ends


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.lists(st.integers(0, 10**9), min_size=1, max_size=12), min_size=1, max_size=4),
    height=st.floats(100, 2000),
    slot=st.floats(1, 60),
)
def test_boxes_of_a_picture_never_overlap(values: list[list[int]], height: float, slot: float) -> None:
    boxes = [FlowBox(f"{c}.{n}", c, "x", v, "") for c, column in enumerate(values) for n, v in enumerate(column)]
    layout = lay_out(boxes, [], height, slot, 4)
    for column, found in enumerate(values):
        rows = [layout.boxes[f"{column}.{n}"] for n in range(len(found))]
        for above, below in itertools.pairwise(rows):
            assert above.top + max(above.height, slot) <= below.top + 1e-6
        assert all(row.height >= 0 for row in rows)
        if len(found) * (slot + 4) <= height:
            assert rows[-1].top + max(rows[-1].height, slot) <= height * (1 + 1e-9) + 1e-6
    heights = {(box.value, round(layout.boxes[box.key].height, 9)) for box in boxes}
    assert len(heights) == len({value for value, _height in heights})  # one scale for all


def test_ribbons_fill_their_boxes() -> None:
    boxes = [FlowBox("a", 0, "A", 30, ""), FlowBox("b", 1, "B", 10, ""), FlowBox("c", 1, "C", 20, "")]
    layout = lay_out(boxes, [FlowRibbon("a", "b", 10, ""), FlowRibbon("a", "c", 20, "")], 300, 10, 5)
    first, second = layout.ribbons
    assert first.origin_top == layout.boxes["a"].top
    assert second.origin_top == pytest.approx(first.origin_top + first.thickness)
    assert second.origin_top + second.thickness == pytest.approx(layout.boxes["a"].top + layout.boxes["a"].height)
    assert (first.target_top, second.target_top) == (layout.boxes["b"].top, layout.boxes["c"].top)


def test_the_table_has_every_way_and_what_is_still_there(sample: Store) -> None:
    flow = money_flow(sample)
    table = flow_table(flow, IT)
    paid = sum(node.came for node in flow.stages[-1])
    assert [row.cents for row in table.rows[:3]] == [15_000_000, 10_000_000, 451_000]
    assert sum(row.cents for row in table.rows if row.stage.startswith("Ancora")) + paid == 42_418_262


def test_the_smallest_of_many_are_drawn_as_one(store: Store, world: World) -> None:
    from app.models.plan import PriorityArea
    from app.services.ledger.ledger import ensure_area_account

    rng, keys = random.Random(7), []
    with store.write("save_area") as session:
        for number in range(2, SHOWN + 12):
            area = PriorityArea(plan_id=world.plan, level="low", number=number, title=f"Ambito {number}")
            session.add(area)
            keys.append(ensure_area_account(session, area).id)
    amounts = {key: rng.randint(1, 900) for key in keys}
    move(store, {world.source: -sum(amounts.values()), **amounts}, world.in_force)
    flow = money_flow(store)
    chart = flow_chart(store, flow, IT)
    drawn = [box for box in chart.boxes if box.column == 1]
    assert len(drawn) == SHOWN
    assert drawn[-1].name == f"Altri {len(keys) - SHOWN + 1}"
    assert sum(box.value for box in drawn) == sum(amounts.values())
    assert sum(ribbon.value for ribbon in chart.ribbons) == sum(amounts.values())
    assert len(flow_table(flow, IT).rows) == 2 * len(keys) + 1


def test_flow_on_paper_conforms_and_says_what_it_shows(sample: Store) -> None:
    document = build_document(sample, "FLUSSO", IT)
    [chart] = [part for part in document.parts if isinstance(part, FlowChart)]
    assert "150.000,00" in chart.alternative
    assert "A.1" in plain_text(document, IT)
    pdf = pdf_bytes(document)
    assert faults(pdf, validator.ValidationProfile.PDF_A_2A) == set()
    assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
    scenarios = build_document(sample, "SCENARI", IT, _pot(sample))
    pdf = pdf_bytes(scenarios)
    assert faults(pdf, validator.ValidationProfile.PDF_UA_1) == set()
    assert "Quanto riceve ciascun progetto in ciascuno scenario" in plain_text(scenarios, IT)


def _pot(store: Store) -> str:
    from app.services.sharing.scenarios import pot_rows

    return pot_rows(store)[0].id


def test_an_archive_without_money_has_no_picture(store: Store) -> None:
    assert money_flow(store).nodes == ()
    assert not any(isinstance(part, FlowChart) for part in build_document(store, "FLUSSO", IT).parts)
