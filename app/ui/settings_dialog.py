"""The settings that are chosen by hand, drawn from their declaration; they take effect when the dialog is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QVBoxLayout, QWidget

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
        form = QFormLayout()
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
        layout.addLayout(form)
        layout.addLayout(row)
        self.setMinimumWidth(px(380))

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
