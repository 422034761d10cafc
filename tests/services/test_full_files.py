"""A disk that fills under the files that the program writes beside archives: none is left half written, the older stay.

The system refuses to make a file of this process longer than a limit: with room for no byte, for half, for all but one.
"""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from app import cli
from app.models import keeping
from app.models.appearing import disk_errors
from app.models.errors import AppError
from app.models.slots import KeyFile, write_keys
from app.models.store import open_archive
from app.services.documents import open_copies
from app.services.exchange.blank import write_form
from app.services.exchange.forms import Mark
from app.services.exchange.request_form import REQUESTS_FORM
from app.services.files import write_together
from app.services.keeping import copies, erasing
from app.services.keeping.persons import PersonFile, Sought
from app.services.reports import sheet_files
from app.services.reports.person_papers import write_person_data
from app.services.reports.writer import Format, export_document
from app.services.settings import Settings
from app.services.users import attempts
from app.services.wording.texts import translator
from app.ui import crash_dialog, icons
from tests.pure.documents import award_table, document_of

resource = pytest.importorskip("resource", reason="a limit of this kind")

APP = Path(__file__).resolve().parents[2] / "app"
IT = translator("it")
KEYS = KeyFile("0" * 32, bytes(16), (), {})
DOCUMENT = document_of(award_table())
WRITERS = {
    "cli.py": "log",
    "models/as_it_lies.py": "backup with a password, in tests.services.small_disk",
    "models/keeping.py": "archive that is replaced",
    "models/lock.py": "test_lock_without_room_for_a_name_is_a_lock",
    "models/slots.py": "keys",
    "services/documents/open_copies.py": "document that is opened",
    "services/exchange/ledger_export.py": "a file without a name, while the export is a part",
    "services/files.py": "exports, settings",
    "services/keeping/copies.py": "proof of a copy",
    "services/keeping/erasing.py": "list of what was erased",
    "services/reports/sheet_files.py": "workbook",
    "ui/crash_dialog.py": "log of the window",
}
"""Modules that write files by themselves, and what proves them here; all others write through `app.services.files`."""

WRITING = re.compile(
    r"""\.write_(text|bytes)\(|open\([^)]*["'][wxa]b?\+?["']|O_CREAT|copyfile\(|TemporaryFile\(|mkstemp|\bFileHandler"""
)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file may be longer than this."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@dataclass(frozen=True)
class Write:
    """Something that is written into a folder.

    Attributes:
        do: writes it.
        needed: whether it is refused when it cannot be written; else the program goes on without it.
        archive: whether there is one.
    """

    name: str
    do: Callable[[Path], object]
    needed: bool = True
    archive: bool = False


def _keys(folder: Path) -> None:
    write_keys(folder / "a.concilia", KEYS)


def _replace(folder: Path) -> None:
    path = folder / "a.concilia"
    with disk_errors(path):
        try:
            keeping.hold(path, folder / "a.replaced.concilia")
        finally:
            keeping.let_go(path)


def _erasures(folder: Path) -> None:
    with open_archive(folder / "a.concilia", writing=False) as store:
        erasing._write_beside(store)


def _open(folder: Path) -> None:
    open_copies.OpenCopies(folder).open(STORE, "1")


STORE: Any = None  # what it is opened from is made up
OPENED = SimpleNamespace(sha256="0" * 64, name="carta.pdf", kind="pdf")


def _settings(folder: Path) -> None:
    settings = Settings(folder / "settings.json")
    settings.set("language", "en" if settings.get("language") == "it" else "it")
    settings.set("language", "it")


WRITES = (
    *(
        Write(f"{form.value} export", lambda folder, form=form: export_document(DOCUMENT, form, folder / "x", IT))
        for form in Format
    ),
    Write("form", lambda folder: write_form(Mark(REQUESTS_FORM, "it", "-"), folder / "modulo.xlsx", {})),
    Write(
        "person",
        lambda folder: write_person_data(PersonFile(Sought("Ada"), (), (), 0, 0), folder / "persona.json"),
    ),
    Write("papers", lambda folder: write_together(folder / "carte", [("a", b"a" * 99), ("b", b"b" * 100)])),
    Write("keys", _keys),
    Write("proof of a copy", lambda folder: copies._write_proof(folder / "a.concilia"), archive=True),
    Write("archive that is replaced", _replace, archive=True),
    Write("list of what was erased", _erasures, needed=False, archive=True),
    Write("document that is opened", _open),
    Write("settings", _settings, needed=False),
    Write("attempts", lambda folder: attempts.note_wrong("1"), needed=False),
    Write("image", lambda folder: icons.style_image("check", "#123456"), needed=False),
)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder; a folder of copies that are open has a name by chance."""
    return {
        re.sub("aperti-[^/]*", "aperti", str(path.relative_to(folder))): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def code_with_room(write: Write, place: Path, size: int) -> str | None:
    """How something was refused when no file may be longer."""
    with room_for(size):
        try:
            write.do(place)
        except AppError as refusal:
            return refusal.code
    return None


@pytest.mark.parametrize("write", WRITES, ids=lambda write: write.name)
def test_file_that_has_no_room_is_not_there_and_the_older_one_stays(
    write: Write, empty_archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "posto"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    monkeypatch.setattr(sheet_files, "IN_MEMORY_BYTES", 100)
    monkeypatch.setattr(open_copies, "read_document", lambda *_given: (OPENED, b"%PDF" * 30))
    if write.archive:
        shutil.copy(empty_archive, place / "a.concilia")
    nothing = tree(tmp_path)
    wanted = "disk.full" if write.needed else None
    assert code_with_room(write, place, 0) == wanted
    assert code_with_room(write, place, 7) == wanted
    assert tree(tmp_path) == nothing
    write.do(place)
    written = tree(tmp_path)
    longest = max((len(content) for name, content in written.items() if name not in nothing), default=10)
    for size in (0, longest // 2, longest - 1):
        code_with_room(write, place, size)
        assert tree(tmp_path) == written
    write.do(place)
    assert tree(tmp_path).keys() == written.keys()


@pytest.mark.expects_log
def test_bug_without_room_for_the_log_is_no_second_one(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("concilia")
    before = list(logger.handlers)
    with room_for(0):
        assert cli._report_bug(ValueError("of somebody"), IT) == cli.ENVIRONMENT
        crash_dialog.log_to_file()
        crash_dialog.log(ValueError("of somebody"))
    for handler in set(logger.handlers) - set(before):
        logger.removeHandler(handler)
        handler.close()
    told = capsys.readouterr()
    assert (told.out, told.err.splitlines()[0]) == ("", "ValueError")


def test_every_module_that_writes_files_is_proved() -> None:
    found = {
        str(path.relative_to(APP).as_posix())
        for path in APP.rglob("*.py")
        if not path.name.startswith("screenshot") and WRITING.search(path.read_text("utf-8"))
    }
    assert found == set(WRITERS)
