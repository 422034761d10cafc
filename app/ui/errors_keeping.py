"""The words of refusals about what is kept and what is erased: unsaved forms, the bin, the right of a person."""

from __future__ import annotations

from app.services.wording.texts import N_

# One sentence a line, whatever its length; in alphabetical order of the codes.
# ruff: noqa: E501
KEEPING_SENTENCES: dict[str, str] = {
    "draft.unreadable": N_("This cannot be read any more: it was written by another release. Copy what you need from it, then throw it away."),
    "erasure.not_cleaned": N_("What was erased is gone from every record of «{name}», but not yet from the free room of the file: the disk is full, or another window is reading. Make room: it is cleaned then, at the latest when the archive is opened next time."),
    "person.in_acts": N_("All that the archive says of this person must be kept: {grounds:list}. Nothing was erased."),
    "person.in_reason": N_("The reason names the person, and it stays for ever. Write the request and the rule, not the name."),
    "person.name_short": N_("Write name and surname, or a tax code: one word alone is not enough to know a person."),
    "person.unknown": N_("The archive says nothing of this person. Look at how the name is written, or try the tax code."),
    "retention.acts_for_ever": N_("Acts and public money are kept for ever. Leave the years empty, or take this out of the class."),
    "retention.name_taken": N_("There is a class «{name}» already. Give this one another name."),
    "retention.not_due": N_("Something of what was chosen must be kept longer, or was brought back meanwhile. Read the list again and choose anew."),
    "retention.nothing": N_("Nothing is chosen. Tick what is to be erased."),
    "retention.table_taken": N_("This is in a class already: each thing is kept by one rule. Take it out of one of the two."),
    "retention.years": N_("Years are kept from 1 to {most:count}; empty means for ever."),
}  # fmt: skip
