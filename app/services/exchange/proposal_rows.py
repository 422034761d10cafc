"""A proposal as rows of sheets, there and back: the sheets of the form and those of a plan workbook have the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from app.models.errors import InvalidInput
from app.services.calls.rules_drafts import category_name
from app.services.exchange.call_form import CallForm
from app.services.exchange.filled import FilledRow
from app.services.exchange.forms import FormSheet
from app.services.exchange.gesture import Gesture, Places
from app.services.exchange.proposal_form import ACTIONS, COSTS, OBJECTIVES, PROPOSAL, RESULTS, TARGETS
from app.services.proposals.budgets import BudgetItemDraft
from app.services.proposals.drafts import (
    ActionDraft,
    IndicatorDraft,
    ObjectiveDraft,
    ProposalDraft,
    ResultDraft,
    TargetDraft,
)
from app.services.wording.folding import fold
from app.services.wording.texts import Translator


@dataclass(frozen=True)
class Child:
    """A sheet whose rows are children of a proposal: the field of the draft, and what one of them is."""

    sheet: FormSheet
    field: str
    draft: type[Any]


CHILDREN = (
    Child(OBJECTIVES, "objectives", ObjectiveDraft),
    Child(ACTIONS, "actions", ActionDraft),
    Child(TARGETS, "targets", TargetDraft),
    Child(COSTS, "items", BudgetItemDraft),
)
"""The sheets that are read row by row; results and indicators share one of their own."""

SHEETS = (*(child.sheet for child in CHILDREN), RESULTS)
"""Every sheet with parts of a proposal."""

_DRAFT_FIELDS = frozenset(field.name for field in fields(ProposalDraft))
OWN_KEYS = tuple(column.key for column in PROPOSAL if column.key in _DRAFT_FIELDS - {"number"})
"""Fields of the proposal itself that are the same in the form and in the draft."""

Rows = Mapping[str, Sequence[FilledRow]]
"""Rows of each sheet of parts, by the sheet's key."""


def read_proposal(
    gesture: Gesture, row: FilledRow, rows: Rows, call: CallForm | None, keys: Mapping[str, Any]
) -> tuple[ProposalDraft, Places]:
    """The draft that rows give, and where its fields stand.

    Args:
        row: of the proposal itself.
        call: that it answers; None while that is not known.
        keys: "call_id", "alliance_id", "area_id" and "number", which were looked for already.
    """
    values: dict[str, Any] = {}
    places: dict[str, list[FilledRow]] = {}
    numbers_known = not any("number" in one.faulty for one in rows["objectives"])
    for child in CHILDREN:
        kept = [one for one in rows[child.sheet.key] if _is_read(child, one)]
        drafts = [_child(gesture, child, one, call) for one in kept]
        if child.field == "actions" and not numbers_known:
            drafts = [dict(one, objectives="") for one in drafts]
        values[child.field] = tuple(child.draft(**one) for one in drafts)
        places[child.field] = kept
    results = _Results(gesture, rows["results"])
    places |= {"results": results.result_rows, "indicators": results.indicator_rows}
    draft = ProposalDraft(
        **{key: row[key] for key in OWN_KEYS},
        **keys,
        **values,
        results=tuple(results.results),
        indicators=tuple(results.indicators),
    )
    return draft, Places(
        row, places, {"call_id": "call", "alliance_id": "alliance", "area_id": "area", "result": "number"}
    )


def _is_read(child: Child, row: FilledRow) -> bool:
    """Whether enough of a row could be read to go on with it."""
    match child.field:
        case "objectives":
            return "number" not in row.faulty
        case "items":
            return not row.faulty
    return True


def _child(gesture: Gesture, child: Child, row: FilledRow, call: CallForm | None) -> dict[str, Any]:
    """Fields of a child by name."""
    values = {column.key: row[column.key] for column in child.sheet.columns}
    if child.field == "items" and call is not None:
        code = call.category_of(row["category"])
        if code is None:
            names = tuple(call.category_names(gesture.tr).values())
            reason = InvalidInput("workbook.choice", text=row["category"], choices=names)
            gesture.faults.add(row.sheet, row.cell("category"), reason)
        values["category"] = code or next(iter(call.categories))
    return values


class _Results:
    """The sheet of results, read as two lists: a result once, its indicators one a row from there on."""

    def __init__(self, gesture: Gesture, rows: Sequence[FilledRow]) -> None:
        self.results: list[ResultDraft] = []
        self.result_rows: list[FilledRow] = []
        self.indicators: list[IndicatorDraft] = []
        self.indicator_rows: list[FilledRow] = []
        self._gesture = gesture
        self._number: int | None = None
        for row in rows:
            if "number" not in row.faulty:
                self._take(row)

    def _take(self, row: FilledRow) -> None:
        number, text = row["number"], row["text"]
        if text and not self._repeats(number, text):
            self._number = number or max((known.number or 0 for known in self.results), default=0) + 1
            self.results.append(ResultDraft(number=self._number, text=text))
            self.result_rows.append(row)
        elif number is not None:
            self._number = number
        if row["indicator"] and self._number is not None:
            target = row["target"]
            self.indicators.append(IndicatorDraft(result=self._number, text=row["indicator"], target=target))
            self.indicator_rows.append(row)
        elif row["indicator"]:
            self._refuse(row, "text", "workbook.result_needed")
        elif row["target"] is not None or not text:
            self._refuse(row, "indicator", "workbook.indicator_needed")

    def _repeats(self, number: int | None, text: str) -> bool:
        """Whether the result is written again beside another of its indicators."""
        last = self.results[-1] if self.results else None
        return last is not None and fold(last.text) == fold(text) and number in (None, last.number)

    def _refuse(self, row: FilledRow, key: str, code: str) -> None:
        self._gesture.faults.add(row.sheet, row.cell(key), InvalidInput(code))


# --- the other way -------------------------------------------------------------------------


def own_answers(draft: ProposalDraft) -> dict[str, Any]:
    """Fields of the proposal itself, by column."""
    return {key: getattr(draft, key) for key in (*OWN_KEYS, "number")}


def part_answers(draft: ProposalDraft, tr: Translator, names: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Rows of every sheet of parts, by the sheet's key.

    Args:
        names: of the call's categories, by code.
    """
    answers = {child.sheet.key: [_answers(child, one) for one in getattr(draft, child.field)] for child in CHILDREN}
    for row in answers[COSTS.key]:
        row["category"] = category_name(row["category"], names.get(row["category"], ""), tr)
    answers[RESULTS.key] = [
        *({"number": one.number, "text": one.text} for one in draft.results),
        *({"number": one.result, "indicator": one.text, "target": one.target} for one in draft.indicators),
    ]
    return answers


def _answers(child: Child, draft: Any) -> dict[str, Any]:
    return {column.key: getattr(draft, column.key) for column in child.sheet.columns}
