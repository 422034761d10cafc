"""The sentence that says how a vote went, as minutes write it, in the language of the document. Pure."""

from __future__ import annotations

from app.models.enums import Ballot, Majority, VoteChoice
from app.services.meetings.majority import Counts, Result
from app.services.wording.texts import N_, Translator

MAJORITY_WORDS = {
    Majority.VOTING: N_("by majority"),
    Majority.PRESENT: N_("by majority of those present"),
    Majority.MEMBERS: N_("by majority of the members"),
    Majority.TWO_THIRDS: N_("by two thirds of those present"),
    Majority.TWO_THIRDS_MEMBERS: N_("by two thirds of the members"),
}
"""Each majority, as it stands after «approves»."""


def outcome_sentence(result: Result, ballot: Ballot, tr: Translator) -> str:
    """How a vote went: «La proposta è approvata con votazione palese all’unanimità, con 3 voti favorevoli»."""
    counts = result.counts
    if counts.given == 0:
        return tr("Nobody voted.")
    way = tr("by secret ballot") if ballot is Ballot.SECRET else tr("by open vote")
    votes = counted(counts, tr)
    if not result.is_carried:
        return _refused(result, way, votes, tr)
    if result.is_unanimous:
        text = tr("The proposal is approved unanimously {way}, with {votes}.")
        return text.format(way=way, votes=votes)
    if counts.against == 0 and counts.invalid == 0 and result.majority is Majority.VOTING:
        text = tr("The proposal is approved {way} by all who voted for or against, with {votes}.")
        return text.format(way=way, votes=votes)
    if result.casting is VoteChoice.FAVOUR:
        text = tr("Votes being equal, the vote of the president decides: the proposal is approved {way}, with {votes}.")
        return text.format(way=way, votes=votes)
    text = tr("The proposal is approved {way} {majority}, with {votes}.")
    return text.format(way=way, majority=tr(MAJORITY_WORDS[result.majority]), votes=votes)


def _refused(result: Result, way: str, votes: str, tr: Translator) -> str:
    if result.casting is VoteChoice.AGAINST:
        text = tr("Votes being equal, the vote of the president decides: the proposal is not approved {way}: {votes}.")
    elif result.is_tied and result.majority is Majority.VOTING:
        text = tr("Votes being equal, the proposal is not approved {way}: {votes}.")
    elif result.majority is Majority.VOTING:
        text = tr("The proposal is not approved {way}: {votes}.")
    else:
        text = tr.plural(
            "The proposal is not approved {way}: {votes}; {n} vote in favour was needed.",
            "The proposal is not approved {way}: {votes}; {n} votes in favour were needed.",
            result.needed,
        )
    return text.format(way=way, votes=votes, n=result.needed)


def counted(counts: Counts, tr: Translator) -> str:
    """«3 voti favorevoli, 1 contrario e 1 astenuto»; what nobody gave is left out."""
    parts = [
        text.format(n=count)
        for count, text in (
            (counts.favour, tr.plural("{n} vote in favour", "{n} votes in favour", counts.favour)),
            (counts.against, tr.plural("{n} against", "{n} against", counts.against)),
            (counts.abstain, tr.plural("{n} abstention", "{n} abstentions", counts.abstain)),
            (counts.invalid, tr.plural("{n} invalid paper", "{n} invalid papers", counts.invalid)),
        )
        if count
    ]
    if len(parts) < 2:
        return "".join(parts)
    return tr("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])
