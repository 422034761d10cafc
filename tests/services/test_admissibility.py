"""The formal check: answered by the archive and by persons, completed on request, and what admission asks of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.models.documents import Attachment, AttachmentContent
from app.models.enums import CheckOutcome, ProposalState, Remedy
from app.models.errors import AppError
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.calls.rules import load_current_rules, save_rules
from app.services.calls.rules_drafts import DocumentDraft as PaperDraft
from app.services.calls.rules_drafts import ItemDraft
from app.services.changes import Changes
from app.services.documents.documents import delete_document
from app.services.evaluation.admissibility import (
    ChecklistDraft,
    checklist_rows,
    load_checklist,
    save_checklist,
)
from app.services.evaluation.requests import (
    PointDraft,
    ask_completion,
    blank_request,
    close_request,
    delete_request,
    load_request,
    request_rows,
    save_request,
)
from app.services.journal.undo import last_undoable, undo
from app.services.proposals.proposals import load_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.wording.texts import translator
from tests.services.builders import a_plan, a_proposal, an_area
from tests.services.world import new_store, reopen

IT = translator("it")
YES, NO, NA = CheckOutcome.YES, CheckOutcome.NO, CheckOutcome.NOT_APPLICABLE
MAY = date(2014, 5, 5)
NOON_DAY = date(2014, 3, 31)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An archive with the proposal of the tests, closed; and its key."""
    with new_store(tmp_path_factory.mktemp("case")) as made:
        return made.path, received(made)


@pytest.fixture
def store(case: tuple[Path, str], tmp_path: Path) -> Iterator[Store]:
    """A copy of it, open."""
    with reopen(Path(shutil.copy(case[0], tmp_path))) as opened:
        yield opened


@pytest.fixture
def proposal(case: tuple[Path, str]) -> str:
    return case[1]


def received(store: Store) -> str:
    """A proposal received on the day of the tests under rules with four points."""
    a_plan(store)
    key = a_proposal(store, area_id=an_area(store), date_received=NOON_DAY, time_received="11:00")
    call_id = load_proposal(store, key).call_id or ""
    rules = load_current_rules(store, call_id)
    items = (
        ItemDraft(code="A1", text="Arrivata in tempo", ground="art. 5", rule="call.closing"),
        ItemDraft(code="A2", text="Accordo firmato", remedy=Remedy.CURABLE, rule="call.document"),
        ItemDraft(code="A3", text="Firma del legale rappresentante", remedy=Remedy.CURABLE),
        ItemDraft(code="A4", text="Sede nel territorio"),
    )
    papers = (PaperDraft(code="ACCORDO", name="Accordo di partenariato"),)
    save_rules(store, replace(rules, date_closed=NOON_DAY, time_closed="12:00", items=items, documents=papers))
    submit_proposal(store, key)
    return key


def refusal(verb: Callable[..., object], *args: object, **more: object) -> AppError:
    with pytest.raises(AppError) as refused:
        verb(*args, **more)
    return refused.value


def answered(store: Store, key: str, *answers: CheckOutcome | None, **fields: object) -> ChecklistDraft:
    """The checklist with these answers, in order; `fields` go to the first point."""
    draft = load_checklist(store, key, IT)
    rows = [replace(row, outcome=answer) for row, answer in zip(draft.checks, answers, strict=False)]
    rows += draft.checks[len(answers) :]
    if fields:
        rows[0] = replace(rows[0], **fields)  # type: ignore[arg-type]
    return replace(draft, checks=tuple(rows))


def check(store: Store, key: str, *answers: CheckOutcome | None, **fields: object) -> Changes:
    return save_checklist(store, answered(store, key, *answers, **fields))


def state(store: Store, key: str) -> ProposalState:
    return load_proposal(store, key).state


def a_document(store: Store, key: str, name: str = "accordo.pdf") -> str:
    """A document of the proposal."""
    with store.write("add_document") as session:
        content = AttachmentContent(sha256="a" * 64, content=b"x")
        row = Attachment(
            proposal_id=key, position=1, name=name, kind="pdf", size=1, sha256="a" * 64, added_at=store.clock()
        )
        session.add_all([content, row])
    return row.id


def test_what_the_archive_can_answer_it_answers(store: Store, proposal: str) -> None:
    draft = load_checklist(store, proposal, IT)
    assert [(row.code, row.said, row.answer) for row in draft.checks] == [
        ("A1", YES, YES),
        ("A2", NO, NO),
        ("A3", None, None),
        ("A4", None, None),
    ]
    assert "Accordo di partenariato" in draft.checks[1].told
    (row,) = checklist_rows(store, IT)
    assert (row.points, row.kept, row.curable, row.blocking, row.waiting) == (4, 1, 1, 0, 2)


