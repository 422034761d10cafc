"""Random histories of a plan's money, through the verbs that the window uses: what is refused changes nothing, and
after every step the invariants of money hold.

    python -m tests.services.histories 10000

takes as many steps, in histories of a hundred each with a seed of its own; a history is the same whenever it is
made again from its seed. A few steps of each kind run with the tests.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from app.models.enums import (
    AMENDMENTS_TO_DECIDE,
    FUNDED_STATES,
    AccountKind,
    AllocationRule,
    AmendmentDuty,
    AmendmentState,
    BudgetSection,
    DecisionKind,
    LimitBase,
    LimitSpan,
    PotKind,
    ProposalState,
    SourceKind,
)
from app.models.errors import AppError
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.rules_drafts import AmendmentRuleDraft
from app.services.decisions.decisions import save_decision
from app.services.decisions.drafts import (
    AreaAmount,
    DecisionDraft,
    ProjectAmount,
    SplitArea,
    SplitDraft,
    SplitProject,
)
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.ledger.ledger import (
    ReservationDraft,
    ReversalDraft,
    UseDraft,
    receive_source,
    release_reservation,
    reserve,
    reverse_transfer,
    settle_reservation,
)
from app.services.ledger.rows import balances, transfer_rows
from app.services.meetings.closing import close_meeting
from app.services.plan.funding import SourceDraft, save_source
from app.services.plan.plan import act_rows
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.states import set_proposal_state
from app.services.proposals.versions import close_version, reopen_proposal
from app.services.spending.amendment_drafts import AmendmentDraft, AmendmentLineDraft
from app.services.spending.amendment_life import (
    authorise_amendment,
    refuse_amendment,
    submit_amendment,
    tell_amendment,
)
from app.services.spending.amendments import amendment_rows, laid_amendment, load_amendment, save_amendment
from app.services.spending.budget_requests import request_rows
from app.services.spending.payments import (
    PaymentDraft,
    RecoveryDraft,
    payment_rows,
    receive_recovery,
    release_payment,
    save_payment,
)
from app.services.spending.rescalings import (
    RescalingDraft,
    adopt_rescaling,
    laid_rescaling,
    save_rescaling,
)
from app.services.wording.texts import translator
from tests.services.builders import edits
from tests.services.sitting import DAY, Sitting, build_sitting, open_sitting
from tests.services.spending_world import give_plans
from tests.services.watching import Broken, Watch
from tests.services.watching_amendments import AmendmentWatch
from tests.services.world import new_store, settle_clock

STEPS = 100
"""Steps of one history."""

IT = translator("it")


class History:
    """A plan that is lived through by chance.

    Attributes:
        done: how often each kind of step was taken; refused ones with the code of the refusal.
    """

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self.rng = store, random.Random(seed)
        self.sitting: Sitting = build_sitting(store)
        give_plans(store, self.sitting, amendments=self._amendment_rules())
        self.day = DAY
        self.watch, self.plans = Watch(), AmendmentWatch()
        self.done: Counter[str] = Counter()
        self._look()

    def step(self) -> None:
        """Do something by chance, and look.

        Raises:
            Broken: an invariant does not hold, or a refusal left something behind.
        """
        kind = self.rng.choices([each for each, _weight in KINDS], [weight for _each, weight in KINDS])[0]
        self.day += timedelta(days=self.rng.randrange(3))
        before = edits(self.store)
        try:
            kind(self)
        except AppError as refused:
            self.done[f"{kind.__name__}: {refused.code}"] += 1
            if kind in ONE_GESTURE and edits(self.store) != before:
                raise Broken("a refusal left something behind", kind.__name__, refused.code) from refused
        else:
            self.done[kind.__name__] += 1
        self._look()

    def _look(self) -> None:
        self.watch.look(self.store)
        self.plans.look(self.store)

    # --- meetings -------------------------------------------------------------------------

    def allocate(self) -> None:
        """Money for some areas."""
        picked = self._some(list(self.sitting.areas.values()))
        amounts = tuple(AreaAmount(key, self._cents(self._on_sources() // len(picked))) for key in picked)
        self._decide(DecisionDraft(kind=DecisionKind.ALLOCATION, area_amounts=amounts))

    def award(self) -> None:
        """Money for some projects."""
        left = {row.subject_id: row.balance for row in balances(self.store)}
        limits = {row.id: left.get(row.area_id, 0) // 2 for row in proposal_rows(self.store)}
        self._decide(DecisionDraft(kind=DecisionKind.AWARD, project_amounts=self._project_amounts(limits)))

    def share(self) -> None:
        """A residue shared among areas and then projects, by some rule."""
        rng, sitting = self.rng, self.sitting
        funded = sorted({str(row.area_id) for row in proposal_rows(self.store) if row.state in FUNDED_STATES})
        picked = self._some(funded if funded and rng.random() < 0.9 else list(sitting.areas.values()))
        areas = tuple(SplitArea(key, weight=rng.randrange(1, 90)) for key in picked)
        projects = tuple(SplitProject(key, weight=rng.randrange(1, 90)) for key in sitting.proposals.values())
        rules = (AllocationRule.EQUAL, AllocationRule.WEIGHTS, AllocationRule.MIXED)
        split = SplitDraft(
            total=self._cents(self._on_sources()),
            areas=areas,
            projects=projects,
            rule=rng.choice(rules),
            inner_rule=rng.choice(rules),
            equal_share=rng.randrange(101),
            inner_equal_share=rng.randrange(101),
            pot=rng.choice((PotKind.RESIDUE, PotKind.PREMIUM, PotKind.SAVINGS)),
            tie=tuple(rng.sample([area.area_id for area in areas if area.area_id], len(areas))),
        )
        self._decide(DecisionDraft(kind=DecisionKind.RESIDUE, split=split))

    def save_up(self) -> None:
        """Savings of projects go back to their areas."""
        self._decide(DecisionDraft(kind=DecisionKind.SAVINGS, project_amounts=self._project_amounts(self._awarded())))

    def revoke(self) -> None:
        """Grants are taken back, in part or whole."""
        whole = self._awarded()
        amounts = self._project_amounts(whole)
        if self.rng.random() < 0.2:
            amounts = tuple(replace(row, amount=Cents(whole[str(row.proposal_id)])) for row in amounts)
        self._decide(DecisionDraft(kind=DecisionKind.REVOCATION, project_amounts=amounts))

    def rescale(self) -> None:
        """Requests of an area are cut to fit, and the cut becomes a decision."""
        area_id = self.sitting.areas[self.rng.choice(("A.3", "A.3", "A.1"))]
        draft = laid_rescaling(self.store, RescalingDraft(area_id=area_id, name="Taglio", total=self._cents()))
        made = save_rescaling(self.store, draft).id
        meeting = open_sitting(self.store, self.sitting, "Riparametrazione", day=self.day)
        assert meeting.id is not None
        adopt_rescaling(self.store, made, meeting.items[0].id, IT)
        close_meeting(self.store, meeting.id, "12:00")

    def _decide(self, draft: DecisionDraft) -> None:
        """Take a decision at a meeting of its own, and close it; sometimes it stays open."""
        meeting = open_sitting(self.store, self.sitting, "Punto", day=self.day)
        assert meeting.id is not None
        try:
            save_decision(self.store, replace(draft, agenda_item_id=meeting.items[0].id, subject="Delibera", text="x"))
        finally:
            close_meeting(self.store, meeting.id, "12:00")

    # --- between meetings -----------------------------------------------------------------

    def receive(self) -> None:
        """A new source, whose money comes in."""
        act = act_rows(self.store)[0].id
        draft = SourceDraft(kind=SourceKind.VARIABLE, name="Nuova", amount=self._cents(), act_id=act)
        receive_source(self.store, save_source(self.store, draft).id, self.day)

    def receive_again(self) -> None:
        """Money of a source that may have come in already, or that is not due."""
        receive_source(self.store, self.rng.choice(list(self.sitting.sources.values())), self.day)

    def take_back(self) -> None:
        """A movement is reversed, by its own decision."""
        row = self.rng.choice(transfer_rows(self.store))
        reverse_transfer(self.store, ReversalDraft(row.id, self.day, "Storno", row.decision_id))

    def hold(self) -> None:
        """Money of an account is reserved."""
        account = self.rng.choice(balances(self.store))
        reserve(
            self.store,
            ReservationDraft(account.id, self._cents(account.balance), self.day, "Riserva", self._decision()),
        )

    def use(self) -> None:
        """Reserved money is used, or given back."""
        held = [row for row in transfer_rows(self.store) if row.kind == "reservation"]
        if held:
            row = self.rng.choice(held)
            account = self.rng.choice(balances(self.store)).id
            amount = None if self.rng.random() < 0.4 else self._cents(row.cents)
            verb = self.rng.choice((settle_reservation, release_reservation))
            verb(self.store, UseDraft(row.id, account, amount, self.day, "Uso"))

    def go_on(self) -> None:
        """A project accepts, starts, renounces or ends."""
        row = self.rng.choice(proposal_rows(self.store))
        later = (ProposalState.ACCEPTED, ProposalState.STARTED, ProposalState.STARTED, ProposalState.CONCLUDED)
        set_proposal_state(self.store, row.id, self.rng.choice(later))

    def ask_payment(self) -> None:
        """A payment to a project is entered."""
        key = self.rng.choice(list(self.sitting.proposals.values()))
        amount = self._cents(self._awarded()[key] // 2)
        save_payment(self.store, PaymentDraft(proposal_id=key, amount=amount, act="Det. 1", act_day=self.day))

    def pay(self) -> None:
        """A payment that was entered is released."""
        rows = [row for row in payment_rows(self.store) if row.state == "entered"]
        if rows:
            release_payment(self.store, self.rng.choice(rows).id, self.day)

    def recover(self) -> None:
        """Paid money comes back."""
        key = self.rng.choice(list(self.sitting.proposals.values()))
        amount = None if self.rng.random() < 0.5 else self._cents()
        receive_recovery(self.store, RecoveryDraft(key, amount, self.day, "Recupero"))

    def amend(self) -> None:
        """Money moves between items of a running project; sometimes it is not handed in yet."""
        draft = self._begun_amendment()
        lines = list(draft.lines)
        section = self.rng.choice((BudgetSection.COSTS, BudgetSection.COSTS, BudgetSection.CONTRIBUTION))
        places = [i for i, line in enumerate(lines) if line.section is section]
        given, received = self.rng.choice(places), self.rng.choice(places)
        if self.rng.random() < 0.3 or given == received:
            lines.append(AmendmentLineDraft(None, section, "other", f"Voce {self.rng.randrange(3)}", after=Cents(0)))
            received = len(lines) - 1
        cents = max(1, (lines[given].after or 0) * self.rng.choice((1, 3, 7, 10, 11, 20, 40, 100)) // 100)
        for place, change in ((given, -cents), (received, cents)):
            lines[place] = replace(lines[place], after=Cents((lines[place].after or 0) + change))
        key = save_amendment(self.store, replace(draft, lines=tuple(lines))).id
        if self.rng.random() < 0.8:
            submit_amendment(self.store, key)

    def _begun_amendment(self) -> AmendmentDraft:
        """A new amendment of a running project, or one that was put aside, on the plan as it stands."""
        aside = [row.id for row in amendment_rows(self.store) if row.state is AmendmentState.DRAFT]
        if aside and self.rng.random() < 0.5:
            begun = load_amendment(self.store, self.rng.choice(aside))
            return laid_amendment(self.store, replace(begun, day=self.day, lines=()))
        draft = AmendmentDraft(proposal_id=self._project(), day=self.day, reason="Meno ore")
        return laid_amendment(self.store, draft)

    def settle_amendment(self) -> None:
        """An amendment is told, authorised or refused, or handed in at last."""
        rows = [row for row in amendment_rows(self.store) if row.date_settled is None]
        if not rows:
            return
        row = self.rng.choice(rows)
        if row.state is AmendmentState.TO_TELL:
            tell_amendment(self.store, row.id, self.day)
        elif row.state in AMENDMENTS_TO_DECIDE and self.rng.random() < 0.7:
            authorise_amendment(self.store, row.id, self.day, self._decision())
        elif row.state in AMENDMENTS_TO_DECIDE:
            refuse_amendment(self.store, row.id, self.day, self._decision(), "Manca il motivo")
        else:
            submit_amendment(self.store, row.id)

    def slip(self) -> None:
        """Somebody tries to move money between items of a running project by a new version, without an amendment."""
        asked = {row.proposal_id for row in request_rows(self.store)}
        rows = proposal_rows(self.store)
        running = [row.id for row in rows if row.state in FUNDED_STATES and row.id not in asked]
        if not running:
            return
        key = self.rng.choice(running)
        reopen_proposal(self.store, key, "Correzione")
        try:
            draft = load_proposal(self.store, key)
            first, second, *others = draft.items
            less = replace(first, amount=Cents((first.amount or 0) - 1))
            more = replace(second, amount=Cents((second.amount or 0) + 1))
            save_proposal(self.store, replace(draft, items=(less, more, *others)))
        finally:
            close_version(self.store, key)

    def undo_last(self) -> None:
        """The last gesture that can be is taken back."""
        found = last_undoable(self.store)
        if found is not None:
            undo(self.store, found.number)

    # --- by chance ------------------------------------------------------------------------

    def _cents(self, limit: int = 0) -> Cents:
        """An amount, mostly within a limit; else small or large, whatever there is."""
        if limit > 0 and self.rng.random() < 0.85:
            return Cents(self.rng.randrange(1, limit + 1))
        largest = self.rng.choice((9, 999, 99_999, 4_000_000, 15_000_000))
        return Cents(self.rng.randrange(1, largest + 1))

    def _some(self, keys: list[str]) -> list[str]:
        return self.rng.sample(keys, self.rng.randrange(1, len(keys) + 1))

    def _project_amounts(self, limits: Mapping[str, int]) -> tuple[ProjectAmount, ...]:
        """Amounts for some projects: mostly for those that have a limit above zero."""
        rich = [key for key, limit in limits.items() if limit > 0]
        picked = self._some(rich if rich and self.rng.random() < 0.9 else list(limits))
        return tuple(ProjectAmount(key, self._cents(limits[key])) for key in picked)

    def _on_sources(self) -> int:
        return sum(row.balance for row in balances(self.store) if row.kind is AccountKind.SOURCE)

    def _awarded(self) -> dict[str, int]:
        return {row.id: row.awarded for row in proposal_rows(self.store)}

    def _project(self) -> str:
        """A running project; where there is none, any proposal."""
        rows = proposal_rows(self.store)
        return self.rng.choice([row.id for row in rows if row.state in FUNDED_STATES] or [row.id for row in rows])

    def _amendment_rules(self) -> tuple[AmendmentRuleDraft, ...]:
        """What the call says of amendments: mostly something."""
        rng = self.rng
        duties = rng.choice(((), (AmendmentDuty.TELL, AmendmentDuty.AUTHORISE), tuple(AmendmentDuty)))
        return tuple(
            AmendmentRuleDraft(
                share_max=f"{rng.choice((5, 10, 20, 30))} %",
                limit_base=rng.choice(list(LimitBase)),
                span=rng.choice(list(LimitSpan)),
                duty=duty,
            )
            for duty in duties
        )

    def _decision(self) -> str | None:
        moved = [row.decision_id for row in transfer_rows(self.store) if row.decision_id]
        return self.rng.choice(moved) if moved else None


KINDS: tuple[tuple[Callable[[History], None], int], ...] = (
    (History.allocate, 12),
    (History.award, 14),
    (History.share, 12),
    (History.save_up, 5),
    (History.revoke, 4),
    (History.rescale, 5),
    (History.receive, 8),
    (History.receive_again, 1),
    (History.take_back, 7),
    (History.hold, 5),
    (History.use, 6),
    (History.go_on, 8),
    (History.ask_payment, 8),
    (History.pay, 6),
    (History.recover, 4),
    (History.amend, 9),
    (History.settle_amendment, 5),
    (History.slip, 2),
    (History.undo_last, 3),
)
"""Every kind of step, and how often it is taken."""

ONE_GESTURE = frozenset(
    {History.receive_again, History.take_back, History.hold, History.use, History.go_on}
    | {History.ask_payment, History.pay, History.recover, History.settle_amendment, History.undo_last}
)
"""Steps that are one verb: what is refused must leave nothing behind."""


def live(folder: Path, seed: int, steps: int, *, whole_every: int = 200) -> History:
    """A history from its seed.

    Args:
        whole_every: after how many steps the whole archive is verified too; it is at the end.

    Raises:
        Broken: an invariant does not hold.
    """
    with new_store(folder, f"storia-{seed}.concilia") as store:
        settle_clock(store)
        history = History(store, seed)
        for number in range(1, steps + 1):
            history.step()
            if number % whole_every == 0 or number == steps:
                broken = [found for found in verify(store, IT).invariants if not found.ok]
                if broken:
                    raise Broken([(found.code, found.broken[:3]) for found in broken])
        return history


def main(steps: int) -> None:
    """Live as many steps, and say what came of them."""
    done: Counter[str] = Counter()
    moved = shared = amended = taken = 0
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as temporary:
        for seed in range(1, -(-steps // STEPS) + 1):
            length = min(STEPS, steps - taken)
            try:
                history = live(Path(temporary), seed, length)
            except Broken as broken:
                print(f"seed {seed}: {broken}")
                raise SystemExit(1) from broken
            taken += length
            moved += history.watch.transfers
            shared += history.watch.allocations
            amended += history.plans.seen
            done += history.done
            spent = time.process_time() - begun
            print(
                f"seed {seed}: {taken} steps, {moved} transfers, {shared} splits, {amended} amendments, {spent:.0f} s",
                flush=True,
            )
    for name, count in sorted(done.items()):
        print(f"{count:6} {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
