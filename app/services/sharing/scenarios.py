"""Sums to be shared and the ways of sharing them: kept, named, copied, compared; one of them becomes a decision.

No money moves here: a scenario is adopted as the draft of a decision, and its meeting moves the money when it closes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import DecisionKind, PotKind
from app.models.errors import AppError, InvalidInput, RuleBroken
from app.models.meetings import Decision
from app.models.money import CENTS_MAX, Cents, percentage
from app.models.scenarios import Pot, PotSource, Scenario
from app.models.store import Store
from app.services.changes import Changes
from app.services.checks import refuse_used, require_key, require_text
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.decisions.decisions import decision_label, write_decision
from app.services.decisions.drafts import DecisionDraft, SplitDraft
from app.services.decisions.effects import describe
from app.services.decisions.ground import Ground
from app.services.decisions.records import read_ground
from app.services.plan.plan import present_plan
from app.services.sharing.premium import parse_number
from app.services.sharing.scenario_compute import Facts, carry_out, kept_apart, project_rows, resolve
from app.services.sharing.scenario_drafts import (
    Comparison,
    PotDraft,
    PotRow,
    ScenarioResult,
    ScenarioRow,
    ScenarioSheet,
)
from app.services.sharing.scenario_facts import read_facts, sharing_decisions
from app.services.sharing.scenario_texts import decision_subject, decision_text, rules_text
from app.services.sharing.split_sheets import SourceLine, split_draft, split_lines
from app.services.sharing.split_terms import dump_terms, load_terms
from app.services.wording.numbering import letter
from app.services.wording.texts import Translator

# --- sums -----------------------------------------------------------------------------------


def pot_rows(store: Store) -> tuple[PotRow, ...]:
    """All sums, in their order."""
    with store.read() as session:
        counted = dict(
            session.execute(sa.select(Scenario.pot_id, sa.func.count()).group_by(Scenario.pot_id)).tuples().all()
        )
        shared = sharing_decisions(session)
        return tuple(
            PotRow(
                id=pot.id,
                kind=PotKind(pot.kind),
                name=pot.name,
                total=pot.total,
                scenarios=counted.get(pot.id, 0),
                decision="" if pot.id not in shared else decision_label(shared[pot.id]),
                decision_id=None if pot.id not in shared else shared[pot.id].id,
                sample=pot.sample,
            )
            for pot in session.scalars(sa.select(Pot).order_by(Pot.position))
        )


def blank_pot(store: Store) -> PotDraft:
    """An empty sum, with the sources that there are."""
    with store.read() as session:
        return PotDraft(sources=_source_lines(read_ground(session), frozenset()))


def load_pot(store: Store, pot_id: str) -> PotDraft:
    """A sum as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return _load_pot(session, pot_id, read_ground(session))


def _load_pot(session: Session, pot_id: str, ground: Ground) -> PotDraft:
    pot = get_row(session, Pot, pot_id)
    shared = sharing_decisions(session).get(pot_id)
    return PotDraft(
        id=pot.id,
        kind=PotKind(pot.kind),
        name=pot.name,
        total=pot.total,
        sources=_source_lines(ground, frozenset(_source_ids(session, pot_id))),
        note=pot.note,
        decision="" if shared is None else decision_label(shared),
        source_line=pot.source_line,
    )


def _source_lines(ground: Ground, taken: frozenset[str]) -> tuple[SourceLine, ...]:
    """Every source, also those that are not due yet: a sum may wait for them."""
    return tuple(SourceLine(row.id, row.name, row.balance, row.id in taken) for row in ground.sources)


def _source_ids(session: Session, pot_id: str) -> tuple[str, ...]:
    query = sa.select(PotSource.source_id).where(PotSource.pot_id == pot_id).order_by(PotSource.position)
    return tuple(session.scalars(query))


