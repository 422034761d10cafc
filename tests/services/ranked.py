"""The plan's own case with a grid and points, for tests of rankings: three members judge, one number for each."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path

from app.models.calls import RulesTie
from app.models.enums import DrawKind, ScoringManner, TieCriterion
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls.rules import ensure_rules
from app.services.decisions.decisions import save_decision
from app.services.evaluation.drafts import CriterionDraft, GridDraft
from app.services.evaluation.grids import lock_grid, save_grid
from app.services.evaluation.ranking_drafts import DrawnDraft, RankingDraft
from app.services.evaluation.rankings import adopt_ranking, save_ranking
from app.services.evaluation.sheet_reading import load_sheet, sheet_key
from app.services.evaluation.sheets import give_sheet, save_sheet
from app.services.meetings.closing import close_meeting
from app.services.meetings.committees import load_committee, save_committee
from tests.services.sitting import Sitting, allocation_draft, build_sitting, open_sitting
from tests.services.world import new_store

DAY = date(2014, 7, 1)
JUDGES = ("Rossi", "Bianchi", "Verdi")
POINTS = {"Garbagnate": (50, 30), "Rho": (20, 30), "Legnano": (45, 35), "Castano": (50, 30)}
"""Points on A and B of each proposal; Garbagnate and Castano, in the same area, are equal."""


def call_of(store: Store, sitting: Sitting) -> str:
    """The only call."""
    with store.read() as session:
        return session.get_one(Proposal, sitting.proposals["Rho"]).call_id


def three_judges(store: Store, sitting: Sitting) -> None:
    """Leave three with a seat, the alternate and the secretary in the committee."""
    committee = load_committee(store, sitting.committee)
    kept = tuple(member for member in committee.members if member.name.split()[1] in (*JUDGES, "Viola", "Grigi"))
    save_committee(store, replace(committee, members=kept))


def make_grid(store: Store, sitting: Sitting, manner: ScoringManner = ScoringManner.INDIVIDUAL) -> str:
    """Two criteria, a threshold of 60 on the total, ties by B and then by draw; locked."""
    call_id = call_of(store, sitting)
    with store.write("save_rules") as session:
        rules = ensure_rules(session, call_id)
        session.add(RulesTie(rules_id=rules.id, position=1, criterion=TieCriterion.POINTS.value, text="B"))
        session.add(RulesTie(rules_id=rules.id, position=2, criterion=TieCriterion.DRAW.value))
    draft = GridDraft(
        call_id=call_id,
        committee_id=sitting.committee,
        name="Griglia",
        manner=manner,
        threshold=Fraction(60),
        criteria=(
            CriterionDraft(code="A", name="Qualità", points_max=Fraction(60)),
            CriterionDraft(code="B", name="Rete", points_max=Fraction(40)),
        ),
    )
    grid_id = save_grid(store, draft).id
    lock_grid(store, grid_id)
    return grid_id


def give_points(store: Store, proposal_id: str, member_id: str | None, points: tuple[int, ...]) -> None:
    """Fill a sheet in and hand it over."""
    key = sheet_key(proposal_id, member_id)
    draft = load_sheet(store, key)
    scores = tuple(replace(row, points=Fraction(given)) for row, given in zip(draft.scores, points, strict=True))
    save_sheet(store, replace(draft, scores=scores))
    give_sheet(store, key)


def judge_all(
    store: Store,
    sitting: Sitting,
    points: Mapping[str, tuple[int, int]] = POINTS,
    but: tuple[tuple[str, str], ...] = (),
) -> None:
    """Have all judges give the same points to each proposal; `but` has (judge, proposal) of sheets that stay away."""
    for name, given in points.items():
        for judge in JUDGES:
            if (judge, name) not in but:
                give_points(store, sitting.proposals[name], sitting.members[judge], given)


def ranking_draft(store: Store, sitting: Sitting, **values: object) -> RankingDraft:
    """A ranking by area, the last one in part."""
    return replace(RankingDraft(call_id=call_of(store, sitting), day=DAY), **values)  # type: ignore[arg-type]


def fund_areas(store: Store, sitting: Sitting) -> None:
    """Give the areas their money, by a meeting that closes."""
    meeting = open_sitting(store, sitting, "Risorse")
    save_decision(store, allocation_draft(sitting, meeting.items[0].id))
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")


def write_judged(path: Path) -> Sitting:
    """Write an archive of the case: three judges, money on the areas, all points given; made once in a process."""
    content, made = _judged()
    path.write_bytes(content)
    return made


@cache
def _judged() -> tuple[bytes, Sitting]:
    with tempfile.TemporaryDirectory() as folder:
        with new_store(Path(folder)) as opened:
            made = build_sitting(opened)
            three_judges(opened, made)
            make_grid(opened, made)
            left = {name: key for name, key in made.members.items() if name in (*JUDGES, "Viola", "Grigi")}
            made = replace(made, members=left, voters=tuple(left[name] for name in JUDGES))
            fund_areas(opened, made)
            judge_all(opened, made)
        return opened.path.read_bytes(), made


def drawn(sitting: Sitting, **numbers: int) -> tuple[DrawnDraft, ...]:
    """Numbers drawn, by name of the proposal."""
    return tuple(DrawnDraft(proposal_id=sitting.proposals[name], number=number) for name, number in numbers.items())


def adopted(store: Store, sitting: Sitting, **values: object) -> str:
    """An adopted ranking; Castano is drawn before Garbagnate."""
    numbers = drawn(sitting, Garbagnate=9, Castano=4)
    draft = ranking_draft(store, sitting, **{"draw": DrawKind.NUMBERS, "numbers": numbers, **values})
    key = save_ranking(store, draft).id
    adopt_ranking(store, key)
    return key
