"""What an import says when it is done: what came in, what it was matched to and why, and what it said otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.models.money import Cents, decimal_text, format_euro
from app.services.changes import Changes
from app.services.exchange.blank_forms import PLAN_TITLE, PROPOSAL_TITLE, REQUESTS_TITLE, SCORES_TITLE
from app.services.wording.formats import format_count, format_instant
from app.services.wording.texts import N_, Translator


class Reason(StrEnum):
    """Why an organisation of a workbook is one of the registry."""

    NAME = "name"
    ALIAS = "alias"
    TAX_CODE = "tax_code"
    VAT_NUMBER = "vat_number"
    CHOSEN = "chosen"


REASONS: Mapping[Reason, str] = {
    Reason.NAME: N_("same name"),
    Reason.ALIAS: N_("another spelling of it in the registry"),
    Reason.TAX_CODE: N_("same tax code"),
    Reason.VAT_NUMBER: N_("same VAT number"),
    Reason.CHOSEN: N_("said by who imported it"),
}

FORM_TITLES: Mapping[str, str] = {
    "proposal": PROPOSAL_TITLE,
    "plan": PLAN_TITLE,
    "budget": N_("Form of a rescaled economic plan"),
    "scores": SCORES_TITLE,
    "requests": REQUESTS_TITLE,
}

TOTALS: Mapping[str, str] = {
    "grant": N_("Grant"),
    "cofinancing": N_("Co-financing"),
    "total": N_("Total cost"),
    "sources": N_("Funding sources"),
    "areas": N_("Set aside for the areas"),
    "requests": N_("What the requests come to"),
}

NOTES: Mapping[str, str] = {
    "came_before": N_("The same file came on {instant} as «{title}», which is no longer there as it came."),
    "rules_changed": N_("The form was made for version {found} of the call's rules; version {known} is in force."),
    "documents_attached": N_("Documents that come with it, as the form says: {names}. Attach them to the proposal."),
    "documents_missing": N_("Documents that do not come with it, as the form says: {names}."),
    "left_behind": N_("The workbook was made from an archive that also had, and kept: {text}."),
    "state_left": N_("«{title}» was «{wanted}» and came in as «{reached}»: acts of the office are not in a workbook."),
    "proposals_without_points": N_("Proposals without any points, passed over: {numbers}."),
    "rules_unknown": N_("The form does not say for which version of the call's rules it was made."),
}
"""What else a receipt can say."""


@dataclass(frozen=True)
class Match:
    """An organisation as the workbook names it, the one of the registry that it is, and why."""

    typed: str
    name: str
    why: Reason


@dataclass(frozen=True)
class Difference:
    """What the workbook says of a record that is there, where the record says something else and stays.

    Attributes:
        record: name of the record.
        title: of the field, source text.
        here, there: value in the workbook, and in the archive.
    """

    record: str
    title: str
    here: str
    there: str


@dataclass(frozen=True)
class Note:
    """Something to be known of an import: key of `NOTES`, and what stands in its sentence."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """What the import of one form gives for its receipt.

    Attributes:
        title: of the proposal or the plan; `subject_id` its key.
        totals: cents by the keys of `TOTALS`.
        added: names of the new organisations.
    """

    title: str
    subject_id: str
    totals: Mapping[str, Cents]
    matched: tuple[Match, ...] = ()
    added: tuple[str, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[Note, ...] = ()


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
        form: key of the form, and the `version` that was filled in.
        changes: what it touched, for the window; nothing once it is read from the archive.
        id: its key in the archive.
    """

    file: str
    sha256: str
    at: datetime
    form: str
    version: int
    sheets: tuple[SheetCount, ...]
    taken: Taken
    changes: Changes = field(default_factory=Changes.of)
    id: str = ""

    def facts(self, tr: Translator) -> tuple[tuple[str, str], ...]:
        """What came, as pairs of label and value."""
        return (
            (tr("What came in"), self.taken.title),
            (tr("File"), self.file),
            (tr("Form"), tr("{form}, version {n}").format(form=tr(FORM_TITLES[self.form]), n=self.version)),
            (tr("When"), format_instant(self.at)),
            (tr("Fingerprint (SHA-256)"), self.sha256),
            *((tr(TOTALS[key]), format_euro(cents)) for key, cents in self.taken.totals.items()),
        )

    def remarks(self, tr: Translator) -> tuple[str, ...]:
        """What was matched, added, said otherwise, and what else is to be known: one sentence each."""
        taken = self.taken
        return (
            *(
                tr("Organisation «{typed}»: «{name}» in the registry ({why})").format(
                    typed=match.typed, name=match.name, why=tr(REASONS[match.why])
                )
                for match in taken.matched
            ),
            *(tr("New organisation: {name}").format(name=name) for name in taken.added),
            *(
                tr("«{record}», {field}: «{here}» in the workbook, «{there}» in the archive, which stays").format(
                    record=one.record, field=tr(one.title), here=one.here, there=one.there
                )
                for one in taken.differences
            ),
            *(tr(NOTES[note.code]).format(**note.values) for note in taken.notes),
        )

    def lines(self, tr: Translator) -> tuple[str, ...]:
        """The receipt for a person."""
        return (
            tr("Imported: {title}").format(title=self.taken.title),
            tr("From: {file} ({form}), {instant}").format(
                file=self.file, form=tr(FORM_TITLES[self.form]), instant=format_instant(self.at)
            ),
            tr("Fingerprint of the file (SHA-256): {digest}").format(digest=self.sha256),
            *(
                tr("Sheet «{sheet}»: {rows}").format(sheet=tr(sheet.title), rows=format_count(sheet.rows))
                for sheet in self.sheets
            ),
            *(
                tr("{what}: {amount}").format(what=tr(TOTALS[key]), amount=format_euro(cents))
                for key, cents in self.taken.totals.items()
            ),
            *self.remarks(tr),
        )

    def as_json(self) -> dict[str, Any]:
        """The receipt for a program."""
        taken = self.taken
        return {
            "file": self.file,
            "sha256": self.sha256,
            "at": self.at.isoformat(),
            "form": self.form,
            "version": self.version,
            "title": taken.title,
            "id": taken.subject_id,
            "rows": {sheet.key: sheet.rows for sheet in self.sheets},
            "totals": {key: decimal_text(cents) for key, cents in taken.totals.items()},
            "organisations": {
                "matched": [{"typed": one.typed, "name": one.name, "why": one.why.value} for one in taken.matched],
                "added": list(taken.added),
            },
            "differences": [
                {"record": one.record, "field": one.title, "here": one.here, "there": one.there}
                for one in taken.differences
            ],
            "notes": [{"code": note.code, **note.values} for note in taken.notes],
        }


def read_receipt(kept: Mapping[str, Any], titles: Mapping[str, str]) -> Receipt:
    """The receipt that was kept as `as_json` gave it.

    Args:
        titles: source text of each sheet of its form, by the sheet's key.
    """
    taken = Taken(
        title=kept["title"],
        subject_id=kept["id"],
        totals={key: Cents(int(text.replace(".", ""))) for key, text in kept["totals"].items()},
        matched=tuple(Match(one["typed"], one["name"], Reason(one["why"])) for one in kept["organisations"]["matched"]),
        added=tuple(kept["organisations"]["added"]),
        differences=tuple(
            Difference(one["record"], one["field"], one["here"], one["there"]) for one in kept["differences"]
        ),
        notes=tuple(
            Note(one["code"], {key: text for key, text in one.items() if key != "code"}) for one in kept["notes"]
        ),
    )
    return Receipt(
        file=kept["file"],
        sha256=kept["sha256"],
        at=datetime.fromisoformat(kept["at"]),
        form=kept["form"],
        version=kept["version"],
        sheets=tuple(SheetCount(key, titles.get(key, key), rows) for key, rows in kept["rows"].items()),
        taken=taken,
    )
