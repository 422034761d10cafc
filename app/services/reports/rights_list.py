"""Tables of people and keys: the users of the archive, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.models.enums import UserRole
from app.models.rights import RIGHTS, roles_for
from app.models.store import Store
from app.services.journal.journal import VERBS
from app.services.reports.lists import field_column
from app.services.reports.spec import Column, Kind, Table
from app.services.users.facts import list_users
from app.services.wording.labels import label
from app.services.wording.texts import Translator

BY_ITSELF = frozenset({"apply_erasures", "found_archive", "upgrade_archive"})
"""Verbs that nobody chooses: they belong to making and to opening an archive."""


@dataclass(frozen=True)
class RightRow:
    """One verb, in words, with the roles that may do it."""

    verb: str
    title: str
    roles: tuple[UserRole, ...]


def right_rows(tr: Translator) -> tuple[RightRow, ...]:
    """All verbs, by their words."""
    rows = [RightRow(verb, tr(VERBS[verb]), roles_for(verb)) for verb in RIGHTS if verb not in BY_ITSELF]
    return tuple(sorted(rows, key=lambda row: row.title.casefold()))


def _may(role: UserRole, yes: str) -> Callable[[RightRow], str]:
    return lambda row: yes if role in row.roles else ""


def rights_list(tr: Translator) -> Table:
    """Who may do what."""
    roles = tuple(
        Column(str(role), label(role, tr), Kind.TEXT, _may(role, tr("yes")), width_mm=22) for role in UserRole
    )
    return Table(
        "list.rights",
        tr("Who may do what"),
        (field_column("title", tr("Gesture"), Kind.NOTE, width_mm=70), *roles),
        right_rows(tr),
        notes=(
            tr(
                "These rights are a courtesy among people who share one key: the program keeps to them, and the history"
                " shows who did what. They are no lock: whoever can open the archive could read all of it by other"
                " means."
            ),
        ),
        row_id=lambda row: row.verb,
        landscape=True,
    )


def users_list(store: Store, tr: Translator) -> Table:
    """The users of the archive."""
    return Table(
        "list.users",
        tr("Users"),
        (
            field_column("name", tr("Name and surname"), width_mm=50),
            field_column("login", tr("User name"), width_mm=34),
            field_column("role", tr("Role"), Kind.STATE, width_mm=34),
            field_column("state", tr("State"), Kind.STATE, width_mm=26),
            field_column("password_at", tr("Password set"), Kind.INSTANT, width_mm=32),
        ),
        list_users(store),
        row_id=lambda row: row.id,
    )
