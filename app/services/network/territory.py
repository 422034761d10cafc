"""The territory: districts with their municipalities, and how an earlier call ended in each district."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models.errors import InvalidInput
from app.models.network import Organisation, OrganisationSeat
from app.models.store import Store
from app.models.territory import District, EarlierCall, EarlierCallResult, Municipality
from app.models.vouchers import ProgrammePlace
from app.services.changes import Changes
from app.services.checks import (
    refuse_used,
    require_distinct,
    require_key,
    require_not_negative,
    require_number,
    require_positive,
    require_text,
)
from app.services.children import delete_children, get_row, reconcile, save_row
from app.services.plan.plan import present_plan
from app.services.vouchers.users import households_in, in_places
from app.services.wording.folding import fold


@dataclass(frozen=True)
class MunicipalityDraft:
    """A municipality; within a district's draft its district is that one. `population` None where it is not known."""

    id: str | None = None
    name: str = ""
    district_id: str | None = None
    source_line: int | None = None
    population: int | None = None


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality in a list; `district` is the name of its district, empty when it is not known."""

    id: str
    name: str
    district_id: str | None
    district: str
    sample: bool
    source_line: int | None
    population: int | None = None


@dataclass(frozen=True)
class DistrictDraft:
    """A district as it is typed; `number` None takes the next free one."""

    id: str | None = None
    number: int | None = None
    name: str = ""
    zone: str = ""
    municipalities: tuple[MunicipalityDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class DistrictRow:
    """A district in a list; `municipalities` are names in alphabetical order."""

    id: str
    number: int
    name: str
    zone: str
    municipalities: tuple[str, ...]
    sample: bool
    source_line: int | None


@dataclass(frozen=True)
class EarlierCallResultDraft:
    """Projects of an earlier call funded in one district."""

    id: str | None = None
    district_id: str | None = None
    funded: int | None = None
    source_line: int | None = None


@dataclass(frozen=True)
class EarlierCallDraft:
    """A call of an earlier cycle, with the counts that the plan reports."""

    id: str | None = None
    title: str = ""
    year: int | None = None
    received: int | None = None
    admitted: int | None = None
    funded: int | None = None
    results: tuple[EarlierCallResultDraft, ...] = ()
    source_line: int | None = None


@dataclass(frozen=True)
class EarlierCallRow:
    """An earlier call in a list; `funded_by_district` is the sum over its districts."""

    id: str
    title: str
    year: int
    received: int
    admitted: int
    funded: int
    funded_by_district: int
    sample: bool
    source_line: int | None


# --- districts ---------------------------------------------------------------------------


def district_rows(store: Store) -> tuple[DistrictRow, ...]:
    """All districts by number."""
    with store.read() as session:
        names: dict[str | None, list[str]] = {}
        for municipality in session.scalars(sa.select(Municipality).order_by(Municipality.name)):
            names.setdefault(municipality.district_id, []).append(municipality.name)
        return tuple(
            DistrictRow(
                id=row.id,
                number=row.number,
                name=row.name,
                zone=row.zone,
                municipalities=tuple(names.get(row.id, ())),
                sample=row.sample,
                source_line=row.source_line,
            )
            for row in session.scalars(sa.select(District).order_by(District.number))
        )


def load_district(store: Store, district_id: str) -> DistrictDraft:
    """A district as it was typed, its municipalities in alphabetical order.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, District, district_id)
        found = session.scalars(sa.select(Municipality).filter_by(district_id=row.id).order_by(Municipality.name))
        return DistrictDraft(
            id=row.id,
            number=row.number,
            name=row.name,
            zone=row.zone,
            municipalities=tuple(_municipality_draft(municipality) for municipality in found),
            source_line=row.source_line,
        )


