"""The sample archive: the plan whole, its two meetings, every figure traced to a line or marked as sample data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import AccountKind, MeetingState, ProposalState, TransferKind
from app.models.errors import Cancelled, EnvironmentFailed, InvalidInput
from app.models.journal import Edit, broken_links, record_classes
from app.models.meetings import Minutes
from app.models.money import parse_cents, round_half_up
from app.models.plan import Declaration, FundingSource, PriorityArea
from app.models.proposals import BudgetItem, Proposal
from app.models.store import Store, file_faults, open_archive
from app.services.archive import new_archive
from app.services.decisions.decisions import allocation_views, decision_rows
from app.services.integrity import verify
from app.services.ledger.rows import recompute, transfer_rows
from app.services.meetings.meetings import meeting_rows
from app.services.network.agreements import agreement_rows
from app.services.network.alliances import alliance_rows, partner_rows
from app.services.network.duplicates import duplicate_rows
from app.services.network.registry import organisation_rows
from app.services.network.territory import district_rows, earlier_call_rows, municipality_rows
from app.services.plan.funding import area_rows, find_totals, source_rows
from app.services.plan.plan import act_rows, find_plan
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal
from app.services.sample import STEPS, read_sample, write_sample
from app.services.sharing.scenarios import compare_scenarios, pot_rows
from app.services.wording.texts import translator
from tests.services.forked import Say, Worker

STRUCTURE = {"account", "pot_source", "proposal_version", "action_objective", "budget"}
"""Tables whose rows say nothing of their own: accounts of records, links, versions that only hold items."""

INVENTED = {
    *("agenda_item", "allocation", "attendance", "ceiling", "committee", "conflict_declaration", "decision"),
    *("decision_ceiling", "decision_move", "decision_outcome", "follow_up", "meeting", "member", "minutes", "scenario"),
    *("transfer", "vote", "retention_class"),
    *("amendment", "amendment_line", "payment", "erratum", "erratum_line"),
    *("admissibility_check", "rules_item"),
    *("individual", "household", "household_member", "consent", "firm_budget", "payment_file"),
    *("voucher_programme", "programme_rules", "programme_band", "programme_document", "programme_indicator"),
    *("programme_place", "programme_provider", "programme_service", "programme_window"),
    *("voucher_request", "request_condition", "request_limit", "voucher", "voucher_use"),
    *("voucher_report", "voucher_report_line", "voucher_settlement", "voucher_settlement_line"),
}
"""Tables that hold what the text of the plan does not say."""


def sample_sources() -> dict[int, set[int]]:
    """Every amount of the files, in cents, by the line that it comes from."""
    found: dict[int, set[int]] = defaultdict(set)
    for amount, line in _amounts(read_sample()):
        found[line].add(amount)
    return found


def _amounts(node: Any) -> Iterator[tuple[int, int]]:
    if isinstance(node, list):
        for child in node:
            yield from _amounts(child)
    if isinstance(node, dict):
        for key, line_key in (("amount", "line"), ("ceiling", "ceiling_line"), ("value", "line")):
            if isinstance(node.get(key), str) and line_key in node:
                try:
                    yield parse_cents(node[key]), node[line_key]
                except InvalidInput:
                    continue
        for child in node.values():
            yield from _amounts(child)


# --- the plan ----------------------------------------------------------------------------


def test_plan_acts_and_money(sample: Store):
    plan = find_plan(sample)
    assert plan is not None
    assert (plan.territory, plan.duration_months, plan.date_start) == ("ASL Milano 1", 24, None)
    assert (len(plan.training), len(plan.figures), len(act_rows(sample))) == (6, 73, 15)
    sources = [(row.kind, row.amount, row.due, row.received, row.left) for row in source_rows(sample)]
    assert sources == [
        ("fixed", 254_510_00, True, 254_510_00, 0),
        ("residue", 169_672_62, True, 169_672_62, 0),
        ("premium", 63_627_00, False, 0, 0),
    ]
    planned = {row.code: row.amount_planned for row in area_rows(sample)}
    low = dict.fromkeys(["B.1", "B.2", "B.3", "B.4"])
    assert planned == {"A.1": 150_000_00, "A.2": 100_000_00, "A.3": 120_000_00} | low
    totals = find_totals(sample)
    assert (totals.initial, totals.in_all, totals.residue) == (424_182_62, 487_809_62, 54_182_62)


def test_territory(sample: Store):
    assert [(row.number, row.name) for row in district_rows(sample)] == [
        (1, "Garbagnate"),
        (2, "Rho"),
        (3, "Corsico"),
        (4, "Legnano"),
        (5, "Castano"),
        (6, "Magenta"),
        (7, "Abbiategrasso"),
    ]
    assert Counter(row.district for row in municipality_rows(sample)) == {"Garbagnate": 8, "": 7}
    (call,) = earlier_call_rows(sample)
    assert (call.received, call.admitted, call.funded, call.funded_by_district) == (61, 57, 21, 21)


def test_network(sample: Store):
    (agreement,) = agreement_rows(sample)
    assert (agreement.signatories_counted, agreement.date_counted) == (44, date(2014, 3, 31))
    alliances = alliance_rows(sample)
    assert [(row.number, row.short_name, row.partners, row.lead_is_partner) for row in alliances] == [
        (1, "Garbagnate", 18, False),
        (2, "Rho", 12, True),
        (3, "Legnano", 22, True),
        (4, "Castano", 8, True),
    ]
    seats = Counter(row.name for row in partner_rows(sample))
    assert (len(seats), seats["Redimec Snc"], seats["UIL CST Ovest Mi/Lo"]) == (55, 2, 2)
    assert len(organisation_rows(sample)) == 58
    assert duplicate_rows(sample) == (), "each body stands once; what is only similar is not proposed as one"
    assert all(row.design or row.coordination or row.delivery or row.verification for row in partner_rows(sample))


def test_proposals_to_the_cent(sample: Store):
    rows = proposal_rows(sample)
    assert [(row.number, row.area, row.grant, row.cofinancing, row.total) for row in rows] == [
        (1, "A.3", 69_800_00, 2_845_00, 72_645_00),
        (2, "A.2", 100_000_00, 67_428_00, 167_428_00),
        (3, "A.1", 150_000_00, 40_000_00, 190_000_00),
        (4, "A.3", 50_197_00, 57_550_00, 107_747_00),
    ]
    assert [(row.grant_declared, row.cofinancing_declared, row.total_declared) for row in rows] == [
        (row.grant, row.cofinancing, row.total) for row in rows
    ]
    assert [row.share_declared for row in rows] == ["3,86\u00a0%", "40,27\u00a0%", "21,05\u00a0%", "53,4\u00a0%"]
    drafts = [load_proposal(sample, row.id) for row in rows]
    parts = [(len(d.objectives), len(d.actions), len(d.targets), len(d.results), len(d.indicators)) for d in drafts]
    assert parts == [(4, 4, 3, 4, 4), (7, 7, 5, 3, 7), (1, 4, 2, 4, 6), (5, 3, 6, 3, 4)]
    assert [action.objectives for action in drafts[1].actions] == ["1", "2-3", "3", "4", "5-7", "6", "6-7"]
    assert all("dato di esempio" in draft.protocol for draft in drafts)


# --- the meetings ------------------------------------------------------------------------


def project_balances(store: Store, until: date) -> dict[str, int]:
    """Cents on each project, from the movements up to a day."""
    totals: Counter[str] = Counter()
    for transfer in transfer_rows(store):
        if transfer.day <= until:
            for line in transfer.lines:
                if line.kind is AccountKind.PROJECT:
                    totals[line.name] += line.cents
    return totals


def by_number(store: Store, balances: dict[str, int]) -> list[int]:
    return [balances[row.title] for row in proposal_rows(store)]


def test_balances_after_each_meeting(sample: Store):
    first = by_number(sample, project_balances(sample, date(2014, 6, 18)))
    assert first == [69_803_00, 100_000_00, 150_000_00, 50_197_00]
    second = by_number(sample, project_balances(sample, date(2014, 7, 9)))
    assert second == [78_833_44, 118_060_87, 168_060_88, 59_227_43]
    assert sum(second) == 424_182_62
    assert [row.awarded for row in proposal_rows(sample)] == second
    assert {row.code: row.ceiling for row in area_rows(sample) if row.ceiling} == {
        "A.1": 168_060_88,
        "A.2": 118_060_87,
        "A.3": 138_060_87,
    }
    assert [row.left for row in area_rows(sample)] == [0] * 7
    assert recompute(sample) == ()


def test_movements_name_what_allows_them(sample: Store):
    rows = transfer_rows(sample)
    assert Counter(row.kind for row in rows) == {
        TransferKind.FUNDING: 2,
        TransferKind.ALLOCATION: 3,
        TransferKind.AWARD: 4,
        TransferKind.RESIDUE: 7,
        TransferKind.PROVISION: 4 + 15,
        TransferKind.RESERVATION: 74,
        TransferKind.SETTLEMENT: 72,
    }
    assert all((row.kind is TransferKind.FUNDING) == (row.act_id is not None) for row in rows)
    assert all(bool(row.decision) == (row.act_id is None) for row in rows)


def test_first_minutes_are_approved_and_the_second_wait(sample: Store):
    second, first = meeting_rows(sample)
    assert (first.label, first.state, first.date_approved) == ("1/2014", MeetingState.APPROVED, date(2014, 7, 9))
    assert (second.label, second.state, second.date_approved) == ("2/2014", MeetingState.CLOSED, None)
    assert (first.items, first.decisions, first.present) == (7, 5, 6)
    assert (second.items, second.decisions, second.present) == (6, 3, 7)
    with sample.read() as session:
        (minutes,) = session.scalars(sa.select(Minutes)).all()
    assert minutes.meeting_id == first.id
    assert "dato di esempio" in minutes.content.casefold()
    labels = [row.label for row in sorted(decision_rows(sample), key=lambda row: int(row.label.split("/")[0]))]
    assert labels == [f"{number}/2014" for number in range(1, 9)]


def test_proposals_are_funded(sample: Store):
    whole, in_part = ProposalState.FUNDED, ProposalState.FUNDED_IN_PART
    assert [row.state for row in proposal_rows(sample)] == [in_part, whole, whole, in_part]
    with sample.read() as session:
        edits = Counter(session.scalars(sa.select(Edit.row_id).where(Edit.table_name == "proposal")))
    assert [edits[row.id] for row in proposal_rows(sample)] == [6, 6, 6, 6]


def test_nothing_is_broken(sample: Store):
    found = verify(sample, translator("en"))
    assert [row.code for row in found.invariants] == [f"I{number}" for number in range(1, 11)]
    assert [(row.code, row.broken) for row in found.invariants if not row.ok or row.broken] == []
    assert found.ok


def test_it_reads_as_history(sample: Store):
    with sample.read() as session:
        who = set(session.scalars(sa.select(Edit.made_by).distinct()))
        when = [row.made_at for row in session.scalars(sa.select(Edit).order_by(Edit.seq))]
        assert broken_links(session) == []
    assert who == {"Noemi Bazzarelli", "Ornella Vismaroli"}
    assert when == sorted(when)
    assert (when[0], when[-1]) == (datetime(2014, 4, 7, 7, tzinfo=UTC), datetime(2016, 3, 2, 9, tzinfo=UTC))


# --- where it comes from -----------------------------------------------------------------


UNSAID = {
    *("agreement_signature", "distinct_organisations", "organisation_contact", "organisation_office"),
    *("organisation_register", "attachment", "source_reservation", "import_receipt", "archive_user", "key_act"),
    *("call_act", "rules_cap", "rules_document", "rules_partners", "rules_seat", "rules_tie", "rules_tranche"),
    *("finding_acceptance", "rules_amendment", "budget_request", "decision_take", "expense", "expense_report"),
    *("absence", "committee_rule", "guest", "meeting_pause"),
    *(
        "criterion",
        "criterion_step",
        "score",
        "score_opening",
        "score_sheet",
        "scoring_grid",
        "ranking",
        "ranking_place",
    ),
    *("integration_point", "integration_request", "interest_conflict", "interest_declaration"),
    *("erasure", "restoration"),
    *("distinct_individuals", "letterhead", "omission", "paper", "signatory", "signature"),
    *("signed_copy", "text_template"),
}
"""Tables that the plan's text gives nothing for: it names no caps of its call, no papers, no tranches."""


