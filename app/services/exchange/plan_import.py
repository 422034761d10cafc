"""A filled plan workbook written into an archive that has no plan yet, record by record, each by its own verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from app.models.enums import PROPOSAL_MOVES, ProposalState, area_code
from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.store import Store
from app.services.calls.calls import call_rows, save_call
from app.services.calls.rules import load_current_rules, save_rules
from app.services.changes import Changes
from app.services.exchange.call_form import CallForm, read_call_form
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.forms import Mark
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.plan_export import name_of
from app.services.exchange.plan_sheets import MUNICIPALITIES, REFERENCE, ROOTS, SHEETS, PlanSheet, children_of
from app.services.exchange.plan_versions import Versions, add_version
from app.services.exchange.receipt import Note, Taken
from app.services.exchange.registry import Choices
from app.services.network.agreements import save_agreement
from app.services.network.alliances import save_alliance
from app.services.network.registry import save_organisation
from app.services.network.territory import (
    MunicipalityDraft,
    municipality_rows,
    save_district,
    save_earlier_call,
    save_municipality,
)
from app.services.plan.funding import load_area, save_area, save_source
from app.services.plan.plan import find_plan, save_act, save_declaration, save_plan
from app.services.proposals.bulk import add_proposals
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.proposals import save_proposal
from app.services.proposals.states import set_proposal_state, submit_proposal
from app.services.wording.folding import fold
from app.services.wording.labels import label

BULK_FROM = 50
"""From so many proposals on they are written together."""
BULK_AT_ONCE = 250
"""Proposals that are held in memory together."""

Groups = Mapping[str, Mapping[str, list[FilledRow]]]
"""Rows of each sheet of children, by the folded name of their owner."""
Verb = Callable[[Store, Any], Changes]

VERBS: Mapping[str, Verb] = {
    "plan": save_plan,
    "acts": save_act,
    "sources": save_source,
    "areas": save_area,
    "districts": save_district,
    "earlier_calls": save_earlier_call,
    "organisations": save_organisation,
    "agreements": save_agreement,
    "calls": save_call,
    "rules": save_rules,
    "alliances": save_alliance,
    "proposals": save_proposal,
    "declarations": save_declaration,
}
"""The verb that writes the records of each sheet."""


def import_plan(gesture: Gesture, filled: Filled, _mark: Mark, _choices: Choices) -> Taken:
    """Write the plan of a workbook; what is refused is gathered in the gesture's faults.

    Raises:
        RuleBroken: "plan.exists": an archive holds one plan, and a workbook comes in once.
    """
    present = find_plan(gesture.store)
    if present is not None:
        raise RuleBroken("plan.exists", name=present.name)
    work = _PlanImport(gesture, filled)
    work.write()
    return Taken(
        title=filled["plan"][0]["name"],
        subject_id=work.plan_id,
        totals={"sources": _sum(filled["sources"], "amount"), "areas": _sum(filled["areas"], "amount_planned")},
        notes=(*_left_behind(filled["plan"][0]), *work.notes),
    )


def _left_behind(row: FilledRow) -> tuple[Note, ...]:
    return (Note("left_behind", {"text": row["left_behind"]}),) if row["left_behind"] else ()


def _sum(rows: tuple[FilledRow, ...], key: str) -> Cents:
    return Cents(sum(row[key] or 0 for row in rows))


@dataclass
class _Names:
    """Records of a sheet by what other sheets call them.

    Attributes:
        ids: keys by folded name; None for a record that was refused.
        twice: folded names that two records have.
    """

    ids: dict[str, str | None] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)

    def keep(self, names: Iterable[str], record_id: str | None) -> None:
        """Note a record with its names; an empty one is none."""
        own = {fold(name).strip() for name in names} - {""}
        self.twice |= own & self.ids.keys()
        self.ids |= dict.fromkeys(own, record_id)


class _PlanImport:
    """The sheets of a plan workbook, in the order that one needs the other."""

    def __init__(self, gesture: Gesture, filled: Filled) -> None:
        self.gesture = gesture
        self.filled = filled
        self.plan_id = ""
        self.names: dict[str, _Names] = {key: _Names() for key in (MUNICIPALITIES, *(root.key for root in ROOTS))}
        self.calls: dict[str, CallForm] = {}
        self.versions = Versions(filled["rules"])
        self.notes: list[Note] = []

    def write(self) -> None:
        """Write everything."""
        for root in ROOTS:
            sheet = SHEETS[root.key]
            groups = {child.key: self._members(child) for child in children_of(root.key)}
            if root.key == "rules":
                self._rules_groups = groups
                self._write_rules(self.versions.first)
                continue
            if root.key == "proposals":
                self._write_stages(groups)
                continue
            for row in _in_order(self.filled[root.key]):
                self._write(sheet, row, self._own_members(sheet, row, groups))
            if root.key == "districts":
                for row in groups["districts.municipalities"].get("", ()):
                    self.gesture.save(save_municipality, MunicipalityDraft(name=row["name"]), Places(row))
                for town in municipality_rows(self.gesture.store):
                    self.names[MUNICIPALITIES].keep([town.name], town.id)

    def _own_members(self, sheet: PlanSheet, row: FilledRow, groups: Groups) -> dict[str, list[FilledRow]]:
        name = self._own_name(sheet, row)
        return {key: members.get(name, []) for key, members in groups.items()}

    # --- rules and proposals, version by version -------------------------------------------

    def _write_rules(self, rows: Sequence[FilledRow]) -> None:
        """Write versions of rules; the categories of every call are then those of its newest one."""
        sheet = SHEETS["rules"]
        for row in rows:
            self._write(sheet, row, self._own_members(sheet, row, self._rules_groups))
        store = self.gesture.store
        self.calls = {call.id: read_call_form(store, call.id) for call in call_rows(store)}

    def _write_stages(self, groups: Groups) -> None:
        """Write the proposals that were received under a version before the next one is made, as it was in life."""
        for row in self.filled["proposals"]:
            if not self.versions.has(row["call"], row["rules_version"]):
                self._refuse(row, "rules_version", "workbook.reference_unknown", text=str(row["rules_version"]))
        for rules, rows in self.versions.stages(self.filled["proposals"]):
            if rules:
                self._write_rules(rules)
            for row, key in self._write_proposals(rows, groups):
                self._bring_to_state(row, key)

    def _write_proposals(self, rows: Sequence[FilledRow], groups: Groups) -> list[tuple[FilledRow, str]]:
        """Write proposals; gives those that were written, with their keys."""
        rows = _in_order(rows)
        saved = self._write_in_bulk(rows, groups)
        if saved:
            return list(zip(rows, saved, strict=True))
        sheet = SHEETS["proposals"]
        written = [(row, self._write(sheet, row, self._own_members(sheet, row, groups))) for row in rows]
        return [(row, key) for row, key in written if key is not None]

    def _bring_to_state(self, row: FilledRow, key: str) -> None:
        """Let a proposal go through the doors of the office as far as it went; a committee's doors stay closed."""
        wanted = row["state"] or ProposalState.DRAFT
        if wanted is ProposalState.DRAFT or "state" in row.faulty:
            return
        if not self.gesture.attempt(lambda store: submit_proposal(store, key), Places(row), "state"):
            return
        reached = ProposalState.SUBMITTED
        if wanted is not reached:
            nearest = wanted if wanted in PROPOSAL_MOVES[reached] else ProposalState.ADMISSIBLE
            if self.gesture.goes(lambda store: set_proposal_state(store, key, nearest)):
                reached = nearest
        if reached is not wanted:
            states = {"wanted": label(wanted, self.gesture.tr), "reached": label(reached, self.gesture.tr)}
            self.notes.append(Note("state_left", {"title": row["title"], **states}))

    def _write_in_bulk(self, rows: Sequence[FilledRow], groups: Groups) -> tuple[str, ...]:
        """Write very many proposals at once; nothing when one is refused, so that each is looked at by itself."""
        if len(rows) < BULK_FROM or self.gesture.faults.found:
            return ()
        named: list[tuple[FilledRow, ProposalDraft]] = []

        def batches() -> Iterator[list[ProposalDraft]]:
            for start in range(0, len(rows), BULK_AT_ONCE):
                drafts = [self._proposal(row, groups) for row in rows[start : start + BULK_AT_ONCE]]
                if self.gesture.faults.found:
                    return
                bare = (ProposalDraft(title=draft.title) for draft in drafts)
                named.extend(zip(rows[start : start + BULK_AT_ONCE], bare, strict=True))
                yield drafts

        saved = self.gesture.save_many(add_proposals, batches())
        if saved:
            self.gesture.changes |= Changes.of("proposals", "ledger")
            for (row, draft), key in zip(named, saved, strict=True):
                self._keep(SHEETS["proposals"], row, draft, key)
        return saved

    def _proposal(self, row: FilledRow, groups: Groups) -> ProposalDraft:
        """A proposal with its children, as its row and theirs give it."""
        sheet = SHEETS["proposals"]
        values = self._values(sheet, row)
        name = self._own_name(sheet, row)
        for child in children_of("proposals"):
            given = [self._child_values(child, one, values) for one in groups[child.key].get(name, ())]
            values[child.place.field] = tuple(child.place.draft(**one) for one in given)
        return ProposalDraft(**values)

    # --- one record ------------------------------------------------------------------------

    def _write(self, sheet: PlanSheet, row: FilledRow, members: Mapping[str, Sequence[FilledRow]]) -> str | None:
        """Write the record of a row with its children, and give its key; one with a fault is not tried."""
        values = self._values(sheet, row)
        children: dict[str, list[FilledRow]] = {}
        for child in children_of(sheet.key):
            rows = list(members[child.key])
            if not rows:
                continue
            found = [(one, self._child_values(child, one, values)) for one in rows]
            kept = [(one, given) for one, given in found if self._is_whole(child, one, given)]
            values[child.place.field] = tuple(child.place.draft(**given) for _one, given in kept)
            children[child.place.field] = [one for one, _given in kept]
        is_first = sheet.key == "rules" and row in self.versions.first
        if is_first:
            self._take_up_rules(values)
        saved = None
        draft = sheet.place.draft(**values)
        if self._is_tried(sheet, row) and (draft.id or not is_first):
            keys = {attribute: key for key, attribute in sheet.attributes.items()}
            keys |= {attribute: key for child in children_of(sheet.key) for key, attribute in child.attributes.items()}
            if sheet.key == "declarations":
                keys["subject_id"] = "subject"
            verb = add_version if sheet.key == "rules" and not is_first else VERBS[sheet.key]
            saved = self.gesture.save(verb, draft, Places(row, children, keys))
        self._keep(sheet, row, draft, saved)
        return saved

    def _keep(self, sheet: PlanSheet, row: FilledRow, draft: Any, saved: str | None) -> None:
        """Note a record under its names, for the sheets that follow."""
        if sheet.key == "plan":
            self.plan_id = saved or ""
            self.names["plan"].keep(["plan"], saved)
            return
        if REFERENCE not in row.values:
            return
        names = [row[REFERENCE]] if row[REFERENCE] else [name_of(sheet.key, draft)]
        if sheet.key == "organisations" and not row[REFERENCE]:
            names += [alias.name for alias in draft.aliases]
        if sheet.key == "areas" and saved is not None and draft.number is None:
            names = [area_code(draft.level, _number_of(self.gesture.store, saved))]
        self.names[sheet.key].keep(dict.fromkeys(names), saved)

    def _values(self, sheet: PlanSheet, row: FilledRow) -> dict[str, Any]:
        """Fields of a draft that the row gives; what it leaves empty is as the draft has it."""
        values: dict[str, Any] = {}
        for key, attribute, target in _read_fields(sheet.key, row.given):
            if target:
                values[attribute] = self._reference(target, row, key)
            elif attribute == "subject_id":
                values[attribute] = self._subject(row, key)
            else:
                values[attribute] = row.values[key]
        return values

    def _child_values(self, child: PlanSheet, row: FilledRow, owner: Mapping[str, Any]) -> dict[str, Any]:
        values = self._values(child, row)
        call = self.calls.get(owner.get("call_id") or "")
        if child.key == "proposals.items" and call is not None and "category" not in row.faulty:
            code = call.category_of(values["category"])
            if code is None:
                choices = tuple(call.category_names(self.gesture.tr).values())
                self._refuse(row, "category", "workbook.choice", text=row["category"], choices=choices)
            values["category"] = code or next(iter(call.categories))
        return values

    def _take_up_rules(self, values: dict[str, Any]) -> None:
        """Put the rules of a row in the place of those that were made with its call."""
        call_id = values.get("call_id")
        if call_id is None:
            return
        made = load_current_rules(self.gesture.store, call_id)
        values["id"] = made.id
        known = {category.code: category.id for category in made.categories}
        if "categories" in values:
            values["categories"] = tuple(replace(one, id=known.get(one.code)) for one in values["categories"])

    # --- names -----------------------------------------------------------------------------

    def _members(self, child: PlanSheet) -> dict[str, list[FilledRow]]:
        """Rows of a sheet of children by the folded name of their owner; a name that no owner has is refused."""
        if not child.owner_column:
            return {"": list(self.filled[child.key])}
        owners = SHEETS[child.place.owner]
        known = _Names()
        for row in self.filled[owners.key]:
            known.keep([self._own_name(owners, row)], None)
        groups: dict[str, list[FilledRow]] = {}
        for row in self.filled[child.key]:
            name = fold(row[child.owner_column]).strip()
            if child.place.owner == "rules":
                name = self.versions.name_of(row)
            if child.owner_column in row.faulty:
                continue
            if name in known.twice:
                self._refuse(row, child.owner_column, "workbook.reference_twice", text=row[child.owner_column])
            elif name and name not in known.ids:
                self._refuse(row, child.owner_column, "workbook.reference_unknown", text=row[child.owner_column])
            else:
                groups.setdefault(name, []).append(row)
        return groups

    def _own_name(self, sheet: PlanSheet, row: FilledRow) -> str:
        """What a row is called by those that belong to it, folded."""
        if sheet.key == "plan":
            return ""
        if sheet.key == "rules":
            return self.versions.name_of(row)
        given = row.values.get(REFERENCE) or ""
        if not given and sheet.key == "acts":
            given = row["number"] or row["as_printed"]
        elif not given:
            given = row.values.get("name") or row.values.get("title") or ""
        return fold(given).strip()

    def _reference(self, target: str, row: FilledRow, key: str) -> str | None:
        """Key of the record that a row names; None without a name, or when that record was refused."""
        text = str(row[key] or "")
        name = fold(text).strip()
        if not name or key in row.faulty:
            return None
        names = self.names[target]
        if target == "areas" and name not in names.ids:
            name = name.partition(" ")[0]  # «A.3 Conciliazione»
        if name in names.twice:
            self._refuse(row, key, "workbook.reference_twice", text=text)
        elif name not in names.ids:
            self._refuse(row, key, "workbook.reference_unknown", text=text)
        return names.ids.get(name)

    def _subject(self, row: FilledRow, key: str) -> str | None:
        """Key of the record that a declaration is about: «proposals: P1», or «plan»."""
        sheet, _colon, name = str(row[key]).partition(":")
        wanted = fold(sheet).strip()
        if wanted not in self.names:
            self._refuse(row, key, "workbook.reference_unknown", text=row[key])
            return None
        stands = replace(row, values={**row.values, key: name if wanted != "plan" else "plan"})
        return self._reference(wanted, stands, key)

    def _is_tried(self, sheet: PlanSheet, row: FilledRow) -> bool:
        """Whether a record is written; the plan always is, so that what belongs to it can be looked at."""
        return sheet.key == "plan" or not row.faulty

    def _is_whole(self, child: PlanSheet, row: FilledRow, values: Mapping[str, Any]) -> bool:
        """Whether everything of a child was read, and every record that it names is there."""
        named = {child.attributes.get(key, key) for key in child.refers if key in row.given} - {child.owner_column}
        wrong = row.faulty or self.gesture.faults.has(row.sheet, row.cell("category"))
        return not wrong and all(values.get(attribute) is not None for attribute in named)

    def _refuse(self, row: FilledRow, key: str, code: str, **values: Any) -> None:
        self.gesture.faults.add(row.sheet, row.cell(key), InvalidInput(code, **values))


@cache
def _read_fields(key: str, given: frozenset[str]) -> tuple[tuple[str, str, str], ...]:
    """Column, field of the draft, and sheet of the record that it names, of each field that a row gives or must."""
    sheet = SHEETS[key]
    return tuple(
        (column.key, sheet.attributes.get(column.key, column.key), sheet.refers.get(column.key, ""))
        for column in sheet.form.columns
        if column.key not in (REFERENCE, sheet.owner_column, *sheet.added)
        and (column.key in given or (column.required and column.key not in sheet.refers))
    )


def _in_order(rows: Sequence[FilledRow]) -> list[FilledRow]:
    """Rows with a number before those that take the next free one."""
    return sorted(rows, key=lambda row: "number" in row.values and row["number"] is None)


def _number_of(store: Store, area_id: str) -> int:
    number = load_area(store, area_id).number
    assert number is not None, "a kept area has a number"
    return number
