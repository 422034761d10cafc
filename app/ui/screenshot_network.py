"""Screens of the network that the sample does not show: a body that stands twice, and what merging it would change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.models.enums import OrganisationKind
from app.services.archive import open_archive
from app.services.network.organisation_drafts import OrganisationDraft
from app.services.network.registry import save_organisation
from app.ui.application import Application
from app.ui.views.base import RecordsView
from app.ui.views.network_merging import MergeDialog

TWIN = OrganisationDraft(
    kind=OrganisationKind.COOPERATIVE, name="STRIPES SOCIETA' COOPERATIVA SOCIALE", seat="Rho (MI)", note="dal modulo"
)
"""A second record of a body of the sample, as a form of another year may bring it."""


def doubled_screens(
    application: Application, archive: Path, settle: Callable[[], None]
) -> Iterator[tuple[str, QWidget]]:
    """The list of possible duplicates with a pair in it, and the dialog that makes the two one."""
    doubled = archive.with_name("piano-doppioni.concilia")
    if not doubled.exists():
        shutil.copy(archive, doubled)
        with open_archive(doubled) as store:
            save_organisation(store, TWIN)
    window = application.window
    window.open_path(doubled)
    window.go("network")
    view = window.current_view()
    assert isinstance(view, RecordsView)
    view.show_kind("duplicates")
    settle()
    page = view.current_page()
    pair = page.list.first_id()
    assert pair is not None, "the two records are alike"
    page.open_record(pair)
    settle()
    yield "network-duplicates-found", window
    keep_id, gone_id = pair.split(":")
    dialog = MergeDialog(application.desk, keep_id, gone_id, window)
    dialog.show()
    settle()
    yield "network-merge", dialog
    dialog.reject()
    dialog.deleteLater()