def test_every_record_has_its_line_or_is_marked(sample: Store):
    with sample.read() as session:
        rows = {name: session.scalars(sa.select(model)).all() for name, model in record_classes().items()}
    silent = {name for name, found in rows.items() if any(not row.sample and row.source_line is None for row in found)}
    assert silent == STRUCTURE
    marked = {name for name, found in rows.items() if any(row.sample for row in found)}
    assert marked == INVENTED | {"account"}
    assert all(row.sample for name in INVENTED for row in rows[name])
    assert {name for name, found in rows.items() if not found} == UNSAID


def test_every_amount_is_followed_to_its_line(sample: Store):
    sources = sample_sources()
    with sample.read() as session:
        records = [
            *((row.amount, row.source_line) for row in session.scalars(sa.select(BudgetItem))),
            *((row.amount, row.source_line) for row in session.scalars(sa.select(FundingSource))),
            *((row.cents, row.source_line) for row in session.scalars(sa.select(Declaration)) if row.cents),
        ]
        declared = {
            (row.check, row.subject_id, row.cents): row.source_line for row in session.scalars(sa.select(Declaration))
        }
        for proposal in session.scalars(sa.select(Proposal)):
            for what in ("total", "grant", "cofinancing"):
                amount = getattr(proposal, f"{what}_declared")
                records.append((amount, declared[f"proposal.{what}", proposal.id, amount]))
        for area in session.scalars(sa.select(PriorityArea).where(PriorityArea.amount_planned.is_not(None))):
            records.append((area.amount_planned, declared["area.ceiling", area.id, area.amount_planned]))
    assert len(records) == 26 + 3 + 52 + 12 + 3
    assert [record for record in records if record[0] not in sources[record[1]]] == []


