"""«Situazione al»: from when the archive is seen, chosen as a day or as the closing of a meeting."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QWidget

from app.services.journal.as_at import NOW, AsAt, MeetingChoice, meeting_choices
from app.services.wording.formats import format_date
from app.ui.desk import Desk
from app.ui.i18n import _
from app.ui.line_edits import DateEdit
from app.ui.theme import px
from app.ui.widgets import label

PLACE_NOW, PLACE_DAY = 0, 1
CHOICE_WIDTH_MIN = 100
"""Width (of the design) that the choice keeps where there is no room for its longest sentence."""


class MomentBar(QWidget):
    """Now, a day, or a closed meeting; `chosen` when it changes."""

    chosen = Signal(object)  # AsAt

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self.moment = NOW
        self._meetings: tuple[MeetingChoice, ...] = ()
        self.choice = QComboBox()
        self.choice.setAccessibleName(_("Situation"))
        self.choice.setToolTip(_("As things stand now, or stood at a day or at the closing of a meeting"))
        self.choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choice.setMinimumWidth(px(CHOICE_WIDTH_MIN))  # a long sentence must not widen the window
        self.day = DateEdit()
        self.day.setAccessibleName(_("Day of the situation"))
        self.day.setFixedWidth(px(140))
        self.day.hide()
        self.said = label(_("Situation"), "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(8))
        for part in (self.said, self.choice, self.day):
            layout.addWidget(part)
        layout.addStretch(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._fill()
        self.choice.currentIndexChanged.connect(self._on_chosen)
        self.day.edited.connect(self._on_day_edited)

    def add(self, part: QWidget) -> None:
        """Put a command of what is seen at the end of the line."""
        layout = self.layout()
        assert layout is not None
        layout.addWidget(part)

    def reload(self) -> None:
        """Offer the meetings that are closed by now; what is chosen stays."""
        found = self.desk.read(meeting_choices)
        if found != self._meetings:
            self._meetings = found
            self._fill()

    def set_moment(self, moment: AsAt) -> None:
        """Choose a moment, as if it were chosen by hand."""
        if moment.day is not None:
            self.choice.setCurrentIndex(PLACE_DAY)
            self.day.set_value(moment.day)
            self._take(moment)
        else:
            self.choice.setCurrentIndex(self._place_of(moment))

    def _fill(self) -> None:
        words = _("At the closing of meeting {number} of {day}")
        names = [words.format(number=each.label, day=format_date(each.day)) for each in self._meetings]
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([_("Now"), _("At the end of the day…"), *names])
        self.choice.setCurrentIndex(PLACE_DAY if self.moment.day is not None else self._place_of(self.moment))
        self.choice.blockSignals(False)

    def _place_of(self, moment: AsAt) -> int:
        """Place of a meeting in the list; that of now for none."""
        places = (place for place, each in enumerate(self._meetings, start=2) if each.id == moment.meeting_id)
        return next(places, PLACE_NOW)

    def _on_chosen(self, place: int) -> None:
        self.day.setVisible(place == PLACE_DAY)
        if place == PLACE_DAY:
            if self.day.value() is None:
                self.day.setFocus(Qt.FocusReason.TabFocusReason)
            else:
                self._take(AsAt(self.day.value()))
        else:
            self._take(NOW if place == PLACE_NOW else AsAt(meeting_id=self._meetings[place - 2].id))

    def _on_day_edited(self, day: object) -> None:
        if day is not None and self.day.problem() is None:
            self._take(AsAt(self.day.value()))

    def _take(self, moment: AsAt) -> None:
        if moment != self.moment:
            self.moment = moment
            self.chosen.emit(moment)
