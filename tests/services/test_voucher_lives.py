"""Random lives of vouchers, and what the engine and the verification say of vouchers that were tampered with."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from app.models.enums import VoucherRequestState
from app.models.money import Cents
from app.models.store import Store
from app.models.vouchers import VoucherRequest
from app.services.integrity import INVARIANTS, verify
from app.services.integrity.context import Context
from app.services.spending.projects import ProjectRow, project_rows
from app.services.vouchers.ending import EndDraft, renounce_voucher
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.programmes import close_programme
from app.services.vouchers.requests import set_request_state
from app.services.vouchers.using import UseDraft, record_use
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.voucher_lives import STEPS, Lives
from tests.services.voucher_world import DAY, VoucherWorld, admit, build_vouchers, give, set_today
from tests.services.world import driver, new_store, past_the_guards, reopen

NUMBER = st.integers(0, 997)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VoucherWorld]:
    store = new_store(tmp_path_factory.mktemp("lives"))
    world = build_vouchers(store, cents=1_500_00)
    store.close()
    return store.path, world


class VoucherLives(RuleBasedStateMachine):
    """Vouchers of one programme that live by chance: at each step the archive says what was done, nothing is broken."""

    def __init__(self, path: Path, world: VoucherWorld) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = reopen(Path(shutil.copy(path, Path(self.folder.name) / "vita.concilia")))
        set_today(self.store, DAY)
        self.lives = Lives(self.store, replace(world), 1_500_00)

    @initialize()
    def begin(self) -> None:
        """Two vouchers that are used already, so that every step finds something to do."""
        self.lives.live([("issue", 500, 0), ("issue", 800, 0), ("use", 0, 9), ("use", 1, 21)], compared=False)

    @rule(name=st.sampled_from(STEPS), one=NUMBER, two=NUMBER)
    def step(self, name: str, one: int, two: int) -> None:
        """Any step; one that is refused changes nothing."""
        self.lives.live([(name, one, two)], compared=False)

    @invariant()
    def holds(self) -> None:
        """I1 to I4 and I9, and the plain account of what was done."""
        self.lives.compare()

    def teardown(self) -> None:
        """All invariants hold at the end."""
        assert verify(self.store, translator("en")).ok
        self.store.close()
        self.folder.cleanup()


def test_what_is_kept_is_what_was_done(built: tuple[Path, VoucherWorld]) -> None:
    run_state_machine_as_test(
        lambda: VoucherLives(*built), settings=settings(max_examples=3, stateful_step_count=16, deadline=None)
    )


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
            with store.read() as session:
                context = Context(session, translator("en"))
                checks = next(each.checks for each in INVARIANTS if each.code == code)
                assert any(list(check(context)) for check in checks), harm


def test_a_programme_closed_in_mid_life_loses_no_cent(built: tuple[Path, VoucherWorld], tmp_path: Path) -> None:
    path, world = Path(shutil.copy(built[0], tmp_path / "chiuso.concilia")), replace(built[1])
    with reopen(path) as store:
        set_today(store, DAY)
        used, unused = give(store, world, 300_00, 500_00)
        number = VoucherNumber("CRE", 2015, 1).text()
        record_use(store, UseDraft(number, DAY, Fraction(8), world.provider, "R1", Cents(80_00)))
        (promised,) = admit(store, world, 200_00)
        assert refusal(close_programme, store, world.programme, DAY, "Fine") == ("programme.promised", None)
        with store.write("withdraw_request") as session:
            set_request_state(session, session.get_one(VoucherRequest, promised), VoucherRequestState.WITHDRAWN, DAY)
        before = project_of(store, world).left
        close_programme(store, world.programme, DAY, "Fine")
        assert project_of(store, world).left == before + 700_00  # what no voucher holds
        record_use(store, UseDraft(number, DAY, Fraction(4), world.provider, "R2", Cents(40_00)))  # goes on to its end
        for key in (used, unused):
            renounce_voucher(store, EndDraft(key, DAY, "Fine"))
        close_programme(store, world.programme, DAY, "Fine")
        assert project_of(store, world).left == before + 700_00 + 180_00 + 500_00
        assert project_of(store, world).vouchers == 120_00  # used, and to be settled yet
        assert verify(store, translator("en")).ok


def project_of(store: Store, world: VoucherWorld) -> ProjectRow:
    return next(row for row in project_rows(store) if row.id == world.project)
