"""The engine's dialect, one for all archives of a process, and the statements that were made for it.

A statement is made once, however many archives are opened one after the other: checking, copying and changing keys
open each file several times, and making the statements anew took longer than running them.
"""

from __future__ import annotations

from sqlalchemy import util
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

URL = "sqlite+concilia://"
"""Names the dialect where an engine is made."""

STATEMENTS: util.LRUCache[object, object] = util.LRUCache(1500)
"""Statements as they were made, the ones used last; whoever makes an engine gives it as `compiled_cache`."""


class ArchiveDialect(SQLiteDialect_pysqlite):
    """All of them write the same statements, as they have the same library and the same settings."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArchiveDialect)

    def __hash__(self) -> int:
        return hash(ArchiveDialect)


registry.register("sqlite.concilia", __name__, ArchiveDialect.__name__)
