"""Stampe: every official table and document of the archive, with its pages beside the list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHBoxLayout, QWidget
from shiboken6 import isValid

from app.models.errors import AppError
from app.services.changes import Changes
from app.services.journal.as_at import AsAt
from app.services.reports.print_lists import prints_list, split_print_id
from app.services.reports.spec import Document, Sheet, Table
from app.services.wording.texts import LANGUAGES, Translator, translator
from app.ui.desk import Desk
from app.ui.documents_panel import dropped_files
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.moment import MomentBar
from app.ui.preview import PreviewPane
from app.ui.tables import TableView
from app.ui.theme import px
from app.ui.views.base import RoomView
from app.ui.views.beside import Beside, announce
from app.ui.views.layout import add_way_back, focus_list, page_layout
from app.ui.views.queue_dialog import sheet_box
from app.ui.views.verify_dialog import show_dialog, verify_action

PANE_WIDTH = 628
PART_WIDTH_MIN = 80
"""Width (of the design) that the choices of an area and of paper keep where room is scarce."""


class PrintsView(RoomView):
    """The list of what can be printed, and the preview of what is chosen."""

    topics = frozenset({"*"})

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self._asked: object | None = None
        self._wanted: str | None = None
        self._is_cursor_awaited = False
        self.list = TableView(desk, "prints", filters=("kind",), printable=False, folds=True)
        self.list.set_empty("printer", _("Nothing can be printed yet."))
        self.pane = PreviewPane(desk, embedded=True)
        self.pane.clear(_("Choose a document to see its pages."))
        self.beside = Beside(self.list, self.pane, PANE_WIDTH)
        self.moment_bar = MomentBar(desk)
        self.moment_bar.chosen.connect(self._on_moment)
        self.part = self._part_box()
        self.language, self.sheet = self._choices()
        body, head = page_layout(self, _("Prints"))
        body.setSpacing(px(4))  # a low room has no more
        row = QHBoxLayout()
        row.setSpacing(px(8))
        for part in (self.moment_bar, self.part, self.language, self.sheet):
            row.addWidget(part)
        row.addStretch(1)
        body.addLayout(row)
        body.addWidget(self.beside, 1)
        self._printed = QAction(icon("history"), _("What was printed"), self)
        self._printed.triggered.connect(self._on_printed_wanted)
        self._verify = verify_action(self, desk)
        self.setAcceptDrops(True)
        self._back = add_way_back(head)
        self._back.clicked.connect(self.show_list)
        self.beside.left.connect(self.show_list)
        self.beside.turned.connect(self._on_turned)
        self.list.selected.connect(self._on_selected)
        self.list.activated.connect(self._on_entered)
        self.list.table.clicked.connect(self._on_clicked)
        self.reload()

    def _choices(self) -> tuple[QComboBox, QComboBox]:
        """In which language papers are shown, and on which paper."""
        language = QComboBox()
        language.setAccessibleName(_("Language of the paper"))
        language.setToolTip(_("Language of the paper, whatever that of the window"))
        names = {"it": _("Italian"), "en": _("English")}
        own = self.desk.texts.language
        for each in sorted(LANGUAGES, key=lambda each: each != own):
            language.addItem(names[each], each)
        sheet = sheet_box()
        sheet.setMinimumWidth(px(PART_WIDTH_MIN))
        for box in (language, sheet):
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.currentIndexChanged.connect(self._on_choice)
        return language, sheet

    def _part_box(self) -> QComboBox:
        """Of which area or district tables are shown that can be so."""
        box = QComboBox()
        box.setAccessibleName(_("Area or district"))
        box.setToolTip(_("Rows and totals of one area or district, where a table can be so"))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.setMinimumWidth(px(PART_WIDTH_MIN))
        box.addItem(_("Whole plan"), None)
        box.currentIndexChanged.connect(self._on_choice)
        return box

    def _fill_parts(self) -> None:
        """Offer the areas and districts that there are by now; what is chosen stays."""
        from app.services.reports.narrowing import parts_of_plan

        found = [(part.label(self.desk.texts), part.id) for part in self.desk.read(parts_of_plan)]
        if found == [(self.part.itemText(n), self.part.itemData(n)) for n in range(1, self.part.count())]:
            return
        chosen = self.part.currentData()
        self.part.blockSignals(True)
        while self.part.count() > 1:
            self.part.removeItem(1)
        for name, key in found:
            self.part.addItem(name, key)
        self.part.setCurrentIndex(max(self.part.findData(chosen), 0))
        self.part.blockSignals(False)

    def wanted_paper(self, print_id: str) -> tuple[str, str | None]:
        """Code and item of a row, its item the area or district that was chosen where it can have one."""
        from app.services.reports.catalogue import codes_by_part

        code, item = split_print_id(print_id)
        can_be_part = item is None and code in codes_by_part()
        self.part.setEnabled(can_be_part)
        return code, self.part.currentData() if can_be_part else item

    def _on_choice(self, _place: int) -> None:
        self._on_selected(self.list.selected_id())

    def _texts(self) -> Translator:
        """The translator of the papers: that of the window, unless another language was chosen."""
        own = self.desk.texts
        wanted = self.language.currentData()
        return own if self.language.currentIndex() == 0 else translator(wanted)

    def _on_sheet(self, document: Document) -> Document:
        return replace(document, sheet=Sheet(self.sheet.currentData()))

    def room_actions(self) -> list[QAction]:
        return [*self.pane.document_actions(), self._printed, self._verify]

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a document that is to be verified."""
        if dropped_files(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Verify what was dropped."""
        event.acceptProposedAction()
        show_dialog(self, self.desk, dropped_files(event)[0])

    def reload(self, changes: Changes | None = None) -> None:
        self.moment_bar.reload()
        self._fill_parts()
        asked = self._asked = object()

        def take(table: Table) -> None:
            if isValid(self) and self._asked is asked:
                self._show(table)

        self.desk.run(prints_list, self.desk.texts, done=take)  # it asks every kind of record what there is

    @property
    def is_settling(self) -> bool:
        """Whether the list is still on its way."""
        return self._asked is not None

    def _show(self, table: Table) -> None:
        self._asked = None
        self.list.set_table(table)
        if self._is_cursor_awaited:
            self.focus_first()
        wanted, self._wanted = self._wanted, None
        if wanted is not None and self.open_record(wanted):
            return
        if self.list.selected_id() is None:
            self.list.select(self.list.first_id())
            self._on_selected(self.list.selected_id())
        elif self.pane.document is not None and self.isVisible():
            self._on_selected(self.list.selected_id())

    def open_record(self, record_id: str, kind: str = "") -> bool:
        if self._asked is not None:
            self._wanted = record_id
            return True
        if not self.list.select(record_id):
            return False
        self._on_selected(record_id)
        self._turn(to_record=True)
        return True

    def show_list(self) -> None:
        """Go back to the list from the pages."""
        self._turn(to_record=False)
        self.focus_first()

    def focus_first(self) -> None:
        """Put the cursor on the list, also when it comes later, or on the pages that stand alone."""
        self._is_cursor_awaited = self._asked is not None
        focus_list(self.pane if self.beside.back_action.isEnabled() else self)

    def _turn(self, *, to_record: bool) -> None:
        """Put the pages or the list in front, and say so where the other one is not to be seen."""
        if self.beside.shows_record == to_record:
            return
        self.beside.turn(to_record=to_record)
        if self.beside.single:
            announce(self, _("Pages; Esc leads back to the list") if to_record else _("List; Enter shows the pages"))

    def _on_turned(self) -> None:
        self._back.setVisible(self.beside.back_action.isEnabled())

    def _on_entered(self, _print_id: str) -> None:
        """Enter or a double click on a row: its pages, where they are not to be seen."""
        self._turn(to_record=True)
        if self.beside.single:
            self.focus_first()

    def _on_clicked(self, index: QModelIndex) -> None:
        if self.beside.single and not QApplication.keyboardModifiers():
            self._on_entered(self.list.model.row_id(index.row()) or "")

    def _on_selected(self, print_id: str | None) -> None:
        """Show what is chosen; a refusal stands where the pages would."""
        if print_id is None:
            self.pane.clear(_("Choose a document to see its pages."))
            return
        from app.services.reports.catalogue import build_document

        code, item = self.wanted_paper(print_id)
        moment, texts = self.moment_bar.moment, self._texts()
        if not moment.is_now:
            reading = _Reading(self, (print_id, item, moment))
            self.desk.run(build_document, code, texts, item, moment, done=reading.take, failed=reading.refuse)
            return
        try:
            document = self.desk.read(build_document, code, texts, item)
            self.pane.show_document(self._on_sheet(document), item or "")
        except AppError as error:
            self.refuse(error)

    def show_paper(self, document: Document, item: str | None) -> None:
        """Show a paper that was on its way."""
        self.pane.show_document(self._on_sheet(document), item or "")

    def _on_printed_wanted(self) -> None:
        """To what was printed when."""
        self.desk.wanted.emit("archive", "printed")

    def refuse(self, error: AppError) -> None:
        """Say where the pages would be why there are none."""
        self.pane.clear(sentence(error, self.desk.texts))

    def _on_moment(self, _moment: AsAt) -> None:
        self._on_selected(self.list.selected_id())


class _Reading:
    """A document of an earlier day on its way: it may take longer than a key may. The last one asked for is shown."""

    def __init__(self, view: PrintsView, asked: tuple[str, str | None, AsAt]) -> None:
        self._view, self._asked = view, asked

    def take(self, document: Document) -> None:
        """Show its pages."""
        if self._is_wanted():
            self._view.show_paper(document, self._asked[1])

    def refuse(self, error: AppError) -> None:
        """Say where the pages would be why there are none."""
        if self._is_wanted():
            self._view.refuse(error)

    def _is_wanted(self) -> bool:
        view = self._view
        if not isValid(view):
            return False
        print_id, item, moment = self._asked
        if (view.list.selected_id(), view.moment_bar.moment) != (print_id, moment):
            return False
        return view.wanted_paper(print_id)[1] == item
