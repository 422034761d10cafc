"""The four proposals of the plan keyed in from their sheets by keyboard: the archive says what the sample says."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import CostCategory, ProposalState
from app.models.money import format_cents
from app.models.store import open_archive
from app.services.exchange.blank import write_form
from app.services.exchange.forms import Mark
from app.services.exchange.plan_export import plan_answers
from app.services.exchange.plan_workbook import PLAN_WORKBOOK
from app.services.exchange.workbook import import_workbook
from app.services.network.alliances import AllianceDraft, PartnerDraft, alliance_rows, load_alliance
from app.services.network.registry import organisation_rows
from app.services.proposals.lists import proposal_rows
from app.services.wording.formats import format_date
from app.services.wording.labels import label
from app.services.wording.texts import translator
from app.ui.views.proposal_forms import ProposalSheet, load_sheet
from tests.e2e.driver import Person, started
from tests.services.filling import keyless
from tests.services.test_sample_by_workbook import PROPOSALS, unlined
from tests.services.world import new_store

IT = translator("it")
ALLIANCES = ("alliances", "alliances.partners")
TYPED_MOST = 120
"""Letters from which a text is copied from the paper's file and pasted, as people do."""


@pytest.fixture(scope="module")
def sheets(
    tmp_path_factory: pytest.TempPathFactory, sample_archive: Path
) -> Mapping[int, tuple[ProposalSheet, str, str]]:
    """The four sheets as the sample has them, with alliance and area by name; by number."""
    path = Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("sheets") / "piano.concilia"))
    with open_archive(path, writing=False) as store:
        answers = {key: rows for key, rows in plan_answers(store).items() if key not in (*PROPOSALS, *ALLIANCES)}
        write_form(Mark(PLAN_WORKBOOK, "it"), path.with_suffix(".xlsx"), {}, answers)
        return {row.number: (load_sheet(store, row.id), row.alliance, row.area) for row in proposal_rows(store)}


