"""What a line of the catalogue of prints is, and lines whose modules are loaded when they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from app.models.store import Store
from app.services.reports.spec import Document
from app.services.wording.texts import Translator

Items = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Entry:
    """Something that can be printed.

    Attributes:
        title: marked for translation.
        kind: "table" or "document".
        build: the document; for an item, when it is about one.
        items: (key, name) of the records it can be about; None when it is about the whole archive.
        item_needed: whether it cannot be printed without naming one.
        as_at: whether it can be printed as at an earlier day.
        by_part: whether it can be about one area or district, whose key is its item then.
    """

    code: str
    title: str
    kind: str
    build: Callable[[Store, Translator, str | None], Document]
    items: Callable[[Store, Translator], Items] | None = None
    item_needed: bool = False
    as_at: bool = False
    by_part: bool = False


def of_item(module: str, name: str) -> Callable[[Store, Translator, str | None], Document]:
    """A document about a record, built by `name(store, item, tr)` of a module that is loaded when it is asked for."""

    def build(store: Store, tr: Translator, item: str | None) -> Document:
        made: Document = getattr(import_module(module), name)(store, item, tr)
        return made

    return build


def items_of(module: str, name: str) -> Callable[[Store, Translator], Items]:
    """The records that such a document can be about."""

    def items(store: Store, tr: Translator) -> Items:
        found: Items = getattr(import_module(module), name)(store, tr)
        return found

    return items


def about(code: str, title: str, module: str, build: str, items: str) -> Entry:
    """A document about one record, of a module that is loaded when it is asked for."""
    return Entry(code, title, "document", of_item(module, build), items_of(module, items), item_needed=True)
