"""Workbooks broken in every way that chance finds, for the importer: each is refused with a sentence or comes in whole.

    python -m tools.fuzz_import [--minutes 5] [--seed 1] [--keep FOLDER]

A filled form and a filled plan are changed as bytes, as a package, as XML and cell by cell. After each the archive
must be as it was before, or have one receipt and one gesture more. What breaks that, or is no refusal at all, is
written to the folder, with the number that makes it again.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import shutil
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from app.models.base import Base
from app.models.errors import AppError
from app.models.receipts import ImportReceipt
from app.models.store import Store, create_archive, open_archive
from app.services.calls.calls import CallDraft, call_rows, save_call
from app.services.exchange.plan_export import write_plan
from app.services.exchange.proposal_export import write_filled_form
from app.services.exchange.workbook import import_workbook
from app.services.journal.undo import last_undoable, undo
from app.services.proposals.lists import proposal_rows
from app.services.sample import write_sample
from app.services.wording.texts import LANGUAGES, translator
from app.ui.errors import sentence

Chance = random.Random
Parts = dict[str, bytes]

ODD_TEXTS = (
    *("", " ", "=1+1", "-1", "1e308", "NaN", "inf", "-0", "0x1F", "254,510,00", "99999999999999999999", "1.5", "A1:B2"),
    *("31/02/2014", "29/02/1900", "00:00", "24:61", "vero", "#N/A", "_x0000_", "_x005F_x0041_", "&#0;", "&#xD800;"),
    *("&lt;script&gt;", "&amp;", "&x;", "<b/>", "]]>", "\u202e", "\u0000", "\ufffe", "x" * 40_000, "é" * 300),
)
ODD_NUMBERS = (*("-1", "0", "1", "2", "65", "16385", "1048577", "99999999", "1E+400", "-2147483649", "4294967296"), "")
ODD_PARTS = ("xl/vbaProject.bin", "../../etc/passwd", "/abs.xml", "xl\\sheet.xml", "xl/externalLinks/externalLink1.xml")
ODD_XML = (
    *("<!DOCTYPE a>", "<!ENTITY a 'b'>", "<f>SUM(A1)</f>", "<v>9</v>", "<c/>", "<row/>", "<is><t>x</t></is>"),
    *(
        "<!-- -->",
        "<mergeCell ref='A1:C9'/>",
        "<sheetData>",
        "</sheetData>",
        "<![CDATA[<]]>",
        "\ufeff",
        "\x00",
        "<?x?>",
    ),
)

_TAG = re.compile(rb"<[^<>]{1,400}>")
_TEXT = re.compile(rb">([^<>]{1,400})<")
_VALUE = re.compile(rb'="([^"<>]{0,200})"')
_CELL = re.compile(rb"<c [^<>]*(?:/>|>.{0,400}?</c>)", re.DOTALL)


# --- ways to break a workbook --------------------------------------------------------------


def unpacked(data: bytes) -> Parts:
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(parts: Sequence[tuple[str, bytes]]) -> bytes:
    """A package of these parts, whatever their names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return data.getvalue()


def break_bytes(data: bytes, chance: Chance) -> bytes:
    """Flip, cut, repeat or fill bytes of the file."""
    broken = bytearray(data)
    at, length = chance.randrange(len(broken)), chance.choice((1, 4, 64, 4096))
    match chance.randrange(5):
        case 0:
            for _ in range(chance.choice((1, 3, 30))):
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        case 1:
            del broken[at:]
        case 2:
            del broken[at : at + length]
        case 3:
            broken[at:at] = broken[at : at + length]
        case _:
            broken[at : at + length] = bytes([chance.choice((0, 255, 80))]) * length
    return bytes(broken)


