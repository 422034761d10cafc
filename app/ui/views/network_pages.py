"""Forms of the network that show more than what is typed: where an organisation is, and what a partnership lacks."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.models.errors import AppError
from app.services.calls.checks import Outcome
from app.services.calls.partnerships import PartnershipCheck, partnership_checks
from app.services.documents.documents import DocumentOwner
from app.services.network.ties import KINDS, Tie, organisation_ties
from app.ui.desk import Desk
from app.ui.documents_panel import DocumentsPanel
from app.ui.editors import column_of
from app.ui.forms import RecordForm
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.archive_pages import paragraph
from app.ui.views.network_forms import ALLIANCE_FORM, ORGANISATION_FORM
from app.ui.views.page import RecordPage
from app.ui.views.ways import Way
from app.ui.widgets import Badge, Tone, label

TONES = {Outcome.PASSED: Tone.OK, Outcome.FAILED: Tone.BAD, Outcome.UNKNOWN: Tone.NEUTRAL}


class TiesBox(QWidget):
    """Every record that an organisation is tied to, each a way to it."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._rows = QWidget()
        self._lines = column_of(spacing=6)
        self.setLayout(self._lines)
        self._lines.addWidget(label(_("Where it is"), "h3"))
        self._lines.addWidget(self._rows)

    def show_ties(self, ties: tuple[Tie, ...]) -> None:
        """Show these."""
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(4))
        grid.setColumnStretch(1, 1)
        for place, tie in enumerate(ties):
            kind = _(KINDS[tie.kind])
            grid.addWidget(label(kind, "muted"), place, 0, Qt.AlignmentFlag.AlignTop)
            way = Way(self._desk, tie.title, tie.room, tie.record_id)
            way.setAccessibleName(f"{kind}: {tie.title}")
            line = QVBoxLayout()
            line.setSpacing(0)
            line.addWidget(way)
            if tie.detail:
                line.addWidget(paragraph(tie.detail, "muted"))
            grid.addLayout(line, place, 1)
        if not ties:
            grid.addWidget(paragraph(_("In no alliance, agreement or committee."), "muted"), 0, 0, 1, 2)
        self._lines.replaceWidget(self._rows, rows)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = rows


class ChecksBox(QWidget):
    """What a partnership keeps and lacks, as it was last saved."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = QWidget()
        self._lines = column_of(spacing=6)
        self.setLayout(self._lines)
        self._lines.addWidget(label(_("Against the rules of the calls"), "h3"))
        self._lines.addWidget(paragraph(_("As last saved."), "muted"))
        self._lines.addWidget(self._rows)

    def show_checks(self, checks: tuple[PartnershipCheck, ...]) -> None:
        """Show these, the broken ones first; nothing when no call fixes a rule on partnerships."""
        self.setVisible(bool(checks))
        rows = QWidget()
        lines = QVBoxLayout(rows)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(px(5))
        words = {Outcome.PASSED: _("kept"), Outcome.FAILED: _("broken"), Outcome.UNKNOWN: _("open")}
        order = (Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED)
        for check in sorted(checks, key=lambda check: order.index(check.outcome)):
            line = QHBoxLayout()
            line.setSpacing(px(8))
            line.addWidget(Badge(words[check.outcome], TONES[check.outcome]), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(paragraph(_("{sentence} ({call})").format(sentence=check.sentence, call=check.call)), 1)
            lines.addLayout(line)
        self._lines.replaceWidget(self._rows, rows)
        self._rows.hide()
        self._rows.deleteLater()
        self._rows = rows


class OrganisationForm(RecordForm):
    """An organisation, and under its fields everything that it is tied to."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, ORGANISATION_FORM, parent=parent, grown=grown)

    def reload(self) -> None:
        """Read the record again; its ties in any case."""
        typed = self.is_dirty
        super().reload()
        if typed:
            self._show_ties()

    def _build_fields(self) -> Iterator[None]:
        self.ties = TiesBox(self.desk)
        yield from super()._build_fields()
        self._sheet.insertWidget(1, self.ties)  # under what it is, above the details

    def _refresh_all(self) -> None:
        super()._refresh_all()
        self._show_ties()

    def _show_ties(self) -> None:
        self.ties.setVisible(self.record_id is not None)
        if self.record_id is not None:
            self.ties.show_ties(self.desk.read(organisation_ties, self.record_id, self.desk.texts))


class AllianceForm(RecordForm):
    """An alliance, and under its partners its documents and what the rules of the calls say of them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, grown: bool = True) -> None:
        super().__init__(desk, ALLIANCE_FORM, parent=parent, grown=grown)

    def reload(self) -> None:
        """Read the record again; the documents and the rules in any case."""
        typed = self.is_dirty
        super().reload()
        if typed:
            self.documents.reload()
            self._show_checks()

    def _build_fields(self) -> Iterator[None]:
        self.checks = ChecksBox()
        self._judged: str | None = None
        self.documents = DocumentsPanel(self.desk)
        self.documents.refused.connect(self._on_documents_refused)
        yield from super()._build_fields()
        self._sheet.addWidget(self.documents)
        self._sheet.addWidget(self.checks)

    def _refresh_all(self) -> None:
        super()._refresh_all()
        owner = None if self.record_id is None else DocumentOwner(alliance_id=self.record_id)
        self.documents.show_owner(owner, locked=False)
        self._show_checks()

    def _on_documents_refused(self, text: str) -> None:
        self._banner.say(text, Tone.BAD)

    def _show_checks(self) -> None:
        """Judge the alliance beside the window: every proposal of its calls is looked at."""
        wanted = self.record_id
        if wanted is None or wanted != self._judged:
            self.checks.hide()
        self._judged = wanted
        if wanted is None:
            return

        def arrive(found: tuple[PartnershipCheck, ...]) -> None:
            if isValid(self) and self.record_id == wanted:
                self.checks.show_checks(tuple(check for check in found if check.call))

        def miss(_error: AppError) -> None:
            """It was removed while its form was dirty: saving will say so."""

        self.desk.run(partnership_checks, wanted, self.desk.texts, done=arrive, failed=miss)


class OrganisationPage(RecordPage):
    """The registry, with the form that knows where each body is."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return OrganisationForm(self.desk, self._stack, grown=grown)


class AlliancePage(RecordPage):
    """The alliances, with the form that knows the rules."""

    def make_form(self, *, grown: bool = True) -> RecordForm:
        return AllianceForm(self.desk, self._stack, grown=grown)
