"""Versions of a programme's rules: read, written while nobody asked under them, and made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from app.models import enums as e
from app.models import vouchers as m
from app.models.errors import InvalidInput, RuleBroken
from app.models.store import Store
from app.models.territory import Municipality
from app.services.changes import Changes
from app.services.checks import (
    require_distinct,
    require_in_force,
    require_in_order,
    require_key,
    require_not_negative,
    require_positive,
    require_text,
)
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.vouchers import rules_drafts as d
from app.services.vouchers.amount import AmountRules, Band
from app.services.vouchers.conditions import ConditionRules, Span, Window
from app.services.vouchers.rules_drafts import ProgrammeRulesDraft
from app.services.wording import points
from app.services.wording.parsing import parse_time
from app.services.wording.shares import parse_share, share_exact, share_text

ENUMS: Mapping[str, type[StrEnum]] = {
    "asker": e.VoucherAsker,
    "manner": e.ProgrammeManner,
    "pay_to": e.PayTo,
    "residence": e.ResidenceNeed,
    "work": e.WorkNeed,
    "age_day": e.AgeDay,
    "isee_use": e.IseeUse,
    "isee_kind": e.IseeKind,
    "firm_size_max": e.OrganisationSize,
    "unit": e.VoucherUnit,
    "aids": e.AidRule,
    "leftover": e.LeftoverRule,
    "remedy": e.Remedy,
}
AMOUNTS = ("isee_max", "unit_amount", "cap_request", "cap_month", "cap_child", "cap_family", "expense_min")
_PARTS: tuple[tuple[str, type[m.ProgrammePart], type[Any]], ...] = (
    ("services", m.ProgrammeService, d.ServiceDraft),
    ("providers", m.ProgrammeProvider, d.ProviderDraft),
    ("places", m.ProgrammePlace, d.PlaceDraft),
    ("bands", m.ProgrammeBand, d.BandDraft),
    ("windows", m.ProgrammeWindow, d.WindowDraft),
    ("documents", m.ProgrammeDocument, d.DocumentDraft),
)
_SHOWN_ONLY = frozenset({"id", "programme_id", "version", "asked", *(key for key, _model, _draft in _PARTS)})
OWN = tuple(field.name for field in fields(ProgrammeRulesDraft) if field.name not in _SHOWN_ONLY)


@dataclass(frozen=True)
class ProgrammeRulesRow:
    """A version in a list.

    Attributes:
        asked: requests that came in under it; more than none closes it.
        current: whether it is the newest of its programme.
    """

    id: str
    programme_id: str
    programme: str
    version: int
    asker: e.VoucherAsker
    manner: e.ProgrammeManner
    unit: e.VoucherUnit
    source: str
    reason: str
    asked: int
    current: bool
    sample: bool
    source_line: int | None


# --- reading -----------------------------------------------------------------------------


@cache
def newest() -> sa.ColumnElement[bool]:
    """Says of a row of `ProgrammeRules` whether it is the newest of its programme."""
    other = aliased(m.ProgrammeRules)
    highest = sa.select(sa.func.max(other.version)).where(other.programme_id == m.ProgrammeRules.programme_id)
    return m.ProgrammeRules.version == highest.scalar_subquery()


def programme_rules_rows(store: Store) -> tuple[ProgrammeRulesRow, ...]:
    """All versions, programme by programme, the newest first."""
    asked = sa.select(sa.func.count()).where(m.VoucherRequest.rules_id == m.ProgrammeRules.id).scalar_subquery()
    query = (
        sa.select(m.ProgrammeRules, m.VoucherProgramme.name, asked, newest())
        .join(m.VoucherProgramme, m.VoucherProgramme.id == m.ProgrammeRules.programme_id)
        .order_by(m.VoucherProgramme.code, m.ProgrammeRules.version.desc())
    )
    with store.read() as session:
        return tuple(
            ProgrammeRulesRow(
                id=row.id,
                programme_id=row.programme_id,
                programme=name,
                version=row.version,
                asker=e.VoucherAsker(row.asker),
                manner=e.ProgrammeManner(row.manner),
                unit=e.VoucherUnit(row.unit),
                source=row.source,
                reason=row.reason,
                asked=count,
                current=bool(current),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, name, count, current in session.execute(query)
        )


def load_programme_rules(store: Store, rules_id: str) -> ProgrammeRulesDraft:
    """A version as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return read_rules(session, get_row(session, m.ProgrammeRules, rules_id))


