"""How the money went: from the sources to the areas, to the projects, to those who were paid. Every cent of the ledger.

A movement that goes back (a reversal, a recovery, a saving) lessens what went forth on the same way. So what went into
an account less what went on from it is what stands on it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa

from app.models.enums import AccountKind
from app.models.ledger import Account, Posting
from app.models.money import Cents
from app.models.store import Store

STAGES = (AccountKind.SOURCE, AccountKind.AREA, AccountKind.PROJECT, AccountKind.PAID)
"""The ways of money, in order; what lies outside comes before them."""

Step = tuple[str, str]


@dataclass(frozen=True)
class FlowNode:
    """An account that money went through.

    Attributes:
        stage: place in `STAGES`.
        account_id: the account; that of its project for what was paid.
        came: cents that went into it, net of what went back.
        went: cents that went on from it.
    """

    id: str
    stage: int
    kind: AccountKind
    account_id: str
    subject_id: str | None
    name: str
    came: Cents
    went: Cents

    @property
    def left(self) -> Cents:
        """Cents that stand on it, those reserved within it counted in."""
        return Cents(self.came - self.went)


@dataclass(frozen=True)
class FlowLink:
    """Cents, above zero, that went from one account to another one, net of what went back."""

    origin: str
    target: str
    cents: Cents


@dataclass(frozen=True)
class MoneyFlow:
    """All ways of the money.

    Attributes:
        nodes: stage by stage, in the order of the tree.
        links: in the order of their nodes.
    """

    nodes: tuple[FlowNode, ...]
    links: tuple[FlowLink, ...]

    @property
    def stages(self) -> tuple[tuple[FlowNode, ...], ...]:
        """The nodes by stage, those without any left out."""
        found = (tuple(node for node in self.nodes if node.stage == stage) for stage in range(len(STAGES)))
        return tuple(nodes for nodes in found if nodes)


@dataclass(frozen=True)
class _Tree:
    """Where each account lies: its kind, its parent."""

    kinds: Mapping[str, AccountKind]
    parents: Mapping[str, str | None]

    def home(self, key: str) -> str:
        """The account itself; for money that is reserved, what it is held within; for vouchers, the project."""
        while self.kinds[key] in _WITHIN and (parent := self.parents[key]) is not None:
            key = parent
        return key

    def stage(self, key: str) -> int:
        """Place on the way; -1 for what lies outside and for the plan's own account."""
        return _STAGE_OF.get(self.kinds[key], -1)

    def way(self, giver: str, getter: str) -> Iterator[tuple[Step, int]]:
        """The steps forth, each once (1) or back (-1), that lead from one account to another."""
        up, down = self.stage(giver), self.stage(getter)
        if (up, giver) > (down, getter):
            yield from ((step, -sign) for step, sign in self.way(getter, giver))
            return
        chain = [getter]
        above = self.parents[getter]
        while above is not None and self.stage(above) > up:
            chain.insert(0, above)
            above = self.parents[above]
        yield from ((step, 1) for step in zip([giver, *chain], chain, strict=False))


_STAGE_OF = {kind: place for place, kind in enumerate(STAGES)}
_WITHIN = (AccountKind.HELD, AccountKind.PROGRAMME, AccountKind.FIRM)


def money_flow(store: Store) -> MoneyFlow:
    """The ways of all money that the archive knows of."""
    with store.read() as session:
        rows = session.execute(
            sa.select(Account.id, Account.kind, Account.parent_id, Account.subject_id, Account.name).order_by(
                Account.position, Account.name, Account.id
            )
        ).all()
        postings = session.execute(
            sa.select(Posting.transfer_id, Posting.account_id, Posting.cents).order_by(Posting.transfer_id)
        )
        tree = _Tree({row.id: AccountKind(row.kind) for row in rows}, {row.id: row.parent_id for row in rows})
        steps = net_steps(tree, postings.tuples())
    named = {row.id: (row.subject_id, row.name) for row in rows}
    order = {row.id: place for place, row in enumerate(rows)}
    return _drawn(tree, named, order, steps)


def net_steps(tree: _Tree, postings: Iterable[tuple[str, str, int]]) -> dict[Step, int]:
    """Cents on each step, net.

    Args:
        postings: (transfer, account, cents), those of a transfer one after the other.
    """
    steps: defaultdict[Step, int] = defaultdict(int)
    for _transfer, rows in groupby(postings, key=lambda row: row[0]):
        ends: defaultdict[str, int] = defaultdict(int)
        for _key, account, cents in rows:
            ends[tree.home(account)] += cents
        for giver, getter, cents in paired(ends):
            for step, sign in tree.way(giver, getter):
                steps[step] += sign * cents
    return steps


def paired(ends: Mapping[str, int]) -> Iterator[tuple[str, str, int]]:
    """(giver, getter, cents) of a transfer; where many give and many get, in their order."""
    givers = deque((key, -cents) for key, cents in ends.items() if cents < 0)
    for getter, wanted in ends.items():
        missing = max(wanted, 0)
        while missing:
            giver, rest = givers.popleft()
            part = min(missing, rest)
            yield giver, getter, part
            missing -= part
            if rest > part:
                givers.appendleft((giver, rest - part))


def _drawn(
    tree: _Tree,
    named: Mapping[str, tuple[str | None, str]],
    order: Mapping[str, int],
    steps: Mapping[Step, int],
) -> MoneyFlow:
    came: defaultdict[str, int] = defaultdict(int)
    went: defaultdict[str, int] = defaultdict(int)
    for (giver, getter), cents in steps.items():
        went[giver] += cents
        came[getter] += cents
    touched = {key for step, cents in steps.items() if cents for key in step if tree.stage(key) >= 0}
    nodes = []
    for key in sorted(touched, key=lambda key: (tree.stage(key), *_place(tree, order, key))):
        paid = tree.kinds[key] is AccountKind.PAID
        shown = str(tree.parents[key]) if paid else key
        subject_id, name = named[shown]
        node = FlowNode(
            key, tree.stage(key), tree.kinds[key], shown, subject_id, name, Cents(came[key]), Cents(went[key])
        )
        nodes.append(node)
    places = {node.id: place for place, node in enumerate(nodes)}
    links = [
        FlowLink(giver, getter, Cents(cents)) if cents > 0 else FlowLink(getter, giver, Cents(-cents))
        for (giver, getter), cents in steps.items()
        if cents and giver in places and getter in places
    ]
    return MoneyFlow(tuple(nodes), tuple(sorted(links, key=lambda link: (places[link.origin], places[link.target]))))


def _place(tree: _Tree, order: Mapping[str, int], key: str) -> Sequence[int]:
    """Place in the tree: that of the account above first."""
    parent = tree.parents[key]
    above = [] if parent is None else list(_place(tree, order, parent))
    return [*above, order[key]]
