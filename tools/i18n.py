"""The catalogue of Italian texts, made from the marks in app/, filled by people, compiled.

    python -m tools.i18n update          take the marked texts of app/ into the catalogue, compile it
    python -m tools.i18n fill FILE.json  the same, and put in the translations of the file
    python -m tools.i18n check           fail when something is missing, unsure or out of date

FILE.json holds {"English text": "testo italiano"}. A text with a plural has the key
"one thing" + U+0000 + "{n} things" and a list of forms, one with a context "context" + U+0004 + "text".
The catalogue has no dates and no places, so that the same texts always give the same bytes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import io
import json
import os
import re
import sys
import tempfile
import time
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from run import try_lock

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "app"
FOLDER = ROOT / "resources" / "i18n" / "it" / "LC_MESSAGES"
PO, MO = FOLDER / "concilia.po", FOLDER / "concilia.mo"
LANGUAGE = "it"
KEYWORDS = {
    "_": None,
    "tr": None,
    "N_": None,
    "plural": (1, 2),
    "ngettext": (1, 2),
    "context": ((1, "c"), 2),
    "pgettext": ((1, "c"), 2),
}
PLURAL, CONTEXT = "\u0000", "\u0004"
LOCK_WAIT_SECONDS = 120.0
_PLACEHOLDER = re.compile(r"\{[^{}]*\}|%\(\w+\)[drs]|%[drs]\b")


class ToolFailed(Exception):
    """A sentence about what the person at the keyboard has to mend."""


class SteadyCatalog(Catalog):
    """A catalogue whose header says nothing that changes by itself."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header without dates, names and versions of tools."""
        return [
            ("Language", LANGUAGE),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


# --- reading and writing -----------------------------------------------------------------


def key_of(message: Message) -> str:
    """The key of a message as the JSON file writes it."""
    text = PLURAL.join(message.id) if isinstance(message.id, tuple) else str(message.id)
    return f"{message.context}{CONTEXT}{text}" if message.context else text


def messages_of(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalogue if message.id)


def forms_of(message: Message) -> tuple[str, ...]:
    """The translations of a message: one, or one for each plural form."""
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (str(message.string or ""),)


def extract(source: Path = SOURCE) -> Catalog:
    """A catalogue of every text marked in the Python files under `source`, untranslated.

    Raises:
        ToolFailed: a file cannot be read as Python; taking less would lose translations.
    """
    catalogue = SteadyCatalog(
        locale=LANGUAGE,
        header_comment="# Italian texts of Concilia, made by tools/i18n.py.",
        fuzzy=False,
    )
    for path in sorted(source.rglob("*.py")):
        try:
            compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            for _line, text, _comments, context in extract_from_file("python", path, keywords=KEYWORDS):
                catalogue.add(text, context=context)
        except (OSError, SyntaxError, tokenize.TokenError) as error:
            raise ToolFailed(f"{path} cannot be read: {error}") from error
    return catalogue


def read_catalogue(data: bytes) -> Catalog:
    """The catalogue that a .po file holds."""
    return read_po(io.BytesIO(data), locale=LANGUAGE, ignore_obsolete=True, abort_invalid=True)


def take_translations(catalogue: Catalog, known: Catalog) -> None:
    """Give the messages of `catalogue` the translations that `known` has for the same key."""
    by_key = {key_of(message): message for message in messages_of(known)}
    for message in messages_of(catalogue):
        old = by_key.get(key_of(message))
        if old is not None:
            message.string = old.string
            message.flags |= {"fuzzy"} if old.fuzzy else set()


def po_bytes(catalogue: Catalog) -> bytes:
    """The .po file of a catalogue, sorted."""
    file = io.BytesIO()
    write_po(file, catalogue, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    return file.getvalue()


def mo_bytes(catalogue: Catalog) -> bytes:
    """The .mo file of a catalogue, without texts that nobody has looked at."""
    file = io.BytesIO()
    write_mo(file, catalogue)
    return file.getvalue()


def write_file(path: Path, data: bytes) -> None:
    """Replace a file in one move; leave one with the same content alone."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=path.name, suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextlib.contextmanager
def only_one_writer() -> Iterator[None]:
    """Keep other runs of this tool on the same project waiting.

    Raises:
        ToolFailed: another run does not end.
    """
    name = hashlib.sha256(str(ROOT).encode()).hexdigest()[:16]
    give_up = time.monotonic() + LOCK_WAIT_SECONDS
    with Path(tempfile.gettempdir(), f"concilia-i18n-{name}.lock").open("ab") as file:
        while not try_lock(file):
            if time.monotonic() > give_up:
                raise ToolFailed("another run of this tool does not end")
            time.sleep(0.05)
        yield


# --- what is wrong -----------------------------------------------------------------------


def placeholders(text: str) -> frozenset[str]:
    """The `{placeholders}` of a text, and the `%(placeholders)s` of the standard library's own."""
    return frozenset(_PLACEHOLDER.findall(text))


def placeholders_agree(source: tuple[str, ...], forms: tuple[str, ...]) -> bool:
    """True when each form names what its source names; a singular may also say the plural's."""
    if len(source) == 1:
        return placeholders(forms[0]) == placeholders(source[0])
    one, many = map(placeholders, source)
    return placeholders(forms[0]) in (one, many) and all(placeholders(form) == many for form in forms[1:])


def faults_of(message: Message) -> Iterator[str]:
    """What is wrong with the translation of one message."""
    shown = json.dumps(key_of(message), ensure_ascii=False)
    source = message.id if isinstance(message.id, tuple) else (str(message.id),)
    forms = forms_of(message)
    if not all(forms):
        yield f"untranslated: {shown}"
    elif not placeholders_agree(source, forms):
        yield f"other placeholders: {shown} -> {json.dumps(forms, ensure_ascii=False)}"
    if message.fuzzy:
        yield f"fuzzy: {shown}"


def find_faults(source: Path = SOURCE, po: Path = PO, mo: Path = MO) -> list[str]:
    """Everything that keeps the catalogue from being finished, one line each."""
    old = po.read_bytes() if po.exists() else b""
    catalogue = extract(source)
    take_translations(catalogue, read_catalogue(old))
    faults = [fault for message in messages_of(catalogue) for fault in faults_of(message)]
    if po_bytes(catalogue) != old:
        faults.append(f"out of date: {po.name} (python -m tools.i18n update)")
    if not mo.exists() or mo.read_bytes() != mo_bytes(catalogue):
        faults.append(f"out of date: {mo.name} (python -m tools.i18n update)")
    return faults


# --- the commands ------------------------------------------------------------------------


def put_in(catalogue: Catalog, filled: Mapping[str, object]) -> list[str]:
    """Put translations into a catalogue; the entries that were refused, one line each."""
    by_key = {key_of(message): message for message in messages_of(catalogue)}
    refused = []
    for key, value in filled.items():
        shown = json.dumps(key, ensure_ascii=False)
        message = by_key.get(key)
        if message is None:
            refused.append(f"not in app/: {shown}")
            continue
        forms = tuple(value) if isinstance(value, list) else (value,)
        expected = catalogue.num_plurals if isinstance(message.id, tuple) else 1
        if len(forms) != expected or not all(isinstance(form, str) and form for form in forms):
            refused.append(f"{expected} text(s) expected: {shown}")
            continue
        source = message.id if isinstance(message.id, tuple) else (str(message.id),)
        if not placeholders_agree(source, forms):
            refused.append(f"other placeholders: {shown} -> {json.dumps(forms, ensure_ascii=False)}")
            continue
        message.string = forms if isinstance(message.id, tuple) else forms[0]
        message.flags.discard("fuzzy")
    return refused


def update(filled: Mapping[str, object], source: Path = SOURCE, po: Path = PO, mo: Path = MO) -> list[str]:
    """Bring the catalogue up to date with app/, with new translations; what was refused."""
    catalogue = extract(source)
    if po.exists():
        take_translations(catalogue, read_catalogue(po.read_bytes()))
    refused = put_in(catalogue, filled)
    write_file(po, po_bytes(catalogue))
    write_file(mo, mo_bytes(catalogue))
    return refused


def read_filled(path: Path) -> Mapping[str, object]:
    """The translations of a JSON file.

    Raises:
        ToolFailed: the file is not there or not of the described form.
    """
    try:
        filled = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ToolFailed(f"{path} cannot be read: {error}") from error
    if not isinstance(filled, dict):
        raise ToolFailed(f"{path} does not hold one object")
    return filled


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tools.i18n", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("update", help="take the marked texts into the catalogue and compile it")
    fill = commands.add_parser("fill", help="update, and put in the translations of a JSON file")
    fill.add_argument("file", type=Path)
    commands.add_parser("check", help="fail when something is missing, unsure or out of date")
    chosen = parser.parse_args(arguments)
    try:
        filled = read_filled(chosen.file) if chosen.command == "fill" else {}
        with only_one_writer():
            faults = find_faults() if chosen.command == "check" else update(filled)
    except ToolFailed as failure:
        print(f"i18n: {failure}", file=sys.stderr)
        return 1
    for fault in faults:
        print(f"i18n: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
