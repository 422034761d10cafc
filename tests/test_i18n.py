"""The tool that keeps the Italian catalogue complete."""

from __future__ import annotations

import gettext
import io
import json
from pathlib import Path

import pytest

from tools import i18n

CODE = """
from app.services.wording.texts import N_
NAME = N_("Name")
def f(tr, n, name):
    return tr("Hello {name}").format(name=name), tr.plural("one thing", "{n} things", n), tr.context("door", "Open")
"""
FILLED = {
    "Name": "Nome",
    "Hello {name}": "Ciao {name}, è qui",
    "one thing\u0000{n} things": ["una cosa", "{n} cose"],
    "door\u0004Open": "Apri",
}


class Project:
    """A small project with its catalogue."""

    def __init__(self, folder: Path) -> None:
        self.source, self.po, self.mo = folder / "app", folder / "x.po", folder / "x.mo"
        self.code = self.source / "code.py"
        self.source.mkdir()
        self.code.write_text(CODE, "utf-8")

    def update(self, filled: dict[str, object] | None = None) -> list[str]:
        return i18n.update(filled or {}, self.source, self.po, self.mo)

    def faults(self) -> list[str]:
        return i18n.find_faults(self.source, self.po, self.mo)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_filled_catalogue_is_complete_and_translates(project: Project) -> None:
    assert project.update(FILLED) == []
    assert project.faults() == []
    texts = gettext.GNUTranslations(io.BytesIO(project.mo.read_bytes()))
    said = [texts.gettext("Name"), texts.gettext("Hello {name}"), texts.pgettext("door", "Open")]
    assert said == ["Nome", "Ciao {name}, è qui", "Apri"]
    assert [texts.ngettext("one thing", "{n} things", n) for n in (0, 1, 2)] == ["{n} cose", "una cosa", "{n} cose"]


def test_same_texts_give_the_same_bytes(project: Project) -> None:
    project.update(FILLED)
    first = project.po.read_bytes(), project.mo.read_bytes()
    project.update()
    assert (project.po.read_bytes(), project.mo.read_bytes()) == first
    assert b"Date" not in first[0] + first[1]


def test_placeholders_are_of_both_kinds() -> None:
    text = "{name} pays {amount:,} of %(total)s, which is 30 %, to %s"
    assert i18n.placeholders(text) == {"{name}", "{amount:,}", "%(total)s", "%s"}


def test_missing_catalogue_is_all_faults(project: Project) -> None:
    assert len([fault for fault in project.faults() if fault.startswith("untranslated")]) == 4
    assert len([fault for fault in project.faults() if fault.startswith("out of date")]) == 2


def test_half_a_plural_is_untranslated(project: Project) -> None:
    project.update(FILLED)
    text = project.po.read_text("utf-8")
    project.po.write_text(text.replace('msgstr[1] "{n} cose"', 'msgstr[1] ""'), "utf-8")
    project.update()
    assert project.faults() == ['untranslated: "one thing\\u0000{n} things"']


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ('msgstr "Nome"', 'msgstr ""', 'untranslated: "Name"'),
        ('msgid "Name"', '#, fuzzy\nmsgid "Name"', 'fuzzy: "Name"'),
        ("Ciao {name}", "Ciao {nome}", "other placeholders"),
    ],
)
def test_check_finds_what_is_unfinished(project: Project, before: str, after: str, fault: str) -> None:
    project.update(FILLED)
    text = project.po.read_text("utf-8")
    assert before in text
    project.po.write_text(text.replace(before, after), "utf-8")
    project.update()
    assert [line for line in project.faults() if line.startswith(fault)]
    assert len(project.faults()) == 1


def test_check_finds_an_old_catalogue(project: Project) -> None:
    project.update(FILLED)
    project.code.write_text(CODE.replace('N_("Name")', '"Name"'), "utf-8")
    assert [fault.split(" (")[0] for fault in project.faults()] == ["out of date: x.po", "out of date: x.mo"]
    project.update()
    assert project.faults() == []
    assert b"Nome" not in project.po.read_bytes()


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("Nowhere", "In nessun luogo", "not in app/"),
        ("Name", ["Nome", "Nomi"], "1 text(s) expected"),
        ("Name", "", "1 text(s) expected"),
        ("Name", 7, "1 text(s) expected"),
        ("one thing\u0000{n} things", "cose", "2 text(s) expected"),
        ("one thing\u0000{n} things", ["una cosa", "cose"], "other placeholders"),
        ("Hello {name}", "Ciao", "other placeholders"),
    ],
)
def test_fill_refuses_what_does_not_fit(project: Project, key: str, value: object, refusal: str) -> None:
    project.update(FILLED)
    before = project.po.read_bytes()
    (line,) = project.update({key: value})
    assert line.startswith(refusal)
    assert project.po.read_bytes() == before


def test_unreadable_code_loses_no_translation(project: Project) -> None:
    project.update(FILLED)
    before = project.po.read_bytes()
    project.code.write_text("def (", "utf-8")
    with pytest.raises(i18n.ToolFailed, match=r"code\.py"):
        project.update()
    assert project.po.read_bytes() == before


@pytest.mark.parametrize("text", ["[]", "{", None])
def test_fill_file_must_be_one_object(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None) -> None:
    file = tmp_path / "fill.json"
    if text is not None:
        file.write_text(text, "utf-8")
    assert i18n.main(["fill", str(file)]) == 1
    assert capsys.readouterr().err.startswith(f"i18n: {file} ")


def test_read_filled_gives_the_translations(tmp_path: Path) -> None:
    file = tmp_path / "fill.json"
    file.write_text(json.dumps(FILLED), "utf-8")
    assert i18n.read_filled(file) == FILLED
