"""An archive with very many vouchers: the sample's, and as many more of its programme of camps, by the bare driver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.models.base import new_id
from app.models.schema import create_guards, drop_guards
from app.models.store import Store, open_archive
from app.services.sample import write_sample
from app.services.vouchers.numbers import VoucherNumber
from benchmarks._many import FIRST, THIRD

PARTS = 4
"""Uses of a voucher, each paid by an entry of its own: with the reservation, ten postings for a voucher."""
CENTS = 10_000
YEAR = 2016
TRANSFER = (
    "transfer (id, sample, kind, day, reason, decision_id, reservation_id, made_at, made_by, imbalance, postings_left)"
)
SURNAMES = ("Abbate", "Bruni", "Colombo", "Deluca", "Esposito", "Ferrari", "Galli", "Ricci", "Villa", "Zanetti")


def make_many(path: Path, vouchers: int, unpaid: int) -> None:
    """Write the archive.

    Args:
        vouchers: how many more than the sample has.
        unpaid: uses of these that wait for their settlement, the last ones.
    """
    write_sample(path)
    with open_archive(path) as store:
        engine = store.engine.execution_options(writing=True)
        with engine.connect() as connection, connection.begin():
            connection.exec_driver_sql("pragma defer_foreign_keys = 1")
            drop_guards(connection)
            _write(connection, vouchers, unpaid)
            create_guards(connection)


def campus(store: Store) -> str:
    """Key of the programme that they are of."""
    with store.read() as session:
        return str(session.execute(sa.text("select id from voucher_programme where code = 'CAMPUS'")).scalar_one())


def _one(connection: sa.Connection, sql: str) -> Any:
    return connection.exec_driver_sql(sql).scalar_one()


def _write(connection: sa.Connection, count: int, unpaid: int) -> None:
    """Every row as the verbs would have left it, without its journal."""
    programme = _one(connection, "select id from voucher_programme where code = 'CAMPUS'")
    rules = _one(connection, f"select id from programme_rules where programme_id = '{programme}'")
    decision = _one(connection, f"select decision_id from voucher_programme where id = '{programme}'")
    provider = _one(connection, f"select organisation_id from programme_provider where rules_id = '{rules}' limit 1")
    town = _one(connection, "select municipality_id from household where municipality_id is not null limit 1")
    purse = _one(connection, f"select id from account where subject_id = '{programme}'")
    held = _one(connection, f"select id from account where kind = 'held' and parent_id = '{purse}'")
    paid = _one(connection, f"select id from account where kind = 'paid' and parent_id = '{purse}'")
    more = 10_000 * CENTS
    connection.exec_driver_sql(f"update account_state set balance = balance + {more} where account_id = '{purse}'")
    connection.exec_driver_sql("update account_state set ceiling = null")
    connection.exec_driver_sql(f"update voucher_programme set ceiling = {more} where id = '{programme}'")
    settlement = new_id()
    _rows(
        connection,
        "voucher_settlement (id, sample, programme_id, year, number, day, state, act, date_paid, note)",
        [(settlement, 0, programme, YEAR, 900, "2016-06-01", "released", "Determina", "2016-06-02", "")],
    )
    keys = [[new_id() for _n in range(count)] for _kind in range(5)]
    people, families, requests, vouchers, transfers = keys
    day = date(YEAR, 1, 4)
    days = [(day + timedelta(days=n * 120 // max(count, 1))).isoformat() for n in range(count)]
    names = [(SURNAMES[n % 10], f"{FIRST[n % 8]} {n}") for n in range(count)]
    _rows(
        connection,
        "individual (id, sample, surname, given_name, tax_code, code_state, birth_date, birth_place, disabled, phone,"
        " mail)",
        [(key, 0, *name, "", "none", "2009-05-05", "", 0, "", "") for key, name in zip(people, names, strict=True)],
    )
    _rows(
        connection,
        "household (id, sample, name, municipality_id, place, address, iban, iban_holder, note)",
        [(key, 0, f"{SURNAMES[n % 10]} {n}", town, "", THIRD[n % 10], "", "", "") for n, key in enumerate(families)],
    )
    asked = [
        (
            requests[n],
            0,
            programme,
            rules,
            YEAR,
            1000 + n,
            "assigned",
            "",
            days[n],
            "",
            "",
            families[n],
            people[n],
            "camp",
            provider,
            "2016-06-13",
            "2016-09-09",
            10000,
            8,
            16000,
            0,
            0,
            900000 + n,
            "met",
            "",
            CENTS,
            "",
        )
        for n in range(count)
    ]
    _rows(
        connection,
        "voucher_request (id, sample, programme_id, rules_id, year, number, state, state_reason, day, time, protocol,"
        " household_id, individual_id, service, provider_id, period_start, period_end, units, hours, expense, aids,"
        " employer_part, isee, isee_outcome, points, amount, note)",
        asked,
    )
    numbers = [VoucherNumber("CAMPUS", YEAR, n + 1) for n in range(count)]
    parts = [(n, part) for n in range(count) for part in range(PARTS)]
    waiting = len(parts) - unpaid
    uses, entries = [new_id() for _ in parts], [new_id() for _ in parts]
    share = CENTS // PARTS
    used = [PARTS * share] * count
    settled = [0] * count
    for place, (n, _part) in enumerate(parts):
        settled[n] += share if place < waiting else 0
    made = ("2016-01-04T09:00:00+00:00", "Ufficio", 0, 0)
    _rows(
        connection,
        TRANSFER,
        [(transfers[n], 0, "reservation", days[n], numbers[n].text(), decision, None, *made) for n in range(count)],
    )
    _rows(
        connection,
        TRANSFER,
        (
            (entries[place], 0, "settlement", "2016-06-02", "Determina", decision, transfers[n], *made)
            for place, (n, _part) in enumerate(parts[:waiting])
        ),
    )
    _rows(connection, "posting (transfer_id, account_id, cents)", _postings(transfers, purse, held, CENTS))
    _rows(connection, "posting (transfer_id, account_id, cents)", _postings(entries[:waiting], held, paid, share))
    connection.exec_driver_sql(
        f"update account_state set balance = balance + {count * CENTS - waiting * share} where account_id = '{held}'"
    )
    connection.exec_driver_sql(
        f"update account_state set balance = balance + {waiting * share} where account_id = '{paid}'"
    )
    _rows(
        connection,
        "voucher (id, sample, programme_id, request_id, year, number, letter, code, day_issued, valid_from, valid_to,"
        " amount, units, used, settled, state, transfer_id, decision_id, end_reason)",
        [
            (
                vouchers[n],
                0,
                programme,
                requests[n],
                YEAR,
                n + 1,
                numbers[n].letter,
                numbers[n].text(),
                days[n],
                "2016-06-13",
                "2016-09-09",
                CENTS,
                10000,
                used[n],
                settled[n],
                "settled" if settled[n] == CENTS else "used",
                transfers[n],
                decision,
                "",
            )
            for n in range(count)
        ],
    )
    _rows(
        connection,
        "voucher_use (id, sample, voucher_id, number, day, units, provider_id, document, cents, note)",
        (
            (uses[place], 0, vouchers[n], part + 1, f"2016-07-{part + 4:02d}", 2_500, provider, "foglio", share, "")
            for place, (n, part) in enumerate(parts)
        ),
    )
    _rows(
        connection,
        "voucher_settlement_line (id, sample, settlement_id, position, use_id, voucher_id, organisation_id, payee_name,"
        " payee_iban, cents, state, transfer_id, reason)",
        (
            (
                new_id(),
                0,
                settlement,
                place,
                uses[place],
                vouchers[n],
                provider,
                "Ente",
                "",
                share,
                "paid",
                entries[place],
                "",
            )
            for place, (n, _part) in enumerate(parts[:waiting])
        ),
    )


def _postings(transfers: Sequence[str], giver: str, taker: str, cents: int) -> Iterator[tuple[str, str, int]]:
    for transfer in transfers:
        yield transfer, giver, -cents
        yield transfer, taker, cents


def _rows(connection: sa.Connection, into: str, rows: Any) -> None:
    """Insert rows whose values are as the database stores them."""
    marks = ", ".join("?" * (into.count(",") + 1))
    cursor = connection.connection.cursor()
    cursor.executemany(f"insert into {into} values ({marks})", rows)
    cursor.close()
