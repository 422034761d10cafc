"""Vouchers and persons that the search box finds: asked of the tables each time, as they may be a hundred thousand.

Whoever may not write households sees neither persons nor the names on vouchers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models.households import Household, Individual
from app.models.network import Organisation
from app.models.rights import roles_for
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import VoucherProgramme, VoucherRequest
from app.services.wording.folding import spaced
from app.services.wording.formats import format_date

NUMBER_LEAST = 3
"""Characters from which the beginning of a number is looked for."""


def sees_people(store: Store) -> bool:
    """Whether who works may see the persons of households."""
    return store.person is None or store.person.role in roles_for("save_household")


def find_vouchers(session: Session, text: str, limit: int, *, names: bool) -> Iterator[tuple[str, str, str]]:
    """(key, number, what tells it apart) of vouchers whose number, or the number within the year, is what was typed.

    Args:
        text: as typed.
        names: whether their holders may be named.
    """
    typed = text.strip().upper()
    query = _told(names).order_by(Voucher.code).limit(limit)
    if typed.isdecimal() and len(typed) <= len(str(2**31)):
        query = query.where(Voucher.number == int(typed))
    elif len(typed) >= NUMBER_LEAST:
        query = query.where(Voucher.code >= typed, Voucher.code < typed + "\U0010ffff")
    else:
        return
    yield from _rows(session, query)


def find_of_provider(
    session: Session, parts: Sequence[str], limit: int, *, names: bool
) -> Iterator[tuple[str, str, str]]:
    """(key, number, what tells it apart) of vouchers whose request names a provider with every word in its name.

    Args:
        parts, names: as `find_people` and `find_vouchers`.
    """
    query = sa.select(Organisation.id, Organisation.name, Organisation.id).where(_likely(Organisation.name + "", parts))
    keys = [key for key, _name, _key in _fitting(session, query, parts)]
    if keys:  # without an order: that of the index is there at once, be they a hundred thousand
        yield from sorted(
            _rows(session, _told(names).where(VoucherRequest.provider_id.in_(keys)).limit(limit)), key=itemgetter(1)
        )


def _told(names: bool) -> sa.Select[tuple[str, str, str, str, str]]:
    """Vouchers, with whom they serve where that may be told, programme and provider."""
    provider = aliased(Organisation)
    who = sa.func.coalesce(Individual.surname + " " + Individual.given_name, Organisation.name)
    return (
        sa.select(
            Voucher.id,
            Voucher.code,
            who if names else sa.literal(""),
            VoucherProgramme.name,
            sa.func.coalesce(provider.name, ""),
        )
        .join(VoucherRequest, VoucherRequest.id == Voucher.request_id)
        .join(VoucherProgramme, VoucherProgramme.id == Voucher.programme_id)
        .outerjoin(Individual, Individual.id == VoucherRequest.individual_id)
        .outerjoin(Organisation, Organisation.id == VoucherRequest.organisation_id)
        .outerjoin(provider, provider.id == VoucherRequest.provider_id)
    )


def _rows(session: Session, query: sa.Select[tuple[str, str, str, str, str]]) -> Iterator[tuple[str, str, str]]:
    for key, code, *told in session.execute(query).tuples():
        yield key, code, " · ".join(part for part in told if part)


def find_people(session: Session, parts: Sequence[str], limit: int) -> Iterator[tuple[str, str, str]]:
    """(key, name, day of birth) of persons with every word at the start of a word of theirs.

    Args:
        parts: words folded, as `words` gives them.
    """
    name = Individual.surname + " " + Individual.given_name
    query = sa.select(Individual.id, name, Individual.birth_date).where(_likely(name, parts))
    query = query.order_by(Individual.surname, Individual.given_name)
    for key, found, born in islice(_fitting(session, query, parts), limit):
        yield key, found, "" if born is None else format_date(born)


def find_households(session: Session, parts: Sequence[str], limit: int) -> Iterator[tuple[str, str, str]]:
    """(key, name, address) of households, as `find_people`."""
    query = sa.select(Household.id, Household.name, Household.address).where(_likely(Household.name + "", parts))
    yield from islice(_fitting(session, query, parts), limit)


def _likely(name: sa.ColumnElement[str], parts: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether a name may fit: the engine compares plain letters; names with others are looked at one by one."""
    blank = sa.literal(" ") + name
    plain = [name.like(f"%{part}%") if len(part) > 2 else blank.like(f"% {part}%") for part in parts]
    return sa.or_(sa.and_(*plain), sa.func.octet_length(name) != sa.func.length(name))


def _fitting(session: Session, query: sa.Select[Any], parts: Sequence[str]) -> Iterator[tuple[str, str, Any]]:
    for key, name, more in session.execute(query.execution_options(yield_per=500)):
        folded = spaced(name)
        if all(f" {part}" in folded for part in parts):
            yield key, name, more
