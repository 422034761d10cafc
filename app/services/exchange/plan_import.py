"""A filled plan workbook written into an archive that has no plan yet, record by record, each by its own verb."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from app.models.errors import InvalidInput, RuleBroken
from app.models.money import Cents
from app.models.store import Store
from app.services.alliances import AllianceDraft, PartnerDraft, save_alliance
from app.services.calls import CallDraft, save_call
from app.services.changes import Changes
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.proposal_form import ROLE_KEYS
from app.services.exchange.receipt import Taken
from app.services.folding import fold
from app.services.funding import AreaDraft, SourceDraft, save_area, save_source
from app.services.network import AliasDraft, OrganisationDraft, save_organisation
from app.services.plan import ActDraft, PlanDraft, find_plan, save_act, save_plan
from app.services.territory import DistrictDraft, MunicipalityDraft, save_district, save_municipality
from app.services.texts import N_


def import_plan(gesture: Gesture, filled: Filled) -> Taken:
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
        totals=(
            ("sources", N_("Funding sources"), _sum(filled["sources"], "amount")),
            ("areas", N_("Set aside for the areas"), _sum(filled["areas"], "amount_planned")),
        ),
    )


def _sum(rows: tuple[FilledRow, ...], key: str) -> Cents:
    return Cents(sum(row[key] or 0 for row in rows))


@dataclass
class _Names:
    """Records of a sheet by the name that other sheets use for them.

    Attributes:
        ids: keys by folded name; None for a record that was refused.
        twice: folded names that two records have.
    """

    ids: dict[str, str | None] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)

    def keep(self, names: Iterable[str], record_id: str | None) -> None:
        """Note a record with its names; an empty one is none."""
        own = {fold(name) for name in names} - {""}
        self.twice |= own & self.ids.keys()
        self.ids |= dict.fromkeys(own, record_id)


def _in_order(rows: tuple[FilledRow, ...]) -> list[FilledRow]:
    """Rows with a number before those that take the next free one."""
    return sorted(rows, key=lambda row: row["number"] is None)


class _PlanImport:
    """The sheets of a plan workbook, in the order that one needs the other."""

    def __init__(self, gesture: Gesture, filled: Filled) -> None:
        self.gesture = gesture
        self.filled = filled
        self.acts = _Names()
        self.organisations = _Names()

    def write(self) -> None:
        """Write everything."""
        plan = self.filled["plan"][0]
        self.gesture.save(save_plan, PlanDraft(**plan.values), Places(plan))
        for row in self.filled["acts"]:
            saved = self._save(save_act, row, lambda row: ActDraft(**row.values))
            self.acts.keep([row["number"] or row["as_printed"]], saved)
        for row in self.filled["sources"]:
            self._save(save_source, row, self._source, {"due": "not_due", "act_id": "act"})
        for row in _in_order(self.filled["areas"]):
            self._save(save_area, row, lambda row: AreaDraft(**row.values))
        self._territory()
        for row in self.filled["calls"]:
            self._save(save_call, row, self._call, {"act_id": "act"})
        self._organisations()
        self._alliances()

    def _save(
        self,
        verb: Callable[[Store, Any], Changes],
        row: FilledRow,
        make: Callable[[FilledRow], Any],
        keys: dict[str, str] | None = None,
    ) -> str | None:
        """Write the record of a row; one with a fault is not tried."""
        draft = make(row)
        return None if row.faulty else self.gesture.save(verb, draft, Places(row, keys=keys or {}))

    def _reference(self, names: _Names, row: FilledRow, key: str) -> str | None:
        """Key of the record that a row names; None without a name, or when that record was refused."""
        name = fold(row[key])
        if not name or key in row.faulty:
            return None
        if name in names.twice:
            self._refuse(row, key, "workbook.reference_twice")
        elif name not in names.ids:
            self._refuse(row, key, "workbook.reference_unknown")
        return names.ids.get(name)

    def _refuse(self, row: FilledRow, key: str, code: str) -> None:
        self.gesture.faults.add(row.sheet, row.cell(key), InvalidInput(code, text=row[key]))

    def _source(self, row: FilledRow) -> SourceDraft:
        return SourceDraft(
            kind=row["kind"],
            name=row["name"],
            amount=row["amount"],
            due=not row["not_due"],
            condition=row["condition"],
            act_id=self._reference(self.acts, row, "act"),
        )

    def _call(self, row: FilledRow) -> CallDraft:
        act_id = self._reference(self.acts, row, "act")
        return CallDraft(
            title=row["title"], act_id=act_id, date_opened=row["date_opened"], date_closed=row["date_closed"]
        )

    def _members(self, owners: str, members: str, key: str) -> dict[str, list[FilledRow]]:
        """Rows of the sheet `members` by the folded name of the row of `owners` that they belong to."""
        names = _Names()
        for row in self.filled[owners]:
            names.keep([row["name"]], None)
        groups: dict[str, list[FilledRow]] = {}
        for row in self.filled[members]:
            self._reference(names, row, key)
            if not row.faulty and fold(row[key]) not in names.twice:
                groups.setdefault(fold(row[key]), []).append(row)
        return groups

    def _territory(self) -> None:
        """Districts with their municipalities, then the municipalities without a district."""
        groups = self._members("districts", "municipalities", "district")
        for row in _in_order(self.filled["districts"]):
            rows = groups.get(fold(row["name"]), [])
            if not row.faulty:
                municipalities = tuple(MunicipalityDraft(name=one["name"]) for one in rows)
                draft = DistrictDraft(**row.values, municipalities=municipalities)
                self.gesture.save(save_district, draft, Places(row, {"municipalities": rows}))
        for row in groups.get("", []):
            self._save(save_municipality, row, lambda row: MunicipalityDraft(name=row["name"]))

    def _organisations(self) -> None:
        for row in self.filled["organisations"]:
            spellings = [text.strip() for text in row["aliases"].split(";") if text.strip()]
            saved = None
            if not row.faulty:
                values = {**row.values, "aliases": tuple(AliasDraft(name=text) for text in spellings)}
                places = Places(row, {"aliases": [row] * len(spellings)}, {"aliases.name": "aliases"})
                saved = self.gesture.save(save_organisation, OrganisationDraft(**values), places)
            self.organisations.keep([row["name"], *spellings], saved)

    def _alliances(self) -> None:
        """Alliances with their partners."""
        groups = self._members("alliances", "partners", "alliance")
        for row in _in_order(self.filled["alliances"]):
            lead_id = self._reference(self.organisations, row, "lead")
            partners, rows = [], []
            for one in groups.get(fold(row["name"]), []):
                organisation_id = self._reference(self.organisations, one, "organisation")
                if organisation_id is not None:
                    partners.append(self._partner(one, organisation_id))
                    rows.append(one)
            if not row.faulty:
                draft = AllianceDraft(
                    number=row["number"],
                    name=row["name"],
                    short_name=row["short_name"],
                    lead_id=lead_id,
                    lead_as_printed=row["lead_as_printed"],
                    role_note=row["role_note"],
                    partners=tuple(partners),
                )
                keys = {"lead_id": "lead", "organisation_id": "organisation"}
                self.gesture.save(save_alliance, draft, Places(row, {"partners": rows}, keys))

    @staticmethod
    def _partner(row: FilledRow, organisation_id: str) -> PartnerDraft:
        roles = {key: row[key] for key in ROLE_KEYS}
        return PartnerDraft(organisation_id=organisation_id, as_printed=row["as_printed"], **roles)
