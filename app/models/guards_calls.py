"""What SQLite itself refuses of calls: rules under which a proposal was received change no more."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.guard_words import refuse, trigger

PARTS = (
    "rules_amendment",
    "rules_area",
    "rules_cap",
    "rules_category",
    "rules_document",
    "rules_item",
    "rules_lead",
    "rules_partners",
    "rules_seat",
    "rules_source",
    "rules_tie",
    "rules_tranche",
)
"""Tables whose rows belong to a version."""

_RECEIVED = "exists (select 1 from proposal where rules_id in ({keys}))"


def rules() -> Iterator[str]:
    """A version stays as it is once a proposal was received under it; a proposal is judged by its own call."""
    closed = refuse("rules.closed_version")
    for table, key in (("call_rules", "id"), *((part, "rules_id") for part in PARTS)):
        for what, rows in (("insert", ("new",)), ("update", ("old", "new")), ("delete", ("old",))):
            keys = ", ".join(f"{row}.{key}" for row in rows)
            yield trigger(
                f"{table}_{what}_while_open", f"before {what} on {table}", _RECEIVED.format(keys=keys), closed
            )
    other = "new.rules_id is not null and (select call_id from call_rules where id = new.rules_id) is not new.call_id"
    for name, when in (
        ("proposal_born_under_its_call", "before insert on proposal"),
        ("proposal_under_its_call", "before update of rules_id, call_id on proposal"),
    ):
        yield trigger(name, when, other, refuse("rules.other_call"))
