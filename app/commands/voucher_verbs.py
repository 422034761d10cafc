"""What the sub-verbs of `concilia vouchers` share: their shape, the option of every list, the key of a programme."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models.errors import InvalidInput
from app.services.wording.texts import Translator

if TYPE_CHECKING:
    from app.models.store import Store


@dataclass(frozen=True)
class SubVerb:
    """What `concilia vouchers NAME` does: its help, its arguments beside the archive, its work."""

    name: str
    help: str
    declare: Callable[[argparse.ArgumentParser, Translator], None]
    run: Callable[[argparse.Namespace, Translator], int]


def programme_key(store: Store, code: str) -> str:
    """Key of the programme with this code.

    Raises:
        InvalidInput: "programme.unknown".
    """
    from app.services.vouchers.programmes import programme_rows

    for row in programme_rows(store):
        if row.code == code.strip().upper():
            return row.id
    raise InvalidInput("programme.unknown", field="programme", text=code)
