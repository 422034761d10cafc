"""Vouchers of the sample: its four programmes from the first window to the file for the bank, all of it invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

from app.models import enums as e
from app.models.money import parse_cents
from app.models.network import Organisation
from app.services.decisions.decisions import decision_rows
from app.services.network.codes import grouped_iban
from app.services.sample.voucher_rows import write_budgets, write_people, write_requests
from app.services.sample.writer import Data, SampleWriter
from app.services.vouchers.measures import MeasureDraft, MeasuresDraft, indicator_choices, save_measures
from app.services.vouchers.payments import make_payment_file
from app.services.vouchers.programmes import ProgrammeDraft, open_programme, save_programme
from app.services.vouchers.provider_reports import (
    ReportLineDraft,
    VoucherReportDraft,
    accept_voucher_report,
    save_voucher_report,
)
from app.services.vouchers.register import RegisterRow, register_rows
from app.services.vouchers.request_drafts import ConditionDraft
from app.services.vouchers.rules import save_programme_rules
from app.services.vouchers.rules_drafts import (
    BandDraft,
    DocumentDraft,
    PlaceDraft,
    ProgrammeRulesDraft,
    ProviderDraft,
    ServiceDraft,
    WindowDraft,
)
from app.services.vouchers.settlement import SettlementDraft, check_settlement, release_settlement, save_settlement

_AMOUNTS = ("unit_amount", "isee_max", "cap_request", "cap_child", "cap_family", "expense_min")
_NUMBERS = ("age_min", "age_below", "hours_min", "service_from", "service_to", "valid_to", "date_return")
_SAID = (
    ConditionDraft(condition=e.VoucherCondition.DOCUMENTS, said=e.ConditionOutcome.MET),
    ConditionDraft(condition=e.VoucherCondition.AIDS, said=e.ConditionOutcome.MET),
)
"""What the desk saw, and the archive cannot know."""


def write_vouchers(writer: SampleWriter) -> None:
    """Programmes, who asks and who gets, what is used and what is paid."""
    doc = writer.data["vouchers"]
    with writer.invented():
        writer.at(doc["terms"]["keyed"], time(9))
        _write_accounts(writer, doc)
        for row in doc["programmes"]:
            _write_programme(writer, row)
        write_people(writer, doc)
        write_budgets(writer, doc)
        for row in sorted(doc["programmes"], key=lambda row: row["issued"]):
            write_requests(writer, doc, row)
        for row in sorted((*doc["reports"], *doc["settlements"]), key=lambda row: row.get("received") or row["day"]):
            (_write_report if "received" in row else _write_settlement)(writer, row)


def _write_accounts(writer: SampleWriter, doc: Data) -> None:
    """Accounts of those that are paid; that they are invented stands beside each, where it is printed."""
    with writer.store.write("save_organisation") as session:
        for row in doc["accounts"]:
            body = session.get_one(Organisation, writer.keys[f"organisation:{row['organisation']}"])
            body.iban, body.iban_holder = grouped_iban(row["iban"]), f"{body.name} (dato di esempio)"


def _write_programme(writer: SampleWriter, row: Data) -> None:
    """A programme with its rules and the indicator that it counts for, and its money."""
    store, proposal = writer.store, row["proposal"]
    found = (
        decision.id
        for decision in decision_rows(store)
        if decision.kind is e.DecisionKind.AWARD and f"n. {proposal}" in decision.subject
    )
    draft = ProgrammeDraft(
        proposal_id=writer.keys[f"proposal:{proposal}"],
        code=row["code"],
        name=row["name"],
        ceiling=parse_cents(row["ceiling"]),
        decision_id=next(found),
        payer_name=row["payer"],
        payer_iban=row["payer_iban"],
        source_line=row["line"],
    )
    key = save_programme(store, draft).id
    writer.keys[f"programme:{row['code']}"] = key
    save_programme_rules(store, _rules(writer, row, key))
    number, measure = row["indicator"]
    chosen = MeasureDraft(indicator_id=indicator_choices(store)[number - 1].id, measure=e.VoucherMeasure(measure))
    save_measures(store, MeasuresDraft(key, measures=(chosen,)))
    open_programme(store, key, writer.store.clock().date())


def _rules(writer: SampleWriter, row: Data, programme_id: str) -> ProgrammeRulesDraft:
    amounts: dict[str, Any] = {name: parse_cents(row[name]) for name in _AMOUNTS if name in row}
    plain: dict[str, Any] = {name: row[name] for name in _NUMBERS if name in row}
    return ProgrammeRulesDraft(
        programme_id=programme_id,
        asker=e.VoucherAsker(row["asker"]),
        pay_to=e.PayTo(row["pay_to"]),
        residence=e.ResidenceNeed(row.get("residence", "none")),
        work=e.WorkNeed(row.get("work", "none")),
        isee_use=e.IseeUse(row.get("isee_use", "none")),
        isee_kind=e.IseeKind(row["isee_kind"]) if "isee_kind" in row else None,
        isee_needed="isee_max" in row,
        unit=e.VoucherUnit(row["unit"]),
        units_max=Fraction(row["units_max"]) if "units_max" in row else None,
        share_max=row.get("share_max", ""),
        services=(ServiceDraft(code=row["service"], name=row["service_name"]),),
        providers=tuple(ProviderDraft(organisation_id=writer.keys[f"organisation:{key}"]) for key in row["providers"]),
        places=tuple(PlaceDraft(district_id=writer.keys[f"district:{key}"]) for key in row.get("districts", ())),
        bands=tuple(
            BandDraft(isee_to=parse_cents(limit) if limit else None, unit_amount=parse_cents(amount))
            for limit, amount in row.get("bands", ())
        ),
        windows=(WindowDraft(date_opened=row["opened"], date_closed=row["closed"]),),
        documents=tuple(DocumentDraft(code=f"D{n}", name=name) for n, name in enumerate(row["documents"], start=1)),
        source_line=row["line"],
        **amounts,
        **plain,
    )


# --- vouchers, uses, payments ----------------------------------------------------------------


def _write_report(writer: SampleWriter, row: Data) -> None:
    """What a provider reported: its own vouchers used up, or half of the units of those of any provider."""
    writer.at(row["received"], time(12))
    name = next(
        organisation["name"]
        for organisation in writer.data["organisations"]["organisations"]
        if organisation["key"] == row["provider"]
    )
    vouchers = register_rows(writer.store, writer.keys[f"programme:{row['programme']}"])
    own = [voucher for voucher in vouchers if voucher.provider in ("", name)]
    lines = [_line(voucher, n, row) for n, voucher in enumerate(own)]
    if row.get("mistyped"):
        last = lines[-1].code
        lines.append(replace(lines[-1], code=last[:-2] + ("B" if last[-1] == "A" else "A"), document="foglio presenze"))
    draft = VoucherReportDraft(
        programme_id=writer.keys[f"programme:{row['programme']}"],
        provider_id=writer.keys[f"organisation:{row['provider']}"],
        protocol=row["protocol"],
        date_received=row["received"],
        lines=tuple(lines),
    )
    accept_voucher_report(writer.store, save_voucher_report(writer.store, draft).id)


def _line(voucher: RegisterRow, n: int, row: Data) -> ReportLineDraft:
    units = Fraction(voucher.units or 0, 1000)
    day: date = row["used"]
    shares: Mapping[str, Fraction] = {"all": Fraction(1), "half": Fraction(1, 2)}
    share = shares[row["lines"]] if units > 1 else Fraction(1)
    return ReportLineDraft(
        code=voucher.code,
        day=day - timedelta(days=n % 3),
        units=Fraction(int(units * share)),
        document=f"foglio presenze n. {n + 1}",
    )


def _write_settlement(writer: SampleWriter, row: Data) -> None:
    """A settlement, which waits for its check, or was checked by somebody else and paid, with its file."""
    store, day = writer.store, row["day"]
    writer.at(day, time(10))
    draft = SettlementDraft(
        programme_id=writer.keys[f"programme:{row['programme']}"],
        day=day,
        act=row.get("act", ""),
        act_day=row.get("act_day"),
    )
    key = save_settlement(store, draft).id
    if "paid" not in row:
        return
    secretary = store.user
    store.user = next(member["name"] for member in writer.data["committee"]["members"] if member["role"] == "president")
    try:
        writer.at(row["act_day"], time(12))
        check_settlement(store, key)
        writer.at(row["paid"], time(9))
        release_settlement(store, key, row["paid"])
    finally:
        store.user = secretary
    make_payment_file(store, key, row["paid"], validated=False)
