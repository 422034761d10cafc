"""A second sample archive: a call that is judged from end to end, with ties, conflicts and too little money.

Everything in it is invented (`resources/scenarios/valutazione.toml`) and written by the verbs that the window uses.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time
from fractions import Fraction
from pathlib import Path
from typing import Any

from app.models.enums import (
    ActKind,
    AwardManner,
    BudgetSection,
    CheckOutcome,
    ConflictKind,
    CostCategory,
    DecisionKind,
    DrawKind,
    MemberRole,
    OfficeKind,
    OrganisationKind,
    ProposalState,
    ScoringManner,
    TieCriterion,
    VoteChoice,
)
from app.models.money import parse_cents
from app.models.store import Store, create_archive
from app.resources import resource
from app.services.calls.calls import CallDraft, save_call
from app.services.calls.rules_drafts import FundedAreaDraft, ItemDraft, RulesDraft, TieDraft
from app.services.decisions.decisions import save_decision
from app.services.decisions.drafts import AreaAmount, DecisionDraft
from app.services.evaluation.admissibility import CheckDraft, load_checklist, save_checklist
from app.services.evaluation.admission import admit_by_checks
from app.services.evaluation.award_decisions import award_by_ranking, next_awards
from app.services.evaluation.declarations import InterestDraft, InterestsDraft, load_interests, save_interests
from app.services.evaluation.drafts import CriterionDraft, GridDraft
from app.services.evaluation.grids import load_grid, lock_grid, save_grid
from app.services.evaluation.ranking_drafts import RankingDraft
from app.services.evaluation.rankings import adopt_ranking, save_ranking
from app.services.evaluation.sheet_reading import ScoreDraft, SheetDraft, sheet_key
from app.services.evaluation.sheets import give_sheet, save_sheet
from app.services.exchange.gesture import JoinedStore
from app.services.findings import check
from app.services.findings.acceptance import accept_finding
from app.services.ledger.ledger import receive_source
from app.services.meetings.closing import close_meeting
from app.services.meetings.committees import CommitteeDraft, MemberDraft, load_committee, save_committee
from app.services.meetings.drafts import AgendaItemDraft, AttendanceDraft, ConflictDraft, MeetingDraft, VoteDraft
from app.services.meetings.meetings import convene_meeting, load_meeting, open_meeting, save_meeting
from app.services.network.alliances import AllianceDraft, PartnerDraft, save_alliance
from app.services.network.organisation_drafts import OfficeDraft
from app.services.network.registry import OrganisationDraft, load_organisation, save_organisation
from app.services.plan.funding import AreaDraft, SourceDraft, save_area, save_source
from app.services.plan.plan import ActDraft, PlanDraft, save_act, save_plan
from app.services.ports import SILENT, Progress
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.proposals import save_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.sample.writer import Data, SampleWriter
from app.services.wording.texts import translator

NAME = "valutazione"
MORNING = time(9)
IT = translator("it")


def write_evaluation(path: Path, progress: Progress = SILENT) -> None:
    """Write the archive of the evaluation; the file appears whole or not at all.

    Args:
        path: where; must not exist.

    Raises:
        EnvironmentFailed: "archive.exists", "archive.folder_missing", "archive.read_only", "disk.full".
        Cancelled: at a step of `progress`.
    """
    data = tomllib.loads(resource("scenarios", f"{NAME}.toml").read_text("utf-8"))

    def fill(store: Store) -> None:
        writer = SampleWriter(store, data)
        store.user = next(row["name"] for row in data["committee"]["members"] if row["role"] == "secretary")
        with writer.invented():
            for done, step in enumerate(STEPS):
                progress.step(done, len(STEPS))
                step(writer)
        progress.step(len(STEPS), len(STEPS))

    create_archive(path, fill=fill)


@contextmanager
def _together(store: Store, verb: str) -> Iterator[Store]:
    """Many verbs as one gesture: what one person keys in at a sitting."""
    with store.write(verb) as session:
        yield JoinedStore.of(store, session)


def _write_plan(writer: SampleWriter) -> None:
    data, store = writer.data, writer.store
    writer.at(data["plan"]["keyed"], MORNING)
    plan, source = data["plan"], data["source"]
    save_plan(store, PlanDraft(name=plan["name"], territory=plan["territory"], office=plan["office"]))
    for row in data["areas"]:
        draft = AreaDraft(title=row["title"], amount_planned=parse_cents(row["amount"]))
        writer.keys[f"area:{row['key']}"] = save_area(store, draft).id
    act = ActDraft(kind=ActKind(source["act_kind"]), number=source["act_number"], date_issued=source["act_day"])
    money = SourceDraft(name=source["name"], amount=parse_cents(source["amount"]), act_id=save_act(store, act).id)
    receive_source(store, save_source(store, money).id, source["received"])


def _write_call(writer: SampleWriter) -> None:
    data = writer.data
    rules = RulesDraft(
        date_opened=data["call"]["date_opened"],
        date_closed=data["call"]["date_closed"],
        cofinancing_min=data["call"]["cofinancing_min"],
        grid=data["grid"]["name"],
        areas=tuple(
            FundedAreaDraft(area_id=writer.keys[f"area:{row['key']}"], amount=parse_cents(row["amount"]))
            for row in data["areas"]
        ),
        items=tuple(
            ItemDraft(code=row["code"], text=row["text"], ground=row["ground"]) for row in data["call"]["checks"]
        ),
        ties=tuple(
            TieDraft(criterion=TieCriterion(row["criterion"]), text=row["text"]) for row in data["call"]["ties"]
        ),
    )
    draft = CallDraft(
        title=data["call"]["title"], date_opened=data["call"]["date_opened"], date_closed=data["call"]["date_closed"]
    )
    writer.keys["call"] = save_call(writer.store, draft, rules).id


def _write_proposals(writer: SampleWriter) -> None:
    """Bodies, alliances and proposals as they come in."""
    with _together(writer.store, "save_proposal") as store:
        for row in writer.data["proposals"]:
            number = row["number"]
            body = OrganisationDraft(name=row["lead"]["name"], kind=OrganisationKind(row["lead"]["kind"]))
            writer.keys[f"lead:{number}"] = save_organisation(store, body).id
            own = writer.keys[f"lead:{number}"]
            partners = (own, writer.keys[f"lead:{row['partner']}"]) if "partner" in row else (own,)
            alliance = AllianceDraft(
                number=number,
                name=f"Alleanza {number}",
                lead_id=own,
                partners=tuple(PartnerDraft(organisation_id=key, delivery=True) for key in partners),
            )
            writer.keys[f"alliance:{number}"] = save_alliance(store, alliance).id
    office = writer.data["office"]
    body = load_organisation(writer.store, writer.keys[f"lead:{office['proposal']}"])
    held = OfficeDraft(kind=OfficeKind.ADMINISTRATOR, name=office["name"])
    save_organisation(writer.store, replace(body, offices=(*body.offices, held)))
    with _together(writer.store, "save_proposal") as store:
        for row in writer.data["proposals"]:
            key = save_proposal(store, _proposal(writer, row)).id
            writer.keys[f"proposal:{row['number']}"] = key
            submit_proposal(store, key)


def _write_checks(writer: SampleWriter) -> None:
    """The formal check of all: every point is answered; of some proposals one does not hold."""
    writer.at(writer.data["checked"]["day"], MORNING)
    keys = [writer.keys[f"proposal:{row['number']}"] for row in writer.data["proposals"]]
    blank = load_checklist(writer.store, keys[0], IT)  # of the same call, and without answers, as the others are
    with _together(writer.store, "save_checklist") as store:
        for row, key in zip(writer.data["proposals"], keys, strict=True):
            save_checklist(store, replace(blank, id=key, checks=_answered(blank.checks, row.get("refused", {}))))


def _accept_findings(writer: SampleWriter) -> None:
    """What the formal check found is dealt with: those proposals were not admitted."""
    for finding in check(writer.store, IT):
        if finding.status == "open":
            accept_finding(writer.store, finding.key, "La proposta non è stata ammessa per questo motivo.")


def _answered(points: Sequence[CheckDraft], refused: Data) -> tuple[CheckDraft, ...]:
    """A person answers all points; the one that does not hold, with its note."""
    return tuple(
        replace(point, outcome=CheckOutcome.NO, note=refused["note"])
        if point.code == refused.get("point")
        else replace(point, outcome=CheckOutcome.YES)
        for point in points
    )


def _proposal(writer: SampleWriter, row: Data) -> ProposalDraft:
    request, own = parse_cents(row["request"]), parse_cents(row["cofinancing"])
    return ProposalDraft(
        call_id=writer.keys["call"],
        alliance_id=writer.keys[f"alliance:{row['number']}"],
        area_id=writer.keys[f"area:{row['area']}"],
        number=row["number"],
        title=row["title"],
        date_received=row["received"],
        time_received=row["hour"],
        protocol=f"{1000 + row['number']}/2026",
        grant_declared=request,
        items=(
            BudgetItemDraft(category=CostCategory.PAID_STAFF.value, amount=request),
            BudgetItemDraft(section=BudgetSection.CONTRIBUTION, category=CostCategory.VOLUNTEERS.value, amount=own),
        ),
    )


def _write_committee(writer: SampleWriter) -> None:
    data, store = writer.data["committee"], writer.store
    members = tuple(
        MemberDraft(
            name=row["name"],
            role=MemberRole(row["role"]),
            office=row["office"],
            organisation_id=writer.keys[f"lead:{row['body']}"] if "body" in row else None,
        )
        for row in data["members"]
    )
    key = save_committee(store, CommitteeDraft(name=data["name"], act=data["act"], members=members)).id
    writer.keys["committee"] = key
    saved = load_committee(store, key)
    for row, member in zip(data["members"], saved.members, strict=True):
        assert member.id is not None
        writer.keys[f"member:{row['key']}"] = member.id
    standing = {
        writer.keys[f"member:{row['key']}"]: writer.keys[f"member:{row['stands_for']}"]
        for row in data["members"]
        if "stands_for" in row
    }
    named = tuple(replace(member, stands_for_id=standing.get(member.id or "")) for member in saved.members)
    save_committee(store, replace(saved, members=named))


def _write_first_meeting(writer: SampleWriter) -> None:
    """The money of the areas."""
    item = AgendaItemDraft(title="Risorse degli ambiti dell’avviso")
    meeting_id, items = _open(writer, writer.data["meetings"]["first"], item, {})
    amounts = tuple(
        AreaAmount(area_id=writer.keys[f"area:{row['key']}"], amount=parse_cents(row["amount"]))
        for row in writer.data["areas"]
    )
    draft = DecisionDraft(
        agenda_item_id=items[0].id,
        kind=DecisionKind.ALLOCATION,
        subject="Assegnazione delle risorse agli ambiti",
        text="di assegnare agli ambiti le somme della tabella.",
        area_amounts=amounts,
    )
    save_decision(writer.store, draft)
    close_meeting(writer.store, meeting_id, writer.data["meetings"]["first"]["closed"])


def _open(
    writer: SampleWriter, row: Data, item: AgendaItemDraft, conflicts: Mapping[str, ConflictDraft]
) -> tuple[str, tuple[AgendaItemDraft, ...]]:
    """A meeting opened, its one point voted by all who may; alternates come for those who are incompatible alone."""
    store, members = writer.store, writer.data["committee"]["members"]
    writer.at(row["convened"], MORNING)
    stands_for = {entry["stands_for"] for entry in members if "stands_for" in entry}
    incompatible = {key for key, conflict in conflicts.items() if conflict.kind is ConflictKind.INCOMPATIBLE}
    there = [
        entry["key"]
        for entry in members
        if entry["role"] != "alternate" or (entry.get("stands_for") in incompatible & stands_for)
    ]
    draft = MeetingDraft(
        committee_id=writer.keys["committee"],
        date_held=row["day"],
        place=writer.data["meetings"]["place"],
        attendances=tuple(AttendanceDraft(member_id=writer.keys[f"member:{key}"]) for key in there),
        items=(item,),
    )
    meeting_id = convene_meeting(store, draft).id
    writer.at(row["day"], time.fromisoformat(row["opened"]))
    open_meeting(store, meeting_id, row["opened"])
    convened = load_meeting(store, meeting_id)
    voters = [key for key in there if key not in conflicts and _votes(members, key)]
    voted = replace(
        convened.items[0],
        time_voted=row["voted"],
        conflicts=tuple(conflicts.values()),
        votes=tuple(VoteDraft(member_id=writer.keys[f"member:{key}"], choice=VoteChoice.FAVOUR) for key in voters),
    )
    save_meeting(store, replace(convened, items=(voted,)))
    return meeting_id, load_meeting(store, meeting_id).items


def _votes(members: list[dict[str, Any]], key: str) -> bool:
    return any(entry["key"] == key and entry["role"] != "secretary" for entry in members)


def _write_grid(writer: SampleWriter) -> None:
    data = writer.data["grid"]
    draft = GridDraft(
        call_id=writer.keys["call"],
        committee_id=writer.keys["committee"],
        name=data["name"],
        manner=ScoringManner.INDIVIDUAL,
        threshold=Fraction(data["threshold"]),
        criteria=tuple(
            CriterionDraft(
                code=row["code"],
                name=row["name"],
                points_max=Fraction(row["points"]),
                threshold=Fraction(row["threshold"]) if "threshold" in row else None,
            )
            for row in data["criteria"]
        ),
    )
    grid_id = save_grid(writer.store, draft).id
    lock_grid(writer.store, grid_id)
    for criterion in load_grid(writer.store, grid_id).criteria:
        assert criterion.id is not None
        writer.keys[f"criterion:{criterion.code}"] = criterion.id


def _write_declarations(writer: SampleWriter) -> None:
    data = writer.data["declarations"]
    writer.at(data["day"], MORNING)
    for key in data["given"]:
        conflicts = tuple(_conflict(writer, row) for row in data["conflicts"] if row["member"] == key)
        draft = InterestsDraft(
            call_id=writer.keys["call"],
            member_id=writer.keys[f"member:{key}"],
            day=data["day"],
            note="Resa nella riunione preliminare, letto l’elenco dei proponenti.",
            conflicts=conflicts,
        )
        save_interests(writer.store, draft)


def _conflict(writer: SampleWriter, row: Data) -> InterestDraft:
    return InterestDraft(
        proposal_id=writer.keys[f"proposal:{row['proposal']}"],
        kind=ConflictKind(row.get("kind", "abstention")),
        ground=row["ground"],
        day=row.get("day"),
    )


def _write_points(writer: SampleWriter) -> None:
    """Each judge hands over the sheets of one sitting; for one who is incompatible the alternate does."""
    data = writer.data
    judges, conflicts = data["committee"]["judges"], data["declarations"]["conflicts"]
    alternates = {row["stands_for"]: row["key"] for row in data["committee"]["members"] if "stands_for" in row}
    writer.at(date(2026, 3, 18), MORNING)
    for at, judge in enumerate(judges):
        with _together(writer.store, "give_sheet") as store:
            for row in data["proposals"]:
                if "points" not in row:
                    continue
                found = [one for one in conflicts if one["member"] == judge and one["proposal"] == row["number"]]
                if found and found[0]["kind"] == "abstention":
                    continue
                scorer = alternates[judge] if found else judge
                _give(writer, store, row["number"], scorer, row["points"][at])


def _give(writer: SampleWriter, store: Store, number: int, scorer: str, points: list[int]) -> None:
    key = sheet_key(writer.keys[f"proposal:{number}"], writer.keys[f"member:{scorer}"])
    criteria = [writer.keys[f"criterion:{row['code']}"] for row in writer.data["grid"]["criteria"]]
    scores = tuple(ScoreDraft(id=leaf, points=Fraction(given)) for leaf, given in zip(criteria, points, strict=True))
    save_sheet(store, SheetDraft(id=key, scores=scores))
    give_sheet(store, key)


def _write_late_conflict(writer: SampleWriter) -> None:
    """A conflict that came to light after the points: they are set aside."""
    late = writer.data["declarations"]["late"]
    writer.at(late["day"], MORNING)
    key = f"{writer.keys['call']}:{writer.keys['member:' + late['member']]}"
    declared = load_interests(writer.store, key)
    save_interests(writer.store, replace(declared, conflicts=(*declared.conflicts, _conflict(writer, late))))


def _write_ranking(writer: SampleWriter) -> None:
    data = writer.data["ranking"]
    writer.at(data["day"], MORNING)
    draft = RankingDraft(
        call_id=writer.keys["call"],
        day=data["day"],
        manner=AwardManner(data["manner"]),
        accept_days=data["accept_days"],
        draw=DrawKind.SEED,
        seed=data["seed"],
        note=data["note"],
    )
    writer.keys["ranking"] = save_ranking(writer.store, draft).id
    adopt_ranking(writer.store, writer.keys["ranking"])


def open_meeting_of(writer: SampleWriter, name: str) -> tuple[str, tuple[AgendaItemDraft, ...]]:
    """The meeting of the admission or of the ranking, opened and voted without those in conflict."""
    row, declared = writer.data["meetings"][name], writer.data["declarations"]["conflicts"]
    conflicts = {
        one["member"]: ConflictDraft(
            member_id=writer.keys[f"member:{one['member']}"],
            proposal_id=writer.keys[f"proposal:{one['proposal']}"],
            kind=ConflictKind(one["kind"]),
            ground=one["ground"],
        )
        for one in reversed(declared)
    }
    return _open(writer, row, AgendaItemDraft(title=row["point"]), conflicts)


def _write_admission(writer: SampleWriter) -> None:
    """The outcomes of the formal check become a decision."""
    meeting_id, items = open_meeting_of(writer, "admission")
    admit_by_checks(writer.store, writer.keys[f"proposal:{writer.data['proposals'][0]['number']}"], items[0].id, IT)
    close_meeting(writer.store, meeting_id, writer.data["meetings"]["admission"]["closed"])


def _write_second_meeting(writer: SampleWriter) -> None:
    """The ranking becomes a decision."""
    meeting_id, items = open_meeting_of(writer, "second")
    award_by_ranking(writer.store, writer.keys["ranking"], items[0].id, IT)
    close_meeting(writer.store, meeting_id, writer.data["meetings"]["second"]["closed"])


def _write_renunciation(writer: SampleWriter) -> None:
    """Somebody renounces what was given."""
    writer.at(writer.data["renounced"]["day"], MORNING)
    first = next(award for award in next_awards(writer.store, writer.keys["ranking"]) if award.given)
    set_proposal_state(writer.store, first.proposal_id, ProposalState.RENOUNCED)


STEPS: tuple[Callable[[SampleWriter], None], ...] = (
    _write_plan,
    _write_call,
    _write_proposals,
    _write_committee,
    _write_first_meeting,
    _write_grid,
    _write_declarations,
    _write_checks,
    _write_admission,
    _accept_findings,
    _write_points,
    _write_late_conflict,
    _write_ranking,
    _write_second_meeting,
    _write_renunciation,
)
"""In the order that an office would go through it."""
