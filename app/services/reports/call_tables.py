"""Rules of a call on paper: all of a version, each with its source; and two versions side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.models.errors import InvalidInput
from app.models.store import Store
from app.services.calls.lines import NamedRules, area_names, compare_rules, named_rules, rule_lines
from app.services.calls.rules import rules_rows
from app.services.reports.frame import framed
from app.services.reports.spec import Column, Document, Kind, Line, Paragraph, Role, Table
from app.services.wording.texts import Translator

Items = tuple[tuple[str, str], ...]


def version_items(store: Store, tr: Translator) -> Items:
    """(key, name) of every version."""
    text = tr("{call}, version {version}")
    return tuple((row.id, text.format(call=row.call, version=row.version)) for row in rules_rows(store))


def rules_table(store: Store, named: NamedRules, tr: Translator) -> Table:
    """Every rule of a version; what the call leaves open is said to be so."""
    lines = rule_lines(named.rules, area_names(store), tr)
    return Table(
        code="REGOLE",
        title=tr("Rules of the call"),
        columns=(
            Column("rule", tr("Rule"), Kind.NOTE, lambda row: row.rule, width_mm=70),
            Column("value", tr("By the call"), Kind.NOTE, lambda row: row.value, width_mm=60),
            Column("source", tr("Source"), Kind.NOTE, lambda row: row.source, width_mm=50),
        ),
        rows=grouped(lines),
        subtitle=named.name(tr),
        notes=(
            tr("«{words}»: the call does not say it; nothing is checked by it.").format(words=tr("not fixed")),
            *((tr("Note: {note}").format(note=named.rules.note),) if named.rules.note else ()),
        ),
    )


def grouped(lines: Sequence[Any]) -> tuple[Any, ...]:
    """Lines under the heading of their section."""
    rows: list[Any] = []
    section = ""
    for line in lines:
        if line.section != section:
            section = line.section
            rows.append(Line(Role.HEADING, {"rule": section}))
        rows.append(line)
    return tuple(rows)


def rules_document(store: Store, tr: Translator, item: str | None) -> Document:
    """The rules of one version, or of the newest version of every call."""
    keys = [item] if item is not None else [row.id for row in rules_rows(store) if row.current]
    parts: list[Paragraph | Table] = []
    for key in keys:
        named = named_rules(store, key)
        if named.rules.reason:
            parts.append(Paragraph(tr("Why this version was made: {reason}").format(reason=named.rules.reason)))
        parts.append(rules_table(store, named, tr))
    slug = "regole" if item is None else f"regole-{item[-8:]}"
    return framed(store, tr, "REGOLE", tr("Rules of the call"), tuple(parts), slug=slug)


def comparison_table(store: Store, before: NamedRules, after: NamedRules, tr: Translator) -> Table:
    """Two versions, rule by rule; what is the same in both is left out."""
    changes = compare_rules(before.rules, after.rules, area_names(store), tr)
    changed = [row for row in changes if row.is_changed]
    same = len(changes) - len(changed)
    missing = tr("(not there)")
    number = tr("Version {version}")
    first, second = number.format(version=before.rules.version), number.format(version=after.rules.version)
    if before.call != after.call:
        first, second = before.name(tr), after.name(tr)
    reason = after.rules.reason
    text = tr("Why version {version} was made: {reason}").format(version=after.rules.version, reason=reason)
    why = (text,) if reason else ()
    return Table(
        code="CONFRONTO",
        title=tr("Comparison of two versions of the rules"),
        columns=(
            Column("rule", tr("Rule"), Kind.NOTE, lambda row: row.rule, width_mm=70),
            Column("before", first, Kind.NOTE, lambda row: row.before or missing, width_mm=80),
            Column("after", second, Kind.NOTE, lambda row: row.after or missing, width_mm=80),
        ),
        rows=grouped(changed),
        subtitle=after.name(tr),
        notes=(
            tr.plural("{n} rule is the same in both.", "{n} rules are the same in both.", same).format(n=same),
            *why,
        ),
        landscape=True,
    )


def compared_items(store: Store, tr: Translator) -> Items:
    """Versions that have one before them: each is compared with that."""
    rows = [row for row in rules_rows(store) if row.version > 1]
    text = tr("{call}, version {version} beside version {earlier}")
    return tuple((row.id, text.format(call=row.call, version=row.version, earlier=row.version - 1)) for row in rows)


def comparison_document(store: Store, tr: Translator, item: str | None) -> Document:
    """A version beside another one: beside the one before it, or two that are named as «key:key».

    Raises:
        InvalidInput: "export.item_missing" when the version is the first of its call.
        NotFound: "record.gone".
    """
    assert item is not None
    wanted, _colon, other = item.partition(":")
    after = named_rules(store, wanted)
    if not other:
        earlier = [row.id for row in rules_rows(store, after.rules.call_id) if row.version == after.rules.version - 1]
        if not earlier:
            raise InvalidInput("export.item_missing", wanted="CONFRONTO")
        other = earlier[0]
    table = comparison_table(store, named_rules(store, other), after, tr)
    slug = f"confronto-{wanted[-8:]}"
    return framed(store, tr, "CONFRONTO", table.title, (table,), slug=slug, landscape=True)
