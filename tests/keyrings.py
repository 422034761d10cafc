"""A keyring for tests: keeps in memory what the system's would keep, refuses, or never answers."""

from __future__ import annotations

import threading


class MemoryRing:
    """In the place of the system's keyring.

    Attributes:
        entries: what is kept, by service and user name.
        refuses: whether it is locked.
        answers: cleared, it lets whoever asks wait.
        asked: how often it was asked for something.
    """

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.refuses = False
        self.answers = threading.Event()
        self.answers.set()
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._answer()
        del self.entries[service, username]

    def _answer(self) -> None:
        self.asked += 1
        self.answers.wait(10)
        if self.refuses:
            raise PermissionError("the collection is locked")
