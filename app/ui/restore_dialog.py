"""What a copy would change, and the button that puts it in the archive's place."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from app.services.keeping.restoring import Comparison
from app.services.reports.copy_lists import accounts_table, lost_table, records_table, summary
from app.services.reports.spec import Table
from app.services.wording.texts import Translator
from app.ui.fact_table import FactTable
from app.ui.i18n import _, plural
from app.ui.tall import resize_to_screen
from app.ui.theme import px
from app.ui.views.archive_pages import button_foot, paragraph, scrolled
from app.ui.widgets import button, label


class RestoreDialog(QDialog):
    """A comparison, read before anything is done."""

    def __init__(self, found: Comparison, tr: Translator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Restore a copy"))
        inside = QWidget()
        inside.setObjectName("sheet")
        sheet = QVBoxLayout(inside)
        sheet.setContentsMargins(0, 0, px(8), 0)
        sheet.setSpacing(px(12))
        self.said = paragraph(summary(found, tr))
        sheet.addWidget(self.said)
        for table, same in self._tables(found, tr):
            if table.body():
                sheet.addWidget(FactTable(tr, table))
            elif same:
                sheet.addWidget(label(same, "muted", wrap=True))
        shown = len(found.lost)
        if found.lost_count > shown:
            text = plural("{n} more is not listed.", "{n} more are not listed.", found.lost_count - shown)
            sheet.addWidget(label(text.format(n=found.lost_count - shown), "muted", wrap=True))
        sheet.addStretch(1)
        self.stay_button = button(_("Cancel"))
        self.stay_button.clicked.connect(self.reject)
        self.go_button = button(_("Put the copy in its place"), "archive-restore", name="danger")
        self.go_button.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(16), px(18), px(14))
        layout.setSpacing(px(12))
        layout.addWidget(label(_("Restore a copy"), "h2"))
        layout.addWidget(scrolled(inside, _("What would change")), 1)
        kept = _(
            "What is there now is kept beside the archive, under another name. People, passwords and the recovery sheet"
            " stay as they are."
        )
        layout.addWidget(label(kept, "muted", wrap=True))
        layout.addLayout(button_foot(self.stay_button, self.go_button))
        resize_to_screen(self, 760, 560)
        self.stay_button.setFocus()

    @staticmethod
    def _tables(found: Comparison, tr: Translator) -> tuple[tuple[Table, str], ...]:
        changed_only = found.present is not None
        return (
            (accounts_table(found, tr, changed_only=changed_only), _("The money is the same on every account.")),
            (records_table(found, tr, changed_only=changed_only), _("There are as many records of every kind.")),
            (lost_table(found, tr), ""),
        )
