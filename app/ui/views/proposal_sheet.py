"""The form of a proposal: the plan's own sheet with its timeline and documents, and beside it what is missing.

A draft, or a version that is open, is saved as it is typed: when the hand rests, or goes to another record.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from app.models.errors import AppError, InvalidInput
from app.services.calls.rules import call_categories
from app.services.calls.rules_drafts import category_name
from app.services.changes import Changes
from app.services.documents.documents import DocumentOwner
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.gaps import Gap, draft_gaps
from app.services.proposals.timeline import timeline
from app.ui.desk import Desk
from app.ui.documents_panel import DocumentsPanel, dropped_files
from app.ui.errors import sentence
from app.ui.forms import FormSpec, RecordForm
from app.ui.gantt import GanttChart
from app.ui.grids import GridView
from app.ui.i18n import _
from app.ui.latest import Latest
from app.ui.theme import px
from app.ui.views.page import RecordPage
from app.ui.views.proposal_forms import MONTHS
from app.ui.views.proposal_gaps import GapsPanel
from app.ui.widgets import Tone, label

GAPS_DELAY_MS = 250
"""Rest of the hands after which what is missing is looked for again."""
SAVE_DELAY_MS = 2500
"""Rest of the hands after which a draft is saved."""
BESIDE_LEAST = 900
"""Width (of the design) of a form from which what is missing stands beside it."""
TWO_GRIDS_LEAST = 620
"""Width (of the design) from which costs and contributions stand side by side, as on the paper."""
PLACES = {"items": "costs", "checks": "title"}
"""Field of the form for a field of the rules that has another name."""


class SideBySide(QWidget):
    """Grids beside each other, their first rows on one line, or one under the other where there is no room."""

    def __init__(self, least: int, *parts: GridView) -> None:
        super().__init__()
        self._least = least
        self.parts = parts
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(px(12))
        for part in parts:
            self._box.addWidget(part, 1, Qt.AlignmentFlag.AlignTop)
        self._gaps = [_gap_over_table(part) for part in parts]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the width."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        wide = event.size().width() >= px(self._least)
        self._box.setDirection(directions.LeftToRight if wide else directions.TopToBottom)
        room = (event.size().width() - self._box.spacing() * (len(self.parts) - 1)) // len(self.parts)
        hints = [_hint_height(part, room) for part in self.parts]
        for gap, part, height in zip(self._gaps, self.parts, hints, strict=True):
            gap.changeSize(0, max(hints) - height if wide else 0)
            _layout_of(part).invalidate()


def _layout_of(grid: GridView) -> QBoxLayout:
    layout = grid.layout()
    assert isinstance(layout, QBoxLayout)
    return layout


def _gap_over_table(grid: GridView) -> QSpacerItem:
    """A gap of no height between a grid's title and hint and its table."""
    gap = QSpacerItem(0, 0)
    layout = _layout_of(grid)
    layout.insertSpacerItem(layout.indexOf(grid.table), gap)
    return gap


def _hint_height(grid: GridView, width: int) -> int:
    """Height of the hint between title and table, with the space over it; 0 for a grid without one."""
    layout = _layout_of(grid)
    second = layout.itemAt(1)
    hint = second.widget() if second is not None else None
    return hint.heightForWidth(width) + layout.spacing() if hint is not None else 0


