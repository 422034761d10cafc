"""Every door but the workbooks', tried by chance: each input is refused with a sentence or taken whole, none writes.

    python -m tools.fuzz_doors [--inputs 100000] [--seed 1]

The doors: the bytes of an archive, its keys, the user's settings, the command line, the clipboard of a grid, the list
of what was erased, and what was kept of a form that was not saved. Workbooks have `tools.fuzz_import`. An input breaks
a door when anything but an `AppError` comes out of it, or when the archive behind it is not what it was.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import random
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app import cli
from app.commands.answers import DONE, ENVIRONMENT, FINDINGS, WRONG_USE
from app.models import slots
from app.models.errors import AppError
from app.models.slots import Cost, keys_path, open_slot, read_keys
from app.services.archive import archive_facts, new_archive, open_archive
from app.services.keeping.erasing import apply_erasures, beside_paths
from app.services.keeping.packing import pack, unpack
from app.services.network.organisation_drafts import AliasDraft, ContactDraft, OrganisationDraft
from app.services.settings import SETTINGS, Settings, settings_folder
from app.services.users import attempts
from app.services.users.keys import Credentials, UserDraft, new_encrypted_archive
from app.services.users.recovery import new_code
from app.services.wording.texts import translator
from app.ui.drafts import DraftModel
from app.ui.errors import sentence
from app.ui.fields import FieldKind, FieldSpec, GridSpec
from app.ui.grid_model import GridModel

Chance = random.Random
PASSWORD = "una frase di anna"
ODD = (
    *("", " ", "\t", "\n", "\r\n", "\0", "\ud800", "\u202e", "é" * 300, "x" * 5000, "=1+1", "'", '"', "\\", "%s", "{}"),
    *(
        "-1",
        "0",
        "1e308",
        "NaN",
        "inf",
        "99999999999999999999",
        "1.234,56",
        "31/02/2014",
        "24:61",
        "../..",
        "/etc/passwd",
    ),
    *("--json", "-o", "--lang", "en", "--user", "--reason", "--item", "null", "true", "[]", "{", "T04", "XX", "it"),
)
COMMANDS = (
    "tables",
    "export",
    "check",
    "verify",
    "bin",
    "person",
    "retention",
    "duplicates",
    "allocate",
    "users",
    "call",
)
"""Those that write nothing by themselves."""


@dataclass
class Figures:
    """What came of the inputs, by door."""

    inputs: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)


def mutated(data: bytes, chance: Chance) -> bytes:
    """The same bytes with a few of them flipped, cut, doubled or put in."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        at = chance.randrange(len(changed) + 1)
        way = chance.randrange(5)
        if way == 0 and changed:
            changed[at % len(changed)] ^= 1 << chance.randrange(8)
        elif way == 1:
            del changed[at : at + chance.choice((1, 16, 4096))]
        elif way == 2:
            changed[at:at] = changed[at : at + chance.choice((1, 64, 4096))]
        elif way == 3:
            changed[at:at] = chance.choice(ODD).encode("utf-8", "surrogatepass")
        else:
            changed[at : at + 4] = chance.randbytes(4)
    return bytes(changed)


