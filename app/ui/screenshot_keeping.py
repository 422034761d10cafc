"""Pictures of what is kept and what is erased: a form after a crash, what does not fit, a person, the bin."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.services.archive import open_archive
from app.services.keeping.kept_drafts import OpenForm, keep_drafts
from app.services.keeping.retention import add_usual_classes, due_rows
from app.services.network.organisation_drafts import ContactDraft
from app.services.network.registry import (
    OrganisationDraft,
    delete_organisation,
    load_organisation,
    organisation_rows,
    save_organisation,
)
from app.services.wording.texts import translator
from app.ui.application import Application
from app.ui.kept_dialog import KeptDialog
from app.ui.views.archive_person import PersonPage
from app.ui.views.archive_retention import EmptyBinDialog
from app.ui.views.base import RecordsView

LONG_AGO = datetime(2014, 3, 31, 8, 42, 7, tzinfo=UTC)
PLACE = "network.organisations"


def kept_archive(archive: Path, language: str) -> Path:
    """The archive as a crash left it: a form that fits, one that does not; and something long in the bin; closed."""
    path = archive.with_name(f"piano-interrotto-{language}.concilia")
    if path.exists():
        path.unlink()
    shutil.copy(archive, path)
    with open_archive(path) as store:
        add_usual_classes(store, translator(language))
        now, store.clock = store.clock, lambda: LONG_AGO
        contact = ContactDraft(name="Ersilia Quaranta", title="Referente", mail="quaranta@example.org")
        gone = save_organisation(store, OrganisationDraft(name="Circolo di prova", contacts=(contact,))).id
        delete_organisation(store, gone)
        first, second = (load_organisation(store, row.id) for row in organisation_rows(store)[:2])
        save_organisation(store, replace(second, contacts=(contact,)))
        store.clock = now
        fits = replace(first, note="Sentita il 31 marzo la referente: il nuovo statuto arriva entro aprile.")
        older = replace(second, name=f"{second.name} — sede", note="Nota scritta prima dell’interruzione.")
        keep_drafts(store, (OpenForm(PLACE, second.id or "", second.name, older, second, {}, "note"),))
        keep_drafts(store, (OpenForm(PLACE, first.id or "", first.name, fits, first, {}, "note"),))
    return path


def kept_screens(application: Application, archive: Path, rest: Callable[[], None]) -> Iterator[tuple[str, QWidget]]:
    """(name, widget) of each screen about what is kept and erased; no archive is on the desk at the end."""
    path, window = kept_archive(archive, application.desk.texts.language), application.window
    application.desk.close_archive()
    window.open_path(path)
    rest()
    rest()
    yield "form-after-a-crash", window
    view = window.current_view()
    assert isinstance(view, RecordsView)
    form = view.current_page().form
    assert form is not None
    form.revert()
    second = organisation_rows(application.desk.store)[1].id
    view.open_record(second, "organisations")
    rest()
    yield "form-overtaken", window
    row = application.desk.keeper.row(PLACE, second)
    assert row is not None
    dialog = KeptDialog(form.spec, row, form.model.draft, application.desk, window)
    dialog.show()
    rest()
    yield "form-overtaken-compared", dialog
    dialog.close()
    window.go("archive")
    archive_view = window.current_view()
    assert isinstance(archive_view, RecordsView)
    for kind in ("kept", "retention"):
        archive_view.show_kind(kind)
        rest()
        page = archive_view.page(kind)
        page.open_record(page.list.first_id() or "")
        rest()
        yield f"archive-{kind}-some", window
    empty = EmptyBinDialog(due_rows(application.desk.store), window)
    empty.show()
    rest()
    yield "archive-bin-due", empty
    empty.close()
    archive_view.show_kind("person")
    person = archive_view.page("person")
    assert isinstance(person, PersonPage)
    for name, screen in (("Ersilia", "refused"), ("Ersilia Quaranta", "found"), ("Zeno Mazzoghesi", "household")):
        person.name.setText(name)
        person.look()
        rest()
        yield f"archive-person-{screen}", window
    application.desk.close_archive()
