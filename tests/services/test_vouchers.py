"""Vouchers: given with a number and a reservation, used in parts, ended, corrected; each refusal by its code."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.models.enums import VoucherState
from app.models.errors import AppError, RuleBroken
from app.models.money import Cents
from app.models.store import Store
from app.models.voucher_ledger import Voucher
from app.models.vouchers import VoucherRequest
from app.services.integrity import verify
from app.services.ledger.rows import balances
from app.services.vouchers.accounts import left_of
from app.services.vouchers.ending import (
    EndDraft,
    expire_vouchers,
    reinstate_voucher,
    renounce_voucher,
    revoke_voucher,
)
from app.services.vouchers.given import voucher_use_rows
from app.services.vouchers.issuing import IssueDraft, issue_vouchers
from app.services.vouchers.numbers import VoucherNumber
from app.services.vouchers.programmes import raise_programme
from app.services.vouchers.using import CorrectionDraft, UseDraft, correct_use, record_use
from app.services.wording.texts import translator
from tests.services.builders import refusal
from tests.services.voucher_world import DAY, VoucherWorld, admit, build_vouchers, give, give_firm, set_today
from tests.services.world import new_store, reopen

EN = translator("en")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, VoucherWorld]:
    store = new_store(tmp_path_factory.mktemp("vouchers"))
    world = build_vouchers(store)
    store.close()
    return store.path, world


@pytest.fixture
def world(built: tuple[Path, VoucherWorld]) -> VoucherWorld:
    return replace(built[1])


@pytest.fixture
def store(built: tuple[Path, VoucherWorld], tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / built[0].name
    shutil.copy(built[0], path)
    opened = reopen(path)
    set_today(opened, DAY)
    yield opened
    opened.close()


def row(store: Store, key: str) -> Voucher:
    with store.read() as session:
        return session.get_one(Voucher, key)


def free(store: Store, world: VoucherWorld) -> int:
    with store.read() as session:
        return left_of(session, world.programme)


def use(store: Store, world: VoucherWorld, key: str, **more: Any) -> tuple[str, ...]:
    draft = UseDraft(row(store, key).code, DAY, Fraction(8), world.provider, "Registro 1")
    return record_use(store, replace(draft, **more)).ids


def broken(store: Store) -> list[str]:
    return [sentence for each in verify(store, EN).invariants for sentence in each.broken]


def test_a_voucher_is_given_with_its_number_and_its_money(store: Store, world: VoucherWorld) -> None:
    first, second = give(store, world, 300_00, 200_00)
    assert (row(store, first).code[:14], row(store, second).number) == ("CRE-2015-00001", 2)
    assert (row(store, first).valid_from, row(store, first).valid_to) == (DAY, date(2015, 7, 31))
    assert free(store, world) == 9_500_00
    held = next(each for each in balances(store) if each.kind.value == "held")
    assert held.balance == 500_00
    assert broken(store) == []


def test_what_is_left_is_not_overspent_and_is_named(store: Store, world: VoucherWorld) -> None:
    keys = admit(store, world, 9_999_99, 2)
    issue_vouchers(store, IssueDraft((keys[0],)))
    with pytest.raises(RuleBroken) as refused:
        issue_vouchers(store, IssueDraft((keys[1],)))
    assert (refused.value.code, refused.value.values["left"], refused.value.values["amount"]) == (
        "voucher.too_little",
        1,
        2,
    )
    (last,) = give(store, world, 1)
    assert (row(store, last).number, free(store, world)) == (2, 0)


def test_two_desks_that_give_the_last_hundred_euro_at_once(store: Store, world: VoucherWorld) -> None:
    give(store, world, 9_900_00)
    keys = admit(store, world, 100_00, 100_00)
    gate, outcomes = threading.Barrier(2), []

    def desk(key: str) -> None:
        gate.wait()
        try:
            issue_vouchers(store, IssueDraft((key,)))
            outcomes.append("given")
        except AppError as refused:
            outcomes.append(f"{refused.code} {refused.values['left']}")

    desks = [threading.Thread(target=desk, args=(key,)) for key in keys]
    for each in desks:
        each.start()
    for each in desks:
        each.join()
    assert sorted(outcomes) == ["given", "voucher.too_little 0"]
    assert broken(store) == []


def test_numbers_follow_their_days_and_clocks_that_go_back_are_noticed(store: Store, world: VoucherWorld) -> None:
    set_today(store, date(2015, 6, 10))
    give(store, world, 10_00)
    (key,) = admit(store, world, 10_00)
    assert refusal(issue_vouchers, store, IssueDraft((key,), day=date(2015, 6, 11))) == (
        "voucher.issue_in_future",
        "day",
    )
    set_today(store, date(2015, 6, 9))
    assert refusal(issue_vouchers, store, IssueDraft((key,))) == ("voucher.issue_before_last", "day")
    set_today(store, date(2014, 12, 31))
    assert refusal(issue_vouchers, store, IssueDraft((key,))) == ("voucher.issue_before_last", "day")
    set_today(store, date(2016, 1, 2))
    issued = issue_vouchers(store, IssueDraft((key,), valid_from=date(2015, 6, 1), valid_to=date(2016, 1, 31))).id
    assert row(store, issued).code.startswith("CRE-2016-00001-")


def test_only_admitted_requests_of_open_programmes_get_a_voucher(store: Store, world: VoucherWorld) -> None:
    (given,) = admit(store, world, 10_00)
    assert refusal(issue_vouchers, store, IssueDraft()) == ("field.required", "request_ids")
    issue_vouchers(store, IssueDraft((given,)))
    assert refusal(issue_vouchers, store, IssueDraft((given,)))[0] == "request.not_admitted"
    (late,) = admit(store, world, 10_00)
    wrong = IssueDraft((late,), valid_from=date(2015, 7, 2), valid_to=date(2015, 7, 1))
    assert refusal(issue_vouchers, store, wrong) == ("date.end_before_start", "valid_to")


def test_a_firm_gives_from_its_own_budget(store: Store, world: VoucherWorld) -> None:
    budget = give_firm(store, world, 500_00)
    (key,) = give(store, world, 450_00, firm_budget_id=budget)
    with store.read() as session:
        assert (left_of(session, budget), left_of(session, world.programme)) == (50_00, 9_500_00)
    (late,) = admit(store, world, 50_01, firm_budget_id=budget)
    assert refusal(issue_vouchers, store, IssueDraft((late,)))[0] == "voucher.too_little"
    renounce_voucher(store, EndDraft(key, reason="Non serve più"))
    with store.read() as session:
        assert left_of(session, budget) == 500_00
    assert broken(store) == []


def test_a_voucher_is_used_in_parts_that_make_its_amount(store: Store, world: VoucherWorld) -> None:
    (key,) = give(store, world, 100_01)
    set_today(store, date(2015, 6, 20))
    parts = []
    for n in range(5):
        before = row(store, key).used
        use(store, world, key, day=DAY + timedelta(days=n))
        parts.append(row(store, key).used - before)
    assert parts == [20_00, 20_00, 20_00, 20_00, 20_01]
    assert (row(store, key).state, row(store, key).used) == (VoucherState.USED, 100_01)
    assert refusal(partial(use, day=date(2015, 6, 19)), store, world, key)[0] == "voucher.used_up"


WRONG_USES: tuple[tuple[dict[str, Any], tuple[str, str]], ...] = (
    ({"number": ""}, ("field.required", "number")),
    ({"number": "CRE-2015-00001"}, ("voucher.number_form", "number")),
    ({"number": "CRE-2015-00010-A"}, ("voucher.number_mistyped", "number")),
    ({"number": VoucherNumber("CRE", 2015, 9).text()}, ("voucher.unknown", "number")),
    ({"day": None}, ("field.required", "day")),
    ({"day": date(2015, 6, 2)}, ("use.in_future", "day")),
    ({"day": date(2015, 5, 31)}, ("voucher.out_of_validity", "day")),
    ({"units": None}, ("field.required", "units")),
    ({"units": Fraction(0)}, ("use.units_not_positive", "units")),
    ({"units": Fraction(-3)}, ("use.units_not_positive", "units")),
    ({"units": Fraction(25)}, ("use.hours_of_a_day", "units")),
    ({"provider_id": None}, ("use.provider_missing", "provider_id")),
    ({"provider_id": "stranger"}, ("use.provider_not_admitted", "provider_id")),
    ({"amount": Cents(0)}, ("amount.not_positive", "amount")),
    ({"amount": Cents(-1)}, ("amount.not_positive", "amount")),
    ({"amount": Cents(100_01)}, ("voucher.above_amount", "amount")),
    ({"amount": Cents(10**18)}, ("voucher.above_amount", "amount")),
)


def test_a_use_that_cannot_be_is_refused(store: Store, world: VoucherWorld) -> None:
    (key,) = give(store, world, 100_00)
    for wrong, expected in WRONG_USES:
        assert refusal(partial(use, **wrong), store, world, key) == expected, wrong
    assert row(store, key).used == 0


def test_a_use_is_of_the_provider_that_the_request_names_unless_it_says_another(
    store: Store, world: VoucherWorld
) -> None:
    (key,) = give(store, world, 100_00, provider_id=world.provider)
    use(store, world, key, provider_id=None)
    (first,) = voucher_use_rows(store, key)
    assert first.provider == "Cooperativa Il Grillo"
    assert refusal(partial(use, provider_id="stranger"), store, world, key)[0] == "use.provider_not_admitted"
    (other,) = give(store, world, 100_00, provider_id=world.stranger)  # not admitted, so it is not taken unseen
    assert refusal(partial(use, provider_id=None), store, world, other)[0] == "use.provider_not_admitted"


def test_what_was_scanned_twice_counts_once(store: Store, world: VoucherWorld) -> None:
    (key,) = give(store, world, 100_00)
    use(store, world, key)
    assert refusal(use, store, world, key)[0] == "use.recorded_already"
    assert (
        refusal(partial(use, document="Registro 2", units=Fraction(17)), store, world, key)[0] == "use.hours_of_a_day"
    )
    use(store, world, key, document="Registro 2", units=Fraction(16))
    assert row(store, key).used == 60_00


def test_a_use_is_corrected_by_its_mirror(store: Store, world: VoucherWorld) -> None:
    (key,) = give(store, world, 100_00)
    first = use(store, world, key)[0]
    mirror = correct_use(store, CorrectionDraft(first, "Giorno sbagliato")).id
    assert (row(store, key).used, row(store, key).state) == (0, VoucherState.ASSIGNED)
    assert refusal(correct_use, store, CorrectionDraft(first, "x"))[0] == "use.corrected_already"
    assert refusal(correct_use, store, CorrectionDraft(mirror, "x"))[0] == "use.is_correction"
    assert refusal(correct_use, store, CorrectionDraft(mirror)) == ("field.required", "reason")
    use(store, world, key)
    assert row(store, key).used == 20_00
    assert broken(store) == []


@pytest.mark.parametrize("end", [revoke_voucher, renounce_voucher])
def test_the_rest_of_a_voucher_that_ends_goes_back(store: Store, world: VoucherWorld, end: Any) -> None:
    (key,) = give(store, world, 100_00)
    first = use(store, world, key)[0]
    assert refusal(end, store, EndDraft(key)) == ("field.required", "reason")
    assert refusal(end, store, EndDraft(key, date(2015, 6, 2), "x")) == ("date.in_future", "day")
    end(store, EndDraft(key, reason="Trasferiti"))
    assert free(store, world) == 9_980_00
    assert refusal(end, store, EndDraft(key, reason="x"))[0] == "voucher.not_living"
    assert refusal(partial(use, document="3"), store, world, key)[0] == "voucher.ended"
    correct_use(store, CorrectionDraft(first, "Non c'era"))
    assert free(store, world) == 10_000_00
    with store.read() as session:
        assert session.get_one(VoucherRequest, row(store, key).request_id).state == "withdrawn"
    assert broken(store) == []
    reinstate_voucher(store, EndDraft(key, reason="Per errore"))
    assert (row(store, key).state, free(store, world)) == (VoucherState.ASSIGNED, 9_900_00)
    assert refusal(reinstate_voucher, store, EndDraft(key, reason="x"))[0] == "voucher.not_ended"
    use(store, world, key)
    assert broken(store) == []


def test_vouchers_expire_on_the_day_after_their_last(store: Store, world: VoucherWorld) -> None:
    unused, used = give(store, world, 100_00, 50_00)
    use(store, world, used)
    set_today(store, date(2015, 7, 31))
    assert refusal(expire_vouchers, store)[0] == "voucher.none_expired"
    use(store, world, used, day=date(2015, 7, 31))
    set_today(store, date(2015, 8, 1))
    assert expire_vouchers(store, world.programme).ids[:2] == (unused, used)
    assert {row(store, key).state for key in (unused, used)} == {VoucherState.EXPIRED}
    assert free(store, world) == 10_000_00 - 20_00
    assert broken(store) == []


def test_the_money_of_a_voucher_that_ended_may_be_gone_when_it_is_wanted_again(
    store: Store, world: VoucherWorld
) -> None:
    (key,) = give(store, world, 100_00)
    revoke_voucher(store, EndDraft(key, reason="x"))
    give(store, world, 9_950_00)
    with pytest.raises(RuleBroken) as refused:
        reinstate_voucher(store, EndDraft(key, reason="y"))
    assert (refused.value.code, refused.value.values["left"]) == ("voucher.too_little", 50_00)


def test_money_is_not_given_before_it_came(store: Store, world: VoucherWorld) -> None:
    set_today(store, date(2015, 6, 20))
    early = partial(raise_programme, store, world.programme, Cents(1_00))
    assert refusal(early, date(2000, 1, 1)) == ("voucher.too_early", "day")
    raise_programme(store, world.programme, Cents(500_00), date(2015, 6, 10))
    requests = tuple(admit(store, world, 10_000_00, 200_00))
    early = partial(issue_vouchers, store)
    assert refusal(early, IssueDraft(requests, date(2015, 6, 9))) == ("voucher.too_early", "day")
    issue_vouchers(store, IssueDraft(requests, date(2015, 6, 10)))
    assert free(store, world) == 300_00


def test_no_voucher_is_counted_twice(store: Store, world: VoucherWorld) -> None:
    give(store, world, *([10_00] * 20))
    with store.read() as session:
        numbers = session.scalars(sa.select(Voucher.number).order_by(Voucher.number)).all()
    assert list(numbers) == list(range(1, 21))
