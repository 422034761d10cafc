"""Random lives of vouchers, and what the engine and the verification say of vouchers that were tampered with."""

from __future__ import annotations

import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.services.integrity import verify
from app.services.texts import translator
from app.services.vouchers.ending import EndDraft, renounce_voucher
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.using import UseDraft, record_use
from tests.services.voucher_lives import STEPS, Lives, Step
from tests.services.voucher_world import DAY, VoucherWorld, build_vouchers, give, set_today
from tests.services.world import driver, new_store, past_the_guards, reopen

NUMBER = st.integers(0, 997)
BEGINNING: list[Step] = [("issue", 500, 0), ("issue", 800, 0), ("use", 0, 9), ("use", 1, 21)]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VoucherWorld]:
    store = new_store(tmp_path_factory.mktemp("lives"))
    world = build_vouchers(store, cents=1_500_00)
    store.close()
    return store.path, world


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), NUMBER, NUMBER), min_size=12, max_size=24))
def test_what_is_kept_is_what_was_done(built: tuple[Path, VoucherWorld], tmp_path: Path, steps: list[Step]) -> None:
    path = tmp_path / "vita.concilia"
    for left in tmp_path.glob("vita*"):
        left.unlink()
    shutil.copy(built[0], path)
    with reopen(path) as store:
        set_today(store, DAY)
        Lives(store, replace(built[1]), 1_500_00).live([*BEGINNING, *steps])
        assert verify(store, translator("en")).ok


HARMS = (
    ("update voucher set used = used + 1", "I9"),
    ("update voucher set settled = 1", "I9"),
    ("update voucher set number = 7 where number = 2", "I9"),
    ("update voucher set letter = 'Q', code = replace(code, '00001', '00003') where number = 1", "I9"),
    ("update voucher set state = 'used' where number = 1", "I9"),
    ("update voucher set state = 'assigned' where number = 2", "I9"),
    ("update voucher_use set day = '2015-09-01'", "I9"),
    ("update voucher_use set cents = cents + 5", "I9"),
    ("update voucher set amount = amount + 100 where number = 1", "I9"),
    ("delete from voucher where number = 2", "I9"),
    ("update posting set cents = cents * 2 where transfer_id in (select transfer_id from voucher)", "I9"),
)


def test_a_planted_fault_is_found_and_the_engine_refuses_it(built: tuple[Path, VoucherWorld], tmp_path: Path) -> None:
    path = tmp_path / "guasto.concilia"
    shutil.copy(built[0], path)
    with reopen(path) as store:
        set_today(store, DAY)
        keys = give(store, built[1], 100_00, 200_00)
        record_use(store, UseDraft(VoucherNumber("CRE", 2015, 1).text(), DAY, Fraction(8), built[1].provider))
        renounce_voucher(store, EndDraft(keys[1], reason="x"))
    for harm, code in HARMS:
        broken = tmp_path / "rotto.concilia"
        for left in tmp_path.glob("rotto*"):
            left.unlink()
        shutil.copy(path, broken)
        with reopen(broken) as store:
            with driver(store) as connection, pytest.raises(Exception, match=r"concilia:|constraint"):
                connection.execute(harm)
            with past_the_guards(store) as connection:
                connection.execute(harm)
            found = {each.code for each in verify(store, translator("en")).invariants if not each.ok}
            assert code in found, harm