def save_district(store: Store, draft: DistrictDraft) -> Changes:
    """Write a district with its municipalities.

    Raises:
        InvalidInput: "field.required", "number.not_positive", "district.number_taken", "municipality.repeated",
            "municipality.name_taken" (in another district).
        RuleBroken: "plan.missing"; "record.in_use" for a municipality that is taken out and is somebody's seat.
    """
    name = require_text(draft.name, "name")
    if draft.number is not None:
        require_positive(draft.number, "number")
    wanted: list[dict[str, Any]] = [
        {
            "name": require_text(row.name, f"municipalities.{i}.name"),
            "population": row.population,
            "source_line": row.source_line,
        }
        for i, row in enumerate(draft.municipalities)
    ]
    for i, municipality in enumerate(draft.municipalities):
        require_not_negative(municipality.population, f"municipalities.{i}.population")
    require_distinct([fold(row["name"]) for row in wanted], "municipalities.{row}.name", "municipality.repeated")
    with store.write("save_district") as session:
        plan = present_plan(session)
        others = sa.select(District).where(District.id != (draft.id or ""))
        names = {other.number: other.name for other in session.scalars(others)}
        number = draft.number or max(names, default=0) + 1
        if number in names:
            raise InvalidInput("district.number_taken", field="number", number=number, name=names[number])
        taken = _names_elsewhere(session, Municipality.district_id, draft.id)
        for i, each in enumerate(wanted):
            _refuse_taken(each["name"], taken, f"municipalities.{i}.name")
        values = {
            "plan_id": plan.id,
            "number": number,
            "name": name,
            "zone": draft.zone.strip(),
            "source_line": draft.source_line,
        }
        district = save_row(session, District, draft.id, values)
        owner = {"plan_id": plan.id, "district_id": district.id}
        for row in reconcile(session, Municipality, owner, wanted, key="name").removed:
            _refuse_used_municipality(session, row)
    return Changes.of("plan", ids=(district.id,))


def _names_elsewhere(session: Session, column: InstrumentedAttribute[Any], own: str | None) -> frozenset[str]:
    """Folded names of the municipalities where `column` is not `own`."""
    found = session.scalars(sa.select(Municipality.name).where(sa.or_(column.is_(None), column != (own or ""))))
    return frozenset(fold(name) for name in found)


def _refuse_taken(name: str, taken: frozenset[str], field: str) -> None:
    if fold(name) in taken:
        raise InvalidInput("municipality.name_taken", field=field, name=name)


def delete_district(store: Store, district_id: str) -> Changes:
    """Delete a district without municipalities that no earlier call counts and no programme of vouchers names.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_district") as session:
        row = get_row(session, District, district_id)
        calls = sa.select(EarlierCall.title).join(EarlierCallResult).where(EarlierCallResult.district_id == row.id)
        municipalities = sa.select(Municipality.name).where(Municipality.district_id == row.id)
        programmes = in_places(ProgrammePlace.district_id, row.id)
        refuse_used(session, row.id, row.name, municipalities, calls, programmes)
        session.delete(row)
    return Changes.of("plan", ids=(district_id,))


# --- municipalities ----------------------------------------------------------------------


def municipality_rows(store: Store) -> tuple[MunicipalityRow, ...]:
    """All municipalities by name."""
    with store.read() as session:
        rows = session.execute(
            sa.select(Municipality, District.name)
            .outerjoin(District, Municipality.district_id == District.id)
            .order_by(Municipality.name)
        )
        return tuple(
            MunicipalityRow(
                id=row.id,
                name=row.name,
                district_id=row.district_id,
                district=district or "",
                sample=row.sample,
                source_line=row.source_line,
                population=row.population,
            )
            for row, district in rows
        )


def load_municipality(store: Store, municipality_id: str) -> MunicipalityDraft:
    """A municipality as it was typed.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        return _municipality_draft(get_row(session, Municipality, municipality_id))


def _municipality_draft(row: Municipality) -> MunicipalityDraft:
    return MunicipalityDraft(row.id, row.name, row.district_id, row.source_line, row.population)


def save_municipality(store: Store, draft: MunicipalityDraft) -> Changes:
    """Write a municipality, with its district when it is known.

    Raises:
        InvalidInput: "field.required", "municipality.name_taken", "number.negative", "number.too_large".
        RuleBroken: "plan.missing".
    """
    name = require_text(draft.name, "name")
    require_not_negative(draft.population, "population")
    with store.write("save_municipality") as session:
        plan = present_plan(session)
        _refuse_taken(name, _names_elsewhere(session, Municipality.id, draft.id), "name")
        values = {
            "plan_id": plan.id,
            "district_id": draft.district_id,
            "name": name,
            "population": draft.population,
            "source_line": draft.source_line,
        }
        row = save_row(session, Municipality, draft.id, values)
    return Changes.of("plan", ids=(row.id,))


