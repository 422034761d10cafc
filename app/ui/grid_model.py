"""Rows of a draft as a Qt model: every edit goes through the draft, so it is undone with the rest of the form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.errors import InvalidInput
from app.models.money import format_euro, parse_cents
from app.services.wording.folding import fold
from app.services.wording.formats import format_count
from app.services.wording.parsing import parse_count, parse_date, parse_percent_text, parse_time
from app.services.wording.points import parse_points
from app.ui.drafts import DraftModel
from app.ui.editors import Choices
from app.ui.fields import FieldKind, FieldSpec, GridSpec, shown_text
from app.ui.fitting import WRAP
from app.ui.i18n import _
from app.ui.theme import colour
from app.ui.widgets import plain_tip

Index = QModelIndex | QPersistentModelIndex

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
EDIT = int(Qt.ItemDataRole.EditRole)
ALIGN = int(Qt.ItemDataRole.TextAlignmentRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
CHECK = int(Qt.ItemDataRole.CheckStateRole)
BACK = int(Qt.ItemDataRole.BackgroundRole)
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

FAULTS_NAMED = 4
"""How many different faults of a paste are named."""
ROWS_NAMED = 12
"""How many rows that have the same one."""

_NO_INDEX = QModelIndex()
_TRUE_WORDS = frozenset({"1", "x", "sì", "si", "vero", "yes", "true"})


def parse_cell(field: FieldSpec, text: str, choices: Choices) -> Any:
    """Value of a pasted or typed cell.

    Raises:
        InvalidInput: when the text means no value of this column, or a needed one is missing.
    """
    bare = text.strip()
    if not bare:
        if field.required:
            raise InvalidInput("field.required", field=field.key)
        return field.empty_value
    if field.choices is not None:
        keys = {fold(label).strip(): key for key, label in choices}
        if fold(bare) not in keys:
            raise InvalidInput("reference.unknown", field=field.key, text=bare)
        return keys[fold(bare)]
    if field.kind is FieldKind.FLAG:
        return fold(bare) in {fold(word) for word in _TRUE_WORDS}
    readers = {
        FieldKind.MONEY: parse_cents,
        FieldKind.DATE: parse_date,
        FieldKind.TIME: parse_time,
        FieldKind.COUNT: parse_count,
        FieldKind.NUMBER: parse_count,
        FieldKind.PERCENT_TEXT: parse_percent_text,
        FieldKind.POINTS: parse_points,
    }
    reader = readers.get(field.kind)
    return bare if reader is None else reader(bare, field=field.key)


class GridModel(QAbstractTableModel):
    """The rows under one key of a draft, one column per field."""

    def __init__(self, draft: DraftModel, spec: GridSpec, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._draft = draft
        self._rows: tuple[Any, ...] = draft.value(spec.key)
        self._choices: dict[str, Choices] = {}
        self._labels: dict[str, dict[Any, str]] = {}
        self._errors: dict[tuple[int, str], str] = {}
        self._locked = False
        draft.changed.connect(self._on_draft_changed)

    # --- what the form tells it -------------------------------------------------------------

    def set_choices(self, choices: Mapping[str, Choices]) -> None:
        """What the CHOICE and REFERENCE columns offer, by column key."""
        if choices != self._choices:
            self._choices = dict(choices)
            self._labels = {key: dict(offered) for key, offered in choices.items()}
            self._refresh()

    def choices(self, column: int) -> Choices:
        """What a column offers."""
        return self._choices.get(self.spec.columns[column].key, ())

    def set_errors(self, errors: Mapping[tuple[int, str], str]) -> None:
        """Mark cells, by (row, column key), with a translated sentence each."""
        if errors != self._errors:
            self._errors = dict(errors)
            self._refresh()

    def set_locked(self, locked: bool) -> None:
        """Forbid or allow edits."""
        self._locked = locked

    @property
    def rows(self) -> tuple[Any, ...]:
        """The rows as they stand in the draft."""
        return self._rows

    def value(self, row: int, column: int) -> Any:
        """Raw value of a cell; Qt's own way would turn a member of an enumeration into a str."""
        return getattr(self._rows[row], self.spec.columns[column].key)

    @property
    def can_add(self) -> bool:
        """Whether rows may be added and removed now."""
        return not self.spec.fixed and not self._locked

    # --- the model ----------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Number of rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Number of columns."""
        return 0 if parent.isValid() else len(self.spec.columns)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = DISPLAY) -> Any:
        """Titles above, numbers at the side."""
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == DISPLAY else None
        if not 0 <= section < len(self.spec.columns):
            return None
        field = self.spec.columns[section]
        if role == DISPLAY:
            return _(field.title)
        if role == ALIGN:
            return (RIGHT if field.right_aligned else LEFT) | WRAP
        return _(field.hint or field.title) if role == TOOLTIP else None

    def text(self, row: int, column: int) -> str:
        """What a cell says, without the way through Qt."""
        field = self.spec.columns[column]
        return shown_text(field, getattr(self._rows[row], field.key), self._labels.get(field.key, {}))

    def data(self, index: Index, role: int = DISPLAY) -> Any:
        """Text, raw value, tick, mark of an error."""
        field = self.spec.columns[index.column()]
        value = getattr(self._rows[index.row()], field.key)
        if field.kind is FieldKind.FLAG and role in (DISPLAY, CHECK):
            state = Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
            return state if role == CHECK else None
        if role == DISPLAY:
            return self.text(index.row(), index.column())
        if role == EDIT:
            return value
        if role == ALIGN:
            return RIGHT if field.right_aligned else LEFT
        error = self._errors.get((index.row(), field.key))
        if role == BACK and error:
            return colour("bad_back")
        if role == TOOLTIP:
            return plain_tip(error or "") or None
        if role == SPOKEN and error:
            return f"{self.text(index.row(), index.column())}. {error}"
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells can be edited unless the column or the record forbids it."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        field = self.spec.columns[index.column()]
        if field.read_only or self._locked:
            return flags
        if field.kind is FieldKind.FLAG:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable

    def setData(self, index: Index, value: Any, role: int = EDIT) -> bool:
        """Put a value into a cell, as one step of undo."""
        if not index.isValid() or self._locked or role not in (EDIT, CHECK):
            return False
        field = self.spec.columns[index.column()]
        if role == CHECK:
            value = Qt.CheckState(value) == Qt.CheckState.Checked
        row = replace(self._rows[index.row()], **{field.key: value})
        self._errors.pop((index.row(), field.key), None)
        self._put((*self._rows[: index.row()], row, *self._rows[index.row() + 1 :]))
        return True

    # --- gestures -----------------------------------------------------------------------------

    def add_row(self, at: int) -> None:
        """Put a blank row before row `at` (0 to the number of rows)."""
        assert self.spec.blank is not None
        self._put((*self._rows[:at], self.spec.blank(), *self._rows[at:]))

    def remove_rows(self, rows: Sequence[int]) -> None:
        """Take rows away, as one step of undo."""
        gone = set(rows)
        self._put(tuple(row for number, row in enumerate(self._rows) if number not in gone))

    def drop_blank_tail(self) -> None:
        """Take the rows at the end away in which nothing was entered: Enter in the last row had added them."""
        blank = self.spec.blank() if self.can_add and self.spec.blank is not None else None
        kept = len(self._rows)
        while kept and self._rows[kept - 1] == blank:
            kept -= 1
        if kept < len(self._rows):
            self._put(self._rows[:kept])

    def move_row(self, row: int, to: int) -> None:
        """Put a row in another place."""
        rest = [*self._rows[:row], *self._rows[row + 1 :]]
        self._put((*rest[:to], self._rows[row], *rest[to:]))

    def paste(self, text: str, row: int, column: int) -> int:
        """Read a table from a spreadsheet into the cells from (row, column) on; missing rows are added.

        Returns:
            Number of rows read.

        Raises:
            InvalidInput: "paste.empty", "paste.too_wide"; "paste.cell"; "paste.cells" with `errors`, one for each
                fault with its rows ("paste.cells_much": the first of many); nothing is changed then.
        """
        lines = [line.split("\t") for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")] if text else []
        if not any(cell.strip() for line in lines for cell in line):
            raise InvalidInput("paste.empty", field=self.spec.key)
        room = len(self.spec.columns) - column
        if max(map(len, lines)) > room:
            raise InvalidInput("paste.too_wide", field=self.spec.key, found=max(map(len, lines)), room=room)
        if row + len(lines) > len(self._rows) and not self.can_add:
            lines = lines[: len(self._rows) - row]
        rows, wrong = list(self._rows), []
        for offset, line in enumerate(lines):
            if row + offset == len(rows):
                assert self.spec.blank is not None
                rows.append(self.spec.blank())
            cells, errors = self._read_line(line, offset, column)
            rows[row + offset] = replace(rows[row + offset], **cells)
            wrong += errors
        self._refuse_cells(wrong)
        self._put(tuple(rows))
        return len(lines)

    def _refuse_cells(self, wrong: Sequence[InvalidInput]) -> None:
        """Nothing is pasted while a cell is wrong: all of them are said, those with one fault together."""
        if not wrong:
            return
        if len(wrong) == 1:
            raise InvalidInput("paste.cell", field=self.spec.key, **wrong[0].values)
        faults: dict[str, list[InvalidInput]] = {}
        for error in wrong:
            reason = error.values["reason"]
            assert isinstance(reason, InvalidInput)
            faults.setdefault(f"{error.values['column']} {reason.code} {reason.values}", []).append(error)
        lines = []
        for cells in list(faults.values())[:FAULTS_NAMED]:
            rows = ", ".join(str(cell.values["row"]) for cell in cells[:ROWS_NAMED])
            more = ", …" if len(cells) > ROWS_NAMED else ""
            column, reason = (cells[0].values[name] for name in ("column", "reason"))
            lines.append(InvalidInput("paste.line", rows=rows + more, column=column, reason=reason))
        code = "paste.cells" if len(faults) <= FAULTS_NAMED else "paste.cells_much"
        raise InvalidInput(code, field=self.spec.key, count=len(wrong), errors=tuple(lines))

    def _read_line(self, line: Sequence[str], offset: int, column: int) -> tuple[dict[str, Any], list[InvalidInput]]:
        """Values of one pasted line by column key, and what is wrong with it; read-only columns are passed over."""
        cells: dict[str, Any] = {}
        wrong: list[InvalidInput] = []
        for shift, text in enumerate(line):
            field = self.spec.columns[column + shift]
            if field.read_only:
                continue
            try:
                cells[field.key] = parse_cell(field, text, self.choices(column + shift))
            except InvalidInput as error:
                wrong.append(InvalidInput("paste.cell", row=offset + 1, column=_(field.title), reason=error))
        return cells, wrong

    def text_of(self, rows: Sequence[int], columns: Sequence[int]) -> str:
        """Cells as a spreadsheet takes them from the clipboard."""
        return "\n".join("\t".join(self.text(row, column) for column in columns) for row in rows)

    def totals(self) -> tuple[tuple[str, str], ...]:
        """Captions and sums that stand under the grid."""
        pairs = []
        for field in self.spec.columns:
            if field.key in self.spec.totals:
                amount = sum(getattr(row, field.key) or 0 for row in self._rows)
                write = format_euro if field.kind is FieldKind.MONEY else format_count
                pairs.append((_(field.title), write(amount)))
        return (*pairs, *(self.spec.summary(self._rows) if self.spec.summary else ()))

    # --- the draft ----------------------------------------------------------------------------

    def _put(self, rows: tuple[Any, ...]) -> None:
        self._draft.set_value(self.spec.key, rows, merge=False)

    def _on_draft_changed(self, key: str) -> None:
        if key in ("", self.spec.key):
            self._take(self._draft.value(self.spec.key))

    def _take(self, rows: tuple[Any, ...]) -> None:
        """Show `rows`, telling the view only what differs, so that it keeps its place."""
        before = self._rows
        if len(rows) == len(before):
            self._rows = rows
            self._refresh()
            return
        head = 0
        while head < min(len(before), len(rows)) and before[head] == rows[head]:
            head += 1
        tail = 0
        while tail < min(len(before), len(rows)) - head and before[-1 - tail] == rows[-1 - tail]:
            tail += 1
        self._errors = {}
        if head < len(before) - tail:
            self.beginRemoveRows(_NO_INDEX, head, len(before) - tail - 1)
            self._rows = (*before[:head], *before[len(before) - tail :])
            self.endRemoveRows()
        if head < len(rows) - tail:
            self.beginInsertRows(_NO_INDEX, head, len(rows) - tail - 1)
            self._rows = rows
            self.endInsertRows()
        self._rows = rows
        self._refresh()

    def _refresh(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(self.spec.columns) - 1))