def test_budget_items_are_those_of_the_files(sample: Store):
    with sample.read() as session:
        kept = {(row.source_line, row.amount, row.label) for row in session.scalars(sa.select(BudgetItem))}
    costs = [row for name, doc in read_sample().items() if name.startswith("proposals/") for row in doc["costs"]]
    assert kept == {(row["line"], parse_cents(row["amount"]), row["label"]) for row in costs}
    assert len(costs) == len(kept) == 26


# --- whole or absent ---------------------------------------------------------------------


class Steps:
    """Progress that is noted, and cancelled at a step."""

    def __init__(self, cancel_at: int = -1) -> None:
        self.seen: list[tuple[int, int]] = []
        self.cancel_at = cancel_at

    def step(self, done: int, total: int) -> None:
        self.seen.append((done, total))
        if done == self.cancel_at:
            raise Cancelled


def test_progress_and_a_name_that_is_taken(tmp_path: Path):
    steps = Steps()
    write_sample(tmp_path / "a.concilia", steps)
    assert steps.seen == [(done, len(STEPS)) for done in range(len(STEPS) + 1)]
    with pytest.raises(EnvironmentFailed, match=r"archive\.exists"):
        write_sample(tmp_path / "a.concilia")
    with pytest.raises(Cancelled):
        write_sample(tmp_path / "b.concilia", Steps(cancel_at=3))
    assert {path.name for path in tmp_path.iterdir()} == {"a.concilia", "config"}


