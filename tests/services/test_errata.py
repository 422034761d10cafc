"""Errata mend approved minutes without changing them; passages are left out of what is published."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.enums import RuleSeverity, Severity
from app.models.errors import RuleBroken
from app.models.households import Individual
from app.models.meetings import Minutes
from app.models.papers import Erratum
from app.models.plan import Plan
from app.models.store import Store
from app.services.calls.rules import ensure_rules, load_current_rules, save_rules
from app.services.integrity import verify
from app.services.meetings import minutes_gaps as minutes_gaps_module
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.meetings.committees import load_committee, save_committee
from app.services.meetings.minutes_gaps import minutes_gaps
from app.services.papers.errata import (
    ErratumDraft,
    ErratumLineDraft,
    approve_erratum,
    approved_minutes,
    delete_erratum,
    erratum_rows,
    load_erratum,
    points_of,
    save_erratum,
)
from app.services.papers.household_names import proposed_omissions
from app.services.papers.omissions import (
    BY_RULE,
    OmissionDraft,
    PublicationDraft,
    load_publication,
    publication_rows,
    save_omissions,
    without_passages,
)
from app.services.plan.plan import load_plan, save_plan
from app.services.reports.catalogue import build_document
from app.services.reports.erratum import erratum_document
from app.services.reports.minutes import minutes_as_written, minutes_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Audience
from app.services.reports.text import plain_text
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.sitting import build_sitting, open_sitting
from tests.services.world import new_store, reopen

IT, EN = translator("it"), translator("en")
DAY = date(2014, 7, 10)
SAID = "Vede Luca Bianchi assente per malattia con CONTI Ada; RSSMRA80A01F205X."


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with two meetings: the first approved, the second closed."""
    store = new_store(tmp_path_factory.mktemp("errata"))
    sitting = build_sitting(store)
    meeting = open_sitting(store, sitting, "Comunicazioni", "Varie")
    from app.services.meetings.agenda import load_point, save_point

    for item in meeting.items:
        assert item.id is not None
        save_point(store, replace(load_point(store, item.id), discussion=SAID))
    assert meeting.id is not None
    close_meeting(store, meeting.id, "12:00")
    other = open_sitting(store, sitting, "Altro", day=date(2014, 7, 1))
    assert other.id is not None
    close_meeting(store, other.id, "11:00")
    approve_minutes(store, meeting.id, date(2014, 7, 1))
    store.close()
    return store.path


@pytest.fixture
def store(approved: Path, tmp_path: Path) -> Iterator[Store]:
    with reopen(Path(shutil.copy(approved, tmp_path / "a.concilia"))) as opened:
        yield opened


def keys(store: Store) -> tuple[str, str]:
    """The approved minutes and their meeting."""
    row = approved_minutes(store)[0]
    return row.id, row.meeting_id


def an_erratum(store: Store, **more: object) -> ErratumDraft:
    minutes, _meeting = keys(store)
    point = points_of(store, minutes)[0][0]
    line = ErratumLineDraft(agenda_item_id=point, wrong="assente per malattia", right="assente giustificato")
    draft = ErratumDraft(minutes_id=minutes, reason="Dato non dovuto", lines=(line,))
    return replace(draft, **more)  # type: ignore[arg-type]


def test_an_erratum_is_printed_on_both_and_changes_nothing_frozen(store: Store) -> None:
    minutes, meeting = keys(store)
    before = pdf_bytes(minutes_document(store, meeting, IT))
    key = save_erratum(store, an_erratum(store)).id
    assert pdf_bytes(minutes_document(store, meeting, IT)) == before, "a draft is printed nowhere"
    approve_erratum(store, key, DAY)
    row = erratum_rows(store)[0]
    assert (row.label, row.minutes, row.lines, row.date_approved) == ("1/2014", "1/2014", 1, DAY)
    mended = plain_text(minutes_document(store, meeting, IT), IT)
    assert "Corretto dall’errata n. 1/2014 del 10/07/2014" in mended[:1200]
    assert "Errata n. 1/2014 del 10/07/2014" in mended
    assert "assente giustificato" in mended
    assert SAID in mended, "the text stays as it was approved"
    paper = plain_text(erratum_document(store, key, IT), IT)
    assert "ERRATA N. 1/2014" in paper
    with store.read() as session:
        frozen = session.get_one(Minutes, minutes)
        assert frozen.content_hash in paper
    assert "1/2014" in paper
    assert pdf_bytes(minutes_document(store, meeting, IT, as_approved=True)) == before
    assert "Mended by erratum no. 1/2014" in plain_text(minutes_document(store, meeting, EN), EN)


