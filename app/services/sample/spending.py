"""What becomes of the sample's grants: the rescaling of the plan, an amendment and a payment that are invented."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, time

from app.models.enums import RescaleRule
from app.models.money import Cents, parse_cents
from app.services.decisions.decisions import decision_rows
from app.services.sample.writer import Data, SampleWriter
from app.services.spending.amendment_drafts import AmendmentDraft
from app.services.spending.amendment_life import submit_amendment
from app.services.spending.amendments import laid_amendment, save_amendment
from app.services.spending.payments import PaymentDraft, save_payment
from app.services.spending.rescalings import RescalingDraft, RescalingLineDraft, record_rescaling, save_rescaling


def write_spending(writer: SampleWriter) -> None:
    """Write the rescaling as the plan tells it, then an amendment and a payment of the project that came second."""
    data = writer.data["spending"]
    _write_rescaling(writer, data["rescaling"])
    with writer.invented():
        payment = data["payment"]
        writer.at(payment["act_day"], time(10))
        save_payment(writer.store, _payment(writer, payment))
        amendment = data["amendment"]
        writer.at(amendment["day"], time(10))
        submit_amendment(writer.store, save_amendment(writer.store, _amendment(writer, amendment)).id)


def _write_rescaling(writer: SampleWriter, row: Data) -> None:
    (decision,) = (found for found in decision_rows(writer.store) if found.label == row["decision"])
    lines = tuple(
        RescalingLineDraft(
            proposal_id=writer.keys[f"proposal:{line['proposal']}"],
            amount=parse_cents(line["amount"]),
            source_line=line["line"],
        )
        for line in row["lines"]
    )
    draft = RescalingDraft(
        area_id=writer.keys[f"area:{row['area']}"],
        name=row["name"],
        total=parse_cents(row["total"]),
        rule=RescaleRule.BY_HAND,
        note=row["note"],
        lines=lines,
        source_line=row["line"],
    )
    key = save_rescaling(writer.store, draft).id
    with writer.store.write("adopt_rescaling") as session:
        record_rescaling(session, key, decision.id)


def _amendment(writer: SampleWriter, row: Data) -> AmendmentDraft:
    day: date = row["day"]
    blank = AmendmentDraft(
        proposal_id=writer.keys[f"proposal:{row['proposal']}"],
        day=day,
        protocol=row["protocol"],
        reason=row["reason"],
        activities=row["activities"],
        opinion=row["opinion"],
    )
    laid = laid_amendment(writer.store, blank)
    moved: defaultdict[tuple[str, str], int] = defaultdict(int)
    for move in row["moves"]:
        amount = parse_cents(move["amount"])
        moved[move["section"], move["from"]] -= amount
        moved[move["section"], move["to"]] += amount
    lines = tuple(
        replace(line, after=Cents(line.before + moved[line.section.value, str(line.category)])) for line in laid.lines
    )
    return replace(laid, lines=lines)


def _payment(writer: SampleWriter, row: Data) -> PaymentDraft:
    return PaymentDraft(
        proposal_id=writer.keys[f"proposal:{row['proposal']}"],
        amount=parse_cents(row["amount"]),
        act=row["act"],
        act_day=row["act_day"],
        note=row["note"],
    )