def current_rules(session: Session, programme_id: str) -> m.ProgrammeRules | None:
    """The newest version of a programme's rules."""
    return session.scalar(
        sa.select(m.ProgrammeRules).filter_by(programme_id=programme_id).order_by(m.ProgrammeRules.version.desc())
    )


def read_rules(session: Session, row: m.ProgrammeRules) -> ProgrammeRulesDraft:
    """A version with all that belongs to it."""
    parts: dict[str, Any] = {}
    for key, model, draft in _PARTS:
        children = session.scalars(sa.select(model).filter_by(rules_id=row.id).order_by(model.position))
        parts[key] = tuple(
            draft(**{field.name: _read(field.name, getattr(child, field.name)) for field in fields(draft)})
            for child in children
        )
    asked = session.scalar(sa.select(sa.func.count()).where(m.VoucherRequest.rules_id == row.id)) or 0
    own: dict[str, Any] = {name: _read(name, getattr(row, name)) for name in OWN}
    return ProgrammeRulesDraft(
        id=row.id, programme_id=row.programme_id, version=row.version, asked=asked, **own, **parts
    )


def _read(name: str, value: Any) -> Any:
    if name == "share_max":
        return share_text(value or "")
    if name == "units_max":
        return points.read(value)
    return ENUMS[name](value) if name in ENUMS and value is not None else value


# --- what is reckoned with ---------------------------------------------------------------


def amount_rules(rules: ProgrammeRulesDraft, service: str) -> AmountRules:
    """What a version says of amounts, for one of its services."""
    own = next((row.unit_amount for row in rules.services if row.code == service), None)
    return AmountRules(
        unit_amount=rules.unit_amount if own is None else own,
        units_max=points.kept(rules.units_max),
        share=share_exact(parse_share(rules.share_max)),
        cap_request=rules.cap_request,
        cap_month=rules.cap_month,
        cap_child=rules.cap_child,
        cap_family=rules.cap_family,
        aids=rules.aids,
        bands=tuple(
            Band(
                row.isee_to,
                share_exact(parse_share(row.share_max)),
                row.unit_amount,
                row.cap_request,
                points.parse_points(row.points) if row.points else Fraction(0),
            )
            for row in rules.bands
        ),
    )


_CONDITION_FIELDS = tuple(
    field.name
    for field in fields(ConditionRules)
    if field.name not in ("windows", "places", "services", "providers", "documents")
)


def condition_rules(session: Session, rules: ProgrammeRulesDraft) -> ConditionRules:
    """What a version asks for; a district that it lists stands for its municipalities."""
    districts = [row.district_id for row in rules.places if row.district_id]
    listed = {row.municipality_id for row in rules.places if row.municipality_id}
    if districts:
        listed |= set(session.scalars(sa.select(Municipality.id).where(Municipality.district_id.in_(districts))))
    own: dict[str, Any] = {name: getattr(rules, name) for name in _CONDITION_FIELDS}
    return ConditionRules(
        **own,
        windows=tuple(
            Window(row.date_opened, row.time_opened, row.date_closed, row.time_closed)
            for row in rules.windows
            if row.date_opened is not None
        ),
        places=frozenset(each for each in listed if each),
        services=tuple(Span(row.code, row.date_from, row.date_to) for row in rules.services),
        providers=tuple(
            Span(row.organisation_id, row.date_from, row.date_to) for row in rules.providers if row.organisation_id
        ),
        documents=bool(rules.documents),
    )


# --- writing -----------------------------------------------------------------------------