def test_an_approved_erratum_never_changes(store: Store) -> None:
    key = save_erratum(store, an_erratum(store)).id
    approve_erratum(store, key, DAY)
    paper, digest = pdf_bytes(erratum_document(store, key, IT)), load_erratum(store, key)
    assert refusal(save_erratum, store, replace(digest, reason="Altro"))[0] == "erratum.frozen"
    assert refusal(delete_erratum, store, key)[0] == "erratum.frozen"
    assert refusal(approve_erratum, store, key, DAY)[0] == "erratum.frozen"
    for statement in (
        "update erratum set reason = 'x'",
        "delete from erratum",
        "update erratum_line set right = 'x'",
        "delete from erratum_line",
        "insert or replace into erratum select * from erratum",
    ):
        with pytest.raises(RuleBroken) as caught, store.write("save_erratum") as session:
            session.connection().exec_driver_sql(statement)
        assert caught.value.code == "erratum.frozen"
    with store.read() as session:
        plan = session.scalars(sa.select(Plan.id)).one()
    save_plan(store, replace(load_plan(store, plan), office="Ufficio nuovo"))
    path = store.path
    store.close()
    with reopen(path) as again:
        assert pdf_bytes(erratum_document(again, key, IT)) == paper
        assert verify(again, IT).ok


def test_errata_are_numbered_without_gaps_by_year(store: Store) -> None:
    made = [save_erratum(store, an_erratum(store)).id for _n in range(3)]
    delete_erratum(store, made[0])
    approve_erratum(store, made[1], DAY)
    approve_erratum(store, made[2], date(2015, 1, 2))
    further = save_erratum(store, an_erratum(store)).id
    approve_erratum(store, further, date(2014, 12, 31))
    assert sorted(row.label for row in erratum_rows(store)) == ["1/2014", "1/2015", "2/2014"]
    with store.write("save_erratum") as session:
        session.connection().exec_driver_sql("drop trigger erratum_no_update")
        session.connection().exec_driver_sql("update erratum set number = 5 where number = 2")
    seventh = next(row for row in verify(store, IT).invariants if row.code == "I7")
    assert any("errata n. 2/2014" in text for text in seventh.broken)


def test_what_an_erratum_may_not_say(store: Store) -> None:
    line = an_erratum(store).lines[0]
    for draft, expected in (
        (an_erratum(store, minutes_id=None), ("field.required", "minutes_id")),
        (an_erratum(store, reason=" "), ("field.required", "reason")),
        (an_erratum(store, lines=()), ("erratum.no_line", "lines")),
        (an_erratum(store, lines=(replace(line, wrong="mai detto"),)), ("erratum.not_said", "lines.0.wrong")),
        (an_erratum(store, lines=(replace(line, right=line.wrong),)), ("erratum.same", "lines.0.right")),
    ):
        assert refusal(save_erratum, store, draft) == expected
    key = save_erratum(store, an_erratum(store)).id
    assert refusal(approve_erratum, store, key, None) == ("field.required", "day")
    assert refusal(approve_erratum, store, key, date(2014, 6, 30)) == ("erratum.before_minutes", "day")


def test_a_passage_is_left_out_by_hand_with_its_ground(store: Store) -> None:
    _minutes, meeting = keys(store)
    frozen = pdf_bytes(minutes_document(store, meeting, IT, Audience.PUBLISHED))
    published = plain_text(minutes_document(store, meeting, IT, Audience.PUBLISHED), IT)
    assert "RSSMRA80A01F205X" not in published, "codes of persons are left out by rule"
    assert "malattia" in published
    draft = load_publication(store, meeting)
    omission = OmissionDraft(passage="assente  per MALATTIA", ground="Dato sulla salute")
    save_omissions(store, replace(draft, omissions=(omission,)))
    published = plain_text(minutes_document(store, meeting, IT, Audience.PUBLISHED), IT)
    assert "malattia" not in published.casefold()
    assert SAID in plain_text(minutes_document(store, meeting, IT), IT), "the full copy says all"
    told = plain_text(build_document(store, "OMISSIS", IT, meeting), IT)
    assert "MALATTIA" in told
    assert "Dato sulla salute" in told
    assert {row.label: row.omissions for row in publication_rows(store)} == {"1/2014": 1, "2/2014": 0}
    save_omissions(store, draft)
    assert pdf_bytes(minutes_document(store, meeting, IT, Audience.PUBLISHED)) == frozen


