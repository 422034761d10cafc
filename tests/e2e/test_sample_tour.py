"""The sample archive in the real window: every room and tab, the way of the money, and what is printed of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import AccountKind
from app.models.money import format_euro
from app.services.reports.spec import Table
from app.ui.preview import PreviewDialog
from app.ui.rail import room_keys
from app.ui.views.base import RecordsView
from app.ui.views.prints import PrintsView
from app.ui.views.resources import AccountSheet
from tests.e2e.driver import Person, started
from tests.ui.audit import ambiguous_keys, elided, unnamed

TITLES = {
    "it": (
        *("Cruscotto", "Piano", "Rete", "Avvisi", "Proposte", "Valutazione"),
        *("Risorse", "Progetti", "Buoni", "Sedute", "Stampe", "Archivio"),
    ),
    "en": (
        *("Overview", "Plan", "Network", "Calls", "Proposals", "Evaluation"),
        *("Resources", "Projects", "Vouchers", "Meetings", "Prints", "Archive"),
    ),
}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, sample_archive: Path) -> Path:
    return Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("tour") / "piano.concilia"))


@pytest.fixture
def person(qapp: QApplication, qtbot: QtBot, tmp_path: Path, sample: Path) -> Iterator[Person]:
    """Before the sample archive, in Italian and light."""
    with started(qtbot, tmp_path / "settings.json") as made:
        with made.answering(made.file(sample)):
            made.press("Ctrl+O")
        yield made


def window_text(person: Person) -> QColor:
    """Colour in which the window writes."""
    return person.window.palette().color(QPalette.ColorRole.WindowText)


def places(person: Person) -> Iterator[str]:
    """Every room by its number, and in it every tab, one after the other, with its first record."""
    for number, room in enumerate(person.window._rooms, 1):
        person.press(room_keys(number)[0])
        view = person.window.current_view()
        if not isinstance(view, RecordsView):
            yield room.key
            continue
        for kind in view.kinds:
            assert view.current_page().kind is kind
            yield f"{room.key} {kind.key}"
            person.press("Ctrl+PgDown")


@pytest.mark.slow
def test_every_room_and_tab_in_both_languages_and_themes(person: Person) -> None:
    faults: dict[str, list[str]] = {}
    for language, theme in (("it", "light"), ("en", "dark")):
        if language == "en":
            person.set_up("language", "English")
            person.set_up("theme", "Dark")
        assert window_text(person).value() > 128 if theme == "dark" else window_text(person).value() < 128
        rail = person.window.rail.rooms
        assert tuple(rail.item(row).text() for row in range(rail.count())) == TITLES[language]
        for place in places(person):
            person.settle()
            found = [*unnamed(person.window), *elided(person.window), *ambiguous_keys(person.window)]
            if found:
                faults[f"{language} {theme} {place}"] = found
    assert not faults


@pytest.mark.slow
def test_proposal_is_found_and_opened(person: Person) -> None:
    person.command("più tempo")
    assert person.view.key == "proposals"
    assert person.form.title() == "2. + t x t (più tempo per te)"
    assert person.focus is person.form.field("title")


@pytest.mark.slow
def test_way_of_the_money_agrees_with_the_printed_tables(person: Person) -> None:
    """From each source to each area to each project: the accounts on the screen are the tables T01, T02, T03."""
    sheets = account_sheets(person)
    sources, areas, projects = (table_of(person, code) for code in ("T01", "T02", "T03"))
    due = [row for row in sources.body() if row.due]
    came = {row.name: sum(cents for cents in sheets[row.name] if cents > 0) for row in due}
    assert came == {row.name: row.amount for row in due}
    assert [sum(sheets[row.name]) for row in sources.body()] == [0, 0, 0]
    for row in areas.body():
        movements = sheets[f"{row.code} {row.title}"]
        assert sum(cents for cents in movements if cents > 0) == row.allocated == (row.ceiling or 0)
        assert -sum(cents for cents in movements if cents < 0) == row.awarded
        assert sum(movements) == row.left
    for row in projects.body():
        assert sum(cents for cents in sheets[row.title] if cents > 0) == row.awarded  # some goes on to vouchers
    assert sum(came.values()) == projects.totals()["awarded"] == areas.totals()["awarded"] == 424_182_62


def account_sheets(person: Person) -> dict[str, list[int]]:
    """Cents of the movements on the sheets of the accounts of each name, one account of the list after the other."""
    person.room("resources")
    person.press("Home")
    sheets: dict[str, list[int]] = {}
    for line in person.page.list.model.table.body():
        sheet = person.page.detail
        assert isinstance(sheet, AccountSheet)
        name = sheet.heading.text()
        assert name == line.plain
        movements = sheet.movements.model.table.body() if sheet.movements.isVisible() else ()
        cents = [row.cents for row in movements]
        column = "total" if line.kind is AccountKind.PLAN else "balance"
        listed = person.listed(column)[person.page.list.table.currentIndex().row()]
        assert listed == format_euro(sum(cents)), name
        sheets.setdefault(name, []).extend(cents)
        person.press("Down")
    return sheets


def table_of(person: Person, code: str) -> Table:
    """The first table of a document of the prints' room, as its pages show it."""
    person.room("prints")
    view = person.window.current_view()
    assert isinstance(view, PrintsView)
    person.press("Home")
    for _row in range(view.list.model.rowCount()):
        if view.pane.document is not None and view.pane.document.code == code:
            return next(iter(view.pane.document.tables()))
        person.press("Down")
    raise AssertionError(f"{code} is not among the prints")


@pytest.mark.slow
def test_preview_of_the_minutes_has_the_pages_of_the_pdf(person: Person, tmp_path: Path) -> None:
    person.command("seduta 2/2014")
    person.push("Verbale", back=True)
    preview = QApplication.activeWindow()
    assert isinstance(preview, PreviewDialog)
    printed = tmp_path / "verbale.pdf"
    with person.answering(person.file(printed)):
        person.press("Ctrl+E")
    pdf = pypdfium2.PdfDocument(printed)
    pages = [page.get_textpage().get_text_bounded() for page in pdf]
    sizes = [pdf.get_page_size(number) for number in range(len(pdf))]
    pdf.close()
    assert preview.pane.page_count() == len(pages) > 1
    shapes = [(sheet.width() > sheet.height(), sheet.pixmap is not None) for sheet in preview.pane._sheets]
    assert [turned for turned, _drawn in shapes] == [width > height for width, height in sizes]
    assert shapes[0][1], "the first page is drawn"
    assert "54.182,62\u00a0€" in "".join(pages) or "54.182,62 €" in "".join(pages)
    assert unnamed(preview) == elided(preview) == []
    person.press("Escape")