def rules_values(draft: ProgrammeRulesDraft) -> dict[str, Any]:
    """Fields of a version itself, checked.

    Raises:
        InvalidInput: those of `save_programme_rules`.
    """
    values = {name: getattr(draft, name) for name in OWN}
    for name in AMOUNTS:
        require_not_negative(values[name], name)
    for name in ("age_min", "age_below", "age_below_disabled", "hours_min", "validity_days", "call_days"):
        require_not_negative(values[name], name)
        if values[name] is not None and name != "age_min":
            require_positive(values[name], name)
    if draft.hours_min is not None and draft.hours_min > 24:
        raise InvalidInput("voucher.hours_of_a_day", field="hours_min")
    if draft.units_max is not None and draft.units_max <= 0:
        raise InvalidInput("number.not_positive", field="units_max")
    if draft.age_below is not None and draft.age_below <= (draft.age_min or 0):
        raise InvalidInput("rules.max_below_min", field="age_below")
    if draft.age_day is e.AgeDay.DATE and draft.age_date is None:
        raise InvalidInput("field.required", field="age_date")
    if draft.isee_use is e.IseeUse.BAR and draft.isee_max is None:
        raise InvalidInput("field.required", field="isee_max")
    require_in_order(draft.service_from, draft.service_to, "service_to")
    values["units_max"] = points.kept(draft.units_max)
    values["share_max"] = _share(draft.share_max, "share_max")
    return {name: value.value if isinstance(value, StrEnum) else _bare(value) for name, value in values.items()}