def test_answers_have_who_and_when(store: Store, proposal: str) -> None:
    check(store, proposal, None, None, YES, NA)
    rows = load_checklist(store, proposal, IT).checks
    assert [(row.outcome, row.checked_by, row.checked_at) for row in rows[1:]] == [
        (None, "", None),
        (YES, "anna", store.clock()),
        (NA, "anna", store.clock()),
    ]
    store.user = "bruno"
    check(store, proposal, None, None, YES, NO)
    rows = load_checklist(store, proposal, IT).checks
    assert [row.checked_by for row in rows] == ["", "", "anna", "bruno"]


def test_the_archive_is_overruled_with_a_reason_only(store: Store, proposal: str) -> None:
    error = refusal(check, store, proposal, NO)
    assert (error.code, error.field, error.values["point"]) == ("check.reason_missing", "checks.0.reason", "A1")
    check(store, proposal, NO, reason="Protocollo errato: arrivata alle 12:10")
    row = load_checklist(store, proposal, IT).checks[0]
    assert (row.said, row.answer, row.reason) == (YES, NO, "Protocollo errato: arrivata alle 12:10")
    error = refusal(check, store, proposal, None, reason="perché sì")
    assert (error.code, error.field) == ("check.reason_idle", "checks.0.outcome")
    check(store, proposal, None, reason="")
    assert load_checklist(store, proposal, IT).checks[0].answer is YES


def test_admission_waits_for_every_point(store: Store, proposal: str) -> None:
    check(store, proposal, None, None, YES)
    error = refusal(set_proposal_state, store, proposal, ProposalState.ADMISSIBLE)
    assert (error.code, error.values["names"]) == ("check.unanswered", ("A4",))
    check(store, proposal, None, None, YES, NO)
    error = refusal(set_proposal_state, store, proposal, ProposalState.ADMISSIBLE)
    assert (error.code, error.values["names"]) == ("check.failing", ("A2", "A4"))


def test_an_overruled_rule_does_not_stop_admission(store: Store, proposal: str) -> None:
    with store.write("save_proposal") as session:
        session.get_one(Proposal, proposal).time_received = "12:10"
    assert load_checklist(store, proposal, IT).checks[0].said is NO
    check(store, proposal, None, None, YES, YES)
    assert refusal(set_proposal_state, store, proposal, ProposalState.ADMISSIBLE).code == "check.failing"
    draft = answered(store, proposal, YES, YES, YES, YES)
    rows = tuple(replace(row, reason="Guasto della PEC, attestato" if row.said is NO else "") for row in draft.checks)
    save_checklist(store, replace(draft, checks=rows))
    set_proposal_state(store, proposal, ProposalState.ADMISSIBLE)
    assert refusal(check, store, proposal, NO).code == "check.closed"


def test_completion_from_the_letter_to_admission(store: Store, proposal: str) -> None:
    check(store, proposal, None, None, NO, YES)
    request = ask_completion(store, proposal, date_due=MAY, time_due="12.00", protocol="35411", text="Si chiede").id
    assert state(store, proposal) is ProposalState.TO_INTEGRATE
    draft = load_request(store, request)
    assert (draft.number, draft.date_sent, draft.time_due) == (1, NOON_DAY, "12:00")
    assert [point.asked for point in draft.points] == ["Accordo firmato", "Firma del legale rappresentante"]
    document = a_document(store, proposal)
    came = (
        replace(draft.points[0], date_received=MAY, time_received="12:00", attachment_id=document, accepted=YES),
        replace(draft.points[1], date_received=MAY, time_received="12:01"),
    )
    save_request(store, replace(draft, points=came))
    (row,) = request_rows(store)
    assert (row.points, row.came, row.late, row.overdue, row.closed) == (2, 2, 1, False, False)
    error = refusal(close_request, store, request)
    assert (error.code, error.values["names"]) == ("request.not_judged", ("A3",))
    draft = load_request(store, request)
    late = replace(draft.points[1], accepted=YES)
    save_request(store, replace(draft, points=(draft.points[0], late)))
    assert refusal(close_request, store, request).code == "request.late_unexplained"
    draft = load_request(store, request)
    explained = replace(draft.points[1], note="Ritardo di un minuto per guasto attestato")
    save_request(store, replace(draft, points=(draft.points[0], explained)))
    close_request(store, request)
    rows = load_checklist(store, proposal, IT).checks
    assert [row.answer for row in rows] == [YES, YES, YES, YES]
    assert rows[1].reason == "Richiesta di integrazione n. 1 del 31/03/2014; pervenuto il 05/05/2014 12:00"
    assert rows[1].attachment_id == document
    assert rows[2].reason.endswith("fuori termine")
    assert refusal(save_request, store, draft).code == "request.closed"
    set_proposal_state(store, proposal, ProposalState.ADMISSIBLE)


