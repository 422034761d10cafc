"""The settings that are chosen by hand, drawn from their declaration; they take effect when the dialog is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFormLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.settings import COPY_GIGABYTES, DOCUMENT_MEGABYTES, LOCK_MINUTES, SCALES, SETTINGS, Setting
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit, Choices, TextEdit
from app.ui.i18n import _, plural
from app.ui.remembering import RememberingSwitch
from app.ui.theme import px
from app.ui.widgets import button, label

_CHOICES: dict[str, Callable[[], Choices]] = {
    "language": lambda: (("it", "Italiano"), ("en", "English")),
    "theme": lambda: (("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))),
    "document_megabytes": lambda: tuple((size, f"{size}\u00a0MB") for size in DOCUMENT_MEGABYTES),
    "copies_gigabytes": lambda: tuple((size, f"{size}\u00a0GB") for size in COPY_GIGABYTES),
    "scale": lambda: tuple((scale, f"{scale}\u00a0%") for scale in SCALES),
    "lock_minutes": lambda: tuple((minutes, _lock_text(minutes)) for minutes in LOCK_MINUTES),
}


def _lock_text(minutes: int) -> str:
    return plural("After {n} minute", "After {n} minutes", minutes).format(n=minutes) if minutes else _("Never")


class SettingsDialog(QDialog):
    """One line for each setting that has a title."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Settings"))
        self._settings = desk.settings
        self.remembering = RememberingSwitch(desk)
        self.changed_keys: set[str] = set()
        self.editors: dict[str, ChoiceEdit | TextEdit] = {}
        inside = QWidget()
        self._form = form = QFormLayout(inside)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(px(8))
        for setting in SETTINGS:
            if setting.key == "keyring":
                self.remembering.editor.setAccessibleName(_(setting.title))
                form.addRow(_(setting.title), self.remembering)
            elif setting.title:
                form.addRow(_(setting.title), self._editor(setting))
        close = button(_("Close"), name="primary")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_("Settings"), "h2"))
        self._area = area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # it follows the field that has it
        area.setAccessibleName(_("Settings"))
        area.setWidget(inside)
        layout.addWidget(area, 1)
        layout.addLayout(row)
        self.setMinimumWidth(px(400))
        self.remembering.told.connect(self._on_told)

    def showEvent(self, event: QShowEvent) -> None:
        """Be as high as what stands in it needs."""
        super().showEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """Show all of it where the screen has the room; a smaller one scrolls."""
        rest = self.sizeHint().height() - self._area.sizeHint().height()
        needed = self._form.totalHeightForWidth(self.width() - self._margins())
        self.resize(self.width(), min(needed + rest, self.screen().availableSize().height() - px(40)))

    def _on_told(self) -> None:
        """What stands under the last field now is to be seen on a small screen too."""
        self._make_room()
        QTimer.singleShot(0, self.remembering, self._show_last)

    def _show_last(self) -> None:
        self._area.ensureWidgetVisible(self.remembering.word)

    def _margins(self) -> int:
        layout = self.layout()
        assert layout is not None
        margins = layout.contentsMargins()
        return margins.left() + margins.right()

    def _editor(self, setting: Setting) -> QWidget:
        editor: ChoiceEdit | TextEdit
        if setting.key in _CHOICES:
            editor = ChoiceEdit(choices=_CHOICES[setting.key]())
        else:
            editor = TextEdit()
            editor.setMaxLength(80)
        editor.set_value(self._settings.get(setting.key))
        editor.setAccessibleName(_(setting.title))
        editor.setObjectName(f"setting_{setting.key}")
        editor.edited.connect(self._on_edited)
        self.editors[setting.key] = editor
        return editor

    def _on_edited(self, value: Any) -> None:
        editor = self.sender()
        key = next(key for key, known in self.editors.items() if known is editor)
        self._settings.set(key, value)
        self.changed_keys.add(key)