def save_pot(store: Store, draft: PotDraft) -> Changes:
    """Write a sum to be shared.

    Raises:
        InvalidInput: "field.required", "allocation.total_not_positive", "amount.too_large".
        RuleBroken: "plan.missing", "pot.already_shared" when the total or the sources change of a sum that was shared.
        NotFound: "record.gone".
    """
    name = require_text(draft.name, "name")
    if draft.total is None:
        raise InvalidInput("field.required", field="total")
    if draft.total <= 0:
        raise InvalidInput("allocation.total_not_positive", field="total", total=draft.total)
    if draft.total > CENTS_MAX:
        raise InvalidInput("amount.too_large", field="total", text=str(draft.total))
    sources = tuple(line.source_id for line in draft.sources if line.taken)
    with store.write("save_pot") as session:
        position = 1 + (session.scalar(sa.select(sa.func.max(Pot.position))) or 0)
        if draft.id is not None:
            present = get_row(session, Pot, draft.id)
            position = present.position
            same = (present.total, _source_ids(session, draft.id), present.kind)
            _refuse_shared(session, present, changed=same != (draft.total, sources, draft.kind.value))
        values = {
            "plan_id": present_plan(session).id,
            "position": position,
            "kind": draft.kind.value,
            "name": name,
            "total": draft.total,
            "note": draft.note.strip(),
            "source_line": draft.source_line,
        }
        pot = save_row(session, Pot, draft.id, values)
        reconcile(session, PotSource, {"pot_id": pot.id}, [{"source_id": key} for key in sources], key="source_id")
    return Changes.of("ledger", ids=(pot.id,))


def _refuse_shared(session: Session, pot: Pot, *, changed: bool) -> None:
    shared = sharing_decisions(session).get(pot.id)
    if changed and shared is not None:
        raise RuleBroken("pot.already_shared", name=pot.name, decision=decision_label(shared))


def delete_pot(store: Store, pot_id: str) -> Changes:
    """Delete a sum with its scenarios, unless a decision was made from one.

    Raises:
        RuleBroken: "record.in_use".
        NotFound: "record.gone".
    """
    with store.write("delete_pot") as session:
        pot = get_row(session, Pot, pot_id)
        used = sa.select(Decision.subject).join(Scenario, Scenario.id == Decision.scenario_id)
        refuse_used(session, pot.id, pot.name, used.where(Scenario.pot_id == pot.id))
        for table in (PotSource, Scenario):
            delete_children(session, table, "pot_id", (pot.id,))
        session.delete(pot)
    return Changes.of("ledger", ids=(pot_id,))


# --- scenarios ------------------------------------------------------------------------------


def scenario_rows(store: Store, tr: Translator) -> tuple[ScenarioRow, ...]:
    """All scenarios, by sum and letter."""
    query = sa.select(Scenario, Pot).join(Pot, Pot.id == Scenario.pot_id).order_by(Pot.position)
    with store.read() as session:
        adopted = _adopted(session)
        rows = [
            ScenarioRow(
                id=row.id,
                pot_id=pot.id,
                pot=pot.name,
                letter=row.letter,
                name=row.name,
                rule=rules_text(load_terms(row.terms), tr),
                total=pot.total,
                adopted=adopted.get(row.id, ""),
                sample=row.sample,
            )
            for row, pot in session.execute(query).tuples()
        ]
    places = {pot_id: place for place, pot_id in enumerate(dict.fromkeys(row.pot_id for row in rows))}
    return tuple(sorted(rows, key=lambda row: (places[row.pot_id], len(row.letter), row.letter)))


def _adopted(session: Session) -> Mapping[str, str]:
    """Number of the decision in force made from each scenario."""
    return {row.scenario_id or "": decision_label(row) for row in sharing_decisions(session).values()}


def blank_scenario(store: Store, pot_id: str | None = None) -> ScenarioSheet:
    """An empty scenario: of the sum named, or of the newest that was not shared yet."""
    rows = pot_rows(store)
    if pot_id is None:
        open_pots = [row.id for row in rows if not row.decision] or [row.id for row in rows]
        pot_id = open_pots[-1] if open_pots else None
    with store.read() as session:
        facts = read_facts(session, pot_id)
        areas = _areas_with_projects(facts)
        return _sheet(session, SplitDraft(), facts, ScenarioSheet(pot_id=pot_id), taken=areas)


def _areas_with_projects(facts: Facts) -> frozenset[str]:
    return frozenset(row.area_id for row in facts.ground.projects.values() if row.awarded and row.area_id)


