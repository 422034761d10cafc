"""What the archive holds of the persons whom a workbook of requests names; of the others nothing is kept in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.bulk import stream_rows
from app.models.enums import REQUESTS_ALIVE, ConsentKind
from app.models.households import Consent, HouseholdMember, Individual
from app.models.vouchers import VoucherRequest
from app.services.exchange.filled import FilledRow
from app.services.network.codes import bare_code
from app.services.wording.folding import fold

NAMED = (
    ("surname", "given_name", "tax_code"),
    ("asker_surname", "asker_name", "asker_code"),
    ("other_surname", "other_name", "other_code"),
)
"""Columns of the surname, name and tax code of each person of a row."""


class Person(NamedTuple):
    """A person of a row, new or known."""

    id: str
    birth: date | None
    disabled: bool = False


@dataclass(frozen=True)
class Known:
    """Who is known, and what they asked for; it grows with the rows that are read.

    Attributes:
        by_code, by_name: by tax code; by `name_key` and birth.
        homes: households that each is in.
        asked: first and last day for which somebody asked for a service, with the number of the request.
        protocols: years and numbers of the protocol.
        informed: who was given the information sheet.
    """

    by_code: dict[str, Person] = field(default_factory=dict)
    by_name: dict[tuple[str, date | None], str] = field(default_factory=dict)
    homes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    asked: dict[tuple[str, str], list[tuple[date, date, int]]] = field(default_factory=lambda: defaultdict(list))
    protocols: set[tuple[int, str]] = field(default_factory=set)
    informed: set[str] = field(default_factory=set)


def name_key(surname: str, given_name: str) -> str:
    """A name as it is compared: in any order of its words."""
    return " ".join(sorted(fold(f"{surname} {given_name}").split()))


def known_of(session: Session, rows: Iterable[FilledRow]) -> Known:
    """Read the archive through, and keep of it what these rows may meet."""
    names: set[str] = set()
    codes: set[str] = set()
    protocols: set[str] = set()
    for row in rows:
        protocols.add(row["protocol"].strip())
        for surname, given_name, code in NAMED:
            names.add(name_key(row[surname], row[given_name]))
            codes.add(bare_code(row[code]))
    known = Known()
    people = _read_people(session, known, names, codes - {""})
    _read_homes(session, known, people)
    _read_asked(session, known, people, protocols - {""})
    given = sa.select(Consent.individual_id).where(
        Consent.kind == ConsentKind.INFORMATION.value, Consent.date_withdrawn.is_(None)
    )
    known.informed.update(key for found in stream_rows(session, given) for (key,) in found if key in people)
    return known


def _read_people(session: Session, known: Known, names: set[str], codes: set[str]) -> set[str]:
    """Who has one of these names or tax codes; gives their keys."""
    query = sa.select(
        *(Individual.id, Individual.surname, Individual.given_name, Individual.birth_date),
        *(Individual.tax_code, Individual.disabled),
    )
    people: set[str] = set()
    for found in stream_rows(session, query):
        for key, surname, given_name, birth, code, disabled in found:
            name = name_key(surname, given_name)
            if name not in names and code not in codes:
                continue
            people.add(key)
            born = None if birth is None else date.fromisoformat(birth)
            known.by_name[name, born] = key
            if code:
                known.by_code[code] = Person(key, born, bool(disabled))
    return people


def _read_homes(session: Session, known: Known, people: set[str]) -> None:
    query = sa.select(HouseholdMember.individual_id, HouseholdMember.household_id)
    for found in stream_rows(session, query):
        for person, home in found:
            if person in people:
                known.homes[person].append(home)


def _read_asked(session: Session, known: Known, people: set[str], protocols: set[str]) -> None:
    """Requests of these persons, and numbers of the protocol, in all programmes and years."""
    alive = {state.value for state in REQUESTS_ALIVE}
    query = sa.select(
        *(VoucherRequest.individual_id, VoucherRequest.service, VoucherRequest.period_start, VoucherRequest.period_end),
        *(VoucherRequest.number, VoucherRequest.state, VoucherRequest.year, VoucherRequest.protocol),
    )
    for found in stream_rows(session, query):
        for person, service, start, end, number, state, year, protocol in found:
            if person in people and state in alive:
                days = date.fromisoformat(start), date.fromisoformat(end)
                known.asked[person, service].append((*days, number))
            if protocol in protocols:
                known.protocols.add((year, protocol))
