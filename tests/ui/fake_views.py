"""Rooms over the example record."""

from __future__ import annotations

from typing import Any, ClassVar

from app.services.reports.spec import Table
from app.services.wording.texts import Translator
from app.ui.views.base import RecordKind, RecordsView
from tests.ui.fakes import PROJECT_FORM, FakeStore, project_table


def projects(store: FakeStore, _tr: Translator) -> Table:
    return project_table(store)


class ProjectsView(RecordsView):
    key = "projects"
    title = "Progetti presentati"
    topics = frozenset({"proposals"})
    kinds: ClassVar[tuple[RecordKind, ...]] = (
        RecordKind("projects", "Progetti", "clipboard-list", projects, PROJECT_FORM, filters=("lead",)),
        RecordKind("looked", "Solo elenco", "list", projects),
    )


class OtherView(RecordsView):
    key = "other"
    title = "Altro"
    topics = frozenset({"network"})
    kinds: ClassVar[tuple[RecordKind, ...]] = (RecordKind("rows", "Righe", "list", projects),)

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.reloads = 0

    def reload(self, changes: Any = None) -> None:
        super().reload(changes)
        self.reloads += 1
