"""A look at an archive before the store stands: what the first room shows, asked in plain SQL.

The store, with its tables and its journal, takes three times as long to load as a window to paint. So this module, the
second that knows the engine and the last, reads a file that nothing is wrong with: plain, of the present schema,
closed in peace, and held by our own lock from then on. Of any other it says nothing; the store is asked, which
refuses with the right words. The statements serve the store too: there is one overview.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path, PurePath
from typing import Any, TypeVar

from sqlcipher3 import dbapi2 as sqlcipher

from app.models.enums import AccountKind, FollowUpState, SettlementState, TransferKind, VoucherState
from app.models.version import APPLICATION_ID, SCHEMA_VERSION

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Gives the rows of a statement; all that one of them is asked is of one state of the archive."""

Found = TypeVar("Found")

HEADER = b"SQLite format 3\x00"
"""First bytes of a file that is not encrypted."""

LOOKED_AT_BYTES = 16_000_000
"""Larger archives are not looked at: what they are asked could take longer than the store."""

PLAN = "select office, name from plan"

SOURCES = f"""
select source.id, source.kind, source.name, source.amount, source.due, state.balance,
    coalesce((
        select sum(posting.cents)
        from posting
        join transfer on transfer.id = posting.transfer_id
        left join transfer reversed on reversed.id = transfer.reverses_id
        where posting.account_id = account.id
            and '{TransferKind.FUNDING.value}' in (transfer.kind, reversed.kind)
    ), 0) as received
from funding_source source
join account on account.subject_id = source.id and account.kind = '{AccountKind.SOURCE.value}'
join account_state state on state.account_id = account.id
order by source.position
"""

AREAS = f"""
select area.id, area.level, area.number, area.title, area.amount_planned, state.ceiling, state.balance,
    coalesce((
        select sum(project_state.total)
        from account project
        join account_state project_state on project_state.account_id = project.id
        where project.parent_id = account.id and project.kind = '{AccountKind.PROJECT.value}'
    ), 0) as awarded
from priority_area area
join account on account.subject_id = area.id and account.kind = '{AccountKind.AREA.value}'
join account_state state on state.account_id = account.id
order by account.position
"""

PROPOSALS = "select id, number, title, state from proposal order by call_id, number"

MEETINGS = """
select id, year, number, state, date_held, sample
from meeting
order by date_held desc, year desc, number desc
"""

FOLLOW_UPS = f"""
select follow_up.id, follow_up.text, follow_up.person, follow_up.date_due
from follow_up
where follow_up.state = '{FollowUpState.OPEN.value}'
order by follow_up.date_due is null, follow_up.date_due, follow_up.id
"""

COMPLETIONS = """
select request.id, proposal.number, proposal.title, request.date_due, request.time_due,
    (select count(*) from integration_point point where point.request_id = request.id and point.date_received is null)
from integration_request request
join proposal on proposal.id = request.proposal_id
where request.date_closed is null
order by request.date_due, proposal.number, request.number
"""

ACCEPTANCES = """
select proposal.id, max(transfer.day), (
    select ranking.accept_days from ranking join ranking_place place on place.ranking_id = ranking.id
    where place.proposal_id = proposal.id and ranking.state = 'adopted' order by ranking.number desc limit 1) as days
from proposal
join account on account.subject_id = proposal.id and account.kind = 'project'
join posting on posting.account_id = account.id and posting.cents > 0
join transfer on transfer.id = posting.transfer_id
where proposal.state = 'funded_in_part'
group by proposal.id having days > 0
"""

VOUCHERS = f"""
select voucher_programme.id, voucher_programme.code, sum(voucher.valid_to < date('now')),
    sum(voucher.valid_to >= date('now'))
from voucher
join voucher_programme on voucher_programme.id = voucher.programme_id
where voucher.state in ('{VoucherState.ASSIGNED.value}', '{VoucherState.PART_USED.value}')
    and voucher.valid_to <= date('now', '+30 days')
group by voucher_programme.id order by voucher_programme.code
"""

SETTLEMENTS = f"""
select voucher_settlement.id, voucher_programme.code, voucher_settlement.number, voucher_settlement.year,
    voucher_settlement.state
from voucher_settlement
join voucher_programme on voucher_programme.id = voucher_settlement.programme_id
where voucher_settlement.state <> '{SettlementState.RELEASED.value}'
order by voucher_programme.code, voucher_settlement.year, voucher_settlement.number
"""

PRESENT = "select exists (select 1 from alliance), exists (select 1 from call), exists (select 1 from committee)"


def archive_uri(path: PurePath, *, writing: bool) -> str:
    """Name of an archive for the engine, that never makes a file; a share's host is part of the path, as it wants."""
    uri = path.as_uri()
    if not uri.startswith("file:///"):
        uri = "file://" + uri.removeprefix("file:")
    return uri + ("?mode=rw" if writing else "?mode=ro")


def glance(path: Path, read: Callable[[Ask], Found]) -> Found | None:
    """What `read` makes of an archive that this process has locked; None when only the store can tell what it is.

    Args:
        path: resolved, of an existing file.
        read: asks the statements of this module.
    """
    beside = (path.with_name(path.name + suffix) for suffix in ("-wal", "-journal"))
    if any(other.exists() for other in beside) or not _is_plain(path):
        return None
    try:
        with closing(sqlcipher.connect(archive_uri(path, writing=False), uri=True, isolation_level=None)) as connection:
            for pragma in ("query_only = 1", "trusted_schema = 0", "cell_size_check = 1", "temp_store = memory"):
                connection.execute(f"pragma {pragma}")
            connection.execute("begin")
            return read(_asker(connection)) if _is_known(connection) else None
    except sqlcipher.DatabaseError:
        return None


def _asker(connection: Any) -> Ask:
    def ask(statement: str) -> list[tuple[Any, ...]]:
        return list(connection.execute(statement))

    return ask


def _is_known(connection: Any) -> bool:
    """Whether the file is an archive of the present schema, and no page of it is broken."""
    wanted = {"application_id": APPLICATION_ID, "user_version": SCHEMA_VERSION, "quick_check(1)": "ok"}
    return all(connection.execute(f"pragma {name}").fetchone() == (value,) for name, value in wanted.items())


def _is_plain(path: Path) -> bool:
    """Whether the file is not encrypted and not too large."""
    try:
        with path.open("rb") as file:
            return file.read(len(HEADER)) == HEADER and path.stat().st_size <= LOOKED_AT_BYTES
    except OSError:
        return False
