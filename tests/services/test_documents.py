"""Documents: taken in whole or refused with a sentence, kept as they came, opened as copies that do not stay."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.models.documents import Attachment, AttachmentContent
from app.models.enums import ProposalState
from app.models.errors import AppError, EnvironmentFailed, RuleBroken
from app.models.journal import Edit, EditPayload
from app.models.proposals import Proposal
from app.models.store import Store
from app.services.documents.documents import (
    DocumentDraft,
    DocumentOwner,
    add_document,
    delete_document,
    document_rows,
    documents_by_proposal,
    read_document,
    save_document,
    save_document_as,
)
from app.services.documents.open_copies import OpenCopies, wipe_leftovers
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.keeping.bin import bin_rows, restore
from app.services.proposals.states import submit_proposal
from app.services.proposals.versions import keep_version, reopen_proposal
from app.services.wording.formats import format_size
from app.services.wording.texts import translator
from tests.services.builders import DAY, a_plan, a_proposal, an_alliance, an_area, refusal
from tests.services.world import driver, past_the_guards, reopen

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "Lettera di adesione.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def owner(store: Store) -> DocumentOwner:
    return DocumentOwner(proposal_id=a_proposal(store))


def broken(store: Store) -> list[str]:
    """Codes of the invariants that do not hold."""
    return [result.code for result in verify(store, translator("it")).invariants if not result.ok]


def test_a_document_is_kept_as_it_came(store: Store, owner: DocumentOwner, pdf: Path, tmp_path: Path) -> None:
    changes = add_document(store, owner, pdf, requirement=" adesione ", note="Comune di Rho")
    (row,) = document_rows(store, owner)
    assert (row.name, row.kind, row.size, row.sha256) == (
        pdf.name,
        "pdf",
        len(PDF),
        hashlib.sha256(PDF).hexdigest(),
    )
    assert (row.requirement, row.note, row.disguised, row.owner) == ("adesione", "Comune di Rho", False, owner)
    assert (changes.id, changes.topics) == (row.id, {"proposals"})
    assert read_document(store, row.id) == (row, PDF)
    copy = save_document_as(store, row.id, tmp_path / "copia.pdf")
    assert copy.read_bytes() == PDF == pdf.read_bytes()
    assert broken(store) == []


def test_the_content_is_not_in_the_journal(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    pdf.write_bytes(PDF + b"PAROLA-SEGRETA")
    add_document(store, owner, pdf)
    with store.read() as session:
        payloads = session.scalars(sa.select(EditPayload.payload).where(EditPayload.payload.contains("sha256"))).all()
        assert len(payloads) == 1
        assert "SEGRETA" not in payloads[0]
        assert session.scalar(sa.select(sa.func.count()).select_from(Edit).where(Edit.verb == "add_document")) == 1


def test_a_name_that_lies_is_kept_and_told(store: Store, owner: DocumentOwner, tmp_path: Path) -> None:
    path = tmp_path / "tabella.xlsx"
    path.write_bytes(PDF)
    add_document(store, owner, path)
    (row,) = document_rows(store, owner)
    assert (row.name, row.kind, row.disguised) == ("tabella.xlsx", "pdf", True)


def folder(path: Path) -> None:
    path.mkdir()


def large(path: Path) -> None:
    """500 MB that take no place on the disk."""
    with path.open("wb") as file:
        file.truncate(500_000_000)


def program(path: Path) -> None:
    path.write_bytes(b"MZ\x90\x00" + bytes(100))


def pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: None, "document.missing"),
        (folder, "document.not_a_file"),
        (pipe, "document.not_a_file"),
        (Path.touch, "document.empty"),
        (large, "document.too_large"),
        (program, "document.kind_refused"),
    ],
)
def test_what_is_refused_leaves_nothing(
    store: Store, owner: DocumentOwner, tmp_path: Path, make: Callable[[Path], None], code: str
) -> None:
    path = tmp_path / "allegato.pdf"
    make(path)
    with pytest.raises(AppError) as caught:
        add_document(store, owner, path)
    assert caught.value.code == code
    assert caught.value.values["name"] == "allegato.pdf"
    assert document_rows(store, owner) == ()
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AttachmentContent)) == 0


def test_the_limit_is_a_setting(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    with pytest.raises(AppError) as caught:
        add_document(store, owner, pdf, size_max=len(PDF) - 1)
    sizes = {"size": format_size(len(PDF)), "limit": format_size(len(PDF) - 1)}
    assert caught.value.values == {"name": pdf.name, **sizes}
    add_document(store, owner, pdf, size_max=len(PDF))


def test_a_file_that_cannot_be_read_is_refused(
    store: Store, owner: DocumentOwner, pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "open", fail)
    assert refusal(add_document, store, owner, pdf)[0] == "document.unreadable"


def test_the_same_bytes_twice(store: Store, owner: DocumentOwner, pdf: Path, tmp_path: Path) -> None:
    add_document(store, owner, pdf)
    other = tmp_path / "altro nome.pdf"
    other.write_bytes(PDF)
    assert refusal(add_document, store, owner, other)[0] == "document.present"
    second = DocumentOwner(alliance_id=an_alliance(store, "Ambito di Corsico"))
    assert add_document(store, second, other).topics == {"network"}
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(AttachmentContent)) == 1
        assert session.scalar(sa.select(sa.func.count()).select_from(Attachment)) == 2


def test_what_may_be_said_of_it_later(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    key = add_document(store, owner, pdf).id
    save_document(store, DocumentDraft(key, requirement="modulo", note=" firmato "))
    (row,) = document_rows(store, owner)
    assert (row.requirement, row.note) == ("modulo", "firmato")
    with store.read() as session:
        assert documents_by_proposal(session) == {owner.key: frozenset({"modulo"})}


def test_documents_change_only_in_an_open_version(store: Store, pdf: Path, tmp_path: Path) -> None:
    a_plan(store)
    owner = DocumentOwner(proposal_id=a_proposal(store, area_id=an_area(store), date_received=DAY))
    key = add_document(store, owner, pdf).id
    submit_proposal(store, owner.key)
    other = tmp_path / "altro.txt"
    other.write_text("integrazione")
    for gesture in (
        lambda: add_document(store, owner, other),
        lambda: save_document(store, DocumentDraft(key, note="x")),
        lambda: delete_document(store, key),
    ):
        assert refusal(gesture) == ("version.closed", None)
    reopen_proposal(store, owner.key, "integrazione")
    add_document(store, owner, other)
    assert [row.name for row in document_rows(store, owner)] == [pdf.name, "altro.txt"]


def test_removed_documents_are_in_the_bin_also_after_a_restart(empty_archive: Path, pdf: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(empty_archive, tmp_path / "riaperto.concilia"))
    with reopen(path) as first:
        owner = DocumentOwner(proposal_id=a_proposal(first))
        key = add_document(first, owner, pdf).id
        before = document_rows(first, owner)
        delete_document(first, key)
        assert document_rows(first, owner) == ()
    with reopen(path) as again:
        (row,) = bin_rows(again)
        assert (row.table, row.name, row.parts, row.made_by) == ("attachment", pdf.name, 0, "anna")
        assert broken(again) == []
        restore(again, row.number)
        assert document_rows(again, owner) == before
        assert read_document(again, key)[1] == PDF
        assert bin_rows(again) == ()


def test_each_gesture_can_be_taken_back(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    states = [document_rows(store, owner)]
    key = add_document(store, owner, pdf).id
    states.append(document_rows(store, owner))
    save_document(store, DocumentDraft(key, note="x"))
    states.append(document_rows(store, owner))
    delete_document(store, key)
    for expected in reversed(states):
        last = last_undoable(store)
        assert last is not None
        undo(store, last.number)
        assert document_rows(store, owner) == expected


# --- guarded and proved ------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "update attachment_content set content = x'00'",
        "delete from attachment_content",
        "insert or replace into attachment_content (sha256, content) select sha256, x'00' from attachment_content",
        "update attachment set size = 1",
        "update attachment set sha256 = 'x'",
        "update attachment set kind = 'txt'",
    ],
)
def test_the_engine_keeps_bytes_and_documents(store: Store, owner: DocumentOwner, pdf: Path, statement: str) -> None:
    add_document(store, owner, pdf)
    with driver(store) as raw, pytest.raises(Exception, match=r"document\.fixed"):
        raw.execute(statement)


def test_changed_bytes_are_found(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    key = add_document(store, owner, pdf).id
    with past_the_guards(store) as raw:
        raw.execute("update attachment_content set content = x'00'")
    assert broken(store) == ["I10"]
    with pytest.raises(EnvironmentFailed) as caught:
        read_document(store, key)
    assert caught.value.code == "document.damaged"


def test_missing_bytes_are_found_also_in_the_bin(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    key = add_document(store, owner, pdf).id
    delete_document(store, key)
    with past_the_guards(store) as raw:
        raw.execute("delete from attachment_content")
    assert broken(store) == ["I10"]


def test_bytes_that_nobody_brought_are_found(store: Store) -> None:
    with past_the_guards(store) as raw:
        raw.execute("insert into attachment_content (sha256, content) values (?, x'00')", ("0" * 64,))
    assert broken(store) == ["I10"]


# --- opened by other programs ------------------------------------------------------------


def test_a_copy_is_read_only_and_gone_afterwards(store: Store, owner: DocumentOwner, tmp_path: Path) -> None:
    path = tmp_path / "pagina.html"
    path.write_text("<script>alert(1)</script>")
    key = add_document(store, owner, path).id
    base = tmp_path / "temp"
    base.mkdir()
    copies = OpenCopies(base)
    copy = copies.open(store, key)
    assert copy.name == "pagina.html.txt"
    assert copy.read_text() == path.read_text()
    assert copies.open(store, key) == copy
    if os.name == "posix":
        assert stat.S_IMODE(copy.stat().st_mode) == 0o400
        assert stat.S_IMODE(copy.parent.parent.stat().st_mode) == 0o700
    assert copies.wipe()
    assert list(base.iterdir()) == []
    assert copies.wipe()


def test_a_place_that_cannot_be_written(store: Store, owner: DocumentOwner, pdf: Path, tmp_path: Path) -> None:
    key = add_document(store, owner, pdf).id
    with pytest.raises(EnvironmentFailed):
        OpenCopies(tmp_path / "missing").open(store, key)


def test_what_a_killed_run_left_is_wiped(tmp_path: Path) -> None:
    left = tmp_path / "concilia-aperti-999999999-abc"
    (left / "x").mkdir(parents=True)
    held = (left / "x" / "lettera.pdf").open("w+")
    held.write("dati personali")
    held.flush()
    present = tmp_path / f"concilia-aperti-{os.getpid()}-abc"
    present.mkdir()
    other = tmp_path / "concilia-aperti-nessuno"
    other.mkdir()
    assert wipe_leftovers(tmp_path) == 1
    assert not left.exists()
    assert present.exists()
    assert other.exists()
    held.seek(0)
    assert set(held.read()) == {"\0"}
    held.close()


def test_gone_documents_and_owners(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    for call in (
        lambda: add_document(store, DocumentOwner(proposal_id="gone"), pdf),
        lambda: add_document(store, DocumentOwner(alliance_id="gone"), pdf),
        lambda: save_document(store, DocumentDraft("gone")),
        lambda: delete_document(store, "gone"),
        lambda: read_document(store, "gone"),
        lambda: restore(store, 12345),
    ):
        assert refusal(call) == ("record.gone", None)


def test_a_restore_that_something_is_in_the_way_of(store: Store, owner: DocumentOwner, pdf: Path) -> None:
    add_document(store, owner, pdf)
    delete_document(store, document_rows(store, owner)[0].id)
    (row,) = bin_rows(store)
    with store.write("set_proposal_state") as session:
        session.get_one(Proposal, owner.key).state = ProposalState.SUBMITTED.value
    with store.write("set_proposal_state") as session:
        keep_version(session, session.get_one(Proposal, owner.key))
    with pytest.raises(RuleBroken) as caught:
        restore(store, row.number)
    assert (caught.value.code, caught.value.values) == ("bin.in_the_way", {"name": pdf.name})
