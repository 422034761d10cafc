"""Indicators of the plan that programmes of vouchers count for: computed from the register, beside their targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.enums import VoucherMeasure
from app.models.proposals import ExpectedResult, Indicator, Proposal
from app.models.store import Store
from app.models.voucher_measures import ProgrammeIndicator
from app.models.vouchers import VoucherProgramme
from app.services.changes import Changes
from app.services.checks import require_distinct, require_key
from app.services.children import get_row, reconcile
from app.services.vouchers.figures import Sums, summed
from app.services.vouchers.register import RegisterRow, register_rows

TOPIC = "vouchers"


@dataclass(frozen=True)
class MeasureDraft:
    """An indicator that a programme counts for."""

    id: str | None = None
    indicator_id: str | None = None
    measure: VoucherMeasure = VoucherMeasure.VOUCHERS
    per_year: bool = True
    source_line: int | None = None


@dataclass(frozen=True)
class MeasuresDraft:
    """All indicators that a programme counts for; `id` is the programme's."""

    id: str | None = None
    name: str = ""
    measures: tuple[MeasureDraft, ...] = ()


@dataclass(frozen=True)
class IndicatorChoice:
    """An indicator of the plan, as it is chosen."""

    id: str
    proposal_id: str
    name: str


@dataclass(frozen=True)
class IndicatorRow:
    """An indicator of the plan, with what the register says of it.

    Attributes:
        measure: None while no programme counts for it; several programmes of different measures give a row each.
        counts: by year; under year 0 what is counted once for all years.
    """

    id: str
    number: int
    project: str
    result: str
    indicator: str
    target: int | None
    measure: VoucherMeasure | None
    programmes: tuple[str, ...]
    counts: Mapping[int, Fraction]
    sample: bool


def indicator_choices(store: Store) -> tuple[IndicatorChoice, ...]:
    """All indicators, by project and result."""
    with store.read() as session:
        return tuple(
            IndicatorChoice(indicator.id, proposal.id, f"{proposal.number}. {result.text}: {indicator.text}")
            for proposal, result, indicator in _indicators(session)
        )


def load_measures(store: Store, programme_id: str) -> MeasuresDraft:
    """The indicators that a programme counts for.

    Raises:
        NotFound: "record.gone".
    """
    with store.read() as session:
        programme = get_row(session, VoucherProgramme, programme_id)
        rows = session.scalars(
            sa.select(ProgrammeIndicator).filter_by(programme_id=programme_id).order_by(ProgrammeIndicator.position)
        )
        return MeasuresDraft(
            programme.id,
            f"{programme.code} {programme.name}",
            tuple(
                MeasureDraft(row.id, row.indicator_id, VoucherMeasure(row.measure), row.per_year, row.source_line)
                for row in rows
            ),
        )


def save_measures(store: Store, draft: MeasuresDraft) -> Changes:
    """Write the indicators that a programme counts for.

    Raises:
        InvalidInput: "field.required", "indicator.repeated".
        NotFound: "record.gone".
    """
    assert draft.id is not None, "a programme is made before its indicators"
    keys = [require_key(row.indicator_id, f"measures.{n}.indicator_id") for n, row in enumerate(draft.measures)]
    require_distinct(keys, "measures.{row}.indicator_id", "indicator.repeated")
    wanted = [
        {
            "id": row.id,
            "indicator_id": row.indicator_id,
            "measure": row.measure.value,
            "per_year": row.per_year,
            "source_line": row.source_line,
        }
        for row in draft.measures
    ]
    with store.write("save_programme_indicators") as session:
        get_row(session, VoucherProgramme, draft.id)
        reconcile(session, ProgrammeIndicator, {"programme_id": draft.id}, wanted)
    return Changes.of(TOPIC, ids=(draft.id,))


def indicator_rows(store: Store) -> tuple[IndicatorRow, ...]:
    """Every indicator of the plan, in printed order, with what the register says of those that programmes count for."""
    vouchers = register_rows(store)
    with store.read() as session:
        indicators = list(_indicators(session))
        query = sa.select(ProgrammeIndicator, VoucherProgramme.code).join(
            VoucherProgramme, VoucherProgramme.id == ProgrammeIndicator.programme_id
        )
        links = list(session.execute(query.order_by(VoucherProgramme.code)).tuples())
        rows = []
        for proposal, result, indicator in indicators:
            fields = (indicator.id, proposal.number, proposal.title, result.text, indicator.text, indicator.target)
            own = [(link, code) for link, code in links if link.indicator_id == indicator.id]
            for measure in dict.fromkeys(VoucherMeasure(link.measure) for link, _code in own):
                of_it = [(link, code) for link, code in own if link.measure == measure.value]
                keys = {link.programme_id for link, _code in of_it}
                counted = [row for row in vouchers if row.programme_id in keys]
                counts = counted_by_year(counted, measure, per_year=any(link.per_year for link, _code in of_it))
                sample = any(row.sample for row in counted)
                rows.append(IndicatorRow(*fields, measure, tuple(code for _link, code in of_it), counts, sample))
            if not own:
                rows.append(IndicatorRow(*fields, None, (), {}, False))
        return tuple(rows)


def _indicators(session: Session) -> Iterable[tuple[Proposal, ExpectedResult, Indicator]]:
    query = (
        sa.select(Proposal, ExpectedResult, Indicator)
        .join(ExpectedResult, ExpectedResult.proposal_id == Proposal.id)
        .join(Indicator, Indicator.result_id == ExpectedResult.id)
        .order_by(Proposal.number, Proposal.id, ExpectedResult.position, Indicator.position)
    )
    return list(session.execute(query).tuples())


def counted_by_year(rows: Iterable[RegisterRow], measure: VoucherMeasure, *, per_year: bool) -> dict[int, Fraction]:
    """What vouchers come to by the year in which they were given; under 0 when years are not told apart."""
    years: dict[int, list[RegisterRow]] = {}
    for row in rows:
        years.setdefault(row.day_issued.year if per_year else 0, []).append(row)
    return {year: _counted(summed(of_it), measure) for year, of_it in sorted(years.items())}


def _counted(sums: Sums, measure: VoucherMeasure) -> Fraction:
    found: Mapping[VoucherMeasure, int | Fraction] = {
        VoucherMeasure.VOUCHERS: sums.vouchers,
        VoucherMeasure.USED: sums.used_vouchers,
        VoucherMeasure.CHILDREN: len(sums.people),
        VoucherMeasure.FAMILIES: len(sums.families),
        VoucherMeasure.FIRMS: len(sums.firms),
        VoucherMeasure.HOURS: sums.hours or 0,
    }
    return Fraction(found[measure])
