"""What became of comparing a paper, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.services.signing.reading import SignatureFact
from app.services.signing.verifying import Difference, PaperCheck, Verdict
from app.services.wording.formats import format_instant
from app.services.wording.texts import N_, Translator

SHOWN = 20
"""Differences that are listed; of more, how many there are."""

VERDICTS = {
    Verdict.OURS: N_("This document is of this archive and unchanged; the archive gives every figure in it."),
    Verdict.DIFFERENT: N_("This document looks like one of this archive, but the archive does not give what it says."),
    Verdict.CHANGED: N_("This document was changed, or was never made by this archive as it is."),
    Verdict.ELSEWHERE: N_("This document was made by another archive. Open that one to compare it."),
    Verdict.STRANGE: N_("Nothing in this document says that it was made here."),
}


def verdict_text(found: PaperCheck, tr: Translator) -> str:
    """The finding in one sentence."""
    if found.verdict is Verdict.OURS and not found.is_ours:
        return tr("The document inside is of this archive and unchanged, but a signature on it does not hold.")
    return tr(VERDICTS[found.verdict])


def check_lines(found: PaperCheck, tr: Translator) -> Iterator[str]:
    """Everything that was found, a line each, the finding first."""
    yield verdict_text(found, tr)
    if found.title:
        yield tr("Document: {code}, «{title}»").format(code=found.code, title=found.title)
    if found.state is not None:
        yield tr("Made from the state of {instant}").format(instant=format_instant(found.state))
    if found.digest:
        yield tr("SHA-256 of its data: {digest}").format(digest=found.digest)
    if found.redrawn is not None:
        yield (
            tr("Its pages are those that its data give, to the byte.")
            if found.redrawn
            else tr("Its pages are not those that its data give.")
        )
    if found.verdict in (Verdict.OURS, Verdict.DIFFERENT):
        yield tr("Figures compared with the archive: {n}; totals added up: {sums}").format(
            n=found.figures, sums=found.sums
        )
    yield from _listed(found.wrong_sums, tr("Totals that its rows do not give:"), tr)
    yield from _listed(found.differences, tr("What the archive, as it stood, does not give:"), tr)
    yield from _listed(found.since, tr("What has changed in the archive since:"), tr)
    yield from signature_lines(found.signatures, tr)


def _listed(rows: Sequence[Difference], heading: str, tr: Translator) -> Iterator[str]:
    if not rows:
        return
    yield heading
    for each in rows[:SHOWN]:
        yield "  " + tr("{where}: the paper says «{paper}», the archive «{archive}»").format(
            where=each.where, paper=each.paper, archive=each.archive
        )
    if len(rows) > SHOWN:
        yield "  " + tr("and {n} more").format(n=len(rows) - SHOWN)


def signature_lines(facts: Sequence[SignatureFact], tr: Translator) -> Iterator[str]:
    """Who signed, when, by whose certificate; and what this does not say."""
    for fact in facts:
        text = (
            tr("Signature of {signer}, certificate by {issuer}, {instant}: whole")
            if fact.whole
            else tr("Signature of {signer}, certificate by {issuer}, {instant}: does not hold, changed afterwards")
        )
        at = format_instant(fact.signed_at) if fact.signed_at else tr("hour not said")
        yield text.format(signer=fact.signer, issuer=fact.issuer, instant=at)
    if facts:
        yield tr("Verified without a network: whether the certificates were valid is not said by this.")
