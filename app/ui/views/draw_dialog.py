"""The public draw: what is equal, the numbers drawn or the seed said aloud, and the order that follows at once."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.enums import DrawKind
from app.models.errors import AppError, InvalidInput
from app.services.evaluation.draws import Draw, drawn_order, hold_draw
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit
from app.ui.errors import sentence
from app.ui.fields import enum_choices
from app.ui.i18n import _
from app.ui.line_edits import CountEdit, TextEdit
from app.ui.theme import px
from app.ui.widgets import Banner, Tone, button, label

WIDTH, HEIGHT, LINE, HEIGHT_MAX = 640, 330, 42, 720
"""Size without a proposal, height of one, and the most that many make, in pixels of the design."""


class DrawDialog(QDialog):
    """Asks for a draw, shows what it gives while it is typed, and writes it down."""

    def __init__(self, desk: Desk, draw: Draw, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Draw"))
        self.desk, self.draw = desk, draw
        self.banner = Banner()
        self.kind = ChoiceEdit(choices=[pair for pair in desk.read(enum_choices(DrawKind)) if pair[0] != DrawKind.NONE])
        self.kind.set_value(draw.kind if draw.kind is not DrawKind.NONE else DrawKind.SEED)
        self.seed = TextEdit()
        self.seed.set_value(draw.seed)
        self.numbers = {row.id: CountEdit(plain=True) for rows in draw.ties for row in rows}
        self.order = label("", wrap=True)
        self._build()
        self.kind.edited.connect(self._refresh)
        for field in (self.seed, *self.numbers.values()):
            field.textEdited.connect(self._refresh)
            field.edited.connect(self._refresh)
        self._refresh()
        room = parent.window().size() if parent is not None else self.screen().availableSize()
        height = min(HEIGHT + LINE * (len(self.numbers) + len(draw.ties)), HEIGHT_MAX)
        self.resize(min(px(WIDTH), room.width()), min(px(height), room.height()))

    def accept(self) -> None:
        """Write the draw down; a refusal is told here, and what was typed stays."""
        try:
            if self.kind.value() is DrawKind.NUMBERS:
                self._check_numbers()
            self.desk.do(hold_draw, self.draw.ranking_id, self.kind.value(), self.seed.text(), self._drawn())
        except AppError as error:
            self._say(error)
            return
        super().accept()

    # --- how it is made -------------------------------------------------------------------

    def _build(self) -> None:
        self.kind.setAccessibleName(_("How ties are drawn"))
        self.seed.setAccessibleName(_("Seed said aloud"))
        repeated = _("Any words or digits; with them anybody can repeat the draw, as the printed ranking says.")
        said = label(repeated, "muted", wrap=True)
        self.seed_part = _column(label(_("Seed said aloud")), self.seed, said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(_("Draw"), "h2"))
        layout.addWidget(self.banner)
        layout.addWidget(self.kind)
        layout.addWidget(self.seed_part)
        layout.addWidget(self._ties(), 1)
        layout.addWidget(label(_("The order that follows"), "h3"))
        layout.addWidget(self.order)
        buttons = QHBoxLayout()
        self.go = button(_("Record the draw"), "check", name="primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.accept)
        stay = button(_("Cancel"))
        stay.clicked.connect(self.reject)
        buttons.addStretch(1)
        for each in (stay, self.go):
            buttons.addWidget(each)
        layout.addLayout(buttons)

    def _ties(self) -> QScrollArea:
        """The proposals that are equal, tie by tie, each with the place for its number."""
        page = QWidget()
        grid = QGridLayout(page)
        grid.setColumnStretch(0, 1)
        line = 0
        for count, rows in enumerate(self.draw.ties, start=1):
            grid.addWidget(label(_("Tie {n}").format(n=count), "h3"), line, 0)
            line += 1
            for row in rows:
                field = self.numbers[row.id]
                field.set_value(row.drawn)
                field.setAccessibleName(_("Number drawn for no. {number}").format(number=row.number))
                field.setFixedWidth(px(90))
                grid.addWidget(label(f"{row.number} · {row.title}", wrap=True), line, 0)
                grid.addWidget(field, line, 1)
                line += 1
        grid.setRowStretch(line, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(_("Draw"))
        area.setWidget(page)
        return area

    # --- what is typed --------------------------------------------------------------------

    def _check_numbers(self) -> None:
        """Look at the numbers before they are written, and go to the first that is wrong.

        Raises:
            InvalidInput: that of a field; "ranking.draw_short", "ranking.drawn_twice", with the proposals meant.
        """
        named = {row.id: str(row.number) for rows in self.draw.ties for row in rows}
        for field in self.numbers.values():
            problem = field.problem()
            if problem is not None:
                field.setFocus()
                raise problem
        drawn = self._drawn()
        missing = [key for key in self.numbers if key not in drawn]
        if missing:
            self.numbers[missing[0]].setFocus()
            raise InvalidInput("ranking.draw_short", numbers=tuple(named[key] for key in missing))
        by_number: dict[int, list[str]] = {}
        for key, number in drawn.items():
            by_number.setdefault(number, []).append(key)
        same = next((keys for keys in by_number.values() if len(keys) > 1), None)
        if same is not None:
            self.numbers[same[-1]].setFocus()
            raise InvalidInput("ranking.drawn_twice", numbers=tuple(named[key] for key in same))

    def _drawn(self) -> dict[str, int]:
        return {
            key: field.value()
            for key, field in self.numbers.items()
            if field.problem() is None and field.value() is not None
        }

    def _refresh(self, _changed: object = None) -> None:
        kind = self.kind.value()
        self.seed_part.setVisible(kind is DrawKind.SEED)
        for field in self.numbers.values():
            field.setVisible(kind is DrawKind.NUMBERS)
        self.banner.hide()
        lines = []
        for rows in self.draw.ties:
            found = drawn_order(rows, kind, self.seed.text(), self._drawn())
            lines.append(" → ".join(f"{row.number} ({drawn})" for row, drawn in found))
        missing = _("It shows here as soon as the draw is whole.")
        self.order.setText("\n".join(filter(None, lines)) or missing)

    def _say(self, error: AppError) -> None:
        self.banner.say(sentence(error, self.desk.texts), Tone.BAD)
        if isinstance(error, InvalidInput) and error.field == "seed":
            self.seed.setFocus()


def _column(*widgets: QWidget) -> QWidget:
    made = QWidget()
    layout = QVBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(px(4))
    for widget in widgets:
        layout.addWidget(widget)
    return made
