"""A call judged by keyboard alone, in Italian: the ways of the office through the rooms of evaluation and meetings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QPushButton, QWidget

from app.models.enums import CheckOutcome, MeetingState, SheetStage
from app.models.store import Store
from app.services.decisions.decisions import decision_rows, load_decision
from app.services.evaluation.admissibility import checklist_rows
from app.services.evaluation.declarations import interests_rows
from app.services.evaluation.rankings import ranking_rows, ranking_view
from app.services.evaluation.sheet_reading import sheet_rows
from app.services.ledger.rows import balances, transfer_rows
from app.services.proposals.lists import proposal_rows
from app.services.reports.outcome_letters import letter_items
from app.services.wording.texts import translator
from app.ui.views.draw_dialog import DrawDialog
from app.ui.views.spread_panel import SpreadPage
from tests.e2e.driver import TABS_MAX, Person, dialog_text

IT = translator("it")

Data = Mapping[str, Any]


class Office:
    """Somebody of the office with the papers of the call before them.

    Attributes:
        data: the papers: what a scenario's file holds.
        keys: of the records that are there at the start, by kind and name.
    """

    def __init__(self, person: Person, data: Data, keys: Mapping[str, str]) -> None:
        self.person, self.data, self.keys = person, data, keys
        self.rows = {row["number"]: row for row in data["proposals"]}

    def judge(self, folder: Path) -> None:
        """All of it: from the proposals as they came in to the letters, which are written into a new folder."""
        self.make_the_grid()
        self.declare()
        self.check()
        self.meet("admission")
        self.propose_the_admission("admission")
        self.close("admission")
        self.score()
        self.open_the_points()
        if "late" in self.data["declarations"]:
            self.tell_what_came_to_light()
        self.rank()
        self.meet("second")
        self.propose_the_awards("second")
        self.close("second")
        self.write_letters(folder)

    # --- ways ---------------------------------------------------------------------------------

    def each(self, tab: str, wanted: frozenset[str]) -> Iterator[str]:
        """Go down a list from its first row, and open those that are wanted; gives the key of each."""
        person = self.person
        person.tab(tab)
        model = person.page.list.model
        listed = [model.row_id(row) or "" for row in range(model.rowCount())]
        person.press("Ctrl+F", "Down", "Ctrl+Home")
        at = 0
        for place, key in enumerate(listed):
            if key not in wanted:
                continue
            person.press(*["Down"] * (place - at), "Return")
            at = place
            yield key
            person.press("Ctrl+F", "Down")  # the list stands at the row that was opened

    def proposals(self, *, judged: bool = False) -> frozenset[str]:
        """Keys of the proposals; of those that came as far as the points alone."""
        return frozenset(
            self.keys[f"proposal:{number}"] for number, row in self.rows.items() if not judged or "points" in row
        )

    def row_of(self, proposal_id: str) -> Data:
        """What the papers say of a proposal."""
        return next(row for number, row in self.rows.items() if self.keys[f"proposal:{number}"] == proposal_id)

    def name_of(self, key: str) -> str:
        """Name of a member."""
        return str(next(row["name"] for row in self.data["committee"]["members"] if row["key"] == key))

    # --- before the points ----------------------------------------------------------------------

    def make_the_grid(self) -> None:
        """The grid as the call has it, locked."""
        person, grid = self.person, self.data["grid"]
        person.room("evaluation")
        person.tab("grids")
        person.begin()
        person.fill(
            call_id="Avviso", name=grid["name"], committee_id="Comm", manner="Indiv", threshold=str(grid["threshold"])
        )
        person.rows(
            "criteria",
            *(
                (row["code"], None, row["name"], None, str(row["points"]), None, None, None, str(row["threshold"]))
                if "threshold" in row
                else (row["code"], None, row["name"], None, str(row["points"]))
                for row in grid["criteria"]
            ),
        )
        person.save()
        with person.answering(person.yes()):
            person.push("Blocca la griglia", back=True)
        assert person.form.is_locked

    def declare(self) -> None:
        """Each member declares, once it is known who applied."""
        person, told = self.person, self.data["declarations"]
        person.room("evaluation")
        wanted = frozenset(f"{self.keys['call']}:{self.keys['member:' + key]}" for key in told["given"])
        by_key = {self.keys["member:" + key]: key for key in told["given"]}
        for key in self.each("interests", wanted):
            member = by_key[key.partition(":")[2]]
            person.fill(day=_day(told["day"]), note="Resa nella riunione preliminare.")
            self._conflicts([row for row in told["conflicts"] if row["member"] == member])
            person.save()

    def _conflicts(self, rows: Sequence[Data]) -> None:
        kinds = {"abstention": "Ast", "incompatible": "Inc"}
        cells = [
            (f"{row['proposal']} ", kinds[row.get("kind", "abstention")], row["ground"], *_late_day(row))
            for row in rows
        ]
        if cells:
            self.person.rows("conflicts", *cells)

    def check(self) -> None:
        """The formal check of each proposal, point by point; what does not hold with its note."""
        person = self.person
        person.room("evaluation")
        for key in self.each("checks", self.proposals()):
            refused = self.row_of(key).get("refused", {})
            points = person.form.model.draft.checks
            person.cell("checks", 0, "outcome")
            person.type("".join("no\n" if point.code == refused.get("point") else "sì\n" for point in points))
            if refused:
                at = next(n for n, point in enumerate(points) if point.code == refused["point"])
                person.cell("checks", at, "note")
                person.type(refused["note"] + "\n")
            person.save()
            wrong = [point for point in person.form.model.draft.checks if point.answer is CheckOutcome.NO]
            assert len(wrong) == len(refused) // 2, person.cells("checks")

    # --- meetings -------------------------------------------------------------------------------

    def meet(self, name: str) -> None:
        """A meeting with one point, opened, and voted without those in conflict."""
        person, row = self.person, self.data["meetings"][name]
        person.room("meetings")
        person.tab("meetings")
        person.begin()
        person.fill(date_held=_day(row["day"]), place=self.data["meetings"]["place"])
        person.rows("items", (row["point"],))
        person.save()
        with person.answering(person.keys(row["opened"])):
            person.push("Apri la seduta", back=True)
        self._attend()
        person.tab("points")
        person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
        assert person.form.field("title").value() == row["point"]
        person.fill(time_voted=row["voted"])
        declared = {one["member"]: one for one in reversed(self.data["declarations"]["conflicts"])}
        kinds = {"abstention": "Ast", "incompatible": "Inc"}
        person.rows(
            "conflicts",
            *(
                (self.name_of(key), kinds[one.get("kind", "abstention")], f"{one['proposal']}", one["ground"])
                for key, one in declared.items()
            ),
        )
        person.press("Ctrl+Shift+F")
        person.save()

    def _attend(self) -> None:
        """Who steps in is there; the alternate of nobody is not."""
        person = self.person
        absent = [row["name"] for row in self.data["committee"]["members"] if _is_spare(row)]
        cells = person.cells("attendances")
        for at, row in enumerate(cells):
            if any(row[0].startswith(name) for name in absent):
                person.cell("attendances", at, "kind")
                person.type("Assente ing\n")
            else:
                assert row[1] == "Presente", row
        person.save()

    def propose_the_admission(self, name: str) -> None:
        """From the formal check to the draft of a decision on the point of the open meeting."""
        person = self.person
        person.room("evaluation")
        person.tab("checks")
        person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
        with person.answering(person.keys(self.data["meetings"][name]["point"])):
            person.push("Proponi la deliberazione…", back=True)

    def close(self, name: str) -> None:
        """The meeting closes, and what it decided takes effect."""
        person = self.person
        person.room("meetings")
        person.tab("meetings")
        person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
        with person.answering(person.keys(self.data["meetings"][name]["closed"]), person.yes()):
            person.push("Chiudi", back=True)
        assert person.form.model.draft.state is MeetingState.CLOSED

    # --- points ---------------------------------------------------------------------------------

    def score(self) -> int:
        """Each sheet that is due is keyed in and handed over; gives how many."""
        person, count = self.person, 0
        person.room("evaluation")
        wanted = self.proposals(judged=True)
        sheets = frozenset(row.id for row in sheet_rows(person.desk.store) if row.proposal_id in wanted)
        for key in self.each("sheets", sheets):
            draft = person.form.model.draft
            points = self._points(draft.proposal_id, draft.member_id)
            person.cell("scores", 0, "points")
            person.type("".join(f"{given}\n" for given in points))
            person.save()
            assert person.form.record_id == key
            with person.answering(person.yes()):
                person.push("Consegna", back=True)
            assert person.form.model.draft.stage is SheetStage.GIVEN
            count += 1
        return count

    def _points(self, proposal_id: str, member_id: str) -> Sequence[int]:
        """What a member gave to a proposal; an alternate in the place of who is incompatible."""
        committee = self.data["committee"]
        member = next(row for row in committee["members"] if self.keys[f"member:{row['key']}"] == member_id)
        judge = member["key"] if member["key"] in committee["judges"] else member["stands_for"]
        given: Sequence[int] = self.row_of(proposal_id)["points"][committee["judges"].index(judge)]
        return given

    def open_the_points(self) -> None:
        """The sheets of each proposal are opened, where all have given theirs."""
        person = self.person
        person.room("evaluation")
        person.tab("spread")
        model, at, left = person.page.list.model, 0, set(self.proposals(judged=True))
        person.press("Ctrl+F", "Down", "Ctrl+Home")
        while left:  # the list is in order of disagreement, which is known as soon as the sheets are open
            key = min(left, key=lambda key: (abs(model.row_of(key) - at), model.row_of(key)))
            ways = model.row_of(key) - at
            person.press(*["Down" if ways > 0 else "Up"] * abs(ways), "Return")
            page = person.page
            assert isinstance(page, SpreadPage)
            panel = page.panel
            with person.answering(self._without_reason):
                person.push("Apri le schede…")
            assert panel.tables
            assert panel.open_button.isHidden()
            person.press("Ctrl+F", "Down")
            at = model.row_of(key)
            left.remove(key)

    def _without_reason(self, _dialog: QDialog) -> None:
        """No reason is needed where no sheet is missing: on by Tab to the button."""
        words = "Apri le schede…"
        _tab(lambda widget: isinstance(widget, QPushButton) and widget.text() == words)
        QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Space)

    def tell_what_came_to_light(self) -> None:
        """A conflict after the points: they are set aside."""
        person, late = self.person, self.data["declarations"]["late"]
        person.room("evaluation")
        for _key in self.each("interests", frozenset({f"{self.keys['call']}:{self.keys['member:' + late['member']]}"})):
            self._conflicts([late])
            person.save()

    # --- the ranking ----------------------------------------------------------------------------

    def rank(self) -> str:
        """The ranking; its draw is held with the seed that was said aloud; adopted. Gives its key."""
        person, told = self.person, self.data["ranking"]
        person.room("evaluation")
        person.tab("rankings")
        person.begin()
        editor = person.form.field("day")
        person.reach(lambda widget: widget is editor, "the day")
        person.retype(_day(told["day"]))
        person.fill(note=told["note"])
        key = person.save()

        def draw(dialog: QDialog) -> None:
            assert isinstance(dialog, DrawDialog)
            _tab(lambda widget: widget is dialog.seed)
            _write(told["seed"])

        with person.answering(draw):
            person.push("Sorteggio…", back=True)
        with person.answering(person.yes()):
            person.push("Adotta", back=True)
        return key

    def propose_the_awards(self, name: str) -> None:
        """The awards become a decision on the point of the open meeting."""
        person = self.person
        person.room("evaluation")
        person.tab("rankings")
        person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
        with person.answering(person.keys(self.data["meetings"][name]["point"])):
            person.push("Proponi la deliberazione…", back=True)

    def write_letters(self, folder: Path) -> None:
        """A letter to each proponent, in one job."""
        person = self.person
        person.room("evaluation")
        person.tab("rankings")
        person.press("Ctrl+F", "Down", "Ctrl+Home", "Return")
        folder.mkdir()
        told: list[str] = []

        def read(dialog: QDialog) -> None:
            told.append(dialog_text(dialog))
            _write("")

        with person.answering(lambda _dialog: _write(str(folder)), read):
            person.push("Lettere di esito…", back=True)
        assert told[0].startswith(f"{len(letter_items(person.desk.store))} lettere"), told


def outcome(store: Store) -> dict[str, Any]:
    """What an archive holds of a call that was judged, without keys, hours and authors."""
    (ranking,) = ranking_rows(store)
    view = ranking_view(store, ranking.id)
    numbers = {row.id: row.number for row in proposal_rows(store)}
    decisions = [load_decision(store, row.id) for row in sorted(decision_rows(store), key=lambda row: row.label)]
    return {
        "checks": [(row.number, row.kept, row.blocking, row.waiting) for row in checklist_rows(store, IT)],
        "declared": [(row.member, row.day, row.conflicts) for row in interests_rows(store)],
        "sheets": sorted((row.number, row.member, row.stage, row.total) for row in sheet_rows(store)),
        "places": [
            (row.number, row.place, row.points, row.settled_by, row.due, row.amount, row.kind) for row in view.rows
        ],
        "ranking": (ranking.day, ranking.state, ranking.open_ties, view.draft.seed, view.draft.manner),
        "money": [(pot.area, pot.money, pot.given) for pot in view.pots],
        "states": sorted((row.number, row.state) for row in proposal_rows(store)),
        "decided": [
            (draft.kind, draft.subject, draft.text, numbers[row.proposal_id], row.state, row.reason)
            for draft in decisions
            for row in draft.outcomes
        ],
        "ledger": [
            (
                row.day,
                row.kind,
                row.reason,
                row.decision,
                sorted((line.kind, line.name, line.cents) for line in row.lines),
            )
            for row in transfer_rows(store)
        ],
        "accounts": [(row.name, row.balance, row.total, row.ceiling) for row in balances(store)],
    }


def _tab(wanted: Callable[[QWidget | None], bool]) -> None:
    """Press Tab in a dialog until the focus is where it is wanted; what goes on beside the window is not waited for."""
    for _step in range(TABS_MAX):
        if wanted(QApplication.focusWidget()):
            return
        QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Tab)
    raise AssertionError("the keyboard does not get there")


def _write(text: str) -> None:
    """Write into a dialog, and Enter."""
    for letter in text:
        QTest.keyClick(QGuiApplication.focusWindow(), letter)
    QTest.keyClick(QGuiApplication.focusWindow(), Qt.Key.Key_Return)


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def _late_day(row: Data) -> tuple[str, ...]:
    return (_day(row["day"]),) if "day" in row else ()


def _is_spare(row: Data) -> bool:
    return bool(row["role"] == "alternate" and "stands_for" not in row)
