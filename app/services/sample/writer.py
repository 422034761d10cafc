"""What writes the sample: the open archive, the files, and the keys of what was written so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from app.models.store import Store
from app.services.wording.formats import rome

Data = Mapping[str, Any]
"""A table of the files, as TOML reads it."""


@dataclass
class SampleWriter:
    """Writes into an empty archive.

    Attributes:
        data: every file by its name («plan», «proposals/1»).
        keys: key of each record written so far, by its name in the files («source:fixed_quota», «proposal:1»).
    """

    store: Store
    data: Data
    keys: dict[str, str] = field(default_factory=dict)

    def at(self, day: date, hour: time) -> None:
        """What is written from here on bears this instant of the Italian clock."""
        instant = datetime.combine(day, hour, rome()).astimezone(UTC)
        self.store.clock = lambda: instant

    @contextmanager
    def invented(self) -> Iterator[None]:
        """What is written inside is not in the text of the plan."""
        self.store.sample = True
        try:
            yield
        finally:
            self.store.sample = False

    @contextmanager
    def transcribed(self) -> Iterator[None]:
        """What is written inside, amid what is invented, is in the text of the plan."""
        self.store.sample = False
        try:
            yield
        finally:
            self.store.sample = True
