"""What an import says when it is done: what came in, from which file, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.models.money import Cents, decimal_text, format_euro
from app.services.changes import Changes
from app.services.formats import format_count, format_instant
from app.services.texts import Translator


@dataclass(frozen=True)
class Taken:
    """What the import of one form gives for its receipt.

    Attributes:
        title: of the proposal or the plan.
        totals: (key, source text, cents).
        matched: (name in the workbook, name in the registry), where the two differ.
        added: names of the new organisations.
    """

    title: str
    totals: tuple[tuple[str, str, Cents], ...]
    matched: tuple[tuple[str, str], ...] = ()
    added: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetCount:
    """How many records a sheet held; `title` as source text."""

    key: str
    title: str
    rows: int


@dataclass(frozen=True)
class Receipt:
    """Proof of an import.

    Attributes:
        file: name of the workbook.
        sha256: of the workbook, in hexadecimal digits.
        at: instant of the import.
        form: key of the form; `form_title` as source text.
        changes: what it touched, for the window.
    """

    file: str
    sha256: str
    at: datetime
    form: str
    form_title: str
    sheets: tuple[SheetCount, ...]
    taken: Taken
    changes: Changes

    def lines(self, tr: Translator) -> tuple[str, ...]:
        """The receipt for a person."""
        lines = [
            tr("Imported: {title}").format(title=self.taken.title),
            tr("From: {file} ({form}), {instant}").format(
                file=self.file, form=tr(self.form_title), instant=format_instant(self.at)
            ),
            tr("Fingerprint of the file (SHA-256): {digest}").format(digest=self.sha256),
        ]
        lines += [
            tr("Sheet «{sheet}»: {rows}").format(sheet=tr(sheet.title), rows=format_count(sheet.rows))
            for sheet in self.sheets
        ]
        lines += [
            tr("{what}: {amount}").format(what=tr(title), amount=format_euro(cents))
            for _key, title, cents in self.taken.totals
        ]
        lines += [
            tr("Organisation «{typed}»: «{name}» in the registry").format(typed=typed, name=name)
            for typed, name in self.taken.matched
        ]
        lines += [tr("New organisation: {name}").format(name=name) for name in self.taken.added]
        return tuple(lines)

    def as_json(self) -> dict[str, Any]:
        """The receipt for a program."""
        return {
            "file": self.file,
            "sha256": self.sha256,
            "at": self.at.isoformat(),
            "form": self.form,
            "title": self.taken.title,
            "rows": {sheet.key: sheet.rows for sheet in self.sheets},
            "totals": {key: decimal_text(cents) for key, _title, cents in self.taken.totals},
            "organisations": {
                "matched": [{"typed": typed, "name": name} for typed, name in self.taken.matched],
                "added": list(self.taken.added),
            },
        }
