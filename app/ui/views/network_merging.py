"""Making two organisations one: the other one is chosen, what will change is shown, then it is done."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.errors import AppError
from app.services.network.merging import MergePreview, merge_organisations, merge_preview
from app.services.network.registry import organisation_names
from app.services.wording.labels import label as label_of
from app.services.wording.texts import N_
from app.ui import dialogs
from app.ui.desk import Desk
from app.ui.editors import ChoiceEdit, Choices
from app.ui.errors import sentence
from app.ui.fields import Act, FieldKind, FieldSpec
from app.ui.i18n import _, plural
from app.ui.theme import px
from app.ui.views.archive_pages import button_foot, paragraph, scrolled
from app.ui.widgets import Banner, Tone, button, label

LINES_MAX = 12
"""Kinds of references that are told one by one."""
SHOWN_MAX = 90
"""Letters of a value that are shown to choose from."""


def organisation_choices(store: Any) -> Choices:
    """Organisations by name."""
    return organisation_names(store)


class MergeDialog(QDialog):
    """What merging two organisations would change; the one that stays can be exchanged with the other."""

    def __init__(self, desk: Desk, keep_id: str, gone_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.keep_id, self.gone_id = keep_id, gone_id
        self.setWindowTitle(_("Merge two organisations"))
        self.swap_button = button(_("Keep the other one"), "arrow-left-right")
        self.go_button = button(_("Merge"), "link", name="primary")
        self.stay_button = button(_("Cancel"))
        self.swap_button.clicked.connect(self._on_swapped)
        self.go_button.clicked.connect(self.accept)
        self.stay_button.clicked.connect(self.reject)
        self.go_button.setDefault(True)
        self._choices: dict[str, ChoiceEdit] = {}
        self._banner = Banner()
        self._area: QScrollArea = scrolled(QWidget(), self.windowTitle())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(10))
        layout.addWidget(label(self.windowTitle(), "h2"))
        layout.addWidget(self._area, 1)
        layout.addWidget(self._banner)
        layout.addLayout(button_foot(self.swap_button, self.stay_button, self.go_button))
        room = parent.window().size() if parent is not None else self.sizeHint()
        self.resize(min(px(680), room.width() - px(40)), min(px(470), room.height() - px(40)))
        self.show_pair()

    def show_pair(self) -> None:
        """Read anew what would change, and show it."""
        self._choices = {}
        inside = QWidget()
        inside.setObjectName("sheet")
        sheet = QVBoxLayout(inside)
        sheet.setContentsMargins(0, 0, px(8), 0)
        sheet.setSpacing(px(8))
        try:
            preview: MergePreview = self.desk.read(merge_preview, self.keep_id, self.gone_id)
        except AppError as error:
            self._banner.say(sentence(error, self.desk.texts), Tone.BAD)
            self.go_button.setEnabled(False)
            self.swap_button.setEnabled(False)
            return
        self._fill(sheet, preview)
        sheet.addStretch(1)
        self._area.setWidget(inside)

    def chosen(self) -> frozenset[str]:
        """Fields whose value is taken from the organisation that goes."""
        return frozenset(key for key, choice in self._choices.items() if choice.value())

    def _fill(self, sheet: QVBoxLayout, preview: MergePreview) -> None:
        told = _("«{gone}» becomes part of «{keep}». Both names stay, one of them as another spelling.")
        sheet.addWidget(paragraph(told.format(gone=preview.gone, keep=preview.keep)))
        if preview.pairs:
            sheet.addSpacing(px(4))
            sheet.addWidget(label(_("Both have it: which one holds?"), "h3"))
            sheet.addLayout(self._pairs(preview))
        if preview.filled:
            filled = ", ".join(_(title) for title in preview.filled)
            sheet.addWidget(paragraph(_("Taken over, because it is missing: {fields}.").format(fields=filled)))
        sheet.addSpacing(px(4))
        sheet.addWidget(label(_("What will name the one that stays"), "h3"))
        for line in self._moved(preview) or [_("Nothing names the one that goes.")]:
            sheet.addWidget(paragraph(line))
        sheet.addSpacing(px(4))
        undo = _("The gesture can be taken back whole: Ctrl+Alt+Z, or from the history.")
        sheet.addWidget(paragraph(undo, "muted"))

    def _pairs(self, preview: MergePreview) -> QGridLayout:
        """Each field that differs, with both values to choose from; that of the one that stays stands there."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(14))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(1, 1)
        for row, pair in enumerate(preview.pairs):
            title = _(pair.label)
            choice = ChoiceEdit(choices=((False, self._shown(pair.kept)), (True, self._shown(pair.gone))))
            choice.set_value(False)
            choice.setAccessibleName(title)
            grid.addWidget(label(title, "muted"), row * 2, 0)
            grid.addWidget(choice, row * 2, 1)
            other = _("The other record has: {text}").format(text=self._shown(pair.gone))
            grid.addWidget(paragraph(other, "muted"), row * 2 + 1, 1)
            self._choices[pair.key] = choice
        return grid

    def _shown(self, value: Any) -> str:
        """A value in one line."""
        text = label_of(value, self.desk.texts) if isinstance(value, StrEnum) else " ".join(str(value).split())
        return text if len(text) <= SHOWN_MAX else text[: SHOWN_MAX - 1] + "…"

    def _moved(self, preview: MergePreview) -> list[str]:
        lines = []
        for moved in preview.moved[:LINES_MAX]:
            line = f"• {_(moved.kind)}: {moved.count}"
            if moved.names:
                line += f" ({', '.join(moved.names)}{'…' if len(moved.names) < moved.count - moved.joined else ''})"
            if moved.joined:
                joined = plural(
                    "{n} stands there already and becomes one with it",
                    "{n} stand there already and become one with it",
                    moved.joined,
                )
                line += f" – {joined.format(n=moved.joined)}"
            lines.append(line)
        return lines

    def _on_swapped(self) -> None:
        self.keep_id, self.gone_id = self.gone_id, self.keep_id
        self.show_pair()


def ask_merge(parent: QWidget, desk: Desk, keep_id: str, gone_id: str) -> None:
    """Show what merging would change, and do it when it is wanted; then go to the one that stays."""
    dialog = MergeDialog(desk, keep_id, gone_id, parent)
    try:
        if not dialogs.run_dialog(dialog):
            return
        kept, gone, chosen = dialog.keep_id, dialog.gone_id, dialog.chosen()
    finally:
        dialog.deleteLater()
    desk.run(merge_organisations, kept, gone, chosen, done=lambda _changes: desk.wanted.emit("network", kept))


def _both(store: Any, keep_id: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """The two that are to be merged, if they can be.

    Raises:
        InvalidInput: "merge.same".
        NotFound: "record.gone".
    """
    merge_preview(store, keep_id, values["gone_id"])
    return keep_id, values["gone_id"]


MERGE = Act(
    N_("Merge with another…"),
    "link",
    _both,
    fields=(
        FieldSpec(
            "gone_id",
            N_("Which other record is the same body?"),
            FieldKind.REFERENCE,
            required=True,
            choices=organisation_choices,
        ),
    ),
    done=lambda pair, form: ask_merge(form, form.desk, *pair),
)
"""Choosing the other organisation from the form of the one that stays."""
