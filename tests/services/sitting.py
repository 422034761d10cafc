"""The plan's own case for tests of meetings: three sources, three areas, four proposals, a committee of five."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from app.models.enums import (
    AttendanceKind,
    DecisionKind,
    MemberRole,
    ProposalState,
    TransferKind,
    VoteChoice,
)
from app.models.ledger import Account, AccountState, Entry, insert_entries
from app.models.meetings import Meeting
from app.models.network import Alliance, Organisation
from app.models.plan import Act, FundingSource, Plan, PriorityArea
from app.models.proposals import Call, Proposal
from app.models.store import Store
from app.services.decisions.decisions import save_decision
from app.services.decisions.drafts import AreaAmount, DecisionDraft, ProjectAmount, SplitArea, SplitDraft
from app.services.ledger.ledger import ensure_area_account, ensure_source_account, root_accounts
from app.services.meetings.committees import CommitteeDraft, MemberDraft, member_rows, save_committee
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, MeetingDraft, VoteDraft
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting

DAY = date(2014, 6, 24)
CEILINGS = {"A.1": 150_000_00, "A.2": 100_000_00, "A.3": 120_000_00}
AWARDS = {"Garbagnate": 69_803_00, "Rho": 100_000_00, "Legnano": 150_000_00, "Castano": 50_197_00}
AREA_OF = {"Garbagnate": "A.3", "Rho": "A.2", "Legnano": "A.1", "Castano": "A.3"}
RESIDUE = 54_182_62


@dataclass(frozen=True)
class Sitting:
    """Keys by short name."""

    plan: str
    committee: str
    organisation: str
    sources: dict[str, str]
    areas: dict[str, str]
    proposals: dict[str, str]
    members: dict[str, str]
    voters: tuple[str, ...]


def build_sitting(store: Store) -> Sitting:
    """Write the case; the two sources that are due are received, the premium is not due."""
    with store.write("save_plan") as session:
        plan = Plan(name="Piano", territory="ASL Milano 1", office="ASL Milano 1\nDirezione Sociale")
        act = Act(plan_id=plan.id, kind="decree", number="2058/2014")
        sources = {
            name: FundingSource(
                plan_id=plan.id, act_id=act.id, position=n, kind=kind, name=name, amount=cents, due=kind != "premium"
            )
            for n, (name, kind, cents) in enumerate(
                [("Fissa", "fixed", 254_510_00), ("Residui", "residue", 169_672_62), ("Premio", "premium", 63_627_00)],
                start=1,
            )
        }
        areas = {
            f"A.{n}": PriorityArea(plan_id=plan.id, level="high", number=n, title=f"Ambito {n}") for n in (1, 2, 3)
        }
        call = Call(plan_id=plan.id, title="Avviso")
        organisation = Organisation(kind="public_body", name="Comune di Legnano")
        session.add_all([plan, act, *sources.values(), *areas.values(), call, organisation])
        roots = root_accounts(session, plan)
        accounts = {name: ensure_source_account(session, source) for name, source in sources.items()}
        for area in areas.values():
            ensure_area_account(session, area)
        proposals = {}
        for n, name in enumerate(AWARDS, start=1):
            alliance = Alliance(plan_id=plan.id, number=n, name=f"Alleanza di {name}", short_name=name)
            alliance.lead_id = organisation.id if name == "Legnano" else None
            proposals[name] = Proposal(
                call_id=call.id,
                alliance_id=alliance.id,
                area_id=areas[AREA_OF[name]].id,
                number=n,
                title=f"Progetto {name}",
                state=ProposalState.ADMISSIBLE.value,
                grant_declared=69_800_00 if name == "Garbagnate" else AWARDS[name],
            )
            session.add_all([alliance, proposals[name]])
        entries = [
            Entry(
                TransferKind.FUNDING,
                DAY,
                "Incasso",
                {roots.outside.id: -sources[name].amount, accounts[name].id: sources[name].amount},
                act_id=act.id,
            )
            for name in ("Fissa", "Residui")
        ]
        insert_entries(session, entries)
    committee, members = build_committee(store, organisation.id)
    return Sitting(
        plan=plan.id,
        committee=committee,
        organisation=organisation.id,
        sources={name: source.id for name, source in sources.items()},
        areas={name: area.id for name, area in areas.items()},
        proposals={name: proposal.id for name, proposal in proposals.items()},
        members=members,
        voters=tuple(members[name] for name in ("Rossi", "Bianchi", "Verdi", "Neri", "Gialli")),
    )


def build_committee(store: Store, organisation_id: str) -> tuple[str, dict[str, str]]:
    """A president, four members, an alternate and a secretary; keys by family name."""
    roles = {"Rossi": MemberRole.PRESIDENT, "Viola": MemberRole.ALTERNATE, "Grigi": MemberRole.SECRETARY}
    first = {"Rossi": "Maria", "Bianchi": "Luca", "Verdi": "Anna", "Neri": "Paolo", "Gialli": "Sara"}
    first |= {"Viola": "Carla", "Grigi": "Ugo"}
    draft = CommitteeDraft(
        name="Comitato di valutazione e monitoraggio",
        act="decreto n. 5 del 10.03.2014",
        members=tuple(
            MemberDraft(
                name=f"{given} {family}",
                role=roles.get(family, MemberRole.MEMBER),
                office="Direttrice sociale" if family == "Rossi" else "",
                organisation_id=organisation_id if family == "Bianchi" else None,
            )
            for family, given in first.items()
        ),
    )
    committee = save_committee(store, draft).id
    return committee, {row.name.split()[1]: row.id for row in member_rows(store, committee)}


def meeting_draft(sitting: Sitting, *items: AgendaItemDraft, day: date = DAY) -> MeetingDraft:
    """A meeting with everybody there but the alternate."""
    attendances = tuple(
        AttendanceDraft(member_id=member, kind=AttendanceKind.EXCUSED if name == "Viola" else AttendanceKind.PRESENT)
        for name, member in sitting.members.items()
    )
    return MeetingDraft(
        committee_id=sitting.committee,
        date_held=day,
        place="Sala riunioni, via al Donatore di sangue 50, Magenta",
        premises="Visto il decreto n. 2058 del 11.03.2014.",
        attendances=attendances,
        items=items,
    )


def voted_item(sitting: Sitting, title: str, time: str = "10:30", **more: object) -> AgendaItemDraft:
    """A point on which everybody votes in favour."""
    votes = tuple(VoteDraft(member_id=member, choice=VoteChoice.FAVOUR) for member in sitting.voters)
    return replace(AgendaItemDraft(title=title, time_voted=time, votes=votes), **more)  # type: ignore[arg-type]


def open_sitting(store: Store, sitting: Sitting, *titles: str, day: date = DAY) -> MeetingDraft:
    """A meeting opened at 10:00 with a unanimous vote on each point."""
    items = (voted_item(sitting, title) for title in titles)
    meeting = convene_meeting(store, meeting_draft(sitting, *items, day=day)).id
    open_meeting(store, meeting, "10:00")
    return load_meeting(store, meeting)


def allocation_draft(sitting: Sitting, item_id: str | None) -> DecisionDraft:
    """Money for the three areas, as in the plan."""
    return DecisionDraft(
        agenda_item_id=item_id,
        kind=DecisionKind.ALLOCATION,
        subject="Assegnazione delle risorse agli ambiti",
        text="di assegnare agli ambiti le somme della tabella.",
        area_amounts=tuple(AreaAmount(sitting.areas[code], cents) for code, cents in CEILINGS.items()),  # type: ignore[arg-type]
    )


def award_draft(sitting: Sitting, item_id: str | None) -> DecisionDraft:
    """The four awards of the plan."""
    return DecisionDraft(
        agenda_item_id=item_id,
        kind=DecisionKind.AWARD,
        subject="Ammissione e finanziamento dei progetti",
        text="di finanziare i quattro progetti.",
        project_amounts=tuple(ProjectAmount(sitting.proposals[name], cents) for name, cents in AWARDS.items()),  # type: ignore[arg-type]
    )


def residue_draft(sitting: Sitting, item_id: str | None, **more: object) -> DecisionDraft:
    """The sharing of the residue in equal parts."""
    split = SplitDraft(total=RESIDUE, areas=tuple(SplitArea(sitting.areas[code]) for code in CEILINGS))  # type: ignore[arg-type]
    return DecisionDraft(
        agenda_item_id=item_id,
        kind=DecisionKind.RESIDUE,
        subject="Riparto della quota residua",
        text="di ripartire la quota residua in parti uguali.",
        split=replace(split, **more),  # type: ignore[arg-type]
    )


def first_meeting(store: Store, sitting: Sitting) -> MeetingDraft:
    """Meeting 1/2014, open, with the allocation and the awards decided."""
    meeting = open_sitting(store, sitting, "Risorse degli ambiti", "Ammissione dei progetti")
    save_decision(store, allocation_draft(sitting, meeting.items[0].id))
    save_decision(store, award_draft(sitting, meeting.items[1].id))
    return meeting


def balances(store: Store) -> dict[str, int]:
    """Cents on each account with its subtree, by name; the outside is left out."""
    with store.read() as session:
        rows = session.query(Account.name, AccountState.total).join(AccountState, AccountState.account_id == Account.id)
        return {name: total for name, total in rows if name}


def state_of(store: Store, meeting_id: str) -> str:
    """State of a meeting."""
    with store.read() as session:
        meeting = session.get(Meeting, meeting_id)
        assert meeting is not None
        return meeting.state
