"""What this computer remembers of its user's choices: language, look, recent archives, widths of columns.

Nothing of an archive's content is kept here, and no secret.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.services.files import keep_small
from app.services.wording.texts import N_

RECENT_MAX = 8
DOCUMENT_MEGABYTES = (5, 10, 25, 50, 100, 200)
"""Sizes up to which a document is taken, of which one is chosen, in millions of bytes."""
COPY_GIGABYTES = (1, 2, 5, 10, 20, 50)
"""Room that the copies of an archive may take, of which one is chosen, in thousands of millions of bytes."""
SCALES = (100, 110, 125, 150, 175, 200)
"""Sizes of text and controls that are offered, in percent."""

LOCK_MINUTES = (0, 2, 5, 10, 20, 60)
"""Minutes after which an archive with a password is hidden; 0 for never."""


@dataclass(frozen=True)
class Setting:
    """One remembered choice.

    Attributes:
        key: stable name in the file.
        type: of the value.
        default: when nothing valid is remembered.
        title: for the settings dialog (source text); empty when it is not shown there.
        check: whether a value read from the file can be used.
    """

    key: str
    type: type
    default: Any
    title: str
    check: Callable[[Any], bool]


def _is_column_book(value: Any) -> bool:
    """Whether `value` maps a table's name to what is remembered of its columns."""
    return all(isinstance(name, str) and isinstance(entry, dict) for name, entry in value.items())


def _is_view_book(value: Any) -> bool:
    """Whether `value` maps a table's name to the views that are remembered of it, each with its name."""
    return all(
        isinstance(views, list) and all(isinstance(view, dict) and isinstance(view.get("name"), str) for view in views)
        for views in value.values()
    )


def _is_sealed_book(value: Any) -> bool:
    """Whether `value` maps a table's name to texts that only their archives read."""
    return all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in value.values())


def _is_paths(value: Any) -> bool:
    """Whether `value` is a short list of file names."""
    return len(value) <= RECENT_MAX and all(isinstance(path, str) for path in value)


def _is_marks(value: Any) -> bool:
    """Whether `value` is a list of short names that say nothing."""
    return all(isinstance(mark, str) and len(mark) < 40 for mark in value)


def _is_instants(value: Any) -> bool:
    """Whether `value` maps names to instants."""
    return all(isinstance(at, str) and len(at) < 40 for at in value.values())


def _any(_value: Any) -> bool:
    """Every value of the right type will do."""
    return True


SETTINGS = (
    Setting("language", str, "it", N_("Language"), lambda value: value in ("it", "en")),
    Setting("theme", str, "system", N_("Theme"), lambda value: value in ("light", "dark", "system")),
    Setting("scale", int, 100, N_("Size of text and controls"), lambda value: 100 <= value <= 200),
    Setting("user_name", str, "", N_("Your name, for the history"), lambda value: len(value) <= 80),
    Setting("document_megabytes", int, 25, N_("Largest document, in MB"), lambda value: 1 <= value <= 200),
    Setting("copies_gigabytes", int, 2, N_("Room for copies of an archive, in GB"), lambda value: 1 <= value <= 200),
    Setting("lock_minutes", int, 10, N_("Lock the session when nobody is there"), lambda value: value in LOCK_MINUTES),
    Setting("keyring", bool, False, N_("Passwords of archives"), _any),
    Setting("passwords_kept", list, [], "", _is_marks),
    Setting("gaps_folded", bool, False, "", _any),
    Setting("recent", list, [], "", _is_paths),
    Setting("outside_copies", dict, {}, "", _is_instants),
    Setting("geometry", str, "", "", _any),
    Setting("splitters", dict, {}, "", _any),
    Setting("views", dict, {}, "", _is_view_book),  # of earlier releases, for anybody to read
    Setting("sealed_views", dict, {}, "", _is_sealed_book),
    Setting("columns", dict, {}, "", _is_column_book),
)
_BY_KEY = {setting.key: setting for setting in SETTINGS}


def settings_folder() -> Path:
    """Folder of this user's settings, by the custom of the system; `CONCILIA_CONFIG` names another."""
    chosen = os.environ.get("CONCILIA_CONFIG")
    if chosen:
        return Path(chosen)
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming") / "Concilia"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Concilia"
    return Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "concilia"


def settings_path() -> Path:
    """File of this user's settings."""
    return settings_folder() / "settings.json"


class Settings:
    """The user's choices, read once and written at each change.

    A file that cannot be read is set aside as `settings.broken.json` and the defaults apply; one value that
    does not fit is dropped alone. A place that cannot be written keeps the choices for this run only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._values = self._read()

    def get(self, key: str) -> Any:
        """Value of a setting, its default when none is remembered; a list or dict is the caller's own copy."""
        setting = _BY_KEY[key]
        value = self._values.get(key, setting.default)
        return value.copy() if isinstance(value, list | dict) else value

    def set(self, key: str, value: Any) -> None:
        """Remember `value`, which must pass the setting's check."""
        setting = _BY_KEY[key]
        assert _fits(setting, value), f"{key} cannot be {value!r}"
        if self.get(key) == value:
            return
        self._values[key] = value
        self._write()

    def add_recent(self, path: Path) -> None:
        """Put an archive first among the recent ones."""
        name = str(path.resolve())
        others = [known for known in self.get("recent") if known != name]
        self.set("recent", [name, *others][:RECENT_MAX])

    def remove_recent(self, path: Path) -> None:
        """Forget a recent archive."""
        self.set("recent", [known for known in self.get("recent") if known != str(path)])

    def _read(self) -> dict[str, Any]:
        """Values of the file that can be used."""
        try:
            content = json.loads(self.path.read_text("utf-8"))
        except OSError:
            return {}
        except ValueError:
            self._set_aside()
            return {}
        if not isinstance(content, dict):
            self._set_aside()
            return {}
        return {key: value for key, value in content.items() if key in _BY_KEY and _fits(_BY_KEY[key], value)}

    def _set_aside(self) -> None:
        """Keep a broken file for whoever wants to look into it."""
        try:
            self.path.replace(self.path.with_suffix(".broken.json"))
        except OSError:
            return

    def _write(self) -> None:
        """Write all values; where that cannot be they hold for this run."""
        keep_small(self.path, json.dumps(self._values, ensure_ascii=False, indent=1, sort_keys=True))


def _fits(setting: Setting, value: Any) -> bool:
    """Whether `value` has the setting's type and passes its check."""
    return type(value) is setting.type and setting.check(value)
