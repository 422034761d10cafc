"""Tables of one priority area or district: what can be chosen, which proposals are meant, how the title says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from app.models.errors import InvalidInput, NotFound
from app.models.store import Store
from app.services.network.territory import district_rows
from app.services.plan.funding import area_rows
from app.services.proposals.lists import ProposalRow
from app.services.reports.spec import Table
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class Part:
    """A part of the plan that a table can be about.

    Attributes:
        id: key of the area or district.
        name: code of the area, or name of the district.
    """

    id: str
    kind: Literal["area", "district"]
    name: str

    def label(self, tr: Translator) -> str:
        """The part in words."""
        if self.kind == "area":
            return tr("Area {code}").format(code=self.name)
        return tr("District of {name}").format(name=self.name)

    def holds(self, row: ProposalRow) -> bool:
        """Whether a proposal belongs to it: by its area, or by a seat of its partnership in the district."""
        return row.area_id == self.id if self.kind == "area" else f", {self.name}, " in f", {row.district}, "


def parts_of_plan(store: Store) -> tuple[Part, ...]:
    """All areas, then all districts, in their order."""
    areas = (Part(row.id, "area", row.code) for row in area_rows(store))
    districts = (Part(row.id, "district", row.name) for row in district_rows(store))
    return (*areas, *districts)


def part_of_plan(store: Store, key: str | None) -> Part | None:
    """The part with this key; None for the whole plan.

    Raises:
        NotFound: "record.gone".
    """
    if key is None:
        return None
    for part in parts_of_plan(store):
        if part.id == key:
            return part
    raise NotFound("record.gone")


def part_named(store: Store, kind: Literal["area", "district"], name: str) -> Part:
    """An area by its code («A.3»), or a district by its name; case does not matter.

    Raises:
        InvalidInput: "export.part_unknown".
    """
    known = [part for part in parts_of_plan(store) if part.kind == kind]
    for part in known:
        if part.name.casefold() == name.casefold():
            return part
    raise InvalidInput("export.part_unknown", wanted=name, known=tuple(part.name for part in known))


def titled(table: Table, part: Part | None, tr: Translator) -> Table:
    """A table whose title says which part it is about."""
    if part is None:
        return table
    title = tr("{title}: {item}").format(title=table.title, item=part.label(tr))
    if part.kind == "area":
        return replace(table, title=title)
    note = tr("Projects whose partnership has a seat in the district; one with seats in several stands in each.")
    return replace(table, title=title, notes=(*table.notes, note))
