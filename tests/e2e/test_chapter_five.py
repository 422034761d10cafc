"""The plan's chapter 5 lived through by keyboard: from its sources to the premium and an amendment that takes effect.

Every table that it leads to is printed, and added up from its printed lines.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import AmendmentState, MeetingState
from app.models.money import Cents, format_cents
from app.models.store import Store
from app.services.integrity import verify
from app.services.ledger.rows import balances
from app.services.proposals.budgets import budget_items, budget_versions
from app.services.reports.catalogue import build_document
from app.services.reports.pdf import pdf_bytes
from app.services.reports.spec import Document
from app.services.sharing.scenarios import pot_rows
from app.services.spending.amendments import amendment_rows
from app.services.wording.texts import translator
from app.ui.views.scenario_view import ScenarioForm
from tests.e2e.driver import Person, started
from tests.services.sitting import AWARDS, CEILINGS, RESIDUE, Sitting, build_sitting
from tests.services.spending_world import give_plans
from tests.services.world import new_store

IT = translator("it")
PREMIUM = 63_627_00


@pytest.fixture
def plan(tmp_path: Path) -> tuple[Path, Sitting]:
    """Sources, areas, four admissible projects with their economic plans, a committee, and no meeting yet."""
    with new_store(tmp_path) as store:
        sitting = build_sitting(store)
        give_plans(store, sitting)
        return store.path, sitting


@pytest.mark.slow
def test_chapter_five_from_the_sources_to_an_amendment(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, plan: tuple[Path, Sitting]
) -> None:
    path, sitting = plan
    with started(qtbot, tmp_path / "settings.json") as person:
        with person.answering(person.file(path)):
            person.press("Ctrl+O")
        store = person.desk.store
        areas_and_awards(person)
        assert added_up(store, "T01")["amount"] == 254_510_00 + RESIDUE + 115_490_00 + PREMIUM
        assert added_up(store, "T03")["awarded"] == sum(AWARDS.values())
        assert added_up(store, "T02")
        share(person, "Quota residua", "Residuo", "54.182,62", "Residui", "09/07/2014")
        assert sum(totals_of(store, sitting)) == sum(AWARDS.values()) + RESIDUE
        look_at_the_costs(store, sitting)
        premium_comes_in(person)
        share(person, "Premialità del primo anno", "Premialità", "63.627,00", "Premio", "15/07/2015", by_indicators)
        assert totals_of(store, sitting) == [96_507_61, 140_517_46, 181_784_35, 69_000_20]
        look_at_the_formula(store)
        assert added_up(store, "T08")
        amend(person)
        key = amendment_rows(store)[0].id
        amounts = added_up(store, "T07", key)
        assert amounts["before"] == amounts["after"]
        assert format_cents(Cents(PREMIUM)) in text_of(build_document(store, "FLUSSO", IT))
        found = verify(store, IT)
        assert found.ok, [result.broken for result in found.invariants if not result.ok]


def totals_of(store: Store, sitting: Sitting) -> list[int]:
    """What each project has in all, in their order."""
    found = {row.subject_id: row.total for row in balances(store)}
    return [found[key] for key in sitting.proposals.values()]


# --- at the keyboard ---------------------------------------------------------------------------


def convene(person: Person, day: str, *titles: str) -> None:
    """A meeting with its points, opened and voted by all."""
    person.room("meetings")
    person.tab("meetings")
    person.begin()
    person.fill(date_held=day, place="Magenta")
    person.rows("items", *((title,) for title in titles))
    person.save()
    with person.answering(person.keys("10:00")):
        person.push("Apri la seduta", back=True)
    person.tab("points")
    for place in range(len(titles)):
        person.press("Ctrl+F", "Down", "Ctrl+Home", *["Down"] * place, "Return")
        person.fill(time_voted="10:30")
        person.press("Ctrl+Shift+F")
        person.save()


def close(person: Person) -> None:
    """The meeting that was convened last is closed."""
    person.tab("meetings")
    with person.answering(person.keys("12:15"), person.yes()):
        person.push("Chiudi", back=True)
    assert person.form.model.draft.state is MeetingState.CLOSED


def begin_decision(person: Person, place: int, kind: str, subject: str) -> None:
    """The decision on a point, begun from the point."""
    person.tab("points")
    person.press("Ctrl+F", "Down", "Ctrl+Home", *["Down"] * place, "Return")
    person.push("Deliberazione", back=True)
    person.fill(kind=kind, subject=subject, text="x")


def areas_and_awards(person: Person) -> None:
    """Meeting 1: the resources of each area, then the four awards."""
    convene(person, "24/06/2014", "Riparto agli ambiti", "Assegnazione ai progetti")
    begin_decision(person, 0, "Assegnazione agli ambiti", "Riparto delle risorse")
    person.cell("area_amounts", 0, "amount")
    person.type("".join(f"{format_cents(Cents(cents))}\n" for cents in CEILINGS.values()))
    person.save()
    begin_decision(person, 1, "Assegnazione ai progetti", "Finanziamento dei progetti")
    person.cell("project_amounts", 0, "amount")
    person.type("".join(f"{format_cents(Cents(cents))}\n" for cents in AWARDS.values()))
    person.save()
    close(person)


def in_equal_parts(person: Person, name: str) -> None:
    """A scenario of a sum by the rules that a new one has."""
    person.fill(pot_id=name, name="Parti uguali")
    person.save()


REACHED = (("40", ("30", "60", "12", "10")), ("10", ("10", "12", "22", "8")))
"""What each indicator was to reach, and what each project reached."""


def by_indicators(person: Person, name: str) -> None:
    """A scenario by what the projects reached in the first year, with the papers that say so."""
    person.fill(pot_id=name, name="Per indicatori", level="Progetti insieme", inner_rule="In proporzione")
    person.fill(inner_basis="Indicatori")
    person.rows("indicators", ("Destinatari raggiunti", "60", None, "100"), ("Enti coinvolti", "40", None, "120"))
    typed = {
        "target": [target for target, found in REACHED for _each in found],
        "actual": [each for _target, found in REACHED for each in found],
        "document": [f"Relazione del progetto {number}" for number in (1, 2, 3, 4)] * 2,
    }
    for column, values in typed.items():
        person.cell("readings", 0, column)
        person.type("".join(f"{value}\n" for value in values))
    person.save()
    form = person.form
    assert isinstance(form, ScenarioForm)
    form.refresh_panel()
    assert len(form.model.draft.indicators) == 2, "the row that Enter began is none"
    assert [bar.value for bar in form.results.chart._bars] == [96_507_61, 140_517_46, 181_784_35, 69_000_20]
    person.cell("readings", 0, "actual")
    person.type("20\n")  # one project reached less: what that would move shows before it is kept
    form.refresh_panel()
    moved = form.results.shown_tables()[0].texts()
    changes = [row[2].removesuffix("\xa0€") for row in moved]
    assert (changes[0], changes[-1]) == ("−2.368,71", "0,00")
    assert not any(change.startswith("−") for change in changes[1:])
    person.press("Ctrl+Z")
    assert not form.is_dirty


def share(
    person: Person,
    name: str,
    kind: str,
    total: str,
    source: str,
    day: str,
    scenario: Callable[[Person, str], None] = in_equal_parts,
) -> None:
    """A sum, a scenario of it, adopted at a meeting of its own."""
    person.room("resources")
    person.tab("pots")
    person.begin()
    person.fill(name=name, kind=kind, total=total)
    sources = [row[1] for row in person.cells("sources")]
    person.cell("sources", next(n for n, words in enumerate(sources) if words.startswith(source)), "taken")
    person.press("Space")
    person.save()
    person.tab("scenarios")
    person.begin()
    scenario(person, name)
    convene(person, day, f"Riparto: {name}")
    person.room("resources")
    with person.answering(person.keys(f"Riparto: {name}")):
        person.push("Adotta", back=True)
    person.room("meetings")
    close(person)


def premium_comes_in(person: Person) -> None:
    """After the first year the premium is due, and its money comes in."""
    person.room("plan")
    person.tab("sources")
    person.press("Ctrl+F", "Down", "Ctrl+Home", "Down", "Down", "Return")
    assert person.form.title() == "Premio"
    person.fill(due="tick")
    person.save()
    with person.answering(person.keys("01/07/2015")):
        person.push("Registra l’entrata", back=True)


def amend(person: Person) -> None:
    """An amendment of project 2 that asks for the committee, its decision, its effect."""
    store = person.desk.store
    person.room("projects")
    person.tab("amendments")
    person.begin()
    person.fill(proposal_id="2 ·", day="01/09/2015", reason="Più ore")
    for row, amount in ((0, "35.000,00"), (2, "5.000,00")):
        person.cell("lines", row, "after")
        person.type(f"{amount}\n")
    person.save()
    person.push("Presenta", back=True)
    assert amendment_rows(store)[0].state is AmendmentState.TO_AUTHORISE
    convene(person, "15/09/2015", "Rimodulazione del progetto 2")
    begin_decision(person, 0, "Deliberazione senza movimenti", "Rimodulazione n. 1 del progetto 2")
    person.save()
    close(person)
    person.room("projects")
    with person.answering(person.keys("15/09/2015", "Rimodulazione n. 1")):
        person.push("Autorizza", back=True)
    (row,) = amendment_rows(store)
    assert (row.state, row.decision) == (AmendmentState.AUTHORISED, "2/2015")
    assert [version.version for version in budget_versions(store, row.proposal_id)] == [1, 2]
    assert [item.amount for item in budget_items(store)[row.proposal_id]][:3] == [35_000_00, 60_000_00, 5_000_00]


# --- printed and added up ----------------------------------------------------------------------


def added_up(store: Store, code: str, item: str | None = None) -> dict[str, int]:
    """Totals of the tables of a document as one adds them up from the lines of its pages.

    Every amount, and the sum of each column that has one, stands on the printed pages.
    """
    document = build_document(store, code, IT, item)
    printed, found = text_of(document), dict[str, int]()
    for table in document.tables():
        for column in (column for column in table.columns if column.total):
            amounts = [column.value(row) or 0 for row in table.body()]
            for cents in (*amounts, sum(amounts)):
                assert format_cents(Cents(abs(cents))) in printed, (code, column.key, cents)
            found[column.key] = found.get(column.key, 0) + sum(amounts)
    return found


def text_of(document: Document) -> str:
    """All that stands on the printed pages, without spaces."""
    pdf = pypdfium2.PdfDocument(pdf_bytes(document))
    printed = "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pdf)
    pdf.close()
    return printed


def look_at_the_formula(store: Store) -> None:
    """The sheet for the room: points, what each project gets by them, and the paper that each figure rests on."""
    printed = text_of(build_document(store, "SCENARI", IT, pot_rows(store)[-1].id))
    for cents in (17_674_17, 22_456_59, 13_723_47, 9_772_77, PREMIUM):
        assert format_cents(Cents(cents)) in printed, cents
    for words in ("Destinatariraggiunti", "Enticoinvolti", "Relazionedelprogetto4"):
        assert words in printed, words


def look_at_the_costs(store: Store, sitting: Sitting) -> None:
    """T04: each item of each project, and what they sum to."""
    printed = text_of(build_document(store, "T04", IT))
    for key in sitting.proposals.values():
        items = [item.amount for item in budget_items(store)[key]]
        for cents in (*items, sum(items)):
            assert format_cents(Cents(cents)) in printed, cents