def delete_municipality(store: Store, municipality_id: str) -> Changes:
    """Delete a municipality where nobody sits or lives and that no programme of vouchers names.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_municipality") as session:
        row = get_row(session, Municipality, municipality_id)
        _refuse_used_municipality(session, row)
        session.delete(row)
    return Changes.of("plan", ids=(municipality_id,))


def _refuse_used_municipality(session: Session, row: Municipality) -> None:
    """Nobody may have a seat there or live there, and no programme of vouchers name it."""
    seats = sa.select(Organisation.name).join(OrganisationSeat).where(OrganisationSeat.municipality_id == row.id)
    programmes = in_places(ProgrammePlace.municipality_id, row.id)
    refuse_used(session, row.id, row.name, seats, programmes, households_in(row.id))


# --- earlier calls -----------------------------------------------------------------------


def earlier_call_rows(store: Store) -> tuple[EarlierCallRow, ...]:
    """All earlier calls by year."""
    with store.read() as session:
        funded = sa.func.coalesce(sa.func.sum(EarlierCallResult.funded), 0)
        rows = session.execute(
            sa.select(EarlierCall, funded)
            .outerjoin(EarlierCallResult, EarlierCallResult.earlier_call_id == EarlierCall.id)
            .group_by(EarlierCall.id)
            .order_by(EarlierCall.year, EarlierCall.title)
        )
        return tuple(
            EarlierCallRow(
                id=row.id,
                title=row.title,
                year=row.year,
                received=row.received,
                admitted=row.admitted,
                funded=row.funded,
                funded_by_district=by_district,
                sample=row.sample,
                source_line=row.source_line,
            )
            for row, by_district in rows
        )


def load_earlier_call(store: Store, call_id: str) -> EarlierCallDraft:
    """An earlier call as it was typed, its districts by number.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        row = get_row(session, EarlierCall, call_id)
        results = session.scalars(
            sa.select(EarlierCallResult)
            .join(District, District.id == EarlierCallResult.district_id)
            .where(EarlierCallResult.earlier_call_id == row.id)
            .order_by(District.number)
        )
        return EarlierCallDraft(
            id=row.id,
            title=row.title,
            year=row.year,
            received=row.received,
            admitted=row.admitted,
            funded=row.funded,
            results=tuple(
                EarlierCallResultDraft(result.id, result.district_id, result.funded, result.source_line)
                for result in results
            ),
            source_line=row.source_line,
        )


def save_earlier_call(store: Store, draft: EarlierCallDraft) -> Changes:
    """Write an earlier call with its results by district.

    Raises:
        InvalidInput: "field.required", "number.negative", "number.not_positive", "number.too_large",
            "earlier_call.counts" (more funded than admitted, or admitted than received), "district.repeated".
        RuleBroken: "plan.missing".
    """
    title = require_text(draft.title, "title")
    year = require_number(draft.year, "year")
    require_positive(year, "year")
    received = require_number(draft.received, "received")
    admitted = require_number(draft.admitted, "admitted")
    funded = require_number(draft.funded, "funded")
    if not received >= admitted >= funded:
        field = "admitted" if admitted > received else "funded"
        raise InvalidInput("earlier_call.counts", field=field, received=received, admitted=admitted, funded=funded)
    results = [
        {
            "district_id": require_key(row.district_id, f"results.{i}.district_id"),
            "funded": require_number(row.funded, f"results.{i}.funded"),
            "source_line": row.source_line,
        }
        for i, row in enumerate(draft.results)
    ]
    require_distinct([row["district_id"] for row in results], "results.{row}.district_id", "district.repeated")
    counts = {"received": received, "admitted": admitted, "funded": funded}
    with store.write("save_earlier_call") as session:
        plan = present_plan(session)
        values = {"plan_id": plan.id, "title": title, "year": year, **counts, "source_line": draft.source_line}
        call = save_row(session, EarlierCall, draft.id, values)
        reconcile(session, EarlierCallResult, {"earlier_call_id": call.id}, results, key="district_id")
    return Changes.of("plan", ids=(call.id,))


def delete_earlier_call(store: Store, call_id: str) -> Changes:
    """Delete an earlier call with its results.

    Raises:
        NotFound: "record.gone".
        RuleBroken: "record.in_use".
    """
    with store.write("delete_earlier_call") as session:
        row = get_row(session, EarlierCall, call_id)
        refuse_used(session, row.id, row.title)
        delete_children(session, EarlierCallResult, "earlier_call_id", [row.id])
        session.delete(row)
    return Changes.of("plan", ids=(call_id,))
