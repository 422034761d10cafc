"""The second plan as it was typed, and as an archive holds it: drafts without keys, records by name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.models.enums import (
    ActKind,
    AttendanceKind,
    BudgetSection,
    ConflictKind,
    CostCategory,
    DecisionKind,
    ItemState,
    Majority,
    MeetingState,
    MemberRole,
    OrganisationKind,
    PriorityLevel,
    ProposalState,
    QuorumRule,
    SourceKind,
    TieRule,
    VoteChoice,
)
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.calls import CallDraft, call_rows, load_call
from app.services.decisions.decisions import decision_rows, load_decision
from app.services.decisions.drafts import AreaAmount, DecisionDraft, OutcomeDraft, ProjectAmount
from app.services.meetings.committees import CommitteeDraft, MemberDraft, committee_rows, load_committee, member_rows
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, ConflictDraft, MeetingDraft, VoteDraft
from app.services.meetings.meetings import load_meeting, meeting_rows
from app.services.network.alliances import AllianceDraft, PartnerDraft, alliance_rows, load_alliance
from app.services.network.registry import AliasDraft, OrganisationDraft, load_organisation, organisation_rows
from app.services.plan.funding import AreaDraft, SourceDraft, area_rows, load_area, load_source, source_rows
from app.services.plan.plan import ActDraft, PlanDraft, act_rows, find_plan, load_act
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import load_proposal
from tests.ui.driving import without_ids

Keys = Mapping[str, str]
"""Keys of the records, by their names."""

LISTS: Mapping[str, tuple[Any, Any]] = {
    "acts": (act_rows, load_act),
    "sources": (source_rows, load_source),
    "areas": (area_rows, load_area),
    "organisations": (organisation_rows, load_organisation),
    "alliances": (alliance_rows, load_alliance),
    "calls": (call_rows, load_call),
    "proposals": (proposal_rows, load_proposal),
    "committees": (committee_rows, load_committee),
    "meetings": (meeting_rows, load_meeting),
    "decisions": (decision_rows, load_decision),
}


def kept(store: Store) -> dict[str, Any]:
    """What an archive holds, kind by kind."""
    found = {
        name: tuple(without_ids(load(store, row.id)) for row in rows(store)) for name, (rows, load) in LISTS.items()
    }
    return {"plan": without_ids(find_plan(store)), **found}


def keys_of(store: Store) -> Keys:
    """Key of each record that another one names."""
    named = (organisation_rows, source_rows, member_rows)
    meeting = load_meeting(store, meeting_rows(store)[0].id)
    return {
        **{row.name: row.id for rows in named for row in rows(store)},  # type: ignore[operator]
        **{row.number: row.id for row in act_rows(store)},
        **{row.code: row.id for row in area_rows(store)},
        **{row.short_name: row.id for row in alliance_rows(store)},
        **{row.title: row.id for row in (*call_rows(store), *proposal_rows(store))},
        **{row.name: row.id for row in committee_rows(store)},
        **{item.title: item.id or "" for item in meeting.items},
    }


def typed(keys: Keys) -> dict[str, Any]:
    """What was typed, kind by kind."""
    return {
        "plan": PlanDraft(
            name="Piano dei tempi della Valle",
            territory="ATS della Valle",
            office="Comitato di valutazione\nUfficio di piano",
            date_start=date(2015, 1, 1),
            date_end=date(2016, 12, 31),
            duration_months=24,
            purpose="Città più vivibili: «tempi», servizi, lavoro.",
        ),
        **_grounds(keys),
        **_network(keys),
        "calls": (
            CallDraft(
                title=CALL,
                act_id=keys["2058"],
                date_opened=date(2015, 1, 15),
                date_closed=date(2015, 2, 27),
            ),
        ),
        "proposals": (_proposal(keys),),
        "committees": (_committee(keys),),
        "meetings": (_meeting(keys),),
        "decisions": _decisions(keys),
    }


CALL = "Avviso 2015 per progetti di conciliazione"
PROPOSAL = "Valdora a misura di famiglia"


def _grounds(keys: Keys) -> dict[str, Any]:
    return {
        "acts": (
            ActDraft(
                kind=ActKind.RESOLUTION,
                number="X/1081",
                date_issued=date(2013, 12, 12),
                as_printed="DGR X/1081 del 12/12/2013",
            ),
            ActDraft(
                kind=ActKind.DECREE, number="2058", date_issued=date(2014, 3, 11), as_printed="decreto n. 2058/2014"
            ),
        ),
        "sources": (
            SourceDraft(position=1, name="Quota regionale", amount=Cents(100_000_00), act_id=keys["2058"]),
            SourceDraft(
                position=2,
                kind=SourceKind.RESIDUE,
                name="Residui del 2013",
                amount=Cents(23_456_78),
                act_id=keys["X/1081"],
            ),
        ),
        "areas": (
            AreaDraft(number=1, title="Tempi della città", amount_planned=Cents(80_000_00)),
            AreaDraft(level=PriorityLevel.LOW, number=1, title="Imprese e famiglie"),
        ),
    }


def _network(keys: Keys) -> dict[str, Any]:
    town, bridge, friend = (keys[name] for name in ("Comune di Valdora", BRIDGE, "Tempo Amico"))
    return {
        "organisations": (
            OrganisationDraft(
                kind=OrganisationKind.PUBLIC_BODY,
                name="Comune di Valdora",
                seat="Valdora",
                aliases=(AliasDraft(name="Comune Valdora"),),
            ),
            OrganisationDraft(kind=OrganisationKind.COOPERATIVE, name=BRIDGE, seat="Valdora"),
            OrganisationDraft(kind=OrganisationKind.ASSOCIATION, name="Tempo Amico", seat="Pieve"),
        ),
        "alliances": (
            AllianceDraft(
                number=1,
                name="Alleanza locale di Valdora",
                short_name="Valdora",
                lead_id=town,
                partners=(
                    PartnerDraft(organisation_id=town, design=True, coordination=True, verification=True),
                    PartnerDraft(organisation_id=bridge, design=True, delivery=True),
                    PartnerDraft(organisation_id=friend, delivery=True, as_printed="Ass. Tempo Amico"),
                ),
            ),
        ),
    }


BRIDGE = "Il Ponte società cooperativa sociale"


def _proposal(keys: Keys) -> ProposalDraft:
    return ProposalDraft(
        call_id=keys[CALL],
        alliance_id=keys["Valdora"],
        area_id=keys["A.1"],
        number=1,
        title=PROPOSAL,
        state=ProposalState.FUNDED,
        version=1,
        protocol="123/2015",
        date_received=date(2015, 2, 20),
        context="Una valle con pochi servizi.",
        aims="Orari che si parlano.",
        sustainability="Con il bilancio del Comune.",
        objectives=(
            ObjectiveDraft(number=1, text="Coordinare gli orari"),
            ObjectiveDraft(number=2, text="Aprire uno sportello"),
            ObjectiveDraft(number=3, text="Sostenere i padri"),
        ),
        actions=(
            ActionDraft(label="Azione 1", objectives="1-2", text="Tavolo degli orari"),
            ActionDraft(label="Azione 2", objectives="3", text="Congedi condivisi"),
        ),
        targets=(TargetDraft(text="Famiglie con figli", number_min=120), TargetDraft(text="Padri lavoratori")),
        results=(ResultDraft(number=1, text="Sportello aperto"), ResultDraft(number=2, text="Congedi usati")),
        indicators=(
            IndicatorDraft(result=1, text="Ore di apertura", target=400),
            IndicatorDraft(result=1, text="Accessi", target=150),
            IndicatorDraft(result=2, text="Padri in congedo", target=12),
        ),
        items=(
            BudgetItemDraft(label="Operatrici dello sportello", amount=Cents(30_000_00)),
            BudgetItemDraft(category=CostCategory.EQUIPMENT, amount=Cents(4_999_99)),
            BudgetItemDraft(
                section=BudgetSection.CONTRIBUTION,
                category=CostCategory.VOLUNTEERS,
                label="Volontari",
                amount=Cents(8_750_00),
            ),
            BudgetItemDraft(
                section=BudgetSection.CONTRIBUTION, category=CostCategory.MANAGEMENT, amount=Cents(1_249_99)
            ),
        ),
        grant_declared=Cents(34_999_99),
        cofinancing_declared=Cents(9_999_99),
        total_declared=Cents(45_000_00),
        share_declared="22,22\u00a0%",
    )


def _committee(keys: Keys) -> CommitteeDraft:
    return CommitteeDraft(
        name="Comitato di valutazione",
        act="decreto n. 12/2015",
        members=(
            MemberDraft(name="Maria Rossi", role=MemberRole.PRESIDENT, office="Direttrice sociale"),
            MemberDraft(name="Luca Bianchi", office="Assessore", organisation_id=keys["Comune di Valdora"]),
            MemberDraft(name="Anna Verdi", office="Presidente", organisation_id=keys[BRIDGE]),
            MemberDraft(name="Paolo Neri", role=MemberRole.SECRETARY, office="Funzionario"),
        ),
    )


DECIDED: dict[str, Any] = {
    "state": ItemState.TREATED,
    "quorum": QuorumRule.MAJORITY,
    "majority": Majority.VOTING,
    "tie": TieRule.REJECTED,
}
"""What a point keeps once its meeting is closed."""


def _meeting(keys: Keys) -> MeetingDraft:
    maria, luca, anna, paolo = (keys[name] for name in ("Maria Rossi", "Luca Bianchi", "Anna Verdi", "Paolo Neri"))
    return MeetingDraft(
        committee_id=keys["Comitato di valutazione"],
        number=1,
        state=MeetingState.APPROVED,
        date_held=date(2015, 3, 31),
        time_opened="10:00",
        time_closed="12:15",
        place="Valdora, sala del Consiglio",
        premises="Il Comitato si riunisce.",
        attendances=(
            AttendanceDraft(member_id=maria),
            AttendanceDraft(member_id=luca),
            AttendanceDraft(member_id=anna, kind=AttendanceKind.PRESENT, time_in="10:10"),
            AttendanceDraft(member_id=paolo),
        ),
        items=(
            AgendaItemDraft(
                title="Riparto agli ambiti",
                discussion="La Presidente espone il riparto.",
                time_voted="10:30",
                votes=tuple(VoteDraft(member_id=member, choice=VoteChoice.FAVOUR) for member in (maria, luca, anna)),
                **DECIDED,
            ),
            AgendaItemDraft(
                title="Assegnazione al progetto",
                discussion="Si esamina la proposta.",
                time_voted="11:00",
                conflicts=(
                    ConflictDraft(
                        member_id=anna,
                        proposal_id=keys[PROPOSAL],
                        kind=ConflictKind.ABSTENTION,
                        ground="Presiede un partner",
                    ),
                ),
                votes=tuple(VoteDraft(member_id=member, choice=VoteChoice.FAVOUR) for member in (maria, luca)),
                **DECIDED,
            ),
        ),
    )


def _decisions(keys: Keys) -> tuple[DecisionDraft, ...]:
    return (
        DecisionDraft(
            agenda_item_id=keys["Riparto agli ambiti"],
            kind=DecisionKind.ALLOCATION,
            subject="Riparto delle risorse",
            text="di assegnare le somme.",
            area_amounts=(AreaAmount(keys["A.1"], Cents(80_000_00)), AreaAmount(keys["B.1"], Cents(20_000_00))),
        ),
        DecisionDraft(
            agenda_item_id=keys["Assegnazione al progetto"],
            kind=DecisionKind.AWARD,
            subject="Finanziamento di Valdora",
            text="di finanziare la proposta.",
            outcomes=(OutcomeDraft(keys[PROPOSAL], ProposalState.FUNDED),),  # found suitable, with money
            project_amounts=(ProjectAmount(keys[PROPOSAL], Cents(34_999_99)),),
        ),
    )


DRAFT = "Bozza: verbale non ancora approvato."
MINUTES = (
    "Comitato di valutazione Ufficio di piano",
    "VERBALE N. 1/2015",
    "il giorno trentuno del mese di marzo, alle ore 10:00",
    "Luogo Valdora, sala del Consiglio",
    "Atto di nomina decreto n. 12/2015",
    "Il Comitato si riunisce.",
    "Maria Rossi Presidente – Direttrice sociale Presente",
    "Luca Bianchi Componente – Assessore Presente",
    "Anna Verdi Componente – Presidente Presente 10:10",
    "Paolo Neri Segretario – Funzionario Presente",
    "presenti: 2 su 3; necessari: 2",
    "1. Riparto agli ambiti 2. Assegnazione al progetto",
    "La Presidente espone il riparto.",
    "Alle ore 10:30 partecipano alla votazione, in numero di 3 su 3",
    "Favorevoli 3 (Maria Rossi, Luca Bianchi, Anna Verdi)",
    "Deliberazione n. 1/2015: Riparto delle risorse SI DELIBERA di assegnare le somme.",
    "A.1 Tempi della città 80.000,00 € B.1 Imprese e famiglie 20.000,00 € Totale 100.000,00 €",
    "Anna Verdi dichiara un conflitto di interessi in relazione alla proposta «Valdora a misura di famiglia»",
    "Motivo: Presiede un partner.",
    "Favorevoli 2 (Maria Rossi, Luca Bianchi)",
    "Deliberazione n. 2/2015: Finanziamento di Valdora SI DELIBERA di finanziare la proposta.",
    "1 Valdora Comune di Valdora Valdora a misura di famiglia A.1 34.999,99 €",
    "1/2015 Quota regionale A.1 Tempi della città 80.000,00 €",
    "1/2015 Quota regionale B.1 Imprese e famiglie 20.000,00 €",
    "2/2015 A.1 Tempi della città Valdora a misura di famiglia 34.999,99 €",
    "La seduta è chiusa alle ore 12:15.",
    "Il Presidente Il Segretario Maria Rossi Paolo Neri",
)
"""What the minutes say, in the order that they say it."""