def _bare(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _share(text: str, field: str) -> str | None:
    kept = parse_share(text, field=field)
    exact = share_exact(kept)
    if exact is not None and exact > 100:
        raise InvalidInput("percent.over_hundred", field=field, text=text.strip())
    return kept or None


def part_values(draft: ProgrammeRulesDraft) -> dict[str, list[dict[str, Any]]]:
    """Fields of all rows that belong to a version, checked, by key of the part."""
    values: dict[str, list[dict[str, Any]]] = {}
    for key, _model, part in _PARTS:
        rows = getattr(draft, key)
        values[key] = [{field.name: _kept(getattr(row, field.name)) for field in fields(part)} for row in rows]
        for at, row in enumerate(values[key]):
            _check_row(key, at, row)
    require_distinct([row["code"] for row in values["services"]], "services.{row}.code", "rules.code_repeated")
    require_distinct([row["code"] for row in values["documents"]], "documents.{row}.code", "rules.code_repeated")
    providers = [row["organisation_id"] for row in values["providers"]]
    require_distinct(providers, "providers.{row}.organisation_id", "rules.row_repeated")
    require_distinct([row["isee_to"] for row in values["bands"]], "bands.{row}.isee_to", "rules.row_repeated")
    if not values["services"]:
        raise InvalidInput("programme.no_service", field="services")
    if draft.residence is e.ResidenceNeed.LISTED and not values["places"]:
        raise InvalidInput("programme.no_place", field="residence")
    return values


def _kept(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else _bare(value)


def _check_row(key: str, at: int, row: dict[str, Any]) -> None:
    def place(name: str) -> str:
        return f"{key}.{at}.{name}"

    for name in ("unit_amount", "cap_request", "isee_to"):
        require_not_negative(row.get(name), place(name))
    if key in ("services", "documents"):
        row["code"] = require_text(row["code"] or f"{key[0].upper()}{at + 1}", place("code")).casefold()
        require_text(row["name"], place("name"))
    if key in ("services", "providers"):
        require_in_order(row["date_from"], row["date_to"], place("date_to"))
    if key == "providers":
        require_key(row["organisation_id"], place("organisation_id"))
    if key == "places" and (row["municipality_id"] is None) == (row["district_id"] is None):
        raise InvalidInput("programme.one_place", field=place("municipality_id"))
    if key == "bands":
        row["share_max"] = _share(row["share_max"], place("share_max"))
        if row["points"]:
            points.parse_points(row["points"], field=place("points"))
    if key == "windows":
        if row["date_opened"] is None:
            raise InvalidInput("field.required", field=place("date_opened"))
        require_in_order(row["date_opened"], row["date_closed"], place("date_closed"))
        for name in ("time_opened", "time_closed"):
            row[name] = parse_time(row[name], field=place(name)) if row[name] else ""


def save_programme_rules(store: Store, draft: ProgrammeRulesDraft) -> Changes:
    """Write a version under which nobody asked yet; the first one of a programme when it has none.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.too_large", "number.not_positive", "percent.format",
            "percent.over_hundred", "rules.max_below_min", "rules.code_repeated", "rules.row_repeated",
            "date.end_before_start", "time.format", "points.format", "programme.no_service", "programme.no_place",
            "programme.one_place", "voucher.hours_of_a_day".
        NotFound: "record.gone".
        RuleBroken: "programme.closed_version", "decision.pending".
    """
    values, parts = rules_values(draft), part_values(draft)
    with store.write("save_programme_rules") as session:
        require_in_force(session, draft.decision_id)
        if draft.id is None:
            programme = get_row(session, m.VoucherProgramme, require_key(draft.programme_id, "programme_id"))
            present = current_rules(session, programme.id)
            if present is not None:
                raise RuleBroken("programme.has_rules", version=present.version)
            row = add_rules(session, programme.id, 1, draft)
        else:
            row = get_row(session, m.ProgrammeRules, draft.id)
            refuse_closed(session, row)
            save_row(session, m.ProgrammeRules, row.id, values)
            _save_parts(session, row.id, parts)
    return Changes.of("vouchers", ids=(row.id,))


def add_rules(session: Session, programme_id: str, version: int, draft: ProgrammeRulesDraft) -> m.ProgrammeRules:
    """Add a version with everything that the draft says; its rows are new.

    Raises:
        InvalidInput: those of `save_programme_rules`.
    """
    values, parts = rules_values(draft), part_values(draft)
    own = {**values, "programme_id": programme_id, "version": version}
    row = save_row(session, m.ProgrammeRules, None, own)
    _save_parts(session, row.id, {key: [{**child, "id": None} for child in rows] for key, rows in parts.items()})
    return row


def _save_parts(session: Session, rules_id: str, parts: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for key, model, _draft in _PARTS:
        reconcile(session, model, {"rules_id": rules_id}, parts[key])


def refuse_closed(session: Session, row: m.ProgrammeRules) -> None:
    """Nobody asked under a version.

    Raises:
        RuleBroken: "programme.closed_version".
    """
    if session.scalar(sa.select(m.VoucherRequest.id).where(m.VoucherRequest.rules_id == row.id).limit(1)):
        raise RuleBroken("programme.closed_version")


def new_programme_rules(store: Store, rules_id: str, reason: str, decision_id: str | None = None) -> Changes:
    """Begin a new version of a programme's rules, equal to the newest, which stays for who asked under it.

    Raises:
        InvalidInput: "field.required" without a reason.
        NotFound: "record.gone".
        RuleBroken: "decision.pending".
    """
    why = require_text(reason, "reason")
    with store.write("new_programme_rules") as session:
        programme_id = get_row(session, m.ProgrammeRules, rules_id).programme_id
        require_in_force(session, decision_id)
        present = current_rules(session, programme_id)
        assert present is not None, "the version that was given is one"
        draft = replace(read_rules(session, present), reason=why, decision_id=decision_id)
        row = add_rules(session, programme_id, present.version + 1, draft)
    return Changes.of("vouchers", ids=(row.id,))


def delete_programme_rules(store: Store, rules_id: str) -> Changes:
    """Delete the newest version of a programme's rules, when nobody asked under it.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "programme.closed_version", "programme.not_newest".
    """
    with store.write("delete_programme_rules") as session:
        row = get_row(session, m.ProgrammeRules, rules_id)
        refuse_closed(session, row)
        if current_rules(session, row.programme_id) is not row:
            raise RuleBroken("programme.not_newest")
        delete_rules(session, row)
    return Changes.of("vouchers", ids=(rules_id,))


def delete_rules(session: Session, row: m.ProgrammeRules) -> None:
    """Delete a version with all that belongs to it."""
    for _key, model, _draft in _PARTS:
        delete_children(session, model, "rules_id", (row.id,))
    session.delete(row)


def service_names(store: Store) -> tuple[tuple[str, str], ...]:
    """(code, name) of the services of all programmes, each once, by the newest name."""
    with store.read() as session:
        rows = session.execute(
            sa.select(m.ProgrammeService.code, m.ProgrammeService.name).order_by(m.ProgrammeService.id)
        )
        return tuple(sorted(dict(rows.tuples().all()).items(), key=lambda pair: pair[1]))
