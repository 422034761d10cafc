"""Organisations named in a workbook, found in the registry or added to it.

Only the same code, name or other spelling makes two the same; what is merely near is asked, never matched in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from app.models.enums import OrganisationKind
from app.models.errors import InvalidInput
from app.models.journal import gesture_of
from app.models.network import Organisation, OrganisationAlias
from app.models.store import Store
from app.services.exchange.filled import FilledRow
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.receipt import Difference, Match, Reason
from app.services.network.registry import OrganisationDraft, save_organisation, similar_organisations
from app.services.wording.folding import fold
from app.services.wording.labels import label
from app.services.wording.texts import N_

NEW = ""
"""In the place of a key: the organisation is another one, and is added."""

CODES = ("tax_code", "vat_number")


@dataclass(frozen=True)
class Choices:
    """What who imports said of names that are near to one in the registry.

    Attributes:
        organisations: key in the registry, or `NEW`, by the folded name in the workbook.
        again: whether a file that came before, and is no longer there as it came, may come in anew.
    """

    organisations: Mapping[str, str] = field(default_factory=dict)
    again: bool = False


NO_CHOICES = Choices()


def choose(store: Store, same: Iterable[Sequence[str]], new: Iterable[str], *, again: bool = False) -> Choices:
    """Choices by names, as the command line gives them.

    Args:
        same: pairs of a name in the workbook and the name, or another spelling, in the registry.
        new: names in the workbook of organisations to be added.

    Raises:
        InvalidInput: "workbook.chosen_unknown" when the registry has no such organisation.
    """
    known = KnownNames(store)
    chosen = dict.fromkeys(map(fold, new), NEW)
    for typed, name in same:
        found = known.named(name)
        if found is None:
            raise InvalidInput("workbook.chosen_unknown", text=name)
        chosen[fold(typed)] = found.id
    return Choices(chosen, again)


@dataclass(frozen=True)
class Known:
    """An organisation of the registry."""

    id: str
    name: str
    kind: OrganisationKind
    seat: str
    tax_code: str
    vat_number: str


class KnownNames:
    """The registry by names and by codes; a record is made of a row when it is found."""

    def __init__(self, store: Store) -> None:
        self._rows: dict[str, Any] = {}
        self._by_name: dict[str, str] = {}
        self._by_code: dict[str, list[str]] | None = None  # made when the first code is looked for
        own = Organisation
        with store.read() as session:
            rows = session.execute(sa.select(own.id, own.name, own.kind, own.seat, own.tax_code, own.vat_number)).all()
            aliases = session.execute(sa.select(OrganisationAlias.organisation_id, OrganisationAlias.name)).all()
        for key, name in aliases:
            self._by_name[fold(name)] = key
        for row in rows:
            self._keep(*row)

    def keep(self, known: Known) -> None:
        """Note one more."""
        self._keep(known.id, known.name, known.kind.value, known.seat, known.tax_code, known.vat_number)

    def _keep(self, key: str, name: str, kind: str, seat: str, *codes: str) -> None:
        self._rows[key] = (key, name, kind, seat, *codes)
        self._by_name[fold(name)] = key
        if self._by_code is not None:
            self._keep_codes(self._by_code, key)

    def _keep_codes(self, by_code: dict[str, list[str]], key: str) -> None:
        for code in dict.fromkeys(fold(code) for code in self._rows[key][4:] if code):
            by_code.setdefault(code, []).append(key)

    def get(self, key: str) -> Known | None:
        """The organisation with this key."""
        row = self._rows.get(key)
        return None if row is None else Known(row[0], row[1], OrganisationKind(row[2]), *row[3:])

    def named(self, name: str) -> Known | None:
        """The organisation with this name or other spelling."""
        return self.get(self._by_name.get(fold(name), ""))

    @classmethod
    def at(cls, store: Store, seq: int) -> KnownNames:
        """The registry as it is now; what an import left behind is taken up when nothing was written since.

        Args:
            seq: of the last edit of this copy's journal.
        """
        kept = _KEPT.pop(store.engine, None)
        return kept[1] if kept is not None and kept[0] == seq else cls(store)

    def keep_for_next(self, store: Store, seq: int) -> None:
        """Leave the registry behind for the next import; `seq` is the last edit of this one."""
        _KEPT[store.engine] = (seq, self)

    def with_code(self, code: str) -> list[Known]:
        """Every organisation with this code."""
        if self._by_code is None:
            self._by_code = {}
            for key in self._rows:
                self._keep_codes(self._by_code, key)
        found = (self.get(key) for key in self._by_code.get(fold(code), ()) if code)
        return [known for known in found if known is not None]


_KEPT: WeakKeyDictionary[sa.Engine, tuple[int, KnownNames]] = WeakKeyDictionary()
"""The registry as the last import of each open archive left it, and the last edit of the journal then."""


@dataclass
class Registry:
    """The registry of organisations, as an import sees and enlarges it.

    Attributes:
        matched: what was found, once each.
        added: names of the new ones.
        differences: what rows say of found ones, and the registry does not.
    """

    gesture: Gesture
    choices: Choices = NO_CHOICES
    matched: list[Match] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)

    def __post_init__(self) -> None:
        last = gesture_of(self.gesture.store.session).seq
        self._known = self.gesture.known_names = KnownNames.at(self.gesture.store, last)
        self._new: set[str] = set()

    def find(self, name: str, codes: tuple[str, ...] = ()) -> Known | None:
        """The organisation with this name, other spelling, or code, or the one that was chosen for it."""
        found = self._find(name, codes)
        if found is None:
            return None
        known, why = found
        match = Match(name, known.name, why)
        if match not in self.matched and known.id not in self._new:
            self.matched.append(match)
        return known

    def _find(self, name: str, codes: tuple[str, ...]) -> tuple[Known, Reason] | None:
        known = self._known.named(name)
        if known is not None:
            return known, Reason.NAME if fold(known.name) == fold(name) else Reason.ALIAS
        for code in filter(None, codes):
            having = self._known.with_code(code)
            if len(having) == 1:
                same_tax_code = fold(having[0].tax_code) == fold(code)
                return having[0], Reason.TAX_CODE if same_tax_code else Reason.VAT_NUMBER
        chosen = self._known.get(self.choices.organisations.get(fold(name), NEW))
        return None if chosen is None else (chosen, Reason.CHOSEN)

    def name_of(self, key: str | None) -> str:
        """Name of an organisation; empty for none."""
        known = self._known.get(key or "")
        return "" if known is None else known.name

    def take(self, row: FilledRow, draft: OrganisationDraft, kind: OrganisationKind | None, key: str) -> str | None:
        """Key of the organisation that a row names, added when it is new; None when it was refused.

        Args:
            draft: what the row says of it.
            kind: as chosen; a new organisation needs one.
            key: of the field with the name.
        """
        kind_key = "kind" if key == "name" else f"{key}_kind"
        if row.faulty & {key, kind_key}:
            return None
        codes = (draft.tax_code, draft.vat_number)
        found = self.find(draft.name, codes)
        if found is not None:
            self._compare(draft, kind, found)
            return found.id if self._codes_agree(row, draft, found) else None
        if self._is_unclear(row, draft, key):
            return None
        if kind is None:
            self._refuse(row, kind_key, "workbook.kind_needed", name=draft.name)
            return None
        saved = self.gesture.save(save_organisation, draft, Places(row, keys={"name": key}))
        if saved is not None:
            self.added.append(draft.name)
            known = Known(saved, draft.name, kind, draft.seat, *codes)
            self._known.keep(known)
            self._new.add(saved)
        return saved

    def _is_unclear(self, row: FilledRow, draft: OrganisationDraft, key: str) -> bool:
        """Whether the name is near to one of the registry and nobody said which is meant."""
        if self.choices.organisations.get(fold(draft.name)) == NEW:
            return False
        near = {one.id: one.name for one in similar_organisations(self.gesture.store, draft.name)}
        for code in filter(None, (draft.tax_code, draft.vat_number)):
            near |= {known.id: known.name for known in self._known.with_code(code)}
        near = {found: name for found, name in near.items() if found not in self._new}
        if near:
            names, keys = tuple(near.values()), tuple(near)
            self._refuse(row, key, "workbook.organisation_near", text=draft.name, names=names, keys=keys)
        return bool(near)

    def _compare(self, draft: OrganisationDraft, kind: OrganisationKind | None, found: Known) -> None:
        """Note what the row says of an organisation of the registry, and the registry does not."""
        if found.id in self._new:
            return
        pairs = [
            (N_("Seat"), draft.seat, found.seat),
            *((title, getattr(draft, code), getattr(found, code)) for code, title in _CODE_TITLES.items()),
        ]
        if kind is not None:
            pairs.append((N_("Kind of organisation"), label(kind, self.gesture.tr), label(found.kind, self.gesture.tr)))
        for title, here, there in pairs:
            difference = Difference(found.name, title, here, there)
            if here and fold(here) != fold(there) and difference not in self.differences:
                self.differences.append(difference)

    def _codes_agree(self, row: FilledRow, draft: OrganisationDraft, found: Known) -> bool:
        """Whether no code of the row is another one in the registry, or that of another organisation."""
        for key in CODES:
            here, there = getattr(draft, key), getattr(found, key)
            having = self._known.with_code(here)
            if here and there and fold(here) != fold(there):
                self._refuse(row, key, "workbook.code_differs", text=here, known=there, name=found.name)
            elif having and found.id not in {one.id for one in having}:
                self._refuse(row, key, "workbook.code_of_other", text=here, name=having[0].name)
            else:
                continue
            return False
        return True

    def _refuse(self, row: FilledRow, key: str, code: str, **values: Any) -> None:
        self.gesture.faults.add(row.sheet, row.cell(key), InvalidInput(code, **values))


_CODE_TITLES = {"tax_code": N_("Tax code"), "vat_number": N_("VAT number")}