def load_scenario(store: Store, scenario_id: str) -> ScenarioSheet:
    """A scenario as it stands.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, Scenario, scenario_id)
        head = ScenarioSheet(
            id=row.id,
            pot_id=row.pot_id,
            letter=row.letter,
            name=row.name,
            note=row.note,
            adopted=_adopted(session).get(row.id, ""),
        )
        return _sheet(session, load_terms(row.terms), read_facts(session, row.pot_id), head)


def _sheet(
    session: Session,
    terms: SplitDraft,
    facts: Facts,
    head: ScenarioSheet,
    taken: frozenset[str] = frozenset(),
) -> ScenarioSheet:
    """The sheet with a line for all that could take part; areas in `taken` share in a new one."""
    sheet = replace(head, **{**split_lines(terms, facts.ground), "sources": ()})
    if taken:
        sheet = replace(sheet, areas=tuple(replace(line, taken=line.key in taken) for line in sheet.areas))
    pot = session.get(Pot, head.pot_id) if head.pot_id else None
    if pot is None:
        return sheet
    shared = sharing_decisions(session).get(pot.id)
    number = "" if shared is None else decision_label(shared)
    return replace(sheet, total=pot.total, pot=PotKind(pot.kind), pot_decision=number)


def save_scenario(store: Store, sheet: ScenarioSheet) -> Changes:
    """Write a scenario; what does not add up yet is kept all the same, as it is being thought over.

    Raises:
        InvalidInput: "field.required", "number.decimal".
        RuleBroken: "scenario.adopted".
        NotFound: "record.gone".
    """
    pot_id, name = require_key(sheet.pot_id, "pot_id"), require_text(sheet.name, "name")
    for i, line in enumerate(sheet.readings):
        for key in ("target", "actual"):
            parse_number(getattr(line, key), field=f"readings.{i}.{key}")
    terms = dump_terms(replace(split_draft(sheet)[0], total=None, pot=PotKind.RESIDUE, source_ids=()))
    with store.write("save_scenario") as session:
        get_row(session, Pot, pot_id)
        values = {"pot_id": pot_id, "name": name, "note": sheet.note.strip(), "terms": terms}
        present = None if sheet.id is None else get_row(session, Scenario, sheet.id)
        if present is not None and (number := _adopted(session).get(present.id)):
            raise RuleBroken("scenario.adopted", name=present.name, decision=number)
        if present is None or present.pot_id != pot_id:
            values["letter"] = _next_letter(session, pot_id)
        scenario = save_row(session, Scenario, sheet.id, values)
    return Changes.of("ledger", ids=(scenario.id, pot_id))


def _next_letter(session: Session, pot_id: str) -> str:
    taken = set(session.scalars(sa.select(Scenario.letter).where(Scenario.pot_id == pot_id)))
    return next(found for number in range(1, len(taken) + 2) if (found := letter(number)) not in taken)


def copy_scenario(store: Store, scenario_id: str, name: str) -> Changes:
    """Write the same scenario once more, under the next letter.

    Raises:
        InvalidInput: "field.required".
        NotFound: "record.gone".
    """
    named = require_text(name, "name")
    with store.write("copy_scenario") as session:
        row = get_row(session, Scenario, scenario_id)
        copy = Scenario(
            pot_id=row.pot_id, letter=_next_letter(session, row.pot_id), name=named, note=row.note, terms=row.terms
        )
        session.add(copy)
    return Changes.of("ledger", ids=(copy.id, row.pot_id))


def delete_scenario(store: Store, scenario_id: str) -> Changes:
    """Delete a scenario, unless a decision was made from it.

    Raises:
        RuleBroken: "record.in_use".
        NotFound: "record.gone".
    """
    with store.write("delete_scenario") as session:
        row = get_row(session, Scenario, scenario_id)
        used = sa.select(Decision.subject).where(Decision.scenario_id == row.id)
        refuse_used(session, row.id, f"{row.letter} {row.name}", used)
        session.delete(row)
    return Changes.of("ledger", ids=(scenario_id,))


# --- what comes of them ----------------------------------------------------------------------


def scenario_result(store: Store, sheet: ScenarioSheet) -> ScenarioResult:
    """What would come of a scenario as it is being written."""
    with store.read() as session:
        if sheet.pot_id is None or session.get(Pot, sheet.pot_id) is None:
            return ScenarioResult(
                "", "", sheet.name, Cents(0), problems=(InvalidInput("field.required", field="pot_id"),)
            )
        facts = read_facts(session, sheet.pot_id)
        pot = _load_pot(session, sheet.pot_id, facts.ground)
    return _result(sheet.id or "", sheet.letter, sheet.name, _of_pot(split_draft(sheet)[0], pot), facts)


def _of_pot(terms: SplitDraft, pot: PotDraft) -> SplitDraft:
    """The terms of a scenario with the money of its pot."""
    sources = tuple(line.source_id for line in pot.sources if line.taken)
    return replace(terms, total=pot.total, pot=pot.kind, source_ids=sources)


def _result(scenario_id: str, letter_: str, name: str, terms: SplitDraft, facts: Facts) -> ScenarioResult:
    result = ScenarioResult(scenario_id, letter_, name, terms.total or Cents(0))
    try:
        split, sheet = resolve(terms, facts)
        planned, ground, problems = carry_out(split, facts.ground)
    except AppError as problem:
        return replace(result, problems=(problem,))
    rows = project_rows(planned, facts)
    left, on_areas = kept_apart(planned, split)
    paid, had, more = (sum(getattr(row, key) for row in rows) for key in ("cofinancing", "before", "after"))
    return replace(
        result,
        split=split,
        projects=rows,
        views=describe(planned, ground, name).allocations,
        left=left,
        on_areas=on_areas,
        share_before=percentage(paid, paid + had),
        share_after=percentage(paid, paid + more),
        sheet=sheet,
        problems=problems,
    )


def compare_scenarios(store: Store, pot_id: str) -> Comparison:
    """A sum with what comes of each of its scenarios, from the same facts.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        facts = read_facts(session, pot_id)
        pot = _load_pot(session, pot_id, facts.ground)
        rows = session.scalars(sa.select(Scenario).where(Scenario.pot_id == pot_id)).all()
        kept = sorted(rows, key=lambda row: (len(row.letter), row.letter))
        terms = [(row.id, row.letter, row.name, _of_pot(load_terms(row.terms), pot)) for row in kept]
        adopted = _adopted(session)
        invented = {row.id: row.sample for row in kept}
    results = (
        replace(_result(*each, facts), adopted=adopted.get(each[0], ""), sample=invented[each[0]]) for each in terms
    )
    return Comparison(pot, tuple(results))


