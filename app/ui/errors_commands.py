"""Sentences for what the command line alone refuses: their way out is another word on it."""

from __future__ import annotations

from app.services.wording.texts import N_

# One sentence a line, whatever its length; in alphabetical order of the codes.
# ruff: noqa: E501
COMMAND_SENTENCES: dict[str, str] = {
    "call.none": N_(
        "The archive has no call yet. Add one first: the command «call» does, with the rules of a template."
    ),
    "call.not_chosen": N_("The archive has several calls. Say which one by --call and its key: {known:list}."),
    "option.not_wanted": N_("{option} means nothing with {given}. Leave it out."),
    "option.required": N_("{given} needs {option} beside it. Add it."),
    "record.not_named": N_(
        "The archive has nothing of that number or key. The lists give them: «tables», «projects», «vouchers», «prints»."
    ),
}
