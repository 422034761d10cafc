"""What every guard is written with: a trigger, and the refusal in it."""

from __future__ import annotations

PREFIX = "concilia:"


def refuse(code: str, condition: str = "") -> str:
    """The statement that refuses with `code`, always or where `condition` holds."""
    return f"select raise(abort, '{PREFIX}{code}'){condition and f' where {condition}'};"


def trigger(name: str, when: str, condition: str, body: str) -> str:
    """The statement that makes a trigger; without a condition it fires for every row."""
    clause = f" when {condition}" if condition else ""
    return f"create trigger {name} {when}{clause} begin {body} end"
