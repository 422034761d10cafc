"""Organisations named in a workbook, found in the registry or added to it; nothing is matched by likeness."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.models.enums import OrganisationKind
from app.models.errors import InvalidInput
from app.services.exchange.filled import FilledRow
from app.services.exchange.gesture import Gesture, Places
from app.services.folding import fold
from app.services.network import OrganisationDraft, organisation_rows, save_organisation, similar_organisations


@dataclass(frozen=True)
class Known:
    """An organisation of the registry."""

    id: str
    name: str
    tax_code: str
    vat_number: str


@dataclass
class Registry:
    """The registry of organisations, as an import sees and enlarges it.

    Attributes:
        matched: (name in the workbook, name in the registry), where the two differ.
        added: names of the new ones.
    """

    gesture: Gesture
    matched: list[tuple[str, str]] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    _by_name: dict[str, Known] = field(default_factory=dict)
    _by_code: dict[str, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for row in organisation_rows(self.gesture.store):
            self._keep(Known(row.id, row.name, row.tax_code, row.vat_number), row.aliases)

    def _keep(self, known: Known, aliases: tuple[str, ...] = ()) -> None:
        self._by_name |= {fold(name): known for name in (known.name, *aliases)}
        self._by_code |= {fold(code): known for code in (known.tax_code, known.vat_number) if code}

    def find(self, name: str, codes: tuple[str, ...] = ()) -> Known | None:
        """The organisation with this name, other spelling, or code."""
        found = self._by_name.get(fold(name))
        if found is None:
            found = next((self._by_code[fold(code)] for code in codes if fold(code) in self._by_code), None)
        if found is not None and found.name != name and (name, found.name) not in self.matched:
            self.matched.append((name, found.name))
        return found

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
        found = self.find(draft.name, (draft.tax_code, draft.vat_number))
        if found is not None:
            return found.id if self._codes_agree(row, draft, found) else None
        if kind is None:
            self._refuse(row, kind_key, "workbook.kind_needed", name=draft.name)
            return None
        near = [one.name for one in similar_organisations(self.gesture.store, draft.name) if one.same]
        if near:
            self._refuse(row, key, "workbook.organisation_near", text=draft.name, name=near[0])
            return None
        saved = self.gesture.save(save_organisation, draft, Places(row, keys={"name": key}))
        if saved is not None:
            self.added.append(draft.name)
            self._keep(Known(saved, draft.name, draft.tax_code, draft.vat_number))
        return saved

    def _codes_agree(self, row: FilledRow, draft: OrganisationDraft, found: Known) -> bool:
        """Whether no code of the row is another one in the registry."""
        for key in ("tax_code", "vat_number"):
            here, there = getattr(draft, key), getattr(found, key)
            if here and there and fold(here) != fold(there):
                self._refuse(row, key, "workbook.code_differs", text=here, known=there, name=found.name)
                return False
        return True

    def _refuse(self, row: FilledRow, key: str, code: str, **values: Any) -> None:
        self.gesture.faults.add(row.sheet, row.cell(key), InvalidInput(code, **values))
