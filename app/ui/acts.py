"""What is done to a record beside saving it: its buttons, and the dialog that asks for a day, a reason, a choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.drafts import DraftModel
from app.ui.errors import sentence
from app.ui.fields import Act, Section
from app.ui.form_parts import SectionBox, mnemonics
from app.ui.i18n import _
from app.ui.icons import icon
from app.ui.tall import Tall
from app.ui.theme import px
from app.ui.widgets import FlowLayout, button, label

GAP = 6
"""Space between two buttons, in pixels of the design."""


class ActDialog(QDialog):
    """The fields of an act, and the button that does it."""

    def __init__(
        self, desk: Desk, act: Act, parent: QWidget | None = None, values: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle(_(act.title))
        self.values: dict[str, Any] = {field.key: field.empty_value for field in act.fields} | dict(values or {})
        self.model = _ValuesModel(self.values, self)
        titles = mnemonics([_(field.title) for field in act.fields])
        self.section = SectionBox(Section("", act.fields), self.model, titles)
        for box in self.section.boxes:
            if box.spec.choices is not None:
                box.set_choices(desk.read(box.spec.choices))
            box.show_value(self.values[box.spec.key])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_(act.title), "h2"))
        inside = QWidget()
        fields = QVBoxLayout(inside)
        fields.setContentsMargins(0, 0, 0, 0)
        fields.addWidget(self.section)
        fields.addStretch(1)
        self._tall = Tall(inside)
        layout.addWidget(self._tall, 1)
        layout.addLayout(self._buttons(act))
        self.setMinimumWidth(px(420))

    def accept(self) -> None:
        """Close when everything needed is there; else say what is missing and go there."""
        for box in self.section.boxes:
            problem = box.missing_or_wrong(self.values[box.spec.key])
            box.show_error(sentence(problem, self._desk.texts) if problem else "")
        wrong = [box for box in self.section.boxes if box.error_text()]
        if wrong:
            self._tall.fit(self)
            wrong[0].editor.setFocus()
            return
        super().accept()

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as what stands in it needs."""
        super().showEvent(event)
        self._tall.fit(self)

    def _buttons(self, act: Act) -> FlowLayout:
        row = FlowLayout(spacing=8)
        go = button(_(act.title), act.icon, name="primary")
        go.setDefault(True)
        go.clicked.connect(self.accept)
        stay = button(_("Cancel"))
        stay.clicked.connect(self.reject)
        row.addWidget(go)
        row.addWidget(stay)
        return row


class _ValuesModel(DraftModel):
    """A draft of loose values: the dialog keeps them in a dict and needs no undo."""

    def __init__(self, values: dict[str, Any], parent: QDialog) -> None:
        super().__init__(None, parent)
        self._values = values

    def value(self, key: str) -> Any:
        """Present value."""
        return self._values[key]

    def set_value(self, key: str, value: Any, *, merge: bool = True) -> None:
        """Take a value over."""
        self._values[key] = value


def ask_values(parent: QWidget, desk: Desk, act: Act, values: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
    """What the user enters for an act, by field key, or None when it was called off.

    Args:
        values: what stands there at first, by field key.
    """
    dialog = ActDialog(desk, act, parent, values)
    try:
        return dict(dialog.values) if dialogs.run_dialog(dialog) else None
    finally:
        dialog.deleteLater()


class ActBar(QWidget):
    """The buttons of a record's acts in one line, those without room in a menu; and all of them as actions."""

    wanted = Signal(object)  # Act

    def __init__(self, acts: Sequence[Act]) -> None:
        super().__init__()
        self.removals: list[QPushButton] = []  # buttons of what deletes the record; they stand apart from the others
        self.actions_: list[QAction] = []
        self._rows: list[tuple[Act, QAction, QPushButton]] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(px(GAP))
        self._line.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)  # what has no room goes to the menu
        for act in acts:
            self._add(act)
        self._more = button(_("More"), "ellipsis")
        self._menu = QMenu(self._more)
        self._more.setMenu(self._menu)
        self._line.addWidget(self._more)
        self._line.addStretch(1)

    def refresh(self, draft: Any, *, saved: bool, free: bool) -> None:
        """Show the acts that suit the draft; none for a record that was never saved."""
        shown = False
        for act, action, made in self._rows:
            fits = saved and (act.when is None or act.when(draft))
            action.setVisible(fits)
            action.setEnabled(free)
            made.setEnabled(free)
            if act.removes:
                made.setVisible(fits)
            shown = shown or (fits and not act.removes)
        self.setVisible(shown)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many buttons as there is room for."""
        super().resizeEvent(event)
        self._place()

    def sizeHint(self) -> QSize:
        """All buttons in a line."""
        return QSize(self._width([made for _act, _action, made in self._offered()]), self._more.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The first of them, and the menu."""
        first = [made for _act, _action, made in self._offered()[:1]]
        return QSize(self._width([*first, self._more]), self._more.sizeHint().height())

    def _add(self, act: Act) -> None:
        action = QAction(icon(act.icon), _(act.title), self)
        action.setData(act)
        action.triggered.connect(self._on_triggered)
        made = button(action.text(), act.icon, name="primary" if act.primary else "danger" if act.removes else "")
        made.clicked.connect(action.trigger)
        if act.removes:
            self.removals.append(made)
        else:
            self._line.addWidget(made)
        self.actions_.append(action)
        self._rows.append((act, action, made))

    def _offered(self) -> list[tuple[Act, QAction, QPushButton]]:
        return [row for row in self._rows if row[1].isVisible() and not row[0].removes]

    @staticmethod
    def _width(buttons: Sequence[QPushButton]) -> int:
        return sum(made.sizeHint().width() for made in buttons) + px(GAP) * max(len(buttons) - 1, 0)

    def _place(self) -> None:
        """Buttons from the left while there is room, the first in any case; the others in the menu."""
        offered = self._offered()
        buttons = [made for _act, _action, made in offered]
        fit = len(buttons)
        if self._width(buttons) > self.width():
            widths = [self._width([*buttons[: n + 1], self._more]) for n in range(len(buttons))]
            fit = max(sum(width <= self.width() for width in widths), 1)
        for act, _action, made in self._rows:
            if not act.removes:
                made.setVisible(made in buttons[:fit])
        self._menu.clear()
        self._menu.addActions([action for _act, action, _made in offered[fit:]])
        self._more.setVisible(fit < len(buttons))

    def _on_triggered(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)
        self.wanted.emit(action.data())
