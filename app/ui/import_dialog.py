"""What an import of workbooks says and asks: receipts and refusals file by file, and which organisation is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.services.exchange.registry import NEW
from app.services.wording.folding import fold
from app.ui import output
from app.ui.clipboard import put_text
from app.ui.desk import Desk
from app.ui.errors import sentence
from app.ui.i18n import _, plural
from app.ui.icons import icon
from app.ui.tall import resize_to_screen
from app.ui.theme import px
from app.ui.widgets import button, label

if TYPE_CHECKING:
    from app.models.errors import AppError
    from app.services.exchange.workbook import Outcome

WIDTH, HEIGHT = 880, 520
LIST_WIDTH = 300


class ImportDialog(QDialog):
    """Each file with what became of it; the text can be copied, a receipt printed."""

    def __init__(self, desk: Desk, outcomes: Sequence[Outcome], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Import of workbooks"))
        resize_to_screen(self, WIDTH, HEIGHT)
        self._desk = desk
        self._outcomes = tuple(outcomes)
        self.files = QListWidget()
        self.files.setAccessibleName(_("Files"))
        self.files.setFixedWidth(px(LIST_WIDTH))
        self.files.setVisible(len(outcomes) > 1)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("What became of the file"))
        self.copy_button = button(_("Copy the text"), "copy")
        self.print_button = button(_("Print the receipt"), "printer")
        self.close_button = button(_("Close"), name="primary")
        self.close_button.setDefault(True)
        self._build()
        self.files.currentRowChanged.connect(self._on_chosen)
        self.copy_button.clicked.connect(self.copy)
        self.print_button.clicked.connect(self.print_receipt)
        self.close_button.clicked.connect(self.accept)
        for outcome in self._outcomes:
            self.files.addItem(outcome.path.name)
            image = "circle-check" if outcome.receipt else "circle-x" if outcome.error else "circle"
            self.files.item(self.files.count() - 1).setIcon(icon(image))
        first = next((n for n, outcome in enumerate(self._outcomes) if outcome.error is not None), 0)
        self.files.setCurrentRow(first)

    def outcome(self) -> Outcome:
        """The file that is shown."""
        return self._outcomes[max(self.files.currentRow(), 0)]

    def copy(self) -> None:
        """Put the text on the clipboard."""
        put_text(self.text.toPlainText())

    def print_receipt(self) -> None:
        """Show the receipt as it will be printed."""
        from app.services.exchange.receipts import receipt_document

        receipt = self.outcome().receipt
        if receipt is not None:
            output.preview(self, self._desk, self._desk.read(receipt_document, self._desk.texts, receipt.id))

    def _build(self) -> None:
        done = sum(outcome.receipt is not None for outcome in self._outcomes)
        heading = plural("{n} workbook imported", "{n} workbooks imported", done).format(n=done)
        refused = sum(outcome.error is not None for outcome in self._outcomes)
        left = len(self._outcomes) - done - refused
        if refused:
            heading += " · " + plural("{n} refused", "{n} refused", refused).format(n=refused)
        if left:
            heading += " · " + plural("{n} not looked at", "{n} not looked at", left).format(n=left)
        body = QHBoxLayout()
        body.setSpacing(px(12))
        body.addWidget(self.files)
        body.addWidget(self.text, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.copy_button)
        foot.addWidget(self.print_button)
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(heading, "h2", wrap=True))
        layout.addLayout(body, 1)
        layout.addLayout(foot)

    def _on_chosen(self, _row: int) -> None:
        outcome = self.outcome()
        if outcome.receipt is not None:
            text = "\n".join(outcome.receipt.lines(self._desk.texts))
        elif outcome.error is not None:
            text = sentence(outcome.error, self._desk.texts)
        else:
            text = _("The import was stopped before this file. Nothing of it came in.")
        self.text.setPlainText(text)
        self.print_button.setEnabled(outcome.receipt is not None)


class MatchDialog(QDialog):
    """Names that are near to one of the registry: which organisation is meant, or that it is a new one."""

    def __init__(self, questions: Sequence[AppError], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Which organisation is it?"))
        self.setMinimumWidth(px(640))
        self.boxes: dict[str, QComboBox] = {}
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(px(8))
        for question in questions:
            typed = str(question.values["text"])
            if fold(typed) not in self.boxes:
                box = self._box(typed, question.values)
                form.addRow(label(_("In the workbook: «{name}»").format(name=typed), wrap=True), box)
                self.boxes[fold(typed)] = box
        self.go_button = button(_("Import"), name="primary")
        self.go_button.setDefault(True)
        self.go_button.setEnabled(False)
        self.stay_button = button(_("Cancel"))
        self.go_button.clicked.connect(self.accept)
        self.stay_button.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.stay_button)
        foot.addWidget(self.go_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_("Which organisation is it?"), "h2"))
        words = _("These names are almost ones of the registry. Nothing is matched by itself: say for each what it is.")
        layout.addWidget(label(words, wrap=True))
        layout.addLayout(form)
        layout.addLayout(foot)

    def choices(self) -> dict[str, str]:
        """Key in the registry, or `NEW`, by the folded name in the workbook."""
        return {typed: box.currentData() for typed, box in self.boxes.items()}

    def _box(self, typed: str, values: Any) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(_("In the workbook: «{name}»").format(name=typed))
        box.addItem(_("Choose…"), None)
        for key, name in zip(values["keys"], values["names"], strict=True):
            box.addItem(_("It is «{name}»").format(name=name), key)
        box.addItem(_("It is a new organisation"), NEW)
        box.currentIndexChanged.connect(self._on_chosen)
        return box

    def _on_chosen(self) -> None:
        self.go_button.setEnabled(all(box.currentData() is not None for box in self.boxes.values()))


class ItemDialog(QDialog):
    """One record chosen from a list by its name."""

    def __init__(self, title: str, items: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(px(560))
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        for key, name in items:
            self.list.addItem(name)
            self.list.item(self.list.count() - 1).setData(Qt.ItemDataRole.UserRole, key)
        self.list.setCurrentRow(0)
        go = button(_("Continue"), name="primary")
        go.setDefault(True)
        stay = button(_("Cancel"))
        go.clicked.connect(self.accept)
        stay.clicked.connect(self.reject)
        self.list.itemActivated.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(stay)
        foot.addWidget(go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(title, "h2", wrap=True))
        layout.addWidget(self.list, 1)
        layout.addLayout(foot)

    def chosen(self) -> str:
        """Key of the record."""
        return str(self.list.currentItem().data(Qt.ItemDataRole.UserRole))
