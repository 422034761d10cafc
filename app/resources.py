"""Where the files that are not code lie: fonts, icons, texts, the sample, templates."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def resources_folder() -> Path:
    """The folder of the resources.

    In a frozen program it is unpacked beside the program's libraries; in a wheel it lies
    inside the package; in a checkout it stands beside the package.
    """
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / "resources"
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of one resource, for example `resource("icons", "map.svg")`."""
    return resources_folder().joinpath(*parts)
