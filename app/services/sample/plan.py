"""The plan of the sample: acts, money, areas, and everything that it declares of itself."""

from __future__ import annotations

from datetime import time

from app.models.enums import ActKind, PriorityLevel, SourceKind
from app.models.money import parse_cents
from app.services.ledger.ledger import receive_source
from app.services.plan.funding import AreaDraft, SourceDraft, save_area, save_source
from app.services.plan.plan import (
    ActDraft,
    ContextFigureDraft,
    DeclarationDraft,
    PlanDraft,
    TrainingModuleDraft,
    save_act,
    save_declarations,
    save_plan,
)
from app.services.sample.writer import Data, SampleWriter

WHOLE_NUMBERS = ("count", "point")
"""Units of a declared value that is a whole number."""


def write_plan(writer: SampleWriter) -> None:
    """The plan with its training and figures, and the acts that it rests on."""
    doc = writer.data["plan"]
    plan = doc["plan"]
    draft = PlanDraft(
        name=plan["name"],
        territory=plan["territory"],
        office=plan["office"],
        duration_months=plan["months"],
        purpose=plan["purpose"],
        training=tuple(
            TrainingModuleDraft(title=row["title"], source_line=row["line"]) for row in doc["training_modules"]
        ),
        figures=tuple(_figure(row) for row in writer.data["figures"]["figures"]),
        source_line=plan["line"],
    )
    writer.keys["plan"] = writer.keys["territory"] = save_plan(writer.store, draft).id
    for row in doc["acts"]:
        writer.keys[f"act:{row['key']}"] = save_act(writer.store, _act(row)).id


def write_money(writer: SampleWriter) -> None:
    """Sources and areas."""
    doc = writer.data["plan"]
    for row in doc["sources"]:
        writer.keys[f"source:{row['key']}"] = save_source(writer.store, _source(writer, row)).id
    for row in doc["areas"]:
        draft = AreaDraft(
            level=PriorityLevel(row["level"]),
            number=row["number"],
            title=row["title"],
            amount_planned=parse_cents(row["ceiling"]) if "ceiling" in row else None,
            source_line=row["line"],
        )
        writer.keys[f"area:{row['key']}"] = save_area(writer.store, draft).id


def receive_money(writer: SampleWriter) -> None:
    """What is due comes in."""
    with writer.invented():
        for row in writer.data["plan"]["receipts"]:
            writer.at(row["day"], time(9))
            receive_source(writer.store, writer.keys[f"source:{row['source']}"], row["day"])


def _source(writer: SampleWriter, row: Data) -> SourceDraft:
    return SourceDraft(
        kind=SourceKind(row["kind"]),
        name=row["name"],
        amount=parse_cents(row["amount"]),
        due=row["due"],
        condition=row.get("due_note", ""),
        act_id=writer.keys[f"act:{row['act']}"],
        source_line=row["line"],
    )


def write_declarations(writer: SampleWriter) -> None:
    """Every figure and text that a check compares, as declared."""
    save_declarations(writer.store, [_declaration(writer, row) for row in writer.data["declared"]["declared"]])


def _declaration(writer: SampleWriter, row: Data) -> DeclarationDraft:
    unit, value = row.get("unit"), row.get("value", "")
    return DeclarationDraft(
        check=row["check"],
        subject_id=writer.keys[row["subject"]],
        as_printed=row["printed"],
        cents=parse_cents(value) if unit == "EUR" else None,
        number=_decimal_text(value) if unit in (*WHOLE_NUMBERS, "%") else None,
        place=row["where"],
        note=row.get("note", ""),
        source_line=row["line"],
    )


def _decimal_text(value: str) -> str:
    """«926.000» is "926000", «3,86» is "3.86"."""
    return value.replace(".", "").replace(",", ".")


def _figure(row: Data) -> ContextFigureDraft:
    return ContextFigureDraft(
        label=row["label"],
        value=f"{row['qualifier']} {row['value']}" if "qualifier" in row else row["value"],
        unit=row["unit"],
        period=row.get("year", ""),
        place=row.get("place", ""),
        source_line=row["line"],
    )


def _act(row: Data) -> ActDraft:
    return ActDraft(
        kind=ActKind(row["kind"]),
        number=row.get("number", ""),
        date_issued=row.get("date_issued"),
        subject=row.get("subject", row["role"]),
        as_printed=row["printed"],
        source_line=row["line"],
    )
