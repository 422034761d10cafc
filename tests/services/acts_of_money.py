"""Acts on money and papers that were decided: payments, vouchers given, used and settled, errata, minutes to sign."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

from app.services.archive import new_archive
from app.services.meetings.closing import approve_minutes, close_meeting
from app.services.papers.errata import (
    ErratumDraft,
    ErratumLineDraft,
    approve_erratum,
    approved_minutes,
    points_of,
    save_erratum,
)
from app.services.signing.papers import prepare_minutes
from app.services.spending.payments import PaymentDraft, payment_rows, release_payment, save_payment
from app.services.vouchers.given import voucher_rows
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.settlement import SettlementDraft, check_settlement, release_settlement, save_settlement
from app.services.vouchers.using import UseDraft, record_use
from app.services.wording.texts import translator
from tests.services.acting import Act, archive, opened
from tests.services.sitting import DAY, build_sitting, open_sitting
from tests.services.spending_world import build_running
from tests.services.voucher_world import DAY as GIVEN
from tests.services.voucher_world import admit, build_vouchers, give, set_today

KEYS = "keys.json"
"""Beside an archive: the keys of the records that its act is about."""

PAID = date(2015, 6, 15)
SETTLED = date(2015, 7, 1)


def _keep(folder: Path, **keys: object) -> None:
    (folder / KEYS).write_text(json.dumps(keys))


def _kept(folder: Path, name: str) -> str:
    return str(json.loads((folder / KEYS).read_text())[name])


# --- archives -----------------------------------------------------------------------------------


def _running(folder: Path) -> None:
    new_archive(archive(folder))
    with opened(folder) as store:
        store.safeguard = None
        running = build_running(store)
        advance = PaymentDraft(proposal_id=running.rho, tranche=1, act="Determina n. 12", guarantee="Polizza 77/2015")
        save_payment(store, replace(advance, act_day=date(2015, 6, 1)))


def _families(folder: Path) -> None:
    """Vouchers that were given, one of them used and in a settlement that was checked; and requests that wait."""
    new_archive(archive(folder))
    with opened(folder) as store:
        store.safeguard = None
        world = build_vouchers(store)
        give(store, world, 100_00, 80_00)
        first, second = sorted(row.code for row in voucher_rows(store))
        record_use(store, UseDraft(first, GIVEN, Fraction(8), world.provider, "R1"))
        waiting = admit(store, world, 50_00, 60_00, 70_00)
        set_today(store, SETTLED)
        draft = SettlementDraft(programme_id=world.programme, day=SETTLED, act="Determina 7", act_day=SETTLED)
        settlement = save_settlement(store, draft).id
        check_settlement(store, settlement)
    _keep(folder, waiting=",".join(waiting), unused=second, provider=world.provider, settlement=settlement)


def _published(folder: Path) -> None:
    """A meeting whose minutes are approved, with an erratum that waits for its approval."""
    new_archive(archive(folder))
    with opened(folder) as store:
        store.safeguard = None
        meeting = open_sitting(store, build_sitting(store), "Comunicazioni", "Varie").id or ""
        close_meeting(store, meeting, "12:00")
        approve_minutes(store, meeting, DAY)
        minutes = approved_minutes(store)[0].id
        point = points_of(store, minutes)[0][0]
        line = ErratumLineDraft(agenda_item_id=point, wrong="Comunicazioni", right="Comunicazioni del presidente")
        erratum = save_erratum(store, ErratumDraft(minutes_id=minutes, reason="Titolo monco", lines=(line,))).id
    _keep(folder, meeting=meeting, erratum=erratum)


# --- acts ---------------------------------------------------------------------------------------


def _pay(folder: Path) -> None:
    with opened(folder) as store:
        (payment,) = payment_rows(store)
        release_payment(store, payment.id, PAID)


def _give(folder: Path) -> None:
    with opened(folder) as store:
        set_today(store, GIVEN)
        issue_vouchers(store, IssueDraft(tuple(_kept(folder, "waiting").split(","))))


def _use(folder: Path) -> None:
    with opened(folder) as store:
        set_today(store, GIVEN)
        record_use(store, UseDraft(_kept(folder, "unused"), GIVEN, Fraction(4), _kept(folder, "provider"), "R2"))


def _settle(folder: Path) -> None:
    with opened(folder) as store:
        set_today(store, SETTLED)
        release_settlement(store, _kept(folder, "settlement"), SETTLED)


def _mend(folder: Path) -> None:
    with opened(folder) as store:
        approve_erratum(store, _kept(folder, "erratum"), DAY)


def _to_sign(folder: Path) -> None:
    with opened(folder) as store:
        prepare_minutes(store, _kept(folder, "meeting"), translator("it"))


MONEY_ACTS = (
    Act("payment", _running, _pay),
    Act("vouchers", _families, _give),
    Act("use of a voucher", _families, _use),
    Act("settlement", _families, _settle),
    Act("erratum", _published, _mend),
    Act("minutes to sign", _published, _to_sign),
)
