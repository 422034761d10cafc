"""Signed files: bound to the paper that they are of, verified inside, kept as they came, refused with a sentence."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import page as validator
import pikepdf
import pytest
import sqlalchemy as sa

from app.models.documents import AttachmentContent
from app.models.errors import AppError
from app.models.meetings import Meeting
from app.models.store import Store
from app.services.decisions.decisions import decision_rows
from app.services.integrity import verify
from app.services.journal.undo import last_undoable, undo
from app.services.meetings.meetings import meeting_rows
from app.services.reports.minutes import minutes_document
from app.services.reports.pdf import pdf_bytes
from app.services.signing.papers import (
    bind_signed,
    load_paper,
    paper_content,
    paper_rows,
    prepare_entry,
    prepare_minutes,
    save_paper,
    save_paper_as,
    sign_paper,
)
from app.services.signing.reading import read_signed
from app.services.signing.verifying import check_file
from app.services.wording.texts import translator
from tests.pure.documents import faults
from tests.services.signing_keys import ISSUER, PASSWORD, cades, pades, signer
from tests.services.world import driver, past_the_guards, reopen

IT = translator("it")
PRESIDENT, SECRETARY = signer("Giulia Ferrario", "TINIT-FRRGLI70A41F205X"), signer("Luisa Moroni")
FIRST_OF_TWO = "PDFA3A-SIGNATURE-BYTERANGE-001"
"""A rule of the validator that also fires for a signature after which another one came; veraPDF knows better."""

DAMAGED = {"signature.broken", "signature.missing", "signature.unreadable"}
"""What a file is said to be whose later part was hit: the byte decides how far it can still be read."""

Write = Callable[[bytes, str], Path]


@pytest.fixture(scope="module")
def prepared(sample_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, bytes]:
    """The sample archive with the minutes of its first approved meeting handed out; key and bytes of the paper."""
    path = Path(shutil.copy(sample_archive, tmp_path_factory.mktemp("signing") / "firme.concilia"))
    with reopen(path) as store:
        meeting = approved(store)[0]
        [paper, _meeting] = prepare_minutes(store, meeting, IT).ids
        return path, paper, paper_content(store, paper)[1]


@pytest.fixture
def store(prepared: tuple[Path, str, bytes], tmp_path: Path) -> Iterator[Store]:
    with reopen(Path(shutil.copy(prepared[0], tmp_path))) as opened:
        yield opened


@pytest.fixture
def paper(prepared: tuple[Path, str, bytes]) -> str:
    return prepared[1]


@pytest.fixture
def ours(prepared: tuple[Path, str, bytes]) -> bytes:
    return prepared[2]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(content: bytes, name: str = "verbale.pdf") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return put


def approved(store: Store) -> list[str]:
    """Keys of the meetings with approved minutes, oldest first."""
    with store.read() as session:
        query = sa.select(Meeting.id).where(Meeting.state == "approved").order_by(Meeting.date_held, Meeting.number)
        return list(session.scalars(query))


def refused(verb: Callable[..., object], *values: object) -> str:
    """Code of the refusal; nothing was written by it."""
    with pytest.raises(AppError) as caught:
        verb(*values)
    return caught.value.code


def signers(store: Store, paper: str) -> list[str]:
    return [line.signer for line in load_paper(store, paper).signatures]


# --- handing out -------------------------------------------------------------------------


def test_minutes_go_out_once_to_the_byte(store: Store, paper: str, ours: bytes) -> None:
    meeting = load_paper(store, paper).record_id
    assert prepare_minutes(store, meeting, IT).ids == (paper, meeting)
    assert ours == pdf_bytes(minutes_document(store, meeting, IT, as_approved=True))
    draft = load_paper(store, paper)
    assert (draft.code, draft.sha256, draft.copies) == ("VERBALE", hashlib.sha256(ours).hexdigest(), 0)
    assert refused(paper_content, store, paper) if False else paper_content(store, paper) == (f"{draft.slug}.pdf", ours)
    with pytest.raises(AppError, match="none_yet"):
        paper_content(store, paper, signed=True)


def test_minutes_that_are_not_approved_do_not_go_out(store: Store) -> None:
    with store.write("save_meeting") as session:
        row = session.get(Meeting, approved(store)[0])
        assert row is not None
        other = Meeting(committee_id=row.committee_id, year=2031, number=1, date_held=date(2031, 1, 2))
        session.add(other)
    assert refused(prepare_minutes, store, other.id, IT) == "paper.not_approved"


def test_convocations_and_excerpts_go_out_to_be_signed_too(store: Store, write: Write) -> None:
    meeting = approved(store)[0]
    decision = next(row.id for row in decision_rows(store) if row.meeting_id == meeting and row.label)
    key = write(PRESIDENT.key_file, "presidente.p12")
    for code, record in (("CONVOCAZIONE", meeting), ("ESTRATTO", decision)):
        made = prepare_entry(store, code, record, IT).ids[0]
        sign_paper(store, made, key, PASSWORD)
        name, signed = paper_content(store, made, signed=True)
        assert check_file(store, signed, name).is_ours
        assert (load_paper(store, made).code, signers(store, made)) == (code, ["Giulia Ferrario"])


def test_a_handed_out_paper_has_a_field_for_each_who_signs(ours: bytes) -> None:
    with pikepdf.open(io.BytesIO(ours)) as file:
        labels = [str(field.TU) for field in file.Root.AcroForm.Fields]
    assert len(labels) >= 3
    assert labels[0].startswith("Il Presidente")
    for profile in (validator.ValidationProfile.PDF_A_3A, validator.ValidationProfile.PDF_UA_1):
        assert faults(ours, profile) == set()


# --- coming back -------------------------------------------------------------------------


def test_pades_of_two_people_one_after_the_other(store: Store, paper: str, ours: bytes, write: Write) -> None:
    once = pades(ours, PRESIDENT, "Firma1")
    assert paper in bind_signed(store, write(once)).ids
    [line] = load_paper(store, paper).signatures
    assert (line.signer, line.signer_code, line.issuer) == ("Giulia Ferrario", "TINIT-FRRGLI70A41F205X", ISSUER)
    assert line.signed_at is not None
    twice = pades(once, SECRETARY, "Firma2")
    bind_signed(store, write(twice, "con due firme.pdf"), paper)
    assert signers(store, paper) == ["Giulia Ferrario", "Luisa Moroni"]
    assert paper_content(store, paper, signed=True) == ("con due firme.pdf", twice)
    assert paper_content(store, paper)[1] == ours
    assert verify(store, IT).ok


def test_a_field_of_the_signing_programs_own_is_taken_too(store: Store, paper: str, ours: bytes, write: Write) -> None:
    bind_signed(store, write(pades(ours, PRESIDENT, "Signature1")))
    assert signers(store, paper) == ["Giulia Ferrario"]


@pytest.mark.parametrize("lettered", [False, True])
def test_cades_of_two_people_in_each_other(store: Store, paper: str, ours: bytes, write: Write, lettered: bool) -> None:
    content = cades(cades(ours, PRESIDENT), SECRETARY)
    bind_signed(store, write(base64.encodebytes(content) if lettered else content, "verbale.pdf.p7m.p7m"))
    assert signers(store, paper) == ["Giulia Ferrario", "Luisa Moroni"]
    assert load_paper(store, paper).copies == 1


def test_an_envelope_around_a_signed_pdf(store: Store, paper: str, ours: bytes, write: Write) -> None:
    bind_signed(store, write(cades(pades(ours, PRESIDENT, "Firma1"), SECRETARY), "verbale.p7m"))
    assert signers(store, paper) == ["Giulia Ferrario", "Luisa Moroni"]


def test_minutes_exported_and_signed_are_bound_without_being_handed_out(store: Store, write: Write) -> None:
    meeting = approved(store)[-1]
    english = pdf_bytes(minutes_document(store, meeting, translator("en")))
    before = len(paper_rows(store))
    bind_signed(store, write(pades(english, PRESIDENT, "Firma1")))
    [made] = paper_rows(store, meeting)[:1]
    assert (len(paper_rows(store)), made.language, made.copies) == (before + 1, "en", 1)


# --- what is refused ---------------------------------------------------------------------


def other_paper(store: Store) -> bytes:
    document = minutes_document(store, approved(store)[0], IT)
    return pdf_bytes(replace(document, title="Un altro verbale", origin=None))


def test_refusals_write_nothing(store: Store, paper: str, ours: bytes, write: Write) -> None:
    once = pades(ours, PRESIDENT, "Firma1")
    bind_signed(store, write(once))
    before = len(store_edits(store))
    changed = bytearray(ours)
    changed[len(changed) // 2] ^= 1
    late = bytearray(pades(once, SECRETARY, "Firma2"))
    late[len(once) + 40] ^= 1
    cases = {
        "signature.present": once,
        "signature.missing": ours,
        "signature.another": cades(other_paper(store), PRESIDENT),
        "signature.changed": cades(bytes(changed), PRESIDENT),
        "signature.twice": pades(once, PRESIDENT, "Firma2"),
        "signature.broken": once + b"\n%% one more line\n",
        "signature.unreadable": b"PK\x03\x04 no signature here",
        "document.empty": b"",
    }
    for code, content in cases.items():
        assert refused(bind_signed, store, write(content, f"{code}.bin")) == code, code
    assert refused(bind_signed, store, write(cades(cades(ours, PRESIDENT), PRESIDENT))) == "signature.twice"
    assert refused(bind_signed, store, write(bytes(late))) in DAMAGED
    assert refused(bind_signed, store, write(b"x").with_name("nowhere.pdf")) == "document.missing"
    assert len(store_edits(store)) == before
    assert signers(store, paper) == ["Giulia Ferrario"]


def store_edits(store: Store) -> list[str]:
    from app.models.journal import Edit

    with store.read() as session:
        return list(session.scalars(sa.select(Edit.row_id)))


def test_any_changed_byte_of_a_signed_file_is_noticed(store: Store, ours: bytes, write: Write) -> None:
    signed = pades(ours, PRESIDENT, "Firma1")
    for at in range(7, len(signed), len(signed) // 11):
        broken = bytearray(signed)
        broken[at] ^= 0x20
        assert refused(bind_signed, store, write(bytes(broken))).startswith("signature."), at


def test_the_file_of_another_paper_than_the_one_chosen(store: Store, paper: str, write: Write) -> None:
    other = prepare_minutes(store, approved(store)[-1], translator("en")).ids[0]
    signed = pades(paper_content(store, other)[1], PRESIDENT, "Firma1")
    assert refused(bind_signed, store, write(signed), paper) == "signature.other_paper"
    bind_signed(store, write(signed), other)


# --- signing here ------------------------------------------------------------------------


def test_signing_here_twice_keeps_the_standards(store: Store, paper: str, ours: bytes, write: Write) -> None:
    key, second = write(SECRETARY.key_file, "segreteria.p12"), write(PRESIDENT.key_file, "presidente.p12")
    sign_paper(store, paper, second, PASSWORD)
    once = paper_content(store, paper, signed=True)[1]
    sign_paper(store, paper, key, PASSWORD)
    name, signed = paper_content(store, paper, signed=True)
    assert name.endswith("-firmato.pdf")
    assert signed.startswith(ours)
    assert [fact.whole for fact in read_signed(signed, name).signatures] == [True, True]
    assert faults(once, validator.ValidationProfile.PDF_A_3A) == set()
    assert faults(signed, validator.ValidationProfile.PDF_UA_1) == set()
    assert faults(signed, validator.ValidationProfile.PDF_A_3A) <= {FIRST_OF_TWO}
    with store.read() as session:
        assert not any(
            PASSWORD.encode() in content for content in session.scalars(sa.select(AttachmentContent.content))
        )
    assert refused(sign_paper, store, paper, key, PASSWORD) == "signature.twice"


def test_what_cannot_be_signed_here(store: Store, paper: str, ours: bytes, write: Write) -> None:
    key = write(SECRETARY.key_file, "segreteria.p12")
    assert refused(sign_paper, store, paper, key, "sbagliata") == "key_file.unreadable"
    assert refused(sign_paper, store, paper, write(b"not a key"), PASSWORD) == "key_file.unreadable"
    bind_signed(store, write(cades(ours, PRESIDENT), "v.p7m"))
    assert refused(sign_paper, store, paper, key, PASSWORD) == "signature.envelope"


# --- what stays --------------------------------------------------------------------------


def test_the_register_entry_is_written_and_taken_back(store: Store, paper: str) -> None:
    draft = replace(
        load_paper(store, paper), protocol_number=" 0001234 ", protocol_date=date(2014, 10, 9), register="AOO"
    )
    save_paper(store, draft)
    kept = load_paper(store, paper)
    assert (kept.protocol_number, kept.protocol_date, kept.register) == ("0001234", date(2014, 10, 9), "AOO")
    assert refused(save_paper, store, replace(draft, protocol_number="")) == "field.required"
    last = last_undoable(store)
    assert last is not None
    undo(store, last.number)
    assert load_paper(store, paper).protocol_number == ""


def test_signed_files_stay(store: Store, paper: str, ours: bytes, write: Write, tmp_path: Path) -> None:
    bind_signed(store, write(pades(ours, PRESIDENT, "Firma1")))
    assert save_paper_as(store, paper, tmp_path / "copia.pdf").read_bytes() == ours
    with driver(store) as raw:
        for statement in (
            "delete from signature",
            "delete from signed_copy",
            "delete from paper",
            "update signed_copy set name = 'x'",
            "update paper set title = 'x'",
            "delete from attachment_content",
        ):
            with pytest.raises(store.engine.dialect.dbapi.Error, match=r"append_only|document\.fixed"):
                raw.execute(statement)
    with past_the_guards(store) as raw:
        raw.execute("update attachment_content set content = x'00'")
    assert "I10" in [found.code for found in verify(store, IT).invariants if not found.ok]
    assert meeting_rows(store)
