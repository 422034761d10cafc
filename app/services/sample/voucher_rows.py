"""Rows of the sample's vouchers that are too many for a gesture each: families, budgets of firms, requests, vouchers.

They are judged and reckoned by the functions that the desk's verbs use, and written in one gesture for each programme;
the engine refuses of them what it refuses of anybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from app.models import enums as e
from app.models.base import new_id
from app.models.households import Consent, Household, HouseholdMember, Individual
from app.models.ledger import Account, Entry, insert_entries
from app.models.money import Cents, parse_cents
from app.models.records import insert_records
from app.models.voucher_ledger import Voucher
from app.models.vouchers import (
    FirmBudget,
    RequestCondition,
    RequestLimit,
    VoucherProgramme,
    VoucherRequest,
)
from app.services.decisions.decisions import decision_rows
from app.services.ledger.ledger import _account_of
from app.services.network.territory import municipality_rows
from app.services.sample.writer import Data, SampleWriter
from app.services.vouchers.accounts import held_account
from app.services.vouchers.amount import Amount, AmountFacts, Given, amount_of
from app.services.vouchers.conditions import ConditionFacts, Member, judge
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.rules import amount_rules, condition_rules, current_rules, read_rules

_SEEN = frozenset({e.VoucherCondition.DOCUMENTS, e.VoucherCondition.AIDS, e.VoucherCondition.FIRM})
"""Conditions that the desk looked at, and the archive cannot know."""


# --- people and firms ------------------------------------------------------------------------


def write_people(writer: SampleWriter, doc: Data) -> None:
    """Families of the camps, and those of the employees, each person once."""
    names = {row["key"]: row["name"] for row in writer.data["territory"]["municipalities"]}
    towns = {row.name: row.id for row in municipality_rows(writer.store)}
    employees = [(row[0], row[5], [row[1]], [row[2:5]]) for row in doc["employees"]]
    people: list[dict[str, Any]] = []
    families, members, consents = [], [], []
    for surname, town, parents, children in (*doc["families"], *employees):
        family = new_id()
        writer.keys[f"family:{surname}"] = family
        writer.keys[f"town:{surname}"] = towns[names[town]]
        families.append({"id": family, "name": surname, "municipality_id": towns[names[town]]})
        told = [(given, None, None) for given in parents]
        for position, (given, birth, sex) in enumerate((*told, *children), start=1):
            person = new_id()
            writer.keys[f"person:{surname}:{given}"] = person
            people.append({"id": person, "surname": surname, "given_name": given, "birth_date": birth, "sex": sex})
            people[-1]["code_state"] = e.CodeState.NONE.value
            is_parent = birth is None
            members.append(
                {
                    "household_id": family,
                    "individual_id": person,
                    "position": position,
                    "kinship": (e.Kinship.PARENT if is_parent else e.Kinship.CHILD).value,
                    "work": (e.WorkState.EMPLOYED if is_parent else e.WorkState.UNKNOWN).value,
                }
            )
            if is_parent:
                own = {
                    "individual_id": person,
                    "position": 1,
                    "version": doc["terms"]["information"],
                    "day": doc["terms"]["keyed"],
                }
                consents.append({**own, "kind": e.ConsentKind.INFORMATION.value})
    with writer.store.write("save_household") as session:
        for model, rows in ((Individual, people), (Consent, consents), (Household, families)):
            insert_records(session, model, rows)
        insert_records(session, HouseholdMember, members)


def write_budgets(writer: SampleWriter, doc: Data) -> None:
    """Budgets of firms, all given by one decision."""
    programme = next(row for row in doc["programmes"] if row["asker"] == "employee")
    key, day = writer.keys[f"programme:{programme['code']}"], programme["opened"]
    project = programme["proposal"]
    decision = next(row.id for row in decision_rows(writer.store) if f"n. {project}" in row.subject)
    writer.at(day, time(10))
    names = {row["key"]: row["name"] for row in writer.data["organisations"]["organisations"]}
    budgets, accounts, entries = [], [], []
    with writer.store.write("give_firm_budget") as session:
        purse = _account_of(session, key)
        for firm, amount, _own in doc["budgets"]:
            budget, account, cents = new_id(), new_id(), parse_cents(amount)
            writer.keys[f"budget:{firm}"] = budget
            name = names[firm]
            budgets.append(
                {
                    "id": budget,
                    "programme_id": key,
                    "organisation_id": writer.keys[f"organisation:{firm}"],
                    "state": e.FirmBudgetState.GIVEN.value,
                    "day": day,
                    "size_outcome": e.ConditionOutcome.MET.value,
                    "seat_outcome": e.ConditionOutcome.MET.value,
                    "amount": cents,
                    "decision_id": decision,
                    "date_given": day,
                    "date_return": programme["date_return"],
                }
            )
            own = {"id": account, "plan_id": purse.plan_id, "kind": e.AccountKind.FIRM.value, "subject_id": budget}
            accounts.append({**own, "parent_id": purse.id, "position": 1, "name": name})
            postings = {purse.id: -cents, account: int(cents)}
            entries.append(Entry(e.TransferKind.PROVISION, day, name, postings, decision_id=decision))
        insert_records(session, FirmBudget, budgets)
        insert_records(session, Account, accounts)
        insert_entries(session, entries)


# --- requests and vouchers -------------------------------------------------------------------


@dataclass
class _Request:
    """A request on its way: its fields, what is known of who asks, and what it comes to."""

    fields: dict[str, Any]
    facts: ConditionFacts
    id: str = field(default_factory=new_id)
    amount: Amount | None = None
    state: e.VoucherRequestState = e.VoucherRequestState.ASKED


def write_requests(writer: SampleWriter, doc: Data, row: Data) -> None:
    """The requests of a programme as they came in, and a voucher for each that has a right to one and finds money."""
    readers = {"CAMPUS": _camps, "VICINI": _helps, "RHO": _employees, "BOLLINO": _certifications}
    requests = readers[row["code"]](writer, doc)
    requests.sort(key=lambda request: (request.fields["day"], request.fields.get("time", "")))
    writer.at(row["issued"], time(11))
    with writer.store.write("issue_vouchers") as session:
        programme = session.get_one(VoucherProgramme, writer.keys[f"programme:{row['code']}"])
        _reckon(session, programme, row, requests)
        _vouchers(session, programme, row, [each for each in requests if each.state is _GIVEN])


_GIVEN = e.VoucherRequestState.ASSIGNED


def _reckon(session: Session, programme: VoucherProgramme, row: Data, requests: Sequence[_Request]) -> None:
    """Judge each request, reckon its amount, and write both."""
    rules = current_rules(session, programme.id)
    assert rules is not None
    read = read_rules(session, rules)
    asked, paid = condition_rules(session, read), amount_rules(read, row["service"])
    left: dict[str, int] = {}
    given: dict[str, list[Given]] = {}
    conditions, limits, rows = [], [], []
    for number, request in enumerate(requests, start=1):
        own = request.fields
        span = {"period_start": row["service_from"], "period_end": row["service_to"]}
        start, end = span.values()
        facts = replace(request.facts, day=own["day"], time=own.get("time", ""), start=start, end=end)
        found = [
            (condition, e.ConditionOutcome.MET if condition in _SEEN else outcome, condition in _SEEN)
            for condition, outcome in judge(asked, replace(facts, service=row["service"]))
        ]
        purse = own.get("firm_budget_id") or programme.id
        left.setdefault(purse, int(programme.ceiling if purse == programme.id else parse_cents("2.000,00")))
        child, family = own.get("individual_id") or "", own.get("household_id") or ""
        amount = amount_of(
            paid,
            AmountFacts(
                units=own["units"],
                start=start,
                end=end,
                expense=own.get("expense"),
                isee=own.get("isee"),
                to_child=tuple(given.get(child, ())),
                to_family=tuple(given.get(family, ())),
                left=Cents(left[purse]),
            ),
        )
        request.amount = amount
        is_met = all(outcome is e.ConditionOutcome.MET for _condition, outcome, _seen in found)
        request.state = _GIVEN if is_met and amount.cents else e.VoucherRequestState.WAITING
        if not is_met:
            request.state = e.VoucherRequestState.NOT_ADMITTED
        if request.state is _GIVEN:
            left[purse] -= amount.cents
            for key in (child, family):
                given.setdefault(key, []).append(Given(amount.cents, start, end))
        conditions += [
            {"request_id": request.id, "position": n, "condition": one.value, "outcome": outcome.value, "by_hand": seen}
            for n, (one, outcome, seen) in enumerate(found, start=1)
        ]
        limits += [
            {"request_id": request.id, "position": n, "bound": bound.value, "cents": cents}
            for n, (bound, cents) in enumerate(amount.limits, start=1)
        ]
        fields = {**span, "programme_id": programme.id, "rules_id": rules.id, "number": number}
        rows.append(_stored(request, amount, found, row, fields))
    insert_records(session, VoucherRequest, rows)
    insert_records(session, RequestCondition, conditions)
    insert_records(session, RequestLimit, limits)


_Found = Sequence[tuple[e.VoucherCondition, e.ConditionOutcome, bool]]
"""Conditions, how each was found, and whether by the desk."""


def _stored(request: _Request, amount: Amount, found: _Found, row: Data, more: dict[str, Any]) -> dict[str, Any]:
    """The fields of a request as it was settled."""
    own = request.fields
    isee = next((outcome for one, outcome, _seen in found if one is e.VoucherCondition.ISEE), None)
    is_refused = request.state is e.VoucherRequestState.NOT_ADMITTED
    return {
        **own,
        **more,
        "id": request.id,
        "year": own["day"].year,
        "service": row["service"],
        "state": request.state.value,
        "state_reason": "ISEE oltre la soglia." if is_refused else "",
        "date_settled": row["issued"],
        "isee_outcome": (isee or e.ConditionOutcome.NOT_KNOWN).value,
        "amount": amount.cents,
        "bound": amount.bound.value,
    }


def _vouchers(session: Session, programme: VoucherProgramme, row: Data, requests: Sequence[_Request]) -> None:
    """Reserve the money of each, and give it its number."""
    day: date = row["issued"]
    purses: dict[str, tuple[str, str]] = {}
    entries, vouchers = [], []
    for n, request in enumerate(requests, start=1):
        assert request.amount is not None
        subject = request.fields.get("firm_budget_id")
        owner = subject or programme.id
        if owner not in purses:
            account = _account_of(session, owner)
            purses[owner] = (account.id, held_account(session, account).id)
        purse, held = purses[owner]
        cents, number = request.amount.cents, VoucherNumber(programme.code, day.year, n)
        postings = {purse: -cents, held: int(cents)}
        entry = Entry(e.TransferKind.RESERVATION, day, number.text(), postings, decision_id=programme.decision_id)
        entries.append(entry)
        vouchers.append(
            {
                "programme_id": programme.id,
                "request_id": request.id,
                "firm_budget_id": subject,
                "year": day.year,
                "number": n,
                "letter": number.letter,
                "code": number.text(),
                "day_issued": day,
                "valid_from": max(day, row["service_from"]),
                "valid_to": row["valid_to"],
                "amount": cents,
                "units": request.fields["units"],
                "transfer_id": entry.id,
                "decision_id": programme.decision_id,
            }
        )
    insert_entries(session, entries)
    insert_records(session, Voucher, vouchers)


# --- who asks --------------------------------------------------------------------------------


def _family(writer: SampleWriter, surname: str, child: str, provider: str, parents: Sequence[str]) -> dict[str, Any]:
    keys = writer.keys
    return {
        "household_id": keys[f"family:{surname}"],
        "individual_id": keys[f"person:{surname}:{child}"],
        "requester_id": keys[f"person:{surname}:{parents[0]}"],
        "provider_id": keys[f"organisation:{provider}"] if provider else None,
    }


def _known(
    writer: SampleWriter, doc: Data, surname: str, child: str, own: dict[str, Any], price: Cents | None
) -> ConditionFacts:
    """What the archive knows of a family."""
    parents, children = next(
        (row[2], row[3])
        for row in (*doc["families"], *((one[0], "", [one[1]], [one[2:5]]) for one in doc["employees"]))
        if row[0] == surname
    )
    members = tuple(
        Member(writer.keys[f"person:{surname}:{given}"], True, True, e.WorkState.EMPLOYED) for given in parents
    )
    return ConditionFacts(
        day=date.min,
        municipality=writer.keys[f"town:{surname}"],
        requester=own["requester_id"],
        members=members,
        birth=next(birth for given, birth, _sex in children if given == child),
        isee=own.get("isee"),
        isee_kind=e.IseeKind.ORDINARY if "isee" in own else None,
        isee_to=own.get("isee_to"),
        has_budget="firm_budget_id" in own,
        provider=own["provider_id"],
        expense=price,
        hours=own.get("hours"),
        informed=True,
    )


def _parents(doc: Data, surname: str) -> Sequence[str]:
    parents: Sequence[str] = next(row[2] for row in doc["families"] if row[0] == surname)
    return parents


def _camps(writer: SampleWriter, doc: Data) -> list[_Request]:
    requests = []
    for surname, child, day, hour, days, hours, price, isee, provider in doc["camps"]:
        own = {
            **_family(writer, surname, child, provider, _parents(doc, surname)),
            "day": day,
            "time": hour,
            "units": days * 1000,
            "hours": hours,
            "expense": parse_cents(price),
            "isee": parse_cents(isee),
            "isee_kind": e.IseeKind.ORDINARY.value,
            "isee_to": date(day.year, 12, 31),
        }
        requests.append(_Request(own, _known(writer, doc, surname, child, own, own["expense"])))
    return requests


def _helps(writer: SampleWriter, doc: Data) -> list[_Request]:
    requests = []
    for surname, child, hours, day, provider in doc["help"]:
        own = _family(writer, surname, child, provider, _parents(doc, surname)) | {"day": day, "units": hours * 1000}
        requests.append(_Request(own, _known(writer, doc, surname, child, own, None)))
    return requests


def _employees(writer: SampleWriter, doc: Data) -> list[_Request]:
    parts = {firm: parse_cents(own) for firm, _amount, own in doc["budgets"]}
    requests = []
    for surname, given, child, _birth, _sex, _town, firm, hours, price, day in doc["employees"]:
        own = {
            **_family(writer, surname, child, "sercop", [given]),
            "firm_budget_id": writer.keys[f"budget:{firm}"],
            "day": day,
            "units": hours * 1000,
            "expense": parse_cents(price),
            "employer_part": parts[firm],
        }
        requests.append(_Request(own, _known(writer, doc, surname, child, own, own["expense"])))
    return requests


def _certifications(writer: SampleWriter, doc: Data) -> list[_Request]:
    requests = []
    for firm, price, day in doc["certifications"]:
        provider = writer.keys["organisation:a-e-i"]
        expense = parse_cents(price)
        own = {"organisation_id": writer.keys[f"organisation:{firm}"], "provider_id": provider, "expense": expense}
        facts = ConditionFacts(day=date.min, provider=provider, expense=expense, informed=True)
        requests.append(_Request({**own, "day": day, "units": 1000}, facts))
    return requests
