"""The papers that were handed out to be signed: signed here or outside, taken in, entered in the register, packed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QWidget

from app.models.errors import InvalidInput
from app.services.changes import Changes
from app.services.signing.papers import PaperDraft, load_paper, save_paper
from app.services.wording.texts import N_
from app.ui import dialogs
from app.ui.fields import Act, FieldKind, FieldSpec, FormSpec, GridSpec, Section, Width
from app.ui.i18n import _
from app.ui.secrets import AskingDialog, SecretEdit, add_field, form_layout
from app.ui.tasks import Lane
from app.ui.widgets import label


def _same(_store: Any, paper_id: str) -> str:
    """An act that goes on with a file which the user chooses."""
    return paper_id


def _take_in(store: Any, path: Path, paper_id: str) -> Changes:
    from app.services.signing.papers import bind_signed

    return bind_signed(store, path, paper_id)


def _sign(store: Any, paper_id: str, key_file: Path, password: str) -> Changes:
    from app.services.signing.papers import sign_paper

    return sign_paper(store, paper_id, key_file, password)


def _save_as(store: Any, paper_id: str, path: Path, signed: bool) -> Path:
    from app.services.signing.papers import save_paper_as

    return save_paper_as(store, paper_id, path, signed=signed)


def _pack(store: Any, folder: Path, paper_id: str) -> Path:
    from app.services.signing.package import write_package

    return write_package(store, folder, [paper_id])[-1]


class KeyDialog(AskingDialog):
    """Asks for the password of a key file; it stays in the field and goes with it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(_("Sign with a key file"), _("Sign"), "stamp", parent)
        text = _("The key in «{name}» is used now and kept nowhere, and neither is its password.")
        self.body.addWidget(label(text.format(name=name), wrap=True))
        self.password = SecretEdit(_("Password of the key file"))
        form = form_layout()
        add_field(form, _("Password of the key file"), self.password)
        self.body.addLayout(form)
        self.password.setFocus()

    def take(self) -> None:
        """Refuse while there is none.

        Raises:
            InvalidInput: "field.required".
        """
        if not self.password.text():
            raise InvalidInput("field.required")


def _folder(form: Any) -> Path:
    return form.desk.path.parent if form.desk.path is not None else Path.home()


def _choose_signed(paper_id: str, form: Any) -> None:
    patterns = _("Signed files (*.pdf *.p7m *.p7s)")
    path = dialogs.choose_open(form, _("Take in the signed file"), patterns, _folder(form))
    if path is not None:
        form.desk.run(_take_in, path, paper_id, failed=form.show_error)


def _choose_key(paper_id: str, form: Any) -> None:
    path = dialogs.choose_open(form, _("Sign with a key file"), _("Key files (*.p12 *.pfx)"), _folder(form))
    if path is None:
        return
    dialog = KeyDialog(path.name, form)
    taken, password = dialogs.run_dialog(dialog), dialog.password.text()
    dialog.deleteLater()
    if taken:
        form.desk.run(_sign, paper_id, path, password, failed=form.show_error)


def _choose_place(paper_id: str, form: Any) -> None:
    """Where the paper goes, or its signed file when one came back."""
    draft: PaperDraft = form.model.draft
    signed = bool(draft.copies)
    name = draft.signatures[0].file if signed and draft.signatures else f"{draft.slug}.pdf"
    path = dialogs.choose_save(form, _("Save the paper"), _("All files (*)"), _folder(form) / name)
    if path is not None:
        form.desk.run(
            _save_as, paper_id, path, signed, lane=Lane.FILES, done=form.desk.written.emit, failed=form.show_error
        )


def _choose_package(paper_id: str, form: Any) -> None:
    folder = dialogs.choose_folder(form, _("Package for the preservation system"), _folder(form))
    if folder is not None:
        form.desk.run(_pack, folder, paper_id, lane=Lane.FILES, done=form.desk.written.emit, failed=form.show_error)


def _subtitle(draft: PaperDraft) -> str:
    if not draft.signatures:
        return _("No signed file has come back yet.")
    return _("Signatures verified without a network: whether the certificates were valid is not said by this.")


PAPER_FORM = FormSpec(
    key="paper",
    title=N_("Paper to be signed"),
    sections=(
        Section(
            "",
            (
                FieldSpec("subject", N_("Subject"), FieldKind.NOTE, read_only=True, lines=2),
                FieldSpec("made_text", N_("Handed out"), read_only=True, width=Width.HALF),
                FieldSpec("copies", N_("Signed files"), FieldKind.COUNT, read_only=True, width=Width.HALF),
                FieldSpec("sha256", N_("SHA-256 of the paper"), FieldKind.NOTE, read_only=True, lines=2),
            ),
            grids=(
                GridSpec(
                    "signatures",
                    N_("Signatures"),
                    (
                        FieldSpec("signer", N_("Who signed"), read_only=True, width_mm=50),
                        FieldSpec("issuer", N_("Certificate by"), read_only=True, width_mm=45),
                        FieldSpec("signed_text", N_("Signed at"), read_only=True, width_mm=32),
                    ),
                    fixed=True,
                    rows_shown=3,
                    when=lambda draft: bool(draft.signatures),
                ),
            ),
        ),
        Section(
            N_("Entry in the register"),
            (
                FieldSpec("protocol_number", N_("Number"), width=Width.HALF),
                FieldSpec("protocol_date", N_("Day"), FieldKind.DATE, width=Width.HALF),
                FieldSpec("register", N_("Register")),
            ),
        ),
    ),
    blank=lambda _store: PaperDraft(),
    load=load_paper,
    save=save_paper,
    acts=(
        Act(N_("Take in the signed file…"), "upload", _same, done=_choose_signed, primary=True),
        Act(N_("Save the paper…"), "download", _same, done=_choose_place),
        Act(N_("Sign with a key file…"), "key-round", _same, done=_choose_key),
        Act(N_("Preservation package…"), "archive", _same, done=_choose_package),
    ),
    heading=lambda draft: draft.title,
    subtitle=_subtitle,
)
