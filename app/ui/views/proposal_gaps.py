"""«Cosa manca»: the live list beside a proposal's form; Enter or a click leads to the field."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.services.proposals.gaps import Gap
from app.ui.form_parts import WIDGET_SIZE_MAX
from app.ui.i18n import _, plural
from app.ui.icons import icon
from app.ui.theme import px
from app.ui.widgets import button

FIELD = Qt.ItemDataRole.UserRole
LOW = 104
"""Greatest height (of the design) of the list where it stands above the form."""


class GapsPanel(QFrame):
    """What is missing or against a rule; folded to one line where the user wants room."""

    chosen = Signal(str)  # key of the field
    folded = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gaps")
        self._gaps: tuple[Gap, ...] = ()
        self._is_folded = False
        self._is_beside = False
        self._is_asked_for = False  # above a form, where it is folded until then: the sheet begins higher
        self._head = button("", "chevron-down", name="gapsHead")
        self._head.setToolTip(_("Show or hide what is missing (F8)"))
        self._head.clicked.connect(self.toggle)
        self.list = QListWidget()
        self.list.setObjectName("gapsList")
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(px(16), px(16)))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName(_("What is missing"))
        self.list.setAccessibleDescription(_("Enter goes to the field."))
        self.list.itemActivated.connect(self._on_activated)
        self.list.itemClicked.connect(self._on_activated)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, px(8), 0)
        layout.setSpacing(px(4))
        layout.addWidget(self._head, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.list, 1)
        self.set_gaps(())

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is listed."""
        return self._gaps

    def set_gaps(self, gaps: Sequence[Gap]) -> None:
        """List these; the row that was chosen stays chosen."""
        row = self.list.currentRow()
        self._gaps = tuple(gaps)
        self.list.clear()
        for gap in self._gaps:
            images = ("circle-alert", "bad") if gap.is_blocking else ("triangle-alert", "warn")
            item = QListWidgetItem(icon(*images), gap.sentence)
            item.setData(FIELD, gap.field)
            kind = _("Blocking") if gap.is_blocking else _("Warning")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{kind}. {gap.sentence}")
            tip = gap.title if not gap.source else f"{gap.title}. {gap.source}"
            item.setToolTip(tip)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, len(self._gaps) - 1))
        self._head.setText(self.heading())
        self._fit()

    def heading(self) -> str:
        """How many there are, in words."""
        blocking = sum(gap.is_blocking for gap in self._gaps)
        others = len(self._gaps) - blocking
        parts = []
        if blocking:
            parts.append(plural("{n} blocking", "{n} blocking", blocking).format(n=blocking))
        if others:
            parts.append(plural("{n} warning", "{n} warnings", others).format(n=others))
        return _("What is missing: {what}").format(what=", ".join(parts) if parts else _("nothing"))

    def fold(self, folded: bool) -> None:
        """Show the heading alone, or the list with it."""
        self._is_folded = folded
        self._fit()

    def toggle(self) -> None:
        """Fold the list, or show it again."""
        if not self._is_beside:
            self._is_asked_for = not self._is_asked_for
            self._fit()
        else:
            self.fold(not self._is_folded)
            self.folded.emit(self._is_folded)
        if self.list.isVisible():
            self.list.setFocus()

    def stand_beside(self, beside: bool) -> None:
        """Whether it stands beside the form, or above it, where it is folded until it is asked for."""
        self._is_beside = beside
        self.setMaximumWidth(px(300) if beside else WIDGET_SIZE_MAX)
        self._fit()

    def _fit(self) -> None:
        wanted = not self._is_folded if self._is_beside else self._is_asked_for
        shown = bool(self._gaps) and wanted
        self.list.setVisible(shown)
        self._head.setIcon(icon("chevron-down" if shown else "chevron-right"))
        self.list.setMaximumHeight(WIDGET_SIZE_MAX if self._is_beside else px(LOW))

    def _on_activated(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(FIELD))
