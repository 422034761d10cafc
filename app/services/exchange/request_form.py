"""The form of requests for vouchers: one table for one programme, a request a row, with who asks and for whom."""

from __future__ import annotations

from pathlib import Path

from app.models.enums import IseeKind, ProgrammeState, WorkState
from app.models.errors import NotFound, RuleBroken
from app.models.store import Store
from app.models.vouchers import VoucherProgramme
from app.services.exchange.blank import write_form
from app.services.exchange.blank_forms import REQUESTS_TITLE
from app.services.exchange.forms import HOW_TO_FILL, Entry, Form, FormColumn, FormSheet, Mark
from app.services.network.registry import organisation_names
from app.services.network.territory import municipality_rows
from app.services.vouchers.programmes import programme_rows
from app.services.vouchers.rules import current_rules, read_rules
from app.services.wording.texts import N_, Translator

REQUESTS = FormSheet(
    "requests",
    N_("Requests"),
    (
        FormColumn("day", N_("Came in on"), Entry.DATE, required=True),
        FormColumn("time", N_("Hour"), Entry.TIME),
        FormColumn("protocol", N_("Protocol number")),
        FormColumn("surname", N_("Surname of the child or relative"), required=True),
        FormColumn("given_name", N_("Name of the child or relative"), required=True),
        FormColumn("tax_code", N_("Tax code of the child or relative"), hint=N_("Empty for who has none yet.")),
        FormColumn("birth_date", N_("Born on"), Entry.DATE),
        FormColumn("asker_surname", N_("Surname of who asks"), required=True),
        FormColumn("asker_name", N_("Name of who asks"), required=True),
        FormColumn("asker_code", N_("Tax code of who asks"), required=True),
        FormColumn("asker_work", N_("Work of who asks"), Entry.CHOICE, choices=WorkState),
        FormColumn("other_surname", N_("Surname of the other parent"), hint=N_("Only who lives in the household.")),
        FormColumn("other_name", N_("Name of the other parent")),
        FormColumn("other_code", N_("Tax code of the other parent")),
        FormColumn("other_work", N_("Work of the other parent"), Entry.CHOICE, choices=WorkState),
        FormColumn("municipality", N_("Municipality"), Entry.NAME, names="municipalities", closed=True),
        FormColumn("information", N_("Version of the information sheet given")),
        FormColumn("service", N_("Service"), Entry.NAME, required=True, names="services", closed=True),
        FormColumn("provider", N_("Provider"), Entry.NAME, names="providers", closed=True),
        FormColumn("period_start", N_("First day"), Entry.DATE, required=True),
        FormColumn("period_end", N_("Last day"), Entry.DATE, required=True),
        FormColumn("units", N_("Units"), required=True, hint=N_("Hours, days, weeks or months, as the rules count.")),
        FormColumn("hours", N_("Hours a day"), Entry.COUNT),
        FormColumn("expense", N_("Price of the service"), Entry.MONEY),
        FormColumn("aids", N_("Other aids"), Entry.MONEY),
        FormColumn("employer_part", N_("Employer's own part"), Entry.MONEY),
        FormColumn("isee", N_("ISEE"), Entry.MONEY),
        FormColumn("isee_kind", N_("Kind of ISEE"), Entry.CHOICE, choices=IseeKind),
        FormColumn("isee_to", N_("ISEE valid up to"), Entry.DATE),
        FormColumn("points", N_("Points")),
    ),
    rows=200,
)

REQUESTS_FORM = Form(
    "requests",
    1,
    REQUESTS_TITLE,
    (
        *HOW_TO_FILL,
        N_("One row for each request. A person is known by the tax code: the same code is the same person."),
        N_("A person without a code who may be in the archive already is refused: that is settled at the desk."),
    ),
    (REQUESTS,),
)


def write_requests_form(store: Store, path: Path, tr: Translator, programme_id: str) -> None:
    """Write the blank workbook of a programme, with its services and providers.

    Raises:
        EnvironmentFailed: see `atomic_write`.
        NotFound: "record.gone".
        RuleBroken: "programme.no_rules".
    """
    names = request_lists(store, programme_id)
    lists = {key: tuple(found) for key, found in names.items()}
    write_form(Mark(REQUESTS_FORM, tr.language, programme_id), path, lists)


def request_lists(store: Store, programme_id: str) -> dict[str, dict[str, str]]:
    """Keys by name of what a request may name: services, providers, municipalities."""
    with store.read() as session:
        programme = session.get(VoucherProgramme, programme_id)
        if programme is None:
            raise NotFound("record.gone")
        row = current_rules(session, programme_id)
        if row is None:
            raise RuleBroken("programme.no_rules", name=programme.name)
        rules = read_rules(session, row)
    admitted = {each.organisation_id for each in rules.providers}
    return {
        "services": {each.name: each.code for each in rules.services},
        "providers": {name: key for key, name in organisation_names(store) if not admitted or key in admitted},
        "municipalities": {each.name: each.id for each in municipality_rows(store)},
    }


def programme_items(store: Store) -> tuple[tuple[str, str], ...]:
    """(key, name) of each programme that is open and has rules: requests can come in to it."""
    return tuple((row.id, row.title) for row in programme_rows(store) if row.asker and row.state is ProgrammeState.OPEN)
