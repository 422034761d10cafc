"""One box finds any record, by the start of its words, without accents and case."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from app.models.enums import UserRole
from app.models.households import Individual
from app.models.meetings import Decision
from app.models.store import Store
from app.models.users import Person
from app.services.network.registry import AliasDraft
from app.services.search import Hit, search
from app.services.vouchers.numbers import VoucherNumber
from tests.services.builders import (
    a_decision,
    a_plan,
    a_proposal,
    a_source,
    an_alliance,
    an_area,
    an_organisation,
    queries,
)
from tests.services.voucher_world import build_vouchers, give


@pytest.fixture
def filled(store: Store) -> Store:
    """One record of each kind, and a few near ones."""
    a_plan(store)
    an_organisation(store, "Comune di Legnano", seat="Legnano", tax_code="00807960158")
    an_organisation(store, "Ambito Territoriale di Legnano")
    stripes = an_organisation(store, "Stripes Coop. Soc. Onlus", aliases=(AliasDraft(name="Le strisce"),), seat="Rho")
    alliance = an_alliance(store, "Alleanza locale di Rho", short_name="Rhodense", lead_id=stripes)
    a_proposal(store, title="+ t x t (più tempo per te)", alliance_id=alliance, protocol="0031275/2014")
    a_proposal(store, title="La conciliazione innova la piccola impresa", alliance_id=alliance)
    an_area(store, number=3, title="Incentivi diretti")
    a_source(store, name="Residui", condition="Dopo il primo anno")
    a_decision(store, "Riparto del residuo")
    return store


def found(store: Store, text: str) -> list[tuple[str, str]]:
    return [(hit.kind, hit.title) for hit in search(store, text)]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("piu tempo", [("proposal", "+ t x t (più tempo per te)")]),
        ("PIÙ", [("proposal", "+ t x t (più tempo per te)")]),
        ("+ t x", [("proposal", "+ t x t (più tempo per te)")]),
        ("31275", []),
        ("0031275", [("proposal", "+ t x t (più tempo per te)")]),
        ("strisce", [("organisation", "Stripes Coop. Soc. Onlus")]),
        ("00807960158", [("organisation", "Comune di Legnano")]),
        ("rhodense", [
            ("proposal", "+ t x t (più tempo per te)"),
            ("proposal", "La conciliazione innova la piccola impresa"),
            ("alliance", "Alleanza locale di Rho"),
        ]),
        ("3/", [("area", "A.3 Incentivi diretti"), ("meeting", "1/2014")]),
        ("1/2014", [("meeting", "1/2014")]),
        ("31/03/2014 comitato", [("meeting", "1/2014")]),
        ("legnano comune", [("organisation", "Comune di Legnano")]),
        ("a.3", [("area", "A.3 Incentivi diretti")]),
        ("primo anno", [("source", "Residui")]),
        ("resid", [("source", "Residui"), ("decision", "Riparto del residuo")]),
        ("seduta 1/2014", [("meeting", "1/2014")]),
        ("meeting marzo", []),
        ("1/2014 meet", [("meeting", "1/2014")]),
        ("ambito incentivi", [("area", "A.3 Incentivi diretti")]),
        ("fonte", [("source", "Residui")]),
        ("niente", []),
        ("legnano niente", []),
        ("", []),
        (" . ", []),
    ],
)  # fmt: skip
def test_search_finds(filled: Store, text: str, hits: list[tuple[str, str]]) -> None:
    assert found(filled, text) == hits


def test_search_puts_the_start_of_a_title_first(filled: Store) -> None:
    assert found(filled, "legn") == [
        ("organisation", "Ambito Territoriale di Legnano"),
        ("organisation", "Comune di Legnano"),
        ("meeting", "1/2014"),
    ]
    an_organisation(filled, "Legnano sociale")
    assert found(filled, "legn")[0] == ("organisation", "Legnano sociale")


def test_search_tells_hits_apart(filled: Store) -> None:
    hits = [search(filled, text)[0] for text in ("strisce", "tempo", "riparto", "residui", "1/2014", "incentivi")]
    assert [(hit.title, hit.subtitle) for hit in hits] == [
        ("Stripes Coop. Soc. Onlus", "Rho"),
        ("+ t x t (più tempo per te)", "Rhodense"),
        ("Riparto del residuo", ""),
        ("Residui", "Dopo il primo anno"),
        ("1/2014", "31/03/2014 · Comitato"),
        ("A.3 Incentivi diretti", ""),
    ]
    assert isinstance(hits[0], Hit)
    assert hits[0].id


def test_search_shows_the_number_of_a_decision(world: object, store: Store) -> None:
    with store.read() as session:
        in_force = session.scalars(sa.select(Decision).where(Decision.number.is_not(None))).one().id
    assert Hit("decision", in_force, "Riparto", "1/2014") in search(store, "riparto")
    assert [hit.kind for hit in search(store, "riparto")] == ["decision", "decision"]


def test_search_keeps_to_the_limit(filled: Store) -> None:
    assert len(search(filled, "l")) > 2
    assert search(filled, "l", limit=2) == search(filled, "l")[:2]


def test_search_asks_as_often_for_many_records_as_for_few(filled: Store) -> None:
    with queries(filled) as few:
        search(filled, "legnano")
    for n in range(3):
        an_organisation(filled, f"Legnano {n}", aliases=(AliasDraft(name=f"L{n}"),))
        a_proposal(filled, title=f"Legnano {n}")
    with queries(filled) as many:
        search(filled, "legnano")
    assert len(few) == len(many)


def test_vouchers_and_their_persons_are_found_by_who_may_see_them(store: Store) -> None:
    world = build_vouchers(store)
    give(store, world, 100_00)
    with store.write("save_individual") as session:
        session.add(Individual(surname="D’Àmico", given_name="Nicolò", birth_date=date(2010, 2, 28)))
    code = VoucherNumber("CRE", 2015, 1).text()
    (voucher,) = (hit for hit in search(store, "cre-2015") if hit.kind == "voucher")
    assert (voucher.title, search(store, "1")[-1], search(store, code.lower())) == (code, voucher, (voucher,))
    holder = voucher.subtitle.removesuffix(" · Buoni per i centri estivi")
    assert ("individual", holder) in found(store, holder)
    assert [hit.subtitle for hit in search(store, "amico nicolo")] == ["28/02/2010"]
    assert ("programme", "Buoni per i centri estivi") in found(store, "centri estivi")
    store.person = Person("r", "Lettore", UserRole.READER)
    assert not search(store, "amico nicolo")
    assert not found(store, holder)
    assert [hit.subtitle for hit in search(store, code)] == ["Buoni per i centri estivi"]
