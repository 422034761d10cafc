"""What is kept of a bug: kinds of errors and places in the code, nothing of anybody's data."""

from __future__ import annotations

import traceback

from app.models.errors import AppError


def places_of(error: BaseException) -> list[str]:
    """The error, what caused it, and where each passed; without any value, since values are people's."""
    lines = []
    seen: BaseException | None = error
    while seen is not None:
        lines.append(f"{type(seen).__name__} {seen.code}" if isinstance(seen, AppError) else type(seen).__name__)
        for frame in traceback.extract_tb(seen.__traceback__):
            module = frame.filename.replace("\\", "/").rpartition("/app/")[2].rpartition("site-packages/")[2]
            lines.append(f"  {module}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return lines
