"""A decision as minutes tell it: its words, and the tables of what it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.services.decisions.decisions import split_title
from app.services.reports.allocation_tables import allocation_proof_table, awards_table, ceilings_table, takes_table
from app.services.reports.meeting_tables import outcomes_table
from app.services.reports.minutes_data import DecisionRecord, Names
from app.services.reports.spec import Heading, Paragraph, Part
from app.services.wording.texts import Translator

DECISION_LEVEL = 2
"""Level of the heading of a decision right under its point."""


def decision_parts(
    decision: DecisionRecord, names: Names, tr: Translator, level: int = DECISION_LEVEL
) -> Iterator[Part]:
    """A decision with its tables: outcomes, splits with their proof, ceilings, awards."""
    subject = names.in_text(decision.subject)
    if decision.label:
        title = tr("Decision no. {number}: {subject}").format(number=decision.label, subject=subject)
    else:
        title = tr("Decision (numbered when the meeting closes): {subject}").format(subject=subject)
    yield Heading(title, level)
    yield Paragraph(tr("IT IS DECIDED"), strong=True)
    if decision.text:
        yield Paragraph(names.in_text(decision.text))
    effects = decision.effects
    if effects is None:
        yield Paragraph(tr("As things stand this decision cannot be carried out: open it to see why."), strong=True)
        return
    if effects.outcomes:
        outcomes = [replace(row, reason=names.in_text(row.reason)) for row in effects.outcomes]
        yield outcomes_table(outcomes, tr)
    for view in effects.allocations:
        yield allocation_proof_table(replace(view, title=split_title(view, decision.label, tr)), tr)
    if effects.ceilings:
        yield ceilings_table(effects.ceilings, tr)
    if effects.awards:
        yield awards_table(effects.awards, tr)
    if effects.takes:
        yield takes_table(effects.takes, tr)