class ProposalForm(RecordForm):
    """The sheet of a proposal."""

    def __init__(self, desk: Desk, spec: FormSpec, parent: QWidget | None = None, *, grown: bool = True) -> None:
        self._gaps_timer, self._save_timer = _timer(GAPS_DELAY_MS), _timer(SAVE_DELAY_MS)
        self._categories_of: tuple[str | None, str | None] | None = None
        self._shown_id: object = None
        super().__init__(desk, spec, None, parent, grown=grown)
        self._latest = Latest(desk, self)
        for timer, slot in ((self._gaps_timer, self._read_gaps), (self._save_timer, self._save_quietly)):
            timer.setParent(self)
            timer.timeout.connect(slot)
        self.opened.connect(self._on_opened)
        self.setAcceptDrops(True)

    # --- what others call -----------------------------------------------------------------

    def go_to(self, key: str) -> None:
        """Put the cursor where a field, a grid or the documents are."""
        key = PLACES.get(key, key)
        if key == "months":
            self._on_bar_chosen("0")
        elif key in self._boxes:
            box = self._boxes[key]
            self._scroll.ensureWidgetVisible(box)
            box.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in self._grids:
            self._scroll.ensureWidgetVisible(self._grids[key])
            self._grids[key].focus_cell(0, "")
        elif key == "documents":
            self._scroll.ensureWidgetVisible(self.documents)
            self.documents.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def draft(self) -> ProposalDraft:
        """The proposal as it is typed, its economic plan in one list."""
        sheet = self.model.draft
        return replace(sheet, items=(*sheet.costs, *sheet.contributions))

    def reload(self) -> None:
        """Read the record again; a cell that is being edited is not disturbed."""
        if not self._is_editing():
            super().reload()
            self._refresh_parts()

    def leave(self) -> bool:
        """Save what is typed before the question is asked: a draft has nothing to lose."""
        self._save_timer.stop()
        if self._may_save_quietly():
            self.save()
            self._wait()
        return super().leave()

    # --- building -------------------------------------------------------------------------

    def _build(self) -> Iterator[None]:
        yield from super()._build()
        self.gaps = GapsPanel()
        self.gaps.chosen.connect(self.go_to)
        self.gaps.fold(bool(self.desk.settings.get("gaps_folded")))
        self.gaps.folded.connect(lambda folded: self.desk.settings.set("gaps_folded", folded))
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        place = layout.indexOf(self._scroll)
        layout.removeWidget(self._scroll)
        self._middle = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._middle.setSpacing(px(8))
        self._middle.addWidget(self.gaps)
        self._middle.addWidget(self._scroll, 1)
        layout.insertLayout(place, self._middle, 1)
        self.gaps_action = QAction(_("What is missing"), self)
        self.gaps_action.setShortcut(QKeySequence("F8"))
        self.gaps_action.triggered.connect(self.gaps.toggle)
        self.addAction(self.gaps_action)

    def _build_fields(self) -> Iterator[None]:
        yield from super()._build_fields()
        sheet = self._sheet
        costs = [self._grids[key] for key in ("costs", "contributions")]
        place = sheet.indexOf(costs[0])
        for grid in costs:
            sheet.removeWidget(grid)
        sheet.insertWidget(place, SideBySide(TWO_GRIDS_LEAST, *costs))
        self._build_timeline()
        yield
        self.documents = DocumentsPanel(self.desk)
        self.documents.changed.connect(self._gaps_timer.start)
        self.documents.refused.connect(self._on_documents_refused)
        sheet.addWidget(self.documents)
        sheet.addWidget(label(_("F8 leads to what is missing; Ctrl+S saves at once."), "muted", wrap=True))
        self._order_tabs()

    def _build_timeline(self) -> None:
        """Under the days of the project: the months of the actions, and the chart of them."""
        self.months = GridView(self.model, MONTHS)
        self.months.refused.connect(self.show_error)
        self.months.table.installEventFilter(self)
        self.gantt = GanttChart(_("Timeline"))
        self.gantt.activated.connect(self._on_bar_chosen)
        timed = next(box for box in self._sections if any(one.spec.key == "duration_months" for one in box.boxes))
        for part in (self.gantt, self.months):
            self._sheet.insertWidget(self._sheet.indexOf(timed) + 1, part)

    def _order_tabs(self) -> None:
        """Tab goes through the sheet from top to bottom, also where parts were put into others."""
        chain: list[QWidget] = []
        for section in self.spec.sections:
            chain += [self._boxes[field.key].editor for field in section.fields]
            for spec in section.grids:
                chain += self._grids[spec.key].parts_read()
            if any(field.key == "duration_months" for field in section.fields):
                chain += [self.months.table, self.gantt]
        chain += self.documents.stops()
        for before, after in itertools.pairwise(chain):
            QWidget.setTabOrder(before, after)

    def fit(self, size: QSize) -> None:
        """What is missing stands beside the sheet where there is room."""
        super().fit(size)
        beside = size.width() >= px(BESIDE_LEAST)
        directions = QBoxLayout.Direction
        self._middle.setDirection(directions.RightToLeft if beside else directions.TopToBottom)
        self.gaps.stand_beside(beside)

    # --- following the draft ----------------------------------------------------------------

    def _load_choices(self) -> None:
        super()._load_choices()
        self._categories_of = None
        self._load_categories()

    def _load_categories(self) -> None:
        """Offer the categories of cost of the call that is chosen."""
        sheet = self.model.draft
        if self._categories_of == (sheet.call_id, sheet.id):
            return
        self._categories_of = (sheet.call_id, sheet.id)
        tr = self.desk.texts
        rows = self.desk.read(call_categories, sheet.call_id, sheet.id)
        for key, allowed in (("costs", "costs"), ("contributions", "contribution")):
            choices = tuple((row.code, category_name(row.code, row.name, tr)) for row in rows if getattr(row, allowed))
            self._grids[key].model.set_choices({"category": choices})

    def _on_draft_changed(self, key: str) -> None:
        super()._on_draft_changed(key)
        sheet = self.model.draft
        if key == "call_id":
            self._load_categories()
        if key in ("", "actions", "date_start", "duration_months"):
            self.gantt.set_timeline(timeline(sheet.actions, sheet.date_start, sheet.duration_months))
        self._gaps_timer.start()
        if key:
            self._save_timer.start()

    def _on_opened(self, record_id: object) -> None:
        self._save_timer.stop()
        if record_id != self._shown_id:
            self._scroll.verticalScrollBar().setValue(0)
            self.gaps.set_gaps(())  # not those of the proposal before, until its own are read
        self._shown_id = record_id
        self._refresh_parts()

    def _refresh_parts(self) -> None:
        """Documents and what is missing, of the record that is shown."""
        owner = DocumentOwner(proposal_id=self.record_id) if self.record_id else None
        self.documents.show_owner(owner, locked=bool(self._lock_sentence()))
        self._read_gaps()

    def _read_gaps(self) -> None:
        if self.desk.is_open:
            self._latest.read(draft_gaps, self.draft(), self.desk.texts, done=self._on_gaps_read)

    def _on_gaps_read(self, gaps: tuple[Gap, ...]) -> None:
        self.gaps.set_gaps(gaps)

    def _refresh_lock(self) -> None:
        super()._refresh_lock()
        self.months.set_locked(bool(self._lock_sentence()))

    def _commit_cell(self) -> InvalidInput | None:
        return super()._commit_cell() or self.months.finish_editing()

    def _show_grid_error(self, grid: GridView, path: list[str], text: str) -> None:
        of_months = bool(path) and path[-1] in {column.key for column in MONTHS.columns if not column.read_only}
        super()._show_grid_error(self.months if grid.spec.key == MONTHS.key and of_months else grid, path, text)

    def _clear_errors(self) -> None:
        super()._clear_errors()
        self.months.model.set_errors({})

    def _on_bar_chosen(self, key: str) -> None:
        self._scroll.ensureWidgetVisible(self.months)
        self.months.focus_cell(int(key), "month_from")

    # --- saving as typed --------------------------------------------------------------------

    def _may_save_quietly(self) -> bool:
        """Whether what is typed can be saved without a word: nothing is being edited, missing or wrong."""
        if self._task is not None or not self.is_dirty or not self.desk.is_open or self._lock_sentence():
            return False
        if self._is_editing() or self._without_blank_rows(self.model.draft) == self.model.baseline:
            return False
        return not any(box.missing_or_wrong(self.model.value(key)) for key, box in self._boxes.items())

    def _is_editing(self) -> bool:
        """Whether a cell of a grid is being edited."""
        return any(grid.is_editing for grid in (*self._grids.values(), self.months))

    def _without_blank_rows(self, sheet: Any) -> Any:
        """The sheet without the rows at the end of a grid in which nothing was entered yet."""
        tails = {}
        for key, grid in self._grids.items():
            rows, blank = getattr(sheet, key), grid.spec.blank() if grid.spec.blank else None
            kept = len(rows)
            while kept and rows[kept - 1] == blank:
                kept -= 1
            tails[key] = rows[:kept]
        return replace(sheet, **tails)

    def _save_quietly(self) -> None:
        """Save a draft whose hand rests; what cannot be saved yet waits, and a refusal does not move the cursor."""
        if not self._may_save_quietly():
            return
        assert self.spec.save is not None
        self._saving = self._without_blank_rows(self.model.draft)
        self._task = self.desk.run(
            self.spec.save, self._saving, done=self._on_saved_quietly, failed=self._on_refused_quietly
        )
        self._task.finished.connect(self._on_task_finished)
        self._refresh_actions()

    def _on_saved_quietly(self, changes: Changes) -> None:
        """Take over the keys that new rows were given, and leave the cursor and the steps of undo as they are."""
        self._task = None
        self.record_id = changes.id
        fresh = self._read_draft(self.record_id)
        if self.model.draft == self._saving and not self._is_editing():
            if fresh != self._saving:
                self.model.apply("", fresh)
            self.model.mark_saved(fresh)
        else:  # what is being typed stays; what says which record it is does not wait
            for key in ("id", "number"):
                self.model.apply(key, getattr(fresh, key))
            self.model.mark_saved(replace(self._saving, id=fresh.id, number=fresh.number))
        self._refresh_parts()
        self.saved.emit(changes)
        if self.is_dirty:
            self._save_timer.start()

    def _on_refused_quietly(self, error: AppError) -> None:
        path = (error.field or "").split(".")
        text = sentence(error, self.desk.texts)
        if len(path) == 1 and path[0] in self._boxes:
            self._problems[path[0]] = error
            self._boxes[path[0]].show_error(text)
        elif isinstance(error, InvalidInput) and path[0] in self._grids and path[1].isdecimal():
            self._grids[path[0]].model.set_errors({(int(path[1]), path[2]): text})
        else:
            self._banner.say(text, Tone.BAD)

    # --- documents --------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files can be dropped anywhere on the sheet."""
        if dropped_files(event) and self.documents.add_action.isEnabled():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Attach the files."""
        self._scroll.ensureWidgetVisible(self.documents)
        self.documents.add(dropped_files(event))
        event.acceptProposedAction()

    def _on_documents_refused(self, text: str) -> None:
        self._banner.say(text, Tone.BAD)


class ProposalPage(RecordPage):
    """Proposals with their sheet."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        assert self.kind.form is not None
        return ProposalForm(self.desk, self.kind.form, self._stack, grown=grown)


def _timer(milliseconds: int) -> QTimer:
    timer = QTimer()
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    return timer
