"""Writes the tables of the present schema as text, which archives of older schemas are brought to.

    python -m tools.schema

The text of a released schema never changes again: a later one has its own file.
"""

from __future__ import annotations

from app.models import schema
from app.resources import resource


def main() -> None:
    """Write the text of the present schema."""
    path = resource("schemas", f"schema-{schema.SCHEMA_VERSION}.sql")
    path.write_text(schema.schema_text(), encoding="utf-8", newline="\n")
    print(path.name)


if __name__ == "__main__":
    main()
