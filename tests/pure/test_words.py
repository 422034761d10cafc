"""Days and years in words."""

from __future__ import annotations

from datetime import date

import pytest

from app.services.wording.words import YEARS, day_in_words, month_in_words, year_in_words


@pytest.mark.parametrize(
    ("year", "italian", "english"),
    [
        (2000, "duemila", "two thousand"),
        (2001, "duemilauno", "two thousand and one"),
        (2003, "duemilatré", "two thousand and three"),
        (2008, "duemilaotto", "two thousand and eight"),
        (2010, "duemiladieci", "two thousand and ten"),
        (2014, "duemilaquattordici", "two thousand and fourteen"),
        (2021, "duemilaventuno", "two thousand and twenty-one"),
        (2023, "duemilaventitré", "two thousand and twenty-three"),
        (2038, "duemilatrentotto", "two thousand and thirty-eight"),
        (2080, "duemilaottanta", "two thousand and eighty"),
        (2099, "duemilanovantanove", "two thousand and ninety-nine"),
        (1999, "1999", "1999"),
        (2100, "2100", "2100"),
    ],
)
def test_year_in_words(year: int, italian: str, english: str) -> None:
    assert year_in_words(year, "it") == italian
    assert year_in_words(year, "en") == english


@pytest.mark.parametrize(
    ("day", "italian", "english"),
    [
        (1, "primo", "first"),
        (2, "due", "second"),
        (3, "tre", "third"),
        (4, "quattro", "fourth"),
        (5, "cinque", "fifth"),
        (8, "otto", "eighth"),
        (9, "nove", "ninth"),
        (10, "dieci", "tenth"),
        (12, "dodici", "twelfth"),
        (19, "diciannove", "nineteenth"),
        (20, "venti", "twentieth"),
        (21, "ventuno", "twenty-first"),
        (23, "ventitré", "twenty-third"),
        (24, "ventiquattro", "twenty-fourth"),
        (28, "ventotto", "twenty-eighth"),
        (30, "trenta", "thirtieth"),
        (31, "trentuno", "thirty-first"),
    ],
)
def test_day_in_words(day: int, italian: str, english: str) -> None:
    assert day_in_words(day, "it") == italian
    assert day_in_words(day, "en") == english


@pytest.mark.parametrize("language", ["it", "en"])
def test_all_words_differ_and_are_words(language: str) -> None:
    years = [year_in_words(year, language) for year in YEARS]
    days = [day_in_words(day, language) for day in range(1, 32)]
    months = [month_in_words(date(2014, month, 1), language) for month in range(1, 13)]
    for texts in (years, days, months):
        assert len(set(texts)) == len(texts)
        assert not any(character.isdigit() for text in texts for character in text)


def test_months() -> None:
    assert month_in_words(date(2014, 6, 24), "it") == "giugno"
    assert month_in_words(date(2014, 6, 24), "en") == "June"
    assert month_in_words(date(2014, 12, 24), "stretched") == "December"
