"""What the forms of the projects' room share: choices, and documents that an act builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.services.calls.calls import call_rows
from app.services.reports.payment_tables import category_choices as read_categories
from app.services.spending.payments import PAYABLE
from app.services.spending.projects import project_choices
from app.ui import i18n, output
from app.ui.editors import Choices
from app.ui.fields import Act


def running_projects(store: Any) -> Choices:
    """Projects that money can still be paid to and spent in."""
    return project_choices(store, tuple(PAYABLE))


def categories(store: Any) -> Choices:
    """Categories of cost of all calls, each once."""
    return read_categories(store, i18n.current()) if call_rows(store) else ()


def printed(title: str, code: str, **more: Any) -> Act:
    """The act that shows a document of the catalogue about the record, to be printed or kept."""

    def build(store: Any, record_id: str) -> Any:
        from app.services.reports.catalogue import build_document

        return build_document(store, code, i18n.current(), record_id)

    return Act(title, "printer", build, done=show_document, **more)


def show_document(document: Any, form: Any) -> None:
    """Show a document that an act built."""
    output.preview(form, form.desk, document)


def in_state(*states: Any) -> Callable[[Any], bool]:
    """Whether a saved draft is in one of these states."""
    return lambda draft: draft.id is not None and draft.state in states
