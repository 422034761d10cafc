"""The catalogue that is looked into gives what the standard library's gives."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from app.resources import resource
from app.services.wording.catalogue import Catalogue


@pytest.fixture(scope="module")
def file() -> Path:
    """The Italian texts of the program."""
    return resource("i18n", "it", "LC_MESSAGES", "concilia.mo")


def test_every_text_is_that_of_the_standard_library(file: Path) -> None:
    ours = Catalogue(file.read_bytes())
    with file.open("rb") as opened:
        theirs = gettext.GNUTranslations(opened)
    keys = [key.decode() for key in ours._places if key]
    assert len(keys) > 1000
    for key in keys:
        context, _separator, text = key.rpartition("\4")
        one, _separator, many = text.partition("\0")
        if context:
            assert ours.pgettext(context, text) == theirs.pgettext(context, text)
        elif many:
            for n in (0, 1, 2, 11, 100):
                assert ours.ngettext(one, many, n) == theirs.ngettext(one, many, n)
        else:  # before Python 3.11.5 the library does not find the singular of a text that has a plural
            assert ours.gettext(text) in (theirs.gettext(text), theirs.ngettext(text, text, 1))


def test_a_text_that_is_not_there_comes_back(file: Path) -> None:
    ours = Catalogue(file.read_bytes())
    assert ours.gettext("not there") == "not there"
    assert ours.pgettext("nowhere", "not there") == "not there"
    assert [ours.ngettext("{n} thing not there", "{n} things not there", n) for n in (1, 2)] == [
        "{n} thing not there",
        "{n} things not there",
    ]


def test_other_files_are_refused() -> None:
    with pytest.raises(ValueError, match="not a compiled catalogue"):
        Catalogue(b"x" * 64)
