"""Two versions of a proposal side by side, as a table for the screen and for paper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from textwrap import shorten
from typing import Any

from app.models.enums import ArrivalChannel
from app.models.errors import NotFound
from app.models.store import Store
from app.services.calls.rules_drafts import category_name
from app.services.proposals.lists import proposal_rows
from app.services.proposals.snapshot import PARTS, Difference
from app.services.proposals.versions import VersionRow, compare_versions, version_rows, versioned_proposals
from app.services.reports.frame import framed
from app.services.reports.spec import Column, Document, Facts, Kind, Paragraph, Table
from app.services.wording.formats import display, format_instant
from app.services.wording.texts import Translator

CODE = "CONFRONTO-PROPOSTA"
NAME_LENGTH = 80

_PARTS = {part.key: part for part in PARTS}


def version_name(row: VersionRow, tr: Translator) -> str:
    """A version in words: «versione 2 (05/05/2014 12:00): integrazione»."""
    number = tr("version {n}").format(n=row.number)
    when = tr.context("version", "open") if row.closed_at is None else format_instant(row.closed_at)
    return f"{number} ({when}): {row.reason}" if row.reason else f"{number} ({when})"


def comparison_table(differences: Sequence[Difference], before: VersionRow, after: VersionRow, tr: Translator) -> Table:
    """What differs between two versions, field by field, items of cost one by one with their difference."""
    return Table(
        code=CODE,
        title=tr("Comparison of two versions of a proposal"),
        columns=(
            Column("what", tr("What"), Kind.NOTE, lambda row: _what(row, tr), width_mm=54),
            Column(
                "before",
                tr("Version {n}").format(n=before.number),
                Kind.NOTE,
                lambda row: _text(row, row.before, tr),
                width_mm=78,
            ),
            Column(
                "after",
                tr("Version {n}").format(n=after.number),
                Kind.NOTE,
                lambda row: _text(row, row.after, tr),
                width_mm=78,
            ),
            Column("difference", tr("Difference"), Kind.MONEY, lambda row: row.gap, width_mm=32),
        ),
        rows=tuple(differences),
        notes=(tr("Texts that are the same in both versions are left out."),) if differences else (),
        row_id=lambda row: row.id,
        landscape=True,
    )


def _what(row: Difference, tr: Translator) -> str:
    """What a difference is about: «Azione · Azione 2 · Mesi»."""
    words = []
    if row.part:
        part = _PARTS[row.part]
        words = [tr(part.title), _name(row, tr)]
    if row.title:
        words.append(tr(row.title))
    elif row.part:
        words.append(tr("row taken away") if row.after is None else tr("new row"))
    return " · ".join(word for word in words if word)


def _name(row: Difference, tr: Translator) -> str:
    """Name of the row that a difference is about: its number, its words, its category."""
    names = _PARTS[row.part].names
    if "category" in names:
        return str(row.row.get("label") or _category(row, tr))
    return shorten(next((str(row.row[name]) for name in names if row.row.get(name)), ""), NAME_LENGTH, placeholder="…")


def _category(row: Difference, tr: Translator) -> str:
    """Category of an item, as the call called it when the version was closed."""
    return category_name(str(row.row["category"]), str(row.row.get("category_name", "")), tr)


def _text(row: Difference, value: Any, tr: Translator) -> str:
    """A value of a snapshot as a person reads it."""
    if value is None:
        return ""
    if row.kind is Kind.DATE:
        return display(Kind.DATE, date.fromisoformat(value), tr)
    if row.kind is Kind.STATE:
        return display(Kind.STATE, ArrivalChannel(value), tr)
    return display(row.kind, value, tr)


def comparison_pairs(store: Store, tr: Translator) -> tuple[tuple[str, str], ...]:
    """(«proposal:before:after», name) of each version with the one before it."""
    pairs = []
    words = tr("{number}. {title}: versions {before} and {after}")
    for key, number, title, count in versioned_proposals(store):
        for after in range(2, count + 1):
            name = words.format(number=number, title=title, before=after - 1, after=after)
            pairs.append((f"{key}:{after - 1}:{after}", name))
    return tuple(pairs)


def comparison_document(store: Store, item: str, tr: Translator) -> Document:
    """Two versions of a proposal compared, on paper.

    Args:
        item: «proposal:before:after».

    Raises:
        NotFound: "record.gone" when there is no such proposal or version.
    """
    key, _colon, numbers = item.partition(":")
    first, _colon, second = numbers.partition(":")
    if not (first.isdecimal() and second.isdecimal()):
        raise NotFound("record.gone")
    versions = {row.number: row for row in version_rows(store, key)}
    before, after = versions.get(int(first)), versions.get(int(second))
    proposal = next((row for row in proposal_rows(store) if row.id == key), None)
    if before is None or after is None or proposal is None:
        raise NotFound("record.gone")
    table = comparison_table(compare_versions(store, key, before.number, after.number), before, after, tr)
    facts = (
        (tr("Proposal"), f"{proposal.number}. {proposal.title}"),
        (tr("Before"), version_name(before, tr)),
        (tr("After"), version_name(after, tr)),
    )
    parts = (Facts(facts), table if table.rows else Paragraph(tr("The two versions are the same."), strong=True))
    slug = f"confronto-{proposal.number}-{before.number}-{after.number}"
    return framed(store, tr, CODE, tr("Comparison of two versions of a proposal"), parts, slug=slug, landscape=True)
