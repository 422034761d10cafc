"""The point in the middle of a meeting that is led: who decides, what was said, how it was voted, what is amiss."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from app.models.enums import ItemState, Majority, MeetingState
from app.services.meetings.agenda import standing_of
from app.services.meetings.records import deciding_rule, item_result
from app.services.meetings.sitting import Sitting, problems_of, quorum_now, who_leaves_next
from app.services.meetings.vote_words import outcome_sentence
from app.ui import i18n
from app.ui.desk import Desk
from app.ui.editors import NoteEdit
from app.ui.errors import sentence
from app.ui.i18n import _
from app.ui.theme import px
from app.ui.views.meeting_forms import standing_text
from app.ui.views.sitting_lists import word_of
from app.ui.widgets import Banner, FlowBox, Tone, label

Words = tuple[str, str, str]
"""What was said, what stands after the vote, what is put to the vote."""
NO_WORDS: Words = ("", "", "")


class PointPanel(QFrame):
    """One point; its free texts are kept apart from what is written by itself."""

    words_left = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("panel")
        self.desk = desk
        self._item_id: str | None = None
        self._kept = NO_WORDS
        self.title = label("", "h2", wrap=True)
        self.notes = label("", "muted", wrap=True)
        self.standing = label("", "", wrap=True)
        self.problems = Banner()
        self.outcome = label("", "h3", wrap=True)
        self.decision = label("", "", wrap=True)
        self.leaving = label("", "muted", wrap=True)
        self.acts = FlowBox(spacing=6)
        self.discussion, self.motion, self.addition = NoteEdit(lines=5), NoteEdit(lines=2), NoteEdit(lines=2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(10), px(14), px(10))
        layout.setSpacing(px(6))
        for each in (self.title, self.notes, self.standing, self.problems, self.acts):
            layout.addWidget(each)
        for caption, editor in (
            (_("&What was said"), self.discussion),
            (_("&Text put to the vote"), self.motion),
            (_("After the &vote"), self.addition),
        ):
            named = label(caption, "fieldLabel")
            named.setBuddy(editor)
            editor.setAccessibleName(caption.replace("&", ""))
            editor.left.connect(self.words_left)
            layout.addWidget(named)
            layout.addWidget(editor)
            if editor is self.motion:
                self._motion_label = named
                layout.addWidget(self.outcome)
                layout.addWidget(self.decision)
        layout.addWidget(self.leaving)
        layout.addStretch(1)

    def show_point(self, sitting: Sitting, item_id: str | None, time: str) -> None:
        """Show a point as it stands at an hour; what is being typed stays."""
        item = sitting.item(item_id)
        for part in (self.discussion, self.motion, self.addition, self.acts):
            part.setEnabled(item is not None)
        self._show_motion(item is not None and (sitting.votings(item_id) > 1 or bool(item.motion)))
        if item is None:
            self._item_id, self._kept = None, NO_WORDS
            self._blank()
            return
        self.title.setText(_("{n}. {title}").format(n=sitting.number(item_id), title=item.title))
        rule = deciding_rule(item, sitting.committee)
        notes = [word_of(item.matter)]
        if rule.majority is not Majority.VOTING:
            notes.append(word_of(rule.majority))
        notes.append(word_of(item.ballot))
        if item.state in (ItemState.POSTPONED, ItemState.WITHDRAWN):
            notes.append(word_of(item.state))
        if item.late:
            ground = item.late_ground or _("no ground given")
            notes.append(_("added after the convocation: {ground}").format(ground=ground))
        self.notes.setText("  ·  ".join(notes))
        self.notes.show()
        at = item.time_voted or time
        shown = standing_of(quorum_now(sitting, item_id, at), sitting.committee) if at else None
        self.standing.setText(standing_text(shown, at))
        missing = "" if shown is None or shown.is_legal or item.is_voted else self.standing.text()
        self.standing.setVisible(bool(self.standing.text()) and not missing)
        self._show_problems(sitting, item_id, missing)
        result = item_result(sitting.meeting, item, sitting.committee) if item.is_voted else None
        self.outcome.setText(outcome_sentence(result, item.ballot, i18n.current()) if result else "")
        self.outcome.setVisible(result is not None)
        decision = sitting.decisions.get(item.id or "")
        told = "" if decision is None else _("Decision: {subject}").format(subject=decision.subject)
        self.decision.setText(told)
        self.decision.setVisible(bool(told))
        names = who_leaves_next(sitting, item_id)
        self.leaving.setText(_("For the next point these leave the room: {names}").format(names=", ".join(names)))
        self.leaving.setVisible(bool(names))
        frozen = sitting.meeting.state in (MeetingState.CLOSED, MeetingState.APPROVED)
        for editor in (self.discussion, self.motion, self.addition):
            editor.setReadOnly(frozen)
        self._show_words(item.id, (item.discussion, item.addition, item.motion))

    def changed_words(self) -> tuple[str | None, Words]:
        """Key of the point and its texts, when they are not what was read; else no key."""
        words = self._words()
        same = tuple(text.strip() for text in words) == tuple(text.strip() for text in self._kept)
        return (None if same else self._item_id), words

    def words_saved(self) -> None:
        """What stands there is kept now."""
        self._kept = self._words()

    def _words(self) -> Words:
        return (self.discussion.value(), self.addition.value(), self.motion.value())

    def _show_motion(self, shown: bool) -> None:
        """What is put to the vote has a field of its own where there are several votes, or where it was written."""
        self.motion.setVisible(shown)
        self._motion_label.setVisible(shown)

    def _show_words(self, item_id: str | None, words: Words) -> None:
        typed, _words = self.changed_words()
        if item_id == self._item_id and typed is not None:
            return
        self._item_id, self._kept = item_id, words
        self.discussion.set_value(words[0])
        self.addition.set_value(words[1])
        self.motion.set_value(words[2])

    def _show_problems(self, sitting: Sitting, item_id: str | None, missing: str) -> None:
        """What is amiss; `missing` says that there is no quorum, while nothing was voted."""
        found = [sentence(each, self.desk.texts) for each in problems_of(sitting, item_id)]
        if found or missing:
            self.problems.say("\n".join([missing] * bool(missing) + found), Tone.WARN)
        else:
            self.problems.hide()

    def _blank(self) -> None:
        self.title.setText(_("The agenda has no point."))
        for part in (self.notes, self.standing, self.outcome, self.decision, self.leaving):
            part.setText("")
            part.hide()
        self.problems.hide()
        self.discussion.set_value("")
        self.addition.set_value("")
        self.motion.set_value("")
