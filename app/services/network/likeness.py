"""How alike two bodies are, and why: the same code, the same name, the same words, nearly the same letters.

Every reason is one that can be told to a person; nothing is matched by a figure alone. Likeness is symmetric.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from itertools import combinations

from rapidfuzz import fuzz, process

from app.services.network.codes import bare_code
from app.services.ports import SILENT, Progress
from app.services.wording.folding import fold
from app.services.wording.texts import N_

NEAR = 85.0
"""How alike the letters of the words that differ must be for two names to be near, out of 100."""
AT_ONCE = 64
"""Names that are compared with all others between two looks at whether to stop."""


class Why(StrEnum):
    """Why two bodies may be one; the first is the strongest reason."""

    TAX_CODE = "tax_code"
    VAT_NUMBER = "vat_number"
    CODES = "codes"  # the tax code of one is the VAT number of the other
    NAME = "name"  # the same words
    WORDS = "words"  # the same but for legal form, order and spaces
    WITHIN = "within"  # one has all words of the other
    LETTERS = "letters"  # the words that differ are nearly the same


REASONS: Mapping[Why, str] = {
    Why.TAX_CODE: N_("Same tax code: {code}"),
    Why.VAT_NUMBER: N_("Same VAT number: {code}"),
    Why.CODES: N_("The tax code of one is the VAT number of the other: {code}"),
    Why.NAME: N_("Same name"),
    Why.WORDS: N_("Same words, but for legal form, order or spaces"),
    Why.WITHIN: N_("One name has all words of the other"),
    Why.LETTERS: N_("Nearly the same letters"),
}
"""Each reason as it is told."""

_RANK = {why: rank for rank, why in enumerate(Why)}

_DOTTED = re.compile(r"(?<!\w)(?:(?:[^\W\d_]{1,3}\.){2,}|(?:[^\W\d_]{1,3}\.)+[^\W\d_]{1,3})(?!\w)")
"""An abbreviation with points: «S.E.R.CO.P.», «Ser.Cop.», «s.r.l»."""
_PAIR = re.compile(r"(?<!\w)(\w)\s?&\s?(\w)(?!\w)")
"""«A&I»: one word, which is no article."""
_APOSTROPHE = re.compile(r"(?<=\w)['’`´](?!\w)")
"""At the end of a word it stands for an accent: «KOINE’»."""
_APART = re.compile(r"[^\w+]+")
_FORMS = re.compile(
    r"\b(?:societa (?:a responsabilita limitata(?: semplificata)?|per azioni|in nome collettivo"
    r"|in accomandita semplice|consortile|semplice)|organizzazione di volontariato"
    r"|associazione di (?:promozione sociale|volontariato)|ente del terzo settore"
    r"|a responsabilita limitata|in nome collettivo|in accomandita semplice)\b"
)
"""Legal forms that are written in several words."""
_SMALL = frozenset(
    (
        *(
            "a",
            "ai",
            "al",
            "alla",
            "alle",
            "col",
            "con",
            "d",
            "da",
            "dal",
            "dalla",
            "de",
            "dei",
            "del",
            "dell",
            "della",
        ),
        *("delle", "dello", "di", "e", "ed", "gli", "i", "il", "in", "l", "la", "le", "lo", "nel", "o", "per", "the"),
        *("aps", "arl", "asd", "ass", "associazione", "coop", "cooperativa", "cos", "ets", "fondazione", "impresa"),
        *("odv", "ol", "onlus", "p", "r", "rl", "s", "sas", "sc", "scarl", "scpa", "scrl", "scs", "scsrl", "snc"),
        *("soc", "sociale", "societa", "spa", "srl", "srls", "ssd", "volontariato"),
    )
)
"""Words that tell no body from another: articles and legal forms."""


@dataclass(frozen=True)
class Spelling:
    """A name, ready to be compared.

    Attributes:
        text: as written.
        every: its words, folded.
        telling: those that tell it from others, in order, each once; all of them when none does.
        words: the same, as a set.
        joined: its telling letters, without spaces.
        sorted_letters: the letters of `joined` in order: no other name is nearer by its letters than these are.
    """

    text: str
    every: tuple[str, ...]
    telling: tuple[str, ...]
    words: frozenset[str]
    joined: str
    sorted_letters: str


@dataclass(frozen=True)
class Body:
    """A body with all that it can be known by."""

    id: str
    names: tuple[str, ...]
    tax_code: str = ""
    vat_number: str = ""


@dataclass(frozen=True)
class Likeness:
    """Why two bodies may be one.

    Attributes:
        percent: how alike the words that tell are, letter by letter, from 0 to 100.
        one, other: the spellings, or codes, that are alike.
    """

    why: Why
    percent: int
    one: str
    other: str

    @property
    def order(self) -> tuple[int, int, float, str, str]:
        """Sorts the strongest first; among equals the one that is written most alike."""
        one, other = fold(self.one), fold(self.other)
        return _RANK[self.why], -self.percent, -fuzz.ratio(one, other), one, other

    @property
    def is_same(self) -> bool:
        """Whether nothing but legal form, order, accents, capitals and points tells them apart."""
        return self.why not in (Why.WITHIN, Why.LETTERS)


@lru_cache(maxsize=65536)
def spelling(text: str) -> Spelling:
    """A name, ready to be compared."""
    plain = _APOSTROPHE.sub("", fold(text))
    plain = _DOTTED.sub(lambda found: found[0].replace(".", ""), plain)
    plain = _PAIR.sub(r"\1+\2", plain)
    every = tuple(word for word in _APART.split(plain) if word)
    formless = _FORMS.sub(" ", " ".join(every)).split()
    telling = tuple(dict.fromkeys(word for word in formless if word not in _SMALL)) or tuple(dict.fromkeys(every))
    joined = "".join(telling)
    return Spelling(text, every, telling, frozenset(telling), joined, "".join(sorted(joined)))


def compare(one: Spelling, other: Spelling) -> Likeness | None:
    """Why two names may be those of one body; None when they are not near."""
    if not one.telling or not other.telling:
        return None
    why = _why(one, other)
    if why is None:
        return None
    if why in (Why.NAME, Why.WORDS):
        return Likeness(why, 100, one.text, other.text)
    percent = int(fuzz.ratio(" ".join(sorted(one.words)), " ".join(sorted(other.words))))
    return Likeness(why, percent, one.text, other.text)


def _why(one: Spelling, other: Spelling) -> Why | None:
    if one.every == other.every:
        return Why.NAME
    if one.words == other.words or one.joined == other.joined:
        return Why.WORDS
    shared = one.words & other.words
    if len(shared) > 1 and len(shared) == min(len(one.words), len(other.words)):
        return Why.WITHIN
    here = "".join(word for word in one.telling if word not in shared)
    there = "".join(word for word in other.telling if word not in shared)
    if _digits(here) != _digits(there):  # «scuola 1» is not «scuola 2», however long the rest
        return None
    return Why.LETTERS if fuzz.ratio(here, there, score_cutoff=NEAR) else None


def _digits(text: str) -> list[str]:
    return [letter for letter in text if letter.isdigit()]


@dataclass
class NameIndex:
    """Bodies by their names, to find those near to one without comparing it with each.

    Attributes:
        bodies: by key.
    """

    bodies: dict[str, Body] = field(default_factory=dict)
    _places: list[tuple[str, Spelling]] = field(default_factory=list)
    _letters: list[str] = field(default_factory=list)
    _holders: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    def of(cls, bodies: Iterable[Body]) -> NameIndex:
        """An index of these."""
        index = cls()
        for body in bodies:
            index.put(body)
        return index

    def put(self, body: Body) -> None:
        """Note a body, or what has become of it; names that it has no more are not found any more."""
        self.bodies[body.id] = body
        for name in body.names:
            found = spelling(name)
            if found.telling:
                for word in found.words:
                    self._holders[word].add(len(self._places))
                self._places.append((body.id, found))
                self._letters.append(found.sorted_letters)

    def near(self, wanted: Body) -> list[tuple[Body, Likeness]]:
        """The bodies that may be the one that is wanted, the likeliest first; itself left out."""
        best: dict[str, Likeness] = {}

        def keep(owner: str, found: Likeness | None) -> None:
            if found is not None and owner != wanted.id and (owner not in best or found.order < best[owner].order):
                best[owner] = found

        for body in self.bodies.values() if wanted.tax_code or wanted.vat_number else ():
            keep(body.id, _by_codes(body, wanted))
        for name in wanted.names:
            ours = spelling(name)
            for place in self._near_places(ours):
                owner, theirs = self._places[place]
                if theirs.text in self.bodies[owner].names:
                    keep(owner, compare(theirs, ours))
        return sorted(((self.bodies[owner], found) for owner, found in best.items()), key=_order)

    def _near_places(self, ours: Spelling) -> set[int]:
        """Places of names that may be near: none that is near is left out."""
        if not ours.telling:
            return set()
        rows = process.extract(
            ours.sorted_letters, self._letters, scorer=fuzz.ratio, processor=None, score_cutoff=NEAR, limit=None
        )
        found = {place for _letters, _score, place in rows}
        common = Counter(place for word in ours.words for place in self._holders.get(word, ()))
        for place, shared in common.items():
            if shared == min(len(ours.words), len(self._places[place][1].words)):
                found.add(place)
        return found


def _order(pair: tuple[Body, Likeness]) -> tuple[int, int, float, str, str, str]:
    body, found = pair
    return (*found.order, body.id)


def _by_codes(one: Body, other: Body) -> Likeness | None:
    """Whether two bodies have a code in common; a company has often the same for both its codes."""
    pairs = (
        (Why.TAX_CODE, one.tax_code, other.tax_code),
        (Why.VAT_NUMBER, one.vat_number, other.vat_number),
        (Why.CODES, one.tax_code, other.vat_number),
        (Why.CODES, one.vat_number, other.tax_code),
    )
    for why, code, theirs in pairs:
        if _bare(code) and _bare(code) == _bare(theirs):
            return Likeness(why, 100, code, theirs)
    return None


def _bare(code: str) -> str:
    return bare_code(code).removeprefix("IT")


def alike_pairs(bodies: Sequence[Body], progress: Progress = SILENT) -> dict[tuple[str, str], Likeness]:
    """Every two bodies that may be one, with the strongest reason; the key that sorts first stands first.

    Gives what comparing each with each gives: by `_by_codes`, and by `compare` for each of their spellings.
    """
    best: dict[tuple[str, str], Likeness] = {}

    def keep(one: str, other: str, found: Likeness | None) -> None:
        if found is None or one == other:
            return
        if other < one:
            one, other, found = other, one, Likeness(found.why, found.percent, found.other, found.one)
        if (one, other) not in best or found.order < best[one, other].order:
            best[one, other] = found

    for left, right in _with_a_code_in_common(bodies):
        keep(left.id, right.id, _by_codes(left, right))
    spellings = [(body.id, spelling(name)) for body in bodies for name in body.names]
    spellings = [(owner, text) for owner, text in spellings if text.telling]
    for here, there in _candidates([text for _owner, text in spellings], progress):
        (one, left_text), (other, right_text) = spellings[here], spellings[there]
        if one != other:
            keep(one, other, compare(left_text, right_text))
    return best


def _with_a_code_in_common(bodies: Sequence[Body]) -> Iterator[tuple[Body, Body]]:
    holders: dict[str, list[Body]] = defaultdict(list)
    for body in bodies:
        for code in {_bare(body.tax_code), _bare(body.vat_number)} - {""}:
            holders[code].append(body)
    for those in holders.values():
        yield from combinations(those, 2)


def _candidates(spellings: Sequence[Spelling], progress: Progress) -> Iterator[tuple[int, int]]:
    """Pairs of places that may be near: none that is near is left out."""
    yield from _with_words_in_common(spellings)
    order = sorted(range(len(spellings)), key=lambda at: len(spellings[at].joined))
    letters = [spellings[at].sorted_letters for at in order]
    ends = _reach([len(each) for each in letters])
    for at, place in enumerate(order):
        if at % AT_ONCE == 0:
            progress.step(at, len(order))
        for _letters, _score, offset in process.extract(
            letters[at],
            letters[at + 1 : ends[at]],
            scorer=fuzz.ratio,
            processor=None,
            score_cutoff=NEAR,
            limit=None,
        ):
            yield place, order[at + 1 + offset]
    progress.step(len(order), len(order))


def _with_words_in_common(spellings: Sequence[Spelling]) -> Iterator[tuple[int, int]]:
    """Pairs with the same words, and pairs of which one has all words of the other."""
    holders: dict[str, set[int]] = defaultdict(set)
    for place, each in enumerate(spellings):
        for word in each.words:
            holders[word].add(place)
    for place, each in enumerate(spellings):
        if len(each.words) > 1:
            fewest, *others = sorted((holders[word] for word in each.words), key=len)
            for there in fewest.intersection(*others) - {place}:
                yield place, there


def _reach(lengths: Sequence[int]) -> list[int]:
    """For each length, in growing order, the end of those whose letters can still be near."""
    ends: list[int] = []
    end = 0
    for length in lengths:
        # of two texts with a and b letters at most 2 min(a, b) / (a + b) is alike
        while end < len(lengths) and 200 * length >= NEAR * (length + lengths[end]):
            end += 1
        ends.append(end)
    return ends
