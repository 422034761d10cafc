"""A real file system that is full: every act with ever more free pages, until it is done (Linux, as root).

    python -m tests.services.small_disk [ACT...]

Keys, locks, proofs and copies are written there as the archive is. What is refused is done once there is room. The same
for everything that leaves the sample archive as a file, with temporary files on that disk too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from app.models.errors import AppError
from app.models.store import Store, open_archive
from app.services.documents.documents import DocumentOwner, add_document, save_document_as
from app.services.exchange.ledger_export import write_csv, write_hledger
from app.services.exchange.plan_export import write_plan
from app.services.exchange.proposal_export import write_filled_form
from app.services.keeping.persons import Sought, find_person
from app.services.papers.queue import queue_papers, write_queue
from app.services.reports.catalogue import build_document
from app.services.reports.outcome_letters import write_letters
from app.services.reports.person_papers import write_person_data
from app.services.reports.writer import Format, export_document
from app.services.sample import write_sample
from app.services.signing.package import write_package
from app.services.signing.papers import prepare_minutes, save_paper_as
from app.services.vouchers.payments import save_payment_file
from app.services.wording.texts import translator
from tests.services.acting import Act, cheap
from tests.services.acts import ACTS, forget_erasures, judge, leftovers, ready, settled, whole

Export = Callable[[Store, Path], object]

DISK_BYTES = 64_000_000
CODES = ("disk.full", "archive.upgrade_failed", "archive.read_only")
EN = translator("en")
CLOSE = 12
"""Numbers of free pages that are tried one by one; after them ever fewer."""


@contextmanager
def mounted(place: Path) -> Iterator[Path]:
    """A file system in memory, of a size that nothing here fills by itself."""
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(disk: Path, free_pages: int) -> Path:
    """A file that takes all room but so many pages."""
    ballast = disk / "ballast"
    room = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, room.f_bavail - free_pages) * room.f_frsize)
    return ballast


def try_act(act: Act, place: Path, disk: Path) -> Counter[str]:
    """Do an act with ever more free pages; how it was refused, and "done"."""
    begin = ready(act, place)
    met: Counter[str] = Counter()
    pages = 0
    while not met["done"]:
        folder = Path(shutil.copytree(begin.base, disk / "trial"))
        forget_erasures()
        ballast = fill(disk, pages)
        try:
            act.do(folder)
            code = "done"
        except AppError as refusal:
            code = refusal.code
            assert code in CODES, (act.name, pages, code)
        ballast.unlink()
        met[code] += 1
        after = settled(folder, act, acknowledged=code == "done")
        done = begin.before is None or judge(act, begin.before, after, acknowledged=code == "done")
        if not done:
            act.do(folder)
            assert begin.before is not None
            judge(act, begin.before, whole(folder), acknowledged=True)
        assert leftovers(folder) == set(), (act.name, pages, leftovers(folder))
        shutil.rmtree(folder)
        pages += 1 if pages < CLOSE else pages // 6
    return met


def _form(form: Format) -> Export:
    return lambda store, folder: export_document(build_document(store, "T01", EN), form, folder / f"t.{form.value}", EN)


def _first(store: Store, table: str, where: str = "true") -> str:
    """Key of the first record of a table."""
    with store.read() as session:
        return str(session.execute(sa.text(f"select id from {table} where {where} order by id limit 1")).scalar_one())


def _papers(store: Store, folder: Path) -> None:
    papers = queue_papers(store, _first(store, "meeting", "state = 'closed'"), EN)
    write_queue(store, papers[:3], folder / "papers", EN)


def _person(store: Store, folder: Path) -> None:
    write_person_data(find_person(store, Sought("Ada Neri")), folder / "person.json")


EXPORTS: dict[str, Export] = {
    **{form.value: _form(form) for form in Format},
    "ledger": lambda store, folder: write_hledger(store, folder / "ledger.journal", EN),
    "ledger as CSV": lambda store, folder: write_csv(store, folder / "ledger.csv", EN),
    "plan": lambda store, folder: write_plan(store, folder / "plan.xlsx", EN),
    "form of a proposal": lambda store, folder: write_filled_form(
        store, folder / "form.xlsx", EN, _first(store, "proposal")
    ),
    "letters": lambda store, folder: write_letters(store, None, folder / "letters", EN),
    "papers of a meeting": _papers,
    "package": lambda store, folder: write_package(store, folder / "package"),
    "signed paper": lambda store, folder: save_paper_as(store, _first(store, "paper"), folder / "paper.pdf"),
    "document": lambda store, folder: save_document_as(store, _first(store, "attachment"), folder / "document"),
    "file for the bank": lambda store, folder: save_payment_file(
        store,
        _first(store, "voucher_settlement", "id in (select settlement_id from payment_file)"),
        folder / "pain.xml",
    ),
    "person": _person,
}
"""What leaves an archive as a file."""


def try_export(name: str, store: Store, folder: Path) -> Counter[str]:
    """Write something into a folder of the disk with ever more free pages; how it was refused, and "done"."""
    met: Counter[str] = Counter()
    pages = 0
    while not met["done"]:
        ballast = fill(folder.parent, pages)
        try:
            EXPORTS[name](store, folder)
            code = "done"
        except AppError as refusal:
            code = refusal.code
            assert code == "disk.full", (name, pages, code)
            assert list(folder.iterdir()) == [], (name, pages)
        ballast.unlink()
        met[code] += 1
        pages += 1 if pages < CLOSE else pages // 6
    assert any(path.is_file() for path in folder.rglob("*"))
    shutil.rmtree(folder)
    folder.mkdir()
    return met


def export_sample(place: Path, disk: Path) -> None:
    """Write what the sample archive gives as files; say how often that was refused."""
    path, document = place / "sample.concilia", place / "document.pdf"
    write_sample(path)
    document.write_bytes(b"%PDF-1.7\n" * 10_000)
    with open_archive(path) as store:
        prepare_minutes(store, _first(store, "meeting", "state = 'approved'"), EN)
        add_document(store, DocumentOwner(alliance_id=_first(store, "alliance")), document)
    folder = disk / "files"
    folder.mkdir()
    tempfile.tempdir = str(disk)
    with open_archive(path, writing=False) as store:
        for name in EXPORTS:
            print(f"{name}: {dict(try_export(name, store, folder))}", flush=True)
    tempfile.tempdir = None


def main(names: list[str]) -> int:
    """Try the acts that are named (`exports` are one), or all."""
    cheap()
    begun = time.process_time()
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["CONCILIA_CONFIG"] = str(Path(temporary) / "config")
        with mounted(Path(temporary) / "disk") as disk:
            for act in ACTS:
                if not names or act.name in names:
                    print(f"{act.name}: {dict(try_act(act, Path(temporary) / 'acts', disk))}", flush=True)
            if not names or "exports" in names:
                export_sample(Path(temporary), disk)
    print(f"{time.process_time() - begun:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
