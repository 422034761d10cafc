"""The two lists of a meeting that is led: its agenda, and who is in the room; each does its gestures by keys."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QWidget

from app.models.enums import AttendanceKind, ItemState, VoteChoice
from app.services.meetings.drafts import GuestDraft
from app.services.meetings.sitting import PersonRow, Sitting, Where
from app.services.wording.labels import label as word
from app.ui import i18n
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.theme import px

KEY = Qt.ItemDataRole.UserRole
BESIDE_TEXT = 46
"""What stands beside the words of a row, in pixels of the design: icon, edges, a scroll bar."""
ROW_HEIGHT_MAX = 10_000
VOTE_KEYS: Mapping[Qt.Key, VoteChoice] = {
    Qt.Key.Key_1: VoteChoice.FAVOUR,
    Qt.Key.Key_2: VoteChoice.AGAINST,
    Qt.Key.Key_3: VoteChoice.ABSTAIN,
}


class _List(QListWidget):
    """A list of records, a line or two each."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sittingList")
        self.setWordWrap(True)
        self.setIconSize(QSize(px(16), px(16)))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setAccessibleName(name)
        self._is_filling = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes other lines."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Give each row the height of its lines: Qt forgets the room that the style leaves at the sides."""
        room = QRect(0, 0, max(self.viewport().width() - px(BESIDE_TEXT), 1), ROW_HEIGHT_MAX)
        for row in range(self.count()):
            item = self.item(row)
            lines = self.fontMetrics().boundingRect(room, int(Qt.TextFlag.TextWordWrap), item.text())
            item.setSizeHint(QSize(lines.width(), lines.height() + px(10)))

    def key(self) -> str | None:
        """Key of the record that is chosen."""
        row = self.currentRow()
        return None if row < 0 else str(self.item(row).data(KEY))

    def choose(self, key: str | None) -> None:
        """Choose a record by its key."""
        for row in range(self.count()):
            if self.item(row).data(KEY) == key:
                self.setCurrentRow(row)

    def fill(self, rows: list[tuple[str, str, str, str]]) -> None:
        """Show (key, icon, tone, text); what was chosen stays chosen."""
        chosen, place = self.key(), self.currentRow()
        self._is_filling = True
        self.clear()
        for key, image, tone, text in rows:
            item = QListWidgetItem(icon(image, tone), text)
            item.setData(KEY, key)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text.replace("\n", ". "))
            self.addItem(item)
        self._fit()
        self.choose(chosen)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(min(max(place, 0), self.count() - 1))
        self._is_filling = False


