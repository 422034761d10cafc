"""The sheet of a proposal what is missing, timeline, documents, versions, saving as typed; the bin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import ProposalState
from app.models.money import Cents
from app.services.calls.calls import CallDraft, save_call
from app.services.documents.documents import DocumentOwner, document_rows
from app.services.keeping.bin import bin_rows
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import ActionDraft
from app.services.proposals.lists import proposal_rows
from app.services.proposals.proposals import delete_proposal, load_proposal, save_proposal
from app.services.proposals.versions import reopen_proposal, version_rows
from app.ui import dialogs, documents_panel, output
from app.ui.desk import Desk
from app.ui.theme import px
from app.ui.views import proposal_sheet, proposal_versions
from app.ui.views.archive import ArchiveView
from app.ui.views.archive_bin import BinPage
from app.ui.views.proposal_sheet import ProposalForm
from app.ui.views.proposals import ProposalsView
from tests.services.builders import a_plan, a_proposal, an_alliance, an_area
from tests.ui.driving import KEY, Clerk, opened_desk

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
DAY = date(2014, 4, 28)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    yield from opened_desk(qtbot, tmp_path)


@pytest.fixture
def clerk(qtbot: QtBot, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Clerk:
    """With a plan, one call, one alliance, one area; drafts are saved soon."""
    monkeypatch.setattr(proposal_sheet, "SAVE_DELAY_MS", 60)
    monkeypatch.setattr(proposal_sheet, "GAPS_DELAY_MS", 10)
    a_plan(desk.store)
    save_call(desk.store, CallDraft(title="Avviso 2014"))
    an_alliance(desk.store)
    an_area(desk.store)
    return Clerk(qtbot, desk, ProposalsView)


@pytest.fixture
def refusals(desk: Desk) -> list[Any]:
    """What nobody took in hand."""
    told: list[Any] = []
    desk.refused.connect(told.append)
    return told


def form_of(clerk: Clerk) -> ProposalForm:
    assert isinstance(clerk.form, ProposalForm)
    return clerk.form


def opened(clerk: Clerk, **fields: Any) -> str:
    """A saved proposal, shown."""
    area = {"area_id": an_area(clerk.store)} | fields
    key = a_proposal(clerk.store, **area)
    clerk.view.reload()
    clerk.page.open_record(key)
    clerk.qtbot.waitUntil(lambda: form_of(clerk).documents.owner == DocumentOwner(proposal_id=key))
    return key


def gap_ids(clerk: Clerk) -> set[str]:
    return {gap.id for gap in form_of(clerk).gaps.gaps}


# --- what is missing -----------------------------------------------------------------------


def test_what_is_missing_follows_what_is_typed(clerk: Clerk) -> None:
    clerk.begin()
    form = form_of(clerk)
    clerk.qtbot.waitUntil(lambda: {"field.title", "field.items"} <= gap_ids(clerk))
    assert form.gaps.heading().startswith("What is missing: 5 blocking, ")
    clerk.fill(title="Noi famiglie")
    clerk.qtbot.waitUntil(lambda: "field.title" not in gap_ids(clerk))
    clerk.rows("costs", ("P", None, "100"))
    clerk.qtbot.waitUntil(lambda: "field.items" not in gap_ids(clerk))
    assert [gap.is_blocking for gap in form.gaps.gaps] == sorted((g.is_blocking for g in form.gaps.gaps), reverse=True)


@pytest.mark.parametrize(
    ("gap", "focused"),
    [
        ("field.signatory", lambda form: form.field("signatory")),
        ("field.items", lambda form: form.grid("costs").table),
        ("field.results", lambda form: form.grid("results").table),
        ("months.missing", lambda form: form.months.table),
    ],
)
def test_enter_on_what_is_missing_leads_to_its_field(clerk: Clerk, gap: str, focused: Any) -> None:
    opened(clerk, items=(), actions=(ActionDraft(label="Azione 1", text="Campus"),))
    clerk.qtbot.waitUntil(lambda: gap in gap_ids(clerk))
    form = form_of(clerk)
    clerk.press(KEY.Key_F8)
    assert form.gaps.list.hasFocus(), "F8 shows it, and leads to it"
    form.gaps.list.setCurrentRow([each.id for each in form.gaps.gaps].index(gap))
    clerk.press(KEY.Key_Return)
    assert QApplication.focusWidget() is focused(form)


def test_the_list_is_folded_and_remembered(clerk: Clerk) -> None:
    opened(clerk)
    form = form_of(clerk)
    clerk.qtbot.waitUntil(lambda: bool(form.gaps.gaps))
    assert not form.gaps.list.isVisible(), "above the sheet it is folded until it is asked for"
    clerk.press(KEY.Key_F8)
    assert form.gaps.list.isVisible()
    clerk.press(KEY.Key_F8)
    assert not form.gaps.list.isVisible()
    assert not clerk.desk.settings.get("gaps_folded")
    clerk.view.resize(1900, 900)
    clerk.view._pages["proposals"].beside.setSizes([440, 1400])
    clerk.qtbot.waitUntil(form.gaps.list.isVisible)
    clerk.press(KEY.Key_F8)
    assert not form.gaps.list.isVisible()
    assert clerk.desk.settings.get("gaps_folded")


def test_the_sheet_begins_high_in_its_form(clerk: Clerk) -> None:
    opened(clerk)
    form = form_of(clerk)
    clerk.qtbot.waitUntil(lambda: bool(form.gaps.gaps))
    top = form._scroll.mapTo(form, form._scroll.rect().topLeft()).y()
    assert top <= px(200)


def test_it_stands_beside_a_wide_form(clerk: Clerk) -> None:
    opened(clerk)
    form = form_of(clerk)
    clerk.qtbot.waitUntil(lambda: bool(form.gaps.gaps))
    assert form.gaps.geometry().bottom() < form._scroll.geometry().top()
    clerk.view.resize(1900, 900)
    clerk.view._pages["proposals"].beside.setSizes([440, 1400])
    clerk.qtbot.waitUntil(lambda: form.gaps.geometry().left() > form._scroll.geometry().left())


# --- timeline ------------------------------------------------------------------------------


def test_months_are_keyed_in_and_drawn(clerk: Clerk) -> None:
    actions = (ActionDraft(label="Azione 1", text="Campus"), ActionDraft(label="Azione 2", text="Rete"))
    key = opened(clerk, actions=actions)
    form = form_of(clerk)
    assert form.gantt.timeline().is_empty
    clerk.fill(date_start="1/6/2014", duration_months="24")
    form.months.focus_cell(0, "month_from")
    for text in ("1", "12"):
        clerk.type(text)
        clerk.press(KEY.Key_Tab)
    form.months.focus_cell(1, "month_to")
    clerk.type("24")
    clerk.press(KEY.Key_Return)
    clerk.qtbot.waitUntil(lambda: form.gantt.timeline().bars[1].is_timed)
    line = form.gantt.timeline()
    assert (line.months, line.start) == (24, date(2014, 6, 1))
    assert [(bar.name, bar.first, bar.last) for bar in line.bars] == [("Azione 1", 1, 12), ("Azione 2", 24, 24)]
    assert "months 1–12 (June 2014 – May 2015)" in form.gantt.accessibleDescription()
    clerk.qtbot.waitUntil(lambda: not form.is_dirty)
    saved = load_proposal(clerk.store, key)
    assert [(row.month_from, row.month_to) for row in saved.actions] == [(1, 12), (24, 24)]
    form.gantt.setFocus()
    clerk.press(KEY.Key_Down)
    clerk.press(KEY.Key_Down)
    assert "Azione 2" in form.gantt.accessibleName()
    clerk.press(KEY.Key_Return)
    assert form.months.table.hasFocus()
    assert form.months.table.currentIndex().row() == 1


def test_months_that_are_refused_are_named_in_their_own_grid(clerk: Clerk) -> None:
    opened(clerk, actions=(ActionDraft(label="Azione 1", text="Campus"),))
    form = form_of(clerk)
    form.months.focus_cell(0, "month_from")
    for text in ("9", "3"):
        clerk.type(text)
        clerk.press(KEY.Key_Tab)
    form.save()
    clerk.qtbot.waitUntil(lambda: "before it starts" in form.banner_text())
    assert form.months.table.hasFocus()
    assert form.months.spec.columns[form.months.table.currentIndex().column()].key == "month_to"


# --- saving as typed -----------------------------------------------------------------------


def test_a_draft_is_saved_as_it_is_typed(clerk: Clerk) -> None:
    clerk.begin()
    clerk.fill(title="Noi famiglie", alliance_id="1. ambito di rho")
    form = form_of(clerk)
    clerk.qtbot.waitUntil(lambda: form.record_id is not None)
    clerk.fill(context="Il contesto")
    clerk.qtbot.waitUntil(lambda: not form.is_dirty)
    (row,) = proposal_rows(clerk.store)
    assert (row.id, row.title) == (form.record_id, "Noi famiglie")
    assert load_proposal(clerk.store, row.id).context == "Il contesto"
    assert form.field("context").hasFocus(), "the cursor stays where it was"
    assert form.undo_action.isEnabled(), "what was typed can still be taken back"
    form.undo_action.trigger()
    clerk.qtbot.waitUntil(lambda: load_proposal(clerk.store, row.id).context == "")


def test_what_cannot_be_saved_waits_and_the_cursor_stays(clerk: Clerk, refusals: list[Any]) -> None:
    a_proposal(clerk.store, title="Altra", protocol="5/2014")
    key = opened(clerk)
    form = form_of(clerk)
    clerk.fill(protocol="5/2014")
    clerk.fill(aims="Finalità")
    clerk.qtbot.waitUntil(lambda: bool(form.error_text("protocol")))
    assert "«Altra»" in form.error_text("protocol")
    assert form.field("aims").hasFocus()
    assert load_proposal(clerk.store, key).aims == ""
    clerk.fill(protocol="6/2014")
    clerk.qtbot.waitUntil(lambda: load_proposal(clerk.store, key).aims == "Finalità")
    assert refusals == []


def test_a_cell_that_is_being_edited_is_left_alone(clerk: Clerk) -> None:
    key = opened(clerk)
    table = clerk.form.grid("costs").table
    clerk.form.grid("costs").focus_cell(0, "label")
    clerk.type("Per")
    clerk.qtbot.wait(150)
    assert table.state() == table.State.EditingState
    clerk.type("sonale")
    clerk.press(KEY.Key_Return)
    clerk.qtbot.waitUntil(lambda: load_proposal(clerk.store, key).items[0].label == "Personale")


def test_going_to_another_record_saves_without_asking(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "ask_save", lambda *_words: pytest.fail("nothing is asked"))
    other = a_proposal(clerk.store, title="Altra")
    key = opened(clerk)
    form_of(clerk)._save_timer.setInterval(60_000)
    clerk.fill(title="Nuovo titolo")
    clerk.page.open_record(other)
    assert load_proposal(clerk.store, key).title == "Nuovo titolo"


# --- versions ------------------------------------------------------------------------------


def submitted(clerk: Clerk, **fields: Any) -> str:
    key = opened(clerk, date_received=DAY, **fields)
    clerk.act("Submit")
    return key


def test_what_was_handed_in_is_closed_until_a_version_is_opened(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = submitted(clerk)
    form = form_of(clerk)
    assert form._subtitle.text() == "State: Submitted · version 1 closed"
    assert form._lock.text().startswith("What was handed in is closed.")
    assert not form.documents.add_action.isEnabled()
    asked: list[str] = []

    def answer(dialog: Any) -> bool:
        asked.append(dialog.windowTitle())
        dialog.values["reason"] = "integrazione"
        return True

    monkeypatch.setattr(dialogs, "run_dialog", answer)
    clerk.act("New version…")
    assert asked == ["New version…"]
    assert form._subtitle.text() == "State: Submitted · version 2 open: integrazione"
    assert "Admit" not in clerk.offers(), "first the version is closed"
    clerk.fill(signatory="Anna Neri")
    clerk.qtbot.waitUntil(lambda: not form.is_dirty and form._task is None)
    assert load_proposal(clerk.store, key).signatory == "Anna Neri"
    clerk.act("Close the version")
    assert [row.is_open for row in version_rows(clerk.store, key)] == [False, False]
    assert "Admit" in clerk.offers()


def test_versions_are_compared_on_screen_and_on_paper(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    key = submitted(clerk)
    reopen_proposal(clerk.store, key, "integrazione")
    draft = load_proposal(clerk.store, key)
    save_proposal(clerk.store, replace(draft, context="Nuovo", items=(BudgetItemDraft(amount=Cents(9_000)),)))
    dialog = proposal_versions.VersionsDialog(clerk.desk, key)
    clerk.qtbot.addWidget(dialog)
    texts = dialog.table.texts()
    assert [row[0] for row in texts] == [
        "Description of the context",
        "Item of cost · Paid staff · Amount",
        "Item of contribution · Volunteers · row taken away",
    ]
    assert texts[1][1:] == ["80,00\u00a0€", "90,00\u00a0€", "10,00\u00a0€"]
    shown: list[Any] = []
    monkeypatch.setattr(output, "preview", lambda _parent, _desk, document: shown.append(document))
    dialog.print()
    assert shown[0].code == "CONFRONTO-PROPOSTA"
    dialog.after.set_value(1)
    dialog.after.edited.emit(1)
    assert dialog._same.isVisibleTo(dialog)


def test_papers_are_shown_as_they_will_be_printed(clerk: Clerk, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(clerk)
    shown: list[str] = []
    monkeypatch.setattr(output, "preview", lambda _parent, _desk, document: shown.append(document.code))
    clerk.act("Print the sheet")
    clerk.act("Print what is missing")
    assert shown == ["SCHEDA", "COSA-MANCA"]


# --- documents -----------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A document, one with a name that lies, and a program."""
    contents = {"Lettera.pdf": PDF, "tabella.xlsx": PDF + b"2", "programma.pdf": b"MZ\x90\x00" + bytes(50)}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return [tmp_path / name for name in contents]


