"""Likeness of bodies: explained, symmetric, and found without comparing each with each."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.models.errors import Cancelled
from app.services.network.likeness import REASONS, Body, Likeness, NameIndex, Why, alike_pairs, compare, spelling


def why(one: str, other: str) -> Why | None:
    found = compare(spelling(one), spelling(other))
    return found.why if found else None


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Comune di Rho", "COMUNE DI RHÒ", Why.NAME),
        ("S.E.R.CO.P.", "Sercop", Why.NAME),
        ("Ser.Cop.", "SERCOP", Why.NAME),
        ("KOINE’ – Coop. Sociale", "Koinè cooperativa sociale", Why.WORDS),
        ("Stripes Coop. Soc. Onlus", "Cooperativa Stripes", Why.WORDS),
        ("La Ticino s.r.l.", "LA TICINO SRL", Why.NAME),
        ("La Ticino s. r. l.", "La Ticino società a responsabilità limitata", Why.WORDS),
        ("Way S.p.A.", "Way società per azioni", Why.WORDS),
        ("Fiori snc", "Fiori società in nome collettivo", Why.WORDS),
        ("La Rotonda APS", "La Rotonda – Associazione di promozione sociale", Why.WORDS),
        ("Coope Rho", "Cooperho", Why.WORDS),
        ("Rossi Mario", "Mario Rossi", Why.WORDS),
        ("A&I s.c.s. Onlus", "A & I", Why.WORDS),
        ("Immagine & Dettaglio Snc", "Immagine e Dettaglio", Why.WORDS),
        ("Telefono Donna", "Telefono Donna Milano", Why.WITHIN),
        ("Comune di Legnano", "Comune di Legnamo", Why.LETTERS),
        ("Stripe", "Stripes", Why.LETTERS),
        ("Comune di Legnano", "Ambito Territoriale di Legnano", None),
        ("Ambito di Legnano", "Ambito di Magenta", None),
        ("UIL CST Ovest Mi/Lo", "UIL CST Milano e Lombardia", None),
        ("Camera del lavoro Ticino Olona", "Camera del lavoro metropolitana di Milano", None),
        ("Istituto comprensivo statale 1", "Istituto comprensivo statale 2", None),
        ("Ente 1234567890123456789", "Ente 1234567890123456780", None),
        ("Legnano", "Comune di Legnano", None),
        ("CNA", "CNR", None),
        ("", "Rho", None),
        ("…", "—", None),
    ],
)
def test_names_are_near_for_a_reason(one: str, other: str, expected: Why | None) -> None:
    assert why(one, other) is expected
    assert why(other, one) is expected


def test_every_reason_is_told() -> None:
    assert set(REASONS) == set(Why)


WORDS = st.sampled_from(
    [
        *["a", "e", "di", "la", "coop", "srl", "onlus", "s.r.l.", "comune", "ente"],
        "Rho",
        "rhò",
        "Arese",
        "Aresi",
        "Legnano",
        "Legnan",
        "1",
        "2",
    ]
)
NAMES = st.one_of(
    st.lists(WORDS, max_size=5).map(" ".join),
    st.text(st.sampled_from("abcdeèà .&-'12"), max_size=14),
)
CODES = st.sampled_from(["", "", "00743110157", "IT 00743110157", "12935990155", "de136695976"])


@given(one=NAMES, other=NAMES)
def test_likeness_is_symmetric(one: str, other: str) -> None:
    here, there = compare(spelling(one), spelling(other)), compare(spelling(other), spelling(one))
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert (here.why, here.percent, here.one, here.other) == (there.why, there.percent, there.other, there.one)
        assert 0 <= here.percent <= 100


@given(name=NAMES)
def test_a_name_is_like_itself_however_it_is_written(name: str) -> None:
    if spelling(name).telling:
        assert why(name, name) is Why.NAME
        assert why(name, f"  {name.upper()} ") is Why.NAME or "ß" in name


@st.composite
def registries(draw: st.DrawFn) -> list[Body]:
    names = draw(st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=9))
    return [Body(f"{n:02}", tuple(own), draw(CODES), draw(CODES)) for n, own in enumerate(names)]


def strongest(one: Body, other: Body) -> Likeness | None:
    """The plain way: every spelling with every spelling, every code with every code."""
    found = [compare(spelling(here), spelling(there)) for here in one.names for there in other.names]
    bare = [
        code.upper().replace(" ", "").removeprefix("IT")
        for body in (one, other)
        for code in (body.tax_code, body.vat_number)
    ]
    pairs = ((Why.TAX_CODE, 0, 2), (Why.VAT_NUMBER, 1, 3), (Why.CODES, 0, 3), (Why.CODES, 1, 2))
    own = (one.tax_code, one.vat_number, other.tax_code, other.vat_number)
    for reason, here, there in pairs:
        if bare[here] and bare[here] == bare[there]:
            return Likeness(reason, 100, own[here], own[there])
    return min((each for each in found if each is not None), key=lambda each: each.order, default=None)


@given(bodies=registries())
@settings(max_examples=300, deadline=None)
def test_pairs_are_those_of_the_plain_way(bodies: list[Body]) -> None:
    plain = {(one.id, other.id): strongest(one, other) for one, other in combinations(bodies, 2)}
    expected = {pair: (found.why, found.percent) for pair, found in plain.items() if found is not None}
    assert {pair: (found.why, found.percent) for pair, found in alike_pairs(bodies).items()} == expected


@given(bodies=registries(), wanted=st.tuples(NAMES, CODES, CODES))
@settings(max_examples=300, deadline=None)
def test_what_is_near_is_what_the_plain_way_finds(bodies: list[Body], wanted: tuple[str, str, str]) -> None:
    typed = Body("99", (wanted[0],), wanted[1], wanted[2])
    plain = {body.id: strongest(body, typed) for body in bodies}
    found = NameIndex.of(bodies).near(typed)
    assert {body.id: (likeness.why, likeness.percent) for body, likeness in found} == {
        key: (likeness.why, likeness.percent) for key, likeness in plain.items() if likeness is not None
    }
    assert [likeness.order for _body, likeness in found] == sorted(likeness.order for _body, likeness in found)


def test_a_body_that_has_another_name_is_not_found_by_the_former() -> None:
    index = NameIndex.of([Body("1", ("Stripes",)), Body("2", ("Parolo",))])
    index.put(Body("1", ("Albatros",)))
    assert index.near(Body("", ("Stripes",))) == []
    assert [body.id for body, _why in index.near(Body("", ("albatross",)))] == ["1"]
    assert index.near(Body("1", ("Albatros",))) == []


def test_the_search_tells_how_far_it_is_and_can_be_stopped() -> None:
    told: list[tuple[int, int]] = []

    class Watch:
        def step(self, done: int, total: int) -> None:
            told.append((done, total))
            if len(told) == 3:
                raise Cancelled

    bodies = [Body(str(n), (f"Ente {n}",)) for n in range(300)]
    with pytest.raises(Cancelled):
        alike_pairs(bodies, Watch())
    assert told == [(0, 300), (64, 300), (128, 300)]
