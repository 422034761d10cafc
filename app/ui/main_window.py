"""The window: the rail of the rooms, the bar of what can be done, the room itself, and the line at the foot."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.errors import AppError
from app.services.changes import Changes
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.gestures import GestureActions, Journal
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.rail import Rail, room_keys
from app.ui.reading_order import ReadingWindow
from app.ui.session import Session
from app.ui.status import StatusLine
from app.ui.theme import px
from app.ui.top_bar import TopBar
from app.ui.views import ROOMS, Room
from app.ui.widgets import Tone, label
from app.ui.workbooks import WorkbookActions

if TYPE_CHECKING:
    from app.ui.start_page import StartPage
    from app.ui.views.room import RoomView
    from app.ui.window_palette import Finder, WindowPalette

SUFFIX = ".concilia"
RAIL_WIDE = 1000
"""Width of the window (of the design) under which the rail shows icons alone."""


class MainWindow(ReadingWindow):
    """One window on one desk."""

    rebuild_wanted = Signal()  # language, theme or scale was changed
    sample_wanted = Signal(object)  # Path

    def __init__(
        self,
        desk: Desk,
        *,
        rooms: Sequence[Room] = ROOMS,
        find: Finder | None = None,
        heading: Callable[[Any], tuple[str, str]] | None = None,
        journal: Journal | None = None,
        coming: str = "",
    ) -> None:
        """Make the window of a desk.

        Args:
            rooms: in the order of the rail.
            find, heading, journal: verbs that the window calls, and the desk by itself does not know.
            coming: name of an archive that is being opened; without one an empty desk shows the start page.
        """
        super().__init__()
        self.desk = desk
        self._rooms = tuple(rooms)
        self._find_records = find
        self._heading = heading
        self._views: dict[str, RoomView] = {}
        self._stale: set[str] = set()
        self._is_going = False
        self._palette: WindowPalette | None = None
        self._make_actions()
        self._gestures = GestureActions(desk, journal, self) if journal else None
        self._workbooks = WorkbookActions(desk, self)
        self._session = Session(self)
        self._build()
        self._connect()
        self._restore_geometry()
        if desk.is_open:
            self._on_archive_opened()
        elif coming:
            self._show_coming(coming)
        else:
            self._show_start()

    # --- where one is -----------------------------------------------------------------------

    def current_room(self) -> Room | None:
        """Room that is shown, None on the start page."""
        shown = self._stack.currentWidget()
        return next((room for room in self._rooms if shown and self._views.get(room.key) is shown), None)

    def current_view(self) -> RoomView | None:
        """View of the room that is shown."""
        room = self.current_room()
        return self._views[room.key] if room else None

    def go(self, key: str) -> bool:
        """Go to a room; False when the present one may not be left."""
        present = self.current_room()
        if present is not None and present.key == key:
            return True
        if present is not None and not self._views[present.key].can_leave():
            self._mark_room(present.key)
            return False
        view = self._view(key)
        if key in self._stale:
            self._stale.discard(key)
            view.reload(None)
        self._stack.setCurrentWidget(view)
        self._mark_room(key)
        self._refresh_bar()
        return True

    def open_record(self, room: str, record_id: str, kind: str = "") -> bool:
        """Go to a record in its room, with the cursor."""
        if not self.go(room) or not self._view(room).open_record(record_id, kind):
            return False
        self._view(room).focus_record()
        return True

    def can_leave(self) -> bool:
        """Whether the room that is shown may be left."""
        view = self.current_view()
        return view is None or view.can_leave()

    # --- archives ---------------------------------------------------------------------------

    def open_path(self, path: Path) -> bool:
        """Put an archive on the desk; a refusal is said on the start page or in a dialog."""
        if self.desk.postpone(self.open_path, path):
            return True
        if not self.can_leave():
            return False
        from app.services.users.key_files import is_encrypted

        if is_encrypted(path):
            return self._session.open(path)
        return self._try(lambda: self.desk.open_archive(path))

    def choose_open(self) -> None:
        """Ask for an archive and open it."""
        patterns = _("Archives (*{suffix})").format(suffix=SUFFIX)
        path = dialogs.choose_open(self, _("Open an archive"), patterns, self._folder())
        if path is not None:
            self.open_path(path)

    def choose_new(self) -> None:
        """Ask for a name and lead through the making of an empty archive."""
        path = self._choose_place(_("New archive"), _("archive"))
        if path is not None:
            self._make_new(path)

    def _make_new(self, path: Path) -> None:
        if not self.desk.postpone(self._make_new, path) and self.can_leave():
            self._try(lambda: self._session.make(path))

    def choose_sample(self) -> None:
        """Ask for a name and write the sample archive there."""
        path = self._choose_place(_("Sample archive"), _("sample"))
        if path is not None and self.can_leave():
            self.sample_wanted.emit(path)

    def close_archive(self) -> None:
        """Put the archive away and go to the start page."""
        if not self.desk.postpone(self.close_archive) and self.can_leave():
            self._session.put_away()

    def _choose_place(self, title: str, name: str) -> Path | None:
        patterns = _("Archives (*{suffix})").format(suffix=SUFFIX)
        return dialogs.choose_save(self, title, patterns, self._folder() / f"{name}{SUFFIX}")

    def _folder(self) -> Path:
        return self.desk.path.parent if self.desk.path is not None else Path.home()

    def _try(self, act: Callable[[], None]) -> bool:
        """Do something with archives; say why it was refused."""
        try:
            act()
        except AppError as error:
            self.desk.refused.emit(error)
            return False
        return True

    # --- building ---------------------------------------------------------------------------

    def _make_actions(self) -> None:
        self._actions: list[QAction] = []
        self.new_action = self._action(_("New archive…"), "file-plus", "Ctrl+Shift+N", self.choose_new)
        self.open_action = self._action(_("Open an archive…"), "folder-open", "Ctrl+O", self.choose_open)
        self.sample_action = self._action(_("Sample archive…"), "book-open", "", self.choose_sample)
        self.close_action = self._action(_("Close the archive"), "log-out", "Ctrl+W", self.close_archive)
        self.reload_action = self._action(_("Read again"), "refresh-cw", "F5", self.reload)
        self.palette_action = self._action(_("Search everywhere"), "search", "Ctrl+K", self.show_palette)
        self.settings_action = self._action(_("Settings"), "settings", "Ctrl+,", self.show_settings)
        self.help_action = self._action(_("Keyboard shortcuts"), "keyboard", "F1", self.show_shortcuts)
        self.quit_action = self._action(_("Quit"), "x", "Ctrl+Q", self.close)
        self._room_actions = []
        for number, room in enumerate(self._rooms, 1):
            action = self._action(_(room.title), room.icon, "", self._on_room_action)
            action.setShortcuts([QKeySequence(keys) for keys in room_keys(number)])
            action.setData(room.key)
            self._room_actions.append(action)

    def _action(self, text: str, image: str, keys: str, slot: Any) -> QAction:
        action = QAction(icon(image), text, self)
        action.setShortcut(QKeySequence(keys))
        action.triggered.connect(slot)
        self.addAction(action)
        self._actions.append(action)
        return action

    def _build(self) -> None:
        self.setWindowTitle("Concilia")
        self.rail = Rail(self._rooms)
        self._stack = QStackedWidget()
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._build_bar())
        right.addWidget(self._stack, 1)
        centre = QWidget()
        whole = QHBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)
        self.setCentralWidget(centre)
        self.status = StatusLine(self.desk)
        self.setStatusBar(self.status)

    def _build_bar(self) -> TopBar:
        menu = QMenu(self)
        for action in (self.new_action, self.open_action, self.sample_action, self.close_action):
            menu.addAction(action)
        menu.addSeparator()
        gestures = [self._gestures.undo_action, self._gestures.redo_action] if self._gestures else []
        for group in (self._workbooks.actions_, gestures, [self._session.lock_action]):
            for action in group:
                menu.addAction(action)
                self.addAction(action)
                self._actions.append(action)
            menu.addSeparator()
        for action in (self.settings_action, self.help_action, self.quit_action):
            menu.addAction(action)
        self._top = TopBar(menu)
        self.search = self._top.search
        return self._top

    def _connect(self) -> None:
        self.rail.room_wanted.connect(self._on_room_wanted)
        self.search.wanted.connect(self.show_palette)
        self.desk.archive_seen.connect(self._show_first_room)
        self.desk.archive_opened.connect(self._on_archive_opened)
        self.desk.wanted.connect(self._on_wanted)
        self.desk.archive_closed.connect(self._show_start)
        self.desk.changed.connect(self._on_changed)
        self.desk.refused.connect(self.show_refusal)

    # --- rooms ------------------------------------------------------------------------------

    def _view(self, key: str) -> RoomView:
        """View of a room, made on the first visit; it shows what the archive holds from the start."""
        if key not in self._views:
            view = next(room for room in self._rooms if room.key == key).make(self.desk, self._stack)
            view.actions_changed.connect(self._refresh_bar)
            self._views[key] = view
            self._stack.addWidget(view)
        return self._views[key]

    def _mark_room(self, key: str | None) -> None:
        self._is_going = True
        self.rail.mark(key)
        self._is_going = False

    def _refresh_bar(self) -> None:
        """Offer what can be done in the room that is shown."""
        view = self.current_view()
        self._top.show_actions(view.room_actions() if view is not None else ())

    def _on_room_wanted(self, key: str) -> None:
        if not self._is_going and not self.desk.postpone(self._on_room_wanted, key) and self.desk.is_open:
            self.go(key)

    def _on_wanted(self, room: str, record_id: str) -> None:
        """Go where a view points to."""
        if self.desk.postpone(self._on_wanted, room, record_id) or not self.desk.is_open:
            return
        if record_id:
            self.open_record(room, record_id)
        elif self.go(room):
            self._view(room).focus_first()

    def _on_room_action(self) -> None:
        """A room asked for by its keys."""
        action = self.sender()
        assert isinstance(action, QAction)
        self._go_by_keys(action.data())

    def _go_by_keys(self, key: str) -> None:
        """Go to a room, and put the cursor there too, where the rail keeps it."""
        if self.desk.postpone(self._go_by_keys, key) or not self.desk.is_open:
            return
        if self.go(key):
            self._view(key).focus_first()

    def _on_changed(self, changes: Changes) -> None:
        """Reload the room that is shown when the change concerns it; others on their next visit."""
        shown = self.current_view()
        for key, view in self._views.items():
            if not view.concerns(changes):
                continue
            if view is shown:
                view.reload(changes)
            else:
                self._stale.add(key)
        if "plan" in changes.topics:
            self._refresh_heading()

    def reload(self) -> None:
        """Read everything that is shown again."""
        if self.desk.postpone(self.reload):
            return
        self._stale.update(self._views)
        room = self.current_room()
        if room is not None:
            self._stale.discard(room.key)
            self._views[room.key].reload(None)
        self._refresh_heading()

    # --- the archive comes and goes -----------------------------------------------------------

    def _on_archive_opened(self) -> None:
        if not self._views:
            self._show_first_room()
        self.status.show_archive()  # the first room may be there already: it was seen before its store came
        if self._palette is not None:
            self._palette.refresh()

    def _show_first_room(self) -> None:
        self._set_working(True)
        self._refresh_heading()
        self.status.show_archive()
        self.go(self._rooms[0].key)
        self.rail.setFocus()

    @cached_property
    def start(self) -> StartPage:
        """The start page, made when it is wanted: who names an archive does not see it."""
        from app.ui.start_page import StartPage

        page = StartPage(self.desk.settings)
        page.new_wanted.connect(self.choose_new)
        page.open_wanted.connect(self.choose_open)
        page.sample_wanted.connect(self.choose_sample)
        page.recent_wanted.connect(self._on_recent_wanted)
        self._stack.addWidget(page)
        return page

    def _show_coming(self, name: str) -> None:
        """Say that an archive is being opened, until it is seen or refused."""
        coming = label(_("Opening {name}…").format(name=name), "muted")
        coming.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack.addWidget(coming)
        self._set_working(False)

    def _show_start(self) -> None:
        self.start.banner.hide()
        self._drop_views()
        self._set_working(False)
        self.rail.set_heading("Concilia", "")
        self.setWindowTitle("Concilia")
        self.status.show_archive()
        self.start.refresh()
        self.start.focus_first()

    def _drop_views(self) -> None:
        """Forget the views of the archive that was on the desk."""
        self._stack.setCurrentWidget(self.start)
        for view in self._views.values():
            self._stack.removeWidget(view)
            view.deleteLater()
        self._views.clear()
        self._stale.clear()
        self._refresh_bar()

    def _set_working(self, working: bool) -> None:
        """Offer what needs an archive, or only what needs none."""
        self._top.setVisible(working)
        self._is_going = True  # a list that is shown again may choose a row by itself
        self.rail.set_working(working)
        self._is_going = False
        for action in (self.close_action, self.reload_action, self.palette_action, *self._room_actions):
            action.setEnabled(working)

    def _refresh_heading(self) -> None:
        if not self.desk.is_seen:
            return
        office, plan = "", ""
        if self.desk.seen is not None:
            office, plan = self.desk.seen.overview.office, self.desk.seen.overview.plan
        elif self._heading:
            office, plan = self.desk.read(self._heading)
        name = self.desk.path.stem if self.desk.path else ""
        self.rail.set_heading(office or name, plan)
        self.setWindowTitle(f"{plan or name} — Concilia")

    def _on_recent_wanted(self, path: Path) -> None:
        if not path.exists():
            sentence_ = _("The archive {name} is no longer there. It was taken off the list.")
            self.start.banner.say(sentence_.format(name=path.name), Tone.WARN)
            self.desk.settings.remove_recent(path)
            self.start.refresh()
            return
        self.open_path(path)

    # --- dialogs ----------------------------------------------------------------------------

    def show_refusal(self, error: AppError) -> None:
        """Say a refusal that no form took in hand."""
        from app.ui.errors import heading, sentence

        text = sentence(error, self.desk.texts)
        if not self._views:
            self._show_start()
            self.start.banner.say(text, Tone.BAD)
        else:
            dialogs.warn(self, heading(error, self.desk.texts), text)

    def show_palette(self, text: str | bool = "") -> None:
        """Open the command palette; an action gives a bool, the search box what was typed in it."""
        if not self.desk.is_seen:
            return
        from app.ui.window_palette import WindowPalette

        if self._palette is not None:
            self._palette.deleteLater()
        self._palette = WindowPalette(self, self._rooms, self._find_records)
        self._palette.show_under(self.search, text if isinstance(text, str) else "")

    def commands(self) -> list[QAction]:
        """What can be done now: in the room, to its record, everywhere."""
        view = self.current_view()
        actions = [*view.room_actions(), *view.record_actions()] if view is not None else []
        actions += [action for action in self._actions if action is not self.palette_action]
        return [a for a in actions if a.isEnabled() and a.isVisible() and not a.isSeparator()]

    def show_settings(self) -> None:
        """Open the settings."""
        if self.desk.postpone(self.show_settings):
            return
        from app.ui.settings_dialog import SettingsDialog  # rarely wanted: not at the start

        dialog = SettingsDialog(self.desk, self)
        dialogs.run_dialog(dialog)
        changed = dialog.changed_keys
        dialog.deleteLater()
        self.desk.sign()
        if changed & {"language", "theme", "scale"} and self.can_leave():
            self.rebuild_wanted.emit()

    def show_shortcuts(self) -> None:
        """Show every key that does something."""
        from app.ui.shortcuts import ShortcutsDialog  # rarely wanted: not at the start

        dialog = ShortcutsDialog(self)
        dialogs.run_dialog(dialog)
        dialog.deleteLater()

    # --- the window itself --------------------------------------------------------------------

    def _restore_geometry(self) -> None:
        self.resize(QSize(px(1400), px(860)).boundedTo(self.screen().availableSize()))
        known = self.desk.settings.get("geometry")
        if known:
            self.restoreGeometry(QByteArray.fromBase64(known.encode("ascii", "ignore")))

    def remember_geometry(self) -> None:
        """Keep place and size for the next time."""
        self.desk.settings.set("geometry", bytes(self.saveGeometry().toBase64().data()).decode("ascii"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the width to the room where there is little of it."""
        super().resizeEvent(event)
        self.rail.set_small(small=event.size().width() < px(RAIL_WIDE))

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.can_leave():
            event.ignore()
            return
        self.remember_geometry()
        self.desk.lanes.cancel_all()
        self.desk.close_archive()
        super().closeEvent(event)
