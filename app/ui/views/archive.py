"""Archivio: history, findings, verification and copies of the open archive."""

from __future__ import annotations

from app.services.exchange.receipts import receipts_list
from app.services.reports.archive_lists import journal_list
from app.services.reports.bin_list import bin_list
from app.services.reports.copy_lists import copies_list
from app.services.reports.kept_list import kept_list
from app.services.reports.retention_list import retention_list
from app.services.reports.rights_list import users_list
from app.services.rooms import place_of
from app.services.wording.texts import N_
from app.ui.views.archive_bin import BinPage, BinPanel
from app.ui.views.archive_copies import CopiesPage, CopyPanel
from app.ui.views.archive_copy import CopyPage
from app.ui.views.archive_findings import FindingPanel, FindingsPage, findings_table
from app.ui.views.archive_history import GesturePanel, HistoryPage
from app.ui.views.archive_kept import KeptPage, KeptPanel
from app.ui.views.archive_pages import sheet_kind
from app.ui.views.archive_papers import KINDS, PAPER_PAGES
from app.ui.views.archive_people import PeoplePage, RightsPage, UserPanel, rights_table
from app.ui.views.archive_person import PersonPage
from app.ui.views.archive_receipts import ReceiptPanel, ReceiptsPage
from app.ui.views.archive_retention import RETENTION_FORM, RetentionPage
from app.ui.views.archive_verify import VerifyPage
from app.ui.views.base import RecordKind, RecordPage, RecordsView

PAGES: dict[str, type[RecordPage]] = {
    "history": HistoryPage,
    "findings": FindingsPage,
    "receipts": ReceiptsPage,
    "bin": BinPage,
    "kept": KeptPage,
    "retention": RetentionPage,
    "person": PersonPage,
    "verify": VerifyPage,
    "copies": CopiesPage,
    "copy": CopyPage,
    "people": PeoplePage,
    "rights": RightsPage,
    **PAPER_PAGES,
}


class ArchiveView(RecordsView):
    """The archive's room."""

    key = "archive"
    title = N_("Archive")
    topics = frozenset({"*"})
    kinds = (
        RecordKind(
            "history",
            N_("History"),
            "history",
            journal_list,
            filters=("made_by",),
            can_add=False,
            empty=N_("Nothing was written yet. From the first record on, every gesture stands here."),
            detail=GesturePanel,
            form_width=440,
        ),
        RecordKind(
            "findings",
            N_("Findings"),
            "scale",
            findings_table,
            can_add=False,
            empty=N_("No open finding: what is declared is what the records give."),
            detail=FindingPanel,
            form_width=390,
        ),
        RecordKind(
            "receipts",
            N_("Receipts"),
            "file-down",
            receipts_list,
            can_add=False,
            empty=N_("No workbook came in yet. Every one that does leaves its receipt here."),
            detail=ReceiptPanel,
            form_width=440,
        ),
        RecordKind(
            "bin",
            N_("Bin"),
            "trash-2",
            bin_list,
            filters=("kind", "made_by"),
            can_add=False,
            empty=N_("The bin is empty: nothing was removed that is not there again."),
            detail=BinPanel,
            form_width=420,
        ),
        RecordKind(
            "kept",
            N_("Not saved"),
            "pencil",
            kept_list,
            can_add=False,
            empty=N_("Everything that was typed was saved. What a crash leaves of a form stands here."),
            detail=KeptPanel,
            form_width=420,
        ),
        RecordKind(
            "retention",
            N_("How long"),
            "clock",
            retention_list,
            RETENTION_FORM,
            empty=N_(
                "No class yet: what is removed stays in the bin for ever. «Take the usual classes» begins with four."
            ),
        ),
        sheet_kind("person", N_("A person"), "user"),
        sheet_kind("verify", N_("Verify"), "shield-check"),
        RecordKind(
            "copies",
            N_("Copies"),
            "copy",
            copies_list,
            filters=("occasion",),
            can_add=False,
            empty=N_("No copy yet. One is made while you work, and before a meeting is closed or the key is changed."),
            detail=CopyPanel,
            form_width=420,
        ),
        sheet_kind("copy", N_("Copy and data"), "hard-drive"),
        RecordKind(
            "people",
            N_("People and keys"),
            "users",
            users_list,
            can_add=False,
            empty=N_("No users: the archive has no password."),
            detail=UserPanel,
            form_width=400,
        ),
        RecordKind("rights", N_("Rights"), "list-checks", rights_table, can_add=False, folds=False),
        *KINDS,
    )

    def make_page(self, kind: RecordKind, key: str) -> RecordPage:
        return PAGES[kind.key](self.desk, kind, key, self._stack)

    def open_record(self, record_id: str, kind: str = "") -> bool:
        """Show the history of a record of any room, or one of the pages by its key."""
        if record_id in PAGES:
            self.show_kind(record_id)
            return True
        place = self.desk.read(place_of, record_id)
        if place is None:
            return False
        self.show_kind("history")
        page = self.page("history")
        assert isinstance(page, HistoryPage)
        page.show_record(place.table, record_id)
        return True
