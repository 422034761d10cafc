"""The ways of the money on paper and on screen: the picture from source to payment, and the table beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from app.models.enums import AccountKind, area_code
from app.models.money import Cents, format_euro
from app.models.store import Store
from app.services.ledger.flow import STAGES, FlowNode, MoneyFlow, money_flow
from app.services.ledger.flow_layout import FlowBox, FlowRibbon
from app.services.plan.funding import area_rows
from app.services.proposals.lists import proposal_rows
from app.services.reports.frame import framed
from app.services.reports.lists import field_column
from app.services.reports.spec import Document, FlowChart, Kind, Table
from app.services.wording.texts import Translator

SHOWN = 11
"""Most boxes of a column, as a page has room for; the smallest of more are drawn as one. The table has them all."""

OTHERS = "others"


@dataclass(frozen=True)
class FlowLine:
    """A way of money: cents from one account to another one."""

    id: str
    stage: str
    origin: str
    target: str
    cents: Cents


def flow_table(flow: MoneyFlow, tr: Translator) -> Table:
    """Every way of the money with its amount; then what stands where it has not gone on."""
    nodes = {node.id: node for node in flow.nodes}
    heads = column_heads(tr)
    arrow = tr("{origin} → {target}")
    rows = [
        FlowLine(
            link.target,
            arrow.format(origin=heads[nodes[link.origin].stage], target=heads[nodes[link.target].stage]),
            nodes[link.origin].name,
            nodes[link.target].name,
            link.cents,
        )
        for link in flow.links
    ]
    rows += [
        FlowLine(node.id, tr("Still there: {where}").format(where=heads[node.stage]), node.name, "", node.left)
        for node in flow.nodes
        if node.left and node.kind is not AccountKind.PAID
    ]
    return Table(
        "FLUSSO",
        tr("Ways of the money"),
        (
            field_column("stage", tr("Way"), width_mm=46),
            field_column("origin", tr.context("ledger", "From"), Kind.NOTE, width_mm=84),
            field_column("target", tr.context("ledger", "To"), Kind.NOTE, width_mm=84),
            field_column("cents", tr("Amount"), Kind.MONEY, width_mm=36),
        ),
        tuple(rows),
        notes=(tr("What went back (reversals, recoveries, savings) is taken off the way that it had come."),),
        row_id=lambda row: row.id,
        landscape=True,
    )


def column_heads(tr: Translator) -> tuple[str, ...]:
    """What stands over each column of the picture."""
    words = {
        AccountKind.SOURCE: tr("Sources"),
        AccountKind.AREA: tr("Priority areas"),
        AccountKind.PROJECT: tr("Projects"),
        AccountKind.PAID: tr("Paid out"),
    }
    return tuple(words[kind] for kind in STAGES)


def flow_chart(store: Store, flow: MoneyFlow, tr: Translator) -> FlowChart:
    """The picture of the ways; areas and projects go by their codes and numbers."""
    short = _short_names(store)
    stages = {stage: place for place, stage in enumerate(sorted({node.stage for node in flow.nodes}))}
    drawn = _drawn_nodes(flow)
    boxes = [_box(node, stages[node.stage], short, tr) for node in flow.nodes if drawn[node.id] == node.id]
    boxes += _others(flow, drawn, stages, tr)
    boxes.sort(key=lambda box: box.column)
    values: defaultdict[tuple[str, str], int] = defaultdict(int)
    for link in flow.links:
        values[drawn[link.origin], drawn[link.target]] += link.cents
    places = {box.key: place for place, box in enumerate(boxes)}
    ribbons = [FlowRibbon(a, b, cents, format_euro(Cents(cents))) for (a, b), cents in values.items()]
    ribbons = [ribbon for ribbon in ribbons if _leads_on(ribbon, boxes, places)]
    ribbons.sort(key=lambda ribbon: (places[ribbon.origin], places[ribbon.target]))
    heads = column_heads(tr)
    return FlowChart(
        title=tr("Ways of the money"),
        heads=tuple(heads[stage] for stage in stages),
        boxes=tuple(boxes),
        ribbons=tuple(ribbons),
        alternative=". ".join(_told(boxes, ribbons, tr)),
    )


def _leads_on(ribbon: FlowRibbon, boxes: list[FlowBox], places: dict[str, int]) -> bool:
    return boxes[places[ribbon.origin]].column < boxes[places[ribbon.target]].column


def _short_names(store: Store) -> dict[str, str]:
    names = {row.id: area_code(row.level, row.number) for row in area_rows(store)}
    return names | {row.id: f"{row.number}. {row.title}" for row in proposal_rows(store)}


def _drawn_nodes(flow: MoneyFlow) -> dict[str, str]:
    """The box that each account is drawn in: its own, or that of the small ones of its stage."""
    found: dict[str, str] = {}
    for nodes in flow.stages:
        largest = sorted(nodes, key=lambda node: -max(node.came, node.went))
        own = {node.id for node in (nodes if len(nodes) <= SHOWN else largest[: SHOWN - 1])}
        found |= {node.id: node.id if node.id in own else f"{OTHERS}.{node.stage}" for node in nodes}
    return found


def _box(node: FlowNode, column: int, short: dict[str, str], tr: Translator) -> FlowBox:
    value = max(node.came, node.went)
    name = short.get(node.subject_id or "", node.name)
    return FlowBox(node.id, column, name, value, format_euro(Cents(value)), _left((node,), tr))


def _left(nodes: Iterable[FlowNode], tr: Translator) -> str:
    left = sum(node.left for node in nodes if node.kind is not AccountKind.PAID)
    return tr("{amount} still there").format(amount=format_euro(Cents(left))) if left else ""


def _others(flow: MoneyFlow, drawn: dict[str, str], stages: dict[int, int], tr: Translator) -> list[FlowBox]:
    found = []
    for nodes in flow.stages:
        small = [node for node in nodes if drawn[node.id] != node.id]
        if small:
            value = sum(max(node.came, node.went) for node in small)
            name = tr.plural("{n} other", "{n} others", len(small)).format(n=len(small))
            key, column = drawn[small[0].id], stages[small[0].stage]
            found.append(FlowBox(key, column, name, value, format_euro(Cents(value)), _left(small, tr)))
    return found


def _told(boxes: list[FlowBox], ribbons: list[FlowRibbon], tr: Translator) -> list[str]:
    """The picture in words."""
    names = {box.key: box.name for box in boxes}
    sentence = tr("{amount} from {origin} to {target}")
    ways = [
        sentence.format(amount=ribbon.text, origin=names[ribbon.origin], target=names[ribbon.target])
        for ribbon in ribbons
    ]
    return [*ways, *(box.spoken for box in boxes if box.more)]


def flow_list(store: Store, tr: Translator) -> Table:
    """The ways as the window lists them."""
    return flow_table(money_flow(store), tr)


def flow_view(store: Store, tr: Translator) -> tuple[FlowChart, Table]:
    """The picture and its table."""
    flow = money_flow(store)
    return flow_chart(store, flow, tr), flow_table(flow, tr)


def flow_document(store: Store, tr: Translator, _item: str | None) -> Document:
    """FLUSSO: the picture and its table."""
    flow = money_flow(store)
    table = flow_table(flow, tr)
    parts = (flow_chart(store, flow, tr), table) if flow.links else (table,)
    return framed(store, tr, table.code, table.title, parts, slug="flusso", landscape=True)
