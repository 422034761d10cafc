"""«Situazione al»: the archive as at a day or a meeting, and printed the same for ever."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.cli import main
from app.models import past
from app.models.errors import InvalidInput, NotFound, RuleBroken
from app.models.ledger import Posting, Transfer
from app.models.past import Cut, past_store
from app.models.plan import PriorityArea
from app.models.store import Store, open_archive
from app.services.integrity import verify
from app.services.journal.as_at import AsAt, as_at_text, meeting_choices, meeting_named, store_as_at
from app.services.ledger.ledger import ReversalDraft, receive_source, reverse_transfer
from app.services.ledger.rows import balances, transfer_rows
from app.services.network.registry import load_organisation, organisation_rows, save_organisation
from app.services.plan.funding import area_rows, load_area, load_source, save_area, save_source, source_rows
from app.services.plan.plan import find_plan, save_plan
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import delete_proposal, load_proposal, save_proposal
from app.services.reports.catalogue import CATALOGUE, build_document
from app.services.reports.pdf import pdf_bytes
from app.services.wording.texts import translator
from tests.services.world import DAY, World, move, past_the_guards

IT = translator("it")
PRINTED = ("T01", "T02", "T03", "T04", "T08")


@pytest.fixture
def office(sample_archive: Path, tmp_path: Path) -> Iterator[Store]:
    """The sample archive, open for writing, after all that happens in it."""
    with open_archive(Path(shutil.copy(sample_archive, tmp_path))) as opened:
        opened.clock = lambda: datetime(2016, 6, 1, 9, tzinfo=UTC)
        yield opened


def held(store: Store, when: AsAt) -> dict[str, int]:
    """Cents on each account with those below, by key."""
    with store_as_at(store, when) as then:
        return {row.id: row.total for row in balances(then)}


def prints(store: Store, when: AsAt) -> dict[str, bytes]:
    """The PDF of each table as at a moment."""
    return {code: pdf_bytes(build_document(store, code, IT, when=when)) for code in PRINTED}


def later_life(store: Store) -> None:
    """What an office does afterwards: names change, records come and go, money moves again."""
    plan = find_plan(store)
    assert plan is not None
    save_plan(store, replace(plan, office="Un altro ufficio", name="Un altro nome"))
    area, premium = area_rows(store)[0], source_rows(store)[2]
    save_area(store, replace(load_area(store, area.id), title="Un altro titolo", amount_planned=1))
    save_source(store, replace(load_source(store, premium.id), due=True, name="Premialità riconosciuta"))
    body = organisation_rows(store)[0]
    save_organisation(store, replace(load_organisation(store, body.id), name="Un altro ente"))
    receive_source(store, premium.id, date(2015, 8, 31))
    decision = [row for row in transfer_rows(store) if row.kind == "residue"][-1]
    back = ReversalDraft(decision.id, date(2015, 9, 1), "Revoca", decision.decision_id)
    reverse_transfer(store, back)
    first = load_proposal(store, proposal_rows(store)[0].id)
    blank = ProposalDraft(call_id=first.call_id, alliance_id=first.alliance_id, title="Una proposta nuova")
    made = save_proposal(store, blank)
    delete_proposal(store, made.id)
    save_proposal(store, replace(blank, title="Un’altra"))
    store.clock = lambda: datetime(2016, 6, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize("when", ["30/06/2014", "2/2014"])
def test_what_is_printed_of_the_past_stays_the_same_whatever_comes_later(office: Store, when: str) -> None:
    moment = meeting_named(office, when) if when.count("/") == 1 else AsAt(datetime.strptime(when, "%d/%m/%Y").date())
    before = prints(office, moment)
    now = prints(office, AsAt())
    later_life(office)
    assert prints(office, moment) == before
    assert all(prints(office, AsAt())[code] != now[code] for code in ("T01", "T02", "T03", "T08"))
    assert verify(office, IT).ok


def test_each_day_has_the_balances_of_its_postings(office: Store) -> None:
    later_life(office)
    with office.read() as session:
        found = session.execute(
            sa.select(Transfer.day, Posting.account_id, Posting.cents).join(Posting, Posting.transfer_id == Transfer.id)
        ).all()
    days = sorted({day for day, _key, _cents in found})
    assert len(days) >= 5
    for day in (days[0] - timedelta(days=1), *days):
        summed: dict[str, int] = defaultdict(int)
        for moved, key, cents in found:
            summed[key] += cents if moved <= day else 0
        with store_as_at(office, AsAt(day)) as then:
            rows = balances(then)
            listed = transfer_rows(then)
        assert {row.id: row.balance for row in rows} == {row.id: summed[row.id] for row in rows}
        below = {row.id: row.balance + sum(r.total for r in rows if r.parent_id == row.id) for row in rows}
        assert {row.id: row.total for row in rows} == below
        assert all(row.day <= day for row in listed)


def test_a_meeting_is_seen_from_its_closing(office: Store) -> None:
    [second, first] = meeting_choices(office)
    assert (first.label, second.label) == ("1/2014", "2/2014")
    with store_as_at(office, AsAt(meeting_id=first.id)) as then:
        areas = {row.code: (row.ceiling, row.awarded) for row in area_rows(then)}
        assert {row.state.value for row in proposal_rows(then)} == {"funded", "funded_in_part"}
    assert areas["A.1"] == (15_000_000, 15_000_000)
    with store_as_at(office, AsAt(meeting_id=second.id)) as then:
        assert {row.code: row.ceiling for row in area_rows(then)}["A.1"] == 16_806_088
    with store_as_at(office, AsAt(date(2014, 6, 17))) as then:
        assert {row.ceiling for row in area_rows(then)} == {None}
        assert "funded" not in {row.state.value for row in proposal_rows(then)}


def test_money_entered_later_under_an_earlier_day_counts_for_the_day_and_not_for_the_meeting(office: Store) -> None:
    [_second, first] = meeting_choices(office)
    day, meeting = AsAt(date(2014, 6, 18)), AsAt(meeting_id=first.id)
    before = held(office, day), held(office, meeting)
    premium = source_rows(office)[2]
    save_source(office, replace(load_source(office, premium.id), due=True))
    receive_source(office, premium.id, date(2014, 6, 1))
    assert held(office, meeting) == before[1]
    then = before[0]  # accounts that were opened meanwhile hold nothing yet
    changed = {key: cents - then.get(key, 0) for key, cents in held(office, day).items() if cents != then.get(key, 0)}
    assert sorted(changed.values()) == [-premium.amount, premium.amount, premium.amount]


@pytest.mark.parametrize("is_nearer", [True, False])
def test_a_meeting_has_the_same_balances_reckoned_from_either_end(
    office: Store, is_nearer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [AsAt(meeting_id=row.id) for row in meeting_choices(office)]
    expected = [held(office, moment) for moment in moments]
    later_life(office)
    monkeypatch.setattr(past, "_is_nearer_the_start", lambda *_any: is_nearer)
    assert [held(office, moment) for moment in moments] == expected


def test_a_record_that_was_removed_is_there_before_and_one_that_came_is_not(office: Store) -> None:
    first = area_rows(office)[-1]
    with office.write("delete_area") as session:
        made = PriorityArea(plan_id=session.get_one(PriorityArea, first.id).plan_id, level="low", number=9, title="X")
        session.add(made)
    kept = made.id
    day = AsAt(date(2016, 5, 31))
    with store_as_at(office, day) as then, then.read() as session:
        assert session.get(PriorityArea, kept) is None
    office.clock = lambda: datetime(2016, 6, 5, 9, tzinfo=UTC)
    with office.write("delete_area") as session:
        session.delete(session.get_one(PriorityArea, kept))
    with store_as_at(office, AsAt(date(2016, 6, 3))) as then, then.read() as session:
        assert session.get_one(PriorityArea, kept).title == "X"
        assert session.get_one(PriorityArea, kept).number == 9


def test_refusals(store: Store, world: World) -> None:
    with pytest.raises(InvalidInput, match=r"as_at\.still_to_come"), store_as_at(store, AsAt(DAY + timedelta(days=1))):
        pass
    with pytest.raises(InvalidInput, match=r"as_at\.meeting_unknown"):
        meeting_named(store, "7/2014")
    with pytest.raises(NotFound), store_as_at(store, AsAt(meeting_id="nobody")):
        pass
    with (
        pytest.raises(RuleBroken, match=r"as_at\.meeting_not_closed"),
        store_as_at(store, AsAt(meeting_id=world.meeting_open)) as then,
    ):
        balances(then)
    with pytest.raises(InvalidInput, match=r"export\.no_as_at"):
        build_document(store, "VERBALE", IT, world.meeting, AsAt(DAY))


def test_nothing_of_the_past_can_be_written(store: Store, world: World) -> None:
    with past_store(store, Cut(DAY, datetime(2014, 4, 1, tzinfo=UTC))) as then:
        assert not then.writing
        with then.read() as session, pytest.raises(sa.exc.DBAPIError):
            session.connection().exec_driver_sql("update main.account set name = 'x'")
    move(store, {world.source: -5, world.area: 5}, world.in_force)  # and the archive itself can be
    assert world.area in held(store, AsAt(DAY))


def test_an_empty_archive_has_an_empty_past(store: Store) -> None:
    with store_as_at(store, AsAt(date(2014, 3, 31))) as then:
        assert balances(then) == ()
        assert build_document(then, "T01", IT).heading == ()


def test_what_each_day_did_is_verified(store: Store, world: World) -> None:
    with past_the_guards(store) as raw:
        raw.execute("update account_day set cents = cents + 1 where account_id = ?", (world.source,))
    [found] = [found for found in verify(store, IT).invariants if found.code == "I1"]
    assert len(found.broken) == 1
    assert "31/03/2014: la somma tenuta è 1.000,01" in found.broken[0].replace("\u00a0", " ")


def test_words_of_a_moment(office: Store) -> None:
    assert as_at_text(office, AsAt(), IT) == ""
    assert as_at_text(office, AsAt(date(2014, 3, 31)), IT) == "Situazione al 31/03/2014"
    closing = as_at_text(office, meeting_named(office, "1/2014"), IT)
    assert closing == "Situazione alla chiusura della seduta 1/2014 del 18/06/2014"


@pytest.mark.parametrize("code", [entry.code for entry in CATALOGUE if entry.as_at])
def test_what_can_be_dated_says_from_when_it_is(office: Store, code: str) -> None:
    entry = next(entry for entry in CATALOGUE if entry.code == code)
    item = entry.items(office, IT)[0][0] if entry.items and entry.item_needed else None
    document = build_document(office, code, IT, item, AsAt(date(2014, 12, 31)))
    assert document.slug.endswith("-2014-12-31")
    assert all(table.subtitle.startswith("Situazione al 31/12/2014") for table in document.tables())


def test_the_command_line_prints_a_day_and_a_meeting(
    sample_archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "t02.csv"
    assert main(["export", str(sample_archive), "T02", "-o", str(out), "--at-meeting", "1/2014"]) == 0
    assert "150000,00;150000,00;150000,00;150000,00;0,00" in out.read_text("utf-8")
    assert main(["export", str(sample_archive), "T02", "-o", str(out), "--as-at", "2014-05-31"]) == 0
    assert "150000,00;;0,00;0,00;0,00" in out.read_text("utf-8")
    assert main(["export", str(sample_archive), "MODULO", "-o", str(tmp_path / "m.xlsx"), "--as-at", "31/05/2014"]) == 2
    assert main(["export", str(sample_archive), "T02", "-o", str(out), "--as-at", "31/02/2014"]) == 2
    assert "31/02/2014" in capsys.readouterr().err
