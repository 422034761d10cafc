"""Every question and every file chooser of the program; tests replace these functions and nothing else.

Qt's dialogs are imported when one is shown: no start waits for them.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.ui.i18n import _

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QMessageBox, QWidget


class Answer(Enum):
    """What to do with changes that are not saved."""

    SAVE = "save"
    DISCARD = "discard"
    STAY = "stay"


def _box(parent: QWidget | None, image: str, title: str, text: str) -> QMessageBox:
    """A message with one of Qt's images; its text is plain, whatever names of records stand in it."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setIcon(QMessageBox.Icon[image])
    box.setWindowTitle(title)
    box.setText(text)
    return box


def ask_save(parent: QWidget | None, title: str) -> Answer:
    """Whether to save the changes to the record called `title` before leaving it."""
    question = _("«{title}» has changes that are not saved. Save them?").format(title=title)
    box = _box(parent, "Question", _("Unsaved changes"), question)
    save = box.addButton(_("Save"), box.ButtonRole.AcceptRole)
    discard = box.addButton(_("Do not save"), box.ButtonRole.DestructiveRole)
    stay = box.addButton(_("Stay here"), box.ButtonRole.RejectRole)
    box.setDefaultButton(save)
    box.setEscapeButton(stay)
    box.exec()
    if box.clickedButton() is save:
        return Answer.SAVE
    return Answer.DISCARD if box.clickedButton() is discard else Answer.STAY


def confirm(parent: QWidget | None, title: str, sentence: str, yes: str) -> bool:
    """Whether the user wants what `sentence` says; `yes` is the word on the button that does it."""
    box = _box(parent, "Question", title, sentence)
    go = box.addButton(yes, box.ButtonRole.AcceptRole)
    stay = box.addButton(_("Cancel"), box.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is go


def tell(parent: QWidget | None, title: str, sentence: str) -> None:
    """Say something that needs no choice."""
    _box(parent, "Information", title, sentence).exec()


def warn(parent: QWidget | None, title: str, sentence: str) -> None:
    """Say why something was refused."""
    _box(parent, "Warning", title, sentence).exec()


def choose_open(parent: QWidget | None, title: str, patterns: str, folder: Path | None = None) -> Path | None:
    """A file to open, or None; `patterns` as «Archives (*.concilia)»."""
    from PySide6.QtWidgets import QFileDialog

    name, _pattern = QFileDialog.getOpenFileName(parent, title, str(folder or Path.home()), patterns)
    return Path(name) if name else None


def ask_text(parent: QWidget | None, title: str, question: str) -> str:
    """A line of text, or nothing when it was called off."""
    from PySide6.QtWidgets import QInputDialog

    text, is_given = QInputDialog.getText(parent, title, question)
    return text.strip() if is_given else ""


def choose_files(parent: QWidget | None, title: str, patterns: str = "", folder: Path | None = None) -> list[Path]:
    """Files to take in, as many as are marked; none when it was called off."""
    from PySide6.QtWidgets import QFileDialog

    names, _pattern = QFileDialog.getOpenFileNames(parent, title, str(folder or Path.home()), patterns)
    return [Path(name) for name in names]


def choose_open_many(parent: QWidget | None, title: str, patterns: str, folder: Path | None = None) -> list[Path]:
    """Files to open, none when nothing was chosen; see `choose_open`."""
    from PySide6.QtWidgets import QFileDialog

    names, _pattern = QFileDialog.getOpenFileNames(parent, title, str(folder or Path.home()), patterns)
    return [Path(name) for name in names]


def choose_save(parent: QWidget | None, title: str, patterns: str, suggested: Path) -> Path | None:
    """A file to write, or None; the suffix of the suggestion is added when none was typed."""
    from PySide6.QtWidgets import QFileDialog

    name, _pattern = QFileDialog.getSaveFileName(parent, title, str(suggested), patterns)
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_suffix(suggested.suffix)


def choose_folder(parent: QWidget | None, title: str, suggested: Path) -> Path | None:
    """The folder that the user chose to write into, or None."""
    from PySide6.QtWidgets import QFileDialog

    chosen = QFileDialog.getExistingDirectory(parent, title, str(suggested))
    return Path(chosen) if chosen else None


def run_dialog(dialog: QDialog) -> bool:
    """Show a dialog of the program's own; whether it was accepted."""
    return bool(dialog.exec() == dialog.DialogCode.Accepted)


def choose_printer(parent: QWidget | None, title: str, pages: int) -> Any:
    """The printer chosen in the system's dialog, set up and ready to be drawn on, or None."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, parent)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange)
    dialog.setMinMax(1, pages)
    return printer if dialog.exec() == dialog.DialogCode.Accepted else None