class Telling:
    """Progress that says each step to whoever may kill the process."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def step(self, done: int, total: int) -> None:
        self.say(str(done))


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["0", "1", "3", "6", "7", "8", "end"])
def test_killed_while_writing_it_is_whole_or_absent(tmp_path: Path, moment: str):
    path = tmp_path / "piano.concilia"

    def work(say: Say) -> None:
        write_sample(path, Telling(say))
        say("end")

    worker = Worker(work)
    while moment not in worker.heard:
        worker.hear(len(worker.heard) + 1)
    worker.kill()
    assert path.exists() or moment != "end"
    if path.exists():
        assert moment in ("8", "end")
        with open_archive(path) as store:
            assert file_faults(store) == []
            assert [row.awarded for row in proposal_rows(store)] == [78_833_44, 118_060_87, 168_060_88, 59_227_43]
    else:
        new_archive(path)
        assert path.exists()


# --- how its sums could be shared --------------------------------------------------------

READINGS = {
    "A": [9_030_44, 18_060_87, 18_060_88, 9_030_43],
    "B": [9_030_44, 18_060_87, 18_060_87, 9_030_44],
    "C": [8_786_37, 14_643_95, 21_965_93, 8_786_37],
    "D": [13_545_66, 13_545_66, 13_545_65, 13_545_65],
}
PREMIUM_READINGS = {
    "A": [15_906_75, 15_906_75, 15_906_75, 15_906_75],
    "B": [10_604_50, 21_209_00, 21_209_00, 10_604_50],
    "C": [12_003_66, 17_196_49, 25_794_73, 8_632_12],
    "D": [14_501_14, 19_309_89, 15_162_07, 14_653_90],
}


def test_its_scenarios_are_the_readings_of_the_plan(sample: Store):
    residue, premium = (compare_scenarios(sample, row.id) for row in pot_rows(sample))
    for comparison, wanted in ((residue, READINGS), (premium, PREMIUM_READINGS)):
        assert {result.letter: [row.amount for row in result.projects] for result in comparison.results} == wanted
        assert {sum(amounts) for amounts in wanted.values()} == {comparison.pot.total}
        assert all(result.sample for result in comparison.results)
    assert [result.adopted for result in residue.results] == ["7/2014", "", "", ""]
    assert {problem.code for result in premium.results for problem in result.problems} == {"split.source_not_due"}


def test_the_adopted_scenario_is_the_decision(sample: Store):
    residue = compare_scenarios(sample, pot_rows(sample)[0].id)
    views = allocation_views(sample, translator("en"))
    assert [view.allocation for view in views] == [view.allocation for view in residue.results[0].views]
    assert round_half_up(residue.results[0].projects[0].share_after or Fraction(0)) == Decimal("3.48")
    assert round_half_up(residue.results[0].share_after or Fraction(0)) == Decimal("28.35")
