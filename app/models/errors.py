"""What can go wrong on purpose: stable codes here, sentences in the user's words in `app.ui.errors`."""

from __future__ import annotations


class AppError(Exception):
    """A refusal that the user can understand and act upon.

    Args:
        code: stable, dotted, in English ("budget.too_little"); one sentence exists for it in each language.
        field: key of the form field that is wrong, if one is.
        **values: what the sentence names; plain values (str, int, Cents, date), never records.
    """

    def __init__(self, code: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.values = values

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value!r}" for key, value in self.values.items())
        return f"{self.code} ({details})" if details else self.code


class InvalidInput(AppError):
    """The user corrects a field; the form stays open."""


class RuleBroken(AppError):
    """The call, the state or an invariant forbids it."""


class NotFound(AppError):
    """The row is gone."""


class Conflict(AppError):
    """The row changed meanwhile; the draft is kept."""


class EnvironmentFailed(AppError):
    """Disk full, archive locked, damaged, newer, or in a place that cannot be written."""


class Cancelled(Exception):
    """Raised at a step of a long task after the user asked to stop."""