def test_documents_are_added_by_key_and_refusals_told(
    clerk: Clerk, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    key = opened(clerk)
    panel = form_of(clerk).documents
    monkeypatch.setattr(dialogs, "choose_files", lambda *_words: files)
    panel.add_action.trigger()
    clerk.qtbot.waitUntil(lambda: bool(clerk.form.banner_text()))
    assert [row.name for row in document_rows(clerk.store, DocumentOwner(proposal_id=key))] == [
        "Lettera.pdf",
        "tabella.xlsx",
    ]
    assert clerk.form.banner_text().startswith("«programma.pdf» is no document of a kind")
    assert panel.texts()[1].startswith("tabella.xlsx\nPDF · ")
    assert panel.texts()[1].endswith("its name promises another kind")


def test_documents_are_dropped_anywhere_on_the_sheet(clerk: Clerk, files: list[Path]) -> None:
    opened(clerk)
    form = form_of(clerk)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(files[0]))])
    drop = QDropEvent(
        QPointF(20, 200),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    form.dropEvent(drop)
    clerk.qtbot.waitUntil(lambda: len(form.documents.rows) == 1)
    assert drop.isAccepted()


def test_a_document_is_opened_saved_described_and_removed(
    clerk: Clerk, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = opened(clerk)
    panel = form_of(clerk).documents
    panel.add(files[:1])
    clerk.qtbot.waitUntil(lambda: len(panel.rows) == 1)
    panel.list.setCurrentRow(0)
    panel.list.setFocus()
    opened_files: list[Path] = []
    monkeypatch.setattr(documents_panel, "show_file", opened_files.append)
    panel.open_chosen()
    clerk.qtbot.waitUntil(lambda: bool(opened_files))
    assert opened_files[0].read_bytes() == PDF
    monkeypatch.setattr(dialogs, "choose_save", lambda *_words: tmp_path / "copia.pdf")
    panel.save_chosen()
    clerk.qtbot.waitUntil(lambda: (tmp_path / "copia.pdf").exists())

    def answer(dialog: Any) -> bool:
        dialog.values["note"] = "firmata"
        return True

    monkeypatch.setattr(dialogs, "run_dialog", answer)
    clerk.press(KEY.Key_F2)
    clerk.qtbot.waitUntil(lambda: panel.rows[0].note == "firmata")
    monkeypatch.setattr(dialogs, "confirm", lambda *_words: True)
    panel.list.setCurrentRow(0)
    clerk.press(KEY.Key_Delete)
    clerk.qtbot.waitUntil(lambda: panel.rows == ())
    assert [row.name for row in bin_rows(clerk.store)] == ["Lettera.pdf"]
    assert document_rows(clerk.store, DocumentOwner(proposal_id=key)) == ()
    clerk.desk.close_archive()
    assert not opened_files[0].exists(), "no copy stays when the archive is left"


def test_a_new_proposal_is_saved_before_documents_come(clerk: Clerk) -> None:
    clerk.begin()
    panel = form_of(clerk).documents
    assert not panel.add_action.isEnabled()
    assert panel.note_text() == "Documents are added once the record is saved."


# --- the bin -------------------------------------------------------------------------------


def test_the_bin_lists_and_restores(qtbot: QtBot, desk: Desk) -> None:
    a_plan(desk.store)
    actions = (ActionDraft(label="Azione 1", text="Campus"),)
    key = a_proposal(desk.store, actions=actions)
    before = load_proposal(desk.store, key)
    delete_proposal(desk.store, key)
    clerk = Clerk(qtbot, desk, ArchiveView)
    clerk.go("bin")
    page = clerk.page
    assert isinstance(page, BinPage)
    qtbot.waitUntil(lambda: page.panel is not None)
    assert clerk.listed("name") == ["Noi famiglie"]
    assert clerk.listed("kind") == ["Proposal"]
    wanted: list[tuple[str, str]] = []
    desk.wanted.connect(lambda room, record: wanted.append((room, record)))
    page.panel.restore_action.trigger()
    qtbot.waitUntil(lambda: wanted == [("proposals", key)])
    assert load_proposal(desk.store, key) == before
    qtbot.waitUntil(lambda: clerk.listed("name") == [])
    assert load_proposal(desk.store, key).state is ProposalState.DRAFT


def test_a_wrong_paste_into_the_costs_names_every_wrong_cell(clerk: Clerk) -> None:
    opened(clerk)
    form = form_of(clerk)
    before = form.model.draft
    grid = form.grid("costs")
    grid.focus_cell(0, "category")
    QGuiApplication.clipboard().setText("Attrezzature\tPC\t1,2,3\nAerei\tx\t10\n")
    grid.paste()
    said = form.banner_text()
    assert "Column Amount, row no. 1:" in said
    assert "Column Category, row no. 2:" in said
    assert form.model.draft == before