def test_a_passage_with_a_name_in_it_is_left_out_whole(store: Store) -> None:
    _minutes, meeting = keys(store)
    omission = OmissionDraft(passage="Luca Bianchi assente per malattia", ground="Dato sulla salute")
    save_omissions(store, replace(load_publication(store, meeting), omissions=(omission,)))
    for document in (
        minutes_document(store, meeting, IT, Audience.PUBLISHED),  # frozen without the name
        minutes_as_written(store, meeting, IT, Audience.PUBLISHED, DAY),
    ):
        assert "malattia" not in plain_text(document, IT)


@pytest.mark.parametrize(
    "code",
    [
        *("IT60X0542811101000000123456", "it60x0542811101000000123456", "IT60 X054 2811 1010 0000 0123 456"),
        *("IT60\u00a0X054\u00a02811\u00a01010\u00a00000\u00a00123\u00a0456", "IT 60 X 05428 11101 000000123456"),
        *("DE89 3704 0044 0532 0130 00", "RSSMRA80A01F205X", "rssmra 80a01 f205x", "RSS MRA 80A01 F205X"),
    ],
)
def test_codes_of_persons_and_accounts_go_however_they_are_written(code: str) -> None:
    assert BY_RULE.sub("OMISSIS", f"Conto ({code}). Delibera X5969 2016") == "Conto (OMISSIS). Delibera X5969 2016"


def test_persons_of_households_are_proposed_for_omissis(store: Store) -> None:
    _minutes, meeting = keys(store)
    assert proposed_omissions(store, meeting, IT) == ()
    with store.write("save_household") as session:
        for given, surname in (("Ada", "Conti"), ("Zeno", "Detto"), ("Luca", "Bianchi"), ("", "Vede")):
            session.add(Individual(given_name=given, surname=surname))
    (proposed,) = proposed_omissions(store, meeting, IT)
    assert (proposed.passage, proposed.ground) == (
        "CONTI Ada",
        "Persona di un nucleo familiare dell’archivio: se ne potrebbe desumere la salute o il disagio",
    )
    told = [gap.text for gap in minutes_gaps(store, meeting, IT) if gap.code == "household_names"]
    assert told == [
        "La copia da pubblicare nomina persone di nuclei familiari dell’archivio: CONTI Ada. Proporre l’OMISSIS."
    ]
    assert "CONTI Ada" in plain_text(minutes_document(store, meeting, IT, Audience.PUBLISHED), IT), "never in silence"
    save_omissions(store, replace(load_publication(store, meeting), omissions=(proposed,)))
    assert "CONTI" not in plain_text(minutes_document(store, meeting, IT, Audience.PUBLISHED), IT)
    assert proposed_omissions(store, meeting, IT) == ()


def test_what_minutes_were_approved_with_stays_left_out(store: Store) -> None:
    closed = next(row.id for row in publication_rows(store) if row.label == "2/2014")
    omission = OmissionDraft(passage="Altro", ground="Prova")
    save_omissions(store, PublicationDraft(closed, omissions=(omission,)))
    approve_minutes(store, closed, DAY)
    kept = load_publication(store, closed)
    assert [row.kept for row in kept.omissions] == [True]
    assert refusal(save_omissions, store, replace(kept, omissions=()))[0] == "omission.frozen"
    published = plain_text(minutes_document(store, closed, IT, Audience.PUBLISHED), IT)
    assert "Altro" not in published
    assert "Motivo: Prova." in published
    with pytest.raises(RuleBroken) as caught, store.write("save_omissions") as session:
        session.connection().exec_driver_sql("delete from omission")
    assert caught.value.code == "omission.frozen"


