from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.models.enums import OrganisationKind, ProposalState
from app.models.errors import Conflict
from app.models.money import Cents
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.form_parts import mnemonics
from app.ui.forms import RecordForm
from app.ui.grid_model import FAULTS_NAMED
from tests.ui.fakes import PROJECT_FORM, FakeStore, ItemDraft, Pace, ProjectDraft, pace_choices

MakeForm = Callable[..., RecordForm]
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def make_form(qtbot: QtBot, desk: Desk) -> MakeForm:
    def make(record_id: str | None = None) -> RecordForm:
        form = RecordForm(desk, PROJECT_FORM, record_id)
        qtbot.addWidget(form)
        form.resize(700, 900)
        with qtbot.waitActive(form):
            form.show()
            form.activateWindow()
        return form

    return make


def fill(qtbot: QtBot, form: RecordForm, key: str, text: str) -> None:
    """Type into a field from nothing, without leaving it."""
    editor = form.field(key)
    editor.setFocus()
    editor.selectAll()  # type: ignore[union-attr]
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    qtbot.keyClicks(editor, text)


def save(qtbot: QtBot, form: RecordForm) -> None:
    with qtbot.waitSignal(form.saved):
        form.save()


def test_record_keyed_in_from_nothing_is_saved_whole(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form()
    assert form.title() == "New: Progetto"
    for key, text in (
        ("title", "Nido condiviso"),
        ("lead_id", "azienda speciale"),
        ("received", "31/03/2014"),
        ("hour", "930"),
        ("amount", "1.234,56"),
        ("declared", "3,86"),
        ("heads", "120"),
        ("note", "Due righe"),
    ):
        fill(qtbot, form, key, text)
    qtbot.keyClick(form.field("is_public"), Qt.Key.Key_Space)
    with qtbot.waitSignal(form.saved) as told:
        qtbot.keyClick(form.field("note"), Qt.Key.Key_S, CONTROL)  # without leaving the last field
    record = store.records[told.args[0].id]
    assert record == ProjectDraft(
        id="p41",
        title="Nido condiviso",
        kind=OrganisationKind.ASSOCIATION,
        lead_id="o2",
        received=date(2014, 3, 31),
        hour="09:30",
        amount=Cents(123456),
        declared="3,86\u00a0%",
        heads=120,
        note="Due righe",
        is_public=True,
    )
    assert not form.is_dirty
    assert form.record_id == "p41"


def test_control_enter_saves_from_a_note(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    fill(qtbot, form, "note", "changed")
    with qtbot.waitSignal(form.saved):
        qtbot.keyClick(form.field("note"), Qt.Key.Key_Return, CONTROL)
    assert store.records["p1"].note == "changed"


def test_loaded_record_shows_every_value(make_form: MakeForm) -> None:
    form = make_form("p3")
    assert form.title() == "Spazio giovani 3"
    assert form.field("amount").text() == "37.037,01\u00a0€"  # type: ignore[union-attr]
    assert form.field("received").text() == "04/03/2014"  # type: ignore[union-attr]
    assert form.field("lead_id").text() == "Comune di Abbiategrasso"  # type: ignore[union-attr]
    assert form.grid("items").model.rowCount() == 2
    assert not form.save_action.isEnabled()


def test_missing_field_is_said_and_reached(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form()
    form.field("note").setFocus()
    form.save()
    assert form.error_text("title") == "This field is needed. Fill it in, then save again."
    assert form.focusWidget() is form.field("title")
    assert store.saves == 0
    qtbot.keyClicks(form.field("title"), "x")
    assert form.error_text("title") == ""


def test_wrong_text_is_said_when_left_and_blocks_saving(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    fill(qtbot, form, "amount", "254,510,00")
    assert form.error_text("amount") == ""  # not while it is typed
    form.field("title").setFocus()
    assert "mixes points and commas" in form.error_text("amount")
    fill(qtbot, form, "title", "Altro titolo")
    form.save()
    assert form.focusWidget() is form.field("amount")
    assert form.field("amount").text() == "254,510,00"  # type: ignore[union-attr]
    assert form.field("title").text() == "Altro titolo"  # type: ignore[union-attr]
    assert store.saves == 0


def test_refusal_of_the_service_keeps_the_draft(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    fill(qtbot, form, "note", "kept")
    fill(qtbot, form, "title", "refuse")
    form.save()
    qtbot.waitUntil(lambda: form.error_text("received") != "")
    assert "30/02/2014 does not exist" in form.error_text("received")
    assert form.focusWidget() is form.field("received")
    assert form.model.draft.note == "kept"
    assert form.is_dirty
    assert store.records["p1"].note != "kept"
    fill(qtbot, form, "title", "accepted")
    save(qtbot, form)
    assert store.records["p1"].note == "kept"
    assert form.error_text("received") == ""


def test_broken_rule_stands_above_the_buttons(qtbot: QtBot, make_form: MakeForm) -> None:
    form = make_form("p1")
    fill(qtbot, form, "title", "rule")
    form.save()
    qtbot.waitUntil(lambda: form.banner_text() != "")
    assert form.is_dirty
    fill(qtbot, form, "title", "fine")
    save(qtbot, form)
    assert form.banner_text() == ""


def test_conflict_offers_to_reload_and_keeps_the_draft(
    qtbot: QtBot, make_form: MakeForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make_form("p1")
    fill(qtbot, form, "note", "mine")
    form.show_error(Conflict("field.required"))
    assert form.banner_text()
    assert form.model.draft.note == "mine"


def test_undo_and_redo_take_steps_by_field(qtbot: QtBot, make_form: MakeForm) -> None:
    form = make_form("p1")
    title, note = form.model.draft.title, form.model.draft.note
    fill(qtbot, form, "title", "abc")
    form.field("note").setFocus()
    fill(qtbot, form, "note", "xyz")
    qtbot.keyClick(form.field("note"), Qt.Key.Key_Z, CONTROL)
    assert (form.model.draft.title, form.model.draft.note) == ("abc", note)
    qtbot.keyClick(form.field("note"), Qt.Key.Key_Z, CONTROL)
    assert (form.model.draft.title, form.model.draft.note) == (title, note)
    assert form.field("title").text() == title  # type: ignore[union-attr]
    assert not form.is_dirty
    qtbot.keyClick(form.field("note"), Qt.Key.Key_Z, CONTROL | SHIFT)
    qtbot.keyClick(form.field("note"), Qt.Key.Key_Z, CONTROL | SHIFT)
    assert (form.model.draft.title, form.model.draft.note) == ("abc", "xyz")


def test_cancelled_changes_can_be_taken_back(qtbot: QtBot, make_form: MakeForm) -> None:
    form = make_form("p1")
    fill(qtbot, form, "title", "abc")
    fill(qtbot, form, "amount", "1,2,3")
    form.revert()
    assert not form.is_dirty
    assert form.field("amount").text() == "12.345,67"  # type: ignore[union-attr]
    form.undo_action.trigger()
    assert form.model.draft.title == "abc"


@pytest.mark.parametrize("answer", list(dialogs.Answer))
def test_leaving_with_changes_asks(
    answer: dialogs.Answer, qtbot: QtBot, make_form: MakeForm, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make_form("p1")
    assert form.leave()
    fill(qtbot, form, "title", "abc")
    asked: list[str] = []

    def answered(_parent: object, title: str) -> dialogs.Answer:
        asked.append(title)
        return answer

    monkeypatch.setattr(dialogs, "ask_save", answered)
    assert form.leave() is (answer is not dialogs.Answer.STAY)
    assert asked == ["abc"]
    assert (store.records["p1"].title == "abc") is (answer is dialogs.Answer.SAVE)
    assert form.is_dirty is (answer is dialogs.Answer.STAY)


def test_leaving_stays_when_saving_is_refused(
    qtbot: QtBot, make_form: MakeForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make_form("p1")
    fill(qtbot, form, "title", "refuse")
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: dialogs.Answer.SAVE)
    assert not form.leave()
    assert form.model.draft.title == "refuse"


def test_act_runs_on_the_saved_record(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    store.records["p1"] = ProjectDraft(id="p1", title="Bozza")
    form = make_form("p1")
    act = next(action for action in form.actions_of_record() if action.text() == "Presenta")
    with qtbot.waitSignal(form.acted):
        act.trigger()
    assert store.records["p1"].state is ProposalState.SUBMITTED
    assert form.model.draft.state is ProposalState.SUBMITTED
    assert not act.isVisible()


def test_act_with_fields_asks_for_them(
    qtbot: QtBot, make_form: MakeForm, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = make_form("p1")
    shown: list[Any] = []

    def answer(dialog: Any) -> bool:
        shown.append(dialog)
        dialog.accept()  # refused: the title is missing
        assert dialog.section.boxes[0].error_text() != ""
        qtbot.keyClicks(dialog.section.boxes[0].editor, "Nuovo nome")
        dialog.accept()
        return dialog.result() == 1

    monkeypatch.setattr(dialogs, "run_dialog", answer)
    with qtbot.waitSignal(form.acted):
        next(action for action in form.actions_of_record() if action.text() == "Rinomina").trigger()
    assert store.records["p1"].title == "Nuovo nome"
    assert form.title() == "Nuovo nome"


def test_locked_record_can_be_read_and_not_edited(make_form: MakeForm, store: FakeStore) -> None:
    store.records["p1"] = ProjectDraft(id="p1", title="Finito", state=ProposalState.CONCLUDED)
    form = make_form("p1")
    editor = form.field("title")
    assert isinstance(editor, QLineEdit)
    assert editor.isReadOnly()
    assert not form.grid("items").model.can_add
    assert not form.save_action.isEnabled()
    form.open_record("p2")
    assert not editor.isReadOnly()
    assert form.grid("items").model.can_add


def test_reload_takes_news_but_keeps_a_draft(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    store.records["p1"] = ProjectDraft(id="p1", title="Dal centro")
    form.reload()
    assert form.title() == "Dal centro"
    fill(qtbot, form, "title", "mio")
    store.records["p1"] = ProjectDraft(id="p1", title="Di nuovo")
    form.reload()
    assert form.model.draft.title == "mio"


def test_fields_have_names_and_keys_of_their_own(make_form: MakeForm) -> None:
    form = make_form("p1")
    assert form.field("title").accessibleName() == "Titolo, required"
    assert form.field("heads").accessibleDescription() == "Persone, non nuclei familiari."
    marked = mnemonics(["Nome", "Note", "Natura", "N", "Importo & altro"])
    letters = [
        text.replace("&&", "")[text.replace("&&", "").index("&") + 1].casefold()
        for text in marked.values()
        if "&" in text.replace("&&", "")
    ]
    assert len(letters) == len(set(letters)) == 4
    assert marked["N"] == "N"


def test_form_is_freed_when_closed(qtbot: QtBot, desk: Desk) -> None:
    form = RecordForm(desk, PROJECT_FORM, "p1")
    form.show()
    gone = weakref.ref(form)
    deleted: list[bool] = []
    form.destroyed.connect(lambda: deleted.append(True))
    form.close()
    form.deleteLater()
    qtbot.waitUntil(lambda: bool(deleted))
    del form
    gc.collect()
    assert gone() is None


# --- the grid -----------------------------------------------------------------------------


def test_grid_passes_the_model_tester(make_form: MakeForm, qtmodeltester: ModelTester) -> None:
    form = make_form("p1")
    model = form.grid("items").model
    qtmodeltester.check(model)
    model.add_row(1)
    model.remove_rows([0, 2])
    form.undo_action.trigger()
    qtmodeltester.check(model)


def test_grid_is_keyed_in_without_the_mouse(qtbot: QtBot, make_form: MakeForm) -> None:
    form = make_form()
    table = form.grid("items").table
    table.setFocus()
    qtbot.keyClick(table, Qt.Key.Key_Insert)
    assert form.grid("items").model.rowCount() == 1
    qtbot.keyClicks(table, "V")
    editor = table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "oce")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: form.grid("items").model.rowCount() == 2)
    assert form.model.draft.items[0].title == "Voce"
    assert (table.currentIndex().row(), table.currentIndex().column()) == (1, 0)


def test_grid_cell_being_typed_is_saved(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    grid = form.grid("items")
    grid.focus_cell(0, "amount")
    qtbot.keyClicks(grid.table, "5")
    editor = grid.table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, "0,00")
    with qtbot.waitSignal(form.saved):
        form.save()
    assert store.records["p1"].items[0].amount == 5000


def test_grid_cell_that_cannot_be_read_is_refused(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    grid = form.grid("items")
    grid.focus_cell(1, "amount")
    qtbot.keyClicks(grid.table, "5")
    editor = grid.table.viewport().findChild(QLineEdit)
    qtbot.keyClicks(editor, ",5")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert "two decimals" in form.banner_text()
    form.save()
    assert "row 2" in form.banner_text()
    assert store.saves == 0


def test_grid_error_of_the_service_marks_its_cell(qtbot: QtBot, make_form: MakeForm, store: FakeStore) -> None:
    form = make_form("p1")
    items = form.model.draft.items
    form.model.set_value("items", (items[0], ItemDraft(None, "x", Pace.SLOW, Cents(-1))))
    form.save()
    qtbot.waitUntil(lambda: form.banner_text() != "")
    assert form.banner_text().startswith("Piano economico, row 2: ")
    index = form.grid("items").model.index(1, 2)
    assert "missing" in index.data(int(Qt.ItemDataRole.ToolTipRole))
    assert form.grid("items").table.currentIndex() == index
    assert store.saves == 0


def test_grid_pastes_rows_of_a_spreadsheet(make_form: MakeForm) -> None:
    form = make_form("p1")
    grid = form.grid("items")
    grid.focus_cell(1, "title")
    QGuiApplication.clipboard().setText("Volontari\tveloce\t1.000,00\t12\tsì\r\nGestione\tLENTO\t€ 2.000\t\tno\r\n")
    grid.paste()
    rows = form.model.draft.items
    assert rows[1:] == (
        ItemDraft("i1b", "Volontari", Pace.FAST, Cents(100000), 12, True),
        ItemDraft(None, "Gestione", Pace.SLOW, Cents(200000), None, False),
    )
    form.undo_action.trigger()
    assert len(form.model.draft.items) == 2
    assert form.model.draft.items[1].title == "Attrezzature"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a\tlento\t254,510,00", "column Importo: «254,510,00» mixes"),
        ("a\trapido", "column Passo: «rapido» is not in the list"),
        ("\tlento", "column Voce: This field is needed"),
        ("a\tlento\t1\t2\tno\tdi troppo", "6 columns, and only 5 fit"),
        ("", "no table to paste"),
        (" \n ", "no table to paste"),
    ],
)
def test_grid_refuses_a_wrong_paste_whole(text: str, words: str, make_form: MakeForm) -> None:
    form = make_form("p1")
    before = form.model.draft
    form.grid("items").focus_cell(0, "title")
    QGuiApplication.clipboard().setText("buona\tlento\n" + text if text.strip() else text)
    form.grid("items").paste()
    assert words in form.banner_text()
    assert form.model.draft == before


def test_grid_names_every_wrong_cell_of_a_paste(make_form: MakeForm) -> None:
    form = make_form("p1")
    before = form.model.draft
    form.grid("items").focus_cell(0, "title")
    QGuiApplication.clipboard().setText("a\tlento\t1,2,3\nb\trapido\tdieci\nc\tlento\t5\nd\trapido\tdieci")
    form.grid("items").paste()
    said = form.banner_text().splitlines()
    assert "(5)" in said[0]
    places = [line.partition(":")[0] for line in said[1:]]
    assert places == ["Column Importo, row no. 1", "Column Passo, row no. 2, 4", "Column Importo, row no. 2, 4"]
    assert form.model.draft == before


def test_grid_names_the_first_of_very_many_wrong_cells(make_form: MakeForm) -> None:
    form = make_form("p1")
    before = form.model.draft
    form.grid("items").focus_cell(0, "title")
    QGuiApplication.clipboard().setText("\n".join(f"a\tlento\tx{row % 7}" for row in range(1400)))
    form.grid("items").paste()
    said = form.banner_text().splitlines()
    assert "1.400 cells" in said[0]
    assert len(said) == 1 + FAULTS_NAMED
    assert said[1].startswith("Column Importo, row no. 1, 8, 15, ")
    assert ", …: " in said[1]
    assert form.model.draft == before


def test_grid_rows_are_removed_moved_and_copied(qtbot: QtBot, make_form: MakeForm) -> None:
    form = make_form("p1")
    grid = form.grid("items")
    grid.focus_cell(1, "title")
    qtbot.keyClick(grid.table, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [row.title for row in form.model.draft.items] == ["Attrezzature", "Personale retribuito"]
    grid.table.selectRow(0)
    grid.copy()
    assert QGuiApplication.clipboard().text() == "Attrezzature\tveloce\t2.500,00\u00a0€\t\tno"
    qtbot.keyClick(grid.table, Qt.Key.Key_Delete)
    assert [row.title for row in form.model.draft.items] == ["Personale retribuito"]
    assert grid.model.totals() == (("Importo", "10.000,01\u00a0€"), ("Teste", "3"))


def test_tab_leaves_the_grid_after_its_last_cell(qtbot: QtBot, make_form: MakeForm) -> None:
    form = make_form("p1")
    grid = form.grid("items")
    grid.focus_cell(1, "done")
    qtbot.keyClick(grid.table, Qt.Key.Key_Tab)
    assert form.focusWidget() is not grid.table
    grid.focus_cell(0, "title")
    qtbot.keyClick(grid.table, Qt.Key.Key_Tab)
    assert grid.table.currentIndex().column() == 1


def test_choices_are_asked_for_again_only_after_something_was_written(
    make_form: MakeForm, desk: Desk, store: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    read = desk.read
    monkeypatch.setattr(desk, "read", lambda verb, *args: asked.append(verb) or read(verb, *args))
    form = make_form()
    kinds = next(field.choices for field in PROJECT_FORM.fields if field.key == "kind")
    assert asked.count(kinds) == asked.count(pace_choices) == 1
    form.open_record("p1")
    form.open_blank()
    assert asked.count(kinds) == asked.count(pace_choices) == 1
    store.writes += 1
    form.open_record("p1")
    assert asked.count(kinds) == asked.count(pace_choices) == 2
