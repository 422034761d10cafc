"""The libraries that go out with the program, and the licence texts they carry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_LICENCE = re.compile(r"dist-info/.*(licen[cs]e|copying|notice)", re.IGNORECASE)


def shipped_libraries(project: str = "concilia") -> frozenset[str]:
    """The canonical names of all that the installed project needs on this system, without extras."""
    found: set[str] = set()
    waiting = [project]
    while waiting:
        for line in distribution(waiting.pop()).requires or ():
            requirement = Requirement(line)
            name = canonicalize_name(requirement.name)
            if name not in found and (not requirement.marker or requirement.marker.evaluate({"extra": ""})):
                found.add(name)
                waiting.append(name)
    return frozenset(found)


def licence_files(name: str) -> Iterator[Path]:
    """The licence texts that an installed library carries."""
    for file in distribution(name).files or ():
        path = Path(str(file.locate()))
        if _LICENCE.search(file.as_posix()) and path.is_file():
            yield path