def adopt_scenario(store: Store, scenario_id: str, item_id: str | None, tr: Translator) -> Changes:
    """Make a scenario the draft of a decision on a point of an agenda; the first key of the result is the decision's.

    Args:
        tr: of the language that the text of the decision is written in.

    Raises:
        InvalidInput, RuleBroken, NotFound: what keeps it from being carried out as things stand, as `save_decision`;
            "pot.already_shared".
    """
    point = require_key(item_id, "agenda_item_id")
    with store.read() as session:
        row = get_row(session, Scenario, scenario_id)
        facts = read_facts(session, row.pot_id)
        pot = _load_pot(session, row.pot_id, facts.ground)
        _refuse_shared(session, get_row(session, Pot, row.pot_id), changed=True)
    split, _steps = resolve(_of_pot(load_terms(row.terms), pot), facts)
    names = _names(facts, split)
    draft = DecisionDraft(
        agenda_item_id=point,
        kind=DecisionKind.RESIDUE,
        subject=decision_subject(pot, split, tr),
        text=decision_text(pot, f"{row.letter} «{row.name}»", split, names, tr),
        split=split,
        scenario_id=row.id,
    )
    with store.write("adopt_scenario") as session:
        return write_decision(session, draft) | Changes.of("ledger", ids=(row.id,))


def _names(facts: Facts, split: SplitDraft) -> Mapping[str, str]:
    """Short names of areas and projects: «A.1», «n. 3»."""
    areas = {key: area.code for key, area in facts.ground.areas.items()}
    wanted: Sequence[str | None] = [row.proposal_id for row in split.projects]
    return areas | {key: str(facts.ground.projects[key].number) for key in wanted if key}