def test_what_cannot_be_left_out(store: Store) -> None:
    _minutes, meeting = keys(store)
    good = OmissionDraft(passage="malattia", ground="Salute")
    for rows, expected in (
        ((replace(good, passage="di"),), ("omission.short", "omissions.0.passage")),
        ((replace(good, ground=""),), ("field.required", "omissions.0.ground")),
        ((replace(good, passage="mai detto"),), ("omission.not_said", "omissions.0.passage")),
        ((replace(good, passage="malatt"),), ("omission.in_parts", "omissions.0.passage")),
        ((replace(good, passage=f"Comunicazioni {SAID}"),), ("omission.in_parts", "omissions.0.passage")),
        ((good, replace(good, passage="Malattia")), ("omission.repeated", "omissions.1.passage")),
    ):
        assert refusal(save_omissions, store, PublicationDraft(meeting, omissions=rows)) == expected


def test_a_passage_goes_whole_and_the_longest_first() -> None:
    assert without_passages("Rossi e Rossini; (Rossi)", ["Rossi"]) == "OMISSIS e Rossini; (OMISSIS)"
    assert without_passages("Anna  Rossi, Rossi", ["Rossi", "anna rossi"]) == "OMISSIS, OMISSIS"
    assert without_passages("Via Roma 3 (int. 2)", ["3 (int. 2)"]) == "Via Roma OMISSIS"


def test_minutes_wait_for_what_they_need(store: Store) -> None:
    closed = next(row.id for row in publication_rows(store) if row.label == "2/2014")
    with store.read() as session:
        committee = session.scalar(sa.text("select id from committee"))
    assert isinstance(committee, str)
    save_committee(store, replace(load_committee(store, committee), findings_block=True))

    def one_error(*_args: object) -> tuple[object, ...]:
        return (_Wrong(),)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(minutes_gaps_module, "check", one_error)
        patch.setattr(minutes_gaps_module, "open_findings", lambda rows: rows)
        with pytest.raises(RuleBroken) as caught:
            approve_minutes(store, closed, DAY)
        assert caught.value.code == "minutes.gaps"
        assert [problem.code for problem in caught.value.values["gaps"]] == ["minutes.findings_open"]
    approve_minutes(store, closed, DAY)
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count(Erratum.id))) == 0


def test_a_call_says_whether_findings_of_its_proposals_hold_minutes_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the call says stands before what the committee wants, and for its own proposals alone."""
    closed = next(row.id for row in publication_rows(store) if row.label == "2/2014")
    with store.read() as session:
        committee, proposal = (
            str(session.scalar(sa.text(f"select id from {name}"))) for name in ("committee", "proposal")
        )
        call = str(session.scalar(sa.text("select call_id from proposal")))
    with store.write("save_rules") as session:
        ensure_rules(session, call)
    found = [_Wrong(proposal), _Wrong(None)]
    monkeypatch.setattr(minutes_gaps_module, "check", lambda *_args: found)
    monkeypatch.setattr(minutes_gaps_module, "open_findings", lambda rows: rows)
    of_call, of_all = ("minutes.call_findings_open", 1), ("minutes.findings_open", 1)
    for rule, by_committee, blocking, told in (
        (None, False, [], 2),
        (None, True, [("minutes.findings_open", 2)], 0),
        (RuleSeverity.BLOCKING, False, [of_call], 1),
        (RuleSeverity.BLOCKING, True, [of_call, of_all], 0),
        (RuleSeverity.WARNING, True, [of_all], 1),
        (RuleSeverity.WARNING, False, [], 2),
    ):
        save_rules(store, replace(load_current_rules(store, call), findings=rule))
        assert load_current_rules(store, call).findings is rule
        save_committee(store, replace(load_committee(store, committee), findings_block=by_committee))
        gaps = [gap for gap in minutes_gaps(store, closed, IT) if gap.code == "findings"]
        problems = [gap.problem for gap in gaps if gap.problem is not None]
        assert [(problem.code, problem.values["count"]) for problem in problems] == blocking
        assert [gap.text.split()[0] for gap in gaps if gap.text] == ([str(told)] if told else [])
    save_rules(store, replace(load_current_rules(store, call), findings=RuleSeverity.BLOCKING))
    with pytest.raises(RuleBroken) as caught:
        approve_minutes(store, closed, DAY)
    assert [problem.code for problem in caught.value.values["gaps"]] == ["minutes.call_findings_open"]


@dataclass(frozen=True)
class _Wrong:
    """A declared figure that does not agree, of a proposal or of the plan."""

    subject_id: str | None = None
    severity: Severity = Severity.ERROR
