"""Rules of calls as findings, and findings that somebody lets stand with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.models.enums import BudgetSection, CostCategory, OrganisationKind, ProposalState, Severity
from app.models.errors import RuleBroken
from app.models.money import Cents
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls.calls import CallDraft, save_call
from app.services.calls.checks import Outcome
from app.services.calls.facts import draft_results, proposal_results
from app.services.calls.gate import require_rules_kept
from app.services.calls.rules import load_current_rules, save_rules
from app.services.calls.rules_drafts import DocumentDraft, FundedAreaDraft
from app.services.children import get_row
from app.services.documents.documents import DocumentOwner, add_document
from app.services.findings import Finding, check, open_findings
from app.services.findings.acceptance import accept_finding, withdraw_acceptance
from app.services.journal.journal import recent
from app.services.journal.undo import undo
from app.services.network.alliances import PartnerDraft, load_alliance, save_alliance
from app.services.plan.funding import load_area, save_area
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.proposals import load_proposal, save_proposal
from app.services.proposals.states import move_proposal, set_proposal_state, submit_proposal
from app.services.proposals.versions import close_version, reopen_proposal
from app.services.reports.finding_tables import findings_table
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_proposal, an_area, an_organisation, refusal
from tests.services.world import NOON, World

EN, IT = translator("en"), translator("it")
DAY = date(2022, 7, 1)


@pytest.fixture
def proposal(store: Store) -> str:
    """A received proposal of 80.00 and 20.00, of a call that asks for 30 % of co-financing and 70.00 at most."""
    a_plan(store)
    area_id = an_area(store, amount_planned=Cents(90_00))
    call_id = save_call(store, CallDraft(title="Avviso 2022")).id
    rules = load_current_rules(store, call_id)
    areas = (FundedAreaDraft(area_id=area_id, amount=Cents(100_00)),)
    save_rules(
        store,
        replace(
            rules, cofinancing_min="30", grant_max=Cents(70_00), amount_total=Cents(101_00), areas=areas, months_max=9
        ),
    )
    return a_proposal(store, call_id=call_id, area_id=area_id, date_received=DAY, protocol="1/2022")


def of_call(store: Store) -> dict[str, Finding]:
    return {found.code: found for found in check(store, EN) if found.code.startswith("call.")}


def test_broken_rules_of_received_proposals_are_findings(store: Store, proposal: str) -> None:
    assert set(of_call(store)) == {"call.area_planned", "call.total"}, "a draft is still being typed"
    submit_proposal(store, proposal)
    found = of_call(store)
    assert set(found) == {"call.area_planned", "call.total", "call.cofinancing_min", "call.grant_max"}
    share, grant = found["call.cofinancing_min"], found["call.grant_max"]
    assert (share.declared, share.computed, share.difference) == ("30.00", "20.00", "10.00")
    assert share.sentence == (
        "Project no. 1 “Noi famiglie”. Co-financing is 20,00\u00a0% of the total cost; the call asks for 30,00\u00a0%"
        " at least. With this grant 14,29\u00a0€ of co-financing is missing."
    )
    assert (grant.declared, grant.computed, grant.difference) == ("70.00", "80.00", "-10.00")
    assert (grant.severity, grant.subject_id) == (Severity.ERROR, proposal)
    assert grant.where == ("rules of the call, version 1", "proposal")
    assert (found["call.area_planned"].declared, found["call.area_planned"].computed) == ("100.00", "90.00")
    assert (found["call.total"].declared, found["call.total"].computed) == ("101.00", "100.00")


def test_findings_go_with_what_they_are_about(store: Store, proposal: str) -> None:
    submit_proposal(store, proposal)
    area_id = load_proposal(store, proposal).area_id or ""
    save_area(store, replace(load_area(store, area_id), amount_planned=Cents(100_00)))
    assert "call.area_planned" not in of_call(store)


def test_results_of_a_draft_follow_what_is_typed(store: Store, proposal: str) -> None:
    draft = load_proposal(store, proposal)
    broken = {row.code for row in draft_results(store, draft, EN) if row.outcome is Outcome.FAILED}
    assert broken == {"call.cofinancing_min", "call.grant_max"}
    own = BudgetItemDraft(section=BudgetSection.CONTRIBUTION, category=CostCategory.OTHER, amount=Cents(30_00))
    items = (BudgetItemDraft(amount=Cents(70_00)), own)
    typed = replace(draft, items=items, duration_months=10)
    results = {row.code: row.outcome for row in draft_results(store, typed, EN)}
    assert results["call.cofinancing_min"] is results["call.grant_max"] is Outcome.PASSED
    assert results["call.months_max"] is Outcome.FAILED
    save_proposal(store, typed)
    assert {row.code: row.outcome for row in proposal_results(store, proposal, EN)} == results
    assert draft_results(store, replace(draft, call_id=None), EN) == ()


# --- accepted ----------------------------------------------------------------------------


def test_a_finding_is_accepted_with_a_reason_and_opened_again(store: Store, proposal: str) -> None:
    submit_proposal(store, proposal)
    found = of_call(store)["call.grant_max"]
    assert refusal(accept_finding, store, found.key, " ") == ("field.required", "reason")
    assert refusal(accept_finding, store, "call.grant_max|x|1|2", "Perché") == ("finding.not_found", None)
    assert refusal(withdraw_acceptance, store, found.key) == ("finding.not_accepted", None)
    accept_finding(store, found.key, "Deroga motivata")
    accepted = of_call(store)["call.grant_max"]
    assert accepted.status == "accepted"
    assert accepted.accepted is not None
    assert (accepted.accepted.reason, accepted.accepted.accepted_by) == ("Deroga motivata", "anna")
    assert accepted.accepted.accepted_at == NOON
    assert accepted.as_json()["accepted"] == {
        "by": "anna",
        "at": NOON.isoformat(),
        "reason": "Deroga motivata",
        "decision": "",
    }
    assert accepted not in open_findings(check(store, EN))
    assert check(store, EN)[-1] == accepted, "accepted ones come last"
    assert refusal(accept_finding, store, found.key, "Ancora") == ("finding.accepted", None)
    withdraw_acceptance(store, found.key)
    assert of_call(store)["call.grant_max"] == found
    undo(store, recent(store)[0].number)
    assert of_call(store)["call.grant_max"].status == "accepted"


def test_an_acceptance_holds_for_the_two_values_alone(store: Store, proposal: str) -> None:
    submit_proposal(store, proposal)
    found = of_call(store)["call.area_planned"]
    accept_finding(store, found.key, "Va bene")
    area_id = load_proposal(store, proposal).area_id or ""
    area = load_area(store, area_id)
    save_area(store, replace(area, amount_planned=Cents(95_00)))
    assert of_call(store)["call.area_planned"].status == "open"
    save_area(store, replace(area, amount_planned=Cents(90_00)))
    assert of_call(store)["call.area_planned"].status == "accepted"


def test_an_acceptance_may_name_a_decision_in_force(store: Store, world: World) -> None:
    area = load_area(store, world.area_record)
    save_area(store, replace(area, amount_planned=Cents(90_00)))
    call_id = save_call(store, CallDraft(title="Avviso 2022")).id
    areas = (FundedAreaDraft(area_id=world.area_record, amount=Cents(100_00)),)
    save_rules(store, replace(load_current_rules(store, call_id), areas=areas))
    key = of_call(store)["call.area_planned"].key
    assert refusal(accept_finding, store, key, "Sì", world.pending) == ("decision.pending", None)
    accept_finding(store, key, "Sì", world.in_force)
    accepted = of_call(store)["call.area_planned"].accepted
    assert accepted is not None
    assert accepted.decision == "1/2014"
    table = findings_table(check(store, IT), IT)
    (row,) = table.body()
    status = next(column for column in table.columns if column.key == "status")
    assert status.value(row) == "accettata da anna il 31/03/2014 14:00: Sì (deliberazione 1/2014)"
    assert table.subtitle == "0 quadrature aperte, 1 accettata"


def test_nobody_is_admitted_past_a_blocking_rule_that_was_not_accepted(store: Store, proposal: str) -> None:
    submit_proposal(store, proposal)
    with pytest.raises(RuleBroken) as caught:
        set_proposal_state(store, proposal, ProposalState.ADMISSIBLE)
    assert (caught.value.code, caught.value.values["n"]) == ("proposal.rules_broken", 2)
    accept_finding(store, of_call(store)["call.cofinancing_min"].key, "Deroga")
    assert refusal(set_proposal_state, store, proposal, ProposalState.ADMISSIBLE) == ("proposal.rules_broken", None)
    accept_finding(store, of_call(store)["call.grant_max"].key, "Deroga")
    set_proposal_state(store, proposal, ProposalState.ADMISSIBLE)
    assert load_proposal(store, proposal).state is ProposalState.ADMISSIBLE


def test_who_is_not_admitted_needs_no_rule_to_be_kept(store: Store, proposal: str) -> None:
    submit_proposal(store, proposal)
    set_proposal_state(store, proposal, ProposalState.NOT_ADMISSIBLE)
    assert load_proposal(store, proposal).state is ProposalState.NOT_ADMISSIBLE


# --- where the facts come from -----------------------------------------------------------


def test_papers_count_whether_the_proposal_has_them_or_its_alliance(
    store: Store, proposal: str, tmp_path: Path
) -> None:
    draft = load_proposal(store, proposal)
    rules = load_current_rules(store, draft.call_id or "")
    papers = (DocumentDraft(code="MODULO", name="Modulo"), DocumentDraft(code="ACCORDO", name="Accordo"))
    save_rules(store, replace(rules, documents=papers))

    def missing() -> set[str]:
        results = proposal_results(store, proposal, EN)
        return {row.part for row in results if row.code == "call.document" and row.outcome is Outcome.FAILED}

    assert missing() == {"MODULO", "ACCORDO"}
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n")
    add_document(store, DocumentOwner(proposal_id=proposal), pdf, requirement="MODULO")
    assert missing() == {"ACCORDO"}
    add_document(store, DocumentOwner(alliance_id=draft.alliance_id), pdf, requirement="ACCORDO")
    assert missing() == set()


def test_a_call_without_rules_asks_nothing(store: Store, world: World) -> None:
    assert proposal_results(store, world.proposal, EN) == ()
    assert draft_results(store, load_proposal(store, world.proposal), EN) == ()
    with store.read() as session:
        require_rules_kept(session, get_row(session, Proposal, world.proposal))  # and nothing is refused


def test_bodies_are_counted_over_the_proposals_of_their_call(store: Store, proposal: str) -> None:
    body = an_organisation(store, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY)
    draft = load_proposal(store, proposal)
    alliance = load_alliance(store, draft.alliance_id or "")
    save_alliance(store, replace(alliance, lead_id=body, partners=(PartnerDraft(organisation_id=body, delivery=True),)))
    rules = load_current_rules(store, draft.call_id or "")
    save_rules(store, replace(rules, lead_max=1, join_max=1, bodies_min=2, cofinancing_min="", grant_max=None))
    second = a_proposal(store, call_id=draft.call_id, area_id=draft.area_id, date_received=DAY, protocol="2/2022")

    def broken(key: str) -> dict[str, object]:
        results = proposal_results(store, key, EN)
        return {row.code: row.found for row in results if row.outcome is Outcome.FAILED}

    assert broken(proposal) == {"call.bodies_min": 1}, "a draft does not count against another one"
    submit_proposal(store, second)
    assert broken(proposal) == {"call.bodies_min": 1, "call.lead_max": 2, "call.join_max": 2}
    submit_proposal(store, proposal)
    assert broken(second) == broken(proposal) == {"call.bodies_min": 1, "call.lead_max": 2, "call.join_max": 2}


def test_what_was_changed_after_it_was_admitted_is_judged_again_before_it_is_funded(
    store: Store, proposal: str
) -> None:
    draft = load_proposal(store, proposal)
    own = BudgetItemDraft(section=BudgetSection.CONTRIBUTION, category=CostCategory.OTHER, amount=Cents(30_00))
    good = (BudgetItemDraft(category=CostCategory.OTHER, amount=Cents(70_00)), own)
    save_proposal(store, replace(draft, items=good))
    submit_proposal(store, proposal)
    set_proposal_state(store, proposal, ProposalState.ADMISSIBLE)
    reopen_proposal(store, proposal, "Rimodulazione")
    more = replace(good[0], amount=Cents(75_00))
    save_proposal(store, replace(load_proposal(store, proposal), items=(more, own)))
    close_version(store, proposal)

    def fund() -> None:
        with store.write("close_meeting") as session:
            move_proposal(session, get_row(session, Proposal, proposal), ProposalState.FUNDED)

    with pytest.raises(RuleBroken) as refused:
        fund()
    assert (refused.value.code, refused.value.values["n"]) == ("proposal.rules_broken", 2)
    assert load_proposal(store, proposal).state is ProposalState.ADMISSIBLE
    for code in ("call.grant_max", "call.cofinancing_min"):
        accept_finding(store, of_call(store)[code].key, "Il comitato ne ha preso atto")
    fund()
    assert load_proposal(store, proposal).state is ProposalState.FUNDED
