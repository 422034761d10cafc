"""What must always hold, verified over all records: after a merge, before minutes are approved, and when a user asks.

Nothing that is kept is believed: balances are summed, splits are shared, quorums are counted and hashes are made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from app.models.errors import EnvironmentFailed
from app.models.journal import head_text
from app.models.store import Store, translated
from app.services.integrity import handed_in, meetings, money, rankings, records, scores, spending, vouchers
from app.services.integrity.context import Context
from app.services.ports import SILENT, Progress
from app.services.wording.texts import N_, Translator

SENTENCES_MAX = 50
"""Most sentences told of one invariant; how many more there are is said in the last."""

Check = Callable[[Context], Iterator[str]]


@dataclass(frozen=True)
class Invariant:
    """Something that must always hold.

    Attributes:
        title: what holds, to be translated.
        checks: each yields a sentence for each thing that breaks it.
    """

    code: str
    title: str
    checks: tuple[Check, ...] = ()


# Those without a check are about records that this release does not keep: they hold over nothing.
INVARIANTS = (
    Invariant(
        "I1",
        N_("Debits equal credits; the sum of all accounts is what the sources brought in."),
        (money.unbalanced_transfers, money.kept_balances, money.kept_days, money.money_brought_in),
    ),
    Invariant(
        "I2",
        N_("No account is below zero; none is above its ceiling."),
        (money.below_zero, money.above_ceiling, money.wrong_paths),
    ),
    Invariant(
        "I3",
        N_("The parts of each split sum to its total; each part is within one cent of its exact share."),
        (money.wrong_splits,),
    ),
    Invariant(
        "I4",
        N_("Each transfer names a decision in force; each decision was taken in a meeting, with its quorum."),
        (
            money.transfers_without_decision,
            money.transfers_beside_decision,
            meetings.decisions_without_quorum,
            spending.payments_beside_ledger,
            spending.recoveries_beside_decisions,
        ),
    ),
    Invariant(
        "I5",
        N_("Who is in conflict on an item does not vote on it and is not counted in its quorum."),
        (meetings.votes_in_conflict, rankings.scores_in_conflict),
    ),
    Invariant(
        "I6",
        N_("Scores lie within their criterion; a ranking is reproduced from its inputs."),
        (rankings.rankings_beside_inputs, scores.scores_outside),
    ),
    Invariant(
        "I7",
        N_("Meetings and decisions are numbered without gaps; approved minutes and closed versions never change."),
        (
            meetings.gaps_in_numbers,
            meetings.changed_minutes,
            handed_in.changed_versions,
            handed_in.changed_proposals,
            spending.amendments_beside_plans,
            spending.wrong_final_grants,
        ),
    ),
    Invariant(
        "I8",
        N_("The journal is a chain without breaks; every record is as its last edit left it."),
        (records.broken_chain, records.orphan_payloads, records.records_beside_journal),
    ),
    Invariant(
        "I9",
        N_("Vouchers: no gaps in the numbers, used within what was issued, settled within what was used."),
        (
            vouchers.wrong_numbers,
            vouchers.wrong_uses,
            vouchers.wrong_settlements,
            vouchers.wrong_holdings,
            vouchers.money_without_voucher,
            vouchers.reservations_without_voucher,
            vouchers.paid_twice,
        ),
    ),
    Invariant(
        "I10",
        N_("The file is whole and guarded; every reference resolves; every document is the one that came in."),
        (records.file_damage, handed_in.changed_documents),
    ),
)


@dataclass(frozen=True)
class InvariantResult:
    """What became of one invariant.

    Attributes:
        title: what must hold, to be translated.
        broken: a sentence for each thing that breaks it, in the language that was asked for; empty when it holds.
    """

    code: str
    title: str
    ok: bool
    broken: tuple[str, ...]


@dataclass(frozen=True)
class Verification:
    """What became of all invariants, in their order.

    Attributes:
        journal_head: as printed on documents; empty when the journal cannot be read.
    """

    ok: bool
    invariants: tuple[InvariantResult, ...]
    journal_head: str


def verify(store: Store, tr: Translator, progress: Progress = SILENT) -> Verification:
    """Verify all invariants over one state of the archive.

    Args:
        tr: language of the sentences.
        progress: told of each check.
    """
    results = []
    done, total = 0, sum(len(invariant.checks) for invariant in INVARIANTS)
    with store.read() as session:
        context = Context(session, tr)
        for invariant in INVARIANTS:
            broken: list[str] = []
            for check in invariant.checks:
                progress.step(done, total)
                broken += _sentences(store, check, context)
                done += 1
            results.append(InvariantResult(invariant.code, invariant.title, not broken, tuple(broken)))
        progress.step(done, total)
    return Verification(all(result.ok for result in results), tuple(results), _head(store))


def _sentences(store: Store, check: Check, context: Context) -> list[str]:
    """The first sentences of a check; one that says so when the file is too damaged to be read.

    Raises:
        EnvironmentFailed: "disk.full", "archive.busy": they say nothing of what is in the file.
    """
    told: list[str] = []
    try:
        with translated(store.path):
            found = check(context)
            told.extend(islice(found, SENTENCES_MAX))
            more = sum(1 for _sentence in found)
    except EnvironmentFailed as failure:
        if failure.code in ("disk.full", "archive.busy"):
            raise
        told.append(context.tr("The file is damaged: this could not be read to the end."))
        return told
    if more:
        told.append(context.tr.plural("… and one more.", "… and {n} more.", more).format(n=more))
    return told


def _head(store: Store) -> str:
    try:
        with store.read() as session:
            return head_text(session)
    except EnvironmentFailed:
        return ""
