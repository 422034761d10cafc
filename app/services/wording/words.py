"""Days, months and years in words, as minutes write them, in the language of the document. Pure."""

from __future__ import annotations

from datetime import date

YEARS = range(2000, 2100)
"""Years that are written in words; others keep their digits."""

_IT_UNITS = ("", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
_IT_TEENS = (
    "dieci",
    "undici",
    "dodici",
    "tredici",
    "quattordici",
    "quindici",
    "sedici",
    "diciassette",
    "diciotto",
    "diciannove",
)
_IT_TENS = (
    "",
    "",
    "venti",
    "trenta",
    "quaranta",
    "cinquanta",
    "sessanta",
    "settanta",
    "ottanta",
    "novanta",
)
_IT_MONTHS = (
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
)
_EN_UNITS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EN_TEENS = (
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_EN_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}
_EN_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def year_in_words(year: int, language: str) -> str:
    """«duemilaquattordici», “two thousand and fourteen”; digits for a year outside `YEARS`."""
    if year not in YEARS:
        return str(year)
    rest = year - 2000
    if language == "it":
        words = _italian(rest)
        return "duemila" + ("tré" if words == "tre" else words)
    return f"two thousand and {_english(rest)}" if rest else "two thousand"


def day_in_words(day: int, language: str) -> str:
    """Day of the month: «ventitré», but «primo» for the first; “twenty-third” in English."""
    assert 1 <= day <= 31
    if language == "it":
        return "primo" if day == 1 else _italian(day)
    *tens, last = _english(day).split("-")
    return "-".join([*tens, _EN_ORDINALS.get(last, f"{last}th")])


def month_in_words(day: date, language: str) -> str:
    """«giugno», “June”."""
    return (_IT_MONTHS if language == "it" else _EN_MONTHS)[day.month - 1]


def _italian(number: int) -> str:
    """0 to 99; nothing for 0. The tens lose their vowel before «uno» and «otto»; «tré» has its accent at the end."""
    tens, units = divmod(number, 10)
    if tens == 0:
        return _IT_UNITS[units]
    if tens == 1:
        return _IT_TEENS[units]
    start = _IT_TENS[tens]
    if units in (1, 8):
        start = start[:-1]
    return start + ("tré" if units == 3 else _IT_UNITS[units])


def _english(number: int) -> str:
    """0 to 99; nothing for 0."""
    tens, units = divmod(number, 10)
    if tens == 0:
        return _EN_UNITS[units]
    if tens == 1:
        return _EN_TEENS[units]
    return f"{_EN_TENS[tens]}-{_EN_UNITS[units]}" if units else _EN_TENS[tens]
