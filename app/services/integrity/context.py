"""What every check is given: one state of the archive, the language of its sentences, and names for what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import AccountKind
from app.models.ledger import Account
from app.services.wording.labels import label
from app.services.wording.texts import Translator


@dataclass
class Context:
    """One state of the archive, read by every check."""

    session: Session
    tr: Translator

    @cached_property
    def accounts(self) -> dict[str, sa.Row[tuple[str, str | None, str, str]]]:
        """(key, key of the account above, kind, name) of every account, by key."""
        rows = self.session.execute(sa.select(Account.id, Account.parent_id, Account.kind, Account.name))
        return {row.id: row for row in rows}

    def account(self, key: str) -> str:
        """Name of an account, for a sentence; its key when there is none."""
        row = self.accounts.get(key)
        return key if row is None else row.name or label(AccountKind(row.kind), self.tr)
