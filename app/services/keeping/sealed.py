"""What is remembered on this computer and may say something of an archive: readable only with that archive.

The key follows from what the archive says of its first edit, which stays the same in its copies and under another
password, and stands nowhere but inside.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from app.models.journal import Edit
from app.models.schema import ArchiveInfo
from app.models.store import Store

NONCE_BYTES = 12


def seal(store: Store, value: Any) -> str:
    """A value as a text that only this archive reads.

    Args:
        value: what JSON can hold.
    """
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    data = json.dumps(value, ensure_ascii=False).encode()
    return base64.b64encode(nonce + AESGCM(_key(store)).encrypt(nonce, data, None)).decode("ascii")


def unsealed(store: Store, texts: Sequence[str]) -> list[tuple[str, Any]]:
    """Those of the texts that this archive reads, each with its value; the others are another one's, or broken."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    cipher, found = AESGCM(_key(store)), []
    for text in texts:
        try:
            data = base64.b64decode(text, validate=True)
            found.append((text, json.loads(cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None))))
        except (ValueError, InvalidTag):
            continue
    return found


def _key(store: Store) -> bytes:
    """The replica that the archive began as is the first by its number, which begins with the time."""
    with store.read() as session:
        number = session.execute(sa.select(ArchiveInfo.file_id)).scalar_one()
        first = session.scalar(sa.select(Edit.commitment).where(Edit.seq == 1).order_by(Edit.replica).limit(1))
    return hashlib.sha256(b"concilia settings\0" + number.encode() + b"\0" + (first or b"")).digest()
