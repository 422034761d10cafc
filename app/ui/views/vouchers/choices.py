"""What forms of vouchers offer: programmes, projects, services, persons, firms."""

from __future__ import annotations

from typing import Any

from app.services.network.registry import organisation_names
from app.services.spending.projects import project_rows
from app.services.vouchers.firms import firm_budget_rows
from app.services.vouchers.households import household_names
from app.services.vouchers.individuals import individual_names
from app.services.vouchers.programmes import programme_names
from app.services.vouchers.rules import service_names
from app.services.vouchers.templates import programme_templates
from app.ui.editors import Choices


def programme_choices(store: Any) -> Choices:
    """Programmes by code."""
    return programme_names(store)


def project_choices(store: Any) -> Choices:
    """Projects that have money."""
    return tuple((row.id, row.name) for row in project_rows(store))


def template_choices(_store: Any) -> Choices:
    """Real measures and programmes of the plan, the newest first."""
    return tuple((each.code, f"{each.title} ({each.year})") for each in reversed(programme_templates()))


def organisation_choices(store: Any) -> Choices:
    """Bodies and firms of the registry."""
    return organisation_names(store)


def household_choices(store: Any) -> Choices:
    """Households by name and place."""
    return household_names(store)


def individual_choices(store: Any) -> Choices:
    """Persons by name and day of birth."""
    return individual_names(store)


def service_choices(store: Any) -> Choices:
    """Services of all programmes, each once."""
    return service_names(store)


def firm_budget_choices(store: Any) -> Choices:
    """Budgets of firms: the firm and the programme."""
    return tuple((row.id, f"{row.firm} · {row.programme}") for row in firm_budget_rows(store))
