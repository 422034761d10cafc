"""«Cosa manca»: what a proposal has not, or has against a rule of its call, each with the field where it is put right.

The fields are looked at here; the rules are judged by `calls.checks`. What blocks stops the submission (a field that it
needs) or the admission (a rule of the call that nobody let stand).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.models.enums import RuleSeverity
from app.models.errors import InvalidInput
from app.models.money import format_euro, round_half_up
from app.models.store import Store
from app.services.calls.facts import draft_results
from app.services.calls.results import RULES, Outcome, RuleResult
from app.services.documents.documents import DocumentOwner, DocumentRow, document_rows
from app.services.proposals.budgets import BudgetTotals, budget_totals
from app.services.proposals.drafts import ProposalDraft
from app.services.proposals.proposals import load_proposal
from app.services.wording.formats import format_percent
from app.services.wording.numbering import parse_objective_numbers
from app.services.wording.shares import parse_share, share_exact, share_text
from app.services.wording.texts import N_, Translator


@dataclass(frozen=True)
class Gap:
    """Something that is missing, or against a rule.

    Attributes:
        id: stable: "field.protocol", "call.cofinancing_min", "call.document.statute".
        severity: blocking, or a warning.
        field: key of the form where it is put right: "protocol", "items", "actions", "documents", …
        title: what it is about.
        sentence: what is missing, in words.
        source: where the call states the rule, when that is on record.
    """

    id: str
    severity: RuleSeverity
    field: str
    title: str
    sentence: str
    source: str = ""

    @property
    def is_blocking(self) -> bool:
        """Whether it stops the next step."""
        return self.severity is RuleSeverity.BLOCKING


def draft_gaps(store: Store, draft: ProposalDraft, tr: Translator) -> tuple[Gap, ...]:
    """What a proposal has not, as it is typed, saved or not."""
    documents = document_rows(store, DocumentOwner(proposal_id=draft.id)) if draft.id else ()
    return gaps(draft, draft_results(store, draft, tr), documents, tr)


def proposal_gaps(store: Store, proposal_id: str, tr: Translator) -> tuple[Gap, ...]:
    """What a saved proposal has not.

    Raises:
        NotFound: "record.gone".
    """
    return draft_gaps(store, load_proposal(store, proposal_id), tr)


def gaps(
    draft: ProposalDraft, results: Sequence[RuleResult], documents: Sequence[DocumentRow], tr: Translator
) -> tuple[Gap, ...]:
    """What is missing in a draft or against the rules; what blocks first, then in the order of the form. Pure.

    Args:
        results: of the rules of its call.
    """
    found = [*_fields(draft, documents, tr)]
    asked = {gap.field for gap in found}
    for result in results:
        untold = result.outcome is Outcome.UNKNOWN
        if result.outcome is Outcome.PASSED or (untold and result.field in asked):
            continue
        severity = RuleSeverity.WARNING if untold else result.severity
        key = f"{result.code}.{result.part}" if result.part else result.code
        found.append(Gap(key, severity, result.field, tr(RULES[result.code]), result.sentence, result.source))
    return tuple(sorted(found, key=lambda gap: not gap.is_blocking))


# --- the fields --------------------------------------------------------------------------

_NEEDED: tuple[tuple[str, str, str], ...] = (
    ("title", N_("Title"), N_("The title is missing.")),
    ("call_id", N_("Call"), N_("The call that it answers is not chosen.")),
    ("alliance_id", N_("Local alliance"), N_("The alliance that proposes it is not chosen.")),
    ("area_id", N_("Priority area"), N_("The priority area is not chosen.")),
    ("date_received", N_("Received on"), N_("The day of arrival is missing.")),
)
"""Fields without which it is not submitted."""

_WANTED: tuple[tuple[str, str, str], ...] = (
    ("time_received", N_("Received at"), N_("The hour of arrival is missing.")),
    ("protocol", N_("Protocol"), N_("The protocol number is missing.")),
    ("channel", N_("Channel"), N_("How it arrived is not recorded.")),
    ("signatory", N_("Signatory"), N_("Who signed it is not recorded.")),
    ("context", N_("Description of the context"), N_("The description of the context is missing.")),
    ("aims", N_("Aims"), N_("The aims are missing.")),
    ("objectives", N_("Objectives"), N_("No objective is written.")),
    ("actions", N_("Actions"), N_("No action is written.")),
    ("targets", N_("Targets"), N_("Whom it is for is not written.")),
    ("results", N_("Expected results"), N_("No expected result is written.")),
    ("sustainability", N_("Sustainability"), N_("The sustainability is missing.")),
)
"""Fields that the sheet has, in its order."""


def _fields(draft: ProposalDraft, documents: Sequence[DocumentRow], tr: Translator) -> Iterator[Gap]:
    for fields, severity in ((_NEEDED, RuleSeverity.BLOCKING), (_WANTED, RuleSeverity.WARNING)):
        for key, title, sentence in fields:
            if not getattr(draft, key):
                yield Gap(f"field.{key}", severity, key, tr(title), tr(sentence))
    totals = budget_totals(draft.items)
    if not totals.grant:
        said = tr("The economic plan asks for nothing: no cost has an amount.")
        yield Gap("field.items", RuleSeverity.BLOCKING, "items", tr("Economic plan"), said)
    yield from _links(draft, tr)
    yield from _months(draft, tr)
    yield from _declared(draft, totals, tr)
    for document in documents:
        if document.disguised:
            said = tr("The name of «{name}» promises another kind of document than it is.").format(name=document.name)
            yield _warning(f"document.{document.id}", "documents", tr("Documents"), said)


def _warning(key: str, field: str, title: str, sentence: str) -> Gap:
    return Gap(key, RuleSeverity.WARNING, field, title, sentence)


def _links(draft: ProposalDraft, tr: Translator) -> Iterator[Gap]:
    """Objectives that no action serves, results that nothing measures, actions that serve nothing."""
    served: set[int] = set()
    idle = []
    for row in draft.actions:
        numbers = _numbers(row.objectives)
        served.update(numbers)
        if not numbers:
            idle.append(row.label or row.text)
    if draft.actions:
        alone = [row.number for row in draft.objectives if row.number is not None and row.number not in served]
        if alone:
            listed = ", ".join(map(str, alone))
            said = tr.plural(
                "No action serves objective {listed}.", "No action serves objectives {listed}.", len(alone)
            )
            yield _warning("link.objectives", "actions", tr("Actions"), said.format(listed=listed))
        if idle and draft.objectives:
            said = tr.plural("{n} action serves no objective.", "{n} actions serve no objective.", len(idle))
            yield _warning("link.actions", "actions", tr("Actions"), said.format(n=len(idle)))
    measured = {row.result for row in draft.indicators}
    unmeasured = [row.number for row in draft.results if row.number is not None and row.number not in measured]
    if unmeasured:
        said = tr.plural(
            "Nothing measures expected result {listed}: it has no indicator.",
            "Nothing measures expected results {listed}: they have no indicator.",
            len(unmeasured),
        )
        listed = ", ".join(map(str, unmeasured))
        yield _warning("link.indicators", "indicators", tr("Indicators"), said.format(listed=listed))
    untold = sum(row.target is None for row in draft.indicators)
    if untold:
        said = tr.plural("{n} indicator has no target value.", "{n} indicators have no target value.", untold)
        yield _warning("link.targets", "indicators", tr("Indicators"), said.format(n=untold))


def _numbers(text: str) -> tuple[int, ...]:
    """Objectives that an action names, as far as they can be read."""
    try:
        return parse_objective_numbers(text) if text.strip() else ()
    except InvalidInput:
        return ()


def _months(draft: ProposalDraft, tr: Translator) -> Iterator[Gap]:
    """Actions without months, and months beyond the end of the project."""
    if draft.actions and draft.duration_months is None:
        said = tr("How long the project lasts is not written.")
        yield _warning("field.duration_months", "duration_months", tr("Duration in months"), said)
    untimed = sum(row.month_from is None and row.month_to is None for row in draft.actions)
    if untimed:
        said = tr.plural("{n} action has no months.", "{n} actions have no months.", untimed)
        yield _warning("months.missing", "months", tr("Timeline"), said.format(n=untimed))
    last = draft.duration_months
    over = [row for row in draft.actions if last is not None and max(row.month_from or 0, row.month_to or 0) > last]
    if over:
        said = tr.plural(
            "{n} action goes on after month {last}, the last of the project.",
            "{n} actions go on after month {last}, the last of the project.",
            len(over),
        )
        yield _warning("months.over", "months", tr("Timeline"), said.format(n=len(over), last=last))


def _declared(draft: ProposalDraft, totals: BudgetTotals, tr: Translator) -> Iterator[Gap]:
    """Declared totals that are missing, or are not those of the economic plan."""
    for key, title, computed in (
        ("grant_declared", tr("Funding asked"), totals.grant),
        ("cofinancing_declared", tr("Co-financing"), totals.cofinancing),
        ("total_declared", tr("Total cost"), totals.total),
    ):
        declared = getattr(draft, key)
        if declared is None:
            said = tr("{title}: the declared amount is missing.").format(title=title)
            yield _warning(f"field.{key}", key, title, said)
        elif declared != computed:
            said = tr("{title}: {declared} is declared, the economic plan gives {computed}.")
            amounts = {"declared": format_euro(declared), "computed": format_euro(computed)}
            yield _warning(f"declared.{key}", key, title, said.format(title=title, **amounts))
    written = parse_share(draft.share_declared)
    declared_share = share_exact(written)
    if declared_share is not None and totals.share is not None:
        decimals = len(written.partition(".")[2])
        if declared_share != Fraction(round_half_up(totals.share, decimals)):
            said = tr("{declared} is declared as co-financing, the economic plan gives {computed}.")
            shares = {"declared": share_text(written), "computed": format_percent(totals.share)}
            title = tr("Share of co-financing")
            yield _warning("declared.share_declared", "share_declared", title, said.format(**shares))