def test_nothing_came(store: Store, proposal: str) -> None:
    check(store, proposal, None, None, YES, YES)
    request = ask_completion(store, proposal, date_due=NOON_DAY).id
    close_request(store, request)
    row = load_checklist(store, proposal, IT).checks[1]
    assert (row.answer, row.reason) == (
        NO,
        "Richiesta di integrazione n. 1 del 31/03/2014; nulla è pervenuto entro il 31/03/2014",
    )
    assert refusal(set_proposal_state, store, proposal, ProposalState.ADMISSIBLE).values["names"] == ("A2",)


def test_overdue_requests_are_told(store: Store, proposal: str) -> None:
    ask_completion(store, proposal, date_due=NOON_DAY)
    assert not request_rows(store)[0].overdue
    later = store.clock().replace(month=4, day=1)
    store.clock = lambda: later
    assert request_rows(store)[0].overdue


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"date_due": None}, "field.required", "date_due"),
        ({"date_sent": None}, "field.required", "date_sent"),
        ({"date_due": date(2014, 3, 30)}, "date.end_before_start", "date_due"),
        ({"time_due": "25:00"}, "time.format", "time_due"),
        ({"points": ()}, "request.no_point", "points"),
        ({"points": (PointDraft(item_id="A1", asked="ora"),)}, "request.not_curable", "points.0.item_id"),
        ({"points": (PointDraft(item_id="A3", asked=" "),)}, "field.required", "points.0.asked"),
        (
            {"points": (PointDraft(item_id="A3", asked="x", time_received="10"),)},
            "field.required",
            "points.0.date_received",
        ),
        (
            {"points": (PointDraft(item_id="A3", asked="x", date_received=date(2014, 3, 1)),)},
            "request.before_sent",
            "points.0.date_received",
        ),
        (
            {"points": (PointDraft(item_id="A3", asked="x"), PointDraft(item_id="A3", asked="y"))},
            "request.point_twice",
            "points.1.item_id",
        ),
    ],
)
def test_what_is_wrong_in_a_request(
    store: Store, proposal: str, change: dict[str, object], code: str, field: str
) -> None:
    keys = {row.code: row.id for row in load_checklist(store, proposal, IT).checks}
    points = tuple(replace(point, item_id=keys[point.item_id or ""]) for point in change.get("points", ()))  # type: ignore[attr-defined]
    if "points" in change:
        change = {**change, "points": points}
    draft = replace(blank_request(store, proposal, 10), **change)  # type: ignore[arg-type]
    error = refusal(save_request, store, draft)
    assert (error.code, error.field) == (code, field)
    assert state(store, proposal) is ProposalState.SUBMITTED


def test_requests_are_taken_away_last_first_and_taken_back(store: Store, proposal: str) -> None:
    first = ask_completion(store, proposal, date_due=MAY).id
    second = ask_completion(store, proposal, date_due=MAY).id
    assert refusal(delete_request, store, first).code == "request.not_last"
    delete_request(store, second)
    assert [row.number for row in request_rows(store)] == ["1.1"]
    for _step in range(3):
        undo(store, last_undoable(store).number)  # type: ignore[union-attr]
    assert request_rows(store) == ()
    assert state(store, proposal) is ProposalState.SUBMITTED


def test_a_document_that_the_check_rests_on_stays(store: Store, proposal: str) -> None:
    document = a_document(store, proposal)
    draft = answered(store, proposal, None, None, YES)
    save_checklist(store, replace(draft, checks=(*draft.checks[:2], replace(draft.checks[2], attachment_id=document))))
    with store.write("reopen_proposal") as session:
        session.get_one(Proposal, proposal).reopened = "completamento"
    error = refusal(delete_document, store, document)
    assert (error.code, error.values["users"]) == ("record.in_use", ("Firma del legale rappresentante",))
