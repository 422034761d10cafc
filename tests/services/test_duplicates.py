"""Possible duplicates of the registry, and the judgement that two bodies are not one."""

from __future__ import annotations

import pytest

from app.models.errors import Cancelled
from app.models.store import Store
from app.services.journal.journal import recent
from app.services.journal.undo import last_undoable, undo
from app.services.network.duplicates import duplicate_rows, judge_distinct, why_text, withdraw_distinct
from app.services.network.likeness import Body, Why
from app.services.network.merging import merge_organisations
from app.services.network.names import Names
from app.services.network.organisation_drafts import AliasDraft, OrganisationDraft
from app.services.network.registry import (
    delete_organisation,
    load_organisation,
    save_organisation,
    similar_organisations,
)
from app.services.wording.texts import translator
from tests.services.builders import an_organisation, edits, queries, refusal

EN = translator("en")


def shown(store: Store) -> list[tuple[str, str, Why | None, bool]]:
    return [
        (row.one, row.other, row.likeness.why if row.likeness else None, row.judged) for row in duplicate_rows(store)
    ]


def test_the_strongest_reason_comes_first(store: Store) -> None:
    an_organisation(store, "Alfa", tax_code="00743110157", vat_number="12935990155")
    an_organisation(store, "Beta", tax_code="IT 00743110157", aliases=(AliasDraft(name="Stripes"),))
    an_organisation(store, "Gamma", vat_number="00743110157")
    an_organisation(store, "Delta", vat_number="IT12935990155")
    an_organisation(store, "STRIPES coop. soc.")
    an_organisation(store, "Comune di Legnano")
    an_organisation(store, "Comune di Legnamo")
    rows = duplicate_rows(store)
    assert shown(store) == [
        ("Alfa", "Beta", Why.TAX_CODE, False),
        ("Alfa", "Delta", Why.VAT_NUMBER, False),
        ("Alfa", "Gamma", Why.CODES, False),
        ("Beta", "Gamma", Why.CODES, False),
        ("Beta", "STRIPES coop. soc.", Why.WORDS, False),
        ("Comune di Legnano", "Comune di Legnamo", Why.LETTERS, False),
    ]
    assert [why_text(row.likeness, EN) for row in rows[:3]] == [
        "Same tax code: 00743110157",
        "Same VAT number: 12935990155",
        "The tax code of one is the VAT number of the other: 00743110157",
    ]
    words = "Same words, but for legal form, order or spaces: «Stripes» and «STRIPES coop. soc.»"
    assert why_text(rows[4].likeness, EN) == words


def test_a_judgement_is_kept_can_be_said_again_and_be_withdrawn(store: Store) -> None:
    one, other = an_organisation(store, "Stripes"), an_organisation(store, "Cooperativa Stripes")
    changes = judge_distinct(store, other, one, " altra sede ")
    assert (changes.topics, changes.ids) == ({"network"}, (other, one))
    (row,) = duplicate_rows(store)
    assert (row.judged, row.reason, row.one_id, row.other_id) == (True, "altra sede", one, other)
    assert similar_organisations(store, "Stripes", but=one) == ()
    assert [found.id for found in similar_organisations(store, "Stripes")] == [one, other]
    judge_distinct(store, one, other, "altro codice")
    (row,) = duplicate_rows(store)
    assert row.reason == "altro codice"
    withdraw_distinct(store, other, one)
    assert [row.judged for row in duplicate_rows(store)] == [False]
    assert [found.id for found in similar_organisations(store, "Stripes", but=one)] == [other]
    assert [row.verb for row in recent(store, 3)] == ["withdraw_distinct", "judge_distinct", "judge_distinct"]
    gesture = last_undoable(store)
    assert gesture is not None
    undo(store, gesture.number)
    assert [row.reason for row in duplicate_rows(store)] == ["altro codice"]


def test_judgements_on_what_is_not_there_are_refused(store: Store) -> None:
    one, other = an_organisation(store, "Alfa"), an_organisation(store, "Beta")
    before = edits(store)
    assert refusal(judge_distinct, store, one, "gone") == ("record.gone", None)
    assert refusal(withdraw_distinct, store, one, other) == ("record.gone", None)
    assert edits(store) == before


def test_what_was_judged_stands_below_also_when_it_is_alike_no_more(store: Store) -> None:
    one, other = an_organisation(store, "Stripes"), an_organisation(store, "Cooperativa Stripes")
    judge_distinct(store, one, other)
    save_organisation(store, OrganisationDraft(id=other, name="Albatros"))
    an_organisation(store, "Sercop")
    an_organisation(store, "Ser.Cop.")
    assert shown(store) == [("Sercop", "Ser.Cop.", Why.NAME, False), ("Stripes", "Albatros", None, True)]
    assert why_text(None, EN) == ""
    delete_organisation(store, other)
    assert shown(store) == [("Sercop", "Ser.Cop.", Why.NAME, False)]


def test_what_was_merged_is_proposed_no_more(store: Store) -> None:
    one, other = an_organisation(store, "Stripes"), an_organisation(store, "Cooperativa Stripes")
    merge_organisations(store, one, other)
    assert duplicate_rows(store) == ()
    assert [alias.name for alias in load_organisation(store, one).aliases] == ["Cooperativa Stripes"]


def test_the_registry_is_read_once_and_the_search_can_be_stopped(store: Store) -> None:
    for n in range(3):
        an_organisation(store, f"Ente {n}")

    class Stop:
        def step(self, done: int, total: int) -> None:
            raise Cancelled

    asked = []
    for _turn in range(2):
        with queries(store) as sent:
            duplicate_rows(store)
        asked.append(len([text for text in sent if text.startswith("SELECT")]))
    assert asked == [4, 2], "names are read once while nothing is written"
    with pytest.raises(Cancelled):
        duplicate_rows(store, Stop())


def test_codes_find_their_holder_while_they_are_typed(store: Store) -> None:
    key = an_organisation(store, "Parolo Srl", tax_code="00743110157")
    found = similar_organisations(store, "Tutt'altro nome", vat_number="it00743110157")
    assert [(hit.id, hit.same, hit.why.why) for hit in found] == [(key, True, Why.CODES)]
    assert similar_organisations(store, "", tax_code="00743110157", but=key) == ()
    assert similar_organisations(store, "", tax_code="") == ()


def test_names_at_hand_are_kept_up_to_date_whatever_was_asked_before() -> None:
    names = Names([Body("1", ("Stripes",))])
    names.put(Body("2", ("Sercop",)))
    assert [body.id for body, _why in names.index.near(Body("", ("Ser.Cop.",)))] == ["2"]
    names.put(Body("2", ("Albatros",)))
    names.refuse_taken("Sercop", (), "")
    assert refusal(names.refuse_taken, "albatros", (), "") == ("organisation.name_taken", "name")
    names.put(Body("3", ("Parolo", "Parolo Srl")))
    assert refusal(names.refuse_taken, "Sercop", ("PAROLO SRL",), "") == ("organisation.alias_taken", "aliases.0.name")
    names.refuse_taken("Parolo", ("Parolo Srl",), "3")