def break_package(data: bytes, chance: Chance) -> bytes:
    """Take away, repeat, rename, swap or add parts."""
    parts = list(unpacked(data).items())
    at = chance.randrange(len(parts))
    name, content = parts[at]
    match chance.randrange(6):
        case 0:
            parts.pop(at)
        case 1:
            parts.append((name.upper(), content))
        case 2:
            parts[at] = (chance.choice(ODD_PARTS), content)
        case 3:
            other = chance.randrange(len(parts))
            parts[at], parts[other] = (name, parts[other][1]), (parts[other][0], content)
        case 4:
            parts.append((chance.choice(ODD_PARTS), b"<a/>"))
        case _:
            parts[at] = (name, b"")
    return packed(parts)


def _somewhere(data: bytes, chance: Chance, breaks: Callable[[bytes, Chance], bytes]) -> bytes:
    """Break one XML part, more often a sheet than another."""
    parts = unpacked(data)
    sheets = [name for name in parts if name.startswith("xl/worksheets/")]
    name = chance.choice(sheets if chance.random() < 0.8 else list(parts))
    parts[name] = breaks(parts[name], chance)
    return packed(list(parts.items()))


def _xml(content: bytes, chance: Chance) -> bytes:
    found = list(chance.choice((_TAG, _VALUE, _CELL)).finditer(content)) or list(_TAG.finditer(content))
    if not found:
        return content + chance.choice(ODD_XML).encode("utf-8", "replace")
    one, other = chance.choice(found), chance.choice(found)
    odd = chance.choice((*ODD_XML, *ODD_TEXTS, *ODD_NUMBERS)).encode("utf-8", "replace")
    new = chance.choice((b"", odd, one[0] + odd, odd + one[0], other[0], one[0] * chance.choice((2, 50))))
    return content[: one.start()] + new + content[one.end() :]


def break_xml(data: bytes, chance: Chance) -> bytes:
    """Replace, repeat or take away tags, attributes and cells of a part."""
    for _ in range(chance.choice((1, 1, 2, 5))):
        data = _somewhere(data, chance, _xml)
    return data


def _values(content: bytes, chance: Chance) -> bytes:
    found = list(chance.choice((_TEXT, _VALUE)).finditer(content))
    if not found:
        return content
    one = chance.choice(found)
    odd = chance.choice((*ODD_TEXTS, *ODD_NUMBERS)).encode("utf-8", "replace").replace(b"<", b"&lt;")
    return content[: one.start(1)] + odd.replace(b'"', b"") + content[one.end(1) :]


def break_values(data: bytes, chance: Chance) -> bytes:
    """Put odd values in the place of texts and attributes."""
    for _ in range(chance.choice((1, 2, 8))):
        data = _somewhere(data, chance, _values)
    return data


WAYS: tuple[Callable[[bytes, Chance], bytes], ...] = (
    *(break_bytes, break_package, break_xml, break_xml, break_values, break_values, break_values),
)
NAMES = ("modulo.xlsx",) * 12 + ("modulo.xls", "modulo.csv", "modulo.XLSX")


# --- the run -------------------------------------------------------------------------------


@dataclass
class Figures:
    """What a run found.

    Attributes:
        codes: how often each refusal came; "in" for what came in whole.
        failures: number of the round, and what went wrong.
        slowest: seconds of the slowest import.
    """

    rounds: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[int, str]] = field(default_factory=list)
    slowest: float = 0.0


