"""README, changelog and notes: every command is named, every file that they name is there, every example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import run
from app.commands.parser import make_parser
from app.commands.table import COMMANDS
from app.services.wording.texts import translator

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text("utf-8")
NOTES = ("README.md", "CHANGELOG.md", *(f"docs/{path.name}" for path in sorted((ROOT / "docs").glob("*.md"))))
SOURCES = ("app", "benchmarks", "docs", "resources", "tests", "tools")
FOLDERS = ("", "app/", "app/services/", "docs/", "resources/", "tests/")
"""Where a name without its first folders may be meant: notes say `models/store.py`."""
MADE = ("concilia-demo/", "./concilia-demo", ".venv", "build/", "dist/")
"""Names of what the program makes."""
SUFFIXES = r"py|md|toml|lock|txt|sh|spec|svg|png|jpg|po|mo|cfg|yml|in"
NAME = re.compile(rf"(?:\.{{0,2}}/)?[\w.*{{}},-]+(?:/[\w.*{{}},-]+)+/?|[\w-]+\.(?:{SUFFIXES})|\.ci/run")


def named(text: str) -> set[str]:
    """What a note names as files: in code, in links, in pictures."""
    code = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    words = {word.strip("(),;:") for piece in code for word in piece.split()}
    return {word for word in {*words, *links} if NAME.fullmatch(word) and not word.startswith(MADE)}


def is_there(name: str) -> bool:
    """Whether a name, which may hold `*` and `{a,b}`, is that of some file."""
    choice = re.search(r"\{([^{}]*)\}", name)
    if choice:
        return all(is_there(name.replace(choice[0], one)) for one in choice[1].split(","))
    if "/" not in name and (ROOT / name).exists():
        return True
    if "/" not in name:  # a file of the folder that the text is about
        return any(any((ROOT / folder).rglob(name)) for folder in SOURCES)
    return any(any(ROOT.glob((folder + name).strip("/").removeprefix("./"))) for folder in FOLDERS)


def commands(text: str) -> list[list[str]]:
    """What a note says to type after «concilia»."""
    pieces = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?:\$ )?(concilia .+?)(?:\s+#.*)?$", text, re.MULTILINE)
    return [piece.split()[1:] for piece in pieces if piece.startswith("concilia ")]


@pytest.mark.parametrize("note", NOTES)
def test_every_file_that_is_named_is_there(note: str) -> None:
    names = named((ROOT / note).read_text("utf-8"))
    assert sorted(name for name in names if not is_there(name)) == []


def test_files_are_recognised_where_they_are_named() -> None:
    text = "`models/store.py` and [a](docs/none.md), `python run.py test`, `a/b` in `concilia-demo/`\n```\nx.py\n```"
    assert named(text) == {"models/store.py", "docs/none.md", "run.py", "a/b"}
    assert is_there("models/{store,lock}.py")
    assert is_there("resources/sample/*.toml")
    assert is_there("lock.py")
    assert not is_there("none.py")
    assert not is_there("models/{store,none}.py")
    assert not is_there("docs/none.md")


def test_readme_names_every_command_and_no_other() -> None:
    rows = re.findall(r"^\| `concilia ([a-z-]+) ", README, re.MULTILINE)
    assert rows == list(COMMANDS)


@pytest.mark.parametrize("note", NOTES)
def test_every_example_can_be_typed(note: str) -> None:
    parser = make_parser(translator("en"))
    for words in commands((ROOT / note).read_text("utf-8")):
        if words[0] == "FILE" or words[0].startswith("-"):
            continue
        assert words[0] in COMMANDS
        if len(words) > 1:  # else a sentence that only names the command
            assert parser.parse_args(words).command == words[0]


def test_readme_shows_how_to_begin() -> None:
    assert "python run.py " in README
    assert "python run.py test" in README
    told = set(re.findall(r"python run\.py ([a-z]+)", README)) - set(COMMANDS)
    assert told == {"test", "lint", "bench"}
    assert run.__doc__ is not None
    assert all(f"run.py {word}" in run.__doc__ for word in told)
    assert re.search(r"!\[[^\]]+\]\(docs/images/[\w-]+\.png\)", README), "a picture, with words for who cannot see it"


def test_readme_is_one_page() -> None:
    assert len(README.splitlines()) <= 90


def test_exit_codes_and_languages_are_those_of_the_program() -> None:
    assert "0 done, 1 findings, 2 wrong use or bad input,\n3 environment" in README
    assert "`--lang en`" in README


def test_figures_name_every_benchmark() -> None:
    told = (ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    scripts = {path.stem for path in (ROOT / "benchmarks").glob("bench_*.py")}
    assert scripts
    assert set(re.findall(r"benchmarks\.(bench_\w+)", told)) == scripts


@pytest.mark.parametrize("path", sorted((ROOT / "benchmarks").glob("bench_*.py")), ids=lambda path: path.stem)
def test_every_benchmark_has_a_quick_mode_and_says_how_to_run_it(path: Path) -> None:
    source = path.read_text("utf-8")
    assert '"--quick"' in source
    assert f"python -m benchmarks.{path.stem} [--quick]" in source
