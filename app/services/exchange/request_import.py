"""Requests for vouchers from a workbook: many at once, whole or not at all, each judged and reckoned as at the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from app.models.base import new_id
from app.models.enums import (
    CodeState,
    ConsentKind,
    Kinship,
    ProgrammeState,
    VoucherAsker,
    VoucherRequestState,
    WorkState,
)
from app.models.errors import AppError, InvalidInput, NotFound, RuleBroken
from app.models.households import Consent, Household, HouseholdMember, Individual
from app.models.money import Cents
from app.models.records import insert_records
from app.models.vouchers import RequestCondition, RequestLimit, VoucherProgramme, VoucherRequest
from app.services.changes import Changes
from app.services.exchange.filled import Filled, FilledRow
from app.services.exchange.forms import Mark
from app.services.exchange.gesture import Gesture
from app.services.exchange.receipt import Taken
from app.services.exchange.registry import Choices
from app.services.exchange.request_form import request_lists
from app.services.exchange.request_known import Person, known_of, name_key
from app.services.network.codes import bare_code
from app.services.vouchers.amount import NOTHING, Amount, AmountFacts, Given, amount_of
from app.services.vouchers.conditions import ConditionFacts, Member, judge
from app.services.vouchers.days import today_of
from app.services.vouchers.request_drafts import RequestDraft
from app.services.vouchers.request_facts import given_to, left_for
from app.services.vouchers.requests import request_values
from app.services.vouchers.rules import amount_rules, condition_rules, current_rules, read_rules
from app.services.vouchers.tax_codes import birth_of, check_code
from app.services.wording import points

STEP = 200
"""Rows that are written together, between two looks at whether to stop."""


def import_requests(gesture: Gesture, filled: Filled, mark: Mark, _choices: Choices) -> Taken:
    """Write the requests of a workbook; what is refused is gathered in the gesture's faults.

    Raises:
        NotFound: "record.gone" for a programme that is not there.
        RuleBroken: "programme.not_open", "programme.no_rules", "programme.not_by_sheet".
    """
    rows = filled["requests"]
    work = _RequestImport(gesture, mark.call_id, rows)
    for at, row in enumerate(rows):
        if at % STEP == 0:
            gesture.progress.step(at, len(rows))
            work.write()
        if gesture.faults.full:
            break
        work.read(row)
    work.write()
    return Taken(title=work.programme.name, subject_id=work.programme.id, totals={"requests": work.total})


class _RequestImport:
    """The rows of one workbook, read against what the archive holds and written some at a time, in one transaction."""

    def __init__(self, gesture: Gesture, programme_id: str, rows: Sequence[FilledRow]) -> None:
        self.gesture = gesture
        self.session = gesture.store.session
        found = self.session.get(VoucherProgramme, programme_id)
        if found is None:
            raise NotFound("record.gone")
        if found.state != ProgrammeState.OPEN:
            raise RuleBroken("programme.not_open", name=found.name, state=ProgrammeState(found.state))
        row = current_rules(self.session, programme_id)
        if row is None:
            raise RuleBroken("programme.no_rules", name=found.name)
        self.programme, self.rules = found, read_rules(self.session, row)
        if self.rules.asker not in (VoucherAsker.FAMILY, VoucherAsker.FAMILIES):
            raise RuleBroken("programme.not_by_sheet", name=found.name)
        self.rules_id = row.id
        self.conditions = condition_rules(self.session, self.rules)
        self.names = request_lists(gesture.store, programme_id)
        self.today = today_of(gesture.store)
        self.left = left_for(self.session, programme_id, None)
        self.known = known_of(self.session, rows)
        self.numbers: dict[int, int] = {}
        self.individuals: list[dict[str, Any]] = []
        self.new_people: set[str] = set()
        self.households: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.consents: list[dict[str, Any]] = []
        self.requests: list[dict[str, Any]] = []
        self.total = NOTHING
        self.found_conditions: list[dict[str, Any]] = []
        self.limits: list[dict[str, Any]] = []
        self.works: dict[str, tuple[Member, ...]] = {}
        self.towns: dict[str, str | None] = {}

    # --- one row -----------------------------------------------------------------------------

    def read(self, row: FilledRow) -> None:
        """Read one request; what is wrong with it is noted with its cell."""
        if row.faulty:
            return
        try:
            child = self._person(row, "surname", "given_name", "tax_code", row["birth_date"])
            asker = self._person(row, "asker_surname", "asker_name", "asker_code", None)
            other = self._other(row)
            household = self._household(row, child, asker, other)
            self._inform(row, asker)
            self._request(row, child, asker, household)
        except AppError as reason:
            self.gesture.faults.add(row.sheet, row.cell(_COLUMNS.get(reason.field or "", reason.field or "")), reason)

    def _person(self, row: FilledRow, surname: str, given: str, code_key: str, birth: date | None) -> Person:
        code = bare_code(row[code_key])
        check = check_code(code, row[surname], row[given], birth, None)
        if check.state is CodeState.DIFFERS:
            if check.differs:
                raise InvalidInput("individual.code_differs", field=code_key, differs=check.differs)
            raise InvalidInput("individual.code_wrong", field=code_key)
        known = self.known.by_code.get(code) if code else None
        if known is not None:
            return known
        said = birth_of(code, self.today)
        born = birth or (said[0] if said else None)
        if born is not None and born > self.today:
            raise InvalidInput("date.in_future", field="birth_date", day=born, today=self.today)
        name = name_key(row[surname], row[given])
        if (name, born) in self.known.by_name or (not code and (name, None) in self.known.by_name):
            raise InvalidInput("individual.perhaps_known", field=surname, name=f"{row[surname]} {row[given]}")
        values = {
            "id": new_id(),
            "surname": row[surname].strip(),
            "given_name": row[given].strip(),
            "tax_code": code,
            "code_state": check_code(code, row[surname], row[given], born, said[1] if said else None).state.value,
            "birth_date": born,
            "sex": said[1].value if said else None,
        }
        self.individuals.append(values)
        self.new_people.add(values["id"])
        made = Person(str(values["id"]), born)
        self.known.by_name[name, born] = made.id
        if code:
            self.known.by_code[code] = made
        return made

    def _other(self, row: FilledRow) -> Person | None:
        if not row["other_surname"].strip():
            return None
        for key in ("other_name", "other_code"):
            if not row[key].strip():
                raise InvalidInput("field.required", field=key)
        return self._person(row, "other_surname", "other_name", "other_code", None)

    def _household(self, row: FilledRow, child: Person, asker: Person, other: Person | None) -> str:
        """The household that both are in; that of who asks for a child that is in none; a new one when neither is."""
        both = [home for home in self.known.homes[asker.id] if home in self.known.homes[child.id]]
        if both:
            return both[0]
        if len(self.known.homes[asker.id]) == 1 and not self.known.homes[child.id]:
            return self._join(self.known.homes[asker.id][0], child)
        if self.known.homes[child.id] or self.known.homes[asker.id]:
            raise InvalidInput("request.other_household", field="surname", name=f"{row['surname']} {row['given_name']}")
        town = self.names["municipalities"].get(row["municipality"])
        key = new_id()
        self.households.append({"id": key, "name": row["asker_surname"].strip(), "municipality_id": town})
        self.towns[key] = town
        parents = [(asker, row["asker_work"]), *([(other, row["other_work"])] if other is not None else [])]
        told: list[Member] = []
        for at, (person, work) in enumerate([*parents, (child, None)], start=1):
            is_parent = person is not child
            state = work or WorkState.UNKNOWN
            values = {
                "household_id": key,
                "individual_id": person.id,
                "position": at,
                "kinship": (Kinship.PARENT if is_parent else Kinship.CHILD).value,
                "work": state.value,
            }
            self.members.append(values)
            self.known.homes[person.id].append(key)
            told.append(Member(person.id, is_parent, True, state))
        self.works[key] = tuple(told)
        return key

    def _join(self, household: str, child: Person) -> str:
        """Add a child to a household that is there already."""
        if household not in self.works:
            self._read_household(household)
        told = (*self.works[household], Member(child.id, False, True, WorkState.UNKNOWN))
        self.works[household] = told
        values = {"household_id": household, "individual_id": child.id, "position": len(told)}
        self.members.append({**values, "kinship": Kinship.CHILD.value, "work": WorkState.UNKNOWN.value})
        self.known.homes[child.id].append(household)
        return household

    def _inform(self, row: FilledRow, asker: Person) -> None:
        version = row["information"].strip()
        if not version or asker.id in self.known.informed:
            return
        self.known.informed.add(asker.id)
        self.consents.append(
            {
                "individual_id": asker.id,
                "position": 1,
                "kind": ConsentKind.INFORMATION.value,
                "version": version,
                "day": row["day"],
            }
        )

    def _request(self, row: FilledRow, child: Person, asker: Person, household: str) -> None:
        draft = RequestDraft(
            programme_id=self.programme.id,
            household_id=household,
            individual_id=child.id,
            requester_id=asker.id,
            service=self.names["services"].get(row["service"], ""),
            provider_id=self.names["providers"].get(row["provider"]),
            units=points.parse_points(row["units"], field="units"),
            **{key: row[key] for key in _TYPED},
        )
        values = request_values(draft, self.rules, self.today)
        self._refuse_again(draft, child)
        year = values["day"].year
        if values["protocol"]:
            if (year, values["protocol"]) in self.known.protocols:
                raise InvalidInput("request.protocol_repeated", field="protocol", text=values["protocol"])
            self.known.protocols.add((year, values["protocol"]))
        key = new_id()
        self._judge(key, draft, values, child)
        amount = self._amount(draft, values, child, household)
        self.total = Cents(self.total + amount.by_right)
        self.limits += [
            {"request_id": key, "position": at, "bound": bound.value, "cents": cents}
            for at, (bound, cents) in enumerate(amount.limits, start=1)
        ]
        self.requests.append(
            {
                **values,
                "id": key,
                "programme_id": self.programme.id,
                "rules_id": self.rules_id,
                "year": year,
                "number": self._next(year),
                "state": VoucherRequestState.ASKED.value,
                "amount": amount.cents,
                "bound": amount.bound.value,
            }
        )

    def _refuse_again(self, draft: RequestDraft, child: Person) -> None:
        assert draft.period_start is not None, "it is needed"
        assert draft.period_end is not None, "it is needed"
        taken = self.known.asked[child.id, draft.service]
        for start, end, number in taken:
            if start <= draft.period_end and end >= draft.period_start:
                raise InvalidInput("request.asked_in_sheet", field="period_start", number=number)
        taken.append((draft.period_start, draft.period_end, self.numbers.get(draft.period_start.year, 0)))

    def _next(self, year: int) -> int:
        if year not in self.numbers:
            highest = sa.select(sa.func.max(VoucherRequest.number)).where(
                VoucherRequest.programme_id == self.programme.id, VoucherRequest.year == year
            )
            self.numbers[year] = self.session.scalar(highest) or 0
        self.numbers[year] += 1
        return self.numbers[year]

    def _judge(self, key: str, draft: RequestDraft, values: Mapping[str, Any], child: Person) -> None:
        household = str(draft.household_id)
        if household not in self.works:
            self._read_household(household)
        facts = ConditionFacts(
            day=values["day"],
            time=values["time"],
            start=values["period_start"],
            end=values["period_end"],
            municipality=self.towns[household],
            requester=draft.requester_id,
            members=self.works[household],
            birth=child.birth,
            disabled=child.disabled,
            isee=draft.isee,
            isee_kind=draft.isee_kind,
            isee_to=draft.isee_to,
            service=draft.service,
            provider=draft.provider_id,
            expense=draft.expense,
            hours=draft.hours,
            aids=Cents(values["aids"]),
            informed=draft.requester_id in self.known.informed,
        )
        self.found_conditions += [
            {"request_id": key, "position": at, "condition": condition.value, "outcome": outcome.value}
            for at, (condition, outcome) in enumerate(judge(self.conditions, facts), start=1)
        ]

    def _read_household(self, key: str) -> None:
        self.towns[key] = self.session.get_one(Household, key).municipality_id
        members = self.session.scalars(sa.select(HouseholdMember).filter_by(household_id=key))
        self.works[key] = tuple(
            Member(each.individual_id, each.kinship == Kinship.PARENT, each.present, WorkState(each.work))
            for each in members
        )

    def _amount(self, draft: RequestDraft, values: Mapping[str, Any], child: Person, household: str) -> Amount:
        known = child.id not in self.new_people
        to_child: tuple[Given, ...] = ()
        to_family: tuple[Given, ...] = ()
        if known:
            to_child = given_to(self.session, self.programme.id, "", VoucherRequest.individual_id == child.id)
            to_family = given_to(self.session, self.programme.id, "", VoucherRequest.household_id == household)
        usable = draft.isee is not None and (draft.isee_to is None or draft.isee_to >= values["day"])
        facts = AmountFacts(
            units=values["units"],
            start=values["period_start"],
            end=values["period_end"],
            expense=draft.expense,
            aids=Cents(values["aids"]),
            isee=draft.isee if usable else None,
            to_child=to_child,
            to_family=to_family,
            left=self.left,
        )
        return amount_of(amount_rules(self.rules, draft.service), facts)

    # --- writing -----------------------------------------------------------------------------

    def write(self) -> None:
        """Write what was read since the last time, while nothing is wrong; with a fault nothing of it stays."""
        is_right = not self.gesture.faults.found
        for model, rows in (
            (Individual, self.individuals),
            (Household, self.households),
            (HouseholdMember, self.members),
            (Consent, self.consents),
            (VoucherRequest, self.requests),
            (RequestCondition, self.found_conditions),
            (RequestLimit, self.limits),
        ):
            if rows and is_right:
                insert_records(self.session, model, rows)
            rows.clear()
        self.gesture.changes |= Changes.of("vouchers", ids=(self.programme.id,))


_TYPED = (
    *("day", "time", "protocol", "period_start", "period_end", "hours", "expense", "aids", "employer_part"),
    *("isee", "isee_kind", "isee_to", "points"),
)
_COLUMNS = {"provider_id": "provider"}
"""Column of a field where the two have different names."""