class Ground:
    """Files behind the doors, and what is fed to each."""

    def __init__(self, folder: Path) -> None:
        os.environ["CONCILIA_CONFIG"] = str(folder / "config")
        slots.COST = Cost(1, 16, 2)
        self.folder = folder
        self.plain, self.guarded = folder / "piano.concilia", folder / "chiuso.concilia"
        new_archive(self.plain)
        new_encrypted_archive(self.guarded, UserDraft("Anna", "anna", PASSWORD), new_code())
        self.bytes = self.plain.read_bytes()
        self.keys = keys_path(self.guarded).read_bytes()
        self.settings = json.dumps({each.key: each.default for each in SETTINGS}).encode()
        alias, contact = AliasDraft(name="Altro"), ContactDraft(name="Anna", mail="a@b.it")
        self.draft = OrganisationDraft(name="Ente", aliases=(alias,), contacts=(contact,))
        self.packed = pack(self.draft).encode()
        with open_archive(self.plain) as store:
            self.beside, _mine = beside_paths(store)
        self.bytes, self.known = self.plain.read_bytes(), self.facts()
        columns = (
            FieldSpec("name", "Nome"),
            FieldSpec("amount", "Importo", FieldKind.MONEY),
            FieldSpec("day", "Giorno", FieldKind.DATE),
            FieldSpec("count", "Numero", FieldKind.COUNT),
        )
        self.model = DraftModel(_Sheet())
        self.grid = GridModel(self.model, GridSpec("rows", "Righe", columns, blank=_Row))

    def facts(self) -> object:
        """What stands in the archive; opening it for writing and closing it changes a counter of the file alone."""
        with contextlib.suppress(AppError), open_archive(self.plain, writing=False) as store:
            found = archive_facts(store)
            return found.edits, found.journal_head, found.number
        return None

    def archive(self, chance: Chance) -> None:
        """An archive whose bytes are others; the true one is not touched."""
        target = self.folder / "altro.concilia"
        target.write_bytes(mutated(self.bytes, chance))
        with open_archive(target, writing=False):
            pass

    def slots_file(self, chance: Chance) -> None:
        """Keys whose bytes are others, and a password that is, or is not, the right one."""
        keys_path(self.guarded).write_bytes(mutated(self.keys, chance))
        open_slot(read_keys(self.guarded), chance.choice(("anna", "", "bruno")), chance.choice((PASSWORD, *ODD)))

    def settings_file(self, chance: Chance) -> None:
        """Settings of which anything may stand."""
        path = self.folder / "impostazioni.json"
        path.write_bytes(mutated(self.settings, chance))
        read = Settings(path)
        for each in SETTINGS:
            assert type(read.get(each.key)) is each.type

    def command_line(self, chance: Chance) -> None:
        """Words after a command that writes nothing; a bug would end with its own code."""
        words = [chance.choice(COMMANDS)]
        words += [str(self.plain)] * (chance.random() < 0.8)
        words += [chance.choice(ODD) for _ in range(chance.randrange(4))]
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), contextlib.suppress(SystemExit):
            assert cli.main(words) in (DONE, FINDINGS, WRONG_USE, ENVIRONMENT), words
        log = settings_folder() / "concilia.log"  # where a bug is kept
        if log.exists():
            text = log.read_text("utf-8")
            log.unlink()
            raise AssertionError(f"{words}: {text}")

    def clipboard(self, chance: Chance) -> None:
        """A table of odd cells pasted into a grid: all of it comes in, or nothing."""
        before = self.grid.rows
        lines = [chance.choices((*ODD, "Anna", "12,50", "01/02/2014", "7"), k=chance.randrange(1, 5)) for _ in range(3)]
        text = "\n".join("\t".join(line) for line in lines)
        try:
            self.grid.paste(text, chance.randrange(len(before) + 1), chance.choice((0, 0, 1)))
        except AppError:
            assert self.grid.rows == before
            raise
        finally:
            self.model.reset(_Sheet())

    def erased_list(self, chance: Chance) -> None:
        """A list of what was erased that somebody wrote."""
        known = {"archive": "x", "erasures": [], "edits": [], "fields": [], "contents": []}
        self.beside.write_bytes(mutated(json.dumps(known).encode(), chance))
        with open_archive(self.plain, writing=False) as store:
            assert apply_erasures(store) == 0

    def kept_form(self, chance: Chance) -> None:
        """What was kept of a form, changed: it is a draft, or it is said that it is none."""
        text = mutated(self.packed, chance).decode("utf-8", "replace")
        assert isinstance(unpack(OrganisationDraft, text), OrganisationDraft)


@dataclass(frozen=True)
class _Row:
    name: str = ""
    amount: Any = None
    day: Any = None
    count: Any = None
    id: str | None = None


@dataclass(frozen=True)
class _Sheet:
    rows: tuple[_Row, ...] = ()


DOORS: dict[str, tuple[int, Callable[[Ground, Chance], None]]] = {
    "archive": (6, Ground.archive),
    "keys": (25, Ground.slots_file),
    "settings": (25, Ground.settings_file),
    "command line": (4, Ground.command_line),
    "clipboard": (20, Ground.clipboard),
    "list of what was erased": (5, Ground.erased_list),
    "form that was not saved": (15, Ground.kept_form),
}
"""Of a hundred inputs, how many go to each door."""


def run(folder: Path, inputs: int, seed: int) -> Figures:
    """Feed so many inputs to the doors, the same ones for the same seed."""
    ground, figures, tr = Ground(folder), Figures(), translator("it")
    names = [name for name, (share, _door) in DOORS.items() for _ in range(share)]
    for number in range(seed, seed + inputs):
        chance = Chance(number)
        name = chance.choice(names)
        attempts._in_memory.clear()
        figures.inputs[name] += 1
        try:
            DOORS[name][1](ground, chance)
            figures.codes[f"{name}: taken"] += 1
        except AppError as refusal:
            figures.codes[f"{name}: {refusal.code}"] += 1
            if not sentence(refusal, tr):
                figures.broken.append(f"{name} by number {number}: no sentence")
        except Exception:
            figures.broken.append(f"{name} by number {number}:\n{traceback.format_exc()}")
        if ground.plain.read_bytes() != ground.bytes and ground.facts() != ground.known:
            figures.broken.append(f"{name} by number {number} wrote into the archive")
            ground.plain.write_bytes(ground.bytes)
    keys_path(ground.guarded).write_bytes(ground.keys)
    with open_archive(ground.guarded, credentials=Credentials("anna", PASSWORD)):
        return figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Feed the doors; 1 when any broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1, help="number of the first input")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="concilia-doors-") as folder:
        figures = run(Path(folder), options.inputs, options.seed)
    print(f"{sum(figures.inputs.values())} inputs from number {options.seed}: {dict(figures.inputs)}")
    for code, times in figures.codes.most_common():
        print(f"{times:8}  {code}")
    for text in figures.broken[:20]:
        print(f"BROKEN {text}", file=sys.stderr)
    return 1 if figures.broken else 0


if __name__ == "__main__":
    sys.exit(main())
