from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from app.services.settings import RECENT_MAX, SETTINGS, Settings, settings_folder, settings_path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "settings.json"


def test_defaults_stand_without_a_file(path: Path) -> None:
    settings = Settings(path)
    assert {setting.key: settings.get(setting.key) for setting in SETTINGS} == {
        setting.key: setting.default for setting in SETTINGS
    }
    assert not path.exists()


def test_choices_are_kept_for_the_next_run(path: Path) -> None:
    settings = Settings(path)
    settings.set("language", "en")
    settings.set("columns", {"list": {"order": ["a"]}})
    again = Settings(path)
    assert again.get("language") == "en"
    assert again.get("columns") == {"list": {"order": ["a"]}}
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_given_values_are_copies(path: Path) -> None:
    settings = Settings(path)
    settings.get("columns")["list"] = {}
    settings.get("recent").append("x")
    assert settings.get("columns") == {}
    assert settings.get("recent") == []


@pytest.mark.parametrize("content", ["{", "[]", "\x00", '"text"'])
def test_broken_file_is_set_aside(content: str, path: Path) -> None:
    path.parent.mkdir()
    path.write_text(content, "utf-8")
    settings = Settings(path)
    assert settings.get("theme") == "system"
    assert path.with_suffix(".broken.json").read_text("utf-8") == content
    settings.set("theme", "dark")
    assert Settings(path).get("theme") == "dark"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("language", "fr"),
        ("language", 1),
        ("scale", 90),
        ("scale", True),
        ("theme", "pink"),
        ("recent", ["x"] * (RECENT_MAX + 1)),
        ("recent", [1]),
        ("columns", {"list": 1}),
        ("user_name", "x" * 81),
    ],
)
def test_one_value_that_does_not_fit_is_dropped_alone(key: str, value: object, path: Path) -> None:
    path.parent.mkdir()
    other = "user_name" if key != "user_name" else "language"
    kept = "Anna" if other == "user_name" else "en"
    path.write_text(json.dumps({key: value, other: kept, "unknown": 1}), "utf-8")
    settings = Settings(path)
    assert settings.get(other) == kept
    assert settings.get(key) == next(setting.default for setting in SETTINGS if setting.key == key)
    with pytest.raises(AssertionError):
        settings.set(key, value)


def test_recent_archives_are_few_and_the_last_comes_first(path: Path, tmp_path: Path) -> None:
    settings = Settings(path)
    for number in range(RECENT_MAX + 2):
        settings.add_recent(tmp_path / f"{number}.concilia")
    settings.add_recent(tmp_path / "5.concilia")
    recent = settings.get("recent")
    assert len(recent) == RECENT_MAX
    assert recent[0] == str(tmp_path / "5.concilia")
    assert len(set(recent)) == RECENT_MAX
    settings.remove_recent(tmp_path / "5.concilia")
    assert str(tmp_path / "5.concilia") not in settings.get("recent")


def test_place_that_cannot_be_written_keeps_choices_for_the_run(tmp_path: Path) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("", "utf-8")
    settings = Settings(blocker / "settings.json")
    settings.set("theme", "dark")
    assert settings.get("theme") == "dark"
    assert Settings(blocker / "settings.json").get("theme") == "system"


def test_broken_file_that_cannot_be_moved_is_left(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.parent.mkdir()
    path.write_text("{", "utf-8")

    def refuse(*_args: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    assert Settings(path).get("language") == "it"


@pytest.mark.parametrize(
    ("system", "variable", "folder"),
    [
        ("linux", "XDG_CONFIG_HOME", "concilia"),
        ("win32", "APPDATA", "Concilia"),
        ("darwin", "HOME", "Library/Application Support/Concilia"),
    ],
)
def test_folder_follows_the_custom_of_the_system(
    system: str, variable: str, folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CONCILIA_CONFIG", raising=False)
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setenv(variable, str(tmp_path))
    assert settings_folder() == tmp_path / folder
    assert settings_path() == tmp_path / folder / "settings.json"


def test_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCILIA_CONFIG", str(tmp_path / "mine"))
    assert settings_folder() == tmp_path / "mine"