@pytest.fixture(scope="module")
def partnerships(sheets: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[AllianceDraft, ...]:
    """The partnerships of the four sheets, bodies by name."""
    return partnerships_of(next(tmp_path_factory.getbasetemp().glob("sheets*/piano.concilia")))


def partnerships_of(path: Path) -> tuple[AllianceDraft, ...]:
    """The alliances of an archive without keys and lines of the source, in order of their numbers; bodies by name."""
    with open_archive(path, writing=False) as store:
        names = {row.id: row.name for row in organisation_rows(store)}
        found = []
        for row in alliance_rows(store):
            draft = load_alliance(store, row.id)
            partners = tuple(
                replace(one, id=None, organisation_id=names[one.organisation_id or ""], source_line=None)
                for one in draft.partners
            )
            found.append(
                replace(draft, id=None, lead_id=names[draft.lead_id or ""], partners=partners, source_line=None)
            )
    return tuple(found)


@pytest.fixture
def plan(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, sheets: Any) -> Path:
    """A plan with its sources, areas, organisations and call, and no alliance or proposal yet."""
    workbook = next(tmp_path_factory.getbasetemp().glob("sheets*/piano.xlsx"))
    with new_store(tmp_path) as store:
        import_workbook(store, workbook)
        return store.path


def key_in_alliance(person: Person, alliance: AllianceDraft) -> None:
    """A partnership from its sheet: its heading is typed, its matrix of roles pasted from a spreadsheet."""
    person.begin()
    person.fill(name=alliance.name, short_name=alliance.short_name, number=str(alliance.number))
    person.fill(lead_id=alliance.lead_id, lead_as_printed=alliance.lead_as_printed)
    lines = [
        (*(one.organisation_id or "", *("x" if role else "" for role in roles(one)), one.as_printed),)
        for one in alliance.partners
    ]
    QGuiApplication.clipboard().setText("".join("\t".join(line) + "\n" for line in lines))
    person.grid("partners")
    person.press("Ctrl+V")
    write(person, "role_note", alliance.role_note)
    person.save()


def roles(partner: PartnerDraft) -> tuple[bool, ...]:
    """The phases in which a partner has a role, in the order of the form."""
    return partner.design, partner.coordination, partner.delivery, partner.verification


def key_in(person: Person, sheet: ProposalSheet, alliance: str, area: str) -> None:
    """A proposal from its paper, section by section."""
    person.begin()
    write(person, "title", sheet.title)
    person.fill(alliance_id=alliance, area_id=area)
    assert sheet.date_received is not None
    assert sheet.channel is not None
    person.fill(date_received=format_date(sheet.date_received), time_received=sheet.time_received)
    person.fill(protocol=sheet.protocol, channel=label(sheet.channel, IT), signatory=sheet.signatory)
    write(person, "context", sheet.context)
    write(person, "aims", sheet.aims)
    key_rows(person, "objectives", [(str(row.number), row.text) for row in sheet.objectives])
    key_rows(person, "actions", [(row.label, row.objectives, row.text) for row in sheet.actions])
    for number, row in enumerate(sheet.actions):
        if row.month_from is not None:
            key_months(person, number, str(row.month_from), str(row.month_to), row.months_note)
    key_rows(person, "targets", [(row.text, _number(row.number_min)) for row in sheet.targets])
    key_rows(person, "results", [(str(row.number), row.text) for row in sheet.results])
    key_rows(person, "indicators", [(str(row.result), row.text, _number(row.target)) for row in sheet.indicators])
    for key, items in (("costs", sheet.costs), ("contributions", sheet.contributions)):
        key_rows(
            person, key, [(label(CostCategory(row.category), IT), row.label, format_cents(row.amount)) for row in items]
        )
    amounts = {key: getattr(sheet, key) for key in ("grant_declared", "cofinancing_declared", "total_declared")}
    person.fill(**{key: format_cents(amount) for key, amount in amounts.items()}, share_declared=sheet.share_declared)
    write(person, "sustainability", sheet.sustainability)
    person.save()


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def write(person: Person, key: str, text: str) -> None:
    """Type a text into a field, or paste a long one."""
    person.fill(**{key: ""})
    enter(person, text)


def enter(person: Person, text: str) -> None:
    """Type where the cursor is, or paste what is long."""
    if len(text) <= TYPED_MOST and "\n" not in text:
        person.type(text)
        return
    QGuiApplication.clipboard().setText(text)
    person.press("Ctrl+V")


def key_rows(person: Person, key: str, rows: list[tuple[str, ...]]) -> None:
    """Key rows into a grid; a long text is pasted into its open cell."""
    grid = person.grid(key)
    is_begun = False  # Enter in the last row has begun the next one
    for row in rows:
        if not is_begun:
            person.press("Ins")
        for place, text in enumerate(row):
            if place:
                person.press("Tab")
            if not text:
                continue
            if len(text) > TYPED_MOST or "\n" in text:
                person.press("F2")
                enter(person, text)
            else:
                person._enter(text)
        count = grid.model.rowCount()
        if person.focus is not grid.table:
            person.press("Return")
        is_begun = grid.model.rowCount() > count


def key_months(person: Person, row: int, first: str, last: str, note: str) -> None:
    """Months of an action, in the timeline under the actions."""
    table = person.form.months.table  # type: ignore[attr-defined]
    person.reach(lambda widget: widget is table, "the months")
    person.press("Ctrl+Home", *["Down"] * row, "Right")
    for text in (first, last, note):
        person.type(text)
        person.press("Tab")


def plain(sheet: ProposalSheet) -> Any:
    """A sheet as the paper says it: without keys, lines of the source, and what the office gave it."""
    bare = replace(sheet, call_id=None, alliance_id=None, area_id=None, state=ProposalState.DRAFT, version=0)
    return unlined(keyless(bare))


@pytest.mark.slow
def test_four_proposals_are_keyed_in_from_their_sheets(
    qapp: QApplication,
    qtbot: QtBot,
    tmp_path: Path,
    plan: Path,
    sheets: Mapping[int, tuple[ProposalSheet, str, str]],
    partnerships: tuple[AllianceDraft, ...],
) -> None:
    with started(qtbot, tmp_path / "settings.json") as person:
        with person.answering(person.file(plan)):
            person.press("Ctrl+O")
        person.room("network")
        person.tab("alliances")
        for alliance in partnerships:
            key_in_alliance(person, alliance)
        person.room("proposals")
        for number in sorted(sheets):
            key_in(person, *sheets[number])
        person.press("Ctrl+Q")
    with open_archive(plan, writing=False) as store:
        found = {row.number: (load_sheet(store, row.id), row.alliance, row.area) for row in proposal_rows(store)}
    assert partnerships_of(plan) == partnerships
    assert [len(alliance.partners) for alliance in partnerships] == [18, 12, 22, 8]
    assert sorted(found) == sorted(sheets) == [1, 2, 3, 4]
    for number, (sheet, *named) in sheets.items():
        assert plain(found[number][0]) == plain(sheet), number
        assert list(found[number][1:]) == named
