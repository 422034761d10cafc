"""Texts in their languages."""

from __future__ import annotations

import gettext
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.wording.texts import LANGUAGES, N_, STRETCHED, Translator, stretch, translator


class Upper(gettext.NullTranslations):
    """A catalogue that shows which of its doors was used."""

    def gettext(self, message: str) -> str:
        return message.upper()

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return (msgid1 if n == 1 else msgid2).upper()

    def pgettext(self, context: str, message: str) -> str:
        return f"{context}: {message}".upper()


def test_english_is_the_source() -> None:
    tr = translator("en")
    assert tr("Nowhere translated") == "Nowhere translated"
    assert tr.plural("one file", "{n} files", 1) == "one file"
    assert tr.plural("one file", "{n} files", 0) == "{n} files"
    assert tr.context("door", "Open") == "Open"


def test_translator_asks_its_catalogue() -> None:
    tr = Translator("xx", Upper())
    assert tr("save") == "SAVE"
    assert tr.plural("one", "many", 1) == "ONE"
    assert tr.plural("one", "many", 2) == "MANY"
    assert tr.context("door", "open") == "DOOR: OPEN"


def test_italian_falls_back_to_english() -> None:
    assert translator("it")("Nowhere translated") == "Nowhere translated"


@pytest.mark.parametrize("language", [*LANGUAGES, STRETCHED])
def test_empty_text_stays_empty(language: str) -> None:
    assert translator(language)("") == ""  # gettext would give the catalogue's header


@pytest.mark.parametrize("language", [*LANGUAGES, STRETCHED])
def test_translator_is_made_once_and_knows_its_language(language: str) -> None:
    assert translator(language) is translator(language)
    assert translator(language).language == language


def test_translator_refuses_an_unknown_language() -> None:
    with pytest.raises(ValueError, match="'tlh'"):
        translator("tlh")


def test_mark_gives_the_text_itself() -> None:
    assert N_("Save") == "Save"


def test_stretch_lengthens_and_keeps_what_is_not_words() -> None:
    text = "Save the <b>{count:,}</b> proposals of {name} &amp; close"
    assert stretch(text) == "Sààvéé théé <b>{count:,}</b> pròòpòòsààls òòf {name} &amp; clòòséé"


def test_stretched_dresses_every_door() -> None:
    tr = translator(STRETCHED)
    said = (tr("Save"), tr.plural("file {n}", "files {n}", 2), tr.context("door", "Open"))
    assert said == ("Sààvéé", "fììléés {n}", "ÒÒpéén")


def test_stretch_adds_about_two_fifths() -> None:
    text = "The meeting cannot be closed: the vote on the second item of the agenda has not been entered."
    assert 1.25 <= len(stretch(text)) / len(text) <= 1.5


@given(st.text(alphabet="aeiouxyz AEIOU{}<>&;", max_size=40))
def test_stretch_never_shortens(text: str) -> None:
    assert len(stretch(text)) >= len(text)


@pytest.mark.parametrize("say", [lambda tr: tr("x"), lambda tr: tr.context("c", "x")])
def test_translator_is_frozen_and_equal_by_language(say: Callable[[Translator], str]) -> None:
    tr = translator("en")
    assert tr == Translator("en", Upper())
    assert say(tr) == "x"
    with pytest.raises(AttributeError):
        tr.language = "it"  # type: ignore[misc]
