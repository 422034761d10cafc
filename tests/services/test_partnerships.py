"""A partnership against the rules of calls, and where an organisation appears."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.models.enums import MemberRole, OrganisationKind, OrganisationSize, PartnerGroup
from app.models.store import Store
from app.services.calls.calls import CallDraft, save_call
from app.services.calls.checks import Outcome
from app.services.calls.partnerships import partnership_checks
from app.services.calls.rules import load_current_rules, save_rules
from app.services.calls.rules_drafts import LeadDraft, PartnersDraft, RulesDraft
from app.services.meetings.committees import CommitteeDraft, MemberDraft, save_committee
from app.services.network.agreements import AgreementDraft, SignatureDraft, save_agreement
from app.services.network.alliances import PartnerDraft
from app.services.network.organisation_drafts import OfficeDraft
from app.services.network.registry import delete_organisation
from app.services.network.ties import Tie, TieKind, organisation_ties
from app.services.proposals.states import submit_proposal
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_proposal, an_alliance, an_area, an_organisation, queries, refusal

EN = translator("en")


@pytest.fixture
def call(store: Store) -> str:
    """A call that asks for a public lead, three bodies, two micro firms, and each body once at most."""
    a_plan(store)
    key = save_call(store, CallDraft(title="Avviso")).id
    rules: RulesDraft = load_current_rules(store, key)
    save_rules(
        store,
        replace(
            rules,
            bodies_min=3,
            lead_max=1,
            join_max=2,
            leads=(LeadDraft(kind=OrganisationKind.PUBLIC_BODY),),
            partners=(PartnersDraft(counted=PartnerGroup.COMPANY, size_max=OrganisationSize.MICRO, number_min=2),),
        ),
    )
    return key


def firm(store: Store, name: str, size: OrganisationSize = OrganisationSize.MICRO) -> PartnerDraft:
    kind = OrganisationKind.COMPANY
    return PartnerDraft(organisation_id=an_organisation(store, name, kind=kind, size=size), delivery=True)


def failures(store: Store, alliance: str) -> list[str]:
    return [sentence for outcome, sentence in told(store, alliance) if outcome is Outcome.FAILED]


def told(store: Store, alliance: str) -> list[tuple[Outcome, str]]:
    return [(check.outcome, check.sentence) for check in partnership_checks(store, alliance, EN)]


def test_a_partnership_that_keeps_every_rule(store: Store, call: str) -> None:
    lead = an_organisation(store, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY)
    partners = (PartnerDraft(organisation_id=lead), firm(store, "Alfa"), firm(store, "Beta"))
    alliance = an_alliance(store, "Rho", lead_id=lead, partners=partners)
    checks = partnership_checks(store, alliance, EN)
    assert {check.outcome for check in checks} == {Outcome.PASSED}
    assert [check.call for check in checks] == ["", *["Avviso"] * 5]
    assert checks[0].sentence == "The lead body, «Comune di Rho», is among the partners."


def test_what_a_partnership_lacks_is_said_with_both_numbers(store: Store, call: str) -> None:
    lead = firm(store, "Alfa").organisation_id
    alliance = an_alliance(store, "Rho", lead_id=lead, partners=(firm(store, "Beta", OrganisationSize.UNKNOWN),))
    found = told(store, alliance)
    failed = [sentence for outcome, sentence in found if outcome is Outcome.FAILED]
    assert failed == [
        "The lead body, «Alfa», is not among the partners. Add it, with its roles, if it is a partner as well.",
        "The lead is Alfa (Company); by the call these may lead: Public body.",
        "The partnership has 2 bodies, lead included; the call asks for 3 at least: 1 missing.",
    ]
    (unknown,) = [sentence for outcome, sentence in found if outcome is Outcome.UNKNOWN]
    assert "Company" in unknown or "of a kind" in unknown, "the size of one firm is not known"


def test_nothing_is_said_of_a_lead_that_is_not_named(store: Store, call: str) -> None:
    alliance = an_alliance(store, "Rho")
    assert told(store, alliance)[0] == (Outcome.UNKNOWN, "No lead body is named yet.")
    assert refusal(partnership_checks, store, "gone", EN) == ("record.gone", None)


def test_a_body_leads_and_joins_as_often_as_the_call_allows(store: Store, call: str) -> None:
    lead = an_organisation(store, "Comune di Rho", kind=OrganisationKind.PUBLIC_BODY)
    shared = PartnerDraft(organisation_id=lead)
    alliances = [
        an_alliance(store, name, lead_id=lead, partners=(shared, firm(store, f"{name} 1"), firm(store, f"{name} 2")))
        for name in ("Uno", "Due", "Tre")
    ]
    area = an_area(store)
    received = date(2014, 4, 30)
    proposals = [
        a_proposal(store, title=key, alliance_id=key, area_id=area, date_received=received) for key in alliances[:2]
    ]
    assert failures(store, alliances[0]) == [], "drafts of others do not count"
    for key in proposals:
        submit_proposal(store, key)
    assert failures(store, alliances[0]) == ["Comune di Rho leads 2 proposals of the call; 1 at most."]
    assert failures(store, alliances[2]) == [
        "Comune di Rho leads 3 proposals of the call; 1 at most.",
        "Comune di Rho takes part in 3 proposals of the call; 2 at most.",
    ]


def test_an_organisation_is_found_wherever_it_is(store: Store, call: str) -> None:
    key = an_organisation(
        store, "Stripes", offices=(OfficeDraft(name="Bini Ada"), OfficeDraft(name="Ugo Neri", title="Socio"))
    )
    assert organisation_ties(store, key, EN) == ()
    led = an_alliance(store, "Rho", lead_id=key)
    joined = an_alliance(store, "Legnano", partners=(PartnerDraft(organisation_id=key, design=True, delivery=True),))
    proposal = a_proposal(store, title="Noi famiglie", alliance_id=joined)
    signature = SignatureDraft(organisation_id=key, date_signed=date(2014, 2, 3), act="Delibera 12/2014")
    agreement = save_agreement(store, AgreementDraft(title="Accordo", signatures=(signature,))).id
    members = (
        MemberDraft(name="Egidio Sarmonti", role=MemberRole.PRESIDENT, office="Socio", organisation_id=key),
        MemberDraft(name="Ada Bini", role=MemberRole.MEMBER),
        MemberDraft(name="Ugo Verdi", role=MemberRole.MEMBER),
    )
    committee = save_committee(store, CommitteeDraft(name="Comitato", members=members)).id
    asked = "Comitato; the same name as legal representative of this body: ask whether it is the same person"
    assert organisation_ties(store, key, EN) == (
        Tie(TieKind.LEADS, "network", led, "Rho", ""),
        Tie(TieKind.JOINS, "network", joined, "Legnano", "design, delivery"),
        Tie(TieKind.PROPOSES, "proposals", proposal, "Noi famiglie", "Legnano"),
        Tie(TieKind.SIGNED, "network", agreement, "Accordo", "on 03/02/2014, Delibera 12/2014"),
        Tie(TieKind.SITS, "meetings", committee, "Egidio Sarmonti", "Socio, Comitato"),
        Tie(TieKind.MAY_SIT, "meetings", committee, "Ada Bini", asked),
    )
    assert refusal(delete_organisation, store, key) == ("record.in_use", None)
    an_alliance(store, "Magenta", partners=(PartnerDraft(organisation_id=key),))
    with queries(store) as sent:
        ties = organisation_ties(store, key, EN)
    assert (ties[2].title, ties[2].detail) == ("Magenta", "no role in any phase")
    assert len(sent) <= 9
