"""By what an archive is known before it is opened; apart, for who wants to know it without the tables."""

from __future__ import annotations

APPLICATION_ID = 0x434F4E43
"""«CONC» in the header of each archive."""

SCHEMA_VERSION = 5