class Ground:
    """An archive that takes the sample's forms, and an empty one that takes its plan."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        sample = folder / "campione.concilia"
        write_sample(sample)
        with open_archive(sample) as store:
            [call] = call_rows(store)
            for row in proposal_rows(store)[:2]:
                write_filled_form(store, folder / f"{row.number}.xlsx", translator("it"), row.id)
            write_plan(store, folder / "piano.xlsx", translator("it"))
        create_archive(folder / "vuoto.concilia")
        shutil.copy(folder / "vuoto.concilia", folder / "ufficio.concilia")
        self.office = open_archive(folder / "ufficio.concilia")
        self._fill(call.title)
        self.empty = open_archive(folder / "vuoto.concilia")
        forms = [(folder / f"{n}.xlsx").read_bytes() for n in (1, 2)]
        self.sources = [(self.office, data) for data in forms] + [(self.empty, (folder / "piano.xlsx").read_bytes())]

    def _fill(self, call: str) -> None:
        """The plan of the sample without its proposals."""
        from app.services.plan.funding import AreaDraft, save_area
        from app.services.plan.plan import PlanDraft, save_plan

        save_plan(self.office, PlanDraft(name="Piano"))
        for _ in range(4):
            save_area(self.office, AreaDraft(title="Ambito"))
        save_call(self.office, CallDraft(title=call))

    def close(self) -> None:
        """Put the archives away."""
        self.office.close()
        self.empty.close()


def state_of(store: Store) -> dict[str, int]:
    """How many rows each table has."""
    with store.read() as session:
        return {
            name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def play(ground: Ground, number: int, figures: Figures) -> bytes:
    """One broken workbook, made by its number alone.

    Returns:
        The bytes that were given.
    """
    chance = random.Random(number)
    store, data = ground.sources[0 if chance.random() < 0.45 else 1 if chance.random() < 0.7 else 2]
    data = chance.choice(WAYS)(data, chance)
    path = ground.folder / chance.choice(NAMES)
    path.write_bytes(data)
    before, started = state_of(store), time.perf_counter()
    refusal = _refusal(store, path)
    figures.slowest = max(figures.slowest, time.perf_counter() - started)
    path.unlink(missing_ok=True)
    after = state_of(store)
    if refusal is None:
        assert after["import_receipt"] == before["import_receipt"] + 1, "no receipt"
        _take_back(store, before)
    else:
        words = [sentence(refusal, translator(language)).strip() for language in LANGUAGES]
        assert all(words), "a refusal without words"
        assert after == before, "something was written by an import that was refused"
    figures.codes["in" if refusal is None else refusal.code] += 1
    return data


def _refusal(store: Store, path: Path) -> AppError | None:
    """Why an import was refused; None when it came in."""
    try:
        import_workbook(store, path)
    except AppError as error:
        return error
    return None


def _take_back(store: Store, before: dict[str, int]) -> None:
    """Undo the import; the archive is as before but for its journal."""
    with store.read() as session:
        assert session.scalars(sa.select(ImportReceipt)).first() is not None
    gesture = last_undoable(store)
    assert gesture is not None, "an import that cannot be taken back"
    undo(store, gesture.number)
    left = {name: n for name, n in state_of(store).items() if not name.startswith("edit")}
    assert left == {name: n for name, n in before.items() if not name.startswith("edit")}, "not taken back whole"


def run(folder: Path, numbers: Iterator[int], keep: Path | None = None) -> Figures:
    """Play the numbers, one after the other; what fails is kept."""
    figures = Figures()
    ground = Ground(folder)
    try:
        for number in numbers:
            figures.rounds += 1
            try:
                play(ground, number, figures)
            except Exception:
                figures.failures.append((number, traceback.format_exc(limit=-6)))
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{number}.txt").write_text(figures.failures[-1][1], encoding="utf-8")
    finally:
        ground.close()
    return figures


def until(ends: float, first: int) -> Iterator[int]:
    """Numbers from `first` on, until an instant of the clock."""
    number = first
    while time.monotonic() < ends:
        yield number
        number += 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run for some minutes; 1 when anything broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1, help="number of the first workbook")
    parser.add_argument("--keep", type=Path, default=None, help="folder for what breaks the importer")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="concilia-fuzz-") as folder:
        ends = time.monotonic() + options.minutes * 60
        figures = run(Path(folder), until(ends, options.seed), options.keep)
    print(f"{figures.rounds} workbooks from number {options.seed}, slowest {figures.slowest:.2f} s")
    for code, times in figures.codes.most_common():
        print(f"{times:8}  {code}")
    for number, trace in figures.failures:
        print(f"BROKEN by number {number}:\n{trace}", file=sys.stderr)
    return 1 if figures.failures else 0


if __name__ == "__main__":
    sys.exit(main())
