"""What SQLite itself refuses of programmes and requests: to change rules that were used, to give anything twice."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

PARTS = (
    "programme_band",
    "programme_document",
    "programme_place",
    "programme_provider",
    "programme_service",
    "programme_window",
)
"""Tables whose rows belong to a version of a programme's rules."""

_ASKED = "exists (select 1 from voucher_request where rules_id in ({keys}))"
_ALIVE = "('asked', 'admitted', 'waiting', 'assigned')"


def programmes() -> Iterator[str]:
    """A version stays as it is once a request came in under it; a request is judged by its own programme."""
    closed = refuse("programme.closed_version")
    for table, key in (("programme_rules", "id"), *((part, "rules_id") for part in PARTS)):
        for what, rows in (("insert", ("new",)), ("update", ("old", "new")), ("delete", ("old",))):
            keys = ", ".join(f"{row}.{key}" for row in rows)
            yield trigger(f"{table}_{what}_while_open", f"before {what} on {table}", _ASKED.format(keys=keys), closed)
    other = "(select programme_id from programme_rules where id = new.rules_id) is not new.programme_id"
    yield trigger(
        "voucher_request_under_its_programme",
        "before insert on voucher_request",
        other,
        refuse("programme.other_rules"),
    )
    yield trigger(
        "voucher_request_keeps_programme",
        "before update of programme_id, rules_id, year, number on voucher_request",
        "new.programme_id is not old.programme_id or new.rules_id is not old.rules_id"
        " or new.year is not old.year or new.number is not old.number",
        refuse("programme.other_rules"),
    )
    yield trigger(
        "voucher_programme_keeps_code",
        "before update of code, proposal_id on voucher_programme",
        "(new.code <> old.code or new.proposal_id <> old.proposal_id)"
        " and exists (select 1 from voucher where programme_id = old.id)",
        refuse("programme.has_vouchers"),
    )
    yield from _once()


def _once() -> Iterator[str]:
    """The same person and service is asked for once in the same days, in all programmes and years."""
    another = (
        f"new.state in {_ALIVE} and new.individual_id is not null and exists (select 1 from voucher_request as other"
        " where other.individual_id = new.individual_id and other.service = new.service and other.id <> new.id"
        " and other.period_start <= new.period_end and other.period_end >= new.period_start"
        f" and other.state in {_ALIVE})"
    )
    yield trigger("voucher_request_once", "before insert on voucher_request", another, refuse("request.twice"))
    yield trigger(
        "voucher_request_stays_once",
        "before update of state, individual_id, service, period_start, period_end on voucher_request",
        another,
        refuse("request.twice"),
    )
