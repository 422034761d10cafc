"""Users of an encrypted archive, and what was done to its keys. The keys themselves lie beside the archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Record, link, one_of, table_args
from app.models.enums import KeyActKind, UserRole, UserState


@dataclass(frozen=True)
class Person:
    """Who works in an archive.

    Attributes:
        id: of the user, or `slots.RECOVERY`.
    """

    id: str
    name: str
    role: UserRole


class ArchiveUser(Record):
    """Somebody who may open the archive.

    Attributes:
        login: the name given at opening, folded; one of a kind.
        password_at: when the password was set last.
    """

    __tablename__ = "archive_user"

    name: Mapped[str]
    login: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str]
    state: Mapped[str] = mapped_column(default=UserState.ACTIVE.value)
    password_at: Mapped[datetime | None]

    __table_args__ = table_args(one_of("role", UserRole), one_of("state", UserState))

    def person(self) -> Person:
        """As who works."""
        return Person(self.id, self.name, UserRole(self.role))


class KeyAct(Record):
    """Something that was done to the keys of the archive; who did it and when is in the journal.

    Attributes:
        user_id: user whose keys they are, where it was about one.
        reason: why, where it has to be said.
    """

    __tablename__ = "key_act"

    kind: Mapped[str]
    user_id: Mapped[str | None] = link("archive_user.id")
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = table_args(one_of("kind", KeyActKind))
