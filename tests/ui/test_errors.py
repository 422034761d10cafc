"""Every error code has one sentence, in both languages, that names only values which the error carries."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.models import errors as kinds
from app.models.enums import ProposalState
from app.models.errors import AppError, InvalidInput
from app.services.wording.texts import LANGUAGES, translator
from app.ui.errors import SENTENCES, UNEXPECTED, sentence, write

APP = Path(__file__).resolve().parents[2] / "app"
ERRORS = {name for name, kind in vars(kinds).items() if isinstance(kind, type) and issubclass(kind, AppError)}
CODE = re.compile(r"[a-z][a-z_]*(?:\.[a-z][a-z_0-9]*)+\Z")
QUOTED = re.compile(r'"([a-z][a-z_]*(?:\.[a-z][a-z_0-9]*)+)"')
SPECS = {"", "euro", "count", "quoted", "list", "lines"}
EN = translator("en")


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(APP.rglob("*.py")):
        yield path, ast.parse(path.read_text("utf-8"))


def literals(node: ast.expr) -> Iterator[str]:
    """Strings that an expression may give."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def is_refusal_of_the_engine(node: ast.AST) -> bool:
    """Whether a call names a code that a trigger of the database carries."""
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_refuse" and len(node.args) == 1


def raised_codes() -> dict[str, set[str]]:
    """Codes by where they are raised: by errors, by triggers, from tables of codes, and as promised under «Raises:»."""
    found: dict[str, set[str]] = {}
    for path, tree in trees():
        where = str(path.relative_to(APP))
        for node in ast.walk(tree):
            codes: list[str] = []
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name in ERRORS or is_refusal_of_the_engine(node):
                    codes = list(literals(node.args[0]))
            elif isinstance(node, ast.Dict) and where.startswith(("models", "services/files")):
                codes = [code for value in node.values for code in literals(value) if CODE.match(code)]
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                codes = QUOTED.findall((ast.get_docstring(node) or "").partition("Raises:")[2])
            for code in codes:
                found.setdefault(code, set()).add(where)
    return found


TABLES = tuple(sorted((APP / "ui").glob("errors*.py")))
"""Where sentences stand."""


def strings_of_the_program() -> set[str]:
    """Every string that looks like a code, outside the sentences themselves."""
    return {
        node.value
        for path, tree in trees()
        if path not in TABLES
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.match(node.value)
    }


def test_every_code_has_a_sentence() -> None:
    missing = {code: sorted(where) for code, where in raised_codes().items() if code not in SENTENCES}
    assert not missing


def test_no_sentence_is_left_over() -> None:
    used = strings_of_the_program() | set(raised_codes())
    assert not set(SENTENCES) - used


def test_sentences_stand_in_order_one_a_line() -> None:
    written: list[str] = []
    for path in TABLES:
        codes = re.findall(r'^    "([a-z_.0-9]+)": ', path.read_text("utf-8"), flags=re.MULTILINE)
        assert codes == sorted(codes), path.name
        written += codes
    assert sorted(written) == sorted(SENTENCES), "a code stands twice, or an entry is not on a line of its own"


@pytest.mark.parametrize("code", SENTENCES)
def test_sentence_is_whole_in_both_languages(code: str) -> None:
    fields = {}
    for language in LANGUAGES:
        text = translator(language)(SENTENCES[code])
        assert language == "en" or text != SENTENCES[code], "not translated"
        assert text.rstrip()[-1] in ".!?»}", text
        parts = [(name, spec) for _text, name, spec, _conversion in string.Formatter().parse(text) if name]
        assert {spec for _name, spec in parts} <= SPECS
        fields[language] = sorted(parts)
    assert fields["it"] == fields["en"]


def test_values_are_written_as_the_user_reads_them() -> None:
    text = "{amount:euro} {n:count} {text:quoted} {names:list} {day} {state} {plain} {why}"
    values = {
        "amount": 300000000000,
        "n": 1234,
        "text": "x",
        "names": (date(2014, 1, 2), "b"),
        "day": date(2014, 3, 31),
        "state": ProposalState.DRAFT,
        "plain": 7,
        "why": InvalidInput("amount.empty"),
    }
    written = "3.000.000.000,00\u00a0€ 1.234 «x» 02/01/2014, b 31/03/2014 Draft 7 "
    assert write(text, values, EN) == written + "The amount is missing. Write it as 1.234,56."


def test_a_bug_gets_the_general_sentence() -> None:
    assert sentence(ZeroDivisionError(), EN) == UNEXPECTED
