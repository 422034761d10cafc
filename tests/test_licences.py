"""Everything that others have made is named, with its licence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from app.resources import resource
from tools.licences import licence_files, shipped_libraries

NOTICE = resource("licences", "NOTICE.txt").read_text("utf-8")


def test_notice_names_every_shipped_library() -> None:
    lines = re.findall(r"^  (\S.*?) {2,}\S", NOTICE.split("Libraries")[1], re.MULTILINE)
    named = {canonicalize_name(name) for line in lines for name in re.sub(r"\(.*?\)", "", line).strip().split(", ")}
    assert len(shipped_libraries()) > 10
    assert shipped_libraries() - named == set()


@pytest.mark.parametrize("name", sorted(shipped_libraries() - {"pyside6-essentials", "shiboken6"}))
def test_shipped_library_carries_its_licence(name: str) -> None:
    assert list(licence_files(name))


def test_every_font_and_icon_is_covered() -> None:
    groups = {"fonts/Inter_": "inter.txt", "fonts/SourceSans3-": "source-sans-3.txt", "icons/": "lucide.txt"}
    files = [path for folder in ("fonts", "icons") for path in resource(folder).iterdir()]
    assert len(files) > 60
    for path in files:
        place = f"{path.parent.name}/{path.name}"
        (licence,) = [text for start, text in groups.items() if place.startswith(start)]
        assert licence in NOTICE
        assert Path(resource("licences", licence)).stat().st_size > 1000