class AgendaList(_List):
    """The agenda; Alt+Up and Alt+Down, or the mouse, put its points in another order; Enter takes one up."""

    chosen = Signal(str)
    taken_up = Signal(str)
    moved = Signal(str, int)  # key of the point, steps

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Agenda"), parent)
        self.setAccessibleDescription(_("Enter takes the point up; Alt+Up and Alt+Down move it."))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.currentRowChanged.connect(self._on_row_changed)
        self.itemActivated.connect(self._on_activated)
        self.model().rowsMoved.connect(self._on_rows_moved)

    def show_agenda(self, sitting: Sitting) -> None:
        """List the points of a meeting."""
        self.fill(
            [
                (item.id or "", *_point_marks(item.state, item.is_voted), point_line(sitting, item.id))
                for item in sitting.meeting.items
            ]
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Where there is no point yet, say how one comes."""
        super().paintEvent(event)
        if not self.count():
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            edge = px(12)
            room = self.viewport().rect().adjusted(edge, edge, -edge, -edge)
            painter.drawText(room, int(Qt.TextFlag.TextWordWrap), _("No point yet: «Add a point» begins the agenda."))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt with an arrow moves the point."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        key = self.key()
        if steps and key and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.moved.emit(key, steps)
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and key:
            self.taken_up.emit(key)
            return
        super().keyPressEvent(event)

    def _on_row_changed(self, _row: int) -> None:
        key = self.key()
        if key is not None and not self._is_filling:
            self.chosen.emit(key)

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.taken_up.emit(str(item.data(KEY)))

    def _on_rows_moved(self, _from: QModelIndex, start: int, _end: int, _to: QModelIndex, before: int) -> None:
        """A point was dragged; Qt names the row that it went before."""
        target = before - 1 if before > start else before
        self.moved.emit(str(self.item(target).data(KEY)), target - start)


class PeopleList(_List):
    """Who is in the room; Space comes or goes, 1, 2 and 3 vote, Del takes a vote back, C declares a conflict."""

    toggled = Signal(str)
    voted = Signal(str, object)  # key of the member, VoteChoice or None
    conflict_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Who is in the room"), parent)
        self.setAccessibleDescription(
            _("Space: comes or goes. 1 in favour, 2 against, 3 abstains, Del takes the vote back. C: conflict.")
        )
        self.itemDoubleClicked.connect(self._on_double_clicked)

    def show_people(self, rows: tuple[PersonRow, ...], guests: tuple[GuestDraft, ...]) -> None:
        """List the committee, then its guests."""
        listed = [(row.id, *_person_marks(row), person_line(row)) for row in rows]
        listed += [(guest.id or "", "user", "mid", guest_line(guest)) for guest in guests]
        self.fill(listed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the list."""
        key, pressed = self.key(), Qt.Key(event.key())
        if key is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif pressed in VOTE_KEYS:
            self.voted.emit(key, VOTE_KEYS[pressed])
        elif pressed is Qt.Key.Key_Delete:
            self.voted.emit(key, None)
        elif pressed is Qt.Key.Key_Space:
            self.toggled.emit(key)
        elif pressed is Qt.Key.Key_C:
            self.conflict_wanted.emit(key)
        else:
            super().keyPressEvent(event)

    def _on_double_clicked(self, item: QListWidgetItem) -> None:
        self.toggled.emit(str(item.data(KEY)))


def _point_marks(state: ItemState, voted: bool) -> tuple[str, str]:
    if voted:
        return "circle-check", "ok"
    return {
        ItemState.OPEN: ("circle", "muted"),
        ItemState.TREATED: ("check", "ok"),
        ItemState.POSTPONED: ("arrow-right", "warn"),
        ItemState.WITHDRAWN: ("x", "mid"),
    }[state]


def _person_marks(row: PersonRow) -> tuple[str, str]:
    if row.conflict is not None or row.must_leave:
        return "shield-alert", "warn"
    if row.where is Where.IN:
        return ("circle-check", "ok") if row.has_vote else ("circle", "ok")
    return ("log-out", "muted") if row.where is Where.OUT else ("circle-x", "mid")


def point_line(sitting: Sitting, item_id: str | None) -> str:
    """«2. Title», and under it what became of it."""
    item = sitting.item(item_id)
    assert item is not None
    told = [f"{sitting.number(item_id)}. {item.title}"]
    notes = []
    if item.voting_of_id is not None:
        notes.append(_("another vote on the point"))
    if item.late:
        notes.append(_("added later"))
    if item.state is not ItemState.OPEN or item.is_voted:
        notes.append(_("voted at {time}").format(time=item.time_voted) if item.is_voted else word_of(item.state))
    decision = sitting.decisions.get(item_id or "")
    if decision is not None:
        notes.append(_("with its decision"))
    if notes:
        told.append(" · ".join(notes))
    return "\n".join(told)


def person_line(row: PersonRow) -> str:
    """«Maria Rossi, president», and under it where she is and how she voted."""
    where = {
        Where.IN: _("in the room"),
        Where.OUT: _("out of the room"),
        Where.OUT_OF_POINT: _("out for this point"),
        Where.AWAY: _("has not come"),
    }[row.where]
    if row.kind is AttendanceKind.EXCUSED:
        where = word_of(AttendanceKind.EXCUSED)
    notes = [where]
    if row.conflict is not None:
        notes.append(word_of(row.conflict))
    elif row.must_leave:
        notes.append(_("in conflict: must leave for this point"))
    if row.stands_for:
        notes.append(_("sits for {name}").format(name=row.stands_for))
    if row.spoken_for:
        notes.append(_("represented by {name}").format(name=row.spoken_for))
    if row.vote is not None:
        notes.append(word_of(row.vote))
    return f"{row.name}, {word_of(row.role).lower()}\n{' · '.join(notes)}"


def guest_line(guest: GuestDraft) -> str:
    """«Ugo Neri, expert», and under it that he is a guest."""
    name = f"{guest.name}, {guest.office}" if guest.office else guest.name
    where = _("guest, left at {time}").format(time=guest.time_out) if guest.time_out else _("guest")
    return f"{name}\n{where}"


def word_of(value: StrEnum) -> str:
    """What a state is called."""
    return word(value, i18n.current())
